/* A public key that many signatures are checked with. */
#ifndef BV_CERTS_KEYS_PUBLIC_H
#define BV_CERTS_KEYS_PUBLIC_H

#include "certs/key.h"

struct public_key {
	struct bv_public of;
	struct evp_pkey_st *ready; /* OpenSSL's own, by public_ready; NULL: it is made for each check, which takes a fifth of P-256's time. Copies borrow it. */
};

/* Makes what every check needs, once; nothing for bytes that are no point of their curve. The key may then be used by any number of threads. */
void public_ready(struct public_key *key);
void public_finish(struct public_key *key);
/* bv_public_check under key->of. */
bool public_check(const struct public_key *key, struct bv_str message, const uint8_t *signature);

#endif
