/* A JPEG, segment by segment (ISO/IEC 10918-1 annex B): tables, one frame, its scans. What programs add beside the picture is left out, but how the picture lies. */
#include "itembank/portrait.h"

enum { COMPONENTS_MAX = 3, SEGMENTS_MAX = 4000 };

struct jpeg {
	struct bv_str s;  /* what is still to be read */
	struct bv_buf *out;
	struct bv_portrait *portrait;
	unsigned orientation;
	bool jfif, adobe, quantised;
	uint8_t component_count; /* of the frame; 0: none yet */
	uint8_t components[COMPONENTS_MAX];
	bool seen[COMPONENTS_MAX]; /* in a scan */
};

static enum bv_status
damaged(struct bv_err *err, const char *what)
{
	return bv_err_set(err, BV_EPARSE, "a damaged JPEG: %s. Open the picture and save it again", what);
}

static void
segment(struct bv_buf *out, unsigned marker, struct bv_str body)
{
	const char head[4] = { '\xff', (char)marker, (char)((body.len + 2) >> 8), (char)(body.len + 2) };

	bv_buf_add(out, (struct bv_str){ head, sizeof head });
	bv_buf_add(out, body);
}

/* ---- What is kept ---- */

/* §B.2.4.1: each table a byte, then 64 numbers of 8 or 16 bits. */
static enum bv_status
quantisation(struct jpeg *j, struct bv_str body, struct bv_err *err)
{
	size_t at = 0;

	while (at < body.len) {
		uint32_t head = portrait_number(body, at, 1);
		if ((head >> 4) > 1 || (head & 15) > 3)
			return damaged(err, "a table of quantisation that there cannot be");
		at += (head >> 4) ? 129 : 65;
	}
	if (!body.len || at != body.len)
		return damaged(err, "a table of quantisation is not whole");
	j->quantised = true;
	return BV_OK;
}

/* §B.2.4.2: each table a byte, 16 counts, and as many symbols. */
static enum bv_status
huffman(struct bv_str body, struct bv_err *err)
{
	size_t at = 0;

	while (at < body.len) {
		uint32_t head = portrait_number(body, at, 1), symbols = 0;
		for (unsigned i = 0; i < 16; i++)
			symbols += portrait_number(body, at + 1 + i, 1);
		if ((head >> 4) > 1 || (head & 15) > 3 || symbols > 256)
			return damaged(err, "a table of codes that there cannot be");
		at += 17 + symbols;
	}
	return body.len && at == body.len ? BV_OK : damaged(err, "a table of codes is not whole");
}

/* §B.2.2 */
static enum bv_status
frame(struct jpeg *j, struct bv_str body, struct bv_err *err)
{
	uint32_t count = portrait_number(body, 5, 1);

	if (j->component_count)
		return damaged(err, "two pictures in one");
	if (portrait_number(body, 0, 1) != 8 || (count != 1 && count != COMPONENTS_MAX))
		return bv_err_set(err, BV_EDENIED, "a JPEG of a kind that browsers do not show alike (of %u colours, %u bits each): save it with three colours of 8 bits", count,
		                  portrait_number(body, 0, 1));
	if (body.len != 6 + 3 * (size_t)count)
		return damaged(err, "its frame is not whole");
	j->portrait->height = portrait_number(body, 1, 2);
	j->portrait->width = portrait_number(body, 3, 2);
	TRY(portrait_sides_check(j->portrait->width, j->portrait->height, err));
	for (uint32_t i = 0; i < count; i++) {
		uint32_t sampling = portrait_number(body, 7 + 3 * i, 1);
		j->components[i] = (uint8_t)portrait_number(body, 6 + 3 * i, 1);
		if (!(sampling >> 4) || (sampling >> 4) > 4 || !(sampling & 15) || (sampling & 15) > 4 || portrait_number(body, 8 + 3 * i, 1) > 3)
			return damaged(err, "its frame says what cannot be");
		for (uint32_t k = 0; k < i; k++)
			if (j->components[k] == j->components[i])
				return damaged(err, "its frame has one colour twice");
	}
	j->component_count = (uint8_t)count;
	return BV_OK;
}

/* §B.2.3 */
static enum bv_status
scan_head(struct jpeg *j, struct bv_str body, struct bv_err *err)
{
	uint32_t count = portrait_number(body, 0, 1);

	if (!j->component_count || !j->quantised)
		return damaged(err, "a picture without its tables");
	if (!count || count > j->component_count || body.len != 4 + 2 * (size_t)count)
		return damaged(err, "the head of a scan is not whole");
	for (uint32_t i = 0; i < count; i++) {
		uint8_t k = 0, id = (uint8_t)portrait_number(body, 1 + 2 * i, 1);
		while (k < j->component_count && j->components[k] != id)
			k++;
		if (k == j->component_count)
			return damaged(err, "a scan of a colour that there is not");
		j->seen[k] = true;
	}
	return BV_OK;
}

