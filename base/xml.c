#define _GNU_SOURCE
#include "base/xml.h"

#include <assert.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>

#include "base/text.h"

struct bv_xml_doc {
	struct bv_arena arena;
	struct bv_xml_node *root;
};

/* What a pass over the bytes finds before libxml2 sees them: the line of each start tag, in order. */
struct tags {
	int *lines;
	size_t count, cap;
};

static void
tags_finish(struct tags *tags)
{
	free(tags->lines);
}
BV_AUTO_DEFINE_FINISH(struct tags, tags_finish)

struct scan {
	const char *p, *end;
	int line;
	size_t nodes_max;
	struct tags tags;
};

/* Moves past the next `stop`, counting lines; to the end if there is none. */
static void
skip_past(struct scan *scan, const char *stop)
{
	size_t len = strlen(stop);
	const char *from = scan->p;
	const char *at = memmem(from, (size_t)(scan->end - from), stop, len);

	scan->p = at ? at + len : scan->end;
	for (const char *nl = from; (nl = memchr(nl, '\n', (size_t)(scan->p - nl))); nl++)
		scan->line++;
}

/* From after "<" to after the ">" of a start tag. Attributes are counted by their equals signs outside of quotes, because libxml2's
 * search for repeated ones takes 37 s of CPU for 40,000 attributes and none of its limits stops it. */
static enum bv_status
scan_start_tag(struct scan *scan, struct bv_err *err)
{
	int attributes = 0, line = scan->line;
	struct tags *tags = &scan->tags;

	if (tags->count == scan->nodes_max)
		return bv_err_at(err, BV_ELIMIT, line, "more than %zu elements and texts: split the document", scan->nodes_max);
	if (tags->count == tags->cap) {
		tags->cap = tags->cap ? tags->cap * 2 : 256;
		tags->lines = bv_resize_array(tags->lines, tags->cap, sizeof *tags->lines);
	}
	tags->lines[tags->count++] = line;
	while (scan->p < scan->end) {
		char c = *scan->p++;
		if (c == '>')
			return BV_OK;
		if (c == '"')
			skip_past(scan, "\"");
		else if (c == '\'')
			skip_past(scan, "'");
		else if (c == '\n')
			scan->line++;
		else if (c == '=' && ++attributes > BV_XML_ATTRIBUTES_MAX)
			return bv_err_at(err, BV_ELIMIT, line, "element has more than %d attributes", BV_XML_ATTRIBUTES_MAX);
	}
	return BV_OK; /* libxml2 says what is missing */
}

static enum bv_status
scan_tags(struct scan *scan, struct bv_err *err)
{
	while (scan->p < scan->end) {
		struct bv_str rest = { scan->p, (size_t)(scan->end - scan->p) };
		if (*scan->p != '<') {
			const char *lt = memchr(scan->p, '<', rest.len);
			for (const char *end = lt ? lt : scan->end, *nl = scan->p; (nl = memchr(nl, '\n', (size_t)(end - nl))); nl++)
				scan->line++;
			scan->p = lt ? lt : scan->end;
		} else if (bv_str_starts(rest, BV_STR("<!--"))) {
			scan->p += 4;
			skip_past(scan, "-->");
		} else if (bv_str_starts(rest, BV_STR("<![CDATA["))) {
			skip_past(scan, "]]>");
		} else if (bv_str_starts(rest, BV_STR("<?"))) {
			skip_past(scan, "?>");
		} else if (bv_str_starts(rest, BV_STR("</"))) {
			skip_past(scan, ">");
		} else if (bv_str_starts(rest, BV_STR("<!"))) {
			return BV_OK; /* DOCTYPE: libxml2 stops there */
		} else {
			scan->p++;
			TRY(scan_start_tag(scan, err));
		}
	}
	return BV_OK;
}

/* The encoding that the XML declaration names, or BV_STR_NONE. */
static struct bv_str
declared_encoding(struct bv_str bytes)
{
	if (!bv_str_starts(bytes, BV_STR("<?xml")) || bytes.len < 6 || !strchr(" \t\r\n", bytes.p[5]))
		return BV_STR_NONE;
	const char *end = memmem(bytes.p, bytes.len, "?>", 2);
	struct bv_str declaration = { bytes.p, end ? (size_t)(end - bytes.p) : bytes.len };
	const char *at = memmem(declaration.p, declaration.len, "encoding", 8);
	if (!at)
		return BV_STR_NONE;
	struct bv_str value = bv_str_sub(declaration, (size_t)(at - declaration.p) + 8, declaration.len);
	size_t quote = 0;
	while (quote < value.len && value.p[quote] != '"' && value.p[quote] != '\'')
		quote++;
	char mark = quote < value.len ? value.p[quote] : '"';
	value = bv_str_sub(value, quote + 1, value.len);
	return bv_str_sub(value, 0, bv_str_find(value, mark));
}

