#include "tools/httpd/board.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "tools/httpd/presence.h"

const char *const board_flag_names[BOARD_FLAGS + 1] = {
	[BOARD_ACCOMMODATION] = "accommodation", [BOARD_EXTENDED] = "extended", [BOARD_MOVE_ALLOWED] = "move-allowed", [BOARD_MOVED] = "moved",
	[BOARD_REOPENED] = "reopened",           [BOARD_LATE] = "late",         [BOARD_NOTE] = "note",                 [BOARD_INCIDENT] = "incident",
	[BOARD_ABSENT] = "absent",
};
const char *const board_help_names[BOARD_HELPS + 1] = {
	[BOARD_HELP_NONE] = "",           [BOARD_HELP_MACHINE] = "machine", [BOARD_HELP_QUESTION] = "question", [BOARD_HELP_NETWORK] = "network",
	[BOARD_HELP_ACCOUNT] = "account", [BOARD_HELP_HEALTH] = "health",   [BOARD_HELP_OTHER] = "other",
};

/* ---- Order of changes ---- */

static void
leave(struct board_room *room, struct board_entry *entry)
{
	*(entry->before ? &entry->before->after : &room->first) = entry->after;
	*(entry->after ? &entry->after->before : &room->last) = entry->before;
	entry->before = entry->after = NULL;
}

static void
mark_changed(struct board *board, struct board_room *room)
{
	if (room->changed)
		return;
	room->changed = true;
	room->next_changed = board->changed;
	board->changed = room;
}

static void
append(struct board *board, struct board_room *room, struct board_entry *entry, int64_t n, int64_t attempt)
{
	entry->n = n;
	entry->attempt = attempt;
	entry->before = room->last;
	*(room->last ? &room->last->after : &room->first) = entry;
	room->last = entry;
	mark_changed(board, room);
}

static void
touch(struct board *board, struct board_row *row, int64_t n)
{
	leave(&row->sitting->all, &row->in_all);
	append(board, &row->sitting->all, &row->in_all, n, row->attempt.id);
	if (!row->room)
		return;
	leave(row->room, &row->in_room);
	append(board, row->room, &row->in_room, n, row->attempt.id);
}

/* ---- Sittings and rooms ---- */

struct board_sitting *
board_find(const struct board *board, struct bv_str name)
{
	for (struct board_sitting *s = board->sittings; s; s = s->next)
		if (!s->closed && bv_str_is(name, s->name))
			return s;
	return NULL;
}

static struct board_sitting *
find_id(const struct board *board, int64_t id)
{
	struct board_sitting *s = board->sittings;

	while (s && s->id != id)
		s = s->next;
	return s;
}

struct board_room *
board_find_room(struct board_sitting *sitting, struct bv_str name)
{
	struct board_room *room = sitting->found;

	if (!name.len)
		return &sitting->all;
	if (room && bv_str_is(name, room->name))
		return room;
	for (room = sitting->rooms; room && !bv_str_is(name, room->name); room = room->next)
		;
	if (room)
		sitting->found = room;
	return room;
}

static struct board_room *
add_room(struct board *board, struct board_sitting *sitting, struct bv_str name)
{
	struct board_room *room = bv_alloc(sizeof *room), **last = &sitting->rooms;
	uint8_t hash[BV_HASH_LEN];

	memcpy(room->name, name.p, name.len);
	room->sitting = sitting;
	bv_sha256(hash, name);
	room->tag = sitting->all.tag ^ ((uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3]);
	while (*last)
		last = &(*last)->next;
	*last = room;
	board->bytes += sizeof *room;
	return room;
}

static enum bv_status
open_sitting(struct board *board, struct bv_exam_event *event, struct bv_err *err)
{
	struct board_sitting *sitting = bv_alloc(sizeof *sitting), **last = &board->sittings;

	while (*last)
		last = &(*last)->next;
	*last = sitting;
	sitting->id = event->sitting;
	memcpy(sitting->name, event->facts.plan.name.p, event->facts.plan.name.len);
	sitting->plan = event->facts.plan;
	sitting->plan.name = bv_str_of(sitting->name);
	sitting->item_count = event->facts.plan.item_count;
	sitting->plan.item_count = 0;
	sitting->chain = (struct bv_attempt){ .id = event->attempt, .sitting = event->sitting };
	sitting->all.sitting = sitting;
	memcpy(&sitting->all.tag, event->hash, sizeof sitting->all.tag);
	board->bytes += sizeof *sitting;
	return bv_attempt_fold(&sitting->chain, &sitting->plan, event, err);
}

