#include <math.h>
#include <stdlib.h>

#include "tools/cli/analysis_report.h"
#include "tools/cli/print.h"

void
analysis_finish(struct analysis *analysis)
{
	bv_classical_finish(&analysis->classical);
	bv_dif_finish(&analysis->dif);
	bv_model_dif_finish(&analysis->model_dif);
	bv_ratio_dif_finish(&analysis->ratio_dif);
	bv_halls_finish(&analysis->halls);
	bv_agreement_finish(&analysis->agreement);
	bv_abilities_finish(&analysis->abilities);
	bv_responses_finish(&analysis->responses);
	bv_irt_set_free(analysis->set);
	for (size_t i = 0; analysis->steps && i < analysis->asked_count; i++)
		bv_pair_steps_finish(&analysis->steps[i]);
	free(analysis->steps);
	bv_option_fit_finish(&analysis->options);
	free(analysis->asked);
	free(analysis->fit);
	free(analysis->preknowledge);
	free(analysis->compromised);
	bv_times_finish(&analysis->times);
	free(analysis->person);
}

void
analysis_numbers(struct bv_json *object, const struct analysis_number *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		json_set_number(object, numbers[i].name, numbers[i].value);
}

void
analysis_person(struct bv_json *object, const struct analysis *analysis, const char *name, size_t person)
{
	const struct bv_responses *r = &analysis->responses;

	bv_json_set(object, name, r->id ? bv_json_new_text(r->id[person]) : bv_json_new_int((int64_t)person + 1));
}

static void
set_text(struct bv_json *object, const char *name, struct bv_str s)
{
	bv_json_set(object, name, bv_json_new_text(s));
}

static void
add_test(struct bv_json *out, const struct bv_classical *c)
{
	struct bv_json *test = bv_json_set(out, "test", bv_json_new_object());
	const struct analysis_number rows[] = {
		{ "mean", c->total_mean }, { "variance", c->total_variance }, { "alpha", c->alpha }, { "standardizedAlpha", c->standardized_alpha }, { "kr20", c->kr20 },
		{ "kr21", c->kr21 }, { "lambda1", c->lambda1 }, { "lambda2", c->lambda2 }, { "lambda3", c->lambda3 }, { "lambda4", c->lambda4 }, { "lambda6", c->lambda6 }, { "omega", c->omega },
		{ "standardError", c->sem },
	};

	bv_json_set_int(test, "complete", (int64_t)c->persons);
	analysis_numbers(test, rows, sizeof rows / sizeof rows[0]);
	struct bv_json *counts = bv_json_set(test, "scoreCounts", bv_json_new_array());
	for (int s = 0; s <= c->score_max; s++)
		bv_json_add(counts, bv_json_new_int((int64_t)c->score_count[s]));
}

static void
add_options(struct bv_json *item, const struct bv_responses_item *names, const struct bv_classical_item *c)
{
	struct bv_json *options = bv_json_set(item, "options", bv_json_new_array());

	for (int o = 0; o < names->option_count; o++) {
		struct bv_json *option = bv_json_add(options, bv_json_new_object());
		set_text(option, "option", names->options[o]);
		bv_json_set(option, "key", bv_json_new_bool(o == names->key));
		bv_json_set_int(option, "chosen", (int64_t)c->option[o].chosen);
		json_set_number(option, "share", c->option[o].share);
		json_set_number(option, "totalMean", c->option[o].total_mean);
		json_set_number(option, "correlation", c->option[o].correlation);
	}
}

/* Slopes and intercepts of the options against the key's. */
static void
add_nominal(struct bv_json *item, const struct analysis *a, size_t index)
{
	const struct bv_irt_estimate *est = &a->options.item[index];
	const struct bv_responses_item *names = &a->responses.item[index];
	struct bv_json *nominal = bv_json_set(item, "nominal", bv_json_new_object()), *options;

	bv_json_set_str(nominal, "state", bv_str_of(est->item.categories ? bv_irt_item_state_name(est->state) : "left out"));
	if (!est->item.categories)
		return;
	options = bv_json_set(nominal, "options", bv_json_new_array());
	for (int o = 0; o < names->option_count; o++) {
		int k = a->abilities.category[index][o];
		struct bv_json *option = bv_json_add(options, bv_json_new_object());
		set_text(option, "option", names->options[o]);
		json_set_number(option, "slope", bv_irt_category_slope(&est->item, k));
		json_set_number(option, "slopeError", a->options.errors ? bv_irt_category_slope(&est->error, k) : NAN);
		json_set_number(option, "intercept", k ? est->item.d[k - 1] : 0);
		json_set_number(option, "interceptError", !a->options.errors ? NAN : k ? est->error.d[k - 1] : 0);
	}
}

