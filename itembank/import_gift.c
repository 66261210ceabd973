/* GIFT, Moodle's text format for questions. Characters that a backslash protects are control characters while a question is taken apart. */
#include "itembank/convert.h"

#include <stdio.h>

static const char escapable[] = ":#={}~\\";

struct gift {
	struct bv_conversion *c;
	enum bv_markup markup;
	int line;
	struct bv_str id, tags[16];
	size_t tag_count;
};

/* ---- Escapes ---- */

static struct bv_str
protect(struct bv_arena *arena, struct bv_str s)
{
	char *out = bv_arena_alloc(arena, s.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		const char *found = i + 1 < s.len && s.p[i] == '\\' && s.p[i + 1] ? strchr(escapable, s.p[i + 1]) : NULL;
		if (found) {
			out[len++] = (char)(0x10 + (found - escapable));
			i++;
		} else if (s.p[i] == '\\' && i + 1 < s.len && s.p[i + 1] == 'n') {
			out[len++] = '\n';
			i++;
		} else if ((unsigned char)s.p[i] >= 0x20 || s.p[i] == '\n' || s.p[i] == '\t') {
			out[len++] = s.p[i];
		}
	}
	return (struct bv_str){ out, len };
}

static struct bv_str
restore(struct bv_arena *arena, struct bv_str s)
{
	struct bv_str trimmed = bv_str_trim(s);
	char *p = bv_changeable(arena, trimmed);

	for (size_t i = 0; i < trimmed.len; i++)
		if ((unsigned char)p[i] >= 0x10 && (unsigned char)p[i] < 0x10 + sizeof escapable - 1)
			p[i] = escapable[(unsigned char)p[i] - 0x10];
	return (struct bv_str){ p, trimmed.len };
}

/* ---- Parts of a question ---- */

static bool
takes(struct bv_str *s, const char *prefix)
{
	struct bv_str p = bv_str_of(prefix);

	if (!bv_str_starts(*s, p))
		return false;
	*s = bv_str_trim(bv_str_sub(*s, p.len, s->len));
	return true;
}

/* [html] and the like at the start of a text. */
static enum bv_markup
markup_take(struct bv_str *s, enum bv_markup otherwise)
{
	static const struct {
		const char *name;
		enum bv_markup markup;
	} names[] = { { "[html]", BV_MARKUP_HTML }, { "[moodle]", BV_MARKUP_MOODLE }, { "[plain]", BV_MARKUP_PLAIN }, { "[markdown]", BV_MARKUP_MARKDOWN } };

	*s = bv_str_trim(*s);
	for (size_t i = 0; i < BV_COUNT(names); i++)
		if (takes(s, names[i].name))
			return names[i].markup;
	return otherwise;
}

static struct bv_str
body_of(struct gift *g, struct bv_str s, enum bv_body_place place)
{
	enum bv_markup markup = markup_take(&s, g->markup);

	return bv_html_body(g->c, restore(&g->c->draft, s), place, &(struct bv_body_opts){ .markup = markup, .line = g->line });
}

/* "text#feedback": the feedback is taken off. */
static struct bv_str
feedback_take(struct gift *g, struct bv_str *s)
{
	size_t at = bv_str_find(*s, '#');
	struct bv_str feedback = bv_str_trim(bv_str_sub(*s, at + 1, s->len));

	*s = bv_str_trim(bv_str_sub(*s, 0, at));
	return feedback.len ? body_of(g, feedback, BV_BODY_FLOW) : BV_STR_NONE;
}

/* "%50%" at the start; false when there is none. */
static bool
weight_take(struct gift *g, struct bv_str *s, double *fraction)
{
	size_t end;
	double percent;

	if (!s->len || s->p[0] != '%')
		return false;
	end = bv_str_find(bv_str_sub(*s, 1, s->len), '%');
	if (!bv_str_double(bv_str_sub(*s, 1, end), &percent) || !(percent >= -100 && percent <= 100)) {
		bv_loss(g->c, BV_SEVERITY_ERROR, "share", g->line, "not converted: '%.*s' is no weight from -100 to 100 between two %%", BV_STR_ARG(bv_str_sub(*s, 0, 20)));
		*fraction = -2;
		return true;
	}
	*fraction = bv_fraction_of(percent);
	*s = bv_str_trim(bv_str_sub(*s, end + 2, s->len));
	return true;
}

