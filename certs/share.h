/* Shares of a key's seed (Shamir, How to share a secret, 1979; over GF(2^8) of FIPS 197 §4.2). */
#ifndef BV_CERTS_SHARE_H
#define BV_CERTS_SHARE_H

#include "certs/key.h"

#define BV_SHARES_MAX 16
#define BV_SHARE_LINES 10
#define BV_SHARE_PAYLOAD_LEN (BV_KEY_SEED_LEN + 8)
#define BV_SHARE_TEXT_MAX 4096 /* bytes */

struct bv_share {
	uint8_t set[4];        /* random: what belongs together */
	enum bv_key_kind kind; /* of the key whose seed it is of */
	bool rehearsal;
	unsigned threshold, count, idx; /* any `threshold` of `count` give the seed; this one is number idx, from 1 */
	uint8_t payload[BV_SHARE_PAYLOAD_LEN];
};

/* Bytes of randomness that a split takes. */
#define BV_SHARE_RANDOM_MAX ((BV_SHARES_MAX - 1) * BV_SHARE_PAYLOAD_LEN)
/* Fills plan->count shares, alike to plan but for idx and payload; 2 <= threshold <= count <= BV_SHARES_MAX, else EINVAL. Fewer than threshold of them
 * tell nothing of the seed. The first (threshold - 1) * BV_SHARE_PAYLOAD_LEN of random are used; the caller wipes it, the seed and the shares. */
BV_API BV_MUST_USE enum bv_status bv_share_split(struct bv_share *shares, const struct bv_share *plan, const uint8_t seed[BV_KEY_SEED_LEN],
                                                 const uint8_t random[BV_SHARE_RANDOM_MAX], struct bv_err *err);
/* The seed again, of at least threshold shares in any order; more than that are compared with the others. ECONFLICT: of different sets, or one twice;
 * EINVAL: too few; EDENIED: they do not fit together. */
BV_API BV_MUST_USE enum bv_status bv_share_join(uint8_t seed[BV_KEY_SEED_LEN], const struct bv_share *shares, size_t count, struct bv_err *err);

/* Appends BV_SHARE_LINES lines of digits, "01 23456 07890 12345 06789 42": its number, 8 bytes as four groups up to 65535, and two check digits over all of them
 * (ISO 7064 MOD 97-10): a wrong digit, or two that changed places, is found in its line. */
BV_API void bv_share_write(struct bv_buf *out, const struct bv_share *share);
/* Is that line number `number` (from 1) of a share? Spaces, points, colons and dashes between the digits do not matter. EPARSE says what is wrong. */
BV_API BV_MUST_USE enum bv_status bv_share_check_line(struct bv_str line, unsigned number, struct bv_err *err);
/* The lines again; empty lines and those that begin with '#' are passed over. EPARSE names the line. */
BV_API BV_MUST_USE enum bv_status bv_share_parse(struct bv_share *out, struct bv_str text, struct bv_err *err);

#endif
