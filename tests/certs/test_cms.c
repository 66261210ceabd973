/* Signatures of seals: ours read by another reader is tests/interop; here, what is refused of what others could write. */
#include <openssl/cms.h>

#include "certs/pdf/cms.h"
#include "tests/certs/seal_sample.h"
#include "tests/check.h"

#define KEY "bangvang golden 1"
#define AT INT64_C(1795000200)

static const struct cms_trust nobody;

static enum bv_status
look(struct cms_facts *facts, struct bv_str der, const struct cms_trust *trust, struct bv_err *err)
{
	static struct bv_arena arena;
	uint8_t digest[BV_HASH_LEN];

	bv_sha256(digest, BV_STR("document"));
	enum bv_status status = cms_check(facts, &arena, der, digest, trust, AT, err);
	if (status != BV_OK)
		bv_arena_finish(&arena);
	return status;
}

static void
der_of(struct bv_str *out, struct bv_arena *arena, X509 *x509)
{
	unsigned char *der = NULL;
	int len = i2d_X509(x509, &der);

	*out = bv_arena_str(arena, (struct bv_str){ (const char *)der, (size_t)len });
	OPENSSL_free(der);
}

static void
ours(const struct seal_sample *s)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf cms = BV_BUF(1 << 20);
	struct bv_seal seal = { .key = s->key, .chain = s->chain, .at_s = AT };
	uint8_t digest[BV_HASH_LEN];
	struct cms_facts facts;
	struct bv_str root, leaf;
	struct bv_err err;

	bv_sha256(digest, BV_STR("document"));
	CHECK_OK(cms_write(&cms, digest, &seal, &err), &err, "written");
	CHECK_OK(look(&facts, bv_buf_str(&cms), &nobody, &err), &err, "read");
	CHECK(facts.chain_fault.len > 0 && !facts.stamped && !facts.stamp_fault.len && !facts.revoked.len, "by nobody that is known");
	CHECK(bv_public_equal(&facts.public, bv_key_describe(s->key)), "its key");
	CHECK(facts.uri_count == 1 && bv_str_is(facts.uris[0], SAMPLE_DID), "its DID");
	CHECK_STR(facts.subject, BV_STR("CN=Niêm phong / Seal,O=Trung tâm Sát hạch mẫu"), "its subject");
	der_of(&root, &arena, s->root_x509);
	der_of(&leaf, &arena, s->leaf_x509);
	CHECK(look(&facts, bv_buf_str(&cms), &(struct cms_trust){ .anchors = { &root, 1 } }, &err) == BV_OK && !facts.chain_fault.len, "the root is known");
	CHECK(look(&facts, bv_buf_str(&cms), &(struct cms_trust){ .anchors = { &leaf, 1 } }, &err) == BV_OK && !facts.chain_fault.len, "or the certificate itself");

	bv_buf_addc(&cms, '\0');
	CHECK_OK(look(&facts, bv_buf_str(&cms), &nobody, &err), &err, "zeros after it");
	bv_buf_addc(&cms, 'x');
	CHECK_REFUSED(look(&facts, bv_buf_str(&cms), &nobody, &err), BV_EPARSE, &err, "only zeros", "something else after it");
	cms.len -= 2;
	CHECK_REFUSED(look(&facts, bv_str_sub(bv_buf_str(&cms), 0, cms.len - 1), &nobody, &err), BV_EPARSE, &err, "no detached", "cut");
	CHECK_REFUSED(look(&facts, BV_STR_NONE, &nobody, &err), BV_EPARSE, &err, "no detached", "nothing");
	size_t accepted = 0;
	for (size_t i = 0; i < cms.len; i++) {
		cms.p[i] ^= 4;
		if (look(&facts, bv_buf_str(&cms), &(struct cms_trust){ .anchors = { &root, 1 } }, &err) == BV_OK && !facts.chain_fault.len &&
		    !bv_public_equal(&facts.public, bv_key_describe(s->key)))
			accepted++;
		cms.p[i] ^= 4;
	}
	CHECK(accepted == 0, "no flipped bit makes it another key's");
}

