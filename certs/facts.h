/* The facts of a certificate as JSON (doc/certificates.md). */
#ifndef BV_CERTS_FACTS_H
#define BV_CERTS_FACTS_H

#include "certs/credential.h"

/* Facts from JSON (doc/certificates.md). Owns all its texts; id, subject_id, salt, and where absent the times, are left 0. */
struct bv_facts_file;
BV_API BV_MUST_USE enum bv_status bv_facts_parse(struct bv_facts_file **out, struct bv_str json, struct bv_err *err);
BV_API void bv_facts_free(struct bv_facts_file *file);
BV_AUTO_DEFINE(struct bv_facts_file, bv_facts_free)
BV_API struct bv_credential_facts *bv_facts(struct bv_facts_file *file); /* borrowed; may be completed by the caller */
BV_API struct bv_issuer bv_facts_issuer(const struct bv_facts_file *file); /* name and url, borrowed */
/* Appends facts as JSON that bv_facts_parse reads, the same for the same facts; issuer may be NULL. Salts, and what the log says, are not in it. */
BV_API void bv_facts_write(struct bv_buf *out, const struct bv_credential_facts *facts, const struct bv_issuer *issuer);

#endif
