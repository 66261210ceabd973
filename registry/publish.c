/* Status lists made of what the register says, signed, kept for good, their hashes in the log. */
#include <inttypes.h>
#include <stdlib.h>

#include "registry/act.h"

enum { DAY_S = 86400, DAYS_MAX = 366, FLIGHT_MAX = 3000 };

static bool
kind_named(enum bv_status_kind *kind, struct bv_str name)
{
	for (int k = 0; k < BV_STATUS_KINDS; k++)
		if (bv_str_is(name, bv_status_kind_name((enum bv_status_kind)k))) {
			*kind = (enum bv_status_kind)k;
			return true;
		}
	return false;
}

static void
address(struct bv_buf *out, const struct bv_register *reg, int64_t shard)
{
	bv_buf_clear(out);
	bv_buf_printf(out, "%.*s/%" PRId64, BV_STR_ARG(reg->status), shard);
}

/* The next shard after one; *shard 0: there is none. */
static enum bv_status
next_shard(int64_t *shard, struct bv_register *reg, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(register_stmt(&stmt, reg, SHARDS, err));
	bv_sql_bind_int(stmt, 1, *shard);
	TRY(bv_sql_step(stmt, &row, err));
	*shard = row ? bv_sql_int(stmt, 0) : 0;
	if (row)
		bv_sql_reset(stmt);
	return BV_OK;
}

/* ---- Signing ---- */

static enum bv_status
read_shard(struct bv_shard *bits, struct bv_register *reg, int64_t shard, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(register_stmt(&stmt, reg, SHARD_FATES, err));
	bv_sql_bind_int(stmt, 1, shard);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		int64_t idx = bv_sql_int(stmt, 0);
		if (idx < 0 || idx >= BV_SHARD_ENTRIES) {
			bv_sql_reset(stmt);
			return bv_err_set(err, BV_EDENIED, "shard %" PRId64 " has no place %" PRId64 ": the register was changed", shard, idx);
		}
		bv_shard_set(bits, (uint32_t)idx, bv_sql_int(stmt, 1) == BV_FATE_SUSPENDED ? BV_STANDING_SUSPENDED : BV_STANDING_REVOKED);
	}
}

