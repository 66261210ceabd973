/* Response processing of items written from drafts. */
#include <stdio.h>

#include "itembank/fold.h"
#include "itembank/qti_writer.h"

#define IF(test) "    <qti-response-condition><qti-response-if>" test
#define ELSE_IF "</qti-response-if><qti-response-else-if>"
#define END_IF "</qti-response-if></qti-response-condition>\n"

static void
variable_write(struct bv_buf *out, const struct bv_draft *draft, size_t number)
{
	bv_buf_addz(out, "<qti-variable identifier=\"");
	draft_response_name(out, draft, number);
	bv_buf_addz(out, "\"/>");
}

static void
float_add(struct bv_buf *out, double value)
{
	bv_buf_addz(out, "<qti-base-value base-type=\"float\">");
	bv_double_write(out, value);
	bv_buf_addz(out, "</qti-base-value>");
}

static void
score_set(struct bv_buf *out, const char *name, double value)
{
	bv_buf_printf(out, "<qti-set-outcome-value identifier=\"%s\">", name);
	float_add(out, value);
	bv_buf_addz(out, "</qti-set-outcome-value>");
}

static void
feedback_add(struct bv_buf *out, const char *identifier)
{
	bv_buf_printf(out, "<qti-set-outcome-value identifier=\"FEEDBACK\"><qti-multiple><qti-variable identifier=\"FEEDBACK\"/>"
	                   "<qti-base-value base-type=\"identifier\">%s</qti-base-value></qti-multiple></qti-set-outcome-value>",
	              identifier);
}

const char *
draft_feedback_name(char name[64], size_t part, size_t i)
{
	snprintf(name, 64, "part-%zu-%zu", part + 1, i + 1);
	return name;
}

static void
correct_test(struct bv_buf *out, const struct bv_draft *draft, size_t number)
{
	bv_buf_addz(out, "<qti-match>");
	variable_write(out, draft, number);
	bv_buf_addz(out, "<qti-correct identifier=\"");
	draft_response_name(out, draft, number);
	bv_buf_addz(out, "\"/></qti-match>");
}

/* The whole key is the whole mark, whatever sums of thirds come to; then the map. More pairs than things to be paired earn nothing. */
static void
mapped_score(struct bv_buf *out, const struct bv_draft *draft, size_t number, const char *score)
{
	const struct bv_draft_part *part = &draft->parts[number];
	bool pairs = part->kind == BV_PART_MATCH || part->kind == BV_PART_GAPS;

	bv_buf_addz(out, IF(""));
	correct_test(out, draft, number);
	score_set(out, score, draft_part_mark(draft, number));
	bv_buf_addz(out, ELSE_IF);
	if (pairs)
		bv_buf_addz(out, "<qti-and>");
	bv_buf_addz(out, "<qti-not><qti-is-null>");
	variable_write(out, draft, number);
	bv_buf_addz(out, "</qti-is-null></qti-not>");
	if (pairs) {
		bv_buf_addz(out, "<qti-lte><qti-container-size>");
		variable_write(out, draft, number);
		bv_buf_printf(out, "</qti-container-size><qti-base-value base-type=\"integer\">%zu</qti-base-value></qti-lte></qti-and>", part->choice_count);
	}
	bv_buf_printf(out, "<qti-set-outcome-value identifier=\"%s\"><qti-map-response identifier=\"", score);
	draft_response_name(out, draft, number);
	bv_buf_addz(out, "\"/></qti-set-outcome-value></qti-response-else-if></qti-response-condition>\n");
	for (size_t i = 0; i < part->choice_count && !pairs; i++) {
		char name[64];
		if (!part->choices[i].feedback.len)
			continue;
		bv_buf_printf(out, IF("<qti-%s><qti-base-value base-type=\"identifier\">C%zu</qti-base-value>"), part->multiple ? "member" : "match", i + 1);
		variable_write(out, draft, number);
		bv_buf_printf(out, "</qti-%s>", part->multiple ? "member" : "match");
		feedback_add(out, draft_feedback_name(name, number, i));
		bv_buf_addz(out, END_IF);
	}
}

