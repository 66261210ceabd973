/* Each call of the database fails once, in every function of the bank: what is read ends with the failure, what is written is all there or not at all,
 * and doing it again gives what it would have given. */
#define _GNU_SOURCE
#include "base/sql.h"
#include "itembank/itembank.h"
#include "tests/base/sql_script_open.h"
#include "tests/itembank/bank_acts.h"

static struct sql_script script;

/* ---- What a bank holds ---- */

/* Every row of every table but those of the index of texts, which an audit looks at. The second as which a change counts is later when it is done a
 * second time. */
static void
dump(struct bv_buf *out, const char *name)
{
	static const char tables[] = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'item_text%' ORDER BY name";
	static const char columns[] = "SELECT name FROM pragma_table_info($1) WHERE name NOT LIKE '%changed%'";
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *table = NULL, *column = NULL;
	bool more, row;
	struct bv_err err;

	bv_buf_clear(out);
	must(__real_bv_sql_open(&sql, at(name), BV_SQL_READ, &err), &err);
	must(bv_sql_prepare(&table, sql, tables, &err), &err);
	must(bv_sql_prepare(&column, sql, columns, &err), &err);
	for (must(bv_sql_step(table, &more, &err), &err); more; must(bv_sql_step(table, &more, &err), &err)) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);
		BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *rows = NULL;
		bv_buf_printf(out, "%.*s\n", BV_STR_ARG(bv_sql_str(table, 0)));
		bv_sql_bind_str(column, 1, bv_sql_str(table, 0));
		bv_buf_addz(&text, "SELECT ''");
		for (must(bv_sql_step(column, &row, &err), &err); row; must(bv_sql_step(column, &row, &err), &err))
			bv_buf_printf(&text, " || ' ' || quote(%.*s)", BV_STR_ARG(bv_sql_str(column, 0)));
		bv_buf_printf(&text, " FROM %.*s ORDER BY 1", BV_STR_ARG(bv_sql_str(table, 0)));
		must(bv_sql_prepare(&rows, sql, text.p, &err), &err);
		for (must(bv_sql_step(rows, &row, &err), &err); row; must(bv_sql_step(rows, &row, &err), &err))
			bv_buf_printf(out, "%.*s\n", BV_STR_ARG(bv_sql_str(rows, 0)));
	}
}

static void
tell_fault(void *ctx, enum bv_severity severity, const char *text)
{
	(void)ctx;
	if (severity == BV_SEVERITY_ERROR)
		printf("# %s\n", text);
}

/* Sound, and with what it should hold. */
static bool
holds(const char *name, const struct bv_buf *want)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf have = BV_BUF(32 << 20);
	const struct bv_audit_opts opts = { .tell = tell_fault };
	struct bv_audit_counts counts = { 0 };
	struct bv_err err;

	script = (struct sql_script){ 0 };
	must(bv_bank_open(&bank, at(name), BV_BANK_READ, &err), &err);
	must(bv_bank_audit(&counts, bank, &opts, &err), &err);
	if (want)
		dump(&have, name);
	return counts.faults == 0 && (!want || bv_str_eq(bv_buf_str(&have), bv_buf_str(want)));
}

/* ---- Each call fails once ---- */

struct bank_states {
	struct bv_buf told, before, after;
	int opening;      /* calls that open the bank */
	bool ending[1000]; /* those that end a transaction */
};

/* After call n failed. */
static bool
is_right(size_t i, int n, enum bv_status status, const struct bv_err *err, const struct bv_buf *told, const struct bank_states *states, bool kept)
{
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(4 << 20);
	bool happened = status == BV_OK || (kept && n > states->opening);
	struct bv_err fault;

	if (status == BV_OK && !bv_str_eq(bv_buf_str(told), bv_buf_str(&states->told)))
		return false;
	if (status != BV_OK && !strstr(err->msg, "script: call ") && !strstr(err->msg, "an earlier failure"))
		return false;
	if (acts[i].mode == BV_BANK_READ || CHECK_SANITIZED)
		return true;
	if (acts[i].whole)
		return holds("work.db", happened ? &states->after : &states->before);
	/* Doing it again completes it. */
	return holds("work.db", NULL) && run(i, "work.db", &again, &fault) == BV_OK && holds("work.db", &states->after);
}

