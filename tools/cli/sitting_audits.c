/* audit answers and audit scores: the same walk, of which the second goes further. */
#include <inttypes.h>
#include <stdio.h>

#include "tools/cli/print.h"
#include "tools/cli/sitting_inputs.h"

#define SHOWN_MAX 200 /* differences that are printed; all are counted */

struct telling {
	struct bv_json *faults; /* with --json, else NULL */
	uint64_t shown;
};

static void
tell(void *ctx, bool good, const char *record, const char *message)
{
	struct telling *telling = ctx;

	if (good || telling->shown++ >= SHOWN_MAX)
		return;
	if (telling->faults) {
		struct bv_json *one = bv_json_add(telling->faults, bv_json_new_object());
		bv_json_set(one, "record", bv_json_new_text(bv_str_of(record)));
		bv_json_set(one, "message", bv_json_new_text(bv_str_of(message)));
		return;
	}
	fputs("no: ", stdout);
	print_safe(stdout, bv_str_of(record));
	fputs(": ", stdout);
	print_safe(stdout, bv_str_of(message));
	putchar('\n');
}

static void
print_result(struct telling *telling, const struct bv_sitting_audit_tally *tally)
{
	if (telling->faults) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set(json, "verified", bv_json_new_bool(!tally->faults));
		bv_json_set_int(json, "attempts", (int64_t)tally->attempts);
		bv_json_set_int(json, "answers", (int64_t)tally->answers);
		bv_json_set_int(json, "scores", (int64_t)tally->scores);
		bv_json_set_int(json, "faultCount", (int64_t)tally->faults);
		bv_json_set(json, "faults", bv_steal(&telling->faults));
		print_json(json);
		return;
	}
	if (telling->shown > SHOWN_MAX)
		printf("and %" PRIu64 " more\n", telling->shown - SHOWN_MAX);
	if (tally->faults)
		printf("no: %" PRIu64 " differences; ", tally->faults);
	else
		fputs("yes: ", stdout);
	printf("%" PRIu64 " attempts, %" PRIu64 " answers, %" PRIu64 " scores\n", tally->attempts, tally->answers, tally->scores);
}

static int
audit(struct args *args, enum bv_sitting_audit_what what)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_evidence_texts_free) struct bv_evidence_texts *texts = NULL;
	struct telling telling = { .faults = args_has(args, "json") ? bv_json_new_array() : NULL };
	struct bv_sitting_audit_tally tally;
	uint8_t public[BV_KEY_LEN];
	const char *key = args_get(args, "key");
	struct bv_err err;

	if (key && bv_multikey_parse(public, bv_str_of(key), &err) != BV_OK)
		return usage(args->cmd, "--key: %s", err.msg);
	enum bv_status status = bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_READ, &err);
	if (status == BV_OK) {
		texts = bv_evidence_texts_new(bank);
		status = bv_sitting_audit(&tally, args_get(args, "db"), bv_str_of(args_get(args, "name")), what, bv_evidence_item_text, texts, key ? public : NULL,
		                          tell, &telling, &err);
	}
	if (status != BV_OK && (status != BV_EDENIED || !tally.faults)) {
		bv_json_free(telling.faults);
		return fail(NULL, &err);
	}
	print_result(&telling, &tally);
	bv_json_free(telling.faults);
	return tally.faults ? EXIT_NO : EXIT_YES;
}

static int
audit_answers(struct args *args)
{
	return audit(args, BV_AUDIT_ANSWERS);
}

static int
audit_scores(struct args *args)
{
	return audit(args, BV_AUDIT_SCORES);
}

#define AUDIT_OPTS \
	(const struct opt[]) \
	{ \
		SITTING_DB_OPT, { .name = "bank", .argument = "DB", .help = "the item bank", .required = true }, \
		    { .name = "key", .argument = "MULTIKEY", .help = "the public key that signs the ledger, z6Mk…" }, \
		    { .name = "json", .help = "print one JSON document" }, { 0 }, \
	}

const struct cmd cmd_audit_answers = {
	.name = "audit answers",
	.summary = "recompute who sat where, on what paper, and what was answered",
	.about = "Checks the whole ledger (`bangvang audit ledger`), then every document, seat, code and paper of the sitting against the log, every form against the "
	         "draw, and whether each item can take what was answered. Says yes (exit status 0), or no (1) and names each record that differs. "
	         "Nobody may write to the database meanwhile: use a copy of one in use.",
	.opts = AUDIT_OPTS,
	.examples = (const char *const[]){ "bangvang audit answers --db sqlite:hall.db --name 2026-11-25.sang --bank demo/bank.db", NULL },
	.run = audit_answers,
};

const struct cmd cmd_audit_scores = {
	.name = "audit scores",
	.summary = "recompute every result of a sitting from the ledger",
	.about = "What `bangvang audit answers` does, and then outcomes and rating of everybody who was scored, against the hash in the log and the result that is "
	         "kept. Says yes (exit status 0), or no (1) and names each record that differs.",
	.opts = AUDIT_OPTS,
	.examples = (const char *const[]){ "bangvang audit scores --db sqlite:hall.db --name 2026-11-25.sang --bank demo/bank.db", NULL },
	.run = audit_scores,
};
