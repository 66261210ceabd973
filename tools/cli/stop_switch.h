/* The switch that stops issuance where the keys are: a file STOP in their folder, which a bangvang-signer looks for before every signature, and commands before
 * they issue. Of keys as 'key batch' makes them the folder is that of keys.json; of others that of the key, or of did.json when the key is held elsewhere. */
#ifndef BV_TOOLS_CLI_STOP_SWITCH_H
#define BV_TOOLS_CLI_STOP_SWITCH_H

#include "registry/registry.h"

/* EDENIED: there is a STOP, or it cannot be looked for. document may be NULL, as for bv_signer_open. */
BV_MUST_USE enum bv_status stop_switch_check(const char *key, const char *document, struct bv_err *err);
/* Tells the register where the keys are that are about to sign. */
BV_MUST_USE enum bv_status stop_switch_tell(struct bv_register *reg, const char *key, const char *document, int64_t at_s, struct bv_err *err);

/* How it went at a place; good: nothing is signed there (thrown), or signing goes on as far as the switch is concerned (released). */
typedef void (*stop_switch_told)(void *ctx, struct bv_str place, bool good, const char *how);
/* At all places that the register knows, after bv_register_stop. A signer is asked whether it still signs; one that does is stopped over its socket. */
BV_MUST_USE enum bv_status stop_switch_throw(struct bv_register *reg, stop_switch_told told, void *ctx, struct bv_err *err);
/* Takes away what stop_switch_throw has put there; a STOP of somebody else stays. */
BV_MUST_USE enum bv_status stop_switch_release(struct bv_register *reg, stop_switch_told told, void *ctx, struct bv_err *err);

#endif
