#include "certs/verify/trust.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "certs/issuer.h"
#include "certs/keys/delegation.h"
#include "certs/keys/jwk.h"

enum { TRUST_MAX = 10000 /* keys */ };

struct bv_trust {
	struct bv_arena arena;
	struct trust_key *keys;
	size_t count, cap;
	struct trust_x509 x509;
};

struct bv_trust *
bv_trust_new(void)
{
	return bv_alloc(sizeof(struct bv_trust));
}

void
bv_trust_free(struct bv_trust *trust)
{
	if (!trust)
		return;
	for (size_t i = 0; i < trust->count; i++)
		public_finish(&trust->keys[i].public);
	bv_arena_finish(&trust->arena);
	free(trust->keys);
	free(trust);
}

size_t
bv_trust_count(const struct bv_trust *trust)
{
	return trust->count;
}

void
bv_trust_each(const struct bv_trust *trust, bv_trusted_key_visit visit, void *ctx)
{
	for (size_t i = 0; i < trust->count; i++) {
		const struct trust_key *key = trust_at(trust, i);
		const struct bv_trusted_key told = { key->did, &key->public.of, key->delegates && !key->asserts, key->revoked_s };
		if (key->usable)
			visit(ctx, &told);
	}
}

static struct trust_key *
find(const struct bv_trust *trust, struct bv_str method)
{
	for (size_t i = 0; i < trust->count; i++)
		if (bv_str_eq(trust->keys[i].id, method))
			return &trust->keys[i];
	return NULL;
}

const struct trust_key *
trust_at(const struct bv_trust *trust, size_t idx)
{
	return &trust->keys[idx];
}

const struct trust_key *
trust_find(const struct bv_trust *trust, struct bv_str method)
{
	return find(trust, method);
}

bool
trust_knows(const struct bv_trust *trust, struct bv_str did)
{
	for (size_t i = 0; i < trust->count; i++)
		if (bv_str_eq(trust->keys[i].did, did))
			return true;
	return false;
}

const struct trust_key *
trust_find_public(const struct bv_trust *trust, const struct bv_public *public)
{
	for (size_t i = 0; i < trust->count; i++)
		if (trust->keys[i].usable && bv_public_equal(&trust->keys[i].public.of, public))
			return &trust->keys[i];
	return NULL;
}

const struct trust_key *
trust_find_thumbprint(const struct bv_trust *trust, struct bv_str did, struct bv_str start)
{
	for (size_t i = 0; i < trust->count; i++) {
		const struct trust_key *key = &trust->keys[i];
		if (key->usable && key->public.of.kind == BV_KEY_P256 && bv_str_eq(key->did, did) && memcmp(key->thumbprint, start.p, start.len) == 0)
			return key;
	}
	return NULL;
}

const struct trust_key *
trust_find_authority(const struct bv_trust *trust, const struct delegation *delegation, bool *named)
{
	for (size_t i = 0; i < trust->count; i++) {
		const struct trust_key *key = &trust->keys[i];
		if (!key->usable || !key->delegates || memcmp(key->thumbprint, delegation->authority, sizeof delegation->authority) != 0)
			continue;
		*named = true;
		if (delegation_check(delegation, &key->public))
			return key;
	}
	return NULL;
}

