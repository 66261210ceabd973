#define _GNU_SOURCE
/* Statistics of fit: against mirt (reference: psycho/expected/scores_calibrated.json), and each a second time by another way: S-X² and M2 by adding up
 * every pattern of answers, with derivatives by differences and an inverse by elimination; p by closed forms; Q3 and reliability as they are written. */
#include <math.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "scoring/irt/irt.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

/* mirt stops its calibration at changes of 1e-4; these are at the polished optimum. What was seen is in brackets. */
#define MIRT_S_X2 1e-3      /* (1.7e-4) */
#define MIRT_M2 2e-3        /* (6.7e-4) */
#define MIRT_P 2e-5         /* (1.0e-5) */
#define MIRT_RMSEA 1e-6     /* of an item and of the test (3e-7, 1.3e-7) */
#define MIRT_LIMIT 1e-5     /* of the test's RMSEA; mirt looks for it by uniroot (2.3e-6) */
#define MIRT_SRMSR 1e-6     /* (1.8e-8) */
#define MIRT_INDEX 1e-6     /* CFI, TLI (1e-7, 8e-7) */
#define MIRT_RELIABILITY 2e-6 /* (7e-8, 2.2e-8) */
#define EXACT 1e-9
#define DIFFERENCES 1e-5    /* relative, of what hangs on derivatives by differences */

static double
member(const struct bv_json *object, const char *name)
{
	return bv_json_real(bv_json_find(object, name));
}

/* P(chi square > x) by sums that end: e^(−x/2) Σ (x/2)^r/r! for an even df, for an odd one erfc(√(x/2)) and the same at half numbers. */
static double
above(double x, int df)
{
	double term = df % 2 ? exp(-x / 2) * sqrt(2 * x / M_PI) : exp(-x / 2), sum = df % 2 ? erfc(sqrt(x / 2)) : 0;

	for (int r = df % 2 ? 3 : 2; r <= df; r += 2) {
		sum += term;
		term *= x / r;
	}
	return sum;
}

