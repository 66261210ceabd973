#define _GNU_SOURCE
/* Areas: scores and the population against mirt (reference: psycho/expected/multidim_3area.json), scores against a sum over a fine product grid, the
 * population against the one that answers were drawn from, plausible values against the posterior that they are drawn from. */
#include <math.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "scoring/irt/irt.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

#define MIRT_EAP 1e-4         /* of scores on given parameters; seven nodes an area (5.1e-5) */
#define MIRT_COVARIANCE 1.5e-2 /* mirt calibrated with 15 nodes an area: coarser than these posteriors (1.02e-2); by the same nodes test_irt_joint has 1e-3 */
#define MIRT_LIKELIHOOD 2.0   /* the same; ours is the higher one (1.4); by the same nodes 1e-2 */

static double
at(const struct bv_json *json, size_t row, size_t column)
{
	return bv_json_real(bv_json_at(bv_json_at(json, row), column));
}

static void
check_mirt(void)
{
	enum { ITEMS = 45 };
	const char *path = check_reference("psycho/data/syn_3area_45x3000.csv");
	BV_AUTO(bv_buf_finish) struct bv_buf sheet = BV_BUF(1u << 20), text = BV_BUF(8u << 20);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_irt_areas_free) struct bv_irt_areas *areas = NULL;
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = bv_irt_answers_new(ITEMS);
	struct bv_irt_population population = { .area_count = 3 }, fitted;
	struct bv_irt_item items[ITEMS];
	struct bv_irt_answer given[ITEMS];
	uint8_t area[ITEMS];
	struct bv_str rest, line;
	struct bv_err err;
	bool scores = true, covariances = true, estimates = true, added = true;

	if (!path || !CHECK(bv_file_read(&sheet, path, &err) == BV_OK, "answers read"))
		return;
	path = check_reference("psycho/expected/multidim_3area.json");
	if (!path || !CHECK(bv_file_read(&text, path, &err) == BV_OK && bv_json_parse(&json, bv_buf_str(&text), &err) == BV_OK, "reference read"))
		return;
	for (size_t i = 0; i < ITEMS; i++) {
		const struct bv_json *all = bv_json_find(json, "items");
		area[i] = (uint8_t)(i / 15);
		items[i] = (struct bv_irt_item){ BV_IRT_2PL, 2, at(all, i, area[i]), 0, { at(all, i, 3) } };
	}
	for (size_t a = 0; a < 3; a++)
		for (size_t b = 0; b < 3; b++)
			population.covariance[a][b] = at(bv_json_find(json, "cov"), a, b);
	CHECK_OK(bv_irt_areas_new(&areas, items, area, ITEMS, 3, &err), &err, "areas");
	rest = bv_buf_str(&sheet);
	bv_str_line(&rest, &line);
	for (size_t p = 0; bv_str_line(&rest, &line); p++) {
		int8_t marks[ITEMS];
		struct bv_irt_area_score got;
		for (uint32_t i = 0; i < ITEMS; i++) {
			marks[i] = (int8_t)(line.p[2 * i] - '0');
			given[i] = (struct bv_irt_answer){ i, marks[i] };
		}
		added &= bv_irt_answers_add(answers, given, ITEMS, 0, &err) == BV_OK;
		if (p >= 50)
			continue;
		CHECK_OK(bv_irt_area_score(&got, areas, &population, marks, &err), &err, "score");
		for (size_t a = 0; a < 3; a++) {
			scores &= near(got.theta[a], at(bv_json_find(json, "EAP_first50"), p, a), MIRT_EAP);
			scores &= near(sqrt(got.covariance[a][a]), at(bv_json_find(json, "EAP_first50"), p, 3 + a), MIRT_EAP);
			for (size_t b = 0; p < 3 && b < 3; b++)
				covariances &= near(got.covariance[a][b], at(bv_json_find(bv_json_find(json, "EAPcov_first3"), p == 0 ? "1" : p == 1 ? "2" : "3"), a, b), MIRT_EAP);
		}
	}
	CHECK(added && scores, "area scores and their errors of fifty persons as mirt has them");
	CHECK(covariances, "their covariances");
	if (CHECK_SANITIZED) /* a minute; check_recovery has the same code */
		return;
	CHECK_OK(bv_irt_population_fit(&fitted, areas, answers, 1, &err), &err, "population");
	for (size_t a = 0; a < 3; a++) {
		estimates &= near(fitted.mean[a], 0, MIRT_COVARIANCE);
		for (size_t b = 0; b < 3; b++)
			estimates &= near(fitted.covariance[a][b], population.covariance[a][b], MIRT_COVARIANCE);
	}
	CHECK(fitted.converged && fitted.persons == 3000 && estimates, "the population as mirt has it, %d steps", fitted.steps);
	CHECK(near(fitted.log_likelihood, bv_json_real(bv_json_find(json, "logLik")), MIRT_LIKELIHOOD), "its log likelihood");
}

