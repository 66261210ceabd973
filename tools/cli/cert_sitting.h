/* Facts of the certificates of a sitting, from its ledger: of everybody whose released result attains a level. */
#ifndef BV_TOOLS_CLI_CERT_SITTING_H
#define BV_TOOLS_CLI_CERT_SITTING_H

#include "tools/cli/cert_facts.h"
#include "tools/cli/commands.h"

/* Is the ledger whole: every event, tree and signature, as 'audit ledger' looks at them? EDENIED names the first fault. Reads --ledger, --ledger-key. */
BV_MUST_USE enum bv_status cert_sitting_check(const struct args *args, struct bv_err *err);
/* Reads --ledger, --ledger-key, --sitting, --candidates, --people, --master, --reason, --author. In the order of the seats. */
BV_MUST_USE enum bv_status cert_sitting_each(const struct args *args, const struct bv_issuing *issuing, int64_t at_s, cert_facts_visit visit, void *ctx, struct bv_err *err);

#endif
