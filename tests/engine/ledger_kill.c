/* kill -9 of a program that appends under load: ledger_kill ROUNDS SEED FOLDER. Each round a child opens the ledger, sends again what the round before
 * did not hear of, and saves answers by several threads, telling every acknowledgement through a pipe; it is killed at a random moment. Then every
 * acknowledged event must be in the log as it was acknowledged, each attempt's in order, the ledger must check, and nobody may have gained time. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sql.h"
#include "engine/engine.h"

enum { ATTEMPTS = 50, ITEMS = 10, THREADS = 3, FLYING = 40, ROUNDS_A_FILE = 20, TIME_MS = 86400000 };

struct told {
	int64_t attempt, seq, n, at_ms, left_ms, now_ms;
	uint32_t item, number;
	uint8_t hash[BV_HASH_LEN];
	uint8_t again;
};

static struct bv_err err;
static struct bv_key *key;
static int out_fd;

static void
need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "ledger_kill: %s: %s\n", what, err.msg);
	_exit(2);
}

/* ---- The child ---- */

static struct bv_ledger *ledger;

struct saver {
	struct bv_ledger_act acts[FLYING];
	atomic_bool busy[FLYING];
	uint32_t number;
	int which;
};

static void
saved(struct bv_ledger_act *act)
{
	struct told told = { act->ack.attempt, act->ack.seq, act->ack.n, act->ack.at_ms, act->ack.left_ms, act->ack.now_ms, act->facts.item, act->facts.number, { 0 }, act->ack.again };

	memcpy(told.hash, act->ack.receipt.hash, BV_HASH_LEN);
	/* A pipe takes a record of this length whole or not at all. */
	if (act->status == BV_OK && !act->ack.superseded && write(out_fd, &told, sizeof told) != sizeof told)
		_exit(3);
	if (act->status != BV_OK && act->refusal != BV_REFUSED_STOPPED) {
		fprintf(stderr, "ledger_kill: refused: %s\n", act->err.msg);
		_exit(4);
	}
	atomic_store((atomic_bool *)act->ctx, false);
}

/* The answers of a thread are a fixed sequence: who starts at an old number sends the same again. */
static void *
save(void *ctx)
{
	struct saver *saver = ctx;
	static const struct bv_str answers[] = { { "{\"R\":\"A\"}", 9 }, { "{\"R\":\"B\"}", 9 }, { "{\"R\":\"C\"}", 9 } };

	for (;; saver->number++) {
		size_t i = saver->number % FLYING;
		struct bv_ledger_act *act = &saver->acts[i];
		while (atomic_load(&saver->busy[i]))
			usleep(100);
		atomic_store(&saver->busy[i], true);
		*act = (struct bv_ledger_act){ .act = BV_EXAM_SAVE, .attempt = 2 + saver->which + saver->number % (ATTEMPTS / THREADS) * THREADS, .done = saved,
			                       .ctx = &saver->busy[i],
			                       .facts = { .author = BV_STR("candidate"), .lease = 1, .item = saver->number % ITEMS, .number = saver->number,
			                                  .response = answers[saver->number % 3] } };
		bv_ledger_submit(ledger, act);
	}
	return NULL;
}

static void
prepare(void)
{
	int64_t now = bv_clock_utc_ms();
	struct bv_ledger_act act = { .act = BV_EXAM_OPEN, .facts = { .author = BV_STR("x"), .plan = { .name = BV_STR("kill"), .opens_ms = now - 1000,
		                     .start_until_ms = now + TIME_MS, .closes_ms = now + 2 * TIME_MS, .own_ms = TIME_MS, .item_count = ITEMS } } };

	need(bv_ledger_do(ledger, &act, &err) == BV_OK, "open");
	for (int i = 0; i < ATTEMPTS; i++) {
		char ticket[20];
		snprintf(ticket, sizeof ticket, "T%d", i);
		act = (struct bv_ledger_act){ .act = BV_EXAM_REGISTER, .attempt = 1, .facts = { .author = BV_STR("x"), .ticket = bv_str_of(ticket) } };
		need(bv_ledger_do(ledger, &act, &err) == BV_OK && act.ack.attempt == i + 2, "register");
		act = (struct bv_ledger_act){ .act = BV_EXAM_ADMIT, .attempt = i + 2, .facts = { .author = BV_STR("x") } };
		need(bv_ledger_do(ledger, &act, &err) == BV_OK, "admit");
		act = (struct bv_ledger_act){ .act = BV_EXAM_LEASE, .attempt = i + 2, .facts = { .author = BV_STR("candidate"), .machine = BV_STR("m") } };
		need(bv_ledger_do(ledger, &act, &err) == BV_OK, "lease");
		act = (struct bv_ledger_act){ .act = BV_EXAM_START, .attempt = i + 2, .facts = { .author = BV_STR("candidate"), .lease = 1, .form = { 1 } } };
		need(bv_ledger_do(ledger, &act, &err) == BV_OK, "start");
	}
}

