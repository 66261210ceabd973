/* Shared stimuli, and what a test itself says: rubric blocks, feedback, and which states its items may be shown in. */
#include "tests/itembank/delivery.h"

#define Q "xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\""

/* ---- Stimuli ---------------------------------------------------------------------------------------------------------------- */

#define STIMULUS(body, more) "<qti-assessment-stimulus " Q " identifier=\"s\" title=\"t\" xml:lang=\"vi\"><qti-stimulus-body>" body "</qti-stimulus-body>" more "</qti-assessment-stimulus>"

static void
test_stimulus_parse(void)
{
	static const struct {
		const char *xml, *part;
	} bad[] = {
		{ "<qti-assessment-stimulus " Q " identifier=\"s\" title=\"t\"/>", "no qti-stimulus-body" },
		{ "<qti-assessment-stimulus " Q " title=\"t\"><qti-stimulus-body/></qti-assessment-stimulus>", "identifier" },
		{ "<qti-assessment-item " Q " identifier=\"s\" title=\"t\"/>", "a stimulus is a" },
		{ "<x xmlns=\"urn:x\"/>", "urn:x" },
		{ "<qti-assessment-stimulus", "" },
		{ "<!DOCTYPE x><qti-assessment-stimulus/>", "DOCTYPE" },
		{ STIMULUS("<qti-choice-interaction response-identifier=\"R\"/>", ""), "outside the body" },
		{ STIMULUS("<img src=\"http://x/y\" alt=\"\"/>", ""), "own package" },
	};
	BV_AUTO(bv_stimulus_free) struct bv_stimulus *good = NULL;
	struct bv_err err = { 0 };

	for (size_t i = 0; i < BV_COUNT(bad); i++) {
		struct bv_stimulus *stimulus = NULL;
		CHECK_REFUSED(bv_stimulus_parse(&stimulus, bv_str_of(bad[i].xml), &err), BV_EPARSE, &err, bad[i].part, bad[i].xml);
	}
	CHECK_OK(bv_stimulus_parse(&good, BV_STR(STIMULUS("<p>x</p>", "")), &err), &err, "a stimulus");
	CHECK_STR(bv_stimulus_identifier(good), BV_STR("s"), "  has its identifier");
	bv_stimulus_free(NULL);
}

struct package {
	const char *path;
	struct bv_stimulus *stimulus;
};

static const struct bv_stimulus *
find(void *ctx, struct bv_str path)
{
	struct package *package = ctx;

	return bv_str_is(path, package->path) ? package->stimulus : NULL;
}

