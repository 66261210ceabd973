#include <stdio.h>

#include "base/file.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

#define RESPONSES_MAX BV_JSON_MAX

/* An item that no bank takes is scored as well as it can be, and that is said: without what it includes, too, unless its rules need that. */
static enum bv_status
item_load(struct bv_item **out, const char *folder, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_XML_ITEM_MAX);
	BV_AUTO(bv_item_free) struct bv_item *strict = NULL;
	struct bv_err fault, lack = { BV_OK };

	TRY(bv_file_read(&bytes, path, err));
	bool lacks = bv_include_below(&bytes, folder, path, &lack) != BV_OK;
	enum bv_status status = bv_item_parse_loosely(out, bv_buf_str(&bytes), err);
	if (status != BV_OK && lacks)
		*err = lack;
	TRY(status);
	fault = lack;
	if (lacks || bv_item_parse(&strict, bv_buf_str(&bytes), &fault)) {
		print_safe(stderr, bv_str_of(path));
		fprintf(stderr, ":%d: warning: ", fault.line);
		print_safe(stderr, bv_str_of(fault.msg));
		fputs("; no bank takes the item\n", stderr);
	}
	return BV_OK;
}

static enum bv_status
responses_load(struct bv_json **out, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(RESPONSES_MAX);

	if (!path) {
		*out = bv_json_new_object();
		return BV_OK;
	}
	TRY(bv_file_read(&bytes, path, err));
	return bv_json_parse(out, bv_buf_str(&bytes), err);
}

/* One attempt, or in an array several, one after the other. *unscored: the fault is the item's, not that of the responses. */
static enum bv_status
attempts_take(struct bv_item_session *session, const struct bv_json *responses, bool validate, bool *unscored, struct bv_err *err)
{
	bool several = bv_json_type(responses) == BV_JSON_ARRAY;

	for (size_t i = 0; i < (several ? bv_json_count(responses) : 1); i++) {
		if (bv_item_session_completed(session))
			return bv_err_set(err, BV_EINVAL, "attempt %zu: the item was completed by the one before", i + 1);
		TRY(bv_item_session_respond(session, several ? bv_json_at(responses, i) : responses, err));
		if (validate)
			TRY(bv_item_session_validate(session, err));
		*unscored = true;
		TRY(bv_item_score(session, err));
		*unscored = false;
	}
	return BV_OK;
}

static enum bv_status
seconds_take(struct bv_item_session *session, const struct args *args, struct bv_err *err)
{
	const char *option = args_get(args, "seconds");
	double seconds = 0;

	if (option && (!bv_str_double(bv_str_of(option), &seconds) || !(seconds >= 0 && seconds <= 1e9)))
		return bv_err_set(err, BV_EINVAL, "--seconds must be a number from 0 to 1000000000");
	bv_item_session_spend(session, seconds);
	return BV_OK;
}

static int
run(struct args *args)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *responses = NULL;
	BV_AUTO(bv_json_free) struct bv_json *outcomes = NULL;
	const char *path = args->operands[0], *responses_path = args_get(args, "responses");
	uint8_t seed[BV_HASH_LEN] = { 0 };
	bool unscored = false;
	struct bv_err err;

	if (args_get(args, "seed") && args_hex(seed, sizeof seed, args, "seed", &err))
		return usage(args->cmd, "%s", err.msg);
	if (item_load(&item, args_get(args, "package"), path, &err))
		return fail(path, &err);
	if (bv_item_session_new(&session, item, seed, &err))
		return fail(path, &err);
	if (seconds_take(session, args, &err))
		return usage(args->cmd, "%s", err.msg);
	if (responses_load(&responses, responses_path, &err) || attempts_take(session, responses, args_has(args, "validate"), &unscored, &err))
		return fail(responses_path && !unscored ? responses_path : path, &err);
	outcomes = bv_item_session_outcomes(session);
	print_json(outcomes);
	return EXIT_YES;
}

const struct cmd cmd_item_score = {
	.name = "item score",
	.operands = "FILE",
	.summary = "score responses to one item",
	.about = "Runs template processing with the seed, takes the responses, runs response processing, and prints all outcomes as JSON: "
	         "{\"outcomes\":{NAME:{\"cardinality\":…,\"baseType\":…,\"value\":…}}}. Values are written as 1EdTech PCI JSON, "
	         "{\"base\":{\"float\":1}}, also in the responses: {\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}. Without responses the "
	         "item is scored as handed in empty.\n\n"
	         "An array of such objects is as many attempts, one after the other: an adaptive item goes on from each to the next, until its "
	         "completionStatus is completed; any other is scored anew each time, and only numAttempts grows.\n\n"
	         "An item at fault is scored where that can be done: a variable that is not declared is NULL. A warning says so; bank import "
	         "refuses the item.\n\n"
	         "A response that the item does not declare, of another base type or cardinality, or with an identifier that is not on the page "
	         "is refused with exit status 2, and nothing is printed.",
	.opts = (const struct opt[]){
		{ "responses", "FILE", "the candidate's responses, JSON; \"-\" reads standard input" },
		{ "seed", "HEX", "64 hexadecimal digits that decide the clone of an item with template processing; zeros if absent" },
		{ "seconds", "N", "time spent on the item, for the built-in variable duration; 0 if absent" },
		{ "package", "FOLDER", "the package that FILE is in, when it includes files that are not in FILE's own folder" },
		{ "validate", NULL, "refuse responses that could not be submitted: too few choices, an empty gap, a pattern not matched" },
		{ "json", NULL, "print JSON; there is no other form" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang item score itembank/sample/iu01/IU01-001.xml", NULL },
	.run = run,
};
