#include "certs/verify/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

enum { REPORT_MAX = 64 << 20, FINDING_MAX = 4096 };

static const struct {
	const char *name; /* in JSON */
	const char *label[2];
} checks[BV_CHECK_COUNT] = {
	[BV_CHECK_DOCUMENT] = { "document", { "Tệp", "File" } },
	[BV_CHECK_SHAPE] = { "shape", { "Cấu trúc", "Structure" } },
	[BV_CHECK_PROOF] = { "proof", { "Bằng chứng ký", "Proof" } },
	[BV_CHECK_CONTEXT] = { "context", { "Ngữ cảnh", "Context" } },
	[BV_CHECK_ISSUER] = { "issuer", { "Đơn vị cấp", "Issuer" } },
	[BV_CHECK_KEY] = { "key", { "Khóa", "Key" } },
	[BV_CHECK_SIGNATURE] = { "signature", { "Chữ ký", "Signature" } },
	[BV_CHECK_TIME] = { "time", { "Thời hạn", "Time" } },
	[BV_CHECK_RESULTS] = { "results", { "Kết quả", "Results" } },
	[BV_CHECK_STATUS] = { "status", { "Thu hồi, tạm dừng", "Revocation" } },
	[BV_CHECK_LOG] = { "log", { "Sổ công khai", "Public log" } },
};

static const struct {
	const char *name;
	const char *label[2];
} outcomes[] = {
	[BV_CHECK_SKIPPED] = { "not-done", { "chưa kiểm", "not done" } },
	[BV_CHECK_PASSED] = { "passed", { "đạt", "passed" } },
	[BV_CHECK_FAILED] = { "failed", { "SAI", "FAILED" } },
	[BV_CHECK_UNKNOWN] = { "unknown", { "chưa rõ", "unknown" } },
	[BV_CHECK_UNCHECKED] = { "could-not-check", { "không kiểm được", "could not check" } },
};

static const struct {
	const char *name;
	const char *text[2];
} verdicts[] = {
	[BV_VERDICT_VALID] = { "valid", { "HỢP LỆ: chứng chỉ đúng như đơn vị cấp đã ký", "VALID: the certificate is as its issuer signed it" } },
	[BV_VERDICT_INVALID] = { "invalid", { "KHÔNG HỢP LỆ: xem các mục SAI dưới đây", "INVALID: see what FAILED below" } },
	[BV_VERDICT_UNKNOWN_ISSUER] = { "unknown-issuer", { "KHÔNG RÕ ĐƠN VỊ CẤP: không thấy điều gì sai, nhưng khóa của đơn vị cấp không có trong "
	                                                    "thư mục tin cậy",
	                                                    "UNKNOWN ISSUER: nothing is wrong, but the issuer's key is not in the trust folder" } },
	[BV_VERDICT_UNCHECKED] = { "unchecked", { "KHÔNG KIỂM TRA ĐƯỢC: không thấy điều gì sai, nhưng có mục chưa kiểm được",
	                                          "COULD NOT CHECK: nothing is wrong, but something could not be looked at" } },
};

const char *
bv_verdict_text(enum bv_verdict verdict, enum bv_lang lang)
{
	return verdicts[verdict].text[lang];
}

void
bv_report_free(struct bv_report *report)
{
	if (!report)
		return;
	bv_json_free(report->document);
	free(report->findings);
	free(report->facts);
	bv_arena_finish(&report->arena);
	free(report);
}

void
report_find(struct bv_report *report, enum bv_check_id check, enum bv_check_result result, const char *vi, const char *en, ...)
{
	const char *const formats[] = { [BV_LANG_VI] = vi, [BV_LANG_EN] = en };
	char text[FINDING_MAX];

	if (report->finding_count == report->finding_cap) {
		report->finding_cap = report->finding_cap ? 2 * report->finding_cap : 16;
		report->findings = bv_resize_array(report->findings, report->finding_cap, sizeof *report->findings);
	}
	struct finding *finding = &report->findings[report->finding_count++];
	*finding = (struct finding){ .check = check, .result = result };
	for (size_t lang = 0; lang < 2; lang++) {
		va_list ap;
		if (!strchr(formats[lang], '%')) {
			finding->text[lang] = bv_str_of(formats[lang]); /* a literal */
			continue;
		}
		va_start(ap, en);
		vsnprintf(text, sizeof text, formats[lang], ap);
		va_end(ap);
		finding->text[lang] = bv_arena_str(&report->arena, bv_str_of(text));
	}
}

