/* What `bangvang analyse` found, for people (one HTML file) and for programs (JSON). */
#ifndef BV_TOOLS_CLI_ANALYSIS_REPORT_H
#define BV_TOOLS_CLI_ANALYSIS_REPORT_H

#include "analysis/analysis.h"
#include "base/json.h"

struct analysis {
	struct bv_responses responses;
	struct bv_classical classical;
	struct bv_dif dif; /* item NULL: no groups */
	struct bv_str reference, focal;
	struct bv_halls halls;
	struct bv_person_fit *person; /* of each person */
	double rate;                  /* of false discoveries among what is flagged */
	const char *source;           /* name of the file */
	char digest[65];              /* SHA-256 of it */
};

void analysis_finish(struct analysis *analysis);
BV_AUTO_DEFINE_FINISH(struct analysis, analysis_finish)

/* Owned by the caller. */
struct bv_json *analysis_json(const struct analysis *analysis);
/* One XHTML file without scripts; english: else Vietnamese. */
BV_MUST_USE enum bv_status analysis_html(struct bv_buf *out, const struct analysis *analysis, bool english, struct bv_err *err);

#endif
