/* Keys by OpenSSL, and the way to keys that are held elsewhere. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "certs/keys/curve.h"

enum { PEM_MAX = 16384 };

struct bv_key {
	struct bv_public public;
	EVP_PKEY *pkey;      /* NULL: held elsewhere */
	EVP_MD_CTX *md;      /* Ed25519 */
	EVP_PKEY_CTX *ecdsa; /* the curves */
	struct bv_key_holder holder;
	void *ctx;
};

BV_AUTO_DEFINE(BIO, BIO_free_all)
BV_AUTO_DEFINE(BIGNUM, BN_clear_free)
BV_AUTO_DEFINE(EC_POINT, EC_POINT_free)
BV_AUTO_DEFINE(EVP_PKEY, EVP_PKEY_free)
BV_AUTO_DEFINE(OSSL_PARAM, OSSL_PARAM_free)
BV_AUTO_DEFINE(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)

/* ---- Making ---- */

/* The kind of an OpenSSL key; 0 if it is none of ours. */
static enum bv_key_kind
kind_of(const EVP_PKEY *pkey)
{
	char group[64];

	if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_ED25519)
		return BV_KEY_ED25519;
	if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_EC || EVP_PKEY_get_group_name(pkey, group, sizeof group, NULL) != 1)
		return 0;
	return curve_named(group);
}

static void
read_public(struct bv_public *public, const EVP_PKEY *pkey)
{
	public->len = sizeof public->p;
	if (public->kind == BV_KEY_ED25519)
		bv_need(EVP_PKEY_get_raw_public_key(pkey, public->p, &public->len) == 1);
	else
		curve_public(public, pkey);
}

static struct bv_key *
key_of(EVP_PKEY *pkey)
{
	struct bv_key *key = bv_alloc(sizeof *key);

	key->pkey = pkey;
	key->public.kind = kind_of(pkey);
	read_public(&key->public, pkey);
	if (key->public.kind == BV_KEY_ED25519) {
		key->md = EVP_MD_CTX_new();
		bv_need(key->md);
	} else {
		key->ecdsa = EVP_PKEY_CTX_new(pkey, NULL);
		bv_need(key->ecdsa && EVP_PKEY_sign_init(key->ecdsa) == 1);
	}
	return key;
}

void
bv_key_new(struct bv_key **out, const uint8_t seed[BV_KEY_LEN])
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, BV_KEY_LEN);

	bv_need(pkey);
	*out = key_of(pkey);
}

/* The curve's key with that private number; both are its own. */
static EVP_PKEY *
curve_key(enum bv_key_kind kind, const EC_GROUP *group, const BIGNUM *private)
{
	BV_AUTO(EC_POINT_free) EC_POINT *point = EC_POINT_new(group);
	BV_AUTO(OSSL_PARAM_BLD_free) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	uint8_t public[BV_PUBLIC_MAX];
	EVP_PKEY *pkey = NULL;

	bv_need(point && build && EC_POINT_mul(group, point, private, NULL, NULL, NULL) == 1);
	size_t len = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, public, sizeof public, NULL);
	bv_need(len && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, curve_name(kind), 0) == 1 &&
	     OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, public, len) == 1 &&
	     OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, private) == 1);
	BV_AUTO(OSSL_PARAM_free) OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	bv_need(params && ctx && EVP_PKEY_fromdata_init(ctx) == 1 && EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params) == 1);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

void
bv_key_make(struct bv_key **out, enum bv_key_kind kind, const uint8_t seed[BV_KEY_SEED_LEN])
{
	if (kind == BV_KEY_ED25519) {
		bv_key_new(out, seed);
		return;
	}
	EC_GROUP *group = EC_GROUP_new_by_curve_name(curve_nid(kind));
	BN_CTX *ctx = BN_CTX_secure_new();
	BV_AUTO(BN_clear_free) BIGNUM *private = BN_secure_new(), *most = BN_new();
	/* 64 bits more than the group's order has. */
	size_t len = (kind == BV_KEY_P256 ? 32 : 48) + 8;
	bv_need(group && ctx && private && most && BN_copy(most, EC_GROUP_get0_order(group)) && BN_sub_word(most, 1) == 1);
	bv_need(BN_bin2bn(seed, (int)len, private) && BN_nnmod(private, private, most, ctx) == 1 && BN_add_word(private, 1) == 1);
	BN_set_flags(private, BN_FLG_CONSTTIME);
	*out = key_of(curve_key(kind, group, private));
	BN_CTX_free(ctx);
	EC_GROUP_free(group);
}

