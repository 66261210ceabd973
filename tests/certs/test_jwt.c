/* VC-JWT (OB 3.0 §8.2): it holds the certificate and nothing else, and every change of it is found. */
#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "certs/jose/jwt.h"
#include "tests/certs/envelope.h"

static struct bv_buf golden = { .max = BV_CREDENTIAL_MAX * 2 };
static struct bv_trust *trusted;

static void
issue(struct bv_buf *out, const struct bv_credential_facts *facts)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = envelope_signer("jwt");
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;
	struct bv_err err;

	if (bv_template_new(&tmpl, facts->achievement, signer, &err) != BV_OK)
		abort();
	bv_buf_clear(out);
	CHECK_OK(bv_jwt_issue(out, tmpl, facts, &err), &err, "issued");
}

static struct bv_json *
golden_payload(void)
{
	BV_AUTO(jws_finish) struct jws jws = { 0 };
	struct bv_err err;

	if (jws_parse(&jws, bv_buf_str(&golden), &err) != BV_OK)
		abort();
	return bv_steal(&jws.payload);
}

static void
contents(void)
{
	struct bv_credential_facts facts = envelope_facts();
	struct bv_issuer issuer = { .did = BV_STR(SAMPLE_DID), .name = BV_STR("Trung tâm Sát hạch mẫu / Sample Assessment Centre"),
		                    .url = BV_STR("https://chungchi.example.vn/") };
	BV_AUTO(bv_buf_finish) struct bv_buf body = BV_BUF(BV_CREDENTIAL_MAX), left = BV_BUF(BV_CREDENTIAL_MAX), header = BV_BUF(4096);
	BV_AUTO(bv_json_free) struct bv_json *payload = golden_payload();
	char wanted[512];
	struct bv_err err;

	struct bv_str first = bv_str_sub(bv_buf_str(&golden), 0, bv_str_find(bv_buf_str(&golden), '.'));
	CHECK(base64url_parse(&header, first), "the header is base64url");
	header_text(wanted, "JWT", "jwt");
	CHECK_STR(bv_buf_str(&header), bv_str_of(wanted), "OB §8.2.4: alg, kid, typ, nothing else");
	CHECK(bv_json_int(bv_json_find(payload, "nbf")) == facts.valid_from_s && bv_json_int(bv_json_find(payload, "exp")) == facts.valid_until_s &&
	      bv_json_int(bv_json_find(payload, "iat")) == facts.created_s, "nbf, exp, iat");
	CHECK_STR(bv_json_str(bv_json_find(payload, "iss")), BV_STR(SAMPLE_DID), "iss");
	CHECK_STR(bv_json_str(bv_json_find(payload, "jti")), bv_json_str(bv_json_find(payload, "id")), "jti is the id");
	CHECK(bv_str_starts(bv_json_str(bv_json_find(payload, "sub")), BV_STR("urn:uuid:b2040506-0000-4")), "sub is the subject");
	for (size_t i = 0; i < JWT_CLAIM_COUNT; i++)
		bv_json_remove(payload, jwt_claims[i]);
	bv_json_write_canonical(&left, payload);
	CHECK_OK(bv_credential_body_write(&body, &facts, &issuer, &err), &err, "the body");
	CHECK_STR(bv_buf_str(&left), bv_buf_str(&body), "without the claims it is the certificate");

	facts.valid_until_s = 0;
	BV_AUTO(bv_buf_finish) struct bv_buf endless = BV_BUF(BV_CREDENTIAL_MAX);
	issue(&endless, &facts);
	expect(bv_buf_str(&endless), trusted, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_SHAPE, BV_CHECK_PASSED, "VC-JWT", "without an end");
}

