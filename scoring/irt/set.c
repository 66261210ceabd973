#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "scoring/irt/irt.h"

#define FORMAT "bangvang-irt-1"
#define AREAS_FORMAT "bangvang-irt-areas-1"
#define ERROR_MAX 1e6 /* of a standard error, a covariance */

/* SHA-256 of the canonical JSON (RFC 8785) without its member "hash". */
static void
hash_of(uint8_t out[BV_HASH_LEN], const struct bv_json *set)
{
	BV_AUTO(bv_json_free) struct bv_json *rest = bv_json_without(set, "hash");
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF((size_t)64 << 20);

	bv_json_write_canonical(&text, rest);
	bv_sha256(out, bv_buf_str(&text));
}

/* Puts the hash into the set and writes it. */
static void
sign_off(struct bv_buf *out, struct bv_json *set)
{
	uint8_t hash[BV_HASH_LEN];
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	hash_of(hash, set);
	bv_json_set_str(set, "hash", bv_str_of(bv_hex(hex, hash, sizeof hash)));
	bv_json_write_pretty(out, set);
}

static void
set_real(struct bv_json *object, const char *name, double x)
{
	bv_json_set(object, name, bv_json_new_real(x));
}

static struct bv_json *
reals(const double *x, int count, double by)
{
	struct bv_json *array = bv_json_new_array();

	for (int i = 0; i < count; i++)
		bv_json_add(array, bv_json_new_real(x[i] * by));
	return array;
}

/* Of the nominal model an array, of categories 1 …. */
static struct bv_json *
slopes(const struct bv_irt_item *item, double by)
{
	double all[BV_IRT_CATEGORIES_MAX - 1];

	if (item->model != BV_IRT_NOMINAL)
		return bv_json_new_real(item->a * by);
	for (int k = 1; k < item->categories; k++)
		all[k - 1] = bv_irt_category_slope(item, k);
	return reals(all, item->categories - 1, by);
}

void
bv_irt_item_write(struct bv_json *object, const struct bv_irt_item *item, uint16_t marks, double metric)
{
	struct bv_json *list;

	bv_json_set_str(object, "model", bv_str_of(bv_irt_model_name(item->model)));
	list = bv_json_set(object, "marks", bv_json_new_array());
	for (int mark = 0; mark < BV_IRT_CATEGORIES_MAX; mark++)
		if (marks >> mark & 1)
			bv_json_add(list, bv_json_new_int(mark));
	bv_json_set(object, "a", slopes(item, 1 / metric));
	bv_json_set(object, "d", reals(item->d, item->categories - 1, 1 / metric));
	if (item->model == BV_IRT_3PL)
		set_real(object, "c", item->c);
}

static struct bv_json *
item_write(const char *name, const struct bv_irt_estimate *est, bool errors, double metric)
{
	struct bv_json *object = bv_json_new_object();

	bv_json_set_str(object, "name", bv_str_of(name));
	bv_json_set_str(object, "state", bv_str_of(bv_irt_item_state_name(est->state)));
	bv_irt_item_write(object, &est->item, est->marks, metric);
	if (!errors || est->state == BV_IRT_FIXED)
		return object;
	bv_json_set(object, "aError", slopes(&est->error, 1 / metric));
	bv_json_set(object, "dError", reals(est->error.d, est->item.categories - 1, 1 / metric));
	if (est->item.model == BV_IRT_3PL)
		set_real(object, "cError", est->error.c);
	if (est->item.categories == 2)
		bv_json_set(object, "covariance", reals((const double[]){ est->a_d / metric / metric, est->a_c / metric, est->d_c / metric }, est->item.model == BV_IRT_3PL ? 3 : 1, 1));
	return object;
}

