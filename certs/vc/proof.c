#include "certs/vc/proof.h"

#include "certs/credential.h"
#include "certs/keys/base58.h"
#include "certs/vc/rdfc_shape.h"

const char *
proof_suite_name(unsigned suite)
{
	return suite == BV_SUITE_JCS ? PROOF_SUITE : PROOF_SUITE_RDFC;
}

unsigned
proof_suite_of(struct bv_str name)
{
	for (unsigned suite = BV_SUITE_RDFC; suite <= BV_SUITE_JCS; suite <<= 1)
		if (bv_str_is(name, proof_suite_name(suite)))
			return suite;
	return 0;
}

static void
hash_canonical(uint8_t out[BV_HASH_LEN], const struct bv_json *json)
{
	/* Six bytes at most for one: every control character in an accepted document came in as \u escape. */
	BV_AUTO(bv_buf_finish) struct bv_buf canonical = BV_BUF(8 * BV_JSON_MAX);

	bv_json_write_canonical(&canonical, json);
	bv_sha256(out, bv_buf_str(&canonical));
}

void
proof_signed_bytes(uint8_t out[PROOF_SIGNED_LEN], const struct bv_json *document, const struct bv_json *proof)
{
	BV_AUTO(bv_json_free) struct bv_json *options = bv_json_without(proof, "proofValue");

	hash_canonical(out, options);
	hash_canonical(out + BV_HASH_LEN, document);
}

enum bv_status
proof_hash_rdfc(uint8_t out[BV_HASH_LEN], const struct bv_json *options, struct bv_err *err)
{
	BV_AUTO(rdfc_finish) struct rdfc g = { 0 };

	TRY(shape_add_proof(&g, options, err));
	return rdfc_hash(out, &g, err);
}

enum bv_status
proof_signed_bytes_rdfc(uint8_t out[PROOF_SIGNED_LEN], const struct bv_json *document, const struct bv_json *proof, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *options = bv_json_without(proof, "proofValue");
	BV_AUTO(rdfc_finish) struct rdfc g = { 0 };
	uint8_t bytes[PROOF_SIGNED_LEN];

	TRY(proof_hash_rdfc(bytes, options, err));
	TRY(shape_add_credential(&g, document, err));
	TRY(rdfc_hash(bytes + BV_HASH_LEN, &g, err));
	memcpy(out, bytes, sizeof bytes);
	return BV_OK;
}

enum bv_status
proof_signature(uint8_t signature[BV_SIGNATURE_LEN], struct bv_str proof_value, struct bv_err *err)
{
	uint8_t bytes[BV_SIGNATURE_LEN];
	size_t len;

	if (!proof_value.len || proof_value.p[0] != 'z')
		return bv_err_set(err, BV_EPARSE, "does not begin with 'z' (base58btc)");
	enum bv_status status = base58_parse(bytes, sizeof bytes, &len, bv_str_sub(proof_value, 1, proof_value.len), err);
	if (status == BV_EPARSE)
		return status;
	if (status != BV_OK || len != sizeof bytes)
		return bv_err_set(err, BV_EPARSE, "is not a signature of 64 bytes");
	memcpy(signature, bytes, sizeof bytes);
	return BV_OK;
}

size_t
proof_value_write(char out[PROOF_VALUE_SIZE], const uint8_t signature[BV_SIGNATURE_LEN])
{
	_Static_assert(BASE58_SIZE(BV_SIGNATURE_LEN) + 1 <= PROOF_VALUE_SIZE, "a signature fits");
	out[0] = 'z';
	return 1 + base58_write(out + 1, signature, BV_SIGNATURE_LEN);
}
