#include "tools/httpd/unit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

enum { KEPT_S = 10, DEPTH_MAX = 16, FOLDED_MAX = 1024 };

const char *const unit_kind_names[] = { "province", "commune", "agency", NULL };

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS office_unit (code TEXT NOT NULL, valid_from BIGINT NOT NULL, valid_to BIGINT NOT NULL, kind BIGINT NOT NULL, parent TEXT NOT NULL, "
    "name TEXT NOT NULL, folded TEXT NOT NULL, PRIMARY KEY (code, valid_from));"
    "CREATE INDEX IF NOT EXISTS office_unit_parent ON office_unit (parent);";

enum bv_status
unit_schema(struct bv_sql *sql, struct bv_err *err)
{
	TRY(bv_sql_begin(sql, true, err));
	return bv_sql_end(sql, bv_sql_run(sql, schema, err), err);
}

/* ---- Reading ---- */

#define COLUMNS \
	"u.code, u.parent, u.name, u.kind, u.valid_from, u.valid_to, " \
	"(SELECT count(*) FROM office_unit c WHERE c.parent = u.code AND c.valid_from <= $1 AND c.valid_to >= $1)"
#define HOLDS "u.valid_from <= $1 AND u.valid_to >= $1"

static enum bv_status
visit_all(struct bv_sql_stmt *stmt, unit_visit visit, void *ctx, struct bv_err *err)
{
	bool row;

	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		const struct unit unit = { bv_sql_str(stmt, 0), bv_sql_str(stmt, 1), bv_sql_str(stmt, 2), (enum unit_kind)bv_sql_int(stmt, 3),
			                   (bv_day)bv_sql_int(stmt, 4), (bv_day)bv_sql_int(stmt, 5), bv_sql_int(stmt, 6) };
		visit(ctx, &unit);
	}
}

enum bv_status
unit_list(struct bv_sql *sql, struct bv_str parent, bv_day on, int64_t limit, unit_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT " COLUMNS " FROM office_unit u WHERE " HOLDS " AND u.parent = $2 ORDER BY u.folded, u.code LIMIT $3", err));
	bv_sql_bind_int(stmt, 1, on);
	bv_sql_bind_str(stmt, 2, parent);
	bv_sql_bind_int(stmt, 3, limit);
	return visit_all(stmt, visit, ctx, err);
}

void
unit_fold(struct bv_buf *out, struct bv_str text)
{
	struct bv_word word;

	while (bv_text_word(&word, &text))
		bv_buf_printf(out, " %.*s", (int)word.plain_len, word.plain);
}

enum bv_status
unit_search(struct bv_sql *sql, struct bv_str text, bv_day on, int64_t limit, unit_visit visit, void *ctx, struct bv_err *err)
{
	enum { WORDS_MAX = 8 };
	BV_AUTO(bv_buf_finish) struct bv_buf query = BV_BUF(4096);
	char beginnings[WORDS_MAX][BV_WORD_MAX + 4];
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_str rest = text;
	struct bv_word word;
	int count = 0;

	bv_buf_addz(&query, "SELECT " COLUMNS " FROM office_unit u WHERE " HOLDS);
	for (; count < WORDS_MAX && bv_text_word(&word, &rest); count++)
		bv_buf_printf(&query, " AND u.folded LIKE $%d", count + 3);
	bv_buf_addz(&query, " ORDER BY u.kind, u.folded, u.code LIMIT $2");
	TRY(bv_sql_prepare(&stmt, sql, query.p, err));
	bv_sql_bind_int(stmt, 1, on);
	bv_sql_bind_int(stmt, 2, limit);
	rest = text;
	for (int i = 0; i < count && bv_text_word(&word, &rest); i++) {
		snprintf(beginnings[i], sizeof beginnings[i], "%% %.*s%%", (int)word.plain_len, word.plain); /* letters, digits and marks: nothing that LIKE reads */
		bv_sql_bind_str(stmt, i + 3, bv_str_of(beginnings[i]));
	}
	return visit_all(stmt, visit, ctx, err);
}

