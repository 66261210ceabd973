/* What a candidate has written in an editor for formatted text (extendedText with format="xhtml"). It comes from a browser that anybody may have changed,
 * and is shown to others: markers, reviewers, the candidate again. Private to itembank. */
#ifndef BV_ITEMBANK_RICH_TEXT_H
#define BV_ITEMBANK_RICH_TEXT_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

/* HTML of any kind as well-formed XHTML content with nothing but the elements that a page may have (page_names.c), without media, links, labels and
 * mathematics, and of their attributes dir, lang and those that say how a table or list is built. Scripts and the like go with what is in them, of other
 * elements the text stays. Never fails for its contents, and changes nothing the second time; ELIMIT when what comes of it is longer than
 * BV_RESPONSE_TEXT_MAX. The result lives in the arena. */
BV_MUST_USE enum bv_status rich_text_clean(struct bv_str *out, struct bv_str html, struct bv_arena *arena, struct bv_err *err);

#endif
