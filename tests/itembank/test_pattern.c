/* XSD patterns. The words of XML Schema part 2, appendix F decide; the chars in comments are its production numbers. */
#include "itembank/pattern.h"

#include "tests/check.h"

static const struct {
	const char *pattern, *subject;
	int want; /* 1 matches, 0 does not, -1 refused */
} cases[] = {
	/* Anchored as a whole, whatever is written. */
	{ "abc", "abc", 1 },
	{ "abc", "xabc", 0 },
	{ "abc", "abcx", 0 },
	{ "abc", "abc\n", 0 },
	{ "a|ab|abc", "abc", 1 },
	{ "", "", 1 },
	{ "", "a", 0 },
	{ "a||b", "", 1 },
	{ "(a|)b", "b", 1 },
	/* [2]-[8] branches and quantifiers */
	{ "a?b*c+", "ccc", 1 },
	{ "a?b*c+", "abb", 0 },
	{ "a{2}", "aa", 1 },
	{ "a{2}", "aaa", 0 },
	{ "a{2,}", "aaaa", 1 },
	{ "a{2,3}", "aaaa", 0 },
	{ "a{0,0}b", "b", 1 },
	{ "a{3,2}", "aaa", -1 },
	{ "a{,2}", "a", -1 },
	{ "a{x}", "a", -1 },
	{ "a{2", "aa", -1 },
	{ "a{99999}", "a", -1 },
	{ "*a", "a", -1 },
	{ "(+)", "+", -1 },
	{ "a**", "a", -1 },
	{ "a+?", "a", -1 },
	{ "a{2}?", "aa", -1 },
	{ "(ab)+", "abab", 1 },
	{ "(a", "a", -1 },
	{ "a)", "a", -1 },
	{ "(?:a)", "a", -1 },
	{ "(?i)a", "A", -1 },
	{ "\\€", "€", -1 },
	/* Not of XSD. */
	{ "\\bword\\b", "word", -1 },
	{ "(a)\\1", "aa", -1 },
	{ "\\Qa\\E", "a", -1 },
	{ "\\x41", "A", -1 },
	{ "\\u0041", "A", -1 },
	{ "\\", "\\", -1 },
	{ "^a$", "a", 0 },
	{ "^a$", "^a$", 1 },
	{ "]", "]", -1 },
	{ "}", "}", -1 },
	/* [10], [24] characters and escapes */
	{ "\\.\\\\\\?\\*\\+\\(\\)\\{\\}\\-\\[\\]\\^\\|", ".\\?*+(){}-[]^|", 1 },
	{ "\\$\\/", "$/", 1 },
	{ "a\\nb\\tc\\r", "a\nb\tc\r", 1 },
	{ "#/ -", "#/ -", 1 },
	{ "C#|F", "C#", 1 },
	{ "ế", "ế", 1 },
	{ "ế+", "ếế", 1 },
	/* [37] multi-character escapes */
	{ ".", "é", 1 },
	{ ".", "\n", 0 },
	{ ".", "\r", 0 },
	{ ".", "\xC2\x85", 1 },
	{ "\\d+", "09", 1 },
	{ "\\d+", "٣", 1 },
	{ "\\d+", "½", 0 },
	{ "\\D", "½", 1 },
	{ "\\w+", "aZ9ế", 1 },
	{ "\\w", "+", 1 },
	{ "\\w", "_", 0 },
	{ "\\w", "-", 0 },
	{ "\\W", "_", 1 },
	{ "\\s", "\t", 1 },
	{ "\\s", "\xC2\xA0", 0 },
	{ "\\S", "\xC2\xA0", 1 },
	{ "\\i\\c*", "_a-1.b:c", 1 },
	{ "\\i\\c*", "1a", 0 },
	{ "\\I", "1", 1 },
	{ "\\C", " ", 1 },
	{ "\\C", "-", 0 },
	/* [27]-[36] categories and blocks */
	{ "\\p{Lu}\\p{Ll}+", "Đường", 1 },
	{ "\\p{L}", "1", 0 },
	{ "\\P{L}", "1", 1 },
	{ "\\p{IsBasicLatin}+", "abc", 1 },
	{ "\\p{IsBasicLatin}+", "ế", 0 },
	{ "\\P{IsBasicLatin}", "ế", 1 },
	{ "\\p{IsLatinExtendedAdditional}", "ế", 1 },
	{ "\\p{IsTengwar}", "a", -1 },
	{ "\\p{Xx}", "a", -1 },
	{ "\\pL", "a", -1 },
	{ "\\p{Lu", "A", -1 },
	/* [11]-[23] classes */
	{ "[abc]", "b", 1 },
	{ "[^abc]", "b", 0 },
	{ "[^abc]", "é", 1 },
	{ "[a-c]", "b", 1 },
	{ "[c-a]", "b", -1 },
	{ "[a-]", "-", 1 },
	{ "[-a]", "-", 1 },
	{ "[a\\-z]", "-", 1 },
	{ "[a-c-e]", "-", 1 }, /* part 2 of XML Schema 1.1, G.4.2.1: a hyphen that no range can have is itself */
	{ "[a-c-e]", "d", 0 },
	{ "[\\d-z]", "-", 1 },
	{ "[\\d-z]", "k", 0 },
	{ "[a--[b]]", "-", 1 },
	{ "[a--[b]]", "b", 0 },
	{ "[--[b]]", "-", 1 },
	{ "[+--]", "-", -1 },
	{ "[--/]", "-", -1 },
	{ "[+-\\-]", ",", 1 },
	{ "[\\--/]", ".", 1 },
	{ "[\\c :]", " ", 1 }, /* not a class of POSIX */
	{ "[\\i:]+", "a:", 1 },
	{ "\\p{Cs}", "a", -1 },
	{ "\\p{Lc}", "a", -1 },
	{ "\\p{}", "a", -1 },
	{ "\\p{IsKhmerSymbols}", "\xe1\xa7\xa0", 1 },
	{ "\\p{IsPrivateUse}", "\xf3\xb0\x80\x80", 1 },
	{ "\\p{IsHighSurrogates}", "a", -1 },
	{ "[a\\-z]", "b", 0 },
	{ "[à-ỹ]", "ế", 1 },
	{ "[.]", "a", 0 },
	{ "[.]", ".", 1 },
	{ "[*+?]", "+", 1 },
	{ "[a^]", "^", 1 },
	{ "[$]", "$", 1 },
	{ "[\\]]", "]", 1 },
	{ "[[:alpha:]]", "a", -1 },
	{ "[[]", "[", -1 },
	{ "[]", "a", -1 },
	{ "[]a]", "a", -1 },
	{ "[a", "a", -1 },
	{ "[\\d.]+", "1.5", 1 },
	{ "[\\w ]+", "a b", 1 },
	{ "[\\S]", "a", 1 },
	{ "[\\S]", " ", 0 },
	{ "[^\\S]", " ", 1 },
	{ "[^\\S]", "a", 0 },
	{ "[\\S\\n]", "\n", 1 },
	{ "[^\\Sx]", "\t", 1 },
	{ "[a-\\d]", "a", -1 },
	{ "[a-z-[aeiou]]+", "xyz", 1 },
	{ "[a-z-[aeiou]]+", "xay", 0 },
	{ "[^a-z-[0-9]]", "A", 1 },
	{ "[^a-z-[0-9]]", "5", 0 },
	{ "[a-z-[b-y-[m]]]+", "amz", 1 },
	{ "[a-z-[b-y-[m]]]+", "c", 0 },
	{ "[\\p{L}-[\\p{IsBasicLatin}]]", "ế", 1 },
	{ "[\\p{L}-[\\p{IsBasicLatin}]]", "e", 0 },
	{ "[a-z-[aeiou]x]", "x", -1 },
	{ "[\\x]", "x", -1 },
	/* As authors write them. */
	{ "-?[0-9]+([.,][0-9]+)?", "-12,5", 1 },
	{ "\\d{1,3}(\\.\\d{1,3}){3}", "192.168.1.10", 1 },
	{ "\\d{1,3}(\\.\\d{1,3}){3}", "192.168.1", 0 },
	{ "[A-Za-z0-9._%+\\-]+@[A-Za-z0-9.\\-]+\\.[A-Za-z]{2,}", "an.nguyen@example.vn", 1 },
	{ "=SUM\\(A1:A10\\)", "=SUM(A1:A10)", 1 },
};

