/* Acts on versions: all that are asked for in one transaction, or none. */
#include <stdlib.h>

#include "base/xml.h"
#include "itembank/bank_life.h"

/* A version that is about to be acted on. */
struct subject {
	int64_t item;
	struct bv_str identifier, language;
	uint32_t version;
	uint8_t hash[BV_HASH_LEN]; /* of the version's bytes */
};

/* The run of one request. */
struct run {
	struct bv_bank *bank;
	const struct bv_act_request *request;
	struct bv_doing doing;
	struct bv_str who; /* key */
	struct bv_act_done *done;
	size_t count, cap;
	struct bv_arena arena; /* strings of done */
};

static void
finish_run(struct run *run)
{
	free(run->done);
	bv_arena_finish(&run->arena);
}
BV_AUTO_DEFINE_FINISH(struct run, finish_run)

/* ---- The life of one item, from the tables ---- */

static enum bv_status
no_life(struct bv_err *err)
{
	return bv_err_set(err, BV_EIO, "its versions have no states that a program wrote: run 'bangvang audit bank', and restore the bank from a copy");
}

static enum bv_status
load_states(struct life *life, struct bv_bank *bank, int64_t item, uint8_t (**hashes)[BV_HASH_LEN], struct bv_err *err)
{
	struct bv_sql_stmt *row;
	bool there;

	TRY(bank_stmt(&row, bank, BANK_SQL_STATES, err));
	bv_sql_bind_int(row, 1, item);
	for (;;) {
		TRY(bv_sql_step(row, &there, err));
		if (!there)
			return life->count ? BV_OK : no_life(err);
		int64_t state = bv_sql_int(row, 1);
		struct bv_str hash = bv_sql_blob(row, 3);
		if (bv_sql_int(row, 0) != life->count + 1 || state <= BV_STATE_NONE || state > BV_STATE_SUPERSEDED || hash.len != BV_HASH_LEN) {
			bv_sql_reset(row);
			return no_life(err);
		}
		if (life->count == life->cap) {
			life->cap = life->cap ? life->cap * 2 : 4;
			life->versions = bv_resize_array(life->versions, life->cap, sizeof *life->versions);
			*hashes = bv_resize_array(*hashes, life->cap, sizeof **hashes);
		}
		memcpy((*hashes)[life->count], hash.p, BV_HASH_LEN);
		life->versions[life->count++] = (struct life_version){ (enum bv_state)state, bv_sql_int(row, 2) };
	}
}

static enum bv_status
load_people(struct life *life, struct bv_bank *bank, int64_t item, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_sql_stmt *row;
	bool there;

	TRY(bank_stmt(&row, bank, BANK_SQL_EVENT_PEOPLE, err));
	bv_sql_bind_int(row, 1, item);
	for (;;) {
		TRY(bv_sql_step(row, &there, err));
		if (!there)
			return BV_OK;
		life_recall(life, (enum bv_act)bv_sql_int(row, 0), bv_sql_str(row, 1), arena);
	}
}

/* ---- One act ---- */

static enum bv_status
write_states(struct bv_bank *bank, int64_t item, const struct life *life, int64_t event, struct bv_err *err)
{
	int64_t used[BV_STATE_SUPERSEDED + 1] = { 0 };
	struct bv_sql_stmt *set, *of_item;

	TRY(bank_stmt(&set, bank, BANK_SQL_STATE_SET, err));
	for (uint32_t i = 0; i < life->count; i++) {
		used[life->versions[i].state] = i + 1;
		if (life->versions[i].since != event)
			continue;
		bv_sql_bind_int(set, 1, item);
		bv_sql_bind_int(set, 2, i + 1);
		bv_sql_bind_int(set, 3, life->versions[i].state);
		bv_sql_bind_int(set, 4, event);
		TRY(bv_sql_exec(set, err));
	}
	TRY(bank_stmt(&of_item, bank, BANK_SQL_ITEM_STATE_SET, err));
	bv_sql_bind_int(of_item, 1, item);
	bv_sql_bind_int(of_item, 2, life->versions[life->count - 1].state);
	bv_sql_bind_int(of_item, 3, used[BV_STATE_APPROVED]);
	bv_sql_bind_int(of_item, 4, used[BV_STATE_PRETEST]);
	bv_sql_bind_int(of_item, 5, used[BV_STATE_OPERATIONAL]);
	return bv_sql_exec(of_item, err);
}

