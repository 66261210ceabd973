/* The life of an attempt: one table says which act takes which state where, and who may; what else must hold is below it. A pure fold over events. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "engine/event.h"

/* ---- The table ---- */

#define S(state) (1u << (state))
#define RUNNING (S(BV_ATTEMPT_STARTED) | S(BV_ATTEMPT_PAUSED))
#define PRESENT (S(BV_ATTEMPT_ADMITTED) | RUNNING)
#define FINISHED (S(BV_ATTEMPT_SUBMITTED) | S(BV_ATTEMPT_EXPIRED) | S(BV_ATTEMPT_ENDED))
#define AFTER (S(BV_ATTEMPT_SCORED) | S(BV_ATTEMPT_RELEASED) | S(BV_ATTEMPT_APPEALED) | S(BV_ATTEMPT_FINAL))
#define ANY (S(BV_ATTEMPT_REGISTERED) | PRESENT | FINISHED | AFTER)
#define STAYS BV_ATTEMPT_NONE

enum { CANDIDATE = 1, STAFF = 2, CLOCK = 4 };

static const struct rule {
	enum bv_exam_act act;
	unsigned from; /* S(…) */
	enum bv_attempt_state to;
	unsigned who;
	bool reason; /* a person must say why */
} rules[] = {
	{ BV_EXAM_OPEN, S(BV_ATTEMPT_NONE), BV_SITTING_OPEN, STAFF, false },
	{ BV_EXAM_CLOSE, S(BV_SITTING_OPEN), BV_SITTING_CLOSED, STAFF, true },
	{ BV_EXAM_WINDOW, S(BV_SITTING_OPEN), STAYS, STAFF, true },
	{ BV_EXAM_CLOCK, S(BV_SITTING_OPEN), STAYS, STAFF | CLOCK, true },
	{ BV_EXAM_REGISTER, S(BV_ATTEMPT_NONE), BV_ATTEMPT_REGISTERED, STAFF, false },
	{ BV_EXAM_ADMIT, S(BV_ATTEMPT_REGISTERED), BV_ATTEMPT_ADMITTED, STAFF, false },
	{ BV_EXAM_DISMISS, S(BV_ATTEMPT_ADMITTED), BV_ATTEMPT_REGISTERED, STAFF, true },
	{ BV_EXAM_LEASE, PRESENT, STAYS, CANDIDATE, false },
	{ BV_EXAM_UNBIND, PRESENT, STAYS, STAFF, true },
	{ BV_EXAM_START, S(BV_ATTEMPT_ADMITTED), BV_ATTEMPT_STARTED, CANDIDATE, false },
	{ BV_EXAM_SAVE, S(BV_ATTEMPT_STARTED), STAYS, CANDIDATE, false },
	{ BV_EXAM_SECTION, S(BV_ATTEMPT_STARTED), STAYS, CANDIDATE | CLOCK, false },
	{ BV_EXAM_PAUSE, S(BV_ATTEMPT_STARTED), BV_ATTEMPT_PAUSED, STAFF, true },
	{ BV_EXAM_RESUME, S(BV_ATTEMPT_PAUSED), BV_ATTEMPT_STARTED, STAFF, true },
	{ BV_EXAM_EXTEND, S(BV_ATTEMPT_REGISTERED) | PRESENT, STAYS, STAFF, true },
	{ BV_EXAM_SUBMIT, S(BV_ATTEMPT_STARTED), BV_ATTEMPT_SUBMITTED, CANDIDATE, false },
	{ BV_EXAM_EXPIRE, S(BV_ATTEMPT_STARTED), BV_ATTEMPT_EXPIRED, CLOCK, false },
	{ BV_EXAM_END, RUNNING, BV_ATTEMPT_ENDED, STAFF, true },
	{ BV_EXAM_REOPEN, FINISHED, BV_ATTEMPT_PAUSED, STAFF, true },
	{ BV_EXAM_SCORE, FINISHED, BV_ATTEMPT_SCORED, STAFF, false },
	{ BV_EXAM_SCORE, S(BV_ATTEMPT_SCORED) | S(BV_ATTEMPT_APPEALED), BV_ATTEMPT_SCORED, STAFF, true },
	{ BV_EXAM_RELEASE, S(BV_ATTEMPT_SCORED), BV_ATTEMPT_RELEASED, STAFF, false },
	{ BV_EXAM_APPEAL, S(BV_ATTEMPT_RELEASED), BV_ATTEMPT_APPEALED, CANDIDATE | STAFF, true },
	{ BV_EXAM_FINALISE, S(BV_ATTEMPT_RELEASED), BV_ATTEMPT_FINAL, STAFF, false },
	{ BV_EXAM_FINALISE, S(BV_ATTEMPT_APPEALED), BV_ATTEMPT_FINAL, STAFF, true },
	{ BV_EXAM_NOTE, ANY, STAYS, CANDIDATE | STAFF, false },
	{ BV_EXAM_NOTE, S(BV_SITTING_OPEN), STAYS, STAFF, false },
	{ BV_EXAM_ACCESS, ANY | S(BV_SITTING_OPEN), STAYS, STAFF, true },
	{ BV_EXAM_RESCUE, RUNNING | FINISHED, STAYS, STAFF, true },
};

