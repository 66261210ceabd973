/* Acts: what becomes of a certificate is asked for by one person and decided by another, each by a signature of his own over the same statement, so that nobody
 * who has only the database can make one up. What is decided goes into the log, then it is in force. */
#include "registry/act.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"

const char *
bv_act_step_name(enum bv_act_step step)
{
	static const char *const names[] = { "asked", "decided", "in-force", "turned-down" };

	return names[step];
}

void
act_finish(struct act *act)
{
	bv_arena_finish(&act->arena);
}

/* ---- Reading ---- */

static void
read_row(struct act *act, struct bv_sql_stmt *stmt)
{
	struct bv_arena *arena = &act->arena;

	act->row = (struct bv_act_row){
		.id = bv_sql_int(stmt, 0), .deed = (enum bv_deed)bv_sql_int(stmt, 1), .certificate = bv_sql_int(stmt, 2), .successor = bv_sql_int(stmt, 3),
		.reason = bv_arena_str(arena, bv_sql_str(stmt, 4)), .note = bv_arena_str(arena, bv_sql_str(stmt, 5)), .asked_s = bv_sql_int(stmt, 7),
		.asked_by = bv_arena_str(arena, bv_sql_str(stmt, 8)), .step = (enum bv_act_step)bv_sql_int(stmt, 11), .decided_s = bv_sql_int(stmt, 12),
		.decided_by = bv_arena_str(arena, bv_sql_str(stmt, 13)), .log_idx = bv_sql_int(stmt, 17),
	};
	act->facts = bv_arena_str(arena, bv_sql_blob(stmt, 6));
	act->asked_key = bv_arena_str(arena, bv_sql_str(stmt, 9));
	act->asked_signature = bv_arena_str(arena, bv_sql_blob(stmt, 10));
	act->decided_key = bv_arena_str(arena, bv_sql_str(stmt, 14));
	act->decided_signature = bv_arena_str(arena, bv_sql_blob(stmt, 15));
	act->log_from = bv_sql_int(stmt, 16);
}

/* The first row of a statement; *found false: none. */
enum bv_status
act_read(bool *found, struct act *act, struct bv_sql_stmt *stmt, struct bv_err *err)
{
	TRY(bv_sql_step(stmt, found, err));
	if (!*found)
		return BV_OK;
	read_row(act, stmt);
	bv_sql_reset(stmt);
	return act->row.deed <= BV_DEED_STOP && act->row.step <= BV_ACT_TURNED_DOWN ? BV_OK : bv_err_set(err, BV_EDENIED, "act %" PRId64 " is damaged", act->row.id);
}

static enum bv_status
load(struct act *act, struct bv_register *reg, int64_t id, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool found;

	TRY(register_stmt(&stmt, reg, ACT_ONE, err));
	bv_sql_bind_int(stmt, 1, id);
	TRY(act_read(&found, act, stmt, err));
	return found ? BV_OK : bv_err_set(err, BV_ENOTFOUND, "there is no act %" PRId64, id);
}

static enum bv_status
visit_all(struct bv_sql_stmt *stmt, bv_act_visit visit, void *ctx, struct bv_err *err)
{
	bool row;

	for (;;) {
		BV_AUTO(act_finish) struct act act = { 0 };
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		read_row(&act, stmt);
		enum bv_status status = visit(ctx, &act.row, err);
		if (status != BV_OK) {
			bv_sql_reset(stmt);
			return status;
		}
	}
}

enum bv_status
bv_act_each(struct bv_register *reg, bv_act_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, reg, ACT_ALL, err));
	return visit_all(stmt, visit, ctx, err);
}

enum bv_status
bv_act_of(struct bv_register *reg, int64_t certificate, bv_act_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, reg, ACT_OF, err));
	bv_sql_bind_int(stmt, 1, certificate);
	return visit_all(stmt, visit, ctx, err);
}

/* ---- The certificate ---- */

static enum bv_status
keep(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	struct subject *s = ctx;

	(void)err;
	s->row = *row;
	s->row.serial = bv_arena_str(&s->arena, row->serial);
	s->row.scheme = bv_arena_str(&s->arena, row->scheme);
	s->row.centre = bv_arena_str(&s->arena, row->centre);
	s->row.holder = bv_arena_str(&s->arena, row->holder);
	s->row.birth = bv_arena_str(&s->arena, row->birth);
	s->row.ticket = s->row.level = s->row.achievement = BV_STR_NONE;
	return BV_OK;
}

