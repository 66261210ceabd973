/* What others signed: Wycheproof's ECDSA and JWS, the examples of the Token Status List draft, and the health passes of the EU's test data, which are the same
 * COSE and CWT as our paper. Their data is in ../shared/ref. */
#include "base/clock.h"
#include "base/deflate.h"
#include "base/file.h"
#include "base/mem.h"
#include "certs/jose/cose.h"
#include "certs/jose/sd_jwt.h"
#include "certs/keys/jwk.h"
#include "tests/certs/envelope.h"

static struct bv_json *
load(const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX);
	struct bv_json *json = NULL;
	struct bv_err err;

	CHECK_OK(bv_file_read(&text, path, &err), &err, path);
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&text), &err), &err, "is JSON");
	return json;
}

static struct bv_str
member(const struct bv_json *json, const char *name)
{
	return bv_json_str(bv_json_find(json, name));
}

/* ---- Wycheproof ---- */

static size_t
ecdsa_group(const struct bv_json *group, size_t *bad)
{
	const struct bv_json *tests = bv_json_find(group, "tests");
	const struct bv_json *jwk = bv_json_find(group, "publicKeyJwk");
	struct bv_public public = { .kind = BV_KEY_P256, .len = 65 }, other;
	struct bv_err err;

	/* Not every group has its key as a JWK, too. */
	if (bv_hex_parse(public.p, public.len, member(bv_json_find(group, "publicKey"), "uncompressed"), &err) != BV_OK ||
	    (jwk && (jwk_parse(&other, jwk, &err) != BV_OK || !bv_public_equal(&public, &other))))
		return 0;
	for (size_t i = 0; i < bv_json_count(tests); i++) {
		const struct bv_json *test = bv_json_at(tests, i);
		uint8_t message[4096], signature[BV_SIGNATURE_LEN];
		struct bv_str msg = member(test, "msg");
		bool valid = bv_str_is(member(test, "result"), "valid"), got = false;
		if (msg.len / 2 <= sizeof message && bv_hex_parse(message, msg.len / 2, msg, &err) == BV_OK &&
		    bv_hex_parse(signature, sizeof signature, member(test, "sig"), &err) == BV_OK) /* of another length: jws_check and cose_check refuse it */
			got = bv_public_check(&public, (struct bv_str){ (const char *)message, msg.len / 2 }, signature);
		if (got != valid)
			printf("# tcId %lld: %s\n", (long long)bv_json_int(bv_json_find(test, "tcId")), got ? "accepted" : "refused");
		*bad += got != valid;
	}
	return bv_json_count(tests);
}

static void
ecdsa(void)
{
	const char *path = check_reference("certs/wycheproof/testvectors_v1/ecdsa_secp256r1_sha256_p1363_test.json");
	size_t count = 0, bad = 0;

	if (!path)
		return;
	BV_AUTO(bv_json_free) struct bv_json *json = load(path);
	const struct bv_json *groups = bv_json_find(json, "testGroups");
	for (size_t i = 0; i < bv_json_count(groups); i++)
		count += ecdsa_group(bv_json_at(groups, i), &bad);
	CHECK(bad == 0 && (int64_t)count == bv_json_int(bv_json_find(json, "numberOfTests")), "Wycheproof ECDSA P-256, r and s: %zu of %zu as they should be", count - bad,
	      count);
}

/* Only ES256 is ours: what is signed otherwise is refused, be it valid for others or not. */
static bool
jws_accepted(struct bv_str text, const struct bv_public *public)
{
	BV_AUTO(bv_buf_finish) struct bv_buf payload = BV_BUF(JWS_MAX);
	BV_AUTO(jws_finish) struct jws jws = { 0 };
	struct bv_err err;

	return public->kind == BV_KEY_P256 && jws_parse_bytes(&jws, &payload, text, &err) == BV_OK && jws_check(&jws, &(struct public_key){ *public }, &err) == BV_OK;
}