static void
test_stimuli(void)
{
#define ITEM(refs, body) "<qti-assessment-item " Q " identifier=\"i\" title=\"t\">" refs "<qti-item-body>" body "</qti-item-body></qti-assessment-item>"
#define REF(href) "<qti-assessment-stimulus-ref identifier=\"S\" href=\"" href "\"/>"
	static const struct {
		const char *xml, *before, *after;
		int id;
		bool braille;
		const char *refused;
	} cases[] = {
		{ ITEM(REF("../texts/s.xml"), "<p id=\"a\">q</p>"), "", ",[\"p\",{\"id\":\"i2\"},\"q\"]", 1, false, NULL },
		{ ITEM(REF("../texts/s.xml"), "<p id=\"b\" aria-describedby=\"a\">q</p><div class=\"qti-well\" data-stimulus-idref=\"S\"/>"),
		  ",[\"p\",{\"id\":\"i1\",\"aria-describedby\":\"i2\"},\"q\"],[\"div\",{\"class\":\"qti-well\"}", "]", 3, false, NULL },
		{ ITEM(REF("../texts/s.xml"), "<div data-stimulus-idref=\"T\"/>"), "", ",[\"div\"]", 1, false, NULL },
		{ ITEM(REF("../texts/s.xml"), "<p>q</p>"), "", ",[\"p\",\"q\"]", 1, true, NULL },
		{ ITEM(REF("../texts/other.xml"), "<p>q</p>"), NULL, NULL, 0, false, "not in the package" },
		{ ITEM(REF("../../../s.xml"), "<p>q</p>"), NULL, NULL, 0, false, "leads out" },
		{ ITEM(REF("https://x/s.xml"), "<p>q</p>"), NULL, NULL, 0, false, "own package" },
	};
	struct bv_pnp_support support = { BV_STR("braille"), BV_STR_NONE, BV_STR_NONE };
	struct bv_pnp pnp = { .supports = &support, .count = 1 };
	struct package package = { "texts/s.xml", NULL };
	struct bv_delivery delivery = test_delivery;
	uint8_t hash[BV_HASH_LEN];
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	struct bv_err err = { 0 };

	/* Its picture is found from where the stimulus is, not from where the item is. */
	bv_sha256(hash, BV_STR("texts/a.png"));
	CHECK_OK(bv_stimulus_parse(&package.stimulus, BV_STR(STIMULUS("<p id=\"a\" data-catalog-idref=\"c\">Text</p><script>x</script><img src=\"a.png\" alt=\"x\"/>"
	                                                               "<qti-printed-variable identifier=\"SCORE\"/>",
	                                                               "<qti-catalog-info><qti-catalog id=\"c\"><qti-card support=\"braille\"><qti-html-content>B"
	                                                               "</qti-html-content></qti-card></qti-catalog></qti-catalog-info>")), &err),
	         &err, "a stimulus with a picture");
	delivery.path = BV_STR("items/q.xml");
	delivery.stimulus = find;
	delivery.stimulus_ctx = &package;
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16), want = BV_BUF(1u << 16), body = BV_BUF(1u << 16);
		delivery.pnp = cases[i].braille ? &pnp : NULL;
		if (cases[i].refused) {
			CHECK_REFUSED(test_render(&out, bv_str_of(cases[i].xml), &delivery, &err), BV_EINVAL, &err, cases[i].refused, cases[i].xml);
			continue;
		}
		bv_buf_printf(&body, "[\"qti-stimulus-body\",{\"lang\":\"vi\"},[\"p\",{\"id\":\"i%d\"%s},\"Text\"],[\"img\",{\"src\":\"media:sha256-%s\",\"alt\":\"x\"}]%s]",
		              cases[i].id, cases[i].braille ? ",\"data-catalog-idref\":\"i2\"" : "", bv_hex(hex, hash, sizeof hash),
		              cases[i].braille ? ",[\"qti-catalog\",{\"id\":\"i2\"},[\"qti-card\",{\"support\":\"braille\"},\"B\"]]" : "");
		bv_buf_printf(&want, "[\"qti-item-body\"%s,%s%s]", cases[i].before, body.p, cases[i].after);
		CHECK_OK(test_render(&out, bv_str_of(cases[i].xml), &delivery, &err), &err, cases[i].xml);
		CHECK_STR(bv_buf_str(&out), bv_buf_str(&want), "  has it where it belongs");
	}
	delivery.stimulus = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16);
	CHECK_REFUSED(test_render(&out, BV_STR(ITEM(REF("s.xml"), "<p>q</p>")), &delivery, &err), BV_EINVAL, &err, "not in the package", "no stimuli at all");
	bv_stimulus_free(package.stimulus);
}

/* ---- Tests -------------------------------------------------------------------------------------------------------------------- */

static const char item_xml[] =
        "<qti-assessment-item " Q " identifier=\"i\" title=\"t\"><qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"identifier\">"
        "<qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>"
        "<qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\"/><qti-item-body><p>q</p></qti-item-body>"
        "<qti-response-processing template=\"match_correct\"/></qti-assessment-item>";

