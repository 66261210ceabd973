#define _GNU_SOURCE
#include "tools/load/reply.h"

#include <strings.h>

static bool
is_named(struct bv_str name, const char *z)
{
	return name.len == strlen(z) && strncasecmp(name.p, z, name.len) == 0;
}

static enum reply_state
bad(struct reply *reply, const char *fault)
{
	reply->fault = fault;
	return REPLY_BAD;
}

static enum reply_state
read_field(struct reply *reply, bool *has_len, struct bv_str line)
{
	size_t colon = bv_str_find(line, ':');
	struct bv_str name = bv_str_sub(line, 0, colon), value = bv_str_trim(bv_str_sub(line, colon + 1, line.len));
	int64_t n;

	if (!name.len || colon == line.len)
		return bad(reply, "a header field has no name");
	if (is_named(name, "content-length")) {
		if (*has_len || !bv_str_int(value, &n) || n < 0 || n > (int64_t)REPLY_MAX)
			return bad(reply, "the length is not one number, or too large");
		*has_len = true;
		reply->body_len = (size_t)n;
	} else if (is_named(name, "transfer-encoding")) {
		return bad(reply, "the body is sent in chunks");
	} else if (is_named(name, "connection")) {
		reply->close = is_named(value, "close");
	} else if (is_named(name, "retry-after")) {
		reply->retry_after_s = bv_str_int(value, &n) && n >= 0 && n < 86400 ? (int)n : -1;
	}
	return REPLY_MORE;
}

/* "HTTP/1.1 200 OK" and the fields; head ends with its last line feed. */
static enum reply_state
read_head(struct reply *reply, struct bv_str head)
{
	struct bv_str rest = head;
	bool has_len = false;
	int64_t status;

	*reply = (struct reply){ .retry_after_s = -1 };
	for (int i = 0; rest.len; i++) {
		size_t end = bv_str_find(rest, '\n');
		struct bv_str line = bv_str_sub(rest, 0, end);
		rest = bv_str_sub(rest, end + 1, rest.len);
		if (!line.len || line.p[line.len - 1] != '\r')
			return bad(reply, "a line of the header does not end with CR LF");
		line.len--;
		if (i && line.len && read_field(reply, &has_len, line) == REPLY_BAD)
			return REPLY_BAD;
		if (i)
			continue;
		if (!bv_str_starts(line, BV_STR("HTTP/1.1 ")) || !bv_str_int(bv_str_sub(line, 9, 3), &status) || status < 100 || status > 599 ||
		    (line.len > 12 && line.p[12] != ' '))
			return bad(reply, "that is not HTTP/1.1");
		reply->status = (int)status;
	}
	if (reply->status < 200)
		return bad(reply, "an interim answer that nobody asked for");
	if (!has_len && reply->status != 204 && reply->status != 304)
		return bad(reply, "the answer does not say its length");
	reply->head_len = head.len;
	return REPLY_WHOLE;
}

enum reply_state
reply_read(struct reply *reply, struct bv_str bytes)
{
	if (!reply->head_len) {
		const char *end = bytes.len >= 4 ? memmem(bytes.p, bytes.len, "\r\n\r\n", 4) : NULL;
		if (!end)
			return bytes.len > REPLY_HEAD_MAX ? bad(reply, "the header does not end") : REPLY_MORE;
		if (read_head(reply, bv_str_sub(bytes, 0, (size_t)(end - bytes.p) + 4)) == REPLY_BAD)
			return REPLY_BAD;
	}
	return bytes.len >= reply->head_len + reply->body_len ? REPLY_WHOLE : REPLY_MORE;
}
