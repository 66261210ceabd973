#include "tools/httpd/openapi.h"

#include <stdio.h>

#include "tools/httpd/problem.h"
#include "tools/httpd/route.h"

static const struct schema error_members[] = {
	{ "pointer", SCHEMA_STRING, 0, 127, .doc = "JSON pointer into the body, or '?' and the name of a query parameter." },
	{ "detail", SCHEMA_STRING, 0, 200, .doc = "What is wrong there." },
	{ 0 },
};
static const struct schema one_error = { NULL, SCHEMA_OBJECT, .of = error_members };
static const struct schema problem_members[] = {
	{ "type", SCHEMA_STRING, 1, 64, .doc = "The kind of problem; a relative reference that GET explains." },
	{ "title", SCHEMA_STRING, 1, 200, .doc = "The kind of problem in words." },
	{ "status", SCHEMA_INT, 400, 599, .doc = "The status of the answer." },
	{ "detail", SCHEMA_STRING, 1, 400, .doc = "What to do." },
	{ "requestId", SCHEMA_STRING, 17, 17, .doc = "To be told when help is asked for." },
	{ "reason", SCHEMA_STRING, 1, 255, .optional = true, .doc = "What exactly is wrong, in English." },
	{ "errors", SCHEMA_ARRAY, 1, 1, .of = &one_error, .optional = true, .doc = "Where the request does not fit its schema." },
	{ 0 },
};
static const struct schema problem_schema = { NULL, SCHEMA_OBJECT, .of = problem_members, .doc = "Problem details, RFC 9457." };

static struct bv_json *
set_object(struct bv_json *in, const char *name)
{
	return bv_json_set(in, name, bv_json_new_object());
}

static void
set_content(struct bv_json *in, const char *type, struct bv_json *schema)
{
	bv_json_set(set_object(set_object(in, "content"), type), "schema", schema);
}

static struct bv_json *
reference(const char *to)
{
	struct bv_json *json = bv_json_new_object();

	bv_json_set_str(json, "$ref", bv_str_of(to));
	return json;
}

/* Adds the problem to those of its status: several problems may share one. */
static void
add_problem(struct bv_json *responses, struct bv_str name)
{
	const struct problem *p = problem_find(name);
	char status[8];

	snprintf(status, sizeof status, "%d", p->status);
	if (bv_json_find(responses, status))
		return;
	struct bv_json *response = set_object(responses, status);
	bv_json_set_str(response, "description", bv_str_of(p->title_en));
	set_content(response, PROBLEM_TYPE, reference("#/components/schemas/Problem"));
}

static void
add_responses(struct bv_json *operation, const struct route *r)
{
	struct bv_json *responses = set_object(operation, "responses");
	char status[8];

	snprintf(status, sizeof status, "%d", r->status);
	struct bv_json *good = set_object(responses, status);
	bv_json_set_str(good, "description", bv_str_of(r->en));
	if (r->answer)
		set_content(good, "application/json", schema_json(r->answer));
	else if (r->type) {
		struct bv_json *text = bv_json_new_object();
		bv_json_set_str(text, "type", strcmp(r->type, "application/json") == 0 ? BV_STR("object") : BV_STR("string"));
		set_content(good, r->type, text);
	}
	for (struct bv_str rest = bv_str_of(r->problems), word; bv_str_token(&rest, &word);)
		add_problem(responses, word);
	add_problem(responses, BV_STR("bad-request"));
	add_problem(responses, BV_STR("rate"));
	if (r->roles) {
		add_problem(responses, BV_STR("sign-in"));
		add_problem(responses, BV_STR("denied"));
		if ((r->roles & ROLE(CANDIDATE)) && !(r->flags & ROUTE_SEB))
			add_problem(responses, BV_STR("seb"));
	}
	if (r->body || r->query)
		add_problem(responses, BV_STR("invalid"));
	if (r->body) {
		add_problem(responses, BV_STR("too-large"));
		add_problem(responses, BV_STR("media-type"));
	}
	if (r->where != WHERE_EVENT) {
		add_problem(responses, BV_STR("busy"));
		add_problem(responses, BV_STR("fault"));
	}
}

static void
add_parameter(struct bv_json *parameters, struct bv_str name, const char *in, bool required, struct bv_json *schema)
{
	struct bv_json *p = bv_json_add(parameters, bv_json_new_object());

	bv_json_set_str(p, "name", name);
	bv_json_set_str(p, "in", bv_str_of(in));
	bv_json_set(p, "required", bv_json_new_bool(required));
	bv_json_set(p, "schema", schema);
}

