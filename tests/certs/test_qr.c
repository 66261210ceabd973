/* Paper: few enough bytes, digits that read back, a delegation that counts where it should, and every change found. */
#include "base/clock.h"
#include "base/mem.h"
#include "certs/jose/cose.h"
#include "certs/jose/paper.h"
#include "certs/jose/qr.h"
#include "certs/keys/delegation.h"
#include "certs/keys/signer.h"
#include "tests/certs/envelope.h"

static struct bv_buf golden = { .max = BV_CBOR_MAX }, listed = { .max = BV_CBOR_MAX };
static struct bv_trust *trusted, *authorities;

static struct bv_signer *
signer_of(bool delegated)
{
	BV_AUTO(bv_key_free) struct bv_key *authority = sample_p256("authority"), *key = sample_p256("paper");
	struct bv_signer *signer = envelope_signer("paper");
	uint8_t delegation[BV_DELEGATION_LEN];
	struct bv_err err;

	if (delegated && (bv_delegation_write(delegation, authority, bv_key_describe(key), AUTHORITY_FROM, 30, &err) != BV_OK ||
	                  bv_signer_delegate(signer, delegation, &err) != BV_OK))
		abort();
	return signer;
}

static enum bv_status
issue(struct bv_buf *out, const struct bv_credential_facts *facts, bool delegated, struct bv_err *err)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = signer_of(delegated);
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;

	TRY(bv_template_new(&tmpl, facts->achievement, signer, err));
	bv_buf_clear(out);
	return bv_cwt_issue(out, tmpl, facts, err);
}

/* ---- Digits ---- */

static void
digits(void)
{
	uint8_t bytes[64];
	size_t wrong = 0, refused = 0;

	for (size_t fill = 0; fill < 3; fill++)
		for (size_t len = 0; len <= 40; len++) {
			BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1000), back = BV_BUF(1000), cut = BV_BUF(1000);
			for (size_t i = 0; i < len; i++)
				bytes[i] = fill == 0 ? 0 : fill == 1 ? 255 : (uint8_t)(i * 37 + len);
			struct bv_str all = { (const char *)bytes, len };
			qr_digits_write(&text, all);
			wrong += text.len != len / 7 * 17 + (size_t[]){ 0, 3, 5, 8, 10, 13, 15 }[len % 7];
			wrong += !qr_digits_parse(&back, bv_buf_str(&text)) || !bv_str_eq(bv_buf_str(&back), all);
			/* A digit less is never the same, and a group beyond its bytes is none. */
			refused += text.len && qr_digits_parse(&cut, bv_str_sub(bv_buf_str(&text), 0, text.len - 1)) && bv_str_eq(bv_buf_str(&cut), all);
		}
	CHECK(wrong == 0 && refused == 0, "0 to 40 bytes as digits and back");
	static const struct {
		const char *digits;
		bool good;
	} cases[] = {
		{ "255", true },               { "256", false },   { "65535", true }, { "65536", false }, { "16777215", true }, { "16777216", false },
		{ "72057594037927935", true }, { "72057594037927936", false }, { "0", false },        { "00", false },     { "0000", false },
		{ "25x", false },              { "-55", false },   { "", true },      { "99999999999999999", false },
	};
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf back = BV_BUF(1000);
		CHECK(qr_digits_parse(&back, bv_str_of(cases[i].digits)) == cases[i].good, "'%s' is %s", cases[i].digits, cases[i].good ? "read" : "refused");
	}
}

/* ---- Size ---- */

/* A certificate of a holder with a name of so many bytes. */
static size_t
size_of(size_t name_len, struct bv_buf *page)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CBOR_MAX);
	struct bv_credential_facts facts = envelope_facts();
	char name[100];
	struct bv_err err;

	memset(name, 'a', name_len);
	facts.holder = (struct bv_str){ name, name_len };
	facts.status = BV_STR("https://chungchi.example.vn/status/76");
	facts.status_idx = 131071;
	CHECK_OK(issue(&out, &facts, true, &err), &err, "issued with a delegation");
	bv_buf_clear(page);
	bv_qr_page(page, BV_STR(SAMPLE_DID), out.len);
	return out.len;
}

