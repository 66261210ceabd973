#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "engine/engine.h"
#include "tools/cli/commands.h"
#include "tools/cli/allowed_modules.h"
#include "tools/cli/exam_inputs.h"
#include "tools/cli/issue_inputs.h"
#include "tools/cli/print.h"
#include "tools/cli/stop_switch.h"

/* Everything one run holds; opened in the order of the fields. */
struct exam_run {
	const struct args *args;
	uint8_t seed[BV_HASH_LEN], draw_key[BV_HASH_LEN];
	int64_t at_s;
	struct bv_bank *bank;
	struct bv_signer *signer;
	struct bv_key *key;
	struct issue_inputs issue;
	struct bv_buf exam_json, blueprint, standard, rules, pool, items_json, did, tickets;
	struct bv_exam *exam;
	struct bv_template *tmpl;
	struct bv_evidence_folder *evidence;
	struct bv_evidence_texts *texts;
	struct bv_exam_documents documents;
	struct bv_roster *roster;
	struct bv_buf responses;
	struct bv_json *table; /* one row a candidate */
	size_t certificates, passed;
};

static void
run_finish(struct exam_run *r)
{
	bv_json_free(r->table);
	bv_buf_finish(&r->responses);
	bv_roster_free(r->roster);
	bv_evidence_free(r->evidence);
	bv_template_free(r->tmpl);
	bv_exam_free(r->exam);
	bv_evidence_texts_free(r->texts);
	issue_inputs_finish(&r->issue);
	bv_buf_finish(&r->tickets);
	bv_buf_finish(&r->did);
	bv_buf_finish(&r->items_json);
	bv_buf_finish(&r->pool);
	bv_buf_finish(&r->rules);
	bv_buf_finish(&r->standard);
	bv_buf_finish(&r->blueprint);
	bv_buf_finish(&r->exam_json);
	bv_key_free(r->key);
	bv_wipe(r->draw_key, sizeof r->draw_key);
	bv_signer_free(r->signer);
	bv_bank_close(r->bank);
}
BV_AUTO_DEFINE_FINISH(struct exam_run, run_finish)

/* ---- Preparing ---- */

/* The key's file and, beside it, the DID document that goes into the evidence. */
static enum bv_status
load_issuer(struct exam_run *r, struct bv_err *err)
{
	const char *path = args_get(r->args, "key"), *name = args_get(r->args, "issuer-name"), *url = args_get(r->args, "issuer-url");
	BV_AUTO(bv_buf_finish) struct bv_buf did_path = BV_BUF(4096);
	const char *slash = strrchr(path, '/');

	TRY(bv_signer_load(&r->signer, path, bv_str_of(name), bv_str_of(url), err));
	TRY(stop_switch_check(path, NULL, err));
	TRY(bv_key_load(&r->key, BV_KEY_ED25519, path, err));
	bv_buf_printf(&did_path, "%.*sdid.json", slash ? (int)(slash - path + 1) : 0, path);
	return bv_file_read(&r->did, did_path.p, err);
}

/* Who sits, with the random numbers of the certificates. */
static enum bv_status
load_roster(struct exam_run *r, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ROSTER_MAX);
	const char *path = args_get(r->args, "candidate"), *answers = args_get(r->args, "responses");

	TRY(bv_file_read(&text, path, err));
	if (bv_roster_parse(&r->roster, bv_buf_str(&text), err) != BV_OK)
		return err->line ? bv_err_set(err, err->status, "%s:%d: %s", path, err->line, err->msg) :
		                   bv_err_set(err, err->status, "%s: %s", path, err->msg);
	if (r->roster->list && answers)
		return bv_err_set(err, BV_EINVAL, "%s: --responses is for one candidate; a roster is answered by --simulate", path);
	for (size_t i = 0; i < r->roster->count; i++) {
		struct bv_roster_entry *entry = &r->roster->entries[i];
		if (!answers && !entry->has_ability)
			return bv_err_set(err, BV_EINVAL, "%s: candidate %zu, %.*s: --simulate needs 'abilityMilli'", path, i + 1,
			                  BV_STR_ARG(entry->candidate.ticket));
		bv_random_fill(entry->candidate.credential_id, sizeof entry->candidate.credential_id);
		bv_random_fill(entry->candidate.subject_id, sizeof entry->candidate.subject_id);
	}
	return answers ? bv_file_read(&r->responses, answers, err) : BV_OK;
}

