/* The index of texts in SQLite's FTS5: all that knows of that engine. Another engine needs the same words (bank_texts.c) and its own version of
 * what is here: to_tsquery takes them as they are, 'hoa_':* for a word whatever its marks. */
#include "itembank/bank.h"

/* Without content of its own: what a document holds can be made from its item version at any time, and is never changed. A new version is a new
 * document with the next number; the old one is no longer any item's. The tokenizer takes bytes from 0x80 on as letters, so that the words are ours. */
const char bank_fts_schema[] = "CREATE VIRTUAL TABLE item_text USING fts5(heading, stem, choices, remarks, content='',"
			       " tokenize='ascii tokenchars ''_''');"
			       "INSERT INTO item_text(item_text, rank) VALUES ('automerge', 8);";

const char bank_fts_add[] = "INSERT INTO item_text(rowid, heading, stem, choices, remarks) VALUES ($1, $2, $3, $4, $5)";
/* A match would read all documents that have the words; FTS5 keeps of each how many it has, for BM25. */
const char bank_fts_has[] = "SELECT 1 FROM item_text_docsize WHERE id = $1 AND sz = $2";
const char bank_fts_find[] = "SELECT rowid FROM item_text WHERE item_text MATCH $1";
const char bank_fts_from[] = " FROM item_text CROSS JOIN item ON item.document = item_text.rowid";
const char bank_fts_match[] = "item_text MATCH $14";
const char bank_fts_bits[] = "get_bit($29, document) = 1";
/* Those that have the words as they were typed first; then BM25, which is less where the words are rarer, more frequent or higher up. */
const char bank_fts_relevance[] = "1 - get_bit($15, document), bm25(item_text, 8.0, 4.0, 2.0, 1.0)";
/* The same with the title alone instead of BM25. */
const char bank_fts_common[] = "1 - get_bit($15, document), 1 - get_bit($26, document)";

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
write_terms(struct bv_buf *out, const struct bv_terms *terms, bool excluded, enum bank_fts_kind kind)
{
	bool first = true;

	for (size_t i = 0; i < terms->count; i++) {
		if (terms->terms[i].excluded != excluded)
			continue;
		bv_buf_addz(out, first ? excluded ? " NOT (" : kind == BANK_FTS_HEADING ? "heading : (" : "(" : excluded ? " OR " : " AND ");
		write_term(out, terms, &terms->terms[i], kind == BANK_FTS_EXACT && !excluded);
		first = false;
	}
	bv_buf_addz(out, first ? "" : ")");
}

struct bv_str
bank_fts_query(const struct bv_terms *terms, enum bank_fts_kind kind, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_TERM_WORDS_MAX * (2 * BV_WORD_MAX + 2) + BV_TERMS_MAX * 8 + 32);

	write_terms(&out, terms, false, kind);
	write_terms(&out, terms, true, kind);
	return bv_arena_str(arena, bv_buf_str(&out));
}

/* Varints, a column each: 7 bits a byte, the highest first, the top bit where more follow. */
struct bv_str
bank_fts_sizes(const struct bv_str words[BANK_TEXT_PARTS], struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(10 * BANK_TEXT_PARTS);

	for (size_t i = 0; i < BANK_TEXT_PARTS; i++) {
		size_t count = 0, shift = 0;
		for (size_t k = 0; k < words[i].len; k++)
			count += words[i].p[k] == ' ';
		while (count >> shift >= 128)
			shift += 7;
		for (; shift; shift -= 7)
			bv_buf_addc(&out, (char)(((count >> shift) & 127) | 128));
		bv_buf_addc(&out, (char)(count & 127));
	}
	return bv_arena_str(arena, bv_buf_str(&out));
}

enum bv_status
bank_documents_find(struct bank_documents *out, struct bv_bank *bank, struct bv_str match, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_sql_stmt *next, *find;
	bool row;

	TRY(bank_stmt(&next, bank, BANK_SQL_DOCUMENT_NEXT, err));
	TRY(bv_sql_step(next, &row, err));
	int64_t end = bv_sql_int(next, 0);
	bv_sql_reset(next);
	if (end < 1 || end / 8 >= BV_SQL_VALUE_MAX)
		return bv_err_set(err, BV_ELIMIT, "the bank has had more than %u texts: it cannot be searched by words", BV_SQL_VALUE_MAX * 8);
	size_t len = (size_t)end / 8 + 1;
	unsigned char *bits = bv_arena_alloc(arena, len);
	*out = (struct bank_documents){ .bits = { (const char *)bits, len }, .all = (uint64_t)end - 1 };
	TRY(bank_stmt(&find, bank, BANK_SQL_DOCUMENTS, err));
	bv_sql_bind_str(find, 1, match);
	for (;;) {
		TRY(bv_sql_step(find, &row, err));
		if (!row)
			return BV_OK;
		int64_t number = bv_sql_int(find, 0);
		if (number > 0 && number < end) { /* else of an import that is going on */
			bits[number / 8] |= (unsigned char)(1 << number % 8);
			out->count++;
		}
	}
}
