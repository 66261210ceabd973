/* Status lists written and read (BSL, TSL: certs.h). */
#include "certs/status/status.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/deflate.h"
#include "certs/credential.h"
#include "certs/jose/base64url.h"
#include "certs/keys/signer.h"
#include "certs/vc/credential.h"
#include "certs/vc/proof.h"
#include "certs/verify/contents.h"

#define TOKEN_TYPE "statuslist+jwt"
enum { URI_MAX = 1024, SHARD_BYTES = BV_SHARD_ENTRIES / 8 };

const char *
bv_standing_name(enum bv_standing standing)
{
	static const char *const names[] = { "unknown", "valid", "revoked", "suspended" };

	return names[standing];
}

const char *
bv_status_kind_name(enum bv_status_kind kind)
{
	static const char *const names[BV_STATUS_KINDS] = { "revocation", "suspension", "token" };

	return names[kind];
}

/* ---- Entries ---- */

static void
set_bit(uint8_t *bits, uint32_t idx, bool on)
{
	uint8_t bit = (uint8_t)(0x80 >> idx % 8);

	bits[idx / 8] = (uint8_t)(on ? bits[idx / 8] | bit : bits[idx / 8] & ~bit);
}

void
bv_shard_set(struct bv_shard *shard, uint32_t idx, enum bv_standing standing)
{
	assert(idx < BV_SHARD_ENTRIES && standing != BV_STANDING_UNKNOWN);
	set_bit(shard->revoked, idx, standing == BV_STANDING_REVOKED);
	set_bit(shard->suspended, idx, standing == BV_STANDING_SUSPENDED);
}

/* TSL §4.1: entry 0 is the least significant pair of bits of byte 0. */
static void
pack(uint8_t out[2 * SHARD_BYTES], const struct bv_shard *shard)
{
	memset(out, 0, 2 * SHARD_BYTES);
	for (uint32_t i = 0; i < BV_SHARD_ENTRIES; i++) {
		unsigned bit = 0x80u >> i % 8, value = shard->revoked[i / 8] & bit ? 1 : shard->suspended[i / 8] & bit ? 2 : 0;
		out[i / 4] = (uint8_t)(out[i / 4] | value << i % 4 * 2);
	}
}

/* ---- Writing ---- */

enum bv_status
status_check_uri(struct bv_str uri, struct bv_err *err)
{
	if (!credential_is_uri(uri) || uri.len > URI_MAX)
		return bv_err_set(err, BV_EINVAL, "the address of a status list is an absolute URI of at most %d bytes", URI_MAX);
	return BV_OK;
}

static enum bv_status
check_terms(const struct bv_status_terms *terms, struct bv_err *err)
{
	TRY(status_check_uri(terms->base, err));
	if (bv_str_ends(terms->base, BV_STR("/")))
		return bv_err_set(err, BV_EINVAL, "the address of a shard does not end with '/'");
	if (terms->from_s < 0 || terms->until_s <= terms->from_s || terms->until_s > INT64_C(253402300799) || terms->ttl_s < 0)
		return bv_err_set(err, BV_EINVAL, "a status list ends after it begins, within the years 1970 to 9999");
	return BV_OK;
}

static struct bv_json *
type_list(const char *type)
{
	struct bv_json *list = bv_json_new_array();

	bv_json_add(list, bv_json_new_str(BV_STR("VerifiableCredential")));
	bv_json_add(list, bv_json_new_str(bv_str_of(type)));
	return list;
}

static void
set_time(struct bv_json *object, const char *name, int64_t time_s)
{
	char text[BV_TIME_SIZE];

	bv_json_set_str(object, name, bv_str_of(bv_time_write(text, time_s)));
}

