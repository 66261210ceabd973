/* What was measured, for people and for programs. */
#ifndef BV_TOOLS_LOAD_REPORT_H
#define BV_TOOLS_LOAD_REPORT_H

#include "base/json.h"
#include "tools/load/drive.h"

void report_write(struct bv_buf *out, const struct result *result, const struct options *options, size_t candidates);
/* The caller frees. */
struct bv_json *report_json(const struct result *result, const struct options *options, size_t candidates);
/* Something was acknowledged, and no answer broke the protocol? */
bool report_good(const struct result *result);

#endif
