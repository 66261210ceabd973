/* Status lists: the examples of the IETF draft, ours read back, what is changed refused, and what a folder of lists says of a certificate. */
#include "base/cbor.h"
#include "base/clock.h"
#include "base/deflate.h"
#include "base/file.h"
#include "base/mem.h"
#include "certs/jose/base64url.h"
#include "tests/certs/sample.h"
#include "tests/check.h"

#define BASE "https://chungchi.example.vn/status/7"
#define DAY 86400

static struct bv_err err;

/* ---- The draft's examples ---- */

static void
add_base64url(struct bv_buf *out, struct bv_str text)
{
	base64url_write(out, (const uint8_t *)text.p, text.len);
}

/* A token around a list: its signature is none. */
static struct bv_status_list *
wrap(struct bv_str list)
{
	BV_AUTO(bv_buf_finish) struct bv_buf token = BV_BUF(1 << 20), claims = BV_BUF(1 << 20);
	static const uint8_t none[BV_SIGNATURE_LEN];
	struct bv_status_list *parsed = NULL;

	add_base64url(&token, BV_STR("{\"alg\":\"ES256\",\"kid\":\"12\",\"typ\":\"statuslist+jwt\"}"));
	bv_buf_printf(&claims, "{\"iat\":1,\"sub\":\"https://example.com/statuslists/1\",\"status_list\":%.*s}", BV_STR_ARG(list));
	bv_buf_addc(&token, '.');
	add_base64url(&token, bv_buf_str(&claims));
	bv_buf_addc(&token, '.');
	base64url_write(&token, none, sizeof none);
	CHECK_OK(bv_status_parse(&parsed, bv_buf_str(&token), &err), &err, "a list of the draft is read");
	return parsed;
}

/* A file of the folder without white space, from the first c on: some begin with an explanation, and lines are broken in the middle of words. */
static void
read_example(struct bv_buf *out, const char *folder, const char *name, char c)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1 << 20);
	char path[4200];

	snprintf(path, sizeof path, "%s/%s.md", folder, name);
	CHECK_OK(bv_file_read(&text, path, &err), &err, name);
	bv_buf_clear(out);
	struct bv_str rest = bv_buf_str(&text);
	if (c)
		rest = bv_str_sub(rest, bv_str_find(rest, c), rest.len);
	for (size_t i = 0; i < rest.len; i++)
		if (!strchr(" \r\n", rest.p[i]))
			bv_buf_addc(out, rest.p[i]);
}

/* The same list in CBOR: a map of two, "bits" and "lst", a byte string. */
static void
check_cbor(const char *folder, const char *name, const struct bv_status_list *list, unsigned bits)
{
	BV_AUTO(bv_buf_finish) struct bv_buf hex = BV_BUF(1 << 20), entries = BV_BUF(1 << 20);
	uint8_t bytes[4096];
	unsigned differ = 0;

	read_example(&hex, folder, name, 0);
	const char *at = strstr(hex.p, "a26462697473");
	struct bv_str from = bv_str_of(at ? at : "");
	size_t len = from.len / 2;
	if (!CHECK(at && len < sizeof bytes && bv_hex_parse(bytes, len, from, &err) == BV_OK && bytes[6] == bits, "%s is CBOR", name))
		return;
	size_t head = bytes[11] == 0x59 ? 14 : bytes[11] == 0x58 ? 13 : 12;
	CHECK_OK(bv_inflate(&entries, (struct bv_str){ (const char *)bytes + head, len - head }, BV_DEFLATE_ZLIB, &err), &err, name);
	CHECK(entries.len * (8 / bits) == bv_status_count(list), "%s has as many entries", name);
	for (uint64_t i = 0; i < bv_status_count(list); i++)
		differ += bv_status_value(list, i) != ((uint8_t)entries.p[i * bits / 8] >> i * bits % 8 & ((1 << bits) - 1));
	CHECK(differ == 0, "%s has the same", name);
}

