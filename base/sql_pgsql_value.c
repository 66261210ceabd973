/* Values in PostgreSQL's binary formats (the send and receive functions of its types): big-endian. */
#include <assert.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/sql_pgsql.h"

static int
put_be(char *p, uint64_t n, int len)
{
	for (int i = 0; i < len; i++)
		p[i] = (char)(n >> 8 * (len - 1 - i));
	return len;
}

static uint64_t
get_be(const char *p, int len)
{
	uint64_t n = 0;

	for (int i = 0; i < len; i++)
		n = n << 8 | (unsigned char)p[i];
	return n;
}

/* What arrays are made of, by constant shifts, which compilers turn into one store. */
static char *
add_be32(char *p, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		p[i] = (char)(n >> (24 - 8 * i));
	return p + 4;
}

static char *
add_be64(char *p, uint64_t n)
{
	return add_be32(add_be32(p, (uint32_t)(n >> 32)), (uint32_t)n);
}

static uint64_t
bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof bits);
	return bits;
}

static bool
put(struct sql_pgsql_value *value, uint64_t n, int len)
{
	value->p = value->own;
	value->len = put_be(value->own, n, len);
	value->format = 1;
	return true;
}

bool
sql_pgsql_put_int(struct sql_pgsql_value *value, unsigned type, int64_t n)
{
	switch (type) {
	case PGSQL_INT8:
		return put(value, (uint64_t)n, 8);
	case PGSQL_INT4:
		return n >= INT32_MIN && n <= INT32_MAX && put(value, (uint64_t)n, 4);
	case PGSQL_INT2:
		return n >= INT16_MIN && n <= INT16_MAX && put(value, (uint64_t)n, 2);
	case PGSQL_BOOL:
		return put(value, n != 0, 1);
	case PGSQL_FLOAT8:
		return put(value, bits_of((double)n), 8);
	case PGSQL_NUMERIC:
		value->p = value->own;
		value->len = snprintf(value->own, sizeof value->own, "%lld", (long long)n);
		value->format = 0;
		return true;
	default:
		return false;
	}
}

bool
sql_pgsql_put_real(struct sql_pgsql_value *value, unsigned type, double x)
{
	switch (type) {
	case PGSQL_FLOAT8:
		return put(value, bits_of(x), 8);
	case PGSQL_NUMERIC:
		value->p = value->own;
		value->len = snprintf(value->own, sizeof value->own, "%.17g", x);
		value->format = 0;
		return true;
	default:
		return false;
	}
}

/* numeric_send: count of digits, weight of the first, sign, digits after the point, then the digits in base 10,000. */
static void
write_numeric(struct bv_buf *out, const char *p, int len)
{
	enum { HEADER = 8, NEGATIVE = 0x4000, NAN_SIGN = 0xc000, PLUS_INF = 0xd000, MINUS_INF = 0xf000 };
	int digits = (int)get_be(p, 2), weight = (int16_t)get_be(p + 2, 2), sign = (int)get_be(p + 4, 2);

	assert(len >= HEADER && len == HEADER + 2 * digits);
	(void)len;
	if (sign == NAN_SIGN || sign == PLUS_INF || sign == MINUS_INF) {
		bv_buf_addz(out, sign == NAN_SIGN ? "NaN" : sign == PLUS_INF ? "INF" : "-INF");
		return;
	}
	bv_buf_addz(out, sign == NEGATIVE ? "-0" : "0");
	for (int i = 0; i <= weight; i++)
		bv_buf_printf(out, "%04d", i < digits ? (int)get_be(p + HEADER + 2 * i, 2) : 0);
	bv_buf_addc(out, '.');
	for (int i = weight + 1; i < digits; i++)
		bv_buf_printf(out, "%04d", i < 0 ? 0 : (int)get_be(p + HEADER + 2 * i, 2));
	if (digits <= weight + 1)
		bv_buf_addc(out, '0');
}

static double
numeric_real(const char *p, int len)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20); /* at most 131,072 digits before the point and 16,383 after it */
	double x = 0;

	write_numeric(&text, p, len);
	bool good = bv_str_double(bv_buf_str(&text), &x);
	assert(good);
	(void)good;
	return x;
}

/* Without what is behind the point; past int64_t the nearest. */
static int64_t
numeric_int(const char *p, int len)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
	int64_t n;

	write_numeric(&text, p, len);
	struct bv_str whole = bv_str_sub(bv_buf_str(&text), 0, bv_str_find(bv_buf_str(&text), '.'));
	if (bv_str_int(whole, &n))
		return n;
	return bv_str_starts(whole, BV_STR("-")) ? INT64_MIN : INT64_MAX;
}

int64_t
sql_pgsql_get_int(unsigned type, const char *p, int len)
{
	switch (type) {
	case PGSQL_INT8:
		return (int64_t)get_be(p, 8);
	case PGSQL_INT4:
		return (int32_t)get_be(p, 4);
	case PGSQL_INT2:
		return (int16_t)get_be(p, 2);
	case PGSQL_BOOL:
		return *p != 0;
	default:
		assert(type == PGSQL_NUMERIC);
		return numeric_int(p, len);
	}
}

double
sql_pgsql_get_real(unsigned type, const char *p, int len)
{
	if (type == PGSQL_FLOAT8) {
		uint64_t bits = get_be(p, 8);
		double x;
		memcpy(&x, &bits, sizeof x);
		return x;
	}
	if (type == PGSQL_NUMERIC)
		return numeric_real(p, len);
	return (double)sql_pgsql_get_int(type, p, len);
}

bool
sql_pgsql_is_bytes(unsigned type)
{
	return type == PGSQL_TEXT || type == PGSQL_BYTEA || type == PGSQL_VARCHAR || type == PGSQL_BPCHAR || type == PGSQL_NAME ||
	       type == PGSQL_UNKNOWN;
}

static const unsigned element_types[] = { [BV_SQL_INT] = PGSQL_INT8, [BV_SQL_REAL] = PGSQL_FLOAT8, [BV_SQL_STR] = PGSQL_TEXT,
	                                  [BV_SQL_BLOB] = PGSQL_BYTEA };

static size_t
elements_len(enum bv_sql_type type, const union bv_sql_array *values, size_t count)
{
	size_t sum = 12 * count;

	if (type == BV_SQL_INT || type == BV_SQL_REAL)
		return sum;
	sum = 4 * count;
	for (size_t i = 0; i < count; i++)
		sum += values->strs[i].len;
	return sum;
}

/* array_recv: dimensions, are there NULLs, element type; count and lower bound of the one dimension; each element with its length before it. */
char *
sql_pgsql_array(int *len, enum bv_sql_type type, const union bv_sql_array *values, size_t count)
{
	enum { HEADER = 20 };
	size_t size = HEADER + elements_len(type, values, count);
	char *array = bv_alloc(size), *p = array;

	assert(size <= INT32_MAX);
	p = add_be32(add_be32(add_be32(p, count ? 1 : 0), 0), element_types[type]);
	if (count)
		p = add_be32(add_be32(p, (uint32_t)count), 1);
	for (size_t i = 0; i < count; i++) {
		if (type == BV_SQL_INT || type == BV_SQL_REAL) {
			p = add_be64(add_be32(p, 8), type == BV_SQL_INT ? (uint64_t)values->ints[i] : bits_of(values->reals[i]));
			continue;
		}
		struct bv_str s = values->strs[i];
		p = add_be32(p, (uint32_t)s.len);
		if (s.len)
			memcpy(p, s.p, s.len);
		p += s.len;
	}
	*len = (int)(p - array);
	return array;
}
