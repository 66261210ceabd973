/* A refusal as somebody sees it who has opened a page: in lay words, with a way on. */
#include "tools/httpd/html.h"
#include "tools/httpd/problem.h"

struct told {
	const char *name, *heading, *text;
};

/* The others are told as programs are told. */
static const struct told tolds[] = {
	{ "not-found", "problem.notFound", "problem.notFoundText" },
	{ "rate", "problem.rate", "problem.rateText" },
	{ "busy", "problem.busy", "problem.busyText" },
	{ "fault", "problem.fault", "problem.faultText" },
};

static void
write_told(struct bv_buf *out, enum language language, const struct problem *p)
{
	for (size_t i = 0; i < BV_COUNT(tolds); i++)
		if (strcmp(tolds[i].name, p->name) == 0) {
			html_element(out, language, "h1", NULL, tolds[i].heading);
			html_element(out, language, "p", "lead", tolds[i].text);
			return;
		}
	bv_buf_addz(out, "<h1>");
	html_text(out, bv_str_of(language == LANGUAGE_VI ? p->title_vi : p->title_en));
	bv_buf_addz(out, "</h1>\n<p class=\"lead\">");
	html_text(out, bv_str_of(language == LANGUAGE_VI ? p->advice_vi : p->advice_en));
	bv_buf_addz(out, "</p>\n");
}

void
problem_page(struct exchange *x, const struct problem *p)
{
	static const struct html_page page = { "problem", "problem.title", "/", .unlisted = true };
	struct bv_buf *out = &x->answer.body;

	html_language(x);
	bv_buf_clear(out);
	html_begin(out, x->language, &page);
	write_told(out, x->language, p);
	if (p->status >= 500) {
		bv_buf_addz(out, "<p>");
		html_words(out, x->language, "problem.request", (struct words_value[]){ { "id", bv_str_of(x->id) }, { 0 } });
		bv_buf_addz(out, "</p>\n");
	}
	bv_buf_printf(out, "<p><a class=\"button\" href=\"/\">%s</a></p>\n<p><a href=\"/verify\">%s</a></p>\n", words_text(x->language, "problem.start"),
	              words_text(x->language, "start.verify"));
	html_end(out, x->language, &page);
	html_answer(x, "no-store");
	x->answer.status = p->status;
}
