/* Accounts of staff, their roles, and what was done to them, in the database. No names of persons: an account is a sign-in name and a random id. */
#ifndef BV_TOOLS_HTTPD_ACCOUNT_H
#define BV_TOOLS_HTTPD_ACCOUNT_H

#include "base/sql.h"
#include "tools/httpd/config.h"
#include "tools/httpd/password.h"
#include "tools/httpd/role.h"
#include "tools/httpd/session.h"
#include "tools/httpd/totp_seal.h"

#define ACCOUNT_NAME_MIN 3
#define ACCOUNT_NAME_MAX 64   /* letters, digits, '.', '_', '~', '-'; case does not matter */
#define ACCOUNT_SCOPE_MAX 100 /* bytes */
#define ACCOUNT_GRANTS_MAX 32

/* A role, everywhere (scope "") or within one thing: "unit:01", "centre:HN01", "sitting:2026-11", "sitting:2026-11/room:3". */
struct grant {
	enum role role;
	char scope[ACCOUNT_SCOPE_MAX + 1];
};

struct account {
	char id[ACCOUNT_ID_SIZE];
	char name[ACCOUNT_NAME_MAX + 1];
	char password[PASSWORD_HASH_SIZE];
	bool must_change, disabled, has_totp;
	struct totp_kept totp, totp_next; /* the one that counts; one that is being enrolled */
	bool has_totp_next;
	int64_t totp_step, created_s;
	struct grant grants[ACCOUNT_GRANTS_MAX];
	size_t grant_count;
};

/* Makes the tables that are missing. */
BV_MUST_USE enum bv_status account_schema(struct bv_sql *sql, struct bv_err *err);

/* ENOTFOUND. */
BV_MUST_USE enum bv_status account_find(struct account *out, struct bv_sql *sql, struct bv_str id, struct bv_err *err);
BV_MUST_USE enum bv_status account_find_name(struct account *out, struct bv_sql *sql, struct bv_str name, struct bv_err *err);
/* In order of their ids, those after `after`; what is not BV_OK ends it. */
typedef enum bv_status (*account_visit)(void *ctx, const struct account *account, struct bv_err *err);
BV_MUST_USE enum bv_status account_list(struct bv_sql *sql, struct bv_str after, int64_t limit, account_visit visit, void *ctx, struct bv_err *err);

/* Small letters in out; false when it is no name. */
bool account_name(char out[ACCOUNT_NAME_MAX + 1], struct bv_str name);
/* Letters, digits and ._~-:/, or empty. */
bool account_scope_good(struct bv_str scope);
/* Is what is within b within a too? */
bool account_scope_covers(struct bv_str a, struct bv_str b);
/* Has it one of these roles where scope is? */
bool account_may(const struct account *account, uint32_t roles, struct bv_str scope);
uint32_t account_roles(const struct account *account);
/* Of Argon2id, as configured. */
struct password_cost account_password_cost(const struct config *config);
/* A random password that must be changed, hashed in account and to be told once. Takes as long as a hash. */
void account_first_password(struct account *account, const struct config *config, char first[PASSWORD_FIRST_SIZE]);

/* Each change is a transaction with an event: author is the id of an account, or "command". The id of `account` says which one; its other members
 * are written as far as the verb says. ECONFLICT when the name is taken. */
BV_MUST_USE enum bv_status account_add(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err);
BV_MUST_USE enum bv_status account_set_grants(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err);
/* password and must_change; all its sessions end. */
BV_MUST_USE enum bv_status account_set_password(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s,
                                                struct bv_err *err);
/* password only: the same one, hashed at another cost. */
BV_MUST_USE enum bv_status account_set_hash(struct bv_sql *sql, const struct account *account, struct bv_err *err);
/* As account_set_password, and the second factor is forgotten. */
BV_MUST_USE enum bv_status account_reset(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err);
/* disabled; then all its sessions end. */
BV_MUST_USE enum bv_status account_set_disabled(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s,
                                                struct bv_err *err);
/* totp_next is kept until it is confirmed. */
BV_MUST_USE enum bv_status account_offer_totp(struct bv_sql *sql, const struct account *account, struct bv_err *err);
/* totp_next counts from now on, totp_step is used. */
BV_MUST_USE enum bv_status account_take_totp(struct bv_sql *sql, const struct account *account, int64_t now_s, struct bv_err *err);
/* totp_step is used; ECONFLICT when somebody else has used it meanwhile. */
BV_MUST_USE enum bv_status account_use_step(struct bv_sql *sql, const struct account *account, struct bv_err *err);

#endif
