#define _GNU_SOURCE
/* Recovery: are parameters and abilities found that answers were drawn from, and does an interval of 95 % hold them 95 times in a hundred? Without arguments a
 * short slice, with limits; with a STUDY, REPLICATIONS and a SEED the table of doc/psychometrics.md (tools/campaign/recovery). The same seed, the same table. */
#include <math.h>

#include "base/hash.h"
#include "base/mem.h"
#include "scoring/irt/irt.h"
#include "tests/check.h"

#define ITEMS_MAX 60
#define Z95 1.959963984540054

enum kind { SLOPE, INTERCEPT, ASYMPTOTE, MEAN, VARIANCE, KINDS };
static const char *const kind_names[KINDS] = { "a", "d", "c", "mean", "variance" };

/* What is drawn, and how it is calibrated. */
struct study {
	const char *name;
	enum bv_irt_model models[3]; /* in turn; the last until the end */
	int shares[3];               /* how many items each has */
	int persons[2];              /* of the reference group, of the second one */
	double mean[2], sd[2];       /* of ability */
	int each;                    /* items put to a person, 0: all */
	int fixed;                   /* so many of the items are known, and ability is free */
	bool prior;                  /* items are drawn anew from the priors for every replication */
	bool logs;                   /* the mode is that in log a and logit c, which are less skewed than a and c */
};

static const struct study studies[] = {
	{ "rasch", { BV_IRT_RASCH }, { 20 }, { 1000 }, { 0 }, { 1.2 }, 0, 0, false, false },
	{ "1pl", { BV_IRT_1PL }, { 20 }, { 1000 }, { 0 }, { 1 }, 0, 0, false, false },
	{ "2pl", { BV_IRT_2PL }, { 30 }, { 2000 }, { 0 }, { 1 }, 0, 0, false, false },
	{ "3pl", { BV_IRT_3PL }, { 30 }, { 2000 }, { 0 }, { 1 }, 0, 0, true, false },
	{ "3pl-log", { BV_IRT_3PL }, { 30 }, { 2000 }, { 0 }, { 1 }, 0, 0, true, true },
	{ "grm", { BV_IRT_GRM }, { 15 }, { 1500 }, { 0 }, { 1 }, 0, 0, false, false },
	{ "gpcm", { BV_IRT_GPCM }, { 15 }, { 1500 }, { 0 }, { 1 }, 0, 0, false, false },
	{ "pcm", { BV_IRT_PCM }, { 15 }, { 1000 }, { 0 }, { 0.9 }, 0, 0, false, false },
	{ "nominal", { BV_IRT_NOMINAL }, { 15 }, { 1500 }, { 0 }, { 1 }, 0, 0, false, false },
	{ "mixed", { BV_IRT_2PL, BV_IRT_GRM, BV_IRT_GPCM }, { 10, 5, 5 }, { 1500 }, { 0 }, { 1 }, 0, 0, false, false },
	{ "sparse", { BV_IRT_2PL }, { 60 }, { 3000 }, { 0 }, { 1 }, 20, 0, false, false },
	{ "groups", { BV_IRT_2PL }, { 20 }, { 1000, 1000 }, { 0, 0.5 }, { 1, 0.8 }, 0, 0, false, false },
	{ "fixed", { BV_IRT_2PL }, { 28 }, { 1500 }, { 0.4 }, { 1.2 }, 0, 20, false, false },
};

/* log a is normal, d is normal, c is Beta(5, 17): what "3pl" draws from and believes. */
static const struct bv_irt_prior prior = { .a_sd = 0.4, .d_sd = 1.5, .c_alpha = 5, .c_beta = 17 };
/* The densities of log a and logit c under it, as if they were densities of a and c: a times, c (1 - c) times as large. */
static const struct bv_irt_prior prior_of_logs = { .a_mean = 0.4 * 0.4, .a_sd = 0.4, .d_sd = 1.5, .c_alpha = 6, .c_beta = 18 };

static double
normal(struct bv_stream *stream)
{
	return sqrt(-2 * log(1 - bv_stream_unit(stream))) * cos(2 * M_PI * bv_stream_unit(stream));
}

