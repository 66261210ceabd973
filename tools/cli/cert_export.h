/* The certificates of a batch as files: SERIAL.json, .jwt, .sd-jwt, .qr, and SERIAL.json.tlog-proof. */
#ifndef BV_TOOLS_CLI_CERT_EXPORT_H
#define BV_TOOLS_CLI_CERT_EXPORT_H

#include "registry/registry.h"

/* Writes those of a batch by its name (all of the register when it is empty) into a folder; what is there as it must be is left, so that it can be done again.
 * *count: certificates. log: where proofs come from, or NULL. */
BV_MUST_USE enum bv_status cert_export(size_t *count, struct bv_register *reg, struct bv_str batch, const char *folder, const char *log, struct bv_err *err);

#endif
