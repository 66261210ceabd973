/* Translations: the items of one identifier in several languages. One of them is the original; another is stale when the original has become a new
 * version since it was imported or confirmed itself: by changed_at and confirmed_at, which tell what came first also within a second, and when a clock goes
 * back. What is imported together changes together. */
#include "itembank/bank_life.h"

enum { LANGUAGES_MAX = 256 };

struct translation {
	int64_t id, changed_s, confirmed_s;
	struct bv_str language, original; /* original: as its manifest says, or empty */
	bool stale;
};

struct translations {
	struct translation all[LANGUAGES_MAX]; /* in the order of their first import */
	size_t count;
	struct bv_arena arena;
};

static void
translations_finish(struct translations *t)
{
	bv_arena_finish(&t->arena);
}
BV_AUTO_DEFINE_FINISH(struct translations, translations_finish)

static enum bv_status
load(struct translations *out, struct bv_bank *bank, struct bv_str identifier, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_TRANSLATIONS, err));
	bv_sql_bind_str(stmt, 1, identifier);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		if (out->count == LANGUAGES_MAX) {
			bv_sql_reset(stmt);
			return bv_err_set(err, BV_ELIMIT, "item '%.*s' is there in more than %d languages", BV_STR_ARG(bv_str_sub(identifier, 0, 100)),
			                  LANGUAGES_MAX);
		}
		out->all[out->count++] = (struct translation){
			.id = bv_sql_int(stmt, 0),
			.language = bv_arena_str(&out->arena, bv_sql_str(stmt, 1)),
			.original = bv_arena_str(&out->arena, bv_sql_str(stmt, 2)),
			.changed_s = bv_sql_int(stmt, 3),
			.confirmed_s = bv_sql_int(stmt, 4),
			.stale = bv_sql_int(stmt, 5) != 0,
		};
	}
}

static const struct translation *
find(const struct translations *t, struct bv_str language)
{
	for (size_t i = 0; i < t->count; i++)
		if (bv_str_eq(t->all[i].language, language))
			return &t->all[i];
	return NULL;
}

/* The original of all: what a manifest says of one of them, else the Vietnamese item, else the one that was imported first. */
static const struct translation *
first_original(const struct translations *t)
{
	const struct translation *original = NULL;

	for (size_t i = 0; i < t->count && !original; i++)
		if (t->all[i].original.len)
			original = find(t, t->all[i].original);
	if (!original)
		original = find(t, BV_STR("vi"));
	return original ? original : &t->all[0];
}

static const struct translation *
original_of(const struct translations *t, const struct translation *of)
{
	const struct translation *original = of->original.len ? find(t, of->original) : NULL;

	return original ? original : first_original(t);
}

static bool
is_stale(const struct translations *t, const struct translation *of)
{
	const struct translation *original = original_of(t, of);

	return original != of && original->changed_s > of->changed_s && original->changed_s > of->confirmed_s;
}

enum bv_status
bank_translation_stale(bool *stale, struct bv_bank *bank, struct bv_str identifier, struct bv_str language, struct bv_err *err)
{
	BV_AUTO(translations_finish) struct translations t = { .count = 0 };

	TRY(load(&t, bank, identifier, err));
	const struct translation *of = find(&t, language);
	*stale = of && is_stale(&t, of);
	return BV_OK;
}

enum bv_status
bank_changed_now(int64_t *changed_s, struct bv_bank *bank, struct bv_err *err)
{
	struct bv_sql_stmt *last;
	bool row;

	*changed_s = bank->changed_s;
	if (*changed_s)
		return BV_OK;
	TRY(bank_stmt(&last, bank, BANK_SQL_CHANGED_LAST, err));
	TRY(bv_sql_step(last, &row, err));
	int64_t changed = bv_sql_int(last, 0), confirmed = bv_sql_int(last, 1);
	bv_sql_reset(last);
	int64_t later = changed > confirmed ? changed : confirmed;
	*changed_s = bank->changed_s = later >= bank->life.now_s ? later + 1 : bank->life.now_s;
	return BV_OK;
}

