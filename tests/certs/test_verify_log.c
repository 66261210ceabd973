/* Not in the log: not valid. With a proof, a policy, both, neither; of another certificate; of a log or of witnesses whose word does not count; and a moment
 * after signing. */
#include "tests/certs/sample.h"
#include "tests/check.h"

#define ORIGIN "log.example.vn/chung-chi"

enum { PLACE = 5, SIZE = 11 };

static struct bv_trust *trusted;
static struct bv_buf certificate = { .max = BV_CREDENTIAL_MAX };

/* The proof of a log of SIZE entries with the certificate among them, cosigned by so many witnesses. */
static void
write_proof(struct bv_buf *out, struct bv_str of, const char *log_key, int witnesses)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key(log_key), *signer = sample_key("verify log");
	BV_AUTO(bv_buf_finish) struct bv_buf entry = BV_BUF(BV_ENTRY_MAX), note = BV_BUF(BV_CHECKPOINT_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_merkle_hash leaves[SIZE] = { { { 0 } } }, root, path[BV_MERKLE_PROOF_MAX];
	char multikey[BV_MULTIKEY_SIZE];
	struct bv_checkpoint checkpoint;
	struct bv_err err;

	CHECK(bv_json_parse(&json, of, &err) == BV_OK &&
	      bv_entry_of(&entry, json, bv_str_of(bv_multikey_write(multikey, bv_key_public(signer))), &err) == BV_OK, "an entry");
	bv_merkle_leaf(&leaves[PLACE], bv_buf_str(&entry));
	bv_merkle_root_of(&root, leaves, SIZE);
	CHECK_OK(bv_checkpoint_write(&note, BV_STR(ORIGIN), SIZE, &root, key, &err), &err, "a checkpoint");
	for (int i = 0; i < witnesses; i++) {
		char name[] = "w0.example.vn";
		name[1] = (char)('0' + i);
		BV_AUTO(bv_key_free) struct bv_key *witness = sample_key(name);
		BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(1000);
		CHECK(bv_checkpoint_parse(&checkpoint, bv_buf_str(&note), &err) == BV_OK &&
		      bv_cosignature_write(&line, &checkpoint, bv_str_of(name), SAMPLE_AT - 100 + i, witness, &err) == BV_OK, "cosigned");
		bv_buf_add(&note, bv_buf_str(&line));
	}
	bv_log_proof_write(out, PLACE, NULL, path, bv_merkle_inclusion(path, PLACE, leaves, SIZE), bv_buf_str(&note));
}

static struct bv_policy *
policy_of(const char *end)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("log");
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_POLICY_MAX);
	struct bv_vkey vkey = { BV_STR(ORIGIN), BV_NOTE_ED25519, { 0 } };
	struct bv_policy *policy = NULL;
	struct bv_err err;

	memcpy(vkey.public, bv_key_public(key), BV_KEY_LEN);
	bv_buf_addz(&text, "log ");
	bv_vkey_write(&text, &vkey);
	for (int i = 0; i < 3; i++) {
		char name[] = "w0.example.vn";
		name[1] = (char)('0' + i);
		BV_AUTO(bv_key_free) struct bv_key *witness = sample_key(name);
		vkey = (struct bv_vkey){ bv_str_of(name), BV_NOTE_COSIGNATURE, { 0 } };
		memcpy(vkey.public, bv_key_public(witness), BV_KEY_LEN);
		bv_buf_printf(&text, "\nwitness w%d ", i);
		bv_vkey_write(&text, &vkey);
	}
	bv_buf_printf(&text, "\n%s\n", end);
	CHECK_OK(bv_policy_parse(&policy, bv_buf_str(&text), &err), &err, end);
	return policy;
}

static void
expect(struct bv_str bytes, struct bv_str proof_text, const char *policy_end, int64_t at_s, enum bv_verdict verdict, enum bv_check_result result, const char *part,
       const char *name)
{
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_policy_free) struct bv_policy *policy = policy_end ? policy_of(policy_end) : NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1 << 20);
	struct bv_verify_options options = { .at_s = at_s, .log = policy };
	struct bv_log_proof proof;
	struct bv_err err;

	if (proof_text.len)
		CHECK_OK(bv_log_proof_parse(&proof, proof_text, &err), &err, "a proof");
	options.proof = proof_text.len ? &proof : NULL;
	bv_credential_verify(&report, bytes, trusted, &options);
	bv_report_write(&text, report, BV_STR("file"), BV_LANG_EN);
	if (!CHECK(bv_report_verdict(report) == verdict && bv_report_check(report, BV_CHECK_LOG) == result && strstr(text.p, part), "%s", name))
		printf("# %.1500s\n", text.p);
}

/* A trust folder in which the key is taken out of use since that second of 2026-12-31T23:58. */
static struct bv_trust *
removed_since(const struct bv_key *key, int second, bool asserts)
{
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(10000);
	struct bv_trust *trust = bv_trust_new();
	char multikey[BV_MULTIKEY_SIZE];
	struct bv_err err;

	bv_multikey_write_of(multikey, bv_key_describe(key));
	bv_buf_printf(&document, "{\"id\":\"" SAMPLE_DID "\",\"verificationMethod\":[{\"id\":\"" SAMPLE_DID "#%s\",\"type\":\"Multikey\",\"controller\":\"" SAMPLE_DID
	              "\",\"publicKeyMultibase\":\"%s\",\"revoked\":\"2026-12-31T23:58:%02dZ\"}],\"assertionMethod\":[", multikey, multikey, second);
	if (asserts)
		bv_buf_printf(&document, "\"" SAMPLE_DID "#%s\"", multikey);
	bv_buf_addz(&document, "]}");
	CHECK_OK(bv_trust_add(trust, "removed/did.json", bv_buf_str(&document), &err), &err, "a trust folder without the key");
	return trust;
}

