/* Linear forms on the fly: all rules hold, the caps are hard, overlap is exact, and the same keys in the same order give the same forms. */
#include "tests/assembly/bank300.h"
#include "tests/assembly/designs.h"

enum { LENGTH = 30 };

static void
key_of(uint8_t key[BV_HASH_LEN], size_t number)
{
	memset(key, 0, BV_HASH_LEN);
	memcpy(key, &number, sizeof number);
}

static bool
holds(const struct bv_assembly_bank *bank, const struct bv_design *d, const uint32_t *form)
{
	double info = 0, low = 0, score = 0, words = 0, time = 0, x;
	size_t content[6] = { 0 };

	for (size_t l = 0; l < LENGTH; l++) {
		const struct bv_assembly_item *item = &bank->items[form[l]];
		info += bv_curve_information(&item->curve, 0);
		low += bv_curve_information(&item->curve, -1);
		score += bv_curve_probability(&item->curve, 0);
		content[item->values[0].p[0] - '0']++;
		time += bv_str_double(item->values[2], &x) ? x : 0;
		words += bv_str_double(item->values[3], &x) ? x : 0;
		for (size_t k = 0; k < l; k++)
			if (form[k] == form[l] || (!bv_str_is(item->values[4], "0") && bv_str_eq(item->values[4], bank->items[form[k]].values[4])))
				return false;
	}
	return d && info >= 5.2 && info <= 5.8 && low >= 3 && low <= 4 && score >= 17 && score <= 18.5 && content[1] == 9 && content[3] == 6 && content[5] == 3 &&
	       content[2] >= 7 && content[2] <= 8 && time <= 2000 && words <= 2800;
}

static size_t
shared(const uint32_t *a, const uint32_t *b)
{
	size_t count = 0;

	for (size_t i = 0; i < LENGTH; i++)
		for (size_t j = 0; j < LENGTH; j++)
			count += a[i] == b[j];
	return count;
}

static void
test_forms(const struct bv_assembly_bank *bank, const struct bv_design *design)
{
	enum { FORMS = 300 };
	static uint32_t forms[FORMS][LENGTH];
	BV_AUTO(bv_fly_free) struct bv_fly *fly = NULL, *replay = NULL;
	const struct bv_fly_rules rules = { .exposure_max = 0.25, .overlap_max = 9, .forms_max = 5000 };
	size_t good = 0, most = 0, exact = 0, same = 0, overexposed = 0;
	struct bv_err err = { 0 };
	uint8_t key[BV_HASH_LEN];

	CHECK_OK(bv_fly_new(&fly, bank, design, &rules, &err), &err, "forms on the fly");
	CHECK_OK(bv_fly_new(&replay, bank, design, &rules, &err), &err, "and once more");
	for (size_t n = 0; n < FORMS && fly; n++) {
		size_t brute = 0;
		key_of(key, n);
		if (bv_fly_draw(fly, key, NULL, 0, forms[n], &err) != BV_OK) {
			CHECK(false, "form %zu: %s", n, err.msg);
			return;
		}
		good += holds(bank, design, forms[n]);
		for (size_t k = 0; k < n; k++)
			brute = shared(forms[k], forms[n]) > brute ? shared(forms[k], forms[n]) : brute;
		most = brute > most ? brute : most;
		uint32_t again[LENGTH];
		if (n % 2) { /* by the draw, or as a log would be read back */
			same += bv_fly_draw(replay, key, NULL, 0, again, &err) == BV_OK && memcmp(again, forms[n], sizeof again) == 0;
		} else {
			same += bv_fly_overlap(replay, forms[n]) == brute && bv_fly_issue(replay, forms[n], &err) == BV_OK;
		}
		exact += bv_fly_overlap(fly, forms[n]) == LENGTH;
	}
	for (uint32_t i = 0; i < bank->count; i++)
		overexposed += bv_fly_uses(fly, i) > 0.25 * FORMS;
	CHECK(good == FORMS, "all rules hold in %zu of %d forms", good, FORMS);
	CHECK(most <= 9 && most > 5, "no two of them share more than 9 items: %zu", most);
	CHECK(exact == FORMS && same == FORMS, "overlaps are exact; the same keys give the same forms: %zu", same);
	CHECK(overexposed == 0 && bv_fly_issued(fly) == FORMS, "no item is in more than a quarter of them");
}

