/* Proofs from tiles (RFC 6962 §2.1.1, §2.1.2): whatever the size of the log, a proof reads a few tiles of each level. */
#include <inttypes.h>

#include "base/mem.h"
#include "registry/log_view.h"

/* Where level b begins among a tile's nodes. */
static size_t
level_start(unsigned width, unsigned b)
{
	size_t start = 0;

	for (unsigned i = 0; i < b; i++)
		start += width >> i;
	return start;
}

static enum bv_status
read_tile(struct log_tile *tile, const struct bv_log_view *view, int level, uint64_t idx, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(TILE_BYTES);
	unsigned width = idx == log_edge_idx(view->size, level) ? log_edge_width(view->size, level) : TILE_WIDTH;

	tile->used = 0;
	TRY(log_fetch_tile(&bytes, view->where, level, idx, width, err));
	if (!tile->nodes)
		tile->nodes = bv_alloc_array(2 * TILE_WIDTH, sizeof *tile->nodes);
	memcpy(tile->nodes, bytes.p, bytes.len);
	struct bv_merkle_hash *below = tile->nodes;
	for (unsigned count = width; count > 1; count /= 2) {
		struct bv_merkle_hash *above = below + count;
		for (unsigned i = 0; i < count / 2; i++)
			bv_merkle_node(&above[i], &below[2 * i], &below[2 * i + 1]);
		below = above;
	}
	tile->level = level;
	tile->idx = idx;
	tile->width = width;
	return BV_OK;
}

static enum bv_status
get_tile(const struct log_tile **out, struct bv_log_view *view, int level, uint64_t idx, struct bv_err *err)
{
	struct log_tile *oldest = &view->tiles[0];

	for (size_t i = 0; i < BV_COUNT(view->tiles); i++) {
		struct log_tile *tile = &view->tiles[i];
		if (tile->used && tile->level == level && tile->idx == idx) {
			tile->used = ++view->clock;
			*out = tile;
			return BV_OK;
		}
		if (tile->used < oldest->used)
			oldest = tile;
	}
	TRY(read_tile(oldest, view, level, idx, err));
	oldest->used = ++view->clock;
	*out = oldest;
	return BV_OK;
}

/* The root of leaves [idx << height, (idx + 1) << height), which are all there. */
static enum bv_status
read_node(struct bv_merkle_hash *out, struct bv_log_view *view, unsigned height, uint64_t idx, struct bv_err *err)
{
	unsigned inner = height % 8;
	uint64_t first = idx << inner; /* of the hashes of the level */
	const struct log_tile *tile;

	TRY(get_tile(&tile, view, (int)(height / 8), first / TILE_WIDTH, err));
	*out = tile->nodes[level_start(tile->width, inner) + (first % TILE_WIDTH >> inner)];
	return BV_OK;
}

/* The largest power of two below n, n > 1. */
static uint64_t
split(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

/* MTH(D[from:to]), from being what RFC 6962 splits off. */
static enum bv_status
read_range(struct bv_merkle_hash *out, struct bv_log_view *view, uint64_t from, uint64_t to, struct bv_err *err)
{
	uint64_t n = to - from;
	struct bv_merkle_hash left, right;

	if (!(n & (n - 1))) {
		unsigned height = (unsigned)__builtin_ctzll(n);
		return read_node(out, view, height, from >> height, err);
	}
	TRY(read_range(&left, view, from, from + split(n), err));
	TRY(read_range(&right, view, from + split(n), to, err));
	bv_merkle_node(out, &left, &right);
	return BV_OK;
}

enum bv_status
log_view_root(struct bv_merkle_hash *out, struct bv_log_view *view, uint64_t size, struct bv_err *err)
{
	if (size)
		return read_range(out, view, 0, size, err);
	bv_merkle_root(out, &(struct bv_merkle){ 0 });
	return BV_OK;
}

/* PATH(idx - from, D[from:to]). */
static enum bv_status
inclusion(struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX], size_t *count, struct bv_log_view *view, uint64_t idx, uint64_t from, uint64_t to,
          struct bv_err *err)
{
	if (to - from == 1)
		return BV_OK;
	uint64_t middle = from + split(to - from);
	bool left = idx < middle;
	TRY(inclusion(path, count, view, idx, left ? from : middle, left ? middle : to, err));
	return read_range(&path[(*count)++], view, left ? middle : from, left ? to : middle, err);
}

/* SUBPROOF(old_size - from, D[from:to], known). */
static enum bv_status
subproof(struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX], size_t *count, struct bv_log_view *view, uint64_t old_size, uint64_t from, uint64_t to,
         bool known, struct bv_err *err)
{
	if (old_size == to)
		return known ? BV_OK : read_range(&path[(*count)++], view, from, to, err);
	uint64_t middle = from + split(to - from);
	bool left = old_size <= middle;
	TRY(subproof(path, count, view, old_size, left ? from : middle, left ? middle : to, known && left, err));
	return read_range(&path[(*count)++], view, left ? middle : from, left ? to : middle, err);
}

enum bv_status
bv_log_prove_consistency(struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX], size_t *path_count, struct bv_log_view *view, uint64_t old_size,
                         struct bv_err *err)
{
	if (!old_size || old_size > view->size)
		return bv_err_set(err, BV_EINVAL, "a log of %" PRIu64 " entries has no proof from %" PRIu64 " on", view->size, old_size);
	*path_count = 0;
	return subproof(path, path_count, view, old_size, 0, view->size, true, err);
}

enum bv_status
bv_log_prove(struct bv_buf *out, struct bv_log_view *view, uint64_t idx, struct bv_err *err)
{
	struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX], leaf;
	size_t count = 0;

	if (idx >= view->size)
		return bv_err_set(err, BV_ENOTFOUND, "the checkpoint is of %" PRIu64 " entries: there is no entry %" PRIu64 " in it", view->size, idx);
	TRY(inclusion(path, &count, view, idx, 0, view->size, err));
	TRY(read_node(&leaf, view, 0, idx, err));
	if (bv_merkle_verify_inclusion(&leaf, idx, view->size, path, count, &view->checkpoint.root, err) != BV_OK)
		return bv_err_set(err, BV_EDENIED, "%s: the tiles do not lead to the root of the checkpoint", view->where);
	bv_log_proof_write(out, idx, &leaf, path, count, bv_buf_str(&view->note));
	return bv_buf_check(out, err);
}
