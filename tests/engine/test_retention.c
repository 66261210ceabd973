/* How long what is kept, and the change of the master key; on both databases. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <signal.h>

#include "base/json.h"
#include "tests/engine/people_fixture.h"

/* ---- The document ---- */

#define HEAD "<retention xmlns=\"https://bangvang.vn/ns/retention/1\" identifier=\"test\">"
#define RULES HEAD "<rule fields=\"photo\" days=\"90\">A</rule><rule fields=\"contact,note\" days=\"365\">B</rule>" \
                   "<rule fields=\"birth\" days=\"730\">C</rule><rule fields=\"person\" days=\"3650\">D</rule></retention>"

static void
documents(void)
{
	static const struct {
		const char *name, *xml;
		enum bv_status status;
		const char *part;
	} cases[] = {
		{ "no rule", HEAD "</retention>", BV_EINVAL, "no <rule>" },
		{ "another root", "<rules/>", BV_EPARSE, "not <retention" },
		{ "another namespace", "<retention identifier=\"a\"/>", BV_EPARSE, "not <retention" },
		{ "no identifier", "<retention xmlns=\"https://bangvang.vn/ns/retention/1\"/>", BV_EPARSE, "needs identifier" },
		{ "an empty identifier", "<retention xmlns=\"https://bangvang.vn/ns/retention/1\" identifier=\"\"/>", BV_EINVAL, "identifier is 1" },
		{ "another attribute", "<retention xmlns=\"https://bangvang.vn/ns/retention/1\" identifier=\"a\" x=\"1\"/>", BV_EPARSE, "no attribute 'x'" },
		{ "another element", HEAD "<keep/></retention>", BV_EPARSE, "<keep> is not expected" },
		{ "a field that is none", HEAD "<rule fields=\"sex\" days=\"1\">A</rule></retention>", BV_EINVAL, "'sex' is no field" },
		{ "the name alone", HEAD "<rule fields=\"name\" days=\"1\">A</rule></retention>", BV_EINVAL, "as long as the person" },
		{ "all, that is the name too", HEAD "<rule fields=\"all\" days=\"1\">A</rule></retention>", BV_EINVAL, "as long as the person" },
		{ "less than no day", HEAD "<rule fields=\"photo\" days=\"-1\">A</rule></retention>", BV_EINVAL, "days=\"-1\"" },
		{ "more than a century", HEAD "<rule fields=\"photo\" days=\"36501\">A</rule></retention>", BV_EINVAL, "days=\"36501\"" },
		{ "no number", HEAD "<rule fields=\"photo\" days=\"a\">A</rule></retention>", BV_EINVAL, "days=\"a\"" },
		{ "no days", HEAD "<rule fields=\"photo\">A</rule></retention>", BV_EPARSE, "needs fields and days" },
		{ "no basis", HEAD "<rule fields=\"photo\" days=\"1\"> </rule></retention>", BV_EINVAL, "on what law" },
		{ "an element in a basis", HEAD "<rule fields=\"photo\" days=\"1\">A<b/></rule></retention>", BV_EPARSE, "plain text" },
		{ "no XML", "retention", BV_EPARSE, "" },
	};
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_retention_free) struct bv_retention *retention = NULL;
		CHECK_REFUSED(bv_retention_parse(&retention, bv_str_of(cases[i].xml), &err), cases[i].status, &err, cases[i].part, cases[i].name);
	}
	BV_AUTO(bv_retention_free) struct bv_retention *good = NULL, *most = NULL, *more = NULL;
	CHECK_OK(bv_retention_parse(&good, BV_STR(RULES), &err), &err, "four rules");
	CHECK(good->count == 4 && good->rules[1].fields == (1u << BV_PERSON_CONTACT | 1u << BV_PERSON_NOTE) && good->rules[3].fields == BV_PERSON_ALL &&
	              good->rules[3].days == 3650 && bv_str_is(good->rules[2].basis, "C"),
	      "as they are written");
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_RETENTION_MAX);
	for (int count = BV_RETENTION_RULES_MAX; count <= BV_RETENTION_RULES_MAX + 1; count++) {
		bv_buf_clear(&text);
		bv_buf_addz(&text, HEAD);
		for (int i = 0; i < count; i++)
			bv_buf_addz(&text, "<rule fields=\"photo\" days=\"0\">A</rule>");
		bv_buf_addz(&text, "</retention>");
		enum bv_status status = bv_retention_parse(count == BV_RETENTION_RULES_MAX ? &most : &more, bv_buf_str(&text), &err);
		CHECK(status == (count == BV_RETENTION_RULES_MAX ? BV_OK : BV_ELIMIT), "%d rules: %s", count, bv_status_name(status));
	}
	BV_AUTO(bv_buf_finish) struct bv_buf sample = BV_BUF(BV_RETENTION_MAX);
	BV_AUTO(bv_retention_free) struct bv_retention *ours = NULL;
	char path[1000];
	snprintf(path, sizeof path, "%s/engine/sample/retention.xml", getenv("BV_SOURCE") ? getenv("BV_SOURCE") : ".");
	CHECK_OK(bv_file_read(&sample, path, &err), &err, "the sample");
	CHECK_OK(bv_retention_parse(&ours, bv_buf_str(&sample), &err), &err, "is read");
}

