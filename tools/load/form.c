#include "tools/load/form.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tools/load/scatter.h"

enum { ITEMS_MOST = 500, VARIABLES_MOST = 64, CHOICES_MOST = 256, DEPTH_MOST = 200 };

enum kind { KIND_CHOICE, KIND_ORDER, KIND_PAIR, KIND_TEXT, KIND_OTHER };

struct choices {
	struct bv_str *ids;
	size_t count;
};

/* A response variable: its choices, or in a pair what is put to what. */
struct variable {
	struct bv_str name, base;
	enum kind kind;
	bool many;
	int64_t min, max; /* of choices or pairs; max 0: any number */
	struct choices from, to;
};

struct question {
	uint32_t item;
	struct variable *variables;
	size_t count;
};

struct form {
	struct bv_arena arena;
	struct question *questions;
	size_t count;
};

/* ---- Reading ---- */

/* A node is ["tag", {attributes}?, child…]. */
static const struct bv_json *
attributes_of(const struct bv_json *node)
{
	const struct bv_json *second = bv_json_at(node, 1);

	return bv_json_type(second) == BV_JSON_OBJECT ? second : NULL;
}

static struct bv_str
attribute(const struct bv_json *node, const char *name)
{
	return bv_json_str(bv_json_find(attributes_of(node), name));
}

static bool
has_tag(const struct bv_json *node, const char *const *tags)
{
	for (; *tags; tags++)
		if (bv_str_is(bv_json_str(bv_json_at(node, 0)), *tags))
			return true;
	return false;
}

struct collecting {
	struct form *form;
	const char *const *tags;
	struct bv_str ids[CHOICES_MOST];
	size_t count;
};

static void
collect(struct collecting *c, const struct bv_json *node, int depth)
{
	if (bv_json_type(node) != BV_JSON_ARRAY || depth > DEPTH_MOST)
		return;
	struct bv_str id = attribute(node, "identifier");
	if (id.len && has_tag(node, c->tags) && c->count < CHOICES_MOST)
		c->ids[c->count++] = bv_arena_str(&c->form->arena, id);
	for (size_t i = 1; i < bv_json_count(node); i++)
		collect(c, bv_json_at(node, i), depth + 1);
}

static struct choices
choices_in(struct form *form, const struct bv_json *node, const char *const *tags)
{
	struct collecting c = { .form = form, .tags = tags };

	collect(&c, node, 0);
	struct bv_str *ids = bv_arena_alloc(&form->arena, (c.count + 1) * sizeof *ids);
	memcpy(ids, c.ids, c.count * sizeof *ids);
	return (struct choices){ ids, c.count };
}

static void
read_match(struct variable *v, struct form *form, const struct bv_json *node)
{
	static const char *const set[] = { "qti-simple-match-set", NULL }, *const choice[] = { "qti-simple-associable-choice", NULL };
	struct choices *next = &v->from;

	for (size_t i = 1; i < bv_json_count(node) && next; i++)
		if (has_tag(bv_json_at(node, i), set)) {
			*next = choices_in(form, bv_json_at(node, i), choice);
			next = next == &v->from ? &v->to : NULL;
		}
}

static int64_t
limit(const struct bv_json *node, const char *choices, const char *pairs)
{
	const struct bv_json *of = attributes_of(node), *n = bv_json_find(of, choices);

	return bv_json_int(n ? n : bv_json_find(of, pairs));
}

static struct variable
read_variable(struct form *form, const struct bv_json *node)
{
	static const char *const choice[] = { "qti-choice-interaction", "qti-inline-choice-interaction", "qti-hottext-interaction", NULL };
	static const char *const order[] = { "qti-order-interaction", NULL }, *const match[] = { "qti-match-interaction", NULL };
	static const char *const gaps[] = { "qti-gap-match-interaction", NULL };
	static const char *const text[] = { "qti-text-entry-interaction", "qti-extended-text-interaction", NULL };
	static const char *const one[] = { "qti-simple-choice", "qti-inline-choice", "qti-hottext", NULL };
	static const char *const put[] = { "qti-gap-text", "qti-gap-img", NULL }, *const gap[] = { "qti-gap", NULL };
	struct variable v = { .name = bv_arena_str(&form->arena, attribute(node, "response-identifier")), .base = bv_arena_str(&form->arena, attribute(node, "base-type")), .kind = KIND_OTHER,
		              .many = !bv_str_is(attribute(node, "cardinality"), "single"), .min = limit(node, "min-choices", "min-associations"),
		              .max = limit(node, "max-choices", "max-associations") };

	if (has_tag(node, choice) || has_tag(node, order)) {
		v.kind = has_tag(node, order) ? KIND_ORDER : KIND_CHOICE;
		v.from = choices_in(form, node, one);
	} else if (has_tag(node, match)) {
		v.kind = KIND_PAIR;
		read_match(&v, form, node);
	} else if (has_tag(node, gaps)) {
		v.kind = KIND_PAIR;
		v.from = choices_in(form, node, put);
		v.to = choices_in(form, node, gap);
	} else if (has_tag(node, text) && !v.many) {
		v.kind = KIND_TEXT;
	}
	if ((v.kind != KIND_TEXT && !v.from.count) || (v.kind == KIND_PAIR && !v.to.count))
		v.kind = KIND_OTHER;
	return v;
}