/* Posterior means and covariance of two areas on a grid of 401 × 401. */
static void
by_grid(double theta[2], double covariance[2][2], const struct bv_irt_item *items, const uint8_t *area, size_t count, const struct bv_irt_population *p,
        const int8_t *marks)
{
	enum { N = 401 };
	static double likelihood[2][N];
	double total = 0, first[2] = { 0 }, second[2][2] = { { 0 } }, det = p->covariance[0][0] * p->covariance[1][1] - p->covariance[0][1] * p->covariance[0][1];

	for (int q = 0; q < N; q++) {
		likelihood[0][q] = likelihood[1][q] = 1;
		for (size_t i = 0; i < count; i++)
			if (marks[i] >= 0)
				likelihood[area[i]][q] *= bv_irt_probability(&items[i], marks[i], -6 + q * 0.03);
	}
	for (int q = 0; q < N; q++)
		for (int r = 0; r < N; r++) {
			double x[2] = { -6 + q * 0.03, -6 + r * 0.03 }, u = x[0] - p->mean[0], v = x[1] - p->mean[1];
			double form = (p->covariance[1][1] * u * u - 2 * p->covariance[0][1] * u * v + p->covariance[0][0] * v * v) / det;
			double w = exp(-form / 2) * likelihood[0][q] * likelihood[1][r];
			total += w;
			for (int a = 0; a < 2; a++) {
				first[a] += w * x[a];
				for (int b = 0; b < 2; b++)
					second[a][b] += w * x[a] * x[b];
			}
		}
	for (int a = 0; a < 2; a++) {
		theta[a] = first[a] / total;
		for (int b = 0; b < 2; b++)
			covariance[a][b] = second[a][b] / total - first[a] / total * (first[b] / total);
	}
}

static const struct bv_irt_item mixed[] = {
	{ BV_IRT_2PL, 2, 1.2, 0, { 0.3 } }, { BV_IRT_GRM, 4, 1.4, 0, { 1.9, 0.2, -1.1 } }, { BV_IRT_GPCM, 3, 0.9, 0, { 0.7, -0.2 } },
	{ BV_IRT_2PL, 2, 1.1, 0, { -0.4 } }, { BV_IRT_3PL, 2, 1.3, 0.2, { 0.1 } }, { BV_IRT_GPCM, 3, 1.2, 0, { 0.5, 0.1 } },
};
static const uint8_t mixed_area[] = { 0, 0, 1, 1, 0, 1 };

static void
check_grid(void)
{
	static const int8_t persons[][6] = { { 1, 2, 1, 0, 1, 2 }, { 0, 0, 0, 0, 0, 0 }, { 1, 3, 2, 1, 1, 2 }, { 1, -1, -1, -1, -1, -1 }, { -1, -1, -1, -1, -1, -1 } };
	const struct bv_irt_population p = { .area_count = 2, .mean = { 0.2, -0.3 }, .covariance = { { 1.1, 0.6 }, { 0.6, 0.9 } } };
	BV_AUTO(bv_irt_areas_free) struct bv_irt_areas *areas = NULL;
	struct bv_err err;

	CHECK_OK(bv_irt_areas_new(&areas, mixed, mixed_area, 6, 2, &err), &err, "two areas");
	for (size_t n = 0; n < BV_COUNT(persons); n++) {
		struct bv_irt_area_score got;
		double theta[2], covariance[2][2];
		bool same = true;
		CHECK_OK(bv_irt_area_score(&got, areas, &p, persons[n], &err), &err, "score");
		by_grid(theta, covariance, mixed, mixed_area, 6, &p, persons[n]);
		for (int a = 0; a < 2; a++) {
			same &= near(got.theta[a], theta[a], 2e-4);
			for (int b = 0; b < 2; b++)
				same &= near(got.covariance[a][b], covariance[a][b], 5e-4);
		}
		CHECK(same, "the sum over a grid, person %zu", n + 1);
	}
}