static void
signatures(void)
{
	const char *path = check_reference("certs/wycheproof/testvectors_v1/json_web_signature_test.json");
	size_t count = 0, ours = 0, bad = 0;

	if (!path)
		return;
	BV_AUTO(bv_json_free) struct bv_json *json = load(path);
	const struct bv_json *groups = bv_json_find(json, "testGroups");
	for (size_t g = 0; g < bv_json_count(groups); g++) {
		const struct bv_json *group = bv_json_at(groups, g), *tests = bv_json_find(group, "tests"), *key = bv_json_find(group, "public");
		struct bv_public public = { 0 };
		struct bv_err err;
		enum bv_status status = jwk_parse(&public, key ? key : bv_json_find(group, "private"), &err);
		for (size_t i = 0; i < bv_json_count(tests); i++, count++) {
			const struct bv_json *test = bv_json_at(tests, i);
			bool es256 = status == BV_OK && public.kind == BV_KEY_P256, got = es256 && jws_accepted(member(test, "jws"), &public);
			ours += es256;
			if (got == (es256 && bv_str_is(member(test, "result"), "valid")))
				continue;
			printf("# tcId %lld: %s\n", (long long)bv_json_int(bv_json_find(test, "tcId")), got ? "accepted" : "refused");
			bad++;
		}
	}
	CHECK(bad == 0 && ours == 39 && (int64_t)count == bv_json_int(bv_json_find(json, "numberOfTests")),
	      "Wycheproof JWS: %zu with a key of P-256 as they should be, %zu with others refused, %zu not as they should be", ours, count - ours, bad);
}

/* ---- Token Status List ---- */

/* The key of the draft's examples, as its section "Test vectors" has it; that it is right shows in the signatures. */
static const char status_key[] = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo\",\"y\":"
                                 "\"6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M\",\"use\":\"sig\",\"alg\":\"ES256\"}";

/* A file of the draft without its line ends. */
static void
read_joined(struct bv_buf *out, const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(100000);
	struct bv_str rest, line;
	struct bv_err err;

	CHECK_OK(bv_file_read(&text, path, &err), &err, path);
	for (rest = bv_buf_str(&text); bv_str_token(&rest, &line);)
		bv_buf_add(out, line);
}

static void
status_cwt(const char *name, const struct bv_public *public)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf hex = BV_BUF(100000);
	const char *path = check_reference(name);
	const struct bv_cbor *claims;
	uint8_t bytes[1000];
	struct cose cose;
	struct bv_err err;

	if (!path)
		return;
	read_joined(&hex, path);
	size_t len = hex.len / 2;
	CHECK(len <= sizeof bytes && bv_hex_parse(bytes, len, bv_buf_str(&hex), &err) == BV_OK, "%s is hexadecimal", name);
	struct bv_str all = { (const char *)bytes, len };
	CHECK_OK(cose_parse(&cose, &arena, all, &err), &err, "a COSE_Sign1");
	CHECK(cose.alg == COSE_ES256 && bv_str_is(cose.kid, "12"), "ES256, kid 12");
	CHECK_OK(cose_check(&cose, &(struct public_key){ *public }, &err), &err, "signed by the draft's key");
	CHECK_OK(bv_cbor_parse(&claims, &arena, cose.payload, &err), &err, "with CWT claims");
	CHECK(bv_cbor_find(claims, 6) && bv_cbor_find(claims, 6)->n == 1686920170, "of its time");
	bytes[len - 70] ^= 1; /* the payload's end */
	CHECK(cose_parse(&cose, &arena, all, &err) != BV_OK || cose_check(&cose, &(struct public_key){ *public }, &err) == BV_EDENIED, "one bit changed: refused");
}

