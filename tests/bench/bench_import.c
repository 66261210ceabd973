/* How fast is an import, and how far from what must be done in any case: reading, parsing and hashing each file, and inserting its bytes in a
 * table? Both are measured in the same run, on files made for it, into SQLite with synchronous=FULL. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/sql.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "tests/bench/bench.h"

enum { ITEMS = 6000 };
static char folder[] = "/tmp/bv-bench-import-XXXXXX";

static void
write_items(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(8192);
	char path[200];

	for (int i = 0; i < ITEMS; i++) {
		bench_item_write(&xml, i, "vi");
		snprintf(path, sizeof path, "%s/items/%05d.xml", folder, i);
		bench_file_write(path, &xml);
	}
}

struct bare {
	struct bv_sql_stmt *insert;
	struct bv_buf bytes;
};

static enum bv_status
insert_bare(void *ctx, const char *path, struct bv_err *err)
{
	struct bare *bare = ctx;
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;

	TRY(bv_file_read(&bare->bytes, path, err));
	TRY(bv_item_parse(&item, bv_buf_str(&bare->bytes), err));
	bv_sql_bind_blob(bare->insert, 1, bv_item_hash(item), BV_HASH_LEN);
	bv_sql_bind_blob(bare->insert, 2, bare->bytes.p, bare->bytes.len);
	return bv_sql_exec(bare->insert, err);
}

struct cost {
	double wall_s, cpu_s;
};

static struct cost
since(struct cost start)
{
	return (struct cost){ (double)bv_clock_monotonic_ns() * 1e-9 - start.wall_s, (double)clock() / CLOCKS_PER_SEC - start.cpu_s };
}

static struct cost
measure_bare(const char *items, int run)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct bare bare = { .bytes = BV_BUF(BV_XML_ITEM_MAX) };
	struct bv_err err;
	char path[200];

	snprintf(path, sizeof path, "%s/bare-%d.db", folder, run);
	must(bv_sql_open(&sql, path, BV_SQL_CREATE, &err), &err);
	must(bv_sql_run(sql, "CREATE TABLE t(hash BYTEA, xml BYTEA)", &err), &err);
	must(bv_sql_prepare(&bare.insert, sql, "INSERT INTO t VALUES ($1, $2)", &err), &err);
	struct cost start = since((struct cost){ 0 });
	must(bv_sql_begin(sql, true, &err), &err);
	must(bv_dir_walk(items, insert_bare, &bare, &err), &err);
	must(bv_sql_commit(sql, &err), &err);
	struct cost cost = since(start);
	bv_sql_stmt_free(bare.insert);
	bv_buf_finish(&bare.bytes);
	return cost;
}

/* What a bank with a life cycle adds: an event and a state for each version. */
static void
begin_life(struct bv_bank *bank)
{
	const struct bv_life_rule rule = { 1, true };
	const struct bv_doing doing = { .who = BV_STR("Người nhập"), .now_s = 1 };
	uint64_t adopted;
	struct bv_err err;

	must(bv_bank_life_begin(&adopted, bank, &rule, BV_STATE_DRAFT, &doing, &err), &err);
}

enum import { FIRST, AGAIN, WITH_LIFE };

static struct cost
measure_import(const char *items, int run, enum import what)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	const struct bv_import_opts opts = { .now_s = 1, .who = BV_STR("Người nhập") };
	struct bv_import_counts counts;
	struct bv_err err;
	char path[200];

	snprintf(path, sizeof path, "%s/bank-%d%s.db", folder, run, what == WITH_LIFE ? "-life" : "");
	must(bv_bank_open(&bank, path, BV_BANK_CREATE, &err), &err);
	if (what == WITH_LIFE)
		begin_life(bank);
	struct cost start = since((struct cost){ 0 });
	must(bv_bank_import(bank, &items, 1, &opts, &counts, &err), &err);
	struct cost cost = since(start);
	if ((what == AGAIN ? counts.unchanged : counts.added) != ITEMS)
		must(bv_err_set(&err, BV_EINVAL, "%llu refused", (unsigned long long)counts.refused), &err);
	return cost;
}

static int
by_cpu(const void *a, const void *b)
{
	double x = ((const struct cost *)a)->cpu_s, y = ((const struct cost *)b)->cpu_s;

	return (x > y) - (x < y);
}

int
main(void)
{
	enum { RUNS = 3 };
	struct cost bare[RUNS], import[RUNS], again[RUNS], life[RUNS];
	struct bv_err err;
	char items[200], command[220];

	if (!mkdtemp(folder))
		return 1;
	snprintf(items, sizeof items, "%s/items", folder);
	must(bv_dir_make(items, &err), &err);
	write_items();
	for (int run = 0; run < RUNS; run++) {
		bare[run] = measure_bare(items, run);
		import[run] = measure_import(items, run, FIRST);
		again[run] = measure_import(items, run, AGAIN);
		life[run] = measure_import(items, run, WITH_LIFE);
	}
	qsort(bare, RUNS, sizeof *bare, by_cpu);
	qsort(import, RUNS, sizeof *import, by_cpu);
	qsort(again, RUNS, sizeof *again, by_cpu);
	qsort(life, RUNS, sizeof *life, by_cpu);
	const struct cost b = bare[RUNS / 2], i = import[RUNS / 2], a = again[RUNS / 2], l = life[RUNS / 2];
	printf("import: %.0f items/s of CPU, %.0f items/s by the clock (%d files, median of %d)\n", ITEMS / i.cpu_s, ITEMS / i.wall_s, ITEMS, RUNS);
	printf("import again, nothing changed: %.0f items/s of CPU, %.0f by the clock\n", ITEMS / a.cpu_s, ITEMS / a.wall_s);
	printf("import into a bank that keeps a life cycle: %.0f items/s of CPU, %.0f by the clock\n", ITEMS / l.cpu_s, ITEMS / l.wall_s);
	printf("bar, read + parse + hash + one insert in one transaction: %.0f items/s of CPU, %.0f by the clock\n", ITEMS / b.cpu_s, ITEMS / b.wall_s);
	printf("import / bar: %.2f of CPU, %.2f by the clock\n", b.cpu_s / i.cpu_s, b.wall_s / i.wall_s);
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command) != 0;
}
