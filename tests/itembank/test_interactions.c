/* Every interaction: responses taken or refused, valid or not, and what they score. tests/vectors/itembank/score-cases.jsonl */
#include "base/file.h"
#include "itembank/itembank.h"
#include "itembank/pci.h"
#include "tests/check.h"

static bool
load(struct bv_buf *buf, const char *folder, struct bv_str name, const char *ending)
{
	char path[4096];
	const char *source = getenv("BV_SOURCE");
	struct bv_err err;

	snprintf(path, sizeof path, "%s/tests/vectors/itembank/%s%.*s%s", source ? source : ".", folder, BV_STR_ARG(name), ending);
	*buf = BV_BUF(2u << 20);
	return CHECK(bv_file_read(buf, path, &err) == BV_OK, "read %s", path);
}

static void
score_case(struct bv_item_session *session, const struct bv_json *c, const char *name)
{
	const struct bv_json *refused = bv_json_find(c, "refused"), *invalid = bv_json_find(c, "invalid");
	struct bv_err err = { 0 };
	enum bv_status status = bv_item_session_respond(session, bv_json_find(c, "responses"), &err);
	double score = -1;
	char part[256];

	if (refused) {
		snprintf(part, sizeof part, "%.*s", BV_STR_ARG(bv_json_str(refused)));
		CHECK_REFUSED(status, BV_EINVAL, &err, part, name);
		return;
	}
	CHECK_OK(status, &err, name);
	status = bv_item_session_validate(session, &err);
	if (invalid) {
		snprintf(part, sizeof part, "%.*s", BV_STR_ARG(bv_json_str(invalid)));
		CHECK_REFUSED(status, BV_EINVAL, &err, part, "  not valid");
	} else {
		CHECK_OK(status, &err, "  valid");
	}
	CHECK_OK(bv_item_score(session, &err), &err, "  scored");
	CHECK(bv_item_session_number(session, "SCORE", &score) && score == bv_json_real(bv_json_find(c, "score")), "  score %g, want %g", score,
	      bv_json_real(bv_json_find(c, "score")));
}

static void
test_cases(void)
{
	static const uint8_t seed[BV_HASH_LEN] = { 7 };
	BV_AUTO(bv_buf_finish) struct bv_buf table;
	struct bv_str rest;
	size_t number = 0;

	if (!load(&table, "", BV_STR("score-cases"), ".jsonl"))
		return;
	for (rest = bv_buf_str(&table); rest.len;) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml;
		BV_AUTO(bv_json_free) struct bv_json *c = NULL;
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
		struct bv_str line = bv_str_sub(rest, 0, bv_str_find(rest, '\n')), name;
		char title[300];
		struct bv_err err;

		rest = bv_str_sub(rest, line.len + 1, rest.len);
		number++;
		if (bv_json_parse(&c, line, &err)) {
			CHECK(false, "line %zu: %s", number, err.msg);
			continue;
		}
		name = bv_json_str(bv_json_find(c, "item"));
		snprintf(title, sizeof title, "line %zu %.*s %.*s", number, BV_STR_ARG(name), BV_STR_ARG(bv_json_str(bv_json_find(c, "clause"))));
		load(&xml, "items/", name, ".xml");
		CHECK_OK(bv_item_parse(&item, bv_buf_str(&xml), &err), &err, "");
		if (!item || !CHECK(bv_item_session_new(&session, item, seed, &err) == BV_OK, "session"))
			continue;
		score_case(session, c, title);
	}
	CHECK(number > 100, "%zu cases", number);
}

