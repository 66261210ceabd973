#include "tools/httpd/strict.h"

#include <string.h>
#include <strings.h>

static const struct fault version_fault = { 505, "http-version", "only HTTP/1.1 is spoken here" };
static const struct fault method_fault = { 400, "bad-request", "the method is not a token" };
static const struct fault target_fault = { 400, "bad-request", "the target is not an absolute path of visible ASCII characters" };
static const struct fault name_fault = { 400, "bad-request", "a header field has no name, or one that is not a token" };
static const struct fault value_fault = { 400, "bad-request", "a header field has a control character in its value" };
static const struct fault host_fault = { 400, "bad-request", "there must be one Host field, a name or address with or without a port" };
static const struct fault twice_fault = { 400, "bad-request", "a header field that stands once at most stands twice" };
static const struct fault length_fault = { 400, "bad-request", "Content-Length is not a number" };
static const struct fault both_fault = { 400, "bad-request", "there is a Content-Length beside a Transfer-Encoding" };
static const struct fault encoding_fault = { 411, "length-required", "send the body with Content-Length: no Transfer-Encoding is read here" };
static const struct fault expect_fault = { 417, "expectation", "nothing but 100-continue can be expected" };

/* A second one of these would be read differently by different readers. */
static const char *const single[] = { "Host",   "Content-Length",    "Content-Type",  "Content-Encoding", "Cookie",        "Origin",
	                              "Expect", "X-CSRF-Token",      "Authorization", "Sec-Fetch-Site",   "If-None-Match", "Referer",
	                              "Range",  "If-Modified-Since" };

enum { TOKEN = 1, HOST = 2, PATH = 4 };

/* Where each character may stand: in a token (RFC 9110 §5.6.2), in Host, in a path; a digit is the sum. */
static const char places[256] = "00000000000000000000000000000000" /* controls */
                                "01011111001107747777777777200000" /* space to ? */
                                "07777777777777777777777777720217" /* @ to _ */
                                "17777777777777777777777777701050"; /* ` to DEL */

static bool
all_of(struct bv_str s, unsigned place)
{
	unsigned all = place;

	for (size_t i = 0; i < s.len; i++)
		all &= (unsigned)places[(unsigned char)s.p[i]];
	return all;
}

static bool
is_token(struct bv_str s)
{
	return s.len > 0 && all_of(s, TOKEN);
}

static bool
is_value(struct bv_str s)
{
	unsigned bad = 0;

	/* To the end, so that many are looked at at once. */
	for (size_t i = 0; i < s.len; i++)
		bad |= (unsigned)((unsigned char)s.p[i] < ' ') & (unsigned)(s.p[i] != '\t');
	return !bad && !memchr(bv_str_chars(s), 127, s.len);
}

static bool
is_host(struct bv_str s)
{
	return s.len > 0 && s.len <= 255 && all_of(s, HOST);
}

/* Most names differ in their first letter. */
static bool
same_name(struct bv_str a, const char *b)
{
	return a.len && (a.p[0] | 32) == (b[0] | 32) && a.len == strlen(b) && strncasecmp(a.p, b, a.len) == 0;
}

struct bv_str
strict_find(const struct strict_head *head, const char *name)
{
	for (size_t i = 0; i < head->field_count; i++)
		if (same_name(head->fields[i].name, name))
			return bv_str_trim(head->fields[i].value);
	return BV_STR_NONE;
}

struct bv_str
strict_find_last(const struct strict_head *head, const char *name)
{
	for (size_t i = head->field_count; i > 0; i--)
		if (same_name(head->fields[i - 1].name, name))
			return bv_str_trim(head->fields[i - 1].value);
	return BV_STR_NONE;
}

static size_t
count(const struct strict_head *head, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < head->field_count; i++)
		n += same_name(head->fields[i].name, name);
	return n;
}

/* 1*DIGIT, RFC 9112 §6.2; no sign, no list. */
static bool
parse_length(struct bv_str s, uint64_t *out)
{
	const size_t digits = 15;
	uint64_t n = 0;

	if (s.len == 0 || s.len > digits)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(s.p[i] - '0');
	}
	*out = n;
	return true;
}

static const struct fault *
check_fields(const struct strict_head *head)
{
	for (size_t i = 0; i < head->field_count; i++) {
		if (!is_token(head->fields[i].name))
			return &name_fault;
		if (!is_value(head->fields[i].value))
			return &value_fault;
	}
	if (count(head, "Host") != 1 || !is_host(strict_find(head, "Host")))
		return &host_fault;
	for (size_t i = 0; i < BV_COUNT(single); i++)
		if (count(head, single[i]) > 1)
			return &twice_fault;
	return NULL;
}

const struct fault *
strict_check(const struct strict_head *head, uint64_t *body_len)
{
	const struct fault *fault;

	*body_len = 0;
	if (!is_token(head->method))
		return &method_fault;
	if (!bv_str_is(head->version, "HTTP/1.1"))
		return &version_fault;
	if (!head->target.len || head->target.p[0] != '/')
		return &target_fault;
	for (size_t i = 0; i < head->target.len; i++)
		if (head->target.p[i] <= ' ' || head->target.p[i] > '~')
			return &target_fault;
	if ((fault = check_fields(head)))
		return fault;
	if (count(head, "Transfer-Encoding"))
		return count(head, "Content-Length") ? &both_fault : &encoding_fault;
	if (count(head, "Content-Length") && !parse_length(strict_find(head, "Content-Length"), body_len))
		return &length_fault;
	struct bv_str expect = strict_find(head, "Expect");
	if (expect.len && !same_name(expect, "100-continue"))
		return &expect_fault;
	return NULL;
}

bool
strict_target(struct bv_str target, struct bv_str *path, struct bv_str *query)
{
	size_t end = bv_str_find(target, '?');
	struct bv_str all = bv_str_sub(target, 0, end);

	if (!all.len || all.p[0] != '/')
		return false;
	if (!all_of(all, PATH))
		return false;
	for (struct bv_str rest = bv_str_sub(all, 1, all.len); all.len > 1;) {
		struct bv_str part = bv_str_sub(rest, 0, bv_str_find(rest, '/'));
		if (!part.len || bv_str_is(part, ".") || bv_str_is(part, ".."))
			return false;
		if (part.len == rest.len)
			break;
		rest = bv_str_sub(rest, part.len + 1, rest.len);
	}
	*path = all;
	*query = bv_str_sub(target, end + 1, target.len);
	return true;
}