static void
matches(void)
{
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { NULL };
		const struct bv_pattern *pattern = NULL;
		struct bv_err err = { BV_OK };
		bool found = false;
		enum bv_status status = bv_pattern_parse(&pattern, bv_str_of(cases[i].pattern), &arena, &err);
		int got = status == BV_OK ? 0 : -1;
		if (status == BV_OK && bv_pattern_match(&found, pattern, bv_str_of(cases[i].subject), &err) == BV_OK)
			got = found;
		if (!CHECK(got == cases[i].want && (got >= 0 || status == BV_EPARSE), "%s on \"%s\"", cases[i].pattern, cases[i].subject))
			printf("# got %d: %s\n", got, err.msg);
	}
}

/* As items write them: what other regular expressions need at the ends is no part of the pattern. */
static void
as_written(void)
{
	static const struct {
		const char *pattern, *subject;
		int want;   /* as in cases[] */
		bool noted;
	} items[] = {
		{ "^[a-z]{1,3}$", "abc", 1, true },
		{ "^[a-z]{1,3}$", "^abc$", 0, true },
		{ "^abc", "abc", 1, true },
		{ "abc$", "abc", 1, true },
		{ "abc", "abc", 1, false },
		{ "^^a", "^a", 1, true },
		{ "a$$", "a$", 1, true },
		{ "a\\$", "a$", 1, false },
		{ "a\\\\$", "a\\", 1, true },
		{ "\\^a", "^a", 1, false },
		{ "[^$]", "a", 1, false },
		{ "a|^b$", "^b", 1, true },
		{ "^", "", 1, true },
		{ "$", "", 1, true },
		{ "^$", "", 1, true },
		{ "^(a$", "a", -1, false },
		{ "^*$", "a", -1, false },
		/* What counts words in items of TAO, and has two things of another dialect. */
		{ "^(?:(?:[^\\s\\:\\!\\?\\;\\…\\€]+)[\\s\\:\\!\\?\\;\\…\\€]*){0,3}$", "một hai… ba", 1, true },
		{ "^(?:(?:[^\\s\\:\\!\\?\\;\\…\\€]+)[\\s\\:\\!\\?\\;\\…\\€]*){0,3}$", "một hai ba bốn", 0, true },
		{ "(?:a|b)c", "bc", 1, false },
		{ "\\€", "€", 1, false },
		{ "[\\€-₱]", "₭", 1, false },
		{ "(?i)a", "a", -1, false },
		{ "(?=a)a", "a", -1, false },
		{ "(?", "", -1, false },
		{ "\\z", "z", -1, false },
	};

	for (size_t i = 0; i < BV_COUNT(items); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { NULL };
		const struct bv_pattern *pattern = NULL;
		struct bv_err err = { BV_OK };
		bool found = false;
		int got = -1;
		if (bv_pattern_read(&pattern, bv_str_of(items[i].pattern), &arena, &err) == BV_OK &&
		    bv_pattern_match(&found, pattern, bv_str_of(items[i].subject), &err) == BV_OK)
			got = found;
		CHECK(got == items[i].want, "%s in an item on \"%s\": %d", items[i].pattern, items[i].subject, got);
		CHECK(got < 0 || bv_pattern_is_foreign(pattern) == (strstr(items[i].pattern, "(?:") || strstr(items[i].pattern, "\\€")), "  as XSD has it, or not");
		CHECK(got < 0 || bv_pattern_has_anchors(pattern) == items[i].noted, "  %s", items[i].noted ? "and it is noted" : "nothing to note");
	}
}

