#define _GNU_SOURCE
/* The rule packs that are shipped, and one change at a time that must be refused. */
#include "scoring/rules.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

#define PARTS "tests/vectors/scoring/good-parts.xml"
#define BANDS "tests/vectors/scoring/good-bands.xml"

static const struct {
	const char *file, *what, *from, *to;
	enum bv_status status;
	const char *says;
} refused[] = {
	{ PARTS, "another namespace", "ns/rules/1", "ns/standard/1", BV_EPARSE, "not a rule pack" },
	{ PARTS, "no standard", " standard=\"good\"", "", BV_EPARSE, "'standard'" },
	{ PARTS, "no dates", "<in-force from=\"2020-01-01\" to=\"2029-12-31\" certainty=\"certain\"/>", "", BV_EPARSE, "not expected" },
	{ PARTS, "a minimum over 100", "minimum=\"50\"", "minimum=\"100.01\"", BV_EPARSE, "percentage" },
	{ PARTS, "a negative minimum", "minimum=\"50\"", "minimum=\"-1\"", BV_EPARSE, "percentage" },
	{ PARTS, "three decimals", "minimum=\"60.25\"", "minimum=\"60.255\"", BV_EPARSE, "percentage" },
	{ PARTS, "a decimal comma", "minimum=\"60.25\"", "minimum=\"60,25\"", BV_EPARSE, "percentage" },
	{ PARTS, "an exponent", "minimum=\"60.25\"", "minimum=\"6e1\"", BV_EPARSE, "percentage" },
	{ PARTS, "no minimum", " minimum=\"50\"", "", BV_EPARSE, "'minimum'" },
	{ PARTS, "no minimum for sub-parts", " sub-minimum=\"40.0\"", "", BV_EPARSE, "'sub-minimum'" },
	{ PARTS, "a misspelt attribute", "split=\"sum\"", "splitt=\"sum\"", BV_EPARSE, "'splitt'" },
	{ PARTS, "another way to split", "split=\"sum\"", "split=\"median\"", BV_EPARSE, "'median'" },
	{ PARTS, "neither yes nor no", "coverage=\"no\"", "coverage=\"maybe\"", BV_EPARSE, "'maybe'" },
	{ PARTS, "negative months", "keep-months=\"12\"", "keep-months=\"-1\"", BV_EPARSE, "integer from 0" },
	{ PARTS, "too many months", "keep-months=\"12\"", "keep-months=\"1201\"", BV_EPARSE, "to 1200" },
	{ PARTS, "a part twice", "identifier=\"Q\"", "identifier=\"P\"", BV_ECONFLICT, "there already" },
	{ PARTS, "a part without a name", "<name xml:lang=\"vi\">Phần Q</name>", "", BV_EPARSE, "needs the element 'name'" },
	{ PARTS, "something inside a part", "Phần Q</name>", "Phần Q</name><x/>", BV_EPARSE, "'x'" },
	{ PARTS, "no award", " award=\"one\"", "", BV_EPARSE, "'award'" },
	{ PARTS, "two rules", "</parts>", "</parts><parts/>", BV_EPARSE, "'parts'" },
	{ PARTS, "a file entity", "<rules ", "<!DOCTYPE r SYSTEM 'file:///etc/passwd'><rules ", BV_EPARSE, "" },
	{ BANDS, "cuts that do not rise", "cut-milli=\"500\"", "cut-milli=\"-500\"", BV_EPARSE, "rise" },
	{ BANDS, "a cut beyond the quadrature", "cut-milli=\"500\"", "cut-milli=\"6001\"", BV_EPARSE, "-6000 to 6000" },
	{ BANDS, "a cut in logits", "cut-milli=\"500\"", "cut-milli=\"0.5\"", BV_EPARSE, "integer" },
	{ BANDS, "a level with two bands", "level=\"two\"", "level=\"one\"", BV_ECONFLICT, "a band already" },
	{ BANDS, "a pass level without a band", "pass=\"two\"", "pass=\"three\"", BV_EPARSE, "no band" },
	{ BANDS, "a probability without use", "edge=", "probability=\"80\" edge=", BV_EPARSE, "only with" },
	{ BANDS, "no probability", "decide-by=\"estimate\"", "decide-by=\"posterior\"", BV_EPARSE, "'probability'" },
	{ BANDS, "no rule for the edge", " edge=\"reached\"", "", BV_EPARSE, "'edge'" },
	{ BANDS, "no items needed", "least-items=\"1\"", "least-items=\"0\"", BV_EPARSE, "integer from 1" },
	{ BANDS, "a band with content", "cut-milli=\"500\"/>", "cut-milli=\"500\"><x/></band>", BV_EPARSE, "'x'" },
	{ BANDS, "no rule at all", "<bands decide-by=\"estimate\" edge=\"reached\" pass=\"two\" least-items=\"1\">", "<other>", BV_EPARSE, "" },
};

