#include "base/merkle.h"

#include <assert.h>
#include <inttypes.h>

void
bv_merkle_leaf(struct bv_merkle_hash *out, struct bv_str entry)
{
	struct bv_sha256 sha;

	bv_sha256_init(&sha);
	bv_sha256_add(&sha, "\x00", 1);
	bv_sha256_add(&sha, entry.p, entry.len);
	bv_sha256_end(&sha, out->p);
}

void
bv_merkle_node(struct bv_merkle_hash *out, const struct bv_merkle_hash *left, const struct bv_merkle_hash *right)
{
	struct bv_sha256 sha;

	bv_sha256_init(&sha);
	bv_sha256_add(&sha, "\x01", 1);
	bv_sha256_add(&sha, left->p, BV_HASH_LEN);
	bv_sha256_add(&sha, right->p, BV_HASH_LEN);
	bv_sha256_end(&sha, out->p);
}

void
bv_merkle_add(struct bv_merkle *tree, const struct bv_merkle_hash *leaf)
{
	struct bv_merkle_hash hash = *leaf;
	unsigned level = 0;

	assert(tree->count < UINT64_MAX);
	for (; tree->count >> level & 1; level++)
		bv_merkle_node(&hash, &tree->peaks[level], &hash);
	tree->peaks[level] = hash;
	tree->count++;
}

void
bv_merkle_root(struct bv_merkle_hash *out, const struct bv_merkle *tree)
{
	bool any = false;

	if (!tree->count)
		bv_sha256(out->p, BV_STR_NONE);
	for (unsigned level = 0; level < 64; level++) {
		if (!(tree->count >> level & 1))
			continue;
		if (any)
			bv_merkle_node(out, &tree->peaks[level], out);
		else
			*out = tree->peaks[level];
		any = true;
	}
}

void
bv_merkle_root_of(struct bv_merkle_hash *out, const struct bv_merkle_hash *leaves, uint64_t count)
{
	struct bv_merkle tree = { 0 };

	for (uint64_t i = 0; i < count; i++)
		bv_merkle_add(&tree, &leaves[i]);
	bv_merkle_root(out, &tree);
}

/* The largest power of two below n, n > 1. */
static uint64_t
split(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

size_t
bv_merkle_inclusion(struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX], uint64_t idx, const struct bv_merkle_hash *leaves, uint64_t count)
{
	assert(idx < count);
	if (count == 1)
		return 0;
	uint64_t k = split(count);
	size_t n = idx < k ? bv_merkle_inclusion(path, idx, leaves, k) : bv_merkle_inclusion(path, idx - k, leaves + k, count - k);
	if (idx < k)
		bv_merkle_root_of(&path[n], leaves + k, count - k);
	else
		bv_merkle_root_of(&path[n], leaves, k);
	return n + 1;
}

/* SUBPROOF of RFC 6962 §2.1.2; known: the root of these leaves is the old root, which the verifier has. */
static size_t
subproof(struct bv_merkle_hash *path, uint64_t old_count, const struct bv_merkle_hash *leaves, uint64_t count, bool known)
{
	size_t n;

	if (old_count == count) {
		if (!known)
			bv_merkle_root_of(path, leaves, count);
		return !known;
	}
	uint64_t k = split(count);
	if (old_count <= k) {
		n = subproof(path, old_count, leaves, k, known);
		bv_merkle_root_of(&path[n], leaves + k, count - k);
	} else {
		n = subproof(path, old_count - k, leaves + k, count - k, false);
		bv_merkle_root_of(&path[n], leaves, k);
	}
	return n + 1;
}

size_t
bv_merkle_consistency(struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX], uint64_t old_count, const struct bv_merkle_hash *leaves,
                      uint64_t count)
{
	assert(old_count && old_count <= count);
	return subproof(path, old_count, leaves, count, true);
}

/* Both numbers of a place in the tree, one level up. */
struct place {
	uint64_t at, last;
};

static void
climb(struct place *place)
{
	place->at >>= 1;
	place->last >>= 1;
}