static void
check_mirt(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf sheet = BV_BUF(1u << 20), text = BV_BUF(8u << 20);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = bv_irt_answers_new(30);
	struct bv_irt_estimate estimates[30] = { 0 };
	struct bv_irt_item_fit items[30];
	struct bv_irt_settings settings = bv_irt_settings_default();
	struct bv_irt_answer given[30];
	struct bv_irt_test_fit test;
	struct bv_irt_fit fit;
	struct bv_str rest, line;
	struct bv_err err;
	size_t persons;
	double marginal, empirical;
	bool same = true;

	const char *path = check_reference("psycho/data/syn_2pl_30x2000.csv");
	if (!path || !CHECK(bv_file_read(&sheet, path, &err) == BV_OK, "answers read"))
		return;
	path = check_reference("psycho/expected/scores_calibrated.json");
	if (!path || !CHECK(bv_file_read(&text, path, &err) == BV_OK && bv_json_parse(&json, bv_buf_str(&text), &err) == BV_OK, "reference read"))
		return;
	rest = bv_buf_str(&sheet);
	bv_str_line(&rest, &line);
	while (bv_str_line(&rest, &line)) {
		for (uint32_t i = 0; i < 30; i++)
			given[i] = (struct bv_irt_answer){ i, line.p[2 * i] - '0' };
		same &= bv_irt_answers_add(answers, given, 30, 0, &err) == BV_OK;
	}
	for (int i = 0; i < 30; i++)
		estimates[i].item.model = BV_IRT_2PL;
	settings.gradient = 1e-8;
	CHECK_OK(bv_irt_calibrate(&fit, estimates, answers, &settings, &err), &err, "calibrated");
	const struct bv_json *want = bv_json_find(json, "syn2pl"), *m2 = bv_json_at(bv_json_find(want, "M2"), 0);
	CHECK_OK(bv_irt_item_fits(items, &persons, estimates, answers, 0, &fit.groups[0], &err), &err, "S-X²");
	CHECK(persons == 2000, "everybody answered everything");
	for (size_t i = 0; i < 30; i++) {
		const struct bv_json *row = bv_json_at(bv_json_find(want, "SX2"), i);
		same &= near(items[i].s_x2, member(row, "S_X2"), MIRT_S_X2) && items[i].df == (int)bv_json_int(bv_json_find(row, "df.S_X2")) &&
		        near(items[i].p, member(row, "p.S_X2"), MIRT_P) && near(items[i].rmsea, member(row, "RMSEA.S_X2"), MIRT_RMSEA);
		CHECK(near(items[i].p, above(items[i].s_x2, items[i].df), 1e-12), "p of item %zu by a sum that ends", i + 1);
	}
	CHECK(same, "S-X², its degrees of freedom, p and RMSEA of 30 items as mirt has them");
	CHECK_OK(bv_irt_test_fit_take(&test, estimates, answers, &settings, &fit.groups[0], &err), &err, "M2");
	CHECK(near(test.m2, member(m2, "M2"), MIRT_M2) && test.df == 405 && near(test.p, member(m2, "p"), MIRT_P), "M2, df and p of mirt");
	CHECK(near(test.rmsea, member(m2, "RMSEA"), MIRT_RMSEA) && test.rmsea_low == 0 && near(test.rmsea_high, member(m2, "RMSEA_95"), MIRT_LIMIT), "its RMSEA with limits");
	CHECK(near(test.srmsr, member(m2, "SRMSR"), MIRT_SRMSR) && near(test.cfi, member(m2, "CFI"), MIRT_INDEX) && near(test.tli, member(m2, "TLI"), MIRT_INDEX),
	      "SRMSR, CFI, TLI");
	bv_irt_reliability(&marginal, &empirical, estimates, answers, 0, &fit.groups[0]);
	CHECK(near(marginal, member(want, "marginal_rxx"), MIRT_RELIABILITY) && near(empirical, member(want, "empirical_rxx"), MIRT_RELIABILITY), "marginal and empirical reliability");
	/* P(noncentral chi square <= M2) at the limit is 5 %: a Poisson mixture of sums that end. */
	double noncentrality = test.rmsea_high * test.rmsea_high * 1999 * test.df, sum = 0;
	for (int j = 0; j < 400; j++)
		sum += exp(j * log(noncentrality / 2) - noncentrality / 2 - lgamma(j + 1)) * (1 - above(test.m2, test.df + 2 * j));
	CHECK(near(sum, 0.05, 1e-9), "the upper limit of RMSEA");
}

/* ---- Every pattern of answers ---- */

#define PATTERNS_MAX 1024

struct world {
	struct bv_irt_estimate items[6];
	size_t count, patterns;
	int marks[PATTERNS_MAX][6];
	double p[PATTERNS_MAX];
	double mean, variance;
};

static void
world_fill(struct world *w)
{
	double total = 0, weight[BV_IRT_NODES];

	w->patterns = 1;
	for (size_t i = 0; i < w->count; i++)
		w->patterns *= (size_t)w->items[i].item.categories;
	for (int q = 0; q < BV_IRT_NODES; q++) {
		double z = bv_irt_node(q) - w->mean;
		weight[q] = exp(-z * z / (2 * w->variance));
		total += weight[q];
	}
	for (size_t n = 0; n < w->patterns; n++) {
		size_t rest = n;
		for (size_t i = 0; i < w->count; i++) {
			w->marks[n][i] = (int)(rest % (size_t)w->items[i].item.categories);
			rest /= (size_t)w->items[i].item.categories;
		}
		w->p[n] = 0;
		for (int q = 0; q < BV_IRT_NODES; q++) {
			double product = weight[q] / total;
			for (size_t i = 0; i < w->count; i++)
				product *= bv_irt_probability(&w->items[i].item, w->marks[n][i], bv_irt_node(q));
			w->p[n] += product;
		}
	}
}

