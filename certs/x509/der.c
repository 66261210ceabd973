#define _GNU_SOURCE
#include "certs/x509/der.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

/* Algorithms by their names in X.509 and CMS. ML-DSA comes here: FIPS 204 keys have their OIDs in RFC 9881. */
static const struct {
	enum bv_key_kind kind;
	const char *key, *curve, *signature;
} algorithms[] = {
	{ BV_KEY_ED25519, "1.3.101.112", NULL, "1.3.101.112" },
	{ BV_KEY_P256, "1.2.840.10045.2.1", "1.2.840.10045.3.1.7", "1.2.840.10045.4.3.2" },
	{ BV_KEY_P384, "1.2.840.10045.2.1", "1.3.132.0.34", "1.2.840.10045.4.3.3" },
};

static size_t
algorithm_of(enum bv_key_kind kind)
{
	size_t i = 0;

	while (algorithms[i].kind != kind)
		i++;
	return i;
}

size_t
der_open(struct bv_buf *out, int tag)
{
	bv_buf_addc(out, (char)tag);
	return out->len;
}

/* X.690 §10.1: the definite form in the fewest octets; returns how many. */
static size_t
length_octets(uint8_t octets[9], size_t len)
{
	size_t count = 0;

	if (len < 0x80) {
		octets[0] = (uint8_t)len;
		return 1;
	}
	for (size_t rest = len; rest; rest >>= 8)
		count++;
	octets[0] = (uint8_t)(0x80 | count);
	for (size_t i = 0; i < count; i++)
		octets[count - i] = (uint8_t)(len >> (8 * i));
	return 1 + count;
}

void
der_close(struct bv_buf *out, size_t at)
{
	uint8_t octets[9];
	size_t len = out->len - at, more = length_octets(octets, len);

	if (!bv_buf_extend(out, more))
		return; /* bv_buf_check says so */
	memmove(out->p + at + more, out->p + at, len);
	memcpy(out->p + at, octets, more);
}

void
der_add(struct bv_buf *out, int tag, struct bv_str contents)
{
	size_t at = der_open(out, tag);

	bv_buf_add(out, contents);
	der_close(out, at);
}

/* X.690 §8.19.2: seven bits an octet, the highest first. */
static void
add_arc(struct bv_buf *out, unsigned long arc)
{
	int shift = 0;

	while (arc >> shift >= 0x80)
		shift += 7;
	for (; shift > 0; shift -= 7)
		bv_buf_addc(out, (char)(0x80 | (arc >> shift & 0x7f)));
	bv_buf_addc(out, (char)(arc & 0x7f));
}

void
der_oid(struct bv_buf *out, const char *dotted)
{
	size_t at = der_open(out, DER_OID);
	char *end;
	unsigned long first = strtoul(dotted, &end, 10);

	assert(*end == '.');
	add_arc(out, 40 * first + strtoul(end + 1, &end, 10));
	while (*end == '.')
		add_arc(out, strtoul(end + 1, &end, 10));
	der_close(out, at);
}

void
der_number(struct bv_buf *out, int tag, const uint8_t *bytes, size_t len)
{
	size_t at = der_open(out, tag);

	while (len > 1 && !*bytes)
		bytes++, len--;
	if (!len || *bytes & 0x80)
		bv_buf_addc(out, 0);
	bv_buf_add(out, (struct bv_str){ (const char *)bytes, len });
	der_close(out, at);
}

void
der_int(struct bv_buf *out, uint64_t n)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(n >> (56 - 8 * i));
	der_number(out, DER_INTEGER, bytes, sizeof bytes);
}

void
der_true(struct bv_buf *out)
{
	der_add(out, DER_BOOLEAN, BV_STR("\xff"));
}

void
der_bits(struct bv_buf *out, const uint8_t *bytes, size_t len, unsigned unused)
{
	size_t at = der_open(out, DER_BITS);

	bv_buf_addc(out, (char)unused);
	bv_buf_add(out, (struct bv_str){ (const char *)bytes, len });
	der_close(out, at);
}

