/* A document of several files becomes one: XInclude 1.0 as far as it is harmless, and response processing templates that lie beside an item. Nothing is
 * read but files of the same folder by relative names; libxml2's own XInclude reads whatever the machine can (QTI 3.0 allows both). */
#define _GNU_SOURCE /* memmem */
#include "itembank/include.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "itembank/body.h"
#include "itembank/manifest.h"
#include "itembank/templates.h"
#include "itembank/upgrade.h"

/* The file that is being read, and those that led to it. */
struct source {
	struct bv_str name;
	const struct source *from;
};

struct including {
	const struct bv_include_files *files;
	struct bv_arena arena;
	size_t max;  /* bytes of the whole document */
	size_t read; /* bytes of files so far */
	unsigned count;
};

static void
including_finish(struct including *in)
{
	bv_arena_finish(&in->arena);
}
BV_AUTO_DEFINE_FINISH(struct including, including_finish)

static enum bv_status expand(struct including *in, struct bv_buf *xml, const struct source *source, struct bv_err *err);

static struct bv_str
clipped(struct bv_str s)
{
	return bv_str_sub(s, 0, 100);
}

/* ---- A file ---------------------------------------------------------------------------------------------------------- */

static enum bv_status
check_way(const struct source *source, struct bv_str name, int line, struct bv_err *err)
{
	unsigned depth = 0;

	for (const struct source *s = source; s; s = s->from, depth++)
		if (bv_str_eq(s->name, name))
			return s == source ? bv_err_at(err, BV_EPARSE, line, "'%.*s' includes itself", BV_STR_ARG(clipped(name)))
			                   : bv_err_at(err, BV_EPARSE, line, "'%.*s' includes itself through '%.*s'", BV_STR_ARG(clipped(name)),
			                               BV_STR_ARG(clipped(source->name)));
	return depth > BV_INCLUDE_DEPTH_MAX
	               ? bv_err_at(err, BV_ELIMIT, line, "'%.*s': more than %d files inside each other", BV_STR_ARG(clipped(name)), BV_INCLUDE_DEPTH_MAX)
	               : BV_OK;
}

/* What is wrong in a file is told at the line that names the file. */
static enum bv_status
in_file(struct bv_str name, int line, const struct bv_err *why, struct bv_err *err)
{
	char at[16] = "";

	if (why->line)
		snprintf(at, sizeof at, ":%d", why->line);
	return bv_err_at(err, why->status, line, "'%.*s'%s: %s", BV_STR_ARG(clipped(name)), at, why->msg);
}

/* Its bytes as they are. ENOTFOUND is for the caller to word. */
static enum bv_status
read_file(struct including *in, struct bv_buf *bytes, struct bv_str name, int line, struct bv_err *err)
{
	struct bv_err why;

	if (++in->count > BV_INCLUDES_MAX)
		return bv_err_at(err, BV_ELIMIT, line, "more than %d files are included", BV_INCLUDES_MAX);
	if (in->files->read(in->files->ctx, bytes, name, &why) != BV_OK)
		return in_file(name, line, &why, err);
	in->read += bytes->len;
	if (in->read > BV_XML_DOCUMENT_MAX)
		return bv_err_at(err, BV_ELIMIT, line, "'%.*s': the files that are included have more than %u bytes together", BV_STR_ARG(clipped(name)),
		                 BV_XML_DOCUMENT_MAX);
	return BV_OK;
}

/* The document at name with all that it includes itself. */
static enum bv_status
read_document(struct including *in, struct bv_xml_doc **out, const struct source *from, struct bv_str name, int line, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(in->max);
	const struct source source = { name, from };
	struct bv_err why;

	TRY(check_way(from, name, line, err));
	TRY(read_file(in, &bytes, name, line, err));
	if (expand(in, &bytes, &source, &why) != BV_OK || bv_xml_read(out, bv_buf_str(&bytes), in->max, &why) != BV_OK)
		return in_file(name, line, &why, err);
	return BV_OK;
}

/* ---- What comes in its place ----------------------------------------------------------------------------------------- */

static bool
is_qti(enum bv_qti_version *version, struct bv_str ns)
{
	const struct bv_xml_node node = { .ns = ns };
	struct bv_err ignored;

	return ns.len && bv_qti_version_of(version, &node, &ignored) == BV_OK;
}

