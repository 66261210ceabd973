/* What a candidate's page says of itself: that it has shown what staff did, that a proctor is called, that it was left. Each is a note of the attempt, by the
 * candidate; nothing of it is punished by itself. */
#include <stdio.h>

#include "base/json.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"
#include "tools/httpd/wish.h"

enum { TEXT_MAX = 200, TIMES_MAX = 1000000 };

enum { ABOUT = 1, AWAY = 2, SEQ = 4, TEXT = 8 };
static const struct row {
	const char *name;
	unsigned needs;
} rows[] = { { "told", SEQ }, { "help", ABOUT }, { "help-over", 0 }, { "focus", AWAY }, { "device", TEXT } };
static const char *const names[] = { "told", "help", "help-over", "focus", "device", NULL };

static const struct schema remark_members[] = {
	{ "remark", SCHEMA_STRING, 1, 20, .choices = names,
	  .doc = "told: the page has shown what staff did; help: a proctor is called; focus: the page was left; device: what the test of the machine found." },
	{ "seq", SCHEMA_INT, 1, UINT32_MAX, .optional = true, .doc = "told: the number of the newest event that was shown." },
	{ "about", SCHEMA_STRING, 1, 20, .choices = board_help_names + BOARD_HELP_MACHINE, .optional = true, .doc = "help: with what." },
	{ "losses", SCHEMA_INT, 0, TIMES_MAX, .optional = true, .doc = "focus: how often the page was left since this tab has the lease, all together." },
	{ "ms", SCHEMA_INT, 0, INT64_C(86400000), .optional = true, .doc = "focus: for how long, all together." },
	{ "fullscreen", SCHEMA_INT, 0, TIMES_MAX, .optional = true, .doc = "focus: how often the full screen was left, all together." },
	{ "text", SCHEMA_STRING, 1, TEXT_MAX, .optional = true, .doc = "device: in a few words, and no personal data: nobody can take it back." },
	{ 0 },
};
const struct schema remark_body = { NULL, SCHEMA_OBJECT, .of = remark_members };
static const struct schema answer_members[] = {
	{ "seq", SCHEMA_INT, 0, INT64_MAX, .doc = "The number of the event; 0 when nothing new was said." },
	{ "atMs", SCHEMA_INT, .doc = "When it was stored, by the exam's clock." },
	{ "again", SCHEMA_BOOL, .optional = true, .doc = "As much was told before: nothing was stored." },
	{ 0 },
};
const struct schema remark_answer = { NULL, SCHEMA_OBJECT, .of = answer_members };

/* What the shape of the body cannot say. False has answered. */
static bool
members_fit(struct exchange *x, const struct row *row)
{
	static const struct {
		unsigned bit;
		const char *name;
	} members[] = { { ABOUT, "about" }, { AWAY, "losses" }, { AWAY, "ms" }, { AWAY, "fullscreen" }, { SEQ, "seq" }, { TEXT, "text" } };

	for (size_t i = 0; i < BV_COUNT(members); i++) {
		bool there = bv_json_find(x->json, members[i].name), wanted = row->needs & members[i].bit;
		char pointer[40];
		if (there == wanted)
			continue;
		snprintf(pointer, sizeof pointer, "/%s", members[i].name);
		problem_invalid(x, pointer, wanted ? "còn thiếu" : "không dùng ở đây", wanted ? "is missing" : "is not for this");
		return false;
	}
	return true;
}

static void
write_answer(struct exchange *x, int64_t seq, int64_t at_ms, bool again)
{
	struct bv_json_pen pen = { .out = &x->answer.body };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_int(&pen, "seq", seq);
	bv_json_pen_int(&pen, "atMs", at_ms);
	if (again)
		bv_json_pen_bool(&pen, "again", true);
	bv_json_pen_close(&pen, '}');
}

/* By what the board knows: so much was told before; or another tab has the attempt, whose page is the one that counts. False has answered. */
static bool
is_news(struct exchange *x, int64_t seq)
{
	struct board *board = feed_lock(x->server->feed);

	if (!board)
		return true;
	const struct board_row *row = board_find_row(board, x->session.attempt);
	bool again = row && seq && row->told_seq >= seq, other = row && x->session.lease && row->attempt.lease > x->session.lease;
	int64_t told_ms = row ? row->told_ms : 0;
	feed_unlock(x->server->feed);
	if (other) {
		problem_answer(x, "other-tab", "another tab or machine has the attempt");
	} else if (again) {
		write_answer(x, 0, told_ms, true);
		exchange_json(x, 200);
	}
	return !other && !again;
}

static void
add_number(struct bv_json_pen *pen, const struct bv_json *json, const char *name)
{
	if (bv_json_find(json, name))
		bv_json_pen_int(pen, name, bv_json_int(bv_json_find(json, name)));
}

/* In the order of RFC 8785. */
static void
write_details(struct bv_buf *out, const struct bv_json *json)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	if (bv_json_find(json, "about"))
		bv_json_pen_str(&pen, "about", bv_json_str(bv_json_find(json, "about")));
	add_number(&pen, json, "fullscreen");
	add_number(&pen, json, "losses");
	add_number(&pen, json, "ms");
	bv_json_pen_str(&pen, "remark", bv_json_str(bv_json_find(json, "remark")));
	add_number(&pen, json, "seq");
	if (bv_json_find(json, "text"))
		bv_json_pen_str(&pen, "text", bv_json_str(bv_json_find(json, "text")));
	bv_json_pen_close(&pen, '}');
}

void
on_remark(struct exchange *x, struct bv_sql *sql)
{
	struct bv_str name = bv_json_str(bv_json_find(x->json, "remark"));
	size_t i = 0;

	while (i + 1 < BV_COUNT(rows) && !bv_str_is(name, rows[i].name))
		i++;
	struct wish *wish = wish_make(x, BV_EXAM_NOTE, sql);
	if (!wish || !members_fit(x, &rows[i]) || !is_news(x, bv_json_int(bv_json_find(x->json, "seq"))))
		return;
	write_details(&wish->sent, x->json);
	wish->act.facts.details = bv_buf_str(&wish->sent);
}

static bool
give(struct exchange *x)
{
	return wish_give(wish_of(x));
}

static void
finish(struct exchange *x)
{
	struct wish *wish = wish_of(x);

	if (wish_begin_answer(wish))
		write_answer(x, wish->act.ack.seq, wish->act.ack.at_ms, wish->act.ack.again);
}

const struct later remark_later = { give, finish };
