/* When the machine of each attempt asked this node for something last, in memory: so that a proctor sees which machines are silent. It is of this node
 * only, and of nothing that matters to an exam; a node that has heard of a machine nothing yet says nothing of it. */
#ifndef BV_TOOLS_HTTPD_PRESENCE_H
#define BV_TOOLS_HTTPD_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

struct presence;

#define PRESENCE_QUIET_S 30 /* machines ask every 5 s, of one of several nodes */

struct presence *presence_new(void);
void presence_free(struct presence *presence);
/* From any thread, and quick. */
void presence_note(struct presence *presence, int64_t attempt);
/* Was it heard of within PRESENCE_QUIET_S? */
bool presence_is_there(const struct presence *presence, int64_t attempt);
/* For how many seconds it has not been heard of, if for PRESENCE_QUIET_S or more; else, or when it never was, 0. */
unsigned presence_silent_s(const struct presence *presence, int64_t attempt);

#endif
