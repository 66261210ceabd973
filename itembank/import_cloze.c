/* Moodle's cloze: a text with questions in it, {weight:TYPE:answer~=answer#feedback}. */
#include "itembank/import_moodle.h"

#include <stdio.h>

static const struct {
	const char *name;
	enum bv_part_kind kind;
	bool case_sensitive, multiple, horizontal, shuffle;
} types[] = {
	{ "SHORTANSWER", BV_PART_TEXT, false, false, false, false },
	{ "SA", BV_PART_TEXT, false, false, false, false },
	{ "MW", BV_PART_TEXT, false, false, false, false },
	{ "SHORTANSWER_C", BV_PART_TEXT, true, false, false, false },
	{ "SAC", BV_PART_TEXT, true, false, false, false },
	{ "MWC", BV_PART_TEXT, true, false, false, false },
	{ "NUMERICAL", BV_PART_NUMBER, false, false, false, false },
	{ "NM", BV_PART_NUMBER, false, false, false, false },
	{ "MULTICHOICE", BV_PART_INLINE_CHOICE, false, false, false, false },
	{ "MC", BV_PART_INLINE_CHOICE, false, false, false, false },
	{ "MULTICHOICE_S", BV_PART_INLINE_CHOICE, false, false, false, true },
	{ "MCS", BV_PART_INLINE_CHOICE, false, false, false, true },
	{ "MULTICHOICE_V", BV_PART_CHOICE, false, false, false, false },
	{ "MCV", BV_PART_CHOICE, false, false, false, false },
	{ "MULTICHOICE_VS", BV_PART_CHOICE, false, false, false, true },
	{ "MCVS", BV_PART_CHOICE, false, false, false, true },
	{ "MULTICHOICE_H", BV_PART_CHOICE, false, false, true, false },
	{ "MCH", BV_PART_CHOICE, false, false, true, false },
	{ "MULTICHOICE_HS", BV_PART_CHOICE, false, false, true, true },
	{ "MCHS", BV_PART_CHOICE, false, false, true, true },
	{ "MULTIRESPONSE", BV_PART_CHOICE, false, true, false, false },
	{ "MR", BV_PART_CHOICE, false, true, false, false },
	{ "MULTIRESPONSE_S", BV_PART_CHOICE, false, true, false, true },
	{ "MRS", BV_PART_CHOICE, false, true, false, true },
	{ "MULTIRESPONSE_H", BV_PART_CHOICE, false, true, true, false },
	{ "MRH", BV_PART_CHOICE, false, true, true, false },
	{ "MULTIRESPONSE_HS", BV_PART_CHOICE, false, true, true, true },
	{ "MRHS", BV_PART_CHOICE, false, true, true, true },
};

struct blank {
	size_t type;
	double weight;
	struct bv_str answers;
	size_t end; /* behind the '}' */
};

/* The question that begins at s.p[at] == '{'; false when there is none. */
static bool
blank_find(struct blank *out, struct bv_str s, size_t at)
{
	size_t i = at + 1, from;
	int64_t weight = 1;

	for (from = i; i < s.len && s.p[i] >= '0' && s.p[i] <= '9';)
		i++;
	if (i >= s.len || s.p[i] != ':' || i - from > 4 || (i > from && !bv_str_int(bv_str_sub(s, from, i - from), &weight)))
		return false;
	for (from = ++i; i < s.len && s.p[i] != ':' && i - from < 20;)
		i++;
	for (out->type = 0; out->type < BV_COUNT(types) && !bv_str_is(bv_str_sub(s, from, i - from), types[out->type].name);)
		out->type++;
	if (out->type == BV_COUNT(types) || i >= s.len)
		return false;
	for (from = ++i; i < s.len && s.p[i] != '}'; i++)
		i += s.p[i] == '\\';
	if (i >= s.len)
		return false;
	out->weight = (double)weight;
	out->answers = bv_str_sub(s, from, i - from);
	out->end = i + 1;
	return true;
}

