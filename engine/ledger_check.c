/* Everything in the database of a ledger computed again: numbers, chains, what the rules allow, trees, checkpoints, and the tables beside the log. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "engine/ledger.h"

/* Of a chain, besides its state. Where a stored hash is not the computed one, the event after it may follow either: so only the record that was
 * changed is named. */
struct link {
	uint8_t stored[BV_HASH_LEN], computed[BV_HASH_LEN];
	int64_t n;
	uint64_t ticket; /* digest */
	uint32_t seq;
	bool broken; /* its state is not known any more */
};

struct grown {
	struct bv_merkle stored, computed;
	int64_t last_n, closed_n, first_n;
	uint64_t closed_count; /* events up to when it was closed */
	uint64_t covered; /* size of its last checkpoint */
};

struct check {
	struct bv_sql *sql;
	struct bv_ledger_check *counts;
	const uint8_t *public;
	bv_audit_report report;
	void *ctx;
	struct ledger_states states;
	struct link *links; /* by id */
	size_t link_cap;
	struct grown **grown; /* by id of the sitting, as many as links */
	struct bv_buf body, origin;
	struct bv_arena arena;
	struct bv_sql_stmt *checkpoints; /* the next row, by n */
	bool checkpoint_row;
	int64_t next_n;
};

__attribute__((format(printf, 2, 3))) static void
fault(struct check *check, const char *fmt, ...)
{
	char message[500];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	check->counts->faults++;
	if (check->report)
		check->report(check->ctx, false, "ledger", message);
}

static struct link *
link_of(struct check *check, int64_t id)
{
	if ((size_t)id >= check->link_cap) {
		size_t cap = check->link_cap ? check->link_cap : 1024;
		while (cap <= (size_t)id)
			cap *= 2;
		check->links = bv_resize_array(check->links, cap, sizeof check->links[0]);
		check->grown = bv_resize_array(check->grown, cap, sizeof check->grown[0]);
		memset(check->links + check->link_cap, 0, (cap - check->link_cap) * sizeof check->links[0]);
		memset(check->grown + check->link_cap, 0, (cap - check->link_cap) * sizeof check->grown[0]);
		check->link_cap = cap;
	}
	return &check->links[id];
}

/* ---- Events ---- */

#define WHERE "event %" PRId64 " (sitting %" PRId64 ", attempt %" PRId64 ", seq %" PRId64 ", '%s'): "
#define WHERE_ARG(e) (e)->n, (e)->sitting, (e)->attempt, (e)->seq, bv_exam_act_name((e)->act)

/* Is the hash that of what is stored? */
static void
check_hash(struct check *check, const struct bv_exam_event *event, struct link *link, const struct bv_sha256 *start)
{
	struct bv_exam_event again = *event;

	bv_exam_event_hash(&again, NULL, start, link->computed);
	if (!bv_hash_eq(again.hash, event->hash)) {
		struct bv_exam_event other = *event;
		bv_exam_event_hash(&other, NULL, start, link->stored);
		if (bv_hash_eq(other.hash, event->hash))
			again = other;
		else
			fault(check, WHERE "its hash is not that of what is stored, after the event before", WHERE_ARG(event));
	}
	memcpy(link->computed, again.hash, BV_HASH_LEN);
	memcpy(link->stored, event->hash, BV_HASH_LEN);
}

/* Would the rules have decided so? */
static enum bv_status
check_rules(struct check *check, const struct bv_exam_event *event, const struct bv_attempt *attempt, struct bv_err *err)
{
	const struct bv_attempt *sitting = states_find(&check->states, event->sitting);
	struct bv_attempt_decision decision;
	struct bv_exam_event again;
	struct bv_exam_facts facts = event->facts;

	if (event->act != BV_EXAM_OPEN && (!sitting || sitting->id != sitting->sitting))
		return bv_err_set(err, BV_EINVAL, "there is no such sitting");
	/* What the ledger sets is computed, not believed; but of a lease the number is looked at by the fold. */
	if (event->act == BV_EXAM_LEASE)
		facts.lease = 0;
	TRY(bv_exam_facts_check(event->act, &facts, err));
	TRY(bv_attempt_decide(&decision, &again, attempt, event->act == BV_EXAM_OPEN ? &event->facts.plan : &((const struct ledger_sitting *)sitting)->plan,
	                      event->act, &facts, event->at_ms, err));
	if (decision.verdict != BV_ATTEMPT_DO)
		return bv_err_set(err, BV_EINVAL, "it was done before");
	if (again.at_ms != event->at_ms)
		return bv_err_set(err, BV_EINVAL, "it is earlier than the event before");
	bv_buf_clear(&check->body);
	bv_exam_body_write(&check->body, event->act, &again.facts);
	if (!bv_str_eq(bv_buf_str(&check->body), event->body))
		return bv_err_set(err, BV_EINVAL, "it does not say what the rules make of it");
	return BV_OK;
}

