/* endAttempt: a button that submits, as for a hint or for giving up. */
#include "itembank/interaction.h"

enum bv_status
bv_end_attempt_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                    struct bv_err *err)
{
	const struct bv_str *title = bv_qti_attr(node, "title");

	out->title = title ? bv_str_trim(*title) : BV_STR_NONE;
	if (out->title.len == 0)
		bv_note(reader->notes, "missing-title", node->line, "%.*s: the button has no title", BV_STR_ARG(node->name));
	return bv_qti_attr_bool(&out->count_attempt, node, "count-attempt", true, err);
}
