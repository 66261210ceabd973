/* DIDs, DID documents, and what a trust folder may hold. */
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "certs/verify/trust.h"
#include "tests/certs/sample.h"
#include "tests/check.h"

#define KEY_1 "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
#define KEY_2 "z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG"
#define METHOD(id, more) "{\"id\":\"" id "\",\"type\":\"Multikey\",\"controller\":\"did:web:a.example\"" more "}"
#define DOCUMENT(methods, assertion) "{\"id\":\"did:web:a.example\",\"verificationMethod\":[" methods "],\"assertionMethod\":[" assertion "]}"
#define GOOD_METHOD METHOD("did:web:a.example#" KEY_1, ",\"publicKeyMultibase\":\"" KEY_1 "\"")

static void
dids(void)
{
	static const struct {
		const char *did, *address; /* NULL: refused */
	} cases[] = {
		{ "did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json" }, /* did:web method §3.2, examples */
		{ "did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json" },
		{ "did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json" },
		{ "did:web:localhost", "https://localhost/.well-known/did.json" },
		{ "did:web:a.example:b%20c", "https://a.example/b%20c/did.json" },
		{ "did:key:" KEY_1, "" },
		{ "did:key:z6Mk", NULL }, { "did:key:", NULL }, { "did:web:", NULL }, { "did:web:A.example", NULL }, { "did:web:a..b", NULL },
		{ "did:web:-a.b", NULL }, { "did:web:a-.b", NULL }, { "did:web:a.b:", NULL }, { "did:web:a.b::c", NULL }, { "did:web:a.b:..", NULL },
		{ "did:web:a.b:c/d", NULL }, { "did:web:a.b/c", NULL }, { "did:web:a.b:%2", NULL }, { "did:web:a.b%3A", NULL }, { "did:web:a.b%3A0", NULL },
		{ "did:web:a.b%3A65536", NULL }, { "did:web:a.b%3A+80", NULL }, { "did:web:a b", NULL }, { "did:web:a.b#c", NULL }, { "did:ion:x", NULL },
		{ "https://a.example", NULL }, { "", NULL }, { "did:web:.", NULL }, { "did:web:a.", NULL },
	};
	char long_did[BV_DID_MAX + 20];
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf address = BV_BUF(1000);
		struct bv_str did = bv_str_of(cases[i].did);
		bool good = bv_did_check(did, &err) == BV_OK;
		CHECK(good == (cases[i].address != NULL), "%s '%s'", cases[i].address ? "a DID:" : "no DID:", cases[i].did);
		if (!good || !cases[i].address)
			continue;
		bv_did_web_address(&address, did);
		CHECK_STR(bv_buf_str(&address), bv_str_of(cases[i].address), "its address");
	}
	memset(long_did, 'a', sizeof long_did);
	memcpy(long_did, "did:web:", 8);
	CHECK(bv_did_check((struct bv_str){ long_did, BV_DID_MAX }, &err) == BV_OK, "as long as may be");
	CHECK_REFUSED(bv_did_check((struct bv_str){ long_did, BV_DID_MAX + 1 }, &err), BV_ELIMIT, &err, "at most 512", "one byte more");
	CHECK(bv_did_check(BV_STR("did:web:a\0b"), &err) != BV_OK, "NUL in it");
}

