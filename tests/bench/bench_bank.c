/* A bank of 100,000 items from files to frozen pool: import, pages by filters, searches, freeze. Each step in a process of its own, so that its peak
 * memory is its own; of the steps that read nothing waits for the disk, and their time is the processor's. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "engine/engine.h"
#include "tests/bench/bench.h"
#include "tests/engine/fixture.h"

enum { ITEMS = 100000, PER_FOLDER = 1000, MODULES = 15, PARTS = 6 };
static char folder[] = "/tmp/bv-bench-bank-XXXXXX";
static char db[100], items[100];

static double
peak_mb(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (double)used.ru_maxrss / 1024;
}

static double
cpu_s(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

static double
wall_s(void)
{
	return (double)bv_clock_monotonic_ns() * 1e-9;
}

/* ---- The items ---- */

static void
resource_write(struct bv_buf *manifest, int i)
{
	static const char *const levels[] = { "nhan-biet", "thong-hieu", "van-dung" };

	bv_buf_printf(manifest,
	              "<resource identifier=\"R%d\" type=\"imsqti_item_xmlv3p0\" href=\"%05d.xml\"><metadata><lom xmlns=\"http://ltsc.ieee.org/xsd/LOM\">"
	              "<lifeCycle><contribute><role><source>LOMv1.0</source><value>author</value></role><entity>Tác giả %d</entity></contribute></lifeCycle>"
	              "<classification><purpose><source>LOMv1.0</source><value>competency</value></purpose><taxonPath><source><string>TT 03/2014</string>"
	              "</source><taxon><id>IU%02d.%d</id></taxon></taxonPath></classification>"
	              "<classification><purpose><source>LOMv1.0</source><value>educational level</value></purpose><taxonPath><source><string>Bloom-VN</string>"
	              "</source><taxon><id>%s</id></taxon></taxonPath></classification></lom></metadata><file href=\"%05d.xml\"/></resource>\n",
	              i, i, i % 40, i % MODULES + 1, i / MODULES % PARTS + 1, levels[i / 7 % 3], i);
}

/* 100 folders, each with the manifest of its items; nine of ten are in Vietnamese. */
static void
write_items(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(8192), manifest = BV_BUF(4 << 20);
	double cpu = cpu_s(), wall = wall_s();
	char path[200];
	struct bv_err err;

	for (int i = 0; i < ITEMS; i++) {
		if (i % PER_FOLDER == 0) {
			snprintf(path, sizeof path, "%s/%02d", items, i / PER_FOLDER);
			must(bv_dir_make(path, &err), &err);
			bv_buf_clear(&manifest);
			bv_buf_addz(&manifest, "<manifest xmlns=\"http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1\"><resources>\n");
		}
		bench_item_write(&xml, i, i % 10 ? "vi" : "en");
		snprintf(path, sizeof path, "%s/%02d/%05d.xml", items, i / PER_FOLDER, i);
		bench_file_write(path, &xml);
		resource_write(&manifest, i);
		if (i % PER_FOLDER == PER_FOLDER - 1) {
			bv_buf_addz(&manifest, "</resources></manifest>");
			snprintf(path, sizeof path, "%s/%02d/imsmanifest.xml", items, i / PER_FOLDER);
			bench_file_write(path, &manifest);
		}
	}
	printf("%-46s %8.1f s of CPU, %5.1f s by the clock\n", "(100,000 files and their manifests written)", cpu_s() - cpu, wall_s() - wall);
}

/* ---- Steps ---- */

static void
idle(void)
{
	printf("%-46s %41.0f MB peak\n", "(a process that does nothing)", peak_mb());
}

static void
refused(void *ctx, const char *path, const struct bv_err *err)
{
	(void)ctx;
	fprintf(stderr, "%s:%d: %s\n", path ? path : "", err->line, err->msg);
}

static void
import(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	const struct bv_import_opts opts = { .now_s = 1, .refuse = refused };
	struct bv_import_counts counts;
	const char *paths[] = { items };
	double cpu = cpu_s(), wall = wall_s();
	struct stat st;
	struct bv_err err;

	must(bv_bank_open(&bank, db, BV_BANK_CREATE, &err), &err);
	must(bv_bank_import(bank, paths, 1, &opts, &counts, &err), &err);
	if (counts.added != ITEMS)
		must(bv_err_set(&err, BV_EINVAL, "%llu refused", (unsigned long long)counts.refused), &err);
	cpu = cpu_s() - cpu;
	wall = wall_s() - wall;
	bv_bank_close(bv_steal(&bank));
	printf("%-46s %8.1f s of CPU, %5.1f s by the clock %6.0f MB peak  (%.0f items/s of CPU, database %.0f MB)\n", "import", cpu, wall, peak_mb(), ITEMS / cpu,
	       stat(db, &st) == 0 ? (double)st.st_size * 1e-6 : 0);
}

