#include "tools/httpd/scope.h"

#include <stdio.h>

#include "tools/httpd/edge.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"

struct board *
scope_open(struct scope *scope, struct exchange *x, struct bv_sql *sql, uint32_t roles)
{
	struct bv_err err;

	if (!x->server->ledger) {
		problem_answer(x, "no-exams", NULL);
		return NULL;
	}
	scope->roles = roles;
	if (account_find(&scope->account, sql, bv_str_of(x->session.account), &err) != BV_OK) {
		edge_fail(x, &err);
		return NULL;
	}
	struct board *board = feed_lock(x->server->feed);
	if (board)
		return board;
	problem_answer(x, "busy", "the board has not read the log to its end");
	exchange_field(x, "Retry-After", "1");
	return NULL;
}

bool
scope_may(const struct scope *scope, uint32_t roles, struct spot spot)
{
	char where[BV_SITTING_NAME_MAX + 2 * BV_ROOM_MAX + 40];
	int prefix = snprintf(where, sizeof where, "centre:%s/", spot.centre);

	snprintf(where + prefix, sizeof where - (size_t)prefix, spot.room ? "sitting:%s/room:%s" : "sitting:%s", spot.sitting, spot.room);
	return account_may(&scope->account, roles, bv_str_of(where + prefix)) || (spot.centre[0] && account_may(&scope->account, roles, bv_str_of(where)));
}

bool
scope_has(const struct scope *scope, struct spot spot)
{
	return scope_may(scope, scope->roles, spot);
}

struct spot
spot_of_sitting(const struct board_sitting *sitting)
{
	return (struct spot){ sitting->name, NULL, board_centre(sitting) };
}

struct spot
spot_of_room(const struct board_room *room)
{
	return room->name[0] ? (struct spot){ room->sitting->name, room->name, room->centre } : spot_of_sitting(room->sitting);
}
