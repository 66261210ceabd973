/* What issue.c and pool_assembly.c share: forms that a design assembles, one ticket after the other. */
#ifndef BV_ENGINE_ISSUE_H
#define BV_ENGINE_ISSUE_H

#include <pthread.h>

#include "assembly/assembly.h"
#include "engine/parallel.h"
#include "engine/plan.h"

/* The pool as a bank of the assembly: item i of it is item i of the plan, stratum after stratum. Attributes are those of the parameter set, and 'part' and
 * 'stratum', whatever the set says of them. EINVAL names the item of the pool that the set does not have. */
BV_MUST_USE enum bv_status pool_assembly_bank(struct bv_assembly_bank **out, const struct bv_assembly_bank *set, const struct bv_draw_plan *plan,
                                              struct bv_err *err);
/* The design's rules, and one for each stratum: as many items as the blueprint asks for. EINVAL: a design of another length. */
BV_MUST_USE enum bv_status pool_assembly_design(struct bv_design *out, const struct bv_design *design, const struct bv_draw_plan *plan, struct bv_err *err);

struct issued {
	uint8_t cid[BV_HASH_LEN];
	uint32_t *items; /* of the plan, rising */
	unsigned broken;
	uint32_t parallel;         /* which of several forms, from 1; else 0 */
	bool seated;
	struct bv_seat_place place;
};

/* What a candidate met before. */
struct issue_seen {
	uint8_t cid[BV_HASH_LEN];
	uint32_t *items;
	size_t count;
};

struct bv_issue {
	const struct bv_draw_plan *plan;
	struct bv_draw_key key;
	uint8_t seed[BV_HASH_LEN], draw_key[BV_HASH_LEN];
	struct bv_assembly_bank *set, *bank;
	struct bv_design *design, whole; /* whole: the design's with a rule for each stratum; borrows from it */
	struct bv_fly *fly;       /* NULL: the forms are parallel */
	struct parallel parallel; /* no forms: each ticket has its own */
	struct grow *grow;        /* of forms that grow with the answers; then the two before are empty */
	struct issue_seen *seen; /* by cid */
	size_t seen_count;
	struct issued *forms; /* in the order of their tickets */
	struct bv_str *tickets;
	size_t count, cap;
	uint32_t *places; /* index + 1 in forms; 0: free */
	size_t place_count;
	pthread_mutex_t lock;   /* of forms, tickets, places and fly */
	pthread_mutex_t asking; /* of who asks the ledger for tickets that came; taken before lock */
	int64_t last;           /* attempt whose ticket was the last */
	int64_t last_n;         /* event that registered it, of parallel forms */
	struct bv_arena arena;
};

/* NULL: nothing is known of it. */
const struct issue_seen *issue_find_seen(const struct bv_issue *issue, const uint8_t cid[BV_HASH_LEN]);
/* The numbers of the ticket's form; ENOTFOUND before its turn. */
BV_MUST_USE enum bv_status issue_drawn(struct bv_drawn *drawn, struct bv_issue *issue, const uint8_t cid[BV_HASH_LEN], struct bv_str ticket, struct bv_err *err);
/* A form issued before, as a kept paper has it: it is not drawn again. EINVAL when it is none of this design. */
BV_MUST_USE enum bv_status issue_again(struct bv_issue *issue, struct bv_str ticket, const uint32_t *items, unsigned broken, struct bv_err *err);

#endif
