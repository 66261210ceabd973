/* Everything that an office does to its databases, while the n-th call of the disk or of the database fails, for every n: it is done, or it says that it is not;
 * what is there is whole; and the same again, without the fault, completes it. And the power fails at any moment of it. test_store_faults STRIDE: every STRIDE-th n (1: all). */
#include "tests/faults/world.h"

struct fault_kind {
	const char *name;
	bool sql; /* a call of base/sql.h, else of the disk */
	enum disk_fault fault;
	bool forever;
	enum bv_status status;
	bool kept, lost;
};

static const struct fault_kind kinds[] = {
	{ .name = "a call of the disk fails", .fault = DISK_IO },
	{ .name = "the disk dies", .fault = DISK_IO, .forever = true },
	{ .name = "the disk is full", .fault = DISK_FULL, .forever = true },
	{ .name = "a write is cut short", .fault = DISK_SHORT },
	{ .name = "a call of the database fails", .sql = true, .status = BV_EIO },
	{ .name = "the database is lost", .sql = true, .status = BV_EIO, .lost = true },
	{ .name = "nobody knows of a commit, which was not made", .sql = true, .status = BV_EUNCERTAIN },
	{ .name = "nobody knows of a commit, which was made", .sql = true, .status = BV_EUNCERTAIN, .kept = true },
};

/* ---- What is done ---- */

static struct world w;

static bool
count_is(const char *url, const char *query, const char *want)
{
	return world_says(url, query, want);
}

static enum bv_status
open_ledger(struct bv_err *err)
{
	return world_open(&w, WORLD_LEDGER, err);
}

static bool
ledger_opened(void)
{
	return count_is(w.t.l.url, "SELECT CAST(count(*) AS TEXT) FROM ledger", "1");
}

static enum bv_status
open_sittings(struct bv_err *err)
{
	return world_open(&w, WORLD_SITTINGS, err);
}

static bool
sittings_opened(void)
{
	return count_is(w.t.l.url, "SELECT CAST(count(*) AS TEXT) FROM seat", "0");
}

static enum bv_status
create(struct bv_err *err)
{
	return bv_sitting_create(&w.t.id, w.t.sittings, w.t.l.ledger, &w.t.order, err);
}

static bool
created(void)
{
	BV_AUTO(bv_sittings_close) struct bv_sittings *sittings = NULL;
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = NULL;
	struct bv_err err;

	return bv_sittings_open(&sittings, w.t.l.url, &err) == BV_OK && bv_sitting_load(&sitting, sittings, SITTING, NULL, NULL, &err) == BV_OK;
}

static enum bv_status
seat_all(struct bv_err *err)
{
	static uint8_t run;
	struct bv_roster_order order = { .csv = BV_STR("ticket,room,seat,extraPercent\nT-0,P,1,25\nT-1,P,2,\nT-2,Q,1,\nT-3,Q,2,\n"), .author = STAFF_ID,
		                         .seed = { ++run } };
	struct bv_roster_tally tally;

	return bv_roster_import(&tally, w.t.sittings, w.t.l.ledger, w.t.id, &order, err);
}

static bool
seated(void)
{
	return count_is(w.t.l.url, "SELECT CAST(count(*) AS TEXT) FROM seat JOIN attempt ON attempt.ticket = seat.ticket", "4") &&
	       count_is(w.t.l.url, "SELECT CAST(count(*) AS TEXT) FROM event WHERE kind = 10", "4");
}

static enum bv_status
change_seats(struct bv_err *err)
{
	struct bv_roster_order order = { .csv = BV_STR("ticket,room,seat,extraPercent\nT-0,P,2,25\nT-1,P,1,\nT-2,Q,1,\n"), .author = STAFF_ID, .seed = { 99 } };
	struct bv_roster_tally tally;

	return bv_roster_import(&tally, w.t.sittings, w.t.l.ledger, w.t.id, &order, err);
}

