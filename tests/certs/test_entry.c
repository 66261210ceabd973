/* Entries of the public log: each type written, read back, and refused when anything is changed; and the entry that follows from a certificate. */
#include "tests/certs/sample.h"
#include "tests/check.h"

#define KEY_1 "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"
#define KEY_2 "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
#define HASH_1 "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"
#define HASH_2 "ISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0A"
#define AT "2027-01-01T00:00:00Z"

static struct bv_entry
leaf_of(enum bv_entry_type type)
{
	struct bv_entry leaf = {
		.type = type,
		.at_s = SAMPLE_AT,
		.achievement = BV_STR("https://chungchi.example.vn/thanh-tuu/cntt"),
		.issuer = BV_STR(SAMPLE_DID),
		.key = BV_STR(KEY_1),
		.status = BV_STR("https://chungchi.example.vn/status/7#131071"),
		.reason = BV_STR("key-compromise"),
		.url = BV_STR("https://chungchi.example.vn/status/7/revocation"),
		.batch = BV_STR("2026-11-25.sang"),
		.approvers = { BV_STR(KEY_1), BV_STR(KEY_2) },
		.approver_count = 2,
		.from_s = SAMPLE_AT,
		.until_s = SAMPLE_AT + 30 * 86400,
		.count = 131072,
	};

	for (int i = 0; i < BV_HASH_LEN; i++) {
		leaf.credential[i] = leaf.hash[i] = (uint8_t)(i + 1);
		leaf.replacement[i] = (uint8_t)(i + 33);
	}
	return leaf;
}

#define APPROVED "{\"approvers\":[\"" KEY_1 "\",\"" KEY_2 "\"],\"at\":\"" AT "\",\"credential\":\"" HASH_1 "\",\"reason\":\"key-compromise\","

#define STOPPED "{\"approvers\":[\"" KEY_1 "\",\"" KEY_2 "\"],\"at\":\"" AT "\",\"issuer\":\"" SAMPLE_DID "\",\"reason\":\"key-compromise\","

static const char *const written[BV_ENTRY_TYPES] = {
	[BV_ENTRY_CERTIFICATE] = "{\"achievement\":\"https://chungchi.example.vn/thanh-tuu/cntt\",\"credential\":\"" HASH_1 "\",\"issuer\":\"" SAMPLE_DID
	                        "\",\"key\":\"" KEY_1 "\",\"status\":\"https://chungchi.example.vn/status/7#131071\",\"type\":\"certificate\",\"v\":1}",
	[BV_ENTRY_REVOCATION] = APPROVED "\"type\":\"revocation\",\"v\":1}",
	[BV_ENTRY_SUSPENSION] = APPROVED "\"type\":\"suspension\",\"v\":1}",
	[BV_ENTRY_REINSTATEMENT] = APPROVED "\"type\":\"reinstatement\",\"v\":1}",
	[BV_ENTRY_SUPERSESSION] = APPROVED "\"replacement\":\"" HASH_2 "\",\"type\":\"supersession\",\"v\":1}",
	[BV_ENTRY_CORRECTION] = APPROVED "\"replacement\":\"" HASH_2 "\",\"type\":\"correction\",\"v\":1}",
	[BV_ENTRY_KEY_ADDED] = "{\"at\":\"" AT "\",\"from\":\"" AT "\",\"issuer\":\"" SAMPLE_DID "\",\"key\":\"" KEY_1
	                      "\",\"type\":\"key-added\",\"until\":\"2027-01-31T00:00:00Z\",\"v\":1}",
	[BV_ENTRY_KEY_REMOVED] = "{\"at\":\"" AT "\",\"issuer\":\"" SAMPLE_DID "\",\"key\":\"" KEY_1 "\",\"reason\":\"key-compromise\",\"type\":\"key-removed\",\"v\":1}",
	[BV_ENTRY_DID_DOCUMENT] = "{\"at\":\"" AT "\",\"hash\":\"" HASH_1 "\",\"issuer\":\"" SAMPLE_DID "\",\"type\":\"did-document\",\"v\":1}",
	[BV_ENTRY_STATUS_LIST] = "{\"at\":\"" AT "\",\"hash\":\"" HASH_1 "\",\"type\":\"status-list\",\"url\":\"https://chungchi.example.vn/status/7/revocation\",\"v\":1}",
	[BV_ENTRY_ACHIEVEMENT] = "{\"achievement\":\"https://chungchi.example.vn/thanh-tuu/cntt\",\"at\":\"" AT "\",\"hash\":\"" HASH_1 "\",\"type\":\"achievement\",\"v\":1}",
	[BV_ENTRY_BATCH] = "{\"at\":\"" AT "\",\"batch\":\"2026-11-25.sang\",\"count\":131072,\"hash\":\"" HASH_1 "\",\"issuer\":\"" SAMPLE_DID "\",\"key\":\"" KEY_1
	                  "\",\"type\":\"batch\",\"v\":1}",
	[BV_ENTRY_STOP] = STOPPED "\"type\":\"stop\",\"v\":1}",
	[BV_ENTRY_RESUMPTION] = STOPPED "\"type\":\"resumption\",\"v\":1}",
};

