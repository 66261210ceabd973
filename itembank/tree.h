/* A document that is being changed: a copy of one that was read. Private to itembank. */
#ifndef BV_ITEMBANK_TREE_H
#define BV_ITEMBANK_TREE_H

#include "base/xml.h"
#include "itembank/names.h"

#define BV_NS_XML "http://www.w3.org/XML/1998/namespace"

struct bv_tree_attr {
	struct bv_str ns, name, value;
	struct bv_tree_attr *next;
};

/* An element (name not empty) or text. */
struct bv_tree_node {
	struct bv_str ns, name, text;
	struct bv_tree_attr *attrs;
	struct bv_tree_node *parent, *first, *last, *prev, *next;
	enum bv_qti element; /* what it is in QTI; BV_QTI_NONE for text, XHTML, MathML and extensions */
	int line;            /* of the source; that of what it was put around when it is new */
};

struct bv_tree {
	struct bv_arena *arena; /* of the nodes; strings of the source are borrowed */
	struct bv_tree_node *root;
	size_t changes; /* acts that made the document another one */
};

void bv_tree_copy(struct bv_tree *tree, const struct bv_xml_node *root);

/* The next node of the subtree of root in document order, text too; NULL after the last. over: not what lies below node. */
struct bv_tree_node *bv_tree_next(const struct bv_tree_node *root, struct bv_tree_node *node, bool over);
/* The first element at or after node among its siblings. */
struct bv_tree_node *bv_tree_element(struct bv_tree_node *node);
struct bv_tree_node *bv_tree_child(const struct bv_tree_node *parent, enum bv_qti element);
/* Text of white space only? */
bool bv_tree_blank(const struct bv_tree_node *node);
bool bv_tree_named(const struct bv_tree_node *node, const char *name);
/* All text below node, copied. */
struct bv_str bv_tree_text(struct bv_tree *tree, struct bv_tree_node *node);

/* Value of the attribute without namespace, or NULL. */
struct bv_str *bv_tree_attr(const struct bv_tree_node *node, const char *name);
/* Sets it, at the end when it is new. value is borrowed. */
void bv_tree_attr_set(struct bv_tree *tree, struct bv_tree_node *node, const char *name, struct bv_str value);
void bv_tree_attr_remove(struct bv_tree *tree, struct bv_tree_node *node, const char *name);

/* Renames an element; its namespace stays. */
void bv_tree_rename(struct bv_tree *tree, struct bv_tree_node *node, struct bv_str name, enum bv_qti element);
/* A new element in the namespace of the root, at node's line, in no place yet. */
struct bv_tree_node *bv_tree_new(struct bv_tree *tree, const char *name, enum bv_qti element, int line);
struct bv_tree_node *bv_tree_text_new(struct bv_tree *tree, struct bv_str text, int line);
/* Puts node before the child `before` of parent; at the end when that is NULL. A node that has a place leaves it. */
void bv_tree_put(struct bv_tree *tree, struct bv_tree_node *parent, struct bv_tree_node *node, struct bv_tree_node *before);
void bv_tree_remove(struct bv_tree *tree, struct bv_tree_node *node);
/* Its children take its place. */
void bv_tree_unwrap(struct bv_tree *tree, struct bv_tree_node *node);
/* Puts the siblings first to last into a new element, which takes their place. */
struct bv_tree_node *bv_tree_wrap(struct bv_tree *tree, struct bv_tree_node *first, struct bv_tree_node *last, const char *name,
                                  enum bv_qti element);

/* The whole document in UTF-8 with its declaration. Namespaces of elements are defaults, declared where they change. */
void bv_tree_write(struct bv_buf *out, const struct bv_tree *tree);
/* An element or text as a part of another document: on one line, with its namespace declared. */
void bv_tree_write_part(struct bv_buf *out, const struct bv_tree_node *node);

#endif
