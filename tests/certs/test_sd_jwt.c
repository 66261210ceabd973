/* SD-JWT VC: whole and in part it verifies, nothing that is left out can be read or guessed, and every change is found. */
#include "base/mem.h"
#include "certs/jose/sd_jwt.h"
#include "tests/certs/envelope.h"

static struct bv_buf golden = { .max = BV_CREDENTIAL_MAX };
static struct bv_trust *trusted;
static char header[512];

static enum bv_status
issue(struct bv_buf *out, const struct bv_credential_facts *facts, struct bv_err *err)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = envelope_signer("sd-jwt");
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;

	TRY(bv_template_new(&tmpl, facts->achievement, signer, err));
	return bv_sd_jwt_issue(out, tmpl, facts, err);
}

static void
disclose(struct bv_buf *out, const char *claims)
{
	struct bv_str list[16], rest = bv_str_of(claims);
	size_t count = 0;
	struct bv_err err;

	while (bv_str_token(&rest, &list[count]))
		count++;
	bv_buf_clear(out);
	CHECK_OK(bv_sd_jwt_disclose(out, bv_buf_str(&golden), list, count, &err), &err, claims);
}

/* ---- What is in it ---- */

static void
contents(void)
{
	BV_AUTO(sd_jwt_finish) struct sd_jwt sd = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *opened = NULL, *list = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(10000), signed_text = BV_BUF(10000);
	struct bv_err err;

	CHECK_OK(sd_jwt_parse(&sd, bv_buf_str(&golden), &err), &err, "parsed");
	CHECK(sd.count == 13 && bv_json_count(bv_json_find(sd.jws.payload, "_sd")) == 6 &&
	      bv_json_count(bv_json_find(bv_json_find(sd.jws.payload, "areas"), "_sd")) == 7, "six claims and seven areas are left to the holder");
	bv_json_write(&signed_text, sd.jws.payload);
	CHECK(!strstr(signed_text.p, "1990") && !strstr(signed_text.p, "Nguy") && !strstr(signed_text.p, "8.50") && !strstr(signed_text.p, "000123"),
	      "what is signed shows none of them");
	CHECK_OK(sd_jwt_open(&opened, &sd, &err), &err, "opened");
	bv_json_write_canonical(&text, opened);
	/* The leaf is 32 bytes f6. */
	CHECK_STR(bv_buf_str(&text),
	          BV_STR("{\"areas\":{\"IU01\":\"8.50\",\"IU02\":\"7\",\"IU03\":\"4\",\"IU04\":\"6.25\",\"IU05\":\"9\",\"IU06\":\"10\",\"total\":\"74.58\"},"
	                 "\"awarded\":\"2026-11-18T11:06:40Z\",\"birthdate\":\"1990-02-28\",\"decision\":\"Completed\",\"exp\":1952000000,\"iat\":1795000100,"
	                 "\"iss\":\"did:web:chungchi.example.vn\",\"level\":\"L2\",\"licence\":\"BV-2026-000123\",\"log\":{\"index\":1234567,"
	                 "\"leaf\":\"9vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29vY\",\"origin\":\"log.example.vn/2026\"},\"name\":\"Nguyễn Thị Ánh Tuyết\","
	                 "\"nbf\":1795000000,\"vct\":\"https://chungchi.example.vn/thanh-tuu/cntt-co-ban\"}"),
	          "all of it");
	CHECK_OK(bv_sd_jwt_list(&list, bv_buf_str(&golden), &err), &err, "listed");
	CHECK(bv_json_count(list) == 13, "every claim is listed");
	CHECK_STR(bv_json_str(bv_json_find(bv_json_at(list, 4), "claim")), BV_STR("areas.IU01"), "by its path");
}

