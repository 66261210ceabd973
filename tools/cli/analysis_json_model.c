#include <math.h>

#include "tools/cli/analysis_report.h"

static void
set_directed(struct bv_json *object, const char *name, const double *two)
{
	struct bv_json *array = bv_json_set(object, name, bv_json_new_array());

	for (int side = 0; side < 2; side++)
		bv_json_add(array, isfinite(two[side]) ? bv_json_new_real(two[side]) : bv_json_new_null());
}

/* An array of numbers that lie so many bytes apart; what is not finite is null. */
static void
set_column(struct bv_json *object, const char *name, const void *first, size_t apart, size_t count)
{
	struct bv_json *array = bv_json_set(object, name, bv_json_new_array());

	for (size_t i = 0; i < count; i++) {
		double x;
		memcpy(&x, (const char *)first + i * apart, sizeof x);
		bv_json_add(array, isfinite(x) ? bv_json_new_real(x) : bv_json_new_null());
	}
}

static void
add_groups(struct bv_json *list, const struct analysis *a, const struct bv_pair_steps *s, int side)
{
	struct bv_json *object = bv_json_add(list, bv_json_new_object()), *persons, *like, *alike;
	const struct bv_copying_step *group = s->group[side];

	if (!group)
		return;
	like = bv_json_set(object, "like", bv_json_new_array());
	alike = bv_json_set(object, "alike", bv_json_new_array());
	for (size_t i = 0; i < s->like_count[side]; i++) {
		struct bv_str id = a->responses.id ? a->responses.id[s->like[side][i]] : (struct bv_str){ NULL, 0 };
		bv_json_add(like, a->responses.id ? bv_json_new_text(id) : bv_json_new_int((int64_t)s->like[side][i] + 1));
		bv_json_add(alike, bv_json_new_int(s->alike[side][i]));
	}
	persons = bv_json_set(object, "persons", bv_json_new_array());
	for (size_t w = 0; w < s->group_count; w++)
		bv_json_add(persons, bv_json_new_int((int64_t)group[w].persons));
	set_column(object, "shared", &group->shared, sizeof *group, s->group_count);
	set_column(object, "weighted", &group->weighted, sizeof *group, s->group_count);
	set_column(object, "linear", &group->linear, sizeof *group, s->group_count);
	set_column(object, "quadratic", &group->quadratic, sizeof *group, s->group_count);
	set_column(object, "poisson", &group->poisson, sizeof *group, s->group_count);
	set_column(object, "poissonTotal", &group->poisson_total, sizeof *group, s->group_count);
}

static void
add_steps(struct bv_json *pair, const struct analysis *a, const struct bv_pair_steps *s)
{
	struct bv_json *object = bv_json_set(pair, "steps", bv_json_new_object()), *names;

	set_directed(object, "ability", s->theta);
	set_directed(object, "expected", s->expected);
	set_directed(object, "sd", s->sd);
	names = bv_json_set(object, "items", bv_json_new_array());
	for (size_t k = 0; k < s->items; k++)
		bv_json_add(names, bv_json_new_text(a->responses.item[s->item[k].item].name));
	if (s->items > 0) {
		set_column(object, "firstHas", &s->item->has[0], sizeof *s->item, s->items);
		set_column(object, "secondHas", &s->item->has[1], sizeof *s->item, s->items);
		set_column(object, "same", &s->item->same, sizeof *s->item, s->items);
		set_column(object, "right", &s->item->right, sizeof *s->item, s->items);
		set_column(object, "wrong", &s->item->wrong, sizeof *s->item, s->items);
	}
	set_column(object, "matches", s->matches, sizeof *s->matches, s->items + 1);
	names = bv_json_set(object, "copying", bv_json_new_array());
	add_groups(names, a, s, 0);
	add_groups(names, a, s, 1);
}

static struct bv_json *
add_pair(struct bv_json *list, const struct analysis *a, const struct bv_pair *pair)
{
	struct bv_json *object = bv_json_add(list, bv_json_new_object());

	analysis_person(object, a, "first", pair->first);
	analysis_person(object, a, "second", pair->second);
	bv_json_set_int(object, "items", pair->items);
	bv_json_set_int(object, "matches", pair->matches);
	bv_json_set_int(object, "right", pair->right);
	bv_json_set_int(object, "wrong", pair->wrong);
	set_directed(object, "omega", pair->omega);
	set_directed(object, "exact", pair->exact);
	analysis_numbers(object, (const struct analysis_number[]){ { "gbt", pair->gbt }, { "m4", pair->m4 }, { "p", pair->p } }, 3);
	struct bv_json *copying = bv_json_set(object, "copying", bv_json_new_array());
	for (int side = 0; side < 2; side++) {
		const struct bv_copying *c = &pair->copying[side];
		const struct analysis_number rows[] = { { "k", c->k }, { "k1", c->k1 }, { "k2", c->k2 }, { "s1", c->s1 }, { "s2", c->s2 } };
		analysis_numbers(bv_json_add(copying, bv_json_new_object()), rows, sizeof rows / sizeof rows[0]);
	}
	bv_json_set(object, "flagged", bv_json_new_bool(pair->flagged));
	return object;
}