static void
examples(const char *folder)
{
	/* TSL §4.1 writes out the first two; the tables of appendix C have the others, of 2^20 entries. */
	static const struct {
		const char *json, *cbor;
		unsigned bits;
		uint64_t count;
	} lists[] = {
		{ "status_list_encoding_json", "status_list_encoding_cbor", 1, 16 },
		{ "status_list_encoding2_json", "status_list_encoding2_cbor", 2, 12 },
		{ "status_list_encoding1_long_json", "status_list_encoding1_long_cbor", 1, 1 << 20 },
		{ "status_list_encoding2_long_json", "status_list_encoding2_long_cbor", 2, 1 << 20 },
		{ "status_list_encoding4_json", "status_list_encoding4_cbor", 4, 1 << 20 },
		{ "status_list_encoding8_json", "status_list_encoding8_cbor", 8, 1 << 20 },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1 << 20);

	for (size_t i = 0; i < BV_COUNT(lists); i++) {
		read_example(&text, folder, lists[i].json, '{');
		BV_AUTO(bv_status_free) struct bv_status_list *list = wrap(bv_buf_str(&text));
		if (!list)
			continue;
		CHECK(bv_status_count(list) == lists[i].count, "%s has %d entries", lists[i].json, (int)lists[i].count);
		check_cbor(folder, lists[i].cbor, list, lists[i].bits);
		CHECK(bv_status_value(list, lists[i].count) == -1, "and none after the last");
	}
	/* byte_array = [0xb9, 0xa3]: entry 0 is the least significant bit. */
	static const int bits1[] = { 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1 }, bits2[] = { 1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3 };
	read_example(&text, folder, lists[0].json, '{');
	BV_AUTO(bv_status_free) struct bv_status_list *one = wrap(bv_buf_str(&text));
	for (size_t i = 0; i < BV_COUNT(bits1); i++)
		CHECK(bv_status_value(one, i) == bits1[i], "1 bit: entry %zu is %d", i, bits1[i]);
	read_example(&text, folder, lists[1].json, '{');
	BV_AUTO(bv_status_free) struct bv_status_list *two = wrap(bv_buf_str(&text));
	for (size_t i = 0; i < BV_COUNT(bits2); i++)
		CHECK(bv_status_value(two, i) == bits2[i], "2 bits: entry %zu is %d", i, bits2[i]);

	BV_AUTO(bv_status_free) struct bv_status_list *token = NULL;
	read_example(&text, folder, "status_list_jwt_raw", 0);
	CHECK_OK(bv_status_parse(&token, bv_buf_str(&text), &err), &err, "the token of the draft");
	CHECK_STR(bv_status_uri(token), BV_STR("https://example.com/statuslists/1"), "is about its list");
	CHECK(bv_status_kind(token) == BV_STATUS_TOKEN && bv_status_value(token, 0) == 1 && bv_status_value(token, 1) == 0, "and says the same");
	CHECK_REFUSED(bv_status_check(token, NULL, 1700000000, &err), BV_EDENIED, &err, "", "nobody is trusted for it");

	/* TSL §5.2: the same list as a CWT. */
	BV_AUTO(bv_status_free) struct bv_status_list *cwt = NULL;
	uint8_t bytes[400];
	read_example(&text, folder, "status_list_cwt", 0);
	if (!CHECK(text.len % 2 == 0 && text.len / 2 < sizeof bytes && bv_hex_parse(bytes, text.len / 2, bv_buf_str(&text), &err) == BV_OK, "the CWT of the draft"))
		return;
	struct bv_str whole = { (const char *)bytes, text.len / 2 };
	CHECK_OK(bv_status_parse(&cwt, whole, &err), &err, "is read");
	CHECK_STR(bv_status_uri(cwt), BV_STR("https://example.com/statuslists/1"), "is about its list");
	CHECK(bv_status_count(cwt) == bv_status_count(token), "with as many entries");
	for (uint64_t i = 0; i < bv_status_count(cwt); i++)
		CHECK(bv_status_value(cwt, i) == bv_status_value(token, i), "entry %d is the same", (int)i);
	unsigned taken = 0;
	for (size_t len = 0; len < whole.len; len++) {
		BV_AUTO(bv_status_free) struct bv_status_list *cut = NULL;
		taken += bv_status_parse(&cut, (struct bv_str){ whole.p, len }, &err) == BV_OK;
	}
	CHECK(taken == 0, "cut anywhere it is not");
	/* The draft's token that refers to a list is none itself. */
	BV_AUTO(bv_status_free) struct bv_status_list *other = NULL;
	read_example(&text, folder, "referenced_token_cwt", 0);
	if (CHECK(text.len / 2 < sizeof bytes && bv_hex_parse(bytes, text.len / 2, bv_buf_str(&text), &err) == BV_OK, "a token that refers to it"))
		CHECK_REFUSED(bv_status_parse(&other, (struct bv_str){ (const char *)bytes, text.len / 2 }, &err), BV_EINVAL, &err, "statuslist+cwt", "is no list");
}

