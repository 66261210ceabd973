/* A document of several files becomes one; what leads elsewhere, goes round or grows is refused at the line that names it. Expected documents follow from
 * XInclude 1.0 §4.5 with the rulings of doc/packages.md, not from the code. */
#include "base/xml.h"
#include "itembank/include.h"
#include "itembank/itembank.h"
#include "tests/check.h"

#define XI "xmlns:xi='http://www.w3.org/2001/XInclude'"
#define Q3 "xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0'"
#define Q21 "xmlns='http://www.imsglobal.org/xsd/imsqti_v2p1'"
#define Q22 "xmlns='http://www.imsglobal.org/xsd/imsqti_v2p2'"
#define NS3 "xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\""
#define NS22 "xmlns=\"http://www.imsglobal.org/xsd/imsqti_v2p2\""
#define BODY(inner) "<b " Q3 " " XI ">\n" inner "\n</b>"

struct file {
	const char *name, *text;
};

struct package {
	const struct file *files;
	size_t reads;
};

static enum bv_status
read_one(void *ctx, struct bv_buf *bytes, struct bv_str name, struct bv_err *err)
{
	struct package *package = ctx;

	package->reads++;
	bv_buf_clear(bytes);
	for (const struct file *f = package->files; f && f->name; f++) {
		if (!bv_str_is(name, f->name))
			continue;
		bv_buf_addz(bytes, f->text);
		return bv_buf_check(bytes, err);
	}
	return bv_err_set(err, BV_ENOTFOUND, "is not there");
}

/* ---- What comes out ---------------------------------------------------------------------------------------------------- */

static const struct file shelf[] = {
	{ "items/p.xml", "<?xml version='1.0'?><!-- x --><p " Q3 " lang='vi'>a\n<em>b</em> &lt;\tc</p>" },
	{ "items/plain.xml", "<p>no namespace</p>" },
	{ "items/note.txt", "1 < 2 & \"ba\"\n]]>" },
	{ "items/sub/img.xml", "<p " Q3 "><img src='a%20b.png'/><img src='../c.png'/><img src='/d.png'/><img src='https://e/f.png'/><a href='#g'>g</a>"
	                       "<object data='h.png' type='image/png'/><div data='h.png'/><source srcset='i.png 1x, ../j.png 2x'/>"
	                       "<video poster='k.png'/><qti-file-href> l.mp3 </qti-file-href><a href='m.xml#n'>n</a></p>" },
	{ "items/sub/deep.xml", "<div " Q3 " " XI "><xi:include href='img2.xml'/></div>" },
	{ "items/sub/img2.xml", "<img " Q3 " src='x.png'/>" },
	{ "shared/img.xml", "<img " Q3 " src='x:y.png'/>" },
	{ "shared/odd.xml", "<img " Q3 " src='50%25%3F.png'/>" },
	{ "items/q21.xml", "<p " Q21 "><m:math xmlns:m='http://www.w3.org/1998/Math/MathML' m:x='1'/></p>" },
	{ "items/t.xml", "<qti-response-processing " Q3 "><!-- rules -->\n<qti-exit-response/></qti-response-processing>" },
	{ "items/t21.xml", "<responseProcessing " Q21 "><exitResponse/></responseProcessing>" },
	{ "items/match_correct.xml", "<qti-response-processing " Q3 "><qti-exit-response/></qti-response-processing>" },
	{ "items/1.xml", "<p " Q3 " " XI "><xi:include href='2.xml'/></p>" },
	{ "items/2.xml", "<p " Q3 " " XI "><xi:include href='3.xml'/></p>" },
	{ "items/3.xml", "<p " Q3 " " XI "><xi:include href='4.xml'/></p>" },
	{ "items/4.xml", "<p " Q3 " " XI "><xi:include href='5.xml'/></p>" },
	{ "items/5.xml", "<p " Q3 " " XI "><xi:include href='6.xml'/></p>" },
	{ "items/6.xml", "<p " Q3 " " XI "><xi:include href='7.xml'/></p>" },
	{ "items/7.xml", "<p " Q3 " " XI "><xi:include href='8.xml'/></p>" },
	{ "items/8.xml", "<i " Q3 "/>" },
	{ "items/none.xml", "<qti-response-processing " Q3 "/>" },
	{ "items/cr.txt", "a\r\nb" },
	{ "items/empty.txt", "" },
	{ "root.xml", "<img " Q3 " src='r.png'/>" },
	{ 0 },
};

