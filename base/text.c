#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <utf8proc.h>

/* Table 3-7 of the Unicode standard: what may follow a first byte. */
static size_t
character_len(const unsigned char *p, size_t left)
{
	unsigned char low = 0x80, high = 0xBF;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return 0;
	len = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (p[0] == 0xE0)
		low = 0xA0;
	else if (p[0] == 0xED)
		high = 0x9F;
	else if (p[0] == 0xF0)
		low = 0x90;
	else if (p[0] == 0xF4)
		high = 0x8F;
	if (left < len || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return len;
}

size_t
bv_text_valid_len(struct bv_str s)
{
	size_t i = 0;

	while (i < s.len) {
		uint64_t eight;
		if (s.len - i >= sizeof eight) {
			memcpy(&eight, s.p + i, sizeof eight);
			if (!(eight & 0x8080808080808080u)) {
				i += sizeof eight;
				continue;
			}
		}
		size_t len = character_len((const unsigned char *)s.p + i, s.len - i);
		if (!len)
			break;
		i += len;
	}
	return i;
}

enum bv_status
bv_text_need(struct bv_str s, int line, struct bv_err *err)
{
	size_t valid = bv_text_valid_len(s);

	for (size_t i = 0; i < valid; i++)
		line += s.p[i] == '\n';
	if (valid < s.len)
		return bv_err_at(err, BV_EPARSE, line, "this is not UTF-8: save the file again as UTF-8 (Excel: \"CSV UTF-8 (Comma delimited)\"; Notepad: encoding UTF-8)");
	return BV_OK;
}

struct bv_str
bv_text_unmarked(struct bv_str s)
{
	return bv_str_starts(s, BV_STR("\xEF\xBB\xBF")) ? bv_str_sub(s, 3, s.len) : s;
}

bool
bv_text_valid(struct bv_str s)
{
	return bv_text_valid_len(s) == s.len;
}

/* s after utf8proc's transformation, in arena, or s itself when that changes nothing. */
static struct bv_str
map(struct bv_str s, utf8proc_option_t options, struct bv_arena *arena)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.len, &mapped, options);

	if (len < 0) /* valid UTF-8 fails only for want of memory */
		abort();
	struct bv_str out = { (const char *)mapped, (size_t)len };
	out = bv_str_eq(out, s) ? s : bv_arena_str(arena, out);
	free(mapped);
	return out;
}

/* Bytes of the character at s.p[i] when it is one that is NFC beside any other of these: below U+0300, U+1E00–1EFF (Vietnamese), and
 * punctuation, currency signs, arrows and operators. None of them combines, and none has NFC_Quick_Check=No. 0 for all others. */
static size_t
composed_len(struct bv_str s, size_t i)
{
	const unsigned char *p = (const unsigned char *)s.p + i;
	size_t left = s.len - i;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xcb)
		return left >= 2 && p[1] >> 6 == 2 ? 2 : 0;
	if (left < 3 || p[1] >> 6 != 2 || p[2] >> 6 != 2)
		return 0;
	if (p[0] == 0xe1)
		return p[1] >= 0xb8 && p[1] <= 0xbb ? 3 : 0;
	if (p[0] != 0xe2)
		return 0;
	return (p[1] == 0x80 && p[2] >= 0x90) || p[1] == 0x82 || (p[1] >= 0x86 && p[1] <= 0x8b) ? 3 : 0;
}

static bool
is_composed(struct bv_str s)
{
	size_t i = 0, len = 1;

	for (; i < s.len && len; i += len)
		len = composed_len(s, i);
	return len != 0;
}

enum bv_status
bv_text_nfc(struct bv_str *out, struct bv_str s, struct bv_arena *arena, struct bv_err *err)
{
	if (is_composed(s)) {
		*out = s;
		return BV_OK;
	}
	size_t good = bv_text_valid_len(s);
	if (good != s.len)
		return bv_err_rule(err, "bad-encoding", 0, "byte %zu (0x%02x) is not UTF-8: convert the text to UTF-8", good + 1,
		                   (unsigned char)s.p[good]);
	*out = map(s, UTF8PROC_STABLE | UTF8PROC_COMPOSE, arena);
	return BV_OK;
}

struct bv_str
bv_text_fold(struct bv_str s, struct bv_arena *arena)
{
	assert(bv_text_valid(s));
	if (!s.len)
		return s;
	return map(s, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD, arena);
}

struct bv_str
bv_text_decompose(struct bv_str s, struct bv_arena *arena)
{
	assert(bv_text_valid(s));
	return s.len ? map(s, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, arena) : s;
}

void
bv_text_repair(char *z)
{
	unsigned char *p = (unsigned char *)z;

	for (size_t left = strlen(z), len; left; left -= len, p += len) {
		size_t valid = character_len(p, left);
		bool control = p[0] < 0x20 || p[0] == 0x7F || (valid == 2 && p[0] == 0xC2 && p[1] < 0xA0);
		len = valid ? valid : 1;
		if (!valid || control)
			memset(p, '?', len);
	}
}