static bool
reads(struct bv_str text)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_entry leaf;
	struct bv_err err;

	return bv_entry_parse(&leaf, &json, text, &err) == BV_OK;
}

/* Every byte flipped, every beginning: what is still read is what was written again (another hash, another key), never another form. */
static int
changed(struct bv_str text)
{
	char copy[1000];
	int odd = 0;

	memcpy(copy, text.p, text.len);
	for (size_t i = 0; i < text.len; i++) {
		odd += reads(bv_str_sub(text, 0, i));
		for (int bit = 0; bit < 8; bit++) {
			BV_AUTO(bv_json_free) struct bv_json *json = NULL;
			BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BV_ENTRY_MAX);
			struct bv_entry leaf;
			struct bv_err err;
			copy[i] = (char)(text.p[i] ^ 1 << bit);
			if (bv_entry_parse(&leaf, &json, (struct bv_str){ copy, text.len }, &err) == BV_OK &&
			    (bv_entry_write(&again, &leaf, &err) != BV_OK || !bv_str_eq(bv_buf_str(&again), (struct bv_str){ copy, text.len })))
				odd++;
			copy[i] = text.p[i];
		}
	}
	return odd;
}

static void
check_types(void)
{
	for (int type = 0; type < BV_ENTRY_TYPES; type++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ENTRY_MAX);
		BV_AUTO(bv_json_free) struct bv_json *json = NULL, *other = NULL;
		struct bv_entry leaf = leaf_of((enum bv_entry_type)type), read;
		const char *name = bv_entry_type_name(leaf.type);
		struct bv_err err;
		CHECK_OK(bv_entry_write(&text, &leaf, &err), &err, name);
		CHECK_STR(bv_buf_str(&text), bv_str_of(written[type]), "is written");
		CHECK_OK(bv_json_parse(&other, bv_buf_str(&text), &err), &err, "is JSON");
		BV_AUTO(bv_buf_finish) struct bv_buf canonical = BV_BUF(BV_ENTRY_MAX);
		bv_json_write_canonical(&canonical, other);
		CHECK_STR(bv_buf_str(&canonical), bv_buf_str(&text), "of the canonical form");
		CHECK_OK(bv_entry_parse(&read, &json, bv_buf_str(&text), &err), &err, "is read");
		BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BV_ENTRY_MAX);
		CHECK(read.type == leaf.type && bv_entry_write(&again, &read, &err) == BV_OK && bv_str_eq(bv_buf_str(&again), bv_buf_str(&text)), "and is the same");
		CHECK(changed(bv_buf_str(&text)) == 0, "%s: changed anywhere it is another entry or none", name);
	}
}

