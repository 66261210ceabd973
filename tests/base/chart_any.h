/* A chart made of any bytes, and what is true of every chart that is written. For the test of properties and for the fuzzer. */
#ifndef BV_TESTS_BASE_CHART_ANY_H
#define BV_TESTS_BASE_CHART_ANY_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/chart.h"
#include "base/xml.h"

enum { ANY_COUNT = 70, ANY_SERIES = 3 };

struct any {
	const uint8_t *p;
	size_t len;
};

static inline unsigned
any_byte(struct any *any)
{
	if (!any->len)
		return 0;
	any->len--;
	return *any->p++;
}

static inline struct bv_str
any_text(struct any *any)
{
	size_t len = any_byte(any) % 40;
	len = len < any->len ? len : any->len;
	struct bv_str text = { (const char *)any->p, len };
	if (len)
		any->p += len; /* there may be nothing at all, not even a place */
	any->len -= len;
	return text;
}

/* Mostly small; now and then what is no number, and all that a double can be. */
static inline double
any_number(struct any *any)
{
	uint64_t bits = 0;
	double x;
	unsigned kind = any_byte(any);

	if (kind < 200)
		return (double)((int)kind - 100) * (any_byte(any) & 1 ? .01 : 1);
	if (kind < 220)
		return NAN;
	for (int i = 0; i < 8; i++)
		bits = bits << 8 | any_byte(any);
	memcpy(&x, &bits, sizeof x);
	return x;
}

struct any_chart {
	struct bv_chart chart;
	struct bv_chart_series series[ANY_SERIES];
	struct bv_chart_mark marks[2];
	struct bv_str labels[ANY_COUNT];
	double x[ANY_COUNT + 1], y[ANY_SERIES][ANY_COUNT], low[ANY_COUNT], high[ANY_COUNT];
};

static inline void
any_chart(struct any_chart *c, struct any *any)
{
	unsigned kind = any_byte(any);

	c->chart = (struct bv_chart){ .kind = kind % 3, .language = kind / 3 % 2, .id = kind == 255 ? "A" : "any-1", .count = any_byte(any) % ANY_COUNT,
		                          .series_count = any_byte(any) % (ANY_SERIES + 1), .labels = c->labels, .x = c->x, .series = c->series, .marks = c->marks };
	c->chart.mark_count = c->chart.kind == BV_CHART_BARS ? 0 : any_byte(any) % 3;
	c->chart.title = any_text(any);
	c->chart.description = any_text(any);
	c->chart.x_name = any_text(any);
	c->chart.y_name = any_text(any);
	c->chart.x_decimals = any_byte(any) % 12;
	c->chart.y_decimals = any_byte(any) % 12;
	c->chart.table_step = any_byte(any) % 5;
	for (size_t i = 0; i < 2; i++)
		c->marks[i] = (struct bv_chart_mark){ any_number(any), any_text(any) };
	for (size_t i = 0; i < ANY_COUNT; i++) {
		c->labels[i] = any_text(any);
		double by = fabs(any_number(any));
		if (!i)
			c->x[0] = any_number(any);
		c->x[i + 1] = c->x[i] + (isfinite(by) ? by : 1);
	}
	for (size_t s = 0; s < ANY_SERIES; s++) {
		c->series[s] = (struct bv_chart_series){ .name = any_text(any), .y = c->y[s], .points = any_byte(any) & 1 };
		for (size_t i = 0; i < ANY_COUNT; i++)
			c->y[s][i] = any_number(any);
	}
	for (size_t i = 0; i < ANY_COUNT; i++) {
		c->low[i] = any_number(any);
		c->high[i] = any_number(any);
	}
	if (any_byte(any) & 1) {
		c->series[0].low = c->low;
		c->series[0].high = c->high;
	}
}

/* Every coordinate that an attribute or a path has lies in the picture. */
static inline bool
any_inside(struct bv_str numbers, double most)
{
	const char *at = numbers.p, *end = numbers.p + numbers.len;

	while (at < end) {
		if (*at != '-' && (*at < '0' || *at > '9')) {
			at++;
			continue;
		}
		char *after;
		double v = strtod(at, &after);
		if (!(v >= -0.1 && v <= most))
			return false;
		at = after;
	}
	return true;
}

static inline const char *
any_fault_below(const struct bv_xml_node *node, double width, double height, size_t *rows)
{
	for (const struct bv_xml_node *e = bv_xml_element(node->first); e; e = bv_xml_element(e->next)) {
		for (size_t i = 0; i < e->attr_count; i++) {
			struct bv_str name = e->attrs[i].name;
			if (bv_str_is(name, "style"))
				return "an attribute style";
			if (bv_str_starts(name, BV_STR("on")))
				return "an attribute of events";
			bool across = bv_str_is(name, "x") || bv_str_is(name, "x1") || bv_str_is(name, "x2") || bv_str_is(name, "cx") || bv_str_is(name, "width");
			bool down = bv_str_is(name, "y") || bv_str_is(name, "y1") || bv_str_is(name, "y2") || bv_str_is(name, "cy") || bv_str_is(name, "height");
			if ((across || down || bv_str_is(name, "d")) && !any_inside(e->attrs[i].value, down ? height : across ? width : fmax(width, height)))
				return "something outside the picture";
		}
		*rows += bv_str_is(e->name, "tr");
		const char *fault = any_fault_below(e, width, height, rows);
		if (fault)
			return fault;
	}
	return NULL;
}

/* What is wrong with a chart that was written; NULL: nothing. */
static inline const char *
any_fault(const struct bv_chart *chart, struct bv_str written)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	struct bv_err err;
	size_t rows = 0, step = chart->table_step ? chart->table_step : 1, want = 1 + (chart->count - 1) / step + 1 + ((chart->count - 1) % step != 0);

	if (bv_xml_read_large(&doc, written, &err) != BV_OK)
		return "it is not well-formed";
	const struct bv_xml_node *svg = bv_xml_child(bv_xml_child(bv_xml_root(doc), "div"), "svg");
	const struct bv_str *box = svg ? bv_xml_attr(svg, "viewBox") : NULL;
	double width, height;
	if (!box || sscanf(box->p, "0 0 %lf %lf", &width, &height) != 2)
		return "no picture";
	if (!bv_xml_child(svg, "title") || !bv_xml_child(svg, "desc"))
		return "no title or no description";
	const char *fault = any_fault_below(bv_xml_root(doc), width, height, &rows);
	return fault ? fault : rows == want ? NULL : "rows are missing in the table";
}

#endif
