#include "itembank/printed.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* A text of which `format` is the next part: takes the number there; false when it is more than a width may be. */
static bool
take_count(uint8_t *out, struct bv_str *format)
{
	unsigned n = 0;

	while (format->len && format->p[0] >= '0' && format->p[0] <= '9') {
		n = n * 10 + (unsigned)(format->p[0] - '0');
		if (n > BV_PRINT_WIDTH_MAX)
			return false;
		*format = bv_str_sub(*format, 1, format->len);
	}
	*out = (uint8_t)n;
	return true;
}

static bool *
flag_of(struct bv_print_format *out, char c)
{
	switch (c) {
	case '-':
		return &out->left;
	case '+':
		return &out->plus;
	case ' ':
		return &out->space;
	case '#':
		return &out->alternative;
	case '0':
		return &out->zero;
	default:
		return NULL;
	}
}

/* The place of the first '%' that is not doubled, or s.len. */
static size_t
percent(struct bv_str s)
{
	size_t i = 0;

	while (i < s.len && (s.p[i] != '%' || (i + 1 < s.len && s.p[i + 1] == '%')))
		i += s.p[i] == '%' ? 2 : 1;
	return i < s.len ? i : s.len;
}

bool
bv_print_format_parse(struct bv_print_format *out, struct bv_str format)
{
	size_t at = percent(format);
	struct bv_str rest = bv_str_sub(format, at + 1, format.len);
	bool *flag;

	*out = (struct bv_print_format){ .before = bv_str_sub(format, 0, at) };
	if (at >= format.len)
		return false;
	while (rest.len && (flag = flag_of(out, rest.p[0]))) {
		*flag = true;
		rest = bv_str_sub(rest, 1, rest.len);
	}
	if (!take_count(&out->width, &rest))
		return false;
	if (rest.len && rest.p[0] == '.') {
		rest = bv_str_sub(rest, 1, rest.len);
		out->precise = true;
		if (!take_count(&out->precision, &rest))
			return false;
	}
	if (!rest.len || !strchr("idfFeEgGsxXorR", rest.p[0]))
		return false;
	out->conversion = rest.p[0];
	out->after = bv_str_sub(rest, 1, rest.len);
	return percent(out->after) == out->after.len;
}

static void
literal(struct bv_buf *out, struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		bv_buf_addc(out, s.p[i]);
		i += s.p[i] == '%';
	}
}

/* body of a number with its sign, filled up to the width; prefix ("0x") stands before the zeros. */
static void
padded(struct bv_buf *out, const struct bv_print_format *format, const char *prefix, const char *body)
{
	const char *sign = *body == '-' ? "-" : format->plus ? "+" : format->space ? " " : "";
	size_t len = strlen(sign) + strlen(prefix), width = format->width;

	body += *body == '-';
	len += strlen(body);
	if (!format->left && !format->zero)
		for (; width > len; width--)
			bv_buf_addc(out, ' ');
	bv_buf_addz(out, sign);
	bv_buf_addz(out, prefix);
	if (!format->left)
		for (; width > len; width--)
			bv_buf_addc(out, '0');
	bv_buf_addz(out, body);
	for (; width > len; width--)
		bv_buf_addc(out, ' ');
}

static void
integer_write(struct bv_buf *out, const struct bv_print_format *format, int64_t n, uint32_t base)
{
	char digits[72], *p = digits + sizeof digits - 1;
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	bool capital = format->conversion == 'X';
	unsigned least = format->precise ? format->precision : 1;
	const char *prefix = format->alternative && base == 16 && n ? (capital ? "0X" : "0x") : "";
	struct bv_print_format filled = *format;
	char body[160];

	/* As in C: no zeros but those of the precision, and an octal number in the alternative form begins with one. */
	filled.zero = format->zero && !format->precise;
	*p = '\0';
	for (; left; left /= base, least -= least > 0)
		*--p = (capital ? "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" : "0123456789abcdefghijklmnopqrstuvwxyz")[left % base];
	if (format->alternative && base == 8 && least == 0 && *p != '0')
		*--p = '0';
	snprintf(body, sizeof body, "%s%.*s%s", n < 0 ? "-" : "", (int)least, "0000000000000000000000000000000000000000000000000000000000000000", p);
	padded(out, &filled, prefix, body);
}

/* %r: so many significant figures, all of them shown, and an exponent only where they would not say which they are. */
static void
rounded(char *out, size_t size, double x, int figures, bool capital)
{
	char probe[128];
	int exponent = 0;

	snprintf(probe, sizeof probe, "%.*e", figures - 1, x);
	sscanf(strchr(probe, 'e') + 1, "%d", &exponent);
	if (exponent < -4 || exponent >= figures)
		snprintf(out, size, capital ? "%.*E" : "%.*e", figures - 1, x);
	else
		snprintf(out, size, "%.*f", figures - 1 - exponent, x);
}

