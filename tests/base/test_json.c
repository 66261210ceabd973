#include "base/json.h"

#include <math.h>

#include "base/file.h"
#include "tests/check.h"

static void
refusals(void)
{
	static const struct {
		const char *text;
		enum bv_status want; /* BV_OK: accepted */
		int line;
		const char *part;
	} cases[] = {
		{ "{}", BV_OK, 0, "" },
		{ " [1, 2]\n", BV_OK, 0, "" },
		{ "\"a\"", BV_OK, 0, "" },
		{ "null", BV_OK, 0, "" },
		{ "9223372036854775807", BV_OK, 0, "" },
		{ "9223372036854775808", BV_EPARSE, 1, "64 bits" },
		{ "-9223372036854775808", BV_OK, 0, "" },
		{ "-9223372036854775809", BV_EPARSE, 1, "64 bits" },
		{ "1e308", BV_OK, 0, "" },
		{ "1e309", BV_EPARSE, 1, "too large" },
		{ "{\"a\":1,\"b\":2}", BV_OK, 0, "" },
		{ "{\"a\":1,\n\"a\":2}", BV_EPARSE, 2, "twice" },
		{ "{\"\\u0061\":1,\"a\":2}", BV_EPARSE, 1, "twice" },
		{ "{\"a\":[{\"b\":1,\"b\":1}]}", BV_EPARSE, 1, "twice" },
		{ "{} {}", BV_EPARSE, 1, "after the end" },
		{ "{}x", BV_EPARSE, 1, "after the end" },
		{ "", BV_EPARSE, 1, "" },
		{ "{\n\"a\":", BV_EPARSE, 2, "too early" },
		{ "[1,]", BV_EPARSE, 1, "not JSON" },
		{ "{'a':1}", BV_EPARSE, 1, "not JSON" },
		{ "[01]", BV_EPARSE, 1, "not JSON" },
		{ "NaN", BV_EPARSE, 1, "not JSON" },
		{ "[1] // x", BV_EPARSE, 1, "after the end" },
		{ "\"\\u0000\"", BV_OK, 0, "" },
		{ "{\"\\u0000\":1}", BV_EPARSE, 1, "u0000" },
		{ "\"\\ud83d\\ude02\"", BV_OK, 0, "" },
		{ "\"\\ud83d\"", BV_EPARSE, 1, "not JSON" },
		{ "\"\xc3\xa9\"", BV_OK, 0, "" },
		{ "\"\xc3\"", BV_EPARSE, 1, "UTF-8" },
		{ "\"\xed\xa0\x80\"", BV_EPARSE, 1, "UTF-8" },
		{ "\"a\nb\"", BV_EPARSE, 1, "" },
		{ "\xef\xbb\xbf{}", BV_EPARSE, 1, "" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_json *json = NULL;
		struct bv_err err = { 0 };
		enum bv_status status = bv_json_parse(&json, bv_str_of(cases[i].text), &err);
		if (!CHECK(status == cases[i].want && (!status || (err.line == cases[i].line && strstr(err.msg, cases[i].part) && !json)),
		           "parse %s", cases[i].want ? "refuses" : "accepts"))
			printf("# case %zu: %s line %d: %s\n", i, bv_status_name(status), err.line, err.msg);
		bv_json_free(json);
	}
}

static void
limits(void)
{
	struct bv_err err;

	for (int over = 0; over <= 1; over++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX + 10);
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		bv_buf_addz(&text, "[\"[[\\\"{{\",\n");
		for (int i = 0; i < BV_JSON_DEPTH - 1 + over; i++)
			bv_buf_addz(&text, "[");
		for (int i = 0; i < BV_JSON_DEPTH - 1 + over; i++)
			bv_buf_addz(&text, "]");
		bv_buf_addz(&text, ",[],[],[]]");
		if (over)
			CHECK_REFUSED(bv_json_parse(&json, bv_buf_str(&text), &err), BV_ELIMIT, &err, "64 deep", "one level too deep");
		else
			CHECK_OK(bv_json_parse(&json, bv_buf_str(&text), &err), &err, "the deepest that is allowed; brackets in strings do not count");
		CHECK(!over || err.line == 2, "the line of what is too deep");
	}
	for (int over = 0; over <= 1; over++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX + 10);
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		bv_buf_addz(&text, "[1]");
		while (text.len < BV_JSON_MAX + (size_t)over)
			bv_buf_addc(&text, ' ');
		if (over)
			CHECK_REFUSED(bv_json_parse(&json, bv_buf_str(&text), &err), BV_ELIMIT, &err, "larger than", "one byte too many");
		else
			CHECK_OK(bv_json_parse(&json, bv_buf_str(&text), &err), &err, "the most bytes that are allowed");
	}
}

