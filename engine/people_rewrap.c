/* The master key is changed: the key of each person is sealed with the new one. What is sealed with those keys stays as it is. */
#include "engine/people.h"

struct wrapped {
	struct bv_str person, master, wrapped;
};

struct rewrap {
	const struct bv_master *to;
	const struct bv_people_access *access;
	int64_t done; /* of this transaction */
	bool last;    /* nothing is sealed with the old one any more */
};

/* The next keys that are sealed with another than the new one. */
static enum bv_status
load_some(struct wrapped *keys, size_t *count, struct bv_people *people, const struct bv_master *to, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_OTHER_MASTER);
	bool row;

	bv_sql_bind_blob(stmt, 1, to->id, MASTER_ID_LEN);
	bv_sql_bind_int(stmt, 2, PEOPLE_AT_ONCE);
	for (*count = 0;; (*count)++) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		keys[*count] = (struct wrapped){ bv_arena_str(arena, bv_sql_str(stmt, 0)), bv_arena_str(arena, bv_sql_blob(stmt, 1)),
			                         bv_arena_str(arena, bv_sql_blob(stmt, 2)) };
	}
}

static enum bv_status
rewrap_key(struct bv_people *people, const struct wrapped *old, const struct bv_master *to, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_SET_KEY);
	uint8_t key[BV_CIPHER_KEY_LEN], wrapped[PEOPLE_WRAPPED_LEN];

	TRY(people_unwrap(key, people, old->person, old->master, old->wrapped, err));
	people_wrap(wrapped, people, to, old->person, key);
	bv_wipe(key, sizeof key);
	bv_sql_bind_str(stmt, 1, old->person);
	bv_sql_bind_blob(stmt, 2, to->id, MASTER_ID_LEN);
	bv_sql_bind_blob(stmt, 3, wrapped, sizeof wrapped);
	return bv_sql_exec(stmt, err);
}

/* The store itself comes last: until then the old master key opens it. */
static enum bv_status
rewrap_store(struct bv_people *people, const struct rewrap *rewrap, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_SET_MASTER);
	uint8_t wrapped[PEOPLE_WRAPPED_LEN];

	people_wrap(wrapped, people, rewrap->to, BV_STR("lookup"), people->lookup);
	bv_sql_bind_blob(stmt, 1, rewrap->to->id, MASTER_ID_LEN);
	bv_sql_bind_blob(stmt, 2, wrapped, sizeof wrapped);
	TRY(bv_sql_exec(stmt, err));
	TRY(people_note_unscrubbed(people, err));
	return people_log_add(people, "rewrap", rewrap->access, "", 0, err);
}

static enum bv_status
rewrap_some(struct bv_people *people, void *args, struct bv_err *err)
{
	struct rewrap *rewrap = args;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct wrapped *keys = bv_arena_array(&arena, PEOPLE_AT_ONCE, struct wrapped);
	size_t count;

	TRY(load_some(keys, &count, people, rewrap->to, &arena, err));
	for (size_t i = 0; i < count; i++)
		TRY(rewrap_key(people, &keys[i], rewrap->to, err));
	rewrap->done = (int64_t)count;
	rewrap->last = count < PEOPLE_AT_ONCE;
	return rewrap->last ? rewrap_store(people, rewrap, err) : BV_OK;
}

enum bv_status
bv_people_rewrap(int64_t *done, struct bv_people *people, const struct bv_master *to, const struct bv_people_access *access, struct bv_err *err)
{
	struct rewrap rewrap = { .to = to, .access = access };
	int64_t total = 0;

	if (people->has_master && memcmp(people->master.id, to->id, MASTER_ID_LEN) == 0)
		return bv_err_set(err, BV_EINVAL, "%s: the new master key is the old one", people->url);
	while (!rewrap.last) {
		TRY(people_do(people, rewrap_some, &rewrap, true, access, err));
		total += rewrap.done;
	}
	people->master = *to;
	*done = total;
	return BV_OK;
}
