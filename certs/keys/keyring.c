/* keys.json, and what is published of it: DID document, JWK set, revocations, log entries. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "certs/entry.h"
#include "certs/issuer.h"
#include "certs/keyring.h"

enum { DAY_S = 86400, VERSION = 1, CODE_MAX = 64 };

void
bv_keyring_new(struct bv_keyring **out)
{
	*out = bv_alloc(sizeof **out);
}

void
bv_keyring_free(struct bv_keyring *ring)
{
	if (!ring)
		return;
	bv_arena_finish(&ring->arena);
	free(ring->batches);
	free(ring);
}

struct bv_batch *
bv_keyring_find(const struct bv_keyring *ring, int64_t number)
{
	return number >= 1 && (uint64_t)number <= ring->batch_count ? &ring->batches[number - 1] : NULL;
}

/* ---- Batches ---- */

static bool
is_serial(struct bv_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (bv_hex_digit(text.p[i]) < 0 || (text.p[i] >= 'A' && text.p[i] <= 'F'))
			return false;
	return text.len >= 2 && text.len <= 40 && text.len % 2 == 0;
}

/* What an entry of the log takes: no place for a name. */
static bool
is_code(struct bv_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!(text.p[i] >= 'a' && text.p[i] <= 'z') && !(text.p[i] >= '0' && text.p[i] <= '9') && text.p[i] != '-')
			return false;
	return text.len <= CODE_MAX;
}

enum bv_status
bv_keyring_check_batch(const struct bv_batch *batch, struct bv_err *err)
{
	if (batch->until_s <= batch->from_s || batch->until_s - batch->from_s > BV_BATCH_DAYS_MAX * DAY_S)
		return bv_err_set(err, BV_EINVAL, "batch %" PRId64 ": its keys may sign for up to %d days", batch->number, BV_BATCH_DAYS_MAX);
	if (batch->limit < 1 || batch->limit > BV_BATCH_LIMIT_MAX)
		return bv_err_set(err, BV_EINVAL, "batch %" PRId64 ": a batch is 1 to %d certificates, one shard of a status list", batch->number, BV_BATCH_LIMIT_MAX);
	if (batch->authority < 1)
		return bv_err_set(err, BV_EINVAL, "batch %" PRId64 ": an authority is a number from 1", batch->number);
	if (batch->shard < 0)
		return bv_err_set(err, BV_EINVAL, "batch %" PRId64 ": a shard is a number from 0", batch->number);
	if (batch->ed25519.kind != BV_KEY_ED25519 || batch->p256.kind != BV_KEY_P256)
		return bv_err_set(err, BV_EINVAL, "batch %" PRId64 ": a batch has a key of Ed25519 and one of P-256", batch->number);
	if (!is_serial(batch->ed25519_serial) || !is_serial(batch->p256_serial))
		return bv_err_set(err, BV_EINVAL, "batch %" PRId64 ": the serial number of a certificate is 1 to 20 bytes as lower-case hex", batch->number);
	if (batch->made_s <= 0 || batch->from_s <= 0)
		return bv_err_set(err, BV_EINVAL, "batch %" PRId64 ": a time before 1970", batch->number);
	if (!batch->compromised_s != !batch->removed_s)
		return bv_err_set(err, BV_EINVAL, "batch %" PRId64 ": 'compromised' and 'removed' go together", batch->number);
	if (!is_code(batch->reason) || !batch->reason.len != !batch->removed_s)
		return bv_err_set(err, BV_EINVAL, "batch %" PRId64 ": a removed batch, and no other, has a reason: up to %d lower-case letters, digits and '-', as in 'key-stolen'",
		                  batch->number, CODE_MAX);
	return BV_OK;
}

