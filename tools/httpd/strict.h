/* Which requests are good HTTP/1.1: pure checks of a header that is in pieces already (RFC 9110, RFC 9112). Two readers of what is let through,
 * the proxy in front and this server, understand the same. */
#ifndef BV_TOOLS_HTTPD_STRICT_H
#define BV_TOOLS_HTTPD_STRICT_H

#include <stdint.h>

#include "base/str.h"

#define STRICT_FIELDS_MAX 64

struct strict_field {
	struct bv_str name, value;
};

struct strict_head {
	struct bv_str method, target, version;
	struct strict_field fields[STRICT_FIELDS_MAX];
	size_t field_count;
};

/* Why an answer is not the one that was asked for: the status and the name of a problem (problem.h), and what is wrong in words. */
struct fault {
	int status;
	const char *problem;
	const char *detail; /* English */
};

/* NULL when the head is good. *body_len is its Content-Length, 0 without one. */
const struct fault *strict_check(const struct strict_head *head, uint64_t *body_len);

/* The value without white space at the ends, the first of that name (ASCII case does not matter); BV_STR_NONE if absent. */
struct bv_str strict_find(const struct strict_head *head, const char *name);

/* The last of that name: what the nearest proxy added stands after what the client wrote. */
struct bv_str strict_find_last(const struct strict_head *head, const char *name);

/* Cuts the target into path and query ("" without one). False unless the path is canonical: absolute, no empty, "." or ".." part, only letters,
 * digits, '.', '_', '~', '-' and '/'. No path of ours has other characters, so nothing is ever decoded. */
bool strict_target(struct bv_str target, struct bv_str *path, struct bv_str *query);

#endif
