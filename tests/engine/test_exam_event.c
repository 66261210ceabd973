/* Events of exams as bytes: every act's body written, read and written again; everything else refused; hashes from a description by hand. */
#include "base/json.h"
#include "tests/engine/exam_fixture.h"

static struct bv_sitting_plan
full_plan(void)
{
	struct bv_sitting_plan plan = sample_plan();

	plan.section_count = 2;
	plan.sections[0] = (struct bv_sitting_section){ 2, 1200000 };
	plan.sections[1] = (struct bv_sitting_section){ 3, 0 };
	return plan;
}

/* The bodies as they are stored: what they look like never changes, lest old ledgers cannot be read. */
static void
spelling(void)
{
	const struct bv_sitting_plan plan = full_plan();
	static const struct {
		enum bv_exam_act act;
		const char *author, *body;
	} cases[] = {
		{ BV_EXAM_OPEN, "01JD8Z",
		  "{\"author\":\"01JD8Z\",\"closesMs\":1795604400000,\"graceMs\":30000,\"items\":5,\"name\":\"2026-11-25.sang\",\"opensMs\":1795593600000,"
		  "\"ownMs\":3600000,\"reason\":\"máy hỏng\",\"sections\":[[2,1200000],[3,0]],\"startUntilMs\":1795600800000}" },
		{ BV_EXAM_REGISTER, "01JD8Z", "{\"author\":\"01JD8Z\",\"reason\":\"máy hỏng\",\"ticket\":\"TS-0001\"}" },
		{ BV_EXAM_LEASE, "candidate", "{\"author\":\"candidate\",\"lease\":1,\"machine\":\"may-01\"}" },
		{ BV_EXAM_START, "candidate",
		  "{\"author\":\"candidate\",\"form\":\"abababababababababababababababababababababababababababababababab\",\"lease\":1}" },
		{ BV_EXAM_SAVE, "candidate",
		  "{\"author\":\"candidate\",\"item\":0,\"lease\":1,\"number\":1,\"response\":{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}}" },
		{ BV_EXAM_SECTION, "candidate", "{\"author\":\"candidate\",\"lease\":1,\"section\":0}" },
		{ BV_EXAM_EXTEND, "01JD8Z", "{\"author\":\"01JD8Z\",\"ms\":300000,\"reason\":\"máy hỏng\"}" },
		{ BV_EXAM_SUBMIT, "candidate", "{\"author\":\"candidate\",\"lease\":1}" },
		{ BV_EXAM_NOTE, "01JD8Z", "{\"author\":\"01JD8Z\",\"details\":{\"kind\":\"noise\"},\"reason\":\"máy hỏng\"}" },
	};

	BV_AUTO(bv_buf_finish) struct bv_buf adaptive = BV_BUF(BV_EXAM_BODY_MAX);
	struct bv_sitting_plan adaptive_plan = sample_plan();
	adaptive_plan.adaptive = true;
	struct bv_exam_facts open = sample_facts(BV_EXAM_OPEN, BV_STR("01JD8Z"), &adaptive_plan), left = sample_facts(BV_EXAM_SECTION, BV_STR("candidate"), &plan);
	left.after = 7;
	memset(left.form, 0xab, sizeof left.form);
	bv_exam_body_write(&adaptive, BV_EXAM_OPEN, &open);
	CHECK(bv_str_starts(bv_buf_str(&adaptive), BV_STR("{\"adaptive\":true,\"author\":\"01JD8Z\",\"closesMs\":")), "an adaptive sitting: %s", adaptive.p);
	bv_buf_clear(&adaptive);
	bv_exam_body_write(&adaptive, BV_EXAM_SECTION, &left);
	CHECK_STR(bv_buf_str(&adaptive), BV_STR("{\"after\":7,\"author\":\"candidate\",\"form\":\"abababababababababababababababababababababababababababababababab\","
	                                        "\"lease\":1,\"section\":0}"), "a section of one");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_EXAM_BODY_MAX);
		struct bv_exam_facts facts = sample_facts(cases[i].act, bv_str_of(cases[i].author), &plan);
		if (cases[i].act == BV_EXAM_LEASE)
			facts.lease = 1;
		bv_exam_body_write(&out, cases[i].act, &facts);
		CHECK_STR(bv_buf_str(&out), bv_str_of(cases[i].body), bv_exam_act_name(cases[i].act));
	}
}

