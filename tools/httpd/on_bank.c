/* The item bank as staff reads it: pages of items, how many there are of what, everything about one, its files. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/xml.h"
#include "tools/httpd/bank_desk.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/page.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"

enum { PAGE_MAX = 200, PAGE_USUAL = 50, FILE_MAX = 64 << 20, DISTINCT_MAX = 2000, PATH_MAX_CHARS = 32, WORDS_MAX = 500 };

static const char *const levels[] = { "nhan-biet", "thong-hieu", "van-dung", NULL };
static const char *const states[] = { "draft", "review", "approved", "pretest", "operational", "retired", "withdrawn", NULL };
static const char *const sorts[] = { "place", "relevance", "difficulty", "used", "changed", NULL };

#define FILTERS \
	{ "competence", SCHEMA_STRING, 0, PATH_MAX_CHARS, .doc = "A path of the competence tree and all below it: IU01." }, \
		{ "component", SCHEMA_STRING, 0, PATH_MAX_CHARS, .doc = "The same for components of TT 02/2025: 1.2." }, \
		{ "level", SCHEMA_STRING, 1, 20, .choices = levels, .doc = "The cognitive level." }, \
		{ "language", SCHEMA_STRING, 0, PATH_MAX_CHARS, .doc = "The language, as vi." }, \
		{ "type", SCHEMA_STRING, 0, 40, .doc = "The first interaction, as choice or gapMatch." }, \
		{ "state", SCHEMA_STRING, 1, 20, .choices = states, .doc = "A version is in that state; then that version is meant." }, \
		{ "text", SCHEMA_STRING, 0, WORDS_MAX, .doc = "Words of title, stem, choices, remarks (doc/search.md)." }, \
		{ "tag", SCHEMA_STRING, 0, 255, .doc = "A keyword." }, { "author", SCHEMA_STRING, 0, 255, .doc = "The author by the metadata." }
const struct schema bank_list_query[] = {
	FILTERS,
	{ "sort", SCHEMA_STRING, 1, 20, .choices = sorts, .doc = "The order: place if not said." },
	{ "afterIdentifier", SCHEMA_STRING, 0, BV_ITEM_IDENTIFIER_MAX, .doc = "The last item of the page before." },
	{ "afterLanguage", SCHEMA_STRING, 0, PATH_MAX_CHARS, .doc = "Its language." },
	{ "limit", SCHEMA_INT, 1, PAGE_MAX, .doc = "Items at most." },
	{ 0 },
};
const struct schema bank_tree_query[] = { FILTERS, { 0 } };
const struct schema bank_item_query[] = {
	{ "identifier", SCHEMA_STRING, 1, BV_ITEM_IDENTIFIER_MAX, .doc = "Which item." },
	{ "language", SCHEMA_STRING, 0, PATH_MAX_CHARS, .doc = "Which language; may be left out when there is one only." },
	{ "version", SCHEMA_INT, 0, UINT32_MAX, .doc = "Whose document; the current one if not said." },
	{ 0 },
};

static const struct schema item_element = { NULL, SCHEMA_OBJECT, .doc = "As `bangvang bank list --json` writes it; with text also snippet." };
static const struct schema list_members[] = {
	{ "items", SCHEMA_ARRAY, 0, PAGE_MAX, .of = &item_element, .doc = "Of this page." },
	{ "total", SCHEMA_INT, 0, INT64_MAX, .doc = "How many match." },
	{ "more", SCHEMA_BOOL, .doc = "There are others after the last one of this page." },
	{ "note", SCHEMA_STRING, 0, 300, .optional = true, .doc = "Why there are none: no item has that tag or author." },
	{ 0 },
};
const struct schema bank_list_answer = { NULL, SCHEMA_OBJECT, .of = list_members };
static const struct schema count_members[] = {
	{ "name", SCHEMA_STRING, 0, 255, .doc = "A path, a type, a level …; empty: those that say nothing." },
	{ "count", SCHEMA_INT, 1, INT64_MAX, .doc = "Items." },
	{ 0 },
};
static const struct schema count_element = { NULL, SCHEMA_OBJECT, .of = count_members };
#define COUNTS(what) { what, SCHEMA_ARRAY, 0, DISTINCT_MAX, .of = &count_element, .doc = "In order of the names." }
static const struct schema tree_members[] = {
	{ "lifecycle", SCHEMA_BOOL, .doc = "Does the bank keep the life of its items (doc/lifecycle.md)?" },
	{ "reviewers", SCHEMA_INT, 0, BV_REVIEWERS_MAX, .doc = "How many must approve; 0 without a life cycle." },
	{ "pretest", SCHEMA_BOOL, .doc = "Is nothing released that was not pretested?" },
	{ "total", SCHEMA_INT, 0, INT64_MAX, .doc = "Items that match." },
	{ "edit", SCHEMA_BOOL, .doc = "May this account write items anywhere?" },
	{ "review", SCHEMA_BOOL, .doc = "May it review items anywhere?" },
	{ "everywhere", SCHEMA_BOOL, .doc = "Does it see all competences?" },
	COUNTS("competences"), COUNTS("components"), COUNTS("types"), COUNTS("levels"), COUNTS("states"), COUNTS("languages"),
	{ 0 },
};
const struct schema bank_tree_answer = { NULL, SCHEMA_OBJECT, .of = tree_members };
const struct schema bank_item_answer = { NULL, SCHEMA_OBJECT, .doc = "As `bangvang bank show --json` writes it, and: xml, xmlVersion, files, edit, review." };

/* ---- The filter ---- */

