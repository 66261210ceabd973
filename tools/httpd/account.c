#include "tools/httpd/account.h"

#include <assert.h>

#include "base/clock.h"
#include "base/hash.h"

#define COLUMNS "id, name, password, must_change, disabled, totp, totp_next, totp_step, created_s"

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS account (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, password TEXT NOT NULL, must_change BIGINT NOT NULL, "
    "disabled BIGINT NOT NULL, totp BYTEA, totp_next BYTEA, totp_step BIGINT NOT NULL, created_s BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS account_role (account TEXT NOT NULL REFERENCES account(id), role TEXT NOT NULL, scope TEXT NOT NULL, "
    "PRIMARY KEY (account, role, scope));"
    "CREATE TABLE IF NOT EXISTS account_event (id TEXT PRIMARY KEY, at_s BIGINT NOT NULL, author TEXT NOT NULL, account TEXT NOT NULL, "
    "act TEXT NOT NULL, detail TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS web_session (token BYTEA PRIMARY KEY, account TEXT REFERENCES account(id), attempt BIGINT NOT NULL, "
    "lease BIGINT NOT NULL, machine TEXT NOT NULL DEFAULT '', seb TEXT NOT NULL DEFAULT '', created_s BIGINT NOT NULL, seen_s BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS seb_page_used (nonce TEXT PRIMARY KEY, until_s BIGINT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS web_session_account ON web_session (account);"
    "CREATE INDEX IF NOT EXISTS web_session_attempt ON web_session (attempt) WHERE attempt <> 0;";

/* Sessions of a program that knew no machines or no Safe Exam Browser end: everybody signs in again. */
static enum bv_status
drop_old_sessions(struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_err old;
	bool there;

	TRY(bv_sql_has_table(&there, sql, "web_session", err));
	if (!there || bv_sql_prepare(&stmt, sql, "SELECT machine, seb FROM web_session WHERE attempt = 0", &old) == BV_OK)
		return BV_OK;
	return bv_sql_run(sql, "DROP TABLE IF EXISTS web_session", err);
}

/* Nodes that start at once wait for each other: IF NOT EXISTS alone does not make them. */
enum bv_status
account_schema(struct bv_sql *sql, struct bv_err *err)
{
	TRY(drop_old_sessions(sql, err));
	TRY(bv_sql_begin(sql, true, err));
	return bv_sql_end(sql, bv_sql_run(sql, schema, err), err);
}

bool
account_name(char out[ACCOUNT_NAME_MAX + 1], struct bv_str name)
{
	if (name.len < ACCOUNT_NAME_MIN || name.len > ACCOUNT_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];
		bool big = c >= 'A' && c <= 'Z';
		if (!big && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !(c && strchr("._~-", c)))
			return false;
		out[i] = big ? (char)(c | 32) : c;
	}
	out[name.len] = '\0';
	return true;
}

bool
account_scope_good(struct bv_str scope)
{
	for (size_t i = 0; i < scope.len; i++) {
		char c = scope.p[i];
		if (!((c | 32) >= 'a' && (c | 32) <= 'z') && !(c >= '0' && c <= '9') && !(c && strchr("._~-:/", c)))
			return false;
	}
	return scope.len <= ACCOUNT_SCOPE_MAX;
}

bool
account_scope_covers(struct bv_str a, struct bv_str b)
{
	return !a.len || (bv_str_starts(b, a) && (b.len == a.len || b.p[a.len] == '/'));
}

bool
account_may(const struct account *account, uint32_t roles, struct bv_str scope)
{
	for (size_t i = 0; i < account->grant_count; i++)
		if ((roles & UINT32_C(1) << account->grants[i].role) && account_scope_covers(bv_str_of(account->grants[i].scope), scope))
			return true;
	return false;
}

struct password_cost
account_password_cost(const struct config *config)
{
	return (struct password_cost){ (uint32_t)config->password_memory_kib, (uint32_t)config->password_passes };
}

void
account_first_password(struct account *account, const struct config *config, char first[PASSWORD_FIRST_SIZE])
{
	struct password_cost cost = account_password_cost(config);
	uint8_t random[10], salt[16];

	bv_random_fill(random, sizeof random);
	bv_random_fill(salt, sizeof salt);
	password_first(first, random);
	password_hash(account->password, bv_str_of(first), &cost, salt);
	account->must_change = true;
}

uint32_t
account_roles(const struct account *account)
{
	uint32_t roles = 0;

	for (size_t i = 0; i < account->grant_count; i++)
		roles |= UINT32_C(1) << account->grants[i].role;
	return roles;
}

static void
copy_text(char *out, size_t size, struct bv_str s)
{
	size_t len = s.len < size ? s.len : size - 1;

	if (len)
		memcpy(out, s.p, len);
	out[len] = '\0';
}

static bool
copy_secret(struct totp_kept *out, struct bv_str bytes)
{
	if (bytes.len != TOTP_SECRET_LEN && bytes.len != TOTP_SEALED_LEN)
		return false;
	memcpy(out->bytes, bytes.p, bytes.len);
	out->len = (uint8_t)bytes.len;
	return true;
}

