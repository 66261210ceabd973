/* Verification: every change is found, and what failed is named; the three verdicts that are not "valid" stay apart. */
#include "base/clock.h"
#include "certs/vc/proof.h"
#include "tests/certs/expect.h"

static struct bv_buf golden = { .max = BV_CREDENTIAL_MAX };

/* ---- Changes to the golden certificate, as JSON ---- */

static struct bv_json *
parsed(void)
{
	struct bv_json *json = NULL;
	struct bv_err err;

	if (bv_json_parse(&json, bv_buf_str(&golden), &err) != BV_OK)
		abort();
	return json;
}

static void
changed_fields(void)
{
	/* The signature fails in every case; where the facts do not agree any more, that is named too. Each fact for itself: test_matrix.c. */
	static const struct {
		const char *path, *name, *value; /* value NULL: removed */
		enum bv_check_id also;
		const char *part;
	} cases[] = {
		{ "", "name", "Khác", BV_CHECK_SIGNATURE, "does not match the contents" },
		{ "", "awardedDate", "2026-11-19T00:00:00Z", BV_CHECK_TIME, "awarded after it became valid" },
		{ "", "validFrom", "yesterday", BV_CHECK_TIME, "'validFrom' is no date" },
		{ "", "validFrom", NULL, BV_CHECK_SHAPE, "'validFrom' is missing" },
		{ "", "@context", NULL, BV_CHECK_CONTEXT, "differs from the proof's" },
		{ "", "type", "VerifiableCredential", BV_CHECK_SHAPE, "'type' lacks 'OpenBadgeCredential'" },
		{ "", "extra", "fact", BV_CHECK_SIGNATURE, "extra: fact" },
		{ "issuer", "id", "did:web:other.example", BV_CHECK_ISSUER, "does not belong to the issuer 'did:web:other.example'" },
		{ "issuer", "type", "Person", BV_CHECK_SHAPE, "'issuer.type' lacks 'Profile'" },
		{ "credentialSubject", "licenseNumber", "BV-2026-000124", BV_CHECK_SIGNATURE, "Licence number: BV-2026-000124" },
		{ "credentialSubject", "type", "Subject", BV_CHECK_SHAPE, "lacks 'AchievementSubject'" },
		{ "credentialSubject", "achievement", NULL, BV_CHECK_SHAPE, "'credentialSubject.achievement' is missing" },
		{ "credentialSubject.identifier.0", "identityHash", "Người Khác", BV_CHECK_SIGNATURE, "Holder: Người Khác" },
		{ "credentialSubject.result.0", "value", "11", BV_CHECK_RESULTS, "11 is outside 0" },
		{ "credentialSubject.result.0", "value", "-1", BV_CHECK_RESULTS, "-1 is outside 0" },
		{ "credentialSubject.result.0", "value", "3.99", BV_CHECK_RESULTS, "less than the 4 required" },
		{ "credentialSubject.result.0", "value", "ten", BV_CHECK_RESULTS, "'ten' or its scale is not decimal" },
		{ "credentialSubject.result.0", "value", NULL, BV_CHECK_RESULTS, "it has no value" },
		{ "credentialSubject.result.0", "type", "Score", BV_CHECK_RESULTS, "not of the type Result" },
		{ "credentialSubject.result.0", "resultDescription", "urn:other", BV_CHECK_RESULTS, "refers to 'urn:other'" },
		{ "credentialSubject.result.7", "value", "L1", BV_CHECK_RESULTS, "'L1' is lower than the 'L2' required" },
		{ "credentialSubject.result.7", "value", "L4", BV_CHECK_RESULTS, "'L4' is none of the values allowed" },
		{ "credentialSubject.result.8", "value", "6.01", BV_CHECK_RESULTS, "6.01 is outside -6" },
		{ "credentialSubject.result.9", "value", "-0.01", BV_CHECK_RESULTS, "-0.01 is outside 0" },
		{ "credentialSubject.result.10", "status", "Failed", BV_CHECK_SIGNATURE, "Decision: Failed" },
		{ "credentialSubject.result.10", "status", "Passed", BV_CHECK_RESULTS, "'Passed' is no status" },
		{ "credentialSubject.result.10", "status", NULL, BV_CHECK_RESULTS, "it has no status" },
		{ "credentialSubject.achievement.resultDescription.0", "valueMax", "8", BV_CHECK_RESULTS, "8.50 is outside 0" },
		{ "credentialSubject.achievement.resultDescription.0", "requiredValue", "9", BV_CHECK_RESULTS, "less than the 9 required" },
		{ "credentialSubject.achievement.resultDescription.0", "requiredValue", "99", BV_CHECK_RESULTS, "its scale makes no sense" },
		{ "credentialSubject.achievement.resultDescription.0", "id", "urn:x", BV_CHECK_RESULTS, "which the achievement does not describe" },
		{ "credentialSubject.achievement.resultDescription.0", "name", NULL, BV_CHECK_RESULTS, "lacks id, name or resultType" },
		{ "proof", "created", "2026-11-18T11:08:21Z", BV_CHECK_SIGNATURE, "does not match the contents" },
		{ "proof", "created", "2027-01-01T00:00:01Z", BV_CHECK_TIME, "signed in the future" },
		{ "proof", "created", "now", BV_CHECK_PROOF, "'created' is no date" },
		{ "proof", "expires", "2026-12-31T00:00:00Z", BV_CHECK_TIME, "the proof has expired" },
		{ "proof", "expires", "2030-12-31T00:00:00Z", BV_CHECK_SIGNATURE, "does not match the contents" },
		{ "proof", "proofPurpose", "authentication", BV_CHECK_PROOF, "must be assertionMethod" },
		{ "proof", "proofValue", "z1111", BV_CHECK_PROOF, "not a signature of 64 bytes" },
		{ "proof", "proofValue", "u1111", BV_CHECK_PROOF, "does not begin with 'z'" },
		{ "proof", "proofValue", NULL, BV_CHECK_PROOF, "does not begin with 'z'" },
		{ "proof", "verificationMethod", NULL, BV_CHECK_PROOF, "names no key" },
		{ "proof", "verificationMethod", SAMPLE_DID, BV_CHECK_ISSUER, "does not belong to the issuer" },
		{ "proof", "verificationMethod", SAMPLE_DID "#key-1", BV_CHECK_KEY, "but not this key of it" },
		{ "proof", "verificationMethod", "did:web:other.example#key-1", BV_CHECK_ISSUER, "does not belong to the issuer" },
		{ "proof", "type", NULL, BV_CHECK_PROOF, "the proof has no 'type'" },
		{ "proof", "nonce", "1", BV_CHECK_SIGNATURE, "does not match the contents" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_json_free) struct bv_json *json = parsed();
		char name[200];
		if (cases[i].value)
			bv_json_set_str(at(json, cases[i].path), cases[i].name, bv_str_of(cases[i].value));
		else
			bv_json_remove(at(json, cases[i].path), cases[i].name);
		snprintf(name, sizeof name, "%s.%s %s", cases[i].path, cases[i].name, cases[i].value ? cases[i].value : "removed");
		check_json(json, BV_VERDICT_INVALID, cases[i].also, BV_CHECK_FAILED, cases[i].part, name);
	}
	BV_AUTO(bv_json_free) struct bv_json *json = parsed();
	check_json(json, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "VALID", "unchanged, parsed and written again");
}

