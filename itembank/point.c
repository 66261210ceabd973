/* selectPoint and positionObject: points of an image. */
#include "itembank/interaction.h"

/* The end of the name comes first: a thousand responses may look through a hundred thousand elements. */
static bool
asks_for(const struct bv_xml_node *node, struct bv_str response)
{
	enum bv_qti element = bv_str_ends(node->name, BV_STR("nteraction")) ? bv_qti_element(node) : BV_QTI_NONE;

	if (element != BV_QTI_SELECT_POINT_INTERACTION && element != BV_QTI_POSITION_OBJECT_INTERACTION)
		return false;
	const struct bv_str *attr = bv_qti_attr(node, "response-identifier");
	return attr && bv_str_eq(bv_str_trim(*attr), response);
}

/* The element after node in document order, below top; NULL at the end. */
static const struct bv_xml_node *
following(const struct bv_xml_node *node, const struct bv_xml_node *top)
{
	const struct bv_xml_node *next = bv_xml_element(node->first);

	for (; !next && node != top; node = node->parent)
		next = bv_xml_element(node->next);
	return next;
}

bool
bv_point_image_size(double *width, double *height, const struct bv_xml_node *node, struct bv_str response, struct bv_arena *arena)
{
	const struct bv_xml_node *top = node;

	*width = *height = 0;
	while (top->parent)
		top = top->parent;
	for (const struct bv_xml_node *n = following(top, top); n; n = following(n, top)) {
		struct bv_media image = { .width = 0 };
		if (!asks_for(n, response))
			continue;
		bool object = bv_qti_element(n) == BV_QTI_POSITION_OBJECT_INTERACTION;
		if (!object || (n->parent && bv_qti_element(n->parent) == BV_QTI_POSITION_OBJECT_STAGE))
			bv_media_of(&image, object ? n->parent : n, arena);
		bool differs = *width > 0 && (*width != image.width || *height != image.height);
		*width = image.width;
		*height = image.height;
		if (differs || !image.width || !image.height) {
			*width = *height = 0;
			return false;
		}
	}
	return *width > 0;
}

enum bv_status
bv_select_point_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                     struct bv_err *err)
{
	bv_media_of(&out->media, node, reader->arena);
	out->stage = out->media;
	return bv_choice_limits_read(out, node, reader->version >= BV_QTI_2_2 ? 0 : 1, err);
}

enum bv_status
bv_position_object_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                        struct bv_err *err)
{
	bv_media_of(&out->media, node, reader->arena);
	if (node->parent && bv_qti_element(node->parent) == BV_QTI_POSITION_OBJECT_STAGE)
		bv_media_of(&out->stage, node->parent, reader->arena);
	return bv_choice_limits_read(out, node, 1, err);
}
