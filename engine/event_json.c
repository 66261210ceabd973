/* JSON that is passed over: what candidates answer is kept as it came, and must not break the event that it is in. */
#include "base/json.h"
#include "engine/event.h"

static bool
skip_escape(const char **p, const char *end)
{
	if (++*p == end)
		return false;
	if (**p != 'u')
		return strchr("\"\\/bfnrt", **p) != NULL && *(*p)++;
	if (end - *p < 5)
		return false;
	for (int i = 1; i <= 4; i++)
		if (bv_hex_digit((*p)[i]) < 0)
			return false;
	*p += 5;
	return true;
}

bool
event_skip_string(struct bv_str *rest, bool *escaped)
{
	const char *p = rest->p, *end = p + rest->len;

	*escaped = false;
	if (!rest->len || *p++ != '"')
		return false;
	while (p < end && *p != '"') {
		if ((unsigned char)*p < 0x20)
			return false;
		if (*p != '\\') {
			p++;
			continue;
		}
		*escaped = true;
		if (!skip_escape(&p, end))
			return false;
	}
	if (p == end)
		return false;
	p++;
	*rest = (struct bv_str){ p, (size_t)(end - p) };
	return true;
}

static size_t
digits(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return (size_t)(p - start);
}

static bool
skip_number(const char **at, const char *end)
{
	const char *p = *at;

	if (p < end && *p == '-')
		p++;
	size_t n = digits(p, end);
	if (!n || (n > 1 && *p == '0'))
		return false;
	p += n;
	if (p < end && *p == '.') {
		n = digits(++p, end);
		if (!n)
			return false;
		p += n;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		n = digits(p, end);
		if (!n)
			return false;
		p += n;
	}
	*at = p;
	return true;
}

static bool
skip_word(const char **at, const char *end, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(end - *at) < len || memcmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

/* A value that is no container. */
static bool
skip_scalar(const char **p, const char *end)
{
	bool escaped;

	if (*p == end)
		return false;
	switch (**p) {
	case '"': {
		struct bv_str rest = { *p, (size_t)(end - *p) };
		if (!event_skip_string(&rest, &escaped))
			return false;
		*p = rest.p;
		return true;
	}
	case 't':
		return skip_word(p, end, "true");
	case 'f':
		return skip_word(p, end, "false");
	case 'n':
		return skip_word(p, end, "null");
	default:
		return skip_number(p, end);
	}
}

/* In an object the name of the next member and its colon. */
static bool
skip_member_name(const char **p, const char *end)
{
	struct bv_str rest = { *p, (size_t)(end - *p) };
	bool escaped;

	if (!event_skip_string(&rest, &escaped) || !rest.len || rest.p[0] != ':')
		return false;
	*p = rest.p + 1;
	return true;
}

bool
event_skip_json(struct bv_str *rest)
{
	const char *p = rest->p, *end = p + rest->len;
	char closing[BV_JSON_DEPTH];
	size_t depth = 0;

	for (;;) {
		if (p < end && (*p == '{' || *p == '[')) {
			if (depth == sizeof closing)
				return false;
			closing[depth++] = *p == '{' ? '}' : ']';
			p++;
			if (p < end && *p != closing[depth - 1]) {
				if (closing[depth - 1] == '}' && !skip_member_name(&p, end))
					return false;
				continue;
			}
		} else if (!skip_scalar(&p, end)) {
			return false;
		}
		while (depth && p < end && *p == closing[depth - 1]) {
			p++;
			depth--;
		}
		if (!depth)
			break;
		if (p == end || *p++ != ',')
			return false;
		if (closing[depth - 1] == '}' && !skip_member_name(&p, end))
			return false;
	}
	*rest = (struct bv_str){ p, (size_t)(end - p) };
	return true;
}