static void
add_dif(struct bv_json *item, const struct bv_dif_item *d)
{
	static const char *const classes[] = { "A", "B", "C" };
	struct bv_json *dif = bv_json_set(item, "dif", bv_json_new_object());
	const struct analysis_number rows[] = {
		{ "alpha", d->alpha }, { "delta", d->delta }, { "deltaError", d->delta_se }, { "chiSquare", d->chi2 }, { "p", d->p }, { "standardized", d->standardized },
		{ "standardizedAlpha", d->standardized_alpha },
		{ "breslowDay", d->breslow_day }, { "breslowDayFreedom", d->breslow_day_df }, { "breslowDayP", d->breslow_day_p }, { "logistic", d->logistic },
		{ "logisticP", d->logistic_p }, { "logisticUniform", d->logistic_uniform }, { "logisticUniformP", d->logistic_uniform_p }, { "coxSnell", d->cox_snell }, { "nagelkerke", d->nagelkerke },
		{ "uniformCoxSnell", d->uniform_cox_snell }, { "uniformNagelkerke", d->uniform_nagelkerke }, { "logisticConstant", d->coefficient[0] },
		{ "logisticTotal", d->coefficient[1] }, { "logisticGroup", d->coefficient[2] }, { "logisticBoth", d->coefficient[3] },
	};

	bv_json_set(dif, "tested", bv_json_new_bool(d->tested));
	if (d->tested)
		analysis_numbers(dif, rows, sizeof rows / sizeof rows[0]);
	if (d->tested)
		bv_json_set_str(dif, "class", bv_str_of(classes[d->ets]));
	analysis_numbers(dif, (const struct analysis_number[]){ { "sibtest", d->sibtest }, { "sibtestError", d->sibtest_se }, { "sibtestChiSquare", d->sibtest_chi2 },
	                                                        { "sibtestP", d->sibtest_p }, { "deltaDistance", d->delta_distance } }, 5);
	bv_json_set(dif, "flagged", bv_json_new_bool(d->flagged));
}

static void
add_items(struct bv_json *out, const struct analysis *a)
{
	struct bv_json *items = bv_json_set(out, "items", bv_json_new_array());

	for (size_t i = 0; i < a->responses.items; i++) {
		const struct bv_classical_item *c = &a->classical.item[i];
		const struct analysis_number rows[] = {
			{ "mean", c->mean }, { "difficulty", c->difficulty }, { "sd", c->sd }, { "correlation", c->correlation }, { "corrected", c->corrected },
			{ "biserial", c->biserial }, { "alphaWithout", c->alpha_without },
		};
		struct bv_json *item = bv_json_add(items, bv_json_new_object());
		set_text(item, "item", a->responses.item[i].name);
		bv_json_set_int(item, "maxScore", a->responses.item[i].max_score);
		bv_json_set_int(item, "answered", (int64_t)c->answered);
		analysis_numbers(item, rows, sizeof rows / sizeof rows[0]);
		if (a->responses.seconds)
			analysis_numbers(item, (const struct analysis_number[]){ { "medianSeconds", c->median_seconds }, { "timeAlpha", a->times.alpha[i] }, { "timeBeta", a->times.beta[i] } }, 3);
		if (a->responses.option)
			add_options(item, &a->responses.item[i], c);
		if (a->options.items)
			add_nominal(item, a, i);
		if (a->dif.item)
			add_dif(item, &a->dif.item[i]);
		if (a->model_dif.item)
			analysis_json_model_dif(item, &a->model_dif.item[i]);
		if (a->ratio_dif.item)
			analysis_json_ratio_dif(item, &a->ratio_dif.item[i]);
	}
}

