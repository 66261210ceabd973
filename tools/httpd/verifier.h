/* What anybody brings to be verified is read by a child that can compute and nothing else (base/sandbox.h), for so long and in so much memory: whatever such a
 * document does to who reads it, it does there. */
#ifndef BV_TOOLS_HTTPD_VERIFIER_H
#define BV_TOOLS_HTTPD_VERIFIER_H

#include "base/json.h"
#include "certs/certs.h"
#include "tools/httpd/log.h"
#include "tools/httpd/records.h"

struct verifier {
	const struct bv_trust *trust;
	struct records *records;
	struct log *log;
	unsigned memory_mib, cpu_s;
	bool unfiltered;
};

/* The report as bangvang-verify --json writes one, and "type": certificate, receipt or checkpoint; of the last two "page" has the report for people too, and "status" what
 * the program would exit with. proof: of the certificate's place in the log, or empty. NULL: the child died or was stopped; nothing is known of the document, and the log
 * of this server says why. */
struct bv_json *verifier_read(const struct verifier *verifier, struct bv_str document, struct bv_str proof, int64_t at_s, enum bv_lang lang);

#endif