/* ---- Rows ---- */

struct board_row *
board_find_row(const struct board *board, int64_t attempt)
{
	return attempt > 0 && (uint64_t)attempt < board->cap ? board->rows[attempt] : NULL;
}

static void
free_row(struct board *board, struct board_row *row)
{
	board->rows[row->attempt.id] = NULL;
	board->bytes -= sizeof *row;
	board->row_count--;
	bv_attempt_finish(&row->attempt);
	free(row->answered_items);
	free(row->ticket);
	free(row->seat);
	free(row);
}

/* What is left in the order of changes of a room are places of those who went. */
static void
empty_room(struct board_room *room)
{
	for (struct board_entry *entry = room->first, *after; entry; entry = after) {
		after = entry->after;
		if (!entry->row)
			free(entry);
	}
	room->first = room->last = NULL;
}

static void
empty_sitting(struct board *board, struct board_sitting *sitting)
{
	for (struct board_room *room = sitting->rooms; room; room = room->next)
		empty_room(room);
	for (struct board_entry *entry = sitting->all.first, *after; entry; entry = after) {
		after = entry->after;
		free_row(board, entry->row);
	}
	sitting->all.first = sitting->all.last = NULL;
}

void
board_finish(struct board *board)
{
	for (struct board_sitting *sitting = board->sittings, *next; sitting; sitting = next) {
		next = sitting->next;
		empty_sitting(board, sitting);
		for (struct board_room *room = sitting->rooms, *after; room; room = after) {
			after = room->next;
			free(room);
		}
		free(sitting);
	}
	free(board->rows);
	*board = (struct board){ 0 };
}

static struct board_row *
add_row(struct board *board, struct board_sitting *sitting, const struct bv_exam_event *event)
{
	const size_t first_cap = 1024;
	struct board_row *row = bv_alloc(sizeof *row);

	if ((uint64_t)event->attempt >= board->cap) {
		size_t cap = board->cap ? board->cap : first_cap;
		while (cap <= (uint64_t)event->attempt)
			cap *= 2;
		board->rows = bv_resize_array(board->rows, cap, sizeof board->rows[0]);
		memset(board->rows + board->cap, 0, (cap - board->cap) * sizeof board->rows[0]);
		board->cap = cap;
	}
	row->attempt = (struct bv_attempt){ .id = event->attempt, .sitting = event->sitting };
	row->sitting = sitting;
	row->in_all.row = row->in_room.row = row;
	row->ticket = bv_str_dup(event->facts.ticket);
	row->seat = bv_str_dup(BV_STR_NONE);
	append(board, &sitting->all, &row->in_all, event->n, event->attempt);
	sitting->all.count++;
	sitting->all.states[BV_ATTEMPT_NONE]++;
	board->rows[event->attempt] = row;
	board->row_count++;
	board->bytes += sizeof *row;
	return row;
}

/* To another room, or to none. Who watches the one before is told that the attempt has gone. */
static void
move(struct board *board, struct board_row *row, struct bv_str name, int64_t n)
{
	struct board_room *from = row->room, *to = name.len ? board_find_room(row->sitting, name) : NULL;

	if (name.len && !to)
		to = add_room(board, row->sitting, name);
	if (from == to)
		return;
	if (from) {
		struct board_entry *gone = bv_alloc(sizeof *gone);
		leave(from, &row->in_room);
		append(board, from, gone, n, row->attempt.id);
		from->count--;
		from->states[row->attempt.state]--;
	}
	row->room = to;
	if (to) {
		append(board, to, &row->in_room, n, row->attempt.id);
		to->count++;
		to->states[row->attempt.state]++;
	}
}

const char *
board_centre(const struct board_sitting *sitting)
{
	const char *centre = NULL;
	uint32_t count = 0;

	for (const struct board_room *room = sitting->rooms; room; room = room->next) {
		if (room->count && centre && strcmp(room->centre, centre) != 0)
			return "";
		if (room->count)
			centre = room->centre;
		count += room->count;
	}
	return centre && count == sitting->all.count ? centre : "";
}