enum bv_status
unit_history(struct bv_sql *sql, struct bv_str code, unit_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT u.code, u.parent, u.name, u.kind, u.valid_from, u.valid_to, 0 FROM office_unit u WHERE u.code = $1 ORDER BY u.valid_from DESC", err));
	bv_sql_bind_str(stmt, 1, code);
	return visit_all(stmt, visit, ctx, err);
}

/* ---- In memory ---- */

struct link {
	char code[UNIT_CODE_MAX + 1], parent[UNIT_CODE_MAX + 1];
};

struct units {
	pthread_rwlock_t lock;
	struct link *links; /* by code */
	size_t count;
	int64_t read_ns;
};

struct units *
units_new(void)
{
	struct units *units = bv_alloc(sizeof *units);

	pthread_rwlock_init(&units->lock, NULL);
	return units;
}

void
units_free(struct units *units)
{
	if (!units)
		return;
	pthread_rwlock_destroy(&units->lock);
	free(units->links);
	free(units);
}

struct linking {
	struct link *links;
	size_t count;
};

static void
add_link(void *ctx, const struct unit *unit)
{
	struct linking *linking = ctx;

	if (linking->count == UNITS_MAX)
		return;
	struct link *link = &linking->links[linking->count++];
	snprintf(link->code, sizeof link->code, "%.*s", BV_STR_ARG(unit->code));
	snprintf(link->parent, sizeof link->parent, "%.*s", BV_STR_ARG(unit->parent));
}

static int
by_code(const void *a, const void *b)
{
	return strcmp(((const struct link *)a)->code, ((const struct link *)b)->code);
}

static enum bv_status
read_links(struct linking *linking, struct bv_sql *sql, bv_day on, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT u.code, u.parent, '', u.kind, u.valid_from, u.valid_to, 0 FROM office_unit u WHERE " HOLDS, err));
	bv_sql_bind_int(stmt, 1, on);
	return visit_all(stmt, add_link, linking, err);
}

enum bv_status
units_refresh(struct units *units, struct bv_sql *sql, bv_day on, bool now, struct bv_err *err)
{
	const int64_t kept_ns = INT64_C(1000000000) * KEPT_S;
	int64_t now_ns = bv_clock_monotonic_ns();
	struct linking linking = { 0 };

	pthread_rwlock_rdlock(&units->lock);
	bool fresh = units->read_ns && now_ns - units->read_ns < kept_ns;
	pthread_rwlock_unlock(&units->lock);
	if (fresh && !now)
		return BV_OK;
	linking.links = bv_alloc_array(UNITS_MAX, sizeof *linking.links);
	enum bv_status status = read_links(&linking, sql, on, err);
	if (status == BV_OK) {
		qsort(linking.links, linking.count, sizeof *linking.links, by_code);
		pthread_rwlock_wrlock(&units->lock);
		struct link *old = units->links;
		units->links = linking.links;
		units->count = linking.count;
		units->read_ns = now_ns;
		pthread_rwlock_unlock(&units->lock);
		linking.links = old;
	}
	free(linking.links);
	return status;
}

bool
units_within(struct units *units, struct bv_str code, struct bv_str unit)
{
	struct link key;
	bool within = bv_str_eq(code, unit);

	if (code.len > UNIT_CODE_MAX)
		return false;
	snprintf(key.code, sizeof key.code, "%.*s", BV_STR_ARG(code));
	pthread_rwlock_rdlock(&units->lock);
	for (int depth = 0; !within && units->count && depth < DEPTH_MAX; depth++) {
		const struct link *link = bsearch(&key, units->links, units->count, sizeof *units->links, by_code);
		if (!link || !link->parent[0])
			break;
		within = bv_str_is(unit, link->parent);
		memcpy(key.code, link->parent, sizeof key.code);
	}
	pthread_rwlock_unlock(&units->lock);
	return within;
}
