/* Photographs of persons: what is kept of a file, what is left out, what is refused and why; limits from both sides; archives and folders. */
#define _GNU_SOURCE
#include "itembank/portrait.h"

#include <unistd.h>

#include "base/file.h"
#include "itembank/package.h"
#include "itembank/photo.h"
#include "tests/check.h"
#include "tests/itembank/portrait_made.h"

static const struct bv_str none = { "", 0 };

static enum bv_status
clean(struct bv_buf *out, struct bv_portrait *portrait, const struct bv_buf *file, struct bv_err *err)
{
	bv_buf_clear(out);
	return bv_portrait_clean(out, portrait, bv_buf_str(file), err);
}

/* The same bytes again, and nothing that tells of anybody. */
static void
check_kept(const struct bv_buf *kept, const char *what)
{
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BV_PORTRAIT_MAX);
	struct bv_portrait portrait;
	struct bv_err err;

	CHECK_OK(clean(&again, &portrait, kept, &err), &err, what);
	CHECK(bv_str_eq(bv_buf_str(&again), bv_buf_str(kept)), "%s: what is kept stays as it is", what);
	CHECK(photo_facts(bv_buf_str(kept)) == 0, "%s: it tells of nobody", what);
}

/* EXIF of one directory, big-endian: how it lies, a place, an author. */
static void
exif(struct bv_buf *out, unsigned orientation, bool jpeg)
{
	if (jpeg)
		bv_buf_add(out, (struct bv_str){ "Exif\0\0", 6 });
	bv_buf_add(out, (struct bv_str){ "MM\0\x2a\0\0\0\x08\0\x03", 10 });
	portrait_be(out, 0x01120003, 4), portrait_be(out, 1, 4), portrait_be(out, orientation << 16, 4);
	portrait_be(out, 0x013b0002, 4), portrait_be(out, 4, 4), bv_buf_add(out, BV_STR("An!!"));
	portrait_be(out, 0x88250004, 4), portrait_be(out, 1, 4), portrait_be(out, 50, 4);
	portrait_be(out, 0, 4);
	portrait_be(out, 1, 2), portrait_be(out, 0x00020001, 4), portrait_be(out, 4, 4), bv_buf_add(out, BV_STR("21.0"));
}

/* ---- JPEG ---- */

