/* Written by hand: OpenSSL 3.0 always puts in a signing time, which PAdES forbids, and takes twice as long. */
#include "certs/pdf/cms.h"

#include <openssl/err.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include "base/mem.h"
#include "certs/pdf/seal_chain.h"
#include "certs/x509/der.h"

enum { CMS_MAX = 256 << 10, DER_UNSIGNED = DER_CONTEXT_CONSTRUCTED + 1 };

#define OID_DATA "1.2.840.113549.1.7.1"
#define OID_SIGNED_DATA "1.2.840.113549.1.7.2"
#define OID_CONTENT_TYPE "1.2.840.113549.1.9.3"
#define OID_MESSAGE_DIGEST "1.2.840.113549.1.9.4"
#define OID_SIGNING_CERTIFICATE_V2 "1.2.840.113549.1.9.16.2.47"
#define OID_TIME_STAMP_TOKEN "1.2.840.113549.1.9.16.2.14"
#define OID_SHA256 "2.16.840.1.101.3.4.2.1"

/* RFC 5754 §2: without parameters. */
static void
add_sha256(struct bv_buf *out)
{
	size_t at = der_open(out, DER_SEQUENCE);

	der_oid(out, OID_SHA256);
	der_close(out, at);
}

/* RFC 5035 §3: ESSCertIDv2 with the hash alone (SHA-256 is its default). */
static void
add_signing_certificate(struct bv_buf *out, struct bv_str leaf)
{
	uint8_t hash[BV_HASH_LEN];
	size_t value = der_open(out, DER_SEQUENCE), list = der_open(out, DER_SEQUENCE), id = der_open(out, DER_SEQUENCE);

	bv_sha256(hash, leaf);
	der_add(out, DER_OCTETS, (struct bv_str){ (const char *)hash, sizeof hash });
	der_close(out, id);
	der_close(out, list);
	der_close(out, value);
}

/* In the order of their bytes (X.690 §11.6), which is that of their lengths here. */
static void
add_attributes(struct bv_buf *out, const uint8_t digest[BV_HASH_LEN], struct bv_str leaf)
{
	size_t attribute = der_open(out, DER_SEQUENCE), set;

	der_oid(out, OID_CONTENT_TYPE);
	set = der_open(out, DER_SET);
	der_oid(out, OID_DATA);
	der_close(out, set);
	der_close(out, attribute);

	attribute = der_open(out, DER_SEQUENCE);
	der_oid(out, OID_MESSAGE_DIGEST);
	set = der_open(out, DER_SET);
	der_add(out, DER_OCTETS, (struct bv_str){ (const char *)digest, BV_HASH_LEN });
	der_close(out, set);
	der_close(out, attribute);

	attribute = der_open(out, DER_SEQUENCE);
	der_oid(out, OID_SIGNING_CERTIFICATE_V2);
	set = der_open(out, DER_SET);
	add_signing_certificate(out, leaf);
	der_close(out, set);
	der_close(out, attribute);
}

/* EN 319 142-1 §6.3 B-T: the stamp is over the value of the signature. */
static enum bv_status
add_stamp(struct bv_buf *out, struct bv_str signature, const struct bv_tsa *tsa, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf request = BV_BUF(CMS_MAX), response = BV_BUF(CMS_MAX), token = BV_BUF(CMS_MAX);
	uint8_t hash[BV_HASH_LEN];

	bv_sha256(hash, signature);
	timestamp_request(&request, hash);
	TRY(tsa->ask(tsa->ctx, &response, bv_buf_str(&request), err));
	TRY(timestamp_token(&token, bv_buf_str(&response), err));
	size_t all = der_open(out, DER_UNSIGNED), attribute = der_open(out, DER_SEQUENCE);
	der_oid(out, OID_TIME_STAMP_TOKEN);
	der_add(out, DER_SET, bv_buf_str(&token));
	der_close(out, attribute);
	der_close(out, all);
	return BV_OK;
}

