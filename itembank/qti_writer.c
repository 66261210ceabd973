/* Writes QTI 3.0 items from drafts: the one place that does. */
#include "itembank/qti_writer.h"

#include <stdio.h>

#include "base/xml.h"

static struct bv_str
keep(struct bv_arena *arena, struct bv_buf *buf)
{
	struct bv_str s = bv_arena_str(arena, bv_buf_str(buf));

	bv_buf_finish(buf);
	return s;
}

struct bv_str
bv_float_write(struct bv_arena *arena, double value)
{
	struct bv_buf out = BV_BUF(1000);

	bv_buf_addz(&out, "<qti-base-value base-type=\"float\">");
	bv_double_write(&out, value);
	bv_buf_addz(&out, "</qti-base-value>");
	return keep(arena, &out);
}

bool
bv_part_is_block(const struct bv_draft_part *part)
{
	return part->kind != BV_PART_TEXT && part->kind != BV_PART_NUMBER && part->kind != BV_PART_INLINE_CHOICE;
}

/* ---- Names ---- */

void
draft_response_name(struct bv_buf *out, const struct bv_draft *draft, size_t number)
{
	if (draft->part_count == 1)
		bv_buf_addz(out, "RESPONSE");
	else
		bv_buf_printf(out, "RESPONSE_%zu", number + 1);
}

const char *
draft_score_name(char name[32], const struct bv_draft *draft, size_t number)
{
	if (draft->part_count == 1)
		snprintf(name, 32, "SCORE");
	else
		snprintf(name, 32, "PART_%zu", number + 1);
	return name;
}

double
draft_part_mark(const struct bv_draft *draft, size_t number)
{
	double sum = 0;

	for (size_t i = 0; i < draft->part_count; i++)
		sum += draft->parts[i].weight;
	return draft->part_count == 1 ? draft->grade : draft->grade * draft->parts[number].weight / sum;
}

/* ---- Interactions ---- */

static void
choices_write(struct bv_buf *out, const char *element, const struct bv_draft_choice *choices, size_t count, char letter, const char *more)
{
	for (size_t i = 0; i < count; i++)
		bv_buf_printf(out, "<qti-%s identifier=\"%c%zu\"%s>%.*s</qti-%s>", element, letter, i + 1, more, BV_STR_ARG(choices[i].body), element);
}

static void
gaps_write(struct bv_buf *out, const struct bv_draft_part *part)
{
	for (size_t i = 0; i < part->target_count; i++) {
		const struct bv_draft_choice *word = &part->targets[i];
		bv_buf_printf(out, "<qti-gap-text identifier=\"W%zu\" match-max=\"%d\"", i + 1, word->unlimited ? 0 : 1);
		if (word->group)
			bv_buf_printf(out, " match-group=\"g%u\"", word->group);
		bv_buf_printf(out, ">%.*s</qti-gap-text>", BV_STR_ARG(word->body));
	}
	bv_buf_add(out, part->gapped);
}

static void
statements_write(struct bv_buf *out, const struct bv_draft_part *part)
{
	for (size_t i = 0; i < part->choice_count; i++)
		bv_buf_printf(out,
		              "<qti-choice-interaction response-identifier=\"RESPONSE_%zu\" max-choices=\"1\" orientation=\"horizontal\">"
		              "<qti-prompt>%c) %.*s</qti-prompt><qti-simple-choice identifier=\"T\">Đúng</qti-simple-choice>"
		              "<qti-simple-choice identifier=\"F\">Sai</qti-simple-choice></qti-choice-interaction>",
		              i + 1, (char)('a' + i), BV_STR_ARG(part->choices[i].body));
}

