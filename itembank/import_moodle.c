/* Moodle XML: a file of questions, and the types that are read without a grammar of their own. */
#include "itembank/import_moodle.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* ---- What all types share ---- */

struct bv_str
bv_moodle_field(struct bv_moodle *m, const struct bv_xml_node *node, const char *name)
{
	const struct bv_xml_node *e = name ? bv_xml_child(node, name) : node, *text = e ? bv_xml_child(e, "text") : NULL;

	return e ? bv_str_trim(bv_xml_text(text ? text : e, &m->c->draft)) : BV_STR_NONE;
}

bool
bv_moodle_is_true(struct bv_moodle *m, const char *name)
{
	struct bv_str s = bv_moodle_field(m, m->question, name);

	return bv_str_is(s, "true") || bv_str_is(s, "1");
}

enum bv_markup
bv_moodle_markup(const struct bv_xml_node *node)
{
	const struct bv_str *format = bv_xml_attr(node, "format");

	if (format && bv_str_is(*format, "plain_text"))
		return BV_MARKUP_PLAIN;
	if (format && bv_str_is(*format, "markdown"))
		return BV_MARKUP_MARKDOWN;
	return format && bv_str_is(*format, "moodle_auto_format") ? BV_MARKUP_MOODLE : BV_MARKUP_HTML;
}

static struct bv_body_opts
body_opts(struct bv_moodle *m, const struct bv_xml_node *node)
{
	return (struct bv_body_opts){ .markup = bv_moodle_markup(node), .line = node->line, .inserts = m->inserts, .insert_count = BV_DRAFT_PARTS_MAX + m->insert_count,
		                      .files = m->files, .file_count = m->file_count };
}

struct bv_str
bv_moodle_body(struct bv_moodle *m, const struct bv_xml_node *node, struct bv_str text, enum bv_body_place place)
{
	struct bv_body_opts opts = body_opts(m, node);

	return text.len ? bv_html_body(m->c, text, place, &opts) : BV_STR_NONE;
}

static struct bv_str
body_of(struct bv_moodle *m, const struct bv_xml_node *parent, const char *name, enum bv_body_place place)
{
	const struct bv_xml_node *node = name ? bv_xml_child(parent, name) : parent;

	return node ? bv_moodle_body(m, node, bv_moodle_field(m, node, NULL), place) : BV_STR_NONE;
}

void
bv_moodle_stem(struct bv_moodle *m, struct bv_str text)
{
	const struct bv_xml_node *node = bv_xml_child(m->question, "questiontext");
	struct bv_body_opts opts = body_opts(m, node ? node : m->question);

	opts.inserts += BV_DRAFT_PARTS_MAX;
	opts.insert_count = m->insert_count;
	bv_draft_body(m->c, &m->draft, text, &opts);
}

static void
stem_write(struct bv_moodle *m)
{
	bv_moodle_stem(m, bv_moodle_field(m, m->question, "questiontext"));
}

bool
bv_moodle_refuse(struct bv_moodle *m, const char *kind, int line, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	bv_loss(m->c, BV_SEVERITY_ERROR, kind, line, "not converted: %s", text);
	return false;
}

bool
bv_moodle_fraction(struct bv_moodle *m, const struct bv_xml_node *answer, double *out)
{
	const struct bv_str *fraction = bv_xml_attr(answer, "fraction");

	if (!fraction || !bv_str_double(bv_str_trim(*fraction), out) || !(*out >= -100 && *out <= 100))
		return bv_moodle_refuse(m, "share", answer->line, "fraction '%.*s' is no percentage from -100 to 100", fraction ? (int)(fraction->len & 63) : 0,
		                        fraction ? fraction->p : "");
	*out = bv_fraction_of(*out);
	return true;
}

static const struct bv_xml_node *
next_named(const struct bv_xml_node *e, const char *name)
{
	for (e = bv_xml_element(e); e && !bv_str_is(e->name, name);)
		e = bv_xml_element(e->next);
	return e;
}

static size_t
count_named(const struct bv_xml_node *parent, const char *name)
{
	size_t count = 0;

	for (const struct bv_xml_node *e = next_named(parent->first, name); e; e = next_named(e->next, name))
		count++;
	return count;
}

