/* The page of a certificate drawn after a template that is being written, with the certificate of nobody: as a picture, and in words. */
#include <stdint.h>

#include "base/json.h"
#include "tools/httpd/document.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/template_look.h"

static const struct schema body_members[] = {
	{ "text", SCHEMA_STRING, 1, DOCUMENT_TEXT_MAX, .format = FORMAT_LINES, .doc = "The template." },
	{ "sample", SCHEMA_STRING, 1, 20, .choices = template_sample_names, .doc = "Whose certificate: the usual one, one with the least that any has, one with the longest names." },
	{ "english", SCHEMA_BOOL, .doc = "Are its names in both languages? Else in Vietnamese alone." },
	{ 0 },
};
const struct schema template_page_body = { NULL, SCHEMA_OBJECT, .of = body_members };

static const char *const parts[] = { "text", "area", "qr", NULL };
static const struct schema said_members[] = {
	{ "part", SCHEMA_STRING, 1, 10, .choices = parts, .doc = "A text, the result of an area, the symbol." },
	{ "text", SCHEMA_STRING, 0, INT32_MAX, .format = FORMAT_LINES, .doc = "What it says." },
	{ 0 },
};
static const struct schema said_element = { NULL, SCHEMA_OBJECT, .of = said_members };
static const struct schema fault_element = { NULL, SCHEMA_OBJECT, .doc = "doc/office.md" };
static const struct schema answer_members[] = {
	{ "width", SCHEMA_INT, 1, INT32_MAX, .doc = "Pixels." },
	{ "height", SCHEMA_INT, 1, INT32_MAX, .doc = "Pixels." },
	{ "png", SCHEMA_STRING, 0, INT32_MAX, .doc = "The picture, base64; empty when none could be made." },
	{ "said", SCHEMA_ARRAY, 0, INT32_MAX, .of = &said_element, .doc = "What stands on it, in the template's order: for who does not see it." },
	{ "faults", SCHEMA_ARRAY, 0, TEMPLATE_FAULTS_MAX, .of = &fault_element, .doc = "What could not be drawn, and is not in the picture." },
	{ 0 },
};
const struct schema template_page_answer = { NULL, SCHEMA_OBJECT, .of = answer_members };

static void
refuse(struct exchange *x, const struct bv_err *err)
{
	if (err->line)
		problem_answer(x, "invalid", "line %d: %s", err->line, err->msg);
	else
		problem_answer(x, "invalid", "%s", err->msg);
}

void
on_template_page(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_page_template_free) struct bv_page_template *tmpl = NULL;
	struct bv_str sample = bv_json_str(bv_json_find(x->json, "sample")), text = bv_json_str(bv_json_find(x->json, "text"));
	struct bv_err err;
	int i = 0;

	(void)sql;
	while (i + 1 < TEMPLATE_SAMPLES && !bv_str_is(sample, template_sample_names[i]))
		i++;
	if (bv_page_template_parse(&tmpl, text, &err) != BV_OK) {
		refuse(x, &err);
		return;
	}
	enum bv_status status = template_draw(&x->answer.body, tmpl, text, (enum template_sample)i, bv_json_bool(bv_json_find(x->json, "english")), &err);
	if (status == BV_OK)
		exchange_json(x, 200);
	else if (status == BV_ELIMIT || status == BV_EPARSE || err.line)
		refuse(x, &err);
	else
		edge_fail(x, &err);
}
