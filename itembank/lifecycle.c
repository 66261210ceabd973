#include "itembank/lifecycle.h"

#include <assert.h>
#include <stdlib.h>

static const char *const state_names[] = { "", "draft", "review", "approved", "pretest", "operational", "retired", "withdrawn", "superseded" };

#define IN(state) (1u << BV_STATE_##state)

/* Acts that move a version. Pretest and approved are both a way to release where the rule says so. */
static const struct row {
	const char *name;
	unsigned from; /* states */
	enum bv_state to;
	bool reason;
} acts[] = {
	[BV_ACT_RULE] = { "rule" },
	[BV_ACT_ADOPT] = { "adopt" },
	[BV_ACT_IMPORT] = { "import" },
	[BV_ACT_REVISE] = { "revise" },
	[BV_ACT_METADATA] = { "metadata" },
	[BV_ACT_SUBMIT] = { "submit", IN(DRAFT), BV_STATE_REVIEW, false },
	[BV_ACT_RETURN] = { "return", IN(REVIEW), BV_STATE_DRAFT, true },
	[BV_ACT_APPROVE] = { "approve", IN(REVIEW), BV_STATE_APPROVED, false },
	[BV_ACT_PRETEST] = { "pretest", IN(APPROVED), BV_STATE_PRETEST, false },
	[BV_ACT_RELEASE] = { "release", IN(PRETEST) | IN(APPROVED), BV_STATE_OPERATIONAL, false },
	[BV_ACT_RETIRE] = { "retire", IN(OPERATIONAL), BV_STATE_RETIRED, true },
	[BV_ACT_WITHDRAW] = { "withdraw", IN(DRAFT) | IN(REVIEW) | IN(APPROVED) | IN(PRETEST), BV_STATE_WITHDRAWN, true },
};

const char *
bv_state_name(enum bv_state state)
{
	return state_names[state];
}

const char *
bv_act_name(enum bv_act act)
{
	return acts[act].name;
}

bool
life_state_parse(enum bv_state *state, struct bv_str name)
{
	for (size_t i = 1; i < BV_COUNT(state_names); i++)
		if (bv_str_is(name, state_names[i])) {
			*state = (enum bv_state)i;
			return true;
		}
	return false;
}

enum bv_status
bv_state_parse(enum bv_state *state, struct bv_str name, struct bv_err *err)
{
	if (life_state_parse(state, name))
		return BV_OK;
	return bv_err_set(err, BV_EINVAL, "'%.*s' is no state: give draft, review, approved, pretest, operational, retired, withdrawn or superseded",
	                  BV_STR_ARG(bv_str_sub(name, 0, 40)));
}

bool
bv_act_parse(enum bv_act *act, struct bv_str name)
{
	for (size_t i = 0; i < BV_COUNT(acts); i++)
		if (bv_str_is(name, acts[i].name)) {
			*act = (enum bv_act)i;
			return true;
		}
	return false;
}

void
life_finish(struct life *life)
{
	free(life->versions);
	*life = (struct life){ 0 };
}

/* ---- What is allowed ---- */

bool
life_moves(enum bv_act act)
{
	return acts[act].from != 0;
}

bool
life_needs_reason(enum bv_act act)
{
	return acts[act].reason;
}

bool
life_allows(enum bv_act act, enum bv_state from, const struct bv_life_rule *rule)
{
	return acts[act].from >> from & 1 && !(act == BV_ACT_RELEASE && from == BV_STATE_APPROVED && rule->pretest);
}

/* How far a version has come. The newest version of an item that is in use or on its way has come least far: whatever is older and has not come
 * farther than a newer one was superseded by it. So an item has at most one version of each step. */
static int
step(enum bv_state state)
{
	static const int steps[] = { [BV_STATE_DRAFT] = 1, [BV_STATE_REVIEW] = 1, [BV_STATE_APPROVED] = 2, [BV_STATE_PRETEST] = 3,
		                     [BV_STATE_OPERATIONAL] = 4, [BV_STATE_SUPERSEDED] = 0 };

	return steps[state];
}

bool
life_supersedes(enum bv_state newer, enum bv_state older)
{
	return step(older) && step(older) <= step(newer);
}

