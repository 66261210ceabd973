/* The register's handle: made, opened, its documents, what it has of a certificate. */
#include "registry/register.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>


enum { VERSION = 2, LOG_WAIT_MS = 10000, LOG_AGAIN_MS = 20, STATUS_MAX = 800 };

struct bv_str
register_multikey(struct bv_arena *arena, const struct bv_public *public)
{
	char text[BV_MULTIKEY_SIZE];

	return bv_arena_str(arena, bv_str_of(bv_multikey_write_of(text, public)));
}

const char *
bv_fate_name(enum bv_fate fate)
{
	static const char *const names[] = { "draft", "valid", "suspended", "revoked", "superseded", "corrected" };

	return names[fate];
}

/* ---- Making ---- */

static enum bv_status
add_document(struct bv_sql *sql, const char *kind, struct bv_str bytes, int64_t at_s, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	uint8_t hash[BV_HASH_LEN];

	bv_sha256(hash, bytes);
	TRY(bv_sql_prepare(&stmt, sql, "INSERT INTO register_document(kind, n, at_s, sha256, bytes) VALUES ($1, "
	                   "(SELECT coalesce(max(n), 0) + 1 FROM register_document WHERE kind = $1), $2, $3, $4)", err));
	bv_sql_bind_str(stmt, 1, bv_str_of(kind));
	bv_sql_bind_int(stmt, 2, at_s);
	bv_sql_bind_blob(stmt, 3, hash, sizeof hash);
	bv_sql_bind_blob(stmt, 4, bytes.p, bytes.len);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
fill(struct bv_sql *sql, const struct bv_register_order *order, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool there;

	TRY(bv_sql_has_table(&there, sql, "register", err));
	if (there)
		return bv_err_set(err, BV_ECONFLICT, "there is a register in this database already");
	TRY(bv_sql_run(sql, register_schema, err));
	TRY(bv_sql_prepare(&stmt, sql, "INSERT INTO register(n, version, issuer, status, made, code_key) VALUES (1, $1, $2, $3, $4, $5)", err));
	bv_sql_bind_int(stmt, 1, VERSION);
	bv_sql_bind_str(stmt, 2, order->issuer);
	bv_sql_bind_str(stmt, 3, order->status);
	bv_sql_bind_int(stmt, 4, order->at_s);
	bv_sql_bind_blob(stmt, 5, order->code_key, sizeof order->code_key);
	TRY(bv_sql_exec(stmt, err));
	TRY(bv_sql_run(sql, "INSERT INTO issuing_stop(n, stopped, at_s, person, reason) VALUES (1, 0, 0, '', '')", err));
	TRY(add_document(sql, "issuing", order->issuing, order->at_s, err));
	return add_document(sql, "mandates", order->mandates, order->at_s, err);
}

enum bv_status
register_add_document(struct bv_register *reg, const char *kind, struct bv_str bytes, int64_t at_s, struct bv_err *err)
{
	return add_document(reg->sql, kind, bytes, at_s, err);
}

/* Who reads a list must find it by what stands on a certificate. */
static enum bv_status
check_status(struct bv_str status, struct bv_err *err)
{
	if (!bv_str_starts(status, BV_STR("https://")) || bv_str_ends(status, BV_STR("/")) || status.len > STATUS_MAX || status.len < 12)
		return bv_err_set(err, BV_EINVAL, "the address of status lists begins with https:// and does not end with '/'");
	for (size_t i = 0; i < status.len; i++)
		if (status.p[i] <= ' ' || status.p[i] > '~' || strchr("\"#<>\\^`{|}?", status.p[i]))
			return bv_err_set(err, BV_EINVAL, "the address of status lists has characters that no address has");
	return BV_OK;
}

enum bv_status
bv_register_create(const char *url, const struct bv_register_order *order, struct bv_err *err)
{
	BV_AUTO(bv_issuing_free) struct bv_issuing *issuing = NULL;
	BV_AUTO(bv_mandates_free) struct bv_mandates *mandates = NULL;
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;

	TRY(bv_did_check(order->issuer, err));
	TRY(check_status(order->status, err));
	TRY(bv_issuing_parse(&issuing, order->issuing, err));
	TRY(bv_mandates_parse(&mandates, order->mandates, err));
	TRY(bv_sql_open(&sql, url, BV_SQL_CREATE, err));
	TRY(bv_sql_begin(sql, true, err));
	return bv_sql_end(sql, fill(sql, order, err), err);
}

/* ---- Opening ---- */

static enum bv_status
read_about(struct bv_register *reg, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(register_stmt(&stmt, reg, ABOUT, err));
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_EINVAL, "%s: the register is empty: it was not made whole", reg->url);
	reg->issuer = bv_arena_str(&reg->arena, bv_sql_str(stmt, 0));
	reg->status = bv_arena_str(&reg->arena, bv_sql_str(stmt, 1));
	int64_t version = bv_sql_int(stmt, 2);
	bv_hmac_key_init(&reg->code_key, bv_sql_blob(stmt, 3));
	bv_sql_reset(stmt);
	return version == VERSION ? BV_OK : bv_err_set(err, BV_EINVAL, "%s: a register of version %" PRId64 " is not known here", reg->url, version);
}