/* {"centre","language","machine","person","room","seat"}: of the registration, and in a note of a change. */
static void
seat(struct board *board, struct board_row *row, const struct bv_json *details, int64_t n)
{
	struct bv_str name = bv_json_str(bv_json_find(details, "seat")), room = bv_json_str(bv_json_find(details, "room"));

	struct bv_str centre = bv_json_str(bv_json_find(details, "centre"));

	if (name.len > BV_ROOM_MAX || room.len > BV_ROOM_MAX || centre.len > BV_ROOM_MAX)
		return;
	free(row->seat);
	row->seat = bv_str_dup(name);
	move(board, row, room, n);
	if (row->room) { /* the roster sees to it that all of a room say the same */
		memcpy(row->room->centre, bv_str_chars(centre), centre.len);
		row->room->centre[centre.len] = '\0';
	}
}

static void
call(struct board_row *row, struct bv_str about, int64_t at_ms)
{
	row->help = BOARD_HELP_OTHER;
	for (uint8_t i = BOARD_HELP_MACHINE; i < BOARD_HELPS; i++)
		if (bv_str_is(about, board_help_names[i]))
			row->help = i;
	row->help_ms = at_ms;
}

static uint32_t
total(const struct bv_json *json, const char *name)
{
	int64_t n = bv_json_int(bv_json_find(json, name));

	return n > 0 && n < UINT32_MAX / 2 ? (uint32_t)n : 0;
}

/* What the candidate's page says. It is believed of itself only. */
static void
hear(struct board_row *row, struct bv_str remark, const struct bv_json *json, int64_t at_ms)
{
	int64_t seq = bv_json_int(bv_json_find(json, "seq"));

	if (bv_str_is(remark, "told") && seq > (int64_t)row->told_seq && seq < (int64_t)row->attempt.seq) {
		bool of_order = row->told_seq < row->attempt.order_seq && seq >= (int64_t)row->attempt.order_seq;
		row->told_seq = (uint32_t)seq;
		row->told_ms = of_order ? at_ms : row->told_ms;
	} else if (bv_str_is(remark, "help")) {
		call(row, bv_json_str(bv_json_find(json, "about")), at_ms);
	} else if (bv_str_is(remark, "help-over")) {
		row->help = BOARD_HELP_NONE;
	} else if (bv_str_is(remark, "focus")) {
		row->away = total(json, "losses") + total(json, "fullscreen");
		row->away_s = (total(json, "ms") + 999) / 1000;
	}
}

static void
remark_of_staff(struct board_row *row, struct bv_str remark)
{
	if (bv_str_is(remark, "helped"))
		row->help = BOARD_HELP_NONE;
	else if (bv_str_is(remark, "absent"))
		row->flags |= 1u << BOARD_ABSENT;
	else if (remark.len)
		row->flags |= 1u << (bv_str_is(remark, "incident") ? BOARD_INCIDENT : BOARD_NOTE);
}

/* Details are JSON that the ledger keeps and does not read. */
static void
read_details(struct board *board, struct board_row *row, const struct bv_exam_event *event)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_err err;

	if (!event->facts.details.len || bv_json_parse(&json, event->facts.details, &err) != BV_OK)
		return;
	struct bv_str remark = bv_json_str(bv_json_find(json, "remark"));
	if (event->act == BV_EXAM_REGISTER)
		seat(board, row, json, event->n);
	else if (bv_str_is(event->facts.author, "candidate"))
		hear(row, remark, json, event->at_ms);
	else if (bv_json_find(json, "seat"))
		seat(board, row, bv_json_find(json, "seat"), event->n);
	else
		remark_of_staff(row, remark);
}

/* Is anything but null in the response: a text, a number, true or false? Names come before a colon. */
static bool
has_value(struct bv_str json)
{
	for (size_t i = 0; i < json.len; i++) {
		char c = json.p[i];
		if (c == '"') {
			size_t from = ++i;
			while (i < json.len && json.p[i] != '"')
				i += json.p[i] == '\\' ? 2 : 1;
			if (i + 1 < json.len && json.p[i + 1] == ':')
				i++;
			else if (i > from)
				return true;
		} else if ((c >= '0' && c <= '9') || c == '-' || c == 't' || c == 'f')
			return true;
	}
	return false;
}

static void
answer(struct board_row *row, const struct bv_exam_facts *facts)
{
	enum { BITS = 64 };
	uint32_t items = row->sitting->item_count;

	if (facts->late)
		row->flags |= 1u << BOARD_LATE;
	if (facts->item >= items)
		return;
	if (!row->answered_items)
		row->answered_items = bv_alloc_array((items + BITS - 1) / BITS, sizeof row->answered_items[0]);
	uint64_t *word = &row->answered_items[facts->item / BITS], bit = UINT64_C(1) << facts->item % BITS;
	row->answered -= (*word & bit) != 0;
	*word &= ~bit;
	if (has_value(facts->response))
		*word |= bit;
	row->answered += (*word & bit) != 0;
}