static void
replaced(const char *from, const char *to, struct bv_buf *out)
{
	char *where = strstr(golden.p, from);

	if (!where)
		abort();
	bv_buf_clear(out);
	bv_buf_add(out, (struct bv_str){ golden.p, (size_t)(where - golden.p) });
	bv_buf_addz(out, to);
	bv_buf_addz(out, where + strlen(from));
}

static void
documents(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(16u << 20);
	static const struct {
		const char *bytes, *part;
	} cases[] = {
		{ "", "ends too early" },       { "{", "ends too early" }, { "[]", "not a JSON object" }, { "\"a\"", "not a JSON object" },
		{ "{}x", "after the end" },     { "{\"a\":1,\"a\":1}", "name twice" },                    { "{\"a\":\"\xff\"}", "not UTF-8" },
		{ "\xef\xbb\xbf{}", "JSON" },   { "{'a':1}", "JSON" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		expect(bv_str_of(cases[i].bytes), trusted, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, cases[i].part, cases[i].part);
	expect(BV_STR("{}"), trusted, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_PROOF, BV_CHECK_FAILED, "there are 0 proofs", "an empty object");
	for (size_t len = 0; len < golden.len; len += 97)
		CHECK(verdict_of((struct bv_str){ golden.p, len }) == BV_VERDICT_INVALID, "cut off after %zu bytes", len);
	replaced("\"value\":\"8.50\"", "\"value\":\"8.50\",\"value\":\"8.50\"", &text);
	expect(bv_buf_str(&text), trusted, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "name twice", "the same value twice");
	replaced("Tuyết", "Tuy\xe1\xba", &text);
	expect(bv_buf_str(&text), trusted, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "not UTF-8", "broken UTF-8");
	replaced("Tuyết", "Tuye\xcc\x82\xcc\x81t", &text);
	expect(bv_buf_str(&text), trusted, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_SIGNATURE, BV_CHECK_FAILED, "does not match",
	       "the same letters, composed otherwise");

	/* White space is no content: up to the limit, and past it. */
	bv_buf_clear(&text);
	bv_buf_add(&text, bv_buf_str(&golden));
	while (text.len < BV_CREDENTIAL_MAX)
		bv_buf_addc(&text, ' ');
	expect(bv_buf_str(&text), trusted, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_DOCUMENT, BV_CHECK_PASSED, "VALID", "as large as may be");
	bv_buf_addc(&text, ' ');
	expect(bv_buf_str(&text), trusted, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "larger than", "one byte more");
	while (text.len < (9u << 20))
		bv_buf_addz(&text, "                                                                ");
	expect(bv_buf_str(&text), trusted, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "larger than", "9 MiB");
	bv_buf_clear(&text);
	for (int i = 0; i < 65; i++)
		bv_buf_addz(&text, "{\"a\":");
	expect(bv_buf_str(&text), trusted, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_DOCUMENT, BV_CHECK_FAILED, "nested more than", "too deep");
	bv_buf_clear(&text);
	bv_buf_addz(&text, "{\"a\":[0");
	for (int i = 0; i < 5000; i++)
		bv_buf_addz(&text, ",0");
	bv_buf_addz(&text, "]}");
	expect(bv_buf_str(&text), trusted, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_SHAPE, BV_CHECK_FAILED, "more than 4096 facts", "too many facts");
}

static void
contexts_and_proofs(void)
{
	BV_AUTO(bv_json_free) struct bv_json *more = parsed(), *swapped = parsed(), *fewer = parsed(), *none = parsed(), *set = parsed(),
		*two = parsed(), *unknown = parsed(), *mixed = parsed(), *many = parsed(), *text = parsed(), *status = parsed(), *chain = parsed(),
		*twice = parsed();

	bv_json_add(at(more, "@context"), bv_json_new_str(BV_STR("https://evil.example/")));
	check_json(more, BV_VERDICT_INVALID, BV_CHECK_CONTEXT, BV_CHECK_FAILED, "EDDSA", "a context more, which the proof does not cover");
	struct bv_json *list = bv_json_set(swapped, "@context", bv_json_new_array());
	static const int order[] = { 0, 2, 1 };
	for (size_t i = 0; i < 3; i++)
		bv_json_add(list, bv_json_copy(bv_json_at(bv_json_find(bv_json_find(swapped, "proof"), "@context"), (size_t)order[i])));
	check_json(swapped, BV_VERDICT_INVALID, BV_CHECK_CONTEXT, BV_CHECK_FAILED, "EDDSA", "contexts swapped");
	bv_json_set(at(swapped, "proof"), "@context", bv_json_copy(list));
	check_json(swapped, BV_VERDICT_INVALID, BV_CHECK_SIGNATURE, BV_CHECK_FAILED, "does not match", "contexts swapped in both places");
	bv_json_remove(at(fewer, "proof"), "@context");
	check_json(fewer, BV_VERDICT_INVALID, BV_CHECK_SIGNATURE, BV_CHECK_FAILED, "does not match", "the proof's context removed");

	bv_json_remove(none, "proof");
	check_json(none, BV_VERDICT_INVALID, BV_CHECK_PROOF, BV_CHECK_FAILED, "there are 0 proofs", "proof removed");
	bv_json_set(none, "proof", bv_json_new_array());
	check_json(none, BV_VERDICT_INVALID, BV_CHECK_PROOF, BV_CHECK_FAILED, "there are 0 proofs", "an empty set of proofs");
	struct bv_json *proofs = bv_json_new_array();
	bv_json_add(proofs, bv_json_copy(at(set, "proof")));
	bv_json_set(set, "proof", proofs);
	check_json(set, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "VALID", "a set of one proof");
	bv_json_add(proofs, bv_json_copy(bv_json_at(proofs, 0)));
	check_json(set, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "VALID", "a set of two proofs, both good");
	bv_json_set_str(at(set, "proof.1"), "created", BV_STR("2026-12-01T00:00:00Z"));
	check_json(set, BV_VERDICT_INVALID, BV_CHECK_SIGNATURE, BV_CHECK_FAILED, "does not match", "a set of two proofs, the second bad");
	struct bv_json *bad_first = bv_json_new_array();
	bv_json_add(bad_first, bv_json_copy(at(set, "proof.1")));
	bv_json_add(bad_first, bv_json_copy(at(set, "proof.0")));
	bv_json_set(two, "proof", bad_first);
	check_json(two, BV_VERDICT_INVALID, BV_CHECK_SIGNATURE, BV_CHECK_FAILED, "does not match", "a set of two proofs, the first bad");

	bv_json_set_str(at(unknown, "proof"), "cryptosuite", BV_STR("bbs-2023"));
	check_json(unknown, BV_VERDICT_UNCHECKED, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "bbs-2023", "a suite that this program does not know");
	bv_json_set_str(at(unknown, "credentialSubject.result.0"), "value", BV_STR("99"));
	check_json(unknown, BV_VERDICT_INVALID, BV_CHECK_RESULTS, BV_CHECK_FAILED, "99 is outside", "the same with a fact that cannot be");
	proofs = bv_json_new_array();
	bv_json_add(proofs, bv_json_copy(at(unknown, "proof")));
	bv_json_add(proofs, bv_json_copy(at(mixed, "proof")));
	bv_json_set(mixed, "proof", proofs);
	check_json(mixed, BV_VERDICT_UNCHECKED, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "bbs-2023", "a set with one unknown suite is not called valid");
	proofs = bv_json_new_array();
	for (int i = 0; i < 9; i++)
		bv_json_add(proofs, bv_json_copy(at(many, "proof")));
	bv_json_set(many, "proof", proofs);
	check_json(many, BV_VERDICT_INVALID, BV_CHECK_PROOF, BV_CHECK_FAILED, "there are 9 proofs", "too many proofs");
	bv_json_set_str(text, "proof", BV_STR("trust me"));
	check_json(text, BV_VERDICT_INVALID, BV_CHECK_PROOF, BV_CHECK_FAILED, "must be an object", "a proof that is a text");
	bv_json_set_str(at(chain, "proof"), "previousProof", BV_STR("urn:x"));
	check_json(chain, BV_VERDICT_UNCHECKED, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "'previousProof' is not known", "a member of unknown meaning");
	bv_json_set(status, "credentialStatus", bv_json_new_object());
	check_json(status, BV_VERDICT_INVALID, BV_CHECK_STATUS, BV_CHECK_FAILED, "has no 'type'", "a status without a type");
	bv_json_set_str(at(status, "credentialStatus"), "type", BV_STR("1EdTechRevocationList"));
	check_json(status, BV_VERDICT_INVALID, BV_CHECK_STATUS, BV_CHECK_UNCHECKED, "of the type '1EdTechRevocationList'", "another kind of status");
	bv_json_add(at(twice, "credentialSubject.result"), bv_json_copy(at(twice, "credentialSubject.result.0")));
	check_json(twice, BV_VERDICT_INVALID, BV_CHECK_RESULTS, BV_CHECK_FAILED, "has 2 results", "two results for one area");
}

static void
times(void)
{
	struct bv_credential_facts f = sample_facts();
	struct bv_str bytes = bv_buf_str(&golden);

	expect(bytes, trusted, f.created_s, BV_VERDICT_VALID, BV_CHECK_TIME, BV_CHECK_PASSED, "VALID", "in the second of its signing");
	expect(bytes, trusted, f.created_s - 1, BV_VERDICT_INVALID, BV_CHECK_TIME, BV_CHECK_FAILED, "signed in the future", "a second before");
	expect(bytes, trusted, f.valid_from_s - 1, BV_VERDICT_INVALID, BV_CHECK_TIME, BV_CHECK_FAILED, "not valid yet", "not valid yet");
	expect(bytes, trusted, f.valid_until_s - 1, BV_VERDICT_VALID, BV_CHECK_TIME, BV_CHECK_PASSED, "VALID", "the last second");
	expect(bytes, trusted, f.valid_until_s, BV_VERDICT_INVALID, BV_CHECK_TIME, BV_CHECK_FAILED, "no longer valid", "expired");
	static const int64_t absurd[] = { 0, 100000, -1, INT64_MIN, INT64_MAX, 1577836799, 7258118401 };
	for (size_t i = 0; i < BV_COUNT(absurd); i++) {
		expect(bytes, trusted, absurd[i], BV_VERDICT_UNCHECKED, BV_CHECK_TIME, BV_CHECK_UNCHECKED, "the clock says", "a clock that was never set");
		BV_AUTO(bv_report_free) struct bv_report *report = report_at(bytes, trusted, absurd[i], false);
		CHECK(bv_report_exit(report) == 3, "is the machine's fault");
	}
}

static void
issuers(void)
{
	struct bv_str bytes = bv_buf_str(&golden);
	BV_AUTO(bv_trust_free) struct bv_trust *nobody = bv_trust_new(), *other_key = trust_of(SAMPLE_DID, "another key"),
		*other = trust_of("did:web:other.example", "golden");
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_CREDENTIAL_MAX);

	expect(bytes, nobody, SAMPLE_AT, BV_VERDICT_UNKNOWN_ISSUER, BV_CHECK_KEY, BV_CHECK_UNKNOWN, "UNKNOWN ISSUER", "nobody is trusted");
	expect(bytes, other, SAMPLE_AT, BV_VERDICT_UNKNOWN_ISSUER, BV_CHECK_KEY, BV_CHECK_UNKNOWN, "UNKNOWN ISSUER", "another issuer with the same key");
	expect(bytes, other_key, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, "but not this key of it", "the issuer with another key");
	expect(bytes, NULL, SAMPLE_AT, BV_VERDICT_UNCHECKED, BV_CHECK_KEY, BV_CHECK_UNCHECKED, "could not be read", "no usable trust folder");
	replaced("\"value\":\"8.50\"", "\"value\":\"8.51\"", &text);
	expect(bv_buf_str(&text), nobody, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_SIGNATURE, BV_CHECK_FAILED, "does not match",
	       "unknown issuer and a changed score: invalid");
	expect(bv_buf_str(&text), NULL, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_SIGNATURE, BV_CHECK_FAILED, "does not match",
	       "no trust folder and a changed score: invalid");

	/* Signed by a stranger in the issuer's name. */
	BV_AUTO(bv_signer_free) struct bv_signer *stranger = sample_signer("stranger", SAMPLE_DID);
	BV_AUTO(bv_buf_finish) struct bv_buf forged = BV_BUF(BV_CREDENTIAL_MAX);
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;
	CHECK_OK(sample_issue(&forged, &facts, stranger, BV_SUITE_JCS, &err), &err, "a stranger signs in the issuer's name");
	expect(bv_buf_str(&forged), trusted, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, "but not this key of it", "a forgery");
	/* The stranger's signature under the issuer's key name. */
	BV_AUTO(bv_json_free) struct bv_json *json = parsed(), *theirs = NULL;
	CHECK_OK(bv_json_parse(&theirs, bv_buf_str(&forged), &err), &err, "is JSON");
	bv_json_set(at(json, "proof"), "proofValue", bv_json_copy(at(theirs, "proof.proofValue")));
	check_json(json, BV_VERDICT_INVALID, BV_CHECK_SIGNATURE, BV_CHECK_FAILED, "does not match", "the signature of another key");
}

static void
did_keys(void)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("golden");
	BV_AUTO(bv_buf_finish) struct bv_buf did = BV_BUF(1000), out = BV_BUF(BV_CREDENTIAL_MAX), line = BV_BUF(1000), other = BV_BUF(1000);
	BV_AUTO(bv_trust_free) struct bv_trust *nobody = bv_trust_new(), *listed = bv_trust_new(), *document = NULL;
	struct bv_credential_facts facts = sample_facts();
	char multikey[BV_MULTIKEY_SIZE];
	struct bv_err err;

	bv_did_key_write(&did, bv_key_public(key));
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("golden", did.p);
	CHECK_OK(sample_issue(&out, &facts, signer, BV_SUITE_JCS, &err), &err, "issued by a did:key");
	expect(bv_buf_str(&out), nobody, SAMPLE_AT, BV_VERDICT_UNKNOWN_ISSUER, BV_CHECK_KEY, BV_CHECK_UNKNOWN, "does not have", "not listed");
	BV_AUTO(bv_report_free) struct bv_report *allowed = report_at(bv_buf_str(&out), nobody, SAMPLE_AT, true);
	CHECK(bv_report_verdict(allowed) == BV_VERDICT_VALID, "--allow-did-key");
	BV_AUTO(bv_report_free) struct bv_report *web = report_at(bv_buf_str(&golden), nobody, SAMPLE_AT, true);
	CHECK(bv_report_verdict(web) == BV_VERDICT_UNKNOWN_ISSUER, "--allow-did-key is for did:key only");
	bv_buf_printf(&line, "# trusted\n\n  %s # ours\n", bv_multikey_write(multikey, bv_key_public(key)));
	CHECK_OK(bv_trust_add(listed, "a.multikey", bv_buf_str(&line), &err), &err, "listed by its multikey");
	expect(bv_buf_str(&out), listed, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_KEY, BV_CHECK_PASSED, "a.multikey", "listed");
	document = trust_of(did.p, "golden");
	expect(bv_buf_str(&out), document, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_KEY, BV_CHECK_PASSED, "did.json", "by its DID document");

	/* did:key:X#Y: the name says another key than signs. */
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_key_free) struct bv_key *stranger = sample_key("stranger");
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&out), &err), &err, "is JSON");
	bv_buf_printf(&other, "%s#%s", did.p, bv_multikey_write(multikey, bv_key_public(stranger)));
	bv_json_set_str(at(json, "proof"), "verificationMethod", bv_buf_str(&other));
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_CREDENTIAL_MAX);
	bv_json_write(&text, json);
	BV_AUTO(bv_report_free) struct bv_report *mixed = report_at(bv_buf_str(&text), nobody, SAMPLE_AT, true);
	CHECK(bv_report_check(mixed, BV_CHECK_KEY) == BV_CHECK_FAILED && bv_report_verdict(mixed) == BV_VERDICT_INVALID, "did:key:X#Y");
	static const char *const never[] = { "did:web:x", "", "z6Mk", "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp" };
	for (size_t i = 0; i < BV_COUNT(never); i++) {
		bv_buf_clear(&other);
		bv_buf_printf(&other, "%s#%s", did.p, never[i]);
		bv_json_set_str(at(json, "proof"), "verificationMethod", bv_buf_str(&other));
		bv_buf_clear(&text);
		bv_json_write(&text, json);
		BV_AUTO(bv_report_free) struct bv_report *report = report_at(bv_buf_str(&text), nobody, SAMPLE_AT, true);
		CHECK(bv_report_verdict(report) == BV_VERDICT_INVALID, "did:key:X#%s", never[i]);
	}
}

