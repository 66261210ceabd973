/* Where a member of staff may do what: the grants of the account of a session, held against sittings and rooms. */
#ifndef BV_TOOLS_HTTPD_SCOPE_H
#define BV_TOOLS_HTTPD_SCOPE_H

#include "tools/httpd/account.h"
#include "tools/httpd/board.h"
#include "tools/httpd/exchange.h"
#include "tools/httpd/unit.h"

#define ROLES_PROCTOR (ROLE(SCHEME_OWNER) | ROLE(CENTRE_HEAD) | ROLE(PROCTOR))
#define ROLES_WATCH (ROLES_PROCTOR | ROLE(AUDITOR))

struct scope {
	struct units *units;
	struct account account;
	uint32_t roles; /* of which the grants count */
};

/* Reads the grants, and gives the board, locked until feed_unlock. NULL has answered: no exams are held here, or the board is not ready. */
struct board *scope_open(struct scope *scope, struct exchange *x, struct bv_sql *sql, uint32_t roles);
/* A sitting or one of its rooms, and whose that is. */
struct spot {
	const char *sitting, *room, *centre; /* room NULL: all of the sitting; centre "": nobody's in particular */
};
/* Is "sitting:NAME", or "sitting:NAME/room:ROOM", in it, or the same within "centre:NAME", or within a unit that the centre is or is
 * below, "unit:CODE"? */
bool scope_has(const struct scope *scope, struct spot spot);
/* Is what is within b within a too? As account_scope_covers, and "unit:01" covers the units below it and the centres that are units there. */
bool scope_covers(struct units *units, struct bv_str a, struct bv_str b);
/* The same for some of the roles. */
bool scope_may(const struct scope *scope, uint32_t roles, struct spot spot);
/* The room of the sitting that the path names, when it is in the scope of the account, on the board, locked until feed_unlock. NULL has answered, and unlocked. */
const struct board_room *scope_room(struct board_sitting **sitting, struct exchange *x, struct bv_sql *sql, uint32_t roles, struct bv_str name);
/* Which attempt the path names, and where it is: by the board, which is unlocked then, or, when that does not have it, not yet or because its sitting is
 * closed, by the tables. False: it is nowhere, or that is answered. */
bool scope_attempt(int64_t *id, struct bv_place *place, struct exchange *x, struct board *board);
struct spot spot_of_place(const struct bv_place *place);
struct spot spot_of_sitting(const struct board_sitting *sitting);
struct spot spot_of_room(const struct board_room *room);

#endif
