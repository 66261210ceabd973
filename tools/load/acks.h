/* Is everything that was acknowledged in the ledger, unchanged, in order, once, and nothing that was refused? */
#ifndef BV_TOOLS_LOAD_ACKS_H
#define BV_TOOLS_LOAD_ACKS_H

#include "certs/certs.h"
#include "tools/load/events.h"
#include "tools/load/faults.h"
#include "tools/load/history.h"

struct acks {
	const struct events *events;
	struct faults *faults;
	const uint8_t *key;  /* that signs receipts; NULL: they are compared with the ledger, and their signatures are not looked at */
	bool alone;          /* nobody saved but those who wrote these histories */
	bool forms;          /* answers were given under the names of pages, and are stored under those of the items */
	uint64_t acknowledged, receipts, attempts;
	int64_t *moved;      /* sittings whose window or clock was changed: more time may be right */
	size_t moved_count, moved_cap;
};

/* The chain alone: numbers, times, hashes. */
void acks_chain(struct acks *acks, const struct chain *chain);
/* The operations [from, to) of a history, which are of one attempt, beside its chain; NULL: the ledger has none. */
void acks_history(struct acks *acks, const struct chain *chain, const struct histories *histories, uint64_t from, uint64_t to);
void acks_finish(struct acks *acks);

#endif
