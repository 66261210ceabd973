/* What everybody may know of a certificate by its code: one of a few states, why, since when, each check, and all that stands on it. */
#ifndef BV_TOOLS_HTTPD_LOOKUP_H
#define BV_TOOLS_HTTPD_LOOKUP_H

#include "tools/httpd/records.h"

enum lookup_state {
	LOOKUP_VALID,
	LOOKUP_REVOKED,
	LOOKUP_SUPERSEDED, /* another certificate took its place, or corrected it */
	LOOKUP_SUSPENDED,
	LOOKUP_EXPIRED,
	LOOKUP_INVALID,    /* what the register has does not verify: somebody changed it */
	LOOKUP_UNCHECKED,  /* something could not be looked at: nothing is known to be wrong */
	LOOKUP_NOT_FOUND,
	LOOKUP_MALFORMED,  /* no code */
	LOOKUP_STATES
};
/* "valid", "revoked", "superseded", "suspended", "expired", "invalid", "could-not-check", "not-found", "malformed-code". */
const char *lookup_state_name(enum lookup_state state);

struct lookup {
	enum lookup_state state;
	enum bv_code_fault fault;  /* of MALFORMED */
	char code[BV_CODE_SIZE];   /* of all others */
	int64_t at_s;              /* when it was looked up */
	struct record record;      /* zeros where there is none */
	struct bv_report *report;  /* of the certificate that the register has, or NULL */
	enum bv_standing standing; /* by the published lists */
	int64_t listed_s;          /* since when a list says so, or 0 */
	struct bv_json *facts;     /* [{path, name, value}]: all that stands on it, in the language asked for */
	struct bv_json *json;      /* owns facts: the report */
};
/* text is what somebody typed. Never fails: what cannot be known is a state. */
void lookup_find(struct lookup *out, struct records *records, struct bv_str text, int64_t at_s, enum bv_lang lang);
void lookup_finish(struct lookup *lookup);
BV_AUTO_DEFINE_FINISH(struct lookup, lookup_finish)

/* When the state began, or 0: for EXPIRED the end of validity. */
int64_t lookup_since(const struct lookup *lookup);

#endif
