/* Shadow tests: each as good as the mixed-integer solver's, from the same rows and what was given; stimuli; barred items; sessions that repeat. */
#include <math.h>

#include "assembly/model.h"
#include "tests/assembly/bank300.h"
#include "tests/assembly/designs.h"

static double
worth(const struct bv_assembly_bank *bank, const uint32_t *form, size_t length, double theta)
{
	double sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += bv_curve_information(&bank->items[form[i]].curve, theta);
	return sum;
}

/* The optimum with what was given, by Cbc. */
static double
optimum(const struct problem *p, const struct bv_assembly_bank *bank, double theta, const uint32_t *given, size_t count)
{
	BV_AUTO(mip_finish) struct mip m = { 0 };

	model_build(&m, p, NULL, false);
	m.maximize = true;
	for (size_t i = 0; i < p->count; i++)
		m.cost[i] = bv_curve_information(&bank->items[p->source[i]].curve, theta);
	for (size_t i = 0; i < count; i++)
		m.lo[given[i]] = 1; /* all of the bank's items may be taken: columns are indexes */
	struct mip_answer answer = { .x = bv_alloc_array(m.cols, sizeof *answer.x) };
	mip_solve(&m, &(struct mip_limits){ .seconds = 60, .nodes = 1000000 }, &answer);
	CHECK(answer.outcome == MIP_OPTIMAL, "the solver proves its optimum");
	free(answer.x);
	return answer.value;
}

static void
sit(const struct bv_assembly_bank *bank, const char *json, size_t length, size_t compare_every, const char *name)
{
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	BV_AUTO(bv_shadow_free) struct bv_shadow *shadow = NULL;
	BV_AUTO(problem_finish) struct problem p = { 0 };
	uint32_t given[64], again[64];
	size_t proven = 0, compared = 0;
	struct bv_err err = { 0 };

	CHECK_OK(bv_design_parse(&design, bv_str_of(json), &err), &err, name);
	CHECK_OK(problem_init(&p, bank, design, &err), &err, name);
	CHECK_OK(bv_shadow_new(&shadow, bank, design, &err), &err, name);
	if (!shadow)
		return;
	double theta = 0, worst = 0;
	for (size_t k = 0; k < length; k++) {
		given[k] = bv_shadow_next(shadow, theta, 20000);
		proven += bv_shadow_proven(shadow);
		if (k % compare_every == 0) {
			worst = fmax(worst, optimum(&p, bank, theta, given, k) - worth(bank, bv_shadow_form(shadow), length, theta));
			compared++;
		}
		bv_shadow_give(shadow, given[k]);
		theta += (k % 3 ? 0.9 : -1.1) / (double)(k + 1);
	}
	CHECK(worst < 1e-6 && proven == length, "%s: %zu forms within %.2g of the optimum, %zu proven", name, compared, worst, proven);
	CHECK(bv_shadow_next(shadow, theta, 0) == UINT32_MAX, "%s: then the form is complete", name);
	const uint32_t *form = bv_shadow_form(shadow);
	size_t kept = 0;
	for (size_t i = 0; i < length; i++)
		for (size_t k = 0; k < length; k++)
			kept += form[i] == given[k];
	CHECK(kept == length && problem_holds(&p, form), "%s: it is what was given, and holds all rules", name);
	bv_shadow_restart(shadow);
	theta = 0;
	for (size_t k = 0; k < length; k++) {
		again[k] = bv_shadow_next(shadow, theta, 20000);
		bv_shadow_give(shadow, again[k]);
		theta += (k % 3 ? 0.9 : -1.1) / (double)(k + 1);
	}
	CHECK(memcmp(given, again, length * sizeof *given) == 0, "%s: the same session again", name);
}

static void
test_barred(const struct bv_assembly_bank *bank)
{
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	BV_AUTO(bv_shadow_free) struct bv_shadow *shadow = NULL;
	struct bv_err err = { 0 };
	bool used = false;

	CHECK_OK(bv_design_parse(&design, bv_str_of("{\"length\":20,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"constraints\":["
	                                            "{\"where\":{\"content\":5},\"min\":4}]}"), &err), &err, "a design");
	CHECK_OK(bv_shadow_new(&shadow, bank, design, &err), &err, "a session");
	if (!shadow)
		return;
	uint32_t first = bv_shadow_next(shadow, 0, 0);
	bv_shadow_bar(shadow, first, true);
	CHECK(bv_shadow_next(shadow, 0, 0) != first, "a barred item is not given");
	bv_shadow_bar(shadow, first, false);
	CHECK(bv_shadow_next(shadow, 0, 0) == first, "unless it is freed");
	for (uint32_t i = 0; i < bank->count; i++)
		bv_shadow_bar(shadow, i, bv_str_is(bank->items[i].values[0], "5"));
	bv_shadow_next(shadow, 0, 0);
	for (size_t i = 0; i < 20; i++)
		used = used || bv_str_is(bank->items[bv_shadow_form(shadow)[i]].values[0], "5");
	CHECK(used, "where the rules leave nothing else, barred items are taken");
}

static void
test_refused(const struct bv_assembly_bank *bank)
{
	BV_AUTO(bv_design_free) struct bv_design *design = NULL, *two = NULL;
	struct bv_shadow *shadow = NULL;
	struct bv_err err = { 0 };

	CHECK_OK(bv_design_parse(&design, bv_str_of("{\"length\":20,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"constraints\":["
	                                            "{\"name\":\"long\",\"sum\":\"words\",\"min\":4000}]}"), &err), &err, "a design that nothing holds");
	CHECK_REFUSED(bv_shadow_new(&shadow, bank, design, &err), BV_ECONFLICT, &err, "'long' cannot hold", "is refused");
	CHECK_OK(bv_design_parse(&two, BV_STR("{\"forms\":2,\"length\":20,\"objective\":{\"kind\":\"maximize\",\"points\":[0]}}"), &err), &err, "two forms");
	CHECK_REFUSED(bv_shadow_new(&shadow, bank, two, &err), BV_EINVAL, &err, "one form", "are refused");
}

int
main(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = bank_300();

	if (bank) {
		sit(bank, DESIGN_SINGLE("0"), 40, CHECK_SANITIZED ? 20 : 6, "40 items, 36 rows");
		sit(bank,
		    "{\"length\":12,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"stimuli\":{\"attribute\":\"enemy\",\"max\":2,\"itemsMin\":2,\"itemsMax\":2},"
		    "\"constraints\":[{\"where\":{\"level\":3},\"min\":4,\"max\":5}]}",
		    12, CHECK_SANITIZED ? 6 : 3, "with stimuli");
		test_barred(bank);
		test_refused(bank);
	}
	return check_end();
}
