/* What the drawing of a chart needs beside it: axes and the texts in it. */
#ifndef BV_BASE_CHART_AXIS_H
#define BV_BASE_CHART_AXIS_H

#include "base/chart.h"

#define CHART_TICKS_MAX 16

/* From low to high on the page's from to to; ticks are `step` apart and the first is at `first`. */
struct chart_axis {
	double low, high, first, step;
	double from, to;
	int ticks;
	unsigned decimals;
};

/* Is there a number to be shown? */
bool chart_there(double value);

/* An axis of about `wanted` ticks (2–8) at round numbers that shows low to high; tight: it ends there, else at a tick. */
struct chart_axis chart_axis_of(double low, double high, int wanted, bool tight);
/* Where on the page a value is; one beyond the ends is at the end. */
double chart_axis_at(const struct chart_axis *axis, double value);
/* The number at a tick, appended. */
void chart_tick_write(struct bv_buf *out, const struct chart_axis *axis, enum bv_chart_language language, int tick);
double chart_tick(const struct chart_axis *axis, int tick);

/* Escaped, and well-formed whatever it is: bytes that are not UTF-8 and characters that XML has not become U+FFFD. At most `most` characters, the last then "…";
 * 0: all. */
void chart_text(struct bv_buf *out, struct bv_str text, size_t most);
/* How many characters that will have. */
size_t chart_text_count(struct bv_str text, size_t most);

/* The numbers of the chart as <table>. */
void chart_table_write(struct bv_buf *out, const struct bv_chart *chart);

#endif
