/* For the tests and the measurement of saves, until sittings sign candidates in: a sitting of now with COUNT attempts that are started, each with a
 * session. Prints "ATTEMPT TOKEN" a line.
 *
 *     open_exam LEDGER KEY DB COUNT [ITEMS [MINUTES]] */
#include <stdio.h>
#include <stdlib.h>

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

static int64_t
start_attempt(struct bv_ledger *ledger, int64_t sitting, int number, uint32_t *lease)
{
	struct bv_str staff = BV_STR("staff-1"), candidate = BV_STR("candidate");
	char ticket[32];

	snprintf(ticket, sizeof ticket, "T-%d", number);
	int64_t id = act(ledger, BV_EXAM_REGISTER, sitting, &(struct bv_exam_facts){ .author = staff, .ticket = bv_str_of(ticket) }).attempt;
	act(ledger, BV_EXAM_ADMIT, id, &(struct bv_exam_facts){ .author = staff });
	*lease = act(ledger, BV_EXAM_LEASE, id, &(struct bv_exam_facts){ .author = candidate, .machine = BV_STR("machine-1") }).lease;
	act(ledger, BV_EXAM_START, id, &(struct bv_exam_facts){ .author = candidate, .lease = *lease, .form = { 1 } });
	return id;
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
	need(bv_sql_begin(sql, true, &err), "sessions");
	for (int i = 1; i <= count; i++) {
		char token[SESSION_TOKEN_SIZE];
		uint8_t random[32];
		uint32_t lease;
		int64_t id = start_attempt(ledger, sitting, i, &lease);
		bv_random_fill(random, sizeof random);
		need(session_open(token, sql, NULL, id, lease, random, bv_clock_now_s(), &err), "session");
		printf("%lld %s\n", (long long)id, token);
	}
	need(bv_sql_commit(sql, &err), "sessions");
	return 0;
}
