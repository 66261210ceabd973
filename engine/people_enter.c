/* Persons come into the store: from a roster, again and again. */
#include <stdio.h>

#include "engine/people.h"

struct enter {
	struct bv_person_entered *out;
	const struct bv_person_entry *entry;
	const struct bv_people_access *access;
	struct bv_arena *arena;
	struct people_person person;
	struct person_record record; /* of the entry */
	uint8_t pseudonym[BV_HASH_LEN];
	unsigned changed;
};

/* Copies one text column of a row, if there is one. */
static enum bv_status
find_name(char *out, size_t size, bool *row, struct bv_sql_stmt *stmt, struct bv_err *err)
{
	TRY(bv_sql_step(stmt, row, err));
	if (!*row)
		return BV_OK;
	struct bv_str s = bv_sql_str(stmt, 0);
	snprintf(out, size, "%.*s", BV_STR_ARG(s));
	return BV_OK;
}

/* ---- His ticket ---- */

/* The ticket that he has in the sitting, or the one that he gets: nothing is changed yet. */
static enum bv_status
choose_ticket(struct enter *enter, struct bv_people *people, bool known, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_TICKET_OF);
	struct bv_str wanted = enter->entry->ticket;
	char other[BV_PERSON_ID_SIZE];
	bool row = false;

	if (known) {
		bv_sql_bind_str(stmt, 1, bv_str_of(enter->person.id));
		bv_sql_bind_str(stmt, 2, enter->entry->sitting);
		TRY(find_name(enter->out->ticket, sizeof enter->out->ticket, &row, stmt, err));
	}
	if (row) {
		struct bv_str commitment = bv_sql_blob(stmt, 1);
		if (commitment.len == BV_HASH_LEN)
			memcpy(enter->out->commitment, commitment.p, BV_HASH_LEN);
		bv_sql_reset(stmt);
		if (wanted.len && !bv_str_is(wanted, enter->out->ticket))
			return bv_err_set(err, BV_ECONFLICT, "this person has another ticket in sitting '%.*s': '%s'", BV_STR_ARG(enter->entry->sitting),
			                  enter->out->ticket);
		return BV_OK;
	}
	enter->out->registered = true;
	if (!wanted.len) {
		people_random_name(enter->out->ticket, people);
		return BV_OK;
	}
	snprintf(enter->out->ticket, sizeof enter->out->ticket, "%.*s", BV_STR_ARG(wanted));
	stmt = people_stmt(people, PEOPLE_BY_TICKET);
	bv_sql_bind_str(stmt, 1, enter->entry->sitting);
	bv_sql_bind_str(stmt, 2, wanted);
	TRY(find_name(other, sizeof other, &row, stmt, err));
	bv_sql_reset(stmt);
	return row ? bv_err_set(err, BV_ECONFLICT, "ticket '%s' of sitting '%.*s' is somebody else's", enter->out->ticket,
	                        BV_STR_ARG(enter->entry->sitting))
	           : BV_OK;
}

static enum bv_status
add_ticket(struct enter *enter, struct bv_people *people, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf plain = BV_BUF(PEOPLE_RECORD_MAX), sealed = BV_BUF(PEOPLE_RECORD_MAX + BV_CIPHER_EXTRA);
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_ADD_TICKET);
	struct bv_str id = bv_str_of(enter->person.id), ticket = bv_str_of(enter->out->ticket);
	uint8_t salt[PEOPLE_SALT_LEN];

	people->random(salt, sizeof salt);
	bv_buf_add(&plain, (struct bv_str){ (const char *)salt, sizeof salt });
	person_commitment_write(&plain, &enter->person.record, enter->entry->sitting, ticket);
	person_commit(enter->out->commitment, salt, bv_str_sub(bv_buf_str(&plain), sizeof salt, plain.len));
	people_seal_opening(&sealed, people, enter->person.key, id, enter->entry->sitting, ticket, bv_buf_str(&plain));
	TRY(bv_buf_check(&sealed, err));
	bv_sql_bind_str(stmt, 1, enter->entry->sitting);
	bv_sql_bind_str(stmt, 2, ticket);
	bv_sql_bind_str(stmt, 3, id);
	bv_sql_bind_int(stmt, 4, enter->access->at_ms);
	bv_sql_bind_blob(stmt, 5, enter->out->commitment, BV_HASH_LEN);
	bv_sql_bind_blob(stmt, 6, sealed.p, sealed.len);
	TRY(bv_sql_exec(stmt, err));
	stmt = people_stmt(people, PEOPLE_SET_USED);
	bv_sql_bind_str(stmt, 1, id);
	bv_sql_bind_int(stmt, 2, enter->access->at_ms);
	TRY(bv_sql_exec(stmt, err));
	return people_log_add(people, "register", enter->access, enter->person.id, 0, err);
}

