/* The persons of a sitting as an item response model sees them: the parameters of their items, their abilities. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/abilities.h"

static void
know_items(struct bv_abilities *out, const struct bv_irt_set *set)
{
	const struct bv_responses *r = out->responses;

	out->item = bv_alloc_array(r->items, sizeof out->item[0]);
	out->category = bv_alloc_array(r->items, sizeof out->category[0]);
	for (size_t i = 0; i < r->items; i++) {
		const struct bv_irt_set_item *found = bv_irt_set_find(set, r->item[i].name);
		memset(out->category[i], BV_NOT_GIVEN, sizeof out->category[i]);
		if (!found)
			continue;
		out->item[i] = found->item;
		for (int score = 0; score < BV_IRT_CATEGORIES_MAX; score++)
			out->category[i][score] = (int8_t)bv_irt_category(found->marks, score);
		out->items++;
	}
}

/* Every score of an item that the set knows is one of its categories. */
static enum bv_status
check_scores(const struct bv_abilities *a, struct bv_err *err)
{
	const struct bv_responses *r = a->responses;

	if (a->items == 0)
		return bv_err_set(err, BV_EINVAL, "none of the %zu items is in the parameter set", r->items);
	for (size_t p = 0; p < r->persons; p++)
		for (size_t i = 0; i < r->items; i++) {
			int score = r->score[p * r->items + i];
			if (a->item[i].categories && score >= 0 && a->category[i][score] < 0)
				return bv_err_at(err, BV_EINVAL, (int)p + 2, "item \"%.*s\": the parameter set does not know the score %d", BV_STR_ARG(r->item[i].name), score);
		}
	return BV_OK;
}

enum bv_status
abilities_estimate(struct bv_abilities *out, double mean, double sd, enum bv_irt_method method, struct bv_err *err)
{
	BV_AUTO(bv_irt_scorer_free) struct bv_irt_scorer *scorer = NULL;
	const struct bv_responses *r = out->responses;
	struct bv_irt_item *items = bv_alloc_array(out->items, sizeof items[0]);
	size_t count = 0;

	for (size_t i = 0; i < r->items; i++)
		if (out->item[i].categories)
			items[count++] = out->item[i];
	enum bv_status status = bv_irt_scorer_new(&scorer, items, count, mean, sd, err);
	free(items);
	TRY(status);
	out->theta = bv_alloc_array(r->persons, sizeof out->theta[0]);
	if (r->theta) {
		memcpy(out->theta, r->theta, r->persons * sizeof out->theta[0]);
		return BV_OK;
	}
	int8_t *marks = bv_alloc(count);
	for (size_t p = 0; p < r->persons; p++) {
		struct bv_irt_score score;
		for (size_t i = 0, k = 0; i < r->items; i++)
			if (out->item[i].categories)
				marks[k++] = (int8_t)bv_abilities_category(out, p, i);
		bv_irt_score(&score, scorer, method, marks);
		out->theta[p] = score.answers ? score.theta : NAN;
	}
	free(marks);
	return BV_OK;
}

int
bv_abilities_category(const struct bv_abilities *a, size_t person, size_t item)
{
	size_t at = person * a->responses->items + item;
	int answer = a->options ? a->responses->option[at] : a->responses->score[at];

	return answer >= 0 && a->item[item].categories ? a->category[item][answer] : BV_NOT_GIVEN;
}

enum bv_status
bv_abilities_make(struct bv_abilities *out, const struct bv_responses *responses, const struct bv_irt_set *set, enum bv_irt_method method, struct bv_err *err)
{
	BV_AUTO(bv_abilities_finish) struct bv_abilities a = { .responses = responses };

	know_items(&a, set);
	TRY(check_scores(&a, err));
	TRY(abilities_estimate(&a, set->mean, set->sd, method, err));
	*out = a;
	a = (struct bv_abilities){ 0 };
	return BV_OK;
}

void
bv_abilities_finish(struct bv_abilities *abilities)
{
	free(abilities->item);
	free(abilities->category);
	free(abilities->theta);
	*abilities = (struct bv_abilities){ 0 };
}