static const char *const state_names[BV_ATTEMPT_STATE_COUNT] = {
	[BV_ATTEMPT_NONE] = "none",           [BV_ATTEMPT_REGISTERED] = "registered", [BV_ATTEMPT_ADMITTED] = "admitted",
	[BV_ATTEMPT_STARTED] = "started",     [BV_ATTEMPT_PAUSED] = "paused",         [BV_ATTEMPT_SUBMITTED] = "submitted",
	[BV_ATTEMPT_EXPIRED] = "expired",     [BV_ATTEMPT_ENDED] = "ended",           [BV_ATTEMPT_SCORED] = "scored",
	[BV_ATTEMPT_RELEASED] = "released",   [BV_ATTEMPT_APPEALED] = "appealed",     [BV_ATTEMPT_FINAL] = "final",
	[BV_SITTING_OPEN] = "sitting-open",   [BV_SITTING_CLOSED] = "sitting-closed",
};

static const char *const act_names[BV_EXAM_ACT_COUNT] = {
	[BV_EXAM_NOTHING] = "nothing",   [BV_EXAM_OPEN] = "open",       [BV_EXAM_CLOSE] = "close",     [BV_EXAM_WINDOW] = "window",
	[BV_EXAM_CLOCK] = "clock",       [BV_EXAM_REGISTER] = "register", [BV_EXAM_ADMIT] = "admit",   [BV_EXAM_DISMISS] = "dismiss",
	[BV_EXAM_LEASE] = "lease",       [BV_EXAM_UNBIND] = "unbind",   [BV_EXAM_START] = "start",     [BV_EXAM_SAVE] = "save",
	[BV_EXAM_SECTION] = "section",   [BV_EXAM_PAUSE] = "pause",     [BV_EXAM_RESUME] = "resume",   [BV_EXAM_EXTEND] = "extend",
	[BV_EXAM_SUBMIT] = "submit",     [BV_EXAM_EXPIRE] = "expire",   [BV_EXAM_END] = "end",         [BV_EXAM_REOPEN] = "reopen",
	[BV_EXAM_SCORE] = "score",       [BV_EXAM_RELEASE] = "release", [BV_EXAM_APPEAL] = "appeal",   [BV_EXAM_FINALISE] = "finalise",
	[BV_EXAM_NOTE] = "note",         [BV_EXAM_ACCESS] = "access",   [BV_EXAM_RESCUE] = "rescue",
};

static const char *const refusal_names[] = {
	[BV_REFUSED_NOT] = "",           [BV_REFUSED_SHAPE] = "shape",     [BV_REFUSED_UNKNOWN] = "unknown", [BV_REFUSED_STATE] = "state",
	[BV_REFUSED_AUTHOR] = "author",  [BV_REFUSED_WINDOW] = "window",   [BV_REFUSED_TIME] = "time",       [BV_REFUSED_SECTION] = "section",
	[BV_REFUSED_LEASE] = "lease",    [BV_REFUSED_MACHINE] = "machine", [BV_REFUSED_NUMBER] = "number",   [BV_REFUSED_HELD] = "held",
	[BV_REFUSED_STOPPED] = "stopped",
};

const char *
bv_attempt_state_name(enum bv_attempt_state state)
{
	return state_names[state];
}

const char *
bv_exam_act_name(enum bv_exam_act act)
{
	if (act == BV_EXAM_LOOK)
		return "look";
	return (unsigned)act < BV_EXAM_ACT_COUNT && act_names[act] ? act_names[act] : "?";
}

const char *
bv_refusal_name(enum bv_refusal refusal)
{
	return refusal_names[refusal];
}

enum bv_attempt_state
attempt_state_after(enum bv_exam_act act)
{
	size_t i = 0;

	while (i < BV_COUNT(rules) && rules[i].act != act)
		i++;
	return i < BV_COUNT(rules) ? rules[i].to : STAYS;
}

enum bv_status
bv_exam_act_parse(enum bv_exam_act *act, struct bv_str name, struct bv_err *err)
{
	for (unsigned i = BV_EXAM_OPEN; i < BV_EXAM_ACT_COUNT; i++)
		if (act_names[i] && bv_str_is(name, act_names[i])) {
			*act = (enum bv_exam_act)i;
			return BV_OK;
		}
	return bv_err_set(err, BV_EINVAL, "there is no act '%.*s'", BV_STR_ARG(bv_str_sub(name, 0, 40)));
}

static unsigned
author_class(struct bv_str author)
{
	return bv_str_is(author, "candidate") ? CANDIDATE : bv_str_is(author, "clock") ? CLOCK : STAFF;
}

static const struct rule *
rule_of(enum bv_exam_act act, enum bv_attempt_state state)
{
	for (size_t i = 0; i < BV_COUNT(rules); i++)
		if (rules[i].act == act && rules[i].from & S(state))
			return &rules[i];
	return NULL;
}

/* ---- Refusals ---- */

struct deciding {
	struct bv_attempt_decision *decision;
	struct bv_exam_event *event;
	const struct bv_attempt *attempt;
	const struct bv_sitting_plan *plan;
	int64_t now_ms;
	struct bv_err *err;
};

#define REFUSE(d, why, status, ...) ((d)->decision->refusal = (why), bv_err_set((d)->err, (status), __VA_ARGS__))

