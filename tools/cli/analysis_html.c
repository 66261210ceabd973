/* The report for people who are not psychometricians: every number with a sentence, what to look at first, pictures with their numbers below. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/xml.h"
#include "tools/cli/analysis_page.h"

enum { FIFTHS = 5, OPTION_CHARTS = 60, HALLS_SHOWN = 40, PERSONS_SHOWN = 30 };

/* ---- Beginning ---- */

static void
begin(const struct page *page)
{
	const struct analysis *a = page->a;
	BV_AUTO(bv_buf_finish) struct bv_buf source = BV_BUF(1 << 16);

	bv_text_write_safe(&source, bv_str_of(a->source), false);
	page_begin(page, "Phân tích đợt thi", "Analysis of a sitting");
	bv_buf_addz(page->out, "<p>");
	bv_xml_escape(page->out, bv_buf_str(&source));
	bv_buf_printf(page->out, " · SHA-256 <code>%.16s…</code> · bangvang %s</p>\n", a->digest, BV_VERSION);
	page_paragraph(page, "Báo cáo này chỉ ra chỗ cần xem, không kết luận về một người nào. Mỗi con số có một câu giải thích.",
	          "This report says where to look; it decides nothing about any person. Each number has a sentence that explains it.");
}

/* ---- The test ---- */

/* A column a total, or as many totals to one as that at most BV_CHART_BARS_MAX columns need. */
static enum bv_status
add_totals(const struct page *page)
{
	const struct bv_classical *c = &page->a->classical;
	int width = c->score_max / BV_CHART_BARS_MAX + 1, columns = c->score_max / width + 1;
	double counts[BV_CHART_BARS_MAX + 1] = { 0 };
	char names[BV_CHART_BARS_MAX + 1][32];
	struct bv_str labels[BV_CHART_BARS_MAX + 1];
	struct bv_chart chart = page_begin_chart(page, BV_CHART_BARS, "totals", bv_str_of(SAY(page, "Tổng điểm", "Total scores")),
	                                 bv_str_of(SAY(page, "Bao nhiêu người đạt mỗi tổng điểm.", "How many persons have each total.")));

	for (int s = 0; s <= c->score_max; s++)
		counts[s / width] += (double)c->score_count[s];
	for (int i = 0; i < columns; i++) {
		snprintf(names[i], sizeof names[i], width > 1 ? "%d–%d" : "%d", i * width, (i + 1) * width - 1);
		labels[i] = bv_str_of(names[i]);
	}
	struct bv_chart_series series = { .name = bv_str_of(SAY(page, "Số người", "Persons")), .y = counts };
	chart.labels = labels;
	chart.count = (size_t)columns;
	chart.series = &series;
	chart.series_count = 1;
	chart.x_name = bv_str_of(SAY(page, "Tổng điểm", "Total score"));
	chart.y_name = bv_str_of(SAY(page, "Số người", "Persons"));
	return bv_chart_write(page->out, &chart, page->err);
}

static void
figure_row(const struct page *page, const char *name, double x, unsigned decimals, const char *vi, const char *en)
{
	page_row(page, bv_str_of(name));
	page_cell(page, x, decimals);
	bv_buf_printf(page->out, "<td>%s</td></tr>\n", SAY(page, vi, en));
}

