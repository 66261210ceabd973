/* A batch goes into the log before anything of it is signed. What is on its way is marked in the register first, with the size that the log had: whoever comes
 * after a crash looks whether it arrived. */
#include "registry/issuance.h"

#include <inttypes.h>
#include <stdlib.h>

enum { CHUNK = 4096 /* entries that are on their way at once */ };

struct flight {
	struct bv_issuance *b;
	struct bv_log *log;
	int64_t *ids;
	struct bv_merkle_hash *leaves;
	struct bv_buf text;    /* the entries, one after the other */
	size_t *ends;
	struct bv_str *entries;
	size_t count;
};

static void
flight_init(struct flight *f, struct bv_issuance *b, struct bv_log *log)
{
	*f = (struct flight){ .b = b, .log = log, .text = BV_BUF(CHUNK * BV_ENTRY_MAX) };
	f->ids = bv_alloc_array(CHUNK, sizeof f->ids[0]);
	f->leaves = bv_alloc_array(CHUNK, sizeof f->leaves[0]);
	f->ends = bv_alloc_array(CHUNK, sizeof f->ends[0]);
	f->entries = bv_alloc_array(CHUNK, sizeof f->entries[0]);
}

static void
flight_finish(struct flight *f)
{
	free(f->ids);
	free(f->leaves);
	free(f->ends);
	free(f->entries);
	bv_buf_finish(&f->text);
}
BV_AUTO_DEFINE_FINISH(struct flight, flight_finish)

/* ---- What goes ---- */

static enum bv_status
load_row(struct flight *f, struct bv_sql_stmt *stmt, struct bv_err *err)
{
	struct bv_str credential = bv_sql_blob(stmt, 2), leaf = bv_sql_blob(stmt, 5);
	size_t from = f->text.len;
	struct bv_merkle_hash again;

	if (credential.len != BV_HASH_LEN || leaf.len != BV_HASH_LEN)
		return bv_err_set(err, BV_EDENIED, "certificate %" PRId64 " of the register is damaged", bv_sql_int(stmt, 0));
	TRY(issuance_entry(&f->text, f->b, bv_sql_str(stmt, 1), (const uint8_t *)credential.p, bv_sql_int(stmt, 3), bv_sql_int(stmt, 4), err));
	bv_merkle_leaf(&again, (struct bv_str){ f->text.p + from, f->text.len - from });
	if (memcmp(again.p, leaf.p, BV_HASH_LEN) != 0)
		return bv_err_set(err, BV_EDENIED, "certificate %" PRId64 " of the register was changed since it was drafted", bv_sql_int(stmt, 0));
	f->ids[f->count] = bv_sql_int(stmt, 0);
	f->leaves[f->count] = again;
	f->ends[f->count++] = f->text.len;
	return BV_OK;
}

static enum bv_status
load(struct flight *f, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	f->count = 0;
	bv_buf_clear(&f->text);
	TRY(register_stmt(&stmt, f->b->reg, CERTIFICATES_STEP, err));
	bv_sql_bind_int(stmt, 1, f->b->id);
	bv_sql_bind_int(stmt, 2, CHUNK);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		enum bv_status status = load_row(f, stmt, err);
		if (status != BV_OK) {
			bv_sql_reset(stmt);
			return status;
		}
	}
	for (size_t i = 0, from = 0; i < f->count; from = f->ends[i++])
		f->entries[i] = (struct bv_str){ f->text.p + from, f->ends[i] - from };
	return BV_OK;
}

/* ---- How it goes ---- */

static enum bv_status
mark(struct bv_issuance *b, int64_t log_from, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, b->reg, BATCH_FLIGHT, err));
	bv_sql_bind_int(stmt, 1, b->id);
	bv_sql_bind_int(stmt, 2, log_from);
	TRY(bv_sql_exec(stmt, err));
	b->log_from = log_from;
	return BV_OK;
}

/* Are the entries in the log already, from the one before a crash? An append is whole or not at all, but others' entries may be before it. */
static enum bv_status
arrived(bool *there, uint64_t *first, const struct flight *f, struct bv_err *err)
{
	*there = false;
	if (f->b->log_from < 0)
		return BV_OK;
	enum bv_status status = bv_log_find(first, f->log, &f->leaves[0], (uint64_t)f->b->log_from, err);
	*there = status == BV_OK;
	return status == BV_ENOTFOUND ? BV_OK : status;
}

