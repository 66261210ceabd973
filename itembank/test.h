/* A test in memory: the tree of parts, sections and item references, with its rules resolved. Private to test*.c and expr_test.c;
 * everything lives in the test's arena. */
#ifndef BV_ITEMBANK_TEST_H
#define BV_ITEMBANK_TEST_H

#include "itembank/expr.h"
#include "itembank/item.h"
#include "itembank/itembank.h"
#include "itembank/rules.h"

enum test_kind { TEST_PART, TEST_SECTION, TEST_ITEM };

/* QTI 3.0 itemSessionControl, as it is in force after inheritance. */
struct test_control {
	uint32_t max_attempts; /* 0: any number */
	bool show_feedback, allow_review, show_solution, allow_comment, allow_skipping, validate_responses;
};

struct test_limits {
	int64_t min_ms, max_ms; /* 0, INT64_MAX when absent */
	bool allow_late;
};

/* Where a branch rule leads. */
enum test_exit { TEST_TO_NODE, TEST_EXIT_SECTION, TEST_EXIT_PART, TEST_EXIT_TEST };

struct test_branch {
	const struct bv_expr *condition;
	enum test_exit exit;
	const struct test_node *target; /* TEST_TO_NODE */
};

/* templateDefault: of this template variable of the item. */
struct test_default {
	const struct bv_expr *expr;
	int variable;
};

struct test_weight {
	struct bv_str identifier;
	double value;
};

struct test_mapping {
	struct bv_str source, target;
};

struct test_node {
	enum test_kind kind;
	struct bv_str identifier, title;
	const struct bv_xml_node *xml;
	struct bv_str file; /* the name of the file that it is in; empty: the test's own */
	int line;           /* in that file */
	uint32_t index;     /* in document order, over the whole test */
	uint32_t end;       /* index after the last node below it */
	const struct test_node *parent, *part;
	struct test_node *first, *last, *next; /* children, and the sibling after it */
	size_t child_count;
	struct test_control control;
	struct test_limits limits;
	const struct bv_expr *const *conditions;
	size_t condition_count;
	const struct test_branch *branches;
	size_t branch_count;
	size_t size; /* items that it can put on a form, at most */

	bool nonlinear, simultaneous;                /* part */
	bool visible, keep_together, shuffle;        /* section */
	bool selects, with_replacement, repeats;     /* section; item and section: it may be on the form several times */
	uint32_t select;                             /* section */
	bool adaptive;                               /* section: an engine elsewhere chooses its items */
	struct bv_str engine;                        /* where that is; as written */
	bool required, fixed;                        /* section, item */

	const struct bv_item *item; /* item */
	struct bv_str categories;   /* item: separated by spaces */
	const struct test_weight *weights;
	size_t weight_count;
	const struct test_mapping *mappings;
	size_t mapping_count;
	const struct test_default *defaults;
	size_t default_count;
};

/* What is said to people, as it may be delivered. */
struct test_block {
	struct bv_page page;
	struct bv_str file;           /* as of its node */
	const struct test_node *node; /* whose rubric block it is; NULL: the test's */
};

struct test_feedback {
	struct bv_page page;
	struct bv_str identifier, title, text;
	const struct test_node *part; /* NULL: of the test */
	int outcome;
	bool at_end, hides;
	int line;
};

/* What is wrong with a test, in the order found. */
struct test_fault {
	const char *rule;
	int line; /* 0 when the text names another file and its line */
	const char *text;
	struct test_fault *next;
};

struct test_faults {
	struct test_fault *first, **tail;
	size_t count;
};

struct bv_test {
	struct bv_arena arena;
	struct bv_xml_doc **docs; /* the test's, then those of referred sections */
	size_t doc_count, doc_cap;
	const struct bv_xml_node *root;
	enum bv_qti_version version;
	struct bv_str identifier, title, name;
	struct test_node **nodes; /* by index */
	size_t node_count, node_cap, item_count;
	struct test_node **by_identifier; /* sorted */
	struct test_node *first_part;
	struct test_limits limits;
	struct bv_declarations declarations;
	const struct bv_rules *outcome_rules; /* NULL if there are none */
	struct test_feedback *feedback;
	size_t feedback_count;
	struct bv_rubric *rubrics;
	struct test_block *blocks; /* one for each */
	size_t rubric_count;
	struct test_faults errors, warnings;
	size_t query_size; /* of all test-variables and the like, together */
};

/* Notes a fault of the test; file is empty for the test's own. */
BV_PRINTF(5, 6) void test_fault(struct bv_test *test, const char *rule, struct bv_str file, int line, const char *fmt, ...);
BV_PRINTF(5, 6) void test_warn(struct bv_test *test, const char *rule, struct bv_str file, int line, const char *fmt, ...);

/* The part, section or item reference of that name, or NULL. */
const struct test_node *test_find(const struct bv_test *test, struct bv_str identifier);

/* test_tree.c: parts, sections and item references. Faults that leave something to read are noted. */
BV_MUST_USE enum bv_status test_tree_parse(struct bv_test *test, const struct bv_test_files *files, struct bv_err *err);
/* test_adaptive.c: a qti-adaptive-selection in node, in the file `shown` (empty: the test's own). */
void test_adaptive_read(struct bv_test *test, struct test_node *node, const struct bv_xml_node *xml, struct bv_str shown);
/* Can it be sat here? EINVAL names the section that cannot. */
BV_MUST_USE enum bv_status test_adaptive_check(const struct bv_test *test, struct bv_err *err);
/* test_file.c: the name of the file that href in the file `from` leads to. EDENIED when it leads out of the package. */
BV_MUST_USE enum bv_status test_file_name(struct bv_str *out, struct bv_str from, struct bv_str href, struct bv_arena *arena,
                                          struct bv_err *err);
/* test_rules.c: all expressions and rules, when the tree is known. */
BV_MUST_USE enum bv_status test_rules_parse(struct bv_test *test, struct bv_err *err);
/* test_texts.c: feedback and rubric blocks. */
BV_MUST_USE enum bv_status test_texts_parse(struct bv_test *test, struct bv_err *err);

/* Index of the item's variable of that name, or -1. */
int test_item_variable(const struct test_node *item, struct bv_str name);
/* The same by the name that the reference gives it (variable-mapping): a name that is mapped is known by its new one only. */
int test_mapped_variable(const struct test_node *item, struct bv_str name);
/* 1 for a reference without that weight. */
double test_weight_of(const struct test_node *item, struct bv_str identifier);

/* expr_test.c: a variable of a test: of its own, "Q1.SCORE", "Q1.2.SCORE" or "S1.duration". */
enum bv_status test_variable_prepare(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err);

#endif
