/* What a verification found, as parts of a page: checks one by one, and everything that stands on the certificate, as people read it. */
#ifndef BV_TOOLS_HTTPD_FINDING_H
#define BV_TOOLS_HTTPD_FINDING_H

#include "base/json.h"
#include "tools/httpd/exchange.h"
#include "tools/httpd/levels.h"

enum { FINDING_TIME_SIZE = 40 };

/* "20/11/2026" and "16:05:09, 20/11/2026", in Viet Nam; return out. */
char *finding_day(char out[FINDING_TIME_SIZE], int64_t time_s);
char *finding_moment(char out[FINDING_TIME_SIZE], int64_t time_s);

/* A list of the checks of a report (bv_report_json), each with its mark, outcome in words, and what was found. */
void finding_checks(struct bv_buf *out, enum language language, const struct bv_json *report);

/* A table of what stands on the certificate, to be compared with the paper; birth (1990-02-28, or empty) is what the register knows besides. Then, folded, the
 * rest. facts as bv_report_json has them. */
void finding_facts(struct bv_buf *out, enum language language, const struct levels *levels, const struct bv_json *facts, struct bv_str birth);

/* The value of the first fact of that path, or empty. */
struct bv_str finding_fact(const struct bv_json *facts, const char *path);

#endif
