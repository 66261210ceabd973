/* What auditors search: the log of exams, what was done to accounts, certificates, personal data and items, what was looked up. Each question is noted before it is answered. Names of persons are in none
 * of these, and what candidates answered is left out. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "tools/httpd/account.h"
#include "tools/httpd/audit.h"
#include "tools/httpd/bank_desk.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/query.h"
#include "tools/httpd/server.h"

enum { PAGE_MAX = 200, PAGE_USUAL = 50, KEY_MAX = 60, DETAIL_MAX = 8192, OBJECT_MAX = 300 };

const struct schema audit_query[] = {
	{ "sitting", SCHEMA_STRING, 0, BV_SITTING_NAME_MAX, .format = FORMAT_ID, .doc = "ledger: only of this sitting." },
	{ "ticket", SCHEMA_STRING, 0, 64, .format = FORMAT_ID, .doc = "ledger: only of this ticket." },
	{ "act", SCHEMA_STRING, 0, 40, .format = FORMAT_ID, .doc = "Only what was done so: register, extend, …; add, grant, …" },
	{ "object", SCHEMA_STRING, 0, OBJECT_MAX, .doc = "persons: only of the person of this id. bank: only of the item of this identifier." },
	{ "author", SCHEMA_STRING, 0, ACCOUNT_NAME_MAX, .format = FORMAT_ID, .doc = "Only by this one: candidate, clock, the id or the sign-in name of an account." },
	{ "since", SCHEMA_STRING, 20, 40, .format = FORMAT_TIME, .doc = "Not before." },
	{ "until", SCHEMA_STRING, 20, 40, .format = FORMAT_TIME, .doc = "Not after." },
	{ "before", SCHEMA_STRING, 0, KEY_MAX, .format = FORMAT_ID, .doc = "next of the page before." },
	{ "limit", SCHEMA_INT, 1, PAGE_MAX, .doc = "Entries at most." },
	{ 0 },
};
static const struct schema entry_members[] = {
	{ "key", SCHEMA_STRING, 1, KEY_MAX, .format = FORMAT_ID, .doc = "ledger: the number of the event in the log." },
	{ "atMs", SCHEMA_INT, .doc = "When." },
	{ "act", SCHEMA_STRING, 1, 40, .doc = "What was done." },
	{ "author", SCHEMA_STRING, 0, ACCOUNT_NAME_MAX, .doc = "candidate, clock, command, or the id of an account." },
	{ "authorName", SCHEMA_STRING, 1, ACCOUNT_NAME_MAX, .optional = true, .doc = "The sign-in name of that account." },
	{ "sitting", SCHEMA_STRING, 1, BV_SITTING_NAME_MAX, .optional = true, .doc = "ledger: the sitting." },
	{ "ticket", SCHEMA_STRING, 1, 64, .optional = true, .doc = "ledger: whose attempt; absent: of the sitting itself." },
	{ "seq", SCHEMA_INT, 1, INT64_MAX, .optional = true, .doc = "ledger: the number of the event in the attempt." },
	{ "account", SCHEMA_STRING, 1, OBJECT_MAX, .optional = true, .doc = "accounts: to which it was done; certificates: number of the proposal, deed, number of the certificate; persons: the id of the person; bank: the item with its version." },
	{ "fields", SCHEMA_STRING, 1, 200, .optional = true, .doc = "persons: what of him, names with spaces between." },
	{ "detail", SCHEMA_STRING, 0, DETAIL_MAX, .optional = true, .doc = "The reason; roles; what was looked up." },
	{ 0 },
};
static const struct schema entry_element = { NULL, SCHEMA_OBJECT, .of = entry_members };
static const struct schema list_members[] = {
	{ "entries", SCHEMA_ARRAY, 0, PAGE_MAX, .of = &entry_element, .doc = "The newest first." },
	{ "next", SCHEMA_STRING, 1, KEY_MAX, .format = FORMAT_ID, .optional = true, .doc = "For the parameter before. Absent: that is all. There may be fewer entries than limit, or none, and yet more." },
	{ 0 },
};
const struct schema audit_answer = { NULL, SCHEMA_OBJECT, .of = list_members };
static const char *const proofs[] = { "proved", "waiting", "differs", NULL };
static const struct schema event_members[] = {
	{ "entry", SCHEMA_OBJECT, .of = entry_members, .doc = "The event." },
	{ "hash", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "Its hash, over that of the one before: the leaf of its sitting's tree." },
	{ "state", SCHEMA_STRING, 1, 10, .choices = proofs, .doc = "proved: it is in the tree of the newest signed checkpoint; waiting: not yet; differs: the log is not what was signed." },
	{ "place", SCHEMA_INT, 0, INT64_MAX, .optional = true, .doc = "proved: its place in that tree, from 0." },
	{ "size", SCHEMA_INT, 1, INT64_MAX, .optional = true, .doc = "proved: how many events the tree has." },
	{ "proof", SCHEMA_STRING, 1, BV_LOG_PROOF_MAX, .format = FORMAT_LINES, .optional = true, .doc = "proved: a file *.tlog-proof." },
	{ "why", SCHEMA_STRING, 1, 300, .optional = true, .doc = "Otherwise." },
	{ 0 },
};
const struct schema audit_event_answer = { NULL, SCHEMA_OBJECT, .of = event_members };

struct asked {
	struct bv_buf sitting, ticket, act, object, author, since, until, before, limit;
};

static void
asked_finish(struct asked *a)
{
	struct bv_buf *const all[] = { &a->sitting, &a->ticket, &a->act, &a->object, &a->author, &a->since, &a->until, &a->before, &a->limit };

	for (size_t i = 0; i < BV_COUNT(all); i++)
		bv_buf_finish(all[i]);
}
BV_AUTO_DEFINE_FINISH(struct asked, asked_finish)

static void
ask(struct asked *a, struct bv_str query)
{
	const struct {
		struct bv_buf *to;
		const char *name;
	} all[] = { { &a->sitting, "sitting" }, { &a->ticket, "ticket" }, { &a->act, "act" }, { &a->object, "object" }, { &a->author, "author" },
		    { &a->since, "since" },     { &a->until, "until" },   { &a->before, "before" }, { &a->limit, "limit" } };
	struct bv_err none;

	for (size_t i = 0; i < BV_COUNT(all); i++) {
		*all[i].to = BV_BUF(4 * OBJECT_MAX);
		if (query_find(all[i].to, query, all[i].name, &none) != BV_OK)
			bv_buf_clear(all[i].to);
	}
}

static int64_t
time_of(const struct bv_buf *text)
{
	int64_t time_s = 0;
	struct bv_err none;

	return text->len && bv_time_parse(&time_s, bv_buf_str(text), &none) == BV_OK ? time_s : 0;
}

static int64_t
limit_of(const struct asked *a)
{
	int64_t limit = PAGE_USUAL;

	return a->limit.len && bv_str_int(bv_buf_str(&a->limit), &limit) ? limit : PAGE_USUAL;
}

/* ---- The log of exams ---- */

