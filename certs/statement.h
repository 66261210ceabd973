/* Receipts and checkpoints, told to people. */
#ifndef BV_CERTS_STATEMENT_H
#define BV_CERTS_STATEMENT_H

#include "certs/log_proof.h"
#include "certs/verify.h"

/* Is it one of them, rather than a certificate? */
BV_API bool bv_statement_is(struct bv_str bytes);
/* Verifies one for a time and writes what was found: to json (an object), or as text to out where json is NULL; file is how it is called. The exit status of
 * a program: 0 valid, 1 not, or by an unknown key, 2 not to be read. trust NULL: nobody is trusted.
 * proof: what shows that a receipt's event is in the log, or NULL. */
BV_API int bv_statement_verify(struct bv_buf *out, struct bv_json *json, struct bv_str bytes, struct bv_str file, const struct bv_trust *trust,
                               const struct bv_log_proof *proof, int64_t at_s, enum bv_lang lang);

#endif
