/* Sessions over items of right and wrong keep the bits that they had before items of more categories came: every rule with every estimate, all stops
 * and exposure. Each line's hash is of the items given and of the bytes of ability, error and ratio after each answer; it was taken at commit 44dcbb8. */
#include <math.h>

#include "assembly/assembly.h"
#include "scoring/scoring.h"
#include "tests/check.h"

enum { ITEMS = 90, LENGTH = 14, CANDIDATES = 4 };

static struct bv_assembly_bank *
bank_of(bool guessing)
{
	BV_AUTO(bv_buf_finish) struct bv_buf csv = BV_BUF(1u << 16);
	struct bv_assembly_bank *bank = NULL;
	struct bv_err err;

	bv_buf_addz(&csv, "item,a,b,c,area,enemy\n");
	for (int i = 0; i < ITEMS; i++)
		bv_buf_printf(&csv, "I%d,%d.%02d,%s%d.%02d,0.%02d,A%d,%s%d\n", i, 1 + i * 7 % 2, i * 37 % 100, i * 13 % 5 < 2 ? "-" : "", i * 11 % 3, i * 53 % 100,
		              guessing ? i * 3 % 26 : 0, i % 4, i % 9 == 0 ? "E" : "", i % 9 == 0 ? i / 18 : 0);
	CHECK_OK(bv_assembly_bank_parse(&bank, bv_buf_str(&csv), 0, &err), &err, "a bank of right and wrong");
	return bank;
}

static void
mix(uint8_t hash[BV_HASH_LEN], double x)
{
	uint8_t bytes[BV_HASH_LEN + sizeof x];

	memcpy(bytes, hash, BV_HASH_LEN);
	memcpy(bytes + BV_HASH_LEN, &x, sizeof x);
	bv_sha256(hash, (struct bv_str){ (const char *)bytes, sizeof bytes });
}

static void
sit(uint8_t hash[BV_HASH_LEN], struct bv_cat *s, struct bv_exposure *e, const struct bv_assembly_bank *bank, int number)
{
	const uint8_t key[BV_HASH_LEN] = { (uint8_t)number, 3 }, answers[BV_HASH_LEN] = { (uint8_t)number, 4 };
	struct bv_stream stream;
	enum bv_stop why;

	bv_stream_init(&stream, answers);
	bv_cat_start(s, e, key);
	for (uint32_t item; (item = bv_cat_next(s, &why)) != UINT32_MAX;) {
		mix(hash, item);
		mix(hash, bv_cat_worth(s, item));
		bv_cat_answer(s, item, bv_stream_unit(&stream) < bv_curve_probability(&bank->items[item].curve, number - 1.5));
		mix(hash, bv_cat_theta(s));
		mix(hash, bv_cat_se(s));
		mix(hash, bv_cat_llr(s));
	}
	mix(hash, why);
	if (e)
		bv_cat_end(s, e);
}

static void
check_rule(const struct bv_assembly_bank *bank, const struct bv_adaptive_rules *rules, const char *name, const char *want)
{
	uint8_t hash[BV_HASH_LEN] = { 0 };
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	struct bv_adaptive *a = NULL;
	struct bv_err err;

	if (bv_adaptive_new(&a, bank, rules, &err) != BV_OK) {
		CHECK(false, "%s: %s", name, err.msg);
		return;
	}
	struct bv_cat *s = bv_cat_new(a);
	struct bv_exposure *e = rules->exposure_max > 0 ? bv_exposure_new(a) : NULL;
	for (int n = 0; n < CANDIDATES; n++)
		sit(hash, s, e, bank, n);
	bv_hex(hex, hash, 8);
	if (!CHECK(strcmp(hex, want) == 0, "%s", name))
		printf("# { \"%s\", \"%s\" }\n", name, hex);
	bv_cat_free(s);
	bv_exposure_free(e);
	bv_adaptive_free(a);
}

static const char *const estimates[] = { "eap", "map", "ml", "wle", "pix" };