static enum bv_status
read_options(struct exam_run *r, struct bv_err *err)
{
	const char *at = args_get(r->args, "at");

	r->at_s = bv_clock_now_s();
	if (at && bv_time_parse(&r->at_s, bv_str_of(at), err) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "--at: %s", err->msg);
	TRY(exam_inputs_secret(r->seed, r->args, "seed", err));
	return exam_inputs_secret(r->draw_key, r->args, "draw-key", err);
}

/* In the order of the roster; it goes into the evidence. */
static enum bv_status
take_turns(struct exam_run *r, struct bv_err *err)
{
	struct bv_issue *issue = bv_exam_issue(r->exam);

	for (size_t i = 0; i < r->roster->count; i++)
		TRY(bv_issue_next(issue, r->roster->entries[i].candidate.ticket, err));
	bv_issue_tickets_write(&r->tickets, issue);
	r->documents.tickets = bv_buf_str(&r->tickets);
	return bv_buf_check(&r->tickets, err);
}

static enum bv_status
prepare(struct exam_run *r, struct bv_err *err)
{
	const char *name = args_get(r->args, "issuer-name"), *url = args_get(r->args, "issuer-url");

	struct bv_buf *all[] = { &r->exam_json, &r->blueprint, &r->standard, &r->rules, &r->pool, &r->items_json, &r->did, &r->tickets, &r->responses };
	for (size_t i = 0; i < BV_COUNT(all); i++)
		*all[i] = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	TRY(bv_file_read(&r->blueprint, args_get(r->args, "blueprint"), err));
	TRY(bv_file_read(&r->standard, args_get(r->args, "standard"), err));
	TRY(bv_file_read(&r->rules, args_get(r->args, "rules"), err));
	TRY(bv_bank_open(&r->bank, args_get(r->args, "bank"), BV_BANK_READ, err));
	r->texts = bv_evidence_texts_new(r->bank);
	TRY(load_issuer(r, err));
	TRY(load_roster(r, err));
	TRY(issue_inputs_read(&r->issue, r->args, err));
	TRY(exam_inputs_pool(&r->pool, &r->items_json, bv_buf_str(&r->blueprint), r->args, r->bank, err));
	struct bv_issuer issuer = { bv_signer_did(r->signer), bv_str_of(name), bv_str_of(url) };
	bv_exam_write(&r->exam_json, BV_SITTING_LINEAR, r->seed, r->draw_key, r->at_s, &issuer);
	r->documents = (struct bv_exam_documents){
		.exam = bv_buf_str(&r->exam_json), .blueprint = bv_buf_str(&r->blueprint), .standard = bv_buf_str(&r->standard),
		.rules = bv_buf_str(&r->rules), .pool = bv_buf_str(&r->pool), .items = bv_buf_str(&r->items_json),
		.design = bv_buf_str(&r->issue.design), .parameters = bv_buf_str(&r->issue.parameters), .seen = bv_buf_str(&r->issue.seen), .chances = bv_buf_str(&r->issue.chances),
	};
	TRY(bv_exam_new(&r->exam, &r->documents, bv_evidence_item_text, r->texts, err));
	if (bv_exam_issue(r->exam))
		TRY(take_turns(r, err));
	TRY(bv_exam_template(&r->tmpl, r->exam, r->signer, err));
	r->table = bv_json_new_array();
	return BV_OK;
}

/* ---- Candidates ---- */

static void
add_row(struct exam_run *r, const struct bv_roster_entry *entry, const struct bv_marking *marking)
{
	const struct bv_candidate *candidate = &entry->candidate;
	struct bv_json *row = bv_json_add(r->table, bv_json_new_object());
	const struct bv_rating *rating = &marking->result;

	bv_json_set_str(row, "ticket", candidate->ticket);
	bv_json_set_str(row, "name", candidate->name);
	bv_json_set_int(row, "marksHundredths", rating->marks);
	bv_json_set_int(row, "maxHundredths", rating->max);
	if (rating->has_ability) {
		bv_json_set_int(row, "thetaE4", rating->theta_e4);
		bv_json_set_int(row, "seE4", rating->se_e4);
	}
	if (entry->has_ability)
		bv_json_set_int(row, "abilityMilli", entry->ability_milli);
	bv_json_set_str(row, "level", rating->level ? rating->level->code : BV_STR_NONE);
	bv_json_set_str(row, "decision", bv_str_of(bv_rating_decision_name(rating->decision)));
	bv_json_set(row, "certificate", bv_json_new_bool(bv_marking_attains(marking)));
	struct bv_json *against = bv_json_set(row, "against", bv_json_new_array());
	for (size_t i = 0; i < rating->reason_count; i++)
		if (rating->reasons[i].against)
			bv_json_add(against, bv_json_new_str(rating->reasons[i].text.en));
	r->passed += rating->decision == BV_RATING_PASSED;
	r->certificates += bv_marking_attains(marking);
}

