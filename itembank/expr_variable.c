/* Expressions that read: constants, variables, correct responses, mappings. */
#include "base/text.h"
#include "itembank/operator.h"
#include "itembank/test.h"

enum bv_status
prepare_base_value(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct bv_str *word = bv_qti_attr(node, "base-type");
	struct bv_str text = bv_xml_text(node, loader->arena);
	enum bv_type type;

	if (!word || !bv_type_parse(&type, *word))
		return expr_refuse(e, err, word ? "bad-attribute-value" : "missing-attribute", "the attribute base-type is %s",
		                   word ? "not one of QTI's base types" : "missing");
	TRY(bv_text_nfc(&text, text, loader->arena, err));
	if (bv_value_parse(&e->constant, type, bv_arena_str(loader->arena, text), loader->arena, err) != BV_OK)
		return expr_refuse(e, err, err->rule, "%s", err->msg);
	e->sort = (struct bv_sort){ CARDS_SINGLE, TYPE(type) };
	return BV_OK;
}

enum bv_status
prepare_math_constant(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	(void)loader, (void)node, (void)err;
	e->constant = bv_value_float(e->params[0].word == 0 ? M_PI : M_E);
	return BV_OK;
}

/* The declaration that `identifier` names. */
static enum bv_status
find(const struct bv_declaration **out, struct bv_expr *e, const struct bv_loader *loader, struct bv_err *err)
{
	struct bv_str identifier = e->params[0].text;
	int i = bv_declarations_find(loader->declarations, identifier);

	e->absent = i < 0;
	if (e->absent)
		return expr_refuse(e, err, "undeclared-variable", "the variable \"%.*s\" is not declared",
		                   BV_STR_ARG(bv_str_sub(identifier, 0, 80)));
	e->variable = i;
	*out = &loader->declarations->list[i];
	e->sort = (struct bv_sort){ CARD((*out)->cardinality), TYPE((*out)->type) };
	return BV_OK;
}

static enum bv_status
find_response(const struct bv_declaration **out, struct bv_expr *e, const struct bv_loader *loader, struct bv_err *err)
{
	TRY(find(out, e, loader, err));
	if ((*out)->kind != BV_VARIABLE_RESPONSE || (*out)->builtin)
		return expr_refuse(e, err, "wrong-variable-kind", "\"%.*s\" is not a response variable",
		                   BV_STR_ARG(bv_str_sub((*out)->identifier, 0, 80)));
	return BV_OK;
}

enum bv_status
prepare_variable(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct bv_declaration *d;

	if (loader->test && bv_str_find(e->params[0].text, '.') < e->params[0].text.len)
		return test_variable_prepare(e, loader, node, err);
	TRY(find(&d, e, loader, err));
	if (loader->test && (e->variable == BV_NUM_ATTEMPTS || e->variable == BV_COMPLETION_STATUS))
		return expr_refuse(e, err, "wrong-variable-kind", "\"%.*s\" is a variable of items, not of tests",
		                   BV_STR_ARG(d->identifier));
	if (loader->in_template && (d->kind == BV_VARIABLE_RESPONSE || d->kind == BV_VARIABLE_OUTCOME))
		return expr_refuse(e, err, "wrong-variable-kind",
		                   "template processing may not use the %s variable \"%.*s\": it runs before there is one",
		                   bv_variable_kind_name((enum bv_variable_kind)d->kind), BV_STR_ARG(bv_str_sub(d->identifier, 0, 80)));
	if (bv_qti_attr(node, "weight-identifier"))
		bv_note(loader->notes, "weight-outside-test", node->line, "%.*s: weight-identifier has a meaning in tests only",
		        BV_STR_ARG(node->name));
	return BV_OK;
}

enum bv_status
prepare_correct(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct bv_declaration *d;

	(void)node;
	return find_response(&d, e, loader, err);
}

enum bv_status
prepare_default(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct bv_declaration *d;

	(void)node;
	return find(&d, e, loader, err);
}

enum bv_status
prepare_map_response(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct bv_declaration *d;

	(void)node;
	TRY(find_response(&d, e, loader, err));
	e->absent = !d->mapping;
	if (e->absent)
		return expr_refuse(e, err, "missing-table", "the response \"%.*s\" has no mapping",
		                   BV_STR_ARG(bv_str_sub(d->identifier, 0, 80)));
	e->sort = e->op->result;
	return BV_OK;
}

enum bv_status
prepare_map_response_point(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct bv_declaration *d;

	(void)node;
	TRY(find_response(&d, e, loader, err));
	e->absent = !d->area_mapping;
	if (e->absent)
		return expr_refuse(e, err, "missing-table", "the response \"%.*s\" has no area mapping",
		                   BV_STR_ARG(bv_str_sub(d->identifier, 0, 80)));
	e->sort = e->op->result;
	return BV_OK;
}

enum bv_status
eval_constant(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)args, (void)run, (void)err;
	return yield(out, e->constant);
}

enum bv_status
eval_null(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)args, (void)run, (void)err;
	return yield_null(out, e);
}

enum bv_status
eval_variable(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)args, (void)err;
	if (e->variable < 0)
		return eval_test_variable(out, e, run);
	return yield(out, run->values[e->variable]);
}

enum bv_status
eval_correct(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)args, (void)err;
	return yield(out, run->corrects[e->variable]);
}

enum bv_status
eval_default(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)args, (void)err;
	return yield(out, run->defaults[e->variable]);
}

/* Looking up n values, also one, costs n times the entries, and n² for leaving out repeated ones. */
static enum bv_status
charge_mapping(const struct bv_expr *e, struct bv_run *run, const struct bv_value *v, size_t entries, struct bv_err *err)
{
	return expr_charge(e, run, (uint64_t)v->count * (v->count + entries) / 16, err);
}

enum bv_status
eval_map_response(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	const struct bv_declaration *d = &run->declarations->list[e->variable];
	const struct bv_value *v = &run->values[e->variable];

	(void)args;
	TRY(charge_mapping(e, run, v, d->mapping->count, err));
	return yield(out, bv_value_float(bv_mapping_sum(d->mapping, (enum bv_type)d->type, v, run->arena)));
}

enum bv_status
eval_map_response_point(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	const struct bv_declaration *d = &run->declarations->list[e->variable];
	const struct bv_value *v = &run->values[e->variable];

	(void)args;
	TRY(charge_mapping(e, run, v, d->area_mapping->count, err));
	return yield(out, bv_value_float(bv_area_mapping_sum(d->area_mapping, v)));
}