static enum bv_status
refuse_state(struct deciding *d)
{
	enum bv_attempt_state state = d->attempt->state;
	BV_AUTO(bv_buf_finish) struct bv_buf possible = BV_BUF(400);

	for (size_t i = 0; i < BV_COUNT(rules); i++)
		if (rules[i].from & S(state))
			bv_buf_printf(&possible, "%s%s", possible.len ? ", " : "", act_names[rules[i].act]);
	if (state == BV_ATTEMPT_NONE)
		return REFUSE(d, BV_REFUSED_UNKNOWN, BV_ENOTFOUND, "'%s': there is no such attempt", act_names[d->event->act]);
	return REFUSE(d, BV_REFUSED_STATE, BV_ECONFLICT, "%s %" PRId64 " is '%s': '%s' is not possible now; possible: %s",
	              state >= BV_SITTING_OPEN ? "sitting" : "attempt", d->attempt->id, state_names[state], act_names[d->event->act],
	              possible.len ? possible.p : "nothing");
}

static enum bv_status
check_author(struct deciding *d)
{
	unsigned may = 0, who = author_class(d->event->facts.author);
	const struct rule *now = rule_of(d->event->act, d->attempt->state);

	for (size_t i = 0; i < BV_COUNT(rules); i++)
		if (rules[i].act == d->event->act && (!now || now == &rules[i]))
			may |= rules[i].who;
	if (may & who)
		return BV_OK;
	return REFUSE(d, BV_REFUSED_AUTHOR, BV_EDENIED, "'%s' is not for %s", act_names[d->event->act],
	              who == CANDIDATE ? "a candidate" : who == CLOCK ? "the clock" : "staff");
}

/* ---- Times ---- */

static int64_t
share(int64_t whole, int64_t part, int64_t of)
{
	return (whole * part + of - 1) / of; /* none is more than a week: the product is below 2^59 */
}

/* When the time of an attempt that has started is over, were a pause that it is in over when it began. */
static int64_t
deadline(const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	int64_t own = attempt->start_ms + plan->own_ms;

	return (own < plan->closes_ms ? own : plan->closes_ms) + share(plan->own_ms, attempt->extra_percent, 100) + attempt->extra_ms + attempt->added_ms;
}

/* The same of the section that is open; the whole deadline where that has no limit or ends later. */
static int64_t
section_deadline(const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	int64_t whole = deadline(attempt, plan);

	if (attempt->section >= plan->section_count || !plan->sections[attempt->section].limit_ms)
		return whole;
	int64_t limit = plan->sections[attempt->section].limit_ms;
	int64_t own = attempt->section_ms + limit + share(limit, attempt->extra_percent, 100) + share(attempt->extra_ms, limit, plan->own_ms) +
	              attempt->section_added_ms;
	return own < whole ? own : whole;
}

/* Each item of an adaptive form is a section; whether it is the last one is not known before it is left. */
static uint32_t
sections_of(const struct bv_sitting_plan *plan)
{
	return plan->adaptive ? plan->item_count : plan->section_count;
}

static bool
last_section(const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	return !plan->adaptive && attempt->section + 1u >= plan->section_count;
}

int64_t
bv_attempt_deadline_ms(const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	if (attempt->state != BV_ATTEMPT_STARTED)
		return 0;
	return last_section(attempt, plan) ? section_deadline(attempt, plan) : deadline(attempt, plan);
}

bool
bv_attempt_due(const struct bv_attempt *attempt, const struct bv_sitting_plan *plan, int64_t *due_ms, enum bv_exam_act *act)
{
	if (attempt->state != BV_ATTEMPT_STARTED)
		return false;
	int64_t section = section_deadline(attempt, plan);
	if (!last_section(attempt, plan) && section < deadline(attempt, plan)) {
		*due_ms = section;
		*act = BV_EXAM_SECTION;
	} else {
		*due_ms = section + plan->grace_ms;
		*act = BV_EXAM_EXPIRE;
	}
	return true;
}

static int64_t
left(const struct bv_attempt *attempt, int64_t until_ms, int64_t now_ms)
{
	int64_t at = attempt->state == BV_ATTEMPT_PAUSED ? attempt->pause_ms : now_ms > attempt->last_ms ? now_ms : attempt->last_ms;

	return until_ms > at ? until_ms - at : 0;
}

int64_t
bv_attempt_left_ms(const struct bv_attempt *attempt, const struct bv_sitting_plan *plan, int64_t now_ms)
{
	switch ((enum bv_attempt_state)attempt->state) {
	case BV_ATTEMPT_REGISTERED:
	case BV_ATTEMPT_ADMITTED:
		return plan->own_ms + share(plan->own_ms, attempt->extra_percent, 100) + attempt->extra_ms + attempt->added_ms;
	case BV_ATTEMPT_STARTED:
	case BV_ATTEMPT_PAUSED:
		return left(attempt, last_section(attempt, plan) ? section_deadline(attempt, plan) : deadline(attempt, plan), now_ms);
	default:
		return 0;
	}
}

int64_t
bv_attempt_section_left_ms(const struct bv_attempt *attempt, const struct bv_sitting_plan *plan, int64_t now_ms)
{
	if (!(S(attempt->state) & RUNNING))
		return bv_attempt_left_ms(attempt, plan, now_ms);
	return left(attempt, section_deadline(attempt, plan), now_ms);
}

