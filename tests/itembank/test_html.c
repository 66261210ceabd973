/* HTML, Markdown and plain text of other formats → what an item may hold, with every loss reported; character references. */
#include "itembank/convert.h"
#include "tests/check.h"

struct told {
	struct bv_buf text;
};

static void
tell(void *ctx, const struct bv_loss *loss)
{
	struct told *told = ctx;

	bv_buf_printf(&told->text, "%s%s", told->text.len ? " | " : "", loss->message);
}

enum { HTML = BV_MARKUP_HTML, TEXT = BV_MARKUP_PLAIN, MOODLE = BV_MARKUP_MOODLE, MARKDOWN = BV_MARKUP_MARKDOWN };
enum { ITEM = BV_BODY_ITEM, FLOW = BV_BODY_FLOW, PLAIN = BV_BODY_PLAIN };

#define TEN(s) s s s s s s s s s s

/* Losses: how the messages begin, and all of them. */
static const struct {
	int markup, place;
	const char *in, *out, *losses[7];
} cases[] = {
	{ HTML, ITEM, "", "" },
	{ HTML, ITEM, "a < b & c", "<p>a &lt; b &amp; c</p>" },
	{ HTML, ITEM, "<p>a</p>b<p>c", "<p>a</p><p>b</p><p>c</p>" },
	{ HTML, FLOW, "<p>a</p>", "a" },
	{ HTML, FLOW, "<p>a</p><p>b</p>", "<p>a</p><p>b</p>" },
	{ HTML, FLOW, "a<br>b<br/>", "a<br/>b<br/>" },
	{ HTML, FLOW, "<p>a", "a" },
	{ HTML, ITEM, "<em><i>a</em>b</i>c", "<p><em><em>a</em></em>bc</p>" },
	{ HTML, ITEM, "<b><p>a</p></b>", "<p>a</p>" },
	{ HTML, ITEM, "<b>a</p>b</b>", "<p><strong>a</strong></p><p>b</p>" },
	{ HTML, ITEM, "<ul>a<li>b<li>c</ul>", "<ul><li>a</li><li>b</li><li>c</li></ul>" },
	{ HTML, ITEM, "<li>a</li>b", "<p>ab</p>" },
	{ HTML, ITEM, "<ul><li><ul><li>a</ul></ul>", "<ul><li><ul><li>a</li></ul></li></ul>" },
	{ HTML, ITEM, "<ul><p>a</ul>", "<ul><li><p>a</p></li></ul>" },
	{ HTML, ITEM, "<table>a<tr>b<td>c</table>", "<table><tbody><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr></tbody></table>" },
	{ HTML, ITEM, "<table><td>a<th>b<tr><td>c</table>d",
	  "<table><tbody><tr><td>a</td><th>b</th></tr><tr><td>c</td></tr></tbody></table><p>d</p>" },
	{ HTML, ITEM, "<table><thead><td>a</thead><tbody>b</table>",
	  "<table><thead><tr><td>a</td></tr></thead><tbody><tr><td>b</td></tr></tbody></table>" },
	{ HTML, ITEM, "<table><caption>k</caption><tr><td>a</table>",
	  "<table><caption>k</caption><tbody><tr><td>a</td></tr></tbody></table>" },
	{ HTML, ITEM, "<td>a</td><tr>b", "<p>ab</p>", { "<td> outside a table", "<tr> outside a table" } },
	{ HTML, ITEM, "<table><tr><td><li>a</td></tr></table>", "<table><tbody><tr><td><p>a</p></td></tr></tbody></table>" },
	{ HTML, ITEM, "<table><tr><td><p>a</td><td><em>b</td></tr></table>",
	  "<table><tbody><tr><td><p>a</p></td><td><em>b</em></td></tr></tbody></table>" },
	{ HTML, ITEM, "<table><tr><td><table><tr><td>a</table>b</p></div></td></table>",
	  "<table><tbody><tr><td><table><tbody><tr><td>a</td></tr></tbody></table>b</td></tr></tbody></table>" },
	{ HTML, ITEM, "<ul><li><table><td><li>a</table></ul>", "<ul><li><table><tbody><tr><td><p>a</p></td></tr></tbody></table></li></ul>" },
	{ HTML, ITEM, "<table><tr><td colspan=2 rowspan='3' colspan=4>a<td colspan=0000002 rowspan=9999>b<td colspan=\"+3\" style=x>c<td rowspan=2>d</table>",
	  "<table><tbody><tr><td colspan=\"2\" rowspan=\"3\">a</td><td colspan=\"2\">b</td><td colspan=\"3\">c</td><td rowspan=\"2\">d</td></tr></tbody></table>",
	  { "attribute rowspan dropped", "attribute style dropped" } },
	{ HTML, ITEM, "<blockquote>a<p>b</blockquote>c", "<blockquote><p>a</p><p>b</p></blockquote><p>c</p>" },
	{ HTML, ITEM, "<div>a <b> </b> b</div> <div> </div>", "<div>a <strong> </strong> b</div>" },
	{ HTML, ITEM, "<blockquote> <p>a</p> </blockquote>", "<blockquote><p>a</p></blockquote>" },
	{ HTML, ITEM, "a<hr>b<br>c", "<p>a</p><hr/><p>b<br/>c</p>" },
	{ HTML, ITEM, "<br>a<p></p><hr>", "<p>a</p><hr/>" },
	{ HTML, FLOW, "<br>a", "a" },
	{ HTML, ITEM, "<div><br>a<br></div>", "<div>a<br/></div>" },
	{ HTML, ITEM, "<!-- <b> -->a<!DOCTYPE x>b<?php echo ?>c<!-- open", "<p>abc</p>" },
	{ HTML, ITEM, "a<!x", "<p>a</p>" },
	{ HTML, ITEM, "a</>b</ c><1><", "<p>a&lt;/&gt;b&lt;/ c&gt;&lt;1&gt;&lt;</p>" },
	{ HTML, ITEM, "a<", "<p>a&lt;</p>" },
	{ HTML, ITEM, "a</", "<p>a&lt;/</p>" },
	{ HTML, ITEM, "<script>x<script>y</script>z</script>a", "<p>a</p>", { "<script> and what is in it dropped" } },
	{ HTML, ITEM, "a<style>b", "<p>a</p>", { "<style> and what is in it dropped" } },
	{ HTML, ITEM, "<svg><g/><svgx></svg foo>b", "<p>b</p>", { "<svg> and what is in it dropped" } },
	{ HTML, ITEM, "<svg></svg", "", { "<svg> and what is in it dropped" } },
	{ HTML, ITEM, "</script>a", "<p>a</p>", { "<script> and what is in it dropped" } },
	{ HTML, ITEM, "<marquee>a</marquee><blink>b", "<p>ab</p>", { "<marquee> dropped", "<blink> dropped" } },
	{ HTML, ITEM, "<averyveryverylongname>a</averyveryverylongname>", "<p>a</p>", { "<averyveryverylongname> dropped" } },
	{ HTML, ITEM, "<b", "" },
	{ HTML, ITEM, "<b>a</b", "<p><strong>a</strong></p>" },
	{ HTML, ITEM, "<B/>a<P\tCLASS = x\nID='y' onclick=\"z\" hidden a/b>c",
	  "<p><strong>a</strong></p><p>c</p>",
	  { "attribute CLASS dropped", "attribute ID dropped", "attribute onclick dropped", "attribute hidden dropped", "attribute a dropped", "attribute b dropped" } },
	{ HTML, ITEM, "<p a=>b<p a= 'x>y", "<p>b</p>", { "attribute a dropped" } },
	{ HTML, ITEM, "<p title='&amp;&#1;x'>b", "<p>b</p>", { "attribute title dropped" } },
	{ HTML, ITEM, "<img src='@@PLUGINFILE@@/a.png' alt='x &lt; y' width=10 height=' 7 '>",
	  "<p><img src=\"media/4c4b6a3be1314ab86138bef4314dde02.png\" alt=\"x &lt; y\" width=\"10\"/></p>",
	  { "attribute height dropped" } },
	{ HTML, ITEM, "<img src=\"@@PLUGINFILE@@/B_1-2.JPEG\" width=0>",
	  "<p><img src=\"media/ba4f25bf16ba4be6bc7d3276fafeb67f.jpg\" alt=\"\"/></p>",
	  { "attribute width dropped", "image @@PLUGINFILE@@/B_1-2.JPEG has no alternative text" } },
	{ HTML, ITEM, "<img src=http://x/a.png alt=b>", "<p>b</p>", { "image http://x/a.png is not in the file: dropped" } },
	{ HTML, ITEM, "<img>", "", { "image  has no source: dropped" } },
	/* Any name will do; what the bytes are counts. */
	{ HTML, ITEM, "<img src='@@PLUGINFILE@@/b%20c.png?forcedownload=1' alt='d'><img src='@@PLUGINFILE@@/d/.png' alt='e'>",
	  "<p><img src=\"media/4c4b6a3be1314ab86138bef4314dde02.png\" alt=\"d\"/><img src=\"media/4c4b6a3be1314ab86138bef4314dde02.png\" alt=\"e\"/></p>" },
	{ HTML, ITEM, "<img src='@@PLUGINFILE@@/a.exe' alt='f'><img src='@@PLUGINFILE@@/a.txt' alt='g'><img src='@@PLUGINFILE@@/none.png' alt='h'>"
	              "<img src='@@PLUGINFILE@@/bad.svg' alt='i'>",
	  "<p>fghi</p>",
	  { "image @@PLUGINFILE@@/a.exe is no PNG", "image @@PLUGINFILE@@/a.txt is not base64", "image @@PLUGINFILE@@/none.png is not in the file",
	    "image @@PLUGINFILE@@/bad.svg is an SVG with more" } },
	{ HTML, ITEM, "<img src='data:image/png;base64,iVBORw0KGgo=' alt='d'><img src='data:text/html;base64,iVBORw0KGgo=' alt='e'><img src='data:image/png,x' alt='f'>",
	  "<p><img src=\"media/4c4b6a3be1314ab86138bef4314dde02.png\" alt=\"d\"/>ef</p>", { "image data:text/html;base64 is not in the file", "image data:image/png is not in the file" } },
	{ HTML, PLAIN, "a<img src='@@PLUGINFILE@@/a.png' alt=b>", "ab", { "image @@PLUGINFILE@@/a.png stands where only text may: dropped" } },
	{ HTML, PLAIN, "a<b>b</b><p>c</p>d<br>e<hr>f", "ab c d e f", { "<b> dropped" } },
	{ HTML, PLAIN, "<p>a", "a" },
	{ HTML, ITEM, "a \0010\002 b", "<p>a <qti-x/> b</p>" },
	{ HTML, ITEM, "<p>a\0011\002b</p>", "<p>a</p><qti-block/><p>b</p>" },
	{ HTML, PLAIN, "a\0010\002", "a<qti-x/>" },
	{ HTML, ITEM, "a\007b", "<p>ab</p>" },
	{ HTML, ITEM, "<span>a</span><dl><dt>b<dd>c</dl>", "<p>a</p><p>b</p><p>c</p>" },
	{ TEXT, ITEM, "a<b>&amp;\nc", "<p>a&lt;b&gt;&amp;amp;<br/>c</p>" },
	{ MOODLE, ITEM, "a<b>b</b>&amp;\nc", "<p>a<strong>b</strong>&amp;<br/>c</p>" },
	{ MOODLE, ITEM, "a<b>b</b>", "<p>a<strong>b</strong></p>" },
	{ MARKDOWN, ITEM, "a *b* **c** __d__ _e_ `<f> & *g*` \\*h\\* \\<i> \\&lt;",
	  "<p>a <em>b</em> <strong>c</strong> <strong>d</strong> <em>e</em> <code>&lt;f&gt; &amp; *g*</code> *h* &lt;i&gt; &amp;lt;\n</p>" },
	{ MARKDOWN, ITEM, "snake_case_name 2*3 *open", "<p>snake_case_name 2*3 *open\n</p>" },
	{ MARKDOWN, ITEM, "a\n\n- b\n* c\n+ d\ne", "<p>a\n</p><p>\n</p><ul><li>b</li><li>c</li><li>d</li></ul><p>e\n</p>" },
	{ HTML, FLOW, "<em>a</em> <em>b</em> c<br>d", "<em>a</em> <em>b</em> c<br/>d" },
	{ MARKDOWN, ITEM, "``a`b`` *c * d* e*f*g **h", "<p><code>a`b</code> <em>c * d</em> e<em>f</em>g **h\n</p>" },
	{ MARKDOWN, ITEM, "# a", "<p># a\n</p>", { "headings, links" } },
	{ MARKDOWN, ITEM, "[a](b)", "<p>[a](b)\n</p>", { "headings, links" } },
	{ MARKDOWN, ITEM, "[a] `open **b ** c", "<p>[a] `open **b ** c\n</p>" },
	{ MARKDOWN, ITEM, "- \n-\n``x``", "<p>-\n-\n<code>x</code>\n</p>" },
	{ MARKDOWN, ITEM, "a\\", "<p>a\\\n</p>" },
	{ HTML, ITEM, TEN("<div>") TEN("<div>") TEN("<div>") "<div><div><div><div>deep", TEN("<div>") TEN("<div>") TEN("<div>") "<div><div>deep</div></div>"
	  TEN("</div>") TEN("</div>") TEN("</div>"), { "<div>: elements are too deep" } },
};

