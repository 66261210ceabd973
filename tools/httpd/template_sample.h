/* Certificates of nobody, to try the template of a page with: signed by a key that anybody can make, for an issuer that cannot exist (.invalid, RFC 6761). */
#ifndef BV_TOOLS_HTTPD_TEMPLATE_SAMPLE_H
#define BV_TOOLS_HTTPD_TEMPLATE_SAMPLE_H

#include "base/err.h"
#include "base/str.h"

/* What a page must bear: the usual; only what every certificate has; long names, nine areas, everything that may be attested. */
enum template_sample { TEMPLATE_TYPICAL, TEMPLATE_SHORT, TEMPLATE_LONGEST, TEMPLATE_SAMPLES };
extern const char *const template_sample_names[]; /* "typical", "short", "longest", NULL */

/* Appends its JSON. english: names are in both languages, else in Vietnamese alone. */
BV_MUST_USE enum bv_status template_sample_write(struct bv_buf *out, enum template_sample sample, bool english, struct bv_err *err);

#endif
