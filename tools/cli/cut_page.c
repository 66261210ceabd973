#include "tools/cli/cut_page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/xml.h"
#include "tools/cli/analysis_page.h"

#define PAGE_MAX ((size_t)256 << 20)

int
cut_page_language(const struct args *args)
{
	const char *language = args_get(args, "lang");

	if (language && strcmp(language, "vi") != 0 && strcmp(language, "en") != 0)
		return usage(args->cmd, "--lang is vi or en");
	return language && !args_get(args, "out") ? usage(args->cmd, "--lang is of the report that --out writes") : 0;
}

static void
begin(const struct page *page, const struct cut_outcome *outcome, const char *vi, const char *en)
{
	page_begin(page, vi, en);
	bv_buf_addz(page->out, "<ul>\n");
	for (size_t i = 0; i < outcome->source_count; i++) {
		bv_buf_addz(page->out, "<li>");
		bv_xml_escape(page->out, bv_str_of(outcome->source[i].path));
		bv_buf_printf(page->out, " · SHA-256 <code>%.16s…</code></li>\n", outcome->source[i].digest);
	}
	bv_buf_printf(page->out, "<li>bangvang %s</li>\n</ul>\n", BV_VERSION);
}

static int
end(const struct page *page, enum bv_status status, const struct args *args)
{
	const char *path = args_get(args, "out");

	bv_buf_addz(page->out, "</main>\n</body>\n</html>\n");
	if (status != BV_OK || bv_buf_check(page->out, page->err) != BV_OK || bv_file_write(path, bv_buf_str(page->out), 0644, page->err) != BV_OK)
		return fail(path, page->err);
	return 0;
}

static bool
is_english(const struct args *args)
{
	return args_get(args, "lang") && strcmp(args_get(args, "lang"), "en") == 0;
}

static void
text_cell(const struct page *page, struct bv_str text)
{
	bv_buf_addz(page->out, "<td>");
	bv_xml_escape(page->out, text);
	bv_buf_addz(page->out, "</td>");
}

/* ---- The cuts ---- */

static void
cuts_table(const struct page *page, const struct cut_outcome *o)
{
	page_heading(page, "Điểm chuẩn của vòng cuối", "Cut scores of the last round");
	page_paragraph(page, "Ai đạt năng lực từ điểm chuẩn trở lên thì có bậc ấy. Sai số chuẩn: một hội đồng khác như thế này thường cho điểm chuẩn lệch chừng ấy.",
	               "Whose ability reaches the cut has the level. Standard error: another panel like this one would usually differ by this much.");
	page_table(page, "Bậc|Điểm chuẩn (năng lực)|Sai số chuẩn|Từ (−2 sai số)|Đến (+2 sai số)", "Level|Cut (ability)|Standard error|From (−2 errors)|To (+2 errors)");
	for (size_t i = 0; i < o->count; i++) {
		page_row(page, o->level[i]);
		page_cell(page, o->theta[i], 3);
		page_cell(page, o->error[i], 3);
		page_cell(page, o->theta[i] - 2 * o->error[i], 3);
		page_cell(page, o->theta[i] + 2 * o->error[i], 3);
		bv_buf_addz(page->out, "</tr>\n");
	}
	page_table_end(page);
}

static void
round_heading(const struct page *page, const struct bv_judgements *j, size_t round, size_t level)
{
	bv_buf_printf(page->out, "<h2>%s ", SAY(page, "Bậc", "Level"));
	bv_xml_escape(page->out, j->level[level]);
	bv_buf_printf(page->out, ", %s %zu</h2>\n", SAY(page, "vòng", "round"), round + 1);
}

static void
figure(const struct page *page, const char *vi, const char *en, double x, unsigned decimals, const char *means_vi, const char *means_en)
{
	page_row(page, bv_str_of(SAY(page, vi, en)));
	page_cell(page, x, decimals);
	bv_buf_printf(page->out, "<td>%s</td></tr>\n", SAY(page, means_vi, means_en));
}

