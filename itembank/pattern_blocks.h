/* Blocks of Unicode by the names that patterns have for them: white space removed, hyphens kept. */
#ifndef BV_ITEMBANK_PATTERN_BLOCKS_H
#define BV_ITEMBANK_PATTERN_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

struct bv_pattern_block {
	const char *name; /* of several rows: all of them */
	uint32_t first, last;
};
extern const struct bv_pattern_block bv_pattern_blocks[]; /* by first */
extern const size_t bv_pattern_block_count;

#endif
