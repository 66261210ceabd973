/* What is attested: keys, issuers, certificates, and their verification. Everything that certs/ shows, for those who need much of it; each noun has a header of
 * its own, which reads like a page of the manual.
 *
 * No clock, no randomness: time and random bytes are parameters, so that every certificate can be made again byte for byte. */
#ifndef BV_CERTS_CERTS_H
#define BV_CERTS_CERTS_H

#include "certs/checkpoint.h"
#include "certs/code.h"
#include "certs/credential.h"
#include "certs/document.h"
#include "certs/entry.h"
#include "certs/envelopes.h"
#include "certs/facts.h"
#include "certs/issuer.h"
#include "certs/key.h"
#include "certs/keyring.h"
#include "certs/log_proof.h"
#include "certs/page.h"
#include "certs/pdf.h"
#include "certs/policy.h"
#include "certs/receipt.h"
#include "certs/share.h"
#include "certs/statement.h"
#include "certs/status.h"
#include "certs/token.h"
#include "certs/trust.h"
#include "certs/verify.h"
#include "certs/x509.h"

#endif
