/* The store of persons, the same on both databases. */
#define _GNU_SOURCE
#include <inttypes.h>

#include "base/json.h"
#include "tests/engine/people_fixture.h"

/* ---- What needs no database ---- */

static void
entries(void)
{
	static const struct {
		const char *name;
		enum bv_person_field field;
		const char *value, *part; /* NULL: good */
	} cases[] = {
		{ "a short name", BV_PERSON_NAME, "Á", NULL },
		{ "no name", BV_PERSON_NAME, "", "'name' is empty" },
		{ "a name of spaces", BV_PERSON_NAME, "  ", "'name' is empty" },
		{ "a name of two lines", BV_PERSON_NAME, "a\nb", "'name' has a control character" },
		{ "a name that turns the direction", BV_PERSON_NAME, "a\xe2\x80\xae" "b", "direction" },
		{ "a name that is not UTF-8", BV_PERSON_NAME, "a\xff", "'name' is not UTF-8" },
		{ "another number", BV_PERSON_PERSONAL_ID, "079085001234", NULL },
		{ "no number", BV_PERSON_PERSONAL_ID, "", "12 digits" },
		{ "11 digits", BV_PERSON_PERSONAL_ID, "07908500123", "12 digits" },
		{ "13 digits", BV_PERSON_PERSONAL_ID, "0790850012345", "'personalId'" },
		{ "a letter", BV_PERSON_PERSONAL_ID, "07908500123a", "12 digits" },
		{ "no birth", BV_PERSON_BIRTH, "", NULL },
		{ "a leap day", BV_PERSON_BIRTH, "2000-02-29", NULL },
		{ "no such day", BV_PERSON_BIRTH, "1999-02-29", "'birth' is not a day" },
		{ "a day of another form", BV_PERSON_BIRTH, "31/12/1990", "'birth' is not a day" },
		{ "no unit", BV_PERSON_UNIT, "", NULL },
		{ "no photo", BV_PERSON_PHOTO, "", NULL },
		{ "a photo in capitals", BV_PERSON_PHOTO, "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", "'photo' is not" },
		{ "half a photo", BV_PERSON_PHOTO, "ba7816bf8f01cfea414140de5dae2223", "'photo' is not" },
		{ "a note of lines", BV_PERSON_NOTE, "a\nb\n", NULL },
		{ "a note with a tab", BV_PERSON_NOTE, "a\tb", "'note' has a control" },
	};
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_person_entry entry = people_sample();
		entry.fields[cases[i].field] = bv_str_of(cases[i].value);
		if (cases[i].part)
			CHECK_REFUSED(bv_person_entry_check(&entry, &err), BV_EINVAL, &err, cases[i].part, cases[i].name);
		else
			CHECK_OK(bv_person_entry_check(&entry, &err), &err, cases[i].name);
	}
	static char long_text[BV_PERSON_NOTE_MAX + 2];
	static const enum bv_person_field limited[] = { BV_PERSON_NAME, BV_PERSON_UNIT, BV_PERSON_CONTACT, BV_PERSON_NOTE };
	memset(long_text, 'x', sizeof long_text - 1);
	for (size_t i = 0; i < BV_COUNT(limited); i++) {
		struct bv_person_entry entry = people_sample();
		size_t max = limited[i] == BV_PERSON_NOTE ? BV_PERSON_NOTE_MAX : BV_PERSON_TEXT_MAX;
		entry.fields[limited[i]] = (struct bv_str){ long_text, max };
		CHECK_OK(bv_person_entry_check(&entry, &err), &err, "the longest");
		entry.fields[limited[i]].len++;
		CHECK_REFUSED(bv_person_entry_check(&entry, &err), BV_EINVAL, &err, "longer than", bv_person_field_name(limited[i]));
	}
	struct bv_person_entry entry = people_sample();
	entry.ticket = BV_STR("T-1");
	CHECK_OK(bv_person_entry_check(&entry, &err), &err, "a ticket");
	entry.ticket = BV_STR("T 1");
	CHECK_REFUSED(bv_person_entry_check(&entry, &err), BV_EINVAL, &err, "ticket", "a ticket with a space");
	entry.ticket = BV_STR("T-1");
	entry.sitting = BV_STR_NONE;
	CHECK_REFUSED(bv_person_entry_check(&entry, &err), BV_EINVAL, &err, "name the sitting", "a ticket of no sitting");
	entry.sitting = BV_STR("a/b");
	CHECK_REFUSED(bv_person_entry_check(&entry, &err), BV_EINVAL, &err, "name of a sitting", "a sitting with a slash");
}