static void
salts(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BV_CREDENTIAL_MAX), other = BV_BUF(BV_CREDENTIAL_MAX);
	BV_AUTO(sd_jwt_finish) struct sd_jwt one = { 0 }, two = { 0 }, three = { 0 };
	struct bv_credential_facts facts = envelope_facts();
	size_t same = 0;
	struct bv_err err;

	CHECK_OK(issue(&again, &facts, &err), &err, "the same facts again");
	facts.secret[31] ^= 1;
	CHECK_OK(issue(&other, &facts, &err), &err, "the same facts under another secret");
	CHECK(sd_jwt_parse(&one, bv_buf_str(&golden), &err) == BV_OK && sd_jwt_parse(&two, bv_buf_str(&again), &err) == BV_OK &&
	      sd_jwt_parse(&three, bv_buf_str(&other), &err) == BV_OK && one.count == two.count && one.count == three.count, "all three can be read");
	CHECK(bv_json_equal(one.jws.payload, two.jws.payload), "one secret, one set of digests");
	for (size_t i = 0; i < one.count; i++)
		for (size_t j = 0; j < one.count; j++) {
			struct bv_str salt = bv_json_str(bv_json_at(one.disclosures[i].json, 0));
			same += salt.len != 22 || bv_str_eq(salt, bv_json_str(bv_json_at(three.disclosures[j].json, 0)));
			same += i != j && bv_str_eq(salt, bv_json_str(bv_json_at(one.disclosures[j].json, 0)));
		}
	CHECK(same == 0, "salts have 128 bits, and no two are the same");
	memset(facts.secret, 0, sizeof facts.secret);
	CHECK_REFUSED(issue(&other, &facts, &err), BV_EINVAL, &err, "could be guessed", "no secret");
}

static void
few_facts(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX), small = BV_BUF(2000);
	struct bv_achievement achievement = sample_achievement;
	struct bv_credential_facts facts = envelope_facts();
	struct bv_err err;

	CHECK_REFUSED(issue(&small, &facts, &err), BV_ELIMIT, &err, "larger than the", "no room");
	CHECK(small.len == 0, "and nothing was written");
	achievement.area_count = 0;
	facts.achievement = &achievement;
	facts.birth = facts.log_origin = facts.licence = BV_STR_NONE;
	facts.valid_until_s = 0;
	CHECK_OK(issue(&out, &facts, &err), &err, "few facts");
	expect(bv_buf_str(&out), trusted, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_PROOF, BV_CHECK_PASSED, "4 claims disclosed", "valid");
	facts.status = BV_STR("https://chungchi.example.vn/status/7");
	facts.status_idx = 99;
	bv_buf_clear(&out);
	CHECK_OK(issue(&out, &facts, &err), &err, "with a status");
	expect(bv_buf_str(&out), trusted, SAMPLE_AT, BV_VERDICT_UNCHECKED, BV_CHECK_STATUS, BV_CHECK_UNCHECKED, "https://chungchi.example.vn/status/7/token",
	       "whose list was not given");
}

/* ---- Presenting ---- */

static void
presentations(void)
{
	static const struct {
		const char *claims, *shown, *hidden;
		size_t count;
	} cases[] = {
		{ "", "Achievement's identifier", "L2", 0 },
		{ "level", "Level: L2", "1990-02-28", 1 },
		{ "level decision", "Decision: Completed", "Nguy", 2 },
		{ "name level", "Holder: Nguyễn Thị Ánh Tuyết", "1990-02-28", 2 },
		{ "areas.IU01", "Result IU01: 8.50", "Result IU02", 1 },
		{ "areas", "Result total: 74.58", "Level", 7 },
		{ "birthdate", "Date of birth: 1990-02-28", "Holder", 1 },
		{ "level level", "Level: L2", "Holder", 1 },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX), shown = BV_BUF(BV_CREDENTIAL_MAX);

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_verify_options options = { .at_s = SAMPLE_AT };
		BV_AUTO(bv_report_free) struct bv_report *report = NULL;
		size_t parts = 0;
		disclose(&out, cases[i].claims);
		for (size_t c = 0; c < out.len; c++)
			parts += out.p[c] == '~';
		expect(bv_buf_str(&out), trusted, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, cases[i].shown, cases[i].claims);
		bv_credential_verify(&report, bv_buf_str(&out), trusted, &options);
		bv_buf_clear(&shown);
		bv_report_write_facts(&shown, report, BV_LANG_EN);
		CHECK(parts == cases[i].count + 1 && !strstr(shown.p, cases[i].hidden), "%s: %zu disclosed, without %s", cases[i].claims, parts - 1,
		      cases[i].hidden);
	}
	struct bv_err err;
	CHECK_REFUSED(bv_sd_jwt_disclose(&out, bv_buf_str(&golden), &BV_STR("address"), 1, &err), BV_ENOTFOUND, &err,
	              "there is no 'address' to disclose; there is: name, birthdate, licence, level, areas.IU01", "no such claim");
	CHECK_REFUSED(bv_sd_jwt_disclose(&out, bv_buf_str(&golden), &BV_STR("areas.IU0"), 1, &err), BV_ENOTFOUND, &err, "'areas.IU0'", "no such area");
	CHECK_REFUSED(bv_sd_jwt_disclose(&out, bv_buf_str(&golden), &BV_STR("level.x"), 1, &err), BV_ENOTFOUND, &err, "'level.x'", "nothing below it");
	CHECK_REFUSED(bv_sd_jwt_disclose(&out, bv_buf_str(&golden), &BV_STR(""), 1, &err), BV_ENOTFOUND, &err, "''", "no name");
	disclose(&out, "level");
	BV_AUTO(bv_buf_finish) struct bv_buf less = BV_BUF(BV_CREDENTIAL_MAX);
	CHECK_REFUSED(bv_sd_jwt_disclose(&less, bv_buf_str(&out), &BV_STR("name"), 1, &err), BV_ENOTFOUND, &err, "there is: level", "what was left out before");
	CHECK_OK(bv_sd_jwt_disclose(&less, bv_buf_str(&out), NULL, 0, &err), &err, "less of a presentation");
	CHECK_REFUSED(bv_sd_jwt_disclose(&less, BV_STR("a.b.c"), NULL, 0, &err), BV_EPARSE, &err, "no '~'", "a JWT");
	BV_AUTO(bv_json_free) struct bv_json *list = NULL;
	CHECK_REFUSED(bv_sd_jwt_list(&list, BV_STR("a.b.c~"), &err), BV_EPARSE, &err, "header", "no SD-JWT");
}

