/* Copies of a ledger: archived while it is written, restored to any event or time, moved between databases; killed, full, tampered with, two at once. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <signal.h>
#include <sys/mount.h>

#include "tests/base/pgsql.h"
#include "tests/engine/ledger_fixture.h"

static struct pgsql_cluster cluster;
static char folder[] = "/tmp/bv-test-copy-XXXXXX";
static bool has_pgsql;

/* "sqlite:…" or a schema of the server; both are made anew by their name. */
static const char *
url_of(bool pgsql, const char *name)
{
	static char urls[4][300];
	static int next;
	char *url = urls[next++ % 4];

	if (pgsql)
		return pgsql_database(&cluster, name);
	snprintf(url, sizeof urls[0], "sqlite:%s/%s.db", folder, name);
	return url;
}

static const char *
path_of(const char *name)
{
	static char paths[4][300];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", folder, name);
	return path;
}

/* Attempts that answer and submit. */
static void
sit(struct ledger_test *t, int from, int count, int saves, int step_ms)
{
	struct bv_ledger_act act;

	for (int i = from; i < from + count; i++) {
		int64_t id = ledger_started(t, i);
		for (int s = 0; s < saves; s++) {
			step(t, step_ms);
			if (ledger_save(t, &act, id, 1, (uint32_t)s % t->plan.item_count, (uint32_t)s + 1, RESPONSE("A")) != BV_OK)
				CHECK(false, "a save: %s", t->err.msg);
		}
		if (ledger_do(t, &act, BV_EXAM_SUBMIT, id) != BV_OK)
			CHECK(false, "submitted: %s", t->err.msg);
	}
}

static void
open_source(struct ledger_test *t, const char *url)
{
	ledger_test_init(t);
	if (url) {
		snprintf(t->url, sizeof t->url, "%s", url);
		t->options.url = t->url;
	}
	CHECK_OK(ledger_test_open(t), &t->err, "a ledger");
	ledger_sitting(t);
}

static void
close_sitting(struct ledger_test *t)
{
	struct bv_ledger_act act;

	CHECK_OK(ledger_do(t, &act, BV_EXAM_CLOSE, t->sitting), &t->err, "the sitting is closed");
	ledger_test_close(t);
}

static void
print_fault(void *ctx, bool good, const char *file, const char *message)
{
	(void)ctx, (void)file;
	if (!good)
		printf("# %s\n", message);
}

/* Everything computed again, signatures too. */
static void
check_whole(struct ledger_test *t, const char *url, int64_t events, const char *what)
{
	struct bv_ledger_check counts;
	struct bv_err err;

	enum bv_status status = bv_ledger_check(&counts, url, bv_key_public(t->key), print_fault, NULL, &err);
	CHECK(status == BV_OK && counts.events == (uint64_t)events, "%s: %" PRIu64 " events%s%s", what, counts.events, status ? ": " : "", status ? err.msg : "");
}

/* The last note of a checkpoint. */
static void
last_note(char *out, size_t size, const char *url)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_err err;
	bool row = false;

	CHECK(bv_sql_open(&sql, url, BV_SQL_READ, &err) == BV_OK &&
	              bv_sql_prepare(&stmt, sql, "SELECT note FROM checkpoint ORDER BY n DESC LIMIT 1", &err) == BV_OK &&
	              bv_sql_step(stmt, &row, &err) == BV_OK && row,
	      "a checkpoint");
	snprintf(out, size, "%.*s", BV_STR_ARG(bv_sql_str(stmt, 0)));
	bv_sql_reset(stmt);
}

/* ---- Round trips ---- */

