/* The fast path writes what the generic writer would, and signs it; facts that contradict each other are not signed. */
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "certs/keys/base58.h"
#include "certs/vc/credential.h"
#include "certs/vc/proof.h"
#include "tests/certs/quads.h"
#include "tests/certs/sample.h"
#include "tests/check.h"

static bool
signature_good(const struct bv_json *proof, const struct bv_json *unsecured, const char *suite, const struct bv_key *key)
{
	uint8_t bytes[PROOF_SIGNED_LEN], signature[BV_SIGNATURE_LEN];
	struct bv_err err;

	if (strcmp(suite, "eddsa-jcs-2022") == 0)
		proof_signed_bytes(bytes, unsecured, proof);
	else if (proof_signed_bytes_rdfc(bytes, unsecured, proof, &err) != BV_OK)
		return false;
	return bv_str_is(bv_json_str(bv_json_find(proof, "cryptosuite")), suite) &&
	       proof_signature(signature, bv_json_str(bv_json_find(proof, "proofValue")), &err) == BV_OK &&
	       bv_public_verify(bv_key_public(key), (struct bv_str){ (const char *)bytes, sizeof bytes }, signature);
}

/* The set of both, in this order; and each alone is the same one. */
static void
check_proofs(const struct bv_credential_facts *facts, const struct bv_json *document, const struct bv_signer *signer, const struct bv_key *key)
{
	static const char *const suites[] = { "eddsa-rdfc-2022", "eddsa-jcs-2022" };
	BV_AUTO(bv_json_free) struct bv_json *unsecured = bv_json_copy(document);
	const struct bv_json *proofs = bv_json_find(document, "proof");
	struct bv_err err;

	bv_json_remove(unsecured, "proof");
	CHECK(bv_json_count(proofs) == 2, "two proofs");
	for (unsigned i = 0; i < 2; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf alone = BV_BUF(BV_CREDENTIAL_MAX);
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		CHECK(signature_good(bv_json_at(proofs, i), unsecured, suites[i], key), "%s is of the contents", suites[i]);
		CHECK_OK(sample_issue(&alone, facts, signer, 1u << i, &err), &err, "one alone");
		CHECK_OK(bv_json_parse(&json, bv_buf_str(&alone), &err), &err, "is JSON");
		CHECK(bv_json_equal(bv_json_find(json, "proof"), bv_json_at(proofs, i)), "is the same proof");
	}
}

/* What the template makes of the facts is what a verifier makes of the JSON. */
static void
check_quads(const struct bv_credential_facts *facts, const struct bv_json *document)
{
	BV_AUTO(bv_buf_finish) struct bv_buf ours = BV_BUF(BV_CREDENTIAL_MAX * 8), theirs = BV_BUF(BV_CREDENTIAL_MAX * 8);
	struct bv_err err;

	CHECK_OK(quads_of_facts(&ours, facts, document, &err), &err, "quads of the facts");
	CHECK_OK(quads_of_json(&theirs, document, &err), &err, "quads of the JSON");
	CHECK_STR(bv_buf_str(&ours), bv_buf_str(&theirs), "the same quads");
}

/* The bytes are canonical, are signed, and the same facts give the same bytes. */
static void
check_issue(const struct bv_credential_facts *facts, const char *name)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("issue");
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("issue", SAMPLE_DID);
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX), canonical = BV_BUF(BV_CREDENTIAL_MAX), again = BV_BUF(BV_CREDENTIAL_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_err err;

	bv_buf_addz(&again, "before");
	CHECK_OK(bv_credential_issue(&out, facts, signer, &err), &err, name);
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&out), &err), &err, "is JSON");
	bv_json_write_canonical(&canonical, json);
	CHECK_STR(bv_buf_str(&out), bv_buf_str(&canonical), "the bytes are those of the generic writer of RFC 8785");
	check_proofs(facts, json, signer, key);
	check_quads(facts, json);
	CHECK(bv_credential_issue(&again, facts, signer, &err) == BV_OK, "issued again");
	CHECK_STR(bv_str_sub(bv_buf_str(&again), 6, again.len), bv_buf_str(&out), "the same bytes, appended");
}