/* ---- What is over ---- */

struct told {
	int persons;
	unsigned fields;
};

static void
tell(void *ctx, const char *person, unsigned fields)
{
	struct told *told = ctx;

	told->persons += strlen(person) == BV_PERSON_ID_SIZE - 1;
	told->fields = fields;
}

static void
over(const struct people_database *database)
{
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(database->url("over"));
	BV_AUTO(bv_retention_free) struct bv_retention *retention = NULL;
	struct bv_person_entry entry = people_sample();
	struct bv_person_entered entered;
	struct bv_people_access access = people_by("retention", NOW);
	struct bv_err err;
	static const struct {
		int64_t after;
		unsigned fields;
		bool opens; /* the commitment */
	} steps[] = {
		{ 90 * DAY - 1, 0, true },
		{ 90 * DAY, 1u << BV_PERSON_PHOTO, true },
		{ 90 * DAY, 0, true },
		{ 365 * DAY - 1, 0, true },
		{ 400 * DAY, 1u << BV_PERSON_CONTACT | 1u << BV_PERSON_NOTE, true },
		{ 730 * DAY, 1u << BV_PERSON_BIRTH, false },
		{ 3650 * DAY - 1, 0, false },
		{ 3650 * DAY, BV_PERSON_ALL, false },
	};

	CHECK_OK(bv_retention_parse(&retention, BV_STR(RULES), &err), &err, "rules");
	CHECK_OK(bv_people_enter(&entered, people, &entry, &access, &err), &err, "a person");
	unsigned left = BV_PERSON_ALL;
	for (size_t i = 0; i < BV_COUNT(steps); i++) {
		access.at_ms = NOW + steps[i].after;
		for (int dry = 1; dry >= 0; dry--) {
			struct told told = { 0 };
			CHECK_OK(bv_people_retain(people, retention, &access, dry, tell, &told, &err), &err, dry ? "a dry run" : "a run");
			CHECK(told.fields == steps[i].fields && told.persons == (steps[i].fields != 0), "after %" PRId64 " days: fields %x", steps[i].after / DAY,
			      told.fields);
		}
		left &= ~steps[i].fields;
		BV_AUTO(bv_person_free) struct bv_person *person = NULL;
		enum bv_status status = bv_people_read(&person, people, bv_str_of(entered.person), BV_PERSON_ALL, &access, &err);
		if (!left) {
			CHECK(status == BV_ECONFLICT, "the person is gone");
			break;
		}
		for (size_t f = 0; status == BV_OK && f < BV_PERSON_FIELDS; f++)
			if ((person->fields[f].len != 0) != (left >> f & 1))
				CHECK(false, "after %" PRId64 " days: %s", steps[i].after / DAY, bv_person_field_name((enum bv_person_field)f));
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		CHECK_OK(bv_people_export(&json, people, bv_str_of(entered.person), &access, &err), &err, "he is exported");
		const struct bv_json *one = bv_json_at(bv_json_find(json, "registrations"), 0);
		CHECK((bv_json_find(one, "salt") != NULL) == steps[i].opens, "the commitment %s opened", steps[i].opens ? "is" : "is not");
		if (steps[i].opens)
			CHECK_OK(bv_person_opening_check(entered.commitment, bv_json_str(bv_json_find(one, "salt")), bv_json_str(bv_json_find(one, "committed")), &err),
			         &err, "rightly");
	}
	bool unscrubbed = false;
	CHECK(bv_people_unscrubbed(&unscrubbed, people, &err) == BV_OK && unscrubbed, "there is something to scrub");
	CHECK_OK(bv_people_scrub(people, &err), &err, "scrubbed");
}

/* Who registers again is kept on, with what he gave before. */
static void
again(const struct people_database *database)
{
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(database->url("again"));
	BV_AUTO(bv_retention_free) struct bv_retention *retention = NULL;
	struct bv_person_entry entry = people_sample();
	struct bv_person_entered entered;
	struct bv_people_access access = people_by("retention", NOW);
	struct told told = { 0 };
	struct bv_err err;

	CHECK_OK(bv_retention_parse(&retention, BV_STR(RULES), &err), &err, "rules");
	CHECK_OK(bv_people_enter(&entered, people, &entry, &access, &err), &err, "a person");
	access.at_ms = NOW + 80 * DAY;
	entry.sitting = BV_STR("HN-2027-02");
	CHECK_OK(bv_people_enter(&entered, people, &entry, &access, &err), &err, "registers again after 80 days");
	access.at_ms = NOW + 100 * DAY;
	CHECK(bv_people_retain(people, retention, &access, false, tell, &told, &err) == BV_OK && !told.persons, "nothing is over after 100");
	access.at_ms = NOW + 170 * DAY;
	CHECK(bv_people_retain(people, retention, &access, false, tell, &told, &err) == BV_OK && told.persons == 1, "after 170 it is");
	CHECK_OK(bv_people_retain(people, retention, &access, false, NULL, NULL, &err), &err, "nobody needs to be told");
}

