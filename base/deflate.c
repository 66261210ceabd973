#include "base/deflate.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"

enum { WINDOW = 15, GZIP = 16, MEMORY = 8, PIECE = 65536, OS_UNKNOWN = 255 };
#define DEFLATE_MAX (1u << 30)

static int
window(enum bv_deflate_form form)
{
	return form == BV_DEFLATE_GZIP ? WINDOW + GZIP : WINDOW;
}

static void
pack(struct bv_buf *out, struct bv_str bytes, enum bv_deflate_form form, int level)
{
	uint8_t piece[PIECE];
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)bytes.p, .avail_in = (uInt)bytes.len };
	gz_header header = { .os = OS_UNKNOWN };
	int status;

	assert(bytes.len <= DEFLATE_MAX);
	bv_need(deflateInit2(&z, level, Z_DEFLATED, window(form), MEMORY, Z_DEFAULT_STRATEGY) == Z_OK);
	if (form == BV_DEFLATE_GZIP)
		bv_need(deflateSetHeader(&z, &header) == Z_OK);
	do {
		z.next_out = piece;
		z.avail_out = sizeof piece;
		status = deflate(&z, Z_FINISH);
		bv_buf_add(out, (struct bv_str){ (const char *)piece, sizeof piece - z.avail_out });
	} while (status == Z_OK);
	bv_need(status == Z_STREAM_END);
	deflateEnd(&z);
}

void
bv_deflate(struct bv_buf *out, struct bv_str bytes, enum bv_deflate_form form)
{
	pack(out, bytes, form, Z_BEST_COMPRESSION);
}

void
bv_deflate_quick(struct bv_buf *out, struct bv_str bytes, enum bv_deflate_form form)
{
	pack(out, bytes, form, Z_DEFAULT_COMPRESSION);
}

static enum bv_status
inflate_all(struct bv_buf *out, z_stream *z, struct bv_err *err)
{
	uint8_t piece[PIECE];
	int status;

	do {
		z->next_out = piece;
		z->avail_out = sizeof piece;
		status = inflate(z, Z_NO_FLUSH);
		if (status == Z_MEM_ERROR)
			abort();
		if (status == Z_BUF_ERROR || (status == Z_OK && z->avail_in == 0 && z->avail_out > 0))
			return bv_err_set(err, BV_EPARSE, "the compressed text is cut off");
		if (status != Z_OK && status != Z_STREAM_END)
			return bv_err_set(err, BV_EPARSE, "the compressed text is damaged%s%s", z->msg ? ": " : "", z->msg ? z->msg : "");
		bv_buf_add(out, (struct bv_str){ (const char *)piece, sizeof piece - z->avail_out });
		TRY(bv_buf_check(out, err));
	} while (status != Z_STREAM_END);
	return z->avail_in ? bv_err_set(err, BV_EPARSE, "%u bytes follow the compressed text", z->avail_in) : BV_OK;
}

enum bv_status
bv_inflate(struct bv_buf *out, struct bv_str bytes, enum bv_deflate_form form, struct bv_err *err)
{
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)bytes.p, .avail_in = (uInt)bytes.len };
	size_t from = out->len;
	bool full = out->full;

	if (bytes.len > DEFLATE_MAX)
		return bv_err_set(err, BV_ELIMIT, "a compressed text has at most %u bytes", DEFLATE_MAX);
	bv_need(inflateInit2(&z, window(form)) == Z_OK);
	enum bv_status status = inflate_all(out, &z, err);
	inflateEnd(&z);
	if (status == BV_OK)
		return BV_OK;
	out->len = from;
	out->full = full;
	if (out->p)
		out->p[from] = '\0';
	return status;
}
