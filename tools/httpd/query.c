#include "tools/httpd/query.h"

#include <stdio.h>

#include "base/text.h"

enum { VALUE_MAX = 2048 };

static bool
decode(struct bv_buf *out, struct bv_str s)
{
	bv_buf_clear(out);
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] != '%') {
			bv_buf_addc(out, s.p[i] == '+' ? ' ' : s.p[i]);
			continue;
		}
		int high = i + 2 < s.len ? bv_hex_digit(s.p[i + 1]) : -1;
		int low = i + 2 < s.len ? bv_hex_digit(s.p[i + 2]) : -1;
		if (high < 0 || low < 0)
			return false;
		bv_buf_addc(out, (char)(high * 16 + low));
		i += 2;
	}
	return bv_text_valid(bv_buf_str(out));
}

static bool
take_pair(struct bv_str *rest, struct bv_str *name, struct bv_str *value)
{
	if (!rest->len)
		return false;
	struct bv_str pair = bv_str_sub(*rest, 0, bv_str_find(*rest, '&'));
	size_t equals = bv_str_find(pair, '=');
	*name = bv_str_sub(pair, 0, equals);
	*value = bv_str_sub(pair, equals + 1, pair.len);
	*rest = bv_str_sub(*rest, pair.len + 1, rest->len);
	return true;
}

enum bv_status
query_find(struct bv_buf *out, struct bv_str query, const char *name, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf value = BV_BUF(VALUE_MAX);
	struct bv_str rest = query, key, text;
	bool found = false;

	bv_buf_clear(out);
	while (take_pair(&rest, &key, &text)) {
		if (!decode(&value, text))
			return bv_err_set(err, BV_EPARSE, "the query has an escape that is none, or is not UTF-8");
		if (!bv_str_is(key, name))
			continue;
		if (found)
			return bv_err_set(err, BV_EPARSE, "the query has %s twice", name);
		found = true;
		bv_buf_add(out, bv_buf_str(&value));
	}
	if (!found)
		return bv_err_set(err, BV_ENOTFOUND, "the query has no %s", name);
	return bv_buf_check(out, err);
}

static bool
refuse(struct schema_fault *fault, struct bv_str name, const char *vi, const char *en)
{
	snprintf(fault->pointer, sizeof fault->pointer, "?%.*s", BV_STR_ARG(name));
	bv_text_repair(fault->pointer);
	snprintf(fault->vi, sizeof fault->vi, "%s", vi);
	snprintf(fault->en, sizeof fault->en, "%s", en);
	return false;
}

bool
query_check(const struct schema *schema, struct bv_str query, struct schema_fault *fault)
{
	BV_AUTO(bv_buf_finish) struct bv_buf value = BV_BUF(VALUE_MAX);
	struct bv_str rest = query, name, text;
	uint64_t seen = 0;

	while (take_pair(&rest, &name, &text)) {
		const struct schema *s = schema;
		while (s && s->name && !bv_str_is(name, s->name))
			s++;
		if (!s || !s->name)
			return refuse(fault, name, "không có tham số nào tên như vậy", "there is no parameter of that name");
		uint64_t bit = UINT64_C(1) << (s - schema);
		if (seen & bit)
			return refuse(fault, name, "được ghi hai lần", "is given twice");
		seen |= bit;
		if (!decode(&value, text))
			return refuse(fault, name, "không phải UTF-8 mã hóa phần trăm", "is not percent-encoded UTF-8");
		if (!schema_check_str(s, bv_buf_str(&value), fault)) {
			fault->pointer[0] = '?';
			return false;
		}
	}
	return true;
}