/* BSL §3.1, and what the proof says of itself. */
static struct bv_json *
credential(enum bv_status_kind kind, struct bv_str encoded, const struct bv_status_terms *terms, const struct bv_signer *signer)
{
	BV_AUTO(bv_buf_finish) struct bv_buf uri = BV_BUF(2 * URI_MAX);
	struct bv_json *json = bv_json_new_object(), *subject;

	bv_json_add(bv_json_set(json, "@context", bv_json_new_array()), bv_json_new_str(BV_STR(CONTEXT_VC)));
	bv_buf_printf(&uri, "%.*s/%s", BV_STR_ARG(terms->base), bv_status_kind_name(kind));
	bv_json_set_str(json, "id", bv_buf_str(&uri));
	bv_json_set(json, "type", type_list("BitstringStatusListCredential"));
	bv_json_set_str(json, "issuer", signer->issuer.did);
	set_time(json, "validFrom", terms->from_s);
	set_time(json, "validUntil", terms->until_s);
	subject = bv_json_set(json, "credentialSubject", bv_json_new_object());
	bv_buf_addz(&uri, "#list");
	bv_json_set_str(subject, "id", bv_buf_str(&uri));
	bv_json_set_str(subject, "type", BV_STR("BitstringStatusList"));
	bv_json_set_str(subject, "statusPurpose", bv_str_of(bv_status_kind_name(kind)));
	bv_json_set_str(subject, "encodedList", encoded);
	return json;
}

/* A proof of json, which has none yet. Only the options of eddsa-jcs-2022 have the contexts in them. */
static enum bv_status
prove(struct bv_json *proofs, const struct bv_json *json, unsigned suite, int64_t at_s, const struct bv_signer *signer, struct bv_err *err)
{
	struct bv_json *proof = bv_json_add(proofs, bv_json_new_object());
	uint8_t bytes[PROOF_SIGNED_LEN], signature[BV_SIGNATURE_MAX];
	char value[PROOF_VALUE_SIZE];

	if (suite == BV_SUITE_JCS)
		bv_json_set(proof, "@context", bv_json_copy(bv_json_find(json, "@context")));
	bv_json_set_str(proof, "type", BV_STR("DataIntegrityProof"));
	bv_json_set_str(proof, "cryptosuite", bv_str_of(proof_suite_name(suite)));
	set_time(proof, "created", at_s);
	bv_json_set_str(proof, "proofPurpose", BV_STR("assertionMethod"));
	bv_json_set_str(proof, "verificationMethod", signer->method);
	if (suite == BV_SUITE_JCS)
		proof_signed_bytes(bytes, json, proof);
	else
		TRY(proof_signed_bytes_rdfc(bytes, json, proof, err));
	TRY(bv_key_ask(signature, signer->key, (struct bv_str){ (const char *)bytes, sizeof bytes }, err));
	bv_json_set_str(proof, "proofValue", (struct bv_str){ value, proof_value_write(value, signature) });
	return BV_OK;
}

/* The set that certificates have, so that whoever can verify one of them can verify its list. */
static enum bv_status
seal(struct bv_json *json, int64_t at_s, const struct bv_signer *signer, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *proofs = bv_json_new_array();

	TRY(prove(proofs, json, BV_SUITE_RDFC, at_s, signer, err));
	TRY(prove(proofs, json, BV_SUITE_JCS, at_s, signer, err));
	bv_json_set(json, "proof", bv_steal(&proofs));
	return BV_OK;
}

static enum bv_status
write_credential(struct bv_buf *out, enum bv_status_kind kind, const struct bv_shard *shard, const struct bv_status_terms *terms,
                 const struct bv_signer *signer, struct bv_err *err)
{
	const uint8_t *bits = kind == BV_STATUS_REVOCATION ? shard->revoked : shard->suspended;
	BV_AUTO(bv_buf_finish) struct bv_buf packed = BV_BUF(2 * SHARD_BYTES), encoded = BV_BUF(4 * SHARD_BYTES);

	bv_deflate(&packed, (struct bv_str){ (const char *)bits, SHARD_BYTES }, BV_DEFLATE_GZIP);
	bv_buf_addc(&encoded, 'u'); /* BSL §3.3: multibase base64url without padding */
	base64url_write(&encoded, (const uint8_t *)packed.p, packed.len);
	BV_AUTO(bv_json_free) struct bv_json *json = credential(kind, bv_buf_str(&encoded), terms, signer);
	TRY(seal(json, terms->from_s, signer, err));
	bv_json_write_canonical(out, json);
	return bv_buf_check(out, err);
}

