/* The photograph of a person: set, read, removed, exported, kept over other changes; who is refused; an older store; on both databases. */
#include "base/json.h"
#include "tests/engine/people_fixture.h"

#define PHOTO ((struct bv_str){ "\xff\xd8\xff one picture", 15 })
#define OTHER ((struct bv_str){ "\x89PNG\r\n\x1a\n another", 16 })

static bool
has(struct bv_people *people, const char *person, struct bv_str photo)
{
	BV_AUTO(bv_buf_finish) struct bv_buf read = BV_BUF(BV_PORTRAIT_MAX);
	struct bv_people_access access = people_by("reader", NOW);
	struct bv_err err;

	return bv_people_read_photo(&read, people, bv_str_of(person), &access, &err) == BV_OK && bv_str_eq(bv_buf_str(&read), photo);
}

static void
enter(struct bv_person_entered *out, struct bv_people *people, int i)
{
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_person_entry entry = people_sample();
	char id[20], ticket[20];
	struct bv_err err;

	snprintf(id, sizeof id, "0011900%05d", i);
	snprintf(ticket, sizeof ticket, "T-%d", i);
	entry.fields[BV_PERSON_PERSONAL_ID] = bv_str_of(id);
	entry.fields[BV_PERSON_PHOTO] = BV_STR_NONE;
	entry.ticket = bv_str_of(ticket);
	CHECK_OK(bv_people_enter(out, people, &entry, &access, &err), &err, "a person");
}