static enum bv_status
add_test(const struct page *page)
{
	const struct bv_classical *c = &page->a->classical;

	page_heading(page, "Cả bài thi", "The test as a whole");
	page_table(page, "Đại lượng|Giá trị|Nghĩa là", "Figure|Value|Meaning");
	figure_row(page, SAY(page, "Số người", "Persons"), (double)page->a->responses.persons, 0, "Số người có trong tệp.", "Persons in the file.");
	figure_row(page, SAY(page, "Đủ câu trả lời", "Complete"), (double)c->persons, 0, "Số người có kết quả ở mọi câu; độ tin cậy tính trên họ.",
	           "Persons with a result on every item; reliability is computed from them.");
	figure_row(page, SAY(page, "Trung bình", "Mean"), c->total_mean, 2, "Tổng điểm trung bình.", "Mean total score.");
	figure_row(page, SAY(page, "Độ lệch chuẩn", "Standard deviation"), sqrt(c->total_variance), 2, "Các tổng điểm cách trung bình chừng này.",
	           "How far totals usually are from the mean.");
	figure_row(page, "α (Cronbach)", c->alpha, 3, "Độ tin cậy: 1 là đo không sai số; để quyết định về từng người nên từ 0,8 trở lên.",
	           "Reliability: 1 is measurement without error; decisions about persons want 0.8 or more.");
	figure_row(page, "ω (McDonald)", c->omega, 3, "Độ tin cậy khi các câu đo cùng một năng lực với mức độ khác nhau.",
	           "Reliability when the items measure one ability to different degrees.");
	figure_row(page, "λ2 (Guttman)", c->lambda2, 3, "Cận dưới của độ tin cậy, chặt hơn α.", "A lower bound of reliability that is never below alpha.");
	figure_row(page, SAY(page, "Sai số chuẩn", "Standard error"), c->sem, 2, "Tổng điểm của một người, nếu thi lại, thường lệch chừng này.",
	           "A person's total would usually differ by this much on another occasion.");
	page_table_end(page);
	return add_totals(page);
}

/* ---- Items ---- */

static void
remark(const struct page *page, bool *more, const char *vi, const char *en)
{
	bv_buf_printf(page->out, "%s%s", *more ? "; " : "", SAY(page, vi, en));
	*more = true;
}

/* The wrong option that those who know more choose, or -1. */
static int
tempting_option(const struct bv_responses_item *item, const struct bv_classical_item *c)
{
	for (int o = 0; o < item->option_count; o++)
		if (o != item->key && c->option[o].share >= 0.05 && c->option[o].correlation > 0.05)
			return o;
	return -1;
}

static bool
is_conspicuous(const struct bv_responses_item *item, const struct bv_classical_item *c)
{
	return !(c->corrected >= 0.15) || tempting_option(item, c) >= 0;
}

static void
add_remarks(const struct page *page, const struct bv_responses_item *item, const struct bv_classical_item *c)
{
	bool more = false;
	int tempting = tempting_option(item, c);

	bv_buf_addz(page->out, "<td class=\"look\">");
	if (c->corrected < 0)
		remark(page, &more, "người giỏi làm sai nhiều hơn: xem lại đáp án", "those who know more fail it: check the key");
	else if (c->corrected < 0.15)
		remark(page, &more, "ít phân biệt người giỏi với người yếu", "hardly tells those who know from those who do not");
	else if (isnan(c->corrected))
		remark(page, &more, "mọi người có cùng kết quả", "everybody has the same result");
	if (c->difficulty > 0.95)
		remark(page, &more, "rất dễ", "very easy");
	if (c->difficulty < 0.2)
		remark(page, &more, "rất khó", "very hard");
	if (tempting >= 0) {
		remark(page, &more, "người giỏi hay chọn phương án ", "those who know more choose option ");
		bv_xml_escape(page->out, item->options[tempting]);
	}
	bv_buf_addz(page->out, "</td></tr>\n");
}

