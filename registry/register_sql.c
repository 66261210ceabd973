/* The tables of a register, and its statements. */
#include "registry/register.h"

/* Steps of a certificate: 0 drafted, 1 in the log, 2 signed. Fates: enum bv_fate. Acts: 0 asked for, 1 decided, 2 in force, 3 turned down; deeds: enum bv_deed. */
const char register_schema[] =
	"CREATE TABLE register(n BIGINT PRIMARY KEY CHECK (n = 1), version BIGINT NOT NULL, issuer TEXT NOT NULL, status TEXT NOT NULL, made BIGINT NOT NULL,"
	" code_key BYTEA NOT NULL);"
	"CREATE TABLE register_document(kind TEXT NOT NULL, n BIGINT NOT NULL, at_s BIGINT NOT NULL, sha256 BYTEA NOT NULL, bytes BYTEA NOT NULL,"
	" PRIMARY KEY (kind, n));"
	"CREATE TABLE issuing_stop(n BIGINT PRIMARY KEY CHECK (n = 1), stopped BIGINT NOT NULL, at_s BIGINT NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL);"
	"CREATE TABLE series(name TEXT PRIMARY KEY, next BIGINT NOT NULL);"
	"CREATE TABLE shard(id BIGINT PRIMARY KEY, seed BYTEA NOT NULL, used BIGINT NOT NULL, key TEXT NOT NULL);"
	"CREATE TABLE batch(id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, scheme TEXT NOT NULL, centre TEXT NOT NULL, at_s BIGINT NOT NULL, key TEXT NOT NULL,"
	" officer TEXT NOT NULL, mandate TEXT NOT NULL, step BIGINT NOT NULL, total BIGINT NOT NULL, log_from BIGINT NOT NULL, log_idx BIGINT NOT NULL);"
	"CREATE TABLE certificate(id BIGINT PRIMARY KEY, batch BIGINT NOT NULL REFERENCES batch(id), ticket TEXT NOT NULL, serial TEXT NOT NULL UNIQUE,"
	" uuid BYTEA NOT NULL UNIQUE, code BYTEA NOT NULL UNIQUE, holder TEXT NOT NULL, birth TEXT NOT NULL, level TEXT NOT NULL, achievement TEXT NOT NULL, awarded_s BIGINT NOT NULL,"
	" valid_until_s BIGINT NOT NULL, shard BIGINT NOT NULL REFERENCES shard(id), idx BIGINT NOT NULL, credential BYTEA NOT NULL, leaf BYTEA NOT NULL,"
	" given BYTEA NOT NULL, facts BYTEA NOT NULL, secrets BYTEA NOT NULL, step BIGINT NOT NULL, log_idx BIGINT NOT NULL, fate BIGINT NOT NULL, successor BIGINT NOT NULL,"
	" UNIQUE (batch, ticket), UNIQUE (shard, idx));"
	"CREATE INDEX certificate_given ON certificate(given);"
	"CREATE INDEX certificate_ticket ON certificate(ticket);"
	"CREATE INDEX certificate_step ON certificate(batch, step, id);"
	"CREATE TABLE envelope(certificate BIGINT NOT NULL REFERENCES certificate(id), kind TEXT NOT NULL, bytes BYTEA NOT NULL, PRIMARY KEY (certificate, kind));"
	"CREATE TABLE act(id BIGINT PRIMARY KEY, deed BIGINT NOT NULL, certificate BIGINT NOT NULL, successor BIGINT NOT NULL, reason TEXT NOT NULL, note TEXT NOT NULL,"
	" facts BYTEA NOT NULL, asked_s BIGINT NOT NULL, asked_by TEXT NOT NULL, asked_key TEXT NOT NULL, asked_signature BYTEA NOT NULL, step BIGINT NOT NULL,"
	" decided_s BIGINT NOT NULL, decided_by TEXT NOT NULL, decided_key TEXT NOT NULL, decided_signature BYTEA NOT NULL, log_from BIGINT NOT NULL,"
	" log_idx BIGINT NOT NULL);"
	"CREATE INDEX act_certificate ON act(certificate, id);"
	"CREATE TABLE status_list(shard BIGINT NOT NULL, kind TEXT NOT NULL, n BIGINT NOT NULL, from_s BIGINT NOT NULL, until_s BIGINT NOT NULL, sha256 BYTEA NOT NULL,"
	" bytes BYTEA NOT NULL, log_from BIGINT NOT NULL, log_idx BIGINT NOT NULL, PRIMARY KEY (shard, kind, n))";

#define ROW "SELECT c.id, c.batch, c.serial, c.ticket, b.scheme, b.centre, c.holder, c.birth, c.level, c.achievement, c.awarded_s, c.valid_until_s, b.at_s, " \
	"c.shard, c.idx, c.log_idx, c.fate, c.successor, c.uuid, c.credential, c.leaf FROM certificate c JOIN batch b ON b.id = c.batch"
#define ACT "SELECT id, deed, certificate, successor, reason, note, facts, asked_s, asked_by, asked_key, asked_signature, step, decided_s, decided_by, " \
	"decided_key, decided_signature, log_from, log_idx FROM act"

