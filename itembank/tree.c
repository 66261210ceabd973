#include "itembank/tree.h"

static struct bv_tree_node *
copy_node(struct bv_tree *tree, const struct bv_xml_node *from)
{
	struct bv_tree_node *node = bv_arena_array(tree->arena, 1, struct bv_tree_node);
	struct bv_tree_attr **tail = &node->attrs;

	*node = (struct bv_tree_node){ .ns = from->ns, .name = from->name, .text = from->text, .line = from->line };
	if (!node->name.len)
		return node;
	node->element = bv_qti_element(from);
	for (size_t i = 0; i < from->attr_count; i++) {
		*tail = bv_arena_array(tree->arena, 1, struct bv_tree_attr);
		**tail = (struct bv_tree_attr){ from->attrs[i].ns, from->attrs[i].name, from->attrs[i].value, NULL };
		tail = &(*tail)->next;
	}
	return node;
}

static void
link_before(struct bv_tree_node *parent, struct bv_tree_node *node, struct bv_tree_node *before)
{
	struct bv_tree_node *prev = before ? before->prev : parent->last;

	node->parent = parent;
	node->prev = prev;
	node->next = before;
	*(prev ? &prev->next : &parent->first) = node;
	*(before ? &before->prev : &parent->last) = node;
}

static void
unlink_node(struct bv_tree_node *node)
{
	if (!node->parent)
		return;
	*(node->prev ? &node->prev->next : &node->parent->first) = node->next;
	*(node->next ? &node->next->prev : &node->parent->last) = node->prev;
	node->parent = node->prev = node->next = NULL;
}

static struct bv_tree_node *
copy_below(struct bv_tree *tree, const struct bv_xml_node *from)
{
	struct bv_tree_node *node = copy_node(tree, from);

	for (const struct bv_xml_node *n = from->first; n; n = n->next)
		link_before(node, copy_below(tree, n), NULL);
	return node;
}

void
bv_tree_copy(struct bv_tree *tree, const struct bv_xml_node *root)
{
	tree->root = copy_below(tree, root);
	tree->changes = 0;
}

struct bv_tree_node *
bv_tree_next(const struct bv_tree_node *root, struct bv_tree_node *node, bool over)
{
	if (!over && node->first)
		return node->first;
	while (node != root && !node->next)
		node = node->parent;
	return node == root ? NULL : node->next;
}

struct bv_tree_node *
bv_tree_element(struct bv_tree_node *node)
{
	while (node && !node->name.len)
		node = node->next;
	return node;
}

struct bv_tree_node *
bv_tree_child(const struct bv_tree_node *parent, enum bv_qti element)
{
	struct bv_tree_node *n = parent->first;

	while (n && n->element != element)
		n = n->next;
	return n;
}

bool
bv_tree_blank(const struct bv_tree_node *node)
{
	return !node->name.len && !bv_str_trim(node->text).len;
}

bool
bv_tree_named(const struct bv_tree_node *node, const char *name)
{
	return bv_str_is(node->name, name);
}

struct bv_str
bv_tree_text(struct bv_tree *tree, struct bv_tree_node *node)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_XML_DOCUMENT_MAX);

	for (struct bv_tree_node *n = bv_tree_next(node, node, false); n; n = bv_tree_next(node, n, false))
		bv_buf_add(&text, n->text);
	return bv_arena_str(tree->arena, bv_buf_str(&text));
}

/* ---- Attributes ------------------------------------------------------------------------------------------------------ */

/* The link that holds it, or the last one. */
static struct bv_tree_attr **
attr_link(const struct bv_tree_node *node, const char *name)
{
	struct bv_tree_attr **link = (struct bv_tree_attr **)(uintptr_t)&node->attrs;

	while (*link && ((*link)->ns.len || !bv_str_is((*link)->name, name)))
		link = &(*link)->next;
	return link;
}

struct bv_str *
bv_tree_attr(const struct bv_tree_node *node, const char *name)
{
	struct bv_tree_attr *attr = *attr_link(node, name);

	return attr ? &attr->value : NULL;
}

void
bv_tree_attr_set(struct bv_tree *tree, struct bv_tree_node *node, const char *name, struct bv_str value)
{
	struct bv_tree_attr **link = attr_link(node, name);

	if (*link && bv_str_eq((*link)->value, value))
		return;
	tree->changes++;
	if (!*link) {
		*link = bv_arena_array(tree->arena, 1, struct bv_tree_attr);
		(*link)->name = bv_arena_str(tree->arena, bv_str_of(name));
	}
	(*link)->value = value;
}

void
bv_tree_attr_remove(struct bv_tree *tree, struct bv_tree_node *node, const char *name)
{
	struct bv_tree_attr **link = attr_link(node, name);

	if (!*link)
		return;
	*link = (*link)->next;
	tree->changes++;
}

/* ---- Elements -------------------------------------------------------------------------------------------------------- */

