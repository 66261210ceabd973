/* Objects of many members, and values that were built put into documents that were parsed: against an array that is looked through from one end to the other. */
#include <stdlib.h>

#include "base/hash.h"
#include "base/json.h"
#include "tests/check.h"

enum { NAMES = 600, ROUNDS = 20000 };

static struct bv_json *
parse(const char *text)
{
	struct bv_json *json = NULL;
	struct bv_err err;

	if (bv_json_parse(&json, bv_str_of(text), &err) != BV_OK)
		abort();
	return json;
}

static void
expect_text(const struct bv_json *json, const char *text, const char *what)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1 << 20);

	bv_json_write(&out, json);
	CHECK_STR(bv_buf_str(&out), bv_str_of(text), what);
}

/* ---- Many members ---- */

struct model {
	int name[NAMES]; /* in the order of the members */
	int64_t value[NAMES];
	size_t count;
};

static const char *
name_of(char out[32], int n)
{
	snprintf(out, 32, n % 3 ? "%d" : "%024d", n); /* of different lengths */
	return out;
}

static size_t
place(const struct model *m, int n)
{
	size_t i = 0;

	while (i < m->count && m->name[i] != n)
		i++;
	return i;
}

static void
model_set(struct model *m, int n, int64_t value)
{
	size_t i = place(m, n);

	if (i == m->count)
		m->name[m->count++] = n;
	m->value[i] = value;
}

static void
model_remove(struct model *m, int n)
{
	size_t i = place(m, n);

	if (i == m->count)
		return;
	m->count--;
	memmove(m->name + i, m->name + i + 1, (m->count - i) * sizeof m->name[0]);
	memmove(m->value + i, m->value + i + 1, (m->count - i) * sizeof m->value[0]);
}

static bool
agrees(const struct bv_json *object, const struct model *m)
{
	char name[32];
	size_t i = 0;

	if (bv_json_count(object) != m->count)
		return false;
	for (void *it = bv_json_members(object); it; it = bv_json_next(object, it), i++)
		if (!bv_str_is(bv_json_member_name(it), name_of(name, m->name[i])) || bv_json_int(bv_json_member(it)) != m->value[i])
			return false;
	for (int n = 0; n < NAMES; n++) {
		const struct bv_json *found = bv_json_find(object, name_of(name, n));
		size_t at = place(m, n);
		if (at == m->count ? found != NULL : !found || bv_json_int(found) != m->value[at])
			return false;
	}
	return i == m->count;
}

static void
changes(struct bv_json *object, struct model *m, const char *what)
{
	struct bv_stream stream;
	uint8_t key[BV_HASH_LEN] = { 3 };
	char name[32];
	int wrong = 0;

	bv_stream_init(&stream, key);
	for (int round = 0; round < ROUNDS; round++) {
		int n = (int)bv_stream_below(&stream, NAMES);
		if (bv_stream_below(&stream, 3)) {
			bv_json_set_int(object, name_of(name, n), round);
			model_set(m, n, round);
		} else {
			bv_json_remove(object, name_of(name, n));
			model_remove(m, n);
		}
		if (round % 500 == 0 || round < 50)
			wrong += !agrees(object, m);
	}
	CHECK(wrong == 0 && agrees(object, m), "%s: %d changes", what, ROUNDS);
	BV_AUTO(bv_json_free) struct bv_json *copy = bv_json_copy(object), *rest = bv_json_without(object, name_of(name, m->name[0]));
	CHECK(agrees(copy, m) && bv_json_equal(copy, object), "%s: its copy", what);
	model_remove(m, m->name[0]);
	CHECK(agrees(rest, m) && !bv_json_equal(rest, object), "%s: without its first member", what);
}

