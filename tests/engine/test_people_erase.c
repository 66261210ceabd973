/* After an erasure nothing of the person is left in any file, neither what was said of him nor his key; killed and full on the way. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <signal.h>

#include "base/json.h"
#include "tests/engine/people_fixture.h"

/* ---- Files as they lie on the disk ---- */

struct scan {
	const char *skip; /* a part of a path */
	struct bv_str wanted[200];
	size_t count, found;
	char where[300];
};

static enum bv_status
scan_file(void *ctx, const char *path, struct bv_err *err)
{
	struct scan *scan = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(100u << 20);

	if (scan->skip && strstr(path, scan->skip))
		return BV_OK;
	enum bv_status status = bv_file_read(&bytes, path, err);
	if (status == BV_ENOTFOUND) /* a server removes files as it likes */
		return BV_OK;
	TRY(status);
	for (size_t i = 0; i < scan->count; i++)
		if (bytes.len && memmem(bytes.p, bytes.len, scan->wanted[i].p, scan->wanted[i].len)) {
			scan->found++;
			snprintf(scan->where, sizeof scan->where, "number %zu in %s", i, path);
		}
	return BV_OK;
}

static void
want(struct scan *scan, struct bv_str s)
{
	scan->wanted[scan->count++] = s;
}

/* How often they are there; SQLite's file and all beside it, or the whole cluster. */
static size_t
find(const struct people_database *database, struct scan *scan)
{
	char data[200];
	struct bv_err err;
	bool file = database->url == people_sqlite_url;

	snprintf(data, sizeof data, "%s/data", people_cluster.folder);
	if (!file) /* what is in the server's memory comes to the disk, and files that were replaced go */
		CHECK(pgsql_admin(&people_cluster, "postgres", "CHECKPOINT"), "a checkpoint");
	scan->found = 0;
	scan->where[0] = '\0';
	CHECK_OK(bv_dir_walk(file ? people_folder : data, scan_file, scan, &err), &err, "the files are read");
	return scan->found;
}

/* ---- The database as it is ---- */

struct secrets {
	char wrapped[200], pseudonym[200], box[20000], opening[20000], photo[20000];
	struct bv_str all[5]; /* the last of those who have a photograph */
};

static void
column(struct bv_str *out, char *copy, const char *url, const char *query, const char *person)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_err err;
	bool row = false;

	if (!CHECK(bv_sql_open(&sql, url, BV_SQL_READ, &err) == BV_OK && bv_sql_prepare(&stmt, sql, query, &err) == BV_OK, "%s", query))
		return;
	bv_sql_bind_str(stmt, 1, bv_str_of(person));
	CHECK(bv_sql_step(stmt, &row, &err) == BV_OK && row && bv_sql_blob(stmt, 0).len > 20, "a row of %s", query);
	struct bv_str bytes = bv_sql_blob(stmt, 0);
	memcpy(copy, bytes.p, bytes.len);
	*out = (struct bv_str){ copy, bytes.len };
	bv_sql_reset(stmt);
}

static void
take_secrets(struct secrets *secrets, const char *url, const char *person)
{
	column(&secrets->all[0], secrets->wrapped, url, "SELECT wrapped FROM person_key WHERE person = $1", person);
	column(&secrets->all[1], secrets->pseudonym, url, "SELECT pseudonym FROM person_key WHERE person = $1", person);
	column(&secrets->all[2], secrets->box, url, "SELECT box FROM person WHERE id = $1", person);
	column(&secrets->all[3], secrets->opening, url, "SELECT opening FROM person_ticket WHERE person = $1", person);
}

#define FACE "mắt, mũi, miệng của một người"
#define PHOTO "\xff\xd8\xff" FACE

