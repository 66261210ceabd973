/* Any bytes: the XML reader gives a tree within its limits, or a message with a line; never both, never neither. */
#include <assert.h>
#include <stdint.h>

#include "base/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_err err = { 0 };

	if (bv_xml_read(&doc, (struct bv_str){ (const char *)p, len }, BV_XML_ITEM_MAX, &err) != BV_OK) {
		assert(!doc && err.line > 0 && err.msg[0]);
		return 0;
	}
	const struct bv_xml_node *root = bv_xml_root(doc);
	assert(root->name.len && !root->parent && !root->next);
	struct bv_str text = bv_xml_text(root, &arena);
	assert(text.len <= len);
	for (size_t i = 0; i < root->attr_count; i++)
		assert(bv_xml_attr_ns(root, "", "xmlns") == NULL && root->attrs[i].name.len);
	return 0;
}
