/* Certificates of keys, requests, revocation lists: what is written is read again, chains hold or do not, and OpenSSL's own program agrees. */
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "certs/x509.h"
#include "certs/x509/der.h"
#include "tests/check.h"

#define DAY_S INT64_C(86400)
#define AT_S INT64_C(1795000000) /* 2026-11-18 */

/* A root, an authority, a batch: as the project makes them. */
struct chain {
	struct bv_key *root_key, *ca_key, *p256, *ed25519;
	struct bv_certificate *root, *ca, *seal, *proof;
	struct bv_buf root_list, ca_list;
};

static void
make_key(struct bv_key **out, enum bv_key_kind kind, const char *name)
{
	uint8_t seed[BV_KEY_SEED_LEN];

	bv_hkdf_sha256(seed, sizeof seed, BV_STR_NONE, bv_str_of(name), BV_STR("test_certificate"));
	bv_key_make(out, kind, seed);
}

static struct bv_certificate_facts
facts_of(enum bv_profile profile)
{
	static const char *const names[] = { "Gốc thử nghiệm", "CA thử nghiệm", "CA thử nghiệm, batch 1" };
	struct bv_certificate_facts facts = { .profile = profile, .subject = { bv_str_of(names[profile]), BV_STR("Cơ quan"), BV_STR("VN") }, .from_s = AT_S,
		                              .until_s = AT_S + (profile == BV_PROFILE_ROOT ? 9000 : profile == BV_PROFILE_CA ? 2000 : 1000) * DAY_S,
		                              .serial = { 0xff, 1, 2, (uint8_t)profile } };

	if (profile == BV_PROFILE_BATCH) {
		facts.sign_until_s = AT_S + 30 * DAY_S;
		facts.did = BV_STR("did:web:chungchi.example.vn");
	}
	facts.address = BV_STR("https://chungchi.example.vn/keys");
	facts.issuer_file = profile == BV_PROFILE_CA ? BV_STR("root") : BV_STR("ca");
	return facts;
}

static struct bv_certificate *
issue(const struct bv_certificate_facts *facts, const struct bv_key *subject, const struct bv_certificate *issuer, const struct bv_key *key)
{
	BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(BV_CERTIFICATE_MAX);
	struct bv_certificate *made = NULL;
	struct bv_err err;

	CHECK_OK(bv_certificate_write(&der, facts, bv_key_describe(subject), issuer, key, &err), &err, "a certificate is written");
	CHECK_OK(bv_certificate_parse(&made, bv_buf_str(&der), &err), &err, "and read");
	return made;
}

static void
make_chain(struct chain *chain)
{
	struct bv_certificate_facts facts = facts_of(BV_PROFILE_ROOT);
	struct bv_revoked revoked = { .at_s = AT_S, .reason = BV_REVOKED_KEY_COMPROMISE };
	struct bv_err err;

	make_key(&chain->root_key, BV_KEY_P384, "root");
	make_key(&chain->ca_key, BV_KEY_P256, "ca");
	make_key(&chain->p256, BV_KEY_P256, "seal");
	make_key(&chain->ed25519, BV_KEY_ED25519, "proof");
	chain->root = issue(&facts, chain->root_key, NULL, chain->root_key);
	facts = facts_of(BV_PROFILE_CA);
	chain->ca = issue(&facts, chain->ca_key, chain->root, chain->root_key);
	facts = facts_of(BV_PROFILE_BATCH);
	chain->seal = issue(&facts, chain->p256, chain->ca, chain->ca_key);
	facts.serial[4] = 9;
	chain->proof = issue(&facts, chain->ed25519, chain->ca, chain->ca_key);
	chain->root_list = BV_BUF(BV_CRL_MAX);
	chain->ca_list = BV_BUF(BV_CRL_MAX);
	struct bv_str serial = bv_certificate_view(chain->proof)->serial;
	memcpy(revoked.serial, serial.p, serial.len);
	revoked.serial_len = serial.len;
	CHECK_OK(bv_crl_write(&chain->root_list, chain->root, chain->root_key, 1, AT_S, AT_S + 400 * DAY_S, NULL, 0, &err), &err, "the root's list");
	CHECK_OK(bv_crl_write(&chain->ca_list, chain->ca, chain->ca_key, 7, AT_S, AT_S + 30 * DAY_S, &revoked, 1, &err), &err, "the authority's list");
}

