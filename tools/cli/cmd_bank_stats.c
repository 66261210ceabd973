#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "engine/engine.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

enum { BAR = 30, NAMES_MAX = 1000, LEVELS = 4, SIMILAR = 60, SIMILAR_SHOWN = 20, RATIO = 20 };

/* ---- How many items of what -------------------------------------------------------------------------------------- */

struct tally {
	struct bv_str name;
	uint32_t all, levels[LEVELS], keyboard, reader;
};

struct tallies {
	struct tally p[NAMES_MAX]; /* the last takes what does not fit */
	size_t count;
};

static struct tally *
tally_of(struct tallies *tallies, struct bv_str name)
{
	for (size_t i = 0; i < tallies->count; i++)
		if (bv_str_eq(tallies->p[i].name, name))
			return &tallies->p[i];
	if (tallies->count == NAMES_MAX)
		return &tallies->p[NAMES_MAX - 1];
	tallies->p[tallies->count].name = name;
	return &tallies->p[tallies->count++];
}

static void
count_item(struct tally *tally, const struct bv_pool_item *item, const struct bv_access *access)
{
	tally->all++;
	tally->levels[item->level]++;
	tally->keyboard += access->way >= BV_ACCESS_KEYBOARD;
	tally->reader += access->way == BV_ACCESS_READER;
}

static int
by_name(const void *a, const void *b)
{
	return bv_str_cmp(((const struct tally *)a)->name, ((const struct tally *)b)->name);
}

static struct bv_str
module_of(const struct bv_pool_item *item, const struct bv_access *access)
{
	(void)access;
	return bv_str_sub(item->competence, 0, bv_str_find(item->competence, '.'));
}

static struct bv_str
step_of(const struct bv_pool_item *item, const struct bv_access *access)
{
	static const char *const names[] = { "", "1 very easy", "2 easy", "3 medium", "4 difficult", "5 very difficult" };

	(void)access;
	return bv_str_of(item->difficulty_step < BV_COUNT(names) ? names[item->difficulty_step] : "");
}

static struct bv_str
kind_of(const struct bv_pool_item *item, const struct bv_access *access)
{
	(void)access;
	return item->kind;
}

static struct bv_str
language_of(const struct bv_pool_item *item, const struct bv_access *access)
{
	(void)access;
	return item->language;
}

static struct bv_str
access_of(const struct bv_pool_item *item, const struct bv_access *access)
{
	(void)item;
	return bv_str_of(bv_access_name(access->way));
}

static const struct {
	const char *title, *member;
	struct bv_str (*of)(const struct bv_pool_item *item, const struct bv_access *access);
} aspects[] = {
	{ "competence", "competence", module_of },
	{ "expected difficulty", "difficulty", step_of },
	{ "type", "kind", kind_of },
	{ "language", "language", language_of },
	{ "accessibility", "accessibility", access_of },
};

static void
print_bar(uint32_t n, uint32_t most)
{
	for (uint32_t i = 0; most && i < (uint32_t)((uint64_t)n * BAR / most); i++)
		fputs("▇", stdout);
	putchar('\n');
}

static void
print_aspect(const char *title, const struct tallies *tallies)
{
	uint32_t most = 0;

	for (size_t i = 0; i < tallies->count; i++)
		most = tallies->p[i].all > most ? tallies->p[i].all : most;
	print_column(bv_str_of(title), 21);
	printf("  items  nhan-biet  thong-hieu  van-dung  not said  keyboard  reader\n");
	for (size_t i = 0; i < tallies->count; i++) {
		const struct tally *t = &tallies->p[i];
		print_column(t->name.len ? t->name : BV_STR("not said"), 21);
		printf("%7" PRIu32 " %10" PRIu32 " %11" PRIu32 " %9" PRIu32 " %9" PRIu32 " %9" PRIu32 " %7" PRIu32 "  ", t->all,
		       t->levels[BV_COGNITIVE_RECALL], t->levels[BV_COGNITIVE_UNDERSTAND], t->levels[BV_COGNITIVE_APPLY],
		       t->levels[BV_COGNITIVE_NONE], t->keyboard, t->reader);
		print_bar(t->all, most);
	}
	putchar('\n');
}