static void
want_plain(struct scan *scan)
{
	static const char *const texts[] = { PEOPLE_NAME, PEOPLE_ID, PEOPLE_CONTACT, "ngồi xe lăn", "UBND xã Đông Anh", "1990-12-31", FACE };

	for (size_t i = 0; i < BV_COUNT(texts); i++)
		want(scan, bv_str_of(texts[i]));
	for (size_t i = 0; i < people_key_count && scan->count < BV_COUNT(scan->wanted); i++)
		want(scan, (struct bv_str){ (const char *)people_keys[i], 32 });
}

static void
enter_many(struct bv_people *people, struct bv_person_entered *entered, size_t count)
{
	struct bv_people_access access = people_by("staff-1", NOW);
	char number[20];
	struct bv_err err;

	CHECK_OK(bv_people_begin(people, &err), &err, "an import");
	for (size_t i = 0; i < count; i++) {
		struct bv_person_entry entry = people_sample();
		snprintf(number, sizeof number, "%012zu", i);
		if (i != count / 2)
			entry.fields[BV_PERSON_PERSONAL_ID] = bv_str_of(number);
		if (bv_people_enter(&entered[i], people, &entry, &access, &err) != BV_OK)
			CHECK(false, "person %zu: %s", i, err.msg);
	}
	CHECK_OK(bv_people_commit(people, &err), &err, "is stored");
}

static void
give_photos(struct bv_people *people, const struct bv_person_entered *entered, size_t count)
{
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_err err;
	bool changed;

	for (size_t i = 0; i < count; i++)
		if (bv_people_set_photo(&changed, people, bv_str_of(entered[i].person), BV_STR(PHOTO), &access, &err) != BV_OK)
			CHECK(false, "photograph %zu: %s", i, err.msg);
}

static void
erasing(const struct people_database *database)
{
	enum { COUNT = 60 };
	const char *url = database->url("erasing");
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(url);
	struct bv_person_entered entered[COUNT], again;
	struct bv_people_access access = people_by("staff-1", NOW);
	struct scan plain = { 0 }, sealed = { .skip = "pg_wal" }, log = { .skip = "/base/" };
	struct secrets secrets;
	struct bv_err err;
	const char *who = entered[COUNT / 2].person;
	bool file = database->url == people_sqlite_url, unscrubbed = true;
	uint8_t hash[BV_HASH_LEN], none[BV_HASH_LEN] = { 0 };
	int64_t n;

	people_key_count = 0;
	enter_many(people, entered, COUNT);
	give_photos(people, entered, COUNT);
	want_plain(&plain);
	CHECK(find(database, &plain) == 0, "no text and no key is ever in a file: %s", plain.where);
	take_secrets(&secrets, url, who);
	column(&secrets.all[4], secrets.photo, url, "SELECT box FROM person_photo WHERE person = $1", who);
	secrets.all[4] = bv_str_sub(secrets.all[4], 0, 200); /* what is longer lies on several pages */
	for (size_t i = 0; i < BV_COUNT(secrets.all); i++)
		want(&sealed, secrets.all[i]);
	CHECK(find(database, &sealed) >= 5, "what is sealed is, until he is erased");
	CHECK(bv_people_unscrubbed(&unscrubbed, people, &err) == BV_OK && !unscrubbed, "nothing is to be scrubbed");
	CHECK_OK(bv_people_scrub(people, &err), &err, "and nothing is");
	CHECK_REFUSED(bv_people_erase(people, BV_STR("nobody"), &access, &err), BV_ENOTFOUND, &err, "'nobody'", "nobody is erased");
	CHECK_OK(bv_people_erase(people, bv_str_of(who), &access, &err), &err, "he is erased");
	CHECK_REFUSED(bv_people_erase(people, bv_str_of(who), &access, &err), BV_ECONFLICT, &err, "erased before", "once");
	CHECK(bv_people_unscrubbed(&unscrubbed, people, &err) == BV_OK && unscrubbed, "the files are to be scrubbed");
	CHECK_OK(bv_people_scrub(people, &err), &err, "and are");
	CHECK(bv_people_unscrubbed(&unscrubbed, people, &err) == BV_OK && !unscrubbed, "once");
	if (!file) /* of a server only the key is promised; what it sealed may stay until VACUUM */
		sealed.count = 2;
	CHECK(find(database, &sealed) == 0, "his key and pseudonym are in no file: %s", sealed.where);
	if (!file) {
		log.count = 1;
		log.wanted[0] = secrets.all[0];
		printf("# the server's own log still has the sealed key: %s\n", find(database, &log) ? "yes" : "no");
	}

	struct bv_person *person = NULL;
	struct bv_json *json = NULL;
	char id[BV_PERSON_ID_SIZE];
	struct bv_person_entry entry = people_sample();
	CHECK_REFUSED(bv_people_read(&person, people, bv_str_of(who), 1, &access, &err), BV_ECONFLICT, &err, "was erased", "he cannot be read");
	CHECK_REFUSED(bv_people_export(&json, people, bv_str_of(who), &access, &err), BV_ECONFLICT, &err, "was erased", "nor exported");
	CHECK_REFUSED(bv_people_find(id, people, BV_STR(PEOPLE_ID), &access, &err), BV_ENOTFOUND, &err, "nobody", "nor found by his number");
	for (size_t i = 0; i < COUNT; i++) {
		BV_AUTO(bv_person_free) struct bv_person *one = NULL;
		if (i != COUNT / 2 && (bv_people_read(&one, people, bv_str_of(entered[i].person), 1, &access, &err) != BV_OK ||
		                       !bv_str_is(one->fields[BV_PERSON_NAME], PEOPLE_NAME)))
			CHECK(false, "person %zu is as before: %s", i, err.msg);
	}
	CHECK(bv_people_log_check(&n, hash, people, 0, none, &err) == BV_OK && n > 2 * COUNT, "the log holds");
	CHECK_OK(bv_people_enter(&again, people, &entry, &access, &err), &err, "he may come again");
	CHECK(again.added && strcmp(again.person, who) != 0 && memcmp(again.commitment, entered[COUNT / 2].commitment, BV_HASH_LEN) != 0,
	      "as somebody who was never here");
}

