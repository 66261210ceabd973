/* Units of administration: those below one, those that a text finds, one with what it was called before; the import of a list. */
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/query.h"
#include "tools/httpd/server.h"

enum { SHOWN_MAX = 500, TOLD_MAX = 200, MESSAGE_MAX = 300 };

static const struct schema unit_members[] = {
	{ "code", SCHEMA_STRING, 1, UNIT_CODE_MAX, .doc = "The code." },
	{ "name", SCHEMA_STRING, 1, UNIT_NAME_MAX, .doc = "The name." },
	{ "kind", SCHEMA_STRING, 1, 20, .choices = unit_kind_names, .doc = "What it is." },
	{ "parent", SCHEMA_STRING, 1, UNIT_CODE_MAX, .optional = true, .doc = "What it is below." },
	{ "from", SCHEMA_STRING, 10, 10, .doc = "Its first day." },
	{ "to", SCHEMA_STRING, 10, 10, .optional = true, .doc = "Its last." },
	{ "below", SCHEMA_INT, 0, INT64_MAX, .doc = "How many are directly below it that day." },
	{ 0 },
};
static const struct schema unit_element = { NULL, SCHEMA_OBJECT, .of = unit_members };
static const struct schema list_members[] = {
	{ "units", SCHEMA_ARRAY, 0, SHOWN_MAX, .of = &unit_element, .doc = "By name." },
	{ "more", SCHEMA_BOOL, .doc = "There are more: say more words." },
	{ "on", SCHEMA_STRING, 10, 10, .doc = "The day." },
	{ 0 },
};
const struct schema unit_list_answer = { NULL, SCHEMA_OBJECT, .of = list_members };
const struct schema unit_list_query[] = {
	{ "parent", SCHEMA_STRING, 0, UNIT_CODE_MAX, .format = FORMAT_ID, .doc = "Those directly below this one; empty or without it those at the top." },
	{ "q", SCHEMA_STRING, 0, 100, .doc = "Instead: those that these words find, with diacritics or without." },
	{ "on", SCHEMA_STRING, 10, 10, .format = FORMAT_ID, .doc = "That hold on this day, YYYY-MM-DD; without it today." },
	{ 0 },
};
static const struct schema history_members[] = {
	{ "rows", SCHEMA_ARRAY, 1, INT32_MAX, .of = &unit_element, .doc = "What it is and was, the newest first." },
	{ "above", SCHEMA_ARRAY, 0, 16, .of = &unit_element, .doc = "What it is below, the highest first." },
	{ 0 },
};
const struct schema unit_answer = { NULL, SCHEMA_OBJECT, .of = history_members };
static const struct schema import_members[] = {
	{ "csv", SCHEMA_STRING, 1, UNIT_CSV_MAX, .format = FORMAT_LINES, .doc = "The file." },
	{ "from", SCHEMA_STRING, 10, 10, .format = FORMAT_ID, .doc = "The first day of rows that do not say." },
	{ "dry", SCHEMA_BOOL, .doc = "Only says what would be done." },
	{ 0 },
};
const struct schema unit_import_body = { NULL, SCHEMA_OBJECT, .of = import_members };
static const struct schema told_members[] = {
	{ "line", SCHEMA_INT, 0, INT32_MAX, .doc = "Of the file." },
	{ "code", SCHEMA_STRING, 0, UNIT_CODE_MAX, .optional = true, .doc = "Of a change." },
	{ "message", SCHEMA_STRING, 1, MESSAGE_MAX, .doc = "What is wrong, or what changes." },
	{ 0 },
};
static const struct schema told_element = { NULL, SCHEMA_OBJECT, .of = told_members };
static const struct schema imported_members[] = {
	{ "done", SCHEMA_BOOL, .doc = "False: nothing was, because there are faults or because it was only asked." },
	{ "rows", SCHEMA_INT, 0, INT64_MAX, .doc = "Rows." },
	{ "added", SCHEMA_INT, 0, INT64_MAX, .doc = "New ones." },
	{ "changed", SCHEMA_INT, 0, INT64_MAX, .doc = "Those that were there with something else." },
	{ "same", SCHEMA_INT, 0, INT64_MAX, .doc = "Those that were there as they are." },
	{ "faultCount", SCHEMA_INT, 0, INT64_MAX, .doc = "All faults." },
	{ "faults", SCHEMA_ARRAY, 0, TOLD_MAX, .of = &told_element, .doc = "The first of them." },
	{ "changes", SCHEMA_ARRAY, 0, TOLD_MAX, .of = &told_element, .doc = "The first changes." },
	{ 0 },
};
const struct schema unit_import_answer = { NULL, SCHEMA_OBJECT, .of = imported_members };