enum bv_status
bv_keyring_check(const struct bv_keyring *ring, const struct bv_batch *batch, struct bv_err *err)
{
	if (ring->batch_count == BV_BATCHES_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d batches", BV_BATCHES_MAX);
	if ((uint64_t)batch->number != ring->batch_count + 1)
		return bv_err_set(err, BV_EINVAL, "batch %" PRId64 " stands where batch %zu should be", batch->number, ring->batch_count + 1);
	TRY(bv_keyring_check_batch(batch, err));
	if ((uint64_t)batch->authority > ring->authority_count)
		return bv_err_set(err, BV_EINVAL, "batch %" PRId64 ": there is no authority %" PRId64, batch->number, batch->authority);
	for (size_t i = 0; i < ring->batch_count; i++) {
		const struct bv_batch *other = &ring->batches[i];
		if (other->shard == batch->shard && !other->removed_s && !batch->removed_s)
			return bv_err_set(err, BV_ECONFLICT, "batch %" PRId64 " and batch %" PRId64 " have the same shard %" PRId64 ": every batch has its own", other->number,
			                  batch->number, batch->shard);
		if (bv_public_equal(&other->ed25519, &batch->ed25519) || bv_public_equal(&other->p256, &batch->p256))
			return bv_err_set(err, BV_ECONFLICT, "batch %" PRId64 " and batch %" PRId64 " have the same key", other->number, batch->number);
	}
	return BV_OK;
}

enum bv_status
bv_keyring_add(struct bv_keyring *ring, const struct bv_batch *batch, struct bv_err *err)
{
	TRY(bv_keyring_check(ring, batch, err));
	if (!(ring->batch_count & (ring->batch_count + 1)) || !ring->batch_count) /* 0, 1, 3, 7, … */
		ring->batches = bv_resize_array(ring->batches, 2 * ring->batch_count + 1, sizeof *ring->batches);
	struct bv_batch *to = &ring->batches[ring->batch_count++];
	*to = *batch;
	to->reason = bv_arena_str(&ring->arena, batch->reason);
	to->ed25519_serial = bv_arena_str(&ring->arena, batch->ed25519_serial);
	to->p256_serial = bv_arena_str(&ring->arena, batch->p256_serial);
	return BV_OK;
}

/* ---- Reading ---- */

static enum bv_status
need_time(int64_t *out, const struct bv_json *object, const char *name, struct bv_err *err)
{
	struct bv_str text;
	struct bv_err inner;

	TRY(bv_json_need_str(&text, object, name, err));
	if (bv_time_parse(out, text, &inner) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "'%s': %s", name, inner.msg);
	return BV_OK;
}

static enum bv_status
read_time(int64_t *out, const struct bv_json *object, const char *name, struct bv_err *err)
{
	return bv_json_find(object, name) ? need_time(out, object, name, err) : BV_OK;
}

static enum bv_status
read_text(struct bv_str *out, const struct bv_json *object, const char *name, struct bv_err *err)
{
	return bv_json_find(object, name) ? bv_json_need_str(out, object, name, err) : BV_OK;
}

static enum bv_status
need_public(struct bv_public *out, const struct bv_json *object, const char *name, struct bv_err *err)
{
	struct bv_str multikey;
	struct bv_err inner;

	TRY(bv_json_need_str(&multikey, object, name, err));
	if (bv_multikey_parse_any(out, multikey, &inner) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "'%s': %s", name, inner.msg);
	return BV_OK;
}

static enum bv_status
read_batch(struct bv_batch *batch, const struct bv_json *json, struct bv_err *err)
{
	*batch = (struct bv_batch){ 0 };
	TRY(bv_json_only(json, "number shard authority made from until limit ed25519 ed25519Serial p256 p256Serial destroyed compromised removed reason", err));
	TRY(bv_json_need_int(&batch->number, json, "number", err));
	TRY(bv_json_need_int(&batch->shard, json, "shard", err));
	TRY(bv_json_need_int(&batch->authority, json, "authority", err));
	TRY(need_time(&batch->made_s, json, "made", err));
	TRY(need_time(&batch->from_s, json, "from", err));
	TRY(need_time(&batch->until_s, json, "until", err));
	TRY(bv_json_need_int(&batch->limit, json, "limit", err));
	TRY(need_public(&batch->ed25519, json, "ed25519", err));
	TRY(need_public(&batch->p256, json, "p256", err));
	TRY(bv_json_need_str(&batch->ed25519_serial, json, "ed25519Serial", err));
	TRY(bv_json_need_str(&batch->p256_serial, json, "p256Serial", err));
	TRY(read_time(&batch->destroyed_s, json, "destroyed", err));
	TRY(read_time(&batch->compromised_s, json, "compromised", err));
	TRY(read_time(&batch->removed_s, json, "removed", err));
	return read_text(&batch->reason, json, "reason", err);
}

static enum bv_status
read_authorities(struct bv_keyring *ring, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *list;
	struct bv_str key;

	TRY(bv_json_need(&list, json, "authorities", BV_JSON_ARRAY, err));
	if (bv_json_count(list) < 1 || bv_json_count(list) > BV_AUTHORITIES_MAX)
		return bv_err_set(err, BV_EINVAL, "'authorities': 1 to %d", BV_AUTHORITIES_MAX);
	for (size_t i = 0; i < bv_json_count(list); i++) {
		struct bv_authority *authority = &ring->authorities[i];
		TRY(bv_json_only(bv_json_at(list, i), "key public", err));
		TRY(bv_json_need_str(&key, bv_json_at(list, i), "key", err));
		TRY(need_public(&authority->public, bv_json_at(list, i), "public", err));
		if (authority->public.kind != BV_KEY_P256)
			return bv_err_set(err, BV_EINVAL, "authority %zu: an issuing authority has a key of P-256", i + 1);
		for (size_t j = 0; j < i; j++)
			if (bv_public_equal(&ring->authorities[j].public, &authority->public))
				return bv_err_set(err, BV_EINVAL, "authority %zu and authority %zu have the same key", j + 1, i + 1);
		authority->key = bv_arena_str(&ring->arena, key);
	}
	ring->authority_count = bv_json_count(list);
	return BV_OK;
}

static enum bv_status
read_ring(struct bv_keyring *ring, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *batches;
	struct bv_batch batch;
	struct bv_str did, name, address = BV_STR_NONE;
	int64_t version;

	TRY(bv_json_only(json, "version did name address authorities batches", err));
	TRY(bv_json_need_int(&version, json, "version", err));
	if (version != VERSION)
		return bv_err_set(err, BV_EINVAL, "keys.json of version %" PRId64 ": this program knows version %d", version, VERSION);
	TRY(bv_json_need_str(&did, json, "did", err));
	TRY(bv_did_check(did, err));
	TRY(bv_json_need_str(&name, json, "name", err));
	TRY(read_text(&address, json, "address", err));
	TRY(read_authorities(ring, json, err));
	ring->did = bv_arena_str(&ring->arena, did);
	ring->name = bv_arena_str(&ring->arena, name);
	ring->address = bv_arena_str(&ring->arena, address);
	TRY(bv_json_need(&batches, json, "batches", BV_JSON_ARRAY, err));
	for (size_t i = 0; i < bv_json_count(batches); i++) {
		if (read_batch(&batch, bv_json_at(batches, i), err) != BV_OK)
			return bv_err_again(err, 0, "batch %zu: %s", i + 1, err->msg);
		TRY(bv_keyring_add(ring, &batch, err));
	}
	return BV_OK;
}

enum bv_status
bv_keyring_parse(struct bv_keyring **out, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_keyring_free) struct bv_keyring *ring = NULL;

	TRY(bv_json_parse_large(&json, text, BV_KEYRING_MAX, err));
	bv_keyring_new(&ring);
	TRY(read_ring(ring, json, err));
	*out = bv_steal(&ring);
	return BV_OK;
}