/* Many from one template: what they have in common is encoded once, whatever comes after what. */
static void
many(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = envelope_signer("jwt");
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX), alone = BV_BUF(BV_CREDENTIAL_MAX);
	struct bv_credential_facts facts = envelope_facts();
	size_t wrong = 0;
	struct bv_err err;

	CHECK_OK(bv_template_new(&tmpl, facts.achievement, signer, &err), &err, "a template");
	for (int i = 0; i < 40; i++) {
		BV_AUTO(jws_finish) struct jws one = { 0 }, other = { 0 };
		BV_AUTO(bv_template_free) struct bv_template *fresh = NULL;
		facts = envelope_facts();
		facts.id[3] = (uint8_t)i;
		facts.awarded_s -= i % 5 == 4 ? i : 0; /* which stands before what they share */
		facts.level = i % 7 == 6 ? BV_STR("L3") : BV_STR("L2");
		facts.holder_hashed = i % 3 == 2;
		bv_buf_clear(&out);
		bv_buf_clear(&alone);
		if (bv_jwt_issue(&out, tmpl, &facts, &err) != BV_OK || bv_template_new(&fresh, facts.achievement, signer, &err) != BV_OK ||
		    bv_jwt_issue(&alone, fresh, &facts, &err) != BV_OK || jws_parse(&one, bv_buf_str(&out), &err) != BV_OK ||
		    jws_parse(&other, bv_buf_str(&alone), &err) != BV_OK)
			abort();
		wrong += !bv_str_eq(one.signed_text, other.signed_text) || verdict_at(bv_buf_str(&out), trusted, SAMPLE_AT) != BV_VERDICT_VALID;
	}
	CHECK(wrong == 0, "each is as if it were the only one: %zu are not", wrong);
}

static void
refusals(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *poor = sample_signer("jwt", SAMPLE_DID), *signer = envelope_signer("jwt");
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL, *own = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX), small = BV_BUF(3000);
	struct bv_credential_facts facts = envelope_facts();
	struct bv_err err;

	CHECK_OK(bv_template_new(&tmpl, facts.achievement, poor, &err), &err, "an issuer of one key");
	CHECK_REFUSED(bv_jwt_issue(&out, tmpl, &facts, &err), BV_EINVAL, &err, "no key of P-256", "no key to sign with");
	CHECK_OK(bv_template_new(&own, facts.achievement, signer, &err), &err, "an issuer of two");
	CHECK_REFUSED(bv_jwt_issue(&small, own, &facts, &err), BV_ELIMIT, &err, "larger than the 3000 bytes", "no room");
	CHECK(small.len == 0 && !small.full, "and nothing was written");
	facts.level = BV_STR("L9");
	CHECK_REFUSED(bv_jwt_issue(&out, own, &facts, &err), BV_EINVAL, &err, "'L9'", "facts that contradict each other");
	CHECK(out.len == 0, "and nothing was signed");
}

/* ---- Changes ---- */

static void
every_character(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf copy = BV_BUF(2 * BV_CREDENTIAL_MAX);
	size_t step = CHECK_SANITIZED ? 41 : 3, wrong = 0;

	bv_buf_add(&copy, bv_buf_str(&golden));
	for (size_t i = 0; i < copy.len; i += i + 100 < copy.len ? step : 1) {
		char was = copy.p[i];
		copy.p[i] = was == 'A' ? 'B' : 'A';
		wrong += verdict_at(bv_buf_str(&copy), trusted, SAMPLE_AT) == BV_VERDICT_VALID;
		copy.p[i] = was;
	}
	for (size_t len = 0; len < copy.len; len += len + 100 < copy.len ? 97 : 1)
		wrong += verdict_at((struct bv_str){ copy.p, len }, trusted, SAMPLE_AT) == BV_VERDICT_VALID;
	CHECK(wrong == 0, "a character changed, or the end cut off: %zu passed", wrong);
}