static void
test_bodies(void)
{
	const struct bv_insert inserts[] = { { BV_STR("<qti-x/>"), false }, { BV_STR("<qti-block/>"), true } };
	static const char png[] = "iVBORw0K\n Ggo=";
	static const char *const files[][2] = { { "a.png", png }, { "b c.png", png }, { "d/.png", png }, { "a.exe", "TVqQAA==" }, { "a.txt", "???" },
		                                { "B_1-2.JPEG", "/9j/4A==" }, { "bad.svg", "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciPjxzY3JpcHQ+eDwvc2NyaXB0Pjwvc3ZnPg==" } };

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct told told = { BV_BUF(10000) };
		struct bv_convert_opts opts = { .loss = tell, .ctx = &told };
		struct bv_conversion c = { .opts = &opts, .line = 1 };
		struct bv_source_file media[BV_COUNT(files)] = { 0 };
		struct bv_body_opts body = { (enum bv_markup)cases[i].markup, 1, inserts, BV_COUNT(inserts), media, BV_COUNT(media) };
		for (size_t k = 0; k < BV_COUNT(files); k++)
			media[k] = (struct bv_source_file){ .name = bv_str_of(files[k][0]), .base64 = bv_str_of(files[k][1]) };
		struct bv_str out = bv_html_body(&c, bv_str_of(cases[i].in), (enum bv_body_place)cases[i].place, &body);
		size_t losses = 0;

		CHECK_STR(out, bv_str_of(cases[i].out), cases[i].in);
		for (; losses < BV_COUNT(cases[i].losses) && cases[i].losses[losses]; losses++) {
			bv_buf_addc(&told.text, '\0');
			CHECK(strstr(told.text.p, cases[i].losses[losses]) != NULL, "  which tells %s: %s", cases[i].losses[losses], told.text.p);
			told.text.len--;
		}
		CHECK(c.counts.losses == losses && c.counts.refused == 0, "  and %zu losses of %.*s", losses, BV_STR_ARG(bv_buf_str(&told.text)));
		bv_buf_finish(&told.text);
		bv_arena_finish(&c.draft);
		bv_arena_finish(&c.arena);
	}
}

