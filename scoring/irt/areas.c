/* Several areas, each measured by items of its own, whose abilities are normal together. What the answers to one area say is a row of log likelihoods along a
 * fine grid; everything else reads from these rows between the points, by cubics. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "scoring/exponential.h"
#include "scoring/irt/answers.h"
#include "scoring/irt/around.h"
#include "scoring/irt/expectation.h"

#define GRID 241
#define STEP (2 * EDGE / (GRID - 1))
#define BURN_IN 40       /* sweeps of the Gibbs sampler before the first value, and … */
#define BETWEEN 10       /* … between two */

struct bv_irt_areas {
	size_t count;
	int area_count;
	uint8_t *area;
	struct bv_irt_item *items;
	size_t *cell;  /* first row of each item */
	double *rows;  /* log P of each category along the grid */
	struct rule rule;
};

enum bv_status
bv_irt_areas_new(struct bv_irt_areas **out, const struct bv_irt_item *items, const uint8_t *area, size_t count, int area_count, struct bv_err *err)
{
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
	rule_make(&areas->rule, area_count);
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

/* Mean and covariance of the posterior. */
static void
integrate(struct bv_irt_area_score *out, const struct bv_irt_areas *areas, const struct normal *normal, double l[AREAS][GRID])
{
	size_t n = (size_t)normal->n;
	double first[AREAS] = { 0 }, second[AREAS][AREAS] = { { 0 } };
	struct around around;
	struct cloud cloud;

	around_find(&around, &l[0][0], GRID, normal);
	out->log_likelihood = around_take(&cloud, &around, &areas->rule, &l[0][0], GRID, normal);
	for (int q = 0; q < cloud.count; q++)
		for (size_t a = 0; a < n; a++) {
			double off = cloud.theta[q][a] - around.mode[a];
			first[a] += cloud.weight[q] * off;
			for (size_t b = 0; b <= a; b++)
				second[a][b] += cloud.weight[q] * off * (cloud.theta[q][b] - around.mode[b]);
		}
	for (size_t a = 0; a < n; a++) {
		out->theta[a] = around.mode[a] + first[a];
		for (size_t b = 0; b <= a; b++)
			out->covariance[a][b] = out->covariance[b][a] = second[a][b] - first[a] * first[b];
	}
}

enum bv_status
bv_irt_area_score(struct bv_irt_area_score *out, const struct bv_irt_areas *areas, const struct bv_irt_population *population, const int8_t *marks,
                  struct bv_err *err)
{
	double l[AREAS][GRID];
	struct normal normal;

	assert(population->area_count == areas->area_count);
	if (!normal_of(&normal, population->mean, &population->covariance[0][0], population->area_count))
		return bv_err_set(err, BV_EINVAL, "the covariance of the areas is not positive definite");
	likelihood(l, areas, marks);
	integrate(out, areas, &normal, l);
	return BV_OK;
}

enum bv_status
bv_irt_area_reliability(double *out, const struct bv_irt_areas *areas, const struct bv_irt_population *population, const struct bv_irt_answers *answers,
                        struct bv_err *err)
{
	double persons = 0, mean[AREAS] = { 0 }, square[AREAS] = { 0 }, error[AREAS] = { 0 };
	int8_t *marks = bv_alloc(areas->count);
	enum bv_status status = BV_OK;

	for (size_t p = 0; status == BV_OK && p < answers->person_count; p++) {
		struct bv_irt_area_score score;
		if (answers->first[p] == answers->first[p + 1])
			continue;
		bv_irt_answers_marks(marks, answers, p);
		status = bv_irt_area_score(&score, areas, population, marks, err);
		persons++;
		for (int a = 0; status == BV_OK && a < areas->area_count; a++) {
			double off = score.theta[a] - mean[a];
			mean[a] += off / persons;
			square[a] += off * (score.theta[a] - mean[a]);
			error[a] += score.covariance[a][a];
		}
	}
	free(marks);
	for (int a = 0; a < areas->area_count; a++) {
		double variance = square[a] / (persons - 1);
		out[a] = persons > 1 ? variance / (variance + error[a] / persons) : NAN;
	}
	return status;
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
		if (!normal_of(&fit->normal, p.mean, &p.covariance[0][0], p.area_count)) {
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
	double l[AREAS][GRID], theta[AREAS], log_density[GRID];
	struct around around;
	struct bv_stream stream;
	struct bv_sha256 sha;
	struct normal normal;
	uint8_t key[BV_HASH_LEN], number[8];
	int kept = 0, n = areas->area_count;

	assert(population->area_count == n && count >= 1);
	if (!normal_of(&normal, population->mean, &population->covariance[0][0], population->area_count))
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
	around_find(&around, &l[0][0], GRID, &normal);
	memcpy(theta, around.mode, sizeof theta);
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
