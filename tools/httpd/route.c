#include "tools/httpd/route.h"

#include <string.h>

enum { PARAM_MAX = 64 };

size_t
route_count(void)
{
	size_t n = 0;

	while (routes[n].path)
		n++;
	return n;
}

/* The path has no empty parts. */
static bool
matches(const char *pattern, struct bv_str path, struct bv_str params[EXCHANGE_PARAMS_MAX])
{
	const char *at = path.p, *end = path.p + path.len;
	size_t count = 0;

	while (*pattern && at < end) {
		if (*pattern != '{') {
			if (*pattern++ != *at++)
				return false;
			continue;
		}
		struct bv_str rest = { at, (size_t)(end - at) }, part = bv_str_sub(rest, 0, bv_str_find(rest, '/'));
		if (part.len > PARAM_MAX)
			return false;
		params[count++] = part;
		at += part.len;
		pattern = strchr(pattern, '}') + 1;
	}
	return !*pattern && at == end;
}

const struct route *
route_find(enum method method, struct bv_str path, struct bv_str params[EXCHANGE_PARAMS_MAX], struct bv_buf *allow)
{
	enum method wanted = method == METHOD_HEAD ? METHOD_GET : method;
	bool got_head = false;

	for (const struct route *r = routes; r->path; r++)
		if (r->method == wanted && matches(r->path, path, params))
			return r;
	for (const struct route *r = routes; r->path; r++) {
		if (!matches(r->path, path, params))
			continue;
		bv_buf_printf(allow, "%s%s", allow->len ? ", " : "", method_name(r->method));
		got_head = got_head || r->method == METHOD_GET;
	}
	if (got_head)
		bv_buf_addz(allow, ", HEAD");
	return NULL;
}
