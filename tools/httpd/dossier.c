#include "tools/httpd/dossier.h"

#include <stdio.h>

#include "base/clock.h"
#include "tools/httpd/proposal.h"

char *
dossier_name(char out[BV_UUID_SIZE], struct bv_str uuid)
{
	snprintf(out, BV_UUID_SIZE, "urn:uuid:%.*s", BV_STR_ARG(bv_str_sub(uuid, 0, DOSSIER_UUID_LEN)));
	return out;
}

char *
dossier_uuid(char out[BV_UUID_SIZE], const struct bv_register_row *row)
{
	bv_uuid_write(out, row->uuid);
	memmove(out, out + sizeof "urn:uuid:" - 1, DOSSIER_UUID_LEN + 1);
	return out;
}

struct bv_str
dossier_reason(const struct bv_register *reg, struct bv_str code)
{
	const struct bv_issuing *issuing = bv_register_issuing(reg);

	for (size_t i = 0; i < issuing->reason_count; i++)
		if (bv_str_eq(issuing->reasons[i].code, code))
			return issuing->reasons[i].text;
	return BV_STR_NONE;
}

/* ---- Rows ---- */

static void
set_row(struct bv_json *json, const struct bv_register_row *row)
{
	char uuid[BV_UUID_SIZE], code[BV_CODE_SIZE];

	bv_code_write(code, bv_str_of(bv_uuid_write(uuid, row->uuid)));
	bv_json_set_str(json, "certificate", bv_str_of(dossier_uuid(uuid, row)));
	bv_json_set_str(json, "serial", row->serial);
	bv_json_set_str(json, "code", bv_str_of(code));
	bv_json_set_str(json, "holder", row->holder);
	if (row->birth.len)
		bv_json_set_str(json, "birth", row->birth);
	bv_json_set_str(json, "level", row->level);
	bv_json_set_time(json, "awarded", row->awarded_s);
	bv_json_set_str(json, "fate", bv_str_of(bv_fate_name(row->fate)));
}

static enum bv_status
add_row(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	struct bv_json *array = ctx;

	(void)err;
	if (row->fate != BV_FATE_DRAFT && bv_json_count(array) < DOSSIER_FOUND_MAX)
		set_row(bv_json_add(array, bv_json_new_object()), row);
	return BV_OK;
}

enum bv_status
dossier_search(struct bv_json *array, struct bv_register *reg, struct bv_str text, struct bv_err *err)
{
	enum bv_status status = bv_register_find(reg, text, add_row, array, err);

	if (status == BV_ENOTFOUND)
		status = bv_register_find_ticket(reg, text, add_row, array, err);
	return status == BV_ENOTFOUND ? BV_OK : status;
}

/* ---- One of them ---- */

struct whole {
	struct bv_json *json;
	const struct bv_register *reg;
	int64_t id, successor;
	bool draft;
};

static enum bv_status
set_whole(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	struct whole *w = ctx;

	(void)err;
	w->id = row->id;
	w->successor = row->successor;
	w->draft = row->fate == BV_FATE_DRAFT;
	set_row(w->json, row);
	bv_json_set_str(w->json, "scheme", row->scheme);
	bv_json_set_str(w->json, "centre", row->centre);
	bv_json_set_str(w->json, "ticket", row->ticket);
	bv_json_set_str(w->json, "achievement", row->achievement);
	bv_json_set_time(w->json, "validUntil", row->valid_until_s);
	bv_json_set_time(w->json, "signed", row->signed_s);
	return BV_OK;
}

static enum bv_status
set_successor(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	(void)err;
	set_row(bv_json_set(ctx, "successor", bv_json_new_object()), row);
	return BV_OK;
}

static enum bv_status
add_act(void *ctx, const struct bv_act_row *act, struct bv_err *err)
{
	struct whole *w = ctx;
	struct bv_json *json = bv_json_add((struct bv_json *)(uintptr_t)bv_json_find(w->json, "history"), bv_json_new_object());

	(void)err;
	bv_json_set_int(json, "act", act->id);
	bv_json_set_str(json, "deed", bv_str_of(bv_deed_name(act->deed)));
	bv_json_set_str(json, "step", bv_str_of(bv_act_step_name(act->step)));
	bv_json_set_str(json, "reason", act->reason);
	bv_json_set_str(json, "reasonText", dossier_reason(w->reg, act->reason));
	if (act->note.len)
		bv_json_set_str(json, "note", act->note);
	bv_json_set_str(json, "askedBy", act->asked_by);
	bv_json_set_time(json, "asked", act->asked_s);
	if (act->decided_by.len)
		bv_json_set_str(json, "decidedBy", act->decided_by);
	bv_json_set_time(json, "decided", act->decided_s);
	return BV_OK;
}

/* May that be asked for, for the reasons that there are? What is to take its place is not known yet: it is asked about itself, which is refused, but as the last thing. */
static enum bv_status
add_deed(struct bv_json *array, struct bv_register *reg, enum bv_deed deed, struct bv_str name, struct bv_err *err)
{
	const struct bv_issuing *issuing = bv_register_issuing(reg);
	struct bv_json *json = bv_json_new_object(), *reasons = bv_json_set(json, "reasons", bv_json_new_array());
	struct bv_act_order order = { .deed = deed, .certificate = name, .successor = deed == BV_DEED_SUPERSEDE ? name : BV_STR_NONE };
	struct bv_err why;

	for (size_t i = 0; i < issuing->reason_count; i++) {
		if (!(issuing->reasons[i].deeds & 1u << deed))
			continue;
		struct bv_json *reason = bv_json_add(reasons, bv_json_new_object());
		bv_json_set_str(reason, "code", issuing->reasons[i].code);
		bv_json_set_str(reason, "text", issuing->reasons[i].text);
		order.reason = issuing->reasons[i].code;
	}
	enum bv_status status = order.reason.len ? bv_act_check(reg, &order, &why) : BV_EDENIED;
	bool may = status == BV_OK || (deed == BV_DEED_SUPERSEDE && status == BV_EINVAL);
	if (!may && order.reason.len && status != BV_ECONFLICT) {
		bv_json_free(json);
		return bv_err_set(err, status, "%s", why.msg);
	}
	bv_json_set_str(json, "deed", bv_str_of(bv_deed_name(deed)));
	bv_json_set(json, "may", bv_json_new_bool(may));
	bv_json_add(array, json);
	return BV_OK;
}

enum bv_status
dossier_write(struct bv_json *json, struct bv_register *reg, struct bv_str uuid, struct bv_err *err)
{
	struct whole w = { .json = json, .reg = reg };
	char name[BV_UUID_SIZE];
	enum bv_deed deed;

	TRY(bv_register_find(reg, bv_str_of(dossier_name(name, uuid)), set_whole, &w, err));
	if (w.draft)
		return bv_err_set(err, BV_ENOTFOUND, "it is not issued yet");
	if (w.successor)
		TRY(bv_register_get(reg, w.successor, set_successor, json, err));
	bv_json_set(json, "history", bv_json_new_array());
	TRY(bv_act_of(reg, w.id, add_act, &w, err));
	struct bv_json *deeds = bv_json_set(json, "deeds", bv_json_new_array());
	for (const char *const *d = proposal_deeds; *d; d++)
		if (proposal_deed(&deed, bv_str_of(*d)))
			TRY(add_deed(deeds, reg, deed, bv_str_of(name), err));
	return BV_OK;
}
