/* References inside a package (RFC 3986 §5.2 without schemes, hosts and queries). */
#include "base/text.h"
#include "itembank/manifest.h"
#include "itembank/package.h"

struct bv_str
package_folder(struct bv_str path)
{
	while (path.len && path.p[path.len - 1] != '/')
		path.len--;
	return path;
}

/* One part of a path, decoded; false for what decodes to something that is not part of a name. */
static bool
add_part(struct bv_buf *out, struct bv_str part)
{
	for (size_t i = 0; i < part.len; i++) {
		char c = part.p[i];
		if (c == '%') {
			int high = part.len - i > 2 ? bv_hex_digit(part.p[i + 1]) : -1, low = high < 0 ? -1 : bv_hex_digit(part.p[i + 2]);
			c = low < 0 ? '\0' : (char)(high * 16 + low);
			i += 2;
		}
		if (!c || c == '/' || c == '\\')
			return false;
		bv_buf_addc(out, c);
	}
	return !out->full;
}

/* Goes on from the path in out; false when it leads out. */
static bool
walk(struct bv_buf *out, struct bv_str href)
{
	while (href.len) {
		size_t slash = bv_str_find(href, '/');
		struct bv_str part = bv_str_sub(href, 0, slash);
		size_t start = out->len;
		href = bv_str_sub(href, slash + 1, href.len);
		if (!part.len)
			continue;
		if (!add_part(out, part))
			return false;
		struct bv_str decoded = { out->p + start, out->len - start };
		bool up = bv_str_is(decoded, ".."), stay = bv_str_is(decoded, ".");
		if (!up && !stay) {
			bv_buf_addc(out, '/');
			continue;
		}
		out->len = start;
		if (up && !out->len)
			return false;
		out->len -= up;
		while (up && out->len && out->p[out->len - 1] != '/')
			out->len--;
	}
	return true;
}

static enum bv_status
bad(struct bv_str href, const char *why, struct bv_err *err)
{
	return bv_err_set(err, BV_EINVAL, "'%.*s' %s", BV_STR_ARG(bv_str_sub(href, 0, 120)), why);
}

enum bv_status
package_resolve(struct bv_str *out, struct bv_str base, struct bv_str href, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4 * PACKAGE_NAME_MAX);
	struct bv_str text = bv_str_trim(href), name;
	struct bv_err why;

	text = bv_str_sub(text, 0, bv_str_find(text, '#'));
	bool folder = bv_str_ends(text, BV_STR("/"));
	if (!text.len)
		return bad(href, "names no file", err);
	if (text.p[0] == '/' || memchr(text.p, ':', text.len))
		return bad(href, "is not a path below the package's folder: it is absolute or external, and nothing outside of the package is read", err);
	if (memchr(text.p, '?', text.len))
		return bad(href, "is not a path below the package's folder: it has a query", err);
	bv_buf_add(&path, base);
	if (!walk(&path, text) || !path.len)
		return bad(href, "is not a path below the package's folder", err);
	if (!folder)
		path.p[--path.len] = '\0';
	if (bv_text_nfc(&name, bv_buf_str(&path), arena, &why) != BV_OK)
		return bad(href, "is not a path below the package's folder: it is not UTF-8", err);
	if (!folder && package_name_check(name, &why) != BV_OK)
		return bv_err_set(err, why.status, "'%.*s' is not a path below the package's folder: %s", BV_STR_ARG(bv_str_sub(href, 0, 60)), why.msg);
	*out = bv_arena_str(arena, name);
	return BV_OK;
}

struct bv_str
package_relative(struct bv_str path, struct bv_str document, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(4 * PACKAGE_NAME_MAX);
	size_t common = 0;

	for (size_t i = 0; i < path.len && i < document.len && path.p[i] == document.p[i]; i++)
		if (path.p[i] == '/')
			common = i + 1;
	for (size_t i = common; i < document.len; i++)
		if (document.p[i] == '/')
			bv_buf_addz(&out, "../");
	bv_buf_add(&out, bv_str_sub(path, common, path.len));
	return bv_arena_str(arena, bv_buf_str(&out));
}