/* What the issuer itself signs, but should not have. */
static void
signed_nonsense(void)
{
	static const struct {
		const char *name;
		const char *text; /* NULL: removed */
		int64_t n;
		enum bv_check_id check;
		const char *part;
	} cases[] = {
		{ "iss", "did:web:other.example", 0, BV_CHECK_SHAPE, "'iss' is 'did:web:other.example'" },
		{ "iss", NULL, 0, BV_CHECK_SHAPE, "'iss' is ''" },
		{ "jti", "urn:uuid:00000000-0000-4000-8000-000000000000", 0, BV_CHECK_SHAPE, "'jti' is" },
		{ "sub", NULL, 0, BV_CHECK_SHAPE, "'sub' is ''" },
		{ "nbf", NULL, 1795000001, BV_CHECK_SHAPE, "'nbf' and 'validFrom' are not the same time" },
		{ "nbf", "1795000000", 0, BV_CHECK_SHAPE, "'nbf' and 'validFrom' are not the same time" },
		{ "exp", NULL, 0, BV_CHECK_SHAPE, "'exp' and 'validUntil' are not the same time" },
		{ "exp", NULL, 1952000001, BV_CHECK_SHAPE, "'exp' and 'validUntil' are not the same time" },
		{ "iat", "now", 0, BV_CHECK_TIME, "'iat', is no integer" },
		{ "iat", NULL, SAMPLE_AT + 1, BV_CHECK_TIME, "signed in the future" },
		{ "validFrom", NULL, 0, BV_CHECK_SHAPE, "'validFrom' is missing" },
	};
	char header[512];

	header_text(header, "JWT", "jwt");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_json_free) struct bv_json *payload = golden_payload();
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(2 * BV_CREDENTIAL_MAX);
		if (cases[i].text)
			bv_json_set_str(payload, cases[i].name, bv_str_of(cases[i].text));
		else if (cases[i].n)
			bv_json_set_int(payload, cases[i].name, cases[i].n);
		else
			bv_json_remove(payload, cases[i].name);
		sign_jws(&out, header, payload, "jwt");
		expect(bv_buf_str(&out), trusted, SAMPLE_AT, BV_VERDICT_INVALID, cases[i].check, BV_CHECK_FAILED, cases[i].part, cases[i].part);
	}
}

static void
headers(void)
{
	static const struct {
		const char *alg, *kid, *more; /* kid NULL: the right one */
		enum bv_verdict verdict;
		enum bv_check_id check;
		enum bv_check_result result;
		const char *part;
	} cases[] = {
		{ "ES256", NULL, ",\"typ\":\"JWT\"", BV_VERDICT_VALID, BV_CHECK_PROOF, BV_CHECK_PASSED, "VC-JWT, ES256" },
		{ "none", NULL, ",\"typ\":\"JWT\"", BV_VERDICT_INVALID, BV_CHECK_PROOF, BV_CHECK_FAILED, "no signature" },
		{ "RS256", NULL, ",\"typ\":\"JWT\"", BV_VERDICT_UNCHECKED, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "algorithm 'RS256'" },
		{ "HS256", NULL, ",\"typ\":\"JWT\"", BV_VERDICT_UNCHECKED, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "algorithm 'HS256'" },
		{ "ES256", NULL, "", BV_VERDICT_INVALID, BV_CHECK_PROOF, BV_CHECK_FAILED, "its typ is ''" },
		{ "ES256", NULL, ",\"typ\":\"dc+sd-jwt\"", BV_VERDICT_INVALID, BV_CHECK_PROOF, BV_CHECK_FAILED, "its typ is 'dc+sd-jwt'" },
		{ "ES256", NULL, ",\"typ\":\"JWT\",\"x5c\":[]", BV_VERDICT_INVALID, BV_CHECK_PROOF, BV_CHECK_FAILED, "has 'x5c', which is not allowed" },
		{ "ES256", NULL, ",\"typ\":\"JWT\",\"crit\":[\"exp\"]", BV_VERDICT_UNCHECKED, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "conditions" },
		{ "ES256", "", ",\"typ\":\"JWT\"", BV_VERDICT_INVALID, BV_CHECK_PROOF, BV_CHECK_FAILED, "names no key" },
		{ "ES256", "did:web:other.example#zDn", ",\"typ\":\"JWT\"", BV_VERDICT_INVALID, BV_CHECK_ISSUER, BV_CHECK_FAILED, "does not belong to the issuer" },
		{ "ES256", SAMPLE_DID "#other", ",\"typ\":\"JWT\"", BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, "but not this key" },
	};
	BV_AUTO(bv_key_free) struct bv_key *key = sample_p256("jwt");
	char multikey[BV_MULTIKEY_SIZE], right[600], header[1000];

	snprintf(right, sizeof right, SAMPLE_DID "#%s", bv_multikey_write_of(multikey, bv_key_describe(key)));
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_json_free) struct bv_json *payload = golden_payload();
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(2 * BV_CREDENTIAL_MAX);
		snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"%s\"%s}", cases[i].alg, cases[i].kid ? cases[i].kid : right, cases[i].more);
		sign_jws(&out, header, payload, "jwt");
		expect(bv_buf_str(&out), trusted, SAMPLE_AT, cases[i].verdict, cases[i].check, cases[i].result, cases[i].part, cases[i].part);
	}
}

