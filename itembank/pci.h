/* Values in the JSON of 1EdTech Portable Custom Interactions v1.0 §"Representation of Values":
 * {"base":{"identifier":"A"}} · {"list":{"integer":[1,2]}} · {"record":[{"name":"x","base":{…}}]} · NULL {"base":null}.
 * pair and directedPair are ["A","B"], point [x,y], file {"data":BASE64,"mime":TYPE,"name":NAME} (attachment.h), duration "PT90S"; a float that JSON cannot write is "INF", "-INF" or "NaN". */
#ifndef BV_ITEMBANK_PCI_H
#define BV_ITEMBANK_PCI_H

#include "base/json.h"
#include "base/mem.h"
#include "itembank/value.h"

/* The value of that cardinality and base type. Integers may stand for floats, "A B" for a pair, a number for a duration; an empty list
 * or string is NULL. Texts are NFC; they are borrowed from json or live in arena. EINVAL says what was wanted. ELIMIT for more than
 * BV_RESPONSE_VALUES_MAX values and texts longer than BV_RESPONSE_TEXT_MAX. */
BV_MUST_USE enum bv_status bv_pci_parse(struct bv_value *out, enum bv_cardinality cardinality, enum bv_type type, const struct bv_json *json,
                                        struct bv_arena *arena, struct bv_err *err);

/* Owned by the caller. */
struct bv_json *bv_pci_new(const struct bv_value *value);

/* {"cardinality":…,"baseType":…,"value":PCI}; baseType is null for records and for a NULL without one. Owned by the caller. */
struct bv_json *bv_pci_typed_new(const struct bv_value *value);

#endif