void
subject_finish(struct subject *s)
{
	bv_arena_finish(&s->arena);
}

enum bv_status
subject_load(struct subject *s, struct bv_register *reg, int64_t id, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(register_stmt(&stmt, reg, CERTIFICATE_ID, err));
	bv_sql_bind_int(stmt, 1, id);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "certificate %" PRId64 " is not in the register", id);
	struct bv_register_row found;
	register_row(&found, stmt);
	enum bv_status status = keep(s, &found, err);
	bv_sql_reset(stmt);
	return status;
}

/* May that be done to a certificate of that fate? */
static enum bv_status
check_fate(enum bv_deed deed, const struct bv_register_row *row, struct bv_err *err)
{
	bool stands = row->fate == BV_FATE_VALID || row->fate == BV_FATE_SUSPENDED;
	bool may = deed == BV_DEED_SUSPEND ? row->fate == BV_FATE_VALID : deed == BV_DEED_REINSTATE ? row->fate == BV_FATE_SUSPENDED : stands;

	if (may)
		return BV_OK;
	return bv_err_set(err, BV_ECONFLICT, "%.*s is %s: there is nothing to %s", BV_STR_ARG(row->serial), bv_fate_name(row->fate), bv_deed_name(deed));
}

/* ---- Statements ---- */

static void
add_uuid(struct bv_json_pen *pen, const char *name, const struct subject *s)
{
	char text[BV_UUID_SIZE];

	if (s->row.id)
		bv_json_pen_str(pen, name, bv_str_of(bv_uuid_write(text, s->row.uuid)));
}

/* What both sign: of free text and facts the hash. Canonical: the names are in order. */
static void
write_statement(struct bv_buf *out, const struct bv_register *reg, const struct act *act, const struct subject *of, const struct subject *successor)
{
	struct bv_json_pen pen = { .out = out };
	uint8_t facts[BV_HASH_LEN], note[BV_HASH_LEN];

	bv_sha256(facts, act->facts);
	bv_sha256(note, act->row.note);
	bv_buf_addz(out, "BV-ACT-1");
	bv_buf_addc(out, '\0');
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_int(&pen, "at", act->row.asked_s);
	bv_json_pen_str(&pen, "by", act->row.asked_by);
	add_uuid(&pen, "certificate", of);
	bv_json_pen_str(&pen, "deed", bv_str_of(bv_deed_name(act->row.deed)));
	bv_json_pen_hex(&pen, "facts", facts, sizeof facts);
	bv_json_pen_str(&pen, "issuer", reg->issuer);
	bv_json_pen_hex(&pen, "note", note, sizeof note);
	bv_json_pen_str(&pen, "reason", act->row.reason);
	add_uuid(&pen, "successor", successor);
	bv_json_pen_close(&pen, '}');
}

/* What the second signs besides: what the first signed, and that he agrees. */
static void
write_decision(struct bv_buf *out, const struct act *act)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_int(&pen, "at", act->row.decided_s);
	bv_json_pen_str(&pen, "by", act->row.decided_by);
	bv_json_pen_bool(&pen, "approved", act->row.step != BV_ACT_TURNED_DOWN);
	bv_json_pen_hex(&pen, "signature", act->asked_signature.p, act->asked_signature.len);
	bv_json_pen_close(&pen, '}');
}

static bool
is_signed(struct bv_str multikey, struct bv_str message, struct bv_str signature)
{
	struct bv_public public;
	struct bv_err ignored;

	return bv_multikey_parse_any(&public, multikey, &ignored) == BV_OK && signature.len == bv_signature_len(public.kind) &&
	       bv_public_check(&public, message, (const uint8_t *)signature.p);
}

enum bv_status
act_check_asked(struct bv_buf *statement, const struct bv_register *reg, const struct act *act, const struct subject *of, const struct subject *successor,
                struct bv_err *err)
{
	write_statement(statement, reg, act, of, successor);
	if (is_signed(act->asked_key, bv_buf_str(statement), act->asked_signature))
		return BV_OK;
	return bv_err_set(err, BV_EDENIED, "act %" PRId64 " is not what was asked for: somebody changed it in the database", act->row.id);
}

