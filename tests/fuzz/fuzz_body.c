/* Any JSON against the bodies of all routes and a schema with everything in it: a body is good, or the fault says where and what, in UTF-8. */
#include <assert.h>

#include "base/text.h"
#include "tools/httpd/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static const char *const colours[] = { "red", "blue", NULL };
static const struct schema element = { NULL, SCHEMA_STRING, 1, 3, .format = FORMAT_ID };
static const struct schema inner[] = { { "n", SCHEMA_INT, -5, 5 }, { "any", SCHEMA_ANY, .optional = true }, { 0 } };
static const struct schema members[] = {
	{ "id", SCHEMA_STRING, 2, 4, .format = FORMAT_ID, .optional = true },   { "hex", SCHEMA_STRING, 0, 8, .format = FORMAT_HEX, .optional = true },
	{ "time", SCHEMA_STRING, 0, 40, .format = FORMAT_TIME, .optional = true }, { "text", SCHEMA_STRING, 0, 3, .optional = true },
	{ "colour", SCHEMA_STRING, 0, 10, .choices = colours, .optional = true },  { "number", SCHEMA_NUMBER, .optional = true },
	{ "yes", SCHEMA_BOOL, .optional = true },                                  { "list", SCHEMA_ARRAY, 1, 2, .of = &element, .optional = true },
	{ "a/b~c", SCHEMA_OBJECT, .of = inner, .optional = true },                 { 0 },
};
static const struct schema everything = { NULL, SCHEMA_OBJECT, .of = members };

static void
check(const struct schema *schema, const struct bv_json *json)
{
	struct schema_fault fault = { 0 };

	if (schema_check(schema, json, &fault))
		assert(bv_json_type(json) == BV_JSON_OBJECT);
	else
		assert(fault.en[0] && fault.vi[0] && bv_text_valid(bv_str_of(fault.pointer)) && bv_text_valid(bv_str_of(fault.vi)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_err err;

	if (bv_json_parse(&json, (struct bv_str){ (const char *)p, len }, &err) != BV_OK)
		return 0;
	check(&everything, json);
	for (const struct route *r = routes; r->path; r++)
		if (r->body)
			check(r->body, json);
	return 0;
}
