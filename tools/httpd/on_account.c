/* Accounts of others. Who grants a role may manage the accounts that have no other ones than those that he grants, where he grants them. */
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tools/httpd/account.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/query.h"
#include "tools/httpd/scope.h"
#include "tools/httpd/server.h"

enum { PAGE_MAX = 200, PAGE_USUAL = 50 };

static const struct schema grant_members[] = {
	{ "role", SCHEMA_STRING, 1, 40, .format = FORMAT_ID, .doc = "The name of a role." },
	{ "scope", SCHEMA_STRING, 0, ACCOUNT_SCOPE_MAX, .doc = "Where: \"\" for everywhere, \"centre:HN01\", \"unit:01\", \"sitting:2026-11/room:3\"." },
	{ 0 },
};
static const struct schema grant_element = { NULL, SCHEMA_OBJECT, .of = grant_members };
static const struct schema add_members[] = {
	{ "name", SCHEMA_STRING, ACCOUNT_NAME_MIN, ACCOUNT_NAME_MAX, .format = FORMAT_ID, .doc = "The sign-in name; case does not matter." },
	{ "roles", SCHEMA_ARRAY, 1, ACCOUNT_GRANTS_MAX, .of = &grant_element, .doc = "Its roles." },
	{ 0 },
};
const struct schema account_add_body = { NULL, SCHEMA_OBJECT, .of = add_members };
static const struct schema roles_members[] = {
	{ "roles", SCHEMA_ARRAY, 0, ACCOUNT_GRANTS_MAX, .of = &grant_element, .doc = "Its roles from now on." },
	{ 0 },
};
const struct schema account_roles_body = { NULL, SCHEMA_OBJECT, .of = roles_members };
static const struct schema change_members[] = {
	{ "disabled", SCHEMA_BOOL, .doc = "May nobody sign in with it?" },
	{ 0 },
};
const struct schema account_change_body = { NULL, SCHEMA_OBJECT, .of = change_members };

static const struct schema account_members[] = {
	{ "id", SCHEMA_STRING, 1, 40, .format = FORMAT_ID, .doc = "The random id." },
	{ "name", SCHEMA_STRING, ACCOUNT_NAME_MIN, ACCOUNT_NAME_MAX, .format = FORMAT_ID, .doc = "The sign-in name." },
	{ "roles", SCHEMA_ARRAY, 0, ACCOUNT_GRANTS_MAX, .of = &grant_element, .doc = "Its roles." },
	{ "disabled", SCHEMA_BOOL, .doc = "May nobody sign in with it?" },
	{ "mustChangePassword", SCHEMA_BOOL, .doc = "Has it still the password that the server made?" },
	{ "secondFactor", SCHEMA_BOOL, .doc = "Has it an authenticator?" },
	{ "created", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .doc = "When it was made." },
	{ "firstPassword", SCHEMA_STRING, 1, 40, .optional = true, .doc = "The password that the server made, told once." },
	{ 0 },
};
const struct schema account_answer = { NULL, SCHEMA_OBJECT, .of = account_members };
static const struct schema list_members[] = {
	{ "accounts", SCHEMA_ARRAY, 0, PAGE_MAX, .of = &account_answer, .doc = "In order of their ids." },
	{ "next", SCHEMA_STRING, 0, 40, .format = FORMAT_ID, .optional = true, .doc = "For the parameter after, when there may be more." },
	{ 0 },
};
const struct schema account_list_answer = { NULL, SCHEMA_OBJECT, .of = list_members };
const struct schema account_list_query[] = {
	{ "after", SCHEMA_STRING, 0, 40, .format = FORMAT_ID, .doc = "The last id of the page before." },
	{ "limit", SCHEMA_INT, 1, PAGE_MAX, .doc = "Accounts at most." },
	{ 0 },
};

