#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "base/text.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"
#include "tools/cli/test_files.h"

#define STEPS_MAX 100000

/* One run of the command. */
struct playing {
	struct bv_test_session *session;
	int64_t now_ms;
	bool json;
};

/* "Q1" or "Q1.2" among the items of the form. */
static enum bv_status
item_find(size_t *out, const struct bv_test_session *session, struct bv_str name, struct bv_err *err)
{
	for (size_t i = 0; i < bv_test_session_item_count(session); i++) {
		struct bv_test_item item = bv_test_session_item(session, i);
		BV_AUTO(bv_buf_finish) struct bv_buf full = BV_BUF(BV_ITEM_IDENTIFIER_MAX + 20);
		if (!bv_str_starts(name, item.identifier))
			continue;
		bv_buf_add(&full, item.identifier);
		if (item.instance)
			bv_buf_printf(&full, ".%" PRIu32, item.instance);
		if (bv_str_eq(name, bv_buf_str(&full))) {
			*out = i;
			return BV_OK;
		}
	}
	return bv_err_set(err, BV_EINVAL, "the item '%.*s' is not on the form", BV_STR_ARG(bv_str_sub(name, 0, 80)));
}

static enum bv_status
step_submit(struct playing *p, const struct bv_json *step, struct bv_err *err)
{
	const struct bv_json *item = bv_json_find(step, "item"), *responses = bv_json_find(step, "responses");
	size_t wanted;

	TRY(bv_json_need(&responses, step, "responses", BV_JSON_OBJECT, err));
	if (item) {
		TRY(item_find(&wanted, p->session, bv_json_str(item), err));
		TRY(bv_test_session_tick(p->session, p->now_ms, err));
		if (wanted != bv_test_session_current(p->session))
			return bv_err_set(err, BV_EDENIED, "'%.*s' is not the current item", BV_STR_ARG(bv_str_sub(bv_json_str(item), 0, 80)));
	}
	return bv_test_session_submit(p->session, responses, p->now_ms, err);
}

static enum bv_status
step_go(struct playing *p, const struct bv_json *step, struct bv_err *err)
{
	struct bv_str name;
	size_t idx;

	TRY(bv_json_need_str(&name, step, "item", err));
	TRY(item_find(&idx, p->session, name, err));
	return bv_test_session_go(p->session, idx, p->now_ms, err);
}

static enum bv_status
step_next(struct playing *p, const struct bv_json *step, struct bv_err *err)
{
	(void)step;
	return bv_test_session_next(p->session, p->now_ms, err);
}

static enum bv_status
step_end_part(struct playing *p, const struct bv_json *step, struct bv_err *err)
{
	(void)step;
	return bv_test_session_end_part(p->session, p->now_ms, err);
}

static enum bv_status
step_suspend(struct playing *p, const struct bv_json *step, struct bv_err *err)
{
	(void)step;
	return bv_test_session_suspend(p->session, p->now_ms, err);
}

static enum bv_status
step_resume(struct playing *p, const struct bv_json *step, struct bv_err *err)
{
	(void)step;
	return bv_test_session_resume(p->session, p->now_ms, err);
}

static enum bv_status
step_wait(struct playing *p, const struct bv_json *step, struct bv_err *err)
{
	(void)step;
	return bv_test_session_tick(p->session, p->now_ms, err);
}

static const struct {
	const char *word;
	enum bv_status (*act)(struct playing *p, const struct bv_json *step, struct bv_err *err);
} acts[] = {
	{ "submit", step_submit }, { "next", step_next }, { "go", step_go }, { "end-part", step_end_part },
	{ "suspend", step_suspend }, { "resume", step_resume }, { "wait", step_wait },
};

/* ---- Printing ------------------------------------------------------------------------------------------------------- */

static void
write_value(struct bv_buf *out, const struct bv_json *typed)
{
	const struct bv_json *value = bv_json_find(typed, "value"), *base = bv_json_find(value, "base");
	void *it = bv_json_type(base) == BV_JSON_OBJECT ? bv_json_members(base) : NULL;

	if (it && bv_json_type(bv_json_member(it)) == BV_JSON_REAL)
		bv_double_write(out, bv_json_real(bv_json_member(it)));
	else if (it)
		bv_json_write(out, bv_json_member(it));
	else if (bv_json_find(value, "base"))
		bv_buf_addz(out, "NULL");
	else
		bv_json_write(out, value);
}

