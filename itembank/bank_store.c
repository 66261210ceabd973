#include "base/text.h"
#include "base/xml.h"
#include "itembank/bank_life.h"

/* The interactions of an item that has several are of one kind nearly always; the first stands for all. */
static const char *
kind_of(const struct bv_item *item)
{
	return bv_item_interaction_count(item) ? bv_interaction_name(bv_item_interaction(item, 0)->kind) : "none";
}

static bool
is_alpha(struct bv_str s)
{
	bool alpha = true;

	for (size_t i = 0; i < s.len; i++)
		alpha = alpha && ((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z'));
	return alpha;
}

bool
bank_language_write(struct bv_buf *out, struct bv_str tag)
{
	enum { SUBTAG_MAX = 8, SCRIPT = 4, REGION = 2 };
	bool first = true, single = false;

	for (size_t end; tag.len || first; first = false) {
		end = bv_str_find(tag, '-');
		struct bv_str part = bv_str_sub(tag, 0, end);
		if (!part.len || part.len > SUBTAG_MAX || (first && !is_alpha(part)) || (end + 1 == tag.len))
			return false;
		for (size_t i = 0; i < part.len; i++) {
			char c = part.p[i], low = c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
			bool lower = first || single || !is_alpha(part) || (part.len == SCRIPT ? i > 0 : part.len != REGION);
			if (!(low >= 'a' && low <= 'z') && !(low >= '0' && low <= '9'))
				return false;
			bv_buf_addc(out, lower || low < 'a' ? low : (char)(low - 'a' + 'A'));
		}
		single = single || part.len == 1;
		tag = bv_str_sub(tag, end + 1, tag.len);
		bv_buf_addz(out, tag.len ? "-" : "");
	}
	return !out->full;
}

static enum bv_status
find_language(struct bv_str *out, const struct bv_item *item, const struct bank_file *file, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf tag = BV_BUF(BANK_PATH_MAX);
	struct bv_str language = bv_item_language(item);

	if (!language.len && file->metadata)
		language = file->metadata->language;
	if (!language.len)
		language = BV_STR("und"); /* BCP 47: undetermined */
	if (!bank_language_write(&tag, language))
		return bv_err_at(err, BV_EINVAL, 1, "'%.*s' is no language tag like vi (BCP 47, at most %d bytes)",
		                 BV_STR_ARG(bv_str_sub(language, 0, 60)), BANK_PATH_MAX);
	*out = bv_arena_str(arena, bv_buf_str(&tag));
	return BV_OK;
}

static void
words_of(struct bv_str words[BANK_TEXT_PARTS], const struct bv_item *item, struct bv_arena *arena)
{
	struct bv_str texts[BANK_TEXT_PARTS];

	bank_texts_of(texts, item, arena);
	for (size_t i = 0; i < BANK_TEXT_PARTS; i++)
		words[i] = bank_words(texts[i], arena);
}

enum bv_status
bank_row_fill(struct bank_row *row, struct bv_arena *arena, const struct bank_file *file, const struct bv_item *item, struct bv_str xml,
              struct bv_err *err)
{
	struct bv_str language;

	TRY(find_language(&language, item, file, arena, err));
	*row = (struct bank_row){
		.file = file,
		.identifier = bv_arena_str(arena, bv_item_identifier(item)),
		.language = language,
		.title = bv_arena_str(arena, bv_item_title(item)),
		.kind = bv_str_of(kind_of(item)),
		.xml = bv_arena_str(arena, xml),
		.machine_scorable = bv_item_machine_scorable(item),
	};
	words_of(row->words, item, arena);
	row->stimuli = bv_item_stimuli(item, arena);
	memcpy(row->document, bv_item_hash(item), sizeof row->document);
	memcpy(row->hash, row->document, sizeof row->hash);
	return BV_OK;
}

enum bv_status
bank_row_parse(struct bank_row *row, struct bv_arena *arena, const struct bank_file *file, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;

	TRY(bv_item_parse(&item, xml, err));
	return bank_row_fill(row, arena, file, item, xml, err);
}

static const struct bv_bank_part *
keep_parts(const struct bv_bank_part *parts, size_t count, struct bv_arena *arena)
{
	struct bv_bank_part *kept = bv_arena_array(arena, count, struct bv_bank_part);

	for (size_t i = 0; i < count; i++) {
		kept[i] = parts[i];
		kept[i].path = bv_arena_str(arena, parts[i].path);
	}
	return kept;
}

void
bank_row_keep(struct bank_row *out, const struct bank_row *row, const struct bank_file *file, struct bv_arena *arena)
{
	*out = *row;
	out->file = file;
	out->identifier = bv_arena_str(arena, row->identifier);
	out->language = bv_arena_str(arena, row->language);
	out->title = bv_arena_str(arena, row->title);
	out->kind = bv_arena_str(arena, row->kind);
	out->stimuli = bv_arena_str(arena, row->stimuli);
	for (size_t i = 0; i < BANK_TEXT_PARTS; i++)
		out->words[i] = bv_arena_str(arena, row->words[i]);
	out->xml = bv_arena_str(arena, row->xml);
	out->parts = keep_parts(row->parts, row->part_count, arena);
}

void
bank_blob_keep(struct bank_blob *out, const struct bank_blob *blob, struct bv_arena *arena)
{
	*out = *blob;
	out->bytes = bv_arena_str(arena, blob->bytes);
	out->about.identifier = bv_arena_str(arena, blob->about.identifier);
	out->about.title = bv_arena_str(arena, blob->about.title);
	out->about.path = bv_arena_str(arena, blob->about.path);
	out->parts = keep_parts(blob->parts, blob->part_count, arena);
}

/* The number of a new document, which is taken when an item has it. */
static enum bv_status
document_next(int64_t *number, struct bv_bank *bank, struct bv_err *err)
{
	struct bv_sql_stmt *next;
	bool row;

	TRY(bank_stmt(&next, bank, BANK_SQL_DOCUMENT_NEXT, err));
	TRY(bv_sql_step(next, &row, err));
	*number = bv_sql_int(next, 0);
	bv_sql_reset(next);
	return BV_OK;
}

static enum bv_status
document_add(struct bv_bank *bank, int64_t number, const struct bv_str words[BANK_TEXT_PARTS], struct bv_err *err)
{
	struct bv_sql_stmt *add;

	TRY(bank_stmt(&add, bank, BANK_SQL_DOCUMENT_ADD, err));
	bv_sql_bind_int(add, 1, number);
	for (int i = 0; i < BANK_TEXT_PARTS; i++)
		bv_sql_bind_str(add, 2 + i, words[i]);
	return bv_sql_exec(add, err);
}

enum bv_status
bank_document_indexed(bool *indexed, struct bv_bank *bank, int64_t document, const struct bv_str words[BANK_TEXT_PARTS], struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_sql_stmt *has;

	TRY(bank_stmt(&has, bank, BANK_SQL_DOCUMENT_HAS, err));
	bv_sql_bind_int(has, 1, document);
	struct bv_str sizes = bank_fts_sizes(words, &arena);
	bv_sql_bind_blob(has, 2, sizes.p, sizes.len);
	TRY(bv_sql_step(has, indexed, err));
	bv_sql_reset(has);
	return BV_OK;
}

static enum bv_status
document_fill(struct bv_bank *bank, int64_t id, struct bv_str xml, struct bv_str enemies, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	struct bv_str words[BANK_TEXT_PARTS] = { 0 };
	struct bv_sql_stmt *set;
	int64_t number;

	/* What an older program took and this one refuses cannot be found by its words, but stands in no other's way. */
	if (bv_item_parse(&item, xml, err) == BV_OK) {
		words_of(words, item, &arena);
		TRY(bank_links_set(bank, id, BANK_LINK_STIMULUS, bv_item_stimuli(item, &arena), ' ', err));
	}
	TRY(bank_links_set(bank, id, BANK_LINK_ENEMY, enemies, ' ', err));
	TRY(document_next(&number, bank, err));
	TRY(document_add(bank, number, words, err));
	TRY(bank_stmt(&set, bank, BANK_SQL_DOCUMENT_SET, err));
	bv_sql_bind_int(set, 1, id);
	bv_sql_bind_int(set, 2, number);
	return bv_sql_exec(set, err);
}

enum bv_status
bank_documents_fill(struct bv_bank *bank, struct bv_err *err)
{
	struct bv_sql_stmt *missing;

	TRY(bank_stmt(&missing, bank, BANK_SQL_DOCUMENT_MISSING, err));
	for (bool row;;) {
		TRY(bv_sql_step(missing, &row, err));
		if (!row)
			return BV_OK;
		enum bv_status status = document_fill(bank, bv_sql_int(missing, 0), bv_sql_blob(missing, 1), bv_sql_str(missing, 2), err);
		bv_sql_reset(missing);
		TRY(status);
	}
}

static enum bv_status
version_add(struct bv_bank *bank, int64_t id, int64_t version, const struct bank_row *row, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_VERSION_ADD, err));
	bv_sql_bind_int(stmt, 1, id);
	bv_sql_bind_int(stmt, 2, version);
	bv_sql_bind_blob(stmt, 3, row->hash, sizeof row->hash);
	bv_sql_bind_blob(stmt, 4, row->xml.p, row->xml.len);
	bv_sql_bind_int(stmt, 5, bank->life.now_s);
	TRY(bv_sql_exec(stmt, err));
	return bank_parts_store(bank, id, version, row, err);
}