static struct bv_json *
aspect_json(const struct tallies *tallies)
{
	struct bv_json *array = bv_json_new_array();

	for (size_t i = 0; i < tallies->count; i++) {
		struct bv_json *row = bv_json_add(array, bv_json_new_object());
		bv_json_set_str(row, "name", tallies->p[i].name);
		bv_json_set_int(row, "items", tallies->p[i].all);
		struct bv_json *levels = bv_json_set(row, "levels", bv_json_new_object());
		for (int level = 0; level < LEVELS; level++)
			bv_json_set_int(levels, level ? bv_cognitive_name((enum bv_cognitive)level) : "none", tallies->p[i].levels[level]);
		bv_json_set_int(row, "keyboard", tallies->p[i].keyboard);
		bv_json_set_int(row, "screenReader", tallies->p[i].reader);
	}
	return array;
}

static void
show_aspects(const struct bv_survey *survey, struct bv_json *json)
{
	for (size_t a = 0; a < BV_COUNT(aspects); a++) {
		struct tallies *tallies = bv_alloc(sizeof *tallies);
		for (size_t i = 0; i < survey->pool.count; i++) {
			const struct bv_pool_item *item = &survey->pool.items[i];
			count_item(tally_of(tallies, aspects[a].of(item, &survey->access[i])), item, &survey->access[i]);
		}
		qsort(tallies->p, tallies->count, sizeof *tallies->p, by_name);
		if (json)
			bv_json_set(json, aspects[a].member, aspect_json(tallies));
		else
			print_aspect(aspects[a].title, tallies);
		free(tallies);
	}
}

/* What stands in place of images and recordings, and how many items have cards of each support. */
static void
show_alternatives(const struct bv_survey *survey, struct bv_json *json)
{
	struct tallies *tallies = bv_alloc(sizeof *tallies);
	struct bv_json *object = json ? bv_json_set(json, "alternatives", bv_json_new_object()) : NULL;
	uint64_t images = 0, described = 0, recordings = 0, alternatives = 0;

	for (size_t i = 0; i < survey->pool.count; i++) {
		const struct bv_access *access = &survey->access[i];
		images += access->images;
		described += access->described;
		recordings += access->recordings;
		alternatives += access->alternatives;
		for (size_t k = 0; k < access->support_count; k++)
			tally_of(tallies, access->supports[k])->all++;
	}
	qsort(tallies->p, tallies->count, sizeof *tallies->p, by_name);
	if (json) {
		bv_json_set_int(object, "images", (int64_t)images);
		bv_json_set_int(object, "described", (int64_t)described);
		bv_json_set_int(object, "recordings", (int64_t)recordings);
		bv_json_set_int(object, "withAlternative", (int64_t)alternatives);
		object = bv_json_set(object, "cards", bv_json_new_object());
	} else {
		printf("%" PRIu64 " of %" PRIu64 " images are described, %" PRIu64 " of %" PRIu64 " recordings have an alternative; items with cards:", described,
		       images, alternatives, recordings);
	}
	for (size_t i = 0; i < tallies->count; i++) {
		char *name = bv_str_dup(tallies->p[i].name);
		if (json)
			bv_json_set_int(object, name, tallies->p[i].all);
		else
			printf("%s %s %" PRIu32, i ? "," : "", name, tallies->p[i].all);
		free(name);
	}
	if (!json)
		puts(tallies->count ? "\n" : " none\n");
	free(tallies);
}

/* ---- Keys and twins ---------------------------------------------------------------------------------------------- */

/* Chi-square of the hypothesis that the key is equally often at each place. */
static double
key_chi2(const uint32_t *places, size_t choices, uint32_t *all)
{
	double chi2 = 0;

	*all = 0;
	for (size_t i = 0; i < choices; i++)
		*all += places[i];
	for (size_t i = 0; *all && i < choices; i++) {
		double expected = (double)*all / (double)choices, off = places[i] - expected;
		chi2 += off * off / expected;
	}
	return chi2;
}

static void
show_keys(const struct bv_survey *survey, struct bv_json *json)
{
	struct bv_json *rows = json ? bv_json_set(json, "keys", bv_json_new_array()) : NULL;
	uint32_t all;

	if (!json)
		puts("where the key of a single choice stands (as written; an exam may shuffle)");
	for (size_t choices = 2; choices <= BV_SURVEY_CHOICES_MAX; choices++) {
		const uint32_t *places = survey->keys[choices];
		double chi2 = key_chi2(places, choices, &all);
		if (!all)
			continue;
		if (json) {
			struct bv_json *row = bv_json_add(rows, bv_json_new_object());
			bv_json_set_int(row, "choices", (int64_t)choices);
			struct bv_json *counts = bv_json_set(row, "places", bv_json_new_array());
			for (size_t i = 0; i < choices; i++)
				bv_json_add(counts, bv_json_new_int(places[i]));
			bv_json_set(row, "chiSquare", bv_json_new_real(chi2));
			continue;
		}
		printf("  of %zu:", choices);
		for (size_t i = 0; i < choices; i++)
			printf(" %5" PRIu32, places[i]);
		printf("   chi-square %.1f with %zu degrees of freedom\n", chi2, choices - 1);
	}
	if (!json)
		putchar('\n');
}