static void
free_chain(struct chain *chain)
{
	struct bv_key *keys[] = { chain->root_key, chain->ca_key, chain->p256, chain->ed25519 };
	struct bv_certificate *certificates[] = { chain->root, chain->ca, chain->seal, chain->proof };

	for (size_t i = 0; i < 4; i++) {
		bv_key_free(keys[i]);
		bv_certificate_free(certificates[i]);
	}
	bv_buf_finish(&chain->root_list);
	bv_buf_finish(&chain->ca_list);
}

static void
views(const struct chain *chain)
{
	const struct bv_certificate_view *root = bv_certificate_view(chain->root), *ca = bv_certificate_view(chain->ca), *seal = bv_certificate_view(chain->seal);

	CHECK_STR(root->name, BV_STR("Gốc thử nghiệm"), "the root's name");
	CHECK_STR(root->organization, BV_STR("Cơ quan"), "its organization");
	CHECK_STR(root->country, BV_STR("VN"), "its country");
	CHECK(root->authority && ca->authority && !seal->authority, "who is an authority");
	CHECK(bv_public_equal(&seal->public, bv_key_describe(chain->p256)) && bv_public_equal(&root->public, bv_key_describe(chain->root_key)) &&
	      bv_public_equal(&bv_certificate_view(chain->proof)->public, bv_key_describe(chain->ed25519)), "whose keys they are, of three kinds");
	CHECK(root->from_s == AT_S && root->until_s == AT_S + 9000LL * DAY_S, "GeneralizedTime after 2049 is read, too");
	CHECK_STR(ca->issuer, root->subject, "the authority's issuer is the root");
	CHECK_STR(seal->issuer, ca->subject, "the batch's issuer is the authority");
	CHECK(seal->serial.len == BV_SERIAL_LEN && !((uint8_t)seal->serial.p[0] & 0x80) && seal->key_id.len == 20, "serial number and key identifier");
	uint8_t hash[BV_HASH_LEN];
	bv_sha256(hash, root->der);
	CHECK(bv_hash_eq(hash, root->fingerprint), "fingerprint");
}

static void
chains(const struct chain *chain)
{
	const struct bv_certificate *root = chain->root, *ca = chain->ca;
	const struct bv_str lists[] = { bv_buf_str(&chain->root_list), bv_buf_str(&chain->ca_list) };
	struct bv_err err;

	CHECK_OK(bv_chain_check(chain->seal, &ca, 1, &root, 1, NULL, 0, AT_S + DAY_S, &err), &err, "the seal's chain holds");
	CHECK_OK(bv_chain_check(chain->seal, &ca, 1, &root, 1, NULL, 0, AT_S + 999 * DAY_S, &err), &err, "long after the key's window, too");
	CHECK_OK(bv_chain_check(chain->seal, &ca, 1, &root, 1, lists, 2, AT_S + DAY_S, &err), &err, "with revocation lists");
	CHECK_OK(bv_chain_check(chain->proof, &ca, 1, &root, 1, NULL, 0, AT_S + DAY_S, &err), &err, "the other key's, without them");
	CHECK_REFUSED(bv_chain_check(chain->proof, &ca, 1, &root, 1, lists, 2, AT_S + DAY_S, &err), BV_EDENIED, &err, "revoked", "which is revoked by them");
	CHECK_REFUSED(bv_chain_check(chain->seal, &ca, 1, &root, 1, lists, 1, AT_S + DAY_S, &err), BV_EDENIED, &err, "CRL", "a list is missing");
	CHECK_REFUSED(bv_chain_check(chain->seal, &ca, 1, &root, 1, lists, 2, AT_S + 31 * DAY_S, &err), BV_EDENIED, &err, "expired", "a list is too old");
	CHECK_REFUSED(bv_chain_check(chain->seal, &ca, 1, &root, 1, NULL, 0, AT_S - 1, &err), BV_EDENIED, &err, "not yet valid", "before");
	CHECK_REFUSED(bv_chain_check(chain->seal, &ca, 1, &root, 1, NULL, 0, AT_S + 1001 * DAY_S, &err), BV_EDENIED, &err, "expired", "after");
	CHECK_REFUSED(bv_chain_check(chain->seal, NULL, 0, &root, 1, NULL, 0, AT_S + DAY_S, &err), BV_EDENIED, &err, "issuer", "without the authority");
	CHECK_REFUSED(bv_chain_check(chain->seal, &ca, 1, NULL, 0, NULL, 0, AT_S + DAY_S, &err), BV_EDENIED, &err, "", "without a root");
	const struct bv_str none[] = { BV_STR("list") };
	CHECK_REFUSED(bv_chain_check(chain->seal, &ca, 1, &root, 1, none, 1, AT_S, &err), BV_EPARSE, &err, "neither DER nor PEM", "no list");

	/* A root of the same name with another key. */
	struct bv_certificate_facts facts = facts_of(BV_PROFILE_ROOT);
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	make_key(&key, BV_KEY_P384, "false root");
	BV_AUTO(bv_certificate_free) struct bv_certificate *false_root = issue(&facts, key, NULL, key);
	const struct bv_certificate *wrong = false_root;
	CHECK(bv_chain_check(chain->seal, &ca, 1, &wrong, 1, NULL, 0, AT_S + DAY_S, &err) == BV_EDENIED, "a false root of the same name");
	/* Who was made to sign certificates of people signs an authority's. */
	const struct bv_certificate *above[] = { chain->ca, chain->seal };
	BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(BV_CERTIFICATE_MAX);
	facts = facts_of(BV_PROFILE_BATCH);
	CHECK_REFUSED(bv_certificate_write(&der, &facts, bv_key_describe(key), above[1], chain->p256, &err), BV_EINVAL, &err, "none of an authority",
	              "a batch's key issues nothing");
}

