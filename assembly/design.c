/* What a form must be, as a JSON document (doc/assembly.md). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "assembly/assembly.h"
#include "base/json.h"

static bool
is_number(const struct bv_json *value)
{
	return bv_json_type(value) == BV_JSON_INT || bv_json_type(value) == BV_JSON_REAL;
}

static enum bv_status
number(double *out, const struct bv_json *object, const char *name, double otherwise, struct bv_err *err)
{
	const struct bv_json *value = bv_json_find(object, name);

	*out = otherwise;
	if (!value)
		return BV_OK;
	if (!is_number(value) || fabs(bv_json_real(value)) > 1e9)
		return bv_err_set(err, BV_EPARSE, "'%s' is a number of at most 1e9", name);
	*out = bv_json_real(value);
	return BV_OK;
}

static enum bv_status
count(size_t *out, const struct bv_json *object, const char *name, size_t otherwise, size_t max, struct bv_err *err)
{
	const struct bv_json *value = bv_json_find(object, name);

	*out = otherwise;
	if (!value && otherwise)
		return BV_OK;
	if (bv_json_type(value) != BV_JSON_INT || bv_json_int(value) < 1 || bv_json_int(value) > (int64_t)max)
		return bv_err_set(err, BV_EPARSE, "'%s' is a whole number from 1 to %zu", name, max);
	*out = (size_t)bv_json_int(value);
	return BV_OK;
}

static enum bv_status
text(struct bv_str *out, const struct bv_json *object, const char *name, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *value = bv_json_find(object, name);

	*out = BV_STR_NONE;
	if (!value)
		return BV_OK;
	if (bv_json_type(value) != BV_JSON_STRING || !bv_json_str(value).len)
		return bv_err_set(err, BV_EPARSE, "'%s' is a text that names an attribute of the bank", name);
	*out = bv_arena_str(arena, bv_json_str(value));
	return BV_OK;
}

static enum bv_status
read_value(struct bv_str *out, const struct bv_json *value, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf written = BV_BUF(64);

	if (bv_json_type(value) == BV_JSON_STRING) {
		*out = bv_arena_str(arena, bv_json_str(value));
		return BV_OK;
	}
	if (!is_number(value) && bv_json_type(value) != BV_JSON_BOOL)
		return bv_err_set(err, BV_EPARSE, "a value of an attribute is a text, a number, true or false");
	bv_json_write(&written, value);
	*out = bv_arena_str(arena, bv_buf_str(&written));
	return BV_OK;
}

static enum bv_status
read_filter(struct bv_design_filter *filter, struct bv_str name, const struct bv_json *value, struct bv_arena *arena, struct bv_err *err)
{
	bool list = bv_json_type(value) == BV_JSON_ARRAY;
	size_t values = list ? bv_json_count(value) : 1;
	struct bv_str *kept = bv_arena_array(arena, values, struct bv_str);

	if (!values)
		return bv_err_set(err, BV_EPARSE, "the list of values of '%.*s' is empty", BV_STR_ARG(name));
	for (size_t i = 0; i < values; i++)
		TRY(read_value(&kept[i], list ? bv_json_at(value, i) : value, arena, err));
	*filter = (struct bv_design_filter){ .attribute = bv_arena_str(arena, name), .values = kept, .count = values };
	return BV_OK;
}

static enum bv_status
read_filters(const struct bv_design_filter **out, size_t *out_count, const struct bv_json *object, const char *name, struct bv_arena *arena,
             struct bv_err *err)
{
	const struct bv_json *where = bv_json_find(object, name);

	*out_count = 0;
	if (!where)
		return BV_OK;
	if (bv_json_type(where) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EPARSE, "'%s' is an object: attribute to value, or to a list of values", name);
	struct bv_design_filter *filters = bv_arena_array(arena, bv_json_count(where), struct bv_design_filter);
	for (void *it = bv_json_members(where); it; it = bv_json_next(where, it))
		TRY(read_filter(&filters[(*out_count)++], bv_json_member_name(it), bv_json_member(it), arena, err));
	*out = filters;
	return BV_OK;
}

static enum bv_status
read_kind(struct bv_design_rule *rule, const struct bv_json *object, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *sum = bv_json_find(object, "sum"), *information = bv_json_find(object, "information"),
	                     *score = bv_json_find(object, "expectedScore");

	if (!!sum + !!information + !!score > 1)
		return bv_err_set(err, BV_EPARSE, "a rule has one of 'sum', 'information' and 'expectedScore', or none and counts items");
	rule->kind = sum ? BV_RULE_SUM : information ? BV_RULE_INFORMATION : score ? BV_RULE_SCORE : BV_RULE_COUNT;
	TRY(text(&rule->sum, object, "sum", arena, err));
	if (information || score)
		TRY(number(&rule->theta, object, information ? "information" : "expectedScore", 0, err));
	if (fabs(rule->theta) > 10)
		return bv_err_set(err, BV_EPARSE, "an ability lies between -10 and 10");
	return BV_OK;
}

static enum bv_status
read_rule(struct bv_design_rule *rule, const struct bv_json *object, size_t idx, struct bv_arena *arena, struct bv_err *err)
{
	char made[32];

	if (bv_json_type(object) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EPARSE, "it is an object with min, max and what they bound");
	TRY(bv_json_only(object, "name where sum information expectedScore min max", err));
	TRY(text(&rule->name, object, "name", arena, err));
	snprintf(made, sizeof made, "rule %zu", idx + 1);
	if (!rule->name.len)
		rule->name = bv_arena_str(arena, bv_str_of(made));
	TRY(read_kind(rule, object, arena, err));
	TRY(read_filters(&rule->where, &rule->where_count, object, "where", arena, err));
	TRY(number(&rule->min, object, "min", -INFINITY, err));
	TRY(number(&rule->max, object, "max", INFINITY, err));
	if (isinf(rule->min) && isinf(rule->max))
		return bv_err_set(err, BV_EPARSE, "it has neither 'min' nor 'max': it asks for nothing");
	if (rule->min > rule->max)
		return bv_err_set(err, BV_EINVAL, "'%.*s': min is above max", BV_STR_ARG(rule->name));
	return BV_OK;
}

static enum bv_status
read_rules(struct bv_design *d, const struct bv_json *root, struct bv_err *err)
{
	const struct bv_json *list = bv_json_find(root, "constraints");

	if (list && bv_json_type(list) != BV_JSON_ARRAY)
		return bv_err_set(err, BV_EPARSE, "'constraints' is an array");
	if (bv_json_count(list) > BV_ASSEMBLY_RULES_MAX)
		return bv_err_set(err, BV_ELIMIT, "a design has at most %d constraints", BV_ASSEMBLY_RULES_MAX);
	struct bv_design_rule *rules = bv_arena_array(&d->arena, bv_json_count(list), struct bv_design_rule);
	for (; d->rule_count < bv_json_count(list); d->rule_count++)
		if (read_rule(&rules[d->rule_count], bv_json_at(list, d->rule_count), d->rule_count, &d->arena, err) != BV_OK)
			return bv_err_again(err, 0, "constraints[%zu]: %s", d->rule_count, err->msg);
	d->rules = rules;
	return BV_OK;
}

static enum bv_status
read_point(struct bv_design_point *point, enum bv_objective_kind objective, const struct bv_json *object, struct bv_err *err)
{
	if (is_number(object)) {
		*point = (struct bv_design_point){ .kind = BV_RULE_INFORMATION, .theta = bv_json_real(object), .weight = 1 };
	} else if (bv_json_type(object) == BV_JSON_OBJECT) {
		const struct bv_json *score = bv_json_find(object, "expectedScore");
		TRY(bv_json_only(object, "theta expectedScore target weight", err));
		if (!!score == !!bv_json_find(object, "theta"))
			return bv_err_set(err, BV_EPARSE, "a point has 'theta', where information counts, or 'expectedScore', the ability for which the score does");
		point->kind = score ? BV_RULE_SCORE : BV_RULE_INFORMATION;
		TRY(number(&point->theta, object, score ? "expectedScore" : "theta", 0, err));
		TRY(number(&point->target, object, "target", 0, err));
		TRY(number(&point->weight, object, "weight", 1, err));
	} else {
		return bv_err_set(err, BV_EPARSE, "a point is an ability or an object");
	}
	bool target = bv_json_find(object, "target") != NULL;
	if (target != (objective == BV_OBJECTIVE_MINIMAX))
		return bv_err_set(err, BV_EPARSE, "'target' belongs to each point of a minimax, and to no other");
	if (!(fabs(point->theta) <= 10) || !(point->weight > 0))
		return bv_err_set(err, BV_EPARSE, "an ability lies between -10 and 10, a weight is above 0");
	return BV_OK;
}

static const char *const objectives[] = { "maximize", "maximin", "minimax" };

const char *
bv_objective_name(enum bv_objective_kind kind)
{
	return objectives[kind];
}

static enum bv_status
read_objective(struct bv_design *d, const struct bv_json *root, struct bv_err *err)
{
	const struct bv_json *object, *points = NULL;
	struct bv_str kind;
	size_t k = 0;

	TRY(bv_json_need(&object, root, "objective", BV_JSON_OBJECT, err));
	TRY(bv_json_only(object, "kind points", err));
	TRY(bv_json_need_str(&kind, object, "kind", err));
	while (k < BV_COUNT(objectives) && !bv_str_is(kind, objectives[k]))
		k++;
	if (k == BV_COUNT(objectives))
		return bv_err_set(err, BV_EPARSE, "objective.kind is \"maximize\", \"maximin\" or \"minimax\"");
	d->objective = (enum bv_objective_kind)k;
	TRY(bv_json_need(&points, object, "points", BV_JSON_ARRAY, err));
	if (!bv_json_count(points) || bv_json_count(points) > BV_ASSEMBLY_POINTS_MAX)
		return bv_err_set(err, BV_ELIMIT, "an objective has 1 to %d points", BV_ASSEMBLY_POINTS_MAX);
	struct bv_design_point *kept = bv_arena_array(&d->arena, bv_json_count(points), struct bv_design_point);
	for (; d->point_count < bv_json_count(points); d->point_count++)
		if (read_point(&kept[d->point_count], d->objective, bv_json_at(points, d->point_count), err) != BV_OK)
			return bv_err_again(err, 0, "objective.points[%zu]: %s", d->point_count, err->msg);
	d->points = kept;
	return BV_OK;
}

static enum bv_status
read_stimulus(struct bv_design *d, const struct bv_json *root, struct bv_err *err)
{
	const struct bv_json *object = bv_json_find(root, "stimuli");

	if (!object)
		return BV_OK;
	if (bv_json_type(object) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EPARSE, "'stimuli' is an object");
	TRY(bv_json_only(object, "attribute min max itemsMin itemsMax", err));
	TRY(text(&d->stimulus, object, "attribute", &d->arena, err));
	TRY(number(&d->stimuli_min, object, "min", 0, err));
	TRY(number(&d->stimuli_max, object, "max", BV_ASSEMBLY_LENGTH_MAX, err));
	TRY(number(&d->per_stimulus_min, object, "itemsMin", 1, err));
	TRY(number(&d->per_stimulus_max, object, "itemsMax", BV_ASSEMBLY_LENGTH_MAX, err));
	if (!d->stimulus.len || d->stimuli_min > d->stimuli_max || d->per_stimulus_min > d->per_stimulus_max || d->per_stimulus_min < 0)
		return bv_err_set(err, BV_EINVAL, "'stimuli' needs 'attribute', and no minimum above its maximum");
	return BV_OK;
}

enum bv_status
bv_design_parse(struct bv_design **out, struct bv_str document, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *root = NULL;
	BV_AUTO(bv_design_free) struct bv_design *d = bv_alloc(sizeof *d);

	TRY(bv_json_parse(&root, document, err));
	if (bv_json_type(root) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EPARSE, "a design is an object with length, objective and constraints");
	TRY(bv_json_only(root, "title forms length itemUse objective constraints only enemies stimuli", err));
	TRY(count(&d->forms, root, "forms", 1, BV_ASSEMBLY_FORMS_MAX, err));
	TRY(count(&d->length, root, "length", 0, BV_ASSEMBLY_LENGTH_MAX, err));
	TRY(count(&d->item_use, root, "itemUse", 1, BV_ASSEMBLY_FORMS_MAX, err));
	TRY(read_objective(d, root, err));
	TRY(read_rules(d, root, err));
	TRY(read_filters(&d->only, &d->only_count, root, "only", &d->arena, err));
	TRY(text(&d->enemies, root, "enemies", &d->arena, err));
	TRY(read_stimulus(d, root, err));
	bv_sha256(d->hash, document);
	*out = bv_steal(&d);
	return BV_OK;
}

void
bv_design_free(struct bv_design *design)
{
	if (!design)
		return;
	bv_arena_finish(&design->arena);
	free(design);
}
