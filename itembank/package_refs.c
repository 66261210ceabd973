#include "itembank/package_refs.h"

#include <stdlib.h>

#include "itembank/body.h"

/* HTML5 and QTI 2.x: elements of both spellings have the same local names here. */
static const struct {
	const char *element, *attribute;
} media[] = {
	{ "img", "src" }, { "audio", "src" }, { "video", "src" }, { "video", "poster" }, { "source", "src" }, { "track", "src" }, { "object", "data" },
};

struct refs {
	struct package_ref *all;
	size_t count, cap;
};

static void
refs_finish(struct refs *refs)
{
	free(refs->all);
}
BV_AUTO_DEFINE_FINISH(struct refs, refs_finish)

static void
add(struct refs *refs, const struct package_ref *ref)
{
	struct bv_str href = bv_str_trim(ref->href);

	if (!href.len)
		return;
	if (refs->count == refs->cap) {
		refs->cap = refs->cap ? refs->cap * 2 : 16;
		refs->all = bv_resize_array(refs->all, refs->cap, sizeof *refs->all);
	}
	refs->all[refs->count] = *ref;
	refs->all[refs->count++].href = href;
}

static void
add_media(struct refs *refs, struct bv_str href, bool optional, int line)
{
	add(refs, &(struct package_ref){ href, BV_PART_MEDIA, optional, false, line });
}

/* ---- Modules ---- */

#define NS_PCI "http://www.imsglobal.org/xsd/portableCustomInteraction" /* of the drafts; the standard's ends in _v1 */

/* Those of QTI 3.0, of PCI 1.0 in QTI 2.2, and of the drafts. */
static const struct {
	const char *element, *attribute;
	bool pci; /* a name so plain that its namespace must say which it is */
} modules[] = {
	{ "qti-interaction-module", "primary-path", false },
	{ "qti-interaction-module", "fallback-path", false },
	{ "qti-interaction-modules", "primary-configuration", false },
	{ "qti-interaction-modules", "secondary-configuration", false },
	{ "interactionModule", "primaryPath", false },
	{ "interactionModule", "fallbackPath", false },
	{ "interactionModules", "primaryConfiguration", false },
	{ "interactionModules", "secondaryConfiguration", false },
	{ "module", "primaryPath", true },
	{ "module", "fallbackPath", true },
	{ "modules", "primaryConfiguration", true },
	{ "modules", "secondaryConfiguration", true },
	{ "portableCustomInteraction", "hook", true },
	{ "lib", "id", true },
};

/* A library that the player has, and no file of the package. */
static bool
is_shared(const struct bv_xml_node *node, struct bv_str id)
{
	return bv_str_is(node->name, "lib") && (bv_str_starts(id, BV_STR("IMSGlobal/")) || bv_str_starts(id, BV_STR("/")));
}

static void
look_modules(struct refs *refs, const struct bv_xml_node *node)
{
	static const struct package_ref implied[] = {
		{ { "modules/module_resolution.js", 28 }, BV_PART_MODULE, true, true, 0 },
		{ { "modules/fallback_module_resolution.js", 37 }, BV_PART_MODULE, true, true, 0 },
	};
	const struct bv_str *attr;

	for (size_t i = 0; i < BV_COUNT(modules); i++)
		if (bv_str_is(node->name, modules[i].element) && (!modules[i].pci || bv_str_starts(node->ns, BV_STR(NS_PCI))) &&
		    (attr = bv_xml_attr(node, modules[i].attribute)) && !is_shared(node, bv_str_trim(*attr)))
			add(refs, &(struct package_ref){ *attr, BV_PART_MODULE, true, false, node->line });
	if (!bv_str_is(node->name, "qti-interaction-modules"))
		return;
	if (!bv_xml_attr(node, "primary-configuration"))
		add(refs, &implied[0]);
	if (!bv_xml_attr(node, "secondary-configuration"))
		add(refs, &implied[1]);
}

/* ---- Media and stimuli ---- */