/* What Python's html.unescape() gives, but for what XML cannot hold (HTML leaves it to error handling): U+FFFD. */
static const struct {
	const char *in, *out;
	size_t used;
} entities[] = {
	{ "&nbsp;", "\xc2""\xa0""", 6 },
	{ "&euro;", "\xe2""\x82""\xac""", 6 },
	{ "&Agrave;", "\xc3""\x80""", 8 },
	{ "&#417;", "\xc6""\xa1""", 6 },
	{ "&#x1ef9;", "\xe1""\xbb""\xb9""", 8 },
	{ "&#X1F600;", "\xf0""\x9f""\x98""\x80""", 9 },
	{ "&#0;", "\xef""\xbf""\xbd""", 4 },
	{ "&#xD800;", "\xef""\xbf""\xbd""", 8 },
	{ "&#xFFFF;", "\xef""\xbf""\xbd""", 8 },
	{ "&#x110000;", "\xef""\xbf""\xbd""", 10 },
	{ "&#99999999999999999999;", "\xef""\xbf""\xbd""", 23 },
	{ "&#9;", "\x09""", 4 },
	{ "&#150;", "\xe2""\x80""\x93""", 6 },
	{ "&#x80;", "\xe2""\x82""\xac""", 6 },
	{ "&#129;", "\xc2""\x81""", 6 },
	{ "&#65", "\x41""", 4 },
	{ "&#65x", "\x41""", 4 },
	{ "", "", 0 },
	{ "&", "", 0 },
	{ "&a", "", 0 },
	{ "&;", "", 0 },
	{ "&#;", "", 0 },
	{ "&#x;", "", 0 },
	{ "&#xg;", "", 0 },
	{ "&#a;", "", 0 },
	{ "&nosuchname;", "", 0 },
	{ "&nbsp", "", 0 },
	{ "&verylongname12;", "", 0 },
	{ "amp;;", "", 0 },
	{ "&#", "", 0 },
};

