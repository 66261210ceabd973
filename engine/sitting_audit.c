/* A whole sitting computed again from its log: what stands in the tables beside it, what was answered, what came of it. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "engine/grow.h"
#include "engine/paper.h"

struct audit {
	struct bv_sittings *sittings;
	struct bv_sitting *sitting;
	struct bv_papers *papers;
	enum bv_sitting_audit_what what;
	struct bv_sitting_audit_tally *tally;
	bv_audit_report report;
	void *ctx;
	struct seat_row *seats; /* by ticket */
	size_t seat_count;
};

BV_PRINTF(4, 5) static void
finding(struct audit *a, const char *table, int64_t record, const char *fmt, ...)
{
	char where[80], message[512];
	va_list ap;

	snprintf(where, sizeof where, "%s %" PRId64, table, record);
	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	bv_text_repair(message);
	a->tally->faults++;
	a->report(a->ctx, false, where, message);
}

/* What the events of one attempt say, one after the other. */
struct attempt {
	int64_t id, start_n, score_n;
	struct bv_str ticket, seat, code; /* JSON of the seat; hexadecimal */
	uint32_t extra_percent;
	int64_t extra_ms;
	uint8_t form[BV_HASH_LEN], result[BV_HASH_LEN];
	uint32_t left; /* of an adaptive form: items that were left */
	bool over;
	struct leaving {
		int64_t n;
		uint8_t form[BV_HASH_LEN];
	} *leavings;
	struct answer {
		int64_t n;
		struct bv_str response;
	} *answers;
	struct bv_arena arena;
};

/* ---- Tables ---- */

static int
ticket_order(const void *key, const void *row)
{
	return bv_str_cmp(*(const struct bv_str *)key, ((const struct seat_row *)row)->seat.ticket);
}

static void
check_seat(struct audit *a, const struct attempt *attempt)
{
	BV_AUTO(bv_buf_finish) struct bv_buf details = BV_BUF(BV_DETAILS_MAX), hex = BV_BUF(1024);
	const struct seat_row *row = a->seat_count ? bsearch(&attempt->ticket, a->seats, a->seat_count, sizeof *a->seats, ticket_order) : NULL;

	if (!row) {
		finding(a, "attempt", attempt->id, "ticket '%.*s' is registered, and has no row in seat", BV_STR_ARG(attempt->ticket));
		return;
	}
	seat_details_write(&details, row);
	bv_hex_write(&hex, row->code.p, row->code.len);
	if (row->seat.attempt != attempt->id)
		finding(a, "attempt", attempt->id, "the seat of ticket '%.*s' is of attempt %" PRId64, BV_STR_ARG(attempt->ticket), row->seat.attempt);
	if (!bv_str_eq(bv_buf_str(&details), attempt->seat))
		finding(a, "attempt", attempt->id, "the seat of ticket '%.*s' reads %s, the ledger says %.*s", BV_STR_ARG(attempt->ticket), details.p,
		        BV_STR_ARG(attempt->seat));
	if (row->seat.extra_percent != attempt->extra_percent || row->seat.extra_ms != attempt->extra_ms)
		finding(a, "attempt", attempt->id, "the seat of ticket '%.*s' has another extra time than the ledger", BV_STR_ARG(attempt->ticket));
	if (!row->told)
		finding(a, "attempt", attempt->id, "the seat of ticket '%.*s' is said to be unknown to the ledger", BV_STR_ARG(attempt->ticket));
	if (!bv_str_eq(bv_buf_str(&hex), attempt->code))
		finding(a, "attempt", attempt->id, "the code of ticket '%.*s' is not the one that was made", BV_STR_ARG(attempt->ticket));
}

/* ---- Forms that grew ---- */

struct growing {
	struct audit *audit;
	const struct attempt *attempt;
};

/* What was on the candidate's page up to that item: is it what the log says? */
static void
check_step(struct growing *g, const struct bv_drawn *drawn)
{
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_FORM_MAX);
	const struct bv_exam *exam = g->audit->sitting->exam;
	const struct attempt *attempt = g->attempt;
	uint8_t hash[BV_HASH_LEN], cid[BV_HASH_LEN];
	struct bv_err none;

	if (bv_ticket_cid(cid, attempt->ticket, &none) != BV_OK)
		return;
	BV_AUTO(bv_form_free) struct bv_form *form = form_of_drawn(drawn, exam->plan, &exam->key, attempt->ticket, cid);
	bv_form_write(&json, form);
	bv_sha256(hash, bv_buf_str(&json));
	if (drawn->count == 1 && !bv_hash_eq(hash, attempt->form))
		finding(g->audit, "event", attempt->start_n, "attempt %" PRId64 " started with another form than follows from the draw", attempt->id);
	else if (drawn->count > 1 && !bv_hash_eq(hash, attempt->leavings[drawn->count - 2].form))
		finding(g->audit, "event", attempt->leavings[drawn->count - 2].n, "attempt %" PRId64 ": item %u is another than follows from the answers before it", attempt->id,
		        drawn->count);
}

