/* Q3: Yen 1984 (Applied Psychological Measurement 8:125). Sheets for the critical value are drawn from the model, each from a stream of its own. */
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "scoring/exponential.h"
#include "scoring/irt/expectation.h"
#include "scoring/irt/goodness.h"

#define RULE 0.2 /* Christensen, Makransky & Horton 2017 (Applied Psychological Measurement 41:178) */
#define REPLICATES_MAX 10000

struct rest {
	struct counted counted;
	struct bv_irt_scorer *scorer;
	size_t persons;
	int8_t *answers;   /* persons × items: categories, -1 */
	bool complete;
	uint8_t key[BV_HASH_LEN];
	const struct bv_irt_ability_spread *ability;
	int replicates;
	double *excess;    /* of each replicate: largest − mean */
};

/* What is left of every mark: item by item, persons one after the other, 0 where there is no answer. */
static void
residuals_fill(double *left, const struct rest *rest, const int8_t *answers)
{
	for (size_t p = 0; p < rest->persons; p++) {
		const int8_t *row = answers + p * rest->counted.count;
		struct bv_irt_score score;
		bv_irt_score(&score, rest->scorer, BV_IRT_EAP, row);
		for (size_t i = 0; i < rest->counted.count; i++)
			left[i * rest->persons + p] = row[i] < 0 ? 0 : row[i] - bv_irt_expected(&rest->counted.items[i], score.theta);
	}
}

/* The correlation of those who answered both; NaN with fewer than two or no spread. */
static double
correlation(const struct rest *rest, const double *x, const double *y, size_t i, size_t j)
{
	double n = 0, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;

	for (size_t p = 0; p < rest->persons; p++) {
		if (!rest->complete && (rest->answers[p * rest->counted.count + i] < 0 || rest->answers[p * rest->counted.count + j] < 0))
			continue;
		n++;
		sx += x[p];
		sy += y[p];
		sxx += x[p] * x[p];
		syy += y[p] * y[p];
		sxy += x[p] * y[p];
	}
	double vx = sxx - sx * sx / n, vy = syy - sy * sy / n;
	return n > 1 && vx > 1e-12 && vy > 1e-12 ? (sxy - sx * sy / n) / sqrt(vx * vy) : NAN;
}

/* All correlations, in the order of the pairs; their mean and the largest. */
static size_t
correlations(double *out, double *mean, double *largest, const struct rest *rest, const double *left)
{
	size_t count = 0, at = 0;

	*mean = 0;
	*largest = -1;
	for (size_t i = 0; i < rest->counted.count; i++)
		for (size_t j = i + 1; j < rest->counted.count; j++) {
			double q = correlation(rest, left + i * rest->persons, left + j * rest->persons, i, j);
			out[at++] = q;
			if (isnan(q))
				continue;
			*mean += q;
			*largest = fmax(*largest, q);
			count++;
		}
	*mean = count ? *mean / (double)count : 0;
	return count;
}

/* Standard normal (Box & Muller 1958 take the cosine; this is the polar method of Marsaglia, which needs none). */
static double
normal_draw(struct bv_stream *stream)
{
	for (;;) {
		double x = 2 * bv_stream_unit(stream) - 1, y = 2 * bv_stream_unit(stream) - 1, r = x * x + y * y;
		if (r > 0 && r < 1)
			return x * sqrt(-2 * logarithm(r) / r);
	}
}

/* A sheet with the same gaps. */
static void
draw(int8_t *out, const struct rest *rest, int replicate)
{
	struct bv_stream stream;
	struct bv_sha256 sha;
	uint8_t key[BV_HASH_LEN], number[4] = { (uint8_t)(replicate >> 24), (uint8_t)(replicate >> 16), (uint8_t)(replicate >> 8), (uint8_t)replicate };

	bv_sha256_init(&sha);
	bv_sha256_add(&sha, "BV-Q3", 5);
	bv_sha256_add(&sha, rest->key, sizeof rest->key);
	bv_sha256_add(&sha, number, sizeof number);
	bv_sha256_end(&sha, key);
	bv_stream_init(&stream, key);
	for (size_t p = 0; p < rest->persons; p++) {
		double theta = rest->ability->mean + sqrt(rest->ability->variance) * normal_draw(&stream);
		for (size_t i = 0; i < rest->counted.count; i++) {
			size_t at = p * rest->counted.count + i;
			const struct bv_irt_item *item = &rest->counted.items[i];
			if (rest->answers[at] < 0) {
				out[at] = -1;
				continue;
			}
			double u = bv_stream_unit(&stream);
			int k = 0;
			while (k < item->categories - 1 && (u -= bv_irt_probability(item, k, theta)) >= 0)
				k++;
			out[at] = (int8_t)k;
		}
	}
}