/* Backslashes before the marks of the syntax are taken off. */
static struct bv_str
unescaped(struct bv_moodle *m, struct bv_str s)
{
	char *p = bv_changeable(&m->c->draft, s);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\\' && i + 1 < s.len && strchr("}#~/\"=\\", s.p[i + 1]))
			i++;
		p[len++] = s.p[i];
	}
	return bv_str_trim((struct bv_str){ p, len });
}

/* HTML's entities as characters: what is typed is compared with them. */
static struct bv_str
characters(struct bv_moodle *m, struct bv_str s)
{
	struct bv_buf out = BV_BUF(1u << 20);
	struct bv_str result;

	for (size_t i = 0; i < s.len;) {
		size_t used = bv_html_entity(&out, bv_str_sub(s, i, 40));
		if (!used)
			bv_buf_addc(&out, s.p[i]);
		i += used ? used : 1;
	}
	result = bv_arena_str(&m->c->draft, bv_buf_str(&out));
	bv_buf_finish(&out);
	return result;
}

struct alternative {
	struct bv_str text, feedback; /* unescaped */
	double fraction;
};

/* The next of the answers; 1 there is one, 0 the end, -1 refused. '#' of a character reference separates nothing. */
static int
alternative_next(struct bv_moodle *m, struct bv_str *rest, struct alternative *out)
{
	size_t i = 0, hash = SIZE_MAX;
	struct bv_str s;

	*out = (struct alternative){ .fraction = 0 };
	if (!rest->len)
		return 0;
	for (; i < rest->len && rest->p[i] != '~'; i++) {
		if (rest->p[i] == '#' && hash == SIZE_MAX && !(i > 0 && rest->p[i - 1] == '&'))
			hash = i;
		i += rest->p[i] == '\\';
	}
	if (i > rest->len)
		i = rest->len;
	s = bv_str_sub(*rest, 0, hash < i ? hash : i);
	out->feedback = hash < i ? unescaped(m, bv_str_sub(*rest, hash + 1, i - hash - 1)) : BV_STR_NONE;
	*rest = bv_str_sub(*rest, i + 1, rest->len);
	s = bv_str_trim(s);
	if (bv_str_starts(s, BV_STR("="))) {
		out->fraction = 1;
		s = bv_str_sub(s, 1, s.len);
	} else if (bv_str_starts(s, BV_STR("%"))) {
		size_t end = bv_str_find(bv_str_sub(s, 1, s.len), '%');
		double percent;
		if (!bv_str_double(bv_str_sub(s, 1, end), &percent) || !(percent >= -100 && percent <= 100)) {
			bv_moodle_refuse(m, "share", 0, "'%.*s' is no weight from -100 to 100 between two %%", BV_STR_ARG(bv_str_sub(s, 0, 20)));
			return -1;
		}
		out->fraction = bv_fraction_of(percent);
		s = bv_str_sub(s, end + 2, s.len);
	}
	out->text = unescaped(m, s);
	return 1;
}

static struct bv_str
body_of(struct bv_moodle *m, struct bv_str text, enum bv_body_place place)
{
	const struct bv_xml_node *node = bv_xml_child(m->question, "questiontext");

	return bv_moodle_body(m, node ? node : m->question, text, place);
}

static bool
choice_add(struct bv_moodle *m, struct bv_draft_part *part, const struct alternative *a)
{
	struct bv_draft_choice *choice = &part->choices[part->choice_count++];

	*choice = (struct bv_draft_choice){ .fraction = a->fraction, .feedback = body_of(m, a->feedback, BV_BODY_FLOW) };
	choice->body = body_of(m, a->text, part->kind == BV_PART_INLINE_CHOICE ? BV_BODY_PLAIN : BV_BODY_FLOW);
	return choice->body.len ? true : bv_moodle_refuse(m, "incomplete", 0, "a choice of a blank has nothing left in it");
}

