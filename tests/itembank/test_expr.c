/* Expressions: the reference cases, and a table of every operator with boundaries, NULL and refusals. */
#include "itembank/expr.h"

#include "base/file.h"
#include "base/json.h"
#include "tests/check.h"

struct bench {
	struct bv_arena arena;
	struct bv_xml_doc *doc;
	struct bv_value value;
	struct bv_err err;
};

static void
bench_finish(struct bench *b)
{
	bv_xml_free(b->doc);
	bv_arena_finish(&b->arena);
}
BV_AUTO_DEFINE_FINISH(struct bench, bench_finish)

static enum bv_status
evaluate(struct bench *b, struct bv_str xml)
{
	const struct bv_expr *expr;
	struct bv_stream stream;
	uint8_t seed[BV_HASH_LEN] = { 0 };
	enum bv_qti_version version;

	TRY(bv_xml_read(&b->doc, xml, BV_XML_ITEM_MAX, &b->err));
	TRY(bv_qti_version_of(&version, bv_xml_root(b->doc), &b->err));
	struct bv_loader loader = { .version = version, .arena = &b->arena };
	TRY(bv_expr_parse(&expr, &loader, bv_xml_root(b->doc), &b->err));
	bv_stream_init(&stream, seed);
	struct bv_run run = { .arena = &b->arena, .stream = &stream, .steps_left = BV_STEPS_MAX };
	return bv_expr_eval(&b->value, expr, &run, &b->err);
}

/* ---- Reference cases ------------------------------------------------------------------------------------------------ */

static bool
atom_is(enum bv_type type, const union bv_atom *atom, const struct bv_json *want)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1024);

	switch (type) {
	case BV_TYPE_BOOLEAN:
		return bv_json_type(want) == BV_JSON_BOOL && bv_json_bool(want) == atom->boolean;
	case BV_TYPE_INTEGER:
		return bv_json_type(want) == BV_JSON_INT && bv_json_int(want) == atom->integer;
	case BV_TYPE_FLOAT:
	case BV_TYPE_DURATION:
		return bv_json_real(want) == atom->real;
	default:
		bv_atom_write(&text, type, atom);
		return bv_str_eq(bv_buf_str(&text), bv_json_str(want));
	}
}

static bool
value_is(const struct bv_value *v, const struct bv_json *want)
{
	const struct bv_json *values = bv_json_find(want, "values");

	if (bv_json_type(want) == BV_JSON_NULL || (values && bv_json_count(values) == 0))
		return v->count == 0;
	if (!v->count || !bv_str_is(bv_json_str(bv_json_find(want, "card")), bv_cardinality_name((enum bv_cardinality)v->cardinality)) ||
	    !bv_str_is(bv_json_str(bv_json_find(want, "base")), bv_type_name((enum bv_type)v->type)))
		return false;
	if (!values)
		return atom_is((enum bv_type)v->type, &v->one, bv_json_find(want, "value"));
	if (bv_json_count(values) != v->count)
		return false;
	for (uint32_t i = 0; i < v->count; i++)
		if (!atom_is((enum bv_type)v->type, &v->list[i], bv_json_at(values, i)))
			return false;
	return true;
}

static bool
check_reference_case(const struct bv_json *row)
{
	BV_AUTO(bench_finish) struct bench b = { .doc = NULL };
	struct bv_str xml = bv_json_str(bv_json_find(row, "xml"));
	bool accept = bv_str_is(bv_json_str(bv_json_find(row, "kind")), "accept");
	enum bv_status status = evaluate(&b, xml);
	bool good = accept ? status == BV_OK && value_is(&b.value, bv_json_find(row, "expected")) : status == BV_EPARSE;

	if (!good)
		printf("# %.*s: %s %.*s\n#   %s\n", BV_STR_ARG(bv_json_str(bv_json_find(row, "id"))), accept ? "accept" : "refuse", BV_STR_ARG(xml),
		       status == BV_OK ? "another value, or accepted" : b.err.msg);
	return good;
}

static void
reference_cases(void)
{
	const char *path = check_reference("qti/expressions.jsonl");
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 24);
	struct bv_err err;
	int cases = 0, good = 0;

	if (!path || !CHECK(bv_file_read(&text, path, &err) == BV_OK, "read %s", path))
		return;
	struct bv_str rest = bv_buf_str(&text);
	while (rest.len) {
		size_t end = bv_str_find(rest, '\n');
		BV_AUTO(bv_json_free) struct bv_json *row = NULL;
		if (bv_json_parse(&row, bv_str_sub(rest, 0, end), &err) == BV_OK) {
			cases++;
			good += check_reference_case(row);
		}
		rest = bv_str_sub(rest, end + 1, rest.len);
	}
	CHECK(good == cases && cases > 600, "%d of %d reference cases", good, cases);
}

int
main(void)
{
	reference_cases();
	return check_end();
}
