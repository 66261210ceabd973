/* Certificates drafted: each gets its ids, its serial number, its place in a status list, and with them its entry in the log, before anything is signed. All of
 * it is decided once and kept, so that whoever goes on after a crash makes the same certificates. */
#include "registry/issuance.h"

#include <inttypes.h>
#include <stdlib.h>

enum { GROUP = 256 /* drafts of one transaction */, PERMUTED = BV_SHARD_ENTRIES };

/* ---- A batch ---- */

static enum bv_status
check_name(struct bv_str name, struct bv_err *err)
{
	if (!name.len || name.len > BV_ISSUANCE_NAME_MAX)
		return bv_err_set(err, BV_EINVAL, "the name of a batch has 1 to %d characters", BV_ISSUANCE_NAME_MAX);
	for (size_t i = 0; i < name.len; i++)
		if (!(name.p[i] >= 'a' && name.p[i] <= 'z') && !(name.p[i] >= '0' && name.p[i] <= '9') && (!name.p[i] || !strchr("-._/", name.p[i])))
			return bv_err_set(err, BV_EINVAL, "the name of a batch goes into the public log: small letters, digits and '-._/' only");
	return BV_OK;
}

static enum bv_status
find(bool *found, struct bv_issuance *b, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, b->reg, BATCH_FIND, err));
	bv_sql_bind_str(stmt, 1, b->order.name);
	TRY(bv_sql_step(stmt, found, err));
	if (!*found)
		return BV_OK;
	bool same = bv_str_eq(bv_sql_str(stmt, 1), b->order.scheme) && bv_str_eq(bv_sql_str(stmt, 2), b->order.centre);
	bool same_key = bv_str_eq(bv_sql_str(stmt, 4), b->key);
	b->id = bv_sql_int(stmt, 0);
	b->at_s = bv_sql_int(stmt, 3);
	b->step = (enum bv_issuance_step)bv_sql_int(stmt, 5);
	b->total = bv_sql_int(stmt, 6);
	b->log_from = bv_sql_int(stmt, 7);
	b->log_idx = bv_sql_int(stmt, 8);
	bv_sql_reset(stmt);
	if (!same)
		return bv_err_set(err, BV_ECONFLICT, "batch '%.*s' is of another scheme or centre", BV_STR_ARG(b->order.name));
	if (!same_key && b->step != BV_ISSUANCE_DONE)
		return bv_err_set(err, BV_ECONFLICT, "batch '%.*s' was begun with another signing key: go on with that", BV_STR_ARG(b->order.name));
	return BV_OK;
}

enum bv_status
bv_issuance_find(int64_t *id, struct bv_register *reg, struct bv_str name, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(register_stmt(&stmt, reg, BATCH_FIND, err));
	bv_sql_bind_str(stmt, 1, name);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "the register has no batch '%.*s'", BV_STR_ARG(bv_str_sub(name, 0, 80)));
	*id = bv_sql_int(stmt, 0);
	bv_sql_reset(stmt);
	return BV_OK;
}

static enum bv_status
add(struct bv_issuance *b, struct bv_str person, struct bv_str mandate, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, b->reg, BATCH_ADD, err));
	bv_sql_bind_str(stmt, 1, b->order.name);
	bv_sql_bind_str(stmt, 2, b->order.scheme);
	bv_sql_bind_str(stmt, 3, b->order.centre);
	bv_sql_bind_int(stmt, 4, b->order.at_s);
	bv_sql_bind_str(stmt, 5, b->key);
	bv_sql_bind_str(stmt, 6, person);
	bv_sql_bind_str(stmt, 7, mandate);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
find_or_add(struct bv_issuance *b, struct bv_str person, struct bv_str mandate, struct bv_err *err)
{
	bool found;

	TRY(register_check_stop(b->reg, err));
	TRY(find(&found, b, err));
	if (found)
		return BV_OK;
	TRY(add(b, person, mandate, err));
	return find(&found, b, err);
}

