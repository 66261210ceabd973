/* CSV of ours (RFC 4180, or as Excel in Vietnam exports it: ';' between fields, a comma in decimals, a byte order mark). doc/convert.md has
 * the columns. With statements it is the Vietnamese four-statement question: each is Đúng or Sai, and the number of right ones is marked. */
#include "itembank/convert.h"

#include <stdlib.h>

#include "base/csv.h"
#include "base/text.h"

#define LETTERS 10    /* a–j */

enum column { A, B, C, D, E, F, G, H, I, J, QUESTION, KEY, ID, TITLE, TYPE, POINTS, TOLERANCE, FEEDBACK, CATEGORY, TAGS, COLUMN_COUNT };

static const struct {
	const char *name; /* folded */
	enum column column;
} headings[] = {
	{ "question", QUESTION }, { "câu hỏi", QUESTION }, { "nội dung", QUESTION }, { "key", KEY }, { "answer", KEY }, { "đáp án", KEY },
	{ "id", ID }, { "mã", ID }, { "mã câu", ID }, { "title", TITLE }, { "tiêu đề", TITLE }, { "type", TYPE }, { "loại", TYPE }, { "points", POINTS },
	{ "điểm", POINTS }, { "tolerance", TOLERANCE }, { "sai số", TOLERANCE }, { "feedback", FEEDBACK }, { "giải thích", FEEDBACK },
	{ "phản hồi", FEEDBACK }, { "category", CATEGORY }, { "chủ đề", CATEGORY }, { "danh mục", CATEGORY }, { "tags", TAGS }, { "nhãn", TAGS },
	{ "từ khóa", TAGS }, { "từ khoá", TAGS },
};

struct sheet {
	struct bv_conversion *c;
	struct bv_csv csv;
	int column[BV_CSV_COLUMNS_MAX]; /* what the heading says; -1 nothing of ours */
	struct bv_str row[COLUMN_COUNT];
};

/* ---- Columns ---- */

static int
column_of(struct bv_str heading, struct bv_arena *arena)
{
	struct bv_str name = bv_text_fold(bv_one_line(heading, arena), arena);

	if (bv_str_starts(name, BV_STR("phương án ")))
		name = bv_str_sub(name, strlen("phương án "), name.len);
	if (name.len == 1 && name.p[0] >= 'a' && name.p[0] < 'a' + LETTERS)
		return name.p[0] - 'a';
	for (size_t i = 0; i < BV_COUNT(headings); i++)
		if (bv_str_is(name, headings[i].name))
			return headings[i].column;
	return -1;
}

static bool
headings_read(struct sheet *s)
{
	unsigned seen = 0;

	if (!bv_csv_next(&s->csv)) {
		s->c->stopped = bv_err_at(s->c->err, BV_EPARSE, 1, "the file is empty: the first row names the columns, question and key at least");
		return false;
	}
	for (size_t i = 0; i < s->csv.field_count; i++) {
		s->column[i] = column_of(s->csv.fields[i], &s->csv.arena);
		if (s->column[i] >= 0 && (seen >> s->column[i] & 1)) {
			s->c->stopped = bv_err_at(s->c->err, BV_EPARSE, s->csv.row_line, "two columns are named '%.*s' or the like", BV_STR_ARG(bv_str_sub(s->csv.fields[i], 0, 60)));
			return false;
		}
		if (s->column[i] >= 0)
			seen |= 1u << s->column[i];
		else if (s->csv.fields[i].len)
			bv_loss(s->c, BV_SEVERITY_WARNING, "column", s->csv.row_line, "column '%.*s' is not read", BV_STR_ARG(bv_str_sub(s->csv.fields[i], 0, 60)));
	}
	if (!(seen >> QUESTION & 1) || !(seen >> KEY & 1)) {
		s->c->stopped = bv_err_at(s->c->err, BV_EPARSE, s->csv.row_line,
		                          "the first row names the columns: question (câu hỏi) and key (đáp án) must be there; doc/convert.md has them all");
		return false;
	}
	return true;
}

/* ---- Cells ---- */

