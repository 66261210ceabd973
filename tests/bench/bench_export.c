/* How fast are items converted, and a bank exported? A bank of 2,000 items made for it; nothing is written to the disk but the bank. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/xml.h"
#include "itembank/itembank.h"

enum { ITEMS = 2000 };
static char folder[] = "/tmp/bv-bench-export-XXXXXX";

static void
must(enum bv_status status, const struct bv_err *err)
{
	if (status != BV_OK) {
		fprintf(stderr, "%s\n", err->msg);
		exit(1);
	}
}

/* About 2 KB of QTI 2.1, every second one of 3.0. */
static void
item_write(struct bv_buf *out, int i)
{
	BV_AUTO(bv_buf_finish) struct bv_buf old = BV_BUF(8192);
	struct bv_err err;

	bv_buf_printf(&old, "<assessmentItem xmlns=\"http://www.imsglobal.org/xsd/imsqti_v2p1\" identifier=\"item-%d\" title=\"Câu hỏi số %d\" adaptive=\"false\" "
	                    "timeDependent=\"false\" xml:lang=\"vi\">\n  <responseDeclaration identifier=\"RESPONSE\" cardinality=\"single\" baseType=\"identifier\">\n"
	                    "    <correctResponse>\n      <value>A</value>\n    </correctResponse>\n  </responseDeclaration>\n"
	                    "  <outcomeDeclaration identifier=\"SCORE\" cardinality=\"single\" baseType=\"float\"/>\n  <itemBody>\n"
	                    "    <p>Tình huống %d: một cán bộ nhận được thư điện tử lạ yêu cầu đổi mật khẩu hệ thống quản lý văn bản.</p>\n"
	                    "    <choiceInteraction responseIdentifier=\"RESPONSE\" shuffle=\"true\" maxChoices=\"1\">\n"
	                    "      <prompt>Việc nào sau đây nên làm trước tiên?</prompt>\n", i, i, i);
	for (char c = 'A'; c <= 'F'; c++)
		bv_buf_printf(&old, "      <simpleChoice identifier=\"%c\">Phương án %c: báo cho bộ phận công nghệ thông tin và không mở tệp đính kèm, "
		                    "không bấm vào đường dẫn nào trong thư (%d).</simpleChoice>\n", c, c, i);
	bv_buf_addz(&old, "    </choiceInteraction>\n  </itemBody>\n  <responseProcessing "
	                  "template=\"http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct\"/>\n</assessmentItem>\n");
	bv_buf_clear(out);
	if (i % 2)
		must(bv_item_convert(out, bv_buf_str(&old), BV_QTI_3_0, NULL, NULL, &err), &err);
	else
		bv_buf_add(out, bv_buf_str(&old));
}

static double
now(void)
{
	return (double)bv_clock_monotonic_ns() / 1e9;
}

static enum bv_status
take(void *ctx, struct bv_str path, struct bv_str bytes, bool packed, struct bv_err *err)
{
	(void)path, (void)packed, (void)err;
	*(size_t *)ctx += bytes.len;
	return BV_OK;
}

static void
convert(enum bv_qti_version to)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(8192), out = BV_BUF(BV_XML_ITEM_MAX);
	struct bv_err err;
	double from;

	item_write(&xml, 0);
	from = now();
	for (int i = 0; i < ITEMS; i++) {
		bv_buf_clear(&out);
		must(bv_item_convert(&out, bv_buf_str(&xml), to, NULL, NULL, &err), &err);
	}
	printf("convert 2.1 to %s, both parsed: %.0f items/s (%zu bytes each)\n", bv_qti_version_name(to), ITEMS / (now() - from), xml.len);
}

int
main(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(8192), zip = BV_BUF(BV_EXPORT_FILE_MAX);
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct bv_import_opts import = { .now_s = 1 };
	struct bv_import_counts imported;
	struct bv_export_counts counts;
	size_t bytes = 0;
	struct bv_export_opts opts = { BV_QTI_3_0, take, NULL, &bytes };
	struct bv_bank_filter all = { 0 };
	char path[100], command[100];
	const char *paths[] = { folder };
	struct bv_err err;
	double from;

	convert(BV_QTI_3_0);
	convert(BV_QTI_2_2);
	if (!mkdtemp(folder))
		return 1;
	for (int i = 0; i < ITEMS; i++) {
		item_write(&xml, i);
		snprintf(path, sizeof path, "%s/%05d.xml", folder, i);
		must(bv_file_write(path, bv_buf_str(&xml), 0644, &err), &err);
	}
	snprintf(path, sizeof path, "%s/bank.db", folder);
	must(bv_bank_open(&bank, path, BV_BANK_CREATE, &err), &err);
	must(bv_bank_import(bank, paths, 1, &import, &imported, &err), &err);
	for (int new = 1; new >= 0; new--) {
		opts.version = new ? BV_QTI_3_0 : BV_QTI_2_2;
		from = now();
		must(bv_bank_export(bank, &all, &opts, &counts, &err), &err);
		printf("export of %llu items as %s, half of them converted: %.0f items/s\n", (unsigned long long)counts.items, new ? "3.0" : "2.2",
		       (double)counts.items / (now() - from));
	}
	opts.version = BV_QTI_3_0;
	from = now();
	must(bv_bank_export_zip(&zip, bank, &all, &opts, &counts, &err), &err);
	printf("as a zip: %.0f items/s, %zu bytes of %zu\n", (double)counts.items / (now() - from), zip.len, bytes / 2);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) != 0;
}
