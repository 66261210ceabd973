/* Fixed forms: the proven optima of the reference models, both as they stand and from our own rows; parallel forms; refusals. */
#include "assembly/assembly.h"
#include "assembly/mip.h"
#include "scoring/irt/irt.h"
#include "tests/assembly/bank300.h"
#include "tests/assembly/designs.h"
#include "tests/assembly/lp_file.h"
#include "tests/check.h"

static const uint8_t seed[BV_HASH_LEN] = { 7 };

/* glpsol, cbc and HiGHS agree on these to 8 digits. */
static const struct {
	const char *file, *design;
	double optimum;
} proven[] = {
	{ "psycho/lp/ata_single40_th-1.lp", DESIGN_SINGLE("-1"), 14.83651462 },
	{ "psycho/lp/ata_single40_th+0.lp", DESIGN_SINGLE("0"), 15.00705072 },
	{ "psycho/lp/ata_single40_th+1.lp", DESIGN_SINGLE("1"), 13.75207932 },
	{ "psycho/lp/ata_maximin40.lp", DESIGN_MAXIMIN, 9.840042526 },
};

static void
test_proven(void)
{
	for (size_t i = 0; i < BV_COUNT(proven); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
		const char *path = check_reference(proven[i].file);
		struct bv_err err;
		if (!path)
			return;
		CHECK_OK(bv_file_read(&text, path, &err), &err, proven[i].file);
		BV_AUTO(lp_finish) struct lp_file lp;
		lp_read(&lp, bv_buf_str(&text));
		struct mip_answer answer = { .x = bv_alloc_array(lp.m.cols, sizeof *answer.x) };
		mip_solve(&lp.m, &(struct mip_limits){ .seconds = 60, .nodes = 1000000 }, &answer);
		CHECK(answer.outcome == MIP_OPTIMAL && fabs(answer.value - proven[i].optimum) < 1e-7, "%s: %.10g", proven[i].file, answer.value);
		free(answer.x);
	}
}

static void
assemble(struct bv_assembled **out, const struct bv_assembly_bank *bank, const char *json, uint64_t swaps)
{
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf words = BV_BUF(1u << 16);
	struct bv_assembly_effort effort = BV_ASSEMBLY_EFFORT;
	struct bv_err err = { 0 };

	effort.swaps = swaps;
	CHECK_OK(bv_design_parse(&design, bv_str_of(json), &err), &err, "the design");
	CHECK_OK(bv_assemble(out, bank, design, seed, &effort, &words, &err), &err, "the forms");
}

/* The same optima from the bank and a design: our rows are those of the models. */
static void
test_own_rows(const struct bv_assembly_bank *bank)
{
	for (size_t i = 0; i < BV_COUNT(proven); i++) {
		BV_AUTO(bv_assembled_free) struct bv_assembled *forms = NULL;
		assemble(&forms, bank, proven[i].design, 0);
		/* The models' informations are rounded to 8 digits. */
		CHECK(forms && forms->proven && fabs(forms->value - proven[i].optimum) < 1e-7, "%s from the bank: %.10g", proven[i].file, forms->value);
	}
}

static void
test_parallel(const struct bv_assembly_bank *bank)
{
	BV_AUTO(bv_assembled_free) struct bv_assembled *forms = NULL, *again = NULL;
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf a = BV_BUF(1u << 20), b = BV_BUF(1u << 20);
	bool seen[300] = { 0 }, once = true;
	struct bv_err err;

	assemble(&forms, bank, DESIGN_3X30, 400000);
	assemble(&again, bank, DESIGN_3X30, 400000);
	if (!forms || !again)
		return;
	CHECK(forms->value < 0.05 && forms->bound == 0, "three forms of 30 with few swaps: %.6f", forms->value);
	for (size_t i = 0; i < 90; i++) {
		once = once && !seen[forms->items[i]];
		seen[forms->items[i]] = true;
	}
	CHECK(once, "no item is in two forms");
	CHECK_OK(bv_design_parse(&design, bv_str_of(DESIGN_3X30), &err), &err, "the design again");
	for (size_t f = 0; f < 3; f++)
		for (size_t r = 0; r < design->rule_count; r++) {
			double got = forms->rules[f * design->rule_count + r];
			if (got < design->rules[r].min || got > design->rules[r].max)
				CHECK(false, "form %zu breaks '%.*s'", f, BV_STR_ARG(design->rules[r].name));
		}
	bv_assembled_write(&a, forms, bank, design, seed);
	bv_assembled_write(&b, again, bank, design, seed);
	CHECK(bv_str_eq(bv_buf_str(&a), bv_buf_str(&b)), "the same seed gives the same bytes");
}

/* ---- A bank small enough to try everything ---- */

