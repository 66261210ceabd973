/* Expressions of QTI: read, typed and resolved once, evaluated many times.
 * One row per operator (expr_table.c) says its operands, attributes, result and function. Base types and cardinalities are checked
 * when an expression is read: what passes cannot go wrong by type when it runs; NULL is the only surprise left. */
#ifndef BV_ITEMBANK_EXPR_H
#define BV_ITEMBANK_EXPR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/xml.h"
#include "itembank/declare.h"
#include "itembank/names.h"
#include "itembank/value.h"

/* Steps of one run (a run of template processing, or of response processing): an operator costs one, and one for each element of the
 * containers that it reads. Past it the run ends with ELIMIT. */
#define BV_STEPS_MAX 1000000

/* What an expression can yield: sets of cardinalities and base types. NULL and fields of records have several. */
struct bv_sort {
	uint8_t cards;  /* 1 << enum bv_cardinality */
	uint16_t types; /* 1 << enum bv_type */
};

struct bv_expr; /* immutable; lives in the loader's arena */

/* Reads the expression at node. EPARSE with the line: not an expression; too few or too many operands; an operand whose base type or
 * cardinality cannot be ("qti-and: operand 2 is single integer; it must be single boolean"); an attribute missing or not understood;
 * a variable that is not declared, or not to be used here. With loader->faults all these but the first three are told there instead. */
BV_MUST_USE enum bv_status bv_expr_parse(const struct bv_expr **out, const struct bv_loader *loader, const struct bv_xml_node *node,
                                         struct bv_err *err);

struct bv_sort bv_expr_sort(const struct bv_expr *expr);
int bv_expr_line(const struct bv_expr *expr);
/* "qti-and" */
const char *bv_expr_name(const struct bv_expr *expr);

/* Does it, or an operand, draw from the random stream? */
bool bv_expr_random(const struct bv_expr *expr);

/* Is element one of the expressions and operators? */
bool bv_expr_is(enum bv_qti element);

/* One evaluation's surroundings. The caller fills it; values, defaults and corrects have declarations->count elements each, by index of
 * declaration. A run is used by one thread. */
struct bv_run {
	const struct bv_declarations *declarations; /* NULL when nothing is declared */
	const struct bv_value *values;
	const struct bv_value *defaults;
	const struct bv_value *corrects;
	struct bv_arena *arena;    /* results live here */
	const struct bv_test_session *test; /* of an expression read with loader->test */
	struct bv_stream *stream;  /* random operators draw from it in the order of evaluation (doc/random.md) */
	uint64_t steps_left;       /* BV_STEPS_MAX at first */
	bool noted;                /* something could not be represented and became NULL: `note` says the first such thing */
	struct bv_err note;
};

/* Evaluates: every operand once, left to right, before its operator, so that random draws have one order. The result borrows from the
 * expression, the values and run->arena. ELIMIT when the steps run out or a container would pass BV_VALUE_COUNT_MAX; EINVAL at a fault
 * that was deferred (loader->faults). */
BV_MUST_USE enum bv_status bv_expr_eval(struct bv_value *out, const struct bv_expr *expr, struct bv_run *run, struct bv_err *err);

#endif