static enum bv_status
replay(struct check *check, struct bv_exam_event *event, struct bv_err *err)
{
	const struct bv_attempt fresh = { .id = event->attempt, .sitting = event->sitting }, *attempt = states_find(&check->states, event->attempt);
	struct bv_attempt *chain;

	TRY(bv_exam_body_parse(&event->facts, event->act, event->body, &check->arena, err));
	TRY(check_rules(check, event, attempt ? attempt : &fresh, err));
	return states_fold(&chain, &check->states, event, err);
}

static void
grow(struct check *check, const struct bv_exam_event *event, const struct link *link)
{
	struct grown **grown = &check->grown[event->sitting];
	struct bv_merkle_hash leaf;

	if (!*grown) {
		*grown = bv_alloc(sizeof **grown);
		(*grown)->first_n = event->n;
	}
	bv_merkle_leaf(&leaf, (struct bv_str){ (const char *)event->hash, BV_HASH_LEN });
	bv_merkle_add(&(*grown)->stored, &leaf);
	bv_merkle_leaf(&leaf, (struct bv_str){ (const char *)link->computed, BV_HASH_LEN });
	bv_merkle_add(&(*grown)->computed, &leaf);
	(*grown)->last_n = event->n;
	if (event->act == BV_EXAM_CLOSE) {
		(*grown)->closed_n = event->n;
		(*grown)->closed_count = (*grown)->stored.count;
	}
}

static void
check_event(struct check *check, struct bv_exam_event *event, int64_t prev_n)
{
	struct bv_sha256 start;
	struct bv_err why;

	if (event->attempt <= 0 || event->attempt > INT32_MAX || event->sitting <= 0 || event->sitting > INT32_MAX) {
		fault(check, WHERE "there are no such numbers", WHERE_ARG(event));
		return;
	}
	link_of(check, event->sitting);
	struct link *link = link_of(check, event->attempt);
	if (event->seq != (int64_t)link->seq + 1)
		fault(check, WHERE "the event before was number %u", WHERE_ARG(event), link->seq);
	if (prev_n != link->n)
		fault(check, WHERE "the event before is %" PRId64 ", not %" PRId64, WHERE_ARG(event), link->n, prev_n);
	/* Where a sitting's first event is broken nothing of it can be looked at; that is said once. */
	bool lost = event->attempt != event->sitting && check->links[event->sitting].broken && !states_find(&check->states, event->sitting);
	if (!link->broken && !lost && replay(check, event, &why) != BV_OK) {
		fault(check, WHERE "%s", WHERE_ARG(event), why.msg);
		link->broken = true;
	}
	link->broken |= lost;
	const struct bv_attempt *sitting = states_find(&check->states, event->sitting);
	if (sitting && sitting->id == sitting->sitting) {
		start = ((const struct ledger_sitting *)sitting)->start;
		check_hash(check, event, link, &start);
	} else { /* which was named above, or at its first event */
		memcpy(link->computed, event->hash, BV_HASH_LEN);
		memcpy(link->stored, event->hash, BV_HASH_LEN);
	}
	grow(check, event, link);
	link->n = event->n;
	link->seq = (uint32_t)event->seq;
	if (event->act == BV_EXAM_REGISTER && !link->broken)
		link->ticket = states_ticket(event->sitting, event->facts.ticket);
}

/* ---- Checkpoints ---- */

static bool
peaks_fit(struct bv_str peaks, const struct bv_merkle *tree)
{
	size_t i = 0;

	if (peaks.len != (size_t)__builtin_popcountll(tree->count) * BV_HASH_LEN)
		return false;
	for (unsigned level = 0; level < 64; level++)
		if (tree->count >> level & 1 && memcmp(peaks.p + BV_HASH_LEN * i++, tree->peaks[level].p, BV_HASH_LEN) != 0)
			return false;
	return true;
}