void
bv_key_new_held(struct bv_key **out, const struct bv_public *public, const struct bv_key_holder *holder, void *ctx)
{
	struct bv_key *key = bv_alloc(sizeof *key);

	key->public = *public;
	key->holder = *holder;
	key->ctx = ctx;
	*out = key;
}

/* ---- Files ---- */

/* A key with a passphrase is refused, never asked for at a terminal. */
static int
no_passphrase(char *buf, int size, int rwflag, void *asked)
{
	(void)buf, (void)size, (void)rwflag;
	*(bool *)asked = true;
	return -1;
}

static enum bv_status
check_kind(enum bv_key_kind found, enum bv_key_kind wanted, struct bv_err *err)
{
	if (found && (!wanted || found == wanted))
		return BV_OK;
	switch (wanted) {
	case BV_KEY_ED25519:
		return bv_err_set(err, BV_EPARSE, "not an Ed25519 key: make one with 'bangvang key new'");
	case BV_KEY_P256:
		return bv_err_set(err, BV_EPARSE, "not a key of P-256 (prime256v1)");
	case BV_KEY_P384:
		return bv_err_set(err, BV_EPARSE, "not a key of P-384 (secp384r1)");
	}
	return bv_err_set(err, BV_EPARSE, "not a key of Ed25519, P-256 or P-384");
}

enum bv_status
bv_key_parse(struct bv_key **out, enum bv_key_kind kind, struct bv_str pem, struct bv_err *err)
{
	if (pem.len > PEM_MAX)
		return bv_err_set(err, BV_ELIMIT, "a key file has at most %d bytes", PEM_MAX);
	BV_AUTO(BIO_free_all) BIO *bio = BIO_new_mem_buf(pem.p ? pem.p : "", (int)pem.len);
	bv_need(bio);
	bool asked = false;
	BV_AUTO(EVP_PKEY_free) EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &asked);
	if (asked)
		return bv_err_set(err, BV_EPARSE, "the key has a passphrase: keys are read without one; keep the file safe instead");
	if (!pkey)
		return bv_err_set(err, BV_EPARSE, "not a private key in PEM (RFC 5958 'BEGIN PRIVATE KEY')");
	TRY(check_kind(kind_of(pkey), kind, err));
	*out = key_of(bv_steal(&pkey));
	return BV_OK;
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Not bv_file_read: its buffers would keep copies of the key. */
static enum bv_status
read_private(char pem[PEM_MAX], size_t *len, const char *path, struct bv_err *err)
{
	__attribute__((cleanup(close_fd))) int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	ssize_t n = 0;

	if (fd < 0 || fstat(fd, &st) < 0)
		return bv_err_set(err, errno == ENOENT || errno == ENOTDIR ? BV_ENOTFOUND : BV_EIO, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size > PEM_MAX)
		return bv_err_set(err, BV_EPARSE, "%s: not a key file (a regular file of at most %d bytes)", path, PEM_MAX);
	if (st.st_mode & 077)
		return bv_err_set(err, BV_EINVAL, "%s: others may read or write this private key (mode %03o): chmod 600 it, and make a new "
		                  "key if anyone could have read it", path, (unsigned)(st.st_mode & 0777));
	for (*len = 0; *len < PEM_MAX && (n = read(fd, pem + *len, PEM_MAX - *len)) > 0; *len += (size_t)n)
		;
	if (n < 0)
		return bv_err_set(err, BV_EIO, "%s: %s", path, strerror(errno));
	return BV_OK;
}