enum bv_status
register_document(struct bv_buf *out, struct bv_register *reg, const char *kind, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	uint8_t hash[BV_HASH_LEN];
	bool row;

	TRY(register_stmt(&stmt, reg, DOCUMENT_NEWEST, err));
	bv_sql_bind_str(stmt, 1, bv_str_of(kind));
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "%s: the register has no document '%s'", reg->url, kind);
	bv_buf_add(out, bv_sql_blob(stmt, 0));
	bv_sha256(hash, bv_buf_str(out));
	bool good = bv_sql_blob(stmt, 1).len == sizeof hash && memcmp(bv_sql_blob(stmt, 1).p, hash, sizeof hash) == 0;
	bv_sql_reset(stmt);
	return good ? bv_buf_check(out, err) : bv_err_set(err, BV_EDENIED, "%s: the document '%s' was changed", reg->url, kind);
}

static enum bv_status
read_documents(struct bv_register *reg, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf issuing = BV_BUF(BV_ISSUING_MAX), mandates = BV_BUF(BV_MANDATES_MAX);

	TRY(register_document(&issuing, reg, "issuing", err));
	TRY(register_document(&mandates, reg, "mandates", err));
	bv_issuing_free(reg->issuing);
	bv_mandates_free(reg->mandates);
	reg->issuing = NULL;
	reg->mandates = NULL;
	TRY(bv_issuing_parse(&reg->issuing, bv_buf_str(&issuing), err));
	return bv_mandates_parse(&reg->mandates, bv_buf_str(&mandates), err);
}

enum bv_status
bv_register_open(struct bv_register **out, const char *url, bool write, struct bv_err *err)
{
	BV_AUTO(bv_register_close) struct bv_register *reg = bv_alloc(sizeof *reg);
	bool there;

	reg->url = bv_str_dup(bv_str_of(url));
	TRY(bv_sql_open(&reg->sql, url, write ? BV_SQL_WRITE : BV_SQL_READ, err));
	TRY(bv_sql_has_table(&there, reg->sql, "register", err));
	if (!there)
		return bv_err_set(err, BV_ENOTFOUND, "%s: there is no register of certificates in this database: 'bangvang cert register init' makes one", url);
	TRY(read_about(reg, err));
	TRY(read_documents(reg, err));
	*out = bv_steal(&reg);
	return BV_OK;
}

void
bv_register_close(struct bv_register *reg)
{
	if (!reg)
		return;
	for (size_t i = 0; i < REGISTER_STATEMENTS; i++)
		bv_sql_stmt_free(reg->stmts[i]);
	bv_sql_close(reg->sql);
	bv_issuing_free(reg->issuing);
	bv_mandates_free(reg->mandates);
	bv_arena_finish(&reg->arena);
	bv_wipe(&reg->code_key, sizeof reg->code_key);
	free(reg->url);
	free(reg);
}

struct bv_str
bv_register_issuer(const struct bv_register *reg)
{
	return reg->issuer;
}

struct bv_str
bv_register_status(const struct bv_register *reg)
{
	return reg->status;
}

const struct bv_issuing *
bv_register_issuing(const struct bv_register *reg)
{
	return reg->issuing;
}

const struct bv_mandates *
bv_register_mandates(const struct bv_register *reg)
{
	return reg->mandates;
}

