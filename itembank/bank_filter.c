/* A filter as a statement. */
#include "base/text.h"
#include "itembank/bank.h"

enum {
	FILTER_PATH_MAX = 64,
	TEXT_MAX = 4096,
	KEY = 27, /* parameters: the keys of the item that a page follows */
	PAGE_LIMIT = 30,
	/* Documents with the words: so many items are looked up one by one faster than the index of places is read, up to the end of a page or whole. */
	FEW = 3000,
	FEW_OF_ALL = 10000,
};

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

/* A filter as it becomes a statement. */
struct filtering {
	struct bank_query *query;
	struct bv_bank *bank;
	const struct bv_bank_filter *filter;
	enum bv_bank_sort sort;
	const struct bank_order *order;
	struct bv_str match; /* the terms for the engine; empty: no text is asked for */
	struct bank_documents found, exact, titles;
	struct bv_str tag, author;  /* as the tables have them */
	enum bank_select select;
	bool count, used[BANK_CLAUSES];
};

/* The item that a page follows. */
struct place {
	struct bv_str competence, identifier, language;
	double keys[BANK_KEYS_MAX];
};

static void
bind_range(struct bv_sql_stmt *stmt, int parameter, const struct bv_range *range)
{
	if (!range->given)
		return;
	bv_sql_bind_int(stmt, parameter, range->low);
	bv_sql_bind_int(stmt, parameter + 1, range->high);
}

static void
bind_names(struct bv_sql_stmt *stmt, const struct filtering *f)
{
	if (f->tag.len)
		bv_sql_bind_str(stmt, 16, f->tag);
	if (f->author.len)
		bv_sql_bind_str(stmt, 17, f->author);
	bind_range(stmt, 18, &f->filter->step);
	bind_range(stmt, 20, &f->filter->difficulty);
	bind_range(stmt, 22, &f->filter->used);
	if (f->filter->enemies_of.len)
		bv_sql_bind_str(stmt, 24, f->filter->enemies_of);
	if (f->filter->stimulus.len)
		bv_sql_bind_str(stmt, 25, f->filter->stimulus);
}

static void
bind_words(struct bv_sql_stmt *stmt, const struct filtering *f)
{
	if (f->used[BANK_CLAUSE_FTS_MATCH])
		bv_sql_bind_str(stmt, 14, f->match);
	if (f->used[BANK_CLAUSE_FTS_BITS])
		bv_sql_bind_blob(stmt, 29, f->found.bits.p, f->found.bits.len);
	if (f->sort == BV_SORT_RELEVANCE)
		bv_sql_bind_blob(stmt, 15, f->exact.bits.p, f->exact.bits.len);
	if (f->order == &bank_order_common)
		bv_sql_bind_blob(stmt, 26, f->titles.bits.p, f->titles.bits.len);
}

static void
bind(struct bv_sql_stmt *stmt, const struct filtering *f)
{
	const struct bv_bank_filter *filter = f->filter;
	struct bv_arena *arena = &f->query->arena;

	if (f->used[BANK_CLAUSE_COMPETENCE])
		bind_path(stmt, (const int[]){ 5, 6, 4 }, filter->competence, arena);
	if (f->used[BANK_CLAUSE_COMPONENT])
		bind_path(stmt, (const int[]){ 7, 9, 8 }, filter->component, arena);
	if (f->used[BANK_CLAUSE_LANGUAGE])
		bv_sql_bind_str(stmt, 10, filter->language);
	if (f->used[BANK_CLAUSE_LEVEL])
		bv_sql_bind_int(stmt, 11, filter->level);
	if (f->used[BANK_CLAUSE_KIND] || f->used[BANK_CLAUSE_VERSION_KIND])
		bv_sql_bind_str(stmt, 12, filter->kind);
	if (f->used[BANK_CLAUSE_STATE])
		bv_sql_bind_int(stmt, 13, filter->state);
	bind_words(stmt, f);
	bind_names(stmt, f);
}

