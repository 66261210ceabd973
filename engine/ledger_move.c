/* A sitting gets a ledger of its own, on this database or the other; and whether a ledger has what a checkpoint or an archive says. */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/copy.h"

BV_AUTO_DEFINE_FINISH(struct archive, archive_finish)
BV_AUTO_DEFINE(struct copy_target, copy_close)

/* ---- Move ---- */

struct move {
	struct bv_sql *from;
	int64_t sitting;
	int64_t *old_n; /* of the events in their order: the first is event 1 of the copy */
	int64_t count, cap;
	struct copy_target *target;
	struct bv_ledger_copied *out;
};

/* The number in the copy of an event that was n; 0: none. */
static int64_t
new_n(const struct move *move, int64_t n)
{
	int64_t low = 0, high = move->count;

	while (low < high) {
		int64_t middle = (low + high) / 2;
		if (move->old_n[middle] < n)
			low = middle + 1;
		else
			high = middle;
	}
	return low < move->count && move->old_n[low] == n ? low + 1 : 0;
}

static enum bv_status
move_event(struct move *move, struct copy_event *event, struct bv_err *err)
{
	int64_t n = event->n, prev = event->prev ? new_n(move, event->prev) : 0;

	if (event->prev && !prev)
		return bv_err_set(err, BV_EDENIED, "event %" PRId64 " follows event %" PRId64 ", which is not of this sitting: 'bangvang audit ledger' tells more",
		                  n, event->prev);
	if (move->count == move->cap) {
		move->cap = move->cap ? 2 * move->cap : 4096;
		move->old_n = bv_resize_array(move->old_n, (size_t)move->cap, sizeof move->old_n[0]);
	}
	move->old_n[move->count++] = n;
	event->n = move->count;
	event->prev = prev;
	move->out->events = event->n;
	move->out->last_ms = event->at_ms;
	if (event->n == move->target->last_n)
		return copy_same_last(move->target, event, err);
	if (event->n < move->target->last_n)
		return BV_OK;
	move->out->added++;
	return copy_put(move->target, event, err);
}

static enum bv_status
move_events(struct move *move, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct copy_event event;
	bool row;

	TRY(bv_sql_prepare(&stmt, move->from, COPY_EVENTS " WHERE sitting = $1 ORDER BY n", err));
	bv_sql_bind_int(stmt, 1, move->sitting);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		TRY(copy_row(&event, stmt, err));
		TRY(move_event(move, &event, err));
	}
}

static enum bv_status
move_rest(struct move *move, struct copy_rest *rest, struct bv_arena *arena, struct bv_err *err)
{
	TRY(copy_rest_load(rest, move->from, move->sitting, arena, err));
	struct copy_checkpoint *moved = bv_arena_array(arena, rest->checkpoint_count, struct copy_checkpoint);
	size_t count = 0;
	for (size_t i = 0; i < rest->checkpoint_count; i++) {
		struct copy_checkpoint *checkpoint = &moved[count];
		*checkpoint = rest->checkpoints[i];
		if (checkpoint->size > move->count) /* made since the events were read */
			continue;
		checkpoint->n = new_n(move, checkpoint->n);
		if (!checkpoint->n)
			return bv_err_set(err, BV_EDENIED, "the checkpoint at size %" PRId64 " is of no event of this sitting", checkpoint->size);
		count++;
	}
	rest->checkpoints = moved;
	rest->checkpoint_count = count;
	return BV_OK;
}

/* What was read and what was written, read again. */
static enum bv_status
compare_heads(struct move *move, struct bv_err *err)
{
	struct bv_merkle from, to;
	struct bv_merkle_hash root;

	TRY(copy_tree(&from, move->from, move->sitting, move->count, err)); /* results may be added meanwhile */
	TRY(copy_tree(&to, move->target->sql, move->sitting, INT64_MAX, err));
	bv_merkle_root(&root, &from);
	bv_merkle_root(&move->out->root, &to);
	if (from.count != to.count || !bv_hash_eq(root.p, move->out->root.p))
		return bv_err_set(err, BV_EDENIED, "%s: the copy has another tree head than the sitting: do not use it", move->target->url);
	return BV_OK;
}

enum bv_status
bv_ledger_move(struct bv_ledger_copied *out, const char *from, const char *to, struct bv_str sitting, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf purpose = BV_BUF(1000);
	struct copy_target *target = bv_arena_alloc(&arena, sizeof *target);
	BV_AUTO(copy_close) struct copy_target *opened = target;
	struct bv_ledger_copied copied = { 0 };
	struct move move = { .target = target, .out = &copied };
	struct copy_rest rest = { 0 };
	int64_t closed_n;

	TRY(copy_open(&sql, &rest.origin, from, &arena, err));
	move.from = sql;
	TRY(copy_find_sitting(&move.sitting, &closed_n, sql, sitting, err));
	if (!closed_n)
		return bv_err_set(err, BV_ECONFLICT, "sitting '%.*s' is open, and may be written: close it first", BV_STR_ARG(sitting));
	bv_buf_printf(&purpose, "move %.*s/%.*s", BV_STR_ARG(rest.origin), BV_STR_ARG(sitting));
	TRY(copy_begin(opened, to, bv_buf_str(&purpose), err));
	enum bv_status status = move_events(&move, err);
	if (status == BV_OK)
		status = move_rest(&move, &rest, &arena, err);
	free(move.old_n);
	TRY(status);
	TRY(copy_flush(target, err));
	TRY(copy_documents(target, sql, sitting, err));
	TRY(copy_results(target, sql, move.sitting, err));
	TRY(compare_heads(&move, err)); /* before anybody can take it for a ledger */
	TRY(copy_finish(target, &rest, err));
	*out = copied;
	return BV_OK;
}

