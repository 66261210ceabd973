#include "base/mem.h"

#include <assert.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one place where the process ends for want of memory: acknowledged work is on disk already. */
static _Noreturn void
out_of_memory(void)
{
	fputs("bangvang: out of memory\n", stderr);
	abort();
}

void
bv_need(bool had)
{
	if (!had)
		out_of_memory();
}

size_t
bv_array_size(size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		out_of_memory();
	return total;
}

void *
bv_alloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *
bv_alloc_array(size_t count, size_t size)
{
	return bv_alloc(bv_array_size(count, size));
}

void *
bv_resize_array(void *p, size_t count, size_t size)
{
	size_t total = bv_array_size(count, size);
	void *q = realloc(p, total ? total : 1);

	if (!q)
		out_of_memory();
	return q;
}

void
bv_wipe(void *p, size_t len)
{
	if (len)
		explicit_bzero(p, len);
}

struct bv_arena_chunk {
	struct bv_arena_chunk *next;
	size_t used, size;
	alignas(max_align_t) char bytes[];
};

void
bv_arena_finish(struct bv_arena *arena)
{
	while (arena->chunk) {
		struct bv_arena_chunk *next = arena->chunk->next;
		free(arena->chunk);
		arena->chunk = next;
	}
	arena->total = 0;
}

void
bv_arena_reset(struct bv_arena *arena)
{
	struct bv_arena_chunk *newest = arena->chunk;

	if (!newest)
		return;
	arena->chunk = newest->next;
	bv_arena_finish(arena);
	newest->next = NULL;
	newest->used = 0;
	arena->chunk = newest;
}

static struct bv_arena_chunk *
chunk_new(size_t size)
{
	size_t total;

	if (__builtin_add_overflow(sizeof(struct bv_arena_chunk), size, &total))
		out_of_memory();
	struct bv_arena_chunk *chunk = malloc(total);
	if (!chunk)
		out_of_memory();
	chunk->used = 0;
	chunk->size = size;
	return chunk;
}

void *
bv_arena_alloc(struct bv_arena *arena, size_t size)
{
	enum { SMALLEST = 4096, LARGEST = 1 << 18 };
	const size_t align = alignof(max_align_t);

	if (size > SIZE_MAX - align)
		out_of_memory();
	size = (size + align - 1) & ~(align - 1);

	struct bv_arena_chunk *chunk = arena->chunk;
	if (!chunk || chunk->size - chunk->used < size) {
		/* Chunks double, so that a small document costs one and a large one few. */
		size_t want = chunk ? chunk->size * 2 : SMALLEST;
		if (want > LARGEST)
			want = LARGEST;
		chunk = chunk_new(want > size ? want : size);
		chunk->next = arena->chunk;
		arena->chunk = chunk;
	}
	void *p = chunk->bytes + chunk->used;
	chunk->used += size;
	arena->total += size;
	memset(p, 0, size);
	return p;
}

struct bv_str
bv_arena_str(struct bv_arena *arena, struct bv_str s)
{
	char *p = bv_arena_alloc(arena, s.len + 1);

	if (s.len)
		memcpy(p, s.p, s.len);
	return (struct bv_str){ p, s.len };
}
