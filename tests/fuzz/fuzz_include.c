/* Any bytes, cut at each '\f' into a document and files named 1.xml, 2.xml …: it becomes one document that is well-formed and that a second pass leaves as
 * it is, or it is refused with a reason and left as it was. */
#include <assert.h>
#include <stdint.h>

#include "base/xml.h"
#include "itembank/itembank.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum { SMALL = 4096 };

static enum bv_status
read_part(void *ctx, struct bv_buf *bytes, struct bv_str name, struct bv_err *err)
{
	struct bv_str rest = *(const struct bv_str *)ctx;
	int64_t n;

	bv_buf_clear(bytes);
	assert(!name.p[name.len]);
	if (!bv_str_ends(name, BV_STR(".xml")) || !bv_str_int(bv_str_sub(name, 0, name.len - 4), &n) || n < 0)
		return bv_err_set(err, BV_ENOTFOUND, "is not there");
	for (; n > 0 && rest.len; n--)
		rest = bv_str_sub(rest, bv_str_find(rest, '\f') + 1, rest.len);
	if (!rest.len)
		return bv_err_set(err, BV_ENOTFOUND, "is not there");
	bv_buf_add(bytes, bv_str_sub(rest, 0, bv_str_find(rest, '\f')));
	return bv_buf_check(bytes, err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct bv_str all = { (const char *)p, len }, first = bv_str_sub(all, 0, bv_str_find(all, '\f'));
	const struct bv_include_files files = { read_part, &all };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(SMALL), again = BV_BUF(SMALL);
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL, *before = NULL;
	struct bv_err err = { 0 };

	bv_buf_add(&xml, first);
	if (xml.full)
		return 0;
	if (bv_include(&xml, BV_STR("0.xml"), &files, &err)) {
		assert(err.msg[0] && bv_str_eq(bv_buf_str(&xml), first));
		return 0;
	}
	assert(xml.len <= SMALL);
	if (bv_xml_read(&before, first, SMALL, &err))
		return 0;
	if (bv_xml_read(&doc, bv_buf_str(&xml), SMALL, &err)) {
		assert(err.status == BV_ELIMIT); /* too deep, with what is included */
		return 0;
	}
	bv_buf_add(&again, bv_buf_str(&xml));
	if (bv_include(&again, BV_STR("0.xml"), &files, &err) == BV_OK)
		assert(bv_str_eq(bv_buf_str(&again), bv_buf_str(&xml)));
	return 0;
}
