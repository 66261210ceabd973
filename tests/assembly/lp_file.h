/* Reads the part of the CPLEX LP format that the reference models use: Minimize or Maximize, rows with one relation, Bounds "y >= 0", Binaries. */
#ifndef BV_TESTS_ASSEMBLY_LP_FILE_H
#define BV_TESTS_ASSEMBLY_LP_FILE_H

#include <math.h>
#include <stdlib.h>

#include "assembly/mip.h"
#include "base/mem.h"
#include "base/str.h"

struct lp_file {
	struct mip m;
	struct bv_str *names; /* of columns; borrowed from the text */
	size_t *hash;         /* open addressing: column + 1 */
	size_t slots;
};

static size_t
lp_column(struct lp_file *lp, struct bv_str name)
{
	size_t h = 5381;

	for (size_t i = 0; i < name.len; i++)
		h = h * 33 + (unsigned char)name.p[i];
	for (h %= lp->slots; lp->hash[h]; h = (h + 1) % lp->slots)
		if (bv_str_eq(lp->names[lp->hash[h] - 1], name))
			return lp->hash[h] - 1;
	size_t col = mip_add_col(&lp->m, 0, 0, INFINITY, false);
	lp->names[col] = name;
	lp->hash[h] = col + 1;
	return col;
}

static bool
lp_relation(struct bv_str t, double *lo, double *hi)
{
	if (!bv_str_is(t, "<=") && !bv_str_is(t, ">=") && !bv_str_is(t, "="))
		return false;
	*lo = bv_str_is(t, "<=") ? -INFINITY : 0;
	*hi = bv_str_is(t, ">=") ? INFINITY : 0;
	return true;
}

static void
lp_rows(struct lp_file *lp, struct bv_str *rest, bool objective)
{
	struct bv_str t;
	double coef = 1, lo = 0, hi = 0;
	bool related = false;

	while (bv_str_token(rest, &t)) {
		if (bv_str_is(t, "Subject") || bv_str_is(t, "Bounds") || bv_str_is(t, "Binaries")) {
			*rest = (struct bv_str){ t.p, (size_t)(rest->p + rest->len - t.p) };
			return;
		}
		double x;
		struct bv_str digits = t.p[0] == '+' ? bv_str_sub(t, 1, t.len) : t;
		if (t.p[t.len - 1] == ':') {
			if (!objective)
				mip_add_row(&lp->m, -INFINITY, INFINITY);
		} else if (lp_relation(t, &lo, &hi)) {
			related = true;
		} else if (bv_str_double(digits, &x)) {
			if (related) {
				lp->m.row_lo[lp->m.rows - 1] = lo + x;
				lp->m.row_hi[lp->m.rows - 1] = hi + x;
			}
			related = false;
			coef = x;
		} else if (objective) {
			size_t col = lp_column(lp, t); /* which may move the costs */
			lp->m.cost[col] = coef;
		} else {
			mip_put(&lp->m, lp_column(lp, t), coef);
		}
	}
}

static void
lp_read(struct lp_file *lp, struct bv_str text)
{
	struct bv_str rest = text, t;

	*lp = (struct lp_file){ .slots = 16384 };
	lp->names = bv_alloc_array(8192, sizeof *lp->names);
	lp->hash = bv_alloc_array(lp->slots, sizeof *lp->hash);
	while (bv_str_token(&rest, &t)) {
		if (bv_str_is(t, "Minimize") || bv_str_is(t, "Maximize")) {
			lp->m.maximize = bv_str_is(t, "Maximize");
			lp_rows(lp, &rest, true);
		} else if (bv_str_is(t, "To")) {
			lp_rows(lp, &rest, false);
		} else if (bv_str_is(t, "Bounds")) {
			for (int i = 0; i < 3; i++) /* y >= 0 is every column's */
				bv_str_token(&rest, &t);
		} else if (bv_str_is(t, "Binaries")) {
			while (bv_str_token(&rest, &t) && !bv_str_is(t, "End")) {
				size_t col = lp_column(lp, t);
				lp->m.whole[col] = true;
				lp->m.hi[col] = 1;
			}
		}
	}
}

static void
lp_finish(struct lp_file *lp)
{
	mip_finish(&lp->m);
	free(lp->names);
	free(lp->hash);
}
BV_AUTO_DEFINE_FINISH(struct lp_file, lp_finish)

#endif