enum bv_status
act_check_decided(struct bv_buf *statement, const struct act *act, struct bv_err *err)
{
	write_decision(statement, act);
	if (is_signed(act->decided_key, bv_buf_str(statement), act->decided_signature))
		return BV_OK;
	return bv_err_set(err, BV_EDENIED, "act %" PRId64 " was not decided by who is named: somebody changed it in the database", act->row.id);
}

static enum bv_status
sign(struct act *act, struct bv_str *signature, struct bv_str *multikey, const struct bv_key *officer, struct bv_str statement, struct bv_err *err)
{
	uint8_t bytes[BV_SIGNATURE_MAX];

	TRY(bv_key_ask(bytes, officer, statement, err));
	*multikey = register_multikey(&act->arena, bv_key_describe(officer));
	*signature = bv_arena_str(&act->arena, (struct bv_str){ (const char *)bytes, bv_signature_len(bv_key_describe(officer)->kind) });
	return BV_OK;
}

/* Of whose mandate it is. To let issuance go on takes a mandate for everything. */
static enum bv_status
find_person(struct bv_str *person, const struct bv_register *reg, const struct bv_key *officer, enum bv_deed deed, const struct subject *of, int64_t at_s,
            struct bv_err *err)
{
	struct bv_str scheme = of->row.id ? of->row.scheme : BV_STR("*"), centre = of->row.id ? of->row.centre : BV_STR("*");
	const struct bv_mandate *mandate;

	TRY(bv_mandates_find(&mandate, reg->mandates, bv_key_describe(officer), deed, scheme, centre, bv_day_at(at_s), err));
	*person = mandate->person;
	return BV_OK;
}

/* ---- Asking ---- */

static enum bv_status
find_subject(struct subject *s, struct bv_register *reg, struct bv_str name, const char *what, struct bv_err *err)
{
	if (!name.len)
		return bv_err_set(err, BV_EINVAL, "%s is missing", what);
	return bv_register_find(reg, name, keep, s, err);
}

/* What takes its place is of the same person, and stands. */
static enum bv_status
check_successor(const struct subject *of, const struct subject *successor, struct bv_err *err)
{
	if (successor->row.id == of->row.id)
		return bv_err_set(err, BV_EINVAL, "a certificate does not take its own place");
	if (!bv_str_eq(of->row.holder, successor->row.holder) || !bv_str_eq(of->row.birth, successor->row.birth))
		return bv_err_set(err, BV_EINVAL, "%.*s and %.*s are of different holders", BV_STR_ARG(of->row.serial), BV_STR_ARG(successor->row.serial));
	if (successor->row.fate != BV_FATE_VALID)
		return bv_err_set(err, BV_ECONFLICT, "%.*s is %s: it cannot take the place of another", BV_STR_ARG(successor->row.serial), bv_fate_name(successor->row.fate));
	return BV_OK;
}

static enum bv_status
check_facts(const struct bv_act_order *o, struct bv_err *err)
{
	BV_AUTO(bv_facts_free) struct bv_facts_file *facts = NULL;

	if ((o->deed == BV_DEED_CORRECT) != (o->facts.len > 0))
		return bv_err_set(err, BV_EINVAL, "facts belong to a correction, and a correction needs them");
	if (!o->facts.len)
		return BV_OK;
	TRY(bv_facts_parse(&facts, o->facts, err));
	if (bv_facts(facts)->licence.len || bv_facts(facts)->status.len)
		return bv_err_set(err, BV_EINVAL, "the facts must have neither a serial number nor a place in a status list: the register gives both");
	return BV_OK;
}

static enum bv_status
check_order(const struct bv_register *reg, const struct bv_act_order *o, struct bv_err *err)
{
	if (o->deed == BV_DEED_ISSUE || o->deed >= BV_DEEDS)
		return bv_err_set(err, BV_EINVAL, "certificates are issued by batches");
	if ((o->deed == BV_DEED_SUPERSEDE) != (o->successor.len > 0))
		return bv_err_set(err, BV_EINVAL, "who supersedes names what takes the place, and nobody else does");
	if (o->note.len > BV_ACT_NOTE_MAX || !bv_text_valid(o->note) || !bv_text_safe(o->note))
		return bv_err_set(err, BV_EINVAL, "a note is text of at most %d bytes without control characters", BV_ACT_NOTE_MAX);
	TRY(check_facts(o, err));
	return bv_issuing_reason(reg->issuing, o->deed, o->reason, err);
}

