#include "certs/signer.h"

#include <stdlib.h>

#include "base/file.h"
#include "certs/credential.h"
#include "certs/trust.h"

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

enum bv_status
bv_signer_new(struct bv_signer **out, struct bv_key *key, const struct bv_issuer *issuer, struct bv_err *err)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = bv_alloc(sizeof *signer);
	char multikey[BV_MULTIKEY_SIZE];

	signer->key = key;
	TRY(check_issuer(issuer, key, err));
	signer->issuer.did = bv_arena_str(&signer->arena, issuer->did);
	signer->issuer.name = bv_arena_str(&signer->arena, issuer->name);
	signer->issuer.url = bv_arena_str(&signer->arena, issuer->url);
	BV_AUTO(bv_buf_finish) struct bv_buf method = BV_BUF(2 * BV_DID_MAX);
	bv_buf_printf(&method, "%.*s#%s", BV_STR_ARG(issuer->did), bv_multikey_write(multikey, bv_key_public(key)));
	signer->method = bv_arena_str(&signer->arena, bv_buf_str(&method));
	*out = bv_steal(&signer);
	return BV_OK;
}

void
bv_signer_free(struct bv_signer *signer)
{
	if (!signer)
		return;
	bv_key_free(signer->key);
	bv_arena_finish(&signer->arena);
	free(signer);
}

struct bv_str
bv_signer_did(const struct bv_signer *signer)
{
	return signer->issuer.did;
}

/* "did.json" in the folder of key_path. */
static enum bv_status
read_document(struct bv_trust *trust, const char *key_path, struct bv_buf *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_CREDENTIAL_MAX);
	struct bv_str folder = bv_str_of(key_path);

	while (folder.len && folder.p[folder.len - 1] != '/')
		folder.len--;
	bv_buf_add(path, folder);
	bv_buf_addz(path, "did.json");
	TRY(bv_buf_check(path, err));
	TRY(bv_file_read(&bytes, path->p, err));
	return bv_trust_add(trust, path->p, bv_buf_str(&bytes), err);
}

enum bv_status
bv_signer_load(struct bv_signer **out, const char *key_path, struct bv_str name, struct bv_str url, struct bv_err *err)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);
	char multikey[BV_MULTIKEY_SIZE];

	TRY(bv_key_load(&key, key_path, err));
	TRY(read_document(trust, key_path, &path, err));
	const struct trust_key *listed = trust_find_public(trust, bv_key_public(key));
	if (!listed || !listed->asserts)
		return bv_err_set(err, BV_EINVAL, "%s does not list the key of %s (%s) in assertionMethod: one of the two files was changed, or "
		                  "they do not belong together", path.p, key_path, bv_multikey_write(multikey, bv_key_public(key)));
	struct bv_issuer issuer = { .did = listed->did, .name = name, .url = url };
	return bv_signer_new(out, bv_steal(&key), &issuer, err);
}
