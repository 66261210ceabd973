/* What was decided is carried out: of a correction the new certificate first, then the entry in the log and a checkpoint, then the certificate's fate. */
#include <inttypes.h>
#include <stdio.h>

#include "registry/act.h"

static enum bv_fate
fate_of(enum bv_deed deed)
{
	static const enum bv_fate fates[BV_DEEDS] = {
		[BV_DEED_REVOKE] = BV_FATE_REVOKED, [BV_DEED_SUSPEND] = BV_FATE_SUSPENDED, [BV_DEED_REINSTATE] = BV_FATE_VALID,
		[BV_DEED_SUPERSEDE] = BV_FATE_SUPERSEDED, [BV_DEED_CORRECT] = BV_FATE_CORRECTED,
	};

	return fates[deed];
}

static enum bv_entry_type
leaf_of(enum bv_deed deed)
{
	static const enum bv_entry_type types[] = {
		[BV_DEED_REVOKE] = BV_ENTRY_REVOCATION, [BV_DEED_SUSPEND] = BV_ENTRY_SUSPENSION, [BV_DEED_REINSTATE] = BV_ENTRY_REINSTATEMENT,
		[BV_DEED_SUPERSEDE] = BV_ENTRY_SUPERSESSION, [BV_DEED_CORRECT] = BV_ENTRY_CORRECTION,
		[BV_DEED_RESUME] = BV_ENTRY_RESUMPTION, [BV_DEED_STOP] = BV_ENTRY_STOP,
	};

	return types[deed];
}

/* ---- The log ---- */

static enum bv_status
mark(struct bv_register *reg, const struct act *act, int64_t log_from, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, reg, ACT_FLIGHT, err));
	bv_sql_bind_int(stmt, 1, act->row.id);
	bv_sql_bind_int(stmt, 2, log_from);
	return bv_sql_exec(stmt, err);
}

/* Its number in the log, where it is afterwards, once. */
static enum bv_status
log_entry(uint64_t *idx, struct bv_register *reg, const struct act *act, struct bv_log *log, struct bv_str entry, struct bv_err *err)
{
	struct bv_merkle_hash leaf;

	bv_merkle_leaf(&leaf, entry);
	if (act->log_from >= 0) {
		enum bv_status status = bv_log_find(idx, log, &leaf, (uint64_t)act->log_from, err);
		if (status != BV_ENOTFOUND)
			return status;
	}
	TRY(mark(reg, act, (int64_t)bv_log_size(log), err));
	return bv_log_append(idx, log, &entry, 1, err);
}

static enum bv_status
log_act(int64_t *idx, struct bv_register *reg, const struct act *act, const struct subject *of, const struct subject *successor, const struct bv_act_means *means,
        struct bv_err *err)
{
	BV_AUTO(bv_log_free) struct bv_log *log = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf entry = BV_BUF(BV_ENTRY_MAX);
	struct bv_entry leaf = {
		.type = leaf_of(act->row.deed), .at_s = act->row.decided_s, .reason = act->row.reason, .issuer = reg->issuer,
		.approvers = { act->asked_key, act->decided_key }, .approver_count = act->row.deed == BV_DEED_STOP ? 1 : 2
	};
	uint64_t n;

	memcpy(leaf.credential, of->row.credential, BV_HASH_LEN);
	memcpy(leaf.replacement, successor->row.credential, BV_HASH_LEN);
	TRY(bv_entry_write(&entry, &leaf, err));
	TRY(register_log_open(&log, means->log_folder, err));
	TRY(log_entry(&n, reg, act, log, bv_buf_str(&entry), err));
	*idx = (int64_t)n;
	return register_log_publish(NULL, log, means->log_key, err);
}

/* ---- A correction's new certificate ---- */

static enum bv_status
lint(const struct bv_credential_facts *facts, const struct bv_register *reg, int64_t at_s, struct bv_err *err)
{
	const struct bv_lint_case subject = { .facts = facts, .issuing = reg->issuing, .now_s = at_s };
	size_t count;

	bv_lint(&count, &subject, NULL, NULL);
	return count ? bv_err_set(err, BV_EINVAL, "the corrected facts have %zu faults: 'bangvang cert lint' names them", count) : BV_OK;
}