static void
round_trip(bool from_pgsql, bool to_pgsql)
{
	struct ledger_test t;
	struct bv_ledger_copied copied = { 0 };
	char name[40], note[BV_CHECKPOINT_MAX], from[300], to[300];
	struct bv_err err;
	int64_t more = -1, events;

	snprintf(name, sizeof name, "trip-%d-%d", from_pgsql, to_pgsql);
	printf("# from %s to %s\n", from_pgsql ? "PostgreSQL" : "SQLite", to_pgsql ? "PostgreSQL" : "SQLite");
	snprintf(from, sizeof from, "%s", url_of(from_pgsql, name));
	open_source(&t, from);
	sit(&t, 1, 3, 4, 1000);
	CHECK_OK(bv_ledger_backup(&copied, from, path_of(name), &err), &err, "archived while it is open");
	events = copied.events;
	CHECK(copied.added == events && events == 1 + 3 * (4 + 4 + 1), "all events: %" PRId64, events);
	CHECK_OK(bv_ledger_backup(&copied, from, path_of(name), &err), &err, "again");
	CHECK(copied.added == 0 && copied.events == events, "adds nothing");
	sit(&t, 4, 2, 3, 1000);
	close_sitting(&t);
	CHECK_OK(bv_ledger_backup(&copied, from, path_of(name), &err), &err, "and what came after");
	CHECK(copied.added == 1 + 2 * (4 + 3 + 1) && copied.events == events + copied.added, "is added: %" PRId64, copied.added);
	events = copied.events;
	last_note(note, sizeof note, from);

	snprintf(name, sizeof name, "restored-%d-%d", from_pgsql, to_pgsql);
	snprintf(to, sizeof to, "%s", url_of(to_pgsql, name));
	snprintf(name, sizeof name, "trip-%d-%d", from_pgsql, to_pgsql);
	CHECK_OK(bv_ledger_restore(&copied, path_of(name), to, INT64_MAX, INT64_MAX, &err), &err, "restored");
	CHECK(copied.events == events && copied.added == events, "all of it");
	check_whole(&t, to, events, "every hash, state, tree and signature is computed again");
	CHECK(bv_ledger_holds(&more, to, bv_str_of(note), bv_key_public(t.key), &err) == BV_OK && more == 0, "it has what the last checkpoint says");
	CHECK(bv_ledger_holds_archive(&more, to, path_of(name), &err) == BV_OK && more == 0, "and what the archive has");
	CHECK_REFUSED(bv_ledger_restore(&copied, path_of(name), to, INT64_MAX, INT64_MAX, &err), BV_EINVAL, &err, "something in it", "never over a ledger");

	snprintf(name, sizeof name, "moved-%d-%d", from_pgsql, to_pgsql);
	snprintf(to, sizeof to, "%s", url_of(to_pgsql, name));
	CHECK_OK(bv_ledger_move(&copied, from, to, t.plan.name, &err), &err, "moved");
	CHECK(copied.events == events, "all of it");
	check_whole(&t, to, events, "and checked");
	struct bv_checkpoint checkpoint;
	CHECK(bv_checkpoint_parse(&checkpoint, bv_str_of(note), &err) == BV_OK && bv_hash_eq(checkpoint.root.p, copied.root.p),
	      "its tree head is that of the checkpoint");
	snprintf(t.url, sizeof t.url, "%s", to);
	CHECK_OK(ledger_test_open(&t), &t.err, "a server takes it for a ledger");
	t.plan.name = BV_STR("another");
	ledger_sitting(&t);
	ledger_test_close(&t);
	check_whole(&t, to, events + 1, "which goes on");
	ledger_test_finish(&t);
}

/* ---- To any event, to any time ---- */

static void
any_event(void)
{
	struct ledger_test t;
	struct bv_ledger_copied copied;
	char note[BV_CHECKPOINT_MAX], name[40];
	struct bv_err err;
	int64_t more, events;

	open_source(&t, NULL);
	sit(&t, 1, 2, 3, 1000);
	int64_t middle_ms = t.clock.utc;
	step(&t, 5000);
	sit(&t, 3, 1, 3, 1000);
	close_sitting(&t);
	CHECK_OK(bv_ledger_backup(&copied, t.url, path_of("any"), &err), &err, "archived");
	events = copied.events;
	last_note(note, sizeof note, t.url);
	for (int64_t n = 0; n <= events; n++) {
		snprintf(name, sizeof name, "any-%" PRId64, n);
		const char *url = url_of(false, name);
		if (bv_ledger_restore(&copied, path_of("any"), url, n, INT64_MAX, &err) != BV_OK || copied.events != n)
			CHECK(false, "to event %" PRId64 ": %s", n, err.msg);
		struct bv_ledger_check counts;
		if (n < events && (bv_ledger_check(&counts, url, bv_key_public(t.key), print_fault, NULL, &err) != BV_OK || counts.events != (uint64_t)n))
			CHECK(false, "to event %" PRId64 ": %s", n, err.msg);
		enum bv_status status = bv_ledger_holds(&more, url, bv_str_of(note), NULL, &err);
		char missing[60];
		snprintf(missing, sizeof missing, "the last %" PRId64 " are missing", events - n);
		if (status != (n == events ? BV_OK : n ? BV_EDENIED : BV_ENOTFOUND) || (n && n < events && !strstr(err.msg, missing)))
			CHECK(false, "event %" PRId64 " against the checkpoint: %s", n, err.msg);
		snprintf(missing, sizeof missing, "events %" PRId64 " to %" PRId64 " of the archive", n + 1, events);
		status = bv_ledger_holds_archive(&more, url, path_of("any"), &err);
		if (status != (n == events ? BV_OK : BV_EDENIED) || (n < events && !strstr(err.msg, missing)))
			CHECK(false, "event %" PRId64 " against the archive: %s", n, err.msg);
	}
	CHECK(events == 1 + 3 * 8 + 1, "restored to each of %" PRId64 " events", events);
	CHECK_OK(bv_ledger_restore(&copied, path_of("any"), url_of(false, "time"), INT64_MAX, middle_ms, &err), &err, "to a time");
	CHECK(copied.events == 1 + 2 * 8 && copied.last_ms <= middle_ms, "the events up to then: %" PRId64, copied.events);
	ledger_test_finish(&t);
}

