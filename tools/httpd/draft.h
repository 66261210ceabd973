/* The text of a document of the office while it is written: is it good, what does it say, and of a blueprint: what has the bank for it. */
#ifndef BV_TOOLS_HTTPD_DRAFT_H
#define BV_TOOLS_HTTPD_DRAFT_H

#include "tools/httpd/document.h"
#include "tools/httpd/stock.h"

/* What was found. */
struct draft {
	struct bv_str kind, text;
	struct bv_buf name, title; /* that the text gives itself; empty when it is not good */
	bool good;                 /* it can be saved */
	bool ready;                /* and approved: a blueprint has enough items, a plan what it names, a template room for every name */
	struct bv_err fault;       /* why it is not good */
	struct bv_buf said;        /* JSON: what it says, by kind; empty when it is not good */
};

void draft_finish(struct draft *draft);
BV_AUTO_DEFINE_FINISH(struct draft, draft_finish)

extern const char *const draft_kinds[]; /* ends with NULL */

/* Fills a draft that has kind and text. What is wrong with the text is in fault; other errors are of the database or the bank. */
BV_MUST_USE enum bv_status draft_look(struct draft *draft, struct bv_sql *sql, struct stock *stock, struct bv_err *err);

/* In template_draft.c: the template of a certificate's page. */
BV_MUST_USE enum bv_status draft_look_template(struct draft *draft, struct bv_sql *sql, struct bv_err *err);
/* In sitting_plan.c: the plan of a sitting, JSON. */
BV_MUST_USE enum bv_status draft_look_plan(struct draft *draft, struct bv_sql *sql, struct bv_err *err);

#endif
