/* A person is forgotten: his key is destroyed, and the files are written anew, so that it is in none of them. */
#include <stdio.h>

#include "base/clock.h"
#include "engine/people.h"

struct erase {
	struct bv_str id;
	const struct bv_people_access *access;
};

static enum bv_status
check_there(struct bv_people *people, struct bv_str id, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_GET);
	bool row;

	bv_sql_bind_str(stmt, 1, id);
	TRY(bv_sql_step(stmt, &row, err));
	bool erased = row && bv_sql_int(stmt, 2);
	bv_sql_reset(stmt);
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "%s: there is no person '%.*s'", people->url, BV_STR_ARG(bv_str_sub(id, 0, 40)));
	return erased ? bv_err_set(err, BV_ECONFLICT, "person '%.*s' was erased before", BV_STR_ARG(id)) : BV_OK;
}

enum bv_status
people_note_unscrubbed(struct bv_people *people, struct bv_err *err)
{
	return bv_sql_exec(people_stmt(people, PEOPLE_UNSCRUBBED), err);
}

enum bv_status
people_destroy(struct bv_people *people, struct bv_str person, const char *act, const struct bv_people_access *access, struct bv_err *err)
{
	static const int statements[] = { PEOPLE_ERASE, PEOPLE_ERASE_KEY, PEOPLE_ERASE_OPENINGS, PEOPLE_ERASE_PHOTO };
	char id[BV_PERSON_ID_SIZE];

	for (size_t i = 0; i < BV_COUNT(statements); i++) {
		struct bv_sql_stmt *stmt = people_stmt(people, statements[i]);
		bv_sql_bind_str(stmt, 1, person);
		if (statements[i] == PEOPLE_ERASE)
			bv_sql_bind_int(stmt, 2, access->at_ms ? access->at_ms : 1); /* 0 says that he was not */
		TRY(bv_sql_exec(stmt, err));
	}
	TRY(people_note_unscrubbed(people, err));
	snprintf(id, sizeof id, "%.*s", BV_STR_ARG(person));
	return people_log_add(people, act, access, id, BV_PERSON_ALL, err);
}

static enum bv_status
erase_person(struct bv_people *people, void *args, struct bv_err *err)
{
	struct erase *erase = args;

	TRY(check_there(people, erase->id, err));
	return people_destroy(people, erase->id, "erase", erase->access, err);
}

enum bv_status
bv_people_erase(struct bv_people *people, struct bv_str id, const struct bv_people_access *access, struct bv_err *err)
{
	struct erase erase = { id, access };

	return people_do(people, erase_person, &erase, false, access, err);
}

/* ---- The files ---- */

static enum bv_status
count_unscrubbed(int64_t *count, struct bv_people *people, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_IS_UNSCRUBBED);
	bool row;

	TRY(bv_sql_step(stmt, &row, err));
	*count = row ? bv_sql_int(stmt, 0) : 0;
	bv_sql_reset(stmt);
	return BV_OK;
}

enum bv_status
bv_people_unscrubbed(bool *unscrubbed, struct bv_people *people, struct bv_err *err)
{
	int64_t count;

	TRY(count_unscrubbed(&count, people, err));
	*unscrubbed = count != 0;
	return BV_OK;
}

enum bv_status
bv_people_scrub(struct bv_people *people, struct bv_err *err)
{
	int64_t count;
	bool clean;

	TRY(count_unscrubbed(&count, people, err));
	if (!count)
		return BV_OK;
	/* secure_delete overwrites what is deleted, but not the copies that were left behind where rows were moved between pages. */
	TRY(bv_sql_scrub(&clean, people->sql, "person_key", err));
	if (!clean)
		return bv_err_set(err, BV_EIO, "%s: another program reads: what was erased is gone from the file, but still in its log (-wal): run 'bangvang "
		                  "person scrub' when it is done", people->url);
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_SCRUBBED);
	bv_sql_bind_int(stmt, 1, count); /* if somebody has erased another meanwhile, it stays to be done */
	return bv_sql_exec(stmt, err);
}
