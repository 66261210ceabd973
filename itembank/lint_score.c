/* Does the right answer earn the full mark, and nothing earn nothing? */
#include <math.h>

#include "itembank/lint.h"

#define CLONES 64 /* seeds tried of an item with template processing */

/* SCORE of the correct responses, or of none; false when some response has no key, or scoring fails. */
static bool
score_of(double *out, struct bv_lint_item *l, bool correct)
{
	struct bv_session *variables = bv_item_session_variables(l->session);
	struct bv_err err;

	bv_session_reset(variables);
	for (size_t i = 0; i < l->item->response_count; i++) {
		int variable = l->item->responses[i];
		const struct bv_declaration *d = &l->item->program.declarations->list[variable];
		struct bv_value v = bv_value_null((enum bv_cardinality)d->cardinality, (enum bv_type)d->type);
		int idx = l->item->interaction_of[variable];
		if (correct && idx >= 0)
			v = *bv_session_correct(variables, variable);
		/* The right answer is not to press a button; of a file, or of a module, it is not known here. */
		if (correct && idx >= 0 && bv_value_is_null(&v) && l->item->interactions[idx].kind != BV_INTERACTION_END_ATTEMPT)
			return false;
		bv_session_respond(variables, variable, &v);
	}
	return bv_item_score(l->session, &err) == BV_OK && bv_item_session_number(l->session, "SCORE", out);
}

static void
scores_try(struct bv_lint_item *l, double maximum, bool has_maximum)
{
	uint8_t seed[BV_HASH_LEN] = { 0 };
	struct bv_err err;

	for (int i = 0; i < (bv_item_clones(l->item) ? CLONES : 1); i++) {
		double score;
		seed[0] = (uint8_t)i;
		if (bv_item_session_start(l->session, seed, &err))
			return;
		if (has_maximum && score_of(&score, l, true) && !(fabs(score - maximum) <= 1e-9)) {
			bv_report(l->reporter, BV_SEVERITY_ERROR, "unreachable-maximum", l->item->root->line,
			          "the correct response scores %g%s; the maximum is %g", score, bv_item_clones(l->item) ? " in one of the clones" : "", maximum);
			return;
		}
		if (score_of(&score, l, false) && score > 0) {
			bv_report(l->reporter, BV_SEVERITY_ERROR, "empty-scores", l->item->root->line, "an empty response scores %g%s", score,
			          bv_item_clones(l->item) ? " in one of the clones" : "");
			return;
		}
	}
}

void
bv_lint_scores(struct bv_lint_item *l)
{
	const struct bv_declarations *declarations = l->item->program.declarations;
	static const uint8_t seed[BV_HASH_LEN];
	double maximum = 0;
	bool has_maximum = bv_item_max_score(l->item, &maximum);
	struct bv_err err;

	if (!bv_item_deliverable(l->item))
		bv_report(l->reporter, BV_SEVERITY_WARNING, "undeliverable", l->item->root->line,
		          "a custom interaction runs code of its author: the item is kept, and put on a form only if it is portable and each of its modules is allowed by its hash");
	for (uint32_t i = 0; i < declarations->count; i++)
		if (declarations->list[i].external_scored)
			return;
	if (!bv_item_machine_scorable(l->item)) {
		if (l->item->interaction_count && !bv_rules_set(l->item->program.response_rules, l->item->score))
			bv_report(l->reporter, BV_SEVERITY_ERROR, "no-response-processing", l->item->root->line,
			          "nothing sets SCORE: give response processing, or mark the outcome external-scored=\"human\"");
		return;
	}
	if (!has_maximum)
		bv_report(l->reporter, BV_SEVERITY_WARNING, "missing-maximum", l->item->root->line,
		          "SCORE has no normal-maximum, and there is no MAXSCORE: the full mark of the item is unknown");
	scores_try(l, maximum, has_maximum);
	/* Back to the first clone, for the rules after this one; it could be made when the session was new. */
	(void)(bv_item_session_start(l->session, seed, &err) == BV_OK);
}