static bool
tree_fits(const struct bv_merkle *tree, struct bv_str root, struct bv_str peaks, const struct bv_checkpoint *note)
{
	struct bv_merkle_hash computed;

	bv_merkle_root(&computed, tree);
	return root.len == BV_HASH_LEN && memcmp(root.p, computed.p, BV_HASH_LEN) == 0 && bv_hash_eq(note->root.p, computed.p) && peaks_fit(peaks, tree);
}

static void
check_checkpoint(struct check *check)
{
	struct bv_sql_stmt *stmt = check->checkpoints;
	int64_t sitting = bv_sql_int(stmt, 0), size = bv_sql_int(stmt, 1), n = bv_sql_int(stmt, 2);
	struct grown *grown = sitting > 0 && (size_t)sitting < check->link_cap ? check->grown[sitting] : NULL;
	const struct bv_attempt *chain = states_find(&check->states, sitting);
	BV_AUTO(bv_buf_finish) struct bv_buf origin = BV_BUF(2000);
	struct bv_checkpoint note;
	struct bv_err why;

	check->counts->checkpoints++;
	if (!grown || n != grown->last_n || size != (int64_t)grown->stored.count) {
		fault(check, "checkpoint of sitting %" PRId64 " at size %" PRId64 ", event %" PRId64 ": the log has no such place", sitting, size, n);
		return;
	}
	if (bv_checkpoint_parse(&note, bv_sql_str(stmt, 5), &why) != BV_OK || (check->public && bv_checkpoint_check(&note, check->public, &why) != BV_OK)) {
		fault(check, "checkpoint of sitting %" PRId64 " at size %" PRId64 ": %s", sitting, size, why.msg);
		return;
	}
	bv_buf_printf(&origin, "%.*s/%s", BV_STR_ARG(bv_buf_str(&check->origin)),
	              chain && chain->id == chain->sitting ? ((const struct ledger_sitting *)chain)->name : "?");
	if (!bv_str_eq(note.origin, bv_buf_str(&origin)) || note.size != (uint64_t)size)
		fault(check, "checkpoint of sitting %" PRId64 " at size %" PRId64 ": its note is of another log or size", sitting, size);
	else if (!tree_fits(&grown->stored, bv_sql_blob(stmt, 3), bv_sql_blob(stmt, 4), &note) &&
	         !tree_fits(&grown->computed, bv_sql_blob(stmt, 3), bv_sql_blob(stmt, 4), &note))
		fault(check, "checkpoint of sitting %" PRId64 " at size %" PRId64 ": it is not of the events that are here", sitting, size);
	grown->covered = grown->stored.count;
}

static enum bv_status
next_checkpoint(struct check *check, struct bv_err *err)
{
	return bv_sql_step(check->checkpoints, &check->checkpoint_row, err);
}

static enum bv_status
check_events(struct check *check, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_exam_event event;
	struct bv_err why;
	int64_t prev_n;
	bool row;

	TRY(bv_sql_prepare(&stmt, check->sql, "SELECT " EVENT_COLUMNS " FROM event ORDER BY n", err));
	TRY(next_checkpoint(check, err));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		check->counts->events++;
		bool good = row_event(&event, &prev_n, stmt, &why) == BV_OK;
		if (event.n != check->next_n)
			fault(check, "event %" PRId64 " is missing, or has another number: %" PRId64 " comes in its place", check->next_n, event.n);
		check->next_n = event.n < INT64_MAX ? event.n + 1 : event.n;
		if (good)
			check_event(check, &event, prev_n);
		else
			fault(check, "%s", why.msg);
		bv_arena_reset(&check->arena);
		while (check->checkpoint_row && bv_sql_int(check->checkpoints, 2) <= event.n) {
			check_checkpoint(check);
			TRY(next_checkpoint(check, err));
		}
	}
	for (; check->checkpoint_row; (void)0) {
		check_checkpoint(check);
		TRY(next_checkpoint(check, err));
	}
	return BV_OK;
}

/* ---- The tables beside the log ---- */