/* Appends them, unless they are there. */
static enum bv_status
send(uint64_t *first, struct flight *f, struct bv_err *err)
{
	bool there;

	TRY(arrived(&there, first, f, err));
	if (there)
		return BV_OK;
	TRY(bv_sql_begin(f->b->reg->sql, true, err));
	enum bv_status status = register_check_stop(f->b->reg, err);
	if (status == BV_OK)
		status = mark(f->b, (int64_t)bv_log_size(f->log), err);
	TRY(bv_sql_end(f->b->reg->sql, status, err));
	return bv_log_append(first, f->log, f->entries, f->count, err);
}

static enum bv_status
land(struct flight *f, uint64_t first, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, f->b->reg, CERTIFICATE_LOGGED, err));
	for (size_t i = 0; i < f->count; i++) {
		bv_sql_bind_int(stmt, 1, f->ids[i]);
		bv_sql_bind_int(stmt, 2, (int64_t)(first + i));
		TRY(bv_sql_exec(stmt, err));
		if (bv_sql_changes(f->b->reg->sql) != 1)
			return bv_err_set(err, BV_ECONFLICT, "another program goes on with batch '%.*s'", BV_STR_ARG(f->b->order.name));
	}
	return mark(f->b, -1, err);
}

static enum bv_status
log_certificates(struct bv_issuance *b, struct bv_log *log, struct bv_err *err)
{
	BV_AUTO(flight_finish) struct flight f;
	int64_t counts[3];
	uint64_t first;

	flight_init(&f, b, log);
	for (;;) {
		TRY(issuance_count(counts, b, err));
		issuance_tell(b, counts[1]);
		TRY(load(&f, err));
		if (!f.count)
			return issuance_set_step(b, BV_ISSUANCE_CLOSE, err);
		TRY(send(&first, &f, err));
		TRY(bv_sql_begin(b->reg->sql, true, err));
		TRY(bv_sql_end(b->reg->sql, land(&f, first, err), err));
	}
}

/* ---- The batch's own entry ---- */

static enum bv_status
hash_leaves(uint8_t hash[BV_HASH_LEN], struct bv_issuance *b, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	struct bv_sha256 sha;
	bool row;

	bv_sha256_init(&sha);
	TRY(register_stmt(&stmt, b->reg, CERTIFICATE_LEAVES, err));
	bv_sql_bind_int(stmt, 1, b->id);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		bv_sha256_add(&sha, bv_sql_blob(stmt, 0).p, bv_sql_blob(stmt, 0).len);
	}
	bv_sha256_end(&sha, hash);
	return BV_OK;
}

static enum bv_status
log_batch(struct bv_buf *note, struct bv_issuance *b, struct bv_log *log, const struct bv_key *log_key, struct bv_err *err)
{
	struct bv_entry leaf = { .type = BV_ENTRY_BATCH, .at_s = b->at_s, .count = b->total, .issuer = b->reg->issuer, .key = b->key, .batch = b->order.name };
	BV_AUTO(flight_finish) struct flight f;
	uint64_t idx;

	flight_init(&f, b, log);
	TRY(hash_leaves(leaf.hash, b, err));
	TRY(bv_entry_write(&f.text, &leaf, err));
	f.entries[0] = bv_buf_str(&f.text);
	bv_merkle_leaf(&f.leaves[0], f.entries[0]);
	f.count = 1;
	TRY(send(&idx, &f, err));
	TRY(register_log_publish(note, log, log_key, err));
	b->log_idx = (int64_t)idx;
	return issuance_set_step(b, BV_ISSUANCE_SIGN, err);
}

enum bv_status
issuance_log(struct bv_buf *note, struct bv_issuance *b, const char *log_folder, const struct bv_key *log_key, struct bv_err *err)
{
	BV_AUTO(bv_log_free) struct bv_log *log = NULL;

	TRY(register_log_open(&log, log_folder, err));
	if (b->step == BV_ISSUANCE_LOG)
		TRY(log_certificates(b, log, err));
	return log_batch(note, b, log, log_key, err);
}