static bool
answer_add(struct bv_moodle *m, struct bv_draft_part *part, const struct alternative *a, bool case_sensitive)
{
	struct bv_draft_answer *answer = &part->answers[part->answer_count++];
	struct bv_str text = characters(m, a->text), key;

	*answer = (struct bv_draft_answer){ .fraction = a->fraction, .feedback = body_of(m, a->feedback, BV_BODY_FLOW) };
	if (part->kind == BV_PART_TEXT) {
		bv_text_answer(answer, &key, m->c, text, case_sensitive);
	} else if (bv_str_is(text, "*")) {
		answer->kind = BV_ANSWER_ANY;
		return true;
	} else {
		size_t colon = bv_str_find(text, ':');
		char *p = bv_changeable(&m->c->draft, text);
		for (size_t i = 0; i < text.len; i++)
			p[i] = p[i] == ',' ? '.' : p[i];
		text = (struct bv_str){ p, text.len };
		key = bv_str_trim(bv_str_sub(text, 0, colon));
		answer->kind = BV_ANSWER_RANGE;
		if (!bv_bounds_write(&answer->low, &answer->high, key, bv_str_trim(bv_str_sub(text, colon + 1, text.len)), &m->c->draft))
			return bv_moodle_refuse(m, "number", 0, "'%.*s' in a blank is no number or number:tolerance", BV_STR_ARG(bv_str_sub(text, 0, 40)));
	}
	if (!part->key.len && a->fraction >= 1)
		part->key = key;
	return true;
}

static bool
part_read(struct bv_moodle *m, struct bv_draft_part *part, const struct blank *b)
{
	struct bv_str rest = b->answers;
	struct alternative a;
	size_t whole = 0;
	int more;

	*part = (struct bv_draft_part){ .kind = types[b->type].kind, .weight = b->weight, .multiple = types[b->type].multiple,
		                        .shuffle = types[b->type].shuffle, .horizontal = types[b->type].horizontal };
	part->choices = bv_arena_array(&m->c->draft, BV_DRAFT_CHOICES_MAX, struct bv_draft_choice);
	part->answers = bv_arena_array(&m->c->draft, BV_DRAFT_CHOICES_MAX, struct bv_draft_answer);
	while ((more = alternative_next(m, &rest, &a)) > 0) {
		if (part->choice_count + part->answer_count == BV_DRAFT_CHOICES_MAX)
			return bv_moodle_refuse(m, "many", 0, "a blank has more than %d answers", BV_DRAFT_CHOICES_MAX);
		whole += a.fraction >= 1;
		if (part->kind == BV_PART_TEXT || part->kind == BV_PART_NUMBER ? !answer_add(m, part, &a, types[b->type].case_sensitive) : !choice_add(m, part, &a))
			return false;
	}
	if (more < 0)
		return false;
	if (part->multiple && whole > 1)
		bv_loss(m->c, BV_SEVERITY_WARNING, "share", 0, "each of %zu choices of a blank earns its whole mark alone: write %%…%% if shares are meant", whole);
	return bv_fractions_check(m->c, part);
}

bool
bv_moodle_cloze(struct bv_moodle *m)
{
	struct bv_str s = bv_moodle_field(m, m->question, "questiontext"), text;
	struct bv_buf out = BV_BUF(8u << 20);
	bool good = true;

	m->draft.part_count = 0;
	m->draft.grade = 0;
	for (size_t i = 0; good && i < s.len;) {
		struct blank b;
		if (s.p[i] != '{' || !blank_find(&b, s, i)) {
			bv_buf_addc(&out, s.p[i++]);
			continue;
		}
		i = b.end;
		if (m->draft.part_count == BV_DRAFT_PARTS_MAX) {
			good = bv_moodle_refuse(m, "many", 0, "more than %d blanks", BV_DRAFT_PARTS_MAX);
		} else if (b.weight > 0) {
			bv_buf_printf(&out, "\x01%zu\x02", m->draft.part_count);
			m->draft.grade += b.weight;
			good = part_read(m, &m->parts[m->draft.part_count++], &b);
		} else {
			good = bv_moodle_refuse(m, "share", 0, "a blank of weight 0");
		}
	}
	text = bv_arena_str(&m->c->draft, bv_buf_str(&out));
	bv_buf_finish(&out);
	if (good && !m->draft.part_count)
		good = bv_moodle_refuse(m, "incomplete", 0, "the text has no blank like {1:SHORTANSWER:=…}");
	if (good)
		bv_moodle_stem(m, text);
	return good;
}
