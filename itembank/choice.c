/* choice, inlineChoice and hottext: one or several of what is on the page. */
#include "itembank/interaction.h"

static const enum bv_qti simple_choices[] = { BV_QTI_SIMPLE_CHOICE, BV_QTI_NONE };
static const enum bv_qti inline_choices[] = { BV_QTI_INLINE_CHOICE, BV_QTI_NONE };
static const enum bv_qti hottexts[] = { BV_QTI_HOTTEXT, BV_QTI_NONE };

enum bv_status
bv_choice_limits_read(struct bv_interaction *out, const struct bv_xml_node *node, uint32_t most, struct bv_err *err)
{
	TRY(bv_qti_attr_count(&out->max_choices, node, "max-choices", most, err));
	return bv_qti_attr_count(&out->min_choices, node, "min-choices", 0, err);
}

enum bv_status
bv_choice_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node, struct bv_err *err)
{
	TRY(bv_choice_limits_read(out, node, 1, err));
	TRY(bv_choices_read(out, reader, node, simple_choices, err));
	out->first_count = out->choice_count;
	return BV_OK;
}

enum bv_status
bv_inline_choice_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                      struct bv_err *err)
{
	TRY(bv_qti_attr_bool(&out->required, node, "required", false, err));
	TRY(bv_qti_attr_count(&out->min_choices, node, "min-choices", 0, err));
	out->max_choices = 1;
	TRY(bv_choices_read(out, reader, node, inline_choices, err));
	out->first_count = out->choice_count;
	return BV_OK;
}

enum bv_status
bv_hottext_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node, struct bv_err *err)
{
	TRY(bv_choice_limits_read(out, node, 1, err));
	TRY(bv_choices_read(out, reader, node, hottexts, err));
	out->first_count = out->choice_count;
	return BV_OK;
}