/* persons drawn, so that counts are not what is expected. */
static struct bv_irt_answers *
world_draw(const struct world *w, int persons, const char *name, double counts[PATTERNS_MAX])
{
	struct bv_irt_answers *answers = bv_irt_answers_new(w->count);
	struct bv_irt_answer given[6];
	struct bv_stream stream;
	struct bv_err err;
	uint8_t key[BV_HASH_LEN] = { 0 };

	memcpy(key, name, strlen(name));
	bv_stream_init(&stream, key);
	memset(counts, 0, PATTERNS_MAX * sizeof *counts);
	for (int p = 0; p < persons; p++) {
		double u = bv_stream_unit(&stream);
		size_t n = 0;
		while (n + 1 < w->patterns && (u -= w->p[n]) >= 0)
			n++;
		counts[n]++;
		for (uint32_t i = 0; i < w->count; i++)
			given[i] = (struct bv_irt_answer){ i, w->marks[n][i] };
		if (bv_irt_answers_add(answers, given, w->count, 0, &err) != BV_OK)
			CHECK(false, "drawn: %s", err.msg);
	}
	return answers;
}

/* S-X² without cells that are too small: 20,000 persons see to that. */
static void
check_patterns_s_x2(const struct world *w, const struct bv_irt_answers *answers, const double *counts, const struct bv_irt_ability_spread *ability)
{
	struct bv_irt_item_fit got[6];
	struct bv_err err;
	size_t persons;
	int top = 0;

	CHECK_OK(bv_irt_item_fits(got, &persons, w->items, answers, 0, ability, &err), &err, "S-X²");
	for (size_t i = 0; i < w->count; i++)
		top += w->items[i].item.categories - 1;
	for (size_t i = 0; i < w->count; i++) {
		double seen[64][4] = { { 0 } }, share[64][4] = { { 0 } }, square = 0;
		int cells = 0, rows = 0;
		bool small = false;
		for (size_t n = 0; n < w->patterns; n++) {
			int sum = 0;
			for (size_t j = 0; j < w->count; j++)
				sum += w->marks[n][j];
			seen[sum][w->marks[n][i]] += counts[n];
			share[sum][w->marks[n][i]] += w->p[n];
		}
		for (int s = 1; s < top; s++) {
			double persons_here = 0, all = 0;
			for (int k = 0; k < 4; k++) {
				persons_here += seen[s][k];
				all += share[s][k];
			}
			rows++;
			for (int k = 0; k < 4; k++) {
				double e = persons_here * share[s][k] / all;
				if (share[s][k] == 0)
					continue;
				small |= e < 1;
				cells++;
				square += (seen[s][k] - e) * (seen[s][k] - e) / e;
			}
		}
		CHECK(!small && near(got[i].s_x2, square, EXACT * square), "S-X² of item %zu by every pattern", i + 1);
	}
}

/* The parameters of a world, one after the other. */
static double *
param(struct world *w, size_t p)
{
	for (size_t i = 0; i < w->count; i++) {
		struct bv_irt_item *item = &w->items[i].item;
		if (item->model != BV_IRT_PCM && item->model != BV_IRT_RASCH && p-- == 0)
			return &item->a;
		if (p < (size_t)item->categories - 1)
			return &item->d[p];
		p -= (size_t)item->categories - 1;
		if (item->model == BV_IRT_3PL && p-- == 0)
			return &item->c;
	}
	return &w->variance;
}

