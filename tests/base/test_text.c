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
	CHECK(bv_text_upper(0x1b0) == 0x1af && bv_text_upper(0x1ec7) == 0x1ec6 && bv_text_upper(0x111) == 0x110 && bv_text_upper('i') == 'I', "capitals: ư ệ đ i");
	CHECK(bv_text_upper('1') == '1' && bv_text_upper(0x1af) == 0x1af, "no capital of their own: 1 Ư");
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

/* Every word of text as plain_marks, separated by spaces. */
static struct bv_str
words_of(struct bv_buf *out, struct bv_str text)
{
	struct bv_word word;

	bv_buf_clear(out);
	while (bv_text_word(&word, &text))
		bv_buf_printf(out, "%s%.*s_%.*s", out->len ? " " : "", (int)word.plain_len, word.plain, (int)word.marks_len, word.marks);
	return out->p ? bv_buf_str(out) : BV_STR("");
}

static void
words(void)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "hoa hoà hòa HÒA hoá hóa", "hoa_ hoa_2 hoa_2 hoa_2 hoa_1 hoa_1" },
		{ "ho\xcc\x80" "a hoa\xcc\x80", "hoa_2 hoa_2" }, /* decomposed */
		{ "đường Đường đuong duong", "duong_9772 duong_9772 duong_9 duong_" },
		{ "quyển quyến thuở", "quyen_63 quyen_61 thuo_73" },
		{ "ăâêôơưđ", "aaeooud_8666779" },
		{ "Ế\xe1\xba\xbf E\xcc\x82\xcc\x81 e\xcc\x81\xcc\x82", "ee_6611 e_61 e_61" }, /* whatever the order of the marks */
		{ "café naïve Straße İ", "cafe_1 naive_\xcc\x88 strasse_ i_\xcc\x87" },
		{ "ﬁ ２０２６ x²", "fi_ 2026_ x2_" },
		{ "Word 2019, Office365; IU01.2", "word_ 2019_ office365_ iu01_ 2_" },
		{ "e-mail a_b c++ \"x\" don't", "e_ mail_ a_ b_ c_ x_ don_ t_" },
		{ "máy\xc2\xad" "tính a\xe2\x80\x8d" "b", "maytinh_11 ab_" }, /* what does not show */
		{ "越南 日本", "越南_ 日本_" },
		{ "", "" },
		{ " % @ … — \xcc\x81", "" }, /* a mark alone is no word */
		{ "( (a) )b", "a_ b_" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1000);

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		CHECK_STR(words_of(&out, bv_str_of(cases[i].text)), bv_str_of(cases[i].words), cases[i].text);

	/* Every letter with every mark and tone gives the same composed, where there is such a letter, as decomposed. */
	static const char *const qualities[] = { "", "\xcc\x82", "\xcc\x9b", "\xcc\x86" };
	static const char *const tones[] = { "", "\xcc\x81", "\xcc\x80", "\xcc\x89", "\xcc\x83", "\xcc\xa3" };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf other = BV_BUF(100);
	size_t composed = 0, wrong = 0;
	for (const char *letter = "aeiouydbgAEIOUYDBG"; *letter; letter++)
		for (size_t q = 0; q < BV_COUNT(qualities); q++)
			for (size_t t = 0; t < BV_COUNT(tones); t++) {
				char text[8];
				struct bv_str made;
				struct bv_err err;
				snprintf(text, sizeof text, "%c%s%s", *letter, qualities[q], tones[t]);
				if (bv_text_nfc(&made, bv_str_of(text), &arena, &err) != BV_OK)
					wrong++;
				composed += bv_text_count(made) == 1 && made.len > 1;
				wrong += !bv_str_eq(words_of(&out, bv_str_of(text)), words_of(&other, made));
			}
	CHECK(!wrong && composed >= 132, "%zu of %zu composed letters are another word than decomposed", wrong, composed);

	/* Where they stand in the text. */
	struct bv_str rest = BV_STR("«Ổ cứng» SSD."), text = rest;
	struct bv_word word;
	CHECK(bv_text_word(&word, &rest) && word.text.p == text.p + 2, "borrowed from the text");
	CHECK_STR(word.text, BV_STR("Ổ"), "as it is written");
	CHECK(bv_text_word(&word, &rest) && bv_text_word(&word, &rest), "two more");
	CHECK_STR(word.text, BV_STR("SSD"), "the last");
	CHECK(!bv_text_word(&word, &rest) && !rest.len, "no more");

	/* Cut, between characters. */
	char longest[3 * BV_WORD_MAX + 1] = { 0 };
	for (size_t i = 0; i < BV_WORD_MAX; i++)
		memcpy(longest + 3 * i, i ? "越" : "ế", 3);
	rest = bv_str_of(longest);
	CHECK(bv_text_word(&word, &rest) && !rest.len && word.plain_len == 1 + 21 * 3 && word.text.len == 3 * BV_WORD_MAX, "a long word is cut");
	CHECK(bv_text_valid((struct bv_str){ word.plain, word.plain_len }), "into whole characters");
	for (size_t i = 0; i < BV_WORD_MAX; i++)
		memcpy(longest + 3 * i, "ế", 3);
	rest = bv_str_of(longest);
	CHECK(bv_text_word(&word, &rest) && word.plain_len == BV_WORD_MAX && word.marks_len == BV_WORD_MAX, "with more marks than there is room for");
}

int
main(void)
{
	words();
	safe();
	validity();
	normal_form();
	folding_and_measure();
	short_way();
	return check_end();
}
