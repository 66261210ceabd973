/* Aiken: a question, choices "A." or "A)", and "ANSWER: B". */
#include "itembank/convert.h"

#include <ctype.h>

struct aiken {
	struct bv_conversion *c;
	struct bv_buf stem;
	struct bv_draft_choice choices[26];
	size_t count;
	int line;
	bool open, bad;
};

/* "A) …", "A. …"; the space may be missing where the line can be nothing else. */
static bool
is_choice(const struct aiken *a, struct bv_str s)
{
	if (s.len <= 2 || s.p[0] < 'A' || s.p[0] > 'Z' || (s.p[1] != '.' && s.p[1] != ')'))
		return false;
	return isspace((unsigned char)s.p[2]) || s.p[1] == ')' || (a->count && (size_t)(s.p[0] - 'A') == a->count);
}

static void
start(struct aiken *a, int line)
{
	bv_buf_clear(&a->stem);
	a->stem.full = false;
	a->count = 0;
	a->line = line;
	a->bad = false;
	a->open = bv_question_start(a->c, line);
}

/* What the question has until now cannot be one. */
static void
refuse(struct aiken *a, const char *kind, int line, const char *why)
{
	if (!a->bad)
		bv_loss(a->c, BV_SEVERITY_ERROR, kind, line, "not converted: %s", why);
	a->bad = true;
}

static void
choice_read(struct aiken *a, struct bv_str s, int line)
{
	if ((size_t)(s.p[0] - 'A') != a->count) {
		refuse(a, "form", line, "the choices are not A, B, C … in order");
		return;
	}
	a->choices[a->count++] = (struct bv_draft_choice){
		.body = bv_html_body(a->c, bv_str_sub(s, 2, s.len), BV_BODY_FLOW, &(struct bv_body_opts){ .markup = BV_MARKUP_PLAIN, .line = line })
	};
}

static void
answer_read(struct aiken *a, struct bv_str s, int line)
{
	struct bv_draft_part part = { .kind = BV_PART_CHOICE, .weight = 1, .shuffle = true, .choices = a->choices, .choice_count = a->count };
	struct bv_draft draft = { .grade = 1, .parts = &part, .part_count = 1 };
	struct bv_str key = bv_str_trim(bv_str_sub(s, 7, s.len)), stem = bv_str_trim(bv_buf_str(&a->stem));

	if (!stem.len || a->stem.full)
		refuse(a, a->stem.full ? "many" : "incomplete", line, a->stem.full ? "the question is longer than 65536 bytes" : "there is no question before the choices");
	else if (a->count < 2)
		refuse(a, "incomplete", line, "a question has two choices or more");
	else if (key.len != 1 || key.p[0] < 'A' || (size_t)(key.p[0] - 'A') >= a->count)
		refuse(a, "key", line, "ANSWER: is the letter of one of the choices");
	if (!a->bad) {
		part.choices[key.p[0] - 'A'].fraction = 1;
		bv_draft_body(a->c, &draft, stem, &(struct bv_body_opts){ .markup = BV_MARKUP_PLAIN, .line = a->line });
		bv_draft_emit(a->c, &draft);
	}
	a->open = false;
}

void
bv_import_aiken(struct bv_conversion *c, struct bv_str bytes)
{
	struct aiken a = { .c = c, .stem = BV_BUF(65536) };
	int line = 0;
	bool gap = false; /* the line before was empty */

	while (bytes.len && !c->stopped) {
		struct bv_str row = bv_str_sub(bytes, 0, bv_str_find(bytes, '\n')), s = bv_str_trim(row);
		bytes = bv_str_sub(bytes, row.len + 1, bytes.len);
		line++;
		bool after_gap = gap;
		gap = s.len == 0;
		if (!s.len)
			continue;
		if (a.open && a.count && after_gap && !is_choice(&a, s) && !bv_str_starts(s, BV_STR("ANSWER:"))) {
			refuse(&a, "incomplete", a.line, "the question has no ANSWER:");
			a.open = false;
		}
		if (!a.open)
			start(&a, line);
		if (!a.open)
			break;
		if (bv_str_starts(s, BV_STR("ANSWER:"))) {
			answer_read(&a, s, line);
		} else if (is_choice(&a, s)) {
			choice_read(&a, s, line);
		} else if (a.count) {
			refuse(&a, "form", line, "a choice or ANSWER: is expected here; each choice is on one line");
		} else {
			bv_buf_add(&a.stem, s);
			bv_buf_addc(&a.stem, '\n');
		}
	}
	if (a.open)
		refuse(&a, "incomplete", a.line, "the question has no ANSWER:");
	bv_buf_finish(&a.stem);
}
