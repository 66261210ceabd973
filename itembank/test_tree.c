/* The tree of a test: parts, sections (those in files of their own too) and item references, with their own attributes. */
#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "itembank/test.h"

enum { DEPTH_MAX = 64 };

/* Where the reading is: the files that referred to each other on the way here. */
struct place {
	struct bv_str file;        /* name below the package's folder */
	struct bv_str shown;       /* the same, empty for the test's own */
	unsigned depth;            /* of sections */
	const struct place *outer; /* the file that refers to this one */
};

struct tree {
	struct bv_test *test;
	const struct bv_test_files *files;
	size_t refs;
	struct bv_err *err;
};

static enum bv_status read_children(struct tree *t, struct test_node *parent, const struct bv_xml_node *xml, const struct place *place);

static struct bv_str
clipped(struct bv_str s)
{
	return bv_str_sub(s, 0, 80);
}

/* A fault of the XML that leaves the rest readable: its message becomes one of the test's. Limits end the reading. */
static enum bv_status
keep(struct tree *t, const struct place *place, enum bv_status status)
{
	if (status == BV_EPARSE)
		test_fault(t->test, bv_diagnostic_rule_of(t->err), place->shown, t->err->line, "%s", t->err->msg);
	return status == BV_EPARSE ? BV_OK : status;
}

/* ---- Attributes ----------------------------------------------------------------------------------------------------- */

static enum bv_status
seconds_attr(int64_t *out, const struct bv_xml_node *node, const char *name, struct bv_err *err)
{
	const struct bv_str *attr = bv_qti_attr(node, name);
	double x = 0;

	if (!attr)
		return BV_OK;
	if (!bv_str_double(bv_str_trim(*attr), &x) || !(x >= 0) || x > 1e9)
		return bv_err_rule(err, "bad-attribute-value", node->line, "%.*s: %s=\"%.*s\" must be seconds, 0 to 1000000000",
		                   BV_STR_ARG(node->name), name, BV_STR_ARG(bv_str_sub(*attr, 0, 60)));
	*out = (int64_t)llround(x * 1000);
	return BV_OK;
}

static enum bv_status
limits_parse(struct test_limits *out, const struct bv_xml_node *parent, struct bv_err *err)
{
	const struct bv_xml_node *node = bv_qti_child(parent, BV_QTI_TIME_LIMITS);

	*out = (struct test_limits){ .max_ms = INT64_MAX };
	if (!node)
		return BV_OK;
	TRY(seconds_attr(&out->min_ms, node, "min-time", err));
	TRY(seconds_attr(&out->max_ms, node, "max-time", err));
	TRY(bv_qti_attr_bool(&out->allow_late, node, "allow-late-submission", false, err));
	if (out->min_ms > out->max_ms)
		return bv_err_rule(err, "bound-out-of-range", node->line, "%.*s: min-time is more than max-time", BV_STR_ARG(node->name));
	return BV_OK;
}

/* What is not said here stays as inherited. */
static enum bv_status
control_parse(struct test_control *control, const struct bv_xml_node *parent, struct bv_err *err)
{
	const struct bv_xml_node *node = bv_qti_child(parent, BV_QTI_ITEM_SESSION_CONTROL);

	if (!node)
		return BV_OK;
	TRY(bv_qti_attr_count(&control->max_attempts, node, "max-attempts", control->max_attempts, err));
	TRY(bv_qti_attr_bool(&control->show_feedback, node, "show-feedback", control->show_feedback, err));
	TRY(bv_qti_attr_bool(&control->allow_review, node, "allow-review", control->allow_review, err));
	TRY(bv_qti_attr_bool(&control->show_solution, node, "show-solution", control->show_solution, err));
	TRY(bv_qti_attr_bool(&control->allow_comment, node, "allow-comment", control->allow_comment, err));
	TRY(bv_qti_attr_bool(&control->allow_skipping, node, "allow-skipping", control->allow_skipping, err));
	return bv_qti_attr_bool(&control->validate_responses, node, "validate-responses", control->validate_responses, err);
}