static enum bv_status
add_signer(struct bv_buf *out, const uint8_t digest[BV_HASH_LEN], const struct bv_seal *seal, struct bv_err *err)
{
	const struct seal_link *leaf = &seal->chain->links[0];
	enum bv_key_kind kind = bv_key_describe(seal->key)->kind;
	BV_AUTO(bv_buf_finish) struct bv_buf attributes = BV_BUF(CMS_MAX), value = BV_BUF(CMS_MAX);
	uint8_t signature[BV_SIGNATURE_MAX];

	add_attributes(&attributes, digest, leaf->der);
	/* RFC 5652 §5.4: what is signed has the tag of a SET, what is stored that of [0]. */
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(CMS_MAX);
	der_add(&message, DER_SET, bv_buf_str(&attributes));
	TRY(bv_key_ask(signature, seal->key, bv_buf_str(&message), err));
	der_signature(&value, kind, signature);

	size_t signer = der_open(out, DER_SEQUENCE), id;
	der_int(out, 1);
	id = der_open(out, DER_SEQUENCE);
	bv_buf_add(out, leaf->issuer);
	bv_buf_add(out, leaf->serial);
	der_close(out, id);
	add_sha256(out);
	der_add(out, DER_CONTEXT_CONSTRUCTED, bv_buf_str(&attributes));
	der_algorithm(out, kind);
	der_add(out, DER_OCTETS, bv_buf_str(&value));
	if (seal->tsa)
		TRY(add_stamp(out, bv_buf_str(&value), seal->tsa, err));
	der_close(out, signer);
	return BV_OK;
}

enum bv_status
cms_write(struct bv_buf *out, const uint8_t digest[BV_HASH_LEN], const struct bv_seal *seal, struct bv_err *err)
{
	size_t outer = der_open(out, DER_SEQUENCE), explicit, data, inner;

	der_oid(out, OID_SIGNED_DATA);
	explicit = der_open(out, DER_CONTEXT_CONSTRUCTED);
	data = der_open(out, DER_SEQUENCE);
	der_int(out, 1);
	inner = der_open(out, DER_SET);
	add_sha256(out);
	der_close(out, inner);
	inner = der_open(out, DER_SEQUENCE);
	der_oid(out, OID_DATA);
	der_close(out, inner);
	inner = der_open(out, DER_CONTEXT_CONSTRUCTED);
	for (size_t i = 0; i < seal->chain->count; i++)
		bv_buf_add(out, seal->chain->links[i].der);
	der_close(out, inner);
	inner = der_open(out, DER_SET);
	TRY(add_signer(out, digest, seal, err));
	der_close(out, inner);
	der_close(out, data);
	der_close(out, explicit);
	der_close(out, outer);
	return bv_buf_check(out, err);
}

/* ---- Time stamps ---- */

void
timestamp_request(struct bv_buf *out, const uint8_t hash[BV_HASH_LEN])
{
	size_t request = der_open(out, DER_SEQUENCE), imprint;

	der_int(out, 1);
	imprint = der_open(out, DER_SEQUENCE);
	add_sha256(out);
	der_add(out, DER_OCTETS, (struct bv_str){ (const char *)hash, BV_HASH_LEN });
	der_close(out, imprint);
	der_true(out);
	der_close(out, request);
}

BV_AUTO_DEFINE(TS_RESP, TS_RESP_free)

enum bv_status
timestamp_token(struct bv_buf *out, struct bv_str response, struct bv_err *err)
{
	const unsigned char *at = (const unsigned char *)response.p;
	BV_AUTO(TS_RESP_free) TS_RESP *read = response.len ? d2i_TS_RESP(NULL, &at, (long)response.len) : NULL;

	ERR_clear_error();
	if (!read || at != (const unsigned char *)response.p + response.len)
		return bv_err_set(err, BV_EPARSE, "the time-stamping authority did not send a response of RFC 3161");
	long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(read)));
	if ((status != 0 && status != 1) || !TS_RESP_get_token(read))
		return bv_err_set(err, BV_EDENIED, "the time-stamping authority refused the request (RFC 3161 §2.4.2, status %ld)", status);
	unsigned char *der = NULL;
	int len = i2d_PKCS7(TS_RESP_get_token(read), &der);
	if (len > 0)
		bv_buf_add(out, (struct bv_str){ (const char *)der, (size_t)len });
	OPENSSL_free(der);
	return len > 0 ? bv_buf_check(out, err) : bv_err_set(err, BV_EPARSE, "the time stamp cannot be read");
}
