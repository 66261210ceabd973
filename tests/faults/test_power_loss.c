/* The power fails at any moment of a session: every acknowledged answer is there, unchanged, in order; chains, tree and checkpoints verify; nobody has
 * gained time. And the test can fail: without syncs, or told too early, it finds what is lost. A slice of what tools/campaign/power-loss does, which runs
 * this program with ANSWERS SUBSETS SEED: every moment, SUBSETS ways to lose what was not synced. */
#include "tests/faults/power_loss.h"

static uint64_t
seeded(uint64_t seed)
{
	return seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

/* Every moment, or some. Of those that are meant to lose, to the first lost answer. */
static void
losses(struct loss_test *t, unsigned answers, unsigned moments, unsigned subsets, uint64_t seed)
{
	uint64_t random = seeded(seed);

	loss_begin(t);
	loss_answers(t, answers, &random);
	loss_end(t);
	struct disk_replay *replay = disk_replay_new();
	size_t end = disk_moment(), stride = moments ? end / moments + 1 : 1;
	for (size_t moment = 0; moment <= end; moment += moments ? 1 + disk_random(&random, 2 * stride - 1) : 1) {
		disk_replay_to(replay, moment);
		/* With nothing to lose all ways are one. */
		for (unsigned i = 0; i < (disk_replay_pending(replay) ? subsets : 1); i++)
			if (!loss_try(t, replay, moment, &random) && (t->no_sync || t->early) && t->lost)
				moment = end;
		if (!moments && moment % 100 == 0)
			printf("# moment %zu of %zu, %llu losses\n", moment, end, t->trials), fflush(stdout);
	}
	disk_replay_free(replay);
	printf("# %zu calls of the disk, %lld events, %zu acknowledgements; %llu losses of power: %llu before there was a ledger, %llu with answers that nobody had "
	       "been told of; %llu lost acknowledged answers, %llu damaged the ledger, %llu left something wrong %s\n",
	       end, (long long)t->last_n, t->told_count, t->trials, t->empty, t->unheard, t->lost, t->damaged, t->invalid, t->fault);
}

int
main(int argc, char **argv)
{
	static struct loss_test whole, no_sync, early;
	unsigned answers = argc == 4 ? (unsigned)atoi(argv[1]) : 200, subsets = argc == 4 ? (unsigned)atoi(argv[2]) : 4;

	losses(&whole, answers, argc == 4 ? 0 : 120, subsets, argc == 4 ? strtoull(argv[3], NULL, 10) : 20261125);
	CHECK(whole.trials > 100 && whole.unheard && !whole.lost && !whole.damaged && !whole.invalid, "%llu losses of power, nothing that was acknowledged is lost: %s", whole.trials,
	      whole.fault);
	loss_finish(&whole);
	if (argc == 4)
		return check_end();
	no_sync.no_sync = true;
	losses(&no_sync, 60, 60, 8, 1);
	CHECK(no_sync.lost, "without syncs the test finds %llu losses", no_sync.lost);
	loss_finish(&no_sync);
	early.early = true;
	losses(&early, 60, 60, 8, 2);
	CHECK(early.lost, "told before the commit the test finds %llu losses", early.lost);
	loss_finish(&early);
	return check_end();
}
