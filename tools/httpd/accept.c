/* Fields that browsers send: languages, codings, cookies. */
#include <strings.h>

#include "tools/httpd/edge.h"

/* The weight of a range in thousandths, RFC 9110 §12.4.2; a malformed one weighs nothing. */
static int
weight(struct bv_str parameters)
{
	struct bv_str q = bv_str_trim(parameters);
	int64_t n;

	if (!q.len)
		return 1000;
	if (!bv_str_starts(q, BV_STR("q=")))
		return 0;
	q = bv_str_sub(q, 2, q.len);
	if (q.len && q.p[q.len - 1] == '.')
		q.len--;
	return bv_str_decimal(q, 3, &n) && n >= 0 && n <= 1000 ? (int)n : 0;
}

static bool
is_language(struct bv_str range, const char *two)
{
	return range.len >= 2 && strncasecmp(range.p, two, 2) == 0 && (range.len == 2 || range.p[2] == '-');
}

enum language
edge_language(struct bv_str accept)
{
	int vi = 0, en = 0;

	for (struct bv_str rest = accept; rest.len;) {
		struct bv_str one = bv_str_sub(rest, 0, bv_str_find(rest, ','));
		size_t semicolon = bv_str_find(one, ';');
		struct bv_str range = bv_str_trim(bv_str_sub(one, 0, semicolon));
		int w = weight(bv_str_sub(one, semicolon + 1, one.len));
		if (is_language(range, "vi") && w > vi)
			vi = w;
		if (is_language(range, "en") && w > en)
			en = w;
		rest = bv_str_sub(rest, one.len + 1, rest.len);
	}
	return en > vi ? LANGUAGE_EN : LANGUAGE_VI;
}

bool
edge_coding(struct bv_str accept, const char *coding)
{
	for (struct bv_str rest = accept; rest.len;) {
		struct bv_str one = bv_str_sub(rest, 0, bv_str_find(rest, ','));
		size_t semicolon = bv_str_find(one, ';'), len = strlen(coding);
		struct bv_str name = bv_str_trim(bv_str_sub(one, 0, semicolon));
		if (name.len == len && strncasecmp(name.p, coding, len) == 0)
			return weight(bv_str_sub(one, semicolon + 1, one.len)) > 0;
		rest = bv_str_sub(rest, one.len + 1, rest.len);
	}
	return false;
}

enum bv_status
edge_cookie(struct bv_str *out, struct bv_str cookies, const char *name, struct bv_err *err)
{
	bool found = false;

	for (struct bv_str rest = cookies; rest.len;) {
		struct bv_str one = bv_str_sub(rest, 0, bv_str_find(rest, ';'));
		size_t equals = bv_str_find(one, '=');
		rest = bv_str_sub(rest, one.len + 1, rest.len);
		if (!bv_str_is(bv_str_trim(bv_str_sub(one, 0, equals)), name))
			continue;
		if (found)
			return bv_err_set(err, BV_EINVAL, "the cookie %s is there twice", name);
		found = true;
		*out = bv_str_trim(bv_str_sub(one, equals + 1, one.len));
	}
	return found ? BV_OK : bv_err_set(err, BV_ENOTFOUND, "there is no cookie %s", name);
}
