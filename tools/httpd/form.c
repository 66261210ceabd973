#define _GNU_SOURCE
#include "tools/httpd/form.h"

#include <stdio.h>
#include <strings.h>

enum { BOUNDARY_MAX = 70, HEADER_MAX = 2048 };

static struct bv_str
until(struct bv_str *rest, struct bv_str mark, bool *found)
{
	const char *at = rest->len >= mark.len ? memmem(rest->p, rest->len, mark.p, mark.len) : NULL;

	*found = at;
	if (!at)
		return BV_STR_NONE;
	struct bv_str before = bv_str_sub(*rest, 0, (size_t)(at - rest->p));
	*rest = bv_str_sub(*rest, before.len + mark.len, rest->len);
	return before;
}

/* RFC 2046 §5.1.1: 1 to 70 of these; browsers leave the quotes out, others may not. */
static bool
find_boundary(struct bv_str *out, struct bv_str type)
{
	const struct bv_str media = BV_STR("multipart/form-data;"), name = BV_STR("boundary=");

	if (type.len < media.len || strncasecmp(type.p, media.p, media.len) != 0)
		return false;
	struct bv_str parameter = bv_str_trim(bv_str_sub(type, media.len, type.len));
	if (parameter.len < name.len || strncasecmp(parameter.p, name.p, name.len) != 0)
		return false;
	struct bv_str b = bv_str_sub(parameter, name.len, parameter.len);
	if (b.len > 2 && b.p[0] == '"' && b.p[b.len - 1] == '"')
		b = bv_str_sub(b, 1, b.len - 2);
	for (size_t i = 0; i < b.len; i++) {
		char c = b.p[i];
		if (!((c | 32) >= 'a' && (c | 32) <= 'z') && !(c >= '0' && c <= '9') && !(c && strchr("'()+_,-./:=?", c)))
			return false;
	}
	*out = b;
	return b.len > 0 && b.len <= BOUNDARY_MAX;
}

bool
form_type(struct bv_str type)
{
	struct bv_str boundary;

	return find_boundary(&boundary, type);
}

/* Content-Disposition: form-data; name="…"[; filename="…"]. Quotes in names are %22 (WHATWG HTML), so the next one ends it. */
static struct bv_str
part_name(struct bv_str header)
{
	const struct bv_str field = BV_STR("content-disposition: form-data; name=\"");
	bool more = true, found;

	while (more) {
		struct bv_str line = until(&header, BV_STR("\r\n"), &more);
		if (!more)
			line = header;
		if (line.len < field.len || strncasecmp(line.p, field.p, field.len) != 0)
			continue;
		struct bv_str rest = bv_str_sub(line, field.len, line.len), name = until(&rest, BV_STR("\""), &found);
		return found ? name : BV_STR_NONE;
	}
	return BV_STR_NONE;
}

bool
form_find(struct bv_str *out, struct bv_str type, struct bv_str body, const char *name)
{
	char delimiter[BOUNDARY_MAX + 5];
	struct bv_str boundary, rest = body;
	bool found, seen = false;

	*out = BV_STR_NONE;
	if (!find_boundary(&boundary, type))
		return false;
	snprintf(delimiter, sizeof delimiter, "\r\n--%.*s", BV_STR_ARG(boundary));
	const struct bv_str next = bv_str_of(delimiter), first = bv_str_sub(next, 2, next.len);
	if (!bv_str_starts(rest, first))
		return false;
	rest = bv_str_sub(rest, first.len, rest.len);
	for (int parts = 0; !bv_str_starts(rest, BV_STR("--")); parts++) {
		if (parts == FORM_PARTS_MAX || !bv_str_starts(rest, BV_STR("\r\n")))
			return false;
		rest = bv_str_sub(rest, 2, rest.len);
		struct bv_str header = until(&rest, BV_STR("\r\n\r\n"), &found);
		if (!found || header.len > HEADER_MAX)
			return false;
		struct bv_str bytes = until(&rest, next, &found);
		if (!found)
			return false;
		if (!seen && bv_str_is(part_name(header), name)) {
			*out = bytes;
			seen = true;
		}
	}
	return bv_str_is(rest, "--") || bv_str_is(rest, "--\r\n");
}