/* "submit, withdraw", or what to do when nothing is left. */
static void
write_allowed(struct bv_buf *out, enum bv_state from, const struct bv_life_rule *rule)
{
	for (size_t i = 0; i < BV_COUNT(acts); i++)
		if (life_allows((enum bv_act)i, from, rule))
			bv_buf_printf(out, "%s%s", out->len ? ", " : "", acts[i].name);
	if (!out->len)
		bv_buf_addz(out, "only revise or an import, which make a new version");
}

static enum bv_status
refuse_state(uint32_t version, enum bv_act act, enum bv_state from, const struct bv_life_rule *rule, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf allowed = BV_BUF(200);

	write_allowed(&allowed, from, rule);
	if (act == BV_ACT_RELEASE && from == BV_STATE_APPROVED)
		return bv_err_set(err, BV_EDENIED, "version %u is approved but was not pretested, which this bank asks for before a release: allowed is %s",
		                  version, allowed.p);
	return bv_err_set(err, BV_EDENIED, "version %u is in state %s, from which %s is not allowed: allowed is %s", version, state_names[from],
	                  acts[act].name, allowed.p);
}

enum bv_status
life_find(uint32_t *version, const struct life *life, enum bv_act act, const struct bv_life_rule *rule, struct bv_err *err)
{
	uint32_t found = 0;

	for (uint32_t n = 1; n <= life->count; n++)
		if (life_allows(act, life->versions[n - 1].state, rule)) {
			if (found)
				return bv_err_set(err, BV_EINVAL, "version %u is in state %s and version %u in state %s: say which, like ID/LANGUAGE@%u", found,
				                  state_names[life->versions[found - 1].state], n, state_names[life->versions[n - 1].state], n);
			found = n;
		}
	if (!life->count)
		return bv_err_set(err, BV_ENOTFOUND, "there is no version");
	if (!found)
		return refuse_state(life->count, act, life->versions[life->count - 1].state, rule, err);
	*version = found;
	return BV_OK;
}

/* ---- People ---- */

static bool
is_among(const struct life_person *list, struct bv_str key)
{
	for (; list; list = list->next)
		if (bv_str_eq(list->key, key))
			return true;
	return false;
}

static void
add_person(struct life_person **list, struct bv_str key, struct bv_arena *arena)
{
	if (is_among(*list, key))
		return;
	struct life_person *person = bv_arena_array(arena, 1, struct life_person);
	*person = (struct life_person){ bv_arena_str(arena, key), *list };
	*list = person;
}

uint32_t
life_approvals(const struct life *life)
{
	uint32_t count = 0;

	for (const struct life_person *p = life->reviewers; p; p = p->next)
		count++;
	return count;
}

/* Who began the life cycle of the bank wrote nothing of what was there. Approvals are of what was submitted last. */
void
life_recall(struct life *life, enum bv_act act, struct bv_str who, struct bv_arena *arena)
{
	if (act == BV_ACT_IMPORT || act == BV_ACT_REVISE || act == BV_ACT_SUBMIT) {
		add_person(&life->authors, who, arena);
		life->reviewers = NULL;
	} else if (act == BV_ACT_APPROVE) {
		add_person(&life->reviewers, who, arena);
	}
}

/* Four eyes: no work of one's own is approved, and nobody counts twice. */
static enum bv_bar
reviewer_bar(const struct life *life, struct bv_str who, struct bv_str author)
{
	return is_among(life->authors, who) ? BV_BAR_AUTHOR : bv_str_eq(author, who) ? BV_BAR_NAMED : is_among(life->reviewers, who) ? BV_BAR_APPROVED : BV_BAR_NONE;
}

static enum bv_status
check_reviewer(const struct life *life, const struct life_act *act, struct bv_err *err)
{
	switch (reviewer_bar(life, act->who, act->author)) {
	case BV_BAR_AUTHOR:
		return bv_err_set(err, BV_EDENIED, "who has brought in, revised or submitted a version of an item cannot approve it: a reviewer is never "
		                                   "the author");
	case BV_BAR_NAMED:
		return bv_err_set(err, BV_EDENIED, "the metadata name this person as the author: a reviewer is never the author");
	case BV_BAR_APPROVED:
		return bv_err_set(err, BV_EDENIED, "this person has approved version %u already: another reviewer is needed", act->version);
	default:
		return BV_OK;
	}
}