static enum bv_status
mode_attr(bool *out, const struct bv_xml_node *node, const char *name, const char *no, const char *yes, struct bv_err *err)
{
	const struct bv_str *attr = bv_qti_attr(node, name);
	struct bv_str s = attr ? bv_str_trim(*attr) : BV_STR_NONE;

	*out = bv_str_is(s, yes);
	if (!*out && !bv_str_is(s, no))
		return bv_err_rule(err, "bad-attribute-value", node->line, "%.*s: %s must be %s or %s", BV_STR_ARG(node->name), name, no,
		                   yes);
	return BV_OK;
}

/* ---- Nodes ---------------------------------------------------------------------------------------------------------- */

static enum bv_status
node_new(struct test_node **out, struct tree *t, enum test_kind kind, struct test_node *parent, const struct bv_xml_node *xml,
         const struct place *place)
{
	static const struct test_control otherwise = { .max_attempts = 1, .allow_review = true, .allow_skipping = true };
	struct bv_test *test = t->test;
	struct test_node *node = bv_arena_array(&test->arena, 1, struct test_node);
	const struct bv_str *title = bv_qti_attr(xml, "title");

	if (test->node_count == BV_TEST_NODES_MAX)
		return bv_err_at(t->err, BV_ELIMIT, xml->line, "more than %d parts, sections and items", BV_TEST_NODES_MAX);
	if (test->node_count == test->node_cap) {
		test->node_cap = test->node_cap ? 2 * test->node_cap : 64;
		test->nodes = bv_resize_array(test->nodes, test->node_cap, sizeof *test->nodes);
	}
	node->index = (uint32_t)test->node_count;
	test->nodes[test->node_count++] = node;
	node->kind = kind;
	node->xml = xml;
	node->file = place->shown;
	node->line = xml->line;
	node->parent = parent;
	node->part = parent ? parent->part : node;
	node->control = parent ? parent->control : otherwise;
	node->visible = node->keep_together = true;
	if (title)
		TRY(bv_text_nfc(&node->title, bv_str_trim(*title), &test->arena, t->err));
	if (keep(t, place, bv_qti_attr_identifier(&node->identifier, xml, "identifier", t->err)) != BV_OK)
		return t->err->status;
	node->identifier = bv_arena_str(&test->arena, node->identifier);
	TRY(keep(t, place, limits_parse(&node->limits, xml, t->err)));
	TRY(keep(t, place, control_parse(&node->control, xml, t->err)));
	if (parent) {
		*(parent->last ? &parent->last->next : &parent->first) = node;
		parent->last = node;
		parent->child_count++;
	}
	*out = node;
	return BV_OK;
}

static enum bv_status
pick_attrs(struct test_node *node, const struct bv_xml_node *xml, struct bv_err *err)
{
	TRY(bv_qti_attr_bool(&node->required, xml, "required", false, err));
	return bv_qti_attr_bool(&node->fixed, xml, "fixed", false, err);
}

static enum bv_status
section_attrs(struct test_node *node, const struct bv_xml_node *xml, struct bv_err *err)
{
	const struct bv_xml_node *selection = bv_qti_child(xml, BV_QTI_SELECTION), *ordering = bv_qti_child(xml, BV_QTI_ORDERING);

	TRY(pick_attrs(node, xml, err));
	TRY(bv_qti_attr_bool(&node->visible, xml, "visible", true, err));
	TRY(bv_qti_attr_bool(&node->keep_together, xml, "keep-together", true, err));
	if (ordering)
		TRY(bv_qti_attr_bool(&node->shuffle, ordering, "shuffle", false, err));
	if (!selection)
		return BV_OK;
	TRY(bv_qti_attr_bool(&node->with_replacement, selection, "with-replacement", false, err));
	if (!bv_qti_attr(selection, "select"))
		return bv_err_rule(err, "missing-attribute", selection->line, "%.*s: the attribute select is missing",
		                   BV_STR_ARG(selection->name));
	TRY(bv_qti_attr_count(&node->select, selection, "select", 0, err));
	node->selects = true;
	return BV_OK;
}

/* ---- Item references ------------------------------------------------------------------------------------------------ */

static size_t
count_of(const struct bv_xml_node *xml, enum bv_qti element)
{
	size_t n = 0;

	for (const struct bv_xml_node *e = bv_qti_first(xml); e; e = bv_qti_next(e))
		n += bv_qti_element(e) == element;
	return n;
}

