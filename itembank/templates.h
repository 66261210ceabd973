/* The standard response processing templates of QTI 2.x and 3.0, and those of Common Cartridge. */
#ifndef BV_ITEMBANK_TEMPLATES_H
#define BV_ITEMBANK_TEMPLATES_H

#include "base/str.h"

/* The rules of a template as a qti-response-processing document, by the last segment of its URL, with or without ".xml", in any case:
 * match_correct, map_response, map_response_point, CC2_match, CC2_match_basic, CC2_map_response. *name is set to the name as here;
 * BV_STR_NONE for any other. */
struct bv_str bv_template_find(struct bv_str url, const char **name);

#endif