static void
status_lists(void)
{
	BV_AUTO(bv_json_free) struct bv_json *key = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(100000);
	BV_AUTO(jws_finish) struct jws jws = { 0 };
	struct bv_public public = { 0 };
	struct bv_err err;
	const char *path = check_reference("certs/token-status-list/examples/status_list_jwt_raw.md");

	if (!path)
		return;
	CHECK(bv_json_parse(&key, bv_str_of(status_key), &err) == BV_OK && jwk_parse(&public, key, &err) == BV_OK, "the draft's key");
	read_joined(&text, path);
	CHECK_OK(jws_parse(&jws, bv_buf_str(&text), &err), &err, "a JWS");
	CHECK_OK(jws_check(&jws, &(struct public_key){ public }, &err), &err, "signed by the draft's key");
	CHECK_STR(jws.typ, BV_STR("statuslist+jwt"), "of its type");
	CHECK(bv_json_int(bv_json_find(jws.payload, "ttl")) == 43200, "with its claims");
	jws.signature[63] ^= 1;
	CHECK_REFUSED(jws_check(&jws, &(struct public_key){ public }, &err), BV_EDENIED, &err, "does not match", "one bit changed");
	status_cwt("certs/token-status-list/examples/status_list_cwt.md", &public);
	status_cwt("certs/token-status-list/examples/referenced_token_cwt.md", &public);
}

/* ---- Health passes: "HC1:", base45 (RFC 9285), zlib, CWT in COSE_Sign1 ---- */

static bool
base45_parse(struct bv_buf *out, struct bv_str text)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

	for (size_t i = 0; i < text.len; i += 3) {
		size_t len = text.len - i < 3 ? text.len - i : 3;
		unsigned n = 0, unit = 1;
		for (size_t c = 0; c < len; c++, unit *= 45) {
			const char *at = text.p[i + c] ? strchr(alphabet, text.p[i + c]) : NULL;
			if (!at)
				return false;
			n += (unsigned)(at - alphabet) * unit;
		}
		if (len == 1 || n > (len == 3 ? 0xffff : 0xff))
			return false;
		if (len == 3)
			bv_buf_addc(out, (char)(n >> 8));
		bv_buf_addc(out, (char)n);
	}
	return true;
}

enum step { UNPREFIX, B45DECODE, COMPRESSION, DECODE, VERIFY, EXPIRATIONCHECK, STEPS };
static const char *const steps[STEPS] = { "EXPECTEDUNPREFIX", "EXPECTEDB45DECODE", "EXPECTEDCOMPRESSION", "EXPECTEDDECODE", "EXPECTEDVERIFY", "EXPECTEDEXPIRATIONCHECK" };

/* A NumericDate is an integer here, but RFC 8392 has it be a float as well: CO28. */
static int64_t
time_of(const struct bv_cbor *claims, int64_t key, int64_t otherwise)
{
	const struct bv_cbor *item = bv_cbor_find(claims, key);

	return !item ? otherwise : item->type == BV_CBOR_REAL ? (int64_t)item->real : item->n;
}

/* How many steps it passes; each needs the one before. */
static int
pass(struct bv_str text, struct bv_str certificate, int64_t at_s)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf packed = BV_BUF(100000), bytes = BV_BUF(100000), der = BV_BUF(100000);
	BV_AUTO(bv_certificate_free) struct bv_certificate *signer = NULL;
	const struct bv_cbor *claims;
	struct cose cose;
	struct bv_err err;

	if (!bv_str_starts(text, BV_STR("HC1:")))
		return UNPREFIX;
	if (!base45_parse(&packed, bv_str_sub(text, 4, text.len)))
		return B45DECODE;
	if (bv_inflate(&bytes, bv_buf_str(&packed), BV_DEFLATE_ZLIB, &err) != BV_OK)
		return COMPRESSION;
	if (cose_parse(&cose, &arena, bv_buf_str(&bytes), &err) != BV_OK || bv_cbor_parse(&claims, &arena, cose.payload, &err) != BV_OK)
		return DECODE;
	const struct bv_cbor *held = bv_cbor_find(bv_cbor_find(claims, -260), 1); /* hcert, eu_dgc_v1 */
	if (held && held->type != BV_CBOR_MAP)
		return DECODE;
	if (!bv_base64_parse(&der, certificate) || bv_certificate_parse(&signer, bv_buf_str(&der), &err) != BV_OK)
		return VERIFY;
	const struct bv_certificate_view *view = bv_certificate_view(signer);
	/* The kid is the first 8 bytes of the certificate's hash. */
	bool named = cose.kid.len == 8 && memcmp(cose.kid.p, view->fingerprint, 8) == 0;
	if (!named || cose_check(&cose, &(struct public_key){ view->public }, &err) != BV_OK || !held)
		return VERIFY;
	return time_of(claims, 6, 0) <= at_s && at_s < time_of(claims, 4, INT64_MAX) ? STEPS : EXPIRATIONCHECK;
}

