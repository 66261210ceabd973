/* selectPoint and positionObject: points of an image. */
#include "itembank/interaction.h"

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