/* The ways of giving a response agree; a refused call changes nothing; reset forgets. */
static void
test_answer(void)
{
	static const uint8_t seed[BV_HASH_LEN];
	BV_AUTO(bv_buf_finish) struct bv_buf xml;
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	struct bv_str good[] = { BV_STR("V paste"), BV_STR("  C\tcopy ") }, bad[] = { BV_STR("C copy"), BV_STR("C nowhere") };
	struct bv_answer answer = { BV_STR("RESPONSE"), good, 2 };
	struct bv_err err;
	double score = -1;

	if (!load(&xml, "items/", BV_STR("match"), ".xml") || !CHECK(bv_item_parse(&item, bv_buf_str(&xml), &err) == BV_OK, "match") ||
	    !CHECK(bv_item_session_new(&session, item, seed, &err) == BV_OK, "session"))
		return;
	CHECK_OK(bv_item_session_answer(session, &answer, 1, &err), &err, "answer in lexical form");
	CHECK_OK(bv_item_score(session, &err), &err, "scored");
	CHECK(bv_item_session_number(session, "SCORE", &score) && score == 2, "score %g", score);
	answer.values = bad;
	CHECK_REFUSED(bv_item_session_answer(session, &answer, 1, &err), BV_EINVAL, &err, "'nowhere' is not a choice of the second set", "a bad pair");
	answer.response = BV_STR("NOBODY");
	CHECK_REFUSED(bv_item_session_answer(session, &answer, 1, &err), BV_EINVAL, &err, "no response 'NOBODY'", "an undeclared response");
	CHECK_OK(bv_item_score(session, &err), &err, "scored again");
	CHECK(bv_item_session_number(session, "SCORE", &score) && score == 2, "refused calls changed nothing: %g", score);
	bv_item_session_reset(session);
	CHECK_OK(bv_item_score(session, &err), &err, "scored after reset");
	CHECK(bv_item_session_number(session, "SCORE", &score) && score == 0, "reset forgets: %g", score);
}

/* One seed, one clone; the correct response of each clone scores; the whole outcome document. */
static void
test_session(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml;
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	struct bv_err err;
	size_t different = 0;

	if (!load(&xml, "items/", BV_STR("template"), ".xml") || !CHECK(bv_item_parse(&item, bv_buf_str(&xml), &err) == BV_OK, "template"))
		return;
	for (int i = 0; i < 8; i++) {
		uint8_t seed[BV_HASH_LEN] = { (uint8_t)i };
		BV_AUTO(bv_item_session_free) struct bv_item_session *a = NULL;
		BV_AUTO(bv_item_session_free) struct bv_item_session *b = NULL;
		BV_AUTO(bv_json_free) struct bv_json *first = NULL;
		BV_AUTO(bv_json_free) struct bv_json *second = NULL;
		BV_AUTO(bv_json_free) struct bv_json *correct = NULL;
		BV_AUTO(bv_json_free) struct bv_json *other = NULL;
		double score = -1;
		if (bv_item_session_new(&a, item, seed, &err) || bv_item_session_new(&b, item, seed, &err))
			return;
		first = bv_item_session_templates(a);
		second = bv_item_session_templates(b);
		CHECK(bv_json_equal(first, second), "seed %d: the same clone twice", i);
		correct = bv_item_session_correct(a);
		CHECK(bv_item_session_respond(a, correct, &err) == BV_OK && bv_item_score(a, &err) == BV_OK && bv_item_session_number(a, "SCORE", &score) &&
		              score == 1,
		      "seed %d: the correct response scores %g", i, score);
		seed[1] = 1;
		CHECK_OK(bv_item_session_start(b, seed, &err), &err, "another clone in the same session");
		other = bv_item_session_templates(b);
		different += !bv_json_equal(first, other);
	}
	CHECK(different > 0, "other seeds give other clones (%zu of 8)", different);
}

static void
test_outcomes(void)
{
	static const uint8_t seed[BV_HASH_LEN];
	static const char want[] = "{\"outcomes\":{\"SCORE\":{\"cardinality\":\"single\",\"baseType\":\"float\",\"value\":{\"base\":{\"float\":1.0}}},"
				   "\"completionStatus\":{\"cardinality\":\"single\",\"baseType\":\"identifier\",\"value\":{\"base\":{\"identifier\":\"unknown\"}}}}}";
	BV_AUTO(bv_buf_finish) struct bv_buf xml;
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *correct = NULL;
	BV_AUTO(bv_json_free) struct bv_json *outcomes = NULL;
	BV_AUTO(bv_json_free) struct bv_json *wanted = NULL;
	struct bv_err err;

	if (!load(&xml, "items/", BV_STR("choice-single"), ".xml") || !CHECK(bv_item_parse(&item, bv_buf_str(&xml), &err) == BV_OK, "choice-single") ||
	    !CHECK(bv_item_session_new(&session, item, seed, &err) == BV_OK, "session"))
		return;
	correct = bv_item_session_correct(session);
	CHECK_OK(bv_item_session_respond(session, correct, &err), &err, "the correct response");
	CHECK_OK(bv_item_score(session, &err), &err, "scored");
	outcomes = bv_item_session_outcomes(session);
	CHECK_OK(bv_json_parse(&wanted, bv_str_of(want), &err), &err, "wanted");
	CHECK(bv_json_equal(outcomes, wanted), "the outcome document");
}

