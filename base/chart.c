#include "base/chart.h"

#include <math.h>
#include <stdlib.h>

#include "base/chart_axis.h"
#include "base/chart_style.h"

enum {
	WIDTH = 720,
	ROW = 22,         /* of names and of legends */
	PLOT = 280,       /* height of what is drawn, where it does not follow from the bars */
	LETTER = 8,       /* of 14 px, about */
	TICK = 18,        /* from an axis to its numbers */
	UPRIGHT_MAX = 24, /* bars that stand */
	UPRIGHT_LETTERS = 9,
	LYING = 16,       /* height of a bar that lies */
	LYING_LETTERS = 26,
	LEGEND_LETTERS = 40,
	ID_MAX = 40,
};

const char bv_chart_style[] = CHART_STYLE;

/* A chart on its way to the page. */
struct drawing {
	const struct bv_chart *chart;
	struct bv_buf *out;
	struct chart_axis x, y; /* values; of bars that lie, x has the values and y is not used */
	double left, right, top, bottom;
	bool lying;
};

/* ---- Is it one? ---- */

static bool
id_good(const char *id)
{
	size_t len = id ? strlen(id) : 0;

	return len && len <= ID_MAX && *id >= 'a' && *id <= 'z' && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static bool
rises(const double *x, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!chart_there(x[i]) || (i && x[i] <= x[i - 1]))
			return false;
	return true;
}

static enum bv_status
texts_check(const struct bv_chart *chart, struct bv_err *err)
{
	size_t longest = 0;
	const struct bv_str own[] = { chart->title, chart->description, chart->x_name, chart->y_name };

	for (size_t i = 0; i < BV_COUNT(own); i++)
		longest = own[i].len > longest ? own[i].len : longest;
	for (size_t i = 0; i < chart->series_count; i++) {
		longest = chart->series[i].name.len > longest ? chart->series[i].name.len : longest;
		longest = chart->series[i].band.len > longest ? chart->series[i].band.len : longest;
	}
	for (size_t i = 0; i < chart->mark_count; i++)
		longest = chart->marks[i].name.len > longest ? chart->marks[i].name.len : longest;
	for (size_t i = 0; chart->kind == BV_CHART_BARS && i < chart->count; i++)
		longest = chart->labels[i].len > longest ? chart->labels[i].len : longest;
	if (longest > BV_CHART_TEXT_MAX)
		return bv_err_set(err, BV_ELIMIT, "a text of a chart has %zu bytes; at most %d", longest, BV_CHART_TEXT_MAX);
	return BV_OK;
}

static enum bv_status
check(const struct bv_chart *chart, struct bv_err *err)
{
	bool bars = chart->kind == BV_CHART_BARS;
	size_t most = bars ? BV_CHART_BARS_MAX : BV_CHART_POINTS_MAX;

	if (!id_good(chart->id))
		return bv_err_set(err, BV_EINVAL, "the id of a chart is a small letter, then letters, digits and '-', at most %d", ID_MAX);
	if (!chart->title.len || !chart->description.len)
		return bv_err_set(err, BV_EINVAL, "chart '%s' has no title or no description: who does not see it has nothing else", chart->id);
	if (!chart->count || !chart->series_count)
		return bv_err_set(err, BV_EINVAL, "chart '%s' has nothing to show", chart->id);
	if (chart->count > most || chart->series_count > (chart->kind == BV_CHART_HISTOGRAM ? 1 : BV_CHART_SERIES_MAX) || chart->mark_count > BV_CHART_MARKS_MAX)
		return bv_err_set(err, BV_ELIMIT, "chart '%s' has %zu points in %zu series with %zu marks; at most %zu in %d with %d", chart->id, chart->count,
		               chart->series_count, chart->mark_count, most, chart->kind == BV_CHART_HISTOGRAM ? 1 : BV_CHART_SERIES_MAX, BV_CHART_MARKS_MAX);
	if (bars ? !chart->labels || chart->mark_count : !chart->x || !rises(chart->x, chart->count + (chart->kind == BV_CHART_HISTOGRAM)))
		return bv_err_set(err, BV_EINVAL, "chart '%s': %s", chart->id, bars ? "bars have labels and no marks" : "the numbers below do not rise from one to the next");
	for (size_t i = 0; i < chart->mark_count; i++)
		if (!chart_there(chart->marks[i].x))
			return bv_err_set(err, BV_EINVAL, "chart '%s': mark %zu is at no number", chart->id, i + 1);
	for (size_t i = 0; i < chart->series_count; i++)
		if (!chart->series[i].y || !chart->series[i].low != !chart->series[i].high)
			return bv_err_set(err, BV_EINVAL, "chart '%s': series %zu has no values, or half a band", chart->id, i + 1);
	return texts_check(chart, err);
}

