/* What the reader sees: language, images, options, the wording of the stem. */
#include <stdlib.h>

#include "base/text.h"
#include "itembank/body.h"
#include "itembank/lint.h"

#define MUCH_LONGER 1.6
#define MUCH_LONGER_FROM 12 /* code points: among numbers and abbreviations length says nothing */

static void
heading(struct bv_lint_item *l)
{
	if (bv_item_title(l->item).len == 0)
		bv_report(l->reporter, BV_SEVERITY_WARNING, "missing-title", l->item->root->line, "the item has no title");
	if (bv_item_language(l->item).len == 0)
		bv_report(l->reporter, BV_SEVERITY_WARNING, "missing-language", l->item->root->line,
		          "the item has no xml:lang: screen readers and translations need it");
}

/* An image that only decorates says so: role="presentation", or aria-hidden. */
static bool
is_decoration(const struct bv_xml_node *img)
{
	const struct bv_str *role = bv_xml_attr(img, "role"), *hidden = bv_xml_attr(img, "aria-hidden");

	return (role && (bv_str_is(*role, "presentation") || bv_str_is(*role, "none"))) || (hidden && bv_str_is(*hidden, "true"));
}

static void
images(struct bv_lint_item *l)
{
	const struct bv_xml_node *body = l->item->body;

	for (const struct bv_xml_node *n = body ? bv_body_next(body, body, false) : NULL; n; n = bv_body_next(body, n, false)) {
		const struct bv_str *alt = bv_xml_attr(n, "alt");
		if (bv_str_is(n->name, "img") && !is_decoration(n) && (!alt || bv_str_trim(*alt).len == 0))
			bv_report(l->reporter, BV_SEVERITY_ERROR, "missing-alt", n->line,
			          "the image has no alternative text (alt); mark one that only decorates with role=\"presentation\"");
	}
}

static void
repeated_options(struct bv_lint_item *l, const struct bv_interaction *i, size_t from, size_t to)
{
	struct bv_str *folded = bv_arena_array(l->arena, to, struct bv_str);

	for (size_t c = from; c < to; c++) {
		folded[c] = bv_text_fold(i->choices[c].text, l->arena);
		for (size_t k = from; folded[c].len && k < c; k++) {
			if (!bv_str_eq(folded[c], folded[k]))
				continue;
			bv_report(l->reporter, BV_SEVERITY_ERROR, "repeated-option", i->choices[c].line, "options '%.*s' and '%.*s' read the same: %.*s",
			          BV_STR_ARG(i->choices[k].identifier), BV_STR_ARG(i->choices[c].identifier), BV_STR_ARG(i->choices[c].text));
			break;
		}
	}
}

bool
bv_lint_key_longest(const struct bv_interaction *interaction, int key, size_t *len, double *mean_of_others)
{
	size_t others = 0;
	bool longest = interaction->choice_count > 1;

	*len = bv_text_count(interaction->choices[key].text);
	for (size_t c = 0; c < interaction->choice_count; c++) {
		size_t n = bv_text_count(interaction->choices[c].text);
		if ((int)c == key)
			continue;
		others += n;
		longest = longest && n < *len;
	}
	*mean_of_others = interaction->choice_count > 1 ? (double)others / (double)(interaction->choice_count - 1) : 0;
	return longest;
}

static void
key_length(struct bv_lint_item *l, size_t idx)
{
	const struct bv_interaction *i = &l->item->interactions[idx];
	int key = bv_lint_key(l, idx);
	size_t len;
	double mean;

	if (key >= 0 && bv_lint_key_longest(i, key, &len, &mean) && len >= MUCH_LONGER_FROM && (double)len > MUCH_LONGER * mean)
		bv_report(l->reporter, BV_SEVERITY_WARNING, "key-much-longer", i->choices[key].line,
		          "the right option has %zu characters, the others %.1f on average: its length gives it away", len, mean);
}

/* Case folded. */
static const char *const all_or_none[] = {
	"tất cả các đáp án", "tất cả các phương án", "tất cả đáp án", "tất cả phương án", "tất cả các câu trên", "tất cả các ý trên",
	"tất cả các lựa chọn", "tất cả những điều trên", "tất cả đều đúng", "tất cả đều sai", "cả ba đáp án", "cả ba phương án", "cả ba đều",
	"cả bốn đáp án", "các đáp án trên đều", "các phương án trên đều", "không có đáp án nào", "không đáp án nào", "không có phương án nào",
	"không phương án nào", "không có câu nào", "không câu nào", "không có lựa chọn nào", "cả a và b", "cả a, b và c", "cả a, b, c",
	"all of the above", "all the above", "none of the above", "all of these", "none of these", "all answers are", "no answer is correct",
	"both a and b", "all of the options", "none of the options",
};

