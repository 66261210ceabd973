/* Formulas of Moodle's calculated questions as expressions of QTI. */
#ifndef BV_ITEMBANK_FORMULA_H
#define BV_ITEMBANK_FORMULA_H

#include "itembank/convert.h"

#define BV_FORMULA_MAX 2000 /* bytes */

/* The expression of a value named in braces, {NAME}; false when there is none of that name. */
typedef bool (*bv_formula_value)(void *ctx, struct bv_str name, struct bv_buf *out);

/* Numbers, {names}, + - * /, parentheses and the functions that QTI has too. EPARSE says what cannot be kept. */
enum bv_status bv_formula_write(struct bv_buf *out, struct bv_str formula, bv_formula_value value, void *ctx, struct bv_err *err) BV_MUST_USE;

#endif
