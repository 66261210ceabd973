#include "tools/httpd/impact.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"

enum { RATING_MAX = 1 << 20 };

struct counting {
	struct impact out;
	struct bv_sittings *tables;
	const struct bv_rules *rules;
	const struct bv_standard *standard;
	struct bv_buf rating;
	struct bv_item_result *results;
};

static void
counting_finish(struct counting *c)
{
	bv_buf_finish(&c->rating);
	free(c->results);
}
BV_AUTO_DEFINE_FINISH(struct counting, counting_finish)

static struct bv_str
text_of(const struct bv_json *object, const char *name)
{
	return bv_json_str(bv_json_find(object, name));
}

static int64_t
number_of(const struct bv_json *object, const char *name)
{
	return bv_json_int(bv_json_find(object, name));
}

/* Marks out of the maximum are the score again: both are whole, and the mark that follows is the same. */
static size_t
read_items(struct counting *c, const struct bv_json *rating)
{
	const struct bv_json *items = bv_json_find(rating, "items");
	size_t count = bv_json_count(items) < BV_RATING_ITEMS_MAX ? bv_json_count(items) : BV_RATING_ITEMS_MAX;

	for (size_t i = 0; i < count; i++) {
		const struct bv_json *item = bv_json_at(items, i);
		int64_t max = number_of(item, "maxHundredths");
		c->results[i] = (struct bv_item_result){ .identifier = text_of(item, "identifier"), .part = text_of(item, "part"), .path = text_of(item, "area"), .marks = max,
			                                 .score = (double)number_of(item, "marksHundredths"), .max_score = (double)max,
			                                 .scored = bv_str_is(text_of(item, "state"), "scored") };
	}
	return count;
}

static enum bv_status
read_carries(struct bv_carry carries[BV_RATING_CARRY_MAX], size_t *count, const struct bv_json *rating, struct bv_err *err)
{
	const struct bv_json *parts = bv_json_find(rating, "parts");

	*count = 0;
	for (size_t i = 0; i < bv_json_count(parts) && *count < BV_RATING_CARRY_MAX; i++) {
		const struct bv_json *part = bv_json_at(parts, i);
		struct bv_carry *carry = &carries[*count];
		if (!bv_str_is(text_of(part, "state"), "carried"))
			continue;
		*carry = (struct bv_carry){ .part = text_of(part, "identifier"), .marks = number_of(part, "marksHundredths"), .max = number_of(part, "maxHundredths") };
		TRY(bv_day_parse(&carry->exam_day, text_of(part, "examDay"), err));
		++*count;
	}
	return BV_OK;
}

static enum bv_status
count_rating(struct counting *c, const struct bv_json *json, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_carry carries[BV_RATING_CARRY_MAX];
	struct bv_rating rating;
	size_t carry_count;
	unsigned before = 0;
	bv_day day;

	while (before < BV_RATING_INCOMPLETE && !bv_str_is(text_of(json, "decision"), bv_rating_decision_name((enum bv_rating_decision)before)))
		before++;
	size_t count = read_items(c, json);
	TRY(read_carries(carries, &carry_count, json, err));
	TRY(bv_day_parse(&day, text_of(json, "examDay"), err));
	TRY(bv_rate(&rating, c->standard, c->rules, c->results, count, carries, carry_count, day, &arena, err));
	c->out.candidates++;
	c->out.before[before]++;
	c->out.after[rating.decision]++;
	c->out.gain += rating.decision == BV_RATING_PASSED && before != BV_RATING_PASSED;
	c->out.lose += rating.decision != BV_RATING_PASSED && before == BV_RATING_PASSED;
	return BV_OK;
}

static enum bv_status
count_seat(void *ctx, const struct bv_seat *seat, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct counting *c = ctx;
	uint8_t hashes[4][BV_HASH_LEN];

	if (!seat->attempt)
		return BV_OK;
	bv_buf_clear(&c->rating);
	enum bv_status status = bv_sitting_result(&c->rating, hashes, c->tables, seat->attempt, err);
	if (status == BV_ENOTFOUND)
		return BV_OK;
	TRY(status);
	TRY(bv_json_parse(&json, bv_buf_str(&c->rating), err));
	return count_rating(c, json, err);
}

enum bv_status
impact_count(struct impact *out, struct bv_sittings *tables, int64_t sitting, const struct bv_rules *rules, const struct bv_standard *standard, struct bv_err *err)
{
	BV_AUTO(counting_finish) struct counting c = { .tables = tables, .rules = rules, .standard = standard, .rating = BV_BUF(RATING_MAX) };

	if (bv_rules_by_ability(rules))
		return bv_err_set(err, BV_EINVAL, "the pack judges by ability, and results do not keep what that needs");
	c.results = bv_alloc_array(BV_RATING_ITEMS_MAX, sizeof *c.results);
	TRY(bv_seats_each(tables, sitting, BV_STR_NONE, count_seat, &c, err));
	*out = c.out;
	return BV_OK;
}