static bool
changed(void)
{
	return count_is(w.t.l.url, "SELECT ticket FROM seat WHERE room = 'P' AND seat = '2'", "T-0") &&
	       count_is(w.t.l.url, "SELECT ticket FROM seat WHERE room = 'P' AND seat = '1'", "T-1");
}

static enum bv_status
no_sheet(void *ctx, const struct bv_seat *seat, const char code[BV_ACCESS_CODE_SIZE], struct bv_err *err)
{
	(void)ctx, (void)seat, (void)code, (void)err;
	return BV_OK;
}

static enum bv_status
make_codes(struct bv_err *err)
{
	size_t count;

	return bv_codes_make(&count, w.t.sittings, w.t.l.ledger, w.t.id, BV_STR_NONE, false, fixture_seed, STAFF_ID, no_sheet, NULL, err);
}

static enum bv_status
see_code(void *ctx, const struct bv_seat *seat, struct bv_err *err)
{
	(void)err;
	*(size_t *)ctx += seat->has_code;
	return BV_OK;
}

static bool
coded(void)
{
	BV_AUTO(bv_sittings_close) struct bv_sittings *sittings = NULL;
	size_t count = 0;
	struct bv_err err;

	return bv_sittings_open(&sittings, w.t.l.url, &err) == BV_OK && bv_seats_each(sittings, w.t.id, BV_STR_NONE, see_code, &count, &err) == BV_OK &&
	       count == WORLD_SEATS;
}

static enum bv_status
prepare_papers(struct bv_err *err)
{
	size_t count;

	return bv_papers_prepare(&count, w.papers, w.t.sittings, 2, NULL, NULL, err);
}

static bool
prepared(void)
{
	return count_is(w.t.l.url, "SELECT CAST(count(*) AS TEXT) FROM paper", "4");
}

/* Not under test: two candidates sit, one of them answers. */
static void
sit(void)
{
	struct bv_err err;
	struct bv_ledger_act act;

	CHECK_OK(world_open(&w, WORLD_LEDGER | WORLD_SITTINGS | WORLD_SITTING, &err), &err, "for two to sit");
	step(&w.t.l, T0 - w.t.l.clock.utc);
	for (int i = 0; i < 2; i++) {
		BV_AUTO(bv_paper_free) struct bv_paper *paper = NULL;
		int64_t id = w.t.id + 1 + i;
		CHECK_OK(bv_paper_load(&paper, w.papers, w.t.sittings, id, i ? BV_STR("T-1") : BV_STR("T-0"), &err), &err, "a paper");
		CHECK(ledger_do(&w.t.l, &act, BV_EXAM_ADMIT, id) == BV_OK && ledger_do(&w.t.l, &act, BV_EXAM_LEASE, id) == BV_OK, "comes in");
		act = (struct bv_ledger_act){ .act = BV_EXAM_START, .attempt = id, .facts = { .author = BV_STR("candidate"), .lease = 1 } };
		memcpy(act.facts.form, bv_paper_hash(paper), BV_HASH_LEN);
		CHECK_OK(bv_ledger_do(w.t.l.ledger, &act, &err), &err, "starts");
		CHECK_OK(ledger_do(&w.t.l, &act, BV_EXAM_SUBMIT, id), &w.t.l.err, "and hands in");
	}
	world_close(&w);
}

static enum bv_status
score(struct bv_err *err)
{
	struct bv_scoring_order order = { .author = STAFF_ID, .texts = w.texts, .key = w.t.l.key, .random = world_random };
	struct bv_scoring_tally tally;

	return bv_sitting_score(&tally, w.sitting, w.t.sittings, w.t.l.ledger, &order, err);
}

static bool
scored(void)
{
	return count_is(w.t.l.url, "SELECT CAST(count(*) AS TEXT) FROM event WHERE kind = 25", "2") &&
	       count_is(w.t.l.url, "SELECT CAST(count(*) AS TEXT) FROM result", "2");
}

static enum bv_status
release(struct bv_err *err)
{
	size_t count;

	return bv_sitting_release(&count, w.sitting, w.t.sittings, w.t.l.ledger, STAFF_ID, NULL, NULL, err);
}