/* ---- While it is written ---- */

static atomic_bool writing;

static void *
write_on(void *ctx)
{
	struct ledger_test *t = ctx;
	struct bv_ledger_act act;
	int64_t id = ledger_started(t, 1);

	for (uint32_t n = 1; atomic_load(&writing); n++)
		if (ledger_save(t, &act, id, 1, n % 3, n, RESPONSE("B")) != BV_OK)
			CHECK(false, "a save: %s", t->err.msg);
	return NULL;
}

static void
while_written(bool pgsql)
{
	struct ledger_test t;
	struct bv_ledger_copied copied = { 0 };
	struct bv_err err;
	pthread_t writer;
	int64_t last = 0;
	char url[300], name[40];

	snprintf(name, sizeof name, "written-%d", pgsql);
	snprintf(url, sizeof url, "%s", url_of(pgsql, name));
	open_source(&t, url);
	atomic_store(&writing, true);
	pthread_create(&writer, NULL, write_on, &t);
	for (int i = 0; i < 12 || (last <= 100 && i < 1500); i++) { /* a slow machine takes more of them */
		pgsql_pause(20);
		if (bv_ledger_backup(&copied, url, path_of(name), &err) != BV_OK || copied.events < last)
			CHECK(false, "backup %d: %s", i, err.msg);
		last = copied.events;
	}
	atomic_store(&writing, false);
	pthread_join(writer, NULL);
	ledger_test_close(&t);
	CHECK(last > 100, "backups while answers are saved: %" PRId64 " events", last);
	snprintf(name, sizeof name, "written-%d-copy", pgsql);
	CHECK_OK(bv_ledger_restore(&copied, path_of(pgsql ? "written-1" : "written-0"), url_of(false, name), INT64_MAX, INT64_MAX, &err), &err, "restored");
	check_whole(&t, url_of(false, name), last, "whole");
	ledger_test_finish(&t);
}

/* ---- What is refused ---- */