static struct bv_str
plain(struct sheet *s, enum column column, enum bv_body_place place)
{
	return bv_html_body(s->c, s->row[column], place, &(struct bv_body_opts){ .markup = BV_MARKUP_PLAIN, .line = s->csv.row_line });
}

static bool
refuse(struct sheet *s, const char *kind, const char *why, struct bv_str what)
{
	bv_loss(s->c, BV_SEVERITY_ERROR, kind, s->csv.row_line, "not converted: %s%s%.*s%s", why, what.len ? ": '" : "", BV_STR_ARG(bv_str_sub(what, 0, 60)), what.len ? "'" : "");
	return false;
}

/* A decimal with a point or, as in Vietnam, a comma. */
static struct bv_str
decimal_of(struct sheet *s, struct bv_str text)
{
	char *p = bv_changeable(&s->c->draft, text);

	for (size_t i = 0; i < text.len; i++)
		if (p[i] == ',')
			p[i] = '.';
	return (struct bv_str){ p, text.len };
}

/* 1 Đúng, 0 Sai, -1 neither. */
static int
truth_of(struct bv_str text, struct bv_arena *arena)
{
	static const struct {
		const char *word;
		int truth;
	} words[] = { { "đúng", 1 }, { "đ", 1 }, { "true", 1 }, { "t", 1 }, { "sai", 0 }, { "s", 0 }, { "false", 0 }, { "f", 0 } };
	struct bv_str folded = bv_text_fold(text, arena);

	for (size_t i = 0; i < BV_COUNT(words); i++)
		if (bv_str_is(folded, words[i].word))
			return words[i].truth;
	return -1;
}

/* ---- Kinds of questions ---- */

static bool
choice_part(struct sheet *s, struct bv_draft_part *part)
{
	struct bv_str key = s->row[KEY];
	size_t right = 0;

	part->kind = BV_PART_CHOICE;
	part->shuffle = true;
	part->choices = bv_arena_array(&s->c->draft, LETTERS, struct bv_draft_choice);
	for (int i = A; i < LETTERS && s->row[i].len; i++)
		part->choices[part->choice_count++].body = plain(s, (enum column)i, BV_BODY_FLOW);
	for (size_t i = part->choice_count; i < LETTERS; i++)
		if (s->row[i].len)
			return refuse(s, "incomplete", "there is an empty choice before this one", s->row[i]);
	for (size_t i = 0; i < key.len; i++) {
		size_t letter = (size_t)((key.p[i] | 0x20) - 'a');
		if (strchr(" ,;/+", key.p[i]))
			continue;
		if (letter >= part->choice_count || part->choices[letter].fraction > 0)
			return refuse(s, "key", "the key is the letter of a choice that is there, or several letters (A, C)", key);
		part->choices[letter].fraction = 1;
		right++;
	}
	if (part->choice_count < 2 || !right)
		return refuse(s, "incomplete", right ? "a question has two choices or more" : "there is no key", BV_STR_NONE);
	part->multiple = right > 1;
	for (size_t i = 0; i < part->choice_count && right > 1; i++)
		part->choices[i].fraction = (part->choices[i].fraction > 0 ? 1.0 : -1.0) / (double)right;
	return true;
}

static bool
text_part(struct sheet *s, struct bv_draft_part *part)
{
	struct bv_str rest = s->row[KEY];

	part->kind = BV_PART_TEXT;
	part->answers = bv_arena_array(&s->c->draft, BV_DRAFT_CHOICES_MAX, struct bv_draft_answer);
	while (rest.len && part->answer_count < BV_DRAFT_CHOICES_MAX) {
		struct bv_str one = bv_str_sub(rest, 0, bv_str_find(rest, '|')), key;
		rest = bv_str_sub(rest, one.len + 1, rest.len);
		if (!bv_str_trim(one).len)
			continue;
		struct bv_draft_answer *answer = &part->answers[part->answer_count++];
		answer->fraction = 1;
		bv_text_answer(answer, &key, s->c, one, false);
		if (!part->key.len)
			part->key = key;
	}
	return part->key.len ? true : refuse(s, "incomplete", "there is no key", BV_STR_NONE);
}

