/* Walking the tree that base/xml.c built, and writing text as XML. */
#include "base/xml.h"

const struct bv_xml_node *
bv_xml_element(const struct bv_xml_node *node)
{
	while (node && !node->name.len)
		node = node->next;
	return node;
}

const struct bv_xml_node *
bv_xml_child(const struct bv_xml_node *parent, const char *name)
{
	const struct bv_xml_node *e = bv_xml_element(parent->first);

	while (e && !bv_str_is(e->name, name))
		e = bv_xml_element(e->next);
	return e;
}

const struct bv_str *
bv_xml_attr_ns(const struct bv_xml_node *node, const char *ns, const char *name)
{
	for (size_t i = 0; i < node->attr_count; i++)
		if (bv_str_is(node->attrs[i].name, name) && bv_str_is(node->attrs[i].ns, ns))
			return &node->attrs[i].value;
	return NULL;
}

const struct bv_str *
bv_xml_attr(const struct bv_xml_node *node, const char *name)
{
	return bv_xml_attr_ns(node, "", name);
}

/* The node after `at` in document order below top, or NULL. */
static const struct bv_xml_node *
following(const struct bv_xml_node *at, const struct bv_xml_node *top)
{
	if (at->first)
		return at->first;
	while (at != top && !at->next)
		at = at->parent;
	return at == top ? NULL : at->next;
}

struct bv_str
bv_xml_text(const struct bv_xml_node *node, struct bv_arena *arena)
{
	struct bv_str only = node->text;
	size_t runs = 0, len = 0;

	for (const struct bv_xml_node *at = following(node, node); at; at = following(at, node))
		if (at->text.len) {
			only = at->text;
			runs++;
			len += at->text.len;
		}
	if (runs < 2)
		return only;
	char *p = bv_arena_alloc(arena, len + 1);
	struct bv_str all = { p, len };
	for (const struct bv_xml_node *at = following(node, node); at; at = following(at, node))
		if (at->text.len) {
			memcpy(p, at->text.p, at->text.len);
			p += at->text.len;
		}
	return all;
}

void
bv_xml_escape(struct bv_buf *out, struct bv_str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.len; i++) {
		const char *escape = s.p[i] == '&' ? "&amp;" : s.p[i] == '<' ? "&lt;" : s.p[i] == '>' ? "&gt;" : s.p[i] == '"' ? "&quot;" : NULL;
		if (!escape)
			continue;
		bv_buf_add(out, bv_str_sub(s, from, i - from));
		bv_buf_addz(out, escape);
		from = i + 1;
	}
	bv_buf_add(out, bv_str_sub(s, from, s.len));
}