enum bv_status
bank_translations_update(struct bv_bank *bank, struct bv_str identifier, struct bv_err *err)
{
	BV_AUTO(translations_finish) struct translations t = { .count = 0 };
	struct bv_sql_stmt *set;

	TRY(load(&t, bank, identifier, err));
	for (size_t i = 0; i < t.count; i++) {
		bool stale = is_stale(&t, &t.all[i]);
		if (stale == t.all[i].stale)
			continue;
		TRY(bank_stmt(&set, bank, BANK_SQL_STALE_SET, err));
		bv_sql_bind_int(set, 1, t.all[i].id);
		bv_sql_bind_int(set, 2, stale);
		TRY(bv_sql_exec(set, err));
	}
	return BV_OK;
}

/* What is changed is metadata of the item, and recorded as such. */
static enum bv_status
record(struct bv_bank *bank, int64_t id, const struct bv_doing *doing, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_event event = { .act = BV_ACT_METADATA, .who = doing->who, .reason = doing->reason.len ? doing->reason : BV_STR("translation confirmed") };
	struct bv_event_metadata metadata;

	if (!bank_keeps_life(bank))
		return BV_OK;
	TRY(bank_who_check(bank, doing->who, err));
	TRY(bank_snapshot(&event, &metadata, bank, id, &arena, err));
	return bank_event_append(bank, &event, id, err);
}

static enum bv_status
confirm(struct bv_bank *bank, struct bv_str identifier, struct bv_str language, const struct bv_doing *doing, struct bv_err *err)
{
	BV_AUTO(translations_finish) struct translations t = { .count = 0 };
	struct bv_str shown = bv_str_sub(identifier, 0, 100);
	struct bv_sql_stmt *set;
	int64_t confirmed_s;

	TRY(load(&t, bank, identifier, err));
	const struct translation *of = find(&t, language);
	if (!of)
		return bv_err_set(err, BV_ENOTFOUND, "there is no item '%.*s' in language '%.*s' in the bank", BV_STR_ARG(shown), BV_STR_ARG(language));
	if (original_of(&t, of) == of)
		return bv_err_set(err, BV_EINVAL, "item '%.*s' in language '%.*s' is an original, not a translation: give the language of a translation",
		                  BV_STR_ARG(shown), BV_STR_ARG(language));
	TRY(bank_changed_now(&confirmed_s, bank, err));
	TRY(bank_stmt(&set, bank, BANK_SQL_CONFIRMED_SET, err));
	bv_sql_bind_int(set, 1, of->id);
	bv_sql_bind_int(set, 2, confirmed_s);
	bv_sql_bind_int(set, 3, bank->life.now_s);
	TRY(bv_sql_exec(set, err));
	TRY(bank_translations_update(bank, identifier, err));
	return record(bank, of->id, doing, err);
}

enum bv_status
bv_bank_confirm_translation(struct bv_bank *bank, struct bv_str identifier, struct bv_str language, const struct bv_doing *doing, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_doing kept = *doing;

	if (doing->who.len)
		TRY(bank_doing_check(&kept, doing, &arena, err));
	bank->changed_s = 0;
	TRY(bank_begin(bank, doing->now_s, err));
	return bank_end(bank, confirm(bank, identifier, language, &kept, err), doing->dry_run, err);
}

enum bv_status
bank_translations_show(struct bv_json *json, struct bv_bank *bank, struct bv_str identifier, struct bv_str language, struct bv_err *err)
{
	BV_AUTO(translations_finish) struct translations t = { .count = 0 };

	TRY(load(&t, bank, identifier, err));
	const struct translation *of = find(&t, language);
	if (!of || t.count < 2)
		return BV_OK;
	const struct translation *original = original_of(&t, of);
	if (original != of) {
		bv_json_set_str(json, "translationOf", original->language);
		bv_json_set(json, "stale", bv_json_new_bool(of->stale));
		return BV_OK;
	}
	struct bv_json *list = bv_json_set(json, "translations", bv_json_new_array());
	for (size_t i = 0; i < t.count; i++)
		if (&t.all[i] != of && original_of(&t, &t.all[i]) == of) {
			struct bv_json *one = bv_json_add(list, bv_json_new_object());
			bv_json_set_str(one, "language", t.all[i].language);
			bv_json_set(one, "stale", bv_json_new_bool(t.all[i].stale));
		}
	return BV_OK;
}
