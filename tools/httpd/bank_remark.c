#include "tools/httpd/bank_remark.h"

static const char schema[] = "CREATE TABLE IF NOT EXISTS bank_remark (identifier TEXT NOT NULL, language TEXT NOT NULL, number BIGINT NOT NULL, version BIGINT NOT NULL, "
                             "at_s BIGINT NOT NULL, author TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (identifier, language, number));";

enum bv_status
bank_remark_schema(struct bv_sql *sql, struct bv_err *err)
{
	TRY(bv_sql_begin(sql, true, err));
	return bv_sql_end(sql, bv_sql_run(sql, schema, err), err);
}

static enum bv_status
last_number(int64_t *number, struct bv_sql *sql, const struct bank_remark *remark, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT COALESCE(MAX(number), 0) FROM bank_remark WHERE identifier = $1 AND language = $2", err));
	bv_sql_bind_str(stmt, 1, remark->identifier);
	bv_sql_bind_str(stmt, 2, remark->language);
	TRY(bv_sql_step(stmt, &row, err));
	*number = bv_sql_int(stmt, 0);
	return BV_OK;
}

static enum bv_status
add(struct bv_sql *sql, const struct bank_remark *remark, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	int64_t number;

	TRY(last_number(&number, sql, remark, err));
	if (number >= BANK_REMARKS_MAX)
		return bv_err_set(err, BV_ELIMIT, "the item has %d remarks, and takes no more", BANK_REMARKS_MAX);
	TRY(bv_sql_prepare(&stmt, sql, "INSERT INTO bank_remark VALUES ($1, $2, $3, $4, $5, $6, $7)", err));
	bv_sql_bind_str(stmt, 1, remark->identifier);
	bv_sql_bind_str(stmt, 2, remark->language);
	bv_sql_bind_int(stmt, 3, number + 1);
	bv_sql_bind_int(stmt, 4, remark->version);
	bv_sql_bind_int(stmt, 5, remark->at_s);
	bv_sql_bind_str(stmt, 6, remark->author);
	bv_sql_bind_str(stmt, 7, remark->text);
	return bv_sql_exec(stmt, err);
}

enum bv_status
bank_remark_add(struct bv_sql *sql, const struct bank_remark *remark, struct bv_err *err)
{
	TRY(bv_sql_begin(sql, true, err));
	return bv_sql_end(sql, add(sql, remark, err), err);
}

enum bv_status
bank_remark_each(struct bv_sql *sql, struct bv_str identifier, struct bv_str language, void (*visit)(void *ctx, const struct bank_remark *remark), void *ctx,
                 struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT version, at_s, author, body FROM bank_remark WHERE identifier = $1 AND language = $2 ORDER BY number", err));
	bv_sql_bind_str(stmt, 1, identifier);
	bv_sql_bind_str(stmt, 2, language);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		visit(ctx, &(struct bank_remark){ identifier, language, bv_sql_int(stmt, 0), bv_sql_int(stmt, 1), bv_sql_str(stmt, 2), bv_sql_str(stmt, 3) });
	}
}
