/* What auditors look through besides the log of exams: what was done to accounts, and what auditors themselves have looked up. Both are in the server's database and
 * are only added to. */
#ifndef BV_TOOLS_HTTPD_AUDIT_H
#define BV_TOOLS_HTTPD_AUDIT_H

#include "base/sql.h"

struct exchange;

#define AUDIT_WHAT_MAX 2100 /* bytes: a path with its query */

/* Makes the table if it is missing. */
BV_MUST_USE enum bv_status audit_schema(struct bv_sql *sql, struct bv_err *err);
/* Somebody has looked: to be called before anything is given out. */
BV_MUST_USE enum bv_status audit_add(struct bv_sql *sql, struct bv_str account, struct bv_str what, int64_t now_s, struct bv_err *err);

/* What this exchange asks for is noted so. False has answered. */
bool audit_look(struct exchange *x, struct bv_sql *sql);

enum audit_source {
	AUDIT_ACCOUNTS,     /* what was done to accounts */
	AUDIT_LOOKS,        /* what was looked up */
	AUDIT_CERTIFICATES, /* what was proposed and decided about certificates */
};
struct audit_record {
	struct bv_str id;
	int64_t at_s;
	struct bv_str author, author_name; /* id; sign-in name, empty: "command", or no account any more */
	struct bv_str act;
	struct bv_str object, object_name; /* the account it was done to; number of the proposal, deed and number of the certificate; empty for looks */
	struct bv_str detail;
};
/* Which come: empty texts, 0: all. before_s, before_id: of the last record of the page before. */
struct audit_search {
	struct bv_str act, author; /* author: id or sign-in name */
	int64_t since_s, until_s, before_s, limit;
	struct bv_str before_id;
};
typedef void (*audit_visit)(void *ctx, const struct audit_record *record);
/* The newest first. */
BV_MUST_USE enum bv_status audit_list(struct bv_sql *sql, enum audit_source source, const struct audit_search *search, audit_visit visit, void *ctx, struct bv_err *err);

#endif