static void
add_items(const struct page *page)
{
	const struct bv_responses *r = &page->a->responses;

	page_heading(page, "Từng câu hỏi", "Items");
	page_paragraph(page, "Độ khó p: tỉ lệ điểm đạt được, 1 là ai cũng làm được. Tương quan: điểm câu này đi cùng tổng điểm các câu khác đến đâu; nên từ 0,2, số âm là dấu hiệu sai đáp án. "
	                "Nhị phân (biserial): tương quan ấy nếu đo được năng lực ẩn sau đúng/sai. α khi bỏ: độ tin cậy của bài thi không có câu này.",
	          "Difficulty p: the share of the marks that were gained, 1 when everybody solved it. Correlation: how far its score goes with the total of the other items; 0.2 or more is good, "
	          "less than nothing points to a wrong key. Biserial: the same with the ability that is behind right and wrong. α without: the reliability of the test without this item.");
	page_table(page, r->seconds ? "Câu|Số người|p|Tương quan|Biserial|α khi bỏ|Giây (trung vị)|Cần xem" : "Câu|Số người|p|Tương quan|Biserial|α khi bỏ|Cần xem",
	            r->seconds ? "Item|Persons|p|Correlation|Biserial|α without|Seconds (median)|To look at" : "Item|Persons|p|Correlation|Biserial|α without|To look at");
	for (size_t i = 0; i < r->items; i++) {
		const struct bv_classical_item *c = &page->a->classical.item[i];
		page_row(page, r->item[i].name);
		page_cell(page, (double)c->answered, 0);
		page_cell(page, c->difficulty, 3);
		page_cell(page, c->corrected, 3);
		page_cell(page, c->biserial, 3);
		page_cell(page, c->alpha_without, 3);
		if (r->seconds)
			page_cell(page, c->median_seconds, 1);
		add_remarks(page, &r->item[i], c);
	}
	page_table_end(page);
}

/* ---- Options ---- */

