#include <stdio.h>

#include "base/text.h"
#include "engine/engine.h"
#include "tools/cli/commands.h"

struct output {
	bool json, quiet;
	struct bv_json *findings;
};

static void
report(void *ctx, bool good, const char *file, const char *message)
{
	struct output *out = ctx;

	if (out->json) {
		struct bv_json *f = bv_json_add(out->findings, bv_json_new_object());
		bv_json_set(f, "good", bv_json_new_bool(good));
		bv_json_set(f, "file", bv_json_new_text(bv_str_of(file)));
		bv_json_set(f, "message", bv_json_new_text(bv_str_of(message)));
	} else if (!good || !out->quiet) {
		/* The files are somebody else's: nothing of them may steer the terminal. */
		BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(1 << 16);
		bv_buf_addz(&line, good ? "ok      " : "DIFFERS ");
		bv_text_write_safe(&line, bv_str_of(file), false);
		bv_buf_addc(&line, ' ');
		bv_text_write_safe(&line, bv_str_of(message), false);
		puts(line.p);
	}
}

static int
run(struct args *args)
{
	struct output out = { .json = args_has(args, "json"), .quiet = args_has(args, "quiet") };
	BV_AUTO(bv_json_free) struct bv_json *document = bv_json_new_object();
	BV_AUTO(bv_trust_free) struct bv_trust *trust = NULL;
	struct bv_err err;

	out.findings = bv_json_set(document, "findings", bv_json_new_array());
	if (args_get(args, "trust") && bv_trust_load(&trust, args_get(args, "trust"), &err) != BV_OK)
		return fail(NULL, &err);
	enum bv_status status = bv_exam_audit(args->operands[0], trust, report, &out, &err);
	if (status != BV_OK && status != BV_EDENIED)
		return fail(args->operands[0], &err);
	if (out.json) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_EXAM_RESULTS_MAX);
		bv_json_set_str(document, "verdict", status == BV_OK ? BV_STR("same") : BV_STR("differs"));
		bv_json_set(document, "text", bv_json_new_text(bv_str_of(status == BV_OK ? "everything follows from the evidence" : err.msg)));
		bv_json_write_safe(&text, document);
		if (bv_buf_check(&text, &err) != BV_OK)
			return fail(args->operands[0], &err);
		fwrite(text.p, 1, text.len, stdout);
	} else {
		BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(1 << 16);
		bv_text_write_safe(&line, bv_str_of(status == BV_OK ? "yes: everything follows from the evidence, byte for byte" : err.msg), false);
		printf("%s: %s\n", args->operands[0], line.p);
	}
	return bv_status_exit(status);
}

const struct cmd cmd_audit_exam = {
	.name = "audit exam",
	.operands = "DIR",
	.summary = "derive an exam again from its evidence and compare every byte",
	.about = "DIR is what `bangvang exam run` left. Checked: every file against the list in results.json, the signature of that list, and then, "
	         "for each candidate, form (from seed, draw key, blueprint, pool, ticket), outcomes (from form, items, responses), rating (from "
	         "outcomes, rules, standard) and certificate, each derived again and compared byte for byte. Every difference is named with its "
	         "file and place.\n\nWithout --trust the issuer's key comes from the folder itself, which shows only that it was all made by one "
	         "key.",
	.opts = (const struct opt[]){
		{ "trust", "DIR", "DID documents and keys that you trust" },
		{ "quiet", NULL, "print differences only" },
		{ "json", NULL, "print one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang audit exam demo/exam --trust demo/issuer --quiet", NULL },
	.run = run,
};