static const struct {
	const char *what, *xml, *want;
} good[] = {
	{ "nothing to do", BODY("<p title='include'>include <include/> <qti-x include-boundary='true'/></p>"), NULL },
	{ "another vocabulary's include", "<b xmlns:y='urn:y'><y:include href='p.xml'/></b>", NULL },
	{ "in a comment, CDATA and an instruction", BODY("<!-- <xi:include href='p.xml'/> --><![CDATA[<xi:include href='p.xml'/>]]><?x <xi:include/> ?>"), NULL },
	{ "a document that is not well-formed and includes nothing", "<b><p></b>", NULL },
	{ "an element, on one line", BODY("<!-- > --><i t='>'/><xi:include href='p.xml'/>\n<u/>"),
	  BODY("<!-- > --><i t='>'/><p " NS3 " lang=\"vi\">a&#10;<em>b</em> &lt;&#9;c</p>\n<u/>") },
	{ "with an end tag", BODY("<xi:include href='p.xml'>\n</xi:include>|"), BODY("<p " NS3 " lang=\"vi\">a&#10;<em>b</em> &lt;&#9;c</p>|") },
	{ "twice", BODY("<xi:include href='8.xml'/><xi:include href='8.xml' parse='xml'/>"), BODY("<i " NS3 "/><i " NS3 "/>") },
	{ "under another prefix", "<b " Q3 " xmlns:q='http://www.w3.org/2001/XInclude'><q:include href='8.xml'/></b>",
	  "<b " Q3 " xmlns:q='http://www.w3.org/2001/XInclude'><i " NS3 "/></b>" },
	{ "as the default namespace", "<b " Q3 "><include xmlns='http://www.w3.org/2001/XInclude' href='8.xml'/></b>", "<b " Q3 "><i " NS3 "/></b>" },
	{ "without a namespace it takes that of its place", BODY("<xi:include href='plain.xml'/>"), BODY("<p " NS3 ">no namespace</p>") },
	{ "2.1 in 2.2 becomes 2.2", "<b " Q22 " " XI "><xi:include href='q21.xml'/></b>",
	  "<b " Q22 " " XI "><p " NS22 "><math xmlns=\"http://www.w3.org/1998/Math/MathML\" xmlns:a0=\"http://www.w3.org/1998/Math/MathML\" a0:x=\"1\"/></p></b>" },
	{ "text", BODY("<xi:include href='note.txt' parse='text' encoding='utf-8'/>"), BODY("1 &lt; 2 &amp; &quot;ba&quot;&#10;]]&gt;") },
	{ "text of another system", BODY("<xi:include href='cr.txt' parse='text'/>"), BODY("a&#13;&#10;b") },
	{ "an empty text", BODY("(<xi:include href='empty.txt' parse='text'/>)"), BODY("()") },
	{ "references keep their files", BODY("<xi:include href='sub/img.xml'/>"),
	  BODY("<p " NS3 "><img src=\"sub/a%20b.png\"/><img src=\"c.png\"/><img src=\"/d.png\"/><img src=\"https://e/f.png\"/><a href=\"#g\">g</a>"
	       "<object data=\"sub/h.png\" type=\"image/png\"/><div data=\"h.png\"/><source srcset=\"sub/i.png 1x, j.png 2x\"/>"
	       "<video poster=\"sub/k.png\"/><qti-file-href>sub/l.mp3</qti-file-href><a href=\"sub/m.xml#n\">n</a></p>") },
	{ "through two folders", BODY("<xi:include href='./sub/../sub/deep.xml'/>"), BODY("<div " NS3 "><img src=\"sub/x.png\"/></div>") },
	{ "from above", BODY("<xi:include href='../root.xml'/>"), BODY("<img " NS3 " src=\"../r.png\"/>") },
	{ "a scheme is no folder", BODY("<xi:include href='../shared/img.xml'/>"), BODY("<img " NS3 " src=\"x:y.png\"/>") },
	{ "what must be encoded", BODY("<xi:include href='../shared/odd.xml'/>"), BODY("<img " NS3 " src=\"../shared/50%25%3F.png\"/>") },
	{ "a fallback that is not needed", BODY("<xi:include href='8.xml'><xi:fallback><p/></xi:fallback></xi:include>"), BODY("<i " NS3 "/>") },
	{ "a fallback", BODY("<xi:include href='no.xml'><xi:fallback>in <p>place</p></xi:fallback></xi:include>"), BODY("in <p " NS3 ">place</p>") },
	{ "an empty fallback", BODY("(<xi:include href='no.xml'><xi:fallback/></xi:include>)"), BODY("()") },
	{ "eight files inside each other", BODY("<xi:include href='1.xml'/>"), "" },
	{ "a template beside the item", BODY("<qti-response-processing template-location='t.xml' />"),
	  BODY("<qti-response-processing " NS3 ">&#10;<qti-exit-response/></qti-response-processing>") },
	{ "of an unknown name too", BODY("<qti-response-processing template='urn:mine' template-location='t.xml'></qti-response-processing>"),
	  BODY("<qti-response-processing " NS3 ">&#10;<qti-exit-response/></qti-response-processing>") },
	{ "in 2.x", "<b " Q22 "><responseProcessing templateLocation='t21.xml'/></b>", "<b " Q22 "><responseProcessing " NS22 "><exitResponse/></responseProcessing></b>" },
	{ "a file of a standard name", BODY("<qti-response-processing template-location='match_correct.xml'/>"),
	  BODY("<qti-response-processing " NS3 "><qti-exit-response/></qti-response-processing>") },
	{ "a standard template that is not there", BODY("<qti-response-processing template-location='rp/map_response.xml'/>"), NULL },
	{ "or is above the package", BODY("<qti-response-processing template-location='../../../map_response.xml'/>"), NULL },
	{ "a template by URL", BODY("<qti-response-processing template-location='https://example.org/t.xml'/>"), NULL },
	{ "template wins over template-location",
	  BODY("<qti-response-processing template='http://www.imsglobal.org/question/qti_v3p0/rptemplates/match_correct' template-location='t.xml'/>"), NULL },
	{ "rules win over both", BODY("<qti-response-processing template-location='t.xml'><qti-exit-response/></qti-response-processing>"), NULL },
};

