/* Built behind: the Merkle tree of each sitting (RFC 6962 over the hashes of its events in the order of the log), signed checkpoints of it, and the
 * copying of the write-ahead log, so that none of it happens in a commit. Of several nodes one keeps the trees, as long as its connection lives; since a
 * tree follows from the log alone, two that both thought so would sign the same. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "engine/ledger.h"

enum { TICK_MS = 1000, ROWS_AT_ONCE = 20000, LOG_PAGES_TICK = 1000 };

struct tree {
	int64_t sitting;
	char name[BV_SITTING_NAME_MAX + 1];
	struct bv_merkle merkle;
	int64_t n; /* of the last event in it */
	uint64_t signed_size;
};

struct keeper {
	struct bv_ledger *ledger;
	struct bv_sql *sql;
	struct bv_sql_stmt *events;
	struct tree *trees; /* by number of the sitting */
	size_t count, cap, found;
	int64_t n;          /* read up to here */
	bool keeps;         /* this node does it */
	int64_t signed_ms;
};

static struct tree *
find_tree(struct keeper *keeper, int64_t sitting)
{
	size_t low = 0, high = keeper->count;

	if (keeper->found < keeper->count && keeper->trees[keeper->found].sitting == sitting)
		return &keeper->trees[keeper->found];
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (keeper->trees[middle].sitting < sitting)
			low = middle + 1;
		else
			high = middle;
	}
	keeper->found = low;
	return low < keeper->count && keeper->trees[low].sitting == sitting ? &keeper->trees[low] : NULL;
}

/* Sittings are numbered in the order in which they come. */
static struct tree *
add_tree(struct keeper *keeper, int64_t sitting, struct bv_str name)
{
	if (keeper->count == keeper->cap) {
		keeper->cap = keeper->cap ? keeper->cap * 2 : 16;
		keeper->trees = bv_resize_array(keeper->trees, keeper->cap, sizeof keeper->trees[0]);
	}
	struct tree *tree = &keeper->trees[keeper->count++];
	*tree = (struct tree){ .sitting = sitting };
	memcpy(tree->name, name.p, name.len < sizeof tree->name ? name.len : sizeof tree->name - 1);
	return tree;
}

/* ---- Where it was left ---- */

static enum bv_status
load_peaks(struct tree *tree, int64_t size, struct bv_str peaks, struct bv_err *err)
{
	size_t want = (size_t)__builtin_popcountll((uint64_t)size) * BV_HASH_LEN;

	if (size < 0 || peaks.len != want)
		return bv_err_set(err, BV_EINVAL, "the checkpoint of sitting %" PRId64 " at size %" PRId64 " is damaged", tree->sitting, size);
	tree->merkle.count = tree->signed_size = (uint64_t)size;
	for (unsigned level = 0, i = 0; level < 64; level++)
		if ((uint64_t)size >> level & 1)
			memcpy(tree->merkle.peaks[level].p, peaks.p + BV_HASH_LEN * i++, BV_HASH_LEN);
	return BV_OK;
}