/* Appendix B of RFC 8785: IEEE 754 bits and the text that ECMAScript gives them. */
static void
numbers(void)
{
	static const struct {
		uint64_t bits;
		const char *text;
	} cases[] = {
		{ 0x0000000000000000, "0" },
		{ 0x8000000000000000, "0" },
		{ 0x0000000000000001, "5e-324" },
		{ 0x8000000000000001, "-5e-324" },
		{ 0x7fefffffffffffff, "1.7976931348623157e+308" },
		{ 0xffefffffffffffff, "-1.7976931348623157e+308" },
		{ 0x4340000000000000, "9007199254740992" },
		{ 0xc340000000000000, "-9007199254740992" },
		{ 0x4430000000000000, "295147905179352830000" },
		{ 0x44b52d02c7e14af5, "9.999999999999997e+22" },
		{ 0x44b52d02c7e14af6, "1e+23" },
		{ 0x44b52d02c7e14af7, "1.0000000000000001e+23" },
		{ 0x444b1ae4d6e2ef4e, "999999999999999700000" },
		{ 0x444b1ae4d6e2ef4f, "999999999999999900000" },
		{ 0x444b1ae4d6e2ef50, "1e+21" },
		{ 0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7" },
		{ 0x3eb0c6f7a0b5ed8d, "0.000001" },
		{ 0x41b3de4355555553, "333333333.3333332" },
		{ 0x41b3de4355555554, "333333333.33333325" },
		{ 0x41b3de4355555555, "333333333.3333333" },
		{ 0x41b3de4355555556, "333333333.3333334" },
		{ 0x41b3de4355555557, "333333333.33333343" },
		{ 0xbecbf647612f3696, "-0.0000033333333333333333" },
		{ 0x43143ff3c1cb0959, "1424953923781206.2" },
		{ 0x3d30000000000000, "5.684341886080802e-14" }, /* 2^-44: the nearest 16 digits do not read back, the next above do */
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(64);
		double x;
		memcpy(&x, &cases[i].bits, sizeof x);
		bv_double_write(&out, x);
		CHECK_STR(bv_buf_str(&out), bv_str_of(cases[i].text), "number");
	}

	/* Any double reads back as itself, and no shorter text does. */
	uint64_t state = 88172645463325252u;
	int wrong = 0, longer = 0;
	for (int i = 0; i < 200000; i++) {
		char text[40];
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(64);
		double x;
		state ^= state << 13, state ^= state >> 7, state ^= state << 17;
		memcpy(&x, &state, sizeof x);
		if (!isfinite(x))
			continue;
		bv_double_write(&out, x);
		wrong += strtod(out.p, NULL) != x;
		snprintf(text, sizeof text, "%.15e", x);
		int digits = 0, zeros = 0;
		for (const char *p = out.p; *p && *p != 'e'; p++)
			if (*p >= '0' && *p <= '9' && (digits || *p != '0')) {
				digits++;
				zeros = *p == '0' ? zeros + 1 : 0;
			}
		longer += digits - zeros > 16 && strtod(text, NULL) == x;
	}
	CHECK(wrong == 0 && longer == 0, "200,000 random doubles: %d wrong, %d too long", wrong, longer);
}

static void
canonical(void)
{
	static const char *const names[] = { "arrays", "french", "structures", "unicode", "values", "weird" };
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(names); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf in = BV_BUF(1 << 16), want = BV_BUF(1 << 16), got = BV_BUF(1 << 16);
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		char name[200];
		snprintf(name, sizeof name, "certs/rfc8785-jcs/testdata/input/%s.json", names[i]);
		const char *path = check_reference(name);
		if (!path)
			continue;
		CHECK_OK(bv_file_read(&in, path, &err), &err, name);
		snprintf(name, sizeof name, "certs/rfc8785-jcs/testdata/outhex/%s.txt", names[i]);
		CHECK_OK(bv_file_read(&want, check_reference(name), &err), &err, name);
		CHECK_OK(bv_json_parse(&json, bv_buf_str(&in), &err), &err, name);
		BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(1 << 16);
		for (struct bv_str rest = bv_buf_str(&want), token; bv_str_token(&rest, &token);) {
			uint8_t byte = 0;
			if (bv_hex_parse(&byte, 1, token, &err) == BV_OK)
				bv_buf_addc(&bytes, (char)byte);
		}
		bv_json_write_canonical(&got, json);
		CHECK_STR(bv_buf_str(&got), bv_buf_str(&bytes), name);
	}
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "{\"\xef\xbf\xbf\":1,\"\xf0\x90\x80\x80\":2,\"z\":3,\"\xed\x9f\xbf\":4}", /* U+FFFF, U+10000, z, U+D7FF */
		  "{\"z\":3,\"\xed\x9f\xbf\":4,\"\xf0\x90\x80\x80\":2,\"\xef\xbf\xbf\":1}" },
		{ "{\"ab\":1,\"a\":2,\"\":3}", "{\"\":3,\"a\":2,\"ab\":1}" },
		{ "[-0, -0.0, 1.0, 10e1, 9007199254740993, 1e-7]", "[0,0,1,100,9007199254740992,1e-7]" },
		{ "\"\\u0000\\u001f\\u007f\\/\\u2028\"", "\"\\u0000\\u001f\x7f/\xe2\x80\xa8\"" },
	};
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf got = BV_BUF(1 << 16);
		CHECK_OK(bv_json_parse(&json, bv_str_of(cases[i].in), &err), &err, "canonical input");
		bv_json_write_canonical(&got, json);
		CHECK_STR(bv_buf_str(&got), bv_str_of(cases[i].out), "canonical");
	}
}

