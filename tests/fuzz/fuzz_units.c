/* Any bytes as a list of units: refused, each fault at its line and in UTF-8, with nothing done; or imported, and then the same list again changes nothing. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "tools/httpd/unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
on_fault(void *ctx, int line, const char *message)
{
	++*(size_t *)ctx;
	assert(line >= 0 && message[0] && bv_text_valid(bv_str_of(message)));
}

static void
on_change(void *ctx, int line, struct bv_str code, const char *message)
{
	(void)ctx;
	assert(line > 0 && code.len && code.len <= UNIT_CODE_MAX && message[0] && bv_text_valid(bv_str_of(message)));
}

static void
on_unit(void *ctx, const struct unit *unit)
{
	++*(size_t *)ctx;
	assert(unit->code.len && unit->code.len <= UNIT_CODE_MAX && unit->name.len && unit->name.len <= UNIT_NAME_MAX && bv_text_valid(unit->name));
	assert(unit->from <= unit->to && (unsigned)unit->kind <= UNIT_AGENCY);
}

static struct bv_sql *sql;
static char folder[] = "/dev/shm/bv-units-XXXXXX"; /* in memory: a commit waits for no disk */

static void
end(void)
{
	char path[64];

	bv_sql_close(sql);
	for (const char *const *suffix = (const char *const[]){ "", "-wal", "-shm", NULL }; *suffix; suffix++) {
		snprintf(path, sizeof path, "%s/units.db%s", folder, *suffix);
		unlink(path);
	}
	rmdir(folder);
}

static void
begin(void)
{
	char url[64];
	struct bv_err err;

	if (!mkdtemp(folder))
		abort();
	snprintf(url, sizeof url, "sqlite:%s/units.db", folder);
	if (bv_sql_open(&sql, url, BV_SQL_CREATE, &err) != BV_OK || unit_schema(sql, &err) != BV_OK)
		abort();
	atexit(end);
}

static void
empty(void)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_err err;

	if (bv_sql_prepare(&stmt, sql, "DELETE FROM office_unit", &err) != BV_OK || bv_sql_exec(stmt, &err) != BV_OK)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct bv_err err = { 0 };
	size_t faults = 0, there = 0;
	struct unit_import first = { .csv = { (const char *)p, len }, .from = 20000, .vietnamese = len % 2, .fault = on_fault, .change = on_change, .ctx = &faults };

	if (!sql)
		begin();
	if (unit_import(&first, sql, &err) != BV_OK) {
		assert(err.msg[0] && bv_text_valid(bv_str_of(err.msg)));
		return 0;
	}
	assert(faults <= first.faults && !faults == !first.faults);
	struct unit_import again = { .csv = first.csv, .from = 20000, .fault = on_fault, .change = on_change, .ctx = &faults };
	assert(first.faults || (unit_import(&again, sql, &err) == BV_OK && !again.faults && !again.added && !again.changed && again.same == again.rows));
	assert(unit_search(sql, BV_STR("a"), 20000, UNITS_MAX, on_unit, &there, &err) == BV_OK && (!first.faults || !there));
	empty();
	return 0;
}