static enum bv_status
begin(struct bv_issuance *b, struct bv_err *err)
{
	const struct bv_issuance_order *o = &b->order;
	struct bv_str person = o->decided_by, id = BV_STR_NONE;
	const struct bv_mandate *mandate;

	TRY(check_name(o->name, err));
	if (!bv_str_eq(bv_signer_did(o->signer), b->reg->issuer))
		return bv_err_set(err, BV_EINVAL, "the signing key is of %.*s, the register of %.*s", BV_STR_ARG(bv_signer_did(o->signer)), BV_STR_ARG(b->reg->issuer));
	if (!o->decided_by.len) {
		TRY(bv_mandates_find(&mandate, b->reg->mandates, bv_key_describe(o->officer), BV_DEED_ISSUE, o->scheme, o->centre, bv_day_at(o->at_s), err));
		person = mandate->person;
		id = mandate->id;
	}
	b->key = register_multikey(&b->arena, bv_signer_public(o->signer));
	TRY(bv_sql_begin(b->reg->sql, true, err));
	return bv_sql_end(b->reg->sql, find_or_add(b, person, id, err), err);
}

enum bv_status
bv_issuance_open(struct bv_issuance **out, struct bv_register *reg, const struct bv_issuance_order *order, struct bv_err *err)
{
	BV_AUTO(bv_issuance_free) struct bv_issuance *b = bv_alloc(sizeof *b);

	b->reg = reg;
	b->order = *order;
	b->tmpl_text = BV_BUF(BV_CREDENTIAL_MAX);
	b->trial = BV_BUF(BV_CREDENTIAL_MAX);
	TRY(begin(b, err));
	*out = bv_steal(&b);
	return BV_OK;
}

void
bv_issuance_free(struct bv_issuance *b)
{
	if (!b)
		return;
	if (b->open)
		bv_sql_rollback(b->reg->sql);
	bv_template_free(b->tmpl);
	bv_facts_free(b->tmpl_facts);
	bv_buf_finish(&b->tmpl_text);
	bv_buf_finish(&b->trial);
	bv_arena_finish(&b->arena);
	free(b->places);
	free(b);
}

enum bv_issuance_step
bv_issuance_step(const struct bv_issuance *b)
{
	return b->step;
}

void
issuance_tell(const struct bv_issuance *b, int64_t done)
{
	if (b->order.progress)
		b->order.progress(b->order.ctx, b->step, done, b->total);
}

/* ---- What is signed ---- */

enum bv_status
issuance_template(struct bv_template **out, struct bv_issuance *b, struct bv_credential_facts *facts, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_CREDENTIAL_MAX);
	/* Of the facts only what the template is made of: no value, no holder. */
	struct bv_credential_facts bare = { .achievement = facts->achievement, .decision = BV_DECISION_COMPLETED, .holder = BV_STR("-") };

	if (b->tmpl && facts->achievement == bv_facts(b->tmpl_facts)->achievement) {
		*out = b->tmpl;
		return BV_OK;
	}
	struct bv_str *none = bv_alloc_array(facts->achievement->area_count, sizeof *none);
	bare.values = none;
	bv_facts_write(&text, &bare, NULL);
	free(none);
	TRY(bv_buf_check(&text, err));
	if (!b->tmpl || !bv_str_eq(bv_buf_str(&text), bv_buf_str(&b->tmpl_text))) {
		bv_template_free(b->tmpl);
		bv_facts_free(b->tmpl_facts);
		b->tmpl = NULL;
		b->tmpl_facts = NULL;
		bv_buf_clear(&b->tmpl_text);
		bv_buf_add(&b->tmpl_text, bv_buf_str(&text));
		TRY(bv_facts_parse(&b->tmpl_facts, bv_buf_str(&text), err));
		TRY(bv_template_new(&b->tmpl, bv_facts(b->tmpl_facts)->achievement, b->order.signer, err));
	}
	facts->achievement = bv_facts(b->tmpl_facts)->achievement;
	*out = b->tmpl;
	return BV_OK;
}