static bool
released(void)
{
	return count_is(w.t.l.url, "SELECT CAST(count(*) AS TEXT) FROM event WHERE kind = 26", "2");
}

static void
end_of_day(void)
{
	struct bv_err err;
	struct bv_ledger_act act;

	CHECK_OK(world_open(&w, WORLD_LEDGER, &err), &err, "for it to close");
	CHECK_OK(ledger_do(&w.t.l, &act, BV_EXAM_CLOSE, w.t.id), &w.t.l.err, "the sitting is closed");
	world_close(&w);
	world_remove_archive(&w);
}

static void
to_release(void)
{
	step(&w.t.l, 4 * 60 * MINUTE);
}

static enum bv_status
backup(struct bv_err *err)
{
	struct bv_ledger_copied copied;

	return bv_ledger_backup(&copied, w.t.l.url, w.archive, err);
}

static bool
backed_up(void)
{
	struct bv_err err;
	int64_t more = -1;

	return bv_ledger_holds_archive(&more, w.t.l.url, w.archive, &err) == BV_OK && more == 0;
}

static enum bv_status
restore(struct bv_err *err)
{
	struct bv_ledger_copied copied;

	return bv_ledger_restore(&copied, w.archive, w.other_url, INT64_MAX, INT64_MAX, err);
}

static bool
copied(void)
{
	struct bv_ledger_check counts;
	struct bv_err err;

	return bv_ledger_check(&counts, w.other_url, bv_key_public(w.t.l.key), NULL, NULL, &err) == BV_OK && counts.attempts == WORLD_SEATS;
}

static enum bv_status
move(struct bv_err *err)
{
	struct bv_ledger_copied ignored;

	return bv_ledger_move(&ignored, w.t.l.url, w.other_url, SITTING, err);
}

/* ---- Persons ---- */

static enum bv_status
create_people(struct bv_err *err)
{
	return people_create_with(w.people_url, w.master, world_random, world_open_sql, &w, err);
}

static bool
people_created(void)
{
	return count_is(w.people_url, "SELECT CAST(count(*) AS TEXT) FROM person_store", "1");
}

static enum bv_status
enter_with(const char *name, struct bv_str contact, struct bv_str number, struct bv_err *err)
{
	struct bv_person_entry entry = { .fields = { [BV_PERSON_NAME] = bv_str_of(name), [BV_PERSON_PERSONAL_ID] = number, [BV_PERSON_CONTACT] = contact },
		                         .sitting = BV_STR("HN-2026-11") };
	struct bv_person_entered entered;

	TRY(bv_people_enter(&entered, w.people, &entry, &world_access, err));
	memcpy(w.person, entered.person, sizeof w.person);
	return BV_OK;
}

static enum bv_status
enter(struct bv_err *err)
{
	return enter_with("Nguyễn Thị Minh Khai", BV_STR_NONE, BV_STR("001190012345"), err);
}

static bool
entered(void)
{
	return count_is(w.people_url, "SELECT CAST(count(*) AS TEXT) FROM person p JOIN person_key k ON k.person = p.id JOIN person_ticket t ON t.person = p.id", "1");
}

static enum bv_status
change_person(struct bv_err *err)
{
	return enter_with("Nguyễn Thị Minh Khai", BV_STR("a@example.vn"), BV_STR("001190012345"), err);
}

static bool
person_changed(void)
{
	return count_is(w.people_url, "SELECT CAST(count(*) AS TEXT) FROM person_access WHERE act = 'change'", "1");
}

/* Nothing is given out that the log does not know. */
static enum bv_status
read_person(struct bv_err *err)
{
	BV_AUTO(bv_person_free) struct bv_person *person = NULL;
	char id[BV_PERSON_ID_SIZE];

	TRY(bv_people_find(id, w.people, BV_STR("001190012345"), &world_access, err));
	return bv_people_read(&person, w.people, bv_str_of(id), 1u << BV_PERSON_NAME, &world_access, err);
}

