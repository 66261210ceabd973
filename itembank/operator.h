/* One row per operator: what its operands may be, its attributes, what it yields, and its function. Private to expr*.c. */
#ifndef BV_ITEMBANK_OPERATOR_H
#define BV_ITEMBANK_OPERATOR_H

#include <math.h>

#include "itembank/expr.h"
#include "itembank/pattern.h"
#include "itembank/shape.h"

/* Sets of cardinalities and base types. */
#define CARD(c) ((uint8_t)(1u << (c)))
#define TYPE(t) ((uint16_t)(1u << (t)))
#define CARDS_SINGLE CARD(BV_CARD_SINGLE)
#define CARDS_CONTAINER ((uint8_t)(CARD(BV_CARD_MULTIPLE) | CARD(BV_CARD_ORDERED)))
#define CARDS_RECORD CARD(BV_CARD_RECORD)
#define CARDS_ANY ((uint8_t)15)
#define TYPES_ANY ((uint16_t)((1u << BV_TYPE_COUNT) - 1)) /* with BV_TYPE_NONE, of records */
#define TYPES_BASE ((uint16_t)(TYPES_ANY & ~TYPE(BV_TYPE_NONE)))
#define TYPES_NUMBER ((uint16_t)(TYPE(BV_TYPE_INTEGER) | TYPE(BV_TYPE_FLOAT)))

/* An attribute. */
enum param_kind {
	PARAM_BOOLEAN,
	PARAM_INTEGER, /* or the name of a variable, in braces or not */
	PARAM_FLOAT,   /* the same */
	PARAM_NUMBERS, /* one or two floats or variables; one stands for both: takes two places */
	PARAM_WORD,    /* one of words */
	PARAM_IDENTIFIER,
	PARAM_TEXT, /* or {variable} */
};

struct param_spec {
	const char *name;      /* NULL ends the list */
	enum param_kind kind;
	const char *otherwise; /* value when absent; "" leaves it not given; NULL: it must be there */
	const char *const *words;
};

struct param {
	bool given;
	int32_t variable; /* -1, or the variable that holds it */
	union {
		bool boolean;
		int64_t integer;
		double real;
		int word; /* index in words */
		struct bv_str text;
	};
};

enum { PARAMS_MAX = 5, OPERANDS_ANY = 255 };

/* How operands must go together. */
enum agreement { AGREE_NOT, AGREE_TYPE, AGREE_BOTH };

struct operation {
	enum bv_qti element;
	uint8_t least, most;         /* operands; OPERANDS_ANY: no end */
	struct bv_sort first, others; /* what operand 1, and 2 and further, may be */
	uint8_t agree;               /* enum agreement */
	bool null_is_null;           /* a NULL operand makes the result NULL before eval is asked */
	bool wild;                   /* the value may be a float where the sort says integer: infinity, which no integer holds */
	bool random;
	const struct param_spec *params;  /* NULL: none */
	struct bv_sort result;            /* unless prepare sets another */
	enum bv_status (*prepare)(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err);
	enum bv_status (*eval)(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run,
	                       struct bv_err *err);
	const char *refused; /* instead of a function: why this release does not read it */
};

struct test_query; /* expr_test.c */

struct bv_expr {
	const struct operation *op;
	int line;
	uint32_t count;
	const struct bv_expr *const *operands;
	struct bv_sort sort;
	bool loose;  /* operands' values must be checked when it runs: their sorts are wider than what is allowed */
	const char *fault; /* loader->faults: what is wrong with it; NULLs and values that fit by chance are evaluated all the same … */
	bool hopeless;     /* … unless it is more than a matter of types */
	bool absent;       /* it is that what it reads is not declared: then it is NULL, as in other engines */
	bool random; /* this or an operand draws */
	int32_t variable; /* variable, correct, default, map-response: its index */
	struct bv_value null; /* what NULL is here */
	struct param *params;
	union {
		struct bv_value constant;       /* base-value, math-constant */
		struct bv_shape shape;          /* inside */
		const struct bv_pattern *pattern; /* pattern-match, unless a variable holds it */
		unsigned fold;                    /* our custom operator: enum bv_fold */
		const struct test_query *query;   /* of a test: its items; a variable that is not one of the test's own */
	};
};

/* The row of an element, or NULL. */
const struct operation *operation_find(enum bv_qti element);
/* The row of a custom operator: ours by its definition (which may be NULL), or the one that refuses all others. */
const struct operation *operation_custom(const struct bv_str *definition);