/* SQLite: a program that reads keeps the old pages in the log. */
static void
reader_in_the_way(void)
{
	const char *url = people_sqlite_url("reader");
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(url);
	struct bv_person_entered entered[3];
	struct bv_people_access access = people_by("staff-1", NOW);
	struct scan sealed = { 0 };
	struct secrets secrets;
	struct bv_err err;
	bool row, unscrubbed = false;

	enter_many(people, entered, 3);
	take_secrets(&secrets, url, entered[1].person);
	want(&sealed, secrets.all[0]);
	{
		BV_AUTO(bv_sql_close) struct bv_sql *reader = NULL;
		BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
		CHECK(bv_sql_open(&reader, url, BV_SQL_READ, &err) == BV_OK && bv_sql_begin(reader, false, &err) == BV_OK &&
		              bv_sql_prepare(&stmt, reader, "SELECT count(*) FROM person", &err) == BV_OK && bv_sql_step(stmt, &row, &err) == BV_OK,
		      "another program reads");
		bv_sql_reset(stmt);
		CHECK_OK(bv_people_erase(people, bv_str_of(entered[1].person), &access, &err), &err, "somebody is erased");
		CHECK_REFUSED(bv_people_scrub(people, &err), BV_EIO, &err, "person scrub", "the log cannot be cut, which is said");
		CHECK(find(&people_databases[0], &sealed) > 0, "the key is still there");
		CHECK(bv_people_unscrubbed(&unscrubbed, people, &err) == BV_OK && unscrubbed, "that is remembered");
	}
	CHECK_OK(bv_people_scrub(people, &err), &err, "when the reader is gone");
	CHECK(find(&people_databases[0], &sealed) == 0, "so is the key: %s", sealed.where);
}

/* ---- Killed ---- */

