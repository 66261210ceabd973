/* XSD regular expressions (XML Schema part 2, appendix F) for qti-pattern-match and pattern-mask, matched by PCRE2 under limits. */
#ifndef BV_ITEMBANK_PATTERN_H
#define BV_ITEMBANK_PATTERN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

#define BV_PATTERN_MAX 1024  /* bytes of a pattern */
#define BV_SUBJECT_MAX 65536 /* bytes of what is matched */

/* What bv_pattern_is_foreign warns of. */
#define BV_PATTERN_FOREIGN "(?:…), and no backslash before other than ASCII; they are taken as a group and as the character"

struct bv_pattern; /* immutable: may be used by several threads; lives in an arena, nothing to free */

/* EPARSE says what is wrong at which byte: XSD has no (?…), lazy quantifiers, \b, back references; '^' and '$' are themselves. */
BV_MUST_USE enum bv_status bv_pattern_parse(const struct bv_pattern **out, struct bv_str xsd, struct bv_arena *arena, struct bv_err *err);

/* The same as items write it: a '^' at its start and a '$' at its end, which say what is so without them, are passed over; "(?:" is "(",
 * and a backslash before a character past ASCII is passed over, since neither could mean anything else. */
BV_MUST_USE enum bv_status bv_pattern_read(const struct bv_pattern **out, struct bv_str written, struct bv_arena *arena, struct bv_err *err);

/* Does the whole of subject (UTF-8) match? ELIMIT when the subject is too long or the match takes too many steps. */
BV_MUST_USE enum bv_status bv_pattern_match(bool *out, const struct bv_pattern *pattern, struct bv_str subject, struct bv_err *err);

/* Was there an unescaped '^' or '$' outside of classes? In XSD they stand for themselves; authors seldom mean that. */
bool bv_pattern_has_anchors(const struct bv_pattern *pattern);

/* Was there a "(?:" or an escape that XSD does not have? */
bool bv_pattern_is_foreign(const struct bv_pattern *pattern);

#endif
