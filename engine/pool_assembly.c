/* A pool as a bank of the assembly, and a blueprint's strata as rules of a design. */
#include <stdlib.h>

#include "engine/issue.h"
#include "scoring/irt/irt.h"

static int
by_id(const void *a, const void *b)
{
	return bv_str_cmp((*(const struct bv_assembly_item *const *)a)->id, (*(const struct bv_assembly_item *const *)b)->id);
}

static int
id_order(const void *id, const void *item)
{
	return bv_str_cmp(*(const struct bv_str *)id, (*(const struct bv_assembly_item *const *)item)->id);
}

enum { PART, STRATUM, OWN_ATTRIBUTES };
static const char *const own_attributes[OWN_ATTRIBUTES] = { [PART] = "part", [STRATUM] = "stratum" };

/* Where each of our own attributes stands: in its place where the set has one of the name. */
static void
name_attributes(struct bv_assembly_bank *bank, const struct bv_assembly_bank *set, size_t own[OWN_ATTRIBUTES])
{
	struct bv_str *names = bv_arena_array(&bank->arena, set->attribute_count + OWN_ATTRIBUTES, struct bv_str);

	for (size_t i = 0; i < set->attribute_count; i++)
		names[i] = bv_arena_str(&bank->arena, set->attributes[i]);
	bank->attribute_count = set->attribute_count;
	for (size_t k = 0; k < OWN_ATTRIBUTES; k++) {
		own[k] = 0;
		while (own[k] < bank->attribute_count && !bv_str_is(names[own[k]], own_attributes[k]))
			own[k]++;
		if (own[k] == bank->attribute_count)
			names[bank->attribute_count++] = bv_str_of(own_attributes[k]);
	}
	bank->attributes = names;
}

static void
put_item(struct bv_assembly_item *to, struct bv_assembly_bank *bank, const struct bv_assembly_item *from, size_t given, const size_t own[OWN_ATTRIBUTES],
         const struct bv_blueprint *blueprint, size_t stratum)
{
	struct bv_str *values = bv_arena_array(&bank->arena, bank->attribute_count, struct bv_str);

	for (size_t i = 0; i < given; i++)
		values[i] = bv_arena_str(&bank->arena, from->values[i]);
	values[own[PART]] = bv_arena_str(&bank->arena, blueprint->parts[blueprint->strata[stratum].part].id);
	values[own[STRATUM]] = bv_arena_str(&bank->arena, blueprint->strata[stratum].id);
	*to = *from;
	to->id = bv_arena_str(&bank->arena, from->id);
	to->values = values;
	if (from->model) {
		struct bv_irt_item *model = bv_arena_array(&bank->arena, 1, struct bv_irt_item);
		*model = *from->model;
		to->model = model;
	}
}

static enum bv_status
put_items(struct bv_assembly_bank *bank, const struct bv_assembly_item *const *sorted, const struct bv_assembly_bank *set, const struct bv_draw_plan *plan,
          struct bv_err *err)
{
	const struct bv_draw_pool *pool = plan->pool;
	size_t own[OWN_ATTRIBUTES];

	for (size_t s = 0; s < pool->stratum_count; s++)
		bank->count += pool->strata[s].count;
	struct bv_assembly_item *items = bv_arena_array(&bank->arena, bank->count, struct bv_assembly_item);
	name_attributes(bank, set, own);
	for (size_t s = 0; s < pool->stratum_count; s++)
		for (size_t i = 0; i < pool->strata[s].count; i++) {
			struct bv_str id = pool->strata[s].items[i].identifier;
			const struct bv_assembly_item *const *from = bsearch(&id, sorted, set->count, sizeof *sorted, id_order);
			if (!from)
				return bv_err_set(err, BV_EINVAL, "item '%.*s' of stratum '%.*s' is not in the parameter set: calibrate it, or let the stratum leave it out",
				                  BV_STR_ARG(id), BV_STR_ARG(pool->strata[s].id));
			put_item(&items[plan->strata[s].first + i], bank, *from, set->attribute_count, own, plan->blueprint, s);
		}
	bank->items = items;
	return BV_OK;
}

enum bv_status
pool_assembly_bank(struct bv_assembly_bank **out, const struct bv_assembly_bank *set, const struct bv_draw_plan *plan, struct bv_err *err)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = bv_alloc(sizeof *bank);
	const struct bv_assembly_item **sorted = bv_alloc_array(set->count, sizeof(struct bv_assembly_item *));

	for (size_t i = 0; i < set->count; i++)
		sorted[i] = &set->items[i];
	if (set->count)
		qsort(sorted, set->count, sizeof *sorted, by_id);
	memcpy(bank->hash, set->hash, BV_HASH_LEN);
	enum bv_status status = put_items(bank, sorted, set, plan, err);
	free(sorted);
	TRY(status);
	*out = bv_steal(&bank);
	return BV_OK;
}

/* ---- The design ---- */

static struct bv_design_rule
stratum_rule(const struct bv_stratum *stratum, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(BV_BLUEPRINT_ID_MAX + 16);
	struct bv_design_filter *filter = bv_arena_array(arena, 1, struct bv_design_filter);
	struct bv_str *value = bv_arena_array(arena, 1, struct bv_str);

	bv_buf_printf(&name, "stratum %.*s", BV_STR_ARG(stratum->id));
	*value = bv_arena_str(arena, stratum->id);
	*filter = (struct bv_design_filter){ bv_str_of(own_attributes[STRATUM]), value, 1 };
	return (struct bv_design_rule){ .name = bv_arena_str(arena, bv_buf_str(&name)), .kind = BV_RULE_COUNT, .where = filter, .where_count = 1,
		                        .min = stratum->count, .max = stratum->count };
}

enum bv_status
pool_assembly_design(struct bv_design *out, const struct bv_design *design, const struct bv_draw_plan *plan, struct bv_err *err)
{
	const struct bv_blueprint *blueprint = plan->blueprint;

	if (design->length != blueprint->item_count)
		return bv_err_set(err, BV_EINVAL, "the design is for forms of %zu items, the blueprint for %u", design->length, blueprint->item_count);
	struct bv_arena arena = { 0 };
	struct bv_design_rule *rules = bv_arena_array(&arena, design->rule_count + blueprint->stratum_count, struct bv_design_rule);
	for (size_t i = 0; i < design->rule_count; i++)
		rules[i] = design->rules[i];
	for (size_t s = 0; s < blueprint->stratum_count; s++)
		rules[design->rule_count + s] = stratum_rule(&blueprint->strata[s], &arena);
	*out = *design;
	out->arena = arena;
	out->rules = rules;
	out->rule_count += blueprint->stratum_count;
	return BV_OK;
}