static void
answer_test(struct bv_buf *out, const struct bv_draft *draft, size_t number, const struct bv_draft_answer *answer)
{
	if (answer->unit.len)
		bv_buf_printf(out, "<qti-and><qti-match><qti-variable identifier=\"UNIT\"/><qti-base-value base-type=\"identifier\">%.*s</qti-base-value></qti-match>",
		              BV_STR_ARG(answer->unit));
	switch (answer->kind) {
	case BV_ANSWER_PATTERN:
		bv_buf_addz(out, "<qti-pattern-match pattern=\"");
		bv_xml_escape(out, answer->pattern);
		bv_buf_addz(out, "\">");
		variable_write(out, draft, number);
		bv_buf_addz(out, "</qti-pattern-match>");
		break;
	case BV_ANSWER_KEY:
		bv_buf_printf(out, "<qti-string-match case-sensitive=\"true\"><qti-custom-operator definition=\"" BV_FOLD_DEFINITION "%.*s\">", BV_STR_ARG(answer->fold));
		variable_write(out, draft, number);
		bv_buf_printf(out, "</qti-custom-operator><qti-custom-operator definition=\"" BV_FOLD_DEFINITION "%.*s\"><qti-base-value base-type=\"string\">",
		              BV_STR_ARG(answer->fold));
		bv_xml_escape(out, answer->pattern);
		bv_buf_addz(out, "</qti-base-value></qti-custom-operator></qti-string-match>");
		break;
	case BV_ANSWER_RANGE:
		bv_buf_addz(out, "<qti-and><qti-gte>");
		variable_write(out, draft, number);
		bv_buf_printf(out, "%.*s</qti-gte><qti-lte>", BV_STR_ARG(answer->low));
		variable_write(out, draft, number);
		bv_buf_printf(out, "%.*s</qti-lte></qti-and>", BV_STR_ARG(answer->high));
		break;
	case BV_ANSWER_ANY:
		bv_buf_addz(out, "<qti-not><qti-is-null>");
		variable_write(out, draft, number);
		bv_buf_addz(out, "</qti-is-null></qti-not>");
		break;
	}
	if (answer->unit.len)
		bv_buf_addz(out, "</qti-and>");
}

static void
answers_score(struct bv_buf *out, const struct bv_draft *draft, size_t number, const char *score)
{
	const struct bv_draft_part *part = &draft->parts[number];

	bv_buf_addz(out, "    <qti-response-condition>");
	for (size_t i = 0; i < part->answer_count; i++) {
		char name[64];
		bv_buf_printf(out, "<qti-response-%s>", i ? "else-if" : "if");
		answer_test(out, draft, number, &part->answers[i]);
		score_set(out, score, draft_part_mark(draft, number) * part->answers[i].fraction);
		if (part->answers[i].feedback.len)
			feedback_add(out, draft_feedback_name(name, number, i));
		bv_buf_printf(out, "</qti-response-%s>\n", i ? "else-if" : "if");
	}
	bv_buf_addz(out, "</qti-response-condition>\n");
}

static void
order_score(struct bv_buf *out, const struct bv_draft *draft, size_t number, const char *score)
{
	const struct bv_draft_part *part = &draft->parts[number];
	double mark = draft_part_mark(draft, number);

	for (size_t i = 0; part->by_place && i < part->choice_count; i++) {
		bv_buf_printf(out, IF("<qti-match><qti-index n=\"%zu\">"), i + 1);
		variable_write(out, draft, number);
		bv_buf_printf(out, "</qti-index><qti-base-value base-type=\"identifier\">C%zu</qti-base-value></qti-match>", i + 1);
		bv_buf_printf(out, "<qti-set-outcome-value identifier=\"%s\"><qti-sum><qti-variable identifier=\"%s\"/>", score, score);
		float_add(out, mark / (double)part->choice_count);
		bv_buf_addz(out, "</qti-sum></qti-set-outcome-value>" END_IF);
	}
	bv_buf_addz(out, IF(""));
	correct_test(out, draft, number);
	score_set(out, score, mark);
	bv_buf_addz(out, END_IF);
}