/* The bytes of a scan go to the next marker that is none of theirs: not FF 00, not a restart (§B.1.1.5, §F.1.2.3). */
static enum bv_status
scan(struct jpeg *j, struct bv_err *err)
{
	size_t len = 0;

	for (;;) {
		if (len + 1 >= j->s.len)
			return damaged(err, "it is cut off");
		unsigned char next = (unsigned char)j->s.p[len + 1];
		if ((unsigned char)j->s.p[len] == 0xff && next != 0 && (next < 0xd0 || next > 0xd7))
			break;
		len++;
	}
	if (!len)
		return damaged(err, "a scan is empty");
	bv_buf_add(j->out, bv_str_sub(j->s, 0, len));
	j->s = bv_str_sub(j->s, len, j->s.len);
	return BV_OK;
}

/* ---- What stands before it ---- */

/* EXIF with nothing in it but the orientation: TIFF, big-endian, one entry. */
static void
write_orientation(struct bv_buf *out, unsigned orientation)
{
	const char exif[] = { 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (char)orientation, 0, 0, 0, 0, 0, 0 };

	segment(out, 0xe1, (struct bv_str){ exif, sizeof exif });
}

/* JFIF says that the colours are YCbCr (ITU-T T.871 §10.1), and so may a segment of Adobe, or that they are not. Both are written as if they were new. */
static void
write_head(struct jpeg *j, struct bv_str bytes)
{
	size_t at = 2;

	bv_buf_add(j->out, BV_STR("\xff\xd8"));
	while (portrait_number(bytes, at, 1) == 0xff && portrait_number(bytes, at + 1, 1) != 0xda) {
		uint32_t marker = portrait_number(bytes, at + 1, 1), len = portrait_number(bytes, at + 2, 2);
		struct bv_str body = bv_str_sub(bytes, at + 4, len < 2 ? 0 : len - 2);
		if (marker == 0xff) {
			at++;
			continue;
		}
		if (marker == 0xe0 && !j->jfif && body.len >= 14 && memcmp(body.p, "JFIF", 5) == 0) {
			j->jfif = true;
			segment(j->out, 0xe0, (struct bv_str){ "JFIF\0\1\1\0\0\1\0\1\0\0", 14 }); /* pixels are squares; no small picture */
		}
		if (marker == 0xee && !j->adobe && body.len == 12 && memcmp(body.p, "Adobe", 5) == 0 && (unsigned char)body.p[11] < 2) {
			const char adobe[12] = { 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, body.p[11] };
			j->adobe = true;
			segment(j->out, 0xee, (struct bv_str){ adobe, sizeof adobe });
		}
		if (len < 2)
			break;
		at += 2 + (size_t)len;
	}
	if (j->orientation > 1)
		write_orientation(j->out, j->orientation);
}

/* ---- The whole ---- */

static enum bv_status
keep(struct jpeg *j, uint32_t marker, struct bv_str body, struct bv_err *err)
{
	switch (marker) {
	case 0xdb:
		TRY(quantisation(j, body, err));
		break;
	case 0xc4:
		TRY(huffman(body, err));
		break;
	case 0xc0:
	case 0xc1:
	case 0xc2:
		TRY(frame(j, body, err));
		break;
	case 0xdd:
		if (body.len != 2)
			return damaged(err, "the length between restarts is not whole");
		break;
	case 0xda:
		TRY(scan_head(j, body, err));
		break;
	default:
		if ((marker >= 0xe0 && marker <= 0xef) || marker == 0xfe) /* of programs; comments */
			return BV_OK;
		return bv_err_set(err, BV_EDENIED, "a JPEG of a kind that browsers do not show (FF%02X): save it as an ordinary one", marker);
	}
	segment(j->out, marker, body);
	return marker == 0xda ? scan(j, err) : BV_OK;
}

enum bv_status
portrait_jpeg(struct bv_buf *out, struct bv_portrait *portrait, struct bv_str bytes, unsigned orientation, struct bv_err *err)
{
	struct jpeg j = { .s = bv_str_sub(bytes, 2, bytes.len), .out = out, .portrait = portrait, .orientation = orientation };

	write_head(&j, bytes);
	for (int segments = 0; segments < SEGMENTS_MAX; segments++) {
		while (portrait_number(j.s, 0, 2) == 0xffff) /* fill */
			j.s = bv_str_sub(j.s, 1, j.s.len);
		uint32_t marker = portrait_number(j.s, 1, 1), len = portrait_number(j.s, 2, 2);
		if (j.s.len < 2 || portrait_number(j.s, 0, 1) != 0xff)
			return damaged(err, j.s.len < 2 ? "it is cut off" : "there are bytes between its parts");
		if (marker == 0xd9) { /* what stands behind it is not of the picture */
			for (uint8_t i = 0; i < j.component_count; i++)
				if (!j.seen[i])
					return damaged(err, "a colour is missing");
			if (!j.component_count)
				return damaged(err, "there is no picture in it");
			bv_buf_add(out, BV_STR("\xff\xd9"));
			return BV_OK;
		}
		if (j.s.len < 4 || len < 2 || len + 2 > j.s.len)
			return damaged(err, "it is cut off");
		struct bv_str body = bv_str_sub(j.s, 4, len - 2);
		j.s = bv_str_sub(j.s, 2 + (size_t)len, j.s.len);
		TRY(keep(&j, marker, body, err));
	}
	return bv_err_set(err, BV_ELIMIT, "a JPEG of more than %d parts: open the picture and save it again", SEGMENTS_MAX);
}
