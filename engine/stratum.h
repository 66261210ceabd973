/* The filters of a stratum, one by one, in the order in which a pool's tally counts what each took away. */
#ifndef BV_ENGINE_STRATUM_H
#define BV_ENGINE_STRATUM_H

#include "engine/engine.h"

enum bv_stratum_filter { BV_FILTER_COMPETENCE, BV_FILTER_LEVEL, BV_FILTER_DIFFICULTY, BV_FILTER_KIND, BV_FILTER_NONE };

/* The first filter that the source does not pass, BV_FILTER_NONE if it passes all. The language is the blueprint's matter. */
enum bv_stratum_filter bv_stratum_filter(const struct bv_stratum *stratum, const struct bv_draw_source *source);

/* Would it pass if it had the interactions that are wanted? For banks that read items only when they must. */
bool bv_stratum_wants(const struct bv_stratum *stratum, const struct bv_pool_item *item);

/* Could one item pass the filters of both? Decided from the filters alone, so that it does not hang on the bank. */
bool bv_stratum_overlaps(const struct bv_stratum *a, const struct bv_stratum *b);

#endif
