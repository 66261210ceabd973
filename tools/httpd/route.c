#include "tools/httpd/route.h"

enum { PARAM_MAX = 64 };

size_t
route_count(void)
{
	size_t n = 0;

	while (routes[n].path)
		n++;
	return n;
}

static struct bv_str
take_part(struct bv_str *rest)
{
	struct bv_str part = bv_str_sub(*rest, 0, bv_str_find(*rest, '/'));

	*rest = bv_str_sub(*rest, part.len + 1, rest->len);
	return part;
}

/* Both begin with '/'. */
static bool
matches(const char *pattern, struct bv_str path, struct bv_str params[EXCHANGE_PARAMS_MAX])
{
	struct bv_str p = bv_str_of(pattern + 1), rest = bv_str_sub(path, 1, path.len);
	size_t count = 0;

	while (p.len && rest.len) {
		struct bv_str want = take_part(&p), got = take_part(&rest);
		bool param = want.p[0] == '{';
		if (param ? got.len > PARAM_MAX : !bv_str_eq(want, got))
			return false;
		if (param)
			params[count++] = got;
	}
	return !p.len && !rest.len;
}

const struct route *
route_find(enum method method, struct bv_str path, struct bv_str params[EXCHANGE_PARAMS_MAX], struct bv_buf *allow)
{
	enum method wanted = method == METHOD_HEAD ? METHOD_GET : method;
	bool got_head = false;

	for (const struct route *r = routes; r->path; r++) {
		if (!matches(r->path, path, params))
			continue;
		if (r->method == wanted)
			return r;
		bv_buf_printf(allow, "%s%s", allow->len ? ", " : "", method_name(r->method));
		got_head = got_head || r->method == METHOD_GET;
	}
	if (got_head)
		bv_buf_addz(allow, ", HEAD");
	return NULL;
}
