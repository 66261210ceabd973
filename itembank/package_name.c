/* Names of files in packages: what a reader on another system, or one that decodes them once more, could take for a way out is refused. */
#include "base/text.h"
#include "itembank/package.h"

static enum bv_status
bad(struct bv_str name, const char *why, struct bv_err *err)
{
	return bv_err_set(err, BV_EINVAL, "'%.*s': %s", BV_STR_ARG(bv_str_sub(name, 0, 120)), why);
}

/* %XX replaced by its byte, in place; false when there was none. */
static bool
decode(char *text, size_t *len)
{
	size_t kept = 0;

	for (size_t i = 0; i < *len; i++) {
		int high = text[i] == '%' && *len - i > 2 ? bv_hex_digit(text[i + 1]) : -1, low = high < 0 ? -1 : bv_hex_digit(text[i + 2]);
		text[kept++] = low < 0 ? text[i] : (char)(high * 16 + low);
		i += low < 0 ? 0 : 2;
	}
	bool any = kept < *len;
	*len = kept;
	return any;
}

/* Windows drops dots and spaces at the end of a name, so that ".. " is "..". */
static bool
is_dots(struct bv_str segment)
{
	for (size_t i = 0; i < segment.len; i++)
		if (segment.p[i] != '.' && segment.p[i] != ' ')
			return false;
	return true;
}

/* NULL, or what is wrong with the segments of name. */
static const char *
bad_segments(struct bv_str name, size_t *depth)
{
	for (*depth = 0;; ++*depth) {
		size_t end = bv_str_find(name, '/');
		struct bv_str segment = bv_str_sub(name, 0, end);
		if (!segment.len)
			return *depth ? "an empty part between slashes" : "an absolute path";
		if (is_dots(segment))
			return "a part of dots only leads elsewhere";
		if (end == name.len)
			return NULL;
		name = bv_str_sub(name, end + 1, name.len);
	}
}

enum bv_status
package_name_check(struct bv_str name, struct bv_err *err)
{
	char decoded[PACKAGE_NAME_MAX];
	size_t len = name.len, depth, ignored;

	if (!name.len)
		return bv_err_set(err, BV_EINVAL, "a file without a name");
	if (name.len > PACKAGE_NAME_MAX)
		return bv_err_set(err, BV_ELIMIT, "'%.*s…': a name of more than %d bytes", BV_STR_ARG(bv_str_sub(name, 0, 60)), PACKAGE_NAME_MAX);
	if (!bv_text_valid(name))
		return bad(name, "the name is not UTF-8", err);
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] == '\\')
			return bad(name, "a backslash in the name: folders are separated by '/' (APPNOTE 4.4.17)", err);
		else if (name.p[i] == ':')
			return bad(name, "a colon in the name: drives and streams are no part of a package", err);
	if (!bv_text_safe(name))
		return bad(name, "a character in the name does not show or is a control character", err);
	const char *wrong = bad_segments(name, &depth);
	if (wrong)
		return bad(name, wrong, err);
	if (depth > PACKAGE_DEPTH_MAX)
		return bv_err_set(err, BV_ELIMIT, "'%.*s…': more than %d folders inside each other", BV_STR_ARG(bv_str_sub(name, 0, 60)),
		                  PACKAGE_DEPTH_MAX);
	memcpy(decoded, name.p, name.len);
	while (decode(decoded, &len)) {
		struct bv_str again = { decoded, len };
		if (memchr(decoded, '\\', len) || memchr(decoded, ':', len) || memchr(decoded, '\0', len) || bad_segments(again, &ignored) || ignored != depth)
			return bad(name, "its percent-encoding hides a path or a character of control", err);
	}
	return BV_OK;
}