static void
variants(void)
{
	struct bv_credential_facts f = sample_facts();
	struct bv_str values[BV_COUNT(sample_areas)];
	struct bv_achievement bare = { .id = BV_STR("urn:example:a"), .name_vi = BV_STR("A"), .description = BV_STR("D"), .criteria = BV_STR("C") };

	check_issue(&f, "everything");
	f.holder_hashed = true;
	check_issue(&f, "hashed name");
	f.licence = BV_STR_NONE;
	f.evidence_count = 0;
	f.valid_until_s = 0;
	check_issue(&f, "no licence, no evidence, no end");
	f.decision = BV_DECISION_FAILED;
	f.level = f.theta = f.theta_se = BV_STR_NONE;
	memcpy(values, sample_values, sizeof values);
	values[0] = BV_STR("0");
	values[3] = BV_STR_NONE;
	f.values = values;
	check_issue(&f, "failed");
	f.decision = BV_DECISION_PROVISIONAL;
	memset(values, 0, sizeof values);
	check_issue(&f, "no value at all");
	f = sample_facts();
	f.holder = BV_STR("\"\\\n\r\t/é€𐍈\xe2\x80\xa8");
	check_issue(&f, "escapes of RFC 8785 §3.2.2.2");
	f = sample_facts();
	f.status = BV_STR("https://chungchi.example.vn/status/7");
	f.status_idx = UINT32_MAX;
	f.birth = BV_STR("2000-02-29");
	check_issue(&f, "status lists and a hashed date of birth");
	f = sample_facts();
	f.achievement = &bare;
	f.level = f.theta = f.theta_se = BV_STR_NONE;
	check_issue(&f, "an achievement without areas, levels and ability");
}

static void
remembered_options(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("issue", SAMPLE_DID);
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;
	struct bv_credential_facts f = sample_facts();
	struct bv_err err;

	CHECK_OK(bv_template_new(&tmpl, f.achievement, signer, &err), &err, "template");
	static const int64_t times[] = { 0, 0, 5, 5, 0 };
	for (size_t i = 0; i < BV_COUNT(times); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX), single = BV_BUF(BV_CREDENTIAL_MAX);
		f.created_s = 1795000100 + times[i];
		f.id[5] = (uint8_t)i;
		CHECK_OK(bv_template_issue(&out, tmpl, &f, &err), &err, "issued from a template");
		CHECK(bv_credential_issue(&single, &f, signer, &err) == BV_OK, "issued alone");
		CHECK_STR(bv_buf_str(&out), bv_buf_str(&single), "the same bytes");
	}
}

/* ---- Refusals: one change each to the sample ---- */

static struct bv_str change_values[BV_COUNT(sample_areas)];
static struct bv_area change_areas[BV_COUNT(sample_areas)];
static struct bv_achievement change_achievement;
static char long_text[BV_TEXT_MAX + 1];

#define CHANGE(name, code) \
	static void name(struct bv_credential_facts *f, struct bv_achievement *a) \
	{ \
		(void)f, (void)a; \
		code; \
	}
