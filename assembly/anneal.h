/* Several parallel forms by simulated annealing over swaps: form with pool, form with form. */
#ifndef BV_ASSEMBLY_ANNEAL_H
#define BV_ASSEMBLY_ANNEAL_H

#include "assembly/chance.h"
#include "assembly/problem.h"

/* items: forms × length, a start that has as many items a form and each in at most item_use forms, whatever else it breaks. On return the
 * best found, rising within a form; false: nothing that holds all rows was found, and items are those that break them least. goal: what the
 * objective cannot pass (its bound); the search ends when it is reached. */
bool anneal(const struct problem *p, uint32_t *items, double goal, uint64_t swaps, const uint8_t seed[BV_HASH_LEN]);

#endif
