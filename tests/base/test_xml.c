#include "base/xml.h"

#include <time.h>

#include "tests/check.h"

static void
refusals(void)
{
	static const struct {
		const char *xml;
		enum bv_status want;
		int line;
		const char *part;
	} cases[] = {
		{ "<a/>", BV_OK, 0, "" },
		{ "<?xml version='1.0' encoding='utf-8'?>\n<!-- c --><?p i?><a>\n</a>\n", BV_OK, 0, "" },
		{ "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>", BV_OK, 0, "" },
		{ "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", BV_EPARSE, 1, "'ISO-8859-1': convert it to UTF-8" },
		{ "<?xml version='1.0' encoding=\"windows-1258\"?><a/>", BV_EPARSE, 1, "convert it to UTF-8" },
		{ "<?xml version='1.0' encoding='UTF-16'?><a/>", BV_EPARSE, 1, "convert it to UTF-8" },
		{ "<?xml-model encoding='ISO-8859-1'?><a/>", BV_OK, 0, "" },
		{ "<a>\n\xE9</a>", BV_EPARSE, 2, "0xe9 is not UTF-8" },
		{ "<a>\xED\xA0\x80</a>", BV_EPARSE, 1, "not UTF-8" },
		{ "<a>\x01</a>", BV_EPARSE, 1, "" },
		{ "", BV_EPARSE, 1, "empty" },
		{ "\xEF\xBB\xBF", BV_EPARSE, 1, "empty" },
		{ "hello", BV_EPARSE, 1, "starts with '<'" },
		{ "\n<?xml version='1.0'?><a/>", BV_EPARSE, 2, "very start" },
		{ "<!DOCTYPE a><a/>", BV_EPARSE, 1, "DOCTYPE" },
		{ "<?xml version='1.0'?>\n\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", BV_EPARSE, 3, "DOCTYPE" },
		{ "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", BV_EPARSE, 1, "DOCTYPE" },
		{ "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", BV_EPARSE, 1, "DOCTYPE" },
		{ "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1/'> %x;]><a/>", BV_EPARSE, 1, "DOCTYPE" },
		{ "<!DOCTYPE", BV_EPARSE, 1, "" },
		{ "<!DOCTYPE a [", BV_EPARSE, 1, "DOCTYPE" },
		{ "<a>\n&nbsp;</a>", BV_EPARSE, 2, "'&nbsp;' is not known" },
		{ "<a b='&x;'/>", BV_EPARSE, 1, "'&x;' is not known" },
		{ "<a>1 & 2</a>", BV_EPARSE, 1, "&amp;" },
		{ "<a>1 < 2</a>", BV_EPARSE, 1, "&lt;" },
		{ "<a>&amp;&lt;&gt;&quot;&apos;&#225;&#x1EBF;</a>", BV_OK, 0, "" },
		{ "<a>&#0;</a>", BV_EPARSE, 1, "" },
		{ "<a>\n<b>\n</a>", BV_EPARSE, 3, "</a> closes nothing: <b> of line 2" },
		{ "<a>\n<b>\n", BV_EPARSE, 3, "inside <b>" },
		{ "<a/>\n<b/>", BV_EPARSE, 2, "follows the end" },
		{ "<a b='1'\nb='2'/>", BV_EPARSE, 2, "'b' is given twice" },
		{ "<a xmlns:x='u' xmlns:y='u' x:b='1' y:b='2'/>", BV_EPARSE, 1, "twice" },
		{ "<a>\n<x:b/></a>", BV_EPARSE, 2, "prefix is not declared" },
		{ "<a x:b='1'/>", BV_EPARSE, 1, "prefix is not declared" },
		{ "<x:a xmlns:x='u'/>", BV_OK, 0, "" },
		{ "<a xml:lang='vi'/>", BV_OK, 0, "" },
		{ "<a b=1/>", BV_EPARSE, 1, "quotes" },
		{ "<a b/>", BV_EPARSE, 1, "quotes" },
		{ "<a b='<'/>", BV_EPARSE, 1, "&lt;" },
		{ "<a", BV_EPARSE, 1, "" },
		{ "<a><![CDATA[x</a>", BV_EPARSE, 1, "" },
		{ "<a><!-- x</a>", BV_EPARSE, 1, "" },
		{ "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/passwd' parse='text'/></a>", BV_OK, 0, "" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_xml_doc *doc = NULL;
		struct bv_err err = { 0 };
		enum bv_status status = bv_xml_read(&doc, bv_str_of(cases[i].xml), BV_XML_ITEM_MAX, &err);
		if (!CHECK(status == cases[i].want && (!status || (err.line == cases[i].line && strstr(err.msg, cases[i].part) && !doc)),
		           "case %zu is %s", i, cases[i].want ? "refused" : "read"))
			printf("# %s\n# %s line %d: %s\n", cases[i].xml, bv_status_name(status), err.line, status ? err.msg : "");
		bv_xml_free(doc);
	}
	static const struct bv_str wide[] = {
		{ "\xFF\xFE<\0a\0/\0>\0", 10 },
		{ "<\0a\0/\0>\0", 8 },
		{ "\0<\0a\0/\0>", 8 },
		{ "\0\0\0<\0\0\0a\0\0\0/\0\0\0>", 16 },
		{ "\0\0\xFE\xFF\0\0\0<", 8 },
	};
	for (size_t i = 0; i < BV_COUNT(wide); i++) {
		struct bv_xml_doc *doc = NULL;
		struct bv_err err;
		CHECK_REFUSED(bv_xml_read(&doc, wide[i], BV_XML_ITEM_MAX, &err), BV_EPARSE, &err, "convert it to UTF-8", "UTF-16 or UTF-32");
	}
	struct bv_xml_doc *doc = NULL;
	struct bv_err err;
	CHECK_REFUSED(bv_xml_read(&doc, (struct bv_str){ "<a>\n\0</a>", 9 }, BV_XML_ITEM_MAX, &err), BV_EPARSE, &err, "NUL", "a NUL byte");
}

enum what { ATTRIBUTES, DEPTH, NODES, TEXTS, BYTES };

static void
make(struct bv_buf *out, enum what what, size_t count)
{
	bv_buf_addz(out, what == BYTES ? "<a>" : what == ATTRIBUTES ? "<r>\n<a" : what == DEPTH ? "" : "<a>");
	for (size_t i = 0; i < count; i++)
		switch (what) {
		case ATTRIBUTES:
			bv_buf_printf(out, " a%zu='%s'", i, i % 2 ? "x=\"/>\"" : "y");
			break;
		case DEPTH:
			bv_buf_addz(out, "<a>");
			break;
		case NODES:
			bv_buf_addz(out, "<b/>");
			break;
		case TEXTS:
			bv_buf_addz(out, i % 2 ? "<b/>" : "t");
			break;
		case BYTES:
			if (out->len + 4 < count)
				bv_buf_addc(out, ' ');
			break;
		}
	if (what == DEPTH)
		for (size_t i = 0; i < count; i++)
			bv_buf_addz(out, "</a>");
	else
		bv_buf_addz(out, what == ATTRIBUTES ? "/></r>" : "</a>");
}

static void
limits(void)
{
	static const struct {
		const char *name;
		enum what what;
		size_t most; /* still accepted */
		const char *part;
	} cases[] = {
		{ "attributes", ATTRIBUTES, BV_XML_ATTRIBUTES_MAX, "more than 256 attributes" },
		{ "depth", DEPTH, BV_XML_DEPTH_MAX, "64 deep" },
		{ "elements", NODES, BV_XML_NODES_MAX - 1, "more than 100000" },
		{ "elements and texts", TEXTS, BV_XML_NODES_MAX - 1, "more than 100000" },
		{ "bytes", BYTES, BV_XML_ITEM_MAX, "1048576 are the most" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		for (int over = 0; over <= 1; over++) {
			BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(8 << 20);
			BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
			struct bv_err err;
			make(&xml, cases[i].what, cases[i].most + (size_t)over);
			enum bv_status status = bv_xml_read(&doc, bv_buf_str(&xml), BV_XML_ITEM_MAX, &err);
			if (over)
				CHECK_REFUSED(status, BV_ELIMIT, &err, cases[i].part, cases[i].name);
			else
				CHECK_OK(status, &err, cases[i].name);
			CHECK(!over || err.line == (cases[i].what == ATTRIBUTES ? 2 : 1), "line of too many %s", cases[i].name);
		}
}

static void
attribute_bomb(void)
{
	static const char *const before[] = { "<a>", "<a><!-- > '\" -- > --><b c='>'/><![CDATA[<x '>]]>", "<a><?p \"?>" };

	for (size_t i = 0; i < BV_COUNT(before); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(8 << 20);
		BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
		struct bv_err err;
		bv_buf_addz(&xml, before[i]);
		bv_buf_addz(&xml, "<b");
		for (int k = 0; k < 40000; k++)
			bv_buf_printf(&xml, " a%d=''", k);
		bv_buf_addz(&xml, "/></a>");
		clock_t start = clock();
		enum bv_status status = bv_xml_read(&doc, bv_buf_str(&xml), BV_XML_DOCUMENT_MAX, &err);
		double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
		CHECK(status != BV_OK, "40,000 attributes are refused");
		CHECK(seconds < 1.0, "in %.4f s of CPU, before libxml2 compares them", seconds);
	}
}

static const struct bv_xml_node *
first(const struct bv_xml_node *node)
{
	return bv_xml_element(node->first);
}

static void
tree(void)
{
	static const char xml[] = "<a xmlns='urn:a' xmlns:x='urn:x' p='1 &amp; &#38;amp; 2&#10;3'\n   x:p='2' xml:lang='vi'>đề <b>một</b>&amp;<![CDATA[<hai>]]>&#x111;\n"
	                          "<!-- no --><x:c\n d='1'>\n<?no?></x:c><e/></a>";
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_err err;

	CHECK_OK(bv_xml_read(&doc, bv_str_of(xml), BV_XML_ITEM_MAX, &err), &err, "tree");
	const struct bv_xml_node *a = bv_xml_root(doc), *b = first(a), *c = bv_xml_child(a, "c"), *e = bv_xml_element(c->next);
	CHECK(bv_str_is(a->ns, "urn:a") && bv_str_is(a->name, "a") && !a->parent && !a->next && a->attr_count == 3, "root");
	CHECK_STR(*bv_xml_attr(a, "p"), BV_STR("1 & &amp; 2\n3"), "ampersands in attributes");
	CHECK_STR(*bv_xml_attr_ns(a, "urn:x", "p"), BV_STR("2"), "attribute in a namespace");
	CHECK_STR(*bv_xml_attr_ns(a, "http://www.w3.org/XML/1998/namespace", "lang"), BV_STR("vi"), "xml:lang");
	CHECK(!bv_xml_attr(a, "lang") && !bv_xml_attr(b, "p"), "absent attributes");
	CHECK_STR(a->first->text, BV_STR("đề "), "text");
	CHECK_STR(b->next->text, BV_STR("&<hai>đ\n"), "entities, CDATA and text are one run");
	CHECK(b->parent == a && bv_str_is(b->ns, "urn:a") && bv_str_is(c->ns, "urn:x") && e && !bv_xml_element(e->next) && !e->first, "links");
	CHECK(a->line == 1 && b->line == 2 && c->line == 3 && e->line == 5, "lines are those of the start of start tags");
	CHECK_STR(bv_xml_text(b, &arena), BV_STR("một"), "text below b is borrowed");
	CHECK(arena.total == 0, "and nothing copied");
	CHECK_STR(bv_xml_text(a, &arena), BV_STR("đề một&<hai>đ\n\n"), "text below a");
	CHECK_STR(bv_xml_text(e, &arena), BV_STR(""), "no text");

	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1000);
	bv_xml_escape(&out, BV_STR("a<b>&\"c'"));
	CHECK_STR(bv_buf_str(&out), BV_STR("a&lt;b&gt;&amp;&quot;c'"), "escaped");
}

static void
damaged(void)
{
	static const char xml[] = "<?xml version='1.0'?><a xmlns:x='u'><x:b c='&lt;'>t&#65;</x:b><!-- c --><![CDATA[d]]><?p i?></a>";
	int bad = 0;

	for (size_t i = 0; i < sizeof xml - 1; i++) {
		struct bv_xml_doc *doc = NULL;
		struct bv_err err = { 0 };
		bad += bv_xml_read(&doc, (struct bv_str){ xml, i }, BV_XML_ITEM_MAX, &err) == BV_OK || !err.msg[0] || err.line != 1;
		bv_xml_free(doc);
		for (int bit = 0; bit < 8; bit++) {
			char copy[sizeof xml];
			memcpy(copy, xml, sizeof xml);
			copy[i] = (char)(copy[i] ^ 1 << bit);
			doc = NULL;
			err = (struct bv_err){ 0 };
			if (bv_xml_read(&doc, (struct bv_str){ copy, sizeof xml - 1 }, BV_XML_ITEM_MAX, &err) != BV_OK)
				bad += !err.msg[0] || !err.line;
			bv_xml_free(doc);
		}
	}
	CHECK(bad == 0, "cut at each byte: refused; each bit flipped: read, or refused with a message (%d wrong)", bad);
}

/* A list of programs may be larger: by bytes, elements and texts. */
static void
large(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_LARGE_MAX + 1);
	struct bv_err err;

	for (size_t over = 0; over < 2; over++) {
		BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
		bv_buf_clear(&xml);
		bv_buf_addz(&xml, "<list>");
		for (size_t i = 0; i < BV_XML_LARGE_NODES_MAX - 1 + over; i++)
			bv_buf_addz(&xml, "<file/>");
		bv_buf_addz(&xml, "</list>");
		enum bv_status status = bv_xml_read_large(&doc, bv_buf_str(&xml), &err);
		if (over)
			CHECK_REFUSED(status, BV_ELIMIT, &err, "more than 3000000", "one element more than a large list may have");
		else
			CHECK_OK(status, &err, "as many elements as a large list may have");
	}
	bv_buf_clear(&xml);
	bv_buf_addz(&xml, "<list>");
	while (xml.len < BV_XML_LARGE_MAX - 7)
		bv_buf_addc(&xml, xml.len % 100 ? 'x' : '\n');
	bv_buf_addz(&xml, "</list>");
	for (size_t over = 0; over < 2; over++) {
		BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
		enum bv_status status = bv_xml_read_large(&doc, bv_buf_str(&xml), &err);
		if (over)
			CHECK_REFUSED(status, BV_ELIMIT, &err, "are the most", "one byte more than a large list may have");
		else
			CHECK_OK(status, &err, "as many bytes as a large list may have");
		bv_buf_addc(&xml, '\n');
	}
}

int
main(void)
{
	large();
	refusals();
	limits();
	attribute_bomb();
	tree();
	damaged();
	return check_end();
}
