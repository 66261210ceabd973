/* Moodle's calculated questions: a row of the data sets is drawn, and formulas give the key, as template processing. */
#include <stdio.h>

#include "itembank/formula.h"
#include "itembank/import_moodle.h"

#define SETS_MAX 20
#define ROWS_MAX 200

struct set {
	struct bv_str name;
	struct bv_str rows[ROWS_MAX]; /* as they are shown */
	bool seen[ROWS_MAX];
	size_t count;
};

struct sets {
	struct bv_moodle *m;
	struct set *list;
	size_t count, rows;
	struct bv_buf declarations, rules;
	size_t formulas; /* values of formulas in the text */
};

/* ---- Data sets ---- */

static const struct bv_xml_node *
next_named(const struct bv_xml_node *e, const char *name)
{
	for (e = bv_xml_element(e); e && !bv_str_is(e->name, name);)
		e = bv_xml_element(e->next);
	return e;
}

static bool
set_read(struct sets *s, const struct bv_xml_node *node)
{
	struct set *set = &s->list[s->count];
	const struct bv_xml_node *items = bv_xml_child(node, "dataset_items");

	set->name = bv_moodle_field(s->m, node, "name");
	for (const struct bv_xml_node *e = items ? next_named(items->first, "dataset_item") : NULL; e; e = next_named(e->next, "dataset_item")) {
		struct bv_str value = bv_moodle_field(s->m, e, "value");
		int64_t row;
		double x;
		if (!bv_str_int(bv_moodle_field(s->m, e, "number"), &row) || row < 1 || row > ROWS_MAX || !bv_str_double(value, &x) || set->seen[row - 1])
			return bv_moodle_refuse(s->m, "number", e->line, "a data set has rows 1 to %d, each once, that are numbers", ROWS_MAX);
		set->rows[row - 1] = value;
		set->seen[row - 1] = true;
		if ((size_t)row > set->count)
			set->count = (size_t)row;
	}
	for (size_t i = 0; i < set->count; i++)
		if (!set->seen[i])
			return bv_moodle_refuse(s->m, "incomplete", node->line, "data set {%.*s} has no row %zu", BV_STR_ARG(bv_str_sub(set->name, 0, 40)), i + 1);
	if (!set->name.len || !set->count)
		return bv_moodle_refuse(s->m, "incomplete", node->line, "data set {%.*s} has no rows in the file", BV_STR_ARG(bv_str_sub(set->name, 0, 40)));
	if (!s->count || set->count < s->rows)
		s->rows = set->count;
	s->count++;
	return true;
}

static void
set_write(struct sets *s, size_t number)
{
	const struct set *set = &s->list[number];

	bv_buf_printf(&s->declarations,
	              "  <qti-template-declaration identifier=\"V_%zu\" cardinality=\"single\" base-type=\"float\"/>\n"
	              "  <qti-template-declaration identifier=\"T_%zu\" cardinality=\"single\" base-type=\"string\"/>\n",
	              number + 1, number + 1);
	for (int text = 0; text < 2; text++) {
		bv_buf_printf(&s->rules, "    <qti-set-template-value identifier=\"%c_%zu\"><qti-index n=\"ROW\"><qti-ordered>", text ? 'T' : 'V', number + 1);
		for (size_t i = 0; i < s->rows; i++)
			bv_buf_printf(&s->rules, "<qti-base-value base-type=\"%s\">%.*s</qti-base-value>", text ? "string" : "float", BV_STR_ARG(set->rows[i]));
		bv_buf_addz(&s->rules, "</qti-ordered></qti-index></qti-set-template-value>\n");
	}
}

static bool
sets_read(struct sets *s)
{
	const struct bv_xml_node *list = bv_xml_child(s->m->question, "dataset_definitions");

	s->list = bv_arena_array(&s->m->c->draft, SETS_MAX, struct set);
	for (const struct bv_xml_node *e = list ? next_named(list->first, "dataset_definition") : NULL; e; e = next_named(e->next, "dataset_definition")) {
		if (s->count == SETS_MAX)
			return bv_moodle_refuse(s->m, "many", e->line, "more than %d data sets", SETS_MAX);
		if (!set_read(s, e))
			return false;
	}
	if (!s->count)
		return bv_moodle_refuse(s->m, "incomplete", 0, "there are no data sets in the file");
	bv_buf_addz(&s->declarations, "  <qti-template-declaration identifier=\"ROW\" cardinality=\"single\" base-type=\"integer\"/>\n");
	bv_buf_printf(&s->rules, "    <qti-set-template-value identifier=\"ROW\"><qti-random-integer min=\"1\" max=\"%zu\"/></qti-set-template-value>\n", s->rows);
	for (size_t i = 0; i < s->count; i++)
		set_write(s, i);
	return true;
}

