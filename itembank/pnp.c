/* Personal needs and preferences (1EdTech AfA PNP 3.0 for QTI, afa3p0pnp), as far as they decide what is delivered. */
#include <stdlib.h>

#include "base/xml.h"
#include "itembank/itembank.h"
#include "itembank/page.h"

#define NAMESPACE "http://www.imsglobal.org/xsd/qti/qtiv3p0/imsafa3p0pnp_v1p0"

/* The features of a PNP, in byte order. */
static const char *const names[] = {
	"additional-directions", "additional-testing-time", "alternative-text", "answer-masking", "audio-description", "braille",
	"calculator-on-screen", "captions", "dictionary-on-screen", "encouragement", "environment", "glossary-on-screen", "hazard-avoidance",
	"high-contrast", "homophone-checker-on-screen", "input-requirements", "invert-display-polarity", "item-translation",
	"keyboard-directions", "keyword-emphasis", "keyword-translation", "language-of-interface", "layout-single-column", "line-reader",
	"linguistic-guidance", "long-description", "magnification", "note-taking-on-screen", "outliner-on-screen",
	"peer-interaction-on-screen", "sign-language", "simplified-graphics", "simplified-language-portions", "spell-checker-on-screen",
	"spoken", "tactile", "text-appearance", "thesaurus-on-screen", "transcript", "visual-organizer-on-screen",
};

bool
bv_pnp_is_name(struct bv_str name)
{
	if (!bv_str_starts(name, BV_STR("ext:")))
		return BV_PAGE_ROW(names, name) != NULL;
	for (size_t i = 4; i < name.len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", name.p[i]) || !name.p[i])
			return false;
	return name.len > 4 && name.len <= 60;
}

void
bv_pnp_finish(struct bv_pnp *pnp)
{
	bv_arena_finish(&pnp->arena);
	*pnp = (struct bv_pnp){ 0 };
}

const struct bv_pnp_support *
bv_pnp_find(const struct bv_pnp *pnp, struct bv_str name)
{
	for (size_t i = 0; pnp && i < pnp->count; i++)
		if (bv_str_eq(pnp->supports[i].name, name))
			return &pnp->supports[i];
	return NULL;
}

/* ---- Reading --------------------------------------------------------------------------------------------------------------- */

struct reader {
	struct bv_pnp pnp;
	struct bv_pnp_support supports[BV_PNP_SUPPORTS_MAX];
	struct bv_err *err;
};

static enum bv_status
add(struct reader *reader, struct bv_str name, struct bv_str language, struct bv_str reading, int line)
{
	struct bv_pnp *pnp = &reader->pnp;

	if (!bv_pnp_is_name(name))
		return bv_err_at(reader->err, BV_EPARSE, line, "'%.*s' is not a feature of an AfA PNP", BV_STR_ARG(bv_str_sub(name, 0, 60)));
	if (bv_pnp_find(pnp, name))
		return bv_err_at(reader->err, BV_EPARSE, line, "'%.*s' occurs twice", BV_STR_ARG(name));
	if (pnp->count == BV_PNP_SUPPORTS_MAX)
		return bv_err_at(reader->err, BV_ELIMIT, line, "more than %d features", BV_PNP_SUPPORTS_MAX);
	reader->supports[pnp->count++] = (struct bv_pnp_support){ bv_arena_str(&pnp->arena, name), bv_arena_str(&pnp->arena, language),
		                                                  bv_arena_str(&pnp->arena, reading) };
	return BV_OK;
}

static void
forget(struct reader *reader, struct bv_str name)
{
	size_t n = 0;

	for (size_t i = 0; i < reader->pnp.count; i++)
		if (!bv_str_eq(reader->supports[i].name, name))
			reader->supports[n++] = reader->supports[i];
	reader->pnp.count = n;
}

static enum bv_status
feature_read(struct reader *reader, const struct bv_xml_node *node)
{
	const struct bv_str *lang = bv_xml_attr_ns(node, "http://www.w3.org/XML/1998/namespace", "lang");
	const struct bv_xml_node *type = bv_xml_child(node, "reading-type");
	struct bv_str reading = type ? bv_str_trim(bv_xml_text(type, &reader->pnp.arena)) : BV_STR_NONE;

	/* Hazards and languages of the interface may be several: no card depends on them. */
	if ((bv_str_is(node->name, "hazard-avoidance") || bv_str_is(node->name, "language-of-interface")) && bv_pnp_find(&reader->pnp, node->name))
		return BV_OK;
	if (bv_str_is(node->name, "spoken") && !reading.len)
		reading = BV_STR("screen-reader");
	return add(reader, node->name, lang ? bv_str_trim(*lang) : BV_STR_NONE, reading, node->line);
}

/* The sets at the end: what is switched on, offered or forbidden; their members have no settings. */
static enum bv_status
set_read(struct reader *reader, const struct bv_xml_node *set)
{
	bool forbids = bv_str_is(set->name, "prohibit-set");

	for (const struct bv_xml_node *n = bv_xml_element(set->first); n; n = bv_xml_element(n->next))
		if (!bv_str_eq(n->ns, set->ns))
			continue;
		else if (!bv_pnp_is_name(n->name))
			return bv_err_at(reader->err, BV_EPARSE, n->line, "<%.*s> is not a feature of an AfA PNP", BV_STR_ARG(bv_str_sub(n->name, 0, 60)));
		else if (forbids)
			forget(reader, n->name);
		else if (!bv_pnp_find(&reader->pnp, n->name))
			TRY(add(reader, n->name, BV_STR_NONE, BV_STR_NONE, n->line));
	return BV_OK;
}

static bool
is_set(const struct bv_xml_node *node)
{
	return bv_str_is(node->name, "activate-at-initialization-set") || bv_str_is(node->name, "activate-as-option-set") ||
	       bv_str_is(node->name, "prohibit-set");
}

static enum bv_status
xml_read(struct reader *reader, struct bv_str bytes)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	const struct bv_xml_node *root, *n;

	TRY(bv_xml_read(&doc, bytes, BV_PNP_MAX, reader->err));
	root = bv_xml_root(doc);
	if (!bv_str_is(root->ns, NAMESPACE) || !bv_str_is(root->name, "access-for-all-pnp"))
		return bv_err_at(reader->err, BV_EPARSE, root->line, "the document is no access-for-all-pnp of " NAMESPACE);
	for (n = bv_xml_element(root->first); n; n = bv_xml_element(n->next))
		if (bv_str_eq(n->ns, root->ns) && !is_set(n))
			TRY(feature_read(reader, n));
	for (int forbids = 0; forbids < 2; forbids++)
		for (n = bv_xml_element(root->first); n; n = bv_xml_element(n->next))
			if (bv_str_eq(n->ns, root->ns) && is_set(n) && bv_str_is(n->name, "prohibit-set") == forbids)
				TRY(set_read(reader, n));
	return BV_OK;
}

