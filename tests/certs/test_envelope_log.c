/* The public log and the other envelopes: a JWT is looked for under the issuer's keys of Ed25519, an SD-JWT has its entry's hash, a paper half of it. */
#include "base/mem.h"
#include "certs/keys/signer.h"
#include "tests/certs/envelope.h"

#define ORIGIN "log.example.vn/2026"

enum { PLACE = 5, SIZE = 11 };

static struct bv_trust *trusted;
static struct bv_policy *policy;
static struct bv_buf jwt = { .max = BV_CREDENTIAL_MAX }, sd_jwt = { .max = BV_CREDENTIAL_MAX }, paper = { .max = BV_CREDENTIAL_MAX };
static struct bv_merkle_hash leaves[SIZE];

/* Both keys, the authority, and more of the batch key; asserts: the key of P-256 is listed in assertionMethod. */
static struct bv_trust *
trust_of(bool asserts, const char *p256_more)
{
	BV_AUTO(bv_key_free) struct bv_key *ed = sample_key("log"), *other = sample_key("other"), *p256 = sample_p256("log"), *authority = sample_p256("authority");
	const struct bv_key *keys[] = { other, ed, p256, authority };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(10000);
	struct bv_trust *trust = bv_trust_new();
	char names[4][BV_MULTIKEY_SIZE];
	struct bv_err err;

	bv_buf_addz(&text, "{\"id\":\"" SAMPLE_DID "\",\"verificationMethod\":[");
	for (size_t i = 0; i < 4; i++)
		bv_buf_printf(&text, "%s{\"id\":\"" SAMPLE_DID "#%s\",\"type\":\"Multikey\",\"controller\":\"" SAMPLE_DID "\",\"publicKeyMultibase\":\"%s\"%s}", i ? "," : "",
		              bv_multikey_write_of(names[i], bv_key_describe(keys[i])), names[i], i == 2 ? p256_more : "");
	bv_buf_printf(&text, "],\"assertionMethod\":[\"#%s\",\"#%s\"", names[0], names[1]);
	if (asserts)
		bv_buf_printf(&text, ",\"#%s\"", names[2]);
	bv_buf_printf(&text, "],\"capabilityDelegation\":[\"#%s\"]}", names[3]);
	CHECK_OK(bv_trust_add(trust, "did.json", bv_buf_str(&text), &err), &err, "a trust folder");
	return trust;
}

static void
issue(void)
{
	BV_AUTO(bv_key_free) struct bv_key *authority = sample_p256("authority"), *p256 = sample_p256("log"), *ed = sample_key("log");
	BV_AUTO(bv_signer_free) struct bv_signer *signer = envelope_signer("log");
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf body = BV_BUF(BV_CREDENTIAL_MAX), entry = BV_BUF(BV_ENTRY_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_credential_facts facts = envelope_facts();
	uint8_t delegation[BV_DELEGATION_LEN];
	char multikey[BV_MULTIKEY_SIZE];
	struct bv_err err;

	/* Log first, then sign. */
	CHECK(bv_credential_body_write(&body, &facts, &signer->issuer, &err) == BV_OK && bv_json_parse(&json, bv_buf_str(&body), &err) == BV_OK, "the body");
	CHECK_OK(bv_entry_of(&entry, json, bv_str_of(bv_multikey_write(multikey, bv_key_public(ed))), &err), &err, "its entry");
	for (size_t i = 0; i < SIZE; i++)
		memset(leaves[i].p, (int)i, sizeof leaves[i].p);
	bv_merkle_leaf(&leaves[PLACE], bv_buf_str(&entry));
	facts.log_origin = BV_STR(ORIGIN);
	facts.log_idx = PLACE;
	memcpy(facts.leaf, leaves[PLACE].p, sizeof facts.leaf);
	CHECK(bv_delegation_write(delegation, authority, bv_key_describe(p256), AUTHORITY_FROM, 30, &err) == BV_OK && bv_signer_delegate(signer, delegation, &err) == BV_OK,
	      "a delegation");
	CHECK_OK(bv_template_new(&tmpl, facts.achievement, signer, &err), &err, "a template");
	CHECK(bv_jwt_issue(&jwt, tmpl, &facts, &err) == BV_OK && bv_sd_jwt_issue(&sd_jwt, tmpl, &facts, &err) == BV_OK && bv_cwt_issue(&paper, tmpl, &facts, &err) == BV_OK,
	      "three envelopes");
}

static void
make_policy(void)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("keeper"), *witness = sample_key("witness");
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_POLICY_MAX);
	struct bv_vkey vkey = { BV_STR(ORIGIN), BV_NOTE_ED25519, { 0 } };
	struct bv_err err;

	memcpy(vkey.public, bv_key_public(key), BV_KEY_LEN);
	bv_buf_addz(&text, "log ");
	bv_vkey_write(&text, &vkey);
	vkey = (struct bv_vkey){ BV_STR("w.example.vn"), BV_NOTE_COSIGNATURE, { 0 } };
	memcpy(vkey.public, bv_key_public(witness), BV_KEY_LEN);
	bv_buf_addz(&text, "\nwitness w ");
	bv_vkey_write(&text, &vkey);
	bv_buf_addz(&text, "\nquorum w\n");
	CHECK_OK(bv_policy_parse(&policy, bv_buf_str(&text), &err), &err, "a policy");
}