static void
units_write(struct bv_buf *out, const struct bv_draft_part *part)
{
	bv_buf_addz(out, " <qti-inline-choice-interaction response-identifier=\"UNIT\">");
	for (size_t i = 0; i < part->unit_count; i++) {
		bv_buf_printf(out, "<qti-inline-choice identifier=\"U%zu\">", i + 1);
		bv_xml_escape(out, part->units[i]);
		bv_buf_addz(out, "</qti-inline-choice>");
	}
	bv_buf_addz(out, "</qti-inline-choice-interaction>");
}

static void
open_write(struct bv_buf *out, const char *element, const struct bv_draft_part *part, const struct bv_draft *draft, size_t number)
{
	bv_buf_printf(out, "<qti-%s-interaction response-identifier=\"", element);
	draft_response_name(out, draft, number);
	bv_buf_addc(out, '"');
	if (part->shuffle)
		bv_buf_addz(out, " shuffle=\"true\"");
}

struct bv_str
bv_part_write(struct bv_arena *arena, const struct bv_draft_part *part, const struct bv_draft *draft, size_t number)
{
	struct bv_buf out = BV_BUF(BV_XML_ITEM_MAX);

	switch (part->kind) {
	case BV_PART_CHOICE:
		open_write(&out, "choice", part, draft, number);
		bv_buf_printf(&out, " max-choices=\"%d\"%s>", part->multiple ? 0 : 1, part->horizontal ? " orientation=\"horizontal\"" : "");
		choices_write(&out, "simple-choice", part->choices, part->choice_count, 'C', "");
		bv_buf_addz(&out, "</qti-choice-interaction>");
		break;
	case BV_PART_INLINE_CHOICE:
		open_write(&out, "inline-choice", part, draft, number);
		bv_buf_addc(&out, '>');
		choices_write(&out, "inline-choice", part->choices, part->choice_count, 'C', "");
		bv_buf_addz(&out, "</qti-inline-choice-interaction>");
		break;
	case BV_PART_TEXT:
	case BV_PART_NUMBER:
		open_write(&out, "text-entry", part, draft, number);
		bv_buf_printf(&out, " expected-length=\"%d\"/>", part->kind == BV_PART_TEXT ? 20 : 10);
		if (part->unit_count)
			units_write(&out, part);
		break;
	case BV_PART_MATCH:
		open_write(&out, "match", part, draft, number);
		bv_buf_printf(&out, " max-associations=\"%zu\"><qti-simple-match-set>", part->choice_count);
		choices_write(&out, "simple-associable-choice", part->choices, part->choice_count, 'L', " match-max=\"1\"");
		bv_buf_addz(&out, "</qti-simple-match-set><qti-simple-match-set>");
		choices_write(&out, "simple-associable-choice", part->targets, part->target_count, 'R', " match-max=\"0\"");
		bv_buf_addz(&out, "</qti-simple-match-set></qti-match-interaction>");
		break;
	case BV_PART_GAPS:
		open_write(&out, "gap-match", part, draft, number);
		bv_buf_printf(&out, " max-associations=\"%zu\">", part->choice_count);
		gaps_write(&out, part);
		bv_buf_addz(&out, "</qti-gap-match-interaction>");
		break;
	case BV_PART_ORDER:
		open_write(&out, "order", part, draft, number);
		bv_buf_printf(&out, "%s>", part->horizontal ? " orientation=\"horizontal\"" : "");
		choices_write(&out, "simple-choice", part->choices, part->choice_count, 'C', "");
		bv_buf_addz(&out, "</qti-order-interaction>");
		break;
	case BV_PART_ESSAY:
		open_write(&out, "extended-text", part, draft, number);
		bv_buf_printf(&out, " expected-lines=\"%u\"/>", part->lines);
		break;
	case BV_PART_STATEMENTS:
		statements_write(&out, part);
		break;
	}
	return keep(arena, &out);
}

/* ---- Declarations ---- */

static bool
is_key(const struct bv_draft_part *part, size_t i)
{
	if (part->multiple)
		return part->choices[i].fraction > 0;
	for (size_t before = 0; before < i; before++)
		if (part->choices[before].fraction >= 1)
			return false;
	return part->choices[i].fraction >= 1;
}