static bool
person_read(void)
{
	return !count_is(w.people_url, "SELECT CAST(count(*) AS TEXT) FROM person_access WHERE act = 'read'", "0");
}

static enum bv_status
export_person(struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	return bv_people_export(&json, w.people, bv_str_of(w.person), &world_access, err);
}

static bool
exported(void)
{
	return !count_is(w.people_url, "SELECT CAST(count(*) AS TEXT) FROM person_access WHERE act = 'export'", "0");
}

static enum bv_status
set_quota(struct bv_err *err)
{
	return bv_people_set_quota(w.people, 1000, &world_access, err);
}

static bool
quota_set(void)
{
	return count_is(w.people_url, "SELECT CAST(quota AS TEXT) FROM person_store", "1000");
}

static enum bv_status
rewrap(struct bv_err *err)
{
	int64_t done;

	return bv_people_rewrap(&done, w.people, w.next_master, &world_access, err);
}

static bool
rewrapped(void)
{
	BV_AUTO(bv_people_close) struct bv_people *people = NULL;
	BV_AUTO(bv_person_free) struct bv_person *person = NULL;
	struct bv_err err;

	return bv_people_open(&people, w.people_url, w.next_master, world_random, &err) == BV_OK &&
	       bv_people_read(&person, people, bv_str_of(w.person), 1u << BV_PERSON_NAME, &world_access, &err) == BV_OK &&
	       bv_str_is(person->fields[BV_PERSON_NAME], "Nguyễn Thị Minh Khai");
}

/* From here on the other key is the key. */
static void
take_new_key(void)
{
	struct bv_master *old = w.master;

	w.master = w.next_master;
	w.next_master = old;
}

static enum bv_status
retain(struct bv_err *err)
{
	static const char xml[] = "<retention xmlns=\"https://bangvang.vn/ns/retention/1\" identifier=\"test\">"
	                          "<rule fields=\"contact\" days=\"1\">A</rule></retention>";
	BV_AUTO(bv_retention_free) struct bv_retention *retention = NULL;
	struct bv_people_access later = world_access;

	later.at_ms += 3 * INT64_C(86400000);
	TRY(bv_retention_parse(&retention, bv_str_of(xml), err));
	return bv_people_retain(w.people, retention, &later, false, NULL, NULL, err);
}

static bool
retained(void)
{
	return count_is(w.people_url, "SELECT CAST(count(*) AS TEXT) FROM person_access WHERE act = 'retain'", "1");
}

static enum bv_status
erase(struct bv_err *err)
{
	return bv_people_erase(w.people, bv_str_of(w.person), &world_access, err);
}

static bool
erased(void)
{
	return count_is(w.people_url, "SELECT CAST(count(*) AS TEXT) FROM person_key", "0");
}

static enum bv_status
scrub(struct bv_err *err)
{
	return bv_people_scrub(w.people, err);
}

static bool
scrubbed(void)
{
	return count_is(w.people_url, "SELECT CAST(unscrubbed AS TEXT) FROM person_store", "0");
}

/* ---- The table ---- */

enum { ALONE = 16 }; /* it opens what it needs */
#define SITTING_OPEN (WORLD_LEDGER | WORLD_SITTINGS)
#define PAPERS_OPEN (SITTING_OPEN | WORLD_SITTING)

