/* Expressions that look at a test: variables of its items, and the eight that belong to outcome processing (QTI 3.0
 * qti-test-variables, qti-number-correct … qti-outcome-maximum). Which items they are about is settled when they are read. */
#include "itembank/operator.h"
#include "itembank/test.h"
#include "itembank/test_session.h"

enum { QUERY_ITEMS_MAX = 2000000 }; /* of all expressions of a test, together */

struct query_item {
	const struct test_node *node;
	int variable; /* of the item; -1: it has none of that name */
	double weight;
};

/* The items that an expression is about. */
struct test_query {
	const struct test_node *node; /* variable: the item, or what has a duration; else NULL */
	uint32_t instance;            /* variable: 1 for "Q1.1.SCORE"; 0: any */
	const struct query_item *items;
	uint32_t count;
	bool weighted;
};

static struct bv_str
clipped(struct bv_str s)
{
	return bv_str_sub(s, 0, 80);
}

static struct bv_str
text_attr(const struct bv_loader *loader, const struct bv_xml_node *node, const char *name)
{
	const struct bv_str *attr = bv_qti_attr(node, name);

	return attr ? bv_arena_str(loader->arena, bv_str_trim(*attr)) : BV_STR_NONE;
}

/* ---- Variables ------------------------------------------------------------------------------------------------------ */

/* "Q1.2.SCORE" after "Q1.": the number, if there is one, and the rest. */
static bool
split_instance(uint32_t *instance, struct bv_str *rest)
{
	size_t dot = bv_str_find(*rest, '.');
	int64_t n;

	*instance = 0;
	if (!rest->len || rest->p[0] < '0' || rest->p[0] > '9')
		return rest->len != 0;
	if (dot == rest->len || !bv_str_int(bv_str_sub(*rest, 0, dot), &n) || n < 1 || n > BV_TEST_ITEMS_MAX)
		return false;
	*instance = (uint32_t)n;
	*rest = bv_str_sub(*rest, dot + 1, rest->len);
	return rest->len != 0;
}

static enum bv_status
weight_prepare(struct query_item *item, struct bv_expr *e, struct bv_str weight, struct bv_err *err)
{
	const unsigned number = TYPE(BV_TYPE_INTEGER) | TYPE(BV_TYPE_FLOAT);

	if (weight.len == 0)
		return BV_OK;
	if (!(e->sort.types & number) || e->sort.cards != CARDS_SINGLE)
		return expr_refuse(e, err, "base-type-mismatch", "weight-identifier: only a single number can be weighted");
	item->weight = test_weight_of(item->node, weight);
	e->sort = (struct bv_sort){ CARDS_SINGLE, TYPE(BV_TYPE_FLOAT) };
	return BV_OK;
}

static enum bv_status
item_prepare(struct bv_expr *e, struct test_query *query, struct query_item *item, struct bv_str rest, struct bv_str whole, struct bv_err *err)
{
	if (!split_instance(&query->instance, &rest))
		return expr_refuse(e, err, "bad-identifier", "\"%.*s\" is not the name of a variable: Q1.SCORE, Q1.2.SCORE",
		                   BV_STR_ARG(clipped(whole)));
	if (query->instance && !item->node->repeats)
		return expr_refuse(e, err, "undeclared-variable", "\"%.*s\": the item can only be there once", BV_STR_ARG(clipped(whole)));
	item->variable = test_item_variable(item->node, rest);
	if (item->variable < 0)
		item->variable = test_mapped_variable(item->node, rest);
	if (item->variable < 0)
		return expr_refuse(e, err, "undeclared-variable", "the item '%.*s' has no variable \"%.*s\"",
		                   BV_STR_ARG(clipped(item->node->identifier)), BV_STR_ARG(clipped(rest)));
	const struct bv_declaration *d = &item->node->item->program.declarations->list[item->variable];
	e->sort = (struct bv_sort){ CARD(d->cardinality), TYPE(d->type) };
	return BV_OK;
}