static void
add_done(struct run *run, struct bv_act_done done)
{
	if (run->count == run->cap) {
		run->cap = run->cap ? run->cap * 2 : 64;
		run->done = bv_resize_array(run->done, run->cap, sizeof *run->done);
	}
	done.identifier = bv_arena_str(&run->arena, done.identifier);
	done.language = bv_arena_str(&run->arena, done.language);
	run->done[run->count++] = done;
}

static enum bv_status
move_version(struct run *run, const struct subject *subject, struct life *life, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_event event = { 0 };
	struct bv_event_metadata metadata;

	TRY(bank_snapshot(&event, &metadata, run->bank, subject->item, arena, err));
	const struct life_act act = { run->request->act, subject->version, .who = run->who, .author = person_key(metadata.author, arena),
		                      .reason = run->doing.reason, .event = run->bank->life.seq + 1 };
	enum bv_state from = subject->version <= life->count ? life->versions[subject->version - 1].state : BV_STATE_NONE;
	TRY(life_apply(life, &act, &run->bank->life.rule, arena, err));
	event.act = act.act;
	event.version = subject->version;
	event.state = life->versions[subject->version - 1].state;
	memcpy(event.content, subject->hash, BV_HASH_LEN);
	event.who = run->doing.who;
	event.reason = run->doing.reason;
	event.metadata = NULL;
	TRY(bank_event_append(run->bank, &event, subject->item, err));
	TRY(write_states(run->bank, subject->item, life, event.seq, err));
	add_done(run, (struct bv_act_done){ subject->identifier, subject->language, subject->version, from, event.state, life_approvals(life) });
	return BV_OK;
}

/* A new draft with the bytes of a version: what was retired or superseded comes back through review only. */
static enum bv_status
revise(struct run *run, const struct subject *subject, const struct life *life, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);
	BV_AUTO(bank_version_finish) struct bank_version old = { 0 };
	const struct bank_file file = { .path = "" };
	enum bv_state state = life->versions[life->count - 1].state;
	uint32_t version = life->count + 1;
	struct bank_row row;

	TRY(bank_version_load(&old, &xml, true, run->bank, subject->identifier, subject->language, subject->version, err));
	TRY(bank_row_parse(&row, arena, &file, bv_buf_str(&xml), err));
	row.language = subject->language; /* the manifest may have said it */
	row.has_parts = old.parts.count > 0;
	row.parts = old.parts.all;
	row.part_count = old.parts.count;
	memcpy(row.hash, old.hash, sizeof row.hash);
	if (subject->version == life->count && state != BV_STATE_RETIRED && state != BV_STATE_WITHDRAWN)
		return bv_err_set(err, BV_EDENIED, "version %u is the current one and %s: there is nothing to go back to", subject->version,
		                  bv_state_name(state));
	if (old.unsealed)
		return bv_err_set(err, BV_EDENIED, "an older program took version %u from a package, and its hash does not cover its files: import the package "
		                  "again", subject->version);
	TRY(bank_version_write(run->bank, subject->item, version, &row, err));
	TRY(bank_version_born(run->bank, subject->item, version, &row, BV_ACT_REVISE, run->doing.who, run->doing.reason, err));
	TRY(bank_translations_update(run->bank, row.identifier, err));
	add_done(run, (struct bv_act_done){ subject->identifier, subject->language, version, BV_STATE_NONE, BV_STATE_DRAFT, 0 });
	return BV_OK;
}

static enum bv_status
find_item(struct subject *subject, struct bv_bank *bank, const struct bv_act_target *target, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_sql_stmt *find;
	bool there;

	*subject = (struct subject){ .identifier = target->identifier, .language = target->language, .version = target->version };
	TRY(bank_language_find(&subject->language, bank, subject->identifier, arena, err));
	TRY(bank_stmt(&find, bank, BANK_SQL_ITEM_FIND, err));
	bv_sql_bind_str(find, 1, subject->identifier);
	bv_sql_bind_str(find, 2, subject->language);
	TRY(bv_sql_step(find, &there, err));
	if (!there)
		return bv_err_set(err, BV_ENOTFOUND, "there is no item '%.*s' in language '%.*s' in the bank",
		                  BV_STR_ARG(bv_str_sub(subject->identifier, 0, 100)), BV_STR_ARG(bv_str_sub(subject->language, 0, 40)));
	subject->item = bv_sql_int(find, 0);
	bv_sql_reset(find);
	return BV_OK;
}