static size_t
set_find(const struct sets *s, struct bv_str name)
{
	size_t i = 0;

	while (i < s->count && !bv_str_eq(s->list[i].name, name))
		i++;
	return i;
}

static bool
value_write(void *ctx, struct bv_str name, struct bv_buf *out)
{
	const struct sets *s = ctx;
	size_t i = set_find(s, name);

	if (i < s->count)
		bv_buf_printf(out, "<qti-variable identifier=\"V_%zu\"/>", i + 1);
	return i < s->count;
}

/* A template variable of that name gets the formula's value. */
static bool
formula_set(struct sets *s, const char *name, struct bv_str formula, int line)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(65536);
	struct bv_err err;

	if (bv_formula_write(&out, formula, value_write, s, &err))
		return bv_moodle_refuse(s->m, "form", line, "%s", err.msg);
	bv_buf_printf(&s->declarations, "  <qti-template-declaration identifier=\"%s\" cardinality=\"single\" base-type=\"float\"/>\n", name);
	bv_buf_printf(&s->rules, "    <qti-set-template-value identifier=\"%s\">%.*s</qti-set-template-value>\n", name, BV_STR_ARG(bv_buf_str(&out)));
	return true;
}

/* ---- Texts ---- */

/* {name} and {=formula} become markers of printed variables; other braces stay. format may be "". */
static bool
text_read(struct sets *s, struct bv_str text, const char *format, int line, struct bv_str *result)
{
	struct bv_buf out = BV_BUF(8u << 20);
	bool good = true;

	for (size_t i = 0; good && i < text.len;) {
		char xml[200], name[32];
		size_t end = i + 1, depth = 1, set;
		for (; text.p[i] == '{' && end < text.len && depth; end++)
			depth += text.p[end] == '{' ? 1 : text.p[end] == '}' ? SIZE_MAX : 0;
		struct bv_str inner = bv_str_sub(text, i + 1, text.p[i] == '{' && !depth ? end - i - 2 : 0);
		if (bv_str_starts(inner, BV_STR("="))) {
			snprintf(name, sizeof name, "F_%zu", ++s->formulas);
			good = formula_set(s, name, bv_str_sub(inner, 1, inner.len), line);
			snprintf(xml, sizeof xml, "<qti-printed-variable identifier=\"%s\"%s/>", name, format);
		} else if (inner.len && (set = set_find(s, bv_str_trim(inner))) < s->count) {
			snprintf(xml, sizeof xml, "<qti-printed-variable identifier=\"T_%zu\"/>", set + 1);
		} else {
			bv_buf_addc(&out, text.p[i++]);
			continue;
		}
		if (good && s->m->insert_count == BV_DRAFT_INSERTS_MAX)
			good = bv_moodle_refuse(s->m, "many", line, "more than %d values in the texts", BV_DRAFT_INSERTS_MAX);
		if (!good)
			break;
		bv_buf_printf(&out, "\x01%zu\x02", s->m->insert_count + BV_DRAFT_PARTS_MAX);
		s->m->inserts[BV_DRAFT_PARTS_MAX + s->m->insert_count++] = (struct bv_insert){ bv_arena_str(&s->m->c->draft, bv_str_of(xml)), false };
		i = end;
	}
	*result = bv_arena_str(&s->m->c->draft, bv_buf_str(&out));
	bv_buf_finish(&out);
	return good;
}

/* What the variables and rules came to goes into the draft. */
static bool
finish(struct sets *s, bool good)
{
	struct bv_draft *draft = &s->m->draft;

	draft->template_declarations = bv_arena_str(&s->m->c->draft, bv_buf_str(&s->declarations));
	draft->template_rules = bv_arena_str(&s->m->c->draft, bv_buf_str(&s->rules));
	if (good && (s->declarations.full || s->rules.full))
		good = bv_moodle_refuse(s->m, "many", 0, "its data sets and formulas are too large");
	bv_buf_finish(&s->declarations);
	bv_buf_finish(&s->rules);
	return good;
}

static struct sets
sets_new(struct bv_moodle *m)
{
	return (struct sets){ .m = m, .declarations = BV_BUF(1u << 19), .rules = BV_BUF(1u << 19) };
}

