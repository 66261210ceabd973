/* The switch that stops issuance: thrown by one person, let go by two (BV_DEED_RESUME); and where the keys are that it has to reach. */
#include <stdio.h>

#include "base/text.h"
#include "registry/act.h"

enum bv_status
bv_register_stopped(struct bv_stop *out, struct bv_register *reg, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(register_stmt(&stmt, reg, STOP_GET, err));
	TRY(bv_sql_step(stmt, &row, err));
	if (!row) /* who took the row away meant no good */
		return bv_err_set(err, BV_EDENIED, "%s: the switch that stops issuance is gone: nothing is issued", reg->url);
	*out = (struct bv_stop){ .stopped = bv_sql_int(stmt, 0) != 0, .at_s = bv_sql_int(stmt, 1) };
	snprintf(out->person, sizeof out->person, "%.*s", BV_STR_ARG(bv_sql_str(stmt, 2)));
	snprintf(out->reason, sizeof out->reason, "%.*s", BV_STR_ARG(bv_sql_str(stmt, 3)));
	bv_sql_reset(stmt);
	return BV_OK;
}

enum bv_status
register_check_stop(struct bv_register *reg, struct bv_err *err)
{
	struct bv_stop stop;

	TRY(bv_register_stopped(&stop, reg, err));
	if (!stop.stopped)
		return BV_OK;
	return bv_err_set(err, BV_EDENIED, "issuance was stopped by %s (%s): two persons let it go on, 'bangvang cert resume'", stop.person, stop.reason);
}

/* Anybody who has a mandate that day for anything. */
static enum bv_status
find_person(struct bv_str *person, const struct bv_register *reg, const struct bv_key *officer, int64_t at_s, struct bv_err *err)
{
	bv_day day = bv_day_at(at_s);

	for (size_t i = 0; i < bv_mandates_count(reg->mandates); i++) {
		const struct bv_mandate *m = bv_mandates_at(reg->mandates, i);
		if (bv_public_equal(&m->key, bv_key_describe(officer)) && day >= m->from && day <= m->to) {
			*person = m->person;
			return BV_OK;
		}
	}
	return bv_err_set(err, BV_EDENIED, "the key is of nobody who has a mandate that day");
}

/* What of the reason everybody may read. */
static struct bv_str
public_reason(struct bv_str reason)
{
	for (size_t i = 0; i < reason.len; i++)
		if (!(reason.p[i] >= 'a' && reason.p[i] <= 'z') && !(reason.p[i] >= '0' && reason.p[i] <= '9') && reason.p[i] != '-')
			return BV_STR("other");
	return reason;
}

static enum bv_status
stop(struct bv_register *reg, struct act *act, const struct bv_key *officer, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(act_alone(reg, act, officer, err));
	TRY(register_stmt(&stmt, reg, ACT_VOID, err));
	bv_sql_bind_int(stmt, 1, BV_DEED_RESUME);
	TRY(bv_sql_exec(stmt, err));
	TRY(register_stmt(&stmt, reg, STOP_SET, err));
	bv_sql_bind_int(stmt, 1, 1);
	bv_sql_bind_int(stmt, 2, act->row.asked_s);
	bv_sql_bind_str(stmt, 3, act->row.asked_by);
	bv_sql_bind_str(stmt, 4, act->row.note);
	return bv_sql_exec(stmt, err);
}

enum bv_status
bv_register_stop(struct bv_register *reg, const struct bv_key *officer, struct bv_str reason, int64_t at_s, struct bv_err *err)
{
	BV_AUTO(act_finish) struct act act = { .row = { .deed = BV_DEED_STOP, .note = reason, .asked_s = at_s } };

	TRY(find_person(&act.row.asked_by, reg, officer, at_s, err));
	if (!reason.len || reason.len > 64 || !bv_text_valid(reason) || !bv_text_safe(reason))
		return bv_err_set(err, BV_EINVAL, "a reason is needed: text of 1 to 64 bytes");
	act.row.reason = public_reason(reason);
	TRY(bv_sql_begin(reg->sql, true, err));
	return bv_sql_end(reg->sql, stop(reg, &act, officer, err), err);
}

/* ---- Places of keys ---- */

enum bv_status
bv_register_places(struct bv_buf *out, struct bv_register *reg, struct bv_err *err)
{
	enum bv_status status = register_document(out, reg, "places", err);

	return status == BV_ENOTFOUND ? BV_OK : status;
}

static enum bv_status
add_place(struct bv_register *reg, struct bv_str place, int64_t at_s, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf lines = BV_BUF(BV_REGISTER_PLACES_MAX);

	TRY(bv_register_places(&lines, reg, err));
	for (struct bv_str rest = bv_buf_str(&lines), line; bv_str_line(&rest, &line);)
		if (bv_str_eq(line, place))
			return BV_OK;
	bv_buf_printf(&lines, "%.*s\n", BV_STR_ARG(place));
	TRY(bv_buf_check(&lines, err));
	return register_add_document(reg, "places", bv_buf_str(&lines), at_s, err);
}

enum bv_status
bv_register_add_place(struct bv_register *reg, struct bv_str place, int64_t at_s, struct bv_err *err)
{
	if (!place.len || !bv_text_valid(place) || !bv_text_safe(place))
		return bv_err_set(err, BV_EINVAL, "the place of a key is a folder or 'signer:SOCKET', without control characters");
	TRY(bv_sql_begin(reg->sql, true, err));
	return bv_sql_end(reg->sql, add_place(reg, place, at_s, err), err);
}