/* Facts with every member that the act may have. */
static void
fill(struct bv_exam_facts *facts, enum bv_exam_act act)
{
	if (facts->reason.len)
		facts->reason = BV_STR("\"máy\" \\ hỏng\n\tlần 2");
	if (facts->reason.len) {
		facts->key = UINT64_C(0xfedcba9876543210);
		facts->details = BV_STR("{\"a\":[1,-2.5e3,null,true,false,\"\\u0041\"],\"b\":{}}");
	}
	switch (act) {
	case BV_EXAM_REGISTER:
		facts->extra_percent = 300;
		facts->extra_ms = BV_SITTING_TIME_MAX_MS;
		break;
	case BV_EXAM_SAVE:
	case BV_EXAM_RESCUE:
		facts->age_ms = 7;
		facts->late = true;
		facts->item = 499;
		facts->number = facts->lease = UINT32_MAX;
		break;
	case BV_EXAM_SUBMIT:
		facts->late = true;
		break;
	case BV_EXAM_SECTION:
		facts->after = UINT32_MAX;
		memset(facts->form, 0xab, sizeof facts->form);
		/* fall through */
	case BV_EXAM_EXPIRE:
		facts->deadline_ms = T0;
		break;
	case BV_EXAM_CLOCK:
		facts->ms = 900001;
		break;
	case BV_EXAM_LEASE:
		facts->lease = 2;
		break;
	default:
		break;
	}
}

static bool
same_facts(const struct bv_exam_facts *a, const struct bv_exam_facts *b, enum bv_exam_act act)
{
	BV_AUTO(bv_buf_finish) struct bv_buf x = BV_BUF(BV_EXAM_BODY_MAX), y = BV_BUF(BV_EXAM_BODY_MAX);

	bv_exam_body_write(&x, act, a);
	bv_exam_body_write(&y, act, b);
	return bv_str_eq(bv_buf_str(&x), bv_buf_str(&y)) && bv_str_eq(a->reason, b->reason) && a->key == b->key && a->plan.section_count == b->plan.section_count;
}

static struct bv_exam_facts
full_facts(enum bv_exam_act act)
{
	static struct bv_sitting_plan plan;
	plan = full_plan();
	struct bv_exam_facts facts = sample_facts(act, BV_STR("01JD8Z"), &plan);

	if (act == BV_EXAM_EXPIRE)
		facts.author = BV_STR("clock");
	fill(&facts, act);
	return facts;
}

/* Every act: bytes → facts → the same bytes; and each change of a byte either is refused or reads as what it says. */
static void
round_trips(void)
{
	struct bv_err err;

	for (enum bv_exam_act act = BV_EXAM_OPEN; act < BV_EXAM_ACT_COUNT; act++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_EXAM_BODY_MAX), again = BV_BUF(BV_EXAM_BODY_MAX);
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		struct bv_exam_facts facts = full_facts(act), found;
		if (strcmp(bv_exam_act_name(act), "?") == 0) {
			CHECK(bv_exam_facts_check(act, &facts, &err) == BV_EINVAL && bv_exam_body_parse(&found, act, BV_STR("{}"), &arena, &err) == BV_EINVAL,
			      "there is no act %d", (int)act);
			continue;
		}
		bv_exam_body_write(&out, act, &facts);
		CHECK_OK(bv_exam_body_parse(&found, act, bv_buf_str(&out), &arena, &err), &err, bv_exam_act_name(act));
		CHECK(same_facts(&facts, &found, act), "and reads as it was written");
		CHECK(bv_json_parse(&json, bv_buf_str(&out), &err) == BV_OK, "it is JSON");
		size_t taken = 0;
		for (size_t i = 0; i < out.len; i++)
			for (int bit = 0; bit < 8; bit++) {
				BV_AUTO(bv_arena_finish) struct bv_arena scratch = { 0 };
				out.p[i] ^= (char)(1 << bit);
				if (bv_exam_body_parse(&found, act, bv_buf_str(&out), &scratch, &err) == BV_OK) {
					taken++;
					bv_buf_clear(&again);
					bv_exam_body_write(&again, act, &found);
					if (!bv_str_eq(bv_buf_str(&again), bv_buf_str(&out)))
						CHECK(false, "'%.*s' has another spelling", BV_STR_ARG(bv_buf_str(&out)));
				} else if (!err.msg[0]) {
					CHECK(false, "a refusal says nothing");
				}
				out.p[i] ^= (char)(1 << bit);
			}
		CHECK(taken < out.len * 8, "%zu of %zu bit flips read as something else, and write as that", taken, out.len * 8);
		for (size_t len = 0; len < out.len; len++)
			if (bv_exam_body_parse(&found, act, (struct bv_str){ out.p, len }, &arena, &err) == BV_OK)
				CHECK(false, "cut off at %zu", len);
	}
}