/* ---- Himself ---- */

static enum bv_status
add_person(struct enter *enter, struct bv_people *people, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_ADD);
	struct bv_str id = bv_str_of(enter->person.id);
	uint8_t wrapped[PEOPLE_WRAPPED_LEN];

	bv_sql_bind_str(stmt, 1, id);
	bv_sql_bind_int(stmt, 2, enter->access->at_ms);
	bv_sql_bind_null(stmt, 3); /* people_store */
	TRY(bv_sql_exec(stmt, err));
	people_wrap(wrapped, people, &people->master, id, enter->person.key);
	stmt = people_stmt(people, PEOPLE_ADD_KEY);
	bv_sql_bind_str(stmt, 1, id);
	bv_sql_bind_blob(stmt, 2, enter->pseudonym, BV_HASH_LEN);
	bv_sql_bind_blob(stmt, 3, people->master.id, MASTER_ID_LEN);
	bv_sql_bind_blob(stmt, 4, wrapped, sizeof wrapped);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
enter_person(struct bv_people *people, void *args, struct bv_err *err)
{
	struct enter *enter = args;
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_BY_PSEUDONYM);
	bool known;

	bv_hmac_sha256(enter->pseudonym, &people->pseudonyms, enter->record.values[BV_PERSON_PERSONAL_ID]);
	bv_sql_bind_blob(stmt, 1, enter->pseudonym, BV_HASH_LEN);
	TRY(find_name(enter->person.id, sizeof enter->person.id, &known, stmt, err));
	bv_sql_reset(stmt);
	if (known) {
		char id[BV_PERSON_ID_SIZE];
		memcpy(id, enter->person.id, sizeof id);
		TRY(people_load(&enter->person, people, bv_str_of(id), enter->arena, err));
	} else {
		people_random_name(enter->person.id, people);
		people->random(enter->person.key, sizeof enter->person.key);
	}
	if (enter->entry->sitting.len)
		TRY(choose_ticket(enter, people, known, err));
	enter->changed = person_record_merge(&enter->person.record, &enter->record, enter->access->at_ms);
	if (!known)
		TRY(add_person(enter, people, err));
	if (enter->changed) {
		TRY(people_store(people, &enter->person, err));
		if (enter->changed >> BV_PERSON_PHOTO & 1) /* of another picture than is here */
			TRY(people_drop_photo(people, bv_str_of(enter->person.id), err));
		TRY(people_log_add(people, known ? "change" : "enter", enter->access, enter->person.id, enter->changed, err));
	}
	if (enter->out->registered)
		TRY(add_ticket(enter, people, err));
	enter->out->added = !known;
	enter->out->changed = known && enter->changed;
	memcpy(enter->out->person, enter->person.id, sizeof enter->out->person);
	return BV_OK;
}

enum bv_status
bv_people_enter(struct bv_person_entered *out, struct bv_people *people, const struct bv_person_entry *entry, const struct bv_people_access *access,
                struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_person_entered entered = { 0 };
	struct enter enter = { .out = &entered, .entry = entry, .access = access, .arena = &arena };

	TRY(person_entry_read(&enter.record, entry, &arena, err));
	enum bv_status status = people_do(people, enter_person, &enter, true, access, err);
	bv_wipe(&enter.person, sizeof enter.person);
	if (status == BV_OK)
		*out = entered;
	return status;
}
