#define _GNU_SOURCE
#include "base/json_tree.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"

/* ---- Documents ---- */

struct json_doc *
json_doc_new(void)
{
	return bv_alloc(sizeof(struct json_doc));
}

void
json_doc_free(struct json_doc *doc)
{
	for (size_t i = 0; i < doc->adopted_count; i++)
		bv_json_free(doc->adopted[i]);
	free(doc->adopted);
	bv_arena_finish(&doc->arena);
	free(doc);
}

struct bv_json *
json_doc_value(struct json_doc *doc, enum bv_json_type type)
{
	struct bv_json *json = bv_arena_alloc(&doc->arena, sizeof *json);

	json->type = type;
	json->doc = doc;
	return json;
}

static void
adopt(struct json_doc *doc, struct bv_json *value)
{
	if (doc->adopted_count == doc->adopted_cap) {
		doc->adopted_cap = doc->adopted_cap ? 2 * doc->adopted_cap : 8;
		doc->adopted = bv_resize_array(doc->adopted, doc->adopted_cap, sizeof *doc->adopted);
	}
	doc->adopted[doc->adopted_count++] = value;
}

/* A value that is no more in its container of doc: what was built is freed, what was parsed stays till the end. */
static void
drop(struct json_doc *doc, struct bv_json *value)
{
	size_t i = doc->adopted_count;

	while (i && doc->adopted[i - 1] != value)
		i--;
	if (!i)
		return;
	doc->adopted[i - 1] = doc->adopted[--doc->adopted_count];
	bv_json_free(value);
}

/* ---- Names in order: by length, then by bytes ---- */

static int
compare(const struct json_member *member, const char *name, size_t len)
{
	if (member->len != len)
		return member->len < len ? -1 : 1;
	return memcmp(member->name, name, len);
}

static int
by_name(const void *a, const void *b, void *members)
{
	const struct json_member *x = (struct json_member *)members + *(const uint32_t *)a, *y = (struct json_member *)members + *(const uint32_t *)b;

	return compare(x, y->name, y->len);
}

struct json_member *
json_member_find(const struct bv_json *object, const char *name, size_t len)
{
	struct json_member *at = object->object.at;
	uint32_t low = 0, high = object->object.sorted_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct json_member *member = &at[object->object.sorted[middle]];
		int order = compare(member, name, len);
		if (order == 0)
			return member;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (uint32_t i = object->object.sorted_count; i < object->object.count; i++)
		if (at[i].len == len && memcmp(at[i].name, name, len) == 0)
			return &at[i];
	return NULL;
}

/* Puts the members that came after the sorted ones into their places. */
static void
sort(struct bv_json *object)
{
	uint32_t *sorted = object->object.sorted, old = object->object.sorted_count, count = object->object.count, more = count - old;
	uint32_t *tail = bv_alloc_array(more, sizeof *tail), to = count;

	for (uint32_t i = 0; i < more; i++)
		tail[i] = old + i;
	qsort_r(tail, more, sizeof *tail, by_name, object->object.at);
	while (more)
		sorted[--to] = old && by_name(&sorted[old - 1], &tail[more - 1], object->object.at) > 0 ? sorted[--old] : tail[--more];
	object->object.sorted_count = count;
	free(tail);
}

static void
reserve(struct bv_json *object, uint32_t cap)
{
	struct json_doc *doc = object->doc;
	struct json_member *at;
	uint32_t *sorted;

	if (doc) {
		at = bv_arena_array(&doc->arena, cap, struct json_member);
		if (object->object.count)
			memcpy(at, object->object.at, object->object.count * sizeof *at);
		sorted = cap > JSON_FEW ? bv_arena_array(&doc->arena, cap, uint32_t) : NULL;
		if (object->object.sorted_count)
			memcpy(sorted, object->object.sorted, object->object.sorted_count * sizeof *sorted);
	} else {
		at = bv_resize_array(object->object.at, cap, sizeof *at);
		sorted = cap > JSON_FEW ? bv_resize_array(object->object.sorted, cap, sizeof *sorted) : NULL;
	}
	object->object.at = at;
	object->object.sorted = sorted;
	object->object.cap = cap;
}