/* Media types of objects that can be shown; others are programs and pages, which never are. */
static bool
is_shown(const struct bv_xml_node *object)
{
	const struct bv_str *type = bv_xml_attr(object, "type");

	return type && (bv_str_starts(*type, BV_STR("image/")) || bv_str_starts(*type, BV_STR("audio/")) || bv_str_starts(*type, BV_STR("video/")));
}

/* "a.png 1x, b.png 2x": the first word of each. */
static void
add_set(struct refs *refs, struct bv_str set, int line)
{
	while (set.len) {
		struct bv_str one = bv_str_sub(set, 0, bv_str_find(set, ',')), href;
		set = bv_str_sub(set, one.len + 1, set.len);
		if (bv_str_token(&one, &href))
			add_media(refs, href, false, line);
	}
}

static void
look(struct refs *refs, const struct bv_xml_node *node, struct bv_arena *arena)
{
	const struct bv_str *attr;

	for (size_t i = 0; i < BV_COUNT(media); i++)
		if (bv_str_is(node->name, media[i].element) && (attr = bv_xml_attr(node, media[i].attribute)))
			add_media(refs, *attr, bv_str_is(node->name, "object") && !is_shown(node), node->line);
	if (bv_str_is(node->name, "source") && (attr = bv_xml_attr(node, "srcset")))
		add_set(refs, *attr, node->line);
	/* A card of a catalog, spoken, signed or in braille, or companion material: of any format. */
	if (bv_str_is(node->name, "qti-file-href"))
		add_media(refs, bv_xml_text(node, arena), true, node->line);
	if ((bv_str_is(node->name, "qti-assessment-stimulus-ref") || bv_str_is(node->name, "assessmentStimulusRef")) && (attr = bv_xml_attr(node, "href")))
		add(refs, &(struct package_ref){ *attr, BV_PART_STIMULUS, false, false, node->line });
	look_modules(refs, node);
}

static int
by_href(const void *a, const void *b)
{
	const struct package_ref *x = *(const struct package_ref *const *)a, *y = *(const struct package_ref *const *)b;
	int order = bv_str_cmp(x->href, y->href);

	order = order ? order : (int)x->role - (int)y->role;
	order = order ? order : (int)x->optional - (int)y->optional;
	order = order ? order : (int)x->implied - (int)y->implied;
	return order ? order : (x > y) - (x < y);
}

/* Marks all but the first of the same reference. */
static void
drop_repeated(struct refs *refs)
{
	struct package_ref **sorted = bv_alloc_array(refs->count, sizeof *sorted);
	size_t kept = 0;

	for (size_t i = 0; i < refs->count; i++)
		sorted[i] = &refs->all[i];
	if (refs->count)
		qsort(sorted, refs->count, sizeof *sorted, by_href);
	for (size_t i = refs->count; i-- > 1;)
		if (bv_str_eq(sorted[i]->href, sorted[i - 1]->href) && sorted[i]->role == sorted[i - 1]->role)
			sorted[i]->href = BV_STR_NONE;
	for (size_t i = 0; i < refs->count; i++)
		if (refs->all[i].href.len)
			refs->all[kept++] = refs->all[i];
	refs->count = kept;
	free(sorted);
}

enum bv_status
package_refs(const struct package_ref **out, size_t *count, const struct bv_xml_node *root, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(refs_finish) struct refs refs = { 0 };

	for (const struct bv_xml_node *n = root; n; n = bv_body_next(root, n, false))
		look(&refs, n, arena);
	drop_repeated(&refs);
	if (refs.count > BV_BANK_PARTS_MAX / 2)
		return bv_err_at(err, BV_ELIMIT, refs.all[BV_BANK_PARTS_MAX / 2].line, "names more than %d files", BV_BANK_PARTS_MAX / 2);
	struct package_ref *kept = bv_arena_array(arena, refs.count, struct package_ref);
	if (refs.count)
		memcpy(kept, refs.all, refs.count * sizeof *kept);
	*out = kept;
	*count = refs.count;
	return BV_OK;
}
