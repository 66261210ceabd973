#include "tools/httpd/bank_desk.h"

#include "tools/httpd/edge.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/query.h"
#include "tools/httpd/server.h"

bool
bank_desk_open(struct bank_desk *desk, struct exchange *x, struct bv_sql *sql, enum bv_bank_mode mode)
{
	const char *path = x->server->config->bank;
	struct bv_err err;

	if (!path[0]) {
		problem_answer(x, "no-bank", NULL);
		return false;
	}
	if (account_find(&desk->account, sql, bv_str_of(x->session.account), &err) == BV_OK && bv_bank_open(&desk->bank, path, mode, &err) == BV_OK)
		return true;
	/* Whatever is wrong with the bank's file is for the log. */
	if (err.status != BV_EUNCERTAIN)
		err.status = BV_EIO;
	edge_fail(x, &err);
	return false;
}

void
bank_desk_finish(struct bank_desk *desk)
{
	bv_bank_close(desk->bank);
}

void
bank_desk_fail(struct exchange *x, const struct bv_err *err)
{
	struct bv_err told = *err;

	if (told.status == BV_EDENIED)
		told.status = BV_EIO;
	edge_fail(x, &told);
}

bool
bank_scope_covers(struct bv_str scope, struct bv_str competence)
{
	if (!scope.len || bv_str_is(scope, "bank"))
		return true;
	if (!bv_str_starts(scope, BV_STR("bank:")))
		return false;
	struct bv_str path = bv_str_sub(scope, 5, scope.len);
	return path.len && bv_str_starts(competence, path) && (competence.len == path.len || competence.p[path.len] == '.');
}

bool
bank_desk_may(const struct bank_desk *desk, uint32_t roles, struct bv_str competence)
{
	for (size_t i = 0; i < desk->account.grant_count; i++)
		if ((roles & UINT32_C(1) << desk->account.grants[i].role) && bank_scope_covers(bv_str_of(desk->account.grants[i].scope), competence))
			return true;
	return false;
}

struct bv_str
bank_desk_param(const struct exchange *x, const char *name, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf value = BV_BUF(EXCHANGE_LINE_MAX);
	struct bv_err ignored; /* the edge has checked the query by its schema */

	return query_find(&value, x->query, name, &ignored) == BV_OK ? bv_arena_str(arena, bv_buf_str(&value)) : BV_STR_NONE;
}

bool
bank_desk_show(struct bv_json **out, struct bank_desk *desk, struct exchange *x, uint32_t roles, struct bv_str identifier, struct bv_str language)
{
	struct bv_err err;

	enum bv_status status = bv_bank_show(out, desk->bank, identifier, language, &err);
	if (status != BV_OK && status != BV_ENOTFOUND) {
		edge_fail(x, &err);
		return false;
	}
	if (status == BV_OK && bank_desk_may(desk, roles, bv_json_str(bv_json_find(*out, "competence"))))
		return true;
	if (status == BV_OK)
		bv_json_free(*out);
	*out = NULL;
	problem_answer(x, "not-found", NULL);
	return false;
}

bool
bank_desk_item(struct bv_json **out, struct bank_desk *desk, struct exchange *x, uint32_t roles)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str identifier = bank_desk_param(x, "identifier", &arena), language = bank_desk_param(x, "language", &arena);

	return bank_desk_show(out, desk, x, roles, identifier, language);
}