static enum bv_status
check_none_open(struct bv_register *reg, const struct subject *of, struct bv_err *err)
{
	BV_AUTO(act_finish) struct act open = { 0 };
	struct bv_sql_stmt *stmt;
	bool found;

	TRY(register_stmt(&stmt, reg, ACT_OPEN, err));
	bv_sql_bind_int(stmt, 1, of->row.id);
	TRY(act_read(&found, &open, stmt, err));
	if (!found)
		return BV_OK;
	return bv_err_set(err, BV_ECONFLICT, "act %" PRId64 ", to %s it, is not decided yet", open.row.id, bv_deed_name(open.row.deed));
}

static enum bv_status
store_asked(int64_t *id, struct bv_register *reg, const struct act *act, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, reg, ACT_ADD, err));
	bv_sql_bind_int(stmt, 1, act->row.deed);
	bv_sql_bind_int(stmt, 2, act->row.certificate);
	bv_sql_bind_int(stmt, 3, act->row.successor);
	bv_sql_bind_str(stmt, 4, act->row.reason);
	bv_sql_bind_str(stmt, 5, act->row.note);
	bv_sql_bind_blob(stmt, 6, bv_str_chars(act->facts), act->facts.len);
	bv_sql_bind_int(stmt, 7, act->row.asked_s);
	bv_sql_bind_str(stmt, 8, act->row.asked_by);
	bv_sql_bind_str(stmt, 9, act->asked_key);
	bv_sql_bind_blob(stmt, 10, act->asked_signature.p, act->asked_signature.len);
	TRY(bv_sql_exec(stmt, err));
	return bv_sql_ask(id, reg->sql, "SELECT max(id) FROM act", err);
}

/* The certificates that it is about, if it may be asked for as they are now. */
static enum bv_status
find_subjects(struct subject *of, struct subject *successor, struct bv_register *reg, const struct bv_act_order *o, struct bv_err *err)
{
	if (o->deed != BV_DEED_RESUME) {
		TRY(find_subject(of, reg, o->certificate, "the certificate", err));
		TRY(check_fate(o->deed, &of->row, err));
	}
	TRY(check_none_open(reg, of, err));
	if (!o->successor.len)
		return BV_OK;
	TRY(find_subject(successor, reg, o->successor, "what takes its place", err));
	return check_successor(of, successor, err);
}

static enum bv_status
check_subjects(struct bv_register *reg, const struct bv_act_order *o, struct bv_err *err)
{
	BV_AUTO(subject_finish) struct subject of = { 0 };
	BV_AUTO(subject_finish) struct subject successor = { 0 };

	return find_subjects(&of, &successor, reg, o, err);
}

enum bv_status
bv_act_check(struct bv_register *reg, const struct bv_act_order *order, struct bv_err *err)
{
	TRY(check_order(reg, order, err));
	TRY(bv_sql_begin(reg->sql, false, err));
	return bv_sql_end(reg->sql, check_subjects(reg, order, err), err);
}

static enum bv_status
ask(int64_t *id, struct bv_register *reg, const struct bv_act_order *o, struct bv_err *err)
{
	BV_AUTO(subject_finish) struct subject of = { 0 };
	BV_AUTO(subject_finish) struct subject successor = { 0 };
	BV_AUTO(act_finish) struct act act = { .facts = o->facts };
	BV_AUTO(bv_buf_finish) struct bv_buf statement = BV_BUF(8192);

	TRY(find_subjects(&of, &successor, reg, o, err));
	act.row = (struct bv_act_row){ .deed = o->deed, .certificate = of.row.id, .successor = successor.row.id, .reason = o->reason, .note = o->note, .asked_s = o->at_s };
	TRY(find_person(&act.row.asked_by, reg, o->officer, o->deed, &of, o->at_s, err));
	write_statement(&statement, reg, &act, &of, &successor);
	TRY(sign(&act, &act.asked_signature, &act.asked_key, o->officer, bv_buf_str(&statement), err));
	return store_asked(id, reg, &act, err);
}

