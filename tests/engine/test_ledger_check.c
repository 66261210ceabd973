/* The check of a ledger: good ones pass; after any byte of the file, any column of any row, or any row is changed, it says so, and names the record. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/engine/ledger_fixture.h"

static char first_fault[500];
static unsigned faults, notes;

static void
note(void *ctx, bool good, const char *file, const char *message)
{
	(void)ctx, (void)file;
	if (good) {
		notes++;
		return;
	}
	if (!faults++)
		snprintf(first_fault, sizeof first_fault, "%s", message);
}

static enum bv_status
check(struct ledger_test *t, const char *url, struct bv_ledger_check *counts)
{
	faults = notes = 0;
	first_fault[0] = '\0';
	return bv_ledger_check(counts, url, bv_key_public(t->key), note, NULL, &t->err);
}

/* One of everything, small: two sittings, one closed, restarts in other boots. */
static void
make(struct ledger_test *t)
{
	struct bv_ledger_act act;

	t->plan.section_count = 2;
	t->plan.sections[0] = (struct bv_sitting_section){ 2, 10 * MINUTE };
	t->plan.sections[1] = (struct bv_sitting_section){ 3, 0 };
	CHECK_OK(ledger_test_open(t), &t->err, "a ledger");
	ledger_sitting(t);
	int64_t a = ledger_started(t, 1), b = ledger_started(t, 2);
	CHECK(ledger_save(t, &act, a, 1, 0, 1, RESPONSE("A")) == BV_OK && ledger_save(t, &act, b, 1, 1, 1, RESPONSE("B")) == BV_OK, "answers");
	step(t, 10 * MINUTE + 100); /* the clock closes the first section */
	CHECK(ledger_save(t, &act, a, 1, 2, 2, RESPONSE("C")) == BV_OK && ledger_do(t, &act, BV_EXAM_PAUSE, b) == BV_OK &&
	      ledger_do(t, &act, BV_EXAM_EXTEND, b) == BV_OK && ledger_do(t, &act, BV_EXAM_RESUME, b) == BV_OK, "acts");
	ledger_test_close(t);
	t->clock.boot = t->clock.awake = 3000;
	t->clock.utc += 60000;
	t->clock.id = "boot-b";
	CHECK_OK(ledger_test_open(t), &t->err, "in another boot");
	CHECK(ledger_do(t, &act, BV_EXAM_SUBMIT, a) == BV_OK && ledger_do(t, &act, BV_EXAM_SCORE, a) == BV_OK && ledger_do(t, &act, BV_EXAM_RELEASE, a) == BV_OK &&
	      ledger_do(t, &act, BV_EXAM_APPEAL, a) == BV_OK && ledger_do(t, &act, BV_EXAM_FINALISE, a) == BV_OK && ledger_do(t, &act, BV_EXAM_NOTE, a) == BV_OK &&
	      ledger_do(t, &act, BV_EXAM_ACCESS, a) == BV_OK, "to the end");
	step(t, 120 * MINUTE);
	for (int i = 0; i < 500 && ledger_do(t, &act, BV_EXAM_REOPEN, b) != BV_OK; i++)
		usleep(10000);
	CHECK(ledger_do(t, &act, BV_EXAM_END, b) == BV_OK && ledger_do(t, &act, BV_EXAM_CLOSE, t->sitting) == BV_OK, "closed");
	ledger_test_close(t);
}

static void
good(void)
{
	struct ledger_test t;
	struct bv_ledger_check counts;

	ledger_test_init(&t);
	make(&t);
	CHECK_OK(check(&t, t.url, &counts), &t.err, "a good ledger");
	CHECK(counts.faults == 0 && faults == 0 && counts.attempts == 2 && counts.sittings == 1 && counts.checkpoints >= 1 && counts.events > 20 && notes == 0,
	      "%llu events, %llu checkpoints: %s", (unsigned long long)counts.events, (unsigned long long)counts.checkpoints, first_fault);
	uint8_t other[BV_KEY_LEN] = { 1 };
	CHECK(bv_ledger_check(&counts, t.url, other, note, NULL, &t.err) == BV_EDENIED, "another key");
	CHECK(bv_ledger_check(&counts, t.url, NULL, NULL, NULL, &t.err) == BV_OK, "without a key and a report");
	CHECK(bv_ledger_check(&counts, "sqlite:/nonexistent/x.db", NULL, NULL, NULL, &t.err) == BV_ENOTFOUND, "no such ledger");
	ledger_test_finish(&t);
}

