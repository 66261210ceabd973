/* Bytes → template of a certificate's page. What is accepted has a name, a size, few enough families of fonts or a line that says where, and reads as the same again. */
#include <stdint.h>

#include "certs/page.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	BV_AUTO(bv_page_template_free) struct bv_page_template *tmpl = NULL, *again = NULL;
	struct bv_str xml = { (const char *)data, size }, families[BV_PAGE_FAMILIES_MAX];
	double width, height;
	size_t count;
	struct bv_err err;

	if (bv_page_template_parse(&tmpl, xml, &err) != BV_OK) {
		assert(err.msg[0]);
		return 0;
	}
	struct bv_page_template_name name = bv_page_template_name(tmpl);
	assert(name.identifier.len && name.version.len);
	bv_page_template_size(tmpl, &width, &height);
	assert(width >= 50 && width <= 1200 && height >= 50 && height <= 1200);
	if (bv_page_families(families, &count, tmpl, &err) == BV_OK)
		assert(count >= 1 && count <= BV_PAGE_FAMILIES_MAX && families[0].len);
	else
		assert(err.line > 0);
	assert(bv_page_template_parse(&again, xml, &err) == BV_OK && bv_hash_eq(bv_page_template_name(again).hash, name.hash));
	return 0;
}