void
bv_tree_rename(struct bv_tree *tree, struct bv_tree_node *node, struct bv_str name, enum bv_qti element)
{
	tree->changes += !bv_str_eq(node->name, name);
	node->name = name;
	node->element = element;
}

struct bv_tree_node *
bv_tree_new(struct bv_tree *tree, const char *name, enum bv_qti element, int line)
{
	struct bv_tree_node *node = bv_arena_array(tree->arena, 1, struct bv_tree_node);

	*node = (struct bv_tree_node){ .ns = tree->root->ns, .name = bv_str_of(name), .element = element, .line = line };
	return node;
}

struct bv_tree_node *
bv_tree_text_new(struct bv_tree *tree, struct bv_str text, int line)
{
	struct bv_tree_node *node = bv_arena_array(tree->arena, 1, struct bv_tree_node);

	*node = (struct bv_tree_node){ .text = text, .line = line };
	return node;
}

void
bv_tree_put(struct bv_tree *tree, struct bv_tree_node *parent, struct bv_tree_node *node, struct bv_tree_node *before)
{
	if (before == node || (node->parent == parent && node->next == before))
		return;
	unlink_node(node);
	link_before(parent, node, before);
	tree->changes++;
}

void
bv_tree_remove(struct bv_tree *tree, struct bv_tree_node *node)
{
	unlink_node(node);
	tree->changes++;
}

void
bv_tree_unwrap(struct bv_tree *tree, struct bv_tree_node *node)
{
	while (node->first)
		bv_tree_put(tree, node->parent, node->first, node);
	bv_tree_remove(tree, node);
}

struct bv_tree_node *
bv_tree_wrap(struct bv_tree *tree, struct bv_tree_node *first, struct bv_tree_node *last, const char *name, enum bv_qti element)
{
	struct bv_tree_node *around = bv_tree_new(tree, name, element, first->line), *end = last->next;

	bv_tree_put(tree, first->parent, around, first);
	for (struct bv_tree_node *n = first, *next; n != end; n = next) {
		next = n->next;
		bv_tree_put(tree, around, n, NULL);
	}
	return around;
}

/* ---- Writing --------------------------------------------------------------------------------------------------------- */

/* What a reader would take for white space or for the end of a line is written as a reference. */
static void
escape(struct bv_buf *out, struct bv_str s, bool one_line)
{
	size_t from = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		if (c != '\r' && (!one_line || (c != '\n' && c != '\t')))
			continue;
		bv_xml_escape(out, bv_str_sub(s, from, i - from));
		bv_buf_addz(out, c == '\r' ? "&#13;" : c == '\n' ? "&#10;" : "&#9;");
		from = i + 1;
	}
	bv_xml_escape(out, bv_str_sub(s, from, s.len));
}

/* Attributes of other namespaces, which are rare, get the prefixes a0, a1 … where they stand. */
static void
attrs_write(struct bv_buf *out, const struct bv_tree_node *node)
{
	unsigned count = 0;

	for (const struct bv_tree_attr *a = node->attrs; a; a = a->next) {
		bv_buf_addc(out, ' ');
		if (bv_str_is(a->ns, BV_NS_XML)) {
			bv_buf_addz(out, "xml:");
		} else if (a->ns.len) {
			bv_buf_printf(out, "xmlns:a%u=\"", count);
			escape(out, a->ns, true);
			bv_buf_printf(out, "\" a%u:", count++);
		}
		bv_buf_add(out, a->name);
		bv_buf_addz(out, "=\"");
		escape(out, a->value, true);
		bv_buf_addc(out, '"');
	}
}

/* ns: the namespace of what is around it, or NULL when that is not known. */
static void
node_write(struct bv_buf *out, const struct bv_tree_node *node, const struct bv_str *ns, bool one_line)
{
	if (!node->name.len) {
		escape(out, node->text, one_line);
		return;
	}
	bv_buf_addc(out, '<');
	bv_buf_add(out, node->name);
	if (!ns || !bv_str_eq(node->ns, *ns)) {
		bv_buf_addz(out, " xmlns=\"");
		escape(out, node->ns, true);
		bv_buf_addc(out, '"');
	}
	attrs_write(out, node);
	if (!node->first) {
		bv_buf_addz(out, "/>");
		return;
	}
	bv_buf_addc(out, '>');
	for (const struct bv_tree_node *n = node->first; n; n = n->next)
		node_write(out, n, &node->ns, one_line);
	bv_buf_addz(out, "</");
	bv_buf_add(out, node->name);
	bv_buf_addc(out, '>');
}

void
bv_tree_write(struct bv_buf *out, const struct bv_tree *tree)
{
	bv_buf_addz(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	node_write(out, tree->root, &BV_STR_NONE, false);
	bv_buf_addc(out, '\n');
}

void
bv_tree_write_part(struct bv_buf *out, const struct bv_tree_node *node)
{
	node_write(out, node, NULL, true);
}
