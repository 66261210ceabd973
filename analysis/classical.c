/* Classical item analysis: what every author asks first. Sums are of integers wherever scores are, and so exact. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/analysis.h"
#include "analysis/split_half.h"
#include "scoring/cholesky.h"

enum { FACTOR_ROUNDS = 2000 };

/* Of whole numbers, exactly: for 4,000,000 persons with totals below 2,000,000 the sums stay below 2^63. */
struct sums {
	int64_t n, x, y, xx, yy, xy;
};

static void
add_pair(struct sums *s, int64_t x, int64_t y)
{
	s->n++;
	s->x += x;
	s->y += y;
	s->xx += x * x;
	s->yy += y * y;
	s->xy += x * y;
}

static double
covariance(int64_t n, int64_t x, int64_t y, int64_t xy)
{
	return (double)(((long double)xy - (long double)x * y / n) / (n - 1));
}

static double
correlation(const struct sums *s)
{
	if (s->n < 2)
		return NAN;
	double xx = covariance(s->n, s->x, s->x, s->xx), yy = covariance(s->n, s->y, s->y, s->yy);

	return xx > 0 && yy > 0 ? covariance(s->n, s->x, s->y, s->xy) / sqrt(xx * yy) : NAN;
}

/* ---- Items ---- */

static void
make_totals(int32_t *total, bool *whole, const struct bv_responses *r)
{
	for (size_t p = 0; p < r->persons; p++) {
		total[p] = 0;
		whole[p] = true;
		for (size_t i = 0; i < r->items; i++) {
			int score = r->score[p * r->items + i];
			total[p] += score > 0 ? score : 0;
			whole[p] &= score >= 0;
		}
	}
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median_seconds(const struct bv_responses *r, size_t item)
{
	size_t count = 0;

	if (!r->seconds)
		return NAN;
	double *all = bv_alloc_array(r->persons, sizeof *all);
	for (size_t p = 0; p < r->persons; p++)
		if (!isnan(r->seconds[p * r->items + item]))
			all[count++] = r->seconds[p * r->items + item];
	qsort(all, count, sizeof *all, by_value);
	double median = count == 0 ? NAN : count % 2 ? all[count / 2] : (all[count / 2 - 1] + all[count / 2]) / 2;
	free(all);
	return median;
}

static void
make_options(struct bv_classical_item *out, const struct bv_responses *r, size_t item, const int32_t *total)
{
	for (int o = 0; o < r->item[item].option_count; o++) {
		struct bv_classical_option *option = &out->option[o];
		struct sums s = { 0 };
		int64_t sum = 0;
		for (size_t p = 0; p < r->persons; p++) {
			int chosen = r->option[p * r->items + item];
			if (chosen < 0)
				continue;
			add_pair(&s, chosen == o, total[p] - r->score[p * r->items + item]);
			option->chosen += chosen == o;
			sum += chosen == o ? total[p] : 0;
		}
		option->share = s.n ? (double)option->chosen / (double)s.n : NAN;
		option->total_mean = option->chosen ? (double)sum / (double)option->chosen : NAN;
		option->correlation = correlation(&s);
	}
}

static void
make_item(struct bv_classical_item *out, const struct bv_responses *r, size_t item, const int32_t *total)
{
	struct sums with = { 0 }, without = { 0 };

	for (size_t p = 0; p < r->persons; p++) {
		int score = r->score[p * r->items + item];
		if (score < 0)
			continue;
		add_pair(&with, score, total[p]);
		add_pair(&without, score, total[p] - score);
	}
	double n = (double)with.n;
	out->answered = (size_t)with.n;
	out->mean = with.n ? (double)with.x / n : NAN;
	out->difficulty = out->mean / r->item[item].max_score;
	out->sd = with.n > 1 ? sqrt(covariance(with.n, with.x, with.x, with.xx)) : NAN;
	out->correlation = correlation(&with);
	out->corrected = correlation(&without);
	/* (M1 - M) / s × p / y (Lord and Novick 1968, 15.6), s of the totals with n - 1. */
	bool dichotomous = r->item[item].max_score == 1 && out->mean > 0 && out->mean < 1;
	out->biserial = dichotomous ? out->correlation * sqrt(out->mean * (1 - out->mean) * (n - 1) / n) / bv_normal_density(bv_normal_quantile(out->mean)) : NAN;
	out->median_seconds = median_seconds(r, item);
	if (r->option)
		make_options(out, r, item, total);
}

/* ---- Reliability ---- */

/* Covariances of the items, over persons with every answer: sums of products in 64 bits, upper half by rows. */
static double *
covariances(const struct bv_responses *r, const bool *whole, size_t persons)
{
	size_t k = r->items;
	double *c = bv_alloc_array(k * k, sizeof *c);
	int64_t *product = bv_alloc_array(k * k, sizeof *product), *sum = bv_alloc_array(k, sizeof *sum);

	for (size_t p = 0; p < r->persons; p++) {
		const int8_t *row = r->score + p * k;
		for (size_t i = 0; whole[p] && i < k; i++) {
			sum[i] += row[i];
			for (size_t j = i; row[i] && j < k; j++)
				product[i * k + j] += row[i] * row[j];
		}
	}
	for (size_t i = 0; i < k; i++)
		for (size_t j = i; j < k; j++)
			c[i * k + j] = c[j * k + i] = covariance((int64_t)persons, sum[i], sum[j], product[i * k + j]);
	free(product);
	free(sum);
	return c;
}

/* Loadings of one factor that leave the smallest squares of the residual correlations (minres, Harman and Jones 1966): each is the regression of its
 * row on the others' loadings, until none moves. McDonald's omega from them. */
static double
make_omega(const double *correlations, size_t k)
{
	double *loading = bv_alloc_array(k, sizeof *loading), sum = 0, unique = 0, moved = 1;

	for (size_t i = 0; i < k; i++)
		loading[i] = 0.5;
	for (int round = 0; round < FACTOR_ROUNDS && moved > 1e-12; round++) {
		moved = 0;
		for (size_t i = 0; i < k; i++) {
			double above = 0, below = 0;
			for (size_t j = 0; j < k; j++) {
				above += j == i ? 0 : correlations[i * k + j] * loading[j];
				below += j == i ? 0 : loading[j] * loading[j];
			}
			double next = below > 0 ? above / below : 0;
			next = next > 0.999 ? 0.999 : next < -0.999 ? -0.999 : next;
			moved = fabs(next - loading[i]) > moved ? fabs(next - loading[i]) : moved;
			loading[i] = next;
		}
	}
	for (size_t i = 0; i < k; i++) {
		sum += loading[i];
		unique += 1 - loading[i] * loading[i];
	}
	free(loading);
	return sum * sum / (sum * sum + unique);
}

static void
make_correlations(struct bv_classical *out, double *c, size_t k)
{
	double sum = 0, squares = 0, unexplained = 0;

	double *sd = bv_alloc_array(k, sizeof *sd);
	for (size_t i = 0; i < k; i++)
		sd[i] = sqrt(c[i * k + i]);
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			c[i * k + j] = sd[i] > 0 && sd[j] > 0 ? c[i * k + j] / (sd[i] * sd[j]) : i == j;
			sum += i == j ? 0 : c[i * k + j];
			squares += i == j ? 0 : c[i * k + j] * c[i * k + j];
		}
	free(sd);
	double all = sum + (double)k, n = (double)k;
	out->lambda1 = 1 - n / all;
	out->lambda2 = (sum + sqrt(n / (n - 1) * squares)) / all;
	out->lambda3 = out->standardized_alpha = n / (n - 1) * (1 - n / all);
	out->omega = make_omega(c, k);
	out->lambda4 = split_half_largest(c, k);
	out->lambda6 = NAN;
	if (!bv_cholesky(c, k, k, 1e-10))
		return;
	double *inverse = bv_alloc_array(k, sizeof *inverse);
	bv_cholesky_inverse_diagonal(inverse, c, k, k);
	for (size_t i = 0; i < k; i++)
		unexplained += 1 / inverse[i]; /* 1 - squared multiple correlation */
	free(inverse);
	out->lambda6 = 1 - unexplained / all;
}