/* ---- Changes ---- */

/* Field by field: each disclosure with another value, name or salt, and each claim that is open. */
static void
every_field(void)
{
	BV_AUTO(sd_jwt_finish) struct sd_jwt sd = { 0 };
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	size_t wrong = 0, count = 0;
	struct bv_err err;

	CHECK_OK(sd_jwt_parse(&sd, bv_buf_str(&golden), &err), &err, "parsed");
	for (size_t d = 0; d < sd.count; d++)
		for (size_t part = 0; part < 3; part++, count++) {
			BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(10000), forged = BV_BUF(BV_CREDENTIAL_MAX);
			BV_AUTO(bv_json_free) struct bv_json *array = bv_json_new_array();
			BV_AUTO(bv_report_free) struct bv_report *report = NULL;
			for (size_t i = 0; i < 3; i++) {
				char text[1000];
				snprintf(text, sizeof text, "%.*s%s", BV_STR_ARG(bv_json_str(bv_json_at(sd.disclosures[d].json, i))), i == part ? "1" : "");
				bv_json_add(array, bv_json_new_str(bv_str_of(text)));
			}
			bv_json_write(&json, array);
			bv_buf_printf(&forged, "%.*s~", BV_STR_ARG(sd.issued));
			for (size_t i = 0; i < sd.count; i++) {
				if (i == d)
					base64url_write(&forged, (const uint8_t *)json.p, json.len);
				else
					bv_buf_add(&forged, sd.disclosures[i].text);
				bv_buf_addc(&forged, '~');
			}
			bv_credential_verify(&report, bv_buf_str(&forged), trusted, &options);
			wrong += bv_report_verdict(report) != BV_VERDICT_INVALID || bv_report_check(report, BV_CHECK_DOCUMENT) != BV_CHECK_FAILED;
		}
	CHECK(count == 39 && wrong == 0, "%zu changes of disclosures: %zu passed", count, wrong);

	static const char *const open[] = { "exp", "iat", "nbf", "iss", "vct", "_sd_alg", "log", "areas" };
	struct bv_str end = bv_str_sub(sd.issued, sd.jws.signed_text.len, sd.issued.len), first = bv_str_sub(sd.issued, 0, bv_str_find(sd.issued, '.') + 1);
	for (size_t i = 0; i < BV_COUNT(open); i++) {
		BV_AUTO(bv_json_free) struct bv_json *payload = bv_json_copy(sd.jws.payload);
		BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(10000), forged = BV_BUF(BV_CREDENTIAL_MAX);
		bv_json_remove(payload, open[i]);
		bv_json_write(&json, payload);
		bv_buf_add(&forged, first);
		base64url_write(&forged, (const uint8_t *)json.p, json.len);
		bv_buf_printf(&forged, "%.*s~", BV_STR_ARG(end));
		wrong += verdict_at(bv_buf_str(&forged), trusted, SAMPLE_AT) != BV_VERDICT_INVALID;
		if (bv_json_type(bv_json_find(sd.jws.payload, open[i])) != BV_JSON_INT)
			continue;
		bv_json_set_int(payload, open[i], bv_json_int(bv_json_find(sd.jws.payload, open[i])) + 1);
		bv_buf_clear(&json);
		bv_json_write(&json, payload);
		bv_buf_clear(&forged);
		bv_buf_add(&forged, first);
		base64url_write(&forged, (const uint8_t *)json.p, json.len);
		bv_buf_printf(&forged, "%.*s~", BV_STR_ARG(end));
		expect(bv_buf_str(&forged), trusted, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_SIGNATURE, BV_CHECK_FAILED, "does not match", open[i]);
	}
	CHECK(wrong == 0, "what is open, removed: %zu passed", wrong);
}

