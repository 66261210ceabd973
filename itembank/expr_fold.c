/* Our custom operator: the key of a text, or of each text of a container (doc/short-answers.md). */
#include <stdlib.h>

#include "itembank/fold.h"
#include "itembank/operator.h"

enum { KEYS_MAX = 200 };

/* The keys that an item writes out, as they are met. */
struct keys {
	const struct bv_loader *loader;
	unsigned rules;
	int line;
	size_t count;
	struct key {
		struct bv_str text, key;
	} list[KEYS_MAX];
};

/* A key that nothing can be, or two that every answer would be at once, cannot have been meant. */
static void
look_at(struct keys *keys, struct bv_str text)
{
	struct bv_str key = bv_fold_key(keys->rules, text, keys->loader->arena);
	size_t i = 0;

	if (!key.len)
		bv_note(keys->loader->notes, "empty-key", keys->line, "the key \"%.*s\" is empty after folding: no answer can be it",
		        BV_STR_ARG(bv_str_sub(text, 0, 80)));
	while (i < keys->count && !bv_str_eq(keys->list[i].key, key))
		i++;
	if (key.len && i < keys->count)
		bv_note(keys->loader->notes, "repeated-key", keys->line, "the keys \"%.*s\" and \"%.*s\" are one after folding%s",
		        BV_STR_ARG(bv_str_sub(keys->list[i].text, 0, 80)), BV_STR_ARG(bv_str_sub(text, 0, 80)),
		        bv_str_eq(keys->list[i].text, text) ? ": it is written twice"
		        : keys->rules & BV_FOLD_MARKS       ? ": leave \"marks\" out if they are different words"
		                                            : ": one of them will do");
	else if (key.len && keys->count < KEYS_MAX)
		keys->list[keys->count++] = (struct key){ text, key };
}

static void
look_through(struct keys *keys, const struct bv_expr *operand)
{
	const struct bv_value *v = NULL;

	if (operand->op->element == BV_QTI_BASE_VALUE)
		v = &operand->constant;
	else if (operand->op->element == BV_QTI_CORRECT && operand->variable >= 0)
		v = &keys->loader->declarations->list[operand->variable].correct;
	else if (operand->op->element == BV_QTI_MULTIPLE || operand->op->element == BV_QTI_ORDERED)
		for (uint32_t i = 0; i < operand->count; i++)
			look_through(keys, operand->operands[i]);
	for (uint32_t i = 0; v && v->type == BV_TYPE_STRING && i < v->count; i++)
		look_at(keys, bv_value_atoms(v)[i].text);
}

enum bv_status
prepare_fold(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_err why;

	(void)node;
	if (bv_fold_parse(&e->fold, e->params[0].text, &why))
		return expr_refuse(e, err, why.rule, "%s", why.msg);
	e->sort = (struct bv_sort){ e->operands[0]->sort.cards & (CARDS_SINGLE | CARDS_CONTAINER), TYPE(BV_TYPE_STRING) };
	if (loader->notes && !e->fault) {
		struct keys *keys = bv_alloc(sizeof *keys);
		*keys = (struct keys){ .loader = loader, .rules = e->fold, .line = e->line };
		look_through(keys, e->operands[0]);
		free(keys);
	}
	return BV_OK;
}

/* What is empty after folding is NULL, and not in the container: the empty string is. */
enum bv_status
eval_fold(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run, struct bv_err *err)
{
	const union bv_atom *texts = bv_value_atoms(&args[0]);
	union bv_atom *keys = bv_arena_array(run->arena, args[0].count, union bv_atom);
	uint32_t count = 0;

	for (uint32_t i = 0; i < args[0].count; i++) {
		TRY(expr_charge(e, run, 1 + texts[i].text.len / 8, err));
		keys[count].text = bv_fold_key(e->fold, texts[i].text, run->arena);
		count += keys[count].text.len > 0;
	}
	if (!count)
		return yield_null(out, e);
	if (args[0].cardinality == BV_CARD_SINGLE)
		return yield(out, bv_value_text(BV_TYPE_STRING, keys[0].text));
	return yield(out, bv_value_list((enum bv_cardinality)args[0].cardinality, BV_TYPE_STRING, keys, count));
}