static void
jpegs(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf plain = BV_BUF(BV_PORTRAIT_MAX), more = BV_BUF(BV_PORTRAIT_MAX), file = BV_BUF(BV_PORTRAIT_MAX), kept = BV_BUF(BV_PORTRAIT_MAX),
	                                     body = BV_BUF(1000);
	struct bv_portrait portrait;
	struct bv_err err;

	jpeg_make(&plain, 300, 400, none);
	CHECK_OK(clean(&kept, &portrait, &plain, &err), &err, "a JPEG");
	CHECK(bv_str_eq(bv_buf_str(&kept), bv_buf_str(&plain)) && strcmp(portrait.type, "image/jpeg") == 0 && portrait.width == 300 && portrait.height == 400, "is kept as it is");
	exif(&body, 1, true);
	jpeg_segment(&more, 0xe1, bv_buf_str(&body));
	jpeg_segment(&more, 0xe1, BV_STR("http://ns.adobe.com/xap/1.0/\0<x/>"));
	jpeg_segment(&more, 0xed, BV_STR("Photoshop 3.0"));
	jpeg_segment(&more, 0xe2, BV_STR("ICC_PROFILE"));
	jpeg_segment(&more, 0xe0, BV_STR("JFXX a small picture"));
	jpeg_segment(&more, 0xfe, BV_STR("<script>alert(1)</script>"));
	jpeg_make(&file, 300, 400, bv_buf_str(&more));
	bv_buf_addz(&file, "PK\003\004<html>behind the end");
	CHECK(photo_facts(bv_buf_str(&file)) == (PHOTO_PLACE | PHOTO_AUTHOR), "one that tells who took it and where");
	CHECK(clean(&kept, &portrait, &file, &err) == BV_OK && bv_str_eq(bv_buf_str(&kept), bv_buf_str(&plain)), "of which only the picture is kept");
	for (unsigned lies = 2; lies <= 8; lies++) {
		bv_buf_clear(&body), bv_buf_clear(&more), bv_buf_clear(&file);
		exif(&body, lies, true);
		jpeg_segment(&more, 0xe1, bv_buf_str(&body));
		jpeg_make(&file, 300, 400, bv_buf_str(&more));
		CHECK(clean(&kept, &portrait, &file, &err) == BV_OK && photo_orientation(bv_buf_str(&kept)) == lies && kept.len == plain.len + 36, "one that lies as %u says, and so does what is kept", lies);
		check_kept(&kept, "turned");
	}
	bv_buf_clear(&body), bv_buf_clear(&more), bv_buf_clear(&file);
	exif(&body, 9, true);
	jpeg_segment(&more, 0xe1, bv_buf_str(&body));
	jpeg_make(&file, 300, 400, bv_buf_str(&more));
	CHECK(clean(&kept, &portrait, &file, &err) == BV_OK && bv_str_eq(bv_buf_str(&kept), bv_buf_str(&plain)), "9 says nothing");

	/* Of Adobe, without JFIF, of several scans, of one grey. */
	bv_buf_clear(&file);
	portrait_be(&file, 0xffd8, 2);
	jpeg_segment(&file, 0xee, (struct bv_str){ "Adobe\0\x64\x12\x34\x56\x78\x01", 12 });
	jpeg_tables(&file);
	jpeg_frame(&file, 0xc2, 300, 400, 3);
	jpeg_segment(&file, 0xdd, (struct bv_str){ "\0\4", 2 });
	jpeg_scan(&file, 1, JPEG_DATA);
	jpeg_segment(&file, 0xfe, BV_STR("between scans"));
	jpeg_scan(&file, 3, JPEG_DATA);
	bv_buf_addz(&file, "\xff\xff\xff\xd9"); /* fill */
	CHECK_OK(clean(&kept, &portrait, &file, &err), &err, "a progressive JPEG by Adobe");
	CHECK(!memmem(kept.p, kept.len, "between", 7) && memmem(kept.p, kept.len, "Adobe\0\x64\0\0\0\0\x01", 12), "without comments, with what its colours are");
	check_kept(&kept, "progressive");
	bv_buf_clear(&file);
	portrait_be(&file, 0xffd8, 2);
	jpeg_tables(&file);
	jpeg_frame(&file, 0xc1, 120, 120, 1);
	jpeg_scan(&file, 1, JPEG_DATA);
	portrait_be(&file, 0xffd9, 2);
	CHECK_OK(clean(&kept, &portrait, &file, &err), &err, "a grey one");
	check_kept(&kept, "grey");
}

enum fault { CMYK, TWELVE_BITS, LOSSLESS, ARITHMETIC, TWO_FRAMES, NO_FRAME, NO_TABLE, NO_SCAN, EMPTY_SCAN, COLOUR_TWICE, COLOUR_MISSING, COLOUR_UNKNOWN, BETWEEN, SHORT_DQT, BAD_DQT, LONG_DHT, BAD_DHT, SAMPLING,
	     DNL, RESTART, SHORT_SOS, JPEG_FAULTS };