static void
field_names(void)
{
	unsigned fields = 0;
	struct bv_err err;

	CHECK(bv_person_fields_parse(&fields, BV_STR("name,birth"), &err) == BV_OK && fields == (1u << BV_PERSON_NAME | 1u << BV_PERSON_BIRTH), "two fields");
	CHECK(bv_person_fields_parse(&fields, BV_STR("all"), &err) == BV_OK && fields == BV_PERSON_ALL, "all");
	static const char *const bad[] = { "", "name,", ",name", "Name", "name birth", "all,name" };
	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK_REFUSED(bv_person_fields_parse(&fields, bv_str_of(bad[i]), &err), BV_EINVAL, &err, "no field", bad[i]);
}

static void
masters(void)
{
	char path[100], text[200];
	BV_AUTO(bv_master_free) struct bv_master *master = NULL;
	struct bv_err err;

	snprintf(path, sizeof path, "%s/master", people_folder);
	CHECK_REFUSED(bv_master_load(&master, path, &err), BV_ENOTFOUND, &err, path, "no master key");
	CHECK_OK(bv_master_create(path, people_secret, &err), &err, "a master key is written");
	CHECK_REFUSED(bv_master_create(path, people_secret, &err), BV_ECONFLICT, &err, path, "never over another");
	CHECK_OK(bv_master_load(&master, path, &err), &err, "and read");
	chmod(path, 0640);
	struct bv_master *other = NULL;
	CHECK_REFUSED(bv_master_load(&other, path, &err), BV_EINVAL, &err, "chmod 600", "not one that others may read");
	BV_AUTO(bv_buf_finish) struct bv_buf good = BV_BUF(200);
	CHECK_OK(bv_file_read(&good, path, &err), &err, "its text");
	for (size_t i = 0; i < 5; i++) {
		snprintf(text, sizeof text, "%.*s%s", i == 0 ? (int)good.len - 1 : i == 1 ? 12 : (int)good.len, good.p, i == 2 ? "\n" : "");
		if (i == 3)
			text[20] = 'g';
		if (i == 4)
			text[10] = '2';
		CHECK_OK(bv_file_write(path, bv_str_of(text), 0600, &err), &err, "another text");
		static const char *const what[] = { "cut", "only a head", "longer", "no digit", "another format" };
		CHECK_REFUSED(bv_master_load(&other, path, &err), BV_EPARSE, &err, "not a master key", what[i]);
	}
	CHECK_REFUSED(bv_master_load(&other, people_folder, &err), BV_EPARSE, &err, "regular file", "a folder");
}

/* ---- The store ---- */