static void
limits(void)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { NULL };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
	const struct bv_pattern *pattern;
	struct bv_err err;
	bool found;

	for (int i = 0; i <= BV_PATTERN_MAX; i++)
		bv_buf_addc(&text, 'a');
	CHECK_REFUSED(bv_pattern_parse(&pattern, bv_buf_str(&text), &arena, &err), BV_EPARSE, &err, "at most 1024", "a pattern one byte too long");
	text.len--;
	CHECK_OK(bv_pattern_parse(&pattern, bv_buf_str(&text), &arena, &err), &err, "the longest pattern");

	bv_buf_clear(&text);
	for (int i = 0; i < 40; i++)
		bv_buf_addc(&text, '(');
	CHECK_REFUSED(bv_pattern_parse(&pattern, bv_buf_str(&text), &arena, &err), BV_EPARSE, &err, "nested too deep", "forty parentheses");
	CHECK_REFUSED(bv_pattern_parse(&pattern, BV_STR("((a{9999}){9999}){9999}"), &arena, &err), BV_EPARSE, &err, "", "a trillion letters");

	CHECK_OK(bv_pattern_parse(&pattern, BV_STR("(a|aa)+[bc]"), &arena, &err), &err, "a pattern that backtracks");
	CHECK_REFUSED(bv_pattern_match(&found, pattern, BV_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), &err),
	              BV_ELIMIT, &err, "limit", "… is stopped");
	CHECK_OK(bv_pattern_match(&found, pattern, BV_STR("aaaaaaaaaaaaaaa"), &err), &err, "… on a subject with few ways is not");
	const struct bv_pattern *ends;
	CHECK_OK(bv_pattern_parse(&ends, BV_STR(".*y"), &arena, &err), &err, ".*y");
	bv_buf_clear(&text);
	for (int i = 0; i < 60000; i++)
		bv_buf_addc(&text, i ? 'x' : 'y');
	CHECK(bv_pattern_match(&found, ends, bv_buf_str(&text), &err) == BV_OK && !found, "a long text may take the steps of its length");
	CHECK_REFUSED(bv_pattern_match(&found, pattern, BV_STR("a\xFF"), &err), BV_ELIMIT, &err, "UTF-8", "a subject that is not UTF-8");

	bv_buf_clear(&text);
	for (int i = 0; i <= BV_SUBJECT_MAX; i++)
		bv_buf_addc(&text, 'x');
	CHECK_REFUSED(bv_pattern_match(&found, pattern, bv_buf_str(&text), &err), BV_ELIMIT, &err, "at most 65536", "a subject one byte too long");
	CHECK_OK(bv_pattern_parse(&pattern, BV_STR("x^"), &arena, &err), &err, "x^");
	CHECK(bv_pattern_has_anchors(pattern), "'^' is noticed");
	CHECK_OK(bv_pattern_parse(&pattern, BV_STR("x\\^[^a]"), &arena, &err), &err, "x\\^");
	CHECK(!bv_pattern_has_anchors(pattern), "an escaped '^' is meant");
}

/* A class whose characters do not fit the translation is refused, and not matched without what did not fit. */
static void
overgrown(void)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf xsd = BV_BUF(BV_PATTERN_MAX);
	const struct bv_pattern *pattern;
	struct bv_err err;

	bv_buf_addc(&xsd, '[');
	for (int i = 0; i < 400; i++)
		bv_buf_addz(&xsd, "\\c");
	bv_buf_addz(&xsd, "#]");
	CHECK_REFUSED(bv_pattern_parse(&pattern, bv_buf_str(&xsd), &arena, &err), BV_ELIMIT, &err, "larger than", "400 times \\c");
}

int
main(void)
{
	overgrown();
	matches();
	as_written();
	limits();
	return check_end();
}
