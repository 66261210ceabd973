/* OB 3.0 §8.2: a certificate as VC-JWT. The payload is the certificate without proof, and the registered claims that repeat it; whoever takes the claims
 * away has the certificate again. */
#include <assert.h>
#include <inttypes.h>

#include "base/mem.h"
#include "certs/envelopes.h"
#include "certs/jose/jwt.h"
#include "certs/vc/template.h"

const char *const jwt_claims[JWT_CLAIM_COUNT] = { "exp", "iat", "iss", "jti", "nbf", "sub" };

/* In place of the closing brace. */
static void
add_claims(struct bv_buf *payload, const struct bv_signer *signer, const struct bv_credential_facts *f)
{
	char id[WORDS_UUID_SIZE], subject_id[WORDS_UUID_SIZE];

	payload->len--;
	if (f->valid_until_s)
		bv_buf_printf(payload, ",\"exp\":%" PRIi64, f->valid_until_s);
	bv_buf_printf(payload, ",\"iat\":%" PRIi64 ",\"iss\":", f->created_s);
	bv_json_write_str(payload, signer->issuer.did);
	bv_buf_printf(payload, ",\"jti\":\"%s\",\"nbf\":%" PRIi64 ",\"sub\":\"%s\"}", words_uuid(id, f->id), f->valid_from_s,
	              words_uuid(subject_id, f->subject_id));
}

enum bv_status
bv_jwt_issue(struct bv_buf *out, struct bv_template *t, const struct bv_credential_facts *facts, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf payload = BV_BUF(BV_CREDENTIAL_MAX);
	const struct bv_signer *signer = template_signer(t);
	struct bv_str header;

	TRY(signer_header(&header, signer, JWT_TYP, err));
	TRY(facts_check(facts, err));
	template_body_write(&payload, t, facts);
	if (!payload.full)
		add_claims(&payload, signer, facts);
	if (payload.full)
		return bv_err_set(err, BV_ELIMIT, "the certificate is larger than %u bytes", BV_CREDENTIAL_MAX);
	return jws_write(out, header, bv_buf_str(&payload), template_stem(t), signer->p256, err);
}
