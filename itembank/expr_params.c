/* Attributes of expressions, some of which may be held by a variable: n="3", n="N" (2.x), n="{N}" (3.0). */
#include "itembank/operator.h"

static struct bv_str
clipped(struct bv_str s)
{
	return bv_str_sub(s, 0, 60);
}

/* s without braces, when it has them. */
static bool
braced(struct bv_str *s)
{
	if (s->len < 3 || s->p[0] != '{' || s->p[s->len - 1] != '}')
		return false;
	*s = bv_str_sub(*s, 1, s->len - 2);
	return true;
}

static enum bv_status
resolve(struct param *out, const struct bv_expr *e, const char *name, struct bv_str identifier, uint16_t types,
        const struct bv_loader *loader, struct bv_err *err)
{
	int i = bv_declarations_find(loader->declarations, identifier);

	if (i < 0)
		return expr_refuse(e, err, "undeclared-variable", "%s: the variable \"%.*s\" is not declared", name,
		                   BV_STR_ARG(clipped(identifier)));
	const struct bv_declaration *d = &loader->declarations->list[i];
	if (d->cardinality != BV_CARD_SINGLE || !(TYPE(d->type) & types))
		return expr_refuse(e, err, bv_mismatch(1u << d->cardinality, 1u << BV_CARD_SINGLE), "%s: the variable \"%.*s\" is %s %s",
		                   name, BV_STR_ARG(clipped(identifier)), bv_cardinality_name((enum bv_cardinality)d->cardinality),
		                   bv_type_name((enum bv_type)d->type));
	if (loader->in_template && d->kind != BV_VARIABLE_TEMPLATE && d->kind != BV_VARIABLE_CONTEXT)
		return expr_refuse(e, err, "wrong-variable-kind", "%s: template processing may not use the %s variable \"%.*s\"", name,
		                   bv_variable_kind_name((enum bv_variable_kind)d->kind), BV_STR_ARG(clipped(identifier)));
	out->variable = i;
	out->given = true;
	return BV_OK;
}

static enum bv_status
parse_number(struct param *out, const struct bv_expr *e, const struct param_spec *spec, struct bv_str s, const struct bv_loader *loader,
             struct bv_err *err)
{
	bool integer = spec->kind == PARAM_INTEGER;
	struct bv_str identifier = s;

	out->given = integer ? bv_str_int(s, &out->integer) : bv_str_double(s, &out->real) && !isnan(out->real);
	if (out->given)
		return BV_OK;
	if (!braced(&identifier) && !bv_qti_is_identifier(identifier))
		return expr_refuse(e, err, "bad-attribute-value", "%s=\"%.*s\" must be %s, or name a variable", spec->name,
		                   BV_STR_ARG(clipped(s)), integer ? "an integer" : "a number");
	return resolve(out, e, spec->name, identifier, integer ? TYPE(BV_TYPE_INTEGER) : TYPES_NUMBER, loader, err);
}

static enum bv_status
parse_numbers(struct param *out, const struct bv_expr *e, const struct param_spec *spec, struct bv_str s, const struct bv_loader *loader,
              struct bv_err *err)
{
	struct bv_str word[3], rest = s;
	size_t n = 0;

	while (n < 3 && bv_str_token(&rest, &word[n]))
		n++;
	if (n == 0 || n == 3)
		return expr_refuse(e, err, "bad-attribute-value", "%s=\"%.*s\" must be one number or two", spec->name,
		                   BV_STR_ARG(clipped(s)));
	TRY(parse_number(&out[0], e, spec, word[0], loader, err));
	out[1] = out[0];
	return n == 2 ? parse_number(&out[1], e, spec, word[1], loader, err) : BV_OK;
}

