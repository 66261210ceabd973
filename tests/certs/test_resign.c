/* A certificate signed anew is the one that the other key would have issued, byte for byte where signatures are not random. */
#include "tests/certs/expect.h"

/* ---- The other envelopes ---- */

enum { JWT, SD_JWT, PAPER, ENVELOPES };
static const char *const names[] = { "jwt", "sd-jwt", "paper" };

static struct bv_signer *
signer_of_two(const char *key_name, const char *did)
{
	struct bv_signer *signer = sample_signer(key_name, did);
	struct bv_err err;

	if (bv_signer_add(signer, sample_p256(key_name), &err) != BV_OK)
		abort();
	return signer;
}

static struct bv_trust *
trust_of_two(const char *key_name, const struct bv_public *authority)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key(key_name), *p256 = sample_p256(key_name);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(10000), text = BV_BUF(10000);
	struct bv_trust *trust = bv_trust_new();
	struct bv_err err;

	/* The authority is the last, and delegates only. */
	bv_did_document_write(&document, BV_STR(SAMPLE_DID), (const struct bv_public *const[]){ bv_key_describe(key), bv_key_describe(p256), authority }, authority ? 3 : 2);
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&document), &err), &err, "a DID document");
	if (authority) {
		BV_AUTO(bv_json_free) struct bv_json *last = bv_json_copy(at(json, "assertionMethod.2"));
		struct bv_json *both = bv_json_new_array();
		for (size_t i = 0; i < 2; i++)
			bv_json_add(both, bv_json_copy(bv_json_at(at(json, "assertionMethod"), i)));
		bv_json_set(json, "assertionMethod", both);
		bv_json_add(bv_json_set(json, "capabilityDelegation", bv_json_new_array()), bv_steal(&last));
	}
	bv_json_write(&text, json);
	CHECK_OK(bv_trust_add(trust, "did.json", bv_buf_str(&text), &err), &err, "is trusted");
	return trust;
}

static void
issue(struct bv_buf out[ENVELOPES], const struct bv_signer *signer, int64_t created_s)
{
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;

	facts.created_s = created_s;
	facts.birth = BV_STR("1990-02-28");
	memset(facts.secret, 0xe5, sizeof facts.secret);
	facts.log_origin = BV_STR("log.example.vn/2026");
	facts.log_idx = 1234567;
	memset(facts.leaf, 0xf6, sizeof facts.leaf);
	for (size_t e = 0; e < ENVELOPES; e++)
		out[e] = BV_BUF(2 * BV_CREDENTIAL_MAX);
	if (bv_template_new(&tmpl, facts.achievement, signer, &err) != BV_OK || bv_jwt_issue(&out[JWT], tmpl, &facts, &err) != BV_OK ||
	    bv_sd_jwt_issue(&out[SD_JWT], tmpl, &facts, &err) != BV_OK || bv_cwt_issue(&out[PAPER], tmpl, &facts, &err) != BV_OK)
		CHECK(false, "issued: %s", err.msg);
}

/* But for the signature, which no two have in common. */
static bool
is_same(size_t e, struct bv_str a, struct bv_str b)
{
	if (e == PAPER)
		return a.len == b.len && memcmp(a.p, b.p, a.len - BV_SIGNATURE_LEN) == 0;
	size_t header = bv_str_find(a, '.'), payload = bv_str_find(bv_str_sub(a, header + 1, a.len), '.'), end = bv_str_find(a, '~');
	bool same = a.len == b.len && memcmp(a.p, b.p, header) == 0 && bv_str_eq(bv_str_sub(a, end, a.len), bv_str_sub(b, bv_str_find(b, '~'), b.len));
	return same && memcmp(a.p, b.p, header + 1 + payload) == 0;
}

static void
envelopes(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *before = signer_of_two("resign before", SAMPLE_DID), *after = signer_of_two("resign after", SAMPLE_DID),
	                        *other = signer_of_two("resign after", "did:web:other.example.vn"), *poor = sample_signer("resign after", SAMPLE_DID);
	BV_AUTO(bv_trust_free) struct bv_trust *trust = trust_of_two("resign after", NULL);
	struct bv_buf old[ENVELOPES], wanted[ENVELOPES];
	const int64_t created_s = sample_facts().created_s;
	struct bv_err err;

	issue(old, before, created_s);
	issue(wanted, after, created_s + 86400);
	for (size_t e = 0; e < ENVELOPES; e++) {
		BV_AUTO(bv_buf_finish) struct bv_buf got = BV_BUF(2 * BV_CREDENTIAL_MAX);
		struct bv_str was = bv_buf_str(&old[e]);
		expect(was, trust, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, "", names[e]);
		CHECK_OK(bv_credential_resign(&got, was, after, created_s + 86400, &err), &err, "signed anew");
		CHECK(is_same(e, bv_buf_str(&got), bv_buf_str(&wanted[e])), "  as the other key would have issued it a day later");
		expect(bv_buf_str(&got), trust, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, e == JWT ? "VALID" : "2026-11-19", "  and valid");
		bv_buf_clear(&got);
		CHECK_REFUSED(bv_credential_resign(&got, was, other, SAMPLE_AT, &err), BV_EINVAL, &err, "of 'did:web:chungchi.example.vn'", "  not by another issuer's key");
		CHECK_REFUSED(bv_credential_resign(&got, was, poor, SAMPLE_AT, &err), BV_EINVAL, &err, "no key of P-256", "  nor without a key of that kind");
		CHECK(bv_credential_resign(&got, bv_str_sub(was, 0, was.len / 3), after, SAMPLE_AT, &err) != BV_OK, "  nor a part of it");
		CHECK(got.len == 0, "  nothing was signed for those");
		bv_buf_finish(&old[e]);
		bv_buf_finish(&wanted[e]);
	}
	CHECK_REFUSED(bv_credential_resign(&old[0], BV_STR("%PDF-1.7"), after, SAMPLE_AT, &err), BV_EINVAL, &err, "cert render", "a PDF is drawn anew");
}