static void
entering(const struct people_database *database)
{
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(database->url("entering"));
	const char *url = database->url("entering");
	struct bv_person_entry entry = people_sample();
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_person_entered first = { 0 }, again = { 0 };
	struct bv_err err;

	CHECK_OK(bv_people_enter(&first, people, &entry, &access, &err), &err, "a person comes in");
	CHECK(first.added && first.registered && !first.changed && strlen(first.person) == BV_PERSON_ID_SIZE - 1 && strlen(first.ticket) == BV_PERSON_TICKET_SIZE - 1,
	      "as new, with a ticket made for him");
	access.at_ms += DAY;
	CHECK_OK(bv_people_enter(&again, people, &entry, &access, &err), &err, "the same again");
	CHECK(!again.added && !again.registered && !again.changed && strcmp(again.person, first.person) == 0 && strcmp(again.ticket, first.ticket) == 0 &&
	              memcmp(again.commitment, first.commitment, BV_HASH_LEN) == 0,
	      "does nothing and says the same");
	CHECK(number(url, "SELECT count(*) FROM person_access") == 2, "nor does it leave a record: nothing was told that was not known");
	entry.fields[BV_PERSON_UNIT] = BV_STR("Sở Nội vụ");
	entry.fields[BV_PERSON_NOTE] = BV_STR_NONE;
	CHECK_OK(bv_people_enter(&again, people, &entry, &access, &err), &err, "another unit, and no note");
	CHECK(again.changed && !again.added && !again.registered && memcmp(again.commitment, first.commitment, BV_HASH_LEN) == 0, "is a change");
	entry.sitting = BV_STR("HN-2026-12");
	entry.ticket = BV_STR("T-0001");
	CHECK_OK(bv_people_enter(&again, people, &entry, &access, &err), &err, "another sitting, a ticket of its own");
	CHECK(again.registered && strcmp(again.ticket, "T-0001") == 0 && memcmp(again.commitment, first.commitment, BV_HASH_LEN) != 0, "is a registration");
	entry.ticket = BV_STR("T-0002");
	CHECK_REFUSED(bv_people_enter(&again, people, &entry, &access, &err), BV_ECONFLICT, &err, "'T-0001'", "a second ticket in one sitting");
	entry.fields[BV_PERSON_PERSONAL_ID] = BV_STR("001190012346");
	entry.ticket = BV_STR("T-0001");
	CHECK_REFUSED(bv_people_enter(&again, people, &entry, &access, &err), BV_ECONFLICT, &err, "somebody else's", "the ticket of another");
	CHECK(number(url, "SELECT count(*) FROM person") == 1, "nobody was added by that");

	BV_AUTO(bv_person_free) struct bv_person *person = NULL;
	CHECK_OK(bv_people_read(&person, people, bv_str_of(first.person), BV_PERSON_ALL, &access, &err), &err, "everything is read");
	CHECK_STR(person->fields[BV_PERSON_NAME], BV_STR(PEOPLE_NAME), "the name");
	CHECK_STR(person->fields[BV_PERSON_PERSONAL_ID], BV_STR(PEOPLE_ID), "the number");
	CHECK_STR(person->fields[BV_PERSON_UNIT], BV_STR("Sở Nội vụ"), "the newer unit");
	CHECK_STR(person->fields[BV_PERSON_NOTE], BV_STR(PEOPLE_NOTE), "the note that was not mentioned again");
	BV_AUTO(bv_person_free) struct bv_person *part = NULL;
	CHECK_OK(bv_people_read(&part, people, bv_str_of(first.person), 1u << BV_PERSON_BIRTH, &access, &err), &err, "one field is read");
	CHECK(part->fields[BV_PERSON_NAME].len == 0 && bv_str_is(part->fields[BV_PERSON_BIRTH], "1990-12-31"), "and no other is given out");
	CHECK(number(url, "SELECT fields FROM person_access ORDER BY n DESC LIMIT 1") == 1 << BV_PERSON_BIRTH, "the log says which");
	CHECK_REFUSED(bv_people_read(&part, people, bv_str_of(first.person), 0, &access, &err), BV_EINVAL, &err, "no field", "none is refused");
	CHECK_REFUSED(bv_people_read(&part, people, BV_STR("nobody"), 1, &access, &err), BV_ENOTFOUND, &err, "'nobody'", "nobody");

	char id[BV_PERSON_ID_SIZE] = "";
	CHECK(bv_people_find(id, people, BV_STR(PEOPLE_ID), &access, &err) == BV_OK && strcmp(id, first.person) == 0, "found by his number");
	CHECK(bv_people_find_ticket(id, people, BV_STR("HN-2026-12"), BV_STR("T-0001"), &access, &err) == BV_OK && strcmp(id, first.person) == 0,
	      "found by a ticket");
	CHECK_REFUSED(bv_people_find(id, people, BV_STR("001190012346"), &access, &err), BV_ENOTFOUND, &err, "nobody", "another number");
	CHECK_REFUSED(bv_people_find_ticket(id, people, BV_STR("HN-2026-11"), BV_STR("T-0001"), &access, &err), BV_ENOTFOUND, &err, "T-0001",
	              "the ticket in another sitting");
	CHECK_REFUSED(bv_people_find_ticket(id, people, BV_STR("HN-2026-11"), BV_STR_NONE, &access, &err), BV_EINVAL, &err, "empty", "no ticket");
	CHECK(number(url, "SELECT count(*) FROM person_access WHERE act = 'find'") == 4, "who asked is in the log, found or not");
}

