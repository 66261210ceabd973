/* Signing in and out, the own password and second factor. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "tools/httpd/account.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"
#include "tools/httpd/svg.h"
#include "tools/httpd/tries.h"

static const struct schema sign_in_members[] = {
	{ "name", SCHEMA_STRING, 1, ACCOUNT_NAME_MAX, .doc = "The sign-in name of the account." },
	{ "password", SCHEMA_STRING, 1, PASSWORD_MAX, .doc = "Its password." },
	{ "code", SCHEMA_STRING, TOTP_DIGITS, TOTP_DIGITS, .format = FORMAT_DIGITS, .optional = true, .doc = "The authenticator's six digits." },
	{ 0 },
};
const struct schema sign_in_body = { NULL, SCHEMA_OBJECT, .of = sign_in_members };

static const struct schema role_element = { NULL, SCHEMA_STRING, 1, 40, .format = FORMAT_ID };
static const char *const todo_choices[] = { "password", "secondFactor", NULL };
static const struct schema todo_element = { NULL, SCHEMA_STRING, 1, 40, .choices = todo_choices };
static const struct schema session_members[] = {
	{ "account", SCHEMA_STRING, 0, 40, .format = FORMAT_ID, .doc = "The random id of the account." },
	{ "name", SCHEMA_STRING, 1, ACCOUNT_NAME_MAX, .optional = true, .doc = "Its sign-in name; not of candidates." },
	{ "roles", SCHEMA_ARRAY, 0, ROLE_COUNT, .of = &role_element, .doc = "What it may be." },
	{ "csrfToken", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "To be sent as X-CSRF-Token with everything that changes something." },
	{ "todo", SCHEMA_ARRAY, 0, 2, .of = &todo_element, .doc = "What must be done before anything else." },
	{ "attempt", SCHEMA_STRING, 1, 20, .format = FORMAT_DIGITS, .optional = true, .doc = "A candidate's." },
	{ 0 },
};
const struct schema session_answer = { NULL, SCHEMA_OBJECT, .of = session_members };

static const struct schema password_members[] = {
	{ "password", SCHEMA_STRING, 1, PASSWORD_MAX, .doc = "The present one." },
	{ "newPassword", SCHEMA_STRING, PASSWORD_MIN, PASSWORD_MAX, .doc = "The next one." },
	{ 0 },
};
const struct schema password_body = { NULL, SCHEMA_OBJECT, .of = password_members };

enum { QR_MAX = 64 << 10 };
static const struct schema totp_members[] = {
	{ "secret", SCHEMA_STRING, 32, 32, .doc = "In base32, to be typed into an authenticator." },
	{ "uri", SCHEMA_STRING, 1, 255, .doc = "The same for a QR symbol." },
	{ "qr", SCHEMA_STRING, 1, QR_MAX, .doc = "That symbol, as SVG." },
	{ 0 },
};
const struct schema totp_answer = { NULL, SCHEMA_OBJECT, .of = totp_members };
static const struct schema code_members[] = {
	{ "code", SCHEMA_STRING, TOTP_DIGITS, TOTP_DIGITS, .format = FORMAT_DIGITS, .doc = "The authenticator's six digits." },
	{ 0 },
};
const struct schema code_body = { NULL, SCHEMA_OBJECT, .of = code_members };

static struct bv_str
body_text(const struct exchange *x, const char *name)
{
	return bv_json_str(bv_json_find(x->json, name));
}

static void
write_session(struct exchange *x, const struct account *account, uint32_t roles, const char *token, bool must_change, bool must_enrol)
{
	struct bv_json_pen pen = { .out = &x->answer.body };
	char csrf[SESSION_TOKEN_SIZE];

	session_csrf(csrf, bv_str_of(token));
	x->answer.type = "application/json";
	exchange_field(x, "Cache-Control", "no-store");
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "account", bv_str_of(account->id));
	if (account->name[0])
		bv_json_pen_str(&pen, "name", bv_str_of(account->name));
	bv_json_pen_open(&pen, "roles", '[');
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if (roles & (UINT32_C(1) << i))
			bv_json_pen_str(&pen, NULL, bv_str_of(role_rows[i].name));
	bv_json_pen_close(&pen, ']');
	bv_json_pen_str(&pen, "csrfToken", bv_str_of(csrf));
	bv_json_pen_open(&pen, "todo", '[');
	if (must_change)
		bv_json_pen_str(&pen, NULL, BV_STR("password"));
	if (must_enrol)
		bv_json_pen_str(&pen, NULL, BV_STR("secondFactor"));
	bv_json_pen_close(&pen, ']');
	if (x->session.attempt && !account->id[0]) {
		char attempt[24];
		snprintf(attempt, sizeof attempt, "%" PRId64, x->session.attempt);
		bv_json_pen_str(&pen, "attempt", bv_str_of(attempt));
	}
	bv_json_pen_close(&pen, '}');
}

/* A session with a token that nobody has had before: what an attacker may have planted in the browser is worth nothing. */
static void
renew_session(struct exchange *x, struct bv_sql *sql, const struct account *account, int status)
{
	uint8_t random[32], old[BV_HASH_LEN];
	char token[SESSION_TOKEN_SIZE];
	struct bv_str cookie = BV_STR_NONE;
	struct bv_err err;

	if (edge_cookie(&cookie, exchange_header(x, "Cookie"), SESSION_COOKIE, &err) == BV_OK && session_key(old, cookie) &&
	    session_close(x->server->sessions, sql, old, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	bv_random_fill(random, sizeof random);
	if (session_open(token, sql, account->id, 0, 0, random, bv_clock_now_s(), &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	x->answer.status = status;
	exchange_field(x, "Set-Cookie", SESSION_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict", token);
	write_session(x, account, account_roles(account), token, account->must_change, x->server->config->second_factor && !account->has_totp);
	bv_wipe(token, sizeof token);
	bv_wipe(random, sizeof random);
}

static void
refuse_try(struct exchange *x, struct bv_str name, const struct account *account)
{
	try_count(x, name);
	metrics_count(x->server->metrics, COUNT_SIGN_IN_REFUSED);
	log_event(x->server->log, LOG_LEVEL_NOTICE, "sign-in-refused", "request=%s account=%s", x->id, account->id[0] ? account->id : "none");
	problem_answer(x, "wrong-credentials", NULL);
}

/* False has answered. */
static bool
second_factor_good(struct exchange *x, struct bv_sql *sql, struct bv_str name, struct account *account)
{
	struct bv_str code = body_text(x, "code");
	struct bv_err err;

	if (!account->has_totp)
		return true;
	if (!code.len) {
		problem_answer(x, "code-needed", NULL);
		return false;
	}
	uint8_t secret[TOTP_SECRET_LEN];
	if (totp_open(secret, &account->totp, &x->server->totp_key, account->id, &err) != BV_OK) {
		edge_fail(x, &err);
		return false;
	}
	bool good = totp_check(secret, code, bv_clock_now_s(), &account->totp_step);
	bv_wipe(secret, sizeof secret);
	if (!good) {
		refuse_try(x, name, account);
		return false;
	}
	enum bv_status status = account_use_step(sql, account, &err);
	if (status == BV_ECONFLICT)
		refuse_try(x, name, account);
	else if (status != BV_OK)
		edge_fail(x, &err);
	return status == BV_OK;
}

/* The hash of a password that was right is made anew when it was made at another cost; whether that succeeds does not matter now. */
static void
refresh_hash(struct exchange *x, struct bv_sql *sql, struct account *account, struct bv_str password)
{
	struct password_cost cost = account_password_cost(x->server->config);
	uint8_t salt[16];
	struct bv_err err;
	char quoted[LOG_QUOTED_SIZE];

	if (!password_stale(account->password, &cost))
		return;
	bv_random_fill(salt, sizeof salt);
	password_hash(account->password, password, &cost, salt);
	if (account_set_hash(sql, account, &err) != BV_OK)
		log_event(x->server->log, LOG_LEVEL_WARNING, "database", "request=%s message=%s", x->id, log_quoted(quoted, err.msg));
}

void
on_sign_in(struct exchange *x, struct bv_sql *sql)
{
	struct bv_str password = BV_STR_NONE;
	struct password_cost cost = account_password_cost(x->server->config);
	struct account account = { 0 };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	char small[ACCOUNT_NAME_MAX + 1] = "";
	struct bv_err err;

	bool named = account_name(small, body_text(x, "name"));
	struct bv_str name = named ? bv_str_of(small) : BV_STR("-");
	unsigned wait_s = try_wait_s(x, name);
	if (wait_s) {
		edge_too_many(x, wait_s);
		return;
	}
	if (bv_text_nfc(&password, body_text(x, "password"), &arena, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	enum bv_status status = named ? account_find_name(&account, sql, name, &err) : BV_ENOTFOUND;
	if (status != BV_OK && status != BV_ENOTFOUND) {
		edge_fail(x, &err);
		return;
	}
	/* As long for a name that does not exist as for one that does. */
	if (!password_right(account.password, password, &cost) || account.disabled) {
		refuse_try(x, name, &account);
		return;
	}
	if (!second_factor_good(x, sql, name, &account))
		return;
	refresh_hash(x, sql, &account, password);
	renew_session(x, sql, &account, 201);
	metrics_count(x->server->metrics, COUNT_SIGN_IN);
	log_event(x->server->log, LOG_LEVEL_NOTICE, "sign-in", "request=%s account=%s", x->id, account.id);
	bv_wipe(&account, sizeof account);
}

void
on_session(struct exchange *x, struct bv_sql *sql)
{
	struct bv_str cookie = BV_STR_NONE;
	struct account account = { 0 };
	char token[SESSION_TOKEN_SIZE] = "";
	struct bv_err err;

	if (edge_cookie(&cookie, exchange_header(x, "Cookie"), SESSION_COOKIE, &err) == BV_OK && cookie.len < sizeof token)
		memcpy(token, cookie.p, cookie.len);
	if (!x->session.attempt && account_find(&account, sql, bv_str_of(x->session.account), &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	x->answer.status = 200;
	write_session(x, &account, x->session.roles, token, account.must_change,
	              !x->session.attempt && x->server->config->second_factor && !account.has_totp);
	bv_wipe(&account, sizeof account);
}

void
on_sign_out(struct exchange *x, struct bv_sql *sql)
{
	struct bv_err err;

	if (session_close(x->server->sessions, sql, x->session.key, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	feed_recheck(x->server->feed, x->session.account);
	x->answer.status = 204;
	exchange_field(x, "Set-Cookie", SESSION_COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
	/* Not storage: a candidate's answers that are on their way lie there, whoever signs out in that browser; nor cookies: one says which machine it is. */
	exchange_field(x, "Clear-Site-Data", "\"cache\"");
	exchange_field(x, "Cache-Control", "no-store");
}

void
on_password(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct password_cost cost = account_password_cost(x->server->config);
	struct bv_str old, fresh;
	struct account account;
	const char *vi, *en;
	uint8_t salt[16];
	struct bv_err err;

	if (account_find(&account, sql, bv_str_of(x->session.account), &err) != BV_OK ||
	    bv_text_nfc(&old, body_text(x, "password"), &arena, &err) != BV_OK ||
	    bv_text_nfc(&fresh, body_text(x, "newPassword"), &arena, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	unsigned wait_s = try_wait_s(x, bv_str_of(account.name));
	if (wait_s) {
		edge_too_many(x, wait_s);
	} else if (!password_right(account.password, old, &cost)) {
		refuse_try(x, bv_str_of(account.name), &account);
	} else if (bv_str_eq(old, fresh)) {
		problem_invalid(x, "/newPassword", "phải khác mật khẩu đang dùng", "must not be the present one");
	} else if (!password_good(fresh, bv_str_of(account.name), &vi, &en)) {
		problem_invalid(x, "/newPassword", vi, en);
	} else {
		bv_random_fill(salt, sizeof salt);
		password_hash(account.password, fresh, &cost, salt);
		account.must_change = false;
		if (account_set_password(sql, &account, account.id, bv_clock_now_s(), &err) != BV_OK) {
			edge_fail(x, &err);
		} else {
			server_forget(x->server, account.id);
			renew_session(x, sql, &account, 200);
		}
	}
	bv_wipe(&account, sizeof account);
}

void
on_totp_offer(struct exchange *x, struct bv_sql *sql)
{
	struct bv_json_pen pen = { .out = &x->answer.body };
	BV_AUTO(bv_buf_finish) struct bv_buf secret = BV_BUF(64), uri = BV_BUF(255), qr = BV_BUF(QR_MAX);
	uint8_t bytes[TOTP_SECRET_LEN];
	struct account account;
	struct bv_err err;

	if (account_find(&account, sql, bv_str_of(x->session.account), &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	if (account.has_totp) {
		problem_answer(x, "conflict", "a second factor is enrolled; who manages accounts can reset it");
		return;
	}
	bv_random_fill(bytes, sizeof bytes);
	totp_keep(&account.totp_next, &x->server->totp_key, account.id, bytes);
	if (account_offer_totp(sql, &account, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	base32_write(&secret, bytes, sizeof bytes);
	bv_wipe(bytes, sizeof bytes);
	bv_buf_printf(&uri, "otpauth://totp/Bang%%20Vang:%s?secret=%s&issuer=Bang%%20Vang&algorithm=SHA1&digits=%d&period=%d", account.name, secret.p,
	              TOTP_DIGITS, TOTP_STEP_S);
	if (svg_qr(&qr, bv_buf_str(&uri), &err) == BV_OK) {
		exchange_json(x, 200);
		bv_json_pen_open(&pen, NULL, '{');
		bv_json_pen_str(&pen, "secret", bv_buf_str(&secret));
		bv_json_pen_str(&pen, "uri", bv_buf_str(&uri));
		bv_json_pen_str(&pen, "qr", bv_buf_str(&qr));
		bv_json_pen_close(&pen, '}');
	} else {
		edge_fail(x, &err);
	}
	bv_wipe(&account, sizeof account);
	bv_wipe(secret.p, secret.len);
	bv_wipe(uri.p, uri.len);
	bv_wipe(qr.p, qr.len);
}

void
on_totp_confirm(struct exchange *x, struct bv_sql *sql)
{
	uint8_t secret[TOTP_SECRET_LEN] = { 0 };
	struct account account;
	struct bv_err err;

	if (account_find(&account, sql, bv_str_of(x->session.account), &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	unsigned wait_s = try_wait_s(x, bv_str_of(account.name));
	if (wait_s) {
		edge_too_many(x, wait_s);
	} else if (account.has_totp || !account.has_totp_next) {
		problem_answer(x, "conflict", "no second factor is being enrolled");
	} else if (totp_open(secret, &account.totp_next, &x->server->totp_key, account.id, &err) != BV_OK) {
		edge_fail(x, &err);
	} else if (!totp_check(secret, body_text(x, "code"), bv_clock_now_s(), &account.totp_step)) {
		refuse_try(x, bv_str_of(account.name), &account);
	} else if (account_take_totp(sql, &account, bv_clock_now_s(), &err) != BV_OK) {
		edge_fail(x, &err);
	} else {
		account.has_totp = true;
		server_forget(x->server, account.id);
		renew_session(x, sql, &account, 200);
	}
	bv_wipe(secret, sizeof secret);
	bv_wipe(&account, sizeof account);
}
