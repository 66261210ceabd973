/* A time-stamping authority behind a command of the user's: the request (RFC 3161, DER) on its standard input, the response on its standard output. */
#ifndef BV_TOOLS_CLI_TSA_COMMAND_H
#define BV_TOOLS_CLI_TSA_COMMAND_H

#include "certs/certs.h"

/* For struct bv_tsa: ctx is the command, as sh -c takes it. EIO when it cannot be run or fails. */
BV_MUST_USE enum bv_status tsa_command_ask(void *ctx, struct bv_buf *response, struct bv_str request, struct bv_err *err);

#endif
