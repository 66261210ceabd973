/* The life cycle inside the bank: the chain of events, and the tables that follow from it (doc/lifecycle.md). */
#ifndef BV_ITEMBANK_BANK_LIFE_H
#define BV_ITEMBANK_BANK_LIFE_H

#include "itembank/bank.h"
#include "itembank/lifecycle.h"

#define BANK_EVENT_MAX (1u << 20) /* bytes of one */

/* ---- An event as bytes: bank_event.c ---- */

/* Canonical JSON. */
void bank_event_write(struct bv_buf *out, const struct bv_event *event);
/* Strict: exactly what bank_event_write gives. Strings and metadata are kept in arena. */
BV_MUST_USE enum bv_status bank_event_parse(struct bv_event *out, struct bv_str bytes, struct bv_arena *arena, struct bv_err *err);

/* ---- The chain: bank_chain.c ---- */

/* Reads bank->life: the rule and the head. EIO when one is there without the other. */
BV_MUST_USE enum bv_status bank_life_load(struct bv_bank *bank, struct bv_err *err);
/* Does the bank keep a life cycle, as of the last load? */
bool bank_keeps_life(const struct bv_bank *bank);

/* EINVAL when it does and nobody is named. */
BV_MUST_USE enum bv_status bank_who_check(const struct bv_bank *bank, struct bv_str who, struct bv_err *err);

/* Takes the write lock and reads bank->life; bank->life.now_s is now_s, or the time of the last event when that is later, so that time never goes back. */
BV_MUST_USE enum bv_status bank_begin(struct bv_bank *bank, int64_t now_s, struct bv_err *err);

/* Ends it: commits, or rolls back when status is a failure or nothing is to stay. */
BV_MUST_USE enum bv_status bank_end(struct bv_bank *bank, enum bv_status status, bool dry_run, struct bv_err *err);

/* Name and reason as they are kept. EINVAL or ELIMIT. */
BV_MUST_USE enum bv_status bank_doing_check(struct bv_doing *out, const struct bv_doing *doing, struct bv_arena *arena, struct bv_err *err);

/* Appends an event about the item of that id (0: the bank) in the transaction that bank_begin began: seq, times and prev are filled in. */
BV_MUST_USE enum bv_status bank_event_append(struct bv_bank *bank, struct bv_event *event, int64_t item, struct bv_err *err);

/* ---- Versions: bank_version.c ---- */

/* Fills identifier, language, version, content and metadata of event from the item's row. metadata is the caller's. */
BV_MUST_USE enum bv_status bank_snapshot(struct bv_event *event, struct bv_event_metadata *metadata, struct bv_bank *bank, int64_t item,
                                         struct bv_arena *arena, struct bv_err *err);

/* A version that has just been written to item and item_version: the event, its state, and what it does to the one before. act is IMPORT or REVISE;
 * metadata NULL: as they are in the row. */
BV_MUST_USE enum bv_status bank_version_born(struct bv_bank *bank, int64_t item, uint32_t version, const struct bank_row *row, enum bv_act act,
                                             struct bv_str who, struct bv_str reason, struct bv_err *err);
/* Metadata of an item have just been changed. */
BV_MUST_USE enum bv_status bank_metadata_changed(struct bv_bank *bank, int64_t item, struct bv_str who, struct bv_err *err);

/* The row of a version in version_state. */
struct bank_version_state {
	int64_t item, since;
	uint32_t version;
	enum bv_state state;
	const uint8_t *hash;
	struct bv_str title, kind;
	bool machine_scorable;
};
BV_MUST_USE enum bv_status bank_version_state_add(struct bv_bank *bank, const struct bank_version_state *row, struct bv_err *err);

#endif