/* Erases the persons one after the other, scrubbing after each, and is killed on the way; a byte in told, if it is one, for each that is erased now. */
static void
erase_all(const char *url, const struct bv_person_entered *entered, size_t count, int told)
{
	struct bv_people *people = NULL;
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_err err;

	if (bv_people_open(&people, url, NULL, people_random, &err) != BV_OK)
		_exit(1);
	for (size_t i = 0; i < count; i++) {
		enum bv_status status = bv_people_erase(people, bv_str_of(entered[i].person), &access, &err);
		if (status == BV_OK && told >= 0 && write(told, "", 1) != 1)
			_exit(3);
		if ((status != BV_OK && status != BV_ECONFLICT) || bv_people_scrub(people, &err) != BV_OK) {
			fprintf(stderr, "person %zu of %zu: %s\n", i, count, err.msg);
			_exit(2);
		}
	}
	_exit(0);
}

static void
killed(const struct people_database *database)
{
	enum { COUNT = 40, ROUNDS = 25 };
	const char *url = database->url("killed");
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(url);
	struct bv_person_entered entered[COUNT];
	struct bv_people_access access = people_by("staff-1", NOW);
	static struct secrets secrets[COUNT];
	struct bv_err err;
	size_t erased = 0, kills = 0;

	enter_many(people, entered, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		take_secrets(&secrets[i], url, entered[i].person);
	for (int round = 0; round < ROUNDS; round++) {
		int status, told[2];
		char byte;
		if (pipe(told) != 0)
			abort();
		pid_t child = fork();
		if (child == 0)
			erase_all(url, entered, COUNT, told[1]);
		close(told[1]);
		/* At any moment from its start on, and, however slow the machine, often while it scrubs or erases the next. */
		for (int i = 0; i < round % 3 && read(told[0], &byte, 1) == 1; i++)
			continue;
		nanosleep(&(struct timespec){ 0, (long)(round * 7919 % (round % 3 ? 10 : 40)) * 1000000 }, NULL);
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		close(told[0]);
		kills += WIFSIGNALED(status);
		if (WIFEXITED(status) && WEXITSTATUS(status))
			CHECK(false, "round %d: a child ends with %d", round, WEXITSTATUS(status));
	}
	CHECK_OK(bv_people_scrub(people, &err), &err, "what was left is scrubbed by the next");
	struct scan sealed = { .skip = "pg_wal" };
	for (size_t i = 0; i < COUNT; i++) {
		BV_AUTO(bv_person_free) struct bv_person *person = NULL;
		enum bv_status status = bv_people_read(&person, people, bv_str_of(entered[i].person), 1, &access, &err);
		if (status == BV_ECONFLICT) {
			erased++;
			want(&sealed, secrets[i].all[0]);
			want(&sealed, secrets[i].all[1]);
		} else if (status != BV_OK) {
			CHECK(false, "person %zu is there or erased: %s", i, err.msg);
		}
	}
	CHECK(kills > 0 && erased > 0, "%zu kills, %zu of %d erased", kills, erased, COUNT);
	CHECK(find(database, &sealed) == 0, "nothing is left of them: %s", sealed.where);
	int64_t n;
	uint8_t hash[BV_HASH_LEN], none[BV_HASH_LEN] = { 0 };
	CHECK_OK(bv_people_log_check(&n, hash, people, 0, none, &err), &err, "the log holds");
}

/* ---- Two at once ---- */

static void
two_at_once(const struct people_database *database)
{
	enum { COUNT = 20 };
	const char *url = database->url("two");
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(url);
	struct bv_person_entered entered[COUNT];
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_err err;
	pid_t children[3];

	enter_many(people, entered, COUNT);
	for (size_t i = 0; i < BV_COUNT(children); i++)
		if ((children[i] = fork()) == 0)
			erase_all(url, entered, COUNT, -1);
	for (size_t i = 0; i < BV_COUNT(children); i++) {
		int status = -1;
		waitpid(children[i], &status, 0);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "one of three erases all: %d", WEXITSTATUS(status));
	}
	for (size_t i = 0; i < COUNT; i++) {
		struct bv_person *person = NULL;
		if (bv_people_read(&person, people, bv_str_of(entered[i].person), 1, &access, &err) != BV_ECONFLICT)
			CHECK(false, "person %zu is erased", i);
	}
	int64_t n = 0;
	uint8_t hash[BV_HASH_LEN], none[BV_HASH_LEN] = { 0 };
	CHECK(bv_people_log_check(&n, hash, people, 0, none, &err) == BV_OK && n == 3 * COUNT, "each once: %" PRId64 " records", n);
}

