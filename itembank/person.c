/* Names of people, as events record them. They are claims: who may write the bank's file may write any name; the server will check who is who. */
#include "base/text.h"
#include "itembank/lifecycle.h"

/* Bytes of the space at s.p[i], also of those of typographers, which look the same; 0 when there is none. */
static size_t
space_len(struct bv_str s, size_t i)
{
	static const char *const spaces[] = { " ", "\t", "\n", "\r", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005",
		                              "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u202f", "\u205f", "\u3000" };

	for (size_t n = 0; n < BV_COUNT(spaces); n++)
		if (bv_str_starts(bv_str_sub(s, i, s.len), bv_str_of(spaces[n])))
			return strlen(spaces[n]);
	return 0;
}

/* Words with one space between them. */
static struct bv_str
single_spaces(struct bv_str s, struct bv_arena *arena)
{
	char *p = bv_arena_alloc(arena, s.len + 1);
	size_t len = 0;

	for (size_t i = 0, space; i < s.len;) {
		space = space_len(s, i);
		if (!space)
			p[len++] = s.p[i];
		else if (len && p[len - 1] != ' ')
			p[len++] = ' ';
		i += space ? space : 1;
	}
	len -= len && p[len - 1] == ' ';
	return (struct bv_str){ p, len };
}

/* A letter or digit of ASCII, or any character beyond it: names are written in all scripts. */
static bool
has_letter(struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80)
			return true;
	}
	return false;
}

enum bv_status
person_name(struct bv_str *out, struct bv_str name, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str nfc;

	if (name.len > BV_PERSON_MAX)
		return bv_err_set(err, BV_EINVAL, "a person's name has at most %d bytes", BV_PERSON_MAX);
	if (bv_text_nfc(&nfc, name, arena, err) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "a person's name must be UTF-8");
	nfc = single_spaces(nfc, arena);
	if (!has_letter(nfc))
		return bv_err_set(err, BV_EINVAL, "a person's name has at least one letter or digit");
	if (!bv_text_safe(nfc) || nfc.len > BV_PERSON_MAX)
		return bv_err_set(err, BV_EINVAL, "a person's name must not have control characters or others that do not show");
	*out = nfc;
	return BV_OK;
}

struct bv_str
person_key(struct bv_str name, struct bv_arena *arena)
{
	struct bv_err err;

	/* An author in the metadata may be anything; what is not UTF-8 is nobody else. */
	return bv_text_nfc(&name, name, arena, &err) == BV_OK ? bv_text_fold(single_spaces(name, arena), arena) : name;
}
