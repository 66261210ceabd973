/* The pieces of which the reports of `bangvang analyse` and `bangvang cut` are made. */
#ifndef BV_TOOLS_CLI_ANALYSIS_PAGE_H
#define BV_TOOLS_CLI_ANALYSIS_PAGE_H

#include "base/chart.h"
#include "tools/cli/analysis_report.h"

struct page {
	struct bv_buf *out;
	const struct analysis *a; /* NULL in a report of cut scores */
	bool english;
	struct bv_err *err;
};

#define SAY(page, vi, en) ((page)->english ? (en) : (vi))

/* The file up to the heading, which is its title too. */
void page_begin(const struct page *page, const char *vi, const char *en);
void page_number(const struct page *page, double x, unsigned decimals);
void page_cell(const struct page *page, double x, unsigned decimals);
/* A cell with a p: four decimals, or "1 in 25,000" below a thousandth. */
void page_p(const struct page *page, double p);
/* A cell that asks to be looked at, or an empty one. */
void page_look(const struct page *page, bool look, const char *vi, const char *en);
void page_heading(const struct page *page, const char *vi, const char *en);
void page_paragraph(const struct page *page, const char *vi, const char *en);
/* A paragraph that says how many were found, and how many of them are expected to be false alarms. */
void page_alarms(const struct page *page, size_t seen, double expected, const char *what_vi, const char *what_en, const char *false_vi, const char *false_en);
/* Columns are given as "a|b|c"; the first one is a row's name. */
void page_table(const struct page *page, const char *vi, const char *en);
void page_table_end(const struct page *page);
void page_row(const struct page *page, struct bv_str name);
/* A person in a cell: the id, or the number in the file. tag: "td", or "th scope=…". */
void page_person_cell(const struct page *page, size_t person, const char *tag);
struct bv_chart page_begin_chart(const struct page *page, enum bv_chart_kind kind, const char *id, struct bv_str title, struct bv_str description);

/* What the parameters of the items say, analysis_html_model.c. */
BV_MUST_USE enum bv_status page_model_dif(const struct page *page);
void page_ratio_dif(const struct page *page);
BV_MUST_USE enum bv_status page_agreement(const struct page *page);
BV_MUST_USE enum bv_status page_fit(const struct page *page);
/* Response times, and items that are known outside, analysis_html_times.c. */
BV_MUST_USE enum bv_status page_times(const struct page *page);
BV_MUST_USE enum bv_status page_preknowledge(const struct page *page);

#endif