static void
figures_of_cut(const struct page *page, const struct bv_cut *cut, unsigned decimals)
{
	figure(page, "Số giám khảo", "Judges", (double)cut->judges, 0, "Những người cho ý kiến ở vòng này.", "Those who judged in this round.");
	figure(page, "Trung bình", "Mean", cut->mean, decimals, "Của điểm chuẩn từng giám khảo.", "Of the judges' cuts.");
	figure(page, "Trung vị", "Median", cut->median, decimals, "Một nửa số giám khảo ở dưới, một nửa ở trên.", "Half of the judges are below, half above.");
	figure(page, "Thấp nhất", "Lowest", cut->low, decimals, "Giám khảo dễ nhất.", "The most lenient judge.");
	figure(page, "Cao nhất", "Highest", cut->high, decimals, "Giám khảo nghiêm nhất.", "The most severe judge.");
	figure(page, "Sai số chuẩn, giám khảo", "Standard error, judges", cut->error, decimals + 1, "Nếu mời những giám khảo khác.", "If other judges were asked.");
	figure(page, "Sai số chuẩn, nhóm", "Standard error, panels", cut->error_panels, decimals + 1, "Nếu mời những nhóm khác; giám khảo một nhóm ảnh hưởng lẫn nhau.",
	       "If other panels were asked; judges of one panel influence each other.");
}

/* A bar for each judge, at most as many as a chart has. */
static enum bv_status
judges_chart(const struct page *page, const struct bv_judgements *j, size_t round, size_t level, const double *cuts, size_t count, bool ability)
{
	double values[BV_CHART_BARS_MAX];
	struct bv_str labels[BV_CHART_BARS_MAX];
	struct bv_chart_series series = { .name = bv_str_of(SAY(page, "Điểm chuẩn", "Cut")), .y = values };
	char id[40];

	snprintf(id, sizeof id, "judges-%zu-%zu", round + 1, level + 1);
	struct bv_chart chart = page_begin_chart(page, BV_CHART_BARS, id, bv_str_of(SAY(page, "Điểm chuẩn theo từng giám khảo", "Cuts of the judges")),
	                                         bv_str_of(SAY(page, "Mỗi giám khảo một cột; ai khác hẳn thì nên được hỏi lại.", "A bar for each judge; one that is quite unlike the others is to be asked.")));
	for (size_t k = 0; k < count && chart.count < BV_CHART_BARS_MAX; k++)
		if (!isnan(cuts[k])) {
			values[chart.count] = cuts[k];
			labels[chart.count++] = j->judge[k];
		}
	chart.labels = labels;
	chart.series = &series;
	chart.series_count = 1;
	chart.x_name = bv_str_of(SAY(page, "Giám khảo", "Judge"));
	chart.y_name = bv_str_of(ability ? SAY(page, "Năng lực", "Ability") : SAY(page, "Điểm", "Marks"));
	chart.y_decimals = ability ? 3 : 2;
	return bv_chart_write(page->out, &chart, page->err);
}

/* ---- Impact ---- */

static void
share_cells(const struct page *page, const struct bv_impact_row *row, size_t levels, bool expected)
{
	for (size_t k = 0; k <= levels; k++)
		page_cell(page, 100 * (expected ? row->expected : row->share)[k], 1);
	bv_buf_addz(page->out, "</tr>\n");
}

/* "Cuts|Below|Level 3|…" */
static void
impact_head(const struct page *page, const struct cut_outcome *o, const char *vi, const char *en)
{
	bv_buf_printf(page->out, "<div class=\"scrolls\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th>", SAY(page, vi, en),
	              SAY(page, "Dưới mọi bậc (%)", "Below (%)"));
	for (size_t l = 0; l < o->count; l++) {
		bv_buf_printf(page->out, "<th scope=\"col\">%s ", SAY(page, "Bậc", "Level"));
		bv_xml_escape(page->out, o->level[l]);
		bv_buf_addz(page->out, " (%)</th>");
	}
	bv_buf_addz(page->out, "</tr></thead><tbody>\n");
}