/* "3 next: item Q2 in part P1, 12.5 s; SCORE 1, PASS NULL; feedback F" */
static void
print_line(const struct bv_json *report, size_t idx, const char *act, const char *refused)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(SIZE_MAX), safe = BV_BUF(SIZE_MAX);
	const struct bv_json *outcomes = bv_json_find(report, "outcomes"), *feedback = bv_json_find(report, "feedback");
	struct bv_str item = bv_json_str(bv_json_find(report, "item")), part = bv_json_str(bv_json_find(report, "part"));
	const char *sep = "; ";

	bv_buf_printf(&text, "%zu %s: ", idx, act);
	if (refused)
		bv_buf_printf(&text, "refused (%s); ", refused);
	bv_buf_add(&text, bv_json_str(bv_json_find(report, "state")));
	if (item.len)
		bv_buf_printf(&text, " %.*s in part %.*s", BV_STR_ARG(item), BV_STR_ARG(part));
	bv_buf_printf(&text, ", %g s", bv_json_real(bv_json_find(report, "duration")));
	for (void *it = bv_json_members(outcomes); it; it = bv_json_next(outcomes, it), sep = ", ") {
		bv_buf_printf(&text, "%s%.*s ", sep, BV_STR_ARG(bv_json_member_name(it)));
		write_value(&text, bv_json_member(it));
	}
	for (size_t i = 0; i < bv_json_count(feedback); i++) {
		struct bv_str identifier = bv_json_str(bv_json_find(bv_json_at(feedback, i), "identifier"));
		bv_buf_printf(&text, "; feedback %.*s", BV_STR_ARG(identifier));
	}
	bv_text_write_safe(&safe, bv_buf_str(&text), false);
	puts(safe.p);
}

static void
show(struct playing *p, struct bv_json *steps, size_t idx, const char *act, const char *refused)
{
	BV_AUTO(bv_json_free) struct bv_json *report = p->json ? bv_test_session_report(p->session) : bv_test_session_summary(p->session);

	if (!p->json) {
		print_line(report, idx, act, refused);
		return;
	}
	struct bv_json *entry = bv_json_add(steps, bv_json_new_object());
	bv_json_set_str(entry, "do", bv_str_of(act));
	bv_json_set_int(entry, "at", p->now_ms);
	if (refused)
		bv_json_set(entry, "refused", bv_json_new_text(bv_str_of(refused)));
	bv_json_set(entry, "report", bv_steal(&report));
}

/* ---- Steps ---------------------------------------------------------------------------------------------------------- */

static enum bv_status
named(size_t idx, const char *act, struct bv_err *err)
{
	struct bv_err found = *err;

	found.msg[sizeof found.msg - 60] = '\0';
	return bv_err_set(err, found.status == BV_EDENIED ? BV_EINVAL : found.status, "step %zu (%s): %s", idx, act, found.msg);
}

/* A step that the script expects to be refused must be, and for that reason; any other must not be. */
static enum bv_status
step_run(struct playing *p, struct bv_json *steps, const struct bv_json *step, size_t idx, struct bv_err *err)
{
	const struct bv_json *at = bv_json_find(step, "at"), *refused = bv_json_find(step, "refused");
	struct bv_str word, part = bv_json_str(refused);
	struct bv_err why = { 0 };
	size_t i = 0;

	if (bv_json_only(step, "do at item responses refused", err) || bv_json_need_str(&word, step, "do", err))
		return named(idx, "?", err);
	while (i < BV_COUNT(acts) && !bv_str_is(word, acts[i].word))
		i++;
	if (i == BV_COUNT(acts))
		return bv_err_set(err, BV_EINVAL, "step %zu: \"do\" is submit, next, go, end-part, suspend, resume or wait", idx);
	if (at && bv_json_type(at) != BV_JSON_INT)
		return bv_err_set(err, BV_EINVAL, "step %zu (%s): \"at\" is milliseconds, an integer", idx, acts[i].word);
	if (refused && part.len == 0)
		return bv_err_set(err, BV_EINVAL, "step %zu (%s): \"refused\" is a part of the message", idx, acts[i].word);
	p->now_ms = at ? bv_json_int(at) : p->now_ms;
	enum bv_status status = acts[i].act(p, step, &why);
	if (status != BV_OK && (!refused || !strstr(why.msg, part.p))) {
		*err = why;
		return named(idx, acts[i].word, err);
	}
	if (status == BV_OK && refused)
		return bv_err_set(err, BV_EINVAL, "step %zu (%s) was to be refused, but it was not", idx, acts[i].word);
	show(p, steps, idx, acts[i].word, status == BV_OK ? NULL : why.msg);
	return BV_OK;
}