/* What OpenSSL writes with those flags, or after a change. */
static enum bv_status
theirs(const struct seal_sample *s, const char *document, unsigned flags, const EVP_MD *md, const char *second, struct bv_err *err)
{
	BIO *content = BIO_new_mem_buf(document, -1);
	EVP_PKEY *pkey = seal_pkey(KEY), *other = second ? seal_pkey(second) : NULL;
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, content, CMS_BINARY | CMS_PARTIAL | (flags & CMS_DETACHED));
	struct cms_facts facts;
	unsigned char *der = NULL;

	if (!CMS_add1_signer(cms, s->leaf_x509, pkey, md, flags & ~(unsigned)CMS_DETACHED))
		abort();
	X509 *x509 = second ? seal_x509(second, "Second", "did:web:b.example", s->root_x509, "bangvang test root") : NULL;
	if (second && !CMS_add1_signer(cms, x509, other, md, CMS_NOATTR))
		abort();
	if (CMS_final(cms, content, NULL, CMS_BINARY | (flags & CMS_DETACHED)) != 1)
		abort();
	int len = i2d_CMS_ContentInfo(cms, &der);
	enum bv_status status = look(&facts, (struct bv_str){ (const char *)der, (size_t)len }, &nobody, err);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	EVP_PKEY_free(pkey);
	EVP_PKEY_free(other);
	X509_free(x509);
	BIO_free(content);
	return status;
}

static void
others(const struct seal_sample *s)
{
	struct bv_err err;

	CHECK_REFUSED(theirs(s, "document", CMS_DETACHED | CMS_CADES | CMS_NOSMIMECAP, EVP_sha256(), NULL, &err), BV_EPARSE, &err, "PAdES B-B", "with a signing time");
	CHECK_REFUSED(theirs(s, "document", CMS_DETACHED | CMS_NOATTR, EVP_sha256(), NULL, &err), BV_EPARSE, &err, "PAdES B-B", "without attributes");
	CHECK_REFUSED(theirs(s, "document", CMS_CADES, EVP_sha256(), NULL, &err), BV_EPARSE, &err, "no detached", "with the document inside");
	CHECK_REFUSED(theirs(s, "document", CMS_DETACHED | CMS_NOATTR, EVP_sha256(), "second", &err), BV_EPARSE, &err, "exactly one signature", "two signatures");
	CHECK_REFUSED(theirs(s, "document", CMS_DETACHED | CMS_NOCERTS, EVP_sha256(), NULL, &err), BV_EPARSE, &err, "is not in it", "without its certificate");
}

/* RFC 3161: responses that grant nothing. A good one is in tests/cli and tests/interop, by `openssl ts`. */
static void
stamps(void)
{
	static const struct {
		struct bv_str response;
		enum bv_status status;
		const char *name;
	} cases[] = {
		{ TEXT("\x30\x05\x30\x03\x02\x01\x02"), BV_EDENIED, "refused (rejection)" },
		{ TEXT("\x30\x05\x30\x03\x02\x01\x00"), BV_EPARSE, "granted, without a stamp" },
		{ TEXT("\x30\x05\x30\x03\x02\x01"), BV_EPARSE, "cut" },
		{ TEXT("\x30\x05\x30\x03\x02\x01\x02x"), BV_EPARSE, "longer than it says" },
		{ TEXT("<html>"), BV_EPARSE, "a page of errors" },
		{ TEXT(""), BV_EPARSE, "nothing" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1 << 16), request = BV_BUF(1000);
	uint8_t hash[BV_HASH_LEN] = { 1, 2, 3 };
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		CHECK(timestamp_token(&out, cases[i].response, &err) == cases[i].status && out.len == 0, "time stamp: %s", cases[i].name);
	timestamp_request(&request, hash);
	CHECK(request.len == 57 && memcmp(request.p, "\x30\x37\x02\x01\x01\x30\x2f\x30\x0b", 9) == 0, "a request of %zu bytes", request.len);
}

static void
chains(const struct seal_sample *s)
{
	BV_AUTO(bv_buf_finish) struct bv_buf pem = BV_BUF(1 << 20);
	struct bv_seal_chain *chain = NULL;
	struct bv_err err;

	CHECK_REFUSED(bv_seal_chain_parse(&chain, BV_STR("nothing"), &err), BV_EPARSE, &err, "no certificate", "no chain");
	CHECK_REFUSED(bv_seal_chain_parse(&chain, BV_STR("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), &err), BV_EPARSE, &err, "not X.509", "no certificate");
	for (int i = 0; i < BV_CHAIN_MAX; i++)
		seal_pem(&pem, s->leaf_x509);
	CHECK_OK(bv_seal_chain_parse(&chain, bv_buf_str(&pem), &err), &err, "as long as may be");
	bv_seal_chain_free(chain);
	chain = NULL;
	seal_pem(&pem, s->leaf_x509);
	CHECK_REFUSED(bv_seal_chain_parse(&chain, bv_buf_str(&pem), &err), BV_ELIMIT, &err, "more than", "one more");
}

int
main(void)
{
	struct seal_sample s;

	seal_sample_init(&s, KEY, SAMPLE_DID);
	ours(&s);
	others(&s);
	stamps();
	chains(&s);
	seal_sample_finish(&s);
	return check_end();
}