static void
transactions(const struct people_database *database)
{
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(database->url("transactions"));
	const char *url = database->url("transactions");
	struct bv_people_access access = people_by("roster-import", NOW);
	struct bv_person_entered entered;
	struct bv_err err;
	char number_text[20], ticket[20];

	for (int round = 0; round < 2; round++) {
		CHECK_OK(bv_people_begin(people, &err), &err, "an import begins");
		for (int i = 0; i < 300; i++) {
			struct bv_person_entry entry = people_sample();
			snprintf(number_text, sizeof number_text, "%012d", i);
			snprintf(ticket, sizeof ticket, "T-%d", i % 299);
			entry.fields[BV_PERSON_PERSONAL_ID] = bv_str_of(number_text);
			entry.ticket = bv_str_of(ticket);
			enum bv_status status = bv_people_enter(&entered, people, &entry, &access, &err);
			if (status != (i < 299 ? BV_OK : BV_ECONFLICT))
				CHECK(false, "person %d: %s", i, err.msg);
		}
		if (round) {
			CHECK_OK(bv_people_commit(people, &err), &err, "and ends, all but the one with a ticket of somebody else");
		} else {
			bv_people_rollback(people);
			CHECK(number(url, "SELECT count(*) FROM person") == 0, "or has not happened");
		}
	}
	CHECK(number(url, "SELECT count(*) FROM person") == 299 && number(url, "SELECT count(*) FROM person_ticket") == 299, "299 persons");
	int64_t n = 0;
	uint8_t hash[BV_HASH_LEN], none[BV_HASH_LEN] = { 0 };
	CHECK(bv_people_log_check(&n, hash, people, 0, none, &err) == BV_OK && n == 598, "and a chain of their records: %" PRId64, n);
}

static void
access_rules(const struct people_database *database)
{
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(database->url("rules"));
	const char *url = database->url("rules");
	BV_AUTO(bv_master_free) struct bv_master *other = bv_master_new((const uint8_t *)"another master key of 32 bytes..");
	BV_AUTO(bv_people_close) struct bv_people *without = NULL;
	struct bv_people *refused = NULL;
	struct bv_person_entry entry = people_sample();
	struct bv_person_entered entered;
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_err err;

	CHECK_OK(bv_people_enter(&entered, people, &entry, &access, &err), &err, "a person");
	static const struct {
		const char *name, *author, *reason, *part;
	} cases[] = {
		{ "no author", "", "vì", "author" },
		{ "a name as author", "Nguyễn An", "vì", "not a name" },
		{ "a long author", "a23456789012345678901234567890123456789012", "vì", "author" },
		{ "no reason", "staff-1", "", "reason" },
		{ "a reason of spaces", "staff-1", " ", "reason" },
		{ "a reason of two lines", "staff-1", "a\nb", "reason" },
		{ "a reason that is not UTF-8", "staff-1", "a\xff", "reason" },
	};
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_people_access bad = { bv_str_of(cases[i].author), bv_str_of(cases[i].reason), NOW };
		struct bv_person *person = NULL;
		CHECK_REFUSED(bv_people_read(&person, people, bv_str_of(entered.person), 1, &bad, &err), BV_EINVAL, &err, cases[i].part, cases[i].name);
	}
	CHECK_REFUSED(bv_people_open(&refused, url, other, people_random, &err), BV_EDENIED, &err, "another master key", "another master key");
	CHECK_REFUSED(bv_people_create(url, other, people_random, &err), BV_EINVAL, &err, "of their own", "a store is not made over one");
	CHECK_REFUSED(bv_people_open(&refused, database->url("nothing"), other, people_random, &err),
	              database->url == people_sqlite_url ? BV_ENOTFOUND : BV_EINVAL, &err, "no", "a store that is not there");
	CHECK_OK(bv_people_open(&without, url, NULL, people_random, &err), &err, "without a master key");
	struct bv_person *person = NULL;
	CHECK_REFUSED(bv_people_read(&person, without, bv_str_of(entered.person), 1, &access, &err), BV_EINVAL, &err, "master key", "nothing is read");
	CHECK_REFUSED(bv_people_enter(&entered, without, &entry, &access, &err), BV_EINVAL, &err, "master key", "nobody comes in");
}