static void
refusals(const struct chain *chain)
{
	BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(BV_CERTIFICATE_MAX);
	struct bv_certificate_facts good = facts_of(BV_PROFILE_BATCH), facts;
	const struct bv_public *public = bv_key_describe(chain->p256);
	char name[65 * 2 + 1];
	struct bv_err err;

#define REFUSED(change, part) \
	do { \
		facts = good; \
		change; \
		CHECK_REFUSED(bv_certificate_write(&der, &facts, public, chain->ca, chain->ca_key, &err), BV_EINVAL, &err, part, #change); \
	} while (0)
	for (size_t i = 0; i < 65; i++)
		memcpy(name + 2 * i, "đ", 2);
	REFUSED(facts.subject.name = BV_STR_NONE, "is empty");
	REFUSED(facts.subject.name = BV_STR("a\nb"), "control");
	REFUSED(facts.subject.name = BV_STR("\xff"), "UTF-8");
	REFUSED(facts.subject.organization = ((struct bv_str){ name, 65 * 2 }), "at most 64");
	REFUSED(facts.subject.country = BV_STR("vn"), "capital");
	REFUSED(facts.subject.country = BV_STR("VNM"), "capital");
	REFUSED(facts.until_s = facts.from_s - 1, "before it begins");
	REFUSED(facts.from_s = AT_S - 1, "within the time of its authority");
	REFUSED(facts.until_s = AT_S + 2001LL * DAY_S, "within the time of its authority");
	REFUSED(facts.sign_until_s = AT_S - 1, "signs within");
	REFUSED(facts.sign_until_s = facts.until_s + 1, "signs within");
	REFUSED(facts.did = BV_STR("did:web:a b"), "printable");
	REFUSED(facts.address = BV_STR("https://đ"), "printable");
	REFUSED(facts.profile = BV_PROFILE_ROOT, "signs itself");
#undef REFUSED
	facts = good;
	facts.subject.organization = (struct bv_str){ name, 64 * 2 };
	CHECK_OK(bv_certificate_write(&der, &facts, public, chain->ca, chain->ca_key, &err), &err, "64 characters are not too many");
	CHECK_REFUSED(bv_certificate_write(&der, &good, public, NULL, chain->ca_key, &err), BV_EINVAL, &err, "only a root", "no issuer");
	CHECK_REFUSED(bv_certificate_write(&der, &good, public, chain->ca, chain->p256, &err), BV_EINVAL, &err, "do not belong together", "another's key");
	facts = facts_of(BV_PROFILE_ROOT);
	CHECK_REFUSED(bv_certificate_write(&der, &facts, public, NULL, chain->root_key, &err), BV_EINVAL, &err, "signs itself", "a root for another key");
	CHECK_REFUSED(bv_crl_write(&der, chain->ca, chain->p256, 1, AT_S, AT_S + 1, NULL, 0, &err), BV_EINVAL, &err, "belong together", "a list by another's key");
	CHECK_REFUSED(bv_crl_write(&der, chain->ca, chain->ca_key, 1, AT_S, AT_S, NULL, 0, &err), BV_EINVAL, &err, "due before", "a list that is never new");
}

/* Every truncation is refused; a flipped bit in each byte is refused or makes the chain fail. */
static void
damage(const struct chain *chain)
{
	struct bv_str der = bv_certificate_view(chain->seal)->der;
	const struct bv_certificate *root = chain->root, *ca = chain->ca;
	char copy[4096];
	struct bv_err err;
	size_t taken = 0;

	for (size_t len = 0; len < der.len; len++) {
		struct bv_certificate *none = NULL;
		taken += bv_certificate_parse(&none, bv_str_sub(der, 0, len), &err) == BV_OK;
		bv_certificate_free(none);
	}
	for (size_t i = 0; i < der.len; i++) {
		BV_AUTO(bv_certificate_free) struct bv_certificate *made = NULL;
		memcpy(copy, der.p, der.len);
		copy[i] ^= (char)(1 << i % 8);
		if (bv_certificate_parse(&made, (struct bv_str){ copy, der.len }, &err) == BV_OK)
			taken += bv_chain_check(made, &ca, 1, &root, 1, NULL, 0, AT_S + DAY_S, &err) == BV_OK;
	}
	CHECK(taken == 0, "%zu truncated, %zu changed: none is good", der.len, der.len);
	memcpy(copy, der.p, der.len);
	copy[der.len] = 0;
	struct bv_certificate *none = NULL;
	CHECK_REFUSED(bv_certificate_parse(&none, (struct bv_str){ copy, der.len + 1 }, &err), BV_EPARSE, &err, "not a certificate", "a byte after it");
	CHECK_REFUSED(bv_certificate_parse(&none, BV_STR(""), &err), BV_EPARSE, &err, "neither DER nor PEM", "nothing");
	CHECK_REFUSED(bv_certificate_parse(&none, BV_STR("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"), &err), BV_EPARSE, &err, "PEM", "no base64");
	char *large = calloc(1, BV_CERTIFICATE_MAX + 1);
	CHECK_REFUSED(bv_certificate_parse(&none, (struct bv_str){ large, BV_CERTIFICATE_MAX + 1 }, &err), BV_ELIMIT, &err, "at most", "too large");
	free(large);
	CHECK_REFUSED(bv_certificate_load(&none, "/nowhere.crt", &err), BV_ENOTFOUND, &err, "/nowhere.crt", "no file");
}

static void
requests(void)
{
	static const enum bv_key_kind kinds[] = { BV_KEY_ED25519, BV_KEY_P256, BV_KEY_P384 };
	const struct bv_subject subject = { BV_STR("CA Ễ Ỡ"), BV_STR("Bộ"), BV_STR("VN") };
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(kinds); i++) {
		BV_AUTO(bv_key_free) struct bv_key *key = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(BV_CERTIFICATE_MAX), pem = BV_BUF(2 * BV_CERTIFICATE_MAX);
		struct bv_request request;
		make_key(&key, kinds[i], "request");
		CHECK_OK(bv_request_write(&der, &subject, key, &err), &err, "a request");
		bv_request_write_pem(&pem, bv_buf_str(&der));
		CHECK_OK(bv_request_parse(&request, bv_buf_str(&pem), &err), &err, "is read from PEM");
		CHECK(bv_public_equal(&request.public, bv_key_describe(key)), "with its key");
		CHECK_STR(request.subject.name, subject.name, "and its name");
		CHECK_STR(request.subject.organization, subject.organization, "and organization");
		der.p[30] ^= 1; /* in the name */
		CHECK(bv_request_parse(&request, bv_buf_str(&der), &err) != BV_OK, "changed: refused");
		der.p[30] ^= 1;
		der.p[der.len - 1] ^= 1;
		CHECK_REFUSED(bv_request_parse(&request, bv_buf_str(&der), &err), BV_EDENIED, &err, "not signed by its own key", "another signature: refused");
		CHECK_REFUSED(bv_request_parse(&request, bv_str_sub(bv_buf_str(&der), 0, der.len - 1), &err), BV_EPARSE, &err, "not a request", "truncated");
	}
}