enum bv_status
bv_sitting_plan_check(const struct bv_sitting_plan *plan, struct bv_err *err)
{
	uint32_t items = 0;

	if (plan->opens_ms > plan->start_until_ms || plan->start_until_ms > plan->closes_ms)
		return bv_err_set(err, BV_EINVAL, "a sitting opens, then nobody starts any more, then it closes: opensMs <= startUntilMs <= closesMs");
	if (plan->adaptive && (plan->section_count || plan->item_count > BV_ADAPTIVE_ITEMS_MAX))
		return bv_err_set(err, BV_EINVAL, "an adaptive form has at most %d items, and no sections but them", BV_ADAPTIVE_ITEMS_MAX);
	if (plan->section_count > BV_SITTING_SECTIONS_MAX)
		return bv_err_set(err, BV_EINVAL, "there are %u sections, more than %d", plan->section_count, BV_SITTING_SECTIONS_MAX);
	for (uint32_t i = 0; i < plan->section_count; i++) {
		const struct bv_sitting_section *section = &plan->sections[i];
		if (!section->item_count || section->item_count > BV_FORM_ITEMS_MAX)
			return bv_err_set(err, BV_EINVAL, "section %u has %u items, not 1 to %d", i, section->item_count, BV_FORM_ITEMS_MAX);
		if (section->limit_ms < 0 || section->limit_ms > plan->own_ms)
			return bv_err_set(err, BV_EINVAL, "section %u has a limit that is not within ownMs", i);
		items += section->item_count;
	}
	if (plan->section_count && items != plan->item_count)
		return bv_err_set(err, BV_EINVAL, "the sections have %u items, the form %u", items, plan->item_count);
	return BV_OK;
}

/* ---- Deciding ---- */

static uint64_t
digest_of(struct bv_str bytes)
{
	uint8_t hash[BV_HASH_LEN];

	bv_sha256(hash, bytes);
	return get_be64(hash);
}

static enum bv_status
done_before(struct deciding *d, enum bv_attempt_verdict verdict, int64_t n, uint32_t seq)
{
	d->decision->verdict = verdict;
	d->decision->n = n;
	d->decision->seq = seq;
	return BV_OK;
}

static enum bv_status
check_lease(struct deciding *d)
{
	uint32_t lease = d->event->facts.lease;

	if (lease == d->attempt->lease && lease)
		return BV_OK;
	if (lease > d->attempt->lease || !lease)
		return REFUSE(d, BV_REFUSED_LEASE, BV_EDENIED, "attempt %" PRId64 ": lease %u was never given: sign in", d->attempt->id, lease);
	return REFUSE(d, BV_REFUSED_LEASE, BV_EDENIED, "attempt %" PRId64 " was opened in another tab or on another machine (lease %u, this is %u): go on there, or sign in here",
	              d->attempt->id, d->attempt->lease, lease);
}

static enum bv_status
refuse_time(struct deciding *d, int64_t until_ms)
{
	return REFUSE(d, BV_REFUSED_TIME, BV_EDENIED, "the time of attempt %" PRId64 " was over %" PRId64 ".%03d s before: '%s' comes too late",
	              d->attempt->id, (d->now_ms - until_ms) / 1000, (int)((d->now_ms - until_ms) % 1000), act_names[d->event->act]);
}

/* The late rule: given before until_ms, and arrived then or within the grace. */
static enum bv_status
check_time(struct deciding *d, int64_t until_ms, int64_t age_ms)
{
	if (d->now_ms <= until_ms)
		return BV_OK;
	if (d->now_ms - age_ms > until_ms || d->now_ms > until_ms + d->plan->grace_ms)
		return refuse_time(d, until_ms);
	d->event->facts.late = true;
	return BV_OK;
}

static uint32_t
section_of(const struct bv_sitting_plan *plan, uint32_t item)
{
	uint32_t section = 0, past = plan->section_count ? plan->sections[0].item_count : 0;

	if (plan->adaptive)
		return item;
	while (section < plan->section_count && item >= past)
		past += plan->sections[++section].item_count;
	return section;
}

static enum bv_status
decide_save(struct deciding *d)
{
	const struct bv_exam_facts *facts = &d->event->facts;
	const struct bv_attempt *attempt = d->attempt;
	uint32_t section = section_of(d->plan, facts->item);
	int64_t until_ms = section_deadline(attempt, d->plan);

	TRY(check_lease(d));
	if (attempt->over && section == attempt->section)
		return REFUSE(d, BV_REFUSED_SECTION, BV_EDENIED, "item %u was never given: the one before was the last", facts->item);
	if (sections_of(d->plan) && section != attempt->section) {
		if (section > attempt->section)
			return REFUSE(d, BV_REFUSED_SECTION, BV_EDENIED, "item %u is in section %u, and section %u is open", facts->item, section, attempt->section);
		if (section + 1 < attempt->section || !attempt->closed_ms)
			return REFUSE(d, BV_REFUSED_SECTION, BV_EDENIED, "item %u is in section %u, which was left", facts->item, section);
		until_ms = attempt->closed_ms;
	}
	return check_time(d, until_ms, facts->age_ms);
}

/* What staff brings is of a lease that there was, and was given while it could be. A section that was left has no time of its own any more: the one after
 * it was entered then at the earliest. */
