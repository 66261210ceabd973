#define _GNU_SOURCE
/* The part of the report that needs the parameters of the items. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/xml.h"
#include "tools/cli/analysis_page.h"

/* ---- Groups ---- */

enum { CURVES_SHOWN = 6, CURVE_POINTS = 41 };

/* How likely each group solves the item, over ability. */
static enum bv_status
add_curves(const struct page *page, size_t item)
{
	const struct analysis *a = page->a;
	const struct bv_model_dif_item *d = &a->model_dif.item[item];
	BV_AUTO(bv_buf_finish) struct bv_buf title = BV_BUF(BV_CHART_TEXT_MAX);
	double x[CURVE_POINTS], y[2][CURVE_POINTS];
	const struct bv_chart_series series[] = { { .name = bv_str_sub(a->reference, 0, 60), .y = y[0] }, { .name = bv_str_sub(a->focal, 0, 60), .y = y[1] } };
	char id[40];

	for (int k = 0; k < CURVE_POINTS; k++) {
		x[k] = -4 + 8.0 * k / (CURVE_POINTS - 1);
		for (int g = 0; g < 2; g++)
			y[g][k] = 100 / (1 + exp(-d->a[g] * (x[k] - d->b[g])));
	}
	snprintf(id, sizeof id, "groups-%zu", item + 1);
	bv_buf_printf(&title, "%s %.*s", SAY(page, "Hai nhóm ở câu", "Both groups on item"), BV_STR_ARG(bv_str_sub(a->responses.item[item].name, 0, 80)));
	struct bv_chart chart = page_begin_chart(page, BV_CHART_CURVES, id, bv_buf_str(&title),
	                                   bv_str_of(SAY(page, "Khả năng làm đúng của mỗi nhóm theo năng lực. Khoảng giữa hai đường là chỗ cùng năng lực mà khả năng khác nhau.",
	                                                 "How likely each group solves it, by ability. Where the lines are apart, equal abilities have unequal chances.")));
	chart.x = x;
	chart.count = CURVE_POINTS;
	chart.series = series;
	chart.series_count = 2;
	chart.x_name = bv_str_of(SAY(page, "Năng lực", "Ability"));
	chart.y_name = bv_str_of(SAY(page, "Phần trăm làm đúng", "Per cent who solve it"));
	chart.y_high = 100;
	chart.x_decimals = chart.y_decimals = 1;
	chart.table_step = 5;
	return bv_chart_write(page->out, &chart, page->err);
}

enum bv_status
page_model_dif(const struct page *page)
{
	const struct analysis *a = page->a;
	size_t tested = 0, flagged = 0, shown = 0;

	if (!a->model_dif.item)
		return BV_OK;
	for (size_t i = 0; i < a->responses.items; i++) {
		tested += a->model_dif.item[i].tested;
		flagged += a->model_dif.item[i].flagged;
	}
	page_heading(page, "So sánh hai nhóm bằng mô hình", "Two groups compared with a model");
	page_paragraph(page, "Các câu được ước lượng riêng trong mỗi nhóm rồi đưa về cùng một thang bằng những câu không bị đánh dấu. b: độ khó, năng lực mà ở đó một nửa làm đúng; a: độ phân biệt. "
	                     "Lord: hai cặp a và b cách nhau bao xa so với sai số. Diện tích: khoảng giữa hai đường; số dương là khó hơn cho nhóm thứ nhất. Raju: diện tích không dấu chia cho sai số, ngoài ±2 là ít gặp. "
	                     "p: khả năng thấy chênh như thế do ngẫu nhiên.",
	               "The items are calibrated in each group alone and put on one scale by the items that are not marked. b: difficulty, the ability at which half solve it; a: discrimination. "
	               "Lord: how far both pairs of a and b are apart, by their errors. Area: what lies between the lines; above nought it is harder for the first group. Raju: the unsigned area by its error, beyond ±2 is rare. "
	               "p: how likely chance gives as much.");
	page_alarms(page, flagged, 0.05 * (double)tested, "Số câu có p dưới 0,05", "Items with p below 0.05", "do ngẫu nhiên, nếu không câu nào có chênh lệch, trung bình chừng",
	            "by chance, were no item different, on average about");
	page_table(page, "Câu|a nhóm chuẩn|a nhóm xét|b nhóm chuẩn|b nhóm xét|Lord|p|Diện tích|Raju|Cần xem", "Item|a reference|a focal|b reference|b focal|Lord|p|Area|Raju|To look at");
	for (size_t i = 0; i < a->responses.items; i++) {
		const struct bv_model_dif_item *d = &a->model_dif.item[i];
		const double cells[] = { d->a[0], d->a[1], d->b[0], d->b[1], d->lord };
		page_row(page, a->responses.item[i].name);
		for (size_t k = 0; k < sizeof cells / sizeof cells[0]; k++)
			page_cell(page, d->tested ? cells[k] : NAN, 2);
		page_p(page, d->tested ? d->lord_p : NAN);
		page_cell(page, d->tested ? d->area : NAN, 2);
		page_cell(page, d->tested ? d->raju : NAN, 2);
		page_look(page, d->flagged, "hai nhóm khác nhau", "the groups differ");
		bv_buf_addz(page->out, "</tr>\n");
	}
	page_table_end(page);
	for (size_t i = 0; i < a->responses.items && shown < CURVES_SHOWN; i++)
		if (a->model_dif.item[i].flagged) {
			TRY(add_curves(page, i));
			shown++;
		}
	return BV_OK;
}