enum bv_status
issuance_entry(struct bv_buf *out, const struct bv_issuance *b, struct bv_str achievement, const uint8_t credential[BV_HASH_LEN], int64_t shard, int64_t idx,
            struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf status = BV_BUF(BV_ENTRY_ADDRESS_MAX);
	struct bv_entry leaf = { .type = BV_ENTRY_CERTIFICATE, .achievement = achievement, .issuer = b->reg->issuer, .key = b->key };

	bv_buf_printf(&status, "%.*s/%" PRId64 "#%" PRId64, BV_STR_ARG(b->reg->status), shard, idx);
	leaf.status = bv_buf_str(&status);
	memcpy(leaf.credential, credential, BV_HASH_LEN);
	return bv_entry_write(out, &leaf, err);
}

enum bv_status
issuance_leaf(uint8_t credential[BV_HASH_LEN], struct bv_merkle_hash *leaf, struct bv_issuance *b, const struct bv_credential_facts *facts, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf entry = BV_BUF(BV_ENTRY_MAX);
	struct bv_credential_facts own = *facts;
	struct bv_template *tmpl;

	TRY(issuance_template(&tmpl, b, &own, err));
	bv_buf_clear(&b->trial);
	TRY(bv_template_body(&b->trial, tmpl, &own, err));
	bv_sha256(credential, bv_buf_str(&b->trial));
	TRY(issuance_entry(&entry, b, own.achievement->id, credential, b->shard, own.status_idx, err));
	bv_merkle_leaf(leaf, bv_buf_str(&entry));
	return BV_OK;
}

/* ---- Places in status lists ---- */

/* All places of a shard in an order that follows from its seed: given out one after the other, they are random to who does not know it, and none is ever given
 * twice. */
static void
permute(uint32_t *places, const uint8_t seed[BV_HASH_LEN])
{
	struct bv_stream stream;

	for (uint32_t i = 0; i < PERMUTED; i++)
		places[i] = i;
	bv_stream_init(&stream, seed);
	bv_stream_sample(&stream, places, PERMUTED, PERMUTED);
}

static enum bv_status
open_shard(bool *found, struct bv_issuance *b, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	uint8_t seed[BV_HASH_LEN];

	TRY(register_stmt(&stmt, b->reg, SHARD_OPEN, err));
	bv_sql_bind_str(stmt, 1, b->key);
	TRY(bv_sql_step(stmt, found, err));
	if (!*found)
		return BV_OK;
	int64_t shard = bv_sql_int(stmt, 0), used = bv_sql_int(stmt, 2);
	struct bv_str blob = bv_sql_blob(stmt, 1);
	bool good = blob.len == sizeof seed && used >= 0 && used <= PERMUTED;
	if (good)
		memcpy(seed, blob.p, sizeof seed);
	bv_sql_reset(stmt);
	if (!good)
		return bv_err_set(err, BV_EDENIED, "shard %" PRId64 " of the register is damaged", shard);
	if (!b->places || shard != b->shard) {
		free(b->places);
		b->places = bv_alloc_array(PERMUTED, sizeof b->places[0]);
		permute(b->places, seed);
		b->shard = shard;
	}
	bv_wipe(seed, sizeof seed);
	b->used = (uint32_t)used;
	*found = used < PERMUTED;
	return BV_OK;
}

static enum bv_status
add_shard(struct bv_issuance *b, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	uint8_t seed[BV_HASH_LEN];

	b->order.random(seed, sizeof seed);
	TRY(register_stmt(&stmt, b->reg, SHARD_ADD, err));
	bv_sql_bind_blob(stmt, 1, seed, sizeof seed);
	bv_sql_bind_str(stmt, 2, b->key);
	enum bv_status status = bv_sql_exec(stmt, err);
	bv_wipe(seed, sizeof seed);
	return status;
}

/* One key has its own shards: what it signed can be signed again by another without touching others'. */
static enum bv_status
next_place(uint32_t *idx, struct bv_issuance *b, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool found;

	TRY(open_shard(&found, b, err));
	if (!found) {
		TRY(add_shard(b, err));
		TRY(open_shard(&found, b, err));
	}
	*idx = b->places[b->used++];
	TRY(register_stmt(&stmt, b->reg, SHARD_USED, err));
	bv_sql_bind_int(stmt, 1, b->shard);
	bv_sql_bind_int(stmt, 2, b->used);
	return bv_sql_exec(stmt, err);
}

