/* Which sittings have results, and what another rule pack would have made of one of them. */
#include "base/json.h"
#include "tools/httpd/document.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/impact.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"

enum { SITTINGS_MAX = 10000 };

static const struct schema sitting_members[] = {
	{ "name", SCHEMA_STRING, 1, BV_SITTING_NAME_MAX, .doc = "The sitting." },
	{ "closed", SCHEMA_BOOL, .doc = "Is it closed?" },
	{ 0 },
};
static const struct schema sitting_element = { NULL, SCHEMA_OBJECT, .of = sitting_members };
static const struct schema list_members[] = {
	{ "sittings", SCHEMA_ARRAY, 0, SITTINGS_MAX, .of = &sitting_element, .doc = "All of the ledger." },
	{ 0 },
};
const struct schema impact_list_answer = { NULL, SCHEMA_OBJECT, .of = list_members };
static const struct schema body_members[] = {
	{ "sitting", SCHEMA_STRING, 1, BV_SITTING_NAME_MAX, .doc = "The sitting." },
	{ "text", SCHEMA_STRING, 1, BV_STANDARD_MAX, .format = FORMAT_LINES, .doc = "The rule pack, as it is now." },
	{ 0 },
};
const struct schema impact_body = { NULL, SCHEMA_OBJECT, .of = body_members };
static const struct schema decision_members[] = {
	{ "passed", SCHEMA_INT, 0, INT64_MAX, .doc = "Passed." },
	{ "failed", SCHEMA_INT, 0, INT64_MAX, .doc = "Failed." },
	{ "incomplete", SCHEMA_INT, 0, INT64_MAX, .doc = "Not decided." },
	{ 0 },
};
static const struct schema answer_members[] = {
	{ "candidates", SCHEMA_INT, 0, INT64_MAX, .doc = "Who has a result; 0: nothing is scored." },
	{ "before", SCHEMA_OBJECT, .of = decision_members, .doc = "As they were decided." },
	{ "after", SCHEMA_OBJECT, .of = decision_members, .doc = "As this pack would decide." },
	{ "gain", SCHEMA_INT, 0, INT64_MAX, .doc = "Who would pass, and did not." },
	{ "lose", SCHEMA_INT, 0, INT64_MAX, .doc = "Who passed, and would not." },
	{ 0 },
};
const struct schema impact_answer = { NULL, SCHEMA_OBJECT, .of = answer_members };

struct listing {
	struct bv_json_pen pen;
	struct bv_str wanted; /* or none: all are written */
	int64_t id;
	size_t count;
};

static enum bv_status
list_sitting(void *ctx, int64_t id, struct bv_str name, bool closed, struct bv_err *err)
{
	struct listing *l = ctx;

	(void)err;
	if (l->wanted.len) {
		if (bv_str_eq(name, l->wanted))
			l->id = id;
		return BV_OK;
	}
	if (l->count++ >= SITTINGS_MAX)
		return BV_OK;
	bv_json_pen_open(&l->pen, NULL, '{');
	bv_json_pen_str(&l->pen, "name", name);
	bv_json_pen_bool(&l->pen, "closed", closed);
	bv_json_pen_close(&l->pen, '}');
	return BV_OK;
}

void
on_impact_list(struct exchange *x, struct bv_sql *sql)
{
	struct listing l = { .pen.out = &x->answer.body };
	struct bv_sittings *tables;
	struct bv_err err;

	(void)sql;
	if (!x->server->ledger) {
		problem_answer(x, "no-exams", NULL);
		return;
	}
	bv_json_pen_open(&l.pen, NULL, '{');
	bv_json_pen_open(&l.pen, "sittings", '[');
	enum bv_status status = halls_take_tables(&tables, x->server->halls, &err);
	if (status == BV_OK) {
		status = bv_sittings_each(tables, list_sitting, &l, &err);
		halls_give_tables(x->server->halls, tables, status);
	}
	bv_json_pen_close(&l.pen, ']');
	bv_json_pen_close(&l.pen, '}');
	if (status == BV_OK) {
		exchange_json(x, 200);
		return;
	}
	bv_buf_clear(&x->answer.body);
	edge_fail(x, &err);
}

static void
write_decisions(struct bv_json_pen *pen, const char *name, const int64_t counts[3])
{
	bv_json_pen_open(pen, name, '{');
	for (unsigned i = 0; i < 3; i++)
		bv_json_pen_int(pen, bv_rating_decision_name((enum bv_rating_decision)i), counts[i]);
	bv_json_pen_close(pen, '}');
}

static void
answer_impact(struct exchange *x, const struct impact *impact)
{
	struct bv_json_pen pen = { .out = &x->answer.body };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_int(&pen, "candidates", impact->candidates);
	write_decisions(&pen, "before", impact->before);
	write_decisions(&pen, "after", impact->after);
	bv_json_pen_int(&pen, "gain", impact->gain);
	bv_json_pen_int(&pen, "lose", impact->lose);
	bv_json_pen_close(&pen, '}');
	exchange_json(x, 200);
}

static void
parse_standard(void *ctx, const struct document *document)
{
	struct bv_standard **standard = ctx;
	struct bv_err err;

	if (bv_standard_parse(standard, document->text, &err) != BV_OK)
		*standard = NULL;
}

static enum bv_status
look(struct impact *impact, struct exchange *x, const struct bv_rules *rules, const struct bv_standard *standard, struct bv_err *err)
{
	struct listing l = { .wanted = bv_json_str(bv_json_find(x->json, "sitting")) };
	struct bv_sittings *tables;

	TRY(halls_take_tables(&tables, x->server->halls, err));
	enum bv_status status = bv_sittings_each(tables, list_sitting, &l, err);
	if (status == BV_OK && !l.id)
		status = bv_err_set(err, BV_ENOTFOUND, "there is no such sitting");
	if (status == BV_OK)
		status = impact_count(impact, tables, l.id, rules, standard, err);
	halls_give_tables(x->server->halls, tables, status == BV_EINVAL || status == BV_ENOTFOUND ? BV_OK : status);
	return status;
}

void
on_impact(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_standard_free) struct bv_standard *standard = NULL;
	BV_AUTO(bv_rules_free) struct bv_rules *rules = NULL;
	struct impact impact;
	struct bv_err err;

	if (!x->server->ledger) {
		problem_answer(x, "no-exams", NULL);
		return;
	}
	if (bv_rules_parse(&rules, bv_json_str(bv_json_find(x->json, "text")), &err) != BV_OK) {
		problem_answer(x, "invalid", "line %d: %s", err.line, err.msg);
		return;
	}
	enum bv_status status = document_read(sql, BV_STR("standard"), bv_rules_standard(rules), 0, parse_standard, &standard, &err);
	if (status == BV_ENOTFOUND || (status == BV_OK && !standard))
		problem_answer(x, "invalid", "upload the standard '%.*s' first", BV_STR_ARG(bv_rules_standard(rules)));
	else if (status != BV_OK)
		edge_fail(x, &err);
	else if ((status = look(&impact, x, rules, standard, &err)) == BV_OK)
		answer_impact(x, &impact);
	else if (status == BV_EINVAL)
		problem_answer(x, "invalid", "%s", err.msg);
	else
		edge_fail(x, &err);
}
