/* Persons a second on one core: ability alone, and whole ratings. The bar is the exp() and log() that EAP of 40 items on 61 nodes needs when
 * each P is computed on its own. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "scoring/scoring.h"

#define ITEMS 40
#define FORMS 64

static double
seconds_since(int64_t start)
{
	return (double)(bv_clock_monotonic_ns() - start) / 1e9;
}

/* FORMS different forms, so that nothing is learnt by heart. */
static void
forms_draw(struct bv_ability_item forms[FORMS][ITEMS])
{
	static const uint8_t key[BV_HASH_LEN] = "bench/rate";
	struct bv_stream stream;

	bv_stream_init(&stream, key);
	for (int f = 0; f < FORMS; f++)
		for (int i = 0; i < ITEMS; i++) {
			double a = 0.5 + 1.5 * bv_stream_unit(&stream), b = -2 + 4 * bv_stream_unit(&stream);
			forms[f][i] = (struct bv_ability_item){ a, b, (double)bv_stream_below(&stream, 2) };
		}
}

static double
bar(struct bv_ability_item forms[FORMS][ITEMS], double *sink)
{
	int64_t start = bv_clock_monotonic_ns(), persons = 0;

	for (; seconds_since(start) < 1; persons++) {
		const struct bv_ability_item *items = forms[persons % FORMS];
		for (int q = 0; q < 61; q++)
			for (int i = 0; i < ITEMS; i++)
				*sink += log(1 + exp(items[i].a * (-6 + q * 0.2 - items[i].b)));
	}
	return (double)persons / seconds_since(start);
}

static double
eap(struct bv_ability_item forms[FORMS][ITEMS], double *sink)
{
	int64_t start = bv_clock_monotonic_ns(), persons = 0;

	for (; seconds_since(start) < 1; persons++)
		*sink += bv_ability_estimate(forms[persons % FORMS], ITEMS).theta;
	return (double)persons / seconds_since(start);
}

static struct bv_buf
load(const char *name)
{
	const char *root = getenv("BV_SOURCE");
	struct bv_buf buf = BV_BUF(BV_STANDARD_MAX);
	struct bv_err err;
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", root ? root : ".", name);
	if (bv_file_read(&buf, path, &err) != BV_OK) {
		fprintf(stderr, "%s\n", err.msg);
		exit(3);
	}
	return buf;
}

static double
ratings(struct bv_ability_item forms[FORMS][ITEMS], bool json)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = load("standards/vn-tt03-2014.xml"), pack = load("rules/vn-17-2016.xml");
	BV_AUTO(bv_standard_free) struct bv_standard *standard = NULL;
	BV_AUTO(bv_rules_free) struct bv_rules *rules = NULL;
	char names[ITEMS][16], paths[6][8];
	struct bv_item_result results[ITEMS];
	struct bv_err err;
	bv_day day;

	if (bv_standard_parse(&standard, bv_buf_str(&xml), &err) || bv_rules_parse(&rules, bv_buf_str(&pack), &err) ||
	    bv_day_parse(&day, BV_STR("2026-11-21"), &err)) {
		fprintf(stderr, "%s\n", err.msg);
		exit(3);
	}
	int64_t start = bv_clock_monotonic_ns(), persons = 0;
	for (; seconds_since(start) < 1; persons++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1 << 20);
		struct bv_rating rating;
		for (int i = 0; i < ITEMS; i++) {
			const struct bv_ability_item *item = &forms[persons % FORMS][i];
			snprintf(names[i], sizeof names[i], "item-%d", i);
			snprintf(paths[i % 6], sizeof paths[i % 6], "IU%02d", i % 6 + 1);
			results[i] = (struct bv_item_result){ .identifier = bv_str_of(names[i]), .path = bv_str_of(paths[i % 6]), .marks = 25,
				.part = i < 28 ? BV_STR("ly-thuyet") : BV_STR("van-dung"), .score = item->score, .max_score = 1, .scored = true,
				.has_parameters = true, .a_milli = (int32_t)(item->a * 1000), .b_milli = (int32_t)(item->b * 1000) };
		}
		if (bv_rate(&rating, standard, rules, results, ITEMS, NULL, 0, day, &arena, &err) != BV_OK) {
			fprintf(stderr, "%s\n", err.msg);
			exit(3);
		}
		if (json)
			bv_rating_write(&out, &rating);
	}
	return (double)persons / seconds_since(start);
}

int
main(void)
{
	static struct bv_ability_item forms[FORMS][ITEMS];
	double sink = 0;

	forms_draw(forms);
	double naive = bar(forms, &sink), fast = eap(forms, &sink);
	printf("bare exp and log of 40 items x 61 nodes  %10.0f persons/s\n", naive);
	printf("EAP and SE, 40 items                     %10.0f persons/s  %.1f x the bar\n", fast, fast / naive);
	printf("whole rating by rules/vn-17-2016.xml     %10.0f persons/s\n", ratings(forms, false));
	printf("the same, written as JSON                %10.0f persons/s\n", ratings(forms, true));
	return isnan(sink);
}