static void
settings_write(struct bv_json *object, const struct bv_irt_settings *s)
{
	struct bv_json *prior;

	bv_json_set_int(object, "nodes", s->nodes);
	set_real(object, "gradient", s->gradient);
	bv_json_set_int(object, "stepsMax", s->steps_max);
	bv_json_set(object, "freeAbility", bv_json_new_bool(s->free_ability));
	prior = bv_json_set(object, "prior", bv_json_new_object());
	if (s->prior.a_sd > 0)
		bv_json_set(prior, "aLognormal", reals((const double[]){ s->prior.a_mean, s->prior.a_sd }, 2, 1));
	if (s->prior.d_sd > 0)
		bv_json_set(prior, "dNormal", reals((const double[]){ s->prior.d_mean, s->prior.d_sd }, 2, 1));
	if (s->prior.c_alpha > 0)
		bv_json_set(prior, "cBeta", reals((const double[]){ s->prior.c_alpha, s->prior.c_beta }, 2, 1));
	if (s->prior.logit_sd > 0)
		bv_json_set(prior, "cLogitNormal", reals((const double[]){ s->prior.logit_mean, s->prior.logit_sd }, 2, 1));
}

static void
fit_write(struct bv_json *set, const struct bv_irt_sheet *sheet, const struct bv_irt_fit *fit)
{
	struct bv_json *object = bv_json_set(set, "fit", bv_json_new_object()), *groups = bv_json_set(set, "groups", bv_json_new_array());

	set_real(object, "logLikelihood", fit->log_likelihood);
	set_real(object, "logPrior", fit->log_prior);
	bv_json_set_int(object, "parameters", fit->param_count);
	bv_json_set(object, "converged", bv_json_new_bool(fit->converged));
	set_real(object, "gradient", fit->gradient);
	bv_json_set_int(object, "steps", fit->steps);
	bv_json_set(object, "errors", bv_json_new_bool(fit->errors));
	set_real(object, "condition", fit->condition);
	for (int g = 0; g < fit->group_count; g++) {
		const struct bv_irt_ability_spread *spread = &fit->groups[g];
		struct bv_json *group = bv_json_add(groups, bv_json_new_object());
		bv_json_set_str(group, "name", bv_str_of(bv_irt_sheet_group(sheet, g)));
		bv_json_set_int(group, "persons", (int64_t)spread->persons);
		set_real(group, "mean", spread->mean);
		set_real(group, "variance", spread->variance);
		set_real(group, "meanError", spread->mean_error);
		set_real(group, "varianceError", spread->variance_error);
		if (spread->bound)
			bv_json_set(group, "bound", bv_json_new_bool(true));
	}
}

static struct bv_json *
matrix_write(const double (*m)[BV_IRT_AREAS_MAX], int n)
{
	struct bv_json *rows = bv_json_new_array();

	for (int a = 0; a < n; a++)
		bv_json_add(rows, reals(m[a], n, 1));
	return rows;
}

static void
areas_write(struct bv_json *set, const struct bv_irt_set_areas *areas)
{
	const struct bv_irt_population *p = areas->population;
	struct bv_json *list = bv_json_set(set, "areas", bv_json_new_array());
	double correlation[BV_IRT_AREAS_MAX][BV_IRT_AREAS_MAX], error[BV_IRT_AREAS_MAX][BV_IRT_AREAS_MAX] = { { 0 } };

	for (int a = 0; a < p->area_count; a++) {
		struct bv_json *area = bv_json_add(list, bv_json_new_object());
		bv_json_set_str(area, "name", areas->names[a]);
		set_real(area, "variance", p->covariance[a][a]);
		set_real(area, "varianceError", p->error[a][a]);
		if (isfinite(areas->reliability[a]))
			set_real(area, "reliability", areas->reliability[a]);
		for (int b = 0; b < p->area_count; b++) {
			correlation[a][b] = a == b ? 1 : p->covariance[a][b] / sqrt(p->covariance[a][a] * p->covariance[b][b]);
			error[a][b] = a == b ? 0 : p->error[a][b];
		}
	}
	bv_json_set(set, "correlations", matrix_write((const double(*)[BV_IRT_AREAS_MAX])correlation, p->area_count));
	bv_json_set(set, "correlationErrors", matrix_write((const double(*)[BV_IRT_AREAS_MAX])error, p->area_count));
	if (isfinite(p->adaptive_log_likelihood))
		set_real(set, "adaptiveLogLikelihood", p->adaptive_log_likelihood);
}

void
bv_irt_set_write(struct bv_buf *out, const struct bv_irt_sheet *sheet, const struct bv_irt_estimate *estimates, const struct bv_irt_fit *fit,
                 const struct bv_irt_settings *settings, double metric)
{
	bv_irt_set_write_areas(out, sheet, estimates, fit, settings, metric, NULL);
}

