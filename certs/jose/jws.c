#include "certs/jose/jws.h"

#include <assert.h>

#include "base/mem.h"
#include "certs/jose/base64url.h"

void
jws_finish(struct jws *jws)
{
	bv_json_free(jws->header);
	bv_json_free(jws->payload);
	jws->header = jws->payload = NULL;
}

/* ---- Reading ---- */

static enum bv_status
parse_object(struct bv_json **out, struct bv_str bytes, const char *part, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_err inner;

	if (bv_json_parse(&json, bytes, &inner) != BV_OK)
		return bv_err_set(err, inner.status, "the %s is no readable JSON: %s", part, inner.msg);
	if (bv_json_type(json) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EPARSE, "the %s is not a JSON object", part);
	*out = bv_steal(&json);
	return BV_OK;
}

static struct bv_str
member(const struct bv_json *object, const char *name)
{
	return bv_json_str(bv_json_find(object, name));
}

enum bv_status
jws_parse_bytes(struct jws *out, struct bv_buf *payload, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(JWS_MAX);
	BV_AUTO(jws_finish) struct jws jws = { 0 };

	if (text.len > JWS_MAX)
		return bv_err_set(err, BV_ELIMIT, "larger than %u bytes", JWS_MAX);
	size_t first = bv_str_find(text, '.');
	struct bv_str rest = bv_str_sub(text, first + 1, text.len);
	size_t second = bv_str_find(rest, '.');
	if (first == text.len || second == rest.len)
		return bv_err_set(err, BV_EPARSE, "RFC 7515 §7.1: not three parts with full stops between them");
	if (!base64url_parse(&bytes, bv_str_sub(text, 0, first)))
		return bv_err_set(err, BV_EPARSE, "RFC 7515 §2: the header is not base64url");
	TRY(parse_object(&jws.header, bv_buf_str(&bytes), "header", err));
	jws.alg = member(jws.header, "alg");
	jws.typ = member(jws.header, "typ");
	jws.kid = member(jws.header, "kid");
	jws.signed_text = bv_str_sub(text, 0, first + 1 + second);
	if (!base64url_parse(&bytes, bv_str_sub(rest, second + 1, rest.len)))
		return bv_err_set(err, BV_EPARSE, "RFC 7515 §2: the signature is not base64url");
	jws.signature_len = bytes.len;
	if (bytes.len)
		memcpy(jws.signature, bytes.p, bytes.len < sizeof jws.signature ? bytes.len : sizeof jws.signature);
	if (!base64url_parse(payload, bv_str_sub(rest, 0, second)))
		return bv_err_set(err, BV_EPARSE, "RFC 7515 §2: the payload is not base64url");
	*out = jws;
	jws = (struct jws){ 0 };
	return BV_OK;
}

enum bv_status
jws_parse(struct jws *out, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf payload = BV_BUF(JWS_MAX);
	BV_AUTO(jws_finish) struct jws jws = { 0 };

	TRY(jws_parse_bytes(&jws, &payload, text, err));
	TRY(parse_object(&jws.payload, bv_buf_str(&payload), "payload", err));
	*out = jws;
	jws = (struct jws){ 0 };
	return BV_OK;
}

enum bv_status
jws_check(const struct jws *jws, const struct public_key *public, struct bv_err *err)
{
	if (!bv_str_is(jws->alg, "ES256"))
		return bv_err_set(err, BV_EDENIED, "the algorithm is '%.*s', not ES256", BV_STR_ARG(bv_str_sub(jws->alg, 0, 40)));
	if (bv_json_find(jws->header, "crit") || bv_json_find(jws->header, "b64"))
		return bv_err_set(err, BV_EDENIED, "RFC 7515 §4.1.11: the header has what must be understood, and is not");
	if (public->of.kind != BV_KEY_P256)
		return bv_err_set(err, BV_EDENIED, "ES256 takes a key of P-256");
	if (jws->signature_len != BV_SIGNATURE_LEN)
		return bv_err_set(err, BV_EDENIED, "RFC 7518 §3.4: the signature has %zu bytes, not 64", jws->signature_len);
	if (!public_check(public, jws->signed_text, jws->signature))
		return bv_err_set(err, BV_EDENIED, "the signature does not match");
	return BV_OK;
}

