/* Any bytes as a table, of questions and of statements: what comes out are items that pass the check, and every refusal says something. */
#include <assert.h>
#include <stdint.h>

#include "itembank/itembank.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static enum bv_status
take(void *ctx, const struct bv_converted *item, struct bv_err *err)
{
	(void)ctx;
	(void)err;
	assert(bv_item_check("fuzz", item->xml, NULL, NULL) == 0);
	return BV_OK;
}

static void
report(void *ctx, const struct bv_loss *loss)
{
	(void)ctx;
	assert(loss->message[0] && loss->line >= 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const uint32_t steps[] = { 1000, 2500, 5000, 10000 };
	static const enum bv_convert_format formats[] = { BV_CONVERT_CSV, BV_CONVERT_VN4 };
	struct bv_convert_opts opts = { .language = BV_STR("vi"), .steps = steps, .step_count = BV_COUNT(steps), .item = take, .loss = report };

	for (size_t i = 0; i < BV_COUNT(formats); i++) {
		struct bv_convert_counts counts;
		struct bv_err err = { 0 };
		if (bv_convert(formats[i], (struct bv_str){ (const char *)p, len }, &opts, &counts, &err))
			assert(err.msg[0]);
		assert(counts.items <= counts.questions);
	}
	return 0;
}
