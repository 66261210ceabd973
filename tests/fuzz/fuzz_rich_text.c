/* Any text as a formatted response: it becomes well-formed XML that a second pass leaves as it is. */
#include <assert.h>
#include <stdint.h>

#include "base/text.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "itembank/rich_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf whole = BV_BUF(2 * BV_RESPONSE_TEXT_MAX);
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	struct bv_str text, clean, again;
	struct bv_err err = { 0 };

	if (len > BV_RESPONSE_TEXT_MAX || bv_text_nfc(&text, (struct bv_str){ (const char *)p, len }, &arena, &err))
		return 0;
	if (rich_text_clean(&clean, text, &arena, &err)) {
		assert(err.status == BV_ELIMIT);
		return 0;
	}
	bv_buf_printf(&whole, "<r>%.*s</r>", BV_STR_ARG(clean));
	assert(bv_xml_read(&doc, bv_buf_str(&whole), whole.max, &err) == BV_OK || err.status == BV_ELIMIT);
	assert(bv_text_nfc(&again, clean, &arena, &err) == BV_OK && bv_str_eq(again, clean));
	assert(rich_text_clean(&again, clean, &arena, &err) == BV_OK && bv_str_eq(again, clean));
	return 0;
}
