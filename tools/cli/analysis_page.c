#include "tools/cli/analysis_page.h"

#include <stdio.h>

#include "base/xml.h"

#define P_MOST 1e12 /* 1 in so many, and past it */

void
page_begin(const struct page *page, const char *vi, const char *en)
{
	bv_buf_printf(page->out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\" />\n<meta name=\"viewport\" content=\"width=device-width\" />\n<title>%s</title>\n<style>\n",
	              page->english ? "en" : "vi", SAY(page, vi, en));
	bv_buf_addz(page->out, "body{font:1rem/1.5 \"Segoe UI\",Roboto,\"Noto Sans\",sans-serif;max-width:60rem;margin:1rem auto;padding:0 1rem}"
	                       "table{border-collapse:collapse}th,td{border:1px solid #888;padding:.25rem .5rem;text-align:left;vertical-align:top}.n{text-align:right}"
	                       ".scrolls{overflow-x:auto}.look{font-weight:bold}@media print{.scrolls{overflow:visible}}\n");
	bv_buf_addz(page->out, bv_chart_style);
	bv_buf_printf(page->out, "</style>\n</head>\n<body>\n<main>\n<h1>%s</h1>\n", SAY(page, vi, en));
}

void
page_number(const struct page *page, double x, unsigned decimals)
{
	bv_chart_number(page->out, page->english ? BV_CHART_EN : BV_CHART_VI, x, decimals);
}

void
page_cell(const struct page *page, double x, unsigned decimals)
{
	bv_buf_addz(page->out, "<td class=\"n\">");
	page_number(page, x, decimals);
	bv_buf_addz(page->out, "</td>");
}

void
page_p(const struct page *page, double p)
{
	bv_buf_addz(page->out, "<td class=\"n\">");
	if (p < 0.001) {
		bv_buf_addz(page->out, SAY(page, "1 trên ", "1 in "));
		page_number(page, p > 1.0 / P_MOST ? 1 / p : P_MOST, 0);
		bv_buf_addz(page->out, p > 1.0 / P_MOST ? "" : "+");
	} else {
		page_number(page, p, 4);
	}
	bv_buf_addz(page->out, "</td>");
}

void
page_look(const struct page *page, bool look, const char *vi, const char *en)
{
	bv_buf_printf(page->out, "<td class=\"look\">%s</td>", look ? SAY(page, vi, en) : "");
}

void
page_heading(const struct page *page, const char *vi, const char *en)
{
	bv_buf_printf(page->out, "<h2>%s</h2>\n", SAY(page, vi, en));
}

void
page_paragraph(const struct page *page, const char *vi, const char *en)
{
	bv_buf_printf(page->out, "<p>%s</p>\n", SAY(page, vi, en));
}

void
page_alarms(const struct page *page, size_t seen, double expected, const char *what_vi, const char *what_en, const char *false_vi, const char *false_en)
{
	bv_buf_printf(page->out, "<p>%s: ", SAY(page, what_vi, what_en));
	page_number(page, (double)seen, 0);
	bv_buf_printf(page->out, "; %s: ", SAY(page, false_vi, false_en));
	page_number(page, expected, 2);
	bv_buf_addz(page->out, ".</p>\n");
}

void
page_table(const struct page *page, const char *vi, const char *en)
{
	struct bv_str rest = bv_str_of(SAY(page, vi, en));

	bv_buf_addz(page->out, "<div class=\"scrolls\" tabindex=\"0\"><table><thead><tr>");
	while (rest.len) {
		size_t end = bv_str_find(rest, '|');
		end = end < rest.len ? end : rest.len;
		bv_buf_printf(page->out, "<th scope=\"col\">%.*s</th>", (int)end, rest.p);
		rest = bv_str_sub(rest, end + 1, rest.len);
	}
	bv_buf_addz(page->out, "</tr></thead><tbody>\n");
}

void
page_table_end(const struct page *page)
{
	bv_buf_addz(page->out, "</tbody></table></div>\n");
}

void
page_row(const struct page *page, struct bv_str name)
{
	bv_buf_addz(page->out, "<tr><th scope=\"row\">");
	bv_xml_escape(page->out, name);
	bv_buf_addz(page->out, "</th>");
}

void
page_person_cell(const struct page *page, size_t person, const char *tag)
{
	const struct bv_responses *r = &page->a->responses;
	char number[24];

	snprintf(number, sizeof number, "%zu", person + 1);
	bv_buf_printf(page->out, "<%s>", tag);
	bv_xml_escape(page->out, r->id ? r->id[person] : bv_str_of(number));
	bv_buf_printf(page->out, "</%.2s>", tag);
}

struct bv_chart
page_begin_chart(const struct page *page, enum bv_chart_kind kind, const char *id, struct bv_str title, struct bv_str description)
{
	return (struct bv_chart){ .kind = kind, .language = page->english ? BV_CHART_EN : BV_CHART_VI, .id = id, .title = title, .description = description };
}