/* The next piece of s that begins with one of the marks, with it; false at the end. */
static bool
piece_next(struct bv_str *s, const char *marks, struct bv_str *piece)
{
	size_t i = 1;

	*s = bv_str_trim(*s);
	if (!s->len)
		return false;
	while (i < s->len && !strchr(marks, s->p[i]))
		i++;
	*piece = bv_str_trim(bv_str_sub(*s, 0, i));
	*s = bv_str_sub(*s, i, s->len);
	return true;
}

static bool
room(struct gift *g, size_t count)
{
	if (count < BV_DRAFT_CHOICES_MAX)
		return true;
	bv_loss(g->c, BV_SEVERITY_ERROR, "many", g->line, "not converted: more than %d answers", BV_DRAFT_CHOICES_MAX);
	return false;
}

/* ---- Kinds of answers ---- */

static bool
choices_read(struct gift *g, struct bv_draft_part *part, struct bv_str s)
{
	struct bv_str piece;
	bool doubled = false;

	part->kind = BV_PART_CHOICE;
	part->shuffle = true;
	part->multiple = bv_str_find(s, '=') == s.len;
	part->choices = bv_arena_array(&g->c->draft, BV_DRAFT_CHOICES_MAX, struct bv_draft_choice);
	while (piece_next(&s, "~=", &piece)) {
		struct bv_draft_choice choice = { 0 };
		/* "~=right": a wrong choice without a text cannot have been meant. */
		if (bv_str_is(piece, "~") && bv_str_starts(s, BV_STR("="))) {
			if (!doubled)
				bv_loss(g->c, BV_SEVERITY_WARNING, "changed", g->line, "\"~=\" is read as \"=\": a choice begins with one of them");
			doubled = true;
			continue;
		}
		if (!room(g, part->choice_count))
			return false;
		if (piece.p[0] == '=')
			choice.fraction = 1;
		if (strchr("~=", piece.p[0]))
			piece = bv_str_trim(bv_str_sub(piece, 1, piece.len));
		if (weight_take(g, &piece, &choice.fraction) && choice.fraction < -1)
			return false;
		bool typed = piece.len != 0;
		choice.feedback = feedback_take(g, &piece);
		choice.body = body_of(g, piece, BV_BODY_FLOW);
		if (!choice.body.len) {
			bv_loss(g->c, BV_SEVERITY_ERROR, "incomplete", g->line, "not converted: a choice is empty%s",
			        typed ? ": '<' begins markup and '#' feedback, write &lt; and \\# for the characters" : "");
			return false;
		}
		part->choices[part->choice_count++] = choice;
	}
	return bv_fractions_check(g->c, part);
}

static bool
pairs_read(struct gift *g, struct bv_draft_part *part, struct bv_str s)
{
	struct bv_str piece;

	part->kind = BV_PART_MATCH;
	part->shuffle = true;
	part->choices = bv_arena_array(&g->c->draft, BV_DRAFT_CHOICES_MAX, struct bv_draft_choice);
	part->targets = bv_arena_array(&g->c->draft, BV_DRAFT_CHOICES_MAX, struct bv_draft_choice);
	while (piece_next(&s, "=", &piece)) {
		struct bv_draft_choice left = { 0 }, right = { 0 };
		struct bv_str rest = piece.p[0] == '=' ? bv_str_sub(piece, 1, piece.len) : piece;
		size_t at = 0;
		if (!room(g, part->choice_count) || !room(g, part->target_count))
			return false;
		while (at + 1 < rest.len && memcmp(rest.p + at, "->", 2) != 0)
			at++;
		if (at + 1 >= rest.len) {
			bv_loss(g->c, BV_SEVERITY_ERROR, "form", g->line, "not converted: '%.*s' has no -> as the other pairs have", BV_STR_ARG(bv_str_sub(rest, 0, 40)));
			return false;
		}
		left.body = body_of(g, bv_str_sub(rest, 0, at), BV_BODY_FLOW);
		right.body = body_of(g, bv_str_sub(rest, at + 2, rest.len), BV_BODY_FLOW);
		for (left.right = 0; (size_t)left.right < part->target_count && !bv_str_eq(part->targets[left.right].body, right.body);)
			left.right++;
		if ((size_t)left.right == part->target_count)
			part->targets[part->target_count++] = right;
		if (left.body.len)
			part->choices[part->choice_count++] = left;
	}
	for (size_t i = 0; i < part->choice_count; i++)
		part->choices[i].fraction = 1.0 / (double)part->choice_count;
	if (part->choice_count < 2 || part->target_count < 2) {
		bv_loss(g->c, BV_SEVERITY_ERROR, "incomplete", g->line, "not converted: matching needs two pairs or more");
		return false;
	}
	return true;
}