static enum bv_status
decide_rescue(struct deciding *d)
{
	const struct bv_exam_facts *facts = &d->event->facts;
	const struct bv_attempt *attempt = d->attempt;
	uint32_t section = section_of(d->plan, facts->item);
	int64_t given_ms = d->now_ms - facts->age_ms, until_ms = attempt->state == BV_ATTEMPT_STARTED ? section_deadline(attempt, d->plan) : attempt->pause_ms;

	if (!facts->lease || facts->lease > attempt->lease)
		return REFUSE(d, BV_REFUSED_LEASE, BV_EDENIED, "attempt %" PRId64 ": lease %u was never given", attempt->id, facts->lease);
	if (sections_of(d->plan) && (section > attempt->section || (attempt->over && section == attempt->section)))
		return REFUSE(d, BV_REFUSED_SECTION, BV_EDENIED, "item %u is in section %u, which was never entered", facts->item, section);
	if (d->plan->adaptive && section < attempt->section)
		return REFUSE(d, BV_REFUSED_SECTION, BV_EDENIED, "item %u was left: the item after it was chosen by the answer that was there then", facts->item);
	if (d->plan->section_count && section < attempt->section && attempt->section_ms < until_ms)
		until_ms = attempt->section_ms;
	if (given_ms < attempt->start_ms)
		return REFUSE(d, BV_REFUSED_TIME, BV_EDENIED, "item %u: the answer is older than the start of attempt %" PRId64, facts->item, attempt->id);
	if (given_ms > until_ms)
		return REFUSE(d, BV_REFUSED_TIME, BV_EDENIED, "item %u: the answer was given %" PRId64 ".%03d s after the time was over", facts->item,
		              (given_ms - until_ms) / 1000, (int)((given_ms - until_ms) % 1000));
	d->event->facts.late = d->now_ms > until_ms;
	return BV_OK;
}

/* What was done before with the same words. */
static enum bv_status
recall_save(struct deciding *d, bool *known)
{
	const struct bv_exam_facts *facts = &d->event->facts;

	*known = false;
	if (d->attempt->state == BV_ATTEMPT_NONE || d->attempt->state >= BV_SITTING_OPEN)
		return BV_OK;
	if (facts->item >= d->plan->item_count)
		return REFUSE(d, BV_REFUSED_UNKNOWN, BV_ENOTFOUND, "there is no item %u: the form has %u, counted from 0", facts->item, d->plan->item_count);
	const struct bv_attempt_item *item = d->attempt->items ? &d->attempt->items[facts->item] : NULL;
	if (!item || !item->n || item->lease != facts->lease || item->number < facts->number)
		return BV_OK;
	*known = true;
	if (item->number > facts->number)
		return done_before(d, BV_ATTEMPT_OLD, item->n, item->seq);
	if (item->digest == digest_of(facts->response))
		return done_before(d, BV_ATTEMPT_AGAIN, item->n, item->seq);
	return REFUSE(d, BV_REFUSED_NUMBER, BV_ECONFLICT, "item %u: number %u of this lease came before with another answer: count on", facts->item,
	              facts->number);
}

/* The file again, or one of a machine whose answers came by themselves meanwhile; or answered on another machine since. */
static enum bv_status
recall_rescue(struct deciding *d, bool *known)
{
	const struct bv_exam_facts *facts = &d->event->facts;
	const struct bv_attempt_item *item = d->attempt->items && facts->item < d->plan->item_count ? &d->attempt->items[facts->item] : NULL;

	if (facts->item >= d->plan->item_count && d->attempt->state != BV_ATTEMPT_NONE)
		return REFUSE(d, BV_REFUSED_UNKNOWN, BV_ENOTFOUND, "there is no item %u: the form has %u, counted from 0", facts->item, d->plan->item_count);
	*known = item && item->n;
	if (*known && item->digest == digest_of(facts->response))
		return done_before(d, BV_ATTEMPT_AGAIN, item->n, item->seq);
	*known = *known && (item->lease > facts->lease || (item->lease == facts->lease && item->number >= facts->number));
	return *known ? done_before(d, BV_ATTEMPT_OLD, item->n, item->seq) : BV_OK;
}

static enum bv_status
recall(struct deciding *d, bool *known)
{
	const struct bv_attempt *attempt = d->attempt;
	const struct bv_exam_facts *facts = &d->event->facts;

	*known = false;
	for (size_t i = 0; facts->key && i < BV_COUNT(attempt->keys); i++)
		if (attempt->keys[i].key == facts->key) {
			*known = true;
			return done_before(d, BV_ATTEMPT_AGAIN, attempt->keys[i].n, attempt->keys[i].seq);
		}
	switch (d->event->act) {
	case BV_EXAM_SAVE:
		return recall_save(d, known);
	case BV_EXAM_RESCUE:
		return recall_rescue(d, known);
	case BV_EXAM_START:
		*known = S(attempt->state) & RUNNING && facts->lease == attempt->lease;
		return *known ? done_before(d, BV_ATTEMPT_AGAIN, attempt->start_n, attempt->start_seq) : BV_OK;
	case BV_EXAM_SUBMIT:
		*known = attempt->state == BV_ATTEMPT_SUBMITTED && facts->lease == attempt->lease;
		return *known ? done_before(d, BV_ATTEMPT_AGAIN, attempt->finish_n, attempt->finish_seq) : BV_OK;
	case BV_EXAM_SECTION:
		*known = attempt->section_n && facts->section + 1 == attempt->section && facts->lease && facts->lease == attempt->lease;
		return *known ? done_before(d, BV_ATTEMPT_AGAIN, attempt->section_n, attempt->section_seq) : BV_OK;
	default:
		return BV_OK;
	}
}

