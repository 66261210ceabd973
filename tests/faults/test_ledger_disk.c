/* A ledger whose disk fails at the n-th call, for every n: input and output errors, a full disk, short writes, syncs that fail. Nobody is told of what is not
 * stored; a ledger that cannot write stops and says so; and when the power fails then, so that what was not synced is lost too, everything that was
 * acknowledged is there. test_ledger_disk STRIDE: every STRIDE-th n (1: all). */
#include "tests/faults/power_loss.h"

static const struct {
	const char *name;
	enum disk_fault fault;
	bool forever;
} kinds[] = {
	{ "one call fails", DISK_IO, false },
	{ "all calls fail from then on", DISK_IO, true },
	{ "one write finds the disk full", DISK_FULL, false },
	{ "all writes find it full", DISK_FULL, true },
	{ "one write is cut short", DISK_SHORT, false },
	{ "all writes are cut short", DISK_SHORT, true },
};

/* A sync fails, the program is killed and started again: it reads what the failed sync had not brought to the disk, and goes on behind it. Then the power
 * fails. */
static bool
restarted(int n, uint64_t *random)
{
	static struct loss_test t;

	t = (struct loss_test){ .faulty = true };
	loss_begin(&t);
	disk_fail(n, DISK_SYNC, true);
	loss_answers(&t, 30, random);
	bool failed = disk_failed();
	ledger_test_close(&t.l);
	disk_fail(0, DISK_IO, false);
	size_t from = disk_moment();
	if (failed) {
		loss_open(&t);
		t.number -= 10; /* who was not answered sends the same again */
		loss_answers(&t, 16, random);
	}
	loss_end(&t);
	struct disk_replay *replay = disk_replay_new();
	bool good = true;
	for (size_t moment = from; good && moment <= disk_moment(); moment++) {
		disk_replay_to(replay, moment);
		good = loss_try(&t, replay, moment, random);
	}
	disk_replay_free(replay);
	CHECK(good, "sync %d fails, killed, started again: %llu losses of power lose nothing %s", n, t.trials, t.fault);
	loss_finish(&t);
	return failed;
}

struct tally {
	unsigned runs, stopped;
	unsigned long long losses;
	char fault[700];
};

static bool
one(struct tally *tally, int n, size_t kind, uint64_t *random)
{
	static struct loss_test t;
	char fault[600] = "";

	t = (struct loss_test){ .faulty = true };
	loss_begin(&t);
	disk_fail(n, kinds[kind].fault, kinds[kind].forever);
	loss_answers(&t, 40, random);
	bool stopped = bv_ledger_health(t.l.ledger, &t.l.err) == BV_EIO, failed = disk_failed();
	if (stopped != (t.refused > 0) && t.refused)
		snprintf(fault, sizeof fault, "%u refused, and not stopped", t.refused);
	loss_end(&t);
	struct disk_replay *replay = disk_replay_new();
	size_t end = disk_moment();
	disk_replay_to(replay, end);
	for (int i = 0; i < 3; i++)
		loss_try(&t, replay, end, random);
	disk_replay_free(replay);
	/* And as the files are when only the program ended. */
	struct bv_ledger_check counts;
	if (t.last_n < loss_need(&t, end))
		snprintf(fault, sizeof fault, "an acknowledged answer is not there");
	else if (bv_ledger_check(&counts, t.l.url, bv_key_public(t.l.key), NULL, NULL, &t.l.err) != BV_OK)
		snprintf(fault, sizeof fault, "does not check: %s", t.l.err.msg);
	else if (!loss_goes_on(&t, t.l.url, t.last_n) || t.fault[0])
		snprintf(fault, sizeof fault, "%s", t.fault);
	tally->runs++;
	tally->stopped += stopped;
	tally->losses += t.trials;
	if (fault[0] && !tally->fault[0])
		snprintf(tally->fault, sizeof tally->fault, "call %d: %s", n, fault);
	loss_finish(&t);
	return failed;
}

int
main(int argc, char **argv)
{
	uint64_t random = UINT64_C(0xfedcba9876543);
	unsigned stride = argc > 1 ? (unsigned)atoi(argv[1]) : 9;

	for (size_t kind = 0; kind < BV_COUNT(kinds); kind++) {
		struct tally tally = { 0 };
		bool failed = true;
		for (int n = 1; failed && n < 3000; n += 1 + (int)disk_random(&random, 2 * stride - 1))
			failed = one(&tally, n, kind, &random);
		CHECK(!failed && tally.runs > 2 && tally.stopped && !tally.fault[0],
		      "%s: at %u calls, which stopped the ledger %u times; %llu losses of power after it; nothing that was acknowledged is lost %s", kinds[kind].name,
		      tally.runs, tally.stopped, tally.losses, tally.fault);
	}
	for (int n = 1; n < 100 && restarted(n, &random); n += argc > 1 ? 1 : 4)
		;
	return check_end();
}