/* Where we are of another mind than the data, and why. */
static const struct {
	const char *name;
	enum step step;
	const char *why;
} exceptions[] = {
	{ "CO1", VERIFY, "PS256 by an RSA key: ES256 is all that our paper has" },
	{ "CO2", VERIFY, "PS256 by an RSA key: ES256 is all that our paper has" },
	{ "CO20", VERIFY, "its algorithm stands in the unprotected header alone, which RFC 9052 §3.1 has authenticated where it can be" },
};

static bool
is_exception(struct bv_str name, enum step step)
{
	for (size_t i = 0; i < BV_COUNT(exceptions); i++)
		if (bv_str_is(name, exceptions[i].name) && step >= exceptions[i].step)
			return printf("# %s: %s\n", exceptions[i].name, exceptions[i].why) > 0;
	return false;
}

struct passes {
	size_t files, asked, wrong, apart, not_ours;
};

static enum bv_status
one_pass(void *ctx, const char *path, struct bv_err *err)
{
	struct passes *all = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_str name = bv_str_of(path), clock;
	int64_t at_s = 0;

	if (!bv_str_ends(name, BV_STR(".json")))
		return BV_OK;
	while (bv_str_find(name, '/') < name.len)
		name = bv_str_sub(name, bv_str_find(name, '/') + 1, name.len);
	name.len -= 5;
	TRY(bv_file_read(&text, path, err));
	TRY(bv_json_parse(&json, bv_buf_str(&text), err));
	const struct bv_json *context = bv_json_find(json, "TESTCTX"), *expected = bv_json_find(json, "EXPECTEDRESULTS");
	clock = member(context, "VALIDATIONCLOCK");
	TRY(bv_time_parse(&at_s, clock, err));
	int passed = pass(member(json, "PREFIX"), member(context, "CERTIFICATE"), at_s);
	all->files++;
	all->not_ours += bv_json_count(expected);
	for (int s = 0; s < STEPS; s++) {
		const struct bv_json *wanted = bv_json_find(expected, steps[s]);
		if (!wanted)
			continue;
		all->asked++;
		all->not_ours--;
		if ((passed > s) == bv_json_bool(wanted))
			continue;
		bool apart = is_exception(name, (enum step)s);
		all->apart += apart;
		all->wrong += !apart;
		if (!apart)
			printf("# %.*s: %s should be %d, %d steps passed\n", BV_STR_ARG(name), steps[s], bv_json_bool(wanted), passed);
	}
	return BV_OK;
}

static void
health_passes(void)
{
	const char *folder = check_reference("certs/dgc/common/2DCode/raw");
	struct passes all = { 0 };
	struct bv_err err;

	if (!folder)
		return;
	CHECK_OK(bv_dir_walk(folder, one_pass, &all, &err), &err, "the folder");
	/* Not asked: schema, JSON, key usage (by programme) and pictures, of which our paper has none. */
	CHECK(all.files == 38 && all.wrong == 0 && all.apart == BV_COUNT(exceptions), "%zu health passes: %zu outcomes as they should be, %zu explained, %zu wrong, %zu not of COSE or CWT",
	      all.files, all.asked - all.apart - all.wrong, all.apart, all.wrong, all.not_ours);
}

int
main(void)
{
	ecdsa();
	signatures();
	status_lists();
	health_passes();
	return check_end();
}
