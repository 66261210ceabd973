/* Containers: building, taking apart, comparing. An empty result is NULL. */
#include "itembank/operator.h"

/* The base types that all operands can have. */
static enum bv_status
prepare_container(struct bv_expr *e, enum bv_cardinality cardinality)
{
	uint16_t types = TYPES_BASE;

	for (uint32_t i = 0; i < e->count; i++)
		types &= e->operands[i]->sort.types;
	e->sort = (struct bv_sort){ CARD(cardinality), types };
	return BV_OK;
}

enum bv_status
prepare_multiple(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	(void)loader, (void)node, (void)err;
	return prepare_container(e, BV_CARD_MULTIPLE);
}

enum bv_status
prepare_ordered(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	(void)loader, (void)node, (void)err;
	return prepare_container(e, BV_CARD_ORDERED);
}

/* All elements of all operands, `times` over. NULLs have none. */
static enum bv_status
gather(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, enum bv_cardinality cardinality, uint64_t times,
       struct bv_run *run, struct bv_err *err)
{
	uint64_t count = 0;
	enum bv_type type = BV_TYPE_NONE;
	uint32_t n = 0;

	for (uint32_t i = 0; i < e->count; i++) {
		count += args[i].count;
		type = args[i].count ? (enum bv_type)args[i].type : type;
	}
	if (count == 0)
		return yield_null(out, e);
	if (times > BV_VALUE_COUNT_MAX || count * times > BV_VALUE_COUNT_MAX)
		return bv_err_at(err, BV_ELIMIT, e->line, "%s: the container would have more than %d elements", bv_qti_name(e->op->element),
		                 BV_VALUE_COUNT_MAX);
	TRY(expr_charge(e, run, count * times, err));
	union bv_atom *list = bv_arena_array(run->arena, count * times, union bv_atom);
	for (uint64_t t = 0; t < times; t++) {
		for (uint32_t i = 0; i < e->count; i++) {
			if (args[i].count)
				memcpy(&list[n], bv_value_atoms(&args[i]), args[i].count * sizeof *list);
			n += args[i].count;
		}
	}
	return yield(out, bv_value_list(cardinality, type, list, n));
}

enum bv_status
eval_multiple(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	return gather(out, e, args, BV_CARD_MULTIPLE, 1, run, err);
}

enum bv_status
eval_ordered(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	return gather(out, e, args, BV_CARD_ORDERED, 1, run, err);
}

enum bv_status
eval_repeat(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	int64_t times;

	if (!param_integer(&times, &e->params[0], run) || times < 1)
		return yield_null(out, e);
	return gather(out, e, args, BV_CARD_ORDERED, (uint64_t)times, run, err);
}

enum bv_status
eval_container_size(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	(void)e, (void)run, (void)err;
	return yield(out, bv_value_integer(args[0].count));
}

enum bv_status
prepare_index(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	if (e->params[0].variable < 0 && e->params[0].integer < 1)
		return expr_refuse(e, err, "bound-out-of-range", "n must be 1 or more: the first element is 1");
	return prepare_element(e, loader, node, err);
}

enum bv_status
eval_index(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	int64_t n;

	(void)err;
	if (!param_integer(&n, &e->params[0], run) || n > args[0].count)
		return yield_null(out, e);
	if (n < 1)
		return expr_lost(out, e, run, "n is less than 1");
	return yield(out, bv_value_single((enum bv_type)args[0].type, args[0].list[n - 1]));
}

enum bv_status
eval_field_value(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	const struct bv_value *field = bv_record_find(&args[0], e->params[0].text);

	(void)run, (void)err;
	return field ? yield(out, *field) : yield_null(out, e);
}

enum bv_status
eval_member(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	uint32_t i = 0;

	(void)e, (void)run, (void)err;
	while (i < args[1].count && !bv_atom_equal((enum bv_type)args[0].type, &args[0].one, &args[1].list[i]))
		i++;
	return yield(out, bv_value_boolean(i < args[1].count));
}

/* Every element of b as often in a. */
static bool
bag_contains(const struct bv_value *a, const struct bv_value *b)
{
	for (uint32_t i = 0; i < b->count; i++)
		if (bv_value_occurrences(a, &b->list[i]) < bv_value_occurrences(b, &b->list[i]))
			return false;
	return true;
}

/* b as it is, without gaps, somewhere in a. */
static bool
sequence_contains(const struct bv_value *a, const struct bv_value *b)
{
	for (uint32_t from = 0; from + b->count <= a->count; from++) {
		uint32_t i = 0;
		while (i < b->count && bv_atom_equal((enum bv_type)a->type, &a->list[from + i], &b->list[i]))
			i++;
		if (i == b->count)
			return true;
	}
	return false;
}

enum bv_status
eval_contains(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	const struct bv_value *a = &args[0], *b = &args[1];

	TRY(expr_charge(e, run, (uint64_t)b->count * (a->count + b->count) / 16, err));
	return yield(out, bv_value_boolean(a->cardinality == BV_CARD_MULTIPLE ? bag_contains(a, b) : sequence_contains(a, b)));
}

enum bv_status
prepare_delete(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	(void)loader, (void)node, (void)err;
	e->sort = (struct bv_sort){ (uint8_t)(e->operands[1]->sort.cards & CARDS_CONTAINER),
		                    (uint16_t)(e->operands[1]->sort.types & TYPES_BASE) };
	return BV_OK;
}

enum bv_status
eval_delete(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	union bv_atom *list = bv_arena_array(run->arena, args[1].count, union bv_atom);
	enum bv_type type = (enum bv_type)args[1].type;
	uint32_t n = 0;

	(void)err;
	for (uint32_t i = 0; i < args[1].count; i++)
		if (!bv_atom_equal(type, &args[0].one, &args[1].list[i]))
			list[n++] = args[1].list[i];
	return n ? yield(out, bv_value_list((enum bv_cardinality)args[1].cardinality, type, list, n)) : yield_null(out, e);
}