struct writing {
	struct bv_json_pen pen;
	int64_t count;
	char parent[UNIT_CODE_MAX + 1]; /* of the last one */
};

static void
write_unit(void *ctx, const struct unit *unit)
{
	struct writing *w = ctx;
	char day[BV_DAY_SIZE];

	if (w->count++ >= SHOWN_MAX)
		return;
	bv_json_pen_open(&w->pen, NULL, '{');
	bv_json_pen_str(&w->pen, "code", unit->code);
	bv_json_pen_str(&w->pen, "name", unit->name);
	bv_json_pen_str(&w->pen, "kind", bv_str_of(unit_kind_names[unit->kind]));
	if (unit->parent.len)
		bv_json_pen_str(&w->pen, "parent", unit->parent);
	bv_json_pen_str(&w->pen, "from", bv_str_of(bv_day_write(day, unit->from)));
	if (unit->to != INT32_MAX)
		bv_json_pen_str(&w->pen, "to", bv_str_of(bv_day_write(day, unit->to)));
	bv_json_pen_int(&w->pen, "below", unit->below);
	bv_json_pen_close(&w->pen, '}');
	snprintf(w->parent, sizeof w->parent, "%.*s", BV_STR_ARG(unit->parent));
}

void
on_unit_list(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_buf_finish) struct bv_buf parent = BV_BUF(UNIT_CODE_MAX), text = BV_BUF(400), on = BV_BUF(BV_DAY_SIZE);
	struct writing w = { .pen.out = &x->answer.body };
	bv_day day = bv_day_at(bv_clock_now_s());
	char shown[BV_DAY_SIZE];
	struct bv_err err;

	/* The query has passed its schema: what is not there is empty. */
	(void)!query_find(&parent, x->query, "parent", &err);
	(void)!query_find(&text, x->query, "q", &err);
	if (query_find(&on, x->query, "on", &err) == BV_OK && bv_day_parse(&day, bv_buf_str(&on), &err) != BV_OK) {
		problem_answer(x, "invalid", "%s", err.msg);
		return;
	}
	bv_json_pen_open(&w.pen, NULL, '{');
	bv_json_pen_open(&w.pen, "units", '[');
	enum bv_status status = text.len ? unit_search(sql, bv_buf_str(&text), day, SHOWN_MAX + 1, write_unit, &w, &err)
	                                 : unit_list(sql, bv_buf_str(&parent), day, SHOWN_MAX + 1, write_unit, &w, &err);
	if (status != BV_OK) {
		bv_buf_clear(&x->answer.body);
		edge_fail(x, &err);
		return;
	}
	bv_json_pen_close(&w.pen, ']');
	bv_json_pen_bool(&w.pen, "more", w.count > SHOWN_MAX);
	bv_json_pen_str(&w.pen, "on", bv_str_of(bv_day_write(shown, day)));
	bv_json_pen_close(&w.pen, '}');
	exchange_json(x, 200);
}

struct above {
	char codes[16][UNIT_CODE_MAX + 1]; /* the lowest first */
	size_t count;
};

static void
take_parent(void *ctx, const struct unit *unit)
{
	char *parent = ctx;

	if (!parent[0])
		snprintf(parent, UNIT_CODE_MAX + 1, "%.*s", BV_STR_ARG(unit->parent));
}

struct newest {
	struct writing *w;
	bool seen;
};

static void
write_newest(void *ctx, const struct unit *unit)
{
	struct newest *newest = ctx;

	if (!newest->seen)
		write_unit(newest->w, unit);
	newest->seen = true;
}

static enum bv_status
write_above(struct writing *w, struct bv_sql *sql, const char *first, struct bv_err *err)
{
	struct above above = { .count = 0 };
	char code[UNIT_CODE_MAX + 1], parent[UNIT_CODE_MAX + 1];

	for (snprintf(code, sizeof code, "%s", first); code[0] && above.count < BV_COUNT(above.codes); snprintf(code, sizeof code, "%s", parent)) {
		memcpy(above.codes[above.count++], code, sizeof code);
		parent[0] = '\0';
		TRY(unit_history(sql, bv_str_of(code), take_parent, parent, err));
	}
	while (above.count > 0) {
		struct newest newest = { .w = w };
		TRY(unit_history(sql, bv_str_of(above.codes[--above.count]), write_newest, &newest, err));
	}
	return BV_OK;
}

