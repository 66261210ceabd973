/* A sitting: its documents in the database, the hash of each in the event that opened it. */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/exam.h"
#include "engine/sitting.h"

static const char *const document_names[SITTING_DOCUMENTS_MAX] = {
	[DOCUMENT_BLUEPRINT] = "blueprint.xml", [DOCUMENT_CHANCES] = "chances.json", [DOCUMENT_DESIGN] = "design.json", [DOCUMENT_EXAM] = "exam.json",
	[DOCUMENT_FORMS] = "forms.json",        [DOCUMENT_DID] = EVIDENCE_DID,     [DOCUMENT_ITEMS] = "items.json",
	[DOCUMENT_PARALLEL] = "parallel.json",
	[DOCUMENT_PARAMETERS] = "parameters.json", [DOCUMENT_POOL] = "pool.json",  [DOCUMENT_RULES] = "rules.xml",
	[DOCUMENT_SEEN] = "seen.json",          [DOCUMENT_STANDARD] = "standard.xml",
};

struct bv_exam_documents
sitting_exam_documents(const struct bv_sitting *sitting)
{
	const struct bv_str *documents = sitting->documents;

	return (struct bv_exam_documents){
		.exam = documents[DOCUMENT_EXAM], .blueprint = documents[DOCUMENT_BLUEPRINT], .standard = documents[DOCUMENT_STANDARD],
		.rules = documents[DOCUMENT_RULES], .pool = documents[DOCUMENT_POOL], .items = documents[DOCUMENT_ITEMS], .forms = documents[DOCUMENT_FORMS],
		.design = documents[DOCUMENT_DESIGN], .parameters = documents[DOCUMENT_PARAMETERS], .seen = documents[DOCUMENT_SEEN],
		.parallel = documents[DOCUMENT_PARALLEL], .chances = documents[DOCUMENT_CHANCES],
	};
}

/* What OPEN says of a sitting besides its plan. */
static void
write_details(struct bv_buf *out, const struct bv_str documents[SITTING_DOCUMENTS_MAX], enum bv_sitting_mode mode, int64_t release_ms)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_open(&pen, "documents", '{');
	for (size_t i = 0; i < SITTING_DOCUMENTS_MAX; i++) {
		uint8_t hash[BV_HASH_LEN];
		if (!documents[i].len)
			continue;
		bv_sha256(hash, documents[i]);
		bv_json_pen_name(&pen, bv_str_of(document_names[i]));
		bv_json_pen_hex(&pen, NULL, hash, sizeof hash);
	}
	bv_json_pen_close(&pen, '}');
	bv_json_pen_str(&pen, "mode", bv_str_of(bv_sitting_mode_name(mode)));
	bv_json_pen_int(&pen, "releaseMs", release_ms);
	bv_json_pen_close(&pen, '}');
}

/* ---- Reading what the ledger says ---- */

/* The event that opened a sitting: its id and facts, which are borrowed from the statement and arena. */
static enum bv_status
find_opened(int64_t *id, struct bv_exam_facts *facts, struct bv_sittings *sittings, struct bv_str name, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, SITTING_OPENED, err));
	bv_sql_bind_str(stmt, 1, name);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no sitting '%.*s'", BV_STR_ARG(bv_str_sub(name, 0, BV_SITTING_NAME_MAX)));
	if (bv_sql_int(stmt, 1) != BV_EXAM_OPEN)
		return bv_err_set(err, BV_EDENIED, "the first event of sitting '%.*s' did not open it: the database was changed", BV_STR_ARG(name));
	*id = bv_sql_int(stmt, 0);
	struct bv_str body = bv_arena_str(arena, bv_sql_blob(stmt, 2));
	bv_sql_reset(stmt);
	if (bv_exam_body_parse(facts, BV_EXAM_OPEN, body, arena, err) != BV_OK)
		return bv_err_set(err, BV_EDENIED, "the event that opened sitting '%.*s' was changed: %s", BV_STR_ARG(name), err->msg);
	return BV_OK;
}

static enum bv_status
mode_of(enum bv_sitting_mode *mode, struct bv_str details, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	TRY(bv_json_parse(&json, details, err));
	return bv_sitting_mode_parse(mode, bv_json_str(bv_json_find(json, "mode")), err);
}

