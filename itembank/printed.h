/* printedVariable: a value as text (QTI 3.0 §printedVariable, number formatting rules). Private to itembank. */
#ifndef BV_ITEMBANK_PRINTED_H
#define BV_ITEMBANK_PRINTED_H

#include "itembank/value.h"

/* One conversion: flags, width and precision as in C; conversion is one of i d f F e E g G s x X o r R, 0 when there is no format. */
struct bv_print_format {
	struct bv_str before, after; /* text around the conversion, with %% still doubled */
	bool left, plus, space, alternative, zero;
	uint8_t width, precision;
	bool precise; /* a precision was given */
	char conversion;
};

#define BV_PRINT_WIDTH_MAX 64

/* What is said at a printedVariable. Texts are borrowed from the document. */
struct bv_printed {
	int variable;
	struct bv_print_format format;
	uint32_t base;         /* radix of integers, 2–36 */
	int64_t index;         /* of a container, from 1; 0: all of it */
	int index_variable;    /* a variable that gives the index, or -1 */
	bool power_form;       /* 1.5 × 10^3 instead of 1.5e3 */
	struct bv_str field;   /* of a record; empty: all of it */
	struct bv_str delimiter, mapping;
};

/* False for a format with no conversion or two, an unknown one, or a width or precision beyond BV_PRINT_WIDTH_MAX. */
bool bv_print_format_parse(struct bv_print_format *out, struct bv_str format);

/* Appends the value as text; nothing for NULL. With power_form the exponent goes to *exponent and is set apart, else *exponent is empty:
 * it is only split off when the value is a single number. index counts from 1, 0 all of a container. */
void bv_printed_write(struct bv_buf *out, struct bv_buf *exponent, const struct bv_printed *printed, const struct bv_value *value,
                      int64_t index);

#endif