struct listing {
	struct bv_json_pen pen;
	struct bv_sql *sql;
	int64_t count;
	char last[KEY_MAX + 1];
	uint8_t hash[BV_HASH_LEN];
	int64_t attempt, seq;
	char sitting[BV_SITTING_NAME_MAX + 1];
};

static void
write_author(struct listing *l, struct bv_str author)
{
	struct account account;
	struct bv_err none;

	bv_json_pen_str(&l->pen, "author", author);
	if (!bv_str_is(author, "candidate") && !bv_str_is(author, "clock") && account_find(&account, l->sql, author, &none) == BV_OK)
		bv_json_pen_str(&l->pen, "authorName", bv_str_of(account.name));
}

static enum bv_status
write_event(void *ctx, const struct bv_exam_event *event, struct bv_str sitting, struct bv_str ticket, struct bv_err *err)
{
	struct listing *l = ctx;

	(void)err;
	snprintf(l->last, sizeof l->last, "%" PRId64, event->n);
	snprintf(l->sitting, sizeof l->sitting, "%.*s", BV_STR_ARG(sitting));
	memcpy(l->hash, event->hash, BV_HASH_LEN);
	l->attempt = event->attempt;
	l->seq = event->seq;
	l->count++;
	bv_json_pen_open(&l->pen, NULL, '{');
	bv_json_pen_str(&l->pen, "key", bv_str_of(l->last));
	bv_json_pen_int(&l->pen, "atMs", event->at_ms);
	bv_json_pen_str(&l->pen, "act", bv_str_of(bv_exam_act_name(event->act)));
	write_author(l, event->facts.author);
	bv_json_pen_str(&l->pen, "sitting", sitting);
	if (ticket.len)
		bv_json_pen_str(&l->pen, "ticket", ticket);
	bv_json_pen_int(&l->pen, "seq", event->seq);
	if (event->facts.reason.len)
		bv_json_pen_str(&l->pen, "detail", event->facts.reason);
	bv_json_pen_close(&l->pen, '}');
	return BV_OK;
}