enum bv_status
test_variable_prepare(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_str whole = e->params[0].text, weight = text_attr(loader, node, "weight-identifier");
	size_t dot = bv_str_find(whole, '.');
	struct test_query *query = bv_arena_array(loader->arena, 1, struct test_query);
	struct query_item *item = bv_arena_array(loader->arena, 1, struct query_item);
	struct bv_str rest = bv_str_sub(whole, dot + 1, whole.len);

	query->node = item->node = test_find(loader->test, bv_str_sub(whole, 0, dot));
	query->items = item;
	query->weighted = weight.len != 0;
	item->weight = 1;
	e->query = query;
	if (!query->node)
		return expr_refuse(e, err, "undeclared-variable", "\"%.*s\": the test has no part, section or item '%.*s'",
		                   BV_STR_ARG(clipped(whole)), BV_STR_ARG(clipped(bv_str_sub(whole, 0, dot))));
	if (query->node->kind == TEST_ITEM && !query->node->item)
		return expr_refuse(e, err, "unreadable-item", "\"%.*s\": the item could not be read", BV_STR_ARG(clipped(whole)));
	if (query->node->kind == TEST_ITEM) {
		TRY(item_prepare(e, query, item, rest, whole, err));
		return weight_prepare(item, e, weight, err);
	}
	if (!bv_str_is(rest, "duration"))
		return expr_refuse(e, err, "undeclared-variable", "\"%.*s\": the only variable of a part or section is duration",
		                   BV_STR_ARG(clipped(whole)));
	e->sort = (struct bv_sort){ CARDS_SINGLE, TYPE(BV_TYPE_DURATION) };
	return BV_OK;
}

enum bv_status
eval_test_variable(struct bv_value *out, const struct bv_expr *e, struct bv_run *run)
{
	const struct test_query *query = e->query;

	if (query->node->kind != TEST_ITEM)
		return yield(out, test_node_duration(run->test, query->node));
	struct bv_value v = test_item_value(run->test, query->node, query->instance, query->items->variable);
	if (query->weighted && v.count)
		v = bv_value_float(real_of(&v) * query->items->weight);
	return v.count ? yield(out, v) : yield_null(out, e);
}

/* ---- Which items ---------------------------------------------------------------------------------------------------- */

static bool
any_category(struct bv_str categories, struct bv_str wanted)
{
	struct bv_str want, have;

	while (bv_str_token(&wanted, &want))
		for (struct bv_str rest = categories; bv_str_token(&rest, &have);)
			if (bv_str_eq(want, have))
				return true;
	return false;
}

/* section-identifier, include-category (any of them), exclude-category (none of them). */
static enum bv_status
query_prepare(struct test_query **out, struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_str section = text_attr(loader, node, "section-identifier"), include = text_attr(loader, node, "include-category");
	struct bv_str exclude = text_attr(loader, node, "exclude-category");
	struct bv_test *test = loader->test;
	const struct test_node *within = section.len && test ? test_find(test, section) : NULL;
	struct test_query *query = bv_arena_array(loader->arena, 1, struct test_query);

	if (!test)
		return expr_refuse(e, err, "misplaced-expression", "belongs in outcome processing of tests");
	if (section.len && (!within || within->kind == TEST_ITEM)) {
		bv_note(loader->notes, "unknown-section", node->line,
		        "%s: section-identifier=\"%.*s\" is not a section of the test: no items are meant", bv_qti_name(e->op->element),
		        BV_STR_ARG(clipped(section)));
		within = NULL;
	}
	size_t first = within ? within->index : 0, end = within ? within->end : section.len ? 0 : test->node_count;
	struct query_item *items = bv_arena_array(loader->arena, end - first, struct query_item);
	test->query_size += end - first;
	if (test->query_size > QUERY_ITEMS_MAX)
		return bv_err_at(err, BV_ELIMIT, node->line, "the expressions of the test look at more than %d items together", QUERY_ITEMS_MAX);
	for (size_t i = first; i < end; i++) {
		const struct test_node *n = test->nodes[i];
		if (n->kind != TEST_ITEM || !n->item || (include.len && !any_category(n->categories, include)) ||
		    any_category(n->categories, exclude))
			continue;
		items[query->count++] = (struct query_item){ .node = n, .variable = -1, .weight = 1 };
	}
	query->items = items;
	e->query = *out = query;
	return BV_OK;
}

enum bv_status
prepare_count(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	struct test_query *query;

	return query_prepare(&query, e, loader, node, err);
}

/* The item's variable of that name when it has one, single, of a type in `types`. */
static bool
find_variable(struct query_item *item, struct bv_str name, unsigned types)
{
	int variable = test_mapped_variable(item->node, name);
	const struct bv_declaration *d = variable < 0 ? NULL : &item->node->item->program.declarations->list[variable];

	if (!d || d->cardinality != BV_CARD_SINGLE || !(types & 1u << d->type))
		return false;
	item->variable = variable;
	return true;
}

