/* JSON text out of values that are read through base/json.h only. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"

enum { PLAIN = -1 }; /* in place of a depth: no indent */

/* Is there a control character, a quote or a backslash among eight bytes? A byte of x is 0 where its highest bit comes out set and that of x did not. */
static bool
needs_escape(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
	uint64_t x, quote, backslash;

	memcpy(&x, p, sizeof x);
	quote = x ^ ones * '"';
	backslash = x ^ ones * '\\';
	return (((x - ones * ' ') & ~x) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & highs;
}

/* The escapes that RFC 8785 §3.2.2.2 prescribes, which are also the fewest that RFC 8259 allows. */
void
bv_json_write_str(struct bv_buf *out, struct bv_str s)
{
	size_t from = 0;

	bv_buf_addc(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		while (s.len - i > 8 && !needs_escape(s.p + i))
			i += 8;
		unsigned char c = (unsigned char)s.p[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		bv_buf_add(out, bv_str_sub(s, from, i - from));
		from = i + 1;
		const char *named = c ? strchr("\bb\tt\nn\ff\rr\"\"\\\\", c) : NULL;
		if (named)
			bv_buf_printf(out, "\\%c", named[1]);
		else
			bv_buf_printf(out, "\\u%04x", c);
	}
	bv_buf_add(out, bv_str_sub(s, from, s.len));
	bv_buf_addc(out, '"');
}

/* count significant digits of x, correctly rounded; true if they read back as x. */
static bool
round_to(struct bv_decimal *d, double x, int count)
{
	char text[40];

	snprintf(text, sizeof text, "%.*e", count - 1, x);
	const char *e = strchr(text, 'e');
	d->digits[0] = text[0];
	memcpy(d->digits + 1, text + 2, (size_t)count - 1);
	d->count = count;
	d->exponent = atoi(e + 1) + 1;
	return strtod(text, NULL) == x;
}

/* One more in the last place. Above a power of two the gap to the next double is twice that below, so that the nearest decimal
 * can lie outside the interval that reads back as x while the one above it lies inside. */
static bool
one_up(struct bv_decimal *d, double x)
{
	struct bv_decimal up = *d;
	int i = up.count - 1;
	char text[40];

	while (i >= 0 && up.digits[i] == '9')
		up.digits[i--] = '0';
	if (i < 0)
		return false;
	up.digits[i]++;
	snprintf(text, sizeof text, "0.%.*se%d", up.count, up.digits, up.exponent);
	if (strtod(text, NULL) != x)
		return false;
	*d = up;
	return true;
}

struct bv_decimal
bv_decimal_of(double x)
{
	struct bv_decimal d;

	assert(isfinite(x) && x > 0);
	/* Every decimal of 15 digits survives a normal double, so that one try tells all lengths up to 15 apart. */
	int first = fpclassify(x) == FP_NORMAL ? 15 : 1;

	for (int count = first; count <= 17; count++)
		if (round_to(&d, x, count) || one_up(&d, x))
			break;
	while (d.count > 1 && d.digits[d.count - 1] == '0')
		d.count--;
	return d;
}

/* ECMA-262, Number::toString(x, 10); the names k and n are those of its steps. */
void
bv_double_write(struct bv_buf *out, double x)
{
	assert(isfinite(x));
	if (x == 0) {
		bv_buf_addc(out, '0');
		return;
	}
	if (x < 0)
		bv_buf_addc(out, '-');
	struct bv_decimal d = bv_decimal_of(fabs(x));
	int k = d.count, n = d.exponent;
	struct bv_str digits = { d.digits, (size_t)k };
	if (k <= n && n <= 21) {
		bv_buf_add(out, digits);
		bv_buf_printf(out, "%.*s", n - k, "000000000000000000000");
	} else if (0 < n && n <= 21) {
		bv_buf_printf(out, "%.*s.%.*s", n, d.digits, k - n, d.digits + n);
	} else if (-6 < n && n <= 0) {
		bv_buf_printf(out, "0.%.*s", -n, "000000");
		bv_buf_add(out, digits);
	} else {
		bv_buf_addc(out, d.digits[0]);
		if (k > 1)
			bv_buf_printf(out, ".%.*s", k - 1, d.digits + 1);
		bv_buf_printf(out, "e%+d", n - 1);
	}
}

/* A real keeps a point or an exponent, so that it is read back as a real. */
static void
write_real(struct bv_buf *out, double x)
{
	size_t from = out->len;

	if (x == 0 && signbit(x))
		bv_buf_addc(out, '-');
	bv_double_write(out, x);
	struct bv_str text = { out->p + from, out->len - from };
	if (bv_str_find(text, '.') == text.len && bv_str_find(text, 'e') == text.len)
		bv_buf_addz(out, ".0");
}

static void
new_line(struct bv_buf *out, int depth)
{
	if (depth == PLAIN)
		return;
	bv_buf_addc(out, '\n');
	for (int i = 0; i < depth; i++)
		bv_buf_addz(out, "  ");
}

static void write_value(struct bv_buf *out, const struct bv_json *json, int depth);

static void
write_array(struct bv_buf *out, const struct bv_json *json, int depth)
{
	int below = depth == PLAIN ? PLAIN : depth + 1;

	bv_buf_addc(out, '[');
	for (size_t i = 0; i < bv_json_count(json); i++) {
		if (i)
			bv_buf_addc(out, ',');
		new_line(out, below);
		write_value(out, bv_json_at(json, i), below);
	}
	if (bv_json_count(json))
		new_line(out, depth);
	bv_buf_addc(out, ']');
}

static void
write_object(struct bv_buf *out, const struct bv_json *json, int depth)
{
	int below = depth == PLAIN ? PLAIN : depth + 1;
	bool first = true;

	bv_buf_addc(out, '{');
	for (void *it = bv_json_members(json); it; it = bv_json_next(json, it)) {
		if (!first)
			bv_buf_addc(out, ',');
		first = false;
		new_line(out, below);
		bv_json_write_str(out, bv_json_member_name(it));
		bv_buf_addz(out, depth == PLAIN ? ":" : ": ");
		write_value(out, bv_json_member(it), below);
	}
	if (!first)
		new_line(out, depth);
	bv_buf_addc(out, '}');
}

static void
write_value(struct bv_buf *out, const struct bv_json *json, int depth)
{
	switch (bv_json_type(json)) {
	case BV_JSON_NULL:
		bv_buf_addz(out, "null");
		break;
	case BV_JSON_BOOL:
		bv_buf_addz(out, bv_json_bool(json) ? "true" : "false");
		break;
	case BV_JSON_INT:
		bv_buf_printf(out, "%lld", (long long)bv_json_int(json));
		break;
	case BV_JSON_REAL:
		write_real(out, bv_json_real(json));
		break;
	case BV_JSON_STRING:
		bv_json_write_str(out, bv_json_str(json));
		break;
	case BV_JSON_ARRAY:
		write_array(out, json, depth);
		break;
	case BV_JSON_OBJECT:
		write_object(out, json, depth);
		break;
	}
}

void
bv_json_write(struct bv_buf *out, const struct bv_json *json)
{
	write_value(out, json, PLAIN);
}

void
bv_json_write_pretty(struct bv_buf *out, const struct bv_json *json)
{
	write_value(out, json, 0);
	bv_buf_addc(out, '\n');
}

/* By UTF-16 code units (RFC 8785 §3.2.3). UTF-8 sorts the same way but for one thing: what needs surrogates (bytes F0 and up), which
 * lie at D800–DFFF, comes before U+E000–U+FFFF (bytes EE, EF). */
int
bv_json_name_cmp(struct bv_str x, struct bv_str y)
{
	size_t i = 0;

	while (i < x.len && i < y.len && x.p[i] == y.p[i])
		i++;
	if (i == x.len || i == y.len)
		return (x.len > y.len) - (x.len < y.len);
	unsigned char p = (unsigned char)x.p[i], q = (unsigned char)y.p[i];
	if (p >= 0xEE && q >= 0xEE && (p >= 0xF0) != (q >= 0xF0))
		return p >= 0xF0 ? -1 : 1;
	return p < q ? -1 : 1;
}

struct member {
	struct bv_str name;
	const struct bv_json *value;
};

static int
utf16_order(const void *a, const void *b)
{
	return bv_json_name_cmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

enum { MEMBERS_FEW = 32 };

static void
write_canonical_object(struct bv_buf *out, const struct bv_json *json)
{
	size_t count = bv_json_count(json), i = 0;
	struct member few[MEMBERS_FEW], *members = count > MEMBERS_FEW ? bv_alloc_array(count, sizeof *members) : few;
	bool sorted = true;

	for (void *it = bv_json_members(json); it; it = bv_json_next(json, it), i++) {
		members[i] = (struct member){ bv_json_member_name(it), bv_json_member(it) };
		sorted = sorted && (!i || utf16_order(&members[i - 1], &members[i]) < 0);
	}
	if (!sorted)
		qsort(members, count, sizeof *members, utf16_order);
	bv_buf_addc(out, '{');
	for (i = 0; i < count; i++) {
		if (i)
			bv_buf_addc(out, ',');
		bv_json_write_str(out, members[i].name);
		bv_buf_addc(out, ':');
		bv_json_write_canonical(out, members[i].value);
	}
	bv_buf_addc(out, '}');
	if (members != few)
		free(members);
}
void
bv_json_write_canonical(struct bv_buf *out, const struct bv_json *json)
{
	switch (bv_json_type(json)) {
	case BV_JSON_INT:
	case BV_JSON_REAL:
		/* I-JSON numbers are doubles: an integer past 2^53 is written as the double that everybody else reads. */
		bv_double_write(out, bv_json_real(json));
		break;
	case BV_JSON_ARRAY:
		bv_buf_addc(out, '[');
		for (size_t i = 0; i < bv_json_count(json); i++) {
			if (i)
				bv_buf_addc(out, ',');
			bv_json_write_canonical(out, bv_json_at(json, i));
		}
		bv_buf_addc(out, ']');
		break;
	case BV_JSON_OBJECT:
		write_canonical_object(out, json);
		break;
	default:
		bv_json_write(out, json);
	}
}