static enum bv_status
judge_step(void *ctx, bool *right, const struct bv_drawn *drawn, uint32_t position, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct growing *g = ctx;
	struct bv_exam *exam = g->audit->sitting->exam;
	const struct answer *answer = &g->attempt->answers[position];
	struct bv_form_item item;

	check_step(g, drawn);
	form_item_of_drawn(&item, position + 1, drawn, exam->plan, &arena);
	return exam_judge(right, exam, &item, answer->n ? answer->response : BV_STR_NONE, err);
}

/* Each item again from the answers before it, and the end: *out is NULL when it cannot be told. */
static void
check_growth(struct bv_form **out, struct audit *a, const struct attempt *attempt)
{
	struct bv_exam *exam = a->sitting->exam;
	uint32_t given = attempt->left + !attempt->over, asked = given + (attempt->over && given < exam->blueprint->item_count);
	struct growing g = { a, attempt };
	uint8_t cid[BV_HASH_LEN];
	struct bv_err err;
	bool over;

	*out = NULL;
	if (!attempt->start_n)
		return;
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(exam->plan);
	if (bv_ticket_cid(cid, attempt->ticket, &err) != BV_OK || grow_form(drawn, &over, exam->issue, cid, asked, judge_step, &g, &err) != BV_OK) {
		finding(a, "attempt", attempt->id, "its form cannot be made: %s", err.msg);
		return;
	}
	if (drawn->count != given) {
		finding(a, "attempt", attempt->id, "%u items were given, and by the answers there are %s", given, drawn->count < given ? "fewer" : "more");
		return;
	}
	if (asked == given) /* the last was not judged */
		check_step(&g, drawn);
	*out = form_of_drawn(drawn, exam->plan, &exam->key, attempt->ticket, cid);
}

/* *out: NULL when there is none. */
static void
check_paper(struct bv_form **out, struct audit *a, const struct attempt *attempt)
{
	BV_AUTO(bv_paper_free) struct bv_paper *paper = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_FORM_MAX);
	uint8_t hash[BV_HASH_LEN];
	struct bv_err err;

	*out = NULL;
	if (bv_exam_form(out, a->sitting->exam, attempt->ticket, &err) != BV_OK) {
		finding(a, "attempt", attempt->id, "its form cannot be made: %s", err.msg);
		return;
	}
	bv_form_write(&json, *out);
	bv_sha256(hash, bv_buf_str(&json));
	if (attempt->start_n && !bv_hash_eq(hash, attempt->form))
		finding(a, "event", attempt->start_n, "attempt %" PRId64 " started with another form than follows from the draw", attempt->id);
	enum bv_status status = bv_paper_load(&paper, a->papers, a->sittings, attempt->id, attempt->ticket, &err);
	if (status == BV_OK && !bv_hash_eq(bv_paper_hash(paper), hash))
		finding(a, "paper", attempt->id, "is another form than follows from the draw");
	else if (status != BV_OK && status != BV_ENOTFOUND)
		finding(a, "paper", attempt->id, "%s", err.msg);
}

/* ---- Answers and scores ---- */

static void
write_responses(struct bv_buf *out, const struct attempt *attempt, const struct bv_form *form)
{
	bool first = true;

	if (form->is_adaptive)
		bv_buf_printf(out, "{\"given\":%zu,\"responses\":{", form->item_count);
	else
		bv_buf_addz(out, "{\"responses\":{");
	for (size_t i = 0; i < form->item_count; i++) {
		if (!attempt->answers[i].n)
			continue;
		responses_add(out, first, form->items[i].identifier, attempt->answers[i].response);
		first = false;
	}
	bv_buf_addz(out, "}}\n");
}

