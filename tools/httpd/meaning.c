#include "tools/httpd/meaning.h"

#include <string.h>

#include "itembank/itembank.h"
#include "tools/httpd/words.h"

/* Those that doc/diagnostics.md does not have: of what the office writes, and of questions from other systems. */
static const struct {
	const char *code, *key;
} rows[] = {
	{ "bad-dates", "fault.badDates" },
	{ "bad-json", "fault.badJson" },
	{ "bad-plan", "fault.badPlan" },
	{ "bad-template", "fault.badTemplate" },
	{ "bad-title", "fault.badTitle" },
	{ "changed", "fault.changed" },
	{ "column", "fault.column" },
	{ "foreign-namespace", "fault.foreignNamespace" },
	{ "form", "fault.form" },
	{ "incomplete", "fault.incomplete" },
	{ "key", "fault.key" },
	{ "many", "fault.many" },
	{ "markup", "fault.markup" },
	{ "note", "fault.note" },
	{ "number", "fault.number" },
	{ "overlapping-rows", "fault.overlappingRows" },
	{ "share", "fault.share" },
	{ "stray-text", "fault.strayText" },
	{ "unexpected-element", "fault.unexpectedElement" },
	{ "unkept", "fault.unkept" },
	{ "unknown-attribute", "fault.unknownAttribute" },
	{ "unknown-reference", "fault.unknownReference" },
	{ "wrong-order", "fault.wrongOrder" },
};

const char *
meaning_of_code(enum language language, const char *code)
{
	const struct bv_diagnostic_rule *rule = code ? bv_diagnostic_rule_find(code) : NULL;

	if (rule)
		return language == LANGUAGE_VI ? rule->vi : rule->en;
	for (size_t i = 0; code && i < BV_COUNT(rows); i++)
		if (strcmp(rows[i].code, code) == 0)
			return words_text(language, rows[i].key);
	return "";
}

const char *
meaning_of(enum language language, const struct bv_err *err)
{
	const char *meaning = meaning_of_code(language, err->rule);

	if (meaning[0])
		return meaning;
	return meaning_of_code(language, err->status == BV_ELIMIT ? "limit-exceeded" : err->status == BV_ECONFLICT ? "duplicate-identifier" : "form");
}