/* ---- Pens ---- */

/* Tenths of a pixel, whatever the locale. */
static void
number(struct bv_buf *out, double v)
{
	long tenths = lround(v * 10);

	bv_buf_printf(out, "%s%ld.%ld", tenths < 0 ? "-" : "", labs(tenths) / 10, labs(tenths) % 10);
}

static void
attribute(struct bv_buf *out, const char *name, double v)
{
	bv_buf_printf(out, " %s=\"", name);
	number(out, v);
	bv_buf_addc(out, '"');
}

static void
line(struct drawing *d, const char *class, double x1, double y1, double x2, double y2)
{
	bv_buf_printf(d->out, "<line class=\"%s\"", class);
	attribute(d->out, "x1", x1);
	attribute(d->out, "y1", y1);
	attribute(d->out, "x2", x2);
	attribute(d->out, "y2", y2);
	bv_buf_addz(d->out, "/>");
}

static void
text_begin(struct drawing *d, const char *class, double x, double y)
{
	bv_buf_addz(d->out, "<text");
	if (*class)
		bv_buf_printf(d->out, " class=\"%s\"", class);
	attribute(d->out, "x", x);
	attribute(d->out, "y", y);
	bv_buf_addc(d->out, '>');
}

static void
text(struct drawing *d, const char *class, double x, double y, struct bv_str s, size_t most)
{
	text_begin(d, class, x, y);
	chart_text(d->out, s, most);
	bv_buf_addz(d->out, "</text>");
}

static void
bar(struct drawing *d, size_t series, double x, double y, double width, double height)
{
	bv_buf_printf(d->out, "<rect class=\"bar s%zu\"", series + 1);
	attribute(d->out, "x", x);
	attribute(d->out, "y", y);
	attribute(d->out, "width", width);
	attribute(d->out, "height", height);
	bv_buf_addz(d->out, "/>");
}

/* ---- What the axes show ---- */

static void
widen(double *low, double *high, double value)
{
	if (!chart_there(value))
		return;
	*low = fmin(*low, value);
	*high = fmax(*high, value);
}

static struct chart_axis
values_axis(const struct bv_chart *chart)
{
	bool curves = chart->kind == BV_CHART_CURVES;
	double low = curves ? INFINITY : 0, high = curves ? -INFINITY : 0;

	if (chart->y_low != chart->y_high) {
		widen(&low, &high, chart->y_low);
		widen(&low, &high, chart->y_high);
	}
	for (size_t s = 0; s < chart->series_count; s++)
		for (size_t i = 0; i < chart->count; i++) {
			widen(&low, &high, chart->series[s].y[i]);
			if (chart->series[s].low) {
				widen(&low, &high, chart->series[s].low[i]);
				widen(&low, &high, chart->series[s].high[i]);
			}
		}
	return low <= high ? chart_axis_of(low, high, 5, false) : chart_axis_of(0, 1, 5, false);
}

static struct chart_axis
places_axis(const struct bv_chart *chart)
{
	double low = chart->x[0], high = chart->x[chart->count - (chart->kind == BV_CHART_CURVES)];

	for (size_t i = 0; i < chart->mark_count; i++)
		widen(&low, &high, chart->marks[i].x);
	return chart_axis_of(low, high, 8, true);
}

