#include "tools/httpd/lookup.h"

const char *
lookup_state_name(enum lookup_state state)
{
	static const char *const names[] = { "valid", "revoked", "superseded", "suspended", "expired", "invalid", "could-not-check", "not-found", "malformed-code" };

	return names[state];
}

/* What was decided about it comes first, then what is wrong with it, then what could not be looked at. The lists are what everybody goes by: where one says
 * "revoked" while the register that was asked does not, the register is behind. */
static enum lookup_state
state_of(const struct lookup *l)
{
	const struct bv_register_row *row = &l->record.row;
	enum bv_verdict verdict = bv_report_verdict(l->report);

	if (row->fate == BV_FATE_REVOKED)
		return LOOKUP_REVOKED;
	if (row->fate == BV_FATE_SUPERSEDED || row->fate == BV_FATE_CORRECTED)
		return LOOKUP_SUPERSEDED;
	if (l->standing == BV_STANDING_REVOKED)
		return LOOKUP_REVOKED;
	if (row->fate == BV_FATE_SUSPENDED || l->standing == BV_STANDING_SUSPENDED)
		return LOOKUP_SUSPENDED;
	if (bv_report_check(l->report, BV_CHECK_SIGNATURE) == BV_CHECK_PASSED && row->valid_until_s && l->at_s >= row->valid_until_s)
		return LOOKUP_EXPIRED;
	return verdict == BV_VERDICT_VALID ? LOOKUP_VALID : verdict == BV_VERDICT_INVALID ? LOOKUP_INVALID : LOOKUP_UNCHECKED;
}

static void
find(struct lookup *l, struct records *records, enum bv_lang lang)
{
	struct bv_standing_reason why;
	struct bv_err err;

	l->state = LOOKUP_UNCHECKED;
	enum bv_status status = records_find(&l->record, records, bv_str_of(l->code), true, &err);
	if (status == BV_ENOTFOUND)
		l->state = LOOKUP_NOT_FOUND;
	if (status != BV_OK)
		return;
	l->standing = records_standing(&why, records, &l->record, l->at_s);
	l->listed_s = why.from_s;
	records_verify(&l->report, records, l->record.envelope, bv_buf_str(&l->record.proof), l->at_s);
	l->json = bv_report_json(l->report, BV_STR("-"), lang);
	l->facts = (struct bv_json *)(uintptr_t)bv_json_find(l->json, "facts");
	l->state = state_of(l);
}

void
lookup_find(struct lookup *out, struct records *records, struct bv_str text, int64_t at_s, enum bv_lang lang)
{
	*out = (struct lookup){ .at_s = at_s };
	out->fault = bv_code_parse(out->code, text);
	if (out->fault)
		out->state = LOOKUP_MALFORMED;
	else
		find(out, records, lang);
}

void
lookup_finish(struct lookup *l)
{
	bv_report_free(l->report);
	bv_json_free(l->json);
	records_done(&l->record);
}

int64_t
lookup_since(const struct lookup *l)
{
	bool by_act = l->record.row.fate >= BV_FATE_SUSPENDED;

	switch (l->state) {
	case LOOKUP_REVOKED:
	case LOOKUP_SUPERSEDED:
	case LOOKUP_SUSPENDED:
		return by_act ? l->record.since_s : l->listed_s;
	case LOOKUP_EXPIRED:
		return l->record.row.valid_until_s;
	default:
		return 0;
	}
}
