#include "tools/httpd/finding.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/day.h"
#include "certs/certs.h"
#include "tools/httpd/html.h"

char *
finding_day(char out[FINDING_TIME_SIZE], int64_t time_s)
{
	char text[BV_TIME_SIZE];

	bv_time_write(text, time_s + BV_VIETNAM_S);
	snprintf(out, FINDING_TIME_SIZE, "%.2s/%.2s/%.4s", text + 8, text + 5, text);
	return out;
}

char *
finding_moment(char out[FINDING_TIME_SIZE], int64_t time_s)
{
	char text[BV_TIME_SIZE];

	bv_time_write(text, time_s + BV_VIETNAM_S);
	snprintf(out, FINDING_TIME_SIZE, "%.8s, %.2s/%.2s/%.4s", text + 11, text + 8, text + 5, text);
	return out;
}

/* ---- Checks ---- */

static const struct {
	const char *id, *key;
} checks[] = {
	{ "document", "public.checkDocument" }, { "shape", "public.checkShape" },     { "proof", "public.checkProof" },   { "context", "public.checkContext" },
	{ "issuer", "public.checkIssuer" },     { "key", "public.checkKey" },         { "signature", "public.checkSignature" }, { "time", "public.checkTime" },
	{ "results", "public.checkResults" },   { "status", "public.checkStatus" },   { "log", "public.checkLog" },
};

static const struct outcome {
	const char *id, *class, *mark, *key;
} outcomes[] = {
	{ "passed", "good", "✓", "public.outcomePassed" },
	{ "failed", "bad", "✕", "public.outcomeFailed" },
	{ "unknown", "open", "?", "public.outcomeUnknown" },
	{ "could-not-check", "open", "?", "public.outcomeUnchecked" },
	{ "not-done", "open", "–", "public.outcomeNotDone" },
};

static const struct outcome *
outcome_of(struct bv_str result)
{
	size_t i = 0;

	while (i < BV_COUNT(outcomes) - 1 && !bv_str_is(result, outcomes[i].id))
		i++;
	return &outcomes[i];
}

static const char *
check_key(struct bv_str id)
{
	size_t i = 0;

	while (i < BV_COUNT(checks) - 1 && !bv_str_is(id, checks[i].id))
		i++;
	return checks[i].key;
}

static void
write_check(struct bv_buf *out, enum language language, const struct bv_json *check)
{
	const struct outcome *outcome = outcome_of(bv_json_str(bv_json_find(check, "result")));
	const struct bv_json *messages = bv_json_find(check, "messages");

	bv_buf_printf(out, "<li class=\"%s\"><span class=\"mark\" aria-hidden=\"true\">%s</span><div><p><b>", outcome->class, outcome->mark);
	html_words(out, language, check_key(bv_json_str(bv_json_find(check, "check"))), NULL);
	bv_buf_addz(out, "</b>: <span class=\"outcome\">");
	html_words(out, language, outcome->key, NULL);
	bv_buf_addz(out, "</span></p>\n");
	for (size_t i = 0; i < bv_json_count(messages); i++) {
		bv_buf_addz(out, "<p class=\"small\">");
		html_text(out, bv_json_str(bv_json_at(messages, i)));
		bv_buf_addz(out, "</p>\n");
	}
	bv_buf_addz(out, "</div></li>\n");
}

void
finding_checks(struct bv_buf *out, enum language language, const struct bv_json *report)
{
	const struct bv_json *list = bv_json_find(report, "checks");

	bv_buf_addz(out, "<ul class=\"checks\">\n");
	for (size_t i = 0; i < bv_json_count(list); i++)
		write_check(out, language, bv_json_at(list, i));
	bv_buf_addz(out, "</ul>\n");
}

/* ---- Facts ---- */

/* "Tiếng Việt / English": the half of the language; a text without a slash is both. */
static struct bv_str
half(struct bv_str text, enum language language)
{
	for (size_t i = 0; i + 3 <= text.len; i++)
		if (memcmp(text.p + i, " / ", 3) == 0)
			return language == LANGUAGE_EN ? bv_str_sub(text, i + 3, text.len) : bv_str_sub(text, 0, i);
	return text;
}

/* What stands on paper too, by its path in Open Badges and in the short forms; with '*' at its end: by the beginning of it. */
static bool
on_paper(struct bv_str path)
{
	static const char *const paths[] = { "credentialSubject.identifier[0].identityHash", "credentialSubject.licenseNumber", "credentialSubject.result[*",
		                             "awardedDate", "validFrom", "validUntil", "issuer.name", "name", "birthdate", "licence", "level", "areas*", "results*",
		                             "decision", "awarded", "nbf", "exp" };

	for (size_t i = 0; i < BV_COUNT(paths); i++) {
		struct bv_str one = bv_str_of(paths[i]);
		bool begins = bv_str_ends(one, BV_STR("*"));
		if (begins ? bv_str_starts(path, bv_str_sub(one, 0, one.len - 1)) : bv_str_eq(path, one))
			return true;
	}
	return false;
}

