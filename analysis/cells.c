#include "analysis/cells.h"

#include <math.h>
#include <stdlib.h>

/* With options an item is of right and wrong, or nominal, and its key must have been seen. */
static bool
is_compared(const struct bv_abilities *a, size_t i)
{
	const struct bv_responses *r = a->responses;

	return a->item[i].categories && (!r->option || ((a->options || a->item[i].categories == 2) && r->item[i].key >= 0));
}

static int
planes_of(const struct bv_abilities *a, size_t i)
{
	return a->responses->option ? a->responses->item[i].option_count : a->item[i].categories;
}

/* Which wrong option is taken does not depend on ability: its share among the wrong answers of everybody. */
static void
share_options(struct cells *cells)
{
	const struct bv_responses *r = cells->abilities->responses;

	cells->share = bv_alloc_array(bv_array_size((size_t)cells->planes, cells->width), sizeof cells->share[0]);
	for (size_t k = 0; k < cells->items; k++) {
		double wrong = 0;
		for (size_t p = 0; p < r->persons; p++) {
			int option = r->option[p * r->items + cells->column[k]];
			if (option < 0 || option == cells->right[k])
				continue;
			cells->share[(size_t)option * cells->width + k]++;
			wrong++;
		}
		for (int c = 0; c < cells->planes && wrong > 0; c++)
			cells->share[(size_t)c * cells->width + k] /= wrong;
	}
}

void
cells_init(struct cells *cells, const struct bv_abilities *abilities)
{
	const struct bv_responses *r = abilities->responses;

	*cells = (struct cells){ .abilities = abilities };
	cells->column = bv_alloc_array(r->items, sizeof cells->column[0]);
	cells->right = bv_alloc_array(r->items, sizeof cells->right[0]);
	for (size_t i = 0; i < r->items; i++) {
		if (!is_compared(abilities, i))
			continue;
		int planes = planes_of(abilities, i);
		cells->right[cells->items] = r->option ? r->item[i].key : planes - 1;
		cells->column[cells->items++] = i;
		cells->planes = planes > cells->planes ? planes : cells->planes;
	}
	cells->width = (cells->items + 3) & ~(size_t)3;
	if (r->option)
		share_options(cells);
}

void
cells_finish(struct cells *cells)
{
	free(cells->column);
	free(cells->right);
	free(cells->share);
	*cells = (struct cells){ 0 };
}

void
cells_row(double *p, double *given, const struct cells *cells, size_t person)
{
	const struct bv_abilities *a = cells->abilities;
	const struct bv_responses *r = a->responses;
	size_t size = (size_t)cells->planes * cells->width;

	memset(p, 0, size * sizeof p[0]);
	memset(given, 0, size * sizeof given[0]);
	for (size_t k = 0; k < cells->items; k++) {
		size_t i = cells->column[k];
		int answer = r->option ? r->option[person * r->items + i] : bv_abilities_category(a, person, i);
		struct bv_irt_curve curve;
		if (answer < 0 || isnan(a->theta[person]))
			continue;
		bv_irt_curve(&curve, &a->item[i], a->theta[person]);
		for (int c = 0; c < planes_of(a, i) && a->options; c++)
			p[(size_t)c * cells->width + k] = curve.p[a->category[i][c]];
		for (int c = 0; c < planes_of(a, i) && !a->options; c++)
			p[(size_t)c * cells->width + k] = !r->option ? curve.p[c] : c == cells->right[k] ? curve.p[1] : curve.p[0] * cells->share[(size_t)c * cells->width + k];
		given[(size_t)answer * cells->width + k] = 1;
	}
}

double
events_tail(const double *p, size_t count, size_t least, double *room)
{
	if (least == 0 || least > count)
		return least == 0;
	size_t most = count - least; /* that may fail */
	double sum = 0;
	room[0] = 1;
	for (size_t k = 1; k <= most; k++)
		room[k] = 0;
	for (size_t i = 0; i < count; i++) {
		double yes = p[i], no = 1 - p[i];
		for (size_t k = i + 1 < most ? i + 1 : most; k > 0; k--)
			room[k] = room[k] * yes + room[k - 1] * no;
		room[0] *= yes;
	}
	for (size_t k = 0; k <= most; k++)
		sum += room[k];
	return sum < 1 ? sum : 1;
}