static void
impact_section(const struct page *page, const struct cut_impact *impact, const struct cut_outcome *o)
{
	struct bv_impact_row row;
	char name[64];

	if (!impact->scores.persons)
		return;
	page_heading(page, "Nếu dùng các điểm chuẩn này", "If these cuts were used");
	page_paragraph(page, "Bao nhiêu phần trăm thí sinh sẽ ở mỗi bậc, cũng khi điểm chuẩn thấp hơn hay cao hơn một, hai sai số chuẩn. “Kể cả sai số” tính cả việc năng lực của từng người đo không chính xác tuyệt đối.",
	               "What per cent of the candidates would be at each level, also with cuts one or two standard errors lower or higher. “With errors” reckons with each ability being measured with an error.");
	impact_head(page, o, "Điểm chuẩn", "Cuts");
	for (int shift = -CUT_SHIFTS; shift <= CUT_SHIFTS; shift++)
		for (int expected = 0; expected < 2; expected++)
			if (cut_impact_row(&row, impact, o, o->rounds - 1, shift, SIZE_MAX, 0) && (!expected || impact->scores.error)) {
				snprintf(name, sizeof name, shift ? "%+d %s%s" : "%.0d%s%s", shift, shift ? SAY(page, "sai số chuẩn", "standard errors") : SAY(page, "như trên", "as they are"),
				         expected ? SAY(page, ", kể cả sai số", ", with errors") : "");
				page_row(page, bv_str_of(name));
				share_cells(page, &row, o->count, expected);
			}
	page_table_end(page);
	for (size_t b = 0; b < impact->scores.by_count; b++) {
		bv_buf_addz(page->out, "<h3>");
		bv_xml_escape(page->out, impact->scores.by_name[b]);
		bv_buf_addz(page->out, "</h3>\n");
		impact_head(page, o, "Nhóm", "Group");
		for (size_t v = 0; v < impact->scores.value_count[b]; v++)
			if (cut_impact_row(&row, impact, o, o->rounds - 1, 0, b, v)) {
				page_row(page, impact->scores.value[b][v].len ? impact->scores.value[b][v] : BV_STR("–"));
				share_cells(page, &row, o->count, false);
			}
		page_table_end(page);
	}
}

/* ---- Booklet ---- */

/* Pages and where they are, with the cuts of the last round as upright lines at their pages. */
static enum bv_status
map_chart(const struct page *page, const struct bv_booklet *b, const struct bv_chart_mark *marks, size_t mark_count)
{
	double *x = bv_alloc_array(b->count, sizeof x[0]), *y = bv_alloc_array(b->count, sizeof y[0]);
	struct bv_chart_series series = { .name = bv_str_of(SAY(page, "Năng lực cần có", "Ability needed")), .y = y, .points = true };
	size_t step = b->count / BV_CHART_POINTS_MAX + 1, count = 0;
	struct bv_chart chart = page_begin_chart(page, BV_CHART_CURVES, "map", bv_str_of(SAY(page, "Bản đồ câu hỏi", "Item map")),
	                                         bv_str_of(SAY(page, "Các trang từ dễ đến khó: càng về phải, năng lực cần có để nắm được trang đó càng cao.",
	                                                       "Pages from the easiest to the hardest: the further right, the more ability it takes to master the page.")));

	for (size_t i = 0; i < b->count; i += step) {
		x[count] = (double)i + 1;
		y[count++] = b->page[i].theta;
	}
	chart.x = x;
	chart.count = count;
	chart.series = &series;
	chart.series_count = 1;
	chart.marks = marks;
	chart.mark_count = mark_count;
	chart.x_name = bv_str_of(SAY(page, "Trang", "Page"));
	chart.y_name = bv_str_of(SAY(page, "Năng lực", "Ability"));
	chart.y_decimals = 3;
	enum bv_status status = bv_chart_write(page->out, &chart, page->err);
	free(x);
	free(y);
	return status;
}

static void
pages_table(const struct page *page, const struct cut_booklet *b)
{
	page_heading(page, "Tập câu hỏi xếp theo độ khó", "Ordered item booklet");
	bv_buf_printf(page->out, "<p>%s ", SAY(page, "Một trang được coi là nắm được khi xác suất đạt điểm ấy trở lên là", "A page counts as mastered when the probability of that mark or a better one is"));
	page_number(page, b->rp, 3);
	bv_buf_printf(page->out, "%s.</p>\n", b->guessing ? SAY(page, ", kể cả do đoán", ", guessing included") : SAY(page, ", không kể do đoán", ", without guessing"));
	page_table(page, "Trang|Câu|Điểm|Năng lực|Tổng điểm mong đợi ở đó", "Page|Item|Mark|Ability|Total expected there");
	for (size_t i = 0; i < b->pages.count; i++) {
		const struct bv_booklet_page *p = &b->pages.page[i];
		char number[24];
		snprintf(number, sizeof number, "%zu", i + 1);
		page_row(page, bv_str_of(number));
		text_cell(page, bv_str_of(p->item->name));
		page_cell(page, p->mark, 0);
		page_cell(page, p->theta, 3);
		page_cell(page, bv_form_mark(&b->form, p->theta), 2);
		bv_buf_addz(page->out, "</tr>\n");
	}
	page_table_end(page);
}

