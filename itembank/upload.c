/* drawing and upload: files. */
#include "itembank/interaction.h"

enum bv_status
bv_drawing_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node, struct bv_err *err)
{
	(void)err;
	bv_media_of(&out->media, node, reader->arena);
	return BV_OK;
}

enum bv_status
bv_upload_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct bv_str *types = bv_qti_attr(node, "type");

	(void)reader;
	(void)err;
	out->types = types ? bv_str_trim(*types) : BV_STR_NONE;
	return BV_OK;
}