static void
write_clauses(struct bv_buf *text, const bool used[BANK_CLAUSES])
{
	const char *join = " WHERE ";

	for (size_t i = 0; i < BANK_CLAUSES; i++)
		if (used[i]) {
			bv_buf_printf(text, "%s%s", join, bank_clauses[i]);
			join = " AND ";
		}
}

static const char *
from(const struct filtering *f)
{
	return f->used[BANK_CLAUSE_FTS_MATCH] ? bank_fts_from : bank_from;
}

static enum bv_status
find_exact(struct filtering *f, const struct bv_terms *terms, struct bv_err *err)
{
	struct bv_arena *arena = &f->query->arena;
	struct bv_str match = bank_fts_query(terms, BANK_FTS_EXACT, arena);

	f->exact = f->found;
	return bv_str_eq(match, f->match) ? BV_OK : bank_documents_find(&f->exact, f->bank, match, arena, err);
}

/* Words that more than half of all documents have weigh nothing in BM25 (the logarithm of (N - n + 0.5) / (n + 0.5) is below zero): if there are many,
 * they are not rated one by one. */
static enum bv_status
find_words(struct filtering *f, const struct bv_terms *terms, struct bv_err *err)
{
	struct bv_arena *arena = &f->query->arena;
	bool relevance = f->sort == BV_SORT_RELEVANCE;

	f->match = bank_fts_query(terms, BANK_FTS_ALL, arena);
	TRY(bank_documents_find(&f->found, f->bank, f->match, arena, err));
	bool few = f->found.count <= (f->count ? FEW_OF_ALL : FEW), common = !few && f->found.count > f->found.all / 2;
	f->used[BANK_CLAUSE_FTS_MATCH] = few || (relevance && !common);
	f->used[BANK_CLAUSE_FTS_BITS] = !f->used[BANK_CLAUSE_FTS_MATCH];
	if (relevance)
		TRY(find_exact(f, terms, err));
	if (!relevance || !common)
		return BV_OK;
	f->order = &bank_order_common;
	return bank_documents_find(&f->titles, f->bank, bank_fts_query(terms, BANK_FTS_HEADING, arena), arena, err);
}

static enum bv_status
read_names(struct filtering *f, struct bv_err *err)
{
	const struct bv_bank_filter *filter = f->filter;
	struct bv_str nfc;

	f->used[BANK_CLAUSE_TAG] = filter->tag.len;
	f->used[BANK_CLAUSE_AUTHOR] = filter->author.len;
	f->used[BANK_CLAUSE_STEP] = filter->step.given;
	f->used[BANK_CLAUSE_DIFFICULTY] = filter->difficulty.given;
	f->used[BANK_CLAUSE_USED] = filter->used.given;
	f->used[BANK_CLAUSE_ENEMIES] = filter->enemies_of.len;
	f->used[BANK_CLAUSE_STIMULUS] = filter->stimulus.len;
	f->used[BANK_CLAUSE_STALE] = filter->stale;
	if (filter->tag.len) {
		TRY(bv_text_nfc(&nfc, filter->tag, &f->query->arena, err));
		f->tag = bv_text_fold(nfc, &f->query->arena);
		TRY(bank_name_check(f->bank, BANK_SQL_TAG_HAS, BANK_SQL_TAGS, "tag", f->tag, err));
	}
	if (filter->author.len) {
		TRY(bv_text_nfc(&f->author, filter->author, &f->query->arena, err));
		TRY(bank_name_check(f->bank, BANK_SQL_AUTHOR_HAS, BANK_SQL_AUTHORS, "author", f->author, err));
	}
	return BV_OK;
}

