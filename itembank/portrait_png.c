/* A PNG, chunk by chunk (W3C PNG 3rd edition): header, palette, transparency, picture, end. Its CRCs must hold, and the picture must unpack to just what its header
 * says, so that nothing that is no picture passes for one, and nothing unpacks without end. */
#include "base/deflate.h"
#include "itembank/portrait.h"

enum { CHUNKS_MAX = 4000, PALETTE_MAX = 256 };

struct png {
	struct bv_buf *out;
	struct bv_portrait *portrait;
	struct bv_buf packed; /* all of IDAT */
	uint32_t depth, colour, interlaced;
	uint32_t palette; /* bytes of it; 0: none yet */
	bool transparent, ended_data;
};

static void
png_finish(struct png *p)
{
	bv_buf_finish(&p->packed);
}
BV_AUTO_DEFINE_FINISH(struct png, png_finish)

static enum bv_status
damaged(struct bv_err *err, const char *what)
{
	return bv_err_set(err, BV_EPARSE, "a damaged PNG: %s. Open the picture and save it again", what);
}

/* Annex D. */
static uint32_t
crc_of(struct bv_str s)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < s.len; i++) {
		crc ^= (unsigned char)s.p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ UINT32_C(0xedb88320) : crc >> 1;
	}
	return ~crc;
}

static unsigned
samples(uint32_t colour)
{
	return colour == 2 ? 3 : colour == 4 ? 2 : colour == 6 ? 4 : 1;
}

/* §11.2.1, table 12 */
static enum bv_status
header(struct png *p, struct bv_str body, struct bv_err *err)
{
	static const uint32_t depths[] = { [0] = 1 | 2 | 4 | 8 | 16, [2] = 8 | 16, [3] = 1 | 2 | 4 | 8, [4] = 8 | 16, [6] = 8 | 16 };

	if (body.len != 13)
		return damaged(err, "its header is not whole");
	p->portrait->width = portrait_number(body, 0, 4);
	p->portrait->height = portrait_number(body, 4, 4);
	p->depth = portrait_number(body, 8, 1);
	p->colour = portrait_number(body, 9, 1);
	p->interlaced = portrait_number(body, 12, 1);
	bool power = p->depth && !(p->depth & (p->depth - 1));
	if (p->colour >= BV_COUNT(depths) || !power || !(depths[p->colour] & p->depth) || portrait_number(body, 10, 2) || p->interlaced > 1)
		return damaged(err, "its header says what cannot be");
	return portrait_sides_check(p->portrait->width, p->portrait->height, err);
}

/* ---- The picture ---- */

/* Rows of one pass, each a byte that says its filter and then its pixels (§7.3, §9); *at goes on. */
static bool
rows_fit(struct bv_str raw, size_t *at, const struct png *p, uint32_t width, uint32_t height)
{
	size_t len = ((size_t)width * samples(p->colour) * p->depth + 7) / 8;

	for (uint32_t y = 0; width && y < height; y++) {
		if (*at >= raw.len || (unsigned char)raw.p[*at] > 4 || raw.len - *at - 1 < len)
			return false;
		*at += 1 + len;
	}
	return true;
}

static uint32_t
every(uint32_t side, uint32_t from, uint32_t step)
{
	return side > from ? (side - from + step - 1) / step : 0;
}

static enum bv_status
picture(struct png *p, struct bv_err *err)
{
	/* §8.2: where each of the seven passes begins, and its steps. */
	static const uint8_t passes[7][4] = { { 0, 0, 8, 8 }, { 4, 0, 8, 8 }, { 0, 4, 4, 8 }, { 2, 0, 4, 4 }, { 0, 2, 2, 4 }, { 1, 0, 2, 2 }, { 0, 1, 1, 2 } };
	BV_AUTO(bv_buf_finish) struct bv_buf raw = BV_BUF((size_t)BV_PORTRAIT_PIXELS_MAX * 8 + 16 * BV_PORTRAIT_SIDE_MAX);
	uint32_t width = p->portrait->width, height = p->portrait->height;
	struct bv_err ignored;
	size_t at = 0;
	bool fits = true;

	if (bv_inflate(&raw, bv_buf_str(&p->packed), BV_DEFLATE_ZLIB, &ignored) != BV_OK)
		return damaged(err, "the picture does not unpack");
	if (!p->interlaced)
		fits = rows_fit(bv_buf_str(&raw), &at, p, width, height);
	for (size_t i = 0; p->interlaced && fits && i < BV_COUNT(passes); i++)
		fits = rows_fit(bv_buf_str(&raw), &at, p, every(width, passes[i][0], passes[i][2]), every(height, passes[i][1], passes[i][3]));
	return fits && at == raw.len ? BV_OK : damaged(err, "the picture unpacks to another size than its header says");
}

