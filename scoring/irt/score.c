/* One person's ability. The function whose root is the estimate (the slope of log likelihood, with what each method adds) is first looked at on all
 * nodes, so that several maxima are seen; then the root is narrowed down between two nodes. Nothing here can fail to end. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/irt/rows.h"

#define EDGE 6.0
#define STEPS 60         /* bisections that leave nothing of a bracket of 0.2 */
#define CLOSE 1e-13      /* width of what is left */
#define SE_MAX 100.0
#define STRIDE (BV_IRT_NODES + 1)

static const char *const names[BV_IRT_METHODS] = { "eap", "map", "ml", "wle", "jeffreys" };

struct bv_irt_scorer {
	struct nodes nodes;
	struct layout layout;
	size_t count;
	double mean, sd;
	double prior[STRIDE];
	struct bv_irt_item *items;
	double *table; /* rows of likelihood, each with its largest value made 1 */
	double *slope; /* rows of d log P / d theta */
	double *added; /* of each item three rows: information, J, slope of the information; then the same summed over each block */
};

const char *
bv_irt_method_name(enum bv_irt_method method)
{
	return names[method];
}

bool
bv_irt_method_find(enum bv_irt_method *out, struct bv_str name)
{
	for (int m = 0; m < BV_IRT_METHODS; m++)
		if (bv_str_is(name, names[m])) {
			*out = (enum bv_irt_method)m;
			return true;
		}
	return false;
}

double
bv_irt_node(int idx)
{
	return (2 * EDGE * idx - EDGE * (BV_IRT_NODES - 1)) / (BV_IRT_NODES - 1);
}

static void
fill_item(struct bv_irt_scorer *scorer, size_t i)
{
	const struct bv_irt_item *item = &scorer->items[i];
	double *added = scorer->added + i * 3 * STRIDE;

	for (int q = 0; q < BV_IRT_NODES; q++) {
		struct bv_irt_curve curve;
		double x = scorer->nodes.theta[q];
		bv_irt_curve(&curve, item, x);
		for (int k = 0; k < item->categories; k++) {
			size_t at = (scorer->layout.cell[i] + (size_t)k) * STRIDE + (size_t)q;
			scorer->table[at] = curve.p[k];
			scorer->slope[at] = curve.p[k] > 0 ? curve.p1[k] / curve.p[k] : 0;
		}
		added[q] = bv_irt_information(item, x);
		added[STRIDE + q] = bv_irt_warm_j(item, x);
		added[2 * STRIDE + q] = bv_irt_information_slope(item, x);
	}
}

static void
fill_block(struct bv_irt_scorer *scorer, size_t b)
{
	const struct block *block = &scorer->layout.blocks[b];
	double *added = scorer->added + (scorer->count + b) * 3 * STRIDE;

	for (uint32_t pattern = 0; pattern < block->patterns; pattern++) {
		size_t at = (block->row + (size_t)pattern) * STRIDE;
		uint32_t rest = pattern;
		for (int q = 0; q < BV_IRT_NODES; q++)
			scorer->table[at + (size_t)q] = 1;
		for (uint32_t i = block->first; i < block->first + block->count; i++) {
			uint32_t radix = scorer->layout.cell[i + 1] - scorer->layout.cell[i];
			size_t cell = (scorer->layout.cell[i] + rest % radix) * STRIDE;
			rest /= radix;
			for (size_t q = 0; q < BV_IRT_NODES; q++) {
				scorer->table[at + q] *= scorer->table[cell + q];
				scorer->slope[at + q] += scorer->slope[cell + q];
			}
		}
	}
	for (uint32_t i = block->first; i < block->first + block->count; i++)
		for (int q = 0; q < 3 * STRIDE; q++)
			added[q] += scorer->added[i * 3 * STRIDE + (size_t)q];
}

static void
scale_rows(struct bv_irt_scorer *scorer)
{
	for (size_t r = 0; r < scorer->layout.row_count; r++) {
		double *row = scorer->table + r * STRIDE, largest = 1e-300;
		for (int q = 0; q < BV_IRT_NODES; q++)
			largest = fmax(largest, row[q]);
		for (int q = 0; q < BV_IRT_NODES; q++)
			row[q] = fmax(row[q] / largest, FLOOR);
	}
}