/* ---- Numbers ---- */

#define VARIABLE "<qti-variable identifier=\"ANSWER_%zu\"/>"
#define BASE(value) "<qti-base-value base-type=\"float\">" value "</qti-base-value>"

/* The bounds as Moodle has them (nominal 2, relative 1, geometric 3), and a little for the noise of doubles: 1e-14 of the answer. */
static bool
bounds_set(struct sets *s, size_t number, struct bv_str tolerance, struct bv_str type, int line)
{
	char margin[500];
	double t = 0;

	if (tolerance.len && (!bv_str_double(tolerance, &t) || !(t >= 0 && t < 1e12)))
		return bv_moodle_refuse(s->m, "number", line, "tolerance '%.*s' is no number from 0", BV_STR_ARG(bv_str_sub(tolerance, 0, 40)));
	if (bv_str_is(type, "3") || bv_str_is(type, "geometric"))
		return bv_moodle_refuse(s->m, "unkept", line, "a geometric tolerance cannot be kept");
	if (type.len && !bv_str_is(type, "1") && !bv_str_is(type, "2"))
		return bv_moodle_refuse(s->m, "number", line, "tolerancetype '%.*s' is not known", BV_STR_ARG(bv_str_sub(type, 0, 40)));
	bool nominal = bv_str_is(type, "2");
	snprintf(margin, sizeof margin,
	         "<qti-sum><qti-product>" BASE("%.17g") "<qti-math-operator name=\"abs\">" VARIABLE "</qti-math-operator></qti-product>" BASE("%.17g") "</qti-sum>",
	         nominal ? 1e-14 : t + 1e-14, number, nominal ? t * (1 + 1e-14) : 0);
	for (int high = 0; high < 2; high++) {
		const char *name = high ? "HIGH" : "LOW", *element = high ? "qti-sum" : "qti-subtract";
		bv_buf_printf(&s->declarations, "  <qti-template-declaration identifier=\"%s_%zu\" cardinality=\"single\" base-type=\"float\"/>\n", name, number);
		bv_buf_printf(&s->rules, "    <qti-set-template-value identifier=\"%s_%zu\"><%s>" VARIABLE "%s</%s></qti-set-template-value>\n", name, number,
		              element, number, margin, element);
	}
	return true;
}

static bool
answer_read(struct sets *s, struct bv_draft_part *part, const struct bv_xml_node *e, bool *keyed)
{
	struct bv_draft_answer *answer = &part->answers[part->answer_count++];
	struct bv_str formula = bv_moodle_field(s->m, e, NULL), feedback;
	size_t number = part->answer_count;
	const struct bv_xml_node *f = bv_xml_child(e, "feedback");
	char name[64];

	if (!bv_moodle_fraction(s->m, e, &answer->fraction) || !text_read(s, f ? bv_moodle_field(s->m, f, NULL) : BV_STR_NONE, "", e->line, &feedback))
		return false;
	answer->feedback = f ? bv_moodle_body(s->m, f, feedback, BV_BODY_FLOW) : BV_STR_NONE;
	answer->kind = bv_str_is(formula, "*") ? BV_ANSWER_ANY : BV_ANSWER_RANGE;
	if (answer->kind == BV_ANSWER_ANY)
		return true;
	snprintf(name, sizeof name, "ANSWER_%zu", number);
	if (!formula_set(s, name, formula, e->line) ||
	    !bounds_set(s, number, bv_moodle_field(s->m, e, "tolerance"), bv_moodle_field(s->m, e, "tolerancetype"), e->line))
		return false;
	snprintf(name, sizeof name, "<qti-variable identifier=\"LOW_%zu\"/>", number);
	answer->low = bv_arena_str(&s->m->c->draft, bv_str_of(name));
	snprintf(name, sizeof name, "<qti-variable identifier=\"HIGH_%zu\"/>", number);
	answer->high = bv_arena_str(&s->m->c->draft, bv_str_of(name));
	if (answer->fraction >= 1 && !*keyed) {
		bv_buf_printf(&s->rules, "    <qti-set-correct-response identifier=\"RESPONSE\">" VARIABLE "</qti-set-correct-response>\n", number);
		*keyed = true;
	}
	return true;
}