/* A symbol's text, from a key with a delegation to one with another, and to one without. */
static void
delegated(void)
{
	BV_AUTO(bv_key_free) struct bv_key *authority = sample_p256("authority"), *old_key = sample_p256("resign before"), *new_key = sample_p256("resign after");
	BV_AUTO(bv_signer_free) struct bv_signer *before = signer_of_two("resign before", SAMPLE_DID), *after = signer_of_two("resign after", SAMPLE_DID),
	                        *plain = signer_of_two("resign after", SAMPLE_DID);
	BV_AUTO(bv_trust_free) struct bv_trust *trust = trust_of_two("resign after", bv_key_describe(authority));
	const int64_t created_s = sample_facts().created_s;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(20000), got = BV_BUF(20000), again = BV_BUF(20000);
	uint8_t word[BV_DELEGATION_LEN];
	struct bv_buf old[ENVELOPES];
	struct bv_err err;

	CHECK(bv_delegation_write(word, authority, bv_key_describe(old_key), created_s - 86400, 30, &err) == BV_OK && bv_signer_delegate(before, word, &err) == BV_OK &&
	      bv_delegation_write(word, authority, bv_key_describe(new_key), created_s, 30, &err) == BV_OK && bv_signer_delegate(after, word, &err) == BV_OK, "delegations");
	issue(old, before, created_s);
	bv_qr_page(&text, BV_STR(SAMPLE_DID), old[PAPER].len);
	bv_qr_text(&text, BV_STR(""), bv_buf_str(&old[PAPER]));
	CHECK_OK(bv_credential_resign(&got, bv_buf_str(&text), after, created_s + 86400, &err), &err, "the text of a symbol, signed anew");
	CHECK(bv_str_starts(bv_buf_str(&got), BV_STR("https://chungchi.example.vn/v#")) || bv_str_starts(bv_buf_str(&got), BV_STR("HTTPS://CHUNGCHI.EXAMPLE.VN/V#")), "is one again");
	expect(bv_buf_str(&got), trust, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "2026-11-19", "and valid by the new delegation");
	CHECK_OK(bv_credential_resign(&again, bv_buf_str(&got), plain, created_s + 90000, &err), &err, "by a key without one");
	expect(bv_buf_str(&again), trust, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "2026-11-19", "it names its issuer, and is valid");
	for (size_t e = 0; e < ENVELOPES; e++)
		bv_buf_finish(&old[e]);
}

int
main(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *before = sample_signer("resign before", SAMPLE_DID), *after = sample_signer("resign after", SAMPLE_DID),
	                        *other = sample_signer("resign other", "did:web:other.example.vn");
	BV_AUTO(bv_buf_finish) struct bv_buf old = BV_BUF(BV_CREDENTIAL_MAX), wanted = BV_BUF(BV_CREDENTIAL_MAX), got = BV_BUF(BV_CREDENTIAL_MAX), text = BV_BUF(100);
	BV_AUTO(bv_trust_free) struct bv_trust *trust = trust_of(SAMPLE_DID, "resign after");
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;

	CHECK_OK(bv_credential_issue(&old, &facts, before, &err), &err, "issued");
	facts.created_s += 86400;
	CHECK_OK(bv_credential_issue(&wanted, &facts, after, &err), &err, "as the other key would have issued it a day later");
	CHECK_OK(bv_credential_resign(&got, bv_buf_str(&old), after, facts.created_s, &err), &err, "signed anew");
	CHECK_STR(bv_buf_str(&got), bv_buf_str(&wanted), "byte for byte");
	expect(bv_buf_str(&got), trust, SAMPLE_AT + 86400, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "eddsa-rdfc-2022 matches", "and valid");
	expect(bv_buf_str(&old), trust, SAMPLE_AT + 86400, BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, "", "while the old one is not");

	bv_buf_clear(&got);
	CHECK_REFUSED(bv_credential_resign(&got, bv_buf_str(&old), other, SAMPLE_AT, &err), BV_EINVAL, &err, "did:web:other.example.vn", "by another issuer's key");
	CHECK_REFUSED(bv_credential_resign(&got, bv_str_sub(bv_buf_str(&old), 0, old.len - 1), after, SAMPLE_AT, &err), BV_EPARSE, &err, "", "truncated");
	CHECK_REFUSED(bv_credential_resign(&got, BV_STR("{\"issuer\":\"" SAMPLE_DID "\"}"), after, SAMPLE_AT, &err), BV_EINVAL, &err, "", "not of our shape");
	CHECK_REFUSED(bv_credential_resign(&got, BV_STR("[]"), after, SAMPLE_AT, &err), BV_EINVAL, &err, "", "no object");
	CHECK(got.len == 0, "nothing was signed for those");
	CHECK_REFUSED(bv_credential_resign(&text, bv_buf_str(&old), after, SAMPLE_AT, &err), BV_ELIMIT, &err, "", "no room");
	char *large = calloc(2, BV_CREDENTIAL_MAX + 1);
	CHECK_REFUSED(bv_credential_resign(&got, (struct bv_str){ large, 2 * BV_CREDENTIAL_MAX + 1 }, after, SAMPLE_AT, &err), BV_ELIMIT, &err, "at most", "too large");
	large[0] = '{';
	CHECK_REFUSED(bv_credential_resign(&got, (struct bv_str){ large, BV_CREDENTIAL_MAX + 1 }, after, SAMPLE_AT, &err), BV_ELIMIT, &err, "at most", "as JSON");
	free(large);
	envelopes();
	delegated();
	return check_end();
}
