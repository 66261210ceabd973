/* Where the files of an export go. Private to itembank. */
#ifndef BV_ITEMBANK_EXPORT_PLACE_H
#define BV_ITEMBANK_EXPORT_PLACE_H

#include "itembank/itembank.h"

/* The paths that are taken, each with the SHA-256 of what is there. Zero-initialise. */
struct export_places {
	struct export_place *slots; /* open addressing by the path with case folded */
	size_t count, cap;          /* cap: a power of two */
	struct bv_arena arena;
};

void export_places_finish(struct export_places *places);

/* Takes path for a file; false when another file, or a folder, is there, or a file where path has a folder. *same: this very file is there. */
bool export_place_take(struct export_places *places, bool *same, struct bv_str path, const uint8_t hash[BV_HASH_LEN]);
/* Could it be taken? */
bool export_place_free(struct export_places *places, struct bv_str path, const uint8_t hash[BV_HASH_LEN]);

#endif