static void
bind_metadata(struct bv_sql_stmt *stmt, int first, const struct bank_metadata *m, int64_t now_s)
{
	bv_sql_bind_str(stmt, first, m->competence);
	bv_sql_bind_str(stmt, first + 1, m->component);
	bv_sql_bind_int(stmt, first + 2, m->level);
	bv_sql_bind_int(stmt, first + 3, m->difficulty_step);
	bv_sql_bind_int(stmt, first + 4, m->expected_s);
	bv_sql_bind_str(stmt, first + 5, m->author);
	bv_sql_bind_str(stmt, first + 6, m->enemies);
	bv_sql_bind_int(stmt, first + 7, now_s);
	bv_sql_bind_str(stmt, first + 8, m->tags);
	bv_sql_bind_str(stmt, first + 9, m->original);
}

/* The first time: most items name nothing. */
static enum bv_status
links_add(struct bv_bank *bank, int64_t id, const struct bank_row *row, const struct bank_metadata *m, struct bv_err *err)
{
	if (m->tags.len)
		TRY(bank_links_set(bank, id, BANK_LINK_TAG, m->tags, '\n', err));
	if (m->enemies.len)
		TRY(bank_links_set(bank, id, BANK_LINK_ENEMY, m->enemies, ' ', err));
	if (row->stimuli.len)
		TRY(bank_links_set(bank, id, BANK_LINK_STIMULUS, row->stimuli, ' ', err));
	return BV_OK;
}

