/* Memory: allocation that never fails (out of memory aborts here and nowhere else), arenas, wiping. */
#ifndef BV_BASE_MEM_H
#define BV_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* size bytes, zeroed, to be given to free(3). size 0 gives a pointer that may be freed. */
BV_API void *bv_alloc(size_t size) __attribute__((malloc, returns_nonnull));

/* count elements of size bytes, zeroed; aborts on overflow. */
BV_API void *bv_alloc_array(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* Resizes p (may be NULL) to count elements of size bytes; what is added is not zeroed. */
BV_API void *bv_resize_array(void *p, size_t count, size_t size) __attribute__((returns_nonnull));

/* Of a library that fails for want of memory only: did it have what it needed? Ends the process otherwise. */
BV_API void bv_need(bool had);

/* Overwrites a secret so that the compiler cannot leave it out. */
BV_API void bv_wipe(void *p, size_t len);

/* An arena hands out memory that lives until bv_arena_finish; parsed documents live in one. Zero-initialised is empty. */
struct bv_arena {
	struct bv_arena_chunk *chunk;
	size_t total; /* bytes handed out */
};

BV_API void bv_arena_finish(struct bv_arena *arena);

/* Forgets all that was handed out but keeps the newest chunk: what needs no more memory than the last time allocates nothing. */
BV_API void bv_arena_reset(struct bv_arena *arena);

/* size bytes, zeroed, aligned for any type. */
BV_API void *bv_arena_alloc(struct bv_arena *arena, size_t size) __attribute__((returns_nonnull));

/* A copy of s in the arena, followed by a NUL that its len does not count. */
BV_API struct bv_str bv_arena_str(struct bv_arena *arena, struct bv_str s);

/* count zeroed elements of type. */
#define bv_arena_array(arena, count, type) ((type *)bv_arena_alloc((arena), bv_array_size((count), sizeof(type))))

/* count * size, aborting on overflow. */
BV_API size_t bv_array_size(size_t count, size_t size);

BV_AUTO_DEFINE_FINISH(struct bv_arena, bv_arena_finish)

#endif
