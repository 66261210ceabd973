#include "tools/httpd/totp_seal.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/engine.h"

enum { ASSOCIATED_MAX = 200 };

enum bv_status
totp_key_load(struct totp_key *out, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_master_free) struct bv_master *master = NULL;

	*out = (struct totp_key){ 0 };
	if (!path[0])
		return BV_OK;
	TRY(bv_master_load(&master, path, err));
	bv_master_derive(out->bytes, master, BV_STR("BV-TOTP-1"));
	out->set = true;
	return BV_OK;
}

/* ---- One secret ---- */

static void
associate(struct bv_buf *out, const char *account)
{
	bv_buf_add(out, (struct bv_str){ "BV-TOTP-1", 10 });
	bv_buf_addz(out, account);
}

void
totp_keep(struct totp_kept *out, const struct totp_key *key, const char *account, const uint8_t secret[TOTP_SECRET_LEN])
{
	BV_AUTO(bv_buf_finish) struct bv_buf associated = BV_BUF(ASSOCIATED_MAX), sealed = BV_BUF(TOTP_SEALED_LEN);
	uint8_t nonce[BV_CIPHER_NONCE_LEN];

	*out = (struct totp_kept){ .len = TOTP_SECRET_LEN };
	if (!key->set) {
		memcpy(out->bytes, secret, TOTP_SECRET_LEN);
		return;
	}
	associate(&associated, account);
	bv_random_fill(nonce, sizeof nonce);
	bv_cipher_seal(&sealed, key->bytes, nonce, bv_buf_str(&associated), (struct bv_str){ (const char *)secret, TOTP_SECRET_LEN });
	out->len = TOTP_SEALED_LEN;
	memcpy(out->bytes, sealed.p, TOTP_SEALED_LEN);
}

enum bv_status
totp_open(uint8_t secret[TOTP_SECRET_LEN], const struct totp_kept *kept, const struct totp_key *key, const char *account, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf associated = BV_BUF(ASSOCIATED_MAX), plain = BV_BUF(TOTP_SECRET_LEN);

	if (kept->len == TOTP_SECRET_LEN) {
		memcpy(secret, kept->bytes, TOTP_SECRET_LEN);
		return BV_OK;
	}
	if (!key->set)
		return bv_err_set(err, BV_EINVAL, "authenticators of accounts are sealed: give account_key, the file that they were sealed with");
	associate(&associated, account);
	if (bv_cipher_open(&plain, key->bytes, bv_buf_str(&associated), (struct bv_str){ (const char *)kept->bytes, kept->len }, err) != BV_OK || plain.len != TOTP_SECRET_LEN)
		return bv_err_set(err, BV_EDENIED, "the authenticator of account %s does not open: account_key is not the file that it was sealed with, or the database was "
		                  "changed", account);
	memcpy(secret, plain.p, TOTP_SECRET_LEN);
	bv_wipe(plain.p, plain.len);
	return BV_OK;
}

/* ---- All of them ---- */

/* A column of a row: sealed if it is not; what is sealed must open. */
static enum bv_status
seal_column(struct totp_kept *out, bool *changed, struct bv_str kept, const struct totp_key *key, const char *account, struct bv_err *err)
{
	uint8_t secret[TOTP_SECRET_LEN];

	*out = (struct totp_kept){ 0 };
	if (kept.len != TOTP_SECRET_LEN && kept.len != TOTP_SEALED_LEN)
		return BV_OK;
	out->len = (uint8_t)kept.len;
	memcpy(out->bytes, kept.p, kept.len);
	TRY(totp_open(secret, out, key, account, err));
	if (key->set && kept.len == TOTP_SECRET_LEN) {
		totp_keep(out, key, account, secret);
		*changed = true;
	}
	bv_wipe(secret, sizeof secret);
	return BV_OK;
}

static void
bind_kept(struct bv_sql_stmt *stmt, int idx, const struct totp_kept *kept)
{
	if (kept->len)
		bv_sql_bind_blob(stmt, idx, kept->bytes, kept->len);
	else
		bv_sql_bind_null(stmt, idx);
}

/* The next account after `id`, which becomes it. */
static enum bv_status
seal_next(bool *more, bool *sealed, char id[ASSOCIATED_MAX / 2], struct bv_sql *sql, const struct totp_key *key, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *next = NULL, *put = NULL;
	struct totp_kept totp, totp_next;
	bool changed = false;

	TRY(bv_sql_prepare(&next, sql, "SELECT id, totp, totp_next FROM account WHERE id > $1 AND (totp IS NOT NULL OR totp_next IS NOT NULL) ORDER BY id LIMIT 1", err));
	bv_sql_bind_str(next, 1, bv_str_of(id));
	TRY(bv_sql_step(next, more, err));
	if (!*more)
		return BV_OK;
	struct bv_str found = bv_str_sub(bv_sql_str(next, 0), 0, ASSOCIATED_MAX / 2 - 1);
	memcpy(id, found.p, found.len);
	id[found.len] = '\0';
	enum bv_status status = seal_column(&totp, &changed, bv_sql_blob(next, 1), key, id, err);
	if (status == BV_OK)
		status = seal_column(&totp_next, &changed, bv_sql_blob(next, 2), key, id, err);
	bv_sql_reset(next);
	if (status != BV_OK || !changed)
		return status;
	*sealed = true;
	TRY(bv_sql_prepare(&put, sql, "UPDATE account SET totp = $2, totp_next = $3 WHERE id = $1", err));
	bv_sql_bind_str(put, 1, bv_str_of(id));
	bind_kept(put, 2, &totp);
	bind_kept(put, 3, &totp_next);
	return bv_sql_exec(put, err);
}

static enum bv_status
seal_rows(struct bv_sql *sql, const struct totp_key *key, struct bv_err *err)
{
	char id[ASSOCIATED_MAX / 2] = "";
	bool sealed = false, more = true, noted;

	while (more)
		TRY(seal_next(&more, &sealed, id, sql, key, err));
	TRY(bv_sql_has_table(&noted, sql, "account_unscrubbed", err));
	return sealed && !noted ? bv_sql_run(sql, "CREATE TABLE account_unscrubbed(since BIGINT)", err) : BV_OK;
}

enum bv_status
totp_seal_all(struct bv_sql *sql, const char *url, const struct totp_key *key, struct bv_err *err)
{
	bool unscrubbed, clean;

	if (bv_sql_is_file(url))
		TRY(bv_sql_run(sql, "PRAGMA secure_delete=ON", err));
	TRY(bv_sql_begin(sql, true, err));
	enum bv_status status = seal_rows(sql, key, err);
	if (status != BV_OK) {
		bv_sql_rollback(sql);
		return status;
	}
	TRY(bv_sql_commit(sql, err));
	TRY(bv_sql_has_table(&unscrubbed, sql, "account_unscrubbed", err));
	if (!unscrubbed)
		return BV_OK;
	TRY(bv_sql_scrub(&clean, sql, "account", err));
	if (!clean)
		return bv_err_set(err, BV_EIO, "another program reads the accounts: secrets that were sealed are still in the database's log (-wal); start again when it is done");
	return bv_sql_run(sql, "DROP TABLE IF EXISTS account_unscrubbed", err);
}
