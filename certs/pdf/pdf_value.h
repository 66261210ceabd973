/* Values of a PDF file (ISO 32000-1 §7.3), read where they stand. A reader of seals must not be lenient: what two programs could read differently
 * (a name twice in a dictionary, escapes in names) is no value here. */
#ifndef BV_CERTS_PDF_PDF_VALUE_H
#define BV_CERTS_PDF_PDF_VALUE_H

#include "base/str.h"

enum pdf_kind { PDF_ABSENT, PDF_NULL, PDF_BOOL, PDF_NUMBER, PDF_STRING, PDF_HEX, PDF_NAME, PDF_ARRAY, PDF_DICT, PDF_REF };

/* Borrowed from the file; raw is the value from its first byte to its last. */
struct pdf_value {
	enum pdf_kind kind;
	struct bv_str raw;
};

/* White space of PDF: NUL, tab, LF, FF, CR, space. */
bool pdf_is_space(char c);
/* The value at *at, after white space; *at moves behind it. False: there is none, it is broken, too deep or too large. */
bool pdf_value_read(struct pdf_value *out, struct bv_str bytes, size_t *at);

/* The value of a name in a dictionary ("Type", without the slash); PDF_ABSENT if it is not there or this is no dictionary. */
BV_API struct pdf_value pdf_find(struct pdf_value dict, const char *name);
/* Members of a dictionary, one after the other: *at begins with 0. */
bool pdf_member(struct bv_str *name, struct pdf_value *value, struct pdf_value dict, size_t *at);
/* Elements of an array, the same way. */
bool pdf_element(struct pdf_value *value, struct pdf_value array, size_t *at);
/* Of an array whose elements are all of that kind: how many; -1 if it is none. */
int pdf_count(struct pdf_value array, enum pdf_kind kind);

bool pdf_is_name(struct pdf_value value, const char *name);
/* A whole number from 0 to 10^10. */
bool pdf_int(struct pdf_value value, uint64_t *out);
/* The object's number; generations other than 0 are no references of ours. */
bool pdf_ref(struct pdf_value value, uint32_t *number);
/* The characters of a literal string that needs no escapes; empty for others. */
struct bv_str pdf_text(struct pdf_value value);
/* Exactly len bytes of a hexadecimal string. */
bool pdf_hex(struct pdf_value value, uint8_t *out, size_t len);

#endif