static enum bv_status
weight_parse(struct test_weight *out, struct bv_arena *arena, const struct bv_xml_node *xml, struct bv_err *err)
{
	const struct bv_str *value = bv_qti_attr(xml, "value");

	TRY(bv_qti_attr_identifier(&out->identifier, xml, "identifier", err));
	out->identifier = bv_arena_str(arena, out->identifier);
	if (!value || !bv_str_double(bv_str_trim(*value), &out->value) || !isfinite(out->value))
		return bv_err_rule(err, "bad-attribute-value", xml->line, "%.*s: value must be a number", BV_STR_ARG(xml->name));
	return BV_OK;
}

static enum bv_status
mapping_parse(struct test_mapping *out, struct bv_arena *arena, const struct bv_xml_node *xml, struct bv_err *err)
{
	TRY(bv_qti_attr_identifier(&out->source, xml, "source-identifier", err));
	TRY(bv_qti_attr_identifier(&out->target, xml, "target-identifier", err));
	out->source = bv_arena_str(arena, out->source);
	out->target = bv_arena_str(arena, out->target);
	return BV_OK;
}

/* A repeated weight or target of a mapping, or a mapping of what the item does not have. */
static void
item_names_check(struct bv_test *test, const struct test_node *node)
{
	for (size_t i = 0; i < node->weight_count; i++)
		for (size_t k = 0; k < i; k++)
			if (bv_str_eq(node->weights[i].identifier, node->weights[k].identifier))
				test_fault(test, "duplicate-weight", node->file, node->line,
				           "item '%.*s': the weight '%.*s' is given twice", BV_STR_ARG(clipped(node->identifier)),
				           BV_STR_ARG(clipped(node->weights[i].identifier)));
	for (size_t i = 0; i < node->mapping_count; i++) {
		const struct test_mapping *m = &node->mappings[i];
		if (node->item && test_item_variable(node, m->source) < 0)
			test_fault(test, "undeclared-variable", node->file, node->line,
			           "item '%.*s': the variable '%.*s' that is mapped is not one of the item",
			           BV_STR_ARG(clipped(node->identifier)), BV_STR_ARG(clipped(m->source)));
		for (size_t k = 0; k < i; k++)
			if (bv_str_eq(m->target, node->mappings[k].target) || bv_str_eq(m->source, node->mappings[k].source))
				test_fault(test, "duplicate-mapping", node->file, node->line,
				           "item '%.*s': two mappings of '%.*s' to '%.*s' and the like; a variable has one name",
				           BV_STR_ARG(clipped(node->identifier)), BV_STR_ARG(clipped(m->source)),
				           BV_STR_ARG(clipped(m->target)));
	}
}

static enum bv_status
item_children(struct tree *t, struct test_node *node, const struct place *place)
{
	size_t weights = count_of(node->xml, BV_QTI_WEIGHT), mappings = count_of(node->xml, BV_QTI_VARIABLE_MAPPING);
	struct bv_arena *arena = &t->test->arena;
	struct test_weight *weight = bv_arena_array(arena, weights, struct test_weight);
	struct test_mapping *mapping = bv_arena_array(arena, mappings, struct test_mapping);

	if (weights + mappings > BV_DECLARATIONS_MAX)
		return bv_err_at(t->err, BV_ELIMIT, node->line, "item '%.*s': more than %d weights and mappings",
		                 BV_STR_ARG(clipped(node->identifier)), BV_DECLARATIONS_MAX);
	node->weights = weight;
	node->mappings = mapping;
	for (const struct bv_xml_node *e = bv_qti_first(node->xml); e; e = bv_qti_next(e)) {
		size_t faults = t->test->errors.count;
		if (bv_qti_element(e) == BV_QTI_WEIGHT) {
			TRY(keep(t, place, weight_parse(&weight[node->weight_count], arena, e, t->err)));
			node->weight_count += t->test->errors.count == faults;
		} else if (bv_qti_element(e) == BV_QTI_VARIABLE_MAPPING) {
			TRY(keep(t, place, mapping_parse(&mapping[node->mapping_count], arena, e, t->err)));
			node->mapping_count += t->test->errors.count == faults;
		}
	}
	item_names_check(t->test, node);
	return BV_OK;
}

