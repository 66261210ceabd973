/* Responses of anybody, the key behind a NUL: read, and everything computed of them. */
#include <stdlib.h>
#include <string.h>

#include "analysis/analysis.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
name_order(const void *a, const void *b)
{
	return strcmp(((const struct bv_irt_set_item *)a)->name, ((const struct bv_irt_set_item *)b)->name);
}

/* Parameters for the items of the responses, as the bytes will have it. */
static void
make_set(struct bv_irt_set *set, const struct bv_responses *r, const uint8_t *data, size_t size, double b)
{
	*set = (struct bv_irt_set){ .metric = 1, .sd = 1, .items = bv_alloc_array(r->items, sizeof set->items[0]) };
	for (size_t i = 0; i < r->items; i++) {
		struct bv_irt_set_item *item = &set->items[set->count];
		uint8_t byte = data[(i * 7 + 1) % size];
		if (r->item[i].name.len > BV_IRT_NAME_MAX || r->item[i].max_score >= BV_IRT_CATEGORIES_MAX || byte % 5 == 4)
			continue;
		memcpy(item->name, r->item[i].name.p, r->item[i].name.len);
		item->item = bv_irt_item_of(0.2 + byte / 60.0, b + (byte % 16) / 4.0 - 2, byte % 3 == 0 ? 0.2 : 0, 1);
		item->marks = 3;
		if (r->item[i].max_score > 1) {
			item->item = (struct bv_irt_item){ .model = byte % 2 ? BV_IRT_GRM : BV_IRT_GPCM, .categories = r->item[i].max_score + 1, .a = 0.5 };
			item->marks = (uint16_t)((1u << item->item.categories) - 1);
			for (int k = 0; k < item->item.categories - 1; k++)
				item->item.d[k] = b - 0.5 * k;
		}
		item->errors = byte % 2;
		item->error = (struct bv_irt_item){ .model = item->item.model, .categories = item->item.categories, .a = 0.1, .d = { 0.1 } };
		set->count++;
	}
	qsort(set->items, set->count, sizeof set->items[0], name_order);
}

/* What needs abilities: person fit, pairs, preknowledge. */
static void
use_abilities(const struct bv_abilities *abilities, const struct bv_times *times)
{
	BV_AUTO(bv_agreement_finish) struct bv_agreement agreement = { 0 };
	BV_AUTO(bv_pair_steps_finish) struct bv_pair_steps steps = { 0 };
	const struct bv_responses *r = abilities->responses;
	struct bv_err err;

	struct bv_model_fit *fit = bv_alloc_array(r->persons, sizeof fit[0]);
	struct bv_preknowledge *known = bv_alloc_array(r->persons, sizeof known[0]);
	bool *compromised = bv_alloc_array(r->items, sizeof compromised[0]);
	struct bv_pair pair;
	bv_model_fit_make(fit, abilities, 0.05);
	for (size_t i = 0; i < r->items; i += 2)
		compromised[i] = true;
	if (bv_preknowledge_make(known, r, abilities, times, compromised, 0.05, &err) != BV_OK || bv_agreement_make(&agreement, abilities, 0.2, &err) != BV_OK)
		abort();
	bv_pair_measure(&pair, abilities, 0, r->persons - 1);
	bv_pair_steps_make(&steps, abilities, 0, r->persons - 1);
	if (!(pair.p >= 0 && pair.p <= 1) || agreement.flagged > agreement.count)
		abort();
	free(fit);
	free(known);
	free(compromised);
}

static void
use_set(const struct bv_responses *r, const struct bv_irt_set *set, const struct bv_times *times)
{
	BV_AUTO(bv_abilities_finish) struct bv_abilities abilities = { 0 }, nominal = { 0 };
	BV_AUTO(bv_option_fit_finish) struct bv_option_fit options = { 0 };
	struct bv_err err;

	if (bv_abilities_make(&abilities, r, set, BV_IRT_WLE, &err) == BV_OK)
		use_abilities(&abilities, times);
	if (r->option && r->items < 12 && r->persons < 60 && bv_option_fit_make(&options, &nominal, r, BV_IRT_EAP, &err) == BV_OK)
		use_abilities(&nominal, times);
}

