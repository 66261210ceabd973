/* Photographs of persons: JPEG or PNG by their structure, from which all is left out that is not the picture. No picture is decoded here. */
#include "itembank/portrait.h"

#include "itembank/photo.h"

uint32_t
portrait_number(struct bv_str s, size_t at, unsigned len)
{
	uint32_t n = 0;

	if (at > s.len || s.len - at < len)
		return 0;
	for (unsigned i = 0; i < len; i++)
		n = n << 8 | (unsigned char)s.p[at + i];
	return n;
}

enum bv_status
portrait_sides_check(uint32_t width, uint32_t height, struct bv_err *err)
{
	uint32_t shorter = width < height ? width : height, longer = width < height ? height : width;

	if (shorter < BV_PORTRAIT_SIDE_MIN)
		return bv_err_set(err, BV_ELIMIT, "the picture has %u × %u pixels: nobody is recognised in one with a side of less than %d", width, height, BV_PORTRAIT_SIDE_MIN);
	if (longer > BV_PORTRAIT_SIDE_MAX || (uint64_t)width * height > BV_PORTRAIT_PIXELS_MAX)
		return bv_err_set(err, BV_ELIMIT, "the picture has %u × %u pixels: make it smaller, to at most %d on a side and %d in all; 600 × 800 is enough", width, height,
		                  BV_PORTRAIT_SIDE_MAX, BV_PORTRAIT_PIXELS_MAX);
	return BV_OK;
}

const char *
bv_portrait_type(struct bv_str bytes)
{
	if (bv_str_starts(bytes, BV_STR("\xff\xd8\xff")))
		return "image/jpeg";
	return bv_str_starts(bytes, BV_STR("\x89PNG\r\n\x1a\n")) ? "image/png" : NULL;
}

static enum bv_status
clean(struct bv_buf *out, struct bv_portrait *portrait, struct bv_str bytes, struct bv_err *err)
{
	const char *type = bv_portrait_type(bytes);
	unsigned orientation = photo_orientation(bytes);

	if (!bytes.len)
		return bv_err_set(err, BV_EPARSE, "the file is empty");
	if (bytes.len > BV_PORTRAIT_FILE_MAX)
		return bv_err_set(err, BV_ELIMIT, "the file is larger than %u MiB: make the picture smaller; 600 × 800 pixels are enough", BV_PORTRAIT_FILE_MAX >> 20);
	if (!type)
		return bv_err_set(err, BV_EPARSE, "neither JPEG nor PNG by its bytes, whatever its name says: save the picture as one of these");
	portrait->type = type;
	if (strcmp(type, "image/jpeg") == 0)
		return portrait_jpeg(out, portrait, bytes, orientation, err);
	if (orientation != 1)
		return bv_err_set(err, BV_EDENIED, "the picture lies on its side, and only its metadata say so: turn it and save it again");
	return portrait_png(out, portrait, bytes, err);
}

enum bv_status
bv_portrait_clean(struct bv_buf *out, struct bv_portrait *portrait, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf made = BV_BUF(BV_PORTRAIT_FILE_MAX + 1000);
	struct bv_portrait found = { 0 };

	TRY(clean(&made, &found, bytes, err));
	if (made.len > BV_PORTRAIT_MAX)
		return bv_err_set(err, BV_ELIMIT, "the picture takes %zu KiB, at most %u are kept: make it smaller, or save it as JPEG; 600 × 800 pixels are enough", made.len >> 10,
		                  BV_PORTRAIT_MAX >> 10);
	bv_buf_add(out, bv_buf_str(&made));
	*portrait = found;
	return bv_buf_check(out, err);
}