static const char *const texts[REGISTER_STATEMENTS] = {
	[ABOUT] = "SELECT issuer, status, version, code_key FROM register",
	[DOCUMENT_NEWEST] = "SELECT bytes, sha256, n FROM register_document WHERE kind = $1 ORDER BY n DESC LIMIT 1",
	[STOP_SET] = "UPDATE issuing_stop SET stopped = $1, at_s = $2, person = $3, reason = $4",
	[STOP_GET] = "SELECT stopped, at_s, person, reason FROM issuing_stop",
	[BATCH_FIND] = "SELECT id, scheme, centre, at_s, key, step, total, log_from, log_idx, officer FROM batch WHERE name = $1",
	[BATCH_ADD] = "INSERT INTO batch(id, name, scheme, centre, at_s, key, officer, mandate, step, total, log_from, log_idx) "
	              "VALUES ((SELECT coalesce(max(id), 0) + 1 FROM batch), $1, $2, $3, $4, $5, $6, $7, 0, 0, -1, -1)",
	[BATCH_STEP] = "UPDATE batch SET step = $2, total = $3, log_idx = $4, log_from = -1 WHERE id = $1 AND step <= $2",
	[BATCH_FLIGHT] = "UPDATE batch SET log_from = $2 WHERE id = $1",
	[BATCH_COUNT] = "SELECT count(*), coalesce(sum(CASE WHEN step > 0 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN step > 1 THEN 1 ELSE 0 END), 0) "
	                "FROM certificate WHERE batch = $1",
	[SERIES_NEXT] = "SELECT next FROM series WHERE name = $1",
	[SERIES_SET] = "INSERT INTO series(name, next) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET next = $2",
	[SHARD_OPEN] = "SELECT id, seed, used FROM shard WHERE key = $1 ORDER BY id DESC LIMIT 1",
	[SHARD_ADD] = "INSERT INTO shard(id, seed, used, key) VALUES ((SELECT coalesce(max(id), 0) + 1 FROM shard), $1, 0, $2)",
	[SHARD_USED] = "UPDATE shard SET used = $2 WHERE id = $1",
	[CERTIFICATE_FACTS] = "SELECT given FROM certificate WHERE batch = $1 AND ticket = $2",
	[CERTIFICATE_TWIN] = "SELECT serial FROM certificate WHERE given = $1 AND batch <> $2 AND fate < 3 LIMIT 1",
	[CERTIFICATE_ADD] = "INSERT INTO certificate(id, batch, ticket, serial, uuid, holder, birth, level, achievement, awarded_s, valid_until_s, shard, idx, credential, leaf, "
	                    "given, facts, secrets, code, step, log_idx, fate, successor) VALUES ((SELECT coalesce(max(id), 0) + 1 FROM certificate), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
	                    "$15, $16, $17, $18, 0, -1, 0, 0)",
	[CERTIFICATES_STEP] = "SELECT id, achievement, credential, shard, idx, leaf FROM certificate WHERE batch = $1 AND step = 0 ORDER BY id LIMIT $2",
	[CERTIFICATES_OF_STEP] = "SELECT id, facts, secrets, shard, idx, log_idx, leaf, credential FROM certificate WHERE batch = $1 AND step = 1 ORDER BY id LIMIT $2",
	[CERTIFICATE_LOGGED] = "UPDATE certificate SET log_idx = $2, step = 1 WHERE id = $1 AND step = 0",
	[CERTIFICATE_SIGNED] = "UPDATE certificate SET step = 2, fate = 1 WHERE id = $1 AND step = 1",
	[CERTIFICATE_LEAVES] = "SELECT leaf FROM certificate WHERE batch = $1 ORDER BY id",
	[CERTIFICATE_ISSUED] = "SELECT facts FROM certificate WHERE id = $1",
	[CERTIFICATES_ALL] = ROW " ORDER BY c.id",
	[CERTIFICATES_BATCH] = ROW " WHERE c.batch = $1 ORDER BY c.id",
	[CERTIFICATE_SERIAL] = ROW " WHERE c.serial = $1",
	[CERTIFICATE_UUID] = ROW " WHERE c.uuid = $1",
	[CERTIFICATE_PLACE] = ROW " WHERE c.shard = $1 AND c.idx = $2",
	[CERTIFICATE_CODE] = ROW " WHERE c.code = $1 AND c.fate > 0",
	[CERTIFICATES_TICKET] = "SELECT id, facts FROM certificate WHERE ticket = $1 AND fate > 0 ORDER BY CASE WHEN fate = 1 THEN 0 ELSE 1 END, id DESC",
	[CERTIFICATES_OF_TICKET] = ROW " WHERE c.ticket = $1 AND c.fate > 0 ORDER BY c.id",
	[CODE_TAKEN] = "SELECT 1 FROM certificate WHERE code = $1 OR uuid = $2",
	[CERTIFICATE_ID] = ROW " WHERE c.id = $1",
	[CERTIFICATE_FATE] = "UPDATE certificate SET fate = $2, successor = $3 WHERE id = $1",
	[ENVELOPE_ADD] = "INSERT INTO envelope(certificate, kind, bytes) VALUES ($1, $2, $3)",
	[ENVELOPES] = "SELECT kind, bytes FROM envelope WHERE certificate = $1 ORDER BY kind",
	[ACT_ADD] = "INSERT INTO act(id, deed, certificate, successor, reason, note, facts, asked_s, asked_by, asked_key, asked_signature, step, decided_s, decided_by, "
	            "decided_key, decided_signature, log_from, log_idx) VALUES ((SELECT coalesce(max(id), 0) + 1 FROM act), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, '', '', "
	            "/*sqlite*/x''/*end*//*pgsql ''::bytea*/, -1, -1)",
	[ACT_ONE] = ACT " WHERE id = $1",
	[ACT_ALL] = ACT " ORDER BY id",
	[ACT_OF] = ACT " WHERE certificate = $1 ORDER BY id",
	[ACT_OPEN] = ACT " WHERE certificate = $1 AND step < 2 AND deed < 7 ORDER BY id LIMIT 1",
	[ACT_VOID] = "UPDATE act SET step = 3 WHERE deed = $1 AND step < 2",
	[ACT_DECIDE] = "UPDATE act SET step = $2, decided_s = $3, decided_by = $4, decided_key = $5, decided_signature = $6 WHERE id = $1 AND step = 0",
	[ACT_FLIGHT] = "UPDATE act SET log_from = $2 WHERE id = $1",
	[ACT_IN_FORCE] = "UPDATE act SET step = 2, log_idx = $2 WHERE id = $1 AND step = 1",
	[ACT_PENDING] = ACT " WHERE step = 1 ORDER BY id LIMIT 1",
	[SHARDS] = "SELECT id FROM shard WHERE id > $1 ORDER BY id LIMIT 1",
	[SHARD_FATES] = "SELECT idx, fate FROM certificate WHERE shard = $1 AND fate > 1",
	[LIST_ADD] = "INSERT INTO status_list(shard, kind, n, from_s, until_s, sha256, bytes, log_from, log_idx) "
	             "VALUES ($1, $2, (SELECT coalesce(max(n), 0) + 1 FROM status_list WHERE shard = $1 AND kind = $2), $3, $4, $5, $6, -1, -1)",
	[LIST_AT] = "SELECT from_s, until_s, bytes, log_idx, sha256 FROM status_list WHERE shard = $1 AND kind = $2 AND from_s <= $3 AND log_idx >= 0 ORDER BY n DESC LIMIT 1",
	[LIST_LOGGED] = "UPDATE status_list SET log_idx = $4 WHERE shard = $1 AND kind = $2 AND n = $3",
	[LIST_PENDING] = "SELECT shard, kind, n, from_s, sha256, log_from FROM status_list WHERE log_idx < 0 ORDER BY n, shard, kind LIMIT $1",
	[LIST_FLIGHT] = "UPDATE status_list SET log_from = $1 WHERE log_idx < 0",
};

