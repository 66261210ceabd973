/* What a ledger signs: receipts and checkpoints. */
#ifndef BV_TOOLS_VERIFY_STATEMENT_H
#define BV_TOOLS_VERIFY_STATEMENT_H

#include "certs/certs.h"

/* Is it one of them, rather than a certificate? */
bool is_statement(struct bv_str bytes);

/* Verifies one and writes what was found: to json, or as text to out where json is NULL. The exit status: 0 valid, 1 not, or by an unknown key, 2 not to be
 * read. trust NULL: nobody is trusted. proof: what shows that a receipt's event is in the log, or NULL. */
int verify_statement(struct bv_buf *out, struct bv_json *json, struct bv_str bytes, struct bv_str file, const struct bv_trust *trust,
                     const struct bv_log_proof *proof, enum bv_lang lang);

#endif
