/* What the JSON records of the draw (pools, forms) have in common. */
#ifndef BV_ENGINE_RECORD_H
#define BV_ENGINE_RECORD_H

#include "base/json.h"
#include "engine/engine.h"

#define BV_DRAW_ALGORITHM "BV-DRAW-1"
#define BV_FLY_ALGORITHM "BV-FLY-1"
#define BV_CAT_ALGORITHM "BV-CAT-1"
#define BV_PARALLEL_ALGORITHM "BV-PARALLEL-1"

/* The member alg is there and names this algorithm. */
BV_MUST_USE enum bv_status bv_record_algorithm(const struct bv_json *object, struct bv_err *err);

/* A member that must be an array of at most max elements. */
BV_MUST_USE enum bv_status bv_record_array(const struct bv_json **out, const struct bv_json *object, const char *name, size_t max,
                                           struct bv_err *err);

/* A member that must be a string of 1–BV_ITEM_IDENTIFIER_MAX bytes, copied into arena. */
BV_MUST_USE enum bv_status bv_record_name(struct bv_str *out, const struct bv_json *object, const char *name, struct bv_arena *arena,
                                          struct bv_err *err);

void bv_record_set_hash(struct bv_json *object, const char *name, const uint8_t hash[BV_HASH_LEN]);

/* Is what was read byte for byte what would be written (one line feed may end it)? So that one record has one hash, and no byte of it can
 * be changed without notice. */
BV_MUST_USE enum bv_status bv_record_canonical(struct bv_str written, struct bv_str read, const char *what, struct bv_err *err);

#endif
