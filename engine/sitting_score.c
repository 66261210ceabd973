/* The end of a sitting: answers from the ledger are scored and rated, each result is an event, and what is released goes out. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "engine/exam.h"
#include "engine/sitting.h"

/* ---- Responses ---- */

struct collecting {
	const struct bv_form *form;
	struct bv_buf *out;
	size_t count;
};

static enum bv_status
collect(void *ctx, const struct bv_exam_event *event, struct bv_err *err)
{
	struct collecting *c = ctx;

	if (event->facts.item >= c->form->item_count)
		return bv_err_set(err, BV_EDENIED, "event %" PRId64 " answers item %u: the form has %zu", event->n, event->facts.item, c->form->item_count);
	responses_add(c->out, c->count++ == 0, c->form->items[event->facts.item].identifier, event->facts.response);
	return BV_OK;
}

void
responses_add(struct bv_buf *out, bool first, struct bv_str identifier, struct bv_str response)
{
	bv_buf_addz(out, first ? "" : ",");
	bv_json_write_str(out, identifier);
	bv_buf_addc(out, ':');
	bv_buf_add(out, response);
}

void
result_hash(uint8_t out[BV_HASH_LEN], const struct bv_marking *marking)
{
	struct bv_sha256 sha;

	bv_sha256_init(&sha);
	bv_sha256_add(&sha, "BV-RESULT-1", 12);
	for (size_t i = 0; i < BV_COUNT(marking->hashes); i++)
		bv_sha256_add(&sha, marking->hashes[i], BV_HASH_LEN);
	bv_sha256_end(&sha, out);
}

/* ---- Scoring ---- */

struct scoring {
	struct bv_sitting *sitting;
	struct bv_sittings *sittings;
	struct bv_ledger *ledger;
	const struct bv_scoring_order *order;
	struct bv_scoring_tally *tally;
	struct bv_evidence_folder *evidence;
	struct bv_template *tmpl;
	struct bv_candidate *named; /* who will be scored, in the order of the seats */
	size_t named_count, named_cap, named_next;
	struct bv_arena arena;
};

/* ---- Names ---- */

static bool
is_finished(unsigned state)
{
	return state == BV_ATTEMPT_SUBMITTED || state == BV_ATTEMPT_EXPIRED || state == BV_ATTEMPT_ENDED;
}

static enum bv_status
look(enum bv_attempt_state *state, const struct scoring *s, const struct bv_seat *seat, struct bv_err *err)
{
	struct bv_ledger_act act = { .act = BV_EXAM_LOOK, .attempt = seat->attempt, .also_closed = true };

	*state = BV_ATTEMPT_REGISTERED; /* or not even that */
	if (!seat->attempt)
		return BV_OK;
	TRY(bv_ledger_do(s->ledger, &act, err));
	*state = (enum bv_attempt_state)act.ack.state;
	return BV_OK;
}

/* By the store of persons. */
static enum bv_status
read_name(struct bv_str *out, struct scoring *s, struct bv_str ticket, struct bv_err *err)
{
	BV_AUTO(bv_person_free) struct bv_person *person = NULL;
	const struct bv_scoring_order *order = s->order;
	char id[BV_PERSON_ID_SIZE];

	TRY(bv_people_find_ticket(id, order->people, s->sitting->plan.name, ticket, order->access, err));
	TRY(bv_people_read(&person, order->people, bv_str_of(id), 1u << BV_PERSON_NAME, order->access, err));
	if (!person->fields[BV_PERSON_NAME].len)
		return bv_err_set(err, BV_ENOTFOUND, "of this person no name is known");
	return candidate_name(out, person->fields[BV_PERSON_NAME], &s->arena, err);
}

static enum bv_status
name_candidate(struct bv_candidate *out, struct scoring *s, struct bv_str ticket, struct bv_err *err)
{
	const struct bv_roster *roster = s->order->names;
	enum bv_status status = BV_ENOTFOUND;

	for (size_t i = 0; roster && i < roster->count; i++)
		if (bv_str_eq(roster->entries[i].candidate.ticket, ticket)) {
			*out = roster->entries[i].candidate;
			return BV_OK;
		}
	*out = (struct bv_candidate){ .ticket = bv_arena_str(&s->arena, ticket) };
	if (s->order->people && s->order->out)
		status = read_name(&out->name, s, ticket, err);
	else if (!s->order->out && s->order->people) /* nobody is named in what is kept */
		status = BV_OK;
	if (status != BV_ENOTFOUND && status != BV_ECONFLICT)
		return status == BV_OK ? BV_OK : bv_err_again(err, 0, "ticket '%.*s': %s", BV_STR_ARG(ticket), err->msg);
	return bv_err_set(err, BV_ENOTFOUND, "ticket '%.*s' is not among the candidates that were given%s: nothing was done", BV_STR_ARG(ticket),
	                  s->order->people ? ", and the store of persons has nobody for it" : "");
}