enum bv_status
bv_irt_scorer_new(struct bv_irt_scorer **out, const struct bv_irt_item *items, size_t count, double mean, double sd, struct bv_err *err)
{
	if (count < 1 || count > BV_IRT_ITEMS_MAX)
		return bv_err_set(err, BV_ELIMIT, "%zu items: 1 to %d", count, BV_IRT_ITEMS_MAX);
	if (!(fabs(mean) <= 5) || !(sd >= 0.05 && sd <= 5))
		return bv_err_set(err, BV_EINVAL, "prior of ability: mean %g is from -5 to 5, standard deviation %g from 0.05 to 5", mean, sd);
	for (size_t i = 0; i < count; i++)
		if (bv_irt_item_check(&items[i], err) != BV_OK)
			return bv_err_again(err, 0, "item %zu: %s", i + 1, err->msg);
	struct bv_irt_scorer *scorer = bv_alloc(sizeof *scorer);
	uint8_t *categories = bv_alloc(count);
	for (size_t i = 0; i < count; i++)
		categories[i] = (uint8_t)items[i].categories;
	layout_init(&scorer->layout, categories, NULL, count);
	free(categories);
	nodes_init(&scorer->nodes, BV_IRT_NODES);
	nodes_normal(scorer->prior, &scorer->nodes, mean, sd);
	scorer->count = count;
	scorer->mean = mean;
	scorer->sd = sd;
	scorer->items = bv_alloc_array(count, sizeof *items);
	memcpy(scorer->items, items, count * sizeof *items);
	scorer->table = bv_alloc_array(scorer->layout.row_count * STRIDE, sizeof(double));
	scorer->slope = bv_alloc_array(scorer->layout.row_count * STRIDE, sizeof(double));
	scorer->added = bv_alloc_array((count + scorer->layout.block_count) * 3 * STRIDE, sizeof(double));
	for (size_t i = 0; i < count; i++)
		fill_item(scorer, i);
	for (size_t b = 0; b < scorer->layout.block_count; b++)
		fill_block(scorer, b);
	scale_rows(scorer);
	*out = scorer;
	return BV_OK;
}

void
bv_irt_scorer_free(struct bv_irt_scorer *scorer)
{
	if (!scorer)
		return;
	layout_finish(&scorer->layout);
	free(scorer->items);
	free(scorer->table);
	free(scorer->slope);
	free(scorer->added);
	free(scorer);
}

/* Unnormalised posterior at the nodes; its sum. */
static double
posterior(double out[STRIDE], const struct bv_irt_scorer *scorer, const int8_t *marks)
{
	uint32_t few[256], *rows = scorer->count <= BV_COUNT(few) ? few : bv_alloc_array(scorer->count, sizeof *rows);
	double scale;
	size_t count = layout_rows(rows, &scorer->layout, marks);
	double sum = rows_product(out, &scale, scorer->table, STRIDE, rows, count, scorer->prior);

	if (rows != few)
		free(rows);
	return sum;
}

void
bv_irt_posterior(double *out, const struct bv_irt_scorer *scorer, const int8_t *marks)
{
	double p[STRIDE] __attribute__((aligned(16))), sum = posterior(p, scorer, marks);

	for (int q = 0; q < BV_IRT_NODES; q++)
		out[q] = p[q] / sum;
}

/* What a method looks at, at one ability. */
struct look {
	double slope;              /* of log likelihood */
	double expected, observed; /* information */
	double j, bend;            /* Warm's J; slope of the information */
};

static struct look
look_at(const struct bv_irt_scorer *scorer, const int8_t *marks, double theta)
{
	struct look look = { 0 };

	for (size_t i = 0; i < scorer->count; i++) {
		struct bv_irt_curve curve;
		if (marks[i] < 0)
			continue;
		bv_irt_curve(&curve, &scorer->items[i], theta);
		for (int k = 0; k < scorer->items[i].categories; k++) {
			if (!(curve.p[k] > 0))
				continue;
			double rate = curve.p1[k] / curve.p[k];
			look.expected += curve.p1[k] * rate;
			look.j += rate * curve.p2[k];
			look.bend += rate * (2 * curve.p2[k] - curve.p1[k] * rate);
			if (k == marks[i]) {
				look.slope += rate;
				look.observed += rate * rate - curve.p2[k] / curve.p[k];
			}
		}
	}
	return look;
}

