/* Shadow tests: each as good as the mixed-integer solver's, from the same rows and what was given; stimuli; barred items; sessions that repeat. */
#include <math.h>

#include "assembly/model.h"
#include "tests/assembly/bank300.h"
#include "tests/assembly/designs.h"
#include "tests/assembly/shadow_banks.h"

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
sit(const struct bv_assembly_bank *bank, struct bv_str json, size_t length, size_t compare_every, const char *name)
{
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	BV_AUTO(bv_shadow_free) struct bv_shadow *shadow = NULL;
	BV_AUTO(problem_finish) struct problem p = { 0 };
	uint32_t given[64], again[64];
	size_t proven = 0, compared = 0;
	struct bv_err err = { 0 };

	CHECK_OK(bv_design_parse(&design, json, &err), &err, name);
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
	BV_AUTO(bv_design_free) struct bv_design *design = NULL, *sets = NULL, *two = NULL;
	struct bv_shadow *shadow = NULL;
	struct bv_err err = { 0 };

	CHECK_OK(bv_design_parse(&design, bv_str_of("{\"length\":20,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"constraints\":["
	                                            "{\"name\":\"long\",\"sum\":\"words\",\"min\":4000}]}"), &err), &err, "a design that nothing holds");
	CHECK_REFUSED(bv_shadow_new(&shadow, bank, design, &err), BV_ECONFLICT, &err, "'long' cannot hold", "is refused");
	CHECK_OK(bv_design_parse(&sets, BV_STR("{\"length\":20,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},"
	                                       "\"stimuli\":{\"attribute\":\"content\",\"max\":2,\"itemsMax\":3}}"), &err), &err, "sets that are too small");
	CHECK_REFUSED(bv_shadow_new(&shadow, bank, sets, &err), BV_ECONFLICT, &err, "what 'stimuli' asks for", "are refused");
	CHECK_OK(bv_design_parse(&two, BV_STR("{\"forms\":2,\"length\":20,\"objective\":{\"kind\":\"maximize\",\"points\":[0]}}"), &err), &err, "two forms");
	CHECK_REFUSED(bv_shadow_new(&shadow, bank, two, &err), BV_EINVAL, &err, "one form", "are refused");
}

/* ---- Small banks on stimuli, against all of their subsets ---- */

enum { SMALL = 13, SMALL_LENGTH = 6, SMALL_DESIGNS = 60 };

static uint32_t
below(uint64_t *state, uint32_t n)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33) % n;
}

static void
write_small(struct bv_buf *bank, struct bv_buf *design, uint64_t *r)
{
	uint32_t least = 1 + below(r, 2), most = least + below(r, 2), texts = 3 + below(r, 2);

	bv_buf_addz(bank, "item,a,b,c,kind,time,text\n");
	for (uint32_t i = 0; i < SMALL; i++) {
		bv_buf_printf(bank, "I%u,%.2f,%.2f,0.%u,%u,%u,", i, 0.5 + below(r, 150) / 100.0, below(r, 400) / 100.0 - 2, below(r, 3), below(r, 3), 10 + below(r, 50));
		if (below(r, 6))
			bv_buf_printf(bank, "T%u", below(r, texts));
		bv_buf_addz(bank, "\n");
	}
	bv_buf_printf(design, "{\"length\":%d,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"stimuli\":{\"attribute\":\"text\",\"min\":%u,\"max\":%u,"
	              "\"itemsMin\":%u,\"itemsMax\":%u},\"constraints\":[{\"where\":{\"kind\":0},\"min\":%u,\"max\":%u},{\"where\":{\"kind\":[1,2]},\"min\":%u},"
	              "{\"sum\":\"time\",\"max\":%u}]}", SMALL_LENGTH, 1 + below(r, 2), 2 + below(r, 3), least, most, below(r, 3), 2 + below(r, 3), below(r, 4),
	              150 + below(r, 120));
}

