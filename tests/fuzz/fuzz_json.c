/* Any bytes: what the quick reader takes the thorough one takes for the same; what is read can be written, is read again as the same value, and its canonical form is a fixed point. */
#include <assert.h>
#include <stdint.h>

#include "base/json_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
compare_readers(struct bv_str text)
{
	BV_AUTO(bv_json_free) struct bv_json *quick = NULL, *thorough = NULL;
	struct bv_err err;

	if (!json_read_quick(&quick, text)) {
		assert(!quick);
		return;
	}
	enum bv_status status = json_read_thorough(&thorough, text, &err);
	assert(status == BV_OK && bv_json_equal(quick, thorough));
	(void)status;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL, *again = NULL, *canonical = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX), first = BV_BUF(BV_JSON_MAX), second = BV_BUF(BV_JSON_MAX);
	struct bv_err err = { 0 };

	compare_readers((struct bv_str){ (const char *)p, len });
	if (bv_json_parse(&json, (struct bv_str){ (const char *)p, len }, &err) != BV_OK) {
		assert(!json && err.msg[0]);
		return 0;
	}
	bv_json_write_pretty(&text, json);
	if (text.full)
		return 0;
	enum bv_status status = bv_json_parse(&again, bv_buf_str(&text), &err);
	assert(status == BV_OK && bv_json_equal(json, again));
	bv_json_write_canonical(&first, json);
	/* A real past 2^63 without a fraction is canonical as digits, which are no integer of ours. */
	if (bv_json_parse(&canonical, bv_buf_str(&first), &err) == BV_OK) {
		bv_json_write_canonical(&second, canonical);
		assert(bv_str_eq(bv_buf_str(&first), bv_buf_str(&second)));
	}
	return 0;
}