/* ---- Writing ---- */

void
jws_write_header(struct bv_buf *out, struct bv_str kid, const char *typ)
{
	BV_AUTO(bv_buf_finish) struct bv_buf header = BV_BUF(4 * BV_DID_MAX);
	struct bv_json_pen pen = { .out = &header };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "alg", BV_STR("ES256"));
	bv_json_pen_str(&pen, "kid", kid);
	bv_json_pen_str(&pen, "typ", bv_str_of(typ));
	bv_json_pen_close(&pen, '}');
	base64url_write(out, (const uint8_t *)header.p, header.len);
	bv_buf_addc(out, '.');
}

void
jws_stem_finish(struct jws_stem *stem)
{
	bv_buf_finish(&stem->last);
	bv_buf_finish(&stem->payload);
	bv_buf_finish(&stem->text);
}

static size_t
shared_len(struct bv_str a, struct bv_str b)
{
	size_t len = 0;

	while (len < a.len && len < b.len && a.p[len] == b.p[len])
		len++;
	return len;
}

/* Takes for the stem what this payload and the one before have in common. */
static void
grow(struct jws_stem *stem, struct bv_str header, struct bv_str payload)
{
	size_t len = shared_len(bv_buf_str(&stem->last), payload) / 3 * 3;

	stem->last.max = stem->payload.max = stem->text.max = 2 * JWS_MAX;
	bv_buf_clear(&stem->payload);
	bv_buf_clear(&stem->text);
	bv_buf_add(&stem->payload, bv_str_sub(payload, 0, len));
	bv_buf_add(&stem->text, header);
	base64url_write(&stem->text, (const uint8_t *)payload.p, len);
	bv_sha256_init(&stem->hash);
	bv_sha256_add(&stem->hash, stem->text.p, stem->text.len);
	bv_buf_clear(&stem->last);
	bv_buf_add(&stem->last, payload);
}

/* Appends what is signed, and hashes it. */
static void
add_signed(struct bv_buf *out, struct bv_str header, struct bv_str payload, struct jws_stem *stem, uint8_t hash[BV_HASH_LEN])
{
	struct bv_sha256 ctx;
	size_t from;

	if (stem && (!stem->payload.len || !bv_str_starts(payload, bv_buf_str(&stem->payload))))
		grow(stem, header, payload);
	if (stem) {
		bv_buf_add(out, bv_buf_str(&stem->text));
		ctx = stem->hash;
		payload = bv_str_sub(payload, stem->payload.len, payload.len);
		from = out->len;
	} else {
		from = out->len;
		bv_sha256_init(&ctx);
		bv_buf_add(out, header);
	}
	base64url_write(out, (const uint8_t *)payload.p, payload.len);
	if (!out->full)
		bv_sha256_add(&ctx, out->p + from, out->len - from);
	bv_sha256_end(&ctx, hash);
}

static enum bv_status
sign(struct bv_buf *out, size_t from, const uint8_t hash[BV_HASH_LEN], const struct bv_key *key, struct bv_err *err)
{
	uint8_t signature[BV_SIGNATURE_MAX];

	if (out->full)
		return bv_err_set(err, BV_ELIMIT, "the certificate is larger than the %zu bytes left for it", out->max - from);
	TRY(bv_key_ask_hashed(signature, key, (struct bv_str){ out->p + from, out->len - from }, hash, err));
	bv_buf_addc(out, '.');
	base64url_write(out, signature, BV_SIGNATURE_LEN);
	return bv_buf_check(out, err);
}

enum bv_status
jws_write(struct bv_buf *out, struct bv_str header, struct bv_str payload, struct jws_stem *stem, const struct bv_key *key, struct bv_err *err)
{
	uint8_t hash[BV_HASH_LEN];
	size_t from = out->len;
	bool full = out->full;

	assert(bv_key_describe(key)->kind == BV_KEY_P256);
	add_signed(out, header, payload, stem, hash);
	enum bv_status status = sign(out, from, hash, key, err);
	if (status != BV_OK) {
		out->len = from;
		out->full = full;
	}
	return status;
}