static enum bv_status
check_attempts(struct check *check, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	int64_t want = 1;
	bool row;

	TRY(bv_sql_prepare(&stmt, check->sql, "SELECT id, sitting, ticket FROM attempt ORDER BY id", err));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		int64_t id = row ? bv_sql_int(stmt, 0) : (int64_t)check->link_cap;
		for (; want < id && want < (int64_t)check->link_cap; want++)
			if (check->links[want].ticket)
				fault(check, "attempt %" PRId64 " is missing in the table of attempts", want);
		if (!row)
			return BV_OK;
		check->counts->attempts++;
		want = id < INT64_MAX ? id + 1 : id;
		const struct link *link = id > 0 && (size_t)id < check->link_cap ? &check->links[id] : NULL;
		const struct bv_attempt *attempt = states_find(&check->states, id);
		if (!link || !link->ticket || !attempt || attempt->sitting != bv_sql_int(stmt, 1) ||
		    link->ticket != states_ticket(attempt->sitting, bv_sql_str(stmt, 2)))
			fault(check, "attempt %" PRId64 ": the table of attempts has another sitting or ticket than its first event", id);
	}
}

static enum bv_status
check_sittings(struct check *check, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, check->sql, "SELECT id, name, first_n, closed_n FROM sitting ORDER BY id", err));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		int64_t id = bv_sql_int(stmt, 0);
		const struct bv_attempt *chain = states_find(&check->states, id);
		check->counts->sittings++;
		if (!chain || chain->id != chain->sitting || !check->grown[id] || !bv_str_is(bv_sql_str(stmt, 1), ((const struct ledger_sitting *)chain)->name) ||
		    check->grown[id]->first_n != bv_sql_int(stmt, 2) || check->grown[id]->closed_n != bv_sql_int(stmt, 3))
			fault(check, "sitting %" PRId64 ": the table of sittings has another name, first or last event than its events", id);
	}
	if (check->counts->sittings != check->states.sitting_count)
		fault(check, "there are %zu sittings in the log, and %" PRIu64 " in the table of sittings", check->states.sitting_count, check->counts->sittings);
	return BV_OK;
}

/* Rows of 'tail' are of events of an attempt after its sitting was closed, or of its last one before; and no attempt of such a sitting is without. */
static enum bv_status
check_tails(struct check *check, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	uint64_t count = 0, wanted = 0;
	bool row;

	TRY(bv_sql_has_table(&row, check->sql, "tail", err));
	if (!row) /* a ledger of before */
		return BV_OK;
	TRY(bv_sql_prepare(&stmt, check->sql, "SELECT t.attempt, t.n, (SELECT max(m.n) FROM tail m WHERE m.attempt = t.attempt), coalesce(e.attempt, 0), "
	                   "coalesce(s.closed_n, 0), (SELECT count(*) FROM tail m JOIN event f ON f.n = m.n WHERE m.attempt = t.attempt AND f.prev = t.n) FROM tail t LEFT JOIN event e ON e.n = t.n LEFT JOIN sitting s ON s.id = e.sitting", err));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		int64_t id = bv_sql_int(stmt, 0), n = bv_sql_int(stmt, 1), last_n = bv_sql_int(stmt, 2), closed_n = bv_sql_int(stmt, 4);
		const struct bv_attempt *attempt = states_find(&check->states, id);
		if (!attempt || bv_sql_int(stmt, 3) != id || !closed_n || attempt->last_n != last_n || attempt->id == attempt->sitting ||
		    (n != last_n && bv_sql_int(stmt, 5) != 1))
			fault(check, "attempt %" PRId64 ": the table of tails has event %" PRId64 ", which is not one of its last after its sitting was closed", id, n);
		count += n == last_n;
	}
	for (int64_t id = 1; id <= check->states.last_id; id++) {
		const struct bv_attempt *attempt = states_find(&check->states, id);
		wanted += attempt && attempt->id != attempt->sitting && states_sitting(&check->states, attempt)->chain.state == BV_SITTING_CLOSED;
	}
	if (count != wanted)
		fault(check, "%" PRIu64 " attempts of sittings that are closed are in the table of tails, of %" PRIu64, count, wanted);
	return BV_OK;
}

