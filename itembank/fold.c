#include "itembank/fold.h"

#include "base/text.h"

static const char *const names[] = { "space", "case", "tone", "iy", "marks", "number" };

static const struct bv_str family = { "https://bangvang.vn/ns/fold/", 28 };

bool
bv_fold_is(struct bv_str definition)
{
	return bv_str_starts(bv_str_trim(definition), family);
}

enum bv_status
bv_fold_parse(unsigned *rules, struct bv_str definition, struct bv_err *err)
{
	struct bv_str all = bv_str_trim(definition);
	unsigned found = 0;

	if (!bv_str_starts(all, BV_STR(BV_FOLD_DEFINITION)))
		return bv_err_rule(err, "bad-definition", 0, "the definition must begin with " BV_FOLD_DEFINITION);
	for (struct bv_str rest = bv_str_sub(all, sizeof BV_FOLD_DEFINITION - 1, all.len); rest.p;) {
		size_t comma = bv_str_find(rest, ','), i = 0;
		struct bv_str name = bv_str_sub(rest, 0, comma);
		while (i < BV_COUNT(names) && !bv_str_is(name, names[i]))
			i++;
		if (i == BV_COUNT(names))
			return bv_err_rule(err, "bad-definition", 0,
			                   "\"%.*s\" is not a rule: there are space, case, tone, iy, marks and number",
			                   BV_STR_ARG(bv_str_sub(name, 0, 40)));
		found |= 1u << i;
		rest = comma < rest.len ? bv_str_sub(rest, comma + 1, rest.len) : BV_STR_NONE;
	}
	*rules = found;
	return BV_OK;
}

/* ---- Vietnamese words ----------------------------------------------------------------------------------------------- */

/* Decomposed (NFD): a Vietnamese letter is a letter of ASCII or đ, then marks; of these five are tones. */
static bool
is_mark(uint32_t c)
{
	return c >= 0x300 && c <= 0x36f;
}

static bool
is_tone(uint32_t c)
{
	return c == 0x300 || c == 0x301 || c == 0x303 || c == 0x309 || c == 0x323;
}

static uint32_t
lower(uint32_t c)
{
	return c >= 'A' && c <= 'Z' ? c + 0x20 : c == 0x110 ? 0x111 : c;
}

static bool
is_letter(uint32_t c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || lower(c) == 0x111;
}

static bool
is_vowel(uint32_t c)
{
	return c < 0x80 && strchr("aeiouy", (int)lower(c)) != NULL;
}

/* The old orthography writes the tone of an open rhyme oa, oe, uy on its first vowel, the new one on its second; everywhere else they agree.
 * The u of qu is no vowel: its y has the tone in both. */
static void
move_tone(uint32_t *word, size_t count)
{
	if (count < 3 || !is_tone(word[count - 2]))
		return;
	uint32_t *tail = word + count - 3;
	uint32_t first = lower(tail[0]), second = lower(tail[2]);
	bool u = first == 'u' && second == 'y' && !(count > 3 && lower(tail[-1]) == 'q');
	if (u || (first == 'o' && (second == 'a' || second == 'e'))) {
		uint32_t tone = tail[1];
		tail[1] = tail[2];
		tail[2] = tone;
	}
}

/* y → i where it is all of the rhyme and a consonant stands before it: ký, lý, mỹ, but not y tế, quý, thuý. */
static void
replace_y(uint32_t *word, size_t count)
{
	size_t last = count;

	while (last > 0 && is_mark(word[last - 1]))
		last--;
	if (last < 2 || lower(word[last - 1]) != 'y')
		return;
	for (size_t i = 0; i + 1 < last; i++)
		if (is_mark(word[i]) || is_vowel(word[i]))
			return;
	word[last - 1] = word[last - 1] == 'Y' ? 'I' : 'i';
}

static void
fold_words(unsigned rules, uint32_t *p, size_t count)
{
	for (size_t from = 0, to; from < count; from = to + 1) {
		to = from;
		while (to < count && (is_letter(p[to]) || (is_mark(p[to]) && to > from)))
			to++;
		if (rules & BV_FOLD_TONE)
			move_tone(p + from, to - from);
		if (rules & BV_FOLD_IY)
			replace_y(p + from, to - from);
	}
}

/* ---- Marks and spaces ----------------------------------------------------------------------------------------------- */

static size_t
drop_marks(uint32_t *p, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!is_mark(p[i]))
			p[kept++] = p[i] == 0x111 ? 'd' : p[i] == 0x110 ? 'D' : p[i];
	return kept;
}

/* The property White_Space of Unicode. */
static bool
is_space(uint32_t c)
{
	return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static size_t
fold_spaces(uint32_t *p, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (!is_space(p[i]))
			p[kept++] = p[i];
		else if (kept && p[kept - 1] != ' ')
			p[kept++] = ' ';
	}
	return kept && p[kept - 1] == ' ' ? kept - 1 : kept;
}

