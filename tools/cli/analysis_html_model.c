/* The part of the report that needs the parameters of the items. */
#include <math.h>

#include "base/xml.h"
#include "tools/cli/analysis_page.h"

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
	struct bv_chart chart = page_chart(page, BV_CHART_BARS, "pairs", bv_str_of(SAY(page, "Các cặp giống nhau khác thường", "Pairs that are unusually alike")),
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
