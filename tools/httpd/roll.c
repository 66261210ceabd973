#define _GNU_SOURCE /* strverscmp */
#include "tools/httpd/roll.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"

static int
by_seat(const void *a, const void *b)
{
	const struct roll_seat *x = a, *y = b;
	int order = strverscmp(x->seat, y->seat);

	return order ? order : strverscmp(x->ticket, y->ticket);
}

void
roll_copy(struct roll *out, const struct board_room *room)
{
	uint32_t cap = room->count < ROLL_MAX ? room->count : ROLL_MAX;

	*out = (struct roll){ bv_alloc_array(cap ? cap : 1, sizeof out->seats[0]), 0 };
	for (const struct board_entry *entry = room->first; entry && out->count < cap; entry = entry->after) {
		const struct board_row *row = entry->row;
		if (!row)
			continue;
		out->seats[out->count++] = (struct roll_seat){ entry->attempt, bv_str_dup(bv_str_of(row->seat)), bv_str_dup(bv_str_of(row->ticket)),
			                                       (enum bv_attempt_state)row->attempt.state, row->flags, NULL };
	}
	qsort(out->seats, out->count, sizeof out->seats[0], by_seat);
}

void
roll_finish(struct roll *roll)
{
	for (size_t i = 0; i < roll->count; i++) {
		free(roll->seats[i].seat);
		free(roll->seats[i].ticket);
		bv_person_free(roll->seats[i].person);
	}
	free(roll->seats);
	*roll = (struct roll){ 0 };
}

bool
roll_read(struct roll *roll, struct exchange *x, struct bv_str sitting, unsigned fields, struct bv_str reason)
{
	const struct bv_people_access access = { bv_str_of(x->session.account), reason, bv_clock_utc_ms() };
	struct persons_one *list = bv_alloc_array(roll->count ? roll->count : 1, sizeof *list);
	struct bv_err err;

	for (size_t i = 0; i < roll->count; i++)
		list[i].ticket = roll->seats[i].ticket;
	enum bv_status status = persons_read(x->server->persons, sitting, list, roll->count, fields, &access, &err);
	for (size_t i = 0; i < roll->count; i++)
		roll->seats[i].person = list[i].person;
	free(list);
	if (status == BV_EDENIED)
		problem_answer(x, "denied", "%s", err.msg);
	else if (status != BV_OK)
		edge_fail(x, &err);
	return status == BV_OK;
}
