/* Many rows at once. */
#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/sql_driver.h"

enum { TEXT_MAX = 65536 };

struct bv_sql_bulk {
	struct bv_sql *sql;
	struct bv_sql_stmt *insert;
	char *text;
	size_t column_count;
	enum bv_sql_type types[];
};

static void
write_insert(struct bv_buf *text, const char *table, const struct bv_sql_column *columns, size_t column_count, bool pass)
{
	bv_buf_printf(text, "INSERT INTO %s(", table);
	for (size_t i = 0; i < column_count; i++)
		bv_buf_printf(text, "%s%s", i ? ", " : "", columns[i].name);
	bv_buf_addz(text, ") VALUES (");
	for (size_t i = 0; i < column_count; i++)
		bv_buf_printf(text, "%s$%zu", i ? ", " : "", i + 1);
	bv_buf_addz(text, pass ? ") ON CONFLICT DO NOTHING" : ")");
}

enum bv_status
bv_sql_bulk_prepare(struct bv_sql_bulk **out, struct bv_sql *sql, const char *table, const struct bv_sql_column *columns, size_t column_count,
                    struct bv_err *err)
{
	return bv_sql_bulk_prepare_turn(out, sql, table, columns, column_count, 0, err);
}

enum bv_status
bv_sql_bulk_prepare_turn(struct bv_sql_bulk **out, struct bv_sql *sql, const char *table, const struct bv_sql_column *columns, size_t column_count,
                         int64_t turn, struct bv_err *err)
{
	struct bv_buf text = BV_BUF(TEXT_MAX);

	assert(column_count && column_count <= BV_SQL_PARAMETERS_MAX);
	BV_AUTO(bv_sql_bulk_free) struct bv_sql_bulk *bulk = bv_alloc(sizeof *bulk + column_count * sizeof bulk->types[0]);
	bulk->sql = sql;
	bulk->column_count = column_count;
	for (size_t i = 0; i < column_count; i++)
		bulk->types[i] = columns[i].type;
	if (sql->driver->bulk_text)
		sql->driver->bulk_text(&text, table, columns, column_count, turn);
	else
		write_insert(&text, table, columns, column_count, !turn);
	bulk->text = text.p;
	assert(!text.full);
	TRY(bv_sql_prepare(&bulk->insert, sql, bulk->text, err));
	*out = bv_steal(&bulk);
	return BV_OK;
}

void
bv_sql_bulk_free(struct bv_sql_bulk *bulk)
{
	if (!bulk)
		return;
	bv_sql_stmt_free(bulk->insert);
	free(bulk->text);
	free(bulk);
}

static void
bind_row(struct bv_sql_bulk *bulk, const union bv_sql_array *values, size_t row)
{
	for (size_t i = 0; i < bulk->column_count; i++) {
		int idx = (int)i + 1;
		switch (bulk->types[i]) {
		case BV_SQL_INT:
			bv_sql_bind_int(bulk->insert, idx, values[i].ints[row]);
			break;
		case BV_SQL_REAL:
			bv_sql_bind_real(bulk->insert, idx, values[i].reals[row]);
			break;
		case BV_SQL_STR:
			bv_sql_bind_str(bulk->insert, idx, values[i].strs[row]);
			break;
		case BV_SQL_BLOB:
			bv_sql_bind_blob(bulk->insert, idx, values[i].strs[row].p, values[i].strs[row].len);
			break;
		}
	}
}

static enum bv_status
insert_all(struct bv_sql_bulk *bulk, int64_t *added, const union bv_sql_array *values, size_t count, struct bv_err *err)
{
	int64_t sum = 0;

	for (size_t row = 0; row < count; row++) {
		bind_row(bulk, values, row);
		TRY(bv_sql_exec(bulk->insert, err));
		sum += bv_sql_changes(bulk->sql);
	}
	*added = sum;
	return BV_OK;
}

static enum bv_status
in_own_transaction(struct bv_sql_bulk *bulk, int64_t *added, const union bv_sql_array *values, size_t count, struct bv_err *err)
{
	int64_t sum;

	TRY(bv_sql_begin(bulk->sql, true, err));
	enum bv_status status = insert_all(bulk, &sum, values, count, err);
	if (status != BV_OK) {
		bv_sql_rollback(bulk->sql);
		return status;
	}
	TRY(bv_sql_commit(bulk->sql, err));
	*added = sum;
	return BV_OK;
}

static enum bv_status
check_size(const struct bv_sql_bulk *bulk, const union bv_sql_array *values, size_t count, struct bv_err *err)
{
	size_t sum = 0;

	for (size_t i = 0; i < bulk->column_count; i++)
		for (size_t row = 0; row < count && (bulk->types[i] == BV_SQL_STR || bulk->types[i] == BV_SQL_BLOB); row++) {
			assert(values[i].strs[row].len <= BV_SQL_VALUE_MAX);
			sum += values[i].strs[row].len;
		}
	if (sum > BV_SQL_BULK_MAX)
		return bv_err_set(err, BV_ELIMIT, "%zu rows at once have %zu bytes of text: more than %u", count, sum, BV_SQL_BULK_MAX);
	return BV_OK;
}

enum bv_status
bv_sql_bulk_exec(struct bv_sql_bulk *bulk, int64_t *added, const union bv_sql_array *values, size_t count, struct bv_err *err)
{
	assert(count <= BV_SQL_ROWS_MAX);
	TRY(check_size(bulk, values, count, err));
	if (bulk->sql->driver->bulk_bind) {
		for (size_t i = 0; i < bulk->column_count; i++)
			bulk->sql->driver->bulk_bind(bulk->insert, (int)i + 1, bulk->types[i], &values[i], count);
		TRY(bv_sql_exec(bulk->insert, err));
		*added = bv_sql_changes(bulk->sql);
		return BV_OK;
	}
	if (!bv_sql_in_transaction(bulk->sql))
		return in_own_transaction(bulk, added, values, count, err);
	return insert_all(bulk, added, values, count, err);
}
