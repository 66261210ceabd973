/* What a candidate typed, as a value. Private to itembank. */
#ifndef BV_ITEMBANK_TYPED_H
#define BV_ITEMBANK_TYPED_H

#include "itembank/declare.h"
#include "itembank/itembank.h"
#include "itembank/value.h"

/* The text typed into a textEntry or extendedText, as a value of the declaration: the string itself; a number in the interaction's
 * base; for a record the fields stringValue, floatValue, integerValue, leftDigits, rightDigits, ndp, nsf and exponent (QTI 3.0 textEntryInteraction).
 * With `comma` a decimal comma is read as a point. EINVAL for text that is not such a number; text of white space only is NULL. text is
 * NFC and borrowed. */
BV_MUST_USE enum bv_status bv_typed_parse(struct bv_value *out, const struct bv_declaration *declaration,
                                          const struct bv_interaction *interaction, struct bv_str text, bool comma, struct bv_arena *arena,
                                          struct bv_err *err);

#endif
