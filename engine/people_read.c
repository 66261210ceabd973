/* Persons are looked up and read: each time with a record of who wants to know what and why, which is on disk before he knows. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "engine/people.h"

#define DAY_MS INT64_C(86400000)

/* ---- Finding ---- */

struct find {
	struct bv_str personal_id, sitting, ticket;
	const struct bv_people_access *access;
	char person[BV_PERSON_ID_SIZE];
};

static enum bv_status
find_person(struct bv_people *people, void *args, struct bv_err *err)
{
	struct find *find = args;
	struct bv_sql_stmt *stmt = people_stmt(people, find->ticket.len ? PEOPLE_BY_TICKET : PEOPLE_BY_PSEUDONYM);
	uint8_t pseudonym[BV_HASH_LEN];
	bool row;

	if (find->ticket.len) {
		bv_sql_bind_str(stmt, 1, find->sitting);
		bv_sql_bind_str(stmt, 2, find->ticket);
	} else {
		bv_hmac_sha256(pseudonym, &people->pseudonyms, find->personal_id);
		bv_sql_bind_blob(stmt, 1, pseudonym, sizeof pseudonym);
	}
	TRY(bv_sql_step(stmt, &row, err));
	if (row)
		snprintf(find->person, sizeof find->person, "%.*s", BV_STR_ARG(bv_sql_str(stmt, 0)));
	bv_sql_reset(stmt);
	return people_log_add(people, "find", find->access, find->person, 0, err);
}

enum bv_status
bv_people_find(char person[BV_PERSON_ID_SIZE], struct bv_people *people, struct bv_str personal_id, const struct bv_people_access *access,
               struct bv_err *err)
{
	struct find find = { .personal_id = personal_id, .access = access };

	TRY(people_do(people, find_person, &find, true, access, err));
	if (!find.person[0])
		return bv_err_set(err, BV_ENOTFOUND, "%s: nobody with that personal id is known", people->url);
	memcpy(person, find.person, sizeof find.person);
	return BV_OK;
}

enum bv_status
bv_people_find_ticket(char person[BV_PERSON_ID_SIZE], struct bv_people *people, struct bv_str sitting, struct bv_str ticket,
                      const struct bv_people_access *access, struct bv_err *err)
{
	struct find find = { .sitting = sitting, .ticket = ticket, .access = access };

	if (!ticket.len)
		return bv_err_set(err, BV_EINVAL, "the ticket is empty");
	TRY(people_do(people, find_person, &find, false, access, err));
	if (!find.person[0])
		return bv_err_set(err, BV_ENOTFOUND, "%s: nobody has ticket '%.*s' in sitting '%.*s'", people->url, BV_STR_ARG(bv_str_sub(ticket, 0, 40)),
		                  BV_STR_ARG(bv_str_sub(sitting, 0, BV_SITTING_NAME_MAX)));
	memcpy(person, find.person, sizeof find.person);
	return BV_OK;
}

static enum bv_status
ticket_of(char ticket[BV_TICKET_MAX + 1], struct bv_people *people, const char *person, struct bv_str sitting, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_TICKET_OF);
	bool row;

	bv_sql_bind_str(stmt, 1, bv_str_of(person));
	bv_sql_bind_str(stmt, 2, sitting);
	TRY(bv_sql_step(stmt, &row, err));
	if (row)
		snprintf(ticket, BV_TICKET_MAX + 1, "%.*s", BV_STR_ARG(bv_sql_str(stmt, 0)));
	bv_sql_reset(stmt);
	return BV_OK;
}

enum bv_status
bv_people_find_called(struct bv_person_called *out, struct bv_people *people, struct bv_str sitting, struct bv_str called, const struct bv_people_access *access,
                      struct bv_err *err)
{
	struct bv_person_called found = { 0 };
	enum bv_status status = BV_ENOTFOUND;

	if (sitting.len && called.len)
		status = bv_people_find_ticket(found.person, people, sitting, called, access, err);
	if (status == BV_OK)
		snprintf(found.ticket, sizeof found.ticket, "%.*s", BV_STR_ARG(called));
	else if (status == BV_ENOTFOUND && bv_person_field_check(BV_PERSON_PERSONAL_ID, called, err) == BV_OK)
		status = bv_people_find(found.person, people, called, access, err);
	if (status == BV_OK && sitting.len && !found.ticket[0]) {
		TRY(ticket_of(found.ticket, people, found.person, sitting, err));
		status = found.ticket[0] ? BV_OK : BV_ENOTFOUND;
	}
	if (status == BV_ENOTFOUND)
		return bv_err_set(err, BV_ENOTFOUND, "'%.*s' is %s", BV_STR_ARG(bv_str_sub(called, 0, 40)),
		                  sitting.len ? "nobody's ticket in the sitting, nor the personal id of anybody who sits it" : "nobody's personal id");
	TRY(status);
	*out = found;
	return BV_OK;
}