static void
documents(void)
{
	static const struct {
		const char *name, *text, *part; /* part NULL: accepted */
	} cases[] = {
		{ "one key", DOCUMENT(GOOD_METHOD, "\"did:web:a.example#" KEY_1 "\""), NULL },
		{ "relative names", DOCUMENT(METHOD("#" KEY_1, ",\"publicKeyMultibase\":\"" KEY_1 "\""), "\"#" KEY_1 "\""), NULL },
		{ "key within assertionMethod", DOCUMENT("", GOOD_METHOD), NULL },
		{ "another kind of key beside", DOCUMENT(GOOD_METHOD "," METHOD("#p256", ",\"publicKeyMultibase\":\"zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169\""),
		                                         "\"#" KEY_1 "\",\"#p256\""), NULL },
		{ "no JSON", "{", "did.json:1: JSON ends" },
		{ "no id", "{\"assertionMethod\":[]}", "did.json: 'id' is missing" },
		{ "id is no DID", "{\"id\":\"https://a.example\",\"assertionMethod\":[]}", "not a DID" },
		{ "bad did:web", "{\"id\":\"did:web:A\",\"assertionMethod\":[]}", "lower case" },
		{ "no assertionMethod", "{\"id\":\"did:web:a.example\"}", "'assertionMethod' is missing" },
		{ "dangling assertionMethod", DOCUMENT(GOOD_METHOD, "\"#other\""), "no verificationMethod has the id 'did:web:a.example#other'" },
		{ "key name and key differ", DOCUMENT(METHOD("#" KEY_1, ",\"publicKeyMultibase\":\"" KEY_2 "\""), "\"#" KEY_1 "\""), "differ: one of them was changed" },
		{ "broken key", DOCUMENT(METHOD("#k", ",\"publicKeyMultibase\":\"z6Mkx\""), "\"#k\""), "not the multikey" },
		{ "no key", DOCUMENT(METHOD("#k", ""), "\"#k\""), "'publicKeyMultibase' is missing" },
		{ "named after another", DOCUMENT(METHOD("did:web:b.example#" KEY_1, ",\"publicKeyMultibase\":\"" KEY_1 "\""), ""), "not named after the document's id" },
		{ "another controller", "{\"id\":\"did:web:b.example\",\"verificationMethod\":[{\"id\":\"#k\",\"type\":\"Multikey\",\"controller\":\"did:web:a.example\"}],\"assertionMethod\":[]}",
		  "another controller" },
		{ "expires is no time", DOCUMENT(METHOD("#k", ",\"expires\":\"soon\",\"publicKeyMultibase\":\"" KEY_1 "\""), "\"#k\""), "'expires'" },
		{ "did:key of another key", "{\"id\":\"did:key:" KEY_2 "\",\"verificationMethod\":[{\"id\":\"#k\",\"type\":\"Multikey\",\"controller\":\"did:key:" KEY_2
		  "\",\"publicKeyMultibase\":\"" KEY_1 "\"}],\"assertionMethod\":[\"#k\"]}", "not the one that its name holds" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();
		struct bv_err err = { 0 };
		enum bv_status status = bv_trust_add(trust, "did.json", bv_str_of(cases[i].text), &err);
		if (!cases[i].part) {
			CHECK_OK(status, &err, cases[i].name);
			const struct trust_key *key = trust_find(trust, BV_STR("did:web:a.example#" KEY_1));
			CHECK(key && key->usable && key->asserts && bv_str_is(key->did, "did:web:a.example"), "its key is there");
		} else if (!CHECK(status != BV_OK && strstr(err.msg, cases[i].part), "refused: %s", cases[i].name)) {
			printf("# %s\n", err.msg);
		}
	}
}

static void
lists(void)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{ KEY_1 "\n", NULL }, { "did:key:" KEY_1, NULL }, { "# none\n\n   \n" KEY_1 " did:web:a.example # ours\n", NULL }, { "", NULL },
		{ KEY_1 " did:key:" KEY_1 "\n", NULL },
		{ KEY_1 " did:key:" KEY_2 "\n", "list.multikey:1: this did:key is the name of another key" },
		{ "\n\nz6Mkx\n", "list.multikey:3:" }, { KEY_1 " a.example\n", "neither did:web" }, { KEY_1 " did:web:a.example more\n", "more than MULTIKEY and DID" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();
		struct bv_err err = { 0 };
		enum bv_status status = bv_trust_add(trust, "list.multikey", bv_str_of(cases[i].text), &err);
		CHECK(cases[i].part ? status != BV_OK && strstr(err.msg, cases[i].part) : status == BV_OK, "list %zu", i);
	}
	BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();
	struct bv_err err;
	CHECK_OK(bv_trust_add(trust, "list.multikey", BV_STR(KEY_1 " did:web:a.example\n" KEY_1 "\n" KEY_1 "\n"), &err), &err, "two names of one key");
	CHECK(bv_trust_count(trust) == 2 && trust_knows(trust, BV_STR("did:web:a.example")) && trust_knows(trust, BV_STR("did:key:" KEY_1)) &&
	      !trust_knows(trust, BV_STR("did:key:" KEY_2)), "are two keys, the third is the second again");
	CHECK_OK(bv_trust_add(trust, "README.md", BV_STR("anything"), &err), &err, "other files are passed over");
}

