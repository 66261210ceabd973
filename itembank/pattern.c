#define PCRE2_CODE_UNIT_WIDTH 8
#include "itembank/pattern.h"

#include <pcre2.h>

#include "itembank/pattern_blocks.h"

struct bv_pattern {
	const pcre2_code *code;
	pcre2_match_context *limits[2]; /* of short subjects, of long ones */
	bool anchors, foreign;
};

enum { DEPTH_MAX = 32, HEAP_MAX_KIB = 8192, TRANSLATION_MAX = 1 << 16 };

/* Backtracking steps of one match. A pattern that needs more for a subject so short explodes, and an item may have thousands of them. */
enum { SHORT_SUBJECT = 2048 };
static const uint32_t steps_max[2] = { 20000, 200000 };

/* Reads the XSD pattern and writes the same for PCRE2. */
struct translation {
	struct bv_str in;
	size_t at;
	int depth;
	bool anchors;
	bool written; /* as items have it, and not only as XSD has it */
	bool foreign; /* there was something of another dialect */
	struct bv_err *err;
};

static enum bv_status translate_choice(struct translation *t, struct bv_buf *out);
static enum bv_status translate_class(struct translation *t, struct bv_buf *out);

static enum bv_status
refuse(const struct translation *t, const char *what)
{
	return bv_err_rule(t->err, "bad-pattern", 0, "pattern \"%.*s\", byte %zu: %s", BV_STR_ARG(bv_str_sub(t->in, 0, 80)), t->at + 1,
	                   what);
}

static bool
more(const struct translation *t)
{
	return t->at < t->in.len;
}

static char
peek(const struct translation *t)
{
	return more(t) ? t->in.p[t->at] : '\0';
}

/* ---- Named sets of characters --------------------------------------------------------------------------------------- */

/* XML 1.0 NameStartChar and NameChar. */
#define INITIAL \
	"\\:A-Z_a-z\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}\\x{37F}-\\x{1FFF}\\x{200C}-\\x{200D}" \
	"\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFFD}\\x{10000}-\\x{EFFFF}"
#define NAME INITIAL "\\-.0-9\\x{B7}\\x{300}-\\x{36F}\\x{203F}-\\x{2040}"

/* \d and its like as bodies of a PCRE2 class; a capital letter is the complement, unless that is written out. */
static const struct {
	char letter;
	const char *body, *complement;
} multis[] = {
	{ 'd', "\\p{Nd}", "\\P{Nd}" }, { 'w', "\\p{L}\\p{M}\\p{N}\\p{S}", "\\p{P}\\p{Z}\\p{C}" },
	{ 's', " \\t\\n\\r", NULL },   { 'i', INITIAL, NULL },
	{ 'c', NAME, NULL },
};

/* Appendix F, productions [29] to [36]: a first letter, and what may follow it. */
static const char *const categories[] = { "Lultmo", "Mnce", "Ndlo", "Pcdseifo", "Zslp", "Smcko", "Ccfon" };

/* A set of characters on its way into a PCRE2 class: a body, and complements, which a body cannot hold. */
struct set {
	struct bv_buf body, complements;
};

static void
set_finish(struct set *set)
{
	bv_buf_finish(&set->body);
	bv_buf_finish(&set->complements);
}
BV_AUTO_DEFINE_FINISH(struct set, set_finish)

static void
add_complement(struct set *set, const char *body)
{
	bv_buf_printf(&set->complements, "%s[^%s]", set->complements.len ? "|" : "", body);
}

static bool
is_category(struct bv_str name)
{
	for (size_t i = 0; i < BV_COUNT(categories); i++)
		if (name.len && name.p[0] == categories[i][0])
			return name.len == 1 || (name.len == 2 && memchr(categories[i] + 1, name.p[1], strlen(categories[i] + 1)));
	return false;
}

/* The characters of a block as a body of a class; empty when there is no such block. */
static void
write_block(struct bv_buf *out, struct bv_str name)
{
	for (size_t i = 0; i < bv_pattern_block_count; i++)
		if (bv_str_is(name, bv_pattern_blocks[i].name))
			bv_buf_printf(out, "\\x{%X}-\\x{%X}", bv_pattern_blocks[i].first, bv_pattern_blocks[i].last);
}