/* A CWT by our key of P-256, made by hand: who signed it is looked up by the DID URL in its kid. */
static void
add_cwt(struct bv_buf *out, const struct bv_key *key, struct bv_str kid, struct bv_str packed)
{
	BV_AUTO(bv_buf_finish) struct bv_buf protected = BV_BUF(1000), claims = BV_BUF(10000), sign = BV_BUF(20000);
	uint8_t signature[BV_SIGNATURE_MAX];

	bv_cbor_add_map(&protected, 3);
	bv_cbor_add_int(&protected, 1);
	bv_cbor_add_int(&protected, -7);
	bv_cbor_add_int(&protected, 4);
	bv_cbor_add_bytes(&protected, kid.p, kid.len);
	bv_cbor_add_int(&protected, 16);
	bv_cbor_add_text(&protected, BV_STR("application/statuslist+cwt"));
	bv_cbor_add_map(&claims, 5);
	bv_cbor_add_int(&claims, 1);
	bv_cbor_add_text(&claims, BV_STR(SAMPLE_DID));
	bv_cbor_add_int(&claims, 2);
	bv_cbor_add_text(&claims, BV_STR(BASE "/token"));
	bv_cbor_add_int(&claims, 4);
	bv_cbor_add_int(&claims, SAMPLE_AT + DAY);
	bv_cbor_add_int(&claims, 6);
	bv_cbor_add_int(&claims, SAMPLE_AT);
	bv_cbor_add_int(&claims, 65533);
	bv_cbor_add_map(&claims, 2);
	bv_cbor_add_text(&claims, BV_STR("lst"));
	bv_cbor_add_bytes(&claims, packed.p, packed.len);
	bv_cbor_add_text(&claims, BV_STR("bits"));
	bv_cbor_add_int(&claims, 2);
	bv_cbor_add_array(&sign, 4); /* RFC 9052 §4.4 */
	bv_cbor_add_text(&sign, BV_STR("Signature1"));
	bv_cbor_add_bytes(&sign, protected.p, protected.len);
	bv_cbor_add_bytes(&sign, NULL, 0);
	bv_cbor_add_bytes(&sign, claims.p, claims.len);
	CHECK_OK(bv_key_ask(signature, key, bv_buf_str(&sign), &err), &err, "is signed");
	bv_cbor_add_tag(out, 18);
	bv_cbor_add_array(out, 4);
	bv_cbor_add_bytes(out, protected.p, protected.len);
	bv_cbor_add_map(out, 0);
	bv_cbor_add_bytes(out, claims.p, claims.len);
	bv_cbor_add_bytes(out, signature, BV_SIGNATURE_LEN);
}

static void
cwt(const struct bv_trust *by)
{
	static const uint8_t entries[] = { 0x24, 0, 0, 0 }; /* 0 1 2 0 … */
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf packed = BV_BUF(100), text = BV_BUF(10000), kid = BV_BUF(200);
	BV_AUTO(bv_status_lists_free) struct bv_status_lists *lists = bv_status_lists_new(by);
	uint8_t seed[BV_KEY_SEED_LEN] = { 5, 6, 7 };
	char multikey[BV_MULTIKEY_SIZE];
	struct bv_standing_reason why;
	unsigned taken = 0;

	bv_key_make(&key, BV_KEY_P256, seed);
	bv_deflate(&packed, (struct bv_str){ (const char *)entries, sizeof entries }, BV_DEFLATE_ZLIB);
	bv_buf_printf(&kid, "%s#%s", SAMPLE_DID, bv_multikey_write_of(multikey, bv_key_describe(key)));
	add_cwt(&text, key, bv_buf_str(&kid), bv_buf_str(&packed));
	CHECK_OK(bv_status_lists_add(lists, BV_STR("7.cwt"), bv_buf_str(&text), &err), &err, "a list as CWT");
	for (uint64_t i = 0; i < 4; i++) {
		static const enum bv_standing want[] = { BV_STANDING_VALID, BV_STANDING_REVOKED, BV_STANDING_SUSPENDED, BV_STANDING_VALID };
		CHECK(bv_status_lists_find(&why, lists, BV_STR(SAMPLE_DID), BV_STR(BASE), i, SAMPLE_AT) == want[i], "entry %d is %s", (int)i, bv_standing_name(want[i]));
	}
	for (size_t i = 0; i < text.len; i++) {
		BV_AUTO(bv_status_free) struct bv_status_list *bad = NULL;
		text.p[i] ^= 1;
		taken += bv_status_parse(&bad, bv_buf_str(&text), &err) == BV_OK && bv_status_check(bad, by, SAMPLE_AT, &err) == BV_OK;
		text.p[i] ^= 1;
	}
	CHECK(taken == 0, "no changed bit is taken");
}

