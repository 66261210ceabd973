/* Several areas, each measured by items of its own, whose abilities are normal together. What the answers to one area say is a row of log likelihoods along a
 * fine grid; everything else reads from these rows between the points, by cubics. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "scoring/cholesky.h"
#include "scoring/exponential.h"
#include "scoring/irt/answers.h"
#include "scoring/irt/expectation.h"
#include "scoring/irt/objective.h"

#define EDGE 6.0
#define GRID 241
#define STEP (2 * EDGE / (GRID - 1))
#define AREAS BV_IRT_AREAS_MAX
#define POINTS_MAX 11    /* of the Gauss-Hermite rule, one area */
#define NODES_MAX 1024
#define NEWTON 50
#define BURN_IN 40       /* sweeps of the Gibbs sampler before the first value, and … */
#define BETWEEN 10       /* … between two */

struct bv_irt_areas {
	size_t count;
	int area_count, points;
	uint8_t *area;
	struct bv_irt_item *items;
	size_t *cell;  /* first row of each item */
	double *rows;  /* log P of each category along the grid */
	double z[POINTS_MAX], log_weight[POINTS_MAX]; /* of the rule for exp(−z²/2), times exp(z²/2) */
};

/* Hermite polynomial He_n, orthonormal, by its recursion. */
static double
hermite(int n, double x, double *before)
{
	double h0 = 0, h1 = 1;

	for (int k = 0; k < n; k++) {
		double next = (x * h1 - sqrt(k) * h0) / sqrt(k + 1);
		h0 = h1;
		h1 = next;
	}
	*before = h0;
	return h1;
}

/* Nodes by bisection between changes of sign: all lie within ±2√n. */
static void
rule_make(struct bv_irt_areas *areas)
{
	int n = areas->points, found = 0;
	double before;

	for (int k = 0; k < 4000 && found < n; k++) {
		double lo = -7.0005 + k * 0.0035, hi = lo + 0.0035, at_lo = hermite(n, lo, &before);
		if ((at_lo < 0) == (hermite(n, hi, &before) < 0))
			continue;
		for (int half = 0; half < 60; half++) {
			double middle = (lo + hi) / 2;
			if ((hermite(n, middle, &before) < 0) == (at_lo < 0))
				lo = middle;
			else
				hi = middle;
		}
		double x = (lo + hi) / 2;
		hermite(n, x, &before);
		areas->z[found] = x;
		areas->log_weight[found++] = x * x / 2 - logarithm(n * before * before);
	}
	assert(found == n);
}

enum bv_status
bv_irt_areas_new(struct bv_irt_areas **out, const struct bv_irt_item *items, const uint8_t *area, size_t count, int area_count, struct bv_err *err)
{
	static const int points[AREAS + 1] = { 0, 11, 11, 7, 5, 4, 3 };
	size_t cells = 0;
	bool used[AREAS] = { false };

	if (area_count < 1 || area_count > AREAS)
		return bv_err_set(err, BV_ELIMIT, "%d areas: 1 to %d", area_count, AREAS);
	if (count < 1 || count > BV_IRT_ITEMS_MAX)
		return bv_err_set(err, BV_ELIMIT, "%zu items: 1 to %d", count, BV_IRT_ITEMS_MAX);
	for (size_t i = 0; i < count; i++) {
		assert(area[i] < area_count);
		used[area[i]] = true;
		if (bv_irt_item_check(&items[i], err) != BV_OK)
			return bv_err_again(err, 0, "item %zu: %s", i + 1, err->msg);
	}
	for (int a = 0; a < area_count; a++)
		if (!used[a])
			return bv_err_set(err, BV_EINVAL, "area %d has no item", a + 1);
	struct bv_irt_areas *areas = bv_alloc(sizeof *areas);
	areas->count = count;
	areas->area_count = area_count;
	areas->points = points[area_count];
	areas->area = bv_alloc(count);
	memcpy(areas->area, area, count);
	areas->items = bv_alloc_array(count, sizeof *areas->items);
	memcpy(areas->items, items, count * sizeof *items);
	areas->cell = bv_alloc_array(count, sizeof *areas->cell);
	for (size_t i = 0; i < count; i++) {
		areas->cell[i] = cells;
		cells += (size_t)items[i].categories;
	}
	areas->rows = bv_alloc_array(cells * GRID, sizeof *areas->rows);
	for (size_t i = 0; i < count; i++)
		for (int q = 0; q < GRID; q++) {
			struct bv_irt_curve curve;
			bv_irt_curve(&curve, &items[i], -EDGE + q * STEP);
			for (int k = 0; k < items[i].categories; k++)
				areas->rows[(areas->cell[i] + (size_t)k) * GRID + (size_t)q] = logarithm(fmax(curve.p[k], 1e-300));
		}
	rule_make(areas);
	*out = areas;
	return BV_OK;
}