/* tests/interop reads such symbols; what is asked here is arithmetic. */
static void
size(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(1000), none = BV_BUF(1000);
	size_t longest = 0, shortest_capital = 0;

	for (size_t len = 20; len < 60; len++) {
		size_t bytes = size_of(len, &page);
		if (qr_fits(bv_buf_str(&page), bytes))
			longest = len;
		if (!shortest_capital && page.p[0] == 'H')
			shortest_capital = len;
	}
	printf("# names up to %zu bytes fit, from %zu with the address in capitals\n", longest, shortest_capital);
	/* "Nguyễn Hoàng Phương Thảo" has 31. */
	CHECK(shortest_capital > 31 && longest >= 40, "names of 40 bytes stay within version 14-M");
	size_t bytes = size_of(27, &page);
	CHECK_STR(bv_buf_str(&page), BV_STR("https://chungchi.example.vn/v"), "the page of the issuer");
	CHECK(bytes < 330, "%zu bytes", bytes);
	(void)size_of(longest, &page);
	CHECK_STR(bv_buf_str(&page), BV_STR("HTTPS://CHUNGCHI.EXAMPLE.VN/V"), "in capitals");
	CHECK(qr_fits(BV_STR("https://x"), 346) && !qr_fits(BV_STR("https://x"), 347), "bytes beside a short page");
	bv_qr_page(&none, BV_STR("did:key:z6Mk"), 300);
	CHECK(none.len == 0, "a did:key has no page");
}

/* ---- Reading ---- */

static void
forms(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(10000), base64 = BV_BUF(10000), bytes = BV_BUF(10000), spaced = BV_BUF(10000);
	struct bv_err err;

	bv_qr_text(&text, BV_STR("https://any.example/page"), bv_buf_str(&golden));
	expect(bv_buf_str(&text), authorities, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "Holder: Nguyễn Thị Ánh Tuyết", "the text");
	bv_buf_printf(&spaced, " %s\r\n", text.p);
	expect(bv_buf_str(&spaced), authorities, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "Result 1: 8.50", "with white space");
	bv_buf_addz(&base64, "https://any.example/page#");
	base64url_write(&base64, (const uint8_t *)golden.p, golden.len);
	expect(bv_buf_str(&base64), authorities, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "Level: L2", "base64url after '#'");
	expect(bv_str_sub(bv_buf_str(&base64), 25, base64.len), authorities, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "Decision: Completed",
	       "base64url alone");
	expect(bv_buf_str(&golden), authorities, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_DOCUMENT, BV_CHECK_PASSED, "Date of birth: 1990-02-28", "the bytes");
	expect(bv_buf_str(&listed), trusted, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_KEY, BV_CHECK_PASSED, "Licence number: BV-2026-000123", "without a delegation");
	CHECK_REFUSED(bv_qr_parse(&bytes, BV_STR("https://any.example/page#"), &err), BV_EPARSE, &err, "neither digits nor base64url", "nothing after '#'");
	CHECK_REFUSED(bv_qr_parse(&bytes, BV_STR("https://any.example/page#%20"), &err), BV_EPARSE, &err, "neither digits nor base64url", "something else");
	BV_AUTO(bv_buf_finish) struct bv_buf many = BV_BUF(10000);
	for (int i = 0; i < QR_TEXT_MAX + 1; i++)
		bv_buf_addc(&many, '0');
	CHECK_REFUSED(bv_qr_parse(&bytes, bv_buf_str(&many), &err), BV_ELIMIT, &err, "7089", "more than a symbol holds");
	CHECK_OK(bv_qr_parse(&bytes, bv_str_sub(bv_buf_str(&many), 0, QR_TEXT_MAX), &err), &err, "as many as it holds");
}

/* ---- The claims ---- */

