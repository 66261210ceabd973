#define _GNU_SOURCE /* memmem */
#include <string.h>

#include "itembank/include.h"

/* Behind the next `end`; what is well-formed has one. */
static size_t
behind(struct bv_str xml, size_t at, const char *end)
{
	const char *found = memmem(xml.p + at, xml.len - at, end, strlen(end));

	return found ? (size_t)(found - xml.p) + strlen(end) : xml.len;
}

/* Behind the tag that begins at start: a '>' in the value of an attribute does not end it. */
static size_t
tag_end(struct bv_str xml, size_t start)
{
	char quote = '\0';

	for (size_t i = start; i < xml.len; i++) {
		char c = xml.p[i];
		if (quote)
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	return xml.len;
}

enum include_tag
include_scan(struct bv_str xml, size_t *at, size_t *start)
{
	for (;;) {
		*start = *at + bv_str_find(bv_str_sub(xml, *at, xml.len), '<');
		struct bv_str rest = bv_str_sub(xml, *start, xml.len);
		if (!rest.len)
			return INCLUDE_TAG_NONE;
		if (bv_str_starts(rest, BV_STR("<!--"))) {
			*at = behind(xml, *start + 4, "-->");
		} else if (bv_str_starts(rest, BV_STR("<![CDATA["))) {
			*at = behind(xml, *start, "]]>");
		} else if (bv_str_starts(rest, BV_STR("<?"))) {
			*at = behind(xml, *start, "?>");
		} else {
			*at = tag_end(xml, *start);
			return bv_str_starts(rest, BV_STR("</")) ? INCLUDE_TAG_END : xml.p[*at - 2] == '/' ? INCLUDE_TAG_EMPTY : INCLUDE_TAG_START;
		}
	}
}
