/* S-X²: Orlando & Thissen 2000 (Applied Psychological Measurement 24:50), Kang & Chen 2008 (JEM 45:391) for more than two marks. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/distribution.h"
#include "scoring/irt/goodness.h"
#include "scoring/irt/rows.h"

#define LEAST 1.0 /* persons expected in a cell */

struct sums {
	const struct bv_irt_item *items;
	size_t count, top;   /* items; highest sum */
	size_t *first;       /* row of an item's category 0 */
	double *joint;       /* rows of sums: P(item in that category and sum), added up over ability */
	double *all;         /* P(sum) */
	double theta, weight;
};

/* The distribution of sums with one more item. */
static void
convolve(double *dist, size_t top, const struct bv_irt_item *item, double theta)
{
	struct bv_irt_curve curve;
	size_t last = (size_t)item->categories - 1;

	bv_irt_curve(&curve, item, theta);
	for (size_t s = top + last + 1; s-- > 0;) {
		double sum = 0;
		for (size_t k = s > top ? s - top : 0; k <= last && k <= s; k++)
			sum += dist[s - k] * curve.p[k];
		dist[s] = sum;
	}
}

/* dist is the distribution of the sum of all items but lo … hi − 1: down to each item, half of the others at a time. */
static void
without_each(struct sums *sums, size_t lo, size_t hi, const double *dist, size_t top)
{
	if (hi - lo == 1) {
		struct bv_irt_curve curve;
		bv_irt_curve(&curve, &sums->items[lo], sums->theta);
		for (int k = 0; k < sums->items[lo].categories; k++) {
			double *row = sums->joint + (sums->first[lo] + (size_t)k) * (sums->top + 1);
			for (size_t s = 0; s <= top; s++)
				row[s + (size_t)k] += sums->weight * curve.p[k] * dist[s];
		}
		return;
	}
	size_t middle = (lo + hi) / 2;
	double *more = bv_alloc_array(sums->top + 1, sizeof *more);
	for (int side = 0; side < 2; side++) {
		size_t at = top;
		memcpy(more, dist, (top + 1) * sizeof *more);
		for (size_t i = side ? lo : middle; i < (side ? middle : hi); i++) {
			convolve(more, at, &sums->items[i], sums->theta);
			at += (size_t)sums->items[i].categories - 1;
		}
		without_each(sums, side ? middle : lo, side ? hi : middle, more, at);
	}
	free(more);
}

static void
sums_fill(struct sums *sums, const struct bv_irt_ability_spread *ability)
{
	struct nodes nodes;
	double weights[BV_IRT_NODES + 1], *one = bv_alloc_array(sums->top + 1, sizeof *one);

	nodes_init(&nodes, BV_IRT_NODES);
	nodes_normal(weights, &nodes, ability->mean, sqrt(ability->variance));
	for (int q = 0; q < BV_IRT_NODES; q++) {
		sums->theta = nodes.theta[q];
		sums->weight = weights[q];
		one[0] = 1;
		without_each(sums, 0, sums->count, one, 0);
	}
	for (int k = 0; k < sums->items[0].categories; k++)
		for (size_t s = 0; s <= sums->top; s++)
			sums->all[s] += sums->joint[(sums->first[0] + (size_t)k) * (sums->top + 1) + s];
	free(one);
}

/* Persons seen and expected, by sum and category. */
struct cells {
	double seen[BV_IRT_CATEGORIES_MAX], expected[BV_IRT_CATEGORIES_MAX];
};

static void
cells_add(struct cells *to, const struct cells *from)
{
	for (int k = 0; k < BV_IRT_CATEGORIES_MAX; k++) {
		to->seen[k] += from->seen[k];
		to->expected[k] += from->expected[k];
	}
}

/* Categories of one sum that are expected too seldom go to the neighbour that is expected less, until two are left. */
static void
categories_join(struct cells *cells, int count)
{
	/* What no person with this sum can have is no cell. */
	int n = 0;
	for (int k = 0; k < count; k++)
		if (cells->expected[k] > 0 || cells->seen[k] > 0) {
			cells->expected[n] = cells->expected[k];
			cells->seen[n++] = cells->seen[k];
		}
	while (n > 2) {
		int least = 0;
		for (int k = 1; k < n; k++)
			if (cells->expected[k] <= cells->expected[least])
				least = k;
		if (cells->expected[least] >= LEAST)
			break;
		int to = least == 0 ? 1 : least == n - 1 ? n - 2 : cells->expected[least - 1] <= cells->expected[least + 1] ? least - 1 : least + 1;
		cells->expected[to] += cells->expected[least];
		cells->seen[to] += cells->seen[least];
		n--;
		memmove(cells->expected + least, cells->expected + least + 1, (size_t)(n - least) * sizeof *cells->expected);
		memmove(cells->seen + least, cells->seen + least + 1, (size_t)(n - least) * sizeof *cells->seen);
	}
	for (int k = n; k < BV_IRT_CATEGORIES_MAX; k++)
		cells->expected[k] = cells->seen[k] = 0;
}

static bool
sparse(const struct cells *cells)
{
	for (int k = 0; k < BV_IRT_CATEGORIES_MAX; k++)
		if (cells->expected[k] > 0 && cells->expected[k] < LEAST)
			return true;
	return false;
}

