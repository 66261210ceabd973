/* Items scored a second, in process, one thread: a single-choice item by match_correct, candidate after candidate, with responses in lexical
 * form and as JSON; a match item by map_response; clones of a template item; and items parsed. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "itembank/itembank.h"

static struct bv_item *
load(const char *name, struct bv_buf *xml)
{
	const char *source = getenv("BV_SOURCE");
	struct bv_item *item = NULL;
	char path[4096];
	struct bv_err err;

	snprintf(path, sizeof path, "%s/tests/vectors/itembank/items/%s", source ? source : ".", name);
	if (bv_file_read(xml, path, &err) || bv_item_parse(&item, bv_buf_str(xml), &err)) {
		fprintf(stderr, "%s:%d: %s\n", path, err.line, err.msg);
		exit(1);
	}
	return item;
}

static void
must(enum bv_status status, const struct bv_err *err)
{
	if (status) {
		fprintf(stderr, "%s\n", err->msg);
		exit(1);
	}
}

static void
say(const char *what, int count, int64_t start_ns)
{
	double s = (double)(bv_clock_monotonic_ns() - start_ns) / 1e9;

	printf("%-44s %10.0f a second (%.2f us)\n", what, count / s, s / count * 1e6);
}

/* Every candidate gives one of the lists of values in turn; the sum of the scores is checked, so that nothing is skipped. */
static void
score_many(const char *what, const char *name, const struct bv_str (*answers)[2], size_t count, double sum_of_round, int rounds)
{
	static const uint8_t seed[BV_HASH_LEN];
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);
	BV_AUTO(bv_item_free) struct bv_item *item = load(name, &xml);
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	struct bv_err err;
	double sum = 0;

	must(bv_item_session_new(&session, item, seed, &err), &err);
	int64_t start = bv_clock_monotonic_ns();
	for (int r = 0; r < rounds; r++)
		for (size_t i = 0; i < count; i++) {
			struct bv_answer answer = { BV_STR("RESPONSE"), answers[i], answers[i][1].len ? 2 : 1 };
			double score;
			bv_item_session_reset(session);
			must(bv_item_session_answer(session, &answer, 1, &err), &err);
			must(bv_item_score(session, &err), &err);
			if (bv_item_session_number(session, "SCORE", &score))
				sum += score;
		}
	say(what, rounds * (int)count, start);
	if (sum != sum_of_round * rounds) {
		fprintf(stderr, "%s: scores add up to %g\n", name, sum);
		exit(1);
	}
}

static void
score_json(void)
{
	static const uint8_t seed[BV_HASH_LEN];
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);
	BV_AUTO(bv_item_free) struct bv_item *item = load("choice-single.xml", &xml);
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	enum { COUNT = 200000 };
	struct bv_err err;

	must(bv_item_session_new(&session, item, seed, &err), &err);
	int64_t start = bv_clock_monotonic_ns();
	for (int i = 0; i < COUNT; i++) {
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		BV_AUTO(bv_json_free) struct bv_json *outcomes = NULL;
		must(bv_json_parse(&json, BV_STR("{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}"), &err), &err);
		must(bv_item_session_respond(session, json, &err), &err);
		must(bv_item_score(session, &err), &err);
		outcomes = bv_item_session_outcomes(session);
	}
	say("single choice, JSON in and out", COUNT, start);
}

static void
clones(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);
	BV_AUTO(bv_item_free) struct bv_item *item = load("template.xml", &xml);
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	struct bv_answer answer = { BV_STR("RESPONSE"), &BV_STR("B"), 1 };
	uint8_t seed[BV_HASH_LEN] = { 0 };
	enum { COUNT = 200000 };
	struct bv_err err;

	must(bv_item_session_new(&session, item, seed, &err), &err);
	int64_t start = bv_clock_monotonic_ns();
	for (int i = 0; i < COUNT; i++) {
		memcpy(seed, &i, sizeof i);
		must(bv_item_session_start(session, seed, &err), &err);
		must(bv_item_session_answer(session, &answer, 1, &err), &err);
		must(bv_item_score(session, &err), &err);
	}
	say("a new clone and its score", COUNT, start);
}

static void
parse(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);
	bv_item_free(load("choice-single.xml", &xml));
	enum { COUNT = 20000 };
	struct bv_err err;

	int64_t start = bv_clock_monotonic_ns();
	for (int i = 0; i < COUNT; i++) {
		struct bv_item *again = NULL;
		must(bv_item_parse(&again, bv_buf_str(&xml), &err), &err);
		bv_item_free(again);
	}
	say("items parsed", COUNT, start);
}

int
main(void)
{
	const struct bv_str choices[][2] = { { BV_STR("A") }, { BV_STR("B") }, { BV_STR("C") }, { BV_STR("D") } };
	const struct bv_str pairs[][2] = { { BV_STR("C copy"), BV_STR("V paste") }, { BV_STR("C paste") }, { BV_STR("C copy") } };

	score_many("single choice, match_correct", "choice-single.xml", choices, BV_COUNT(choices), 1, 500000);
	score_many("match, map_response", "match.xml", pairs, BV_COUNT(pairs), 3, 200000);
	score_json();
	clones();
	parse();
	return 0;
}