static bool
room(struct bv_moodle *m, size_t count)
{
	return count <= BV_DRAFT_CHOICES_MAX ? true : bv_moodle_refuse(m, "many", 0, "more than %d answers", BV_DRAFT_CHOICES_MAX);
}

bool
bv_moodle_choices(struct bv_moodle *m, struct bv_draft_part *part)
{
	size_t count = count_named(m->question, "answer");

	if (!room(m, count))
		return false;
	part->choices = bv_arena_array(&m->c->draft, count, struct bv_draft_choice);
	for (const struct bv_xml_node *e = next_named(m->question->first, "answer"); e; e = next_named(e->next, "answer")) {
		struct bv_draft_choice *choice = &part->choices[part->choice_count++];
		if (!bv_moodle_fraction(m, e, &choice->fraction))
			return false;
		choice->body = body_of(m, e, NULL, BV_BODY_FLOW);
		choice->feedback = body_of(m, e, "feedback", BV_BODY_FLOW);
		if (!choice->body.len)
			return bv_moodle_refuse(m, "incomplete", e->line, "a choice has nothing left in it");
	}
	if (part->choice_count < 2)
		return bv_moodle_refuse(m, "incomplete", 0, "a question has two choices or more");
	return bv_fractions_check(m->c, part);
}

/* ---- Types ---- */

static bool
multichoice(struct bv_moodle *m)
{
	struct bv_str numbering = bv_moodle_field(m, m->question, "answernumbering"), single = bv_moodle_field(m, m->question, "single");

	m->parts[0].kind = BV_PART_CHOICE;
	m->parts[0].multiple = bv_str_is(single, "false") || bv_str_is(single, "0");
	m->parts[0].shuffle = bv_moodle_is_true(m, "shuffleanswers");
	if (numbering.len && !bv_str_is(numbering, "abc") && !bv_str_is(numbering, "none"))
		bv_loss(m->c, BV_SEVERITY_WARNING, "changed", 0, "numbering '%.*s' of the choices", BV_STR_ARG(bv_str_sub(numbering, 0, 20)));
	if (!bv_moodle_choices(m, &m->parts[0]))
		return false;
	stem_write(m);
	return true;
}

static bool
truefalse(struct bv_moodle *m)
{
	int truth = -1;

	for (const struct bv_xml_node *e = next_named(m->question->first, "answer"); e; e = next_named(e->next, "answer")) {
		double fraction;
		if (!bv_moodle_fraction(m, e, &fraction))
			return false;
		if (fraction >= 1)
			truth = bv_str_is(bv_moodle_field(m, e, NULL), "true");
	}
	if (truth < 0)
		return bv_moodle_refuse(m, "share", 0, "neither true nor false earns 100 %%");
	bv_truth_part(&m->c->draft, &m->parts[0], truth);
	for (const struct bv_xml_node *e = next_named(m->question->first, "answer"); e; e = next_named(e->next, "answer"))
		m->parts[0].choices[bv_str_is(bv_moodle_field(m, e, NULL), "true") ? 0 : 1].feedback = body_of(m, e, "feedback", BV_BODY_FLOW);
	stem_write(m);
	return true;
}

static bool
shortanswer(struct bv_moodle *m)
{
	struct bv_draft_part *part = &m->parts[0];
	size_t count = count_named(m->question, "answer");

	if (!room(m, count))
		return false;
	part->kind = BV_PART_TEXT;
	part->answers = bv_arena_array(&m->c->draft, count, struct bv_draft_answer);
	for (const struct bv_xml_node *e = next_named(m->question->first, "answer"); e; e = next_named(e->next, "answer")) {
		struct bv_draft_answer *answer = &part->answers[part->answer_count++];
		struct bv_str key;
		if (!bv_moodle_fraction(m, e, &answer->fraction))
			return false;
		bv_text_answer(answer, &key, m->c, bv_moodle_field(m, e, NULL), bv_moodle_is_true(m, "usecase"));
		answer->feedback = body_of(m, e, "feedback", BV_BODY_FLOW);
		if (!part->key.len && answer->fraction >= 1)
			part->key = key;
	}
	if (!bv_fractions_check(m->c, part))
		return false;
	stem_write(m);
	return true;
}

