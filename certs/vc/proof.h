/* Data Integrity proofs (DI §2.1) of the suites eddsa-rdfc-2022 (EDDSA §3.2) and eddsa-jcs-2022 (EDDSA §3.3). A certificate may carry a set of proofs:
 * each is looked at by itself, over the document without its "proof". */
#ifndef BV_CERTS_VC_PROOF_H
#define BV_CERTS_VC_PROOF_H

#include "base/hash.h"
#include "base/json.h"
#include "certs/key.h"

#define PROOF_SUITE "eddsa-jcs-2022"
#define PROOF_SUITE_RDFC "eddsa-rdfc-2022"

/* Of one enum bv_suite; and back, 0 for another suite. */
const char *proof_suite_name(unsigned suite);
unsigned proof_suite_of(struct bv_str name);

#define PROOF_SIGNED_LEN (2 * BV_HASH_LEN)

/* EDDSA §3.3.4: what is signed is SHA-256 of the canonical options, then SHA-256 of the canonical document. document has no "proof"
 * member; proof has its proofValue, which is left out. */
void proof_signed_bytes(uint8_t out[PROOF_SIGNED_LEN], const struct bv_json *document, const struct bv_json *proof);

/* EDDSA §3.2.4: the same of eddsa-rdfc-2022, for the shape of our certificates and status lists. EINVAL names what is not of that shape. */
BV_MUST_USE enum bv_status proof_signed_bytes_rdfc(uint8_t out[PROOF_SIGNED_LEN], const struct bv_json *document, const struct bv_json *proof,
                                                   struct bv_err *err);
/* Its first half: of options without proofValue. */
BV_MUST_USE enum bv_status proof_hash_rdfc(uint8_t out[BV_HASH_LEN], const struct bv_json *options, struct bv_err *err);

/* The signature in proofValue: multibase base58btc of 64 bytes. EPARSE says what it is instead. */
BV_MUST_USE enum bv_status proof_signature(uint8_t signature[BV_SIGNATURE_LEN], struct bv_str proof_value, struct bv_err *err);

/* "z…" of a signature, NUL-terminated; returns its length. */
#define PROOF_VALUE_SIZE 96
size_t proof_value_write(char out[PROOF_VALUE_SIZE], const uint8_t signature[BV_SIGNATURE_LEN]);

#endif