static void
every_character(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf copy = BV_BUF(BV_CREDENTIAL_MAX);
	size_t step = CHECK_SANITIZED ? 17 : 1, wrong = 0;

	bv_buf_add(&copy, bv_buf_str(&golden));
	for (size_t i = 0; i < copy.len; i += step) {
		char was = copy.p[i];
		copy.p[i] = was == 'A' ? 'B' : 'A';
		wrong += verdict_at(bv_buf_str(&copy), trusted, SAMPLE_AT) == BV_VERDICT_VALID;
		copy.p[i] = was;
	}
	CHECK(wrong == 0, "a character changed: %zu passed", wrong);
}

/* ---- What an issuer signs, but should not have; "H" stands for the digest of the disclosure before it ---- */

static void
add_disclosure(struct bv_buf *out, char digest[64], const char *json)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1000);
	struct bv_buf to = { .p = digest, .cap = 64, .max = 63 };
	uint8_t hash[BV_HASH_LEN];

	base64url_write(&text, (const uint8_t *)json, strlen(json));
	bv_sha256(hash, bv_buf_str(&text));
	base64url_write(&to, hash, sizeof hash);
	bv_buf_add(out, bv_buf_str(&text));
	bv_buf_addc(out, '~');
}

/* Members beside the usual ones, in which %s stands for the digests of the disclosures, in their order. */
static void
make(struct bv_buf *out, const char *members, const char *const disclosures[3], const char *end)
{
	BV_AUTO(bv_buf_finish) struct bv_buf list = BV_BUF(10000), json = BV_BUF(10000);
	BV_AUTO(bv_json_free) struct bv_json *payload = NULL;
	char digests[3][64] = { "", "", "" };
	struct bv_err err;

	for (size_t i = 0; i < 3 && disclosures[i]; i++) {
		/* A disclosure may hold the digest of the one before. */
		char text[500];
		struct bv_str mark = bv_str_of(disclosures[i]);
		size_t at = bv_str_find(mark, '%');
		snprintf(text, sizeof text, "%.*s%s%s", (int)at, mark.p, at < mark.len && i ? digests[i - 1] : "", at < mark.len ? mark.p + at + 2 : "");
		add_disclosure(&list, digests[i], text);
	}
	bv_buf_addz(&json, "{\"iss\":\"" SAMPLE_DID "\",\"vct\":\"https://example.vn/x\",\"nbf\":1795000000,\"iat\":1795000100");
	size_t next = 0;
	for (; *members; members++) {
		if (members[0] == '%') {
			bv_buf_addz(&json, digests[next++]);
			members++;
		} else {
			bv_buf_addc(&json, *members);
		}
	}
	bv_buf_addc(&json, '}');
	if (bv_json_parse(&payload, bv_buf_str(&json), &err) != BV_OK)
		printf("# %s: %s\n", err.msg, json.p), abort();
	sign_jws(out, header, payload, "sd-jwt");
	bv_buf_addc(out, '~');
	bv_buf_add(out, bv_buf_str(&list));
	bv_buf_addz(out, end);
}

