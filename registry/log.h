/* What the writer and the readers of a log share: names of tiles, the right edge of the tree, where files come from. */
#ifndef BV_REGISTRY_LOG_H
#define BV_REGISTRY_LOG_H

#include "registry/registry.h"

#define LOG_CHECKPOINT "checkpoint"
#define LOG_VKEY "vkey"
#define LOG_COMMITTED "committed"
#define LOG_LOCK "lock"
#define LOG_POLICY "policy"

enum {
	TILE_WIDTH = 256,
	TILE_LEVELS = 5, /* 256^5 entries: BV_LOG_SIZE_MAX */
	TILE_BYTES = TILE_WIDTH * BV_HASH_LEN,
	BUNDLE_MAX = TILE_WIDTH * (2 + BV_LOG_ENTRY_MAX),
	LOG_PATH_MAX = 4096,
	ENTRIES = -1, /* in place of a level */
};

/* TILES: the hashes of a tree's rightmost tiles, one a level; what a log of that size needs to grow. */
struct log_edge {
	uint64_t size;
	unsigned width[TILE_LEVELS];
	struct bv_merkle_hash hashes[TILE_LEVELS][TILE_WIDTH];
};
/* A tile that has become full, while a leaf is added. */
typedef enum bv_status (*log_tile_full)(void *ctx, int level, uint64_t idx, const struct bv_merkle_hash hashes[TILE_WIDTH], struct bv_err *err);
BV_MUST_USE enum bv_status log_edge_add(struct log_edge *edge, const struct bv_merkle_hash *leaf, log_tile_full full, void *ctx, struct bv_err *err);
void log_edge_root(struct bv_merkle_hash *out, const struct log_edge *edge);
/* Of a tree of that size: the width of its last tile at a level, and that tile's number. */
unsigned log_edge_width(uint64_t size, int level);
uint64_t log_edge_idx(uint64_t size, int level);

/* "tile/LEVEL/x001/x234/067", "….p/WIDTH" for one that is not full. */
void log_tile_name(struct bv_buf *out, int level, uint64_t idx, unsigned width);

/* A whole file of a log by its name, from a folder or from an address. ENOTFOUND. */
BV_MUST_USE enum bv_status log_fetch(struct bv_buf *out, const char *where, const char *name, struct bv_err *err);
/* The last tile of a tree of that size may have been given up for the full one (TILES): then that. */
BV_MUST_USE enum bv_status log_fetch_tile(struct bv_buf *out, const char *where, int level, uint64_t idx, unsigned width, struct bv_err *err);

/* A view of a folder's first size entries, whatever its checkpoint says. */
struct bv_log_view *log_view_of(const char *where, uint64_t size);
/* bv_log_find_each of a view. */
BV_MUST_USE enum bv_status log_view_find_each(uint64_t *places, struct bv_log_view *view, const struct bv_merkle_hash *leaves, size_t count, struct bv_err *err);
/* MTH(D[0:size]) of what the view shows, from its tiles. */
BV_MUST_USE enum bv_status log_view_root(struct bv_merkle_hash *out, struct bv_log_view *view, uint64_t size, struct bv_err *err);

/* Borrowed. */
const char *log_folder(const struct bv_log *log);

/* Takes an exclusive lock of a file, which is made if it is not there; closing *fd gives it back. ECONFLICT: another process has it. */
BV_MUST_USE enum bv_status log_lock(int *fd, const char *folder, struct bv_err *err);

#endif
