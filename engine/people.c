/* The store of persons: its tables, its statements, its transactions. */
#include <stdlib.h>

#include "engine/people.h"

enum { FORMAT = 2 };

#define PHOTOS "CREATE TABLE person_photo(person TEXT PRIMARY KEY, box BYTEA NOT NULL)" /* since format 2 */

/* The keys have a table of their own, which is small: destroying one means to write the table anew. The log has the place of each record as its key. */
static const char schema[] =
    "CREATE TABLE person_store(id BYTEA PRIMARY KEY, format BIGINT NOT NULL, master BYTEA NOT NULL, lookup BYTEA NOT NULL,"
    " quota BIGINT NOT NULL, unscrubbed BIGINT NOT NULL);"
    "CREATE TABLE person(id TEXT PRIMARY KEY, added_at BIGINT NOT NULL, used_at BIGINT NOT NULL, erased_at BIGINT NOT NULL, box BYTEA);"
    "CREATE TABLE person_key(person TEXT PRIMARY KEY, pseudonym BYTEA NOT NULL UNIQUE, master BYTEA NOT NULL, wrapped BYTEA NOT NULL);"
    "CREATE TABLE person_ticket(sitting TEXT NOT NULL, ticket TEXT NOT NULL, person TEXT NOT NULL, at BIGINT NOT NULL, commitment BYTEA NOT NULL,"
    " opening BYTEA, PRIMARY KEY (sitting, ticket));"
    "CREATE UNIQUE INDEX person_ticket_person ON person_ticket(person, sitting);"
    "CREATE TABLE person_access(n /*sqlite*/INTEGER/*end*//*pgsql BIGINT*/ PRIMARY KEY, at BIGINT NOT NULL, act TEXT NOT NULL, author TEXT NOT NULL,"
    " person TEXT NOT NULL, fields BIGINT NOT NULL, reason TEXT NOT NULL, hash BYTEA NOT NULL);"
    "CREATE INDEX person_access_person ON person_access(person, n);"
    "CREATE INDEX person_access_author ON person_access(author, at);" PHOTOS;

static const char *const texts[PEOPLE_STATEMENTS] = {
	[PEOPLE_ADD] = "INSERT INTO person(id, added_at, used_at, erased_at, box) VALUES ($1, $2, $2, 0, $3)",
	[PEOPLE_ADD_KEY] = "INSERT INTO person_key(person, pseudonym, master, wrapped) VALUES ($1, $2, $3, $4)",
	[PEOPLE_ADD_TICKET] = "INSERT INTO person_ticket(sitting, ticket, person, at, commitment, opening) VALUES ($1, $2, $3, $4, $5, $6)",
	[PEOPLE_BY_PSEUDONYM] = "SELECT person FROM person_key WHERE pseudonym = $1",
	[PEOPLE_BY_TICKET] = "SELECT person FROM person_ticket WHERE sitting = $1 AND ticket = $2",
	[PEOPLE_TICKET_OF] = "SELECT ticket, commitment FROM person_ticket WHERE person = $1 AND sitting = $2",
	[PEOPLE_TICKETS] = "SELECT sitting, ticket, at, commitment, opening FROM person_ticket WHERE person = $1 ORDER BY sitting",
	[PEOPLE_GET] = ("SELECT added_at, used_at, erased_at, box, master, wrapped, (SELECT count(*) FROM person_photo AS f WHERE f.person = id)"
	                " FROM person LEFT JOIN person_key AS k ON k.person = id WHERE id = $1"),
	[PEOPLE_GET_PHOTO] = "SELECT box FROM person_photo WHERE person = $1",
	[PEOPLE_ADD_PHOTO] = "INSERT INTO person_photo(person, box) VALUES ($1, $2)",
	[PEOPLE_ERASE_PHOTO] = "DELETE FROM person_photo WHERE person = $1",
	[PEOPLE_PHOTOS] = ("SELECT ticket, (SELECT count(*) FROM person_photo AS f WHERE f.person = t.person) FROM person_ticket AS t JOIN person ON id = t.person"
	                   " WHERE sitting = $1 AND erased_at = 0 ORDER BY ticket"),
	[PEOPLE_SET_BOX] = "UPDATE person SET box = $2 WHERE id = $1",
	[PEOPLE_SET_USED] = "UPDATE person SET used_at = $2 WHERE id = $1 AND used_at < $2",
	[PEOPLE_SET_KEY] = "UPDATE person_key SET master = $2, wrapped = $3 WHERE person = $1",
	[PEOPLE_SET_OPENING] = "UPDATE person_ticket SET opening = $3 WHERE sitting = $1 AND ticket = $2",
	[PEOPLE_ERASE] = "UPDATE person SET erased_at = $2, box = NULL WHERE id = $1",
	[PEOPLE_ERASE_KEY] = "DELETE FROM person_key WHERE person = $1",
	[PEOPLE_ERASE_OPENINGS] = "UPDATE person_ticket SET opening = NULL WHERE person = $1",
	[PEOPLE_UNSCRUBBED] = "UPDATE person_store SET unscrubbed = unscrubbed + 1",
	[PEOPLE_SCRUBBED] = "UPDATE person_store SET unscrubbed = 0 WHERE unscrubbed = $1",
	[PEOPLE_IS_UNSCRUBBED] = "SELECT unscrubbed FROM person_store",
	[PEOPLE_QUOTA] = "SELECT quota FROM person_store",
	[PEOPLE_SET_QUOTA] = "UPDATE person_store SET quota = $1",
	[PEOPLE_READ_COUNT] = "SELECT count(DISTINCT person) FROM person_access WHERE author = $1 AND at > $2 AND act IN ('read', 'export') AND person <> $3",
	[PEOPLE_OTHER_MASTER] = "SELECT person, master, wrapped FROM person_key WHERE master <> $1 LIMIT $2",
	[PEOPLE_SET_MASTER] = "UPDATE person_store SET master = $1, lookup = $2",
	[PEOPLE_AFTER] = "SELECT id FROM person WHERE id > $1 AND erased_at = 0 ORDER BY id LIMIT $2",
	[PEOPLE_LOG_LAST] = "SELECT n, hash FROM person_access ORDER BY n DESC LIMIT 1",
	[PEOPLE_LOG_ADD] = "INSERT INTO person_access(n, at, act, author, person, fields, reason, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
};

