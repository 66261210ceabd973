/* Papers kept: one when its candidate starts, or all of a sitting ahead. */
#include <stdlib.h>

#include "engine/grow.h"
#include "engine/paper.h"

enum { CHUNK = 256 };

enum bv_status
bv_paper_load(struct bv_paper **out, struct bv_papers *papers, struct bv_sittings *sittings, int64_t attempt, struct bv_str ticket, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, PAPER_ONE, err));
	bv_sql_bind_int(stmt, 1, attempt);
	bv_sql_bind_int(stmt, 2, papers->sitting->id);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "attempt %lld has no paper yet", (long long)attempt);
	struct bv_str numbers = bv_arena_str(&arena, bv_sql_blob(stmt, 0)), hash = bv_arena_str(&arena, bv_sql_blob(stmt, 1));
	bv_sql_reset(stmt);
	if (hash.len != BV_HASH_LEN)
		return bv_err_set(err, BV_EDENIED, "the hash of the paper of attempt %lld is none: the row was changed", (long long)attempt);
	return paper_read(out, papers, ticket, numbers, (const uint8_t *)hash.p, err);
}

enum bv_status
bv_paper_keep(struct bv_sittings *sittings, int64_t attempt, const struct bv_paper *paper, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	/* Which sitting: the ledger knows. */
	TRY(sitting_stmt(&stmt, sittings, SEAT_OF, err));
	bv_sql_bind_int(stmt, 1, attempt);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row || !bv_str_eq(bv_sql_str(stmt, 1), paper->ticket)) {
		bv_sql_reset(stmt);
		return bv_err_set(err, BV_ENOTFOUND, "attempt %lld is not of ticket '%.*s'", (long long)attempt, BV_STR_ARG(paper->ticket));
	}
	int64_t sitting = bv_sql_int(stmt, 0);
	bv_sql_reset(stmt);
	TRY(sitting_stmt(&stmt, sittings, PAPER_ADD, err));
	bv_sql_bind_int(stmt, 1, attempt);
	bv_sql_bind_int(stmt, 2, sitting);
	bv_sql_bind_blob(stmt, 3, paper->numbers.p, paper->numbers.len);
	bv_sql_bind_blob(stmt, 4, paper->hash, BV_HASH_LEN);
	TRY(bv_sql_exec(stmt, err));
	TRY(sitting_stmt(&stmt, sittings, PAPER_ONE, err));
	bv_sql_bind_int(stmt, 1, attempt);
	bv_sql_bind_int(stmt, 2, sitting);
	TRY(bv_sql_step(stmt, &row, err));
	bool same = row && bv_str_eq(bv_sql_blob(stmt, 0), bv_buf_str(&paper->numbers));
	bv_sql_reset(stmt);
	return same ? BV_OK : bv_err_set(err, BV_ECONFLICT, "attempt %lld has another paper", (long long)attempt);
}

/* ---- All ahead ---- */

struct preparing {
	struct bv_papers *papers;
	const struct seat_row *rows;
	struct bv_paper **made;
	size_t count;
	_Atomic size_t next;
	atomic_bool failed;
	pthread_mutex_t lock;
	struct bv_err err; /* the first */
};

static void *
make_some(void *ctx)
{
	struct preparing *p = ctx;
	struct bv_err err;

	for (size_t i; !atomic_load(&p->failed) && (i = atomic_fetch_add(&p->next, 1)) < p->count;) {
		if (bv_paper_make(&p->made[i], p->papers, p->rows[i].seat.ticket, &err) == BV_OK)
			continue;
		pthread_mutex_lock(&p->lock);
		if (!atomic_exchange(&p->failed, true))
			p->err = err;
		pthread_mutex_unlock(&p->lock);
	}
	return NULL;
}

/* What threads could not be started the caller does alone. */
static enum bv_status
make_chunk(struct preparing *p, unsigned threads, struct bv_err *err)
{
	pthread_t running[BV_PAPERS_THREADS_MAX];
	unsigned started = 0;

	atomic_store(&p->next, 0);
	while (started + 1 < threads && started < BV_PAPERS_THREADS_MAX && pthread_create(&running[started], NULL, make_some, p) == 0)
		started++;
	make_some(p);
	while (started)
		pthread_join(running[--started], NULL);
	if (!atomic_load(&p->failed))
		return BV_OK;
	*err = p->err;
	return err->status;
}

