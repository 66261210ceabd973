#define _GNU_SOURCE
/* Header fields, targets, queries, cookies and languages of any bytes: what is let through is what two readers would read the same. The input is cut
 * at line feeds: method, target, version, then fields up to the first empty one, each cut at its first colon. */
#include <assert.h>

#include "tools/httpd/edge.h"
#include "tools/httpd/query.h"
#include "tools/httpd/route.h"
#include "tools/httpd/strict.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static struct bv_str
take_line(struct bv_str *rest)
{
	struct bv_str line = bv_str_sub(*rest, 0, bv_str_find(*rest, '\n'));

	*rest = bv_str_sub(*rest, line.len + 1, rest->len);
	return line;
}

static void
check_path(struct bv_str path, struct bv_str query)
{
	struct bv_str params[EXCHANGE_PARAMS_MAX];
	BV_AUTO(bv_buf_finish) struct bv_buf allow = BV_BUF(400), value = BV_BUF(64);
	static const struct schema parameters[] = { { "a", SCHEMA_STRING, 0, 10 }, { "n", SCHEMA_INT, 0, 9 }, { 0 } };
	struct schema_fault fault = { 0 };
	struct bv_err err;

	assert(path.len && path.p[0] == '/' && !memchr(path.p, 0, path.len));
	assert(!memmem(path.p, path.len, "/../", 4) && !memmem(path.p, path.len, "//", 2) && !memchr(path.p, '%', path.len));
	const struct route *route = route_find(METHOD_GET, path, params, &allow);
	assert(!route || route->method == METHOD_GET);
	if (query_check(parameters, query, &fault))
		assert(query_find(&value, query, "a", &err) != BV_EPARSE && query_find(&value, query, "n", &err) != BV_EPARSE);
	else
		assert(fault.pointer[0] == '?' && fault.en[0] && fault.vi[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct bv_str rest = { (const char *)p, len }, path, query, cookie;
	struct strict_head head = { .method = take_line(&rest), .target = take_line(&rest), .version = take_line(&rest) };
	struct address address;
	struct bv_err err;
	uint64_t body_len;

	while (rest.len && head.field_count < STRICT_FIELDS_MAX) {
		struct bv_str line = take_line(&rest);
		size_t colon = bv_str_find(line, ':');
		head.fields[head.field_count++] = (struct strict_field){ bv_str_sub(line, 0, colon), bv_str_sub(line, colon + 1, line.len) };
	}
	if (!strict_check(&head, &body_len)) {
		assert(strict_find(&head, "host").len && !strict_find(&head, "Transfer-Encoding").p);
		assert(body_len < UINT64_C(1000000000000000));
		if (strict_target(head.target, &path, &query))
			check_path(path, query);
	}
	edge_language(strict_find(&head, "Accept-Language"));
	edge_forwarded(&address, strict_find(&head, "X-Forwarded-For"));
	if (edge_cookie(&cookie, strict_find(&head, "Cookie"), "__Host-bv", &err) == BV_OK)
		assert(!memchr(bv_str_chars(cookie), ';', cookie.len));
	return 0;
}
