/* How fast is a package imported, and how far from the same files in a folder, which are read without a sandbox? Wall-clock time, because the reading is another
 * process. Both in the same run, into SQLite with synchronous=FULL. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "itembank/itembank.h"
#include "itembank/package.h"
#include "tests/bench/bench.h"

enum { ITEMS = 6000, RUNS = 3 };
static char folder[] = "/tmp/bv-bench-package-XXXXXX";

/* The same items as files, and packed. */
static void
write_all(const char *items, const char *zip)
{
	BV_AUTO(package_writer_free) struct package_writer *writer = package_writer_new();
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(8192), manifest = BV_BUF(8 << 20), bytes = BV_BUF(64 << 20);
	struct bv_err err;

	bv_buf_addz(&manifest, "<manifest xmlns=\"http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1\"><resources>\n");
	for (int i = 0; i < ITEMS; i++) {
		char path[300], name[40];
		bench_item_write(&xml, i, "vi");
		snprintf(name, sizeof name, "items/%05d.xml", i);
		snprintf(path, sizeof path, "%s/%05d.xml", items, i);
		bench_file_write(path, &xml);
		must(package_writer_add(writer, bv_str_of(name), bv_buf_str(&xml), true, &err), &err);
		bv_buf_printf(&manifest, "<resource identifier=\"R%d\" type=\"imsqti_item_xmlv3p0\" href=\"%s\"><file href=\"%s\"/></resource>\n", i, name, name);
	}
	bv_buf_addz(&manifest, "</resources></manifest>");
	must(package_writer_add(writer, BV_STR("imsmanifest.xml"), bv_buf_str(&manifest), true, &err), &err);
	int64_t start = bv_clock_monotonic_ns();
	must(package_writer_finish(writer, &bytes, &err), &err);
	printf("package of %d items written: %.0f ms, %zu bytes\n", ITEMS, (double)(bv_clock_monotonic_ns() - start) * 1e-6, bytes.len);
	must(bv_file_create(zip, bv_buf_str(&bytes), 0600, &err), &err);
}

static double
measure(const char *path, const char *what, int run)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	const struct bv_import_opts opts = { .now_s = 1 };
	struct bv_import_counts counts;
	struct bv_err err;
	char db[200];

	snprintf(db, sizeof db, "%s/%s-%d.db", folder, what, run);
	must(bv_bank_open(&bank, db, BV_BANK_CREATE, &err), &err);
	int64_t start = bv_clock_monotonic_ns();
	must(bv_bank_import(bank, &path, 1, &opts, &counts, &err), &err);
	if (counts.added != ITEMS)
		must(bv_err_set(&err, BV_EINVAL, "%llu refused", (unsigned long long)counts.refused), &err);
	return (double)(bv_clock_monotonic_ns() - start) * 1e-9;
}

static int
by_time(const void *a, const void *b)
{
	return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

int
main(void)
{
	double packed[RUNS], plain[RUNS];
	char items[200], zip[200], command[220];
	struct bv_err err;

	if (!mkdtemp(folder))
		return 1;
	snprintf(items, sizeof items, "%s/items", folder);
	snprintf(zip, sizeof zip, "%s/items.zip", folder);
	must(bv_dir_make(items, &err), &err);
	write_all(items, zip);
	for (int run = 0; run < RUNS; run++) {
		plain[run] = measure(items, "plain", run);
		packed[run] = measure(zip, "packed", run);
	}
	qsort(plain, RUNS, sizeof *plain, by_time);
	qsort(packed, RUNS, sizeof *packed, by_time);
	printf("package import: %.0f items/s, %.2f times the time of the same files in a folder (%.0f items/s), medians of %d\n", ITEMS / packed[RUNS / 2],
	       packed[RUNS / 2] / plain[RUNS / 2], ITEMS / plain[RUNS / 2], RUNS);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) != 0;
}
