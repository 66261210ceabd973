/* The page of an item, a stimulus or a block of a test: its body as a candidate may see it, made once when the document is read. Built by
 * allow-list: what page_names.c and page_attr.c do not name is not in it. Private to itembank.
 *
 * A page is a row of operations. Bytes are JsonML (UTF-8, with < > & escaped) in which every child begins with its comma, so that
 * whatever is left out leaves no trace; the other operations are what depends on clone, form, state and view. */
#ifndef BV_ITEMBANK_PAGE_H
#define BV_ITEMBANK_PAGE_H

#include "base/xml.h"
#include "itembank/interaction.h"
#include "itembank/names.h"
#include "itembank/printed.h"

enum bv_page_kind {
	BV_PAGE_BYTES,      /* as they are */
	BV_PAGE_CHOICES,    /* up to `end`: the choices of one set, each a BV_PAGE_CHOICE, in the order of the form */
	BV_PAGE_CHOICE,     /* up to `end`: one choice, if this clone has it */
	BV_PAGE_IDENTIFIER, /* the opaque form of an identifier of the interaction */
	BV_PAGE_ID,         /* an id of the document by its number on the page as it is delivered */
	BV_PAGE_MEDIA,      /* a file of the package by its hash */
	BV_PAGE_MODULE,     /* a script of the package by its hash, if it is allowed */
	BV_PAGE_PROPERTY,   /* up to `end`: if the modules may have the property */
	BV_PAGE_VARIABLE,   /* up to `end`: if the modules may have the variable */
	BV_PAGE_VALUE,      /* a variable as the JSON of PCI, in a string */
	BV_PAGE_STIMULUS,   /* the body of a shared stimulus */
	BV_PAGE_PRINTED,    /* a variable as text */
	BV_PAGE_MATH,       /* a variable as an element of MathML */
	BV_PAGE_WHEN,       /* up to `end`: if the variable has the identifier (templateInline, feedbackBlock …) */
	BV_PAGE_VIEW,       /* up to `end`: for some views only */
	BV_PAGE_CATALOG,    /* up to `end`: if a card of the catalog is sent */
	BV_PAGE_CARD,       /* up to `end`: if the card is sent */
	BV_PAGE_AFTERWARDS, /* up to `end`: modal feedback, right after an attempt only */
};

struct bv_page_op {
	uint8_t kind; /* enum bv_page_kind */
	bool shows;      /* BV_PAGE_WHEN: shown, or hidden, when the variable has the identifier */
	bool feedback;   /* BV_PAGE_WHEN: it is an outcome's */
	bool begins, ends; /* BV_PAGE_BYTES: with the text of an element */
	uint8_t views;   /* BV_PAGE_VIEW: 1 << enum bv_view */
	uint32_t end;    /* index of the operation after what this one governs */
	uint32_t from, len; /* BV_PAGE_BYTES: in page->bytes; BV_PAGE_ID, _CATALOG, _CARD: from is an index of the page's */
	uint16_t interaction, choice; /* BV_PAGE_CHOICES: choice is the first of its set */
	int variable;
	struct bv_str text; /* BV_PAGE_IDENTIFIER, _WHEN: the identifier; _MEDIA, _MODULE, _STIMULUS: the reference; _PROPERTY, _VARIABLE: its name */
	const struct bv_printed *printed;
};

#define BV_PAGE_IDS_MAX 256 /* ids of one document; more are not delivered */
#define BV_PAGE_CATALOGS_MAX 128
#define BV_PAGE_CARDS_MAX 256

/* A card of a catalog, or one of its entries. */
struct bv_page_card {
	uint32_t catalog, number; /* entries of one card have its number */
	struct bv_str support, language, reading; /* "keyword-translation", BCP 47, data-reading-type; empty where not said */
	bool otherwise; /* the default of its card */
};

struct bv_page {
	const char *bytes;
	const struct bv_page_op *ops;
	uint32_t count;
	const struct bv_page_card *cards;
	uint32_t card_count, catalog_count;
	bool refused; /* cannot be delivered: refusal says why */
	struct bv_err refusal;
	struct bv_notes left_out; /* elements and attributes of the document that are not on the page */
};

struct bv_item;

/* Fills item->page; item is read and bound. Never fails: what cannot be delivered can still be scored. */
void bv_page_make(struct bv_item *item);
/* The page of a stimulus' body with its catalogs (info may be NULL), or of a rubric block or feedback of a test; it begins with a comma.
 * All that node is of must outlive it; declarations may be NULL. */