static enum bv_status
member_read(struct bv_str *out, const struct bv_json *object, const char *name, struct bv_err *err)
{
	*out = BV_STR_NONE;
	return bv_json_find(object, name) ? bv_json_need_str(out, object, name, err) : BV_OK;
}

static enum bv_status
json_read(struct reader *reader, struct bv_str bytes)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	TRY(bv_json_parse(&json, bytes, reader->err));
	if (bv_json_type(json) != BV_JSON_OBJECT)
		return bv_err_set(reader->err, BV_EPARSE, "preferences are an object, {\"keyword-translation\":{\"language\":\"vi\"}}");
	for (void *it = bv_json_members(json); it; it = bv_json_next(json, it)) {
		const struct bv_json *value = bv_json_member(it);
		struct bv_str language, reading;
		if (bv_json_type(value) != BV_JSON_OBJECT)
			return bv_err_set(reader->err, BV_EPARSE, "preferences: '%.*s' is an object, {} at least", BV_STR_ARG(bv_str_sub(bv_json_member_name(it), 0, 60)));
		if (bv_json_only(value, "language readingType", reader->err) || member_read(&language, value, "language", reader->err) ||
		    member_read(&reading, value, "readingType", reader->err))
			return reader->err->status = BV_EPARSE;
		TRY(add(reader, bv_json_member_name(it), language, reading, 0));
	}
	return BV_OK;
}

enum bv_status
bv_pnp_parse(struct bv_pnp *out, struct bv_str bytes, struct bv_err *err)
{
	struct reader reader = { .err = err };
	struct bv_str first = bv_str_trim(bytes);
	enum bv_status status;

	reader.pnp.supports = reader.supports;
	if (bytes.len > BV_PNP_MAX)
		return bv_err_set(err, BV_ELIMIT, "the preferences are longer than %u bytes", BV_PNP_MAX);
	status = bv_str_starts(first, BV_STR("{")) || bv_str_starts(first, BV_STR("[")) ? json_read(&reader, bytes) : xml_read(&reader, bytes);
	if (status) {
		bv_pnp_finish(&reader.pnp);
		return status;
	}
	struct bv_pnp_support *supports = bv_arena_array(&reader.pnp.arena, reader.pnp.count, struct bv_pnp_support);
	memcpy(supports, reader.supports, reader.pnp.count * sizeof *supports);
	*out = reader.pnp;
	out->supports = supports;
	return BV_OK;
}