static bool
number_part(struct sheet *s, struct bv_draft_part *part)
{
	part->kind = BV_PART_NUMBER;
	part->answers = bv_arena_array(&s->c->draft, 1, struct bv_draft_answer);
	part->answer_count = 1;
	part->key = decimal_of(s, s->row[KEY]);
	part->answers[0].kind = BV_ANSWER_RANGE;
	part->answers[0].fraction = 1;
	if (!bv_bounds_write(&part->answers[0].low, &part->answers[0].high, part->key, decimal_of(s, s->row[TOLERANCE]), &s->c->draft))
		return refuse(s, "number", "the key is no number, or the tolerance is none", s->row[KEY]);
	return true;
}

/* The key has a word or letter a statement: "ĐSĐS", "Đ S Đ S", "Đúng, Sai, Đúng, Sai". */
static bool
statements_key(struct sheet *s, struct bv_draft_part *part)
{
	struct bv_str rest = s->row[KEY];
	size_t count = 0;

	while (rest.len) {
		size_t len = 0;
		int truth;
		while (len < rest.len && !strchr(" ,;/-", rest.p[len]))
			len++;
		truth = truth_of(bv_str_sub(rest, 0, len), &s->csv.arena);
		if (len && truth < 0) { /* letters without anything between */
			len = (unsigned char)rest.p[0] >= 0xC0 ? 2 : 1;
			truth = bv_text_valid(bv_str_sub(rest, 0, len)) ? truth_of(bv_str_sub(rest, 0, len), &s->csv.arena) : -1;
		}
		if (len && (truth < 0 || count == part->choice_count))
			return refuse(s, "key", "the key has Đ or S for each statement, ĐSĐS", s->row[KEY]);
		if (len)
			part->choices[count++].right = !truth;
		rest = bv_str_sub(rest, len ? len : 1, rest.len);
	}
	return count == part->choice_count ? true : refuse(s, "key", "the key has Đ or S for each statement, ĐSĐS", s->row[KEY]);
}

static bool
statements_part(struct sheet *s, struct bv_draft *draft, struct bv_draft_part *part)
{
	const struct bv_convert_opts *opts = s->c->opts;

	part->kind = BV_PART_STATEMENTS;
	part->steps = opts->steps;
	part->choices = bv_arena_array(&s->c->draft, LETTERS, struct bv_draft_choice);
	for (int i = A; i < LETTERS; i++)
		if (s->row[i].len)
			part->choices[part->choice_count++].body = plain(s, (enum column)i, BV_BODY_PLAIN);
	if (part->choice_count != opts->step_count)
		return refuse(s, "share", "there are as many statements (columns a, b, …) as steps of the mark", BV_STR_NONE);
	draft->grade = opts->steps[opts->step_count - 1] / 10000.0;
	if (s->row[POINTS].len)
		bv_loss(s->c, BV_SEVERITY_WARNING, "changed", s->csv.row_line, "points '%.*s' is not used: the steps give the marks", BV_STR_ARG(bv_str_sub(s->row[POINTS], 0, 20)));
	return statements_key(s, part);
}

enum kind { CHOICE, TRUTH, TEXT, NUMBER, ESSAY, UNKNOWN };

static enum kind
kind_of(struct sheet *s)
{
	static const struct {
		const char *name;
		enum kind kind;
	} names[] = { { "choice", CHOICE }, { "trắc nghiệm", CHOICE }, { "truefalse", TRUTH }, { "đúng sai", TRUTH }, { "text", TEXT }, { "điền", TEXT },
		      { "number", NUMBER }, { "số", NUMBER }, { "essay", ESSAY }, { "tự luận", ESSAY } };
	struct bv_str name = bv_text_fold(s->row[TYPE], &s->csv.arena);

	for (size_t i = 0; i < BV_COUNT(names); i++)
		if (bv_str_is(name, names[i].name))
			return names[i].kind;
	if (name.len)
		return UNKNOWN;
	if (s->row[A].len)
		return CHOICE;
	return truth_of(s->row[KEY], &s->csv.arena) >= 0 ? TRUTH : UNKNOWN;
}

