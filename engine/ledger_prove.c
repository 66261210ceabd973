/* The proof that an event is in its sitting's tree. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "engine/ledger.h"

/* What the newest checkpoint covers. */
struct covered {
	int64_t sitting, size, last_n;
	struct bv_merkle_hash root;
	struct bv_buf note;
};

static enum bv_status
find_checkpoint(struct covered *out, struct bv_sql *sql, struct bv_str sitting, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL, *newest = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT id FROM sitting WHERE name = $1", err));
	bv_sql_bind_str(stmt, 1, sitting);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no sitting '%.*s'", BV_STR_ARG(bv_str_sub(sitting, 0, BV_SITTING_NAME_MAX)));
	out->sitting = bv_sql_int(stmt, 0);
	bv_sql_reset(stmt);
	TRY(bv_sql_prepare(&newest, sql, "SELECT size, n, root, note FROM checkpoint WHERE sitting = $1 ORDER BY size DESC LIMIT 1", err));
	bv_sql_bind_int(newest, 1, out->sitting);
	TRY(bv_sql_step(newest, &row, err));
	if (!row)
		return BV_OK;
	struct bv_str root = bv_sql_blob(newest, 2);
	if (root.len != BV_HASH_LEN)
		return bv_err_set(err, BV_EDENIED, "the root of the newest checkpoint of '%.*s' is damaged", BV_STR_ARG(sitting));
	memcpy(out->root.p, root.p, BV_HASH_LEN);
	out->size = bv_sql_int(newest, 0);
	out->last_n = bv_sql_int(newest, 1);
	bv_buf_add(&out->note, bv_sql_str(newest, 3));
	bv_sql_reset(newest);
	return BV_OK;
}

/* The leaves under the checkpoint; *idx that of the event, or how many there are. */
static enum bv_status
read_leaves(struct bv_merkle_hash *leaves, uint64_t *idx, struct bv_sql *sql, const struct covered *covered, int64_t attempt, int64_t seq,
            struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	*idx = (uint64_t)covered->size;
	TRY(bv_sql_prepare(&stmt, sql, "SELECT attempt, seq, hash FROM event WHERE sitting = $1 AND n <= $2 ORDER BY n", err));
	bv_sql_bind_int(stmt, 1, covered->sitting);
	bv_sql_bind_int(stmt, 2, covered->last_n);
	for (uint64_t i = 0;; i++) {
		TRY(bv_sql_step(stmt, &row, err));
		if (row != (i < (uint64_t)covered->size))
			return bv_err_set(err, BV_EDENIED, "the log has %s than the %" PRId64 " events of its checkpoint: 'bangvang audit ledger' tells more",
			                  row ? "more" : "less", covered->size);
		if (!row)
			return BV_OK;
		bv_merkle_leaf(&leaves[i], bv_sql_blob(stmt, 2));
		if (bv_sql_int(stmt, 0) == attempt && bv_sql_int(stmt, 1) == seq)
			*idx = i;
	}
}

/* Not under the checkpoint: is it in the log at all? */
static enum bv_status
tell_missing(struct bv_sql *sql, const struct covered *covered, int64_t attempt, int64_t seq, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT n FROM event WHERE sitting = $1 AND n > $2 AND attempt = $3 AND seq = $4", err));
	bv_sql_bind_int(stmt, 1, covered->sitting);
	bv_sql_bind_int(stmt, 2, covered->last_n);
	bv_sql_bind_int(stmt, 3, attempt);
	bv_sql_bind_int(stmt, 4, seq);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "attempt %" PRId64 " of that sitting has no event %" PRId64, attempt, seq);
	bv_sql_reset(stmt);
	return bv_err_set(err, BV_ECONFLICT, "event %" PRId64 " of attempt %" PRId64 " is stored, but no checkpoint covers it yet: try again in ten seconds", seq,
	                  attempt);
}

static enum bv_status
prove(struct bv_buf *out, struct bv_sql *sql, const struct covered *covered, int64_t attempt, int64_t seq, struct bv_merkle_hash *leaves, struct bv_err *err)
{
	struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX], root;
	uint64_t idx;

	TRY(read_leaves(leaves, &idx, sql, covered, attempt, seq, err));
	if (idx == (uint64_t)covered->size)
		return tell_missing(sql, covered, attempt, seq, err);
	bv_merkle_root_of(&root, leaves, (uint64_t)covered->size);
	if (memcmp(&root, &covered->root, sizeof root) != 0)
		return bv_err_set(err, BV_EDENIED, "the log is not the one that was signed in its newest checkpoint: 'bangvang audit ledger' names what differs");
	size_t count = bv_merkle_inclusion(path, idx, leaves, (uint64_t)covered->size);
	bv_log_proof_write(out, idx, NULL, path, count, bv_buf_str(&covered->note));
	return BV_OK;
}

enum bv_status
bv_ledger_prove(struct bv_buf *out, const char *url, struct bv_str sitting, int64_t attempt, int64_t seq, struct bv_err *err)
{
	enum { EVENTS_MAX = 1 << 30 };
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct covered covered = { .note = BV_BUF(BV_CHECKPOINT_MAX) };

	TRY(bv_sql_open(&sql, url, BV_SQL_READ, err));
	TRY(ledger_check_format(sql, BV_STR_NONE, url, err));
	enum bv_status status = find_checkpoint(&covered, sql, sitting, err);
	if (status == BV_OK && (covered.size < 0 || covered.size > EVENTS_MAX))
		status = bv_err_set(err, BV_ELIMIT, "a checkpoint of %" PRId64 " events", covered.size);
	if (status == BV_OK) {
		struct bv_merkle_hash *leaves = bv_alloc_array((size_t)covered.size + 1, sizeof *leaves);
		status = prove(out, sql, &covered, attempt, seq, leaves, err);
		free(leaves);
	}
	bv_buf_finish(&covered.note);
	return status;
}