static void
many(void)
{
	BV_AUTO(bv_json_free) struct bv_json *built = bv_json_new_object(), *parsed = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1 << 20);
	struct model m = { .count = 0 };
	struct bv_err err;
	char name[32];

	changes(built, &m, "built");
	m.count = 0;
	for (int n = NAMES - 1; n >= 0; n--) {
		bv_buf_printf(&text, "%c\"%s\":%d", n == NAMES - 1 ? '{' : ',', name_of(name, n), n);
		model_set(&m, n, n);
	}
	bv_buf_addc(&text, '}');
	CHECK_OK(bv_json_parse(&parsed, bv_buf_str(&text), &err), &err, "many members");
	CHECK(agrees(parsed, &m), "are found");
	changes(parsed, &m, "parsed");
}

/* A name twice is refused wherever it stands. */
static void
twice(void)
{
	static const int counts[] = { 2, 15, 16, 17, 18, 64, 65, 300 };
	int wrong = 0;

	for (size_t c = 0; c < BV_COUNT(counts); c++) {
		for (int again = 0; again < counts[c]; again++) {
			BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1 << 20);
			struct bv_json *json = NULL;
			struct bv_err err;
			char name[32];
			for (int n = 0; n < counts[c]; n++)
				bv_buf_printf(&text, "%c\"%s\":1", n ? ',' : '{', name_of(name, n));
			bv_buf_addc(&text, '}');
			wrong += bv_json_parse(&json, bv_buf_str(&text), &err) != BV_OK;
			bv_json_free(json);
			text.len--;
			bv_buf_printf(&text, ",\"%s\":1}", name_of(name, again));
			wrong += bv_json_parse(&json, bv_buf_str(&text), &err) != BV_EPARSE || !strstr(err.msg, "twice");
		}
	}
	CHECK(wrong == 0, "a name twice is refused");
}

/* ---- Built and parsed values in each other ---- */

static void
mixed(void)
{
	BV_AUTO(bv_json_free) struct bv_json *parsed = parse("{\"a\":[1,\"x\"],\"b\":{\"c\":null}}"), *built = bv_json_new_object();
	struct bv_json *a = (struct bv_json *)(uintptr_t)bv_json_find(parsed, "a"), *b = (struct bv_json *)(uintptr_t)bv_json_find(parsed, "b");

	for (int i = 0; i < 6; i++)
		bv_json_add(a, bv_json_new_int(i));
	bv_json_add(a, parse("[\"parsed\"]"));
	bv_json_set(b, "c", parse("{\"d\":1.5}"));
	bv_json_set_str(b, "c", BV_STR("replaced"));
	bv_json_set_int(b, "e", 1);
	bv_json_remove(b, "e");
	bv_json_remove(b, "none");
	expect_text(parsed, "{\"a\":[1,\"x\",0,1,2,3,4,5,[\"parsed\"]],\"b\":{\"c\":\"replaced\"}}", "built values in a parsed document");
	bv_json_set(built, "in", parse("{\"deep\":[{}]}"));
	bv_json_set(built, "in", parse("{\"deep\":[{},2]}"));
	bv_json_set_str(built, "s", BV_STR("1"));
	expect_text(built, "{\"in\":{\"deep\":[{},2]},\"s\":\"1\"}", "a parsed document in a built value");

	BV_AUTO(bv_json_free) struct bv_json *rest = bv_json_without(built, "s"), *part = bv_json_without(parsed, "a");
	bv_json_set_int(rest, "in", 1);
	bv_json_set_int(rest, "more", 2);
	bv_json_set_int(part, "b", 3);
	bv_json_set_int(part, "b", 4);
	bv_json_remove(rest, "in");
	expect_text(rest, "{\"more\":2}", "what borrows may get values of its own");
	expect_text(part, "{\"b\":4}", "in place of what is borrowed, too");
	expect_text(built, "{\"in\":{\"deep\":[{},2]},\"s\":\"1\"}", "and the other stays as it was");
	CHECK(bv_json_equal(bv_json_find(built, "in"), bv_json_find(built, "in")) && !bv_json_equal(built, rest) && !bv_json_equal(NULL, rest) && bv_json_equal(NULL, NULL), "equal");
	bv_json_free(bv_json_copy(parsed));
}

int
main(void)
{
	many();
	twice();
	mixed();
	return check_end();
}
