/* Any bytes: a stimulus is converted to each version or refused with a reason, and one that could be delivered can be afterwards; an item that is read the
 * same; what is converted can be read, has no fewer interactions, and a second conversion changes nothing. */
#include <assert.h>
#include <stdint.h>

#include "base/xml.h"
#include "itembank/itembank.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
tell(void *ctx, const struct bv_loss *loss)
{
	(void)ctx;
	assert(loss->message[0] && loss->line >= 0);
}

static void
convert(struct bv_str xml, size_t interactions, enum bv_qti_version to)
{
	BV_AUTO(bv_buf_finish) struct bv_buf once = BV_BUF(BV_XML_ITEM_MAX), twice = BV_BUF(BV_XML_ITEM_MAX);
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	struct bv_err err = { 0 };

	if (bv_item_convert(&once, xml, to, tell, NULL, &err)) {
		assert(err.msg[0] && !once.len);
		return;
	}
	assert(bv_item_parse_loosely(&item, bv_buf_str(&once), &err) == BV_OK && bv_item_version(item) == to);
	assert(bv_item_interaction_count(item) >= interactions);
	assert(bv_item_convert(&twice, bv_buf_str(&once), to, tell, NULL, &err) == BV_OK);
	assert(bv_str_eq(bv_buf_str(&once), bv_buf_str(&twice)));
}

static void
convert_stimulus(struct bv_str xml, enum bv_qti_version to)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_XML_ITEM_MAX);
	BV_AUTO(bv_stimulus_free) struct bv_stimulus *before = NULL, *after = NULL;
	struct bv_err err = { 0 };

	if (bv_stimulus_convert(&out, xml, to, tell, NULL, &err))
		assert(err.msg[0] && !out.len);
	else if (bv_stimulus_parse(&before, xml, &err) == BV_OK)
		assert(bv_stimulus_parse(&after, bv_buf_str(&out), &err) == BV_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	struct bv_str xml = { (const char *)p, len };
	struct bv_err err = { 0 };

	convert_stimulus(xml, BV_QTI_3_0);
	convert_stimulus(xml, BV_QTI_2_2);
	if (bv_item_parse_loosely(&item, xml, &err))
		return 0;
	convert(xml, bv_item_interaction_count(item), BV_QTI_3_0);
	convert(xml, bv_item_interaction_count(item), BV_QTI_2_2);
	return 0;
}