/* After \p or \P: {Lu}, {IsBasicLatin}. */
static enum bv_status
add_property(struct translation *t, struct set *set, bool complement)
{
	BV_AUTO(bv_buf_finish) struct bv_buf block = BV_BUF(128);
	struct bv_str rest = bv_str_sub(t->in, t->at, t->in.len);
	size_t end = bv_str_find(rest, '}');

	if (peek(t) != '{' || end == rest.len)
		return refuse(t, "\\p must be followed by {a category} or {IsBlock}");
	struct bv_str name = bv_str_sub(rest, 1, end - 1);
	if (bv_str_starts(name, BV_STR("Is"))) {
		write_block(&block, bv_str_sub(name, 2, name.len));
		if (!block.len)
			return refuse(t, "Unicode has no block of this name; write its range of characters");
		if (complement)
			add_complement(set, block.p);
		else
			bv_buf_add(&set->body, bv_buf_str(&block));
	} else {
		if (!is_category(name))
			return refuse(t, "not a category of Unicode");
		bv_buf_printf(&set->body, "\\%c{%.*s}", complement ? 'P' : 'p', BV_STR_ARG(name));
	}
	t->at += end + 1;
	return BV_OK;
}

/* Adds a literal character, escaped for use in or out of a class. */
static void
add_literal(struct bv_buf *out, char c)
{
	bool plain = (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	             (unsigned char)c <= ' ';

	if (!plain)
		bv_buf_addc(out, '\\');
	bv_buf_addc(out, c);
}

/* A character of one byte or several; the first, c, is read already. */
static void
add_character(struct translation *t, struct bv_buf *out, char c)
{
	add_literal(out, c);
	while (more(t) && (unsigned char)c >= 0xC0 && ((unsigned char)peek(t) & 0xC0) == 0x80)
		bv_buf_addc(out, t->in.p[t->at++]);
}

/* What follows a backslash, which is read already. *single: it is one character, which may begin a range. */
static enum bv_status
add_escape(struct translation *t, struct set *set, bool *single)
{
	char c = peek(t);

	*single = false;
	if (!more(t))
		return refuse(t, "a backslash at the end");
	t->at++;
	if (c == 'p' || c == 'P')
		return add_property(t, set, c == 'P');
	for (size_t i = 0; i < BV_COUNT(multis); i++) {
		bool complement = c == multis[i].letter - 'a' + 'A';
		if (c != multis[i].letter && !complement)
			continue;
		if (complement && !multis[i].complement)
			add_complement(set, multis[i].body);
		else
			bv_buf_addz(&set->body, complement ? multis[i].complement : multis[i].body);
		return BV_OK;
	}
	*single = true;
	if (c == 'n' || c == 'r' || c == 't') {
		bv_buf_printf(&set->body, "\\%c", c);
		return BV_OK;
	}
	bool foreign = (unsigned char)c >= 0x80; /* \… and \€ can mean one thing only */
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c <= ' ' ||
	    (foreign && !t->written)) {
		t->at--;
		return refuse(t, "XSD patterns have no such escape");
	}
	t->foreign |= foreign;
	add_character(t, &set->body, c);
	return BV_OK;
}

/* ---- Classes -------------------------------------------------------------------------------------------------------- */

static void
write_set(struct bv_buf *out, const struct set *set, bool negated)
{
	struct bv_str body = bv_buf_str(&set->body), complements = bv_buf_str(&set->complements);

	out->full = out->full || set->body.full || set->complements.full; /* bv_pattern_parse refuses it */
	if (complements.len == 0) {
		bv_buf_printf(out, "[%s%.*s]", negated ? "^" : "", BV_STR_ARG(body));
		return;
	}
	bv_buf_addz(out, negated ? "(?:(?!" : "(?:");
	if (body.len)
		bv_buf_printf(out, "[%.*s]|", BV_STR_ARG(body));
	bv_buf_add(out, complements);
	bv_buf_addz(out, negated ? ")(?s:.))" : ")");
}

static enum bv_status
add_class_item(struct translation *t, struct set *set, bool *single)
{
	char c = peek(t);

	t->at++;
	*single = true;
	if (c == '\\')
		return add_escape(t, set, single);
	if (c == '[') {
		t->at--;
		return refuse(t, "'[' inside a class must be written \\[");
	}
	add_character(t, &set->body, c);
	return BV_OK;
}

