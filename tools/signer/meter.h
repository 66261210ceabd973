/* How many signatures were made, and whether signing was stopped: on the disk before it counts, so that no crash gives any back. */
#ifndef BV_TOOLS_SIGNER_METER_H
#define BV_TOOLS_SIGNER_METER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { METER_KEYS = 2 /* Ed25519, P-256 */, METER_AHEAD = 256 /* signatures that are on the disk before they are made */ };

struct meter {
	int fd;
	uint64_t used[METER_KEYS], stored[METER_KEYS]; /* used <= stored, which is on the disk */
	bool stopped;
};

/* The file is made if it is not there; the lock on it is this process's. ECONFLICT: another signer has it; EPARSE: it was changed. */
BV_MUST_USE enum bv_status meter_open(struct meter *meter, const char *path, struct bv_err *err);
/* One more signature of that key may be made. */
BV_MUST_USE enum bv_status meter_take(struct meter *meter, int key, struct bv_err *err);
/* Stopped, or no longer. */
BV_MUST_USE enum bv_status meter_stop(struct meter *meter, bool stopped, struct bv_err *err);
/* The exact numbers, at the end. */
void meter_close(struct meter *meter);

#endif