/* Of the longest number at an axis, in pixels. */
static double
ticks_width(const struct chart_axis *axis, enum bv_chart_language language)
{
	size_t longest = 0;

	for (int i = 0; i < axis->ticks; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf written = BV_BUF(64);
		chart_tick_write(&written, axis, language, i);
		size_t count = chart_text_count(bv_buf_str(&written), 0);
		longest = count > longest ? count : longest;
	}
	return (double)(longest * LETTER);
}

static bool
lies(const struct bv_chart *chart)
{
	if (chart->kind != BV_CHART_BARS)
		return false;
	for (size_t i = 0; i < chart->count; i++)
		if (chart_text_count(chart->labels[i], 0) > UPRIGHT_LETTERS)
			return true;
	return chart->count * chart->series_count > UPRIGHT_MAX;
}

/* ---- Names of series ---- */

/* The height of all rows. */
static double
legend(struct drawing *d, double y, bool draw)
{
	double x = 0, height = 0;
	const struct bv_chart *chart = d->chart;

	for (size_t s = 0; s < chart->series_count; s++) {
		const struct bv_chart_series *series = &chart->series[s];
		struct bv_str name = series->name.len ? series->name : chart->y_name;
		double width = 44 + (double)(chart_text_count(name, LEGEND_LETTERS) * LETTER);
		if (chart->series_count == 1 && !series->low)
			break;
		if (!height || x + width > WIDTH) {
			x = 0;
			height += ROW;
		}
		double at = y + height - ROW / 2.;
		if (draw && chart->kind == BV_CHART_BARS) {
			bar(d, s, x, at - 6, 24, 12);
		} else if (draw) {
			if (series->low)
				bv_buf_printf(d->out, "<rect class=\"band s%zu\" x=\"%d\" y=\"%d\" width=\"24\" height=\"14\"/>", s + 1, (int)x, (int)at - 7);
			if (series->points)
				bv_buf_printf(d->out, "<circle class=\"point s%zu\" cx=\"%d\" cy=\"%d\" r=\"4\"/>", s + 1, (int)x + 12, (int)at);
			else
				bv_buf_printf(d->out, "<path class=\"line s%zu\" d=\"M%d %dh24\"/>", s + 1, (int)x, (int)at);
		}
		if (draw)
			text(d, "", x + 30, at + 5, name, LEGEND_LETTERS);
		x += width;
	}
	return height;
}

/* ---- Frames ---- */

static void
values_ticks(struct drawing *d)
{
	for (int i = 0; i < d->y.ticks; i++) {
		double at = chart_axis_at(&d->y, chart_tick(&d->y, i));
		line(d, "grid", d->left, at, d->right, at);
		text_begin(d, "end", d->left - 6, at + 5);
		chart_tick_write(d->out, &d->y, d->chart->language, i);
		bv_buf_addz(d->out, "</text>");
	}
}

static void
places_ticks(struct drawing *d, bool grid)
{
	/* Long numbers stand at every second tick, or every third. */
	int every = 1 + (int)(ticks_width(&d->x, d->chart->language) * d->x.ticks / fmax(1, d->right - d->left));

	for (int i = 0; i < d->x.ticks; i++) {
		double at = chart_axis_at(&d->x, chart_tick(&d->x, i));
		line(d, grid ? "grid" : "axis", at, grid ? d->top : d->bottom, at, d->bottom + 5);
		if (i % every)
			continue;
		text_begin(d, "middle", at, d->bottom + TICK);
		chart_tick_write(d->out, &d->x, d->chart->language, i);
		bv_buf_addz(d->out, "</text>");
	}
}

static void
marks(struct drawing *d)
{
	for (size_t i = 0; i < d->chart->mark_count; i++) {
		const struct bv_chart_mark *mark = &d->chart->marks[i];
		double at = chart_axis_at(&d->x, mark->x);
		bool before = at > (d->left + d->right) / 2;
		line(d, "mark", at, d->top, at, d->bottom);
		text(d, before ? "halo end" : "halo", before ? at - 5 : at + 5, d->top + 14 + (double)(i % 3) * 16, mark->name, LYING_LETTERS);
	}
}

/* ---- What is in them ---- */