/* A certificate that names status lists is never valid before they were looked at. */
static void
status_lists(void)
{
	static const struct {
		const char *name, *value; /* value NULL: removed */
		enum bv_check_result result;
		const char *part;
	} cases[] = {
		{ "statusListIndex", "-1", BV_CHECK_FAILED, "lacks statusListCredential" },     { "statusListIndex", "1x", BV_CHECK_FAILED, "lacks statusListCredential" },
		{ "statusListIndex", "", BV_CHECK_FAILED, "lacks statusListCredential" },       { "statusListIndex", NULL, BV_CHECK_FAILED, "lacks statusListCredential" },
		{ "statusListCredential", NULL, BV_CHECK_FAILED, "lacks statusListCredential" }, { "statusPurpose", NULL, BV_CHECK_FAILED, "lacks statusListCredential" },
		{ "type", NULL, BV_CHECK_FAILED, "has no 'type'" },                             { "type", "Other", BV_CHECK_UNCHECKED, "of the type 'Other'" },
		{ "statusSize", "2", BV_CHECK_UNCHECKED, "of the type 'BitstringStatusListEntry'" },
	};
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("golden", SAMPLE_DID);
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;

	facts.status = BV_STR("https://chungchi.example.vn/status/7");
	facts.status_idx = 94567;
	CHECK_OK(bv_credential_issue(&out, &facts, signer, &err), &err, "with status lists");
	expect(bv_buf_str(&out), trusted, SAMPLE_AT, BV_VERDICT_UNCHECKED, BV_CHECK_STATUS, BV_CHECK_UNCHECKED,
	       "the list 'https://chungchi.example.vn/status/7/suspension' was not given", "nobody gave the lists");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		CHECK_OK(bv_json_parse(&json, bv_buf_str(&out), &err), &err, "is JSON");
		if (cases[i].value)
			bv_json_set_str(at(json, "credentialStatus.1"), cases[i].name, bv_str_of(cases[i].value));
		else
			bv_json_remove(at(json, "credentialStatus.1"), cases[i].name);
		check_json(json, BV_VERDICT_INVALID, BV_CHECK_STATUS, cases[i].result, cases[i].part, cases[i].name);
	}
	BV_AUTO(bv_json_free) struct bv_json *many = NULL;
	CHECK_OK(bv_json_parse(&many, bv_buf_str(&out), &err), &err, "is JSON");
	for (int i = 0; i < 7; i++)
		bv_json_add(at(many, "credentialStatus"), bv_json_copy(at(many, "credentialStatus.0")));
	check_json(many, BV_VERDICT_INVALID, BV_CHECK_STATUS, BV_CHECK_FAILED, "there are 9 status entries", "too many status entries");
}