/* ---- Chunks ---- */

/* Is it to be kept? §5.6: the order of chunks. */
static enum bv_status
look(bool *keep, struct png *p, struct bv_str type, struct bv_str body, struct bv_err *err)
{
	bool data = bv_str_is(type, "IDAT");

	*keep = true;
	if (p->packed.len && !data)
		p->ended_data = true;
	if (data) {
		if (p->ended_data || (p->colour == 3 && !p->palette))
			return damaged(err, "its parts are not in order");
		bv_buf_add(&p->packed, body);
	} else if (bv_str_is(type, "PLTE")) {
		if (p->palette || p->packed.len || !body.len || body.len % 3 || body.len > 3 * PALETTE_MAX || p->colour == 0 || p->colour == 4)
			return damaged(err, "its palette is not one");
		p->palette = (uint32_t)body.len;
	} else if (bv_str_is(type, "tRNS")) {
		size_t len = p->colour == 0 ? 2 : p->colour == 2 ? 6 : p->colour == 3 ? p->palette / 3 : 0;
		if (p->transparent || p->packed.len || !body.len || body.len > len || (p->colour != 3 && body.len != len))
			return damaged(err, "its transparency is not one");
		p->transparent = true;
	} else {
		*keep = false;
		if (type.p[0] < 'a') /* critical (§5.4): a picture without it would be another one */
			return bv_err_set(err, BV_EDENIED, "a PNG with a part that is not known here: save it as an ordinary one");
	}
	return BV_OK;
}

static bool
letters(struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.p[i] | 32) < 'a' || (s.p[i] | 32) > 'z')
			return false;
	return true;
}

enum bv_status
portrait_png(struct bv_buf *out, struct bv_portrait *portrait, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(png_finish) struct png p = { .out = out, .portrait = portrait, .packed = BV_BUF(BV_PORTRAIT_FILE_MAX) };
	struct bv_str s = bv_str_sub(bytes, 8, bytes.len);

	bv_buf_add(out, bv_str_sub(bytes, 0, 8));
	for (int chunks = 0; chunks < CHUNKS_MAX; chunks++) {
		uint32_t len = portrait_number(s, 0, 4);
		struct bv_str type = bv_str_sub(s, 4, 4), body = bv_str_sub(s, 8, len), whole = bv_str_sub(s, 0, 12 + (size_t)len);
		bool keep = true, end = bv_str_is(type, "IEND");
		if (s.len < 12 || len > s.len - 12)
			return damaged(err, "it is cut off");
		if (!letters(type) || crc_of(bv_str_sub(s, 4, 4 + (size_t)len)) != portrait_number(s, 8 + (size_t)len, 4))
			return damaged(err, "a part of it was changed");
		if (!chunks && !bv_str_is(type, "IHDR"))
			return damaged(err, "it has no header");
		if (!chunks)
			TRY(header(&p, body, err));
		else if (!end)
			TRY(look(&keep, &p, type, body, err));
		if (keep)
			bv_buf_add(out, whole);
		if (end) /* what stands behind it is not of the picture */
			return len || !p.packed.len ? damaged(err, "there is no picture in it") : picture(&p, err);
		s = bv_str_sub(s, whole.len, s.len);
	}
	return bv_err_set(err, BV_ELIMIT, "a PNG of more than %d parts: open the picture and save it again", CHUNKS_MAX);
}