void
report_fact(struct bv_report *report, struct bv_str path, const char *const label[2], struct bv_str value, int rank)
{
	if (report->fact_count == report->fact_cap) {
		report->fact_cap = report->fact_cap ? 2 * report->fact_cap : 64;
		report->facts = bv_resize_array(report->facts, report->fact_cap, sizeof *report->facts);
	}
	struct fact *fact = &report->facts[report->fact_count];
	*fact = (struct fact){ .rank = rank, .seq = report->fact_count++ };
	fact->path = bv_arena_str(&report->arena, path);
	fact->value = bv_arena_str(&report->arena, value);
	for (size_t lang = 0; lang < 2; lang++)
		fact->label[lang] = label ? bv_str_of(label[lang]) : fact->path;
}

/* The worst of what was found; a check without findings was not done. */
enum bv_check_result
bv_report_check(const struct bv_report *report, enum bv_check_id id)
{
	static const int badness[] = { [BV_CHECK_SKIPPED] = 0, [BV_CHECK_PASSED] = 1, [BV_CHECK_UNCHECKED] = 2, [BV_CHECK_UNKNOWN] = 3,
		                       [BV_CHECK_FAILED] = 4 };
	enum bv_check_result result = BV_CHECK_SKIPPED;

	for (size_t i = 0; i < report->finding_count; i++)
		if (report->findings[i].check == id && badness[report->findings[i].result] > badness[result])
			result = report->findings[i].result;
	return result;
}

enum bv_verdict
bv_report_verdict(const struct bv_report *report)
{
	size_t count[BV_COUNT(outcomes)] = { 0 };

	for (int id = 0; id < BV_CHECK_COUNT; id++)
		count[bv_report_check(report, (enum bv_check_id)id)]++;
	/* Whoever named no log did not ask to look in one. */
	if (bv_report_check(report, BV_CHECK_LOG) == BV_CHECK_SKIPPED)
		count[BV_CHECK_PASSED]++;
	if (count[BV_CHECK_FAILED])
		return BV_VERDICT_INVALID;
	if (count[BV_CHECK_UNKNOWN])
		return BV_VERDICT_UNKNOWN_ISSUER;
	return count[BV_CHECK_PASSED] == BV_CHECK_COUNT ? BV_VERDICT_VALID : BV_VERDICT_UNCHECKED;
}

int
bv_report_exit(const struct bv_report *report)
{
	switch (bv_report_verdict(report)) {
	case BV_VERDICT_VALID:
		return 0;
	case BV_VERDICT_INVALID:
	case BV_VERDICT_UNKNOWN_ISSUER:
		return 1;
	case BV_VERDICT_UNCHECKED:
		break;
	}
	return bv_report_check(report, BV_CHECK_TIME) == BV_CHECK_UNCHECKED ? 3 : 2;
}

enum bv_lang
bv_lang_of(const char *name, enum bv_lang otherwise)
{
	if (name && strncmp(name, "vi", 2) == 0)
		return BV_LANG_VI;
	return name && strncmp(name, "en", 2) == 0 ? BV_LANG_EN : otherwise;
}

/* ---- Text that is safe on a terminal ---- */

void
bv_json_write_safe(struct bv_buf *out, const struct bv_json *json)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(REPORT_MAX);

	bv_json_write_pretty(&text, json);
	bv_text_write_safe(out, bv_buf_str(&text), true);
}

/* ---- The report ---- */

