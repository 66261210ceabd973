/* SVG images: a document language with scripts, animation and links, of which shapes, text and paint are let pass (SVG 1.1, by allow-list). */
#include "base/xml.h"
#include "itembank/body.h"
#include "itembank/media_type.h"

static const char svg_ns[] = "http://www.w3.org/2000/svg", xlink_ns[] = "http://www.w3.org/1999/xlink";

/* In byte order. */
static const char *const elements[] = {
	"circle", "clipPath", "defs", "desc", "ellipse", "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feConvolveMatrix",
	"feDiffuseLighting", "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR",
	"feGaussianBlur", "feMerge", "feMergeNode", "feMorphology", "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight", "feTile",
	"feTurbulence", "filter", "g", "image", "line", "linearGradient", "marker", "mask", "metadata", "path", "pattern", "polygon", "polyline",
	"radialGradient", "rect", "stop", "style", "svg", "switch", "symbol", "text", "textPath", "title", "tspan", "use",
};

static bool
is_element(struct bv_str name)
{
	for (size_t i = 0; i < BV_COUNT(elements); i++)
		if (bv_str_is(name, elements[i]))
			return true;
	return false;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool
starts_folded(struct bv_str s, const char *z)
{
	size_t len = strlen(z);

	if (s.len < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (lower(s.p[i]) != z[i])
			return false;
	return true;
}

/* Does the text of a style or a paint attribute reach out of the file: url() of anything but "#…", @import, an escape that could hide one? */
static bool
reaches_out(struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		struct bv_str rest = bv_str_sub(s, i, s.len);
		if (s.p[i] == '\\' || s.p[i] == '@' || starts_folded(rest, "expression") || starts_folded(rest, "javascript") || starts_folded(rest, "image("))
			return true;
		if (!starts_folded(rest, "url("))
			continue;
		rest = bv_str_trim(bv_str_sub(rest, 4, rest.len));
		while (rest.len && (rest.p[0] == '"' || rest.p[0] == '\''))
			rest = bv_str_sub(rest, 1, rest.len);
		if (!bv_str_starts(rest, BV_STR("#")))
			return true;
	}
	return false;
}

static bool
is_embedded_image(struct bv_str s)
{
	return bv_str_starts(s, BV_STR("data:image/png;base64,")) || bv_str_starts(s, BV_STR("data:image/jpeg;base64,")) ||
	       bv_str_starts(s, BV_STR("data:image/gif;base64,"));
}

static enum bv_status
check_attribute(const struct bv_xml_node *node, const struct bv_xml_attr *attr, struct bv_err *err)
{
	struct bv_str name = bv_str_sub(attr->name, 0, 40), value = bv_str_trim(attr->value);
	bool handler = starts_folded(name, "on"), href = bv_str_is(name, "href") || bv_str_is(attr->ns, xlink_ns);
	bool image = bv_str_is(node->name, "image") && is_embedded_image(value);

	if (bv_str_is(attr->ns, xlink_ns) && !bv_str_is(name, "href"))
		return BV_OK; /* titles and types of links say nothing where there is no link */
	if (handler || (href && value.len && value.p[0] != '#' && !image) || bv_str_is(name, "src") || (!href && !attr->ns.len && reaches_out(value)))
		return bv_err_at(err, BV_EDENIED, node->line, "SVG: %.*s of <%.*s> %s: only pictures without scripts and references are kept", BV_STR_ARG(name),
		                 BV_STR_ARG(bv_str_sub(node->name, 0, 40)), handler ? "is a script" : "leads out of the file");
	return BV_OK;
}

enum bv_status
svg_check(struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };

	TRY(bv_xml_read(&doc, bytes, BV_XML_DOCUMENT_MAX, err));
	const struct bv_xml_node *root = bv_xml_root(doc);
	if (!bv_str_is(root->ns, svg_ns) || !bv_str_is(root->name, "svg"))
		return bv_err_at(err, BV_EPARSE, root->line, "SVG: the root is <%.*s>, not svg of %s", BV_STR_ARG(bv_str_sub(root->name, 0, 40)), svg_ns);
	for (const struct bv_xml_node *n = root; n; n = bv_body_next(root, n, false)) {
		/* What editors add in namespaces of their own is never shown; HTML would be. */
		bool foreign = !bv_str_is(n->ns, svg_ns);
		if (foreign ? bv_str_starts(n->ns, BV_STR("http://www.w3.org/1999/xhtml")) || !n->ns.len : !is_element(n->name))
			return bv_err_at(err, BV_EDENIED, n->line, "SVG: <%.*s> is not kept: only shapes, text and paint are", BV_STR_ARG(bv_str_sub(n->name, 0, 40)));
		for (size_t i = 0; i < n->attr_count; i++)
			TRY(check_attribute(n, &n->attrs[i], err));
		if (bv_str_is(n->name, "style") && reaches_out(bv_xml_text(n, &arena)))
			return bv_err_at(err, BV_EDENIED, n->line, "SVG: a style that leads out of the file: only pictures without references are kept");
	}
	return BV_OK;
}