/* ---- Ours ---- */

static struct bv_signer *signer, *ed25519_signer;
static struct bv_trust *trust;

static void
prepare(void)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("bangvang status");
	BV_AUTO(bv_key_free) struct bv_key *p256 = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(10000);
	uint8_t seed[BV_KEY_SEED_LEN] = { 5, 6, 7 };

	bv_key_make(&p256, BV_KEY_P256, seed);
	const struct bv_public *const keys[] = { bv_key_describe(key), bv_key_describe(p256) };
	bv_did_document_write(&document, BV_STR(SAMPLE_DID), keys, BV_COUNT(keys));
	trust = bv_trust_new();
	CHECK_OK(bv_trust_add(trust, "did.json", bv_buf_str(&document), &err), &err, "a trusted issuer");
	signer = sample_signer("bangvang status", SAMPLE_DID);
	ed25519_signer = sample_signer("bangvang status", SAMPLE_DID);
	CHECK_OK(bv_signer_add(signer, bv_steal(&p256), &err), &err, "who has a key of P-256 too");
}

static struct bv_status_terms
terms_from(int64_t from_s)
{
	return (struct bv_status_terms){ .base = BV_STR(BASE), .from_s = from_s, .until_s = from_s + 30 * DAY, .ttl_s = DAY };
}

static void
make(struct bv_buf *out, enum bv_status_kind kind, const struct bv_shard *shard, int64_t from_s)
{
	struct bv_status_terms terms = terms_from(from_s);

	bv_buf_clear(out);
	CHECK_OK(bv_status_write(out, kind, shard, &terms, signer, &err), &err, bv_status_kind_name(kind));
}

static void
round_trip(enum bv_status_kind kind)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_STATUS_LIST_MAX);
	BV_AUTO(bv_status_free) struct bv_status_list *list = NULL;
	struct bv_shard *shard = bv_alloc(sizeof *shard);
	unsigned differ = 0, taken = 0;

	for (uint32_t i = 0; i < BV_SHARD_ENTRIES; i += 1 + i % 97)
		bv_shard_set(shard, i, i % 3 ? BV_STANDING_REVOKED : BV_STANDING_SUSPENDED);
	bv_shard_set(shard, 0, BV_STANDING_VALID);
	make(&text, kind, shard, SAMPLE_AT);
	CHECK_OK(bv_status_parse(&list, bv_buf_str(&text), &err), &err, "is read back");
	CHECK(bv_status_count(list) == BV_SHARD_ENTRIES && bv_status_value(list, BV_SHARD_ENTRIES) == -1, "with all its entries");
	for (uint32_t i = 0; i < BV_SHARD_ENTRIES; i++) {
		int bit = 0x80 >> i % 8, revoked = (shard->revoked[i / 8] & bit) != 0, suspended = (shard->suspended[i / 8] & bit) != 0;
		int want = kind == BV_STATUS_REVOCATION ? revoked : kind == BV_STATUS_SUSPENSION ? suspended : revoked ? 1 : suspended ? 2 : 0;
		differ += bv_status_value(list, i) != want;
	}
	CHECK(differ == 0, "each as it was");
	CHECK_OK(bv_status_check(list, trust, SAMPLE_AT, &err), &err, "it is in force from its first second");
	CHECK_OK(bv_status_check(list, trust, SAMPLE_AT + 30 * DAY - 1, &err), &err, "to its last");
	CHECK_REFUSED(bv_status_check(list, trust, SAMPLE_AT - 1, &err), BV_EDENIED, &err, "not in force yet", "not before");
	CHECK_REFUSED(bv_status_check(list, trust, SAMPLE_AT + 30 * DAY, &err), BV_EDENIED, &err, "out of date", "not after");
	CHECK_REFUSED(bv_status_check(list, NULL, SAMPLE_AT, &err), BV_EDENIED, &err, "not in the trust folder", "nor for whom trusts nobody");

	for (size_t i = 0; i < text.len; i += 1 + i % 13) {
		BV_AUTO(bv_status_free) struct bv_status_list *bad = NULL;
		char was = text.p[i];
		text.p[i] = was == 'A' ? 'B' : 'A';
		taken += bv_status_parse(&bad, bv_buf_str(&text), &err) == BV_OK && bv_status_check(bad, trust, SAMPLE_AT, &err) == BV_OK;
		text.p[i] = was;
	}
	CHECK(taken == 0, "no changed character is taken");
	free(shard);
}