/* Reads the attributes that the row names into e->params. */
enum bv_status params_parse(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node, struct bv_err *err);
/* Their values; false when the variable that holds them is NULL. */
bool param_integer(int64_t *out, const struct param *param, const struct bv_run *run);
bool param_float(double *out, const struct param *param, const struct bv_run *run);
bool param_text(struct bv_str *out, const struct param *param, const struct bv_run *run);

/* "qti-index: n must be 1 or more", with the line. */
BV_PRINTF(4, 5) enum bv_status expr_refuse(const struct bv_expr *e, struct bv_err *err, const char *rule, const char *fmt, ...);

/* "qti-index: this cannot be evaluated: …", EINVAL. */
enum bv_status expr_fail(const struct bv_expr *e, struct bv_err *err);

/* Takes n steps more. ELIMIT when there are none left. */
enum bv_status expr_charge(const struct bv_expr *e, struct bv_run *run, uint64_t n, struct bv_err *err);

/* NULL because the result cannot be represented; the first reason of a run is kept in run->note. */
enum bv_status expr_lost(struct bv_value *out, const struct bv_expr *e, struct bv_run *run, const char *why);

static inline enum bv_status
yield(struct bv_value *out, struct bv_value v)
{
	*out = v;
	return BV_OK;
}

static inline enum bv_status
yield_null(struct bv_value *out, const struct bv_expr *e)
{
	*out = e->null;
	return BV_OK;
}

/* A single number as a double. */
static inline double
real_of(const struct bv_value *v)
{
	return v->type == BV_TYPE_INTEGER ? (double)v->one.integer : v->one.real;
}

typedef enum bv_status operator_prepare(struct bv_expr *e, const struct bv_loader *loader, const struct bv_xml_node *node,
                                        struct bv_err *err);
typedef enum bv_status operator_eval(struct bv_value *out, const struct bv_expr *e, const struct bv_value *args, struct bv_run *run,
                                     struct bv_err *err);

/* expr_variable.c */
operator_prepare prepare_base_value, prepare_variable, prepare_correct, prepare_default, prepare_map_response, prepare_map_response_point;
operator_prepare prepare_math_constant;
operator_eval eval_constant, eval_variable, eval_correct, eval_default, eval_null, eval_map_response, eval_map_response_point;
/* expr_random.c */
operator_prepare prepare_random_integer, prepare_random_float, prepare_element;
operator_eval eval_random_integer, eval_random_float, eval_random;
/* expr_logic.c */
operator_prepare prepare_any_n, prepare_equal, prepare_figures;
operator_eval eval_and, eval_or, eval_not, eval_any_n, eval_is_null, eval_match, eval_equal, eval_equal_rounded;
operator_eval eval_lt, eval_lte, eval_gt, eval_gte, eval_duration_lt, eval_duration_gte;
/* expr_number.c */
operator_prepare prepare_number;
operator_eval eval_sum, eval_product, eval_max, eval_min, eval_subtract, eval_divide, eval_power, eval_integer_divide, eval_integer_modulus;
operator_eval eval_gcd, eval_lcm, eval_integer_to_float, eval_stats;
/* expr_round.c */
operator_eval eval_round, eval_truncate, eval_round_to;
double round_figures(double x, bool significant, int64_t figures);
/* The integer that x, integral, is: infinity stays a float, what is too large for int64 becomes NULL. */
enum bv_status yield_integral(struct bv_value *out, const struct bv_expr *e, struct bv_run *run, double x);
/* expr_math.c */
operator_prepare prepare_math;
operator_eval eval_math;
/* expr_container.c */
operator_prepare prepare_multiple, prepare_ordered, prepare_index, prepare_delete;
operator_eval eval_multiple, eval_ordered, eval_repeat, eval_index, eval_field_value, eval_member, eval_contains, eval_delete;
operator_eval eval_container_size;
/* expr_test.c */
operator_prepare prepare_count, prepare_test_variables, prepare_outcome_minimum, prepare_outcome_maximum;
operator_eval eval_number_correct, eval_number_incorrect, eval_number_presented, eval_number_responded, eval_number_selected;
operator_eval eval_test_variables, eval_outcome_minimum, eval_outcome_maximum;
/* A variable that is not one of the test's own: e->variable is -1. */
enum bv_status eval_test_variable(struct bv_value *out, const struct bv_expr *e, struct bv_run *run);
/* expr_text.c */
operator_prepare prepare_pattern, prepare_inside, prepare_fold;
operator_eval eval_string_match, eval_substring, eval_pattern_match, eval_inside, eval_fold;

extern const char *const rounding_words[], *const tolerance_words[], *const stats_words[], *const math_words[];

#endif
