/* What is wrong with an item beyond what its parser refuses: things that can be read, but cannot have been meant. */
#include "itembank/body.h"
#include "itembank/item.h"
#include "itembank/report.h"
#include "itembank/upgrade.h"

#define ERROR BV_SEVERITY_ERROR
#define WARNING BV_SEVERITY_WARNING

static void
limits_check(struct bv_reporter *reporter, const struct bv_interaction *i, const char *what, uint32_t least, uint32_t most, size_t available)
{
	const char *name = bv_interaction_name(i->kind);

	if (most && least > most)
		bv_report(reporter, ERROR, "limits", i->line, "%s interaction '%.*s': min-%s %u is more than max-%s %u: no response can be valid", name,
		          BV_STR_ARG(i->response), what, least, what, most);
	else if (least > available)
		bv_report(reporter, ERROR, "limits", i->line, "%s interaction '%.*s': min-%s is %u, but there are only %zu", name,
		          BV_STR_ARG(i->response), what, least, available);
}

static void
choice_check(struct bv_reporter *reporter, const struct bv_item *item, const struct bv_choice *c)
{
	const struct bv_declarations *declarations = item->program.declarations;
	int variable;

	if (c->match_max && c->match_min > c->match_max)
		bv_report(reporter, ERROR, "limits", c->line, "choice '%.*s': match-min %u is more than match-max %u", BV_STR_ARG(c->identifier),
		          c->match_min, c->match_max);
	if (c->template_identifier.len == 0)
		return;
	variable = bv_declarations_find(declarations, c->template_identifier);
	if (variable < 0 || declarations->list[variable].kind != BV_VARIABLE_TEMPLATE || declarations->list[variable].type != BV_TYPE_IDENTIFIER)
		bv_report(reporter, ERROR, "undeclared-variable", c->line,
		          "choice '%.*s': template-identifier '%.*s' is not a declared identifier template variable",
		          BV_STR_ARG(c->identifier), BV_STR_ARG(c->template_identifier));
}

static void
mask_check(struct bv_reporter *reporter, const struct bv_interaction *i, const struct bv_pattern *mask)
{
	if (bv_pattern_has_anchors(mask))
		bv_report(reporter, WARNING, "pattern-anchors", i->line,
		          "pattern-mask '%.*s': it always matches the whole text; ^ and $ are passed over at its ends, and stand for "
		          "themselves inside",
		          BV_STR_ARG(bv_str_sub(i->pattern_mask, 0, 80)));
	if (bv_pattern_is_foreign(mask))
		bv_report(reporter, WARNING, "pattern-dialect", i->line, "pattern-mask '%.*s': XSD has no " BV_PATTERN_FOREIGN,
		          BV_STR_ARG(bv_str_sub(i->pattern_mask, 0, 80)));
}

static void
interaction_check(struct bv_reporter *reporter, const struct bv_item *item, size_t idx)
{
	const struct bv_interaction *i = &item->interactions[idx];
	int response = item->bindings[idx].response;
	unsigned traits = bv_interaction_traits(i->kind);
	bool needs_choices = traits & BV_TRAIT_CHOICES;
	bool single = response >= 0 && item->program.declarations->list[response].cardinality == BV_CARD_SINGLE;

	if (needs_choices && i->choice_count == 0)
		bv_report(reporter, ERROR, "no-choices", i->line, "%s interaction '%.*s' has no choices", bv_interaction_name(i->kind),
		          BV_STR_ARG(i->response));
	for (size_t c = 0; c < i->choice_count; c++)
		choice_check(reporter, item, &i->choices[c]);
	if (traits & BV_TRAIT_PAIRS)
		limits_check(reporter, i, "associations", i->min_associations, i->max_associations, SIZE_MAX);
	else if (needs_choices)
		limits_check(reporter, i, "choices", i->min_choices, i->max_choices, i->choice_count);
	else if (traits & BV_TRAIT_POINTS)
		limits_check(reporter, i, "choices", i->min_choices, i->max_choices, SIZE_MAX);
	else if (i->kind == BV_INTERACTION_MEDIA)
		limits_check(reporter, i, "plays", i->min_plays, i->max_plays, SIZE_MAX);
	else
		limits_check(reporter, i, "strings", i->min_strings, i->max_strings, SIZE_MAX);
	if (single && (traits & (BV_TRAIT_CHOICES | BV_TRAIT_POINTS)) && (i->max_choices > 1 || i->max_associations > 1))
		bv_report(reporter, WARNING, "limits", i->line, "%s interaction '%.*s' allows several, but its response holds a single one",
		          bv_interaction_name(i->kind), BV_STR_ARG(i->response));
	if (item->bindings[idx].mask)
		mask_check(reporter, i, item->bindings[idx].mask);
}

