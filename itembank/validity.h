/* What an interaction allows its response to be. Private to itembank. */
#ifndef BV_ITEMBANK_VALIDITY_H
#define BV_ITEMBANK_VALIDITY_H

#include "itembank/item.h"

/* Can the page give this value at all: are its identifiers choices that are shown, pairs made of what may be paired? EINVAL names what is
 * not; the caller names the response. */
BV_MUST_USE enum bv_status bv_value_legal(const struct bv_item_session *session, const struct bv_interaction *interaction,
                                          const struct bv_value *value, struct bv_err *err);

/* Is it a complete answer (numbers of choices, associations and strings, match-min and match-max, required gaps, pattern mask)?
 * EINVAL names the response and says what is missing. typed: the value of string-identifier, or NULL. */
BV_MUST_USE enum bv_status bv_value_valid(const struct bv_item_session *session, size_t interaction, const struct bv_value *value,
                                          const struct bv_value *typed, struct bv_err *err);

#endif
