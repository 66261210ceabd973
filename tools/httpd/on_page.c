/* Pages that are the same for everybody, and the files of all pages. */
#include "tools/httpd/asset.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/html.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/route.h"

static void
write_way(struct bv_buf *out, enum language language, const char *href, const char *title, const char *text)
{
	bv_buf_printf(out, "<li><a href=\"%s\">", href);
	html_words(out, language, title, NULL);
	bv_buf_addz(out, "</a>");
	html_element(out, language, "p", NULL, text);
	bv_buf_addz(out, "</li>\n");
}

void
on_start_page(struct exchange *x, struct bv_sql *sql)
{
	static const struct html_page page = { "start", "start.title", "/", .unlisted = false };
	struct bv_buf *out = &x->answer.body;

	(void)sql;
	html_language(x);
	html_begin(out, x->language, &page);
	html_element(out, x->language, "h1", NULL, "start.title");
	html_element(out, x->language, "p", "lead", "start.lead");
	bv_buf_addz(out, "<ul class=\"ways\">\n");
	write_way(out, x->language, "/exam", "start.exam", "start.examText");
	write_way(out, x->language, "/verify", "start.verify", "start.verifyText");
	write_way(out, x->language, "/staff", "start.staff", "start.staffText");
	bv_buf_addz(out, "</ul>\n");
	html_end(out, x->language, &page);
	html_answer(x, "no-cache");
}

void
on_shell(struct exchange *x, struct bv_sql *sql)
{
	(void)sql;
	html_language(x);
	asset_answer(x, &asset_page(x->route->path + 1)->shell[x->language], "no-cache");
	html_content_language(x);
	exchange_field(x, "Vary", "Cookie");
}

void
on_asset(struct exchange *x, struct bv_sql *sql)
{
	const struct asset *asset = asset_find(x->params[0]);

	(void)sql;
	if (asset)
		asset_answer(x, asset, "public, max-age=31536000, immutable");
	else
		problem_answer(x, "not-found", NULL);
}

/* Its scope is the page beside its folder. */
void
on_exam_worker(struct exchange *x, struct bv_sql *sql)
{
	(void)sql;
	exchange_field(x, "Service-Worker-Allowed", "/exam");
	asset_answer(x, asset_loaded("exam-sw"), "no-cache");
}