static void
check_result(struct audit *a, const struct attempt *attempt, const struct bv_marking *marking)
{
	BV_AUTO(bv_buf_finish) struct bv_buf rating = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	static const char *const names[] = { "form", "responses", "outcomes", "rating" };
	uint8_t hashes[4][BV_HASH_LEN], hash[BV_HASH_LEN];
	struct bv_err err;

	a->tally->scores++;
	result_hash(hash, marking);
	if (!bv_hash_eq(hash, attempt->result))
		finding(a, "event", attempt->score_n, "the result of attempt %" PRId64 " is not what follows from its answers", attempt->id);
	if (bv_sitting_result(&rating, hashes, a->sittings, attempt->id, &err) != BV_OK) {
		finding(a, "result", attempt->id, "%s", err.msg);
		return;
	}
	for (size_t i = 0; i < BV_COUNT(names); i++)
		if (!bv_hash_eq(hashes[i], marking->hashes[i]))
			finding(a, "result", attempt->id, "its %s is not what follows from the log", names[i]);
	if (!bv_str_eq(bv_buf_str(&rating), bv_buf_str(&marking->rating)))
		finding(a, "result", attempt->id, "its rating is not what follows from its answers");
}

static void
check_marking(struct audit *a, const struct attempt *attempt, const struct bv_form *form)
{
	BV_AUTO(bv_marking_finish) struct bv_marking marking = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf responses = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	const struct bv_candidate candidate = { .ticket = attempt->ticket, .name = attempt->ticket };
	struct bv_err err;

	if (!attempt->start_n || !form)
		return;
	write_responses(&responses, attempt, form);
	if (bv_exam_sit(&marking, a->sitting->exam, &candidate, bv_buf_str(&responses), &err) != BV_OK)
		finding(a, "attempt", attempt->id, "its answers cannot be scored: %s", err.msg);
	else if (a->what == BV_AUDIT_SCORES && attempt->score_n)
		check_result(a, attempt, &marking);
}

static void
check_attempt(struct audit *a, struct attempt *attempt)
{
	a->tally->attempts++;
	for (uint32_t i = 0; i < a->sitting->plan.item_count; i++)
		a->tally->answers += attempt->answers[i].n != 0;
	check_seat(a, attempt);
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	if (bv_exam_is_adaptive(a->sitting->exam))
		check_growth(&form, a, attempt);
	else
		check_paper(&form, a, attempt);
	check_marking(a, attempt, form);
}

/* ---- The log ---- */

static void
fold_note(struct attempt *attempt, struct bv_str details)
{
	struct bv_str seat = BV_STR("{\"seat\":"), code = BV_STR("{\"code\":\"");

	if (bv_str_starts(details, seat))
		attempt->seat = bv_arena_str(&attempt->arena, bv_str_sub(details, seat.len, details.len - seat.len - 1));
	else if (bv_str_starts(details, code))
		attempt->code = bv_arena_str(&attempt->arena, bv_str_sub(details, code.len, details.len - code.len - 2));
}

static void
fold(struct audit *a, struct attempt *attempt, int64_t n, enum bv_exam_act act, const struct bv_exam_facts *facts)
{
	static const uint8_t none[BV_HASH_LEN];

	switch (act) {
	case BV_EXAM_REGISTER:
		attempt->ticket = bv_arena_str(&attempt->arena, facts->ticket);
		attempt->seat = bv_arena_str(&attempt->arena, facts->details);
		attempt->extra_percent = facts->extra_percent;
		attempt->extra_ms = facts->extra_ms;
		break;
	case BV_EXAM_NOTE:
		fold_note(attempt, facts->details);
		break;
	case BV_EXAM_START:
		attempt->start_n = n;
		memcpy(attempt->form, facts->form, BV_HASH_LEN);
		break;
	case BV_EXAM_SECTION:
		if (!a->sitting->plan.adaptive || attempt->left >= a->sitting->plan.item_count)
			break;
		struct leaving *leaving = &attempt->leavings[attempt->left++];
		leaving->n = n;
		memcpy(leaving->form, facts->form, BV_HASH_LEN);
		attempt->over = memcmp(facts->form, none, BV_HASH_LEN) == 0;
		break;
	case BV_EXAM_SAVE:
	case BV_EXAM_RESCUE:
		if (facts->item < a->sitting->plan.item_count)
			attempt->answers[facts->item] = (struct answer){ n, bv_arena_str(&attempt->arena, facts->response) };
		break;
	case BV_EXAM_SCORE:
		attempt->score_n = n;
		memcpy(attempt->result, facts->result, BV_HASH_LEN);
		break;
	default:
		break;
	}
}