struct bv_sql_stmt *
people_stmt(struct bv_people *people, int which)
{
	bv_sql_reset(people->stmts[which]);
	return people->stmts[which];
}

static enum bv_status
open_database(struct bv_people *people, people_opener open, void *ctx, const char *url, enum bv_sql_mode mode, bv_random random, struct bv_err *err)
{
	people->url = bv_str_dup(bv_str_of(url));
	people->random = random;
	TRY(open(ctx, &people->sql, url, mode, err));
	/* What is deleted is overwritten. */
	return bv_sql_is_file(url) ? bv_sql_run(people->sql, "PRAGMA secure_delete=ON", err) : BV_OK;
}

static enum bv_status
prepare_all(struct bv_people *people, struct bv_err *err)
{
	for (size_t i = 0; i < PEOPLE_STATEMENTS; i++)
		TRY(bv_sql_prepare(&people->stmts[i], people->sql, texts[i], err));
	return BV_OK;
}

static enum bv_status
insert_store(struct bv_people *people, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	uint8_t wrapped[PEOPLE_WRAPPED_LEN];

	people_wrap(wrapped, people, &people->master, BV_STR("lookup"), people->lookup);
	TRY(bv_sql_prepare(&stmt, people->sql, "INSERT INTO person_store(id, format, master, lookup, quota, unscrubbed) VALUES ($1, $2, $3, $4, 0, 0)", err));
	bv_sql_bind_blob(stmt, 1, people->id, sizeof people->id);
	bv_sql_bind_int(stmt, 2, FORMAT);
	bv_sql_bind_blob(stmt, 3, people->master.id, MASTER_ID_LEN);
	bv_sql_bind_blob(stmt, 4, wrapped, sizeof wrapped);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
open_sql(void *ctx, struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err)
{
	(void)ctx;
	return bv_sql_open(out, url, mode, err);
}

enum bv_status
people_create_with(const char *url, const struct bv_master *master, bv_random random, people_opener open, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_people_close) struct bv_people *people = bv_alloc(sizeof *people);
	bool empty;

	TRY(open_database(people, open, ctx, url, BV_SQL_CREATE, random, err));
	people->has_master = true;
	people->master = *master;
	random(people->id, sizeof people->id);
	random(people->lookup, sizeof people->lookup);
	TRY(bv_sql_begin(people->sql, true, err));
	TRY(bv_sql_is_empty(&empty, people->sql, err));
	if (!empty)
		return bv_err_set(err, BV_EINVAL, "%s: there is something in it already: persons have a file, or a schema, of their own", url);
	TRY(bv_sql_run(people->sql, schema, err));
	TRY(insert_store(people, err));
	return bv_sql_commit(people->sql, err);
}

