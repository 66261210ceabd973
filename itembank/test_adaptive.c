/* qti-adaptive-selection: a section whose items an engine elsewhere chooses, one after the other (QTI 3.0 AdaptiveSelection, 1EdTech CAT 1.0). It is read,
 * checked and kept; sitting such a test needs that engine. */
#include "itembank/test.h"

/* Its children in the order of the schema, each at most once. */
static const struct {
	enum bv_qti element;
	bool required;
	bool file; /* of the package, when it is a relative reference: the engine is a service */
} references[] = {
	{ BV_QTI_ADAPTIVE_ENGINE_REF, true, false },
	{ BV_QTI_ADAPTIVE_SETTINGS_REF, false, true },
	{ BV_QTI_USAGEDATA_REF, false, true },
	{ BV_QTI_METADATA_REF, false, true },
};

struct reading {
	struct bv_test *test;
	const struct test_node *node;
	struct bv_str shown;
};

static void
check_reference(const struct reading *r, const struct bv_xml_node *e, bool file)
{
	const struct bv_str *href = bv_qti_attr(e, "href");
	struct bv_str value = href ? bv_str_trim(*href) : BV_STR_NONE, name;
	struct bv_err why;

	if (bv_qti_attr_identifier(&name, e, "identifier", &why) != BV_OK)
		test_fault(r->test, bv_diagnostic_rule_of(&why), r->shown, e->line, "%s", why.msg);
	if (!value.len)
		test_fault(r->test, "missing-attribute", r->shown, e->line, "%.*s: the attribute href is missing or empty", BV_STR_ARG(e->name));
	else if (file && bv_str_find(value, ':') == value.len && test_file_name(&name, r->node->file, value, &r->test->arena, &why) != BV_OK)
		test_fault(r->test, bv_diagnostic_rule_of(&why), r->shown, e->line, "%.*s: %s", BV_STR_ARG(e->name), why.msg);
}

/* The place in references, BV_COUNT when it has none. */
static size_t
place_of(enum bv_qti element)
{
	size_t i = 0;

	while (i < BV_COUNT(references) && references[i].element != element)
		i++;
	return i;
}

void
test_adaptive_read(struct bv_test *test, struct test_node *node, const struct bv_xml_node *xml, struct bv_str shown)
{
	const struct reading r = { test, node, shown };
	const struct bv_str *engine = NULL;
	size_t next = 0;

	if (node->kind != TEST_SECTION || node->adaptive || bv_qti_child(xml->parent, BV_QTI_SELECTION) || bv_qti_child(xml->parent, BV_QTI_ORDERING))
		test_fault(test, "misplaced-element", shown, xml->line, "%.*s: one in a section, and neither a selection nor an ordering beside it",
		           BV_STR_ARG(xml->name));
	for (const struct bv_xml_node *e = bv_qti_first(xml); e; e = bv_qti_next(e)) {
		size_t place = place_of(bv_qti_element(e));
		if (place == BV_COUNT(references) || place < next) {
			test_fault(test, "misplaced-element", shown, e->line, "<%.*s> does not belong in a <%.*s>, or not there",
			           BV_STR_ARG(bv_str_sub(e->name, 0, 60)), BV_STR_ARG(xml->name));
			continue;
		}
		next = place + 1;
		check_reference(&r, e, references[place].file);
		engine = references[place].required ? bv_qti_attr(e, "href") : engine;
	}
	if (!bv_qti_child(xml, references[0].element))
		test_fault(test, "missing-element", shown, xml->line, "%.*s: it must say which engine: qti-adaptive-engine-ref is missing", BV_STR_ARG(xml->name));
	node->adaptive = true;
	node->engine = engine ? bv_str_trim(*engine) : BV_STR_NONE;
	test_warn(test, "adaptive-selection", shown, xml->line, "section '%.*s' is adaptive: the engine at '%.*s' chooses its items, and the test runs with it only",
	          BV_STR_ARG(bv_str_sub(node->identifier, 0, 80)), BV_STR_ARG(bv_str_sub(node->engine, 0, 100)));
}

enum bv_status
test_adaptive_check(const struct bv_test *test, struct bv_err *err)
{
	for (size_t i = 0; i < test->node_count; i++) {
		const struct test_node *node = test->nodes[i];
		if (node->adaptive)
			return bv_err_at(err, BV_EINVAL, node->file.len ? 0 : node->line,
			                 "section '%.*s' is adaptive: only the engine at '%.*s' can say which item comes next; give it a selection to run the test here",
			                 BV_STR_ARG(bv_str_sub(node->identifier, 0, 80)), BV_STR_ARG(bv_str_sub(node->engine, 0, 80)));
	}
	return BV_OK;
}
