/* The handlers that routes.c names, and the schemas of what they read and answer; one file on_<resource>.c each. */
#ifndef BV_TOOLS_HTTPD_HANDLERS_H
#define BV_TOOLS_HTTPD_HANDLERS_H

#include "tools/httpd/route.h"

/* on_server.c */
extern const struct schema health_answer, problem_answer_schema;
void on_start_page(struct exchange *x, struct bv_sql *sql);
void on_style(struct exchange *x, struct bv_sql *sql);
void on_healthz(struct exchange *x, struct bv_sql *sql);
void on_readyz(struct exchange *x, struct bv_sql *sql);
void on_metrics(struct exchange *x, struct bv_sql *sql);
void on_openapi(struct exchange *x, struct bv_sql *sql);
void on_problem(struct exchange *x, struct bv_sql *sql);

#endif
