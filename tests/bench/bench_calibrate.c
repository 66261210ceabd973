/* Calibration and scores on one core, in CPU seconds, beside the bars of issue 7 and what mirt 1.45 took on a machine of this kind. */
#include <math.h>
#include <sys/resource.h>
#include <time.h>

#include "base/hash.h"
#include "scoring/irt/irt.h"
#include "tests/bench/bench.h"

static double
cpu_s(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static double
normal(struct bv_stream *stream)
{
	return sqrt(-2 * log(1 - bv_stream_unit(stream))) * cos(2 * M_PI * bv_stream_unit(stream));
}

static struct bv_irt_item
item_draw(struct bv_stream *stream, enum bv_irt_model model)
{
	double a = 0.5 + 1.5 * bv_stream_unit(stream), b = -2 + 4 * bv_stream_unit(stream);
	struct bv_irt_item item = { model, 2, a, 0, { -a * b } };

	if (model == BV_IRT_3PL)
		item.c = 0.1 + 0.2 * bv_stream_unit(stream);
	if (model >= BV_IRT_GRM) {
		item.categories = 4;
		item.d[0] = 1.2 - a * b;
		item.d[1] = model == BV_IRT_GRM ? -a * b : 1.0 - a * b;
		item.d[2] = model == BV_IRT_GRM ? -1.2 - a * b : -0.5 - a * b;
	}
	return item;
}

static int
mark_draw(struct bv_stream *stream, const struct bv_irt_item *item, double theta)
{
	double u = bv_stream_unit(stream);
	int k = 0;

	while (k < item->categories - 1 && (u -= bv_irt_probability(item, k, theta)) > 0)
		k++;
	return k;
}

static struct bv_irt_answers *
answers_draw(const struct bv_irt_item *items, size_t item_count, int persons, size_t each, struct bv_stream *stream)
{
	struct bv_irt_answers *answers = bv_irt_answers_new(item_count);
	struct bv_irt_answer given[1000];
	struct bv_err err;

	for (int p = 0; p < persons; p++) {
		double theta = normal(stream);
		size_t count = 0;
		/* Of the items left, so many are still to be chosen. */
		for (size_t i = 0; i < item_count; i++)
			if (each == item_count || bv_stream_below(stream, item_count - i) < each - count)
				given[count++] = (struct bv_irt_answer){ (uint32_t)i, mark_draw(stream, &items[i], theta) };
		must(bv_irt_answers_add(answers, given, count, 0, &err), &err);
	}
	return answers;
}

struct task {
	const char *name;
	enum bv_irt_model model;
	size_t items, each;
	int persons;
	bool errors, prior;
	double bar_s, mirt_s;
};

static void
task_run(const struct task *task, struct bv_stream *stream)
{
	struct bv_irt_item items[1000];
	struct bv_irt_estimate *estimates = bv_alloc_array(task->items, sizeof *estimates);
	struct bv_irt_settings settings = bv_irt_settings_default();
	struct bv_irt_fit fit;
	struct bv_err err;

	for (size_t i = 0; i < task->items; i++) {
		enum bv_irt_model model = task->model != BV_IRT_GRM || i < task->items / 2 ? task->model : BV_IRT_GPCM;
		model = task->model == BV_IRT_GRM && i < task->items / 4 ? BV_IRT_2PL : model;
		items[i] = item_draw(stream, model);
		estimates[i].item.model = model;
	}
	struct bv_irt_answers *answers = answers_draw(items, task->items, task->persons, task->each, stream);
	settings.errors = task->errors;
	if (task->prior)
		settings.prior = (struct bv_irt_prior){ .a_sd = 0.5, .c_alpha = 5, .c_beta = 17 };
	double start = cpu_s();
	must(bv_irt_calibrate(&fit, estimates, answers, &settings, &err), &err);
	double took = cpu_s() - start;
	printf("%-42s %7.3f s  bar %5.2f  mirt %6.1f s  %6.0f times  %3d passes, gradient %.1e%s\n", task->name, took, task->bar_s, task->mirt_s,
	       task->mirt_s / took, fit.steps, fit.gradient, took <= task->bar_s && fit.converged ? "" : "  ABOVE THE BAR");
	bv_irt_answers_free(answers);
	free(estimates);
}

/* Three correlated areas; mirt's seconds are for 15 nodes an area and a convergence of 1e-4, without errors. */
static void
areas_run(struct bv_stream *stream)
{
	enum { AREAS = 3, EACH = 15, ITEMS = AREAS * EACH, PERSONS = 3000 };
	struct bv_irt_estimate estimates[ITEMS] = { 0 };
	struct bv_irt_settings settings = bv_irt_settings_default();
	struct bv_irt_answers *answers = bv_irt_answers_new(ITEMS);
	struct bv_irt_item items[ITEMS];
	struct bv_irt_population population;
	struct bv_irt_fit fit;
	struct bv_err err;
	uint8_t area[ITEMS];

	for (int i = 0; i < ITEMS; i++) {
		area[i] = (uint8_t)(i / EACH);
		items[i] = item_draw(stream, BV_IRT_2PL);
		estimates[i].item.model = BV_IRT_2PL;
	}
	for (int p = 0; p < PERSONS; p++) {
		struct bv_irt_answer given[ITEMS];
		double all = normal(stream), theta[AREAS];
		for (int a = 0; a < AREAS; a++)
			theta[a] = 0.8 * all + 0.6 * normal(stream);
		for (int i = 0; i < ITEMS; i++)
			given[i] = (struct bv_irt_answer){ (uint32_t)i, mark_draw(stream, &items[i], theta[area[i]]) };
		must(bv_irt_answers_add(answers, given, ITEMS, 0, &err), &err);
	}
	for (int nodes = 15; nodes <= 31; nodes += 16) {
		settings.nodes = nodes;
		settings.errors = nodes == 31;
		double start = cpu_s();
		must(bv_irt_calibrate_areas(&fit, &population, estimates, area, AREAS, answers, &settings, &err), &err);
		double took = cpu_s() - start;
		printf("%-42s %7.3f s             mirt %6.1f s  %6.0f times  %3d passes, gradient %.1e\n",
		       nodes == 15 ? "3 areas of 15 x 3,000, 15 nodes" : "3 areas of 15 x 3,000, 31 nodes, errors", took, 45.0, 45 / took, fit.steps, fit.gradient);
	}
	bv_irt_answers_free(answers);
}

static void
scores_run(struct bv_stream *stream, enum bv_irt_method method, double bar)
{
	enum { ITEMS = 40, PERSONS = 1000 };
	static int8_t marks[PERSONS][ITEMS];
	struct bv_irt_item items[ITEMS];
	struct bv_irt_scorer *scorer = NULL;
	struct bv_err err;
	double sink = 0;

	for (int i = 0; i < ITEMS; i++)
		items[i] = item_draw(stream, BV_IRT_3PL);
	for (int p = 0; p < PERSONS; p++) {
		double theta = normal(stream);
		for (int i = 0; i < ITEMS; i++)
			marks[p][i] = (int8_t)mark_draw(stream, &items[i], theta);
	}
	must(bv_irt_scorer_new(&scorer, items, ITEMS, 0, 1, &err), &err);
	double start = cpu_s();
	int rounds = 0;
	for (; cpu_s() - start < 1; rounds++)
		for (int p = 0; p < PERSONS; p++) {
			struct bv_irt_score score;
			bv_irt_score(&score, scorer, method, marks[p]);
			sink += score.theta;
		}
	double rate = rounds * (double)PERSONS / (cpu_s() - start);
	printf("%-42s %10.0f persons/s  bar %8.0f%s\n", bv_irt_method_name(method), rate, bar, rate >= bar && isfinite(sink) ? "" : "  BELOW THE BAR");
	bv_irt_scorer_free(scorer);
}

/* Statistics of fit of 30 x 2,000; mirt's seconds are for these very sizes. */
static void
fits_run(struct bv_stream *stream)
{
	enum { ITEMS = 30, PERSONS = 2000 };
	struct bv_irt_item items[ITEMS];
	struct bv_irt_estimate estimates[ITEMS] = { 0 };
	struct bv_irt_settings settings = bv_irt_settings_default();
	struct bv_irt_item_fit fits[ITEMS];
	struct bv_irt_test_fit test;
	struct bv_irt_residuals residuals;
	struct bv_irt_fit fit;
	struct bv_err err;
	size_t persons;

	for (int i = 0; i < ITEMS; i++) {
		items[i] = item_draw(stream, BV_IRT_2PL);
		estimates[i].item.model = BV_IRT_2PL;
	}
	struct bv_irt_answers *answers = answers_draw(items, ITEMS, PERSONS, ITEMS, stream);
	must(bv_irt_calibrate(&fit, estimates, answers, &settings, &err), &err);
	double start = cpu_s();
	must(bv_irt_item_fits(fits, &persons, estimates, answers, 0, &fit.groups[0], &err), &err);
	double took = cpu_s() - start;
	printf("%-42s %7.3f s             mirt %6.2f s  %6.0f times\n", "S-X2 30 x 2,000", took, 0.21, 0.21 / took);
	start = cpu_s();
	must(bv_irt_test_fit_take(&test, estimates, answers, &settings, &fit.groups[0], &err), &err);
	took = cpu_s() - start;
	printf("%-42s %7.3f s             mirt %6.2f s  %6.0f times\n", "M2 30 x 2,000", took, 1.1, 1.1 / took);
	for (int replicates = 0; replicates <= 99; replicates += 99) {
		start = cpu_s();
		must(bv_irt_residuals_take(&residuals, estimates, answers, 0, &fit.groups[0], replicates, 1, &err), &err);
		printf("%-42s %7.3f s\n", replicates ? "Q3 30 x 2,000 with 99 drawn sheets" : "Q3 30 x 2,000", cpu_s() - start);
		free(residuals.suspects);
	}
	bv_irt_answers_free(answers);
}

int
main(void)
{
	static const struct task tasks[] = {
		{ "2PL 100 x 10,000", BV_IRT_2PL, 100, 100, 10000, false, false, 0.25, 8.4 },
		{ "2PL 100 x 10,000 with standard errors", BV_IRT_2PL, 100, 100, 10000, true, false, 0.6, 81 },
		{ "3PL 40 x 5,000, priors", BV_IRT_3PL, 40, 40, 5000, false, true, 0.15, 2.2 },
		{ "3PL 40 x 5,000, pure ML", BV_IRT_3PL, 40, 40, 5000, false, false, 1, 19.7 },
		{ "2PL, GRM and GPCM 40 x 4,000", BV_IRT_GRM, 40, 40, 4000, false, false, 0.5, 266 },
		{ "2PL 500 x 100,000, 40 answers each", BV_IRT_2PL, 500, 40, 100000, false, false, 2.5, 263 },
	};
	static const uint8_t key[BV_HASH_LEN] = "bench/calibrate";
	struct bv_stream stream;
	struct rusage usage;

	bv_stream_init(&stream, key);
	for (size_t i = 0; i < BV_COUNT(tasks); i++)
		task_run(&tasks[i], &stream);
	getrusage(RUSAGE_SELF, &usage);
	printf("%-42s %7ld MB  bar 150  mirt 4300 MB\n", "largest memory", usage.ru_maxrss / 1024);
	areas_run(&stream);
	fits_run(&stream);
	scores_run(&stream, BV_IRT_EAP, 1e6);
	scores_run(&stream, BV_IRT_WLE, 2e5);
	scores_run(&stream, BV_IRT_MAP, 0);
	scores_run(&stream, BV_IRT_ML, 0);
	return 0;
}