static const struct operation {
	const char *name;
	void (*before)(void); /* not under test */
	unsigned parts;       /* what is open when it begins */
	bool scripted;        /* its calls of the database can be made to fail */
	enum bv_status (*act)(struct bv_err *err);
	bool (*there)(void);
	enum bv_status again; /* what it may say besides OK when it was done already */
} operations[] = {
	{ "open a ledger", NULL, ALONE, false, open_ledger, ledger_opened, BV_OK },
	{ "open sittings", NULL, ALONE, false, open_sittings, sittings_opened, BV_OK },
	{ "create a sitting", NULL, SITTING_OPEN, true, create, created, BV_OK },
	{ "import a roster", NULL, SITTING_OPEN, true, seat_all, seated, BV_OK },
	{ "change seats", NULL, SITTING_OPEN, true, change_seats, changed, BV_OK },
	{ "make codes", NULL, SITTING_OPEN, true, make_codes, coded, BV_OK },
	{ "prepare papers", NULL, PAPERS_OPEN, true, prepare_papers, prepared, BV_OK },
	{ "score", sit, PAPERS_OPEN, true, score, scored, BV_OK },
	{ "release", to_release, PAPERS_OPEN, true, release, released, BV_OK },
	{ "back up", end_of_day, ALONE, false, backup, backed_up, BV_OK },
	{ "restore", NULL, ALONE, false, restore, copied, BV_EINVAL },
	{ "move", NULL, ALONE, false, move, copied, BV_EINVAL },
	{ "create a store of persons", NULL, ALONE, true, create_people, people_created, BV_EINVAL },
	{ "enter a person", NULL, WORLD_PEOPLE, true, enter, entered, BV_OK },
	{ "change a person", NULL, WORLD_PEOPLE, true, change_person, person_changed, BV_OK },
	{ "find and read a person", NULL, WORLD_PEOPLE, true, read_person, person_read, BV_OK },
	{ "export a person", NULL, WORLD_PEOPLE, true, export_person, exported, BV_OK },
	{ "set a quota", NULL, WORLD_PEOPLE, true, set_quota, quota_set, BV_OK },
	{ "rewrap all keys", NULL, WORLD_PEOPLE, true, rewrap, rewrapped, BV_EDENIED },
	{ "retain", take_new_key, WORLD_PEOPLE, true, retain, retained, BV_OK },
	{ "erase a person", NULL, WORLD_PEOPLE, true, erase, erased, BV_ECONFLICT },
	{ "scrub", NULL, WORLD_PEOPLE, true, scrub, scrubbed, BV_OK },
};

/* ---- One fault ---- */

static char why[800];

static bool
wrong(const struct operation *op, const struct fault_kind *kind, int n, const char *what, const char *message)
{
	if (!why[0])
		snprintf(why, sizeof why, "%s: %s, call %d: %s: %.300s", op->name, kind->name, n, what, message);
	return false;
}

static bool
whole_databases(struct bv_err *err)
{
	BV_AUTO(bv_people_close) struct bv_people *people = NULL;
	struct bv_ledger_check counts;
	uint8_t hash[BV_HASH_LEN];
	int64_t n;

	bv_err_set(err, BV_EIO, "integrity_check");
	if (w.ledger_bytes.len && (!world_says(w.t.l.url, "PRAGMA integrity_check", "ok") ||
	                           bv_ledger_check(&counts, w.t.l.url, bv_key_public(w.t.l.key), NULL, NULL, err) != BV_OK))
		return false;
	if (!w.people_bytes.len)
		return true;
	return world_says(w.people_url, "PRAGMA integrity_check", "ok") && bv_people_open(&people, w.people_url, NULL, world_random, err) == BV_OK &&
	       bv_people_log_check(&n, hash, people, 0, NULL, err) == BV_OK;
}

