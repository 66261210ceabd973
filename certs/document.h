/* Documents of several pages: text that flows, tables, places for signatures. In the library bv_paper. */
#ifndef BV_CERTS_DOCUMENT_H
#define BV_CERTS_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* A document of as many upright A4 pages as it needs, as offices of Viet Nam write them (Decree 30/2020/ND-CP, annex I): margins of 20, 20, 30 and 15 mm, Liberation
 * Serif, which has the widths of Times New Roman, of 13 points; the number of a page stands above it from the second one on. What goes wrong on the way is
 * told by bv_document_end. */
struct bv_document;
/* title and time of the file. */
BV_API struct bv_document *bv_document_new(struct bv_str title, int64_t created_s);
BV_API void bv_document_free(struct bv_document *document);
BV_AUTO_DEFINE(struct bv_document, bv_document_free)
enum bv_document_style {
	BV_DOCUMENT_TEXT,    /* justified, its first line indented by 10 mm */
	BV_DOCUMENT_TITLE,   /* centred, bold, 14 points */
	BV_DOCUMENT_HEADING, /* bold; never the last line of a page */
	BV_DOCUMENT_SMALL,   /* 10 points */
};
BV_API void bv_document_text(struct bv_document *document, enum bv_document_style style, struct bv_str text);
/* A line of one half of a block of two: the head of a document, places for signatures. */
struct bv_document_line {
	struct bv_str text; /* empty: nothing is drawn; a space: an empty line */
	bool bold, italic, ruled; /* ruled: with a short line below it */
};
/* Both halves, centred, on one page. */
BV_API void bv_document_halves(struct bv_document *document, const struct bv_document_line *left, size_t left_count, const struct bv_document_line *right,
                               size_t right_count);
#define BV_DOCUMENT_COLUMNS_MAX 10
struct bv_document_column {
	struct bv_str head;
	double mm; /* all together 165 at most */
	bool centred;
};
/* Rows follow; the head of the table is repeated on every page that it reaches. The columns are borrowed until the next text. */
BV_API void bv_document_table(struct bv_document *document, const struct bv_document_column *columns, size_t count);
BV_API void bv_document_row(struct bv_document *document, const struct bv_str *cells);
/* Room of so many millimetres, for a signature. */
BV_API void bv_document_room(struct bv_document *document, double mm);
/* Begins a new page if less than so many millimetres are left on this one. */
BV_API void bv_document_keep(struct bv_document *document, double mm);
/* Appends the PDF. EIO: a font is not installed, or has not all letters. ELIMIT: it is too long. */
BV_API BV_MUST_USE enum bv_status bv_document_end(struct bv_buf *out, struct bv_document *document, struct bv_err *err);

#endif
