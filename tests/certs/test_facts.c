/* Facts from JSON. */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "tests/certs/sample.h"
#include "tests/check.h"

static struct bv_buf sample = { .max = BV_JSON_MAX };

static void
read_sample(void)
{
	const char *source = getenv("BV_SOURCE");
	BV_AUTO(bv_facts_free) struct bv_facts_file *file = NULL;
	char path[4096];
	struct bv_err err;
	int64_t awarded;

	snprintf(path, sizeof path, "%s/tests/vectors/certs/facts-1.json", source ? source : ".");
	CHECK_OK(bv_file_read(&sample, path, &err), &err, "facts-1.json");
	CHECK_OK(bv_facts_parse(&file, bv_buf_str(&sample), &err), &err, "is read");
	const struct bv_credential_facts *f = bv_facts(file);
	CHECK_STR(f->holder, BV_STR("Nguyễn Thị Ánh Tuyết"), "holder");
	CHECK(!f->holder_hashed && f->decision == BV_DECISION_COMPLETED && f->achievement->area_count == 2 && f->evidence_count == 1, "facts");
	CHECK_STR(f->values[0], BV_STR("8.50"), "value");
	CHECK_STR(f->achievement->areas[1].code, BV_STR("IU02"), "code");
	CHECK_STR(f->achievement->required_level, BV_STR("L2"), "required level");
	CHECK_STR(f->theta_se, BV_STR("0.28"), "standard error");
	CHECK(bv_time_parse(&awarded, BV_STR("2026-11-20T09:00:00Z"), &err) == BV_OK && f->awarded_s == awarded && f->valid_from_s == 0, "times");
	CHECK(f->evidence[0].hash[0] == 0xba && f->evidence[0].hash[31] == 0xad, "hash");
	CHECK_STR(bv_facts_issuer(file).url, BV_STR("https://chungchi.example.vn/"), "issuer");
}

/* The sample with the first `from` replaced by `to`. */
static enum bv_status
parse_changed(struct bv_facts_file **out, const char *from, const char *to, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX);
	const char *where = strstr(sample.p, from);

	if (!where)
		abort();
	bv_buf_add(&text, (struct bv_str){ sample.p, (size_t)(where - sample.p) });
	bv_buf_addz(&text, to);
	bv_buf_addz(&text, where + strlen(from));
	return bv_facts_parse(out, bv_buf_str(&text), err);
}

static void
changes(void)
{
	static const struct {
		const char *from, *to, *part; /* part NULL: accepted */
	} cases[] = {
		{ "\"holder\"", "\"Holder\"", "there is no fact 'Holder'" },
		{ "\"value\"", "\"vaule\"", "areas: there is no fact 'vaule'" },
		{ "\"8.50\"", "8.50", "'value' is a number: a string expected" },
		{ "\"completed\"", "\"passed\"", "'decision' is" },
		{ "\"decision\": \"completed\",", "", "'decision' is missing" },
		{ "2026-11-20T09:00:00Z", "2026-11-31T09:00:00Z", "'awarded'" },
		{ "2026-11-20T09:00:00Z", "2026-11-20T16:00:00+07:00", NULL },
		{ "ba7816bf", "ba7816b", "64 hexadecimal digits" },
		{ "\"levels\": [\"L1\"", "\"levels\": [1", "list of strings" },
		{ "\"required\": \"4\"", "\"required\": \"4\", \"unit\": \"points\"", "'unit' is" },
		{ "\"required\": \"4\"", "\"required\": \"4\", \"unit\": \"percent\"", NULL },
		{ "\"licence\"", "\"id\": \"urn:uuid:a1010203-0000-4000-8000-000000000000\", \"licence\"", NULL },
		{ "\"licence\"", "\"id\": \"urn:uuid:a1010203-0000-1000-8000-000000000000\", \"licence\"", "not a random UUID" },
		{ "\"licence\"", "\"id\": \"urn:uuid:a1010203-0000-4000-0000-000000000000\", \"licence\"", "not a random UUID" },
		{ "\"licence\"", "\"id\": \"a1010203-0000-4000-8000-000000000000\", \"licence\"", "not urn:uuid:" },
		{ "\"licence\"", "\"id\": \"urn:uuid:a10102030-000-4000-8000-000000000000\", \"licence\"", "not urn:uuid:" },
		{ "{\"name\": \"Nguyễn Thị Ánh Tuyết\"}", "{\"name\": \"A\", \"hashed\": true}", NULL },
		{ "{\"name\": \"Nguyễn Thị Ánh Tuyết\"}", "{\"name\": \"A\", \"hashed\": \"yes\"}", "'hashed' is a string" },
		{ "{\"name\": \"Nguyễn Thị Ánh Tuyết\"}", "\"A\"", "'holder' is a string: an object expected" },
		{ "{\"name\": \"Nguyễn Thị Ánh Tuyết\"}", "{\"name\": \"A\", \"birth\": \"1990-02-28\"}", NULL },
		{ "\"licence\"", "\"status\": {\"list\": \"https://a.example/status/7\", \"index\": 4294967295}, \"licence\"", NULL },
		{ "\"licence\"", "\"status\": {\"list\": \"https://a.example/status/7\", \"index\": 4294967296}, \"licence\"", "status: 'index' is" },
		{ "\"licence\"", "\"status\": {\"list\": \"https://a.example/status/7\", \"index\": -1}, \"licence\"", "status: 'index' is" },
		{ "\"licence\"", "\"status\": {\"list\": \"https://a.example/status/7\"}, \"licence\"", "'index' is missing" },
		{ "\"licence\"", "\"status\": \"https://a.example/status/7\", \"licence\"", "'status' is a string" },
		{ "{\"min\": \"-6\", \"max\": \"6\"}", "{\"low\": \"-6\"}", "ability: there is no fact 'low'" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_facts_free) struct bv_facts_file *file = NULL;
		struct bv_err err = { 0 };
		enum bv_status status = parse_changed(&file, cases[i].from, cases[i].to, &err);
		if (!CHECK(cases[i].part ? status != BV_OK && strstr(err.msg, cases[i].part) : status == BV_OK, "%s", cases[i].to))
			printf("# %s\n", err.msg);
	}
	BV_AUTO(bv_facts_free) struct bv_facts_file *file = NULL;
	struct bv_err err;
	CHECK_OK(parse_changed(&file, "Tuyết", "Tuye\xcc\x82\xcc\x81t", &err), &err, "a decomposed name");
	CHECK_STR(bv_facts(file)->holder, BV_STR("Nguyễn Thị Ánh Tuyết"), "is composed");
	CHECK_REFUSED(bv_facts_parse(&file, BV_STR("[]"), &err), BV_EINVAL, &err, "one JSON object", "an array");
	CHECK_REFUSED(bv_facts_parse(&file, BV_STR("{"), &err), BV_EPARSE, &err, "JSON ends", "no JSON");
}