/* Every call, or, where it may be uncertain what became of it, those that end a transaction. */
static int
fail_each(size_t i, const struct sql_script *how, struct bank_states *states)
{
	BV_AUTO(bv_buf_finish) struct bv_buf told = BV_BUF(4 << 20);
	bool read = acts[i].mode == BV_BANK_READ, reached = true;
	int n, failures = 0;

	for (n = 1; reached && n < (int)BV_COUNT(states->ending); n++) {
		struct bv_err err = { .status = BV_OK };
		if (how->status == BV_EUNCERTAIN && !states->ending[n])
			continue;
		if (!read)
			copy("work.db", acts[i].bank);
		script = *how;
		script.fail_at = n;
		enum bv_status status = run(i, read ? acts[i].bank : "work.db", &told, &err);
		reached = script.failed;
		states->ending[n] = script.ending;
		failures += reached;
		if (!is_right(i, n, status, &err, &told, states, how->kept))
			CHECK(false, "%s: call %d fails: %s %s", acts[i].name, n, bv_status_name(status), status ? err.msg : "");
	}
	return failures;
}

static void
test_act(size_t i)
{
	static const struct sql_script ways[] = { { .status = BV_EIO }, { .status = BV_EUNCERTAIN }, { .status = BV_EUNCERTAIN, .kept = true } };
	struct bank_states states = { .told = BV_BUF(4 << 20), .before = BV_BUF(32 << 20), .after = BV_BUF(32 << 20) };
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct bv_err err;

	copy("work.db", acts[i].bank);
	dump(&states.before, "work.db");
	script = (struct sql_script){ 0 };
	CHECK_OK(bv_bank_open(&bank, at("work.db"), acts[i].mode, &err), &err, "open");
	states.opening = script.calls;
	bv_bank_close(bv_steal(&bank));
	if (!CHECK(run(i, "work.db", &states.told, &err) == BV_OK, "%s", acts[i].name))
		printf("# %s: %s\n", err.msg, states.told.p);
	dump(&states.after, "work.db");
	CHECK(bv_str_eq(bv_buf_str(&states.before), bv_buf_str(&states.after)) == (acts[i].mode == BV_BANK_READ), "  changes the bank if it is to");
	int calls = fail_each(i, &ways[0], &states);
	CHECK(calls > states.opening, "  each of %d calls has failed, %d of them to open the bank", calls, states.opening);
	for (size_t w = 1; w < BV_COUNT(ways) && acts[i].mode != BV_BANK_READ; w++) {
		int ends = fail_each(i, &ways[w], &states);
		CHECK(ends >= 2, "  and each of %d ends of a transaction has left it uncertain", ends);
	}
	bv_buf_finish(&states.told);
	bv_buf_finish(&states.before);
	bv_buf_finish(&states.after);
}

/* Also while a bank is made. */
static void
test_opening(void)
{
	bool reached = true;
	int n;

	for (n = 1; reached; n++) {
		BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
		struct bv_err err;
		unlink(at("fresh.db"));
		script = (struct sql_script){ .fail_at = n, .status = BV_EIO };
		enum bv_status status = bv_bank_open(&bank, at("fresh.db"), BV_BANK_CREATE, &err);
		reached = script.failed;
		if (status != (reached ? BV_EIO : BV_OK) || (status != BV_OK && bank))
			CHECK(false, "call %d: %s", n, bv_status_name(status));
		bv_bank_close(bv_steal(&bank));
		script = (struct sql_script){ 0 };
		if (bv_bank_open(&bank, at("fresh.db"), BV_BANK_CREATE, &err) != BV_OK)
			CHECK(false, "and then it cannot be made: %s", err.msg);
	}
	CHECK(n > 6, "a new bank: each of %d calls has failed", n - 2);
}

int
main(void)
{
	sql_script_opened = &script;
	begin_banks();
	test_opening();
	for (size_t i = 0; i < BV_COUNT(acts); i++)
		test_act(i);
	return !end_banks() || check_end();
}