static void
setting(const struct people_database *database)
{
	const char *url = database->url("setting");
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(url);
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_person_entered entered;
	BV_AUTO(bv_person_free) struct bv_person *person = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf read = BV_BUF(BV_PORTRAIT_MAX), large = BV_BUF(2 * BV_PORTRAIT_MAX);
	bool changed = false, unscrubbed = true;
	struct bv_err err;
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	uint8_t hash[BV_HASH_LEN];

	enter(&entered, people, 1);
	struct bv_str who = bv_str_of(entered.person);
	CHECK_REFUSED(bv_people_read_photo(&read, people, who, &access, &err), BV_ENOTFOUND, &err, "no photograph", "he has none");
	CHECK(number(url, "SELECT count(*) FROM person_access WHERE act = 'read' AND fields = 32") == 1, "that somebody looked is in the log");
	CHECK_REFUSED(bv_people_remove_photo(people, who, &access, &err), BV_ENOTFOUND, &err, "no photograph", "nor is there one to be removed");
	CHECK(bv_people_set_photo(&changed, people, who, PHOTO, &access, &err) == BV_OK && changed, "he gets one");
	CHECK(has(people, entered.person, PHOTO), "which is read");
	CHECK(number(url, "SELECT count(*) FROM person_access WHERE act = 'change' AND fields = 32 AND author = 'staff-1'") == 1 &&
	              number(url, "SELECT count(*) FROM person_access WHERE act = 'read' AND fields = 32 AND author = 'reader'") == 1,
	      "the log says who set it and who read it");
	bv_sha256(hash, PHOTO);
	CHECK(bv_people_read(&person, people, who, BV_PERSON_ALL, &access, &err) == BV_OK && person->photo && bv_str_is(person->fields[BV_PERSON_PHOTO], bv_hex(hex, hash, sizeof hash)) &&
	              bv_str_is(person->fields[BV_PERSON_NAME], PEOPLE_NAME),
	      "his record has its hash, and all else");
	int64_t records = number(url, "SELECT count(*) FROM person_access");
	CHECK(bv_people_set_photo(&changed, people, who, PHOTO, &access, &err) == BV_OK && !changed && number(url, "SELECT count(*) FROM person_access") == records, "the same again does nothing");
	CHECK(bv_people_set_photo(&changed, people, who, OTHER, &access, &err) == BV_OK && changed && has(people, entered.person, OTHER) && number(url, "SELECT count(*) FROM person_photo") == 1,
	      "another takes its place");

	/* What comes from a roster: another hash is of another picture than the one that is here. */
	struct bv_person_entry entry = people_sample();
	struct bv_person_entered again;
	entry.fields[BV_PERSON_PERSONAL_ID] = BV_STR("001190000001");
	entry.fields[BV_PERSON_PHOTO] = BV_STR_NONE;
	entry.fields[BV_PERSON_UNIT] = BV_STR("Sở Nội vụ");
	entry.sitting = BV_STR_NONE;
	CHECK(bv_people_enter(&again, people, &entry, &access, &err) == BV_OK && again.changed && has(people, entered.person, OTHER), "it stays when something else changes");
	entry.fields[BV_PERSON_PHOTO] = BV_STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	CHECK(bv_people_enter(&again, people, &entry, &access, &err) == BV_OK && number(url, "SELECT count(*) FROM person_photo") == 0, "and goes when the record is to be of another");
	CHECK(bv_people_set_photo(&changed, people, who, PHOTO, &access, &err) == BV_OK && changed && has(people, entered.person, PHOTO), "he gets one again");

	/* Removed: with another key for the rest. */
	uint8_t key[BV_HASH_LEN];
	memcpy(key, people_keys[people_key_count - 1], sizeof key);
	size_t keys = people_key_count;
	CHECK_OK(bv_people_remove_photo(people, who, &access, &err), &err, "it is removed");
	CHECK(people_key_count == keys + 1 && number(url, "SELECT count(*) FROM person_photo") == 0 && !has(people, entered.person, PHOTO), "with the key that sealed it");
	CHECK(number(url, "SELECT count(*) FROM person_access WHERE act = 'erase' AND fields = 32") == 1, "so says the log");
	CHECK(bv_people_unscrubbed(&unscrubbed, people, &err) == BV_OK && unscrubbed && bv_people_scrub(people, &err) == BV_OK, "and there is something to scrub");
	BV_AUTO(bv_person_free) struct bv_person *left = NULL;
	CHECK(bv_people_read(&left, people, who, BV_PERSON_ALL, &access, &err) == BV_OK && !left->photo && !left->fields[BV_PERSON_PHOTO].len && bv_str_is(left->fields[BV_PERSON_NAME], PEOPLE_NAME),
	      "the rest is as it was");

	/* What is no photograph, and who is nobody. */
	bv_buf_addz(&large, "\xff\xd8\xff");
	while (large.len < BV_PORTRAIT_MAX)
		bv_buf_addc(&large, 'x');
	CHECK(bv_people_set_photo(&changed, people, who, bv_buf_str(&large), &access, &err) == BV_OK && has(people, entered.person, bv_buf_str(&large)), "the largest");
	bv_buf_addc(&large, 'x');
	CHECK_REFUSED(bv_people_set_photo(&changed, people, who, bv_buf_str(&large), &access, &err), BV_EINVAL, &err, "1024 KiB", "one byte more");
	CHECK_REFUSED(bv_people_set_photo(&changed, people, who, BV_STR("GIF89a"), &access, &err), BV_EINVAL, &err, "JPEG or PNG", "another format");
	CHECK_REFUSED(bv_people_set_photo(&changed, people, who, BV_STR_NONE, &access, &err), BV_EINVAL, &err, "JPEG or PNG", "nothing");
	CHECK_REFUSED(bv_people_set_photo(&changed, people, BV_STR("nobody"), PHOTO, &access, &err), BV_ENOTFOUND, &err, "'nobody'", "nobody");
	CHECK_REFUSED(bv_people_read_photo(&read, people, BV_STR("nobody"), &access, &err), BV_ENOTFOUND, &err, "'nobody'", "nobody's");
	struct bv_people_access bad = people_by("An Nguyễn", NOW);
	CHECK_REFUSED(bv_people_set_photo(&changed, people, who, PHOTO, &bad, &err), BV_EINVAL, &err, "not a name", "an author by name");
	CHECK_OK(bv_people_erase(people, who, &access, &err), &err, "he is erased");
	CHECK(number(url, "SELECT count(*) FROM person_photo") == 0, "and his photograph with him");
	CHECK_REFUSED(bv_people_read_photo(&read, people, who, &access, &err), BV_ECONFLICT, &err, "was erased", "which nobody reads");
	CHECK_REFUSED(bv_people_set_photo(&changed, people, who, PHOTO, &access, &err), BV_ECONFLICT, &err, "was erased", "and he gets no other");
	CHECK(read.len == 0, "nothing was given out by what was refused");
}

struct seen {
	char text[200];
};

static enum bv_status
see(void *ctx, struct bv_str ticket, bool with, struct bv_err *err)
{
	struct seen *seen = ctx;
	size_t len = strlen(seen->text);

	(void)err;
	snprintf(seen->text + len, sizeof seen->text - len, "%.*s%s ", BV_STR_ARG(ticket), with ? "+" : "-");
	return BV_OK;
}

static enum bv_status
stop(void *ctx, struct bv_str ticket, bool with, struct bv_err *err)
{
	(void)ctx, (void)with;
	return bv_err_set(err, BV_ELIMIT, "enough with %.*s", BV_STR_ARG(ticket));
}