static enum bv_status
act_on_item(struct run *run, struct subject *subject, struct life *life, uint8_t (**hashes)[BV_HASH_LEN], struct bv_arena *arena,
            struct bv_err *err)
{
	bool revises = run->request->act == BV_ACT_REVISE;

	TRY(load_states(life, run->bank, subject->item, hashes, err));
	TRY(load_people(life, run->bank, subject->item, arena, err));
	if (!subject->version && revises)
		subject->version = life->count;
	if (!subject->version)
		TRY(life_find(&subject->version, life, run->request->act, &run->bank->life.rule, err));
	if (subject->version > life->count)
		return bv_err_set(err, BV_ENOTFOUND, "there is no version %u", subject->version);
	memcpy(subject->hash, (*hashes)[subject->version - 1], BV_HASH_LEN);
	return revises ? revise(run, subject, life, arena, err) : move_version(run, subject, life, arena, err);
}

static enum bv_status
act_on(struct run *run, const struct bv_act_target *target, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(life_finish) struct life life = { 0 };
	uint8_t(*hashes)[BV_HASH_LEN] = NULL;
	struct subject subject;

	TRY(find_item(&subject, run->bank, target, &arena, err));
	enum bv_status status = act_on_item(run, &subject, &life, &hashes, &arena, err);
	free(hashes);
	return status;
}

/* ---- Many ---- */

static bool
is_refusal(enum bv_status status)
{
	return status == BV_EDENIED || status == BV_ENOTFOUND || status == BV_EINVAL;
}

/* Goes on after a refusal, to tell all of them; *first is that of the first. */
static enum bv_status
act_on_all(struct run *run, const struct bv_act_target *targets, size_t count, enum bv_status *first, size_t *refused, struct bv_err *err)
{
	for (size_t i = 0; i < count; i++) {
		enum bv_status status = act_on(run, &targets[i], err);
		if (status == BV_OK)
			continue;
		if (!is_refusal(status))
			return status;
		*first = *refused ? *first : status;
		++*refused;
		if (run->request->refuse)
			run->request->refuse(run->request->ctx, &targets[i], err);
	}
	return BV_OK;
}

/* The state that a filter means where it does not say one: the only one that the act goes from. */
static enum bv_status
state_for(enum bv_state *state, const struct run *run, struct bv_err *err)
{
	const struct bv_life_rule *rule = &run->bank->life.rule;
	enum bv_act act = run->request->act;
	size_t found = 0;

	if (*state) {
		if (life_allows(act, *state, rule))
			return BV_OK;
		return bv_err_set(err, BV_EDENIED, "%s is not allowed from state %s", bv_act_name(act), bv_state_name(*state));
	}
	for (int s = BV_STATE_DRAFT; s <= BV_STATE_SUPERSEDED; s++)
		if (life_allows(act, (enum bv_state)s, rule)) {
			*state = (enum bv_state)s;
			found++;
		}
	if (found != 1)
		return bv_err_set(err, BV_EINVAL, "%s goes from several states: say which (--state)", bv_act_name(act));
	return BV_OK;
}

static enum bv_status
act_on_matching(struct run *run, enum bv_status *first, size_t *refused, struct bv_err *err)
{
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
	struct bv_bank_filter filter = *run->request->filter;

	if (run->request->act == BV_ACT_REVISE)
		return bv_err_set(err, BV_EINVAL, "revise goes by identifiers only");
	TRY(state_for(&filter.state, run, err));
	TRY(bv_bank_pool(&pool, run->bank, &filter, err));
	struct bv_act_target *targets = bv_arena_array(&run->arena, pool.count, struct bv_act_target);
	for (size_t i = 0; i < pool.count; i++)
		targets[i] = (struct bv_act_target){ pool.items[i].identifier, pool.items[i].language, pool.items[i].version };
	return act_on_all(run, targets, pool.count, first, refused, err);
}