/* ---- Numbers and their units ---- */

#define UNITS_MAX 20

struct units {
	struct bv_str name[UNITS_MAX], multiplier[UNITS_MAX];
	size_t count;
	int grading;    /* 0 not at all, 1 a share of the answer's mark, 2 of the question's */
	double penalty; /* the share */
	bool chosen;    /* from a list: a response of its own */
};

static bool
units_read(struct bv_moodle *m, struct units *u)
{
	const struct bv_xml_node *list = bv_xml_child(m->question, "units");
	struct bv_str shown = bv_moodle_field(m, m->question, "showunits"), grading = bv_moodle_field(m, m->question, "unitgradingtype");

	for (const struct bv_xml_node *e = list ? next_named(list->first, "unit") : NULL; e; e = next_named(e->next, "unit")) {
		double x;
		if (u->count == UNITS_MAX)
			return bv_moodle_refuse(m, "many", e->line, "more than %d units", UNITS_MAX);
		u->name[u->count] = bv_one_line(bv_moodle_field(m, e, "unit_name"), &m->c->draft);
		u->multiplier[u->count] = bv_moodle_field(m, e, "multiplier");
		if (!u->name[u->count].len || !bv_str_double(u->multiplier[u->count], &x) || !(x > 0))
			return bv_moodle_refuse(m, "number", e->line, "a unit has a name and a multiplier over 0");
		u->count++;
	}
	u->grading = bv_str_is(grading, "1") ? 1 : bv_str_is(grading, "2") ? 2 : 0;
	if (u->grading && (!bv_str_double(bv_moodle_field(m, m->question, "unitpenalty"), &u->penalty) || !(u->penalty >= 0 && u->penalty <= 1)))
		return bv_moodle_refuse(m, "share", 0, "unitpenalty is a share from 0 to 1");
	if (bv_str_is(shown, "3"))
		u->count = 0;
	u->chosen = u->count && (u->grading || bv_str_is(shown, "1") || bv_str_is(shown, "2"));
	if (u->chosen && !bv_str_is(shown, "1") && !bv_str_is(shown, "2"))
		bv_loss(m->c, BV_SEVERITY_WARNING, "changed", 0, "the unit was typed behind the number: it is now chosen from a list of the units");
	else if (u->count && !u->chosen)
		bv_loss(m->c, BV_SEVERITY_WARNING, "changed", 0, "a unit could be typed behind the number: only the number, in %.*s, is asked for now", BV_STR_ARG(u->name[0]));
	if (u->chosen && bv_moodle_is_true(m, "unitsleft"))
		bv_loss(m->c, BV_SEVERITY_WARNING, "changed", 0, "the unit stood before the number: it stands behind now");
	return true;
}

/* The range of an answer in another unit, times its multiplier. */
static struct bv_str
scaled(struct bv_moodle *m, struct bv_str value, struct bv_str factor)
{
	double a = 0, b = 0;
	struct bv_buf out = BV_BUF(100);
	struct bv_str s;

	if (!value.len || bv_str_is(factor, "1"))
		return value;
	if (!bv_str_double(value, &a) || !bv_str_double(factor, &b) || !isfinite(a * b))
		return value;
	/* fifteen digits: the double's noise is not part of a bound */
	bv_buf_printf(&out, "%.15g", a * b);
	s = bv_arena_str(&m->c->draft, bv_buf_str(&out));
	bv_buf_finish(&out);
	return s;
}