static enum bv_status
name_seat(void *ctx, const struct bv_seat *seat, struct bv_err *err)
{
	struct scoring *s = ctx;
	enum bv_attempt_state state;

	TRY(look(&state, s, seat, err));
	if (!is_finished(state))
		return BV_OK;
	if (s->named_count == s->named_cap) {
		s->named_cap = s->named_cap ? s->named_cap * 2 : 256;
		s->named = bv_resize_array(s->named, s->named_cap, sizeof s->named[0]);
	}
	return name_candidate(&s->named[s->named_count++], s, seat->ticket, err);
}

/* Everybody who will be scored, before anybody is: else evidence would be begun that cannot be ended. Reads are in the log of persons, on the disk, before a
 * name goes anywhere. */
static enum bv_status
name_all(struct scoring *s, struct bv_err *err)
{
	struct bv_people *people = s->order->out ? s->order->people : NULL;

	if (!s->order->names && !s->order->people)
		return BV_OK;
	if (people)
		TRY(bv_people_begin(people, err));
	enum bv_status status = bv_seats_each(s->sittings, s->sitting->id, BV_STR_NONE, name_seat, s, err);
	struct bv_err none;
	if (people && status == BV_OK)
		return bv_people_commit(people, err);
	if (people && (status != BV_ENOTFOUND || bv_people_commit(people, &none) != BV_OK))
		bv_people_rollback(people);
	return status;
}

/* In the order of the seats, as they were named. */
static enum bv_status
find_candidate(struct bv_candidate *out, struct scoring *s, struct bv_str ticket, struct bv_err *err)
{
	if (!s->order->names && !s->order->people) {
		*out = (struct bv_candidate){ .ticket = ticket, .name = ticket };
		return BV_OK;
	}
	for (size_t i = 0; i < s->named_count; i++) {
		const struct bv_candidate *next = &s->named[(s->named_next + i) % s->named_count];
		if (!bv_str_eq(next->ticket, ticket))
			continue;
		s->named_next = (s->named_next + i + 1) % s->named_count;
		*out = *next;
		return BV_OK;
	}
	return bv_err_set(err, BV_ECONFLICT, "he handed in while others were scored already: score once more");
}

/* ---- Attempts ---- */

static enum bv_status
keep_result(struct scoring *s, int64_t attempt, const struct bv_marking *marking, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(sitting_stmt(&stmt, s->sittings, RESULT_ADD, err));
	bv_sql_bind_int(stmt, 1, attempt);
	bv_sql_bind_int(stmt, 2, s->sitting->id);
	bv_sql_bind_blob(stmt, 3, marking->hashes, sizeof marking->hashes);
	bv_sql_bind_blob(stmt, 4, marking->rating.p, marking->rating.len);
	return bv_sql_exec(stmt, err);
}

/* Everything that goes into the evidence is there before the ledger says that the attempt is scored. */
static enum bv_status
put_evidence(struct scoring *s, const struct bv_candidate *known, struct bv_str responses, const struct bv_marking *marking, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf credential = BV_BUF(BV_CREDENTIAL_MAX);
	struct bv_candidate candidate = *known;

	if (!s->order->out)
		return BV_OK;
	s->order->random(candidate.credential_id, sizeof candidate.credential_id);
	s->order->random(candidate.subject_id, sizeof candidate.subject_id);
	if (bv_marking_attains(marking))
		TRY(bv_exam_attest(&credential, s->sitting->exam, &candidate, marking, s->tmpl, err));
	s->tally->certificates += bv_marking_attains(marking);
	if (!s->evidence) {
		BV_AUTO(bv_buf_finish) struct bv_buf tickets = BV_BUF(BV_EXAM_DOCUMENT_MAX);
		struct bv_exam_documents documents = sitting_exam_documents(s->sitting);
		if (bv_exam_issue(s->sitting->exam))
			bv_issue_tickets_write(&tickets, bv_exam_issue(s->sitting->exam));
		TRY(bv_buf_check(&tickets, err));
		documents.tickets = bv_buf_str(&tickets);
		TRY(bv_evidence_begin(&s->evidence, s->order->out, &documents, s->sitting->documents[DOCUMENT_DID], err));
	}
	return bv_evidence_candidate(s->evidence, s->order->texts, &candidate, responses, marking, bv_buf_str(&credential), err);
}