static const char tiny_bank[] = "item,a,b,c,area,seconds,text,enemy\n"
                                "A,1.0,-1.0,0.2,x,10,,\nB,0.8,-0.5,0.2,x,20,,e\nC,1.5,0.0,0.1,y,30,,e f\nD,0.9,0.2,0.2,y,40,,f\nE,1.2,0.4,0,x,15,t1,\n"
                                "F,1.1,0.8,0,y,25,t1,\nG,0.7,1.0,0.25,x,35,t1,\nH,1.9,1.3,0.2,y,45,t2,\nI,1.3,-1.4,0,x,50,t2,\nJ,0.6,0.1,0.2,y,55,t2,\n";

static bool
tiny_holds(unsigned set)
{
	static const int seconds[] = { 10, 20, 30, 40, 15, 25, 35, 45, 50, 55 };
	static const unsigned x = 1 | 2 | 16 | 64 | 256;
	int total = 0, t1 = __builtin_popcount(set & 0x70), t2 = __builtin_popcount(set & 0x380);

	for (int i = 0; i < 10; i++)
		total += set >> i & 1 ? seconds[i] : 0;
	return __builtin_popcount(set) == 5 && __builtin_popcount(set & x) >= 2 && total <= 150 && (set & 6) != 6 && (set & 12) != 12 &&
	       (!t1 || t1 >= 2) && (!t2 || t2 >= 2) && !!t1 + !!t2 == 1;
}

static void
test_enumeration(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL;
	BV_AUTO(bv_assembled_free) struct bv_assembled *forms = NULL;
	double best = 0;
	struct bv_err err;

	CHECK_OK(bv_assembly_bank_parse(&bank, bv_str_of(tiny_bank), 0, &err), &err, "ten items");
	for (unsigned set = 0; set < 1024; set++) {
		double low = 0, high = 0;
		for (size_t i = 0; i < 10; i++)
			if (set >> i & 1) {
				low += bv_curve_information(&bank->items[i].curve, -0.5);
				high += bv_curve_information(&bank->items[i].curve, 1) / 0.5;
			}
		if (tiny_holds(set))
			best = fmax(best, fmin(low, high));
	}
	assemble(&forms, bank,
	         "{\"length\":5,\"enemies\":\"enemy\",\"stimuli\":{\"attribute\":\"text\",\"min\":1,\"max\":1,\"itemsMin\":2},"
	         "\"objective\":{\"kind\":\"maximin\",\"points\":[-0.5,{\"theta\":1,\"weight\":0.5}]},"
	         "\"constraints\":[{\"where\":{\"area\":\"x\"},\"min\":2},{\"sum\":\"seconds\",\"max\":150}]}",
	         0);
	CHECK(best > 0 && forms && forms->proven && fabs(forms->value - best) < 1e-12, "the best of all 1,024 sets: %.15g, %.15g", best,
	      forms ? forms->value : 0);
}

static void
test_several_maximin(const struct bv_assembly_bank *bank)
{
	BV_AUTO(bv_assembled_free) struct bv_assembled *forms = NULL;

	assemble(&forms, bank, "{\"forms\":2,\"length\":20,\"enemies\":\"enemy\",\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"constraints\":["
	                       "{\"where\":{\"content\":[1,2]},\"min\":8,\"max\":12},{\"sum\":\"words\",\"max\":1640}]}", 300000);
	CHECK(forms && forms->bound >= forms->value && forms->bound - forms->value < 0.02 * forms->bound, "the lesser of two forms: %.6f of at most %.6f",
	      forms ? forms->value : 0, forms ? forms->bound : 0);
}

/* ---- Refusals ---- */

#define DESIGN(more) "{\"length\":5,\"objective\":{\"kind\":\"maximize\",\"points\":[0]}" more "}"

