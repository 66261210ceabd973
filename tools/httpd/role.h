/* Who may do what: the roles of the scheme, one row each. */
#ifndef BV_TOOLS_HTTPD_ROLE_H
#define BV_TOOLS_HTTPD_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum role {
	ROLE_SCHEME_OWNER,
	ROLE_BANK_AUTHOR,
	ROLE_BANK_REVIEWER,
	ROLE_TRUSTEE,
	ROLE_CENTRE_HEAD,
	ROLE_PROCTOR,
	ROLE_MARKER,
	ROLE_ADJUDICATOR,
	ROLE_SIGNER,
	ROLE_AUDITOR,
	ROLE_CANDIDATE,
	ROLE_COUNT
};

#define ROLE(name) (UINT32_C(1) << ROLE_##name)
#define ROLES_STAFF (((UINT32_C(1) << ROLE_COUNT) - 1) & ~ROLE(CANDIDATE))
#define ROLES_ANY ((UINT32_C(1) << ROLE_COUNT) - 1)

struct role_row {
	const char *name; /* in tables and on the wire */
	const char *vi, *en;
	bool account; /* held by an account with a password; a candidate comes with a ticket and a code */
	uint32_t grants; /* the roles that it may give to accounts and take from them */
};
extern const struct role_row role_rows[ROLE_COUNT];

/* False when there is none of that name. */
bool role_of(enum role *out, struct bv_str name);

#endif