#define RUBRIC(views, text) "<qti-rubric-block use=\"instructions\" view=\"" views "\"><qti-content-body><p>" text "</p></qti-content-body></qti-rubric-block>"
static const char test_xml[] =
        "<qti-assessment-test " Q " identifier=\"T\" title=\"t\">"
        "<qti-outcome-declaration identifier=\"F\" cardinality=\"single\" base-type=\"identifier\"><qti-default-value><qti-value>so</qti-value></qti-default-value>"
        "</qti-outcome-declaration>" RUBRIC("candidate proctor", "test") RUBRIC("proctor", "for proctors")
        "<qti-test-part identifier=\"P1\" navigation-mode=\"linear\" submission-mode=\"individual\">" RUBRIC("candidate", "part 1")
        "<qti-assessment-section identifier=\"S1\" title=\"s\" visible=\"true\">" RUBRIC("candidate", "section 1 <img src='../a.png' alt='x'/>")
        "<qti-assessment-item-ref identifier=\"Q1\" href=\"q.xml\"><qti-item-session-control %s/></qti-assessment-item-ref></qti-assessment-section>"
        "<qti-test-feedback access=\"during\" outcome-identifier=\"F\" identifier=\"so\" show-hide=\"show\" title=\"Now\"><qti-content-body><p>during "
        "<qti-printed-variable identifier=\"F\"/></p></qti-content-body></qti-test-feedback>"
        "<qti-test-feedback access=\"during\" outcome-identifier=\"F\" identifier=\"so\" show-hide=\"hide\"><qti-content-body>hidden</qti-content-body></qti-test-feedback>"
        "</qti-test-part><qti-test-part identifier=\"P2\" navigation-mode=\"nonlinear\" submission-mode=\"simultaneous\">" RUBRIC("candidate", "part 2")
        "<qti-assessment-section identifier=\"S2\" title=\"s\" visible=\"true\"><qti-assessment-item-ref identifier=\"Q2\" href=\"q.xml\"/>"
        "<qti-assessment-item-ref identifier=\"Q3\" href=\"q.xml\"/></qti-assessment-section></qti-test-part>"
        "<qti-test-feedback access=\"atEnd\" outcome-identifier=\"F\" identifier=\"so\" show-hide=\"show\"><qti-content-body><p onclick=\"x\">end</p></qti-content-body>"
        "</qti-test-feedback></qti-assessment-test>";

static enum bv_status
item_find(void *ctx, const struct bv_item **out, struct bv_str name, struct bv_err *err)
{
	(void)name, (void)err;
	*out = ctx;
	return BV_OK;
}

static void
says(const struct bv_test_session *session, const struct bv_delivery *delivery, const char *want, const char *when)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16);
	struct bv_err err = { 0 };

	CHECK_OK(bv_test_session_render(&out, session, delivery, &err), &err, when);
	CHECK_STR(bv_buf_str(&out), bv_str_of(want), "  says the test");
}

static void
may(const struct bv_test_session *session, size_t idx, const char *states, const char *when)
{
	static const char *const names[] = { "interacting", "feedback", "review", "solution" };

	for (int state = 0; state < 4; state++) {
		struct bv_delivery delivery = test_delivery;
		struct bv_err err = { 0 };
		enum bv_status status = bv_test_session_delivery(&delivery, session, idx, (enum bv_delivery_state)state, &err);
		bool allowed = strstr(states, names[state]) != NULL;
		CHECK(status == (allowed ? BV_OK : BV_EDENIED), "%s item %zu %s be shown in %s: %s", when, idx, allowed ? "may" : "may not", names[state], err.msg);
		if (allowed)
			CHECK(delivery.state == (enum bv_delivery_state)state, "  and is in that state");
	}
}