static void
check_good(void)
{
	struct package package = { shelf, 0 };
	const struct bv_include_files files = { read_one, &package };
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(good); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);
		bv_buf_addz(&xml, good[i].xml);
		CHECK_OK(bv_include(&xml, BV_STR("items/i.xml"), &files, &err), &err, good[i].what);
		if (!good[i].want || good[i].want[0])
			CHECK_STR(bv_buf_str(&xml), bv_str_of(good[i].want ? good[i].want : good[i].xml), good[i].what);
	}
}

/* ---- What is refused --------------------------------------------------------------------------------------------------- */

static const struct file traps[] = {
	{ "items/self.xml", "<p " Q3 " " XI "><xi:include href='self.xml'/></p>" },
	{ "items/round.xml", "<p " Q3 " " XI ">\n<xi:include href='about.xml'/></p>" },
	{ "items/about.xml", "<p " Q3 " " XI "><xi:include href='sub/../round.xml'/></p>" },
	{ "items/back.xml", "<p " Q3 " " XI "><xi:include href='i.xml'/></p>" },
	{ "items/i.xml", "<p/>" },
	{ "items/dtd.xml", "<!DOCTYPE p [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p " Q3 ">&x;</p>" },
	{ "items/entity.xml", "<p " Q3 ">&x;</p>" },
	{ "items/broken.xml", "<p " Q3 ">\n<q></p>" },
	{ "items/latin.xml", "<?xml version='1.0' encoding='ISO-8859-1'?><p>\xe9</p>" },
	{ "items/latin.txt", "\xe9" },
	{ "items/bell.txt", "\a" },
	{ "items/escape.xml", "<p " Q3 " " XI "><xi:include href='../../etc/passwd' parse='text'/></p>" },
	{ "items/q21.xml", "<p " Q21 "/>" },
	{ "items/q3.xml", "<p " Q3 "/>" },
	{ "items/sub/out.xml", "<p " Q3 ">\n<img src='../../../x.png'/></p>" },
	{ "items/sub/set.xml", "<p " Q3 "><source srcset='../../../x.png 1x'/></p>" },
	{ "items/sub/card.xml", "<p " Q3 "><qti-file-href>../../../x.png</qti-file-href></p>" },
	{ "items/0.xml", "<p " Q3 " " XI "><xi:include href='1.xml'/></p>" },
	{ "items/1.xml", "<p " Q3 " " XI "><xi:include href='2.xml'/></p>" },
	{ "items/2.xml", "<p " Q3 " " XI "><xi:include href='3.xml'/></p>" },
	{ "items/3.xml", "<p " Q3 " " XI "><xi:include href='4.xml'/></p>" },
	{ "items/4.xml", "<p " Q3 " " XI "><xi:include href='5.xml'/></p>" },
	{ "items/5.xml", "<p " Q3 " " XI "><xi:include href='6.xml'/></p>" },
	{ "items/6.xml", "<p " Q3 " " XI "><xi:include href='7.xml'/></p>" },
	{ "items/7.xml", "<p " Q3 " " XI "><xi:include href='8.xml'/></p>" },
	{ "items/8.xml", "<i " Q3 "/>" },
	{ "items/b0.xml", "<p " Q3 " " XI "><xi:include href='b1.xml'/><xi:include href='b1.xml'/><xi:include href='b1.xml'/></p>" },
	{ "items/b1.xml", "<p " Q3 " " XI "><xi:include href='b2.xml'/><xi:include href='b2.xml'/><xi:include href='b2.xml'/></p>" },
	{ "items/b2.xml", "<p " Q3 " " XI "><xi:include href='b3.xml'/><xi:include href='b3.xml'/><xi:include href='b3.xml'/></p>" },
	{ "items/b3.xml", "<p " Q3 " " XI "><xi:include href='b4.xml'/><xi:include href='b4.xml'/><xi:include href='b4.xml'/></p>" },
	{ "items/b4.xml", "<p " Q3 " " XI "><xi:include href='b5.xml'/><xi:include href='b5.xml'/><xi:include href='b5.xml'/></p>" },
	{ "items/b5.xml", "<p " Q3 ">ha</p>" },
	{ "items/body.xml", "<qti-item-body " Q3 "/>" },
	{ "items/none.xml", "<qti-response-processing " Q3 "/>" },
	{ "items/base.xml", "<p " Q3 " " XI " xml:base='sub/'><xi:include href='q3.xml'/></p>" },
	{ 0 },
};

