/* What is known of a person: fields and their rules, the record that is sealed, and the commitment to it. */
#include "base/day.h"
#include "base/text.h"
#include "engine/people.h"

static const struct {
	const char *name;
	size_t max;
	bool lines; /* may have line feeds */
} fields[BV_PERSON_FIELDS] = {
	[BV_PERSON_NAME] = { "name", BV_PERSON_TEXT_MAX, false },       [BV_PERSON_PERSONAL_ID] = { "personalId", BV_PERSONAL_ID_LEN, false },
	[BV_PERSON_BIRTH] = { "birth", BV_DAY_SIZE - 1, false },        [BV_PERSON_UNIT] = { "unit", BV_PERSON_TEXT_MAX, false },
	[BV_PERSON_CONTACT] = { "contact", BV_PERSON_TEXT_MAX, false }, [BV_PERSON_PHOTO] = { "photo", 2 * BV_HASH_LEN, false },
	[BV_PERSON_NOTE] = { "note", BV_PERSON_NOTE_MAX, true },
};

/* In the order of their names, as RFC 8785 has them. */
static const enum bv_person_field in_order[BV_PERSON_FIELDS] = { BV_PERSON_BIRTH, BV_PERSON_CONTACT,     BV_PERSON_NAME, BV_PERSON_NOTE,
	                                                         BV_PERSON_PERSONAL_ID, BV_PERSON_PHOTO, BV_PERSON_UNIT };

const char *
bv_person_field_name(enum bv_person_field field)
{
	return fields[field].name;
}

enum bv_status
bv_person_fields_parse(unsigned *out, struct bv_str names, struct bv_err *err)
{
	unsigned bits = 0;

	if (bv_str_is(names, "all")) {
		*out = BV_PERSON_ALL;
		return BV_OK;
	}
	for (size_t from = 0; from <= names.len;) {
		struct bv_str rest = bv_str_sub(names, from, names.len), name = bv_str_sub(rest, 0, bv_str_find(rest, ','));
		size_t i = 0;
		while (i < BV_PERSON_FIELDS && !bv_str_is(name, fields[i].name))
			i++;
		if (i == BV_PERSON_FIELDS)
			return bv_err_set(err, BV_EINVAL, "'%.*s' is no field of a person: name, personalId, birth, unit, contact, photo, note, or all",
			                  BV_STR_ARG(bv_str_sub(name, 0, 40)));
		bits |= 1u << i;
		from += name.len + 1;
	}
	*out = bits;
	return BV_OK;
}

/* ---- Rules ---- */

static bool
all_of(struct bv_str s, const char *set)
{
	for (size_t i = 0; i < s.len; i++)
		if (!s.p[i] || !strchr(set, s.p[i]))
			return false;
	return true;
}

static bool
text_is_safe(struct bv_str s, bool lines)
{
	for (size_t from = 0; from < s.len;) {
		struct bv_str rest = bv_str_sub(s, from, s.len), line = lines ? bv_str_sub(rest, 0, bv_str_find(rest, '\n')) : rest;
		if (!bv_text_safe(line))
			return false;
		from += line.len + 1;
	}
	return true;
}

static enum bv_status
check_field(enum bv_person_field field, struct bv_str value, struct bv_err *err)
{
	struct bv_err inner;
	bv_day day;

	if (value.len > fields[field].max)
		return bv_err_set(err, BV_EINVAL, "'%s' is longer than %zu bytes", fields[field].name, fields[field].max);
	if (!text_is_safe(value, fields[field].lines))
		return bv_err_set(err, BV_EINVAL, "'%s' has a control character, or one that does not show or turns the direction of writing: write it "
		                  "without", fields[field].name);
	switch (field) {
	case BV_PERSON_NAME:
		return bv_str_trim(value).len ? BV_OK : bv_err_set(err, BV_EINVAL, "'name' is empty");
	case BV_PERSON_PERSONAL_ID:
		if (value.len != BV_PERSONAL_ID_LEN || !all_of(value, "0123456789"))
			return bv_err_set(err, BV_EINVAL, "'personalId' is not %d digits", BV_PERSONAL_ID_LEN);
		return BV_OK;
	case BV_PERSON_BIRTH:
		if (value.len && bv_day_parse(&day, value, &inner) != BV_OK)
			return bv_err_set(err, BV_EINVAL, "'birth' is not a day like 1990-12-31 that exists"); /* without the value: messages are logged */
		return BV_OK;
	case BV_PERSON_PHOTO:
		if (value.len && (value.len != 2 * BV_HASH_LEN || !all_of(value, "0123456789abcdef")))
			return bv_err_set(err, BV_EINVAL, "'photo' is not the SHA-256 of a picture, %d hexadecimal digits in lower case", 2 * BV_HASH_LEN);
		return BV_OK;
	default:
		return BV_OK;
	}
}

static enum bv_status
read_field(struct bv_str *out, enum bv_person_field field, struct bv_str typed, struct bv_arena *arena, struct bv_err *err)
{
	if (bv_text_nfc(out, typed, arena, err) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "'%s' is not UTF-8", fields[field].name);
	return check_field(field, *out, err);
}