static void
add_part(struct bv_buf *out, const struct bv_json *json)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_STATUS_LIST_MAX);

	bv_json_write_canonical(&text, json);
	base64url_write(out, (const uint8_t *)text.p, text.len);
}

/* TSL §5.1: which key, and that it is no other kind of JWT. */
static void
add_token_header(struct bv_buf *out, const struct bv_key *key, struct bv_str method)
{
	BV_AUTO(bv_json_free) struct bv_json *header = bv_json_new_object();

	bv_json_set_str(header, "alg", bv_key_describe(key)->kind == BV_KEY_P256 ? BV_STR("ES256") : BV_STR("EdDSA"));
	bv_json_set_str(header, "kid", method);
	bv_json_set_str(header, "typ", BV_STR(TOKEN_TYPE));
	add_part(out, header);
}

static void
add_token_claims(struct bv_buf *out, const struct bv_shard *shard, const struct bv_status_terms *terms, struct bv_str issuer)
{
	BV_AUTO(bv_json_free) struct bv_json *claims = bv_json_new_object();
	BV_AUTO(bv_buf_finish) struct bv_buf uri = BV_BUF(2 * URI_MAX), packed = BV_BUF(4 * SHARD_BYTES), encoded = BV_BUF(8 * SHARD_BYTES);
	uint8_t *pairs = bv_alloc(2 * SHARD_BYTES);

	pack(pairs, shard);
	bv_deflate(&packed, (struct bv_str){ (const char *)pairs, 2 * SHARD_BYTES }, BV_DEFLATE_ZLIB);
	free(pairs);
	base64url_write(&encoded, (const uint8_t *)packed.p, packed.len);
	bv_buf_printf(&uri, "%.*s/token", BV_STR_ARG(terms->base));
	bv_json_set_str(claims, "iss", issuer);
	bv_json_set_str(claims, "sub", bv_buf_str(&uri));
	bv_json_set_int(claims, "iat", terms->from_s);
	bv_json_set_int(claims, "exp", terms->until_s);
	if (terms->ttl_s)
		bv_json_set_int(claims, "ttl", terms->ttl_s);
	struct bv_json *list = bv_json_set(claims, "status_list", bv_json_new_object());
	bv_json_set_int(list, "bits", 2);
	bv_json_set_str(list, "lst", bv_buf_str(&encoded));
	add_part(out, claims);
}

static enum bv_status
write_token(struct bv_buf *out, const struct bv_shard *shard, const struct bv_status_terms *terms, const struct bv_signer *signer, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_STATUS_LIST_MAX);
	const struct bv_key *key = signer->p256 ? signer->p256 : signer->key;
	uint8_t signature[BV_SIGNATURE_MAX];

	add_token_header(&text, key, signer->p256 ? signer->method_p256 : signer->method);
	bv_buf_addc(&text, '.');
	add_token_claims(&text, shard, terms, signer->issuer.did);
	TRY(bv_key_ask(signature, key, bv_buf_str(&text), err));
	bv_buf_addc(&text, '.');
	base64url_write(&text, signature, bv_signature_len(bv_key_describe(key)->kind));
	bv_buf_add(out, bv_buf_str(&text));
	return bv_buf_check(out, err);
}

enum bv_status
bv_status_write(struct bv_buf *out, enum bv_status_kind kind, const struct bv_shard *shard, const struct bv_status_terms *terms, const struct bv_signer *signer,
                struct bv_err *err)
{
	TRY(check_terms(terms, err));
	return kind == BV_STATUS_TOKEN ? write_token(out, shard, terms, signer, err) : write_credential(out, kind, shard, terms, signer, err);
}