#define HEAD \
	"<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='x' title='x' adaptive='false' time-dependent='false'>"
#define ECHO(cardinality) /* an outcome that is what was typed */ \
	HEAD "<qti-response-declaration identifier='RESPONSE' cardinality='" cardinality "' base-type='string'/>" \
	     "<qti-outcome-declaration identifier='SAID' cardinality='" cardinality "' base-type='string'/>" \
	     "<qti-item-body><qti-extended-text-interaction response-identifier='RESPONSE'/></qti-item-body>" \
	     "<qti-response-processing><qti-set-outcome-value identifier='SAID'><qti-variable identifier='RESPONSE'/></qti-set-outcome-value>" \
	     "</qti-response-processing></qti-assessment-item>"

static struct bv_item_session *
session_of(struct bv_item **item, const char *xml)
{
	static const uint8_t seed[BV_HASH_LEN];
	struct bv_item_session *session = NULL;
	struct bv_err err = { 0 };

	CHECK(bv_item_parse(item, bv_str_of(xml), &err) == BV_OK && bv_item_session_new(&session, *item, seed, &err) == BV_OK, "an item: %s",
	      err.msg);
	return session;
}

static bool
respond(struct bv_item_session *session, const char *json, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *responses = NULL;

	return bv_json_parse(&responses, bv_str_of(json), err) == BV_OK && bv_item_session_respond(session, responses, err) == BV_OK;
}

static void
said(const struct bv_item_session *session, const char *want)
{
	BV_AUTO(bv_json_free) struct bv_json *outcomes = bv_item_session_outcomes(session);
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);

	bv_json_write(&text, bv_json_find(bv_json_find(outcomes, "outcomes"), "SAID"));
	CHECK(strstr(text.p, want), "the outcome is %s: %s", want, text.p);
}

/* An outcome that is a response does not change, nor dangle, when the candidate goes on answering. */
static void
test_lifetimes(void)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = session_of(&item, ECHO("single"));
	struct bv_err err = { 0 };

	CHECK(session && respond(session, "{\"RESPONSE\":{\"base\":{\"string\":\"một\"}}}", &err) && bv_item_score(session, &err) == BV_OK, "scored");
	CHECK(respond(session, "{\"RESPONSE\":{\"base\":{\"string\":\"hai\"}}}", &err), "another response");
	CHECK(respond(session, "{\"RESPONSE\":{\"base\":{\"string\":\"bốn\"}}}", &err), "and another");
	said(session, "\"một\"");
}

/* Answers in lexical form pass the same gate as JSON: UTF-8, NFC, at most so long. */
static void
test_lexical(void)
{
	static char long_text[BV_RESPONSE_TEXT_MAX + 1];
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = session_of(&item, ECHO("multiple"));
	struct bv_str value = BV_STR("e\xcc\x82\xcc\x81");
	struct bv_answer answer = { BV_STR("RESPONSE"), &value, 1 };
	struct bv_err err = { 0 };

	if (!session)
		return;
	CHECK_OK(bv_item_session_answer(session, &answer, 1, &err), &err, "decomposed");
	CHECK_OK(bv_item_score(session, &err), &err, "scored");
	said(session, "\"ế\"");
	value = BV_STR("e\xcc");
	CHECK_REFUSED(bv_item_session_answer(session, &answer, 1, &err), BV_EINVAL, &err, "is not UTF-8", "not UTF-8");
	memset(long_text, 'x', sizeof long_text);
	value = (struct bv_str){ long_text, BV_RESPONSE_TEXT_MAX };
	CHECK_OK(bv_item_session_answer(session, &answer, 1, &err), &err, "the longest text");
	value.len++;
	CHECK_REFUSED(bv_item_session_answer(session, &answer, 1, &err), BV_ELIMIT, &err, "longer than", "a byte more");
}

