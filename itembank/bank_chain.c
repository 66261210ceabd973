/* The chain of events: each holds the hash of the one before, so that none can be changed, left out or put in without all after it. */
#include "base/text.h"
#include "itembank/bank_life.h"

#define TIME_MIN (-62135596800) /* the years 1 to 9999 can be written */
#define TIME_MAX 253402300799

static enum bv_status
damaged(const char *what, struct bv_err *err)
{
	return bv_err_set(err, BV_EIO, "%s: run 'bangvang audit bank', and restore the bank from a copy", what);
}

static enum bv_status
load_rule(struct bank_life *life, struct bv_bank *bank, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row, more = false;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_RULE_GET, err));
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return BV_OK;
	int64_t reviewers = bv_sql_int(stmt, 0), pretest = bv_sql_int(stmt, 1);
	TRY(bv_sql_step(stmt, &more, err));
	if (more)
		bv_sql_reset(stmt);
	if (more || reviewers < 1 || reviewers > BV_REVIEWERS_MAX || pretest < 0 || pretest > 1)
		return damaged("the bank's life cycle has no rule that a program wrote", err);
	life->rule = (struct bv_life_rule){ (uint32_t)reviewers, pretest != 0 };
	return BV_OK;
}

static enum bv_status
load_head(struct bank_life *life, struct bv_bank *bank, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_HEAD, err));
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return BV_OK;
	struct bv_str hash = bv_sql_blob(stmt, 2);
	life->seq = bv_sql_int(stmt, 0);
	life->at_s = bv_sql_int(stmt, 1);
	bool sound = hash.len == BV_HASH_LEN && life->seq > 0 && life->seq < INT32_MAX && life->at_s >= TIME_MIN && life->at_s <= TIME_MAX;
	if (sound)
		memcpy(life->hash, hash.p, BV_HASH_LEN);
	bv_sql_reset(stmt);
	return sound ? BV_OK : damaged("the last event of the bank is none that a program wrote", err);
}

bool
bank_keeps_life(const struct bv_bank *bank)
{
	return bank->life.rule.reviewers > 0;
}

enum bv_status
bank_life_load(struct bv_bank *bank, struct bv_err *err)
{
	struct bank_life life = { .now_s = bank->life.now_s, .clock_s = bank->life.clock_s };

	if (bank->schema > BANK_SCHEMA_OLDEST) {
		TRY(load_rule(&life, bank, err));
		TRY(load_head(&life, bank, err));
	}
	/* Who takes away the rule takes away that only what was released is drawn. */
	if (!life.rule.reviewers != !life.seq)
		return damaged("the bank has events without a rule, or a rule without events", err);
	bank->life = life;
	return BV_OK;
}

enum bv_status
bank_who_check(const struct bv_bank *bank, struct bv_str who, struct bv_err *err)
{
	if (bank_keeps_life(bank) && !who.len)
		return bv_err_set(err, BV_EINVAL, "the bank keeps a life cycle, in which everything is done by somebody: give --as NAME");
	return BV_OK;
}

enum bv_status
bv_bank_life_rule(struct bv_life_rule *out, struct bv_bank *bank, struct bv_err *err)
{
	TRY(bank_life_load(bank, err));
	*out = bank->life.rule;
	return BV_OK;
}

enum bv_status
bv_bank_head(uint8_t hash[BV_HASH_LEN], int64_t *seq, struct bv_bank *bank, struct bv_err *err)
{
	TRY(bank_life_load(bank, err));
	*seq = bank->life.seq;
	memcpy(hash, bank->life.hash, BV_HASH_LEN);
	return BV_OK;
}

enum bv_status
bank_begin(struct bv_bank *bank, int64_t now_s, struct bv_err *err)
{
	if (now_s < TIME_MIN || now_s > TIME_MAX)
		return bv_err_set(err, BV_EINVAL, "the time is not in the years 1 to 9999: set the clock");
	TRY(bv_sql_begin(bank->sql, true, err));
	enum bv_status status = bank_life_load(bank, err);
	if (status != BV_OK) {
		bv_sql_rollback(bank->sql);
		return status;
	}
	bank->life.clock_s = now_s;
	bank->life.now_s = bank->life.seq && bank->life.at_s > now_s ? bank->life.at_s : now_s;
	return BV_OK;
}

enum bv_status
bank_event_append(struct bv_bank *bank, struct bv_event *event, int64_t item, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf body = BV_BUF(BANK_EVENT_MAX);
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bank_life *life = &bank->life;
	uint8_t hash[BV_HASH_LEN];
	struct bv_sql_stmt *stmt;

	if (life->seq >= INT32_MAX - 1)
		return bv_err_set(err, BV_ELIMIT, "the bank has %lld events, and a bank has no more", (long long)life->seq);
	event->seq = life->seq + 1;
	event->at_s = life->seq && life->at_s > life->now_s ? life->at_s : life->now_s;
	event->clock_s = life->clock_s;
	memcpy(event->prev, life->hash, BV_HASH_LEN);
	bank_event_write(&body, event);
	TRY(bv_buf_check(&body, err));
	bv_sha256(hash, bv_buf_str(&body));
	TRY(bank_stmt(&stmt, bank, BANK_SQL_EVENT_ADD, err));
	bv_sql_bind_int(stmt, 1, event->seq);
	bv_sql_bind_int(stmt, 2, event->at_s);
	bv_sql_bind_int(stmt, 3, event->act);
	bv_sql_bind_str(stmt, 4, person_key(event->who, &arena));
	bv_sql_bind_int(stmt, 5, item);
	bv_sql_bind_int(stmt, 6, event->version);
	bv_sql_bind_blob(stmt, 7, body.p, body.len);
	bv_sql_bind_blob(stmt, 8, hash, sizeof hash);
	TRY(bv_sql_exec(stmt, err));
	life->seq = event->seq;
	life->at_s = event->at_s;
	memcpy(life->hash, hash, BV_HASH_LEN);
	return BV_OK;
}