/* x := a⁻¹ x, n × n and n × m, by elimination with pivots. */
static void
eliminate(double *a, double *x, size_t n, size_t m)
{
	for (size_t c = 0; c < n; c++) {
		size_t best = c;
		for (size_t r = c; r < n; r++)
			if (fabs(a[r * n + c]) > fabs(a[best * n + c]))
				best = r;
		for (size_t k = 0; k < n; k++) {
			double t = a[c * n + k];
			a[c * n + k] = a[best * n + k];
			a[best * n + k] = t;
		}
		for (size_t k = 0; k < m; k++) {
			double t = x[c * m + k];
			x[c * m + k] = x[best * m + k];
			x[best * m + k] = t;
		}
		for (size_t r = 0; r < n; r++) {
			double f = r == c ? 0 : a[r * n + c] / a[c * n + c];
			for (size_t k = 0; k < n; k++)
				a[r * n + k] -= f * a[c * n + k];
			for (size_t k = 0; k < m; k++)
				x[r * m + k] -= f * x[c * m + k];
		}
	}
	for (size_t r = 0; r < n; r++)
		for (size_t k = 0; k < m; k++)
			x[r * m + k] /= a[r * n + r];
}

/* Moment m of a pattern. */
static double
product(const struct world *w, size_t n, size_t m)
{
	if (m < w->count)
		return w->marks[n][m];
	m -= w->count;
	for (size_t i = 0; i < w->count; i++)
		for (size_t j = i + 1; j < w->count; j++)
			if (m-- == 0)
				return w->marks[n][i] * w->marks[n][j];
	return 0;
}

/* M2 = N e'(Ξ⁻¹ − Ξ⁻¹Δ(Δ'Ξ⁻¹Δ)⁻¹Δ'Ξ⁻¹)e, as the paper has it. */
static double
m2_by_patterns(const struct world *w, const double *counts, double persons, size_t params)
{
	size_t s = w->count * (w->count + 1) / 2;
	double xi[21 * 21], e[21] = { 0 }, mean[21] = { 0 }, delta[21 * 20], work[21 * 21], left[21 * 20], right[21], inner[20 * 20] = { 0 }, top[20] = { 0 }, m2 = 0;

	for (size_t m = 0; m < s; m++)
		for (size_t n = 0; n < w->patterns; n++) {
			mean[m] += w->p[n] * product(w, n, m);
			e[m] += (counts[n] / persons - w->p[n]) * product(w, n, m);
		}
	for (size_t a = 0; a < s; a++)
		for (size_t b = 0; b < s; b++) {
			xi[a * s + b] = -mean[a] * mean[b];
			for (size_t n = 0; n < w->patterns; n++)
				xi[a * s + b] += w->p[n] * product(w, n, a) * product(w, n, b);
		}
	memset(delta, 0, sizeof delta);
	for (size_t p = 0; p < params; p++)
		for (int side = -1; side <= 1; side += 2) {
			struct world moved = *w;
			*param(&moved, p) += side * 1e-4;
			world_fill(&moved);
			for (size_t m = 0; m < s; m++)
				for (size_t n = 0; n < w->patterns; n++)
					delta[m * params + p] += side * moved.p[n] * product(w, n, m) / 2e-4;
		}
	memcpy(work, xi, sizeof work);
	memcpy(left, delta, sizeof left);
	eliminate(work, left, s, params);
	memcpy(work, xi, sizeof work);
	memcpy(right, e, sizeof right);
	eliminate(work, right, s, 1);
	for (size_t m = 0; m < s; m++) {
		m2 += e[m] * right[m];
		for (size_t p = 0; p < params; p++) {
			top[p] += delta[m * params + p] * right[m];
			for (size_t t = 0; t < params; t++)
				inner[p * params + t] += delta[m * params + p] * left[m * params + t];
		}
	}
	double solved[20];
	memcpy(solved, top, sizeof solved);
	eliminate(inner, solved, params, 1);
	for (size_t p = 0; p < params; p++)
		m2 -= top[p] * solved[p];
	return persons * m2;
}