/* extendedText with a container of integers: each in the radix of the interaction. */
static void
test_radix(void)
{
	static const char xml[] = HEAD "<qti-response-declaration identifier='RESPONSE' cardinality='ordered' base-type='integer'/>"
				       "<qti-item-body><qti-extended-text-interaction response-identifier='RESPONSE' base='16' max-strings='3'/>"
				       "</qti-item-body></qti-assessment-item>";
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = session_of(&item, xml);
	struct bv_str good[] = { BV_STR("FF"), BV_STR(" -10 "), BV_STR("") }, bad[] = { BV_STR("FF"), BV_STR("0G") };
	struct bv_answer answer = { BV_STR("RESPONSE"), good, 3 };
	struct bv_err err = { 0 };

	if (!session)
		return;
	CHECK_OK(bv_item_session_answer(session, &answer, 1, &err), &err, "hexadecimal numbers");
	BV_AUTO(bv_json_free) struct bv_json *responses = bv_item_session_responses(session);
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);
	bv_json_write(&text, responses);
	CHECK_STR(bv_buf_str(&text), BV_STR("{\"RESPONSE\":{\"list\":{\"integer\":[255,-16]}}}"), "are read as such; nothing is none");
	answer.values = bad;
	answer.count = 2;
	CHECK_REFUSED(bv_item_session_answer(session, &answer, 1, &err), BV_EINVAL, &err, "is not a whole number in base 16", "G is no digit");
}

/* Identifiers are compared in NFC, however the author's editor wrote them. */
static void
test_composed(void)
{
	static const char xml[] = HEAD
		"<qti-response-declaration identifier='RESPONSE' cardinality='single' base-type='identifier'>"
		"<qti-correct-response><qti-value>e\xcc\x82</qti-value></qti-correct-response></qti-response-declaration>"
		"<qti-item-body><qti-choice-interaction response-identifier='RESPONSE'><qti-simple-choice identifier='e\xcc\x82'>A</qti-simple-choice>"
		"</qti-choice-interaction></qti-item-body></qti-assessment-item>";
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = session_of(&item, xml);
	struct bv_err err = { 0 };

	CHECK(session && respond(session, "{\"RESPONSE\":{\"base\":{\"identifier\":\"ê\"}}}", &err), "composed where the item is decomposed: %s", err.msg);
}

/* An exponent that no integer of 64 bits can be taken from. */
static void
test_exponent(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml;
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	struct bv_err err = { 0 };

	if (!load(&xml, "items/", BV_STR("text-entry-record"), ".xml"))
		return;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = session_of(&item, xml.p);
	if (!session)
		return;
	CHECK(respond(session, "{\"RESPONSE\":{\"base\":{\"string\":\"1e-9223372036854775808\"}}}", &err), "the least exponent: %s", err.msg);
	BV_AUTO(bv_json_free) struct bv_json *responses = bv_item_session_responses(session);
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);
	bv_json_write(&text, responses);
	CHECK(strstr(text.p, "{\"name\":\"ndp\",\"base\":null}"), "has no number of decimal places: %s", text.p);
}

static bool
attempt(struct bv_item_session *session, const char *text)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_err err;

	return bv_json_parse(&json, bv_str_of(text), &err) == BV_OK && bv_item_session_respond(session, json, &err) == BV_OK &&
	       bv_item_score(session, &err) == BV_OK;
}

/* QTI 3.0, adaptive items: outcomes go on from attempt to attempt, a hint uses up none, a button is not pressed for good, and
 * completionStatus "completed" is the end; a reset starts again. An item that is not adaptive is never complete by itself. */
static void
test_adaptive(void)
{
	static const uint8_t seed[BV_HASH_LEN];
	static const struct {
		const char *responses;
		uint32_t attempts;
		double score, hints;
		bool completed;
	} steps[] = {
		{ "{\"HINT\":{\"base\":{\"boolean\":true}}}", 0, 0, 1, false },
		{ "{\"RESPONSE\":{\"base\":{\"identifier\":\"B\"}}}", 1, 0, 1, false },
		{ "{\"HINT\":{\"base\":{\"boolean\":true}},\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}", 1, 0, 2, false },
		{ "{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}", 2, 0.25, 2, true },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf xml;
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	struct bv_err err;

	if (!load(&xml, "items/", BV_STR("adaptive-hint"), ".xml") || !CHECK(bv_item_parse(&item, bv_buf_str(&xml), &err) == BV_OK, "adaptive-hint") ||
	    !CHECK(bv_item_session_new(&session, item, seed, &err) == BV_OK, "session"))
		return;
	CHECK(bv_item_adaptive(item) && bv_item_session_attempts(session) == 0 && !bv_item_session_completed(session), "nothing tried yet");
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < BV_COUNT(steps); i++) {
			double score = -1, hints = -1;
			CHECK(attempt(session, steps[i].responses), "round %d step %zu", round, i);
			bv_item_session_number(session, "SCORE", &score);
			bv_item_session_number(session, "HINTS", &hints);
			CHECK(score == steps[i].score && hints == steps[i].hints && bv_item_session_attempts(session) == steps[i].attempts &&
			              bv_item_session_completed(session) == steps[i].completed,
			      "  score %g after %g hints and %u attempts", score, hints, bv_item_session_attempts(session));
		}
		bv_item_session_reset(session);
		CHECK(bv_item_session_attempts(session) == 0 && !bv_item_session_completed(session), "reset starts again");
	}
}

