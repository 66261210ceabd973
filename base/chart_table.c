#include "base/chart_axis.h"

static void
cell(struct bv_buf *out, const struct bv_chart *chart, double value)
{
	bv_buf_addz(out, "<td>");
	bv_chart_number(out, chart->language, value, chart->y_decimals);
	bv_buf_addz(out, "</td>");
}

static void
write_head(struct bv_buf *out, const struct bv_chart *chart)
{
	bv_buf_addz(out, "<thead><tr><th scope=\"col\">");
	chart_text(out, chart->x_name, 0);
	bv_buf_addz(out, "</th>");
	for (size_t s = 0; s < chart->series_count; s++) {
		bv_buf_addz(out, "<th scope=\"col\">");
		chart_text(out, chart->series[s].name.len ? chart->series[s].name : chart->y_name, 0);
		bv_buf_addz(out, "</th>");
		if (chart->series[s].low) {
			bv_buf_addz(out, "<th scope=\"col\">");
			chart_text(out, chart->series[s].band, 0);
			bv_buf_addz(out, "</th>");
		}
	}
	bv_buf_addz(out, "</tr></thead>\n");
}

static void
write_first(struct bv_buf *out, const struct bv_chart *chart, size_t i)
{
	bv_buf_addz(out, "<tr><th scope=\"row\">");
	if (chart->kind == BV_CHART_BARS)
		chart_text(out, chart->labels[i], 0);
	else
		bv_chart_number(out, chart->language, chart->x[i], chart->x_decimals);
	if (chart->kind == BV_CHART_HISTOGRAM) {
		bv_buf_addz(out, " – ");
		bv_chart_number(out, chart->language, chart->x[i + 1], chart->x_decimals);
	}
	bv_buf_addz(out, "</th>");
}

void
chart_table_write(struct bv_buf *out, const struct bv_chart *chart)
{
	size_t step = chart->table_step ? chart->table_step : 1;

	bv_buf_addz(out, "<table><caption>");
	chart_text(out, chart->title, 0);
	bv_buf_addz(out, "</caption>\n");
	write_head(out, chart);
	bv_buf_addz(out, "<tbody>\n");
	for (size_t i = 0; i < chart->count; i++) {
		if (i % step && i + 1 < chart->count)
			continue;
		write_first(out, chart, i);
		for (size_t s = 0; s < chart->series_count; s++) {
			cell(out, chart, chart->series[s].y[i]);
			if (!chart->series[s].low)
				continue;
			bv_buf_addz(out, "<td>");
			bv_chart_number(out, chart->language, chart->series[s].low[i], chart->y_decimals);
			bv_buf_addz(out, " – ");
			bv_chart_number(out, chart->language, chart->series[s].high[i], chart->y_decimals);
			bv_buf_addz(out, "</td>");
		}
		bv_buf_addz(out, "</tr>\n");
	}
	bv_buf_addz(out, "</tbody></table>");
}