void
bv_irt_set_write_areas(struct bv_buf *out, const struct bv_irt_sheet *sheet, const struct bv_irt_estimate *estimates, const struct bv_irt_fit *fit,
                       const struct bv_irt_settings *settings, double metric, const struct bv_irt_set_areas *areas)
{
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(sheet);
	BV_AUTO(bv_json_free) struct bv_json *set = bv_json_new_object();
	uint8_t hash[BV_HASH_LEN];
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_irt_answers_hash(hash, answers);
	bv_json_set_str(set, "format", areas ? BV_STR(AREAS_FORMAT) : BV_STR(FORMAT));
	bv_json_set_str(set, "software", BV_STR("bangvang " BV_VERSION));
	set_real(set, "metric", metric);
	struct bv_json *data = bv_json_set(set, "data", bv_json_new_object());
	bv_json_set_str(data, "sha256", bv_str_of(bv_hex(hex, hash, sizeof hash)));
	bv_json_set_int(data, "persons", (int64_t)fit->persons);
	bv_json_set_int(data, "emptyPersons", (int64_t)fit->empty_persons);
	bv_json_set_int(data, "answers", (int64_t)bv_irt_answers_count(answers));
	settings_write(bv_json_set(set, "settings", bv_json_new_object()), settings);
	fit_write(set, sheet, fit);
	if (areas)
		areas_write(set, areas);
	struct bv_json *items = bv_json_set(set, "items", bv_json_new_array()), *left = bv_json_set(set, "leftOut", bv_json_new_array());
	for (size_t i = 0; i < bv_irt_answers_items(answers); i++) {
		const struct bv_irt_estimate *est = &estimates[i];
		const char *name = bv_irt_sheet_item(sheet, i);
		if (est->state == BV_IRT_CONSTANT || (est->state == BV_IRT_UNANSWERED && !est->fixed)) {
			struct bv_json *object = bv_json_add(left, bv_json_new_object());
			bv_json_set_str(object, "name", bv_str_of(name));
			bv_json_set_str(object, "state", bv_str_of(bv_irt_item_state_name(est->state)));
		} else {
			struct bv_json *object = bv_json_add(items, item_write(name, est, fit->errors, metric));
			if (areas)
				bv_json_set_str(object, "area", areas->names[areas->area[i]]);
		}
	}
	sign_off(out, set);
}

/* ---- Reading ---- */

static enum bv_status
number(double *out, const struct bv_json *object, const char *name, struct bv_err *err)
{
	const struct bv_json *value = bv_json_find(object, name);

	if (bv_json_type(value) != BV_JSON_REAL && bv_json_type(value) != BV_JSON_INT)
		return bv_err_set(err, BV_EINVAL, "'%s' is to be a number", name);
	*out = bv_json_real(value);
	return BV_OK;
}

static enum bv_status
slopes_read(struct bv_irt_item *out, const struct bv_json *object, const char *name, double metric, struct bv_err *err)
{
	const struct bv_json *array;

	if (out->model != BV_IRT_NOMINAL) {
		TRY(number(&out->a, object, name, err));
		out->a *= metric;
		return BV_OK;
	}
	TRY(bv_json_need(&array, object, name, BV_JSON_ARRAY, err));
	if (out->categories < 2 || (int)bv_json_count(array) != out->categories - 1)
		return bv_err_set(err, BV_EINVAL, "'%s' has %zu numbers for %d marks: one fewer than marks", name, bv_json_count(array), out->categories);
	for (int k = 0; k < out->categories - 1; k++) {
		const struct bv_json *value = bv_json_at(array, (size_t)k);
		if (bv_json_type(value) != BV_JSON_REAL && bv_json_type(value) != BV_JSON_INT)
			return bv_err_set(err, BV_EINVAL, "'%s' is an array of numbers with model nominal", name);
		*bv_irt_param(out, k == 0 ? 0 : out->categories - 1 + k) = bv_json_real(value) * metric;
	}
	return BV_OK;
}