static void
replicate_chunk(void *ctx, int chunk)
{
	struct rest *rest = ctx;
	size_t items = rest->counted.count;
	int8_t *answers = bv_alloc(rest->persons * items);
	double *left = bv_alloc_array(rest->persons * items, sizeof *left), *q3 = bv_alloc_array(items * (items - 1) / 2, sizeof *q3);

	for (int r = chunk; r < rest->replicates; r += CHUNKS) {
		double mean, largest;
		draw(answers, rest, r);
		residuals_fill(left, rest, answers);
		correlations(q3, &mean, &largest, rest, left);
		rest->excess[r] = largest - mean;
	}
	free(answers);
	free(left);
	free(q3);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static int
by_q3(const void *a, const void *b)
{
	const struct bv_irt_pair *x = a, *y = b;

	if (x->q3 != y->q3)
		return x->q3 > y->q3 ? -1 : 1;
	return x->first != y->first ? (x->first < y->first ? -1 : 1) : x->second < y->second ? -1 : 1;
}

static double
critical_of(struct rest *rest, int threads)
{
	double critical = RULE;

	if (rest->replicates == 0)
		return critical;
	rest->excess = bv_alloc_array((size_t)rest->replicates, sizeof *rest->excess);
	chunks_run(threads, replicate_chunk, rest);
	qsort(rest->excess, (size_t)rest->replicates, sizeof *rest->excess, by_size);
	/* The value that 5 % of sheets reach: with 99 of them the 95th. */
	critical = rest->excess[(size_t)ceil(0.95 * (rest->replicates + 1)) - 1 < (size_t)rest->replicates ? (size_t)ceil(0.95 * (rest->replicates + 1)) - 1 :
	                                                                                                   (size_t)rest->replicates - 1];
	free(rest->excess);
	return critical;
}

static void
suspects_take(struct bv_irt_residuals *out, const struct rest *rest, const double *q3)
{
	size_t at = 0;

	out->suspects = bv_alloc_array(rest->counted.count * (rest->counted.count - 1) / 2 + 1, sizeof *out->suspects);
	for (uint32_t i = 0; i < rest->counted.count; i++)
		for (uint32_t j = i + 1; j < rest->counted.count; j++, at++)
			if (q3[at] > out->mean + out->critical)
				out->suspects[out->suspect_count++] = (struct bv_irt_pair){ rest->counted.place[i], rest->counted.place[j], q3[at] };
	qsort(out->suspects, out->suspect_count, sizeof *out->suspects, by_q3);
}

enum bv_status
bv_irt_residuals_take(struct bv_irt_residuals *out, const struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers, int group,
                      const struct bv_irt_ability_spread *ability, int replicates, int threads, struct bv_err *err)
{
	struct rest rest = { .ability = ability, .complete = true, .replicates = replicates };
	enum bv_status status = BV_OK;

	if (replicates < 0 || replicates > REPLICATES_MAX)
		return bv_err_set(err, BV_EINVAL, "%d replicates: 0 to %d", replicates, REPLICATES_MAX);
	counted_init(&rest.counted, estimates, answers);
	size_t items = rest.counted.count;
	if (items < 2 || items > BV_IRT_Q3_ITEMS_MAX)
		status = bv_err_set(err, items < 2 ? BV_EINVAL : BV_ELIMIT, "Q3 is for 2 to %d items, not %zu", BV_IRT_Q3_ITEMS_MAX, items);
	else
		status = bv_irt_scorer_new(&rest.scorer, rest.counted.items, items, ability->mean, sqrt(ability->variance), err);
	if (status == BV_OK) {
		int8_t *marks = bv_alloc(answers->item_count);
		double *q3 = bv_alloc_array(items * (items - 1) / 2, sizeof *q3), *left;
		rest.answers = bv_alloc_array(answers->person_count + 1, items);
		for (size_t p = 0; p < answers->person_count; p++) {
			int given = counted_categories(rest.answers + rest.persons * items, marks, &rest.counted, answers, p, group);
			if (given < 1)
				continue;
			rest.complete &= given == (int)items;
			rest.persons++;
		}
		left = bv_alloc_array(rest.persons * items + 1, sizeof *left);
		bv_irt_answers_hash(rest.key, answers);
		residuals_fill(left, &rest, rest.answers);
		*out = (struct bv_irt_residuals){ .replicates = replicates };
		out->count = correlations(q3, &out->mean, &out->largest, &rest, left);
		out->critical = critical_of(&rest, threads);
		suspects_take(out, &rest, q3);
		free(left);
		free(q3);
		free(marks);
	}
	free(rest.answers);
	bv_irt_scorer_free(rest.scorer);
	counted_finish(&rest.counted);
	return status;
}