/* The same of a form that grew. */
static enum bv_status
write_given(struct bv_buf *responses, struct bv_sitting *sitting, struct bv_ledger *ledger, const struct bv_seat *seat, struct bv_err *err)
{
	BV_AUTO(bv_given_finish) struct bv_given given = { 0 };
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;

	TRY(sitting_given(&form, &given, sitting, ledger, seat, err));
	return responses_given(responses, form, given.responses, given.count, err);
}

enum bv_status
responses_given(struct bv_buf *out, const struct bv_form *form, const struct bv_str *responses, uint32_t given, struct bv_err *err)
{
	bool first = true;

	if (form->item_count < given)
		return bv_err_set(err, BV_EDENIED, "%u items were given to ticket '%.*s': by his answers the form was over after %zu", given, BV_STR_ARG(form->ticket),
		                  form->item_count);
	bv_buf_printf(out, "{\"given\":%u,\"responses\":{", given);
	for (size_t i = 0; i < form->item_count; i++) {
		if (!responses[i].len)
			continue;
		responses_add(out, first, form->items[i].identifier, responses[i]);
		first = false;
	}
	bv_buf_addz(out, "}}\n");
	return bv_buf_check(out, err);
}

static enum bv_status
write_responses(struct bv_buf *responses, struct bv_sitting *sitting, struct bv_ledger *ledger, const struct bv_seat *seat, struct bv_err *err)
{
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	struct collecting c = { .out = responses };

	TRY(bv_exam_form(&form, sitting->exam, seat->ticket, err));
	c.form = form;
	bv_buf_addz(responses, "{\"responses\":{");
	TRY(bv_ledger_answers(ledger, seat->attempt, collect, &c, err));
	bv_buf_addz(responses, "}}\n");
	return bv_buf_check(responses, err);
}

enum bv_status
sitting_mark(struct bv_marking *marking, struct bv_buf *responses, struct bv_sitting *sitting, struct bv_ledger *ledger, const struct bv_seat *seat,
             const struct bv_candidate *candidate, struct bv_err *err)
{
	if (bv_exam_is_adaptive(sitting->exam))
		TRY(write_given(responses, sitting, ledger, seat, err));
	else
		TRY(write_responses(responses, sitting, ledger, seat, err));
	return bv_exam_sit(marking, sitting->exam, candidate, bv_buf_str(responses), err);
}

static enum bv_status
score_attempt(struct scoring *s, const struct bv_seat *seat, struct bv_err *err)
{
	BV_AUTO(bv_marking_finish) struct bv_marking marking = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf responses = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	struct bv_ledger_act act = { .act = BV_EXAM_SCORE, .attempt = seat->attempt, .facts = { .author = s->order->author } };
	struct bv_candidate candidate;

	TRY(find_candidate(&candidate, s, seat->ticket, err));
	TRY(sitting_mark(&marking, &responses, s->sitting, s->ledger, seat, &candidate, err));
	TRY(put_evidence(s, &candidate, bv_buf_str(&responses), &marking, err));
	TRY(keep_result(s, seat->attempt, &marking, err));
	result_hash(act.facts.result, &marking);
	TRY(bv_ledger_do(s->ledger, &act, err));
	s->tally->scored++;
	s->tally->passed += marking.result.decision == BV_RATING_PASSED;
	return BV_OK;
}

/* A copy of a ledger has the events of who was scored, and not the result: it follows from them. */
static enum bv_status
result_again(struct scoring *s, const struct bv_seat *seat, struct bv_err *err)
{
	BV_AUTO(bv_marking_finish) struct bv_marking marking = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf responses = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	const struct bv_candidate candidate = { .ticket = seat->ticket, .name = seat->ticket };
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, s->sittings, RESULT_ONE, err));
	bv_sql_bind_int(stmt, 1, seat->attempt);
	TRY(bv_sql_step(stmt, &row, err));
	bv_sql_reset(stmt);
	if (row)
		return BV_OK;
	TRY(sitting_mark(&marking, &responses, s->sitting, s->ledger, seat, &candidate, err));
	TRY(keep_result(s, seat->attempt, &marking, err));
	s->tally->again++;
	return BV_OK;
}

