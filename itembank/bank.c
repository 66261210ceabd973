#include "itembank/bank.h"

#include <stdlib.h>

#include "base/xml.h"

enum bv_status
bank_stmt(struct bv_sql_stmt **out, struct bv_bank *bank, enum bank_sql which, struct bv_err *err)
{
	if (!bank->stmts[which])
		TRY(bv_sql_prepare(&bank->stmts[which], bank->sql, bank_statements[which], err));
	*out = bank->stmts[which];
	return BV_OK;
}

static enum bv_status
schema_find(struct bv_bank *bank, const char *url, struct bv_err *err)
{
	static const char *const tables[] = { "bank", "item", "item_version" };
	struct bv_sql_stmt *stmt;
	bool row = false, there;

	for (size_t i = 0; i < BV_COUNT(tables); i++) {
		TRY(bv_sql_has_table(&there, bank->sql, tables[i], err));
		if (!there)
			return bv_err_set(err, BV_EPARSE, "%s: a database, but not an item bank", url);
	}
	TRY(bank_stmt(&stmt, bank, BANK_SQL_SCHEMA_GET, err));
	TRY(bv_sql_step(stmt, &row, err));
	int64_t number = row ? bv_sql_int(stmt, 0) : 0;
	if (row)
		bv_sql_reset(stmt);
	if (number > BANK_SCHEMA)
		return bv_err_set(err, BV_EPARSE, "%s: an item bank of a newer program (schema %lld, this one knows %d): use the newer program", url,
		                  (long long)number, BANK_SCHEMA);
	if (number < BANK_SCHEMA_OLDEST)
		return bv_err_set(err, BV_EPARSE, "%s: item bank of schema %lld; this program reads schema %d to %d: import the items into a new bank",
		                  url, (long long)number, BANK_SCHEMA_OLDEST, BANK_SCHEMA);
	bank->schema = (int)number;
	return BV_OK;
}

/* Inside a transaction: a schema in an empty database, an older one brought up to this program's. */
static enum bv_status
schema_make(struct bv_bank *bank, const char *url, bool create, struct bv_err *err)
{
	bool empty = false;

	if (create)
		TRY(bv_sql_is_empty(&empty, bank->sql, err));
	if (empty)
		TRY(bv_sql_run(bank->sql, bank_schema, err));
	TRY(schema_find(bank, url, err));
	for (; bank->schema < BANK_SCHEMA; bank->schema++) {
		TRY(bv_sql_run(bank->sql, bank_upgrades[bank->schema - BANK_SCHEMA_OLDEST], err));
		if (bank->schema + 1 == BANK_SCHEMA_FTS)
			TRY(bv_sql_run(bank->sql, bank_fts_schema, err));
	}
	return bank_documents_fill(bank, err);
}

/* Two that do so at once wait for each other, and the second finds it made. */
static enum bv_status
open_to_change(struct bv_bank *bank, const char *url, bool create, struct bv_err *err)
{
	TRY(bv_sql_begin(bank->sql, true, err));
	return bv_sql_end(bank->sql, schema_make(bank, url, create, err), err);
}

enum bv_status
bv_bank_open(struct bv_bank **out, const char *url, enum bv_bank_mode mode, struct bv_err *err)
{
	static const enum bv_sql_mode modes[] = { [BV_BANK_READ] = BV_SQL_READ, [BV_BANK_CREATE] = BV_SQL_CREATE, [BV_BANK_WRITE] = BV_SQL_WRITE };
	BV_AUTO(bv_bank_close) struct bv_bank *bank = bv_alloc(sizeof *bank);

	if (!bv_sql_is_file(url))
		return bv_err_set(err, BV_EINVAL, "an item bank is a file of SQLite (its search is): give sqlite:PATH or PATH");
	TRY(bv_sql_open(&bank->sql, url, modes[mode], err));
	if (mode == BV_BANK_READ) {
		TRY(schema_find(bank, url, err));
		if (bank->schema < BANK_SCHEMA)
			TRY(bv_sql_run(bank->sql, bank_views[bank->schema - BANK_SCHEMA_OLDEST], err));
	} else {
		TRY(open_to_change(bank, url, mode == BV_BANK_CREATE, err));
	}
	*out = bv_steal(&bank);
	return BV_OK;
}

void
bv_bank_close(struct bv_bank *bank)
{
	if (!bank)
		return;
	for (size_t i = 0; i < BANK_SQL_STATEMENTS; i++)
		bv_sql_stmt_free(bank->stmts[i]);
	bv_sql_close(bank->sql);
	free(bank);
}

enum bv_status
bv_bank_hold(struct bv_bank *bank, struct bv_err *err)
{
	return bv_sql_begin(bank->sql, false, err);
}

void
bv_bank_let(struct bv_bank *bank)
{
	bv_sql_rollback(bank->sql);
}

static const char *const levels[] = { "", "nhan-biet", "thong-hieu", "van-dung" };

const char *
bv_cognitive_name(enum bv_cognitive level)
{
	return levels[level];
}

enum bv_status
bv_cognitive_parse(enum bv_cognitive *level, struct bv_str name, struct bv_err *err)
{
	for (size_t i = 1; i < BV_COUNT(levels); i++)
		if (bv_str_is(name, levels[i])) {
			*level = (enum bv_cognitive)i;
			return BV_OK;
		}
	return bv_err_set(err, BV_EINVAL, "'%.*s' is no cognitive level: give nhan-biet, thong-hieu or van-dung",
	                  BV_STR_ARG(bv_str_sub(name, 0, 40)));
}

enum bv_status
bank_language_find(struct bv_str *language, struct bv_bank *bank, struct bv_str identifier, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	BV_AUTO(bv_buf_finish) struct bv_buf names = BV_BUF(120);
	struct bv_str only = *language;
	size_t count = 0;
	bool row;

	if (language->len)
		return BV_OK;
	TRY(bank_stmt(&stmt, bank, BANK_SQL_ITEM_LANGUAGES, err));
	bv_sql_bind_str(stmt, 1, identifier);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		only = bv_arena_str(arena, bv_sql_str(stmt, 0));
		bv_buf_printf(&names, "%s%.*s", count++ ? ", " : "", BV_STR_ARG(only));
	}
	if (!count)
		return bv_err_set(err, BV_ENOTFOUND, "there is no item '%.*s' in the bank", BV_STR_ARG(bv_str_sub(identifier, 0, 100)));
	if (count > 1)
		return bv_err_set(err, BV_EINVAL, "item '%.*s' is there in %zu languages (%s): say which",
		                  BV_STR_ARG(bv_str_sub(identifier, 0, 100)), count, names.p);
	*language = only;
	return BV_OK;
}

enum bv_status
bv_bank_load(struct bv_item **out, struct bv_bank *bank, struct bv_str identifier, struct bv_str language, uint32_t version,
             struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);

	TRY(bv_bank_load_xml(&xml, bank, identifier, language, version, err));
	return bv_item_parse(out, bv_buf_str(&xml), err);
}