static enum bv_status
decide_start(struct deciding *d)
{
	TRY(check_lease(d));
	if (d->now_ms < d->plan->opens_ms)
		return REFUSE(d, BV_REFUSED_WINDOW, BV_EDENIED, "the sitting opens in %" PRId64 " s", (d->plan->opens_ms - d->now_ms + 999) / 1000);
	if (d->now_ms > d->plan->start_until_ms || d->now_ms >= d->plan->closes_ms)
		return REFUSE(d, BV_REFUSED_WINDOW, BV_EDENIED, "nobody starts any more since %" PRId64 " s", (d->now_ms - d->plan->start_until_ms) / 1000);
	return BV_OK;
}

static enum bv_status
decide_lease(struct deciding *d)
{
	if (d->attempt->machine && d->attempt->machine != digest_of(d->event->facts.machine))
		return REFUSE(d, BV_REFUSED_MACHINE, BV_EDENIED, "attempt %" PRId64 " is open on another machine: a proctor must allow the move",
		              d->attempt->id);
	if (d->attempt->lease == UINT32_MAX)
		return REFUSE(d, BV_REFUSED_LEASE, BV_EDENIED, "there are no more leases of attempt %" PRId64, d->attempt->id);
	d->event->facts.lease = d->attempt->lease + 1;
	return BV_OK;
}

/* What comes next was chosen by the answers: by those that are here, the newest too? */
static enum bv_status
check_choice(struct deciding *d)
{
	const struct bv_exam_facts *facts = &d->event->facts;
	static const uint8_t none[BV_HASH_LEN];
	bool chosen = memcmp(facts->form, none, BV_HASH_LEN) != 0;

	if (!d->plan->adaptive && (facts->after || chosen))
		return REFUSE(d, BV_REFUSED_SHAPE, BV_EINVAL, "'after' and 'form' are for sections of adaptive forms");
	if (!d->plan->adaptive)
		return BV_OK;
	if (d->attempt->over)
		return REFUSE(d, BV_REFUSED_SECTION, BV_EDENIED, "item %u was never given: the one before was the last, submit", facts->section);
	if (facts->after != d->attempt->items[facts->section].seq)
		return REFUSE(d, BV_REFUSED_NUMBER, BV_ECONFLICT, "the newest answer to item %u is event %u, not %u: the next item does not follow from that", facts->section,
		              d->attempt->items[facts->section].seq, facts->after);
	if (d->now_ms > deadline(d->attempt, d->plan))
		return refuse_time(d, deadline(d->attempt, d->plan));
	if (chosen && facts->section + 1 == d->plan->item_count)
		return REFUSE(d, BV_REFUSED_SHAPE, BV_EINVAL, "a form has at most %u items: none comes after item %u", d->plan->item_count, facts->section);
	return BV_OK;
}

static enum bv_status
decide_section(struct deciding *d)
{
	uint32_t section = d->event->facts.section, count = sections_of(d->plan);

	if (section >= count)
		return REFUSE(d, BV_REFUSED_UNKNOWN, BV_ENOTFOUND, "there is no section %u: the form has %u, counted from 0", section, count);
	if (section != d->attempt->section)
		return REFUSE(d, BV_REFUSED_SECTION, BV_EDENIED, "section %u is open, not %u", d->attempt->section, section);
	if (last_section(d->attempt, d->plan))
		return REFUSE(d, BV_REFUSED_SECTION, BV_EDENIED, "section %u is the last one: submit", section);
	return check_choice(d);
}

/* What the clock does is due, and says when it was. */
static enum bv_status
decide_clock(struct deciding *d)
{
	enum bv_exam_act act;
	int64_t due_ms = 0;

	if (!bv_attempt_due(d->attempt, d->plan, &due_ms, &act) || act != d->event->act || due_ms > d->now_ms)
		return REFUSE(d, BV_REFUSED_TIME, BV_EDENIED, "it is not yet time for '%s'", act_names[d->event->act]);
	d->event->facts.deadline_ms = section_deadline(d->attempt, d->plan);
	return BV_OK;
}

static enum bv_status
decide_act(struct deciding *d)
{
	switch (d->event->act) {
	case BV_EXAM_LEASE:
		return decide_lease(d);
	case BV_EXAM_START:
		return decide_start(d);
	case BV_EXAM_SAVE:
		return decide_save(d);
	case BV_EXAM_RESCUE:
		return decide_rescue(d);
	case BV_EXAM_SUBMIT:
		TRY(check_lease(d));
		return check_time(d, bv_attempt_deadline_ms(d->attempt, d->plan), d->plan->grace_ms);
	case BV_EXAM_EXPIRE:
		return decide_clock(d);
	case BV_EXAM_SECTION:
		if (author_class(d->event->facts.author) == CLOCK) {
			TRY(decide_section(d));
			return decide_clock(d);
		}
		TRY(check_lease(d));
		return decide_section(d);
	case BV_EXAM_WINDOW:
		if (d->event->facts.plan.opens_ms > d->event->facts.plan.start_until_ms ||
		    d->event->facts.plan.start_until_ms > d->event->facts.plan.closes_ms)
			return REFUSE(d, BV_REFUSED_SHAPE, BV_EINVAL, "the window: opensMs <= startUntilMs <= closesMs");
		return BV_OK;
	default:
		return BV_OK;
	}
}

