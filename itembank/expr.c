/* Reading an expression: rows, operands, sorts; and the evaluation that all operators share. */
#include "itembank/expr.h"

#include <stdarg.h>
#include <stdio.h>

#include "itembank/operator.h"

/* ---- Messages ------------------------------------------------------------------------------------------------------- */

enum bv_status
expr_refuse(const struct bv_expr *e, struct bv_err *err, const char *rule, const char *fmt, ...)
{
	char what[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	return bv_err_rule(err, rule, e->line, "%s: %s", bv_qti_name(e->op->element), what);
}

enum bv_status
expr_fail(const struct bv_expr *e, struct bv_err *err)
{
	return bv_err_at(err, BV_EINVAL, e->line, "cannot be evaluated: %s", e->fault);
}

enum bv_status
expr_lost(struct bv_value *out, const struct bv_expr *e, struct bv_run *run, const char *why)
{
	if (!run->noted) {
		run->noted = true;
		bv_err_at(&run->note, BV_EINVAL, e->line, "%s: %s; the result is NULL", bv_qti_name(e->op->element), why);
	}
	*out = e->null;
	return BV_OK;
}

static void
write_set(struct bv_buf *out, unsigned set, unsigned all, const char *const *names, size_t count)
{
	bool first = true;

	if ((set & all) == all)
		return;
	for (size_t i = 0; i < count; i++) {
		if (!(set & 1u << i))
			continue;
		bv_buf_printf(out, "%s%s", first ? "" : " or ", names[i]);
		first = false;
	}
}

/* "single integer or float" */
static void
write_sort(struct bv_buf *out, struct bv_sort sort)
{
	const char *cards[4], *types[BV_TYPE_COUNT];

	for (int i = 0; i < 4; i++)
		cards[i] = bv_cardinality_name((enum bv_cardinality)i);
	for (int i = 0; i < BV_TYPE_COUNT; i++)
		types[i] = bv_type_name((enum bv_type)i);
	write_set(out, sort.cards, CARDS_ANY, cards, BV_COUNT(cards));
	if (sort.cards == CARDS_RECORD)
		return;
	if (out->len && !bv_str_ends(bv_buf_str(out), BV_STR(" ")))
		bv_buf_addc(out, ' ');
	if ((TYPES_BASE & ~sort.types) == TYPE(BV_TYPE_DURATION))
		bv_buf_addz(out, "of any base type but duration");
	else if ((TYPES_BASE & ~sort.types) == 0)
		bv_buf_addz(out, "of any base type");
	else
		write_set(out, sort.types & TYPES_BASE, TYPES_BASE, types, BV_COUNT(types));
}

static enum bv_status
refuse_operand(const struct bv_expr *e, uint32_t idx, struct bv_sort want, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf is = BV_BUF(128);
	BV_AUTO(bv_buf_finish) struct bv_buf must = BV_BUF(128);

	write_sort(&is, e->operands[idx]->sort);
	write_sort(&must, want);
	return bv_err_rule(err, bv_mismatch(e->operands[idx]->sort.cards, want.cards), e->operands[idx]->line,
	                   "%s: operand %u (%s) is %.*s; it must be %.*s", bv_qti_name(e->op->element), idx + 1,
	                   bv_expr_name(e->operands[idx]), BV_STR_ARG(bv_buf_str(&is)), BV_STR_ARG(bv_buf_str(&must)));
}

static enum bv_status
refuse_agreement(const struct bv_expr *e, uint32_t idx, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf is = BV_BUF(128);
	BV_AUTO(bv_buf_finish) struct bv_buf first = BV_BUF(128);

	write_sort(&is, e->operands[idx]->sort);
	write_sort(&first, e->operands[0]->sort);
	return bv_err_rule(err,
	                   bv_mismatch(e->op->agree == AGREE_BOTH ? e->operands[idx]->sort.cards : CARDS_ANY, e->operands[0]->sort.cards),
	                   e->operands[idx]->line, "%s: operand %u (%s) is %.*s, operand 1 %.*s; they must have the same base type%s",
	                   bv_qti_name(e->op->element), idx + 1, bv_expr_name(e->operands[idx]), BV_STR_ARG(bv_buf_str(&is)),
	                   BV_STR_ARG(bv_buf_str(&first)), e->op->agree == AGREE_BOTH ? " and cardinality" : "");
}

/* ---- Reading -------------------------------------------------------------------------------------------------------- */

bool
bv_expr_is(enum bv_qti element)
{
	return operation_find(element) != NULL;
}

struct bv_sort
bv_expr_sort(const struct bv_expr *expr)
{
	return expr->sort;
}

int
bv_expr_line(const struct bv_expr *expr)
{
	return expr->line;
}

const char *
bv_expr_name(const struct bv_expr *expr)
{
	return bv_qti_name(expr->op->element);
}

bool
bv_expr_random(const struct bv_expr *expr)
{
	return expr->random;
}

static bool
within(struct bv_sort is, struct bv_sort want)
{
	return !(is.cards & ~want.cards) && !(is.types & ~want.types);
}

static enum bv_status
check_operands(struct bv_expr *e, struct bv_err *err)
{
	struct bv_sort common = { CARDS_ANY, TYPES_ANY };

	for (uint32_t i = 0; i < e->count; i++) {
		struct bv_sort is = e->operands[i]->sort, want = i == 0 ? e->op->first : e->op->others;
		if (!(is.cards & want.cards) || !(is.types & want.types))
			return refuse_operand(e, i, want, err);
		e->loose |= e->operands[i]->op->wild || !within(is, want);
		common.cards &= is.cards;
		common.types &= is.types;
		if ((e->op->agree != AGREE_NOT && !common.types) || (e->op->agree == AGREE_BOTH && !common.cards))
			return refuse_agreement(e, i, err);
		/* What is not one base type may differ from the others when it runs. */
		e->loose |= e->op->agree != AGREE_NOT && (is.types & (is.types - 1));
	}
	return BV_OK;
}

static enum bv_status
parse_operands(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	size_t count = 0;

	for (const struct bv_xml_node *c = bv_qti_first(node); c; c = bv_qti_next(c))
		count++;
	if (count < e->op->least || (e->op->most != OPERANDS_ANY && count > e->op->most))
		return expr_refuse(e, err, "operand-count", "%zu operands; there must be %s%d", count,
		                   e->op->least == e->op->most ? ""
		                   : count < e->op->least      ? "at least "
		                                               : "at most ",
		                   count < e->op->least ? e->op->least : e->op->most);
	const struct bv_expr **operands = bv_arena_array(loader->arena, count, const struct bv_expr *);
	for (const struct bv_xml_node *c = bv_qti_first(node); c; c = bv_qti_next(c)) {
		TRY(bv_expr_parse(&operands[e->count], loader, c, err));
		e->random |= operands[e->count++]->random;
	}
	e->operands = operands;
	return BV_OK;
}

/* The NULL of a sort that is one cardinality and one type says so; any other is single, of no type. */
static struct bv_value
null_of(struct bv_sort sort)
{
	bool one_card = sort.cards && !(sort.cards & (sort.cards - 1)), one_type = sort.types && !(sort.types & (sort.types - 1));

	return bv_value_null(one_card ? (enum bv_cardinality)__builtin_ctz(sort.cards) : BV_CARD_SINGLE,
	                     one_type ? (enum bv_type)__builtin_ctz(sort.types) : BV_TYPE_NONE);
}

/* A fault that need not refuse the item: kept with the expression, for the run that comes to it. */
static enum bv_status
defer(struct bv_expr *e, const struct bv_loader *loader, enum bv_status status, const struct bv_err *err)
{
	if (status != BV_EPARSE || !loader->faults)
		return status;
	e->fault = bv_arena_str(loader->arena, bv_str_of(err->msg)).p;
	bv_note_fault(loader->faults, err);
	return BV_OK;
}

/* All of the row but its operands. */
static enum bv_status
parse_row(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	if (e->op->refused)
		return expr_refuse(e, err, "unscorable-operator", "%s", e->op->refused);
	TRY(params_parse(e, loader, node, err));
	return e->op->prepare ? e->op->prepare(e, loader, node, err) : BV_OK;
}

enum bv_status
bv_expr_parse(const struct bv_expr **out, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct operation *op = operation_find(bv_qti_element(node));

	if (!op)
		return bv_err_rule(err, "unknown-expression", node->line, "<%.*s> is not an expression of QTI",
		                   BV_STR_ARG(bv_str_sub(node->name, 0, 60)));
	if (op->element == BV_QTI_CUSTOM_OPERATOR)
		op = operation_custom(bv_qti_attr(node, "definition"));
	struct bv_expr *e = bv_arena_array(loader->arena, 1, struct bv_expr);
	e->op = op;
	e->line = loader->template_line ? loader->template_line : node->line;
	e->variable = -1;
	e->random = op->random;
	e->sort = op->result;
	if (!op->refused) {
		TRY(parse_operands(e, loader, node, err));
		TRY(defer(e, loader, check_operands(e, err), err));
		e->loose |= e->fault != NULL;
	}
	const char *types = bv_steal(&e->fault);
	TRY(defer(e, loader, parse_row(e, loader, node, err), err));
	e->hopeless = e->fault != NULL;
	e->fault = e->fault ? e->fault : types;
	e->null = null_of(e->sort);
	*out = e;
	return BV_OK;
}

/* ---- Evaluation ----------------------------------------------------------------------------------------------------- */

enum bv_status
expr_charge(const struct bv_expr *e, struct bv_run *run, uint64_t n, struct bv_err *err)
{
	if (run->steps_left < n)
		return bv_err_at(err, BV_ELIMIT, e->line, "%s: the rules take more than %d steps", bv_qti_name(e->op->element),
		                 BV_STEPS_MAX);
	run->steps_left -= n;
	return BV_OK;
}

/* Values whose type was not certain when the expression was read: a field of a record, an infinite integer. */
static bool
values_fit(const struct bv_expr *e, const struct bv_value *args)
{
	const struct bv_value *first = NULL;

	for (uint32_t i = 0; i < e->count; i++) {
		struct bv_sort want = i == 0 ? e->op->first : e->op->others;
		if (args[i].count == 0)
			continue;
		if (!(CARD(args[i].cardinality) & want.cards) || !(TYPE(args[i].type) & want.types))
			return false;
		if (first && e->op->agree != AGREE_NOT && first->type != args[i].type)
			return false;
		if (first && e->op->agree == AGREE_BOTH && first->cardinality != args[i].cardinality)
			return false;
		first = first ? first : &args[i];
	}
	return true;
}

enum bv_status
bv_expr_eval(struct bv_value *out, const struct bv_expr *expr, struct bv_run *run, struct bv_err *err)
{
	struct bv_value few[4], *args = few;
	bool null = false;
	uint64_t steps = 1;

	if (expr->hopeless)
		return expr->absent ? expr_lost(out, expr, run, "what it reads is not declared") : expr_fail(expr, err);
	if (expr->count > BV_COUNT(few))
		args = bv_arena_array(run->arena, expr->count, struct bv_value);
	for (uint32_t i = 0; i < expr->count; i++) {
		TRY(bv_expr_eval(&args[i], expr->operands[i], run, err));
		null |= args[i].count == 0;
		steps += args[i].count;
	}
	TRY(expr_charge(expr, run, steps, err));
	if (null && expr->op->null_is_null)
		return yield_null(out, expr);
	if (expr->loose && !values_fit(expr, args))
		return expr->fault ? expr_fail(expr, err)
		                   : expr_lost(out, expr, run, "an operand has another base type than the operator takes");
	return expr->op->eval(out, expr, args, run, err);
}
