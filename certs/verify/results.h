/* Whether the results on a certificate agree with their descriptions and with the decision. The signature says who wrote it; this says
 * whether it makes sense. */
#ifndef BV_CERTS_VERIFY_RESULTS_H
#define BV_CERTS_VERIFY_RESULTS_H

#include "certs/verify.h"

struct bv_report;

/* Fills BV_CHECK_RESULTS from report->document. */
void results_check(struct bv_report *report);

#endif