static int
by_total(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Which fifth of the totals each person is in; persons with equal totals are in the same one. */
static int8_t *
make_fifths(const struct bv_responses *r)
{
	int64_t *total = bv_alloc_array(r->persons, sizeof total[0]), *sorted = bv_alloc_array(r->persons, sizeof sorted[0]);
	int8_t *fifth = bv_alloc_array(r->persons, 1);

	for (size_t p = 0; p < r->persons; p++)
		for (size_t i = 0; i < r->items; i++)
			total[p] += r->score[p * r->items + i] > 0 ? r->score[p * r->items + i] : 0;
	memcpy(sorted, total, r->persons * sizeof sorted[0]);
	qsort(sorted, r->persons, sizeof sorted[0], by_total);
	for (size_t p = 0; p < r->persons; p++)
		for (int f = 1; f < FIFTHS; f++)
			fifth[p] = total[p] > sorted[(r->persons - 1) * (size_t)f / FIFTHS] ? (int8_t)f : fifth[p];
	free(total);
	free(sorted);
	return fifth;
}

static enum bv_status
add_option_chart(const struct page *page, size_t item, const int8_t *fifth)
{
	const struct bv_responses *r = &page->a->responses;
	const struct bv_responses_item *names = &r->item[item];
	BV_AUTO(bv_buf_finish) struct bv_buf title = BV_BUF(BV_CHART_TEXT_MAX), words = BV_BUF(BV_CHART_TEXT_MAX * BV_CHART_SERIES_MAX);
	double x[FIFTHS], share[BV_CHART_SERIES_MAX][FIFTHS] = { { 0 } }, answered[FIFTHS] = { 0 };
	struct bv_chart_series series[BV_CHART_SERIES_MAX];
	size_t lines = names->option_count < BV_CHART_SERIES_MAX ? (size_t)names->option_count : BV_CHART_SERIES_MAX;
	char id[40];

	snprintf(id, sizeof id, "options-%zu", item + 1);
	for (size_t p = 0; p < r->persons; p++) {
		int option = r->option[p * r->items + item];
		answered[fifth[p]] += option >= 0;
		if (option >= 0 && (size_t)option < lines)
			share[option][fifth[p]]++;
	}
	for (int f = 0; f < FIFTHS; f++) {
		x[f] = f + 1;
		for (size_t o = 0; o < lines; o++)
			share[o][f] = answered[f] > 0 ? 100 * share[o][f] / answered[f] : NAN;
	}
	for (size_t o = 0; o < lines; o++) {
		struct bv_str name = bv_str_sub(names->options[o], 0, 60);
		series[o] = (struct bv_chart_series){ .name = name, .y = share[o] };
		if ((int)o == names->key) {
			bv_buf_printf(&words, "%.*s (%s)", BV_STR_ARG(name), SAY(page, "đáp án", "key"));
			series[o].name = bv_buf_str(&words);
		}
	}
	bv_buf_printf(&title, "%s %.*s", SAY(page, "Các phương án của câu", "Options of item"), BV_STR_ARG(bv_str_sub(names->name, 0, 80)));
	struct bv_chart chart = page_begin_chart(page, BV_CHART_CURVES, id, bv_buf_str(&title),
	                                 bv_str_of(SAY(page, "Đường của đáp án phải đi lên từ nhóm yếu nhất đến nhóm giỏi nhất, các đường khác đi xuống.",
	                                               "The key's line should rise from the weakest fifth to the best, the others should fall.")));
	chart.x = x;
	chart.count = FIFTHS;
	chart.series = series;
	chart.series_count = lines;
	chart.x_name = bv_str_of(SAY(page, "Nhóm theo tổng điểm: 1 yếu nhất, 5 giỏi nhất", "Fifth by total score: 1 weakest, 5 best"));
	chart.y_name = bv_str_of(SAY(page, "Phần trăm chọn", "Per cent who chose it"));
	chart.y_high = 100;
	chart.y_decimals = 1;
	return bv_chart_write(page->out, &chart, page->err);
}

/* Options that do not draw the weaker, by the nominal model. */
static void
add_nominal(const struct page *page)
{
	const struct analysis *a = page->a;
	size_t rows = 0;

	if (!a->options.items)
		return;
	page_paragraph(page, "Mô hình danh định (Bock 1972) cho biết phương án nào thu hút người yếu: độ dốc so với đáp án dưới 0 là phương án nhiễu làm đúng việc; từ 0 trở lên thì người giỏi chọn nó "
	                     "không kém đáp án. Bảng nêu các phương án sai không chắc chắn dưới 0 (cách 0 chưa tới hai sai số chuẩn).",
	               "The nominal model (Bock 1972) says which option draws the weaker: a slope below 0, beside the key's, is a distractor that does its work; from 0 on those who know more take it no "
	               "less than the key. The table has the wrong options that are not clearly below 0 (less than two standard errors).");
	page_table(page, "Câu|Phương án|Độ dốc|Sai số|Cần xem", "Item|Option|Slope|Error|Look at");
	for (size_t i = 0; i < a->responses.items; i++)
		for (int o = 0; a->options.item[i].item.categories && o < a->responses.item[i].option_count; o++) {
			int k = a->abilities.category[i][o];
			double slope = bv_irt_category_slope(&a->options.item[i].item, k), error = a->options.errors ? bv_irt_category_slope(&a->options.item[i].error, k) : NAN;
			if (k == 0 || slope + 2 * (isnan(error) ? 0 : error) < 0)
				continue;
			page_row(page, a->responses.item[i].name);
			bv_buf_addz(page->out, "<td>");
			bv_xml_escape(page->out, a->responses.item[i].options[o]);
			bv_buf_addz(page->out, "</td>");
			page_cell(page, slope, 2);
			page_cell(page, error, 2);
			page_look(page, slope - 2 * error > 0, "người giỏi hay chọn", "those who know more choose it");
			bv_buf_addz(page->out, "</tr>\n");
			rows++;
		}
	page_table_end(page);
	if (rows == 0)
		page_paragraph(page, "Không có phương án nào như thế.", "There is no such option.");
}

static enum bv_status
add_options(const struct page *page)
{
	const struct bv_responses *r = &page->a->responses;
	enum bv_status status = BV_OK;
	int charts = 0;

	if (!r->option)
		return BV_OK;
	page_heading(page, "Các phương án", "Options");
	page_paragraph(page, "Những câu cần xem trước, sau đó các câu khác, nhiều nhất 60 câu.", "Items that are to be looked at first, then the others; 60 at most.");
	add_nominal(page);
	int8_t *fifth = make_fifths(r);
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; status == BV_OK && i < r->items && charts < OPTION_CHARTS; i++)
			if (is_conspicuous(&r->item[i], &page->a->classical.item[i]) == (round == 0)) {
				status = add_option_chart(page, i, fifth);
				charts++;
			}
	free(fifth);
	return status;
}

/* ---- Groups ---- */

