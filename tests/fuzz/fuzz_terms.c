/* Any bytes as a search: every term has words that its own text finds, and what is refused says why. */
#include <assert.h>
#include <stdint.h>

#include "itembank/terms.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct bv_str text = { (const char *)p, len };
	struct bv_terms terms;
	struct bv_err err = { 0 };
	size_t words = 0;

	if (bv_terms_parse(&terms, text, &err) != BV_OK) {
		assert(err.msg[0]);
		return 0;
	}
	assert(terms.count && terms.count <= BV_TERMS_MAX && terms.word_count <= BV_TERM_WORDS_MAX);
	for (size_t i = 0; i < terms.count; i++) {
		const struct bv_term *term = &terms.terms[i];
		assert(term->first == words && term->count && (term->count == 1 || term->kind == BV_TERM_PHRASE));
		words += term->count;
		for (size_t w = term->first; w < words; w++) {
			const struct bv_word *word = &terms.words[w];
			assert(bv_terms_find(&terms, i, w, word));
			assert(word->text.p >= text.p && word->text.p + word->text.len <= text.p + text.len);
			assert(bv_text_valid((struct bv_str){ word->plain, word->plain_len }));
			for (size_t c = 0; c < word->plain_len; c++) /* nothing that means something to an engine */
				assert((word->plain[c] >= 'a' && word->plain[c] <= 'z') || (word->plain[c] >= '0' && word->plain[c] <= '9') ||
				       (unsigned char)word->plain[c] >= 0x80);
			for (size_t c = 0; c < word->marks_len; c++)
				assert((word->marks[c] >= '1' && word->marks[c] <= '9') || (unsigned char)word->marks[c] >= 0x80);
		}
	}
	assert(words == terms.word_count);
	return 0;
}