/* Practice has a bank and a key of its own; the key is the ledger's, so a ledger has either. */
static enum bv_status
check_kind(struct bv_sittings *sittings, enum bv_sitting_mode mode, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_exam_facts facts;
	enum bv_sitting_mode other;
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, SITTING_ANY, err));
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return BV_OK;
	struct bv_str body = bv_arena_str(&arena, bv_sql_blob(stmt, 0));
	bv_sql_reset(stmt);
	TRY(bv_exam_body_parse(&facts, BV_EXAM_OPEN, body, &arena, err));
	if (!facts.details.len)
		return BV_OK;
	TRY(mode_of(&other, facts.details, err));
	if ((mode == BV_SITTING_PRACTICE) == (other == BV_SITTING_PRACTICE))
		return BV_OK;
	return bv_err_set(err, BV_ECONFLICT, "this ledger is one of %s: %s has a database, a bank and a key of its own",
	                  other == BV_SITTING_PRACTICE ? "practice" : "exams", other == BV_SITTING_PRACTICE ? "an exam" : "practice");
}

/* ---- A new one ---- */

static enum bv_status
keep_documents(struct bv_sittings *sittings, const struct bv_sitting_order *order, const struct bv_str documents[SITTING_DOCUMENTS_MAX],
               struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(sitting_stmt(&stmt, sittings, SITTING_DOCUMENT_ADD, err));
	TRY(bv_sql_begin(sittings->sql, true, err));
	for (size_t i = 0; i < SITTING_DOCUMENTS_MAX; i++) {
		if (!documents[i].len)
			continue;
		bv_sql_bind_str(stmt, 1, order->name);
		bv_sql_bind_str(stmt, 2, bv_str_of(document_names[i]));
		bv_sql_bind_blob(stmt, 3, documents[i].p, documents[i].len);
		enum bv_status status = bv_sql_exec(stmt, err);
		if (status != BV_OK) {
			bv_sql_rollback(sittings->sql);
			return status;
		}
	}
	return bv_sql_commit(sittings->sql, err);
}

/* Nobody reads items here: that the documents belong together is all that is asked. */
static enum bv_status
no_text(void *ctx, struct bv_buf *xml, struct bv_version_files *files, const struct bv_form_item *drawn, struct bv_err *err)
{
	(void)ctx, (void)xml, (void)files, (void)drawn;
	return bv_err_set(err, BV_EINVAL, "no items are read here");
}

static void
set_sections(struct bv_sitting_plan *plan, const struct bv_blueprint *blueprint)
{
	if (!blueprint->has_limits)
		return;
	for (size_t i = 0; i < blueprint->part_count; i++)
		plan->sections[plan->section_count++] =
			(struct bv_sitting_section){ blueprint->parts[i].item_count, (int64_t)blueprint->parts[i].minutes * 60000 };
}

static enum bv_status
make_facts(struct bv_exam_facts *facts, struct bv_buf *details, struct bv_buf *parallel, const struct bv_sitting_order *order,
           struct bv_str documents[SITTING_DOCUMENTS_MAX], struct bv_err *err)
{
	struct bv_exam_documents given = *order->documents;
	BV_AUTO(bv_exam_free) struct bv_exam *exam = NULL;

	if (!sitting_name_good(order->name, BV_SITTING_NAME_MAX, "._-"))
		return bv_err_set(err, BV_EINVAL, "a sitting is named by 1 to %d letters, digits, '.', '_' and '-'", BV_SITTING_NAME_MAX);
	given.parallel = BV_STR_NONE; /* it is made here */
	TRY(bv_exam_new(&exam, &given, no_text, NULL, err));
	if (bv_exam_issue(exam))
		bv_issue_parallel_write(parallel, bv_exam_issue(exam));
	TRY(bv_buf_check(parallel, err));
	documents[DOCUMENT_PARALLEL] = bv_buf_str(parallel);
	if (bv_exam_mode(exam) != order->mode)
		return bv_err_set(err, BV_EINVAL, "exam.json is of mode %s", bv_sitting_mode_name(bv_exam_mode(exam)));
	const struct bv_blueprint *blueprint = bv_exam_blueprint(exam);
	int64_t release_ms = order->release_ms ? order->release_ms : order->closes_ms;
	if (release_ms < order->closes_ms)
		return bv_err_set(err, BV_EINVAL, "results are not released before the sitting closes");
	write_details(details, documents, order->mode, release_ms);
	TRY(bv_buf_check(details, err));
	*facts = (struct bv_exam_facts){
		.author = order->author, .details = bv_buf_str(details),
		.plan = { .name = order->name, .opens_ms = order->opens_ms, .start_until_ms = order->start_until_ms ? order->start_until_ms : order->closes_ms,
		          .closes_ms = order->closes_ms, .own_ms = (int64_t)blueprint->minutes * 60000, .grace_ms = order->grace_ms,
		          .item_count = blueprint->item_count, .adaptive = blueprint->is_adaptive }
	};
	set_sections(&facts->plan, blueprint);
	TRY(bv_exam_facts_check(BV_EXAM_OPEN, facts, err));
	return bv_sitting_plan_check(&facts->plan, err);
}

