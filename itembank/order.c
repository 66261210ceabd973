/* order: all choices, or a subset of them, in a sequence. */
#include "itembank/interaction.h"

static const enum bv_qti simple_choices[] = { BV_QTI_SIMPLE_CHOICE, BV_QTI_NONE };

enum bv_status
bv_order_limits_read(struct bv_interaction *out, const struct bv_xml_node *node, struct bv_err *err)
{
	uint32_t all = (uint32_t)out->choice_count;

	TRY(bv_qti_attr_count(&out->min_choices, node, "min-choices", all, err));
	TRY(bv_qti_attr_count(&out->max_choices, node, "max-choices", all, err));
	/* QTI 2.1 §orderInteraction: without minChoices all choices must be ordered and maxChoices is ignored. */
	if (!bv_qti_attr(node, "min-choices") || out->max_choices == 0)
		out->max_choices = all;
	return BV_OK;
}

enum bv_status
bv_order_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node, struct bv_err *err)
{
	TRY(bv_choices_read(out, reader, node, simple_choices, err));
	out->first_count = out->choice_count;
	return bv_order_limits_read(out, node, err);
}