void bv_page_make_part(struct bv_page *out, struct bv_arena *arena, const struct bv_declarations *declarations, const struct bv_xml_node *node,
                       const struct bv_xml_node *info);

struct bv_stimulus;
const struct bv_page *bv_stimulus_page(const struct bv_stimulus *stimulus);

/* ---- For the makers of pages -------------------------------------------------------------------------------------------- */

struct bv_page_maker {
	struct bv_arena *arena;
	struct bv_page *page;
	struct bv_str ns; /* of QTI's elements in this document */
	const struct bv_declarations *declarations; /* NULL: there are no variables */
	const struct bv_item *item; /* NULL: there are no interactions */
	struct bv_buf bytes;
	uint32_t flushed; /* bytes that are in an operation already */
	struct bv_page_op *ops;
	uint32_t count, cap;
	struct bv_str ids[BV_PAGE_IDS_MAX]; /* of the document */
	bool taken[BV_PAGE_IDS_MAX];        /* an element has it */
	uint32_t id_count;
	struct bv_str catalogs[BV_PAGE_CATALOGS_MAX]; /* their ids */
	struct bv_page_card cards[BV_PAGE_CARDS_MAX];
	struct bv_str mention; /* the element being written: the catalog that it refers to */
	int interaction;             /* that being read, or -1 */
	uint16_t interactions_seen, first_seen, second_seen; /* choices of the interaction so far: of gaps apart */
	bool preserve; /* white space, inside pre */
	bool attributes; /* the object of the element being written is open */
	bool begins;     /* what is not flushed yet begins with a text */
	size_t text_to;  /* where the last text ends */
};

BV_PRINTF(3, 4) void bv_page_refuse(struct bv_page_maker *maker, int line, const char *fmt, ...);

/* JSON string of s, in quotes. */
void bv_page_string(struct bv_buf *out, struct bv_str s);
/* An operation after what was written so far; valid until the next. */
struct bv_page_op *bv_page_op_add(struct bv_page_maker *maker, enum bv_page_kind kind);
/* The same of one that governs what follows, up to bv_page_op_end of the index in *at. */
struct bv_page_op *bv_page_op_begin(struct bv_page_maker *maker, enum bv_page_kind kind, uint32_t *at);
void bv_page_op_end(struct bv_page_maker *maker, uint32_t at);

/* `,["name"`, then attributes, `}` if there were any, then children, `]`. */
void bv_page_begin(struct bv_page_maker *maker, const char *name);
void bv_page_begun(struct bv_page_maker *maker);
void bv_page_end(struct bv_page_maker *maker);
/* `{"name":` or `,"name":` */
void bv_page_attribute(struct bv_page_maker *maker, const char *name);
void bv_page_attribute_count(struct bv_page_maker *maker, const char *name, uint32_t n);
void bv_page_attribute_text(struct bv_page_maker *maker, const char *name, struct bv_str value);
/* White space of one text as a reader sees it; between the children of a block it is nothing. */
void bv_page_text(struct bv_page_maker *maker, struct bv_str s, bool block);

/* page.c: what one node, or all children of one, come to. */
void bv_page_child(struct bv_page_maker *maker, const struct bv_xml_node *node, bool block);
void bv_page_children(struct bv_page_maker *maker, const struct bv_xml_node *node, bool block);
/* One element of that name with what is in node. */
void bv_page_element(struct bv_page_maker *maker, const struct bv_xml_node *node, const char *name, unsigned groups, bool block);
/* node and all that is in it are not on the page. Nobody could answer an item that lost an interaction this way: refused. */
void bv_page_dropped(struct bv_page_maker *maker, const struct bv_xml_node *node);

/* page_interaction.c */
void bv_page_interaction(struct bv_page_maker *maker, const struct bv_xml_node *node);
/* A choice that stands where it is: hottext, gap. False when the element is no such choice. */
bool bv_page_choice(struct bv_page_maker *maker, const struct bv_xml_node *node);
/* The children of a set of a match. */
void bv_page_choices(struct bv_page_maker *maker, const struct bv_xml_node *node);
bool bv_page_is_choice(const struct bv_xml_node *node);

/* page_custom.c: a portable custom interaction of QTI 3.0; its response is written already. */
void bv_page_custom(struct bv_page_maker *maker, const struct bv_xml_node *node);