static enum bv_status
read_filter(struct filtering *f, struct bv_err *err)
{
	const struct bv_bank_filter *filter = f->filter;
	struct bv_terms terms;

	f->used[BANK_CLAUSE_COMPETENCE] = filter->competence.len;
	f->used[BANK_CLAUSE_COMPONENT] = filter->component.len;
	f->used[BANK_CLAUSE_LANGUAGE] = filter->language.len;
	f->used[BANK_CLAUSE_LEVEL] = filter->level != BV_COGNITIVE_NONE;
	f->used[BANK_CLAUSE_KIND] = filter->kind.len;
	f->used[BANK_CLAUSE_MACHINE] = filter->machine_scorable;
	if (filter->competence.len > FILTER_PATH_MAX || filter->component.len > FILTER_PATH_MAX)
		return bv_err_set(err, BV_ELIMIT, "a competence or component has at most %d bytes", FILTER_PATH_MAX);
	TRY(read_names(f, err));
	if (f->sort == BV_SORT_RELEVANCE && !filter->text.len)
		return bv_err_set(err, BV_EINVAL, "items are relevant to words: say what to look for");
	if (!filter->text.len)
		return BV_OK;
	if (f->bank->schema < BANK_SCHEMA_FTS)
		return bv_err_set(err, BV_EINVAL, "the bank is of an older program and has no index of its texts: import into it first");
	TRY(bv_terms_parse(&terms, filter->text, err));
	return find_words(f, &terms, err);
}

/* Approved, in pretest and in use is one version of an item, which need not be the current one; in every other state the current one is meant. Type
 * and scoring are the version's; the words are those of the current one. */
static enum bv_status
use_state(struct filtering *f, struct bv_err *err)
{
	enum bv_state state = f->filter->state;
	bool *used = f->used, life = f->bank->life.rule.reviewers > 0;

	f->select = f->count ? BANK_SELECT_COUNT : life ? BANK_SELECT_CURRENT : BANK_SELECT_PLAIN;
	if (state == BV_STATE_NONE)
		return BV_OK;
	if (!life)
		return bv_err_set(err, BV_EINVAL, "the bank keeps no life cycle, so that no item is %s: 'bangvang bank lifecycle' begins one",
		                  bv_state_name(state));
	if (state == BV_STATE_SUPERSEDED)
		return bv_err_set(err, BV_EINVAL, "superseded versions are not listed: 'bangvang bank show' has all versions of an item");
	if (state < BV_STATE_APPROVED || state > BV_STATE_OPERATIONAL) {
		used[BANK_CLAUSE_STATE] = true;
		return BV_OK;
	}
	used[BANK_CLAUSE_APPROVED + (state - BV_STATE_APPROVED)] = true;
	if (f->count && !used[BANK_CLAUSE_KIND] && !used[BANK_CLAUSE_MACHINE])
		return BV_OK;
	f->select = f->count ? BANK_SELECT_COUNT_VERSION : BANK_SELECT_VERSION;
	used[BANK_CLAUSE_APPROVED_VERSION + (state - BV_STATE_APPROVED)] = true;
	used[BANK_CLAUSE_VERSION_KIND] = used[BANK_CLAUSE_KIND];
	used[BANK_CLAUSE_VERSION_MACHINE] = used[BANK_CLAUSE_MACHINE];
	used[BANK_CLAUSE_KIND] = used[BANK_CLAUSE_MACHINE] = false;
	return BV_OK;
}

/* Where the item stands that a page follows: its place, and what the order puts before that. */
static enum bv_status
find_place(struct place *place, struct filtering *f, const struct bv_bank_page *page, struct bv_err *err)
{
	const struct bank_order *order = f->order;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(TEXT_MAX);
	struct bv_str language = page->after_language;
	bool row;

	TRY(bank_language_find(&language, f->bank, page->after_identifier, &f->query->arena, err));
	bv_buf_printf(&text, "SELECT competence%s%s%s WHERE identifier = $2 AND language = $3", order->count ? ", " : "", order->keys,
	              f->sort == BV_SORT_RELEVANCE ? from(f) : bank_from);
	if (f->sort == BV_SORT_RELEVANCE)
		bv_buf_printf(&text, " AND %s", f->used[BANK_CLAUSE_FTS_MATCH] ? bank_fts_match : bank_fts_bits);
	TRY(bv_sql_prepare(&stmt, f->bank->sql, text.p, err));
	bv_sql_bind_str(stmt, 2, page->after_identifier);
	bv_sql_bind_str(stmt, 3, language);
	if (f->sort == BV_SORT_RELEVANCE)
		bind_words(stmt, f);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no item '%.*s' in language '%.*s' to start after",
		                  BV_STR_ARG(bv_str_sub(page->after_identifier, 0, 100)), BV_STR_ARG(language));
	place->competence = bv_arena_str(&f->query->arena, bv_sql_str(stmt, 0));
	place->identifier = page->after_identifier;
	place->language = language;
	for (int i = 0; i < order->count; i++)
		place->keys[i] = bv_sql_real(stmt, 1 + i);
	return BV_OK;
}