/* False has answered. */
static bool
filter_read(struct bv_bank_filter *filter, struct exchange *x, struct bv_arena *arena)
{
	struct bv_str level = bank_desk_param(x, "level", arena), state = bank_desk_param(x, "state", arena);
	struct bv_err err;

	*filter = (struct bv_bank_filter){
		.competence = bank_desk_param(x, "competence", arena),
		.component = bank_desk_param(x, "component", arena),
		.language = bank_desk_param(x, "language", arena),
		.kind = bank_desk_param(x, "type", arena),
		.text = bv_str_trim(bank_desk_param(x, "text", arena)),
		.tag = bank_desk_param(x, "tag", arena),
		.author = bank_desk_param(x, "author", arena),
	};
	if ((!level.len || bv_cognitive_parse(&filter->level, level, &err) == BV_OK) && (!state.len || bv_state_parse(&filter->state, state, &err) == BV_OK))
		return true;
	edge_fail(x, &err);
	return false;
}

/* ---- Pages ---- */

struct paging {
	struct bank_desk *desk;
	const struct bv_bank_filter *filter;
	struct bv_bank_page page;
	struct bv_arena *arena;
	struct bv_json_pen pen;
	uint32_t want, got;
	uint64_t total;
	bool more;
};

static enum bv_status
write_item(struct paging *p, const struct bv_pool_item *item, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_pool_item_json(item);
	struct bv_json *snippet;

	if (p->filter->text.len) {
		TRY(bv_bank_snippet(&snippet, p->desk->bank, item, p->filter->text, err));
		bv_json_set(json, "snippet", snippet);
	}
	bv_buf_addz(p->pen.out, p->got ? "," : "");
	bv_json_write(p->pen.out, json);
	p->got++;
	return BV_OK;
}

/* Those within the scope, and whether there is one more: pages of the bank until there are enough. */
static enum bv_status
write_items(struct paging *p, struct bv_err *err)
{
	for (bool end = false; !end && !p->more;) {
		BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
		TRY(bv_bank_list(&pool, p->desk->bank, p->filter, &p->page, err));
		end = pool.count < p->page.limit;
		for (size_t i = 0; i < pool.count && !p->more; i++) {
			const struct bv_pool_item *item = &pool.items[i];
			p->page.after_identifier = item->identifier;
			p->page.after_language = item->language;
			if (!bank_desk_may(p->desk, ROLES_BANK, item->competence))
				continue;
			p->more = p->got == p->want;
			if (!p->more)
				TRY(write_item(p, item, err));
		}
		/* The next page begins after an item of this pool. */
		p->page.after_identifier = bv_arena_str(p->arena, p->page.after_identifier);
		p->page.after_language = bv_arena_str(p->arena, p->page.after_language);
	}
	return BV_OK;
}

static enum bv_status
count_scoped(void *ctx, const struct bv_pool_item *item, struct bv_err *err)
{
	struct paging *p = ctx;

	(void)err;
	p->total += bank_desk_may(p->desk, ROLES_BANK, item->competence);
	return BV_OK;
}

static enum bv_status
write_page(struct paging *p, struct bv_err *err)
{
	bv_json_pen_open(&p->pen, NULL, '{');
	bv_json_pen_open(&p->pen, "items", '[');
	TRY(write_items(p, err));
	bv_json_pen_close(&p->pen, ']');
	if (bank_desk_may(p->desk, ROLES_BANK, BV_STR_NONE))
		TRY(bv_bank_count(&p->total, p->desk->bank, p->filter, err));
	else
		TRY(bv_bank_each(p->desk->bank, p->filter, count_scoped, p, err));
	bv_json_pen_int(&p->pen, "total", (int64_t)p->total);
	bv_json_pen_bool(&p->pen, "more", p->more);
	bv_json_pen_close(&p->pen, '}');
	return BV_OK;
}

