/* The life of items for staff: what has been done to one and by whom, what may be done now and why the rest may not, what is said about its versions, and whose turn
 * it is. The bank decides (doc/lifecycle.md); roles and scopes of the account come before. */
#include "base/clock.h"
#include "base/mem.h"
#include "tools/httpd/bank_desk.h"
#include "tools/httpd/bank_remark.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"

enum { REASON_MAX = 600 /* code points */, EVENTS_MAX = 1000, QUEUE_MAX = 200, LANGUAGE_MAX = 35, PERSON_MAX = BV_PERSON_MAX };

/* Who may do what; what is not here nobody does over HTTP. */
static const struct {
	enum bv_act act;
	uint32_t roles;
} rights[] = {
	{ BV_ACT_SUBMIT, ROLES_BANK_WRITE },
	{ BV_ACT_RETURN, ROLES_BANK_REVIEW },
	{ BV_ACT_APPROVE, ROLES_BANK_REVIEW },
	{ BV_ACT_PRETEST, ROLES_BANK_REVIEW | ROLE(SCHEME_OWNER) },
	{ BV_ACT_RELEASE, ROLES_BANK_REVIEW | ROLE(SCHEME_OWNER) },
	{ BV_ACT_RETIRE, ROLES_BANK_REVIEW | ROLE(SCHEME_OWNER) },
	{ BV_ACT_WITHDRAW, ROLES_BANK_WRITE | ROLES_BANK_REVIEW | ROLE(SCHEME_OWNER) },
	{ BV_ACT_REVISE, ROLES_BANK_WRITE },
};
static const char *const act_names[] = { "submit", "return", "approve", "pretest", "release", "retire", "withdraw", "revise", NULL };
static const char *const bar_names[] = { "", "state", "pretest", "author", "named", "approved", "role", NULL };

#define WHICH \
	{ "identifier", SCHEMA_STRING, 1, BV_ITEM_IDENTIFIER_MAX, .doc = "Which item." }, { "language", SCHEMA_STRING, 0, LANGUAGE_MAX, .doc = "In which language." }
#define VERSION { "version", SCHEMA_INT, 1, UINT32_MAX, .doc = "Which version." }
#define STATE { "state", SCHEMA_STRING, 0, 20, .doc = "Its state (doc/lifecycle.md)." }
#define AT { "at", SCHEMA_STRING, 20, 20, .format = FORMAT_TIME, .doc = "When." }
#define WHO { "who", SCHEMA_STRING, 0, PERSON_MAX, .doc = "The name of the account, or as the command said." }

const struct schema bank_life_query[] = { WHICH, { 0 } };
static const struct schema may_members[] = {
	{ "act", SCHEMA_STRING, 1, 20, .choices = act_names, .doc = "What." },
	{ "bar", SCHEMA_STRING, 0, 20, .choices = bar_names, .doc = "What keeps this account from it; empty: nothing." },
	{ 0 },
};
static const struct schema may_element = { NULL, SCHEMA_OBJECT, .of = may_members };
static const struct schema version_members[] = {
	VERSION, STATE,
	{ "approvals", SCHEMA_INT, 0, BV_REVIEWERS_MAX, .doc = "In review: how many have approved it." },
	{ "acts", SCHEMA_ARRAY, 0, BV_COUNT(rights), .of = &may_element, .doc = "Those that there are from its state." },
	{ 0 },
};
static const struct schema version_element = { NULL, SCHEMA_OBJECT, .of = version_members };
static const struct schema event_members[] = {
	{ "seq", SCHEMA_INT, 1, INT64_MAX, .doc = "Its number in the bank." }, AT, WHO,
	{ "act", SCHEMA_STRING, 1, 20, .doc = "What was done." },
	VERSION, STATE,
	{ "reason", SCHEMA_STRING, 0, BV_REASON_MAX, .format = FORMAT_LINES, .doc = "Why." },
	{ 0 },
};
static const struct schema event_element = { NULL, SCHEMA_OBJECT, .of = event_members };
static const struct schema remark_members[] = {
	VERSION, AT, WHO, { "text", SCHEMA_STRING, 1, BANK_REMARK_MAX, .format = FORMAT_LINES, .doc = "What he says." }, { 0 },
};
static const struct schema remark_element = { NULL, SCHEMA_OBJECT, .of = remark_members };
static const struct schema life_members[] = {
	{ "lifecycle", SCHEMA_BOOL, .doc = "Does the bank keep the life of its items? If not there are no versions and events here." },
	{ "reviewers", SCHEMA_INT, 0, BV_REVIEWERS_MAX, .doc = "How many must approve." },
	{ "pretest", SCHEMA_BOOL, .doc = "Is nothing released that was not pretested?" },
	{ "versions", SCHEMA_ARRAY, 0, UINT32_MAX, .of = &version_element, .doc = "The first one first." },
	{ "events", SCHEMA_ARRAY, 0, EVENTS_MAX, .of = &event_element, .doc = "The first one first." },
	{ "remarks", SCHEMA_ARRAY, 0, BANK_REMARKS_MAX, .of = &remark_element, .doc = "The first one first." },
	{ 0 },
};
const struct schema bank_life_answer = { NULL, SCHEMA_OBJECT, .of = life_members };

