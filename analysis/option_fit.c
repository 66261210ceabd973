/* Which option who takes: a nominal model of all options, the key among them. */
#include <math.h>
#include <stdlib.h>

#include "analysis/abilities.h"

/* Options by what those who took them have in all: the key first, then from the best to the worst. So the sum of the categories falls with ability, and
 * calibration's direction is known (scoring/irt/irt.h). */
static void
order_options(int8_t category[BV_RESPONSES_SCORE_MAX + 1], const struct bv_responses_item *item, const struct bv_classical_item *c)
{
	int order[BV_RESPONSES_OPTIONS_MAX];

	for (int o = 0; o < item->option_count; o++) {
		double mean = o == item->key ? INFINITY : c->option[o].total_mean;
		int at = o;
		for (; at > 0 && mean > (order[at - 1] == item->key ? INFINITY : c->option[order[at - 1]].total_mean); at--)
			order[at] = order[at - 1];
		order[at] = o;
	}
	for (int rank = 0; rank < item->option_count; rank++)
		category[order[rank]] = (int8_t)rank;
}

static enum bv_status
answers_fill(struct bv_irt_answers *out, const struct bv_abilities *a, struct bv_err *err)
{
	const struct bv_responses *r = a->responses;
	struct bv_irt_answer *given = bv_alloc_array(r->items, sizeof given[0]);
	enum bv_status status = BV_OK;

	for (size_t p = 0; status == BV_OK && p < r->persons; p++) {
		size_t n = 0;
		for (size_t i = 0; i < r->items; i++) {
			int category = bv_abilities_category(a, p, i);
			if (category >= 0)
				given[n++] = (struct bv_irt_answer){ (uint32_t)i, category };
		}
		status = bv_irt_answers_add(out, given, n, 0, err);
	}
	free(given);
	return status;
}

/* Ability the other way round: it is to grow with what is right. */
static void
turn_round(struct bv_irt_item *item)
{
	item->a = -item->a;
	for (int k = 0; k < item->categories - 2; k++)
		item->more[k] = -item->more[k];
}

enum bv_status
bv_option_fit_make(struct bv_option_fit *fit, struct bv_abilities *abilities, const struct bv_responses *r, enum bv_irt_method method, struct bv_err *err)
{
	BV_AUTO(bv_abilities_finish) struct bv_abilities a = { .responses = r, .options = true };
	BV_AUTO(bv_option_fit_finish) struct bv_option_fit made = { 0 };
	BV_AUTO(bv_classical_finish) struct bv_classical classical = { 0 };
	struct bv_irt_settings settings = bv_irt_settings_default();
	struct bv_irt_fit got;

	if (r->items > BV_IRT_ITEMS_MAX)
		return bv_err_set(err, BV_ELIMIT, "%zu items: a nominal model takes %d", r->items, BV_IRT_ITEMS_MAX);
	bv_classical_make(&classical, r);
	a.item = bv_alloc_array(r->items, sizeof a.item[0]);
	a.category = bv_alloc_array(r->items, sizeof a.category[0]);
	made.item = bv_alloc_array(r->items, sizeof made.item[0]);
	for (size_t i = 0; i < r->items; i++) {
		memset(a.category[i], BV_NOT_GIVEN, sizeof a.category[i]);
		made.item[i].item.model = BV_IRT_NOMINAL;
		const struct bv_responses_item *item = &r->item[i];
		if (item->key < 0 || classical.item[i].option[item->key].chosen == 0 || item->option_count < 2 || item->option_count > BV_IRT_CATEGORIES_MAX)
			continue;
		a.item[i].categories = r->item[i].option_count;
		order_options(a.category[i], &r->item[i], &classical.item[i]);
	}
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = bv_irt_answers_new(r->items);
	TRY(answers_fill(answers, &a, err));
	TRY(bv_irt_calibrate(&got, made.item, answers, &settings, err));
	for (size_t i = 0; i < r->items; i++) {
		bool left = made.item[i].state == BV_IRT_CONSTANT || made.item[i].state == BV_IRT_UNANSWERED;
		if (!left)
			turn_round(&made.item[i].item);
		else
			made.item[i].item.categories = 0;
		a.item[i] = made.item[i].item;
		a.items += !left;
	}
	made.items = a.items;
	made.converged = got.converged;
	made.errors = got.errors;
	made.log_likelihood = got.log_likelihood;
	TRY(abilities_estimate(&a, 0, 1, method, err));
	*abilities = a;
	*fit = made;
	a = (struct bv_abilities){ 0 };
	made = (struct bv_option_fit){ 0 };
	return BV_OK;
}

void
bv_option_fit_finish(struct bv_option_fit *fit)
{
	free(fit->item);
	*fit = (struct bv_option_fit){ 0 };
}