static void
all_of_the_above(struct bv_lint_item *l, const struct bv_interaction *i)
{
	for (size_t c = 0; c < i->choice_count; c++) {
		const char *text = bv_text_fold(i->choices[c].text, l->arena).p;
		for (size_t p = 0; text && p < BV_COUNT(all_or_none); p++) {
			if (!strstr(text, all_or_none[p]))
				continue;
			bv_report(l->reporter, BV_SEVERITY_WARNING, "all-of-the-above", i->choices[c].line,
			          "option '%.*s' refers to the others (\"%s\"): it breaks when options are shuffled, and rewards partial knowledge",
			          BV_STR_ARG(i->choices[c].identifier), all_or_none[p]);
			break;
		}
	}
}

/* ---- Negative stems --------------------------------------------------------------------------------------------- */

/* A question word, then a negation within a few words: "thiết bị nào sau đây không …", "which of these is not …". */
static const char *const question_words[] = { "nào", "gì", "ai", "đâu", "which", "what", "who", "where", "all", "statement", "following" };
static const char *const negations[] = { "không", "chưa", "sai", "trừ", "not", "never", "except", "incorrect", "false", "cannot" };
/* After these the negation belongs to a clause of its own: "việc nào giúp in mà không tốn giấy". */
static const char *const clause_words[] = { "mà", "nếu", "khi", "để", "vì", "if", "when", "that", "because", "without", "so" };
#define NEGATION_WITHIN 6

static bool
is_word(struct bv_str word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bv_str_is(word, list[i]))
			return true;
	return false;
}

/* The word without punctuation at its end; *stops when the sentence ends with it. */
static struct bv_str
bare(struct bv_str word, bool *stops)
{
	*stops = false;
	while (word.len && strchr(".?!,;:)\"", word.p[word.len - 1])) {
		*stops = *stops || strchr(".?!", word.p[word.len - 1]);
		word.len--;
	}
	return word;
}

/* Does a question of the text ask for what is not so? A Vietnamese "… không?" at the end of a sentence only asks yes or no. A negation
 * in capitals is emphasised. */
static bool
asks_negatively(struct bv_str text, struct bv_arena *arena)
{
	size_t since = SIZE_MAX;
	struct bv_str word;

	while (bv_str_token(&text, &word)) {
		bool stops, end_of_text = bv_str_trim(text).len == 0;
		struct bv_str plain = bare(word, &stops), folded = bv_text_fold(plain, arena);
		bool capitals = plain.len > 2 && plain.len == folded.len && plain.p[plain.len - 1] != folded.p[plain.len - 1];
		bool yes_or_no = (stops || end_of_text) && (bv_str_is(folded, "không") || bv_str_is(folded, "chưa"));
		if (since != SIZE_MAX && ++since <= NEGATION_WITHIN && !capitals && !yes_or_no && is_word(folded, negations, BV_COUNT(negations)))
			return true;
		if (is_word(folded, question_words, BV_COUNT(question_words)))
			since = 0;
		if (stops || is_word(folded, clause_words, BV_COUNT(clause_words)))
			since = SIZE_MAX;
	}
	return false;
}

static void
negative_stem(struct bv_lint_item *l)
{
	struct bv_str unstressed = bv_body_text(l->item->body, BV_TEXT_STEM | BV_TEXT_UNSTRESSED, l->arena);

	if (asks_negatively(unstressed, l->arena))
		bv_report(l->reporter, BV_SEVERITY_WARNING, "negative-stem", l->item->body->line,
		          "the question asks for what is not so, without emphasis: ask positively, or set the negation in <strong>");
}

void
bv_lint_texts(struct bv_lint_item *l)
{
	bool chooses = false;

	heading(l);
	images(l);
	for (size_t idx = 0; idx < l->item->interaction_count; idx++) {
		const struct bv_interaction *i = &l->item->interactions[idx];
		if (i->kind != BV_INTERACTION_HOTTEXT) /* the same word may stand twice in a text */
			repeated_options(l, i, 0, i->first_count);
		if (i->kind == BV_INTERACTION_MATCH || i->kind == BV_INTERACTION_GRAPHIC_GAP_MATCH)
			repeated_options(l, i, i->first_count, i->choice_count);
		if (i->kind == BV_INTERACTION_CHOICE || i->kind == BV_INTERACTION_INLINE_CHOICE) {
			chooses = chooses || i->kind == BV_INTERACTION_CHOICE;
			all_of_the_above(l, i);
			key_length(l, idx);
		}
	}
	if (chooses)
		negative_stem(l);
}