/* ---- Every column of every row ---- */

static void
run(struct ledger_test *t, const char *url, const char *text)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;

	if (bv_sql_open(&sql, url, BV_SQL_WRITE, &t->err) != BV_OK || bv_sql_run(sql, text, &t->err) != BV_OK)
		CHECK(false, "%s: %s", text, t->err.msg);
}

static void
copy(struct ledger_test *t, const char *to)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(16 << 20);

	if (bv_file_read(&bytes, t->url + 7, &t->err) != BV_OK || bv_file_write(to, bv_buf_str(&bytes), 0600, &t->err) != BV_OK)
		CHECK(false, "copy: %s", t->err.msg);
}

/* One more may be what another row has: checkpoints come when they come. */
static bool
is_key(const char *column)
{
	return strcmp(column, "n") == 0 || strcmp(column, "id") == 0 || strcmp(column, "size") == 0;
}

static void
columns(void)
{
	struct ledger_test t;
	struct bv_ledger_check counts;
	char path[200], url[220], text[600];
	static const struct {
		const char *table, *column, *names; /* what the first fault must name: '%lld' is the row */
		bool blob, all;                     /* all: every row, else the last and the first */
	} cases[] = {
		{ "event", "n", NULL, false, false },          { "event", "sitting", "event %lld ", false, true }, { "event", "attempt", "event %lld ", false, true },
		{ "event", "seq", "event %lld ", false, true }, { "event", "at", "event %lld ", false, true },     { "event", "kind", "event %lld ", false, true },
		{ "event", "prev", "event %lld ", false, true }, { "event", "body", "event %lld ", true, true },   { "event", "hash", "event %lld ", true, true },
		{ "sitting", "id", NULL, false, true },        { "sitting", "name", "sitting", true, true },       { "sitting", "first_n", "sitting", false, true },
		{ "sitting", "closed_n", "sitting", false, true }, { "attempt", "id", "attempt", false, true },    { "attempt", "sitting", "attempt", false, true },
		{ "attempt", "ticket", "attempt", true, true }, { "checkpoint", "sitting", "checkpoint", false, true }, { "checkpoint", "size", "checkpoint", false, true },
		{ "checkpoint", "n", "checkpoint", false, true }, { "checkpoint", "root", "checkpoint", true, true }, { "checkpoint", "peaks", "checkpoint", true, true },
		{ "checkpoint", "note", "checkpoint", true, true }, { "boot", "n", "clock", false, true },         { "boot", "boot_id", "clock", true, true },
		{ "boot", "boot_ms", "clock", false, true },   { "boot", "utc_ms", "clock", false, true },         { "boot", "exam_ms", "clock", false, true },
		{ "boot", "signature", "clock", true, true },  { "ledger", "format", NULL, false, true },          { "ledger", "origin", "checkpoint", true, true },
	};

	ledger_test_init(&t);
	make(&t);
	snprintf(path, sizeof path, "%s/changed.db", t.folder);
	snprintf(url, sizeof url, "sqlite:%s", path);
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		snprintf(text, sizeof text, "SELECT max(rowid) FROM %s", cases[i].table);
		int64_t last = ledger_count(&t, text), changed = 0, seen = 0, named = 0;
		snprintf(text, sizeof text, "SELECT min(rowid) FROM %s", cases[i].table);
		for (int64_t row = ledger_count(&t, text); row <= last; row += cases[i].all || row == last ? 1 : last - 1) {
			copy(&t, path);
			/* Another last character; of bytes the same; a number one more, or far from all others. */
			if (cases[i].blob)
				snprintf(text, sizeof text,
				         "UPDATE %s SET %s = CASE WHEN typeof(%s) = 'blob' THEN CAST(substr(%s, 1, length(%s) - 1) || x'7e' AS BLOB) "
				         "ELSE substr(%s, 1, length(%s) - 1) || '~' END WHERE rowid = %lld",
				         cases[i].table, cases[i].column, cases[i].column, cases[i].column, cases[i].column, cases[i].column, cases[i].column, (long long)row);
			else
				snprintf(text, sizeof text, "UPDATE %s SET %s = %s + %d WHERE rowid = %lld", cases[i].table, cases[i].column, cases[i].column,
				         is_key(cases[i].column) ? 1000 : 1, (long long)row);
			run(&t, url, text);
			changed++;
			enum bv_status status = check(&t, url, &counts);
			seen += status != BV_OK;
			char want[100];
			snprintf(want, sizeof want, cases[i].names ? cases[i].names : "", (long long)row);
			named += strstr(first_fault, want) != NULL;
			if (status == BV_OK || !strstr(first_fault, want))
				printf("# %s.%s row %lld: %s\n", cases[i].table, cases[i].column, (long long)row, first_fault);
		}
		CHECK(changed && seen == changed && named == changed, "%s.%s: %lld changes, %lld seen, %lld named", cases[i].table, cases[i].column,
		      (long long)changed, (long long)seen, (long long)named);
	}
	ledger_test_finish(&t);
}