/* Sign-in names are what people know; the log has ids. False has answered: nobody has that name, and so nothing is his. */
static struct bv_str
author_of(struct account *account, struct bv_sql *sql, struct bv_str given)
{
	char name[ACCOUNT_NAME_MAX + 1];
	struct bv_err none;

	return given.len && account_name(name, given) && account_find_name(account, sql, bv_str_of(name), &none) == BV_OK ? bv_str_of(account->id) : given;
}

/* The rest of a page that goes by numbers. */
static void
end_page(struct listing *l, int64_t next)
{
	bv_json_pen_close(&l->pen, ']');
	snprintf(l->last, sizeof l->last, "%" PRId64, next);
	if (next)
		bv_json_pen_str(&l->pen, "next", bv_str_of(l->last));
}

/* False has answered. */
static bool
list_events(struct listing *l, struct exchange *x, const struct asked *a)
{
	struct account account;
	struct bv_ledger_search search = { .sitting = bv_buf_str(&a->sitting), .ticket = bv_buf_str(&a->ticket), .author = author_of(&account, l->sql, bv_buf_str(&a->author)),
		                           .since_ms = time_of(&a->since) * 1000, .until_ms = time_of(&a->until) * 1000, .limit = limit_of(a) };
	struct bv_err err;
	int64_t next;

	if (!x->server->ledger) {
		problem_answer(x, "no-exams", NULL);
		return false;
	}
	if ((a->before.len && (!bv_str_int(bv_buf_str(&a->before), &search.before_n) || search.before_n < 1)) ||
	    (a->act.len && (bv_exam_act_parse(&search.act, bv_buf_str(&a->act), &err) != BV_OK || search.act >= BV_EXAM_ACT_COUNT))) {
		problem_answer(x, "invalid", "there is no such act, or before is no number of an event");
		return false;
	}
	if (bv_ledger_search(&next, x->server->config->ledger, &search, write_event, l, &err) != BV_OK) {
		bv_buf_clear(&x->answer.body);
		edge_fail(x, &err);
		return false;
	}
	end_page(l, next);
	return true;
}

/* False has answered. */
static bool
number_of(int64_t *before, struct exchange *x, const struct asked *a)
{
	*before = 0;
	if (!a->before.len || (bv_str_int(bv_buf_str(&a->before), before) && *before > 0))
		return true;
	problem_answer(x, "invalid", "before is not the next of a page");
	return false;
}

/* ---- Who did what with personal data, without any of it ---- */

static void
write_fields(struct listing *l, unsigned fields)
{
	BV_AUTO(bv_buf_finish) struct bv_buf names = BV_BUF(200);

	for (int i = 0; i < BV_PERSON_FIELDS; i++)
		if (fields >> i & 1)
			bv_buf_printf(&names, "%s%s", names.len ? " " : "", bv_person_field_name((enum bv_person_field)i));
	if (names.len)
		bv_json_pen_str(&l->pen, "fields", bv_buf_str(&names));
}

