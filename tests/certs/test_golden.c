/* Certificates that were issued must verify for ever: those in tests/vectors/certs are never written anew, only added to.
 * `test_certs_golden --write FOLDER` writes the present ones where they are not there yet. */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "tests/certs/envelope.h"

static void
full(struct bv_credential_facts *f)
{
	(void)f;
}

static void
hashed(struct bv_credential_facts *f)
{
	f->holder_hashed = true;
	f->evidence_count = 0;
	f->id[4] = f->subject_id[4] = 1;
}

static void
failed(struct bv_credential_facts *f)
{
	static const struct bv_str values[] = { TEXT("3.25"), TEXT("7"), TEXT("4"), TEXT("6.25"), TEXT("9"), TEXT("10"), TEXT("65.83") };

	f->values = values;
	f->decision = BV_DECISION_FAILED;
	f->level = BV_STR("L1");
	f->valid_until_s = 0;
	f->id[4] = f->subject_id[4] = 2;
}

static void
born(struct bv_credential_facts *f)
{
	hashed(f);
	f->birth = BV_STR("1990-02-28");
	f->birth_salt[0] = 0xd4;
	f->id[4] = f->subject_id[4] = 3;
}

static const struct golden {
	const char *file;
	bool web; /* issuer: did:web, else did:key */
	unsigned suites;
	void (*change)(struct bv_credential_facts *);
} cases[] = {
	{ "good-1-full.json", true, BV_SUITE_JCS, full },
	{ "good-1-hashed-name.json", true, BV_SUITE_JCS, hashed },
	{ "good-1-failed.json", true, BV_SUITE_JCS, failed },
	{ "good-1-did-key.json", false, BV_SUITE_JCS, full },
	{ "good-2-set.json", true, BV_SUITE_RDFC | BV_SUITE_JCS, full },
	{ "good-2-set-birth.json", true, BV_SUITE_RDFC | BV_SUITE_JCS, born },
	{ "good-2-set-failed.json", true, BV_SUITE_RDFC | BV_SUITE_JCS, failed },
	{ "good-2-set-did-key.json", false, BV_SUITE_RDFC | BV_SUITE_JCS, full },
	{ "good-2-rdfc.json", true, BV_SUITE_RDFC, full },
};

static void
issuer_of(struct bv_buf *did, bool web)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("bangvang golden 1");

	if (web)
		bv_buf_addz(did, SAMPLE_DID);
	else
		bv_did_key_write(did, bv_key_public(key));
}

static enum bv_status
write_one(const char *folder, const char *name, struct bv_str bytes)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);
	struct bv_err err;

	bv_buf_printf(&path, "%s/%s", folder, name);
	enum bv_status status = bv_file_create(path.p, bytes, 0644, &err);
	printf("# %s: %s\n", path.p, status == BV_OK ? "written" : err.msg);
	return status == BV_ECONFLICT ? BV_OK : status;
}

static void
issue(struct bv_buf *out, const struct golden *golden)
{
	BV_AUTO(bv_buf_finish) struct bv_buf did = BV_BUF(1000);
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;

	issuer_of(&did, golden->web);
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("bangvang golden 1", did.p);
	golden->change(&facts);
	CHECK_OK(sample_issue(out, &facts, signer, golden->suites, &err), &err, golden->file);
}

/* ---- The other envelopes: ECDSA is randomised, so that these are never made again ---- */

#define KEY_3 "bangvang golden 3"
#define AUTHORITY_3 "bangvang golden 3, authority"

/* The issuer's keys, and who may let batch keys sign paper. */
static void
document_3(struct bv_buf *out)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key(KEY_3), *p256 = sample_p256(KEY_3), *authority = sample_p256(AUTHORITY_3);
	const struct bv_public *const keys[] = { bv_key_describe(key), bv_key_describe(p256) };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(10000);
	BV_AUTO(bv_json_free) struct bv_json *document = NULL;
	struct bv_str id;
	struct bv_err err;

	bv_did_document_write(&text, BV_STR(SAMPLE_DID), keys, BV_COUNT(keys));
	if (bv_json_parse(&document, bv_buf_str(&text), &err) != BV_OK)
		abort();
	struct bv_json *methods = bv_json_copy(bv_json_find(document, "verificationMethod"));
	bv_json_add(methods, method_json(BV_STR(SAMPLE_DID), bv_key_describe(authority), &id));
	bv_json_set(document, "verificationMethod", methods);
	bv_json_add(bv_json_set(document, "capabilityDelegation", bv_json_new_array()), bv_json_new_str(id));
	bv_json_write_pretty(out, document);
}

/* As text for paper; delegated or not. */
static enum bv_status
issue_paper(struct bv_buf *out, bool delegated, struct bv_err *err)
{
	BV_AUTO(bv_key_free) struct bv_key *authority = sample_p256(AUTHORITY_3), *p256 = sample_p256(KEY_3);
	BV_AUTO(bv_signer_free) struct bv_signer *signer = envelope_signer(KEY_3);
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf cwt = BV_BUF(10000), page = BV_BUF(1000);
	struct bv_credential_facts facts = envelope_facts();
	uint8_t delegation[BV_DELEGATION_LEN];

	if (delegated) {
		TRY(bv_delegation_write(delegation, authority, bv_key_describe(p256), AUTHORITY_FROM, 30, err));
		TRY(bv_signer_delegate(signer, delegation, err));
	}
	TRY(bv_template_new(&tmpl, facts.achievement, signer, err));
	TRY(bv_cwt_issue(&cwt, tmpl, &facts, err));
	bv_qr_page(&page, BV_STR(SAMPLE_DID), cwt.len);
	bv_qr_text(out, bv_buf_str(&page), bv_buf_str(&cwt));
	return bv_buf_check(out, err);
}

