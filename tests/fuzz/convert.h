/* A foreign format as a fuzzer sees it: what comes out are items that pass the check, and every refusal says something. */
#ifndef BV_FUZZ_CONVERT_H
#define BV_FUZZ_CONVERT_H

#include <assert.h>
#include <stdint.h>

#include "itembank/itembank.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static enum bv_status
convert_take(void *ctx, const struct bv_converted *item, struct bv_err *err)
{
	(void)ctx;
	(void)err;
	assert(bv_item_check("fuzz", item->xml, NULL, NULL) == 0);
	return BV_OK;
}

static void
convert_report(void *ctx, const struct bv_loss *loss)
{
	(void)ctx;
	assert(loss->message[0] && loss->line >= 0);
}

static void
convert_any(enum bv_convert_format format, struct bv_str bytes)
{
	static const uint32_t steps[] = { 1000, 2500, 5000, 10000 };
	struct bv_convert_opts opts = {
		.language = BV_STR("vi"), .steps = steps, .step_count = BV_COUNT(steps), .item = convert_take, .loss = convert_report
	};
	struct bv_convert_counts counts;
	struct bv_err err = { 0 };

	if (bv_convert(format, bytes, &opts, &counts, &err))
		assert(err.msg[0]);
	assert(counts.items <= counts.questions);
}

#endif