static void
quotas(const struct people_database *database)
{
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(database->url("quotas"));
	const char *url = database->url("quotas");
	struct bv_people_access access = people_by("staff-1", NOW), later = people_by("staff-1", NOW + DAY + 1), other = people_by("staff-2", NOW);
	struct bv_person_entered persons[4];
	struct bv_err err;
	char number_text[20];

	for (int i = 0; i < 4; i++) {
		struct bv_person_entry entry = people_sample();
		snprintf(number_text, sizeof number_text, "%012d", i);
		entry.fields[BV_PERSON_PERSONAL_ID] = bv_str_of(number_text);
		CHECK_OK(bv_people_enter(&persons[i], people, &entry, &access, &err), &err, "a person");
	}
	CHECK_REFUSED(bv_people_set_quota(people, -1, &access, &err), BV_EINVAL, &err, "quota", "less than none");
	CHECK_REFUSED(bv_people_set_quota(people, BV_PEOPLE_QUOTA_MAX + 1, &access, &err), BV_EINVAL, &err, "quota", "more than the country has");
	CHECK_OK(bv_people_set_quota(people, 3, &access, &err), &err, "three persons a day");
	for (int i = 0; i < 8; i++) {
		BV_AUTO(bv_person_free) struct bv_person *person = NULL;
		enum bv_status status = bv_people_read(&person, people, bv_str_of(persons[i % 4].person), 1, &access, &err);
		CHECK(status == (i % 4 < 3 ? BV_OK : BV_EDENIED), "reading person %d, time %d", i % 4, i / 4);
	}
	struct bv_json *json = NULL;
	CHECK_REFUSED(bv_people_export(&json, people, bv_str_of(persons[3].person), &access, &err), BV_EDENIED, &err, "as is allowed", "nor is he exported");
	CHECK(number(url, "SELECT count(*) FROM person_access WHERE act = 'refuse'") == 3, "what was refused is in the log");
	BV_AUTO(bv_person_free) struct bv_person *a = NULL, *b = NULL;
	CHECK_OK(bv_people_read(&a, people, bv_str_of(persons[3].person), 1, &other, &err), &err, "by another");
	CHECK_OK(bv_people_read(&b, people, bv_str_of(persons[3].person), 1, &later, &err), &err, "the next day");
}

static void
exports(const struct people_database *database)
{
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(database->url("exports"));
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_person_entry entry = people_sample();
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_person_entered entered;
	struct bv_err err;
	uint8_t commitment[BV_HASH_LEN];

	CHECK_OK(bv_people_enter(&entered, people, &entry, &access, &err), &err, "a person");
	CHECK_OK(bv_people_export(&json, people, bv_str_of(entered.person), &access, &err), &err, "is exported");
	const struct bv_json *fields = bv_json_find(json, "fields"), *one = bv_json_at(bv_json_find(json, "registrations"), 0), *log = bv_json_find(json, "log");
	CHECK(bv_json_count(fields) == BV_PERSON_FIELDS, "all fields");
	CHECK_STR(bv_json_str(bv_json_find(bv_json_find(fields, "contact"), "value")), BV_STR(PEOPLE_CONTACT), "the contact");
	CHECK_STR(bv_json_str(bv_json_find(bv_json_find(fields, "contact"), "since")), BV_STR("2026-09-21T14:13:20Z"), "and since when");
	CHECK_STR(bv_json_str(bv_json_find(one, "ticket")), bv_str_of(entered.ticket), "his ticket");
	CHECK(bv_json_count(log) == 3, "enter, register, and this export");
	CHECK_STR(bv_json_str(bv_json_find(bv_json_at(log, 2), "act")), BV_STR("export"), "which is the last");
	CHECK(bv_hex_parse(commitment, sizeof commitment, bv_json_str(bv_json_find(one, "commitment")), &err) == BV_OK &&
	              memcmp(commitment, entered.commitment, sizeof commitment) == 0,
	      "the commitment of the ledger");
	struct bv_str salt = bv_json_str(bv_json_find(one, "salt")), text = bv_json_str(bv_json_find(one, "committed"));
	CHECK_OK(bv_person_opening_check(commitment, salt, text, &err), &err, "is opened by salt and text");
	BV_AUTO(bv_json_free) struct bv_json *committed = NULL;
	CHECK(bv_json_parse(&committed, text, &err) == BV_OK && bv_str_is(bv_json_str(bv_json_find(committed, "name")), PEOPLE_NAME) &&
	              bv_str_is(bv_json_str(bv_json_find(committed, "sitting")), "HN-2026-11"),
	      "which say who sits where");
	BV_AUTO(bv_buf_finish) struct bv_buf canonical = BV_BUF(10000);
	bv_json_write_canonical(&canonical, committed);
	CHECK_STR(bv_buf_str(&canonical), text, "in the form of RFC 8785");
	CHECK_REFUSED(bv_person_opening_check(commitment, salt, BV_STR("{}"), &err), BV_EDENIED, &err, "not one", "another text");
	CHECK_REFUSED(bv_person_opening_check(commitment, BV_STR("00"), text, &err), BV_EPARSE, &err, "salt", "no salt");
}