CHANGE(value_above, change_values[0] = BV_STR("10.01"))
CHANGE(value_at_max, change_values[0] = BV_STR("10.000"))
CHANGE(value_below, change_values[0] = BV_STR("-0.01"))
CHANGE(value_text, change_values[0] = BV_STR("eight"))
CHANGE(value_exponent, change_values[0] = BV_STR("1e1"))
CHANGE(value_short, change_values[0] = BV_STR("3.999999"))
CHANGE(value_just, change_values[0] = BV_STR("4.000000"))
CHANGE(value_missing, change_values[0] = BV_STR_NONE)
CHANGE(value_places, change_values[0] = BV_STR("4.0000001"))
CHANGE(short_but_failed, change_values[0] = BV_STR("3"); f->decision = BV_DECISION_FAILED)
CHANGE(level_other, f->level = BV_STR("L9"))
CHANGE(level_short, f->level = BV_STR("L1"))
CHANGE(level_missing, f->level = BV_STR_NONE)
CHANGE(theta_above, f->theta = BV_STR("6.1"))
CHANGE(theta_text, f->theta = BV_STR("NaN"))
CHANGE(se_negative, f->theta_se = BV_STR("-0.1"))
CHANGE(theta_undescribed, a->ability = false)
CHANGE(no_decision, f->decision = BV_DECISION_NONE)
CHANGE(no_holder, f->holder = BV_STR_NONE)
CHANGE(holder_not_utf8, f->holder = BV_STR("\xff"))
CHANGE(holder_escape, f->holder = BV_STR("A\x1b[2J"))
CHANGE(holder_del, f->holder = BV_STR("A\x7f"))
CHANGE(holder_nul, f->holder = BV_STR("A\0B"))
CHANGE(holder_long, f->holder = ((struct bv_str){ long_text, sizeof long_text }))
CHANGE(awarded_late, f->awarded_s = f->valid_from_s + 1)
CHANGE(until_early, f->valid_until_s = f->valid_from_s)
CHANGE(awarded_before_1970, f->awarded_s = -1)
CHANGE(created_never, f->created_s = INT64_MAX)
CHANGE(until_10000, f->valid_until_s = INT64_C(253402300800))
CHANGE(until_9999, f->valid_until_s = INT64_C(253402300799))
static const struct bv_evidence same_evidence[] = { { .name = TEXT("form"), .hash = { 1 } }, { .name = TEXT("again"), .hash = { 1 } } };
CHANGE(evidence_twice, f->evidence = same_evidence; f->evidence_count = 2)
CHANGE(much_evidence, f->evidence_count = BV_EVIDENCE_MAX + 1)
CHANGE(id_no_uri, a->id = BV_STR("cntt"))
CHANGE(id_fragment, a->id = BV_STR("https://a.example/#b"))
CHANGE(id_quote, a->id = BV_STR("https://a.example/\""))
CHANGE(no_name, a->name_vi = BV_STR_NONE)
CHANGE(no_criteria, a->criteria = a->criteria_url = BV_STR_NONE)
CHANGE(area_twice, change_areas[1].code = change_areas[0].code)
CHANGE(area_code, change_areas[1].code = BV_STR("IU 2"))
CHANGE(area_no_max, change_areas[1].max = BV_STR_NONE)
CHANGE(area_required_above, change_areas[1].required = BV_STR("11"))
CHANGE(area_min_above, change_areas[1].min = BV_STR("11"))
CHANGE(required_no_level, a->required_level = BV_STR("L4"))

CHANGE(birth_never, f->birth = BV_STR("1999-02-29"))
CHANGE(birth_long, f->birth = BV_STR("1999-02-280"))
CHANGE(birth_text, f->birth = BV_STR("28/02/1999"))
CHANGE(birth_date, f->birth = BV_STR("1999-02-28"))
CHANGE(status_text, f->status = BV_STR("status"))
CHANGE(status_slash, f->status = BV_STR("https://a.example/status/"))
CHANGE(status_fragment, f->status = BV_STR("https://a.example/status#1"))
CHANGE(status_uri, f->status = BV_STR("https://a.example/status/1"))