/* What the state machine does not keep. */
static void
tell(struct board *board, struct board_row *row, const struct bv_exam_event *event)
{
	const struct bv_exam_facts *facts = &event->facts;

	if (bv_str_is(facts->author, "candidate"))
		row->seen_ms = event->at_ms;
	if (row->attempt.order_seq == (uint32_t)event->seq)
		row->told_ms = 0;
	switch (event->act) {
	case BV_EXAM_REGISTER:
		if (facts->extra_percent || facts->extra_ms)
			row->flags |= 1u << BOARD_ACCOMMODATION;
		read_details(board, row, event);
		break;
	case BV_EXAM_NOTE:
		read_details(board, row, event);
		break;
	case BV_EXAM_ADMIT:
		row->flags &= ~(1u << BOARD_ABSENT);
		break;
	case BV_EXAM_END:
	case BV_EXAM_EXPIRE:
		row->help = BOARD_HELP_NONE;
		break;
	case BV_EXAM_SAVE:
	case BV_EXAM_RESCUE:
		answer(row, facts);
		break;
	case BV_EXAM_EXTEND:
		row->flags |= 1u << BOARD_EXTENDED;
		break;
	case BV_EXAM_UNBIND:
		row->flags |= 1u << BOARD_MOVE_ALLOWED;
		break;
	case BV_EXAM_LEASE:
		row->away_before += row->away; /* a page that is loaded again counts from 0 */
		row->away_before_s += row->away_s;
		row->away = row->away_s = 0;
		if (row->flags & 1u << BOARD_MOVE_ALLOWED)
			row->flags = (row->flags & ~(1u << BOARD_MOVE_ALLOWED)) | 1u << BOARD_MOVED;
		break;
	case BV_EXAM_REOPEN:
		row->flags |= 1u << BOARD_REOPENED;
		break;
	case BV_EXAM_SUBMIT:
		if (facts->late)
			row->flags |= 1u << BOARD_LATE;
		row->help = BOARD_HELP_NONE;
		break;
	default:
		break;
	}
}

static enum bv_status
add_to_row(struct board *board, struct bv_exam_event *event, struct bv_err *err)
{
	struct board_row *row = board_find_row(board, event->attempt);
	struct board_sitting *sitting = row ? row->sitting : find_id(board, event->sitting);

	if (!sitting || sitting->closed || (row && event->seq <= (int64_t)row->attempt.seq))
		return BV_OK;
	if (!row && event->act != BV_EXAM_REGISTER)
		return bv_err_set(err, BV_EINVAL, "event %" PRId64 " is of attempt %" PRId64 ", which was never registered", event->n, event->attempt);
	TRY(bv_exam_body_parse(&event->facts, event->act, event->body, NULL, err));
	if (!row)
		row = add_row(board, sitting, event);
	uint8_t before = row->attempt.state;
	TRY(bv_attempt_fold(&row->attempt, &sitting->plan, event, err));
	sitting->all.states[before]--;
	sitting->all.states[row->attempt.state]++;
	if (row->room) {
		row->room->states[before]--;
		row->room->states[row->attempt.state]++;
	}
	touch(board, row, event->n);
	tell(board, row, event);
	return BV_OK;
}

/* Every deadline may be another: in the order of the attempts' numbers. */
static void
touch_all(struct board *board, struct board_sitting *sitting, int64_t n)
{
	for (size_t id = 1; id < board->cap; id++)
		if (board->rows[id] && board->rows[id]->sitting == sitting)
			touch(board, board->rows[id], n);
}

static enum bv_status
add_to_sitting(struct board *board, struct bv_exam_event *event, struct bv_err *err)
{
	struct board_sitting *sitting = find_id(board, event->sitting);

	if (!sitting ? event->act != BV_EXAM_OPEN : event->seq <= (int64_t)sitting->chain.seq)
		return BV_OK;
	TRY(bv_exam_body_parse(&event->facts, event->act, event->body, NULL, err));
	if (!sitting)
		return open_sitting(board, event, err);
	TRY(bv_attempt_fold(&sitting->chain, &sitting->plan, event, err));
	if (event->act == BV_EXAM_WINDOW) {
		sitting->plan.opens_ms = event->facts.plan.opens_ms;
		sitting->plan.start_until_ms = event->facts.plan.start_until_ms;
		sitting->plan.closes_ms = event->facts.plan.closes_ms;
		touch_all(board, sitting, event->n);
	}
	if (event->act == BV_EXAM_CLOSE) {
		empty_sitting(board, sitting);
		sitting->closed = true;
	}
	mark_changed(board, &sitting->all);
	for (struct board_room *room = sitting->rooms; room; room = room->next)
		mark_changed(board, room);
	return BV_OK;
}

