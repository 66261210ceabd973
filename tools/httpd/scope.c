#include "base/clock.h"
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
	scope->units = x->server->units;
	if (account_find(&scope->account, sql, bv_str_of(x->session.account), &err) != BV_OK || units_refresh(x->server->units, sql, bv_day_at(bv_clock_now_s()), false, &err) != BV_OK) {
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
scope_covers(struct units *units, struct bv_str a, struct bv_str b)
{
	struct bv_str prefix = BV_STR("unit:");

	if (account_scope_covers(a, b))
		return true;
	if (!bv_str_starts(a, prefix))
		return false;
	size_t end = bv_str_find(a, '/'), colon = bv_str_find(b, ':'), stop = bv_str_find(b, '/');
	struct bv_str kind = bv_str_sub(b, 0, colon);
	if (colon >= stop || (!bv_str_is(kind, "unit") && !bv_str_is(kind, "centre")) ||
	     !units_within(units, bv_str_sub(b, colon + 1, stop - colon - 1), bv_str_sub(a, prefix.len, end - prefix.len)))
		return false;
	return end == a.len || account_scope_covers(bv_str_sub(a, end + 1, a.len), bv_str_sub(b, stop < b.len ? stop + 1 : b.len, b.len));
}

static bool
unit_may(const struct scope *scope, uint32_t roles, struct bv_str where)
{
	for (size_t i = 0; i < scope->account.grant_count; i++) {
		const struct grant *grant = &scope->account.grants[i];
		if ((roles & UINT32_C(1) << grant->role) && grant->scope[0] && scope_covers(scope->units, bv_str_of(grant->scope), where))
			return true;
	}
	return false;
}

bool
scope_may(const struct scope *scope, uint32_t roles, struct spot spot)
{
	char where[BV_SITTING_NAME_MAX + 2 * BV_ROOM_MAX + 40];
	int prefix = snprintf(where, sizeof where, "centre:%s/", spot.centre);

	snprintf(where + prefix, sizeof where - (size_t)prefix, spot.room ? "sitting:%s/room:%s" : "sitting:%s", spot.sitting, spot.room);
	return account_may(&scope->account, roles, bv_str_of(where + prefix)) || (spot.centre[0] && unit_may(scope, roles, bv_str_of(where)));
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

struct spot
spot_of_place(const struct bv_place *place)
{
	return (struct spot){ place->sitting, place->room[0] ? place->room : NULL, place->centre };
}

static bool
find_seat(struct bv_place *place, struct exchange *x, int64_t id)
{
	struct bv_sittings *tables;
	struct bv_err err;

	enum bv_status status = halls_take_tables(&tables, x->server->halls, &err);
	if (status == BV_OK) {
		status = bv_sittings_place(place, tables, id, &err);
		halls_give_tables(x->server->halls, tables, status);
	}
	if (status != BV_OK && status != BV_ENOTFOUND)
		edge_fail(x, &err);
	return status == BV_OK;
}

const struct board_room *
scope_room(struct board_sitting **sitting, struct exchange *x, struct bv_sql *sql, uint32_t roles, struct bv_str name)
{
	struct scope scope;
	struct board *board = scope_open(&scope, x, sql, roles);

	if (!board)
		return NULL;
	*sitting = board_find(board, x->params[0]);
	const struct board_room *room = *sitting ? board_find_room(*sitting, name) : NULL;
	if (room && scope_has(&scope, spot_of_room(room)))
		return room;
	feed_unlock(x->server->feed);
	problem_answer(x, "not-found", NULL);
	return NULL;
}

bool
scope_attempt(int64_t *id, struct bv_place *place, struct exchange *x, struct board *board)
{
	bool numbered = bv_str_int(x->params[0], id);
	const struct board_row *row = numbered ? board_find_row(board, *id) : NULL;

	*place = (struct bv_place){ 0 };
	if (row)
		snprintf(place->sitting, sizeof place->sitting, "%s", row->sitting->name);
	if (row && row->room)
		snprintf(place->room, sizeof place->room, "%s", row->room->name), snprintf(place->centre, sizeof place->centre, "%s", row->room->centre);
	feed_unlock(x->server->feed);
	return row || (numbered && find_seat(place, x, *id));
}