static const struct schema act_members[] = {
	WHICH, VERSION,
	{ "act", SCHEMA_STRING, 1, 20, .choices = act_names, .doc = "What is to be done." },
	{ "reason", SCHEMA_STRING, 0, REASON_MAX, .format = FORMAT_LINES, .optional = true, .doc = "Why: must be said for return, retire and withdraw." },
	{ 0 },
};
const struct schema bank_act_body = { NULL, SCHEMA_OBJECT, .of = act_members };
static const struct schema done_members[] = {
	VERSION,
	{ "from", SCHEMA_STRING, 0, 20, .doc = "The state before." },
	{ "to", SCHEMA_STRING, 1, 20, .doc = "The state now: the same for an approval that needs others." },
	{ "approvals", SCHEMA_INT, 0, BV_REVIEWERS_MAX, .doc = "How many have approved it." },
	{ 0 },
};
const struct schema bank_act_answer = { NULL, SCHEMA_OBJECT, .of = done_members };
static const struct schema remark_body_members[] = {
	WHICH, VERSION, { "text", SCHEMA_STRING, 1, BANK_REMARK_MAX, .format = FORMAT_LINES, .doc = "What is to be said." }, { 0 },
};
const struct schema bank_remark_body = { NULL, SCHEMA_OBJECT, .of = remark_body_members };
static const struct schema which_members[] = { WHICH, { 0 } };
const struct schema bank_confirm_body = { NULL, SCHEMA_OBJECT, .of = which_members };

static const struct schema turn_members[] = {
	WHICH, VERSION, STATE,
	{ "title", SCHEMA_STRING, 0, INT32_MAX, .doc = "Its title." },
	{ "competence", SCHEMA_STRING, 0, 32, .doc = "Its competence." },
	{ "kind", SCHEMA_STRING, 0, 60, .doc = "Its first interaction." },
	{ "approvals", SCHEMA_INT, 0, BV_REVIEWERS_MAX, .doc = "How many have approved it." },
	{ "bar", SCHEMA_STRING, 0, 20, .choices = bar_names, .doc = "What keeps this account from the next act; empty: nothing." },
	{ 0 },
};
static const struct schema turn_element = { NULL, SCHEMA_OBJECT, .of = turn_members };
#define TURNS(name, text) { name, SCHEMA_ARRAY, 0, QUEUE_MAX, .of = &turn_element, .doc = text }
static const struct schema queue_members[] = {
	{ "lifecycle", SCHEMA_BOOL, .doc = "Does the bank keep the life of its items? If not all lists are empty." },
	TURNS("review", "In review, and this account may approve."),
	TURNS("drafts", "Drafts that this account brought in, revised or submitted before."),
	TURNS("submitted", "In review, and others have to approve."),
	TURNS("next", "Approved or in pretest: to be pretested or released."),
	{ "more", SCHEMA_BOOL, .doc = "There are others that were not looked at." },
	{ 0 },
};
const struct schema bank_queue_answer = { NULL, SCHEMA_OBJECT, .of = queue_members };

/* ---- One item ---- */

static uint32_t
roles_of(enum bv_act act)
{
	for (size_t i = 0; i < BV_COUNT(rights); i++)
		if (rights[i].act == act)
			return rights[i].roles;
	return 0;
}

struct telling {
	struct bv_json_pen pen;
	const struct bank_desk *desk;
	struct bv_str competence;
};

