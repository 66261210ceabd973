/* Any bytes: an item that is read is converted to each version or refused with a reason; what is converted can be read, has no fewer interactions,
 * and a second conversion changes nothing. */
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

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	struct bv_str xml = { (const char *)p, len };
	struct bv_err err = { 0 };

	if (bv_item_parse_loosely(&item, xml, &err))
		return 0;
	convert(xml, bv_item_interaction_count(item), BV_QTI_3_0);
	convert(xml, bv_item_interaction_count(item), BV_QTI_2_2);
	return 0;
}
