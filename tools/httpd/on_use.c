/* What an item has done in the sittings of this server: how often it was on a form, how many were right, whether the able were right more often, what was chosen.
 * Numbers of many, never of one: nobody's name, ticket or time is read for it. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/xml.h"
#include "tools/httpd/bank_desk.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/server.h"

enum { FORMS_MAX = 3000 /* some seconds */, SITTINGS_MAX = 64, ANSWERS_MAX = 200, ANSWER_MAX = 200 /* bytes */, TOLD_MAX = 30, FEWEST = 3 /* of whom there is a correlation at all */ };

static const struct schema option_members[] = {
	{ "answer", SCHEMA_STRING, 0, ANSWER_MAX, .doc = "The choices, or what was typed; empty: not answered." },
	{ "count", SCHEMA_INT, 1, INT64_MAX, .doc = "How many." },
	{ "share", SCHEMA_NUMBER, .doc = "Of those who had the item." },
	{ "rest", SCHEMA_NUMBER, .doc = "Their mean score on the other items." },
	{ 0 },
};
static const struct schema option_element = { NULL, SCHEMA_OBJECT, .of = option_members };
static const struct schema use_members[] = {
	{ "forms", SCHEMA_INT, 0, INT64_MAX, .doc = "Scored forms that were looked at, the newest sittings first." },
	{ "more", SCHEMA_BOOL, .doc = "There are others." },
	{ "presented", SCHEMA_INT, 0, INT64_MAX, .doc = "Those on which this version of the item was." },
	{ "answered", SCHEMA_INT, 0, INT64_MAX, .doc = "Those in which it was answered." },
	{ "max", SCHEMA_NUMBER, .optional = true, .doc = "The most that it can score." },
	{ "mean", SCHEMA_NUMBER, .optional = true, .doc = "The mean of its score." },
	{ "p", SCHEMA_NUMBER, .optional = true, .doc = "That by the most." },
	{ "correlation", SCHEMA_NUMBER, .optional = true, .doc = "Of its score with the score on the other items (corrected point-biserial); of three at least who differ." },
	{ "options", SCHEMA_ARRAY, 0, TOLD_MAX, .of = &option_element, .doc = "What was answered, the most frequent first." },
	{ 0 },
};
const struct schema bank_use_answer = { NULL, SCHEMA_OBJECT, .of = use_members };

struct given {
	struct bv_str text;
	uint64_t count;
	double rest;
};

struct use {
	struct bank_desk *desk;
	struct bv_str identifier, language;
	uint8_t hash[BV_HASH_LEN];
	uint64_t forms, presented, answered;
	double sum, sum2, rest, rest2, product;
	struct given answers[ANSWERS_MAX]; /* the last takes what does not fit */
	size_t answer_count;
	struct bv_str names[SITTINGS_MAX];
	size_t name_count;
	bool more;
	struct bv_arena arena;
};

/* ---- What was answered ---- */

static void
add_value(struct bv_buf *out, const struct bv_json *value)
{
	if (bv_json_type(value) == BV_JSON_STRING)
		bv_buf_add(out, bv_json_str(value));
	else
		bv_json_write(out, value);
}

/* "A", "A; C", "A–1; B–2": of all response variables. */
static struct bv_str
answer_text(const struct bv_json *responses, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(ANSWER_MAX);
	BV_AUTO(bv_buf_finish) struct bv_buf all = BV_BUF(1 << 20);

	for (void *r = bv_json_members(responses); r; r = bv_json_next(responses, r)) {
		const struct bv_json *value = bv_json_member(r), *base = bv_json_find(value, "base"), *list = bv_json_find(value, "list"), *typed = base ? base : list;
		for (void *it = typed ? bv_json_members(typed) : NULL; it; it = bv_json_next(typed, it)) {
			const struct bv_json *given = bv_json_member(it);
			size_t count = list ? bv_json_count(given) : 1;
			for (size_t i = 0; i < count; i++) {
				bv_buf_addz(&all, all.len ? "; " : "");
				add_value(&all, list ? bv_json_at(given, i) : given);
			}
		}
	}
	struct bv_str cut = bv_str_sub(bv_buf_str(&all), 0, ANSWER_MAX);
	bv_buf_add(&out, bv_str_sub(cut, 0, bv_text_valid_len(cut)));
	return bv_arena_str(arena, bv_buf_str(&out));
}

static struct given *
given_of(struct use *u, struct bv_str text)
{
	for (size_t i = 0; i < u->answer_count; i++)
		if (bv_str_eq(u->answers[i].text, text))
			return &u->answers[i];
	if (u->answer_count == ANSWERS_MAX)
		return &u->answers[ANSWERS_MAX - 1];
	u->answers[u->answer_count].text = text;
	return &u->answers[u->answer_count++];
}

static enum bv_status
take(void *ctx, const struct bv_item_use *one, struct bv_err *err)
{
	struct use *u = ctx;

	(void)err;
	if (!bv_hash_eq(one->drawn->hash, u->hash))
		return BV_OK;
	struct bv_str text = one->responses ? answer_text(one->responses, &u->arena) : BV_STR_NONE;
	u->presented++;
	u->answered += text.len > 0;
	u->sum += one->score;
	u->sum2 += one->score * one->score;
	u->rest += one->rest;
	u->rest2 += one->rest * one->rest;
	u->product += one->score * one->rest;
	struct given *given = given_of(u, text);
	given->count++;
	given->rest += one->rest;
	return BV_OK;
}

/* ---- Sittings ---- */

