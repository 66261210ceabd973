/* portableCustom, and custom of QTI 2: code of the author's. What it shows is not read; what it answers is scored like any response. */
#include "itembank/interaction.h"

/* QTI 2.x puts the portable one, which has a namespace of its own, into a custom one. */
static const struct bv_xml_node *
portable_of(const struct bv_xml_node *node)
{
	return bv_qti_element(node) == BV_QTI_CUSTOM_INTERACTION ? bv_xml_child(node, "portableCustomInteraction") : node;
}

enum bv_status
bv_custom_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct bv_xml_node *portable = portable_of(node);
	const struct bv_str *module = portable ? bv_qti_attr(portable, "custom-interaction-type-identifier") : NULL;

	(void)err;
	if (!portable)
		return BV_OK;
	out->kind = BV_INTERACTION_PORTABLE_CUSTOM;
	out->module = module ? bv_str_trim(*module) : BV_STR_NONE;
	if (out->module.len == 0)
		bv_note(reader->notes, "missing-type-identifier", node->line, "%.*s: custom-interaction-type-identifier is missing",
		        BV_STR_ARG(node->name));
	return BV_OK;
}