static void
signed_by_hand(void)
{
	static const struct {
		const char *members, *disclosures[3], *end;
		enum bv_verdict verdict;
		enum bv_check_id check;
		enum bv_check_result result;
		const char *part, *name;
	} cases[] = {
		{ "", { NULL }, "", BV_VERDICT_VALID, BV_CHECK_SHAPE, BV_CHECK_PASSED, "0 claims disclosed", "nothing to disclose" },
		{ ",\"_sd\":[\"%s\"]", { "[\"s\",\"level\",\"L1\"]" }, "", BV_VERDICT_VALID, BV_CHECK_PROOF, BV_CHECK_PASSED, "Level: L1", "one claim" },
		{ ",\"_sd\":[\"%s\",\"decoy\",\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"],\"_sd_alg\":\"sha-256\"", { "[\"s\",\"level\",\"L1\"]" }, "",
		  BV_VERDICT_VALID, BV_CHECK_PROOF, BV_CHECK_PASSED, "Level: L1", "decoys" },
		{ ",\"nationalities\":[{\"...\":\"%s\"},{\"...\":\"decoy\"},\"VN\"]", { "[\"s\",\"DE\"]" }, "", BV_VERDICT_VALID, BV_CHECK_PROOF, BV_CHECK_PASSED,
		  "nationalities: [\"DE\",\"VN\"]", "an element" },
		{ ",\"_sd\":[\"\",\"%s\"]", { "[\"s\",\"street\",\"A\"]", "[\"t\",\"address\",{\"_sd\":[\"%s\"]}]" }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT,
		  BV_CHECK_FAILED, "belongs to no digest", "a disclosure within one that is not there" },
		{ ",\"_sd\":[\"%s\",\"%s\"]", { "[\"s\",\"level\",\"L1\"]", "[\"t\",\"level\",\"L2\"]" }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED,
		  "'level' is there already", "a claim twice" },
		{ ",\"level\":\"L3\",\"_sd\":[\"%s\"]", { "[\"s\",\"level\",\"L1\"]" }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED,
		  "'level' is there already", "a claim that is open" },
		{ ",\"_sd\":[\"x\",\"x\"]", { NULL }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "a digest is there twice", "a digest twice" },
		{ ",\"_sd\":[1]", { NULL }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "a digest is no string", "a digest that is a number" },
		{ ",\"_sd\":\"x\"", { NULL }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "'_sd' is no array", "digests that are no array" },
		{ ",\"_sd\":[\"%s\"]", { "[\"s\",\"_sd\",[]]" }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "has the name '_sd'", "the name _sd" },
		{ ",\"_sd\":[\"%s\"]", { "[\"s\",\"...\",\"x\"]" }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "has the name '...'", "the name ..." },
		{ ",\"_sd\":[\"%s\"]", { "[\"s\",\"x\"]" }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "has no name", "no name" },
		{ ",\"a\":[{\"...\":\"%s\"}]", { "[\"s\",\"x\",\"y\"]" }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "an element has a name",
		  "an element with a name" },
		{ "", { "[\"s\",\"level\",\"L1\"]" }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "belongs to no digest", "a disclosure that was not signed" },
		{ "", { "{\"s\":1}" }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "neither [salt", "a disclosure that is no array" },
		{ "", { "[\"s\",1,2]" }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "neither [salt", "a name that is no string" },
		{ "", { "[\"s\",\"x\"" }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "is no readable JSON", "half a disclosure" },
		{ "", { NULL }, "!!~", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "no readable", "a disclosure that is not base64url" },
		{ ",\"_sd_alg\":\"sha-512\"", { NULL }, "", BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "digests by 'sha-512'", "another hash" },
		{ ",\"_sd\":[\"%s\"]", { "[\"s\",\"exp\",1952000000]" }, "", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "'exp' may not be left", "the end as a disclosure" },
		{ ",\"_sd\":[\"%s\"]", { "[\"s\",\"status\",{}]" }, "", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "'status' may not be left", "the status as a disclosure" },
		{ ",\"status\":{\"other\":1}", { NULL }, "", BV_VERDICT_UNCHECKED, BV_CHECK_STATUS, BV_CHECK_UNCHECKED, "'status' is not understood", "another kind of status" },
		{ ",\"level\":1", { NULL }, "", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "'level' is of the wrong kind", "a level that is a number" },
		{ ",\"birthdate\":\"1990-02-30\"", { NULL }, "", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "'birthdate' is no date", "no date of birth" },
		{ ",\"awarded\":\"soon\"", { NULL }, "", BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "'awarded' is no date", "no date of award" },
		{ ",\"awarded\":\"2026-11-19T00:00:00Z\"", { NULL }, "", BV_VERDICT_INVALID, BV_CHECK_TIME, BV_CHECK_FAILED, "awarded after it became valid", "awarded later" },
		{ ",\"decision\":\"Passed\"", { NULL }, "", BV_VERDICT_INVALID, BV_CHECK_RESULTS, BV_CHECK_FAILED, "'Passed' is no decision", "another decision" },
		{ ",\"areas\":{\"IU01\":\"ten\"}", { NULL }, "", BV_VERDICT_INVALID, BV_CHECK_RESULTS, BV_CHECK_FAILED, "'ten' is not a decimal", "no number" },
		{ ",\"exp\":\"never\"", { NULL }, "", BV_VERDICT_INVALID, BV_CHECK_TIME, BV_CHECK_FAILED, "'exp' is no integer", "an end that is no number" },
		{ "", { NULL }, "eyJhbGciOiJFUzI1NiJ9.e30.AAAA", BV_VERDICT_UNCHECKED, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "KB-JWT", "who presents it signed too" },
		{ ",\"more\":{\"x\":[1,true]}", { NULL }, "", BV_VERDICT_VALID, BV_CHECK_SHAPE, BV_CHECK_PASSED, "more: {\"x\":[1,true]}", "a claim that is not known is shown" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
		make(&out, cases[i].members, cases[i].disclosures, cases[i].end);
		expect(bv_buf_str(&out), trusted, SAMPLE_AT, cases[i].verdict, cases[i].check, cases[i].result, cases[i].part, cases[i].name);
	}
}