/* Where facts are written, and what names those need. */
struct pen {
	struct bv_buf *out;
	enum language language;
	const struct levels *levels;
	struct bv_str achievement;
};

static void
write_number(struct bv_buf *out, enum language language, struct bv_str text)
{
	int64_t n;

	/* An ability may be below zero. */
	if (!bv_str_decimal(bv_str_starts(text, BV_STR("-")) ? bv_str_sub(text, 1, text.len) : text, BV_VALUE_PLACES, &n)) {
		html_text(out, text);
		return;
	}
	for (size_t i = 0; i < text.len; i++)
		bv_buf_addc(out, text.p[i] == '.' && language == LANGUAGE_VI ? ',' : text.p[i]);
}

/* What stands between two marks, or after the first where the second is not there; empty without the first. */
static struct bv_str
between(struct bv_str text, const char *from, const char *to)
{
	struct bv_str first = bv_str_of(from), last = bv_str_of(to);
	size_t begin = 0, end;

	while (begin < text.len && !bv_str_starts(bv_str_sub(text, begin, text.len), first))
		begin++;
	begin += first.len;
	for (end = begin; end < text.len && !bv_str_starts(bv_str_sub(text, end, text.len), last);)
		end++;
	return begin < text.len ? bv_str_trim(bv_str_sub(text, begin, end - begin)) : BV_STR_NONE;
}

/* "8.50 (0 … 10; ≥ 4)", as certs/verify/report.c has results on a scale, becomes "8,50 / 10 (cần ít nhất 4)"; of "L2 (L1, L2; ≥ L2)" the level is left. False: it has
 * no scale. */
static bool
write_scaled(struct bv_buf *out, enum language language, struct bv_str value)
{
	struct bv_str scale = between(value, " (", ")"), max = between(scale, "…", ";"), required = between(scale, "≥", ";");
	struct bv_str number = bv_str_trim(bv_str_sub(value, 0, bv_str_find(value, '(')));

	if (!scale.len || !bv_str_ends(value, BV_STR(")")) || (!required.len && !max.len && !bv_str_ends(scale, BV_STR("…"))))
		return false;
	write_number(out, language, number);
	if (max.len && bv_str_starts(scale, BV_STR("0 "))) {
		bv_buf_addz(out, " / ");
		write_number(out, language, max);
	}
	if (required.len && max.len) {
		bv_buf_addz(out, " (");
		html_words(out, language, "public.atLeast", (struct words_value[]){ { "n", required }, { 0 } });
		bv_buf_addz(out, ")");
	}
	return true;
}

/* Words of certificates, as people say them. */
static const struct {
	const char *value, *key;
} values[] = {
	{ "Completed", "public.decisionCompleted" }, { "Failed", "public.decisionFailed" }, { "Provisional", "public.decisionProvisional" },
	{ "true", "public.yes" },                    { "false", "public.no" },              { "Certification", "public.kindCertification" },
	{ "form", "public.evidenceForm" },           { "responses", "public.evidenceResponses" }, { "outcomes", "public.evidenceOutcomes" },
	{ "rating", "public.evidenceRating" },       { "revocation", "public.purposeRevocation" }, { "suspension", "public.purposeSuspension" },
	{ "assertionMethod", "public.purposeSign" }, { "ext:birthDate", "public.byBirth" },
	{ "vi", "public.vietnamese" },               { "en", "public.english" },
}, names[] = { /* the Vietnamese half of a name */
	{ "Năng lực (theta)", "public.ability" },
	{ "Sai số chuẩn của năng lực", "public.abilityError" },
	{ "Kết luận", "public.decision" },
};

static const char *
values_key(struct bv_str value)
{
	for (size_t i = 0; i < BV_COUNT(values); i++)
		if (bv_str_is(value, values[i].value))
			return values[i].key;
	return NULL;
}

/* "co-ban (co-ban, nang-cao; ≥ co-ban)", or the code alone: the level's name by its standard. False: it is none, or nobody here knows it. */
static bool
write_level(const struct pen *pen, struct bv_str path, struct bv_str value)
{
	struct bv_str scale = between(value, " (", ")"), code = bv_str_trim(bv_str_sub(value, 0, bv_str_find(value, '(')));

	if (!bv_str_is(path, "level") && (!scale.len || between(scale, "…", ";").len || bv_str_ends(scale, BV_STR("…"))))
		return false;
	struct bv_str name = levels_name(pen->levels, pen->achievement, code, pen->language);
	html_text(pen->out, name);
	return name.len;
}

