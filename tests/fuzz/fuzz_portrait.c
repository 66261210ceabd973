/* Any bytes as a photograph of a person, or an archive of them: what is kept is within the limits, tells of nobody, and is kept again as it is. */
#include <assert.h>
#include <stdint.h>

#include "itembank/itembank.h"
#include "itembank/photo.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check(struct bv_str kept)
{
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BV_PORTRAIT_MAX);
	struct bv_portrait portrait;
	struct bv_err err;

	assert(kept.len <= BV_PORTRAIT_MAX && photo_facts(kept) == 0);
	assert(bv_portrait_clean(&again, &portrait, kept, &err) == BV_OK && bv_str_eq(bv_buf_str(&again), kept));
	assert(portrait.width >= BV_PORTRAIT_SIDE_MIN && portrait.height >= BV_PORTRAIT_SIDE_MIN && (uint64_t)portrait.width * portrait.height <= BV_PORTRAIT_PIXELS_MAX);
}

static enum bv_status
visit(void *ctx, const struct bv_portrait_file *file, struct bv_err *err)
{
	(void)ctx, (void)err;
	assert(!file->wrong == (file->bytes.len > 0));
	if (!file->wrong)
		check(file->bytes);
	return BV_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct bv_err err;

	if (bv_portraits_read((struct bv_str){ (const char *)p, len }, BV_STR("a.jpg"), visit, NULL, &err) != BV_OK)
		assert(err.msg[0]);
	return 0;
}
