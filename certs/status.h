/* Status lists.
 *
 * Which certificates stand: not revoked, not suspended. A certificate names a shard by its address BASE and its own entry in it. What is known of a
 * shard is published in two forms made of the same bits: BASE/revocation and BASE/suspension, credentials of BSL = W3C Bitstring Status List v1.0, and
 * BASE/token, a JWT of TSL = IETF Token Status List (draft 21), with two bits an entry: 0 valid, 1 revoked, 2 suspended. */
#ifndef BV_CERTS_STATUS_H
#define BV_CERTS_STATUS_H

#include "certs/issuer.h"

struct bv_trust;

#define BV_SHARD_ENTRIES 131072            /* BSL §3.1: the least that hides a holder among others */
#define BV_STATUS_LIST_MAX (8u << 20)      /* bytes of a list as it is published */
#define BV_STATUS_ENTRIES_MAX (16u << 20)  /* bytes of its entries */

enum bv_standing {
	BV_STANDING_UNKNOWN, /* no list says it: never the same as revoked */
	BV_STANDING_VALID,
	BV_STANDING_REVOKED,
	BV_STANDING_SUSPENDED,
};

/* "unknown", "valid", "revoked", "suspended". */
BV_API const char *bv_standing_name(enum bv_standing standing);

/* The entries of a shard; zeroed: all valid. */
struct bv_shard {
	uint8_t revoked[BV_SHARD_ENTRIES / 8], suspended[BV_SHARD_ENTRIES / 8]; /* entry 0 is the most significant bit of byte 0 */
};
/* standing is VALID, REVOKED or SUSPENDED, idx < BV_SHARD_ENTRIES: assert. */
BV_API void bv_shard_set(struct bv_shard *shard, uint32_t idx, enum bv_standing standing);

enum bv_status_kind { BV_STATUS_REVOCATION, BV_STATUS_SUSPENSION, BV_STATUS_TOKEN, BV_STATUS_KINDS };
/* "revocation", "suspension", "token": the end of its address. */
BV_API const char *bv_status_kind_name(enum bv_status_kind kind);

struct bv_status_terms {
	struct bv_str base;    /* address of the shard, without a slash at the end */
	int64_t from_s, until_s;
	int64_t ttl_s;         /* how long a reader may keep it before he looks again; 0: not said */
};
/* Appends a list, signed: a credential with the proofs of a certificate, or a JWT by the signer's key of P-256 (ES256) if it has one, else of Ed25519
 * (EdDSA). Lists of one kind, shard and time are equal byte for byte but for ES256. EINVAL says what is wrong with the terms; errors of bv_key_ask. */
BV_API BV_MUST_USE enum bv_status bv_status_write(struct bv_buf *out, enum bv_status_kind kind, const struct bv_shard *shard, const struct bv_status_terms *terms,
                                                  const struct bv_signer *signer, struct bv_err *err);

struct bv_status_list;
/* Either form, by its first character; of TSL also lists of 1, 4 and 8 bits, and CWT (TSL §5.2). Nothing is verified. EPARSE, EINVAL, ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_status_parse(struct bv_status_list **out, struct bv_str text, struct bv_err *err);
BV_API void bv_status_free(struct bv_status_list *list);
BV_AUTO_DEFINE(struct bv_status_list, bv_status_free)
BV_API enum bv_status_kind bv_status_kind(const struct bv_status_list *list);
BV_API struct bv_str bv_status_uri(const struct bv_status_list *list); /* where it is published, borrowed */
BV_API uint64_t bv_status_count(const struct bv_status_list *list);    /* entries */
/* The value of entry idx, or -1 past the end. */
BV_API int bv_status_value(const struct bv_status_list *list, uint64_t idx);
/* Is it signed by a key that trust lists for its issuer, and was it in force at that time? EDENIED says what is wrong. */
BV_API BV_MUST_USE enum bv_status bv_status_check(const struct bv_status_list *list, const struct bv_trust *trust, int64_t at_s, struct bv_err *err);

/* Lists that were fetched, of any time: of one address that counts which was newest at the time asked for. Borrows trust. */
struct bv_status_lists;
BV_API struct bv_status_lists *bv_status_lists_new(const struct bv_trust *trust);
/* One more; messages begin with name. */
BV_API BV_MUST_USE enum bv_status bv_status_lists_add(struct bv_status_lists *lists, struct bv_str name, struct bv_str text, struct bv_err *err);
/* All files "*.json", "*.jwt" and "*.cwt" below a folder. A broken file is an error, never passed over. */
BV_API BV_MUST_USE enum bv_status bv_status_lists_load(struct bv_status_lists **out, const char *folder, const struct bv_trust *trust, struct bv_err *err);
BV_API void bv_status_lists_free(struct bv_status_lists *lists);
BV_AUTO_DEFINE(struct bv_status_lists, bv_status_lists_free)

enum bv_standing_fault { BV_LISTS_SAY_SO, BV_LISTS_ABSENT, BV_LISTS_UNSIGNED, BV_LISTS_OLD, BV_LISTS_SHORT };

struct bv_standing_reason {
	enum bv_standing_fault fault; /* why it is unknown */
	const char *vi, *en;          /* the same in words, a constant; also of what is known */
	int64_t from_s;        /* since when the list says so; 0: there is none */
	struct bv_err err;     /* of a list that does not verify; msg may be empty */
};
/* The standing of entry idx of the shard at base, which issuer issues, at that time. VALID takes lists of both purposes, or a token list; one list that
 * says revoked or suspended is enough for that. */
BV_API enum bv_standing bv_status_lists_find(struct bv_standing_reason *why, const struct bv_status_lists *lists, struct bv_str issuer, struct bv_str base,
                                             uint64_t idx, int64_t at_s);

#endif