size_t
bv_text_count(struct bv_str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.len; i++)
		count += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return count;
}

size_t
bv_text_width(struct bv_str s)
{
	size_t width = 0;

	for (size_t i = 0; i < s.len;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)(s.len - i), &c);
		if (len < 1) { /* a terminal shows a stray byte as one replacement character */
			len = 1;
			c = 0xFFFD;
		}
		width += (size_t)utf8proc_charwidth(c);
		i += (size_t)len;
	}
	return width;
}

/* The code point of the character of len bytes at p. */
static uint32_t
code_point(const unsigned char *p, size_t len)
{
	uint32_t point = len == 1 ? p[0] : p[0] & (0xffu >> (len + 1));

	for (size_t i = 1; i < len; i++)
		point = point << 6 | (p[i] & 0x3f);
	return point;
}

/* ---- Words ------------------------------------------------------------------------------------------------------- */

/* Is c of a word, if one has begun? What does not show (a soft hyphen, a joiner) does not end it. */
static bool
is_word(utf8proc_int32_t c, bool begun)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return true;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_CF:
		return begun;
	default:
		return false;
	}
}

/* The key of the VNI method for a combining mark, or 0. */
static char
vni_key(utf8proc_int32_t c)
{
	switch (c) {
	case 0x301:
		return '1';
	case 0x300:
		return '2';
	case 0x309:
		return '3';
	case 0x303:
		return '4';
	case 0x323:
		return '5';
	case 0x302:
		return '6';
	case 0x31b:
		return '7';
	case 0x306:
		return '8';
	default:
		return 0;
	}
}

/* Vietnamese letters, in which nearly all text is: the letter and the keys of its marks. NULL for any other character. */
static const char *
vietnamese(utf8proc_int32_t c)
{
	static const char *const latin1[] = { "a2", "a1", "a6", "a4", NULL, NULL, NULL, NULL, "e2", "e1", "e6", NULL, "i2", "i1", NULL, NULL,
		                              NULL, NULL, "o2", "o1", "o6", "o4", NULL, NULL, NULL, "u2", "u1", NULL, NULL, "y1", NULL, NULL };
	static const char *const additional[] = { "a5",  "a3",  "a61", "a62", "a63", "a64", "a65", "a81", "a82", "a83", "a84", "a85", "e5",  "e3",  "e4",
		                                  "e61", "e62", "e63", "e64", "e65", "i3",  "i5",  "o5",  "o3",  "o61", "o62", "o63", "o64", "o65", "o71",
		                                  "o72", "o73", "o74", "o75", "u5",  "u3",  "u71", "u72", "u73", "u74", "u75", "y2",  "y5",  "y3",  "y4" };

	if (c >= 0xc0 && c <= 0xff)
		return latin1[c & 0x1f];
	if (c >= 0x1ea0 && c <= 0x1ef9)
		return additional[(c - 0x1ea0) / 2];
	switch (c) {
	case 0x102:
	case 0x103:
		return "a8";
	case 0x110:
	case 0x111:
		return "d9";
	case 0x128:
	case 0x129:
		return "i4";
	case 0x168:
	case 0x169:
		return "u4";
	case 0x1a0:
	case 0x1a1:
		return "o7";
	case 0x1af:
	case 0x1b0:
		return "u7";
	default:
		return NULL;
	}
}

/* A word as it grows; tones are kept apart until its end. */
struct growing {
	struct bv_word *word;
	size_t tone_len;
	char tones[BV_WORD_MAX];
};

static void
append(char *to, size_t *len, utf8proc_int32_t c)
{
	utf8proc_uint8_t bytes[4];

	if (c < 0x80) {
		if (*len < BV_WORD_MAX)
			to[(*len)++] = (char)c;
		return;
	}
	size_t count = (size_t)utf8proc_encode_char(c, bytes);

	if (*len + count > BV_WORD_MAX)
		return;
	memcpy(to + *len, bytes, count);
	*len += count;
}

/* One code point of the decomposed text. */
static void
grow(struct growing *g, utf8proc_int32_t c)
{
	char key = vni_key(c);

	if (c == 0x111) { /* đ, which has no decomposition */
		append(g->word->plain, &g->word->plain_len, 'd');
		append(g->word->marks, &g->word->marks_len, '9');
	} else if (key && key <= '5') {
		append(g->tones, &g->tone_len, key);
	} else if (key) {
		append(g->word->marks, &g->word->marks_len, key);
	} else if (utf8proc_category(c) == UTF8PROC_CATEGORY_MN) {
		append(g->word->marks, &g->word->marks_len, c);
	} else {
		append(g->word->plain, &g->word->plain_len, c);
	}
}