static void
jpeg_with(struct bv_buf *out, enum fault fault)
{
	char codes[18] = { 0, 1 };

	portrait_be(out, 0xffd8, 2);
	if (fault == SHORT_DQT)
		jpeg_segment(out, 0xdb, BV_STR("\0""123"));
	if (fault == BAD_DQT)
		jpeg_segment(out, 0xdb, (struct bv_str){ "\x24", 1 });
	if (fault == LONG_DHT)
		codes[1] = 2;
	if (fault == BAD_DHT)
		codes[0] = 0x20;
	if (fault == LONG_DHT || fault == BAD_DHT)
		jpeg_segment(out, 0xc4, (struct bv_str){ codes, sizeof codes });
	if (fault == RESTART)
		jpeg_segment(out, 0xdd, BV_STR("abc"));
	if (fault == DNL)
		jpeg_segment(out, 0xdc, BV_STR("ab"));
	if (fault != NO_TABLE)
		jpeg_tables(out);
	if (fault == BETWEEN)
		bv_buf_addz(out, "between");
	if (fault == TWO_FRAMES)
		jpeg_frame(out, 0xc0, 300, 400, 3);
	size_t frame = out->len;
	if (fault != NO_FRAME)
		jpeg_frame(out, fault == LOSSLESS ? 0xc3 : fault == ARITHMETIC ? 0xc9 : 0xc0, 300, 400, fault == CMYK ? 4 : 3);
	if (fault == TWELVE_BITS)
		out->p[frame + 4] = 12;
	if (fault == COLOUR_TWICE)
		out->p[frame + 13] = 1;
	if (fault == SAMPLING)
		out->p[frame + 11] = 0x15;
	if (fault == SHORT_SOS)
		jpeg_segment(out, 0xda, (struct bv_str){ "\1\1\0", 3 });
	else if (fault != NO_SCAN)
		jpeg_scan(out, fault == COLOUR_MISSING ? 2 : 3, fault == EMPTY_SCAN ? BV_STR_NONE : JPEG_DATA);
	if (fault == COLOUR_UNKNOWN) /* the last scan's first colour */
		out->p[out->len - JPEG_DATA.len - 9] = 9;
	portrait_be(out, 0xffd9, 2);
}

