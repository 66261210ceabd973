/* Any bytes as a form and as a pool file: what is taken is written again byte for byte. */
#include "engine/engine.h"
#include "tests/fuzz/written.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_FORM_MAX);
	const struct bv_str text = { (const char *)p, len };
	struct bv_err err = { 0 };
	uint8_t hash[BV_HASH_LEN];

	if (bv_form_parse(&form, text, &err) == BV_OK) {
		bv_form_write(&out, form);
		check_written(&out, text);
		return 0;
	}
	assert(!form && err.msg[0]);
	if (bv_draw_pool_parse(&pool, text, &err) == BV_OK) {
		bv_draw_pool_write(&out, pool);
		check_written(&out, text);
		bv_sha256(hash, bv_buf_str(&out));
		assert(bv_hash_eq(hash, pool->hash));
		return 0;
	}
	assert(!pool && err.msg[0]);
	return 0;
}
