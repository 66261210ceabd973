/* What all envelopes of a certificate are made from. */
#ifndef BV_CERTS_VC_TEMPLATE_H
#define BV_CERTS_VC_TEMPLATE_H

#include "certs/keys/signer.h"
#include "certs/vc/achievement.h"
#include "certs/vc/rdfc.h"
#include "certs/vc/words.h"

/* EINVAL, ELIMIT: facts that are out of their bounds or contradict each other. */
BV_MUST_USE enum bv_status facts_check(const struct bv_credential_facts *facts, struct bv_err *err);

/* Appends the certificate without "proof", in the canonical form of RFC 8785; facts have passed facts_check. */
void template_body_write(struct bv_buf *out, struct bv_template *t, const struct bv_credential_facts *facts);

/* For the certificate as VC-JWT; borrowed. */
struct jws_stem;
struct jws_stem *template_stem(struct bv_template *t);

/* Borrowed. */
const struct bv_signer *template_signer(const struct bv_template *t);

/* ---- template_quads.c ---- */

/* Adds the quads of one certificate that are its own, beside those of its issuer and its achievement (rdfc_shape.h); name is the certificate's. */
void template_quads(struct rdfc *g, const struct bv_credential_facts *facts, const struct words *words, const struct achievement_parts *parts,
                    const struct bv_issuer *issuer, struct bv_str name);

#endif