/* Draws of one person lie around his posterior as its moments say, and do not hang on anybody else. */
static void
check_plausible(void)
{
	enum { DRAWS = 4000 };
	static const uint8_t seed[32] = "test/plausible";
	static const int8_t marks[6] = { 1, 2, 1, 0, 1, 2 };
	static double draws[DRAWS * 2], again[5 * 2];
	const struct bv_irt_population p = { .area_count = 2, .mean = { 0.2, -0.3 }, .covariance = { { 1.1, 0.6 }, { 0.6, 0.9 } } }, bad = { .area_count = 2 };
	BV_AUTO(bv_irt_areas_free) struct bv_irt_areas *areas = NULL;
	double theta[2], covariance[2][2], mean[2] = { 0 }, got[2][2] = { { 0 } };
	struct bv_irt_area_score score;
	struct bv_err err;

	CHECK_OK(bv_irt_areas_new(&areas, mixed, mixed_area, 6, 2, &err), &err, "two areas");
	by_grid(theta, covariance, mixed, mixed_area, 6, &p, marks);
	CHECK_OK(bv_irt_plausible(draws, DRAWS, areas, &p, marks, seed, 7, &err), &err, "plausible values");
	for (int k = 0; k < DRAWS; k++)
		for (int a = 0; a < 2; a++)
			mean[a] += draws[2 * k + a] / DRAWS;
	for (int k = 0; k < DRAWS; k++)
		for (int a = 0; a < 2; a++)
			for (int b = 0; b < 2; b++)
				got[a][b] += (draws[2 * k + a] - mean[a]) * (draws[2 * k + b] - mean[b]) / DRAWS;
	bool same = true;
	for (int a = 0; a < 2; a++) {
		same &= near(mean[a], theta[a], 4 * sqrt(covariance[a][a] / DRAWS) * 1.2);
		for (int b = 0; b < 2; b++)
			same &= near(got[a][b], covariance[a][b], 4 * sqrt(2.0 / DRAWS) * 1.2 * sqrt(covariance[a][a] * covariance[b][b]));
	}
	CHECK(same, "mean and covariance of 4,000 draws are those of the posterior");
	CHECK_OK(bv_irt_plausible(again, 5, areas, &p, marks, seed, 7, &err), &err, "five of them");
	CHECK(memcmp(again, draws, sizeof again) == 0, "are the first five of more");
	CHECK_OK(bv_irt_plausible(again, 5, areas, &p, marks, seed, 8, &err), &err, "another person");
	CHECK(again[0] != draws[0], "has values of his own");
	CHECK_REFUSED(bv_irt_plausible(again, 5, areas, &bad, marks, seed, 8, &err), BV_EINVAL, &err, "positive definite", "a population without a spread");
	CHECK_REFUSED(bv_irt_area_score(&score, areas, &bad, marks, &err), BV_EINVAL, &err, "positive definite", "scores of it");
}

/* A population of six areas that answers are drawn from. */
static void
check_recovery(void)
{
	enum { ITEMS = 48, PERSONS = 200 };
	static const uint8_t key[BV_HASH_LEN] = "test/areas";
	BV_AUTO(bv_irt_areas_free) struct bv_irt_areas *areas = NULL;
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = bv_irt_answers_new(ITEMS);
	struct bv_irt_item items[ITEMS];
	struct bv_irt_answer given[ITEMS];
	struct bv_irt_population got, again;
	struct bv_stream stream;
	struct bv_err err;
	uint8_t area[ITEMS];
	bool added = true, close = true;

	bv_stream_init(&stream, key);
	for (int i = 0; i < ITEMS; i++) {
		items[i] = bv_irt_item_of(1.5, -2 + 4 * bv_stream_unit(&stream), 0, 1);
		area[i] = (uint8_t)(i % 6);
	}
	for (int p = 0; p < PERSONS; p++) {
		/* A common ability gives every pair the correlation 0.6. */
		double normal[7], theta;
		for (int k = 0; k < 7; k++)
			normal[k] = sqrt(-2 * log(1 - bv_stream_unit(&stream))) * cos(2 * M_PI * bv_stream_unit(&stream));
		for (uint32_t i = 0; i < ITEMS; i++) {
			theta = sqrt(0.6) * normal[6] + sqrt(0.4) * normal[area[i]];
			given[i] = (struct bv_irt_answer){ i, bv_stream_unit(&stream) < bv_irt_probability(&items[i], 1, theta) };
		}
		added &= bv_irt_answers_add(answers, given, ITEMS, 0, &err) == BV_OK;
	}
	CHECK_OK(bv_irt_areas_new(&areas, items, area, ITEMS, 6, &err), &err, "six areas");
	CHECK_OK(bv_irt_population_fit(&got, areas, answers, 2, &err), &err, "their population");
	for (int a = 0; a < 6; a++)
		for (int b = 0; b < a; b++)
			close &= near(got.covariance[a][b] / sqrt(got.covariance[a][a] * got.covariance[b][b]), 0.6, 0.3);
	CHECK(added && close && got.converged, "every correlation within 0.3 of the one that was drawn from, %d steps", got.steps);
	CHECK_OK(bv_irt_population_fit(&again, areas, answers, 3, &err), &err, "on three threads");
	CHECK(memcmp(again.covariance, got.covariance, sizeof again.covariance) == 0 && again.log_likelihood == got.log_likelihood, "the same bits");
	struct bv_irt_areas *none = NULL;
	CHECK_REFUSED(bv_irt_areas_new(&none, items, area, ITEMS, 7, &err), BV_ELIMIT, &err, "1 to 6", "seven areas");
	CHECK_REFUSED(bv_irt_areas_new(&none, items, area, 5, 6, &err), BV_EINVAL, &err, "area 6 has no item", "an area without an item");
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *one = bv_irt_answers_new(ITEMS);
	CHECK_OK(bv_irt_answers_add(one, given, ITEMS, 0, &err), &err, "one person");
	CHECK_REFUSED(bv_irt_population_fit(&got, areas, one, 1, &err), BV_EINVAL, &err, "two persons", "is no population");
}

int
main(void)
{
	check_mirt();
	check_grid();
	check_plausible();
	check_recovery();
	return check_end();
}
