#include "tools/httpd/schema.h"

#include "base/file.h"
#include "tests/check.h"
#include "tools/httpd/route.h"

static const char *const colours[] = { "red", "blue", NULL };
static const struct schema element = { NULL, SCHEMA_STRING, 1, 3, .format = FORMAT_ID };
static const struct schema inner[] = { { "n", SCHEMA_INT, -5, 5 }, { "any", SCHEMA_ANY, .optional = true }, { 0 } };
static const struct schema members[] = {
	{ "id", SCHEMA_STRING, 2, 4, .format = FORMAT_ID },
	{ "hex", SCHEMA_STRING, 0, 8, .format = FORMAT_HEX, .optional = true },
	{ "digits", SCHEMA_STRING, 6, 6, .format = FORMAT_DIGITS, .optional = true },
	{ "time", SCHEMA_STRING, 0, 40, .format = FORMAT_TIME, .optional = true },
	{ "text", SCHEMA_STRING, 0, 3, .optional = true },
	{ "colour", SCHEMA_STRING, 0, 10, .choices = colours, .optional = true },
	{ "free", SCHEMA_INT, .optional = true },
	{ "number", SCHEMA_NUMBER, .optional = true },
	{ "yes", SCHEMA_BOOL, .optional = true },
	{ "list", SCHEMA_ARRAY, 1, 2, .of = &element, .optional = true },
	{ "a/b~c", SCHEMA_OBJECT, .of = inner, .optional = true },
	{ "map", SCHEMA_OBJECT, .optional = true },
	{ 0 },
};
static const struct schema body = { NULL, SCHEMA_OBJECT, .of = members };

static const char *const good[] = {
	"{\"id\":\"ab\"}", "{\"id\":\"a.~d\"}", "{\"id\":\"ab\",\"hex\":\"00ff\"}", "{\"id\":\"ab\",\"hex\":\"\"}", "{\"id\":\"ab\",\"digits\":\"012345\"}",
	"{\"id\":\"ab\",\"time\":\"2026-11-22T05:49:21.123Z\"}", "{\"id\":\"ab\",\"text\":\"ảnh\"}", "{\"id\":\"ab\",\"colour\":\"blue\"}",
	"{\"id\":\"ab\",\"free\":-9223372036854775808}", "{\"id\":\"ab\",\"number\":1}", "{\"id\":\"ab\",\"number\":1.5}", "{\"id\":\"ab\",\"yes\":false}",
	"{\"id\":\"ab\",\"list\":[\"a\"]}", "{\"id\":\"ab\",\"list\":[\"a\",\"bcd\"]}", "{\"id\":\"ab\",\"a/b~c\":{\"n\":-5,\"any\":[{}]}}",
	"{\"id\":\"ab\",\"map\":{}}", "{\"id\":\"ab\",\"map\":{\"x\":[1]}}",
};

static const struct {
	const char *json, *pointer, *en;
} bad[] = {
	{ "[]", "", "of type object" },
	{ "null", "", "of type object" },
	{ "{}", "/id", "is missing" },
	{ "{\"id\":null}", "/id", "of type string" },
	{ "{\"id\":\"a\"}", "/id", "2 to 4 characters" },
	{ "{\"id\":\"abcde\"}", "/id", "2 to 4 characters" },
	{ "{\"id\":\"a b\"}", "/id", "letters, digits" },
	{ "{\"id\":\"a\\u0000\"}", "/id", "letters, digits" },
	{ "{\"id\":\"ab\",\"ID\":\"ab\"}", "/ID", "no member of that name" },
	{ "{\"id\":\"ab\",\"hex\":\"0\"}", "/hex", "hexadecimal" },
	{ "{\"id\":\"ab\",\"hex\":\"0F\"}", "/hex", "hexadecimal" },
	{ "{\"id\":\"ab\",\"digits\":\"01234x\"}", "/digits", "digits only" },
	{ "{\"id\":\"ab\",\"digits\":\"\\uff10\\uff10\\uff10\\uff10\\uff10\\uff10\"}", "/digits", "digits only" },
	{ "{\"id\":\"ab\",\"time\":\"2026-02-30T00:00:00Z\"}", "/time", "RFC 3339" },
	{ "{\"id\":\"ab\",\"text\":\"ảnhh\"}", "/text", "0 to 3 characters" },
	{ "{\"id\":\"ab\",\"text\":\"a\\n\"}", "/text", "control characters" },
	{ "{\"id\":\"ab\",\"colour\":\"green\"}", "/colour", "none of the values" },
	{ "{\"id\":\"ab\",\"free\":1.0}", "/free", "of type integer" },
	{ "{\"id\":\"ab\",\"number\":\"1\"}", "/number", "of type number" },
	{ "{\"id\":\"ab\",\"yes\":1}", "/yes", "of type boolean" },
	{ "{\"id\":\"ab\",\"map\":[]}", "/map", "of type object" },
	{ "{\"id\":\"ab\",\"list\":[]}", "/list", "1 to 2 elements" },
	{ "{\"id\":\"ab\",\"list\":[\"a\",\"b\",\"c\"]}", "/list", "1 to 2 elements" },
	{ "{\"id\":\"ab\",\"list\":[\"a\",\"bcde\"]}", "/list/1", "1 to 3 characters" },
	{ "{\"id\":\"ab\",\"list\":{\"0\":\"a\"}}", "/list", "of type array" },
	{ "{\"id\":\"ab\",\"a/b~c\":{\"n\":6}}", "/a~1b~0c/n", "must be -5 to 5" },
	{ "{\"id\":\"ab\",\"a/b~c\":{\"n\":-6}}", "/a~1b~0c/n", "must be -5 to 5" },
	{ "{\"id\":\"ab\",\"a/b~c\":{}}", "/a~1b~0c/n", "is missing" },
};

