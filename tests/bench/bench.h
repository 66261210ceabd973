/* What the benches share: the median of their rounds, an end when something fails, and items to measure with. */
#ifndef BV_TESTS_BENCH_H
#define BV_TESTS_BENCH_H

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

static inline int
bench_ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Of an odd number of rounds, which are sorted. */
static inline double
bench_median(double *rates, size_t count)
{
	qsort(rates, count, sizeof *rates, bench_ascending);
	return rates[count / 2];
}

static inline void
must(enum bv_status status, const struct bv_err *err)
{
	if (status != BV_OK) {
		fprintf(stderr, "%s\n", err->msg);
		exit(1);
	}
}

/* Into xml (cleared first): item i, a single choice of 2.7 KB, as real items are (the mean of 278 published ones). Every hundredth has a word of its
 * own, and every thousandth another. */
static inline void
bench_item_write(struct bv_buf *xml, int i, const char *language)
{
	bv_buf_clear(xml);
	bv_buf_printf(xml,
	              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" "
	              "identifier=\"item-%06d\" title=\"Câu hỏi số %d\" adaptive=\"false\" time-dependent=\"false\" xml:lang=\"%s\">\n"
	              "  <qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"identifier\">\n"
	              "    <qti-correct-response>\n      <qti-value>A</qti-value>\n    </qti-correct-response>\n  </qti-response-declaration>\n"
	              "  <qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\" normal-maximum=\"1\"/>\n"
	              "  <qti-item-body>\n    <p>Tình huống %d: một cán bộ nhận được thư điện tử lạ yêu cầu đổi mật khẩu hệ thống quản lý văn bản%s%s.</p>\n"
	              "    <qti-choice-interaction response-identifier=\"RESPONSE\" shuffle=\"true\" max-choices=\"1\">\n"
	              "      <qti-prompt>Việc nào sau đây nên làm trước tiên?</qti-prompt>\n",
	              i, i, language, i, i % 100 ? "" : ", bảng tính", i % 1000 ? "" : ", biểu đồ");
	for (char c = 'A'; c <= 'F'; c++)
		bv_buf_printf(xml,
		              "      <qti-simple-choice identifier=\"%c\">Phương án %c: báo cho bộ phận công nghệ thông tin và không mở tệp đính kèm, "
		              "không bấm vào đường dẫn nào trong thư, giữ lại thư để kiểm tra sau (%d).</qti-simple-choice>\n",
		              c, c, (i * 31 + c) % 5000);
	bv_buf_addz(xml, "    </qti-choice-interaction>\n  </qti-item-body>\n  <qti-response-processing "
	                 "template=\"https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml\"/>\n</qti-assessment-item>\n");
}

static inline void
bench_file_write(const char *path, const struct bv_buf *bytes)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(bytes->p, 1, bytes->len, f) != bytes->len || fclose(f) != 0) {
		fprintf(stderr, "%s: cannot be written\n", path);
		exit(1);
	}
}

#endif
