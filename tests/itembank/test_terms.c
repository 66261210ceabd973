#include "itembank/terms.h"

#include "tests/check.h"

/* -word prefix* "a phrase", each word as plain_marks. */
static struct bv_str
terms_of(struct bv_buf *out, const struct bv_terms *terms)
{
	bv_buf_clear(out);
	for (size_t i = 0; i < terms->count; i++) {
		const struct bv_term *t = &terms->terms[i];
		bv_buf_printf(out, "%s%s%s", i ? " " : "", t->excluded ? "-" : "", t->kind == BV_TERM_PHRASE ? "\"" : "");
		for (size_t w = t->first; w < t->first + t->count; w++)
			bv_buf_printf(out, "%s%.*s_%.*s", w > t->first ? " " : "", (int)terms->words[w].plain_len, terms->words[w].plain,
			              (int)terms->words[w].marks_len, terms->words[w].marks);
		bv_buf_addz(out, t->kind == BV_TERM_PHRASE ? "\"" : t->kind == BV_TERM_PREFIX ? "*" : "");
	}
	return bv_buf_str(out);
}

static void
accepted(void)
{
	static const struct {
		const char *text, *terms;
	} cases[] = {
		{ "hòa", "hoa_2" },
		{ "  bộ\t nhớ\n", "bo_65 nho_71" },
		{ "\xc2\xa0" "USB\xc2\xa0", "usb_" },
		{ "\"bộ nhớ\"", "\"bo_65 nho_71\"" },
		{ "“bộ nhớ” „a”", "\"bo_65 nho_71\" \"a_\"" }, /* as word processors quote */
		{ "\"một\"", "\"mot_65\"" },
		{ "a\"b c\"d", "a_ \"b_ c_\" d_" },
		{ "thư -rác -\"thư điện tử\"", "thu_7 -rac_1 -\"thu_7 dien_965 tu_73\"" },
		{ "bảo* WORD*", "bao_3* word_*" },
		{ "a -bả*", "a_ -ba_3*" },
		{ "e-mail a@b.vn IU01.2", "\"e_ mail_\" \"a_ b_ vn_\" \"iu01_ 2_\"" },
		{ "--x y", "-x_ y_" }, /* what is left of the second minus is no letter */
		/* The engine's own syntax is words, or nothing. */
		{ "a AND b OR NOT c", "a_ and_ b_ or_ not_ c_" },
		{ "NEAR(a b, 2)", "\"near_ a_\" b_ 2_" },
		{ "title:a {stem}:b ^c (d) a+b", "\"title_ a_\" \"stem_ b_\" c_ d_ \"a_ b_\"" },
		{ "a'; DROP TABLE item; --x", "a_ drop_ table_ item_ -x_" },
		{ "x%00 $1 ?1", "\"x_ 00_\" 1_ 1_" },
	};
	struct bv_terms terms;
	struct bv_err err;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(4000);

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		CHECK_OK(bv_terms_parse(&terms, bv_str_of(cases[i].text), &err), &err, cases[i].text);
		CHECK_STR(terms_of(&out, &terms), bv_str_of(cases[i].terms), cases[i].text);
	}
}

static void
refused(void)
{
	static const struct {
		const char *text;
		enum bv_status status;
		const char *part;
	} cases[] = {
		{ "", BV_EINVAL, "nothing to look for" },
		{ " \n", BV_EINVAL, "nothing to look for" },
		{ "a \"b", BV_EINVAL, "quotes at '\"b' are not closed" },
		{ "\"", BV_EINVAL, "not closed" },
		{ "“a b", BV_EINVAL, "not closed" },
		{ "\"\" a", BV_EINVAL, "'' has no letter" },
		{ "%", BV_EINVAL, "'%' has no letter or digit" },
		{ "a -", BV_EINVAL, "no letter" },
		{ "a - b", BV_EINVAL, "no letter" },
		{ "*", BV_EINVAL, "no letter" },
		{ "-a", BV_EINVAL, "only what to leave out" },
		{ "-a -\"b c\"", BV_EINVAL, "only what to leave out" },
		{ "a*b", BV_EINVAL, "not as in 'a*b'" },
		{ "*ab", BV_EINVAL, "a star stands for" },
		{ "ab**", BV_EINVAL, "a star stands for" },
		{ "\"ab*\"", BV_EINVAL, "outside of quotes" },
		{ "a*", BV_EINVAL, "at least 2 letters" },
		{ "ả*", BV_EINVAL, "at least 2 letters" },
		{ "e-ma*", BV_EINVAL, "beginning of one word" },
		{ "a\xff", BV_EPARSE, "byte 2 (0xff)" },
		{ "a b c d e f g h i j k l m n o p q", BV_ELIMIT, "16 terms" },
	};
	struct bv_terms terms;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		CHECK_REFUSED(bv_terms_parse(&terms, bv_str_of(cases[i].text), &err), cases[i].status, &err, cases[i].part, cases[i].text);
}

static void
limits(void)
{
	char text[BV_TERMS_BYTES_MAX + 2];
	struct bv_terms terms;
	struct bv_err err;

	CHECK_OK(bv_terms_parse(&terms, BV_STR("a b c d e f g h i j k l m n o p"), &err), &err, "16 terms");
	memset(text, 'a', sizeof text);
	CHECK_OK(bv_terms_parse(&terms, (struct bv_str){ text, BV_TERMS_BYTES_MAX }, &err), &err, "the longest text");
	CHECK_REFUSED(bv_terms_parse(&terms, (struct bv_str){ text, BV_TERMS_BYTES_MAX + 1 }, &err), BV_ELIMIT, &err, "1024 bytes", "one byte more");
	for (size_t i = 0; i < BV_TERM_WORDS_MAX; i++)
		text[2 * i] = '.';
	CHECK_OK(bv_terms_parse(&terms, (struct bv_str){ text, 2 * BV_TERM_WORDS_MAX }, &err), &err, "a phrase of 32 words");
	text[2 * BV_TERM_WORDS_MAX] = '.';
	CHECK_REFUSED(bv_terms_parse(&terms, (struct bv_str){ text, 2 * BV_TERM_WORDS_MAX + 2 }, &err), BV_ELIMIT, &err, "32 words", "33 words");
}

static void
finding(void)
{
	static const struct {
		const char *term, *word;
		bool found;
	} cases[] = {
		{ "hoa", "hoa", true },     { "hoa", "Hòa", true },   { "hoà", "HÒA", true },      { "hoà", "hoa", false },  { "hoà", "hóa", false },
		{ "hoa", "hoac", false },   { "ho*", "hoà", true },   { "hô*", "hoà", true },      { "hoa*", "ho", false },  { "\"hoa\"", "hoà", false },
		{ "\"hoa\"", "Hoa", true }, { "đi", "đi", true },     { "di", "đi", true },        { "đi", "di", false },    { "duong", "đường", true },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_str rest = bv_str_of(cases[i].word);
		struct bv_terms terms;
		struct bv_word word;
		struct bv_err err;
		CHECK_OK(bv_terms_parse(&terms, bv_str_of(cases[i].term), &err), &err, cases[i].term);
		CHECK(bv_text_word(&word, &rest) && bv_terms_find(&terms, 0, 0, &word) == cases[i].found, "%s finds %s: %d", cases[i].term, cases[i].word,
		      cases[i].found);
	}
}

int
main(void)
{
	accepted();
	refused();
	limits();
	finding();
	return check_end();
}