static bool
one_fault(const struct operation *op, const struct fault_kind *kind, int n, bool *failed)
{
	struct sql_script script = { .status = kind->status, .kept = kind->kept, .lost = kind->lost };
	struct bv_err err = { 0 };

	if (op->act == backup)
		world_remove_archive(&w);
	if (!world_put_back(&w))
		return wrong(op, kind, n, "put back", "");
	w.script = kind->sql ? &script : NULL;
	if (op->parts != ALONE && world_open(&w, op->parts, &err) != BV_OK)
		return wrong(op, kind, n, "opened", err.msg);
	script.fail_at = kind->sql ? n + script.calls : 0;
	if (!kind->sql)
		disk_fail(n, kind->fault, kind->forever);
	enum bv_status status = op->act(&err);
	*failed = kind->sql ? script.failed : disk_failed();
	disk_fail(0, DISK_IO, false);
	world_close(&w);
	w.script = NULL;
	if (status != BV_OK && (!err.msg[0] || !*failed))
		return wrong(op, kind, n, "fails", err.msg);
	if (!whole_databases(&err))
		return wrong(op, kind, n, "not whole", err.msg);
	if (status == BV_OK && !op->there())
		return wrong(op, kind, n, "said to be done, and is not", "");
	err.msg[0] = '\0';
	status = op->parts != ALONE ? world_open(&w, op->parts, &err) : BV_OK;
	status = status == BV_OK ? op->act(&err) : status;
	world_close(&w);
	if ((status != BV_OK && status != op->again) || !op->there() || !whole_databases(&err))
		return wrong(op, kind, n, "the same again does not complete it", err.msg);
	return true;
}

/* ---- Power losses ---- */

/* After a loss: whole, done if it was said to be done, and completed by the same again. */
static bool
after_loss(const struct operation *op, bool done)
{
	static const struct fault_kind power = { .name = "the power fails" };
	struct bv_err err = { 0 };

	if (!whole_databases(&err))
		return wrong(op, &power, 0, "not whole", err.msg);
	if (done && !op->there())
		return wrong(op, &power, 0, "said to be done, and is not", "");
	enum bv_status status = op->parts != ALONE ? world_open(&w, op->parts, &err) : BV_OK;
	status = status == BV_OK ? op->act(&err) : status;
	world_close(&w);
	if ((status != BV_OK && status != op->again) || !op->there() || !whole_databases(&err))
		return wrong(op, &power, 0, "the same again does not complete it", err.msg);
	return true;
}

/* In the folder of what is left, under the same names. */
static bool
in_lost_folder(const struct operation *op, const char *lost, bool done)
{
	char ledger[sizeof w.t.l.url], people[sizeof w.people_url], other[sizeof w.other_url];

	memcpy(ledger, w.t.l.url, sizeof ledger);
	memcpy(people, w.people_url, sizeof people);
	memcpy(other, w.other_url, sizeof other);
	snprintf(w.t.l.url, sizeof w.t.l.url, "sqlite:%s/ledger.db", lost);
	snprintf(w.people_url, sizeof w.people_url, "sqlite:%s/people.db", lost);
	snprintf(w.other_url, sizeof w.other_url, "sqlite:%s/other.db", lost);
	bool good = after_loss(op, done);
	memcpy(w.t.l.url, ledger, sizeof ledger);
	memcpy(w.people_url, people, sizeof people);
	memcpy(w.other_url, other, sizeof other);
	return good;
}

/* The power fails at some moments of it, and when it has just been said to be done. */
static unsigned
power_losses(const struct operation *op, unsigned stride, uint64_t *random)
{
	struct bv_err err = { 0 };
	unsigned count = 0;
	char lost[100];

	snprintf(lost, sizeof lost, "%s-lost", w.t.l.folder);
	CHECK(mkdir(lost, 0700) == 0 && world_put_back(&w), "put back");
	disk_record(w.t.l.folder);
	size_t moment = disk_moment();
	enum bv_status status = op->parts != ALONE ? world_open(&w, op->parts, &err) : BV_OK;
	status = status == BV_OK ? op->act(&err) : status;
	size_t done = disk_moment();
	world_close(&w);
	disk_stop();
	if (status != BV_OK)
		wrong(op, &kinds[0], 0, "fails without a fault", err.msg);
	struct disk_replay *replay = disk_replay_new();
	for (bool good = status == BV_OK, last = false; good && !last; moment += 1 + disk_random(random, 2 * stride - 1)) {
		last = moment >= done;
		moment = last ? done : moment;
		disk_replay_to(replay, moment);
		for (int i = 0; good && i < 2; i++, count++) {
			struct disk_loss loss = disk_loss_any(random);
			disk_replay_lose(replay, lost, &loss, random);
			good = in_lost_folder(op, lost, last);
		}
	}
	disk_replay_free(replay);
	CHECK(bv_dir_walk(lost, ledger_test_remove, NULL, &err) == BV_OK && rmdir(lost) == 0, "clean up");
	return count;
}