/* Sums with a cell that is expected too seldom join the neighbour with fewer persons, from the lowest; returns how many are left. */
static size_t
sums_join(struct cells *rows, size_t count)
{
	for (;;) {
		size_t at = 0;
		while (at < count && !sparse(&rows[at]))
			at++;
		if (at == count || count == 1)
			return count;
		size_t to = at ? at - 1 : 1;
		if (at && at + 1 < count) {
			double before = 0, after = 0;
			for (int k = 0; k < BV_IRT_CATEGORIES_MAX; k++) {
				before += rows[at - 1].seen[k];
				after += rows[at + 1].seen[k];
			}
			to = before <= after ? at - 1 : at + 1;
		}
		cells_add(&rows[to], &rows[at]);
		count--;
		memmove(&rows[at], &rows[at + 1], (count - at) * sizeof *rows);
	}
}

static struct bv_irt_item_fit
statistic(const struct sums *sums, size_t item, const double *seen, const double *persons, double total, int params)
{
	struct cells *rows = bv_alloc_array(sums->top, sizeof *rows);
	struct bv_irt_item_fit fit = { .p = NAN, .rmsea = NAN };
	size_t count = 0;
	int categories = sums->items[item].categories;

	for (size_t s = 1; s < sums->top; s++) {
		if (!(persons[s] > 0))
			continue;
		for (int k = 0; k < categories; k++) {
			size_t at = (sums->first[item] + (size_t)k) * (sums->top + 1) + s;
			rows[count].seen[k] = seen[at];
			rows[count].expected[k] = persons[s] * sums->joint[at] / sums->all[s];
		}
		categories_join(&rows[count++], categories);
	}
	count = count ? sums_join(rows, count) : 0;
	for (size_t r = 0; r < count; r++) {
		fit.df--;
		for (int k = 0; k < BV_IRT_CATEGORIES_MAX; k++)
			if (rows[r].expected[k] > 0) {
				double off = rows[r].seen[k] - rows[r].expected[k];
				fit.s_x2 += off * off / rows[r].expected[k];
				fit.df++;
			}
	}
	fit.df -= params;
	free(rows);
	if (fit.df < 1)
		return (struct bv_irt_item_fit){ fit.s_x2, NAN, NAN, fit.df };
	fit.p = bv_chi_square_tail(fit.s_x2, fit.df);
	fit.rmsea = sqrt(fmax(0, fit.s_x2 - fit.df) / (fit.df * (total - 1)));
	return fit;
}

enum bv_status
bv_irt_item_fits(struct bv_irt_item_fit *out, size_t *persons, const struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers, int group,
                 const struct bv_irt_ability_spread *ability, struct bv_err *err)
{
	struct counted counted;
	size_t top = 0, rows = 0, complete = 0;

	counted_init(&counted, estimates, answers);
	for (size_t i = 0; i < counted.count; i++) {
		top += (size_t)counted.items[i].categories - 1;
		rows += (size_t)counted.items[i].categories;
	}
	if (counted.count < 2 || top > BV_IRT_SUMS_MAX) {
		size_t count = counted.count;
		counted_finish(&counted);
		return bv_err_set(err, count < 2 ? BV_EINVAL : BV_ELIMIT, "S-X² is for 2 items and %d marks in all, not %zu and %zu", BV_IRT_SUMS_MAX, count, top);
	}
	struct sums sums = { .items = counted.items, .count = counted.count, .top = top };
	sums.first = bv_alloc_array(counted.count, sizeof *sums.first);
	for (size_t i = 1; i < counted.count; i++)
		sums.first[i] = sums.first[i - 1] + (size_t)counted.items[i - 1].categories;
	sums.joint = bv_alloc_array(rows * (top + 1), sizeof(double));
	sums.all = bv_alloc_array(top + 1, sizeof(double));
	double *seen = bv_alloc_array(rows * (top + 1), sizeof *seen), *by_sum = bv_alloc_array(top + 1, sizeof *by_sum);
	int8_t *categories = bv_alloc(counted.count), *marks = bv_alloc(answers->item_count);
	for (size_t p = 0; p < answers->person_count; p++) {
		size_t sum = 0;
		if (counted_categories(categories, marks, &counted, answers, p, group) != (int)counted.count)
			continue;
		for (size_t i = 0; i < counted.count; i++)
			sum += (size_t)categories[i];
		for (size_t i = 0; i < counted.count; i++)
			seen[(sums.first[i] + (size_t)categories[i]) * (top + 1) + sum]++;
		by_sum[sum]++;
		complete++;
	}
	memset(out, 0, answers->item_count * sizeof *out);
	if (complete > 1) {
		sums_fill(&sums, ability);
		for (size_t i = 0; i < counted.count; i++)
			out[counted.place[i]] = statistic(&sums, i, seen, by_sum, (double)complete, free_params(&estimates[counted.place[i]]));
	}
	*persons = complete;
	free(categories);
	free(marks);
	free(seen);
	free(by_sum);
	free(sums.first);
	free(sums.joint);
	free(sums.all);
	counted_finish(&counted);
	return BV_OK;
}
