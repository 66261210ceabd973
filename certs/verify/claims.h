/* The facts of the envelopes that are no Open Badges JSON, SD-JWT VC and paper: an object of claims by these names:
 * name, birthdate, licence, level, areas (code: value), results (values in the achievement's order), decision, awarded, nbf, exp, iat, iss, vct, programme,
 * status, log. */
#ifndef BV_CERTS_VERIFY_CLAIMS_H
#define BV_CERTS_VERIFY_CLAIMS_H

#include "certs/verify.h"

struct bv_report;

/* BV_CHECK_SHAPE: finds fault where a claim of r->document is not of its kind; says nothing else. */
void claims_check(struct bv_report *r);
/* BV_CHECK_RESULTS: values are decimals, the decision is one. The scales are with the achievement, which these envelopes only name. */
void claims_results(struct bv_report *r);
/* Lists them for people, in the order above, then whatever else there is. */
void claims_facts(struct bv_report *r);

#endif
