/* Media by their first bytes (the formats' own standards), and SVG that is a picture only. */
#include "itembank/media_type.h"
#include "itembank/module.h"
#include "tests/check.h"

static void
test_types(void)
{
	static const struct {
		struct bv_str bytes;
		const char *type; /* NULL: none */
	} cases[] = {
		{ { "\x89PNG\r\n\x1a\n", 8 }, "image/png" },
		{ { "\x89PNG\r\n\x1a", 7 }, NULL },
		{ { "\xff\xd8\xff\xe0", 4 }, "image/jpeg" },
		{ { "\xff\xd8", 2 }, NULL },
		{ { "GIF87a", 6 }, "image/gif" },
		{ { "GIF89a", 6 }, "image/gif" },
		{ { "GIF88a", 6 }, NULL },
		{ { "RIFF\1\0\0\0WEBPVP8L", 16 }, "image/webp" },
		{ { "RIFX\1\0\0\0WEBPVP8L", 16 }, NULL },
		{ { "RIFF\1\0\0\0WAVEfmt ", 16 }, "audio/wav" },
		{ { "RIFF\1\0\0\0AVI LIST", 16 }, NULL },
		{ { "\0\0\0\x1c" "ftypavif\0\0\0\0", 16 }, "image/avif" },
		{ { "\0\0\0\x1c" "ftypM4A \0\0\0\0", 16 }, "audio/mp4" },
		{ { "\0\0\0\x1c" "ftypisom\0\0\0\0", 16 }, "video/mp4" },
		{ { "\0\0\0\x1c" "ftypqt  \0\0\0\0", 16 }, NULL },
		{ { "\0\0\0\x1c" "ftypheic\0\0\0\0", 16 }, NULL },
		{ { "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1", 19 }, "image/bmp" },
		{ { "BMW is no picture at all", 24 }, NULL },
		{ { "fLaC\0", 5 }, "audio/flac" },
		{ { "ID3\3", 4 }, "audio/mpeg" },
		{ { "\xff\xfb\x90\x64\0", 5 }, "audio/mpeg" },
		{ { "\xff\xfb\xf0\x64\0", 5 }, NULL }, /* a bit rate that does not exist */
		{ { "\xff\xfb\x9c\x64\0", 5 }, NULL }, /* a sampling rate that does not */
		{ { "\xff\xfe<\0h\0", 6 }, NULL },      /* UTF-16 */
		{ { "\x1a\x45\xdf\xa3", 4 }, "video/webm" },
		{ { "OggS\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x1e\1vorbis", 35 }, "audio/ogg" },
		{ { "OggS\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x2a\x80theora", 35 }, "video/ogg" },
		{ { "WEBVTT\n", 7 }, "text/vtt" },
		{ { "<svg xmlns='http://www.w3.org/2000/svg'/>", 41 }, "image/svg+xml" },
		{ { "\xef\xbb\xbf<?xml version='1.0'?>\n<!-- > --><s:svg>", 42 }, "image/svg+xml" },
		{ { "<!DOCTYPE svg PUBLIC 'a' 'b' [\n<!ENTITY c 'd'>\n]>\n<svg/>", 57 }, "image/svg+xml" },
		{ { "<!DOCTYPE svg [<!ENTITY c 'd'> ]><html/>", 40 }, NULL },
		{ { "]<svg/>", 7 }, NULL },
		{ { "<svga/>", 7 }, NULL },
		{ { "<html><svg/></html>", 19 }, NULL },
		{ { "<!-- <svg>", 10 }, NULL },
		{ { "", 0 }, NULL },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		const char *got = media_type_of(cases[i].bytes), *want = cases[i].type;
		CHECK(got == want || (got && want && strcmp(got, want) == 0), "case %zu is %s, got %s", i, want ? want : "none", got ? got : "none");
	}
}