static enum bv_state
first_state(const struct bv_bank *bank)
{
	return bank_keeps_life(bank) ? BV_STATE_DRAFT : BV_STATE_NONE;
}

/* What became of a row. */
struct stored {
	enum bank_stored what;
	int64_t id, version;
	int64_t document; /* 0: it has no new one, else its texts are still to be indexed */
};

static enum bv_status
item_add(struct stored *out, struct bv_bank *bank, const struct bank_row *row, struct bv_err *err)
{
	static const struct bank_metadata none;
	const struct bank_metadata *metadata = row->file->metadata ? row->file->metadata : &none;
	struct bv_sql_stmt *stmt;
	int64_t changed_s;
	bool more;

	TRY(bank_changed_now(&changed_s, bank, err));
	TRY(document_next(&out->document, bank, err));
	TRY(bank_stmt(&stmt, bank, BANK_SQL_ITEM_ADD, err));
	bv_sql_bind_str(stmt, 1, row->identifier);
	bv_sql_bind_str(stmt, 2, row->language);
	bv_sql_bind_blob(stmt, 3, row->hash, sizeof row->hash);
	bv_sql_bind_str(stmt, 4, row->title);
	bv_sql_bind_str(stmt, 5, row->kind);
	bv_sql_bind_int(stmt, 6, row->machine_scorable);
	bv_sql_bind_int(stmt, 7, out->document);
	bind_metadata(stmt, 8, metadata, bank->life.now_s);
	bv_sql_bind_int(stmt, 18, first_state(bank));
	bv_sql_bind_int(stmt, 19, changed_s);
	TRY(bv_sql_step(stmt, &more, err));
	out->id = bv_sql_int(stmt, 0);
	out->version = 1;
	bv_sql_reset(stmt);
	TRY(links_add(bank, out->id, row, metadata, err));
	return version_add(bank, out->id, 1, row, err);
}

