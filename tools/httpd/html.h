/* Pages: HTML by the server, one frame around all of it, and the policy that every browser holds it to. */
#ifndef BV_TOOLS_HTTPD_HTML_H
#define BV_TOOLS_HTTPD_HTML_H

#include "tools/httpd/words.h"

extern const char html_csp[]; /* Content-Security-Policy of every answer that is no JSON */

struct html_page {
	const char *name;  /* row of `pages` in web/pages.mjs, one without a shell: styles, script */
	const char *title; /* key of words */
	const char *path;  /* what the switch of languages leads to, with ?lang= */
	bool unlisted;     /* search engines leave it out */
};

/* x->language becomes that of ?lang= (whose query is good by lang_query), else of the cookie "lang", else of Accept-Language. What the query says is kept in
 * the cookie. To be called once, before the page is written. */
void html_language(struct exchange *x);

/* Browsers that open a page say that they take HTML; scripts and programs are given JSON. */
bool html_wanted(const struct exchange *x);

/* All of the page before the content of <main>, and after it. Between them: one <h1>, and what else is to be said. */
void html_begin(struct bv_buf *out, enum language language, const struct html_page *page);
void html_end(struct bv_buf *out, enum language language, const struct html_page *page);

/* Escaped for text and for attributes in double quotes. */
void html_text(struct bv_buf *out, struct bv_str text);
/* The words of a key, escaped; values ends with { 0 } or is NULL. */
void html_words(struct bv_buf *out, enum language language, const char *key, const struct words_value *values);
/* <NAME CLASS>words</NAME>; class NULL: none. */
void html_element(struct bv_buf *out, enum language language, const char *name, const char *class, const char *key);

/* Which language the answer is in: of a page that is not answered by html_answer. */
void html_content_language(struct exchange *x);
/* The answer is the page in x->answer.body; cache is the value of Cache-Control: "no-cache" gives it an ETag, "no-store" none. */
void html_answer(struct exchange *x, const char *cache);

#endif