static void
child(const char *url, uint32_t from, bool fresh)
{
	const struct bv_ledger_options options = { .url = url, .time = bv_time_source_system(), .key = key, .origin = BV_STR("kill"), .checkpoint_ms = 20 };
	static struct saver savers[THREADS];
	pthread_t threads[THREADS];

	need(bv_ledger_open(&ledger, &options, &err) == BV_OK, "open the ledger");
	if (fresh)
		prepare();
	for (int i = 0; i < THREADS; i++) {
		savers[i].which = i;
		savers[i].number = from;
		pthread_create(&threads[i], NULL, save, &savers[i]);
	}
	pause();
}

/* ---- The parent ---- */

static uint64_t random_state;

static uint64_t
next(uint64_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % below;
}

struct all {
	struct told *list;
	size_t count, cap;
	int64_t clock_ms[ATTEMPTS + 2]; /* at which the time of each is over, as it was told */
	int64_t last_n;                 /* the newest event of the rounds before */
	int64_t now_ms;                 /* the latest that was told */
};

static void
keep(struct all *all, const struct told *told)
{
	if (all->count == all->cap) {
		all->cap = all->cap ? all->cap * 2 : 4096;
		all->list = realloc(all->list, all->cap * sizeof all->list[0]);
		need(all->list, "memory");
	}
	all->list[all->count++] = *told;
}

static void
read_pipe(struct all *all, int fd)
{
	struct told told;

	while (read(fd, &told, sizeof told) == sizeof told)
		keep(all, &told);
}

static void
report(void *ctx, bool good, const char *file, const char *message)
{
	(void)ctx, (void)file;
	if (!good)
		fprintf(stderr, "ledger_kill: %s\n", message);
}

/* Everything that was told is there, as it was told. */
static bool
recovered(struct all *all, const char *url, unsigned *unheard)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *count = NULL, *marks = NULL;
	struct bv_ledger_check counts;
	bool row;

	if (bv_ledger_check(&counts, url, bv_key_public(key), report, NULL, &err) != BV_OK)
		return false;
	need(bv_sql_open(&sql, url, BV_SQL_READ, &err) == BV_OK &&
	     bv_sql_prepare(&stmt, sql, "SELECT attempt, seq, at, hash, body FROM event WHERE n = $1 AND kind = 16", &err) == BV_OK, "read");
	for (size_t i = 0; i < all->count; i++) {
		const struct told *told = &all->list[i];
		char item[60];
		bv_sql_bind_int(stmt, 1, told->n);
		need(bv_sql_step(stmt, &row, &err) == BV_OK, "read");
		if (!row) {
			fprintf(stderr, "ledger_kill: event %" PRId64 " was acknowledged and is gone\n", told->n);
			return false;
		}
		int len = snprintf(item, sizeof item, "{\"author\":\"candidate\",\"item\":%u,\"lease\":1,\"number\":%u,", told->item, told->number);
		if (bv_sql_int(stmt, 0) != told->attempt || bv_sql_int(stmt, 1) != told->seq || bv_sql_int(stmt, 2) != told->at_ms ||
		    memcmp(bv_sql_blob(stmt, 3).p, told->hash, BV_HASH_LEN) != 0 || memcmp(bv_sql_blob(stmt, 4).p, item, (size_t)len) != 0) {
			fprintf(stderr, "ledger_kill: event %" PRId64 " is not what was acknowledged\n", told->n);
			return false;
		}
		bv_sql_reset(stmt);
	}
	need(bv_sql_prepare(&count, sql, "SELECT count(*), max(n) FROM event WHERE kind = 16", &err) == BV_OK && bv_sql_step(count, &row, &err) == BV_OK, "count");
	/* In one boot of the machine the exam's clock is the boottime and a constant, to the millisecond, whoever wrote it down: nobody is given or loses time
	 * by a restart. */
	need(bv_sql_prepare(&marks, sql, "SELECT max(exam_ms - boot_ms) - min(exam_ms - boot_ms) FROM boot", &err) == BV_OK && bv_sql_step(marks, &row, &err) == BV_OK, "marks");
	int64_t moved_ms = bv_sql_int(marks, 0);
	bv_sql_reset(marks);
	if (moved_ms) {
		fprintf(stderr, "ledger_kill: a restart moved the exam's clock by %" PRId64 " ms\n", moved_ms);
		return false;
	}
	*unheard = (unsigned)bv_sql_int(count, 0);
	all->last_n = bv_sql_int(count, 1);
	bv_sql_reset(count);
	return true;
}

