/* Enemies: items that give each other away, of which a pool keeps one. */
#ifndef BV_ENGINE_ENEMIES_H
#define BV_ENGINE_ENEMIES_H

#include "base/hash.h"

struct bv_enemy_item {
	struct bv_str identifier;
	const struct bv_str *enemies; /* identifiers; those of no item here, and its own, mean nothing */
	size_t enemy_count;
	struct bv_str stimuli; /* identifiers, separated by spaces */
	bool kept;             /* result */
};

/* The rule that anyone can replay: rank = SHA-256("BV-ENEMY-1\0" || H(blueprint) || identifier); by ascending rank an item is kept
 * unless an enemy of it has been. Two items are enemies if either names the other, or if they share a stimulus. items ascend by identifier, without equals. */
void bv_enemies_resolve(struct bv_enemy_item *items, size_t count, const uint8_t blueprint_hash[BV_HASH_LEN]);

#endif
