/* match, associate and gapMatch: pairs of what is on the page. */
#include "itembank/interaction.h"

static const enum bv_qti associable_choices[] = { BV_QTI_SIMPLE_ASSOCIABLE_CHOICE, BV_QTI_NONE };
static const enum bv_qti gap_choices[] = { BV_QTI_GAP_TEXT, BV_QTI_GAP_IMG, BV_QTI_NONE };
static const enum bv_qti gaps[] = { BV_QTI_GAP, BV_QTI_NONE };

enum bv_status
bv_association_limits_read(struct bv_interaction *out, const struct bv_xml_node *node, uint32_t most, struct bv_err *err)
{
	TRY(bv_qti_attr_count(&out->max_associations, node, "max-associations", most, err));
	return bv_qti_attr_count(&out->min_associations, node, "min-associations", 0, err);
}

enum bv_status
bv_match_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node, struct bv_err *err)
{
	size_t sets = 0;

	TRY(bv_association_limits_read(out, node, 1, err));
	for (const struct bv_xml_node *n = bv_xml_element(node->first); n; n = bv_xml_element(n->next)) {
		if (bv_qti_element(n) != BV_QTI_SIMPLE_MATCH_SET)
			continue;
		TRY(bv_choices_read(out, reader, n, associable_choices, err));
		if (sets++ == 0)
			out->first_count = out->choice_count;
	}
	if (sets != 2)
		return bv_err_rule(err, "match-set-count", node->line, "<%.*s> has %zu sets of choices: it must have two",
		                   BV_STR_ARG(node->name), sets);
	return BV_OK;
}

enum bv_status
bv_associate_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                  struct bv_err *err)
{
	TRY(bv_association_limits_read(out, node, 1, err));
	TRY(bv_choices_read(out, reader, node, associable_choices, err));
	out->first_count = out->choice_count;
	return BV_OK;
}

enum bv_status
bv_gap_match_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                  struct bv_err *err)
{
	/* QTI 2.x has no limit on the associations of a gapMatch: its gaps are the limit. */
	TRY(bv_association_limits_read(out, node, reader->version == BV_QTI_3_0 ? 1 : 0, err));
	TRY(bv_choices_read(out, reader, node, gap_choices, err));
	out->first_count = out->choice_count;
	return bv_choices_read(out, reader, node, gaps, err);
}