/* base-type: absent, numbers are meant; integer variables stand for floats too. */
static enum bv_status
types_prepare(unsigned *types, struct bv_expr *e, struct bv_str word, bool weighted, struct bv_err *err)
{
	enum bv_type type;

	*types = TYPES_NUMBER;
	if (word.len == 0)
		return BV_OK;
	if (!bv_type_parse(&type, word) || type == BV_TYPE_NONE)
		return expr_refuse(e, err, "bad-attribute-value", "the attribute base-type is not one of QTI's base types");
	if (weighted && !(TYPES_NUMBER & TYPE(type)))
		return expr_refuse(e, err, "base-type-mismatch", "weight-identifier: only numbers can be weighted");
	if (type != BV_TYPE_FLOAT)
		*types = TYPE(type);
	return BV_OK;
}

enum bv_status
prepare_test_variables(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_str name = text_attr(loader, node, "variable-identifier"), weight = text_attr(loader, node, "weight-identifier");
	struct bv_str word = text_attr(loader, node, "base-type");
	struct test_query *query;
	unsigned types, found = 0;
	uint32_t count = 0;

	TRY(query_prepare(&query, e, loader, node, err));
	TRY(types_prepare(&types, e, word, weight.len != 0, err));
	struct query_item *items = bv_arena_array(loader->arena, query->count, struct query_item);
	for (uint32_t i = 0; i < query->count; i++) {
		struct query_item item = query->items[i];
		if (!find_variable(&item, name, types))
			continue;
		found |= 1u << item.node->item->program.declarations->list[item.variable].type;
		item.weight = weight.len ? test_weight_of(item.node, weight) : 1;
		items[count++] = item;
	}
	if (count == 0)
		bv_note(loader->notes, "always-null", node->line,
		        "%.*s: no item has a variable \"%.*s\" of this base type: the result is always NULL", BV_STR_ARG(node->name),
		        BV_STR_ARG(clipped(name)));
	query->items = items;
	query->count = count;
	query->weighted = weight.len != 0;
	enum bv_type type = BV_TYPE_FLOAT;
	if (!query->weighted && !bv_str_is(word, "float") && found && !(found & TYPE(BV_TYPE_FLOAT)))
		type = (enum bv_type)__builtin_ctz(found);
	e->sort = (struct bv_sort){ CARD(BV_CARD_MULTIPLE), TYPE(type) };
	return BV_OK;
}

static enum bv_status
bounds_prepare(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, bool maximum, struct bv_err *err)
{
	struct bv_str name = text_attr(loader, node, "outcome-identifier"), weight = text_attr(loader, node, "weight-identifier");
	struct test_query *query;
	uint32_t count = 0;

	TRY(query_prepare(&query, e, loader, node, err));
	if (name.len == 0)
		return expr_refuse(e, err, "missing-attribute", "the attribute outcome-identifier is missing");
	struct query_item *items = bv_arena_array(loader->arena, query->count, struct query_item);
	for (uint32_t i = 0; i < query->count; i++) {
		struct query_item item = query->items[i];
		const struct bv_declaration *d = NULL;
		if (find_variable(&item, name, TYPES_NUMBER))
			d = &item.node->item->program.declarations->list[item.variable];
		if (!d || d->kind != BV_VARIABLE_OUTCOME || !(maximum ? d->has_normal_maximum : d->has_normal_minimum))
			item.variable = -1;
		item.weight = weight.len ? test_weight_of(item.node, weight) : 1;
		items[count++] = item;
	}
	query->items = items;
	e->sort = (struct bv_sort){ CARD(BV_CARD_MULTIPLE), TYPE(BV_TYPE_FLOAT) };
	return BV_OK;
}

enum bv_status
prepare_outcome_minimum(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	return bounds_prepare(e, loader, node, false, err);
}

enum bv_status
prepare_outcome_maximum(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	return bounds_prepare(e, loader, node, true, err);
}

/* ---- Evaluation ----------------------------------------------------------------------------------------------------- */

/* Every item of the query that is on the candidate's form, as often as it is there. */
struct walk {
	const struct test_query *query;
	const struct bv_test_session *test;
	uint32_t at;
	int32_t slot;
};

static bool
walk_next(struct walk *w, const struct query_item **item)
{
	for (; w->at < w->query->count; w->at++, w->slot = -1) {
		w->slot = test_slot_next(w->test, w->query->items[w->at].node, w->slot);
		if (w->slot < 0)
			continue;
		*item = &w->query->items[w->at];
		return true;
	}
	return false;
}