/* The file that href names, or a fault at xml. */
static enum bv_status
href_parse(struct bv_str *out, struct tree *t, const struct bv_xml_node *xml, const struct place *place)
{
	const struct bv_str *href = bv_qti_attr(xml, "href");
	struct bv_err why;

	*out = BV_STR_NONE;
	if (test_file_name(out, place->file, href ? *href : BV_STR_NONE, &t->test->arena, &why) != BV_OK)
		test_fault(t->test, bv_diagnostic_rule_of(&why), place->shown, xml->line, "%.*s: %s", BV_STR_ARG(xml->name), why.msg);
	return BV_OK;
}

static enum bv_status
read_item(struct tree *t, struct test_node *parent, const struct bv_xml_node *xml, const struct place *place)
{
	const struct bv_str *categories = bv_qti_attr(xml, "category");
	struct test_node *node;
	struct bv_str name;
	struct bv_err why;

	TRY(node_new(&node, t, TEST_ITEM, parent, xml, place));
	t->test->item_count++;
	TRY(keep(t, place, pick_attrs(node, xml, t->err)));
	node->categories = categories ? bv_arena_str(&t->test->arena, bv_str_trim(*categories)) : BV_STR_NONE;
	TRY(href_parse(&name, t, xml, place));
	if (name.len && t->files->item(t->files->ctx, &node->item, name, &why) != BV_OK) {
		node->item = NULL;
		if (why.status == BV_EIO) {
			*t->err = why;
			return BV_EIO;
		}
		test_fault(t->test, bv_diagnostic_rule_of(&why), place->shown, xml->line, "item '%.*s': %.*s%s%.0d: %s",
		           BV_STR_ARG(clipped(node->identifier)), BV_STR_ARG(clipped(name)), why.line ? ":" : "", why.line, why.msg);
	}
	node->size = 1;
	TRY(item_children(t, node, place));
	node->end = (uint32_t)t->test->node_count;
	return BV_OK;
}

/* ---- Sections ------------------------------------------------------------------------------------------------------- */

/* How many items the section can put on a form, and is there enough to select from? */
static void
section_size(struct bv_test *test, struct test_node *node)
{
	size_t required = 0, largest = 0, all = 0;

	for (const struct test_node *c = node->first; c; c = c->next) {
		required += c->required;
		largest = c->size > largest ? c->size : largest;
		all += c->size;
	}
	node->size = all;
	if (!node->selects)
		return;
	uint64_t picked = (uint64_t)node->select * largest;
	size_t most = node->with_replacement ? BV_TEST_ITEMS_MAX + 1 : all;
	node->size = picked < most ? (size_t)picked : most;
	if (!node->with_replacement && node->select > node->child_count)
		test_fault(test, "selection-count", node->file, node->line, "section '%.*s' selects %u of %zu without replacement",
		           BV_STR_ARG(clipped(node->identifier)), node->select, node->child_count);
	else if (node->select < required)
		test_fault(test, "selection-count", node->file, node->line, "section '%.*s' selects %u, but %zu are required",
		           BV_STR_ARG(clipped(node->identifier)), node->select, required);
	else if (node->select && node->child_count == 0)
		test_fault(test, "selection-count", node->file, node->line, "section '%.*s' selects %u of nothing",
		           BV_STR_ARG(clipped(node->identifier)), node->select);
}

static enum bv_status
read_section(struct tree *t, struct test_node *parent, const struct bv_xml_node *xml, const struct place *place)
{
	struct place below = *place;
	struct test_node *node;

	if (++below.depth > DEPTH_MAX)
		return bv_err_at(t->err, BV_ELIMIT, xml->line, "sections are more than %d deep", DEPTH_MAX);
	TRY(node_new(&node, t, TEST_SECTION, parent, xml, place));
	TRY(keep(t, place, section_attrs(node, xml, t->err)));
	TRY(read_children(t, node, xml, &below));
	section_size(t->test, node);
	node->end = (uint32_t)t->test->node_count;
	if (node->size > BV_TEST_ITEMS_MAX)
		return bv_err_at(t->err, BV_ELIMIT, xml->line, "section '%.*s' can put more than %d items on a form",
		                 BV_STR_ARG(clipped(node->identifier)), BV_TEST_ITEMS_MAX);
	return BV_OK;
}