static enum bv_status
version_write(int64_t *document, struct bv_bank *bank, int64_t id, int64_t version, const struct bank_row *row, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	int64_t changed_s;

	TRY(bank_changed_now(&changed_s, bank, err));
	TRY(document_next(document, bank, err));
	TRY(bank_stmt(&stmt, bank, BANK_SQL_ITEM_UPDATE, err));
	bv_sql_bind_int(stmt, 1, id);
	bv_sql_bind_int(stmt, 2, version);
	bv_sql_bind_blob(stmt, 3, row->hash, sizeof row->hash);
	bv_sql_bind_str(stmt, 4, row->title);
	bv_sql_bind_str(stmt, 5, row->kind);
	bv_sql_bind_int(stmt, 6, row->machine_scorable);
	bv_sql_bind_int(stmt, 7, *document);
	bv_sql_bind_int(stmt, 8, first_state(bank));
	bv_sql_bind_int(stmt, 9, changed_s);
	TRY(bv_sql_exec(stmt, err));
	TRY(bank_links_set(bank, id, BANK_LINK_STIMULUS, row->stimuli, ' ', err));
	return version_add(bank, id, version, row, err);
}

enum bv_status
bank_version_write(struct bv_bank *bank, int64_t id, int64_t version, const struct bank_row *row, struct bv_err *err)
{
	int64_t document;

	TRY(version_write(&document, bank, id, version, row, err));
	return document_add(bank, document, row->words, err);
}

static enum bv_status
metadata_set(bool *changed, struct bv_bank *bank, int64_t id, const struct bank_metadata *metadata, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;

	*changed = false;
	if (!metadata)
		return BV_OK;
	TRY(bank_stmt(&stmt, bank, BANK_SQL_METADATA_SET, err));
	bv_sql_bind_int(stmt, 1, id);
	bind_metadata(stmt, 2, metadata, bank->life.now_s);
	TRY(bv_sql_exec(stmt, err));
	*changed = bv_sql_changes(bank->sql) > 0;
	if (!*changed)
		return BV_OK;
	TRY(bank_links_set(bank, id, BANK_LINK_TAG, metadata->tags, '\n', err));
	return bank_links_set(bank, id, BANK_LINK_ENEMY, metadata->enemies, ' ', err);
}

/* The row as the tables have it. */
static enum bv_status
write_row(struct stored *out, struct bv_bank *bank, const struct bank_row *row, struct bv_err *err)
{
	struct bv_sql_stmt *find;
	bool found, changed;

	TRY(bank_stmt(&find, bank, BANK_SQL_ITEM_FIND, err));
	bv_sql_bind_str(find, 1, row->identifier);
	bv_sql_bind_str(find, 2, row->language);
	TRY(bv_sql_step(find, &found, err));
	if (!found) {
		out->what = BANK_ADDED;
		return item_add(out, bank, row, err);
	}
	out->id = bv_sql_int(find, 0);
	out->version = bv_sql_int(find, 1);
	bool same = bv_str_eq(bv_sql_blob(find, 2), (struct bv_str){ (const char *)row->hash, sizeof row->hash });
	bv_sql_reset(find);
	if (!same && !row->has_parts)
		TRY(bank_document_same(&same, bank, out->id, out->version, row, err));
	if (!same)
		TRY(version_write(&out->document, bank, out->id, ++out->version, row, err));
	TRY(metadata_set(&changed, bank, out->id, row->file->metadata, err));
	out->what = !same ? BANK_VERSION : changed ? BANK_METADATA : BANK_UNCHANGED;
	return BV_OK;
}

static enum bv_status
store(struct stored *out, struct bv_bank *bank, const struct bank_row *row, struct bv_str who, struct bv_err *err)
{
	TRY(write_row(out, bank, row, err));
	if (out->what != BANK_UNCHANGED)
		TRY(bank_translations_update(bank, row->identifier, err));
	if (!bank_keeps_life(bank) || out->what == BANK_UNCHANGED)
		return BV_OK;
	if (out->what == BANK_METADATA)
		return bank_metadata_changed(bank, out->id, who, err);
	return bank_version_born(bank, out->id, (uint32_t)out->version, row, BV_ACT_IMPORT, who, BV_STR_NONE, err);
}

