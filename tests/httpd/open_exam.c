/* For the tests and the measurement of saves, until sittings sign candidates in: a sitting of now with COUNT attempts that are started, each with a
 * session. Prints "ATTEMPT TOKEN" a line.
 *
 * With ROOMS they sit in so many rooms, "1" …, and WAITING more are registered only: "ATTEMPT -".
 *
 *     open_exam LEDGER KEY DB COUNT [ITEMS [MINUTES [ROOMS [WAITING [NAME]]]]]
 *     open_exam --move LEDGER KEY ATTEMPT ROOM SEAT */
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
	char ticket[32], details[80];
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
			act->facts.ticket = bv_str_of(wave[i].ticket), act->facts.details = bv_str_of(wave[i].details);
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
start_attempts(struct bv_ledger *ledger, int64_t sitting, struct attempt *wave, int64_t first, unsigned count, int64_t rooms, bool started)
{
	static const enum bv_exam_act acts[] = { BV_EXAM_REGISTER, BV_EXAM_ADMIT, BV_EXAM_LEASE, BV_EXAM_START };

	for (unsigned i = 0; i < count; i++) {
		snprintf(wave[i].ticket, sizeof wave[i].ticket, "T-%lld", (long long)(first + i));
		wave[i].details[0] = '\0';
		if (rooms)
			snprintf(wave[i].details, sizeof wave[i].details, "{\"room\":\"%lld\",\"seat\":\"%lld\"}", (long long)((first + i - 1) % rooms + 1), (long long)(first + i));
	}
	for (size_t k = 0; k < (started ? BV_COUNT(acts) : 1); k++)
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

static void
open_ledger(struct bv_ledger **ledger, struct bv_key **key, const char *url, const char *path)
{
	need(bv_key_load(key, BV_KEY_ED25519, path, &err), path);
	const struct bv_ledger_options options = { .url = url, .time = bv_time_source_system(), .key = *key, .new_origin = BV_STR("example.vn/bangvang") };
	need(bv_ledger_open(ledger, &options, &err), url);
}

/* Another seat, as a roster that is given again says it. */
static int
move(char **argv)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	BV_AUTO(bv_ledger_close) struct bv_ledger *ledger = NULL;
	char details[200];
	int64_t attempt;

	if (!bv_str_int(bv_str_of(argv[2]), &attempt))
		return 64;
	open_ledger(&ledger, &key, argv[0], argv[1]);
	snprintf(details, sizeof details, "{\"seat\":{\"room\":\"%.40s\",\"seat\":\"%.40s\"}}", argv[3], argv[4]);
	const struct bv_exam_facts note = { .author = BV_STR("staff-1"), .details = bv_str_of(details) };
	act(ledger, BV_EXAM_NOTE, attempt, &note);
	return 0;
}

int
main(int argc, char **argv)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	BV_AUTO(bv_ledger_close) struct bv_ledger *ledger = NULL;
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	const int64_t minute_ms = 60000, now_ms = bv_clock_now_s() * 1000;
	int64_t count, items = 40, minutes = 120, rooms = 0, waiting = 0;

	if (argc == 7 && strcmp(argv[1], "--move") == 0)
		return move(argv + 2);
	if (argc < 5 || !bv_str_int(bv_str_of(argv[4]), &count) || (argc > 5 && !bv_str_int(bv_str_of(argv[5]), &items)) ||
	    (argc > 6 && !bv_str_int(bv_str_of(argv[6]), &minutes)) || (argc > 7 && !bv_str_int(bv_str_of(argv[7]), &rooms)) ||
	    (argc > 8 && !bv_str_int(bv_str_of(argv[8]), &waiting)))
		return 64;
	open_ledger(&ledger, &key, argv[1], argv[2]);
	need(bv_sql_open(&sql, argv[3], BV_SQL_CREATE, &err), argv[3]);
	need(account_schema(sql, &err), "schema");
	char name[65];
	if (argc > 9)
		snprintf(name, sizeof name, "%s", argv[9]);
	else
		snprintf(name, sizeof name, "sitting-%lld", (long long)bv_clock_monotonic_ns());
	struct bv_exam_facts open = { .author = BV_STR("staff-1"),
		                      .plan = { .name = bv_str_of(name), .opens_ms = now_ms - minute_ms, .start_until_ms = now_ms + 600 * minute_ms,
		                                .closes_ms = now_ms + 1200 * minute_ms, .own_ms = minutes * minute_ms, .item_count = (uint32_t)items } };
	int64_t sitting = act(ledger, BV_EXAM_OPEN, 0, &open).sitting;
	struct attempt *wave = bv_alloc_array(WAVE, sizeof *wave);
	for (int64_t first = 1; first <= count; first += WAVE) {
		unsigned some = count - first + 1 < WAVE ? (unsigned)(count - first + 1) : WAVE;
		start_attempts(ledger, sitting, wave, first, some, rooms, true);
		print_sessions(sql, wave, some);
	}
	for (int64_t first = count + 1; first <= count + waiting; first += WAVE) {
		unsigned some = count + waiting - first + 1 < WAVE ? (unsigned)(count + waiting - first + 1) : WAVE;
		start_attempts(ledger, sitting, wave, first, some, rooms, false);
		for (unsigned i = 0; i < some; i++)
			printf("%lld -\n", (long long)wave[i].act.ack.attempt);
	}
	free(wave);
	return 0;
}