/* Is the sitting that has the name this one? */
static enum bv_status
same_sitting(int64_t *id, struct bv_sittings *sittings, const struct bv_exam_facts *facts, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_exam_facts there;

	TRY(find_opened(id, &there, sittings, facts->plan.name, &arena, err));
	if (bv_str_eq(there.details, facts->details) && there.plan.opens_ms == facts->plan.opens_ms && there.plan.closes_ms == facts->plan.closes_ms &&
	    there.plan.start_until_ms == facts->plan.start_until_ms && there.plan.grace_ms == facts->plan.grace_ms)
		return BV_OK;
	return bv_err_set(err, BV_ECONFLICT, "there is a sitting '%.*s' with other documents or other times: give this one another name",
	                  BV_STR_ARG(facts->plan.name));
}

enum bv_status
bv_sitting_create(int64_t *id, struct bv_sittings *sittings, struct bv_ledger *ledger, const struct bv_sitting_order *order, struct bv_err *err)
{
	const struct bv_exam_documents *d = order->documents;
	struct bv_str documents[SITTING_DOCUMENTS_MAX] = {
		[DOCUMENT_BLUEPRINT] = d->blueprint, [DOCUMENT_EXAM] = d->exam,   [DOCUMENT_FORMS] = d->forms, [DOCUMENT_DID] = order->did,
		[DOCUMENT_ITEMS] = d->items,         [DOCUMENT_POOL] = d->pool,   [DOCUMENT_RULES] = d->rules, [DOCUMENT_STANDARD] = d->standard,
		[DOCUMENT_DESIGN] = d->design,       [DOCUMENT_PARAMETERS] = d->parameters, [DOCUMENT_SEEN] = d->seen,
		[DOCUMENT_CHANCES] = d->chances,
	};
	BV_AUTO(bv_buf_finish) struct bv_buf details = BV_BUF(BV_DETAILS_MAX), parallel = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	struct bv_ledger_act act = { .act = BV_EXAM_OPEN };
	struct bv_err none;
	int64_t found;

	TRY(make_facts(&act.facts, &details, &parallel, order, documents, err));
	TRY(check_kind(sittings, order->mode, err));
	if (bv_ledger_find_sitting(&found, ledger, order->name, &none) == BV_OK)
		return same_sitting(id, sittings, &act.facts, err);
	/* First the documents: without the event they are nothing, and the event without them would be a sitting that cannot be held. */
	TRY(keep_documents(sittings, order, documents, err));
	TRY(bv_ledger_do(ledger, &act, err));
	*id = act.ack.sitting;
	return BV_OK;
}

/* ---- One that is there ---- */

static enum bv_status
load_documents(struct bv_sitting *sitting, struct bv_sittings *sittings, struct bv_str name, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, SITTING_DOCUMENTS, err));
	bv_sql_bind_str(stmt, 1, name);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		size_t i = 0;
		while (i < SITTING_DOCUMENTS_MAX && !bv_str_is(bv_sql_str(stmt, 0), document_names[i]))
			i++;
		if (i == SITTING_DOCUMENTS_MAX) {
			bv_err_set(err, BV_EDENIED, "sitting '%.*s' has a document '%.*s', which the ledger does not know", BV_STR_ARG(name),
			           BV_STR_ARG(bv_str_sub(bv_sql_str(stmt, 0), 0, 40)));
			bv_sql_reset(stmt);
			return BV_EDENIED;
		}
		sitting->documents[i] = bv_arena_str(&sitting->arena, bv_sql_blob(stmt, 1));
	}
}

static enum bv_status
check_documents(const struct bv_sitting *sitting, const struct bv_json *hashes, struct bv_err *err)
{
	for (size_t i = 0; i < SITTING_DOCUMENTS_MAX; i++) {
		char hex[BV_HEX_SIZE(BV_HASH_LEN)];
		uint8_t hash[BV_HASH_LEN];
		bv_sha256(hash, sitting->documents[i]);
		struct bv_str wanted = bv_json_str(bv_json_find(hashes, document_names[i]));
		if (sitting->documents[i].len ? !bv_str_is(wanted, bv_hex(hex, hash, sizeof hash)) : wanted.len > 0)
			return bv_err_set(err, BV_EDENIED, "document %s of sitting '%.*s' is not the one that it was opened with: its SHA-256 differs",
			                  document_names[i], BV_STR_ARG(sitting->plan.name));
	}
	return BV_OK;
}