static void
issuers(void)
{
	BV_AUTO(bv_trust_free) struct bv_trust *none = bv_trust_new(), *other = envelope_trust(SAMPLE_DID, "other", true, NULL),
	                                       *retired = envelope_trust(SAMPLE_DID, "jwt", false, NULL);
	BV_AUTO(bv_buf_finish) struct bv_buf copy = BV_BUF(2 * BV_CREDENTIAL_MAX);
	struct bv_str text = bv_buf_str(&golden);

	expect(text, trusted, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "Holder: Nguyễn Thị Ánh Tuyết", "valid");
	bv_buf_printf(&copy, " \n%.*s\n", BV_STR_ARG(text));
	expect(bv_buf_str(&copy), trusted, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_DOCUMENT, BV_CHECK_PASSED, "VALID", "with white space around it");
	expect(text, none, SAMPLE_AT, BV_VERDICT_UNKNOWN_ISSUER, BV_CHECK_KEY, BV_CHECK_UNKNOWN, "does not have 'did:web:", "nobody is trusted");
	expect(text, NULL, SAMPLE_AT, BV_VERDICT_UNCHECKED, BV_CHECK_KEY, BV_CHECK_UNCHECKED, "trust folder could not be read", "no trust folder");
	expect(text, other, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, "but not this key", "another key of the issuer");
	expect(text, retired, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, "does not let this key sign", "a key that may not sign any more");
	expect(text, trusted, 1795000099, BV_VERDICT_INVALID, BV_CHECK_TIME, BV_CHECK_FAILED, "signed in the future", "before it was signed");
	expect(text, trusted, 1952000000, BV_VERDICT_INVALID, BV_CHECK_TIME, BV_CHECK_FAILED, "no longer valid", "after its end");
	expect(BV_STR("eyJhbGciOiJub25lIn0.bm90IEpTT04gYXQgYWxsLCBidXQgbG9uZyBlbm91Z2ggdG8gYmUgc2Vlbg.AAAA"), trusted, SAMPLE_AT, BV_VERDICT_INVALID,
	       BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "payload is no readable JSON", "no JSON in it");
}

/* ---- One trust for many threads ---- */

enum { THREADS = 4, TIMES = 25 };

static void *
verify_often(void *valid)
{
	struct bv_verify_options options = { .at_s = SAMPLE_AT };

	for (int i = 0; i < TIMES; i++) {
		BV_AUTO(bv_report_free) struct bv_report *report = NULL;
		bv_credential_verify(&report, bv_buf_str(&golden), trusted, &options);
		*(int *)valid += bv_report_verdict(report) == BV_VERDICT_VALID;
	}
	return NULL;
}

static void
threads(void)
{
	pthread_t threads[THREADS];
	int valid[THREADS] = { 0 }, all = 0;

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, verify_often, &valid[i]) != 0)
			abort();
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		all += valid[i];
	}
	CHECK(all == THREADS * TIMES, "several threads verify with one trust");
}

int
main(void)
{
	struct bv_credential_facts facts = envelope_facts();

	trusted = envelope_trust(SAMPLE_DID, "jwt", true, NULL);
	issue(&golden, &facts);
	contents();
	many();
	refusals();
	issuers();
	headers();
	signed_nonsense();
	every_character();
	threads();
	bv_buf_finish(&golden);
	bv_trust_free(trusted);
	return check_end();
}
