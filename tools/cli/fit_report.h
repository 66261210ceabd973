/* What calibrate --fit prints. */
#ifndef BV_TOOLS_CLI_FIT_REPORT_H
#define BV_TOOLS_CLI_FIT_REPORT_H

#include "scoring/irt/irt.h"

struct fit_inputs {
	const struct bv_irt_sheet *sheet;
	const struct bv_irt_estimate *estimates;
	const struct bv_irt_settings *settings;
	const struct bv_irt_fit *fit;
	int replicates; /* for Q3 */
};

/* What cannot be computed is left out, with a line on stderr that says why. */
void fit_report(const struct fit_inputs *in, bool as_json);

#endif
