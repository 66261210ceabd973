#include <stdio.h>

#include "base/file.h"
#include "tools/cli/allowed_modules.h"
#include "tools/cli/print.h"
#include "tools/cli/sitting_inputs.h"

struct inputs {
	struct sitting_inputs in;
	struct bv_bank *bank;
	struct bv_sitting *sitting;
	struct bv_papers *papers;
	struct bv_allowed_modules modules;
};

static void
inputs_finish(struct inputs *s)
{
	bv_papers_free(s->papers);
	bv_sitting_free(s->sitting);
	bv_bank_close(s->bank);
	bv_allowed_modules_finish(&s->modules);
	sitting_inputs_finish(&s->in);
}
BV_AUTO_DEFINE_FINISH(struct inputs, inputs_finish)

static enum bv_status
load(struct inputs *s, struct args *args, struct bv_err *err)
{
	TRY(allowed_modules_read(&s->modules, args, err));
	TRY(sitting_inputs_load(&s->in, args, err));
	TRY(bv_bank_open(&s->bank, args_get(args, "bank"), BV_BANK_READ, err));
	TRY(bv_sitting_load(&s->sitting, s->in.sittings, s->in.name, NULL, NULL, err));
	return bv_papers_new(&s->papers, s->sitting, s->bank, s->modules.all, s->modules.count, err);
}

/* Of one file: what became of it, and the answers that were not taken. */
struct telling {
	const char *path;
	struct bv_json *refused;
};

static void
tell_refused(void *ctx, uint32_t item, const struct bv_err *why)
{
	struct telling *telling = ctx;
	struct bv_json *one = bv_json_add(telling->refused, bv_json_new_object());

	bv_json_set_int(one, "item", item);
	bv_json_set(one, "why", bv_json_new_text(bv_str_of(why->msg)));
	fprintf(stderr, "%s: item %u: %s\n", telling->path, item, why->msg);
}

static enum bv_status
take_file(struct bv_json *told, struct inputs *s, const char *path, struct bv_str reason, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_RESCUE_MAX);
	BV_AUTO(bv_rescue_free) struct bv_rescue *rescue = NULL;
	BV_AUTO(bv_paper_free) struct bv_paper *paper = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct telling telling = { path, bv_json_set(told, "refused", bv_json_new_array()) };
	struct bv_rescue_tally tally;
	struct bv_str ticket;
	int64_t sitting;

	TRY(bv_file_read(&text, path, err));
	TRY(bv_rescue_open(&rescue, s->papers, bv_buf_str(&text), err));
	TRY(bv_sittings_ticket(&sitting, &ticket, &arena, s->in.sittings, bv_rescue_attempt(rescue), err));
	if (sitting != s->in.id)
		return bv_err_set(err, BV_EINVAL, "attempt %lld is of another sitting", (long long)bv_rescue_attempt(rescue));
	TRY(bv_paper_load(&paper, s->papers, s->in.sittings, bv_rescue_attempt(rescue), ticket, err));
	TRY(bv_paper_publish(s->papers, paper, err));
	const struct bv_rescue_order order = { .papers = s->papers, .paper = paper, .ledger = s->in.ledger, .author = s->in.author, .reason = reason,
		                               .refused = tell_refused, .ctx = &telling };
	TRY(bv_rescue_take(&tally, rescue, &order, err));
	bv_json_set(told, "ticket", bv_json_new_text(ticket));
	bv_json_set_int(told, "attempt", bv_rescue_attempt(rescue));
	bv_json_set_int(told, "taken", (int64_t)tally.taken);
	bv_json_set_int(told, "known", (int64_t)tally.known);
	bv_json_set_int(told, "older", (int64_t)tally.older);
	return BV_OK;
}

static int
run(struct args *args)
{
	BV_AUTO(inputs_finish) struct inputs s = { .bank = NULL };
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_array();
	int status = EXIT_YES;
	struct bv_err err;

	if (load(&s, args, &err) != BV_OK)
		return fail(NULL, &err);
	for (int i = 0; i < args->operand_count; i++) {
		struct bv_json *told = bv_json_add(json, bv_json_new_object());
		bv_json_set(told, "file", bv_json_new_text(bv_str_of(args->operands[i])));
		if (take_file(told, &s, args->operands[i], bv_str_of(args_get(args, "reason")), &err) != BV_OK) {
			status = fail(args->operands[i], &err);
			continue;
		}
		if (!args_has(args, "json"))
			printf("%s: %.*s: %lld answers taken, %lld were there before, %lld older than what is there, %zu refused\n", args->operands[i],
			       BV_STR_ARG(bv_json_str(bv_json_find(told, "ticket"))), (long long)bv_json_int(bv_json_find(told, "taken")),
			       (long long)bv_json_int(bv_json_find(told, "known")), (long long)bv_json_int(bv_json_find(told, "older")),
			       bv_json_count(bv_json_find(told, "refused")));
	}
	if (args_has(args, "json"))
		print_json(json);
	return status;
}

const struct cmd cmd_sitting_rescue = {
	.name = "sitting rescue",
	.summary = "take the answers of machines that had no network",
	.operands = "FILE…",
	.about =
		"Opens files .baithi, which a candidate's page saves when its answers do not reach the server (doc/rescue.md), and gives each answer that the ledger does "
		"not have to it, as an event with who brought it, why, and the hash of the file. Taken is what was given while the candidate's time ran; an answer that is newer there stays. "
		"The same file again changes nothing. After the scoring nothing is taken any more.",
	.opts = (const struct opt[]){
		SITTING_DB_OPT,
		SITTING_KEY_OPTS,
		{ "bank", "DB", "the item bank", .required = true },
		{ "reason", "TEXT", "what happened; kept for good, so without personal data", .required = true },
		ALLOWED_MODULES_OPT,
		{ "json", NULL, "print what became of each file as one JSON document" },
		{ 0 },
	},
	.run = run,
};