/* In these states what a candidate still sends comes too late, rather than at the wrong place. */
static bool
time_is_over(const struct deciding *d)
{
	return d->attempt->state == BV_ATTEMPT_EXPIRED &&
	       (d->event->act == BV_EXAM_SAVE || d->event->act == BV_EXAM_SUBMIT || d->event->act == BV_EXAM_SECTION);
}

enum bv_status
bv_attempt_decide(struct bv_attempt_decision *decision, struct bv_exam_event *event, const struct bv_attempt *attempt,
                  const struct bv_sitting_plan *plan, enum bv_exam_act act, const struct bv_exam_facts *facts, int64_t now_ms, struct bv_err *err)
{
	struct deciding d = { decision, event, attempt, plan, now_ms > attempt->last_ms ? now_ms : attempt->last_ms, err };
	bool known;

	*decision = (struct bv_attempt_decision){ 0 };
	*event = (struct bv_exam_event){
		.sitting = attempt->sitting, .attempt = attempt->id, .seq = (int64_t)attempt->seq + 1, .at_ms = d.now_ms, .act = act, .facts = *facts
	};
	event->facts.late = false;
	event->facts.deadline_ms = 0;
	TRY(check_author(&d));
	TRY(recall(&d, &known));
	if (known)
		return BV_OK;
	const struct rule *rule = rule_of(act, attempt->state);
	if (!rule && time_is_over(&d))
		return refuse_time(&d, attempt->pause_ms);
	if (!rule)
		return refuse_state(&d);
	if (rule->reason && !facts->reason.len && author_class(facts->author) != CLOCK)
		return REFUSE(&d, BV_REFUSED_SHAPE, BV_EINVAL, "'%s' needs a 'reason' in state '%s'", act_names[act], state_names[attempt->state]);
	if (attempt->seq == UINT32_MAX)
		return REFUSE(&d, BV_REFUSED_STATE, BV_ECONFLICT, "attempt %" PRId64 " has as many events as there can be", attempt->id);
	return decide_act(&d);
}

/* ---- Folding ---- */

static enum bv_status
odd(const struct bv_exam_event *event, const char *what, struct bv_err *err)
{
	return bv_err_set(err, BV_EINVAL, "event %" PRId64 " (attempt %" PRId64 ", seq %" PRId64 ", '%s'): %s", event->n, event->attempt, event->seq,
	                  bv_exam_act_name(event->act), what);
}

static void
start(struct bv_attempt *attempt, const struct bv_sitting_plan *plan, const struct bv_exam_event *event)
{
	attempt->start_ms = attempt->section_ms = event->at_ms;
	attempt->start_n = event->n;
	attempt->start_seq = (uint32_t)event->seq;
	if (plan->item_count)
		attempt->items = bv_alloc_array(plan->item_count, sizeof attempt->items[0]);
}

static void
stop(struct bv_attempt *attempt, int64_t until_ms, int64_t at_ms)
{
	if (attempt->state != BV_ATTEMPT_PAUSED)
		attempt->pause_ms = at_ms < until_ms ? at_ms : until_ms;
}

static void
finish(struct bv_attempt *attempt, const struct bv_exam_event *event)
{
	attempt->finish_n = event->n;
	attempt->finish_seq = (uint32_t)event->seq;
}

static void
resume(struct bv_attempt *attempt, int64_t at_ms)
{
	int64_t paused_ms = at_ms - attempt->pause_ms;

	attempt->added_ms += paused_ms;
	attempt->section_added_ms += paused_ms;
	if (attempt->closed_ms)
		attempt->closed_ms += paused_ms;
}

static enum bv_status
fold_save(struct bv_attempt *attempt, const struct bv_sitting_plan *plan, const struct bv_exam_event *event, struct bv_err *err)
{
	const struct bv_exam_facts *facts = &event->facts;

	if (!plan->item_count)
		return BV_OK;
	if (facts->item >= plan->item_count)
		return odd(event, "there is no such item", err);
	if (event->act == BV_EXAM_SAVE ? facts->lease != attempt->lease : facts->lease > attempt->lease)
		return odd(event, "of a lease that was not the one of then", err);
	if (plan->adaptive && (facts->item != attempt->section || attempt->over))
		return odd(event, "of an item that was not open", err);
	struct bv_attempt_item *item = &attempt->items[facts->item];
	if (item->n && (item->lease > facts->lease || (item->lease == facts->lease && item->number >= facts->number)))
		return odd(event, "its number is not after the one before", err);
	*item = (struct bv_attempt_item){ event->n, digest_of(facts->response), (uint32_t)event->seq, facts->number, facts->lease };
	return BV_OK;
}

static enum bv_status
fold_section(struct bv_attempt *attempt, const struct bv_sitting_plan *plan, const struct bv_exam_event *event, struct bv_err *err)
{
	static const uint8_t none[BV_HASH_LEN];
	bool chosen = memcmp(event->facts.form, none, BV_HASH_LEN) != 0;

	if (event->facts.section != attempt->section || last_section(attempt, plan) || attempt->over)
		return odd(event, "of a section that was not open, or is the last one", err);
	if (plan->adaptive && attempt->items && event->facts.after != attempt->items[attempt->section].seq)
		return odd(event, "what comes next was not chosen by the newest answer", err);
	attempt->section++;
	attempt->over = plan->adaptive && (attempt->section == plan->item_count || !chosen);
	attempt->closed_ms = event->facts.deadline_ms;
	attempt->section_ms = event->facts.deadline_ms ? event->facts.deadline_ms : event->at_ms;
	attempt->section_added_ms = 0;
	attempt->section_n = event->n;
	attempt->section_seq = (uint32_t)event->seq;
	return BV_OK;
}

