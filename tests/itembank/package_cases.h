/* Packages for tests: what they are made of, one that is good, and many that are odd or at fault. */
#ifndef BV_TESTS_ITEMBANK_PACKAGE_CASES_H
#define BV_TESTS_ITEMBANK_PACKAGE_CASES_H

#include <unistd.h>

#include "base/file.h"
#include "itembank/package.h"
#include "tests/check.h"

#define PNG_A "\x89PNG\r\n\x1a\nA"
#define PNG_B "\x89PNG\r\n\x1a\nB"
#define JPEG "\xff\xd8\xff\xe0J"
#define NS "xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0'"
#define ITEM_OF(id, before, body) \
	"<qti-assessment-item " NS " identifier='" id "' title='Câu " id "' adaptive='false' time-dependent='false' xml:lang='vi'>" \
	"<qti-response-declaration identifier='RESPONSE' cardinality='single' base-type='identifier'><qti-correct-response><qti-value>A</qti-value>" \
	"</qti-correct-response></qti-response-declaration><qti-outcome-declaration identifier='SCORE' cardinality='single' base-type='float'/>" before \
	"<qti-item-body>" body "<qti-choice-interaction response-identifier='RESPONSE' max-choices='1'><qti-simple-choice identifier='A'>a" \
	"</qti-simple-choice><qti-simple-choice identifier='B'>b</qti-simple-choice></qti-choice-interaction></qti-item-body>" \
	"<qti-response-processing template='https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml'/></qti-assessment-item>"
#define ITEM(id) ITEM_OF(id, "", "")
#define IMG(src) "<p><img src='" src "' alt='x'/></p>"
#define STIMULUS_REF(href) "<qti-assessment-stimulus-ref identifier='S' href='" href "'/>"
#define STIMULUS(body) "<qti-assessment-stimulus " NS " identifier='S' title='Bài đọc'><qti-stimulus-body>" body "</qti-stimulus-body></qti-assessment-stimulus>"
#define PCI_OF(attributes, modules) \
	ITEM_OF("a", "<qti-response-declaration identifier='P' cardinality='single' base-type='string'/>", \
	        "<qti-portable-custom-interaction response-identifier='P' custom-interaction-type-identifier='urn:x' module='m'><qti-interaction-modules " attributes ">" modules \
	        "</qti-interaction-modules><qti-interaction-markup/></qti-portable-custom-interaction>")
#define MODULE(path) "<qti-interaction-module id='m' primary-path='" path "'/>"
#define TEST_OF(refs) \
	"<qti-assessment-test " NS " identifier='T' title='Bài thi'><qti-test-part identifier='P' navigation-mode='linear' submission-mode='individual'>" \
	"<qti-assessment-section identifier='S1' title='s' visible='true'>" refs "</qti-assessment-section></qti-test-part></qti-assessment-test>"
#define ITEM_REF(href) "<qti-assessment-item-ref identifier='I' href='" href "'/>"
#define MANIFEST(resources) "<manifest xmlns='http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1' identifier='M'><resources>\n" resources "</resources></manifest>"
#define R(type, href) "<resource identifier='" href "' type='" type "' href='" href "'/>\n"
#define R_ITEM(href) R("imsqti_item_xmlv3p0", href)

struct file {
	const char *name;
	struct bv_str bytes;
};
#define TEXT(literal) { "" literal, sizeof(literal) - 1 } /* a constant, as BV_STR is not */

__attribute__((unused)) static void
pack(const char *path, const struct file *files, size_t count)
{
	BV_AUTO(package_writer_free) struct package_writer *writer = package_writer_new();
	BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(64 << 20);
	struct bv_err err;

	for (size_t i = 0; i < count && files[i].name; i++)
		if (package_writer_add(writer, bv_str_of(files[i].name), files[i].bytes, true, &err) != BV_OK)
			CHECK(false, "%s", err.msg);
	unlink(path);
	if (package_writer_finish(writer, &zip, &err) != BV_OK || bv_file_create(path, bv_buf_str(&zip), 0600, &err) != BV_OK)
		CHECK(false, "%s", err.msg);
}

