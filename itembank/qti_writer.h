/* What the files share that write QTI 3.0 items from drafts: names of variables, and the response processing. Private to itembank. */
#ifndef BV_ITEMBANK_QTI_WRITER_H
#define BV_ITEMBANK_QTI_WRITER_H

#include "itembank/convert.h"

/* The response variable of a part, from number 0. */
void draft_response_name(struct bv_buf *out, const struct bv_draft *draft, size_t number);
/* The outcome that has the mark of a part; name, filled in. */
const char *draft_score_name(char name[32], const struct bv_draft *draft, size_t number);
/* The identifier of the feedback on choice or answer i of a part; name, filled in. */
const char *draft_feedback_name(char name[64], size_t part, size_t i);

/* The most that a part earns, by its weight. */
double draft_part_mark(const struct bv_draft *draft, size_t number);
bool draft_has_feedback(const struct bv_draft *draft);

/* The whole <qti-response-processing>: qti_processing.c. */
void draft_processing_write(struct bv_buf *out, const struct bv_draft *draft);

#endif
