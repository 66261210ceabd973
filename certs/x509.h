/* X.509 (RFC 5280): root, authority, the keys of a batch; requests and revocation lists. */
#ifndef BV_CERTS_X509_H
#define BV_CERTS_X509_H

#include "certs/key.h"

#define BV_CERTIFICATE_MAX (64u << 10) /* bytes of a certificate or a request */
#define BV_CRL_MAX (16u << 20)
#define BV_SERIAL_LEN 16
#define BV_SUBJECT_MAX 64 /* characters of a part of a name (ub-common-name) */

enum bv_profile {
	BV_PROFILE_ROOT,  /* signs authorities, and its own list of what is revoked */
	BV_PROFILE_CA,    /* signs batches, and its own list */
	BV_PROFILE_BATCH, /* signs certificates of people */
};

/* UTF-8. */
struct bv_subject {
	struct bv_str name, organization; /* CN, O: up to BV_SUBJECT_MAX characters; the second may be empty */
	struct bv_str country;            /* two capital letters, or empty */
};
BV_API BV_MUST_USE enum bv_status bv_subject_check(const struct bv_subject *subject, struct bv_err *err);

struct bv_certificate_facts {
	enum bv_profile profile;
	struct bv_subject subject;
	int64_t from_s, until_s; /* until_s is the last second */
	int64_t sign_until_s;    /* of a batch: until when its private key may be used (RFC 3280 §4.2.1.4); what it signed stays good until until_s */
	struct bv_str did;       /* of a batch: whose key it is, as a name of the subject; may be empty */
	struct bv_str address;   /* folder on the Web, without '/' at its end, where ISSUER.crt and ISSUER.crl are published; empty: nowhere */
	struct bv_str issuer_file; /* "root" or "ca": what those two are called there */
	uint8_t serial[BV_SERIAL_LEN]; /* random; the highest bit is not used */
};

struct bv_certificate; /* one that was read */

/* Appends one in DER: for public, by key, which is that of issuer, or of the certificate itself (issuer NULL: a root). EINVAL for facts that contradict
 * each other or the issuer: dates outside its own, an authority below an authority; errors of bv_key_ask. */
BV_API BV_MUST_USE enum bv_status bv_certificate_write(struct bv_buf *der, const struct bv_certificate_facts *facts, const struct bv_public *public,
                                                       const struct bv_certificate *issuer, const struct bv_key *key, struct bv_err *err);
/* One certificate in DER, or the first in PEM. Its key is of a kind of ours. EPARSE, ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_certificate_parse(struct bv_certificate **out, struct bv_str bytes, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_certificate_load(struct bv_certificate **out, const char *path, struct bv_err *err);
BV_API void bv_certificate_free(struct bv_certificate *certificate);
BV_AUTO_DEFINE(struct bv_certificate, bv_certificate_free)
/* What it says, all borrowed. */
struct bv_certificate_view {
	struct bv_str der;
	struct bv_str subject, issuer;   /* names in DER */
	struct bv_str serial;            /* contents of the INTEGER, big-endian, 1 to 20 bytes */
	struct bv_str name;              /* CN of the subject, UTF-8; empty: none */
	struct bv_str organization, country;
	struct bv_str key_id;            /* subjectKeyIdentifier; empty: none */
	struct bv_public public;
	int64_t from_s, until_s;
	bool authority;                  /* basicConstraints cA, and may sign certificates */
	uint8_t fingerprint[BV_HASH_LEN]; /* SHA-256 of der */
};
BV_API const struct bv_certificate_view *bv_certificate_view(const struct bv_certificate *certificate);
/* "-----BEGIN CERTIFICATE-----" … appended. */
BV_API void bv_certificate_write_pem(struct bv_buf *out, struct bv_str der);
/* Is there a way from leaf over some of others to one of roots, every signature good and everything valid at at_s (RFC 5280 §6)? EDENIED says what is not.
 * lists: revocation lists that are looked at, too, in DER or PEM; if there are any, all but the root needs one. */
BV_API BV_MUST_USE enum bv_status bv_chain_check(const struct bv_certificate *leaf, const struct bv_certificate *const *others, size_t other_count,
                                                 const struct bv_certificate *const *roots, size_t root_count, const struct bv_str *lists, size_t list_count,
                                                 int64_t at_s, struct bv_err *err);

/* A request for a certificate (PKCS #10, RFC 2986), in DER, signed by the key that it is for. */
BV_API BV_MUST_USE enum bv_status bv_request_write(struct bv_buf *der, const struct bv_subject *subject, const struct bv_key *key, struct bv_err *err);
BV_API void bv_request_write_pem(struct bv_buf *out, struct bv_str der);
/* DER or PEM; the signature is checked: who asks has the key. out->subject borrows out->texts: out is not copied. */
struct bv_request {
	struct bv_subject subject;
	struct bv_public public;
	char texts[3][4 * BV_SUBJECT_MAX + 1];
};
BV_API BV_MUST_USE enum bv_status bv_request_parse(struct bv_request *out, struct bv_str bytes, struct bv_err *err);

enum bv_revocation { BV_REVOKED_UNSPECIFIED = 0, BV_REVOKED_KEY_COMPROMISE = 1, BV_REVOKED_CA_COMPROMISE = 2, BV_REVOKED_SUPERSEDED = 4, BV_REVOKED_CESSATION = 5 };
struct bv_revoked {
	uint8_t serial[20];
	size_t serial_len;
	int64_t at_s;       /* since when it does not count */
	enum bv_revocation reason; /* RFC 5280 §5.3.1 */
};
/* Appends the issuer's list in DER: number grows with each, from_s and next_s are when it is made and when the next one will be. */
BV_API BV_MUST_USE enum bv_status bv_crl_write(struct bv_buf *der, const struct bv_certificate *issuer, const struct bv_key *key, int64_t number, int64_t from_s,
                                               int64_t next_s, const struct bv_revoked *revoked, size_t count, struct bv_err *err);
BV_API void bv_crl_write_pem(struct bv_buf *out, struct bv_str der);
/* The bytes of a list in DER or PEM, into der (cleared first). EPARSE, ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_crl_to_der(struct bv_buf *der, struct bv_str bytes, struct bv_err *err);

#endif
