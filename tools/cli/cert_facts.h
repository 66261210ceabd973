/* Facts of many certificates from a folder: NAME.json, and beside it NAME.rating.json, what they come from. */
#ifndef BV_TOOLS_CLI_CERT_FACTS_H
#define BV_TOOLS_CLI_CERT_FACTS_H

#include "registry/registry.h"

/* One file's facts, times completed; ticket is NAME. Borrowed during the visit. */
struct cert_facts {
	const char *path;
	struct bv_str ticket, rating;
	struct bv_credential_facts *facts;
	struct bv_issuer issuer; /* name and address */
};
typedef enum bv_status (*cert_facts_visit)(void *ctx, const struct cert_facts *one, struct bv_err *err);
/* In the order of their names. Facts that do not say when they were awarded are so at at_s; when they end follows from the rules of issuing. */
BV_MUST_USE enum bv_status cert_facts_each(const char *folder, const struct bv_issuing *issuing, int64_t at_s, cert_facts_visit visit, void *ctx, struct bv_err *err);
/* What is absent of the times. */
void cert_facts_times(struct bv_credential_facts *facts, const struct bv_issuing *issuing, int64_t at_s);

#endif