static void
check_refused(void)
{
	static const struct { const char *text, *part; } cases[] = {
		{ "{\"at\":\"" AT "\",\"hash\":\"" HASH_1 "\",\"issuer\":\"" SAMPLE_DID "\",\"name\":\"An\",\"type\":\"did-document\",\"v\":1}", "members that its type has not" },
		{ "{\"at\":\"" AT "\", \"hash\":\"" HASH_1 "\",\"issuer\":\"" SAMPLE_DID "\",\"type\":\"did-document\",\"v\":1}", "canonical" },
		{ "{\"at\":\"2027-01-01T07:00:00+07:00\",\"hash\":\"" HASH_1 "\",\"issuer\":\"" SAMPLE_DID "\",\"type\":\"did-document\",\"v\":1}", "canonical" },
		{ "{\"at\":\"" AT "\",\"hash\":\"" HASH_1 "\",\"issuer\":\"" SAMPLE_DID "\",\"type\":\"did-document\",\"v\":2}", "not known" },
		{ "{\"at\":\"" AT "\",\"hash\":\"" HASH_1 "\",\"issuer\":\"" SAMPLE_DID "\",\"type\":\"diploma\",\"v\":1}", "'diploma'" },
		{ "{\"at\":\"" AT "\",\"hash\":\"" HASH_1 "=\",\"issuer\":\"" SAMPLE_DID "\",\"type\":\"did-document\",\"v\":1}", "hash: 43 characters" },
		{ "{\"at\":\"" AT "\",\"hash\":\"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyB\",\"issuer\":\"" SAMPLE_DID "\",\"type\":\"did-document\",\"v\":1}", "hash: 43 characters" },
		{ "{\"at\":\"" AT "\",\"hash\":\"" HASH_1 "\",\"type\":\"did-document\",\"v\":1}", "issuer" },
		{ "{\"at\":\"" AT "\",\"hash\":\"" HASH_1 "\",\"issuer\":\"Nguyen Van An\",\"type\":\"did-document\",\"v\":1}", "did:web" },
		{ "{}", "type" },
		{ "[]", "type" },
		{ "", "" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		struct bv_entry leaf;
		struct bv_err err;
		enum bv_status status = bv_entry_parse(&leaf, &json, bv_str_of(cases[i].text), &err);
		if (!CHECK((status == BV_EINVAL || status == BV_EPARSE) && strstr(err.msg, cases[i].part), "refused: %s", cases[i].text))
			printf("# %s\n", status == BV_OK ? "read" : err.msg);
	}
}

/* Nothing goes into the log that could be somebody's name, and no member that is out of its bounds. */
static void
check_members(void)
{
	static char reason[66], address[BV_ENTRY_ADDRESS_MAX + 2];
	struct bv_entry leaf;
	struct bv_err err;

	memset(reason, 'a', sizeof reason - 1);
	memset(address, 'a', sizeof address - 1);
	memcpy(address, "https://", 8);
#define WRITES(type, member, good, what) \
	do { \
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ENTRY_MAX); \
		leaf = leaf_of(type); \
		leaf.member; \
		CHECK((bv_entry_write(&text, &leaf, &err) == BV_OK) == (good), "%s: %s", what, (good) ? "written" : "refused"); \
	} while (0)
	WRITES(BV_ENTRY_REVOCATION, reason = BV_STR("Nguyễn Văn An"), false, "a name as a reason");
	WRITES(BV_ENTRY_REVOCATION, reason = BV_STR("two words"), false, "two words as a reason");
	WRITES(BV_ENTRY_REVOCATION, reason = BV_STR(""), false, "no reason");
	WRITES(BV_ENTRY_REVOCATION, reason = BV_STR("a\0b"), false, "a NUL in a reason");
	WRITES(BV_ENTRY_REVOCATION, reason = ((struct bv_str){ reason, 64 }), true, "a reason of 64 characters");
	WRITES(BV_ENTRY_REVOCATION, reason = ((struct bv_str){ reason, 65 }), false, "a reason of 65");
	WRITES(BV_ENTRY_REVOCATION, approver_count = 0, false, "nobody approved");
	WRITES(BV_ENTRY_REVOCATION, approvers[1] = BV_STR("An"), false, "an approver who is no key");
	WRITES(BV_ENTRY_REVOCATION, approver_count = BV_ENTRY_APPROVERS_MAX + 1, false, "too many approvers");
	WRITES(BV_ENTRY_CERTIFICATE, status = BV_STR(""), true, "no status");
	WRITES(BV_ENTRY_CERTIFICATE, status = BV_STR("https://a.vn/7"), false, "a status without a place");
	WRITES(BV_ENTRY_CERTIFICATE, status = BV_STR("https://a.vn/7#07"), false, "a place with a leading zero");
	WRITES(BV_ENTRY_CERTIFICATE, status = BV_STR("https://a.vn/7#0"), true, "place 0");
	WRITES(BV_ENTRY_CERTIFICATE, key = BV_STR("6Mk"), false, "no multikey");
	WRITES(BV_ENTRY_CERTIFICATE, key = BV_STR("z0OIl"), false, "letters that base58 has not");
	WRITES(BV_ENTRY_CERTIFICATE, achievement = BV_STR("\"x:\""), false, "quotes in an address");
	WRITES(BV_ENTRY_STATUS_LIST, url = ((struct bv_str){ address, BV_ENTRY_ADDRESS_MAX }), true, "the longest address");
	WRITES(BV_ENTRY_STATUS_LIST, url = ((struct bv_str){ address, BV_ENTRY_ADDRESS_MAX + 1 }), false, "one byte more");
	WRITES(BV_ENTRY_BATCH, batch = BV_STR(""), true, "a batch without a name");
	WRITES(BV_ENTRY_BATCH, batch = BV_STR("Lớp A"), false, "a batch with a name in words");
	WRITES(BV_ENTRY_BATCH, count = 0, false, "an empty batch");
	WRITES(BV_ENTRY_BATCH, count = BV_ENTRY_BATCH_MAX, true, "the largest batch");
	WRITES(BV_ENTRY_BATCH, count = BV_ENTRY_BATCH_MAX + 1, false, "one more");
	WRITES(BV_ENTRY_KEY_ADDED, until_s = SAMPLE_AT, false, "a window that has no end");
	WRITES(BV_ENTRY_KEY_ADDED, at_s = -1, false, "before 1970");
}