static void
claims(void)
{
	struct bv_credential_facts facts = envelope_facts();
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CBOR_MAX), text = BV_BUF(10000);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL, *again = NULL;
	static const struct bv_str values[] = { TEXT("-0.5"), { NULL, 0 }, TEXT("0"), TEXT("10"), TEXT("4.000001"), TEXT("0.10"), TEXT("50") };
	struct bv_achievement achievement = sample_achievement;
	struct bv_err err;

	achievement.area_count = BV_COUNT(values);
	facts.achievement = &achievement;
	facts.values = values;
	facts.holder_hashed = true;
	facts.birth = BV_STR("1948-12-31");
	facts.awarded_s -= 86400;
	facts.status = BV_STR("https://chungchi.example.vn/status/7");
	facts.status_idx = 5;
	CHECK_OK(paper_write(&out, &facts, BV_STR(SAMPLE_DID), true, &err), &err, "written");
	CHECK_OK(paper_parse(&json, bv_buf_str(&out), &err), &err, "read");
	bv_json_write_canonical(&text, json);
	CHECK_STR(bv_buf_str(&text),
	          BV_STR("{\"awarded\":\"2026-11-17T11:06:40Z\",\"birthdate\":\"1948-12-31\",\"decision\":\"Completed\",\"exp\":1952000000,\"iat\":1795000100,"
	                 "\"iss\":\"did:web:chungchi.example.vn\",\"level\":\"L2\",\"licence\":\"BV-2026-000123\",\"log\":{\"index\":1234567,"
	                 "\"leafStart\":\"f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6\"},\"nbf\":1795000000,\"programme\":\"07ac4d08\","
	                 "\"results\":[\"-0.5\",null,\"0\",\"10\",\"4.000001\",\"0.10\",\"50\"],\"status\":{\"idx\":5,\"shard\":7}}"),
	          "all of it, and no name");
	static const char *const addresses[] = { "https://other.example/status/7", "https://chungchi.example.vn/status/07", "https://chungchi.example.vn/status/x",
		                                 "https://chungchi.example.vn/status/-1", "https://chungchi.example.vn/status/" };
	for (size_t i = 0; i < BV_COUNT(addresses); i++) {
		facts.status = bv_str_of(addresses[i]);
		bv_buf_clear(&out);
		bv_json_free(again);
		again = NULL;
		CHECK_OK(paper_write(&out, &facts, BV_STR(SAMPLE_DID), false, &err), &err, "written");
		CHECK_OK(paper_parse(&again, bv_buf_str(&out), &err), &err, "read");
		CHECK_STR(bv_json_str(bv_json_find(bv_json_find(again, "status"), "uri")), facts.status, "an address that is not the usual one is told");
	}
	static const struct bv_str huge[] = { TEXT("576460752303423487"), TEXT("576460752303423488") };
	achievement.area_count = 1;
	achievement.required_level = BV_STR_NONE;
	facts.values = &huge[0];
	bv_buf_clear(&out);
	CHECK_OK(paper_write(&out, &facts, BV_STR(SAMPLE_DID), false, &err), &err, "as many digits as there can be");
	bv_json_free(again);
	again = NULL;
	CHECK_OK(paper_parse(&again, bv_buf_str(&out), &err), &err, "are read");
	CHECK_STR(bv_json_str(bv_json_at(bv_json_find(again, "results"), 0)), huge[0], "back");
	facts.values = &huge[1];
	CHECK_REFUSED(paper_write(&out, &facts, BV_STR(SAMPLE_DID), false, &err), BV_EINVAL, &err, "too many digits", "one more");
}

/* A paper by hand: claims signed by the listed key. */
static void
sign_claims(struct bv_buf *out, struct bv_str claims_bytes)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_p256("paper");
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct cose cose;
	struct bv_err err;

	bv_buf_clear(out);
	if (cose_parse(&cose, &arena, bv_buf_str(&listed), &err) != BV_OK || cose_write(out, cose.kid, claims_bytes, key, &err) != BV_OK)
		abort();
}

