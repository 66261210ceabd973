/* What a test says: rubric blocks, and feedback at its end or on the way. */
#include "base/text.h"
#include "itembank/body.h"
#include "itembank/test.h"

static const char views[] = "author candidate proctor scorer testConstructor tutor";

static bool
has_word(struct bv_str words, struct bv_str word)
{
	struct bv_str token;

	while (bv_str_token(&words, &token))
		if (bv_str_eq(token, word))
			return true;
	return false;
}

static void
rubric_parse(struct bv_test *test, struct bv_str owner, struct bv_str file, const struct test_node *node, const struct bv_xml_node *xml)
{
	const struct bv_str *view = bv_qti_attr(xml, "view"), *use = bv_qti_attr(xml, "use");
	struct bv_rubric *rubric = &test->rubrics[test->rubric_count++];
	struct bv_str rest = view ? *view : BV_STR_NONE, word;

	test->blocks[test->rubric_count - 1] = (struct test_block){ .file = file, .node = node };
	bv_page_make_part(&test->blocks[test->rubric_count - 1].page, &test->arena, &test->declarations, xml, NULL);
	*rubric = (struct bv_rubric){ .owner = owner, .line = xml->line, .text = bv_body_text(xml, 0, &test->arena) };
	rubric->views = bv_arena_str(&test->arena, bv_str_trim(rest));
	rubric->use = use ? bv_arena_str(&test->arena, bv_str_trim(*use)) : BV_STR_NONE;
	if (rubric->views.len == 0)
		test_fault(test, "missing-attribute", file, xml->line, "%.*s: the attribute view is missing: it would be seen by nobody",
		           BV_STR_ARG(xml->name));
	while (bv_str_token(&rest, &word))
		if (!has_word(bv_str_of(views), word))
			test_fault(test, "bad-attribute-value", file, xml->line, "%.*s: view=\"%.*s\" is not one of %s",
			           BV_STR_ARG(xml->name), BV_STR_ARG(bv_str_sub(word, 0, 40)), views);
}

static bool
choice_attr(struct bv_test *test, const struct bv_xml_node *xml, const char *name, const char *no, const char *yes)
{
	const struct bv_str *attr = bv_qti_attr(xml, name);
	struct bv_str s = attr ? bv_str_trim(*attr) : BV_STR_NONE;

	if (!bv_str_is(s, no) && !bv_str_is(s, yes))
		test_fault(test, "bad-attribute-value", BV_STR_NONE, xml->line, "%.*s: %s must be %s or %s", BV_STR_ARG(xml->name), name,
		           no, yes);
	return bv_str_is(s, yes);
}

static enum bv_status
feedback_parse(struct bv_test *test, const struct test_node *part, const struct bv_xml_node *xml, struct bv_err *err)
{
	struct test_feedback *feedback = &test->feedback[test->feedback_count++];
	const struct bv_str *title = bv_qti_attr(xml, "title"), *identifier = bv_qti_attr(xml, "identifier");
	const struct bv_str *outcome = bv_qti_attr(xml, "outcome-identifier");

	feedback->part = part;
	bv_page_make_part(&feedback->page, &test->arena, &test->declarations, xml, NULL);
	feedback->line = xml->line;
	feedback->at_end = choice_attr(test, xml, "access", "during", "atEnd");
	feedback->hides = choice_attr(test, xml, "show-hide", "show", "hide");
	feedback->text = bv_body_text(xml, 0, &test->arena);
	if (title)
		TRY(bv_text_nfc(&feedback->title, bv_str_trim(*title), &test->arena, err));
	if (!identifier || !bv_qti_is_token(bv_str_trim(*identifier)))
		test_fault(test, "missing-attribute", BV_STR_NONE, xml->line, "%.*s: the attribute identifier is missing or no identifier",
		           BV_STR_ARG(xml->name));
	else
		feedback->identifier = bv_arena_str(&test->arena, bv_str_trim(*identifier));
	feedback->outcome = outcome ? bv_declarations_find(&test->declarations, bv_str_trim(*outcome)) : -1;
	const struct bv_declaration *d = feedback->outcome < 0 ? NULL : &test->declarations.list[feedback->outcome];
	if (!d || d->builtin || d->kind != BV_VARIABLE_OUTCOME || d->type != BV_TYPE_IDENTIFIER)
		test_fault(test, "undeclared-variable", BV_STR_NONE, xml->line,
		           "%.*s: outcome-identifier does not name a declared outcome of base type identifier", BV_STR_ARG(xml->name));
	return BV_OK;
}

static void
count(size_t *rubrics, size_t *feedback, const struct bv_xml_node *xml)
{
	for (const struct bv_xml_node *e = bv_qti_first(xml); e; e = bv_qti_next(e)) {
		*rubrics += bv_qti_element(e) == BV_QTI_RUBRIC_BLOCK;
		*feedback += bv_qti_element(e) == BV_QTI_TEST_FEEDBACK;
	}
}

/* The texts of one element; node is NULL for the test. Sections and items have no feedback of this kind. */
static enum bv_status
read_texts(struct bv_test *test, struct bv_str owner, struct bv_str file, const struct bv_xml_node *xml, const struct test_node *node,
           struct bv_err *err)
{
	bool feedback = !node || node->kind == TEST_PART;

	for (const struct bv_xml_node *e = bv_qti_first(xml); e; e = bv_qti_next(e)) {
		if (bv_qti_element(e) == BV_QTI_RUBRIC_BLOCK)
			rubric_parse(test, owner, file, node, e);
		else if (bv_qti_element(e) == BV_QTI_TEST_FEEDBACK && feedback)
			TRY(feedback_parse(test, node, e, err));
		else if (bv_qti_element(e) == BV_QTI_TEST_FEEDBACK)
			test_fault(test, "misplaced-element", file, e->line, "<%.*s> belongs in a part or in the test",
			           BV_STR_ARG(e->name));
	}
	return BV_OK;
}

enum bv_status
test_texts_parse(struct bv_test *test, struct bv_err *err)
{
	size_t rubrics = 0, feedback = 0;

	count(&rubrics, &feedback, test->root);
	for (size_t i = 0; i < test->node_count; i++)
		count(&rubrics, &feedback, test->nodes[i]->xml);
	test->rubrics = bv_arena_array(&test->arena, rubrics, struct bv_rubric);
	test->blocks = bv_arena_array(&test->arena, rubrics, struct test_block);
	test->feedback = bv_arena_array(&test->arena, feedback, struct test_feedback);
	TRY(read_texts(test, test->identifier, BV_STR_NONE, test->root, NULL, err));
	for (size_t i = 0; i < test->node_count; i++) {
		const struct test_node *n = test->nodes[i];
		TRY(read_texts(test, n->identifier, n->file, n->xml, n, err));
	}
	return BV_OK;
}

size_t
bv_test_rubric_count(const struct bv_test *test)
{
	return test->rubric_count;
}

const struct bv_rubric *
bv_test_rubric(const struct bv_test *test, size_t idx)
{
	return &test->rubrics[idx];
}

bool
bv_rubric_shows(const struct bv_rubric *rubric, const char *view)
{
	return has_word(rubric->views, bv_str_of(view));
}