static double
zero_of(const struct chart_axis *axis)
{
	return chart_axis_at(axis, 0);
}

static void
draw_upright(struct drawing *d)
{
	double slot = (d->right - d->left) / (double)d->chart->count, width = fmin(slot * .8 / (double)d->chart->series_count, 60);

	for (size_t i = 0; i < d->chart->count; i++) {
		double middle = d->left + slot * ((double)i + .5), x = middle - width * (double)d->chart->series_count / 2;
		for (size_t s = 0; s < d->chart->series_count; s++, x += width) {
			double value = d->chart->series[s].y[i];
			if (!chart_there(value))
				continue;
			double at = chart_axis_at(&d->y, value), zero = zero_of(&d->y);
			bar(d, s, x, fmin(at, zero), width, fabs(at - zero));
		}
		text(d, "middle", middle, d->bottom + TICK, d->chart->labels[i], 0);
	}
}

static void
draw_lying(struct drawing *d)
{
	double zero = zero_of(&d->x), y = d->top;

	for (size_t i = 0; i < d->chart->count; i++) {
		double height = LYING * (double)d->chart->series_count;
		text(d, "end", d->left - 8, y + 4 + height / 2 + 5, d->chart->labels[i], LYING_LETTERS);
		for (size_t s = 0; s < d->chart->series_count; s++) {
			double value = d->chart->series[s].y[i], at = chart_axis_at(&d->x, value);
			if (chart_there(value))
				bar(d, s, fmin(at, zero), y + 4 + LYING * (double)s, fabs(at - zero), LYING);
		}
		y += height + 8;
	}
}

static void
draw_histogram(struct drawing *d)
{
	for (size_t i = 0; i < d->chart->count; i++) {
		double value = d->chart->series[0].y[i];
		if (!chart_there(value))
			continue;
		double from = chart_axis_at(&d->x, d->chart->x[i]), at = chart_axis_at(&d->y, value), zero = zero_of(&d->y);
		bar(d, 0, from, fmin(at, zero), chart_axis_at(&d->x, d->chart->x[i + 1]) - from, fabs(at - zero));
	}
}

static void
point(struct drawing *d, const char *pen, size_t i, double value)
{
	bv_buf_addz(d->out, pen);
	number(d->out, chart_axis_at(&d->x, d->chart->x[i]));
	bv_buf_addc(d->out, ' ');
	number(d->out, chart_axis_at(&d->y, value));
}

/* One area for each run of points that are there. */
static void
draw_band(struct drawing *d, size_t s)
{
	const struct bv_chart_series *series = &d->chart->series[s];

	bv_buf_printf(d->out, "<path class=\"band s%zu\" d=\"", s + 1);
	for (size_t i = 0; i < d->chart->count;) {
		size_t end = i;
		while (end < d->chart->count && chart_there(series->low[end]) && chart_there(series->high[end]))
			end++;
		for (size_t k = i; k < end; k++)
			point(d, k == i ? "M" : "L", k, series->high[k]);
		for (size_t k = end; k > i; k--)
			point(d, "L", k - 1, series->low[k - 1]);
		if (end > i)
			bv_buf_addc(d->out, 'z');
		i = end + 1;
	}
	bv_buf_addz(d->out, "\"/>");
}

static void
draw_points(struct drawing *d, size_t s)
{
	for (size_t i = 0; i < d->chart->count; i++) {
		double value = d->chart->series[s].y[i];
		if (!chart_there(value))
			continue;
		bv_buf_printf(d->out, "<circle class=\"point s%zu\" r=\"4\"", s + 1);
		attribute(d->out, "cx", chart_axis_at(&d->x, d->chart->x[i]));
		attribute(d->out, "cy", chart_axis_at(&d->y, value));
		bv_buf_addz(d->out, "/>");
	}
}

static void
draw_line(struct drawing *d, size_t s)
{
	const double *y = d->chart->series[s].y;
	bool down = false;

	bv_buf_printf(d->out, "<path class=\"line s%zu\" d=\"", s + 1);
	for (size_t i = 0; i < d->chart->count; i++) {
		bool there = chart_there(y[i]);
		if (there)
			point(d, down ? "L" : "M", i, y[i]);
		down = there;
	}
	bv_buf_addz(d->out, "\"/>");
}