static void
signed_by_hand(void)
{
	/* Hexadecimal CBOR; "I" stands for 01 and the issuer, "F" for -65537. */
	static const struct {
		const char *hex;
		enum bv_verdict verdict;
		enum bv_check_id check;
		enum bv_check_result result;
		const char *part, *name;
	} cases[] = {
		{ "a4I051a6afd7e00061a6afd7e64Fa10601", BV_VERDICT_VALID, BV_CHECK_SHAPE, BV_CHECK_PASSED, "Decision: Completed", "as little as there can be" },
		{ "a4I051a6afd7e00061a6afd7e64Fa10604", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 6 is of the wrong kind", "a decision that is none" },
		{ "a4I051a6afd7e00061a6afd7e64Fa10600", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 6 is of the wrong kind", "no decision yet" },
		{ "a4I051a6afd7e00061a6afd7e64Fa0", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 6 is of the wrong kind", "no decision at all" },
		{ "a4I051a6afd7e00061a6afd7e64F80", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "no map of facts", "facts that are no map" },
		{ "a3I051a6afd7e00061a6afd7e64", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "no map of facts", "no facts" },
		{ "a5I051a6afd7e00061a6afd7e640700Fa10601", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "does not know", "another claim" },
		{ "a5I0261780" "51a6afd7e00061a6afd7e64Fa10601", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "its claims: ", "a broken one" },
		{ "a5I026178051a6afd7e00061a6afd7e64Fa10601", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "does not know", "a subject" },
		{ "a5I6178026" "1" "78051a6afd7e00", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "its claims: ", "half of it" },
		{ "a4I051a6afd7e00061a6afd7e64Fa206010c00", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "does not know", "another fact" },
		{ "a4I051a6afd7e00061a6afd7e64Fa206016161" "00", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "does not know", "a fact by a word" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2060106" "01", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "a key twice", "a fact twice" },
		{ "a4I0500061a6afd7e64Fa10601", BV_VERDICT_VALID, BV_CHECK_TIME, BV_CHECK_PASSED, "Valid from: 1970-01-01T00:00:00Z", "since 1970" },
		{ "a4I056130061a6afd7e64Fa10601", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 5 is of the wrong kind", "a time as text" },
		{ "a3I061a6afd7e64Fa10601", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "'nbf' (5) or 'iat' (6) is missing", "no beginning" },
		{ "a3I051a6afd7e00Fa10601", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "'nbf' (5) or 'iat' (6) is missing", "no time of signing" },
		{ "a4I051a6afd7e00061a6c000000Fa10601", BV_VERDICT_INVALID, BV_CHECK_TIME, BV_CHECK_FAILED, "signed in the future", "signed in 2027" },
		{ "a5I0400051a6afd7e00061a6afd7e64Fa10601", BV_VERDICT_INVALID, BV_CHECK_TIME, BV_CHECK_FAILED, "no longer valid", "ended in 1970" },
		{ "a4I051a6afd7e00061a6afd7e64Fa201000601", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 1 is of the wrong kind", "a name that is a number" },
		{ "a4I051a6afd7e00061a6afd7e64Fa202613" "00601", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 2 is of the wrong kind", "a birth that is a text" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2021b7fffffffffffffff0601", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 2 is of the wrong kind", "a birth beyond the calendar" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2021a002cc0a00601", BV_VERDICT_VALID, BV_CHECK_SHAPE, BV_CHECK_PASSED, "9999-12-31", "the last day there is" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2021a002cc0a10601", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 2 is of the wrong kind", "the day after" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2044300000006" "01", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 4 is of the wrong kind", "three bytes of a programme" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2060107" "4107", BV_VERDICT_VALID, BV_CHECK_RESULTS, BV_CHECK_PASSED, "1 results", "an area without a value" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2060107" "410f", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 7 is of the wrong kind", "no value, and a number" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2060107" "4180", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 7 is of the wrong kind", "a value that goes on" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2060107" "428000", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 7 is of the wrong kind", "a value with zeros before it" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2060107" "49feffffffffffffff7f", BV_VERDICT_VALID, BV_CHECK_SHAPE, BV_CHECK_PASSED, "Result 1", "nine bytes" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2060107" "4affffffffffffffffff01", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 7 is of the wrong kind", "ten bytes" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2060108" "82076130", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 8 is of the wrong kind", "an index that is a text" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2060108" "8107", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 8 is of the wrong kind", "a shard without index" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2060108" "822000", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 8 is of the wrong kind", "a shard below 0" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2060108" "820705", BV_VERDICT_UNCHECKED, BV_CHECK_STATUS, BV_CHECK_UNCHECKED, "https://chungchi.example.vn/status/7/token",
		  "a shard whose list was not given" },
		{ "a4I051a6afd7e00061a6afd7e64Fa2060109" "05", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 10 is of the wrong kind", "an index without a leaf" },
		{ "a4I051a6afd7e00061a6afd7e64Fa206010a" "4100", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 9 is of the wrong kind", "a leaf without an index" },
		{ "a4I051a6afd7e00061a6afd7e64Fa206010b" "20", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 11 is of the wrong kind", "awarded later" },
		{ "a4I051a6afd7e00061a6afd7e64Fa206010b" "1a6afd7e01", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "claim 11 is of the wrong kind", "awarded before 1970" },
		{ "a4016130051a6afd7e00061a6afd7e64Fa10601", BV_VERDICT_UNKNOWN_ISSUER, BV_CHECK_KEY, BV_CHECK_UNKNOWN, "does not have '0'", "another issuer" },
		{ "a3051a6afd7e00061a6afd7e64Fa10601", BV_VERDICT_INVALID, BV_CHECK_ISSUER, BV_CHECK_FAILED, "names no issuer", "no issuer" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf hex = BV_BUF(1000), out = BV_BUF(BV_CBOR_MAX);
		uint8_t bytes[500];
		struct bv_err err;
		for (const char *p = cases[i].hex; *p; p++) {
			if (*p == 'I')
				bv_buf_addz(&hex, "01781b6469643a7765623a6368756e676368692e6578616d706c652e766e");
			else if (*p == 'F')
				bv_buf_addz(&hex, "3a00010000");
			else
				bv_buf_addc(&hex, *p);
		}
		if (hex.len % 2)
			bv_buf_addc(&hex, '0');
		if (bv_hex_parse(bytes, hex.len / 2, bv_buf_str(&hex), &err) != BV_OK)
			abort();
		sign_claims(&out, (struct bv_str){ (const char *)bytes, hex.len / 2 });
		expect(bv_buf_str(&out), trusted, SAMPLE_AT, cases[i].verdict, cases[i].check, cases[i].result, cases[i].part, cases[i].name);
	}
}

/* ---- Changes ---- */

static void
every_byte(const struct bv_buf *paper, const struct bv_trust *trust, const char *name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf copy = BV_BUF(BV_CBOR_MAX);
	int wrong = 0, bits = CHECK_SANITIZED ? 1 : 8;

	bv_buf_add(&copy, bv_buf_str(paper));
	for (size_t i = 0; i < copy.len; i++)
		for (int bit = 0; bit < bits; bit++) {
			copy.p[i] = (char)(copy.p[i] ^ 1 << bit);
			wrong += verdict_at(bv_buf_str(&copy), trust, SAMPLE_AT) == BV_VERDICT_VALID;
			copy.p[i] = (char)(copy.p[i] ^ 1 << bit);
		}
	for (size_t len = 0; len < copy.len; len++)
		wrong += verdict_at((struct bv_str){ copy.p, len }, trust, SAMPLE_AT) == BV_VERDICT_VALID;
	bv_buf_addc(&copy, '\0');
	wrong += verdict_at(bv_buf_str(&copy), trust, SAMPLE_AT) == BV_VERDICT_VALID;
	/* The tag alone may be left out (RFC 9052 §2), but then the bytes are not told from other files. */
	CHECK(wrong == 0, "%s: a bit of %zu bytes changed, or the end cut off: %d passed", name, paper->len, wrong);
}

/* ---- Keys and delegations ---- */

static bool
delegated(const struct delegation *d, const struct bv_key *authority)
{
	return delegation_check(d, &(struct public_key){ *bv_key_describe(authority) });
}

static void
delegations(void)
{
	BV_AUTO(bv_key_free) struct bv_key *authority = sample_p256("authority"), *edwards = sample_key("authority"), *key = sample_p256("paper"),
	                                   *other = sample_p256("other"), *p384 = NULL;
	uint8_t bytes[BV_DELEGATION_LEN], seed[BV_KEY_SEED_LEN] = { 1 };
	struct bv_str all = { (const char *)bytes, sizeof bytes };
	struct delegation d;
	struct bv_err err;

	bv_key_make(&p384, BV_KEY_P384, seed);
	CHECK_OK(bv_delegation_write(bytes, authority, bv_key_describe(key), AUTHORITY_FROM, 30, &err), &err, "written");
	CHECK_OK(delegation_parse(&d, all, &err), &err, "read");
	CHECK(bv_public_equal(&d.key, bv_key_describe(key)) && d.from_s == AUTHORITY_FROM && d.until_s == AUTHORITY_FROM + 30 * 86400, "as it was written");
	CHECK(delegated(&d, authority), "by the authority");
	CHECK(!delegated(&d, other) && !delegated(&d, edwards) && !delegated(&d, p384),
	      "by no other");
	int wrong = 0;
	for (size_t i = 0; i < sizeof bytes; i++) {
		bytes[i] ^= 1;
		wrong += delegation_parse(&d, all, &err) == BV_OK && delegated(&d, authority);
		bytes[i] ^= 1;
	}
	CHECK(wrong == 0, "a change of any byte is found");
	CHECK_OK(bv_delegation_write(bytes, edwards, bv_key_describe(key), UINT32_MAX, 255, &err), &err, "by Ed25519, as late and as long as there can be");
	CHECK(delegation_parse(&d, all, &err) == BV_OK && d.from_s == UINT32_MAX && d.until_s == UINT32_MAX + INT64_C(255) * 86400 &&
	      delegated(&d, edwards), "and it is read");
	CHECK_REFUSED(bv_delegation_write(bytes, authority, bv_key_describe(key), UINT32_MAX + INT64_C(1), 1, &err), BV_EINVAL, &err, "1970 to 2106", "a second later");
	CHECK_REFUSED(bv_delegation_write(bytes, authority, bv_key_describe(key), -1, 1, &err), BV_EINVAL, &err, "1970 to 2106", "before 1970");
	CHECK_REFUSED(bv_delegation_write(bytes, authority, bv_key_describe(key), 0, 0, &err), BV_EINVAL, &err, "1 to 255 days", "for no day");
	CHECK_REFUSED(bv_delegation_write(bytes, authority, bv_key_describe(key), 0, 256, &err), BV_EINVAL, &err, "1 to 255 days", "for 256 days");
	CHECK_REFUSED(bv_delegation_write(bytes, p384, bv_key_describe(key), 0, 1, &err), BV_EINVAL, &err, "does not fit on paper", "by P-384");
	CHECK_REFUSED(bv_delegation_write(bytes, authority, bv_key_describe(edwards), 0, 1, &err), BV_EINVAL, &err, "only a key of P-256", "for Ed25519");
	CHECK_REFUSED(delegation_parse(&d, bv_str_sub(all, 0, 105), &err), BV_EPARSE, &err, "106 bytes, not 105", "a byte less");
	bytes[37] = 0;
	CHECK_REFUSED(delegation_parse(&d, all, &err), BV_EPARSE, &err, "for no day", "no day");
	bytes[37] = 1;
	bytes[0] = 4;
	CHECK_REFUSED(delegation_parse(&d, all, &err), BV_EPARSE, &err, "no point of P-256", "no point");
	BV_AUTO(bv_signer_free) struct bv_signer *signer = envelope_signer("paper"), *poor = sample_signer("paper", SAMPLE_DID);
	CHECK_OK(bv_delegation_write(bytes, authority, bv_key_describe(other), 0, 1, &err), &err, "for another key");
	CHECK_REFUSED(bv_signer_delegate(signer, bytes, &err), BV_EINVAL, &err, "not for the issuer's key", "is not taken");
	CHECK_REFUSED(bv_signer_delegate(poor, bytes, &err), BV_EINVAL, &err, "not for the issuer's key", "nor by who has no key");
}

/* A trust folder with more of the authority: its method and the batch key's as they are given. */
static void
add_document(struct bv_trust *trust, const char *authority_more, const char *batch, const char *batch_more)
{
	BV_AUTO(bv_key_free) struct bv_key *authority = sample_p256("authority"), *key = sample_p256("paper");
	char text[4000], a[BV_MULTIKEY_SIZE], b[BV_MULTIKEY_SIZE];
	struct bv_err err;

	bv_multikey_write_of(a, bv_key_describe(authority));
	bv_multikey_write_of(b, bv_key_describe(key));
	snprintf(text, sizeof text,
	         "{\"id\":\"" SAMPLE_DID "\",\"verificationMethod\":[{\"id\":\"" SAMPLE_DID "#%s\",\"type\":\"Multikey\",\"controller\":\"" SAMPLE_DID "\","
	         "\"publicKeyMultibase\":\"%s\"%s},{\"id\":\"" SAMPLE_DID "#%s\",\"type\":\"Multikey\",\"controller\":\"" SAMPLE_DID "\","
	         "\"publicKeyMultibase\":\"%s\"%s}],\"assertionMethod\":[%s%s%s%s],\"capabilityDelegation\":[\"#%s\"]}",
	         a, a, authority_more, b, b, batch_more, batch ? "\"" : "", batch ? "#" : "", batch ? b : "", batch ? "\"" : "", a);
	CHECK_OK(bv_trust_add(trust, "did.json", bv_str_of(text), &err), &err, "a DID document");
}

static void
folders(void)
{
	static const struct {
		const char *authority_more;
		bool batch;
		const char *batch_more;
		enum bv_verdict verdict;
		const char *part;
	} cases[] = {
		{ "", true, "", BV_VERDICT_VALID, "delegated by a key in did.json" },
		{ "", false, "", BV_VERDICT_INVALID, "does not let this key sign certificates (any more)" },
		{ "", true, ",\"revoked\":\"2026-12-31T00:00:00Z\"", BV_VERDICT_INVALID, "the key is revoked since 2026-12-31T00:00:00Z" },
		{ "", true, ",\"revoked\":\"2027-12-31T00:00:00Z\"", BV_VERDICT_VALID, "delegated by a key in did.json" },
		{ ",\"revoked\":\"2026-12-31T00:00:00Z\"", true, "", BV_VERDICT_INVALID, "the authority's key was revoked, or had expired" },
		{ ",\"expires\":\"2026-11-18T00:00:00Z\"", true, "", BV_VERDICT_INVALID, "the authority's key was revoked, or had expired" },
		{ ",\"expires\":\"2026-11-18T00:00:01Z\"", true, "", BV_VERDICT_VALID, "delegated by a key in did.json" },
	};
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();
		add_document(trust, cases[i].authority_more, cases[i].batch ? "yes" : NULL, cases[i].batch_more);
		bool valid = cases[i].verdict == BV_VERDICT_VALID;
		expect(bv_buf_str(&golden), trust, SAMPLE_AT, cases[i].verdict, BV_CHECK_KEY, valid ? BV_CHECK_PASSED : BV_CHECK_FAILED, cases[i].part, cases[i].part);
	}
}

static void
issuers(void)
{
	BV_AUTO(bv_trust_free) struct bv_trust *none = bv_trust_new(), *batch_only = envelope_trust(SAMPLE_DID, "paper", true, NULL);
	BV_AUTO(bv_buf_finish) struct bv_buf late = BV_BUF(BV_CBOR_MAX), text = BV_BUF(10000), copy = BV_BUF(BV_CBOR_MAX);
	struct bv_credential_facts facts = envelope_facts();
	struct bv_err err;

	expect(bv_buf_str(&golden), none, SAMPLE_AT, BV_VERDICT_UNKNOWN_ISSUER, BV_CHECK_ISSUER, BV_CHECK_UNKNOWN, "does not have the authority's key", "nobody is trusted");
	expect(bv_buf_str(&golden), batch_only, SAMPLE_AT, BV_VERDICT_UNKNOWN_ISSUER, BV_CHECK_KEY, BV_CHECK_UNKNOWN, "does not have the authority's key",
	       "a key that asserts is no authority");
	expect(bv_buf_str(&golden), NULL, SAMPLE_AT, BV_VERDICT_UNKNOWN_ISSUER, BV_CHECK_KEY, BV_CHECK_UNCHECKED, "trust folder could not be read", "no trust folder");
	expect(bv_buf_str(&listed), none, SAMPLE_AT, BV_VERDICT_UNKNOWN_ISSUER, BV_CHECK_KEY, BV_CHECK_UNKNOWN, "does not have 'did:web:", "a listed key of nobody");
	expect(bv_buf_str(&listed), authorities, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, "but not this key", "another key of the issuer");

	facts.created_s = AUTHORITY_FROM - 1;
	CHECK_OK(issue(&late, &facts, true, &err), &err, "signed a second before the window");
	expect(bv_buf_str(&late), authorities, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, "may sign from 2026-11-18T00:00:00Z to 2026-12-18T00:00:00Z only",
	       "is refused");
	facts.created_s = AUTHORITY_FROM + 30 * 86400;
	CHECK_OK(issue(&late, &facts, true, &err), &err, "signed when the window was over");
	expect(bv_buf_str(&late), authorities, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, "only", "is refused");
	facts.created_s--;
	CHECK_OK(issue(&late, &facts, true, &err), &err, "signed in its last second");
	expect(bv_buf_str(&late), authorities, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_KEY, BV_CHECK_PASSED, "delegated", "is valid");

	/* The last byte of the delegation's signature, which is in the kid. */
	bv_buf_add(&copy, bv_buf_str(&golden));
	copy.p[2 + 4 + 1 + 1 + 2 + BV_DELEGATION_LEN - 1] ^= 1;
	expect(bv_buf_str(&copy), authorities, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, "not signed by the authority that it names", "a forged delegation");
	copy.p[2 + 4 + 1 + 1 + 2] = 5;
	expect(bv_buf_str(&copy), authorities, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_PROOF, BV_CHECK_FAILED, "no point of P-256", "a key that is none");
	expect(BV_STR("https://x.example/v#00000"), authorities, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "no readable COSE", "no COSE");
	expect(BV_STR("https://x.example/v#"), authorities, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "no readable QR text", "no text");
}

/* An iss beside a delegation must be the authority's; another algorithm cannot be looked at. */
static void
headers(void)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_p256("paper");
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf claims_bytes = BV_BUF(10000), out = BV_BUF(10000), other = BV_BUF(10000);
	struct bv_credential_facts facts = envelope_facts();
	struct cose cose;
	struct bv_err err;

	CHECK_OK(cose_parse(&cose, &arena, bv_buf_str(&golden), &err), &err, "the paper");
	CHECK_OK(paper_write(&claims_bytes, &facts, BV_STR("did:web:other.example"), true, &err), &err, "another issuer");
	CHECK_OK(cose_write(&out, cose.kid, bv_buf_str(&claims_bytes), key, &err), &err, "signed");
	expect(bv_buf_str(&out), authorities, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_ISSUER, BV_CHECK_FAILED, "but the authority is one of", "is not the authority's");
	bv_buf_clear(&claims_bytes);
	CHECK_OK(paper_write(&claims_bytes, &facts, BV_STR(SAMPLE_DID), true, &err), &err, "its own issuer");
	bv_buf_clear(&out);
	CHECK_OK(cose_write(&out, cose.kid, bv_buf_str(&claims_bytes), key, &err), &err, "signed");
	expect(bv_buf_str(&out), authorities, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_ISSUER, BV_CHECK_PASSED, SAMPLE_DID, "is");
	bv_buf_add(&other, bv_buf_str(&golden));
	other.p[5] = 0x27; /* alg -8 */
	expect(bv_buf_str(&other), authorities, SAMPLE_AT, BV_VERDICT_UNCHECKED, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "algorithm -8", "EdDSA");
	other.p[5] = 0x28; /* alg -9, ESP256 */
	expect(bv_buf_str(&other), authorities, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_SIGNATURE, BV_CHECK_FAILED, "does not match",
	       "ESP256 is known, but it was not what was signed");
}

static void
refusals(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *poor = sample_signer("paper", SAMPLE_DID);
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CBOR_MAX), small = BV_BUF(100);
	struct bv_credential_facts facts = envelope_facts();
	struct bv_err err;

	CHECK_OK(bv_template_new(&tmpl, facts.achievement, poor, &err), &err, "an issuer of one key");
	CHECK_REFUSED(bv_cwt_issue(&out, tmpl, &facts, &err), BV_EINVAL, &err, "no key of P-256", "no key to sign with");
	CHECK_REFUSED(issue(&small, &facts, true, &err), BV_ELIMIT, &err, "", "no room");
	facts.decision = BV_DECISION_NONE;
	CHECK_REFUSED(issue(&out, &facts, true, &err), BV_EINVAL, &err, "a decision is needed", "facts that contradict each other");
	CHECK(out.len == 0, "and nothing was signed");
}

int
main(void)
{
	BV_AUTO(bv_key_free) struct bv_key *authority = sample_p256("authority");
	struct bv_credential_facts facts = envelope_facts();
	struct bv_err err;

	trusted = envelope_trust(SAMPLE_DID, "paper", true, NULL);
	authorities = envelope_trust(SAMPLE_DID, "another", true, bv_key_describe(authority));
	CHECK_OK(issue(&golden, &facts, true, &err), &err, "issued");
	CHECK_OK(issue(&listed, &facts, false, &err), &err, "issued without a delegation");
	digits();
	size();
	forms();
	claims();
	signed_by_hand();
	delegations();
	folders();
	issuers();
	headers();
	refusals();
	every_byte(&golden, authorities, "with a delegation");
	every_byte(&listed, trusted, "without");
	bv_buf_finish(&golden);
	bv_buf_finish(&listed);
	bv_trust_free(trusted);
	bv_trust_free(authorities);
	return check_end();
}