/* One answer becomes one rule a unit, right units first, then (as Moodle does) the number itself in a wrong unit. */
static bool
number_answer(struct bv_moodle *m, struct bv_draft_part *part, const struct units *u, const struct bv_xml_node *e, const struct bv_draft_answer *base)
{
	struct bv_str value = bv_moodle_field(m, e, NULL), tolerance = bv_moodle_field(m, e, "tolerance");
	size_t rules = u->chosen ? 2 * u->count : 1;

	for (size_t i = 0; i < rules; i++) {
		struct bv_draft_answer *answer = &part->answers[part->answer_count];
		size_t unit = i % (u->count ? u->count : 1);
		bool wrong = u->chosen && i >= u->count;
		struct bv_str factor = u->chosen && !wrong ? u->multiplier[unit] : BV_STR("1");
		char name[32];
		*answer = *base;
		if (bv_str_is(value, "*")) {
			answer->kind = BV_ANSWER_ANY;
			part->answer_count++;
			return true;
		}
		answer->kind = BV_ANSWER_RANGE;
		if (!bv_bounds_write(&answer->low, &answer->high, scaled(m, value, factor), scaled(m, tolerance, factor), &m->c->draft))
			return bv_moodle_refuse(m, "number", e->line, "'%.*s' with tolerance '%.*s' is no number", BV_STR_ARG(bv_str_sub(value, 0, 40)), BV_STR_ARG(bv_str_sub(tolerance, 0, 40)));
		if (u->chosen) {
			snprintf(name, sizeof name, "U%zu", unit + 1);
			answer->unit = bv_arena_str(&m->c->draft, bv_str_of(name));
		}
		if (wrong)
			answer->fraction = fmax(0, u->grading == 2 ? base->fraction - u->penalty : base->fraction * (1 - (u->grading ? u->penalty : 0)));
		part->answer_count++;
	}
	return true;
}

static bool
numerical(struct bv_moodle *m)
{
	struct bv_draft_part *part = &m->parts[0];
	size_t count = count_named(m->question, "answer");
	struct units u = { 0 };

	part->kind = BV_PART_NUMBER;
	if (!room(m, count) || !units_read(m, &u))
		return false;
	part->answers = bv_arena_array(&m->c->draft, count * (2 * u.count + 1), struct bv_draft_answer);
	for (const struct bv_xml_node *e = next_named(m->question->first, "answer"); e; e = next_named(e->next, "answer")) {
		struct bv_draft_answer base = { 0 };
		if (!bv_moodle_fraction(m, e, &base.fraction))
			return false;
		/* the same feedback in each rule would be written once a rule */
		base.feedback = u.chosen ? BV_STR_NONE : body_of(m, e, "feedback", BV_BODY_FLOW);
		if (u.chosen && bv_moodle_field(m, e, "feedback").len)
			bv_loss(m->c, BV_SEVERITY_WARNING, "changed", e->line, "feedback to one answer of a number with units");
		if (!part->key.len && base.fraction >= 1 && !bv_str_is(bv_moodle_field(m, e, NULL), "*"))
			part->key = bv_moodle_field(m, e, NULL);
		if (!number_answer(m, part, &u, e, &base))
			return false;
	}
	if (u.chosen) {
		part->units = bv_arena_array(&m->c->draft, u.count, struct bv_str);
		part->unit_count = u.count;
		for (size_t i = 0; i < u.count; i++)
			part->units[i] = u.name[i];
	}
	if (!bv_fractions_check(m->c, part))
		return false;
	stem_write(m);
	return true;
}

/* ---- Pairs and places ---- */

static bool
matching(struct bv_moodle *m)
{
	struct bv_draft_part *part = &m->parts[0];
	size_t count = count_named(m->question, "subquestion");

	if (!room(m, count))
		return false;
	part->kind = BV_PART_MATCH;
	part->shuffle = bv_moodle_is_true(m, "shuffleanswers");
	part->choices = bv_arena_array(&m->c->draft, count, struct bv_draft_choice);
	part->targets = bv_arena_array(&m->c->draft, count, struct bv_draft_choice);
	for (const struct bv_xml_node *e = next_named(m->question->first, "subquestion"); e; e = next_named(e->next, "subquestion")) {
		const struct bv_xml_node *answer = bv_xml_child(e, "answer");
		struct bv_draft_choice left = { .body = body_of(m, e, NULL, BV_BODY_FLOW) }, right = { 0 };
		if (!answer)
			return bv_moodle_refuse(m, "incomplete", e->line, "a subquestion has no answer");
		right.body = bv_xml_attr(answer, "format") ? body_of(m, answer, NULL, BV_BODY_FLOW) :
		                                             bv_html_body(m->c, bv_moodle_field(m, answer, NULL), BV_BODY_FLOW,
		                                                          &(struct bv_body_opts){ .markup = BV_MARKUP_PLAIN, .line = answer->line });
		if (!right.body.len)
			return bv_moodle_refuse(m, "incomplete", e->line, "a subquestion has an empty answer");
		while ((size_t)left.right < part->target_count && !bv_str_eq(part->targets[left.right].body, right.body))
			left.right++;
		if ((size_t)left.right == part->target_count)
			part->targets[part->target_count++] = right;
		if (left.body.len)
			part->choices[part->choice_count++] = left;
	}
	for (size_t i = 0; i < part->choice_count; i++)
		part->choices[i].fraction = 1.0 / (double)part->choice_count;
	if (part->choice_count < 2 || part->target_count < 2)
		return bv_moodle_refuse(m, "incomplete", 0, "matching needs two subquestions and two answers or more");
	stem_write(m);
	return true;
}