static enum bv_status
store_list(struct bv_register *reg, int64_t shard, enum bv_status_kind kind, const struct bv_status_terms *terms, struct bv_str bytes, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	uint8_t hash[BV_HASH_LEN];

	bv_sha256(hash, bytes);
	TRY(register_stmt(&stmt, reg, LIST_ADD, err));
	bv_sql_bind_int(stmt, 1, shard);
	bv_sql_bind_str(stmt, 2, bv_str_of(bv_status_kind_name(kind)));
	bv_sql_bind_int(stmt, 3, terms->from_s);
	bv_sql_bind_int(stmt, 4, terms->until_s);
	bv_sql_bind_blob(stmt, 5, hash, sizeof hash);
	bv_sql_bind_blob(stmt, 6, bytes.p, bytes.len);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
sign_shard(struct bv_register *reg, int64_t shard, const struct bv_publish_order *o, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf base = BV_BUF(BV_ENTRY_ADDRESS_MAX), text = BV_BUF(BV_STATUS_LIST_MAX);
	struct bv_shard *bits = bv_alloc(sizeof *bits);
	enum bv_status status = read_shard(bits, reg, shard, err);

	address(&base, reg, shard);
	const struct bv_status_terms terms = { .base = bv_buf_str(&base), .from_s = o->at_s, .until_s = o->at_s + (int64_t)o->days * DAY_S, .ttl_s = o->ttl_s };
	for (int kind = 0; kind < BV_STATUS_KINDS && status == BV_OK; kind++) {
		bv_buf_clear(&text);
		status = bv_status_write(&text, (enum bv_status_kind)kind, bits, &terms, o->signer, err);
		if (status == BV_OK)
			status = store_list(reg, shard, (enum bv_status_kind)kind, &terms, bv_buf_str(&text), err);
	}
	free(bits);
	return status;
}

/* All lists of one publication are of one state of the register. */
static enum bv_status
sign_all(size_t *count, struct bv_register *reg, const struct bv_publish_order *o, struct bv_err *err)
{
	int64_t shard = 0, newest;

	TRY(bv_sql_ask(&newest, reg->sql, "SELECT coalesce(max(from_s), -1) FROM status_list", err));
	if (newest >= o->at_s)
		return bv_err_set(err, BV_EINVAL, "a status list of that time, or of a later one, was published already: look at the clock");
	for (;;) {
		TRY(next_shard(&shard, reg, err));
		if (!shard)
			return BV_OK;
		TRY(sign_shard(reg, shard, o, err));
		*count += BV_STATUS_KINDS;
	}
}

/* ---- The log ---- */

struct pending {
	int64_t shard, n;
	enum bv_status_kind kind;
	size_t end; /* of its entry */
	struct bv_merkle_hash leaf;
};

struct flight {
	struct pending *lists;
	struct bv_str *entries;
	struct bv_buf text;
	size_t count;
	int64_t log_from; /* of the first; -1: was not on its way */
};

static void
flight_finish(struct flight *f)
{
	free(f->lists);
	free(f->entries);
	bv_buf_finish(&f->text);
}
BV_AUTO_DEFINE_FINISH(struct flight, flight_finish)

static enum bv_status
load_pending(struct flight *f, struct bv_register *reg, struct bv_sql_stmt *stmt, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf url = BV_BUF(BV_ENTRY_ADDRESS_MAX);
	struct pending *p = &f->lists[f->count];
	struct bv_str kind = bv_sql_str(stmt, 1), hash = bv_sql_blob(stmt, 4);
	struct bv_entry leaf = { .type = BV_ENTRY_STATUS_LIST, .at_s = bv_sql_int(stmt, 3) };
	size_t from = f->text.len;

	*p = (struct pending){ .shard = bv_sql_int(stmt, 0), .n = bv_sql_int(stmt, 2) };
	if (!kind_named(&p->kind, kind) || hash.len != BV_HASH_LEN)
		return bv_err_set(err, BV_EDENIED, "a status list of shard %" PRId64 " is damaged in the register", p->shard);
	if (!f->count)
		f->log_from = bv_sql_int(stmt, 5);
	address(&url, reg, p->shard);
	bv_buf_printf(&url, "/%.*s", BV_STR_ARG(kind));
	leaf.url = bv_buf_str(&url);
	memcpy(leaf.hash, hash.p, BV_HASH_LEN);
	TRY(bv_entry_write(&f->text, &leaf, err));
	bv_merkle_leaf(&p->leaf, (struct bv_str){ f->text.p + from, f->text.len - from });
	p->end = f->text.len;
	f->count++;
	return BV_OK;
}

/* Those that are not in the log, in an order that a second look finds again. */
static enum bv_status
load_all(struct flight *f, struct bv_register *reg, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	f->count = 0;
	bv_buf_clear(&f->text);
	TRY(register_stmt(&stmt, reg, LIST_PENDING, err));
	bv_sql_bind_int(stmt, 1, FLIGHT_MAX);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		enum bv_status status = load_pending(f, reg, stmt, err);
		if (status != BV_OK) {
			bv_sql_reset(stmt);
			return status;
		}
	}
	for (size_t i = 0, from = 0; i < f->count; from = f->lists[i++].end)
		f->entries[i] = (struct bv_str){ f->text.p + from, f->lists[i].end - from };
	return BV_OK;
}

/* Once, whatever happened before. */
static enum bv_status
send(uint64_t *first, struct flight *f, struct bv_register *reg, struct bv_log *log, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	if (f->log_from >= 0) {
		enum bv_status status = bv_log_find(first, log, &f->lists[0].leaf, (uint64_t)f->log_from, err);
		if (status != BV_ENOTFOUND)
			return status;
	}
	TRY(register_stmt(&stmt, reg, LIST_FLIGHT, err));
	bv_sql_bind_int(stmt, 1, (int64_t)bv_log_size(log));
	TRY(bv_sql_exec(stmt, err));
	return bv_log_append(first, log, f->entries, f->count, err);
}