static void
write_value(const struct pen *pen, struct bv_str path, struct bv_str value)
{
	bool result = bv_str_starts(path, BV_STR("credentialSubject.result[")) || bv_str_starts(path, BV_STR("results")) || bv_str_is(path, "level");
	const char *key = values_key(value);
	char text[FINDING_TIME_SIZE];
	int64_t time_s;
	struct bv_err ignored;

	if (key)
		html_words(pen->out, pen->language, key, NULL);
	else if (bv_time_parse(&time_s, value, &ignored) == BV_OK)
		bv_buf_addz(pen->out, on_paper(path) ? finding_day(text, time_s) : finding_moment(text, time_s));
	else if (result && (write_level(pen, path, value) || write_scaled(pen->out, pen->language, value)))
		return;
	else if (result)
		write_number(pen->out, pen->language, value);
	else
		html_text(pen->out, half(value, pen->language));
}

/* What programs need has no name but its path. */
static void
write_name(const struct pen *pen, struct bv_str path, struct bv_str name, struct bv_str value)
{
	struct bv_str vi = half(name, LANGUAGE_VI);

	if (bv_str_ends(path, BV_STR(".identityHash")) && bv_str_starts(value, BV_STR("sha256$"))) {
		html_words(pen->out, pen->language, "public.hiddenIdentity", NULL);
		return;
	}
	if (bv_str_eq(path, name)) {
		html_words(pen->out, pen->language, "public.forPrograms", NULL);
		bv_buf_addz(pen->out, " <span class=\"code\">");
		html_text(pen->out, path);
		bv_buf_addz(pen->out, "</span>");
		return;
	}
	for (size_t i = 0; i < BV_COUNT(names); i++)
		if (bv_str_is(vi, names[i].value)) {
			html_words(pen->out, pen->language, names[i].key, NULL);
			return;
		}
	html_text(pen->out, half(name, pen->language));
}

static void
write_row(const struct pen *pen, const struct bv_json *fact)
{
	struct bv_str path = bv_json_str(bv_json_find(fact, "path")), value = bv_json_str(bv_json_find(fact, "value"));

	bv_buf_addz(pen->out, "<tr><th scope=\"row\">");
	write_name(pen, path, bv_json_str(bv_json_find(fact, "name")), value);
	bv_buf_addz(pen->out, "</th><td>");
	write_value(pen, path, value);
	bv_buf_addz(pen->out, "</td></tr>\n");
}

static void
write_birth(const struct pen *pen, struct bv_str birth)
{
	bv_buf_addz(pen->out, "<tr><th scope=\"row\">");
	html_words(pen->out, pen->language, "public.birth", NULL);
	bv_buf_printf(pen->out, "</th><td>%.2s/%.2s/%.4s</td></tr>\n", birth.p + 8, birth.p + 5, birth.p);
}

/* Birth after the first of them, which is the name. */
static void
write_rows(const struct pen *pen, const struct bv_json *facts, bool paper, struct bv_str birth)
{
	bool born = birth.len == BV_DAY_SIZE - 1;

	for (size_t i = 0; i < bv_json_count(facts); i++) {
		const struct bv_json *fact = bv_json_at(facts, i);
		if (on_paper(bv_json_str(bv_json_find(fact, "path"))) != paper)
			continue;
		write_row(pen, fact);
		if (born)
			write_birth(pen, birth);
		born = false;
	}
}

struct bv_str
finding_fact(const struct bv_json *facts, const char *path)
{
	for (size_t i = 0; i < bv_json_count(facts); i++) {
		const struct bv_json *fact = bv_json_at(facts, i);
		if (bv_str_is(bv_json_str(bv_json_find(fact, "path")), path))
			return bv_json_str(bv_json_find(fact, "value"));
	}
	return BV_STR_NONE;
}

void
finding_facts(struct bv_buf *out, enum language language, const struct levels *levels, const struct bv_json *facts, struct bv_str birth)
{
	struct pen pen = { out, language, levels, finding_fact(facts, "credentialSubject.achievement.id") };

	if (!pen.achievement.len)
		pen.achievement = finding_fact(facts, "vct");
	bv_buf_addz(out, "<table class=\"facts\"><caption class=\"hidden-text\">");
	html_words(out, language, "public.factsTitle", NULL);
	bv_buf_addz(out, "</caption><tbody>\n");
	write_rows(&pen, facts, true, birth);
	bv_buf_addz(out, "</tbody></table>\n<details><summary>");
	html_words(out, language, "public.moreFacts", NULL);
	bv_buf_addz(out, "</summary>\n<table class=\"facts\"><tbody>\n");
	write_rows(&pen, facts, false, BV_STR_NONE);
	bv_buf_addz(out, "</tbody></table></details>\n");
}