void
page_ratio_dif(const struct page *page)
{
	const struct analysis *a = page->a;
	size_t tested = 0, flagged = 0;

	if (!a->ratio_dif.item)
		return;
	for (size_t i = 0; i < a->responses.items; i++) {
		tested += a->ratio_dif.item[i].tested;
		flagged += a->ratio_dif.item[i].flagged;
	}
	page_heading(page, "So sánh hai nhóm bằng tỉ số hợp lí", "Two groups compared by likelihood ratios");
	page_paragraph(page, "Hai nhóm được ước lượng chung hai lần cho từng câu: một lần câu đó như nhau ở cả hai nhóm, một lần nó có tham số riêng ở mỗi nhóm. χ²: việc tách riêng làm mô hình hợp với dữ liệu hơn "
	                     "bao nhiêu. p: khả năng thấy được chừng ấy do ngẫu nhiên.",
	               "Both groups are calibrated together twice for each item: with the item the same in both, and with parameters of its own in each group. χ²: how much better the model fits "
	               "for that. p: how likely chance gives as much.");
	page_alarms(page, flagged, 0.05 * (double)tested, "Số câu có p dưới 0,05", "Items with p below 0.05", "do ngẫu nhiên, nếu không câu nào có chênh lệch, trung bình chừng",
	            "by chance, were no item different, on average about");
	page_table(page, "Câu|χ²|Bậc tự do|p|Cần xem", "Item|χ²|Degrees of freedom|p|To look at");
	for (size_t i = 0; i < a->responses.items; i++) {
		const struct bv_ratio_dif_item *d = &a->ratio_dif.item[i];
		page_row(page, a->responses.item[i].name);
		page_cell(page, d->tested ? d->chi2 : NAN, 2);
		page_cell(page, d->tested ? d->df : NAN, 0);
		page_p(page, d->tested ? d->p : NAN);
		page_look(page, d->flagged, "hai nhóm khác nhau", "the groups differ");
		bv_buf_addz(page->out, "</tr>\n");
	}
	page_table_end(page);
}

/* ---- Pairs ---- */

static void
pair_row(const struct page *page, const struct bv_pair *pair)
{
	int copier = pair->exact[1] < pair->exact[0];

	bv_buf_addz(page->out, "<tr>");
	page_person_cell(page, pair->first, "th scope=\"row\"");
	page_person_cell(page, pair->second, "td");
	bv_buf_printf(page->out, "<td class=\"n\">%d / %d</td>", pair->matches, pair->items);
	page_cell(page, pair->right, 0);
	page_cell(page, pair->wrong, 0);
	page_cell(page, pair->omega[copier], 2);
	page_p(page, pair->gbt);
	page_p(page, pair->m4);
	page_p(page, fmin(pair->copying[0].k2, pair->copying[1].k2));
	page_p(page, pair->p);
	page_look(page, pair->flagged, "giống nhau hơn ngẫu nhiên", "more alike than chance");
	bv_buf_addz(page->out, "</tr>\n");
}

static void
pair_table(const struct page *page, const struct bv_pair *pairs, size_t count)
{
	page_table(page, "Người|Người kia|Giống / số câu|Cùng đúng|Cùng sai|ω|GBT|M4|K2|p|Cần xem", "Person|Other person|Alike / items|Both right|Alike wrong|ω|GBT|M4|K2|p|To look at");
	for (size_t i = 0; i < count; i++)
		pair_row(page, &pairs[i]);
	page_table_end(page);
}