enum bv_status
bv_key_load(struct bv_key **out, enum bv_key_kind kind, const char *path, struct bv_err *err)
{
	char pem[PEM_MAX];
	size_t len = 0;
	struct bv_err inner;

	enum bv_status status = read_private(pem, &len, path, err);
	if (status == BV_OK) {
		status = bv_key_parse(out, kind, (struct bv_str){ pem, len }, &inner);
		if (status != BV_OK)
			bv_err_set(err, status, "%s: %s", path, inner.msg);
	}
	bv_wipe(pem, sizeof pem);
	return status;
}

void
bv_key_free(struct bv_key *key)
{
	if (!key)
		return;
	if (key->holder.free)
		key->holder.free(key->ctx);
	EVP_MD_CTX_free(key->md);
	EVP_PKEY_CTX_free(key->ecdsa);
	EVP_PKEY_free(key->pkey); /* clears the private key */
	free(key);
}

void
bv_key_write(struct bv_buf *out, const struct bv_key *key)
{
	BV_AUTO(BIO_free_all) BIO *bio = BIO_new(BIO_s_secmem());
	char *pem;

	assert(key->pkey);
	bv_need(bio && PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL) == 1);
	long len = BIO_get_mem_data(bio, &pem);
	bv_buf_add(out, (struct bv_str){ pem, (size_t)len });
}

/* ---- Signing ---- */

const struct bv_public *
bv_key_describe(const struct bv_key *key)
{
	return &key->public;
}

const uint8_t *
bv_key_public(const struct bv_key *key)
{
	assert(key->public.kind == BV_KEY_ED25519);
	return key->public.p;
}

size_t
bv_signature_len(enum bv_key_kind kind)
{
	return kind == BV_KEY_P384 ? BV_SIGNATURE_MAX : BV_SIGNATURE_LEN;
}

void
bv_key_sign(uint8_t signature[BV_SIGNATURE_LEN], const struct bv_key *key, struct bv_str message)
{
	size_t len = BV_SIGNATURE_LEN;

	assert(key->md);
	bv_need(EVP_DigestSignInit(key->md, NULL, NULL, NULL, key->pkey) == 1);
	bv_need(EVP_DigestSign(key->md, signature, &len, (const uint8_t *)message.p, message.len) == 1 && len == BV_SIGNATURE_LEN);
	EVP_MD_CTX_reset(key->md);
}

enum bv_status
bv_key_ask(uint8_t signature[BV_SIGNATURE_MAX], const struct bv_key *key, struct bv_str message, struct bv_err *err)
{
	if (!key->pkey)
		return key->holder.sign(signature, key->ctx, message, err);
	if (key->md)
		bv_key_sign(signature, key, message);
	else
		curve_sign(signature, key->public.kind, key->ecdsa, message);
	return BV_OK;
}

void
bv_key_sign_digest(uint8_t signature[BV_SIGNATURE_LEN], const struct bv_key *key, const uint8_t digest[BV_HASH_LEN])
{
	assert(key->public.kind == BV_KEY_P256 && key->ecdsa);
	curve_sign_digest(signature, BV_KEY_P256, key->ecdsa, digest, BV_HASH_LEN);
}

/* Pages for OpenSSL's private numbers, enough for some dozens of keys. */
enum { SECURE_LEN = 1 << 16, SECURE_LEAST = 32 };

enum bv_status
bv_key_lock_memory(struct bv_err *err)
{
	if (CRYPTO_secure_malloc_init(SECURE_LEN, SECURE_LEAST) != 1)
		return bv_err_set(err, BV_EIO, "the memory of the keys cannot be locked: raise the limit ('ulimit -l' to 1024 or more, LimitMEMLOCK in a unit of systemd)");
	return BV_OK;
}

enum bv_status
bv_key_ask_hashed(uint8_t signature[BV_SIGNATURE_MAX], const struct bv_key *key, struct bv_str message, const uint8_t hash[BV_HASH_LEN],
                  struct bv_err *err)
{
	assert(key->public.kind == BV_KEY_P256);
	if (!key->pkey)
		return bv_key_ask(signature, key, message, err);
	bv_key_sign_digest(signature, key, hash);
	return BV_OK;
}