static void
test_entities(void)
{
	for (size_t i = 0; i < BV_COUNT(entities); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(8);
		size_t used = bv_html_entity(&out, bv_str_of(entities[i].in));
		CHECK(used == entities[i].used && bv_str_eq(bv_buf_str(&out), bv_str_of(entities[i].out)), "%s is %zu bytes, of %zu", entities[i].in, out.len, used);
	}
}

/* One thing is told once, and no more things than fit on a screen. */
static void
test_many_losses(void)
{
	struct told told = { BV_BUF(100000) };
	struct bv_convert_opts opts = { .loss = tell, .ctx = &told };
	struct bv_conversion c = { .opts = &opts, .line = 1 };
	struct bv_body_opts body = { .line = 1 };
	struct bv_buf in = BV_BUF(10000);

	for (int i = 0; i < 200; i++)
		bv_buf_printf(&in, "<x%d>", i % 50);
	bv_html_body(&c, bv_buf_str(&in), BV_BODY_ITEM, &body);
	CHECK(c.counts.losses == 32, "32 of 50 things that are dropped are told (%llu)", (unsigned long long)c.counts.losses);
	bv_buf_addc(&told.text, '\0');
	CHECK(strstr(told.text.p, "<x31> dropped, its text is kept: not allowed in a question; and more of this kind"), "and the last says that there are more");
	bv_buf_finish(&told.text);
	bv_buf_finish(&in);
	bv_arena_finish(&c.draft);
}