/* ---- The quota ---- */

static enum bv_status
read_int(int64_t *out, struct bv_sql_stmt *stmt, struct bv_err *err)
{
	bool row;

	TRY(bv_sql_step(stmt, &row, err));
	*out = row ? bv_sql_int(stmt, 0) : 0;
	bv_sql_reset(stmt);
	return BV_OK;
}

/* *over: one more person would be too many for the author. */
static enum bv_status
check_quota(bool *over, struct bv_people *people, const struct bv_people_access *access, const char *person, struct bv_err *err)
{
	int64_t quota, count = 0;

	TRY(read_int(&quota, people_stmt(people, PEOPLE_QUOTA), err));
	if (quota) {
		struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_READ_COUNT);
		bv_sql_bind_str(stmt, 1, access->author);
		bv_sql_bind_int(stmt, 2, access->at_ms - DAY_MS);
		bv_sql_bind_str(stmt, 3, bv_str_of(person));
		TRY(read_int(&count, stmt, err));
	}
	*over = quota && count >= quota;
	return BV_OK;
}

struct quota {
	int64_t persons;
	const struct bv_people_access *access;
};

static enum bv_status
set_quota(struct bv_people *people, void *args, struct bv_err *err)
{
	struct quota *quota = args;
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_SET_QUOTA);

	bv_sql_bind_int(stmt, 1, quota->persons);
	TRY(bv_sql_exec(stmt, err));
	return people_log_add(people, "quota", quota->access, "", 0, err);
}

enum bv_status
bv_people_set_quota(struct bv_people *people, int64_t persons, const struct bv_people_access *access, struct bv_err *err)
{
	struct quota quota = { persons, access };

	if (persons < 0 || persons > BV_PEOPLE_QUOTA_MAX)
		return bv_err_set(err, BV_EINVAL, "a quota is a number of persons up to %d, or 0 for none", BV_PEOPLE_QUOTA_MAX);
	return people_do(people, set_quota, &quota, false, access, err);
}

/* ---- Reading ---- */

enum bv_status
people_read_person(struct bv_people *people, void *args, struct bv_err *err)
{
	struct people_read *read = args;

	TRY(people_load(&read->person, people, read->id, read->arena, err));
	TRY(check_quota(&read->refused, people, read->access, read->person.id, err));
	return people_log_add(people, read->refused ? "refuse" : read->act, read->access, read->person.id, read->fields, err);
}

enum bv_status
people_read_logged(struct bv_people *people, people_work work, struct people_read *read, struct bv_err *err)
{
	enum bv_status status = people_do(people, work, read, true, read->access, err);

	bv_wipe(read->person.key, sizeof read->person.key);
	TRY(status);
	if (read->refused)
		return bv_err_set(err, BV_EDENIED, "'%.*s' has read as many persons in 24 hours as is allowed", BV_STR_ARG(read->access->author));
	return BV_OK;
}

enum bv_status
bv_people_read(struct bv_person **out, struct bv_people *people, struct bv_str id, unsigned fields, const struct bv_people_access *access,
               struct bv_err *err)
{
	BV_AUTO(bv_person_free) struct bv_person *person = bv_alloc(sizeof *person);
	struct people_read read = { .id = id, .act = "read", .fields = fields & BV_PERSON_ALL, .access = access, .arena = &person->arena };

	if (!read.fields)
		return bv_err_set(err, BV_EINVAL, "no field is asked for");
	TRY(people_read_logged(people, people_read_person, &read, err));
	memcpy(person->id, read.person.id, sizeof person->id);
	person->photo = read.person.photo;
	for (size_t i = 0; i < BV_PERSON_FIELDS; i++)
		if (read.fields >> i & 1)
			person->fields[i] = read.person.record.values[i];
	*out = bv_steal(&person);
	return BV_OK;
}

void
bv_person_free(struct bv_person *person)
{
	if (!person)
		return;
	bv_arena_finish(&person->arena);
	free(person);
}

/* ---- Everything about a person, for himself ---- */

struct export {
	struct people_read read; /* first, so that a pointer to it is one to the whole */
	struct bv_json *json;
};

static void
set_time(struct bv_json *json, const char *name, int64_t at_ms)
{
	char text[BV_TIME_SIZE];

	bv_json_set_str(json, name, bv_str_of(bv_time_write(text, at_ms / 1000)));
}

static void
add_fields(struct bv_json *json, const struct person_record *record)
{
	struct bv_json *fields = bv_json_set(json, "fields", bv_json_new_object());

	for (size_t i = 0; i < BV_PERSON_FIELDS; i++) {
		if (!record->values[i].len)
			continue;
		struct bv_json *field = bv_json_set(fields, bv_person_field_name((enum bv_person_field)i), bv_json_new_object());
		bv_json_set_str(field, "value", record->values[i]);
		set_time(field, "since", record->at_ms[i]);
	}
}