static enum bv_status
write_access(void *ctx, const struct bv_people_record *record, struct bv_err *err)
{
	struct listing *l = ctx;

	(void)err;
	snprintf(l->last, sizeof l->last, "%" PRId64, record->n);
	bv_json_pen_open(&l->pen, NULL, '{');
	bv_json_pen_str(&l->pen, "key", bv_str_of(l->last));
	bv_json_pen_int(&l->pen, "atMs", record->at_ms);
	bv_json_pen_str(&l->pen, "act", record->act);
	write_author(l, record->author);
	if (record->person.len)
		bv_json_pen_str(&l->pen, "account", record->person);
	write_fields(l, record->fields);
	if (record->reason.len)
		bv_json_pen_str(&l->pen, "detail", record->reason);
	bv_json_pen_close(&l->pen, '}');
	return BV_OK;
}

/* False has answered. */
static bool
list_persons(struct listing *l, struct exchange *x, const struct asked *a)
{
	struct account account;
	struct bv_people_search search = { .act = bv_buf_str(&a->act), .author = author_of(&account, l->sql, bv_buf_str(&a->author)), .person = bv_buf_str(&a->object),
		                           .since_ms = time_of(&a->since) * 1000, .until_ms = time_of(&a->until) * 1000, .limit = limit_of(a) };
	int64_t next;
	struct bv_err err;

	if (!x->server->persons) {
		problem_answer(x, "no-persons", NULL);
		return false;
	}
	if (!number_of(&search.before, x, a))
		return false;
	if (persons_search(&next, x->server->persons, &search, write_access, l, &err) != BV_OK) {
		bv_buf_clear(&x->answer.body);
		edge_fail(x, &err);
		return false;
	}
	end_page(l, next);
	return true;
}

/* ---- Who changed which item of the bank ---- */

static enum bv_status
write_bank_event(void *ctx, const struct bv_event *event, struct bv_str body, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf object = BV_BUF(OBJECT_MAX);
	struct listing *l = ctx;

	(void)body;
	(void)hash;
	(void)err;
	snprintf(l->last, sizeof l->last, "%" PRId64, event->seq);
	bv_json_pen_open(&l->pen, NULL, '{');
	bv_json_pen_str(&l->pen, "key", bv_str_of(l->last));
	bv_json_pen_int(&l->pen, "atMs", event->at_s * 1000);
	bv_json_pen_str(&l->pen, "act", bv_str_of(bv_act_name(event->act)));
	bv_json_pen_str(&l->pen, "author", event->who);
	if (event->identifier.len) {
		bv_buf_printf(&object, "%.*s/%.*s@%u", BV_STR_ARG(bv_str_sub(event->identifier, 0, OBJECT_MAX - 60)), BV_STR_ARG(bv_str_sub(event->language, 0, 40)), event->version);
		bv_json_pen_str(&l->pen, "account", bv_buf_str(&object));
	}
	if (event->reason.len)
		bv_json_pen_str(&l->pen, "detail", event->reason);
	bv_json_pen_close(&l->pen, '}');
	return BV_OK;
}

/* False has answered. A right to some of the bank's competences is not one to its whole history. */
static bool
list_bank(struct listing *l, struct exchange *x, const struct asked *a)
{
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	struct bv_event_search search = { .identifier = bv_buf_str(&a->object), .who = bv_buf_str(&a->author), .act = -1, .since_s = time_of(&a->since), .until_s = time_of(&a->until),
		                          .limit = (uint32_t)limit_of(a) };
	enum bv_act act;
	int64_t next = 0;
	struct bv_err err;

	if (!bank_desk_open(&desk, x, l->sql, BV_BANK_READ) || !number_of(&search.before, x, a))
		return false;
	if (!bank_desk_may(&desk, ROLE(SCHEME_OWNER) | ROLE(AUDITOR), BV_STR_NONE)) {
		problem_answer(x, "denied", NULL);
		return false;
	}
	if (a->act.len) {
		if (!bv_act_parse(&act, bv_buf_str(&a->act))) {
			problem_answer(x, "invalid", "there is no such act of the bank");
			return false;
		}
		search.act = (int)act;
	}
	/* A bank that keeps no life cycle has no events. */
	enum bv_status status = bv_bank_search_events(&next, desk.bank, &search, write_bank_event, l, &err);
	if (status != BV_OK && status != BV_ENOTFOUND) {
		bv_buf_clear(&x->answer.body);
		edge_fail(x, &err);
		return false;
	}
	end_page(l, next);
	return true;
}