static const struct {
	const char *what, *xml;
	enum bv_status status;
	int line;
	const char *part;
} bad[] = {
	{ "no href", BODY("<xi:include/>"), BV_EPARSE, 2, "href is missing" },
	{ "an empty href, the document itself", BODY("<xi:include href=' '/>"), BV_EPARSE, 2, "href is missing" },
	{ "parse is a third thing", BODY("<xi:include href='q3.xml' parse='html'/>"), BV_EPARSE, 2, "parse must be" },
	{ "xpointer", BODY("<xi:include href='q3.xml' xpointer='element(/1/1)'/>"), BV_EPARSE, 2, "xpointer" },
	{ "a fragment", BODY("<xi:include href='q3.xml#x'/>"), BV_EPARSE, 2, "included whole" },
	{ "text of another encoding", BODY("<xi:include href='latin.txt' parse='text' encoding='latin1'/>"), BV_EPARSE, 2, "UTF-8" },
	{ "text that is not UTF-8", BODY("<xi:include href='latin.txt' parse='text'/>"), BV_EPARSE, 2, "not a text in UTF-8" },
	{ "text that no XML can have", BODY("<xi:include href='bell.txt' parse='text'/>"), BV_EPARSE, 2, "not a text in UTF-8" },
	{ "missing", BODY("\n<xi:include href='no.xml'/>"), BV_ENOTFOUND, 3, "'items/no.xml': is not there" },
	{ "missing text", BODY("<xi:include href='no.txt' parse='text'/>"), BV_ENOTFOUND, 2, "'items/no.txt': is not there" },
	{ "out of the package", BODY("<xi:include href='../../x.xml'/>"), BV_EINVAL, 2, "package's folder" },
	{ "out, encoded", BODY("<xi:include href='%2e%2e/%2E%2e/x.xml'/>"), BV_EINVAL, 2, "package's folder" },
	{ "out, encoded twice", BODY("<xi:include href='%252e%252e/x.xml'/>"), BV_EINVAL, 2, "package's folder" },
	{ "out, with a fallback", BODY("<xi:include href='../../x.xml'><xi:fallback/></xi:include>"), BV_EINVAL, 2, "package's folder" },
	{ "absolute", BODY("<xi:include href='/etc/passwd' parse='text'/>"), BV_EINVAL, 2, "absolute" },
	{ "a file of the machine", BODY("<xi:include href='file:///etc/passwd' parse='text'/>"), BV_EINVAL, 2, "external" },
	{ "the network", BODY("<xi:include href='http://example.org/x.xml'/>"), BV_EINVAL, 2, "external" },
	{ "another host", BODY("<xi:include href='//example.org/x.xml'/>"), BV_EINVAL, 2, "external" },
	{ "a drive", BODY("<xi:include href='c:x.xml'/>"), BV_EINVAL, 2, "external" },
	{ "a query", BODY("<xi:include href='q3.xml?a'/>"), BV_EINVAL, 2, "query" },
	{ "a backslash", BODY("<xi:include href='..\\..\\x.xml'/>"), BV_EINVAL, 2, "package's folder" },
	{ "out, from an included file", BODY("<xi:include href='escape.xml'/>"), BV_EINVAL, 2, "'items/escape.xml':1: '../../etc/passwd'" },
	{ "itself", BODY("<xi:include href='i.xml'/>"), BV_EPARSE, 2, "'items/i.xml' includes itself" },
	{ "itself by another name", BODY("<xi:include href='../items/./i.xml'/>"), BV_EPARSE, 2, "'items/i.xml' includes itself" },
	{ "a file that includes itself", BODY("<xi:include href='self.xml'/>"), BV_EPARSE, 2, "'items/self.xml':1: 'items/self.xml' includes itself" },
	{ "round", BODY("<xi:include href='round.xml'/>"), BV_EPARSE, 2, "'items/round.xml':2: 'items/about.xml':1: 'items/round.xml' includes itself through 'items/about.xml'" },
	{ "back to the document", BODY("<xi:include href='back.xml'/>"), BV_EPARSE, 2, "'items/i.xml' includes itself through 'items/back.xml'" },
	{ "nine files inside each other", BODY("<xi:include href='0.xml'/>"), BV_ELIMIT, 2, "more than 8 files inside each other" },
	{ "three of three of three …", BODY("<xi:include href='b0.xml'/>"), BV_ELIMIT, 2, "more than 256 files" },
	{ "a DOCTYPE", BODY("<xi:include href='dtd.xml'/>"), BV_EPARSE, 2, "DOCTYPE" },
	{ "an entity", BODY("<xi:include href='entity.xml'/>"), BV_EPARSE, 2, "'items/entity.xml':1:" },
	{ "another encoding", BODY("<xi:include href='latin.xml'/>"), BV_EPARSE, 2, "'items/latin.xml'" },
	{ "not well-formed", BODY("<xi:include href='broken.xml'/>"), BV_EPARSE, 2, "'items/broken.xml':2:" },
	{ "not well-formed, with a fallback", BODY("<xi:include href='broken.xml'><xi:fallback/></xi:include>"), BV_EPARSE, 2, "'items/broken.xml':2:" },
	{ "2.1 in 3.0", BODY("<xi:include href='q21.xml'/>"), BV_EPARSE, 2, "of QTI 2.1 and cannot stand in a document of 3.0" },
	{ "3.0 in 2.2", "<b " Q22 " " XI "><xi:include href='q3.xml'/></b>", BV_EPARSE, 1, "of QTI 3.0 and cannot stand in a document of 2.2" },
	{ "a reference that leads out", BODY("<xi:include href='sub/out.xml'/>"), BV_EINVAL, 2, "'items/sub/out.xml':2: '../../../x.png'" },
	{ "in a set", BODY("<xi:include href='sub/set.xml'/>"), BV_EINVAL, 2, "'../../../x.png'" },
	{ "in a card", BODY("<xi:include href='sub/card.xml'/>"), BV_EINVAL, 2, "'../../../x.png'" },
	{ "an include in a fallback", BODY("<xi:include href='no.xml'><xi:fallback><p>\n<xi:include href='q3.xml'/></p></xi:fallback></xi:include>"), BV_EPARSE, 3,
	  "xi:fallback" },
	{ "a fallback of nobody's", BODY("<xi:include href='no.xml'><fallback/></xi:include>"), BV_ENOTFOUND, 2, "is not there" },
	{ "xml:base", "<b " Q3 " " XI " xml:base='sub/'><xi:include href='q3.xml'/></b>", BV_EPARSE, 1, "xml:base" },
	{ "xml:base in an included file", BODY("<xi:include href='base.xml'/>"), BV_EPARSE, 2, "'items/base.xml':1: xml:base" },
	{ "the document is not well-formed", "<b " XI "><xi:include href='q3.xml'/></c>", BV_EPARSE, 1, "" },
	{ "a template that is not there", BODY("<qti-response-processing template-location='rp/mine.xml'/>"), BV_ENOTFOUND, 2, "'items/rp/mine.xml': is not there" },
	{ "a template outside of the package", BODY("<qti-response-processing template-location='../../mine.xml'/>"), BV_EINVAL, 2, "package's folder" },
	{ "a template that is none", BODY("<qti-response-processing template-location='body.xml'/>"), BV_EPARSE, 2, "'items/body.xml' is not a template" },
	{ "a template without rules", BODY("<qti-response-processing template-location='none.xml'/>"), BV_EPARSE, 2, "with rules" },
	{ "a template that includes itself", BODY("<qti-response-processing template-location='self.xml'/>"), BV_EPARSE, 2, "includes itself" },
};

