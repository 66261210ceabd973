/* Receipts: what a ledger signs when it stores events. */
#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "certs/receipt.h"

enum { HEAD_LEN = 3 * 8 + 2 + BV_HASH_LEN + 4 + BV_HASH_LEN };

static uint8_t *
put(uint8_t *p, uint64_t n, int bytes)
{
	while (bytes--)
		*p++ = (uint8_t)(n >> (8 * bytes));
	return p;
}

void
bv_receipt_sitting(struct bv_sha256 *start, struct bv_str name)
{
	uint8_t block[2 * BV_HASH_LEN] = "BV-EVENT-1";

	bv_sha256(block + BV_HASH_LEN, name);
	bv_sha256_init(start);
	bv_sha256_add(start, block, sizeof block);
}

void
bv_receipt_hash(struct bv_receipt *receipt, const struct bv_sha256 *start)
{
	struct bv_sha256 sha = *start;
	uint8_t head[HEAD_LEN], *p = head;

	p = put(p, (uint64_t)receipt->attempt, 8);
	p = put(p, (uint64_t)receipt->seq, 8);
	p = put(p, (uint64_t)receipt->at_ms, 8);
	p = put(p, receipt->act, 2);
	memcpy(p, receipt->prev, BV_HASH_LEN);
	p = put(p + BV_HASH_LEN, receipt->body_len, 4);
	memcpy(p, receipt->body_hash, BV_HASH_LEN);
	bv_sha256_add(&sha, head, sizeof head);
	bv_sha256_end(&sha, receipt->hash);
}

enum { DOMAIN_LEN = sizeof "BV-RECEIPT-1", SIGNED_LEN = DOMAIN_LEN + 4 + BV_HASH_LEN };

static void
write_signed(uint8_t message[SIGNED_LEN], uint32_t count, const struct bv_merkle_hash *root)
{
	memcpy(message, "BV-RECEIPT-1", DOMAIN_LEN);
	memcpy(put(message + DOMAIN_LEN, count, 4), root->p, BV_HASH_LEN);
}

/* One level of the tree over the one below: a node for each pair, and one that is left over as it is, which gives the tree of RFC 6962 §2.1. Each
 * receipt takes its brother on the way. */
static size_t
raise(struct bv_merkle_hash *level, size_t width, struct bv_receipt *const *receipts, size_t count, unsigned height)
{
	for (size_t i = 0; i < count; i++) {
		size_t brother = (i >> height) ^ 1;
		if (brother < width)
			receipts[i]->path[receipts[i]->path_count++] = level[brother];
	}
	for (size_t i = 0; i + 1 < width; i += 2)
		bv_merkle_node(&level[i / 2], &level[i], &level[i + 1]);
	if (width % 2)
		level[width / 2] = level[width - 1];
	return (width + 1) / 2;
}

void
bv_receipt_sign(struct bv_receipt *const *receipts, size_t count, const struct bv_key *key)
{
	uint8_t message[SIGNED_LEN], signature[BV_SIGNATURE_LEN];
	size_t width = count;

	assert(count && count <= BV_RECEIPT_BATCH_MAX);
	struct bv_merkle_hash *level = bv_alloc_array(count, sizeof *level);
	for (size_t i = 0; i < count; i++) {
		bv_merkle_leaf(&level[i], (struct bv_str){ (const char *)receipts[i]->hash, BV_HASH_LEN });
		receipts[i]->idx = (uint32_t)i;
		receipts[i]->count = (uint32_t)count;
		receipts[i]->path_count = 0;
	}
	for (unsigned height = 0; width > 1; height++)
		width = raise(level, width, receipts, count, height);
	write_signed(message, (uint32_t)count, &level[0]);
	bv_key_sign(signature, key, (struct bv_str){ (const char *)message, sizeof message });
	for (size_t i = 0; i < count; i++)
		memcpy(receipts[i]->signature, signature, sizeof signature);
	free(level);
}

/* The root that a leaf and its path lead to: from the leaf up, an alone node standing for itself (RFC 9162 §2.1.3.2). False: a path of another length. */
static bool
climb(struct bv_merkle_hash *root, const struct bv_receipt *receipt)
{
	uint64_t at = receipt->idx, last = receipt->count - 1;
	size_t used = 0;

	bv_merkle_leaf(root, (struct bv_str){ (const char *)receipt->hash, BV_HASH_LEN });
	for (; last; at >>= 1, last >>= 1) {
		if (at == last && !(at & 1))
			continue;
		if (used == receipt->path_count)
			return false;
		const struct bv_merkle_hash *brother = &receipt->path[used++];
		if (at & 1)
			bv_merkle_node(root, brother, root);
		else
			bv_merkle_node(root, root, brother);
	}
	return used == receipt->path_count;
}

enum bv_status
bv_receipt_check(const struct bv_receipt *receipt, const uint8_t public[BV_KEY_LEN], struct bv_err *err)
{
	struct bv_merkle_hash root;
	uint8_t message[SIGNED_LEN];

	if (!receipt->count || receipt->count > BV_RECEIPT_BATCH_MAX || receipt->idx >= receipt->count || receipt->path_count > BV_RECEIPT_PATH_MAX)
		return bv_err_set(err, BV_EDENIED, "the receipt is number %u of %u: there is no such batch", receipt->idx, receipt->count);
	if (!climb(&root, receipt))
		return bv_err_set(err, BV_EDENIED, "the path of %u hashes has not the length that a batch of %u demands", receipt->path_count, receipt->count);
	write_signed(message, receipt->count, &root);
	if (!bv_public_verify(public, (struct bv_str){ (const char *)message, sizeof message }, receipt->signature))
		return bv_err_set(err, BV_EDENIED, "the signature is not that of this key over this event");
	return BV_OK;
}