/* How many pairs have a small p, beside how many chance gives at most. */
static enum bv_status
add_chances(const struct page *page)
{
	const struct bv_agreement *agreement = &page->a->agreement;
	double seen[BV_AGREEMENT_DECADES], expected[BV_AGREEMENT_DECADES], p = 0.001;
	static const char *const names[BV_AGREEMENT_DECADES] = { "10⁻³", "10⁻⁴", "10⁻⁵", "10⁻⁶", "10⁻⁷" };
	struct bv_str labels[BV_AGREEMENT_DECADES];
	const struct bv_chart_series series[] = { { .name = bv_str_of(SAY(page, "Số cặp đã thấy", "Pairs seen")), .y = seen },
		                                  { .name = bv_str_of(SAY(page, "Nhiều nhất do ngẫu nhiên", "At most by chance")), .y = expected } };

	for (int d = 0; d < BV_AGREEMENT_DECADES; d++, p /= 10) {
		seen[d] = (double)agreement->low[d];
		expected[d] = p * (double)agreement->compared;
		labels[d] = bv_str_of(names[d]);
	}
	struct bv_chart chart = page_begin_chart(page, BV_CHART_BARS, "pairs", bv_str_of(SAY(page, "Các cặp giống nhau khác thường", "Pairs that are unusually alike")),
	                                   bv_str_of(SAY(page, "p không quá một phần nghìn, một phần vạn… Số cặp có p nhỏ như thế, bên cạnh số cặp mà riêng ngẫu nhiên cho ra. Cột thứ nhất cao hơn hẳn cột thứ hai: có điều cần xem.",
	                                                 "How many pairs have so small a p, beside how many chance alone gives. A first bar far above the second asks to be looked at.")));
	chart.labels = labels;
	chart.count = BV_AGREEMENT_DECADES;
	chart.series = series;
	chart.series_count = 2;
	chart.x_name = bv_str_of(SAY(page, "p không quá", "p at most"));
	chart.y_name = bv_str_of(SAY(page, "Số cặp", "Pairs"));
	chart.y_decimals = 2;
	return bv_chart_write(page->out, &chart, page->err);
}

enum bv_status
page_agreement(const struct page *page)
{
	const struct analysis *a = page->a;

	if (!a->agreement.compared && !a->asked_count)
		return BV_OK;
	page_heading(page, "Bài làm giống nhau", "Answers that are alike");
	page_paragraph(page, "Hai người có thể trả lời giống nhau vì cùng giỏi; ở đây tính xem họ giống nhau nhiều hơn mức mà năng lực của họ giải thích được hay không. "
	                     "ω: số câu giống nhau vượt mức mong đợi bao nhiêu độ lệch chuẩn, nếu một người nhìn bài người kia (hướng mạnh hơn). "
	                     "GBT: khả năng hai người có năng lực như thế giống nhau chừng ấy câu trở lên. M4: như GBT, tính riêng câu cùng đúng và câu cùng sai. "
	                     "K2: khả năng cùng sai giống nhau chừng ấy, so với những người sai cùng số câu. p: số để quyết định, ba lần số nhỏ nhất trong các xác suất đúng của ω và GBT. "
	                     "Giống nhau không có nghĩa là gian lận: phải xem sơ đồ chỗ ngồi, biên bản và băng ghi hình.",
	               "Two persons may answer alike because both know much; here it is asked whether they are more alike than their abilities explain. "
	               "ω: by how many standard deviations the answers in common are above what is expected if one had looked at the other's (the stronger direction). "
	               "GBT: how likely two persons of these abilities agree on so many answers or more. M4: the same, with right and wrong ones counted apart. "
	               "K2: how likely so many identical wrong answers are, beside those with as many wrong ones. p: what decides, thrice the smallest of the exact probabilities of ω and GBT. "
	               "To be alike is not to have cheated: look at the plan of seats, the record and the video.");
	if (a->agreement.compared) {
		page_alarms(page, a->agreement.flagged, a->rate * (double)a->agreement.flagged, "Số cặp cần xem", "Pairs to look at",
		            "trong đó số báo nhầm trung bình nhiều nhất (Benjamini–Hochberg trên mọi cặp của cả đợt thi)",
		            "of these false on average at most (Benjamini–Hochberg over all pairs of the sitting)");
		pair_table(page, a->agreement.pair, a->agreement.count);
		TRY(add_chances(page));
	}
	if (a->asked_count) {
		page_paragraph(page, "Những cặp được hỏi riêng; p của một cặp đã bị nghi từ trước không cần xét cùng mọi cặp khác.",
		               "Pairs that were asked for; the p of one pair that was suspected before need not be seen among all others.");
		pair_table(page, a->asked, a->asked_count);
	}
	return BV_OK;
}

/* ---- Persons ---- */

enum { PERSONS_SHOWN = 30, STEPS = 6 };

static int
by_fit(const void *a, const void *b, void *ctx)
{
	const struct bv_model_fit *fit = ctx;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	if (fit[x].p != fit[y].p)
		return fit[x].p < fit[y].p ? -1 : 1;
	return (x > y) - (x < y);
}

