/* Events a second of a ledger at 1, 16, 64, 256 and 1024 a commit, beside the same rows inserted into the same table by a loop of prepared inserts in
 * this thread; memory of an attempt; how fast a ledger starts again.
 *
 *     bench_ledger [SECONDS [ATTEMPTS [URL]]]
 *
 * URL is of an empty PostgreSQL database, in the place of a file; bare inserts are SQLite's in any case.
 *
 * A ledger's figure is from bv_ledger_submit to done, with as many acts on their way as fill four commits and 256 more, by one thread that submits. */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/sql.h"
#include "engine/engine.h"

enum { ITEMS = 40 };
static char folder[] = "/tmp/bv-bench-ledger-XXXXXX";
static struct bv_err err;

static void
need(enum bv_status status, const char *what)
{
	if (status == BV_OK)
		return;
	fprintf(stderr, "bench_ledger: %s: %s\n", what, err.msg);
	exit(1);
}

static double
cpu_s(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* ---- Bare inserts ---- */

static double
bare(uint32_t batch, double seconds)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *put = NULL;
	char url[200], body[200];
	static const uint8_t hash[BV_HASH_LEN];
	int64_t n = 0;

	snprintf(url, sizeof url, "sqlite:%s/bare-%u.db", folder, batch);
	need(bv_sql_open(&sql, url, BV_SQL_CREATE, &err), url);
	bv_sql_log_keep(sql);
	need(bv_sql_run(sql, "CREATE TABLE event(n INTEGER PRIMARY KEY, sitting BIGINT NOT NULL, attempt BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL,"
	                     " kind BIGINT NOT NULL, prev BIGINT NOT NULL, body BYTEA NOT NULL, hash BYTEA NOT NULL)", &err), "table");
	need(bv_sql_prepare(&put, sql, "INSERT INTO event VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", &err), "insert");
	int64_t start = bv_clock_monotonic_ns();
	do {
		need(bv_sql_begin(sql, true, &err), "begin");
		for (uint32_t i = 0; i < batch; i++) {
			int len = snprintf(body, sizeof body, "{\"author\":\"candidate\",\"item\":%d,\"lease\":1,\"number\":%lld,\"response\":{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}}",
			                   (int)(n % ITEMS), (long long)n);
			bv_sql_bind_int(put, 1, ++n);
			for (int k = 2; k <= 7; k++)
				bv_sql_bind_int(put, k, k == 5 ? 1795593600000 + n : n);
			bv_sql_bind_blob(put, 8, body, (size_t)len);
			bv_sql_bind_blob(put, 9, hash, sizeof hash);
			need(bv_sql_exec(put, &err), "insert");
		}
		need(bv_sql_commit(sql, &err), "commit");
		int64_t left;
		if (bv_sql_log_pages(sql) > 16384)
			need(bv_sql_log_copy(sql, &left, &err), "copy");
	} while ((double)(bv_clock_monotonic_ns() - start) / 1e9 < seconds);
	return (double)n / ((double)(bv_clock_monotonic_ns() - start) / 1e9);
}

/* ---- The ledger ---- */

struct bench {
	struct bv_ledger *ledger;
	struct bv_key *key;
	char url[400];
	int64_t sitting, first;
	uint32_t attempts;
	_Atomic uint64_t done, failed;
};

static void
open_ledger(struct bench *b, uint32_t batch)
{
	const struct bv_ledger_options options = { .url = b->url, .time = bv_time_source_system(), .key = b->key, .origin = BV_STR("bench"), .batch_max = batch };

	need(bv_ledger_open(&b->ledger, &options, &err), "open");
}

static struct bv_ledger_act
act_of(struct bench *b, enum bv_exam_act kind, int64_t id)
{
	struct bv_ledger_act act = { .act = kind, .attempt = id, .facts = { .author = BV_STR("bench") } };

	(void)b;
	if (kind == BV_EXAM_LEASE || kind == BV_EXAM_START)
		act.facts.author = BV_STR("candidate");
	if (kind == BV_EXAM_LEASE)
		act.facts.machine = BV_STR("m");
	if (kind == BV_EXAM_START) {
		act.facts.lease = 1;
		act.facts.form[0] = 1;
	}
	return act;
}

static void
counted(struct bv_ledger_act *act)
{
	struct bench *b = act->ctx;

	atomic_fetch_add_explicit(&b->failed, act->status != BV_OK, memory_order_relaxed);
	atomic_fetch_add_explicit(&b->done, 1, memory_order_release);
}

static void
counted_ticket(struct bv_ledger_act *act)
{
	counted(act);
	free((void *)(uintptr_t)act->facts.ticket.p);
	free(act);
}

/* Every attempt through one act at a time. */
static void
all(struct bench *b, enum bv_exam_act kind)
{
	b->done = 0;
	for (uint32_t i = 0; i < b->attempts; i++) {
		struct bv_ledger_act *act = bv_alloc(sizeof *act);
		char ticket[20];
		*act = act_of(b, kind, kind == BV_EXAM_REGISTER ? b->sitting : b->first + i);
		snprintf(ticket, sizeof ticket, "T%u", i);
		char *own = bv_str_dup(bv_str_of(ticket));
		act->facts.ticket = (struct bv_str){ own, kind == BV_EXAM_REGISTER ? strlen(own) : 0 };
		act->done = counted_ticket;
		act->ctx = b;
		bv_ledger_submit(b->ledger, act);
		while (i - atomic_load(&b->done) > 20000 && i > atomic_load(&b->done))
			usleep(100);
	}
	while (atomic_load(&b->done) < b->attempts)
		usleep(100);
}

