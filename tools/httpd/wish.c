#include "tools/httpd/wish.h"

#include "base/clock.h"
#include "base/mem.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/http.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"

enum { REFUSAL_COUNT = BV_REFUSED_STOPPED + 1 };

static void
finish_wish(void *p)
{
	struct wish *wish = p;

	bv_buf_finish(&wish->sent);
	bv_buf_finish(&wish->response);
	bv_buf_finish(&wish->items);
	bv_paper_free(wish->grown);
}

void
wish_stand_up(struct wish *wish)
{
	desk_release(wish->desk);
	wish->desk = NULL;
}

static void
resume(struct bv_ledger_act *act)
{
	struct wish *wish = (struct wish *)act;

	wish_stand_up(wish);
	http_resume(wish->x);
}

void
wish_copy_name(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	struct wish *wish = act->ctx;

	(void)attempt;
	memcpy(wish->sitting, bv_str_chars(plan->name), plan->name.len);
	wish->sitting[plan->name.len] = '\0';
}

void
wish_copy_key(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	struct wish *wish = act->ctx;
	struct bv_err err;

	wish_copy_name(act, attempt, plan);
	/* Who has not started, or is paused, reads nothing: his time does not run. */
	wish->has_key = wish->desk->paper && attempt->state == BV_ATTEMPT_STARTED && attempt->lease == wish->x->session.lease &&
	                bv_paper_open(wish->paper_key, wish->desk->hall->papers, wish->desk->paper, plan, attempt->state, act->ack.now_ms, &err) == BV_OK;
}

/* The tabs of one browser have one session, and only the one that took its lease may go on; a look needs none. False: answered, or given to the
 * database. */
static bool
tab_good(struct exchange *x, bool needed, struct bv_sql *sql)
{
	struct bv_str given = exchange_header(x, "X-Lease");
	uint8_t key[BV_HASH_LEN];
	int64_t lease = needed ? 1 : 0; /* at least */
	struct bv_err err;

	if (given.len && (!bv_str_int(given, &lease) || lease < 1 || lease > UINT32_MAX)) {
		problem_answer(x, "bad-request", "X-Lease is a number from 1 on");
		return false;
	}
	if (lease > x->session.lease && !x->may_wait) { /* another node may have given it */
		x->stale = true;
		edge_to_database(x);
		return false;
	}
	memcpy(key, x->session.key, sizeof key);
	if (lease > x->session.lease && sql && session_load(&x->session, x->server->sessions, sql, key, bv_clock_now_s(), &err) != BV_OK) {
		edge_fail(x, &err);
		return false;
	}
	if (given.len ? lease == x->session.lease : lease <= x->session.lease)
		return true;
	problem_answer(x, "other-tab", "the session has %s lease: take one", x->session.lease ? "another" : "no");
	return false;
}

struct wish *
wish_of(struct exchange *x)
{
	return exchange_scratch(x, sizeof(struct wish), finish_wish);
}

struct wish *
wish_make(struct exchange *x, enum bv_exam_act act, struct bv_sql *sql)
{
	int64_t id;

	if (!x->server->ledger) {
		problem_answer(x, "no-exams", NULL);
		return NULL;
	}
	if (!bv_str_int(x->params[0], &id) || id <= 0 || id != x->session.attempt) {
		problem_answer(x, "denied", "the session is of another attempt");
		return NULL;
	}
	if (act != BV_EXAM_LEASE && !tab_good(x, act != BV_EXAM_LOOK && act != BV_EXAM_NOTE && act != BV_EXAM_APPEAL, sql))
		return NULL;
	presence_note(x->server->presence, id);
	struct wish *wish = wish_of(x);
	bv_paper_free(wish->grown);
	struct bv_buf sent = wish->sent, response = wish->response, items = wish->items;
	*wish = (struct wish){ .act = { .act = act, .attempt = id, .look = wish_copy_name, .done = resume, .ctx = wish }, .x = x, .sent = sent, .response = response,
		               .items = items };
	wish->sent.max = wish->response.max = BV_ANSWER_MAX;
	wish->items.max = EXCHANGE_ANSWER_MAX;
	bv_buf_clear(&wish->sent);
	bv_buf_clear(&wish->response);
	bv_buf_clear(&wish->items);
	if (act != BV_EXAM_LOOK)
		wish->act.facts.author = BV_STR("candidate");
	if (act != BV_EXAM_LOOK && act != BV_EXAM_LEASE && act != BV_EXAM_NOTE && act != BV_EXAM_APPEAL)
		wish->act.facts.lease = x->session.lease;
	return wish;
}

bool
wish_give(struct wish *wish)
{
	exchange_wait(wish->x);
	bv_ledger_submit(wish->x->server->ledger, &wish->act);
	return true;
}

bool
wish_do(struct wish *wish)
{
	struct bv_err err;

	/* How it ended is in the act. */
	(void)!bv_ledger_do(wish->x->server->ledger, &wish->act, &err);
	return wish_begin_answer(wish);
}

/* ---- Papers ---- */

void
wish_no_paper(struct exchange *x, const struct bv_err *err)
{
	char quoted[LOG_QUOTED_SIZE];

	if (err->status == BV_ENOTFOUND) {
		problem_answer(x, "not-found", "there is no such attempt in a sitting that is open");
		return;
	}
	log_event(x->server->log, LOG_LEVEL_ERROR, "no-paper", "request=%s message=%s", x->id, log_quoted(quoted, err->msg));
	problem_answer(x, "no-paper", NULL);
	exchange_field(x, "Retry-After", "10");
}