/* A node that is the last of its level without a brother stands for itself on the levels above: up to where it is a right child. */
static void
climb_alone(struct place *place)
{
	while (!(place->at & 1) && place->at)
		climb(place);
}

static enum bv_status
refuse_length(size_t path_count, struct bv_err *err)
{
	return bv_err_set(err, BV_EDENIED, "the proof of %zu hashes has not the length that the size of the tree demands", path_count);
}

enum bv_status
bv_merkle_verify_inclusion(const struct bv_merkle_hash *leaf, uint64_t idx, uint64_t count, const struct bv_merkle_hash *path,
                           size_t path_count, const struct bv_merkle_hash *root, struct bv_err *err)
{
	struct place place = { idx, count - 1 };
	struct bv_merkle_hash hash = *leaf;

	if (idx >= count)
		return bv_err_set(err, BV_EDENIED, "leaf %" PRIu64 " cannot be in a tree of %" PRIu64, idx, count);
	for (size_t i = 0; i < path_count; i++) {
		if (!place.last)
			return refuse_length(path_count, err);
		if (place.at & 1 || place.at == place.last) {
			bv_merkle_node(&hash, &path[i], &hash);
			climb_alone(&place);
		} else {
			bv_merkle_node(&hash, &hash, &path[i]);
		}
		climb(&place);
	}
	if (place.last)
		return refuse_length(path_count, err);
	if (!bv_hash_eq(hash.p, root->p))
		return bv_err_set(err, BV_EDENIED, "the leaf and its proof do not lead to the root");
	return BV_OK;
}

/* A proof that starts with the hash first: the roots that it leads to. */
static enum bv_status
replay_consistency(struct bv_merkle_hash *old_root, struct bv_merkle_hash *root, struct place place, const struct bv_merkle_hash *first,
                   const struct bv_merkle_hash *path, size_t path_count, struct bv_err *err)
{
	while (place.at & 1)
		climb(&place);
	*old_root = *root = *first;
	for (size_t i = 0; i < path_count; i++) {
		if (!place.last)
			return refuse_length(path_count, err);
		if (place.at & 1 || place.at == place.last) {
			bv_merkle_node(old_root, &path[i], old_root);
			bv_merkle_node(root, &path[i], root);
			climb_alone(&place);
		} else {
			bv_merkle_node(root, root, &path[i]);
		}
		climb(&place);
	}
	return place.last ? refuse_length(path_count, err) : BV_OK;
}

enum bv_status
bv_merkle_verify_consistency(uint64_t old_count, const struct bv_merkle_hash *old_root, uint64_t count, const struct bv_merkle_hash *root,
                             const struct bv_merkle_hash *path, size_t path_count, struct bv_err *err)
{
	struct bv_merkle_hash old_found, found;

	if (old_count > count)
		return bv_err_set(err, BV_EDENIED, "the old tree has %" PRIu64 " leaves and the new one only %" PRIu64, old_count, count);
	if (!old_count)
		return bv_err_set(err, BV_EDENIED, "nothing follows from an empty tree");
	if (old_count == count) {
		if (path_count)
			return refuse_length(path_count, err);
		if (!bv_hash_eq(old_root->p, root->p))
			return bv_err_set(err, BV_EDENIED, "two trees of %" PRIu64 " leaves have different roots", count);
		return BV_OK;
	}
	/* The proof leaves out what the verifier has: the root of an old tree that is a complete subtree of the new one. */
	bool complete = !(old_count & (old_count - 1));
	if (!complete && !path_count)
		return refuse_length(path_count, err);
	TRY(replay_consistency(&old_found, &found, (struct place){ old_count - 1, count - 1 }, complete ? old_root : path,
	                       complete ? path : path + 1, complete ? path_count : path_count - 1, err));
	if (!bv_hash_eq(old_found.p, old_root->p))
		return bv_err_set(err, BV_EDENIED, "the proof does not lead to the old root");
	if (!bv_hash_eq(found.p, root->p))
		return bv_err_set(err, BV_EDENIED, "the proof does not lead to the new root");
	return BV_OK;
}