static enum bv_status
write_envelopes(const char *folder, struct bv_err *err)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = envelope_signer(KEY_3);
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(10000), jwt = BV_BUF(BV_CREDENTIAL_MAX), sd_jwt = BV_BUF(BV_CREDENTIAL_MAX), level = BV_BUF(BV_CREDENTIAL_MAX),
	                                paper = BV_BUF(10000), delegated = BV_BUF(10000);
	struct bv_credential_facts facts = envelope_facts();
	const struct bv_str claims[] = { BV_STR("level"), BV_STR("areas.IU01") };

	document_3(&document);
	TRY(bv_template_new(&tmpl, facts.achievement, signer, err));
	TRY(bv_jwt_issue(&jwt, tmpl, &facts, err));
	TRY(bv_sd_jwt_issue(&sd_jwt, tmpl, &facts, err));
	TRY(bv_sd_jwt_disclose(&level, bv_buf_str(&sd_jwt), claims, BV_COUNT(claims), err));
	TRY(issue_paper(&paper, false, err));
	TRY(issue_paper(&delegated, true, err));
	TRY(write_one(folder, "trust/web-3.json", bv_buf_str(&document)));
	TRY(write_one(folder, "good-3.jwt", bv_buf_str(&jwt)));
	TRY(write_one(folder, "good-3.sd-jwt", bv_buf_str(&sd_jwt)));
	TRY(write_one(folder, "good-3-level.sd-jwt", bv_buf_str(&level)));
	TRY(write_one(folder, "good-3.qr", bv_buf_str(&paper)));
	return write_one(folder, "good-3-delegated.qr", bv_buf_str(&delegated));
}

static int
write_all(const char *folder)
{
	struct bv_err err;

	if (write_envelopes(folder, &err) != BV_OK)
		return 1;
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("bangvang golden 1");

	for (int web = 0; web < 2; web++) {
		BV_AUTO(bv_buf_finish) struct bv_buf did = BV_BUF(1000), document = BV_BUF(10000);
		issuer_of(&did, web);
		bv_did_document_write(&document, bv_buf_str(&did), (const struct bv_public *const[]){ bv_key_describe(key) }, 1);
		if (write_one(folder, web ? "trust/web-1.json" : "trust/key-1.json", bv_buf_str(&document)) != BV_OK)
			return 1;
	}
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
		issue(&out, &cases[i]);
		if (write_one(folder, cases[i].file, bv_buf_str(&out)) != BV_OK)
			return 1;
	}
	return check_failed != 0;
}

static size_t files_seen;

/* What must have failed in the bad ones; the signature where nothing else is said. */
static enum bv_check_id
fault_of(const char *name)
{
	static const struct {
		const char *file;
		enum bv_check_id id;
	} faults[] = {
		{ "bad-1-impossible-score.json", BV_CHECK_RESULTS }, { "bad-1-no-proof.json", BV_CHECK_PROOF },
		{ "bad-1-other-issuer.json", BV_CHECK_ISSUER },      { "bad-1-added-context.json", BV_CHECK_CONTEXT },
		{ "bad-2-added-context.json", BV_CHECK_CONTEXT },    { "bad-2-impossible-score.json", BV_CHECK_RESULTS },
		{ "bad-3-changed-level.sd-jwt", BV_CHECK_DOCUMENT },
	};

	for (size_t i = 0; i < BV_COUNT(faults); i++)
		if (strcmp(faults[i].file, name) == 0)
			return faults[i].id;
	return BV_CHECK_SIGNATURE;
}

static enum bv_status
check_file(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_CREDENTIAL_MAX), text = BV_BUF(64 << 20);
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	const char *name = strrchr(path, '/') + 1;

	if (strncmp(name, "good-", 5) != 0 && strncmp(name, "bad-", 4) != 0)
		return BV_OK;
	TRY(bv_file_read(&bytes, path, err));
	bv_credential_verify(&report, bv_buf_str(&bytes), ctx, &options);
	bv_report_write(&text, report, bv_str_of(name), BV_LANG_EN);
	bool good = name[0] == 'g', as_it_should = good ? bv_report_verdict(report) == BV_VERDICT_VALID
		: bv_report_verdict(report) == BV_VERDICT_INVALID && bv_report_check(report, fault_of(name)) == BV_CHECK_FAILED;
	if (!CHECK(as_it_should, "%s", name))
		printf("# %s\n", text.p);
	files_seen++;
	return BV_OK;
}

int
main(int argc, char **argv)
{
	const char *source = getenv("BV_SOURCE");
	char folder[4096], path[5000];
	struct bv_trust *trust = NULL;
	struct bv_err err;

	if (argc == 3 && strcmp(argv[1], "--write") == 0)
		return write_all(argv[2]);
	snprintf(folder, sizeof folder, "%s/tests/vectors/certs", source ? source : ".");
	snprintf(path, sizeof path, "%s/trust", folder);
	CHECK_OK(bv_trust_load(&trust, path, &err), &err, "trust folder");
	if (trust)
		CHECK_OK(bv_dir_walk(folder, check_file, trust, &err), &err, "all files");
	CHECK(files_seen >= BV_COUNT(cases) + 8, "%zu certificates", files_seen);
	/* The present generator still writes the same. When the form changes, add new files under a new number and leave these. */
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX), want = BV_BUF(BV_CREDENTIAL_MAX);
		issue(&out, &cases[i]);
		snprintf(path, sizeof path, "%s/%s", folder, cases[i].file);
		CHECK_OK(bv_file_read(&want, path, &err), &err, "is there");
		CHECK_STR(bv_buf_str(&out), bv_buf_str(&want), "is made again byte for byte");
	}
	bv_trust_free(trust);
	return check_end();
}