static void
test_modules(void)
{
	static const struct {
		struct bv_str bytes;
		const char *type; /* NULL: none */
	} cases[] = {
		{ { "define(1)", 9 }, MODULE_SCRIPT },
		{ { " {\"a\":1} ", 9 }, MODULE_SETTINGS },
		{ { "[1]", 3 }, MODULE_SETTINGS },
		{ { "{a:1}", 5 }, MODULE_SCRIPT },
		{ { "\xef\xbb\xbf{}", 5 }, MODULE_SETTINGS },
		{ { "12", 2 }, MODULE_SCRIPT },
		{ { "// Bảng", 9 }, MODULE_SCRIPT },
		{ { "// \xff", 4 }, NULL },
		{ { "a\0b", 3 }, NULL },
		{ { "a\1b", 3 }, NULL },
		{ { "\n<script>", 9 }, NULL },
		{ { "\xef\xbb\xbf<!--", 7 }, NULL },
		{ { "GIF89a=1", 8 }, NULL },
		{ { "WEBVTT\n", 7 }, NULL },
		{ { " \n", 2 }, NULL },
		{ { "", 0 }, NULL },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf large = BV_BUF(MODULE_MAX + 1);
	const char *known = NULL, *type = NULL;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		const char *got = module_type_of(cases[i].bytes), *want = cases[i].type;
		CHECK(got == want || (got && want && strcmp(got, want) == 0), "module %zu is %s, got %s", i, want ? want : "none", got ? got : "none");
	}
	CHECK(module_type_known(&known, BV_STR("text/javascript")) && strcmp(known, MODULE_SCRIPT) == 0, "its type is known");
	CHECK(!module_type_known(&known, BV_STR("text/html")) && !module_type_known(&known, BV_STR("image/png")), "others are not");
	while (large.len < MODULE_MAX)
		bv_buf_addc(&large, ' ' + large.len % 9);
	CHECK_OK(module_check(&type, BV_STR("a.mjs"), bv_buf_str(&large), &err), &err, "a script of 8 MiB");
	bv_buf_addc(&large, 'x');
	CHECK_REFUSED(module_check(&type, BV_STR("a.mjs"), bv_buf_str(&large), &err), BV_ELIMIT, &err, "larger than", "  and a byte");
	CHECK_REFUSED(module_check(&type, BV_STR("a.png"), BV_STR("1"), &err), BV_EDENIED, &err, "not named as a script", "another name");
}

static void
test_names(void)
{
	static const struct {
		const char *name;
		struct bv_str bytes;
		const char *says; /* NULL: good */
		bool odd;
	} cases[] = {
		{ "a.png", { "\x89PNG\r\n\x1a\n", 8 }, NULL, false },
		{ "folder/A.PNG", { "\x89PNG\r\n\x1a\n", 8 }, NULL, false },
		{ "a.jpg", { "\x89PNG\r\n\x1a\n", 8 }, NULL, true },
		{ "a.mp4", { "\x1a\x45\xdf\xa3", 4 }, NULL, true },
		{ "a.mp3", { "\0\0\0\x1c" "ftypisom\0\0\0\0", 16 }, NULL, true },
		{ "a.mp3", { "\x89PNG\r\n\x1a\n", 8 }, "is image/png by its bytes", false },
		{ "a.vtt", { "\x89PNG\r\n\x1a\n", 8 }, "is image/png by its bytes", false },
		{ "png", { "\x89PNG\r\n\x1a\n", 8 }, "its name does not say", false },
		{ "a.html", { "\x89PNG\r\n\x1a\n", 8 }, "its name does not say", false },
		{ "a.png", { "<html>", 6 }, "of a known format", false },
		{ "a.svg", { "<svg/>", 6 }, "not svg of http", false },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		const char *type = NULL;
		bool odd = false;
		struct bv_err err = { 0 };
		enum bv_status status = media_check(&type, &odd, bv_str_of(cases[i].name), cases[i].bytes, &err);
		if (cases[i].says)
			CHECK(status != BV_OK && strstr(err.msg, cases[i].says), "%s: %s", cases[i].name, err.msg);
		else
			CHECK(status == BV_OK && type && odd == cases[i].odd, "%s is kept as %s", cases[i].name, type ? type : err.msg);
	}
	const char *type;
	CHECK(media_type_known(&type, BV_STR("audio/ogg")) && !media_type_known(&type, BV_STR("text/html")), "types that are known");
}

