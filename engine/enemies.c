#include "engine/enemies.h"

#include <stdlib.h>

#include "base/mem.h"

struct ranked {
	uint8_t rank[BV_HASH_LEN];
	size_t item;
};

/* One direction of an enmity; each is entered in both. */
struct edge {
	size_t from, to;
};

struct edges {
	struct edge *p;
	size_t count, cap;
};

/* That an item has a stimulus; items of one group share it. */
struct member {
	struct bv_str stimulus;
	size_t item, group;
};

struct members {
	struct member *p;
	size_t count, cap, groups;
};

static int
by_rank(const void *a, const void *b)
{
	return memcmp(((const struct ranked *)a)->rank, ((const struct ranked *)b)->rank, BV_HASH_LEN);
}

static int
by_from(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static int
by_identifier(const void *key, const void *item)
{
	return bv_str_cmp(*(const struct bv_str *)key, ((const struct bv_enemy_item *)item)->identifier);
}

static void
add_edge(struct edges *edges, size_t from, size_t to)
{
	if (edges->count == edges->cap) {
		edges->cap = edges->cap ? 2 * edges->cap : 64;
		edges->p = bv_resize_array(edges->p, edges->cap, sizeof *edges->p);
	}
	edges->p[edges->count++] = (struct edge){ from, to };
}

static struct edges
find_edges(const struct bv_enemy_item *items, size_t count)
{
	struct edges edges = { 0 };

	for (size_t i = 0; i < count; i++)
		for (size_t e = 0; e < items[i].enemy_count; e++) {
			const struct bv_enemy_item *other = bsearch(&items[i].enemies[e], items, count, sizeof *items, by_identifier);
			if (!other || other == &items[i])
				continue;
			add_edge(&edges, i, (size_t)(other - items));
			add_edge(&edges, (size_t)(other - items), i);
		}
	if (edges.count)
		qsort(edges.p, edges.count, sizeof *edges.p, by_from);
	return edges;
}

static int
by_stimulus(const void *a, const void *b)
{
	return bv_str_cmp(((const struct member *)a)->stimulus, ((const struct member *)b)->stimulus);
}

static int
by_item(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	return (x->item > y->item) - (x->item < y->item);
}

/* A stimulus may have very many items: as a group they cost what they are, as pairs their square. */
static struct members
find_members(const struct bv_enemy_item *items, size_t count)
{
	struct members members = { 0 };
	struct bv_str stimulus;

	for (size_t i = 0; i < count; i++)
		for (struct bv_str rest = items[i].stimuli; bv_str_token(&rest, &stimulus);) {
			if (members.count == members.cap) {
				members.cap = members.cap ? 2 * members.cap : 64;
				members.p = bv_resize_array(members.p, members.cap, sizeof *members.p);
			}
			members.p[members.count++] = (struct member){ stimulus, i, 0 };
		}
	if (!members.count)
		return members;
	qsort(members.p, members.count, sizeof *members.p, by_stimulus);
	for (size_t i = 1; i < members.count; i++) {
		members.groups += by_stimulus(&members.p[i - 1], &members.p[i]) != 0;
		members.p[i].group = members.groups;
	}
	members.groups++;
	qsort(members.p, members.count, sizeof *members.p, by_item);
	return members;
}

static struct ranked *
rank_items(const struct bv_enemy_item *items, size_t count, const uint8_t blueprint_hash[BV_HASH_LEN])
{
	struct ranked *ranked = bv_alloc_array(count, sizeof *ranked);

	for (size_t i = 0; i < count; i++) {
		struct bv_sha256 ctx;
		bv_sha256_init(&ctx);
		bv_sha256_add(&ctx, "BV-ENEMY-1", 11); /* with its NUL */
		bv_sha256_add(&ctx, blueprint_hash, BV_HASH_LEN);
		bv_sha256_add(&ctx, items[i].identifier.p, items[i].identifier.len);
		bv_sha256_end(&ctx, ranked[i].rank);
		ranked[i].item = i;
	}
	qsort(ranked, count, sizeof *ranked, by_rank);
	return ranked;
}

void
bv_enemies_resolve(struct bv_enemy_item *items, size_t count, const uint8_t blueprint_hash[BV_HASH_LEN])
{
	struct edges edges = find_edges(items, count);
	struct members members = find_members(items, count);
	struct ranked *ranked = rank_items(items, count, blueprint_hash);
	bool *taken = bv_alloc_array(members.groups, sizeof *taken);
	size_t *member = bv_alloc_array(count + 1, sizeof *member); /* of item i: [member[i], member[i + 1]) */
	size_t *first = bv_alloc_array(count + 1, sizeof *first); /* edges of item i: [first[i], first[i + 1]) */

	for (size_t i = 0, e = 0, m = 0; i <= count; i++) {
		while (e < edges.count && edges.p[e].from < i)
			e++;
		while (m < members.count && members.p[m].item < i)
			m++;
		first[i] = e;
		member[i] = m;
	}
	for (size_t i = 0; i < count; i++)
		items[i].kept = false;
	for (size_t r = 0; r < count; r++) {
		size_t i = ranked[r].item;
		bool free_of_enemies = true;
		for (size_t e = first[i]; e < first[i + 1]; e++)
			free_of_enemies &= !items[edges.p[e].to].kept;
		for (size_t m = member[i]; m < member[i + 1]; m++)
			free_of_enemies &= !taken[members.p[m].group];
		for (size_t m = member[i]; free_of_enemies && m < member[i + 1]; m++)
			taken[members.p[m].group] = true;
		items[i].kept = free_of_enemies;
	}
	free(first);
	free(member);
	free(taken);
	free(members.p);
	free(ranked);
	free(edges.p);
}
