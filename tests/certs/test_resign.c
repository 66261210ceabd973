/* A certificate signed anew is, byte for byte, the one that the other key would have issued. */
#include "tests/certs/expect.h"

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
	char *large = calloc(1, BV_CREDENTIAL_MAX + 1);
	CHECK_REFUSED(bv_credential_resign(&got, (struct bv_str){ large, BV_CREDENTIAL_MAX + 1 }, after, SAMPLE_AT, &err), BV_ELIMIT, &err, "at most", "too large");
	free(large);
	return check_end();
}