/* The function whose root is sought. */
static double
aim(const struct bv_irt_scorer *scorer, enum bv_irt_method method, const struct look *look, double theta)
{
	double information = fmax(look->expected, 1e-12);

	switch (method) {
	case BV_IRT_MAP:
		return look->slope - (theta - scorer->mean) / (scorer->sd * scorer->sd);
	case BV_IRT_WLE:
		return look->slope + look->j / (2 * information);
	case BV_IRT_JEFFREYS:
		return look->slope + look->bend / (2 * information);
	default:
		return look->slope;
	}
}

static void
add_rows(double *out, const double *row, int doubles)
{
	for (int q = 0; q < doubles / 2; q++)
		((lanes *)out)[q] += ((const lanes *)row)[q];
}

/* The function at every node, by adding rows. */
static void
aim_at_nodes(double out[STRIDE], const struct bv_irt_scorer *scorer, enum bv_irt_method method, const int8_t *marks)
{
	double slope[STRIDE] __attribute__((aligned(16))) = { 0 }, added[3 * STRIDE] __attribute__((aligned(16))) = { 0 };
	bool weighted = method == BV_IRT_WLE || method == BV_IRT_JEFFREYS;

	for (size_t b = 0; b < scorer->layout.block_count; b++) {
		const struct block *block = &scorer->layout.blocks[b];
		uint32_t pattern = 0, radix = 1;
		bool complete = true;
		for (uint32_t i = block->first; i < block->first + block->count; i++) {
			complete &= marks[i] >= 0;
			pattern += radix * (uint32_t)(complete ? marks[i] : 0);
			radix *= scorer->layout.cell[i + 1] - scorer->layout.cell[i];
		}
		if (complete) {
			add_rows(slope, scorer->slope + (block->row + (size_t)pattern) * STRIDE, STRIDE);
			if (weighted)
				add_rows(added, scorer->added + (scorer->count + b) * 3 * STRIDE, 3 * STRIDE);
			continue;
		}
		for (uint32_t i = block->first; i < block->first + block->count; i++) {
			if (marks[i] < 0)
				continue;
			add_rows(slope, scorer->slope + (scorer->layout.cell[i] + (size_t)marks[i]) * STRIDE, STRIDE);
			if (weighted)
				add_rows(added, scorer->added + i * (size_t)3 * STRIDE, 3 * STRIDE);
		}
	}
	for (int q = 0; q < BV_IRT_NODES; q++) {
		struct look look = { .slope = slope[q], .expected = added[q], .j = added[STRIDE + q], .bend = added[2 * STRIDE + q] };
		out[q] = aim(scorer, method, &look, scorer->nodes.theta[q]);
	}
}

/* Which interval has the highest maximum: q for one between nodes q and q + 1, -1 for the left end, BV_IRT_NODES for the right. The heights are
 * compared by the integral of the slope from the left end. */
static int
highest(const double slope[STRIDE], bool *several)
{
	double height = 0, best = 0, step = 2 * EDGE / (BV_IRT_NODES - 1);
	int at = -1, maxima = slope[0] < 0;

	for (int q = 0; q < BV_IRT_NODES - 1; q++) {
		double here = slope[q], next = slope[q + 1];
		if (here >= 0 && next < 0) {
			double top = height + here * here / (here - next) * step / 2;
			if (maxima++ == 0 || top > best) {
				best = top;
				at = q;
			}
		}
		height += (here + next) * step / 2;
	}
	if (slope[BV_IRT_NODES - 1] >= 0 && (maxima++ == 0 || height > best))
		at = BV_IRT_NODES;
	*several = maxima > 1;
	return at;
}

/* Where the function is nought between nodes q and q + 1, and its slope there: by Newton's steps on the polynomial through the six nodes about them,
 * which misses by some 1e-6. At the ends of the scale the line through the two nodes has to do. */
static double
guess_of(double *bend, const double f[STRIDE], int q, double lo)
{
	double step = 2 * EDGE / (BV_IRT_NODES - 1), t = f[q] / (f[q] - f[q + 1]), d[6];

	*bend = (f[q + 1] - f[q]) / step;
	if (q < 2 || q + 3 >= BV_IRT_NODES)
		return lo + t * step;
	/* Differences forward from node q - 2: the polynomial is d0 + s (d1 + (s - 1)/2 (d2 + (s - 2)/3 (d3 + …))) with s = t + 2. */
	memcpy(d, f + q - 2, sizeof d);
	for (int order = 1; order < 6; order++)
		for (int i = 5; i >= order; i--)
			d[i] -= d[i - 1];
	for (int turn = 0; turn < 3; turn++) {
		double value = d[5], slope = 0;
		for (int i = 4; i >= 0; i--) {
			slope = (value + (t + 2 - i) * slope) / (i + 1);
			value = d[i] + (t + 2 - i) * value / (i + 1);
		}
		double next = t - value / slope;
		if (!(slope < 0 && next >= 0 && next <= 1))
			break;
		t = next;
		*bend = slope / step;
	}
	return lo + t * step;
}

