/* Shapes of JSON and of queries, written as tables: checked before a handler runs, and written into the OpenAPI document from the same rows. */
#ifndef BV_TOOLS_HTTPD_SCHEMA_H
#define BV_TOOLS_HTTPD_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"

enum schema_type { SCHEMA_ANY, SCHEMA_STRING, SCHEMA_INT, SCHEMA_NUMBER, SCHEMA_BOOL, SCHEMA_ARRAY, SCHEMA_OBJECT };

/* What strings look like besides their length. Each is also a pattern of ECMA-262 in the document. */
enum schema_format {
	FORMAT_TEXT, /* UTF-8 without control characters; line feeds and tabs are none here */
	FORMAT_LINES, /* the same with line feeds, carriage returns and tabs */
	FORMAT_ID,   /* letters, digits, '.', '_', '~', '-' */
	FORMAT_HEX,  /* lower case, an even number of digits */
	FORMAT_DIGITS,
	FORMAT_TIME, /* RFC 3339 */
};

struct schema {
	const char *name; /* of the member; NULL for the body itself and for the elements of an array; ends lists of members */
	enum schema_type type;
	int64_t min, max; /* code points of a string, elements of an array, value of an integer; both 0: no limits for integers */
	const struct schema *of; /* members of an object, ending with { 0 }, or NULL: any; the one element of an array */
	const char *const *choices; /* the strings that there are, ending with NULL */
	enum schema_format format;
	bool optional;
	const char *doc; /* one English sentence */
};

struct schema_fault {
	char pointer[128]; /* RFC 6901; cut when it is longer */
	char vi[160], en[160];
};

/* False fills fault. Objects have no members but those of the schema. */
bool schema_check(const struct schema *schema, const struct bv_json *json, struct schema_fault *fault);
/* The same for one string value: of a query. */
bool schema_check_str(const struct schema *schema, struct bv_str s, struct schema_fault *fault);

/* The schema as JSON Schema 2020-12. */
struct bv_json *schema_json(const struct schema *schema);

#endif