static void
entry_write(struct bv_buf *out, double value)
{
	bv_buf_addz(out, "\" mapped-value=\"");
	bv_double_write(out, value);
	bv_buf_addz(out, "\"/>");
}

static void
choice_key_write(struct bv_buf *out, const struct bv_draft_part *part, double mark)
{
	bv_buf_addz(out, "<qti-correct-response>");
	for (size_t i = 0; i < part->choice_count; i++)
		if (is_key(part, i))
			bv_buf_printf(out, "<qti-value>C%zu</qti-value>", i + 1);
	bv_buf_addz(out, "</qti-correct-response><qti-mapping default-value=\"0\"");
	if (part->multiple) {
		bv_buf_addz(out, " lower-bound=\"0\" upper-bound=\"");
		bv_double_write(out, mark);
		bv_buf_addc(out, '"');
	}
	bv_buf_addc(out, '>');
	for (size_t i = 0; i < part->choice_count; i++) {
		bv_buf_printf(out, "<qti-map-entry map-key=\"C%zu", i + 1);
		entry_write(out, mark * part->choices[i].fraction);
	}
	bv_buf_addz(out, "</qti-mapping>");
}

/* A pair of a match ("L1 R2") or of gaps ("W2 G1"). */
static void
pair_write(struct bv_buf *out, const struct bv_draft_part *part, size_t i)
{
	if (part->kind == BV_PART_MATCH)
		bv_buf_printf(out, "L%zu R%d", i + 1, part->choices[i].right + 1);
	else
		bv_buf_printf(out, "W%d G%zu", part->choices[i].right + 1, i + 1);
}

static void
pairs_key_write(struct bv_buf *out, const struct bv_draft_part *part, double mark)
{
	bv_buf_addz(out, "<qti-correct-response>");
	for (size_t i = 0; i < part->choice_count; i++) {
		bv_buf_addz(out, "<qti-value>");
		pair_write(out, part, i);
		bv_buf_addz(out, "</qti-value>");
	}
	bv_buf_addz(out, "</qti-correct-response><qti-mapping lower-bound=\"0\" default-value=\"0\">");
	for (size_t i = 0; i < part->choice_count; i++) {
		bv_buf_addz(out, "<qti-map-entry map-key=\"");
		pair_write(out, part, i);
		entry_write(out, mark * part->choices[i].fraction);
	}
	bv_buf_addz(out, "</qti-mapping>");
}

static void
order_key_write(struct bv_buf *out, const struct bv_draft_part *part)
{
	bv_buf_addz(out, "<qti-correct-response>");
	for (size_t i = 0; i < part->choice_count; i++)
		bv_buf_printf(out, "<qti-value>C%zu</qti-value>", i + 1);
	bv_buf_addz(out, "</qti-correct-response>");
}

static void
text_key_write(struct bv_buf *out, struct bv_str key)
{
	if (!key.len)
		return;
	bv_buf_addz(out, "<qti-correct-response><qti-value>");
	bv_xml_escape(out, key);
	bv_buf_addz(out, "</qti-value></qti-correct-response>");
}

static const struct {
	const char *cardinality, *type;
} contracts[] = {
	[BV_PART_CHOICE] = { "single", "identifier" },  [BV_PART_INLINE_CHOICE] = { "single", "identifier" },
	[BV_PART_TEXT] = { "single", "string" },        [BV_PART_NUMBER] = { "single", "float" },
	[BV_PART_MATCH] = { "multiple", "directedPair" }, [BV_PART_GAPS] = { "multiple", "directedPair" },
	[BV_PART_ORDER] = { "ordered", "identifier" },  [BV_PART_ESSAY] = { "single", "string" },
};

