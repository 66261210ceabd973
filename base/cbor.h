/* CBOR (RFC 8949), by libcbor: reading with limits, and writing in the deterministic form of §4.2.1. */
#ifndef BV_BASE_CBOR_H
#define BV_BASE_CBOR_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

#define BV_CBOR_MAX (64u << 10) /* bytes of one document */
#define BV_CBOR_DEPTH 16
#define BV_CBOR_ITEMS_MAX 4096

enum bv_cbor_type {
	BV_CBOR_NULL,  /* and undefined */
	BV_CBOR_BOOL,
	BV_CBOR_INT,   /* within int64 */
	BV_CBOR_REAL,  /* half, single, double */
	BV_CBOR_BYTES,
	BV_CBOR_TEXT,  /* UTF-8 */
	BV_CBOR_ARRAY,
	BV_CBOR_MAP,
	BV_CBOR_TAG,
};

struct bv_cbor {
	enum bv_cbor_type type;
	int64_t n;          /* INT: the number; BOOL: 0 or 1; TAG: its number */
	double real;        /* REAL */
	struct bv_str str;  /* BYTES, TEXT: borrowed from what was parsed */
	size_t count;       /* ARRAY: elements; MAP: pairs; TAG: 1 */
	const struct bv_cbor *items; /* ARRAY: elements; MAP: key, value, key, value, …; TAG: what it is about */
};

/* One item with nothing after it, into arena. EPARSE: not well formed, strings in pieces, integers beyond int64, text that is not UTF-8, a map that has a
 * key twice, simple values without a meaning. ELIMIT. Not only the deterministic form is read. */
BV_API BV_MUST_USE enum bv_status bv_cbor_parse(const struct bv_cbor **out, struct bv_arena *arena, struct bv_str bytes, struct bv_err *err);

/* NULL if item is no map, or has no such key. */
BV_API const struct bv_cbor *bv_cbor_find(const struct bv_cbor *map, int64_t key);
BV_API const struct bv_cbor *bv_cbor_find_text(const struct bv_cbor *map, const char *key);

/* Appended. The caller writes as many items after the head of an array, and twice as many after that of a map, in ascending order of their keys' bytes, as
 * it says. */
BV_API void bv_cbor_add_int(struct bv_buf *out, int64_t n);
BV_API void bv_cbor_add_bytes(struct bv_buf *out, const void *bytes, size_t len);
BV_API void bv_cbor_add_text(struct bv_buf *out, struct bv_str text); /* UTF-8 */
BV_API void bv_cbor_add_array(struct bv_buf *out, size_t count);
BV_API void bv_cbor_add_map(struct bv_buf *out, size_t pairs);
BV_API void bv_cbor_add_tag(struct bv_buf *out, uint64_t tag);

#endif
