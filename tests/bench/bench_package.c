/* How fast is a package imported, and how far from the same files in a folder, which are read without a sandbox? Wall-clock time, because the reading is another
 * process. Both in the same run, into SQLite with synchronous=FULL. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "itembank/itembank.h"
#include "itembank/package.h"

enum { ITEMS = 6000, RUNS = 5 };
static char folder[] = "/tmp/bv-bench-package-XXXXXX";

static void
must(enum bv_status status, const struct bv_err *err)
{
	if (status != BV_OK) {
		fprintf(stderr, "%s\n", err->msg);
		exit(1);
	}
}

/* About 2.7 KB, as real items are. */
static void
write_item(struct bv_buf *xml, int i)
{
	bv_buf_clear(xml);
	bv_buf_printf(xml,
	              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" "
	              "identifier=\"item-%d\" title=\"Câu hỏi số %d\" adaptive=\"false\" time-dependent=\"false\" xml:lang=\"vi\">\n"
	              "  <qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"identifier\"><qti-correct-response>"
	              "<qti-value>A</qti-value></qti-correct-response></qti-response-declaration>\n"
	              "  <qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\" normal-maximum=\"1\"/>\n"
	              "  <qti-item-body>\n    <p>Tình huống %d: một cán bộ nhận được thư điện tử lạ yêu cầu đổi mật khẩu hệ thống quản lý văn bản.</p>\n"
	              "    <qti-choice-interaction response-identifier=\"RESPONSE\" shuffle=\"true\" max-choices=\"1\">\n", i, i, i);
	for (char c = 'A'; c <= 'F'; c++)
		bv_buf_printf(xml,
		              "      <qti-simple-choice identifier=\"%c\">Phương án %c: báo cho bộ phận công nghệ thông tin và không mở tệp đính kèm, "
		              "không bấm vào đường dẫn nào trong thư, giữ lại thư để kiểm tra sau (%d).</qti-simple-choice>\n", c, c, i);
	bv_buf_addz(xml, "    </qti-choice-interaction>\n  </qti-item-body>\n  <qti-response-processing "
	                 "template=\"https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml\"/>\n</qti-assessment-item>\n");
}

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
		write_item(&xml, i);
		snprintf(name, sizeof name, "items/%05d.xml", i);
		snprintf(path, sizeof path, "%s/%05d.xml", items, i);
		FILE *f = fopen(path, "w");
		if (!f || fwrite(xml.p, 1, xml.len, f) != xml.len || fclose(f) != 0)
			must(bv_err_set(&err, BV_EIO, "%s: cannot be written", path), &err);
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