void
bv_irt_areas_free(struct bv_irt_areas *areas)
{
	if (!areas)
		return;
	free(areas->area);
	free(areas->items);
	free(areas->cell);
	free(areas->rows);
	free(areas);
}

/* The log likelihood of a person's answers in each area, along the grid. */
static void
likelihood(double l[AREAS][GRID], const struct bv_irt_areas *areas, const int8_t *marks)
{
	memset(l, 0, (size_t)areas->area_count * sizeof *l);
	for (size_t i = 0; i < areas->count; i++) {
		if (marks[i] < 0)
			continue;
		const double *row = areas->rows + (areas->cell[i] + (size_t)marks[i]) * GRID;
		for (int q = 0; q < GRID; q++)
			l[areas->area[i]][q] += row[q];
	}
}

/* Between the points by the cubic through four of them; its slope and bend for the search of the mode. */
static double
between(const double *l, double theta, double *slope, double *bend)
{
	double at = fmin(fmax((theta + EDGE) / STEP, 0), GRID - 1);
	int k = (int)at < 1 ? 1 : (int)at > GRID - 3 ? GRID - 3 : (int)at;
	double t = at - k, a = l[k - 1], b = l[k], c = l[k + 1], d = l[k + 2];
	/* b + t (c1 + t (c2 + t c3)) */
	double c1 = c - a / 3 - b / 2 - d / 6, c2 = (a + c) / 2 - b, c3 = (d - a) / 6 + (b - c) / 2;

	if (slope) {
		*slope = (c1 + t * (2 * c2 + t * 3 * c3)) / STEP;
		*bend = (2 * c2 + 6 * t * c3) / (STEP * STEP);
	}
	return b + t * (c1 + t * (c2 + t * c3));
}

/* What a normal distribution is used by: its precision, and log determinant of the covariance. */
struct normal {
	int n;
	double mean[AREAS], precision[AREAS][AREAS], log_determinant;
};

static bool
normal_of(struct normal *out, const struct bv_irt_population *p)
{
	size_t n = (size_t)p->area_count;
	double factor[AREAS * AREAS];

	*out = (struct normal){ .n = p->area_count };
	for (size_t a = 0; a < n; a++) {
		out->mean[a] = p->mean[a];
		for (size_t b = 0; b < n; b++)
			factor[a * n + b] = p->covariance[a][b];
	}
	if (!bv_cholesky(factor, n, n, 0))
		return false;
	for (size_t a = 0; a < n; a++) {
		double unit[AREAS] = { 0 };
		unit[a] = 1;
		bv_cholesky_solve(unit, factor, n, n);
		for (size_t b = 0; b < n; b++)
			out->precision[b][a] = unit[b];
		out->log_determinant += 2 * logarithm(factor[a * n + a]);
	}
	return true;
}

static double
square_form(const struct normal *normal, const double *theta)
{
	double sum = 0;

	for (int a = 0; a < normal->n; a++)
		for (int b = 0; b < normal->n; b++)
			sum += (theta[a] - normal->mean[a]) * normal->precision[a][b] * (theta[b] - normal->mean[b]);
	return sum;
}

