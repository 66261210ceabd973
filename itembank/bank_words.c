/* Words to search by, and their signature: what lets a list pass over an item without reading its words. */
#include "base/text.h"
#include "itembank/bank.h"

struct bv_str
bank_words(struct bv_str text, struct bv_arena *arena)
{
	struct bv_str folded = bv_text_fold(text, arena), word;
	char *p = bv_arena_alloc(arena, folded.len + 1);
	size_t len = 0;

	for (struct bv_str rest = folded; bv_str_token(&rest, &word);) {
		if (len + word.len + 1 > BANK_WORDS_MAX)
			break;
		if (len)
			p[len++] = ' ';
		memcpy(p + len, word.p, word.len);
		len += word.len;
	}
	return (struct bv_str){ p, len };
}

static size_t
character_len(const char *p, const char *end)
{
	size_t len = 1;

	while (p + len < end && ((unsigned char)p[len] & 0xC0) == 0x80)
		len++;
	return len;
}

void
bank_words_sign(uint64_t sign[BANK_SIGN_COUNT], struct bv_str words)
{
	enum { LONGEST = 5, BITS = 64 * BANK_SIGN_COUNT };
	const char *end = words.p + words.len;

	for (const char *p = words.p; p < end; p += character_len(p, end)) {
		const char *q = p;
		uint32_t hash = 2166136261u; /* FNV-1a */
		for (int run = 0; run < LONGEST && q < end && *q != ' '; run++) {
			for (size_t left = character_len(q, end); left; left--)
				hash = (hash ^ (unsigned char)*q++) * 16777619u;
			uint32_t bit = (hash ^ hash >> 15) % BITS;
			sign[bit / 64] |= UINT64_C(1) << bit % 64;
		}
	}
}