/* The document of a section kept in a file of its own; *out stays NULL after a fault. */
static enum bv_status
section_load(const struct bv_xml_node **out, struct tree *t, const struct bv_xml_node *xml, struct bv_str name, const struct place *place)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_XML_DOCUMENT_MAX);
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	struct bv_test *test = t->test;
	struct bv_err why;

	if (t->files->section(t->files->ctx, &bytes, name, &why) || bv_xml_read(&doc, bv_buf_str(&bytes), BV_XML_DOCUMENT_MAX, &why)) {
		if (why.status == BV_EIO) {
			*t->err = why;
			return BV_EIO;
		}
		test_fault(test, bv_diagnostic_rule_of(&why), place->shown, xml->line, "%.*s: %.*s%s%.0d: %s", BV_STR_ARG(xml->name),
		           BV_STR_ARG(clipped(name)), why.line ? ":" : "", why.line, why.msg);
		return BV_OK;
	}
	if (bv_qti_element(bv_xml_root(doc)) != BV_QTI_ASSESSMENT_SECTION) {
		test_fault(test, "wrong-root", place->shown, xml->line, "%.*s: %.*s is not a section", BV_STR_ARG(xml->name),
		           BV_STR_ARG(clipped(name)));
		return BV_OK;
	}
	if (test->doc_count == test->doc_cap) {
		test->doc_cap *= 2;
		test->docs = bv_resize_array(test->docs, test->doc_cap, sizeof *test->docs);
	}
	*out = bv_xml_root(doc);
	test->docs[test->doc_count++] = bv_steal(&doc);
	return BV_OK;
}

static enum bv_status
read_section_ref(struct tree *t, struct test_node *parent, const struct bv_xml_node *xml, const struct place *place)
{
	struct place below = { .depth = place->depth, .outer = place };
	const struct bv_xml_node *root = NULL;

	if (++t->refs > BV_TEST_SECTIONS_MAX)
		return bv_err_at(t->err, BV_ELIMIT, xml->line, "more than %d sections in files of their own", BV_TEST_SECTIONS_MAX);
	TRY(href_parse(&below.file, t, xml, place));
	if (below.file.len == 0)
		return BV_OK;
	for (const struct place *p = place; p; p = p->outer) {
		if (bv_str_eq(p->file, below.file)) {
			test_fault(t->test, "section-cycle", place->shown, xml->line, "%.*s: the section in %.*s contains itself",
			           BV_STR_ARG(xml->name), BV_STR_ARG(clipped(below.file)));
			return BV_OK;
		}
	}
	TRY(section_load(&root, t, xml, below.file, place));
	below.shown = below.file;
	return root ? read_section(t, parent, root, &below) : BV_OK;
}

static bool
belongs_in_section(enum bv_qti element)
{
	switch (element) {
	case BV_QTI_PRE_CONDITION:
	case BV_QTI_BRANCH_RULE:
	case BV_QTI_ITEM_SESSION_CONTROL:
	case BV_QTI_TIME_LIMITS:
	case BV_QTI_SELECTION:
	case BV_QTI_ORDERING:
	case BV_QTI_RUBRIC_BLOCK:
	case BV_QTI_TEST_FEEDBACK:
	case BV_QTI_COMPANION_MATERIALS_INFO:
		return true;
	default:
		return false;
	}
}

static enum bv_status
read_children(struct tree *t, struct test_node *parent, const struct bv_xml_node *xml, const struct place *place)
{
	for (const struct bv_xml_node *e = bv_qti_first(xml); e; e = bv_qti_next(e)) {
		enum bv_qti element = bv_qti_element(e);
		if (element == BV_QTI_ASSESSMENT_SECTION)
			TRY(read_section(t, parent, e, place));
		else if (element == BV_QTI_ASSESSMENT_SECTION_REF)
			TRY(read_section_ref(t, parent, e, place));
		else if (element == BV_QTI_ASSESSMENT_ITEM_REF && parent->kind == TEST_SECTION)
			TRY(read_item(t, parent, e, place));
		else if (element == BV_QTI_ADAPTIVE_SELECTION)
			test_adaptive_read(t->test, parent, e, place->shown);
		else if (!belongs_in_section(element))
			test_fault(t->test, "misplaced-element", place->shown, e->line, "<%.*s> does not belong in a <%.*s>",
			           BV_STR_ARG(clipped(e->name)), BV_STR_ARG(clipped(xml->name)));
	}
	return BV_OK;
}

/* ---- Parts ---------------------------------------------------------------------------------------------------------- */