#define SVG(inside) "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' xmlns:h='http://www.w3.org/1999/xhtml' xmlns:e='http://editor.example/'>" inside "</svg>"

static void
test_svg(void)
{
	static const struct {
		const char *xml, *says; /* NULL: good */
	} cases[] = {
		{ SVG("<g><path d='M0 0'/><text x='1'>câu</text></g>"), NULL },
		{ SVG("<defs><linearGradient id='a'/></defs><rect fill='url(#a)' style=\"stroke: url('#a')\"/>"), NULL },
		{ SVG("<use xlink:href='#a' xlink:title='x'/><use href='#a'/>"), NULL },
		{ SVG("<image href='data:image/png;base64,AAAA'/>"), NULL },
		{ SVG("<style>path { fill: red; mask: url(#m) }</style>"), NULL },
		{ SVG("<e:view e:zoom='1'/><metadata><e:x/></metadata>"), NULL },
		{ SVG("<script>alert(1)</script>"), "<script>" },
		{ SVG("<g><g><script href='a.js'/></g></g>"), "<script>" },
		{ SVG("<rect onclick='alert(1)'/>"), "is a script" },
		{ SVG("<rect ONLOAD='alert(1)'/>"), "is a script" },
		{ "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "is a script" },
		{ SVG("<a href='http://www.example.org'/>"), "<a>" },
		{ SVG("<foreignObject/>"), "<foreignObject>" },
		{ SVG("<h:script/>"), "<script>" },
		{ SVG("<h:iframe/>"), "<iframe>" },
		{ SVG("<x xmlns=''/>"), "<x>" },
		{ SVG("<set attributeName='href' to='javascript:alert(1)'/>"), "<set>" },
		{ SVG("<animate attributeName='href'/>"), "<animate>" },
		{ SVG("<use xlink:href='other.svg#a'/>"), "leads out" },
		{ SVG("<use href='http://www.example.org/a.svg#a'/>"), "leads out" },
		{ SVG("<image href='http://www.example.org/a.png'/>"), "leads out" },
		{ SVG("<image href='data:image/svg+xml;base64,AAAA'/>"), "leads out" },
		{ SVG("<use href='data:image/png;base64,AAAA'/>"), "leads out" },
		{ SVG("<use href='javascript:alert(1)'/>"), "leads out" },
		{ SVG("<image src='a.png'/>"), "leads out" },
		{ SVG("<rect fill='url(http://www.example.org/a)'/>"), "leads out" },
		{ SVG("<rect style='fill: URL( \"a.svg#b\" )'/>"), "leads out" },
		{ SVG("<rect style='fill: u\\72l(a)'/>"), "leads out" },
		{ SVG("<rect style='width: expression(alert(1))'/>"), "leads out" },
		{ SVG("<style>@import 'a.css';</style>"), "a style that leads out" },
		{ SVG("<style>path { fill: url(a) }</style>"), "a style that leads out" },
		{ "<!DOCTYPE svg>" SVG(""), "DOCTYPE" },
		{ SVG("<g>"), "closes nothing" },
		{ "<svg/>", "not svg of" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_err err = { 0 };
		enum bv_status status = svg_check(bv_str_of(cases[i].xml), &err);
		if (cases[i].says)
			CHECK(status != BV_OK && strstr(err.msg, cases[i].says), "%s: %s", cases[i].xml, err.msg);
		else
			CHECK_OK(status, &err, cases[i].xml);
	}
}

int
main(void)
{
	test_types();
	test_modules();
	test_names();
	test_svg();
	return check_end();
}
