/* A test as a whole: read in two passes, first the tree, then what refers to it. */
#include "itembank/test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "itembank/report.h"

enum { FAULTS_MAX = 1000 };

static void
note(struct bv_test *test, struct test_faults *list, const char *rule, struct bv_str file, int line, const char *fmt, va_list ap)
{
	char what[256], text[400];

	if (list->count++ >= FAULTS_MAX)
		return;
	vsnprintf(what, sizeof what, fmt, ap);
	if (file.len)
		snprintf(text, sizeof text, "%.*s:%d: %s", BV_STR_ARG(bv_str_sub(file, 0, 120)), line, what);
	else
		snprintf(text, sizeof text, "%s", what);
	text[bv_text_valid_len(bv_str_of(text))] = '\0';
	struct test_fault *fault = bv_arena_array(&test->arena, 1, struct test_fault);
	*fault = (struct test_fault){ .rule = rule, .line = file.len ? 0 : line, .text = bv_arena_str(&test->arena, bv_str_of(text)).p };
	*(list->tail ? list->tail : &list->first) = fault;
	list->tail = &fault->next;
}

void
test_fault(struct bv_test *test, const char *rule, struct bv_str file, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note(test, &test->errors, rule, file, line, fmt, ap);
	va_end(ap);
}

void
test_warn(struct bv_test *test, const char *rule, struct bv_str file, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note(test, &test->warnings, rule, file, line, fmt, ap);
	va_end(ap);
}

static enum bv_status
root_parse(struct bv_test *test, struct bv_err *err)
{
	const struct bv_str *title = bv_qti_attr(test->root, "title");

	TRY(bv_qti_version_of(&test->version, test->root, err));
	if (bv_qti_element(test->root) != BV_QTI_ASSESSMENT_TEST)
		return bv_err_rule(err, "wrong-root", test->root->line,
		                   "the document is a <%.*s>%s%s: a test is a qti-assessment-test (2.x: assessmentTest)",
		                   BV_STR_ARG(bv_str_sub(test->root->name, 0, 60)), test->root->ns.len ? " in the namespace of QTI " : "",
		                   test->root->ns.len ? bv_qti_version_name(test->version) : "");
	const struct bv_str *identifier = bv_qti_attr(test->root, "identifier");
	if (!identifier || bv_str_trim(*identifier).len == 0)
		return bv_err_rule(err, "missing-attribute", test->root->line, "the test has no identifier");
	if (identifier->len > BV_ITEM_IDENTIFIER_MAX)
		return bv_err_at(err, BV_ELIMIT, test->root->line, "the test's identifier is longer than %d bytes", BV_ITEM_IDENTIFIER_MAX);
	TRY(bv_text_nfc(&test->identifier, bv_str_trim(*identifier), &test->arena, err));
	return title ? bv_text_nfc(&test->title, bv_str_trim(*title), &test->arena, err) : BV_OK;
}

/* Reads all that can be read: what is wrong with it is in test->errors. */
static enum bv_status
read_all(struct bv_test **out, struct bv_str xml, struct bv_str name, const struct bv_test_files *files, struct bv_err *err)
{
	BV_AUTO(bv_test_free) struct bv_test *test = bv_alloc(sizeof *test);

	test->docs = bv_alloc_array(1, sizeof(struct bv_xml_doc *));
	test->doc_cap = 1;
	TRY(bv_xml_read(&test->docs[0], xml, BV_XML_DOCUMENT_MAX, err));
	test->doc_count = 1;
	test->root = bv_xml_root(test->docs[0]);
	test->name = bv_arena_str(&test->arena, name);
	TRY(root_parse(test, err));
	TRY(test_tree_parse(test, files, err));
	TRY(test_rules_parse(test, err));
	TRY(test_texts_parse(test, err));
	*out = bv_steal(&test);
	return BV_OK;
}

enum bv_status
bv_test_parse(struct bv_test **out, struct bv_str xml, struct bv_str name, const struct bv_test_files *files, struct bv_err *err)
{
	BV_AUTO(bv_test_free) struct bv_test *test = NULL;

	TRY(read_all(&test, xml, name, files, err));
	if (test->errors.first)
		return bv_err_rule(err, test->errors.first->rule, test->errors.first->line, "%s", test->errors.first->text);
	*out = bv_steal(&test);
	return BV_OK;
}

size_t
bv_test_check(const char *path, struct bv_str xml, struct bv_str name, const struct bv_test_files *files, bv_diagnostic_fn report, void *ctx)
{
	BV_AUTO(bv_test_free) struct bv_test *test = NULL;
	struct bv_reporter reporter = { .report = report, .ctx = ctx, .path = path };
	struct bv_err err;

	if (read_all(&test, xml, name, files, &err)) {
		bv_report(&reporter, BV_SEVERITY_ERROR, bv_diagnostic_rule_of(&err), err.line, "%s", err.msg);
		return reporter.errors;
	}
	for (const struct test_fault *f = test->errors.first; f; f = f->next)
		bv_report(&reporter, BV_SEVERITY_ERROR, f->rule, f->line, "%s", f->text);
	if (test->errors.count > FAULTS_MAX)
		bv_report(&reporter, BV_SEVERITY_ERROR, "limit-exceeded", 0, "%zu more errors are not told: mend these first",
		          test->errors.count - FAULTS_MAX);
	for (const struct test_fault *f = test->warnings.first; f; f = f->next)
		bv_report(&reporter, BV_SEVERITY_WARNING, f->rule, f->line, "%s", f->text);
	return reporter.errors;
}

void
bv_test_free(struct bv_test *test)
{
	if (!test)
		return;
	for (size_t i = 0; i < test->doc_count; i++)
		bv_xml_free(test->docs[i]);
	free(test->docs);
	free(test->nodes);
	bv_arena_finish(&test->arena);
	free(test);
}

struct bv_str
bv_test_identifier(const struct bv_test *test)
{
	return test->identifier;
}

struct bv_str
bv_test_title(const struct bv_test *test)
{
	return test->title;
}

enum bv_qti_version
bv_test_version(const struct bv_test *test)
{
	return test->version;
}

size_t
bv_test_item_count(const struct bv_test *test)
{
	return test->item_count;
}

const struct test_node *
test_find(const struct bv_test *test, struct bv_str identifier)
{
	size_t low = 0, high = test->node_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = bv_str_cmp(identifier, test->by_identifier[mid]->identifier);
		if (order == 0)
			return test->by_identifier[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

int
test_item_variable(const struct test_node *item, struct bv_str name)
{
	return item->item ? bv_declarations_find(item->item->program.declarations, name) : -1;
}

int
test_mapped_variable(const struct test_node *item, struct bv_str name)
{
	for (size_t i = 0; i < item->mapping_count; i++)
		if (bv_str_eq(item->mappings[i].target, name))
			return test_item_variable(item, item->mappings[i].source);
	for (size_t i = 0; i < item->mapping_count; i++)
		if (bv_str_eq(item->mappings[i].source, name))
			return -1;
	return test_item_variable(item, name);
}

double
test_weight_of(const struct test_node *item, struct bv_str identifier)
{
	for (size_t i = 0; i < item->weight_count; i++)
		if (bv_str_eq(item->weights[i].identifier, identifier))
			return item->weights[i].value;
	return 1;
}