static void
tell_version(void *ctx, const struct bv_version_bars *bars)
{
	struct telling *t = ctx;

	bv_json_pen_open(&t->pen, NULL, '{');
	bv_json_pen_int(&t->pen, "version", bars->version);
	bv_json_pen_str(&t->pen, "state", bv_str_of(bv_state_name(bars->state)));
	bv_json_pen_int(&t->pen, "approvals", bars->approvals);
	bv_json_pen_open(&t->pen, "acts", '[');
	for (size_t i = 0; i < BV_COUNT(rights); i++) {
		enum bv_bar bar = bars->of[rights[i].act];
		if (bar == BV_BAR_STATE)
			continue;
		bv_json_pen_open(&t->pen, NULL, '{');
		bv_json_pen_str(&t->pen, "act", bv_str_of(bv_act_name(rights[i].act)));
		bv_json_pen_str(&t->pen, "bar", bank_desk_may(t->desk, rights[i].roles, t->competence) ? bv_str_of(bv_bar_name(bar)) : BV_STR("role"));
		bv_json_pen_close(&t->pen, '}');
	}
	bv_json_pen_close(&t->pen, ']');
	bv_json_pen_close(&t->pen, '}');
}

static enum bv_status
tell_event(void *ctx, const struct bv_event *event, struct bv_str body, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	struct telling *t = ctx;

	(void)body, (void)hash, (void)err;
	bv_json_pen_open(&t->pen, NULL, '{');
	bv_json_pen_int(&t->pen, "seq", event->seq);
	bv_json_pen_time(&t->pen, "at", event->at_s);
	bv_json_pen_str(&t->pen, "who", event->who);
	bv_json_pen_str(&t->pen, "act", bv_str_of(bv_act_name(event->act)));
	bv_json_pen_int(&t->pen, "version", event->version);
	bv_json_pen_str(&t->pen, "state", bv_str_of(bv_state_name(event->state)));
	bv_json_pen_str(&t->pen, "reason", event->reason);
	bv_json_pen_close(&t->pen, '}');
	return BV_OK;
}

static void
tell_remark(void *ctx, const struct bank_remark *remark)
{
	struct telling *t = ctx;

	bv_json_pen_open(&t->pen, NULL, '{');
	bv_json_pen_int(&t->pen, "version", remark->version);
	bv_json_pen_time(&t->pen, "at", remark->at_s);
	bv_json_pen_str(&t->pen, "who", remark->author);
	bv_json_pen_str(&t->pen, "text", remark->text);
	bv_json_pen_close(&t->pen, '}');
}

static struct bv_str
member(const struct bv_json *json, const char *name)
{
	return bv_json_str(bv_json_find(json, name));
}

static enum bv_status
write_life(struct telling *t, struct bv_sql *sql, const struct bv_json *item, struct bv_err *err)
{
	struct bv_str identifier = member(item, "identifier"), language = member(item, "language");
	struct bv_life_rule rule;

	TRY(bv_bank_life_rule(&rule, t->desk->bank, err));
	bv_json_pen_open(&t->pen, NULL, '{');
	bv_json_pen_bool(&t->pen, "lifecycle", rule.reviewers != 0);
	bv_json_pen_int(&t->pen, "reviewers", rule.reviewers);
	bv_json_pen_bool(&t->pen, "pretest", rule.pretest);
	bv_json_pen_open(&t->pen, "versions", '[');
	if (rule.reviewers)
		TRY(bv_bank_bars(t->desk->bank, identifier, language, bv_str_of(t->desk->account.name), tell_version, t, err));
	bv_json_pen_close(&t->pen, ']');
	bv_json_pen_open(&t->pen, "events", '[');
	if (rule.reviewers)
		TRY(bv_bank_history(t->desk->bank, identifier, language, 0, EVENTS_MAX, tell_event, t, err));
	bv_json_pen_close(&t->pen, ']');
	bv_json_pen_open(&t->pen, "remarks", '[');
	TRY(bank_remark_each(sql, identifier, language, tell_remark, t, err));
	bv_json_pen_close(&t->pen, ']');
	bv_json_pen_close(&t->pen, '}');
	return BV_OK;
}

void
on_bank_life(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *item = NULL;
	struct bv_err err;

	if (!bank_desk_open(&desk, x, sql, BV_BANK_READ) || !bank_desk_item(&item, &desk, x, ROLES_BANK))
		return;
	struct telling t = { .pen = { .out = &x->answer.body }, .desk = &desk, .competence = member(item, "competence") };
	if (write_life(&t, sql, item, &err) != BV_OK)
		edge_fail(x, &err);
	else
		exchange_json(x, 200);
}

/* ---- Acts ---- */