static void
find_variables(struct variable *out, size_t *count, struct form *form, const struct bv_json *node, int depth)
{
	if (bv_json_type(node) != BV_JSON_ARRAY || depth > DEPTH_MOST || *count == VARIABLES_MOST)
		return;
	if (attribute(node, "response-identifier").len)
		out[(*count)++] = read_variable(form, node);
	for (size_t i = 1; i < bv_json_count(node); i++)
		find_variables(out, count, form, bv_json_at(node, i), depth + 1);
}

static void
read_question(struct form *form, const struct bv_json *item)
{
	struct variable found[VARIABLES_MOST];
	struct question *q = &form->questions[form->count];
	size_t count = 0;

	find_variables(found, &count, form, bv_json_find(item, "page"), 0);
	for (size_t i = 0; i < count; i++)
		if (found[i].kind == KIND_OTHER)
			return;
	if (!count)
		return;
	*q = (struct question){ (uint32_t)bv_json_int(bv_json_find(item, "item")), bv_arena_alloc(&form->arena, count * sizeof *found), count };
	memcpy(q->variables, found, count * sizeof *found);
	form->count++;
}

enum bv_status
form_read(struct form **out, struct bv_str paper, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(form_free) struct form *form = NULL;
	const struct bv_json *items;

	TRY(bv_json_parse(&json, paper, err));
	TRY(bv_json_need(&items, json, "items", BV_JSON_ARRAY, err));
	size_t count = bv_json_count(items) < ITEMS_MOST ? bv_json_count(items) : ITEMS_MOST;
	form = bv_alloc(sizeof *form);
	form->questions = bv_alloc_array(count + 1, sizeof *form->questions);
	for (size_t i = 0; i < count; i++)
		read_question(form, bv_json_at(items, i));
	if (!form->count)
		return bv_err_set(err, BV_EINVAL, "the paper has no item that can be answered");
	*out = bv_steal(&form);
	return BV_OK;
}

void
form_free(struct form *form)
{
	if (!form)
		return;
	bv_arena_finish(&form->arena);
	free(form->questions);
	free(form);
}

size_t
form_count(const struct form *form)
{
	return form->count;
}

/* ---- Answering ---- */

/* How many of `most`: within the page's limits, and one at least. */
static size_t
how_many(const struct variable *v, size_t most, uint64_t bits)
{
	size_t min = v->min > 1 ? (size_t)v->min : 1, max = v->max > 0 && (size_t)v->max < most ? (size_t)v->max : most;

	return min >= max ? max : min + bits % (max - min + 1);
}

static void
write_text(struct bv_buf *out, const struct variable *v, uint64_t bits)
{
	if (bv_str_is(v->base, "integer"))
		bv_buf_printf(out, "{\"base\":{\"integer\":%u}}", (unsigned)(bits % 1000));
	else if (bv_str_is(v->base, "float"))
		bv_buf_printf(out, "{\"base\":{\"float\":%u.5}}", (unsigned)(bits % 1000));
	else
		bv_buf_printf(out, "{\"base\":{\"string\":\"đáp án %u\"}}", (unsigned)(bits % 1000));
}

/* One after the other from a place that is drawn, so that none comes twice. */
static void
write_list(struct bv_buf *out, const struct variable *v, uint64_t bits)
{
	size_t from = bits % v->from.count, to = v->kind == KIND_PAIR ? bits / 256 % v->to.count : 0;
	size_t most = v->kind == KIND_PAIR && v->to.count < v->from.count ? v->to.count : v->from.count;
	size_t count = !v->many ? 1 : v->kind == KIND_ORDER ? (v->max > 0 && (size_t)v->max < most ? (size_t)v->max : most) : how_many(v, most, bits / 65536);

	bv_buf_printf(out, v->many ? "{\"list\":{\"%.*s\":[" : "{\"base\":{\"%.*s\":", (int)v->base.len, v->base.p);
	for (size_t i = 0; i < count; i++) {
		if (i)
			bv_buf_addc(out, ',');
		if (v->kind == KIND_PAIR)
			bv_buf_addc(out, '[');
		bv_json_write_str(out, v->from.ids[(from + i) % v->from.count]);
		if (v->kind == KIND_PAIR) {
			bv_buf_addc(out, ',');
			bv_json_write_str(out, v->to.ids[(to + i) % v->to.count]);
			bv_buf_addc(out, ']');
		}
	}
	bv_buf_addz(out, v->many ? "]}}" : "}}");
}

uint32_t
form_item(const struct form *form, size_t idx)
{
	return form->questions[idx].item;
}

uint32_t
form_answer(struct bv_buf *out, const struct form *form, size_t idx, uint64_t bits)
{
	const struct question *q = &form->questions[idx];

	bv_buf_addc(out, '{');
	for (size_t i = 0; i < q->count; i++) {
		const struct variable *v = &q->variables[i];
		if (i)
			bv_buf_addc(out, ',');
		bv_json_write_str(out, v->name);
		bv_buf_addc(out, ':');
		bits = scatter(bits + i);
		if (v->kind == KIND_TEXT)
			write_text(out, v, bits);
		else
			write_list(out, v, bits);
	}
	bv_buf_addc(out, '}');
	return q->item;
}
