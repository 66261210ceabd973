/* Studies: the same seed gives the same numbers; errors are as large as the sessions say; overlap is that of the exposures; rules of a design hold. */
#include <math.h>

#include "tests/assembly/bank300.h"
#include "tests/assembly/designs.h"

static void
run(struct bv_study *out, const struct bv_assembly_bank *bank, const struct bv_adaptive_rules *rules, const struct bv_study_plan *plan)
{
	const uint8_t seed[BV_HASH_LEN] = { 4 };
	struct bv_err err = { 0 };

	CHECK_OK(bv_study_run(out, bank, rules, plan, seed, &err), &err, "a study");
}

static void
test_plain(const struct bv_assembly_bank *bank)
{
	BV_AUTO(bv_study_finish) struct bv_study a = { 0 }, b = { 0 };
	struct bv_adaptive_rules rules = bv_adaptive_plain();
	const struct bv_study_plan plan = { .candidates = CHECK_SANITIZED ? 400 : 3000, .sd = 1, .cuts = { -1, 0, 1 }, .cut_count = 3 };
	double shared = 0, n = (double)plan.candidates, sum = 0;
	size_t counted = 0;

	run(&a, bank, &rules, &plan);
	run(&b, bank, &rules, &plan);
	CHECK(a.rmse == b.rmse && a.bias == b.bias && a.overlap == b.overlap, "the same seed, the same numbers");
	CHECK(fabs(a.bias) < 0.03 && fabs(a.rmse / a.se - 1) < 0.12 && a.rmse < 0.4, "bias %.3f; RMSE %.3f, said %.3f", a.bias, a.rmse, a.se);
	CHECK(a.agreement > 0.6 && a.agreement < 0.95 && fabs(a.length - 30) < 1e-9, "levels agree: %.3f", a.agreement);
	for (size_t i = 0; i < a.item_count; i++) {
		double x = a.exposure[i] * n;
		shared += x * (x - 1);
		sum += a.exposure[i];
	}
	for (size_t i = 0; i < BV_STUDY_BINS; i++)
		counted += a.bins[i].count;
	CHECK(fabs(shared / (n * (n - 1)) - a.overlap) < 1e-9 && fabs(sum - 30) < 1e-9 && counted == plan.candidates, "overlap is that of the exposures");
	rules.exposure_max = 0.2;
	BV_AUTO(bv_study_finish) struct bv_study c = { 0 };
	struct bv_study_plan warm = plan;
	warm.warm_up = plan.candidates;
	run(&c, bank, &rules, &warm);
	CHECK(c.exposure_max < a.exposure_max / 2 && c.overlap < a.overlap && c.items_used > a.items_used, "exposure control: %.3f instead of %.3f", c.exposure_max,
	      a.exposure_max);
}

static void
test_design(const struct bv_assembly_bank *bank)
{
	BV_AUTO(bv_study_finish) struct bv_study a = { 0 };
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	struct bv_adaptive_rules rules = bv_adaptive_plain();
	struct bv_study_plan plan = { .candidates = 20, .sd = 1 };
	struct bv_err err = { 0 };

	CHECK_OK(bv_design_parse(&design, bv_str_of(DESIGN_SINGLE("0")), &err), &err, "a design");
	plan.design = design;
	run(&a, bank, &rules, &plan);
	CHECK(fabs(a.length - 40) < 1e-9 && a.rmse < 0.6 && a.agreement == 1, "20 candidates under its rules: RMSE %.3f", a.rmse);

	/* What a shadow test does not hold is refused, one thing at a time. */
	struct bv_adaptive_rules other[5];
	struct bv_study out;
	for (size_t i = 0; i < BV_COUNT(other); i++)
		other[i] = bv_adaptive_plain();
	other[0].select = BV_SELECT_PROGRESSIVE;
	other[1].randomesque = 2;
	other[2].sympson_hetter = true;
	other[3].area = BV_STR("content");
	other[4].enemies = BV_STR("enemies");
	for (size_t i = 0; i < BV_COUNT(other); i++)
		CHECK_REFUSED(bv_study_run(&out, bank, &other[i], &plan, (const uint8_t[BV_HASH_LEN]){ 4 }, &err), BV_EINVAL, &err, "under a design",
		              "a rule that shadow tests do not hold");
	rules.exposure_max = 0.5;
	plan.warm_up = 40;
	bv_study_finish(&a);
	run(&a, bank, &rules, &plan);
	CHECK(a.exposure_max < 0.9, "eligibility is held: %.2f", a.exposure_max);
}

static void
test_refused(const struct bv_assembly_bank *bank)
{
	const struct bv_adaptive_rules rules = bv_adaptive_plain();
	const struct bv_study_plan bad[] = { { .candidates = 0, .sd = 1 }, { .candidates = BV_STUDY_CANDIDATES_MAX + 1, .sd = 1 }, { .candidates = 1, .sd = -1 },
		                             { .candidates = 1, .sd = 1, .cuts = { 1, 1 }, .cut_count = 2 } };
	const uint8_t seed[BV_HASH_LEN] = { 4 };
	struct bv_study out;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK_REFUSED(bv_study_run(&out, bank, &rules, &bad[i], seed, &err), BV_EINVAL, &err, " ", "a plan out of its ranges");
}

int
main(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = bank_300();

	if (bank) {
		test_plain(bank);
		test_design(bank);
		test_refused(bank);
	}
	return check_end();
}
