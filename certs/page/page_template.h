/* What a certificate's page looks like: an XML document of an agency (doc/pdf-template.md, certs/page/certificate-template.xsd), read and checked. */
#ifndef BV_CERTS_PAGE_PAGE_TEMPLATE_H
#define BV_CERTS_PAGE_PAGE_TEMPLATE_H

#include "base/mem.h"
#include "base/xml.h"
#include "certs/page.h"

enum { PAGE_SHAPES_MAX = 512, PAGE_WORDS_MAX = 128 };

enum page_kind { PAGE_RECT, PAGE_LINE, PAGE_PATH, PAGE_ROSETTE, PAGE_TEXT, PAGE_CHART, PAGE_QR };
enum page_align { PAGE_LEFT, PAGE_CENTER, PAGE_RIGHT };

struct page_colour {
	double r, g, b;
	bool none;
};

/* One element in the order of the document. Lengths in mm, sizes of type in points. */
struct page_shape {
	enum page_kind kind;
	int line; /* of the document */
	struct bv_str condition; /* field that must not be empty; empty: none */
	double x, y, width, height;
	double stroke;            /* width of the line */
	struct page_colour ink, fill;
	double size, least;       /* type: wanted, and as small as it may become to fit */
	double leading;           /* lines apart, of the size */
	double spacing;           /* between letters, points */
	int lines;
	bool bold, italic, upper;
	enum page_align align;
	struct bv_str font;       /* empty: the page's */
	int petals, rings;        /* rosette */
	struct bv_str path;       /* "M 1 2 L 3 4 C … Z" */
	const struct bv_xml_node *node; /* text: what is in it */
};

/* What is said for a value of the certificate: level "basic" is "Cơ bản". */
struct page_word {
	struct bv_str field, value, vi, en;
};

struct bv_page_template {
	struct bv_arena arena;
	struct bv_xml_doc *doc;
	struct bv_str bytes; /* as they were read: they are attached to each page */
	uint8_t hash[BV_HASH_LEN];
	struct bv_str identifier, version, title, address, font; /* title: the Vietnamese one, or the first; may be empty */
	char decimal;
	int offset_s; /* of local time from UTC */
	double width, height;
	struct page_shape shapes[PAGE_SHAPES_MAX];
	size_t shape_count;
	struct page_word words[PAGE_WORDS_MAX];
	size_t word_count;
};

/* The next part of a text: characters in *literal, or the name of a field ("{holder}") in *field. False at the end; EPARSE for a brace that is alone. */
bool page_part(struct bv_str *rest, struct bv_str *literal, struct bv_str *field);

#endif