/* An attribute of the body that must name a declared variable of that kind. */
static void
reference_check(struct bv_reporter *reporter, const struct bv_item *item, const struct bv_xml_node *node, const char *attribute, unsigned kinds)
{
	const struct bv_str *value = bv_qti_attr(node, attribute);
	int variable = value ? bv_declarations_find(item->program.declarations, bv_str_trim(*value)) : -1;

	if (!value)
		return;
	if (variable < 0 || !(kinds >> item->program.declarations->list[variable].kind & 1))
		bv_report(reporter, ERROR, variable < 0 ? "undeclared-variable" : "wrong-variable-kind", node->line,
		          "<%.*s> %s '%.*s' is not declared%s", BV_STR_ARG(node->name), attribute, BV_STR_ARG(bv_str_sub(*value, 0, 80)),
		          variable < 0 ? "" : " as a variable that may be used here");
}

/* What another file would have brought is not there: neither to be read nor to be answered. */
static void
include_check(struct bv_reporter *reporter, const struct bv_xml_node *node)
{
	const struct bv_str *href = bv_xml_attr(node, "href");

	if (bv_str_is(node->ns, BV_NS_XINCLUDE))
		bv_report(reporter, ERROR, "not-included", node->line, "XInclude: '%.*s' is not in its place",
		          BV_STR_ARG(bv_str_sub(href ? *href : BV_STR_NONE, 0, 80)));
}

static void
body_check(struct bv_reporter *reporter, const struct bv_item *item, const struct bv_xml_node *from)
{
	for (const struct bv_xml_node *n = bv_body_next(from, from, false); n; n = bv_body_next(from, n, false)) {
		switch (bv_qti_element(n)) {
		case BV_QTI_PRINTED_VARIABLE:
			reference_check(reporter, item, n, "identifier", 1u << BV_VARIABLE_TEMPLATE | 1u << BV_VARIABLE_OUTCOME | 1u << BV_VARIABLE_RESPONSE);
			break;
		case BV_QTI_TEMPLATE_INLINE:
		case BV_QTI_TEMPLATE_BLOCK:
			reference_check(reporter, item, n, "template-identifier", 1u << BV_VARIABLE_TEMPLATE);
			break;
		case BV_QTI_FEEDBACK_INLINE:
		case BV_QTI_FEEDBACK_BLOCK:
		case BV_QTI_MODAL_FEEDBACK:
			reference_check(reporter, item, n, "outcome-identifier", 1u << BV_VARIABLE_OUTCOME);
			break;
		case BV_QTI_NONE:
			include_check(reporter, n);
			if (bv_str_starts(n->name, BV_STR("qti-")))
				bv_report(reporter, ERROR, "unknown-element", n->line, "<%.*s> is not an element of QTI 3.0", BV_STR_ARG(bv_str_sub(n->name, 0, 80)));
			break;
		default:
			break;
		}
	}
}

static void
unfilled_check(struct bv_reporter *reporter, const struct bv_item *item)
{
	for (size_t i = 0; i < item->response_count; i++) {
		const struct bv_declaration *d = &item->program.declarations->list[item->responses[i]];
		if (item->interaction_of[item->responses[i]] < 0)
			bv_report(reporter, WARNING, "unfilled-response", d->line, "response '%.*s' is declared, but no interaction fills it",
			          BV_STR_ARG(d->identifier));
	}
	if (item->interaction_count == 0)
		bv_report(reporter, WARNING, "no-interaction", item->root->line, "the item has no interaction: nothing can be answered");
}

/* Does every clone come out, and can the untouched item be scored? */
static void
trial_check(struct bv_reporter *reporter, const struct bv_item *item)
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	struct bv_err err;
	uint8_t seed[BV_HASH_LEN] = { 0 };
	const struct bv_err *note;

	for (int i = 0; i < (item->program.template_rules ? 8 : 1); i++) {
		seed[0] = (uint8_t)i;
		if (session ? bv_item_session_start(session, seed, &err) : bv_item_session_new(&session, item, seed, &err)) {
			bv_report(reporter, ERROR, "trial", err.line, "template processing fails: %s", err.msg);
			return;
		}
		if (bv_item_score(session, &err)) {
			bv_report(reporter, ERROR, "trial", err.line, "response processing fails: %s", err.msg);
			return;
		}
		note = bv_session_note(bv_item_session_variables(session));
		if (note) {
			bv_report(reporter, WARNING, "lost-value", note->line, "%s", note->msg);
			return;
		}
	}
}

size_t
bv_item_check(const char *path, struct bv_str xml, bv_diagnostic_fn report, void *ctx)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	struct bv_reporter reporter = { .report = report, .ctx = ctx, .path = path };
	struct bv_err err;

	if (bv_item_parse_loosely(&item, xml, &err)) {
		bv_report(&reporter, ERROR, bv_diagnostic_rule_of(&err), err.line, "%s", err.msg);
		return reporter.errors;
	}
	for (const struct bv_note *fault = item->faults.first; fault; fault = fault->next)
		bv_report(&reporter, ERROR, fault->rule, fault->line, "%s", fault->text);
	for (const struct bv_note *note = item->notes.first; note; note = note->next)
		bv_report(&reporter, WARNING, note->rule, note->line, "%s", note->text);
	for (size_t i = 0; i < item->interaction_count; i++)
		interaction_check(&reporter, item, i);
	body_check(&reporter, item, item->root);
	unfilled_check(&reporter, item);
	trial_check(&reporter, item);
	return reporter.errors;
}
