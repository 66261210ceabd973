/* How the life cycle of a bank begins, and its rule. */
#include "base/text.h"
#include "itembank/bank_life.h"

enum bv_status
bank_doing_check(struct bv_doing *out, const struct bv_doing *doing, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_doing checked = *doing;

	if (!doing->who.len)
		return bv_err_set(err, BV_EINVAL, "somebody must do it: give --as NAME");
	TRY(person_name(&checked.who, doing->who, arena, err));
	if (doing->reason.len > BV_REASON_MAX)
		return bv_err_set(err, BV_ELIMIT, "a reason has at most %d bytes", BV_REASON_MAX);
	if (bv_text_nfc(&checked.reason, bv_str_trim(doing->reason), arena, err) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "a reason must be UTF-8");
	*out = checked;
	return BV_OK;
}

/* One version that was there before; the newest, whose row in item is its own, as state. */
static enum bv_status
adopt_version(struct bv_bank *bank, struct bv_sql_stmt *row, enum bv_state state, const struct bv_doing *doing, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_event event = { .act = BV_ACT_ADOPT, .who = doing->who, .reason = doing->reason };
	struct bv_event_metadata metadata;
	int64_t item = bv_sql_int(row, 0), version = bv_sql_int(row, 1);
	bool current = version == bv_sql_int(row, 5), same = false;
	BV_AUTO(bank_version_finish) struct bank_version old = { .item = item, .version = version, .unsealed = bv_sql_int(row, 9) != 0 };
	struct bv_str recorded = bv_sql_blob(row, 2);
	uint8_t document[BV_HASH_LEN];

	TRY(bank_snapshot(&event, &metadata, bank, item, &arena, err));
	bv_sha256(document, bv_sql_blob(row, 3));
	if (recorded.len == BV_HASH_LEN) {
		memcpy(old.hash, recorded.p, BV_HASH_LEN);
		TRY(bank_version_verify(&same, &old, document, true, bank, err));
	}
	if (!same || (current && !bv_hash_eq(old.hash, event.content)))
		return bv_err_set(err, BV_EIO, "item '%.*s': the stored document of version %lld is not the one that was imported (its SHA-256 differs)",
		                  BV_STR_ARG(bv_str_sub(event.identifier, 0, 100)), (long long)version);
	event.version = (uint32_t)version;
	event.state = current ? state : BV_STATE_SUPERSEDED;
	event.imported_s = bv_sql_int(row, 4);
	memcpy(event.content, old.hash, BV_HASH_LEN);
	if (!current) {
		event.metadata = NULL;
		event.changed_s = event.imported_s;
	}
	TRY(bank_event_append(bank, &event, item, err));
	/* What lists say of a version that is never listed again is left empty. */
	return bank_version_state_add(bank, &(struct bank_version_state){ item, event.seq, (uint32_t)version, event.state, old.hash,
	                                                                  current ? bv_arena_str(&arena, bv_sql_str(row, 6)) : BV_STR_NONE,
	                                                                  current ? bv_arena_str(&arena, bv_sql_str(row, 7)) : BV_STR_NONE,
	                                                                  current && bv_sql_int(row, 8) }, err);
}

static enum bv_status
adopt_all(uint64_t *adopted, struct bv_bank *bank, enum bv_state state, const struct bv_doing *doing, struct bv_err *err)
{
	struct bv_sql_stmt *each, *all;
	int64_t item = 0, version = 0;
	bool row;

	TRY(bank_stmt(&each, bank, BANK_SQL_ADOPT_EACH, err));
	for (;;) {
		TRY(bv_sql_step(each, &row, err));
		if (!row)
			break;
		version = bv_sql_int(each, 0) == item ? version + 1 : 1;
		item = bv_sql_int(each, 0);
		enum bv_status status = bv_sql_int(each, 1) == version && version <= LIFE_VERSIONS_MAX ?
		                                adopt_version(bank, each, state, doing, err) :
		                                bv_err_set(err, BV_EIO, "a version of an item is missing: the bank is damaged, restore it from a copy");
		if (status != BV_OK) {
			bv_sql_reset(each);
			return status;
		}
		++*adopted;
	}
	TRY(bank_stmt(&all, bank, BANK_SQL_ADOPT_ALL, err));
	bv_sql_bind_int(all, 1, state);
	bv_sql_bind_int(all, 2, BV_STATE_APPROVED);
	bv_sql_bind_int(all, 3, BV_STATE_OPERATIONAL);
	return bv_sql_exec(all, err);
}

static enum bv_status
begin_life(uint64_t *adopted, struct bv_bank *bank, const struct bv_life_rule *rule, enum bv_state adopt, const struct bv_doing *doing,
           struct bv_err *err)
{
	struct bv_event event = { .act = BV_ACT_RULE, .who = doing->who, .reason = doing->reason, .rule = *rule };
	bool begun = bank_keeps_life(bank);
	struct bv_sql_stmt *set;

	if (begun && adopt)
		return bv_err_set(err, BV_ECONFLICT, "the bank keeps a life cycle already: what is in it has its state, nothing can be adopted");
	if (!begun && adopt != BV_STATE_DRAFT && adopt != BV_STATE_APPROVED && adopt != BV_STATE_OPERATIONAL)
		return bv_err_set(err, BV_EINVAL, "say what the items that are there become: draft, approved or operational");
	if (begun && rule->reviewers == bank->life.rule.reviewers && rule->pretest == bank->life.rule.pretest)
		return bv_err_set(err, BV_ECONFLICT, "that is the rule of the bank already");
	TRY(bank_stmt(&set, bank, begun ? BANK_SQL_RULE_SET : BANK_SQL_RULE_ADD, err));
	bv_sql_bind_int(set, 1, rule->reviewers);
	bv_sql_bind_int(set, 2, rule->pretest);
	TRY(bv_sql_exec(set, err));
	TRY(bank_event_append(bank, &event, 0, err));
	return begun ? BV_OK : adopt_all(adopted, bank, adopt, doing, err);
}

enum bv_status
bank_end(struct bv_bank *bank, enum bv_status status, bool dry_run, struct bv_err *err)
{
	if (status == BV_OK && !dry_run)
		return bv_sql_commit(bank->sql, err);
	bv_sql_rollback(bank->sql);
	return status;
}

enum bv_status
bv_bank_life_begin(uint64_t *adopted, struct bv_bank *bank, const struct bv_life_rule *rule, enum bv_state adopt, const struct bv_doing *doing,
                   struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_doing checked;
	uint64_t count = 0;

	if (rule->reviewers < 1 || rule->reviewers > BV_REVIEWERS_MAX)
		return bv_err_set(err, BV_EINVAL, "a version is approved by 1 to %d reviewers", BV_REVIEWERS_MAX);
	TRY(bank_doing_check(&checked, doing, &arena, err));
	TRY(bank_begin(bank, checked.now_s, err));
	TRY(bank_end(bank, begin_life(&count, bank, rule, adopt, &checked, err), checked.dry_run, err));
	*adopted = count;
	return BV_OK;
}
