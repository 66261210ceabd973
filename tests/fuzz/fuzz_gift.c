/* Any bytes as GIFT, and as Aiken. */
#include "tests/fuzz/convert.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct bv_str bytes = { (const char *)p, len };

	convert_any(BV_CONVERT_GIFT, bytes);
	convert_any(BV_CONVERT_AIKEN, bytes);
	return 0;
}
