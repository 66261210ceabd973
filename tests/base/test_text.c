#include "base/text.h"

#include "tests/check.h"

static void
validity(void)
{
	static const struct {
		const char *text;
		size_t good; /* bytes of the longest valid start */
	} cases[] = { /* RFC 3629 §3 and §4 */
		{ "", 0 },
		{ "abcdefghijklmnop", 16 },
		{ "\x7f\xc2\x80\xdf\xbf", 5 },
		{ "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", 12 },
		{ "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8 },
		{ "a\x80", 1 },
		{ "a\xc0\x80", 1 },
		{ "a\xc1\xbf", 1 },
		{ "a\xe0\x9f\xbf", 1 },
		{ "a\xed\xa0\x80", 1 },
		{ "a\xf0\x8f\xbf\xbf", 1 },
		{ "a\xf4\x90\x80\x80", 1 },
		{ "a\xf5\x80\x80\x80", 1 },
		{ "a\xff", 1 },
		{ "abcdefgh\xc3", 8 },
		{ "abcdefgh\xe1\xba", 8 },
		{ "abcdefgh\xf0\x9f\x98", 8 },
		{ "a\xe1\xba" "a", 1 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_str s = bv_str_of(cases[i].text);
		CHECK(bv_text_valid_len(s) == cases[i].good && bv_text_valid(s) == (cases[i].good == s.len), "UTF-8 case %zu", i);
	}
}

static void
normal_form(void)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "ascii", "ascii" },
		{ "ế", "ế" },
		{ "e\xcc\x82\xcc\x81", "ế" },     /* e, circumflex, acute */
		{ "e\xcc\xa3\xcc\x82", "ệ" },     /* e, dot below, circumflex */
		{ "e\xcc\x82\xcc\xa3", "ệ" },     /* the other order */
		{ "\xe2\x84\xab", "Å" },          /* angstrom sign */
		{ "đ", "đ" },                     /* has no decomposition */
		{ "\xef\xac\x81", "\xef\xac\x81" }, /* fi ligature: compatibility only, stays */
	};
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_err err;
	struct bv_str out;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_str in = bv_str_of(cases[i].in);
		CHECK_OK(bv_text_nfc(&out, in, &arena, &err), &err, "NFC");
		CHECK_STR(out, bv_str_of(cases[i].out), "NFC");
		CHECK((out.p == in.p) == !strcmp(cases[i].in, cases[i].out), "borrowed if it was NFC");
	}
	CHECK_REFUSED(bv_text_nfc(&out, BV_STR("ab\xc3"), &arena, &err), BV_EPARSE, &err, "byte 3 (0xc3)", "not UTF-8");
	CHECK(bv_text_nfc(&out, BV_STR_NONE, &arena, &err) == BV_OK && out.len == 0, "NFC of nothing");
}

static void
folding_and_measure(void)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };

	CHECK_STR(bv_text_fold(BV_STR("ĐỀ THI Ế"), &arena), BV_STR("đề thi ế"), "folded");
	CHECK_STR(bv_text_fold(BV_STR("Straße"), &arena), BV_STR("strasse"), "full folding");
	CHECK_STR(bv_text_fold(BV_STR("INFO"), &arena), BV_STR("info"), "no locale: I becomes i");
	CHECK_STR(bv_text_fold(BV_STR_NONE, &arena), BV_STR(""), "nothing");
	CHECK(bv_text_count(BV_STR("Tiếng Việt")) == 10 && bv_text_width(BV_STR("Tiếng Việt")) == 10, "count and width");
	CHECK(bv_text_count(BV_STR("e\xcc\x82")) == 2 && bv_text_width(BV_STR("e\xcc\x82")) == 1, "combining characters have no width");
	CHECK(bv_text_width(BV_STR("越南")) == 4, "wide characters have two");
	CHECK(bv_text_width(BV_STR("a\xff")) == 2, "a stray byte has one");
}

static void
safe(void)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "Nguyễn Thị Ế", "Nguyễn Thị Ế" },        { "a\x1b[31mb", "a\\u001b[31mb" }, { "\x7f\xc2\x9b", "\\u007f\\u009b" },
		{ "a\xe2\x80\xae" "b", "a\\u202eb" },      { "a\nb\\", "a\\nb\\\\" },       { "\xff\xc3", "\\xff\\xc3" },
		{ "\xf3\xa0\x80\xa1", "\\udb40\\udc21" }, { "\xed\xa0\x80", "\\xed\\xa0\\x80" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(100);

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		bv_buf_clear(&out);
		bv_text_write_safe(&out, bv_str_of(cases[i].in), false);
		CHECK_STR(bv_buf_str(&out), bv_str_of(cases[i].out), "safe on a terminal");
		CHECK(bv_text_safe(bv_str_of(cases[i].in)) == (i == 0), "safe as it is?");
	}
	bv_buf_clear(&out);
	bv_text_write_safe(&out, BV_STR("{\n\"\\u0041\x1b"), true);
	CHECK_STR(bv_buf_str(&out), BV_STR("{\n\"\\u0041\\u001b"), "JSON keeps its line feeds and backslashes");
}

/* Every character alone and beside a character that always takes the long way gives the same: the short way of bv_text_nfc is right. */
static void
short_way(void)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	size_t changed = 0, wrong = 0;
	struct bv_err err;

	for (uint32_t c = 0x80; c < 0x10000; c++) {
		char text[8] = { 0 };
		struct bv_str alone = { text, c < 0x800 ? 2 : 3 }, both, made;
		if (c < 0x800)
			snprintf(text, sizeof text, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 63)));
		else
			snprintf(text, sizeof text, "%c%c%c", (int)(0xe0 | c >> 12), (int)(0x80 | (c >> 6 & 63)), (int)(0x80 | (c & 63)));
		if (!bv_text_valid(alone))
			continue;
		memcpy(text + alone.len, "\xe4\xb8\x80", 3);
		both = (struct bv_str){ text, alone.len + 3 };
		if (bv_text_nfc(&made, both, &arena, &err) || bv_text_nfc(&alone, alone, &arena, &err))
			wrong++;
		changed += !bv_str_eq(made, both);
		wrong += !bv_str_eq(alone, bv_str_sub(made, 0, made.len - 3));
		bv_arena_reset(&arena);
	}
	CHECK(wrong == 0, "the short way agrees with the long one on every character of the basic plane");
	CHECK(changed > 500, "and many of them are not NFC (%zu)", changed);
}

int
main(void)
{
	safe();
	validity();
	normal_form();
	folding_and_measure();
	short_way();
	return check_end();
}