static enum bv_status
marks_read(uint16_t *out, const struct bv_json *object, struct bv_err *err)
{
	const struct bv_json *marks;
	int64_t before = -1;

	*out = 0;
	TRY(bv_json_need(&marks, object, "marks", BV_JSON_ARRAY, err));
	for (size_t k = 0; k < bv_json_count(marks); k++) {
		int64_t mark = bv_json_int(bv_json_at(marks, k));
		if (bv_json_type(bv_json_at(marks, k)) != BV_JSON_INT || mark <= before || mark >= BV_IRT_CATEGORIES_MAX)
			return bv_err_set(err, BV_EINVAL, "'marks' are whole numbers from 0 to %d, rising", BV_IRT_CATEGORIES_MAX - 1);
		*out |= (uint16_t)(1u << mark);
		before = mark;
	}
	return BV_OK;
}

/* Standard errors, where there are such: those of items that were fixed are not. Covariances of a with d, a with c, d with c. */
static enum bv_status
errors_read(struct bv_irt_set_item *out, const struct bv_json *object, double metric, struct bv_err *err)
{
	const struct bv_json *d = bv_json_find(object, "dError"), *covariance = bv_json_find(object, "covariance");

	out->errors = bv_json_find(object, "aError") && (int)bv_json_count(d) == out->item.categories - 1;
	if (!out->errors)
		return BV_OK;
	out->error.model = out->item.model;
	out->error.categories = out->item.categories;
	TRY(slopes_read(&out->error, object, "aError", metric, err));
	for (size_t k = 0; k < bv_json_count(d); k++)
		out->error.d[k] = bv_json_real(bv_json_at(d, k)) * metric;
	out->error.c = bv_json_real(bv_json_find(object, "cError"));
	if (bv_json_count(covariance) > 0)
		out->a_d = bv_json_real(bv_json_at(covariance, 0)) * metric * metric;
	if (bv_json_count(covariance) == 3) {
		out->a_c = bv_json_real(bv_json_at(covariance, 1)) * metric;
		out->d_c = bv_json_real(bv_json_at(covariance, 2)) * metric;
	}
	bool good = out->error.c >= 0 && out->error.c <= ERROR_MAX && fabs(out->a_d) <= ERROR_MAX && fabs(out->a_c) <= ERROR_MAX &&
	            fabs(out->d_c) <= ERROR_MAX;
	for (int p = 0; p < bv_irt_param_count(&out->error); p++)
		good &= *bv_irt_param(&out->error, p) >= 0 && *bv_irt_param(&out->error, p) <= ERROR_MAX;
	return good ? BV_OK : bv_err_set(err, BV_EINVAL, "standard errors are from 0 to %g, covariances from -%g to %g", ERROR_MAX, ERROR_MAX, ERROR_MAX);
}

enum bv_status
bv_irt_item_read(struct bv_irt_item *out, uint16_t *marks, const struct bv_json *object, double metric, struct bv_err *err)
{
	struct bv_irt_item item = { 0 };
	const struct bv_json *d;
	struct bv_str model;
	uint16_t worth;

	TRY(bv_json_need_str(&model, object, "model", err));
	if (!bv_irt_model_find(&item.model, model))
		return bv_err_set(err, BV_EINVAL, "'model' is one of " BV_IRT_MODEL_NAMES);
	TRY(marks_read(&worth, object, err));
	item.categories = __builtin_popcount(worth);
	TRY(slopes_read(&item, object, "a", metric, err));
	TRY(bv_json_need(&d, object, "d", BV_JSON_ARRAY, err));
	if ((int)bv_json_count(d) != item.categories - 1)
		return bv_err_set(err, BV_EINVAL, "'d' has %zu numbers for %d marks: one fewer than marks", bv_json_count(d), item.categories);
	for (size_t k = 0; k < bv_json_count(d); k++) {
		enum bv_json_type type = bv_json_type(bv_json_at(d, k));
		if (type != BV_JSON_REAL && type != BV_JSON_INT)
			return bv_err_set(err, BV_EINVAL, "'d' is an array of numbers");
		item.d[k] = bv_json_real(bv_json_at(d, k)) * metric;
	}
	if (item.model == BV_IRT_3PL)
		TRY(number(&item.c, object, "c", err));
	TRY(bv_irt_item_check(&item, err));
	*out = item;
	*marks = worth;
	return BV_OK;
}