static void
refusals(void)
{
	static const struct {
		const char *name;
		void (*change)(struct bv_credential_facts *, struct bv_achievement *);
		const char *part; /* of the message, NULL: accepted */
	} cases[] = {
		{ "above the maximum", value_above, "not within 0 and 10" }, { "at the maximum", value_at_max, NULL },
		{ "below the minimum", value_below, "not within 0 and 10" }, { "no number", value_text, "'eight' is not a decimal" },
		{ "exponent", value_exponent, "'1e1' is not a decimal" },    { "just short", value_short, "less than the 4 required" },
		{ "just enough", value_just, NULL },                        { "required value missing", value_missing, "it has no value" },
		{ "too many places", value_places, "not a decimal" },       { "short, but failed", short_but_failed, NULL },
		{ "unknown level", level_other, "'L9' is not one of" },     { "level too low", level_short, "'L2' required is not reached" },
		{ "level missing", level_missing, "'L2' required is not reached" },
		{ "theta out of bounds", theta_above, "theta '6.1'" },      { "theta no number", theta_text, "theta 'NaN'" },
		{ "negative standard error", se_negative, "standard error '-0.1'" },
		{ "ability not described", theta_undescribed, "describes none" },
		{ "no decision", no_decision, "a decision is needed" },
		{ "no holder", no_holder, "holder's name is missing" },     { "not UTF-8", holder_not_utf8, "not UTF-8" },
		{ "escape in the name", holder_escape, "control character" }, { "DEL in the name", holder_del, "control character" },
		{ "NUL in the name", holder_nul, "control character" },
		{ "name too long", holder_long, "longer than 8192" },       { "awarded after valid from", awarded_late, "before awarded" },
		{ "ends when it begins", until_early, "not after validFrom" },
		{ "before 1970", awarded_before_1970, "1970 to 9999" },     { "no time", created_never, "1970 to 9999" },
		{ "year 10000", until_10000, "1970 to 9999" },              { "end of 9999", until_9999, NULL },
		{ "evidence twice", evidence_twice, "evidence 'form' and 'again' are the same document" },
		{ "too much evidence", much_evidence, "pieces of evidence" }, { "id no URI", id_no_uri, "not an absolute URI" },
		{ "id with fragment", id_fragment, "without fragment" },    { "id with quote", id_quote, "not an absolute URI" },
		{ "no name", no_name, "nameVi is missing" },               { "no criteria", no_criteria, "criteria is missing" },
		{ "area twice", area_twice, "'IU01' is there twice" },      { "area code with space", area_code, "area 2: the code" },
		{ "area without max", area_no_max, "area 'IU02'" },         { "required above max", area_required_above, "min <= required <= max" },
		{ "born on a day that was not", birth_never, "date of birth" }, { "born on a long day", birth_long, "date of birth" },
		{ "a date written otherwise", birth_text, "date of birth" },   { "a date of birth", birth_date, NULL },
		{ "status list no URI", status_text, "status list's address" }, { "ends with a slash", status_slash, "status list's address" },
		{ "with a fragment", status_fragment, "status list's address" }, { "status list", status_uri, NULL },
		{ "min above max", area_min_above, "min <= required <= max" }, { "required level none of them", required_no_level, "requiredLevel" },
	};
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("issue", SAMPLE_DID);

	memset(long_text, 'a', sizeof long_text);
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
		struct bv_credential_facts f = sample_facts();
		struct bv_err err = { 0 };
		memcpy(change_values, sample_values, sizeof change_values);
		memcpy(change_areas, sample_areas, sizeof change_areas);
		change_achievement = sample_achievement;
		change_achievement.areas = change_areas;
		f.achievement = &change_achievement;
		f.values = change_values;
		cases[i].change(&f, &change_achievement);
		enum bv_status status = bv_credential_issue(&out, &f, signer, &err);
		if (cases[i].part) {
			CHECK((status == BV_EINVAL || status == BV_ELIMIT) && strstr(err.msg, cases[i].part), "refused: %s", cases[i].name);
			CHECK(out.len == 0, "nothing was written");
		} else {
			CHECK_OK(status, &err, cases[i].name);
		}
		if (cases[i].part && !strstr(err.msg, cases[i].part))
			printf("# %s\n", err.msg);
	}
}

static void
no_room(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("issue", SAMPLE_DID);
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX), small = BV_BUF(3000);
	struct bv_credential_facts f = sample_facts();
	struct bv_err err;

	bv_buf_addz(&small, "before");
	CHECK_REFUSED(bv_credential_issue(&small, &f, signer, &err), BV_ELIMIT, &err, "larger than", "no room for the certificate");
	CHECK_STR(bv_buf_str(&small), BV_STR("before"), "what was there is untouched");
	/* Exactly as much room as it needs, and one byte less. */
	CHECK_OK(bv_credential_issue(&out, &f, signer, &err), &err, "room enough");
	for (size_t less = 0; less < 2; less++) {
		BV_AUTO(bv_buf_finish) struct bv_buf exact = BV_BUF(out.len - less);
		CHECK((bv_credential_issue(&exact, &f, signer, &err) == BV_OK) == (less == 0), "%zu bytes less than it needs", less);
	}
	printf("# the sample is %zu bytes\n", out.len);
}

static void
signers(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf did = BV_BUF(1000);
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("a");
	struct bv_signer *signer = NULL;
	struct bv_issuer issuer = { .did = BV_STR("did:web:Host") };
	struct bv_err err;

	CHECK_REFUSED(bv_signer_new(&signer, sample_key("a"), &issuer, &err), BV_EINVAL, &err, "host in lower case", "bad did:web");
	bv_did_key_write(&did, bv_key_public(key));
	issuer.did = bv_buf_str(&did);
	CHECK_REFUSED(bv_signer_new(&signer, sample_key("b"), &issuer, &err), BV_EINVAL, &err, "not the one of its issuer", "did:key of another key");
	issuer.url = BV_STR("no uri");
	CHECK_REFUSED(bv_signer_new(&signer, sample_key("a"), &issuer, &err), BV_EINVAL, &err, "url", "bad url");
	issuer.url = BV_STR("https://a.example/");
	issuer.name = BV_STR("\xc3");
	CHECK_REFUSED(bv_signer_new(&signer, sample_key("a"), &issuer, &err), BV_EINVAL, &err, "not UTF-8", "bad name");
	issuer.name = BV_STR_NONE;
	CHECK_OK(bv_signer_new(&signer, sample_key("a"), &issuer, &err), &err, "did:key of its own key");
	CHECK_STR(bv_signer_did(signer), bv_buf_str(&did), "its DID");
	bv_signer_free(signer);
}