static void
check_shipped(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = load("rules/vn-17-2016.xml"), bands = load("rules/vn-irt-bands.xml");
	BV_AUTO(bv_rules_free) struct bv_rules *rules = NULL;
	BV_AUTO(bv_rules_free) struct bv_rules *irt = NULL;
	uint8_t hash[BV_HASH_LEN];
	struct bv_err err;

	CHECK_OK(bv_rules_parse(&rules, bv_buf_str(&xml), &err), &err, "rules/vn-17-2016.xml");
	CHECK_OK(bv_rules_parse(&irt, bv_buf_str(&bands), &err), &err, "rules/vn-irt-bands.xml");
	if (!rules || !irt)
		return;
	CHECK_STR(bv_rules_standard(rules), BV_STR("vn-tt03-2014"), "its standard");
	CHECK(rules->parts.part_count == 2 && rules->parts.parts[0].minimum == 5000 && rules->parts.parts[1].minimum == 5000,
	      "two parts, each at least 50 %%");
	CHECK(rules->parts.parts[0].split == BV_SPLIT_NONE && rules->parts.parts[1].split == BV_SPLIT_MEAN &&
	      rules->parts.parts[1].sub_minimum == 4000, "the practical part is split, each sub-part at least 40 %%");
	CHECK(rules->parts.keep_months == 12, "kept for 12 months");
	bv_sha256(hash, bv_buf_str(&xml));
	CHECK(bv_hash_eq(hash, bv_rules_instrument(rules)->hash), "its hash is the file's SHA-256");
	CHECK(irt->by_bands && irt->bands.band_count == 6 && irt->bands.bands[2].cut_milli == -400, "six bands");
}

static void
check_inherited(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = load(PARTS);
	BV_AUTO(bv_rules_free) struct bv_rules *rules = NULL;
	struct bv_err err;

	CHECK_OK(bv_rules_parse(&rules, bv_buf_str(&xml), &err), &err, "parts with and without minima of their own");
	if (!rules)
		return;
	const struct bv_part_rule *p = &rules->parts.parts[0], *q = &rules->parts.parts[1];
	CHECK(p->minimum == 5000 && p->split == BV_SPLIT_NONE, "P has the usual rule");
	CHECK(q->minimum == 6025 && q->sub_minimum == 4000 && q->split == BV_SPLIT_SUM, "Q has 60.25 %% of its own and the usual 40 %%");
}

static void
check_hostile(const char *file)
{
	BV_AUTO(bv_buf_finish) struct bv_buf good = load(file);
	size_t accepted = 0, tail = bv_str_trim(bv_buf_str(&good)).len;
	struct bv_err err;

	for (size_t len = 0; len < tail; len++) {
		BV_AUTO(bv_rules_free) struct bv_rules *out = NULL;
		accepted += bv_rules_parse(&out, bv_str_sub(bv_buf_str(&good), 0, len), &err) == BV_OK;
	}
	CHECK(accepted == 0, "%s: every truncation is refused", file);
	for (size_t bit = 0; bit < good.len * 8; bit++) {
		BV_AUTO(bv_rules_free) struct bv_rules *out = NULL;
		good.p[bit / 8] ^= (char)(1 << bit % 8);
		if (bv_rules_parse(&out, bv_buf_str(&good), &err) == BV_OK)
			accepted += out->by_bands ? out->bands.band_count != 2 : out->parts.part_count != 2;
		good.p[bit / 8] ^= (char)(1 << bit % 8);
	}
	CHECK(accepted == 0, "%s: no flipped bit adds or loses a rule", file);
}

int
main(void)
{
	struct bv_err err;

	check_shipped();
	check_inherited();
	for (size_t i = 0; i < BV_COUNT(refused); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf good = load(refused[i].file);
		BV_AUTO(bv_buf_finish) struct bv_buf bad = changed(bv_buf_str(&good), refused[i].from, refused[i].to);
		struct bv_rules *out = NULL;
		CHECK_REFUSED(bv_rules_parse(&out, bv_buf_str(&bad), &err), refused[i].status, &err, refused[i].says, refused[i].what);
		CHECK(!out && err.line > 0, "%s: line %d, nothing returned", refused[i].what, err.line);
	}
	struct bv_rules *none = NULL;
	CHECK_REFUSED(bv_rules_parse(&none, BV_STR("<rules xmlns='https://bangvang.vn/ns/rules/1' identifier='x' version='1' certainty='high' "
	                                           "standard='y'>text</rules>"), &err), BV_EPARSE, &err, "is empty", "a pack without elements");
	CHECK(!none && err.line == 1, "its line is 1");
	check_hostile(PARTS);
	check_hostile(BANDS);
	return check_end();
}
