/* An exact join by prefixes (Bayardo, Ma, Srikant, "Scaling Up All Pairs Similarity Search", WWW 2007; Xiao, Wang, Lin, Yu, "Efficient Similarity
 * Joins for Near Duplicate Detection", WWW 2008): when the numbers of every set are ordered from the rarest, two sets of Jaccard index t share one of
 * the first |A| - ceil(t|A|) + 1; sets come in ascending size, so that of those before only the first |B| - ceil(2t/(1+t) |B|) + 1 need to be met; and
 * where the first number that they share stands says how many they can share at most. Only what passes all that is compared. */
#include "itembank/similar.h"

#include <stdlib.h>

#include "base/text.h"

#define STEPS_MAX UINT64_C(10000000000) /* of all comparisons: about ten seconds */

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
	/* For each number the sets so far that have it in their prefix, in ascending size: chains through links. */
	size_t *heads, *tails;
	struct link {
		size_t set, place, next;
	} *links;
	size_t link_count, link_cap;
	uint64_t steps; /* spent on comparing sets */
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
	join->tails = bv_alloc_array(join->count, sizeof *join->tails);
}

static void
join_finish(struct join *join)
{
	free(join->frequencies);
	free(join->heads);
	free(join->tails);
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
add_pair(struct bv_similar_pairs *pairs, const struct bv_shingles *a, const struct bv_shingles *b, size_t common)
{
	size_t all = a->count + b->count - common;

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
put_link(struct join *join, size_t number, size_t set, size_t place)
{
	if (join->link_count + 1 >= join->link_cap) {
		join->link_cap = join->link_cap ? 2 * join->link_cap : 256;
		join->links = bv_resize_array(join->links, join->link_cap, sizeof *join->links);
	}
	join->links[++join->link_count] = (struct link){ set, place, 0 };
	if (join->heads[number])
		join->links[join->tails[number]].next = join->link_count;
	else
		join->heads[number] = join->link_count;
	join->tails[number] = join->link_count;
}

/* Do sets of these sizes that share so many numbers have the Jaccard index? common / (a + b - common) >= percent / 100 */
static bool
is_enough(size_t common, size_t a, size_t b, unsigned percent)
{
	return common * (100 + percent) >= (a + b) * percent;
}

/* The set in work, and which of those before it have been met. */
struct probe {
	const struct bv_shingles *sets;
	size_t idx, *met;
	unsigned percent;
};

/* Compares the set with those before it that have this number too, which stands at `place` of its own order. */
static void
meet(struct bv_similar_pairs *pairs, struct join *join, const struct probe *probe, size_t number, size_t place)
{
	const struct bv_shingles *set = &probe->sets[probe->idx];
	size_t left = set->count - place, *head = &join->heads[number];

	while (*head && probe->sets[join->links[*head].set].count * 100 < set->count * probe->percent)
		*head = join->links[*head].next; /* too small for this set, and so for all that come */
	for (size_t link = *head; link && !pairs->more; link = join->links[link].next) {
		size_t other = join->links[link].set, count = probe->sets[other].count, left_there = count - join->links[link].place;
		if (!is_enough(left, set->count, count, probe->percent))
			return; /* nor with any larger one */
		if (probe->met[other] == probe->idx)
			continue;
		probe->met[other] = probe->idx;
		if (!is_enough(left < left_there ? left : left_there, set->count, count, probe->percent))
			continue;
		size_t common = count_common(set, &probe->sets[other]);
		join->steps += set->count + count;
		if (is_enough(common, set->count, count, probe->percent))
			add_pair(pairs, set, &probe->sets[other], common);
		pairs->more = pairs->more || join->steps > STEPS_MAX;
	}
}

/* Compares the set with those before it that it meets, and enters it. */
static void
join_set(struct bv_similar_pairs *pairs, struct join *join, const struct probe *probe)
{
	const struct bv_shingles *set = &probe->sets[probe->idx];
	struct rank *ranks = bv_alloc_array(set->count, sizeof *ranks);
	size_t prefix = set->count - (set->count * probe->percent + 99) / 100 + 1;

	for (size_t i = 0; i < set->count; i++) {
		ranks[i].idx = number_index(join, set->p[i]);
		ranks[i].sets = join->frequencies[ranks[i].idx].sets;
	}
	qsort(ranks, set->count, sizeof *ranks, by_rarity);
	for (size_t i = 0; i < prefix && !pairs->more; i++) {
		meet(pairs, join, probe, ranks[i].idx, i);
		if (is_enough(set->count - i, set->count, set->count, probe->percent))
			put_link(join, ranks[i].idx, probe->idx, i);
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
			join_set(pairs, &join, &(struct probe){ sets, i, met, percent });
	free(met);
	if (pairs->count > before)
		qsort(pairs->p + before, pairs->count - before, sizeof *pairs->p, by_items);
}
