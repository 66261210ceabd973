/* Where a member of staff may do what: the grants of the account of a session, held against sittings and rooms. */
#ifndef BV_TOOLS_HTTPD_SCOPE_H
#define BV_TOOLS_HTTPD_SCOPE_H

#include "tools/httpd/account.h"
#include "tools/httpd/board.h"
#include "tools/httpd/exchange.h"

#define ROLES_PROCTOR (ROLE(SCHEME_OWNER) | ROLE(CENTRE_HEAD) | ROLE(PROCTOR))
#define ROLES_WATCH (ROLES_PROCTOR | ROLE(AUDITOR))

struct scope {
	struct account account;
	uint32_t roles; /* of which the grants count */
};

/* Reads the grants, and gives the board, locked until feed_unlock. NULL has answered: no exams are held here, or the board is not ready. */
struct board *scope_open(struct scope *scope, struct exchange *x, struct bv_sql *sql, uint32_t roles);
/* A sitting or one of its rooms, and whose that is. */
struct spot {
	const char *sitting, *room, *centre; /* room NULL: all of the sitting; centre "": nobody's in particular */
};
/* Is "sitting:NAME", or "sitting:NAME/room:ROOM", in it, or the same within "centre:NAME"? */
bool scope_has(const struct scope *scope, struct spot spot);
/* The same for some of the roles. */
bool scope_may(const struct scope *scope, uint32_t roles, struct spot spot);
struct spot spot_of_sitting(const struct board_sitting *sitting);
struct spot spot_of_room(const struct board_room *room);

#endif
