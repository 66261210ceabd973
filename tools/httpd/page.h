/* Answers that a client may have already. */
#ifndef BV_TOOLS_HTTPD_PAGE_H
#define BV_TOOLS_HTTPD_PAGE_H

#include "tools/httpd/exchange.h"

/* Gives the answer an ETag of its bytes, and makes it a 304 when the client has them (RFC 9110 §13.1.2). */
void page_tag(struct exchange *x, struct bv_str bytes);

#endif
