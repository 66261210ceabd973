/* Any bytes: rules by which serial numbers can be written, no two alike, or a message with a line. */
#include "registry/registry.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_issuing_free) struct bv_issuing *issuing = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf one = BV_BUF(1000), two = BV_BUF(1000);
	struct bv_err err = { 0 };

	if (bv_issuing_parse(&issuing, (struct bv_str){ (const char *)p, len }, &err) != BV_OK) {
		assert(!issuing && err.line > 0 && err.msg[0]);
		return 0;
	}
	assert(issuing->reason_count > 0 && issuing->from <= issuing->to && issuing->valid_months >= 0);
	if (bv_serial_write(&one, issuing, BV_STR("C"), BV_STR("T"), 20000, 1, &err) == BV_OK && bv_serial_write(&two, issuing, BV_STR("C"), BV_STR("T"), 20000, 2, &err) == BV_OK)
		assert(!bv_str_eq(bv_buf_str(&one), bv_buf_str(&two)) && one.len <= BV_SERIAL_MAX);
	return 0;
}