static void
check_patterns(void)
{
	static const struct {
		const char *name;
		struct bv_irt_item items[6];
		size_t count, params;
		double variance;
	} cases[] = {
		{ "2PL", { { BV_IRT_2PL, 2, 1.2, 0, { 0.3 } }, { BV_IRT_2PL, 2, 0.8, 0, { -0.5 } }, { BV_IRT_2PL, 2, 1.7, 0, { 0.9 } }, { BV_IRT_2PL, 2, 1, 0, { 0 } }, { BV_IRT_2PL, 2, 1.4, 0, { -1 } } }, 5, 10, 1 },
		{ "partial credit", { { BV_IRT_PCM, 3, 1, 0, { 0.8, 0.2 } }, { BV_IRT_RASCH, 2, 1, 0, { -0.4 } }, { BV_IRT_PCM, 3, 1, 0, { 0.1, -0.5 } }, { BV_IRT_RASCH, 2, 1, 0, { 0.6 } }, { BV_IRT_RASCH, 2, 1, 0, { 0 } } }, 5, 8, 1.3 },
		{ "mixed", { { BV_IRT_GPCM, 3, 0.9, 0, { 0.7, -0.2 } }, { BV_IRT_GRM, 4, 1.3, 0, { 1.5, 0.1, -1.2 } }, { BV_IRT_2PL, 2, 1.1, 0, { 0.2 } }, { BV_IRT_2PL, 2, 0.9, 0, { -0.7 } }, { BV_IRT_GRM, 3, 1.1, 0, { 0.8, -0.6 } }, { BV_IRT_2PL, 2, 1.5, 0, { 0.4 } } }, 6, 16, 1 },
	};
	enum { PERSONS = 20000 };

	for (size_t c = 0; c < BV_COUNT(cases); c++) {
		struct world w = { .count = cases[c].count, .variance = cases[c].variance };
		struct bv_irt_settings settings = bv_irt_settings_default();
		struct bv_irt_ability_spread ability = { .variance = cases[c].variance };
		struct bv_irt_test_fit got;
		struct bv_err err;
		double counts[PATTERNS_MAX];
		for (size_t i = 0; i < w.count; i++)
			w.items[i] = (struct bv_irt_estimate){ .item = cases[c].items[i], .marks = (uint16_t)((1u << cases[c].items[i].categories) - 1), .state = BV_IRT_ESTIMATED };
		world_fill(&w);
		BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = world_draw(&w, PERSONS, cases[c].name, counts);
		check_patterns_s_x2(&w, answers, counts, &ability);
		CHECK_OK(bv_irt_test_fit_take(&got, w.items, answers, &settings, &ability, &err), &err, cases[c].name);
		double want = m2_by_patterns(&w, counts, PERSONS, cases[c].params);
		CHECK(got.df == (int)(w.count * (w.count + 1) / 2 - cases[c].params) && near(got.m2, want, DIFFERENCES * (1 + want)), "M2 by every pattern: %s", cases[c].name);
		CHECK(near(got.p, above(got.m2, got.df), 1e-12), "  its p by a sum that ends");
		/* Nothing is free: M2 is the whole distance, and greater. */
		for (size_t i = 0; i < w.count; i++)
			w.items[i].state = BV_IRT_FIXED;
		double less = got.m2;
		CHECK_OK(bv_irt_test_fit_take(&got, w.items, answers, &settings, &ability, &err), &err, "fixed items");
		CHECK(got.df == (int)(w.count * (w.count + 1) / 2) && got.m2 > less, "  with all items fixed");
	}
}

/* ---- Q3 ---- */