/* ---- Writing ---- */

static void
pen_public(struct bv_json_pen *pen, const char *name, const struct bv_public *public)
{
	char text[BV_MULTIKEY_SIZE];

	bv_json_pen_str(pen, name, bv_str_of(bv_multikey_write_of(text, public)));
}

static void
write_batch(struct bv_json_pen *pen, const struct bv_batch *batch)
{
	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_int(pen, "number", batch->number);
	bv_json_pen_int(pen, "shard", batch->shard);
	bv_json_pen_int(pen, "authority", batch->authority);
	bv_json_pen_time(pen, "made", batch->made_s);
	bv_json_pen_time(pen, "from", batch->from_s);
	bv_json_pen_time(pen, "until", batch->until_s);
	bv_json_pen_int(pen, "limit", batch->limit);
	pen_public(pen, "ed25519", &batch->ed25519);
	bv_json_pen_str(pen, "ed25519Serial", batch->ed25519_serial);
	pen_public(pen, "p256", &batch->p256);
	bv_json_pen_str(pen, "p256Serial", batch->p256_serial);
	bv_json_pen_time(pen, "destroyed", batch->destroyed_s);
	bv_json_pen_time(pen, "compromised", batch->compromised_s);
	bv_json_pen_time(pen, "removed", batch->removed_s);
	if (batch->reason.len)
		bv_json_pen_str(pen, "reason", batch->reason);
	bv_json_pen_close(pen, '}');
}

