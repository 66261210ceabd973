/* Unicode text (utf8proc). Every text from outside passes bv_text_nfc once. */
#ifndef BV_BASE_TEXT_H
#define BV_BASE_TEXT_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

/* Valid UTF-8 (RFC 3629: no surrogates, no overlong forms)? */
BV_API bool bv_text_valid(struct bv_str s);
/* EPARSE at the line where s stops being UTF-8, its first line being `line`. */
BV_API BV_MUST_USE enum bv_status bv_text_need(struct bv_str s, int line, struct bv_err *err);
/* s without the byte order mark that editors on Windows begin a file with. */
BV_API struct bv_str bv_text_unmarked(struct bv_str s);
/* Bytes of the longest valid start of s. */
BV_API size_t bv_text_valid_len(struct bv_str s);
/* Normalization Form C in *out, borrowed from s when s is NFC already, else in arena. EPARSE for bytes that are not UTF-8. */
BV_API BV_MUST_USE enum bv_status bv_text_nfc(struct bv_str *out, struct bv_str s, struct bv_arena *arena, struct bv_err *err);
/* Case folding (full, locale-free) of NFC text into arena. Bytes that are not UTF-8 are an error of the caller: assert. */
BV_API struct bv_str bv_text_fold(struct bv_str s, struct bv_arena *arena);

#define BV_WORD_MAX 64

/* A word as a search looks for it: a run of letters, digits and marks. plain is it in lower case without marks, đ as d (and compatible forms
 * made one, ﬁ as fi). marks is what plain lacks, as one would type it by the VNI method: 6 for â ê ô, 7 for ơ ư, 8 for ă, 9 for đ, and then
 * the tones, 1 sắc, 2 huyền, 3 hỏi, 4 ngã, 5 nặng, wherever they stand: hoà and hòa are one word; other marks are kept as they are. Words
 * longer than BV_WORD_MAX bytes are cut. */
struct bv_word {
	struct bv_str text; /* as it is written, borrowed from the text */
	size_t plain_len, marks_len;
	char plain[BV_WORD_MAX], marks[BV_WORD_MAX];
};
/* Takes the next word off rest, which is UTF-8; false when there is none. */
BV_API bool bv_text_word(struct bv_word *word, struct bv_str *rest);

/* Normalization Form D of UTF-8 text, borrowed from s when nothing changes, else in arena. */
BV_API struct bv_str bv_text_decompose(struct bv_str s, struct bv_arena *arena);
/* Takes the first code point of UTF-8 text that is not empty; appends one. */
BV_API uint32_t bv_text_next(struct bv_str *s);
BV_API void bv_text_add(struct bv_buf *out, uint32_t c);
/* The capital of a letter that has one of its own (ư is Ư), else c. */
BV_API uint32_t bv_text_upper(uint32_t c);
/* Makes z fit to be shown and to be put into JSON, in place: control characters (C0, DEL, C1) and bytes that are not UTF-8 become '?'. For
 * messages, which quote what comes from outside and may be cut inside a character. */
BV_API void bv_text_repair(char *z);
/* Number of code points; columns on a terminal (wide and combining characters counted as such). */
BV_API size_t bv_text_count(struct bv_str s);
BV_API size_t bv_text_width(struct bv_str s);
/* Appends s so that it can do nothing to a terminal or to the order of what is read: control characters, what turns the direction of
 * writing and what does not show become \uXXXX, bytes that are not UTF-8 \xXX, '\' two of it. lines: line feeds and backslashes stay (JSON). */
BV_API void bv_text_write_safe(struct bv_buf *out, struct bv_str s, bool lines);
/* Is there a character in the UTF-8 text that bv_text_write_safe would not write as it is, besides '\'? */
BV_API bool bv_text_safe(struct bv_str s);

#endif