static const struct {
	const char *design;
	enum bv_status status;
	const char *part;
} refused[] = {
	{ "[]", BV_EPARSE, "a design is an object" },
	{ "{\"length\":5}", BV_EINVAL, "objective" },
	{ "{\"length\":0,\"objective\":{\"kind\":\"maximize\",\"points\":[0]}}", BV_EPARSE, "whole number from 1 to 500" },
	{ "{\"length\":501,\"objective\":{\"kind\":\"maximize\",\"points\":[0]}}", BV_EPARSE, "whole number from 1 to 500" },
	{ "{\"length\":5,\"objective\":{\"kind\":\"most\",\"points\":[0]}}", BV_EPARSE, "maximin" },
	{ "{\"length\":5,\"objective\":{\"kind\":\"maximize\",\"points\":[]}}", BV_ELIMIT, "1 to 32" },
	{ "{\"length\":5,\"objective\":{\"kind\":\"maximize\",\"points\":[11]}}", BV_EPARSE, "objective.points[0]: an ability" },
	{ "{\"length\":5,\"objective\":{\"kind\":\"minimax\",\"points\":[1]}}", BV_EPARSE, "'target'" },
	{ "{\"length\":5,\"objective\":{\"kind\":\"maximin\",\"points\":[{\"theta\":0,\"target\":2}]}}", BV_EPARSE, "'target'" },
	{ DESIGN(",\"lenght\":6"), BV_EINVAL, "lenght" },
	{ DESIGN(",\"constraints\":[{\"min\":1,\"maximum\":2}]"), BV_EINVAL, "constraints[0]" },
	{ DESIGN(",\"constraints\":[{\"name\":\"n\"}]"), BV_EPARSE, "asks for nothing" },
	{ DESIGN(",\"constraints\":[{\"min\":3,\"max\":2}]"), BV_EINVAL, "min is above max" },
	{ DESIGN(",\"constraints\":[{\"sum\":\"seconds\",\"information\":0,\"max\":2}]"), BV_EPARSE, "one of" },
	{ DESIGN(",\"constraints\":[{\"where\":{\"area\":[]},\"max\":2}]"), BV_EPARSE, "is empty" },
	{ DESIGN(",\"constraints\":[{\"where\":{\"colour\":\"red\"},\"max\":2}]"), BV_EINVAL, "no attribute 'colour'" },
	{ DESIGN(",\"constraints\":[{\"sum\":\"area\",\"max\":2}]"), BV_EINVAL, "is no number" },
	{ DESIGN(",\"only\":{\"colour\":\"red\"}"), BV_EINVAL, "'only': the bank has no attribute" },
	{ DESIGN(",\"enemies\":\"foes\""), BV_EINVAL, "no attribute 'foes'" },
	{ DESIGN(",\"stimuli\":{\"min\":1}"), BV_EINVAL, "needs 'attribute'" },
	{ DESIGN(",\"forms\":3"), BV_ECONFLICT, "take more than the 10 items" },
	{ DESIGN(",\"only\":{\"area\":\"z\"}"), BV_ECONFLICT, "take more than the 0 items" },
	{ DESIGN(",\"constraints\":[{\"name\":\"all x\",\"where\":{\"area\":\"x\"},\"min\":4},{\"name\":\"short\",\"sum\":\"seconds\",\"max\":102},"
	         "{\"name\":\"idle\",\"where\":{\"area\":\"y\"},\"max\":3}]"), BV_ECONFLICT, "2 constraints cannot hold together: 'all x', 'short'" },
	{ DESIGN(",\"forms\":2,\"constraints\":[{\"name\":\"three x\",\"where\":{\"area\":\"x\"},\"min\":3},{\"name\":\"idle\",\"max\":9}]"), BV_ECONFLICT,
	  "'three x' cannot hold with 5 items in so many forms" },
};

static void
test_refused(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL;
	struct bv_err err;

	CHECK_OK(bv_assembly_bank_parse(&bank, bv_str_of(tiny_bank), 0, &err), &err, "ten items");
	for (size_t i = 0; i < BV_COUNT(refused); i++) {
		BV_AUTO(bv_design_free) struct bv_design *design = NULL;
		BV_AUTO(bv_assembled_free) struct bv_assembled *forms = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf words = BV_BUF(1u << 16);
		struct bv_assembly_effort effort = { 20000, 10, 1000 };
		enum bv_status status = bv_design_parse(&design, bv_str_of(refused[i].design), &err);
		if (status == BV_OK)
			status = bv_assemble(&forms, bank, design, seed, &effort, &words, &err);
		CHECK_REFUSED(status, refused[i].status, &err, refused[i].part, refused[i].design);
	}
}