/* Tests at a level of 0.05 give false alarms, even where nothing is the matter. */
static void
say_dif_alarms(const struct page *page)
{
	size_t tested = 0, low = 0;

	for (size_t i = 0; i < page->a->responses.items; i++) {
		tested += page->a->dif.item[i].tested;
		low += page->a->dif.item[i].tested && page->a->dif.item[i].p < 0.05;
	}
	page_alarms(page, low, 0.05 * (double)tested, "Số câu có p dưới 0,05", "Items with p below 0.05", "do ngẫu nhiên, nếu không câu nào có chênh lệch, trung bình chừng", "by chance, were no item different, on average about");
}

static void
add_groups(const struct page *page)
{
	const struct analysis *a = page->a;
	static const char *const vi[] = { "A: không đáng kể", "B: vừa, cần xem", "C: lớn, cần xem ngay" };
	static const char *const en[] = { "A: negligible", "B: moderate, to look at", "C: large, to look at first" };

	if (!a->dif.item)
		return;
	page_heading(page, "So sánh hai nhóm", "Two groups compared");
	bv_buf_addz(page->out, "<p>");
	bv_xml_escape(page->out, a->focal);
	bv_buf_printf(page->out, " (%zu) · ", a->dif.focal);
	bv_xml_escape(page->out, a->reference);
	bv_buf_printf(page->out, " (%zu)</p>\n", a->dif.reference);
	page_paragraph(page, "Những người có cùng tổng điểm được so với nhau: câu nào khó hơn hẳn cho một nhóm, dù năng lực như nhau? Delta âm: khó hơn cho nhóm thứ nhất. Chênh: phần trăm người nhóm thứ nhất "
	                "làm được nhiều hơn (số dương) hay ít hơn. p: khả năng thấy chênh như thế do ngẫu nhiên. Câu có chênh lệch chưa chắc là bất công: hội đồng phải đọc câu đó.",
	          "Persons with the same total are compared: is an item clearly harder for one group at equal ability? Delta below nought: harder for the first group. Difference: per cent of the first "
	          "group who solve it more (or less). p: how likely chance gives as much. An item with a difference is not yet unfair: a panel has to read it.");
	say_dif_alarms(page);
	page_table(page, "Câu|Delta|Sai số|Chênh (%)|p|Phân loại ETS", "Item|Delta|Error|Difference (%)|p|ETS class");
	for (size_t i = 0; i < a->responses.items; i++) {
		const struct bv_dif_item *d = &a->dif.item[i];
		page_row(page, a->responses.item[i].name);
		page_cell(page, d->tested ? d->delta : NAN, 2);
		page_cell(page, d->tested ? d->delta_se : NAN, 2);
		page_cell(page, d->tested ? 100 * d->standardized : NAN, 1);
		page_cell(page, d->tested ? d->p : NAN, 4);
		bv_buf_printf(page->out, "<td%s>%s</td></tr>\n", d->tested && d->ets != BV_ETS_A ? " class=\"look\"" : "",
		              d->tested ? (page->english ? en : vi)[d->ets] : SAY(page, "không kiểm được", "not testable"));
	}
	page_table_end(page);
}

/* ---- Halls ---- */

