/* XML: a strict reader (libxml2's SAX parser) that gives an immutable tree in one arena.
 * Refused: DOCTYPE, external anything, encodings other than UTF-8, and everything past the limits. */
#ifndef BV_BASE_XML_H
#define BV_BASE_XML_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

#define BV_XML_ITEM_MAX (1u << 20)     /* bytes of an item document */
#define BV_XML_DOCUMENT_MAX (8u << 20) /* bytes of any other document of a package */
#define BV_XML_ATTRIBUTES_MAX 256      /* attributes of an element; libxml2 takes 37 s of CPU for 40,000 */
#define BV_XML_DEPTH_MAX 64            /* elements inside each other */
#define BV_XML_NODES_MAX 100000
#define BV_XML_LARGE_MAX (64u << 20) /* bytes and nodes of a list that programs write and that is read whole: the manifest of a package */
#define BV_XML_LARGE_NODES_MAX 3000000

struct bv_xml_doc;

struct bv_xml_attr {
	struct bv_str ns;   /* namespace URI, empty if none */
	struct bv_str name; /* local name */
	struct bv_str value;
};

/* An element (name not empty) or a run of text (name empty; CDATA and text are one). Comments and processing instructions are gone. */
struct bv_xml_node {
	struct bv_str ns, name; /* element: namespace URI and local name */
	struct bv_str text;     /* text node: its characters, NFC is NOT applied */
	const struct bv_xml_attr *attrs;
	size_t attr_count;
	const struct bv_xml_node *parent, *first, *next;
	int line; /* of the start tag */
};

/* Reads one document of at most max_bytes. Errors carry the line. The tree borrows nothing from bytes. */
BV_API BV_MUST_USE enum bv_status bv_xml_read(struct bv_xml_doc **out, struct bv_str bytes, size_t max_bytes, struct bv_err *err);
/* The same with the limits of a large list. */
BV_API BV_MUST_USE enum bv_status bv_xml_read_large(struct bv_xml_doc **out, struct bv_str bytes, struct bv_err *err);
BV_API void bv_xml_free(struct bv_xml_doc *doc);
BV_AUTO_DEFINE(struct bv_xml_doc, bv_xml_free)
/* The document's element; never NULL. */
BV_API const struct bv_xml_node *bv_xml_root(const struct bv_xml_doc *doc);

/* The first element at or after node in its row of siblings (skips text); NULL at the end.
 * for (e = bv_xml_element(n->first); e; e = bv_xml_element(e->next)) */
BV_API const struct bv_xml_node *bv_xml_element(const struct bv_xml_node *node);
/* The first child element of that local name, in any namespace. */
BV_API const struct bv_xml_node *bv_xml_child(const struct bv_xml_node *parent, const char *name);
/* Value of the attribute without namespace, or NULL if absent. */
BV_API const struct bv_str *bv_xml_attr(const struct bv_xml_node *node, const char *name);
/* The same for xml:lang and the like. */
BV_API const struct bv_str *bv_xml_attr_ns(const struct bv_xml_node *node, const char *ns, const char *name);
/* All text below node, in document order, copied into arena (or borrowed when there is one run). */
BV_API struct bv_str bv_xml_text(const struct bv_xml_node *node, struct bv_arena *arena);

/* s with & < > " escaped, appended. */
BV_API void bv_xml_escape(struct bv_buf *out, struct bv_str s);

#endif