/* Of what a round told: new events in the order of the log, old ones as they were, and nobody's end of time moved. */
static bool
in_order(struct all *all, size_t from)
{
	int64_t newest = all->last_n;

	for (size_t i = from; i < all->count; i++) {
		const struct told *told = &all->list[i];
		bool new = told->n > all->last_n;
		/* One thread answers: what it says comes in the order of its clock, in this life and after all the lives before. */
		if (told->now_ms < all->now_ms) {
			fprintf(stderr, "ledger_kill: the exam's clock went back by %" PRId64 " ms\n", all->now_ms - told->now_ms);
			return false;
		}
		all->now_ms = told->now_ms;
		if (new && told->n <= newest) {
			fprintf(stderr, "ledger_kill: event %" PRId64 " was acknowledged after event %" PRId64 "\n", told->n, newest);
			return false;
		}
		newest = new ? told->n : newest;
		/* An answer that was there before is told with the time of then and what is left now, which says nothing. */
		int64_t over_ms = told->at_ms + told->left_ms;
		if (told->again)
			continue;
		if (!all->clock_ms[told->attempt])
			all->clock_ms[told->attempt] = over_ms;
		if (over_ms != all->clock_ms[told->attempt]) {
			fprintf(stderr, "ledger_kill: the end of attempt %" PRId64 " moved by %" PRId64 " ms\n", told->attempt, over_ms - all->clock_ms[told->attempt]);
			return false;
		}
	}
	return true;
}

/* The first number that some thread did not hear of: from there all is sent again. */
static uint32_t
resume_from(const struct all *all, size_t from)
{
	uint32_t last[THREADS] = { 0 }, least = UINT32_MAX;

	for (size_t i = from; i < all->count; i++) {
		int which = (int)((all->list[i].attempt - 2) % THREADS);
		if (all->list[i].number > last[which])
			last[which] = all->list[i].number;
	}
	for (int i = 0; i < THREADS; i++)
		least = last[i] < least ? last[i] : least;
	return least > 2 * FLYING ? least - 2 * FLYING : 1;
}

/* One life of the program: how long it lives after its first acknowledgement is random. */
static bool
one_round(struct all *all, const char *url, bool fresh, uint32_t *from)
{
	int pipes[2], status;
	struct told first;
	size_t before = all->count;

	need(pipe(pipes) == 0, "pipe");
	fcntl(pipes[1], F_SETPIPE_SZ, 1 << 20);
	pid_t pid = fork();
	if (pid == 0) {
		close(pipes[0]);
		out_fd = pipes[1];
		child(url, *from, fresh);
	}
	close(pipes[1]);
	if (read(pipes[0], &first, sizeof first) != sizeof first) {
		fprintf(stderr, "ledger_kill: the program ended by itself\n");
		return false;
	}
	keep(all, &first);
	uint64_t live_us = next(8) ? next(60000) : next(400000);
	int64_t until_ns = bv_clock_monotonic_ns() + (int64_t)live_us * 1000;
	fcntl(pipes[0], F_SETFL, O_NONBLOCK);
	do {
		read_pipe(all, pipes[0]);
		usleep(200);
	} while (bv_clock_monotonic_ns() < until_ns);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	read_pipe(all, pipes[0]);
	close(pipes[0]);
	if (!WIFSIGNALED(status)) {
		fprintf(stderr, "ledger_kill: the program ended by itself: %d\n", WEXITSTATUS(status));
		return false;
	}
	*from = resume_from(all, before);
	return in_order(all, before);
}

int
main(int argc, char **argv)
{
	static const uint8_t seed[BV_KEY_LEN] = { 3 };
	struct all all = { 0 };
	char url[500], multikey[BV_MULTIKEY_SIZE];
	uint32_t from = 1;
	uint64_t acknowledged = 0, stored = 0;
	unsigned unheard = 0;

	if (argc != 4)
		return 64;
	int rounds = atoi(argv[1]);
	random_state = strtoull(argv[2], NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) + 1;
	bv_key_new(&key, seed);
	printf("# key %s\n", bv_multikey_write(multikey, bv_key_public(key)));
	for (int round = 0; round < rounds; round++) {
		bool fresh = round % ROUNDS_A_FILE == 0;
		if (fresh) {
			acknowledged += all.count;
			stored += unheard;
			free(all.list);
			all = (struct all){ 0 };
			from = 1;
			snprintf(url, sizeof url, "sqlite:%s/kill-%d.db", argv[3], round);
		}
		if (!one_round(&all, url, fresh, &from) || !recovered(&all, url, &unheard)) {
			printf("not ok 1 - round %d of seed %s: %s\n1..1\n", round, argv[2], url);
			return 1;
		}
	}
	acknowledged += all.count;
	stored += unheard;
	printf("ok 1 - %d kills, seed %s: %" PRIu64 " acknowledgements, all of them kept; %" PRIu64 " answers stored\n1..1\n", rounds, argv[2], acknowledged, stored);
	free(all.list);
	bv_key_free(key);
	return 0;
}
