#include "certs/keys/signer.h"

#include <assert.h>
#include <stdlib.h>

#include "base/file.h"
#include "certs/jose/base64url.h"
#include "certs/jose/jwt.h"
#include "certs/jose/sd_jwt.h"
#include "certs/keys/delegation.h"
#include "certs/vc/credential.h"
#include "certs/verify/trust.h"

static enum bv_status
check_issuer(const struct bv_issuer *issuer, const struct bv_key *key, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf own = BV_BUF(BV_DID_MAX);

	TRY(bv_did_check(issuer->did, err));
	bv_did_key_write(&own, bv_key_public(key));
	if (bv_str_starts(issuer->did, BV_STR("did:key:")) && !bv_str_eq(issuer->did, bv_buf_str(&own)))
		return bv_err_set(err, BV_EINVAL, "the key is not the one of its issuer: it is %s", own.p);
	TRY(credential_check_text(issuer->name, "the issuer's name", false, err));
	if (issuer->url.len && !credential_is_uri(issuer->url))
		return bv_err_set(err, BV_EINVAL, "the issuer's url is not an absolute URI");
	return BV_OK;
}

/* DID#MULTIKEY, in the signer's arena. */
static struct bv_str
method_of(struct bv_signer *signer, const struct bv_key *key)
{
	BV_AUTO(bv_buf_finish) struct bv_buf method = BV_BUF(2 * BV_DID_MAX);
	char multikey[BV_MULTIKEY_SIZE];

	bv_buf_printf(&method, "%.*s#%s", BV_STR_ARG(signer->issuer.did), bv_multikey_write_of(multikey, bv_key_describe(key)));
	return bv_arena_str(&signer->arena, bv_buf_str(&method));
}

enum bv_status
bv_signer_new(struct bv_signer **out, struct bv_key *key, const struct bv_issuer *issuer, struct bv_err *err)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = bv_alloc(sizeof *signer);

	signer->key = key;
	TRY(check_issuer(issuer, key, err));
	signer->issuer.did = bv_arena_str(&signer->arena, issuer->did);
	signer->issuer.name = bv_arena_str(&signer->arena, issuer->name);
	signer->issuer.url = bv_arena_str(&signer->arena, issuer->url);
	signer->method = method_of(signer, key);
	*out = bv_steal(&signer);
	return BV_OK;
}

static struct bv_str
header_of(struct bv_signer *signer, const char *typ)
{
	BV_AUTO(bv_buf_finish) struct bv_buf header = BV_BUF(8 * BV_DID_MAX);

	jws_write_header(&header, signer->method_p256, typ);
	return bv_arena_str(&signer->arena, bv_buf_str(&header));
}

enum bv_status
signer_header(struct bv_str *out, const struct bv_signer *signer, const char *typ, struct bv_err *err)
{
	if (!signer->p256)
		return bv_err_set(err, BV_EINVAL, "the issuer has no key of P-256, which JWT, SD-JWT and QR are signed with: p256.pem beside key.pem, as "
		                  "'bangvang key new --did' makes it");
	*out = !typ ? BV_STR_NONE : strcmp(typ, JWT_TYP) == 0 ? signer->jwt_header : signer->sd_jwt_header;
	return BV_OK;
}

enum bv_status
bv_signer_delegate(struct bv_signer *signer, const uint8_t bytes[BV_DELEGATION_LEN], struct bv_err *err)
{
	struct delegation delegation;

	TRY(delegation_parse(&delegation, (struct bv_str){ (const char *)bytes, BV_DELEGATION_LEN }, err));
	if (!signer->p256 || !bv_public_equal(&delegation.key, bv_key_describe(signer->p256)))
		return bv_err_set(err, BV_EINVAL, "the delegation is not for the issuer's key of P-256");
	memcpy(signer->delegation, bytes, BV_DELEGATION_LEN);
	signer->delegated = true;
	return BV_OK;
}

enum bv_status
bv_signer_add(struct bv_signer *signer, struct bv_key *key, struct bv_err *err)
{
	BV_AUTO(bv_key_free) struct bv_key *taken = key;

	assert(!signer->p256 && bv_key_describe(key)->kind == BV_KEY_P256);
	if (bv_str_starts(signer->issuer.did, BV_STR("did:key:")))
		return bv_err_set(err, BV_EINVAL, "an issuer that is a key (did:key) has no second one: give it a did:web");
	signer->method_p256 = method_of(signer, key);
	signer->jwt_header = header_of(signer, JWT_TYP);
	signer->sd_jwt_header = header_of(signer, SD_JWT_TYP);
	signer->p256 = bv_steal(&taken);
	return BV_OK;
}

bool
bv_signer_has_p256(const struct bv_signer *signer)
{
	return signer->p256 != NULL;
}

void
bv_signer_free(struct bv_signer *signer)
{
	if (!signer)
		return;
	bv_key_free(signer->key);
	bv_key_free(signer->p256);
	bv_arena_finish(&signer->arena);
	free(signer);
}

