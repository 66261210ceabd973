/* Any bytes as a share: what is taken can be written again and means the same. */
#include <assert.h>

#include "certs/certs.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_SHARE_TEXT_MAX);
	const struct bv_str bytes = { (const char *)p, len };
	struct bv_share share, again, pair[2];
	uint8_t seed[BV_KEY_SEED_LEN];
	struct bv_err err = { 0 };

	if (bv_share_check_line(bytes, 1, &err) != BV_OK)
		assert(err.msg[0]);
	if (bv_share_parse(&share, bytes, &err) != BV_OK) {
		assert(err.msg[0]);
		return 0;
	}
	bv_share_write(&text, &share);
	enum bv_status status = bv_share_parse(&again, bv_buf_str(&text), &err);
	assert(status == BV_OK && memcmp(share.payload, again.payload, sizeof share.payload) == 0 && share.idx == again.idx && share.threshold == again.threshold);
	pair[0] = share, pair[1] = again;
	status = bv_share_join(seed, pair, 2, &err);
	assert(status == BV_ECONFLICT);
	return 0;
}
