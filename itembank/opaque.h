/* Opaque ids: what an author calls his choices may be the key. Private to itembank. */
#ifndef BV_ITEMBANK_OPAQUE_H
#define BV_ITEMBANK_OPAQUE_H

#include "base/hash.h"
#include "itembank/itembank.h"

/* The opaque form of an identifier of a response: 'c' and 16 digits of base 32 (a–z, 2–7), the first 80 bits of
 * HMAC-SHA-256(key, "BV-DELIVERY-1" 00 item 00 response 00 identifier). Depends on nothing that a key could change. */
void bv_opaque_write(char out[BV_OPAQUE_LEN + 1], const struct bv_hmac_key *key, struct bv_str item, struct bv_str response,
                     struct bv_str identifier);

#endif
