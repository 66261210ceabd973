/* One look at a ledger by the machine's own clocks, for clock_steps.sh: ledger_clock DB new|look. Prints what is left of the time of its one attempt in
 * ms, the drift of the wall clock in ms, and whether the clock is held. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/engine.h"

enum { OWN_MS = 7200000 };

static struct bv_err err;

static int
failed(const char *what)
{
	fprintf(stderr, "ledger_clock: %s: %s\n", what, err.msg);
	return 1;
}

static int
make(struct bv_ledger *ledger)
{
	int64_t now = bv_clock_utc_ms();
	struct bv_ledger_act acts[] = {
		{ .act = BV_EXAM_OPEN, .facts = { .author = BV_STR("x"), .plan = { .name = BV_STR("clock"), .opens_ms = now - 1000, .start_until_ms = now + 10 * OWN_MS,
		                                                                   .closes_ms = now + 20 * OWN_MS, .own_ms = OWN_MS, .item_count = 1 } } },
		{ .act = BV_EXAM_REGISTER, .attempt = 1, .facts = { .author = BV_STR("x"), .ticket = BV_STR("T") } },
		{ .act = BV_EXAM_ADMIT, .attempt = 2, .facts = { .author = BV_STR("x") } },
		{ .act = BV_EXAM_LEASE, .attempt = 2, .facts = { .author = BV_STR("candidate"), .machine = BV_STR("m") } },
		{ .act = BV_EXAM_START, .attempt = 2, .facts = { .author = BV_STR("candidate"), .lease = 1, .form = { 1 } } },
	};

	for (size_t i = 0; i < BV_COUNT(acts); i++)
		if (bv_ledger_do(ledger, &acts[i], &err) != BV_OK)
			return failed(bv_exam_act_name(acts[i].act));
	return 0;
}

int
main(int argc, char **argv)
{
	static const uint8_t seed[BV_KEY_LEN] = { 4 };
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	BV_AUTO(bv_ledger_close) struct bv_ledger *ledger = NULL;
	struct bv_ledger_act look = { .act = BV_EXAM_LOOK, .attempt = 2 };
	struct bv_ledger_stats stats;
	int64_t held_ms;

	if (argc != 3)
		return 64;
	bv_key_new(&key, seed);
	const struct bv_ledger_options options = { .url = argv[1], .time = bv_time_source_system(), .key = key, .origin = BV_STR("clock") };
	if (bv_ledger_open(&ledger, &options, &err) != BV_OK)
		return failed("open");
	if (strcmp(argv[2], "new") == 0 && make(ledger))
		return 1;
	if (bv_ledger_do(ledger, &look, &err) != BV_OK)
		return failed("look");
	bv_ledger_stats(&stats, ledger);
	printf("%" PRId64 " %" PRId64 " %s %s\n", look.ack.left_ms, stats.drift_ms, bv_ledger_held(ledger, &held_ms) ? "held" : "runs",
	       bv_attempt_state_name(look.ack.state));
	return 0;
}