static enum bv_status
load_trees(struct keeper *keeper, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *sittings = NULL, *last = NULL, *tail = NULL;
	bool row;

	keeper->n = INT64_MAX;
	keeper->count = keeper->found = 0;
	TRY(bv_sql_prepare(&sittings, keeper->sql, "SELECT id, name, first_n, closed_n FROM sitting ORDER BY id", err));
	TRY(bv_sql_prepare(&last, keeper->sql, "SELECT size, n, peaks FROM checkpoint WHERE sitting = $1 ORDER BY size DESC LIMIT 1", err));
	TRY(bv_sql_prepare(&tail, keeper->sql, "SELECT coalesce(max(t.n), 0) FROM attempt a JOIN tail t ON t.attempt = a.id WHERE a.sitting = $1", err));
	for (;;) {
		TRY(bv_sql_step(sittings, &row, err));
		if (!row)
			break;
		struct tree *tree = add_tree(keeper, bv_sql_int(sittings, 0), bv_sql_str(sittings, 1));
		int64_t first_n = bv_sql_int(sittings, 2), closed_n = bv_sql_int(sittings, 3);
		bv_sql_bind_int(last, 1, tree->sitting);
		TRY(bv_sql_step(last, &row, err));
		tree->n = first_n - 1;
		if (row) {
			tree->n = bv_sql_int(last, 1);
			TRY(load_peaks(tree, bv_sql_int(last, 0), bv_sql_blob(last, 2), err));
			bv_sql_reset(last);
		}
		if (closed_n && tree->n >= closed_n) { /* only what came after it was closed */
			bv_sql_bind_int(tail, 1, tree->sitting);
			TRY(bv_sql_step(tail, &row, err));
			closed_n = bv_sql_int(tail, 0);
			bv_sql_reset(tail);
		}
		if ((!closed_n || tree->n < closed_n) && tree->n < keeper->n)
			keeper->n = tree->n;
	}
	int64_t committed = atomic_load(&keeper->ledger->counters.committed_n);
	if (keeper->n > committed)
		keeper->n = committed;
	return BV_OK;
}

static enum bv_status
open_keeper(struct keeper *keeper, struct bv_err *err)
{
	const struct ledger_database *database = &keeper->ledger->database;

	TRY(database->open(database->open_ctx, &keeper->sql, database->url, BV_SQL_JOIN, err));
	bv_sql_log_keep(keeper->sql);
	return bv_sql_prepare(&keeper->events, keeper->sql,
	                      "SELECT n, sitting, kind, hash, body FROM event WHERE n > $1 AND n <= $2 ORDER BY n", err);
}

/* ---- Which node ---- */

#define KEEPER_LOCK "108260547129957" /* "bv_tre" in ASCII */

/* A lock of the session, which the server ends when it has heard nothing for a while, so that a machine that is gone does not keep it. */
static enum bv_status
lock_trees(bool *mine, struct keeper *keeper, struct bv_err *err)
{
	int64_t answer;

	TRY(bv_sql_ask(&answer, keeper->sql, keeper->keeps ? "SELECT count(*) FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid()"
	                                       : "SELECT CASE WHEN pg_catalog.pg_try_advisory_lock(" KEEPER_LOCK ") THEN 1::bigint ELSE 0::bigint END", err));
	*mine = answer > 0;
	return *mine && !keeper->keeps ? bv_sql_run(keeper->sql, "SET idle_session_timeout = '30s'", err) : BV_OK;
}

static enum bv_status
become_keeper(struct keeper *keeper, struct bv_err *err)
{
	const struct ledger_database *database = &keeper->ledger->database;
	bool mine;

	if (database->file)
		mine = keeper->keeps || ledger_lock_trees(database->lock);
	else
		TRY(lock_trees(&mine, keeper, err));
	if (mine && !keeper->keeps)
		TRY(load_trees(keeper, err));
	keeper->keeps = mine;
	return BV_OK;
}

/* ---- Growing ---- */

static enum bv_status
add_event(struct keeper *keeper, struct bv_err *err)
{
	int64_t n = bv_sql_int(keeper->events, 0), sitting = bv_sql_int(keeper->events, 1);
	struct bv_str hash = bv_sql_blob(keeper->events, 3);
	struct tree *tree = find_tree(keeper, sitting);
	struct bv_exam_facts facts;
	struct bv_merkle_hash leaf;

	if (!tree && bv_sql_int(keeper->events, 2) == BV_EXAM_OPEN) {
		TRY(bv_exam_body_parse(&facts, BV_EXAM_OPEN, bv_sql_blob(keeper->events, 4), NULL, err));
		tree = add_tree(keeper, sitting, facts.plan.name);
	}
	if (!tree || hash.len != BV_HASH_LEN)
		return bv_err_set(err, BV_EINVAL, "event %" PRId64 " is of no sitting, or its hash is not one", n);
	keeper->n = n;
	if (n <= tree->n)
		return BV_OK;
	bv_merkle_leaf(&leaf, hash);
	bv_merkle_add(&tree->merkle, &leaf);
	tree->n = n;
	return BV_OK;
}

