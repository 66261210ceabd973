/* The words of pages, of web/words/vi.json and en.json, compiled in. */
#ifndef BV_TOOLS_HTTPD_WORDS_H
#define BV_TOOLS_HTTPD_WORDS_H

#include "tools/httpd/exchange.h"

struct words_row {
	const char *key;     /* "section.name" */
	const char *text[2]; /* by enum language */
	const char *one;     /* in English, when the value called n is 1; NULL: as otherwise */
};

extern const struct words_row words_rows[]; /* sorted by key */
extern const size_t words_count;

/* For "{name}" in a text. */
struct words_value {
	const char *name;
	struct bv_str value;
};

/* The text of a key that has no values. A key that is not there is the programmer's error; tests/style/words.py finds it, if it stands there as a literal. */
const char *words_text(enum language language, const char *key);

/* Appends the text with values, which end with { 0 }, put in; escaped for HTML or as it is. */
void words_write(struct bv_buf *out, enum language language, const char *key, const struct words_value *values);
void words_write_html(struct bv_buf *out, enum language language, const char *key, const struct words_value *values);

#endif
