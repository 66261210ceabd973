/* Wrong passwords and codes: counted for the name and the address together, and for the name from anywhere. Nobody is locked out for good, and nobody
 * guesses fast. */
#ifndef BV_TOOLS_HTTPD_TRIES_H
#define BV_TOOLS_HTTPD_TRIES_H

#include "tools/httpd/exchange.h"

#define TRIES_NAME_MAX 256 /* bytes that count of a name: of an account, or "sitting/ticket" */

/* Seconds to wait before the next try for that name from there; 0: none. */
unsigned try_wait_s(const struct exchange *x, struct bv_str name);
/* One was wrong. */
void try_count(const struct exchange *x, struct bv_str name);

#endif