static bool
texts_read(struct gift *g, struct bv_draft_part *part, struct bv_str s)
{
	struct bv_str piece;

	part->kind = BV_PART_TEXT;
	part->answers = bv_arena_array(&g->c->draft, BV_DRAFT_CHOICES_MAX, struct bv_draft_answer);
	while (piece_next(&s, "=", &piece)) {
		struct bv_draft_answer answer = { .fraction = 1 };
		struct bv_str key;
		if (!room(g, part->answer_count))
			return false;
		if (piece.p[0] == '=')
			piece = bv_str_trim(bv_str_sub(piece, 1, piece.len));
		if (weight_take(g, &piece, &answer.fraction) && answer.fraction < -1)
			return false;
		answer.feedback = feedback_take(g, &piece);
		bv_text_answer(&answer, &key, g->c, restore(&g->c->draft, piece), false);
		if (!part->key.len && answer.fraction >= 1)
			part->key = key;
		part->answers[part->answer_count++] = answer;
	}
	return bv_fractions_check(g->c, part);
}

/* Decimal arithmetic does not take "5." or ".5", as people write them. */
static struct bv_str
number_of(struct gift *g, struct bv_str s)
{
	struct bv_buf out = BV_BUF(200);
	struct bv_str text = bv_str_trim(restore(&g->c->draft, s));

	if (bv_str_starts(text, BV_STR("-")) || bv_str_starts(text, BV_STR("+"))) {
		if (text.p[0] == '-')
			bv_buf_addc(&out, '-');
		text = bv_str_sub(text, 1, text.len);
	}
	if (bv_str_starts(text, BV_STR(".")))
		bv_buf_addc(&out, '0');
	bv_buf_add(&out, bv_str_ends(text, BV_STR(".")) ? bv_str_sub(text, 0, text.len - 1) : text);
	text = bv_arena_str(&g->c->draft, bv_buf_str(&out));
	bv_buf_finish(&out);
	return text;
}

/* "3.14", "3.14:0.01", "1..5" or "*". */
static bool
range_read(struct gift *g, struct bv_draft_part *part, struct bv_draft_answer *answer, struct bv_str s)
{
	struct bv_arena *arena = &g->c->draft;
	size_t dots = 0, colon = bv_str_find(s, ':');
	struct bv_str unused, value;

	if (bv_str_is(s, "*")) {
		answer->kind = BV_ANSWER_ANY;
		return true;
	}
	answer->kind = BV_ANSWER_RANGE;
	while (dots + 1 < s.len && memcmp(s.p + dots, "..", 2) != 0)
		dots++;
	if (dots + 1 < s.len) {
		value = number_of(g, bv_str_sub(s, 0, dots));
		if (bv_bounds_write(&answer->low, &unused, value, BV_STR_NONE, arena) &&
		    bv_bounds_write(&unused, &answer->high, number_of(g, bv_str_sub(s, dots + 2, s.len)), BV_STR_NONE, arena)) {
			if (!part->key.len && answer->fraction >= 1)
				part->key = value;
			return true;
		}
	} else {
		value = number_of(g, bv_str_sub(s, 0, colon));
		if (bv_bounds_write(&answer->low, &answer->high, value, number_of(g, bv_str_sub(s, colon + 1, s.len)), arena)) {
			if (!part->key.len && answer->fraction >= 1)
				part->key = value;
			return true;
		}
	}
	bv_loss(g->c, BV_SEVERITY_ERROR, "number", g->line, "not converted: '%.*s' is no number, number:tolerance or from..to", BV_STR_ARG(bv_str_sub(s, 0, 40)));
	return false;
}