/* The row values that come after the place of a page. */
static void
write_after(struct bv_buf *text, const struct bank_order *order)
{
	bv_buf_printf(text, " AND (%s%s%s) > (", order->keys, order->count ? ", " : "", bank_place);
	for (int i = 0; i < order->count; i++)
		bv_buf_printf(text, "$%d, ", KEY + i);
	bv_buf_addz(text, "$1, $2, $3)");
}

static enum bv_status
make_page(struct filtering *f, const struct bv_bank_page *page, struct bv_err *err)
{
	const struct bank_order *order = f->order;
	struct place place = { f->filter->competence, BV_STR(""), BV_STR("") };
	struct bv_buf *text = &f->query->text;
	bool after = page && page->after_identifier.len, keyed = after && order->count;

	if (after) {
		struct place found;
		TRY(find_place(&found, f, page, err));
		if (keyed || bv_str_cmp(found.competence, place.competence) >= 0)
			place = found;
	}
	/* All of a module lie after the module's own name: the row value is the lower bound of the index, with a page before or without. */
	f->used[BANK_CLAUSE_FROM] = !keyed && (after || f->used[BANK_CLAUSE_COMPETENCE]);
	f->used[BANK_CLAUSE_ALL] = !f->used[BANK_CLAUSE_FROM] && !f->used[BANK_CLAUSE_FTS_MATCH];
	bool version = f->select == BANK_SELECT_VERSION || f->select == BANK_SELECT_COUNT_VERSION;
	bv_buf_printf(text, "%s%s%s", bank_selects[f->select], from(f), version ? bank_from_version : "");
	write_clauses(text, f->used);
	if (keyed)
		write_after(text, order);
	if (page)
		bv_buf_printf(text, " ORDER BY %s%s%s LIMIT $%d", order->keys, order->count ? ", " : "", bank_place, PAGE_LIMIT);
	TRY(bv_sql_prepare(&f->query->stmt, f->bank->sql, text->p, err));
	bind(f->query->stmt, f);
	if (keyed || f->used[BANK_CLAUSE_FROM]) {
		bv_sql_bind_str(f->query->stmt, 1, place.competence);
		bv_sql_bind_str(f->query->stmt, 2, place.identifier);
		bv_sql_bind_str(f->query->stmt, 3, place.language);
	}
	for (int i = 0; keyed && i < order->count; i++)
		bv_sql_bind_real(f->query->stmt, KEY + i, place.keys[i]);
	if (page)
		bv_sql_bind_int(f->query->stmt, PAGE_LIMIT, page->limit);
	return BV_OK;
}

enum bv_status
bank_query_make(struct bank_query *query, struct bv_bank *bank, bool count, const struct bv_bank_filter *filter,
                const struct bv_bank_page *page, struct bv_err *err)
{
	struct filtering f = { .query = query, .bank = bank, .filter = filter, .count = count, .sort = page ? page->sort : BV_SORT_PLACE };

	f.order = &bank_orders[f.sort];
	query->text.max = TEXT_MAX;
	TRY(read_filter(&f, err));
	TRY(use_state(&f, err));
	return make_page(&f, page, err);
}

void
bank_query_finish(struct bank_query *query)
{
	bv_sql_stmt_free(query->stmt);
	bv_buf_finish(&query->text);
	bv_arena_finish(&query->arena);
}