static enum bv_status
sit(struct exam_run *r, const struct bv_roster_entry *entry, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf credential = BV_BUF(BV_CREDENTIAL_MAX);
	BV_AUTO(bv_marking_finish) struct bv_marking marking = { 0 };
	const struct bv_candidate *candidate = &entry->candidate;

	if (!args_get(r->args, "responses")) {
		bv_buf_clear(&r->responses);
		TRY(bv_exam_simulate(&r->responses, r->exam, candidate, entry->ability_milli, err));
	}
	TRY(bv_exam_sit(&marking, r->exam, candidate, bv_buf_str(&r->responses), err));
	if (bv_marking_attains(&marking))
		TRY(bv_exam_attest(&credential, r->exam, candidate, &marking, r->tmpl, err));
	/* Nothing is written before the first candidate has been scored: most faults of the input are found until then. */
	if (!r->evidence)
		TRY(bv_evidence_begin(&r->evidence, args_get(r->args, "out"), &r->documents, bv_buf_str(&r->did), err));
	TRY(bv_evidence_candidate(r->evidence, r->texts, candidate, bv_buf_str(&r->responses), &marking, bv_buf_str(&credential), err));
	add_row(r, entry, &marking);
	return BV_OK;
}

/* A line that is written over on a terminal; elsewhere one for every thousand. */
static void
progress(size_t done, size_t count)
{
	if (isatty(2) && (done % 16 == 0 || done == count))
		fprintf(stderr, "\r%zu of %zu candidates%s", done, count, done == count ? "\r\033[K" : "");
	else if (!isatty(2) && done % 1000 == 0 && done < count)
		fprintf(stderr, "%zu of %zu candidates\n", done, count);
}

static enum bv_status
sit_all(struct exam_run *r, struct bv_err *err)
{
	for (size_t i = 0; i < r->roster->count; i++) {
		const struct bv_roster_entry *entry = &r->roster->entries[i];
		enum bv_status status = sit(r, entry, err);
		if (status != BV_OK)
			return bv_err_set(err, status, "candidate '%.*s': %s", BV_STR_ARG(entry->candidate.ticket), err->msg);
		progress(i + 1, r->roster->count);
	}
	return bv_evidence_sign(r->evidence, r->key, err);
}

/* ---- Printing ---- */

static void
print_row(const struct bv_json *row)
{
	int64_t marks = bv_json_int(bv_json_find(row, "marksHundredths"));

	print_column(bv_json_str(bv_json_find(row, "ticket")), 10);
	print_column(bv_json_str(bv_json_find(row, "name")), 24);
	printf("%6lld.%02lld", (long long)(marks / 100), (long long)(marks % 100));
	if (bv_json_find(row, "thetaE4"))
		printf("  %+6.2f ± %.2f", (double)bv_json_int(bv_json_find(row, "thetaE4")) / 1e4, (double)bv_json_int(bv_json_find(row, "seE4")) / 1e4);
	else
		printf("  %13s", "-");
	if (bv_json_find(row, "abilityMilli"))
		printf("  %+6.2f", (double)bv_json_int(bv_json_find(row, "abilityMilli")) / 1e3);
	else
		printf("  %6s", "-");
	printf("  ");
	struct bv_str level = bv_json_str(bv_json_find(row, "level"));
	print_column(level.len ? level : BV_STR("-"), 10);
	print_column(bv_json_str(bv_json_find(row, "decision")), 12);
	const struct bv_json *against = bv_json_find(row, "against");
	size_t more = bv_json_count(against) > 1 ? bv_json_count(against) - 1 : 0;
	if (bv_json_bool(bv_json_find(row, "certificate"))) {
		puts("yes");
		return;
	}
	printf("no: %.*s", BV_STR_ARG(bv_json_str(bv_json_at(against, 0))));
	if (more)
		printf(" And %zu more.", more);
	puts("");
}

/* Marks in ten bands of a tenth of the maximum each; a bar for each, the longest 50 cells. */
static void
print_chart(const struct bv_json *table)
{
	enum { BANDS = 10, LONGEST = 50 };
	size_t bands[BANDS] = { 0 }, most = 1, count = bv_json_count(table);

	for (size_t i = 0; i < count; i++) {
		const struct bv_json *row = bv_json_at(table, i);
		int64_t marks = bv_json_int(bv_json_find(row, "marksHundredths")), max = bv_json_int(bv_json_find(row, "maxHundredths"));
		size_t band = max > 0 ? (size_t)(marks * BANDS / max) : 0;
		bands[band < BANDS ? band : BANDS - 1]++;
	}
	for (size_t b = 0; b < BANDS; b++)
		if (bands[b] > most)
			most = bands[b];
	puts("\nMarks, percent of the maximum:");
	for (size_t b = 0; b < BANDS; b++) {
		printf("%3zu–%-3zu %4zu ", b * 10, b + 1 == BANDS ? 100 : b * 10 + 10, bands[b]);
		for (size_t n = 0; n < (bands[b] * LONGEST + most - 1) / most; n++)
			fputs("█", stdout);
		puts("");
	}
}