static void
test_seen(const struct bv_assembly_bank *bank, const struct bv_design *design)
{
	BV_AUTO(bv_fly_free) struct bv_fly *fly = NULL;
	const struct bv_fly_rules rules = { .overlap_max = LENGTH, .forms_max = 4 };
	uint32_t first[LENGTH], second[LENGTH], all[300];
	struct bv_err err = { 0 };
	uint8_t key[BV_HASH_LEN] = { 1 };

	CHECK_OK(bv_fly_new(&fly, bank, design, &rules, &err), &err, "without caps");
	CHECK_OK(bv_fly_draw(fly, key, NULL, 0, first, &err), &err, "a form");
	CHECK_OK(bv_fly_draw(fly, key, first, LENGTH, second, &err), &err, "another for who knows the first");
	CHECK(shared(first, second) == 0, "shares nothing with it");
	for (uint32_t i = 0; i < 300; i++)
		all[i] = i;
	CHECK_REFUSED(bv_fly_draw(fly, key, all, 280, second, &err), BV_ECONFLICT, &err, "only 20 items are left", "who knows almost all");
	CHECK_REFUSED(bv_fly_draw(fly, key, all, 268, second, &err), BV_ECONFLICT, &err, "no form was found", "who knows too much");
	memcpy(second, first, sizeof second);
	second[3] = second[2];
	CHECK_REFUSED(bv_fly_issue(fly, second, &err), BV_EINVAL, &err, "different items", "a form with an item twice");
	CHECK_OK(bv_fly_issue(fly, first, &err), &err, "a form of another node");
	CHECK_OK(bv_fly_issue(fly, first, &err), &err, "and a fourth");
	CHECK_REFUSED(bv_fly_draw(fly, key, NULL, 0, second, &err), BV_ELIMIT, &err, "all 4 forms", "the fifth of four");
}

/* Caps give way one after the other, and what is said of a form is what is true of it. */
static void
test_always(const struct bv_assembly_bank *bank, const struct bv_design *design)
{
	enum { FORMS = 120 };
	static uint32_t forms[FORMS][LENGTH];
	BV_AUTO(bv_fly_free) struct bv_fly *fly = NULL, *plain = NULL;
	const struct bv_fly_rules rules = { .exposure_max = 0.12, .overlap_max = 4, .forms_max = FORMS - 20, .swaps = 20000 };
	const struct bv_fly_rules wide = { .exposure_max = 0.25, .overlap_max = 9, .forms_max = 100 };
	size_t good = 0, honest = 0, said[8] = { 0 }, same = 0;
	uint32_t every[300], first[LENGTH], second[LENGTH];
	struct bv_err err = { 0 };
	uint8_t key[BV_HASH_LEN];

	for (uint32_t i = 0; i < 300; i++)
		every[i] = i;
	CHECK_OK(bv_fly_new(&fly, bank, design, &rules, &err), &err, "under caps that cannot be held for long");
	for (size_t n = 0; n < FORMS && fly; n++) {
		size_t seen = n == 60 ? 300 : n % 10 == 9 ? 20 : 0, worn = 0, alike = 0, known = 0;
		size_t issued = bv_fly_issued(fly);
		uint32_t uses[300];
		for (uint32_t i = 0; i < 300; i++)
			uses[i] = bv_fly_uses(fly, i);
		key_of(key, n);
		unsigned broken = bv_fly_draw_always(fly, key, every, seen, forms[n]);
		good += holds(bank, design, forms[n]);
		double share = 0.12 * ((double)issued + 1 > 1 / 0.12 ? (double)issued + 1 : 1 / 0.12);
		for (size_t l = 0; l < LENGTH; l++) {
			worn += uses[forms[n][l]] + 1 > share;
			known += forms[n][l] < seen;
		}
		for (size_t k = 0; k < n && k < rules.forms_max; k++)
			alike += shared(forms[k], forms[n]) > 4;
		honest += broken == ((alike ? BV_FLY_OVERLAP : 0u) | (worn ? BV_FLY_EXPOSURE : 0u) | (known ? BV_FLY_SEEN : 0u));
		said[broken]++;
	}
	CHECK(good == FORMS && honest == FORMS, "everybody has a form that holds all rules, and of each is said what is true: %zu, %zu", good, honest);
	CHECK(said[0] > 5 && said[BV_FLY_OVERLAP] > 0 && said[BV_FLY_SEEN] + said[BV_FLY_SEEN | BV_FLY_OVERLAP] + said[BV_FLY_SEEN | BV_FLY_EXPOSURE] + said[7] >= 1,
	      "the first hold the caps, later ones not: %zu, %zu", said[0], said[BV_FLY_OVERLAP]);
	CHECK(bv_fly_issued(fly) == rules.forms_max, "past the last that is issued there are forms still");
	CHECK(bv_fly_new(&plain, bank, design, &wide, &err) == BV_OK && bv_fly_draw(plain, key, NULL, 0, first, &err) == BV_OK, "where the caps hold");
	bv_fly_free(plain);
	plain = NULL;
	CHECK(bv_fly_new(&plain, bank, design, &wide, &err) == BV_OK && bv_fly_draw_always(plain, key, NULL, 0, second) == 0, "nothing is relaxed");
	same = shared(first, second);
	CHECK(same == LENGTH, "and the form is the same: %zu", same);
}

