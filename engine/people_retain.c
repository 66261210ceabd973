/* What was kept long enough is erased. A field that goes takes the person's key with it: the rest is sealed with a new one, so that no copy of the old
 * record can be read. */
#include <stdio.h>

#include "engine/people.h"

#define DAY_MS INT64_C(86400000)
#define COMMITTED (1u << BV_PERSON_NAME | 1u << BV_PERSON_PERSONAL_ID | 1u << BV_PERSON_BIRTH | 1u << BV_PERSON_UNIT)

struct retain {
	const struct bv_retention *retention;
	const struct bv_people_access *access;
	bool dry;
	char after[BV_PERSON_ID_SIZE]; /* persons up to this one are done */
	bool last;
	struct { /* of this transaction */
		char id[BV_PERSON_ID_SIZE];
		unsigned fields;
	} over[PEOPLE_AT_ONCE];
	size_t over_count;
};

static bool
is_over(const struct bv_retention_rule *rule, int64_t since_ms, int64_t now_ms)
{
	return since_ms <= now_ms - rule->days * DAY_MS;
}

/* The fields whose time is over; BV_PERSON_ALL: the person's is. */
static unsigned
find_over(const struct retain *retain, const struct people_person *person)
{
	const struct person_record *record = &person->record;
	unsigned over = 0;

	for (size_t r = 0; r < retain->retention->count; r++) {
		const struct bv_retention_rule *rule = &retain->retention->rules[r];
		int64_t newest = person->used_ms;
		for (size_t i = 0; i < BV_PERSON_FIELDS; i++) {
			int64_t since = record->at_ms[i] > person->used_ms ? record->at_ms[i] : person->used_ms;
			if (record->values[i].len && since > newest)
				newest = since;
			if (rule->fields != BV_PERSON_ALL && rule->fields >> i & 1 && record->values[i].len && is_over(rule, since, retain->access->at_ms))
				over |= 1u << i;
		}
		if (rule->fields == BV_PERSON_ALL && is_over(rule, newest, retain->access->at_ms))
			return BV_PERSON_ALL;
	}
	return over;
}

/* ---- A new key ---- */

static enum bv_status
reseal_opening(struct bv_people *people, const struct people_person *person, const uint8_t *old_key, struct bv_str sitting, struct bv_str ticket,
               struct bv_str opening, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf plain = BV_BUF(PEOPLE_RECORD_MAX), sealed = BV_BUF(PEOPLE_RECORD_MAX + BV_CIPHER_EXTRA);
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_SET_OPENING);
	struct bv_str id = bv_str_of(person->id);

	TRY(people_unseal_opening(&plain, people, old_key, id, sitting, ticket, opening, err));
	people_seal_opening(&sealed, people, person->key, id, sitting, ticket, bv_buf_str(&plain));
	TRY(bv_buf_check(&sealed, err));
	bv_sql_bind_str(stmt, 1, sitting);
	bv_sql_bind_str(stmt, 2, ticket);
	bv_sql_bind_blob(stmt, 3, sealed.p, sealed.len);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
reseal_openings(struct bv_people *people, const struct people_person *person, const uint8_t *old_key, struct bv_arena *arena, struct bv_err *err)
{
	enum { TICKETS_MAX = 1000 };
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_TICKETS);
	struct bv_str (*rows)[3] = bv_arena_alloc(arena, TICKETS_MAX * sizeof *rows);
	size_t count = 0;
	bool row;

	bv_sql_bind_str(stmt, 1, bv_str_of(person->id));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		struct bv_str opening = bv_sql_blob(stmt, 4);
		if (!opening.len)
			continue;
		if (count == TICKETS_MAX) {
			bv_sql_reset(stmt);
			return bv_err_set(err, BV_ELIMIT, "person '%s' has more than %d registrations", person->id, TICKETS_MAX);
		}
		rows[count][0] = bv_arena_str(arena, bv_sql_str(stmt, 0));
		rows[count][1] = bv_arena_str(arena, bv_sql_str(stmt, 1));
		rows[count++][2] = bv_arena_str(arena, opening);
	}
	for (size_t i = 0; i < count; i++)
		TRY(reseal_opening(people, person, old_key, rows[i][0], rows[i][1], rows[i][2], err));
	return BV_OK;
}

static enum bv_status
reseal_photo(struct bv_people *people, const struct people_person *person, const uint8_t *old_key, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf photo = BV_BUF(BV_PORTRAIT_MAX);

	TRY(people_load_photo(&photo, people, person, old_key, err));
	return people_store_photo(people, person, bv_buf_str(&photo), err);
}