static void
many(const struct people_database *database)
{
	const char *url = database->url("many");
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(url);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_people_access access = people_by("staff-1", NOW), proctor = people_by("proctor-1", NOW);
	struct bv_person_entered entered[5];
	struct seen seen = { "" };
	BV_AUTO(bv_buf_finish) struct bv_buf read = BV_BUF(BV_PORTRAIT_MAX), url_text = BV_BUF(1000);
	bool changed;
	struct bv_err err;

	for (int i = 0; i < 5; i++)
		enter(&entered[i], people, i);
	CHECK_OK(bv_people_begin(people, &err), &err, "several at once");
	for (int i = 0; i < 4; i++)
		if (bv_people_set_photo(&changed, people, bv_str_of(entered[i].person), i == 3 ? OTHER : PHOTO, &access, &err) != BV_OK)
			CHECK(false, "%d: %s", i, err.msg);
	CHECK_OK(bv_people_commit(people, &err), &err, "are one transaction");
	CHECK_OK(bv_people_erase(people, bv_str_of(entered[1].person), &access, &err), &err, "one is erased");
	CHECK_OK(bv_people_photos(people, BV_STR("HN-2026-11"), see, &seen, &err), &err, "who has one");
	CHECK(strcmp(seen.text, "T-0+ T-2+ T-3+ T-4- ") == 0, "is told by ticket: %s", seen.text);
	CHECK_REFUSED(bv_people_photos(people, BV_STR("HN-2026-11"), stop, NULL, &err), BV_ELIMIT, &err, "T-0", "until it is enough");
	seen.text[0] = '\0';
	CHECK(bv_people_photos(people, BV_STR("HN-2026-12"), see, &seen, &err) == BV_OK && !seen.text[0], "in another sitting there is nobody");

	static const struct {
		const char *sitting, *called, *ticket; /* NULL: nobody */
	} calls[] = { { "HN-2026-11", "T-2", "T-2" }, { "HN-2026-11", "001190000002", "T-2" }, { "HN-2026-11", "001190000001", NULL }, { "HN-2026-12", "T-2", NULL },
		      { "HN-2026-12", "001190000002", NULL }, { "HN-2026-11", "", NULL }, { "HN-2026-11", "x", NULL }, { "HN-2026-11", "00119000000", NULL }, { "", "001190000002", "" }, { "", "T-2", NULL } };
	for (size_t i = 0; i < BV_COUNT(calls); i++) {
		struct bv_person_called found = { 0 };
		enum bv_status status = bv_people_find_called(&found, people, bv_str_of(calls[i].sitting), bv_str_of(calls[i].called), &access, &err);
		if (calls[i].ticket)
			CHECK(status == BV_OK && strcmp(found.person, entered[2].person) == 0 && strcmp(found.ticket, calls[i].ticket) == 0, "'%s' in '%s'", calls[i].called, calls[i].sitting);
		else
			CHECK(status == BV_ENOTFOUND && strstr(err.msg, "nobody's") && !found.person[0], "'%s' in '%s' is nobody", calls[i].called, calls[i].sitting);
	}
	CHECK_OK(bv_people_set_quota(people, 1, &access, &err), &err, "one person a day");
	CHECK(bv_people_read_photo(&read, people, bv_str_of(entered[0].person), &proctor, &err) == BV_OK && bv_str_eq(bv_buf_str(&read), PHOTO), "is one");
	bv_buf_clear(&read);
	CHECK_REFUSED(bv_people_read_photo(&read, people, bv_str_of(entered[2].person), &proctor, &err), BV_EDENIED, &err, "as is allowed", "not two");
	CHECK(read.len == 0 && number(url, "SELECT count(*) FROM person_access WHERE act = 'refuse' AND fields = 32") == 1, "which is in the log, and gives nothing");
	CHECK_OK(bv_people_set_quota(people, 0, &access, &err), &err, "any number");

	CHECK_OK(bv_people_export(&json, people, bv_str_of(entered[3].person), &access, &err), &err, "he is exported");
	bv_buf_addz(&url_text, "data:image/png;base64,");
	bv_base64_write(&url_text, OTHER.p, OTHER.len);
	CHECK_STR(bv_json_str(bv_json_find(json, "photo")), bv_buf_str(&url_text), "with his photograph");

	/* Another master key; then, of one person, a field whose time is over, and his photograph's own. */
	BV_AUTO(bv_master_free) struct bv_master *other = bv_master_new((const uint8_t *)"another master key of 32 bytes..");
	int64_t done;
	CHECK(bv_people_rewrap(&done, people, other, &access, &err) == BV_OK && done == 4 && has(people, entered[3].person, OTHER), "under another master key it is the same");
	BV_AUTO(bv_retention_free) struct bv_retention *notes = NULL, *photos = NULL;
#define RULE(field) "<retention xmlns=\"https://bangvang.vn/ns/retention/1\" identifier=\"a\"><rule fields=\"" field "\" days=\"1\">A</rule></retention>"
	CHECK(bv_retention_parse(&notes, BV_STR(RULE("note")), &err) == BV_OK && bv_retention_parse(&photos, BV_STR(RULE("photo")), &err) == BV_OK, "rules");
	access.at_ms += 2 * DAY;
	CHECK_OK(bv_people_retain(people, notes, &access, false, NULL, NULL, &err), &err, "notes go, and each has a new key");
	CHECK(has(people, entered[0].person, PHOTO) && has(people, entered[3].person, OTHER), "photographs stay");
	CHECK_OK(bv_people_retain(people, photos, &access, false, NULL, NULL, &err), &err, "photographs go");
	CHECK(!has(people, entered[0].person, PHOTO) && number(url, "SELECT count(*) FROM person_photo") == 0, "all of them");
	uint8_t hash[BV_HASH_LEN], none[BV_HASH_LEN] = { 0 };
	CHECK_OK(bv_people_log_check(&done, hash, people, 0, none, &err), &err, "the log holds");
}

