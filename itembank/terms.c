#include "itembank/terms.h"

#include <string.h>

enum { SHOWN = 40 };

/* One term as it is typed: its text without minus, quotes and star. */
struct typed {
	struct bv_str text;
	bool excluded, quoted, starred;
};

static size_t
space_len(struct bv_str s)
{
	if (bv_str_starts(s, BV_STR("\xc2\xa0")))
		return 2;
	return s.len && strchr(" \t\r\n", s.p[0]) && s.p[0] ? 1 : 0;
}

/* Bytes of a quotation mark: the one of keyboards, or those that word processors make of it. */
static size_t
quote_len(struct bv_str s)
{
	static const char *const quotes[] = { "\"", "“", "”", "„" };

	for (size_t i = 0; i < BV_COUNT(quotes); i++)
		if (bv_str_starts(s, bv_str_of(quotes[i])))
			return strlen(quotes[i]);
	return 0;
}

static void
skip(struct bv_str *s, size_t len)
{
	*s = bv_str_sub(*s, len, s->len);
}

/* Bytes up to the end of a term: a quote, and outside of quotes white space too. */
static size_t
term_len(struct bv_str s, bool quoted)
{
	size_t len = 0;

	for (struct bv_str rest = s; rest.len && !quote_len(rest) && (quoted || !space_len(rest)); len++)
		skip(&rest, 1);
	return len;
}

/* Takes the term that rest, which is not empty, begins with. */
static enum bv_status
take(struct typed *out, struct bv_str *rest, struct bv_err *err)
{
	struct bv_str shown = bv_str_sub(*rest, 0, SHOWN);

	*out = (struct typed){ .excluded = bv_str_starts(*rest, BV_STR("-")) };
	skip(rest, out->excluded);
	out->quoted = quote_len(*rest) > 0;
	skip(rest, quote_len(*rest));
	out->text = bv_str_sub(*rest, 0, term_len(*rest, out->quoted));
	skip(rest, out->text.len);
	if (out->quoted && !rest->len)
		return bv_err_set(err, BV_EINVAL, "search: the quotes at '%.*s' are not closed", BV_STR_ARG(shown));
	skip(rest, out->quoted ? quote_len(*rest) : 0);
	out->starred = !out->quoted && bv_str_ends(out->text, BV_STR("*"));
	out->text.len -= out->starred;
	if (bv_str_find(out->text, '*') < out->text.len)
		return bv_err_set(err, BV_EINVAL, "search: a star stands for any ending, at the end of a word and outside of quotes, not as in '%.*s'",
		                  BV_STR_ARG(shown));
	return BV_OK;
}

static enum bv_status
add(struct bv_terms *out, const struct typed *typed, struct bv_err *err)
{
	struct bv_term term = { .excluded = typed->excluded, .first = out->word_count };
	struct bv_str shown = bv_str_sub(typed->text, 0, SHOWN), rest = typed->text;
	struct bv_word word;

	while (bv_text_word(&word, &rest)) {
		if (out->word_count == BV_TERM_WORDS_MAX)
			return bv_err_set(err, BV_ELIMIT, "search: more than %d words", BV_TERM_WORDS_MAX);
		out->words[out->word_count++] = word;
		term.count++;
	}
	if (!term.count)
		return bv_err_set(err, BV_EINVAL, "search: '%.*s' has no letter or digit: only words can be looked for", BV_STR_ARG(shown));
	const struct bv_word *first = &out->words[term.first];
	if (typed->starred && (term.count > 1 || bv_text_count((struct bv_str){ first->plain, first->plain_len }) < BV_TERM_PREFIX_MIN))
		return bv_err_set(err, BV_EINVAL, "search: '%.*s*' must be the beginning of one word, at least %d letters of it", BV_STR_ARG(shown),
		                  BV_TERM_PREFIX_MIN);
	if (out->count == BV_TERMS_MAX)
		return bv_err_set(err, BV_ELIMIT, "search: more than %d terms", BV_TERMS_MAX);
	term.kind = typed->starred ? BV_TERM_PREFIX : typed->quoted || term.count > 1 ? BV_TERM_PHRASE : BV_TERM_WORD;
	out->terms[out->count++] = term;
	return BV_OK;
}

enum bv_status
bv_terms_parse(struct bv_terms *out, struct bv_str text, struct bv_err *err)
{
	bool wanted = false;
	struct typed typed;

	out->count = out->word_count = 0;
	if (text.len > BV_TERMS_BYTES_MAX)
		return bv_err_set(err, BV_ELIMIT, "search: longer than %d bytes", BV_TERMS_BYTES_MAX);
	size_t good = bv_text_valid_len(text);
	if (good != text.len)
		return bv_err_set(err, BV_EPARSE, "search: byte %zu (0x%02x) is not UTF-8: convert the text to UTF-8", good + 1, (unsigned char)text.p[good]);
	while (text.len) {
		size_t space = space_len(text);
		skip(&text, space);
		if (space)
			continue;
		TRY(take(&typed, &text, err));
		TRY(add(out, &typed, err));
		wanted |= !typed.excluded;
	}
	if (!out->count)
		return bv_err_set(err, BV_EINVAL, "search: nothing to look for");
	if (!wanted)
		return bv_err_set(err, BV_EINVAL, "search: there is only what to leave out: say also what to look for");
	return BV_OK;
}

static bool
same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

bool
bv_terms_find(const struct bv_terms *terms, size_t term, size_t idx, const struct bv_word *word)
{
	const struct bv_word *wanted = &terms->words[idx];
	enum bv_term_kind kind = terms->terms[term].kind;

	if (kind == BV_TERM_PREFIX)
		return word->plain_len >= wanted->plain_len && memcmp(word->plain, wanted->plain, wanted->plain_len) == 0;
	if (!same(word->plain, word->plain_len, wanted->plain, wanted->plain_len))
		return false;
	return (kind == BV_TERM_WORD && !wanted->marks_len) || same(word->marks, word->marks_len, wanted->marks, wanted->marks_len);
}
