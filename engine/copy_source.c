/* A ledger that is copied: read as rows, while somebody else may write it. */
#include <inttypes.h>

#include "engine/copy.h"

enum { REST_MAX = 4000000 };

enum bv_status
copy_open(struct bv_sql **out, struct bv_str *origin, const char *url, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_open(&sql, url, BV_SQL_READ, err));
	TRY(ledger_check_format(sql, BV_STR_NONE, url, err));
	TRY(bv_sql_prepare(&stmt, sql, "SELECT origin FROM ledger", err));
	TRY(bv_sql_step(stmt, &row, err));
	*origin = bv_arena_str(arena, bv_sql_str(stmt, 0));
	bv_sql_reset(stmt);
	bv_sql_stmt_free(bv_steal(&stmt));
	*out = bv_steal(&sql);
	return BV_OK;
}

enum bv_status
copy_row(struct copy_event *event, struct bv_sql_stmt *stmt, struct bv_err *err)
{
	struct bv_str hash = bv_sql_blob(stmt, 8);

	*event = (struct copy_event){ .n = bv_sql_int(stmt, 0), .sitting = bv_sql_int(stmt, 1), .attempt = bv_sql_int(stmt, 2), .seq = bv_sql_int(stmt, 3),
		                      .at_ms = bv_sql_int(stmt, 4), .kind = bv_sql_int(stmt, 5), .prev = bv_sql_int(stmt, 6),
		                      .body = bv_sql_blob(stmt, 7) };
	if (hash.len != BV_HASH_LEN || event->body.len > BV_EXAM_BODY_MAX)
		return bv_err_set(err, BV_EDENIED, "event %" PRId64 " is damaged: 'bangvang audit ledger' tells more", event->n);
	memcpy(event->hash, hash.p, BV_HASH_LEN);
	return BV_OK;
}

static enum bv_status
load_checkpoints(struct copy_rest *rest, struct bv_sql *sql, int64_t sitting, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct copy_checkpoint *list = NULL;
	size_t cap = 0;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT sitting, size, n, root, peaks, note FROM checkpoint WHERE sitting = $1 OR $1 = 0 ORDER BY n, sitting", err));
	bv_sql_bind_int(stmt, 1, sitting);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		if (rest->checkpoint_count == REST_MAX)
			return bv_err_set(err, BV_ELIMIT, "more than %d checkpoints", REST_MAX);
		if (rest->checkpoint_count == cap) { /* twice as many each time: what the arena keeps of the old ones is no more than the new */
			struct copy_checkpoint *more = bv_arena_array(arena, cap ? 2 * cap : 64, struct copy_checkpoint);
			if (cap)
				memcpy(more, list, cap * sizeof *list);
			list = more;
			cap = cap ? 2 * cap : 64;
		}
		list[rest->checkpoint_count++] = (struct copy_checkpoint){
			.sitting = bv_sql_int(stmt, 0), .size = bv_sql_int(stmt, 1), .n = bv_sql_int(stmt, 2),
			.root = bv_arena_str(arena, bv_sql_blob(stmt, 3)), .peaks = bv_arena_str(arena, bv_sql_blob(stmt, 4)),
			.note = bv_arena_str(arena, bv_sql_str(stmt, 5))
		};
	}
	rest->checkpoints = list;
	return BV_OK;
}

static enum bv_status
load_boots(struct copy_rest *rest, struct bv_sql *sql, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *count = NULL, *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&count, sql, "SELECT count(*) FROM boot", err));
	TRY(bv_sql_step(count, &row, err));
	int64_t cap = bv_sql_int(count, 0) + 16; /* the program may be started again meanwhile */
	bv_sql_reset(count);
	struct copy_boot *list = bv_arena_array(arena, (size_t)cap, struct copy_boot);
	TRY(bv_sql_prepare(&stmt, sql, "SELECT n, boot_id, boot_ms, utc_ms, exam_ms, signature FROM boot ORDER BY n LIMIT $1", err));
	bv_sql_bind_int(stmt, 1, cap);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		list[rest->boot_count++] = (struct copy_boot){ .n = bv_sql_int(stmt, 0), .boot_id = bv_arena_str(arena, bv_sql_str(stmt, 1)),
			                                       .boot_ms = bv_sql_int(stmt, 2), .utc_ms = bv_sql_int(stmt, 3),
			                                       .exam_ms = bv_sql_int(stmt, 4),
			                                       .signature = bv_arena_str(arena, bv_sql_blob(stmt, 5)) };
	}
	rest->boots = list;
	return BV_OK;
}

enum bv_status
copy_rest_load(struct copy_rest *rest, struct bv_sql *sql, int64_t sitting, struct bv_arena *arena, struct bv_err *err)
{
	rest->checkpoint_count = rest->boot_count = 0;
	TRY(load_checkpoints(rest, sql, sitting, arena, err));
	return load_boots(rest, sql, arena, err);
}

enum bv_status
copy_last(int64_t *n, struct bv_sql *sql, struct bv_err *err)
{
	return bv_sql_ask(n, sql, "SELECT coalesce(max(n), 0) FROM event", err);
}

enum bv_status
copy_hash_at(uint8_t hash[BV_HASH_LEN], struct bv_sql *sql, int64_t n, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT hash FROM event WHERE n = $1", err));
	bv_sql_bind_int(stmt, 1, n);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row || bv_sql_blob(stmt, 0).len != BV_HASH_LEN)
		return bv_err_set(err, BV_ENOTFOUND, "there is no event %" PRId64, n);
	memcpy(hash, bv_sql_blob(stmt, 0).p, BV_HASH_LEN);
	bv_sql_reset(stmt);
	return BV_OK;
}

enum bv_status
copy_tree(struct bv_merkle *tree, struct bv_sql *sql, int64_t sitting, int64_t limit, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_merkle_hash leaf;
	bool row;

	*tree = (struct bv_merkle){ 0 };
	TRY(bv_sql_prepare(&stmt, sql, "SELECT hash FROM event WHERE sitting = $1 ORDER BY n LIMIT $2", err));
	bv_sql_bind_int(stmt, 1, sitting);
	bv_sql_bind_int(stmt, 2, limit);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		bv_merkle_leaf(&leaf, bv_sql_blob(stmt, 0));
		bv_merkle_add(tree, &leaf);
	}
}

enum bv_status
copy_find_sitting(int64_t *id, int64_t *closed_n, struct bv_sql *sql, struct bv_str name, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT id, closed_n FROM sitting WHERE name = $1", err));
	bv_sql_bind_str(stmt, 1, name);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no sitting '%.*s'", BV_STR_ARG(bv_str_sub(name, 0, BV_SITTING_NAME_MAX)));
	*id = bv_sql_int(stmt, 0);
	*closed_n = bv_sql_int(stmt, 1);
	bv_sql_reset(stmt);
	return BV_OK;
}
