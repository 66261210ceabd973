/* The events as they were recorded. */
#include "base/text.h"
#include "itembank/bank_life.h"
#include "itembank/lifecycle.h"

static enum bv_status
visit_event(struct bv_sql_stmt *row, bv_event_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str body = bv_sql_blob(row, 1), hash = bv_sql_blob(row, 2);
	struct bv_event event;

	if (hash.len != BV_HASH_LEN || bank_event_parse(&event, body, &arena, err) != BV_OK)
		return bv_err_set(err, BV_EIO, "event %lld is none that a program wrote: run 'bangvang audit bank', and restore the bank from a copy",
		                  (long long)bv_sql_int(row, 0));
	return visit(ctx, &event, body, (const uint8_t *)hash.p, err);
}

static enum bv_status
visit_rows(struct bv_sql_stmt *row, bv_event_visit visit, void *ctx, bool *any, struct bv_err *err)
{
	for (bool there;;) {
		TRY(bv_sql_step(row, &there, err));
		if (!there)
			return BV_OK;
		*any = true;
		enum bv_status status = visit_event(row, visit, ctx, err);
		if (status != BV_OK) {
			bv_sql_reset(row);
			return status;
		}
	}
}

static enum bv_status
find_item(struct bv_bank *bank, struct bv_str identifier, struct bv_str language, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool there, found = false;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_ITEM_LANGUAGES, err));
	bv_sql_bind_str(stmt, 1, identifier);
	for (;;) {
		TRY(bv_sql_step(stmt, &there, err));
		if (!there)
			break;
		found = found || !language.len || bv_str_eq(bv_sql_str(stmt, 0), language);
	}
	if (!found)
		return bv_err_set(err, BV_ENOTFOUND, "there is no item '%.*s'%s%.*s in the bank", BV_STR_ARG(bv_str_sub(identifier, 0, 100)),
		                  language.len ? " in language " : "", BV_STR_ARG(bv_str_sub(language, 0, 40)));
	return BV_OK;
}

static enum bv_status
need_life(struct bv_bank *bank, struct bv_err *err)
{
	TRY(bank_life_load(bank, err));
	if (bank_keeps_life(bank))
		return BV_OK;
	return bv_err_set(err, BV_ENOTFOUND, "the bank keeps no life cycle, so that it has no history: 'bangvang bank lifecycle' begins one");
}

enum bv_status
bv_bank_history(struct bv_bank *bank, struct bv_str identifier, struct bv_str language, int64_t after, uint32_t limit, bv_event_visit visit,
                void *ctx, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool any = false;

	TRY(need_life(bank, err));
	TRY(bank_stmt(&stmt, bank, identifier.len ? BANK_SQL_HISTORY_ITEM : BANK_SQL_HISTORY, err));
	bv_sql_bind_int(stmt, 1, after);
	bv_sql_bind_int(stmt, 2, limit);
	if (identifier.len) {
		bv_sql_bind_str(stmt, 3, identifier);
		bv_sql_bind_str(stmt, 4, language);
	}
	TRY(visit_rows(stmt, visit, ctx, &any, err));
	return any || !identifier.len ? BV_OK : find_item(bank, identifier, language, err);
}

/* ---- Looking for some ---- */

struct finding {
	bv_event_visit visit;
	void *ctx;
	int64_t last;
	uint32_t count;
};

static enum bv_status
pass_on(void *ctx, const struct bv_event *event, struct bv_str body, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	struct finding *f = ctx;

	f->last = event->seq;
	f->count++;
	return f->visit(f->ctx, event, body, hash, err);
}

enum bv_status
bv_bank_search_events(int64_t *next, struct bv_bank *bank, const struct bv_event_search *search, bv_event_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct finding f = { .visit = visit, .ctx = ctx };
	struct bv_sql_stmt *stmt;
	int64_t newest;
	bool any;

	TRY(need_life(bank, err));
	TRY(bv_sql_ask(&newest, bank->sql, "SELECT coalesce(max(seq), 0) FROM event", err));
	int64_t below = search->before && search->before <= newest ? search->before : newest + 1, from = below > BV_EVENT_SPAN ? below - BV_EVENT_SPAN : 1;
	TRY(bank_stmt(&stmt, bank, BANK_SQL_HISTORY_SEARCH, err));
	bv_sql_bind_int(stmt, 1, below);
	bv_sql_bind_int(stmt, 2, from);
	bv_sql_bind_str(stmt, 3, search->identifier);
	bv_sql_bind_str(stmt, 4, search->who.len ? person_key(search->who, &arena) : BV_STR_NONE);
	bv_sql_bind_int(stmt, 5, search->act);
	bv_sql_bind_int(stmt, 6, search->since_s);
	bv_sql_bind_int(stmt, 7, search->until_s ? search->until_s : INT64_MAX);
	bv_sql_bind_int(stmt, 8, search->limit);
	TRY(visit_rows(stmt, pass_on, &f, &any, err));
	*next = f.count == search->limit ? f.last : from;
	if (*next <= 1)
		*next = 0;
	return BV_OK;
}