/* A batch of one, under the name of the act: it goes on where it was cut off. */
static enum bv_status
issue(struct subject *successor, struct bv_register *reg, const struct act *act, const struct subject *of, const struct bv_act_means *means, struct bv_err *err)
{
	BV_AUTO(bv_issuance_free) struct bv_issuance *batch = NULL;
	BV_AUTO(bv_facts_free) struct bv_facts_file *facts = NULL;
	char name[40];
	bool added;
	int64_t id;

	if (!means->signer)
		return bv_err_set(err, BV_EINVAL, "act %" PRId64 " is a correction: a key is needed that signs the new certificate", act->row.id);
	snprintf(name, sizeof name, "correction/%" PRId64, act->row.id);
	const struct bv_issuance_order order = {
		.name = bv_str_of(name), .scheme = of->row.scheme, .centre = of->row.centre, .signer = means->signer, .decided_by = act->row.decided_by,
		.at_s = act->row.decided_s, .log_origin = means->log_origin, .random = means->random
	};
	TRY(bv_facts_parse(&facts, act->facts, err));
	TRY(bv_issuance_open(&batch, reg, &order, err));
	if (bv_issuance_step(batch) == BV_ISSUANCE_DRAFT) {
		TRY(lint(bv_facts(facts), reg, act->row.decided_s, err));
		TRY(bv_issuance_add(&added, batch, bv_facts(facts), bv_str_of(name), err));
		TRY(bv_issuance_seal(batch, err));
	}
	TRY(bv_issuance_run(NULL, batch, means->log_folder, means->log_key, err));
	char text[100];
	snprintf(text, sizeof text, "SELECT c.id FROM certificate c JOIN batch b ON b.id = c.batch WHERE b.name = 'correction/%" PRId64 "'", act->row.id);
	TRY(bv_sql_ask(&id, reg->sql, text, err));
	return subject_load(successor, reg, id, err);
}

/* ---- In force ---- */

static enum bv_status
set_fate(struct bv_register *reg, const struct act *act, int64_t successor, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	if (act->row.deed == BV_DEED_STOP) /* since it was decided */
		return BV_OK;
	if (act->row.deed == BV_DEED_RESUME) {
		TRY(register_stmt(&stmt, reg, STOP_SET, err));
		bv_sql_bind_int(stmt, 1, 0);
		bv_sql_bind_int(stmt, 2, act->row.decided_s);
		bv_sql_bind_str(stmt, 3, act->row.decided_by);
		bv_sql_bind_str(stmt, 4, act->row.reason);
		return bv_sql_exec(stmt, err);
	}
	TRY(register_stmt(&stmt, reg, CERTIFICATE_FATE, err));
	bv_sql_bind_int(stmt, 1, act->row.certificate);
	bv_sql_bind_int(stmt, 2, fate_of(act->row.deed));
	bv_sql_bind_int(stmt, 3, successor);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
come_into_force(struct bv_register *reg, const struct act *act, int64_t successor, int64_t log_idx, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, reg, ACT_IN_FORCE, err));
	bv_sql_bind_int(stmt, 1, act->row.id);
	bv_sql_bind_int(stmt, 2, log_idx);
	TRY(bv_sql_exec(stmt, err));
	if (bv_sql_changes(reg->sql) != 1)
		return bv_err_set(err, BV_ECONFLICT, "act %" PRId64 " was carried out by another program meanwhile", act->row.id);
	return set_fate(reg, act, successor, err);
}

static enum bv_status
carry_out(struct bv_register *reg, const struct act *act, const struct bv_act_means *means, struct bv_err *err)
{
	BV_AUTO(subject_finish) struct subject of = { 0 };
	BV_AUTO(subject_finish) struct subject successor = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf statement = BV_BUF(8192);
	int64_t log_idx;

	TRY(act_subjects(&of, &successor, reg, act, err));
	TRY(act_check_asked(&statement, reg, act, &of, &successor, err));
	TRY(act_check_decided(&statement, act, err));
	if (act->row.deed == BV_DEED_CORRECT)
		TRY(issue(&successor, reg, act, &of, means, err));
	TRY(log_act(&log_idx, reg, act, &of, &successor, means, err));
	TRY(bv_sql_begin(reg->sql, true, err));
	return bv_sql_end(reg->sql, come_into_force(reg, act, successor.row.id, log_idx, err), err);
}

enum bv_status
bv_act_carry_out(size_t *count, struct bv_register *reg, const struct bv_act_means *means, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool found;

	for (*count = 0;; ++*count) {
		BV_AUTO(act_finish) struct act act = { 0 };
		TRY(register_stmt(&stmt, reg, ACT_PENDING, err));
		TRY(act_read(&found, &act, stmt, err));
		if (!found)
			return BV_OK;
		TRY(carry_out(reg, &act, means, err));
	}
}

enum bv_status
bv_register_facts(struct bv_buf *out, struct bv_register *reg, int64_t certificate, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(register_stmt(&stmt, reg, CERTIFICATE_ISSUED, err));
	bv_sql_bind_int(stmt, 1, certificate);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "certificate %" PRId64 " is not in the register", certificate);
	enum bv_status status = bv_json_parse(&json, bv_sql_blob(stmt, 0), err);
	bv_sql_reset(stmt);
	TRY(status);
	for (const char *const *name = (const char *const[]){ "licence", "status", "id", "subjectId", NULL }; *name; name++)
		bv_json_remove(json, *name);
	bv_json_write(out, json);
	return bv_buf_check(out, err);
}