static void
bad_terms(void)
{
	static const struct {
		struct bv_status_terms terms;
		const char *part;
	} cases[] = {
		{ { .base = TEXT("no uri"), .from_s = 1, .until_s = 2 }, "absolute URI" },
		{ { .base = TEXT(BASE "/"), .from_s = 1, .until_s = 2 }, "does not end with" },
		{ { .base = TEXT(BASE), .from_s = 2, .until_s = 2 }, "ends after it begins" },
		{ { .base = TEXT(BASE), .from_s = -1, .until_s = 2 }, "1970" },
		{ { .base = TEXT(BASE), .from_s = 1, .until_s = INT64_MAX }, "9999" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_STATUS_LIST_MAX);
	struct bv_shard *shard = bv_alloc(sizeof *shard);

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		CHECK_REFUSED(bv_status_write(&text, BV_STATUS_TOKEN, shard, &cases[i].terms, signer, &err), BV_EINVAL, &err, cases[i].part, cases[i].part);
	CHECK(text.len == 0, "nothing was written");
	free(shard);
}

/* text with one thing changed is refused when it is read. */
static void
refuse(struct bv_str text, const char *from, const char *to, enum bv_status status, const char *part)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bad = BV_BUF(BV_STATUS_LIST_MAX);
	BV_AUTO(bv_status_free) struct bv_status_list *list = NULL;
	const char *at = strstr(text.p, from);

	if (!CHECK(at != NULL, "there is '%s'", from))
		return;
	bv_buf_add(&bad, (struct bv_str){ text.p, (size_t)(at - text.p) });
	bv_buf_addz(&bad, to);
	bv_buf_addz(&bad, at + strlen(from));
	CHECK_REFUSED(bv_status_parse(&list, bv_buf_str(&bad), &err), status, &err, part, part);
}

static void
bad_credentials(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_STATUS_LIST_MAX);
	struct bv_shard *shard = bv_alloc(sizeof *shard);

	make(&text, BV_STATUS_REVOCATION, shard, SAMPLE_AT);
	struct bv_str good = bv_buf_str(&text);
	refuse(good, "BitstringStatusListCredential", "OpenBadgeCredential", BV_EINVAL, "not a BitstringStatusListCredential");
	refuse(good, "\"BitstringStatusList\"", "\"StatusList2021\"", BV_EINVAL, "type of credentialSubject");
	refuse(good, "\"statusPurpose\":\"revocation\"", "\"statusPurpose\":\"message\"", BV_EINVAL, "purpose 'message'");
	refuse(good, "\"statusPurpose\":\"revocation\"", "\"statusPurpose\":\"revocation\",\"statusSize\":2", BV_EINVAL, "statusSize");
	refuse(good, "\"encodedList\":\"u", "\"encodedList\":\"z", BV_EPARSE, "multibase");
	refuse(good, "\"encodedList\":\"uH4s", "\"encodedList\":\"uH4=", BV_EPARSE, "base64url");
	refuse(good, "\"encodedList\":\"uH4s", "\"encodedList\":\"uH4", BV_EPARSE, "");
	refuse(good, "eddsa-jcs-2022", "eddsa-rdfc-2022", BV_EINVAL, "eddsa-jcs-2022");
	refuse(good, "eddsa-rdfc-2022", "bbs-2023", BV_EINVAL, "beside one of");
	refuse(good, "assertionMethod", "authentication", BV_EINVAL, "assertionMethod");
	refuse(good, "\"proofValue\":\"z", "\"proofValue\":\"u", BV_EPARSE, "proofValue");
	refuse(good, "\"proofPurpose\"", "\"nonce\":\"1\",\"proofPurpose\"", BV_EINVAL, "nonce");
	refuse(good, "{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"]", "{\"@context\":[\"https://example.com/\"]", BV_EINVAL, "VCDM");
	refuse(good, "\"id\":\"" BASE "/revocation\"", "\"id\":\"x\"", BV_EINVAL, "absolute URI");
	refuse(good, "\"validFrom\":\"2027", "\"validFrom\":\"x027", BV_EPARSE, "");
	refuse(good, "}", "", BV_EPARSE, "");
	free(shard);
}