static void
read_row(struct account *out, struct bv_sql_stmt *stmt)
{
	*out = (struct account){ 0 };
	copy_text(out->id, sizeof out->id, bv_sql_str(stmt, 0));
	copy_text(out->name, sizeof out->name, bv_sql_str(stmt, 1));
	copy_text(out->password, sizeof out->password, bv_sql_str(stmt, 2));
	out->must_change = bv_sql_int(stmt, 3);
	out->disabled = bv_sql_int(stmt, 4);
	out->has_totp = copy_secret(&out->totp, bv_sql_blob(stmt, 5));
	out->has_totp_next = copy_secret(&out->totp_next, bv_sql_blob(stmt, 6));
	out->totp_step = bv_sql_int(stmt, 7);
	out->created_s = bv_sql_int(stmt, 8);
}

static enum bv_status
read_grants(struct account *account, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT role, scope FROM account_role WHERE account = $1 ORDER BY role, scope", err));
	bv_sql_bind_str(stmt, 1, bv_str_of(account->id));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		struct grant *grant = &account->grants[account->grant_count];
		/* A role of a newer program gives no right here. */
		if (account->grant_count == ACCOUNT_GRANTS_MAX || !role_of(&grant->role, bv_sql_str(stmt, 0)))
			continue;
		copy_text(grant->scope, sizeof grant->scope, bv_sql_str(stmt, 1));
		account->grant_count++;
	}
}

static enum bv_status
find(struct account *out, struct bv_sql *sql, const char *text, struct bv_str key, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct account account;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, text, err));
	bv_sql_bind_str(stmt, 1, key);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no such account");
	read_row(&account, stmt);
	bv_sql_reset(stmt);
	TRY(read_grants(&account, sql, err));
	*out = account;
	return BV_OK;
}

enum bv_status
account_find(struct account *out, struct bv_sql *sql, struct bv_str id, struct bv_err *err)
{
	return find(out, sql, "SELECT " COLUMNS " FROM account WHERE id = $1", id, err);
}

enum bv_status
account_find_name(struct account *out, struct bv_sql *sql, struct bv_str name, struct bv_err *err)
{
	char small[ACCOUNT_NAME_MAX + 1];

	if (!account_name(small, name))
		return bv_err_set(err, BV_ENOTFOUND, "there is no such account");
	return find(out, sql, "SELECT " COLUMNS " FROM account WHERE name = $1", bv_str_of(small), err);
}

enum bv_status
account_list(struct bv_sql *sql, struct bv_str after, int64_t limit, account_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct account account;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT " COLUMNS " FROM account WHERE id > $1 ORDER BY id LIMIT $2", err));
	bv_sql_bind_str(stmt, 1, after);
	bv_sql_bind_int(stmt, 2, limit);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		read_row(&account, stmt);
		TRY(read_grants(&account, sql, err));
		TRY(visit(ctx, &account, err));
	}
}

/* ---- changes ---- */

static enum bv_status
exec_text(struct bv_sql *sql, const char *text, const char *first, const char *second, int64_t number, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql, text, err));
	bv_sql_bind_str(stmt, 1, bv_str_of(first));
	if (second)
		bv_sql_bind_str(stmt, 2, bv_str_of(second));
	if (number >= 0)
		bv_sql_bind_int(stmt, second ? 3 : 2, number);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
add_event(struct bv_sql *sql, const struct account *account, const char *author, const char *act, const char *detail, int64_t now_s,
          struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	uint8_t random[16];
	char id[BV_HEX_SIZE(sizeof random)];

	bv_random_fill(random, sizeof random);
	bv_hex(id, random, sizeof random);
	TRY(bv_sql_prepare(&stmt, sql, "INSERT INTO account_event (id, at_s, author, account, act, detail) VALUES ($1, $2, $3, $4, $5, $6)", err));
	bv_sql_bind_str(stmt, 1, bv_str_of(id));
	bv_sql_bind_int(stmt, 2, now_s);
	bv_sql_bind_str(stmt, 3, bv_str_of(author));
	bv_sql_bind_str(stmt, 4, bv_str_of(account->id));
	bv_sql_bind_str(stmt, 5, bv_str_of(act));
	bv_sql_bind_str(stmt, 6, bv_str_of(detail));
	return bv_sql_exec(stmt, err);
}

static enum bv_status
write_grants(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf detail = BV_BUF(8192);

	TRY(exec_text(sql, "DELETE FROM account_role WHERE account = $1", account->id, NULL, -1, err));
	for (size_t i = 0; i < account->grant_count; i++) {
		BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
		const struct grant *grant = &account->grants[i];
		TRY(bv_sql_prepare(&stmt, sql, "INSERT INTO account_role (account, role, scope) VALUES ($1, $2, $3)", err));
		bv_sql_bind_str(stmt, 1, bv_str_of(account->id));
		bv_sql_bind_str(stmt, 2, bv_str_of(role_rows[grant->role].name));
		bv_sql_bind_str(stmt, 3, bv_str_of(grant->scope));
		TRY(bv_sql_exec(stmt, err));
		bv_buf_printf(&detail, "%s%s%s%s", i ? " " : "", role_rows[grant->role].name, grant->scope[0] ? "@" : "", grant->scope);
	}
	return add_event(sql, account, author, "roles", detail.len ? detail.p : "", now_s, err);
}