static void
refused(void)
{
	struct ledger_test t, other;
	struct bv_ledger_copied copied;
	struct bv_err err;
	int64_t more;
	char note[BV_CHECKPOINT_MAX], note_2[BV_CHECKPOINT_MAX];
	static const uint8_t seed[BV_KEY_LEN] = "another key of a ledger, a test";
	struct bv_key *key;

	open_source(&t, NULL);
	sit(&t, 1, 1, 2, 1000);
	CHECK_REFUSED(bv_ledger_move(&copied, t.url, url_of(false, "open"), t.plan.name, &err), BV_ECONFLICT, &err, "close it first", "an open sitting is not moved");
	CHECK_REFUSED(bv_ledger_move(&copied, t.url, url_of(false, "open"), BV_STR("none"), &err), BV_ENOTFOUND, &err, "'none'", "nor one that is not there");
	CHECK_OK(bv_ledger_backup(&copied, t.url, path_of("refused"), &err), &err, "archived");
	close_sitting(&t);
	last_note(note, sizeof note, t.url);
	CHECK_REFUSED(bv_ledger_restore(&copied, path_of("nothing"), url_of(false, "x"), INT64_MAX, INT64_MAX, &err), BV_ENOTFOUND, &err, "nothing", "no archive");
	CHECK_REFUSED(bv_ledger_backup(&copied, url_of(false, "nowhere"), path_of("y"), &err), BV_ENOTFOUND, &err, "no such database", "no ledger");

	/* Another ledger of the same name, with the same number of events. */
	open_source(&other, NULL);
	sit(&other, 7, 1, 2, 1000);
	close_sitting(&other);
	last_note(note_2, sizeof note_2, other.url);
	CHECK_REFUSED(bv_ledger_backup(&copied, other.url, path_of("refused"), &err), BV_EDENIED, &err, "another history", "the archive of another ledger");
	CHECK_REFUSED(bv_ledger_holds(&more, other.url, bv_str_of(note), NULL, &err), BV_EDENIED, &err, "not those of the checkpoint", "nor its checkpoint");
	CHECK_REFUSED(bv_ledger_holds_archive(&more, other.url, path_of("refused"), &err), BV_EDENIED, &err, "is not that of the archive", "nor its events");
	CHECK_OK(bv_ledger_holds_archive(&more, t.url, path_of("refused"), &err), &err, "its own has them");
	CHECK(more == 1, "and one more");
	bv_key_new(&key, seed);
	CHECK_OK(bv_ledger_holds(&more, t.url, bv_str_of(note), bv_key_public(t.key), &err), &err, "its own checkpoint, by its key");
	CHECK(bv_ledger_holds(&more, t.url, bv_str_of(note), bv_key_public(key), &err) == BV_EDENIED, "not by another key: %s", err.msg);
	CHECK(bv_ledger_holds(&more, t.url, BV_STR("x"), NULL, &err) == BV_EPARSE, "no note: %s", err.msg);
	bv_key_free(key);

	/* Events were lost in the ledger, which the archive has. */
	CHECK_OK(bv_ledger_backup(&copied, t.url, path_of("refused"), &err), &err, "archived");
	char command[2000];
	snprintf(command, sizeof command, "sqlite3 %s 'DELETE FROM event WHERE n = (SELECT max(n) FROM event)'", t.url + 7);
	CHECK(system(command) == 0, "the last event is gone");
	CHECK_REFUSED(bv_ledger_backup(&copied, t.url, path_of("refused"), &err), BV_EDENIED, &err, "events were lost", "which the backup says");
	snprintf(command, sizeof command, "sqlite3 %s 'DELETE FROM event WHERE n = 3'", t.url + 7);
	CHECK(system(command) == 0, "one in the middle too");
	CHECK_REFUSED(bv_ledger_backup(&copied, t.url, path_of("fresh"), &err), BV_EDENIED, &err, "event 3 is missing", "which a new backup says");
	CHECK_REFUSED(bv_ledger_move(&copied, t.url, url_of(false, "gap"), t.plan.name, &err), BV_EDENIED, &err, "follows event 3", "and a move");

	/* Two at once. */
	int fd = open(path_of("refused"), O_RDONLY | O_DIRECTORY);
	snprintf(command, sizeof command, "flock -n %s true", path_of("refused"));
	CHECK(system(command) == 0, "nobody works there");
	snprintf(command, sizeof command, "flock %s sleep 3 &", path_of("refused"));
	CHECK(system(command) == 0, "now somebody does");
	pgsql_pause(500);
	CHECK_REFUSED(bv_ledger_backup(&copied, other.url, path_of("refused"), &err), BV_ECONFLICT, &err, "another backup", "and no second");
	close(fd);
	ledger_test_finish(&t);
	ledger_test_finish(&other);
}

/* ---- Tampered with ---- */

