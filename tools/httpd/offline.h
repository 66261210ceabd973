/* The page that verifies in the reader's browser, the same files as `bangvang verify-page` writes, with the trust, lists and policy of this server. */
#ifndef BV_TOOLS_HTTPD_OFFLINE_H
#define BV_TOOLS_HTTPD_OFFLINE_H

#include "tools/httpd/exchange.h"

/* path is below /offline/: "", "page.js", "certs/verify.js", "trust.json", "trust/0123456789abcdef.json", "status/0123456789abcdef.jwt", "log/policy". */
void offline_answer(struct exchange *x, struct bv_str path);

#endif
