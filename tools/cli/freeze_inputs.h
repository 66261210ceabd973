/* The files of a frozen pool, as the commands around it read them. */
#ifndef BV_TOOLS_CLI_FREEZE_INPUTS_H
#define BV_TOOLS_CLI_FREEZE_INPUTS_H

#include "engine/engine.h"

#define FREEZE_COMMITMENT "commitment.json"
#define FREEZE_POOL "pool.json"
#define FREEZE_SECRET "secret.json"

/* "folder/name", NUL-terminated. */
struct bv_str freeze_path(const char *folder, const char *name, struct bv_arena *arena);

/* An exit status, after the message for what is wrong. */
int freeze_load_commitment(struct bv_commitment **out, const char *path);

#endif