/* What was changed since it was opened: its window, the day of the results. */
static enum bv_status
apply_chain(struct bv_sitting *sitting, struct bv_sittings *sittings, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(sitting_stmt(&stmt, sittings, SITTING_CHAIN, err));
	bv_sql_bind_int(stmt, 1, sitting->id);
	for (;;) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		struct bv_exam_facts facts;
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		enum bv_exam_act act = bv_sql_int(stmt, 0) == BV_EXAM_WINDOW ? BV_EXAM_WINDOW : BV_EXAM_NOTE;
		enum bv_status status = bv_exam_body_parse(&facts, act, bv_sql_blob(stmt, 1), &arena, err);
		if (status != BV_OK) {
			bv_sql_reset(stmt);
			return status;
		}
		if (act == BV_EXAM_WINDOW) {
			sitting->plan.opens_ms = facts.plan.opens_ms;
			sitting->plan.start_until_ms = facts.plan.start_until_ms;
			sitting->plan.closes_ms = facts.plan.closes_ms;
		}
	}
}

enum bv_status
bv_sitting_has_documents(bool *documents, struct bv_sittings *sittings, struct bv_str name, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_exam_facts facts;
	int64_t id;

	TRY(find_opened(&id, &facts, sittings, name, &arena, err));
	*documents = facts.details.len > 0;
	return BV_OK;
}

static void
copy_window(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan)
{
	struct bv_sitting *sitting = act->ctx;

	(void)attempt;
	sitting->plan.opens_ms = plan->opens_ms;
	sitting->plan.start_until_ms = plan->start_until_ms;
	sitting->plan.closes_ms = plan->closes_ms;
}

/* The window as it is now. */
static enum bv_status
ask_window(struct bv_sitting *sitting, struct bv_ledger *ledger, struct bv_err *err)
{
	struct bv_ledger_act act = { .act = BV_EXAM_LOOK, .attempt = sitting->id, .look = copy_window, .ctx = sitting };

	return bv_ledger_do(ledger, &act, err);
}

static enum bv_status
load(struct bv_sitting **out, struct bv_sittings *sittings, struct bv_ledger *ledger, struct bv_str name, bv_exam_item_text text, void *ctx,
     struct bv_err *err)
{
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = bv_alloc(sizeof *sitting);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_exam_facts facts;

	TRY(find_opened(&sitting->id, &facts, sittings, name, &sitting->arena, err));
	sitting->plan = facts.plan;
	if (!facts.details.len)
		return bv_err_set(err, BV_EINVAL, "sitting '%.*s' was not made by `bangvang sitting new`: it has no documents", BV_STR_ARG(facts.plan.name));
	TRY(bv_json_parse(&json, facts.details, err));
	TRY(mode_of(&sitting->mode, facts.details, err));
	TRY(bv_json_need_int(&sitting->release_ms, json, "releaseMs", err));
	TRY(load_documents(sitting, sittings, name, err));
	TRY(check_documents(sitting, bv_json_find(json, "documents"), err));
	TRY(ledger ? ask_window(sitting, ledger, err) : apply_chain(sitting, sittings, err));
	struct bv_exam_documents documents = sitting_exam_documents(sitting);
	TRY(bv_exam_new(&sitting->exam, &documents, text ? text : no_text, ctx, err));
	*out = bv_steal(&sitting);
	return BV_OK;
}

enum bv_status
bv_sitting_load(struct bv_sitting **out, struct bv_sittings *sittings, struct bv_str name, bv_exam_item_text text, void *ctx, struct bv_err *err)
{
	return load(out, sittings, NULL, name, text, ctx, err);
}

enum bv_status
bv_sitting_load_open(struct bv_sitting **out, struct bv_sittings *sittings, struct bv_ledger *ledger, struct bv_str name, bv_exam_item_text text,
                     void *ctx, struct bv_err *err)
{
	return load(out, sittings, ledger, name, text, ctx, err);
}

void
bv_sitting_free(struct bv_sitting *sitting)
{
	if (!sitting)
		return;
	bv_exam_free(sitting->exam);
	bv_arena_finish(&sitting->arena);
	free(sitting);
}

int64_t
bv_sitting_id(const struct bv_sitting *sitting)
{
	return sitting->id;
}

enum bv_sitting_mode
bv_sitting_mode(const struct bv_sitting *sitting)
{
	return sitting->mode;
}

int64_t
bv_sitting_release_ms(const struct bv_sitting *sitting)
{
	return sitting->release_ms;
}

const struct bv_sitting_plan *
bv_sitting_plan(const struct bv_sitting *sitting)
{
	return &sitting->plan;
}

struct bv_exam *
bv_sitting_exam(struct bv_sitting *sitting)
{
	return sitting->exam;
}

const struct bv_blueprint *
bv_sitting_blueprint(const struct bv_sitting *sitting)
{
	return bv_exam_blueprint(sitting->exam);
}

const char *
bv_sitting_document(struct bv_str *bytes, const struct bv_sitting *sitting, size_t idx)
{
	for (size_t i = 0; i < SITTING_DOCUMENTS_MAX; i++)
		if (sitting->documents[i].len && idx-- == 0) {
			*bytes = sitting->documents[i];
			return document_names[i];
		}
	return NULL;
}
