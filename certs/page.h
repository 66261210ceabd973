/* Certificates as pages: drawn after a template of an agency (doc/pdf-template.md), as PDF and as a picture; QR symbols. A library of its own (bv_paper), which
 * tools/verify does not link. */
#ifndef BV_CERTS_PAGE_H
#define BV_CERTS_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

#define BV_PAGE_TEMPLATE_MAX (1u << 20) /* bytes of a template */
#define BV_QR_TEXT_MAX 2331             /* characters of 8 bits in a symbol of version 40-M */
#define BV_QR_QUIET 4                   /* light modules around a symbol (ISO/IEC 18004 §9.1) */

/* What a page looks like (certs/page/certificate-template.xsd). EPARSE, EINVAL with the line. */
struct bv_page_template;
BV_API BV_MUST_USE enum bv_status bv_page_template_parse(struct bv_page_template **out, struct bv_str xml, struct bv_err *err);
BV_API void bv_page_template_free(struct bv_page_template *tmpl);
BV_AUTO_DEFINE(struct bv_page_template, bv_page_template_free)
struct bv_page_template_name {
	struct bv_str identifier, version; /* borrowed, as the next */
	struct bv_str title;               /* the Vietnamese one, or the first; empty: it has none */
	uint8_t hash[BV_HASH_LEN];         /* SHA-256 of the document */
};
BV_API struct bv_page_template_name bv_page_template_name(const struct bv_page_template *tmpl);

/* What stands on a page, told while it is drawn: for who does not see it, and for who checks it. */
enum bv_page_part { BV_PAGE_TEXT, BV_PAGE_AREA, BV_PAGE_QR };
struct bv_page_said {
	enum bv_page_part part;
	int line;                   /* of the template */
	struct bv_str text;         /* as drawn; of the symbol what it says; of an area "name: value / most (≥ required)" */
	double x, y, width, height; /* mm from the upper left corner: of the ink of a text, of a symbol with its margin, of an area's row */
	double size;                /* of a text: points, after it was made to fit */
	bool bold, italic, upper;   /* of a text: as its element says */
	int modules;                /* of the symbol: of a side, with its margin */
};
struct bv_page_watch {
	void (*said)(void *ctx, const struct bv_page_said *said);
	void (*field)(void *ctx, struct bv_str name); /* a field of the certificate is shown */
	void (*fault)(void *ctx, const struct bv_err *err); /* what cannot be drawn is told, left out, and the rest is drawn; err->rule: text-does-not-fit, field-is-missing, path-is-wrong, qr-too-long, or NULL */
	void *ctx;
};

struct bv_pdf_page {
	struct bv_str credential; /* the certificate, JSON */
	struct bv_str proof;      /* that it is in the log (*.tlog-proof), or empty */
	struct bv_str qr;         /* text of the QR symbol; empty: the template's address, '#' and the certificate's identifier */
	const struct bv_page_watch *watch; /* NULL: nobody is told, and the first fault ends the drawing. Else it has all three functions */
};

/* Appends a PDF of one page, not sealed, with what it was drawn from attached. All that it shows comes from the certificate and the template; the same input
 * gives the same bytes with the same versions of cairo, pango and the fonts. EINVAL: something does not fit, or the certificate lacks what the template wants;
 * EIO: a font is not installed. */
BV_API BV_MUST_USE enum bv_status bv_pdf_render(struct bv_buf *out, const struct bv_page_template *tmpl, const struct bv_pdf_page *page, struct bv_err *err);
/* The same page as a picture of 20 to 1200 pixels to the inch. */
BV_API BV_MUST_USE enum bv_status bv_page_png(struct bv_buf *out, const struct bv_page_template *tmpl, const struct bv_pdf_page *page, int dpi, struct bv_err *err);

/* Families of fonts that a template names, its own first; at most BV_PAGE_FAMILIES_MAX. ELIMIT: more. */
#define BV_PAGE_FAMILIES_MAX 2
BV_API BV_MUST_USE enum bv_status bv_page_families(struct bv_str families[BV_PAGE_FAMILIES_MAX], size_t *count, const struct bv_page_template *tmpl, struct bv_err *err);
/* Opens the four faces of a family, so that this thread draws afterwards without opening a file (bv_sandbox_enter). Not installed: nothing is opened, and drawing says so.
 * From then on this process drops what GLib would say on standard error. */
BV_API void bv_page_family_open(struct bv_str family);
/* Width and height in mm. */
BV_API void bv_page_template_size(const struct bv_page_template *tmpl, double *width, double *height);

/* Gives back the fonts that drawing keeps from page to page: for the end of a program. Cheap to call without having drawn. */
BV_API void bv_pdf_end(void);

struct bv_page_templates {
	struct bv_page_template *const *list;
	size_t count;
};
/* For bv_verify_options.page, with a struct bv_page_templates: those that the reader knows. EDENIED: the page does not follow from the certificate; ENOTFOUND:
 * the template is none of them; EINVAL: other versions of the libraries drew it. */
BV_API BV_MUST_USE enum bv_status bv_pdf_redraw(void *templates, struct bv_str pdf, struct bv_err *err);

struct bv_qr_symbol {
	int version, size;           /* 1–40; modules of a side */
	uint8_t modules[177 * 177];  /* by rows; 1 is dark */
};
/* Level M, the smallest version that holds the text. ELIMIT above max_version. */
BV_API BV_MUST_USE enum bv_status bv_qr_symbol(struct bv_qr_symbol *out, struct bv_str text, int max_version, struct bv_err *err);
/* Appends a PNG of it with its light margin, scale pixels a module (1–40). */
BV_API BV_MUST_USE enum bv_status bv_qr_png(struct bv_buf *out, struct bv_str text, int scale, struct bv_err *err);

#endif