/* Its name is not there yet. How many are left unsorted grows with the root of their number, so that an object is built in less than its square. */
static void
append(struct bv_json *object, struct json_member member)
{
	if (object->object.count == object->object.cap) {
		if (object->object.cap > UINT32_MAX / 2)
			abort();
		reserve(object, object->object.cap ? 2 * object->object.cap : 4);
	}
	object->object.at[object->object.count++] = member;
	uint64_t tail = object->object.count - object->object.sorted_count;
	if (tail > JSON_FEW && tail * tail > object->object.count)
		sort(object);
}

void
json_fill_array(struct bv_json *array, const struct json_member *members, size_t count)
{
	if (!count)
		return;
	array->array.at = bv_arena_array(&array->doc->arena, count, struct bv_json *);
	for (size_t i = 0; i < count; i++)
		array->array.at[i] = members[i].value;
	array->array.count = array->array.cap = count;
}

bool
json_fill_object(struct bv_json *object, const struct json_member *members, size_t count)
{
	if (count > UINT32_MAX / 2)
		return false;
	if (!count)
		return true;
	reserve(object, (uint32_t)count);
	memcpy(object->object.at, members, count * sizeof *members);
	object->object.count = (uint32_t)count;
	if (count > JSON_FEW) {
		sort(object);
		for (size_t i = 1; i < count; i++)
			if (by_name(&object->object.sorted[i - 1], &object->object.sorted[i], object->object.at) == 0)
				return false;
		return true;
	}
	for (size_t i = 1; i < count; i++)
		for (size_t j = 0; j < i; j++)
			if (members[i].len == members[j].len && memcmp(members[i].name, members[j].name, members[i].len) == 0)
				return false;
	return true;
}

/* ---- Building ---- */

static struct bv_json *
new_value(enum bv_json_type type)
{
	struct bv_json *json = bv_alloc(sizeof *json);

	json->type = type;
	return json;
}

struct bv_json *
bv_json_new_object(void)
{
	return new_value(BV_JSON_OBJECT);
}

struct bv_json *
bv_json_new_array(void)
{
	return new_value(BV_JSON_ARRAY);
}

static struct bv_json *
new_str(struct bv_str s)
{
	struct bv_json *json = bv_alloc(sizeof *json + s.len + 1);
	char *p = (char *)(json + 1);

	if (s.len)
		memcpy(p, s.p, s.len);
	json->type = BV_JSON_STRING;
	json->str = (struct bv_str){ p, s.len };
	return json;
}

struct bv_json *
bv_json_new_str(struct bv_str s)
{
	assert(bv_text_valid_len(s) == s.len);
	return new_str(s);
}

struct bv_json *
bv_json_new_text(struct bv_str s)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(SIZE_MAX / 8);

	for (size_t valid; s.len; s = bv_str_sub(s, 1, s.len)) {
		valid = bv_text_valid_len(s);
		bv_buf_add(&text, bv_str_sub(s, 0, valid));
		s = bv_str_sub(s, valid, s.len);
		if (!s.len)
			break;
		bv_buf_printf(&text, "\\x%02x", (unsigned char)s.p[0]);
	}
	return new_str(bv_buf_str(&text));
}

struct bv_json *
bv_json_new_int(int64_t n)
{
	struct bv_json *json = new_value(BV_JSON_INT);

	json->integer = n;
	return json;
}

struct bv_json *
bv_json_new_real(double x)
{
	struct bv_json *json = new_value(BV_JSON_REAL);

	assert(isfinite(x));
	json->real = x;
	return json;
}

struct bv_json *
bv_json_new_bool(bool b)
{
	struct bv_json *json = new_value(BV_JSON_BOOL);

	json->truth = b;
	return json;
}

struct bv_json *
bv_json_new_null(void)
{
	return new_value(BV_JSON_NULL);
}

static void
free_member(struct json_member *member)
{
	if (!member->own)
		return;
	free((char *)(uintptr_t)member->name);
	bv_json_free(member->value);
}

void
bv_json_free(struct bv_json *json)
{
	if (!json)
		return;
	if (json->doc) {
		assert(json->doc->root == json);
		json_doc_free(json->doc);
		return;
	}
	if (json->type == BV_JSON_OBJECT) {
		for (size_t i = 0; i < json->object.count; i++)
			free_member(&json->object.at[i]);
		free(json->object.at);
		free(json->object.sorted);
	} else if (json->type == BV_JSON_ARRAY) {
		for (size_t i = 0; i < json->array.count; i++)
			bv_json_free(json->array.at[i]);
		free(json->array.at);
	}
	free(json);
}

