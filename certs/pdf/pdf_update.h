/* One more revision of a PDF (ISO 32000-1 §7.5.6): new objects and new versions of old ones after all that was there. */
#ifndef BV_CERTS_PDF_PDF_UPDATE_H
#define BV_CERTS_PDF_PDF_UPDATE_H

#include "certs/pdf/pdf_file.h"

enum { PDF_UPDATE_OBJECTS_MAX = 64 };

struct pdf_update {
	struct bv_buf *out;
	const struct pdf_file *file;
	size_t from; /* where the file begins in out */
	uint32_t next;
	struct {
		uint32_t number;
		size_t at;
	} objects[PDF_UPDATE_OBJECTS_MAX];
	size_t count;
};

/* Appends the file's bytes to out. */
BV_API void pdf_update_begin(struct pdf_update *update, struct bv_buf *out, const struct pdf_file *file);
/* A number that no object has. */
BV_API uint32_t pdf_update_number(struct pdf_update *update);
/* "N 0 obj\n" and, after the object's value was appended, its end. */
BV_API void pdf_update_open(struct pdf_update *update, uint32_t number);
BV_API void pdf_update_close(struct pdf_update *update);
/* A stream without filters; `members` is what its dictionary has besides the length ("/Type /EmbeddedFile "). */
BV_API void pdf_update_stream(struct pdf_update *update, uint32_t number, const char *members, struct bv_str bytes);
/* A dictionary as it was, with more members at its end. None of them is there already. */
BV_API void pdf_update_extend(struct pdf_update *update, uint32_t number, struct pdf_value dict, struct bv_str more);
/* Table, trailer, end. id: what a new file is known by, or NULL when it has one already. */
BV_API BV_MUST_USE enum bv_status pdf_update_end(struct pdf_update *update, const uint8_t id[16], struct bv_err *err);

/* "(…)" of ASCII, "<FEFF…>" of other text (§7.9.2.2). */
BV_API void pdf_write_text(struct bv_buf *out, struct bv_str text);
/* "D:20261122093000Z" (§7.9.4). */
BV_API void pdf_write_time(struct bv_buf *out, int64_t time_s);

#endif