static void
refused_bodies(void)
{
	static const struct {
		enum bv_exam_act act;
		const char *body;
		bool good;
	} cases[] = {
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"lease\":1}", true },
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"late\":true,\"lease\":1}", true },
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"late\":false,\"lease\":1}", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"lease\":1,\"late\":true}", false }, /* order */
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"lease\":1,\"lease\":1}", false },
		{ BV_EXAM_SUBMIT, "{ \"author\":\"candidate\",\"lease\":1}", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"lease\":1}\n", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"lease\":01}", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"lease\":-1}", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"lease\":1.0}", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"lease\":0}", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"lease\":4294967295}", true },
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"lease\":4294967296}", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"lease\":99999999999999999999}", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"\",\"lease\":1}", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"\\u0061\",\"lease\":1}", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"cand idate\",\"lease\":1}", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"abcdefghijklmnopqrstuvwxyz0123456789ABCD\",\"lease\":1}", true },
		{ BV_EXAM_SUBMIT, "{\"author\":\"abcdefghijklmnopqrstuvwxyz0123456789ABCDE\",\"lease\":1}", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\"}", false },
		{ BV_EXAM_SUBMIT, "{\"lease\":1}", false },
		{ BV_EXAM_SUBMIT, "{}", false },
		{ BV_EXAM_SUBMIT, "{", false },
		{ BV_EXAM_SUBMIT, "", false },
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"item\":1,\"lease\":1}", false }, /* of another act */
		{ BV_EXAM_SUBMIT, "{\"author\":\"candidate\",\"lease\":1,\"x\":1}", false },
		{ BV_EXAM_SAVE, "{\"author\":\"candidate\",\"item\":500,\"lease\":1,\"number\":1,\"response\":{}}", false },
		{ BV_EXAM_SAVE, "{\"author\":\"candidate\",\"item\":499,\"lease\":1,\"number\":1,\"response\":{}}", true },
		{ BV_EXAM_SAVE, "{\"ageMs\":0,\"author\":\"candidate\",\"item\":1,\"lease\":1,\"number\":1,\"response\":{}}", false }, /* zero is left out */
		{ BV_EXAM_SAVE, "{\"author\":\"candidate\",\"item\":1,\"lease\":1,\"number\":1,\"response\":[]}", false },
		{ BV_EXAM_SAVE, "{\"author\":\"candidate\",\"item\":1,\"lease\":1,\"number\":1,\"response\":{\"a\":\"\xff\"}}", false },
		{ BV_EXAM_ACCESS, "{\"author\":\"x\",\"reason\":\"a\\nb\"}", true },
		{ BV_EXAM_ACCESS, "{\"author\":\"x\",\"reason\":\"a\\u000ab\"}", false }, /* one spelling */
		{ BV_EXAM_ACCESS, "{\"author\":\"x\",\"reason\":\"a\\/b\"}", false },
		{ BV_EXAM_ACCESS, "{\"author\":\"x\",\"reason\":\"a\\u0001b\"}", false }, /* control characters */
		{ BV_EXAM_ACCESS, "{\"author\":\"x\",\"reason\":\"\"}", false },
		{ BV_EXAM_ACCESS, "{\"author\":\"x\",\"reason\":\"\xff\"}", false },
		{ BV_EXAM_ADMIT, "{\"author\":\"x\",\"key\":\"0000000000000001\"}", true },
		{ BV_EXAM_ADMIT, "{\"author\":\"x\",\"key\":\"0000000000000000\"}", false },
		{ BV_EXAM_ADMIT, "{\"author\":\"x\",\"key\":\"000000000000000A\"}", false },
		{ BV_EXAM_ADMIT, "{\"author\":\"x\",\"key\":\"01\"}", false },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		struct bv_exam_facts facts;
		struct bv_err err = { 0 };
		enum bv_status status = bv_exam_body_parse(&facts, cases[i].act, bv_str_of(cases[i].body), &arena, &err);
		CHECK(cases[i].good ? status == BV_OK : status != BV_OK && err.msg[0], "%s %s %s", cases[i].good ? "taken:" : "refused:", cases[i].body,
		      status == BV_OK ? "" : err.msg);
		if (cases[i].act != BV_EXAM_ACCESS || !cases[i].good)
			CHECK((bv_exam_body_parse(&facts, cases[i].act, bv_str_of(cases[i].body), NULL, &err) == BV_OK) == cases[i].good ||
			      strstr(cases[i].body, "\\u0001"), "the same without an arena");
	}
	BV_AUTO(bv_buf_finish) struct bv_buf large = BV_BUF(2 * BV_EXAM_BODY_MAX);
	struct bv_exam_facts facts;
	struct bv_err err;
	while (large.len <= BV_EXAM_BODY_MAX)
		bv_buf_addz(&large, "{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{");
	CHECK_REFUSED(bv_exam_body_parse(&facts, BV_EXAM_SAVE, bv_buf_str(&large), NULL, &err), BV_ELIMIT, &err, "bytes", "a body that is too large");
}