enum bv_status
person_entry_read(struct person_record *record, const struct bv_person_entry *entry, struct bv_arena *arena, struct bv_err *err)
{
	uint8_t cid[BV_HASH_LEN];

	*record = (struct person_record){ 0 };
	for (size_t i = 0; i < BV_PERSON_FIELDS; i++)
		TRY(read_field(&record->values[i], (enum bv_person_field)i, entry->fields[i], arena, err));
	if (entry->sitting.len > BV_SITTING_NAME_MAX ||
	    !all_of(entry->sitting, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"))
		return bv_err_set(err, BV_EINVAL, "the name of a sitting is at most %d letters, digits, '.', '_' and '-'", BV_SITTING_NAME_MAX);
	if (entry->ticket.len && !entry->sitting.len)
		return bv_err_set(err, BV_EINVAL, "a ticket is of a sitting: name the sitting too");
	return entry->ticket.len ? bv_ticket_cid(cid, entry->ticket, err) : BV_OK;
}

enum bv_status
bv_person_entry_check(const struct bv_person_entry *entry, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct person_record record;

	return person_entry_read(&record, entry, &arena, err);
}

enum bv_status
bv_person_field_check(enum bv_person_field field, struct bv_str value, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };

	return read_field(&value, field, value, &arena, err);
}

/* ---- The record ---- */

enum { STEP = 128 }; /* the length of a record is a multiple of it */

void
person_record_write(struct bv_buf *out, const struct person_record *record)
{
	struct bv_json_pen pen = { .out = out };
	size_t from = out->len;

	bv_json_pen_open(&pen, NULL, '{');
	for (size_t i = 0; i < BV_PERSON_FIELDS; i++) {
		enum bv_person_field field = in_order[i];
		if (!record->values[field].len)
			continue;
		bv_json_pen_open(&pen, fields[field].name, '{');
		bv_json_pen_int(&pen, "at", record->at_ms[field]);
		bv_json_pen_str(&pen, "value", record->values[field]);
		bv_json_pen_close(&pen, '}');
	}
	bv_json_pen_close(&pen, '}');
	while ((out->len - from) % STEP && !out->full)
		bv_buf_addc(out, ' ');
}

enum bv_status
person_record_parse(struct person_record *record, struct bv_str text, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	*record = (struct person_record){ 0 };
	TRY(bv_json_parse(&json, text, err));
	for (size_t i = 0; i < BV_PERSON_FIELDS; i++) {
		const struct bv_json *field = bv_json_find(json, fields[i].name);
		record->values[i] = bv_arena_str(arena, bv_json_str(bv_json_find(field, "value")));
		record->at_ms[i] = bv_json_int(bv_json_find(field, "at"));
	}
	return BV_OK;
}

unsigned
person_record_merge(struct person_record *record, const struct person_record *newer, int64_t at_ms)
{
	unsigned changed = 0;

	for (size_t i = 0; i < BV_PERSON_FIELDS; i++)
		if (newer->values[i].len && !bv_str_eq(newer->values[i], record->values[i])) {
			record->values[i] = newer->values[i];
			record->at_ms[i] = at_ms;
			changed |= 1u << i;
		}
	return changed;
}

/* ---- The commitment ---- */

void
person_commitment_write(struct bv_buf *out, const struct person_record *record, struct bv_str sitting, struct bv_str ticket)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "birth", record->values[BV_PERSON_BIRTH]);
	bv_json_pen_str(&pen, "name", record->values[BV_PERSON_NAME]);
	bv_json_pen_str(&pen, "personalId", record->values[BV_PERSON_PERSONAL_ID]);
	bv_json_pen_str(&pen, "sitting", sitting);
	bv_json_pen_str(&pen, "ticket", ticket);
	bv_json_pen_str(&pen, "unit", record->values[BV_PERSON_UNIT]);
	bv_json_pen_close(&pen, '}');
}

void
person_commit(uint8_t commitment[BV_HASH_LEN], const uint8_t salt[PEOPLE_SALT_LEN], struct bv_str json)
{
	struct bv_sha256 ctx;

	bv_sha256_init(&ctx);
	bv_sha256_add(&ctx, "BV-PERSON-1", sizeof "BV-PERSON-1");
	bv_sha256_add(&ctx, salt, PEOPLE_SALT_LEN);
	bv_sha256_add(&ctx, json.p, json.len);
	bv_sha256_end(&ctx, commitment);
}

enum bv_status
bv_person_opening_check(const uint8_t commitment[BV_HASH_LEN], struct bv_str salt, struct bv_str json, struct bv_err *err)
{
	uint8_t bytes[PEOPLE_SALT_LEN], want[BV_HASH_LEN];

	if (bv_hex_parse(bytes, sizeof bytes, salt, err) != BV_OK)
		return bv_err_set(err, BV_EPARSE, "the salt of a commitment is %d hexadecimal digits", 2 * PEOPLE_SALT_LEN);
	person_commit(want, bytes, json);
	return bv_hash_eq(want, commitment) ? BV_OK : bv_err_set(err, BV_EDENIED, "the commitment is not one of this salt and this text");
}