static void
bad_jpegs(void)
{
	static const struct {
		enum fault fault;
		enum bv_status status;
		const char *part;
	} cases[] = {
		{ CMYK, BV_EDENIED, "of 4 colours" },        { TWELVE_BITS, BV_EDENIED, "12 bits" },        { LOSSLESS, BV_EDENIED, "FFC3" },
		{ ARITHMETIC, BV_EDENIED, "FFC9" },          { TWO_FRAMES, BV_EPARSE, "two pictures" },     { NO_FRAME, BV_EPARSE, "without its tables" },
		{ NO_TABLE, BV_EPARSE, "without its tables" }, { NO_SCAN, BV_EPARSE, "a colour is missing" }, { EMPTY_SCAN, BV_EPARSE, "a scan is empty" },
		{ COLOUR_TWICE, BV_EPARSE, "one colour twice" }, { COLOUR_MISSING, BV_EPARSE, "a colour is missing" }, { COLOUR_UNKNOWN, BV_EPARSE, "a colour that there is not" },
		{ BETWEEN, BV_EPARSE, "between its parts" }, { SHORT_DQT, BV_EPARSE, "quantisation is not whole" }, { BAD_DQT, BV_EPARSE, "quantisation that there cannot" },
		{ LONG_DHT, BV_EPARSE, "codes is not whole" }, { BAD_DHT, BV_EPARSE, "codes that there cannot" }, { SAMPLING, BV_EPARSE, "says what cannot be" },
		{ DNL, BV_EDENIED, "FFDC" },                 { RESTART, BV_EPARSE, "between restarts" },    { SHORT_SOS, BV_EPARSE, "head of a scan" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf file = BV_BUF(BV_PORTRAIT_MAX), kept = BV_BUF(BV_PORTRAIT_MAX);
	struct bv_portrait portrait = { .width = 7 };
	struct bv_err err;

	_Static_assert(BV_COUNT(cases) == JPEG_FAULTS, "a case for each");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		bv_buf_clear(&file);
		jpeg_with(&file, cases[i].fault);
		CHECK_REFUSED(clean(&kept, &portrait, &file, &err), cases[i].status, &err, cases[i].part, cases[i].part);
		CHECK(kept.len == 0 && portrait.width == 7, "nothing is given out");
	}
	bv_buf_clear(&file);
	jpeg_make(&file, 300, 400, none);
	for (size_t len = 0; len < file.len; len++) { /* cut off anywhere */
		struct bv_buf cut = { .p = file.p, .len = len };
		if (clean(&kept, &portrait, &cut, &err) == BV_OK)
			CHECK(false, "%zu bytes of a JPEG are one", len);
	}
	for (int parts = 3998; parts <= 4000; parts++) { /* of the head, two tables, a frame, a scan */
		BV_AUTO(bv_buf_finish) struct bv_buf more = BV_BUF(BV_PORTRAIT_MAX);
		for (int i = 0; i < parts - 5; i++)
			jpeg_segment(&more, 0xfe, none);
		bv_buf_clear(&file);
		jpeg_make(&file, 300, 400, bv_buf_str(&more));
		bool good = clean(&kept, &portrait, &file, &err) == BV_OK;
		CHECK(good == (parts < 4000) && (good || (err.status == BV_ELIMIT && strstr(err.msg, "4000 parts"))), "a JPEG of %d parts", parts);
	}
}

/* ---- PNG ---- */

static void
pngs(void)
{
	static const struct {
		unsigned depth, colour, bits; /* bits of a pixel */
	} kinds[] = { { 1, 0, 1 }, { 2, 0, 2 }, { 4, 0, 4 }, { 8, 0, 8 }, { 16, 0, 16 }, { 8, 2, 24 }, { 16, 2, 48 }, { 1, 3, 1 }, { 2, 3, 2 }, { 4, 3, 4 }, { 8, 3, 8 }, { 8, 4, 16 }, { 16, 4, 32 },
		      { 8, 6, 32 }, { 16, 6, 64 } };
	BV_AUTO(bv_buf_finish) struct bv_buf plain = BV_BUF(BV_PORTRAIT_MAX), more = BV_BUF(BV_PORTRAIT_MAX), file = BV_BUF(BV_PORTRAIT_MAX), kept = BV_BUF(BV_PORTRAIT_MAX),
	                                     body = BV_BUF(1000);
	struct bv_portrait portrait;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(kinds); i++) {
		size_t row = (121 * kinds[i].bits + 7) / 8 + 1;
		bv_buf_clear(&file);
		png_begin(&file, 121, 130, kinds[i].depth, kinds[i].colour, 0);
		if (kinds[i].colour == 3)
			png_chunk(&file, "PLTE", BV_STR("abcdef"));
		png_data(&file, row * 130, row, 0x55);
		png_chunk(&file, "IEND", none);
		CHECK(clean(&kept, &portrait, &file, &err) == BV_OK && portrait.width == 121 && portrait.height == 130 && strcmp(portrait.type, "image/png") == 0 &&
		              bv_str_eq(bv_buf_str(&kept), bv_buf_str(&file)),
		      "a PNG of colour %u and %u bits", kinds[i].colour, kinds[i].depth);
	}
	png_make(&plain, 300, 400, 0x40, none);
	exif(&body, 1, false);
	png_chunk(&more, "eXIf", bv_buf_str(&body));
	png_chunk(&more, "tEXt", (struct bv_str){ "Author\0An", 9 });
	png_chunk(&more, "acTL", BV_STR("moves"));
	bv_buf_clear(&file);
	png_make(&file, 300, 400, 0x40, bv_buf_str(&more));
	bv_buf_addz(&file, "<?php");
	CHECK(photo_facts(bv_buf_str(&file)) == (PHOTO_PLACE | PHOTO_AUTHOR), "one that tells who took it and where");
	CHECK(clean(&kept, &portrait, &file, &err) == BV_OK && bv_str_eq(bv_buf_str(&kept), bv_buf_str(&plain)), "of which only the picture is kept");
	check_kept(&kept, "PNG");
	bv_buf_clear(&body), bv_buf_clear(&more), bv_buf_clear(&file);
	exif(&body, 6, false);
	png_chunk(&more, "eXIf", bv_buf_str(&body));
	png_make(&file, 300, 400, 0x40, bv_buf_str(&more));
	CHECK_REFUSED(clean(&kept, &portrait, &file, &err), BV_EDENIED, &err, "lies on its side", "one that only its metadata turn");

	/* Interlaced: 300 × 400 of one byte are 7 passes of 38×50, 37×50, 75×50, 75×100, 150×100, 150×200, 300×200 and a byte a row. */
	for (int change = -1; change <= 1; change++) {
		size_t size = 38 * 50 + 37 * 50 + 75 * 50 + 75 * 100 + 150 * 100 + 150 * 200 + 300 * 200 + 50 * 3 + 100 * 2 + 200 * 2;
		bv_buf_clear(&file);
		png_begin(&file, 300, 400, 8, 0, 1);
		png_data(&file, size + (size_t)change, SIZE_MAX, 0);
		png_chunk(&file, "IEND", none);
		CHECK((clean(&kept, &portrait, &file, &err) == BV_OK) == !change, "an interlaced PNG, %d bytes too many", change);
	}
}

