/* The history of an attempt as histories of its items, each looked at by linear.h. */
#ifndef BV_TOOLS_LOAD_REGISTERS_H
#define BV_TOOLS_LOAD_REGISTERS_H

#include "tools/load/faults.h"
#include "tools/load/history.h"

struct registers {
	struct faults *faults;
	uint64_t steps;
	bool alone; /* nobody saved but those who wrote these histories */
	uint64_t attempts, items, reads; /* counted */
};

/* The operations [from, to) are of one attempt. */
void registers_check(struct registers *registers, const struct histories *histories, uint64_t from, uint64_t to);

#endif