static void
response_declare(struct bv_buf *out, const struct bv_draft *draft, size_t number)
{
	const struct bv_draft_part *part = &draft->parts[number];
	double mark = draft_part_mark(draft, number);

	bv_buf_addz(out, "  <qti-response-declaration identifier=\"");
	draft_response_name(out, draft, number);
	bv_buf_printf(out, "\" cardinality=\"%s\" base-type=\"%s\">", part->multiple ? "multiple" : contracts[part->kind].cardinality,
	              contracts[part->kind].type);
	if (part->kind == BV_PART_CHOICE || part->kind == BV_PART_INLINE_CHOICE)
		choice_key_write(out, part, mark);
	else if (part->kind == BV_PART_MATCH || part->kind == BV_PART_GAPS)
		pairs_key_write(out, part, mark);
	else if (part->kind == BV_PART_ORDER)
		order_key_write(out, part);
	else
		text_key_write(out, part->key);
	bv_buf_addz(out, "</qti-response-declaration>\n");
	if (part->unit_count)
		bv_buf_addz(out, "  <qti-response-declaration identifier=\"UNIT\" cardinality=\"single\" base-type=\"identifier\"><qti-correct-response>"
		                 "<qti-value>U1</qti-value></qti-correct-response></qti-response-declaration>\n");
}

static void
statements_declare(struct bv_buf *out, const struct bv_draft_part *part)
{
	for (size_t i = 0; i < part->choice_count; i++)
		bv_buf_printf(out,
		              "  <qti-response-declaration identifier=\"RESPONSE_%zu\" cardinality=\"single\" base-type=\"identifier\">"
		              "<qti-correct-response><qti-value>%c</qti-value></qti-correct-response>"
		              "<qti-mapping default-value=\"0\"><qti-map-entry map-key=\"%c\" mapped-value=\"1\"/></qti-mapping>"
		              "</qti-response-declaration>\n",
		              i + 1, part->choices[i].right ? 'F' : 'T', part->choices[i].right ? 'F' : 'T');
}

static void
outcome_declare(struct bv_buf *out, const char *name, double value, const char *attributes)
{
	bv_buf_printf(out, "  <qti-outcome-declaration identifier=\"%s\" cardinality=\"single\" base-type=\"float\"%s><qti-default-value><qti-value>",
	              name, attributes);
	bv_double_write(out, value);
	bv_buf_addz(out, "</qti-value></qti-default-value></qti-outcome-declaration>\n");
}

bool
draft_has_feedback(const struct bv_draft *draft)
{
	bool any = draft->general.len || draft->correct.len || draft->partial.len || draft->incorrect.len;

	for (size_t p = 0; p < draft->part_count; p++) {
		for (size_t i = 0; i < draft->parts[p].choice_count; i++)
			any |= draft->parts[p].choices[i].feedback.len > 0;
		for (size_t i = 0; i < draft->parts[p].answer_count; i++)
			any |= draft->parts[p].answers[i].feedback.len > 0;
	}
	return any;
}

/* How many are right → the mark, the largest count first: the first entry that is not above the count is taken. */
static void
steps_declare(struct bv_buf *out, const struct bv_draft *draft)
{
	const struct bv_draft_part *part = &draft->parts[0];

	bv_buf_addz(out, "  <qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\" normal-maximum=\"");
	bv_double_write(out, draft->grade);
	bv_buf_addz(out, "\"><qti-default-value><qti-value>0</qti-value></qti-default-value><qti-interpolation-table default-value=\"0\">");
	for (size_t right = part->choice_count; right > 0; right--) {
		bv_buf_printf(out, "<qti-interpolation-table-entry source-value=\"%zu\" target-value=\"", right);
		bv_double_write(out, part->steps[right - 1] / 10000.0);
		bv_buf_addz(out, "\"/>");
	}
	bv_buf_addz(out, "</qti-interpolation-table></qti-outcome-declaration>\n");
	outcome_declare(out, "RIGHT", 0, "");
}

