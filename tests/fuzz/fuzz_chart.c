/* A chart of any numbers and texts: it is refused, or well-formed, in its frame and whole. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/base/chart_any.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static struct any_chart c;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(8 << 20);
	struct any any = { p, len };
	struct bv_err err;

	any_chart(&c, &any);
	if (bv_chart_write(&out, &c.chart, &err) != BV_OK)
		return 0;
	const char *fault = any_fault(&c.chart, bv_buf_str(&out));
	if (fault) {
		fprintf(stderr, "%s\n", fault);
		abort();
	}
	return 0;
}
