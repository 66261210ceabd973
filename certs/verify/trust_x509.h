/* The X.509 part of a trust folder: certificates at which chains may end, and revocation lists, for the seals of PDF files. */
#ifndef BV_CERTS_VERIFY_TRUST_X509_H
#define BV_CERTS_VERIFY_TRUST_X509_H

#include "base/mem.h"
#include "certs/key.h"

enum { TRUST_X509_MAX = 256 }; /* of each */

struct trust_x509 {
	struct bv_str anchors[TRUST_X509_MAX], lists[TRUST_X509_MAX]; /* DER */
	size_t anchor_count, list_count;
};

/* "*.crt": certificates, PEM (any number) or DER (one); "*.crl": revocation lists. Private keys are often called .pem: those are passed over. */
bool trust_x509_is(struct bv_str name);
/* Nothing for other names. EPARSE, ELIMIT. */
BV_MUST_USE enum bv_status trust_x509_add(struct trust_x509 *x509, struct bv_arena *arena, struct bv_str name, struct bv_str bytes, struct bv_err *err);

#endif