static void
set_hex(struct bv_json *json, const char *name, struct bv_str bytes)
{
	BV_AUTO(bv_buf_finish) struct bv_buf hex = BV_BUF(1000);

	bv_hex_write(&hex, bytes.p, bytes.len);
	bv_json_set_str(json, name, bv_buf_str(&hex));
}

static enum bv_status
add_ticket(struct bv_json *list, struct bv_people *people, struct bv_sql_stmt *stmt, const struct people_person *person, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf plain = BV_BUF(PEOPLE_RECORD_MAX);
	struct bv_str sitting = bv_sql_str(stmt, 0), ticket = bv_sql_str(stmt, 1), opening = bv_sql_blob(stmt, 4);
	struct bv_json *one = bv_json_add(list, bv_json_new_object());

	bv_json_set_str(one, "sitting", sitting);
	bv_json_set_str(one, "ticket", ticket);
	set_time(one, "at", bv_sql_int(stmt, 2));
	set_hex(one, "commitment", bv_sql_blob(stmt, 3));
	if (!opening.len) /* what it is of was not kept so long */
		return BV_OK;
	TRY(people_unseal_opening(&plain, people, person->key, bv_str_of(person->id), sitting, ticket, opening, err));
	set_hex(one, "salt", bv_str_sub(bv_buf_str(&plain), 0, PEOPLE_SALT_LEN));
	bv_json_set_str(one, "committed", bv_str_sub(bv_buf_str(&plain), PEOPLE_SALT_LEN, plain.len));
	return BV_OK;
}

static enum bv_status
add_tickets(struct export *export, struct bv_people *people, struct bv_err *err)
{
	struct bv_json *list = bv_json_set(export->json, "registrations", bv_json_new_array());
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_TICKETS);
	bool row;

	bv_sql_bind_str(stmt, 1, bv_str_of(export->read.person.id));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		enum bv_status status = add_ticket(list, people, stmt, &export->read.person, err);
		if (status != BV_OK) {
			bv_sql_reset(stmt);
			return status;
		}
	}
}

static enum bv_status
add_record(void *ctx, const struct bv_people_record *record, struct bv_err *err)
{
	struct bv_json *one = bv_json_add(ctx, bv_json_new_object());

	(void)err;
	bv_json_set_int(one, "record", record->n);
	set_time(one, "at", record->at_ms);
	bv_json_set_str(one, "act", record->act);
	bv_json_set_str(one, "author", record->author);
	bv_json_set_str(one, "reason", record->reason);
	struct bv_json *fields = bv_json_set(one, "fields", bv_json_new_array());
	for (size_t i = 0; i < BV_PERSON_FIELDS; i++)
		if (record->fields >> i & 1)
			bv_json_add(fields, bv_json_new_text(bv_str_of(bv_person_field_name((enum bv_person_field)i))));
	return BV_OK;
}

/* As a data URL (RFC 2397), which any browser opens. */
static enum bv_status
add_photo(struct bv_json *json, struct bv_people *people, const struct people_person *person, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf photo = BV_BUF(BV_PORTRAIT_MAX), url = BV_BUF(2 * BV_PORTRAIT_MAX);

	TRY(people_load_photo(&photo, people, person, person->key, err));
	bv_buf_printf(&url, "data:%s;base64,", bv_portrait_type(bv_buf_str(&photo)));
	bv_base64_write(&url, photo.p, photo.len);
	TRY(bv_buf_check(&url, err));
	bv_json_set_str(json, "photo", bv_buf_str(&url));
	return BV_OK;
}

static enum bv_status
export_person(struct bv_people *people, void *args, struct bv_err *err)
{
	struct export *export = args;

	TRY(people_read_person(people, &export->read, err));
	if (export->read.refused)
		return BV_OK;
	bv_json_set_str(export->json, "person", bv_str_of(export->read.person.id));
	set_time(export->json, "knownSince", export->read.person.added_ms);
	set_time(export->json, "lastRegistered", export->read.person.used_ms);
	add_fields(export->json, &export->read.person.record);
	if (export->read.person.photo)
		TRY(add_photo(export->json, people, &export->read.person, err));
	TRY(add_tickets(export, people, err));
	return bv_people_log(people, bv_str_of(export->read.person.id), add_record, bv_json_set(export->json, "log", bv_json_new_array()), err);
}

enum bv_status
bv_people_export(struct bv_json **out, struct bv_people *people, struct bv_str id, const struct bv_people_access *access, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	struct export export = { .read = { .id = id, .act = "export", .fields = BV_PERSON_ALL, .access = access, .arena = &arena }, .json = json };

	TRY(people_read_logged(people, export_person, &export.read, err));
	*out = bv_steal(&json);
	return BV_OK;
}
