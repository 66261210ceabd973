/* The code of the day of a room (doc/server.md): who sits in the room reads it there, and a sitting may demand it of everybody who signs in. It is made of a secret of
 * the ledger's key, so that every node has the same and nothing is stored. */
#ifndef BV_TOOLS_HTTPD_DOOR_H
#define BV_TOOLS_HTTPD_DOOR_H

#include "base/hash.h"
#include "certs/certs.h"
#include "engine/engine.h"

#define DOOR_CODE_SIZE 8 /* "7KM-Q9X": six characters of the alphabet of access codes, 29 bits */

struct door {
	struct bv_hmac_key secret;
};
void door_init(struct door *door, const struct bv_key *ledger_key);

/* Does the sitting, which may be NULL, demand it? */
bool door_demanded(struct bv_sitting *sitting);

/* The code of a room of a sitting for the day at_ms is in, in Viet Nam; returns out. */
char *door_code(char out[DOOR_CODE_SIZE], const struct door *door, int64_t sitting, struct bv_str room, int64_t at_ms);
/* When that day ends. */
int64_t door_until_ms(int64_t at_ms);
/* Is it that code, as people type it: small letters, spaces and dashes do not matter? The one of the day before still is for its first ten minutes. In constant time. */
bool door_good(const struct door *door, int64_t sitting, struct bv_str room, int64_t at_ms, struct bv_str typed);

#endif
