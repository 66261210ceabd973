/* Fixed parallel forms of a sitting: assembled once, one of them for each ticket (BV-PARALLEL-1, doc/draw.md). */
#ifndef BV_ENGINE_PARALLEL_H
#define BV_ENGINE_PARALLEL_H

#include "assembly/assembly.h"
#include "engine/plan.h"

struct parallel {
	size_t forms, length;
	uint32_t *items; /* forms × length: of the plan, rising within a form; heap */
};

void parallel_finish(struct parallel *parallel);

/* From the bank, the design with a rule for each stratum, the draw key and the seed alone: the same everywhere. ECONFLICT names the rules that cannot hold together,
 * EINVAL a stratum with too few items for so many forms, or a design with stimuli. */
BV_MUST_USE enum bv_status parallel_assemble(struct parallel *out, const struct bv_assembly_bank *bank, const struct bv_design *design, const struct bv_draw_plan *plan,
                                             const uint8_t draw_key[BV_HASH_LEN], const uint8_t seed[BV_HASH_LEN], struct bv_err *err);

/* parallel.json: {"format":"bv-parallel-1","forms":[[IDENTIFIER…]…]}, in canonical form. */
void parallel_write(struct bv_buf *out, const struct parallel *parallel, const struct bv_assembly_bank *bank);
/* The same read: as many forms of as many items as the design has, each item one of the pool. That they are those which parallel_assemble makes, an audit says. */
BV_MUST_USE enum bv_status parallel_read(struct parallel *out, struct bv_str text, const struct bv_assembly_bank *bank, const struct bv_design *design,
                                         const struct bv_draw_plan *plan, struct bv_err *err);

/* What a ticket's form follows from. */
struct parallel_ticket {
	const uint8_t *cid, *draw_key, *seed;
	const struct bv_seat_place *place; /* NULL: not known */
	const uint32_t *seen;              /* items that he met before */
	size_t seen_count;
};
/* Which of the forms, from 0; *seen: he met an item of it before, as of every other. */
size_t parallel_choose(bool *seen, const struct parallel *parallel, const struct parallel_ticket *ticket);

#endif