static void
outcomes_declare(struct bv_buf *out, const struct bv_draft *draft)
{
	if (draft->parts[0].kind == BV_PART_STATEMENTS) {
		steps_declare(out, draft);
	} else {
		struct bv_buf attributes = BV_BUF(200);
		bv_buf_addz(&attributes, " normal-maximum=\"");
		bv_double_write(&attributes, draft->grade);
		bv_buf_addz(&attributes, draft->parts[0].kind == BV_PART_ESSAY ? "\" external-scored=\"human\"" : "\"");
		outcome_declare(out, "SCORE", 0, attributes.p);
		bv_buf_finish(&attributes);
	}
	outcome_declare(out, "MAXSCORE", draft->grade, "");
	for (size_t i = 0; draft->part_count > 1 && i < draft->part_count; i++) {
		char name[32];
		outcome_declare(out, draft_score_name(name, draft, i), 0, "");
	}
	if (draft_has_feedback(draft))
		bv_buf_addz(out, "  <qti-outcome-declaration identifier=\"FEEDBACK\" cardinality=\"multiple\" base-type=\"identifier\"/>\n");
}

/* ---- Feedback and the whole ---- */

static void
modal_write(struct bv_buf *out, const char *identifier, struct bv_str body)
{
	if (body.len)
		bv_buf_printf(out, "  <qti-modal-feedback outcome-identifier=\"FEEDBACK\" identifier=\"%s\" show-hide=\"show\"><qti-content-body>%.*s"
		                   "</qti-content-body></qti-modal-feedback>\n",
		              identifier, BV_STR_ARG(body));
}

static void
feedback_write(struct bv_buf *out, const struct bv_draft *draft)
{
	char name[64];

	for (size_t p = 0; p < draft->part_count; p++) {
		for (size_t i = 0; i < draft->parts[p].choice_count; i++)
			modal_write(out, draft_feedback_name(name, p, i), draft->parts[p].choices[i].feedback);
		for (size_t i = 0; i < draft->parts[p].answer_count; i++)
			modal_write(out, draft_feedback_name(name, p, i), draft->parts[p].answers[i].feedback);
	}
	modal_write(out, "general", draft->general);
	modal_write(out, "correct", draft->correct);
	modal_write(out, "partial", draft->partial);
	modal_write(out, "incorrect", draft->incorrect);
}

void
bv_draft_write(struct bv_buf *out, const struct bv_draft *draft, struct bv_str identifier, struct bv_str language)
{
	bv_buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"%.*s\" title=\"",
	              BV_STR_ARG(identifier));
	bv_xml_escape(out, draft->title.len ? draft->title : identifier);
	bv_buf_addz(out, "\" adaptive=\"false\" time-dependent=\"false\"");
	if (language.len)
		bv_buf_printf(out, " xml:lang=\"%.*s\"", BV_STR_ARG(language));
	bv_buf_addz(out, ">\n");
	if (draft->parts[0].kind == BV_PART_STATEMENTS)
		statements_declare(out, &draft->parts[0]);
	else
		for (size_t i = 0; i < draft->part_count; i++)
			response_declare(out, draft, i);
	outcomes_declare(out, draft);
	bv_buf_add(out, draft->template_declarations);
	if (draft->template_rules.len)
		bv_buf_printf(out, "  <qti-template-processing>\n%.*s  </qti-template-processing>\n", BV_STR_ARG(draft->template_rules));
	bv_buf_printf(out, "  <qti-item-body>%.*s", BV_STR_ARG(draft->body));
	if (draft->marking.len)
		bv_buf_printf(out, "<qti-rubric-block use=\"scoring\" view=\"author scorer\"><qti-content-body>%.*s</qti-content-body></qti-rubric-block>",
		              BV_STR_ARG(draft->marking));
	bv_buf_addz(out, "</qti-item-body>\n");
	draft_processing_write(out, draft);
	feedback_write(out, draft);
	bv_buf_addz(out, "</qti-assessment-item>\n");
}
