/* Candidates of a sitting that the office has prepared: they come in, answer by their ability, and hand in, while no server has the ledger. Then the exam's clock
 * stands so many minutes later than it is, so that nobody has to wait for the end.
 *
 *     sit_exam LEDGER KEY BANK SITTING LATER ABILITY…
 *
 * An ability is in thousandths of a logit, in the order of the seats; who has none never comes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/sitter.h"

static struct bv_err err;

static void
need(enum bv_status status, const char *what)
{
	if (status == BV_OK)
		return;
	fprintf(stderr, "sit_exam: %s: %s\n", what, err.msg);
	exit(1);
}

/* ---- A clock that is ahead ---- */

static struct bv_time_source real;
static int64_t later_ms;

static int64_t
boot_ms(void *ctx)
{
	return real.boot_ms(ctx) + later_ms;
}

static int64_t
awake_ms(void *ctx)
{
	return real.awake_ms(ctx) + later_ms;
}

static int64_t
utc_ms(void *ctx)
{
	return real.utc_ms(ctx) + later_ms;
}

static struct bv_ledger *
open_ledger(const char *url, const struct bv_key *key)
{
	const struct bv_ledger_options options = { .url = url, .time = { boot_ms, awake_ms, utc_ms, real.boot_id, real.ctx }, .key = key, .own_wall_clock = later_ms > 0 };
	struct bv_ledger *ledger = NULL;

	need(bv_ledger_open(&ledger, &options, &err), url);
	return ledger;
}

/* ---- Candidates ---- */

struct room {
	struct bv_ledger *ledger;
	struct bv_sittings *sittings;
	struct bv_sitting *sitting;
	struct bv_papers *papers;
	char **abilities;
};

static void
act(const struct room *room, enum bv_exam_act kind, int64_t attempt, const struct bv_paper *paper)
{
	bool own = kind == BV_EXAM_LEASE || kind == BV_EXAM_START || kind == BV_EXAM_SUBMIT;
	struct bv_ledger_act act = { .act = kind, .attempt = attempt, .facts = { .author = own ? BV_STR("candidate") : BV_STR("staff-1") } };

	if (kind == BV_EXAM_LEASE)
		act.facts.machine = BV_STR("machine-1");
	if (kind == BV_EXAM_START)
		memcpy(act.facts.form, bv_paper_hash(paper), BV_HASH_LEN);
	if (kind == BV_EXAM_START || kind == BV_EXAM_SUBMIT)
		act.facts.lease = 1;
	need(bv_ledger_do(room->ledger, &act, &err), bv_exam_act_name(kind));
}

static enum bv_status
sit(void *ctx, const struct bv_seat *seat, struct bv_err *why)
{
	BV_AUTO(bv_paper_free) struct bv_paper *paper = NULL;
	const struct bv_candidate candidate = { .ticket = seat->ticket, .name = seat->ticket };
	struct room *room = ctx;
	uint32_t count;

	if (!*room->abilities)
		return BV_OK;
	struct bv_exam *exam = bv_sitting_exam(room->sitting);
	struct bv_given nothing = { 0 };
	bool over, adaptive = bv_exam_is_adaptive(exam);

	if (adaptive)
		TRY(bv_paper_grow(&paper, &over, room->papers, seat->ticket, 1, bv_given_answer, &nothing, why));
	else
		TRY(bv_paper_load(&paper, room->papers, room->sittings, seat->attempt, seat->ticket, why));
	act(room, BV_EXAM_ADMIT, seat->attempt, NULL);
	act(room, BV_EXAM_LEASE, seat->attempt, NULL);
	act(room, BV_EXAM_START, seat->attempt, paper);
	long ability = atol(*room->abilities++);
	if (adaptive)
		TRY(sitter_grow(&count, room->ledger, room->papers, exam, seat->attempt, &candidate, ability, why));
	else
		TRY(sitter_answer(&count, room->ledger, room->papers, paper, exam, seat->attempt, &candidate, ability, why));
	act(room, BV_EXAM_SUBMIT, seat->attempt, NULL);
	printf("%.*s: %u answers\n", BV_STR_ARG(seat->ticket), count);
	return BV_OK;
}

static void
hold(const char *url, const struct bv_key *key, const char *bank_path, const char *name, char **abilities)
{
	BV_AUTO(bv_ledger_close) struct bv_ledger *ledger = open_ledger(url, key);
	BV_AUTO(bv_sittings_close) struct bv_sittings *sittings = NULL;
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_evidence_texts_free) struct bv_evidence_texts *texts = NULL;
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = NULL;
	BV_AUTO(bv_papers_free) struct bv_papers *papers = NULL;
	int64_t id;

	need(bv_ledger_find_sitting(&id, ledger, bv_str_of(name), &err), name);
	need(bv_sittings_join(&sittings, url, &err), url);
	need(bv_bank_open(&bank, bank_path, BV_BANK_READ, &err), bank_path);
	texts = bv_evidence_texts_new(bank);
	need(bv_sitting_load(&sitting, sittings, bv_str_of(name), bv_evidence_item_text, texts, &err), name);
	need(bv_papers_new(&papers, sitting, bank, NULL, 0, &err), "papers");
	need(bv_sitting_turns(sitting, sittings, &err), "turns");
	struct room room = { ledger, sittings, sitting, papers, abilities };
	need(bv_seats_each(sittings, id, BV_STR_NONE, sit, &room, &err), "candidates");
}

int
main(int argc, char **argv)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	int64_t minutes;

	if (argc < 6 || !bv_str_int(bv_str_of(argv[5]), &minutes))
		return 64;
	real = bv_time_source_system();
	need(bv_key_load(&key, BV_KEY_ED25519, argv[2], &err), argv[2]);
	hold(argv[1], key, argv[3], argv[4], argv + 6);
	later_ms = minutes * 60000;
	bv_ledger_close(open_ledger(argv[1], key));
	return 0;
}
