/* Names of the files of a package, as a test refers to them. */
#include "itembank/test.h"

enum { NAME_MAX_LEN = 1000 };

/* %20 and the like. What would change the parts of the path, or end it, is refused. */
static bool
decode(struct bv_buf *out, struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '%') {
			int high = i + 2 < s.len ? bv_hex_digit(s.p[i + 1]) : -1, low = i + 2 < s.len ? bv_hex_digit(s.p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (unsigned char)(high << 4 | low);
			i += 2;
			if (c == '/')
				return false;
		}
		if (c < ' ' || c == '\\' || c == 0x7f)
			return false;
		bv_buf_addc(out, (char)c);
	}
	return !out->full;
}

/* Adds the parts of path to out; false when ".." leads out of the package. */
static bool
walk(struct bv_buf *out, struct bv_str path)
{
	while (path.len) {
		size_t slash = bv_str_find(path, '/');
		struct bv_str part = bv_str_sub(path, 0, slash);
		path = bv_str_sub(path, slash + 1, path.len);
		if (part.len == 0 || bv_str_is(part, "."))
			continue;
		if (!bv_str_is(part, "..")) {
			if (out->len)
				bv_buf_addc(out, '/');
			bv_buf_add(out, part);
			continue;
		}
		if (out->len == 0)
			return false;
		while (out->len && out->p[out->len - 1] != '/')
			out->len--;
		out->len -= out->len != 0;
		out->p[out->len] = '\0';
	}
	return !out->full;
}

enum bv_status
test_file_name(struct bv_str *out, struct bv_str from, struct bv_str href, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf plain = BV_BUF(NAME_MAX_LEN);
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(NAME_MAX_LEN);
	size_t folder = from.len;

	href = bv_str_trim(href);
	if (href.len == 0)
		return bv_err_rule(err, "missing-attribute", 0, "the attribute href is missing or empty");
	if (href.p[0] == '/' || bv_str_find(href, ':') < href.len || bv_str_find(href, '?') < href.len || bv_str_find(href, '#') < href.len)
		return bv_err_rule(err, "bad-file-reference", 0, "href=\"%.*s\" is not the relative name of a file",
		                   BV_STR_ARG(bv_str_sub(href, 0, 100)));
	while (folder && from.p[folder - 1] != '/')
		folder--;
	if (!decode(&plain, href) || !walk(&name, bv_str_sub(from, 0, folder)) || !walk(&name, bv_buf_str(&plain)) || name.len == 0)
		return bv_err_rule(err, "bad-file-reference", 0, "href=\"%.*s\" is not the name of a file in the package's folder",
		                   BV_STR_ARG(bv_str_sub(href, 0, 100)));
	*out = bv_arena_str(arena, bv_buf_str(&name));
	return BV_OK;
}