static enum bv_status
score_seat(void *ctx, const struct bv_seat *seat, struct bv_err *err)
{
	struct scoring *s = ctx;
	enum bv_attempt_state state;

	TRY(look(&state, s, seat, err));
	switch (state) {
	case BV_ATTEMPT_REGISTERED:
	case BV_ATTEMPT_ADMITTED:
		s->tally->absent++;
		return BV_OK;
	case BV_ATTEMPT_STARTED:
	case BV_ATTEMPT_PAUSED:
		s->tally->open++;
		return BV_OK;
	default:
		break;
	}
	if (!is_finished(state)) {
		s->tally->before++;
		return result_again(s, seat, err);
	}
	if (score_attempt(s, seat, err) == BV_OK)
		return BV_OK;
	return bv_err_set(err, err->status, "ticket '%.*s': %s", BV_STR_ARG(seat->ticket), err->msg);
}

enum bv_status
bv_sitting_score(struct bv_scoring_tally *tally, struct bv_sitting *sitting, struct bv_sittings *sittings, struct bv_ledger *ledger,
                 const struct bv_scoring_order *order, struct bv_err *err)
{
	struct scoring s = { .sitting = sitting, .sittings = sittings, .ledger = ledger, .order = order, .tally = tally };
	enum bv_status status = BV_OK;

	*tally = (struct bv_scoring_tally){ 0 };
	if (order->out && sitting->mode != BV_SITTING_PRACTICE)
		status = bv_exam_template(&s.tmpl, sitting->exam, order->signer, err);
	if (status == BV_OK)
		status = sitting_issue(sitting, sittings, false, err);
	if (status == BV_OK)
		status = name_all(&s, err);
	if (status == BV_OK)
		status = bv_seats_each(sittings, sitting->id, BV_STR_NONE, score_seat, &s, err);
	if (status == BV_OK && s.evidence)
		status = bv_evidence_sign(s.evidence, order->key, err);
	bv_evidence_free(s.evidence);
	bv_template_free(s.tmpl);
	free(s.named);
	bv_arena_finish(&s.arena);
	return status;
}

/* ---- Releasing ---- */

struct releasing {
	struct bv_sitting *sitting;
	struct bv_ledger *ledger;
	struct bv_str author;
	bv_result_visit visit;
	void *ctx;
	size_t count;
};

static enum bv_status
release_seat(void *ctx, const struct bv_seat *seat, struct bv_err *err)
{
	struct releasing *r = ctx;
	struct bv_ledger_act look = { .act = BV_EXAM_LOOK, .attempt = seat->attempt, .also_closed = true };
	struct bv_ledger_act act = { .act = BV_EXAM_RELEASE, .attempt = seat->attempt, .facts = { .author = r->author } };

	if (!seat->attempt)
		return BV_OK;
	TRY(bv_ledger_do(r->ledger, &look, err));
	if (look.ack.state != BV_ATTEMPT_SCORED)
		return BV_OK;
	TRY(bv_ledger_do(r->ledger, &act, err));
	r->count++;
	return r->visit ? r->visit(r->ctx, seat, &act.ack, err) : BV_OK;
}

enum bv_status
bv_sitting_release(size_t *count, struct bv_sitting *sitting, struct bv_sittings *sittings, struct bv_ledger *ledger, struct bv_str author,
                   bv_result_visit visit, void *ctx, struct bv_err *err)
{
	struct releasing r = { .sitting = sitting, .ledger = ledger, .author = author, .visit = visit, .ctx = ctx };
	struct bv_ledger_act look = { .act = BV_EXAM_LOOK, .attempt = sitting->id };

	*count = 0;
	TRY(bv_ledger_do(ledger, &look, err));
	if (look.ack.now_ms < sitting->release_ms) {
		char day[BV_TIME_SIZE];
		return bv_err_set(err, BV_EDENIED, "results of this sitting are not released before its day, %s by the exam's clock: in %" PRId64 " s",
		                  bv_time_write(day, sitting->release_ms / 1000), (sitting->release_ms - look.ack.now_ms + 999) / 1000);
	}
	enum bv_status status = bv_seats_each(sittings, sitting->id, BV_STR_NONE, release_seat, &r, err);
	*count = r.count;
	return status;
}

/* ---- Attesting ---- */

struct attesting {
	struct scoring s;
	bv_attested_visit visit;
	void *ctx;
	size_t count;
};

/* Of several scores the last counts. */
static enum bv_status
take_result(void *ctx, const struct bv_exam_event *event, struct bv_err *err)
{
	(void)err;
	if (event->act == BV_EXAM_SCORE)
		memcpy(ctx, event->facts.result, BV_HASH_LEN);
	return BV_OK;
}