/* What the bytes are is told by themselves. */
static void
envelopes(void)
{
	static const struct {
		const char *bytes, *part;
	} cases[] = {
		{ "%PDF-1.7\n", "PDF" },
		{ "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJkaWQ6d2ViOmEifQ.c2lnbmF0dXJlLi4uLi4uLi4uLi4u", "VC-JWT" },
		{ "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJkaWQ6d2ViOmEifQ.c2lnbmF0dXJlLi4uLi4uLi4uLi4u~WyJhIl0~", "SD-JWT" },
		{ "https://chungchi.example.vn/v#AAAA", "COSE" },
		{ " HC1:NCFOXN\n", "QR" },
		{ "\xd2\x84\x43", "COSE" },
		{ "0oRDoQEmoQRCMTFYc3NvbWUgY2xhaW1zIHRoYXQgYXJlIGxvbmcgZW5vdWdoX18tLQ", "COSE" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_report_free) struct bv_report *report = report_at(bv_str_of(cases[i].bytes), trusted, SAMPLE_AT, false);
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64 << 20);
		bv_report_write(&text, report, BV_STR("file"), BV_LANG_EN);
		if (!CHECK(bv_report_verdict(report) != BV_VERDICT_VALID && strstr(text.p, cases[i].part), "%s", cases[i].part))
			printf("# %s\n", text.p);
	}
}

