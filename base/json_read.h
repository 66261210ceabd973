/* Two readers of JSON behind bv_json_parse. */
#ifndef BV_BASE_JSON_READ_H
#define BV_BASE_JSON_READ_H

#include "base/json.h"

/* Reads what programs write: no more than BV_JSON_DEPTH deep, no name twice, no escapes in names, integers of at most 18 digits, no reals. False, which
 * says nothing of the text, for anything else: that is for the thorough reader, which takes three times as long. */
bool json_read_quick(struct bv_json **out, struct bv_str text);
/* The whole of bv_json_parse_large, by jansson; says what is wrong. */
BV_MUST_USE enum bv_status json_read_thorough(struct bv_json **out, struct bv_str text, struct bv_err *err);

#endif