static enum bv_status
insert(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql,
	                   "INSERT INTO account (id, name, password, must_change, disabled, totp_step, created_s) VALUES ($1, $2, $3, $4, 0, 0, $5)",
	                   err));
	bv_sql_bind_str(stmt, 1, bv_str_of(account->id));
	bv_sql_bind_str(stmt, 2, bv_str_of(account->name));
	bv_sql_bind_str(stmt, 3, bv_str_of(account->password));
	bv_sql_bind_int(stmt, 4, account->must_change);
	bv_sql_bind_int(stmt, 5, now_s);
	if (bv_sql_exec(stmt, err) != BV_OK)
		return err->status == BV_ECONFLICT ? bv_err_set(err, BV_ECONFLICT, "there is an account of that name already") : err->status;
	TRY(add_event(sql, account, author, "added", "", now_s, err));
	return write_grants(sql, account, author, now_s, err);
}

static enum bv_status
write_password(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err)
{
	TRY(exec_text(sql, "UPDATE account SET password = $2, must_change = $3 WHERE id = $1", account->id, account->password, account->must_change, err));
	TRY(exec_text(sql, "DELETE FROM web_session WHERE account = $1", account->id, NULL, -1, err));
	return add_event(sql, account, author, "password", "", now_s, err);
}

static enum bv_status
write_reset(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err)
{
	TRY(exec_text(sql, "UPDATE account SET totp = NULL, totp_next = NULL WHERE id = $1", account->id, NULL, -1, err));
	TRY(add_event(sql, account, author, "second-factor-forgotten", "", now_s, err));
	return write_password(sql, account, author, now_s, err);
}

static enum bv_status
write_disabled(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err)
{
	TRY(exec_text(sql, "UPDATE account SET disabled = $2 WHERE id = $1", account->id, NULL, account->disabled, err));
	if (account->disabled)
		TRY(exec_text(sql, "DELETE FROM web_session WHERE account = $1", account->id, NULL, -1, err));
	return add_event(sql, account, author, account->disabled ? "disabled" : "enabled", "", now_s, err);
}

typedef enum bv_status (*change)(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err);

/* All or nothing. */
static enum bv_status
commit_change(change run, struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err)
{
	TRY(bv_sql_begin(sql, true, err));
	return bv_sql_end(sql, run(sql, account, author, now_s, err), err);
}

enum bv_status
account_add(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err)
{
	return commit_change(insert, sql, account, author, now_s, err);
}

enum bv_status
account_set_grants(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err)
{
	return commit_change(write_grants, sql, account, author, now_s, err);
}

enum bv_status
account_set_password(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err)
{
	return commit_change(write_password, sql, account, author, now_s, err);
}

enum bv_status
account_set_hash(struct bv_sql *sql, const struct account *account, struct bv_err *err)
{
	return exec_text(sql, "UPDATE account SET password = $2 WHERE id = $1", account->id, account->password, -1, err);
}

enum bv_status
account_reset(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err)
{
	return commit_change(write_reset, sql, account, author, now_s, err);
}

enum bv_status
account_set_disabled(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err)
{
	return commit_change(write_disabled, sql, account, author, now_s, err);
}

enum bv_status
account_offer_totp(struct bv_sql *sql, const struct account *account, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql, "UPDATE account SET totp_next = $2 WHERE id = $1", err));
	bv_sql_bind_str(stmt, 1, bv_str_of(account->id));
	bv_sql_bind_blob(stmt, 2, account->totp_next.bytes, account->totp_next.len);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
write_totp(struct bv_sql *sql, const struct account *account, const char *author, int64_t now_s, struct bv_err *err)
{
	TRY(exec_text(sql, "UPDATE account SET totp = totp_next, totp_next = NULL, totp_step = $2 WHERE id = $1", account->id, NULL, account->totp_step,
	              err));
	return add_event(sql, account, author, "second-factor", "", now_s, err);
}

enum bv_status
account_take_totp(struct bv_sql *sql, const struct account *account, int64_t now_s, struct bv_err *err)
{
	return commit_change(write_totp, sql, account, account->id, now_s, err);
}

enum bv_status
account_use_step(struct bv_sql *sql, const struct account *account, struct bv_err *err)
{
	TRY(exec_text(sql, "UPDATE account SET totp_step = $2 WHERE id = $1 AND totp_step < $2", account->id, NULL, account->totp_step, err));
	return bv_sql_changes(sql) == 1 ? BV_OK : bv_err_set(err, BV_ECONFLICT, "that code was used already");
}