static enum bv_status
note(void *ctx, int64_t id, struct bv_str name, bool closed, struct bv_err *err)
{
	struct use *u = ctx;

	(void)id, (void)closed, (void)err;
	/* The newest are the last. */
	u->names[u->name_count++ % SITTINGS_MAX] = bv_arena_str(&u->arena, name);
	return BV_OK;
}

static enum bv_status
item_text(void *ctx, struct bv_buf *xml, struct bv_version_files *files, const struct bv_form_item *drawn, struct bv_err *err)
{
	const struct use *u = ctx;
	uint8_t hash[BV_HASH_LEN];

	return bv_bank_load_version(xml, files, hash, u->desk->bank, drawn->identifier, drawn->language, (uint32_t)drawn->version, err);
}

static enum bv_status
look(struct use *u, struct bv_sittings *tables, struct bv_ledger *ledger, struct bv_str name, struct bv_err *err)
{
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = NULL;
	bool documents;

	TRY(bv_sitting_has_documents(&documents, tables, name, err));
	if (!documents)
		return BV_OK;
	TRY(bv_sitting_load(&sitting, tables, name, item_text, u, err));
	return bv_sitting_item_uses(&u->forms, FORMS_MAX, sitting, tables, ledger, u->identifier, take, u, err);
}

static enum bv_status
look_at_all(struct use *u, struct bv_sittings *tables, struct bv_ledger *ledger, struct bv_err *err)
{
	TRY(bv_sittings_each(tables, note, u, err));
	size_t count = u->name_count < SITTINGS_MAX ? u->name_count : SITTINGS_MAX;
	for (size_t i = 1; i <= count && u->forms < FORMS_MAX; i++)
		TRY(look(u, tables, ledger, u->names[(u->name_count - i) % SITTINGS_MAX], err));
	u->more = u->name_count > count || u->forms >= FORMS_MAX;
	return BV_OK;
}

/* ---- The answer ---- */

static int
by_count(const void *a, const void *b)
{
	const struct given *x = a, *y = b;

	return x->count != y->count ? (x->count < y->count ? 1 : -1) : bv_str_cmp(x->text, y->text);
}

static struct bv_json *
options_of(struct use *u)
{
	struct bv_json *options = bv_json_new_array();

	qsort(u->answers, u->answer_count, sizeof u->answers[0], by_count);
	for (size_t i = 0; i < u->answer_count && i < TOLD_MAX; i++) {
		struct bv_json *one = bv_json_add(options, bv_json_new_object());
		bv_json_set_str(one, "answer", u->answers[i].text);
		bv_json_set_int(one, "count", (int64_t)u->answers[i].count);
		bv_json_set(one, "share", bv_json_new_real((double)u->answers[i].count / (double)u->presented));
		bv_json_set(one, "rest", bv_json_new_real(u->answers[i].rest / (double)u->answers[i].count));
	}
	return options;
}

static void
answer(struct exchange *x, struct use *u, const struct bv_item *item)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	double n = (double)u->presented, spread = (n * u->sum2 - u->sum * u->sum) * (n * u->rest2 - u->rest * u->rest), most;

	bv_json_set_int(json, "forms", (int64_t)u->forms);
	bv_json_set(json, "more", bv_json_new_bool(u->more));
	bv_json_set_int(json, "presented", (int64_t)u->presented);
	bv_json_set_int(json, "answered", (int64_t)u->answered);
	if (u->presented) {
		bv_json_set(json, "mean", bv_json_new_real(u->sum / n));
		if (bv_item_max_score(item, &most) && most > 0) {
			bv_json_set(json, "max", bv_json_new_real(most));
			bv_json_set(json, "p", bv_json_new_real(u->sum / n / most));
		}
	}
	if (u->presented >= FEWEST && spread > 1e-9)
		bv_json_set(json, "correlation", bv_json_new_real((n * u->product - u->sum * u->rest) / sqrt(spread)));
	bv_json_set(json, "options", options_of(u));
	bv_json_write(&x->answer.body, json);
	exchange_json(x, 200);
}

static enum bv_status
count(struct use *u, struct server *server, struct bv_err *err)
{
	struct bv_sittings *tables;

	if (!server->halls)
		return BV_OK;
	TRY(halls_take_tables(&tables, server->halls, err));
	enum bv_status status = look_at_all(u, tables, server->ledger, err);
	halls_give_tables(server->halls, tables, status);
	return status;
}

void
on_bank_use(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *about = NULL;
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);
	struct use *u = bv_alloc(sizeof *u);
	struct bv_err err;
	int64_t version = 0;

	u->desk = &desk;
	enum bv_status status = BV_EDENIED;
	if (bank_desk_open(&desk, x, sql, BV_BANK_READ) && bank_desk_item(&about, &desk, x, ROLES_BANK)) {
		u->identifier = bv_json_str(bv_json_find(about, "identifier"));
		u->language = bv_json_str(bv_json_find(about, "language"));
		if (!bv_str_int(bank_desk_param(x, "version", &arena), &version))
			version = 0;
		status = bv_bank_load_version(&xml, NULL, u->hash, desk.bank, u->identifier, u->language, (uint32_t)version, &err);
		if (status == BV_OK)
			status = bv_item_parse(&item, bv_buf_str(&xml), &err);
		if (status == BV_OK)
			status = count(u, x->server, &err);
		if (status == BV_OK)
			answer(x, u, item);
		else
			edge_fail(x, &err);
	}
	bv_arena_finish(&u->arena);
	free(u);
}