static void
building(void)
{
	BV_AUTO(bv_json_free) struct bv_json *object = bv_json_new_object(), *again = NULL, *copy = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1000);
	struct bv_err err;

	bv_json_set_str(object, "b", BV_STR("đề \"1\"\n"));
	struct bv_json *list = bv_json_set(object, "a", bv_json_new_array());
	bv_json_add(list, bv_json_new_int(-5));
	bv_json_add(list, bv_json_new_real(5));
	bv_json_add(list, bv_json_new_real(1e20));
	bv_json_add(list, bv_json_new_real(-0.0));
	bv_json_add(list, bv_json_new_bool(true));
	bv_json_add(list, bv_json_new_null());
	bv_json_add(list, bv_json_new_object());
	bv_json_set_int(object, "gone", 1);
	bv_json_remove(object, "gone");
	bv_json_write(&out, object);
	CHECK_STR(bv_buf_str(&out), BV_STR("{\"b\":\"đề \\\"1\\\"\\n\",\"a\":[-5,5.0,100000000000000000000.0,-0.0,true,null,{}]}"), "written");
	CHECK_OK(bv_json_parse(&again, bv_buf_str(&out), &err), &err, "read again");
	CHECK(bv_json_equal(object, again), "and equal, reals still reals");
	copy = bv_json_copy(object);
	bv_json_add(list, bv_json_new_int(1));
	CHECK(!bv_json_equal(object, copy) && bv_json_equal(copy, again), "a copy is deep");
	bv_buf_clear(&out);
	bv_json_write_pretty(&out, again);
	CHECK(strstr(out.p, "{\n  \"b\": \"") && strstr(out.p, "\n    -5,\n") && strstr(out.p, "{}\n  ]\n}\n"), "pretty");
}