static struct bv_irt_answers *
dependent_draw(bool dependent, bool gaps, struct bv_irt_estimate items[12])
{
	struct bv_irt_answers *answers = bv_irt_answers_new(12);
	struct bv_irt_answer given[12];
	struct bv_stream stream;
	struct bv_err err;
	static const uint8_t key[BV_HASH_LEN] = "test/q3";

	for (int i = 0; i < 12; i++)
		items[i] = (struct bv_irt_estimate){ .item = { BV_IRT_2PL, 2, 0.8 + 0.1 * i, 0, { 1 - 0.2 * i } }, .marks = 3, .state = BV_IRT_ESTIMATED };
	bv_stream_init(&stream, key);
	for (int p = 0; p < 1500; p++) {
		double theta = sqrt(-2 * log(1 - bv_stream_unit(&stream))) * cos(2 * M_PI * bv_stream_unit(&stream)), copied = bv_stream_unit(&stream);
		size_t count = 0;
		for (uint32_t i = 0; i < 12; i++) {
			int mark = bv_stream_unit(&stream) < bv_irt_probability(&items[i].item, 1, theta);
			/* The last item often repeats the first. */
			if (dependent && i == 11 && copied < 0.5 && given[0].item == 0)
				mark = given[0].mark;
			if (!gaps || i == 0 || i == 11 || bv_stream_unit(&stream) < 0.8)
				given[count++] = (struct bv_irt_answer){ i, mark };
		}
		if (bv_irt_answers_add(answers, given, count, 0, &err) != BV_OK)
			CHECK(false, "drawn: %s", err.msg);
	}
	return answers;
}

/* Q3 of one pair as it is written. */
static double
q3_of(const struct bv_irt_answers *answers, const struct bv_irt_estimate *items, size_t i, size_t j)
{
	struct bv_irt_scorer *scorer = NULL;
	struct bv_irt_item plain[12];
	struct bv_err err;
	double n = 0, mx = 0, my = 0, sxy = 0, sxx = 0, syy = 0;

	for (int k = 0; k < 12; k++)
		plain[k] = items[k].item;
	CHECK_OK(bv_irt_scorer_new(&scorer, plain, 12, 0, 1, &err), &err, "scorer");
	for (int pass = 0; pass < 2; pass++)
		for (size_t p = 0; p < bv_irt_answers_persons(answers); p++) {
			int8_t marks[12];
			struct bv_irt_score score;
			bv_irt_answers_marks(marks, answers, p);
			if (marks[i] < 0 || marks[j] < 0)
				continue;
			bv_irt_score(&score, scorer, BV_IRT_EAP, marks);
			double x = marks[i] - bv_irt_expected(&plain[i], score.theta), y = marks[j] - bv_irt_expected(&plain[j], score.theta);
			if (pass == 0) {
				n++;
				mx += x;
				my += y;
			} else {
				sxy += (x - mx / n) * (y - my / n);
				sxx += (x - mx / n) * (x - mx / n);
				syy += (y - my / n) * (y - my / n);
			}
		}
	bv_irt_scorer_free(scorer);
	return sxy / sqrt(sxx * syy);
}

