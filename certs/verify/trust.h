/* The keys of the issuers that the reader trusts. */
#ifndef BV_CERTS_VERIFY_TRUST_H
#define BV_CERTS_VERIFY_TRUST_H

#include "base/mem.h"
#include "certs/keys/public.h"
#include "certs/trust.h"
#include "certs/verify/trust_x509.h"

struct trust_key {
	struct bv_str did; /* its controller */
	struct bv_str id;  /* DID URL of the verification method */
	struct bv_str source; /* name of the file */
	struct public_key public; /* made ready, if it is usable */
	bool usable;       /* a kind of bv_key_kind; other kinds of key are remembered, so that a report can say so */
	bool asserts;      /* listed in assertionMethod */
	bool delegates;    /* listed in capabilityDelegation: an authority, which lets batch keys sign paper */
	bool bare;         /* from a JWK set, which tells of no end: whatever else is said of the key counts */
	uint8_t thumbprint[BV_HASH_LEN]; /* RFC 7638; of a usable key */
	int64_t expires_s; /* INT64_MAX: never */
	int64_t revoked_s; /* INT64_MAX: never */
};

/* NULL if no trusted file has it. */
const struct trust_key *trust_find(const struct bv_trust *trust, struct bv_str method);
/* Does any trusted file speak of this issuer? */
bool trust_knows(const struct bv_trust *trust, struct bv_str did);
/* The idx-th of bv_trust_count keys. */
const struct trust_key *trust_at(const struct bv_trust *trust, size_t idx);
/* The key as did lists it, by its bytes; NULL if it does not. */
const struct trust_key *trust_find_public(const struct bv_trust *trust, const struct bv_public *public);
/* The key of P-256 of did whose thumbprint begins so; NULL if there is none. */
const struct trust_key *trust_find_thumbprint(const struct bv_trust *trust, struct bv_str did, struct bv_str start);

struct delegation;
/* The authority that signed it; NULL if there is none. *named: there is one of that name, whether it signed or not. */
const struct trust_key *trust_find_authority(const struct bv_trust *trust, const struct delegation *delegation, bool *named);
/* Its certificates and revocation lists of X.509, borrowed. */
const struct trust_x509 *trust_x509_of(const struct bv_trust *trust);

#endif
