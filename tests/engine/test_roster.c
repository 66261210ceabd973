/* Rosters and candidates: what is taken, and what is refused with the place. */
#include "engine/engine.h"

#include "tests/check.h"

#define ONE "{\"ticket\":\"A\",\"name\":\"An\"}"
#define LIST(x) "{\"candidates\":[" x "]}"
#define IDS "\"credentialId\":\"00112233445566778899aabbccddeeff\",\"subjectId\":\"00112233445566778899aabbccddeeff\""

static void
refusals(void)
{
	static const struct {
		const char *json, *says;
		enum bv_status status;
	} cases[] = {
		{ "", "JSON", BV_EPARSE },
		{ "[]", "is expected", BV_EINVAL },
		{ "{}", "'ticket' is missing", BV_EINVAL },
		{ LIST(""), "nobody", BV_EINVAL },
		{ "{\"candidates\":null}", "an array expected", BV_EINVAL },
		{ "{\"candidates\":[" ONE "],\"x\":1}", "'x' is not known", BV_EINVAL },
		{ LIST("1"), "candidate 1: not an object", BV_EINVAL },
		{ LIST(ONE "," ONE), "candidates 1 and 2 have the same ticket 'A'", BV_ECONFLICT },
		{ LIST(ONE ",{\"ticket\":\"a\",\"name\":\"An\"}"), "too much alike", BV_ECONFLICT },
		{ LIST(ONE ",{\"ticket\":\"B\",\"name\":\"\"}"), "candidate 2, B: 'name' is empty", BV_EINVAL },
		{ "{\"ticket\":\"\",\"name\":\"An\"}", "a ticket is", BV_EINVAL },
		{ "{\"ticket\":\"a b\",\"name\":\"An\"}", "a ticket is", BV_EINVAL },
		{ "{\"ticket\":\"A\",\"name\":\"An\",\"name\":\"Binh\"}", "twice", BV_EPARSE },
		{ "{\"ticket\":\"A\",\"name\":\"A\\u202en\"}", "turns the direction", BV_EINVAL },
		{ "{\"ticket\":\"A\",\"name\":\"A\\u009b31m\"}", "control character", BV_EINVAL },
		{ "{\"ticket\":\"A\",\"name\":\"An\",\"abilityMilli\":10001}", "from -10000", BV_EINVAL },
		{ "{\"ticket\":\"A\",\"name\":\"An\",\"abilityMilli\":0.5}", "an integer expected", BV_EINVAL },
		{ "{\"ticket\":\"A\",\"name\":\"An\",\"carryOver\":{}}", "a list of parts", BV_EINVAL },
		{ "{\"ticket\":\"A\",\"name\":\"An\",\"carryOver\":[{\"part\":\"p\",\"marksHundredths\":1,\"maxHundredths\":2,\"examDay\":\"2026-02-30\"}]}",
		  "part 1 of 'carryOver'", BV_EPARSE },
		{ "{\"ticket\":\"A\",\"name\":\"An\",\"carryOver\":[{\"part\":\"p\",\"marks\":1}]}", "'marks' is not known", BV_EINVAL },
		{ "{\"ticket\":\"A\",\"name\":\"An\"," IDS "}", "is not known", BV_EINVAL },
	};
	struct bv_roster *roster = NULL;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		CHECK_REFUSED(bv_roster_parse(&roster, bv_str_of(cases[i].json), &err), cases[i].status, &err, cases[i].says, cases[i].says);
}

static void
accepted(void)
{
	BV_AUTO(bv_roster_free) struct bv_roster *one = NULL;
	BV_AUTO(bv_roster_free) struct bv_roster *list = NULL;
	struct bv_err err;

	CHECK_OK(bv_roster_parse(&one, BV_STR(ONE), &err), &err, "one candidate");
	CHECK(!one->list && one->count == 1 && !one->entries[0].has_ability, "alone, of unknown ability");
	CHECK_OK(bv_roster_parse(&list, BV_STR(LIST(ONE ",{\"ticket\":\"B\",\"name\":\"Nguye\xcc\x82\xcc\x83n\",\"abilityMilli\":-10000,\"carryOver\":"
	         "[{\"part\":\"p\",\"marksHundredths\":1,\"maxHundredths\":2,\"examDay\":\"2026-02-28\"}]}")), &err), &err, "a list");
	CHECK(list->list && list->count == 2 && list->entries[1].ability_milli == -10000 && list->entries[1].candidate.carry_count == 1, "of two");
	CHECK_STR(list->entries[1].candidate.name, BV_STR("Nguyễn"), "names are composed");
}

/* candidate.json is read by the audit: what was written reads back, anything else is refused. */
static void
candidate_file(void)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(10000), again = BV_BUF(10000);
	const struct bv_carry carry = { BV_STR("p"), 1, 2, 20000 };
	struct bv_candidate in = { .ticket = BV_STR("A"), .name = BV_STR("Nguyễn \"An\""), .carry = &carry, .carry_count = 1,
		                   .credential_id = { 1 }, .subject_id = { 2 } }, out;
	struct bv_err err;

	bv_candidate_write(&text, &in);
	CHECK_OK(bv_candidate_parse(&out, bv_buf_str(&text), &arena, &err), &err, "what was written");
	bv_candidate_write(&again, &out);
	CHECK_STR(bv_buf_str(&again), bv_buf_str(&text), "reads back");
	CHECK_REFUSED(bv_candidate_parse(&out, BV_STR(ONE), &arena, &err), BV_EINVAL, &err, "'credentialId' is missing", "no number of a certificate");
	CHECK_REFUSED(bv_candidate_parse(&out, BV_STR("{\"ticket\":\"A\",\"name\":\"An\",\"x\":1," IDS "}"), &arena, &err), BV_EINVAL, &err, "'x'",
	              "something else");
}

int
main(void)
{
	refusals();
	accepted();
	candidate_file();
	return check_end();
}