static enum bv_status
grow(struct keeper *keeper, struct bv_err *err)
{
	int64_t committed = atomic_load(&keeper->ledger->counters.committed_n);
	bool row;

	TRY(become_keeper(keeper, err));
	atomic_store(&keeper->ledger->counters.keeps_tree, keeper->keeps);
	if (!keeper->keeps) {
		atomic_store(&keeper->ledger->counters.tree_n, committed);
		return BV_OK;
	}
	/* Another node may have written what this one has not read. */
	TRY(bv_sql_ask(&committed, keeper->sql, "SELECT coalesce(max(n), 0) FROM event", err));
	while (keeper->n < committed) {
		int64_t to = committed - keeper->n > ROWS_AT_ONCE ? keeper->n + ROWS_AT_ONCE : committed;
		bv_sql_bind_int(keeper->events, 1, keeper->n);
		bv_sql_bind_int(keeper->events, 2, to);
		for (;;) {
			TRY(bv_sql_step(keeper->events, &row, err));
			if (!row)
				break;
			enum bv_status status = add_event(keeper, err);
			if (status != BV_OK) {
				bv_sql_reset(keeper->events);
				return status;
			}
		}
		if (keeper->n != to)
			return bv_err_set(err, BV_EINVAL, "event %" PRId64 " is missing from the log", to);
		atomic_store(&keeper->ledger->counters.tree_n, keeper->n);
	}
	return BV_OK;
}

/* ---- Checkpoints ---- */

static void
checkpoint_done(struct bv_ledger_act *act)
{
	struct ledger_checkpoint *checkpoint = (struct ledger_checkpoint *)act;

	bv_buf_finish(&checkpoint->peaks);
	bv_buf_finish(&checkpoint->note);
	free(checkpoint);
}

static void
sign_tree(struct keeper *keeper, struct tree *tree)
{
	BV_AUTO(bv_buf_finish) struct bv_buf origin = BV_BUF(1000);
	struct ledger_checkpoint *checkpoint = bv_alloc(sizeof *checkpoint);
	struct bv_merkle_hash root;
	struct bv_err err;

	checkpoint->act = (struct bv_ledger_act){ .act = (enum bv_exam_act)LEDGER_CHECKPOINT, .done = checkpoint_done };
	checkpoint->sitting = tree->sitting;
	checkpoint->size = (int64_t)tree->merkle.count;
	checkpoint->n = tree->n;
	checkpoint->peaks = BV_BUF(64 * BV_HASH_LEN);
	checkpoint->note = BV_BUF(BV_CHECKPOINT_MAX);
	bv_merkle_root(&root, &tree->merkle);
	memcpy(checkpoint->root, root.p, BV_HASH_LEN);
	for (unsigned level = 0; level < 64; level++)
		if (tree->merkle.count >> level & 1)
			bv_buf_add(&checkpoint->peaks, (struct bv_str){ (const char *)tree->merkle.peaks[level].p, BV_HASH_LEN });
	bv_buf_printf(&origin, "%s/%s", keeper->ledger->origin, tree->name);
	pthread_mutex_lock(&keeper->ledger->key_lock);
	/* A ledger's key is held in memory and always answers; a name that was let in fits. */
	enum bv_status status = bv_checkpoint_write(&checkpoint->note, bv_buf_str(&origin), tree->merkle.count, &root, keeper->ledger->options.key, &err);
	assert(status == BV_OK);
	(void)status;
	pthread_mutex_unlock(&keeper->ledger->key_lock);
	tree->signed_size = tree->merkle.count;
	atomic_fetch_add(&keeper->ledger->counters.waiting, 1);
	ledger_push(keeper->ledger, &checkpoint->act);
}