static const struct {
	const char *bank;
	enum bv_status status;
	const char *part;
} bad_banks[] = {
	{ "", BV_EPARSE, "item, a and b" },
	{ "item,a\nA,1\n", BV_EPARSE, "item, a and b" },
	{ "item,a,b\n", BV_EINVAL, "no item" },
	{ "item,a,b\nA,1\n", BV_EPARSE, "2 fields" },
	{ "item,a,b,b\nA,1,1,1\n", BV_EPARSE, "two columns 'b'" },
	{ "item,a,b,x,x\nA,1,1,1,2\n", BV_EPARSE, "two columns 'x'" },
	{ "item,a,b,\nA,1,1,1\n", BV_EPARSE, "no name" },
	{ "item,a,b\nA,one,1\n", BV_EPARSE, "'one' is not a number" },
	{ "item,a,b\n,1,1\n", BV_EINVAL, "no identifier" },
	{ "item,a,b\nA,1,1\nA,1,2\n", BV_ECONFLICT, "there twice" },
	{ "item,a,b\nA,0,1\n", BV_EINVAL, "discrimination" },
	{ "item,a,b\nA,NaN,1\n", BV_EINVAL, "discrimination" },
	{ "item,a,b\nA,10.1,1\n", BV_EINVAL, "discrimination" },
	{ "item,a,b\nA,1,-10.1\n", BV_EINVAL, "difficulty" },
	{ "item,a,b,c\nA,1,1,1\n", BV_EINVAL, "guessing" },
	{ "{\"items\":[]}", BV_EINVAL, "no item" },
	{ "{\"items\":[3]}", BV_EPARSE, "items[0]" },
	{ "{\"items\":[{\"id\":\"A\",\"a\":\"1\",\"b\":0}]}", BV_EPARSE, "'a' is a number" },
	{ "{\"items\":[{\"id\":\"A\",\"a\":1}]}", BV_EINVAL, "difficulty" },
	{ "{\"items\":[{\"id\":\"A\",\"a\":1,\"b\":0,\"x\":[1]}]}", BV_EPARSE, "an attribute is" },
	{ "{\"metrik\":1,\"items\":[]}", BV_EINVAL, "metrik" },
};

static void
test_banks(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *csv = NULL, *json = NULL, *given = NULL;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(bad_banks); i++) {
		struct bv_assembly_bank *bank = NULL;
		CHECK_REFUSED(bv_assembly_bank_parse(&bank, bv_str_of(bad_banks[i].bank), 0, &err), bad_banks[i].status, &err, bad_banks[i].part, bad_banks[i].bank);
	}
	const char *text = "{\"metric\":1.702,\"items\":[{\"id\":\"A\",\"a\":1,\"b\":0.5,\"c\":0.2,\"x\":1},{\"id\":\"B\",\"a\":2,\"b\":0,\"y\":true,\"x\":null}]}";
	CHECK_OK(bv_assembly_bank_parse(&json, bv_str_of(text), 0, &err), &err, "a bank in the normal metric");
	CHECK_OK(bv_assembly_bank_parse(&csv, BV_STR("\xef\xbb\xbf" "id;x;b;a;y;c\nA;1;0,5;1;;0\n"), 1.702, &err) == BV_OK ? BV_EPARSE : BV_OK, &err,
	         "a comma is no decimal point");
	CHECK_OK(bv_assembly_bank_parse(&csv, BV_STR("\xef\xbb\xbf" "id;x;b;a;y;c\nA;1;0.5;1;;0.2\nB;;0;2;true;0\n"), 1.702, &err), &err, "the same as CSV");
	CHECK_OK(bv_assembly_bank_parse(&given, bv_str_of(text), 1, &err), &err, "the metric that is given counts");
	if (!csv || !json || !given)
		return;
	CHECK(json->items[1].curve.a == csv->items[1].curve.a && csv->items[1].curve.a == 2 * 1.702 && given->items[1].curve.a == 2, "the metric is in a");
	CHECK(bv_str_is(json->items[1].values[1], "true") && bv_str_is(csv->items[1].values[1], "true") && !json->items[1].values[0].len,
	      "attributes are texts");
	CHECK(fabs(bv_curve_probability(&given->items[0].curve, 0.5) - 0.6) < 1e-15, "P at b is half way from c to 1");
	double h = 1e-5, p = bv_curve_probability(&given->items[0].curve, 0.9);
	double slope = (bv_curve_probability(&given->items[0].curve, 0.9 + h) - bv_curve_probability(&given->items[0].curve, 0.9 - h)) / (2 * h);
	double apart = 0;
	for (int i = 0; i < 61; i++) {
		const struct bv_curve *k = &json->items[0].curve;
		struct bv_irt_item item = bv_irt_item_of(1, k->b, k->c, 1.702);
		double theta = -6 + 0.2 * i;
		apart = fmax(apart, fabs(bv_irt_probability(&item, 1, theta) - bv_curve_probability(k, theta)));
		apart = fmax(apart, fabs(bv_irt_information(&item, theta) - bv_curve_information(k, theta)));
	}
	CHECK(apart < 1e-13, "curves are those of scoring: within %.2g", apart);
	CHECK(fabs(bv_curve_information(&given->items[0].curve, 0.9) - slope * slope / (p * (1 - p))) < 1e-9, "information is P'^2/(PQ), P' by differences");
}

int
main(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = bank_300();

	test_banks();
	test_enumeration();
	test_refused();
	test_proven();
	if (bank) {
		test_own_rows(bank);
		test_parallel(bank);
		test_several_maximin(bank);
	}
	return check_end();
}