/* A token whose header or claims say something else. */
static void
bad_token(const char *header, const char *claims, size_t signature_len, enum bv_status status, const char *part)
{
	BV_AUTO(bv_buf_finish) struct bv_buf token = BV_BUF(1 << 20);
	BV_AUTO(bv_status_free) struct bv_status_list *list = NULL;
	static const uint8_t none[200];

	add_base64url(&token, bv_str_of(header));
	bv_buf_addc(&token, '.');
	add_base64url(&token, bv_str_of(claims));
	bv_buf_addc(&token, '.');
	base64url_write(&token, none, signature_len);
	CHECK_REFUSED(bv_status_parse(&list, bv_buf_str(&token), &err), status, &err, part, part);
}

static void
bad_tokens(void)
{
#define HEADER "{\"alg\":\"ES256\",\"kid\":\"12\",\"typ\":\"statuslist+jwt\"}"
#define CLAIMS(list) "{\"iat\":1,\"sub\":\"https://e.vn/1\",\"status_list\":" list "}"
	static const char good[] = CLAIMS("{\"bits\":1,\"lst\":\"eNrbuRgAAhcBXQ\"}");
	BV_AUTO(bv_status_free) struct bv_status_list *list = NULL;

	bad_token("{\"alg\":\"ES256\",\"kid\":\"12\",\"typ\":\"JWT\"}", good, 64, BV_EINVAL, "typ is 'JWT'");
	bad_token("{\"alg\":\"none\",\"kid\":\"12\",\"typ\":\"statuslist+jwt\"}", good, 64, BV_EINVAL, "by 'none'");
	bad_token("{\"alg\":\"ES256\",\"crit\":[\"x\"],\"kid\":\"12\",\"typ\":\"statuslist+jwt\"}", good, 64, BV_EINVAL, "critical");
	bad_token("{\"alg\":\"ES256\",\"typ\":\"statuslist+jwt\"}", good, 64, BV_EINVAL, "kid");
	bad_token(HEADER, good, 63, BV_EPARSE, "63 bytes");
	bad_token(HEADER, CLAIMS("{\"bits\":3,\"lst\":\"eNrbuRgAAhcBXQ\"}"), 64, BV_EINVAL, "1, 2, 4 or 8");
	bad_token(HEADER, CLAIMS("{\"bits\":1,\"lst\":\"eNrbuRgAAhcBX\"}"), 64, BV_EPARSE, "base64url");
	bad_token(HEADER, CLAIMS("{\"bits\":1,\"lst\":\"eNrbuRgAAhcB\"}"), 64, BV_EPARSE, "cut off");
	bad_token(HEADER, CLAIMS("{\"bits\":1,\"lst\":\"eNoDAAAAAAE\"}"), 64, BV_EPARSE, "empty");
	bad_token(HEADER, CLAIMS("[]"), 64, BV_EINVAL, "status_list");
	bad_token(HEADER, "{\"iat\":1}", 64, BV_EINVAL, "sub");
	CHECK_REFUSED(bv_status_parse(&list, BV_STR("a.b"), &err), BV_EPARSE, &err, "JWT", "two parts");
	CHECK_REFUSED(bv_status_parse(&list, BV_STR("e30.e30.e30.e30"), &err), BV_EPARSE, &err, "", "four parts");
	CHECK_REFUSED(bv_status_parse(&list, BV_STR_NONE, &err), BV_EPARSE, &err, "", "nothing");
}

/* ---- A folder ---- */

static void
add(struct bv_status_lists *lists, enum bv_status_kind kind, const struct bv_shard *shard, int64_t from_s)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_STATUS_LIST_MAX);

	make(&text, kind, shard, from_s);
	CHECK_OK(bv_status_lists_add(lists, BV_STR("list"), bv_buf_str(&text), &err), &err, "is added");
}

static void
expect(const struct bv_status_lists *lists, const char *issuer, uint64_t idx, int64_t at_s, enum bv_standing want, const char *part)
{
	struct bv_standing_reason why;
	enum bv_standing got = bv_status_lists_find(&why, lists, bv_str_of(issuer), BV_STR(BASE), idx, at_s);

	CHECK(got == want && why.vi && strstr(why.en, part), "%s: %s, %s", part, bv_standing_name(got), why.en);
}