static void
print_table(const struct exam_run *r)
{
	size_t count = bv_json_count(r->table);

	puts("candidate name                         raw   theta ± SE      true    level     decision    certificate");
	for (size_t i = 0; i < count; i++)
		print_row(bv_json_at(r->table, i));
	if (count > 1)
		print_chart(r->table);
	printf("\n%zu candidates, %zu passed, %zu certificates. Evidence: %s\n", count, r->passed, r->certificates, args_get(r->args, "out"));
}

static int
run(struct args *args)
{
	BV_AUTO(run_finish) struct exam_run r = { .args = args };
	struct bv_err err;

	if (args_has(args, "simulate") == (args_get(args, "responses") != NULL))
		return usage(args->cmd, "give either --responses FILE or --simulate");
	if (read_options(&r, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (prepare(&r, &err) != BV_OK || sit_all(&r, &err) != BV_OK) {
		int status = fail(NULL, &err);
		if (r.evidence)
			fprintf(stderr, "bangvang: %s is unfinished and unsigned: nothing in it counts. Remove it, and run again.\n", args_get(args, "out"));
		return status;
	}
	if (args_has(args, "json"))
		print_json(r.table);
	else
		print_table(&r);
	return bv_json_count(r.table) == 1 && !r.passed ? EXIT_NO : EXIT_YES;
}

const struct cmd cmd_exam_run = {
	.name = "exam run",
	.summary = "the whole main job from files: draw, score, rate, issue",
	.about =
		"Draws each candidate's form from the bank, scores the responses, rates the outcomes against the standard by the rules, and signs a "
		"certificate for whoever attains a level. The evidence of each step is written into --out: `bangvang audit exam` derives it again "
		"byte for byte.\n\n"
		"--candidate is {\"ticket\",\"name\"[,\"carryOver\":[{\"part\",\"marksHundredths\",\"maxHundredths\",\"examDay\"}]]}, or a roster {\"candidates\":[…]} together with "
		"--simulate, which answers for candidates of known ability (`bangvang simulate`). --responses is "
		"{\"responses\":{ITEM:{RESPONSE:value}}} with values as in the 1EdTech PCI JSON; a response that its item cannot take, or to an item "
		"that is not on the form, is refused and nothing is scored.\n\n"
		"The key file is made by `bangvang key new`; did.json must lie beside it. For one candidate the exit status is 1 when he did not pass.",
	.opts = (const struct opt[]){
		{ "bank", "DB", "the item bank", .required = true },
		{ "blueprint", "FILE", "what is asked", .required = true },
		{ "standard", "FILE", "the skills standard", .required = true },
		{ "rules", "FILE", "the rule pack", .required = true },
		{ "candidate", "FILE", "one candidate or a roster", .required = true },
		{ "responses", "FILE", "what the candidate answered" },
		ISSUE_INPUTS_OPTS,
		{ "simulate", NULL, "let candidates of known ability answer" },
		{ "key", "FILE", "the issuer's private key", .required = true },
		{ "issuer-name", "TEXT", "the issuer's name on certificates" },
		{ "issuer-url", "URL", "the issuer's address on certificates" },
		{ .name = "pool", .argument = "FILE", .help = "the pool, as 'bank freeze' froze it or 'bank deal' dealt it; what the blueprint takes from the bank when absent" },
		ALLOWED_MODULES_OPT,
		{ "seed", "HEX", "the session's seed, 32 bytes; random when absent" },
		{ "draw-key", "HEX", "the draw key, 32 bytes; random when absent" },
		{ "at", "TIME", "time of the exam, 2026-11-21T02:00:00Z; now when absent" },
		{ "out", "DIR", "a new folder for the evidence", .required = true },
		{ "json", NULL, "print the table as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang exam run --bank demo/bank.db --blueprint engine/sample/vn-basic-40.xml --standard standards/vn-tt03-2014.xml "
		"--rules rules/vn-17-2016.xml --candidate demo/roster.json --simulate --key demo/issuer/key.pem --out run-2",
		NULL },
	.run = run,
};