static void
bad_pngs(void)
{
	static const struct {
		const char *type;
		struct bv_str body;
		enum bv_status status;
		const char *part;
	} chunks[] = {
		{ "IHDR", { "x", 1 }, BV_EDENIED, "not known here" },   { "PLTE", { "abc", 3 }, BV_EPARSE, "palette" },     { "tRNS", { "a", 1 }, BV_EPARSE, "transparency" },
		{ "tRNS", { "abc", 3 }, BV_EPARSE, "transparency" },     { "ABCD", { "", 0 }, BV_EDENIED, "not known here" }, { "ab D", { "", 0 }, BV_EPARSE, "was changed" },
	};
	static const unsigned headers[][3] = { { 3, 0, 0 }, { 0, 0, 0 }, { 4, 2, 0 }, { 16, 3, 0 }, { 8, 1, 0 }, { 8, 5, 0 }, { 8, 7, 0 }, { 32, 0, 0 }, { 8, 0, 2 }, { 8, 0, 0x100 }, { 8, 0, 0x10000 } };
	BV_AUTO(bv_buf_finish) struct bv_buf file = BV_BUF(BV_PORTRAIT_MAX), kept = BV_BUF(BV_PORTRAIT_MAX), more = BV_BUF(1000);
	struct bv_portrait portrait;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(chunks); i++) {
		bv_buf_clear(&file), bv_buf_clear(&more);
		png_chunk(&more, chunks[i].type, chunks[i].body);
		png_make(&file, 300, 400, 1, bv_buf_str(&more));
		CHECK_REFUSED(clean(&kept, &portrait, &file, &err), chunks[i].status, &err, chunks[i].part, chunks[i].type);
	}
	for (size_t i = 0; i < BV_COUNT(headers); i++) {
		bv_buf_clear(&file);
		png_begin(&file, 300, 400, headers[i][0], headers[i][1], headers[i][2]);
		png_data(&file, 301 * 400, 301, 0);
		png_chunk(&file, "IEND", none);
		CHECK_REFUSED(clean(&kept, &portrait, &file, &err), BV_EPARSE, &err, "header says what cannot be", "a header that there cannot be");
	}
	static const int sizes[] = { -301, -1, 1, 301, 20000000 };
	for (size_t i = 0; i < BV_COUNT(sizes); i++) {
		bv_buf_clear(&file);
		png_begin(&file, 300, 400, 8, 0, 0);
		png_data(&file, (size_t)(301 * 400 + sizes[i]), 301, 0);
		png_chunk(&file, "IEND", none);
		CHECK_REFUSED(clean(&kept, &portrait, &file, &err), BV_EPARSE, &err, "another size", "a picture of more or less than its header says");
	}
	bv_buf_clear(&file);
	png_begin(&file, 300, 400, 8, 0, 0);
	png_data(&file, 60000000, 301, 0);
	png_chunk(&file, "IEND", none);
	CHECK_REFUSED(clean(&kept, &portrait, &file, &err), BV_EPARSE, &err, "does not unpack", "one that unpacks to 60 MB");
	bv_buf_clear(&file);
	png_begin(&file, 300, 400, 8, 0, 0);
	png_chunk(&file, "IDAT", BV_STR("not packed"));
	png_chunk(&file, "IEND", none);
	CHECK_REFUSED(clean(&kept, &portrait, &file, &err), BV_EPARSE, &err, "does not unpack", "one that does not unpack");
	bv_buf_clear(&file);
	png_begin(&file, 300, 400, 8, 0, 0);
	png_data(&file, 301 * 400, 301, 0);
	png_chunk(&file, "tEXt", BV_STR("a"));
	png_data(&file, 301 * 400, 301, 0);
	png_chunk(&file, "IEND", none);
	CHECK_REFUSED(clean(&kept, &portrait, &file, &err), BV_EPARSE, &err, "not in order", "data in two places");
	bv_buf_clear(&file);
	png_begin(&file, 300, 400, 8, 3, 0);
	png_data(&file, 301 * 400, 301, 0);
	png_chunk(&file, "IEND", none);
	CHECK_REFUSED(clean(&kept, &portrait, &file, &err), BV_EPARSE, &err, "not in order", "no palette");
	bv_buf_clear(&file);
	png_make(&file, 300, 400, 9, none);
	for (size_t at = 0; at < file.len; at++) { /* one bit of any byte changed, or cut off there */
		struct bv_buf cut = { .p = file.p, .len = at };
		if (clean(&kept, &portrait, &cut, &err) == BV_OK)
			CHECK(false, "%zu bytes of a PNG are one", at);
		file.p[at] ^= 4;
		if (clean(&kept, &portrait, &file, &err) == BV_OK)
			CHECK(false, "a PNG of which byte %zu was changed is one", at);
		file.p[at] ^= 4;
	}
	CHECK_OK(clean(&kept, &portrait, &file, &err), &err, "unchanged it is one");
}