/* Beta(alpha, beta) of whole numbers: the alpha-th smallest of alpha + beta - 1 uniform numbers. */
static double
beta(struct bv_stream *stream, int alpha, int other)
{
	double u[64];
	int n = alpha + other - 1;

	for (int i = 0; i < n; i++) {
		double x = bv_stream_unit(stream);
		int j = i;
		for (; j > 0 && u[j - 1] > x; j--)
			u[j] = u[j - 1];
		u[j] = x;
	}
	return u[alpha - 1];
}

/* Items of all slopes and difficulties, the same in every replication but for those of priors. */
static int
items_make(struct bv_irt_item *items, const struct study *study, struct bv_stream *stream)
{
	static const double steps[][3] = { { 0 }, { 1.1, 0, -1.1 }, { 0.9, 0.7, -0.6 } };
	int n = 0;

	for (int part = 0; part < 3; part++)
		for (int i = 0; i < study->shares[part]; i++, n++) {
			enum bv_irt_model model = study->models[part];
			double a = 0.7 + 0.1 * ((i * 7) % 11), b = -1.6 + 3.2 * ((i * 11) % study->shares[part]) / (study->shares[part] - 1);
			int graded = model == BV_IRT_GRM ? 1 : model >= BV_IRT_GPCM ? 2 : 0;
			if (model == BV_IRT_RASCH || model == BV_IRT_PCM)
				a = 1;
			else if (model == BV_IRT_1PL)
				a = 1.3;
			items[n] = (struct bv_irt_item){ .model = model, .categories = graded ? 4 : 2, .a = a };
			for (int k = 0; k < items[n].categories - 1; k++) /* partial credit: the k-th intercept has k + 1 steps in it */
				items[n].d[k] = steps[graded][k] - (graded == 2 ? k + 1 : 1) * a * b / (graded == 2 ? 2 : 1);
			/* Options of a question: two that draw the weak, to a different degree, and the right one. */
			items[n].more[0] = model == BV_IRT_NOMINAL ? a / 2 - 0.6 : 0;
			items[n].more[1] = model == BV_IRT_NOMINAL ? a + 0.2 : 0;
			if (study->prior) {
				items[n].a = exp(prior.a_sd * normal(stream));
				items[n].d[0] = prior.d_sd * normal(stream);
				items[n].c = beta(stream, (int)prior.c_alpha, (int)prior.c_beta);
			}
		}
	return n;
}

static int
mark_draw(struct bv_stream *stream, const struct bv_irt_item *item, double theta)
{
	double u = bv_stream_unit(stream);
	int k = 0;

	for (; k < item->categories - 1 && (u -= bv_irt_probability(item, k, theta)) > 0; k++)
		;
	return k;
}

static struct bv_irt_answers *
answers_draw(const struct bv_irt_item *items, int count, const struct study *study, struct bv_stream *stream)
{
	struct bv_irt_answers *answers = bv_irt_answers_new((size_t)count);
	struct bv_err err;

	for (int g = 0; g < 2; g++)
		for (int p = 0; p < study->persons[g]; p++) {
			struct bv_irt_answer given[ITEMS_MAX];
			double theta = study->mean[g] + study->sd[g] * normal(stream);
			size_t n = 0;
			for (int i = 0; i < count; i++)
				if (!study->each || bv_stream_below(stream, (uint64_t)(count - i)) < (uint64_t)study->each - n)
					given[n++] = (struct bv_irt_answer){ (uint32_t)i, mark_draw(stream, &items[i], theta) };
			if (bv_irt_answers_add(answers, given, n, g, &err) != BV_OK)
				printf("Bail out! %s\n", err.msg), exit(2);
		}
	return answers;
}

/* ---- What is found beside what is true ---- */

#define PLACES_MAX (ITEMS_MAX * 6 + 4)

struct tally {
	int places, replications, lost; /* lost: not converged, or without errors: not counted */
	enum kind kind[PLACES_MAX];
	double sum[PLACES_MAX], square[PLACES_MAX], error[PLACES_MAX]; /* of estimate - truth, of standard errors squared */
	int held[PLACES_MAX], counted[PLACES_MAX];
	double share[KINDS], share_square[KINDS]; /* of intervals that hold, by replication: those of one calibration go together */
	double off[KINDS], off_square[KINDS];     /* the same of the mean of estimate - truth */
};

struct once {
	int held[KINDS], of[KINDS];
	double off[KINDS];
};