/* The hash on the entry against one that was made with Debian's python3 (json.dumps with sorted names is RFC 8785 for what is in it). */
static void
check_certificate(void)
{
	static const char certificate[] =
		"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],\"credentialStatus\":[{\"id\":\"https://h.vn/status/7/revocation#5\",\"statusListCredential\":"
		"\"https://h.vn/status/7/revocation\",\"statusListIndex\":\"5\",\"statusPurpose\":\"revocation\",\"type\":\"BitstringStatusListEntry\"},{\"id\":"
		"\"https://h.vn/status/7/suspension#5\",\"statusListCredential\":\"https://h.vn/status/7/suspension\",\"statusListIndex\":\"5\",\"statusPurpose\":\"suspension\","
		"\"type\":\"BitstringStatusListEntry\"}],\"credentialSubject\":{\"achievement\":{\"id\":\"https://h.vn/a/1\"}},\"issuer\":{\"id\":\"did:web:h.vn\"}%s}";
	static const char want[] = "{\"achievement\":\"https://h.vn/a/1\",\"credential\":\"WncxQOFO7glyGnpeMIOBYLYcXojHcUFWk6KcLNm6hME\",\"issuer\":\"did:web:h.vn\",\"key\":\""
		KEY_1 "\",\"status\":\"https://h.vn/status/7#5\",\"type\":\"certificate\",\"v\":1}";
	static const char *const proofs[] = { "", ",\"proof\":[{\"type\":\"DataIntegrityProof\"}]" };

	for (size_t i = 0; i < BV_COUNT(proofs); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(10000), entry = BV_BUF(BV_ENTRY_MAX);
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		struct bv_err err;
		bv_buf_printf(&text, certificate, proofs[i]);
		CHECK_OK(bv_json_parse(&json, bv_buf_str(&text), &err), &err, "a certificate");
		CHECK_OK(bv_entry_of(&entry, json, BV_STR(KEY_1), &err), &err, i ? "with a proof" : "without a proof");
		CHECK_STR(bv_buf_str(&entry), bv_str_of(want), "has the same entry");
		bv_buf_clear(&entry);
		bv_json_remove(json, "credentialStatus");
		CHECK(bv_entry_of(&entry, json, BV_STR(KEY_1), &err) == BV_OK && !strstr(entry.p, "status"), "one without a status has none");
		bv_buf_clear(&entry);
		bv_json_remove(json, "issuer");
		CHECK(bv_entry_of(&entry, json, BV_STR(KEY_1), &err) == BV_EINVAL, "one without an issuer has no entry");
	}
}

/* What we issue, with the key that its proof names. */
static void
check_issued(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("leaf", SAMPLE_DID);
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_CREDENTIAL_MAX), body = BV_BUF(BV_CREDENTIAL_MAX), entry = BV_BUF(BV_ENTRY_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL, *leaf_json = NULL;
	struct bv_issuer issuer = { .did = BV_STR(SAMPLE_DID), .name = BV_STR("Trung tâm Sát hạch mẫu / Sample Assessment Centre"), .url = BV_STR("https://chungchi.example.vn/") };
	struct bv_credential_facts facts = sample_facts();
	uint8_t hash[BV_HASH_LEN];
	struct bv_entry leaf;
	struct bv_err err;

	CHECK(bv_credential_issue(&text, &facts, signer, &err) == BV_OK && bv_credential_body_write(&body, &facts, &issuer, &err) == BV_OK &&
	      bv_json_parse(&json, bv_buf_str(&text), &err) == BV_OK, "a certificate and its body");
	CHECK_OK(bv_entry_of(&entry, json, BV_STR(KEY_1), &err), &err, "its entry");
	CHECK_OK(bv_entry_parse(&leaf, &leaf_json, bv_buf_str(&entry), &err), &err, "is read");
	bv_sha256(hash, bv_str_trim(bv_buf_str(&body)));
	CHECK(memcmp(hash, leaf.credential, sizeof hash) == 0, "it has the hash of the body that was written at once");
}

int
main(void)
{
	check_types();
	check_refused();
	check_members();
	check_certificate();
	check_issued();
	return check_end();
}