/* A character that is not ASCII, without case, marks apart. */
static void
grow_decomposed(struct growing *g, utf8proc_int32_t c)
{
	enum { MOST = 32 }; /* the longest is U+FDFA with 18 */
	utf8proc_int32_t parts[MOST];
	int class = 0;
	utf8proc_ssize_t count = utf8proc_decompose_char(c, parts, MOST, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
	                                                 &class);

	for (utf8proc_ssize_t i = 0; i < count && i < MOST; i++)
		if (is_word(parts[i], true))
			grow(g, parts[i]);
}

static void
grow_vietnamese(struct growing *g, const char *letter)
{
	append(g->word->plain, &g->word->plain_len, *letter);
	while (*++letter)
		if (*letter <= '5')
			append(g->tones, &g->tone_len, *letter);
		else
			append(g->word->marks, &g->word->marks_len, *letter);
}

static bool
take_word(struct bv_word *word, struct bv_str *rest)
{
	struct growing g = { .word = word };
	size_t from = 0, to = 0;

	word->plain_len = word->marks_len = 0;
	while (to < rest->len) {
		unsigned char p = (unsigned char)rest->p[to];
		utf8proc_int32_t c = p;
		utf8proc_ssize_t len = 1;
		bool letter = (p | 0x20) >= 'a' && (p | 0x20) <= 'z', word_part = letter || (p >= '0' && p <= '9');
		const char *known = NULL;
		if (p >= 0x80) {
			len = utf8proc_iterate((const utf8proc_uint8_t *)rest->p + to, (utf8proc_ssize_t)(rest->len - to), &c);
			assert(len > 0);
			known = vietnamese(c);
			word_part = known || is_word(c, to > from);
		}
		if (!word_part && to > from)
			break;
		if (known)
			grow_vietnamese(&g, known);
		else if (p >= 0x80 && word_part)
			grow_decomposed(&g, c);
		else if (word_part)
			append(word->plain, &word->plain_len, letter ? p | 0x20 : p);
		to += (size_t)len;
		from = word_part ? from : to;
	}
	word->text = bv_str_sub(*rest, from, to - from);
	*rest = bv_str_sub(*rest, to, rest->len);
	if (g.tone_len > BV_WORD_MAX - word->marks_len)
		g.tone_len = BV_WORD_MAX - word->marks_len;
	memcpy(word->marks + word->marks_len, g.tones, g.tone_len);
	word->marks_len += g.tone_len;
	return word->text.len > 0;
}

bool
bv_text_word(struct bv_word *word, struct bv_str *rest)
{
	/* A letter may decompose into nothing that is of a word; such a word cannot be looked for. */
	while (take_word(word, rest))
		if (word->plain_len)
			return true;
	return false;
}

uint32_t
bv_text_next(struct bv_str *s)
{
	size_t len = character_len((const unsigned char *)s->p, s->len);

	assert(len);
	uint32_t c = code_point((const unsigned char *)s->p, len);
	*s = bv_str_sub(*s, len, s->len);
	return c;
}

uint32_t
bv_text_upper(uint32_t c)
{
	return (uint32_t)utf8proc_toupper((utf8proc_int32_t)c);
}

void
bv_text_add(struct bv_buf *out, uint32_t c)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t len = utf8proc_encode_char((utf8proc_int32_t)c, bytes);

	bv_buf_add(out, (struct bv_str){ (const char *)bytes, (size_t)len });
}

/* What moves the cursor, colours, or turns the direction of writing, and what does not show at all. */
static bool
is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

static void
add_escape(struct bv_buf *out, uint32_t c)
{
	if (c >= 0x10000)
		bv_buf_printf(out, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff));
	else
		bv_buf_printf(out, "\\u%04x", c);
}

void
bv_text_write_safe(struct bv_buf *out, struct bv_str s, bool lines)
{
	for (size_t i = 0; i < s.len;) {
		size_t len = character_len((const unsigned char *)s.p + i, s.len - i);
		uint32_t c = len ? code_point((const unsigned char *)s.p + i, len) : 0;
		if (!len)
			bv_buf_printf(out, "\\x%02x", (unsigned char)s.p[i]);
		else if (c == '\n')
			bv_buf_addz(out, lines ? "\n" : "\\n");
		else if (c == '\\' && !lines)
			bv_buf_addz(out, "\\\\");
		else if (is_unsafe(c))
			add_escape(out, c);
		else
			bv_buf_add(out, bv_str_sub(s, i, len));
		i += len ? len : 1;
	}
}

bool
bv_text_safe(struct bv_str s)
{
	for (size_t i = 0, len; i < s.len; i += len) {
		len = character_len((const unsigned char *)s.p + i, s.len - i);
		if (!len || is_unsafe(code_point((const unsigned char *)s.p + i, len)))
			return false;
	}
	return true;
}