/* Disclosures that are strings only are read by a shorter way: what it takes is what the JSON reader takes, and the same. */
static void
short_way(void)
{
	static const char *const texts[] = { "[\"s\",\"level\",\"L1\"]", "[\"s\", \"level\", \"L1\"]", "[\"s\",\"l\\u0065vel\",\"L1\"]", "[\"\",\"level\",\"L1\"]",
		                             "[\"s\",\"level\",\"\"]", "[\"Ỡ\",\"level\",\"ễ\\\"\"]", "[\"s\",\"level\",\"L1\",]", "[\"s\",\"level\",\"L1\"",
		                             "[\"s\",\"level\",\"L1\"]]", "[\"s\",\"level\",\"L1\"] ", "[\"s\",\"level\",\"L\t\"]", "[\"s\",\"level\",\"L\x7f\"]",
		                             "[\"s\",\"level\",\"\xff\"]", "[,\"s\",\"level\"]", "[\"s\"\"level\"]", "[\"s\",\"level\",1]", "[]", "[", "[\"" };

	for (size_t i = 0; i < BV_COUNT(texts); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
		BV_AUTO(sd_jwt_finish) struct sd_jwt sd = { 0 };
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		static const char *const none[3] = { NULL };
		struct bv_err err;
		make(&out, "", none, "");
		base64url_write(&out, (const uint8_t *)texts[i], strlen(texts[i]));
		bv_buf_addc(&out, '~');
		bool read = bv_json_parse(&json, bv_str_of(texts[i]), &err) == BV_OK && bv_json_count(json) >= 2;
		bool taken = sd_jwt_parse(&sd, bv_buf_str(&out), &err) == BV_OK;
		CHECK(taken == read && (!taken || bv_json_equal(sd.disclosures[0].json, json)), "disclosure %zu is %s", i + 1, read ? "read" : "refused");
	}
}