static void
show_similar(const struct bv_survey *survey, unsigned percent, struct bv_json *json)
{
	struct bv_json *rows = json ? bv_json_set(json, "similar", bv_json_new_array()) : NULL;

	if (!json)
		printf("%s%zu pairs of items share at least %u %% of their word triples\n", survey->similar.more ? "more than " : "",
		       survey->similar.count, percent);
	else
		bv_json_set(json, "similarMore", bv_json_new_bool(survey->similar.more));
	for (size_t i = 0; i < survey->similar.count; i++) {
		const struct bv_similar_pair *pair = &survey->similar.p[i];
		const struct bv_pool_item *a = &survey->pool.items[pair->a], *b = &survey->pool.items[pair->b];
		if (json) {
			struct bv_json *row = bv_json_add(rows, bv_json_new_object());
			bv_json_set_str(row, "a", a->identifier);
			bv_json_set_str(row, "b", b->identifier);
			bv_json_set_str(row, "language", a->language);
			bv_json_set_int(row, "percent", pair->percent);
		} else if (i < SIMILAR_SHOWN) {
			printf("  %3u %%  %.*s  %.*s  (%.*s)\n", pair->percent, BV_STR_ARG(a->identifier), BV_STR_ARG(b->identifier),
			       BV_STR_ARG(a->language));
		} else if (i == SIMILAR_SHOWN) {
			printf("  … %zu more: --json has all\n", survey->similar.count - i);
		}
	}
}

/* ---- What a blueprint needs -------------------------------------------------------------------------------------- */

static void
print_stratum(const struct bv_stratum *want, uint32_t has, int64_t candidates)
{
	uint32_t advised = want->count * RATIO;

	print_column(want->id, 16);
	printf("%6" PRIu32 " %6" PRIu32 " %6" PRIu32 " %10" PRIu32, want->count, has, want->count > has ? want->count - has : 0,
	       advised > has ? advised - has : 0);
	if (has < want->count)
		puts("  short: no exam can be drawn");
	else
		printf(" %9.1f %% %13.0f %8" PRIu64 " %8.1f\n", 100.0 * want->count / has, (double)candidates * want->count / has,
		       bv_exposure_share(has, want->count, 0.9), bv_exposure_collusion(has, want->count));
}

static void
add_stratum(struct bv_json *strata, const struct bv_stratum *want, const struct bv_draw_pool_stratum *have, int64_t candidates)
{
	struct bv_json *row = bv_json_add(strata, bv_json_new_object());
	uint32_t has = (uint32_t)have->count;

	bv_json_set_str(row, "id", want->id);
	bv_json_set_int(row, "needs", want->count);
	bv_json_set_int(row, "has", has);
	bv_json_set_int(row, "lacks", want->count > has ? want->count - has : 0);
	bv_json_set_int(row, "lacksForRatio", want->count * RATIO > has ? want->count * RATIO - has : 0);
	bv_json_set_int(row, "lostToEnemies", have->tally.lost_enemies);
	if (has < want->count)
		return;
	bv_json_set(row, "exposure", bv_json_new_real((double)want->count / has));
	bv_json_set(row, "timesSeen", bv_json_new_real((double)candidates * want->count / has));
	bv_json_set_int(row, "collusionNinety", (int64_t)bv_exposure_share(has, want->count, 0.9));
	bv_json_set(row, "collusionAll", bv_json_new_real(bv_exposure_collusion(has, want->count)));
}

static void
show_blueprint(const struct bv_blueprint *blueprint, const struct bv_draw_pool *pool, int64_t candidates, struct bv_json *json)
{
	struct bv_json *strata = NULL;

	if (json) {
		struct bv_json *object = bv_json_set(json, "blueprint", bv_json_new_object());
		bv_json_set_str(object, "id", blueprint->id);
		bv_json_set_int(object, "candidates", candidates);
		strata = bv_json_set(object, "strata", bv_json_new_array());
	} else {
		printf("\nblueprint %.*s, %" PRId64 " candidates\n", BV_STR_ARG(blueprint->id), candidates);
		printf("%-16s%6s %6s %6s %10s %11s %13s %8s %8s\n", "stratum", "draws", "has", "lacks", "for 1:20", "a form has", "times seen",
		       "90 % by", "all by");
	}
	for (size_t i = 0; i < blueprint->stratum_count; i++)
		if (json)
			add_stratum(strata, &blueprint->strata[i], &pool->strata[i], candidates);
		else
			print_stratum(&blueprint->strata[i], (uint32_t)pool->strata[i].count, candidates);
	if (!json)
		puts("\"a form has\": the chance that a form has a given item. \"times seen\": how often each item is seen by all candidates together.\n"
		     "\"90 % by\", \"all by\": so many colluding candidates are expected to have seen that much of the stratum (doc/stats.md).");
}

