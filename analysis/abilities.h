/* Abilities by whatever items there are. */
#ifndef BV_ANALYSIS_ABILITIES_H
#define BV_ANALYSIS_ABILITIES_H

#include "analysis/analysis.h"

/* Fills theta, from the responses' column or estimated with this prior; item, category and options are there. */
enum bv_status abilities_estimate(struct bv_abilities *out, double mean, double sd, enum bv_irt_method method, struct bv_err *err);

#endif