/* The most that any subset is worth that holds all rules and has what was given; 0 when none holds. */
static double
best_subset(const struct problem *p, const struct bv_assembly_bank *bank, double theta, const uint32_t *given, size_t count)
{
	double best = 0;
	uint32_t must = 0;

	for (size_t k = 0; k < count; k++)
		must |= 1u << given[k];
	for (uint32_t set = 0; set < 1u << SMALL; set++) {
		uint32_t form[SMALL_LENGTH];
		size_t taken = 0;
		if ((set & must) != must || __builtin_popcount(set) != SMALL_LENGTH)
			continue;
		for (uint32_t i = 0; i < SMALL; i++)
			if (set >> i & 1)
				form[taken++] = i;
		if (problem_holds(p, form))
			best = fmax(best, worth(bank, form, SMALL_LENGTH, theta));
	}
	return best;
}

/* One bank and design; returns whether any form holds. */
static bool
sit_small(uint64_t *r, int n)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bank_text = BV_BUF(1u << 16), design_text = BV_BUF(1u << 16);
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL;
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	BV_AUTO(bv_shadow_free) struct bv_shadow *shadow = NULL;
	BV_AUTO(problem_finish) struct problem p = { 0 };
	uint32_t given[SMALL_LENGTH];
	struct bv_err err = { 0 };
	double worst = 0;

	write_small(&bank_text, &design_text, r);
	if (bv_assembly_bank_parse(&bank, bv_buf_str(&bank_text), 0, &err) != BV_OK || bv_design_parse(&design, bv_buf_str(&design_text), &err) != BV_OK ||
	    problem_init(&p, bank, design, &err) != BV_OK) {
		CHECK(false, "bank %d: %s", n, err.msg);
		return false;
	}
	bool holds = best_subset(&p, bank, 0, NULL, 0) > 0, found = bv_shadow_new(&shadow, bank, design, &err) == BV_OK;
	CHECK(found == holds, "bank %d: %s", n, holds ? "some subset holds" : err.msg);
	for (size_t k = 0; k < SMALL_LENGTH && found; k++) {
		double theta = below(r, 400) / 100.0 - 2;
		given[k] = bv_shadow_next(shadow, theta, 0);
		worst = fmax(worst, best_subset(&p, bank, theta, given, k) - worth(bank, bv_shadow_form(shadow), SMALL_LENGTH, theta));
		worst = fmax(worst, bv_shadow_proven(shadow) ? 0 : 1);
		bv_shadow_give(shadow, given[k]);
	}
	CHECK(worst < 1e-6, "bank %d: no subset is better by more than %.2g", n, worst);
	return holds;
}

static void
test_small(void)
{
	uint64_t r = 20261123;
	int held = 0;

	for (int n = 0; n < SMALL_DESIGNS; n++)
		held += sit_small(&r, n);
	CHECK(held > SMALL_DESIGNS / 3 && held < SMALL_DESIGNS, "%d of %d designs can be held", held, SMALL_DESIGNS);
}

static void
test_large(const char *what, int items, int per_stimulus, size_t compare_every)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bank_text = BV_BUF(1u << 20), design_text = BV_BUF(1u << 16);
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL;
	struct bv_err err = { 0 };

	shadow_bank(&bank_text, items, per_stimulus, 88172645463325252u);
	shadow_design(&design_text, per_stimulus > 0);
	CHECK_OK(bv_assembly_bank_parse(&bank, bv_buf_str(&bank_text), 0, &err), &err, what);
	if (bank)
		sit(bank, bv_buf_str(&design_text), 30, compare_every, what);
}

int
main(void)
{
	test_small();
	test_large("1,000 items, 57 rows", 1000, 0, CHECK_SANITIZED ? 30 : 10);
	test_large("303 items on 34 stimuli", 303, 9, CHECK_SANITIZED ? 30 : 10);
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = bank_300();

	if (bank) {
		sit(bank, BV_STR(DESIGN_SINGLE("0")), 40, CHECK_SANITIZED ? 20 : 6, "40 items, 36 rows");
		sit(bank,
		    BV_STR("{\"length\":12,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"stimuli\":{\"attribute\":\"enemy\",\"max\":2,\"itemsMin\":2,\"itemsMax\":2},"
		    "\"constraints\":[{\"where\":{\"level\":3},\"min\":4,\"max\":5}]}"),
		    12, CHECK_SANITIZED ? 6 : 3, "with stimuli");
		test_barred(bank);
		test_refused(bank);
	}
	return check_end();
}