void
bv_keyring_write(struct bv_buf *out, const struct bv_keyring *ring)
{
	struct bv_json_pen pen = { .out = out, .pretty = true };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_int(&pen, "version", VERSION);
	bv_json_pen_str(&pen, "did", ring->did);
	bv_json_pen_str(&pen, "name", ring->name);
	if (ring->address.len)
		bv_json_pen_str(&pen, "address", ring->address);
	bv_json_pen_open(&pen, "authorities", '[');
	for (size_t i = 0; i < ring->authority_count; i++) {
		bv_json_pen_open(&pen, NULL, '{');
		bv_json_pen_str(&pen, "key", ring->authorities[i].key);
		pen_public(&pen, "public", &ring->authorities[i].public);
		bv_json_pen_close(&pen, '}');
	}
	bv_json_pen_close(&pen, ']');
	bv_json_pen_open(&pen, "batches", '[');
	for (size_t i = 0; i < ring->batch_count; i++)
		write_batch(&pen, &ring->batches[i]);
	bv_json_pen_close(&pen, ']');
	bv_json_pen_close(&pen, '}');
}

/* ---- What is published ---- */

static void
pen_method_name(struct bv_json_pen *pen, const char *name, const struct bv_keyring *ring, const struct bv_public *public)
{
	BV_AUTO(bv_buf_finish) struct bv_buf method = BV_BUF(BV_DID_MAX + 1 + BV_MULTIKEY_SIZE);
	char multikey[BV_MULTIKEY_SIZE];

	bv_buf_printf(&method, "%.*s#%s", BV_STR_ARG(ring->did), bv_multikey_write_of(multikey, public));
	bv_json_pen_str(pen, name, bv_buf_str(&method));
}

static void
write_method(struct bv_json_pen *pen, const struct bv_keyring *ring, const struct bv_public *public, int64_t revoked_s)
{
	bv_json_pen_open(pen, NULL, '{');
	pen_method_name(pen, "id", ring, public);
	bv_json_pen_str(pen, "type", BV_STR("Multikey"));
	bv_json_pen_str(pen, "controller", ring->did);
	pen_public(pen, "publicKeyMultibase", public);
	bv_json_pen_time(pen, "revoked", revoked_s);
	bv_json_pen_close(pen, '}');
}

