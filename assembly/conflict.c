#include "assembly/conflict.h"

#include <math.h>
#include <stdlib.h>

#include "assembly/model.h"

/* Cannot the active rows hold together? What the limits leave open counts as possible. */
static bool
excluded(const struct problem *p, const bool *active)
{
	BV_AUTO(mip_finish) struct mip m = { 0 };
	const struct mip_limits limits = { .seconds = 10, .nodes = 20000 };

	model_build(&m, p, active, false);
	struct mip_answer answer = { .x = bv_alloc_array(m.cols, sizeof *answer.x) };
	mip_relax(&m, &answer);
	if (answer.outcome != MIP_INFEASIBLE)
		mip_solve(&m, &limits, &answer);
	free(answer.x);
	return answer.outcome == MIP_INFEASIBLE;
}

static void
say_number(struct bv_buf *out, double x)
{
	if (x == floor(x) && fabs(x) < 1e15)
		bv_buf_printf(out, "%.0f", x);
	else
		bv_buf_printf(out, "%.4f", x);
}

static void
say_bounds(struct bv_buf *out, const struct row *row)
{
	if (row->lo == row->hi) {
		bv_buf_addz(out, "exactly ");
		say_number(out, row->lo);
		return;
	}
	if (!isinf(row->lo)) {
		bv_buf_addz(out, "at least ");
		say_number(out, row->lo);
	}
	if (!isinf(row->lo) && !isinf(row->hi))
		bv_buf_addz(out, " and ");
	if (!isinf(row->hi)) {
		bv_buf_addz(out, "at most ");
		say_number(out, row->hi);
	}
}

static int
falling(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

/* The least and the most that as many items as a form has can bring into the row, whatever else is asked. */
static void
say_reach(struct bv_buf *out, const struct problem *p, const struct row *row)
{
	double *coef = bv_alloc_array(p->count, sizeof *coef), least = 0, most = 0;

	for (size_t i = 0; i < row->count; i++)
		coef[row->item[i]] = row->coef[i];
	qsort(coef, p->count, sizeof *coef, falling);
	for (size_t i = 0; i < p->length; i++) {
		most += coef[i];
		least += coef[p->count - 1 - i];
	}
	free(coef);
	bv_buf_printf(out, "; %zu items of the bank count towards it, and %zu items can bring ", row->count, p->length);
	say_number(out, least);
	bv_buf_addz(out, " to ");
	say_number(out, most);
}

static void
say_row(struct bv_buf *words, struct bv_buf *brief, const struct problem *p, const struct row *row)
{
	if (row->rule == ROW_LENGTH) {
		bv_buf_printf(words, "  the length: exactly %zu items\n", p->length);
		return;
	}
	bv_buf_printf(brief, "%s'%.*s'", brief->len ? ", " : "", BV_STR_ARG(row->name));
	if (row->rule == ROW_ENEMIES) {
		bv_buf_printf(words, "  enemies '%.*s': at most one of its %zu items in a form\n", BV_STR_ARG(row->name), row->count);
		return;
	}
	bv_buf_printf(words, "  '%.*s': ", BV_STR_ARG(row->name));
	say_bounds(words, row);
	say_reach(words, p, row);
	bv_buf_addc(words, '\n');
}

static enum bv_status
say(const struct problem *p, const bool *active, struct bv_buf *words, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf brief = BV_BUF(160);
	size_t count = 0;

	bv_buf_printf(words, "These constraints cannot hold together in %zu form%s of %zu items", p->forms, p->forms > 1 ? "s" : "", p->length);
	if (p->forms > 1)
		bv_buf_printf(words, " with each item in at most %zu", p->item_use);
	bv_buf_addz(words, "; take away or loosen any one of them, and the rest can:\n");
	for (size_t r = 0; r < p->row_count; r++)
		if (active[r]) {
			say_row(words, &brief, p, &p->rows[r]);
			count += p->rows[r].rule != ROW_LENGTH;
		}
	if (p->stimulus)
		bv_buf_addz(words, "  beside what 'stimuli' asks for\n");
	const char *many = p->forms > 1 ? " in so many forms" : "", *more = brief.full ? ", …" : "";
	if (count == 0)
		return bv_err_set(err, BV_ECONFLICT, "what 'stimuli' asks for cannot hold with %zu items%s", p->length, many);
	if (count == 1)
		return bv_err_set(err, BV_ECONFLICT, "%s%s cannot hold with %zu items%s", brief.p, more, p->length, many);
	return bv_err_set(err, BV_ECONFLICT, "%zu constraints cannot hold together%s: %s%s", count, many, brief.p, more);
}

enum bv_status
conflict_explain(const struct problem *whole, struct bv_buf *words, struct bv_err *err)
{
	struct problem one = *whole;
	const struct problem *p = &one;
	bool *active = bv_alloc_array(whole->row_count, sizeof *active);
	enum bv_status status = BV_OK;

	memset(active, true, whole->row_count * sizeof *active);
	one.forms = one.item_use = 1;
	if (!excluded(p, active))
		p = whole;
	if (p == &one || (whole->forms * whole->count <= 60000 && excluded(p, active))) {
		for (size_t r = p->row_count; r-- > 0;) {
			if (p->rows[r].rule == ROW_LENGTH)
				continue;
			active[r] = false;
			active[r] = !excluded(p, active);
		}
		status = say(p, active, words, err);
	}
	free(active);
	return status;
}