static bool
is_utf8_name(struct bv_str name)
{
	return name.len == 5 && strncasecmp(name.p, "UTF-8", 5) == 0;
}

static int
line_of(struct bv_str bytes, size_t offset)
{
	int line = 1;

	for (size_t i = 0; i < offset; i++)
		line += bytes.p[i] == '\n';
	return line;
}

/* Removes a UTF-8 byte order mark; refuses every other encoding. */
static enum bv_status
check_encoding(struct bv_str *bytes, struct bv_err *err)
{
	size_t nul = bv_str_find(*bytes, '\0');

	if (bv_str_starts(*bytes, BV_STR("\xFE\xFF")) || bv_str_starts(*bytes, BV_STR("\xFF\xFE")) || (nul < 4 && nul < bytes->len))
		return bv_err_rule(err, "bad-encoding", 1, "the document is in UTF-16 or UTF-32: convert it to UTF-8");
	if (nul < bytes->len)
		return bv_err_rule(err, "not-well-formed", line_of(*bytes, nul), "a NUL byte is not XML");
	*bytes = bv_text_unmarked(*bytes);
	struct bv_str encoding = declared_encoding(*bytes);
	if (encoding.p && !is_utf8_name(encoding))
		return bv_err_rule(err, "bad-encoding", 1, "the document declares encoding '%.*s': convert it to UTF-8 and declare that",
		                   BV_STR_ARG(bv_str_sub(encoding, 0, 40)));
	size_t good = bv_text_valid_len(*bytes);
	if (good != bytes->len)
		return bv_err_rule(err, "bad-encoding", line_of(*bytes, good), "byte 0x%02x is not UTF-8: convert the document to UTF-8",
		                   (unsigned char)bytes->p[good]);
	return BV_OK;
}

/* The state of one reading; libxml2's callbacks get it as their context. */
struct reader {
	struct bv_xml_doc *doc;
	xmlParserCtxt *ctxt;
	struct bv_xml_node *open;                   /* the element that is being filled */
	struct bv_xml_node *last[BV_XML_DEPTH_MAX + 1]; /* last child so far, by depth of the parent */
	int depth;
	size_t nodes, nodes_max, tag;
	const struct tags *tags;
	struct bv_buf text; /* characters that have come since the last tag */
	const xmlChar *uri; /* interned by libxml2: the same pointer is the same URI */
	struct bv_str ns;
	struct bv_err *err;
	bool stopped;
};

static struct reader *
reader_of(void *ctx)
{
	return ctx;
}

static void
stop(struct reader *reader)
{
	reader->stopped = true;
	xmlStopParser(reader->ctxt);
}

static struct bv_xml_node *
append(struct reader *reader)
{
	if (++reader->nodes > reader->nodes_max) {
		bv_err_at(reader->err, BV_ELIMIT, reader->ctxt->input->line, "more than %zu elements and texts: split the document",
		          reader->nodes_max);
		stop(reader);
		return NULL;
	}
	struct bv_xml_node *node = bv_arena_alloc(&reader->doc->arena, sizeof *node);
	struct bv_xml_node **last = &reader->last[reader->depth];
	node->parent = reader->open;
	if (*last)
		(*last)->next = node;
	else if (reader->open)
		reader->open->first = node;
	else
		reader->doc->root = node;
	*last = node;
	return node;
}

static void
end_text(struct reader *reader)
{
	if (!reader->text.len || !reader->open)
		return;
	struct bv_xml_node *node = append(reader);
	if (!node)
		return;
	node->text = bv_arena_str(&reader->doc->arena, bv_buf_str(&reader->text));
	node->line = reader->ctxt->input->line;
	bv_buf_clear(&reader->text);
}

static struct bv_str
copy(struct reader *reader, const xmlChar *z)
{
	return z ? bv_arena_str(&reader->doc->arena, bv_str_of((const char *)z)) : BV_STR_NONE;
}

static struct bv_str
copy_uri(struct reader *reader, const xmlChar *uri)
{
	if (uri != reader->uri) {
		reader->uri = uri;
		reader->ns = copy(reader, uri);
	}
	return reader->ns;
}