/* Rows that are gone, added, or swapped. */
static void
rows(void)
{
	struct ledger_test t;
	struct bv_ledger_check counts;
	char path[200], url[220];
	static const struct {
		const char *sql, *part;
	} cases[] = {
		{ "DELETE FROM event WHERE n = 7", "event 7 is missing" },
		{ "DELETE FROM event WHERE n = (SELECT max(n) FROM event)", "checkpoint" },
		{ "DELETE FROM event", "checkpoint" },
		{ "DELETE FROM attempt WHERE id = 2", "attempt 2 is missing" },
		{ "DELETE FROM attempt WHERE id = 3", "attempt 3 is missing" },
		{ "INSERT INTO attempt VALUES (9, 1, 'x')", "attempt 9" },
		{ "INSERT INTO attempt VALUES (1, 1, 'x')", "attempt 1" },
		{ "DELETE FROM sitting", "in the table of sittings" },
		{ "INSERT INTO sitting VALUES (7, 'x', 1, 0)", "sitting 7" },
		{ "DELETE FROM checkpoint", "in no checkpoint" },
		{ "DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)", "in no checkpoint" },
		{ "INSERT INTO ledger SELECT * FROM ledger", "more than one row" },
		{ "DELETE FROM boot WHERE n = 1", "clock 1 is missing" },
		{ "UPDATE event SET body = (SELECT body FROM event e WHERE e.kind = 16 AND e.n <> event.n LIMIT 1) WHERE n = (SELECT max(n) FROM event WHERE kind = 16)",
		  "'save'" },
		{ "UPDATE event SET hash = (SELECT hash FROM event WHERE n = 3) WHERE n = 4", "event 4 " },
		{ "UPDATE event SET at = at + 1 WHERE n = 1; ", "event 1 " },
		{ "UPDATE event SET sitting = 3 WHERE n = 9", "event 9 " },
	};

	ledger_test_init(&t);
	make(&t);
	snprintf(path, sizeof path, "%s/changed.db", t.folder);
	snprintf(url, sizeof url, "sqlite:%s", path);
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		copy(&t, path);
		run(&t, url, cases[i].sql);
		enum bv_status status = check(&t, url, &counts);
		CHECK(status == BV_EDENIED && strstr(first_fault, cases[i].part), "%s: %s", cases[i].sql, first_fault);
	}
	ledger_test_finish(&t);
}

/* ---- Every byte of the file ---- */

