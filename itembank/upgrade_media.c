/* object of 2.x → img, audio or video of 3.0. What no browser has an element for stays an object. */
#include "itembank/upgrade.h"

static const char *const image_endings[] = { ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp" };

static bool
has_ending(struct bv_str path)
{
	for (size_t i = 0; i < BV_COUNT(image_endings); i++)
		if (bv_str_ends(path, bv_str_of(image_endings[i])))
			return true;
	return false;
}

static const char *
instead_of(const struct bv_tree_node *object)
{
	const struct bv_str *type = bv_tree_attr(object, "type"), *data = bv_tree_attr(object, "data");
	struct bv_str kind = type ? bv_str_trim(*type) : BV_STR_NONE;

	if (!data || !data->len)
		return NULL;
	if (bv_str_starts(kind, BV_STR("image/")) || (!kind.len && has_ending(*data)))
		return "img";
	return bv_str_starts(kind, BV_STR("audio/")) ? "audio" : bv_str_starts(kind, BV_STR("video/")) ? "video" : NULL;
}

static struct bv_str
collapsed(struct bv_upgrade *up, struct bv_str text)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_XML_ITEM_MAX);
	struct bv_str word;

	while (bv_str_token(&text, &word)) {
		bv_buf_addz(&out, out.len ? " " : "");
		bv_buf_add(&out, word);
	}
	return bv_arena_str(up->tree.arena, bv_buf_str(&out));
}

/* What an object shows when it cannot be shown: its text becomes the alternative text. */
static struct bv_str
take_content(struct bv_upgrade *up, struct bv_tree_node *object)
{
	struct bv_str text = collapsed(up, bv_tree_text(&up->tree, object));

	for (const struct bv_tree_node *n = object->first; n; n = n->next) {
		if (!n->name.len)
			continue;
		bv_upgrade_loss(up, n->line, "what stands in <object> for those who cannot see or hear it: its text alone is kept");
		break;
	}
	while (object->first)
		bv_tree_remove(&up->tree, object->first);
	return text;
}

static void
image_make(struct bv_upgrade *up, struct bv_tree_node *object)
{
	const struct bv_str *label = bv_tree_attr(object, "aria-label");
	struct bv_str text = take_content(up, object);

	/* Some authors give an object the alt of an image. */
	if (text.len || !bv_tree_attr(object, "alt"))
		bv_tree_attr_set(&up->tree, object, "alt", text.len || !label ? text : *label);
	bv_tree_attr_set(&up->tree, object, "src", *bv_tree_attr(object, "data"));
	bv_tree_attr_remove(&up->tree, object, "type");
}

static void
player_make(struct bv_upgrade *up, struct bv_tree_node *object)
{
	struct bv_tree_node *source;
	struct bv_str text = take_content(up, object);

	source = bv_tree_new(&up->tree, "source", BV_QTI_NONE, object->line);
	bv_tree_put(&up->tree, object, source, NULL);
	bv_tree_attr_set(&up->tree, source, "src", *bv_tree_attr(object, "data"));
	bv_tree_attr_set(&up->tree, source, "type", *bv_tree_attr(object, "type"));
	bv_tree_attr_remove(&up->tree, object, "type");
	if (text.len && !bv_tree_attr(object, "aria-label"))
		bv_tree_attr_set(&up->tree, object, "aria-label", text);
	/* In mediaInteraction the player counts how often it plays, and has buttons of its own. */
	if (object->parent->element != BV_QTI_MEDIA_INTERACTION)
		bv_tree_attr_set(&up->tree, object, "controls", BV_STR("controls"));
}

void
bv_upgrade_media(struct bv_upgrade *up)
{
	if (up->from == BV_QTI_3_0)
		return;
	for (struct bv_tree_node *n = up->tree.root; n; n = bv_tree_next(up->tree.root, n, false)) {
		const char *instead = bv_tree_named(n, "object") && bv_str_is(n->ns, BV_NS_QTI3) ? instead_of(n) : NULL;
		if (!instead)
			continue;
		bv_tree_rename(&up->tree, n, bv_str_of(instead), BV_QTI_NONE);
		if (instead[0] == 'i')
			image_make(up, n);
		else
			player_make(up, n);
		bv_tree_attr_remove(&up->tree, n, "data");
	}
}