/* Of entry idx, with its leaf or without. */
static void
prove(struct bv_buf *out, uint64_t idx, const struct bv_merkle_hash *leaf)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("keeper"), *witness = sample_key("witness");
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX), line = BV_BUF(1000);
	struct bv_merkle_hash root, path[BV_MERKLE_PROOF_MAX];
	struct bv_checkpoint checkpoint;
	struct bv_err err;

	bv_merkle_root_of(&root, leaves, SIZE);
	if (bv_checkpoint_write(&note, BV_STR(ORIGIN), SIZE, &root, key, &err) != BV_OK || bv_checkpoint_parse(&checkpoint, bv_buf_str(&note), &err) != BV_OK ||
	    bv_cosignature_write(&line, &checkpoint, BV_STR("w.example.vn"), SAMPLE_AT - 100, witness, &err) != BV_OK)
		abort();
	bv_buf_add(&note, bv_buf_str(&line));
	bv_buf_clear(out);
	bv_log_proof_write(out, idx, leaf, path, bv_merkle_inclusion(path, idx, leaves, SIZE), bv_buf_str(&note));
}

static void
check(const struct bv_buf *bytes, const struct bv_trust *trust, const struct bv_buf *proof_text, enum bv_verdict verdict, enum bv_check_id id, enum bv_check_result result,
      const char *part, const char *name)
{
	struct bv_verify_options options = { .at_s = SAMPLE_AT, .log = policy };
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1 << 20);
	struct bv_log_proof proof;
	struct bv_err err;

	if (proof_text && bv_log_proof_parse(&proof, bv_buf_str(proof_text), &err) == BV_OK)
		options.proof = &proof;
	bv_credential_verify(&report, bv_buf_str(bytes), trust, &options);
	bv_report_write(&text, report, BV_STR("file"), BV_LANG_EN);
	if (!CHECK(bv_report_verdict(report) == verdict && bv_report_check(report, id) == result && strstr(text.p, part), "%s", name))
		printf("# %.2500s\n", text.p);
}