static void
real_write(struct bv_buf *out, const struct bv_print_format *format, double x)
{
	char body[512], way[8] = "%.*f";
	int precision = format->precise ? format->precision : 6;
	struct bv_print_format plain = *format;

	if (!isfinite(x)) {
		plain.zero = false;
		padded(out, &plain, "", isnan(x) ? "NaN" : x < 0 ? "-INF" : "INF");
		return;
	}
	if (x == 0)
		x = 0; /* no sign on a zero */
	if (format->conversion == 'r' || format->conversion == 'R') {
		rounded(body, sizeof body, x, precision ? precision : 1, format->conversion == 'R');
	} else {
		snprintf(way, sizeof way, "%%%s.*%c", format->alternative ? "#" : "", format->conversion);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(body, sizeof body, way, precision, x);
#pragma GCC diagnostic pop
	}
	padded(out, format, "", body);
}

static void
text_write(struct bv_buf *out, const struct bv_print_format *format, struct bv_str s)
{
	size_t width = format->width, characters = 0;

	for (size_t i = 0; i < s.len; i++)
		characters += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	if (!format->left)
		for (; width > characters; width--)
			bv_buf_addc(out, ' ');
	bv_buf_add(out, s);
	for (; width > characters; width--)
		bv_buf_addc(out, ' ');
}

static bool
is_real(char conversion)
{
	return strchr("fFeEgGrR", conversion) != NULL;
}

/* A number as the conversion wants it; anything that it cannot write is written as without a format. */
static void
atom_write(struct bv_buf *out, const struct bv_printed *printed, enum bv_type type, const union bv_atom *atom)
{
	const struct bv_print_format *format = &printed->format;
	static const struct bv_print_format plain = { .conversion = 'i' };
	bool number = type == BV_TYPE_INTEGER || type == BV_TYPE_FLOAT;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(out->max);
	uint32_t base = format->conversion == 'x' || format->conversion == 'X' ? 16 : format->conversion == 'o' ? 8 : printed->base;
	double x = type == BV_TYPE_FLOAT ? atom->real : number ? (double)atom->integer : 0;

	literal(out, format->before);
	if (number && format->conversion && is_real(format->conversion))
		real_write(out, format, x);
	else if (type == BV_TYPE_INTEGER && format->conversion != 's')
		integer_write(out, format->conversion ? format : &plain, atom->integer, base);
	else if (type == BV_TYPE_FLOAT && format->conversion && format->conversion != 's' && fabs(x) < 9e18)
		integer_write(out, format, (int64_t)llrint(x), base);
	else {
		bv_atom_write(&text, type, atom);
		text_write(out, format, bv_buf_str(&text));
	}
	literal(out, format->after);
}

static void
fields_write(struct bv_buf *out, const struct bv_printed *printed, const struct bv_value *record)
{
	for (uint32_t i = 0; i < record->count; i++) {
		const struct bv_field *field = &record->fields[i];
		if (i)
			bv_buf_add(out, printed->delimiter);
		bv_buf_add(out, field->name);
		bv_buf_add(out, printed->mapping);
		if (!bv_value_is_null(&field->value))
			atom_write(out, printed, (enum bv_type)field->value.type, &field->value.one);
	}
}

/* 1.5e+03 → 1.5 and 3. */
static void
split_exponent(struct bv_buf *out, struct bv_buf *exponent, size_t from)
{
	size_t e = from;
	int power;

	while (e < out->len && out->p[e] != 'e' && out->p[e] != 'E')
		e++;
	if (e >= out->len || sscanf(out->p + e + 1, "%d", &power) != 1)
		return;
	bv_buf_printf(exponent, "%d", power);
	out->len = e;
	out->p[e] = '\0';
	bv_buf_addz(out, "\u00a0\u00d7\u00a010");
}

void
bv_printed_write(struct bv_buf *out, struct bv_buf *exponent, const struct bv_printed *printed, const struct bv_value *value, int64_t index)
{
	size_t from = out->len;

	if (bv_value_is_null(value))
		return;
	if (value->cardinality == BV_CARD_RECORD) {
		const struct bv_value *field = printed->field.len ? bv_record_find(value, printed->field) : NULL;
		if (!printed->field.len)
			fields_write(out, printed, value);
		else if (field && !bv_value_is_null(field))
			atom_write(out, printed, (enum bv_type)field->type, &field->one);
		return;
	}
	if (index < 0 || index > value->count)
		return;
	for (uint32_t i = index ? (uint32_t)index - 1 : 0; i < (index ? (uint32_t)index : value->count); i++) {
		if (i && !index)
			bv_buf_add(out, printed->delimiter);
		atom_write(out, printed, (enum bv_type)value->type, &bv_value_atoms(value)[i]);
	}
	if (printed->power_form && (value->count == 1 || index) && (value->type == BV_TYPE_FLOAT || value->type == BV_TYPE_INTEGER))
		split_exponent(out, exponent, from);
}