static void
check_bad(void)
{
	struct package package = { traps, 0 };
	const struct bv_include_files files = { read_one, &package };
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(bad); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);
		bv_buf_addz(&xml, bad[i].xml);
		CHECK_REFUSED(bv_include(&xml, BV_STR("items/i.xml"), &files, &err), bad[i].status, &err, bad[i].part, bad[i].what);
		CHECK(err.line == bad[i].line, "%s: at line %d", bad[i].what, err.line);
		CHECK_STR(bv_buf_str(&xml), bv_str_of(bad[i].xml), "the document is as it was");
	}
}

/* ---- Limits ------------------------------------------------------------------------------------------------------------ */

static enum bv_status
include_many(struct bv_buf *xml, unsigned count, const struct file *shelf_of, struct bv_err *err)
{
	struct package package = { shelf_of, 0 };
	const struct bv_include_files files = { read_one, &package };

	bv_buf_clear(xml);
	bv_buf_addz(xml, "<b " Q3 " " XI ">");
	for (unsigned i = 0; i < count; i++)
		bv_buf_addz(xml, "<xi:include href='x'/>");
	bv_buf_addz(xml, "</b>");
	return bv_include(xml, BV_STR("i.xml"), &files, err);
}

static char *
padded(size_t len, const char *before, char fill, const char *after)
{
	char *text = malloc(len + 1);

	memset(text, fill, len);
	text[len] = '\0';
	memcpy(text, before, strlen(before));
	memcpy(text + len - strlen(after), after, strlen(after));
	return text;
}