/* The item that the body names, for an account with one of the roles there. False has answered: who may read it and no more is told so. */
static bool
named(struct bv_json **item, struct bank_desk *desk, struct exchange *x, uint32_t roles)
{
	if (!bank_desk_show(item, desk, x, ROLES_BANK, member(x->json, "identifier"), member(x->json, "language")))
		return false;
	if (bank_desk_may(desk, roles, member(*item, "competence")))
		return true;
	problem_answer(x, "denied", NULL);
	return false;
}

struct acting {
	struct exchange *x;
	struct bv_err refusal;
	bool refused;
};

static void
act_done(void *ctx, const struct bv_act_done *done)
{
	struct acting *a = ctx;
	struct bv_json_pen pen = { .out = &a->x->answer.body };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_int(&pen, "version", done->version);
	bv_json_pen_str(&pen, "from", bv_str_of(bv_state_name(done->from)));
	bv_json_pen_str(&pen, "to", bv_str_of(bv_state_name(done->to)));
	bv_json_pen_int(&pen, "approvals", done->approvals);
	bv_json_pen_close(&pen, '}');
}

static void
act_refused(void *ctx, const struct bv_act_target *target, const struct bv_err *err)
{
	struct acting *a = ctx;

	(void)target;
	a->refusal = *err;
	a->refused = true;
}

static enum bv_act
act_of(struct bv_str name)
{
	for (size_t i = 0; i < BV_COUNT(rights); i++)
		if (bv_str_is(name, bv_act_name(rights[i].act)))
			return rights[i].act;
	return BV_ACT_RULE; /* the schema lets no other name pass */
}

void
on_bank_act(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *item = NULL;
	struct acting acting = { .x = x };
	enum bv_act act = act_of(member(x->json, "act"));
	struct bv_err err;
	uint64_t count;

	if (!bank_desk_open(&desk, x, sql, BV_BANK_WRITE) || !named(&item, &desk, x, roles_of(act)))
		return;
	const struct bv_act_target target = { member(item, "identifier"), member(item, "language"), (uint32_t)bv_json_int(bv_json_find(x->json, "version")) };
	const struct bv_act_request request = {
		.act = act,
		.doing = { bv_str_of(desk.account.name), bv_str_trim(member(x->json, "reason")), bv_clock_now_s(), false },
		.targets = &target,
		.target_count = 1,
		.done = act_done,
		.refuse = act_refused,
		.ctx = &acting,
	};
	if (bv_bank_act(&count, desk.bank, &request, &err) == BV_OK)
		exchange_json(x, 200);
	else
		edge_fail(x, acting.refused ? &acting.refusal : &err);
}

void
on_bank_remark(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *item = NULL;
	struct bv_err err;

	if (!bank_desk_open(&desk, x, sql, BV_BANK_READ) || !named(&item, &desk, x, ROLES_BANK_WRITE | ROLES_BANK_REVIEW | ROLE(SCHEME_OWNER)))
		return;
	const struct bank_remark remark = { member(item, "identifier"), member(item, "language"), bv_json_int(bv_json_find(x->json, "version")), bv_clock_now_s(),
		                                bv_str_of(desk.account.name), bv_str_trim(member(x->json, "text")) };
	if (remark.version > bv_json_int(bv_json_find(item, "version")))
		problem_answer(x, "not-found", NULL);
	else if (!remark.text.len)
		problem_answer(x, "invalid", "the remark says nothing");
	else if (bank_remark_add(sql, &remark, &err) != BV_OK)
		edge_fail(x, &err);
	else
		x->answer.status = 204;
}

void
on_bank_confirm(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *item = NULL;
	struct bv_err err;

	if (!bank_desk_open(&desk, x, sql, BV_BANK_WRITE) || !named(&item, &desk, x, ROLES_BANK_WRITE | ROLES_BANK_REVIEW))
		return;
	const struct bv_doing doing = { bv_str_of(desk.account.name), BV_STR_NONE, bv_clock_now_s(), false };
	if (bv_bank_confirm_translation(desk.bank, member(item, "identifier"), member(item, "language"), &doing, &err) != BV_OK)
		edge_fail(x, &err);
	else
		x->answer.status = 204;
}

/* ---- Whose turn it is ---- */

enum turn { TURN_REVIEW, TURN_DRAFTS, TURN_SUBMITTED, TURN_NEXT, TURNS_ALL };

struct queue {
	struct bank_desk *desk;
	struct bv_json *lists[TURNS_ALL];
	bool more;
	const struct bv_pool_item *item; /* that is being looked at */
};

static void
queue_finish(struct queue *queue)
{
	for (size_t i = 0; i < TURNS_ALL; i++)
		bv_json_free(queue->lists[i]);
}
BV_AUTO_DEFINE_FINISH(struct queue, queue_finish)