/* The same key in two files is one; two different keys under one name are refused: which of them counts must not hang on file names. */
static enum bv_status
add_key(struct bv_trust *trust, const struct trust_key *key, struct bv_err *err)
{
	struct trust_key *known = find(trust, key->id);
	bool same = known && known->usable == key->usable && bv_public_equal(&known->public.of, &key->public.of);

	if (same && known->bare && !key->bare) {
		known->asserts = key->asserts;
		known->delegates = key->delegates;
		known->expires_s = key->expires_s;
		known->revoked_s = key->revoked_s;
		known->source = bv_arena_str(&trust->arena, key->source);
		known->bare = false;
	}
	if (same && key->bare)
		return BV_OK;
	if (known && (known->usable != key->usable || !bv_public_equal(&known->public.of, &key->public.of) || known->asserts != key->asserts || known->delegates != key->delegates ||
	              known->expires_s != key->expires_s || known->revoked_s != key->revoked_s))
		return bv_err_set(err, BV_ECONFLICT, "%.*s says something else of the same key %.*s: keep one of the two files",
		                  BV_STR_ARG(known->source), BV_STR_ARG(key->id));
	if (known)
		return BV_OK;
	if (trust->count == TRUST_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d trusted keys", TRUST_MAX);
	if (trust->count == trust->cap) {
		trust->cap = trust->cap ? 2 * trust->cap : 16;
		trust->keys = bv_resize_array(trust->keys, trust->cap, sizeof *trust->keys);
	}
	struct trust_key *to = &trust->keys[trust->count++];
	*to = *key;
	to->did = bv_arena_str(&trust->arena, key->did);
	to->id = bv_arena_str(&trust->arena, key->id);
	to->source = bv_arena_str(&trust->arena, key->source);
	if (to->usable) {
		jwk_thumbprint(to->thumbprint, &to->public.of);
		public_ready(&to->public);
	}
	return BV_OK;
}

/* CID §2.2.2 codes of keys that exist and are none of ours: they stand in documents beside them. */
static bool
is_other_key(struct bv_str multikey)
{
	static const char *const prefixes[] = { "z6LS" /* X25519 */, "zUC7" /* BLS12-381 */ };

	for (size_t i = 0; i < BV_COUNT(prefixes); i++)
		if (bv_str_starts(multikey, bv_str_of(prefixes[i])))
			return true;
	return false;
}

/* CID §2.2: a reference that begins with '#' is relative to the document's id. */
static struct bv_str
absolute(struct bv_trust *trust, struct bv_str did, struct bv_str reference)
{
	if (!reference.len || reference.p[0] != '#')
		return reference;
	char *p = bv_arena_alloc(&trust->arena, did.len + reference.len + 1);
	memcpy(p, did.p, did.len);
	memcpy(p + did.len, reference.p, reference.len);
	return (struct bv_str){ p, did.len + reference.len };
}

static enum bv_status
read_time(int64_t *out, const struct bv_json *method, const char *name, struct bv_err *err)
{
	struct bv_str text;
	struct bv_err inner;

	*out = INT64_MAX;
	if (!bv_json_find(method, name))
		return BV_OK;
	TRY(bv_json_need_str(&text, method, name, err));
	if (bv_time_parse(out, text, &inner) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "'%s': %s", name, inner.msg);
	return BV_OK;
}

/* Stays unusable for kinds of key that are none of ours. */
static enum bv_status
read_public(struct trust_key *key, const struct bv_json *method, struct bv_str type, struct bv_err *err)
{
	const struct bv_json *jwk;
	struct bv_str multikey;

	if (bv_str_is(type, "Multikey") || bv_str_is(type, "Ed25519VerificationKey2020")) {
		TRY(bv_json_need_str(&multikey, method, "publicKeyMultibase", err));
		if (is_other_key(multikey))
			return BV_OK;
		TRY(bv_multikey_parse_any(&key->public.of, multikey, err));
		key->usable = true;
	} else if (bv_str_is(type, "JsonWebKey") || bv_str_is(type, "JsonWebKey2020")) {
		TRY(bv_json_need(&jwk, method, "publicKeyJwk", BV_JSON_OBJECT, err));
		enum bv_status status = jwk_parse(&key->public.of, jwk, err);
		if (status == BV_EPARSE)
			return status;
		key->usable = status == BV_OK;
	}
	return BV_OK;
}

/* One verification method, without what assertionMethod says of it. */
static enum bv_status
read_method(struct trust_key *key, struct bv_trust *trust, const struct bv_json *method, struct bv_err *err)
{
	struct bv_str type, controller, multikey;
	char written[BV_MULTIKEY_SIZE];

	TRY(bv_json_need_str(&key->id, method, "id", err));
	key->id = absolute(trust, key->did, key->id);
	TRY(bv_json_need_str(&type, method, "type", err));
	TRY(bv_json_need_str(&controller, method, "controller", err));
	TRY(read_time(&key->expires_s, method, "expires", err));
	TRY(read_time(&key->revoked_s, method, "revoked", err));
	size_t hash = bv_str_find(key->id, '#');
	if (hash == key->id.len || !bv_str_eq(bv_str_sub(key->id, 0, hash), key->did))
		return bv_err_set(err, BV_EINVAL, "CID §2.2: the key '%.*s' is not named after the document's id '%.*s'", BV_STR_ARG(key->id),
		                  BV_STR_ARG(key->did));
	if (!bv_str_eq(controller, key->did))
		return bv_err_set(err, BV_EINVAL, "CID §2.2: the key '%.*s' has another controller: '%.*s'", BV_STR_ARG(key->id),
		                  BV_STR_ARG(controller));
	TRY(read_public(key, method, type, err));
	if (!key->usable)
		return BV_OK;
	multikey = bv_str_of(bv_multikey_write_of(written, &key->public.of));
	struct bv_str fragment = bv_str_sub(key->id, hash + 1, key->id.len);
	if ((bv_str_starts(fragment, BV_STR("z6Mk")) || bv_str_starts(fragment, BV_STR("zDna"))) && !bv_str_eq(fragment, multikey))
		return bv_err_set(err, BV_EINVAL, "the key's name '%.*s' and its public key differ: one of them was changed",
		                  BV_STR_ARG(key->id));
	if (bv_str_starts(key->did, BV_STR("did:key:")) && !bv_str_eq(bv_str_sub(key->did, 8, key->did.len), multikey))
		return bv_err_set(err, BV_EINVAL, "the key of '%.*s' is not the one that its name holds", BV_STR_ARG(key->did));
	return BV_OK;
}

/* A relationship holds names of methods, or methods themselves. */
static bool
has_relation(struct bv_trust *trust, const struct bv_json *list, const struct trust_key *key)
{
	for (size_t i = 0; i < bv_json_count(list); i++) {
		const struct bv_json *entry = bv_json_at(list, i);
		if (bv_str_eq(absolute(trust, key->did, bv_json_str(entry)), key->id))
			return true;
	}
	return false;
}

static enum bv_status
check_references(struct bv_trust *trust, const struct bv_json *list, struct bv_str did, struct bv_err *err)
{
	for (size_t i = 0; i < bv_json_count(list); i++) {
		const struct bv_json *entry = bv_json_at(list, i);
		struct bv_str name = absolute(trust, did, bv_json_str(entry));
		if (bv_json_type(entry) == BV_JSON_STRING && !trust_find(trust, name))
			return bv_err_set(err, BV_EINVAL, "assertionMethod: no verificationMethod has the id '%.*s'", BV_STR_ARG(name));
	}
	return BV_OK;
}

/* RFC 7517 §5, whose keys are named by DID URLs: else nobody would know whose they are. */
static enum bv_status
add_key_set(struct bv_trust *trust, struct bv_str source, const struct bv_json *document, struct bv_err *err)
{
	const struct bv_json *keys;

	TRY(bv_json_need(&keys, document, "keys", BV_JSON_ARRAY, err));
	for (size_t i = 0; i < bv_json_count(keys); i++) {
		struct trust_key key = { .source = source, .usable = true, .asserts = true, .bare = true, .expires_s = INT64_MAX, .revoked_s = INT64_MAX };
		enum bv_status status = jwk_parse(&key.public.of, bv_json_at(keys, i), err);
		if (status == BV_EINVAL)
			continue;
		TRY(status);
		TRY(bv_json_need_str(&key.id, bv_json_at(keys, i), "kid", err));
		key.did = bv_str_sub(key.id, 0, bv_str_find(key.id, '#'));
		if (key.did.len == key.id.len || bv_did_check(key.did, err) != BV_OK)
			return bv_err_set(err, BV_EINVAL, "the kid '%.*s' of a key is not DID#NAME", BV_STR_ARG(bv_str_sub(key.id, 0, 100)));
		TRY(add_key(trust, &key, err));
	}
	return BV_OK;
}

static enum bv_status
add_document(struct bv_trust *trust, struct bv_str source, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *document = NULL;
	const struct bv_json *methods = NULL, *assertion;
	struct trust_key key = { .source = source };
	struct bv_str did;

	TRY(bv_json_parse(&document, bytes, err));
	if (bv_json_find(document, "keys") && !bv_json_find(document, "id"))
		return add_key_set(trust, source, document, err);
	TRY(bv_json_need_str(&did, document, "id", err));
	if (!bv_str_starts(did, BV_STR("did:")) || did.len > BV_DID_MAX)
		return bv_err_set(err, BV_EINVAL, "'id' is not a DID");
	if (bv_str_starts(did, BV_STR("did:web:")) || bv_str_starts(did, BV_STR("did:key:")))
		TRY(bv_did_check(did, err));
	TRY(bv_json_need(&assertion, document, "assertionMethod", BV_JSON_ARRAY, err));
	if (bv_json_find(document, "verificationMethod"))
		TRY(bv_json_need(&methods, document, "verificationMethod", BV_JSON_ARRAY, err));
	for (size_t i = 0; i < bv_json_count(methods); i++) {
		key = (struct trust_key){ .source = source, .did = did };
		TRY(read_method(&key, trust, bv_json_at(methods, i), err));
		key.asserts = has_relation(trust, assertion, &key);
		key.delegates = has_relation(trust, bv_json_find(document, "capabilityDelegation"), &key);
		TRY(add_key(trust, &key, err));
	}
	for (size_t i = 0; i < bv_json_count(assertion); i++) {
		if (bv_json_type(bv_json_at(assertion, i)) != BV_JSON_OBJECT)
			continue;
		key = (struct trust_key){ .source = source, .did = did, .asserts = true };
		TRY(read_method(&key, trust, bv_json_at(assertion, i), err));
		TRY(add_key(trust, &key, err));
	}
	return check_references(trust, assertion, did, err);
}

static enum bv_status
add_line(struct bv_trust *trust, struct bv_str source, struct bv_str line, int number, struct bv_err *err)
{
	struct trust_key key = { .source = source, .usable = true, .asserts = true, .expires_s = INT64_MAX, .revoked_s = INT64_MAX };
	BV_AUTO(bv_buf_finish) struct bv_buf own = BV_BUF(2 * BV_DID_MAX), id = BV_BUF(2 * BV_DID_MAX);
	struct bv_str multikey, more;
	struct bv_err inner;

	line = bv_str_sub(line, 0, bv_str_find(line, '#'));
	if (!bv_str_token(&line, &multikey))
		return BV_OK;
	bool named = bv_str_token(&line, &key.did);
	if (bv_str_token(&line, &more))
		return bv_err_at(err, BV_EPARSE, number, "more than MULTIKEY and DID on the line");
	if (!named && bv_str_starts(multikey, BV_STR("did:key:")))
		multikey = bv_str_sub(multikey, 8, multikey.len);
	if (bv_multikey_parse_any(&key.public.of, multikey, &inner) != BV_OK || (named && bv_did_check(key.did, &inner) != BV_OK))
		return bv_err_at(err, BV_EPARSE, number, "%s", inner.msg);
	bv_buf_printf(&own, "did:key:%.*s", BV_STR_ARG(multikey));
	if (named && bv_str_starts(key.did, BV_STR("did:key:")) && !bv_str_eq(key.did, bv_buf_str(&own)))
		return bv_err_at(err, BV_EINVAL, number, "this did:key is the name of another key");
	if (!named)
		key.did = bv_buf_str(&own);
	bv_buf_printf(&id, "%.*s#%.*s", BV_STR_ARG(key.did), BV_STR_ARG(multikey));
	key.id = bv_buf_str(&id);
	return add_key(trust, &key, err);
}

static enum bv_status
add_lines(struct bv_trust *trust, struct bv_str source, struct bv_str bytes, struct bv_err *err)
{
	for (int number = 1; bytes.len; number++) {
		struct bv_str line = bv_str_sub(bytes, 0, bv_str_find(bytes, '\n'));
		TRY(add_line(trust, source, line, number, err));
		bytes = bv_str_sub(bytes, line.len + 1, bytes.len);
	}
	return BV_OK;
}

enum bv_status
bv_trust_add(struct bv_trust *trust, const char *name, struct bv_str bytes, struct bv_err *err)
{
	struct bv_str source = bv_str_of(name);
	struct bv_err inner;
	enum bv_status status = BV_OK;

	if (bv_str_ends(source, BV_STR(".json")))
		status = add_document(trust, source, bytes, &inner);
	else if (bv_str_ends(source, BV_STR(".multikey")))
		status = add_lines(trust, source, bytes, &inner);
	else
		status = trust_x509_add(&trust->x509, &trust->arena, source, bytes, &inner);
	if (status != BV_OK && inner.line)
		return bv_err_set(err, status, "%s:%d: %s", name, inner.line, inner.msg);
	if (status != BV_OK)
		return bv_err_set(err, status, "%s: %s", name, inner.msg);
	return BV_OK;
}

static enum bv_status
visit(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_JSON_MAX);
	struct bv_str name = bv_str_of(path);

	if (!bv_str_ends(name, BV_STR(".json")) && !bv_str_ends(name, BV_STR(".multikey")) && !trust_x509_is(name))
		return BV_OK;
	TRY(bv_file_read(&bytes, path, err));
	return bv_trust_add(ctx, path, bv_buf_str(&bytes), err);
}

