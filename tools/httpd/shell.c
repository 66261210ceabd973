#include "tools/httpd/shell.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/deflate.h"
#include "base/mem.h"
#include "tools/httpd/asset.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/html.h"
#include "tools/httpd/route.h"
#include "tools/httpd/server.h"

enum { SHELL_MAX = 1 << 20 };

struct shell {
	struct bv_buf html, gzip;
};

struct shells {
	size_t count;          /* of pages */
	struct shell (*by)[2]; /* as asset_pages, by language */
};

static void
render(struct shell *shell, const struct asset_page *made, enum language language)
{
	char title[64], path[64];
	const struct html_page page = { made->name, title, path, .unlisted = true };

	snprintf(title, sizeof title, "%s.title", made->name);
	snprintf(path, sizeof path, "/%s", made->name);
	shell->html = BV_BUF(SHELL_MAX);
	shell->gzip = BV_BUF(SHELL_MAX);
	html_begin(&shell->html, language, &page);
	bv_buf_addz(&shell->html, "<div id=\"app\"><noscript><p class=\"notice\">");
	html_words(&shell->html, language, "common.needsScript", NULL);
	bv_buf_addz(&shell->html, "</p></noscript></div>\n");
	html_end(&shell->html, language, &page);
	assert(!shell->html.full);
	bv_deflate(&shell->gzip, bv_buf_str(&shell->html), BV_DEFLATE_GZIP);
}

struct shells *
shells_new(void)
{
	struct shells *shells = bv_alloc(sizeof *shells);

	shells->count = 0;
	while (asset_pages[shells->count].name)
		shells->count++;
	shells->by = bv_alloc(shells->count * sizeof *shells->by);
	memset(shells->by, 0, shells->count * sizeof *shells->by);
	for (size_t i = 0; i < shells->count; i++)
		for (enum language l = LANGUAGE_VI; l <= LANGUAGE_EN && asset_pages[i].shell; l++)
			render(&shells->by[i][l], &asset_pages[i], l);
	return shells;
}

void
shells_free(struct shells *shells)
{
	if (!shells)
		return;
	for (size_t i = 0; i < shells->count; i++)
		for (enum language l = LANGUAGE_VI; l <= LANGUAGE_EN; l++) {
			bv_buf_finish(&shells->by[i][l].html);
			bv_buf_finish(&shells->by[i][l].gzip);
		}
	free(shells->by);
	free(shells);
}

void
shell_answer(struct exchange *x)
{
	const struct asset_page *made = asset_page(x->route->path + 1);

	assert(made->shell);
	html_language(x);
	const struct shell *shell = &x->server->shells->by[made - asset_pages][x->language];
	bool gzip = edge_coding(exchange_header(x, "Accept-Encoding"), "gzip");
	x->answer.fixed = bv_buf_str(gzip ? &shell->gzip : &shell->html);
	if (gzip)
		exchange_field(x, "Content-Encoding", "gzip");
	exchange_field(x, "Vary", "Accept-Encoding, Cookie");
	html_answer(x, "no-cache");
}