/* ---- Numbers -------------------------------------------------------------------------------------------------------- */

/* "1.234.567": one to three digits, not beginning with 0, then groups of three, all behind the same mark. */
static bool
is_grouped(struct bv_str s, char mark)
{
	size_t first = bv_str_find(s, mark);

	if (first < 1 || first > 3 || s.p[0] == '0' || (s.len - first) % 4 != 0)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (i >= first && (i - first) % 4 == 0 ? s.p[i] != mark : s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

static bool
is_digits(struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0;
}

static size_t
count_of(struct bv_str s, char c)
{
	size_t count = 0;

	for (size_t i = 0; i < s.len; i++)
		count += s.p[i] == c;
	return count;
}

/* Where the decimal mark is; s.len when there is none. A comma alone is one. A point alone is one unless exactly three digits follow
 * what may be a group of thousands: 1.234 is a thousand and more, as Vietnam writes it. Of both the last is. */
static size_t
decimal_mark(struct bv_str s)
{
	size_t commas = count_of(s, ','), points = count_of(s, '.'), comma = bv_str_find(s, ','), point = bv_str_find(s, '.');

	if (commas == 1 && (points == 0 || comma > point))
		return comma;
	if (points == 1 && (commas > 0 || !is_grouped(s, '.')))
		return point;
	return s.len;
}

/* The number in one form, appended; false when it is none: minus, digits without zeros in front, and a point with digits without zeros
 * behind. */
static bool
write_number(struct bv_buf *out, struct bv_str s)
{
	bool minus = bv_str_starts(s, BV_STR("-")) || bv_str_starts(s, BV_STR("\u2212"));

	if (minus || bv_str_starts(s, BV_STR("+")))
		s = bv_str_trim(bv_str_sub(s, s.p[0] == '-' || s.p[0] == '+' ? 1 : 3, s.len));
	size_t mark = decimal_mark(s);
	struct bv_str whole = bv_str_sub(s, 0, mark), part = bv_str_sub(s, mark + 1, s.len);
	if ((!is_digits(whole) && !is_grouped(whole, '.') && !is_grouped(whole, ',') && !is_grouped(whole, ' ')) || (mark < s.len && !is_digits(part)))
		return false;
	while (part.len && part.p[part.len - 1] == '0')
		part.len--;
	size_t from = out->len;
	for (size_t i = 0; i < whole.len; i++)
		if (whole.p[i] >= '0' && whole.p[i] <= '9' && (whole.p[i] != '0' || out->len > from))
			bv_buf_addc(out, whole.p[i]);
	if (out->len == from)
		bv_buf_addc(out, '0');
	if (part.len)
		bv_buf_printf(out, ".%.*s", BV_STR_ARG(part));
	if (minus && !bv_str_is(bv_buf_str(out), "0")) {
		bv_buf_addc(out, '-'); /* to the front */
		memmove(out->p + 1, out->p, out->len - 1);
		out->p[0] = '-';
	}
	return true;
}

/* ---- The key -------------------------------------------------------------------------------------------------------- */

struct bv_str
bv_fold_key(unsigned rules, struct bv_str text, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(4 * text.len + 16);
	struct bv_str rest = bv_text_decompose(text, arena), key;
	struct bv_err err;
	size_t count = 0;

	uint32_t *p = bv_arena_array(arena, rest.len, uint32_t);
	while (rest.len)
		p[count++] = bv_text_next(&rest);
	if (rules & (BV_FOLD_TONE | BV_FOLD_IY))
		fold_words(rules, p, count);
	if (rules & BV_FOLD_MARKS)
		count = drop_marks(p, count);
	if (rules & (BV_FOLD_SPACE | BV_FOLD_NUMBER)) {
		/* A number may stand among blanks without the rule for them. */
		uint32_t *folded = bv_arena_array(arena, count, uint32_t);
		memcpy(folded, p, count * sizeof *p);
		size_t left = fold_spaces(folded, count);
		for (size_t i = 0; i < left; i++)
			bv_text_add(&out, folded[i]);
		key = bv_arena_str(arena, bv_buf_str(&out));
		bv_buf_clear(&out);
		if (rules & BV_FOLD_NUMBER && write_number(&out, key))
			return bv_arena_str(arena, bv_buf_str(&out));
		bv_buf_clear(&out);
		if (rules & BV_FOLD_SPACE) {
			p = folded;
			count = left;
		}
	}
	for (size_t i = 0; i < count; i++)
		bv_text_add(&out, p[i]);
	key = bv_arena_str(arena, bv_buf_str(&out));
	if (bv_text_nfc(&key, key, arena, &err) != BV_OK)
		return BV_STR_NONE; /* what was UTF-8 still is */
	return rules & BV_FOLD_CASE ? bv_text_fold(key, arena) : key;
}
