/* Who can use an item: what each of its interactions needs, what its images and recordings have in their place, which cards it offers. */
#include "itembank/body.h"
#include "itembank/item.h"
#include "itembank/names.h"

/* The best that an interaction allows when all of it has names (doc/stats.md). */
static const enum bv_access_way ways[BV_INTERACTION_KINDS] = {
	[BV_INTERACTION_CHOICE] = BV_ACCESS_READER,
	[BV_INTERACTION_INLINE_CHOICE] = BV_ACCESS_READER,
	[BV_INTERACTION_TEXT_ENTRY] = BV_ACCESS_READER,
	[BV_INTERACTION_ORDER] = BV_ACCESS_READER,
	[BV_INTERACTION_MATCH] = BV_ACCESS_READER,
	[BV_INTERACTION_ASSOCIATE] = BV_ACCESS_READER,
	[BV_INTERACTION_GAP_MATCH] = BV_ACCESS_READER,
	[BV_INTERACTION_HOTTEXT] = BV_ACCESS_READER,
	[BV_INTERACTION_EXTENDED_TEXT] = BV_ACCESS_READER,
	[BV_INTERACTION_HOTSPOT] = BV_ACCESS_READER,
	[BV_INTERACTION_GRAPHIC_ORDER] = BV_ACCESS_READER,
	[BV_INTERACTION_GRAPHIC_ASSOCIATE] = BV_ACCESS_READER,
	[BV_INTERACTION_GRAPHIC_GAP_MATCH] = BV_ACCESS_READER,
	[BV_INTERACTION_SLIDER] = BV_ACCESS_READER,
	[BV_INTERACTION_MEDIA] = BV_ACCESS_READER,
	[BV_INTERACTION_UPLOAD] = BV_ACCESS_READER,
	[BV_INTERACTION_END_ATTEMPT] = BV_ACCESS_READER,
	[BV_INTERACTION_SELECT_POINT] = BV_ACCESS_KEYBOARD, /* a place that must be seen */
	[BV_INTERACTION_POSITION_OBJECT] = BV_ACCESS_KEYBOARD,
	[BV_INTERACTION_DRAWING] = BV_ACCESS_POINTER,
	[BV_INTERACTION_PORTABLE_CUSTOM] = BV_ACCESS_UNKNOWN, /* code of its own */
	[BV_INTERACTION_CUSTOM] = BV_ACCESS_UNKNOWN,
};

const char *
bv_access_name(enum bv_access_way way)
{
	static const char *const names[] = { [BV_ACCESS_UNKNOWN] = "unknown", [BV_ACCESS_POINTER] = "pointer", [BV_ACCESS_KEYBOARD] = "keyboard",
		                             [BV_ACCESS_READER] = "screen-reader" };

	return names[way];
}

static void
lower(struct bv_access *access, enum bv_access_way way)
{
	if (way < access->way)
		access->way = way;
}

static bool
has_text(const struct bv_str *attr)
{
	return attr && bv_str_trim(*attr).len > 0;
}

/* Names that choices are chosen by. Those of text have it; images and places on one need it written. */
static void
add_interaction(struct bv_access *access, const struct bv_interaction *i)
{
	bool gaps = i->kind == BV_INTERACTION_GAP_MATCH;

	lower(access, ways[i->kind]);
	for (size_t c = 0; c < (gaps ? i->first_count : i->choice_count); c++)
		if (!i->choices[c].text.len)
			lower(access, BV_ACCESS_KEYBOARD);
}

/* The catalogs that have a card in place of a recording. */
struct stand_ins {
	struct bv_str ids[BV_PAGE_CATALOGS_MAX];
	size_t count;
};

