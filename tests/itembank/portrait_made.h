/* Pictures made here: a JPEG by its segments, with nothing that would decode; a PNG that does. For tests of what is kept of them. */
#ifndef BV_TESTS_PORTRAIT_MADE_H
#define BV_TESTS_PORTRAIT_MADE_H

#include "base/deflate.h"
#include "base/str.h"

__attribute__((unused)) static void
portrait_be(struct bv_buf *out, uint32_t n, unsigned len)
{
	while (len--)
		bv_buf_addc(out, (char)(n >> 8 * len));
}

/* ---- JPEG ---- */

static void
jpeg_segment(struct bv_buf *out, unsigned marker, struct bv_str body)
{
	portrait_be(out, 0xff00 | marker, 2);
	portrait_be(out, (uint32_t)body.len + 2, 2);
	bv_buf_add(out, body);
}

static void
jpeg_tables(struct bv_buf *out)
{
	char table[65] = { 0 };
	char codes[18] = { 0, 1 };

	memset(table + 1, 1, 64);
	jpeg_segment(out, 0xdb, (struct bv_str){ table, sizeof table });
	jpeg_segment(out, 0xc4, (struct bv_str){ codes, sizeof codes });
}

static void
jpeg_frame(struct bv_buf *out, unsigned marker, uint32_t width, uint32_t height, unsigned components)
{
	BV_AUTO(bv_buf_finish) struct bv_buf body = BV_BUF(100);

	bv_buf_addc(&body, 8);
	portrait_be(&body, height, 2);
	portrait_be(&body, width, 2);
	bv_buf_addc(&body, (char)components);
	for (unsigned i = 1; i <= components; i++)
		portrait_be(&body, i << 16 | 0x1100, 3);
	jpeg_segment(out, marker, bv_buf_str(&body));
}

static void
jpeg_scan(struct bv_buf *out, unsigned components, struct bv_str data)
{
	BV_AUTO(bv_buf_finish) struct bv_buf head = BV_BUF(100);

	bv_buf_addc(&head, (char)components);
	for (unsigned i = 1; i <= components; i++)
		portrait_be(&head, i << 8, 2);
	portrait_be(&head, 0x003f00, 3);
	jpeg_segment(out, 0xda, bv_buf_str(&head));
	bv_buf_add(out, data);
}

#define JPEG_JFIF ((struct bv_str){ "JFIF\0\1\1\0\0\1\0\1\0\0", 14 })
#define JPEG_DATA ((struct bv_str){ "\x12\xff\0\x34\xff\xd0\x56", 7 }) /* a stuffed FF, a restart */

/* Nothing but a picture; more is what follows the first segment. */
__attribute__((unused)) static void
jpeg_make(struct bv_buf *out, uint32_t width, uint32_t height, struct bv_str more)
{
	portrait_be(out, 0xffd8, 2);
	jpeg_segment(out, 0xe0, JPEG_JFIF);
	bv_buf_add(out, more);
	jpeg_tables(out);
	jpeg_frame(out, 0xc0, width, height, 3);
	jpeg_scan(out, 3, JPEG_DATA);
	portrait_be(out, 0xffd9, 2);
}

/* ---- PNG ---- */

static uint32_t
png_crc(struct bv_str s)
{
	static uint32_t table[256];
	uint32_t crc = UINT32_MAX;

	for (uint32_t n = 0; !table[255] && n < 256; n++) {
		table[n] = n;
		for (int k = 0; k < 8; k++)
			table[n] = table[n] & 1 ? UINT32_C(0xedb88320) ^ (table[n] >> 1) : table[n] >> 1;
	}
	for (size_t i = 0; i < s.len; i++)
		crc = table[(crc ^ (unsigned char)s.p[i]) & 255] ^ (crc >> 8);
	return ~crc;
}

static void
png_chunk(struct bv_buf *out, const char *type, struct bv_str body)
{
	portrait_be(out, (uint32_t)body.len, 4);
	size_t from = out->len;
	bv_buf_add(out, (struct bv_str){ type, 4 });
	bv_buf_add(out, body);
	portrait_be(out, png_crc(bv_str_sub(bv_buf_str(out), from, body.len + 4)), 4);
}

static void
png_begin(struct bv_buf *out, uint32_t width, uint32_t height, unsigned depth, unsigned colour, unsigned interlaced)
{
	BV_AUTO(bv_buf_finish) struct bv_buf body = BV_BUF(100);

	bv_buf_addz(out, "\x89PNG\r\n\x1a\n");
	portrait_be(&body, width, 4);
	portrait_be(&body, height, 4);
	portrait_be(&body, depth << 8 | colour, 2);
	portrait_be(&body, interlaced, 3);
	png_chunk(out, "IHDR", bv_buf_str(&body));
}

/* count bytes, all of them of rows of no filter; what they show varies with shade. */
static void
png_data(struct bv_buf *out, size_t count, size_t row, char shade)
{
	BV_AUTO(bv_buf_finish) struct bv_buf raw = BV_BUF(64u << 20), packed = BV_BUF(64u << 20);

	for (size_t i = 0; i < count; i++)
		bv_buf_addc(&raw, i % row ? shade : 0);
	bv_deflate_quick(&packed, bv_buf_str(&raw), BV_DEFLATE_ZLIB);
	png_chunk(out, "IDAT", bv_buf_str(&packed));
}

/* Of one grey; more is what follows the header. */
__attribute__((unused)) static void
png_make(struct bv_buf *out, uint32_t width, uint32_t height, char shade, struct bv_str more)
{
	png_begin(out, width, height, 8, 0, 0);
	bv_buf_add(out, more);
	png_data(out, (size_t)height * (width + 1), width + 1, shade);
	png_chunk(out, "IEND", BV_STR_NONE);
}

#endif
