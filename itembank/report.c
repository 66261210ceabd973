#include "itembank/report.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

void
bv_report(struct bv_reporter *reporter, enum bv_severity severity, const char *rule, int line, const char *fmt, ...)
{
	char message[512];
	va_list ap;

	assert(bv_diagnostic_rule_find(rule));
	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	bv_text_repair(message);
	if (severity == BV_SEVERITY_ERROR)
		reporter->errors++;
	if (reporter->report)
		reporter->report(reporter->ctx, &(struct bv_diagnostic){ .severity = severity, .rule = rule, .path = reporter->path, .line = line,
		                                                         .message = message });
}