/* [a-z_], [^…], and with a class to subtract: [a-z-[aeiou]]. '[' is read already. */
static enum bv_status
translate_class(struct translation *t, struct bv_buf *out)
{
	BV_AUTO(set_finish) struct set set = { BV_BUF(TRANSLATION_MAX), BV_BUF(TRANSLATION_MAX) };
	BV_AUTO(bv_buf_finish) struct bv_buf subtracted = BV_BUF(TRANSLATION_MAX);
	bool negated = peek(t) == '^', single;
	size_t first;

	if (++t->depth > DEPTH_MAX)
		return refuse(t, "nested too deep");
	t->at += negated;
	for (first = t->at; more(t) && (peek(t) != ']' || t->at == first);) {
		if (peek(t) == ']')
			return refuse(t, "an empty class");
		if (peek(t) == '-' && t->at > first && bv_str_starts(bv_str_sub(t->in, t->at, 2), BV_STR("-["))) {
			t->at += 2;
			TRY(translate_class(t, &subtracted));
			if (peek(t) != ']')
				return refuse(t, "a subtracted class must end its class");
			break;
		}
		bool hyphen = peek(t) == '-';
		TRY(add_class_item(t, &set, &single));
		struct bv_str ahead = bv_str_sub(t->in, t->at, 3);
		/* The hyphen of [a-], of [a-[b]] and the first of [a--[b]] is no range's. */
		if (!single || ahead.len < 2 || ahead.p[0] != '-' || ahead.p[1] == ']' || ahead.p[1] == '[' || bv_str_is(ahead, "--["))
			continue;
		if (hyphen || ahead.p[1] == '-')
			return refuse(t, "a hyphen at the end of a range must be written \\-");
		t->at++;
		bv_buf_addc(&set.body, '-');
		TRY(add_class_item(t, &set, &single));
		if (!single)
			return refuse(t, "a range must end with one character");
	}
	if (!more(t))
		return refuse(t, "']' is missing");
	t->at++;
	t->depth--;
	out->full = out->full || subtracted.full;
	if (subtracted.len)
		bv_buf_printf(out, "(?:(?!%.*s)", BV_STR_ARG(bv_buf_str(&subtracted)));
	write_set(out, &set, negated);
	if (subtracted.len)
		bv_buf_addc(out, ')');
	return BV_OK;
}

/* ---- Pieces --------------------------------------------------------------------------------------------------------- */

static enum bv_status
translate_atom(struct translation *t, struct bv_buf *out)
{
	BV_AUTO(set_finish) struct set set = { BV_BUF(TRANSLATION_MAX), BV_BUF(TRANSLATION_MAX) };
	char c = peek(t);
	bool single;

	if (memchr("?*+{}]", c, 6))
		return refuse(t, c == '?' || c == '*' || c == '+' || c == '{'
		                         ? "a quantifier has nothing before it"
		                         : "this character must be written with a backslash before it");
	t->at++;
	switch (c) {
	case '(':
		if (t->written && bv_str_starts(bv_str_sub(t->in, t->at, 2), BV_STR("?:"))) {
			t->foreign = true;
			t->at += 2;
		}
		bv_buf_addz(out, "(?:");
		TRY(translate_choice(t, out));
		if (peek(t) != ')')
			return refuse(t, "')' is missing");
		t->at++;
		bv_buf_addc(out, ')');
		return BV_OK;
	case '[':
		return translate_class(t, out);
	case '.':
		bv_buf_addz(out, "[^\\n\\r]");
		return BV_OK;
	case '\\':
		TRY(add_escape(t, &set, &single));
		write_set(out, &set, false);
		return BV_OK;
	default:
		t->anchors |= c == '^' || c == '$';
		add_character(t, out, c);
		return BV_OK;
	}
}

static bool
digits(struct translation *t)
{
	size_t from = t->at;

	while (peek(t) >= '0' && peek(t) <= '9')
		t->at++;
	return t->at > from && t->at - from <= 4;
}

static enum bv_status
translate_quantifier(struct translation *t, struct bv_buf *out)
{
	char c = peek(t);
	size_t from = t->at;

	if (!more(t) || !memchr("?*+{", c, 4))
		return BV_OK;
	t->at++;
	if (c == '{') {
		bool good = digits(t);
		if (good && peek(t) == ',') {
			t->at++;
			good = peek(t) == '}' || digits(t);
		}
		if (!good || peek(t) != '}')
			return refuse(t, "a quantifier is {n}, {n,} or {n,m} of at most 4 digits");
		t->at++;
	}
	bv_buf_add(out, bv_str_sub(t->in, from, t->at - from));
	if (more(t) && memchr("?*+{", peek(t), 4))
		return refuse(t, "a second quantifier; XSD patterns have no lazy ones");
	return BV_OK;
}

static enum bv_status
translate_choice(struct translation *t, struct bv_buf *out)
{
	if (++t->depth > DEPTH_MAX)
		return refuse(t, "nested too deep");
	while (more(t) && peek(t) != ')') {
		if (peek(t) == '|') {
			bv_buf_addc(out, '|');
			t->at++;
			continue;
		}
		TRY(translate_atom(t, out));
		TRY(translate_quantifier(t, out));
	}
	t->depth--;
	return BV_OK;
}

/* ---- PCRE2 ---------------------------------------------------------------------------------------------------------- */

