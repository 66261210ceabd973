/* keys.json: read and written, refused when it makes no sense; what is published of it. */
#include "base/clock.h"
#include "certs/certs.h"
#include "tests/check.h"

enum { DAY_S = 86400, AT_S = 1795000000 };

static struct bv_public
public_of(enum bv_key_kind kind, int number)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	uint8_t seed[BV_KEY_SEED_LEN] = { (uint8_t)number, (uint8_t)kind, 7 };

	bv_key_make(&key, kind, seed);
	return *bv_key_describe(key);
}

static struct bv_batch
batch_of(int number)
{
	return (struct bv_batch){ .number = number, .shard = number - 1, .authority = 1 + number % 2, .made_s = AT_S, .from_s = AT_S, .until_s = AT_S + 30 * DAY_S, .limit = BV_BATCH_LIMIT_MAX,
		                  .ed25519 = public_of(BV_KEY_ED25519, number), .p256 = public_of(BV_KEY_P256, number), .ed25519_serial = BV_STR("40ff"),
		                  .p256_serial = BV_STR("4100") };
}

static struct bv_keyring *
ring_of(int batches)
{
	struct bv_keyring *ring;
	struct bv_err err;

	bv_keyring_new(&ring);
	ring->did = BV_STR("did:web:chungchi.example.vn");
	ring->name = BV_STR("Trung tâm");
	ring->address = BV_STR("https://chungchi.example.vn/keys");
	ring->authorities[0] = (struct bv_authority){ BV_STR("ca.pem"), public_of(BV_KEY_P256, 200) };
	ring->authorities[1] = (struct bv_authority){ BV_STR("ca-2.pem"), public_of(BV_KEY_P256, 201) };
	ring->authority_count = 2;
	for (int i = 1; i <= batches; i++) {
		struct bv_batch batch = batch_of(i);
		CHECK_OK(bv_keyring_add(ring, &batch, &err), &err, "a batch");
	}
	return ring;
}

static void
there_and_back(void)
{
	BV_AUTO(bv_keyring_free) struct bv_keyring *ring = ring_of(3), *back = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(1 << 20), again = BV_BUF(1 << 20);
	struct bv_err err;

	ring->batches[0].destroyed_s = AT_S + 40 * DAY_S;
	ring->batches[1].destroyed_s = ring->batches[1].removed_s = AT_S + 2;
	ring->batches[1].compromised_s = AT_S + 1;
	ring->batches[1].reason = BV_STR("key-stolen");
	bv_keyring_write(&json, ring);
	CHECK_OK(bv_keyring_parse(&back, bv_buf_str(&json), &err), &err, "read again");
	bv_keyring_write(&again, back);
	CHECK_STR(bv_buf_str(&again), bv_buf_str(&json), "and the same");
	CHECK(back->batch_count == 3 && bv_keyring_find(back, 2)->removed_s == AT_S + 2 && !bv_keyring_find(back, 4) && !bv_keyring_find(back, 0), "its batches");
	struct bv_batch next = batch_of(4);
	next.shard = 1;
	CHECK_OK(bv_keyring_add(back, &next, &err), &err, "a new batch takes over the shard of one that was removed");
}

