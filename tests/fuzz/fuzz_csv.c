/* Any bytes as a table, of questions and of statements. */
#include "tests/fuzz/convert.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct bv_str bytes = { (const char *)p, len };

	convert_any(BV_CONVERT_CSV, bytes);
	convert_any(BV_CONVERT_VN4, bytes);
	return 0;
}