/* The mode of the posterior by Newton's method with halved steps, and the Cholesky factor of its curvature: they only say where the nodes lie. */
static void
mode_find(double mode[AREAS], double factor[AREAS * AREAS], double l[AREAS][GRID], const struct normal *normal)
{
	size_t n = (size_t)normal->n;
	double value = -INFINITY;

	for (size_t a = 0; a < n; a++)
		mode[a] = fmin(fmax(normal->mean[a], -EDGE), EDGE);
	for (int round = 0; round < NEWTON; round++) {
		double step[AREAS], here = -square_form(normal, mode) / 2, length = 1;
		bool moved = false;
		for (size_t a = 0; a < n; a++) {
			double slope, bend;
			here += between(l[a], mode[a], &slope, &bend);
			step[a] = slope;
			for (size_t b = 0; b < n; b++) {
				step[a] -= normal->precision[a][b] * (mode[b] - normal->mean[b]);
				factor[a * n + b] = normal->precision[a][b];
			}
			factor[a * n + a] += fmax(-bend, 0);
		}
		value = here;
		if (!bv_cholesky(factor, n, n, 0)) /* cannot be: precision is positive definite */
			return;
		bv_cholesky_solve(step, factor, n, n);
		for (int half = 0; half < 20 && !moved; half++, length /= 2) {
			double next[AREAS], there, largest = 0;
			for (size_t a = 0; a < n; a++) {
				next[a] = fmin(fmax(mode[a] + length * step[a], -EDGE), EDGE);
				largest = fmax(largest, fabs(next[a] - mode[a]));
			}
			if (largest < 1e-6)
				return;
			there = -square_form(normal, next) / 2;
			for (size_t a = 0; a < n; a++)
				there += between(l[a], next[a], NULL, NULL);
			if (there > value) {
				memcpy(mode, next, sizeof next);
				moved = true;
			}
		}
		if (!moved)
			return;
	}
}

/* Adaptive Gauss-Hermite quadrature (Naylor & Smith 1982): a product rule around the mode, turned and stretched by the curvature there. */
static void
integrate(struct bv_irt_area_score *out, const struct bv_irt_areas *areas, const struct normal *normal, double l[AREAS][GRID])
{
	size_t n = (size_t)normal->n;
	double mode[AREAS], factor[AREAS * AREAS], turn[AREAS][AREAS] = { { 0 } }, total = 0, largest = -INFINITY, determinant = 0;
	double first[AREAS] = { 0 }, second[AREAS][AREAS] = { { 0 } };

	mode_find(mode, factor, l, normal);
	/* The columns of L'⁻¹: their product with its transpose is the inverse of the curvature. */
	for (size_t a = 0; a < n; a++) {
		determinant -= logarithm(factor[a * n + a]);
		turn[a][a] = 1 / factor[a * n + a];
		for (size_t r = a; r-- > 0;) {
			double sum = 0;
			for (size_t k = r + 1; k <= a; k++)
				sum += factor[k * n + r] * turn[k][a];
			turn[r][a] = -sum / factor[r * n + r];
		}
	}
	size_t nodes = 1;
	for (size_t a = 0; a < n; a++)
		nodes *= (size_t)areas->points;
	double theta[NODES_MAX][AREAS], value[NODES_MAX];
	int digit[AREAS] = { 0 };
	assert(nodes <= NODES_MAX);
	for (size_t q = 0; q < nodes; q++) {
		value[q] = 0;
		for (size_t a = 0; a < n; a++) {
			theta[q][a] = mode[a];
			for (size_t k = a; k < n; k++)
				theta[q][a] += turn[a][k] * areas->z[digit[k]];
			value[q] += areas->log_weight[digit[a]] + between(l[a], theta[q][a], NULL, NULL);
		}
		value[q] -= square_form(normal, theta[q]) / 2;
		largest = fmax(largest, value[q]);
		for (size_t a = 0; a < n && ++digit[a] == areas->points; a++)
			digit[a] = 0;
	}
	for (size_t q = 0; q < nodes; q++) {
		double w = value[q] > largest - 40 ? exponential(value[q] - largest) : 0; /* else below 1e-17 */
		total += w;
		for (size_t a = 0; w > 0 && a < n; a++) {
			first[a] += w * (theta[q][a] - mode[a]);
			for (size_t b = 0; b <= a; b++)
				second[a][b] += w * (theta[q][a] - mode[a]) * (theta[q][b] - mode[b]);
		}
	}
	for (size_t a = 0; a < n; a++) {
		out->theta[a] = mode[a] + first[a] / total;
		for (size_t b = 0; b <= a; b++)
			out->covariance[a][b] = out->covariance[b][a] = second[a][b] / total - first[a] / total * (first[b] / total);
	}
	out->log_likelihood = largest + logarithm(total) + determinant - normal->log_determinant / 2;
}

