/* Strings, patterns, and points on an image. */
#define _GNU_SOURCE /* memmem */
#include "base/text.h"
#include "itembank/operator.h"

static bool
find(struct bv_str haystack, struct bv_str needle)
{
	return needle.len == 0 || memmem(haystack.p, haystack.len, needle.p, needle.len) != NULL;
}

/* Both texts as they are compared: as written, or case folded (Unicode, full, of no locale). */
static enum bv_status
texts(struct bv_str text[2], const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	for (int i = 0; i < 2; i++) {
		text[i] = args[i].one.text;
		TRY(expr_charge(e, run, text[i].len / 16, err));
		if (!e->params[0].boolean)
			text[i] = bv_text_fold(text[i], run->arena);
	}
	return BV_OK;
}

/* With substring="true" (deprecated): does the first contain the second? The operator qti-substring asks the reverse. */
enum bv_status
eval_string_match(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	struct bv_str text[2];

	TRY(texts(text, e, args, run, err));
	return yield(out, bv_value_boolean(e->params[1].boolean ? find(text[0], text[1]) : bv_str_eq(text[0], text[1])));
}

enum bv_status
eval_substring(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	struct bv_str text[2];

	TRY(texts(text, e, args, run, err));
	return yield(out, bv_value_boolean(find(text[1], text[0])));
}

enum bv_status
prepare_pattern(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	if (e->params[0].variable >= 0)
		return BV_OK;
	if (bv_pattern_read(&e->pattern, e->params[0].text, loader->arena, err) != BV_OK)
		return expr_refuse(e, err, err->rule, "%s", err->msg);
	if (bv_pattern_has_anchors(e->pattern))
		bv_note(loader->notes, "pattern-anchors", node->line,
		        "%.*s: a pattern always matches the whole; ^ and $ are passed over at its ends, and stand for themselves inside",
		        BV_STR_ARG(node->name));
	if (bv_pattern_is_foreign(e->pattern))
		bv_note(loader->notes, "pattern-dialect", node->line, "%.*s: XSD patterns have no " BV_PATTERN_FOREIGN,
		        BV_STR_ARG(node->name));
	return BV_OK;
}

enum bv_status
eval_pattern_match(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	const struct bv_pattern *pattern = e->pattern;
	struct bv_str text;
	struct bv_err why;
	bool matched;

	/* A long subject may take ten times the steps of a short one (pattern.c). */
	TRY(expr_charge(e, run, 100 + args[0].one.text.len / 8, err));
	if (e->params[0].variable >= 0) {
		TRY(expr_charge(e, run, 1000, err));
		if (!param_text(&text, &e->params[0], run))
			return yield_null(out, e);
		if (bv_pattern_read(&pattern, text, run->arena, &why) != BV_OK)
			return expr_lost(out, e, run, why.msg);
	}
	if (bv_pattern_match(&matched, pattern, args[0].one.text, &why) != BV_OK)
		return expr_lost(out, e, run, why.msg);
	return yield(out, bv_value_boolean(matched));
}

enum bv_status
prepare_inside(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_str coords = e->params[1].given ? e->params[1].text : BV_STR_NONE;
	double width = 0, height = 0;
	const struct bv_xml_node *operand = bv_qti_first(node);
	const struct bv_str *name = operand && bv_qti_element(operand) == BV_QTI_VARIABLE ? bv_qti_attr(operand, "identifier") : NULL;
	int i = name ? bv_declarations_find(loader->declarations, bv_str_trim(*name)) : -1;

	if (i >= 0) {
		width = loader->declarations->list[i].image_width;
		height = loader->declarations->list[i].image_height;
	}
	if (bv_shape_parse_on(&e->shape, e->params[0].text, coords, width, height, loader->arena, err) != BV_OK)
		return expr_refuse(e, err, err->rule, "%s", err->msg);
	return BV_OK;
}

enum bv_status
eval_inside(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	const union bv_atom *points = bv_value_atoms(&args[0]);
	uint32_t i = 0;

	TRY(expr_charge(e, run, args[0].count * e->shape.count / 8, err));
	while (i < args[0].count && !bv_shape_contains(&e->shape, points[i].point.x, points[i].point.y))
		i++;
	return yield(out, bv_value_boolean(i < args[0].count));
}