enum bv_status
bv_people_create(const char *url, const struct bv_master *master, bv_random random, struct bv_err *err)
{
	return people_create_with(url, master, random, open_sql, NULL, err);
}

/* A store of the format before, which had no photographs. */
static enum bv_status
upgrade(struct bv_people *people, struct bv_err *err)
{
	bool there;

	TRY(bv_sql_begin(people->sql, true, err));
	TRY(bv_sql_has_table(&there, people->sql, "person_photo", err)); /* another program was quicker */
	if (!there)
		TRY(bv_sql_run(people->sql, PHOTOS "; UPDATE person_store SET format = 2", err));
	return bv_sql_commit(people->sql, err);
}

static enum bv_status
load_store(struct bv_people *people, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool there, row;

	TRY(bv_sql_has_table(&there, people->sql, "person_store", err));
	if (!there)
		return bv_err_set(err, BV_EINVAL, "%s: not a store of persons: 'bangvang person create' makes one", people->url);
	TRY(bv_sql_prepare(&stmt, people->sql, "SELECT format, id, master, lookup FROM person_store", err));
	TRY(bv_sql_step(stmt, &row, err));
	int64_t format = row ? bv_sql_int(stmt, 0) : 0;
	if (format < 1 || format > FORMAT || bv_sql_blob(stmt, 1).len != PEOPLE_STORE_ID_LEN)
		return bv_err_set(err, BV_EINVAL, "%s: a store of persons of another program version", people->url);
	memcpy(people->id, bv_sql_blob(stmt, 1).p, sizeof people->id);
	if (people->has_master)
		TRY(people_unwrap(people->lookup, people, BV_STR("lookup"), bv_sql_blob(stmt, 2), bv_sql_blob(stmt, 3), err));
	bv_sql_reset(stmt);
	if (format < FORMAT)
		TRY(upgrade(people, err));
	bv_hmac_key_init(&people->pseudonyms, (struct bv_str){ (const char *)people->lookup, sizeof people->lookup });
	return BV_OK;
}

enum bv_status
people_open_with(struct bv_people **out, const char *url, const struct bv_master *master, bv_random random, people_opener open, void *ctx,
                 struct bv_err *err)
{
	BV_AUTO(bv_people_close) struct bv_people *people = bv_alloc(sizeof *people);

	people->has_master = master != NULL;
	if (master)
		people->master = *master;
	TRY(open_database(people, open, ctx, url, BV_SQL_WRITE, random, err));
	TRY(load_store(people, err));
	TRY(prepare_all(people, err));
	*out = bv_steal(&people);
	return BV_OK;
}

enum bv_status
bv_people_open(struct bv_people **out, const char *url, const struct bv_master *master, bv_random random, struct bv_err *err)
{
	return people_open_with(out, url, master, random, open_sql, NULL, err);
}

void
bv_people_close(struct bv_people *people)
{
	if (!people)
		return;
	for (size_t i = 0; i < PEOPLE_STATEMENTS; i++)
		bv_sql_stmt_free(people->stmts[i]);
	bv_sql_close(people->sql);
	free(people->url);
	bv_wipe(people, sizeof *people);
	free(people);
}

/* ---- Transactions ---- */

enum bv_status
bv_people_begin(struct bv_people *people, struct bv_err *err)
{
	people->log_known = false;
	return bv_sql_begin(people->sql, true, err);
}

enum bv_status
bv_people_commit(struct bv_people *people, struct bv_err *err)
{
	return bv_sql_commit(people->sql, err);
}

void
bv_people_rollback(struct bv_people *people)
{
	bv_sql_rollback(people->sql);
}

enum bv_status
people_do(struct bv_people *people, people_work work, void *args, bool keys, const struct bv_people_access *access, struct bv_err *err)
{
	TRY(people_access_check(access, err));
	if (keys && !people->has_master)
		return bv_err_set(err, BV_EINVAL, "%s: this needs the master key", people->url);
	if (bv_sql_in_transaction(people->sql))
		return work(people, args, err);
	TRY(bv_people_begin(people, err));
	enum bv_status status = work(people, args, err);
	if (status == BV_OK)
		return bv_people_commit(people, err);
	bv_people_rollback(people);
	return status;
}

void
people_random_name(char out[BV_PERSON_ID_SIZE], const struct bv_people *people)
{
	static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz"; /* 32, none like another */
	uint8_t bytes[BV_PERSON_ID_SIZE - 1];

	people->random(bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++)
		out[i] = letters[bytes[i] % 32];
	out[sizeof bytes] = '\0';
}