/* ---- Limits ---- */

static void
limits(void)
{
	static const struct {
		uint32_t width, height;
		bool good;
	} sides[] = { { 120, 120, true }, { 119, 400, false }, { 400, 119, false }, { 0, 400, false }, { 400, 0, false }, { 4000, 1000, true }, { 1000, 4000, true }, { 4001, 120, false }, { 120, 4001, false },
		      { 2000, 2000, true }, { 2001, 2000, false }, { 65535, 65535, false } };
	BV_AUTO(bv_buf_finish) struct bv_buf file = BV_BUF(BV_PORTRAIT_FILE_MAX + 10000), kept = BV_BUF(BV_PORTRAIT_MAX);
	struct bv_portrait portrait;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(sides); i++)
		for (int png = 0; png < 2; png++) {
			bv_buf_clear(&file);
			if (png)
				png_make(&file, sides[i].width, sides[i].height > 4001 ? 1 : sides[i].height, 0, none);
			else
				jpeg_make(&file, sides[i].width, sides[i].height, none);
			bool good = clean(&kept, &portrait, &file, &err) == BV_OK;
			CHECK(good == sides[i].good && (good || err.status == BV_ELIMIT), "a %s of %u × %u", png ? "PNG" : "JPEG", sides[i].width, sides[i].height);
		}
	/* What is kept: 1 MiB; what may come: 8 MiB. */
	for (int over = 0; over < 2; over++) {
		bv_buf_clear(&file);
		portrait_be(&file, 0xffd8, 2);
		jpeg_tables(&file);
		jpeg_frame(&file, 0xc0, 300, 400, 3);
		jpeg_scan(&file, 3, JPEG_DATA);
		while (file.len < BV_PORTRAIT_MAX - 2 + (size_t)over)
			bv_buf_addc(&file, 'x');
		portrait_be(&file, 0xffd9, 2);
		bool good = clean(&kept, &portrait, &file, &err) == BV_OK;
		CHECK(good == !over && (good || (err.status == BV_ELIMIT && strstr(err.msg, "1024 are kept"))), "%zu bytes of a picture", file.len);
		bv_buf_clear(&file);
		jpeg_make(&file, 300, 400, none);
		while (file.len < BV_PORTRAIT_FILE_MAX + (size_t)over)
			bv_buf_addc(&file, 'x');
		good = clean(&kept, &portrait, &file, &err) == BV_OK;
		CHECK(good == !over && (good || (err.status == BV_ELIMIT && strstr(err.msg, "8 MiB"))), "%zu bytes of a file", file.len);
	}
	static const struct bv_str others[] = { { "GIF89a......", 12 }, { "RIFF....WEBPVP8 ", 16 }, { "%PDF-1.4", 8 }, { "<svg xmlns='x'/>", 16 }, { "\xff\xd8", 2 }, { "\x89PNG", 4 }, { "a", 1 } };
	for (size_t i = 0; i < BV_COUNT(others); i++)
		CHECK_REFUSED(bv_portrait_clean(&kept, &portrait, others[i], &err), BV_EPARSE, &err, "neither JPEG nor PNG", others[i].p);
	CHECK_REFUSED(bv_portrait_clean(&kept, &portrait, none, &err), BV_EPARSE, &err, "is empty", "no bytes");
}