static bool
ordering(struct bv_moodle *m)
{
	struct bv_draft_part *part = &m->parts[0];
	struct bv_str grading = bv_moodle_field(m, m->question, "gradingtype"), select = bv_moodle_field(m, m->question, "selecttype");
	size_t count = count_named(m->question, "answer");

	if (!room(m, count))
		return false;
	if (count < 2)
		return bv_moodle_refuse(m, "incomplete", 0, "ordering needs two things or more");
	part->kind = BV_PART_ORDER;
	part->shuffle = true;
	part->horizontal = bv_str_is(bv_moodle_field(m, m->question, "layouttype"), "HORIZONTAL");
	part->by_place = bv_str_is(grading, "ABSOLUTE_POSITION") || !grading.len;
	if (!part->by_place && !bv_str_is(grading, "ALL_OR_NOTHING"))
		return bv_moodle_refuse(m, "unkept", 0, "grading '%.*s' of an ordering cannot be kept: ALL_OR_NOTHING and ABSOLUTE_POSITION can", BV_STR_ARG(bv_str_sub(grading, 0, 40)));
	if (select.len && !bv_str_is(select, "ALL"))
		bv_loss(m->c, BV_SEVERITY_WARNING, "changed", 0, "only some of the things were shown: all are now");
	part->choices = bv_arena_array(&m->c->draft, count, struct bv_draft_choice);
	for (const struct bv_xml_node *e = next_named(m->question->first, "answer"); e; e = next_named(e->next, "answer"))
		if (!(part->choices[part->choice_count++].body = body_of(m, e, NULL, BV_BODY_FLOW)).len)
			return bv_moodle_refuse(m, "incomplete", e->line, "a thing to order has nothing left in it");
	stem_write(m);
	return true;
}

/* "[[3]]" in the text: its number, and the marker's place; false when there is none from *at. */
static bool
place_find(struct bv_str text, size_t *at, size_t *end, size_t *number)
{
	for (size_t i = *at; i + 4 < text.len; i++) {
		size_t j = i + 2, n = 0;
		if (text.p[i] != '[' || text.p[i + 1] != '[')
			continue;
		for (; j < text.len && text.p[j] >= '0' && text.p[j] <= '9' && n < 1000; j++)
			n = n * 10 + (size_t)(text.p[j] - '0');
		if (j == i + 2 || j + 1 >= text.len || text.p[j] != ']' || text.p[j + 1] != ']')
			continue;
		*at = i;
		*end = j + 2;
		*number = n;
		return true;
	}
	return false;
}

struct words {
	struct bv_str body[BV_DRAFT_CHOICES_MAX];
	uint32_t group[BV_DRAFT_CHOICES_MAX];
	bool unlimited[BV_DRAFT_CHOICES_MAX];
	size_t count;
};

static bool
words_read(struct bv_moodle *m, struct words *w, const char *element)
{
	for (const struct bv_xml_node *e = next_named(m->question->first, element); e; e = next_named(e->next, element)) {
		int64_t group;
		if (!room(m, w->count + 1))
			return false;
		w->body[w->count] = body_of(m, e, NULL, BV_BODY_PLAIN);
		if (!w->body[w->count].len)
			return bv_moodle_refuse(m, "incomplete", e->line, "a word has nothing left in it");
		w->group[w->count] = bv_str_int(bv_moodle_field(m, e, "group"), &group) && group > 0 && group < 100 ? (uint32_t)group : 1;
		w->unlimited[w->count++] = bv_xml_child(e, "infinite") != NULL;
	}
	return true;
}