static void
draw_curves(struct drawing *d)
{
	for (size_t s = 0; s < d->chart->series_count; s++)
		if (d->chart->series[s].low)
			draw_band(d, s);
	for (size_t s = 0; s < d->chart->series_count; s++)
		(d->chart->series[s].points ? draw_points : draw_line)(d, s);
}

/* ---- The whole ---- */

static void
lay_out(struct drawing *d)
{
	const struct bv_chart *chart = d->chart;

	d->lying = lies(chart);
	d->top = ROW + legend(d, 0, false) + 8;
	d->right = WIDTH - 24;
	if (d->lying) {
		size_t longest = 0;
		for (size_t i = 0; i < chart->count; i++) {
			size_t letters = chart_text_count(chart->labels[i], LYING_LETTERS);
			longest = letters > longest ? letters : longest;
		}
		d->left = 12 + (double)(longest * LETTER);
		d->bottom = d->top + (double)chart->count * (LYING * (double)chart->series_count + 8) + 4;
		d->x = values_axis(chart);
	} else {
		d->y = values_axis(chart);
		d->left = 12 + ticks_width(&d->y, chart->language);
		d->bottom = d->top + PLOT;
		d->y.from = d->bottom;
		d->y.to = d->top;
		if (chart->kind != BV_CHART_BARS)
			d->x = places_axis(chart);
	}
	d->x.from = d->left;
	d->x.to = d->right;
}

static void
draw(struct drawing *d)
{
	const struct bv_chart *chart = d->chart;
	struct bv_str above = d->lying ? chart->x_name : chart->y_name, below = d->lying ? chart->y_name : chart->x_name;

	text(d, "name", 0, 16, above, 0);
	legend(d, ROW, true);
	if (d->lying) {
		places_ticks(d, true);
		draw_lying(d);
		line(d, "axis", zero_of(&d->x), d->top, zero_of(&d->x), d->bottom);
	} else {
		values_ticks(d);
		if (chart->kind == BV_CHART_BARS)
			draw_upright(d);
		else
			places_ticks(d, false);
		if (chart->kind == BV_CHART_HISTOGRAM)
			draw_histogram(d);
		if (chart->kind == BV_CHART_CURVES)
			draw_curves(d);
		double base = d->y.low < 0 && d->y.high > 0 && chart->kind != BV_CHART_CURVES ? zero_of(&d->y) : d->bottom;
		line(d, "axis", d->left, base, d->right, base);
		marks(d);
	}
	text(d, "name end", d->right, d->bottom + TICK + ROW, below, 0);
}

enum bv_status
bv_chart_write(struct bv_buf *out, const struct bv_chart *chart, struct bv_err *err)
{
	struct drawing d = { .chart = chart, .out = out };

	TRY(check(chart, err));
	lay_out(&d);
	bv_buf_addz(out, "<figure class=\"chart\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<figcaption><strong>");
	chart_text(out, chart->title, 0);
	bv_buf_addz(out, ".</strong> ");
	chart_text(out, chart->description, 0);
	bv_buf_printf(out, "</figcaption>\n<div class=\"chart-picture\" tabindex=\"0\" role=\"group\" aria-labelledby=\"%s-t\">", chart->id);
	bv_buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">", WIDTH,
	              (int)d.bottom + TICK + ROW + 10, chart->id, chart->id, chart->id);
	chart_text(out, chart->title, 0);
	bv_buf_printf(out, "</title><desc id=\"%s-d\">", chart->id);
	chart_text(out, chart->description, 0);
	bv_buf_addz(out, "</desc>\n");
	draw(&d);
	bv_buf_printf(out, "</svg></div>\n<div class=\"chart-table\" tabindex=\"0\" role=\"group\" aria-labelledby=\"%s-t\">", chart->id);
	chart_table_write(out, chart);
	bv_buf_addz(out, "</div></figure>\n");
	return bv_buf_check(out, err);
}
