/* What is known of an item from its use, as a chart: how likely a right answer is for whom, and how much it tells about him. */
#include <math.h>

#include "base/chart.h"
#include "tools/httpd/bank_desk.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/words.h"

enum { POINTS = 81, EVERY = 10 };
#define ABILITY_LOW (-4.0)
#define ABILITY_STEP .1

/* The two-parameter logistic model (Birnbaum 1968): P = 1 / (1 + exp(-a(θ - b))), information a²P(1 - P). */
static enum bv_status
draw(struct bv_buf *out, enum language language, double a, double b, struct bv_err *err)
{
	double ability[POINTS], right[POINTS], information[POINTS];
	BV_AUTO(bv_buf_finish) struct bv_buf seen = BV_BUF(1 << 12), at = BV_BUF(64);

	for (int i = 0; i < POINTS; i++) {
		ability[i] = ABILITY_LOW + ABILITY_STEP * i;
		right[i] = 1 / (1 + exp(-a * (ability[i] - b)));
		information[i] = a * a * right[i] * (1 - right[i]);
	}
	enum bv_chart_language numbers = language == LANGUAGE_VI ? BV_CHART_VI : BV_CHART_EN;
	bv_chart_number(&at, numbers, b, 2);
	const struct words_value values[] = { { "b", bv_buf_str(&at) }, { 0 } };
	words_write(&seen, language, "review.curveSeen", values);
	const struct bv_chart_series series[] = {
		{ .name = bv_str_of(words_text(language, "review.curveRight")), .y = right },
		{ .name = bv_str_of(words_text(language, "review.curveInformation")), .y = information },
	};
	const struct bv_chart_mark mark = { b, bv_str_of(words_text(language, "review.curveHalf")) };
	const struct bv_chart chart = {
		.kind = BV_CHART_CURVES,
		.language = numbers,
		.id = "curve",
		.title = bv_str_of(words_text(language, "review.curveTitle")),
		.description = bv_buf_str(&seen),
		.x_name = bv_str_of(words_text(language, "review.curveAbility")),
		.y_name = bv_str_of(words_text(language, "review.curveScale")),
		.x = ability,
		.count = POINTS,
		.series = series,
		.series_count = BV_COUNT(series),
		.marks = &mark,
		.mark_count = 1,
		.x_decimals = 1,
		.y_decimals = 3,
		.y_high = 1,
		.table_step = EVERY,
	};
	return bv_chart_write(out, &chart, err);
}

void
on_bank_chart(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *item = NULL;
	struct bv_err err;

	if (!bank_desk_open(&desk, x, sql, BV_BANK_READ) || !bank_desk_item(&item, &desk, x, ROLES_BANK))
		return;
	const struct bv_json *a = bv_json_find(item, "a"), *b = bv_json_find(item, "b");
	x->answer.status = 200;
	x->answer.type = "application/xhtml+xml";
	exchange_field(x, "Cache-Control", "no-store");
	if (!a || !b)
		problem_answer(x, "not-found", NULL);
	else if (draw(&x->answer.body, x->language, bv_json_real(a), bv_json_real(b), &err) != BV_OK)
		edge_fail(x, &err);
}