static enum bv_status
parse_word(struct param *out, const struct bv_expr *e, const struct param_spec *spec, struct bv_str s, struct bv_err *err)
{
	for (out->word = 0; spec->words[out->word]; out->word++)
		if (bv_str_is(s, spec->words[out->word]))
			return BV_OK;
	return expr_refuse(e, err, "bad-attribute-value", "%s=\"%.*s\" is not one of its values, such as \"%s\"", spec->name,
	                   BV_STR_ARG(clipped(s)), spec->words[0]);
}

static enum bv_status
parse_param(struct param *out, const struct bv_expr *e, const struct param_spec *spec, struct bv_str s, const struct bv_loader *loader,
            struct bv_err *err)
{
	struct bv_str trimmed = bv_str_trim(s), identifier = trimmed;

	out->given = true;
	switch (spec->kind) {
	case PARAM_BOOLEAN:
		out->boolean = bv_str_is(trimmed, "true") || bv_str_is(trimmed, "1");
		if (!out->boolean && !bv_str_is(trimmed, "false") && !bv_str_is(trimmed, "0"))
			return expr_refuse(e, err, "bad-attribute-value", "%s=\"%.*s\" must be true or false", spec->name,
			                   BV_STR_ARG(clipped(s)));
		return BV_OK;
	case PARAM_INTEGER:
	case PARAM_FLOAT:
		return parse_number(out, e, spec, trimmed, loader, err);
	case PARAM_NUMBERS:
		return parse_numbers(out, e, spec, trimmed, loader, err);
	case PARAM_WORD:
		return parse_word(out, e, spec, trimmed, err);
	case PARAM_IDENTIFIER:
		out->text = bv_arena_str(loader->arena, trimmed);
		if (!bv_qti_is_identifier(trimmed))
			return expr_refuse(e, err, "bad-identifier", "%s=\"%.*s\" is not an identifier", spec->name,
			                   BV_STR_ARG(clipped(s)));
		return BV_OK;
	case PARAM_TEXT:
		out->text = bv_arena_str(loader->arena, s);
		if (braced(&identifier) && bv_declarations_find(loader->declarations, identifier) >= 0)
			return resolve(out, e, spec->name, identifier, TYPE(BV_TYPE_STRING) | TYPE(BV_TYPE_IDENTIFIER), loader, err);
		return BV_OK;
	}
	return BV_OK;
}

enum bv_status
params_parse(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	struct param *param;

	if (!e->op->params)
		return BV_OK;
	param = e->params = bv_arena_array(loader->arena, PARAMS_MAX, struct param);
	for (const struct param_spec *spec = e->op->params; spec->name; spec++) {
		const struct bv_str *attr = bv_qti_attr(node, spec->name);
		param[0].variable = -1;
		if (spec->kind == PARAM_NUMBERS)
			param[1].variable = -1;
		if (!attr && !spec->otherwise)
			return expr_refuse(e, err, "missing-attribute", "the attribute %s is missing", spec->name);
		if (attr || *spec->otherwise)
			TRY(parse_param(param, e, spec, attr ? *attr : bv_str_of(spec->otherwise), loader, err));
		param += spec->kind == PARAM_NUMBERS ? 2 : 1;
	}
	return BV_OK;
}

bool
param_integer(int64_t *out, const struct param *param, const struct bv_run *run)
{
	if (param->variable < 0) {
		*out = param->integer;
		return true;
	}
	const struct bv_value *v = &run->values[param->variable];
	*out = v->one.integer;
	return v->count != 0;
}

bool
param_float(double *out, const struct param *param, const struct bv_run *run)
{
	if (param->variable < 0) {
		*out = param->real;
		return true;
	}
	const struct bv_value *v = &run->values[param->variable];
	*out = v->count ? real_of(v) : 0;
	return v->count != 0;
}

bool
param_text(struct bv_str *out, const struct param *param, const struct bv_run *run)
{
	if (param->variable < 0) {
		*out = param->text;
		return true;
	}
	const struct bv_value *v = &run->values[param->variable];
	*out = v->one.text;
	return v->count != 0;
}
