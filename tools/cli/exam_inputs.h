/* What exam run and sitting new have in common: the documents of an exam that come from options and the bank. */
#ifndef BV_TOOLS_CLI_EXAM_INPUTS_H
#define BV_TOOLS_CLI_EXAM_INPUTS_H

#include "engine/engine.h"
#include "tools/cli/args.h"

/* The option, 64 hexadecimal digits, or a random number where it is not given. */
BV_MUST_USE enum bv_status exam_inputs_secret(uint8_t out[BV_HASH_LEN], const struct args *args, const char *name, struct bv_err *err);
/* The pool of --blueprint, whose text is given, from the bank, and what scoring must know of its items. What --allow-module leaves out, and which strata
 * lack items, is told on stderr. */
BV_MUST_USE enum bv_status exam_inputs_pool(struct bv_buf *pool, struct bv_buf *items, struct bv_str blueprint, const struct args *args,
                                            struct bv_bank *bank, struct bv_err *err);

#endif