static bool
numbers_read(struct gift *g, struct bv_draft_part *part, struct bv_str s)
{
	struct bv_str piece;

	part->kind = BV_PART_NUMBER;
	part->answers = bv_arena_array(&g->c->draft, BV_DRAFT_CHOICES_MAX, struct bv_draft_answer);
	while (piece_next(&s, "=~", &piece)) {
		struct bv_draft_answer answer = { .fraction = 1 };
		bool wrong = piece.p[0] == '~';
		if (!room(g, part->answer_count))
			return false;
		if (strchr("=~", piece.p[0]))
			piece = bv_str_trim(bv_str_sub(piece, 1, piece.len));
		if (wrong)
			answer.fraction = 0;
		if (weight_take(g, &piece, &answer.fraction) && answer.fraction < -1)
			return false;
		answer.feedback = feedback_take(g, &piece);
		if (!range_read(g, part, &answer, wrong && !piece.len ? BV_STR("*") : piece))
			return false;
		part->answers[part->answer_count++] = answer;
	}
	return bv_fractions_check(g->c, part);
}

/* 1 true, 0 false, -1 neither; the comments are left in s: the one to a wrong answer, then the one to a right one. */
static int
truth_of(struct bv_str s)
{
	struct bv_str word = bv_str_trim(bv_str_sub(s, 0, bv_str_find(s, '#')));

	if (bv_str_is(word, "T") || bv_str_is(word, "TRUE"))
		return 1;
	return bv_str_is(word, "F") || bv_str_is(word, "FALSE") ? 0 : -1;
}

static bool
truth_read(struct gift *g, struct bv_draft_part *part, struct bv_str s)
{
	int truth = truth_of(s);
	struct bv_str rest = bv_str_sub(s, bv_str_find(s, '#') + 1, s.len), wrong = bv_str_sub(rest, 0, bv_str_find(rest, '#')),
		      right = bv_str_sub(rest, wrong.len + 1, rest.len);

	bv_truth_part(&g->c->draft, part, truth);
	if (bv_str_trim(wrong).len)
		part->choices[truth ? 1 : 0].feedback = body_of(g, wrong, BV_BODY_FLOW);
	if (bv_str_trim(right).len)
		part->choices[truth ? 0 : 1].feedback = body_of(g, right, BV_BODY_FLOW);
	return true;
}

static bool
has_arrow(struct bv_str s)
{
	for (size_t i = 0; i + 1 < s.len; i++)
		if (memcmp(s.p + i, "->", 2) == 0)
			return true;
	return false;
}

static bool
answers_read(struct gift *g, struct bv_draft_part *part, struct bv_str s)
{
	if (!s.len) {
		part->kind = BV_PART_ESSAY;
		part->lines = 15;
		return true;
	}
	if (s.p[0] == '#')
		return numbers_read(g, part, bv_str_sub(s, 1, s.len));
	if (bv_str_find(s, '~') < s.len)
		return choices_read(g, part, s);
	if (bv_str_find(s, '=') < s.len && has_arrow(s))
		return pairs_read(g, part, s);
	if (truth_of(s) >= 0)
		return truth_read(g, part, s);
	return texts_read(g, part, s);
}

/* ---- A question ---- */

static struct bv_str
general_feedback_take(struct gift *g, struct bv_str *answers)
{
	for (size_t i = 0; i + 3 < answers->len; i++)
		if (memcmp(answers->p + i, "####", 4) == 0) {
			struct bv_str feedback = body_of(g, bv_str_sub(*answers, i + 4, answers->len), BV_BODY_FLOW);
			*answers = bv_str_trim(bv_str_sub(*answers, 0, i));
			return feedback;
		}
	return BV_STR_NONE;
}

/* The text before and behind the answers; in between the box to type in, or the line that stands for the missing word. */
static void
body_write(struct gift *g, struct bv_draft *draft, struct bv_str before, struct bv_str behind)
{
	struct bv_buf text = BV_BUF(BV_XML_ITEM_MAX);

	bv_buf_add(&text, restore(&g->c->draft, before));
	if (behind.len) {
		bv_buf_addz(&text, bv_part_is_block(draft->parts) ? " _____ " : " \x01" "0\x02 ");
		bv_buf_add(&text, restore(&g->c->draft, behind));
	}
	bv_draft_body(g->c, draft, bv_buf_str(&text), &(struct bv_body_opts){ .markup = g->markup, .line = g->line });
	bv_buf_finish(&text);
}