/* ---- Another master key ---- */

static const uint8_t new_secret[BV_MASTER_LEN] = "another master key of a test....";

static void
fill(struct bv_people *people, int count)
{
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_person_entered entered;
	struct bv_err err;
	char number[20];

	CHECK_OK(bv_people_begin(people, &err), &err, "an import");
	for (int i = 0; i < count; i++) {
		struct bv_person_entry entry = people_sample();
		snprintf(number, sizeof number, "%012d", i);
		entry.fields[BV_PERSON_PERSONAL_ID] = bv_str_of(number);
		if (bv_people_enter(&entered, people, &entry, &access, &err) != BV_OK)
			CHECK(false, "person %d: %s", i, err.msg);
	}
	CHECK_OK(bv_people_commit(people, &err), &err, "of many");
}

static void
rewrap_all(const char *url)
{
	struct bv_master *from = bv_master_new(people_secret), *to = bv_master_new(new_secret);
	struct bv_people *people = NULL;
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_err err;
	int64_t done;

	if (bv_people_open(&people, url, from, people_random, &err) != BV_OK)
		_exit(err.status == BV_EDENIED ? 0 : 1); /* it is done already */
	if (bv_people_rewrap(&done, people, to, &access, &err) != BV_OK || bv_people_scrub(people, &err) != BV_OK)
		_exit(2);
	_exit(0);
}

static void
rewrapping(const struct people_database *database, int count)
{
	const char *url = database->url("rewrapping");
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(url);
	BV_AUTO(bv_master_free) struct bv_master *from = bv_master_new(people_secret), *to = bv_master_new(new_secret);
	BV_AUTO(bv_people_close) struct bv_people *newer = NULL;
	struct bv_people *refused = NULL;
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_err err;
	int64_t done = 0;
	int status, kills = 0;
	char id[BV_PERSON_ID_SIZE];

	fill(people, count);
	CHECK_REFUSED(bv_people_rewrap(&done, people, from, &access, &err), BV_EINVAL, &err, "is the old one", "the same master key");
	for (int round = 1; round < 12; round++) {
		pid_t child = fork();
		if (child == 0)
			rewrap_all(url);
		nanosleep(&(struct timespec){ 0, round * 4000000L }, NULL);
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		kills += WIFSIGNALED(status);
		if (WIFEXITED(status) && WEXITSTATUS(status))
			CHECK(false, "round %d: a child ends with %d", round, WEXITSTATUS(status));
	}
	printf("# killed %d times\n", kills);
	pid_t child = fork();
	if (child == 0)
		rewrap_all(url);
	waitpid(child, &status, 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the last one does what is left");
	CHECK_REFUSED(bv_people_open(&refused, url, from, people_random, &err), BV_EDENIED, &err, "another master key", "the old key opens nothing");
	CHECK_OK(bv_people_open(&newer, url, to, people_random, &err), &err, "the new one does");
	for (int i = 0; i < count; i += count / 20) {
		BV_AUTO(bv_person_free) struct bv_person *person = NULL;
		char number[20];
		snprintf(number, sizeof number, "%012d", i);
		if (bv_people_find(id, newer, bv_str_of(number), &access, &err) != BV_OK ||
		    bv_people_read(&person, newer, bv_str_of(id), BV_PERSON_ALL, &access, &err) != BV_OK || !bv_str_is(person->fields[BV_PERSON_NAME], PEOPLE_NAME))
			CHECK(false, "person %d is found and read: %s", i, err.msg);
	}
	int64_t n;
	uint8_t hash[BV_HASH_LEN], none[BV_HASH_LEN] = { 0 };
	CHECK_OK(bv_people_log_check(&n, hash, newer, 0, none, &err), &err, "the log holds");
	struct bv_person *person = NULL;
	CHECK_REFUSED(bv_people_read(&person, people, bv_str_of(id), 1, &access, &err), BV_EDENIED, &err, "another master key",
	              "who had it open with the old one sees that");
	CHECK_OK(bv_people_rewrap(&done, newer, from, &access, &err), &err, "and back again");
	CHECK(done == count, "all of them: %" PRId64, done);
}

int
main(void)
{
	size_t count = people_start(5623);

	documents();
	for (size_t i = 0; i < count; i++) {
		printf("# %s\n", people_databases[i].name);
		over(&people_databases[i]);
		again(&people_databases[i]);
		rewrapping(&people_databases[i], 3000);
	}
	people_end();
	return check_end();
}