static void
put(struct queue *queue, enum turn turn, const struct bv_version_bars *bars, struct bv_str bar)
{
	struct bv_json *list = queue->lists[turn];

	if (bv_json_count(list) >= QUEUE_MAX) {
		queue->more = true;
		return;
	}
	struct bv_json *one = bv_json_add(list, bv_json_new_object());
	bv_json_set_str(one, "identifier", queue->item->identifier);
	bv_json_set_str(one, "language", queue->item->language);
	bv_json_set_int(one, "version", bars->version);
	bv_json_set_str(one, "state", bv_str_of(bv_state_name(bars->state)));
	bv_json_set_str(one, "title", queue->item->title);
	bv_json_set_str(one, "competence", queue->item->competence);
	bv_json_set_str(one, "kind", queue->item->kind);
	bv_json_set_int(one, "approvals", bars->approvals);
	bv_json_set_str(one, "bar", bar);
}

static void
place(void *ctx, const struct bv_version_bars *bars)
{
	struct queue *queue = ctx;
	bool reviewer = bank_desk_may(queue->desk, ROLES_BANK_REVIEW, queue->item->competence);
	struct bv_str approve = reviewer ? bv_str_of(bv_bar_name(bars->of[BV_ACT_APPROVE])) : BV_STR("role");

	if (bars->version != queue->item->version)
		return;
	if (bars->state == BV_STATE_DRAFT && bars->author)
		put(queue, TURN_DRAFTS, bars, BV_STR_NONE);
	else if (bars->state == BV_STATE_REVIEW)
		put(queue, approve.len ? TURN_SUBMITTED : TURN_REVIEW, bars, approve);
	else if (bars->state == BV_STATE_APPROVED || bars->state == BV_STATE_PRETEST)
		put(queue, TURN_NEXT, bars, bank_desk_may(queue->desk, roles_of(BV_ACT_RELEASE), queue->item->competence) ? BV_STR_NONE : BV_STR("role"));
}

static enum bv_status
look(struct queue *queue, enum bv_state state, struct bv_err *err)
{
	enum { LOOKED_AT = 1000 };
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
	const struct bv_bank_filter filter = { .state = state };
	const struct bv_bank_page page = { .sort = BV_SORT_CHANGED, .limit = LOOKED_AT };

	TRY(bv_bank_list(&pool, queue->desk->bank, &filter, &page, err));
	queue->more |= pool.count == LOOKED_AT;
	for (size_t i = 0; i < pool.count; i++) {
		queue->item = &pool.items[i];
		if (bank_desk_may(queue->desk, ROLES_BANK, queue->item->competence))
			TRY(bv_bank_bars(queue->desk->bank, queue->item->identifier, queue->item->language, bv_str_of(queue->desk->account.name), place, queue, err));
	}
	return BV_OK;
}

static enum bv_status
fill(struct queue *queue, struct bv_life_rule *rule, struct bv_err *err)
{
	static const enum bv_state states[] = { BV_STATE_REVIEW, BV_STATE_DRAFT, BV_STATE_APPROVED, BV_STATE_PRETEST };

	TRY(bv_bank_life_rule(rule, queue->desk->bank, err));
	for (size_t i = 0; rule->reviewers && i < BV_COUNT(states); i++)
		TRY(look(queue, states[i], err));
	return BV_OK;
}

void
on_bank_queue(struct exchange *x, struct bv_sql *sql)
{
	static const char *const names[TURNS_ALL] = { "review", "drafts", "submitted", "next" };
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	BV_AUTO(queue_finish) struct queue queue = { .desk = &desk };
	BV_AUTO(bv_json_free) struct bv_json *answer = bv_json_new_object();
	struct bv_life_rule rule;
	struct bv_err err;

	if (!bank_desk_open(&desk, x, sql, BV_BANK_READ))
		return;
	for (size_t i = 0; i < TURNS_ALL; i++)
		queue.lists[i] = bv_json_new_array();
	if (fill(&queue, &rule, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	bv_json_set(answer, "lifecycle", bv_json_new_bool(rule.reviewers != 0));
	for (size_t i = 0; i < TURNS_ALL; i++)
		bv_json_set(answer, names[i], bv_steal(&queue.lists[i]));
	bv_json_set(answer, "more", bv_json_new_bool(queue.more));
	bv_json_write(&x->answer.body, answer);
	exchange_json(x, 200);
}
