#include "itembank/export_place.h"

#include <stdlib.h>

#include "base/text.h"

struct export_place {
	struct bv_str key; /* empty: free */
	struct bv_str path;
	bool folder;
	uint8_t hash[BV_HASH_LEN];
};

void
export_places_finish(struct export_places *places)
{
	free(places->slots);
	bv_arena_finish(&places->arena);
}

static size_t
hash_of(struct bv_str key)
{
	uint8_t hash[BV_HASH_LEN]; /* nobody can choose paths that collide */
	size_t at;

	bv_sha256(hash, key);
	memcpy(&at, hash, sizeof at);
	return at;
}

static struct export_place *
slot_of(struct export_place *slots, size_t cap, struct bv_str key)
{
	size_t at = hash_of(key) & (cap - 1);

	while (slots[at].key.len && !bv_str_eq(slots[at].key, key))
		at = (at + 1) & (cap - 1);
	return &slots[at];
}

static void
grow(struct export_places *places)
{
	size_t cap = places->cap ? places->cap * 2 : 1024;
	struct export_place *slots = bv_alloc_array(cap, sizeof *slots);

	for (size_t i = 0; i < places->cap; i++)
		if (places->slots[i].key.len)
			*slot_of(slots, cap, places->slots[i].key) = places->slots[i];
	free(places->slots);
	places->slots = slots;
	places->cap = cap;
}

static struct export_place *
find(struct export_places *places, struct bv_str key)
{
	if (places->count * 2 >= places->cap)
		grow(places);
	return slot_of(places->slots, places->cap, key);
}

/* Every folder on the way to key is a folder, or nothing yet; with `take` it is one then. */
static bool
folders(struct export_places *places, struct bv_str key, bool take)
{
	for (size_t end = 0; end < key.len; end++) {
		if (key.p[end] != '/' || !end)
			continue;
		struct export_place *slot = find(places, bv_str_sub(key, 0, end));
		if (slot->key.len && !slot->folder)
			return false;
		if (take && !slot->key.len) {
			*slot = (struct export_place){ .key = bv_str_sub(key, 0, end), .folder = true };
			places->count++;
		}
	}
	return true;
}

bool
export_place_free(struct export_places *places, struct bv_str path, const uint8_t hash[BV_HASH_LEN])
{
	struct bv_str key = bv_text_fold(path, &places->arena);
	const struct export_place *slot = find(places, key);

	return folders(places, key, false) && (!slot->key.len || (!slot->folder && bv_str_eq(slot->path, path) && bv_hash_eq(slot->hash, hash)));
}

bool
export_place_take(struct export_places *places, bool *same, struct bv_str path, const uint8_t hash[BV_HASH_LEN])
{
	struct bv_str kept = bv_arena_str(&places->arena, path), key = bv_text_fold(kept, &places->arena); /* which may be kept itself */
	struct export_place *slot;

	if (!export_place_free(places, path, hash))
		return false;
	folders(places, key, true);
	slot = find(places, key);
	*same = slot->key.len > 0;
	if (!*same) {
		slot->key = key;
		slot->path = kept;
		memcpy(slot->hash, hash, sizeof slot->hash);
		places->count++;
	}
	return true;
}
