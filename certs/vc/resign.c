/* A certificate signed anew: the same id and contents, new proofs by another key of its issuer. Envelopes but JSON: resign_envelope.c. */
#include "base/clock.h"
#include "certs/credential.h"
#include "certs/keys/signer.h"
#include "certs/vc/proof.h"
#include "certs/vc/resign.h"

static struct bv_json *
new_proof(const struct bv_json *document, const struct bv_signer *signer, enum bv_suite suite, int64_t created_s)
{
	struct bv_json *proof = bv_json_new_object();
	char created[BV_TIME_SIZE];

	if (suite == BV_SUITE_JCS) /* EDDSA §3.3.1 */
		bv_json_set(proof, "@context", bv_json_copy(bv_json_find(document, "@context")));
	bv_json_set_str(proof, "created", bv_str_of(bv_time_write(created, created_s)));
	bv_json_set_str(proof, "cryptosuite", bv_str_of(proof_suite_name(suite)));
	bv_json_set_str(proof, "proofPurpose", BV_STR("assertionMethod"));
	bv_json_set_str(proof, "type", BV_STR("DataIntegrityProof"));
	bv_json_set_str(proof, "verificationMethod", signer->method);
	return proof;
}

static enum bv_status
sign(struct bv_json *proof, const struct bv_json *document, const struct bv_signer *signer, enum bv_suite suite, struct bv_err *err)
{
	uint8_t bytes[PROOF_SIGNED_LEN], signature[BV_SIGNATURE_MAX];
	char value[PROOF_VALUE_SIZE];

	if (suite == BV_SUITE_JCS)
		proof_signed_bytes(bytes, document, proof);
	else
		TRY(proof_signed_bytes_rdfc(bytes, document, proof, err));
	TRY(bv_key_ask(signature, signer->key, (struct bv_str){ (const char *)bytes, sizeof bytes }, err));
	size_t len = proof_value_write(value, signature);
	bv_json_set_str(proof, "proofValue", (struct bv_str){ value, len });
	return BV_OK;
}

static struct bv_str
issuer_of(const struct bv_json *document)
{
	const struct bv_json *issuer = bv_json_find(document, "issuer");

	return bv_json_type(issuer) == BV_JSON_OBJECT ? bv_json_str(bv_json_find(issuer, "id")) : bv_json_str(issuer);
}

static enum bv_status
resign_json(struct bv_buf *out, struct bv_str certificate, const struct bv_signer *signer, int64_t created_s, struct bv_err *err)
{
	static const enum bv_suite suites[] = { BV_SUITE_RDFC, BV_SUITE_JCS }; /* in the order of bv_template_issue */
	BV_AUTO(bv_json_free) struct bv_json *document = NULL;
	BV_AUTO(bv_json_free) struct bv_json *proofs = bv_json_new_array();

	if (certificate.len > BV_CREDENTIAL_MAX)
		return bv_err_set(err, BV_ELIMIT, "a certificate in JSON has at most %u bytes", BV_CREDENTIAL_MAX);
	TRY(bv_json_parse(&document, certificate, err));
	if (!bv_str_eq(issuer_of(document), signer->issuer.did))
		return bv_err_set(err, BV_EINVAL, "the certificate is of '%.*s', and the key of '%.*s'", BV_STR_ARG(bv_str_sub(issuer_of(document), 0, 80)),
		                  BV_STR_ARG(bv_str_sub(signer->issuer.did, 0, 80)));
	bv_json_remove(document, "proof");
	for (size_t i = 0; i < BV_COUNT(suites); i++) {
		struct bv_json *proof = bv_json_add(proofs, new_proof(document, signer, suites[i], created_s));
		TRY(sign(proof, document, signer, suites[i], err));
	}
	bv_json_set(document, "proof", bv_steal(&proofs));
	bv_json_write_canonical(out, document);
	return bv_buf_check(out, err);
}

enum bv_status
bv_credential_resign(struct bv_buf *out, struct bv_str certificate, const struct bv_signer *signer, int64_t created_s, struct bv_err *err)
{
	struct bv_str text = bv_str_trim(certificate);

	if (certificate.len > 2 * BV_CREDENTIAL_MAX)
		return bv_err_set(err, BV_ELIMIT, "a certificate has at most %u bytes", 2 * BV_CREDENTIAL_MAX);
	if (bv_str_starts(certificate, BV_STR("%PDF-")))
		return bv_err_set(err, BV_EINVAL, "a PDF is not signed anew: draw it from the certificate that was ('bangvang cert render')");
	if (bv_str_starts(text, BV_STR("eyJ"))) /* {" in base64url */
		return resign_jws(out, text, signer, created_s, err);
	if (text.len && text.p[0] != '{' && text.p[0] != '[')
		return resign_paper(out, (uint8_t)certificate.p[0] >= 0x80 ? certificate : text, signer, created_s, err);
	return resign_json(out, certificate, signer, created_s, err);
}
