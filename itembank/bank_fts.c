/* The index of texts in SQLite's FTS5: all that knows of that engine. Another engine needs the same words (bank_texts.c) and its own version of
 * what is here: to_tsquery takes them as they are, 'hoa_':* for a word whatever its marks. */
#include "itembank/bank.h"

/* Without content of its own: what a document holds can be made from its item version at any time, and is never changed. A new version is a new
 * document with the next number; the old one is no longer any item's. The tokenizer takes bytes from 0x80 on as letters, so that the words are ours. */
const char bank_fts_schema[] = "CREATE VIRTUAL TABLE item_text USING fts5(heading, stem, choices, remarks, content='',"
			       " tokenize='ascii tokenchars ''_''');"
			       "INSERT INTO item_text(item_text, rank) VALUES ('automerge', 8);";

const char bank_fts_add[] = "INSERT INTO item_text(rowid, heading, stem, choices, remarks) VALUES ($1, $2, $3, $4, $5)";
const char bank_fts_few[] = "SELECT count(*) FROM (SELECT 1 FROM item_text WHERE item_text MATCH $1 LIMIT $2)";
const char bank_fts_has[] = "SELECT 1 FROM item_text WHERE rowid = $1 AND item_text MATCH $2";
const char bank_fts_from[] = " FROM item_text CROSS JOIN item ON item.document = item_text.rowid";
const char bank_fts_match[] = "item_text MATCH $14";
const char bank_fts_in[] = "document IN (SELECT rowid FROM item_text WHERE item_text MATCH $14)";
/* Those that have the words as they were typed first; then BM25, which is less where the words are rarer, more frequent or higher up. */
const char bank_fts_relevance[] = "document NOT IN (SELECT rowid FROM item_text WHERE item_text MATCH $15), bm25(item_text, 8.0, 4.0, 2.0, 1.0)";

static void
write_term(struct bv_buf *out, const struct bv_terms *terms, const struct bv_term *term, bool exact)
{
	const struct bv_word *words = &terms->words[term->first];

	bv_buf_addc(out, '"');
	for (size_t i = 0; i < term->count; i++) {
		bv_buf_addz(out, i ? " " : "");
		if (term->kind == BV_TERM_PREFIX)
			bv_buf_add(out, (struct bv_str){ words[i].plain, words[i].plain_len });
		else
			bank_word_write(out, &words[i]);
	}
	bv_buf_addc(out, '"');
	if (term->kind == BV_TERM_PREFIX || (term->kind == BV_TERM_WORD && !words->marks_len && !exact))
		bv_buf_addc(out, '*');
}

static void
write_terms(struct bv_buf *out, const struct bv_terms *terms, bool excluded, bool exact)
{
	bool first = true;

	for (size_t i = 0; i < terms->count; i++) {
		if (terms->terms[i].excluded != excluded)
			continue;
		bv_buf_addz(out, first ? excluded ? " NOT (" : "(" : excluded ? " OR " : " AND ");
		write_term(out, terms, &terms->terms[i], exact && !excluded);
		first = false;
	}
	bv_buf_addz(out, first ? "" : ")");
}

struct bv_str
bank_fts_query(const struct bv_terms *terms, bool exact, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_TERM_WORDS_MAX * (2 * BV_WORD_MAX + 2) + BV_TERMS_MAX * 8 + 16);

	write_terms(&out, terms, false, exact);
	write_terms(&out, terms, true, exact);
	return bv_arena_str(arena, bv_buf_str(&out));
}

struct bv_str
bank_fts_phrase(int part, struct bv_str words, struct bv_arena *arena)
{
	static const char *const columns[BANK_TEXT_PARTS] = { "heading", "stem", "choices", "remarks" };
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(words.len + 40);

	bv_buf_printf(&out, "%s : \"%.*s\"", columns[part], BV_STR_ARG(words));
	return bv_arena_str(arena, bv_buf_str(&out));
}