enum bv_status
bv_trust_load(struct bv_trust **out, const char *folder, struct bv_err *err)
{
	BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();

	TRY(bv_dir_walk(folder, visit, trust, err));
	*out = bv_steal(&trust);
	return BV_OK;
}

static bool
is_ed25519(const struct trust_key *key, const uint8_t public[BV_KEY_LEN])
{
	return key->public.of.kind == BV_KEY_ED25519 && memcmp(key->public.of.p, public, BV_KEY_LEN) == 0;
}

bool
bv_trust_has(const struct bv_trust *trust, struct bv_str did, const uint8_t public[BV_KEY_LEN])
{
	for (size_t i = 0; i < trust->count; i++)
		if (trust->keys[i].usable && bv_str_eq(trust->keys[i].did, did) && is_ed25519(&trust->keys[i], public))
			return true;
	return false;
}

static bool
is_good(const struct trust_key *key, int64_t at_s)
{
	return key->usable && key->asserts && at_s < key->expires_s && at_s < key->revoked_s;
}

struct bv_str
bv_trust_find(const struct bv_trust *trust, const uint8_t public[BV_KEY_LEN], int64_t at_s)
{
	for (size_t i = 0; i < trust->count; i++)
		if (is_good(&trust->keys[i], at_s) && is_ed25519(&trust->keys[i], public))
			return trust->keys[i].did;
	return BV_STR_NONE;
}

struct bv_str
bv_trust_find_checkpoint(const struct bv_trust *trust, const struct bv_checkpoint *checkpoint, int64_t at_s)
{
	struct bv_err err;

	for (size_t i = 0; i < trust->count; i++)
		if (is_good(&trust->keys[i], at_s) && trust->keys[i].public.of.kind == BV_KEY_ED25519 &&
		    bv_checkpoint_check(checkpoint, trust->keys[i].public.of.p, &err) == BV_OK)
			return trust->keys[i].did;
	return BV_STR_NONE;
}

const struct trust_x509 *
trust_x509_of(const struct bv_trust *trust)
{
	return &trust->x509;
}