int
cut_page_booklet(const struct cut_booklet *booklet, const struct cut_outcome *outcome, const struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(PAGE_MAX);
	struct bv_err err;
	struct page page = { &out, NULL, is_english(args), &err };

	if (!args_get(args, "out"))
		return 0;
	begin(&page, outcome, "Bản đồ câu hỏi", "Item map");
	enum bv_status status = map_chart(&page, &booklet->pages, NULL, 0);
	pages_table(&page, booklet);
	return end(&page, status, args);
}

/* ---- Bookmark ---- */

static enum bv_status
bookmark_round(const struct page *page, const struct cut_bookmark *in, size_t round, size_t level)
{
	const struct bv_bookmark *b = &in->result[round * in->judged.levels + level];

	round_heading(page, &in->judged, round, level);
	page_table(page, "Đại lượng|Giá trị|Nghĩa là", "Figure|Value|Meaning");
	figures_of_cut(page, &b->theta, 3);
	figure(page, "Trang (trung vị)", "Page (median)", b->page.median, 1, "Nơi đặt dấu.", "Where the bookmarks are.");
	page_table_end(page);
	TRY(judges_chart(page, &in->judged, round, level, b->cut, b->judges, true));
	page_table(page, "Giám khảo|Nhóm|Trang|Năng lực|Cần hỏi lại", "Judge|Panel|Page|Ability|To be asked");
	for (size_t j = 0; j < b->judges; j++)
		if (!isnan(b->cut[j])) {
			page_row(page, in->judged.judge[j]);
			text_cell(page, in->judged.panel[in->judged.panel_of[j]]);
			page_cell(page, bv_judged(&in->judged, round, level, j, 0), 0);
			page_cell(page, b->cut[j], 3);
			page_look(page, fabs(b->robust_z[j]) > BV_CUT_FAR, "xa các giám khảo khác", "far from the others");
			bv_buf_addz(page->out, "</tr>\n");
		}
	page_table_end(page);
	return BV_OK;
}

int
cut_page_bookmark(const struct cut_bookmark *in, const struct cut_impact *impact, const struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(PAGE_MAX);
	struct bv_err err;
	struct page page = { &out, NULL, is_english(args), &err };
	struct bv_chart_mark marks[BV_CHART_MARKS_MAX];
	size_t mark_count = 0;
	enum bv_status status;

	if (!args_get(args, "out"))
		return 0;
	begin(&page, &in->outcome, "Điểm chuẩn theo phương pháp đánh dấu trang", "Cut scores by bookmarks");
	cuts_table(&page, &in->outcome);
	for (size_t l = 0; l < in->judged.levels && l < BV_CHART_MARKS_MAX; l++)
		marks[mark_count++] = (struct bv_chart_mark){ in->result[(in->judged.rounds - 1) * in->judged.levels + l].page.median, in->judged.level[l] };
	impact_section(&page, impact, &in->outcome);
	status = map_chart(&page, &in->booklet.pages, marks, mark_count);
	for (size_t r = in->judged.rounds; r-- > 0;)
		for (size_t l = 0; l < in->judged.levels && status == BV_OK; l++)
			status = bookmark_round(&page, in, r, l);
	pages_table(&page, &in->booklet);
	return end(&page, status, args);
}

/* ---- Angoff ---- */

