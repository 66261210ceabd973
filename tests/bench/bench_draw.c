/* Forms a second of the sample blueprint's shape: 12 strata, 40 items of a bank of 180 (and of 18,000), four options each, and the bar:
 * as many HMAC blocks as the stream of such a form takes. One thread. */
#include <stdio.h>

#include "base/clock.h"
#include "tests/engine/fixture.h"

enum { STRATA = 12, BAR = 50000 }; /* bar: forms a second by strata alone */

static const uint32_t counts[STRATA] = { 4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 2, 2 };

struct big_bank {
	struct bv_pool_item *items;
	struct bv_draw_source *sources;
	size_t count;
};

static void
fill(struct big_bank *bank, struct bv_arena *arena, size_t per_stratum)
{
	static const char *const letters[] = { "A", "B", "C", "D" };
	struct bv_choice *choices = bv_arena_array(arena, 4, struct bv_choice);
	struct bv_interaction *interaction = bv_arena_array(arena, 1, struct bv_interaction);

	for (size_t i = 0; i < 4; i++)
		choices[i].identifier = bv_str_of(letters[i]);
	*interaction = (struct bv_interaction){ .kind = BV_INTERACTION_CHOICE,
		                                .response = BV_STR("RESPONSE"),
		                                .shuffle = true,
		                                .choices = choices,
		                                .choice_count = 4,
		                                .first_count = 4 };
	bank->items = bv_arena_array(arena, STRATA * per_stratum, struct bv_pool_item);
	bank->sources = bv_arena_array(arena, STRATA * per_stratum, struct bv_draw_source);
	for (size_t s = 0; s < STRATA; s++)
		for (size_t i = 0; i < per_stratum; i++) {
			char id[32], competence[32];
			struct bv_pool_item *item = &bank->items[bank->count];
			snprintf(id, sizeof id, "C%zu-%05zu", s, i);
			snprintf(competence, sizeof competence, "C%zu", s);
			item->identifier = bv_arena_str(arena, bv_str_of(id));
			item->competence = bv_arena_str(arena, bv_str_of(competence));
			item->language = BV_STR("vi");
			item->version = 1;
			bank->sources[bank->count++] = (struct bv_draw_source){ .item = item, .interactions = interaction, .interaction_count = 1 };
		}
}

static double
hmac_rate(void)
{
	enum { BLOCKS = 2000000 };
	struct bv_hmac_key key;
	uint8_t out[BV_HASH_LEN];
	char message[18] = "BV-DRAW-1";

	bv_hmac_key_init(&key, BV_STR("key"));
	int64_t start = bv_clock_monotonic_ns();
	for (int i = 0; i < BLOCKS; i++) {
		message[17] = (char)i;
		bv_hmac_sha256(out, &key, (struct bv_str){ message, sizeof message });
	}
	return BLOCKS / ((double)(bv_clock_monotonic_ns() - start) / 1e9);
}

struct session {
	struct bv_arena arena;
	struct bv_blueprint *blueprint;
	struct bv_draw_pool *pool;
	struct bv_draw_plan *plan;
	struct bv_draw_key key;
	size_t bank_count;
};

static void
session_init(struct session *s, const char *attributes, size_t per_stratum)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
	struct big_bank bank = { 0 };
	uint8_t zero[BV_HASH_LEN] = { 0 };
	struct bv_err err;

	bv_buf_addz(&xml, "<part id='p'><title xml:lang='vi'>x</title>");
	for (size_t i = 0; i < STRATA; i++)
		bv_buf_printf(&xml, "<stratum id='s%zu' competence='C%zu' count='%u' marks='2.5'/>", i, i, counts[i]);
	bv_buf_addz(&xml, "</part>");
	*s = (struct session){ .blueprint = fixture_blueprint(attributes, xml.p) };
	fill(&bank, &s->arena, per_stratum);
	s->bank_count = bank.count;
	bv_draw_key_init(&s->key, zero, zero);
	if (bv_draw_pool_build(&s->pool, s->blueprint, bank.sources, bank.count, &err) != BV_OK ||
	    bv_draw_plan_new(&s->plan, s->blueprint, s->pool, &err) != BV_OK) {
		fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
}

static void
session_finish(struct session *s)
{
	bv_draw_plan_free(s->plan);
	bv_draw_pool_free(s->pool);
	bv_blueprint_free(s->blueprint);
	bv_arena_finish(&s->arena);
}
BV_AUTO_DEFINE_FINISH(struct session, session_finish)

static void
measure(const char *attributes, const char *what, size_t per_stratum)
{
	BV_AUTO(session_finish) struct session s;
	session_init(&s, attributes, per_stratum);
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(s.plan);
	uint8_t cid[BV_HASH_LEN] = { 0 };
	uint64_t forms = 0;
	int64_t start = bv_clock_monotonic_ns(), spent = 0;

	for (; spent < 2000000000; spent = bv_clock_monotonic_ns() - start)
		for (int i = 0; i < 1000; i++, forms++) {
			memcpy(cid, &forms, sizeof forms);
			bv_draw(drawn, s.plan, &s.key, cid);
		}
	double rate = (double)forms / ((double)spent / 1e9), bar = hmac_rate();
	size_t words = 40 + (s.blueprint->shuffle_items ? 40 : 0) + (s.blueprint->shuffle_options ? 160 : 0), blocks = (words + 3) / 4;
	printf("%-34s of %5zu  %9.0f forms/s; bar %d by strata only: %.2f of it; %5.2f us each; %2zu blocks a form: %3.0f %% of %.1f M bare HMAC/s\n", what, s.bank_count, rate,
	       BAR, rate / BAR, 1e6 / rate, blocks, 100 * rate * (double)blocks / bar, bar / 1e6);
}

/* The whole document, as the command prints it. */
static void
measure_documents(void)
{
	BV_AUTO(session_finish) struct session s;
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_FORM_MAX);
	session_init(&s, "", 15);
	int64_t start = bv_clock_monotonic_ns(), spent = 0;
	size_t forms = 0;

	for (; spent < 1000000000; forms++, spent = bv_clock_monotonic_ns() - start) {
		BV_AUTO(bv_form_free) struct bv_form *form = NULL;
		struct bv_err err;
		char ticket[32];
		snprintf(ticket, sizeof ticket, "T-%zu", forms);
		if (bv_form_draw(&form, s.plan, &s.key, bv_str_of(ticket), &err) != BV_OK)
			exit(1);
		bv_buf_clear(&json);
		bv_form_write(&json, form);
	}
	printf("%-34s of %5zu  %9.0f forms/s, %zu bytes each\n", "as canonical JSON", s.bank_count, (double)forms / ((double)spent / 1e9), json.len);
}

int
main(void)
{
	measure("itemOrder='shuffled'", "40 items, item and option orders", 15);
	measure("", "40 items, option orders", 15);
	measure("optionShuffle='false'", "40 items", 15);
	measure("itemOrder='shuffled'", "40 items, item and option orders", 1500);
	measure_documents();
	return 0;
}