static bool
part_read(struct sheet *s, struct bv_draft *draft, bool statements)
{
	struct bv_draft_part *part = draft->parts;

	if (statements)
		return statements_part(s, draft, part);
	switch (kind_of(s)) {
	case CHOICE:
		return choice_part(s, part);
	case TRUTH:
		if (truth_of(s->row[KEY], &s->csv.arena) < 0)
			return refuse(s, "key", "the key is Đúng or Sai", s->row[KEY]);
		bv_truth_part(&s->c->draft, part, truth_of(s->row[KEY], &s->csv.arena));
		return true;
	case TEXT:
		return text_part(s, part);
	case NUMBER:
		return number_part(s, part);
	case ESSAY:
		part->kind = BV_PART_ESSAY;
		part->lines = 15;
		return true;
	case UNKNOWN:
		break;
	}
	return refuse(s, "unkept", "type (loại) is choice, truefalse, text, number or essay; it may be empty when there are choices or the key is Đúng or Sai", s->row[TYPE]);
}

static bool
points_read(struct sheet *s, double *grade)
{
	int64_t hundredths;

	if (!s->row[POINTS].len)
		return true;
	if (!bv_str_decimal(decimal_of(s, s->row[POINTS]), 2, &hundredths) || hundredths <= 0 || hundredths > 10000)
		return refuse(s, "share", "points are a number over 0 up to 100 with at most two decimals", s->row[POINTS]);
	*grade = (double)hundredths / 100;
	return true;
}

static size_t
tags_read(struct sheet *s, struct bv_str tags[16])
{
	struct bv_str rest = s->row[TAGS];
	size_t count = 0;

	while (rest.len && count < 16) {
		struct bv_str one = bv_str_sub(rest, 0, bv_str_find(rest, '|'));
		rest = bv_str_sub(rest, one.len + 1, rest.len);
		if (bv_str_trim(one).len)
			tags[count++] = bv_str_trim(one);
	}
	return count;
}

static void
question_read(struct sheet *s, bool statements)
{
	struct bv_str tags[16];
	struct bv_draft_part part = { .weight = 1 };
	struct bv_draft draft = { .grade = 1, .parts = &part, .part_count = 1, .tags = tags };

	draft.title = s->c->title = bv_one_line(s->row[TITLE], &s->c->draft);
	draft.idnumber = s->row[ID];
	if (s->csv.overfull) {
		bv_loss(s->c, BV_SEVERITY_ERROR, "many", s->csv.row_line, "not converted: the row has more than %d fields, or one of more than %d bytes", BV_CSV_COLUMNS_MAX, BV_CSV_FIELD_MAX);
		return;
	}
	if (!s->row[QUESTION].len) {
		refuse(s, "incomplete", "there is no question", BV_STR_NONE);
		return;
	}
	if (!(statements || points_read(s, &draft.grade)) || !part_read(s, &draft, statements))
		return;
	draft.general = plain(s, FEEDBACK, BV_BODY_FLOW);
	draft.tag_count = tags_read(s, tags);
	bv_category_set(s->c, s->row[CATEGORY]);
	bv_draft_body(s->c, &draft, s->row[QUESTION], &(struct bv_body_opts){ .markup = BV_MARKUP_PLAIN, .line = s->csv.row_line });
	bv_draft_emit(s->c, &draft);
}

void
bv_import_csv(struct bv_conversion *c, struct bv_str bytes, bool statements)
{
	struct sheet s = { .c = c };

	if (statements && (c->opts->step_count < 2 || c->opts->step_count > LETTERS || !c->opts->steps[c->opts->step_count - 1])) {
		c->stopped = bv_err_set(c->err, BV_EINVAL, "2 to %d steps are needed, the last over 0: the mark for 1, 2, … right statements", LETTERS);
		return;
	}
	bv_csv_init(&s.csv, bytes);
	if (headings_read(&s))
		while (bv_csv_next(&s.csv)) {
			if (!bv_question_start(c, s.csv.row_line))
				break;
			memset(s.row, 0, sizeof s.row);
			for (size_t i = 0; i < s.csv.field_count; i++)
				if (s.column[i] >= 0)
					s.row[s.column[i]] = s.csv.fields[i];
			question_read(&s, statements);
		}
	bv_csv_finish(&s.csv);
}
