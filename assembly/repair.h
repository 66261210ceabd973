/* Forms that hold all rows, one after another, each from a start of its own: what the search needs to know of the problem is made ready once. */
#ifndef BV_ASSEMBLY_REPAIR_H
#define BV_ASSEMBLY_REPAIR_H

#include "assembly/chance.h"
#include "assembly/problem.h"

/* The problem has one form and no points. */
struct repair;
struct repair *repair_new(const struct problem *p);
void repair_free(struct repair *repair);
/* items: as many as a form has, none of them out; on return a form that holds all rows, rising, without any column that is out. False: none was
 * found in so many swaps. What is tried follows from the chance alone. */
bool repair_form(struct repair *repair, uint32_t *items, const bool *out, const struct chance *chance, uint64_t swaps);

#endif