enum bv_status
board_add(struct board *board, const struct bv_exam_event *given, struct bv_err *err)
{
	struct bv_exam_event event = *given;

	board->n = event.n;
	return event.attempt == event.sitting ? add_to_sitting(board, &event, err) : add_to_row(board, &event, err);
}

/* ---- Cursors ---- */

void
board_cursor_write(char out[BOARD_CURSOR_SIZE], const struct board_room *room, const struct board_cursor *cursor)
{
	snprintf(out, BOARD_CURSOR_SIZE, "%08x.%" PRId64 ".%" PRId64, room->tag, cursor->n, cursor->attempt);
}

static bool
is_after(const struct board_entry *entry, const struct board_cursor *cursor)
{
	return entry->n > cursor->n || (entry->n == cursor->n && entry->attempt > cursor->attempt);
}

bool
board_cursor_read(struct board_cursor *out, const struct board_room *room, struct bv_str text)
{
	char tag[12];
	size_t first = bv_str_find(text, '.');
	struct bv_str rest = bv_str_sub(text, first + 1, text.len);
	size_t second = bv_str_find(rest, '.');

	snprintf(tag, sizeof tag, "%08x", room->tag);
	if (!bv_str_is(bv_str_sub(text, 0, first), tag) || !bv_str_int(bv_str_sub(rest, 0, second), &out->n) ||
	    !bv_str_int(bv_str_sub(rest, second + 1, rest.len), &out->attempt) || out->n < 0 || out->attempt < 0)
		return false;
	/* A cursor that is not of the beginning was the last change when it was given, and changes only come after it. */
	return out->n == 0 || (room->last && (is_after(room->last, out) || (room->last->n == out->n && room->last->attempt == out->attempt)));
}

/* ---- Writing ---- */

static void
write_flags(struct bv_json_pen *pen, uint32_t flags)
{
	if (!flags)
		return;
	bv_json_pen_open(pen, "flags", '[');
	for (unsigned i = 0; i < BOARD_FLAGS; i++)
		if (flags & 1u << i)
			bv_json_pen_str(pen, NULL, bv_str_of(board_flag_names[i]));
	bv_json_pen_close(pen, ']');
}

static void
write_time(struct bv_json_pen *pen, const struct board_row *row)
{
	const struct bv_attempt *attempt = &row->attempt;

	if (attempt->state == BV_ATTEMPT_STARTED)
		bv_json_pen_int(pen, "deadlineMs", bv_attempt_deadline_ms(attempt, &row->sitting->plan));
	else if (attempt->state < BV_ATTEMPT_SUBMITTED)
		bv_json_pen_int(pen, "leftMs", bv_attempt_left_ms(attempt, &row->sitting->plan, attempt->last_ms));
}

static void
write_talk(struct bv_json_pen *pen, const struct board_row *row)
{
	if (row->attempt.order) {
		bv_json_pen_open(pen, "order", '{');
		bv_json_pen_str(pen, "act", bv_str_of(bv_exam_act_name(row->attempt.order)));
		bv_json_pen_int(pen, "seq", row->attempt.order_seq);
		bv_json_pen_int(pen, "atMs", row->attempt.order_ms);
		if (row->told_ms)
			bv_json_pen_int(pen, "toldMs", row->told_ms);
		bv_json_pen_close(pen, '}');
	}
	if (row->help) {
		bv_json_pen_open(pen, "help", '{');
		bv_json_pen_str(pen, "about", bv_str_of(board_help_names[row->help]));
		bv_json_pen_int(pen, "atMs", row->help_ms);
		bv_json_pen_close(pen, '}');
	}
	if (row->away + row->away_before) {
		bv_json_pen_int(pen, "away", row->away + row->away_before);
		bv_json_pen_int(pen, "awaySeconds", row->away_s + row->away_before_s);
	}
}