struct bv_str
bv_signer_did(const struct bv_signer *signer)
{
	return signer->issuer.did;
}

/* A file in the folder of key_path. */
static enum bv_status
beside(struct bv_buf *path, const char *key_path, const char *name, struct bv_err *err)
{
	struct bv_str folder = bv_str_of(key_path);

	while (folder.len && folder.p[folder.len - 1] != '/')
		folder.len--;
	bv_buf_add(path, folder);
	bv_buf_addz(path, name);
	return bv_buf_check(path, err);
}

static enum bv_status
read_document(struct bv_trust *trust, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_CREDENTIAL_MAX);

	TRY(bv_file_read(&bytes, path, err));
	return bv_trust_add(trust, path, bv_buf_str(&bytes), err);
}

static enum bv_status
find_listed(const struct trust_key **listed, const struct bv_trust *trust, const struct bv_key *key, const char *document, const char *key_path,
            struct bv_err *err)
{
	char multikey[BV_MULTIKEY_SIZE];

	*listed = trust_find_public(trust, bv_key_describe(key));
	if (*listed && (*listed)->asserts)
		return BV_OK;
	return bv_err_set(err, BV_EINVAL, "%s does not list the key of %s (%s) in assertionMethod: one of the two files was changed, or they do not belong together",
	                  document, key_path, bv_multikey_write_of(multikey, bv_key_describe(key)));
}

/* What the authority says of the key of P-256, if there is one: one line of base64url. */
static enum bv_status
load_delegation(struct bv_signer *signer, const char *key_path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096), text = BV_BUF(1000), bytes = BV_BUF(1000);
	struct bv_err inner;

	TRY(beside(&path, key_path, "p256.delegation", err));
	enum bv_status status = bv_file_read(&text, path.p, err);
	if (status == BV_ENOTFOUND)
		return BV_OK;
	TRY(status);
	if (!base64url_parse(&bytes, bv_str_trim(bv_buf_str(&text))) || bytes.len != BV_DELEGATION_LEN)
		return bv_err_set(err, BV_EPARSE, "%s: not a delegation: %d bytes in base64url", path.p, BV_DELEGATION_LEN);
	status = bv_signer_delegate(signer, (const uint8_t *)bytes.p, &inner);
	return status == BV_OK ? BV_OK : bv_err_set(err, status, "%s: %s", path.p, inner.msg);
}

/* name: how the key is called in messages. */
static enum bv_status
add_second(struct bv_signer *signer, struct bv_key *p256, const struct bv_trust *trust, const char *document, const char *name, struct bv_err *err)
{
	BV_AUTO(bv_key_free) struct bv_key *key = p256;
	const struct trust_key *listed;

	TRY(find_listed(&listed, trust, key, document, name, err));
	if (!bv_str_eq(listed->did, signer->issuer.did))
		return bv_err_set(err, BV_EINVAL, "%s: the key of %s is one of another issuer than the other key", document, name);
	TRY(bv_signer_add(signer, bv_steal(&key), err));
	return load_delegation(signer, document, err);
}

static enum bv_status
gather(struct bv_signer **out, struct bv_key *first, struct bv_key *second, const char *document, const char *const names[2], struct bv_str name, struct bv_str url,
       struct bv_err *err)
{
	BV_AUTO(bv_key_free) struct bv_key *key = first, *p256 = second;
	BV_AUTO(bv_signer_free) struct bv_signer *signer = NULL;
	BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();
	const struct trust_key *listed;

	TRY(read_document(trust, document, err));
	TRY(find_listed(&listed, trust, key, document, names[0], err));
	struct bv_issuer issuer = { .did = listed->did, .name = name, .url = url };
	TRY(bv_signer_new(&signer, bv_steal(&key), &issuer, err));
	if (p256)
		TRY(add_second(signer, bv_steal(&p256), trust, document, names[1], err));
	*out = bv_steal(&signer);
	return BV_OK;
}

enum bv_status
bv_signer_gather(struct bv_signer **out, struct bv_key *key, struct bv_key *p256, const char *document, struct bv_str name, struct bv_str url, struct bv_err *err)
{
	static const char *const names[] = { "Ed25519", "P-256" };

	return gather(out, key, p256, document, names, name, url, err);
}

enum bv_status
bv_signer_load(struct bv_signer **out, const char *key_path, struct bv_str name, struct bv_str url, struct bv_err *err)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL, *p256 = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(4096), second = BV_BUF(4096);

	TRY(bv_key_load(&key, BV_KEY_ED25519, key_path, err));
	TRY(beside(&document, key_path, "did.json", err));
	TRY(beside(&second, key_path, "p256.pem", err));
	enum bv_status status = bv_key_load(&p256, BV_KEY_P256, second.p, err);
	if (status != BV_OK && status != BV_ENOTFOUND)
		return status;
	const char *const names[] = { key_path, second.p };
	return gather(out, bv_steal(&key), bv_steal(&p256), document.p, names, name, url, err);
}

const struct bv_public *
bv_signer_public(const struct bv_signer *signer)
{
	return bv_key_describe(signer->key);
}