/* ---- Changed by somebody ---- */

static enum bv_status
ignore(void *ctx, const struct bv_people_record *record, struct bv_err *err)
{
	(void)err;
	*(int64_t *)ctx += record->n;
	return BV_OK;
}

struct found {
	int64_t numbers[16];
	int count;
};

static enum bv_status
take_number(void *ctx, const struct bv_people_record *record, struct bv_err *err)
{
	struct found *f = ctx;

	if (f->count == 16)
		return bv_err_set(err, BV_ELIMIT, "enough");
	f->numbers[f->count++] = record->n;
	return BV_OK;
}

static void
searching(const struct people_database *database)
{
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(database->url("searching"));
	struct bv_people_access first = people_by("staff-1", NOW), second = people_by("staff-2", NOW + 1000);
	struct bv_people_search search = { .limit = 3 };
	struct bv_person_entered a, b;
	struct bv_person_entry entry = people_sample();
	struct found f = { .count = 0 };
	int64_t next = 0;
	struct bv_err err;

	CHECK_OK(bv_people_enter(&a, people, &entry, &first, &err), &err, "one");
	entry.fields[BV_PERSON_PERSONAL_ID] = BV_STR("001190099999");
	CHECK_OK(bv_people_enter(&b, people, &entry, &second, &err), &err, "another");
	CHECK(bv_people_search(&next, people, &search, take_number, &f, &err) == BV_OK && f.count == 3 && f.numbers[0] == 4 && f.numbers[2] == 2 && next == 2, "the newest first, and where to go on");
	search.before = next;
	f.count = 0;
	CHECK(bv_people_search(&next, people, &search, take_number, &f, &err) == BV_OK && f.count == 1 && f.numbers[0] == 1 && next == 0, "to the first");
	const struct {
		struct bv_people_search search;
		int count;
		const char *name;
	} cases[] = {
		{ { .author = BV_STR("staff-2") }, 2, "by author" },
		{ { .author = BV_STR("staff") }, 0, "no part of his name" },
		{ { .person = bv_str_of(a.person) }, 2, "by person" },
		{ { .act = BV_STR("enter") }, 2, "by act" },
		{ { .act = BV_STR("erase") }, 0, "of an act that nobody did" },
		{ { .since_ms = NOW + 1 }, 2, "since" },
		{ { .until_ms = NOW }, 2, "until" },
		{ { .since_ms = NOW + 1, .until_ms = NOW + 999 }, 0, "between" },
		{ { .before = INT64_MAX }, 4, "from beyond the end" },
	};
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_people_search one = cases[i].search;
		one.limit = 16;
		f.count = 0;
		CHECK(bv_people_search(&next, people, &one, take_number, &f, &err) == BV_OK && f.count == cases[i].count && next == 0, "%s: %d", cases[i].name, f.count);
	}
}