static void
refusals(void)
{
	BV_AUTO(bv_keyring_free) struct bv_keyring *ring = ring_of(1);
	struct bv_batch batch;
	struct bv_err err;

#define REFUSED(change, want, part) \
	do { \
		batch = batch_of(2); \
		change; \
		CHECK_REFUSED(bv_keyring_add(ring, &batch, &err), want, &err, part, #change); \
	} while (0)
	REFUSED(batch.number = 3, BV_EINVAL, "stands where");
	REFUSED(batch.until_s++, BV_EINVAL, "up to 30 days");
	REFUSED(batch.until_s = batch.from_s, BV_EINVAL, "up to 30 days");
	REFUSED(batch.limit = 0, BV_EINVAL, "131072");
	REFUSED(batch.limit++, BV_EINVAL, "131072");
	REFUSED(batch.authority = 0, BV_EINVAL, "from 1");
	REFUSED(batch.authority = 3, BV_EINVAL, "no authority 3");
	REFUSED(batch.shard = -1, BV_EINVAL, "from 0");
	REFUSED(batch.shard = 0, BV_ECONFLICT, "same shard");
	REFUSED(batch.p256 = ring->batches[0].p256, BV_ECONFLICT, "same key");
	REFUSED(batch.ed25519 = ring->batches[0].ed25519, BV_ECONFLICT, "same key");
	REFUSED(batch.p256 = batch.ed25519, BV_EINVAL, "has a key of Ed25519 and one of P-256");
	REFUSED(batch.ed25519 = batch.p256, BV_EINVAL, "has a key of Ed25519 and one of P-256");
	REFUSED(batch.p256_serial = BV_STR("4A"), BV_EINVAL, "lower-case hex");
	REFUSED(batch.ed25519_serial = BV_STR("4"), BV_EINVAL, "lower-case hex");
	REFUSED(batch.ed25519_serial = BV_STR(""), BV_EINVAL, "lower-case hex");
	REFUSED(batch.ed25519_serial = BV_STR("000102030405060708090a0b0c0d0e0f1011121314"), BV_EINVAL, "lower-case hex");
	REFUSED(batch.removed_s = AT_S, BV_EINVAL, "go together");
	REFUSED(batch.compromised_s = AT_S, BV_EINVAL, "go together");
	REFUSED(batch.reason = BV_STR("lost"), BV_EINVAL, "has a reason");
	REFUSED((batch.removed_s = batch.compromised_s = AT_S, batch.reason = BV_STR("Ông A")), BV_EINVAL, "has a reason");
	REFUSED(batch.removed_s = batch.compromised_s = AT_S, BV_EINVAL, "has a reason");
	REFUSED(batch.made_s = 0, BV_EINVAL, "1970");
#undef REFUSED
	batch = batch_of(2);
	batch.limit = 1;
	CHECK_OK(bv_keyring_add(ring, &batch, &err), &err, "a batch for one certificate");
}

static void
texts(void)
{
	BV_AUTO(bv_keyring_free) struct bv_keyring *ring = ring_of(1);
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(1 << 20);
	static const struct {
		const char *from, *to, *part;
	} cases[] = {
		{ "\"version\": 1", "\"version\": 2", "version 2" },
		{ "\"version\"", "\"versions\"", "versions" },
		{ "did:web:", "did:wob:", "neither did:web" },
		{ "\"shard\": 0", "\"shard\": \"0\"", "batch 1: 'shard'" },
		{ "\"from\": \"2026-", "\"from\": \"2026/", "batch 1: 'from'" },
		{ "\"p256\": \"zDn", "\"p256\": \"zDm", "batch 1: 'p256'" },
		{ "\"limit\"", "\"limits\"", "limits" },
		{ "\"key\": \"ca.pem\",", "", "'key'" },
		{ "\"batches\": [", "\"batches\": [[],", "batch 1" },
		{ "{", "", "" },
	};
	struct bv_err err;

	struct bv_keyring *wrong = NULL;
	ring->authorities[1].public = public_of(BV_KEY_P384, 1);
	bv_keyring_write(&json, ring);
	CHECK_REFUSED(bv_keyring_parse(&wrong, bv_buf_str(&json), &err), BV_EINVAL, &err, "has a key of P-256", "an authority of P-384");
	bv_buf_clear(&json);
	ring->authorities[1].public = ring->authorities[0].public;
	bv_keyring_write(&json, ring);
	CHECK_REFUSED(bv_keyring_parse(&wrong, bv_buf_str(&json), &err), BV_EINVAL, &err, "have the same key", "an authority twice");
	bv_buf_clear(&json);
	ring->authority_count = 0;
	bv_keyring_write(&json, ring);
	CHECK_REFUSED(bv_keyring_parse(&wrong, bv_buf_str(&json), &err), BV_EINVAL, &err, "'authorities': 1 to 16", "no authority");
	bv_buf_clear(&json);
	ring->authority_count = 2;
	ring->authorities[1].public = public_of(BV_KEY_P256, 201);
	bv_keyring_write(&json, ring);
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf changed = BV_BUF(1 << 20);
		struct bv_keyring *none = NULL;
		const char *at = strstr(json.p, cases[i].from);
		CHECK(at, "there is %s", cases[i].from);
		bv_buf_add(&changed, (struct bv_str){ json.p, (size_t)(at - json.p) });
		bv_buf_addz(&changed, cases[i].to);
		bv_buf_addz(&changed, at + strlen(cases[i].from));
		enum bv_status status = bv_keyring_parse(&none, bv_buf_str(&changed), &err);
		if (!CHECK((status == BV_EINVAL || status == BV_EPARSE) && strstr(err.msg, cases[i].part), "refused: %s", cases[i].to))
			printf("# %s\n", status ? err.msg : "-");
	}
}

