/* Refusals as problem documents, RFC 9457, in Vietnamese and English. */
#ifndef BV_TOOLS_HTTPD_PROBLEM_H
#define BV_TOOLS_HTTPD_PROBLEM_H

#include "tools/httpd/exchange.h"

#define PROBLEM_TYPE "application/problem+json"

struct problem {
	const char *name; /* "type" is "/problems/NAME", which GET explains */
	int status;
	const char *title_vi, *title_en;
	const char *advice_vi, *advice_en; /* what to do */
};
extern const struct problem problems[]; /* ends with { 0 } */

const struct problem *problem_find(struct bv_str name); /* NULL if there is none */

/* Makes the answer the problem of that name (which must exist: assert), or a page that says so where a browser opens one. reason says in English what exactly is wrong, or NULL. */
BV_PRINTF(3, 4) void problem_answer(struct exchange *x, const char *name, const char *reason, ...);

/* That page: instead of the document. */
void problem_page(struct exchange *x, const struct problem *p);

/* The same for what a library refused. */
void problem_error(struct exchange *x, const struct bv_err *err);

/* The same for a body or query that does not fit its schema: pointer is an RFC 6901 JSON pointer. */
void problem_invalid(struct exchange *x, const char *pointer, const char *vi, const char *en);

#endif
