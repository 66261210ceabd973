/* A look at a whole bank: texts that are nearly the same, and where keys stand. */
#include <stdlib.h>

#include "base/xml.h"
#include "itembank/similar.h"

/* Everything that a candidate reads: the stem, then the choices. */
static struct bv_str
read_text(const struct bv_item *item, struct bv_buf *text, struct bv_arena *arena)
{
	bv_buf_clear(text);
	bv_buf_add(text, bv_item_stem(item, arena));
	for (size_t i = 0; i < bv_item_interaction_count(item); i++) {
		const struct bv_interaction *interaction = bv_item_interaction(item, i);
		for (size_t c = 0; c < interaction->choice_count; c++) {
			bv_buf_addc(text, ' ');
			bv_buf_add(text, interaction->choices[c].text);
		}
	}
	return bv_buf_str(text);
}

/* Counts the place of the key of each interaction in which one choice is to be chosen. */
static void
count_keys(struct bv_survey *survey, const struct bv_item *item, struct bv_err *err)
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *correct = NULL;
	const uint8_t seed[BV_HASH_LEN] = { 0 };

	if (bv_item_session_new(&session, item, seed, err) != BV_OK)
		return;
	correct = bv_item_session_correct(session);
	for (size_t i = 0; i < bv_item_interaction_count(item); i++) {
		const struct bv_interaction *interaction = bv_item_interaction(item, i);
		char *name = bv_str_dup(interaction->response);
		struct bv_str key = bv_json_str(bv_json_find(bv_json_find(bv_json_find(correct, name), "base"), "identifier"));
		free(name);
		if (interaction->kind != BV_INTERACTION_CHOICE || interaction->choice_count > BV_SURVEY_CHOICES_MAX)
			continue;
		for (size_t c = 0; key.len && c < interaction->choice_count; c++)
			survey->keys[interaction->choice_count][c] += bv_str_eq(interaction->choices[c].identifier, key);
	}
}

static enum bv_status
read_item(struct bv_survey *survey, struct bv_shingles *set, size_t idx, struct bv_bank *bank, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena scratch = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(2 * BV_XML_ITEM_MAX);
	const struct bv_pool_item *listed = &survey->pool.items[idx];

	TRY(bv_bank_load(&item, bank, listed->identifier, listed->language, listed->version, err));
	struct bv_shingles found = bv_shingles_of(read_text(item, &text, &scratch), idx, &scratch);
	set->item = idx;
	set->count = found.count;
	set->p = bv_arena_array(arena, found.count, uint64_t);
	memcpy(set->p, found.p, found.count * sizeof *found.p);
	count_keys(survey, item, err);
	struct bv_access *access = &survey->access[idx];
	bv_item_access(access, item);
	for (size_t i = 0; i < access->support_count; i++)
		access->supports[i] = bv_arena_str(&survey->pool.arena, access->supports[i]);
	return BV_OK;
}

void
bv_survey_finish(struct bv_survey *survey)
{
	bv_pool_finish(&survey->pool);
	free(survey->similar.p);
	free(survey->access);
	*survey = (struct bv_survey){ 0 };
}

struct spoken {
	struct bv_str language;
	size_t idx;
};

static int
by_language(const void *a, const void *b)
{
	const struct spoken *x = a, *y = b;
	int order = bv_str_cmp(x->language, y->language);

	return order ? order : (x->idx > y->idx) - (x->idx < y->idx);
}

/* Languages are compared by themselves; a translation is not a twin. */
static void
find_similar(struct bv_survey *survey, struct bv_shingles *sets, unsigned percent)
{
	size_t count = survey->pool.count;
	struct spoken *all = bv_alloc_array(count, sizeof *all);
	struct bv_shingles *same = bv_alloc_array(count, sizeof *same);

	for (size_t i = 0; i < count; i++)
		all[i] = (struct spoken){ survey->pool.items[i].language, i };
	if (count)
		qsort(all, count, sizeof *all, by_language);
	for (size_t from = 0, n; from < count; from += n) {
		for (n = 0; from + n < count && bv_str_eq(all[from + n].language, all[from].language); n++)
			same[n] = sets[all[from + n].idx];
		bv_similar_find(&survey->similar, same, n, percent);
	}
	free(same);
	free(all);
}

enum bv_status
bv_bank_survey(struct bv_survey *out, struct bv_bank *bank, const struct bv_bank_filter *filter, unsigned percent, struct bv_err *err)
{
	BV_AUTO(bv_survey_finish) struct bv_survey survey = { 0 };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };

	if (!percent || percent > 100)
		return bv_err_set(err, BV_EINVAL, "texts are similar from 1 to 100 per cent");
	TRY(bv_bank_pool(&survey.pool, bank, filter, err));
	survey.access = bv_alloc_array(survey.pool.count, sizeof *survey.access);
	struct bv_shingles *sets = bv_arena_array(&arena, survey.pool.count, struct bv_shingles);
	for (size_t i = 0; i < survey.pool.count; i++)
		TRY(read_item(&survey, &sets[i], i, bank, &arena, err));
	find_similar(&survey, sets, percent);
	*out = survey;
	survey = (struct bv_survey){ 0 };
	return BV_OK;
}