/* Escapes in the file never reach the terminal. */
static void
terminal(void)
{
	BV_AUTO(bv_json_free) struct bv_json *json = parsed();
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_CREDENTIAL_MAX), out = BV_BUF(64 << 20), machine = BV_BUF(64 << 20);
	static const char evil[] = "\x1b[2J\x07\r\n\x7f\xc2\x9b" "31m\xe2\x80\xae\xe2\x81\xa6\xef\xbb\xbf\xe2\x80\x8b\\";
	struct bv_err err;

	bv_json_set_str(at(json, "credentialSubject.identifier.0"), "identityHash", bv_str_of(evil));
	bv_json_set_str(at(json, "issuer"), "id", bv_str_of(evil));
	bv_json_set_str(json, "\x1b[31mname", BV_STR("x"));
	bv_json_write(&text, json);
	BV_AUTO(bv_report_free) struct bv_report *report = report_at(bv_buf_str(&text), trusted, SAMPLE_AT, false);
	bv_report_write(&out, report, BV_STR("\x1b]0;file"), BV_LANG_EN);
	bv_report_write(&out, report, BV_STR("file"), BV_LANG_VI);
	BV_AUTO(bv_json_free) struct bv_json *tree = bv_report_json(report, BV_STR("\xff\x1b"), BV_LANG_EN), *back = NULL;
	bv_json_write_safe(&machine, tree);
	for (int pass = 0; pass < 2; pass++) {
		const struct bv_buf *shown = pass ? &machine : &out;
		bool clean = true;
		for (size_t i = 0; i < shown->len; i++) {
			unsigned char c = (unsigned char)shown->p[i], d = (unsigned char)shown->p[i + 1];
			clean = clean && (c >= 0x20 || c == '\n') && c != 0x7f && !(c == 0xc2 && d < 0xa0);
		}
		CHECK(clean, "no control character in the %s", pass ? "JSON" : "text");
		CHECK(!strstr(shown->p, "\xe2\x80\xae") && !strstr(shown->p, "\xe2\x81\xa6") && !strstr(shown->p, "\xef\xbb\xbf") && !strstr(shown->p, "\xe2\x80\x8b"),
		      "nothing that turns the direction of writing or hides");
	}
	CHECK(strstr(out.p, "Holder: \\u001b[2J\\u0007\\u000d\\n\\u007f\\u009b31m\\u202e\\u2066\\ufeff\\u200b\\\\\n"), "all of it is shown, escaped");
	CHECK_OK(bv_json_parse(&back, bv_buf_str(&machine), &err), &err, "the JSON is JSON");
	CHECK(bv_json_equal(back, tree), "and says the same");
}