/* What the log had before the key was taken out of use stays provable; nothing else does. */
static void
removed_keys(const struct bv_key *key, struct bv_str c, struct bv_str two, struct bv_str none, struct bv_str of_other)
{
	static const char two_of_three[] = "group g 2 w0 w1 w2\nquorum g";
	struct bv_trust *before = trusted;

	for (int asserts = 0; asserts < 2; asserts++) {
		trusted = removed_since(key, 22, asserts);
		expect(c, two, two_of_three, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_PASSED, "but the public log had this before (2026-12-31T23:58:21Z)", "witnessed before");
		expect(c, none, "quorum none", SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_PASSED, "nothing proves that the public log had this before", "in the log, but who knows since when");
		expect(c, of_other, two_of_three, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_FAILED, "nothing proves", "the proof of another certificate");
		expect(c, BV_STR_NONE, two_of_three, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_FAILED, "what is not there is not valid", "no proof");
		expect(c, two, NULL, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_SKIPPED, asserts ? "revoked since" : "any more", "a proof, but nobody whose word counts");
		bv_trust_free(trusted);
		trusted = removed_since(key, 21, asserts);
		expect(c, two, two_of_three, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_PASSED, "nothing proves", "witnessed in the second in which it was taken out of use");
		bv_trust_free(trusted);
	}
	trusted = before;
}

int
main(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("verify log", SAMPLE_DID);
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("verify log");
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(10000), other = BV_BUF(BV_CREDENTIAL_MAX), proof = BV_BUF(BV_LOG_PROOF_MAX), two = BV_BUF(BV_LOG_PROOF_MAX),
	                       forged = BV_BUF(BV_LOG_PROOF_MAX), of_other = BV_BUF(BV_LOG_PROOF_MAX);
	struct bv_credential_facts facts = sample_facts();
	static const char two_of_three[] = "group g 2 w0 w1 w2\nquorum g";
	struct bv_str c, p;
	struct bv_err err;

	trusted = bv_trust_new();
	bv_did_document_write(&document, BV_STR(SAMPLE_DID), (const struct bv_public *const[]){ bv_key_describe(key) }, 1);
	CHECK_OK(bv_trust_add(trusted, "did.json", bv_buf_str(&document), &err), &err, "a trust folder");
	CHECK_OK(bv_credential_issue(&certificate, &facts, signer, &err), &err, "a certificate");
	facts.id[0]++;
	CHECK_OK(bv_credential_issue(&other, &facts, signer, &err), &err, "another");
	c = bv_buf_str(&certificate);
	write_proof(&proof, c, "log", 0);
	write_proof(&two, c, "log", 2);
	write_proof(&forged, c, "another log", 3);
	write_proof(&of_other, bv_buf_str(&other), "log", 3);
	p = bv_buf_str(&proof);

	expect(c, p, NULL, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_SKIPPED, "no public log was named", "without a policy it is valid all the same");
	expect(c, p, "quorum none", SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_PASSED, "entry 5 of 11 of the log '" ORIGIN "'", "in the log");
	expect(c, bv_buf_str(&two), two_of_three, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_PASSED, "2 witnesses, since 2026-12-31T23:58:21Z", "and witnessed");
	expect(c, p, two_of_three, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_FAILED, "too few for the quorum", "not witnessed");
	expect(c, bv_buf_str(&two), "group g all w0 w1 w2\nquorum g", SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_FAILED, "2 of 3 witnesses", "by too few");
	expect(c, bv_buf_str(&forged), two_of_three, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_FAILED, "no signature by this key", "by somebody else's log");
	expect(c, bv_buf_str(&of_other), "quorum none", SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_FAILED, "not of this certificate", "the proof of another certificate");
	expect(c, BV_STR_NONE, "quorum none", SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_FAILED, "what is not there is not valid", "not in the log");
	expect(c, BV_STR_NONE, "quorum none", facts.created_s + BV_MERGE_DELAY_S - 1, BV_VERDICT_UNCHECKED, BV_CHECK_UNCHECKED, "verify again in 10 minutes", "just signed");
	expect(c, BV_STR_NONE, "quorum none", facts.created_s + BV_MERGE_DELAY_S, BV_VERDICT_INVALID, BV_CHECK_FAILED, "not valid", "ten minutes later");
	removed_keys(key, c, bv_buf_str(&two), p, bv_buf_str(&of_other));
	/* Any byte of the proof but of what nobody reads. */
	unsigned taken = 0, tried = 0;
	BV_AUTO(bv_policy_free) struct bv_policy *policy = policy_of("quorum none");
	for (size_t i = 0; i < proof.len; i++, tried++) {
		BV_AUTO(bv_report_free) struct bv_report *report = NULL;
		struct bv_verify_options options = { .at_s = SAMPLE_AT, .log = policy };
		struct bv_log_proof changed;
		proof.p[i] ^= 1;
		if (bv_log_proof_parse(&changed, bv_buf_str(&proof), &err) == BV_OK) {
			options.proof = &changed;
			bv_credential_verify(&report, c, trusted, &options);
			taken += bv_report_verdict(report) == BV_VERDICT_VALID;
		}
		proof.p[i] ^= 1;
	}
	CHECK(taken == 0 && tried > 300, "no byte of %u of the proof can be changed", tried);
	bv_trust_free(trusted);
	bv_buf_finish(&certificate);
	return check_end();
}