/* JSON that is kept as it came: taken when a strict parser takes it, never more. */
static void
embedded_json(void)
{
	static const struct {
		const char *json;
		bool good;
	} cases[] = {
		{ "{}", true },
		{ "{\"a\":[]}", true },
		{ "{\"a\":[{},[],0,-0,1e5,1E+5,1.25e-7,\"\",\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\",true,false,null]}", true },
		{ "{\"a\":1,\"b\":2}", true },
		{ "{\"a\":1,}", false },
		{ "{\"a\":[1,]}", false },
		{ "{\"a\":[,1]}", false },
		{ "{,}", false },
		{ "{\"a\"}", false },
		{ "{\"a\":}", false },
		{ "{\"a\" :1}", false },
		{ "{\"a\": 1}", false },
		{ "{\"a\":1 }", false },
		{ "{\"a\":01}", false },
		{ "{\"a\":1.}", false },
		{ "{\"a\":.5}", false },
		{ "{\"a\":1e}", false },
		{ "{\"a\":+1}", false },
		{ "{\"a\":-}", false },
		{ "{\"a\":tru}", false },
		{ "{\"a\":nul}", false },
		{ "{\"a\":False}", false },
		{ "{\"a\":\"\\x\"}", false },
		{ "{\"a\":\"\\u12g4\"}", false },
		{ "{\"a\":\"\\u12\"}", false },
		{ "{\"a\":\"\n\"}", false },
		{ "{\"a\":\"}", false },
		{ "{\"a\":\"\\", false },
		{ "{\"a\":[1}", false },
		{ "{\"a\":[1]]", false },
		{ "{\"a\":1}}", false },
		{ "{\"a\":1", false },
		{ "{a:1}", false },
		{ "{1:1}", false },
		{ "[1]", false },
		{ "1", false },
	};
	struct bv_exam_facts facts = { .author = BV_STR("x") };
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		facts.details = bv_str_of(cases[i].json);
		CHECK((bv_exam_facts_check(BV_EXAM_NOTE, &facts, &err) == BV_OK) == cases[i].good, "%s %s", cases[i].good ? "taken:" : "refused:", cases[i].json);
	}
	for (int depth = BV_JSON_DEPTH - 1; depth <= BV_JSON_DEPTH; depth++) {
		BV_AUTO(bv_buf_finish) struct bv_buf deep = BV_BUF(1000);
		bv_buf_addz(&deep, "{\"a\":");
		for (int i = 0; i < depth; i++)
			bv_buf_addc(&deep, '[');
		for (int i = 0; i < depth; i++)
			bv_buf_addc(&deep, ']');
		bv_buf_addc(&deep, '}');
		facts.details = bv_buf_str(&deep);
		CHECK((bv_exam_facts_check(BV_EXAM_NOTE, &facts, &err) == BV_OK) == (depth < BV_JSON_DEPTH), "%d deep", depth + 1);
	}
	BV_AUTO(bv_buf_finish) struct bv_buf large = BV_BUF(BV_ANSWER_MAX + 100);
	bv_buf_addz(&large, "{\"a\":\"");
	while (large.len < BV_ANSWER_MAX - 2)
		bv_buf_addc(&large, 'x');
	bv_buf_addz(&large, "\"}");
	facts = (struct bv_exam_facts){ .author = BV_STR("candidate"), .lease = 1, .number = 1, .response = bv_buf_str(&large) };
	CHECK_OK(bv_exam_facts_check(BV_EXAM_SAVE, &facts, &err), &err, "the longest answer");
	large.p[large.len - 2] = 'x';
	bv_buf_addz(&large, "\"}");
	large.p[large.len - 3] = 'x';
	facts.response = bv_buf_str(&large);
	CHECK_REFUSED(bv_exam_facts_check(BV_EXAM_SAVE, &facts, &err), BV_EINVAL, &err, "65536", "a longer one");
}