/* libxml2 hands an ampersand over as "&#38;" (for a tree builder that would read the value again), and never a bare one. */
static struct bv_str
copy_value(struct reader *reader, const xmlChar *from, const xmlChar *end)
{
	struct bv_str value = bv_arena_str(&reader->doc->arena, (struct bv_str){ (const char *)from, (size_t)(end - from) });
	size_t at = bv_str_find(value, '&');

	if (at == value.len)
		return value;
	char *to = (char *)(uintptr_t)value.p;
	size_t len = at;
	for (size_t i = at; i < value.len; i++) {
		to[len++] = value.p[i];
		if (value.p[i] == '&')
			i += 4;
	}
	to[len] = '\0';
	return (struct bv_str){ to, len };
}

static void
start_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int ns_count, const xmlChar **ns, int attr_count,
              int defaulted, const xmlChar **attrs)
{
	struct reader *reader = reader_of(ctx);

	(void)prefix, (void)ns_count, (void)ns, (void)defaulted;
	end_text(reader);
	if (reader->stopped)
		return;
	assert(reader->tag < reader->tags->count);
	int line = reader->tags->lines[reader->tag++];
	if (reader->depth == BV_XML_DEPTH_MAX) {
		bv_err_at(reader->err, BV_ELIMIT, line, "elements are nested more than %d deep", BV_XML_DEPTH_MAX);
		stop(reader);
		return;
	}
	struct bv_xml_node *node = append(reader);
	if (!node)
		return;
	struct bv_xml_attr *copies = attr_count ? bv_arena_array(&reader->doc->arena, (size_t)attr_count, struct bv_xml_attr) : NULL;
	for (int i = 0; i < attr_count; i++, attrs += 5)
		copies[i] = (struct bv_xml_attr){ copy(reader, attrs[2]), copy(reader, attrs[0]), copy_value(reader, attrs[3], attrs[4]) };
	node->ns = copy_uri(reader, uri);
	node->name = copy(reader, name);
	node->attrs = copies;
	node->attr_count = (size_t)attr_count;
	node->line = line;
	reader->open = node;
	reader->last[++reader->depth] = NULL;
}

static void
end_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct reader *reader = reader_of(ctx);

	(void)name, (void)prefix, (void)uri;
	end_text(reader);
	if (reader->stopped)
		return;
	reader->open = (struct bv_xml_node *)(uintptr_t)reader->open->parent;
	reader->depth--;
}

static void
characters(void *ctx, const xmlChar *p, int len)
{
	bv_buf_add(&reader_of(ctx)->text, (struct bv_str){ (const char *)p, (size_t)len });
}

static void
doctype(void *ctx, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
	struct reader *reader = reader_of(ctx);

	(void)name, (void)external_id, (void)system_id;
	if (reader->stopped)
		return;
	bv_err_rule(reader->err, "doctype", reader->ctxt->input->line,
	            "DOCTYPE is not accepted: remove it, and write out what its entities stand for");
	stop(reader);
}

/* Says what is wrong in our words; libxml2's own for what nobody meets often. */
static void
translate(const xmlError *e, struct bv_err *err)
{
	const char *one = e->str1 ? e->str1 : "", *two = e->str2 ? e->str2 : "";
	struct bv_str message = bv_str_trim(bv_str_of(e->message));

	switch (e->code) {
	case XML_ERR_TAG_NAME_MISMATCH:
		bv_err_rule(err, "not-well-formed", e->line, "</%s> closes nothing: <%s> of line %d is still open", two, one, e->int1);
		break;
	case XML_ERR_TAG_NOT_FINISHED:
		bv_err_rule(err, "not-well-formed", e->line, "the document ends inside <%s>: close it", one);
		break;
	case XML_ERR_DOCUMENT_EMPTY:
		bv_err_rule(err, "not-well-formed", e->line, "not XML: a document starts with '<'");
		break;
	case XML_ERR_DOCUMENT_END:
		bv_err_rule(err, "not-well-formed", e->line, "something follows the end of the root element: remove it");
		break;
	case XML_ERR_ATTRIBUTE_REDEFINED:
	case XML_NS_ERR_ATTRIBUTE_REDEFINED:
		bv_err_rule(err, "not-well-formed", e->line, "attribute '%s' is given twice", one);
		break;
	case XML_ERR_UNDECLARED_ENTITY:
	case XML_WAR_UNDECLARED_ENTITY:
		bv_err_rule(err, "unknown-entity", e->line,
		            "entity '&%s;' is not known: write the character itself (only amp, lt, gt, quot and apos are known)", one);
		break;
	case XML_ERR_NAME_REQUIRED:
	case XML_ERR_ENTITYREF_SEMICOL_MISSING:
		bv_err_rule(err, "not-well-formed", e->line,
		            "a name is missing after '<' or '&': write &lt; or &amp; for the character itself");
		break;
	case XML_NS_ERR_UNDEFINED_NAMESPACE:
		bv_err_rule(err, "undeclared-prefix", e->line, "prefix is not declared (xmlns:…): %.*s", BV_STR_ARG(message));
		break;
	case XML_ERR_ATTRIBUTE_NOT_STARTED:
	case XML_ERR_ATTRIBUTE_WITHOUT_VALUE:
		bv_err_rule(err, "not-well-formed", e->line, "an attribute needs a value in quotes");
		break;
	case XML_ERR_LT_IN_ATTRIBUTE:
		bv_err_rule(err, "not-well-formed", e->line, "'<' in an attribute: write &lt;, or close the quotes");
		break;
	case XML_ERR_RESERVED_XML_NAME:
		bv_err_rule(err, "not-well-formed", e->line, "<?xml …?> may stand only at the very start of the document");
		break;
	default:
		bv_err_rule(err, "not-well-formed", e->line, "not well-formed XML: %.*s", BV_STR_ARG(message));
	}
}