/* ---- Reading ---- */

void
bv_status_free(struct bv_status_list *list)
{
	if (!list)
		return;
	bv_buf_finish(&list->entries);
	bv_arena_finish(&list->arena);
	free(list);
}

static enum bv_status
unpack(struct bv_status_list *list, struct bv_str packed, enum bv_deflate_form form, struct bv_err *err)
{
	list->entries = BV_BUF(BV_STATUS_ENTRIES_MAX);
	TRY(bv_inflate(&list->entries, packed, form, err));
	return list->entries.len ? BV_OK : bv_err_set(err, BV_EPARSE, "the list is empty");
}

static enum bv_status
decode(struct bv_buf *packed, struct bv_str base64url, struct bv_err *err)
{
	return base64url_parse(packed, base64url) ? BV_OK : bv_err_set(err, BV_EPARSE, "the list is not base64url without padding (RFC 4648 §5)");
}

enum bv_status
status_token_entries(struct bv_status_list *list, int64_t bits, struct bv_str packed, struct bv_err *err)
{
	if (bits != 1 && bits != 2 && bits != 4 && bits != 8)
		return bv_err_set(err, BV_EINVAL, "TSL §4.2: an entry has 1, 2, 4 or 8 bits");
	list->bits = (unsigned)bits;
	return unpack(list, packed, BV_DEFLATE_ZLIB, err);
}

/* A text of the document, kept. */
static enum bv_status
need_text(struct bv_str *out, struct bv_status_list *list, const struct bv_json *json, const char *name, struct bv_err *err)
{
	struct bv_str text;

	TRY(bv_json_need_str(&text, json, name, err));
	*out = bv_arena_str(&list->arena, text);
	return BV_OK;
}

static enum bv_status
need_time(int64_t *out, const struct bv_json *json, const char *name, struct bv_err *err)
{
	struct bv_str text;

	TRY(bv_json_need_str(&text, json, name, err));
	return bv_time_parse(out, text, err);
}

static bool
has_word(const struct bv_json *list, const char *word)
{
	for (size_t i = 0; i < bv_json_count(list); i++)
		if (bv_str_is(bv_json_str(bv_json_at(list, i)), word))
			return true;
	return bv_str_is(bv_json_str(list), word);
}

static enum bv_status
read_subject(struct bv_status_list *list, const struct bv_json *json, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf packed = BV_BUF(BV_STATUS_LIST_MAX);
	const struct bv_json *subject;
	struct bv_str purpose, encoded;

	TRY(bv_json_need(&subject, json, "credentialSubject", BV_JSON_OBJECT, err));
	if (!has_word(bv_json_find(subject, "type"), "BitstringStatusList"))
		return bv_err_set(err, BV_EINVAL, "BSL §3.1: the type of credentialSubject is not BitstringStatusList");
	TRY(bv_json_need_str(&purpose, subject, "statusPurpose", err));
	if (bv_str_is(purpose, "suspension"))
		list->kind = BV_STATUS_SUSPENSION;
	else if (!bv_str_is(purpose, "revocation"))
		return bv_err_set(err, BV_EINVAL, "a status list of the purpose '%.*s' says nothing that is asked for here", BV_STR_ARG(bv_str_sub(purpose, 0, 40)));
	/* BSL §3.1: without this 1 bit is meant; more have messages. */
	if (bv_json_find(subject, "statusSize") && bv_json_int(bv_json_find(subject, "statusSize")) != 1)
		return bv_err_set(err, BV_EINVAL, "a statusSize other than 1 is for messages only");
	TRY(bv_json_need_str(&encoded, subject, "encodedList", err));
	if (!encoded.len || encoded.p[0] != 'u')
		return bv_err_set(err, BV_EPARSE, "BSL §3.3: encodedList does not begin with 'u' (multibase base64url)");
	list->bits = 1;
	TRY(decode(&packed, bv_str_sub(encoded, 1, encoded.len), err));
	TRY(unpack(list, bv_buf_str(&packed), BV_DEFLATE_GZIP, err));
	if (list->entries.len < SHARD_BYTES)
		return bv_err_set(err, BV_EINVAL, "BSL §3.1: a list has at least %d entries, this one has %zu", BV_SHARD_ENTRIES, 8 * list->entries.len);
	return BV_OK;
}

