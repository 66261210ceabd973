/* Any package, through the whole reading without the fork: files from a text ("=== name" lines, then their bytes), packed, and the archive's bytes changed
 * as "=== PATCH" says (three bytes each: where, low byte first, and what). A zip archive itself is taken as it is. */
#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "itembank/bank.h"
#include "itembank/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
tell(void *ctx, const char *path, const struct bv_err *err)
{
	(void)ctx;
	assert(path && err->msg[0] && bv_text_valid(bv_str_of(err->msg)));
}

static enum bv_status
take_item(void *ctx, const struct bank_row *row, struct bv_err *err)
{
	(void)ctx;
	assert(row->identifier.len && row->language.len && row->xml.len && row->has_parts && row->part_count >= 1);
	for (size_t i = 0; i < row->part_count; i++)
		assert(package_name_check(row->parts[i].path, err) == BV_OK);
	return BV_OK;
}

static enum bv_status
take_blob(void *ctx, const struct bank_blob *blob, struct bv_err *err)
{
	(void)ctx, (void)err;
	assert(blob->document ? blob->about.identifier.len != 0 : blob->type != NULL);
	return BV_OK;
}

static enum bv_status
take_usage(void *ctx, const char *path, struct bv_str xml, struct bv_err *err)
{
	(void)ctx, (void)xml, (void)err;
	assert(path);
	return BV_OK;
}

/* The next "=== name" part; false at the end. */
static bool
next_file(struct bv_str *rest, struct bv_str *name, struct bv_str *bytes)
{
	if (!bv_str_starts(*rest, BV_STR("=== ")))
		return false;
	*name = bv_str_sub(*rest, 4, bv_str_find(bv_str_sub(*rest, 4, rest->len), '\n'));
	*rest = bv_str_sub(*rest, 5 + name->len, rest->len);
	size_t end = 0;
	while (end < rest->len && !bv_str_starts(bv_str_sub(*rest, end, 5), BV_STR("\n=== ")))
		end++;
	*bytes = bv_str_sub(*rest, 0, end);
	*rest = bv_str_sub(*rest, end + 1, rest->len);
	return true;
}

static bool
make(struct bv_buf *zip, struct bv_str text)
{
	BV_AUTO(package_writer_free) struct package_writer *writer = package_writer_new();
	struct bv_str name, bytes, patches = BV_STR_NONE;
	struct bv_err err;

	while (next_file(&text, &name, &bytes))
		if (bv_str_is(name, "PATCH"))
			patches = bytes;
		else if (package_writer_add(writer, name, bytes, bytes.len > 200, &err) != BV_OK)
			return false;
	if (package_writer_finish(writer, zip, &err) != BV_OK)
		return false;
	for (; patches.len >= 3; patches = bv_str_sub(patches, 3, patches.len)) {
		size_t at = (unsigned char)patches.p[0] | (size_t)(unsigned char)patches.p[1] << 8;
		if (at < zip->len)
			zip->p[zip->len - 1 - at] = patches.p[2]; /* from the end, where the directory is */
	}
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const struct bank_package_sink sink = { NULL, tell, tell, take_item, take_blob, take_usage };
	BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(1 << 20);
	struct bv_str bytes = { (const char *)p, len };
	struct bv_err err;

	if (bv_str_starts(bytes, BV_STR("=== "))) {
		if (!make(&zip, bytes))
			return 0;
		bytes = bv_buf_str(&zip);
	}
	/* What a reading sends is what is taken. */
	if (bank_package_read_here("p.zip", bytes, &sink, &err) != BV_OK)
		abort();
	return 0;
}