enum bv_status
bv_register_replace(struct bv_register *reg, struct bv_str issuing, struct bv_str mandates, int64_t at_s, struct bv_err *err)
{
	BV_AUTO(bv_issuing_free) struct bv_issuing *new_issuing = NULL;
	BV_AUTO(bv_mandates_free) struct bv_mandates *new_mandates = NULL;

	if (issuing.len)
		TRY(bv_issuing_parse(&new_issuing, issuing, err));
	if (mandates.len)
		TRY(bv_mandates_parse(&new_mandates, mandates, err));
	TRY(bv_sql_begin(reg->sql, true, err));
	enum bv_status status = issuing.len ? add_document(reg->sql, "issuing", issuing, at_s, err) : BV_OK;
	if (status == BV_OK && mandates.len)
		status = add_document(reg->sql, "mandates", mandates, at_s, err);
	TRY(bv_sql_end(reg->sql, status, err));
	return read_documents(reg, err);
}

/* ---- The log ---- */

enum bv_status
register_log_open(struct bv_log **out, const char *folder, struct bv_err *err)
{
	enum bv_status status = bv_log_open(out, folder, err);

	for (int waited = 0; status == BV_ECONFLICT && waited < LOG_WAIT_MS; waited += LOG_AGAIN_MS) {
		usleep(LOG_AGAIN_MS * 1000);
		status = bv_log_open(out, folder, err);
	}
	return status;
}

enum bv_status
register_log_publish(struct bv_buf *note, struct bv_log *log, const struct bv_key *key, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf own = BV_BUF(BV_CHECKPOINT_MAX);
	struct bv_policy_finding found;

	return bv_log_checkpoint(note ? note : &own, &found, log, key, NULL, NULL, NULL, err);
}

/* ---- Certificates ---- */

static enum bv_status
visit_all(struct bv_sql_stmt *stmt, bv_register_visit visit, void *ctx, size_t *count, struct bv_err *err)
{
	struct bv_register_row of;
	bool row = true;

	*count = 0;
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		register_row(&of, stmt);
		++*count;
		enum bv_status status = visit(ctx, &of, err);
		if (status != BV_OK) {
			bv_sql_reset(stmt);
			return status;
		}
	}
}

enum bv_status
bv_register_each(struct bv_register *reg, int64_t batch, bv_register_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	size_t count;

	TRY(register_stmt(&stmt, reg, batch ? CERTIFICATES_BATCH : CERTIFICATES_ALL, err));
	if (batch)
		bv_sql_bind_int(stmt, 1, batch);
	return visit_all(stmt, visit, ctx, &count, err);
}

/* "SHARD#IDX". */
static bool
is_place(int64_t *shard, int64_t *idx, struct bv_str name)
{
	size_t at = bv_str_find(name, '#');

	return at < name.len && bv_str_int(bv_str_sub(name, 0, at), shard) && bv_str_int(bv_str_sub(name, at + 1, name.len), idx);
}

static bool
is_uuid(uint8_t uuid[16], struct bv_str name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf digits = BV_BUF(64);
	struct bv_err ignored;

	if (!bv_str_starts(name, BV_STR("urn:uuid:")) || name.len != 45)
		return false;
	for (size_t i = 9; i < name.len; i++)
		if (name.p[i] != '-')
			bv_buf_addc(&digits, name.p[i]);
	return bv_hex_parse(uuid, 16, bv_buf_str(&digits), &ignored) == BV_OK;
}

void
register_code(uint8_t out[BV_HASH_LEN], const struct bv_register *reg, const char code[BV_CODE_SIZE])
{
	bv_hmac_sha256(out, &reg->code_key, bv_str_of(code));
}

static enum bv_status
find_code(size_t *count, struct bv_register *reg, const char code[BV_CODE_SIZE], bv_register_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	uint8_t key[BV_HASH_LEN];

	register_code(key, reg, code);
	TRY(register_stmt(&stmt, reg, CERTIFICATE_CODE, err));
	bv_sql_bind_blob(stmt, 1, key, sizeof key);
	return visit_all(stmt, visit, ctx, count, err);
}

enum bv_status
bv_register_find_code(struct bv_register *reg, const char code[BV_CODE_SIZE], bv_register_visit visit, void *ctx, struct bv_err *err)
{
	size_t count;

	TRY(find_code(&count, reg, code, visit, ctx, err));
	return count ? BV_OK : bv_err_set(err, BV_ENOTFOUND, "the register has no certificate of that code");
}