/* What a proof is over, and its signature. */
static enum bv_status
read_signature(struct bv_status_list *list, uint8_t signature[BV_SIGNATURE_LEN], struct bv_str *message, const struct bv_json *unsecured,
               const struct bv_json *proof, unsigned suite, struct bv_err *err)
{
	char *bytes = bv_arena_alloc(&list->arena, PROOF_SIGNED_LEN);
	struct bv_str value;

	TRY(bv_json_need_str(&value, proof, "proofValue", err));
	if (proof_signature(signature, value, err) != BV_OK)
		return bv_err_set(err, BV_EPARSE, "proofValue %s", err->msg);
	if (suite == BV_SUITE_JCS)
		proof_signed_bytes((uint8_t *)bytes, unsecured, proof);
	else
		TRY(proof_signed_bytes_rdfc((uint8_t *)bytes, unsecured, proof, err));
	*message = (struct bv_str){ bytes, PROOF_SIGNED_LEN };
	return BV_OK;
}

static enum bv_status
check_proof(const struct bv_json *proof, const struct bv_json *json, struct bv_err *err)
{
	struct bv_str type, purpose;

	TRY(bv_json_only(proof, "@context type cryptosuite created proofPurpose verificationMethod proofValue", err));
	TRY(bv_json_need_str(&type, proof, "type", err));
	TRY(bv_json_need_str(&purpose, proof, "proofPurpose", err));
	if (!bv_str_is(type, "DataIntegrityProof") || !bv_str_is(purpose, "assertionMethod"))
		return bv_err_set(err, BV_EINVAL, "the proof is not a DataIntegrityProof of " PROOF_SUITE " for assertionMethod");
	if (bv_json_find(proof, "@context") && !bv_json_equal(bv_json_find(proof, "@context"), bv_json_find(json, "@context")))
		return bv_err_set(err, BV_EINVAL, "EDDSA §3.3.2: the list's @context is not that of its proof");
	return BV_OK;
}

/* One of eddsa-jcs-2022, alone or beside one of eddsa-rdfc-2022 by the same key at the same time. */
static enum bv_status
read_proof(struct bv_status_list *list, struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *proof = bv_json_find(json, "proof"), *text = proof, *quads = NULL;
	bool set = bv_json_type(proof) == BV_JSON_ARRAY;

	if (set) {
		text = contents_find(proof, "cryptosuite", BV_STR(PROOF_SUITE));
		quads = contents_find(proof, "cryptosuite", BV_STR(PROOF_SUITE_RDFC));
	}
	if (bv_json_type(text) != BV_JSON_OBJECT || !bv_str_is(bv_json_str(bv_json_find(text, "cryptosuite")), PROOF_SUITE) ||
	    (set && bv_json_count(proof) != 1u + (quads != NULL)))
		return bv_err_set(err, BV_EINVAL, "the proof is not of " PROOF_SUITE ", alone or beside one of " PROOF_SUITE_RDFC);
	TRY(check_proof(text, json, err));
	TRY(need_text(&list->method, list, text, "verificationMethod", err));
	TRY(need_time(&list->signed_s, text, "created", err));
	BV_AUTO(bv_json_free) struct bv_json *unsecured = bv_json_without(json, "proof");
	TRY(read_signature(list, list->signature, &list->message, unsecured, text, BV_SUITE_JCS, err));
	list->signature_len = BV_SIGNATURE_LEN;
	if (!quads)
		return BV_OK;
	TRY(check_proof(quads, json, err));
	if (!bv_json_equal(bv_json_find(quads, "verificationMethod"), bv_json_find(text, "verificationMethod")) ||
	    !bv_json_equal(bv_json_find(quads, "created"), bv_json_find(text, "created")))
		return bv_err_set(err, BV_EINVAL, "the list's two proofs are not by one key at one time");
	return read_signature(list, list->quads_signature, &list->quads, unsecured, quads, BV_SUITE_RDFC, err);
}