/* Is what the database keeps of the result what the log of the exam has? */
static enum bv_status
check_kept(struct scoring *s, int64_t attempt, struct bv_str rating, uint8_t hashes[4][BV_HASH_LEN], struct bv_err *err)
{
	uint8_t logged[BV_HASH_LEN] = { 0 }, hash[BV_HASH_LEN];
	struct bv_marking marking = { 0 };

	memcpy(marking.hashes, hashes, sizeof marking.hashes);
	result_hash(hash, &marking);
	TRY(bv_ledger_history(s->ledger, attempt, take_result, logged, err));
	if (!bv_hash_eq(hash, logged))
		return bv_err_set(err, BV_EDENIED, "the result of attempt %" PRId64 " is not the one in the ledger: it was changed", attempt);
	bv_sha256(hash, rating);
	return bv_hash_eq(hash, hashes[3]) ? BV_OK : bv_err_set(err, BV_EDENIED, "the rating of attempt %" PRId64 " was changed", attempt);
}

static bool
attains(const struct bv_json *rating)
{
	return bv_str_is(bv_json_str(bv_json_find(rating, "decision")), bv_rating_decision_name(BV_RATING_PASSED)) &&
	       bv_json_type(bv_json_find(rating, "level")) == BV_JSON_OBJECT;
}

static enum bv_status
attest(struct attesting *a, const struct bv_seat *seat, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf rating = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_attested one = { .ticket = seat->ticket };
	struct bv_candidate candidate;
	uint8_t hashes[4][BV_HASH_LEN];

	TRY(bv_sitting_result(&rating, hashes, a->s.sittings, seat->attempt, err));
	TRY(check_kept(&a->s, seat->attempt, bv_buf_str(&rating), hashes, err));
	TRY(bv_json_parse(&json, bv_buf_str(&rating), err));
	if (!attains(json))
		return BV_OK;
	TRY(name_candidate(&candidate, &a->s, seat->ticket, err));
	TRY(exam_facts(&one.facts, a->s.sitting->exam, &candidate, json, (const uint8_t(*)[BV_HASH_LEN])hashes, &arena, err));
	one.rating = bv_buf_str(&rating);
	a->count++;
	return a->visit(a->ctx, &one, err);
}

static enum bv_status
attest_seat(void *ctx, const struct bv_seat *seat, struct bv_err *err)
{
	struct attesting *a = ctx;
	enum bv_attempt_state state;

	TRY(look(&state, &a->s, seat, err));
	return state == BV_ATTEMPT_RELEASED || state == BV_ATTEMPT_FINAL ? attest(a, seat, err) : BV_OK;
}

enum bv_status
bv_sitting_attested(size_t *count, struct bv_sitting *sitting, struct bv_sittings *sittings, struct bv_ledger *ledger, const struct bv_scoring_order *order,
                    bv_attested_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_scoring_order own = *order;
	struct attesting a = { .s = { .sitting = sitting, .sittings = sittings, .ledger = ledger, .order = &own }, .visit = visit, .ctx = ctx };
	struct bv_people *people = order->people;
	struct bv_err none;

	if (sitting->mode == BV_SITTING_PRACTICE)
		return bv_err_set(err, BV_EDENIED, "this is practice: nobody gets a certificate for it");
	if (!order->names && !people)
		return bv_err_set(err, BV_EINVAL, "who each ticket is must be given: a certificate is of a person");
	own.out = ""; /* names go out */
	if (people)
		TRY(bv_people_begin(people, err));
	enum bv_status status = bv_seats_each(sittings, sitting->id, BV_STR_NONE, attest_seat, &a, err);
	bv_arena_finish(&a.s.arena);
	*count = a.count;
	if (people && status == BV_OK)
		return bv_people_commit(people, err);
	if (people && (status != BV_ENOTFOUND || bv_people_commit(people, &none) != BV_OK))
		bv_people_rollback(people);
	return status;
}

enum bv_status
bv_sitting_result(struct bv_buf *rating, uint8_t hashes[4][BV_HASH_LEN], struct bv_sittings *sittings, int64_t attempt, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, RESULT_ONE, err));
	bv_sql_bind_int(stmt, 1, attempt);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "attempt %" PRId64 " has no result: `bangvang sitting score` makes it again of who was scored", attempt);
	struct bv_str of_all = bv_sql_blob(stmt, 0);
	bool good = of_all.len == 4 * BV_HASH_LEN;
	if (good)
		memcpy(hashes, of_all.p, of_all.len);
	bv_buf_add(rating, bv_sql_blob(stmt, 1));
	bv_sql_reset(stmt);
	return good ? bv_buf_check(rating, err) : bv_err_set(err, BV_EDENIED, "the result of attempt %" PRId64 " was changed", attempt);
}
