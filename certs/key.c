/* Ed25519 by OpenSSL. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "certs/certs.h"

enum { PEM_MAX = 16384 };

struct bv_key {
	EVP_PKEY *pkey;
	EVP_MD_CTX *md;
	uint8_t public[BV_KEY_LEN];
};

BV_AUTO_DEFINE(BIO, BIO_free_all)
BV_AUTO_DEFINE(EVP_PKEY, EVP_PKEY_free)
BV_AUTO_DEFINE(EVP_MD_CTX, EVP_MD_CTX_free)

/* OpenSSL fails here only for want of memory. */
static void
need(bool good)
{
	if (!good)
		abort();
}

static struct bv_key *
key_of(EVP_PKEY *pkey)
{
	struct bv_key *key = bv_alloc(sizeof *key);
	size_t len = sizeof key->public;

	key->pkey = pkey;
	key->md = EVP_MD_CTX_new();
	need(key->md && EVP_PKEY_get_raw_public_key(pkey, key->public, &len) == 1 && len == sizeof key->public);
	return key;
}

void
bv_key_new(struct bv_key **out, const uint8_t seed[BV_KEY_LEN])
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, BV_KEY_LEN);

	need(pkey);
	*out = key_of(pkey);
}

/* A key with a passphrase is refused, never asked for at a terminal. */
static int
no_passphrase(char *buf, int size, int rwflag, void *asked)
{
	(void)buf, (void)size, (void)rwflag;
	*(bool *)asked = true;
	return -1;
}

enum bv_status
bv_key_parse(struct bv_key **out, struct bv_str pem, struct bv_err *err)
{
	if (pem.len > PEM_MAX)
		return bv_err_set(err, BV_ELIMIT, "a key file has at most %d bytes", PEM_MAX);
	BV_AUTO(BIO_free_all) BIO *bio = BIO_new_mem_buf(pem.p ? pem.p : "", (int)pem.len);
	need(bio);
	bool asked = false;
	BV_AUTO(EVP_PKEY_free) EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &asked);
	if (asked)
		return bv_err_set(err, BV_EPARSE, "the key has a passphrase: keys are read without one; keep the file safe instead");
	if (!pkey)
		return bv_err_set(err, BV_EPARSE, "not a private key in PEM (RFC 5958 'BEGIN PRIVATE KEY')");
	if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_ED25519)
		return bv_err_set(err, BV_EPARSE, "not an Ed25519 key: make one with 'bangvang key new'");
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
bv_key_load(struct bv_key **out, const char *path, struct bv_err *err)
{
	char pem[PEM_MAX];
	size_t len = 0;
	struct bv_err inner;

	enum bv_status status = read_private(pem, &len, path, err);
	if (status == BV_OK) {
		status = bv_key_parse(out, (struct bv_str){ pem, len }, &inner);
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
	EVP_MD_CTX_free(key->md);
	EVP_PKEY_free(key->pkey); /* clears the private key */
	free(key);
}

void
bv_key_write(struct bv_buf *out, const struct bv_key *key)
{
	BV_AUTO(BIO_free_all) BIO *bio = BIO_new(BIO_s_secmem());
	char *pem;

	need(bio && PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL) == 1);
	long len = BIO_get_mem_data(bio, &pem);
	bv_buf_add(out, (struct bv_str){ pem, (size_t)len });
}

const uint8_t *
bv_key_public(const struct bv_key *key)
{
	return key->public;
}

void
bv_key_sign(uint8_t signature[BV_SIGNATURE_LEN], const struct bv_key *key, struct bv_str message)
{
	size_t len = BV_SIGNATURE_LEN;

	need(EVP_DigestSignInit(key->md, NULL, NULL, NULL, key->pkey) == 1);
	need(EVP_DigestSign(key->md, signature, &len, (const uint8_t *)message.p, message.len) == 1 && len == BV_SIGNATURE_LEN);
	EVP_MD_CTX_reset(key->md);
}

bool
bv_public_verify(const uint8_t public[BV_KEY_LEN], struct bv_str message, const uint8_t signature[BV_SIGNATURE_LEN])
{
	BV_AUTO(EVP_PKEY_free) EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public, BV_KEY_LEN);
	BV_AUTO(EVP_MD_CTX_free) EVP_MD_CTX *md = EVP_MD_CTX_new();

	need(pkey && md && EVP_DigestVerifyInit(md, NULL, NULL, NULL, pkey) == 1);
	return EVP_DigestVerify(md, signature, BV_SIGNATURE_LEN, (const uint8_t *)message.p, message.len) == 1;
}
