/* hotspot, graphicOrder, graphicAssociate and graphicGapMatch: places on an image. Where the places are is no business of scoring. */
#include "itembank/interaction.h"

static const enum bv_qti hotspots[] = { BV_QTI_HOTSPOT_CHOICE, BV_QTI_NONE };
static const enum bv_qti associable_hotspots[] = { BV_QTI_ASSOCIABLE_HOTSPOT, BV_QTI_NONE };
static const enum bv_qti gap_choices[] = { BV_QTI_GAP_TEXT, BV_QTI_GAP_IMG, BV_QTI_NONE };

/* Hotspots that cannot be drawn. On an image whose size is not said, percentages of any size will do. */
static void
shapes_check(const struct bv_interaction *out, const struct bv_interaction_reader *reader)
{
	const struct bv_media *image = &out->media;
	bool sized = image->width && image->height;
	struct bv_shape shape;
	struct bv_err err;

	for (size_t i = 0; i < out->choice_count; i++) {
		const struct bv_choice *c = &out->choices[i];
		if (c->shape.len == 0) {
			bv_note(reader->faults, "missing-attribute", c->line, "hotspot '%.*s' has no shape", BV_STR_ARG(c->identifier));
			continue;
		}
		/* The schema wants coords with every shape, and "default" has no use for them. */
		if (!bv_str_is(c->shape, "default") && bv_shape_parse_on(&shape, c->shape, c->coords, sized ? image->width : 100,
		                                                         sized ? image->height : 100, reader->arena, &err))
			bv_note(reader->faults, err.rule, c->line, "hotspot '%.*s': %s", BV_STR_ARG(c->identifier), err.msg);
	}
}

static enum bv_status
places_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node, const enum bv_qti *elements,
            struct bv_err *err)
{
	bv_media_of(&out->media, node, reader->arena);
	TRY(bv_choices_read(out, reader, node, elements, err));
	if (elements != gap_choices)
		shapes_check(out, reader);
	out->first_count = out->choice_count;
	return BV_OK;
}

enum bv_status
bv_hotspot_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node, struct bv_err *err)
{
	TRY(bv_choice_limits_read(out, node, 1, err));
	return places_read(out, reader, node, hotspots, err);
}

enum bv_status
bv_graphic_order_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                      struct bv_err *err)
{
	TRY(places_read(out, reader, node, hotspots, err));
	return bv_order_limits_read(out, node, err);
}

enum bv_status
bv_graphic_associate_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                          struct bv_err *err)
{
	TRY(bv_association_limits_read(out, node, 1, err));
	return places_read(out, reader, node, associable_hotspots, err);
}

enum bv_status
bv_graphic_gap_match_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                          struct bv_err *err)
{
	struct bv_interaction places = { 0 };

	/* As in gapMatch: QTI 2.x knows no limit. */
	TRY(bv_association_limits_read(out, node, reader->version == BV_QTI_3_0 ? 1 : 0, err));
	TRY(places_read(out, reader, node, gap_choices, err));
	TRY(places_read(&places, reader, node, associable_hotspots, err));
	return bv_choices_read(out, reader, node, associable_hotspots, err);
}