static void
question_read(struct gift *g, struct bv_str block)
{
	struct bv_draft_part part = { .weight = 1 };
	struct bv_draft draft = { .grade = 1, .parts = &part, .part_count = 1, .idnumber = g->id, .tags = g->tags, .tag_count = g->tag_count };
	struct bv_str s = bv_str_trim(protect(&g->c->draft, block)), answers, behind;
	size_t open, end;

	if (bv_str_starts(s, BV_STR("::"))) {
		for (end = 2; end + 1 < s.len && memcmp(s.p + end, "::", 2) != 0;)
			end++;
		draft.title = bv_one_line(restore(&g->c->draft, bv_str_sub(s, 2, end - 2)), &g->c->draft);
		s = bv_str_sub(s, end + 2, s.len);
	}
	g->c->title = draft.title;
	g->markup = markup_take(&s, BV_MARKUP_MOODLE);
	open = bv_str_find(s, '{');
	end = bv_str_find(s, '}');
	if (open == s.len && end == s.len) {
		bv_loss(g->c, BV_SEVERITY_ERROR, "unkept", g->line, "not converted: a description without answers {…} is no question");
		return;
	}
	if (open >= end || end == s.len) {
		bv_loss(g->c, BV_SEVERITY_ERROR, "form", g->line, "not converted: { and } do not pair; write \\{ and \\} for braces of the text, and no empty line inside");
		return;
	}
	answers = bv_str_trim(bv_str_sub(s, open + 1, end - open - 1));
	behind = bv_str_trim(bv_str_sub(s, end + 1, s.len));
	draft.general = general_feedback_take(g, &answers);
	if (!answers_read(g, &part, answers))
		return;
	body_write(g, &draft, bv_str_sub(s, 0, open), behind);
	bv_draft_emit(g->c, &draft);
}

/* "// [id:…] [tag:…]": what Moodle 3.7 and later keep in comments before a question. */
static void
comment_read(struct gift *g, struct bv_str s)
{
	while (s.len) {
		size_t at = bv_str_find(s, '['), end;
		struct bv_str word;
		s = bv_str_sub(s, at + 1, s.len);
		end = bv_str_find(s, ']');
		if (end == s.len)
			return;
		word = bv_str_sub(s, 0, end);
		if (bv_str_starts(word, BV_STR("id:")))
			g->id = bv_one_line(bv_str_sub(word, 3, word.len), &g->c->arena);
		else if (bv_str_starts(word, BV_STR("tag:")) && g->tag_count < BV_COUNT(g->tags))
			g->tags[g->tag_count++] = bv_one_line(bv_str_sub(word, 4, word.len), &g->c->arena);
		s = bv_str_sub(s, end, s.len);
	}
}

static void
block_end(struct gift *g, struct bv_buf *block)
{
	if (bv_str_trim(bv_buf_str(block)).len && bv_question_start(g->c, g->line)) {
		if (block->full)
			bv_loss(g->c, BV_SEVERITY_ERROR, "many", g->line, "not converted: the question is longer than %zu bytes", block->max);
		else
			question_read(g, bv_buf_str(block));
	}
	bv_buf_clear(block);
	block->full = false;
	g->id = BV_STR_NONE;
	g->tag_count = 0;
}

void
bv_import_gift(struct bv_conversion *c, struct bv_str bytes)
{
	struct gift g = { .c = c };
	struct bv_buf block = BV_BUF(65536);
	int line = 0;

	while (bytes.len && !c->stopped) {
		struct bv_str row = bv_str_sub(bytes, 0, bv_str_find(bytes, '\n')), s = bv_str_trim(row);
		bytes = bv_str_sub(bytes, row.len + 1, bytes.len);
		line++;
		if (bv_str_starts(s, BV_STR("//"))) {
			comment_read(&g, s);
		} else if (bv_str_starts(s, BV_STR("$CATEGORY:")) || !s.len) {
			if (block.len)
				block_end(&g, &block);
			if (s.len)
				bv_category_set(c, bv_str_sub(s, 10, s.len));
		} else {
			if (!block.len)
				g.line = line;
			bv_buf_add(&block, s);
			bv_buf_addc(&block, '\n');
		}
	}
	block_end(&g, &block);
	bv_buf_finish(&block);
}