static void
write_pem(const char *folder, const char *name, struct bv_str der, const char *label)
{
	BV_AUTO(bv_buf_finish) struct bv_buf pem = BV_BUF(1 << 20);
	char path[200];
	struct bv_err err;

	pem_write(&pem, label, der);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	CHECK_OK(bv_file_write(path, bv_buf_str(&pem), 0600, &err), &err, name);
}

/* OpenSSL's program reads what our writer wrote; its strict mode has the rules of RFC 5280 that ours must not break. */
static void
oracle(const struct chain *chain)
{
	char folder[] = "/tmp/bv-certificate-XXXXXX", command[2000];

	if (system("command -v openssl >/dev/null 2>&1") != 0) {
		printf("ok %d # SKIP openssl is not here\n", ++check_count);
		return;
	}
	CHECK(mkdtemp(folder), "a folder");
	write_pem(folder, "root.crt", bv_certificate_view(chain->root)->der, "CERTIFICATE");
	write_pem(folder, "ca.crt", bv_certificate_view(chain->ca)->der, "CERTIFICATE");
	write_pem(folder, "seal.crt", bv_certificate_view(chain->seal)->der, "CERTIFICATE");
	write_pem(folder, "proof.crt", bv_certificate_view(chain->proof)->der, "CERTIFICATE");
	write_pem(folder, "root.crl", bv_buf_str(&chain->root_list), "X509 CRL");
	write_pem(folder, "ca.crl", bv_buf_str(&chain->ca_list), "X509 CRL");
	static const struct {
		const char *what, *options;
		bool good;
	} cases[] = {
		{ "openssl verify: the seal", "verify -x509_strict -purpose smimesign -CAfile root.crt -untrusted ca.crt -attime 1795100000 seal.crt", true },
		{ "with lists", "verify -x509_strict -crl_check_all -CRLfile root.crl -CRLfile ca.crl -CAfile root.crt -untrusted ca.crt -attime 1795100000 seal.crt", true },
		{ "the revoked one", "verify -crl_check -CRLfile ca.crl -CAfile root.crt -untrusted ca.crt -attime 1795100000 proof.crt", false },
		{ "the same without lists", "verify -x509_strict -CAfile root.crt -untrusted ca.crt -attime 1795100000 proof.crt", true },
		{ "too late", "verify -CAfile root.crt -untrusted ca.crt -attime 1900000000 seal.crt", false },
		{ "openssl crl: the list's signature", "crl -noout -CAfile ca.crt -in ca.crl", true },
	};
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		snprintf(command, sizeof command, "cd %s && openssl %s >said 2>&1 && ! grep -q failure said", folder, cases[i].options);
		CHECK((system(command) == 0) == cases[i].good, "%s", cases[i].what);
	}
	snprintf(command, sizeof command, "cd %s && openssl x509 -noout -text -certopt no_sigdump,no_pubkey -in seal.crt >text 2>&1 && grep -q 'URI:did:web:chungchi.example.vn' text && "
	         "grep -q 'E-mail Protection, 1.3.6.1.5.5.7.3.36' text && grep -q 'Private Key Usage Period' text && grep -q 'keys/ca.crl' text && "
	         "grep -q 'Digital Signature, Non Repudiation' text", folder);
	CHECK(system(command) == 0, "openssl x509 -text tells the profile of a batch");
	snprintf(command, sizeof command, "rm -rf %s", folder);
	CHECK(system(command) == 0, "removed");
}