static enum bv_status
act_all(struct run *run, struct bv_err *err)
{
	enum bv_status first = BV_OK;
	size_t refused = 0;

	if (!bank_keeps_life(run->bank))
		return bv_err_set(err, BV_EINVAL, "the bank keeps no life cycle: 'bangvang bank lifecycle' begins one");
	if (run->request->filter)
		TRY(act_on_matching(run, &first, &refused, err));
	else
		TRY(act_on_all(run, run->request->targets, run->request->target_count, &first, &refused, err));
	if (refused)
		return bv_err_set(err, first, "%zu of %zu refused: nothing was done", refused, refused + run->count);
	return BV_OK;
}

enum bv_status
bv_bank_act(uint64_t *count, struct bv_bank *bank, const struct bv_act_request *request, struct bv_err *err)
{
	BV_AUTO(finish_run) struct run run = { .bank = bank, .request = request };

	*count = 0;
	if (!life_moves(request->act) && request->act != BV_ACT_REVISE)
		return bv_err_set(err, BV_EINVAL, "%s is not done to versions", bv_act_name(request->act));
	TRY(bank_doing_check(&run.doing, &request->doing, &run.arena, err));
	if (life_needs_reason(request->act) && !run.doing.reason.len)
		return bv_err_set(err, BV_EINVAL, "%s needs a reason: give --reason TEXT", bv_act_name(request->act));
	run.who = person_key(run.doing.who, &run.arena);
	bank->changed_s = 0;
	TRY(bank_begin(bank, run.doing.now_s, err));
	enum bv_status status = bank_end(bank, act_all(&run, err), run.doing.dry_run, err);
	*count = run.count;
	for (size_t i = 0; status == BV_OK && request->done && i < run.count; i++)
		request->done(request->ctx, &run.done[i]);
	return status;
}

/* ---- What could be done ---- */

const char *
bv_bar_name(enum bv_bar bar)
{
	static const char *const names[] = { "", "state", "pretest", "author", "named", "approved" };

	return names[bar];
}

static void
tell_bars(const struct life *life, struct bv_str who, struct bv_str author, const struct bv_life_rule *rule, bv_version_bars_fn tell, void *ctx)
{
	for (uint32_t n = 1; n <= life->count; n++) {
		struct bv_version_bars bars = { .version = n, .state = life->versions[n - 1].state, .author = life_is_author(life, who) };
		bars.approvals = bars.state == BV_STATE_REVIEW ? life_approvals(life) : 0;
		for (int a = 0; a <= BV_ACT_WITHDRAW; a++) {
			const struct life_act act = { .act = (enum bv_act)a, .version = n, .who = who, .author = author };
			bars.of[a] = life_bar(life, &act, rule);
		}
		tell(ctx, &bars);
	}
}

static enum bv_status
load_bars(struct life *life, struct bv_str *author, struct bv_bank *bank, const struct bv_act_target *target, struct bv_arena *arena, struct bv_err *err)
{
	uint8_t(*hashes)[BV_HASH_LEN] = NULL;
	struct bv_event_metadata metadata;
	struct bv_event event = { 0 };
	struct subject subject;

	TRY(find_item(&subject, bank, target, arena, err));
	enum bv_status status = load_states(life, bank, subject.item, &hashes, err);
	free(hashes);
	TRY(status);
	TRY(load_people(life, bank, subject.item, arena, err));
	TRY(bank_snapshot(&event, &metadata, bank, subject.item, arena, err));
	*author = person_key(metadata.author, arena);
	return BV_OK;
}

enum bv_status
bv_bank_bars(struct bv_bank *bank, struct bv_str identifier, struct bv_str language, struct bv_str who, bv_version_bars_fn tell, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(life_finish) struct life life = { 0 };
	const struct bv_act_target target = { identifier, language, 0 };
	struct bv_str name, author;

	TRY(bank_life_load(bank, err));
	if (!bank_keeps_life(bank))
		return bv_err_set(err, BV_EINVAL, "the bank keeps no life cycle: 'bangvang bank lifecycle' begins one");
	TRY(person_name(&name, who, &arena, err));
	TRY(load_bars(&life, &author, bank, &target, &arena, err));
	tell_bars(&life, person_key(name, &arena), author, &bank->life.rule, tell, ctx);
	return BV_OK;
}
