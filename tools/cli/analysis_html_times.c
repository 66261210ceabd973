/* The parts of the report that are of response times. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>

#include "base/xml.h"
#include "tools/cli/analysis_page.h"

enum { SHOWN = 30, BINS = 24 };

/* Persons by p, the smallest first; those without one are left out. */
struct ranked {
	size_t person;
	double p;
};

static int
by_p(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	return (x->person > y->person) - (x->person < y->person);
}

static struct ranked *
rank(size_t *count, size_t *flagged, const struct analysis *a, bool times)
{
	struct ranked *list = bv_alloc_array(a->responses.persons, sizeof list[0]);

	*count = *flagged = 0;
	for (size_t p = 0; p < a->responses.persons; p++) {
		double value = times ? a->times.person[p].p : a->preknowledge[p].p;
		if (isnan(value))
			continue;
		list[(*count)++] = (struct ranked){ p, value };
		*flagged += times ? a->times.person[p].flagged : a->preknowledge[p].flagged;
	}
	if (*count)
		qsort(list, *count, sizeof list[0], by_p);
	return list;
}

/* ---- Items and speeds ---- */

static enum bv_status
add_speeds(const struct page *page)
{
	const struct analysis *a = page->a;
	double low = INFINITY, high = -INFINITY, edges[BINS + 1], counts[BINS] = { 0 };
	const struct bv_chart_series series = { .name = bv_str_of(SAY(page, "Số người", "Persons")), .y = counts };
	struct bv_chart chart = page_begin_chart(page, BV_CHART_HISTOGRAM, "speeds", bv_str_of(SAY(page, "Tốc độ làm bài", "Speeds")),
	                                   bv_str_of(SAY(page, "0 là tốc độ trung bình; 0,7 là nhanh gấp đôi, −0,7 là chậm gấp đôi.", "0 is the usual speed; 0.7 is twice as fast, −0.7 half as fast.")));

	for (size_t p = 0; p < a->responses.persons; p++) {
		low = fmin(low, a->times.person[p].speed);
		high = fmax(high, a->times.person[p].speed);
	}
	if (!(high > low))
		return BV_OK;
	for (int b = 0; b <= BINS; b++)
		edges[b] = low + (high - low) * b / BINS;
	for (size_t p = 0; p < a->responses.persons; p++)
		if (!isnan(a->times.person[p].speed)) {
			int bin = (int)((a->times.person[p].speed - low) / (high - low) * BINS);
			counts[bin < BINS ? bin : BINS - 1]++;
		}
	chart.x = edges;
	chart.count = BINS;
	chart.series = &series;
	chart.series_count = 1;
	chart.x_name = bv_str_of(SAY(page, "Tốc độ", "Speed"));
	chart.y_name = bv_str_of(SAY(page, "Số người", "Persons"));
	chart.x_decimals = 2;
	return bv_chart_write(page->out, &chart, page->err);
}

static void
add_items(const struct page *page)
{
	const struct analysis *a = page->a;

	page_table(page, "Câu|Thời gian thường dùng (giây)|Chừng hai phần ba số người|α", "Item|Usual time (seconds)|About two thirds of persons|α");
	for (size_t i = 0; i < a->responses.items; i++) {
		double beta = a->times.beta[i], alpha = a->times.alpha[i], spread = isnan(a->times.spread) ? 0 : a->times.spread, sd = sqrt(1 / (alpha * alpha) + spread * spread);
		page_row(page, a->responses.item[i].name);
		page_cell(page, exp(beta), 1);
		bv_buf_addz(page->out, "<td class=\"n\">");
		page_number(page, exp(beta - sd), 1);
		bv_buf_addz(page->out, " … ");
		page_number(page, exp(beta + sd), 1);
		bv_buf_addz(page->out, "</td>");
		page_cell(page, alpha, 2);
		bv_buf_addz(page->out, "</tr>\n");
	}
	page_table_end(page);
}

enum bv_status
page_times(const struct page *page)
{
	const struct analysis *a = page->a;
	size_t count, flagged;

	if (!a->times.alpha)
		return BV_OK;
	struct ranked *list = rank(&count, &flagged, a, true);
	page_heading(page, "Thời gian làm bài", "Response times");
	page_paragraph(page, "Mỗi câu có thời gian thường dùng, mỗi người có tốc độ: 0 là như mọi người, 0,7 là nhanh gấp đôi. α: các thời gian ở câu này sát nhau đến đâu (lớn là sát). "
	                     "χ²: thời gian của một người, câu này so với câu khác, lệch bao nhiêu khỏi mức mà câu hỏi và tốc độ của người đó cho biết. p: khả năng lệch như thế hoặc hơn. "
	                     "Lệch nhiều có thể vì bị ngắt quãng, hỏng máy, bỏ qua rồi quay lại, hay biết trước đề.",
	               "Every item has a usual time, every person a speed: 0 is as everybody, 0.7 is twice as fast. α: how close together the times on the item are (large is close). "
	               "χ²: how far a person's times, one item against another, are from what item and speed let expect. p: how likely they are as far or farther. "
	               "The cause may be an interruption, a bad machine, items passed over and come back to, or items known before.");
	add_items(page);
	page_alarms(page, flagged, a->rate * (double)flagged, "Số người cần xem", "Persons to look at", "trong đó số báo nhầm trung bình nhiều nhất (Benjamini–Hochberg trên mọi người)",
	            "of these false on average at most (Benjamini–Hochberg over all persons)");
	page_table(page, "Người|Tốc độ|χ²|p|Cần xem", "Person|Speed|χ²|p|To look at");
	for (size_t n = 0; n < count && (n < SHOWN || a->times.person[list[n].person].flagged); n++) {
		const struct bv_time_fit *t = &a->times.person[list[n].person];
		bv_buf_addz(page->out, "<tr>");
		page_person_cell(page, list[n].person, "th scope=\"row\"");
		page_cell(page, t->speed, 2);
		page_cell(page, t->chi2, 1);
		page_p(page, t->p);
		page_look(page, t->flagged, "thời gian khác thường", "unusual times");
		bv_buf_addz(page->out, "</tr>\n");
	}
	page_table_end(page);
	free(list);
	return add_speeds(page);
}