static enum bv_status
keep_chunk(struct bv_sql_bulk *bulk, const struct preparing *p, int64_t sitting, struct bv_err *err)
{
	int64_t attempts[CHUNK], sittings[CHUNK], added;
	struct bv_str numbers[CHUNK], hashes[CHUNK];

	for (size_t i = 0; i < p->count; i++) {
		attempts[i] = p->rows[i].seat.attempt;
		sittings[i] = sitting;
		numbers[i] = bv_buf_str(&p->made[i]->numbers);
		hashes[i] = (struct bv_str){ (const char *)p->made[i]->hash, BV_HASH_LEN };
	}
	const union bv_sql_array values[] = { { .ints = attempts }, { .ints = sittings }, { .strs = numbers }, { .strs = hashes } };
	return bv_sql_bulk_exec(bulk, &added, values, p->count, err);
}

static enum bv_status
attempts_with_paper(int64_t **out, size_t *count, struct bv_sittings *sittings, int64_t sitting, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	enum bv_status status;
	size_t cap = 0;
	bool row = true;

	TRY(sitting_stmt(&stmt, sittings, PAPER_ALL, err));
	bv_sql_bind_int(stmt, 1, sitting);
	while ((status = bv_sql_step(stmt, &row, err)) == BV_OK && row) {
		if (*count == cap) {
			cap = cap ? cap * 2 : 1024;
			*out = bv_resize_array(*out, cap, sizeof **out);
		}
		(*out)[(*count)++] = bv_sql_int(stmt, 0);
	}
	return status;
}

static int
by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Rows of seats that are registered and have no paper, to the front. */
static enum bv_status
without_paper(size_t *count, struct seat_row *rows, size_t all, struct bv_sittings *sittings, int64_t sitting, struct bv_err *err)
{
	int64_t *have = NULL;
	size_t have_count = 0;
	enum bv_status status = attempts_with_paper(&have, &have_count, sittings, sitting, err);

	for (size_t i = 0; status == BV_OK && i < all; i++)
		if (rows[i].seat.attempt && !(have_count && bsearch(&rows[i].seat.attempt, have, have_count, sizeof *have, by_number)))
			rows[(*count)++] = rows[i];
	free(have);
	return status;
}

/* Of forms that grow nothing can be made before they are answered; but no candidate may come to an item that cannot be shown, or whose answer nobody can judge. */
static enum bv_status
check_growing(struct bv_papers *papers, struct bv_err *err)
{
	static const uint8_t no_seed[BV_HASH_LEN];
	bool right;

	for (uint32_t i = 0; i < papers->exam->item_count; i++) {
		struct bv_published *published;
		enum bv_status status = paper_published(&published, papers, i, err);
		if (status == BV_OK)
			status = grow_right(&right, bv_published_item(published), no_seed, BV_STR_NONE, err);
		if (status != BV_OK)
			return bv_err_again(err, 0, "item '%.*s': %s", BV_STR_ARG(papers->exam->items[i].identifier), err->msg);
	}
	return BV_OK;
}

enum bv_status
bv_papers_prepare(size_t *count, struct bv_papers *papers, struct bv_sittings *sittings, unsigned threads,
                  void (*done)(void *ctx, size_t count, size_t of), void *ctx, struct bv_err *err)
{
	static const struct bv_sql_column columns[] = {
		{ "attempt", BV_SQL_INT }, { "sitting", BV_SQL_INT }, { "numbers", BV_SQL_BLOB }, { "hash", BV_SQL_BLOB }
	};
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_sql_bulk_free) struct bv_sql_bulk *bulk = NULL;
	enum bv_status status = BV_OK;
	struct seat_row *rows;
	size_t all, wanted = 0;

	*count = 0;
	if (papers->exam->blueprint->is_adaptive)
		return check_growing(papers, err);
	TRY(sitting_issue(papers->sitting, sittings, true, err));
	TRY(seat_rows_load(&rows, &all, &arena, sittings, papers->sitting->id, err));
	TRY(without_paper(&wanted, rows, all, sittings, papers->sitting->id, err));
	TRY(bv_sql_bulk_prepare(&bulk, sittings->sql, "paper", columns, BV_COUNT(columns), err));
	for (size_t at = 0; at < wanted && status == BV_OK; at += CHUNK) {
		struct bv_paper *made[CHUNK] = { NULL };
		struct preparing p = { .papers = papers, .rows = rows + at, .made = made, .count = wanted - at < CHUNK ? wanted - at : CHUNK,
			               .lock = PTHREAD_MUTEX_INITIALIZER };
		status = make_chunk(&p, threads, err);
		if (status == BV_OK)
			status = keep_chunk(bulk, &p, papers->sitting->id, err);
		for (size_t i = 0; i < p.count; i++)
			bv_paper_free(made[i]);
		pthread_mutex_destroy(&p.lock);
		if (status == BV_OK)
			*count += p.count;
		if (status == BV_OK && done)
			done(ctx, *count, wanted);
	}
	return status;
}
