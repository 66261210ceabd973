#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "scoring/scoring.h"
#include "tools/cli/args.h"
#include "tools/cli/commands.h"

#define NAME_COLUMNS 44

/* A results document in the shape that bv_rate takes; strings are borrowed from json. */
struct results {
	struct bv_json *json;
	struct bv_item_result *items;
	size_t count;
	struct bv_carry *carry;
	size_t carry_count;
	bv_day exam_day;
};

static enum bv_status
need_day(bv_day *out, const struct bv_json *object, struct bv_err *err)
{
	struct bv_str text;

	TRY(bv_json_need_str(&text, object, "examDay", err));
	return bv_day_parse(out, text, err);
}

static bool
number(const struct bv_json *json)
{
	return bv_json_type(json) == BV_JSON_INT || bv_json_type(json) == BV_JSON_REAL;
}

static enum bv_status
need_milli(int32_t *out, const struct bv_json *object, const char *name, struct bv_err *err)
{
	int64_t n;

	TRY(bv_json_need_int(&n, object, name, err));
	if (n < -BV_ABILITY_B_MAX || n > BV_ABILITY_B_MAX)
		return bv_err_set(err, BV_EINVAL, "%s %lld is not a parameter in thousandths", name, (long long)n);
	*out = (int32_t)n;
	return BV_OK;
}

static enum bv_status
item_parse(struct bv_item_result *out, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *score = bv_json_find(json, "score"), *max = bv_json_find(json, "maxScore");

	TRY(bv_json_only(json, "identifier part path marksHundredths score maxScore aMilli bMilli cMilli", err));
	TRY(bv_json_need_str(&out->identifier, json, "identifier", err));
	TRY(bv_json_need_str(&out->part, json, "part", err));
	TRY(bv_json_need_str(&out->path, json, "path", err));
	TRY(bv_json_need_int(&out->marks, json, "marksHundredths", err));
	out->scored = bv_json_type(score) != BV_JSON_NULL;
	if (out->scored && (!number(score) || !number(max)))
		return bv_err_set(err, BV_EINVAL, "item \"%.*s\": score and maxScore must be numbers, or score null when it waits to be marked",
		                  BV_STR_ARG(bv_str_sub(out->identifier, 0, 60)));
	out->score = bv_json_real(score);
	out->max_score = bv_json_real(max);
	out->has_parameters = bv_json_find(json, "aMilli") || bv_json_find(json, "bMilli");
	if (out->has_parameters) {
		TRY(need_milli(&out->a_milli, json, "aMilli", err));
		TRY(need_milli(&out->b_milli, json, "bMilli", err));
		if (bv_json_find(json, "cMilli"))
			TRY(need_milli(&out->c_milli, json, "cMilli", err));
	}
	return BV_OK;
}

static enum bv_status
carry_parse(struct bv_carry *out, const struct bv_json *json, struct bv_err *err)
{
	TRY(bv_json_only(json, "part marksHundredths maxHundredths examDay", err));
	TRY(bv_json_need_str(&out->part, json, "part", err));
	TRY(bv_json_need_int(&out->marks, json, "marksHundredths", err));
	TRY(bv_json_need_int(&out->max, json, "maxHundredths", err));
	return need_day(&out->exam_day, json, err);
}

static enum bv_status
results_parse(struct results *out, struct bv_str text, struct bv_err *err)
{
	const struct bv_json *items, *carry;

	TRY(bv_json_parse(&out->json, text, err));
	TRY(bv_json_only(out->json, "examDay results carry", err));
	TRY(need_day(&out->exam_day, out->json, err));
	TRY(bv_json_need(&items, out->json, "results", BV_JSON_ARRAY, err));
	out->count = bv_json_count(items);
	out->items = bv_alloc_array(out->count, sizeof *out->items);
	for (size_t i = 0; i < out->count; i++)
		TRY(item_parse(&out->items[i], bv_json_at(items, i), err));
	if (!bv_json_find(out->json, "carry"))
		return BV_OK;
	TRY(bv_json_need(&carry, out->json, "carry", BV_JSON_ARRAY, err));
	out->carry_count = bv_json_count(carry);
	out->carry = bv_alloc_array(out->carry_count, sizeof *out->carry);
	for (size_t i = 0; i < out->carry_count; i++)
		TRY(carry_parse(&out->carry[i], bv_json_at(carry, i), err));
	return BV_OK;
}

static void
results_finish(struct results *results)
{
	bv_json_free(results->json);
	free(results->items);
	free(results->carry);
}
BV_AUTO_DEFINE_FINISH(struct results, results_finish)

static struct bv_str
word(struct bv_names names, bool en)
{
	return en && names.en.len ? names.en : names.vi;
}

/* One row: a name padded to its column, marks out of the maximum, the percentage, a remark. */
static void
row(const char *indent, struct bv_str code, struct bv_str name, int64_t marks, int64_t max, int32_t percent, const char *remark)
{
	size_t width = strlen(indent) + bv_text_width(code) + 1 + bv_text_width(name);

	printf("%s%.*s %.*s%*s%9lld.%02lld /%7lld.%02lld %6d.%02d %%%s%s\n", indent, BV_STR_ARG(code), BV_STR_ARG(name),
	       width < NAME_COLUMNS ? (int)(NAME_COLUMNS - width) : 1, "", (long long)(marks / 100), (long long)(marks % 100),
	       (long long)(max / 100), (long long)(max % 100), percent / 100, percent % 100, *remark ? "  " : "", remark);
}