void
on_unit(struct exchange *x, struct bv_sql *sql)
{
	struct writing w = { .pen.out = &x->answer.body };
	char parent[UNIT_CODE_MAX + 1] = "";
	struct bv_err err;

	bv_json_pen_open(&w.pen, NULL, '{');
	bv_json_pen_open(&w.pen, "rows", '[');
	enum bv_status status = unit_history(sql, x->params[0], write_unit, &w, &err);
	bv_json_pen_close(&w.pen, ']');
	bv_json_pen_open(&w.pen, "above", '[');
	int64_t count = w.count;
	if (status == BV_OK && count)
		status = unit_history(sql, x->params[0], take_parent, parent, &err);
	if (status == BV_OK && count)
		status = write_above(&w, sql, parent, &err);
	bv_json_pen_close(&w.pen, ']');
	bv_json_pen_close(&w.pen, '}');
	if (status == BV_OK && count) {
		exchange_json(x, 200);
		return;
	}
	bv_buf_clear(&x->answer.body);
	if (status == BV_OK)
		problem_answer(x, "not-found", NULL);
	else
		edge_fail(x, &err);
}

/* ---- Import ---- */

struct telling {
	struct bv_json *faults, *changes;
	size_t fault_count, change_count;
};

static void
telling_finish(struct telling *t)
{
	bv_json_free(t->faults);
	bv_json_free(t->changes);
}
BV_AUTO_DEFINE_FINISH(struct telling, telling_finish)

static void
tell(struct bv_json *told, int line, struct bv_str code, const char *message)
{
	struct bv_json *one = bv_json_add(told, bv_json_new_object());

	bv_json_set_int(one, "line", line);
	if (code.len)
		bv_json_set_str(one, "code", code);
	bv_json_set_str(one, "message", bv_str_of(message));
}

static void
tell_fault(void *ctx, int line, const char *message)
{
	struct telling *t = ctx;

	if (t->fault_count++ < TOLD_MAX)
		tell(t->faults, line, BV_STR_NONE, message);
}

static void
tell_change(void *ctx, int line, struct bv_str code, const char *message)
{
	struct telling *t = ctx;

	if (t->change_count++ < TOLD_MAX)
		tell(t->changes, line, code, message);
}

static void
answer_import(struct exchange *x, struct telling *t, const struct unit_import *import)
{
	BV_AUTO(bv_json_free) struct bv_json *out = bv_json_new_object();

	bv_json_set(out, "done", bv_json_new_bool(!import->dry && !import->faults));
	bv_json_set_int(out, "rows", (int64_t)import->rows);
	bv_json_set_int(out, "added", (int64_t)import->added);
	bv_json_set_int(out, "changed", (int64_t)import->changed);
	bv_json_set_int(out, "same", (int64_t)import->same);
	bv_json_set_int(out, "faultCount", (int64_t)import->faults);
	bv_json_set(out, "faults", bv_json_copy(t->faults));
	bv_json_set(out, "changes", bv_json_copy(t->changes));
	bv_json_write(&x->answer.body, out);
	exchange_json(x, 200);
}

void
on_unit_import(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(telling_finish) struct telling telling = { bv_json_new_array(), bv_json_new_array(), 0, 0 };
	struct unit_import import = { .csv = bv_json_str(bv_json_find(x->json, "csv")), .dry = bv_json_bool(bv_json_find(x->json, "dry")), .vietnamese = x->language == LANGUAGE_VI,
		                      .fault = tell_fault, .change = tell_change, .ctx = &telling };
	struct bv_err err;

	if (bv_day_parse(&import.from, bv_json_str(bv_json_find(x->json, "from")), &err) != BV_OK) {
		problem_answer(x, "invalid", "%s", err.msg);
		return;
	}
	enum bv_status status = unit_import(&import, sql, &err);
	if (status == BV_OK && !import.dry && !import.faults)
		status = units_refresh(x->server->units, sql, bv_day_at(bv_clock_now_s()), true, &err);
	if (status != BV_OK)
		edge_fail(x, &err);
	else
		answer_import(x, &telling, &import);
}