static void
encodings(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(100000);
	char hex[200];

	/* X.690 §8.19.5: 2.100.3 is 06 03 81 34 03; RFC 3279's id-ecPublicKey; lengths of one, two and three octets (§8.1.3). */
	der_oid(&out, "2.100.3");
	der_oid(&out, "1.2.840.10045.2.1");
	der_int(&out, 0);
	der_int(&out, 127);
	der_int(&out, 128);
	der_int(&out, 256);
	der_time(&out, 2524607999);
	CHECK_STR(bv_str_of(bv_hex(hex, out.p, out.len)),
	          BV_STR("0603813403" "06072a8648ce3d0201" "020100" "02017f" "02020080" "02020100" "170d3439313233313233353935395a"), "X.690");
	bv_buf_clear(&out);
	der_time(&out, 2524608000);
	CHECK_STR(bv_str_of(bv_hex(hex, out.p, out.len)), BV_STR("180f32303530303130313030303030305a"), "RFC 5280 §4.1.2.5: GeneralizedTime from 2050 on");
	static const struct {
		size_t len;
		const char *head;
	} lengths[] = { { 0, "0400" }, { 127, "047f" }, { 128, "048180" }, { 255, "0481ff" }, { 256, "04820100" }, { 65536, "0483010000" } };
	static const char zeros[65536];
	for (size_t i = 0; i < BV_COUNT(lengths); i++) {
		bv_buf_clear(&out);
		der_add(&out, DER_OCTETS, (struct bv_str){ zeros, lengths[i].len });
		CHECK_STR(bv_str_of(bv_hex(hex, out.p, strlen(lengths[i].head) / 2)), bv_str_of(lengths[i].head), "X.690 §8.1.3");
		CHECK(out.len == strlen(lengths[i].head) / 2 + lengths[i].len, "and its contents");
	}
	struct bv_buf small = BV_BUF(4);
	der_add(&small, DER_OCTETS, BV_STR("12345"));
	CHECK(small.full, "what does not fit is told");
	bv_buf_finish(&small);
}

int
main(void)
{
	struct chain chain = { 0 };

	encodings();
	make_chain(&chain);
	views(&chain);
	chains(&chain);
	refusals(&chain);
	damage(&chain);
	requests();
	oracle(&chain);
	free_chain(&chain);
	return check_end();
}