static void
sign_trees(struct keeper *keeper, bool now)
{
	const struct bv_time_source *time = &keeper->ledger->options.time;
	int64_t now_ms = time->boot_ms(time->ctx);

	if (!now && now_ms - keeper->signed_ms < keeper->ledger->options.checkpoint_ms)
		return;
	keeper->signed_ms = now_ms;
	for (size_t i = 0; i < keeper->count; i++)
		if (keeper->trees[i].merkle.count > keeper->trees[i].signed_size)
			sign_tree(keeper, &keeper->trees[i]);
}

/* ---- The thread ---- */

static bool
wait_tick(struct bv_ledger *ledger)
{
	int64_t tick_ms = ledger->options.checkpoint_ms < TICK_MS ? ledger->options.checkpoint_ms : TICK_MS;
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += tick_ms % 1000 * 1000000;
	until.tv_sec += tick_ms / 1000 + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&ledger->lock);
	if (!ledger->keeper_exit)
		pthread_cond_timedwait(&ledger->keeper_wake, &ledger->lock, &until);
	bool more = !ledger->keeper_exit && !atomic_load(&ledger->stopped);
	pthread_mutex_unlock(&ledger->lock);
	return more;
}

/* Again while much came meanwhile, so that few pages are left to the committer. */
static enum bv_status
copy_log(struct keeper *keeper, struct bv_err *err)
{
	enum { TIMES = 4, FEW = 256 };
	struct ledger_counters *c = &keeper->ledger->counters;
	int64_t pages = (int64_t)atomic_load(&c->log_pages), copied = 0, left;

	if (pages < LOG_PAGES_TICK)
		return BV_OK;
	for (int i = 0; i < TIMES && pages - copied > FEW; i++) {
		TRY(ledger_copy_log(&left, keeper->ledger, keeper->sql, err));
		copied = pages - left;
		pages = (int64_t)atomic_load(&c->log_pages);
	}
	atomic_store(&c->log_copied, copied > 0 ? copied : 0);
	return BV_OK;
}

/* A server that is away comes back; what is damaged does not mend itself. */
static bool
may_pass(const struct keeper *keeper, enum bv_status status)
{
	return status != BV_OK && status != BV_EINVAL && !keeper->ledger->database.file;
}

static void
close_keeper(struct keeper *keeper)
{
	bv_sql_stmt_free(keeper->events);
	bv_sql_close(keeper->sql);
	keeper->events = NULL;
	keeper->sql = NULL;
}

static enum bv_status
open_when_there(struct keeper *keeper, struct bv_err *err)
{
	enum bv_status status = open_keeper(keeper, err);

	while (may_pass(keeper, status) && wait_tick(keeper->ledger)) {
		close_keeper(keeper);
		status = open_keeper(keeper, err);
	}
	return status;
}

static enum bv_status
keep(struct keeper *keeper, struct bv_err *err)
{
	struct bv_ledger *ledger = keeper->ledger;

	TRY(open_when_there(keeper, err));
	for (bool more = true; more;) {
		more = wait_tick(ledger);
		TRY(copy_log(keeper, err));
		enum bv_status status = grow(keeper, err);
		if (more && may_pass(keeper, status)) {
			(void)!bv_sql_reopen(keeper->sql, err); /* it goes on when the server is there again, unless another node has taken over */
			keeper->keeps = false;
			continue;
		}
		TRY(status);
		if (!atomic_load(&ledger->stopped) && keeper->keeps)
			sign_trees(keeper, !more);
	}
	return BV_OK;
}

void *
ledger_keep_tree(void *ctx)
{
	struct keeper keeper = { .ledger = ctx };
	struct bv_err err;

	/* Without trees and checkpoints answers are stored as before: the server is told by how far the tree is behind. */
	if (keep(&keeper, &err) != BV_OK)
		atomic_store(&keeper.ledger->counters.tree_failed, true);
	close_keeper(&keeper);
	free(keeper.trees);
	return NULL;
}
