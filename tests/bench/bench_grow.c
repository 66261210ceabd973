/* The next item of adaptive forms of 40 under a design and 12 strata, as a server finds it for each request: the session from its start, every answer judged again. One
 * thread; the sample bank; BV_SOURCE names the tree. The bar is what 10,000 candidates ask for who take a minute an item. */
#include <stdlib.h>

#include "tests/fuzz/sitting_world.h"

#include "base/clock.h"
#include "engine/exam.h"
#include "tests/engine/issue_fixture.h"

enum { CANDIDATES = 60, ITEMS = 40, NEEDED = 10000 / 60 };

static struct bv_buf design, parameters;

struct replies {
	struct bv_str all[ITEMS];
};

static enum bv_status
reply(void *ctx, struct bv_str *response, const struct bv_form_item *item, struct bv_err *err)
{
	(void)err;
	*response = ((const struct replies *)ctx)->all[item->position - 1];
	return BV_OK;
}

/* What the candidate answers, by position. */
static void
prepare(struct replies *out, struct bv_exam *exam, struct bv_str ticket, int64_t ability_milli, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1 << 20);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_candidate who = { .ticket = ticket, .name = ticket };
	size_t k = 0;
	struct bv_err err;

	CHECK_OK(bv_exam_simulate(&text, exam, &who, ability_milli, &err), &err, "answers");
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&text), &err), &err, "answers");
	const struct bv_json *responses = bv_json_find(json, "responses");
	for (void *it = bv_json_members(responses); it && k < ITEMS; it = bv_json_next(responses, it)) {
		BV_AUTO(bv_buf_finish) struct bv_buf one = BV_BUF(BV_ANSWER_MAX);
		bv_json_write(&one, bv_json_member(it));
		out->all[k++] = bv_arena_str(arena, bv_buf_str(&one));
	}
}

static int
rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
measure(const char *what, const char *design_json)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_evidence_texts_free) struct bv_evidence_texts *texts = NULL;
	BV_AUTO(bv_exam_free) struct bv_exam *exam = NULL;
	static double spent[CANDIDATES * ITEMS];
	double all = 0;
	size_t count = 0;
	struct bv_err err;
	char ticket[32];

	bv_buf_clear(&design);
	bv_buf_addz(&design, design_json);
	issue_blueprint(&world, &design, &parameters, "adaptive", "");
	texts = bv_evidence_texts_new(world.bank);
	CHECK_OK(bv_exam_new(&exam, &world.d, bv_evidence_item_text, texts, &err), &err, "an exam");
	for (int i = 0; i < CANDIDATES; i++) {
		struct replies replies = { 0 };
		bool over;
		snprintf(ticket, sizeof ticket, "G-%d", i);
		prepare(&replies, exam, bv_str_of(ticket), 100 * i - 3000, &arena);
		for (uint32_t given = 1; given <= ITEMS; given++) {
			BV_AUTO(bv_form_free) struct bv_form *form = NULL;
			int64_t start = bv_clock_monotonic_ns();
			CHECK_OK(bv_exam_grow(&form, &over, exam, bv_str_of(ticket), given, reply, &replies, &err), &err, "a form");
			spent[count++] = (double)(bv_clock_monotonic_ns() - start) / 1e6;
		}
	}
	for (size_t i = 0; i < count; i++)
		all += spent[i];
	qsort(spent, count, sizeof *spent, rising);
	printf("%-28s next item: mean %6.2f ms, 99 %% %6.2f, most %6.2f; %6.0f a second, bar %d: %.1f of it\n", what, all / (double)count, spent[count * 99 / 100], spent[count - 1],
	       1e3 * (double)count / all, NEEDED, 1e3 * (double)count / all / NEEDED);
}

int
main(void)
{
	sitting_test_init(&world);
	design = BV_BUF(1 << 16);
	parameters = BV_BUF(1 << 20);
	issue_parameters(&world, &parameters, "0");
	measure("strata alone", "{\"length\":40,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"constraints\":[]}");
	measure("and a sum of seconds", ISSUE_DESIGN);
	bv_buf_finish(&design);
	bv_buf_finish(&parameters);
	sitting_test_finish(&world);
	return 0;
}