static void
tally_add(struct tally *t, struct once *once, enum kind kind, double estimate, double error, double truth)
{
	int at = t->places++;

	t->kind[at] = kind;
	if (!(error > 0)) /* an asymptote at 0 has none */
		return;
	double off = estimate - truth;
	bool holds = fabs(off) <= Z95 * error;
	t->sum[at] += off;
	t->square[at] += off * off;
	t->error[at] += error * error;
	t->held[at] += holds;
	t->counted[at]++;
	once->held[kind] += holds;
	once->of[kind]++;
	once->off[kind] += off;
}

static void
replicate(struct tally *t, const struct study *study, struct bv_stream *stream)
{
	struct bv_irt_item items[ITEMS_MAX];
	struct bv_irt_estimate got[ITEMS_MAX] = { 0 };
	struct bv_irt_settings settings = bv_irt_settings_default();
	struct bv_irt_fit fit;
	struct bv_err err;
	struct once once = { 0 };
	int count = items_make(items, study, stream);
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = answers_draw(items, count, study, stream);

	for (int i = 0; i < count; i++) {
		got[i].fixed = i < study->fixed;
		got[i].item = got[i].fixed ? items[i] : (struct bv_irt_item){ .model = items[i].model };
		got[i].marks = got[i].fixed ? 3 : 0;
	}
	settings.free_ability = study->fixed > 0;
	if (study->prior)
		settings.prior = study->logs ? prior_of_logs : prior;
	if (bv_irt_calibrate(&fit, got, answers, &settings, &err) != BV_OK)
		printf("Bail out! %s\n", err.msg), exit(2);
	t->places = 0;
	bool whole = fit.converged && fit.errors;
	for (int i = 0; i < count; i++)
		whole &= got[i].fixed || got[i].item.categories == items[i].categories; /* a category that nobody reached: other parameters */
	if (!whole) {
		t->lost++;
		return;
	}
	for (int i = study->fixed; i < count; i++) {
		bool own = items[i].model != BV_IRT_RASCH && items[i].model != BV_IRT_PCM && (items[i].model != BV_IRT_1PL || i == 0);
		if (own)
			tally_add(t, &once, SLOPE, got[i].item.a, got[i].error.a, items[i].a);
		for (int k = 2; items[i].model == BV_IRT_NOMINAL && k < items[i].categories; k++)
			tally_add(t, &once, SLOPE, got[i].item.more[k - 2], got[i].error.more[k - 2], items[i].more[k - 2]);
		for (int k = 0; k < items[i].categories - 1; k++)
			tally_add(t, &once, INTERCEPT, got[i].item.d[k], got[i].error.d[k], items[i].d[k]);
		if (items[i].model == BV_IRT_3PL)
			tally_add(t, &once, ASYMPTOTE, got[i].item.c, got[i].error.c, items[i].c);
	}
	for (int g = 0; g < fit.group_count; g++) {
		const struct bv_irt_ability_spread *spread = &fit.groups[g];
		if (spread->mean_error > 0)
			tally_add(t, &once, MEAN, spread->mean, spread->mean_error, study->mean[g]);
		if (spread->variance_error > 0)
			tally_add(t, &once, VARIANCE, spread->variance, spread->variance_error, study->sd[g] * study->sd[g]);
	}
	for (int k = 0; k < KINDS; k++) {
		double share = once.of[k] ? (double)once.held[k] / once.of[k] : 0, off = once.of[k] ? once.off[k] / once.of[k] : 0;
		t->share[k] += share;
		t->share_square[k] += share * share;
		t->off[k] += off;
		t->off_square[k] += off * off;
	}
	t->replications++;
}

struct result {
	double bias, bias_error, worst, rmse; /* worst: the largest bias of one place */
	double ratio;                         /* root of the mean SE² over the SD of estimate - truth */
	double coverage, coverage_error;
	int places;
};

static double
error_of_mean(double sum, double square, double n)
{
	return sqrt(fmax(square / n - sum * sum / (n * n), 0) / (n - 1));
}