/* The text with \1 N \2 for its N-th place, and which word belongs there. */
static bool
places_read(struct bv_moodle *m, const struct words *w, struct bv_str *text, size_t right[BV_DRAFT_PARTS_MAX], size_t *count)
{
	struct bv_str s = bv_moodle_field(m, m->question, "questiontext");
	struct bv_buf out = BV_BUF(8u << 20);
	size_t at = 0, from = 0, end, number;
	bool good = true;

	for (*count = 0; good && place_find(s, &at, &end, &number); at = from = end) {
		if (*count == BV_DRAFT_PARTS_MAX)
			good = bv_moodle_refuse(m, "many", 0, "more than %d places", BV_DRAFT_PARTS_MAX);
		else if (number < 1 || number > w->count)
			good = bv_moodle_refuse(m, "key", 0, "[[%zu]] is no word of the question", number);
		if (!good)
			break;
		bv_buf_add(&out, bv_str_sub(s, from, at - from));
		bv_buf_printf(&out, "\x01%zu\x02", *count);
		right[(*count)++] = number - 1;
	}
	bv_buf_add(&out, bv_str_sub(s, from, s.len));
	*text = bv_arena_str(&m->c->draft, bv_buf_str(&out));
	bv_buf_finish(&out);
	if (good && !*count)
		return bv_moodle_refuse(m, "incomplete", 0, "the text has no place like [[1]]");
	return good;
}

/* Words to be chosen from lists in the text: a list has the words of its group. */
static bool
gapselect(struct bv_moodle *m)
{
	struct words w = { 0 };
	size_t right[BV_DRAFT_PARTS_MAX], count;
	struct bv_str text;

	if (!words_read(m, &w, "selectoption") || !places_read(m, &w, &text, right, &count))
		return false;
	m->draft.part_count = count;
	for (size_t i = 0; i < count; i++) {
		struct bv_draft_part *part = &m->parts[i];
		*part = (struct bv_draft_part){ .kind = BV_PART_INLINE_CHOICE, .weight = 1, .shuffle = bv_moodle_is_true(m, "shuffleanswers") };
		part->choices = bv_arena_array(&m->c->draft, w.count, struct bv_draft_choice);
		for (size_t k = 0; k < w.count; k++)
			if (w.group[k] == w.group[right[i]])
				part->choices[part->choice_count++] = (struct bv_draft_choice){ .body = w.body[k], .fraction = k == right[i] };
	}
	bv_moodle_stem(m, text);
	return true;
}

/* Words to be dragged to places in the text. */
static bool
ddwtos(struct bv_moodle *m)
{
	struct bv_draft_part *part = &m->parts[0];
	const struct bv_xml_node *node = bv_xml_child(m->question, "questiontext");
	struct words w = { 0 };
	size_t right[BV_DRAFT_PARTS_MAX], count;
	struct bv_insert gaps[BV_DRAFT_PARTS_MAX];
	struct bv_str text;

	if (!words_read(m, &w, "dragbox") || !places_read(m, &w, &text, right, &count))
		return false;
	part->kind = BV_PART_GAPS;
	part->shuffle = bv_moodle_is_true(m, "shuffleanswers");
	part->targets = bv_arena_array(&m->c->draft, w.count, struct bv_draft_choice);
	for (size_t k = 0; k < w.count; k++)
		part->targets[part->target_count++] = (struct bv_draft_choice){ .body = w.body[k], .group = w.group[k], .unlimited = w.unlimited[k] };
	part->choices = bv_arena_array(&m->c->draft, count, struct bv_draft_choice);
	for (size_t i = 0; i < count; i++) {
		char gap[100];
		snprintf(gap, sizeof gap, "<qti-gap identifier=\"G%zu\" match-group=\"g%u\"/>", i + 1, w.group[right[i]]);
		gaps[i] = (struct bv_insert){ bv_arena_str(&m->c->draft, bv_str_of(gap)), false };
		part->choices[part->choice_count++] = (struct bv_draft_choice){ .right = (int)right[i], .fraction = 1.0 / (double)count };
		for (size_t k = 0; k < i; k++)
			if (right[k] == right[i] && !w.unlimited[right[i]])
				return bv_moodle_refuse(m, "key", 0, "word [[%zu]] is used twice, but may be dragged once only", right[i] + 1);
	}
	struct bv_body_opts opts = body_opts(m, node);
	opts.inserts = gaps;
	opts.insert_count = count;
	part->gapped = bv_html_body(m->c, text, BV_BODY_ITEM, &opts);
	m->draft.body = bv_part_write(&m->c->draft, part, &m->draft, 0);
	return true;
}

