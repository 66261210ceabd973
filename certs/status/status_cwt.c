/* Token status lists as CWT (TSL §5.2): read, not written. */
#include "certs/jose/cose.h"
#include "certs/status/status.h"

#define CWT_TYPE "application/statuslist+cwt"
enum { HEADER_TYPE = 16, CLAIM_ISS = 1, CLAIM_SUB = 2, CLAIM_EXP = 4, CLAIM_IAT = 6, CLAIM_STATUS_LIST = 65533 };

static enum bv_status
need_claim(const struct bv_cbor **out, const struct bv_cbor *map, int64_t key, enum bv_cbor_type type, const char *name, struct bv_err *err)
{
	*out = bv_cbor_find(map, key);
	if (!*out || (*out)->type != type)
		return bv_err_set(err, BV_EINVAL, "TSL §5.2: the claim '%s' (%lld) is missing, or of another kind", name, (long long)key);
	return BV_OK;
}

static enum bv_status
read_claims(struct bv_status_list *list, const struct bv_cbor *claims, struct bv_err *err)
{
	const struct bv_cbor *claim, *bits, *entries;

	TRY(need_claim(&claim, claims, CLAIM_SUB, BV_CBOR_TEXT, "sub", err));
	list->uri = claim->str;
	TRY(need_claim(&claim, claims, CLAIM_IAT, BV_CBOR_INT, "iat", err));
	list->from_s = list->signed_s = claim->n;
	list->until_s = INT64_MAX;
	if (bv_cbor_find(claims, CLAIM_EXP)) {
		TRY(need_claim(&claim, claims, CLAIM_EXP, BV_CBOR_INT, "exp", err));
		list->until_s = claim->n;
	}
	if (bv_cbor_find(claims, CLAIM_ISS)) {
		TRY(need_claim(&claim, claims, CLAIM_ISS, BV_CBOR_TEXT, "iss", err));
		list->issuer = claim->str;
	}
	TRY(need_claim(&claim, claims, CLAIM_STATUS_LIST, BV_CBOR_MAP, "status_list", err));
	bits = bv_cbor_find_text(claim, "bits");
	entries = bv_cbor_find_text(claim, "lst");
	if (!bits || bits->type != BV_CBOR_INT || !entries || entries->type != BV_CBOR_BYTES)
		return bv_err_set(err, BV_EINVAL, "TSL §4.3: a status list has bits and lst");
	return status_token_entries(list, bits->n, entries->str, err);
}

enum bv_status
status_read_cwt(struct bv_status_list *list, struct bv_str bytes, struct bv_err *err)
{
	struct bv_str kept = bv_arena_str(&list->arena, bytes);
	const struct bv_cbor *type, *claims;

	TRY(cose_parse(&list->cose, &list->arena, kept, err));
	type = bv_cbor_find(list->cose.protected_map, HEADER_TYPE);
	if (!type || type->type != BV_CBOR_TEXT || !bv_str_is(type->str, CWT_TYPE))
		return bv_err_set(err, BV_EINVAL, "TSL §5.2: the type (16) is not " CWT_TYPE);
	list->kind = BV_STATUS_TOKEN;
	list->is_cose = true;
	list->key.kind = BV_KEY_P256;
	list->method = list->cose.kid;
	TRY(bv_cbor_parse(&claims, &list->arena, list->cose.payload, err));
	return read_claims(list, claims, err);
}