static bool
all_dichotomous(const struct bv_responses *r)
{
	for (size_t i = 0; i < r->items; i++)
		if (r->item[i].max_score != 1)
			return false;
	return true;
}

static void
make_reliability(struct bv_classical *out, const struct bv_responses *r, const bool *whole)
{
	size_t k = r->items;
	double *c = covariances(r, whole, out->persons), variances = 0, total = 0, n = (double)k, m = out->total_mean, pq = 0;

	for (size_t i = 0; i < k; i++) {
		variances += c[i * k + i];
		for (size_t j = 0; j < k; j++)
			total += c[i * k + j];
	}
	out->total_variance = total;
	out->alpha = n / (n - 1) * (1 - variances / total);
	out->sem = sqrt(total * (1 - out->alpha));
	for (size_t i = 0; i < k; i++) {
		double row = 0;
		for (size_t j = 0; j < k; j++)
			row += c[i * k + j];
		double rest = total - 2 * row + c[i * k + i];
		out->item[i].alpha_without = k > 2 ? (n - 1) / (n - 2) * (1 - (variances - c[i * k + i]) / rest) : NAN;
		pq += c[i * k + i];
	}
	bool dichotomous = all_dichotomous(r);
	out->kr20 = dichotomous ? n / (n - 1) * (1 - pq / total) : NAN;
	/* With the variance over n, as p q is one. */
	double over_n = total * (double)(out->persons - 1) / (double)out->persons;
	out->kr21 = dichotomous ? n / (n - 1) * (1 - m * (n - m) / (n * over_n)) : NAN;
	make_correlations(out, c, k);
	free(c);
}

void
bv_classical_make(struct bv_classical *out, const struct bv_responses *r)
{
	int32_t *total = bv_alloc_array(r->persons, sizeof *total);
	bool *whole = bv_alloc_array(r->persons, sizeof *whole);
	int64_t sum = 0;

	*out = (struct bv_classical){ .items = r->items, .total_mean = NAN, .total_variance = NAN, .alpha = NAN, .standardized_alpha = NAN, .kr20 = NAN,
		                      .kr21 = NAN, .sem = NAN, .lambda1 = NAN, .lambda2 = NAN, .lambda3 = NAN, .lambda4 = NAN, .lambda6 = NAN, .omega = NAN };
	out->item = bv_alloc_array(r->items, sizeof out->item[0]);
	make_totals(total, whole, r);
	for (size_t i = 0; i < r->items; i++) {
		make_item(&out->item[i], r, i, total);
		out->item[i].alpha_without = NAN;
		out->score_max += r->item[i].max_score;
	}
	out->score_count = bv_alloc_array((size_t)out->score_max + 1, sizeof out->score_count[0]);
	for (size_t p = 0; p < r->persons; p++) {
		if (!whole[p])
			continue;
		out->persons++;
		out->score_count[total[p]]++;
		sum += total[p];
	}
	if (out->persons)
		out->total_mean = (double)sum / (double)out->persons;
	if (out->persons > 1 && r->items > 1)
		make_reliability(out, r, whole);
	free(total);
	free(whole);
}

void
bv_classical_finish(struct bv_classical *classical)
{
	free(classical->item);
	free(classical->score_count);
	*classical = (struct bv_classical){ 0 };
}