static void
add_parameters(struct bv_json *operation, const struct route *r)
{
	static const struct schema id = { NULL, SCHEMA_STRING, 1, 64, .format = FORMAT_ID };
	static const struct schema token = { NULL, SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "From the answer to the sign-in." };
	static const struct schema lease = { NULL, SCHEMA_INT, 1, UINT32_MAX, .doc = "The tab's lease, from the answer to 'lease'; that of the session when absent." };
	struct bv_json *parameters = bv_json_set(operation, "parameters", bv_json_new_array());

	for (struct bv_str rest = bv_str_of(r->path + 1); rest.len;) {
		struct bv_str part = bv_str_sub(rest, 0, bv_str_find(rest, '/'));
		if (part.p[0] == '{')
			add_parameter(parameters, bv_str_sub(part, 1, part.len - 2), "path", true, schema_json(&id));
		rest = bv_str_sub(rest, part.len + 1, rest.len);
	}
	for (const struct schema *s = r->query; s && s->name; s++)
		add_parameter(parameters, bv_str_of(s->name), "query", false, schema_json(s));
	if (r->roles && r->method != METHOD_GET)
		add_parameter(parameters, BV_STR("X-CSRF-Token"), "header", true, schema_json(&token));
	if (r->flags & ROUTE_LEASE)
		add_parameter(parameters, BV_STR("X-Lease"), "header", false, schema_json(&lease));
}

static void
add_roles(struct bv_json *operation, const struct route *r)
{
	struct bv_json *roles = bv_json_set(operation, "x-roles", bv_json_new_array());

	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if (r->roles & (UINT32_C(1) << i))
			bv_json_add(roles, bv_json_new_str(bv_str_of(role_rows[i].name)));
	struct bv_json *security = bv_json_set(operation, "security", bv_json_new_array());
	if (r->roles)
		bv_json_set(bv_json_add(security, bv_json_new_object()), "session", bv_json_new_array());
}

/* *path is that of the row before: rows of one path stand together. */
static void
add_operation(struct bv_json *paths, struct bv_json **path, const struct route *r)
{
	static const char *const members[] = {
		[METHOD_GET] = "get", [METHOD_POST] = "post", [METHOD_PUT] = "put", [METHOD_PATCH] = "patch", [METHOD_DELETE] = "delete",
	};

	if (!bv_json_find(paths, r->path))
		*path = set_object(paths, r->path);
	struct bv_json *operation = set_object(*path, members[r->method]);
	bv_json_set_str(operation, "operationId", bv_str_of(r->id));
	bv_json_set_str(operation, "summary", bv_str_of(r->en));
	bv_json_set_str(operation, "description", bv_str_of(r->vi));
	add_roles(operation, r);
	add_parameters(operation, r);
	if (r->body) {
		struct bv_json *body = set_object(operation, "requestBody");
		bv_json_set(body, "required", bv_json_new_bool(true));
		set_content(body, "application/json", schema_json(r->body));
	} else if (r->flags & ROUTE_FORM) {
		static const struct schema form = { NULL, SCHEMA_OBJECT, .doc = "Fields and a file, as a form of a page sends them." };
		struct bv_json *body = set_object(operation, "requestBody");
		bv_json_set(body, "required", bv_json_new_bool(true));
		set_content(body, "multipart/form-data", schema_json(&form));
	}
	add_responses(operation, r);
}

struct bv_json *
openapi_document(void)
{
	struct bv_json *doc = bv_json_new_object();

	bv_json_set_str(doc, "openapi", BV_STR("3.1.0"));
	struct bv_json *info = set_object(doc, "info");
	bv_json_set_str(info, "title", BV_STR("Bảng Vàng"));
	bv_json_set_str(info, "version", BV_STR(BV_VERSION));
	bv_json_set_str(info, "summary", BV_STR("The exam server's HTTP interface"));
	struct bv_json *license = set_object(info, "license");
	bv_json_set_str(license, "name", BV_STR("Apache License 2.0"));
	bv_json_set_str(license, "identifier", BV_STR("Apache-2.0"));
	struct bv_json *paths = set_object(doc, "paths");
	struct bv_json *path = NULL;
	for (const struct route *r = routes; r->path; r++)
		add_operation(paths, &path, r);
	struct bv_json *components = set_object(doc, "components");
	bv_json_set(set_object(components, "schemas"), "Problem", schema_json(&problem_schema));
	struct bv_json *session = set_object(set_object(components, "securitySchemes"), "session");
	bv_json_set_str(session, "type", BV_STR("apiKey"));
	bv_json_set_str(session, "in", BV_STR("cookie"));
	bv_json_set_str(session, "name", BV_STR("__Host-bv"));
	return doc;
}