/* What may be put on a form, and what a machine may mark. */
static void
test_custom(void)
{
	static const struct {
		const char *item;
		bool deliverable, scorable;
	} cases[] = { { "hotspot", true, true }, { "portable-custom", false, true }, { "portable-custom-2p1", false, true }, { "custom", false, false } };

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml;
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		struct bv_err err;
		if (!load(&xml, "items/", bv_str_of(cases[i].item), ".xml") ||
		    !CHECK(bv_item_parse(&item, bv_buf_str(&xml), &err) == BV_OK, "%s", cases[i].item))
			continue;
		CHECK(bv_item_deliverable(item) == cases[i].deliverable && bv_item_machine_scorable(item) == cases[i].scorable,
		      "  %sdeliverable, %sscorable", cases[i].deliverable ? "" : "not ", cases[i].scorable ? "" : "not ");
	}
}

/* What the page is to show of each: sizes, bounds, words. */
static void
test_facts(void)
{
	static const struct {
		const char *item;
		enum bv_interaction_kind kind;
		const char *source, *alt;
		uint32_t width, min, max;
	} cases[] = {
		{ "hotspot", BV_INTERACTION_HOTSPOT, "images/man-hinh.png", "Cửa sổ của một trình duyệt", 400, 0, 1 },
		{ "hotspot-multiple", BV_INTERACTION_HOTSPOT, "images/man-hinh.png", "Cửa sổ của một trình duyệt", 400, 1, 3 },
		{ "hotspot-2p1", BV_INTERACTION_HOTSPOT, "man-hinh.png", "Cửa sổ của một trình duyệt", 400, 0, 1 },
		{ "select-point", BV_INTERACTION_SELECT_POINT, "images/may.png", "Mặt sau của một máy tính", 400, 1, 2 },
		{ "graphic-order", BV_INTERACTION_GRAPHIC_ORDER, "images/man-hinh.png", "Cửa sổ của một trình duyệt", 400, 3, 3 },
		{ "position-object", BV_INTERACTION_POSITION_OBJECT, "images/tep.png", "Một tệp", 32, 0, 1 },
		{ "media", BV_INTERACTION_MEDIA, "media/loi-noi.ogg", "", 0, 0, 0 },
		{ "drawing", BV_INTERACTION_DRAWING, "images/man-hinh.png", "Cửa sổ của một trình duyệt", 400, 0, 0 },
		{ "upload", BV_INTERACTION_UPLOAD, "", "", 0, 0, 0 },
		{ "portable-custom-2p1", BV_INTERACTION_PORTABLE_CUSTOM, "", "", 0, 0, 0 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml;
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		const struct bv_interaction *in;
		struct bv_err err;
		if (!load(&xml, "items/", bv_str_of(cases[i].item), ".xml") || bv_item_parse(&item, bv_buf_str(&xml), &err))
			continue;
		in = bv_item_interaction(item, 0);
		CHECK(in->kind == cases[i].kind && in->media.width == cases[i].width && in->min_choices == cases[i].min &&
		              in->max_choices == cases[i].max && !in->shuffle,
		      "%s: %s, %u wide, %u to %u", cases[i].item, bv_interaction_name(in->kind), in->media.width, in->min_choices, in->max_choices);
		CHECK_STR(in->media.source, bv_str_of(cases[i].source), "  source");
		CHECK_STR(in->media.alt, bv_str_of(cases[i].alt), "  alternative text");
	}
}

int
main(void)
{
	test_lifetimes();
	test_lexical();
	test_radix();
	test_composed();
	test_exponent();
	test_facts();
	test_adaptive();
	test_custom();
	test_cases();
	test_answer();
	test_session();
	test_outcomes();
	return check_end();
}
