/* Freezing a pool of 100,000 items in ten strata, and one proof out of it; the bar is the SHA-256 of as many leaves and nodes. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "tests/engine/fixture.h"

enum { STRATA = 10, ITEMS = 100000 };

static double
since_ms(int64_t start)
{
	return (double)(bv_clock_monotonic_ns() - start) * 1e-6;
}

static void
must(enum bv_status status, const struct bv_err *err)
{
	if (status != BV_OK) {
		fprintf(stderr, "%s\n", err->msg);
		exit(1);
	}
}

static void
fill(struct bv_draw_source *sources, struct bv_arena *arena)
{
	static const char *const letters[] = { "A", "B", "C", "D" };
	static struct bv_choice choices[4];
	static struct bv_interaction interaction = { .response = { "RESPONSE", 8 }, .shuffle = true, .choice_count = 4, .first_count = 4 };
	struct bv_pool_item *items = bv_arena_array(arena, ITEMS, struct bv_pool_item);

	for (size_t i = 0; i < 4; i++)
		choices[i].identifier = bv_str_of(letters[i]);
	interaction.choices = choices;
	for (size_t i = 0; i < ITEMS; i++) {
		char text[32];
		snprintf(text, sizeof text, "item-%06zu", i);
		items[i] = (struct bv_pool_item){ .identifier = bv_arena_str(arena, bv_str_of(text)), .language = BV_STR("vi"), .version = 1 };
		bv_sha256(items[i].hash, items[i].identifier);
		snprintf(text, sizeof text, "C%zu", i % STRATA);
		items[i].competence = bv_arena_str(arena, bv_str_of(text));
		sources[i] = (struct bv_draw_source){ &items[i], &interaction, 1 };
	}
}

static double
bare_hashes_ms(void)
{
	struct bv_merkle_hash a = { { 0 } }, b = { { 1 } };
	char entry[160] = { 0 };
	int64_t start = bv_clock_monotonic_ns();

	for (size_t i = 0; i < ITEMS; i++) {
		bv_merkle_leaf(&a, (struct bv_str){ entry, sizeof entry });
		bv_merkle_node(&b, &a, &b);
	}
	return since_ms(start) + (b.p[0] == 7 ? 1e-9 : 0);
}

int
main(void)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_BLUEPRINT_MAX), json = BV_BUF(BV_DRAW_POOL_MAX);
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = NULL, *read = NULL;
	BV_AUTO(bv_leaf_free) struct bv_leaf *leaf = NULL;
	uint8_t key[BV_HASH_LEN] = { 1 };
	struct rusage used;
	struct bv_err err;

	struct bv_draw_source *sources = bv_arena_array(&arena, ITEMS, struct bv_draw_source);
	fill(sources, &arena);
	bv_buf_addz(&xml, "<part id='p'><title xml:lang='vi'>x</title>");
	for (int i = 0; i < STRATA; i++)
		bv_buf_printf(&xml, "<stratum id='s%d' competence='C%d' count='4' marks='1'/>", i, i);
	bv_buf_addz(&xml, "</part>");
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *blueprint = fixture_blueprint("optionShuffle='true'", xml.p);

	int64_t start = bv_clock_monotonic_ns();
	must(bv_draw_pool_build(&pool, blueprint, sources, ITEMS, &err), &err);
	printf("pool of %d items, chosen and hashed      %8.1f ms\n", ITEMS, since_ms(start));
	start = bv_clock_monotonic_ns();
	BV_AUTO(bv_commitment_free) struct bv_commitment *commitment = bv_pool_freeze(pool, key);
	double freeze = since_ms(start), bare = bare_hashes_ms();
	printf("freeze: salts, leaves, trees, R_bank         %8.1f ms  (%.0f ns an item; bare leaves and nodes %.1f ms)\n", freeze, freeze * 1e6 / ITEMS,
	       bare);
	start = bv_clock_monotonic_ns();
	must(bv_leaf_open(&leaf, commitment, pool, key, BV_STR("item-050000"), &err), &err);
	printf("one proof, of %zu hashes                      %8.1f ms\n", leaf->path_count, since_ms(start));
	start = bv_clock_monotonic_ns();
	for (int i = 0; i < 1000; i++)
		must(bv_leaf_verify(leaf, commitment, &err), &err);
	printf("checking a proof                             %8.4f ms\n", since_ms(start) / 1000);
	bv_draw_pool_write(&json, pool);
	start = bv_clock_monotonic_ns();
	must(bv_draw_pool_parse(&read, bv_buf_str(&json), &err), &err);
	printf("pool file of %.1f MB read                    %8.1f ms\n", (double)json.len * 1e-6, since_ms(start));
	getrusage(RUSAGE_SELF, &used);
	printf("peak memory %.0f MB\n", (double)used.ru_maxrss / 1024);
	return 0;
}
