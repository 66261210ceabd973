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
scope_may(const struct scope *scope, uint32_t roles, const char *sitting, const char *room)
{
	char where[BV_SITTING_NAME_MAX + BV_ROOM_MAX + 20];

	snprintf(where, sizeof where, room ? "sitting:%s/room:%s" : "sitting:%s", sitting, room);
	return account_may(&scope->account, roles, bv_str_of(where));
}

bool
scope_has(const struct scope *scope, const char *sitting, const char *room)
{
	return scope_may(scope, scope->roles, sitting, room);
}