static void
folder(void)
{
	BV_AUTO(bv_status_lists_free) struct bv_status_lists *lists = bv_status_lists_new(trust), *tokens = bv_status_lists_new(trust);
	struct bv_shard *shard = bv_alloc(sizeof *shard);
	const int64_t day = SAMPLE_AT;

	expect(lists, SAMPLE_DID, 5, day, BV_STANDING_UNKNOWN, "no status list");
	add(lists, BV_STATUS_REVOCATION, shard, day);
	expect(lists, SAMPLE_DID, 5, day, BV_STANDING_UNKNOWN, "no status list"); /* nothing says that it is not suspended */
	add(lists, BV_STATUS_SUSPENSION, shard, day);
	expect(lists, SAMPLE_DID, 5, day, BV_STANDING_VALID, "neither");
	expect(lists, SAMPLE_DID, BV_SHARD_ENTRIES, day, BV_STANDING_UNKNOWN, "no such entry");
	expect(lists, "did:web:another.example.vn", 5, day, BV_STANDING_UNKNOWN, "not signed by the issuer");
	expect(lists, SAMPLE_DID, 5, day - 1, BV_STANDING_UNKNOWN, "no status list");
	bv_shard_set(shard, 5, BV_STANDING_SUSPENDED);
	add(lists, BV_STATUS_SUSPENSION, shard, day + DAY);
	add(lists, BV_STATUS_REVOCATION, shard, day + DAY);
	expect(lists, SAMPLE_DID, 5, day + DAY - 1, BV_STANDING_VALID, "neither");
	expect(lists, SAMPLE_DID, 5, day + DAY, BV_STANDING_SUSPENDED, "suspended");
	expect(lists, SAMPLE_DID, 4, day + DAY, BV_STANDING_VALID, "neither");
	bv_shard_set(shard, 5, BV_STANDING_REVOKED);
	add(lists, BV_STATUS_REVOCATION, shard, day + 2 * DAY); /* the suspension of the day before still stands in its list */
	expect(lists, SAMPLE_DID, 5, day + 2 * DAY, BV_STANDING_REVOKED, "revoked");
	expect(lists, SAMPLE_DID, 4, day + 32 * DAY, BV_STANDING_UNKNOWN, "out of date"); /* never "revoked" for want of a list */
	expect(lists, SAMPLE_DID, 5, day + DAY, BV_STANDING_SUSPENDED, "suspended"); /* what was said of that day stays */

	add(tokens, BV_STATUS_TOKEN, shard, day);
	expect(tokens, SAMPLE_DID, 5, day, BV_STANDING_REVOKED, "revoked");
	expect(tokens, SAMPLE_DID, 6, day, BV_STANDING_VALID, "neither");

	BV_AUTO(bv_status_lists_free) struct bv_status_lists *strangers = bv_status_lists_new(NULL);
	add(strangers, BV_STATUS_TOKEN, shard, day);
	expect(strangers, SAMPLE_DID, 5, day, BV_STANDING_UNKNOWN, "not signed by the issuer");
	CHECK_REFUSED(bv_status_lists_add(lists, BV_STR("bad.json"), BV_STR("{}"), &err), BV_EINVAL, &err, "bad.json: ", "a broken file is named");
	free(shard);
}

/* A certificate with a place in the shard, verified with what was fetched. */
static void
verified(const struct bv_status_lists *lists, uint32_t idx, int64_t at_s, enum bv_verdict verdict, enum bv_check_result result, const char *part)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_CREDENTIAL_MAX), report_text = BV_BUF(1 << 20);
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	struct bv_credential_facts facts = sample_facts();
	const struct bv_verify_options options = { .at_s = at_s, .status = lists };

	facts.status = BV_STR(BASE);
	facts.status_idx = idx;
	CHECK_OK(bv_credential_issue(&text, &facts, signer, &err), &err, "a certificate");
	bv_credential_verify(&report, bv_buf_str(&text), trust, &options);
	bv_report_write(&report_text, report, BV_STR("x"), BV_LANG_EN);
	if (!CHECK(bv_report_verdict(report) == verdict && bv_report_check(report, BV_CHECK_STATUS) == result && strstr(report_text.p, part), "%s", part))
		printf("# verdict %d status %d\n", bv_report_verdict(report), bv_report_check(report, BV_CHECK_STATUS));
}