static const struct file good[] = {
	{ "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("items/a.xml") R_ITEM("items/b.xml") R("imsqti_stimulus_xmlv3p0", "s/s.xml")
	                                   R("imsqti_test_xmlv3p0", "t.xml") R("webcontent", "style.css"))) },
	{ "items/a.xml", TEXT(ITEM_OF("a", STIMULUS_REF("../s/s.xml"), IMG("../img/a.png"))) },
	{ "items/b.xml", TEXT(ITEM_OF("b", STIMULUS_REF("../s/s.xml"), "")) },
	{ "s/s.xml", TEXT(STIMULUS(IMG("../img/b%20c.png"))) },
	{ "t.xml", TEXT(TEST_OF(ITEM_REF("items/a.xml"))) },
	{ "img/a.png", TEXT(PNG_A) },
	{ "img/b c.png", TEXT(PNG_B) },
	{ "style.css", TEXT("p { }") },
};

static const struct package_case {
	const char *name;
	unsigned added, refused;
	const char *says, *notes;
	struct file files[6];
	const char *rule; /* of the first refusal; NULL: none */
} cases[] = {
	{ "an image that is missing", 1, 1, "p.zip/a.xml:1: 'x.png' is not in the package", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml") R_ITEM("b.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", "", IMG("x.png"))) }, { "b.xml", TEXT(ITEM("b")) } }, "missing-file" },
	{ "an image outside", 0, 1, "'../x.png' is not a path below", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", "", IMG("../x.png"))) }, { "x.png", TEXT(PNG_A) } }, "bad-file-reference" },
	{ "an image of another site", 1, 0, "", "it will not be shown",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", "", IMG("http://www.example.org/x.png"))) } } },
	{ "an image that is a page", 0, 1, "'x.png' is no image", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", "", IMG("x.png"))) }, { "x.png", TEXT("<html/>") } }, "bad-media" },
	{ "a sound named as an image", 0, 1, "audio/mpeg by its bytes", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", "", IMG("x.png"))) }, { "x.png", TEXT("ID3\3") } }, "bad-media" },
	{ "a JPEG named PNG", 1, 0, "", "p.zip/x.png:0: is image/jpeg",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", "", IMG("x.png"))) }, { "x.png", TEXT(JPEG) } } },
	{ "an SVG with a script", 0, 1, "SVG: <script>", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", "", IMG("x.svg"))) },
	    { "x.svg", TEXT("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>") } }, "bad-media" },
	{ "a harmless SVG", 1, 0, "", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", "", IMG("x.svg"))) },
	    { "x.svg", TEXT("<svg xmlns='http://www.w3.org/2000/svg'><rect width='1' height='1'/></svg>") } } },
	{ "a stimulus that is missing", 0, 1, "'s.xml' is not in the package", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", STIMULUS_REF("s.xml"), "")) } }, "missing-file" },
	{ "a stimulus that is an item", 1, 1, "stimulus 'b.xml':1: listed as", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml") R_ITEM("b.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", STIMULUS_REF("b.xml"), "")) },
	    { "b.xml", TEXT(ITEM("b")) } }, "wrong-root" },
	{ "a stimulus whose image is missing", 0, 2, "stimulus 's.xml':1: 'x.png' is not in the package", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml") R("imsqti_stimulus_xmlv3p0", "s.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", STIMULUS_REF("s.xml"), "")) },
	    { "s.xml", TEXT(STIMULUS(IMG("x.png"))) } }, "missing-file" },
	{ "a stimulus that is used as an image", 0, 1, "two different things", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", STIMULUS_REF("s.xml"), IMG("s.xml"))) },
	    { "s.xml", TEXT(STIMULUS("")) } }, "conflict" },
	{ "no manifest", 0, 1, "p.zip:0: not a content package", "", { { "a.xml", TEXT(ITEM("a")) } }, "missing-manifest" },
	{ "a manifest in a folder", 0, 1, "pack the contents of that folder", "", { { "x/imsmanifest.xml", TEXT(MANIFEST("")) } }, "missing-manifest" },
	{ "an archive in the archive", 0, 1, "with another one in it", "", { { "x.zip", TEXT("PK\3\4") } }, "missing-manifest" },
	{ "the manifest of something else", 0, 1, "p.zip/imsmanifest.xml:1: not the manifest", "", { { "imsmanifest.xml", TEXT("<html/>") } }, "bad-manifest" },
	{ "a manifest that is an archive", 0, 1, "not opened", "", { { "imsmanifest.xml", TEXT("PK\3\4") } }, "bad-archive" },
	{ "an item that is missing", 0, 1, "p.zip/imsmanifest.xml:2: 'a.xml' is not in the package", "", { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) } }, "missing-file" },
	{ "an item that is a page", 0, 1, "p.zip/a.xml:1: ", "", { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT("<html/>") } }, "wrong-root" },
	{ "an item listed twice", 1, 1, "imsmanifest.xml:3: 'a.xml' is listed twice", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml") R_ITEM("a.xml"))) }, { "a.xml", TEXT(ITEM("a")) } }, "conflict" },
	{ "an item listed as a page, and one not listed", 0, 0, "", "listed as something else",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R("webcontent", "a.xml"))) }, { "a.xml", TEXT(ITEM("a")) }, { "b.xml", TEXT(ITEM("b")) } } },
	{ "an item of another version than listed", 1, 0, "", "listed as QTI 2.1, but it is of 3.0",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R("imsqti_item_xmlv2p1", "a.xml"))) }, { "a.xml", TEXT(ITEM("a")) } } },
	{ "QTI 1.2", 0, 1, "a version of QTI that is not read", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R("imsqti_xmlv1p2", "a.xml"))) }, { "a.xml", TEXT("<questestinterop/>") } }, "qti-1" },
	{ "metadata at fault", 0, 1, "p.zip/a.xml:0: imsmanifest.xml:2: 'hard' is no difficulty", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST("<resource identifier='R' type='imsqti_item_xmlv3p0' href='a.xml'><metadata><lom><educational><difficulty><value>hard"
	                                       "</value></difficulty></educational></lom></metadata></resource>")) }, { "a.xml", TEXT(ITEM("a")) } }, "bad-metadata" },
	{ "items that depend on each other", 1, 2, "depends on itself", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST("<resource identifier='A' type='imsqti_item_xmlv3p0' href='a.xml'><dependency identifierref='B'/></resource>"
	                                       "<resource identifier='B' type='imsqti_item_xmlv3p0' href='b.xml'><dependency identifierref='A'/></resource>"
	                                       R_ITEM("c.xml"))) },
	    { "a.xml", TEXT(ITEM("a")) }, { "b.xml", TEXT(ITEM("b")) }, { "c.xml", TEXT(ITEM("c")) } }, "bad-manifest" },
	{ "a file that is listed and not there", 1, 0, "", "file 'x.css' is listed but not in the package",
	  { { "imsmanifest.xml", TEXT(MANIFEST("<resource identifier='A' type='imsqti_item_xmlv3p0' href='a.xml'><file href='x.css'/></resource>")) },
	    { "a.xml", TEXT(ITEM("a")) } } },
	{ "a test of an item that is missing", 1, 1, "p.zip/t.xml:1: ", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml") R("imsqti_test_xmlv3p0", "t.xml"))) }, { "a.xml", TEXT(ITEM("a")) },
	    { "t.xml", TEXT(TEST_OF(ITEM_REF("b.xml"))) } }, "missing-file" },
	{ "a test with a section of its own", 1, 0, "", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml") R("imsqti_test_xmlv3p0", "t.xml"))) }, { "a.xml", TEXT(ITEM("a")) },
	    { "t.xml", TEXT(TEST_OF("<qti-assessment-section-ref identifier='SR' href='s.xml'/>")) },
	    { "s.xml", TEXT("<qti-assessment-section " NS " identifier='SR' title='s' visible='true'>" ITEM_REF("a.xml") "</qti-assessment-section>") } } },
	{ "usage data of an item", 1, 1, "p.zip/u.xml:1: ", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml") R("qtiusagedata/xml", "u.xml"))) }, { "a.xml", TEXT(ITEM("a")) },
	    { "u.xml", TEXT("<usageData><ordinaryStatistic name='irt-a'><targetObject identifier='a'/><value>0</value></ordinaryStatistic></usageData>") } }, "bad-usage-data" },
	{ "usage data that are no XML", 0, 1, "p.zip/u.xml:1: ", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R("qtiusagedata/xml", "u.xml"))) }, { "u.xml", TEXT("\xff") } }, "bad-encoding" },
	{ "companion material that is no image", 1, 0, "", "'c.pdf' is no image",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", "<qti-companion-materials-info><qti-digital-material mime-type='application/pdf'>"
	    "<qti-file-href>c.pdf</qti-file-href></qti-digital-material></qti-companion-materials-info>", "")) }, { "c.pdf", TEXT("%PDF") } } },
	{ "modules and their settings", 1, 0, "", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(PCI_OF("secondary-configuration='m/two.json'", MODULE("m/one") MODULE("m/two.js"))) },
	    { "m/one.js", TEXT("define(1)") }, { "m/two.js", TEXT("define(2)") }, { "m/two.json", TEXT("{\"paths\":{}}") },
	    { "modules/module_resolution.js", TEXT("{}") } } },
	{ "a module that is missing", 1, 0, "", "'m/one' is not in the package: not kept",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(PCI_OF("", MODULE("m/one"))) } } },
	{ "a module out of the package", 0, 1, "'../one.js' is not a path below", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(PCI_OF("", MODULE("../one.js"))) } }, "bad-file-reference" },
	{ "a module out of the package, encoded", 0, 1, "'%2e%2e/one.js' is not a path below", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(PCI_OF("", MODULE("%2e%2e/one.js"))) } }, "bad-file-reference" },
	{ "a module of another place", 1, 0, "", "it will not be shown",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(PCI_OF("", MODULE("https://example.org/one.js"))) } } },
	{ "a module in its reference", 1, 0, "", "it will not be shown",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(PCI_OF("", MODULE("data:text/javascript,1"))) } } },
	{ "settings out of the package", 0, 1, "'../../s.json' is not a path below", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(PCI_OF("primary-configuration='../../s.json'", MODULE("m.js"))) }, { "m.js", TEXT("1") } }, "bad-file-reference" },
	{ "a module that is a page", 1, 0, "", "no script by its bytes",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(PCI_OF("", MODULE("m.js"))) }, { "m.js", TEXT(" <html>") } } },
	{ "a module that is an image too", 1, 0, "", "no script by its bytes",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(PCI_OF("", MODULE("m.js"))) }, { "m.js", TEXT("GIF89a=1") } } },
	{ "a module that is named as a page", 1, 0, "", "is not named as a script",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(PCI_OF("", MODULE("m.html"))) }, { "m.html", TEXT("alert(1)") } } },
	{ "a module that is used as an image", 1, 1, "m.js' is used as two different things", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("b.xml") R_ITEM("a.xml"))) }, { "b.xml", TEXT(PCI_OF("", MODULE("m.js"))) },
	    { "a.xml", TEXT(ITEM_OF("b", "", IMG("m.js"))) }, { "m.js", TEXT("alert(1)") } }, "conflict" },
	{ "a card of a catalog", 1, 0, "", "",
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(ITEM_OF("a", "", "<p data-catalog-idref='c1'>x</p><qti-rubric-block use='instructions' view='author'>"
	    "<qti-content-body><picture><source srcset='x.png 1x'/><img src='x.png' alt='x'/></picture></qti-content-body></qti-rubric-block>")) }, { "x.png", TEXT(PNG_A) } } },
};

#endif
