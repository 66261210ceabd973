#include <stdio.h>

#include "tools/cli/cert_facts.h"
#include "tools/cli/print.h"
#include "tools/cli/register_inputs.h"

struct linting {
	const struct bv_issuing *issuing;
	int64_t now_s;
	const char *path;
	struct bv_json *json;
	size_t files, faults;
};

static void
see(void *ctx, const char *rule, const char *message)
{
	struct linting *l = ctx;
	struct bv_json *one = bv_json_add(l->json, bv_json_new_object());

	bv_json_set(one, "file", bv_json_new_text(bv_str_of(l->path)));
	bv_json_set_str(one, "rule", bv_str_of(rule));
	bv_json_set_str(one, "message", bv_str_of(message));
}

static enum bv_status
lint(void *ctx, const struct cert_facts *one, struct bv_err *err)
{
	struct linting *l = ctx;
	const struct bv_lint_case subject = { .facts = one->facts, .issuing = l->issuing, .rating = one->rating, .now_s = l->now_s };
	size_t count;

	(void)err;
	l->path = one->path;
	bv_lint(&count, &subject, see, l);
	l->files++;
	l->faults += count;
	return BV_OK;
}

static int
run(struct args *args)
{
	BV_AUTO(register_inputs_finish) struct register_inputs in = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	struct linting l = { .json = bv_json_set(json, "faults", bv_json_new_array()) };
	struct bv_err err;

	if (register_inputs_load(&in, args, false, &err) != BV_OK)
		return fail(NULL, &err);
	l.issuing = bv_register_issuing(in.reg);
	l.now_s = in.at_s;
	for (int i = 0; i < args->operand_count; i++)
		if (cert_facts_each(args->operands[i], l.issuing, in.at_s, lint, &l, &err) != BV_OK)
			return fail(NULL, &err);
	bv_json_set_int(json, "files", (int64_t)l.files);
	for (size_t i = 0; !args_has(args, "json") && i < l.faults; i++) {
		const struct bv_json *one = bv_json_at(l.json, i);
		print_safe(stdout, bv_json_str(bv_json_find(one, "file")));
		printf(": ");
		print_safe(stdout, bv_json_str(bv_json_find(one, "message")));
		printf(" [%.*s]\n", BV_STR_ARG(bv_json_str(bv_json_find(one, "rule"))));
	}
	if (args_has(args, "json"))
		print_json(json);
	else
		printf("%zu faults in %zu files\n", l.faults, l.files);
	return l.faults ? EXIT_NO : EXIT_YES;
}

const struct cmd cmd_cert_lint = {
	.name = "cert lint",
	.operands = "FILE…",
	.summary = "look at the facts of certificates before they are signed",
	.about = "Every field for itself, against the rules of issuing of the register, and against the rating that they come from when it lies beside them: NAME.json and "
	         "NAME.rating.json. 'cert batch' does the same, and signs nothing as long as there is a fault.",
	.opts = (const struct opt[]){
		REGISTER_DB_OPT,
		{ "at", "TIME", "as if it were then (RFC 3339)" },
		{ "json", NULL, "print JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang cert lint demo/office/facts --db office.db",
		NULL },
	.run = run,
};