static void
attempt_begin(struct audit *a, struct attempt *attempt, int64_t id)
{
	bv_arena_finish(&attempt->arena);
	*attempt = (struct attempt){ .id = id };
	attempt->answers = bv_arena_array(&attempt->arena, a->sitting->plan.item_count, struct answer);
	if (a->sitting->plan.adaptive)
		attempt->leavings = bv_arena_array(&attempt->arena, a->sitting->plan.item_count, struct leaving);
}

static enum bv_status
walk(struct audit *a, struct attempt *attempt, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, a->sittings, AUDIT_EVENTS, err));
	bv_sql_bind_int(stmt, 1, a->sitting->id);
	for (;;) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		struct bv_exam_facts facts;
		struct bv_err why;
		TRY(bv_sql_step(stmt, &row, err));
		if (attempt->id && (!row || bv_sql_int(stmt, 1) != attempt->id))
			check_attempt(a, attempt);
		if (!row)
			return BV_OK;
		if (bv_sql_int(stmt, 1) != attempt->id)
			attempt_begin(a, attempt, bv_sql_int(stmt, 1));
		int64_t n = bv_sql_int(stmt, 0), act = bv_sql_int(stmt, 2);
		if (act <= 0 || act >= BV_EXAM_ACT_COUNT || bv_exam_body_parse(&facts, (enum bv_exam_act)act, bv_sql_blob(stmt, 3), &arena, &why) != BV_OK)
			finding(a, "event", n, "of attempt %" PRId64 " cannot be read", attempt->id);
		else
			fold(a, attempt, n, (enum bv_exam_act)act, &facts);
	}
}

static enum bv_status
check_strays(struct audit *a, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, a->sittings, AUDIT_STRAYS, err));
	bv_sql_bind_int(stmt, 1, a->sitting->id);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		BV_AUTO(bv_buf_finish) struct bv_buf table = BV_BUF(100);
		bv_buf_add(&table, bv_sql_str(stmt, 0));
		finding(a, table.p, 0, "'%.*s': there is a row, and the ledger has no such attempt", BV_STR_ARG(bv_str_sub(bv_sql_str(stmt, 1), 0, BV_TICKET_MAX)));
	}
}

/* Forms that all share are a document of the sitting: are they those that a design makes? */
static enum bv_status
check_parallel(struct audit *a, struct bv_err *err)
{
	const struct bv_issue *issue = bv_exam_issue(a->sitting->exam);
	enum bv_status status = issue ? bv_issue_parallel_audit(issue, err) : BV_OK;

	if (status != BV_EDENIED)
		return status;
	finding(a, "exam_document", 0, "%s", err->msg);
	return BV_OK;
}

static enum bv_status
run(struct audit *a, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct attempt attempt = { 0 };

	TRY(bv_papers_new(&a->papers, a->sitting, NULL, NULL, 0, err));
	TRY(check_parallel(a, err));
	TRY(sitting_issue(a->sitting, a->sittings, false, err));
	TRY(seat_rows_load(&a->seats, &a->seat_count, &arena, a->sittings, a->sitting->id, err));
	enum bv_status status = walk(a, &attempt, err);
	bv_arena_finish(&attempt.arena);
	TRY(status);
	return check_strays(a, err);
}

enum bv_status
bv_sitting_audit(struct bv_sitting_audit_tally *tally, const char *url, struct bv_str name, enum bv_sitting_audit_what what, bv_exam_item_text text,
                 void *ctx, const uint8_t *public, bv_audit_report report, void *report_ctx, struct bv_err *err)
{
	struct audit a = { .what = what, .tally = tally, .report = report, .ctx = report_ctx };
	struct bv_ledger_check ledger;

	*tally = (struct bv_sitting_audit_tally){ 0 };
	/* First the log itself: what follows is only as good as that. */
	enum bv_status status = bv_ledger_check(&ledger, url, public, report, report_ctx, err);
	if (status != BV_OK && status != BV_EDENIED)
		return status;
	tally->faults = ledger.faults;
	TRY(bv_sittings_open_read(&a.sittings, url, err));
	status = bv_sitting_load(&a.sitting, a.sittings, name, text, ctx, err);
	if (status == BV_EDENIED) {
		finding(&a, "exam_document", 0, "%s", err->msg);
		status = BV_OK;
	} else if (status == BV_OK) {
		status = run(&a, err);
	}
	bv_papers_free(a.papers);
	bv_sitting_free(a.sitting);
	bv_sittings_close(a.sittings);
	if (status == BV_OK && tally->faults)
		return bv_err_set(err, BV_EDENIED, "%" PRIu64 " differences between the database and what follows from its log", tally->faults);
	return status;
}