static void
append_copy(struct bv_json *object, const char *name, size_t len, struct bv_json *value)
{
	struct json_doc *doc = object->doc;
	char *p = doc ? bv_arena_alloc(&doc->arena, len + 1) : bv_alloc(len + 1);

	assert(len < UINT32_MAX);
	memcpy(p, name, len);
	append(object, (struct json_member){ p, (uint32_t)len, !doc, value });
}

struct bv_json *
bv_json_copy(const struct bv_json *json)
{
	struct bv_json *copy;

	switch (json->type) {
	case BV_JSON_STRING:
		return new_str(json->str);
	case BV_JSON_ARRAY:
		copy = bv_json_new_array();
		for (size_t i = 0; i < json->array.count; i++)
			bv_json_add(copy, bv_json_copy(json->array.at[i]));
		return copy;
	case BV_JSON_OBJECT:
		copy = bv_json_new_object();
		for (size_t i = 0; i < json->object.count; i++)
			append_copy(copy, json->object.at[i].name, json->object.at[i].len, bv_json_copy(json->object.at[i].value));
		return copy;
	default:
		copy = bv_alloc(sizeof *copy);
		*copy = *json;
		copy->doc = NULL;
		return copy;
	}
}

struct bv_json *
bv_json_without(const struct bv_json *object, const char *name)
{
	struct bv_json *rest = bv_json_new_object();
	size_t len = strlen(name);

	if (object->object.count)
		reserve(rest, object->object.count);
	for (size_t i = 0; i < object->object.count; i++) {
		struct json_member member = object->object.at[i];
		member.own = false;
		if (compare(&member, name, len) != 0)
			append(rest, member);
	}
	return rest;
}

struct bv_json *
bv_json_set(struct bv_json *object, const char *name, struct bv_json *value)
{
	size_t len = strlen(name);
	struct json_member *member;

	assert(object->type == BV_JSON_OBJECT && value && bv_text_valid_len(bv_str_of(name)) == len);
	if (object->doc)
		adopt(object->doc, value);
	member = json_member_find(object, name, len);
	if (!member) {
		append_copy(object, name, len, value);
		return value;
	}
	struct bv_json *before = member->value;
	member->value = value;
	if (object->doc) {
		drop(object->doc, before);
	} else if (member->own) {
		bv_json_free(before);
	} else {
		char *p = bv_alloc(len + 1);
		memcpy(p, name, len);
		member->name = p;
		member->own = true;
	}
	return value;
}

struct bv_json *
bv_json_set_str(struct bv_json *object, const char *name, struct bv_str s)
{
	return bv_json_set(object, name, bv_json_new_str(s));
}

struct bv_json *
bv_json_set_int(struct bv_json *object, const char *name, int64_t n)
{
	return bv_json_set(object, name, bv_json_new_int(n));
}

void
bv_json_set_time(struct bv_json *object, const char *name, int64_t time_s)
{
	char text[BV_TIME_SIZE];

	if (time_s)
		bv_json_set_str(object, name, bv_str_of(bv_time_write(text, time_s)));
}

struct bv_json *
bv_json_add(struct bv_json *array, struct bv_json *value)
{
	struct json_doc *doc = array->doc;

	assert(array->type == BV_JSON_ARRAY && value);
	if (array->array.count == array->array.cap) {
		size_t cap = array->array.cap ? 2 * array->array.cap : 4;
		struct bv_json **at = doc ? bv_arena_array(&doc->arena, cap, struct bv_json *) : bv_resize_array(array->array.at, cap, sizeof *at);
		if (doc && array->array.count)
			memcpy(at, array->array.at, array->array.count * sizeof *at);
		array->array.at = at;
		array->array.cap = cap;
	}
	if (doc)
		adopt(doc, value);
	array->array.at[array->array.count++] = value;
	return value;
}

void
bv_json_remove(struct bv_json *object, const char *name)
{
	struct json_member *found = json_member_find(object, name, strlen(name));

	if (!found)
		return;
	struct json_member gone = *found;
	uint32_t idx = (uint32_t)(found - object->object.at), kept = 0;
	memmove(found, found + 1, (--object->object.count - idx) * sizeof *found);
	for (uint32_t i = 0; i < object->object.sorted_count; i++)
		if (object->object.sorted[i] != idx)
			object->object.sorted[kept++] = object->object.sorted[i] - (object->object.sorted[i] > idx);
	object->object.sorted_count = kept;
	if (object->doc)
		drop(object->doc, gone.value);
	else
		free_member(&gone);
}
