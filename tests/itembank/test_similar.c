/* The join by prefixes against every pair compared; shingles; where keys stand. */
#include "itembank/similar.h"

#include <stdlib.h>

#include "tests/check.h"

static unsigned
jaccard(const struct bv_shingles *a, const struct bv_shingles *b)
{
	size_t common = 0;

	for (size_t i = 0; i < a->count; i++)
		for (size_t k = 0; k < b->count; k++)
			common += a->p[i] == b->p[k];
	size_t all = a->count + b->count - common;
	return all ? (unsigned)(common * 100 / all) : 0;
}

/* Sets over few numbers, so that all degrees of likeness occur; some are near copies, some empty. */
static void
fill(struct bv_shingles *sets, size_t count, struct bv_stream *stream, struct bv_arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		sets[i] = (struct bv_shingles){ .p = bv_arena_array(arena, 100, uint64_t), .item = i };
		uint64_t density = 1 + bv_stream_below(stream, 9);
		for (uint64_t n = 0; n < 40; n++) {
			bool copied = i && i % 3 == 0 && bv_stream_below(stream, 10) > 0, has = bv_stream_below(stream, 10) < density;
			if (copied)
				has = false;
			for (size_t k = 0; copied && k < sets[i - 1].count; k++)
				has |= sets[i - 1].p[k] == n;
			if (has && i % 50 != 49)
				sets[i].p[sets[i].count++] = n;
		}
	}
}

static void
join_is_exact(void)
{
	enum { COUNT = 140 }; /* fewer pairs than the search ends at */
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_shingles sets[COUNT], given[COUNT];
	struct bv_stream stream;
	uint8_t key[BV_HASH_LEN];

	bv_sha256(key, BV_STR("similar"));
	bv_stream_init(&stream, key);
	fill(sets, COUNT, &stream, &arena);
	for (unsigned percent = 1; percent <= 100; percent += percent < 10 ? 3 : 10) {
		struct bv_similar_pairs pairs = { 0 };
		size_t want = 0, missing = 0, n = 0;
		memcpy(given, sets, sizeof sets);
		bv_similar_find(&pairs, given, COUNT, percent);
		for (size_t a = 0; a < COUNT; a++)
			for (size_t b = a + 1; b < COUNT; b++) {
				unsigned likeness = jaccard(&sets[a], &sets[b]);
				if (likeness < percent)
					continue;
				want++;
				if (n < pairs.count && pairs.p[n].a == a && pairs.p[n].b == b && pairs.p[n].percent == likeness)
					n++;
				else
					missing++;
			}
		CHECK(!missing && pairs.count == want, "%zu pairs of at least %u %%: as found by comparing all", want, percent);
		free(pairs.p);
	}
}

static void
shingles(void)
{
	static const struct {
		const char *a, *b, *name;
		unsigned percent;
	} cases[] = {
		{ "Thiết bị nào là bộ nhớ?", "thiết bị NÀO là Bộ nhớ", "case and punctuation do not count", 100 },
		{ "Phím tắt nào để sao chép văn bản", "Phím tắt nào để cắt dán hình", "two of nine shingles", 22 },
		{ "một hai ba bốn", "bốn ba hai một", "order counts", 0 },
		{ "RAM", "ram", "a single word", 100 },
		{ "RAM là", "ram", "two words are not one", 0 },
		{ "", "", "nothing is like nothing", 0 },
		{ "... !!", "?", "only punctuation", 0 },
		{ "a b c a b c a b c", "a b c a b", "repetition does not count", 100 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		struct bv_similar_pairs pairs = { 0 };
		struct bv_shingles sets[2] = { bv_shingles_of(bv_str_of(cases[i].a), 0, &arena), bv_shingles_of(bv_str_of(cases[i].b), 1, &arena) };
		bv_similar_find(&pairs, sets, 2, 1);
		unsigned got = pairs.count ? pairs.p[0].percent : 0;
		CHECK(got == cases[i].percent, "%s: %u %%", cases[i].name, got);
		free(pairs.p);
	}
	struct bv_similar_pairs none = { 0 };
	bv_similar_find(&none, NULL, 0, 50);
	CHECK(!none.count, "no sets");
}

/* 5,000 copies are 12 million pairs. */
static void
copies(void)
{
	enum { COUNT = 5000 };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_shingles *sets = bv_arena_array(&arena, COUNT, struct bv_shingles);
	struct bv_similar_pairs pairs = { 0 };

	for (size_t i = 0; i < COUNT; i++)
		sets[i] = bv_shingles_of(BV_STR("câu hỏi này có năm nghìn bản sao"), i, &arena);
	bv_similar_find(&pairs, sets, COUNT, 100);
	CHECK(pairs.more && pairs.count == BV_SURVEY_PAIRS_MAX, "a bank of copies ends at %zu pairs", pairs.count);
	free(pairs.p);
	pairs = (struct bv_similar_pairs){ 0 };
	bv_similar_find(&pairs, sets, 141, 100);
	CHECK(!pairs.more && pairs.count == 141 * 140 / 2, "141 copies are %zu pairs, all told", pairs.count);
	free(pairs.p);
}

int
main(void)
{
	join_is_exact();
	copies();
	shingles();
	return check_end();
}