/* States the certificate of these facts that evidence? */
static enum bv_status
has_evidence(bool *has, struct bv_str facts, struct bv_str name, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	BV_AUTO(bv_facts_free) struct bv_facts_file *file = NULL;

	TRY(bv_facts_parse(&file, facts, err));
	const struct bv_credential_facts *f = bv_facts(file);
	for (size_t i = 0; i < f->evidence_count && !*has; i++)
		*has = bv_str_eq(f->evidence[i].name, name) && bv_hash_eq(f->evidence[i].hash, hash);
	return BV_OK;
}

static enum bv_status
find_evidence(int64_t *id, struct bv_register *reg, struct bv_str ticket, struct bv_str evidence, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row = true, has = false;

	TRY(register_stmt(&stmt, reg, CERTIFICATES_TICKET, err));
	bv_sql_bind_str(stmt, 1, ticket);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return bv_err_set(err, BV_ENOTFOUND, "the register has no certificate for that result");
		*id = bv_sql_int(stmt, 0);
		enum bv_status status = has_evidence(&has, bv_sql_blob(stmt, 1), evidence, hash, err);
		if (status == BV_OK && !has)
			continue;
		bv_sql_reset(stmt);
		return status;
	}
}

enum bv_status
bv_register_find_result(struct bv_register *reg, struct bv_str ticket, struct bv_str evidence, const uint8_t hash[BV_HASH_LEN], bv_register_visit visit, void *ctx,
                        struct bv_err *err)
{
	int64_t id;

	TRY(find_evidence(&id, reg, ticket, evidence, hash, err));
	return bv_register_get(reg, id, visit, ctx, err);
}

enum bv_status
bv_register_get(struct bv_register *reg, int64_t certificate, bv_register_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	size_t count;

	TRY(register_stmt(&stmt, reg, CERTIFICATE_ID, err));
	bv_sql_bind_int(stmt, 1, certificate);
	TRY(visit_all(stmt, visit, ctx, &count, err));
	return count ? BV_OK : bv_err_set(err, BV_ENOTFOUND, "the register has no certificate number %" PRId64, certificate);
}

enum bv_status
bv_register_find_ticket(struct bv_register *reg, struct bv_str ticket, bv_register_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	size_t count;

	TRY(register_stmt(&stmt, reg, CERTIFICATES_OF_TICKET, err));
	bv_sql_bind_str(stmt, 1, ticket);
	TRY(visit_all(stmt, visit, ctx, &count, err));
	return count ? BV_OK : bv_err_set(err, BV_ENOTFOUND, "the register has no certificate of ticket '%.*s'", BV_STR_ARG(bv_str_sub(ticket, 0, 100)));
}

enum bv_status
bv_register_find(struct bv_register *reg, struct bv_str name, bv_register_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	int64_t shard, idx;
	uint8_t uuid[16];
	char code[BV_CODE_SIZE];
	size_t count;

	if (is_uuid(uuid, name)) {
		TRY(register_stmt(&stmt, reg, CERTIFICATE_UUID, err));
		bv_sql_bind_blob(stmt, 1, uuid, sizeof uuid);
	} else if (is_place(&shard, &idx, name)) {
		TRY(register_stmt(&stmt, reg, CERTIFICATE_PLACE, err));
		bv_sql_bind_int(stmt, 1, shard);
		bv_sql_bind_int(stmt, 2, idx);
	} else {
		TRY(register_stmt(&stmt, reg, CERTIFICATE_SERIAL, err));
		bv_sql_bind_str(stmt, 1, name);
	}
	TRY(visit_all(stmt, visit, ctx, &count, err));
	if (!count && bv_code_parse(code, name) == BV_CODE_GOOD)
		TRY(find_code(&count, reg, code, visit, ctx, err));
	return count ? BV_OK : bv_err_set(err, BV_ENOTFOUND, "the register has no certificate '%.*s'", BV_STR_ARG(bv_str_sub(name, 0, 100)));
}

enum bv_status
bv_register_envelopes(struct bv_register *reg, int64_t certificate, bv_envelope_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(register_stmt(&stmt, reg, ENVELOPES, err));
	bv_sql_bind_int(stmt, 1, certificate);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		enum bv_status status = visit(ctx, bv_sql_str(stmt, 0), bv_sql_blob(stmt, 1), err);
		if (status != BV_OK) {
			bv_sql_reset(stmt);
			return status;
		}
	}
}