static void
find_stand_ins(struct stand_ins *out, const struct bv_item *item)
{
	static const char *const supports[] = { "audio-description", "captions", "long-description", "sign-language", "transcript" };
	const struct bv_str *id = NULL, *support;

	out->count = 0;
	for (const struct bv_xml_node *n = item->page.card_count ? item->root : NULL; n; n = bv_body_next(item->root, n, false)) {
		if (bv_qti_element(n) == BV_QTI_CATALOG)
			id = bv_xml_attr(n, "id");
		if (bv_qti_element(n) != BV_QTI_CARD || !id || !(support = bv_xml_attr(n, "support")))
			continue;
		for (size_t i = 0; i < BV_COUNT(supports) && out->count < BV_COUNT(out->ids); i++)
			if (bv_str_is(bv_str_trim(*support), supports[i]))
				out->ids[out->count++] = bv_str_trim(*id);
	}
}

/* A track of text of its own, or such a card of the catalog that it refers to, or the nearest element around it that refers to one. */
static bool
has_alternative(const struct bv_item *item, const struct stand_ins *stand_ins, const struct bv_xml_node *node)
{
	const struct bv_str *id = NULL;

	for (const struct bv_xml_node *n = bv_body_next(node, node, false); n; n = bv_body_next(node, n, false))
		if (bv_str_is(n->name, "track"))
			return true;
	for (; node && node != item->root && !id; node = node->parent)
		id = bv_xml_attr(node, "data-catalog-idref");
	for (size_t i = 0; id && i < stand_ins->count; i++)
		if (bv_str_eq(stand_ins->ids[i], bv_str_trim(*id)))
			return true;
	return false;
}

static bool
is_recording(const struct bv_xml_node *node)
{
	const struct bv_str *type = bv_str_is(node->name, "object") ? bv_xml_attr(node, "type") : NULL;

	return bv_str_is(node->name, "audio") || bv_str_is(node->name, "video") ||
	       (type && (bv_str_starts(*type, BV_STR("audio/")) || bv_str_starts(*type, BV_STR("video/"))));
}

static bool
is_image(const struct bv_xml_node *node)
{
	const struct bv_str *type = bv_str_is(node->name, "object") ? bv_xml_attr(node, "type") : NULL;

	return bv_str_is(node->name, "img") || (type && bv_str_starts(*type, BV_STR("image/")));
}

/* An image that only decorates says so. */
static bool
is_described(const struct bv_xml_node *node, struct bv_arena *arena)
{
	const struct bv_str *role = bv_xml_attr(node, "role"), *hidden = bv_xml_attr(node, "aria-hidden");

	return has_text(bv_xml_attr(node, "alt")) || has_text(bv_xml_attr(node, "aria-label")) || (role && bv_str_is(*role, "presentation")) ||
	       (hidden && bv_str_is(*hidden, "true")) || (bv_str_is(node->name, "object") && bv_body_text(node, 0, arena).len);
}

static void
add_support(struct bv_access *access, struct bv_str name)
{
	for (size_t i = 0; i < access->support_count; i++)
		if (bv_str_eq(access->supports[i], name))
			return;
	if (access->support_count < BV_ACCESS_SUPPORTS_MAX)
		access->supports[access->support_count++] = name;
}

void
bv_item_access(struct bv_access *out, const struct bv_item *item)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct stand_ins stand_ins;

	find_stand_ins(&stand_ins, item);
	*out = (struct bv_access){ .way = BV_ACCESS_READER };
	for (size_t i = 0; i < item->interaction_count; i++)
		add_interaction(out, &item->interactions[i]);
	for (const struct bv_xml_node *n = item->body; n; n = bv_body_next(item->body, n, false)) {
		if (is_image(n)) {
			out->images++;
			out->described += is_described(n, &arena);
		} else if (is_recording(n)) {
			out->recordings++;
			out->alternatives += has_alternative(item, &stand_ins, n);
		}
	}
	if (out->described < out->images)
		lower(out, BV_ACCESS_KEYBOARD);
	for (uint32_t i = 0; i < item->page.card_count; i++)
		add_support(out, item->page.cards[i].support);
}