static enum bv_status
flip_file(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(1 << 20);
	struct ledger_test *t = ctx;
	struct bv_ledger_copied copied;
	struct bv_err inner;
	struct bv_ledger_check counts;
	int n = 0;

	CHECK_OK(bv_file_read(&bytes, path, err), err, path);
	for (size_t at = 0; at < bytes.len; at += bytes.len / 40 + 1, n++) {
		char name[80];
		snprintf(name, sizeof name, "flipped-%zu-%zu", bytes.len, at);
		bytes.p[at] ^= 1;
		CHECK_OK(bv_file_write(path, bv_buf_str(&bytes), 0600, err), err, "a bit is turned");
		bytes.p[at] ^= 1;
		/* What the manifest says of itself (an origin, a number of bytes) shows in the signatures or changes nothing. */
		enum bv_status status = bv_ledger_restore(&copied, path_of("flip"), url_of(false, name), INT64_MAX, INT64_MAX, &inner);
		if (status == BV_OK && !strstr(path, "manifest"))
			CHECK(false, "%s: bit at %zu is not seen", path, at);
		if (status == BV_OK)
			status = bv_ledger_check(&counts, url_of(false, name), bv_key_public(t->key), NULL, NULL, &inner);
		if (status == BV_OK && copied.events != 10)
			CHECK(false, "%s: bit at %zu is not seen", path, at);
	}
	CHECK_OK(bv_file_write(path, bv_buf_str(&bytes), 0600, err), err, "turned back");
	CHECK(n > 10, "%d bits of %s", n, path);
	return BV_OK;
}

static void
tampered(void)
{
	struct ledger_test t;
	struct bv_ledger_copied copied;
	struct bv_err err;

	open_source(&t, NULL);
	sit(&t, 1, 1, 4, 1000);
	ledger_test_close(&t);
	CHECK_OK(bv_ledger_backup(&copied, t.url, path_of("flip"), &err), &err, "archived");
	CHECK_OK(bv_dir_walk(path_of("flip"), flip_file, &t, &err), &err, "every file of it");
	CHECK_OK(bv_ledger_restore(&copied, path_of("flip"), url_of(false, "unflipped"), INT64_MAX, INT64_MAX, &err), &err, "as it was it is restored");
	char path[400];
	snprintf(path, sizeof path, "%s/events-%012d-%012d", path_of("flip"), 1, 10);
	CHECK(unlink(path) == 0, "a file is gone");
	CHECK_REFUSED(bv_ledger_restore(&copied, path_of("flip"), url_of(false, "gone"), INT64_MAX, INT64_MAX, &err), BV_EDENIED, &err, "is missing", "which is said");
	ledger_test_finish(&t);
}

/* ---- Killed ---- */

enum job { BACKUP, RESTORE, MOVE };

static void
do_job(enum job job, const char *from, const char *to, const char *archive, struct bv_str sitting)
{
	struct bv_ledger_copied copied;
	struct bv_err err;
	enum bv_status status = job == BACKUP    ? bv_ledger_backup(&copied, from, archive, &err)
	                        : job == RESTORE ? bv_ledger_restore(&copied, archive, to, INT64_MAX, INT64_MAX, &err)
	                                         : bv_ledger_move(&copied, from, to, sitting, &err);

	/* One that is whole already is not made again. */
	_exit(status == BV_OK ? 0 : status == BV_EINVAL && strstr(err.msg, "something in it") ? 3 : 1);
}

static void
killed(enum job job, bool pgsql, struct ledger_test *t, int64_t events)
{
	static const char *const names[] = { "backup", "restore", "move" };
	char to[300], name[40], archive[300];
	int kills = 0, status = 0;
	bool whole = false;

	snprintf(name, sizeof name, "killed-%s-%d", names[job], pgsql);
	snprintf(to, sizeof to, "%s", url_of(pgsql, name));
	snprintf(archive, sizeof archive, "%s", path_of(job == BACKUP ? name : "big"));
	for (int round = 1; round <= 40 && !whole; round++) {
		pid_t child = fork();
		if (child == 0)
			do_job(job, t->url, to, archive, t->plan.name);
		nanosleep(&(struct timespec){ 0, round * 3000000L }, NULL);
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		kills += WIFSIGNALED(status);
		whole = WIFEXITED(status);
		if (whole && WEXITSTATUS(status) == 1)
			CHECK(false, "%s, round %d fails", names[job], round);
	}
	if (!whole) {
		pid_t child = fork();
		if (child == 0)
			do_job(job, t->url, to, archive, t->plan.name);
		waitpid(child, &status, 0);
	}
	CHECK(kills > 2 && WIFEXITED(status) && WEXITSTATUS(status) != 1, "%s on %s is killed %d times, and then goes on to its end", names[job],
	      pgsql ? "PostgreSQL" : "SQLite", kills);
	if (job == BACKUP) {
		struct bv_ledger_copied copied;
		struct bv_err err;
		snprintf(to, sizeof to, "%s", url_of(false, "killed-backup-copy"));
		CHECK_OK(bv_ledger_restore(&copied, archive, to, INT64_MAX, INT64_MAX, &err), &err, "restored");
	}
	check_whole(t, to, events, names[job]);
}

