/* What web/build.mjs made of the browser's side and compiled in: files under /a/, and the head and foot of pages. */
#ifndef BV_TOOLS_HTTPD_ASSET_H
#define BV_TOOLS_HTTPD_ASSET_H

#include "tools/httpd/exchange.h"

struct asset {
	const char *name, *type;
	struct bv_str raw, gzip, br; /* compressed ones are empty where they are not smaller */
};

/* HTML around the content of a page, and between it what html.c knows: its title, what is for search engines, its address. */
struct asset_frame {
	struct bv_str before, titled, to_address, to_main, after;
};

/* Rows of `pages` in web/pages.mjs. */
struct asset_page {
	const char *name;
	const struct asset *shell;   /* by enum language: the whole page, whose script makes its content; or NULL */
	struct asset_frame frame[2]; /* by enum language, of those that have no shell */
};

/* Rows of `loaded` there that are served at an address of their own. */
struct asset_name {
	const char *name, *asset;
};

extern const struct asset assets[]; /* sorted by name */
extern const size_t asset_count;
extern const struct asset_page asset_pages[]; /* ends with { 0 } */
extern const struct asset_name asset_names[]; /* ends with { 0 } */

/* By the hashed name; NULL. */
const struct asset *asset_find(struct bv_str name);
/* By such a name: one that is not there is the programmer's error. */
const struct asset *asset_loaded(const char *name);
const struct asset_page *asset_page(const char *name);

/* Answers with the file in the best coding that the client takes; cache is the value of Cache-Control. */
void asset_answer(struct exchange *x, const struct asset *asset, const char *cache);

#endif