/* How many persons have lz* in each step, beside how many a normal distribution has there. */
static enum bv_status
add_steps(const struct page *page, const size_t *person, size_t count)
{
	static const char *const names[STEPS] = { "< −3", "−3 … −2", "−2 … −1", "−1 … 0", "0 … 1", "> 1" };
	static const double edges[STEPS + 1] = { -INFINITY, -3, -2, -1, 0, 1, INFINITY };
	double seen[STEPS] = { 0 }, expected[STEPS];
	struct bv_str labels[STEPS];
	const struct bv_chart_series series[] = { { .name = bv_str_of(SAY(page, "Số người đã thấy", "Persons seen")), .y = seen },
		                                  { .name = bv_str_of(SAY(page, "Theo mô hình", "By the model")), .y = expected } };
	struct bv_chart chart = page_begin_chart(page, BV_CHART_BARS, "fit", bv_str_of(SAY(page, "Bài làm có hợp với năng lực không", "Do answers go with abilities")),
	                                   bv_str_of(SAY(page, "lz* của mọi người bên cạnh phân bố chuẩn mà mô hình mong đợi. Nhiều người ở bên trái hơn mức mong đợi: mô hình không đúng với họ, hoặc có điều cần xem.",
	                                                 "lz* of everybody beside the normal distribution that the model expects. More persons at the left than expected: the model is not theirs, or something is to be looked at.")));

	for (int s = 0; s < STEPS; s++) {
		for (size_t i = 0; i < count; i++)
			seen[s] += page->a->fit[person[i]].lz_star >= edges[s] && page->a->fit[person[i]].lz_star < edges[s + 1];
		expected[s] = (double)count * (bv_normal_cdf(edges[s + 1]) - bv_normal_cdf(edges[s]));
		labels[s] = bv_str_of(names[s]);
	}
	chart.labels = labels;
	chart.count = STEPS;
	chart.series = series;
	chart.series_count = 2;
	chart.x_name = bv_str_of("lz*");
	chart.y_name = bv_str_of(SAY(page, "Số người", "Persons"));
	chart.y_decimals = 1;
	return bv_chart_write(page->out, &chart, page->err);
}

static void
fit_row(const struct page *page, size_t person)
{
	const struct bv_model_fit *f = &page->a->fit[person];

	bv_buf_addz(page->out, "<tr>");
	page_person_cell(page, person, "th scope=\"row\"");
	page_cell(page, page->a->abilities.theta[person], 2);
	page_cell(page, f->lz_star, 2);
	page_p(page, f->p);
	page_cell(page, f->infit, 2);
	page_cell(page, f->outfit, 2);
	page_look(page, f->flagged, "không hợp với năng lực", "does not go with the ability");
	bv_buf_addz(page->out, "</tr>\n");
}

enum bv_status
page_fit(const struct page *page)
{
	const struct analysis *a = page->a;
	size_t count = 0, flagged = 0;

	if (!a->fit)
		return BV_OK;
	size_t *person = bv_alloc_array(a->responses.persons, sizeof person[0]);
	for (size_t p = 0; p < a->responses.persons; p++) {
		if (isfinite(a->fit[p].p))
			person[count++] = p;
		flagged += a->fit[p].flagged;
	}
	if (count)
		qsort_r(person, count, sizeof person[0], by_fit, a->fit);
	page_heading(page, "Bài làm và năng lực", "Answers and abilities");
	page_paragraph(page, "Với năng lực như thế, một bài làm như thế có dễ gặp không? lz*: khả năng của bài làm so với mức mong đợi, tính bằng độ lệch chuẩn; dưới −2 là ít gặp. "
	                     "p: khả năng có lz* thấp như thế hoặc hơn. infit, outfit: 1 là như mong đợi; lớn hơn 1 là bài làm bất ngờ hơn, infit nhìn các câu vừa sức, outfit nhìn cả những câu quá dễ hay quá khó. "
	                     "Nguyên nhân có thể là vội, mệt, học lệch, biết trước một số câu; con số không nói nguyên nhân nào.",
	               "Are such answers usual at such an ability? lz*: how likely the answers are beside what is expected, in standard deviations; below −2 is rare. p: how likely lz* is as low or lower. "
	               "infit, outfit: 1 is as expected; above 1 the answers surprise more, infit looks at items that suit the ability, outfit also at those that are much too easy or too hard. "
	               "The cause may be haste, tiredness, uneven knowledge, items known before; the number does not say which.");
	page_alarms(page, flagged, a->rate * (double)flagged, "Số người cần xem", "Persons to look at", "trong đó số báo nhầm trung bình nhiều nhất (Benjamini–Hochberg trên mọi người)",
	            "of these false on average at most (Benjamini–Hochberg over all persons)");
	page_table(page, "Người|Năng lực|lz*|p|Infit|Outfit|Cần xem", "Person|Ability|lz*|p|Infit|Outfit|To look at");
	for (size_t i = 0; i < count && (i < PERSONS_SHOWN || a->fit[person[i]].flagged); i++)
		fit_row(page, person[i]);
	page_table_end(page);
	enum bv_status status = add_steps(page, person, count);
	free(person);
	return status;
}
