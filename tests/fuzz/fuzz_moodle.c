/* Any bytes as Moodle XML, and as the text of a cloze in it: what comes out are items that pass the check, and every refusal says something. */
#include <assert.h>
#include <stdint.h>

#include "base/xml.h"
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

static void
convert(struct bv_str bytes)
{
	struct bv_convert_opts opts = { .language = BV_STR("vi"), .item = take, .loss = report };
	struct bv_convert_counts counts;
	struct bv_err err = { 0 };

	if (bv_convert(BV_CONVERT_MOODLE, bytes, &opts, &counts, &err))
		assert(err.msg[0]);
	assert(counts.items <= counts.questions);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_buf_finish) struct bv_buf cloze = BV_BUF(8u << 20);
	struct bv_str bytes = { (const char *)p, len };

	convert(bytes);
	bv_buf_addz(&cloze, "<quiz><question type=\"cloze\"><questiontext format=\"html\"><text>");
	bv_xml_escape(&cloze, bytes);
	bv_buf_addz(&cloze, "</text></questiontext></question></quiz>");
	convert(bv_buf_str(&cloze));
	return 0;
}
