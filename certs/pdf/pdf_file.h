/* A PDF file as a chain of revisions (ISO 32000-1 §7.5.6): where each begins and ends, and the objects that are in force at its end. Read strictly: only
 * classic cross-reference tables, each object inside the revision that lists it, nothing before, between or after the revisions. What has BV_API here is for
 * bv_paper, which is a library of its own. */
#ifndef BV_CERTS_PDF_PDF_FILE_H
#define BV_CERTS_PDF_PDF_FILE_H

#include "base/err.h"
#include "base/mem.h"
#include "certs/key.h"
#include "certs/pdf/pdf_value.h"

enum { PDF_REVISIONS_MAX = 8, PDF_OBJECTS_MAX = 8192 };

struct pdf_revision {
	size_t start, xref, end; /* of its bytes; of its table */
	struct pdf_value trailer;
};

struct pdf_object {
	size_t at; /* of "N 0 obj"; 0: free */
	struct pdf_value value;
};

/* Borrows the file's bytes. */
struct pdf_file {
	struct bv_str bytes;
	struct bv_arena arena;
	struct pdf_revision revisions[PDF_REVISIONS_MAX]; /* newest first */
	size_t revision_count;
	struct pdf_object *objects; /* by number */
	uint32_t object_count;
	uint32_t root; /* number of the catalog */
	size_t values_len; /* bytes of all objects' values */
};

/* EPARSE says what is broken, or not as files of ours are. Finish the file in every case. */
BV_API BV_MUST_USE enum bv_status pdf_file_read(struct pdf_file *out, struct bv_str bytes, struct bv_err *err);
BV_API void pdf_file_finish(struct pdf_file *file);
BV_AUTO_DEFINE_FINISH(struct pdf_file, pdf_file_finish)

/* The object of a number; NULL if there is none. */
const struct pdf_object *pdf_object(const struct pdf_file *file, uint32_t number);
/* What a reference points to, or the value itself. */
struct pdf_value pdf_follow(const struct pdf_file *file, struct pdf_value value);
BV_API struct pdf_value pdf_catalog(const struct pdf_file *file);
/* The bytes of a stream without filters, by its number. EPARSE. */
BV_MUST_USE enum bv_status pdf_stream(struct bv_str *out, const struct pdf_file *file, uint32_t number, struct bv_err *err);
/* The file attached under that name (§7.11.4, in the tree of names of the catalog, which must be one flat list); ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status pdf_attachment(struct bv_str *out, const struct pdf_file *file, const char *name, struct bv_err *err);

#endif
