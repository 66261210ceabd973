/* What is known of a person, beside the ledger: the ledger has a salted commitment of it, which tells nothing once the salt is gone. */
#include "engine/exam.h"
#include "engine/sitting.h"

static const struct field {
	const char *name;
	size_t offset;
} fields[] = {
	{ "birthDate", offsetof(struct bv_person, birth_date) }, { "email", offsetof(struct bv_person, email) }, { "name", offsetof(struct bv_person, name) },
	{ "personalId", offsetof(struct bv_person, personal_id) }, { "phone", offsetof(struct bv_person, phone) },
};

void
person_write(struct bv_buf *out, const struct bv_person *person)
{
	struct bv_json_pen pen = { .out = out };
	bool any = false;

	for (size_t i = 0; i < BV_COUNT(fields); i++) {
		const struct bv_str *value = (const struct bv_str *)((const char *)person + fields[i].offset);
		if (!value->len)
			continue;
		if (!any)
			bv_json_pen_open(&pen, NULL, '{');
		any = true;
		bv_json_pen_str(&pen, fields[i].name, *value);
	}
	if (any)
		bv_json_pen_close(&pen, '}');
}

enum bv_status
person_parse(struct bv_person *out, struct bv_arena *arena, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	*out = (struct bv_person){ 0 };
	if (!text.len)
		return BV_OK;
	TRY(bv_json_parse(&json, text, err));
	for (size_t i = 0; i < BV_COUNT(fields); i++) {
		struct bv_str value = bv_json_str(bv_json_find(json, fields[i].name));
		if (value.len)
			*(struct bv_str *)((char *)out + fields[i].offset) = bv_arena_str(arena, value);
	}
	return BV_OK;
}

void
person_commitment(uint8_t out[BV_HASH_LEN], struct bv_str salt, struct bv_str text)
{
	struct bv_sha256 sha;

	bv_sha256_init(&sha);
	bv_sha256_add(&sha, "BV-PERSON-1", 12);
	bv_sha256_add(&sha, salt.p, salt.len);
	bv_sha256_add(&sha, text.p, text.len);
	bv_sha256_end(&sha, out);
}

enum bv_status
bv_seat_person(struct bv_person *out, struct bv_arena *arena, struct bv_sittings *sittings, int64_t sitting, struct bv_str ticket, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	struct bv_str text = BV_STR_NONE;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, PERSON_ONE, err));
	bv_sql_bind_int(stmt, 1, sitting);
	bv_sql_bind_str(stmt, 2, ticket);
	TRY(bv_sql_step(stmt, &row, err));
	if (row)
		text = bv_arena_str(arena, bv_sql_str(stmt, 1));
	bv_sql_reset(stmt);
	return person_parse(out, arena, text, err);
}