/* ---- Serial numbers ---- */

static enum bv_status
next_serial(struct bv_buf *serial, struct bv_issuance *b, bv_day awarded, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf series = BV_BUF(2 * BV_SERIAL_MAX);
	const struct bv_issuance_order *o = &b->order;
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(bv_serial_series(&series, b->reg->issuing, o->scheme, o->centre, awarded, err));
	TRY(register_stmt(&stmt, b->reg, SERIES_NEXT, err));
	bv_sql_bind_str(stmt, 1, bv_buf_str(&series));
	TRY(bv_sql_step(stmt, &row, err));
	int64_t number = row ? bv_sql_int(stmt, 0) : 1;
	if (row)
		bv_sql_reset(stmt);
	TRY(bv_serial_write(serial, b->reg->issuing, o->scheme, o->centre, awarded, number, err));
	TRY(register_stmt(&stmt, b->reg, SERIES_SET, err));
	bv_sql_bind_str(stmt, 1, bv_buf_str(&series));
	bv_sql_bind_int(stmt, 2, number + 1);
	return bv_sql_exec(stmt, err);
}

/* ---- A draft ---- */

/* Is he there already? ECONFLICT when what was given of him then was something else. */
static enum bv_status
is_there(bool *there, struct bv_issuance *b, struct bv_str ticket, const uint8_t given[BV_HASH_LEN], struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, b->reg, CERTIFICATE_FACTS, err));
	bv_sql_bind_int(stmt, 1, b->id);
	bv_sql_bind_str(stmt, 2, ticket);
	TRY(bv_sql_step(stmt, there, err));
	if (!*there)
		return BV_OK;
	bool same = bv_sql_blob(stmt, 0).len == BV_HASH_LEN && memcmp(bv_sql_blob(stmt, 0).p, given, BV_HASH_LEN) == 0;
	bv_sql_reset(stmt);
	if (!same)
		return bv_err_set(err, BV_ECONFLICT, "'%.*s' is in the batch already, with other facts: what is issued is corrected, not issued again", BV_STR_ARG(ticket));
	return BV_OK;
}

/* Nobody gets a second certificate of the same facts by another batch, as long as the first stands. */
static enum bv_status
check_twin(struct bv_issuance *b, const uint8_t given[BV_HASH_LEN], struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(register_stmt(&stmt, b->reg, CERTIFICATE_TWIN, err));
	bv_sql_bind_blob(stmt, 1, given, BV_HASH_LEN);
	bv_sql_bind_int(stmt, 2, b->id);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return BV_OK;
	bv_err_set(err, BV_ECONFLICT, "certificate %.*s says exactly this already, and stands", BV_STR_ARG(bv_sql_str(stmt, 0)));
	bv_sql_reset(stmt);
	return BV_ECONFLICT;
}

struct draft {
	struct bv_credential_facts facts;
	struct issuance_secrets secrets;
	struct bv_buf serial, text, status;
	uint8_t given[BV_HASH_LEN], credential[BV_HASH_LEN], code[BV_HASH_LEN];
	struct bv_merkle_hash leaf;
};

static void
draft_finish(struct draft *d)
{
	bv_buf_finish(&d->serial);
	bv_buf_finish(&d->text);
	bv_buf_finish(&d->status);
	bv_wipe(&d->secrets, sizeof d->secrets);
}
BV_AUTO_DEFINE_FINISH(struct draft, draft_finish)

/* An identifier whose code nobody has: with 2^55 of them the first will do, once in a nation's time the second. */
static enum bv_status
new_id(struct draft *d, struct bv_issuance *b, struct bv_err *err)
{
	enum { TRIES = 8 };
	struct bv_credential_facts *f = &d->facts;
	char id[BV_UUID_SIZE], code[BV_CODE_SIZE];
	struct bv_sql_stmt *stmt;
	bool taken = true;

	for (int i = 0; taken && i < TRIES; i++) {
		b->order.random(f->id, sizeof f->id);
		f->id[6] = (uint8_t)((f->id[6] & 0x0f) | 0x40);
		f->id[8] = (uint8_t)((f->id[8] & 0x3f) | 0x80);
		register_code(d->code, b->reg, bv_code_write(code, bv_str_of(bv_uuid_write(id, f->id))));
		TRY(register_stmt(&stmt, b->reg, CODE_TAKEN, err));
		bv_sql_bind_blob(stmt, 1, d->code, sizeof d->code);
		bv_sql_bind_blob(stmt, 2, f->id, sizeof f->id);
		TRY(bv_sql_step(stmt, &taken, err));
		if (taken)
			bv_sql_reset(stmt);
	}
	return taken ? bv_err_set(err, BV_EIO, "the source of random bytes repeats itself: nothing is issued by it") : BV_OK;
}

