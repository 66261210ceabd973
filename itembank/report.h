/* Diagnostics of check and lint on their way to the caller. Private to itembank. */
#ifndef BV_ITEMBANK_REPORT_H
#define BV_ITEMBANK_REPORT_H

#include "itembank/itembank.h"

struct bv_reporter {
	bv_diagnostic_fn report;
	void *ctx;
	const char *path; /* of the document looked at, NULL for none */
	size_t errors;
};

BV_PRINTF(5, 6) void bv_report(struct bv_reporter *reporter, enum bv_severity severity, const char *rule, int line, const char *fmt, ...);

#endif