static enum bv_status
fold_act(struct bv_attempt *attempt, const struct bv_sitting_plan *plan, const struct bv_exam_event *event, struct bv_err *err)
{
	const struct bv_exam_facts *facts = &event->facts;

	switch (event->act) {
	case BV_EXAM_REGISTER:
		attempt->extra_percent = (uint16_t)facts->extra_percent;
		attempt->extra_ms = facts->extra_ms;
		break;
	case BV_EXAM_LEASE:
		if (facts->lease != attempt->lease + 1)
			return odd(event, "leases are counted one by one", err);
		attempt->lease = facts->lease;
		attempt->machine = digest_of(facts->machine);
		break;
	case BV_EXAM_UNBIND:
		attempt->machine = 0;
		break;
	case BV_EXAM_START:
		start(attempt, plan, event);
		break;
	case BV_EXAM_SAVE:
	case BV_EXAM_RESCUE:
		return fold_save(attempt, plan, event, err);
	case BV_EXAM_SECTION:
		return fold_section(attempt, plan, event, err);
	case BV_EXAM_PAUSE:
		stop(attempt, section_deadline(attempt, plan), event->at_ms);
		break;
	case BV_EXAM_RESUME:
		resume(attempt, event->at_ms);
		break;
	case BV_EXAM_EXTEND:
		attempt->added_ms += facts->ms;
		if (S(attempt->state) & RUNNING)
			attempt->section_added_ms += facts->ms;
		break;
	case BV_EXAM_SUBMIT:
	case BV_EXAM_EXPIRE:
	case BV_EXAM_END:
		stop(attempt, section_deadline(attempt, plan), event->at_ms);
		finish(attempt, event);
		break;
	default:
		break;
	}
	return BV_OK;
}

static bool
is_order(enum bv_exam_act act)
{
	switch (act) {
	case BV_EXAM_ADMIT:
	case BV_EXAM_DISMISS:
	case BV_EXAM_UNBIND:
	case BV_EXAM_PAUSE:
	case BV_EXAM_RESUME:
	case BV_EXAM_EXTEND:
	case BV_EXAM_END:
	case BV_EXAM_REOPEN:
		return true;
	default:
		return false;
	}
}

enum bv_status
bv_attempt_fold(struct bv_attempt *attempt, const struct bv_sitting_plan *plan, const struct bv_exam_event *event, struct bv_err *err)
{
	const struct rule *rule = rule_of(event->act, attempt->state);

	if (event->seq != (int64_t)attempt->seq + 1)
		return odd(event, "its number does not follow the one before", err);
	if (event->at_ms < attempt->last_ms)
		return odd(event, "it is earlier than the one before", err);
	if (event->sitting != attempt->sitting)
		return odd(event, "it is of another sitting than the one before", err);
	if (!rule)
		return odd(event, "it is not possible in the state that was", err);
	TRY(fold_act(attempt, plan, event, err));
	if (is_order(event->act)) {
		attempt->order = (uint8_t)event->act;
		attempt->order_seq = (uint32_t)event->seq;
		attempt->order_ms = event->at_ms;
	}
	if (rule->to != STAYS)
		attempt->state = (uint8_t)rule->to;
	attempt->seq++;
	attempt->last_ms = event->at_ms;
	attempt->last_n = event->n;
	memcpy(attempt->head, event->hash, BV_HASH_LEN);
	if (event->facts.key) {
		attempt->keys[attempt->key_next] = (struct bv_attempt_key){ event->facts.key, event->n, (uint32_t)event->seq };
		attempt->key_next = (uint8_t)((attempt->key_next + 1) % BV_COUNT(attempt->keys));
	}
	return BV_OK;
}

void
bv_attempt_finish(struct bv_attempt *attempt)
{
	free(attempt->items);
	*attempt = (struct bv_attempt){ 0 };
}

/* ---- For people ---- */

static void
write_who(struct bv_buf *out, unsigned who)
{
	static const char *const names[] = { "candidate", "staff", "clock" };
	const char *between = "";

	for (unsigned i = 0; i < BV_COUNT(names); i++)
		if (who & 1u << i) {
			bv_buf_printf(out, "%s%s", between, names[i]);
			between = ", ";
		}
}

void
bv_attempt_table_write(struct bv_buf *out)
{
	bv_buf_addz(out, "| act | in state | then | who | reason |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < BV_COUNT(rules); i++) {
		const struct rule *rule = &rules[i];
		const char *between = "";
		bv_buf_printf(out, "| %s | ", act_names[rule->act]);
		for (unsigned state = 0; state < BV_ATTEMPT_STATE_COUNT; state++)
			if (rule->from & S(state)) {
				bv_buf_printf(out, "%s%s", between, state_names[state]);
				between = ", ";
			}
		bv_buf_printf(out, " | %s | ", rule->to == STAYS ? "the same" : state_names[rule->to]);
		write_who(out, rule->who);
		bv_buf_printf(out, " | %s |\n", rule->reason ? "yes" : "");
	}
}
