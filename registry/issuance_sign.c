/* What is in the log is signed: every envelope of a certificate, from the facts that the register has, held against the hash that is in the log. */
#include "registry/issuance.h"

#include <inttypes.h>
#include <stdlib.h>

enum { KINDS_MAX = 4 };

struct signed_row {
	int64_t id;
	struct bv_buf envelopes[KINDS_MAX];
};

struct signing {
	struct bv_issuance *b;
	struct signed_row rows[BV_SIGN_CHUNK];
	size_t count;
	struct bv_buf origin;
};

static const char *const kinds[KINDS_MAX] = { "json", "jwt", "sd-jwt", "qr" };

static void
signing_finish(struct signing *s)
{
	for (size_t i = 0; i < BV_SIGN_CHUNK; i++)
		for (size_t kind = 0; kind < KINDS_MAX; kind++)
			bv_buf_finish(&s->rows[i].envelopes[kind]);
	bv_buf_finish(&s->origin);
}

/* ---- One ---- */

static enum bv_status
check_body(struct bv_issuance *b, struct bv_template *tmpl, const struct bv_credential_facts *facts, struct bv_str credential, struct bv_err *err)
{
	uint8_t hash[BV_HASH_LEN];

	bv_buf_clear(&b->trial);
	TRY(bv_template_body(&b->trial, tmpl, facts, err));
	bv_sha256(hash, bv_buf_str(&b->trial));
	if (credential.len != sizeof hash || memcmp(hash, credential.p, sizeof hash) != 0)
		return bv_err_set(err, BV_EDENIED, "the facts of %.*s in the register are not those whose hash is in the log: somebody changed them", BV_STR_ARG(facts->licence));
	return BV_OK;
}

/* The text of the symbol on paper. */
static enum bv_status
sign_qr(struct bv_buf *out, struct bv_issuance *b, struct bv_template *tmpl, const struct bv_credential_facts *facts, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(2 * BV_DID_MAX);

	bv_buf_clear(&b->trial);
	TRY(bv_cwt_issue(&b->trial, tmpl, facts, err));
	bv_qr_page(&page, b->reg->issuer, b->trial.len);
	bv_qr_text(out, bv_buf_str(&page), bv_buf_str(&b->trial));
	return bv_buf_check(out, err);
}

static enum bv_status
sign_envelopes(struct signed_row *row, struct bv_issuance *b, struct bv_template *tmpl, const struct bv_credential_facts *facts, struct bv_err *err)
{
	for (size_t kind = 0; kind < KINDS_MAX; kind++) {
		row->envelopes[kind].max = BV_CREDENTIAL_MAX;
		bv_buf_clear(&row->envelopes[kind]);
	}
	TRY(bv_template_issue(&row->envelopes[0], tmpl, facts, err));
	if (!bv_signer_has_p256(b->order.signer))
		return BV_OK;
	TRY(bv_jwt_issue(&row->envelopes[1], tmpl, facts, err));
	TRY(bv_sd_jwt_issue(&row->envelopes[2], tmpl, facts, err));
	return sign_qr(&row->envelopes[3], b, tmpl, facts, err);
}