/* ---- Accounts, and what was looked up ---- */

static void
write_record(void *ctx, const struct audit_record *record)
{
	struct listing *l = ctx;

	snprintf(l->last, sizeof l->last, "%" PRId64 "-%.*s", record->at_s, BV_STR_ARG(bv_str_sub(record->id, 0, 32)));
	l->count++;
	bv_json_pen_open(&l->pen, NULL, '{');
	bv_json_pen_str(&l->pen, "key", bv_str_of(l->last));
	bv_json_pen_int(&l->pen, "atMs", record->at_s * 1000);
	bv_json_pen_str(&l->pen, "act", record->act);
	bv_json_pen_str(&l->pen, "author", record->author);
	if (record->author_name.len)
		bv_json_pen_str(&l->pen, "authorName", record->author_name);
	if (record->object.len)
		bv_json_pen_str(&l->pen, "account", record->object_name.len ? record->object_name : record->object);
	if (record->detail.len)
		bv_json_pen_str(&l->pen, "detail", record->detail);
	bv_json_pen_close(&l->pen, '}');
}

static bool
list_records(struct listing *l, struct exchange *x, const struct asked *a, enum audit_source source)
{
	struct audit_search search = { .act = bv_buf_str(&a->act), .author = bv_buf_str(&a->author), .since_s = time_of(&a->since), .until_s = time_of(&a->until), .limit = limit_of(a) };
	struct bv_str before = bv_buf_str(&a->before);
	const char *dash = before.len ? memchr(before.p, '-', before.len) : NULL;
	struct bv_err err;

	if (before.len && (!dash || !bv_str_int((struct bv_str){ before.p, (size_t)(dash - before.p) }, &search.before_s) || search.before_s < 1)) {
		problem_answer(x, "invalid", "before is not the next of a page");
		return false;
	}
	if (dash)
		search.before_id = bv_str_sub(before, (size_t)(dash + 1 - before.p), KEY_MAX);
	if (audit_list(l->sql, source, &search, write_record, l, &err) != BV_OK) {
		bv_buf_clear(&x->answer.body);
		edge_fail(x, &err);
		return false;
	}
	bv_json_pen_close(&l->pen, ']');
	if (l->count == search.limit)
		bv_json_pen_str(&l->pen, "next", bv_str_of(l->last));
	return true;
}

bool
audit_look(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bv_buf_finish) struct bv_buf what = BV_BUF(AUDIT_WHAT_MAX);
	struct bv_err err;

	bv_buf_add(&what, x->path);
	if (x->query.len)
		bv_buf_addc(&what, '?');
	bv_buf_add(&what, x->query);
	if (audit_add(sql, bv_str_of(x->session.account), bv_buf_str(&what), bv_clock_now_s(), &err) == BV_OK)
		return true;
	edge_fail(x, &err);
	return false;
}

/* Of those in the server's own database. */
static bool
source_of(enum audit_source *out, struct bv_str name)
{
	static const char *const names[] = { [AUDIT_ACCOUNTS] = "accounts", [AUDIT_LOOKS] = "looks", [AUDIT_CERTIFICATES] = "certificates" };

	for (size_t i = 0; i < BV_COUNT(names); i++)
		if (bv_str_is(name, names[i])) {
			*out = (enum audit_source)i;
			return true;
		}
	return false;
}