/* ---- Items that are known outside ---- */

/* Better on the compromised items across, faster on them upwards: the honest are around the middle. */
static enum bv_status
add_steps(const struct page *page, const struct ranked *list, size_t count)
{
	enum { STEPS = 6 };
	static const char *const names[STEPS] = { "> 0.5", "0.05 … 0.5", "0.01 … 0.05", "0.001 … 0.01", "0.0001 … 0.001", "< 0.0001" };
	static const char *const names_vi[STEPS] = { "> 0,5", "0,05 … 0,5", "0,01 … 0,05", "0,001 … 0,01", "0,0001 … 0,001", "< 0,0001" };
	static const double edges[STEPS + 1] = { 1, 0.5, 0.05, 0.01, 0.001, 0.0001, -1 };
	double seen[STEPS] = { 0 }, expected[STEPS];
	struct bv_str labels[STEPS];
	const struct bv_chart_series series[] = { { .name = bv_str_of(SAY(page, "Số người đã thấy", "Persons seen")), .y = seen },
		                                  { .name = bv_str_of(SAY(page, "Do ngẫu nhiên", "By chance")), .y = expected } };
	struct bv_chart chart = page_begin_chart(page, BV_CHART_BARS, "known", bv_str_of(SAY(page, "Ai làm các câu đã lộ tốt hơn hay nhanh hơn", "Who is better or faster on the known items")),
	                                   bv_str_of(SAY(page, "Số người theo p, bên cạnh số người mà riêng ngẫu nhiên cho ra. Bên phải cao hơn mức ngẫu nhiên: có người biết trước.",
	                                                 "Persons by p, beside how many chance alone gives. More at the right than by chance: some knew the items.")));

	for (int s = 0; s < STEPS; s++) {
		for (size_t n = 0; n < count; n++)
			seen[s] += list[n].p <= edges[s] && list[n].p > edges[s + 1];
		expected[s] = (double)count * (edges[s] - fmax(edges[s + 1], 0));
		labels[s] = bv_str_of(SAY(page, names_vi[s], names[s]));
	}
	chart.labels = labels;
	chart.count = STEPS;
	chart.series = series;
	chart.series_count = 2;
	chart.x_name = bv_str_of("p");
	chart.y_name = bv_str_of(SAY(page, "Số người", "Persons"));
	chart.y_decimals = 2;
	return bv_chart_write(page->out, &chart, page->err);
}

enum bv_status
page_preknowledge(const struct page *page)
{
	const struct analysis *a = page->a;
	size_t count, flagged;

	if (!a->preknowledge)
		return BV_OK;
	struct ranked *list = rank(&count, &flagged, a, false);
	page_heading(page, "Những câu có thể đã lộ", "Items that may be known outside");
	bv_buf_addz(page->out, "<p>");
	for (size_t i = 0; i < a->responses.items; i++)
		if (a->compromised[i]) {
			bv_xml_escape(page->out, a->responses.item[i].name);
			bv_buf_addc(page->out, ' ');
		}
	bv_buf_addz(page->out, "</p>\n");
	page_paragraph(page, "Mỗi người được so với chính mình: các câu này so với các câu khác. Điểm: năng lực ở các câu này cao hơn bao nhiêu; thời gian: nhanh hơn bao nhiêu; cả hai tính bằng độ lệch chuẩn, trên 2 là ít gặp. "
	                     "p: khả năng ngẫu nhiên cho ra chừng ấy hoặc hơn. Đã học kỹ phần này cũng có thể làm tốt hơn và nhanh hơn.",
	               "Everybody is compared with himself: these items against the others. Score: how much higher the ability on these items is; time: how much faster; both in standard deviations, above 2 is rare. "
	               "p: how likely chance gives as much or more. To have studied this part well also makes better and faster.");
	page_alarms(page, flagged, a->rate * (double)flagged, "Số người cần xem", "Persons to look at", "trong đó số báo nhầm trung bình nhiều nhất (Benjamini–Hochberg trên mọi người)",
	            "of these false on average at most (Benjamini–Hochberg over all persons)");
	page_table(page, "Người|Điểm|Thời gian|p|Cần xem", "Person|Score|Time|p|To look at");
	for (size_t n = 0; n < count && (n < SHOWN || a->preknowledge[list[n].person].flagged); n++) {
		const struct bv_preknowledge *k = &a->preknowledge[list[n].person];
		bv_buf_addz(page->out, "<tr>");
		page_person_cell(page, list[n].person, "th scope=\"row\"");
		page_cell(page, k->score, 2);
		page_cell(page, k->time, 2);
		page_p(page, k->p);
		page_look(page, k->flagged, "hơn hẳn các câu khác", "well above the other items");
		bv_buf_addz(page->out, "</tr>\n");
	}
	page_table_end(page);
	enum bv_status status = count ? add_steps(page, list, count) : BV_OK;
	free(list);
	return status;
}