static void
angoff_judges(const struct page *page, const struct cut_angoff *in, const struct bv_angoff *a)
{
	page_paragraph(page,
	               "Giống người khác: tương quan với trung bình của các giám khảo kia, 1 là cùng thứ tự. Theo độ khó: tương quan với độ dễ của câu. Nhất quán: 1 là cho điểm các câu đúng như mô hình "
	               "suy ra từ điểm chuẩn của chính người đó. Không con số nào loại một giám khảo: chỉ để hỏi lại.",
	               "Like the others: correlation with the mean of the other judges, 1 is the same order. With difficulty: correlation with how easy the items are. Consistent: 1 is rating every item as "
	               "the model derives it from the judge's own cut. None of these takes a judge out: it says whom to ask.");
	page_table(page, "Giám khảo|Nhóm|Điểm chuẩn|Năng lực|Giống người khác|Theo độ khó|Nhất quán|Cần hỏi lại", "Judge|Panel|Cut|Ability|Like the others|With difficulty|Consistent|To be asked");
	for (size_t j = 0; j < a->judges; j++) {
		const struct bv_angoff_judge *judge = &a->judge[j];
		if (isnan(judge->cut))
			continue;
		page_row(page, in->judged.judge[j]);
		text_cell(page, in->judged.panel[in->judged.panel_of[j]]);
		page_cell(page, judge->cut, 2);
		page_cell(page, judge->theta, 3);
		page_cell(page, judge->others, 2);
		page_cell(page, judge->difficulty, 2);
		page_cell(page, judge->consistency, 3);
		page_look(page, judge->far || judge->unrelated, judge->far ? "xa các giám khảo khác" : "không theo độ khó của câu", judge->far ? "far from the others" : "unrelated to difficulty");
		bv_buf_addz(page->out, "</tr>\n");
	}
	page_table_end(page);
}

static void
angoff_items(const struct page *page, const struct cut_angoff *in, const struct bv_angoff *a)
{
	page_paragraph(page, "Câu nào các giám khảo bất đồng nhiều (độ lệch lớn) thì nên thảo luận trước.", "Items on which judges differ most (large deviation) are to be discussed first.");
	page_table(page, "Câu|Điểm mong đợi|Độ lệch chuẩn|Độ dễ", "Item|Expected mark|Standard deviation|Easiness");
	for (size_t i = 0; i < in->judged.items; i++) {
		page_row(page, in->judged.item[i]);
		page_cell(page, a->item_mean[i], 3);
		page_cell(page, a->item_sd[i], 3);
		page_cell(page, in->easiness ? in->easiness[i] : NAN, 3);
		bv_buf_addz(page->out, "</tr>\n");
	}
	page_table_end(page);
}

static enum bv_status
angoff_round(const struct page *page, const struct cut_angoff *in, size_t round, size_t level)
{
	const struct bv_angoff *a = &in->result[round * in->judged.levels + level];
	double *cuts = bv_alloc_array(a->judges, sizeof cuts[0]);

	round_heading(page, &in->judged, round, level);
	page_table(page, "Đại lượng|Giá trị|Nghĩa là", "Figure|Value|Meaning");
	figures_of_cut(page, &a->sum, 2);
	figure(page, "Điểm tối đa", "Full marks", a->full, 0, "Tổng điểm của các câu.", "Of all items together.");
	figure(page, "Sai số chuẩn, cả câu hỏi", "Standard error, items too", a->components.error_random, 3, "Nếu cả câu hỏi cũng là những câu khác.", "If the items were others as well.");
	figure(page, "Đồng thuận của trung bình", "Agreement of the mean", a->components.icc_mean, 3, "1 là các giám khảo xếp độ khó các câu như nhau.", "1 is judges who agree on how hard the items are.");
	figure(page, "Năng lực", "Ability", a->theta, 3, "Điểm chuẩn trung bình trên thang năng lực.", "The mean cut on the scale of ability.");
	page_table_end(page);
	for (size_t j = 0; j < a->judges; j++)
		cuts[j] = a->judge[j].cut;
	enum bv_status status = judges_chart(page, &in->judged, round, level, cuts, a->judges, false);
	free(cuts);
	angoff_judges(page, in, a);
	angoff_items(page, in, a);
	return status;
}

int
cut_page_angoff(const struct cut_angoff *in, const struct cut_impact *impact, const struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(PAGE_MAX);
	struct bv_err err;
	struct page page = { &out, NULL, is_english(args), &err };
	enum bv_status status = BV_OK;

	if (!args_get(args, "out"))
		return 0;
	begin(&page, &in->outcome, "Điểm chuẩn theo phương pháp Angoff", "Cut scores by Angoff's method");
	if (in->set)
		cuts_table(&page, &in->outcome);
	impact_section(&page, impact, &in->outcome);
	for (size_t r = in->judged.rounds; r-- > 0;)
		for (size_t l = 0; l < in->judged.levels && status == BV_OK; l++)
			status = angoff_round(&page, in, r, l);
	return end(&page, status, args);
}

/* ---- Contrasting groups ---- */

