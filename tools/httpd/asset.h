/* What web/build.mjs made of the browser's side and compiled in: files under /a/, and the head and foot of pages. */
#ifndef BV_TOOLS_HTTPD_ASSET_H
#define BV_TOOLS_HTTPD_ASSET_H

#include "tools/httpd/exchange.h"

struct asset {
	const char *name, *type;
	struct bv_str raw, gzip, br; /* compressed ones are empty where they are not smaller */
};

/* Rows of `pages` in web/pages.mjs. */
struct asset_page {
	const char *name;
	bool shell;           /* its script makes its content */
	bool bare;            /* it has neither header nor footer */
	struct bv_str head;   /* HTML: styles, icon */
	struct bv_str foot;   /* HTML: the script, or empty */
	struct bv_str given[2]; /* JSON for lib/words.ts, by enum language; empty without a script */
};

/* Rows of `loaded` there. */
struct asset_name {
	const char *name, *asset;
};

extern const struct asset assets[]; /* sorted by name */
extern const size_t asset_count;
extern const struct asset_page asset_pages[]; /* ends with { 0 } */
extern const struct asset_name asset_names[]; /* ends with { 0 } */

/* By the hashed name; NULL. */
const struct asset *asset_find(struct bv_str name);
/* By the name of a row of `loaded` or of `pages`: one that is not there is the programmer's error. */
const struct asset *asset_loaded(const char *name);
const struct asset_page *asset_page(const char *name);

/* Answers with the file in the best coding that the client takes; cache is the value of Cache-Control. */
void asset_answer(struct exchange *x, const struct asset *asset, const char *cache);

#endif