static void
tampering(const struct people_database *database)
{
	const char *url = database->url("photo_tampering");
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(url);
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_person_entered a, b;
	BV_AUTO(bv_buf_finish) struct bv_buf read = BV_BUF(BV_PORTRAIT_MAX);
	bool changed;
	struct bv_err err;

	enter(&a, people, 1);
	enter(&b, people, 2);
	CHECK(bv_people_set_photo(&changed, people, bv_str_of(a.person), PHOTO, &access, &err) == BV_OK, "a photograph");
	change(url, "CREATE TABLE kept AS SELECT person, box FROM person_photo");
	CHECK(bv_people_set_photo(&changed, people, bv_str_of(a.person), OTHER, &access, &err) == BV_OK && bv_people_set_photo(&changed, people, bv_str_of(b.person), PHOTO, &access, &err) == BV_OK,
	      "another, and one of another person");
	change(url, "UPDATE person_photo SET box = (SELECT box FROM kept)");
	CHECK_REFUSED(bv_people_read_photo(&read, people, bv_str_of(a.person), &access, &err), BV_EDENIED, &err, "is not the one that was stored", "his own of before");
	CHECK_REFUSED(bv_people_read_photo(&read, people, bv_str_of(b.person), &access, &err), BV_EDENIED, &err, "changed the database", "that of another person");
	CHECK(read.len == 0, "nothing is given out");
}

/* A store that was made before there were photographs. */
static void
older(const struct people_database *database)
{
	const char *url = database->url("older");
	BV_AUTO(bv_master_free) struct bv_master *master = bv_master_new(people_secret);
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(url), *first = NULL, *second = NULL;
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_person_entered entered;
	bool changed;
	struct bv_err err;

	enter(&entered, people, 1);
	bv_people_close(bv_steal(&people));
	change(url, "DROP TABLE person_photo");
	change(url, "UPDATE person_store SET format = 1");
	CHECK_OK(bv_people_open(&first, url, NULL, people_random, &err), &err, "is opened, also without a key");
	CHECK_OK(bv_people_open(&second, url, master, people_random, &err), &err, "and again");
	CHECK(bv_people_set_photo(&changed, second, bv_str_of(entered.person), PHOTO, &access, &err) == BV_OK && has(second, entered.person, PHOTO), "there is room for one now");
	CHECK(number(url, "SELECT format FROM person_store") == 2, "which it says");
	change(url, "UPDATE person_store SET format = 3");
	struct bv_people *refused = NULL;
	CHECK_REFUSED(bv_people_open(&refused, url, master, people_random, &err), BV_EINVAL, &err, "another program version", "one that is newer is not opened");
}

int
main(void)
{
	size_t count = people_start(5629);

	for (size_t i = 0; i < count; i++) {
		printf("# %s\n", people_databases[i].name);
		setting(&people_databases[i]);
		many(&people_databases[i]);
		tampering(&people_databases[i]);
		older(&people_databases[i]);
	}
	people_end();
	return check_end();
}