/* The identifier given is the one on the certificate. */
static void
same_identifier(void)
{
	BV_AUTO(bv_facts_free) struct bv_facts_file *file = NULL;
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("golden", SAMPLE_DID);
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
	struct bv_err err;

	CHECK_OK(parse_changed(&file, "\"licence\"", "\"id\": \"urn:uuid:a1b2c3d4-e5f6-4789-abcd-ef0123456789\", \"licence\"", &err), &err, "with id");
	bv_facts(file)->valid_from_s = bv_facts(file)->created_s = bv_facts(file)->awarded_s;
	CHECK_OK(bv_credential_issue(&out, bv_facts(file), signer, &err), &err, "issued");
	CHECK(strstr(out.p, "\"id\":\"urn:uuid:a1b2c3d4-e5f6-4789-abcd-ef0123456789\",\"issuer\""), "under the same identifier");
}

/* What is written is read again as the same facts: the certificate of them is the same to the byte. */
static void
written(struct bv_credential_facts facts, const char *name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX), again = BV_BUF(BV_JSON_MAX), one = BV_BUF(BV_CREDENTIAL_MAX), two = BV_BUF(BV_CREDENTIAL_MAX);
	BV_AUTO(bv_facts_free) struct bv_facts_file *file = NULL;
	const struct bv_issuer issuer = { .did = BV_STR("did:web:a.vn"), .name = BV_STR("A / B"), .url = BV_STR("https://a.vn/") };
	struct bv_err err;

	facts.id[6] = 0x40; /* as RFC 9562 has random ones */
	facts.id[8] = 0x80;
	facts.subject_id[6] = 0x4f;
	facts.subject_id[8] = 0xbf;
	bv_facts_write(&text, &facts, &issuer);
	CHECK_OK(bv_facts_parse(&file, bv_buf_str(&text), &err), &err, name);
	if (!file)
		return;
	struct bv_issuer found = bv_facts_issuer(file);
	bv_facts_write(&again, bv_facts(file), &found);
	CHECK_STR(bv_buf_str(&again), bv_buf_str(&text), name);
	memcpy(bv_facts(file)->salt, facts.salt, sizeof facts.salt);
	memcpy(bv_facts(file)->birth_salt, facts.birth_salt, sizeof facts.birth_salt);
	bv_facts(file)->created_s = facts.created_s;
	CHECK_OK(bv_credential_body_write(&one, &facts, &issuer, &err), &err, name);
	CHECK_OK(bv_credential_body_write(&two, bv_facts(file), &issuer, &err), &err, name);
	CHECK_STR(bv_buf_str(&two), bv_buf_str(&one), name);
}

static void
write_all(void)
{
	struct bv_credential_facts facts = sample_facts(), bare = sample_facts();
	struct bv_achievement plain = sample_achievement;
	char text[BV_UUID_SIZE];
	static const uint8_t ones[16] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	written(facts, "all facts");
	facts.holder_hashed = true;
	facts.birth = BV_STR("1990-02-28");
	facts.status = BV_STR("https://chungchi.example.vn/status/7");
	facts.status_idx = 131071;
	written(facts, "a hashed name, a birth, a place in a status list");
	plain.name_en = plain.criteria_url = plain.version = plain.required_level = plain.ability_min = plain.ability_max = BV_STR_NONE;
	plain.area_count = plain.level_count = 0;
	plain.ability = false;
	bare.achievement = &plain;
	bare.level = bare.theta = bare.theta_se = bare.licence = BV_STR_NONE;
	bare.evidence_count = 0;
	bare.valid_until_s = 0;
	bare.decision = BV_DECISION_PROVISIONAL;
	written(bare, "hardly any");
	CHECK_STR(bv_str_of(bv_uuid_write(text, ones)), BV_STR("urn:uuid:ffffffff-ffff-4fff-bfff-ffffffffffff"), "a UUID says that it is random");
}

int
main(void)
{
	write_all();
	read_sample();
	changes();
	same_identifier();
	bv_buf_finish(&sample);
	return check_end();
}
