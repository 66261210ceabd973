/* The images, sounds and films of interactions, and mediaInteraction, which counts how often one was played. */
#include "itembank/body.h"
#include "itembank/interaction.h"

/* "206" or "206px"; anything else, as "50%", says nothing in pixels. */
static uint32_t
pixels(const struct bv_xml_node *node, const char *name)
{
	const struct bv_str *attr = bv_xml_attr(node, name);
	struct bv_str s = attr ? bv_str_trim(*attr) : BV_STR_NONE;
	int64_t n;

	if (bv_str_ends(s, BV_STR("px")))
		s.len -= 2;
	return bv_str_int(s, &n) && n > 0 && n <= INT32_MAX ? (uint32_t)n : 0;
}

static struct bv_str
attr_of(const struct bv_xml_node *node, const char *name)
{
	const struct bv_str *attr = bv_xml_attr(node, name);

	return attr ? bv_str_trim(*attr) : BV_STR_NONE;
}

static bool
is_played(const struct bv_xml_node *node)
{
	return bv_str_is(node->name, "audio") || bv_str_is(node->name, "video");
}

/* <audio><source src type/></audio> */
static const struct bv_xml_node *
source_of(const struct bv_xml_node *node)
{
	const struct bv_xml_node *source = bv_xml_attr(node, "src") ? NULL : bv_xml_child(node, "source");

	return source ? source : node;
}

void
bv_media_of(struct bv_media *out, const struct bv_xml_node *node, struct bv_arena *arena)
{
	for (const struct bv_xml_node *n = bv_xml_element(node->first); n; n = bv_xml_element(n->next)) {
		const struct bv_xml_node *img = bv_str_is(n->name, "picture") ? bv_xml_child(n, "img") : n;
		bool object = img && bv_str_is(img->name, "object");
		if (!img || !(object || bv_str_is(img->name, "img") || is_played(img)))
			continue;
		const struct bv_xml_node *source = source_of(img);
		*out = (struct bv_media){ .source = attr_of(source, object ? "data" : "src"),
			                  .type = attr_of(source, "type"),
			                  .alt = attr_of(img, "alt"),
			                  .width = pixels(img, "width"),
			                  .height = pixels(img, "height"),
			                  .line = img->line };
		if (out->alt.len == 0)
			out->alt = attr_of(img, "aria-label");
		if (out->alt.len == 0 && object)
			out->alt = bv_body_text(img, 0, arena);
		return;
	}
}

enum bv_status
bv_media_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node, struct bv_err *err)
{
	TRY(bv_qti_attr_count(&out->min_plays, node, "min-plays", 0, err));
	TRY(bv_qti_attr_count(&out->max_plays, node, "max-plays", 0, err));
	bv_media_of(&out->media, node, reader->arena);
	return BV_OK;
}
