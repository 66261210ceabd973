/* Banks and blueprints made in memory for the tests and the benchmark of the draw. */
#ifndef BV_TESTS_ENGINE_FIXTURE_H
#define BV_TESTS_ENGINE_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "engine/engine.h"

#define FIXTURE_ITEMS 1024

struct fixture {
	struct bv_arena arena;
	struct bv_pool_item items[FIXTURE_ITEMS];
	struct bv_draw_source sources[FIXTURE_ITEMS];
	size_t count;
};

static inline void
fixture_finish(struct fixture *f)
{
	bv_arena_finish(&f->arena);
}
BV_AUTO_DEFINE_FINISH(struct fixture, fixture_finish)

static inline struct bv_str
fixture_str(struct fixture *f, const char *fmt, const char *a, size_t b)
{
	char text[128];

	snprintf(text, sizeof text, fmt, a, b);
	return bv_arena_str(&f->arena, bv_str_of(text));
}

/* An item in Vietnamese, version 1, whose hash is SHA-256 of the number in decimal. */
static inline struct bv_pool_item *
fixture_item(struct fixture *f, struct bv_str identifier, const char *competence, size_t number)
{
	struct bv_pool_item *item = &f->items[f->count];
	char text[32];

	*item = (struct bv_pool_item){ .identifier = identifier, .language = BV_STR("vi"), .version = 1, .competence = bv_str_of(competence) };
	snprintf(text, sizeof text, "%zu", number);
	bv_sha256(item->hash, bv_str_of(text));
	f->sources[f->count] = (struct bv_draw_source){ .item = item };
	f->count++;
	return item;
}

/* Gives the last item an interaction that is shuffled: choices of each of one or two sets, named "A0", "A1", … and "B0", …; bit i of fixed
 * fixes choice i (of both sets together). */
static inline struct bv_interaction *
fixture_shape(struct fixture *f, enum bv_interaction_kind kind, const char *response, size_t first, size_t second, unsigned fixed)
{
	struct bv_draw_source *source = &f->sources[f->count - 1];
	struct bv_interaction *all = bv_arena_array(&f->arena, source->interaction_count + 1, struct bv_interaction);
	struct bv_choice *choices = bv_arena_array(&f->arena, first + second, struct bv_choice);

	for (size_t i = 0; i < first + second; i++) {
		choices[i].identifier = fixture_str(f, "%s%zu", i < first ? "A" : "B", i < first ? i : i - first);
		choices[i].fixed = fixed >> i & 1;
	}
	for (size_t i = 0; i < source->interaction_count; i++)
		all[i] = source->interactions[i];
	struct bv_interaction *added = &all[source->interaction_count++];
	*added = (struct bv_interaction){ .kind = kind,
		                          .response = bv_arena_str(&f->arena, bv_str_of(response)),
		                          .shuffle = true,
		                          .choices = choices,
		                          .choice_count = first + second,
		                          .first_count = first };
	source->interactions = all;
	return added;
}

/* A blueprint with these <part>s and attributes; exits when it is refused, for that is a fault of the test. */
static inline struct bv_blueprint *
fixture_blueprint(const char *attributes, const char *parts)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_BLUEPRINT_MAX);
	struct bv_blueprint *bp = NULL;
	struct bv_err err;

	bv_buf_printf(&xml,
	              "<blueprint xmlns='https://bangvang.vn/ns/blueprint/1' id='test' language='vi' minutes='45' rulePack='r' %s>\n"
	              "<title xml:lang='vi'>x</title>\n%s\n</blueprint>\n",
	              attributes, parts);
	if (bv_blueprint_parse(&bp, bv_buf_str(&xml), &err) != BV_OK) {
		fprintf(stderr, "fixture:%d: %s\n%s", err.line, err.msg, xml.p);
		exit(1);
	}
	return bp;
}

#define FIXTURE_PART(id, strata) "<part id='" id "'><title xml:lang='vi'>x</title>\n" strata "</part>\n"

#endif
