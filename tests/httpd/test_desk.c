/* Sittings and papers in memory: bounded, the same after they went and came back, one reading for many that ask at once. */
#include "tools/httpd/desk.h"
#include "tests/engine/sitting_fixture.h"

enum { SEATS = 600, BARE = HALLS_MAX + 1, ASKERS = 4, ASKED = 3000 };

static struct sitting_test t;
static struct limit *limit;
static struct log *log_;
static const struct bv_allowed_modules no_modules;

static struct halls *
open_halls(const char *bank)
{
	return halls_new(t.l.ledger, t.l.url, bank, &no_modules, log_);
}

/* All papers but a few, which are made when they are asked for. */
static void
prepared(void)
{
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = NULL;
	BV_AUTO(bv_papers_free) struct bv_papers *papers = NULL;
	size_t count;

	CHECK_OK(bv_sitting_load(&sitting, t.sittings, SITTING, NULL, NULL, &t.err), &t.err, "the sitting");
	CHECK_OK(bv_papers_new(&papers, sitting, t.bank, NULL, 0, &t.err), &t.err, "its papers");
	CHECK_OK(bv_papers_prepare(&count, papers, t.sittings, 2, NULL, NULL, &t.err), &t.err, "made ahead");
	sitting_sql(&t, "DELETE FROM paper WHERE attempt % 50 = 0");
}

/* Attempts are numbered after their sitting. */
static int64_t
attempt_of(int i)
{
	return t.id + 1 + i;
}

static void
bounded(struct halls *halls)
{
	enum { KIB = 160 };
	struct desks *desks = desks_new(halls, KIB << 10);
	uint8_t hashes[SEATS][BV_HASH_LEN];
	size_t bytes, most = 0, same = 0;
	struct desk *desk;

	CHECK(!desk_recall(desks, attempt_of(0)), "nothing is there yet");
	for (int i = 0; i < SEATS; i++) {
		if (desk_load(&desk, desks, attempt_of(i), &t.err) != BV_OK)
			CHECK(false, "desk %d: %s", i, t.err.msg);
		memcpy(hashes[i], bv_paper_hash(desk->paper), BV_HASH_LEN);
		desk_release(desk);
		desks_count(desks, &bytes);
		most = bytes > most ? bytes : most;
	}
	size_t count = desks_count(desks, &bytes);
	CHECK(count < SEATS / 2 && count > 20 && most < (KIB << 10) + 64 * 1024, "%zu of %d papers are kept, in %zu bytes at most", count, SEATS, most);
	CHECK(!desk_recall(desks, attempt_of(0)), "the first has gone");
	desk = desk_recall(desks, attempt_of(SEATS - 1));
	CHECK(desk && desk->attempt == attempt_of(SEATS - 1), "the last is there");
	/* Held, it outlives its place. */
	for (int i = 0; i < SEATS; i++) {
		struct desk *again = NULL;
		if (desk_load(&again, desks, attempt_of(i), &t.err) == BV_OK)
			same += bv_hash_eq(hashes[i], bv_paper_hash(again->paper));
		desk_release(again);
	}
	CHECK(same == SEATS, "read again each is the same");
	CHECK(bv_hash_eq(hashes[SEATS - 1], bv_paper_hash(desk->paper)), "what is held stays");
	CHECK(ledger_count(&t.l, "SELECT count(*) FROM paper") == SEATS, "and those that were not kept are");
	desk_release(desk);
	CHECK_REFUSED(desk_load(&desk, desks, 99999, &t.err), BV_ENOTFOUND, &t.err, "99999", "nobody's attempt");
	CHECK_REFUSED(desk_load(&desk, desks, -1, &t.err), BV_ENOTFOUND, &t.err, "no attempt", "nor a number that is none");
	struct hall *hall;
	CHECK_OK(hall_find(&hall, halls, SITTING, &t.err), &t.err, "the sitting");
	desks_leave(desks, hall);
	hall_release(hall);
	CHECK(desks_count(desks, &bytes) == 0, "all leave a sitting that is closed");
	desks_free(desks);
}

struct asking {
	struct desks *desks;
	unsigned seed;
	size_t wrong;
};

static void *
ask(void *ctx)
{
	struct asking *a = ctx;
	uint64_t n = a->seed;
	struct bv_err err;

	for (int k = 0; k < ASKED; k++) {
		n = n * UINT64_C(6364136223846793005) + 1442695040888963407u;
		int64_t attempt = attempt_of((int)(n >> 33) % 100);
		struct desk *desk = desk_recall(a->desks, attempt);
		if (!desk && desk_load(&desk, a->desks, attempt, &err) != BV_OK)
			a->wrong++;
		a->wrong += desk && desk->attempt != attempt;
		if (desk && k % 500 == 499)
			desks_leave(a->desks, desk->hall);
		desk_release(desk);
	}
	return NULL;
}

/* Threads that ask for the same while it goes and comes. */
static void
at_once(struct halls *halls)
{
	struct desks *desks = desks_new(halls, 64 << 10);
	struct asking asking[ASKERS];
	pthread_t threads[ASKERS];
	size_t wrong = 0, bytes;

	for (unsigned i = 0; i < ASKERS; i++) {
		asking[i] = (struct asking){ .desks = desks, .seed = i + 1 };
		pthread_create(&threads[i], NULL, ask, &asking[i]);
	}
	for (unsigned i = 0; i < ASKERS; i++) {
		pthread_join(threads[i], NULL);
		wrong += asking[i].wrong;
	}
	CHECK(!wrong, "%d threads are each given what they ask for", ASKERS);
	CHECK(desks_count(desks, &bytes) <= 100, "and nothing is there twice");
	desks_free(desks);
}

