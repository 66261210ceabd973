/* Is there a right answer, one only, and can it be given? */
#include "itembank/lint.h"
#include "itembank/validity.h"

static bool
picks_one(const struct bv_interaction *i, const struct bv_declaration *d)
{
	unsigned traits = bv_interaction_traits(i->kind);
	bool choices = (traits & BV_TRAIT_CHOICES) && !(traits & (BV_TRAIT_PAIRS | BV_TRAIT_SEQUENCE));

	return choices && (d->cardinality == BV_CARD_SINGLE || i->max_choices == 1);
}

/* Entries of the mapping that earn the most; 0 when none earns anything. */
static size_t
best_entries(const struct bv_mapping *mapping)
{
	double best = 0;
	size_t count = 0;

	for (size_t i = 0; mapping && i < mapping->count; i++) {
		if (mapping->entries[i].mapped > best) {
			best = mapping->entries[i].mapped;
			count = 0;
		}
		count += best > 0 && mapping->entries[i].mapped == best;
	}
	return count;
}

static bool
earns_by_area(const struct bv_area_mapping *mapping)
{
	for (size_t i = 0; mapping && i < mapping->count; i++)
		if (mapping->entries[i].mapped > 0)
			return true;
	return false;
}

static void
two_keys(struct bv_lint_item *l, const struct bv_interaction *i, const struct bv_declaration *d, const struct bv_value *correct)
{
	if (!picks_one(i, d))
		return;
	if (correct->count > 1)
		bv_report(l->reporter, BV_SEVERITY_ERROR, "two-keys", d->line, "'%.*s' has %u correct choices, but one is all that can be chosen",
		          BV_STR_ARG(i->response), correct->count);
	else if (best_entries(d->mapping) > 1)
		bv_report(l->reporter, BV_SEVERITY_ERROR, "two-keys", d->line, "'%.*s': %zu choices are mapped to the full mark, but one is asked for",
		          BV_STR_ARG(i->response), best_entries(d->mapping));
}

static void
key_legal(struct bv_lint_item *l, const struct bv_interaction *i, const struct bv_declaration *d, const struct bv_value *correct)
{
	struct bv_err err;

	if (bv_value_legal(l->session, i, correct, &err))
		bv_report(l->reporter, BV_SEVERITY_ERROR, "key-not-choice", d->line, "correct response of '%.*s': %s", BV_STR_ARG(i->response), err.msg);
	for (size_t e = 0; d->mapping && e < d->mapping->count; e++) {
		struct bv_value key = bv_value_single((enum bv_type)d->type, d->mapping->entries[e].key);
		if (d->mapping->entries[e].mapped > 0 && bv_value_legal(l->session, i, &key, &err))
			bv_report(l->reporter, BV_SEVERITY_ERROR, "key-not-choice", d->line, "mapping of '%.*s': %s", BV_STR_ARG(i->response), err.msg);
	}
}

static void
keys_of(struct bv_lint_item *l, size_t idx)
{
	const struct bv_interaction *i = &l->item->interactions[idx];
	int variable = l->item->bindings[idx].response;
	const struct bv_declaration *d = &l->item->program.declarations->list[variable];
	const struct bv_value *correct = bv_session_correct(bv_item_session_variables(l->session), variable);
	size_t before = l->reporter->errors;
	struct bv_err err;

	if (bv_value_is_null(correct) && best_entries(d->mapping) == 0 && !earns_by_area(d->area_mapping)) {
		/* Rules of the author's own may compare with anything; the standard templates need a declared key. */
		bool own_rules = l->item->program.response_rules && !bv_rules_template(l->item->program.response_rules);
		if ((bv_interaction_traits(i->kind) & BV_TRAIT_KEYED) && bv_item_machine_scorable(l->item))
			bv_report(l->reporter, own_rules ? BV_SEVERITY_WARNING : BV_SEVERITY_ERROR, "no-key", d->line,
			          "'%.*s' has neither a correct response nor a mapping that earns anything", BV_STR_ARG(i->response));
		return;
	}
	two_keys(l, i, d, correct);
	if (bv_interaction_traits(i->kind) & BV_TRAIT_CHOICES)
		key_legal(l, i, d, correct);
	if (l->reporter->errors == before && !bv_value_is_null(correct) && bv_value_valid(l->session, idx, correct, NULL, &err))
		bv_report(l->reporter, BV_SEVERITY_ERROR, "key-not-valid", d->line, "the correct response could not be submitted: %s", err.msg);
}

void
bv_lint_keys(struct bv_lint_item *l)
{
	for (size_t i = 0; i < l->item->interaction_count; i++)
		keys_of(l, i);
}

int
bv_lint_key(const struct bv_lint_item *l, size_t interaction)
{
	const struct bv_interaction *i = &l->item->interactions[interaction];
	int variable = l->item->bindings[interaction].response;
	const struct bv_value *correct = bv_session_correct(bv_item_session_variables(l->session), variable);

	if ((i->kind != BV_INTERACTION_CHOICE && i->kind != BV_INTERACTION_INLINE_CHOICE) || correct->count != 1 ||
	    !picks_one(i, &l->item->program.declarations->list[variable]))
		return -1;
	for (size_t c = 0; c < i->choice_count; c++)
		if (bv_str_eq(i->choices[c].identifier, bv_value_atoms(correct)[0].text))
			return (int)c;
	return -1;
}
