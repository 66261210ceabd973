/* Pages and files that are compiled in. */
#ifndef BV_TOOLS_HTTPD_PAGE_H
#define BV_TOOLS_HTTPD_PAGE_H

#include "tools/httpd/exchange.h"

struct bv_str page_start(enum language language);
struct bv_str page_style(void);

/* Gives the answer an ETag of its bytes, and makes it a 304 when the client has them (RFC 9110 §13.1.2). */
void page_tag(struct exchange *x, struct bv_str bytes);

#endif