static enum bv_status
land(const struct flight *f, struct bv_register *reg, uint64_t first, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, reg, LIST_LOGGED, err));
	for (size_t i = 0; i < f->count; i++) {
		bv_sql_bind_int(stmt, 1, f->lists[i].shard);
		bv_sql_bind_str(stmt, 2, bv_str_of(bv_status_kind_name(f->lists[i].kind)));
		bv_sql_bind_int(stmt, 3, f->lists[i].n);
		bv_sql_bind_int(stmt, 4, (int64_t)(first + i));
		TRY(bv_sql_exec(stmt, err));
	}
	return BV_OK;
}

static enum bv_status
log_all(struct bv_register *reg, const struct bv_publish_order *o, struct bv_err *err)
{
	BV_AUTO(bv_log_free) struct bv_log *log = NULL;
	BV_AUTO(flight_finish) struct flight f = { .text = BV_BUF((size_t)FLIGHT_MAX * BV_ENTRY_MAX) };
	uint64_t first;
	bool any = false;

	f.lists = bv_alloc_array(FLIGHT_MAX, sizeof f.lists[0]);
	f.entries = bv_alloc_array(FLIGHT_MAX, sizeof f.entries[0]);
	TRY(register_log_open(&log, o->log_folder, err));
	for (;; any = true) {
		TRY(load_all(&f, reg, err));
		if (!f.count)
			return any ? register_log_publish(NULL, log, o->log_key, err) : BV_OK;
		TRY(send(&first, &f, reg, log, err));
		/* The checkpoint is there before the register says that the list is in the log: what is published can be proved. */
		TRY(register_log_publish(NULL, log, o->log_key, err));
		TRY(bv_sql_begin(reg->sql, true, err));
		TRY(bv_sql_end(reg->sql, land(&f, reg, first, err), err));
	}
}

enum bv_status
bv_status_publish(size_t *count, struct bv_register *reg, const struct bv_publish_order *order, struct bv_err *err)
{
	*count = 0;
	if (order->days < 1 || order->days > DAYS_MAX)
		return bv_err_set(err, BV_EINVAL, "status lists are good for 1 to %d days", DAYS_MAX);
	if (!bv_str_eq(bv_signer_did(order->signer), reg->issuer))
		return bv_err_set(err, BV_EINVAL, "the signing key is of %.*s, the register of %.*s", BV_STR_ARG(bv_signer_did(order->signer)), BV_STR_ARG(reg->issuer));
	TRY(log_all(reg, order, err));
	TRY(bv_sql_begin(reg->sql, true, err));
	TRY(bv_sql_end(reg->sql, sign_all(count, reg, order, err), err));
	return log_all(reg, order, err);
}

/* ---- What was published ---- */

/* *found false: there was none. list->bytes is valid until the next statement. */
static enum bv_status
list_at(bool *found, struct bv_published *list, struct bv_sql_stmt **stmt, struct bv_register *reg, int64_t at_s, struct bv_err *err)
{
	uint8_t hash[BV_HASH_LEN];

	TRY(register_stmt(stmt, reg, LIST_AT, err));
	bv_sql_bind_int(*stmt, 1, list->shard);
	bv_sql_bind_str(*stmt, 2, bv_str_of(bv_status_kind_name(list->kind)));
	bv_sql_bind_int(*stmt, 3, at_s);
	TRY(bv_sql_step(*stmt, found, err));
	if (!*found)
		return BV_OK;
	list->from_s = bv_sql_int(*stmt, 0);
	list->until_s = bv_sql_int(*stmt, 1);
	list->bytes = bv_sql_blob(*stmt, 2);
	list->log_idx = bv_sql_int(*stmt, 3);
	bv_sha256(hash, list->bytes);
	if (bv_sql_blob(*stmt, 4).len == sizeof hash && memcmp(bv_sql_blob(*stmt, 4).p, hash, sizeof hash) == 0)
		return BV_OK;
	bv_sql_reset(*stmt);
	return bv_err_set(err, BV_EDENIED, "a status list of shard %" PRId64 " was changed in the register since it was published", list->shard);
}

