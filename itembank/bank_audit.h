/* The parts of an audit (bank_audit.c). */
#ifndef BV_ITEMBANK_BANK_AUDIT_H
#define BV_ITEMBANK_BANK_AUDIT_H

#include "itembank/bank_life.h"

/* Who looks, and where it is told and counted. */
struct bank_auditor {
	struct bv_bank *bank;
	const struct bv_audit_opts *opts;
	struct bv_audit_counts *counts;
};

BV_PRINTF(3, 4) void bank_audit_tell(struct bank_auditor *a, enum bv_severity severity, const char *fmt, ...);

/* Media, documents of packages, and rows that lead nowhere: bank_audit_files.c. */
BV_MUST_USE enum bv_status bank_audit_files(struct bank_auditor *a, struct bv_err *err);

#endif