/* A log of some size, made quickly. */
static void
kills(void)
{
	struct ledger_test t;
	struct bv_ledger_copied copied;
	struct bv_err err;

	open_source(&t, NULL);
	sit(&t, 1, 20, 600, 0);
	close_sitting(&t);
	CHECK_OK(bv_ledger_backup(&copied, t.url, path_of("big"), &err), &err, "archived");
	printf("# %" PRId64 " events\n", copied.events);
	killed(BACKUP, false, &t, copied.events);
	for (int pgsql = 0; pgsql <= (int)has_pgsql; pgsql++) {
		killed(RESTORE, pgsql, &t, copied.events);
		killed(MOVE, pgsql, &t, copied.events);
	}

	/* Two restores into one database: one does it, or both a part; what is there at the end is whole. */
	for (int pgsql = 0; pgsql <= (int)has_pgsql; pgsql++) {
		char to[300];
		pid_t children[2];
		int good = 0, status;
		snprintf(to, sizeof to, "%s", url_of(pgsql, "together"));
		for (int i = 0; i < 2; i++)
			if ((children[i] = fork()) == 0)
				do_job(RESTORE, t.url, to, path_of("big"), t.plan.name);
		for (int i = 0; i < 2; i++) {
			waitpid(children[i], &status, 0);
			good += WIFEXITED(status) && WEXITSTATUS(status) != 1;
		}
		if (!good && (children[0] = fork()) == 0)
			do_job(RESTORE, t.url, to, path_of("big"), t.plan.name);
		if (!good)
			waitpid(children[0], &status, 0);
		check_whole(&t, to, copied.events, "two at once");
	}

	/* A full disk: said, and gone on from when there is room. */
	char small[200], to[300], copy[300];
	snprintf(small, sizeof small, "%s/small", folder);
	mkdir(small, 0700);
	if (geteuid() != 0 || mount("none", small, "tmpfs", 0, "size=2m") != 0) {
		printf("ok %d # SKIP a small file system can only be mounted by root\n", ++check_count);
	} else {
		snprintf(to, sizeof to, "sqlite:%s/ledger.db", small);
		snprintf(copy, sizeof copy, "%s/archive", small);
		CHECK_REFUSED(bv_ledger_restore(&copied, path_of("big"), to, INT64_MAX, INT64_MAX, &err), BV_EIO, &err, "full", "a restore on a full disk");
		CHECK(bv_ledger_check(&(struct bv_ledger_check){ 0 }, to, NULL, NULL, NULL, &err) != BV_OK, "what is there is no ledger: %s", err.msg);
		CHECK(mount("none", small, "tmpfs", MS_REMOUNT, "size=2200k") == 0, "a little room");
		enum bv_status status = bv_ledger_backup(&copied, t.url, copy, &err);
		CHECK(status == BV_EIO, "a backup on a full disk: %s", status ? err.msg : "-");
		CHECK(mount("none", small, "tmpfs", MS_REMOUNT, "size=200m") == 0, "room is made");
		CHECK_OK(bv_ledger_restore(&copied, path_of("big"), to, INT64_MAX, INT64_MAX, &err), &err, "the restore goes on");
		CHECK(copied.added < copied.events, "where it was: %" PRId64 " of %" PRId64 " are new", copied.added, copied.events);
		check_whole(&t, to, copied.events, "to the end");
		CHECK_OK(bv_ledger_backup(&copied, t.url, copy, &err), &err, "and so does the backup");
		CHECK(umount(small) == 0, "clean up");
	}
	rmdir(small);
	ledger_test_finish(&t);
}

int
main(void)
{
	struct bv_err err;

	if (!mkdtemp(folder))
		return 1;
	has_pgsql = pgsql_start(&cluster, "/tmp", 5624, "fsync=on");
	for (int from = 0; from <= (int)has_pgsql; from++)
		for (int to = 0; to <= (int)has_pgsql; to++)
			round_trip(from, to);
	any_event();
	while_written(false);
	if (has_pgsql)
		while_written(true);
	refused();
	tampered();
	kills();
	pgsql_finish(&cluster);
	CHECK_OK(bv_dir_walk(folder, ledger_test_remove, NULL, &err), &err, "clean up");
	char command[100];
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return check_end() || system(command);
}