static void
write_check(struct bv_buf *out, const struct bv_report *report, enum bv_check_id id, enum bv_lang lang)
{
	bv_buf_printf(out, "  [%s] %s", outcomes[bv_report_check(report, id)].label[lang], checks[id].label[lang]);
	const char *between = ": ";
	for (size_t i = 0; i < report->finding_count; i++) {
		if (report->findings[i].check != id)
			continue;
		bv_buf_addz(out, between);
		bv_text_write_safe(out, report->findings[i].text[lang], false);
		between = "\n      ";
	}
	bv_buf_addc(out, '\n');
}

void
bv_report_write(struct bv_buf *out, const struct bv_report *report, struct bv_str file, enum bv_lang lang)
{
	bv_text_write_safe(out, file, false);
	bv_buf_printf(out, ": %s\n%s\n", verdicts[bv_report_verdict(report)].text[lang], lang == BV_LANG_VI ? "Các mục kiểm tra:" : "Checks:");
	for (int id = 0; id < BV_CHECK_COUNT; id++)
		write_check(out, report, (enum bv_check_id)id, lang);
	bv_report_write_facts(out, report, lang);
}

static void
write_fact(struct bv_buf *out, const struct fact *fact, enum bv_lang lang)
{
	bv_buf_addz(out, "  ");
	bv_text_write_safe(out, fact->label[lang], false);
	bv_buf_addz(out, ": ");
	bv_text_write_safe(out, fact->value, false);
	bv_buf_addc(out, '\n');
}

/* What a report lists only when it is asked for: the same every time. */
static void
own_finish(struct bv_report *own)
{
	free(own->facts);
	free(own->findings);
	bv_arena_finish(&own->arena);
}
BV_AUTO_DEFINE_FINISH(struct bv_report, own_finish)

static const struct bv_report *
listed(struct bv_report *own, const struct bv_report *report)
{
	if (!report->list)
		return report;
	own->document = report->document;
	report->list(own);
	return own;
}

void
bv_report_write_facts(struct bv_buf *out, const struct bv_report *report, enum bv_lang lang)
{
	BV_AUTO(own_finish) struct bv_report own = { 0 };

	if (!report->document)
		return;
	bv_buf_printf(out, "%s\n", lang == BV_LANG_VI ? "Nội dung chứng chỉ:" : "What the certificate says:");
	report = listed(&own, report);
	for (size_t i = 0; i < report->fact_count; i++)
		write_fact(out, &report->facts[i], lang);
}

static void
list_facts(struct bv_json *list, const struct bv_report *report, enum bv_lang lang)
{
	BV_AUTO(own_finish) struct bv_report own = { 0 };

	report = listed(&own, report);
	for (size_t i = 0; i < report->fact_count; i++) {
		struct bv_json *fact = bv_json_add(list, bv_json_new_object());
		bv_json_set(fact, "path", bv_json_new_text(report->facts[i].path));
		bv_json_set(fact, "name", bv_json_new_text(report->facts[i].label[lang]));
		bv_json_set(fact, "value", bv_json_new_text(report->facts[i].value));
	}
}

struct bv_json *
bv_report_json(const struct bv_report *report, struct bv_str file, enum bv_lang lang)
{
	struct bv_json *json = bv_json_new_object();
	enum bv_verdict verdict = bv_report_verdict(report);

	bv_json_set(json, "file", bv_json_new_text(file));
	bv_json_set_str(json, "verdict", bv_str_of(verdicts[verdict].name));
	bv_json_set_str(json, "text", bv_str_of(verdicts[verdict].text[lang]));
	struct bv_json *list = bv_json_set(json, "checks", bv_json_new_array());
	for (int id = 0; id < BV_CHECK_COUNT; id++) {
		struct bv_json *check = bv_json_add(list, bv_json_new_object());
		bv_json_set_str(check, "check", bv_str_of(checks[id].name));
		bv_json_set_str(check, "result", bv_str_of(outcomes[bv_report_check(report, (enum bv_check_id)id)].name));
		struct bv_json *messages = bv_json_set(check, "messages", bv_json_new_array());
		for (size_t i = 0; i < report->finding_count; i++)
			if ((int)report->findings[i].check == id)
				bv_json_add(messages, bv_json_new_text(report->findings[i].text[lang]));
	}
	list_facts(bv_json_set(json, "facts", bv_json_new_array()), report, lang);
	return json;
}