static int64_t
open_bare(const char *name)
{
	struct bv_ledger_act act = { .act = BV_EXAM_OPEN,
		                     .facts = { .author = STAFF_ID, .plan = { .name = bv_str_of(name), .opens_ms = T0, .start_until_ms = T0 + MINUTE, .closes_ms = T0 + MINUTE,
		                                                              .own_ms = MINUTE, .item_count = 1 } } };

	CHECK(bv_ledger_do(t.l.ledger, &act, &t.err) == BV_OK, "%s", name);
	return act.ack.sitting;
}

/* More sittings than are kept, and all of them in use. */
static void
many(struct halls *halls)
{
	struct hall *held[BARE], *one;
	int64_t ids[BARE];
	char name[20];

	for (int i = 0; i < BARE; i++) {
		snprintf(name, sizeof name, "bare-%d", i);
		ids[i] = open_bare(name);
		if (hall_find(&one, halls, bv_str_of(name), &t.err) != BV_OK || one->id != ids[i] || one->papers)
			CHECK(false, "%s: %s", name, t.err.msg);
		else
			hall_release(one);
	}
	CHECK(halls_count(halls) == HALLS_MAX, "of %d sittings %d are kept", BARE + 1, HALLS_MAX);
	for (int i = 0; i < HALLS_MAX; i++)
		if (hall_find_id(&held[i], halls, ids[i], &t.err) != BV_OK)
			CHECK(false, "sitting %d: %s", i, t.err.msg);
	CHECK_REFUSED(hall_find_id(&one, halls, ids[BARE - 1], &t.err), BV_ELIMIT, &t.err, "sittings are open at once", "one more than can be held");
	hall_release(held[0]);
	CHECK_OK(hall_find_id(&one, halls, ids[BARE - 1], &t.err), &t.err, "until one is let go");
	hall_release(one);
	for (int i = 1; i < HALLS_MAX; i++)
		hall_release(held[i]);
	CHECK_REFUSED(hall_find(&one, halls, BV_STR("bare-9999"), &t.err), BV_ENOTFOUND, &t.err, "no such sitting", "a name that nobody has");
	CHECK_REFUSED(hall_find(&one, halls, BV_STR_NONE, &t.err), BV_ENOTFOUND, &t.err, "no such sitting", "no name");
	struct bv_ledger_act close = { .act = BV_EXAM_CLOSE, .attempt = ids[0], .facts = { .author = STAFF_ID, .reason = BV_STR("x") } };
	CHECK_OK(bv_ledger_do(t.l.ledger, &close, &t.err), &t.err, "a sitting is closed");
	struct halls *fresh = open_halls("");
	CHECK_REFUSED(hall_find_id(&one, fresh, ids[0], &t.err), BV_ENOTFOUND, &t.err, "no such sitting", "and is not found any more");
	CHECK_REFUSED(hall_find(&one, fresh, SITTING, &t.err), BV_EINVAL, &t.err, "names no bank", "without a bank no sitting with documents is held");
	CHECK_REFUSED(hall_find(&one, fresh, SITTING, &t.err), BV_EINVAL, &t.err, "names no bank", "as is said again at once");
	halls_free(fresh);
	fresh = open_halls("/nowhere/bank.db");
	CHECK_REFUSED(hall_find(&one, fresh, SITTING, &t.err), BV_EINVAL, &t.err, "/nowhere/bank.db", "a bank that is not there is not a sitting that is not there");
	halls_free(fresh);
}

static atomic_int left;

static void
gone(void *ctx, const struct hall *hall)
{
	left += strcmp(hall->name, "bare-1") == 0;
	desks_leave(ctx, hall);
}

/* The watch reads what is new, and lets go of what is closed. */
static void
watched(const char *bank, int64_t closing)
{
	struct halls *halls = open_halls(bank);
	struct desks *desks = desks_new(halls, 1 << 20);
	struct hall *hall;

	CHECK_OK(hall_find_id(&hall, halls, closing, &t.err), &t.err, "a sitting that is going to be closed");
	hall_release(hall);
	struct bv_ledger_act close = { .act = BV_EXAM_CLOSE, .attempt = closing, .facts = { .author = STAFF_ID, .reason = BV_STR("x") } };
	CHECK_OK(bv_ledger_do(t.l.ledger, &close, &t.err), &t.err, "  is");
	CHECK_OK(halls_watch(halls, gone, desks, &t.err), &t.err, "a watch");
	for (int i = 0; i < 2000 && !(left && halls_count(halls) == HALLS_MAX); i++)
		usleep(5000);
	CHECK(left == 1 && halls_count(halls) == HALLS_MAX, "it has gone, and others are read: %d, %u", left, halls_count(halls));
	halls_stop(halls);
	desks_free(desks);
	halls_free(halls);
}

int
main(void)
{
	struct rate rates[RATE_COUNT];
	char bank[128];

	for (size_t i = 0; i < RATE_COUNT; i++)
		rates[i] = (struct rate){ 60000, 1000 };
	limit = limit_new(rates, 1024, 7);
	log_ = log_new(2, limit);
	sitting_test_init(&t);
	sitting_test_create(&t);
	sitting_test_register(&t, 0, SEATS, 1);
	prepared();
	snprintf(bank, sizeof bank, "%s/bank.db", t.l.folder);
	struct halls *halls = open_halls(bank);
	bounded(halls);
	at_once(halls);
	many(halls);
	halls_free(halls);
	int64_t id;
	CHECK_OK(bv_ledger_find_sitting(&id, t.l.ledger, BV_STR("bare-1"), &t.err), &t.err, "a sitting");
	watched(bank, id);
	sitting_test_finish(&t);
	log_free(log_);
	limit_free(limit);
	return check_end();
}