enum bv_status
bv_irt_area_score(struct bv_irt_area_score *out, const struct bv_irt_areas *areas, const struct bv_irt_population *population, const int8_t *marks,
                  struct bv_err *err)
{
	double l[AREAS][GRID];
	struct normal normal;

	assert(population->area_count == areas->area_count);
	if (!normal_of(&normal, population))
		return bv_err_set(err, BV_EINVAL, "the covariance of the areas is not positive definite");
	likelihood(l, areas, marks);
	integrate(out, areas, &normal, l);
	return BV_OK;
}

/* ---- The population ---- */

struct fit {
	const struct bv_irt_areas *areas;
	const struct bv_irt_answers *answers;
	struct normal normal;
	double count[CHUNKS], log[CHUNKS], first[CHUNKS][AREAS], second[CHUNKS][AREAS][AREAS];
};

static void
fit_chunk(void *ctx, int chunk)
{
	struct fit *fit = ctx;
	size_t n = (size_t)fit->normal.n;
	double l[AREAS][GRID];
	int8_t *marks = bv_alloc(fit->areas->count);

	fit->count[chunk] = fit->log[chunk] = 0;
	memset(fit->first[chunk], 0, sizeof fit->first[chunk]);
	memset(fit->second[chunk], 0, sizeof fit->second[chunk]);
	for (size_t p = (size_t)chunk; p < fit->answers->person_count; p += CHUNKS) {
		struct bv_irt_area_score score;
		if (fit->answers->first[p] == fit->answers->first[p + 1])
			continue;
		bv_irt_answers_marks(marks, fit->answers, p);
		likelihood(l, fit->areas, marks);
		integrate(&score, fit->areas, &fit->normal, l);
		fit->count[chunk]++;
		fit->log[chunk] += score.log_likelihood;
		for (size_t a = 0; a < n; a++) {
			fit->first[chunk][a] += score.theta[a];
			for (size_t b = 0; b < n; b++)
				fit->second[chunk][a][b] += score.covariance[a][b] + score.theta[a] * score.theta[b];
		}
	}
	free(marks);
}

enum bv_status
bv_irt_population_fit(struct bv_irt_population *out, const struct bv_irt_areas *areas, const struct bv_irt_answers *answers, int threads, struct bv_err *err)
{
	struct bv_irt_population p = { .area_count = areas->area_count };
	struct fit *fit = bv_alloc(sizeof *fit);
	enum bv_status status = BV_OK;
	size_t n = (size_t)areas->area_count;

	assert(answers->item_count == areas->count);
	fit->areas = areas;
	fit->answers = answers;
	for (size_t a = 0; a < n; a++)
		for (size_t b = 0; b < n; b++)
			p.covariance[a][b] = a == b ? 1 : 0.5;
	for (p.steps = 0; status == BV_OK && p.steps < BV_IRT_POPULATION_STEPS && !p.converged; p.steps++) {
		double persons = 0, change = 0, first[AREAS] = { 0 }, second[AREAS][AREAS] = { { 0 } };
		if (!normal_of(&fit->normal, &p)) {
			status = bv_err_set(err, BV_EINVAL, "the abilities of two areas cannot be told apart in these answers");
			break;
		}
		chunks_run(threads, fit_chunk, fit);
		p.log_likelihood = 0;
		for (int c = 0; c < CHUNKS; c++) {
			persons += fit->count[c];
			p.log_likelihood += fit->log[c];
			for (size_t a = 0; a < n; a++) {
				first[a] += fit->first[c][a];
				for (size_t b = 0; b < n; b++)
					second[a][b] += fit->second[c][a][b];
			}
		}
		if (persons < 2) {
			status = bv_err_set(err, BV_EINVAL, "a population of areas wants two persons with an answer");
			break;
		}
		p.persons = (size_t)persons;
		for (size_t a = 0; a < n; a++) {
			change = fmax(change, fabs(first[a] / persons - p.mean[a]));
			p.mean[a] = first[a] / persons;
		}
		for (size_t a = 0; a < n; a++)
			for (size_t b = 0; b < n; b++) {
				double next = second[a][b] / persons - p.mean[a] * p.mean[b];
				change = fmax(change, fabs(next - p.covariance[a][b]));
				p.covariance[a][b] = next;
			}
		p.converged = change < BV_IRT_POPULATION_CHANGE;
	}
	free(fit);
	if (status == BV_OK)
		*out = p;
	return status;
}