static void
contrast_cuts(const struct page *page, const struct bv_contrast *c)
{
	static const char *const vi[] = { "Hồi quy logistic", "Giữa hai trung bình", "Giữa hai trung vị", "Giao của hai mật độ", "Trung vị nhóm ranh giới" };
	static const char *const en[] = { "Logistic regression", "Between the means", "Between the medians", "Where the densities cross", "Median of the borderline group" };

	page_heading(page, "Điểm chuẩn theo từng cách tính", "The cut by each way");
	page_paragraph(page, "Những người đã biết là đạt được so với những người đã biết là chưa đạt; điểm chuẩn ở giữa hai nhóm. Các cách tính càng gần nhau thì kết quả càng chắc.",
	               "Those who are known to have the level are compared with those who are known not to; the cut lies between. The closer the ways agree, the surer the result.");
	page_table(page, "Cách tính|Điểm chuẩn|Sai số chuẩn (công thức)|Sai số chuẩn (lấy mẫu lại)", "Way|Cut|Standard error (formula)|Standard error (bootstrap)");
	for (size_t m = 0; m < BV_CONTRAST_METHODS; m++) {
		page_row(page, bv_str_of((page->english ? en : vi)[m]));
		page_cell(page, c->cut[m].cut, 3);
		page_cell(page, c->cut[m].error, 3);
		page_cell(page, c->cut[m].bootstrap, 3);
		bv_buf_addz(page->out, "</tr>\n");
	}
	page_table_end(page);
}

static enum bv_status
contrast_chart(const struct page *page, const struct cut_contrast *in)
{
	const struct bv_contrast *c = &in->result;
	double *x = bv_alloc_array(c->table_count, sizeof x[0]), *y[2];
	struct bv_chart_mark mark = { c->cut[in->method].cut, bv_str_of(SAY(page, "Điểm chuẩn", "Cut")) };
	struct bv_chart chart = page_begin_chart(page, BV_CHART_CURVES, "errors", bv_str_of(SAY(page, "Xếp sai ở mỗi điểm chuẩn", "Errors at each cut")),
	                                         bv_str_of(SAY(page, "Điểm chuẩn cao thì ít người chưa đạt được cho qua, nhưng nhiều người đạt bị đánh trượt.",
	                                                       "With a higher cut fewer pass who should not, and more fail who should not.")));

	y[0] = bv_alloc_array(c->table_count, sizeof *y[0]);
	y[1] = bv_alloc_array(c->table_count, sizeof *y[1]);
	for (size_t k = 0; k < c->table_count; k++) {
		x[k] = c->table[k].cut;
		y[0][k] = 100 * (double)c->table[k].false_below / (double)c->above;
		y[1][k] = 100 * (double)c->table[k].false_above / (double)c->below;
	}
	struct bv_chart_series series[2] = { { .name = bv_str_of(SAY(page, "Đạt mà bị trượt (%)", "Above, but fail (%)")), .y = y[0] },
		                             { .name = bv_str_of(SAY(page, "Chưa đạt mà được qua (%)", "Below, but pass (%)")), .y = y[1] } };
	chart.x = x;
	chart.count = c->table_count;
	chart.series = series;
	chart.series_count = 2;
	chart.marks = &mark;
	chart.mark_count = isnan(mark.x) ? 0 : 1;
	chart.x_name = bv_str_of(SAY(page, "Điểm", "Score"));
	chart.y_name = bv_str_of(SAY(page, "Phần trăm của nhóm", "Per cent of the group"));
	chart.x_decimals = 3;
	chart.y_decimals = 1;
	chart.table_step = c->table_count / 40 + 1;
	enum bv_status status = bv_chart_write(page->out, &chart, page->err);
	free(x);
	free(y[0]);
	free(y[1]);
	return status;
}

int
cut_page_contrast(const struct cut_contrast *in, const struct cut_impact *impact, const struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(PAGE_MAX);
	struct bv_err err;
	struct page page = { &out, NULL, is_english(args), &err };

	if (!args_get(args, "out"))
		return 0;
	begin(&page, &in->outcome, "Điểm chuẩn theo phương pháp nhóm đối chứng", "Cut scores by contrasting groups");
	contrast_cuts(&page, &in->result);
	impact_section(&page, impact, &in->outcome);
	return end(&page, contrast_chart(&page, in), args);
}