static void
link_sets(const struct bv_irt_set *from, const struct bv_irt_set *to, uint8_t how)
{
	BV_AUTO(bv_link_finish) struct bv_link link = { 0 };
	BV_AUTO(bv_equate_finish) struct bv_equate equate = { 0 };
	struct bv_link_options options = { .method = how % BV_LINK_METHODS, .weights = how / 8 % 3, .drop = how & 1, .rate = 0.05 };
	struct bv_equate_options both = { .link = options, .linked = how & 2, .target_moves = how & 4, .no_errors = to->count > 6, .weight = 0.5 };
	struct bv_err err;

	if (from->count && bv_link_make(&link, from, to, &options, &err) == BV_OK && !(link.slope >= 0.01 && link.slope <= 100))
		abort();
	if (from->count && from->count < 40 && bv_equate_make(&equate, from, to, &both, &err) == BV_OK && !(equate.score[equate.high].true_score <= (double)equate.target_high + 1e-6))
		abort();
}

static void
use_model(const struct bv_responses *r, const int8_t *focal, const uint8_t *data, size_t size)
{
	BV_AUTO(bv_times_finish) struct bv_times times = { 0 };
	BV_AUTO(bv_model_dif_finish) struct bv_model_dif dif = { 0 };
	struct bv_irt_set set, other;
	struct bv_err err;

	if (r->seconds)
		bv_times_make(&times, r, NULL, 0.05);
	make_set(&set, r, data, size, 0);
	make_set(&other, r, data + size / 2, size - size / 2, 0.5);
	use_set(r, &set, r->seconds ? &times : NULL);
	link_sets(&set, &other, data[0]);
	if (r->items < 12 && r->persons < 60 && bv_model_dif_make(&dif, r, focal, 0.05, 3, &err) != BV_OK && !err.msg[0])
		abort();
	free(set.items);
	free(other.items);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, 0, size) : NULL;
	size_t text = end ? (size_t)(end - data) : size;
	struct bv_responses_columns columns = { .id = "id", .group = "g", .hall = "h", .theta = "th", .time_prefix = "T" };
	BV_AUTO(bv_responses_finish) struct bv_responses responses = { 0 };
	BV_AUTO(bv_classical_finish) struct bv_classical classical = { 0 };
	BV_AUTO(bv_halls_finish) struct bv_halls halls = { 0 };
	BV_AUTO(bv_dif_finish) struct bv_dif dif = { 0 };
	struct bv_err err;

	if (size < 1)
		return 0;
	columns.id = data[0] & 1 ? columns.id : NULL;
	columns.group = data[0] & 2 ? columns.group : NULL;
	columns.hall = data[0] & 4 ? columns.hall : NULL;
	columns.time_prefix = data[0] & 8 ? columns.time_prefix : NULL;
	columns.theta = data[0] & 16 ? columns.theta : NULL;
	if (end)
		columns.key = (struct bv_str){ (const char *)end + 1, size - text - 1 };
	if (bv_responses_read(&responses, (struct bv_str){ (const char *)data, text }, &columns, &err) != BV_OK)
		return 0;
	if (responses.items > 200 || responses.persons > 2000)
		return 0;
	bv_classical_make(&classical, &responses);
	bv_halls_make(&halls, &responses, -1, 0.01);
	int8_t *focal = bv_alloc_array(responses.persons, 1);
	for (size_t p = 0; p < responses.persons; p++)
		focal[p] = responses.group ? responses.group[p].len % 2 : p % 2;
	struct bv_dif_options options = { .by = data[0] % 3, .level = 0.05, .purify = 10, .logistic = true };
	bv_dif_make(&dif, &responses, focal, &options);
	if (responses.persons < 300)
		use_model(&responses, focal, data, size);
	free(focal);
	struct bv_person_fit *fit = bv_alloc_array(responses.persons, sizeof fit[0]);
	bv_person_fit_make(fit, &responses);
	free(fit);
	return 0;
}