/* A key that may sign no more, at each edge. */
static void
key_times(void)
{
	static const struct {
		const char *more, *assertion;
		enum bv_check_result result;
		const char *name;
	} cases[] = {
		{ "", "\"#k\"", BV_CHECK_PASSED, "listed" },
		{ "", "", BV_CHECK_FAILED, "not in assertionMethod" },
		{ ",\"revoked\":\"2027-01-01T00:00:00Z\"", "\"#k\"", BV_CHECK_FAILED, "revoked just now" },
		{ ",\"revoked\":\"2027-01-01T00:00:01Z\"", "\"#k\"", BV_CHECK_PASSED, "revoked a second later" },
		{ ",\"expires\":\"2026-11-18T11:08:20Z\"", "\"#k\"", BV_CHECK_FAILED, "expired in the second of signing" },
		{ ",\"expires\":\"2026-11-18T11:08:21Z\"", "\"#k\"", BV_CHECK_PASSED, "expired after signing: past certificates stay valid" },
	};
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("golden");
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("golden", SAMPLE_DID);
	struct bv_credential_facts facts = sample_facts();
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	char multikey[BV_MULTIKEY_SIZE];

	bv_multikey_write(multikey, bv_key_public(key));
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();
		BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(10000), out = BV_BUF(BV_CREDENTIAL_MAX), assertion = BV_BUF(1000);
		BV_AUTO(bv_report_free) struct bv_report *report = NULL;
		struct bv_err err;
		if (cases[i].assertion[0])
			bv_buf_printf(&assertion, "\"#%s\"", multikey);
		bv_buf_printf(&document, "{\"id\":\"" SAMPLE_DID "\",\"verificationMethod\":[{\"id\":\"#%s\",\"type\":\"Multikey\",\"controller\":\"" SAMPLE_DID
		              "\",\"publicKeyMultibase\":\"%s\"%s}],\"assertionMethod\":[%s]}", multikey, multikey, cases[i].more, assertion.p ? assertion.p : "");
		CHECK_OK(bv_trust_add(trust, "did.json", bv_buf_str(&document), &err), &err, "document");
		CHECK_OK(bv_credential_issue(&out, &facts, signer, &err), &err, "certificate");
		bv_credential_verify(&report, bv_buf_str(&out), trust, &options);
		CHECK(bv_report_check(report, BV_CHECK_KEY) == cases[i].result &&
		      bv_report_verdict(report) == (cases[i].result == BV_CHECK_PASSED ? BV_VERDICT_VALID : BV_VERDICT_INVALID), "%s", cases[i].name);
	}
}

static void
folders(void)
{
	char folder[] = "/tmp/bv-trust-XXXXXX", path[100], other[100];
	struct bv_trust *trust = NULL;
	struct bv_err err;

	CHECK(mkdtemp(folder) != NULL, "folder");
	CHECK_OK(bv_trust_load(&trust, folder, &err), &err, "an empty folder");
	CHECK(trust && bv_trust_count(trust) == 0, "trusts nobody");
	bv_trust_free(trust);
	trust = NULL;
	snprintf(path, sizeof path, "%s/a.json", folder);
	snprintf(other, sizeof other, "%s/b.json", folder);
	CHECK_OK(bv_file_write(path, BV_STR(DOCUMENT(GOOD_METHOD, "\"#" KEY_1 "\"")), 0644, &err), &err, "a document");
	CHECK_OK(bv_file_write(other, BV_STR(DOCUMENT(GOOD_METHOD, "\"#" KEY_1 "\"")), 0644, &err), &err, "the same under another name");
	CHECK_OK(bv_trust_load(&trust, folder, &err), &err, "twice the same");
	CHECK(trust && bv_trust_count(trust) == 1, "is one key");
	bv_trust_free(trust);
	trust = NULL;
	CHECK_OK(bv_file_write(other, BV_STR(DOCUMENT(GOOD_METHOD, "")), 0644, &err), &err, "a document that takes the key back");
	CHECK_REFUSED(bv_trust_load(&trust, folder, &err), BV_ECONFLICT, &err, "something else of the same key", "is no question of file names");
	CHECK_OK(bv_file_write(other, BV_STR("{"), 0644, &err), &err, "a broken one");
	CHECK_REFUSED(bv_trust_load(&trust, folder, &err), BV_EPARSE, &err, "b.json:1:", "is named");
	CHECK_REFUSED(bv_trust_load(&trust, "/nowhere", &err), BV_ENOTFOUND, &err, "/nowhere", "no folder");
	CHECK(trust == NULL, "nothing is given back");
	unlink(path);
	unlink(other);
	rmdir(folder);
}

