/* Facts as JSON again (facts.c reads it): what a register keeps of a certificate, so that the same one can be made once more. */
#include "base/json.h"
#include "certs/facts.h"

static void
write_text(struct bv_json_pen *pen, const char *name, struct bv_str text)
{
	if (text.len)
		bv_json_pen_str(pen, name, text);
}

static void
write_uuid(struct bv_json_pen *pen, const char *name, const uint8_t uuid[16])
{
	char text[BV_UUID_SIZE];

	for (size_t i = 0; i < 16; i++)
		if (uuid[i]) {
			bv_json_pen_str(pen, name, bv_str_of(bv_uuid_write(text, uuid)));
			return;
		}
}

char *
bv_uuid_write(char out[BV_UUID_SIZE], const uint8_t random[16])
{
	static const size_t lengths[] = { 8, 4, 4, 4, 12 };
	char hex[BV_HEX_SIZE(16)];
	uint8_t u[16];
	size_t at = 9, from = 0;

	memcpy(u, random, sizeof u);
	u[6] = (uint8_t)((u[6] & 0x0f) | 0x40); /* RFC 9562 §5.4 */
	u[8] = (uint8_t)((u[8] & 0x3f) | 0x80);
	bv_hex(hex, u, sizeof u);
	memcpy(out, "urn:uuid:", 9);
	for (size_t part = 0; part < BV_COUNT(lengths); part++) {
		if (part)
			out[at++] = '-';
		memcpy(out + at, hex + from, lengths[part]);
		at += lengths[part];
		from += lengths[part];
	}
	out[at] = '\0';
	return out;
}

static void
write_achievement(struct bv_json_pen *pen, const struct bv_achievement *a)
{
	bv_json_pen_open(pen, "achievement", '{');
	write_text(pen, "id", a->id);
	write_text(pen, "nameVi", a->name_vi);
	write_text(pen, "nameEn", a->name_en);
	write_text(pen, "description", a->description);
	write_text(pen, "criteria", a->criteria);
	write_text(pen, "criteriaUrl", a->criteria_url);
	write_text(pen, "version", a->version);
	if (a->level_count) {
		bv_json_pen_open(pen, "levels", '[');
		for (size_t i = 0; i < a->level_count; i++)
			bv_json_pen_str(pen, NULL, a->levels[i]);
		bv_json_pen_close(pen, ']');
	}
	write_text(pen, "requiredLevel", a->required_level);
	if (a->ability) {
		bv_json_pen_open(pen, "ability", '{');
		write_text(pen, "min", a->ability_min);
		write_text(pen, "max", a->ability_max);
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, '}');
}

static void
write_areas(struct bv_json_pen *pen, const struct bv_credential_facts *f)
{
	const struct bv_achievement *a = f->achievement;

	if (!a->area_count)
		return;
	bv_json_pen_open(pen, "areas", '[');
	for (size_t i = 0; i < a->area_count; i++) {
		const struct bv_area *area = &a->areas[i];
		bv_json_pen_open(pen, NULL, '{');
		write_text(pen, "code", area->code);
		write_text(pen, "nameVi", area->name_vi);
		write_text(pen, "nameEn", area->name_en);
		write_text(pen, "value", f->values[i]);
		write_text(pen, "min", area->min);
		write_text(pen, "max", area->max);
		write_text(pen, "required", area->required);
		if (area->percent)
			bv_json_pen_str(pen, "unit", BV_STR("percent"));
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
}

static void
write_result(struct bv_json_pen *pen, const struct bv_credential_facts *f)
{
	static const char *const decisions[] = { [BV_DECISION_COMPLETED] = "completed", [BV_DECISION_FAILED] = "failed",
		                                 [BV_DECISION_PROVISIONAL] = "provisional" };

	write_text(pen, "level", f->level);
	if (f->theta.len) {
		bv_json_pen_open(pen, "ability", '{');
		write_text(pen, "theta", f->theta);
		write_text(pen, "se", f->theta_se);
		bv_json_pen_close(pen, '}');
	}
	if (f->decision)
		bv_json_pen_str(pen, "decision", bv_str_of(decisions[f->decision]));
	if (!f->evidence_count)
		return;
	bv_json_pen_open(pen, "evidence", '[');
	for (size_t i = 0; i < f->evidence_count; i++) {
		bv_json_pen_open(pen, NULL, '{');
		write_text(pen, "name", f->evidence[i].name);
		bv_json_pen_hex(pen, "sha256", f->evidence[i].hash, sizeof f->evidence[i].hash);
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
}

static void
write_holder(struct bv_json_pen *pen, const struct bv_credential_facts *f)
{
	bv_json_pen_open(pen, "holder", '{');
	write_text(pen, "name", f->holder);
	if (f->holder_hashed)
		bv_json_pen_bool(pen, "hashed", true);
	write_text(pen, "birth", f->birth);
	bv_json_pen_close(pen, '}');
}

static void
write_issuer(struct bv_json_pen *pen, const struct bv_issuer *issuer)
{
	if (!issuer || (!issuer->name.len && !issuer->url.len))
		return;
	bv_json_pen_open(pen, "issuer", '{');
	write_text(pen, "name", issuer->name);
	write_text(pen, "url", issuer->url);
	bv_json_pen_close(pen, '}');
}

void
bv_facts_write(struct bv_buf *out, const struct bv_credential_facts *facts, const struct bv_issuer *issuer)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	write_issuer(&pen, issuer);
	write_holder(&pen, facts);
	write_text(&pen, "licence", facts->licence);
	write_achievement(&pen, facts->achievement);
	write_areas(&pen, facts);
	write_result(&pen, facts);
	bv_json_pen_time(&pen, "awarded", facts->awarded_s);
	bv_json_pen_time(&pen, "validFrom", facts->valid_from_s);
	bv_json_pen_time(&pen, "validUntil", facts->valid_until_s);
	if (facts->status.len) {
		bv_json_pen_open(&pen, "status", '{');
		bv_json_pen_str(&pen, "list", facts->status);
		bv_json_pen_int(&pen, "index", facts->status_idx);
		bv_json_pen_close(&pen, '}');
	}
	write_uuid(&pen, "id", facts->id);
	write_uuid(&pen, "subjectId", facts->subject_id);
	bv_json_pen_close(&pen, '}');
}
