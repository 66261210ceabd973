/* What is signed and what is refused: one frame in, one frame out. */
#ifndef BV_TOOLS_SIGNER_DESK_H
#define BV_TOOLS_SIGNER_DESK_H

#include "certs/certs.h"
#include "tools/signer/meter.h"

struct desk {
	struct bv_key *keys[METER_KEYS]; /* Ed25519, P-256 */
	int64_t from_s, until_s;         /* the window: from_s <= now < until_s */
	uint64_t most[METER_KEYS];       /* signatures */
	const char *stop;                /* nothing is signed while there is such a file */
	struct meter meter;
};

/* Appends nothing, keeps nothing but the count. */
void desk_answer(struct desk *desk, uint8_t answer[BV_SIGNER_FRAME], struct bv_str request, int64_t now_s);

#endif