static void
sit(const struct bv_test *test, bool allowed)
{
	BV_AUTO(bv_test_session_free) struct bv_test_session *s = NULL;
	BV_AUTO(bv_json_free) struct bv_json *answer = NULL;
	struct bv_delivery delivery = test_delivery, proctor = test_delivery, nobody = test_delivery;
	uint8_t hash[BV_HASH_LEN];
	char hex[BV_HEX_SIZE(BV_HASH_LEN)], want[2000];
	struct bv_err err = { 0 };

	proctor.view = BV_VIEW_PROCTOR;
	nobody.media = NULL;
	bv_sha256(hash, BV_STR("a.png"));
	CHECK_OK(bv_json_parse(&answer, BV_STR("{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}"), &err), &err, "an answer");
	CHECK_OK(bv_test_session_new(&s, test, test_seed, 0, &err), &err, "a session");
	snprintf(want, sizeof want,
	         "[\"qti-assessment-test\",[\"qti-rubric-block\",[\"p\",\"test\"]],[\"qti-rubric-block\",[\"p\",\"part 1\"]],"
	         "[\"qti-rubric-block\",[\"p\",\"section 1 \",[\"img\",{\"src\":\"media:sha256-%s\",\"alt\":\"x\"}]]],"
	         "[\"qti-test-feedback\",{\"title\":\"Now\"},[\"p\",\"during \",\"so\"]]]", bv_hex(hex, hash, sizeof hash));
	says(s, &delivery, want, "at the first item");
	says(s, &proctor, "[\"qti-assessment-test\",[\"qti-rubric-block\",[\"p\",\"test\"]],[\"qti-rubric-block\",[\"p\",\"for proctors\"]],"
	                  "[\"qti-test-feedback\",{\"title\":\"Now\"},[\"p\",\"during \",\"so\"]]]", "to a proctor");
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16);
	bv_buf_addz(&out, "before");
	CHECK_REFUSED(bv_test_session_render(&out, s, &nobody, &err), BV_EINVAL, &err, "not in the package", "without its media");
	CHECK_STR(bv_buf_str(&out), BV_STR("before"), "  nothing is appended");
	may(s, 0, "interacting", "at the first item");
	may(s, 1, "", "at the first item");
	CHECK_OK(bv_test_session_submit(s, answer, 1, &err), &err, "answered");
	may(s, 0, allowed ? "feedback review solution" : "feedback", "after it");
	CHECK_OK(bv_test_session_next(s, 2, &err), &err, "the next part");
	says(s, &delivery, "[\"qti-assessment-test\",[\"qti-rubric-block\",[\"p\",\"test\"]],[\"qti-rubric-block\",[\"p\",\"part 2\"]]]", "in the second part");
	CHECK_OK(bv_test_session_submit(s, answer, 3, &err), &err, "answered, to be scored at the end");
	may(s, 1, "interacting", "before that");
	CHECK_OK(bv_test_session_end_part(s, 4, &err), &err, "the end");
	may(s, 1, "feedback review", "at the end");
	says(s, &delivery, "[\"qti-assessment-test\",[\"qti-rubric-block\",[\"p\",\"test\"]],[\"qti-test-feedback\",[\"p\",\"end\"]]]", "at the end");
}

static void
test_tests(void)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	struct bv_test_files files = { .item = item_find };
	struct bv_err err = { 0 };

	CHECK_OK(bv_item_parse(&item, bv_str_of(item_xml), &err), &err, "an item");
	files.ctx = item;
	for (int allowed = 0; allowed < 2; allowed++) {
		BV_AUTO(bv_test_free) struct bv_test *test = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
		const char *control = allowed ? "show-feedback=\"true\" allow-review=\"true\" show-solution=\"true\"" : "allow-review=\"false\"";
		const char *at = strstr(test_xml, "%s");
		bv_buf_add(&xml, (struct bv_str){ test_xml, (size_t)(at - test_xml) });
		bv_buf_addz(&xml, control);
		bv_buf_addz(&xml, at + 2);
		CHECK_OK(bv_test_parse(&test, bv_buf_str(&xml), BV_STR("tests/t.xml"), &files, &err), &err, control);
		if (test)
			sit(test, allowed);
	}
}

int
main(void)
{
	test_stimulus_parse();
	test_stimuli();
	test_tests();
	return check_end();
}
