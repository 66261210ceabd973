/* References to files of the package. */
#include "itembank/page.h"

bool
bv_page_is_inside(struct bv_str href)
{
	if (!href.len || href.len > 1024 || href.p[0] == '/')
		return false;
	for (size_t i = 0; i < href.len; i++)
		if ((unsigned char)href.p[i] < ' ' || strchr(":\\?#<>\"|*", href.p[i]))
			return false;
	for (struct bv_str rest = href; rest.len;) {
		struct bv_str step = bv_str_sub(rest, 0, bv_str_find(rest, '/'));
		if (!step.len)
			return false;
		rest = bv_str_sub(rest, step.len + 1, rest.len);
	}
	return true;
}

static bool
path_add(struct bv_buf *out, struct bv_str step)
{
	if (bv_str_is(step, "."))
		return true;
	if (bv_str_is(step, "..")) {
		if (!out->len)
			return false;
		while (out->len && out->p[out->len - 1] != '/')
			out->len--;
		out->len -= out->len > 0;
		out->p[out->len] = '\0';
		return true;
	}
	if (out->len)
		bv_buf_addc(out, '/');
	for (size_t i = 0; i < step.len; i++) {
		bool space = bv_str_starts(bv_str_sub(step, i, 3), BV_STR("%20"));
		if (step.p[i] == '%' && !space)
			return false;
		bv_buf_addc(out, space ? ' ' : step.p[i]);
		i += space ? 2 : 0;
	}
	return true;
}

bool
bv_media_path(struct bv_buf *out, struct bv_str base, struct bv_str href)
{
	size_t folder = base.len;

	while (folder && base.p[folder - 1] != '/')
		folder--;
	bv_buf_clear(out);
	for (int part = 0; part < 2; part++)
		for (struct bv_str rest = part ? href : bv_str_sub(base, 0, folder); rest.len;) {
			struct bv_str step = bv_str_sub(rest, 0, bv_str_find(rest, '/'));
			if (step.len && !path_add(out, step))
				return false;
			rest = bv_str_sub(rest, step.len + 1, rest.len);
		}
	return out->len && !out->full;
}

void
bv_page_media(struct bv_page_maker *maker, const struct bv_xml_node *node, const char *name, struct bv_str href)
{
	href = bv_str_trim(href);
	if (!bv_page_is_inside(href)) {
		bv_page_refuse(maker, node->line, "<%.*s %s=\"%.*s\">: only files of the item's own package are delivered",
		               BV_STR_ARG(bv_str_sub(node->name, 0, 40)), name, BV_STR_ARG(bv_str_sub(href, 0, 80)));
		return;
	}
	bv_page_attribute(maker, name);
	bv_page_op_add(maker, BV_PAGE_MEDIA)->text = href;
}