static enum bv_status
read_part(struct tree *t, struct test_node ***tail, const struct bv_xml_node *xml, const struct place *place)
{
	struct test_node *node;

	TRY(node_new(&node, t, TEST_PART, NULL, xml, place));
	TRY(keep(t, place, mode_attr(&node->nonlinear, xml, "navigation-mode", "linear", "nonlinear", t->err)));
	TRY(keep(t, place, mode_attr(&node->simultaneous, xml, "submission-mode", "individual", "simultaneous", t->err)));
	TRY(read_children(t, node, xml, place));
	section_size(t->test, node);
	node->end = (uint32_t)t->test->node_count;
	if (!node->first)
		test_fault(t->test, "missing-element", place->shown, xml->line, "part '%.*s' has no sections",
		           BV_STR_ARG(clipped(node->identifier)));
	else if (node->size == 0)
		test_warn(t->test, "empty-part", place->shown, xml->line, "part '%.*s' has no items",
		          BV_STR_ARG(clipped(node->identifier)));
	**tail = node;
	*tail = &node->next;
	return BV_OK;
}

static int
by_identifier(const void *a, const void *b)
{
	const struct test_node *x = *(struct test_node *const *)a, *y = *(struct test_node *const *)b;
	int order = bv_str_cmp(x->identifier, y->identifier);

	return order ? order : x->index < y->index ? -1 : 1;
}

static void
identifiers_check(struct bv_test *test)
{
	test->by_identifier = bv_arena_array(&test->arena, test->node_count, struct test_node *);
	for (size_t i = 0; i < test->node_count; i++)
		test->by_identifier[i] = test->nodes[i];
	qsort(test->by_identifier, test->node_count, sizeof *test->by_identifier, by_identifier);
	for (size_t i = 1; i < test->node_count; i++) {
		const struct test_node *node = test->by_identifier[i], *first = test->by_identifier[i - 1];
		if (node->identifier.len && bv_str_eq(node->identifier, first->identifier))
			test_fault(test, "duplicate-identifier", node->file, node->line,
			           "the identifier '%.*s' is used twice; the first is at line %d", BV_STR_ARG(clipped(node->identifier)),
			           first->line);
	}
	for (size_t i = 0; i < test->node_count; i++) {
		struct test_node *node = test->nodes[i];
		const struct test_node *up = node->parent;
		node->repeats = up && (up->repeats || (up->selects && up->with_replacement));
	}
}

static bool
belongs_in_test(enum bv_qti element)
{
	switch (element) {
	case BV_QTI_CONTEXT_DECLARATION:
	case BV_QTI_OUTCOME_DECLARATION:
	case BV_QTI_TIME_LIMITS:
	case BV_QTI_STYLESHEET:
	case BV_QTI_RUBRIC_BLOCK:
	case BV_QTI_OUTCOME_PROCESSING:
	case BV_QTI_TEST_FEEDBACK:
		return true;
	default:
		return false;
	}
}

enum bv_status
test_tree_parse(struct bv_test *test, const struct bv_test_files *files, struct bv_err *err)
{
	struct tree t = { .test = test, .files = files, .err = err };
	struct place place = { .file = test->name };
	struct test_node **tail = &test->first_part;
	size_t size = 0;

	TRY(keep(&t, &place, limits_parse(&test->limits, test->root, err)));
	for (const struct bv_xml_node *e = bv_qti_first(test->root); e; e = bv_qti_next(e)) {
		if (bv_qti_element(e) == BV_QTI_TEST_PART)
			TRY(read_part(&t, &tail, e, &place));
		else if (!belongs_in_test(bv_qti_element(e)))
			test_fault(test, "misplaced-element", BV_STR_NONE, e->line, "<%.*s> does not belong in a test",
			           BV_STR_ARG(clipped(e->name)));
	}
	for (const struct test_node *part = test->first_part; part; part = part->next)
		size += part->size;
	if (!test->first_part)
		test_fault(test, "missing-element", BV_STR_NONE, test->root->line, "the test has no parts");
	if (size > BV_TEST_ITEMS_MAX)
		return bv_err_at(err, BV_ELIMIT, test->root->line, "the test can put more than %d items on a form", BV_TEST_ITEMS_MAX);
	identifiers_check(test);
	return BV_OK;
}
