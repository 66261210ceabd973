/* The quick reader of JSON never takes what the thorough one does not, and makes the same of it; what programs write, it takes. */
#include <stdlib.h>

#include "base/hash.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "tests/check.h"

static bool
equal_names(const struct bv_json *a, const struct bv_json *b)
{
	BV_AUTO(bv_buf_finish) struct bv_buf x = BV_BUF(1 << 20), y = BV_BUF(1 << 20);

	bv_json_write(&x, a);
	bv_json_write(&y, b);
	return bv_str_eq(bv_buf_str(&x), bv_buf_str(&y)); /* the order of members too */
}

/* 1: both take it for the same; 0: the quick one leaves it; -1: it takes what it should not. */
static int
readers(struct bv_str text)
{
	BV_AUTO(bv_json_free) struct bv_json *quick = NULL, *thorough = NULL;
	struct bv_err err;

	if (!json_read_quick(&quick, text))
		return 0;
	return json_read_thorough(&thorough, text, &err) == BV_OK && bv_json_equal(quick, thorough) && equal_names(quick, thorough) ? 1 : -1;
}

static void
cases(void)
{
	static const struct {
		const char *text;
		int want;
	} list[] = {
		{ "{}", 1 }, { " [ ] ", 1 }, { "{\"a\":[1,-2,0,-0,999999999999999999],\"b\":{\"c\":null}}", 1 }, { "true", 1 }, { "\"\"", 1 }, { "[true,false,null]", 1 },
		{ "\t\r\n{ \"a\" : \"b\" , \"c\" : [ 1 , 2 ] } \n", 1 }, { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u0000\\ud83d\\ude00z\"", 1 }, { "\"ệ𐍈\xf4\x8f\xbf\xbf\"", 1 },
		{ "\"\x7f\xc2\x80\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80\"", 1 }, { "{\"\":1}", 1 },
		/* The thorough one may take these, or says what is wrong. */
		{ "", 0 }, { " ", 0 }, { "1.5", 0 }, { "1e3", 0 }, { "1000000000000000000", 0 }, { "[01]", 0 }, { "[-]", 0 }, { "[+1]", 0 }, { "[1,]", 0 }, { "[,1]", 0 }, { "[1 2]", 0 },
		{ "{\"a\":1,}", 0 }, { "{\"a\" 1}", 0 }, { "{a:1}", 0 }, { "{\"a\":1,\"a\":1}", 0 }, { "{\"\\u0061\":1}", 0 }, { "{} {}", 0 }, { "{}x", 0 }, { "truex", 0 }, { "tru", 0 },
		{ "\"a", 0 }, { "\"a\\", 0 }, { "\"\\x\"", 0 }, { "\"\\u12\"", 0 }, { "\"\\u12g4\"", 0 }, { "\"\\ud83d\"", 0 }, { "\"\\ud83dx\"", 0 }, { "\"\\ud83d\\n\"", 0 },
		{ "\"\\ud83d\\u0041\"", 0 }, { "\"\\ude00\"", 0 }, { "\"a\nb\"", 0 }, { "\"a\x1f\"", 0 }, { "\"\x80\"", 0 }, { "\"\xc1\xbf\"", 0 }, { "\"\xe0\x9f\xbf\"", 0 },
		{ "\"\xed\xa0\x80\"", 0 }, { "\"\xf0\x8f\xbf\xbf\"", 0 }, { "\"\xf4\x90\x80\x80\"", 0 }, { "\"\xf5\x80\x80\x80\"", 0 }, { "\"\xe1\xbb\"", 0 }, { "\"\xe1\xbb", 0 },
		{ "\xef\xbb\xbf{}", 0 }, { "[", 0 }, { "{", 0 }, { "{\"a\"", 0 }, { "{\"a\":", 0 }, { "[1", 0 }, { "]", 0 }, { "NaN", 0 }, { "'a'", 0 }, { "/**/1", 0 },
	};

	for (size_t i = 0; i < BV_COUNT(list); i++)
		CHECK(readers(bv_str_of(list[i].text)) == list[i].want, "case %zu", i);
	CHECK(readers(BV_STR("\"a\0b\"")) == 0 && readers(BV_STR("[1]\0")) == 0, "NUL");
	for (size_t over = 0; over < 2; over++) {
		BV_AUTO(bv_buf_finish) struct bv_buf deep = BV_BUF(1000);
		for (size_t i = 0; i < BV_JSON_DEPTH + over; i++)
			bv_buf_addc(&deep, '[');
		for (size_t i = 0; i < BV_JSON_DEPTH + over; i++)
			bv_buf_addc(&deep, ']');
		CHECK(readers(bv_buf_str(&deep)) == 1 - (int)over, "%zu deep", BV_JSON_DEPTH + over);
	}
}

static const char seed_text[] =
	"{\"a\":[1,-20,345678901234567890,true,false,null,{\"b\":\"\\u00e9\\ud83d\\ude00\\n\\\"\\\\/\"},[]],\"Tên\":\"Nguyễn Thị Ánh Tuyết 𐍈\",\"c\":{},\"d\":\"\",\"e\":{\"f\":{\"g\":[[0]]}}}";

/* Bytes of the seed changed, doubled, taken out, or put in from a set of those that mean something. */
static void
mutations(void)
{
	static const char bytes[] = "\"\\{}[],:0123456789-+.eEutfn \n\t\x1f\x7f\x80\xbf\xc2\xe1\xed\xf0\xf4\xff";
	char copy[2 * sizeof seed_text];
	struct bv_stream stream;
	uint8_t key[BV_HASH_LEN] = { 7 };
	size_t wrong = 0, taken = 0;

	bv_stream_init(&stream, key);
	for (int round = 0; round < 60000; round++) {
		size_t len = sizeof seed_text - 1;
		memcpy(copy, seed_text, len);
		for (uint64_t changes = 1 + bv_stream_below(&stream, 3); changes--;) {
			size_t at = (size_t)bv_stream_below(&stream, len), from = (size_t)bv_stream_below(&stream, len);
			char c = bytes[bv_stream_below(&stream, sizeof bytes - 1)];
			switch (bv_stream_below(&stream, 4)) {
			case 0:
				copy[at] = c;
				break;
			case 1:
				memmove(copy + at, copy + at + 1, --len - at);
				break;
			case 2:
				memmove(copy + at + 1, copy + at, len++ - at);
				copy[at] = c;
				break;
			default:
				copy[at] = copy[from];
			}
		}
		int found = readers((struct bv_str){ copy, len });
		wrong += found < 0;
		taken += found > 0;
	}
	CHECK(wrong == 0, "nothing is taken that should not be");
	CHECK(taken > 5000, "%zu of 60000 are taken", taken);
}

int
main(void)
{
	CHECK(readers(bv_str_of(seed_text)) == 1, "the seed");
	cases();
	mutations();
	return check_end();
}