static enum bv_status
read_credential(struct bv_status_list *list, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	TRY(bv_json_parse(&json, text, err));
	if (bv_json_type(json) != BV_JSON_OBJECT || !has_word(bv_json_find(json, "type"), "BitstringStatusListCredential"))
		return bv_err_set(err, BV_EINVAL, "BSL §3.1: not a BitstringStatusListCredential");
	if (!bv_str_is(bv_json_str(bv_json_at(bv_json_find(json, "@context"), 0)), CONTEXT_VC))
		return bv_err_set(err, BV_EINVAL, "VCDM §4.3: @context must begin with " CONTEXT_VC);
	TRY(need_text(&list->uri, list, json, "id", err));
	const struct bv_json *issuer = bv_json_find(json, "issuer");
	if (bv_json_type(issuer) == BV_JSON_OBJECT)
		TRY(need_text(&list->issuer, list, issuer, "id", err));
	else
		TRY(need_text(&list->issuer, list, json, "issuer", err));
	TRY(need_time(&list->from_s, json, "validFrom", err));
	list->until_s = INT64_MAX;
	if (bv_json_find(json, "validUntil"))
		TRY(need_time(&list->until_s, json, "validUntil", err));
	TRY(read_subject(list, json, err));
	return read_proof(list, json, err);
}

/* Takes the next part of a JWT off text. */
static bool
take_part(struct bv_buf *out, struct bv_str *text, bool last)
{
	size_t dot = bv_str_find(*text, '.');

	if (last != (dot == text->len) || !dot)
		return false;
	struct bv_str part = bv_str_sub(*text, 0, dot);
	*text = bv_str_sub(*text, dot + 1, text->len);
	return base64url_parse(out, part);
}

static enum bv_status
read_token_header(struct bv_status_list *list, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *header = NULL;
	struct bv_str alg, type;

	TRY(bv_json_parse(&header, text, err));
	TRY(bv_json_need_str(&type, header, "typ", err));
	if (!bv_str_is(type, TOKEN_TYPE) && !bv_str_is(type, "application/" TOKEN_TYPE))
		return bv_err_set(err, BV_EINVAL, "TSL §5.1: typ is '%.*s', not " TOKEN_TYPE, BV_STR_ARG(bv_str_sub(type, 0, 40)));
	if (bv_json_find(header, "crit"))
		return bv_err_set(err, BV_EINVAL, "RFC 7515 §4.1.11: what its header calls critical is not known here");
	TRY(bv_json_need_str(&alg, header, "alg", err));
	list->key.kind = bv_str_is(alg, "ES256") ? BV_KEY_P256 : bv_str_is(alg, "EdDSA") || bv_str_is(alg, "Ed25519") ? BV_KEY_ED25519 : 0;
	if (!list->key.kind)
		return bv_err_set(err, BV_EINVAL, "a status list by '%.*s' cannot be verified here: ES256 or EdDSA", BV_STR_ARG(bv_str_sub(alg, 0, 40)));
	return need_text(&list->method, list, header, "kid", err);
}

