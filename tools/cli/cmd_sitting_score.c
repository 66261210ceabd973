#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "tools/cli/print.h"
#include "tools/cli/sitting_inputs.h"
#include "tools/cli/stop_switch.h"

struct inputs {
	struct sitting_inputs in;
	struct bv_bank *bank;
	struct bv_evidence_texts *texts;
	struct bv_sitting *sitting;
	struct bv_roster *names;
	struct bv_signer *signer;
	struct bv_master *master;
	struct bv_people *people;
};

static void
inputs_finish(struct inputs *s)
{
	bv_sitting_free(s->sitting);
	bv_evidence_texts_free(s->texts);
	bv_bank_close(s->bank);
	bv_roster_free(s->names);
	bv_signer_free(s->signer);
	bv_people_close(s->people);
	bv_master_free(s->master);
	sitting_inputs_finish(&s->in);
}
BV_AUTO_DEFINE_FINISH(struct inputs, inputs_finish)

static enum bv_status
read_names(struct inputs *s, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ROSTER_MAX);

	TRY(bv_file_read(&text, path, err));
	if (bv_roster_parse(&s->names, bv_buf_str(&text), err) != BV_OK)
		return bv_err_set(err, err->status, "%s: %s", path, err->msg);
	return BV_OK;
}

static enum bv_status
load(struct inputs *s, const struct args *args, struct bv_err *err)
{
	TRY(sitting_inputs_load(&s->in, args, err));
	TRY(bv_bank_open(&s->bank, args_get(args, "bank"), BV_BANK_READ, err));
	s->texts = bv_evidence_texts_new(s->bank);
	TRY(bv_sitting_load(&s->sitting, s->in.sittings, s->in.name, bv_evidence_item_text, s->texts, err));
	if (args_get(args, "candidates"))
		TRY(read_names(s, args_get(args, "candidates"), err));
	if (args_get(args, "people")) {
		TRY(bv_master_load(&s->master, args_get(args, "master"), err));
		TRY(bv_people_open(&s->people, args_get(args, "people"), s->master, bv_random_fill, err));
	}
	if (!args_get(args, "out"))
		return BV_OK;
	struct bv_issuer issuer = bv_exam_issuer(bv_sitting_exam(s->sitting));
	TRY(bv_signer_load(&s->signer, args_get(args, "key"), issuer.name, issuer.url, err));
	return stop_switch_check(args_get(args, "key"), NULL, err);
}

static int
run(struct args *args)
{
	BV_AUTO(inputs_finish) struct inputs s = { .bank = NULL };
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	struct bv_scoring_tally tally = { 0 };
	struct bv_err err;

	if (args_get(args, "people") && (!args_get(args, "master") || !args_get(args, "reason")))
		return usage(args->cmd, "--people needs --master and --reason: who read which name, and why, is kept");
	if (load(&s, args, &err) != BV_OK)
		return fail(NULL, &err);
	const struct bv_people_access access = { s.in.author, bv_str_of(args_get(args, "reason") ? args_get(args, "reason") : ""), bv_clock_now_s() * 1000 };
	const struct bv_scoring_order order = {
		.author = s.in.author, .out = args_get(args, "out"), .names = s.names, .people = s.people, .access = &access, .texts = s.texts, .signer = s.signer, .key = s.in.key, .random = bv_random_fill
	};
	if (bv_sitting_score(&tally, s.sitting, s.in.sittings, s.in.ledger, &order, &err) != BV_OK)
		return fail(NULL, &err);
	bv_json_set_int(json, "scored", (int64_t)tally.scored);
	bv_json_set_int(json, "passed", (int64_t)tally.passed);
	bv_json_set_int(json, "certificates", (int64_t)tally.certificates);
	bv_json_set_int(json, "before", (int64_t)tally.before);
	bv_json_set_int(json, "again", (int64_t)tally.again);
	bv_json_set_int(json, "open", (int64_t)tally.open);
	bv_json_set_int(json, "absent", (int64_t)tally.absent);
	if (args_has(args, "json"))
		print_json(json);
	else
		printf("%zu scored, %zu of them passed, %zu certificates; %zu scored before, %zu still open, %zu absent\n", tally.scored, tally.passed,
		       tally.certificates, tally.before, tally.open, tally.absent);
	if (tally.again && !args_has(args, "json"))
		printf("%zu results of those scored before were not there, and follow from the ledger again\n", tally.again);
	return EXIT_YES;
}

const struct cmd cmd_sitting_score = {
	.name = "sitting score",
	.summary = "score a sitting from its ledger",
	.about =
		"Takes the newest answer to each item of every attempt that is submitted, expired or ended, scores and rates it, keeps the rating, and writes an event "
		"with the hash of form, responses, outcomes and rating. Who is still open is left; who is scored is not scored again, but has a result again if it was not there, as after a restore.\n\n"
		"--out makes a folder of evidence of those who are scored now (`bangvang audit exam` derives it again), with certificates for whoever attains a level; "
		"--candidates says who each ticket is: {\"candidates\":[{\"ticket\",\"name\"[,\"carryOver\"]}]}. --people takes the name of whom --candidates does not "
		"have from the store of persons, by sitting and ticket; that --author read it, and for what --reason, is in its log. When neither has a name, nobody is "
		"scored. Without both a ticket stands for the name. Practice never "
		"has certificates.",
	.opts = (const struct opt[]){
		SITTING_DB_OPT,
		SITTING_KEY_OPTS,
		{ "bank", "DB", "the item bank", .required = true },
		{ "candidates", "FILE", "who each ticket is" },
		{ "people", "DB", "the store of persons: sqlite:PATH, PATH or a postgresql: URL" },
		{ "master", "FILE", "its master key" },
		{ "reason", "TEXT", "why names are read; kept for good, so without personal data" },
		{ "out", "DIR", "a new folder for the evidence" },
		{ "json", NULL, "print the counts as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang sitting score --db sqlite:hall.db --name 2026-11-25.sang --key demo/issuer/key.pem --bank demo/bank.db", NULL },
	.run = run,
};