static bool
essay(struct bv_moodle *m)
{
	int64_t lines, n;
	static const char *const lost[] = { "responsetemplate", "minwordlimit", "maxwordlimit", "attachments", "attachmentsrequired", "filetypeslist" };

	m->parts[0].kind = BV_PART_ESSAY;
	m->parts[0].lines = bv_str_int(bv_moodle_field(m, m->question, "responsefieldlines"), &lines) && lines > 0 && lines <= 100 ? (uint32_t)lines : 15;
	m->draft.marking = body_of(m, m->question, "graderinfo", BV_BODY_FLOW);
	for (size_t i = 0; i < BV_COUNT(lost); i++) {
		struct bv_str value = bv_moodle_field(m, m->question, lost[i]);
		if (value.len && !(bv_str_int(value, &n) && n == 0))
			bv_loss(m->c, BV_SEVERITY_WARNING, "changed", 0, "<%s> of the essay", lost[i]);
	}
	stem_write(m);
	return true;
}

/* ---- A question ---- */

static const struct {
	const char *name;
	bool (*read)(struct bv_moodle *m);
} types[] = {
	{ "multichoice", multichoice },   { "truefalse", truefalse },
	{ "shortanswer", shortanswer },   { "numerical", numerical },
	{ "matching", matching },         { "ddmatch", matching },
	{ "essay", essay },               { "multianswer", bv_moodle_cloze },
	{ "cloze", bv_moodle_cloze },     { "gapselect", gapselect },
	{ "calculated", bv_moodle_calculated }, { "calculatedsimple", bv_moodle_calculated },
	{ "calculatedmulti", bv_moodle_calculated_choices },
	{ "ddwtos", ddwtos },             { "ordering", ordering },
};

/* <file name="b.png" path="/a/" encoding="base64">…</file> */
static struct bv_source_file
file_read(struct bv_moodle *m, const struct bv_xml_node *node, struct bv_str name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf whole = BV_BUF(4096);
	const struct bv_str *path = bv_xml_attr(node, "path");

	if (path && bv_str_starts(*path, BV_STR("/")))
		bv_buf_add(&whole, bv_str_sub(*path, 1, path->len));
	bv_buf_add(&whole, name);
	return (struct bv_source_file){ bv_arena_str(&m->c->draft, bv_buf_str(&whole)), bv_xml_text(node, &m->c->draft) };
}

static void
files_read(struct bv_moodle *m, const struct bv_xml_node *node, int depth)
{
	for (const struct bv_xml_node *e = bv_xml_element(node->first); e; e = bv_xml_element(e->next)) {
		const struct bv_str *name = bv_str_is(e->name, "file") ? bv_xml_attr(e, "name") : NULL;
		if (name && m->file_count < BV_MOODLE_FILES_MAX)
			m->files[m->file_count++] = file_read(m, e, *name);
		else if (name)
			bv_loss(m->c, BV_SEVERITY_WARNING, "many", e->line, "file '%.*s': more than %d files in a question", BV_STR_ARG(bv_str_sub(*name, 0, 60)), BV_MOODLE_FILES_MAX);
		if (depth < 4)
			files_read(m, e, depth + 1);
	}
}

static void
tags_read(struct bv_moodle *m)
{
	const struct bv_xml_node *list = bv_xml_child(m->question, "tags");
	size_t count = list ? count_named(list, "tag") : 0;
	struct bv_str *tags = bv_arena_array(&m->c->draft, count, struct bv_str);

	for (const struct bv_xml_node *e = list ? next_named(list->first, "tag") : NULL; e; e = next_named(e->next, "tag"))
		tags[m->draft.tag_count++] = bv_one_line(bv_moodle_field(m, e, NULL), &m->c->draft);
	m->draft.tags = tags;
}

