#include "certs/jose/cose.h"

#include <assert.h>

/* {1: -7} */
static const uint8_t header_es256[] = { 0xa1, 0x01, 0x26 };

/* RFC 9052 §4.4. */
static void
add_signed(struct bv_buf *out, struct bv_str protected, struct bv_str payload)
{
	bv_cbor_add_array(out, 4);
	bv_cbor_add_text(out, BV_STR("Signature1"));
	bv_cbor_add_bytes(out, protected.p, protected.len);
	bv_cbor_add_bytes(out, NULL, 0);
	bv_cbor_add_bytes(out, payload.p, payload.len);
}

static enum bv_status
parse_headers(struct cose *cose, struct bv_arena *arena, struct bv_err *err)
{
	static const struct bv_cbor none = { .type = BV_CBOR_MAP };
	const struct bv_cbor *alg, *kid;

	cose->protected_map = &none;
	if (cose->protected.len)
		TRY(bv_cbor_parse(&cose->protected_map, arena, cose->protected, err));
	if (cose->protected_map->type != BV_CBOR_MAP)
		return bv_err_set(err, BV_EPARSE, "RFC 9052 §3: the protected header is no map");
	for (size_t i = 0; i < cose->unprotected_map->count; i++) {
		const struct bv_cbor *key = &cose->unprotected_map->items[2 * i];
		/* A KID in both is common and harmless: the protected one counts. */
		if (key->type == BV_CBOR_INT && key->n != COSE_KID && bv_cbor_find(cose->protected_map, key->n))
			return bv_err_set(err, BV_EPARSE, "RFC 9052 §3: the parameter %lld is in both headers", (long long)key->n);
	}
	alg = bv_cbor_find(cose->protected_map, COSE_ALG);
	cose->alg = alg && alg->type == BV_CBOR_INT ? alg->n : 0;
	kid = bv_cbor_find(cose->protected_map, COSE_KID);
	if (!kid)
		kid = bv_cbor_find(cose->unprotected_map, COSE_KID);
	if (kid && kid->type != BV_CBOR_BYTES)
		return bv_err_set(err, BV_EPARSE, "RFC 9052 §3.1: the kid is not bytes");
	cose->kid = kid ? kid->str : BV_STR_NONE;
	return BV_OK;
}

enum bv_status
cose_parse(struct cose *out, struct bv_arena *arena, struct bv_str bytes, struct bv_err *err)
{
	struct cose cose = { 0 };
	const struct bv_cbor *item;

	TRY(bv_cbor_parse(&item, arena, bytes, err));
	if (item->type == BV_CBOR_TAG && item->n == COSE_TAG_CWT)
		item = item->items;
	if (item->type == BV_CBOR_TAG && item->n == COSE_TAG_SIGN1)
		item = item->items;
	if (item->type != BV_CBOR_ARRAY || item->count != 4 || item->items[0].type != BV_CBOR_BYTES || item->items[1].type != BV_CBOR_MAP ||
	    item->items[2].type != BV_CBOR_BYTES || item->items[3].type != BV_CBOR_BYTES)
		return bv_err_set(err, BV_EPARSE, "RFC 9052 §4.2: not a COSE_Sign1 [protected, unprotected, payload, signature]");
	cose.protected = item->items[0].str;
	cose.unprotected_map = &item->items[1];
	cose.payload = item->items[2].str;
	cose.signature = item->items[3].str;
	TRY(parse_headers(&cose, arena, err));
	*out = cose;
	return BV_OK;
}

enum bv_status
cose_check(const struct cose *cose, const struct public_key *public, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(2 * BV_CBOR_MAX);

	if (cose->alg != COSE_ES256 && cose->alg != COSE_ESP256)
		return bv_err_set(err, BV_EDENIED, "the algorithm is %lld, not ES256 (-7)", (long long)cose->alg);
	if (bv_cbor_find(cose->protected_map, COSE_CRIT) || bv_cbor_find(cose->unprotected_map, COSE_CRIT))
		return bv_err_set(err, BV_EDENIED, "RFC 9052 §3.1: the header has what must be understood, and is not");
	if (public->of.kind != BV_KEY_P256)
		return bv_err_set(err, BV_EDENIED, "ES256 takes a key of P-256 here");
	if (cose->signature.len != BV_SIGNATURE_LEN)
		return bv_err_set(err, BV_EDENIED, "RFC 9053 §2.1: the signature has %zu bytes, not 64", cose->signature.len);
	add_signed(&bytes, cose->protected, cose->payload);
	if (!public_check(public, bv_buf_str(&bytes), (const uint8_t *)cose->signature.p))
		return bv_err_set(err, BV_EDENIED, "the signature does not match");
	return BV_OK;
}

enum bv_status
cose_write(struct bv_buf *out, struct bv_str kid, struct bv_str payload, const struct bv_key *key, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(2 * BV_CBOR_MAX), all = BV_BUF(BV_CBOR_MAX);
	struct bv_str protected = { (const char *)header_es256, sizeof header_es256 };
	uint8_t signature[BV_SIGNATURE_MAX];

	assert(bv_key_describe(key)->kind == BV_KEY_P256);
	add_signed(&bytes, protected, payload);
	TRY(bv_buf_check(&bytes, err));
	TRY(bv_key_ask(signature, key, bv_buf_str(&bytes), err));
	bv_cbor_add_tag(&all, COSE_TAG_SIGN1);
	bv_cbor_add_array(&all, 4);
	bv_cbor_add_bytes(&all, protected.p, protected.len);
	bv_cbor_add_map(&all, 1);
	bv_cbor_add_int(&all, COSE_KID);
	bv_cbor_add_bytes(&all, kid.p, kid.len);
	bv_cbor_add_bytes(&all, payload.p, payload.len);
	bv_cbor_add_bytes(&all, signature, BV_SIGNATURE_LEN);
	TRY(bv_buf_check(&all, err));
	bv_buf_add(out, bv_buf_str(&all));
	return bv_buf_check(out, err);
}