/* The n-th sync of it fails, the program is killed and started again, and does the same again: it may find it done by what the failed sync had not brought to
 * the disk, and says that it is done. Then the power fails. False when there are fewer syncs. */
static bool
killed_after_sync(const struct operation *op, int n, unsigned *count, uint64_t *random)
{
	static const struct fault_kind killed = { .name = "a sync fails, killed, started again" };
	struct bv_err err = { 0 };
	char lost[100];

	snprintf(lost, sizeof lost, "%s-lost", w.t.l.folder);
	if (mkdir(lost, 0700) != 0 || !world_put_back(&w))
		return wrong(op, &killed, n, "put back", "");
	disk_record(w.t.l.folder);
	if (op->parts != ALONE && world_open(&w, op->parts, &err) != BV_OK)
		return wrong(op, &killed, n, "opened", err.msg);
	disk_fail(n, DISK_SYNC, true);
	(void)op->act(&err);
	bool failed = disk_failed();
	world_close(&w);
	disk_fail(0, DISK_IO, false);
	enum bv_status status = op->parts != ALONE ? world_open(&w, op->parts, &err) : BV_OK;
	status = status == BV_OK ? op->act(&err) : status;
	size_t done = disk_moment();
	world_close(&w);
	disk_stop();
	if (status != BV_OK && status != op->again)
		wrong(op, &killed, n, "the same again does not complete it", err.msg);
	struct disk_replay *replay = disk_replay_new();
	disk_replay_to(replay, done);
	for (int i = 0; failed && !why[0] && i < 3; i++, ++*count) {
		struct disk_loss loss = i ? disk_loss_any(random) : (struct disk_loss){ .keep_percent = 0 };
		disk_replay_lose(replay, lost, &loss, random);
		in_lost_folder(op, lost, true);
	}
	disk_replay_free(replay);
	if (bv_dir_walk(lost, ledger_test_remove, NULL, &err) != BV_OK || rmdir(lost) != 0)
		return wrong(op, &killed, n, "clean up", err.msg);
	return failed && !why[0];
}

int
main(int argc, char **argv)
{
	uint64_t random = UINT64_C(0x123456789abcdef);
	unsigned stride = argc > 1 ? (unsigned)atoi(argv[1]) : CHECK_SANITIZED ? 80 : 36;

	disk_install();
	world_init(&w);
	world_remove_database(w.t.l.url);
	for (size_t i = 0; i < BV_COUNT(operations); i++) {
		const struct operation *op = &operations[i];
		unsigned runs = 0;
		int calls = 0;
		if (op->before)
			op->before();
		if (i)
			world_keep(&w);
		for (size_t k = 0; k < BV_COUNT(kinds); k++) {
			bool failed = op->scripted || !kinds[k].sql;
			for (int n = 1; failed && n < 5000; n += 1 + (int)disk_random(&random, 2 * stride - 1)) {
				runs++;
				calls = !kinds[k].sql && n > calls ? n : calls;
				if (!one_fault(op, &kinds[k], n, &failed))
					break;
			}
		}
		/* An archive is no database. */
		unsigned losses = op->act != backup && !why[0] ? power_losses(op, stride, &random) : 0;
		for (int n = 1; op->act != backup && !why[0] && n < 1000 && killed_after_sync(op, n, &losses, &random);)
			n += stride == 1 ? 1 : 1 + (int)disk_random(&random, 8);
		printf("# %s: %d calls, %u power losses\n", op->name, calls, losses);
		CHECK(!why[0] && runs > 2, "%s: %u faults and %u losses of power, done or not done, and completed by the same again: %s", op->name,
		      runs, losses, why);
		why[0] = '\0';
	}
	world_finish(&w);
	return check_end();
}