static void
check_limits(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX), large = BV_BUF(BV_XML_DOCUMENT_MAX);
	static const struct file small[] = { { "x", "<i/>" }, { 0 } };
	char *quarter = padded(BV_XML_ITEM_MAX / 4, "<i>", 'a', "</i>"), *mute = padded(BV_XML_DOCUMENT_MAX / 4, "<!--", 'a', "--><i/>");
	const struct file heavy[] = { { "x", quarter }, { 0 } }, silent[] = { { "x", mute }, { 0 } };
	struct bv_err err;

	CHECK_OK(include_many(&xml, BV_INCLUDES_MAX, small, &err), &err, "as many files as may be");
	CHECK_REFUSED(include_many(&xml, BV_INCLUDES_MAX + 1, small, &err), BV_ELIMIT, &err, "more than 256 files", "one more");
	CHECK_OK(include_many(&xml, 3, heavy, &err), &err, "three quarters of a document");
	CHECK_REFUSED(include_many(&xml, 4, heavy, &err), BV_ELIMIT, &err, "the document has more than 1048576 bytes", "four quarters and what is around them");
	CHECK_OK(include_many(&large, 4, silent, &err), &err, "files of comments, 8 MiB together");
	CHECK_REFUSED(include_many(&large, 5, silent, &err), BV_ELIMIT, &err, "8388608 bytes together", "and more, though nothing comes of them");
	free(quarter);
	free(mute);
}

