/* Images: can graphic interactions be used without seeing them, are their places on it, and what do photos tell of people? */
#include "itembank/lint.h"
#include "itembank/photo.h"
#include "itembank/shape.h"

/* Images of <img> are looked at with all others of the page. */
static void
object_alt(struct bv_lint_item *l, const struct bv_interaction *i, const struct bv_media *image)
{
	bool object = image->source.len && image->type.len; /* an img has no type */

	if (object && image->alt.len == 0)
		bv_report(l->reporter, BV_SEVERITY_ERROR, "missing-alt", image->line,
		          "the image of the %s interaction '%.*s' has no alternative text: write it into the object, or give aria-label",
		          bv_interaction_name(i->kind), BV_STR_ARG(i->response));
}

static void
hotspot(struct bv_lint_item *l, const struct bv_interaction *i, const struct bv_choice *c)
{
	double width = i->media.width, height = i->media.height, box[4];
	struct bv_shape shape;
	struct bv_err err;

	if (c->text.len == 0)
		bv_report(l->reporter, BV_SEVERITY_WARNING, "unlabelled-hotspot", c->line,
		          "hotspot '%.*s' has no hotspot-label: who cannot see the image cannot choose it", BV_STR_ARG(c->identifier));
	if (!width || !height || bv_shape_parse_on(&shape, c->shape, c->coords, width, height, l->arena, &err) || !bv_shape_box(box, &shape))
		return;
	if (box[0] < 0 || box[1] < 0 || box[2] > width || box[3] > height)
		bv_report(l->reporter, BV_SEVERITY_ERROR, "hotspot-outside", c->line, "hotspot '%.*s' (%g,%g to %g,%g) lies %s the image of %g × %g pixels",
		          BV_STR_ARG(c->identifier), box[0], box[1], box[2], box[3],
		          box[2] <= 0 || box[3] <= 0 || box[0] >= width || box[1] >= height ? "outside" : "partly outside", width, height);
}

void
bv_lint_images(struct bv_lint_item *l)
{
	for (size_t idx = 0; idx < l->item->interaction_count; idx++) {
		const struct bv_interaction *i = &l->item->interactions[idx];
		if (bv_interaction_traits(i->kind) & BV_TRAIT_IMAGE)
			object_alt(l, i, &i->media);
		if (i->kind == BV_INTERACTION_POSITION_OBJECT)
			object_alt(l, i, &i->stage);
		for (size_t c = 0; c < i->choice_count; c++)
			if (i->choices[c].shape.len)
				hotspot(l, i, &i->choices[c]);
	}
}

void
bv_lint_photo(struct bv_reporter *reporter, struct bv_str bytes)
{
	BV_AUTO(bv_buf_finish) struct bv_buf told = BV_BUF(200);
	unsigned facts = photo_facts(bytes);

	if (!facts)
		return;
	photo_facts_write(&told, facts);
	bv_report(reporter, BV_SEVERITY_WARNING, "private-metadata", 0, "the metadata of this image tell %s: write it again without them", told.p);
}