static void
list(const char *name, const struct bv_bank_filter *filter, enum bv_bank_sort sort)
{
	enum { RUNS = 9 };
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	const struct bv_bank_page page = { .sort = sort, .limit = 50 };
	double best = 1e9, first = 0;
	size_t found = 0;
	struct bv_err err;

	must(bv_bank_open(&bank, db, BV_BANK_READ, &err), &err);
	for (int run = 0; run < RUNS; run++) {
		BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
		double start = cpu_s();
		must(bv_bank_list(&pool, bank, filter, &page, &err), &err);
		double ms = 1e3 * (cpu_s() - start);
		best = ms < best ? ms : best;
		first = run ? first : ms;
		found = pool.count;
	}
	printf("%-46s %8.2f ms of CPU, first %6.2f ms      %6.0f MB peak  (%zu items)\n", name, best, first, peak_mb(), found);
}

static void
pages(void)
{
	list("page: part, level and language", &(struct bv_bank_filter){ .competence = BV_STR("IU09.3"), .language = BV_STR("vi"), .level = BV_COGNITIVE_APPLY },
	     BV_SORT_PLACE);
	list("page: author and language, worst case of none", &(struct bv_bank_filter){ .author = BV_STR("Tác giả 7"), .language = BV_STR("fr") }, BV_SORT_PLACE);
}

static void
searches(void)
{
	list("search: words of one item", &(struct bv_bank_filter){ .text = BV_STR("huống 77777") }, BV_SORT_PLACE);
	list("search: words of 1,000 items, by relevance", &(struct bv_bank_filter){ .text = BV_STR("bang tinh") }, BV_SORT_RELEVANCE);
	list("search: a word of all items", &(struct bv_bank_filter){ .text = BV_STR("thu") }, BV_SORT_PLACE);
	list("search: a word of all items, by relevance", &(struct bv_bank_filter){ .text = BV_STR("thu") }, BV_SORT_RELEVANCE);
}

/* As `bangvang bank freeze` does: every item is read again for what is shuffled in it. */
static void
freeze(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_BLUEPRINT_MAX), json = BV_BUF(BV_DRAW_POOL_MAX);
	const uint8_t key[BV_HASH_LEN] = { 1 };
	struct bv_err err;

	bv_buf_addz(&xml, "<part id='p'><title xml:lang='vi'>x</title>");
	for (int i = 1; i <= MODULES; i++)
		bv_buf_printf(&xml, "<stratum id='s%d' competence='IU%02d' count='4' marks='1'/>", i, i);
	bv_buf_addz(&xml, "</part>");
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *blueprint = fixture_blueprint("optionShuffle='true'", xml.p);
	double start = cpu_s();
	must(bv_bank_open(&bank, db, BV_BANK_READ, &err), &err);
	must(bv_draw_pool_load(&pool, blueprint, bank, NULL, &err), &err);
	double load = cpu_s();
	BV_AUTO(bv_commitment_free) struct bv_commitment *commitment = bv_pool_freeze(pool, key);
	bv_draw_pool_write(&json, pool);
	must(bv_buf_check(&json, &err), &err);
	printf("%-46s %8.2f s of CPU                       %6.0f MB peak  (pool read %.2f s; commitment and pool file %.2f s)\n", "freeze", cpu_s() - start, peak_mb(),
	       load - start, cpu_s() - load);
}

/* In a child: what it needed most is known when it is done. */
static bool
step(void (*what)(void))
{
	int status = 1;

	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		what();
		fflush(stdout);
		_exit(0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

int
main(void)
{
	static void (*const steps[])(void) = { write_items, idle, import, pages, searches, freeze };
	char command[100];
	struct bv_err err;
	bool good = true;

	if (!mkdtemp(folder))
		return 1;
	snprintf(db, sizeof db, "%s/bank.db", folder);
	snprintf(items, sizeof items, "%s/items", folder);
	must(bv_dir_make(items, &err), &err);
	for (size_t i = 0; good && i < sizeof steps / sizeof *steps; i++)
		good = step(steps[i]);
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command) != 0 || !good;
}