static enum bv_status
item_read(struct bv_irt_set_item *out, const struct bv_json *object, double metric, struct bv_err *err)
{
	struct bv_str name;

	TRY(bv_json_need_str(&name, object, "name", err));
	if (name.len == 0 || name.len > BV_IRT_NAME_MAX)
		return bv_err_set(err, BV_EINVAL, "'name' has 1 to %d characters", BV_IRT_NAME_MAX);
	memcpy(out->name, name.p, name.len);
	TRY(bv_irt_item_read(&out->item, &out->marks, object, metric, err));
	return errors_read(out, object, metric, err);
}

static int
name_order(const void *a, const void *b)
{
	return strcmp(((const struct bv_irt_set_item *)a)->name, ((const struct bv_irt_set_item *)b)->name);
}

static enum bv_status
areas_read(struct bv_irt_set *set, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *list, *correlations;
	double sd[BV_IRT_AREAS_MAX];

	TRY(bv_json_need(&list, json, "areas", BV_JSON_ARRAY, err));
	TRY(bv_json_need(&correlations, json, "correlations", BV_JSON_ARRAY, err));
	if (bv_json_count(list) < 2 || bv_json_count(list) > BV_IRT_AREAS_MAX || bv_json_count(correlations) != bv_json_count(list))
		return bv_err_set(err, BV_EINVAL, "'areas' are 2 to %d, 'correlations' as many rows", BV_IRT_AREAS_MAX);
	set->area_count = set->population.area_count = (int)bv_json_count(list);
	for (int a = 0; a < set->area_count; a++) {
		struct bv_str name;
		double variance;
		TRY(bv_json_need_str(&name, bv_json_at(list, (size_t)a), "name", err));
		if (name.len == 0 || name.len > BV_IRT_NAME_MAX)
			return bv_err_set(err, BV_EINVAL, "area %d: 'name' has 1 to %d characters", a + 1, BV_IRT_NAME_MAX);
		memcpy(set->areas[a], name.p, name.len);
		for (int b = 0; b < a; b++)
			if (strcmp(set->areas[a], set->areas[b]) == 0)
				return bv_err_set(err, BV_EINVAL, "area '%s' is there twice", set->areas[a]);
		TRY(number(&variance, bv_json_at(list, (size_t)a), "variance", err));
		if (!(variance >= 0.0025 && variance <= 25))
			return bv_err_set(err, BV_EINVAL, "area '%s': 'variance' from 0.0025 to 25", set->areas[a]);
		sd[a] = sqrt(variance);
		for (int b = 0; b <= a; b++) {
			const struct bv_json *value = bv_json_at(bv_json_at(correlations, (size_t)a), (size_t)b);
			double r = bv_json_type(value) == BV_JSON_REAL || bv_json_type(value) == BV_JSON_INT ? bv_json_real(value) : NAN;
			if (!(fabs(r) <= (a == b ? 1 : 0.9999)))
				return bv_err_set(err, BV_EINVAL, "'correlations' are numbers between -1 and 1");
			set->population.covariance[a][b] = set->population.covariance[b][a] = (a == b ? 1 : r) * sd[a] * sd[b];
		}
	}
	return BV_OK;
}

/* The area that an item names. */
static enum bv_status
area_read(struct bv_irt_set_item *out, const struct bv_irt_set *set, const struct bv_json *object, struct bv_err *err)
{
	struct bv_str name;

	TRY(bv_json_need_str(&name, object, "area", err));
	for (int a = 0; a < set->area_count; a++)
		if (bv_str_is(name, set->areas[a])) {
			out->area = (uint8_t)a;
			return BV_OK;
		}
	return bv_err_set(err, BV_EINVAL, "'area' is none of the set's");
}