static void
write_account(struct bv_json_pen *pen, const struct account *account, const char *first_password)
{
	char created[BV_TIME_SIZE];

	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_str(pen, "id", bv_str_of(account->id));
	bv_json_pen_str(pen, "name", bv_str_of(account->name));
	bv_json_pen_open(pen, "roles", '[');
	for (size_t i = 0; i < account->grant_count; i++) {
		bv_json_pen_open(pen, NULL, '{');
		bv_json_pen_str(pen, "role", bv_str_of(role_rows[account->grants[i].role].name));
		bv_json_pen_str(pen, "scope", bv_str_of(account->grants[i].scope));
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
	bv_json_pen_bool(pen, "disabled", account->disabled);
	bv_json_pen_bool(pen, "mustChangePassword", account->must_change);
	bv_json_pen_bool(pen, "secondFactor", account->has_totp);
	bv_json_pen_str(pen, "created", bv_str_of(bv_time_write(created, account->created_s)));
	if (first_password)
		bv_json_pen_str(pen, "firstPassword", bv_str_of(first_password));
	bv_json_pen_close(pen, '}');
}

static void
answer_account(struct exchange *x, const struct account *account, const char *first_password, int status)
{
	struct bv_json_pen pen = { .out = &x->answer.body };

	exchange_json(x, status);
	write_account(&pen, account, first_password);
}

static bool
may_grant(struct units *units, const struct account *actor, const struct grant *grant)
{
	for (size_t i = 0; i < actor->grant_count; i++)
		if ((role_rows[actor->grants[i].role].grants & UINT32_C(1) << grant->role) &&
		    scope_covers(units, bv_str_of(actor->grants[i].scope), bv_str_of(grant->scope)))
			return true;
	return false;
}

static bool
may_manage(struct units *units, const struct account *actor, const struct account *account)
{
	for (size_t i = 0; i < account->grant_count; i++)
		if (!may_grant(units, actor, &account->grants[i]))
			return false;
	/* An account without a role belongs to those who may grant all. */
	return account->grant_count || (account_roles(actor) & ROLE(SCHEME_OWNER));
}

/* The roles that the body names. False has answered. */
static bool
read_grants(struct exchange *x, struct account *account, const struct account *actor)
{
	const struct bv_json *list = bv_json_find(x->json, "roles");
	char pointer[40];

	account->grant_count = 0;
	for (size_t i = 0; i < bv_json_count(list); i++) {
		struct grant *grant = &account->grants[account->grant_count++];
		struct bv_str scope = bv_json_str(bv_json_find(bv_json_at(list, i), "scope"));
		if (!role_of(&grant->role, bv_json_str(bv_json_find(bv_json_at(list, i), "role"))) || !role_rows[grant->role].account) {
			snprintf(pointer, sizeof pointer, "/roles/%zu/role", i);
			problem_invalid(x, pointer, "không phải vai trò của tài khoản", "is no role of accounts");
			return false;
		}
		if (!account_scope_good(scope)) {
			snprintf(pointer, sizeof pointer, "/roles/%zu/scope", i);
			problem_invalid(x, pointer, "chỉ được có chữ cái, chữ số và . _ ~ - : /", "may have letters, digits and . _ ~ - : / only");
			return false;
		}
		memcpy(grant->scope, bv_str_chars(scope), scope.len);
		grant->scope[scope.len] = '\0';
		for (struct grant *other = account->grants; other < grant; other++)
			if (other->role == grant->role && strcmp(other->scope, grant->scope) == 0) {
				account->grant_count--;
				break;
			}
		if (!may_grant(x->server->units, actor, grant)) {
			problem_answer(x, "denied", "the role %s may not be granted there by this account", role_rows[grant->role].name);
			return false;
		}
	}
	return true;
}

/* Who asks, and the account that the path names, which he may manage. False has answered. */
static bool
find_both(struct exchange *x, struct bv_sql *sql, struct account *actor, struct account *account)
{
	struct bv_err err;

	if (account_find(actor, sql, bv_str_of(x->session.account), &err) != BV_OK || account_find(account, sql, x->params[0], &err) != BV_OK) {
		edge_fail(x, &err);
		return false;
	}
	if (may_manage(x->server->units, actor, account))
		return true;
	problem_answer(x, "denied", NULL);
	return false;
}

void
on_account_add(struct exchange *x, struct bv_sql *sql)
{
	struct account actor, account = { .created_s = bv_clock_now_s() };
	char first[PASSWORD_FIRST_SIZE];
	uint8_t random[16];
	struct bv_err err;

	if (account_find(&actor, sql, bv_str_of(x->session.account), &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	if (!read_grants(x, &account, &actor))
		return;
	bv_random_fill(random, sizeof random);
	bv_hex(account.id, random, sizeof random);
	if (!account_name(account.name, bv_json_str(bv_json_find(x->json, "name")))) {
		problem_invalid(x, "/name", "không phải tên tài khoản", "is no name of an account");
		return;
	}
	account_first_password(&account, x->server->config, first);
	if (account_add(sql, &account, actor.id, account.created_s, &err) != BV_OK)
		edge_fail(x, &err);
	else
		answer_account(x, &account, first, 201);
	bv_wipe(first, sizeof first);
}

struct page {
	struct bv_json_pen pen;
	const struct account *actor;
	struct units *units;
	bool all;
	int64_t count;
	char last[ACCOUNT_ID_SIZE];
};

static enum bv_status
add_to_page(void *ctx, const struct account *account, struct bv_err *err)
{
	struct page *page = ctx;

	(void)err;
	page->count++;
	memcpy(page->last, account->id, sizeof page->last);
	if (page->all || may_manage(page->units, page->actor, account))
		write_account(&page->pen, account, NULL);
	return BV_OK;
}

void
on_account_list(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_buf_finish) struct bv_buf after = BV_BUF(64), limit_text = BV_BUF(16);
	struct page page = { .pen.out = &x->answer.body };
	struct account actor;
	int64_t limit = PAGE_USUAL;
	struct bv_err err;

	if (query_find(&limit_text, x->query, "limit", &err) == BV_OK && !bv_str_int(bv_buf_str(&limit_text), &limit))
		limit = PAGE_USUAL;
	if (query_find(&after, x->query, "after", &err) != BV_OK)
		bv_buf_clear(&after);
	if (account_find(&actor, sql, bv_str_of(x->session.account), &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	page.actor = &actor;
	page.units = x->server->units;
	page.all = account_roles(&actor) & ROLE(AUDITOR);
	bv_json_pen_open(&page.pen, NULL, '{');
	bv_json_pen_open(&page.pen, "accounts", '[');
	if (account_list(sql, bv_buf_str(&after), limit, add_to_page, &page, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	bv_json_pen_close(&page.pen, ']');
	if (page.count == limit)
		bv_json_pen_str(&page.pen, "next", bv_str_of(page.last));
	bv_json_pen_close(&page.pen, '}');
	exchange_json(x, 200);
}

void
on_account(struct exchange *x, struct bv_sql *sql)
{
	struct account actor, account;

	if (find_both(x, sql, &actor, &account))
		answer_account(x, &account, NULL, 200);
}

void
on_account_change(struct exchange *x, struct bv_sql *sql)
{
	struct account actor, account;
	struct bv_err err;

	if (!find_both(x, sql, &actor, &account))
		return;
	account.disabled = bv_json_bool(bv_json_find(x->json, "disabled"));
	if (account.disabled && strcmp(account.id, actor.id) == 0) {
		problem_answer(x, "conflict", "nobody disables the own account");
		return;
	}
	if (account_set_disabled(sql, &account, actor.id, bv_clock_now_s(), &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	server_forget(x->server, account.id);
	answer_account(x, &account, NULL, 200);
}

void
on_account_roles(struct exchange *x, struct bv_sql *sql)
{
	struct account actor, account;
	struct bv_err err;

	if (!find_both(x, sql, &actor, &account) || !read_grants(x, &account, &actor))
		return;
	if (strcmp(account.id, actor.id) == 0 && !(account_roles(&account) & ROLE(SCHEME_OWNER)) && (account_roles(&actor) & ROLE(SCHEME_OWNER))) {
		problem_answer(x, "conflict", "nobody takes the own right to manage accounts");
		return;
	}
	if (account_set_grants(sql, &account, actor.id, bv_clock_now_s(), &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	server_forget(x->server, account.id);
	answer_account(x, &account, NULL, 200);
}

void
on_account_reset(struct exchange *x, struct bv_sql *sql)
{
	char first[PASSWORD_FIRST_SIZE];
	struct account actor, account;
	struct bv_err err;

	if (!find_both(x, sql, &actor, &account))
		return;
	account_first_password(&account, x->server->config, first);
	account.has_totp = false;
	if (account_reset(sql, &account, actor.id, bv_clock_now_s(), &err) != BV_OK) {
		edge_fail(x, &err);
	} else {
		server_forget(x->server, account.id);
		answer_account(x, &account, first, 200);
	}
	bv_wipe(first, sizeof first);
}