/* Where only what follows makes it too large. */
static void
check_tail(void)
{
	char *rest = padded(900, "<b " XI "><xi:include href='x'/>", 'a', "</b>"), *body = padded(200, "<i>", 'b', "</i>");
	const struct file shelf_of[] = { { "x", body }, { 0 } };
	struct package package = { shelf_of, 0 };
	const struct bv_include_files files = { read_one, &package };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1000);
	struct bv_err err;

	bv_buf_addz(&xml, rest);
	CHECK_REFUSED(bv_include(&xml, BV_STR("i.xml"), &files, &err), BV_ELIMIT, &err, "more than 1000 bytes", "too large with what follows");
	CHECK(xml.len == 900, "the document is as it was");
	free(rest);
	free(body);
}

/* ---- In the bytes ------------------------------------------------------------------------------------------------------ */

static void
check_scan(void)
{
	static const char xml[] = "<?xml version='1.0'?>\n<!-- <a> --><a b='>' c=\"/>\"><![CDATA[<b>]]></a ><d />";
	static const struct {
		enum include_tag tag;
		const char *text;
	} want[] = {
		{ INCLUDE_TAG_START, "<a b='>' c=\"/>\">" },
		{ INCLUDE_TAG_END, "</a >" },
		{ INCLUDE_TAG_EMPTY, "<d />" },
	};
	size_t at = 0, start;

	for (size_t i = 0; i < BV_COUNT(want); i++) {
		CHECK(include_scan(bv_str_of(xml), &at, &start) == want[i].tag, "tag %zu", i);
		CHECK_STR(bv_str_sub(bv_str_of(xml), start, at - start), bv_str_of(want[i].text), "its bytes");
	}
	CHECK(include_scan(bv_str_of(xml), &at, &start) == INCLUDE_TAG_NONE, "no more");
}

int
main(void)
{
	check_good();
	check_bad();
	check_limits();
	check_tail();
	check_scan();
	return check_end();
}