static enum bv_status
head_read(struct bv_irt_set *set, const struct bv_json *json, bool areas_too, struct bv_err *err)
{
	const struct bv_json *groups;
	struct bv_str format;
	uint8_t said[BV_HASH_LEN], is[BV_HASH_LEN];

	TRY(bv_json_need_str(&format, json, "format", err));
	bool areas = bv_str_is(format, AREAS_FORMAT);
	if (!areas && !bv_str_is(format, FORMAT))
		return bv_err_set(err, BV_EINVAL, "'format' is not " FORMAT);
	if (areas && !areas_too)
		return bv_err_set(err, BV_EINVAL, "the set is of several areas, but one ability is asked for here: rate marks reads such sets");
	TRY(bv_json_need_hex(said, sizeof said, json, "hash", err));
	hash_of(is, json);
	if (!bv_hash_eq(said, is))
		return bv_err_set(err, BV_EDENIED, "the parameter set was changed: its contents do not have the hash that it names");
	TRY(number(&set->metric, json, "metric", err));
	if (!(set->metric >= 1 && set->metric <= 2))
		return bv_err_set(err, BV_EINVAL, "'metric' is D: from 1 to 2");
	double variance;
	TRY(bv_json_need(&groups, json, "groups", BV_JSON_ARRAY, err));
	TRY(number(&set->mean, bv_json_at(groups, 0), "mean", err));
	TRY(number(&variance, bv_json_at(groups, 0), "variance", err));
	if (!(fabs(set->mean) <= 5) || !(variance >= 0.0025 && variance <= 25))
		return bv_err_set(err, BV_EINVAL, "ability of the first group: mean from -5 to 5, variance from 0.0025 to 25");
	set->sd = sqrt(variance);
	return areas ? areas_read(set, json, err) : BV_OK;
}

static enum bv_status
set_parse(struct bv_irt_set **out, struct bv_str text, bool areas_too, struct bv_err *err)
{
	BV_AUTO(bv_irt_set_free) struct bv_irt_set *set = bv_alloc(sizeof *set);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_json *items;

	TRY(bv_json_parse_large(&json, text, (size_t)64 << 20, err));
	TRY(head_read(set, json, areas_too, err));
	TRY(bv_json_need(&items, json, "items", BV_JSON_ARRAY, err));
	if (bv_json_count(items) < 1 || bv_json_count(items) > BV_IRT_ITEMS_MAX)
		return bv_err_set(err, BV_ELIMIT, "%zu items: 1 to %d", bv_json_count(items), BV_IRT_ITEMS_MAX);
	set->items = bv_alloc_array(bv_json_count(items), sizeof *set->items);
	for (; set->count < bv_json_count(items); set->count++) {
		struct bv_irt_set_item *item = &set->items[set->count];
		const struct bv_json *object = bv_json_at(items, set->count);
		if (item_read(item, object, set->metric, err) != BV_OK || (set->area_count && area_read(item, set, object, err) != BV_OK))
			return bv_err_again(err, 0, "item %zu: %s", set->count + 1, err->msg);
	}
	qsort(set->items, set->count, sizeof *set->items, name_order);
	for (size_t i = 1; i < set->count; i++)
		if (strcmp(set->items[i - 1].name, set->items[i].name) == 0)
			return bv_err_set(err, BV_EINVAL, "item '%s' is there twice", set->items[i].name);
	*out = bv_steal(&set);
	return BV_OK;
}

enum bv_status
bv_irt_set_parse(struct bv_irt_set **out, struct bv_str text, struct bv_err *err)
{
	return set_parse(out, text, false, err);
}

enum bv_status
bv_irt_set_parse_areas(struct bv_irt_set **out, struct bv_str text, struct bv_err *err)
{
	return set_parse(out, text, true, err);
}

void
bv_irt_set_free(struct bv_irt_set *set)
{
	if (!set)
		return;
	free(set->items);
	free(set);
}

const struct bv_irt_set_item *
bv_irt_set_find(const struct bv_irt_set *set, struct bv_str name)
{
	struct bv_irt_set_item key = { 0 };

	if (name.len > BV_IRT_NAME_MAX)
		return NULL;
	if (name.len > 0)
		memcpy(key.name, name.p, name.len);
	return bsearch(&key, set->items, set->count, sizeof key, name_order);
}

int
bv_irt_category(uint16_t marks, int mark)
{
	if (mark < 0 || mark >= BV_IRT_CATEGORIES_MAX || !(marks >> mark & 1))
		return -1;
	return __builtin_popcount(marks & ((1u << mark) - 1));
}

/* ---- Another scale ---- */