static void
proofs(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf good = BV_BUF(BV_LOG_PROOF_MAX), bare = BV_BUF(BV_LOG_PROOF_MAX), other = BV_BUF(BV_LOG_PROOF_MAX), lie = BV_BUF(BV_LOG_PROOF_MAX),
	                                wrong = BV_BUF(BV_LOG_PROOF_MAX);
	struct bv_merkle_hash half = leaves[PLACE];

	prove(&good, PLACE, &leaves[PLACE]);
	prove(&bare, PLACE, NULL);
	prove(&other, PLACE + 1, &leaves[PLACE + 1]);
	half.p[31] ^= 1;
	prove(&lie, PLACE, &half);
	prove(&wrong, PLACE, &leaves[PLACE + 1]);
	static const char *const present = "entry 5 of 11 of the log '" ORIGIN "', 1 witnesses";
	const struct bv_buf *const all[] = { &jwt, &sd_jwt, &paper };
	for (size_t i = 0; i < BV_COUNT(all); i++) {
		check(all[i], trusted, &good, BV_VERDICT_VALID, BV_CHECK_LOG, BV_CHECK_PASSED, present, "in the log");
		check(all[i], trusted, NULL, BV_VERDICT_INVALID, BV_CHECK_LOG, BV_CHECK_FAILED, "what is not there is not valid", "no proof");
		check(all[i], trusted, &other, BV_VERDICT_INVALID, BV_CHECK_LOG, BV_CHECK_FAILED, "proof is", "the proof of another certificate");
	}
	check(&jwt, trusted, &bare, BV_VERDICT_VALID, BV_CHECK_LOG, BV_CHECK_PASSED, present, "a JWT needs no leaf in the proof");
	check(&sd_jwt, trusted, &bare, BV_VERDICT_VALID, BV_CHECK_LOG, BV_CHECK_PASSED, present, "nor does an SD-JWT");
	check(&paper, trusted, &bare, BV_VERDICT_UNCHECKED, BV_CHECK_LOG, BV_CHECK_UNCHECKED, "does not tell its entry", "a paper does");
	check(&paper, trusted, &lie, BV_VERDICT_INVALID, BV_CHECK_LOG, BV_CHECK_FAILED, "not of this certificate", "a leaf whose other half is made up");
	check(&paper, trusted, &wrong, BV_VERDICT_INVALID, BV_CHECK_LOG, BV_CHECK_FAILED, "another entry than the paper names", "a leaf that is another's");
	check(&paper, trusted, &other, BV_VERDICT_INVALID, BV_CHECK_LOG, BV_CHECK_FAILED, "the proof is of entry 6, the paper names entry 5", "another number");
}

/* What the log had before the key was taken out of use stays provable. */
static void
removed(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf good = BV_BUF(BV_LOG_PROOF_MAX), other = BV_BUF(BV_LOG_PROOF_MAX);
	const struct bv_buf *const all[] = { &jwt, &sd_jwt, &paper };

	prove(&good, PLACE, &leaves[PLACE]);
	prove(&other, PLACE + 1, &leaves[PLACE + 1]);
	for (int asserts = 0; asserts < 2; asserts++) {
		/* The witness was there 100 seconds before 2027. */
		BV_AUTO(bv_trust_free) struct bv_trust *after = trust_of(asserts, ",\"revoked\":\"2026-12-31T23:58:21Z\""), *before = trust_of(asserts, ",\"revoked\":\"2026-12-31T23:58:20Z\"");
		for (size_t i = 0; i < BV_COUNT(all); i++) {
			check(all[i], after, &good, BV_VERDICT_VALID, BV_CHECK_KEY, BV_CHECK_PASSED, "but the public log had this before (2026-12-31T23:58:20Z)", "removed after it was witnessed");
			check(all[i], before, &good, BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, "nothing proves that the public log had this before", "removed in that second");
			check(all[i], after, &other, BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, "nothing proves", "the proof of another");
			check(all[i], after, NULL, BV_VERDICT_INVALID, BV_CHECK_KEY, BV_CHECK_FAILED, asserts ? "revoked since" : "any more", "no proof");
		}
	}
}

int
main(void)
{
	trusted = trust_of(true, "");
	make_policy();
	issue();
	proofs();
	removed();
	bv_buf_finish(&jwt);
	bv_buf_finish(&sd_jwt);
	bv_buf_finish(&paper);
	bv_policy_free(policy);
	bv_trust_free(trusted);
	return check_end();
}