bool
wish_sit(struct wish *wish)
{
	struct exchange *x = wish->x;
	struct bv_err err;

	wish->desk = desk_recall(x->server->desks, x->session.attempt);
	if (wish->desk)
		return true;
	if (!x->may_wait) {
		edge_to_database(x);
		return false;
	}
	if (desk_load(&wish->desk, x->server->desks, x->session.attempt, &err) == BV_OK)
		return true;
	wish_no_paper(x, &err);
	return false;
}

bool
wish_sit_with(struct wish *wish, uint32_t count)
{
	struct exchange *x = wish->x;
	struct bv_err err;

	if (!wish_sit(wish))
		return false;
	if (!desk_is_adaptive(wish->desk) || bv_paper_count(wish->desk->paper) >= count)
		return true;
	wish_stand_up(wish);
	if (!x->may_wait) {
		edge_to_database(x);
		return false;
	}
	if (desk_load_again(&wish->desk, x->server->desks, x->session.attempt, &err) == BV_OK)
		return true;
	wish_no_paper(x, &err);
	return false;
}

bool
wish_holds(struct wish *wish, bool running)
{
	const struct bv_ledger_ack *ack = &wish->act.ack;

	if (!wish_begin_answer(wish))
		return false;
	if (running && ack->state != BV_ATTEMPT_STARTED)
		problem_answer(wish->x, "attempt-state", "attempt %lld is '%s': its paper is read from the start to the end, and not in a pause",
		               (long long)ack->attempt, bv_attempt_state_name(ack->state));
	else if (!ack->lease || ack->lease != wish->x->session.lease)
		problem_answer(wish->x, "other-tab", "lease %u has the attempt, the session %u", ack->lease, wish->x->session.lease);
	else
		return true;
	return false;
}

/* ---- Answers ---- */

static void
refuse_act(struct exchange *x, const struct bv_ledger_act *act)
{
	static const char *const names[REFUSAL_COUNT] = {
		[BV_REFUSED_NOT] = "fault",           [BV_REFUSED_SHAPE] = "invalid",       [BV_REFUSED_UNKNOWN] = "not-found",
		[BV_REFUSED_STATE] = "attempt-state", [BV_REFUSED_AUTHOR] = "denied",       [BV_REFUSED_WINDOW] = "not-open",
		[BV_REFUSED_TIME] = "time-over",      [BV_REFUSED_SECTION] = "section-closed", [BV_REFUSED_LEASE] = "other-tab",
		[BV_REFUSED_MACHINE] = "other-machine", [BV_REFUSED_NUMBER] = "conflict",   [BV_REFUSED_HELD] = "clock-held",
		[BV_REFUSED_STOPPED] = "not-stored",
	};

	if (act->refusal == BV_REFUSED_STOPPED) {
		problem_answer(x, "not-stored", NULL);
		exchange_field(x, "Retry-After", "2");
		return;
	}
	problem_answer(x, names[act->refusal], "%s", act->err.msg);
}

void
wish_write_time(struct bv_json_pen *pen, const struct bv_ledger_ack *ack)
{
	bv_json_pen_int(pen, "nowMs", ack->now_ms);
	bv_json_pen_int(pen, "leftMs", ack->left_ms);
	bv_json_pen_int(pen, "sectionLeftMs", ack->section_left_ms);
	bv_json_pen_int(pen, "deadlineMs", ack->deadline_ms);
	bv_json_pen_str(pen, "state", bv_str_of(bv_attempt_state_name(ack->state)));
	bv_json_pen_int(pen, "section", ack->section);
	if (ack->over)
		bv_json_pen_bool(pen, "over", true);
}

bool
wish_begin_answer(struct wish *wish)
{
	struct exchange *x = wish->x;

	if (wish->act.status != BV_OK) {
		refuse_act(x, &wish->act);
		return false;
	}
	if (!x->answer.status)
		exchange_field(x, "Cache-Control", "no-store");
	x->answer.status = 200;
	x->answer.type = "application/json";
	return true;
}

void
wish_write_ack(struct bv_json_pen *pen, const struct wish *wish)
{
	const struct bv_ledger_ack *ack = &wish->act.ack;

	bv_json_pen_int(pen, "sitting", ack->sitting);
	bv_json_pen_int(pen, "attempt", ack->attempt);
	bv_json_pen_int(pen, "seq", ack->seq);
	bv_json_pen_int(pen, "atMs", ack->at_ms);
	wish_write_time(pen, ack);
	if (ack->again)
		bv_json_pen_bool(pen, "again", true);
	if (ack->superseded)
		bv_json_pen_bool(pen, "superseded", true);
	if (ack->late)
		bv_json_pen_bool(pen, "late", true);
	if (ack->receipt.count) {
		bv_json_pen_name(pen, BV_STR("receipt"));
		bv_receipt_write(pen->out, &ack->receipt, bv_str_of(wish->sitting), BV_STR_NONE, wish->x->server->ledger_multikey);
		pen->named = false;
		pen->more = true;
	}
}

void
wish_write_key(struct bv_json_pen *pen, struct wish *wish)
{
	bv_json_pen_hex(pen, "paperKey", wish->paper_key, sizeof wish->paper_key);
	bv_wipe(wish->paper_key, sizeof wish->paper_key);
	wish->has_key = false;
}
