#include "tools/httpd/asset.h"

#include <assert.h>

#include "tools/httpd/edge.h"
#include "tools/httpd/page.h"

const struct asset *
asset_find(struct bv_str name)
{
	size_t low = 0, high = asset_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = bv_str_cmp(name, bv_str_of(assets[middle].name));
		if (!order)
			return &assets[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct asset *
asset_loaded(const char *name)
{
	const struct asset_name *row = asset_names;

	while (row->name && strcmp(row->name, name) != 0)
		row++;
	assert(row->name);
	return asset_find(bv_str_of(row->asset));
}

const struct asset_page *
asset_page(const char *name)
{
	const struct asset_page *page = asset_pages;

	while (page->name && strcmp(page->name, name) != 0)
		page++;
	assert(page->name);
	return page;
}

void
asset_answer(struct exchange *x, const struct asset *asset, const char *cache)
{
	struct bv_str accept = exchange_header(x, "Accept-Encoding");
	const char *coding = NULL;

	x->answer.status = 200;
	x->answer.type = asset->type;
	x->answer.fixed = asset->raw;
	if (asset->br.len && edge_coding(accept, "br")) {
		coding = "br";
		x->answer.fixed = asset->br;
	} else if (asset->gzip.len && edge_coding(accept, "gzip")) {
		coding = "gzip";
		x->answer.fixed = asset->gzip;
	}
	exchange_field(x, "Cache-Control", "%s", cache);
	exchange_field(x, "Vary", "Accept-Encoding");
	if (coding)
		exchange_field(x, "Content-Encoding", "%s", coding);
	page_tag(x, x->answer.fixed);
}
