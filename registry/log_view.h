/* A log as one of its checkpoints shows it, with the tiles that were read last. */
#ifndef BV_REGISTRY_LOG_VIEW_H
#define BV_REGISTRY_LOG_VIEW_H

#include "registry/log.h"

enum { TILES_KEPT = 24 };

/* A tile with the levels of the tree within it: nodes of level b are width >> b hashes, one level after the other. */
struct log_tile {
	int level;
	uint64_t idx, used; /* used: 0 for an empty place */
	unsigned width;
	struct bv_merkle_hash *nodes;
};

struct bv_log_view {
	char *where;
	struct bv_buf note;
	struct bv_checkpoint checkpoint; /* borrowed from note; zeros in log_view_of */
	uint64_t size;
	uint64_t clock;
	struct log_tile tiles[TILES_KEPT];
};

#endif