/* What belongs to a question of any type, and what no item has. */
static bool
frame_read(struct bv_moodle *m)
{
	struct bv_str grade = bv_moodle_field(m, m->question, "defaultgrade"), penalty = bv_moodle_field(m, m->question, "penalty");
	double p;

	m->draft.idnumber = bv_moodle_field(m, m->question, "idnumber");
	m->draft.grade = 1;
	if (grade.len && (!bv_str_double(grade, &m->draft.grade) || !(m->draft.grade > 0 && m->draft.grade <= 1000)))
		return bv_moodle_refuse(m, "share", 0, "defaultgrade '%.*s' is no mark over 0 up to 1000", BV_STR_ARG(bv_str_sub(grade, 0, 20)));
	if (bv_str_double(penalty, &p) && p != 0)
		bv_loss(m->c, BV_SEVERITY_WARNING, "changed", 0, "penalty %g for another try: an exam has one try", p);
	if (bv_xml_child(m->question, "hint"))
		bv_loss(m->c, BV_SEVERITY_WARNING, "changed", bv_xml_child(m->question, "hint")->line, "%zu hint%s between tries", count_named(m->question, "hint"),
		        count_named(m->question, "hint") == 1 ? "" : "s");
	if (bv_moodle_is_true(m, "hidden"))
		bv_loss(m->c, BV_SEVERITY_WARNING, "changed", 0, "the question was hidden: the item is not");
	files_read(m, m->question, 0);
	tags_read(m);
	m->draft.general = body_of(m, m->question, "generalfeedback", BV_BODY_FLOW);
	m->draft.correct = body_of(m, m->question, "correctfeedback", BV_BODY_FLOW);
	m->draft.partial = body_of(m, m->question, "partiallycorrectfeedback", BV_BODY_FLOW);
	m->draft.incorrect = body_of(m, m->question, "incorrectfeedback", BV_BODY_FLOW);
	return true;
}

static void
question_read(struct bv_conversion *c, const struct bv_xml_node *node, struct bv_str type)
{
	struct bv_moodle m = { .c = c, .question = node, .draft = { .part_count = 1 } };
	size_t i = 0;

	m.draft.parts = m.parts;
	m.parts[0].weight = 1;
	c->title = m.draft.title = bv_one_line(bv_moodle_field(&m, node, "name"), &c->draft);
	while (i < BV_COUNT(types) && !bv_str_is(type, types[i].name))
		i++;
	if (i < BV_COUNT(types)) {
		if (frame_read(&m) && types[i].read(&m))
			bv_draft_emit(c, &m.draft);
	} else if (bv_str_is(type, "description")) {
		bv_loss(c, BV_SEVERITY_WARNING, "unkept", 0, "skipped: a description asks nothing");
	} else {
		bv_moodle_refuse(&m, "unkept", 0, "questions of type '%.*s' cannot be kept", BV_STR_ARG(bv_str_sub(type, 0, 60)));
	}
}

void
bv_import_moodle(struct bv_conversion *c, struct bv_str bytes)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	const struct bv_xml_node *root;

	if ((c->stopped = bv_xml_read_large(&doc, bytes, c->err)) != BV_OK)
		return;
	root = bv_xml_root(doc);
	if (!bv_str_is(root->name, "quiz")) {
		c->stopped = bv_err_at(c->err, BV_EPARSE, root->line, "<%.*s> is not Moodle's <quiz>", BV_STR_ARG(bv_str_sub(root->name, 0, 60)));
		return;
	}
	for (const struct bv_xml_node *e = next_named(root->first, "question"); e; e = next_named(e->next, "question")) {
		const struct bv_str *type = bv_xml_attr(e, "type");
		if (type && bv_str_is(*type, "category")) {
			const struct bv_xml_node *category = bv_xml_child(e, "category");
			bv_category_set(c, category ? bv_xml_text(category, &c->arena) : BV_STR_NONE);
		} else if (!bv_question_start(c, e->line)) {
			return;
		} else {
			question_read(c, e, type ? *type : BV_STR_NONE);
		}
		if (c->stopped)
			return;
	}
}