/* All that is in the tables, as one hash; false when it cannot be read. */
static bool
contents(const char *url, uint8_t hash[BV_HASH_LEN])
{
	static const char *const queries[] = {
		"SELECT '', format, origin FROM ledger",
		"SELECT body, n || ' ' || sitting || ' ' || attempt || ' ' || seq || ' ' || at || ' ' || kind || ' ' || prev, hash FROM event ORDER BY n",
		"SELECT '', id || ' ' || first_n || ' ' || closed_n, name FROM sitting ORDER BY id",
		"SELECT '', id || ' ' || sitting, ticket FROM attempt ORDER BY id",
		"SELECT root || peaks, sitting || ' ' || size || ' ' || n, note FROM checkpoint ORDER BY sitting, size",
		"SELECT signature, n || ' ' || boot_ms || ' ' || utc_ms || ' ' || exam_ms, boot_id FROM boot ORDER BY n",
	};
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct bv_sha256 sha;
	struct bv_err err;

	if (bv_sql_open(&sql, url, BV_SQL_READ, &err) != BV_OK)
		return false;
	bv_sha256_init(&sha);
	for (size_t i = 0; i < BV_COUNT(queries); i++) {
		BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
		bool row = true;
		if (bv_sql_prepare(&stmt, sql, queries[i], &err) != BV_OK)
			return false;
		for (;;) {
			if (bv_sql_step(stmt, &row, &err) != BV_OK)
				return false;
			if (!row)
				break;
			for (int k = 0; k < 3; k++) {
				struct bv_str value = bv_sql_blob(stmt, k);
				bv_sha256_add(&sha, &value.len, sizeof value.len);
				bv_sha256_add(&sha, value.p, value.len);
			}
		}
	}
	bv_sha256_end(&sha, hash);
	return true;
}

/* BV_FLIPS is how many bytes are flipped, spread over the file; all of them take minutes. */
static void
bytes(void)
{
	struct ledger_test t;
	struct bv_ledger_check counts;
	char path[200], url[220], text[300];
	uint8_t whole[BV_HASH_LEN], changed[BV_HASH_LEN];
	unsigned seen = 0, harmless = 0, missed = 0, flips = getenv("BV_FLIPS") ? (unsigned)atoi(getenv("BV_FLIPS")) : 1500;

	ledger_test_init(&t);
	make(&t);
	/* Small pages, so that less of the file is empty. */
	snprintf(path, sizeof path, "%s/small.db", t.folder);
	snprintf(url, sizeof url, "sqlite:%s", path);
	snprintf(text, sizeof text, "PRAGMA journal_mode=DELETE; PRAGMA page_size=512; VACUUM INTO '%s'", path);
	run(&t, t.url, text);
	CHECK_OK(check(&t, url, &counts), &t.err, "the same in small pages");
	CHECK(contents(url, whole), "is read");
	int fd = open(path, O_RDWR);
	struct stat st;
	if (!CHECK(fd >= 0 && fstat(fd, &st) == 0, "opened"))
		return;
	for (unsigned i = 0; i < flips; i++) {
		off_t at = (off_t)((double)i / flips * (double)st.st_size);
		char c, old;
		if (pread(fd, &c, 1, at) != 1)
			break;
		old = c;
		c ^= (char)(1 << (i % 8));
		if (pwrite(fd, &c, 1, at) != 1)
			break;
		if (check(&t, url, &counts) != BV_OK)
			seen++;
		else if (contents(url, changed) && bv_hash_eq(whole, changed))
			harmless++;
		else
			printf("# byte %lld (%02x) was not seen\n", (long long)at, (unsigned char)old), missed++;
		if (pwrite(fd, &old, 1, at) != 1)
			break;
		char side[220];
		snprintf(side, sizeof side, "%s-journal", path);
		unlink(side);
		snprintf(side, sizeof side, "%s-wal", path);
		unlink(side);
		snprintf(side, sizeof side, "%s-shm", path);
		unlink(side);
	}
	close(fd);
	CHECK(missed == 0 && seen + harmless == flips && seen > flips / 3, "%u bytes changed one by one: %u seen, %u changed nothing that is stored, %u missed", flips,
	      seen, harmless, missed);
	CHECK_OK(check(&t, url, &counts), &t.err, "and as it was it is good");
	ledger_test_finish(&t);
}

int
main(void)
{
	good();
	columns();
	rows();
	bytes();
	return check_end();
}