static void
statements_score(struct bv_buf *out, const struct bv_draft_part *part)
{
	bv_buf_addz(out, "    <qti-set-outcome-value identifier=\"RIGHT\"><qti-sum>");
	for (size_t i = 0; i < part->choice_count; i++)
		bv_buf_printf(out, "<qti-map-response identifier=\"RESPONSE_%zu\"/>", i + 1);
	bv_buf_addz(out, "</qti-sum></qti-set-outcome-value>\n    <qti-lookup-outcome-value identifier=\"SCORE\"><qti-variable identifier=\"RIGHT\"/>"
	                 "</qti-lookup-outcome-value>\n");
}

/* All parts right is the whole mark, whatever the sum of their shares comes to. */
static void
parts_sum(struct bv_buf *out, const struct bv_draft *draft)
{
	char name[32];

	bv_buf_addz(out, IF("<qti-and>"));
	for (size_t i = 0; i < draft->part_count; i++) {
		bv_buf_printf(out, "<qti-gte><qti-variable identifier=\"%s\"/>", draft_score_name(name, draft, i));
		float_add(out, draft_part_mark(draft, i));
		bv_buf_addz(out, "</qti-gte>");
	}
	bv_buf_addz(out, "</qti-and>");
	score_set(out, "SCORE", draft->grade);
	bv_buf_addz(out, "</qti-response-if><qti-response-else><qti-set-outcome-value identifier=\"SCORE\"><qti-sum>");
	for (size_t i = 0; i < draft->part_count; i++)
		bv_buf_printf(out, "<qti-variable identifier=\"%s\"/>", draft_score_name(name, draft, i));
	bv_buf_addz(out, "</qti-sum></qti-set-outcome-value></qti-response-else></qti-response-condition>\n");
}

/* Feedback to the whole: for everybody, and by the score. */
static void
whole_feedback(struct bv_buf *out, const struct bv_draft *draft)
{
	if (draft->general.len) {
		bv_buf_addz(out, "    ");
		feedback_add(out, "general");
		bv_buf_addc(out, '\n');
	}
	if (!draft->correct.len && !draft->partial.len && !draft->incorrect.len)
		return;
	bv_buf_addz(out, IF("<qti-gte><qti-variable identifier=\"SCORE\"/>"));
	float_add(out, draft->grade);
	bv_buf_addz(out, "</qti-gte>");
	feedback_add(out, "correct");
	bv_buf_addz(out, ELSE_IF "<qti-gt><qti-variable identifier=\"SCORE\"/>");
	float_add(out, 0);
	bv_buf_addz(out, "</qti-gt>");
	feedback_add(out, "partial");
	bv_buf_addz(out, "</qti-response-else-if><qti-response-else>");
	feedback_add(out, "incorrect");
	bv_buf_addz(out, "</qti-response-else></qti-response-condition>\n");
}

void
draft_processing_write(struct bv_buf *out, const struct bv_draft *draft)
{
	char name[32];

	if (draft->parts[0].kind == BV_PART_ESSAY && !draft_has_feedback(draft))
		return;
	bv_buf_addz(out, "  <qti-response-processing>\n");
	for (size_t i = 0; i < draft->part_count; i++) {
		draft_score_name(name, draft, i);
		switch (draft->parts[i].kind) {
		case BV_PART_TEXT:
		case BV_PART_NUMBER:
			answers_score(out, draft, i, name);
			break;
		case BV_PART_ORDER:
			order_score(out, draft, i, name);
			break;
		case BV_PART_STATEMENTS:
			statements_score(out, &draft->parts[i]);
			break;
		case BV_PART_ESSAY:
			break;
		default:
			mapped_score(out, draft, i, name);
		}
	}
	if (draft->part_count > 1)
		parts_sum(out, draft);
	whole_feedback(out, draft);
	bv_buf_addz(out, "  </qti-response-processing>\n");
}