static struct result
summary(const struct tally *t, enum kind kind)
{
	struct result r = { 0 };
	double off = 0, square = 0, variance = 0, error = 0, held = 0, of = 0;

	for (int p = 0; p < t->places; p++) {
		double n = t->counted[p];
		if (t->kind[p] != kind || n < 2)
			continue;
		double mean = t->sum[p] / n;
		off += mean;
		r.worst = fabs(mean) > fabs(r.worst) ? mean : r.worst;
		square += t->square[p] / n;
		variance += (t->square[p] - n * mean * mean) / (n - 1);
		error += t->error[p] / n;
		held += t->held[p];
		of += n;
		r.places++;
	}
	if (!r.places)
		return r;
	r.bias = off / r.places;
	r.bias_error = error_of_mean(t->off[kind], t->off_square[kind], t->replications);
	r.rmse = sqrt(square / r.places);
	r.ratio = sqrt(error / variance);
	r.coverage = held / of;
	r.coverage_error = error_of_mean(t->share[kind], t->share_square[kind], t->replications);
	return r;
}

static void
study_run(struct tally *t, const struct study *study, int replications, uint8_t seed)
{
	uint8_t key[BV_HASH_LEN] = { seed };
	struct bv_stream stream;

	memset(t, 0, sizeof *t);
	memcpy(key + 1, study->name, strlen(study->name));
	bv_stream_init(&stream, key);
	for (int r = 0; r < replications; r++)
		replicate(t, study, &stream);
}

static void
study_print(const struct tally *t, const char *name)
{
	for (int k = 0; k < KINDS; k++) {
		struct result r = summary(t, (enum kind)k);
		if (r.places)
			printf("| %s | %s | %d | %+.4f ± %.4f | %+.4f | %.4f | %.3f | %.2f ± %.2f | %d of %d |\n", name, kind_names[k], r.places, r.bias, r.bias_error, r.worst,
			       r.rmse, r.ratio, 100 * r.coverage, 100 * r.coverage_error, t->lost, t->replications + t->lost);
	}
	fflush(stdout);
}

/* ---- Abilities ---- */

#define RANGES 6 /* below -2, -2 … -1, … 1 … 2, above 2 */

struct abilities {
	int of[RANGES + 1], held[RANGES + 1], held_expected[RANGES + 1]; /* held_expected: by the expected information */
	int bound;
	double sum[RANGES + 1], square[RANGES + 1];
};

/* 40 items of a known bank, ability N(0, 1); guessing is the asymptote of every other item. */
static void
abilities_run(struct abilities out[BV_IRT_METHODS], int persons, bool guessing, uint8_t seed)
{
	struct bv_irt_item items[40];
	struct bv_irt_scorer *scorer = NULL;
	uint8_t key[BV_HASH_LEN] = { seed, guessing };
	struct bv_stream stream;
	struct bv_err err;

	memset(out, 0, BV_IRT_METHODS * sizeof out[0]);
	bv_stream_init(&stream, key);
	for (int i = 0; i < 40; i++)
		items[i] = bv_irt_item_of(0.8 + 0.1 * ((i * 7) % 11), -2.2 + 4.4 * i / 39, guessing && i % 2 ? 0.2 : 0, 1);
	if (bv_irt_scorer_new(&scorer, items, 40, 0, 1, &err) != BV_OK)
		printf("Bail out! %s\n", err.msg), exit(2);
	for (int p = 0; p < persons; p++) {
		double theta = normal(&stream);
		int range = theta < -2 ? 0 : theta >= 2 ? RANGES - 1 : (int)floor(theta) + 3;
		int8_t marks[40];
		for (int i = 0; i < 40; i++)
			marks[i] = (int8_t)mark_draw(&stream, &items[i], theta);
		for (int m = 0; m < BV_IRT_METHODS; m++) {
			struct bv_irt_score score;
			bv_irt_score(&score, scorer, (enum bv_irt_method)m, marks);
			if (score.bound) {
				out[m].bound++;
				continue;
			}
			double off = score.theta - theta;
			for (int r = range; r <= RANGES; r += RANGES - range) {
				out[m].of[r]++;
				out[m].sum[r] += off;
				out[m].square[r] += off * off;
				out[m].held[r] += fabs(off) <= Z95 * score.se;
				out[m].held_expected[r] += fabs(off) <= Z95 * score.se_expected;
			}
		}
	}
	bv_irt_scorer_free(scorer);
}