/* ---- The disk is full (a tmpfs of its own, where that is allowed) ---- */

static void
full_disk(void)
{
	char path[200], url[300], command[700];
	struct bv_person_entered entered[3];
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_err err;
	bool unscrubbed = false;

	snprintf(path, sizeof path, "%s/small", people_folder);
	mkdir(path, 0700);
	snprintf(command, sizeof command, "mount -t tmpfs -o size=600k none %s 2>/dev/null", path);
	if (system(command) != 0) {
		printf("ok %d # SKIP a file system cannot be mounted here\n", ++check_count);
		rmdir(path);
		return;
	}
	snprintf(url, sizeof url, "sqlite:%s/people.db", path);
	{
		BV_AUTO(bv_people_close) struct bv_people *people = people_new(url);
		enter_many(people, entered, 3);
		snprintf(command, sizeof command, "dd if=/dev/zero of=%s/fill bs=4096 2>/dev/null; true", path);
		CHECK(system(command) == 0, "the disk is filled");
		struct bv_person_entry entry = people_sample();
		struct bv_person_entered more;
		enum bv_status status = BV_OK;
		for (int i = 0; i < 2000 && status == BV_OK; i++) { /* there may be room in the log */
			char number[20];
			snprintf(number, sizeof number, "%012d", 100 + i);
			entry.fields[BV_PERSON_PERSONAL_ID] = bv_str_of(number);
			status = bv_people_enter(&more, people, &entry, &access, &err);
		}
		CHECK_REFUSED(status, BV_EIO, &err, "full", "nobody comes in");
		struct bv_person *person = NULL;
		CHECK_REFUSED(bv_people_read(&person, people, bv_str_of(entered[1].person), 1, &access, &err), BV_EIO, &err, "full",
		              "nobody is read, as that could not be noted");
		CHECK_REFUSED(bv_people_erase(people, bv_str_of(entered[1].person), &access, &err), BV_EIO, &err, "full", "nobody is erased, and that is said");
		snprintf(command, sizeof command, "truncate -s -65536 %s/fill", path);
		CHECK(system(command) == 0, "a little room");
		CHECK_OK(bv_people_erase(people, bv_str_of(entered[1].person), &access, &err), &err, "then he is");
		status = bv_people_scrub(people, &err);
		CHECK(status == BV_EIO && bv_people_unscrubbed(&unscrubbed, people, &err) == BV_OK && unscrubbed, "but there is no room to scrub: remembered");
		snprintf(command, sizeof command, "rm %s/fill", path);
		CHECK(system(command) == 0, "room");
		CHECK_OK(bv_people_scrub(people, &err), &err, "scrubbed");
		CHECK_REFUSED(bv_people_read(&person, people, bv_str_of(entered[1].person), 1, &access, &err), BV_ECONFLICT, &err, "erased", "he is erased");
		CHECK_OK(bv_people_read(&person, people, bv_str_of(entered[0].person), 1, &access, &err), &err, "another is read");
		bv_person_free(person);
	}
	snprintf(command, sizeof command, "umount %s && rmdir %s", path, path);
	CHECK(system(command) == 0, "clean up");
}

int
main(void)
{
	size_t count = people_start(5622);

	for (size_t i = 0; i < count; i++) {
		printf("# %s\n", people_databases[i].name);
		erasing(&people_databases[i]);
		killed(&people_databases[i]);
		two_at_once(&people_databases[i]);
	}
	reader_in_the_way();
	full_disk();
	people_end();
	return check_end();
}