enum bv_bar
life_bar(const struct life *life, const struct life_act *act, const struct bv_life_rule *rule)
{
	enum bv_state from = life->versions[act->version - 1].state;

	if (act->act == BV_ACT_REVISE)
		return act->version == life->count && from != BV_STATE_RETIRED && from != BV_STATE_WITHDRAWN ? BV_BAR_STATE : BV_BAR_NONE;
	if (!life_allows(act->act, from, rule))
		return acts[act->act].from >> from & 1 ? BV_BAR_PRETEST : BV_BAR_STATE;
	return act->act == BV_ACT_APPROVE ? reviewer_bar(life, act->who, act->author) : BV_BAR_NONE;
}

bool
life_is_author(const struct life *life, struct bv_str who)
{
	return is_among(life->authors, who);
}

/* ---- Acts ---- */

/* A version comes to a state; what is older and has not come farther is superseded. */
static void
enter(struct life *life, uint32_t version, enum bv_state state, int64_t event)
{
	for (uint32_t n = 1; n < version; n++)
		if (life_supersedes(state, life->versions[n - 1].state))
			life->versions[n - 1] = (struct life_version){ BV_STATE_SUPERSEDED, event };
	life->versions[version - 1] = (struct life_version){ state, event };
}

static enum bv_status
add_version(struct life *life, const struct life_act *act, struct bv_arena *arena, struct bv_err *err)
{
	bool adopted = act->act == BV_ACT_ADOPT;

	if (act->version != life->count + 1)
		return bv_err_set(err, BV_EINVAL, "the next version is %u, not %u", life->count + 1, act->version);
	if (life->count == LIFE_VERSIONS_MAX)
		return bv_err_set(err, BV_EINVAL, "it has %d versions, and an item has no more", LIFE_VERSIONS_MAX);
	if (adopted && act->state != BV_STATE_DRAFT && act->state != BV_STATE_APPROVED && act->state != BV_STATE_OPERATIONAL &&
	    act->state != BV_STATE_SUPERSEDED)
		return bv_err_set(err, BV_EINVAL, "what was there before becomes draft, approved or operational, not %s", state_names[act->state]);
	if (life->count == life->cap) {
		life->cap = life->cap ? life->cap * 2 : 2;
		life->versions = bv_resize_array(life->versions, life->cap, sizeof *life->versions);
	}
	life->versions[life->count++] = (struct life_version){ 0 };
	enter(life, act->version, adopted ? act->state : BV_STATE_DRAFT, act->event);
	life_recall(life, act->act, act->who, arena);
	return BV_OK;
}

static enum bv_status
move(struct life *life, const struct life_act *act, const struct bv_life_rule *rule, struct bv_arena *arena, struct bv_err *err)
{
	if (!act->version || act->version > life->count)
		return bv_err_set(err, BV_ENOTFOUND, "there is no version %u", act->version);
	enum bv_state from = life->versions[act->version - 1].state;
	if (!life_allows(act->act, from, rule))
		return refuse_state(act->version, act->act, from, rule, err);
	if (acts[act->act].reason && !act->reason.len)
		return bv_err_set(err, BV_EINVAL, "%s needs a reason", acts[act->act].name);
	if (act->act == BV_ACT_APPROVE)
		TRY(check_reviewer(life, act, err));
	life_recall(life, act->act, act->who, arena);
	if (act->act != BV_ACT_APPROVE || life_approvals(life) >= rule->reviewers)
		enter(life, act->version, acts[act->act].to, act->event);
	return BV_OK;
}

enum bv_status
life_apply(struct life *life, const struct life_act *act, const struct bv_life_rule *rule, struct bv_arena *arena, struct bv_err *err)
{
	assert(act->event > 0);
	switch (act->act) {
	case BV_ACT_ADOPT:
	case BV_ACT_IMPORT:
	case BV_ACT_REVISE:
		return add_version(life, act, arena, err);
	case BV_ACT_RULE:
		return bv_err_set(err, BV_EINVAL, "a rule is for the bank, not for an item");
	case BV_ACT_METADATA:
		if (act->version != life->count)
			return bv_err_set(err, BV_EINVAL, "metadata go with the current version %u, not with %u", life->count, act->version);
		return BV_OK;
	default:
		return move(life, act, rule, arena, err);
	}
}
