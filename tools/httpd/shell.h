/* Shells: pages whose content their script makes. They are of no request, and so they are rendered and compressed once, when the server starts. */
#ifndef BV_TOOLS_HTTPD_SHELL_H
#define BV_TOOLS_HTTPD_SHELL_H

#include "tools/httpd/exchange.h"

struct shells;
struct shells *shells_new(void);
void shells_free(struct shells *shells);

/* Answers with the page that is called as the route's path: "/staff" is the row "staff" of web/pages.mjs, its title the words "staff.title". */
void shell_answer(struct exchange *x);

#endif