static void
show_size(const struct bv_survey *survey, struct bv_json *json)
{
	size_t stale = 0;

	for (size_t i = 0; i < survey->pool.count; i++)
		stale += survey->pool.items[i].stale;
	if (json) {
		bv_json_set_int(json, "items", (int64_t)survey->pool.count);
		bv_json_set_int(json, "stale", (int64_t)stale);
		return;
	}
	printf("%zu items", survey->pool.count);
	if (stale)
		printf(", %zu of them translations that are older than their original", stale);
	puts("\n");
}

static int
load(struct bv_survey *survey, struct bv_blueprint **blueprint, struct bv_draw_pool **pool, const struct args *args, unsigned percent)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_BLUEPRINT_MAX);
	struct bv_bank_filter filter = { .language = bv_str_of(args_get(args, "language")) };
	const char *path = args_get(args, "blueprint"), *url = args_get(args, "bank");
	struct bv_err err;

	if (path && (bv_file_read(&xml, path, &err) != BV_OK || bv_blueprint_parse(blueprint, bv_buf_str(&xml), &err) != BV_OK))
		return fail(path, &err);
	if (path && !filter.language.len)
		filter.language = (*blueprint)->language;
	if (bv_bank_open(&bank, url, BV_BANK_READ, &err) != BV_OK || bv_bank_survey(survey, bank, &filter, percent, &err) != BV_OK)
		return fail(NULL, &err);
	if (path && bv_draw_pool_load(pool, *blueprint, bank, NULL, &err) != BV_OK)
		return fail(NULL, &err);
	return EXIT_YES;
}

static int
run(struct args *args)
{
	BV_AUTO(bv_survey_finish) struct bv_survey survey = { 0 };
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *blueprint = NULL;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = NULL;
	BV_AUTO(bv_json_free) struct bv_json *json = args_has(args, "json") ? bv_json_new_object() : NULL;
	int64_t candidates, percent;
	struct bv_err err;

	if (args_count(&candidates, args, "candidates", 1000, &err) != BV_OK || args_count(&percent, args, "similar", SIMILAR, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (percent < 1 || percent > 100)
		return usage(args->cmd, "--similar: texts are similar from 1 to 100 per cent");
	int status = load(&survey, &blueprint, &pool, args, (unsigned)percent);
	if (status)
		return status;
	show_size(&survey, json);
	show_aspects(&survey, json);
	show_alternatives(&survey, json);
	show_keys(&survey, json);
	show_similar(&survey, (unsigned)percent, json);
	if (blueprint)
		show_blueprint(blueprint, pool, candidates, json);
	if (json)
		print_json(json);
	return EXIT_YES;
}

const struct cmd cmd_bank_stats = {
	.name = "bank stats",
	.summary = "what a bank covers, and how well it keeps its secrets",
	.about = "Counts items by competence, expected difficulty, type, language and accessibility, each by cognitive level and by who can use them: with a "
	         "keyboard alone, and with a screen reader; what stands in place of images and recordings; where the keys of single choices stand; "
	         "which items have nearly the same text.\n\n"
	         "With a blueprint also, for each stratum: what it lacks, how often each item will be seen by so many candidates, and how many colluding "
	         "candidates are expected to have seen nine tenths of it, and all of it. doc/stats.md has the formulas.",
	.opts = (const struct opt[]){
		{ "bank", "DB", "the bank: sqlite:PATH or PATH", .required = true },
		{ "blueprint", "FILE", "what its strata lack, and how far they are exposed; the language is the blueprint's" },
		{ "candidates", "N", "candidates who sit the blueprint, 1000 if not given" },
		{ "language", "TAG", "only items in this language, like vi" },
		{ "similar", "PERCENT", "tell pairs of items that share this much of their text, 60 if not given" },
		{ "json", NULL, "print one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang bank import --bank sample.db itembank/sample",
		"bangvang bank stats --bank sample.db --blueprint engine/sample/vn-basic-40.xml --candidates 4000",
		NULL,
	},
	.run = run,
};
