/* What competences are called, for the pages of authors and of the office. */
#include "base/json.h"
#include "scoring/scoring.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/server.h"

static const struct schema competence_members[] = {
	{ "code", SCHEMA_STRING, 1, INT32_MAX, .doc = "As items have it." },
	{ "vi", SCHEMA_STRING, 0, INT32_MAX, .doc = "Vietnamese name." },
	{ "en", SCHEMA_STRING, 0, INT32_MAX, .doc = "English name; empty: it has none." },
	{ 0 },
};
static const struct schema competence_element = { NULL, SCHEMA_OBJECT, .of = competence_members };
static const struct schema answer_members[] = {
	{ "competences", SCHEMA_ARRAY, 0, INT32_MAX, .of = &competence_element, .doc = "Of the standards that the server has; where several have a code, by the newest." },
	{ 0 },
};
const struct schema competence_list_answer = { NULL, SCHEMA_OBJECT, .of = answer_members };

void
on_competence_list(struct exchange *x, struct bv_sql *sql)
{
	struct bv_json_pen pen = { .out = &x->answer.body };

	(void)sql;
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_open(&pen, "competences", '[');
	levels_competences_write(&pen, x->server->levels);
	bv_json_pen_close(&pen, ']');
	bv_json_pen_close(&pen, '}');
	exchange_json(x, 200);
}