/* BV-FLY-1 is a protocol: an audit of years later assembles the same forms, however fast. The hashes are of the first implementation, which tried each swap as
 * annealing of several forms does. */
static void
test_pinned(const struct bv_assembly_bank *bank, const struct bv_design *design)
{
	static const struct {
		struct bv_fly_rules rules;
		size_t forms;
		const char *hash;
	} cases[] = {
		{ { .exposure_max = 0.25, .overlap_max = 9, .forms_max = 5000 }, 100, "aada38c165629b159336c0ab1b13169a1d0619db7df6e0d2aa3f6469f6139846" },
		{ { .overlap_max = 3, .forms_max = 100, .swaps = 40000 }, 40, "69b10399dd3ff086bd55d987d3a3b27f6f848e4fcafc2df3044ef26444dba5e9" },
		{ { .exposure_max = 0.12, .overlap_max = 4, .forms_max = 60, .swaps = 3000 }, 60, "0cd2b4030bc4cbadd8e21a29f75cb1688dfc8af78231740d155065322c965228" },
	};
	uint32_t known[20], form[LENGTH];
	struct bv_err err = { 0 };

	for (uint32_t i = 0; i < BV_COUNT(known); i++)
		known[i] = 3 * i;
	for (size_t c = 0; c < BV_COUNT(cases); c++) {
		BV_AUTO(bv_fly_free) struct bv_fly *fly = NULL;
		char hex[BV_HEX_SIZE(BV_HASH_LEN)];
		uint8_t key[BV_HASH_LEN], hash[BV_HASH_LEN] = { 0 };
		CHECK_OK(bv_fly_new(&fly, bank, design, &cases[c].rules, &err), &err, "forms on the fly");
		for (size_t n = 0; n < cases[c].forms && fly; n++) {
			uint8_t chained[BV_HASH_LEN + sizeof form + 1];
			key_of(key, n);
			chained[sizeof chained - 1] = (uint8_t)bv_fly_draw_always(fly, key, known, n % 4 == 3 ? BV_COUNT(known) : 0, form);
			memcpy(chained, hash, BV_HASH_LEN);
			memcpy(chained + BV_HASH_LEN, form, sizeof form);
			bv_sha256(hash, (struct bv_str){ (const char *)chained, sizeof chained });
		}
		CHECK(strcmp(bv_hex(hex, hash, BV_HASH_LEN), cases[c].hash) == 0, "case %zu: the forms that it always gave: %s", c, hex);
	}
}

static void
test_refused(const struct bv_assembly_bank *bank)
{
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	struct bv_fly *fly = NULL;
	struct bv_fly_rules rules = { .overlap_max = 30, .forms_max = 10 };
	struct bv_err err = { 0 };

	CHECK_OK(bv_design_parse(&design, BV_STR("{\"length\":20,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"constraints\":[{\"name\":\"long\",\"sum\":\"words\",\"min\":4000}]}"),
	                         &err), &err, "a design that nothing holds");
	CHECK_REFUSED(bv_fly_new(&fly, bank, design, &rules, &err), BV_ECONFLICT, &err, "'long' cannot hold", "is refused");
	rules.forms_max = 0;
	CHECK_REFUSED(bv_fly_new(&fly, bank, design, &rules, &err), BV_EINVAL, &err, "forms are issued", "no forms");
}

int
main(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = bank_300();
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	struct bv_err err = { 0 };

	if (bank) {
		CHECK_OK(bv_design_parse(&design, bv_str_of(DESIGN_FLY), &err), &err, "the design");
		test_forms(bank, design);
		test_seen(bank, design);
		test_always(bank, design);
		test_pinned(bank, design);
		test_refused(bank);
	}
	return check_end();
}
