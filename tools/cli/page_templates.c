#include "tools/cli/page_templates.h"

#include "base/file.h"

static enum bv_status
load(struct page_templates *templates, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_PAGE_TEMPLATE_MAX);
	struct bv_err inner;

	if (templates->known.count == PAGE_TEMPLATES_MAX)
		return bv_err_set(err, BV_ELIMIT, "--template: more than %d", PAGE_TEMPLATES_MAX);
	TRY(bv_file_read(&xml, path, err));
	enum bv_status status = bv_page_template_parse(&templates->list[templates->known.count], bv_buf_str(&xml), &inner);
	if (status != BV_OK)
		return bv_err_set(err, status, "%s:%d: %s", path, inner.line, inner.msg);
	templates->known.count++;
	return BV_OK;
}

enum bv_status
page_templates_load(struct page_templates *templates, const struct args *args, struct bv_err *err)
{
	const char *path;

	templates->known.list = templates->list;
	for (size_t i = 0; (path = args_each(args, "template", i)); i++)
		TRY(load(templates, path, err));
	return BV_OK;
}

void
page_templates_finish(struct page_templates *templates)
{
	for (size_t i = 0; i < templates->known.count; i++)
		bv_page_template_free(templates->list[i]);
	bv_pdf_end();
}
