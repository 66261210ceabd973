/* The X.509 certificates that go with a seal's key, as bytes that its signature needs. */
#ifndef BV_CERTS_PDF_SEAL_CHAIN_H
#define BV_CERTS_PDF_SEAL_CHAIN_H

#include <openssl/x509.h>

#include "base/mem.h"
#include "certs/pdf.h"

struct seal_link {
	struct bv_str der;
	struct bv_str issuer, serial; /* a Name and an INTEGER in DER */
	struct bv_public public;      /* kind 0: of a kind that seals nothing */
};

struct bv_seal_chain {
	struct bv_arena arena;
	struct seal_link links[BV_CHAIN_MAX];
	size_t count;
};

/* The certificate's key: an uncompressed point of P-256 or P-384; kind 0 for any other. */
void seal_public(struct bv_public *out, const X509 *x509);

#endif