static enum bv_status
decide(struct draft *d, struct bv_issuance *b, struct bv_err *err)
{
	struct bv_credential_facts *f = &d->facts;
	uint32_t idx;

	TRY(next_serial(&d->serial, b, bv_day_at(f->awarded_s), err));
	TRY(next_place(&idx, b, err));
	bv_buf_printf(&d->status, "%.*s/%" PRId64, BV_STR_ARG(b->reg->status), b->shard);
	TRY(new_id(d, b, err));
	b->order.random(&d->secrets, sizeof d->secrets);
	memcpy(f->subject_id, d->secrets.subject_id, sizeof f->subject_id);
	memcpy(f->salt, d->secrets.salt, sizeof f->salt);
	memcpy(f->birth_salt, d->secrets.birth_salt, sizeof f->birth_salt);
	memcpy(f->secret, d->secrets.secret, sizeof f->secret);
	f->licence = bv_buf_str(&d->serial);
	f->status = bv_buf_str(&d->status);
	f->status_idx = idx;
	f->created_s = b->at_s;
	bv_facts_write(&d->text, f, NULL);
	TRY(bv_buf_check(&d->text, err));
	return issuance_leaf(d->credential, &d->leaf, b, f, err);
}

static enum bv_status
store(const struct draft *d, struct bv_issuance *b, struct bv_str ticket, struct bv_err *err)
{
	const struct bv_credential_facts *f = &d->facts;
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, b->reg, CERTIFICATE_ADD, err));
	bv_sql_bind_int(stmt, 1, b->id);
	bv_sql_bind_str(stmt, 2, ticket);
	bv_sql_bind_str(stmt, 3, f->licence);
	bv_sql_bind_blob(stmt, 4, f->id, sizeof f->id);
	bv_sql_bind_str(stmt, 5, f->holder);
	bv_sql_bind_str(stmt, 6, f->birth);
	bv_sql_bind_str(stmt, 7, f->level);
	bv_sql_bind_str(stmt, 8, f->achievement->id);
	bv_sql_bind_int(stmt, 9, f->awarded_s);
	bv_sql_bind_int(stmt, 10, f->valid_until_s);
	bv_sql_bind_int(stmt, 11, b->shard);
	bv_sql_bind_int(stmt, 12, f->status_idx);
	bv_sql_bind_blob(stmt, 13, d->credential, sizeof d->credential);
	bv_sql_bind_blob(stmt, 14, d->leaf.p, sizeof d->leaf.p);
	bv_sql_bind_blob(stmt, 15, d->given, sizeof d->given);
	bv_sql_bind_blob(stmt, 16, d->text.p, d->text.len);
	bv_sql_bind_blob(stmt, 17, &d->secrets, sizeof d->secrets);
	bv_sql_bind_blob(stmt, 18, d->code, sizeof d->code);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
add_one(bool *added, struct bv_issuance *b, const struct bv_credential_facts *facts, struct bv_str ticket, struct bv_err *err)
{
	BV_AUTO(draft_finish) struct draft d = { .facts = *facts, .serial = BV_BUF(BV_SERIAL_MAX), .text = BV_BUF(BV_CREDENTIAL_MAX), .status = BV_BUF(BV_ENTRY_ADDRESS_MAX) };
	bool there;

	bv_facts_write(&d.text, facts, NULL);
	TRY(bv_buf_check(&d.text, err));
	bv_sha256(d.given, bv_buf_str(&d.text));
	bv_buf_clear(&d.text);
	TRY(is_there(&there, b, ticket, d.given, err));
	*added = !there;
	if (there)
		return BV_OK;
	TRY(check_twin(b, d.given, err));
	TRY(decide(&d, b, err));
	return store(&d, b, ticket, err);
}