/* W3C vc-di-eddsa TestVectors: the options and the document canonical, their hashes, the signature, and the secured document. */
static void
vector_file(struct bv_buf *out, const char *name)
{
	char path[200];
	struct bv_err err;

	snprintf(path, sizeof path, "certs/w3c-vc-di-eddsa/TestVectors/%s", name);
	const char *found = check_reference(path);
	if (found)
		CHECK_OK(bv_file_read(out, found, &err), &err, name);
}

static void
w3c_vectors(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf signed_text = BV_BUF(10000), keys = BV_BUF(10000), want = BV_BUF(10000), got = BV_BUF(10000);
	BV_AUTO(bv_json_free) struct bv_json *document = NULL, *pair = NULL;
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	uint8_t public[BV_KEY_LEN], bytes[PROOF_SIGNED_LEN], signature[BV_SIGNATURE_LEN], secret[40];
	char value[PROOF_VALUE_SIZE];
	struct bv_err err;
	size_t len;

	vector_file(&signed_text, "eddsa-jcs-2022/signedJCS.json");
	if (!signed_text.len)
		return;
	vector_file(&keys, "keyPair.json");
	CHECK_OK(bv_json_parse(&document, bv_buf_str(&signed_text), &err), &err, "signedJCS.json");
	CHECK_OK(bv_json_parse(&pair, bv_buf_str(&keys), &err), &err, "keyPair.json");
	CHECK_OK(bv_multikey_parse(public, bv_json_str(bv_json_find(pair, "publicKeyMultibase")), &err), &err, "public key");

	BV_AUTO(bv_json_free) struct bv_json *proof = bv_json_copy(bv_json_find(document, "proof"));
	bv_json_remove(document, "proof");
	bv_json_write_canonical(&got, document);
	vector_file(&want, "eddsa-jcs-2022/canonDocJCS.txt");
	CHECK_STR(bv_buf_str(&got), bv_str_trim(bv_buf_str(&want)), "canonDocJCS.txt");
	proof_signed_bytes(bytes, document, proof);
	bv_buf_clear(&got);
	bv_hex_write(&got, bytes, sizeof bytes);
	vector_file(&want, "eddsa-jcs-2022/combinedHashJCS.txt");
	CHECK_STR(bv_buf_str(&got), bv_str_trim(bv_buf_str(&want)), "combinedHashJCS.txt");
	CHECK_OK(proof_signature(signature, bv_json_str(bv_json_find(proof, "proofValue")), &err), &err, "proofValue");
	bv_buf_clear(&got);
	bv_hex_write(&got, signature, sizeof signature);
	vector_file(&want, "eddsa-jcs-2022/sigHexJCS.txt");
	CHECK_STR(bv_buf_str(&got), bv_str_trim(bv_buf_str(&want)), "sigHexJCS.txt");
	CHECK(bv_public_verify(public, (struct bv_str){ (const char *)bytes, sizeof bytes }, signature), "signedJCS.json verifies");

	/* Signing anew gives their signature: multibase of 80 26 and the seed. */
	struct bv_str text = bv_json_str(bv_json_find(pair, "privateKeyMultibase"));
	CHECK(base58_parse(secret, sizeof secret, &len, bv_str_sub(text, 1, text.len), &err) == BV_OK && len == 34 && secret[0] == 0x80 &&
	      secret[1] == 0x26, "private key");
	bv_key_new(&key, secret + 2);
	CHECK(memcmp(bv_key_public(key), public, sizeof public) == 0, "the pair belongs together");
	bv_key_sign(signature, key, (struct bv_str){ (const char *)bytes, sizeof bytes });
	vector_file(&want, "eddsa-jcs-2022/sigBTC58JCS.txt");
	CHECK_STR(((struct bv_str){ value, proof_value_write(value, signature) }), bv_str_trim(bv_buf_str(&want)), "sigBTC58JCS.txt");

	bv_json_set_str(document, "name", BV_STR("Alumni Credential."));
	proof_signed_bytes(bytes, document, proof);
	CHECK(!bv_public_verify(public, (struct bv_str){ (const char *)bytes, sizeof bytes }, signature), "one character more: refused");
}

int
main(void)
{
	variants();
	remembered_options();
	refusals();
	no_room();
	signers();
	w3c_vectors();
	return check_end();
}