enum bv_status
bv_act_ask(int64_t *id, struct bv_register *reg, const struct bv_act_order *order, struct bv_err *err)
{
	TRY(check_order(reg, order, err));
	TRY(bv_sql_begin(reg->sql, true, err));
	return bv_sql_end(reg->sql, ask(id, reg, order, err), err);
}

/* ---- Deciding ---- */

static enum bv_status
store_decided(struct bv_register *reg, const struct act *act, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(register_stmt(&stmt, reg, ACT_DECIDE, err));
	bv_sql_bind_int(stmt, 1, act->row.id);
	bv_sql_bind_int(stmt, 2, act->row.step);
	bv_sql_bind_int(stmt, 3, act->row.decided_s);
	bv_sql_bind_str(stmt, 4, act->row.decided_by);
	bv_sql_bind_str(stmt, 5, act->decided_key);
	bv_sql_bind_blob(stmt, 6, act->decided_signature.p, act->decided_signature.len);
	return bv_sql_exec(stmt, err);
}

enum bv_status
act_alone(struct bv_register *reg, struct act *act, const struct bv_key *officer, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf statement = BV_BUF(8192);
	const struct subject none = { .row.id = 0 };

	act->row.step = BV_ACT_DECIDED;
	act->row.decided_by = act->row.asked_by;
	act->row.decided_s = act->row.asked_s;
	write_statement(&statement, reg, act, &none, &none);
	TRY(sign(act, &act->asked_signature, &act->asked_key, officer, bv_buf_str(&statement), err));
	write_decision(&statement, act);
	TRY(sign(act, &act->decided_signature, &act->decided_key, officer, bv_buf_str(&statement), err));
	TRY(store_asked(&act->row.id, reg, act, err));
	return store_decided(reg, act, err);
}

enum bv_status
act_subjects(struct subject *of, struct subject *successor, struct bv_register *reg, const struct act *act, struct bv_err *err)
{
	if (act->row.certificate)
		TRY(subject_load(of, reg, act->row.certificate, err));
	return act->row.successor ? subject_load(successor, reg, act->row.successor, err) : BV_OK;
}

static enum bv_status
decide(struct bv_register *reg, const struct bv_act_decision *d, struct bv_err *err)
{
	BV_AUTO(subject_finish) struct subject of = { 0 };
	BV_AUTO(subject_finish) struct subject successor = { 0 };
	BV_AUTO(act_finish) struct act act = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf statement = BV_BUF(8192);

	TRY(load(&act, reg, d->id, err));
	if (act.row.step != BV_ACT_ASKED)
		return bv_err_set(err, BV_ECONFLICT, "act %" PRId64 " is %s already", d->id, bv_act_step_name(act.row.step));
	TRY(act_subjects(&of, &successor, reg, &act, err));
	TRY(act_check_asked(&statement, reg, &act, &of, &successor, err));
	TRY(find_person(&act.row.decided_by, reg, d->officer, act.row.deed, &of, d->at_s, err));
	if (bv_str_eq(act.row.decided_by, act.row.asked_by) && d->approve)
		return bv_err_set(err, BV_EDENIED, "who asked for act %" PRId64 " does not decide on it: another person does", d->id);
	if (d->at_s < act.row.asked_s)
		return bv_err_set(err, BV_EINVAL, "act %" PRId64 " was asked for later than that", d->id);
	if (d->approve && of.row.id)
		TRY(check_fate(act.row.deed, &of.row, err));
	act.row.step = d->approve ? BV_ACT_DECIDED : BV_ACT_TURNED_DOWN;
	act.row.decided_s = d->at_s;
	write_decision(&statement, &act);
	TRY(sign(&act, &act.decided_signature, &act.decided_key, d->officer, bv_buf_str(&statement), err));
	return store_decided(reg, &act, err);
}

enum bv_status
bv_act_decide(struct bv_register *reg, const struct bv_act_decision *decision, struct bv_err *err)
{
	TRY(bv_sql_begin(reg->sql, true, err));
	return bv_sql_end(reg->sql, decide(reg, decision, err), err);
}
