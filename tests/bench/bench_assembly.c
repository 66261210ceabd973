/* Test assembly against the bars: fixed parallel forms (PSYCHO.md §2 has what other solvers need). One thread, CPU seconds. */
#include <math.h>
#include <time.h>

#include "assembly/assembly.h"
#include "base/file.h"
#include "tests/assembly/designs.h"
#include "tests/assembly/shadow_banks.h"
#include "tests/bench/bench.h"

static double
cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
measure_forms(const struct bv_assembly_bank *bank, const char *what, const char *json, double bar, double bar_s)
{
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf words = BV_BUF(1u << 16);
	struct bv_assembly_effort effort = BV_ASSEMBLY_EFFORT;
	struct bv_err err = { 0 };

	must(bv_design_parse(&design, bv_str_of(json), &err), &err);
	for (uint8_t s = 0; s < 5; s++) {
		BV_AUTO(bv_assembled_free) struct bv_assembled *forms = NULL;
		const uint8_t seed[BV_HASH_LEN] = { s };
		double start = cpu_s();
		must(bv_assemble(&forms, bank, design, seed, &effort, &words, &err), &err);
		double spent = cpu_s() - start;
		printf("%-28s seed %u  %.7f in %.2f s; bar %.4f in %.1f s: %.2f of it, %.2f of the time\n", what, s, forms->value, spent, bar, bar_s,
		       forms->value / bar, spent / bar_s);
	}
}

/* ---- Shadow tests: sessions of 30 items on several banks ---- */

enum { BANKS = 5, SESSIONS = 8, SHADOW_LENGTH = 30 };

/* Sessions on one bank: the time of each of their forms into ms. The number that were proved best. */
static size_t
sit_shadow(double *ms, int items, int per_stimulus, uint64_t bank_seed)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bank_text = BV_BUF(1u << 20), design_text = BV_BUF(1u << 16);
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL;
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	BV_AUTO(bv_shadow_free) struct bv_shadow *shadow = NULL;
	uint64_t r = 2463534242;
	struct bv_err err = { 0 };
	size_t proven = 0;

	shadow_bank(&bank_text, items, per_stimulus, bank_seed);
	shadow_design(&design_text, per_stimulus > 0);
	must(bv_assembly_bank_parse(&bank, bv_buf_str(&bank_text), 0, &err), &err);
	must(bv_design_parse(&design, bv_buf_str(&design_text), &err), &err);
	must(bv_shadow_new(&shadow, bank, design, &err), &err);
	for (int session = 0; session < SESSIONS; session++) {
		double theta = 0, ability = 4 * uniform(&r) - 2;
		bv_shadow_restart(shadow);
		for (int k = 0; k < SHADOW_LENGTH; k++) {
			double start = cpu_s();
			uint32_t item = bv_shadow_next(shadow, theta, 0);
			*ms++ = 1000 * (cpu_s() - start);
			proven += bv_shadow_proven(shadow);
			bv_shadow_give(shadow, item);
			bool right = uniform(&r) < bv_curve_probability(&bank->items[item].curve, ability);
			theta += (right ? 1 : -1) * 1.2 / (k + 1.5);
		}
	}
	return proven;
}

static void
measure_shadow(const char *what, int items, int per_stimulus, double bar_median, double bar_p99)
{
	enum { EACH = SESSIONS * SHADOW_LENGTH, COUNT = BANKS * EACH };
	static double ms[COUNT];
	size_t proven = 0;

	for (size_t bank = 0; bank < BANKS; bank++)
		proven += sit_shadow(ms + bank * EACH, items, per_stimulus, 88172645463325252u + bank * 1000003);
	qsort(ms, COUNT, sizeof *ms, bench_ascending);
	printf("%-28s median %.3f ms, p99 %.3f ms, worst %.3f ms, %.1f %% proven; bars %.0f and %.0f ms: %.2f and %.2f of them\n", what, ms[COUNT / 2],
	       ms[COUNT * 99 / 100], ms[COUNT - 1], 100.0 * (double)proven / COUNT, bar_median, bar_p99, ms[COUNT / 2] / bar_median,
	       ms[COUNT * 99 / 100] / bar_p99);
}

