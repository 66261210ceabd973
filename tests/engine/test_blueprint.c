/* tests/vectors/engine/blueprint-cases.json: the good blueprint with one change each; test_blueprint_xsd.py gives the same to xmllint. */
#define _GNU_SOURCE
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "engine/engine.h"
#include "tests/check.h"

static void
read_source(struct bv_buf *out, const char *path)
{
	char full[4096];
	struct bv_err err;

	snprintf(full, sizeof full, "%s/%s", getenv("BV_SOURCE") ? getenv("BV_SOURCE") : ".", path);
	if (bv_file_read(out, full, &err) != BV_OK) {
		fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
}

/* base with its first `from` replaced by `to`. */
static void
replace(struct bv_buf *out, struct bv_str base, struct bv_str from, struct bv_str to)
{
	const char *at = memmem(base.p, base.len, from.p, from.len);

	bv_buf_clear(out);
	if (!at) {
		CHECK(false, "the base has '%.*s'", BV_STR_ARG(from));
		return;
	}
	size_t before = (size_t)(at - base.p);
	bv_buf_add(out, bv_str_sub(base, 0, before));
	bv_buf_add(out, to);
	bv_buf_add(out, bv_str_sub(base, before + from.len, base.len));
}

static void
check_case(struct bv_str base, const struct bv_json *json)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = NULL;
	struct bv_str what = bv_json_str(bv_json_find(json, "what")), says = bv_json_str(bv_json_find(json, "says"));
	bool accept = bv_json_type(bv_json_find(json, "says")) == BV_JSON_NULL;
	struct bv_err err = { 0 };

	replace(&xml, base, bv_json_str(bv_json_find(json, "from")), bv_json_str(bv_json_find(json, "to")));
	enum bv_status status = bv_blueprint_parse(&bp, bv_buf_str(&xml), &err);
	bool as_wanted = accept ? status == BV_OK
	                        : status != BV_OK && !bp && err.line == bv_json_int(bv_json_find(json, "line")) &&
	                                  memmem(err.msg, strlen(err.msg), says.p ? says.p : "", says.len) != NULL;
	if (!CHECK(as_wanted, "%s: %.*s", accept ? "taken" : "refused", BV_STR_ARG(what)))
		printf("# %s, line %d: %s\n", bv_status_name(status), err.line, err.msg);
}

static void
every_attribute(struct bv_str xml)
{
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = NULL;
	struct bv_err err;
	uint8_t hash[BV_HASH_LEN];

	CHECK_OK(bv_blueprint_parse(&bp, xml, &err), &err, "the good blueprint");
	if (!bp)
		return;
	bv_sha256(hash, xml);
	CHECK(bv_hash_eq(hash, bp->hash), "its hash is that of its bytes");
	CHECK(bv_str_is(bp->id, "every-attribute") && bv_str_is(bp->session, "2026-12-hn") && bv_str_is(bp->date, "2026-12-05") &&
	              bv_str_is(bp->language, "vi") && bv_str_is(bp->rule_pack, "vn-17-2016") && bp->minutes == 60 && bp->shuffle_items &&
	              bp->shuffle_options,
	      "head");
	CHECK_STR(bp->title_vi, BV_STR("Mọi thuộc tính"), "title");
	CHECK(bp->part_count == 2 && bp->parts[0].first == 0 && bp->parts[0].count == 3 && bp->parts[1].first == 3 && bp->parts[1].count == 3 &&
	              bv_str_is(bp->parts[1].title_vi, "Hai") && bp->parts[1].title_en.len == 0,
	      "parts");
	CHECK(bp->parts[0].item_count == 6 && bp->parts[1].item_count == 15 && !bp->parts[0].minutes && !bp->has_limits, "  without limits of their own");
	CHECK(bp->item_count == 21 && bp->marks == 500 + 1 + 3000 + 600 + 500 + 600, "sums");
	const struct bv_stratum *s = bp->strata;
	CHECK(bp->stratum_count == 6 && bv_str_is(s[0].id, "a") && s[0].levels == 1u << BV_COGNITIVE_RECALL &&
	              s[0].kinds == (1u << BV_INTERACTION_CHOICE | 1u << BV_INTERACTION_ORDER) && s[0].marks == 250 && s[0].count == 2 &&
	              s[0].enemies && !s[0].has_from && s[0].line == 9,
	      "first stratum");
	CHECK(bv_str_is(s[2].competence, "IU01.2") && s[2].marks == 1000 && !s[2].enemies && s[2].part == 0 && !s[2].kinds &&
	              s[2].levels == (1u << BV_COGNITIVE_UNDERSTAND | 1u << BV_COGNITIVE_APPLY),
	      "third stratum");
	CHECK(!s[3].has_from && s[3].has_below && s[3].difficulty_below == -125 && s[4].has_from && s[4].difficulty_from == -125 &&
	              s[4].difficulty_below == 1000 && s[5].has_from && !s[5].has_below && s[5].part == 1,
	      "bands");
}