static void
add_halls(struct bv_json *out, const struct bv_halls *halls, double rate)
{
	struct bv_json *list = bv_json_set(out, "halls", bv_json_new_array());

	size_t flagged = 0;
	bv_json_set_int(out, "highTotal", halls->high);
	for (size_t h = 0; h < halls->count; h++) {
		const struct bv_hall *hall = &halls->hall[h];
		struct bv_json *entry = bv_json_add(list, bv_json_new_object());
		set_text(entry, "hall", hall->name);
		bv_json_set_int(entry, "persons", (int64_t)hall->persons);
		bv_json_set_int(entry, "high", (int64_t)hall->above);
		json_set_number(entry, "mean", hall->mean);
		json_set_number(entry, "sd", hall->sd);
		json_set_number(entry, "share", hall->share);
		json_set_number(entry, "elsewhere", hall->elsewhere);
		json_set_number(entry, "p", hall->p);
		bv_json_set(entry, "flagged", bv_json_new_bool(hall->flagged));
		flagged += hall->flagged;
	}
	bv_json_set(out, "hallsExpectedFalse", bv_json_new_real(rate * (double)flagged));
}

static void
add_persons(struct bv_json *out, const struct analysis *a)
{
	struct bv_json *persons = bv_json_set(out, "patterns", bv_json_new_array());

	for (size_t p = 0; p < a->responses.persons; p++) {
		const struct bv_person_fit *fit = &a->person[p];
		const struct analysis_number rows[] = {
			{ "ht", fit->ht }, { "u3", fit->u3 }, { "cStar", fit->c_star }, { "caution", fit->caution }, { "guttman", fit->guttman },
			{ "guttmanNormed", fit->guttman_normed },
		};
		struct bv_json *person = bv_json_add(persons, bv_json_new_object());
		analysis_person(person, a, a->responses.id ? "id" : "person", p);
		analysis_numbers(person, rows, sizeof rows / sizeof rows[0]);
		if (a->fit)
			analysis_json_fit(person, a, p);
		analysis_json_time_fit(person, a, p);
	}
}

struct bv_json *
analysis_json(const struct analysis *a)
{
	struct bv_json *out = bv_json_new_object();

	bv_json_set_str(out, "sha256", bv_str_of(a->digest));
	bv_json_set_int(out, "persons", (int64_t)a->responses.persons);
	bv_json_set(out, "falseDiscoveryRate", bv_json_new_real(a->rate));
	add_test(out, &a->classical);
	if (a->dif.item) {
		struct bv_json *groups = bv_json_set(out, "groups", bv_json_new_object());
		set_text(groups, "reference", a->reference);
		set_text(groups, "focal", a->focal);
		bv_json_set_int(groups, "referencePersons", (int64_t)a->dif.reference);
		bv_json_set_int(groups, "focalPersons", (int64_t)a->dif.focal);
		bv_json_set_int(groups, "rounds", a->dif.rounds);
		bv_json_set(groups, "settled", bv_json_new_bool(a->dif.settled));
		size_t tested = 0;
		for (size_t i = 0; i < a->responses.items; i++)
			tested += a->dif.item[i].tested;
		bv_json_set(groups, "expectedBelow005", bv_json_new_real(0.05 * (double)tested)); /* p, by chance */
	}
	if (a->model_dif.item) {
		const struct analysis_number rows[] = { { "slope", a->model_dif.slope }, { "shift", a->model_dif.shift } };
		struct bv_json *groups = bv_json_set(out, "modelGroups", bv_json_new_object());
		bv_json_set_str(groups, "model", BV_STR("2pl"));
		analysis_numbers(groups, rows, 2);
		bv_json_set_int(groups, "rounds", a->model_dif.rounds);
		bv_json_set(groups, "settled", bv_json_new_bool(a->model_dif.settled));
	}
	if (a->ratio_dif.item) {
		const struct analysis_number rows[] = { { "logLikelihood", a->ratio_dif.log_likelihood }, { "mean", a->ratio_dif.mean }, { "variance", a->ratio_dif.variance } };
		analysis_numbers(bv_json_set(out, "ratioGroups", bv_json_new_object()), rows, 3);
	}
	if (a->options.items) {
		struct bv_json *nominal = bv_json_set(out, "nominal", bv_json_new_object());
		bv_json_set_int(nominal, "items", (int64_t)a->options.items);
		bv_json_set(nominal, "converged", bv_json_new_bool(a->options.converged));
		json_set_number(nominal, "logLikelihood", a->options.log_likelihood);
	}
	add_items(out, a);
	if (a->responses.hall)
		add_halls(out, &a->halls, a->rate);
	if (a->person)
		add_persons(out, a);
	if (a->fit)
		analysis_json_model(out, a);
	analysis_json_times(out, a);
	return out;
}