/* The facts of a hashed name never show the name. */
static void
hashed_holder(void)
{
	struct bv_credential_facts facts = sample_facts();
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("golden", SAMPLE_DID);
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX), want = BV_BUF(1000), input = BV_BUF(1000);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	uint8_t digest[BV_HASH_LEN];
	struct bv_err err;

	facts.holder_hashed = true;
	CHECK_OK(bv_credential_issue(&out, &facts, signer, &err), &err, "a hashed name");
	CHECK(!strstr(out.p, "Tuyết"), "the name is not on it");
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&out), &err), &err, "is JSON");
	/* OB IdentityHash: sha256$ and the hash of the name followed by the salt. */
	bv_buf_add(&input, facts.holder);
	bv_buf_add(&input, bv_json_str(at(json, "credentialSubject.identifier.0.salt")));
	bv_sha256(digest, bv_buf_str(&input));
	bv_buf_addz(&want, "sha256$");
	bv_hex_write(&want, digest, sizeof digest);
	CHECK_STR(bv_json_str(at(json, "credentialSubject.identifier.0.identityHash")), bv_buf_str(&want), "its salted hash is");
	expect(bv_buf_str(&out), trusted, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "VALID", "and it is valid");
}

static void
exits(void)
{
	BV_AUTO(bv_trust_free) struct bv_trust *nobody = bv_trust_new();
	BV_AUTO(bv_report_free) struct bv_report *valid = report_at(bv_buf_str(&golden), trusted, SAMPLE_AT, false),
		*unknown = report_at(bv_buf_str(&golden), nobody, SAMPLE_AT, false), *unchecked = report_at(bv_buf_str(&golden), NULL, SAMPLE_AT, false),
		*invalid = report_at(BV_STR("{}"), trusted, SAMPLE_AT, false);

	CHECK(bv_report_exit(valid) == 0 && bv_report_exit(invalid) == 1 && bv_report_exit(unknown) == 1 && bv_report_exit(unchecked) == 2, "exit statuses");
	for (int i = 0; i < BV_CHECK_COUNT; i++)
		CHECK(bv_report_check(valid, (enum bv_check_id)i) == (i == BV_CHECK_LOG ? BV_CHECK_SKIPPED : BV_CHECK_PASSED), "check %d passed", i);
	CHECK(bv_lang_of("vi_VN.UTF-8", BV_LANG_EN) == BV_LANG_VI && bv_lang_of("en", BV_LANG_VI) == BV_LANG_EN &&
	      bv_lang_of("C", BV_LANG_VI) == BV_LANG_VI && bv_lang_of(NULL, BV_LANG_EN) == BV_LANG_EN, "languages");
}

int
main(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("golden", SAMPLE_DID);
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;

	trusted = trust_of(SAMPLE_DID, "golden");
	CHECK_OK(sample_issue(&golden, &facts, signer, BV_SUITE_JCS, &err), &err, "the golden certificate");
	expect(bv_buf_str(&golden), trusted, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_SIGNATURE, BV_CHECK_PASSED, "VALID", "is valid");
	changed_fields();
	documents();
	contexts_and_proofs();
	times();
	issuers();
	did_keys();
	status_lists();
	envelopes();
	terminal();
	hashed_holder();
	exits();
	bv_trust_free(trusted);
	bv_buf_finish(&golden);
	return check_end();
}