/* RFC 9901 §4.2.6: a disclosure whose value has digests; and one that is too deep. */
static void
nested(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX), list = BV_BUF(10000), less = BV_BUF(BV_CREDENTIAL_MAX);
	BV_AUTO(bv_json_free) struct bv_json *payload = bv_json_new_object();
	char digest[64] = "";
	struct bv_err err;

	for (int depth = 0; depth < SD_DEPTH_MAX + 1; depth++) {
		char json[500];
		snprintf(json, sizeof json, "[\"s%d\",\"l%d\",{\"n\":\"%d\",\"_sd\":[\"%s\"]}]", depth, depth, depth, digest);
		memset(digest, 0, sizeof digest);
		add_disclosure(&list, digest, json);
		BV_AUTO(bv_json_free) struct bv_json *copy = bv_json_new_object();
		bv_json_set_str(copy, "iss", BV_STR(SAMPLE_DID));
		bv_json_set_str(copy, "vct", BV_STR("x"));
		bv_json_set_int(copy, "nbf", 1795000000);
		bv_json_add(bv_json_set(copy, "_sd", bv_json_new_array()), bv_json_new_str(bv_str_of(digest)));
		sign_jws(&out, header, copy, "sd-jwt");
		bv_buf_addc(&out, '~');
		bv_buf_add(&out, bv_buf_str(&list));
		bool deep = depth == SD_DEPTH_MAX;
		expect(bv_buf_str(&out), trusted, SAMPLE_AT, deep ? BV_VERDICT_INVALID : BV_VERDICT_VALID, BV_CHECK_DOCUMENT, deep ? BV_CHECK_FAILED : BV_CHECK_PASSED,
		       deep ? "deeper than 8" : "\"n\":\"0\"", "disclosures within disclosures");
		if (depth != 2)
			continue;
		CHECK_OK(bv_sd_jwt_disclose(&less, bv_buf_str(&out), &BV_STR("l2.l1"), 1, &err), &err, "what is within another takes that one along");
		expect(bv_buf_str(&less), trusted, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_PROOF, BV_CHECK_PASSED, "3 claims disclosed", "and what is below it");
		bv_buf_clear(&less);
		CHECK_OK(bv_sd_jwt_disclose(&less, bv_buf_str(&out), &BV_STR("l2"), 1, &err), &err, "all of the uppermost");
		expect(bv_buf_str(&less), trusted, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_PROOF, BV_CHECK_PASSED, "3 claims disclosed", "is all that is below");
	}
}

static void
limits(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX), many = BV_BUF(4 << 20);
	BV_AUTO(sd_jwt_finish) struct sd_jwt sd = { 0 };
	static const char *const nothing[3] = { NULL };
	struct bv_err err;

	make(&out, "", nothing, "");
	for (int i = 0; i < SD_DISCLOSURES_MAX + 1; i++)
		bv_buf_addz(&out, "WyJzIiwieCJd~");
	CHECK_REFUSED(sd_jwt_parse(&sd, bv_buf_str(&out), &err), BV_ELIMIT, &err, "more than 256 disclosures", "too many disclosures");
	for (size_t i = 0; i < JWS_MAX + 1; i++)
		bv_buf_addc(&many, 'x');
	CHECK_REFUSED(sd_jwt_parse(&sd, bv_buf_str(&many), &err), BV_ELIMIT, &err, "larger than", "too long");
	bv_buf_clear(&many);
	bv_buf_addz(&many, ",\"_sd\":[\"0\"");
	for (int i = 1; i < 1024; i++)
		bv_buf_printf(&many, ",\"%d\"", i);
	BV_AUTO(bv_buf_finish) struct bv_buf most = BV_BUF(4 << 20), more = BV_BUF(4 << 20);
	bv_buf_printf(&most, "%s]", many.p);
	bv_buf_printf(&more, "%s,\"x\"]", many.p);
	make(&out, most.p, nothing, "");
	expect(bv_buf_str(&out), trusted, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_DOCUMENT, BV_CHECK_PASSED, "VALID", "1024 digests");
	make(&out, more.p, nothing, "");
	expect(bv_buf_str(&out), trusted, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "more than 1024 digests", "one more");
}

int
main(void)
{
	struct bv_credential_facts facts = envelope_facts();
	struct bv_err err;

	trusted = envelope_trust(SAMPLE_DID, "sd-jwt", true, NULL);
	header_text(header, SD_JWT_TYP, "sd-jwt");
	CHECK_OK(issue(&golden, &facts, &err), &err, "issued");
	expect(bv_buf_str(&golden), trusted, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_PROOF, BV_CHECK_PASSED, "13 claims disclosed", "valid");
	contents();
	salts();
	few_facts();
	presentations();
	every_field();
	every_character();
	signed_by_hand();
	short_way();
	nested();
	limits();
	bv_buf_finish(&golden);
	bv_trust_free(trusted);
	return check_end();
}
