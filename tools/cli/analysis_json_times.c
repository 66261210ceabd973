#include <math.h>
#include <stdlib.h>

#include "tools/cli/analysis_report.h"
#include "tools/cli/print.h"

#define FORMAT "bangvang-times-1"

void
analysis_json_time_fit(struct bv_json *person, const struct analysis *a, size_t index)
{
	if (a->times.alpha) {
		const struct bv_time_fit *t = &a->times.person[index];
		struct bv_json *times = bv_json_set(person, "times", bv_json_new_object());
		analysis_numbers(times, (const struct analysis_number[]){ { "speed", t->speed }, { "chiSquare", t->chi2 }, { "p", t->p } }, 3);
		if (a->fit) {
			double joint = bv_joint_fit(&a->fit[index], t);
			analysis_numbers(times, (const struct analysis_number[]){ { "joint", joint }, { "jointP", bv_normal_cdf(joint) } }, 2);
		}
		bv_json_set_int(times, "items", t->items);
		bv_json_set(times, "flagged", bv_json_new_bool(t->flagged));
	}
	if (a->preknowledge) {
		const struct bv_preknowledge *k = &a->preknowledge[index];
		struct bv_json *known = bv_json_set(person, "preknowledge", bv_json_new_object());
		analysis_numbers(known, (const struct analysis_number[]){ { "score", k->score }, { "time", k->time }, { "joint", k->joint }, { "p", k->p },
		                                                           { "wald", k->wald }, { "scoreTest", k->score_test }, { "modified", k->modified }, { "saddle", k->saddle } }, 8);
		bv_json_set(known, "flagged", bv_json_new_bool(k->flagged));
	}
}

static void
add_alarms(struct bv_json *object, size_t persons, size_t flagged, double rate)
{
	bv_json_set_int(object, "persons", (int64_t)persons);
	bv_json_set_int(object, "flagged", (int64_t)flagged);
	json_set_number(object, "expectedFalse", rate * (double)flagged);
}

void
analysis_json_times(struct bv_json *out, const struct analysis *a)
{
	size_t persons = 0, flagged = 0, known = 0, knowing = 0;

	for (size_t p = 0; p < a->responses.persons; p++) {
		persons += a->times.alpha && !isnan(a->times.person[p].p);
		flagged += a->times.alpha && a->times.person[p].flagged;
		known += a->preknowledge && !isnan(a->preknowledge[p].p);
		knowing += a->preknowledge && a->preknowledge[p].flagged;
	}
	if (a->times.alpha) {
		struct bv_json *times = bv_json_set(out, "times", bv_json_new_object());
		json_set_number(times, "spread", a->times.spread);
		bv_json_set(times, "settled", bv_json_new_bool(a->times.settled));
		add_alarms(times, persons, flagged, a->rate);
	}
	if (a->preknowledge)
		add_alarms(bv_json_set(out, "preknowledge", bv_json_new_object()), known, knowing, a->rate);
}

struct bv_json *
time_set_json(const struct analysis *a)
{
	struct bv_json *out = bv_json_new_object();

	bv_json_set_str(out, "format", BV_STR(FORMAT));
	bv_json_set_str(out, "sha256", bv_str_of(a->digest));
	struct bv_json *items = bv_json_set(out, "items", bv_json_new_array());
	for (size_t i = 0; i < a->responses.items; i++) {
		if (isnan(a->times.beta[i]))
			continue;
		struct bv_json *item = bv_json_add(items, bv_json_new_object());
		bv_json_set(item, "name", bv_json_new_text(a->responses.item[i].name));
		json_set_number(item, "alpha", a->times.alpha[i]);
		json_set_number(item, "beta", a->times.beta[i]);
	}
	return out;
}

static enum bv_status
read_item(struct bv_time_item *out, const struct bv_responses *r, const struct bv_json *json, struct bv_err *err)
{
	struct bv_str name;
	const struct bv_json *alpha = bv_json_find(json, "alpha"), *beta = bv_json_find(json, "beta");
	double a = bv_json_real(alpha), b = bv_json_real(beta);

	TRY(bv_json_need_str(&name, json, "name", err));
	if (!(a >= 0.01 && a <= 100) || bv_json_type(beta) == BV_JSON_NULL || !(fabs(b) <= 20))
		return bv_err_set(err, BV_EINVAL, "item \"%.*s\": alpha is a number from 0.01 to 100, beta from -20 to 20", BV_STR_ARG(bv_str_sub(name, 0, 60)));
	for (size_t i = 0; i < r->items; i++)
		if (bv_str_eq(r->item[i].name, name))
			out[i] = (struct bv_time_item){ a, b };
	return BV_OK;
}

enum bv_status
time_set_read(struct bv_time_item *out, const struct bv_responses *r, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_json *items;
	struct bv_str format;
	size_t known = 0;

	TRY(bv_json_parse(&json, text, err));
	TRY(bv_json_need_str(&format, json, "format", err));
	if (!bv_str_is(format, FORMAT))
		return bv_err_set(err, BV_EINVAL, "'format' is not " FORMAT ": give what --times-out wrote");
	TRY(bv_json_need(&items, json, "items", BV_JSON_ARRAY, err));
	for (size_t i = 0; i < r->items; i++)
		out[i] = (struct bv_time_item){ NAN, NAN };
	for (size_t k = 0; k < bv_json_count(items); k++)
		TRY(read_item(out, r, bv_json_at(items, k), err));
	for (size_t i = 0; i < r->items; i++)
		known += !isnan(out[i].beta);
	return known ? BV_OK : bv_err_set(err, BV_EINVAL, "it has times of none of the %zu items", r->items);
}