enum bv_status
bv_status_published(struct bv_register *reg, int64_t at_s, bv_published_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_published list = { 0 };
	struct bv_sql_stmt *stmt;
	bool found;

	for (;;) {
		TRY(next_shard(&list.shard, reg, err));
		if (!list.shard)
			return BV_OK;
		for (int kind = 0; kind < BV_STATUS_KINDS; kind++) {
			list.kind = (enum bv_status_kind)kind;
			TRY(list_at(&found, &list, &stmt, reg, at_s, err));
			if (!found)
				continue;
			enum bv_status status = visit(ctx, &list, err);
			bv_sql_reset(stmt);
			TRY(status);
		}
	}
}

enum bv_status
bv_status_stood(enum bv_standing *out, struct bv_standing_reason *why, struct bv_register *reg, const struct bv_trust *trust, int64_t shard, int64_t idx, int64_t at_s,
                struct bv_err *err)
{
	BV_AUTO(bv_status_lists_free) struct bv_status_lists *lists = bv_status_lists_new(trust);
	BV_AUTO(bv_buf_finish) struct bv_buf base = BV_BUF(BV_ENTRY_ADDRESS_MAX);
	struct bv_sql_stmt *stmt;
	bool found;

	for (int kind = 0; kind < BV_STATUS_KINDS; kind++) {
		struct bv_published list = { .shard = shard, .kind = (enum bv_status_kind)kind };
		TRY(list_at(&found, &list, &stmt, reg, at_s, err));
		if (!found)
			continue;
		enum bv_status status = bv_status_lists_add(lists, bv_str_of(bv_status_kind_name(list.kind)), list.bytes, err);
		bv_sql_reset(stmt);
		TRY(status);
	}
	address(&base, reg, shard);
	*out = bv_status_lists_find(why, lists, reg->issuer, bv_buf_str(&base), (uint64_t)idx, at_s);
	return BV_OK;
}

/* ---- Acts that the lists show ---- */

/* What a list says of an entry: its bit; -1: it says nothing, being too short. */
static enum bv_status
read_bit(int *bit, const struct bv_published *list, int64_t idx, struct bv_err *err)
{
	BV_AUTO(bv_status_free) struct bv_status_list *parsed = NULL;

	TRY(bv_status_parse(&parsed, list->bytes, err));
	*bit = bv_status_value(parsed, (uint64_t)idx);
	return BV_OK;
}

struct later {
	int64_t than;
	bool any;
};

static enum bv_status
find_later(void *ctx, const struct bv_act_row *act, struct bv_err *err)
{
	struct later *later = ctx;

	(void)err;
	later->any = later->any || (act->id > later->than && act->step == BV_ACT_IN_FORCE);
	return BV_OK;
}

enum bv_status
bv_act_shown(int64_t *since_s, struct bv_register *reg, const struct bv_act_row *act, int64_t at_s, struct bv_err *err)
{
	bool suspends = act->deed == BV_DEED_SUSPEND || act->deed == BV_DEED_REINSTATE, found;
	struct bv_published list = { .kind = suspends ? BV_STATUS_SUSPENSION : BV_STATUS_REVOCATION };
	BV_AUTO(subject_finish) struct subject of = { 0 };
	struct later later = { .than = act->id };
	struct bv_sql_stmt *stmt;
	int bit;

	*since_s = 0;
	if (act->step != BV_ACT_IN_FORCE || !act->certificate)
		return BV_OK;
	TRY(subject_load(&of, reg, act->certificate, err));
	TRY(bv_act_of(reg, act->certificate, find_later, &later, err));
	list.shard = of.row.shard;
	TRY(list_at(&found, &list, &stmt, reg, at_s, err));
	if (!found)
		return BV_OK;
	enum bv_status status = read_bit(&bit, &list, of.row.idx, err);
	bv_sql_reset(stmt);
	TRY(status);
	if (list.log_idx > act->log_idx && (later.any || bit == (act->deed != BV_DEED_REINSTATE)))
		*since_s = list.from_s;
	return BV_OK;
}
