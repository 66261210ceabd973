/* Any bytes as Moodle XML, and as the text of a cloze in it. */
#include "base/xml.h"
#include "tests/fuzz/convert.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_buf_finish) struct bv_buf cloze = BV_BUF(8u << 20);
	struct bv_str bytes = { (const char *)p, len };

	convert_any(BV_CONVERT_MOODLE, bytes);
	bv_buf_addz(&cloze, "<quiz><question type=\"cloze\"><questiontext format=\"html\"><text>");
	bv_xml_escape(&cloze, bytes);
	bv_buf_addz(&cloze, "</text></questiontext></question></quiz>");
	convert_any(BV_CONVERT_MOODLE, bv_buf_str(&cloze));
	return 0;
}