static const char *
verdict(bool judged, bool passed, bool en)
{
	if (!judged)
		return "";
	return en ? passed ? "passed" : "failed" : passed ? "đạt" : "không đạt";
}

static void
print_e4(const char *before, int32_t n)
{
	printf("%s%s%d.%04d", before, n < 0 ? "-" : "", abs(n) / 10000, abs(n) % 10000);
}

static void
print(const struct bv_rating *rating, bool en)
{
	static const char *const decisions[][2] = { { "ĐẠT", "PASSED" }, { "KHÔNG ĐẠT", "FAILED" }, { "CHƯA KẾT LUẬN", "INCOMPLETE" } };

	for (size_t i = 0; i < rating->part_count; i++) {
		const struct bv_part_rating *part = &rating->parts[i];
		row("", part->identifier, word(part->names, en), part->marks, part->max, part->percent, verdict(part->judged, part->passed, en));
		for (size_t j = 0; j < part->area_count; j++)
			row("  ", part->areas[j].code, word(part->areas[j].names, en), part->areas[j].marks, part->areas[j].max, part->areas[j].percent,
			    verdict(part->areas[j].judged, part->areas[j].passed, en));
	}
	row("", BV_STR("="), en ? BV_STR("Total") : BV_STR("Tổng"), rating->marks, rating->max, rating->percent, "");
	if (rating->has_ability) {
		print_e4(en ? "Ability " : "Năng lực ", rating->theta_e4);
		print_e4(" ± ", rating->se_e4);
		printf(en ? " (%dPL EAP, %zu items, %zu without parameters left out)\n" : " (%dPL EAP, %zu câu, bỏ %zu câu không có tham số)\n", rating->ability_guessing ? 3 : 2,
		       rating->ability_items, rating->ability_left_out);
	}
	printf("%s%s%.*s\n", decisions[rating->decision][en], rating->level ? ": " : "",
	       BV_STR_ARG(rating->level ? word(rating->level->names, en) : BV_STR_NONE));
	for (size_t i = 0; i < rating->reason_count; i++)
		printf("%s %.*s\n", rating->reasons[i].against ? "-" : "+", BV_STR_ARG(word(rating->reasons[i].text, en)));
}

static int
run(struct args *args)
{
	const char *path[] = { args_get(args, "standard"), args_get(args, "rules"), args_get(args, "results") };
	const char *language = args_get(args, "lang");
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_JSON_MAX), out = BV_BUF(BV_JSON_MAX);
	BV_AUTO(bv_standard_free) struct bv_standard *standard = NULL;
	BV_AUTO(bv_rules_free) struct bv_rules *rules = NULL;
	BV_AUTO(results_finish) struct results results = { 0 };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_rating rating;
	struct bv_err err = { 0 };

	if (language && strcmp(language, "vi") != 0 && strcmp(language, "en") != 0)
		return usage(args->cmd, "--lang is vi or en, not '%s'", language);
	if (bv_file_read(&bytes, path[0], &err) || bv_standard_parse(&standard, bv_buf_str(&bytes), &err))
		return fail(path[0], &err);
	if (bv_file_read(&bytes, path[1], &err) || bv_rules_parse(&rules, bv_buf_str(&bytes), &err))
		return fail(path[1], &err);
	if (bv_file_read(&bytes, path[2], &err) || results_parse(&results, bv_buf_str(&bytes), &err) ||
	    bv_rate(&rating, standard, rules, results.items, results.count, results.carry, results.carry_count, results.exam_day, &arena, &err))
		return fail(path[2], &err);
	if (args_has(args, "json")) {
		bv_rating_write(&out, &rating);
		if (bv_buf_check(&out, &err) != BV_OK)
			return fail(path[2], &err);
		fwrite(out.p, 1, out.len, stdout);
	} else
		print(&rating, language && strcmp(language, "en") == 0);
	return rating.decision == BV_RATING_PASSED ? EXIT_YES : EXIT_NO;
}

#define EXAMPLE "bangvang rate --standard standards/vn-tt03-2014.xml --rules rules/vn-17-2016.xml --results tests/vectors/scoring/results.json"

const struct cmd cmd_rate = {
	.name = "rate",
	.summary = "rate one candidate's item results against a skills standard by a rule pack",
	.about = "Gives the marks of each part and area, the ability with its standard error where items carry parameters, the decision, the level, and "
	         "the reasons with the rule and the numbers. The same three files give the same rating.\n\n"
	         "The results are a JSON document (doc/rules.md): the exam day, each item with its part, competence path, marks, SCORE and MAXSCORE, and "
	         "parts carried in from earlier exams. A score of null waits to be marked; the decision is then incomplete.\n\n"
	         "The status is 0 when passed and 1 when failed or incomplete.",
	.opts = (const struct opt[]){
		{ "standard", "FILE", "the skills standard (standards/)", .required = true },
		{ "rules", "FILE", "the rule pack (rules/)", .required = true },
		{ "results", "FILE", "the item results, or - for standard input", .required = true },
		{ "lang", "LANG", "vi (the default) or en, for the table" },
		{ "json", NULL, "print the rating as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){ EXAMPLE, EXAMPLE " --json", NULL },
	.run = run,
};
