/* What kinds of irregularities there are, as TAO and Pix have them: of candidates, rooms, machines, questions, staff. */
#ifndef BV_TOOLS_HTTPD_IRREGULARITY_H
#define BV_TOOLS_HTTPD_IRREGULARITY_H

#include "base/str.h"

extern const char *const irregularity_names[]; /* "technical.freezing", …; ends with NULL */
/* The key of its words; that of "other" for what is none. */
const char *irregularity_words(struct bv_str name);

#endif