static bool
page_read(struct paging *p, struct exchange *x)
{
	struct bv_str sort = bank_desk_param(x, "sort", p->arena), limit = bank_desk_param(x, "limit", p->arena);
	int64_t want = PAGE_USUAL;
	struct bv_err err;

	p->page.after_identifier = bank_desk_param(x, "afterIdentifier", p->arena);
	p->page.after_language = bank_desk_param(x, "afterLanguage", p->arena);
	if (sort.len && bv_bank_sort_parse(&p->page.sort, sort, &err) != BV_OK) {
		edge_fail(x, &err);
		return false;
	}
	if (limit.len && !bv_str_int(limit, &want))
		want = PAGE_USUAL; /* the edge has checked it */
	p->want = (uint32_t)want;
	p->page.limit = p->want + 1;
	return true;
}

void
on_bank_list(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_bank_filter filter;
	struct paging p = { .desk = &desk, .filter = &filter, .arena = &arena, .pen = { .out = &x->answer.body } };
	struct bv_err err;

	if (!filter_read(&filter, x, &arena) || !page_read(&p, x) || !bank_desk_open(&desk, x, sql, BV_BANK_READ))
		return;
	enum bv_status status = write_page(&p, &err);
	bool none = status == BV_ENOTFOUND && (filter.tag.len || filter.author.len) && !p.page.after_identifier.len;
	if (status != BV_OK && !none) {
		edge_fail(x, &err);
		return;
	}
	exchange_json(x, 200);
	if (none) {
		bv_buf_clear(&x->answer.body);
		p.pen = (struct bv_json_pen){ .out = &x->answer.body };
		bv_json_pen_open(&p.pen, NULL, '{');
		bv_json_pen_open(&p.pen, "items", '[');
		bv_json_pen_close(&p.pen, ']');
		bv_json_pen_int(&p.pen, "total", 0);
		bv_json_pen_bool(&p.pen, "more", false);
		bv_json_pen_str(&p.pen, "note", bv_str_of(err.msg));
		bv_json_pen_close(&p.pen, '}');
	}
}

/* ---- Counts ---- */

enum facet { FACET_COMPETENCE, FACET_COMPONENT, FACET_TYPE, FACET_LEVEL, FACET_STATE, FACET_LANGUAGE, FACETS };
static const char *const facet_names[FACETS] = { "competences", "components", "types", "levels", "states", "languages" };

struct tally {
	struct {
		struct bv_str name;
		int64_t count;
	} all[DISTINCT_MAX];
	size_t count, last;
};

struct tallying {
	const struct bank_desk *desk;
	struct bv_arena arena;
	struct tally *facets; /* FACETS */
	int64_t total;
};

static void
tallying_finish(struct tallying *t)
{
	bv_arena_finish(&t->arena);
	free(t->facets);
}
BV_AUTO_DEFINE_FINISH(struct tallying, tallying_finish)

/* Neighbours are mostly alike. What would be too many names is left out: there are no such banks. */
static void
tally_add(struct tally *tally, struct bv_str name, struct bv_arena *arena)
{
	size_t at = tally->last;

	if (at >= tally->count || !bv_str_eq(tally->all[at].name, name))
		for (at = 0; at < tally->count && !bv_str_eq(tally->all[at].name, name);)
			at++;
	if (at == DISTINCT_MAX)
		return;
	if (at == tally->count) {
		tally->all[tally->count++].name = bv_arena_str(arena, name);
		tally->all[at].count = 0;
	}
	tally->all[at].count++;
	tally->last = at;
}

static enum bv_status
tally_item(void *ctx, const struct bv_pool_item *item, struct bv_err *err)
{
	struct tallying *t = ctx;

	(void)err;
	if (!bank_desk_may(t->desk, ROLES_BANK, item->competence))
		return BV_OK;
	const struct bv_str names[FACETS] = { item->competence, item->component, item->kind, bv_str_of(bv_cognitive_name(item->level)),
		                              bv_str_of(bv_state_name(item->state)), item->language };
	for (int f = 0; f < FACETS; f++)
		tally_add(&t->facets[f], names[f], &t->arena);
	t->total++;
	return BV_OK;
}

static int
by_name(const void *a, const void *b)
{
	return bv_str_cmp(*(const struct bv_str *)a, *(const struct bv_str *)b); /* the first member */
}

/* Anywhere: in one area at least. */
static bool
may_anywhere(const struct bank_desk *desk, uint32_t roles)
{
	for (size_t i = 0; i < desk->account.grant_count; i++) {
		struct bv_str scope = bv_str_of(desk->account.grants[i].scope);
		if ((roles & UINT32_C(1) << desk->account.grants[i].role) && (!scope.len || bv_str_is(scope, "bank") || bv_str_starts(scope, BV_STR("bank:"))))
			return true;
	}
	return false;
}

