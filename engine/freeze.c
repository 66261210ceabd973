/* The freeze of a pool: what is published before an exam, and the proof that one item was in it. doc/freeze.md has every byte. */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/engine.h"

/* be32(length) || bytes: no two lists of fields give the same bytes. */
static void
put_text(struct bv_buf *out, struct bv_str s)
{
	const char length[4] = { (char)(s.len >> 24), (char)(s.len >> 16), (char)(s.len >> 8), (char)s.len };

	bv_buf_add(out, (struct bv_str){ length, sizeof length });
	bv_buf_add(out, s);
}

static void
put_number(struct bv_buf *out, uint64_t n)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		bv_buf_addc(out, (char)(n >> shift));
}

static void
put_hash(struct bv_buf *out, const uint8_t hash[BV_HASH_LEN])
{
	bv_buf_add(out, (struct bv_str){ (const char *)hash, BV_HASH_LEN });
}

static void
derive_salt(uint8_t salt[BV_HASH_LEN], const struct bv_hmac_key *key, struct bv_str stratum, struct bv_str identifier, int64_t version)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(4096);

	bv_buf_add(&message, BV_STR("BV-SALT-1\0"));
	put_text(&message, identifier);
	put_number(&message, (uint64_t)version);
	put_text(&message, stratum);
	bv_hmac_sha256(salt, key, bv_buf_str(&message));
}

static void
leaf_hash(struct bv_merkle_hash *out, const uint8_t salt[BV_HASH_LEN], struct bv_str stratum, struct bv_str identifier, int64_t version,
          const uint8_t item_hash[BV_HASH_LEN])
{
	BV_AUTO(bv_buf_finish) struct bv_buf entry = BV_BUF(4096);

	put_hash(&entry, salt);
	put_text(&entry, identifier);
	put_number(&entry, (uint64_t)version);
	put_text(&entry, stratum);
	put_hash(&entry, item_hash);
	bv_merkle_leaf(out, bv_buf_str(&entry));
}

static struct bv_merkle_hash *
stratum_leaves(const struct bv_draw_pool_stratum *stratum, const struct bv_hmac_key *key)
{
	struct bv_merkle_hash *leaves = bv_alloc_array(stratum->count, sizeof *leaves);

	for (size_t i = 0; i < stratum->count; i++) {
		const struct bv_draw_pool_entry *item = &stratum->items[i];
		uint8_t salt[BV_HASH_LEN];
		derive_salt(salt, key, stratum->id, item->identifier, item->version);
		leaf_hash(&leaves[i], salt, stratum->id, item->identifier, item->version, item->hash);
	}
	return leaves;
}

void
bv_commitment_root(uint8_t root[BV_HASH_LEN], const struct bv_commitment *commitment)
{
	BV_AUTO(bv_buf_finish) struct bv_buf entry = BV_BUF(4096);
	struct bv_merkle tree = { 0 };
	struct bv_merkle_hash hash;

	bv_buf_add(&entry, BV_STR("BV-BANK-1\0"));
	put_hash(&entry, commitment->blueprint_hash);
	put_hash(&entry, commitment->pool_hash);
	put_text(&entry, commitment->blueprint_id);
	put_text(&entry, commitment->language);
	bv_merkle_leaf(&hash, bv_buf_str(&entry));
	bv_merkle_add(&tree, &hash);
	for (size_t i = 0; i < commitment->stratum_count; i++) {
		const struct bv_commitment_stratum *stratum = &commitment->strata[i];
		bv_buf_clear(&entry);
		bv_buf_add(&entry, BV_STR("BV-STRATUM-1\0"));
		put_text(&entry, stratum->id);
		put_number(&entry, stratum->count);
		put_hash(&entry, stratum->root.p);
		bv_merkle_leaf(&hash, bv_buf_str(&entry));
		bv_merkle_add(&tree, &hash);
	}
	bv_merkle_root(&hash, &tree);
	memcpy(root, hash.p, BV_HASH_LEN);
}

static struct bv_hmac_key
salt_hmac(const uint8_t salt_key[BV_HASH_LEN])
{
	struct bv_hmac_key key;

	bv_hmac_key_init(&key, (struct bv_str){ (const char *)salt_key, BV_HASH_LEN });
	return key;
}

struct bv_commitment *
bv_pool_freeze(const struct bv_draw_pool *pool, const uint8_t salt_key[BV_HASH_LEN])
{
	struct bv_commitment *commitment = bv_alloc(sizeof *commitment);
	struct bv_commitment_stratum *strata = bv_arena_array(&commitment->arena, pool->stratum_count, struct bv_commitment_stratum);
	struct bv_hmac_key key = salt_hmac(salt_key);

	commitment->blueprint_id = bv_arena_str(&commitment->arena, pool->blueprint_id);
	commitment->language = bv_arena_str(&commitment->arena, pool->language);
	memcpy(commitment->blueprint_hash, pool->blueprint_hash, BV_HASH_LEN);
	memcpy(commitment->pool_hash, pool->hash, BV_HASH_LEN);
	for (size_t i = 0; i < pool->stratum_count; i++) {
		struct bv_merkle_hash *leaves = stratum_leaves(&pool->strata[i], &key);
		strata[i].id = bv_arena_str(&commitment->arena, pool->strata[i].id);
		strata[i].count = pool->strata[i].count;
		bv_merkle_root_of(&strata[i].root, leaves, strata[i].count);
		free(leaves);
	}
	bv_wipe(&key, sizeof key);
	commitment->strata = strata;
	commitment->stratum_count = pool->stratum_count;
	bv_commitment_root(commitment->bank_root, commitment);
	return commitment;
}