/* page_variable.c: templateInline, templateBlock, feedbackInline, feedbackBlock, modalFeedback; printedVariable; rubricBlock; MathML. */
void bv_page_conditional(struct bv_page_maker *maker, const struct bv_xml_node *node, const char *name, bool feedback);
void bv_page_printed(struct bv_page_maker *maker, const struct bv_xml_node *node);
void bv_page_rubric(struct bv_page_maker *maker, const struct bv_xml_node *node);
void bv_page_mathml(struct bv_page_maker *maker, const struct bv_xml_node *node);

/* page_catalog.c: info is a qti-catalog-info, or NULL. Its catalogs are found before, and written after, what mentions them. */
void bv_page_catalogs_find(struct bv_page_maker *maker, const struct bv_xml_node *info);
void bv_page_catalogs(struct bv_page_maker *maker, const struct bv_xml_node *info);
/* UINT32_MAX when there is none of that id. */
uint32_t bv_page_catalog_index(const struct bv_page_maker *maker, struct bv_str id);
/* The attribute data-catalog-idref, last of an element's. */
void bv_page_mention(struct bv_page_maker *maker);

/* The attribute of that 3.0 name, trimmed; empty when absent. */
struct bv_str bv_page_attr_of(const struct bv_xml_node *node, const char *name);

/* What an element is on the page. */
enum bv_page_element {
	BV_ELEMENT_DROPPED,   /* with all that is in it */
	BV_ELEMENT_UNWRAPPED, /* its content only */
	BV_ELEMENT_KEPT,
	BV_ELEMENT_BLOCK,     /* kept; white space between its children means nothing */
};

/* Attributes beyond those of every element. */
enum bv_page_group {
	BV_GROUP_CELL = 1, BV_GROUP_IMAGE = 2, BV_GROUP_LIST = 4, BV_GROUP_SPAN = 8, BV_GROUP_PLAYER = 16, BV_GROUP_SOURCE = 32,
	BV_GROUP_TRACK = 64, BV_GROUP_LINK = 128, BV_GROUP_TIME = 256, BV_GROUP_MATH = 512, BV_GROUP_ITEM = 1024, BV_GROUP_LABEL = 2048,
	BV_GROUP_HOTSPOT = 8192, BV_GROUP_FILES = 16384, BV_GROUP_SIZE = 32768,
	BV_GROUP_QUIET = 4096, /* an element of QTI: its other attributes are no loss */
};

struct bv_page_name {
	const char *name;
	enum bv_page_element element;
	unsigned groups;
};

/* The row of an XHTML or MathML element, or NULL. */
const struct bv_page_name *bv_page_html(struct bv_str name);
const struct bv_page_name *bv_page_math(struct bv_str name);
/* The row named so of a table in byte order whose rows begin with their name, a const char *; NULL if there is none. */
const void *bv_page_row(const void *rows, size_t count, size_t size, struct bv_str name);
#define BV_PAGE_ROW(rows, name) bv_page_row((rows), BV_COUNT(rows), sizeof *(rows), (name))
/* Is the word in the shared vocabulary of classes (QTI 3.0 Best Practices §"Shared vocabulary and CSS")? */
bool bv_page_class(struct bv_str word);

/* The attributes of node that an element of these groups may have. */
void bv_page_attributes(struct bv_page_maker *maker, const struct bv_xml_node *node, unsigned groups);
/* May an element of these groups have it without anything around it? Where a table, list or text runs, not what it refers to, is called or looks like. */
bool bv_page_attribute_plain(struct bv_str name, unsigned groups, struct bv_str value);
/* The id of the document as it is delivered: an operation. False when there are too many. */
bool bv_page_id(struct bv_page_maker *maker, struct bv_str id);

/* Can the reference only be to a file of the document's own package? No scheme, no root, no query; of what can be encoded only spaces and
 * what is not ASCII. Steps up are resolved when it is delivered, since only the package knows where the document lies. */
bool bv_page_is_inside(struct bv_str href);
/* page_media.c: a reference to a file of the package: `"src":` and an operation; refuses any other. */
void bv_page_media(struct bv_page_maker *maker, const struct bv_xml_node *node, const char *name, struct bv_str href);
/* The reference from a file at `base` in its package, as a path in the package, in out; false when it leaves the package. */
bool bv_media_path(struct bv_buf *out, struct bv_str base, struct bv_str href);

#endif