/* The text of an item has a maximum: what is longer is refused. */
static void
test_long(void)
{
	static const struct bv_convert_opts opts;
	struct bv_conversion c = { .opts = &opts, .line = 1 };
	struct bv_body_opts body = { .line = 1 };
	struct bv_buf in = BV_BUF(2u << 20);

	while (in.len < BV_XML_ITEM_MAX - 7)
		bv_buf_addc(&in, 'a');
	bv_html_body(&c, bv_buf_str(&in), BV_BODY_ITEM, &body);
	CHECK(c.counts.refused == 0, "the longest text");
	bv_buf_addc(&in, 'a');
	bv_html_body(&c, bv_buf_str(&in), BV_BODY_ITEM, &body);
	CHECK(c.counts.refused == 1, "one byte more is refused");
	bv_buf_finish(&in);
	bv_arena_finish(&c.draft);
}

/* An image of exactly the most bytes, and one of three more; 64 images of a question, and one more. */
static void
test_media_limits(void)
{
	for (size_t past = 0; past < 2; past++) {
		BV_AUTO(bv_buf_finish) struct bv_buf base64 = BV_BUF(8u << 20);
		struct bv_convert_opts opts = { 0 };
		struct bv_conversion c = { .opts = &opts };
		struct bv_source_file file = { .name = BV_STR("a") };
		struct bv_str path;
		/* 8 bytes of a PNG's signature and one of zeros are 12 characters. */
		bv_buf_addz(&base64, "iVBORw0KGgoA");
		for (size_t bytes = 9; bytes + 1 + (past ? 0 : 3) <= BV_CONVERT_MEDIA_BYTES + past * 2; bytes += 3)
			bv_buf_addz(&base64, "AAAA");
		bv_buf_addz(&base64, "AA==");
		file.base64 = bv_buf_str(&base64);
		const char *fault = bv_media_take(&c, &path, BV_STR("@@PLUGINFILE@@/a"), &file, 1);
		CHECK(past ? fault && strstr(fault, "larger than 4 MiB") : !fault, "an image of %zu characters: %s", base64.len, fault ? fault : "taken");
		CHECK(past || c.media[0].bytes.len <= BV_CONVERT_MEDIA_BYTES, "  %zu bytes", c.media_count ? c.media[0].bytes.len : 0);
		bv_arena_finish(&c.draft);
		bv_arena_finish(&c.arena);
	}
	struct bv_convert_opts opts = { 0 };
	struct bv_conversion c = { .opts = &opts };
	for (int i = 0; i <= BV_CONVERT_MEDIA_MAX; i++) {
		char source[80];
		struct bv_str path;
		snprintf(source, sizeof source, "data:image/png;base64,iVBORw0KGgoA%c%cAA", 'A' + i / 26, 'a' + i % 26);
		const char *fault = bv_media_take(&c, &path, bv_str_of(source), NULL, 0);
		CHECK((fault != NULL) == (i == BV_CONVERT_MEDIA_MAX), "image %d: %s", i + 1, fault ? fault : "taken");
	}
	CHECK(c.media_count == BV_CONVERT_MEDIA_MAX, "%zu images", c.media_count);
	bv_arena_finish(&c.draft);
}

int
main(void)
{
	test_entities();
	test_many_losses();
	test_long();
	test_bodies();
	test_media_limits();
	return check_end();
}