static const struct {
	struct schema schema;
	const char *text;
	bool good;
} values[] = {
	{ { "n", SCHEMA_INT, 1, 10 }, "10", true },   { { "n", SCHEMA_INT, 1, 10 }, "11", false }, { { "n", SCHEMA_INT, 1, 10 }, "0", false },
	{ { "n", SCHEMA_INT, 1, 10 }, "x", false },   { { "n", SCHEMA_BOOL }, "true", true },      { { "n", SCHEMA_BOOL }, "1", false },
	{ { "n", SCHEMA_STRING, 0, 2 }, "ab", true }, { { "n", SCHEMA_STRING, 0, 2 }, "abc", false }, { { "n", SCHEMA_STRING, 0, 2 }, "\xff", false },
};

/* The body of every route has an example among the seeds of the fuzzer, which reads them all. */
static bool *walked;

static enum bv_status
walk(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(1 << 20);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct schema_fault fault;

	(void)ctx;
	TRY(bv_file_read(&bytes, path, err));
	if (bv_json_parse(&json, bv_buf_str(&bytes), err) != BV_OK)
		return BV_OK;
	for (size_t i = 0; routes[i].path; i++)
		if (routes[i].body && schema_check(routes[i].body, json, &fault))
			walked[i] = true;
	return BV_OK;
}

static void
seeds(void)
{
	char path[4096];
	const char *source = getenv("BV_SOURCE");
	struct bv_err err;
	size_t count = 0;

	while (routes[count].path)
		count++;
	walked = calloc(count, sizeof *walked);
	snprintf(path, sizeof path, "%s/tests/fuzz/corpus/body", source ? source : ".");
	CHECK_OK(bv_dir_walk(path, walk, NULL, &err), &err, "the seeds of fuzz_body");
	for (size_t i = 0; i < count; i++)
		if (routes[i].body)
			CHECK(walked[i], "%s has an example of its body there", routes[i].path);
	free(walked);
}

int
main(void)
{
	struct schema_fault fault;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(good); i++) {
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		CHECK(bv_json_parse(&json, bv_str_of(good[i]), &err) == BV_OK && schema_check(&body, json, &fault), "good: %s", good[i]);
	}
	for (size_t i = 0; i < BV_COUNT(bad); i++) {
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		memset(&fault, 0, sizeof fault);
		bool refused = bv_json_parse(&json, bv_str_of(bad[i].json), &err) == BV_OK && !schema_check(&body, json, &fault);
		if (!CHECK(refused && strcmp(fault.pointer, bad[i].pointer) == 0 && strstr(fault.en, bad[i].en) && fault.vi[0], "refused: %s", bad[i].json))
			printf("# %s: %s\n", fault.pointer, fault.en);
	}
	for (size_t i = 0; i < BV_COUNT(values); i++)
		CHECK(schema_check_str(&values[i].schema, bv_str_of(values[i].text), &fault) == values[i].good, "value '%s' of type %d", values[i].text,
		      values[i].schema.type);
	seeds();
	return check_end();
}
