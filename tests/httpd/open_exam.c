/* For the tests and the measurement of saves, until sittings sign candidates in: a sitting of now with COUNT attempts that are started, each with a
 * session. Prints "ATTEMPT TOKEN" a line.
 *
 *     open_exam LEDGER KEY DB COUNT [ITEMS [MINUTES]] */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "engine/engine.h"
#include "tools/httpd/account.h"

static struct bv_err err;

static void
need(enum bv_status status, const char *what)
{
	if (status == BV_OK)
		return;
	fprintf(stderr, "open_exam: %s: %s\n", what, err.msg);
	exit(1);
}

static struct bv_ledger_ack
act(struct bv_ledger *ledger, enum bv_exam_act kind, int64_t id, const struct bv_exam_facts *facts)
{
	struct bv_ledger_act act = { .act = kind, .attempt = id, .facts = *facts };

	need(bv_ledger_do(ledger, &act, &err), bv_exam_act_name(kind));
	return act.ack;
}

enum { WAVE = 4096 }; /* attempts whose acts are on their way at once, so that one commit has many of them */

struct attempt {
	struct bv_ledger_act act;
	char ticket[32];
};

static _Atomic unsigned done_count;

static void
count_done(struct bv_ledger_act *act)
{
	(void)act;
	done_count++;
}

/* The same act for all of a wave, after the one before. */
static void
act_all(struct bv_ledger *ledger, struct attempt *wave, unsigned count, enum bv_exam_act kind, int64_t sitting)
{
	bool candidate = kind == BV_EXAM_LEASE || kind == BV_EXAM_START;

	done_count = 0;
	for (unsigned i = 0; i < count; i++) {
		struct bv_ledger_act *act = &wave[i].act;
		int64_t id = kind == BV_EXAM_REGISTER ? sitting : act->ack.attempt;
		uint32_t lease = kind == BV_EXAM_START ? act->ack.lease : 0;
		*act = (struct bv_ledger_act){ .act = kind, .attempt = id, .done = count_done,
			                       .facts = { .author = candidate ? BV_STR("candidate") : BV_STR("staff-1"), .lease = lease } };
		if (kind == BV_EXAM_REGISTER)
			act->facts.ticket = bv_str_of(wave[i].ticket);
		if (kind == BV_EXAM_LEASE)
			act->facts.machine = BV_STR("machine-1");
		if (kind == BV_EXAM_START)
			act->facts.form[0] = 1;
		bv_ledger_submit(ledger, act);
	}
	while (done_count < count)
		usleep(200);
	for (unsigned i = 0; i < count; i++) {
		err = wave[i].act.err;
		need(wave[i].act.status, bv_exam_act_name(kind));
	}
}

static void
start_attempts(struct bv_ledger *ledger, int64_t sitting, struct attempt *wave, int64_t first, unsigned count)
{
	static const enum bv_exam_act acts[] = { BV_EXAM_REGISTER, BV_EXAM_ADMIT, BV_EXAM_LEASE, BV_EXAM_START };

	for (unsigned i = 0; i < count; i++)
		snprintf(wave[i].ticket, sizeof wave[i].ticket, "T-%lld", (long long)(first + i));
	for (size_t k = 0; k < BV_COUNT(acts); k++)
		act_all(ledger, wave, count, acts[k], sitting);
}

static void
print_sessions(struct bv_sql *sql, const struct attempt *wave, unsigned count)
{
	need(bv_sql_begin(sql, true, &err), "sessions");
	for (unsigned i = 0; i < count; i++) {
		const struct bv_ledger_ack *ack = &wave[i].act.ack;
		char token[SESSION_TOKEN_SIZE];
		uint8_t random[32];
		bv_random_fill(random, sizeof random);
		need(session_open(token, sql, NULL, ack->attempt, ack->lease, random, bv_clock_now_s(), &err), "session");
		printf("%lld %s\n", (long long)ack->attempt, token);
	}
	need(bv_sql_commit(sql, &err), "sessions");
}

int
main(int argc, char **argv)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	BV_AUTO(bv_ledger_close) struct bv_ledger *ledger = NULL;
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	const int64_t minute_ms = 60000, now_ms = bv_clock_now_s() * 1000;
	int64_t count, items = 40, minutes = 120;

	if (argc < 5 || !bv_str_int(bv_str_of(argv[4]), &count) || (argc > 5 && !bv_str_int(bv_str_of(argv[5]), &items)) ||
	    (argc > 6 && !bv_str_int(bv_str_of(argv[6]), &minutes)))
		return 64;
	need(bv_key_load(&key, argv[2], &err), argv[2]);
	struct bv_ledger_options options = { .url = argv[1], .time = bv_time_source_system(), .key = key, .origin = BV_STR("example.vn/bangvang") };
	need(bv_ledger_open(&ledger, &options, &err), argv[1]);
	need(bv_sql_open(&sql, argv[3], BV_SQL_CREATE, &err), argv[3]);
	need(account_schema(sql, &err), "schema");
	char name[40];
	snprintf(name, sizeof name, "sitting-%lld", (long long)bv_clock_monotonic_ns());
	struct bv_exam_facts open = { .author = BV_STR("staff-1"),
		                      .plan = { .name = bv_str_of(name), .opens_ms = now_ms - minute_ms, .start_until_ms = now_ms + 600 * minute_ms,
		                                .closes_ms = now_ms + 1200 * minute_ms, .own_ms = minutes * minute_ms, .item_count = (uint32_t)items } };
	int64_t sitting = act(ledger, BV_EXAM_OPEN, 0, &open).sitting;
	struct attempt *wave = bv_alloc_array(WAVE, sizeof *wave);
	for (int64_t first = 1; first <= count; first += WAVE) {
		unsigned some = count - first + 1 < WAVE ? (unsigned)(count - first + 1) : WAVE;
		start_attempts(ledger, sitting, wave, first, some);
		print_sessions(sql, wave, some);
	}
	free(wave);
	return 0;
}
