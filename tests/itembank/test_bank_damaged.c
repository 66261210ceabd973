/* Somebody has written into the file of a bank, column by column: whatever is done with it then gives an answer or says what is wrong, and what is published
 * is what was imported or nothing. */
#define _GNU_SOURCE
#include "base/sql.h"
#include "tests/itembank/bank_acts.h"

/* Of every type, in range and out of it. */
static const char *const values[] = { "-1", "999999999999999", "''", "x'00'", "CAST(x'ff41' AS TEXT)", "zeroblob(32)", "replace(hex(zeroblob(9)), '0', char(10))" };

/* With sanitizers each column gets some of the values, and each value comes to some columns. */
enum { STEP = 3 };

struct column {
	char table[60], name[60];
};

static size_t
columns_of(struct column out[300], const char *bank)
{
	static const char query[] = "SELECT t.name, c.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND t.sql NOT LIKE '%VIRTUAL%'"
	                            " AND t.name NOT LIKE 'item_text%' ORDER BY 1, 2";
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	size_t count = 0;
	struct bv_err err;
	bool row;

	must(bv_sql_open(&sql, at(bank), BV_SQL_READ, &err), &err);
	must(bv_sql_prepare(&stmt, sql, query, &err), &err);
	for (must(bv_sql_step(stmt, &row, &err), &err); row && count < 300; must(bv_sql_step(stmt, &row, &err), &err)) {
		snprintf(out[count].table, sizeof out->table, "%.*s", BV_STR_ARG(bv_sql_str(stmt, 0)));
		snprintf(out[count++].name, sizeof out->name, "%.*s", BV_STR_ARG(bv_sql_str(stmt, 1)));
	}
	return count;
}

/* False when the database does not take it. */
static bool
damage(const char *name, const struct column *column, const char *value)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	char text[400];
	struct bv_err err;

	must(bv_sql_open(&sql, at(name), BV_SQL_WRITE, &err), &err);
	snprintf(text, sizeof text, "PRAGMA foreign_keys = OFF; UPDATE %.59s SET %.59s = %s", column->table, column->name, value);
	return bv_sql_run(sql, text, &err) == BV_OK && bv_sql_changes(sql) > 0;
}

/* Everything that reads the bank; each gives an answer, or a fault with a message. */
static bool
check_reading(const char *bank, const struct bv_buf *want, const char *what)
{
	bool good = true;

	for (size_t i = 0; i < BV_COUNT(acts); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf told = BV_BUF(4 << 20);
		struct bv_err err = { .status = BV_OK };
		if (acts[i].mode != BV_BANK_READ || strcmp(acts[i].bank, bank) != 0)
			continue;
		enum bv_status status = run(i, "damaged.db", &told, &err);
		bool same = status != BV_OK || acts[i].act != published || bv_str_eq(bv_buf_str(&told), bv_buf_str(want));
		if ((status != BV_OK && !err.msg[0]) || !same) {
			CHECK(false, "%s, %s: %s %s", what, acts[i].name, bv_status_name(status), status ? err.msg : "another item");
			good = false;
		}
	}
	return good;
}

/* One act that changes the bank: done, or nothing is. */
static bool
check_writing(const char *bank, size_t turn, const char *what)
{
	size_t writers[BV_COUNT(acts)], count = 0;
	BV_AUTO(bv_buf_finish) struct bv_buf told = BV_BUF(4 << 20);
	struct bv_err err = { .status = BV_OK };

	for (size_t i = 0; i < BV_COUNT(acts); i++)
		if (acts[i].mode != BV_BANK_READ && strcmp(acts[i].bank, bank) == 0)
			writers[count++] = i;
	size_t i = writers[turn % count];
	enum bv_status status = run(i, "damaged.db", &told, &err);
	return status == BV_OK || CHECK(err.msg[0], "%s, %s: %s", what, acts[i].name, bv_status_name(status));
}

static void
test_bank(const char *bank)
{
	static struct column columns[300];
	BV_AUTO(bv_buf_finish) struct bv_buf want = BV_BUF(4 << 20);
	size_t count = columns_of(columns, bank), tried = 0, good = 0;
	char what[300];
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(acts); i++)
		if (acts[i].act == published)
			must(run(i, bank, &want, &err), &err);
	for (size_t c = 0; c < count; c++)
		for (size_t v = CHECK_SANITIZED ? c % STEP : 0; v < BV_COUNT(values); v += CHECK_SANITIZED ? STEP : 1) {
			copy("damaged.db", bank);
			if (!damage("damaged.db", &columns[c], values[v]))
				continue;
			snprintf(what, sizeof what, "%.59s.%.59s = %s", columns[c].table, columns[c].name, values[v]);
			tried++;
			good += check_reading(bank, &want, what) && (tried % 2 || check_writing(bank, tried / 2, what));
		}
	CHECK(count > 60 && tried > (CHECK_SANITIZED ? 300 / STEP : 300) && good == tried, "%s: %zu columns, %zu of %zu changes", bank, count, good, tried);
}

int
main(void)
{
	begin_banks();
	test_bank("plain.db");
	test_bank("life.db");
	return !end_banks() || check_end();
}
