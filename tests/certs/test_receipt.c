/* Receipts of batches of every size up to 70: each leads to the root that base/merkle.c computes its own way, and nothing else verifies. */
#include "certs/certs.h"
#include "tests/check.h"

enum { MOST = 70 };

static void
make(struct bv_receipt *receipts, struct bv_receipt **all, size_t count, const struct bv_sha256 *start)
{
	for (size_t i = 0; i < count; i++) {
		receipts[i] = (struct bv_receipt){ .attempt = (int64_t)i + 1, .seq = 3, .at_ms = 1795593600000, .act = 16, .body_len = 40 };
		memset(receipts[i].body_hash, (int)i, BV_HASH_LEN);
		bv_receipt_hash(&receipts[i], start);
		all[i] = &receipts[i];
	}
}

/* Every single change of what is signed must be seen. */
static void
tamper(const struct bv_receipt *good, const uint8_t *public, size_t count)
{
	struct bv_err err;
	size_t taken = 0;

#define CHANGE(what) \
	do { \
		struct bv_receipt bad = *good; \
		what; \
		taken += bv_receipt_check(&bad, public, &err) == BV_OK; \
	} while (0)
	for (size_t i = 0; i < BV_HASH_LEN; i++)
		CHANGE(bad.hash[i] ^= 1);
	for (size_t i = 0; i < BV_SIGNATURE_LEN; i++)
		CHANGE(bad.signature[i] ^= 1);
	for (size_t i = 0; i < good->path_count; i++)
		CHANGE(bad.path[i].p[7] ^= 1);
	CHANGE(bad.idx++);
	CHANGE(bad.idx--);
	CHANGE(bad.count++);
	CHANGE(bad.count--);
	CHANGE(bad.count = 0);
	CHANGE(bad.count = BV_RECEIPT_BATCH_MAX + 1);
	CHANGE(bad.path_count++);
	CHANGE(bad.path_count--);
	CHANGE(bad.path_count = BV_RECEIPT_PATH_MAX + 1);
	CHECK(taken == 0, "no change of a receipt of %zu is taken", count);
}

int
main(void)
{
	static const uint8_t seed[BV_KEY_LEN] = { 7 };
	static struct bv_receipt receipts[MOST], *all[MOST];
	struct bv_merkle_hash leaves[MOST], path[BV_MERKLE_PROOF_MAX];
	struct bv_sha256 start;
	struct bv_key *key;
	struct bv_err err;

	bv_key_new(&key, seed);
	bv_receipt_sitting(&start, BV_STR("2026-11-25.sang"));
	for (size_t count = 1; count <= MOST; count++) {
		make(receipts, all, count, &start);
		bv_receipt_sign(all, count, key);
		size_t good = 0;
		for (size_t i = 0; i < count; i++)
			bv_merkle_leaf(&leaves[i], (struct bv_str){ (const char *)receipts[i].hash, BV_HASH_LEN });
		for (size_t i = 0; i < count; i++) {
			size_t steps = bv_merkle_inclusion(path, i, leaves, count);
			good += bv_receipt_check(&receipts[i], bv_key_public(key), &err) == BV_OK && receipts[i].idx == i && receipts[i].count == count &&
			        steps == receipts[i].path_count && memcmp(path, receipts[i].path, steps * sizeof path[0]) == 0;
		}
		CHECK(good == count, "%zu receipts verify, with the paths of RFC 6962", count);
		tamper(&receipts[count / 2], bv_key_public(key), count);
	}
	struct bv_receipt one = receipts[0];
	for (int i = 0; i < 6; i++) {
		struct bv_receipt bad = one;
		*(i == 0 ? &bad.attempt : i == 1 ? &bad.seq : &bad.at_ms) += i < 3;
		bad.act += i == 3;
		bad.body_len += i == 4;
		bad.prev[0] ^= i == 5;
		bv_receipt_hash(&bad, &start);
		CHECK(!bv_hash_eq(bad.hash, one.hash), "every member is in the hash: %d", i);
	}
	uint8_t other_seed[BV_KEY_LEN] = { 8 };
	struct bv_key *other;
	bv_key_new(&other, other_seed);
	CHECK_REFUSED(bv_receipt_check(&one, bv_key_public(other), &err), BV_EDENIED, &err, "signature", "another key");
	bv_key_free(other);
	bv_key_free(key);
	return check_end();
}