static void
add_halls(const struct page *page)
{
	const struct bv_halls *halls = &page->a->halls;

	if (!halls->count)
		return;
	page_heading(page, "Phòng thi", "Halls");
	bv_buf_printf(page->out, "<p>%s %d. %s</p>\n", SAY(page, "Điểm cao: từ", "High: totals from"), halls->high,
	              SAY(page, "p: nếu phòng này như mọi phòng khác, khả năng có chừng ấy người điểm cao trở lên. Phòng được đánh dấu khi, tính trên tất cả các phòng, số báo nhầm không quá tỉ lệ đã chọn. "
	                        "Phòng được đánh dấu cần được xem lại trước khi công bố; có thể chỉ vì thí sinh ở đó giỏi.",
	                  "p: how likely that many high results or more are if this hall is like all others. Halls are marked so that, over all of them, false alarms stay below the chosen rate. "
	                  "A marked hall is to be looked at before results are released; its candidates may simply be good."));
	size_t flagged = 0;
	for (size_t h = 0; h < halls->count; h++)
		flagged += halls->hall[h].flagged;
	page_alarms(page, flagged, page->a->rate * (double)flagged, "Số phòng cần xem", "Halls to look at", "trong đó số báo nhầm trung bình nhiều nhất", "of these false on average at most");
	page_table(page, "Phòng|Số người|Trung bình|Điểm cao|Tỉ lệ ở đây (%)|Tỉ lệ nơi khác (%)|p|Cần xem", "Hall|Persons|Mean|High|Share here (%)|Share elsewhere (%)|p|To look at");
	for (size_t h = 0; h < halls->count && (h < HALLS_SHOWN || halls->hall[h].flagged); h++) {
		const struct bv_hall *hall = &halls->hall[h];
		page_row(page, hall->name);
		page_cell(page, (double)hall->persons, 0);
		page_cell(page, hall->mean, 2);
		page_cell(page, (double)hall->above, 0);
		page_cell(page, 100 * hall->share, 2);
		page_cell(page, 100 * hall->elsewhere, 2);
		page_cell(page, hall->p, 6);
		bv_buf_printf(page->out, "<td class=\"look\">%s</td></tr>\n", hall->flagged ? SAY(page, "nhiều điểm cao hơn ngẫu nhiên", "more high results than chance") : "");
	}
	page_table_end(page);
}

/* ---- Persons ---- */

struct unusual {
	size_t person;
	double ht;
};

static int
most_unusual(const void *a, const void *b)
{
	const struct unusual *x = a, *y = b;

	if (x->ht != y->ht)
		return x->ht < y->ht ? -1 : 1;
	return (x->person > y->person) - (x->person < y->person);
}

static void
add_persons(const struct page *page)
{
	const struct analysis *a = page->a;
	struct unusual *list = bv_alloc_array(a->responses.persons, sizeof list[0]);
	size_t count = 0;

	for (size_t p = 0; p < a->responses.persons; p++)
		if (!isnan(a->person[p].ht))
			list[count++] = (struct unusual){ p, a->person[p].ht };
	qsort(list, count, sizeof list[0], most_unusual);
	if (count) {
		page_heading(page, "Bài làm khác thường", "Unusual patterns");
		page_paragraph(page, "Những người làm được câu khó mà sai câu dễ, nhiều nhất trước. H: 1 là theo đúng thứ tự dễ khó như mọi người, 0 trở xuống là không theo. "
		                "Nguyên nhân thường là vội, mệt, hỏng máy; tự nó không nói lên gian lận.",
		          "Those who solved hard items and failed easy ones, the most so first. H: 1 follows the order of difficulty as everybody does, 0 and less does not. "
		          "The causes are mostly haste, tiredness, a bad machine; by itself it says nothing of cheating.");
		page_table(page, "Người|H|U3|Tổng lỗi Guttman", "Person|H|U3|Guttman errors");
		for (size_t i = 0; i < count && i < PERSONS_SHOWN; i++) {
			bv_buf_addz(page->out, "<tr>");
			page_person_cell(page, list[i].person, "th scope=\"row\"");
			page_cell(page, list[i].ht, 3);
			page_cell(page, a->person[list[i].person].u3, 3);
			page_cell(page, a->person[list[i].person].guttman, 0);
			bv_buf_addz(page->out, "</tr>\n");
		}
		page_table_end(page);
	}
	free(list);
}

enum bv_status
analysis_html(struct bv_buf *out, const struct analysis *analysis, bool english, struct bv_err *err)
{
	struct page page = { out, analysis, english, err };

	begin(&page);
	TRY(add_test(&page));
	add_items(&page);
	TRY(add_options(&page));
	add_groups(&page);
	TRY(page_model_dif(&page));
	page_ratio_dif(&page);
	add_halls(&page);
	TRY(page_agreement(&page));
	add_persons(&page);
	TRY(page_fit(&page));
	TRY(page_times(&page));
	TRY(page_preknowledge(&page));
	bv_buf_addz(out, "</main>\n</body>\n</html>\n");
	return BV_OK;
}