/* Elements without a namespace, or of another version with the same names, become those of where they stand. */
static enum bv_status
adopt(struct bv_tree *tree, struct bv_str ns, struct bv_err *err)
{
	enum bv_qti_version host, own;
	bool qti = is_qti(&host, ns);

	for (struct bv_tree_node *n = tree->root; n; n = bv_tree_next(tree->root, n, false)) {
		bool other = n->name.len && qti && is_qti(&own, n->ns);
		if (other && (own == BV_QTI_3_0) != (host == BV_QTI_3_0))
			return bv_err_at(err, BV_EPARSE, n->line, "<%.*s> is of QTI %s and cannot stand in a document of %s: convert it first",
			                 BV_STR_ARG(bv_str_sub(n->name, 0, 60)), bv_qti_version_name(own), bv_qti_version_name(host));
		if (other || (n->name.len && !n->ns.len))
			n->ns = ns;
	}
	return BV_OK;
}

/* The tree, read from the file name, for an element in the namespace ns at that line of source. */
static enum bv_status
write_part(struct bv_buf *out, struct bv_tree *tree, struct bv_str name, const struct source *source, struct bv_str ns, int line, struct bv_err *err)
{
	struct bv_err why;

	if (adopt(tree, ns, &why) != BV_OK || include_rebase(tree, name, source->name, &why) != BV_OK)
		return in_file(name, line, &why, err);
	bv_tree_write_part(out, tree->root);
	return BV_OK;
}

/* The path that an attribute names; a file is named from where the document lies. */
static enum bv_status
path_of(struct including *in, struct bv_str *path, struct bv_str href, const struct source *source, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_err why;

	for (const struct bv_xml_node *n = node; n; n = n->parent)
		if (bv_xml_attr_ns(n, BV_NS_XML, "base"))
			return bv_err_at(err, BV_EPARSE, n->line, "xml:base: '%.*s' is looked for where the document lies; write the whole relative path",
			                 BV_STR_ARG(clipped(href)));
	if (bv_str_find(href, '#') < href.len)
		return bv_err_at(err, BV_EPARSE, node->line, "'%.*s': a file is included whole; a part of it cannot be named (XInclude §3.1)",
		                 BV_STR_ARG(clipped(href)));
	if (package_resolve(path, package_folder(source->name), href, &in->arena, &why) != BV_OK)
		return bv_err_at(err, why.status, node->line, "%s", why.msg);
	return BV_OK;
}

static bool
attr_is(const struct bv_xml_node *node, const char *name, const char *value)
{
	const struct bv_str *attr = bv_xml_attr(node, name);

	return !attr || bv_str_is(bv_str_trim(*attr), value);
}

/* XInclude §3.1, and what of it is not read. */
static enum bv_status
check_include(const struct bv_xml_node *node, bool *text, struct bv_err *err)
{
	*text = !attr_is(node, "parse", "xml");
	if (*text && !attr_is(node, "parse", "text"))
		return bv_err_at(err, BV_EPARSE, node->line, "xi:include: parse must be xml or text (XInclude §3.1)");
	if (bv_xml_attr(node, "xpointer"))
		return bv_err_at(err, BV_EPARSE, node->line, "xi:include: xpointer is not read; put the part into a file of its own");
	if (*text && !attr_is(node, "encoding", "UTF-8") && !attr_is(node, "encoding", "utf-8"))
		return bv_err_at(err, BV_EPARSE, node->line, "xi:include: only text in UTF-8 is read");
	if (!bv_xml_attr(node, "href") || !bv_str_trim(*bv_xml_attr(node, "href")).len)
		return bv_err_at(err, BV_EPARSE, node->line, "xi:include: href is missing");
	return BV_OK;
}

/* Characters that XML has (XML 1.0 §2.2), of a file in UTF-8. */
static enum bv_status
write_text(struct including *in, struct bv_buf *out, struct bv_str name, int line, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(in->max);

	TRY(read_file(in, &bytes, name, line, err));
	struct bv_str text = bv_buf_str(&bytes);
	bool good = bv_text_valid(text);
	for (size_t i = 0; i < text.len && good; i++)
		good = (unsigned char)text.p[i] >= ' ' || strchr("\t\n\r", text.p[i]);
	if (!good)
		return bv_err_at(err, BV_EPARSE, line, "'%.*s': not a text in UTF-8", BV_STR_ARG(clipped(name)));
	struct bv_tree_node node = { .text = text };
	bv_tree_write_part(out, &node);
	return BV_OK;
}

static enum bv_status
write_file(struct including *in, struct bv_buf *out, const struct bv_xml_node *node, bool text, const struct source *source, struct bv_err *err)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	struct bv_tree tree = { .arena = &in->arena };
	struct bv_str path;

	TRY(path_of(in, &path, bv_str_trim(*bv_xml_attr(node, "href")), source, node, err));
	if (text)
		return write_text(in, out, path, node->line, err);
	TRY(read_document(in, &doc, source, path, node->line, err));
	bv_tree_copy(&tree, bv_xml_root(doc));
	return write_part(out, &tree, path, source, node->parent->ns, node->line, err);
}

