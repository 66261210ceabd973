/* An expression on its own, evaluated where nothing is declared. */
#include "itembank/expr.h"
#include "itembank/itembank.h"
#include "itembank/pci.h"

enum bv_status
bv_expression_eval(struct bv_json **out, struct bv_str xml, struct bv_err *err)
{
	static const uint8_t seed[BV_HASH_LEN];
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_loader loader = { .arena = &arena };
	const struct bv_expr *expr;
	struct bv_stream stream;
	struct bv_run run = { .arena = &arena, .stream = &stream, .steps_left = BV_STEPS_MAX };
	struct bv_value value;

	TRY(bv_xml_read(&doc, xml, BV_XML_ITEM_MAX, err));
	TRY(bv_qti_version_of(&loader.version, bv_xml_root(doc), err));
	TRY(bv_expr_parse(&expr, &loader, bv_xml_root(doc), err));
	bv_stream_init(&stream, seed);
	TRY(bv_expr_eval(&value, expr, &run, err));
	*out = bv_pci_typed_new(&value);
	return BV_OK;
}