enum bv_status
register_stmt(struct bv_sql_stmt **out, struct bv_register *reg, enum register_statement which, struct bv_err *err)
{
	if (!reg->stmts[which])
		TRY(bv_sql_prepare(&reg->stmts[which], reg->sql, texts[which], err));
	*out = reg->stmts[which];
	return BV_OK;
}

void
register_row(struct bv_register_row *row, struct bv_sql_stmt *stmt)
{
	struct bv_str uuid = bv_sql_blob(stmt, 18), credential = bv_sql_blob(stmt, 19), leaf = bv_sql_blob(stmt, 20);

	*row = (struct bv_register_row){
		.id = bv_sql_int(stmt, 0), .batch = bv_sql_int(stmt, 1), .serial = bv_sql_str(stmt, 2), .ticket = bv_sql_str(stmt, 3), .scheme = bv_sql_str(stmt, 4),
		.centre = bv_sql_str(stmt, 5), .holder = bv_sql_str(stmt, 6), .birth = bv_sql_str(stmt, 7), .level = bv_sql_str(stmt, 8),
		.achievement = bv_sql_str(stmt, 9), .awarded_s = bv_sql_int(stmt, 10), .valid_until_s = bv_sql_int(stmt, 11), .signed_s = bv_sql_int(stmt, 12),
		.shard = bv_sql_int(stmt, 13), .idx = bv_sql_int(stmt, 14), .log_idx = bv_sql_int(stmt, 15), .fate = (enum bv_fate)bv_sql_int(stmt, 16),
		.successor = bv_sql_int(stmt, 17),
	};
	memcpy(row->uuid, uuid.p, uuid.len == sizeof row->uuid ? uuid.len : 0);
	memcpy(row->credential, credential.p, credential.len == BV_HASH_LEN ? BV_HASH_LEN : 0);
	memcpy(row->leaf, leaf.p, leaf.len == BV_HASH_LEN ? BV_HASH_LEN : 0);
}
