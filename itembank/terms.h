/* What somebody typed to search by, as terms. Private to itembank. */
#ifndef BV_ITEMBANK_TERMS_H
#define BV_ITEMBANK_TERMS_H

#include "base/text.h"

#define BV_TERMS_BYTES_MAX 1024
#define BV_TERMS_MAX 16      /* terms */
#define BV_TERM_WORDS_MAX 32 /* words of all terms */
#define BV_TERM_PREFIX_MIN 2 /* letters before a star: fewer would find a part of everything */

enum bv_term_kind {
	BV_TERM_WORD,   /* one word: typed with marks, with those marks only; without, with any */
	BV_TERM_PREFIX, /* all words that begin so, whatever their marks */
	BV_TERM_PHRASE, /* words one after the other, marks as typed */
};

struct bv_term {
	enum bv_term_kind kind;
	bool excluded;
	size_t first, count; /* in bv_terms.words */
};

struct bv_terms {
	struct bv_term terms[BV_TERMS_MAX];
	size_t count;
	struct bv_word words[BV_TERM_WORDS_MAX]; /* their texts borrow from what was parsed */
	size_t word_count;
};

/* White space separates terms; "…" (or “…”) is a phrase, and so are words joined by anything else, as in e-mail; a star ends a prefix; a minus
 * leaves out the items that have the term. All others must be there. EPARSE for text that is not UTF-8, ELIMIT past the maxima, EINVAL for quotes
 * that are not closed, a star elsewhere, a term without a letter or digit, and nothing but what is to be left out. */
BV_MUST_USE enum bv_status bv_terms_parse(struct bv_terms *out, struct bv_str text, struct bv_err *err);

/* Is the word what a term's word, number idx of the terms, looks for? */
bool bv_terms_find(const struct bv_terms *terms, size_t term, size_t idx, const struct bv_word *word);

#endif
