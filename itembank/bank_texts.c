/* The texts of an item that a search looks at, as words of an index and as a piece to show. */
#include "itembank/bank.h"
#include "itembank/body.h"
#include "itembank/item.h"
#include "itembank/names.h"

static void
add_text(struct bv_buf *out, struct bv_str text)
{
	if (text.len)
		bv_buf_addz(out, out->len ? " " : "");
	bv_buf_add(out, text);
}

/* Feedback of all kinds and rubric blocks, wherever they stand; what is inside of one is its. */
static void
add_remarks(struct bv_buf *out, const struct bv_item *item, struct bv_arena *arena)
{
	const struct bv_xml_node *root = item->root;
	bool over = false;

	for (const struct bv_xml_node *e = bv_body_next(root, root, false); e; e = bv_body_next(root, e, over)) {
		enum bv_qti element = bv_qti_element(e);
		over = element == BV_QTI_MODAL_FEEDBACK || element == BV_QTI_FEEDBACK_BLOCK || element == BV_QTI_FEEDBACK_INLINE ||
		       element == BV_QTI_RUBRIC_BLOCK;
		if (over)
			add_text(out, bv_body_text(e, 0, arena));
	}
}

void
bank_texts_of(struct bv_str texts[BANK_TEXT_PARTS], const struct bv_item *item, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf choices = BV_BUF(2 * BV_XML_ITEM_MAX), remarks = BV_BUF(2 * BV_XML_ITEM_MAX);

	for (size_t i = 0; i < item->interaction_count; i++) {
		const struct bv_interaction *interaction = &item->interactions[i];
		for (size_t c = 0; c < interaction->choice_count && interaction->kind != BV_INTERACTION_HOTTEXT; c++)
			add_text(&choices, interaction->choices[c].text);
	}
	add_remarks(&remarks, item, arena);
	texts[BANK_TEXT_TITLE] = bv_item_title(item);
	texts[BANK_TEXT_STEM] = item->body ? bv_body_text(item->body, BV_TEXT_STEM | BV_TEXT_QUESTION, arena) : BV_STR_NONE;
	texts[BANK_TEXT_CHOICES] = bv_arena_str(arena, bv_buf_str(&choices));
	texts[BANK_TEXT_REMARKS] = bv_arena_str(arena, bv_buf_str(&remarks));
}

struct bv_str
bv_item_stimuli(const struct bv_item *item, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_ITEM_STIMULI_MAX * (BV_ITEM_IDENTIFIER_MAX + 1));
	size_t count = 0;

	for (const struct bv_xml_node *n = bv_xml_element(item->root->first); n && count < BV_ITEM_STIMULI_MAX; n = bv_xml_element(n->next)) {
		const struct bv_str *attr = bv_qti_element(n) == BV_QTI_ASSESSMENT_STIMULUS_REF ? bv_qti_attr(n, "identifier") : NULL;
		struct bv_str name = attr ? bv_str_trim(*attr) : BV_STR_NONE, word;
		bool known = !name.len || name.len > BV_ITEM_IDENTIFIER_MAX || bv_str_find(name, ' ') < name.len;
		for (struct bv_str rest = bv_buf_str(&out); !known && bv_str_token(&rest, &word);)
			known = bv_str_eq(word, name);
		if (!known)
			add_text(&out, name);
		count += !known;
	}
	return bv_arena_str(arena, bv_buf_str(&out));
}

void
bank_word_write(struct bv_buf *out, const struct bv_word *word)
{
	char bytes[2 * BV_WORD_MAX + 1];

	memcpy(bytes, word->plain, word->plain_len);
	bytes[word->plain_len] = BANK_WORD_MARK;
	memcpy(bytes + word->plain_len + 1, word->marks, word->marks_len);
	bv_buf_add(out, (struct bv_str){ bytes, word->plain_len + 1 + word->marks_len });
}

struct bv_str
bank_words(struct bv_str text, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(4 * BV_XML_ITEM_MAX);
	struct bv_word word;

	while (bv_text_word(&word, &text)) {
		bank_word_write(&out, &word);
		bv_buf_addc(&out, ' ');
	}
	return bv_arena_str(arena, bv_buf_str(&out));
}

/* ---- A piece to show ---------------------------------------------------------------------------------------------- */

