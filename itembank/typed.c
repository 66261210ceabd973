#include "itembank/typed.h"

#include <math.h>

static bool
integer_of(int64_t *out, struct bv_str text, uint32_t base)
{
	bool negative = text.len && text.p[0] == '-';
	size_t i = text.len && (negative || text.p[0] == '+');
	int64_t n = 0;

	if (i == text.len)
		return false;
	for (; i < text.len; i++) {
		char c = text.p[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'z' ? c - 'a' + 10 : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
		if (digit >= (int)base || __builtin_mul_overflow(n, (int64_t)base, &n) ||
		    (negative ? __builtin_sub_overflow(n, digit, &n) : __builtin_add_overflow(n, digit, &n)))
			return false;
	}
	*out = n;
	return true;
}

/* text with its only comma made a point; text itself when there is a point already, or several commas. */
static struct bv_str
with_point(struct bv_str text, struct bv_arena *arena)
{
	size_t at = bv_str_find(text, ',');
	struct bv_str copy;

	if (at == text.len || bv_str_find(text, '.') != text.len || bv_str_find(bv_str_sub(text, at + 1, text.len), ',') != text.len - at - 1)
		return text;
	copy = bv_arena_str(arena, text);
	((char *)(uintptr_t)copy.p)[at] = '.';
	return copy;
}

static bool
float_of(double *out, struct bv_str text)
{
	return bv_str_double(text, out) && isfinite(*out);
}

/* The parts of a decimal number's notation: [sign] left ['.' right] [e exponent]. */
struct notation {
	int64_t left, right, significant;
	bool has_point, has_exponent;
	int64_t exponent;
};

static void
notation_read(struct notation *out, struct bv_str text)
{
	bool leading = true;

	*out = (struct notation){ 0 };
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		if (c == 'e' || c == 'E') {
			out->has_exponent = integer_of(&out->exponent, bv_str_sub(text, i + 1, text.len), 10);
			return;
		}
		if (c == '.') {
			out->has_point = true;
		} else if (c >= '0' && c <= '9') {
			leading = leading && c == '0';
			out->significant += !leading;
			if (out->has_point)
				out->right++;
			else
				out->left++;
		}
	}
}

static void
field_set(struct bv_field *field, const char *name, struct bv_value value)
{
	*field = (struct bv_field){ bv_str_of(name), value };
}

/* QTI 3.0 textEntryInteraction bound to a record; what the text does not have is NULL. */
static struct bv_value
record_of(struct bv_str text, struct bv_str number, uint32_t base, struct bv_arena *arena)
{
	struct bv_field *fields = bv_arena_array(arena, 8, struct bv_field);
	struct bv_value null = bv_value_null(BV_CARD_SINGLE, BV_TYPE_INTEGER);
	struct notation n;
	double x = 0;
	int64_t whole = 0;
	bool is_whole = integer_of(&whole, number, base), is_number = float_of(&x, number);
	int64_t places;

	notation_read(&n, number);
	bool has_places = is_number && !__builtin_sub_overflow(n.right, n.exponent, &places);
	field_set(&fields[0], "stringValue", bv_value_text(BV_TYPE_STRING, text));
	field_set(&fields[1], "floatValue", is_number ? bv_value_float(x) : bv_value_null(BV_CARD_SINGLE, BV_TYPE_FLOAT));
	field_set(&fields[2], "integerValue", is_whole ? bv_value_integer(whole) : null);
	field_set(&fields[3], "leftDigits", is_number ? bv_value_integer(n.left) : null);
	field_set(&fields[4], "rightDigits", is_number ? bv_value_integer(n.right) : null);
	field_set(&fields[5], "ndp", has_places ? bv_value_integer(places > 0 ? places : 0) : null);
	field_set(&fields[6], "nsf", is_number ? bv_value_integer(n.significant) : null);
	field_set(&fields[7], "exponent", is_number && n.has_exponent ? bv_value_integer(n.exponent) : null);
	return (struct bv_value){ .cardinality = BV_CARD_RECORD, .count = 8, .fields = fields };
}

enum bv_status
bv_typed_parse(struct bv_value *out, const struct bv_declaration *declaration, const struct bv_interaction *interaction, struct bv_str text,
               bool comma, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str trimmed = bv_str_trim(text), number = comma ? with_point(trimmed, arena) : trimmed;
	int64_t whole;
	double x;

	if (declaration->type == BV_TYPE_STRING && declaration->cardinality != BV_CARD_RECORD) {
		*out = bv_value_text(BV_TYPE_STRING, text);
		return BV_OK;
	}
	*out = bv_value_null((enum bv_cardinality)declaration->cardinality, (enum bv_type)declaration->type);
	if (trimmed.len == 0)
		return BV_OK;
	if (declaration->cardinality == BV_CARD_RECORD) {
		*out = record_of(text, number, interaction->base, arena);
	} else if (declaration->type == BV_TYPE_INTEGER) {
		if (!integer_of(&whole, number, interaction->base))
			return bv_err_set(err, BV_EINVAL, "'%.*s' is not a whole number in base %u", BV_STR_ARG(bv_str_sub(trimmed, 0, 40)), interaction->base);
		*out = bv_value_integer(whole);
	} else {
		if (!float_of(&x, number))
			return bv_err_set(err, BV_EINVAL, "'%.*s' is not a number", BV_STR_ARG(bv_str_sub(trimmed, 0, 40)));
		*out = bv_value_float(x);
	}
	return BV_OK;
}