static enum bv_status
read_token_claims(struct bv_status_list *list, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *claims = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf packed = BV_BUF(BV_STATUS_LIST_MAX);
	const struct bv_json *of;
	struct bv_str encoded;
	int64_t bits;

	TRY(bv_json_parse(&claims, text, err));
	TRY(need_text(&list->uri, list, claims, "sub", err));
	if (bv_json_find(claims, "iss"))
		TRY(need_text(&list->issuer, list, claims, "iss", err));
	TRY(bv_json_need_int(&list->from_s, claims, "iat", err));
	list->until_s = INT64_MAX;
	if (bv_json_find(claims, "exp"))
		TRY(bv_json_need_int(&list->until_s, claims, "exp", err));
	list->signed_s = list->from_s;
	TRY(bv_json_need(&of, claims, "status_list", BV_JSON_OBJECT, err));
	TRY(bv_json_need_int(&bits, of, "bits", err));
	TRY(bv_json_need_str(&encoded, of, "lst", err));
	TRY(decode(&packed, encoded, err));
	return status_token_entries(list, bits, bv_buf_str(&packed), err);
}

static enum bv_status
read_token(struct bv_status_list *list, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf header = BV_BUF(BV_STATUS_LIST_MAX), claims = BV_BUF(BV_STATUS_LIST_MAX), signature = BV_BUF(4 * BV_SIGNATURE_MAX);
	struct bv_str rest = text;

	if (!take_part(&header, &rest, false) || !take_part(&claims, &rest, false))
		return bv_err_set(err, BV_EPARSE, "neither JSON nor a JWT (RFC 7519 §3: three parts of base64url)");
	list->message = bv_arena_str(&list->arena, bv_str_sub(text, 0, text.len - rest.len - 1));
	if (!take_part(&signature, &rest, true))
		return bv_err_set(err, BV_EPARSE, "the third part of the JWT is no base64url");
	list->kind = BV_STATUS_TOKEN;
	TRY(read_token_header(list, bv_buf_str(&header), err));
	if (signature.len != bv_signature_len(list->key.kind))
		return bv_err_set(err, BV_EPARSE, "RFC 7518 §3.4: the signature has %zu bytes, not %zu", signature.len, bv_signature_len(list->key.kind));
	list->signature_len = signature.len;
	memcpy(list->signature, signature.p, signature.len);
	return read_token_claims(list, bv_buf_str(&claims), err);
}

enum bv_status
bv_status_parse(struct bv_status_list **out, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_status_free) struct bv_status_list *list = bv_alloc(sizeof *list);
	struct bv_str trimmed = bv_str_trim(text);

	if (trimmed.len > BV_STATUS_LIST_MAX)
		return bv_err_set(err, BV_ELIMIT, "a status list has at most %u bytes", BV_STATUS_LIST_MAX);
	list->key.kind = BV_KEY_ED25519;
	if (text.len && (uint8_t)text.p[0] >= 0x80) /* no text of ours begins so: a tag of CBOR, or an array */
		TRY(status_read_cwt(list, text, err));
	else if (trimmed.len && trimmed.p[0] == '{')
		TRY(read_credential(list, trimmed, err));
	else
		TRY(read_token(list, trimmed, err));
	TRY(status_check_uri(list->uri, err));
	*out = bv_steal(&list);
	return BV_OK;
}

enum bv_status_kind
bv_status_kind(const struct bv_status_list *list)
{
	return list->kind;
}

struct bv_str
bv_status_uri(const struct bv_status_list *list)
{
	return list->uri;
}

uint64_t
bv_status_count(const struct bv_status_list *list)
{
	return list->entries.len * (uint64_t)(8 / list->bits);
}

int
bv_status_value(const struct bv_status_list *list, uint64_t idx)
{
	unsigned a_byte = 8 / list->bits;

	if (idx >= bv_status_count(list))
		return -1;
	unsigned byte = (uint8_t)list->entries.p[idx / a_byte], place = (unsigned)(idx % a_byte) * list->bits;
	if (list->kind != BV_STATUS_TOKEN) /* BSL §3.3: from the most significant bit; TSL §4.1: from the least */
		return byte >> (7 - place) & 1;
	return (int)(byte >> place & ((1u << list->bits) - 1));
}