static void
reading(void)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_json *member;
	struct bv_err err;
	struct bv_str s;
	int64_t n;

	CHECK_OK(bv_json_parse(&json, BV_STR("{\"s\":\"a\\u0000b\",\"n\":7,\"r\":1.5,\"l\":[1,2]}"), &err), &err, "read");
	CHECK(bv_json_need_str(&s, json, "s", &err) == BV_OK && s.len == 3 && s.p[1] == 0, "a string with NUL");
	CHECK(bv_json_need_int(&n, json, "n", &err) == BV_OK && n == 7, "an integer");
	CHECK(bv_json_need(&member, json, "n", BV_JSON_REAL, &err) == BV_OK && bv_json_real(member) == 7, "an integer is a number");
	CHECK_REFUSED(bv_json_need_int(&n, json, "r", &err), BV_EINVAL, &err, "'r' is a number: an integer", "a real is no integer");
	CHECK_REFUSED(bv_json_need_str(&s, json, "l", &err), BV_EINVAL, &err, "'l' is an array: a string", "an array is no string");
	CHECK_REFUSED(bv_json_need_str(&s, json, "x", &err), BV_EINVAL, &err, "'x' is missing", "absent");
	CHECK_OK(bv_json_only(json, "l r n s", &err), &err, "every member is among the names");
	CHECK_REFUSED(bv_json_only(json, "s rn l", &err), BV_EINVAL, &err, "'n' is not known", "one is not");
	CHECK_OK(bv_json_only(NULL, "", &err), &err, "what is absent has no members");
	uint8_t bytes[2] = { 0 };
	CHECK_REFUSED(bv_json_need_hex(bytes, 2, json, "s", &err), BV_EINVAL, &err, "'s': ", "no hexadecimal digits");
	BV_AUTO(bv_json_free) struct bv_json *hex = NULL;
	CHECK_OK(bv_json_parse(&hex, BV_STR("{\"h\":\"01fF\"}"), &err), &err, "hexadecimal");
	CHECK(bv_json_need_hex(bytes, 2, hex, "h", &err) == BV_OK && bytes[0] == 1 && bytes[1] == 255, "is read");
	CHECK_REFUSED(bv_json_need_hex(bytes, 1, hex, "h", &err), BV_EINVAL, &err, "'h': ", "and has one length");
	CHECK(bv_json_count(bv_json_find(json, "l")) == 2 && !bv_json_at(bv_json_find(json, "l"), 2) && !bv_json_find(NULL, "x") &&
	          bv_json_count(NULL) == 0 && bv_json_str(NULL).len == 0 && bv_json_type(NULL) == BV_JSON_NULL,
	      "what is absent is empty");
	size_t i = 0;
	static const char *const order[] = { "s", "n", "r", "l" };
	for (void *it = bv_json_members(json); it; it = bv_json_next(json, it), i++)
		CHECK_STR(bv_json_member_name(it), bv_str_of(order[i]), "members keep their order");
	CHECK_REFUSED(bv_json_parse_large(&hex, BV_STR("[1,2]"), 4, &err), BV_ELIMIT, &err, "larger than 4 bytes", "one byte too many");
	BV_AUTO(bv_json_free) struct bv_json *text = bv_json_new_text(BV_STR("\xff" "b\xe1\xba"));
	CHECK_STR(bv_json_str(text), BV_STR("\\xffb\\xe1\\xba"), "bytes that are no text");
}

static void
pen(void)
{
	static const int64_t numbers[] = { 0, -1, 7, 10, INT64_C(9007199254740992), INT64_C(9007199254740993), -(INT64_C(1) << 60) };

	for (int pretty = 0; pretty < 2; pretty++) {
		BV_AUTO(bv_buf_finish) struct bv_buf said = BV_BUF(10000), generic = BV_BUF(10000);
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		struct bv_json_pen pen = { .out = &said, .pretty = pretty };
		struct bv_err err;

		bv_json_pen_open(&pen, NULL, '{');
		bv_json_pen_open(&pen, "a", '[');
		bv_json_pen_close(&pen, ']');
		bv_json_pen_open(&pen, "b", '{');
		bv_json_pen_close(&pen, '}');
		bv_json_pen_open(&pen, "c", '[');
		for (size_t i = 0; i < BV_COUNT(numbers); i++)
			bv_json_pen_int(&pen, NULL, numbers[i]);
		bv_json_pen_open(&pen, NULL, '[');
		bv_json_pen_null(&pen, NULL);
		bv_json_pen_close(&pen, ']');
		bv_json_pen_str(&pen, NULL, BV_STR("\"\\\x01Ế"));
		bv_json_pen_close(&pen, ']');
		bv_json_pen_bool(&pen, "d", true);
		bv_json_pen_name(&pen, BV_STR("e\""));
		bv_json_pen_open(&pen, NULL, '{');
		bv_json_pen_name(&pen, BV_STR("x"));
		bv_json_pen_bool(&pen, NULL, false);
		bv_json_pen_hex(&pen, "y", "\x01\xff", 2);
		bv_json_pen_close(&pen, '}');
		bv_json_pen_time(&pen, "eg", 0);
		bv_json_pen_time(&pen, "et", 1);
		bv_json_pen_null(&pen, "f");
		bv_json_pen_close(&pen, '}');
		CHECK_OK(bv_json_parse(&json, bv_buf_str(&said), &err), &err, "what is said is JSON");
		CHECK(!bv_json_find(json, "eg") && bv_str_is(bv_json_str(bv_json_find(json, "et")), "1970-01-01T00:00:01Z"), "a time; no time");
		if (pretty)
			bv_json_write_pretty(&generic, json);
		else
			bv_json_write_canonical(&generic, json);
		CHECK_STR(bv_buf_str(&said), bv_buf_str(&generic), "the bytes of the generic writer");
	}
	CHECK(bv_json_name_cmp(BV_STR("Ａ"), BV_STR("𝐀")) > 0 && bv_json_name_cmp(BV_STR("a"), BV_STR("ab")) < 0 && !bv_json_name_cmp(BV_STR("a"), BV_STR("a")),
	      "names by UTF-16 code units");
}

int
main(void)
{
	refusals();
	limits();
	numbers();
	canonical();
	building();
	reading();
	pen();
	return check_end();
}