static void
fault(void *ctx, xmlErrorPtr e)
{
	struct reader *reader = reader_of(ctx);

	/* A warning does not make a document bad. After the first error libxml2 would read on, through what the scan did not see as tags. */
	if (reader->stopped || e->level < XML_ERR_ERROR)
		return;
	translate(e, reader->err);
	stop(reader);
}

static const xmlSAXHandler handler = {
	.internalSubset = doctype,
	.characters = characters,
	.ignorableWhitespace = characters,
	.cdataBlock = characters,
	.initialized = XML_SAX2_MAGIC,
	.startElementNs = start_element,
	.endElementNs = end_element,
	.serror = fault,
};

static enum bv_status
parse(struct reader *reader, struct bv_str bytes, struct bv_err *err)
{
	reader->ctxt = xmlCreateMemoryParserCtxt(bytes.p, (int)bytes.len);
	if (!reader->ctxt)
		abort(); /* for want of memory */
	*reader->ctxt->sax = handler;
	reader->ctxt->userData = reader;
	xmlCtxtUseOptions(reader->ctxt, XML_PARSE_NONET);
	xmlParseDocument(reader->ctxt);
	bool good = reader->ctxt->wellFormed && !reader->stopped;
	/* Our reading of the declaration must have been libxml2's. */
	if (good && reader->ctxt->encoding && !is_utf8_name(bv_str_of((const char *)reader->ctxt->encoding)))
		good = false;
	if (!good && !reader->stopped)
		bv_err_rule(err, "not-well-formed", 1, "not well-formed XML");
	xmlFreeParserCtxt(reader->ctxt);
	return good ? BV_OK : err->status;
}

static enum bv_status
read_within(struct bv_xml_doc **out, struct bv_str bytes, size_t max_bytes, size_t nodes_max, struct bv_err *err)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = bv_alloc(sizeof *doc);

	if (bytes.len > max_bytes)
		return bv_err_at(err, BV_ELIMIT, 1, "document of %zu bytes: %zu are the most", bytes.len, max_bytes);
	TRY(check_encoding(&bytes, err));
	if (!bytes.len)
		return bv_err_rule(err, "not-well-formed", 1, "the document is empty");
	struct scan scan = { bytes.p, bytes.p + bytes.len, 1, nodes_max, { 0 } };
	enum bv_status status = scan_tags(&scan, err);
	BV_AUTO(tags_finish) struct tags tags = scan.tags;
	TRY(status);
	struct reader reader = { .doc = doc, .nodes_max = nodes_max, .tags = &tags, .text = BV_BUF(max_bytes), .err = err };
	status = parse(&reader, bytes, err);
	bv_buf_finish(&reader.text);
	TRY(status);
	*out = bv_steal(&doc);
	return BV_OK;
}

enum bv_status
bv_xml_read(struct bv_xml_doc **out, struct bv_str bytes, size_t max_bytes, struct bv_err *err)
{
	assert(max_bytes <= BV_XML_DOCUMENT_MAX);
	return read_within(out, bytes, max_bytes, BV_XML_NODES_MAX, err);
}

enum bv_status
bv_xml_read_large(struct bv_xml_doc **out, struct bv_str bytes, struct bv_err *err)
{
	return read_within(out, bytes, BV_XML_LARGE_MAX, BV_XML_LARGE_NODES_MAX, err);
}

void
bv_xml_free(struct bv_xml_doc *doc)
{
	if (!doc)
		return;
	bv_arena_finish(&doc->arena);
	free(doc);
}

const struct bv_xml_node *
bv_xml_root(const struct bv_xml_doc *doc)
{
	return doc->root;
}