static void
write_tree(struct bv_json_pen *pen, struct tallying *t, const struct bv_life_rule *rule)
{
	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_bool(pen, "lifecycle", rule->reviewers > 0);
	bv_json_pen_int(pen, "reviewers", rule->reviewers);
	bv_json_pen_bool(pen, "pretest", rule->reviewers > 0 && rule->pretest);
	bv_json_pen_int(pen, "total", t->total);
	bv_json_pen_bool(pen, "edit", may_anywhere(t->desk, ROLES_BANK_WRITE));
	bv_json_pen_bool(pen, "review", may_anywhere(t->desk, ROLES_BANK_REVIEW));
	bv_json_pen_bool(pen, "everywhere", bank_desk_may(t->desk, ROLES_BANK, BV_STR_NONE));
	for (int f = 0; f < FACETS; f++) {
		struct tally *tally = &t->facets[f];
		qsort(tally->all, tally->count, sizeof tally->all[0], by_name);
		bv_json_pen_open(pen, facet_names[f], '[');
		for (size_t i = 0; i < tally->count; i++) {
			bv_json_pen_open(pen, NULL, '{');
			bv_json_pen_str(pen, "name", tally->all[i].name);
			bv_json_pen_int(pen, "count", tally->all[i].count);
			bv_json_pen_close(pen, '}');
		}
		bv_json_pen_close(pen, ']');
	}
	bv_json_pen_close(pen, '}');
}

void
on_bank_tree(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(tallying_finish) struct tallying t = { .desk = &desk };
	struct bv_json_pen pen = { .out = &x->answer.body };
	struct bv_bank_filter filter;
	struct bv_life_rule rule;
	struct bv_err err;

	if (!filter_read(&filter, x, &arena) || !bank_desk_open(&desk, x, sql, BV_BANK_READ))
		return;
	t.facets = bv_alloc_array(FACETS, sizeof *t.facets);
	enum bv_status status = bv_bank_life_rule(&rule, desk.bank, &err);
	if (status == BV_OK)
		status = bv_bank_each(desk.bank, &filter, tally_item, &t, &err);
	if (status != BV_OK && !(status == BV_ENOTFOUND && (filter.tag.len || filter.author.len))) {
		edge_fail(x, &err);
		return;
	}
	exchange_json(x, 200);
	write_tree(&pen, &t, &rule);
}

/* ---- One ---- */

static enum bv_status
add_document(struct bv_json *json, struct bank_desk *desk, uint32_t version, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
	struct bv_str identifier = bv_json_str(bv_json_find(json, "identifier")), language = bv_json_str(bv_json_find(json, "language"));

	TRY(bv_bank_load_xml(&xml, desk->bank, identifier, language, version, err));
	TRY(bv_bank_item_parts(&parts, desk->bank, identifier, language, version, err));
	bv_json_set(json, "xml", bv_json_new_text(bv_buf_str(&xml)));
	bv_json_set_int(json, "xmlVersion", version ? version : bv_json_int(bv_json_find(json, "version")));
	bv_json_set(json, "files", bv_bank_parts_json(&parts));
	return BV_OK;
}

void
on_bank_item(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str version = bank_desk_param(x, "version", &arena);
	int64_t number = 0;
	struct bv_err err;

	if (!bank_desk_open(&desk, x, sql, BV_BANK_READ) || !bank_desk_item(&json, &desk, x, ROLES_BANK))
		return;
	if (version.len && !bv_str_int(version, &number))
		number = 0; /* the edge has checked it */
	if (add_document(json, &desk, (uint32_t)number, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	struct bv_str competence = bv_json_str(bv_json_find(json, "competence"));
	bv_json_set(json, "edit", bv_json_new_bool(bank_desk_may(&desk, ROLES_BANK_WRITE, competence)));
	bv_json_set(json, "review", bv_json_new_bool(bank_desk_may(&desk, ROLES_BANK_REVIEW, competence)));
	x->answer.body.max = BV_JSON_MAX;
	exchange_json(x, 200);
	bv_json_write(&x->answer.body, json);
}

/* Of any item: who does not see the item does not know the hash. */
void
on_bank_media(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	uint8_t hash[BV_HASH_LEN];
	const char *type;
	struct bv_err err;

	if (x->params[0].len != 2 * BV_HASH_LEN || bv_hex_parse(hash, sizeof hash, x->params[0], &err) != BV_OK) {
		problem_answer(x, "not-found", NULL);
		return;
	}
	if (!bank_desk_open(&desk, x, sql, BV_BANK_READ))
		return;
	x->answer.body.max = FILE_MAX;
	if (bv_bank_media_load(&x->answer.body, &type, desk.bank, hash, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	x->answer.status = 200;
	x->answer.type = type;
	exchange_field(x, "Cache-Control", "private, max-age=31536000, immutable");
	exchange_field(x, "Content-Security-Policy", "sandbox; default-src 'none'");
	page_tag(x, x->params[0]);
}