/* Many parts and strata: the limits on both sides. */
static void
sizes(size_t parts, size_t strata, bool good, const char *says)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = NULL;
	struct bv_err err = { 0 };
	size_t s = 0;

	bv_buf_addz(&xml, "<blueprint xmlns='https://bangvang.vn/ns/blueprint/1' id='x' language='vi' minutes='1' rulePack='r'>"
	                  "<title xml:lang='vi'>x</title>");
	for (size_t p = 0; p < parts; p++) {
		bv_buf_printf(&xml, "<part id='p%zu'><title xml:lang='vi'>x</title>", p);
		for (; s < strata * (p + 1) / parts; s++)
			bv_buf_printf(&xml, "<stratum id='s%zu' competence='c%zu' count='1' marks='1'/>", s, s);
		bv_buf_addz(&xml, "</part>");
	}
	bv_buf_addz(&xml, "</blueprint>");
	enum bv_status status = bv_blueprint_parse(&bp, bv_buf_str(&xml), &err);
	CHECK(good ? status == BV_OK && bp->stratum_count == strata : status == BV_ELIMIT && strstr(err.msg, says),
	      "%zu parts with %zu strata are %s", parts, strata, good ? "taken" : "refused");
}

static void
too_large(struct bv_str xml)
{
	BV_AUTO(bv_buf_finish) struct bv_buf padded = BV_BUF(1u << 20);
	struct bv_err err;

	for (int more = 0; more < 2; more++) {
		BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = NULL;
		bv_buf_clear(&padded);
		bv_buf_add(&padded, xml);
		while (padded.len < BV_BLUEPRINT_MAX + (size_t)more)
			bv_buf_addc(&padded, '\n');
		enum bv_status status = bv_blueprint_parse(&bp, bv_buf_str(&padded), &err);
		CHECK(status == (more ? BV_ELIMIT : BV_OK), "%zu bytes are %s", padded.len, more ? "too many" : "not too many");
	}
}

int
main(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf base = BV_BUF(1u << 20), cases = BV_BUF(1u << 20), sample = BV_BUF(1u << 20);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *bp = NULL;
	struct bv_err err;

	read_source(&base, "tests/vectors/engine/good-blueprint.xml");
	read_source(&cases, "tests/vectors/engine/blueprint-cases.json");
	every_attribute(bv_buf_str(&base));
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&cases), &err), &err, "the cases");
	const struct bv_json *list = bv_json_find(json, "cases");
	CHECK(bv_json_count(list) > 80, "there are %zu cases", bv_json_count(list));
	for (size_t i = 0; i < bv_json_count(list); i++)
		check_case(bv_buf_str(&base), bv_json_at(list, i));
	sizes(16, 256, true, NULL);
	sizes(17, 256, false, "16 parts");
	sizes(16, 257, false, "256 strata");
	too_large(bv_buf_str(&base));

	read_source(&sample, "engine/sample/vn-basic-40.xml");
	CHECK_OK(bv_blueprint_parse(&bp, bv_buf_str(&sample), &err), &err, "the sample blueprint");
	CHECK(bp && bp->item_count == 40 && bp->marks == 10000 && bp->minutes == 45 && bp->part_count == 2 && bp->stratum_count == 12,
	      "has 40 items, 100 marks, 45 minutes");
	return check_end();
}