/* XInclude §3.2: stands in when the file is not there. */
static enum bv_status
write_fallback(struct including *in, struct bv_buf *out, const struct bv_xml_node *fallback, const struct source *source, struct bv_err *err)
{
	struct bv_tree tree = { .arena = &in->arena };

	for (const struct bv_xml_node *n = bv_body_next(fallback, fallback, false); n; n = bv_body_next(fallback, n, false))
		if (bv_str_is(n->ns, BV_NS_XINCLUDE))
			return bv_err_at(err, BV_EPARSE, n->line, "xi:fallback: nothing is included in it; put what stands in there itself");
	for (const struct bv_xml_node *n = fallback->first; n; n = n->next) {
		bv_tree_copy(&tree, n);
		TRY(write_part(out, &tree, source->name, source, fallback->parent->parent->ns, fallback->line, err));
	}
	return BV_OK;
}

static enum bv_status
write_include(struct including *in, struct bv_buf *out, const struct bv_xml_node *node, const struct source *source, struct bv_err *err)
{
	const struct bv_xml_node *fallback = bv_xml_child(node, "fallback");
	enum bv_status status;
	bool text;

	TRY(check_include(node, &text, err));
	status = write_file(in, out, node, text, source, err);
	if (status == BV_ENOTFOUND && fallback && bv_str_is(fallback->ns, BV_NS_XINCLUDE))
		return write_fallback(in, out, fallback, source, err);
	return status;
}

/* ---- Templates of response processing -------------------------------------------------------------------------------- */

/* The relative name of a template that may lie beside the item: it has no rules of its own, and template names no standard one (QTI 3.0 §5.122). */
static bool
names_template(const struct bv_xml_node *node, struct bv_str *href)
{
	const struct bv_str *url, *location;
	const char *ignored;

	if (bv_qti_element(node) != BV_QTI_RESPONSE_PROCESSING || bv_qti_first(node))
		return false;
	url = bv_qti_attr(node, "template");
	location = bv_qti_attr(node, "template-location");
	*href = location ? bv_str_trim(*location) : BV_STR_NONE;
	return href->len && href->p[0] != '/' && bv_str_find(*href, ':') == href->len && !(url && bv_template_find(bv_str_trim(*url), &ignored).len);
}

/* A file that is not there may still be one of the standard ones, by its name: false, and the item keeps it. */
static enum bv_status
write_template(struct including *in, struct bv_buf *out, bool *written, const struct bv_xml_node *node, struct bv_str href, const struct source *source,
               struct bv_err *err)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	struct bv_tree tree = { .arena = &in->arena };
	struct bv_str path;
	const char *ignored;

	*written = false;
	enum bv_status status = path_of(in, &path, href, source, node, err);
	if (status == BV_OK)
		status = read_document(in, &doc, source, path, node->line, err);
	if ((status == BV_ENOTFOUND || status == BV_EINVAL) && bv_template_find(href, &ignored).len)
		return BV_OK;
	TRY(status);
	const struct bv_xml_node *root = bv_xml_root(doc);
	if (bv_qti_element(root) != BV_QTI_RESPONSE_PROCESSING || !bv_qti_first(root))
		return bv_err_at(err, BV_EPARSE, node->line, "'%.*s' is not a template: <%.*s> must be response processing with rules",
		                 BV_STR_ARG(clipped(path)), BV_STR_ARG(bv_str_sub(root->name, 0, 60)));
	bv_tree_copy(&tree, root);
	tree.root->attrs = NULL;
	*written = true;
	return write_part(out, &tree, path, source, node->ns, node->line, err);
}

/* ---- The document ---------------------------------------------------------------------------------------------------- */

/* Can there be anything to do? So that other documents are not parsed for it. */
static bool
may_include(struct bv_str xml)
{
	static const char word[] = "include";

	if (memmem(bv_str_chars(xml), xml.len, "emplateLocation", 15) || memmem(bv_str_chars(xml), xml.len, "emplate-location", 16))
		return true;
	for (const char *p = bv_str_chars(xml), *end = p + xml.len; (p = memmem(p, (size_t)(end - p), word, sizeof word - 1)); p += sizeof word - 1)
		if (p > xml.p && (p[-1] == '<' || p[-1] == ':') && p + sizeof word - 1 < end && strchr(" \t\r\n/>", p[sizeof word - 1]))
			return true;
	return false;
}