static void
refused_facts(void)
{
	struct bv_err err;
	const struct bv_sitting_plan plan = sample_plan();
	struct bv_exam_facts facts;

#define BAD(what, change, part) \
	do { \
		facts = sample_facts(what, BV_STR("candidate"), &plan); \
		change; \
		CHECK_REFUSED(bv_exam_facts_check(what, &facts, &err), BV_EINVAL, &err, part, #what ": " #change); \
	} while (0)
	BAD(BV_EXAM_SAVE, facts.author = BV_STR_NONE, "author");
	BAD(BV_EXAM_SAVE, facts.author = BV_STR("Nguyễn"), "author");
	BAD(BV_EXAM_SAVE, facts.response = BV_STR_NONE, "needs 'response'");
	BAD(BV_EXAM_SAVE, facts.response = BV_STR("{"), "response");
	BAD(BV_EXAM_SAVE, facts.lease = 0, "lease");
	BAD(BV_EXAM_SAVE, facts.item = 500, "item");
	BAD(BV_EXAM_SAVE, facts.age_ms = -1, "ageMs");
	BAD(BV_EXAM_SAVE, facts.age_ms = BV_SITTING_TIME_MAX_MS + 1, "ageMs");
	BAD(BV_EXAM_SAVE, facts.ms = 5, "has no 'ms'");
	BAD(BV_EXAM_SAVE, facts.reason = BV_STR("x"), "has no 'reason'");
	BAD(BV_EXAM_SAVE, facts.after = 1, "has no 'after'");
	BAD(BV_EXAM_SECTION, facts.section = BV_ADAPTIVE_ITEMS_MAX, "section");
	BAD(BV_EXAM_START, memset(facts.form, 0, sizeof facts.form), "form");
	BAD(BV_EXAM_SUBMIT, facts.section = 1, "has no 'section'");
	BAD(BV_EXAM_REGISTER, facts.ticket = BV_STR("a b"), "ticket");
	BAD(BV_EXAM_REGISTER, facts.ticket = BV_STR("a\\b"), "ticket");
	BAD(BV_EXAM_REGISTER, facts.extra_percent = BV_EXTRA_PERCENT_MAX + 1, "extraPercent");
	BAD(BV_EXAM_REGISTER, facts.extra_ms = -1, "extraMs");
	BAD(BV_EXAM_END, facts.reason = BV_STR("\x01"), "reason");
	BAD(BV_EXAM_END, facts.reason = BV_STR("\xc0\x80"), "reason");
	char reason[BV_ACT_REASON_MAX + 1];
	memset(reason, 'x', sizeof reason);
	facts = (struct bv_exam_facts){ .author = BV_STR("x"), .reason = { reason, BV_ACT_REASON_MAX } };
	CHECK_OK(bv_exam_facts_check(BV_EXAM_END, &facts, &err), &err, "the longest reason");
	facts.reason.len++;
	CHECK_REFUSED(bv_exam_facts_check(BV_EXAM_END, &facts, &err), BV_EINVAL, &err, "reason", "a longer one");
	enum bv_exam_act act = BV_EXAM_NOTHING;
	CHECK(bv_exam_act_parse(&act, BV_STR("save"), &err) == BV_OK && act == BV_EXAM_SAVE && bv_exam_act_parse(&act, BV_STR("savе"), &err) == BV_EINVAL &&
	      strcmp(bv_exam_act_name(BV_EXAM_LOOK), "look") == 0, "names of acts");
	CHECK(strcmp(bv_refusal_name(BV_REFUSED_HELD), "held") == 0 && strcmp(bv_attempt_state_name(BV_SITTING_OPEN), "sitting-open") == 0, "names");
}

int
main(void)
{
	spelling();
	round_trips();
	refused_bodies();
	embedded_json();
	refused_facts();
	return check_end();
}
