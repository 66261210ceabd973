/* DER (ITU-T X.690), written forward: what is open is closed with its length. And PEM (RFC 7468). */
#ifndef BV_CERTS_X509_DER_H
#define BV_CERTS_X509_DER_H

#include "certs/key.h"

enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13,
	DER_UTC_TIME = 0x17,
	DER_TIME = 0x18, /* GeneralizedTime */
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT = 0x80,             /* [n] IMPLICIT of what is primitive: DER_CONTEXT + n */
	DER_CONTEXT_CONSTRUCTED = 0xa0, /* [n] EXPLICIT, or IMPLICIT of what is constructed */
};

/* Appends a tag; der_close puts in the length of all that was appended since. */
size_t der_open(struct bv_buf *out, int tag);
void der_close(struct bv_buf *out, size_t at);
/* A whole value. */
void der_add(struct bv_buf *out, int tag, struct bv_str contents);
/* "1.2.840.10045.2.1": a constant of ours. */
void der_oid(struct bv_buf *out, const char *dotted);
void der_int(struct bv_buf *out, uint64_t n);
/* A number of any length, big-endian, not negative. */
void der_number(struct bv_buf *out, int tag, const uint8_t *bytes, size_t len);
void der_true(struct bv_buf *out);
/* A bit string of whole bytes; with `unused` bits at the end that are not meant (X.690 §8.6.2.2). */
void der_bits(struct bv_buf *out, const uint8_t *bytes, size_t len, unsigned unused);
/* UTCTime up to 2049, GeneralizedTime after (RFC 5280 §4.1.2.5). */
void der_time(struct bv_buf *out, int64_t time_s);
/* GeneralizedTime always, under a tag. */
void der_general_time(struct bv_buf *out, int tag, int64_t time_s);

/* SubjectPublicKeyInfo. */
void der_public(struct bv_buf *out, const struct bv_public *public);
/* AlgorithmIdentifier of signatures by keys of that kind: ecdsa-with-SHA256, ecdsa-with-SHA384, Ed25519 (RFC 5758, RFC 8410). */
void der_algorithm(struct bv_buf *out, enum bv_key_kind kind);
/* The value of a signature as X.509 and CMS have it: r ‖ s as SEQUENCE of two INTEGERs (RFC 3279 §2.2.3), Ed25519 as it is. */
void der_signature(struct bv_buf *out, enum bv_key_kind kind, const uint8_t *signature);
/* SEQUENCE { tbs, algorithm, BIT STRING }: a certificate, a list or a request, signed. */
BV_MUST_USE enum bv_status der_sign(struct bv_buf *out, struct bv_str tbs, const struct bv_key *key, struct bv_err *err);

/* "-----BEGIN LABEL-----" … appended. */
void pem_write(struct bv_buf *out, const char *label, struct bv_str der);
/* The bytes of the next block of that label in *rest, into der (cleared first); *rest is what comes after. False: there is none, or it is no base64. */
bool pem_next(struct bv_buf *der, struct bv_str *rest, const char *label);

#endif
