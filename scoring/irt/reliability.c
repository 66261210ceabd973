#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/irt/goodness.h"
#include "scoring/irt/rows.h"

void
counted_init(struct counted *counted, const struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers)
{
	*counted = (struct counted){ 0 };
	counted->place = bv_alloc_array(answers->item_count, sizeof *counted->place);
	counted->items = bv_alloc_array(answers->item_count, sizeof *counted->items);
	counted->marks = bv_alloc_array(answers->item_count, sizeof *counted->marks);
	for (size_t i = 0; i < answers->item_count; i++) {
		if (estimates[i].state == BV_IRT_UNANSWERED || estimates[i].state == BV_IRT_CONSTANT)
			continue;
		counted->place[counted->count] = (uint32_t)i;
		counted->marks[counted->count] = estimates[i].marks;
		counted->items[counted->count++] = estimates[i].item;
	}
}

void
counted_finish(struct counted *counted)
{
	free(counted->place);
	free(counted->items);
	free(counted->marks);
}

int
counted_categories(int8_t *categories, int8_t *marks, const struct counted *counted, const struct bv_irt_answers *answers, size_t person, int group)
{
	int given = 0;

	if (bv_irt_answers_marks(marks, answers, person) != group)
		return -1;
	for (size_t i = 0; i < counted->count; i++) {
		int mark = marks[counted->place[i]];
		categories[i] = mark < 0 ? -1 : (int8_t)__builtin_popcount(counted->marks[i] & ((1u << mark) - 1));
		given += mark >= 0;
	}
	return given;
}

int
free_params(const struct bv_irt_estimate *estimate)
{
	const struct bv_irt_item *item = &estimate->item;

	if (estimate->state == BV_IRT_FIXED)
		return 0;
	/* A slope that is 1, an asymptote that was put to 0. */
	return bv_irt_param_count(item) - (item->model == BV_IRT_RASCH || item->model == BV_IRT_PCM) - (item->model == BV_IRT_3PL && item->c == 0);
}

void
bv_irt_reliability(double *marginal, double *empirical, const struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers, int group,
                   const struct bv_irt_ability_spread *ability)
{
	struct counted counted;
	struct nodes nodes;
	double weights[BV_IRT_NODES_MAX + 1], sum = 0, squares = 0, errors = 0, n = 0;
	BV_AUTO(bv_irt_scorer_free) struct bv_irt_scorer *scorer = NULL;
	struct bv_err err;

	counted_init(&counted, estimates, answers);
	nodes_init(&nodes, BV_IRT_NODES_MAX);
	nodes_normal(weights, &nodes, ability->mean, sqrt(ability->variance));
	*marginal = 0;
	*empirical = NAN;
	for (int q = 0; q < nodes.count; q++) {
		double information = 0;
		for (size_t i = 0; i < counted.count; i++)
			information += bv_irt_information(&counted.items[i], nodes.theta[q]);
		*marginal += weights[q] * ability->variance * information / (ability->variance * information + 1);
	}
	int8_t *categories = bv_alloc(counted.count + 1), *marks = bv_alloc(answers->item_count);
	/* Refused is what a prior may not be: then there is no EAP. */
	if (bv_irt_scorer_new(&scorer, counted.items, counted.count, ability->mean, sqrt(ability->variance), &err) == BV_OK)
		for (size_t p = 0; p < answers->person_count; p++) {
			struct bv_irt_score score;
			if (counted_categories(categories, marks, &counted, answers, p, group) < 1)
				continue;
			bv_irt_score(&score, scorer, BV_IRT_EAP, categories);
			n++;
			sum += score.theta;
			squares += score.theta * score.theta;
			errors += score.se * score.se;
		}
	if (n > 1) {
		double variance = (squares - sum * sum / n) / (n - 1);
		*empirical = variance / (variance + errors / n);
	}
	free(categories);
	free(marks);
	counted_finish(&counted);
}