static enum bv_status
renew_key(struct bv_people *people, struct people_person *person, unsigned gone, struct bv_arena *arena, struct bv_err *err)
{
	uint8_t old_key[BV_CIPHER_KEY_LEN], wrapped[PEOPLE_WRAPPED_LEN];
	struct bv_str id = bv_str_of(person->id);
	struct bv_sql_stmt *stmt;

	memcpy(old_key, person->key, sizeof old_key);
	people->random(person->key, sizeof person->key);
	people_wrap(wrapped, people, &people->master, id, person->key);
	stmt = people_stmt(people, PEOPLE_SET_KEY);
	bv_sql_bind_str(stmt, 1, id);
	bv_sql_bind_blob(stmt, 2, people->master.id, MASTER_ID_LEN);
	bv_sql_bind_blob(stmt, 3, wrapped, sizeof wrapped);
	enum bv_status status = bv_sql_exec(stmt, err);
	if (status == BV_OK && gone & COMMITTED) {
		stmt = people_stmt(people, PEOPLE_ERASE_OPENINGS);
		bv_sql_bind_str(stmt, 1, id);
		status = bv_sql_exec(stmt, err);
	} else if (status == BV_OK) {
		status = reseal_openings(people, person, old_key, arena, err);
	}
	if (status == BV_OK && gone >> BV_PERSON_PHOTO & 1)
		status = people_drop_photo(people, id, err);
	else if (status == BV_OK && person->photo)
		status = reseal_photo(people, person, old_key, err);
	bv_wipe(old_key, sizeof old_key);
	return status == BV_OK ? people_store(people, person, err) : status;
}

enum bv_status
people_forget(struct bv_people *people, struct people_person *person, unsigned fields, const char *act, const struct bv_people_access *access,
              struct bv_arena *arena, struct bv_err *err)
{
	for (size_t i = 0; i < BV_PERSON_FIELDS; i++)
		if (fields >> i & 1)
			person->record.values[i] = BV_STR_NONE;
	TRY(renew_key(people, person, fields, arena, err));
	TRY(people_note_unscrubbed(people, err));
	return people_log_add(people, act, access, person->id, fields, err);
}

/* ---- Persons ---- */

static enum bv_status
erase_over(struct bv_people *people, const struct retain *retain, struct people_person *person, unsigned over, struct bv_arena *arena,
           struct bv_err *err)
{
	return over == BV_PERSON_ALL ? people_destroy(people, bv_str_of(person->id), "retain", retain->access, err)
	                             : people_forget(people, person, over, "retain", retain->access, arena, err);
}

static enum bv_status
retain_person(struct bv_people *people, struct retain *retain, struct bv_str id, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct people_person person;
	unsigned over = 0;

	enum bv_status status = people_load(&person, people, id, &arena, err);
	if (status == BV_OK)
		over = find_over(retain, &person);
	if (over && !retain->dry)
		status = erase_over(people, retain, &person, over, &arena, err);
	bv_wipe(person.key, sizeof person.key);
	if (status == BV_OK && over) {
		memcpy(retain->over[retain->over_count].id, person.id, sizeof person.id);
		retain->over[retain->over_count++].fields = over;
	}
	return status;
}

static enum bv_status
retain_some(struct bv_people *people, void *args, struct bv_err *err)
{
	struct retain *retain = args;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str *ids = bv_arena_array(&arena, PEOPLE_AT_ONCE, struct bv_str);
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_AFTER);
	size_t count = 0;
	bool row;

	retain->over_count = 0;
	bv_sql_bind_str(stmt, 1, bv_str_of(retain->after));
	bv_sql_bind_int(stmt, 2, PEOPLE_AT_ONCE);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		ids[count++] = bv_arena_str(&arena, bv_sql_str(stmt, 0));
	}
	for (size_t i = 0; i < count; i++)
		TRY(retain_person(people, retain, ids[i], err));
	retain->last = count < PEOPLE_AT_ONCE;
	if (count)
		snprintf(retain->after, sizeof retain->after, "%.*s", BV_STR_ARG(ids[count - 1]));
	return BV_OK;
}

enum bv_status
bv_people_retain(struct bv_people *people, const struct bv_retention *retention, const struct bv_people_access *access, bool dry,
                 bv_people_told told, void *ctx, struct bv_err *err)
{
	struct retain retain = { .retention = retention, .access = access, .dry = dry };

	while (!retain.last) {
		TRY(people_do(people, retain_some, &retain, true, access, err));
		for (size_t i = 0; told && i < retain.over_count; i++)
			told(ctx, retain.over[i].id, retain.over[i].fields);
	}
	return BV_OK;
}