void
bv_commitment_free(struct bv_commitment *commitment)
{
	if (!commitment)
		return;
	bv_arena_finish(&commitment->arena);
	free(commitment);
}

/* Of the entries ascending by identifier; count when it is not there. */
static size_t
find_entry(const struct bv_draw_pool_stratum *stratum, struct bv_str identifier)
{
	size_t low = 0, high = stratum->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (bv_str_cmp(stratum->items[middle].identifier, identifier) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < stratum->count && bv_str_eq(stratum->items[low].identifier, identifier) ? low : stratum->count;
}

static void
open_entry(struct bv_leaf *leaf, const struct bv_draw_pool_stratum *stratum, size_t idx, const uint8_t salt_key[BV_HASH_LEN])
{
	const struct bv_draw_pool_entry *item = &stratum->items[idx];
	struct bv_hmac_key key = salt_hmac(salt_key);
	struct bv_merkle_hash *leaves = stratum_leaves(stratum, &key);

	leaf->stratum = bv_arena_str(&leaf->arena, stratum->id);
	leaf->identifier = bv_arena_str(&leaf->arena, item->identifier);
	leaf->version = item->version;
	leaf->index = idx;
	memcpy(leaf->hash, item->hash, BV_HASH_LEN);
	derive_salt(leaf->salt, &key, stratum->id, item->identifier, item->version);
	leaf->path_count = bv_merkle_inclusion(leaf->path, idx, leaves, stratum->count);
	free(leaves);
	bv_wipe(&key, sizeof key);
}

enum bv_status
bv_leaf_open(struct bv_leaf **out, const struct bv_commitment *commitment, const struct bv_draw_pool *pool,
             const uint8_t salt_key[BV_HASH_LEN], struct bv_str identifier, struct bv_err *err)
{
	BV_AUTO(bv_leaf_free) struct bv_leaf *leaf = bv_alloc(sizeof *leaf);

	if (!bv_hash_eq(pool->hash, commitment->pool_hash))
		return bv_err_set(err, BV_EDENIED, "the pool is not the one of the commitment: its hash differs from 'pool'");
	for (size_t i = 0; i < pool->stratum_count; i++) {
		size_t idx = find_entry(&pool->strata[i], identifier);
		if (idx == pool->strata[i].count)
			continue;
		memcpy(leaf->bank_root, commitment->bank_root, BV_HASH_LEN);
		open_entry(leaf, &pool->strata[i], idx, salt_key);
		if (bv_leaf_verify(leaf, commitment, err) != BV_OK)
			return bv_err_set(err, BV_EDENIED, "the secret is not the one of this commitment: its salts lead to another root");
		*out = bv_steal(&leaf);
		return BV_OK;
	}
	return bv_err_set(err, BV_ENOTFOUND, "item '%.*s' was not frozen: it is in no stratum of the pool",
	                  BV_STR_ARG(bv_str_sub(identifier, 0, 100)));
}

void
bv_leaf_free(struct bv_leaf *leaf)
{
	if (!leaf)
		return;
	bv_arena_finish(&leaf->arena);
	free(leaf);
}

enum bv_status
bv_leaf_verify(const struct bv_leaf *leaf, const struct bv_commitment *commitment, struct bv_err *err)
{
	const struct bv_commitment_stratum *stratum = NULL;
	struct bv_merkle_hash hash;
	struct bv_err why;

	if (!bv_hash_eq(leaf->bank_root, commitment->bank_root))
		return bv_err_set(err, BV_EDENIED, "bankRoot: the proof is for another commitment");
	for (size_t i = 0; i < commitment->stratum_count && !stratum; i++)
		if (bv_str_eq(commitment->strata[i].id, leaf->stratum))
			stratum = &commitment->strata[i];
	if (!stratum)
		return bv_err_set(err, BV_EDENIED, "stratum: the commitment has no stratum '%.*s'", BV_STR_ARG(bv_str_sub(leaf->stratum, 0, 100)));
	leaf_hash(&hash, leaf->salt, leaf->stratum, leaf->identifier, leaf->version, leaf->hash);
	if (bv_merkle_verify_inclusion(&hash, leaf->index, stratum->count, leaf->path, leaf->path_count, &stratum->root, &why) != BV_OK)
		return bv_err_set(err, BV_EDENIED, "item '%.*s' is not number %" PRIu64 " of stratum '%.*s': %s",
		                  BV_STR_ARG(bv_str_sub(leaf->identifier, 0, 60)), leaf->index, BV_STR_ARG(bv_str_sub(leaf->stratum, 0, 64)), why.msg);
	return BV_OK;
}