/* ---- Plausible values ---- */

/* One value of the density that is linear between the points of the grid. */
static double
density_draw(const double *log_density, double u)
{
	double p[GRID], largest = log_density[0], total = 0, sum = 0;

	for (int q = 1; q < GRID; q++)
		largest = fmax(largest, log_density[q]);
	for (int q = 0; q < GRID; q++) {
		p[q] = log_density[q] > largest - 700 ? exponential(log_density[q] - largest) : 0;
		total += q ? (p[q - 1] + p[q]) / 2 : 0;
	}
	u *= total;
	for (int q = 1; q < GRID; q++) {
		double area = (p[q - 1] + p[q]) / 2;
		if (sum + area > u) {
			double share = (u - sum) / area, root = sqrt(p[q - 1] * p[q - 1] + share * (p[q] * p[q] - p[q - 1] * p[q - 1]));
			return -EDGE + STEP * (q - 1 + share * (p[q - 1] + p[q]) / (p[q - 1] + root));
		}
		sum += area;
	}
	return EDGE;
}

enum bv_status
bv_irt_plausible(double *out, int count, const struct bv_irt_areas *areas, const struct bv_irt_population *population, const int8_t *marks,
                 const uint8_t seed[32], uint64_t person, struct bv_err *err)
{
	double l[AREAS][GRID], theta[AREAS], factor[AREAS * AREAS], log_density[GRID];
	struct bv_stream stream;
	struct bv_sha256 sha;
	struct normal normal;
	uint8_t key[BV_HASH_LEN], number[8];
	int kept = 0, n = areas->area_count;

	assert(population->area_count == n && count >= 1);
	if (!normal_of(&normal, population))
		return bv_err_set(err, BV_EINVAL, "the covariance of the areas is not positive definite");
	for (int k = 0; k < 8; k++)
		number[k] = (uint8_t)(person >> (56 - 8 * k));
	bv_sha256_init(&sha);
	bv_sha256_add(&sha, "BV-PLAUSIBLE-1", 14);
	bv_sha256_add(&sha, seed, 32);
	bv_sha256_add(&sha, number, sizeof number);
	bv_sha256_end(&sha, key);
	bv_stream_init(&stream, key);
	likelihood(l, areas, marks);
	mode_find(theta, factor, l, &normal);
	/* Areas in turn, each from its distribution given the others (Geman & Geman 1984). One area is drawn at once. */
	for (int sweep = n == 1 ? BURN_IN + 1 : 1; kept < count; sweep++) {
		for (int a = 0; a < n; a++) {
			double mean = normal.mean[a], precision = normal.precision[a][a];
			for (int b = 0; b < n; b++)
				mean -= b == a ? 0 : normal.precision[a][b] * (theta[b] - normal.mean[b]) / precision;
			for (int q = 0; q < GRID; q++) {
				double off = -EDGE + q * STEP - mean;
				log_density[q] = l[a][q] - precision * off * off / 2;
			}
			theta[a] = density_draw(log_density, bv_stream_unit(&stream));
		}
		if (sweep > BURN_IN && (n == 1 || (sweep - BURN_IN) % BETWEEN == 0)) {
			memcpy(out + kept * n, theta, (size_t)n * sizeof *out);
			kept++;
		}
	}
	return BV_OK;
}