static void
published(void)
{
	BV_AUTO(bv_keyring_free) struct bv_keyring *ring = ring_of(2);
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(1 << 20), set = BV_BUF(1 << 20), entry = BV_BUF(10000);
	BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_revoked revoked[4];
	struct bv_err err;

	ring->batches[0].removed_s = ring->batches[0].compromised_s = AT_S + DAY_S;
	ring->batches[0].reason = BV_STR("key-stolen");
	bv_keyring_did_document(&document, ring);
	CHECK_OK(bv_trust_add(trust, "did.json", bv_buf_str(&document), &err), &err, "a trust folder takes the document");
	CHECK_STR(bv_trust_find(trust, ring->batches[1].ed25519.p, AT_S + 900 * DAY_S), ring->did, "a key counts after its window, too");
	CHECK_STR(bv_trust_find(trust, ring->batches[0].ed25519.p, AT_S), BV_STR_NONE, "one that was removed never");
	CHECK(!strstr(document.p, "\"expires\""), "nothing expires (CID §2.2)");
	bv_keyring_jwks(&set, ring);
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&set), &err), &err, "jwks.json is JSON");
	CHECK(bv_json_count(bv_json_find(json, "keys")) == 2, "with the keys of the batch that was not removed");
	CHECK(bv_keyring_revoked(revoked, ring, 1) == 0 && bv_keyring_revoked(revoked, ring, 2) == 2 && revoked[0].serial_len == 2 && revoked[0].serial[1] == 0xff && revoked[1].at_s == AT_S + DAY_S &&
	      revoked[0].reason == BV_REVOKED_KEY_COMPROMISE, "the two certificates of the other are revoked by its authority");
	char name[32];
	CHECK(strcmp(bv_authority_name(name, 1), "ca") == 0 && strcmp(bv_authority_name(name, 2), "ca-2") == 0, "what authorities are called");
	for (size_t i = 0; i < 2; i++) {
		char multikey[BV_MULTIKEY_SIZE];
		const char *delegates = strstr(document.p, "capabilityDelegation");
		CHECK(delegates && strstr(delegates, bv_multikey_write_of(multikey, &ring->authorities[i].public)), "authority %zu may delegate", i + 1);
	}
	CHECK_OK(bv_keyring_entry(&entry, ring, &ring->batches[0], &ring->batches[0].p256, false, &err), &err, "an entry of the log");
	CHECK(strstr(entry.p, "\"reason\":\"key-stolen\",\"type\":\"key-removed\",\"v\":1}") && !strchr(entry.p, '\n'), "as it should be");
}

int
main(void)
{
	there_and_back();
	refusals();
	texts();
	published();
	return check_end();
}