static enum bv_status
script_load(struct bv_json **out, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_JSON_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_json *steps;

	TRY(bv_file_read(&bytes, path, err));
	TRY(bv_json_parse(&json, bv_buf_str(&bytes), err));
	TRY(bv_json_only(json, "steps", err));
	TRY(bv_json_need(&steps, json, "steps", BV_JSON_ARRAY, err));
	if (bv_json_count(steps) > STEPS_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d steps", STEPS_MAX);
	*out = bv_steal(&json);
	return BV_OK;
}

static enum bv_status
play(struct playing *p, const struct bv_json *script, struct bv_json *shown, struct bv_err *err)
{
	const struct bv_json *steps = bv_json_find(script, "steps");

	show(p, shown, 0, "start", NULL);
	for (size_t i = 0; i < bv_json_count(steps); i++)
		TRY(step_run(p, shown, bv_json_at(steps, i), i + 1, err));
	return BV_OK;
}

static int
run(struct args *args)
{
	const char *path = args->operands[0], *script_path = args_get(args, "script");
	BV_AUTO(test_files_free) struct test_files *files = test_files_new(args_get(args, "folder"), path);
	BV_AUTO(bv_test_free) struct bv_test *test = NULL;
	BV_AUTO(bv_test_session_free) struct bv_test_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *script = NULL;
	BV_AUTO(bv_json_free) struct bv_json *out = bv_json_new_object();
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_DOCUMENT_MAX);
	struct playing p = { .json = args_has(args, "json") };
	uint8_t seed[BV_HASH_LEN] = { 0 };
	struct bv_err err;

	if (args_get(args, "seed") && args_hex(seed, sizeof seed, args, "seed", &err))
		return usage(args->cmd, "%s", err.msg);
	if (test_files_read(&xml, files, &err))
		return fail(NULL, &err);
	if (bv_test_parse(&test, bv_buf_str(&xml), test_files_name(files), test_files_resolver(files), &err) ||
	    bv_test_session_new(&session, test, seed, 0, &err))
		return fail(path, &err);
	if (script_load(&script, script_path, &err))
		return fail(script_path, &err);
	p.session = session;
	enum bv_status status = play(&p, script, bv_json_set(out, "steps", bv_json_new_array()), &err);
	if (p.json && status == BV_OK)
		print_json(out);
	return status == BV_OK ? EXIT_YES : fail(script_path, &err);
}

const struct cmd cmd_test_run = {
	.name = "test run",
	.operands = "FILE",
	.summary = "step through a test with a script of responses",
	.about = "Makes a candidate's form of a QTI test from the seed (selection, ordering, clones), does what the script says one step after the "
	         "other, and prints after each where the candidate is, the outcomes of the test, and the test feedback that is shown; with --json also "
	         "the state and outcomes of every item. Without a seed it is all zeros.\n\n"
	         "The script is JSON: {\"steps\": [{\"do\": \"submit\", \"at\": 1500, \"responses\": {\"RESPONSE\": {\"base\": "
	         "{\"identifier\": \"A\"}}}}, {\"do\": \"next\"}]}. doc/tests.md lists all steps. A step that is refused ends the run with exit status 2, unless the script says "
	         "\"refused\" with a part of the message; then it must be.",
	.opts = (const struct opt[]){
		{ "script", "FILE", "the steps, JSON; \"-\" reads standard input", .required = true },
		{ "seed", "HEX", "64 hexadecimal digits that decide the form and its clones; zeros if absent" },
		{ "folder", "DIR", "the package's folder; FILE is a name below it" },
		{ "json", NULL, "print one JSON document: steps, each with a report" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang test run --folder tests/vectors/itembank tests/linear.xml --script tests/vectors/itembank/tests/linear.json", NULL },
	.run = run,
};
