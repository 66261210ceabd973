/* candidate.json: who sits, with what is carried over from earlier exams. */
#include "base/text.h"
#include "engine/exam.h"

static enum bv_status
parse_carry(struct bv_carry *out, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str day;

	TRY(bv_json_only(json, "part marksHundredths maxHundredths examDay", err));
	TRY(bv_json_need_str(&out->part, json, "part", err));
	TRY(bv_json_need_int(&out->marks, json, "marksHundredths", err));
	TRY(bv_json_need_int(&out->max, json, "maxHundredths", err));
	TRY(bv_json_need_str(&day, json, "examDay", err));
	TRY(bv_day_parse(&out->exam_day, day, err));
	out->part = bv_arena_str(arena, out->part);
	return BV_OK;
}

/* A name goes on a certificate, into lists and onto terminals: what does not show, or turns the direction of reading, makes one person's
 * name look like another's. */
enum bv_status
candidate_name(struct bv_str *out, struct bv_str name, struct bv_arena *arena, struct bv_err *err)
{
	TRY(bv_text_nfc(&name, name, arena, err));
	if (!bv_str_trim(name).len || name.len > BV_CANDIDATE_NAME_MAX)
		return bv_err_set(err, BV_EINVAL, "'name' is empty or longer than %d bytes", BV_CANDIDATE_NAME_MAX);
	if (!bv_text_safe(name))
		return bv_err_set(err, BV_EINVAL, "'name' has a control character, or one that does not show or turns the direction of writing: "
		                  "write it without");
	*out = bv_arena_str(arena, name);
	return BV_OK;
}

static enum bv_status
parse_name(struct bv_str *out, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str name;

	TRY(bv_json_need_str(&name, json, "name", err));
	return candidate_name(out, name, arena, err);
}

enum bv_status
candidate_read(struct bv_candidate *out, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_candidate candidate = { 0 };
	uint8_t cid[BV_HASH_LEN];

	TRY(bv_json_need_str(&candidate.ticket, json, "ticket", err));
	TRY(bv_ticket_cid(cid, candidate.ticket, err));
	candidate.ticket = bv_arena_str(arena, candidate.ticket);
	TRY(parse_name(&candidate.name, json, arena, err));
	const struct bv_json *carried = bv_json_find(json, "carryOver");
	size_t count = bv_json_count(carried);
	if (carried && bv_json_type(carried) != BV_JSON_ARRAY)
		return bv_err_set(err, BV_EINVAL, "'carryOver' is a list of parts");
	if (count > BV_RATING_CARRY_MAX)
		return bv_err_set(err, BV_ELIMIT, "'carryOver' has more than %d parts", BV_RATING_CARRY_MAX);
	struct bv_carry *carry = bv_arena_array(arena, count, struct bv_carry);
	for (size_t i = 0; i < count; i++)
		if (parse_carry(&carry[i], bv_json_at(carried, i), arena, err) != BV_OK)
			return bv_err_set(err, err->status, "part %zu of 'carryOver': %s", i + 1, err->msg);
	candidate.carry = carry;
	candidate.carry_count = count;
	*out = candidate;
	return BV_OK;
}

enum bv_status
bv_candidate_parse(struct bv_candidate *out, struct bv_str text, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_candidate candidate;

	TRY(bv_json_parse(&json, text, err));
	TRY(bv_json_only(json, "ticket name credentialId subjectId carryOver", err));
	TRY(candidate_read(&candidate, json, arena, err));
	TRY(bv_json_need_hex(candidate.credential_id, sizeof candidate.credential_id, json, "credentialId", err));
	TRY(bv_json_need_hex(candidate.subject_id, sizeof candidate.subject_id, json, "subjectId", err));
	*out = candidate;
	return BV_OK;
}

void
bv_candidate_write(struct bv_buf *out, const struct bv_candidate *candidate)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	char hex[BV_HEX_SIZE(16)], day[BV_DAY_SIZE];

	bv_json_set_str(json, "ticket", candidate->ticket);
	bv_json_set_str(json, "name", candidate->name);
	bv_json_set_str(json, "credentialId", bv_str_of(bv_hex(hex, candidate->credential_id, 16)));
	bv_json_set_str(json, "subjectId", bv_str_of(bv_hex(hex, candidate->subject_id, 16)));
	struct bv_json *list = bv_json_set(json, "carryOver", bv_json_new_array());
	for (size_t i = 0; i < candidate->carry_count; i++) {
		struct bv_json *carry = bv_json_add(list, bv_json_new_object());
		bv_json_set_str(carry, "part", candidate->carry[i].part);
		bv_json_set_int(carry, "marksHundredths", candidate->carry[i].marks);
		bv_json_set_int(carry, "maxHundredths", candidate->carry[i].max);
		bv_json_set_str(carry, "examDay", bv_str_of(bv_day_write(day, candidate->carry[i].exam_day)));
	}
	bv_json_write_pretty(out, json);
}