/* ---- What a ledger has ---- */

enum bv_status
bv_ledger_holds(int64_t *more, const char *url, struct bv_str note, const uint8_t *public, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct bv_checkpoint checkpoint;
	struct bv_merkle tree, all;
	struct bv_merkle_hash root;
	struct bv_str origin;
	int64_t id, closed_n;

	TRY(bv_checkpoint_parse(&checkpoint, note, err));
	if (public)
		TRY(bv_checkpoint_check(&checkpoint, public, err));
	TRY(copy_open(&sql, &origin, url, &arena, err));
	struct bv_str name = bv_str_sub(checkpoint.origin, origin.len + 1, checkpoint.origin.len);
	if (!bv_str_starts(checkpoint.origin, origin) || !name.len || checkpoint.origin.p[origin.len] != '/')
		return bv_err_set(err, BV_ENOTFOUND, "%s: the checkpoint is of '%.*s', and this is the ledger of '%.*s'", url,
		                  BV_STR_ARG(bv_str_sub(checkpoint.origin, 0, 100)), BV_STR_ARG(origin));
	TRY(copy_find_sitting(&id, &closed_n, sql, name, err));
	if (checkpoint.size > INT64_MAX)
		return bv_err_set(err, BV_EPARSE, "the checkpoint has an impossible size");
	TRY(copy_tree(&tree, sql, id, (int64_t)checkpoint.size, err));
	if (tree.count < checkpoint.size)
		return bv_err_set(err, BV_EDENIED, "sitting '%.*s' has %" PRIu64 " events, and had %" PRIu64 " at the checkpoint: the last %" PRIu64 " are missing",
		                  BV_STR_ARG(name), tree.count, checkpoint.size, checkpoint.size - tree.count);
	bv_merkle_root(&root, &tree);
	if (!bv_hash_eq(root.p, checkpoint.root.p))
		return bv_err_set(err, BV_EDENIED, "the first %" PRIu64 " events of sitting '%.*s' are not those of the checkpoint: 'bangvang audit ledger' tells more",
		                  tree.count, BV_STR_ARG(name));
	TRY(copy_tree(&all, sql, id, INT64_MAX, err));
	*more = (int64_t)(all.count - tree.count);
	return BV_OK;
}

/* The rows of a ledger beside the events of an archive. */
struct beside {
	struct bv_sql_stmt *stmt;
	bool row;
	struct copy_event event;
};

static enum bv_status
next_row(struct beside *beside, struct bv_err *err)
{
	TRY(bv_sql_step(beside->stmt, &beside->row, err));
	return beside->row ? copy_row(&beside->event, beside->stmt, err) : BV_OK;
}

static bool
same_event(const struct copy_event *a, const struct copy_event *b)
{
	return a->n == b->n && a->sitting == b->sitting && a->attempt == b->attempt && a->seq == b->seq && a->at_ms == b->at_ms && a->kind == b->kind &&
	       a->prev == b->prev && bv_str_eq(a->body, b->body) && bv_hash_eq(a->hash, b->hash);
}

static enum bv_status
compare_segment(struct beside *beside, struct bv_str bytes, int64_t last_n, struct bv_err *err)
{
	struct copy_event event;

	while (bytes.len) {
		TRY(archive_event_parse(&event, &bytes, err));
		if (!beside->row)
			return bv_err_set(err, BV_EDENIED, "events %" PRId64 " to %" PRId64 " of the archive are missing in the ledger", event.n, last_n);
		if (!same_event(&event, &beside->event))
			return bv_err_set(err, BV_EDENIED, "event %" PRId64 " (attempt %" PRId64 ", seq %" PRId64 ") of the ledger is not that of the archive", event.n,
			                  event.attempt, event.seq);
		TRY(next_row(beside, err));
	}
	return BV_OK;
}

enum bv_status
bv_ledger_holds_archive(int64_t *more, const char *url, const char *folder, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	BV_AUTO(archive_finish) struct archive archive = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(ARCHIVE_BYTES + 2 * BV_EXAM_BODY_MAX);
	struct bv_str origin;

	TRY(archive_load(&archive, folder, err));
	TRY(copy_open(&sql, &origin, url, &arena, err));
	TRY(bv_sql_prepare(&stmt, sql, COPY_EVENTS " ORDER BY n", err));
	struct beside beside = { .stmt = stmt };
	TRY(next_row(&beside, err));
	for (size_t i = 0; i < archive.count; i++) {
		TRY(archive_read(&bytes, &archive, &archive.segments[i], err));
		TRY(compare_segment(&beside, bv_buf_str(&bytes), archive.segments[archive.count - 1].to, err));
	}
	*more = 0;
	for (; beside.row; (*more)++)
		TRY(next_row(&beside, err));
	return BV_OK;
}