static bool
numbers_read(struct sets *s)
{
	struct bv_draft_part *part = &s->m->parts[0];
	const struct bv_xml_node *units = bv_xml_child(s->m->question, "units");
	struct bv_str grading = bv_moodle_field(s->m, s->m->question, "unitgradingtype"), text;
	bool keyed = false;

	if (!sets_read(s))
		return false;
	if (units && next_named(units->first, "unit") && grading.len && !bv_str_is(grading, "0"))
		return bv_moodle_refuse(s->m, "unkept", units->line, "units that are marked cannot be kept in a calculated question");
	if (units && next_named(units->first, "unit"))
		bv_loss(s->m->c, BV_SEVERITY_WARNING, "changed", units->line, "a unit could be given with the number: only the number is asked for now");
	part->kind = BV_PART_NUMBER;
	part->answers = bv_arena_array(&s->m->c->draft, BV_DRAFT_CHOICES_MAX, struct bv_draft_answer);
	for (const struct bv_xml_node *e = next_named(s->m->question->first, "answer"); e; e = next_named(e->next, "answer")) {
		if (part->answer_count == BV_DRAFT_CHOICES_MAX)
			return bv_moodle_refuse(s->m, "many", e->line, "more than %d answers", BV_DRAFT_CHOICES_MAX);
		if (!answer_read(s, part, e, &keyed))
			return false;
	}
	if (!bv_fractions_check(s->m->c, part) || !text_read(s, bv_moodle_field(s->m, s->m->question, "questiontext"), "", 0, &text))
		return false;
	bv_moodle_stem(s->m, text);
	return true;
}

bool
bv_moodle_calculated(struct bv_moodle *m)
{
	struct sets s = sets_new(m);

	return finish(&s, numbers_read(&s));
}

/* ---- Choices ---- */

/* The decimals that the answer says, as a format of printedVariable. */
static bool
format_of(struct sets *s, const struct bv_xml_node *e, char format[40])
{
	struct bv_str kind = bv_moodle_field(s->m, e, "correctanswerformat");
	int64_t places;

	format[0] = 0;
	if (!bv_str_int(bv_moodle_field(s->m, e, "correctanswerlength"), &places) || places < 0 || places > 15)
		return true;
	if (bv_str_is(kind, "2"))
		return bv_moodle_refuse(s->m, "unkept", e->line, "choices with significant figures cannot be kept");
	snprintf(format, 40, " format=\"%%.%df\"", (int)places);
	return true;
}

static bool
choices_read(struct sets *s)
{
	struct bv_draft_part *part = &s->m->parts[0];
	struct bv_str single = bv_moodle_field(s->m, s->m->question, "single"), text;

	if (!sets_read(s))
		return false;
	part->kind = BV_PART_CHOICE;
	part->multiple = bv_str_is(single, "false") || bv_str_is(single, "0");
	part->shuffle = bv_moodle_is_true(s->m, "shuffleanswers");
	part->choices = bv_arena_array(&s->m->c->draft, BV_DRAFT_CHOICES_MAX, struct bv_draft_choice);
	for (const struct bv_xml_node *e = next_named(s->m->question->first, "answer"); e; e = next_named(e->next, "answer")) {
		const struct bv_xml_node *f = bv_xml_child(e, "feedback");
		struct bv_draft_choice *choice = &part->choices[part->choice_count];
		char format[40];
		if (part->choice_count++ == BV_DRAFT_CHOICES_MAX - 1)
			return bv_moodle_refuse(s->m, "many", e->line, "too many answers");
		if (!bv_moodle_fraction(s->m, e, &choice->fraction) || !format_of(s, e, format) || !text_read(s, bv_moodle_field(s->m, e, NULL), format, e->line, &text))
			return false;
		choice->body = bv_moodle_body(s->m, e, text, BV_BODY_FLOW);
		if (!choice->body.len)
			return bv_moodle_refuse(s->m, "incomplete", e->line, "a choice has nothing left in it");
		if (f && !text_read(s, bv_moodle_field(s->m, f, NULL), "", f->line, &text))
			return false;
		choice->feedback = f ? bv_moodle_body(s->m, f, text, BV_BODY_FLOW) : BV_STR_NONE;
	}
	if (!bv_fractions_check(s->m->c, part) || !text_read(s, bv_moodle_field(s->m, s->m->question, "questiontext"), "", 0, &text))
		return false;
	bv_moodle_stem(s->m, text);
	return true;
}

bool
bv_moodle_calculated_choices(struct bv_moodle *m)
{
	struct sets s = sets_new(m);

	return finish(&s, choices_read(&s));
}