void
bv_keyring_did_document(struct bv_buf *out, const struct bv_keyring *ring)
{
	struct bv_json_pen pen = { .out = out, .pretty = true };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_open(&pen, "@context", '[');
	bv_json_pen_str(&pen, NULL, BV_STR("https://www.w3.org/ns/did/v1"));
	bv_json_pen_str(&pen, NULL, BV_STR("https://w3id.org/security/multikey/v1"));
	bv_json_pen_close(&pen, ']');
	bv_json_pen_str(&pen, "id", ring->did);
	bv_json_pen_open(&pen, "verificationMethod", '[');
	for (size_t i = 0; i < ring->authority_count; i++)
		write_method(&pen, ring, &ring->authorities[i].public, 0);
	for (size_t i = 0; i < ring->batch_count; i++) {
		write_method(&pen, ring, &ring->batches[i].ed25519, ring->batches[i].compromised_s);
		write_method(&pen, ring, &ring->batches[i].p256, ring->batches[i].compromised_s);
	}
	bv_json_pen_close(&pen, ']');
	bv_json_pen_open(&pen, "assertionMethod", '[');
	for (size_t i = 0; i < ring->batch_count; i++) {
		if (ring->batches[i].removed_s)
			continue;
		pen_method_name(&pen, NULL, ring, &ring->batches[i].ed25519);
		pen_method_name(&pen, NULL, ring, &ring->batches[i].p256);
	}
	bv_json_pen_close(&pen, ']');
	bv_json_pen_open(&pen, "capabilityDelegation", '[');
	for (size_t i = 0; i < ring->authority_count; i++)
		pen_method_name(&pen, NULL, ring, &ring->authorities[i].public);
	bv_json_pen_close(&pen, ']');
	bv_json_pen_close(&pen, '}');
}

static void
write_jwk(struct bv_buf *out, const struct bv_keyring *ring, const struct bv_public *public, bool first)
{
	char multikey[BV_MULTIKEY_SIZE];

	bv_buf_addz(out, first ? "\n  " : ",\n  ");
	bv_jwk_write(out, public);
	out->len--; /* its brace: these go in, too */
	bv_buf_printf(out, ",\"alg\":\"%s\",\"kid\":\"%.*s#%s\",\"use\":\"sig\"}", public->kind == BV_KEY_ED25519 ? "EdDSA" : "ES256", BV_STR_ARG(ring->did),
	              bv_multikey_write_of(multikey, public));
}

void
bv_keyring_jwks(struct bv_buf *out, const struct bv_keyring *ring)
{
	bool first = true;

	bv_buf_addz(out, "{\"keys\":[");
	for (size_t i = 0; i < ring->batch_count; i++) {
		if (ring->batches[i].removed_s)
			continue;
		write_jwk(out, ring, &ring->batches[i].ed25519, first);
		write_jwk(out, ring, &ring->batches[i].p256, false);
		first = false;
	}
	bv_buf_addz(out, "\n]}\n");
}

static void
revoke(struct bv_revoked *revoked, struct bv_str serial, int64_t at_s)
{
	struct bv_err never;

	*revoked = (struct bv_revoked){ .serial_len = serial.len / 2, .at_s = at_s, .reason = BV_REVOKED_KEY_COMPROMISE };
	(void)!bv_hex_parse(revoked->serial, revoked->serial_len, serial, &never); /* checked when it was read */
}

const char *
bv_authority_name(char out[32], int64_t authority)
{
	snprintf(out, 32, authority == 1 ? "ca" : "ca-%" PRId64, authority);
	return out;
}

size_t
bv_keyring_revoked(struct bv_revoked *revoked, const struct bv_keyring *ring, int64_t authority)
{
	size_t count = 0;

	for (size_t i = 0; i < ring->batch_count; i++) {
		const struct bv_batch *batch = &ring->batches[i];
		if (!batch->removed_s || batch->authority != authority)
			continue;
		revoke(&revoked[count++], batch->ed25519_serial, batch->compromised_s);
		revoke(&revoked[count++], batch->p256_serial, batch->compromised_s);
	}
	return count;
}

enum bv_status
bv_keyring_entry(struct bv_buf *out, const struct bv_keyring *ring, const struct bv_batch *batch, const struct bv_public *key, bool added, struct bv_err *err)
{
	char multikey[BV_MULTIKEY_SIZE];
	const struct bv_entry entry = { .type = added ? BV_ENTRY_KEY_ADDED : BV_ENTRY_KEY_REMOVED, .at_s = added ? batch->made_s : batch->removed_s,
		                        .issuer = ring->did, .key = bv_str_of(bv_multikey_write_of(multikey, key)), .reason = batch->reason,
		                        .from_s = batch->from_s, .until_s = batch->until_s };

	return bv_entry_write(out, &entry, err);
}
