/* Whether a value on a certificate fits the description that it refers to: the rule is the same when a certificate is issued and when
 * it is verified. */
#ifndef BV_CERTS_VC_SCALE_H
#define BV_CERTS_VC_SCALE_H

#include "base/str.h"

/* OB ResultDescription: valueMin, valueMax, requiredValue; empty where absent. */
struct scale {
	struct bv_str min, max, required;
};

enum scale_fit { SCALE_FITS, SCALE_NO_NUMBER, SCALE_BELOW, SCALE_ABOVE, SCALE_SHORT /* of what is required */ };

/* The scale itself: numbers, min <= required <= max. */
bool scale_check(const struct scale *scale);
enum scale_fit scale_fit(const struct scale *scale, struct bv_str value);

#endif