static enum bv_status
count_if(struct bv_value *out, const struct bv_expr *e, struct bv_run *run, struct bv_err *err,
         bool (*counts)(const struct bv_test_session *test, int32_t slot))
{
	struct walk w = { .query = e->query, .test = run->test, .slot = -1 };
	const struct query_item *item;
	int64_t n = 0;

	TRY(expr_charge(e, run, e->query->count, err));
	while (walk_next(&w, &item)) {
		TRY(expr_charge(e, run, 1, err));
		n += counts(run->test, w.slot);
	}
	return yield(out, bv_value_integer(n));
}

static bool
any_slot(const struct bv_test_session *test, int32_t slot)
{
	(void)test, (void)slot;
	return true;
}

enum bv_status
eval_number_correct(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)args;
	return count_if(out, e, run, err, test_slot_correct);
}

enum bv_status
eval_number_incorrect(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)args;
	return count_if(out, e, run, err, test_slot_incorrect);
}

enum bv_status
eval_number_presented(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)args;
	return count_if(out, e, run, err, test_slot_presented);
}

enum bv_status
eval_number_responded(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)args;
	return count_if(out, e, run, err, test_slot_responded);
}

enum bv_status
eval_number_selected(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)args;
	return count_if(out, e, run, err, any_slot);
}

/* A container of what `value` gives for each item; nothing is NULL. */
static enum bv_status
collect(struct bv_value *out, const struct bv_expr *e, struct bv_run *run, struct bv_err *err,
        bool (*value)(union bv_atom *atom, const struct bv_expr *e, const struct query_item *item, const struct walk *w))
{
	struct walk w = { .query = e->query, .test = run->test, .slot = -1 };
	const struct query_item *item;
	uint32_t count = 0, cap = 16;
	union bv_atom *atoms = bv_arena_array(run->arena, cap, union bv_atom);

	TRY(expr_charge(e, run, e->query->count, err));
	while (walk_next(&w, &item)) {
		TRY(expr_charge(e, run, 1, err));
		if (!value(&atoms[count], e, item, &w))
			continue;
		if (++count > BV_VALUE_COUNT_MAX)
			return bv_err_at(err, BV_ELIMIT, e->line, "%s: more than %d values", bv_qti_name(e->op->element), BV_VALUE_COUNT_MAX);
		if (count == cap) {
			union bv_atom *more = bv_arena_array(run->arena, 2 * cap, union bv_atom);
			memcpy(more, atoms, count * sizeof *more);
			atoms = more;
			cap *= 2;
		}
	}
	*out = bv_value_list(BV_CARD_MULTIPLE, (enum bv_type)__builtin_ctz(e->sort.types), atoms, count);
	return BV_OK;
}

static bool
item_variable(union bv_atom *atom, const struct bv_expr *e, const struct query_item *item, const struct walk *w)
{
	struct bv_value v = test_slot_value(w->test, w->slot, item->variable);

	if (v.count == 0)
		return false;
	*atom = v.one;
	if (e->sort.types == TYPE(BV_TYPE_FLOAT))
		atom->real = w->query->weighted ? real_of(&v) * item->weight : real_of(&v);
	return true;
}

enum bv_status
eval_test_variables(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)args;
	return collect(out, e, run, err, item_variable);
}

static bool
item_minimum(union bv_atom *atom, const struct bv_expr *e, const struct query_item *item, const struct walk *w)
{
	(void)e, (void)w;
	if (item->variable < 0)
		return false;
	atom->real = item->node->item->program.declarations->list[item->variable].normal_minimum * item->weight;
	return true;
}

static bool
item_maximum(union bv_atom *atom, const struct bv_expr *e, const struct query_item *item, const struct walk *w)
{
	(void)e, (void)w;
	atom->real = item->node->item->program.declarations->list[item->variable].normal_maximum * item->weight;
	return true;
}

enum bv_status
eval_outcome_minimum(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)args;
	return collect(out, e, run, err, item_minimum);
}

/* NULL if one of the items has no maximum. */
enum bv_status
eval_outcome_maximum(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	struct walk w = { .query = e->query, .test = run->test, .slot = -1 };
	const struct query_item *item;

	(void)args;
	while (walk_next(&w, &item))
		if (item->variable < 0)
			return yield_null(out, e);
	return collect(out, e, run, err, item_maximum);
}
