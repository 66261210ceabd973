/* A filter as a statement. */
#include "base/text.h"
#include "itembank/bank.h"

enum { FILTER_PATH_MAX = 64, TEXT_MAX = 4096, PAGE_LIMIT = 30 };

static struct bv_str
joined(struct bv_str path, char c, struct bv_arena *arena)
{
	char *p = bv_arena_alloc(arena, path.len + 1);

	memcpy(p, path.p, path.len);
	p[path.len] = c;
	return (struct bv_str){ p, path.len + 1 };
}

/* "path, or anything below path": a dot follows, and '/' comes right after '.' in every order of bytes. */
static void
bind_path(struct bv_sql_stmt *stmt, const int parameters[3], struct bv_str path, struct bv_arena *arena)
{
	bv_sql_bind_str(stmt, parameters[0], path);
	bv_sql_bind_str(stmt, parameters[1], joined(path, '.', arena));
	bv_sql_bind_str(stmt, parameters[2], joined(path, '/', arena));
}

/* What is asked of the words of an item: patterns for LIKE, and the signature of all. */
struct wanted {
	struct bv_str patterns[BANK_WORD_COUNT];
	uint64_t sign[BANK_SIGN_COUNT];
	size_t count;
};

static enum bv_status
make_patterns(struct wanted *wanted, struct bv_str text, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str nfc, word;

	if (text.len > BANK_WORDS_MAX)
		return bv_err_set(err, BV_ELIMIT, "the words to look for are longer than %d bytes", BANK_WORDS_MAX);
	TRY(bv_text_nfc(&nfc, text, arena, err));
	for (struct bv_str rest = bank_words(nfc, arena); bv_str_token(&rest, &word);) {
		char *p = bv_arena_alloc(arena, 2 * word.len + 2);
		size_t len = 0;
		if (wanted->count == BANK_WORD_COUNT)
			return bv_err_set(err, BV_ELIMIT, "more than %d words to look for", BANK_WORD_COUNT);
		p[len++] = '%';
		for (size_t i = 0; i < word.len; i++) {
			if (strchr("%_\\", word.p[i]))
				p[len++] = '\\';
			p[len++] = word.p[i];
		}
		p[len++] = '%';
		wanted->patterns[wanted->count++] = (struct bv_str){ p, len };
	}
	bank_words_sign(wanted->sign, bank_words(nfc, arena));
	return BV_OK;
}

static void
write_query(struct bv_buf *text, const char *select, const bool used[BANK_CLAUSES], bool page)
{
	const char *join = " WHERE ";

	bv_buf_addz(text, select);
	for (size_t i = 0; i < BANK_CLAUSES; i++)
		if (used[i]) {
			bv_buf_printf(text, "%s%s", join, bank_clauses[i]);
			join = " AND ";
		}
	if (page)
		bv_buf_addz(text, bank_page);
}

static void
bind(struct bv_sql_stmt *stmt, const struct bv_bank_filter *filter, const struct bank_place *from, const bool used[BANK_CLAUSES],
     struct bv_arena *arena)
{
	if (used[BANK_CLAUSE_AFTER]) {
		bv_sql_bind_str(stmt, 1, from->competence);
		bv_sql_bind_str(stmt, 2, from->identifier);
		bv_sql_bind_str(stmt, 3, from->language);
	}
	if (used[BANK_CLAUSE_COMPETENCE])
		bind_path(stmt, (const int[]){ 5, 6, 4 }, filter->competence, arena);
	if (used[BANK_CLAUSE_COMPONENT])
		bind_path(stmt, (const int[]){ 7, 9, 8 }, filter->component, arena);
	if (used[BANK_CLAUSE_LANGUAGE])
		bv_sql_bind_str(stmt, 10, filter->language);
	if (used[BANK_CLAUSE_LEVEL])
		bv_sql_bind_int(stmt, 11, filter->level);
	if (used[BANK_CLAUSE_KIND])
		bv_sql_bind_str(stmt, 12, filter->kind);
}

enum bv_status
bank_query_make(struct bank_query *query, struct bv_bank *bank, const char *select, const struct bv_bank_filter *filter,
                const struct bank_place *after, uint32_t limit, struct bv_err *err)
{
	/* All of a module lie after the module's own name: the row value is the lower bound of the index, with a page before or without. */
	const struct bank_place module = { filter->competence, BV_STR(""), BV_STR("") };
	struct wanted wanted = { 0 };
	bool used[BANK_CLAUSES] = {
		[BANK_CLAUSE_ALL] = !after && !filter->competence.len,
		[BANK_CLAUSE_AFTER] = after || filter->competence.len,
		[BANK_CLAUSE_COMPETENCE] = filter->competence.len,
		[BANK_CLAUSE_COMPONENT] = filter->component.len,
		[BANK_CLAUSE_LANGUAGE] = filter->language.len,
		[BANK_CLAUSE_LEVEL] = filter->level != BV_COGNITIVE_NONE,
		[BANK_CLAUSE_KIND] = filter->kind.len,
		[BANK_CLAUSE_MACHINE] = filter->machine_scorable,
	};

	if (filter->competence.len > FILTER_PATH_MAX || filter->component.len > FILTER_PATH_MAX)
		return bv_err_set(err, BV_ELIMIT, "a competence or component has at most %d bytes", FILTER_PATH_MAX);
	TRY(make_patterns(&wanted, filter->text, &query->arena, err));
	for (size_t i = 0; i < wanted.count; i++)
		used[BANK_CLAUSE_WORD + i] = true;
	for (size_t i = 0; i < BANK_SIGN_COUNT; i++)
		used[BANK_CLAUSE_SIGN + i] = wanted.sign[i] != 0;
	query->text.max = TEXT_MAX;
	write_query(&query->text, select, used, limit > 0);
	TRY(bv_sql_prepare(&query->stmt, bank->sql, query->text.p, err));
	bool later = after && bv_str_cmp(after->competence, filter->competence) >= 0;
	bind(query->stmt, filter, later ? after : &module, used, &query->arena);
	for (size_t i = 0; i < wanted.count; i++)
		bv_sql_bind_str(query->stmt, 14 + (int)i, wanted.patterns[i]);
	for (size_t i = 0; i < BANK_SIGN_COUNT; i++)
		if (wanted.sign[i])
			bv_sql_bind_int(query->stmt, 22 + (int)i, (int64_t)wanted.sign[i]);
	if (limit)
		bv_sql_bind_int(query->stmt, PAGE_LIMIT, limit);
	return BV_OK;
}

void
bank_query_finish(struct bank_query *query)
{
	bv_sql_stmt_free(query->stmt);
	bv_buf_finish(&query->text);
	bv_arena_finish(&query->arena);
}