/* A row a method: bias · RMSE · coverage in each range and in all. */
static void
abilities_print(const struct abilities all[BV_IRT_METHODS], const char *name)
{
	for (int m = 0; m < BV_IRT_METHODS; m++) {
		const struct abilities *a = &all[m];
		printf("| %s %s |", name + strlen("abilities-"), bv_irt_method_name((enum bv_irt_method)m));
		for (int r = 0; r <= RANGES; r++) {
			double n = a->of[r];
			printf(" %+.2f · %.2f · %.1f |", a->sum[r] / n, sqrt(a->square[r] / n), 100 * a->held[r] / n);
		}
		printf(" %.1f | %d of %d |\n", 100.0 * a->held_expected[RANGES] / a->of[RANGES], a->bound, a->of[RANGES] + a->bound);
	}
}

static int
campaign(const char *name, int replications, uint8_t seed)
{
	static struct tally tally;
	struct abilities abilities[BV_IRT_METHODS];

	if (strncmp(name, "abilities-", 10) == 0) {
		abilities_run(abilities, 200 * replications, strcmp(name, "abilities-3pl") == 0, seed);
		abilities_print(abilities, name);
		return 0;
	}
	for (size_t i = 0; i < BV_COUNT(studies); i++)
		if (strcmp(studies[i].name, name) == 0) {
			study_run(&tally, &studies[i], replications, seed);
			study_print(&tally, name);
			return tally.lost * 20 > replications; /* one in twenty */
		}
	fprintf(stderr, "there is no study \"%s\"\n", name);
	return 64;
}

int
main(int argc, char **argv)
{
	static struct tally t;

	if (argc == 4)
		return campaign(argv[1], atoi(argv[2]), (uint8_t)atoi(argv[3]));
	for (size_t i = 0; i < BV_COUNT(studies); i++) {
		int replications = CHECK_SANITIZED ? 2 : 12;
		study_run(&t, &studies[i], replications, 1);
		CHECK(t.lost == 0, "%s: every calibration converges and has standard errors", studies[i].name);
		for (int k = 0; k < KINDS && !CHECK_SANITIZED; k++) {
			struct result r = summary(&t, (enum kind)k);
			if (!r.places)
				continue;
			printf("# %s %s: bias %.4f ± %.4f, SE/SD %.3f, coverage %.3f ± %.3f\n", studies[i].name, kind_names[k], r.bias, r.bias_error, r.ratio, r.coverage,
			       r.coverage_error);
			/* Small samples bias slopes up by about 0.01; the mode of a posterior is not its mean. */
			CHECK(fabs(r.bias) < 4 * r.bias_error + (studies[i].prior && !studies[i].logs ? 0.12 : 0.015), "%s: %s has no bias", studies[i].name, kind_names[k]);
			CHECK(r.ratio > 0.75 && r.ratio < 1.33, "%s: standard errors of %s are about the spread of the estimates", studies[i].name, kind_names[k]);
			/* Of n intervals that are independent within a calibration at best; four of their own errors, and those of so few calibrations. */
			double n = replications * (double)r.places, limit = 4 * sqrt(0.95 * 0.05 / n) + 3 * r.coverage_error;
			CHECK(fabs(r.coverage - 0.95) < limit, "%s: intervals of 95 %% for %s hold the truth about as often", studies[i].name, kind_names[k]);
		}
	}
	struct abilities abilities[BV_IRT_METHODS];
	for (int guessing = 0; guessing < 2; guessing++) {
		int persons = CHECK_SANITIZED ? 200 : 2000;
		abilities_run(abilities, persons, guessing, 1);
		for (int m = 0; m < BV_IRT_METHODS; m++) {
			const struct abilities *a = &abilities[m];
			double n = a->of[RANGES], p = a->held[RANGES] / n;
			CHECK(n + a->bound == persons && a->bound * 50 <= persons, "%s: everybody has an ability, few at an end", bv_irt_method_name((enum bv_irt_method)m));
			CHECK(fabs(p - 0.95) < 0.015 + 4 * sqrt(0.95 * 0.05 / n) && fabs(a->sum[RANGES] / n) < 0.03 + 4 * sqrt(a->square[RANGES]) / n,
			      "%s: its interval of 95 %% holds %.1f %%, bias %.3f", bv_irt_method_name((enum bv_irt_method)m), 100 * p, a->sum[RANGES] / n);
		}
	}
	return check_end();
}