static void
check_q3(void)
{
	const struct bv_irt_ability_spread ability = { .variance = 1 };
	struct bv_irt_estimate items[12];
	struct bv_irt_residuals got, again;
	struct bv_err err;

	for (int gaps = 0; gaps < 2; gaps++) {
		BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = dependent_draw(true, gaps, items), *clean = dependent_draw(false, gaps, items);
		CHECK_OK(bv_irt_residuals_take(&got, items, answers, 0, &ability, 99, 1, &err), &err, "Q3");
		CHECK(got.count == 66 && got.suspect_count == 1 && got.suspects[0].first == 0 && got.suspects[0].second == 11 && got.suspects[0].q3 == got.largest,
		      "the pair that hangs together is found%s", gaps ? ", with gaps" : "");
		CHECK(near(got.largest, q3_of(answers, items, 0, 11), 1e-12), "  its Q3 as it is written");
		CHECK_OK(bv_irt_residuals_take(&again, items, answers, 0, &ability, 99, 4, &err), &err, "Q3 on four threads");
		CHECK(got.critical == again.critical && got.mean == again.mean && got.critical > 0.05 && got.critical < 0.2, "  the same critical value on four threads");
		free(got.suspects);
		free(again.suspects);
		CHECK_OK(bv_irt_residuals_take(&got, items, clean, 0, &ability, 0, 1, &err), &err, "Q3 by the rule");
		CHECK(got.critical == 0.2 && got.suspect_count == 0, "  nothing is found where there is nothing");
		free(got.suspects);
	}
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = dependent_draw(false, false, items);
	CHECK_REFUSED(bv_irt_residuals_take(&got, items, answers, 0, &ability, 10001, 1, &err), BV_EINVAL, &err, "0 to 10000", "10,001 replicates");
	for (int i = 1; i < 12; i++)
		items[i].state = BV_IRT_CONSTANT;
	CHECK_REFUSED(bv_irt_residuals_take(&got, items, answers, 0, &ability, 0, 1, &err), BV_EINVAL, &err, "2 to 2000 items", "Q3 of one item");
	struct bv_irt_item_fit fits[12];
	struct bv_irt_test_fit test;
	struct bv_irt_settings settings = bv_irt_settings_default();
	size_t persons;
	CHECK_REFUSED(bv_irt_item_fits(fits, &persons, items, answers, 0, &ability, &err), BV_EINVAL, &err, "2 items", "S-X² of one item");
	CHECK_REFUSED(bv_irt_test_fit_take(&test, items, answers, &settings, &ability, &err), BV_EINVAL, &err, "2 to 77 items", "M2 of one item");
	items[1].state = BV_IRT_ESTIMATED;
	CHECK_REFUSED(bv_irt_test_fit_take(&test, items, answers, &settings, &ability, &err), BV_EINVAL, &err, "for 4 parameters", "M2 of two items");
}

/* 77 items are 3,003 moments, and 78 are too many; a sheet that nobody filled in has no S-X². */
static void
check_limits(void)
{
	struct bv_irt_estimate items[78];
	struct bv_irt_item_fit fits[78];
	struct bv_irt_test_fit test;
	struct bv_irt_settings settings = bv_irt_settings_default();
	const struct bv_irt_ability_spread ability = { .variance = 1 };
	struct bv_irt_answer given[2] = { { 0, 1 }, { 1, 0 } };
	struct bv_err err;
	size_t persons;
	double marginal, empirical;

	for (int i = 0; i < 78; i++)
		items[i] = (struct bv_irt_estimate){ .item = { BV_IRT_2PL, 2, 1, 0, { 0 } }, .marks = 3, .state = BV_IRT_ESTIMATED };
	for (size_t n = 77; n <= 78; n++) {
		BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = bv_irt_answers_new(n);
		CHECK_OK(bv_irt_answers_add(answers, given, 2, 0, &err), &err, "one person, two answers");
		if (n == 77)
			CHECK_REFUSED(bv_irt_test_fit_take(&test, items, answers, &settings, &ability, &err), BV_EINVAL, &err, "two persons", "M2 of 77 items and nobody");
		else
			CHECK_REFUSED(bv_irt_test_fit_take(&test, items, answers, &settings, &ability, &err), BV_ELIMIT, &err, "not 78", "M2 of 78 items");
		CHECK_OK(bv_irt_item_fits(fits, &persons, items, answers, 0, &ability, &err), &err, "S-X² of nobody");
		CHECK(persons == 0 && fits[0].df == 0, "  has no degree of freedom");
		bv_irt_reliability(&marginal, &empirical, items, answers, 0, &ability);
		CHECK(marginal > 0.9 && isnan(empirical), "  marginal reliability needs no persons, empirical does");
	}
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *two = bv_irt_answers_new(2);
	CHECK_OK(bv_irt_answers_add(two, given, 2, 1, &err), &err, "a second group");
	CHECK_REFUSED(bv_irt_test_fit_take(&test, items, two, &settings, &ability, &err), BV_EINVAL, &err, "one group, not 2", "M2 of two groups");
}

int
main(void)
{
	check_mirt();
	check_patterns();
	check_q3();
	check_limits();
	return check_end();
}
