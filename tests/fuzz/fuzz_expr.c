/* Any bytes as an expression document: it is refused with a line, or it has a value of the sort that was promised when it was read. */
#include <assert.h>
#include <stdint.h>

#include "itembank/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_value(const struct bv_value *v, struct bv_sort sort)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);

	assert(v->count <= BV_VALUE_COUNT_MAX);
	if (v->count == 0 || v->cardinality == BV_CARD_RECORD)
		return;
	/* Only the infinity of a rounding may be a float where an integer was promised. */
	assert(sort.cards & 1u << v->cardinality);
	assert((sort.types & 1u << v->type) || v->type == BV_TYPE_FLOAT);
	for (uint32_t i = 0; i < v->count; i++)
		bv_atom_write(&text, (enum bv_type)v->type, &bv_value_atoms(v)[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	struct bv_notes faults = { .arena = &arena };
	struct bv_loader loader = { .arena = &arena, .faults = len % 2 ? &faults : NULL };
	const struct bv_expr *expr;
	struct bv_stream stream;
	struct bv_value v;
	struct bv_err err = { 0 };
	uint8_t seed[BV_HASH_LEN] = { 0 };

	if (bv_xml_read(&doc, (struct bv_str){ (const char *)p, len }, 1u << 16, &err) != BV_OK ||
	    bv_qti_version_of(&loader.version, bv_xml_root(doc), &err) != BV_OK)
		return 0;
	if (bv_expr_parse(&expr, &loader, bv_xml_root(doc), &err) != BV_OK) {
		assert(err.line > 0 && err.msg[0]);
		return 0;
	}
	/* Nothing may borrow from the document. */
	bv_xml_free(bv_steal(&doc));
	bv_stream_init(&stream, seed);
	struct bv_run run = { .arena = &arena, .stream = &stream, .steps_left = 20000 };
	if (bv_expr_eval(&v, expr, &run, &err) == BV_OK)
		check_value(&v, bv_expr_sort(expr));
	else
		assert(err.status == BV_ELIMIT || faults.count);
	return 0;
}