/* ---- Archives, folders ---- */

static enum bv_status
visit(void *ctx, const struct bv_portrait_file *file, struct bv_err *err)
{
	struct bv_buf *text = ctx;

	(void)err;
	CHECK(!file->wrong == (file->bytes.len > 0), "bytes, or why there are none");
	CHECK(!file->wrong == !file->why, "and a word for it");
	bv_buf_printf(text, "%.*s %s\n", BV_STR_ARG(file->name), file->wrong ? file->why : "good");
	return BV_OK;
}

static void
archives(void)
{
	static const char *const names[] = { "P1/TS-0001.jpg", "P1/TS-0002.PNG", "P2/001090000003.Jpeg", "P2/ TS-0004 .jpg", "TS.5", "sai.png", "__MACOSX/P1/._TS-0001.jpg", ".DS_Store", "P2/Thumbs.db", "desktop.ini" };
	char folder[] = "/tmp/bv-test-portrait-XXXXXX";
	BV_AUTO(bv_buf_finish) struct bv_buf jpeg = BV_BUF(BV_PORTRAIT_MAX), png = BV_BUF(BV_PORTRAIT_MAX), zip = BV_BUF(16u << 20), told = BV_BUF(10000);
	BV_AUTO(package_writer_free) struct package_writer *writer = package_writer_new();
	BV_AUTO(bv_file_group_free) struct bv_file_group *files = NULL;
	struct bv_err err;

	CHECK(mkdtemp(folder) && bv_file_group_open(&files, folder, &err) == BV_OK, "a folder");
	jpeg_make(&jpeg, 300, 400, none);
	png_make(&png, 300, 400, 7, none);
	for (size_t i = 0; i < BV_COUNT(names); i++) {
		struct bv_str bytes = i == 5 ? BV_STR("no picture") : i & 1 ? bv_buf_str(&png) : bv_buf_str(&jpeg);
		CHECK(package_writer_add(writer, bv_str_of(names[i]), bytes, true, &err) == BV_OK && bv_file_group_add(files, names[i], bytes, 0600, &err) == BV_OK, "%s", names[i]);
	}
	CHECK_OK(package_writer_finish(writer, &zip, &err), &err, "an archive");
	CHECK_OK(bv_portraits_read(bv_buf_str(&zip), BV_STR("a.zip"), visit, &told, &err), &err, "is read");
	CHECK_STR(bv_buf_str(&told), BV_STR("TS-0001 good\nTS-0002 good\nTS-0004 good\n001090000003 good\nsai format\nTS.5 good\n"), "file by file");
	BV_AUTO(bv_buf_finish) struct bv_buf first = BV_BUF(10000);
	bv_buf_add(&first, bv_buf_str(&told));
	bv_buf_clear(&told);
	CHECK_OK(bv_portraits_read_folder(folder, visit, &told, &err), &err, "so is a folder");
	CHECK_STR(bv_buf_str(&told), bv_buf_str(&first), "alike");
	bv_buf_clear(&told);
	CHECK_OK(bv_portraits_read(bv_buf_str(&jpeg), BV_STR("dir/TS-0009.JPG"), visit, &told, &err), &err, "so is one picture");
	CHECK_STR(bv_buf_str(&told), BV_STR("TS-0009 good\n"), "called after whose it is");
	for (size_t i = 0; i < BV_COUNT(names); i++) {
		char path[200];
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
	CHECK_REFUSED(bv_portraits_read_folder(folder, visit, &told, &err), BV_EINVAL, &err, "no file", "an empty folder");
	static const char *const folders[] = { "P1", "P2", "__MACOSX/P1", "__MACOSX", "" };
	for (size_t i = 0; i < BV_COUNT(folders); i++) {
		char path[200];
		snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
		rmdir(path);
	}
	CHECK_REFUSED(bv_portraits_read_folder(folder, visit, &told, &err), BV_ENOTFOUND, &err, "/tmp/bv-test-portrait", "a folder that is not there");
	for (size_t len = 4; len < zip.len; len += zip.len / 50) {
		bv_buf_clear(&told);
		if (bv_portraits_read(bv_str_sub(bv_buf_str(&zip), 0, len), BV_STR("a.zip"), visit, &told, &err) == BV_OK)
			CHECK(false, "%zu bytes of an archive are one", len);
	}
}

/* The directory says that a file begins where the archive is not. */
static void
outside(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf png = BV_BUF(BV_PORTRAIT_MAX), zip = BV_BUF(BV_PORTRAIT_MAX), told = BV_BUF(1000);
	BV_AUTO(package_writer_free) struct package_writer *writer = package_writer_new();
	struct bv_err err;

	png_make(&png, 300, 400, 7, none);
	for (int i = 0; i < 2; i++)
		CHECK_OK(package_writer_add(writer, i ? BV_STR("B.png") : BV_STR("A.png"), bv_buf_str(&png), false, &err), &err, "a file");
	CHECK_OK(package_writer_finish(writer, &zip, &err), &err, "an archive");
	size_t first = (size_t)((char *)memmem(zip.p, zip.len, "PK\1\2", 4) - zip.p), last = (size_t)((char *)memmem(zip.p + first + 4, zip.len - first - 4, "PK\1\2", 4) - zip.p);
	memcpy(zip.p + last + 42, "\0\0\0\x7f", 4);
	memset(zip.p + 28, 0xff, 2); /* so that extra fields of the first would reach beyond the end */
	CHECK_REFUSED(bv_portraits_read(bv_buf_str(&zip), BV_STR("a.zip"), visit, &told, &err), BV_EPARSE, &err, "archive is damaged", "a file that begins behind the end");
}

/* What would unpack to very much, an archive in an archive, a file that is too large. */
static void
bombs(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf zeros = BV_BUF(64u << 20), zip = BV_BUF(16u << 20), outer = BV_BUF(16u << 20), told = BV_BUF(10000);
	struct bv_err err;

	uint32_t noise = 1;
	for (size_t i = 0; i < BV_PORTRAIT_FILE_MAX + 1; i++)
		bv_buf_addc(&zeros, (char)((noise = noise * 1664525 + 1013904223) >> 28)); /* packs, and not too well */
	{
		BV_AUTO(package_writer_free) struct package_writer *writer = package_writer_new();
		CHECK(package_writer_add(writer, BV_STR("A.jpg"), bv_buf_str(&zeros), true, &err) == BV_OK && package_writer_finish(writer, &zip, &err) == BV_OK, "a large file in an archive");
		CHECK_OK(bv_portraits_read(bv_buf_str(&zip), BV_STR("a.zip"), visit, &told, &err), &err, "is one fault");
		CHECK_STR(bv_buf_str(&told), BV_STR("A size\n"), "of its own");
	}
	bv_buf_clear(&told);
	{
		BV_AUTO(package_writer_free) struct package_writer *writer = package_writer_new();
		CHECK(package_writer_add(writer, BV_STR("B.jpg"), bv_buf_str(&zip), true, &err) == BV_OK && package_writer_finish(writer, &outer, &err) == BV_OK, "an archive in an archive");
		CHECK_OK(bv_portraits_read(bv_buf_str(&outer), BV_STR("a.zip"), visit, &told, &err), &err, "is not opened");
		CHECK_STR(bv_buf_str(&told), BV_STR("B format\n"), "and told");
	}
	memset(zeros.p, 0, zeros.len);
	{
		BV_AUTO(package_writer_free) struct package_writer *writer = package_writer_new();
		enum bv_status status = package_writer_add(writer, BV_STR("C.jpg"), bv_buf_str(&zeros), true, &err);
		if (status == BV_OK)
			status = package_writer_finish(writer, &zip, &err);
		CHECK(status == BV_ELIMIT || bv_portraits_read(bv_buf_str(&zip), BV_STR("a.zip"), visit, &told, &err) == BV_ELIMIT, "what packs to a thousandth is none: %s", err.msg);
	}
}

int
main(void)
{
	jpegs();
	bad_jpegs();
	pngs();
	bad_pngs();
	limits();
	archives();
	outside();
	bombs();
	return check_end();
}