static void *
arena_take(size_t size, void *arena)
{
	return bv_arena_alloc(arena, size);
}

/* The arena frees everything at once. */
static void
arena_leave(void *p, void *arena)
{
	(void)p, (void)arena;
}

/* The pattern is what is in t between t->at and its end. */
static enum bv_status
parse(const struct bv_pattern **out, struct translation *t, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str xsd = t->in;
	BV_AUTO(bv_buf_finish) struct bv_buf pcre = BV_BUF(TRANSLATION_MAX);
	int code;
	PCRE2_SIZE at;

	if (xsd.len > BV_PATTERN_MAX)
		return bv_err_rule(err, "limit-exceeded", 0, "pattern: %zu bytes; at most %d are read", xsd.len, BV_PATTERN_MAX);
	TRY(translate_choice(t, &pcre));
	if (more(t))
		return refuse(t, "')' without '('");
	TRY(bv_buf_check(&pcre, err));

	struct bv_pattern *pattern = bv_arena_array(arena, 1, struct bv_pattern);
	pcre2_general_context *memory = pcre2_general_context_create(arena_take, arena_leave, arena);
	pcre2_compile_context *context = pcre2_compile_context_create(memory);
	pattern->anchors = t->anchors;
	pattern->foreign = t->foreign;
	pattern->code =
	        pcre2_compile((PCRE2_SPTR)bv_str_chars(bv_buf_str(&pcre)), pcre.len,
	                      PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_UTF | PCRE2_UCP | PCRE2_NO_AUTO_CAPTURE | PCRE2_NEVER_BACKSLASH_C,
	                      &code, &at, context);
	if (!pattern->code) {
		char what[120];
		pcre2_get_error_message(code, (PCRE2_UCHAR *)what, sizeof what);
		return bv_err_rule(err, "bad-pattern", 0, "pattern \"%.*s\": %s", BV_STR_ARG(bv_str_sub(xsd, 0, 80)), what);
	}
	for (int i = 0; i < 2; i++) {
		pattern->limits[i] = pcre2_match_context_create(memory);
		pcre2_set_match_limit(pattern->limits[i], steps_max[i]);
		pcre2_set_heap_limit(pattern->limits[i], HEAP_MAX_KIB);
	}
	*out = pattern;
	return BV_OK;
}

enum bv_status
bv_pattern_parse(const struct bv_pattern **out, struct bv_str xsd, struct bv_arena *arena, struct bv_err *err)
{
	struct translation t = { .in = xsd, .err = err };

	return parse(out, &t, arena, err);
}

static bool
ends_with_dollar(struct bv_str s)
{
	size_t escapes = 0;

	while (escapes + 1 < s.len && s.p[s.len - 2 - escapes] == '\\')
		escapes++;
	return s.len && s.p[s.len - 1] == '$' && escapes % 2 == 0;
}

enum bv_status
bv_pattern_read(const struct bv_pattern **out, struct bv_str written, struct bv_arena *arena, struct bv_err *err)
{
	bool from = bv_str_starts(written, BV_STR("^")), to = ends_with_dollar(bv_str_sub(written, from, written.len));
	struct translation t = {
		.in = bv_str_sub(written, 0, written.len - to), .at = from, .anchors = from || to, .written = true, .err = err
	};

	return parse(out, &t, arena, err);
}

enum bv_status
bv_pattern_match(bool *out, const struct bv_pattern *pattern, struct bv_str subject, struct bv_err *err)
{
	if (subject.len > BV_SUBJECT_MAX)
		return bv_err_set(err, BV_ELIMIT, "pattern: a text of %zu bytes; at most %d are matched", subject.len, BV_SUBJECT_MAX);
	pcre2_match_data *match = pcre2_match_data_create(1, NULL);
	if (!match)
		return bv_err_set(err, BV_ELIMIT, "pattern: no memory to match it");
	int found = pcre2_match(pattern->code, (PCRE2_SPTR)(subject.p ? subject.p : ""), subject.len, 0, 0, match,
	                        pattern->limits[subject.len > SHORT_SUBJECT]);
	pcre2_match_data_free(match);
	if (found < 0 && found != PCRE2_ERROR_NOMATCH) {
		char what[120];
		pcre2_get_error_message(found, (PCRE2_UCHAR *)what, sizeof what);
		return bv_err_set(err, BV_ELIMIT, "pattern: %s", what);
	}
	*out = found >= 0;
	return BV_OK;
}

bool
bv_pattern_has_anchors(const struct bv_pattern *pattern)
{
	return pattern->anchors;
}

bool
bv_pattern_is_foreign(const struct bv_pattern *pattern)
{
	return pattern->foreign;
}
