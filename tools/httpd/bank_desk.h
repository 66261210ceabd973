/* The item bank for staff: opened for one request, and what its account may see and change there. On threads that may wait. */
#ifndef BV_TOOLS_HTTPD_BANK_DESK_H
#define BV_TOOLS_HTTPD_BANK_DESK_H

#include "itembank/itembank.h"
#include "tools/httpd/account.h"
#include "tools/httpd/exchange.h"

#define ROLES_BANK_WRITE ROLE(BANK_AUTHOR)
#define ROLES_BANK_REVIEW ROLE(BANK_REVIEWER)
/* Who may read items, with their keys. */
#define ROLES_BANK (ROLE(SCHEME_OWNER) | ROLES_BANK_WRITE | ROLES_BANK_REVIEW | ROLE(AUDITOR))

struct bank_desk {
	struct bv_bank *bank;
	struct account account; /* its name is the person that events of the bank name */
};

/* False has answered: no bank is configured here, it cannot be opened, the account is gone. */
bool bank_desk_open(struct bank_desk *desk, struct exchange *x, struct bv_sql *sql, enum bv_bank_mode mode);
void bank_desk_finish(struct bank_desk *desk);
BV_AUTO_DEFINE_FINISH(struct bank_desk, bank_desk_finish)

/* edge_fail for what is read in a sandbox: that there is none (EDENIED) is the operator's matter. */
void bank_desk_fail(struct exchange *x, const struct bv_err *err);

/* Does a scope of an account reach items of that competence? "" and "bank" all, "bank:IU01" also IU01.2; no other scope does. */
bool bank_scope_covers(struct bv_str scope, struct bv_str competence);
/* Has the account one of the roles for items of that competence? competence "": of none in particular, so all. */
bool bank_desk_may(const struct bank_desk *desk, uint32_t roles, struct bv_str competence);

/* The value of a parameter of the query, kept in arena; empty when it is not there. */
struct bv_str bank_desk_param(const struct exchange *x, const char *name, struct bv_arena *arena);
/* What bv_bank_show says of the item that the query names by identifier and language. False has answered: there is none, or it is not within the scope
 * of one of the roles, which looks the same. */
bool bank_desk_item(struct bv_json **out, struct bank_desk *desk, struct exchange *x, uint32_t roles);
/* The same for one that is named otherwise. */
bool bank_desk_show(struct bv_json **out, struct bank_desk *desk, struct exchange *x, uint32_t roles, struct bv_str identifier, struct bv_str language);

#endif