/* theta = (theta' − shift) / slope in a·theta + d; partial credit has k·a·theta beside its k-th intercept, nominal a_k·theta. */
static void
item_rescale(struct bv_json *object, const struct bv_irt_set_item *item, double metric, double slope, double shift)
{
	double d[BV_IRT_CATEGORIES_MAX - 1], error[BV_IRT_CATEGORIES_MAX - 1], back = shift / slope;
	int count = item->item.categories - 1;

	for (int k = 0; k < count; k++) {
		bool nominal = item->item.model == BV_IRT_NOMINAL;
		double times = item->item.model >= BV_IRT_GPCM && !nominal ? (k + 1) * back : back, variance;
		double a = nominal ? bv_irt_category_slope(&item->item, k + 1) : item->item.a;
		double a_error = nominal ? bv_irt_category_slope(&item->error, k + 1) : item->error.a;
		d[k] = item->item.d[k] - times * a;
		variance = item->error.d[k] * item->error.d[k] + times * times * a_error * a_error - 2 * times * item->a_d;
		error[k] = variance > 0 ? sqrt(variance) : 0;
	}
	bv_json_set(object, "a", slopes(&item->item, 1 / slope / metric));
	bv_json_set(object, "d", reals(d, count, 1 / metric));
	if (!item->errors)
		return;
	double va = item->error.a * item->error.a, covariance[] = { (item->a_d - back * va) / slope / metric / metric, item->a_c / slope / metric, (item->d_c - back * item->a_c) / metric };
	bv_json_set(object, "aError", slopes(&item->error, 1 / slope / metric));
	bv_json_set(object, "dError", reals(error, count, 1 / metric));
	if (item->item.categories == 2)
		bv_json_set(object, "covariance", reals(covariance, item->item.model == BV_IRT_3PL ? 3 : 1, 1));
}

enum bv_status
bv_irt_set_rescale(struct bv_buf *out, struct bv_str text, double slope, double shift, struct bv_json *how, struct bv_err *err)
{
	BV_AUTO(bv_irt_set_free) struct bv_irt_set *set = NULL;
	BV_AUTO(bv_json_free) struct bv_json *old = NULL, *json = NULL, *linked = how;
	BV_AUTO(bv_buf_finish) struct bv_buf linked_text = BV_BUF((size_t)64 << 20);

	assert(slope >= 0.01 && slope <= 100 && fabs(shift) <= 100);
	TRY(bv_irt_set_parse(&set, text, err));
	TRY(bv_json_parse_large(&old, text, (size_t)64 << 20, err));
	json = bv_json_copy(old);
	bv_json_remove(json, "hash");
	struct bv_json *items = bv_json_set(json, "items", bv_json_new_array()), *groups = bv_json_set(json, "groups", bv_json_new_array());
	const struct bv_json *old_items = bv_json_find(old, "items"), *old_groups = bv_json_find(old, "groups");
	for (size_t i = 0; i < bv_json_count(old_items); i++) {
		struct bv_json *item = bv_json_add(items, bv_json_copy(bv_json_at(old_items, i)));
		item_rescale(item, bv_irt_set_find(set, bv_json_str(bv_json_find(item, "name"))), set->metric, slope, shift);
	}
	for (size_t g = 0; g < bv_json_count(old_groups); g++) {
		struct bv_json *group = bv_json_add(groups, bv_json_copy(bv_json_at(old_groups, g)));
		static const struct { const char *name; int power; } scaled[] = { { "mean", 1 }, { "variance", 2 }, { "meanError", 1 }, { "varianceError", 2 } };
		for (size_t k = 0; k < sizeof scaled / sizeof scaled[0]; k++)
			if (bv_json_find(group, scaled[k].name)) {
				double x = bv_json_real(bv_json_find(group, scaled[k].name)) * (scaled[k].power == 2 ? slope * slope : slope) + (k == 0 ? shift : 0);
				bv_json_set(group, scaled[k].name, isfinite(x) ? bv_json_new_real(x) : bv_json_new_null());
			}
	}
	bv_json_set(json, "linked", bv_steal(&linked));
	sign_off(&linked_text, json);
	bv_irt_set_free(bv_steal(&set));
	if (bv_irt_set_parse(&set, bv_buf_str(&linked_text), err) != BV_OK)
		return bv_err_again(err, 0, "on the other scale: %s", err->msg);
	bv_buf_add(out, bv_buf_str(&linked_text));
	return BV_OK;
}
