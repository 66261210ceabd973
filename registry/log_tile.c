/* Tiles: their names, and the right edge of a tree that grows by them. */
#include "registry/log.h"

#include <assert.h>
#include <inttypes.h>

unsigned
log_edge_width(uint64_t size, int level)
{
	return (unsigned)(size >> (8 * level)) & (TILE_WIDTH - 1);
}

uint64_t
log_edge_idx(uint64_t size, int level)
{
	return size >> (8 * (level + 1));
}

enum bv_status
log_edge_add(struct log_edge *edge, const struct bv_merkle_hash *leaf, log_tile_full full, void *ctx, struct bv_err *err)
{
	struct bv_merkle_hash hash = *leaf;

	edge->size++;
	for (int level = 0; level < TILE_LEVELS; level++) {
		struct bv_merkle_hash *tile = edge->hashes[level];
		tile[edge->width[level]++] = hash;
		if (edge->width[level] < TILE_WIDTH)
			break;
		TRY(full(ctx, level, log_edge_idx(edge->size - 1, level), tile, err));
		bv_merkle_root_of(&hash, tile, TILE_WIDTH);
		edge->width[level] = 0;
	}
	return BV_OK;
}

/* The complete subtrees of the edge, which are the peaks of the tree: within a tile those of its hashes, eight levels a tile. */
void
log_edge_root(struct bv_merkle_hash *out, const struct log_edge *edge)
{
	struct bv_merkle tree = { .count = edge->size };

	for (int level = 0; level < TILE_LEVELS; level++) {
		struct bv_merkle part = { 0 };
		for (unsigned i = 0; i < edge->width[level]; i++)
			bv_merkle_add(&part, &edge->hashes[level][i]);
		for (int bit = 0; bit < 8; bit++)
			tree.peaks[8 * level + bit] = part.peaks[bit];
	}
	bv_merkle_root(out, &tree);
}

void
log_tile_name(struct bv_buf *out, int level, uint64_t idx, unsigned width)
{
	unsigned parts[7];
	int count = 0;

	if (level == ENTRIES)
		bv_buf_addz(out, "tile/entries");
	else
		bv_buf_printf(out, "tile/%d", level);
	do {
		assert(count < (int)BV_COUNT(parts));
		parts[count++] = (unsigned)(idx % 1000);
		idx /= 1000;
	} while (idx);
	while (count--)
		bv_buf_printf(out, count ? "/x%03u" : "/%03u", parts[count]);
	if (width < TILE_WIDTH)
		bv_buf_printf(out, ".p/%u", width);
}