enum { WORDS_MAX = 1024, BEFORE = 8, SHOWN = 32 }; /* words: of a text that are looked at, before the first that is found, in the piece */

struct found_words {
	struct bv_word *words;
	bool *found;
	size_t count, found_count, first;
};

static bool
stands_at(const struct bv_terms *terms, size_t term, const struct found_words *text, size_t at)
{
	const struct bv_term *t = &terms->terms[term];
	bool same = at + t->count <= text->count;

	for (size_t i = 0; same && i < t->count; i++)
		same = bv_terms_find(terms, term, t->first + i, &text->words[at + i]);
	return same;
}

static void
find_words(struct found_words *out, const struct bv_terms *terms, struct bv_str text, struct bv_arena *arena)
{
	size_t most = text.len / 2 + 1 < WORDS_MAX ? text.len / 2 + 1 : WORDS_MAX;

	*out = (struct found_words){ 0 };
	out->words = bv_arena_array(arena, most, struct bv_word);
	out->found = bv_arena_array(arena, most, bool);
	while (out->count < most && bv_text_word(&out->words[out->count], &text))
		out->count++;
	for (size_t at = 0; at < out->count; at++)
		for (size_t t = 0; t < terms->count; t++)
			if (!terms->terms[t].excluded && stands_at(terms, t, out, at))
				memset(&out->found[at], true, terms->terms[t].count);
	for (size_t at = out->count; at-- > 0;)
		if (out->found[at]) {
			out->found_count++;
			out->first = at;
		}
}

static void
add_piece(struct bv_json *pieces, const char *from, const char *to, bool found)
{
	if (to == from)
		return;
	struct bv_json *piece = bv_json_add(pieces, bv_json_new_object());
	bv_json_set_str(piece, "text", (struct bv_str){ from, (size_t)(to - from) });
	if (found)
		bv_json_set(piece, "match", bv_json_new_bool(true));
}

static struct bv_json *
pieces_new(const struct found_words *text, struct bv_str all)
{
	static const char before[] = "… ", behind[] = " …";
	struct bv_json *pieces = bv_json_new_array();
	size_t first = text->first > BEFORE ? text->first - BEFORE : 0, end = text->count - first > SHOWN ? first + SHOWN : text->count;
	const char *from = first ? text->words[first].text.p : all.p;
	struct bv_str last = text->words[end - 1].text;

	if (first)
		add_piece(pieces, before, before + strlen(before), false);
	for (size_t i = first; i < end; i++)
		if (text->found[i]) {
			struct bv_str word = text->words[i].text;
			add_piece(pieces, from, word.p, false);
			add_piece(pieces, word.p, word.p + word.len, true);
			from = word.p + word.len;
		}
	add_piece(pieces, from, end == text->count ? all.p + all.len : last.p + last.len, false);
	if (end < text->count)
		add_piece(pieces, behind, behind + strlen(behind), false);
	return pieces;
}

struct bv_json *
bank_snippet_new(const struct bv_item *item, const struct bv_terms *terms, struct bv_arena *arena)
{
	static const enum bank_text_part order[] = { BANK_TEXT_STEM, BANK_TEXT_CHOICES, BANK_TEXT_REMARKS, BANK_TEXT_TITLE };
	static const char *const names[] = { [BANK_TEXT_TITLE] = "title", [BANK_TEXT_STEM] = "stem", [BANK_TEXT_CHOICES] = "choices",
		                             [BANK_TEXT_REMARKS] = "remarks" };
	struct found_words best = { 0 }, here;
	enum bank_text_part where = BANK_TEXT_TITLE;
	struct bv_str texts[BANK_TEXT_PARTS];

	bank_texts_of(texts, item, arena);
	for (size_t i = 0; i < BV_COUNT(order); i++) {
		find_words(&here, terms, texts[order[i]], arena);
		if (here.found_count > best.found_count) {
			best = here;
			where = order[i];
		}
	}
	struct bv_json *snippet = bv_json_new_object();
	bv_json_set_str(snippet, "in", bv_str_of(best.found_count ? names[where] : ""));
	bv_json_set(snippet, "text", best.found_count ? pieces_new(&best, texts[where]) : bv_json_new_array());
	return snippet;
}