/* Sessions of 30 items from 300, with the answers of simulated candidates in the time. */
static void
measure_sessions(const struct bv_assembly_bank *bank, const char *what, enum bv_select select, double bar)
{
	struct bv_adaptive_rules rules = bv_adaptive_plain();
	BV_AUTO(bv_adaptive_free) struct bv_adaptive *adaptive = NULL;
	uint64_t r = 362436069;
	struct bv_err err = { 0 };
	size_t sessions = 0;

	rules.select = select;
	must(bv_adaptive_new(&adaptive, bank, &rules, &err), &err);
	BV_AUTO(bv_cat_free) struct bv_cat *session = bv_cat_new(adaptive);
	double start = cpu_s(), spent = 0;
	for (; spent < 1; spent = cpu_s() - start)
		for (int n = 0; n < 100; n++, sessions++) {
			uint8_t key[BV_HASH_LEN] = { (uint8_t)n };
			double ability = 4 * uniform(&r) - 2;
			enum bv_stop why;
			bv_cat_start(session, NULL, key);
			for (uint32_t item; (item = bv_cat_next(session, &why)) != UINT32_MAX;)
				bv_cat_answer(session, item, uniform(&r) < bv_curve_probability(&bank->items[item].curve, ability));
		}
	double rate = (double)sessions / spent;
	printf("adaptive, %-18s %8.0f sessions/s; bar %.0f: %.2f of it\n", what, rate, bar, rate / bar);
}

/* Forms of 30 under all constraints, with a million issued before: information and score within a tolerance, caps of exposure and overlap. */
static void
measure_fly(const struct bv_assembly_bank *bank)
{
	enum { ISSUED = 1000000, LENGTH = 30 };
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	BV_AUTO(bv_fly_free) struct bv_fly *fly = NULL;
	const struct bv_fly_rules rules = { .exposure_max = 0.25, .overlap_max = 15, .forms_max = ISSUED + 100000 };
	uint32_t order[300], form[LENGTH];
	struct bv_stream stream;
	struct bv_err err = { 0 };
	size_t forms = 0;
	uint64_t r = 521288629;

	must(bv_design_parse(&design, bv_str_of(DESIGN_FLY), &err), &err);
	must(bv_fly_new(&fly, bank, design, &rules, &err), &err);
	for (uint32_t i = 0; i < 300; i++)
		order[i] = i;
	for (size_t n = 0; n < ISSUED; n++) {
		bool in[300] = { 0 };
		size_t taken = 0;
		for (size_t l = 0; l < LENGTH; l++) {
			size_t j = l + (size_t)((double)(300 - l) * uniform(&r));
			uint32_t t = order[l];
			order[l] = order[j];
			order[j] = t;
			in[order[l]] = true;
		}
		for (uint32_t i = 0; i < 300; i++)
			if (in[i])
				form[taken++] = i;
		must(bv_fly_issue(fly, form, &err), &err);
	}
	const uint8_t seed[BV_HASH_LEN] = { 3 };
	bv_stream_init(&stream, seed);
	double start = cpu_s(), spent = 0;
	for (; spent < 2; spent = cpu_s() - start)
		for (int n = 0; n < 20; n++, forms++) {
			uint8_t key[BV_HASH_LEN] = { 0 };
			uint64_t word = bv_stream_word(&stream);
			memcpy(key, &word, sizeof word);
			must(bv_fly_draw(fly, key, NULL, 0, form, &err), &err);
		}
	double rate = (double)forms / spent;
	printf("on the fly, beside a million %8.0f forms/s; bar 500: %.2f of it\n", rate, rate / 500);
}

/* The share of levels that errors of that size, normal and the same everywhere, would leave right: for comparison. */
static double
agreement_of(const struct bv_study_plan *plan, double rmse)
{
	double sum = 0, all = 0;

	for (double z = -6; z <= 6; z += 0.001) {
		double theta = plan->mean + plan->sd * z, weight = exp(-0.5 * z * z), low = -INFINITY, high = INFINITY;
		for (size_t k = 0; k < plan->cut_count; k++)
			if (theta >= plan->cuts[k])
				low = plan->cuts[k];
			else
				high = fmin(high, plan->cuts[k]);
		sum += weight * 0.5 * (erf((high - theta) / (rmse * M_SQRT2)) - erf((low - theta) / (rmse * M_SQRT2)));
		all += weight;
	}
	return sum / all;
}

