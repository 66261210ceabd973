/* An exact join by prefixes (Bayardo, Ma, Srikant, "Scaling Up All Pairs Similarity Search", WWW 2007): when the numbers of every set are ordered
 * from the rarest, two sets of Jaccard index t share one of the first |A| - ceil(t|A|) + 1, so that only sets that meet there are compared. */
#include "itembank/similar.h"

#include <stdlib.h>

#include "base/text.h"

static uint64_t
hash_bytes(uint64_t hash, struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++) /* FNV-1a */
		hash = (hash ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static size_t
sort_unique(uint64_t *p, size_t count)
{
	size_t kept = 0;

	if (count)
		qsort(p, count, sizeof *p, by_number);
	for (size_t i = 0; i < count; i++)
		if (!i || p[i] != p[kept - 1])
			p[kept++] = p[i];
	return kept;
}

static bool
next_word(struct bv_str *rest, struct bv_str *word)
{
	static const char ends[] = " \t\r\n!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
	size_t from = 0, to;

	while (from < rest->len && strchr(ends, rest->p[from]) && rest->p[from])
		from++;
	for (to = from; to < rest->len && (!strchr(ends, rest->p[to]) || !rest->p[to]);)
		to++;
	*word = bv_str_sub(*rest, from, to - from);
	*rest = bv_str_sub(*rest, to, rest->len);
	return word->len > 0;
}

struct bv_shingles
bv_shingles_of(struct bv_str text, size_t item, struct bv_arena *arena)
{
	enum { WORDS = 3 };
	const uint64_t start = UINT64_C(0xcbf29ce484222325);
	struct bv_str words[WORDS], word;
	struct bv_shingles set = { .item = item };
	size_t seen = 0;

	set.p = bv_arena_array(arena, text.len / 2 + 1, uint64_t);
	for (struct bv_str rest = bv_text_fold(text, arena); next_word(&rest, &word);) {
		words[seen++ % WORDS] = word;
		if (seen < WORDS)
			continue;
		uint64_t hash = start;
		for (size_t i = 0; i < WORDS; i++)
			hash = hash_bytes(hash_bytes(hash, words[(seen + i) % WORDS]), BV_STR(" "));
		set.p[set.count++] = hash;
	}
	if (seen && seen < WORDS)
		set.p[set.count++] = hash_bytes(hash_bytes(start, words[0]), seen > 1 ? words[1] : BV_STR_NONE);
	set.count = sort_unique(set.p, set.count);
	return set;
}

/* How often a number occurs in all sets. */
struct frequency {
	uint64_t number, sets;
};

struct join {
	struct frequency *frequencies;
	size_t count;
	/* For each number the sets so far that have it in their prefix: chains through links. */
	size_t *heads;
	struct link {
		size_t set, next;
	} *links;
	size_t link_count, link_cap;
};

static size_t
number_index(const struct join *join, uint64_t number)
{
	size_t low = 0, high = join->count;

	while (low + 1 < high) {
		size_t middle = low + (high - low) / 2;
		if (join->frequencies[middle].number <= number)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void
join_init(struct join *join, const struct bv_shingles *sets, size_t count)
{
	size_t total = 0, n = 0;

	for (size_t i = 0; i < count; i++)
		total += sets[i].count;
	uint64_t *all = bv_alloc_array(total, sizeof *all);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sets[i].count; k++)
			all[n++] = sets[i].p[k];
	if (total)
		qsort(all, total, sizeof *all, by_number);
	*join = (struct join){ .frequencies = bv_alloc_array(total, sizeof *join->frequencies) };
	for (size_t i = 0; i < total; i++) {
		if (!i || all[i] != all[i - 1])
			join->frequencies[join->count++].number = all[i];
		join->frequencies[join->count - 1].sets++;
	}
	free(all);
	join->heads = bv_alloc_array(join->count, sizeof *join->heads);
}

static void
join_finish(struct join *join)
{
	free(join->frequencies);
	free(join->heads);
	free(join->links);
}
BV_AUTO_DEFINE_FINISH(struct join, join_finish)

/* A number of a set as its place in the order from the rarest. */
struct rank {
	uint64_t sets;
	size_t idx;
};

static int
by_rarity(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	return x->sets != y->sets ? (x->sets > y->sets) - (x->sets < y->sets) : (x->idx > y->idx) - (x->idx < y->idx);
}

static size_t
count_common(const struct bv_shingles *a, const struct bv_shingles *b)
{
	size_t common = 0;

	for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
		common += a->p[i] == b->p[k];
		bool first = a->p[i] <= b->p[k], second = b->p[k] <= a->p[i];
		i += first;
		k += second;
	}
	return common;
}

static void
compare(struct bv_similar_pairs *pairs, const struct bv_shingles *a, const struct bv_shingles *b, unsigned percent)
{
	size_t common = count_common(a, b), all = a->count + b->count - common;

	if (common * 100 < all * percent)
		return;
	if (pairs->count == BV_SURVEY_PAIRS_MAX) {
		pairs->more = true;
		return;
	}
	if (pairs->count == pairs->cap) {
		pairs->cap = pairs->cap ? 2 * pairs->cap : 16;
		pairs->p = bv_resize_array(pairs->p, pairs->cap, sizeof *pairs->p);
	}
	bool ordered = a->item < b->item;
	pairs->p[pairs->count++] = (struct bv_similar_pair){ ordered ? a->item : b->item, ordered ? b->item : a->item,
		                                             (unsigned)(common * 100 / all) };
}

static void
put_link(struct join *join, size_t number, size_t set)
{
	if (join->link_count + 1 >= join->link_cap) {
		join->link_cap = join->link_cap ? 2 * join->link_cap : 256;
		join->links = bv_resize_array(join->links, join->link_cap, sizeof *join->links);
	}
	join->links[++join->link_count] = (struct link){ set, join->heads[number] };
	join->heads[number] = join->link_count;
}

/* Compares set number idx with those before it that it meets, and enters it. */
static void
join_set(struct bv_similar_pairs *pairs, struct join *join, const struct bv_shingles *sets, size_t idx, size_t *met, unsigned percent)
{
	const struct bv_shingles *set = &sets[idx];
	struct rank *ranks = bv_alloc_array(set->count, sizeof *ranks);
	size_t prefix = set->count - (set->count * percent + 99) / 100 + 1;

	for (size_t i = 0; i < set->count; i++) {
		ranks[i].idx = number_index(join, set->p[i]);
		ranks[i].sets = join->frequencies[ranks[i].idx].sets;
	}
	qsort(ranks, set->count, sizeof *ranks, by_rarity);
	for (size_t i = 0; i < prefix && !pairs->more; i++) {
		for (size_t link = join->heads[ranks[i].idx]; link && !pairs->more; link = join->links[link].next) {
			size_t other = join->links[link].set;
			if (met[other] == idx)
				continue;
			met[other] = idx;
			if (sets[other].count * 100 >= set->count * percent) /* it is not larger: sets come in ascending order */
				compare(pairs, set, &sets[other], percent);
		}
		put_link(join, ranks[i].idx, idx);
	}
	free(ranks);
}

static int
by_size(const void *a, const void *b)
{
	const struct bv_shingles *x = a, *y = b;

	return x->count != y->count ? (x->count > y->count) - (x->count < y->count) : (x->item > y->item) - (x->item < y->item);
}

static int
by_items(const void *a, const void *b)
{
	const struct bv_similar_pair *x = a, *y = b;

	return x->a != y->a ? (x->a > y->a) - (x->a < y->a) : (x->b > y->b) - (x->b < y->b);
}

void
bv_similar_find(struct bv_similar_pairs *pairs, struct bv_shingles *sets, size_t count, unsigned percent)
{
	BV_AUTO(join_finish) struct join join = { 0 };
	size_t *met = bv_alloc_array(count, sizeof *met);
	size_t before = pairs->count;

	if (count)
		qsort(sets, count, sizeof *sets, by_size);
	join_init(&join, sets, count);
	for (size_t i = 0; i < count; i++)
		met[i] = count;
	for (size_t i = 0; i < count && !pairs->more; i++)
		if (sets[i].count)
			join_set(pairs, &join, sets, i, met, percent);
	free(met);
	if (pairs->count > before)
		qsort(pairs->p + before, pairs->count - before, sizeof *pairs->p, by_items);
}
