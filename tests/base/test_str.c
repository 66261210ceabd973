#include <math.h>

#include "base/mem.h"
#include "tests/check.h"

static void
integers(void)
{
	static const struct {
		const char *text;
		bool good;
		int64_t value;
	} cases[] = {
		{ "0", true, 0 },
		{ "+1", true, 1 },
		{ "-007", true, -7 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "-9223372036854775809", false, 0 },
		{ "", false, 0 },
		{ "-", false, 0 },
		{ "1 ", false, 0 },
		{ "1.0", false, 0 },
		{ "0x1", false, 0 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		int64_t n = 0;
		bool good = bv_str_int(bv_str_of(cases[i].text), &n);
		CHECK(good == cases[i].good && n == cases[i].value, "integer '%s'", cases[i].text);
	}
}

static void
decimals(void)
{
	static const struct {
		const char *text;
		unsigned places;
		bool good;
		int64_t value;
	} cases[] = {
		{ "2.5", 2, true, 250 },       { "2.50", 2, true, 250 },  { "2", 2, true, 200 },      { "-0.125", 3, true, -125 },
		{ "+1.5", 1, true, 15 },       { "-0.5", 1, true, -5 },   { "7", 0, true, 7 },        { "92233720368547758.07", 2, true, INT64_MAX },
		{ "92233720368547758.08", 2, false, 0 },                  { "2.505", 2, false, 0 },   { "2.", 2, false, 0 },
		{ ".5", 2, false, 0 },         { "-.5", 2, false, 0 },    { "", 2, false, 0 },        { "1.-5", 2, false, 0 },
		{ "1.+5", 2, false, 0 },       { "1.5.", 2, false, 0 },   { "1..5", 2, false, 0 },    { "1e2", 2, false, 0 },
		{ "2,5", 2, false, 0 },        { " 2.5", 2, false, 0 },   { "1.0", 0, false, 0 },     { "00000000000000000000000000000001", 2, false, 0 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		int64_t n = 0;
		bool good = bv_str_decimal(bv_str_of(cases[i].text), cases[i].places, &n);
		CHECK(good == cases[i].good && (!good || n == cases[i].value), "decimal '%s' with %u places", cases[i].text, cases[i].places);
	}
}

static void
doubles(void)
{
	static const struct {
		const char *text;
		bool good;
		double value;
	} cases[] = {
		{ "1.5", true, 1.5 },     { ".5", true, 0.5 },      { "5.", true, 5 },    { "-1e-3", true, -0.001 },
		{ "INF", true, HUGE_VAL }, { "-INF", true, -HUGE_VAL }, { "inf", false, 0 }, { "1,5", false, 0 },
		{ "0x10", false, 0 },     { "1e", false, 0 },       { ".", false, 0 },    { "", false, 0 },
		{ "nan", false, 0 },      { " 1", false, 0 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		double x = 0;
		bool good = bv_str_double(bv_str_of(cases[i].text), &x);
		CHECK(good == cases[i].good && (!good || x == cases[i].value), "double '%s'", cases[i].text);
	}
	double x;
	CHECK(bv_str_double(BV_STR("NaN"), &x) && isnan(x), "NaN is a double");
}

static void
buffers(void)
{
	struct bv_buf buf = BV_BUF(10);
	struct bv_err err;

	bv_buf_addz(&buf, "0123456789");
	CHECK(bv_buf_check(&buf, &err) == BV_OK && buf.len == 10, "a buffer takes its maximum");
	bv_buf_addc(&buf, 'x');
	CHECK_REFUSED(bv_buf_check(&buf, &err), BV_ELIMIT, &err, "10 bytes", "one byte more is refused");
	CHECK_STR(bv_buf_str(&buf), BV_STR("0123456789"), "and nothing of it is written");
	bv_buf_clear(&buf);
	bv_buf_printf(&buf, "%d-%s", 12, "ab");
	CHECK_STR(bv_buf_str(&buf), BV_STR("12-ab"), "printf");
	bv_buf_finish(&buf);
}

static void
hexadecimal(void)
{
	uint8_t bytes[3];
	struct bv_err err;
	char z[BV_HEX_SIZE(3)];

	CHECK(bv_hex_parse(bytes, 3, BV_STR("00fFa1"), &err) == BV_OK && bytes[0] == 0 && bytes[1] == 255 && bytes[2] == 0xa1, "hex");
	CHECK(strcmp(bv_hex(z, bytes, 3), "00ffa1") == 0, "hex is written in lower case");
	CHECK_REFUSED(bv_hex_parse(bytes, 3, BV_STR("00ff"), &err), BV_EPARSE, &err, "6 hexadecimal", "too short");
	CHECK_REFUSED(bv_hex_parse(bytes, 3, BV_STR("00ffg1"), &err), BV_EPARSE, &err, "'g'", "not a digit");
}

static void
messages(void)
{
	struct bv_err err;
	char longest[600];

	memset(longest, 0, sizeof longest);
	for (size_t i = 0; i + 2 < sizeof longest - 1; i += 3)
		memcpy(longest + i, "ế", 3);
	bv_err_at(&err, BV_EPARSE, 7, "%s", longest);
	CHECK(strlen(err.msg) < sizeof err.msg && strcmp(err.msg + strlen(err.msg) - 3, "…") == 0 && err.line == 7,
	      "a message that is too long is cut between characters and says so");
	bv_err_set(&err, BV_EIO, "again: %s", err.msg);
	CHECK(strncmp(err.msg, "again: ế", 8) == 0, "a message may quote the one before");
}

static void
arenas(void)
{
	struct bv_arena arena = { 0 };
	bool aligned = true, zero = true;

	for (size_t size = 1; size < 40000; size = size * 2 + 1) {
		char *p = bv_arena_alloc(&arena, size);
		aligned &= (uintptr_t)p % 16 == 0;
		for (size_t i = 0; i < size; i++)
			zero &= p[i] == 0;
		memset(p, 0xff, size);
	}
	CHECK(aligned && zero, "arena memory is aligned and zeroed");
	CHECK_STR(bv_arena_str(&arena, BV_STR("đề")), BV_STR("đề"), "arena string");
	bv_arena_finish(&arena);
}

/* RFC 4648 §10, and what no encoder writes. */
static void
test_base64(void)
{
	static const struct {
		const char *text, *bytes; /* NULL: refused */
	} cases[] = {
		{ "", "" }, { "Zg==", "f" }, { "Zm8=", "fo" }, { "Zm9v", "foo" }, { "Zm9vYg==", "foob" }, { "Zm9vYmE=", "fooba" }, { "Zm9vYmFy", "foobar" },
		{ " Zm9v\r\n\tYmFy ", "foobar" }, { "+/+/", "\xfb\xff\xbf" },
		{ "Z", NULL }, { "Zg", NULL }, { "Zg=", NULL }, { "Zm8", NULL }, { "Zh==", NULL }, { "Zm9=", NULL }, { "====", NULL }, { "Z===", NULL },
		{ "Zg==Zg==", NULL }, { "Zg=A", NULL }, { "Zm9v!", NULL }, { "-_-_", NULL }, { "Zm9v=", NULL },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(6);
		bool good = bv_base64_parse(&out, bv_str_of(cases[i].text));
		CHECK(good == (cases[i].bytes != NULL) && (!good || bv_str_eq(bv_buf_str(&out), bv_str_of(cases[i].bytes))), "base64 '%s'", cases[i].text);
	}
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(6);
	CHECK(!bv_base64_parse(&out, BV_STR("Zm9vYmFyYg==")) && out.full, "more than there is room for");
}

int
main(void)
{
	struct bv_str rest = BV_STR(" a\tbc \n"), token;

	integers();
	decimals();
	doubles();
	buffers();
	hexadecimal();
	messages();
	arenas();
	CHECK(bv_str_token(&rest, &token) && bv_str_is(token, "a") && bv_str_token(&rest, &token) && bv_str_is(token, "bc") &&
	          !bv_str_token(&rest, &token),
	      "tokens");
	CHECK(bv_str_cmp(BV_STR("a"), BV_STR("ab")) < 0 && bv_str_cmp(BV_STR("b"), BV_STR("ab")) > 0 &&
	          bv_str_cmp(BV_STR_NONE, BV_STR_NONE) == 0,
	      "byte order");
	test_base64();
	return check_end();
}
