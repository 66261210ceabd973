/* Mandates, rules of issuing, lint: what is taken, and what is refused and by which words. */
#include "base/mem.h"
#include "registry/registry.h"
#include "tests/certs/sample.h"
#include "tests/check.h"

static struct bv_err err;

static struct bv_str
fill(struct bv_buf *out, const char *text, const char *key)
{
	bv_buf_clear(out);
	for (const char *p = text; *p; p++)
		if (*p == '@')
			bv_buf_addz(out, key);
		else
			bv_buf_addc(out, *p);
	return bv_buf_str(out);
}

/* ---- Mandates ---- */

#define MANDATES(inner) "<mandates xmlns='https://bangvang.vn/ns/mandates/1' identifier='m' version='1'>" inner "</mandates>"
#define MANDATE(attributes) "<mandate " attributes ">Quyết định 1</mandate>"
#define REST " deeds='issue' schemes='*' centres='*' from='2026-01-01' to='2026-12-31'"

static void
refused_mandates(const char *key)
{
	static const struct {
		const char *xml;
		enum bv_status status;
		const char *part;
	} cases[] = {
		{ "<mandates/>", BV_EPARSE, "is not expected here" },
		{ MANDATES(""), BV_EPARSE, "no <mandate>" },
		{ MANDATES("<other/>"), BV_EPARSE, "is not expected here" },
		{ MANDATES(MANDATE("person='P' key='@'" REST)), BV_EPARSE, "needs 'identifier'" },
		{ MANDATES(MANDATE("identifier='A B' person='P' key='@'" REST)), BV_EINVAL, "letters, digits" },
		{ MANDATES(MANDATE("identifier='A' person='Nguyễn Văn A' key='@'" REST)), BV_EINVAL, "letters, digits" },
		{ MANDATES(MANDATE("identifier='A' person='P' key='zABC'" REST)), BV_EINVAL, "multikey" },
		{ MANDATES(MANDATE("identifier='A' person='P' key='@' deeds='burn' schemes='*' centres='*' from='2026-01-01' to='2026-12-31'")), BV_EINVAL, "'burn'" },
		{ MANDATES(MANDATE("identifier='A' person='P' key='@' deeds='' schemes='*' centres='*' from='2026-01-01' to='2026-12-31'")), BV_EPARSE, "needs 'deeds'" },
		{ MANDATES(MANDATE("identifier='A' person='P' key='@' deeds='issue' schemes='a*' centres='*' from='2026-01-01' to='2026-12-31'")), BV_EINVAL, "'schemes'" },
		{ MANDATES(MANDATE("identifier='A' person='P' key='@' deeds='issue' schemes='*' centres='*' from='2026-02-30' to='2026-12-31'")), BV_EPARSE, "needs 'from'" },
		{ MANDATES(MANDATE("identifier='A' person='P' key='@' deeds='issue' schemes='*' centres='*' from='2026-12-31' to='2026-01-01'")), BV_EINVAL, "before it begins" },
		{ MANDATES(MANDATE("identifier='A' person='P' key='@' more='x'" REST)), BV_EPARSE, "no attribute 'more'" },
		{ MANDATES("<mandate identifier='A' person='P' key='@'" REST "/>"), BV_EINVAL, "of text" },
		{ MANDATES("<mandate identifier='A' person='P' key='@'" REST "><b/></mandate>"), BV_EPARSE, "plain text" },
		{ MANDATES(MANDATE("identifier='A' person='P' key='@'" REST) MANDATE("identifier='A' person='P' key='@'" REST)), BV_ECONFLICT, "there already" },
		{ MANDATES(MANDATE("identifier='A' person='P' key='@'" REST) MANDATE("identifier='B' person='Q' key='@'" REST)), BV_ECONFLICT, "another person's" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(10000);

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_mandates *mandates = NULL;
		err.line = 0;
		CHECK_REFUSED(bv_mandates_parse(&mandates, fill(&xml, cases[i].xml, key), &err), cases[i].status, &err, cases[i].part, cases[i].part);
		CHECK(!mandates && err.line > 0, "  with its line");
	}
}

static void
found_mandates(const struct bv_key *key, const struct bv_key *other, const char *multikey)
{
	static const char text[] = MANDATES(
		"<mandate identifier='A' person='P' key='@' deeds='issue revoke' schemes='CNTT  TT02' centres='TT01' from='2026-01-01' to='2026-06-30'>Quyết định 1</mandate>"
		"<mandate identifier='B' person='P' key='@' deeds='revoke' schemes='*' centres='*' from='2026-07-01' to='2026-12-31'>Quyết định 2</mandate>");
	static const struct {
		enum bv_deed deed;
		const char *scheme, *centre, *day, *id, *part;
	} cases[] = {
		{ BV_DEED_ISSUE, "CNTT", "TT01", "2026-01-01", "A", NULL },  { BV_DEED_ISSUE, "TT02", "TT01", "2026-06-30", "A", NULL },
		{ BV_DEED_REVOKE, "ANY", "ANY", "2026-12-31", "B", NULL },   { BV_DEED_ISSUE, "CNTT", "TT01", "2025-12-31", NULL, "is from 2026-01-01 to 2026-06-30, not on 2025-12-31" },
		{ BV_DEED_ISSUE, "CNTT", "TT01", "2026-07-01", NULL, "is from" }, { BV_DEED_ISSUE, "CNTT", "TT02", "2026-01-01", NULL, "does not cover the centre 'TT02'" },
		{ BV_DEED_ISSUE, "CNT", "TT01", "2026-01-01", NULL, "does not cover the scheme 'CNT'" }, { BV_DEED_SUSPEND, "CNTT", "TT01", "2026-01-01", NULL, "does not let its person suspend" },
		{ BV_DEED_REVOKE, "CNTT", "TT01", "2026-03-01", "A", NULL }, { BV_DEED_REVOKE, "CNTT", "TT09", "2026-03-01", NULL, "not on 2026-03-01" },
		{ BV_DEED_ISSUE, "", "TT01", "2026-01-01", NULL, "scheme ''" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(10000);
	BV_AUTO(bv_mandates_free) struct bv_mandates *mandates = NULL;
	const struct bv_mandate *found;
	bv_day day;

	CHECK_OK(bv_mandates_parse(&mandates, fill(&xml, text, multikey), &err), &err, "two mandates of one person");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		if (bv_day_parse(&day, bv_str_of(cases[i].day), &err) != BV_OK)
			abort();
		enum bv_status status = bv_mandates_find(&found, mandates, bv_key_describe(key), cases[i].deed, bv_str_of(cases[i].scheme), bv_str_of(cases[i].centre), day, &err);
		if (cases[i].id)
			CHECK(status == BV_OK && bv_str_is(found->id, cases[i].id), "%s on %s: mandate %s", bv_deed_name(cases[i].deed), cases[i].day, cases[i].id);
		else
			CHECK_REFUSED(status, BV_EDENIED, &err, cases[i].part, cases[i].part);
	}
	CHECK_REFUSED(bv_mandates_find(&found, mandates, bv_key_describe(other), BV_DEED_ISSUE, BV_STR("CNTT"), BV_STR("TT01"), day, &err), BV_EDENIED, &err, "no mandate is for the key",
	              "somebody else's key");
}

/* ---- Rules of issuing ---- */

#define ISSUING(serial, months, holder, reasons) \
	"<issuing xmlns='https://bangvang.vn/ns/issuing/1' identifier='i' version='1' certainty='uncertain' from='2026-01-01'><title>T</title><serial pattern='" serial \
	"'/><validity months='" months "'/><holder birth='" holder "'/>" reasons "</issuing>"
#define REASON "<reason code='fraud' deeds='revoke'>Gian lận</reason>"

static void
refused_issuing(void)
{
	static const struct {
		const char *xml;
		enum bv_status status;
		const char *part;
	} cases[] = {
		{ ISSUING("{number}", "0", "optional", ""), BV_EPARSE, "no <reason>" },
		{ ISSUING("{year}", "0", "optional", REASON), BV_EINVAL, "{number} once" },
		{ ISSUING("{number}{number:3}", "0", "optional", REASON), BV_EINVAL, "{number} once" },
		{ ISSUING("{number:0}", "0", "optional", REASON), BV_EINVAL, "{number:0} is nothing" },
		{ ISSUING("{number:13}", "0", "optional", REASON), BV_EINVAL, "{number:13} is nothing" },
		{ ISSUING("{name}-{number}", "0", "optional", REASON), BV_EINVAL, "{name} is nothing" },
		{ ISSUING("{number", "0", "optional", REASON), BV_EPARSE, "without '}'" },
		{ ISSUING("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{number}", "0", "optional", REASON), BV_ELIMIT, "at most 64 bytes" },
		{ ISSUING("{number}", "1201", "optional", REASON), BV_EINVAL, "0 to 1200" },
		{ ISSUING("{number}", "-1", "optional", REASON), BV_EINVAL, "0 to 1200" },
		{ ISSUING("{number}", "0", "perhaps", REASON), BV_EINVAL, "'birth' is" },
		{ ISSUING("{number}", "0", "optional' least-age='18", REASON), BV_EINVAL, "'least-age'" },
		{ ISSUING("{number}", "0", "optional", REASON REASON), BV_ECONFLICT, "there already" },
		{ ISSUING("{number}", "0", "optional", "<reason code='Fraud' deeds='revoke'>G</reason>"), BV_EINVAL, "small letters" },
		{ ISSUING("{number}", "0", "optional", "<reason code='a b' deeds='revoke'>G</reason>"), BV_EINVAL, "letters, digits" },
		{ ISSUING("{number}", "0", "optional", "<reason code='fraud' deeds='revoke'/>"), BV_EINVAL, "of text" },
		{ ISSUING("{number}", "0", "optional", "<other/>"), BV_EPARSE, "is not expected" },
		{ "<issuing xmlns='https://bangvang.vn/ns/issuing/1' identifier='i' version='1' certainty='sure' from='2026-01-01'/>", BV_EINVAL, "'certainty'" },
		{ "<issuing xmlns='https://bangvang.vn/ns/issuing/1' identifier='i' version='1' certainty='high' from='2026-01-01' to='2025-01-01'/>", BV_EINVAL, "end before" },
		{ "<issuing xmlns='https://bangvang.vn/ns/issuing/1' identifier='i' version='1' certainty='high' from='2026-01-01'/>", BV_EPARSE, "begins with <title>" },
		{ "<issuing xmlns='https://bangvang.vn/ns/issuing/1' identifier='i' version='1' certainty='high' from='2026-01-01'><title>T</title></issuing>", BV_EPARSE, "<serial>" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_issuing *issuing = NULL;
		err.line = 0;
		CHECK_REFUSED(bv_issuing_parse(&issuing, bv_str_of(cases[i].xml), &err), cases[i].status, &err, cases[i].part, cases[i].part);
		CHECK(!issuing && err.line > 0, "  with its line");
	}
}

static void
serials(void)
{
	static const struct {
		const char *pattern, *serial;
		int64_t number;
	} cases[] = {
		{ ISSUING("{scheme}-{year}-{centre}-{number:6}", "0", "optional", REASON), "CNTT-2026-TT01-000042", 42 },
		{ ISSUING("{number}/{yy}", "0", "optional", REASON), "42/26", 42 },
		{ ISSUING("BV{number:2}", "0", "optional", REASON), "BV99", 99 },
		{ ISSUING("BV{number:2}", "0", "optional", REASON), NULL, 100 },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(200);
	bv_day day = 0;

	if (bv_day_parse(&day, BV_STR("2026-11-20"), &err) != BV_OK)
		abort();
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_issuing_free) struct bv_issuing *issuing = NULL;
		bv_buf_clear(&out);
		CHECK_OK(bv_issuing_parse(&issuing, bv_str_of(cases[i].pattern), &err), &err, "rules");
		enum bv_status status = bv_serial_write(&out, issuing, BV_STR("CNTT"), BV_STR("TT01"), day, cases[i].number, &err);
		if (cases[i].serial)
			CHECK_STR(bv_buf_str(&out), bv_str_of(cases[i].serial), cases[i].serial);
		else
			CHECK_REFUSED(status, BV_ELIMIT, &err, "more than the 2 digits", "a series that is full");
	}
	BV_AUTO(bv_issuing_free) struct bv_issuing *issuing = NULL;
	CHECK_OK(bv_issuing_parse(&issuing, bv_str_of(cases[0].pattern), &err), &err, "rules");
	bv_buf_clear(&out);
	CHECK_OK(bv_serial_series(&out, issuing, BV_STR("CNTT"), BV_STR("TT01"), day, &err), &err, "its series");
	CHECK_STR(bv_buf_str(&out), BV_STR("CNTT-2026-TT01-{}"), "is all but the number");
	CHECK_OK(bv_issuing_reason(issuing, BV_DEED_REVOKE, BV_STR("fraud"), &err), &err, "a reason");
	CHECK_REFUSED(bv_issuing_reason(issuing, BV_DEED_SUSPEND, BV_STR("fraud"), &err), BV_EINVAL, &err, "no reason to suspend", "of another deed");
	CHECK_REFUSED(bv_issuing_reason(issuing, BV_DEED_REVOKE, BV_STR("mood"), &err), BV_EINVAL, &err, "fraud", "those that there are");
}

/* ---- Lint ---- */

struct found {
	char rules[400];
};

static void
note(void *ctx, const char *rule, const char *message)
{
	struct found *f = ctx;
	size_t len = strlen(f->rules);

	snprintf(f->rules + len, sizeof f->rules - len, "%s%s", len ? " " : "", rule);
	CHECK(message[0] && bv_str_eq(bv_str_of(message), bv_str_trim(bv_str_of(message))), "  %s", message);
}

static struct bv_issuing *
rules_of(const char *months, const char *holder)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(2000);
	struct bv_issuing *issuing = NULL;

	bv_buf_printf(&xml, "<issuing xmlns='https://bangvang.vn/ns/issuing/1' identifier='i' version='1' certainty='uncertain' from='2026-01-01' to='2026-12-31'><title>T</title>"
	              "<serial pattern='{number}'/><validity months='%s'/><holder %s/>" REASON "</issuing>", months, holder);
	CHECK_OK(bv_issuing_parse(&issuing, bv_buf_str(&xml), &err), &err, "rules");
	return issuing;
}

static struct bv_credential_facts
good_facts(void)
{
	struct bv_credential_facts facts = sample_facts();

	facts.valid_until_s = 0;
	return facts;
}

static void
expect(const struct bv_credential_facts *facts, const struct bv_issuing *issuing, const char *rating, const char *rules)
{
	const struct bv_lint_case subject = { .facts = facts, .issuing = issuing, .rating = bv_str_of(rating), .now_s = SAMPLE_AT };
	struct found found = { "" };
	size_t count;

	bv_lint(&count, &subject, note, &found);
	if (!CHECK(strcmp(found.rules, rules) == 0 && (count == 0) == (rules[0] == '\0'), "lint: %s", rules[0] ? rules : "nothing"))
		printf("# found: %s\n", found.rules);
}

static void
lint_holder(void)
{
	static const struct {
		struct bv_str name;
		const char *rules;
	} names[] = {
		{ TEXT("Nguyễn Thị Ánh Tuyết"), "" }, { TEXT("H' Hen Niê"), "" }, { TEXT("Y-Bih Êban"), "" }, { TEXT("A"), "holder-name" }, { TEXT(" Nguyễn A"), "holder-name" },
		{ TEXT("Nguyễn A "), "holder-name" }, { TEXT("Nguyễn  A"), "holder-name" }, { TEXT("Nguyễn A1"), "holder-name" }, { TEXT("Nguyễn <A>"), "holder-name holder-name" },
		{ TEXT("Nguyễn\tA"), "holder-name" }, { TEXT("\xff\xfe"), "holder-name" }, { TEXT(""), "holder-name" },
	};
	static const struct {
		const char *holder;
		struct bv_str birth;
		const char *rules;
	} births[] = {
		{ "birth='required'", TEXT("1990-02-28"), "" }, { "birth='required'", TEXT(""), "birth" }, { "birth='none'", TEXT(""), "" }, { "birth='none'", TEXT("1990-02-28"), "birth" },
		{ "birth='optional'", TEXT("1990-02-30"), "birth" }, { "birth='optional'", TEXT("28/02/1990"), "birth" }, { "birth='optional'", TEXT("2026-11-18"), "birth" },
		{ "birth='optional'", TEXT("1890-01-01"), "birth" }, { "birth='required' least-age='18'", TEXT("2008-11-18"), "" },
		{ "birth='required' least-age='18'", TEXT("2008-11-19"), "age" },
	};

	for (size_t i = 0; i < BV_COUNT(names); i++) {
		BV_AUTO(bv_issuing_free) struct bv_issuing *issuing = rules_of("0", "birth='optional'");
		struct bv_credential_facts facts = good_facts();
		facts.holder = names[i].name;
		expect(&facts, issuing, "", names[i].rules);
	}
	for (size_t i = 0; i < BV_COUNT(births); i++) {
		BV_AUTO(bv_issuing_free) struct bv_issuing *issuing = rules_of("0", births[i].holder);
		struct bv_credential_facts facts = good_facts();
		facts.birth = births[i].birth;
		expect(&facts, issuing, "", births[i].rules);
	}
}

static void
lint_rest(void)
{
	BV_AUTO(bv_issuing_free) struct bv_issuing *endless = rules_of("0", "birth='optional'"), *limited = rules_of("24", "birth='optional'");
	struct bv_credential_facts facts = good_facts();
	struct bv_str values[BV_COUNT(sample_values)];

	expect(&facts, limited, "", "valid-until");
	facts.valid_until_s = INT64_C(1858014000); /* 2028-11-17T19:00Z, a day too early in Viet Nam */
	facts.valid_until_s -= facts.valid_until_s % 86400 + 7 * 3600;
	expect(&facts, endless, "", "valid-until");
	facts = good_facts();
	facts.awarded_s = facts.valid_from_s = SAMPLE_AT + 1;
	expect(&facts, endless, "", "awarded rules-in-force");
	facts = good_facts();
	facts.valid_from_s = facts.awarded_s - 1;
	expect(&facts, endless, "", "valid-from");
	facts = good_facts();
	facts.awarded_s = facts.valid_from_s = INT64_C(1767200399); /* 2025-12-31T23:59:59+07:00 … less than a day before the rules */
	facts.awarded_s = facts.valid_from_s = INT64_C(1767200399) - 3600;
	expect(&facts, endless, "", "rules-in-force");
	facts = good_facts();
	facts.decision = BV_DECISION_PROVISIONAL;
	facts.level = BV_STR("L9");
	expect(&facts, endless, "", "decision level");
	facts = good_facts();
	memcpy(values, sample_values, sizeof values);
	values[0] = BV_STR("10.01");
	values[1] = BV_STR("seven");
	facts.values = values;
	expect(&facts, endless, "", "value value");
}

/* A rating that says the same, and twins of it that say something else. */
static void
lint_rating(void)
{
	static const char good[] = "{\"decision\":\"passed\",\"level\":{\"code\":\"L2\"},\"ability\":{\"thetaE4\":5300,\"seE4\":2800},\"areas\":["
	                           "{\"code\":\"IU01\",\"marksHundredths\":850},{\"code\":\"IU02\",\"marksHundredths\":700},{\"code\":\"IU03\",\"marksHundredths\":400},"
	                           "{\"code\":\"IU04\",\"marksHundredths\":625},{\"code\":\"IU05\",\"marksHundredths\":900},{\"code\":\"IU06\",\"marksHundredths\":1000},"
	                           "{\"code\":\"total\",\"marksHundredths\":7458}]}";
	static const struct {
		const char *from, *to, *rules;
	} cases[] = {
		{ "passed", "failed", "rating-decision" }, { "L2", "L3", "rating-level" }, { "850", "851", "rating-value" }, { "IU03", "IU09", "rating-value rating-value" },
		{ "5300", "5301", "rating-ability" }, { "2800", "0", "rating-ability" }, { "]}", ",{\"code\":\"IU07\",\"marksHundredths\":1}]}", "rating-value" },
		{ "{\"decision", "{decision", "rating" },
	};
	BV_AUTO(bv_issuing_free) struct bv_issuing *issuing = rules_of("0", "birth='optional'");
	struct bv_credential_facts facts = good_facts();
	struct bv_evidence evidence = { .name = BV_STR("rating") };

	facts.evidence = &evidence;
	facts.evidence_count = 1;
	expect(&facts, issuing, good, "rating-evidence");
	bv_sha256(evidence.hash, bv_str_of(good));
	expect(&facts, issuing, good, "");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		char text[1000];
		const char *at = strstr(good, cases[i].from);
		snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, cases[i].to, at + strlen(cases[i].from));
		bv_sha256(evidence.hash, bv_str_of(text));
		expect(&facts, issuing, text, cases[i].rules);
	}
	evidence.name = BV_STR("form");
	bv_sha256(evidence.hash, bv_str_of(good));
	expect(&facts, issuing, good, "rating-evidence");
}

int
main(void)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("officer");
	BV_AUTO(bv_key_free) struct bv_key *other = sample_key("other");
	char multikey[BV_MULTIKEY_SIZE];

	bv_multikey_write_of(multikey, bv_key_describe(key));
	refused_mandates(multikey);
	found_mandates(key, other, multikey);
	refused_issuing();
	serials();
	lint_holder();
	lint_rest();
	lint_rating();
	return check_end();
}
