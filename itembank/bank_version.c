/* What a new version, or new metadata, mean for a bank that keeps a life cycle. */
#include "base/text.h"
#include "itembank/bank_life.h"

#define TIME_MIN (-62135596800) /* the years 1 to 9999 can be written */
#define TIME_MAX 253402300799

static bool
is_sound(const struct bv_event *event, const struct bv_event_metadata *m, struct bv_sql_stmt *row)
{
	const struct bv_str texts[] = { event->identifier, event->language, m->competence, m->component, m->author, m->enemies, m->tags, m->original };
	int64_t level = bv_sql_int(row, 6), step = bv_sql_int(row, 7), expected = bv_sql_int(row, 8), version = bv_sql_int(row, 2);
	int64_t a = bv_sql_int(row, 11), b = bv_sql_int(row, 12), state = bv_sql_int(row, 15);
	bool sound = bv_sql_blob(row, 3).len == BV_HASH_LEN && level >= 0 && level <= BV_COGNITIVE_APPLY && step >= 0 && step <= 5 && expected >= 0 &&
	             expected <= 86400 && version >= 1 && version <= LIFE_VERSIONS_MAX && a >= 0 && a <= 10000 && b >= -10000 && b <= 10000 &&
	             m->revision >= 1 && m->revision <= INT32_MAX && m->changed_s >= TIME_MIN && m->changed_s <= TIME_MAX && m->used <= BV_USED_MAX &&
	             m->confirmed_s >= 0 && m->confirmed_s <= TIME_MAX && state >= BV_STATE_NONE && state <= BV_STATE_SUPERSEDED &&
	             event->changed_s >= TIME_MIN && event->changed_s <= TIME_MAX;

	for (size_t i = 0; i < BV_COUNT(texts); i++)
		sound = sound && bv_text_valid(texts[i]);
	return sound;
}

enum bv_status
bank_snapshot(struct bv_event *event, struct bv_event_metadata *m, struct bv_bank *bank, int64_t item, struct bv_arena *arena,
              struct bv_err *err)
{
	struct bv_sql_stmt *row;
	bool there;

	TRY(bank_stmt(&row, bank, BANK_SQL_SNAPSHOT, err));
	bv_sql_bind_int(row, 1, item);
	TRY(bv_sql_step(row, &there, err));
	if (!there)
		return bv_err_set(err, BV_EIO, "an item is gone from the bank: it is damaged, restore it from a copy");
	event->identifier = bv_arena_str(arena, bv_sql_str(row, 0));
	event->language = bv_arena_str(arena, bv_sql_str(row, 1));
	event->version = (uint32_t)bv_sql_int(row, 2);
	*m = (struct bv_event_metadata){
		.competence = bv_arena_str(arena, bv_sql_str(row, 4)),
		.component = bv_arena_str(arena, bv_sql_str(row, 5)),
		.level = (enum bv_cognitive)bv_sql_int(row, 6),
		.difficulty_step = (uint32_t)bv_sql_int(row, 7),
		.expected_s = (uint32_t)bv_sql_int(row, 8),
		.author = bv_arena_str(arena, bv_sql_str(row, 9)),
		.enemies = bv_arena_str(arena, bv_sql_str(row, 10)),
		.has_parameters = !bv_sql_is_null(row, 11) && !bv_sql_is_null(row, 12),
		.discrimination = (int32_t)bv_sql_int(row, 11),
		.difficulty = (int32_t)bv_sql_int(row, 12),
		.revision = bv_sql_int(row, 13),
		.changed_s = bv_sql_int(row, 14),
	};
	m->tags = bv_arena_str(arena, bv_sql_str(row, 16));
	m->original = bv_arena_str(arena, bv_sql_str(row, 17));
	m->used = (uint64_t)bv_sql_int(row, 18);
	m->confirmed_s = bv_sql_int(row, 19);
	event->changed_s = bv_sql_int(row, 20);
	event->state = (enum bv_state)bv_sql_int(row, 15);
	event->metadata = m;
	bool sound = is_sound(event, m, row);
	if (sound)
		memcpy(event->content, bv_sql_blob(row, 3).p, BV_HASH_LEN);
	bv_sql_reset(row);
	if (!sound)
		return bv_err_set(err, BV_EIO, "item '%.*s': the bank holds what no import writes: it is damaged, restore it from a copy",
		                  BV_STR_ARG(bv_str_sub(event->identifier, 0, 100)));
	return BV_OK;
}

enum bv_status
bank_version_state_add(struct bv_bank *bank, const struct bank_version_state *row, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_STATE_ADD, err));
	bv_sql_bind_int(stmt, 1, row->item);
	bv_sql_bind_int(stmt, 2, row->version);
	bv_sql_bind_int(stmt, 3, row->state);
	bv_sql_bind_int(stmt, 4, row->since);
	bv_sql_bind_blob(stmt, 5, row->hash, BV_HASH_LEN);
	bv_sql_bind_str(stmt, 6, row->title);
	bv_sql_bind_str(stmt, 7, row->kind);
	bv_sql_bind_int(stmt, 8, row->machine_scorable);
	return bv_sql_exec(stmt, err);
}

/* A new draft takes the place of what was draft or in review; life_apply says the same of any state. */
static enum bv_status
supersede(struct bv_bank *bank, int64_t item, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_STATE_SUPERSEDE, err));
	bv_sql_bind_int(stmt, 1, item);
	bv_sql_bind_int(stmt, 2, bank->life.seq);
	bv_sql_bind_int(stmt, 3, BV_STATE_DRAFT);
	bv_sql_bind_int(stmt, 4, BV_STATE_REVIEW);
	bv_sql_bind_int(stmt, 5, BV_STATE_SUPERSEDED);
	return bv_sql_exec(stmt, err);
}

enum bv_status
bank_version_born(struct bv_bank *bank, int64_t item, uint32_t version, const struct bank_row *row, enum bv_act act, struct bv_str who,
                  struct bv_str reason, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_event event = { .act = act, .who = who, .reason = reason };
	struct bv_event_metadata metadata;

	if (version > LIFE_VERSIONS_MAX)
		return bv_err_set(err, BV_ELIMIT, "item '%.*s' has %d versions, and an item has no more", BV_STR_ARG(bv_str_sub(row->identifier, 0, 100)),
		                  LIFE_VERSIONS_MAX);
	TRY(bank_snapshot(&event, &metadata, bank, item, &arena, err));
	if (act == BV_ACT_REVISE)
		event.metadata = NULL;
	TRY(bank_event_append(bank, &event, item, err));
	if (version > 1)
		TRY(supersede(bank, item, err));
	const struct bank_version_state state = { item, event.seq, version, BV_STATE_DRAFT, row->hash, row->title, row->kind, row->machine_scorable };
	return bank_version_state_add(bank, &state, err);
}

enum bv_status
bank_metadata_changed(struct bv_bank *bank, int64_t item, struct bv_str who, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_event event = { .act = BV_ACT_METADATA, .who = who };
	struct bv_event_metadata metadata;

	TRY(bank_snapshot(&event, &metadata, bank, item, &arena, err));
	return bank_event_append(bank, &event, item, err);
}