/* The signer refuses a did.json that does not list its key: one changed byte in either is found. */
static void
signer_files(void)
{
	char folder[] = "/tmp/bv-signer-XXXXXX", key_path[100], did_path[100];
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("golden"), *other = sample_key("stranger");
	BV_AUTO(bv_buf_finish) struct bv_buf pem = BV_BUF(10000), document = BV_BUF(10000), wrong = BV_BUF(10000);
	struct bv_signer *signer = NULL;
	struct bv_err err;

	CHECK(mkdtemp(folder) != NULL, "folder");
	snprintf(key_path, sizeof key_path, "%s/key.pem", folder);
	snprintf(did_path, sizeof did_path, "%s/did.json", folder);
	bv_key_write(&pem, key);
	bv_did_document_write(&document, BV_STR(SAMPLE_DID), (const struct bv_public *const[]){ bv_key_describe(key) }, 1);
	bv_did_document_write(&wrong, BV_STR(SAMPLE_DID), (const struct bv_public *const[]){ bv_key_describe(other) }, 1);
	CHECK_OK(bv_file_write(key_path, bv_buf_str(&pem), 0600, &err), &err, "key.pem");
	CHECK_REFUSED(bv_signer_load(&signer, key_path, BV_STR_NONE, BV_STR_NONE, &err), BV_ENOTFOUND, &err, "did.json", "no did.json");
	CHECK_OK(bv_file_write(did_path, bv_buf_str(&wrong), 0644, &err), &err, "did.json of another key");
	CHECK_REFUSED(bv_signer_load(&signer, key_path, BV_STR_NONE, BV_STR_NONE, &err), BV_EINVAL, &err, "does not list the key", "is refused");
	CHECK_OK(bv_file_write(did_path, bv_buf_str(&document), 0644, &err), &err, "did.json");
	CHECK_OK(bv_signer_load(&signer, key_path, BV_STR("Tên"), BV_STR_NONE, &err), &err, "both belong together");
	CHECK_STR(bv_signer_did(signer), BV_STR(SAMPLE_DID), "its DID");
	bv_signer_free(signer);
	/* With a second key beside it, which the document has to list too. */
	BV_AUTO(bv_key_free) struct bv_key *p256 = sample_p256("golden");
	BV_AUTO(bv_buf_finish) struct bv_buf pem256 = BV_BUF(10000), both = BV_BUF(10000);
	char path256[100];
	snprintf(path256, sizeof path256, "%s/p256.pem", folder);
	bv_key_write(&pem256, p256);
	bv_did_document_write(&both, BV_STR(SAMPLE_DID), (const struct bv_public *const[]){ bv_key_describe(key), bv_key_describe(p256) }, 2);
	CHECK_OK(bv_file_write(path256, bv_buf_str(&pem256), 0600, &err), &err, "p256.pem");
	CHECK_REFUSED(bv_signer_load(&signer, key_path, BV_STR_NONE, BV_STR_NONE, &err), BV_EINVAL, &err, "p256.pem (zDna", "the document does not list it");
	CHECK_OK(bv_file_write(did_path, bv_buf_str(&both), 0644, &err), &err, "did.json of both");
	CHECK_OK(bv_signer_load(&signer, key_path, BV_STR_NONE, BV_STR_NONE, &err), &err, "both keys");
	CHECK(bv_signer_has_p256(signer), "it has the second one");
	bv_signer_free(signer);
	CHECK_OK(bv_file_write(path256, bv_buf_str(&pem), 0600, &err), &err, "the key of Ed25519 in the place of P-256");
	CHECK_REFUSED(bv_signer_load(&signer, key_path, BV_STR_NONE, BV_STR_NONE, &err), BV_EPARSE, &err, "not a key of P-256", "is refused");
	unlink(path256);
	CHECK_OK(bv_file_write(did_path, bv_buf_str(&document), 0644, &err), &err, "did.json of the one");
	/* Every byte of the two files, changed in its lowest bit: nothing signs, or it signs as before. */
	size_t found = 0, same = 0;
	for (size_t i = 0; i < pem.len + document.len; i++) {
		struct bv_buf *file = i < pem.len ? &pem : &document;
		size_t at = i < pem.len ? i : i - pem.len;
		file->p[at] = (char)(file->p[at] ^ 1);
		CHECK(bv_file_write(file == &pem ? key_path : did_path, bv_buf_str(file), file == &pem ? 0600 : 0644, &err) == BV_OK, "changed byte %zu", i);
		signer = NULL;
		if (bv_signer_load(&signer, key_path, BV_STR_NONE, BV_STR_NONE, &err) != BV_OK)
			found++;
		else
			same += bv_str_is(bv_signer_did(signer), SAMPLE_DID);
		bv_signer_free(signer);
		file->p[at] = (char)(file->p[at] ^ 1);
		CHECK(bv_file_write(file == &pem ? key_path : did_path, bv_buf_str(file), file == &pem ? 0600 : 0644, &err) == BV_OK, "restored");
	}
	/* What is left are the contexts, white space and PEM's line ends, on which nothing hangs. */
	CHECK(found + same == pem.len + document.len, "%zu of %zu changes are refused, the others change nothing", found, pem.len + document.len);
	CHECK(found > pem.len + document.len - 150, "and those are few");
	unlink(key_path);
	unlink(did_path);
	rmdir(folder);
}

int
main(void)
{
	dids();
	documents();
	lists();
	key_times();
	folders();
	signer_files();
	return check_end();
}
