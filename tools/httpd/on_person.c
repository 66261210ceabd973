/* Who sits in a room, by name, for the proctor who calls the roll: read from the store of persons, where a record says who read whom; and an event of the
 * sitting says who read the room, and why, before anything is given out. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/handout.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/roll.h"
#include "tools/httpd/scope.h"
#include "tools/httpd/server.h"

enum { REASON_MAX = 200, ID_END = 4 };
#define FIELDS (1u << BV_PERSON_NAME | 1u << BV_PERSON_BIRTH | 1u << BV_PERSON_UNIT | 1u << BV_PERSON_PERSONAL_ID)

static const struct schema body_members[] = {
	{ "reason", SCHEMA_STRING, 1, REASON_MAX, .doc = "Why: as \"calling the roll\". No personal data: nobody can take it back." },
	{ 0 },
};
const struct schema persons_body = { NULL, SCHEMA_OBJECT, .of = body_members };
static const struct schema person_members[] = {
	{ "attempt", SCHEMA_INT, 1, INT64_MAX, .doc = "The attempt." },
	{ "name", SCHEMA_STRING, 1, BV_PERSON_TEXT_MAX, .doc = "As on the identity card." },
	{ "birth", SCHEMA_STRING, 10, 10, .optional = true, .doc = "The day of birth, YYYY-MM-DD." },
	{ "unit", SCHEMA_STRING, 1, BV_PERSON_TEXT_MAX, .optional = true, .doc = "Where he works." },
	{ "idEnd", SCHEMA_STRING, ID_END, ID_END, .format = FORMAT_DIGITS, .optional = true, .doc = "The last digits of the personal id, to be compared with the card." },
	{ "photo", SCHEMA_BOOL, .optional = true, .doc = "There is a photograph of him: /api/attempts/{id}/photo." },
	{ 0 },
};
static const struct schema person_element = { NULL, SCHEMA_OBJECT, .of = person_members };
static const struct schema persons_members[] = {
	{ "kept", SCHEMA_BOOL, .doc = "Are names kept here at all? If not nothing was read, and no event says so." },
	{ "persons", SCHEMA_ARRAY, 0, ROLL_MAX, .of = &person_element, .doc = "Those of the room who are known by name." },
	{ "atMs", SCHEMA_INT, .optional = true, .doc = "When the event that says so was stored." },
	{ 0 },
};
const struct schema persons_answer = { NULL, SCHEMA_OBJECT, .of = persons_members };

static void
write_person(struct bv_json_pen *pen, int64_t attempt, const struct bv_person *person)
{
	struct bv_str id = person->fields[BV_PERSON_PERSONAL_ID];

	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_int(pen, "attempt", attempt);
	bv_json_pen_str(pen, "name", person->fields[BV_PERSON_NAME]);
	if (person->fields[BV_PERSON_BIRTH].len)
		bv_json_pen_str(pen, "birth", person->fields[BV_PERSON_BIRTH]);
	if (person->fields[BV_PERSON_UNIT].len)
		bv_json_pen_str(pen, "unit", person->fields[BV_PERSON_UNIT]);
	if (id.len > ID_END)
		bv_json_pen_str(pen, "idEnd", bv_str_sub(id, id.len - ID_END, id.len));
	if (person->photo)
		bv_json_pen_bool(pen, "photo", true);
	bv_json_pen_close(pen, '}');
}

static void
write_room(struct bv_buf *out, const struct roll *roll, bool kept)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_bool(&pen, "kept", kept);
	bv_json_pen_open(&pen, "persons", '[');
	for (size_t i = 0; i < roll->count; i++)
		if (roll->seats[i].person)
			write_person(&pen, roll->seats[i].attempt, roll->seats[i].person);
	bv_json_pen_close(&pen, ']');
}

static void
read_room(struct exchange *x, int64_t sitting, struct roll *roll)
{
	if (!x->server->persons) {
		write_room(&x->answer.body, &(struct roll){ 0 }, false);
		bv_buf_addc(&x->answer.body, '}');
		exchange_json(x, 200);
		return;
	}
	if (!roll_read(roll, x, x->params[0], FIELDS, bv_json_str(bv_json_find(x->json, "reason"))))
		return;
	BV_AUTO(bv_buf_finish) struct bv_buf details = BV_BUF(BV_DETAILS_MAX), names = BV_BUF(EXCHANGE_ANSWER_MAX);
	struct bv_json_pen pen = { .out = &details };
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_int(&pen, "persons", (int64_t)roll->count);
	bv_json_pen_str(&pen, "room", x->params[1]);
	bv_json_pen_close(&pen, '}');
	write_room(&names, roll, true);
	handout_hold(x, BV_EXAM_ACCESS, sitting, bv_json_str(bv_json_find(x->json, "reason")), &details, &names);
}

void
on_persons(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(roll_finish) struct roll roll = { 0 };
	struct board_sitting *sitting;

	const struct board_room *room = scope_room(&sitting, x, sql, ROLES_PROCTOR, x->params[1]);
	if (!room)
		return;
	int64_t id = sitting->id;
	roll_copy(&roll, room);
	feed_unlock(x->server->feed);
	read_room(x, id, &roll);
}

static void
finish(struct exchange *x)
{
	struct wish *wish = handout_take(x);

	if (wish)
		bv_buf_printf(&x->answer.body, ",\"atMs\":%lld}", (long long)wish->act.ack.at_ms);
}

const struct later persons_later = { handout_give, finish };
