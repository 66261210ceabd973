/* Keys of short answers: what is the same answer although it is written otherwise. Rules chosen one by one (doc/short-answers.md); the texts
 * themselves are never changed. */
#ifndef BV_ITEMBANK_FOLD_H
#define BV_ITEMBANK_FOLD_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

/* The definition of the custom operator: this, then the names of rules with commas between them, "…#space,case,tone". */
#define BV_FOLD_DEFINITION "https://bangvang.vn/ns/fold/1#"

enum bv_fold {
	BV_FOLD_SPACE = 1 << 0,  /* "space": none at the ends, one blank for any run; non-breaking ones too */
	BV_FOLD_CASE = 1 << 1,   /* "case": full case folding of Unicode */
	BV_FOLD_TONE = 1 << 2,   /* "tone": hòa is hoà, thủy is thuỷ, khỏe is khoẻ */
	BV_FOLD_IY = 1 << 3,     /* "iy": kỹ is kĩ, where y is the whole rhyme after a consonant */
	BV_FOLD_MARKS = 1 << 4,  /* "marks": without any diacritics, and d for đ */
	BV_FOLD_NUMBER = 1 << 5, /* "number": 1.234,50 is 1234.5 */
};

/* Is it a definition of this operator, of whatever version? */
bool bv_fold_is(struct bv_str definition);
/* EPARSE names the rules that there are. */
BV_MUST_USE enum bv_status bv_fold_parse(unsigned *rules, struct bv_str definition, struct bv_err *err);
/* The key of an NFC text, itself NFC, in arena; may be empty. */
struct bv_str bv_fold_key(unsigned rules, struct bv_str text, struct bv_arena *arena);

#endif