/* Root of the function between nodes q and q + 1, of which it is >= 0 at the first and < 0 at the second; *look is what stands there. Newton's step
 * with the slope of the polynomial through the nodes, then secants of the last two points where they stay inside, halves where they do not. */
static double
root_of(struct look *look, const struct bv_irt_scorer *scorer, enum bv_irt_method method, const int8_t *marks, const double at_nodes[STRIDE], int q)
{
	double lo = scorer->nodes.theta[q], hi = scorer->nodes.theta[q + 1], bend, before = 0, at_before = 0;
	double x = guess_of(&bend, at_nodes, q, lo);

	for (int step = 0;; step++) {
		*look = look_at(scorer, marks, x);
		double f = aim(scorer, method, look, x), next = x - f / (step == 0 ? bend : (f - at_before) / (x - before));
		if (f >= 0)
			lo = x;
		else
			hi = x;
		if (f == 0 || fabs(next - x) < CLOSE || hi - lo < CLOSE || step == STEPS)
			return x;
		before = x;
		at_before = f;
		x = next > lo && next < hi && step < STEPS / 4 ? next : (lo + hi) / 2;
	}
}

static double
error_of(double information)
{
	return information > 1 / (SE_MAX * SE_MAX) ? 1 / sqrt(information) : SE_MAX;
}

static void
mean_of(struct bv_irt_score *out, const struct bv_irt_scorer *scorer, const int8_t *marks)
{
	double p[STRIDE] __attribute__((aligned(16))), sum = posterior(p, scorer, marks), first = 0, second = 0;

	for (int q = 0; q < BV_IRT_NODES; q++)
		first += p[q] * scorer->nodes.theta[q];
	out->theta = first / sum;
	for (int q = 0; q < BV_IRT_NODES; q++) {
		double off = scorer->nodes.theta[q] - out->theta;
		second += p[q] * off * off;
	}
	out->se = sqrt(second / sum);
}

void
bv_irt_score(struct bv_irt_score *out, const struct bv_irt_scorer *scorer, enum bv_irt_method method, const int8_t *marks)
{
	struct bv_irt_score score = { 0 };
	struct look look;
	double slope[STRIDE], prior = method == BV_IRT_MAP || method == BV_IRT_EAP ? 1 / (scorer->sd * scorer->sd) : 0;

	for (size_t i = 0; i < scorer->count; i++) {
		assert(marks[i] < scorer->items[i].categories);
		score.answers += marks[i] >= 0;
	}
	if (method == BV_IRT_EAP) {
		mean_of(&score, scorer, marks);
	} else if (score.answers == 0) {
		score.theta = scorer->mean;
		score.bound = method != BV_IRT_MAP;
		score.se = score.se_expected = error_of(prior);
	} else {
		aim_at_nodes(slope, scorer, method, marks);
		int q = highest(slope, &score.several);
		score.bound = q < 0 || q == BV_IRT_NODES;
		score.theta = q < 0 ? -EDGE : EDGE;
		if (score.bound)
			look = look_at(scorer, marks, score.theta);
		else
			score.theta = root_of(&look, scorer, method, marks, slope, q);
		score.se = error_of(look.observed + prior);
		score.se_expected = error_of(look.expected + prior);
	}
	if (method == BV_IRT_EAP) {
		double expected = prior;
		for (size_t i = 0; i < scorer->count; i++)
			if (marks[i] >= 0) {
				/* Between the nodes the information is a line: this is a companion figure, the standard error is `se`. */
				double at = (fmin(fmax(score.theta, -EDGE), EDGE) + EDGE) / (2 * EDGE) * (BV_IRT_NODES - 1);
				int q = at >= BV_IRT_NODES - 1 ? BV_IRT_NODES - 2 : (int)at;
				const double *row = scorer->added + i * 3 * STRIDE;
				expected += row[q] + (at - q) * (row[q + 1] - row[q]);
			}
		score.se_expected = error_of(expected);
	}
	*out = score;
}