static enum bv_status
end_group(struct bv_issuance *b, enum bv_status status, struct bv_err *err)
{
	b->open = false;
	b->open_count = 0;
	if (status != BV_OK) { /* places of the shard that was rolled back are given out again */
		free(b->places);
		b->places = NULL;
	}
	return bv_sql_end(b->reg->sql, status, err);
}

enum bv_status
bv_issuance_add(bool *added, struct bv_issuance *b, const struct bv_credential_facts *facts, struct bv_str ticket, struct bv_err *err)
{
	enum bv_status status = BV_OK;

	if (b->step != BV_ISSUANCE_DRAFT)
		return bv_err_set(err, BV_ECONFLICT, "nobody is added to batch '%.*s' any more", BV_STR_ARG(b->order.name));
	if (facts->licence.len)
		return bv_err_set(err, BV_EINVAL, "serial numbers are given by the register: the facts must not have one");
	if (!ticket.len || ticket.len > 200)
		return bv_err_set(err, BV_EINVAL, "who it is in the batch: a ticket of 1 to 200 bytes");
	if (!b->open) {
		TRY(bv_sql_begin(b->reg->sql, true, err));
		b->open = true;
		status = register_check_stop(b->reg, err);
	}
	if (status == BV_OK)
		status = add_one(added, b, facts, ticket, err);
	if (status != BV_OK || ++b->open_count == GROUP)
		return end_group(b, status, err);
	return BV_OK;
}

/* ---- Steps ---- */

enum bv_status
issuance_count(int64_t counts[3], struct bv_issuance *b, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(register_stmt(&stmt, b->reg, BATCH_COUNT, err));
	bv_sql_bind_int(stmt, 1, b->id);
	TRY(bv_sql_step(stmt, &row, err));
	for (int i = 0; i < 3; i++)
		counts[i] = row ? bv_sql_int(stmt, i) : 0;
	if (row)
		bv_sql_reset(stmt);
	return BV_OK;
}

enum bv_status
issuance_set_step(struct bv_issuance *b, enum bv_issuance_step step, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, b->reg, BATCH_STEP, err));
	bv_sql_bind_int(stmt, 1, b->id);
	bv_sql_bind_int(stmt, 2, step);
	bv_sql_bind_int(stmt, 3, b->total);
	bv_sql_bind_int(stmt, 4, b->log_idx);
	TRY(bv_sql_exec(stmt, err));
	if (bv_sql_changes(b->reg->sql) != 1)
		return bv_err_set(err, BV_ECONFLICT, "another program goes on with batch '%.*s'", BV_STR_ARG(b->order.name));
	b->step = step;
	b->log_from = -1;
	return BV_OK;
}

enum bv_status
bv_issuance_seal(struct bv_issuance *b, struct bv_err *err)
{
	int64_t counts[3];

	if (b->open)
		TRY(end_group(b, BV_OK, err));
	if (b->step != BV_ISSUANCE_DRAFT)
		return BV_OK;
	TRY(issuance_count(counts, b, err));
	if (!counts[0])
		return bv_err_set(err, BV_EINVAL, "batch '%.*s' is empty", BV_STR_ARG(b->order.name));
	b->total = counts[0];
	return issuance_set_step(b, BV_ISSUANCE_LOG, err);
}

enum bv_status
bv_issuance_run(struct bv_buf *note, struct bv_issuance *b, const char *log_folder, const struct bv_key *log_key, struct bv_err *err)
{
	if (b->step == BV_ISSUANCE_DRAFT)
		return bv_err_set(err, BV_EINVAL, "batch '%.*s' is not sealed yet", BV_STR_ARG(b->order.name));
	if (b->step == BV_ISSUANCE_LOG || b->step == BV_ISSUANCE_CLOSE)
		TRY(issuance_log(note, b, log_folder, log_key, err));
	return b->step == BV_ISSUANCE_SIGN ? issuance_sign(b, err) : BV_OK;
}