static enum bv_status
check_clocks(struct check *check, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	int64_t want = 1;
	bool row;

	TRY(bv_sql_prepare(&stmt, check->sql, "SELECT n, boot_id, boot_ms, utc_ms, exam_ms, signature FROM boot ORDER BY n", err));
	for (;; want++) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(1000);
		struct bv_clock_mark mark = { .boot_ms = bv_sql_int(stmt, 2), .utc_ms = bv_sql_int(stmt, 3), .exam_ms = bv_sql_int(stmt, 4) };
		struct bv_str id = bv_sql_str(stmt, 1), signature = bv_sql_blob(stmt, 5);
		int64_t n = bv_sql_int(stmt, 0);
		if (n != want)
			fault(check, "clock %" PRId64 " is missing, or has another number", want);
		want = n;
		memcpy(mark.boot_id, bv_str_chars(id), id.len < sizeof mark.boot_id ? id.len : 0);
		mark_message(&message, n, &mark);
		if (id.len >= sizeof mark.boot_id || signature.len != BV_SIGNATURE_LEN ||
		    (check->public && !bv_public_verify(check->public, bv_buf_str(&message), (const uint8_t *)signature.p)))
			fault(check, "clock %" PRId64 ": what is kept of the clock is not what was signed", n);
	}
}

/* What a checkpoint covers cannot be cut off; after the last one it can. */
static void
check_cover(struct check *check)
{
	for (size_t i = 0; i < check->states.sitting_count; i++) {
		const struct ledger_sitting *sitting = check->states.sittings[i];
		const struct grown *grown = check->grown[sitting->chain.id];
		uint64_t open = grown ? grown->stored.count - grown->covered : 0;
		char message[200];
		if (grown && grown->covered < grown->closed_count) {
			fault(check, "sitting %" PRId64 " was closed, and its last %" PRIu64 " events are in no checkpoint", sitting->chain.id, open);
		} else if (open && check->report) {
			snprintf(message, sizeof message, "the last %" PRIu64 " events of sitting %" PRId64 " are in no checkpoint yet", open, sitting->chain.id);
			check->report(check->ctx, true, "ledger", message);
		}
	}
}

static enum bv_status
check_file(struct check *check, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, check->sql, "/*sqlite*/PRAGMA integrity_check(20)/*end*//*pgsql SELECT 'ok'*/", err));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		if (!bv_str_is(bv_sql_str(stmt, 0), "ok"))
			fault(check, "the database file: %.*s", BV_STR_ARG(bv_str_sub(bv_sql_str(stmt, 0), 0, 200)));
	}
}

static enum bv_status
check_all(struct check *check, const struct ledger_database *database, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *origin = NULL;
	bool row;

	TRY(ledger_check_format(check->sql, BV_STR_NONE, database->url, err));
	TRY(check_file(check, err));
	TRY(bv_sql_prepare(&origin, check->sql, "SELECT origin FROM ledger", err));
	TRY(bv_sql_step(origin, &row, err));
	bv_buf_add(&check->origin, bv_sql_str(origin, 0));
	TRY(bv_sql_step(origin, &row, err));
	if (row)
		fault(check, "the table 'ledger' has more than one row");
	bv_sql_reset(origin);
	TRY(bv_sql_prepare(&check->checkpoints, check->sql, "SELECT sitting, size, n, root, peaks, note FROM checkpoint ORDER BY n, sitting", err));
	link_of(check, 1);
	TRY(check_events(check, err));
	TRY(check_attempts(check, err));
	TRY(check_sittings(check, err));
	TRY(check_tails(check, err));
	TRY(check_clocks(check, err));
	check_cover(check);
	if (check->counts->faults)
		return bv_err_set(err, BV_EDENIED, "%" PRIu64 " faults", check->counts->faults);
	return BV_OK;
}

enum bv_status
bv_ledger_check(struct bv_ledger_check *out, const char *url, const uint8_t *public, bv_audit_report report, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	const struct ledger_database database = { .url = (char *)(uintptr_t)url };
	struct check check = { .counts = out, .public = public, .report = report, .ctx = ctx, .body = BV_BUF(BV_EXAM_BODY_MAX), .origin = BV_BUF(1000), .next_n = 1 };

	*out = (struct bv_ledger_check){ 0 };
	TRY(bv_sql_open(&sql, url, BV_SQL_READ, err));
	check.sql = sql;
	TRY(bv_sql_begin(sql, false, err)); /* of one moment, if it is written to meanwhile */
	enum bv_status status = check_all(&check, &database, err);
	bv_sql_stmt_free(check.checkpoints);
	bv_sql_rollback(sql);
	for (size_t i = 0; i < check.link_cap; i++)
		free(check.grown[i]);
	free(check.grown);
	free(check.links);
	states_finish(&check.states);
	bv_buf_finish(&check.body);
	bv_buf_finish(&check.origin);
	bv_arena_finish(&check.arena);
	return status;
}