static void
certificates(void)
{
	BV_AUTO(bv_status_lists_free) struct bv_status_lists *lists = bv_status_lists_new(trust), *forged = bv_status_lists_new(NULL);
	struct bv_shard *shard = bv_alloc(sizeof *shard);

	bv_shard_set(shard, 3, BV_STANDING_REVOKED);
	bv_shard_set(shard, 4, BV_STANDING_SUSPENDED);
	verified(NULL, 2, SAMPLE_AT, BV_VERDICT_UNCHECKED, BV_CHECK_UNCHECKED, "was not given");
	verified(lists, 2, SAMPLE_AT, BV_VERDICT_UNCHECKED, BV_CHECK_UNCHECKED, "was not given");
	add(lists, BV_STATUS_TOKEN, shard, SAMPLE_AT);
	verified(lists, 2, SAMPLE_AT, BV_VERDICT_VALID, BV_CHECK_PASSED, "neither revoked nor suspended (list of 2027-01-01");
	verified(lists, 3, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_FAILED, "REVOKED (list of 2027-01-01");
	verified(lists, 4, SAMPLE_AT, BV_VERDICT_INVALID, BV_CHECK_FAILED, "SUSPENDED (list of 2027-01-01");
	verified(lists, BV_SHARD_ENTRIES, SAMPLE_AT, BV_VERDICT_UNCHECKED, BV_CHECK_UNCHECKED, "has no entry");
	verified(lists, 3, SAMPLE_AT + 30 * DAY, BV_VERDICT_UNCHECKED, BV_CHECK_UNCHECKED, "out of date"); /* never "revoked" by a list that says nothing any more */
	add(forged, BV_STATUS_TOKEN, shard, SAMPLE_AT);
	verified(forged, 2, SAMPLE_AT, BV_VERDICT_UNCHECKED, BV_CHECK_UNCHECKED, "is not signed by the issuer");
	free(shard);
}

static void
loaded(void)
{
	BV_AUTO(bv_status_lists_free) struct bv_status_lists *lists = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_STATUS_LIST_MAX);
	struct bv_shard *shard = bv_alloc(sizeof *shard);
	char dir[] = "/tmp/test_status_XXXXXX", path[100];

	CHECK(mkdtemp(dir) != NULL, "a folder");
	make(&text, BV_STATUS_TOKEN, shard, SAMPLE_AT);
	snprintf(path, sizeof path, "%s/7.jwt", dir);
	CHECK_OK(bv_file_create(path, bv_buf_str(&text), 0644, &err), &err, "a token");
	snprintf(path, sizeof path, "%s/README.md", dir);
	CHECK_OK(bv_file_create(path, BV_STR("what these are"), 0644, &err), &err, "something else");
	CHECK_OK(bv_status_lists_load(&lists, dir, trust, &err), &err, "are loaded");
	expect(lists, SAMPLE_DID, 5, SAMPLE_AT, BV_STANDING_VALID, "neither");
	snprintf(path, sizeof path, "%s/8.json", dir);
	CHECK_OK(bv_file_create(path, BV_STR("{"), 0644, &err), &err, "a broken list");
	BV_AUTO(bv_status_lists_free) struct bv_status_lists *none = NULL;
	CHECK_REFUSED(bv_status_lists_load(&none, dir, trust, &err), BV_EPARSE, &err, "8.json", "is not passed over");
	CHECK_REFUSED(bv_status_lists_load(&none, "/nowhere", trust, &err), BV_ENOTFOUND, &err, "", "no folder");
	for (const char *const *name = (const char *const[]){ "7.jwt", "README.md", "8.json", NULL }; *name; name++) {
		snprintf(path, sizeof path, "%s/%s", dir, *name);
		remove(path);
	}
	remove(dir);
	free(shard);
}

int
main(void)
{
	const char *reference = check_reference("certs/token-status-list/examples");

	if (reference)
		examples(reference);
	prepare();
	for (int kind = 0; kind < BV_STATUS_KINDS; kind++)
		round_trip((enum bv_status_kind)kind);
	bad_terms();
	bad_credentials();
	bad_tokens();
	folder();
	cwt(trust);
	certificates();
	loaded();
	struct bv_signer *both = signer;
	signer = ed25519_signer;
	round_trip(BV_STATUS_TOKEN);
	bv_signer_free(both);
	bv_signer_free(ed25519_signer);
	bv_trust_free(trust);
	return check_end();
}
