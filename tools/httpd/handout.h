/* What is given out to a member of staff, names or a file with them, waits until the event that says so is stored. */
#ifndef BV_TOOLS_HTTPD_HANDOUT_H
#define BV_TOOLS_HTTPD_HANDOUT_H

#include "tools/httpd/route.h"
#include "tools/httpd/wish.h"

/* Holds items in x for an event of the sitting by x's account; details is its JSON, reason lives as long as x. Takes both buffers, and leaves them empty. */
void handout_hold(struct exchange *x, enum bv_exam_act act, int64_t sitting, struct bv_str reason, struct bv_buf *details, struct bv_buf *items);
/* What a route's give is. */
bool handout_give(struct exchange *x);
/* What was held becomes the body: of JSON that the caller may go on with, or a whole PDF. NULL: refused, and answered so. */
struct wish *handout_take(struct exchange *x);

extern const struct later handout_pdf_later;

#endif