/* A bank of the shape of Pix's: 2,880 items of 16 competences in tubes, two-parameter; Pix's own rules and ours. */
static void
measure_quality(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL;
	struct bv_adaptive_rules pix = bv_adaptive_pix(), ours = bv_adaptive_plain();
	struct bv_study_plan plan = { .candidates = 4000, .warm_up = 3000, .sd = 1.2, .cuts = { -1.399264, -0.519812, 0.670847, 1.549962, 2.27406, 3.09502, 3.930395 }, .cut_count = 7 };
	const uint8_t seed[BV_HASH_LEN] = { 11 };
	uint64_t r = 1234567891011;
	struct bv_err err = { 0 };

	bv_buf_addz(&text, "item,a,b,area,tube\n");
	for (int i = 0; i < 2880; i++) {
		double a = 0.3 + 1.9 * uniform(&r) * (0.4 + 0.6 * uniform(&r)) + 0.4 * uniform(&r), b = 4.4 * (uniform(&r) + uniform(&r) + uniform(&r) - 1.5);
		bv_buf_printf(&text, "I%04d,%.4f,%.4f,%d,%d\n", i, a, b, i % 16, 1 + i / 4);
	}
	must(bv_assembly_bank_parse(&bank, bv_buf_str(&text), 0, &err), &err);
	ours.from = -9;
	ours.to = 9;
	ours.nodes = 81;
	ours.prior_sd = 1.2;
	ours.length = 32;
	ours.select = BV_SELECT_PROGRESSIVE;
	ours.exposure_max = 0.098;
	ours.acceleration = 0.25;
	ours.enemies = BV_STR("tube");
	ours.area = BV_STR("area");
	for (int which = 0; which < 2; which++) {
		BV_AUTO(bv_study_finish) struct bv_study study = { 0 };
		must(bv_study_run(&study, bank, which ? &ours : &pix, &plan, seed, &err), &err);
		printf("2,880 items, %-15s exposure %.3f, overlap %.2f of 32, RMSE %.3f, levels agree %.1f %% (normal errors of that size: %.1f %%), bias %+.3f, %zu items used; bars 0.10, 3, 0.22, 85 %%\n",
		       which ? "our rules" : "Pix's rules", study.exposure_max, study.overlap, study.rmse, 100 * study.agreement, 100 * agreement_of(&plan, study.rmse), study.bias, study.items_used);
	}
}

/* bench_assembly [BANK [PART…]]: all parts unless some are named. */
static bool
asked(char **argv, int argc, const char *part)
{
	bool named = false;

	for (int i = 2; i < argc; i++)
		named = named || strcmp(argv[i], part) == 0;
	return argc < 3 || named;
}

int
main(int argc, char **argv)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
	struct bv_err err;

	setvbuf(stdout, NULL, _IOLBF, 0);
	must(bv_file_read(&text, argc > 1 ? argv[1] : "../shared/ref/psycho/data/syn_bank_300.csv", &err), &err);
	must(bv_assembly_bank_parse(&bank, bv_buf_str(&text), 0, &err), &err);
	if (asked(argv, argc, "quality"))
		measure_quality();
	if (asked(argv, argc, "fly")) {
		measure_fly(bank);
		puts("by strata only: bench_draw, which has the bar of 50,000 forms/s");
	}
	if (asked(argv, argc, "adaptive")) {
		measure_sessions(bank, "MFI", BV_SELECT_MFI, 20000);
		measure_sessions(bank, "MEPV", BV_SELECT_MEPV, 5000);
	}
	if (asked(argv, argc, "shadow")) {
		measure_shadow("shadow, 1,000 items", 1000, 0, 1, 5);
		measure_shadow("shadow, 303 on stimuli", 303, 9, 2, 20);
	}
	if (asked(argv, argc, "forms")) {
		measure_forms(bank, "3 forms of 30, 3 abilities", DESIGN_3X30, 0.0035, 2);
		measure_forms(bank, "5 forms of 40, 3 abilities", DESIGN_5X40, 0.09, 2);
	}
	return 0;
}