/* "2026-11-22T09:30:00Z" without its marks. */
static void
digits_of(char digits[16], int64_t time_s)
{
	char text[BV_TIME_SIZE];
	size_t n = 0;

	for (const char *p = bv_time_write(text, time_s); *p; p++)
		if (*p != '-' && *p != ':' && *p != 'T')
			digits[n++] = *p;
	digits[n] = '\0';
}

void
der_general_time(struct bv_buf *out, int tag, int64_t time_s)
{
	char digits[16];

	digits_of(digits, time_s);
	der_add(out, tag, bv_str_of(digits));
}

void
der_time(struct bv_buf *out, int64_t time_s)
{
	char digits[16];

	digits_of(digits, time_s);
	if (strcmp(digits, "1950") >= 0 && strcmp(digits, "2050") < 0)
		der_add(out, DER_UTC_TIME, bv_str_of(digits + 2));
	else
		der_add(out, DER_TIME, bv_str_of(digits));
}

void
der_public(struct bv_buf *out, const struct bv_public *public)
{
	size_t i = algorithm_of(public->kind), at = der_open(out, DER_SEQUENCE), inner = der_open(out, DER_SEQUENCE);

	der_oid(out, algorithms[i].key);
	if (algorithms[i].curve)
		der_oid(out, algorithms[i].curve);
	der_close(out, inner);
	der_bits(out, public->p, public->len, 0);
	der_close(out, at);
}

void
der_algorithm(struct bv_buf *out, enum bv_key_kind kind)
{
	size_t at = der_open(out, DER_SEQUENCE);

	der_oid(out, algorithms[algorithm_of(kind)].signature);
	der_close(out, at);
}

void
der_signature(struct bv_buf *out, enum bv_key_kind kind, const uint8_t *signature)
{
	size_t len = bv_signature_len(kind);

	if (kind == BV_KEY_ED25519) {
		bv_buf_add(out, (struct bv_str){ (const char *)signature, len });
		return;
	}
	size_t at = der_open(out, DER_SEQUENCE);
	der_number(out, DER_INTEGER, signature, len / 2);
	der_number(out, DER_INTEGER, signature + len / 2, len / 2);
	der_close(out, at);
}

enum bv_status
der_sign(struct bv_buf *out, struct bv_str tbs, const struct bv_key *key, struct bv_err *err)
{
	enum bv_key_kind kind = bv_key_describe(key)->kind;
	BV_AUTO(bv_buf_finish) struct bv_buf value = BV_BUF(2 * BV_SIGNATURE_MAX);
	uint8_t signature[BV_SIGNATURE_MAX];

	TRY(bv_key_ask(signature, key, tbs, err));
	der_signature(&value, kind, signature);
	size_t at = der_open(out, DER_SEQUENCE);
	bv_buf_add(out, tbs);
	der_algorithm(out, kind);
	der_bits(out, (const uint8_t *)value.p, value.len, 0);
	der_close(out, at);
	return bv_buf_check(out, err);
}

void
pem_write(struct bv_buf *out, const char *label, struct bv_str der)
{
	bv_buf_printf(out, "-----BEGIN %s-----\n", label);
	for (size_t i = 0; i < der.len; i += 48) {
		struct bv_str line = bv_str_sub(der, i, 48);
		bv_base64_write(out, line.p, line.len);
		bv_buf_addc(out, '\n');
	}
	bv_buf_printf(out, "-----END %s-----\n", label);
}

/* What follows the first place of needle in s; false when it is nowhere. */
static bool
after(struct bv_str *s, const char *needle, struct bv_str *before)
{
	struct bv_str word = bv_str_of(needle);
	const char *at = s->len ? memmem(s->p, s->len, word.p, word.len) : NULL;

	if (!at)
		return false;
	*before = (struct bv_str){ s->p, (size_t)(at - s->p) };
	*s = bv_str_sub(*s, before->len + word.len, s->len);
	return true;
}

bool
pem_next(struct bv_buf *der, struct bv_str *rest, const char *label)
{
	char begin[80], end[80];
	struct bv_str text;

	snprintf(begin, sizeof begin, "-----BEGIN %s-----", label);
	snprintf(end, sizeof end, "-----END %s-----", label);
	bv_buf_clear(der);
	return after(rest, begin, &text) && after(rest, end, &text) && bv_base64_parse(der, text) && der->len > 0;
}