static void
prepare(struct bench *b)
{
	struct bv_ledger_act act = act_of(b, BV_EXAM_OPEN, 0);
	int64_t now = bv_clock_utc_ms();

	act.facts.plan = (struct bv_sitting_plan){ .name = BV_STR("bench"), .opens_ms = now - 1000, .start_until_ms = now + 86400000, .closes_ms = now + 86400000,
		                                   .own_ms = 86400000, .item_count = ITEMS };
	need(bv_ledger_do(b->ledger, &act, &err), "sitting");
	b->sitting = act.ack.sitting;
	b->first = b->sitting + 1;
	all(b, BV_EXAM_REGISTER);
	all(b, BV_EXAM_ADMIT);
	all(b, BV_EXAM_LEASE);
	all(b, BV_EXAM_START);
	if (b->failed) {
		fprintf(stderr, "bench_ledger: %llu acts of the preparation were refused\n", (unsigned long long)b->failed);
		exit(1);
	}
}

static uint32_t number;

static double
saves(struct bench *b, uint32_t batch, double seconds)
{
	const size_t most = 4 * (size_t)batch + 256;
	struct bv_ledger_act *acts = bv_alloc_array(most, sizeof *acts);
	uint64_t sent = 0, before = atomic_load(&b->done), seed = 1;
	int64_t start = bv_clock_monotonic_ns();

	/* An act is used again when all up to it are done: answers come in the order in which acts were given. */
	do {
		while (sent - (atomic_load_explicit(&b->done, memory_order_acquire) - before) >= most)
			usleep(100);
		struct bv_ledger_act *act = &acts[sent % most];
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		act->act = BV_EXAM_SAVE;
		act->attempt = b->first + (int64_t)((seed >> 33) % b->attempts);
		act->facts.author = BV_STR("candidate");
		act->facts.lease = 1;
		act->facts.item = (uint32_t)(seed >> 20) % ITEMS;
		act->facts.number = ++number;
		act->facts.response = BV_STR("{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}");
		act->done = counted;
		act->ctx = b;
		bv_ledger_submit(b->ledger, act);
		sent++;
	} while (sent % 64 || (double)(bv_clock_monotonic_ns() - start) / 1e9 < seconds);
	while (atomic_load(&b->done) - before < sent)
		usleep(50);
	double rate = (double)sent / ((double)(bv_clock_monotonic_ns() - start) / 1e9);
	free(acts);
	return rate;
}

static enum bv_status
delete_file(void *ctx, const char *path, struct bv_err *e)
{
	(void)ctx, (void)e;
	unlink(path);
	return BV_OK;
}

int
main(int argc, char **argv)
{
	static const uint32_t batches[] = { 1, 16, 64, 256, 1024 };
	static const uint8_t seed[BV_KEY_LEN] = { 1 };
	double seconds = argc > 1 ? atof(argv[1]) : 2;
	struct bench b = { .attempts = argc > 2 ? (uint32_t)atoi(argv[2]) : 10000 };
	struct bv_ledger_stats stats;

	if (!mkdtemp(folder))
		return 1;
	bv_key_new(&b.key, seed);
	if (argc > 3)
		snprintf(b.url, sizeof b.url, "%s", argv[3]);
	else
		snprintf(b.url, sizeof b.url, "sqlite:%s/ledger.db", folder);
	open_ledger(&b, 0);
	prepare(&b);
	bv_ledger_stats(&stats, b.ledger);
	printf("%u attempts of %d items: %llu bytes each in memory\n", b.attempts, ITEMS, (unsigned long long)(stats.memory / b.attempts));
	bv_ledger_close(b.ledger);
	puts("a commit | bare inserts/s | ledger events/s | events a commit | CPU us an event | commit us");
	for (size_t i = 0; i < BV_COUNT(batches); i++) {
		double bare_rate = bare(batches[i], seconds);
		open_ledger(&b, batches[i]);
		double cpu = cpu_s();
		b.done = 0;
		double rate = saves(&b, batches[i], seconds);
		cpu = cpu_s() - cpu;
		bv_ledger_stats(&stats, b.ledger);
		printf("%8u | %14.0f | %15.0f | %15.1f | %15.2f | %9.0f\n", batches[i], bare_rate, rate, (double)stats.events / (double)stats.commits,
		       cpu * 1e6 / (double)stats.events, (double)stats.commit_us_sum / (double)stats.commits);
		fflush(stdout);
		bv_ledger_close(b.ledger);
	}
	open_ledger(&b, 0);
	bv_ledger_stats(&stats, b.ledger);
	printf("starting again: %lld events in %lld ms, %.0f events/s; %llu acts failed\n", (long long)stats.rebuild_events, (long long)stats.rebuild_ms,
	       (double)stats.rebuild_events * 1000 / (double)stats.rebuild_ms, (unsigned long long)b.failed);
	bv_ledger_close(b.ledger);
	bv_key_free(b.key);
	need(bv_dir_walk(folder, delete_file, NULL, &err), "clean up");
	rmdir(folder);
	return b.failed != 0;
}