/* Of those elsewhere; NULL: it is none. */
static bool (*lister_of(struct bv_str name))(struct listing *l, struct exchange *x, const struct asked *a)
{
	return bv_str_is(name, "ledger") ? list_events : bv_str_is(name, "persons") ? list_persons : bv_str_is(name, "bank") ? list_bank : NULL;
}

void
on_audit(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(asked_finish) struct asked asked;
	struct listing l = { .pen.out = &x->answer.body, .sql = sql };
	bool (*const list)(struct listing *l, struct exchange *x, const struct asked *a) = lister_of(x->params[0]);
	enum audit_source source = AUDIT_ACCOUNTS;

	ask(&asked, x->query);
	if (!list && !source_of(&source, x->params[0])) {
		problem_answer(x, "not-found", NULL);
		return;
	}
	if (!audit_look(x, sql))
		return;
	bv_json_pen_open(&l.pen, NULL, '{');
	bv_json_pen_open(&l.pen, "entries", '[');
	if (!(list ? list(&l, x, &asked) : list_records(&l, x, &asked, source)))
		return;
	bv_json_pen_close(&l.pen, '}');
	exchange_json(x, 200);
}

/* ---- One event, with its proof ---- */

static void
write_proof(struct listing *l, const struct exchange *x)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_LOG_PROOF_MAX);
	struct bv_log_proof proof;
	struct bv_merkle_hash leaf;
	struct bv_err err;

	bv_json_pen_hex(&l->pen, "hash", l->hash, BV_HASH_LEN);
	bv_merkle_leaf(&leaf, (struct bv_str){ (const char *)l->hash, BV_HASH_LEN });
	enum bv_status status = bv_ledger_prove(&text, x->server->config->ledger, bv_str_of(l->sitting), l->attempt, l->seq, &err);
	if (status == BV_OK)
		status = bv_log_proof_parse(&proof, bv_buf_str(&text), &err);
	if (status == BV_OK)
		status = bv_log_proof_check(&proof, &leaf, &err);
	bv_json_pen_str(&l->pen, "state", status == BV_OK ? BV_STR("proved") : status == BV_ECONFLICT ? BV_STR("waiting") : BV_STR("differs"));
	if (status != BV_OK) {
		bv_json_pen_str(&l->pen, "why", bv_str_of(err.msg));
		return;
	}
	bv_json_pen_int(&l->pen, "place", (int64_t)proof.idx);
	bv_json_pen_int(&l->pen, "size", (int64_t)proof.checkpoint.size);
	bv_json_pen_str(&l->pen, "proof", bv_buf_str(&text));
}

void
on_audit_event(struct exchange *x, struct bv_sql *sql)
{
	struct listing l = { .pen.out = &x->answer.body, .sql = sql };
	struct bv_ledger_search search = { .limit = 1 };
	int64_t n, next;
	struct bv_err err;

	if (!x->server->ledger) {
		problem_answer(x, "no-exams", NULL);
		return;
	}
	if (!bv_str_int(x->params[0], &n) || n < 1 || n == INT64_MAX) {
		problem_answer(x, "not-found", NULL);
		return;
	}
	if (!audit_look(x, sql))
		return;
	search.before_n = n + 1;
	bv_json_pen_open(&l.pen, NULL, '{');
	bv_json_pen_name(&l.pen, BV_STR("entry"));
	if (bv_ledger_search(&next, x->server->config->ledger, &search, write_event, &l, &err) != BV_OK) {
		bv_buf_clear(&x->answer.body);
		edge_fail(x, &err);
		return;
	}
	char wanted[24];
	snprintf(wanted, sizeof wanted, "%" PRId64, n);
	if (!l.count || !bv_str_is(bv_str_of(l.last), wanted)) {
		bv_buf_clear(&x->answer.body);
		problem_answer(x, "not-found", NULL);
		return;
	}
	write_proof(&l, x);
	bv_json_pen_close(&l.pen, '}');
	exchange_json(x, 200);
}