static void
write_entry(struct bv_json_pen *pen, const struct board_entry *entry)
{
	const struct board_row *row = entry->row;

	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_int(pen, "attempt", entry->attempt);
	if (!row) {
		bv_json_pen_bool(pen, "gone", true);
		bv_json_pen_close(pen, '}');
		return;
	}
	bv_json_pen_str(pen, "ticket", bv_str_of(row->ticket));
	if (row->room)
		bv_json_pen_str(pen, "room", bv_str_of(row->room->name));
	if (row->seat[0])
		bv_json_pen_str(pen, "seat", bv_str_of(row->seat));
	bv_json_pen_str(pen, "state", bv_str_of(bv_attempt_state_name((enum bv_attempt_state)row->attempt.state)));
	bv_json_pen_int(pen, "answered", row->answered);
	bv_json_pen_int(pen, "of", row->sitting->item_count);
	if (row->sitting->plan.section_count)
		bv_json_pen_int(pen, "section", row->attempt.section);
	if (row->seen_ms)
		bv_json_pen_int(pen, "lastSeenMs", row->seen_ms);
	write_time(pen, row);
	write_talk(pen, row);
	write_flags(pen, row->flags);
	bv_json_pen_close(pen, '}');
}

/* The first change after the cursor: as far from the end as there are changes. */
static const struct board_entry *
first_after(const struct board_room *room, const struct board_cursor *cursor)
{
	const struct board_entry *entry = room->last;

	if (!cursor->n)
		return room->first;
	while (entry && is_after(entry, cursor) && entry->before)
		entry = entry->before;
	return entry && !is_after(entry, cursor) ? entry->after : entry;
}

bool
board_write_machines(struct bv_json_pen *pen, const struct board_room *room, const struct presence *presence)
{
	if (!presence || !room->name[0])
		return false;
	bv_json_pen_open(pen, "silent", '[');
	for (const struct board_entry *entry = room->first; entry; entry = entry->after) {
		unsigned seconds = entry->row ? presence_silent_s(presence, entry->attempt) : 0;
		if (!seconds || entry->row->attempt.state < BV_ATTEMPT_REGISTERED || entry->row->attempt.state > BV_ATTEMPT_PAUSED)
			continue;
		bv_json_pen_open(pen, NULL, '{');
		bv_json_pen_int(pen, "attempt", entry->attempt);
		bv_json_pen_int(pen, "seconds", seconds);
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
	bv_json_pen_open(pen, "waiting", '[');
	for (const struct board_entry *entry = room->first; entry; entry = entry->after)
		if (entry->row && entry->row->attempt.state == BV_ATTEMPT_REGISTERED && presence_is_there(presence, entry->attempt))
			bv_json_pen_int(pen, NULL, entry->attempt);
	bv_json_pen_close(pen, ']');
	return true;
}

bool
board_write(struct bv_buf *out, const struct board_room *room, struct board_cursor *cursor, bool reset, size_t most, const struct board_now *now)
{
	const struct board_sitting *sitting = room->sitting;
	const struct board_entry *entry = first_after(room, cursor);
	struct bv_json_pen pen = { .out = out };
	char text[BOARD_CURSOR_SIZE];
	size_t count = 0;

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "sitting", bv_str_of(sitting->name));
	if (room->name[0])
		bv_json_pen_str(&pen, "room", bv_str_of(room->name));
	bv_json_pen_str(&pen, "state", bv_str_of(bv_attempt_state_name((enum bv_attempt_state)sitting->chain.state)));
	bv_json_pen_int(&pen, "opensMs", sitting->plan.opens_ms);
	bv_json_pen_int(&pen, "startUntilMs", sitting->plan.start_until_ms);
	bv_json_pen_int(&pen, "closesMs", sitting->plan.closes_ms);
	bv_json_pen_int(&pen, "nowMs", now->ms);
	if (reset)
		bv_json_pen_bool(&pen, "reset", true);
	bv_json_pen_open(&pen, "rows", '[');
	for (; entry && count < most; entry = entry->after, count++) {
		*cursor = (struct board_cursor){ entry->n, entry->attempt };
		write_entry(&pen, entry);
	}
	bv_json_pen_close(&pen, ']');
	board_write_machines(&pen, room, now->presence);
	board_cursor_write(text, room, cursor);
	bv_json_pen_bool(&pen, "more", entry != NULL);
	bv_json_pen_str(&pen, "cursor", bv_str_of(text));
	bv_json_pen_close(&pen, '}');
	return entry != NULL;
}