static enum bv_status
sign_row(struct signing *s, struct bv_sql_stmt *stmt, struct bv_err *err)
{
	BV_AUTO(bv_facts_free) struct bv_facts_file *file = NULL;
	struct bv_str secrets = bv_sql_blob(stmt, 2), leaf = bv_sql_blob(stmt, 6);
	struct signed_row *row = &s->rows[s->count];
	struct issuance_secrets own;
	struct bv_template *tmpl;

	row->id = bv_sql_int(stmt, 0);
	if (secrets.len != sizeof own || leaf.len != BV_HASH_LEN)
		return bv_err_set(err, BV_EDENIED, "certificate %" PRId64 " of the register is damaged", row->id);
	TRY(bv_facts_parse(&file, bv_sql_blob(stmt, 1), err));
	struct bv_credential_facts *facts = bv_facts(file);
	memcpy(&own, secrets.p, sizeof own);
	memcpy(facts->subject_id, own.subject_id, sizeof facts->subject_id);
	memcpy(facts->salt, own.salt, sizeof facts->salt);
	memcpy(facts->birth_salt, own.birth_salt, sizeof facts->birth_salt);
	memcpy(facts->secret, own.secret, sizeof facts->secret);
	bv_wipe(&own, sizeof own);
	facts->created_s = s->b->at_s;
	facts->log_origin = bv_buf_str(&s->origin);
	facts->log_idx = (uint64_t)bv_sql_int(stmt, 5);
	memcpy(facts->leaf, leaf.p, BV_HASH_LEN);
	TRY(issuance_template(&tmpl, s->b, facts, err));
	TRY(check_body(s->b, tmpl, facts, bv_sql_blob(stmt, 7), err));
	TRY(sign_envelopes(row, s->b, tmpl, facts, err));
	s->count++;
	return BV_OK;
}

/* ---- A chunk ---- */

static enum bv_status
sign_chunk(struct signing *s, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	s->count = 0;
	TRY(register_stmt(&stmt, s->b->reg, CERTIFICATES_OF_STEP, err));
	bv_sql_bind_int(stmt, 1, s->b->id);
	bv_sql_bind_int(stmt, 2, BV_SIGN_CHUNK);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		enum bv_status status = sign_row(s, stmt, err);
		if (status != BV_OK) {
			bv_sql_reset(stmt);
			return status;
		}
	}
}

static enum bv_status
store_row(const struct signed_row *row, struct bv_register *reg, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, reg, CERTIFICATE_SIGNED, err));
	bv_sql_bind_int(stmt, 1, row->id);
	TRY(bv_sql_exec(stmt, err));
	if (bv_sql_changes(reg->sql) != 1)
		return bv_err_set(err, BV_ECONFLICT, "certificate %" PRId64 " was signed by another program meanwhile: one is enough", row->id);
	TRY(register_stmt(&stmt, reg, ENVELOPE_ADD, err));
	for (size_t kind = 0; kind < KINDS_MAX; kind++) {
		if (!row->envelopes[kind].len)
			continue;
		bv_sql_bind_int(stmt, 1, row->id);
		bv_sql_bind_str(stmt, 2, bv_str_of(kinds[kind]));
		bv_sql_bind_blob(stmt, 3, row->envelopes[kind].p, row->envelopes[kind].len);
		TRY(bv_sql_exec(stmt, err));
	}
	return BV_OK;
}

/* What was signed while somebody stopped issuance is thrown away: it never leaves the process. */
static enum bv_status
store_chunk(const struct signing *s, struct bv_err *err)
{
	TRY(register_check_stop(s->b->reg, err));
	for (size_t i = 0; i < s->count; i++)
		TRY(store_row(&s->rows[i], s->b->reg, err));
	return BV_OK;
}

static enum bv_status
sign_all(struct signing *s, struct bv_err *err)
{
	int64_t counts[3];

	TRY(issuance_count(counts, s->b, err));
	for (int64_t done = counts[2];; done += (int64_t)s->count) {
		issuance_tell(s->b, done);
		TRY(register_check_stop(s->b->reg, err));
		TRY(sign_chunk(s, err));
		if (!s->count)
			return issuance_set_step(s->b, BV_ISSUANCE_DONE, err);
		TRY(bv_sql_begin(s->b->reg->sql, true, err));
		TRY(bv_sql_end(s->b->reg->sql, store_chunk(s, err), err));
	}
}

enum bv_status
issuance_sign(struct bv_issuance *b, struct bv_err *err)
{
	struct signing s = { .b = b, .origin = BV_BUF(BV_NOTE_NAME_MAX) };

	bv_buf_add(&s.origin, b->order.log_origin);
	enum bv_status status = sign_all(&s, err);
	signing_finish(&s);
	return status;
}
