/* The register's handle, its tables and statements. */
#ifndef BV_REGISTRY_REGISTER_H
#define BV_REGISTRY_REGISTER_H

#include "base/mem.h"
#include "base/sql.h"
#include "registry/registry.h"

enum register_statement {
	ABOUT,
	DOCUMENT_NEWEST,
	STOP_SET,
	STOP_GET,
	BATCH_FIND,
	BATCH_ADD,
	BATCH_STEP,
	BATCH_FLIGHT,
	BATCH_COUNT,
	SERIES_NEXT,
	SERIES_SET,
	SHARD_OPEN,
	SHARD_ADD,
	SHARD_USED,
	CERTIFICATE_FACTS,
	CERTIFICATE_TWIN,
	CERTIFICATE_ADD,
	CERTIFICATES_STEP,
	CERTIFICATES_OF_STEP,
	CERTIFICATE_LOGGED,
	CERTIFICATE_SIGNED,
	CERTIFICATE_LEAVES,
	CERTIFICATE_ISSUED,
	CERTIFICATES_ALL,
	CERTIFICATES_BATCH,
	CERTIFICATE_SERIAL,
	CERTIFICATE_UUID,
	CERTIFICATE_PLACE,
	CERTIFICATE_CODE,
	CERTIFICATES_TICKET,
	CERTIFICATES_OF_TICKET,
	CODE_TAKEN,
	CERTIFICATE_ID,
	CERTIFICATE_FATE,
	ENVELOPE_ADD,
	ENVELOPES,
	ACT_ADD,
	ACT_ONE,
	ACT_ALL,
	ACT_OF,
	ACT_OPEN,
	ACT_VOID,
	ACT_DECIDE,
	ACT_FLIGHT,
	ACT_IN_FORCE,
	ACT_PENDING,
	SHARDS,
	SHARD_FATES,
	LIST_ADD,
	LIST_AT,
	LIST_LOGGED,
	LIST_PENDING,
	LIST_FLIGHT,
	REGISTER_STATEMENTS
};

struct bv_register {
	struct bv_sql *sql;
	char *url;
	struct bv_arena arena;
	struct bv_str issuer, status;
	struct bv_hmac_key code_key; /* what codes are looked up by */
	struct bv_issuing *issuing;
	struct bv_mandates *mandates;
	struct bv_sql_stmt *stmts[REGISTER_STATEMENTS];
};

extern const char register_schema[];

/* Borrowed; prepared when it is asked for first. */
BV_MUST_USE enum bv_status register_stmt(struct bv_sql_stmt **out, struct bv_register *reg, enum register_statement which, struct bv_err *err);
/* The row of a statement of certificates. */
void register_row(struct bv_register_row *row, struct bv_sql_stmt *stmt);
/* What a certificate is looked up by: a keyed hash of its code, so that nobody learns how much of a guess was right from the time that an index took. */
void register_code(uint8_t out[BV_HASH_LEN], const struct bv_register *reg, const char code[BV_CODE_SIZE]);
/* A document of a kind, of which the newest counts. ENOTFOUND; EDENIED: it was changed. */
BV_MUST_USE enum bv_status register_document(struct bv_buf *out, struct bv_register *reg, const char *kind, struct bv_err *err);
BV_MUST_USE enum bv_status register_add_document(struct bv_register *reg, const char *kind, struct bv_str bytes, int64_t at_s, struct bv_err *err);
/* EDENIED when issuance is stopped: inside a transaction. */
BV_MUST_USE enum bv_status register_check_stop(struct bv_register *reg, struct bv_err *err);
/* An Ed25519 or other key's multikey in arena. */
struct bv_str register_multikey(struct bv_arena *arena, const struct bv_public *public);
/* Opens a log for writing, waiting some seconds for another program that writes to it. */
BV_MUST_USE enum bv_status register_log_open(struct bv_log **out, const char *folder, struct bv_err *err);
/* Signs a checkpoint of all that is there, publishes it, and appends it to note, which may be NULL. */
BV_MUST_USE enum bv_status register_log_publish(struct bv_buf *note, struct bv_log *log, const struct bv_key *key, struct bv_err *err);

#endif
