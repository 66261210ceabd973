#include "itembank/include.h"

#include <string.h>

#include "itembank/manifest.h"

/* Attributes that name a file, of which element (NULL: of any). data of other elements is not one. */
static const struct {
	const char *element, *attribute;
} references[] = {
	{ NULL, "src" },      { NULL, "href" },     { NULL, "poster" },            { NULL, "srcset" },
	{ NULL, "longdesc" }, { "object", "data" }, { NULL, "template-location" }, { NULL, "templateLocation" },
};

struct rebasing {
	struct bv_tree *tree;
	struct bv_str from; /* folder, with the slash at its end */
	struct bv_str to;   /* file */
	struct bv_err *err;
};

/* A scheme, a host, the root of a site, a place in the same document: the same from everywhere. */
static bool
is_elsewhere(struct bv_str href)
{
	return !href.len || href.p[0] == '/' || href.p[0] == '#' || href.p[0] == '\\' || bv_str_find(href, ':') < href.len;
}

/* Bytes that stand for themselves in a path (RFC 3987 ipath, less those that this code decodes). */
static bool
is_plain(unsigned char c)
{
	return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~/!$&'()*+;=@", c);
}

/* As a reference. */
static void
write_encoded(struct bv_buf *out, struct bv_str path)
{
	for (size_t i = 0; i < path.len; i++) {
		if (is_plain((unsigned char)path.p[i]))
			bv_buf_addc(out, path.p[i]);
		else
			bv_buf_printf(out, "%%%02X", (unsigned char)path.p[i]);
	}
}

static enum bv_status
rebase_one(const struct rebasing *r, struct bv_buf *out, struct bv_str href)
{
	struct bv_str path;
	size_t fragment = bv_str_find(href, '#');

	if (is_elsewhere(href)) {
		bv_buf_add(out, href);
		return BV_OK;
	}
	TRY(package_resolve(&path, r->from, href, r->tree->arena, r->err));
	write_encoded(out, package_relative(path, r->to, r->tree->arena));
	bv_buf_add(out, bv_str_sub(href, fragment, href.len));
	return BV_OK;
}

/* "a.png 1x, b.png 2x": the first word of each. */
static enum bv_status
rebase_set(const struct rebasing *r, struct bv_buf *out, struct bv_str set)
{
	while (set.len) {
		struct bv_str one = bv_str_sub(set, 0, bv_str_find(set, ',')), href;
		set = bv_str_sub(set, one.len + 1, set.len);
		if (!bv_str_token(&one, &href))
			continue;
		TRY(rebase_one(r, out, href));
		bv_buf_add(out, one);
		bv_buf_addz(out, set.len ? ", " : "");
	}
	return BV_OK;
}

static enum bv_status
rebase_attribute(const struct rebasing *r, struct bv_tree_node *node, const char *name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf value = BV_BUF(BV_XML_DOCUMENT_MAX);
	struct bv_str *attr = bv_tree_attr(node, name);

	if (!attr)
		return BV_OK;
	TRY(strcmp(name, "srcset") == 0 ? rebase_set(r, &value, *attr) : rebase_one(r, &value, bv_str_trim(*attr)));
	*attr = bv_arena_str(r->tree->arena, bv_buf_str(&value));
	return BV_OK;
}

/* Cards of catalogs name their files in an element's text. */
static enum bv_status
rebase_text(const struct rebasing *r, struct bv_tree_node *node)
{
	BV_AUTO(bv_buf_finish) struct bv_buf value = BV_BUF(BV_XML_DOCUMENT_MAX);

	if (!bv_tree_named(node, "qti-file-href") && !bv_tree_named(node, "fileHref"))
		return BV_OK;
	TRY(rebase_one(r, &value, bv_str_trim(bv_tree_text(r->tree, node))));
	while (node->first)
		bv_tree_remove(r->tree, node->first);
	bv_tree_put(r->tree, node, bv_tree_text_new(r->tree, bv_arena_str(r->tree->arena, bv_buf_str(&value)), node->line), NULL);
	return BV_OK;
}

static enum bv_status
rebase_node(const struct rebasing *r, struct bv_tree_node *node)
{
	for (size_t i = 0; i < BV_COUNT(references); i++)
		if (!references[i].element || bv_tree_named(node, references[i].element))
			TRY(rebase_attribute(r, node, references[i].attribute));
	return rebase_text(r, node);
}

enum bv_status
include_rebase(struct bv_tree *tree, struct bv_str from, struct bv_str to, struct bv_err *err)
{
	const struct rebasing r = { tree, package_folder(from), to, err };

	if (bv_str_eq(r.from, package_folder(to)))
		return BV_OK;
	for (struct bv_tree_node *n = tree->root; n; n = bv_tree_next(tree->root, n, false)) {
		if (n->name.len && rebase_node(&r, n) != BV_OK) {
			err->line = n->line;
			return err->status;
		}
	}
	return BV_OK;
}