/* What stands in the place of node, if it is to be replaced. */
static enum bv_status
write_place(struct including *in, struct bv_buf *out, bool *written, const struct bv_xml_node *node, const struct source *source, struct bv_err *err)
{
	struct bv_str href;

	*written = bv_str_is(node->ns, BV_NS_XINCLUDE) && bv_str_is(node->name, "include");
	if (*written)
		return write_include(in, out, node, source, err);
	return names_template(node, &href) ? write_template(in, out, written, node, href, source, err) : BV_OK;
}

/* Behind the element whose start tag is the next one; *start is where that begins. Without `whole` only behind the tag. */
static void
pass(struct bv_str xml, size_t *at, size_t *start, bool whole)
{
	enum include_tag tag;
	size_t ignored, depth;

	do
		tag = include_scan(xml, at, start);
	while (tag == INCLUDE_TAG_END);
	for (depth = whole && tag == INCLUDE_TAG_START; depth; depth += tag == INCLUDE_TAG_START, depth -= tag == INCLUDE_TAG_END)
		if ((tag = include_scan(xml, at, &ignored)) == INCLUDE_TAG_NONE)
			return;
}

/* Replaces what is to be, in the bytes: all else keeps its place, and the lines that messages name. */
static enum bv_status
expand(struct including *in, struct bv_buf *xml, const struct source *source, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(in->max), part = BV_BUF(in->max);
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	struct bv_str from = bv_buf_str(xml);
	size_t at = 0, copied = 0, start;
	bool written = false;

	if (!may_include(from))
		return BV_OK;
	TRY(bv_xml_read(&doc, from, in->max, err));
	const struct bv_xml_node *root = bv_xml_root(doc);
	pass(from, &at, &start, false);
	for (const struct bv_xml_node *n = bv_body_next(root, root, false); n; n = bv_body_next(root, n, written)) {
		bv_buf_clear(&part);
		TRY(write_place(in, &part, &written, n, source, err));
		pass(from, &at, &start, written);
		if (!written)
			continue;
		bv_buf_add(&out, bv_str_sub(from, copied, start - copied));
		bv_buf_add(&out, bv_buf_str(&part));
		copied = at;
		if (out.full || part.full)
			return bv_err_at(err, BV_ELIMIT, n->line, "with what it includes the document has more than %zu bytes", in->max);
	}
	if (!copied)
		return BV_OK;
	bv_buf_add(&out, bv_str_sub(from, copied, from.len));
	if (out.full)
		return bv_err_at(err, BV_ELIMIT, root->line, "with what it includes the document has more than %zu bytes", in->max);
	bv_buf_clear(xml);
	bv_buf_add(xml, bv_buf_str(&out));
	return BV_OK;
}

enum bv_status
bv_include(struct bv_buf *xml, struct bv_str name, const struct bv_include_files *files, struct bv_err *err)
{
	BV_AUTO(including_finish) struct including in = { .files = files, .max = xml->max };
	const struct source source = { name, NULL };
	enum bv_status status = expand(&in, xml, &source, err);

	if (status != BV_OK && !err->rule)
		err->rule = "not-included";
	return status;
}

/* ---- On disk --------------------------------------------------------------------------------------------------------- */

static enum bv_status
read_below(void *ctx, struct bv_buf *bytes, struct bv_str name, struct bv_err *err)
{
	enum bv_status status = bv_file_read_in(bytes, ctx, name.p, err);

	return status == BV_ENOTFOUND ? bv_err_set(err, status, "is not below %s", (const char *)ctx) : status;
}

static enum bv_status
read_nothing(void *ctx, struct bv_buf *bytes, struct bv_str name, struct bv_err *err)
{
	(void)ctx, (void)bytes, (void)name;
	return bv_err_set(err, BV_ENOTFOUND, "standard input has no folder with files beside it");
}

enum bv_status
bv_include_below(struct bv_buf *xml, const char *folder, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str whole = bv_str_of(path), root = bv_str_of(folder ? folder : "");
	struct bv_include_files files = { strcmp(path, "-") == 0 ? read_nothing : read_below, NULL };

	while (root.len > 1 && root.p[root.len - 1] == '/')
		root.len--;
	if (!root.len || !bv_str_starts(whole, root) || whole.len == root.len || (whole.p[root.len] != '/' && root.p[root.len - 1] != '/'))
		root = package_folder(whole);
	struct bv_str name = bv_str_sub(whole, root.len, whole.len);
	while (name.len && name.p[0] == '/')
		name = bv_str_sub(name, 1, name.len);
	files.ctx = (void *)(uintptr_t)bv_arena_str(&arena, root.len ? root : BV_STR(".")).p;
	return bv_include(xml, name, &files, err);
}