static void
tampering(const struct people_database *database)
{
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(database->url("tampering"));
	const char *url = database->url("tampering");
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_person_entered a, b;
	struct bv_person_entry entry = people_sample();
	uint8_t head[BV_HASH_LEN], later[BV_HASH_LEN], none[BV_HASH_LEN] = { 0 };
	int64_t n = 0, sum = 0;
	struct bv_err err;

	CHECK_OK(bv_people_enter(&a, people, &entry, &access, &err), &err, "one");
	entry.fields[BV_PERSON_PERSONAL_ID] = BV_STR("001190099999");
	CHECK_OK(bv_people_enter(&b, people, &entry, &access, &err), &err, "another");
	CHECK(bv_people_log_check(&n, head, people, 0, none, &err) == BV_OK && n == 4, "the log holds");
	CHECK(bv_people_log(people, bv_str_of(b.person), ignore, &sum, &err) == BV_OK && sum == 3 + 4, "two records are the other's");
	static const struct {
		const char *name, *change, *back;
	} cases[] = {
		{ "a time", "UPDATE person_access SET at = at + 1 WHERE n = 2", "UPDATE person_access SET at = at - 1 WHERE n = 2" },
		{ "an author", "UPDATE person_access SET author = 'staff-2' WHERE n = 2", "UPDATE person_access SET author = 'staff-1' WHERE n = 2" },
		{ "a reason", "UPDATE person_access SET reason = reason || ' ' WHERE n = 2",
		  "UPDATE person_access SET reason = substr(reason, 1, length(reason) - 1) WHERE n = 2" },
		{ "fields", "UPDATE person_access SET fields = fields + 1 WHERE n = 2", "UPDATE person_access SET fields = fields - 1 WHERE n = 2" },
		{ "high bits of fields", "UPDATE person_access SET fields = fields + 4294967296 WHERE n = 2",
		  "UPDATE person_access SET fields = fields - 4294967296 WHERE n = 2" },
		{ "a record in the middle is gone", "UPDATE person_access SET n = 99 WHERE n = 2", "UPDATE person_access SET n = 2 WHERE n = 99" },
	};
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		change(url, cases[i].change);
		CHECK_REFUSED(bv_people_log_check(&n, later, people, 0, none, &err), BV_EDENIED, &err, "record 2 of the log", cases[i].name);
		change(url, cases[i].back);
		CHECK_OK(bv_people_log_check(&n, later, people, 4, head, &err), &err, "set back");
	}
	change(url, "DELETE FROM person_access WHERE n = 4");
	CHECK_OK(bv_people_log_check(&n, later, people, 0, none, &err), &err, "a chain whose end is gone holds");
	CHECK_REFUSED(bv_people_log_check(&n, later, people, 4, head, &err), BV_EDENIED, &err, "cut off", "but not against what was noted");
	CHECK_OK(bv_people_erase(people, bv_str_of(b.person), &access, &err), &err, "another record in its place");
	CHECK_REFUSED(bv_people_log_check(&n, later, people, 4, head, &err), BV_EDENIED, &err, "was noted", "is another");

	struct bv_person *person = NULL;
	change(url, "UPDATE person SET box = (SELECT k.wrapped FROM person_key k)");
	CHECK_REFUSED(bv_people_read(&person, people, bv_str_of(a.person), 1, &access, &err), BV_EDENIED, &err, "changed the database", "another box");
	change(url, "UPDATE person_key SET wrapped = pseudonym");
	CHECK_REFUSED(bv_people_read(&person, people, bv_str_of(a.person), 1, &access, &err), BV_EDENIED, &err, "changed the database", "another key");
}

int
main(void)
{
	size_t count = people_start(5621);

	entries();
	field_names();
	masters();
	for (size_t i = 0; i < count; i++) {
		printf("# %s\n", people_databases[i].name);
		entering(&people_databases[i]);
		transactions(&people_databases[i]);
		access_rules(&people_databases[i]);
		quotas(&people_databases[i]);
		exports(&people_databases[i]);
		searching(&people_databases[i]);
		tampering(&people_databases[i]);
	}
	people_end();
	return check_end();
}