static const char *const before[][BV_COUNT(estimates)] = {
	{ "a902b26500fe0cf8", "c5e184f4429d9840", "9ac8b819eb039ff9", "6caeb00e5ca1e373", "0ca0d4528bba91ca" },
	{ "b838c1d591a6627d", "b74d08461f3475a9", "f41e7c23c69d6a2d", "7bbded5f7b4b3608", "4c9f9f5439bf4552" },
	{ "d25bf042fcb1c36b", "a73e0c1852d7e22b", "1ba2c3bdfc87f464", "9e6e08ce34ee30aa", "077aa657dea14176" },
	{ "694bce3889465f94", "83ef59f79bba4813", "a6bfa841f2cff4cc", "1aec6b952637a70a", "3167f596c43db3c6" },
	{ "62984b208459635e", "9e5b6f2c8fffe6b0", "e6c3f73f655d9328", "d7b9f02a5661e0b6", "fba6454b7cf0fdd3" },
	{ "05d2ec6bee4d1f66", "b861712806188aee", "426dc0e103365d88", "63049809389aa1e6", "6c3c1bc28c674ced" },
	{ "5de07fd36cc05c56", "bdec6e0d9340879b", "4193792de21a7af2", "b52a418eee0010f7", "ad03d83b1ac77a7a" },
	{ "710ac5b649fb01fe", "998ebd7ffd4eaf24", "0732dd96e76ea990", "c86e9326337f1f5a", "30643a2dc22ad620" },
	{ "59b5cb76cb8fcf2c", "78800742a415255c", "9371aa5fe1b08c7a", "d6ec3233b1f89c82", "c8ec22f886ebfa13" },
	{ "00ae7a043f4ac89d", "88ffbcdd7a57744e", "0a26015c4f5264d1", "a37d02d16e3fbe62", "aa1b536d21c0e5fb" },
	{ "b03e45806a846ad4", "53c77c50c7b77f25", "cde8837f16f106b9", "94e6aef1dad2890a", "931ad5fe897f2ca9" },
	{ "2c9757348fa200b6", "47177727b2705d98", "57f5474e8a8c30c9", "383ceb559252926a", "a36ff2b81e3fc895" },
	{ "471f1ca6c3183fb0", "adb2828784f34211", "8bfc209d438840f5", "4b67369625545cea", "cd7a9167fe65d329" },
};

static void
check_rules(const struct bv_assembly_bank *bank)
{
	for (size_t select = 0; select <= BV_SELECT_PEAK; select++)
		for (size_t estimate = 0; estimate < BV_COUNT(estimates); estimate++) {
			struct bv_adaptive_rules rules = bv_adaptive_plain();
			char name[64];
			rules.length = LENGTH;
			rules.select = (enum bv_select)select;
			rules.estimate = (enum bv_estimate)estimate;
			snprintf(name, sizeof name, "%s, %s", bv_select_name(rules.select), estimates[estimate]);
			check_rule(bank, &rules, name, before[select][estimate]);
		}
}

static void
check_more(const struct bv_assembly_bank *bank, const struct bv_assembly_bank *plain)
{
	struct bv_adaptive_rules rules = bv_adaptive_plain(), pix = bv_adaptive_pix();

	rules.area = BV_STR("area");
	rules.enemies = BV_STR("enemy");
	rules.exposure_max = 0.3;
	rules.randomesque = 4;
	check_rule(bank, &rules, "areas, enemies, eligibility, one of four", "0001365e8db8728a");
	rules.sprt = true;
	rules.cut = 0.3;
	rules.delta = 0.2;
	rules.alpha = rules.beta = 0.1;
	rules.sympson_hetter = true;
	check_rule(bank, &rules, "the sequential test", "39613d296cc1af99");
	check_rule(plain, &pix, "Pix", "42b2a2fdf0a0f355");
}

int
main(void)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = bank_of(true), *plain = bank_of(false);

	if (bank && plain) {
		check_rules(bank);
		check_more(bank, plain);
	}
	return check_end();
}
