/* Certificates of X.509 for the seals of tests: a root of a named key, and below it one for another named key. By OpenSSL, so that what reads them did not
 * write them. */
#ifndef BV_TESTS_CERTS_SEAL_SAMPLE_H
#define BV_TESTS_CERTS_SEAL_SAMPLE_H

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tests/certs/sample.h"

static inline EVP_PKEY *
seal_pkey(const char *key_name)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_p256(key_name);
	BV_AUTO(bv_buf_finish) struct bv_buf pem = BV_BUF(4096);

	bv_key_write(&pem, key);
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.len);
	EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	BIO_free(bio);
	return pkey;
}

static inline void
seal_extend(X509 *x509, X509 *issuer, int what, const char *value)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, what, value);
	if (!extension || X509_add_ext(x509, extension, -1) != 1)
		abort();
	X509_EXTENSION_free(extension);
}

/* For uri NULL a root that signs itself, else a certificate that seals for that DID. Valid from 2026 to 2046. */
static inline X509 *
seal_x509(const char *key_name, const char *name, const char *uri, X509 *issuer, const char *issuer_key)
{
	EVP_PKEY *own = seal_pkey(key_name), *by = seal_pkey(issuer_key);
	X509 *x509 = X509_new();
	X509_NAME *subject = X509_get_subject_name(x509);
	char alt[300];

	X509_set_version(x509, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), uri ? 4711 : 1);
	ASN1_TIME_set_string(X509_getm_notBefore(x509), "20260101000000Z");
	ASN1_TIME_set_string(X509_getm_notAfter(x509), "20460101000000Z");
	X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, (const unsigned char *)"Trung tâm Sát hạch mẫu", -1, -1, 0);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x509, issuer ? X509_get_subject_name(issuer) : subject);
	X509_set_pubkey(x509, own);
	seal_extend(x509, issuer ? issuer : x509, NID_basic_constraints, uri ? "critical,CA:FALSE" : "critical,CA:TRUE");
	seal_extend(x509, issuer ? issuer : x509, NID_key_usage, uri ? "critical,digitalSignature,nonRepudiation" : "critical,keyCertSign,cRLSign");
	if (uri) {
		snprintf(alt, sizeof alt, "URI:%s", uri);
		seal_extend(x509, issuer, NID_subject_alt_name, alt);
	}
	if (X509_sign(x509, by, EVP_sha256()) <= 0)
		abort();
	EVP_PKEY_free(own);
	EVP_PKEY_free(by);
	return x509;
}

static inline void
seal_pem(struct bv_buf *out, X509 *x509)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;

	PEM_write_bio_X509(bio, x509);
	long len = BIO_get_mem_data(bio, &text);
	bv_buf_add(out, (struct bv_str){ text, (size_t)len });
	BIO_free(bio);
}

/* A key with its chain, and the chain's root. */
struct seal_sample {
	struct bv_key *key;
	struct bv_seal_chain *chain;
	struct bv_buf root; /* PEM */
	X509 *root_x509, *leaf_x509;
};

static inline void
seal_sample_init(struct seal_sample *s, const char *key_name, const char *did)
{
	BV_AUTO(bv_buf_finish) struct bv_buf pem = BV_BUF(1 << 20);
	struct bv_err err;

	*s = (struct seal_sample){ .root = BV_BUF(1 << 20), .key = sample_p256(key_name) };
	s->root_x509 = seal_x509("bangvang test root", "Gốc / Root", NULL, NULL, "bangvang test root");
	s->leaf_x509 = seal_x509(key_name, "Niêm phong / Seal", did, s->root_x509, "bangvang test root");
	seal_pem(&pem, s->leaf_x509);
	seal_pem(&pem, s->root_x509);
	seal_pem(&s->root, s->root_x509);
	if (bv_seal_chain_parse(&s->chain, bv_buf_str(&pem), &err) != BV_OK)
		abort();
}

static inline void
seal_sample_finish(struct seal_sample *s)
{
	bv_key_free(s->key);
	bv_seal_chain_free(s->chain);
	bv_buf_finish(&s->root);
	X509_free(s->root_x509);
	X509_free(s->leaf_x509);
}

/* A list of the root in which the leaf is revoked since a time; empty `since`: an empty list. */
static inline void
seal_crl(struct bv_buf *out, const struct seal_sample *s, const char *since)
{
	EVP_PKEY *by = seal_pkey("bangvang test root");
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *time = ASN1_TIME_new();
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;

	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(s->root_x509));
	ASN1_TIME_set_string(time, "20270101000000Z");
	X509_CRL_set1_lastUpdate(crl, time);
	ASN1_TIME_set_string(time, "20280101000000Z");
	X509_CRL_set1_nextUpdate(crl, time);
	if (*since) {
		X509_REVOKED *entry = X509_REVOKED_new();
		X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(s->leaf_x509));
		ASN1_TIME_set_string(time, since);
		X509_REVOKED_set_revocationDate(entry, time);
		X509_CRL_add0_revoked(crl, entry);
	}
	X509_CRL_sign(crl, by, EVP_sha256());
	PEM_write_bio_X509_CRL(bio, crl);
	long len = BIO_get_mem_data(bio, &text);
	bv_buf_add(out, (struct bv_str){ text, (size_t)len });
	BIO_free(bio);
	ASN1_TIME_free(time);
	X509_CRL_free(crl);
	EVP_PKEY_free(by);
}

#endif