/* Texts last and all at once: FTS5 writes what it has gathered in memory whenever a statement that may have to be undone alone begins, and so it
 * would make, and merge later, an index of each item by itself. */
static enum bv_status
store_all(struct stored *stored, struct bv_bank *bank, const struct bank_row *rows, size_t count, struct bv_str who, struct bv_err *err)
{
	TRY(bank_who_check(bank, who, err));
	for (size_t i = 0; i < count; i++)
		TRY(store(&stored[i], bank, &rows[i], who, err));
	for (size_t i = 0; i < count; i++)
		if (stored[i].document)
			TRY(document_add(bank, stored[i].document, rows[i].words, err));
	return BV_OK;
}

/* Is the current version of the item of row still that number? 0: there is no such item. */
static enum bv_status
base_check(struct bv_bank *bank, const struct bank_row *row, uint32_t base, struct bv_err *err)
{
	struct bv_sql_stmt *find;
	bool found;

	TRY(bank_stmt(&find, bank, BANK_SQL_ITEM_FIND, err));
	bv_sql_bind_str(find, 1, row->identifier);
	bv_sql_bind_str(find, 2, row->language);
	TRY(bv_sql_step(find, &found, err));
	int64_t version = found ? bv_sql_int(find, 1) : 0;
	bv_sql_reset(find);
	if (version == base)
		return BV_OK;
	if (!base)
		return bv_err_set(err, BV_ECONFLICT, "there is an item '%.*s' in language '%.*s' already: give this one an identifier of its own",
		                  BV_STR_ARG(bv_str_sub(row->identifier, 0, 100)), BV_STR_ARG(row->language));
	return bv_err_set(err, BV_ECONFLICT, "version %u was edited, and version %lld is the current one: somebody else has saved meanwhile", base, (long long)version);
}

/* base NULL: whatever versions there are. */
static enum bv_status
write_all(struct stored *stored, struct bv_bank *bank, const struct bank_row *rows, size_t count, const uint32_t *base, const struct bank_doing *doing,
          struct bv_err *err)
{
	int64_t changed_s = bank->changed_s;

	TRY(bank_begin(bank, doing->now_s, err));
	enum bv_status status = base ? base_check(bank, rows, *base, err) : BV_OK;
	if (status == BV_OK)
		status = store_all(stored, bank, rows, count, doing->who, err);
	if (status == BV_OK)
		return bv_sql_commit(bank->sql, err);
	bv_sql_rollback(bank->sql);
	bank->changed_s = changed_s; /* what was found in it nobody has */
	return status;
}

enum bv_status
bank_row_save(enum bank_stored *what, uint32_t *version, struct bv_bank *bank, const struct bank_row *row, uint32_t base, const struct bank_doing *doing,
              struct bv_err *err)
{
	struct stored stored = { 0 };

	TRY(write_all(&stored, bank, row, 1, &base, doing, err));
	*what = stored.what;
	*version = (uint32_t)stored.version;
	return BV_OK;
}

static enum bv_status
transaction(struct bv_bank *bank, const struct bank_row *rows, size_t count, const struct bank_doing *doing, struct bv_import_counts *counts,
            struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct stored *stored = bv_arena_array(&arena, count, struct stored);
	uint64_t done[BANK_METADATA + 1] = { 0 };

	TRY(write_all(stored, bank, rows, count, NULL, doing, err));
	for (size_t i = 0; i < count; i++)
		done[stored[i].what]++;
	counts->added += done[BANK_ADDED];
	counts->versions += done[BANK_VERSION];
	counts->unchanged += done[BANK_UNCHANGED] + done[BANK_METADATA];
	counts->metadata += done[BANK_METADATA];
	return BV_OK;
}

enum bv_status
bank_rows_store(struct bv_bank *bank, const struct bank_row *rows, size_t count, const struct bank_doing *doing,
                struct bv_import_counts *counts, struct bv_err *err)
{
	enum bv_status status = transaction(bank, rows, count, doing, counts, err);

	if (status == BV_OK || status == BV_EUNCERTAIN || count == 1)
		return status;
	/* Each file stands for itself: those before the one that does not fit on the disk are kept. */
	for (size_t i = 0; i < count; i++)
		TRY(transaction(bank, &rows[i], 1, doing, counts, err));
	return BV_OK;
}