static void
add_agreement(struct bv_json *out, const struct analysis *a)
{
	const struct bv_agreement *agreement = &a->agreement;
	struct bv_json *object = bv_json_set(out, "agreement", bv_json_new_object()), *low = bv_json_set(object, "low", bv_json_new_array());
	static const double decades[BV_AGREEMENT_DECADES] = { 1e-3, 1e-4, 1e-5, 1e-6, 1e-7 };

	bv_json_set_int(object, "compared", (int64_t)agreement->compared);
	bv_json_set_int(object, "flagged", (int64_t)agreement->flagged);
	bv_json_set_str(object, "control", BV_STR("Benjamini-Hochberg"));
	bv_json_set(object, "expectedFalse", bv_json_new_real(a->rate * (double)agreement->flagged));
	for (int d = 0; d < BV_AGREEMENT_DECADES; d++) {
		struct bv_json *row = bv_json_add(low, bv_json_new_object());
		bv_json_set(row, "p", bv_json_new_real(decades[d]));
		bv_json_set_int(row, "seen", (int64_t)agreement->low[d]);
		bv_json_set(row, "expected", bv_json_new_real(decades[d] * (double)agreement->compared));
	}
	struct bv_json *pairs = bv_json_set(object, "pairs", bv_json_new_array()), *asked = bv_json_set(object, "asked", bv_json_new_array());
	for (size_t i = 0; i < agreement->count; i++)
		add_pair(pairs, a, &agreement->pair[i]);
	for (size_t i = 0; i < a->asked_count; i++)
		add_steps(add_pair(asked, a, &a->asked[i]), a, &a->steps[i]);
}

void
analysis_json_model_dif(struct bv_json *item, const struct bv_model_dif_item *d)
{
	struct bv_json *object = bv_json_set(item, "modelDif", bv_json_new_object());

	bv_json_set(object, "tested", bv_json_new_bool(d->tested));
	if (d->tested) {
		const struct analysis_number rows[] = { { "lord", d->lord }, { "lordP", d->lord_p }, { "area", d->area }, { "unsignedArea", d->unsigned_area },
			                                { "raju", d->raju }, { "rajuP", d->raju_p } };
		set_directed(object, "a", d->a);
		set_directed(object, "b", d->b);
		analysis_numbers(object, rows, sizeof rows / sizeof rows[0]);
	}
	bv_json_set(object, "flagged", bv_json_new_bool(d->flagged));
}

void
analysis_json_ratio_dif(struct bv_json *item, const struct bv_ratio_dif_item *d)
{
	struct bv_json *object = bv_json_set(item, "ratioDif", bv_json_new_object());

	bv_json_set(object, "anchor", bv_json_new_bool(d->anchor));
	bv_json_set(object, "tested", bv_json_new_bool(d->tested));
	if (d->tested) {
		analysis_numbers(object, (const struct analysis_number[]){ { "chiSquare", d->chi2 }, { "p", d->p } }, 2);
		bv_json_set_int(object, "freedom", d->df);
	}
	bv_json_set(object, "flagged", bv_json_new_bool(d->flagged));
}

void
analysis_json_fit(struct bv_json *person, const struct analysis *a, size_t index)
{
	const struct bv_model_fit *f = &a->fit[index];
	const struct analysis_number rows[] = {
		{ "ability", a->abilities.theta[index] }, { "lz", f->lz }, { "lzStar", f->lz_star }, { "p", f->p }, { "infit", f->infit }, { "infitZ", f->infit_z },
		{ "outfit", f->outfit }, { "outfitZ", f->outfit_z },
	};

	analysis_numbers(person, rows, sizeof rows / sizeof rows[0]);
	bv_json_set(person, "flagged", bv_json_new_bool(f->flagged));
}

static void
add_fit(struct bv_json *out, const struct analysis *a)
{
	struct bv_json *object = bv_json_set(out, "personFit", bv_json_new_object());
	size_t persons = 0, low = 0, flagged = 0;

	for (size_t p = 0; p < a->responses.persons; p++) {
		persons += isfinite(a->fit[p].p);
		low += a->fit[p].p < 0.05;
		flagged += a->fit[p].flagged;
	}
	bv_json_set_int(object, "persons", (int64_t)persons);
	bv_json_set_int(object, "below005", (int64_t)low);
	bv_json_set(object, "expectedBelow005", bv_json_new_real(0.05 * (double)persons));
	bv_json_set_int(object, "flagged", (int64_t)flagged);
	bv_json_set(object, "expectedFalse", bv_json_new_real(a->rate * (double)flagged));
}

void
analysis_json_model(struct bv_json *out, const struct analysis *a)
{
	add_fit(out, a);
	add_agreement(out, a);
}
