/* Manifests of content packages: types, references with xml:base (IMS CP 1.2 §4.5, RFC 3986), dependencies, what is no manifest. */
#include "itembank/manifest.h"
#include "itembank/package.h"
#include "tests/check.h"

static char told[4000];

static void
tell(void *ctx, const struct bv_err *err)
{
	size_t len = strlen(told);

	(void)ctx;
	snprintf(told + len, sizeof told - len, "%d: %s\n", err->line, err->msg);
}

static void
test_resolve(void)
{
	static const struct {
		const char *base, *href, *want; /* NULL: refused */
	} cases[] = {
		{ "", "a.xml", "a.xml" },
		{ "", " a.xml ", "a.xml" },
		{ "items/", "a.xml", "items/a.xml" },
		{ "items/", "../img/a.png", "img/a.png" },
		{ "items/b/", "../../img/a.png", "img/a.png" },
		{ "items/", "./a.png", "items/a.png" },
		{ "items/", "b/../a.png", "items/a.png" },
		{ "", "a//b.png", "a/b.png" },
		{ "", "c%C3%A2u%20h%E1%BB%8Fi.xml", "câu hỏi.xml" },
		{ "", "ca\xcc\x82u.xml", "câu.xml" },
		{ "", "a.xml#part", "a.xml" },
		{ "", "100%25.png", "100%.png" },
		{ "a/", "b/", "a/b/" },
		{ "", "", NULL },
		{ "", "#part", NULL },
		{ "", "..", NULL },
		{ "", "../a.xml", NULL },
		{ "items/", "../../a.xml", NULL },
		{ "items/", "%2e%2e/%2e%2e/a.xml", NULL },
		{ "", "%252e%252e/a.xml", NULL },
		{ "", "a%2fb.xml", NULL },
		{ "", "a%5cb.xml", NULL },
		{ "", "a%00.xml", NULL },
		{ "", "a%", NULL },
		{ "", "a%4", NULL },
		{ "", "a%zz", NULL },
		{ "", "a%ff.xml", NULL },
		{ "", "/a.xml", NULL },
		{ "", "//host/a.xml", NULL },
		{ "", "http://host/a.xml", NULL },
		{ "", "file:///etc/passwd", NULL },
		{ "", "C:\\a.xml", NULL },
		{ "", "a\\b.xml", NULL },
		{ "", "a.xml?b=c", NULL },
		{ "", "data:image/png;base64,AAAA", NULL },
		{ "", "a\nb", NULL },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		struct bv_str got;
		struct bv_err err;
		enum bv_status status = package_resolve(&got, bv_str_of(cases[i].base), bv_str_of(cases[i].href), &arena, &err);
		if (cases[i].want)
			CHECK(status == BV_OK && bv_str_is(got, cases[i].want), "'%s' from '%s' is '%s'", cases[i].href, cases[i].base, cases[i].want);
		else
			CHECK(status != BV_OK && err.msg[0], "'%s' from '%s' is refused: %s", cases[i].href, cases[i].base, err.msg);
	}
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	char name[PACKAGE_NAME_MAX + 2];
	struct bv_str got;
	struct bv_err err;
	memset(name, 'a', sizeof name);
	CHECK_OK(package_resolve(&got, BV_STR(""), (struct bv_str){ name, PACKAGE_NAME_MAX }, &arena, &err), &err, "the longest path");
	CHECK_REFUSED(package_resolve(&got, BV_STR(""), (struct bv_str){ name, PACKAGE_NAME_MAX + 1 }, &arena, &err), BV_ELIMIT, &err, "512 bytes",
	              "one byte longer");
}

#define HEAD "<manifest xmlns='http://www.imsglobal.org/xsd/imscp_v1p1' identifier='M'>"
#define TAIL "</resources></manifest>"

static void
test_types(void)
{
	static const struct {
		const char *type;
		enum manifest_kind kind;
		enum bv_qti_version version;
	} cases[] = {
		{ "imsqti_item_xmlv2p0", MANIFEST_ITEM, BV_QTI_2_0 },
		{ "imsqti_item_xmlv2p1", MANIFEST_ITEM, BV_QTI_2_1 },
		{ "imsqti_item_xmlv2p2", MANIFEST_ITEM, BV_QTI_2_2 },
		{ "imsqti_item_xmlv2p2p4", MANIFEST_ITEM, BV_QTI_2_2 },
		{ "imsqti_item_xmlv3p0", MANIFEST_ITEM, BV_QTI_3_0 },
		{ "imsqti_apipitem_xmlv2p1", MANIFEST_ITEM, BV_QTI_2_1 },
		{ "imsqti_test_xmlv3p0", MANIFEST_TEST, BV_QTI_3_0 },
		{ "imsqti_test_xmlv2p1", MANIFEST_TEST, BV_QTI_2_1 },
		{ "imsqti_apiptest_xmlv2p2", MANIFEST_TEST, BV_QTI_2_2 },
		{ "imsqti_section_xmlv2p2", MANIFEST_SECTION, BV_QTI_2_2 },
		{ "imsqti_stimulus_xmlv3p0", MANIFEST_STIMULUS, BV_QTI_3_0 },
		{ "qtiusagedata/xml", MANIFEST_USAGE, BV_QTI_2_0 },
		{ "imsqti_xmlv1p2", MANIFEST_UNREAD, BV_QTI_2_0 },
		{ "imsqti_item_xmlv4p0", MANIFEST_UNREAD, BV_QTI_2_0 },
		{ "webcontent", MANIFEST_OTHER, BV_QTI_2_0 },
		{ "associatedcontent/learning-application-resource", MANIFEST_OTHER, BV_QTI_2_0 },
		{ "css2", MANIFEST_OTHER, BV_QTI_2_0 },
		{ "imsqti_rptemplate_xmlv3p0", MANIFEST_OTHER, BV_QTI_2_0 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(manifest_finish) struct manifest m = { 0 };
		char xml[500];
		struct bv_err err;
		snprintf(xml, sizeof xml, HEAD "<resources><resource identifier='R' type='%s' href='a'/>" TAIL, cases[i].type);
		CHECK_OK(manifest_read(&m, bv_str_of(xml), tell, NULL, &err), &err, cases[i].type);
		CHECK(m.count == 1 && m.resources[0].kind == cases[i].kind && m.resources[0].version == cases[i].version, "  is %s",
		      manifest_kind_name(cases[i].kind));
	}
}

static void
test_bases(void)
{
	BV_AUTO(manifest_finish) struct manifest m = { 0 };
	struct bv_err err;
	static const char xml[] =
		"<manifest xmlns='http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1' identifier='M' xml:base='one/'><resources xml:base='two/'>\n"
		"<resource identifier='A' type='imsqti_item_xmlv3p0' href='a.xml' xml:base='three/x'><file href='a.xml'/><file href='../../i.png'/>"
		"<file href='../../../../i.png'/><file/><dependency identifierref='C'/></resource>\n"
		"<resource identifier='B' type='imsqti_item_xmlv3p0' href='b.xml' xml:base='../../../'/>\n"
		"<resource identifier='C' type='webcontent' href='http://www.example.org/'/>\n"
		"<resource identifier='D' type='imsqti_item_xmlv3p0' href='d.xml' xml:base='http://www.example.org/'/>\n"
		"<resource identifier='E' type='imsqti_item_xmlv3p0' href='folder/'/>\n"
		"</resources></manifest>";

	told[0] = '\0';
	CHECK_OK(manifest_read(&m, bv_str_of(xml), tell, NULL, &err), &err, "xml:base of manifest, resources and resource");
	if (!CHECK(m.count == 5, "five resources"))
		return;
	const struct manifest_resource *r = m.resources;
	CHECK(!r[0].fault && bv_str_is(r[0].path, "one/two/three/a.xml"), "they follow each other");
	CHECK(r[0].file_count == 1 && bv_str_is(r[0].files[0], "one/i.png"), "also for files; the resource's own is left out");
	CHECK(r[0].depend_count == 1 && bv_str_is(r[0].depends[0], "C") && r[0].line == 2, "a dependency, and the line");
	CHECK(strstr(told, "2: href '../../../../i.png' is not") && strstr(told, "2: file has no href"), "a file outside is told: %s", told);
	CHECK(r[1].fault && strstr(r[1].fault->msg, "xml:base: '../../../' is not") && r[1].fault->line == 3, "a base that leads out: %s", r[1].fault->msg);
	CHECK(!r[2].fault && !r[2].path.len && strstr(told, "4: href 'http"), "a link to elsewhere that is no question is told");
	CHECK(r[3].fault && strstr(r[3].fault->msg, "external"), "an external base");
	CHECK(r[4].fault && strstr(r[4].fault->msg, "folder"), "an item that is a folder");
}

static void
test_dependencies(void)
{
	BV_AUTO(manifest_finish) struct manifest m = { 0 };
	struct bv_err err;
	static const char xml[] = HEAD "<resources>\n"
		"<resource identifier='A' type='webcontent'><dependency identifierref='B'/><dependency identifierref='nobody'/></resource>\n"
		"<resource identifier='B' type='webcontent'><dependency identifierref='C'/></resource>\n"
		"<resource identifier='C' type='webcontent'><dependency identifierref='D'/><dependency identifierref='B'/></resource>\n"
		"<resource identifier='D' type='webcontent'/>\n"
		"<resource identifier='E' type='webcontent'><dependency identifierref='E'/></resource>\n"
		"<resource identifier='D' type='webcontent'><dependency identifierref='D'/></resource>\n" TAIL;
	static const bool refused[] = { false, true, true, false, true, false };

	told[0] = '\0';
	CHECK_OK(manifest_read(&m, bv_str_of(xml), tell, NULL, &err), &err, "dependencies");
	for (size_t i = 0; i < BV_COUNT(refused) && m.count == BV_COUNT(refused); i++)
		CHECK(refused[i] == (m.resources[i].fault != NULL), "resource %zu is %s: %s", i, refused[i] ? "in a cycle" : "in no cycle",
		      m.resources[i].fault ? m.resources[i].fault->msg : "");
	CHECK(strstr(told, "2: dependency on 'nobody'") && strstr(told, "7: identifier 'D' is that"), "a dangling one and a double one are told: %s", told);
}

/* A chain of as many as there may be: no recursion, no square of it. */
static void
test_many(void)
{
	for (int over = 0; over < 2; over++) {
		BV_AUTO(manifest_finish) struct manifest m = { 0 };
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_LARGE_MAX);
		struct bv_err err;
		bv_buf_addz(&xml, HEAD "<resources>");
		for (int i = 0; i < PACKAGE_ENTRIES_MAX + over; i++)
			bv_buf_printf(&xml, "<resource identifier='R%d' type='webcontent' href='%d'><dependency identifierref='R%d'/></resource>", i, i,
			              (i + 1) % PACKAGE_ENTRIES_MAX);
		bv_buf_addz(&xml, TAIL);
		enum bv_status status = manifest_read(&m, bv_buf_str(&xml), NULL, NULL, &err);
		if (over)
			CHECK_REFUSED(status, BV_ELIMIT, &err, "65535 resources", "one resource too many");
		else
			CHECK(status == BV_OK && m.resources[0].fault && m.resources[m.count - 1].fault, "as many as there may be, in one cycle");
	}
}

static void
test_bad(void)
{
	static const struct {
		const char *xml, *says;
	} cases[] = {
		{ "", "empty" },
		{ "<html/>", "not the manifest of a content package, but <html>" },
		{ "<manifest xmlns='http://schemas.android.com/apk'/>", "http://schemas.android.com/apk" },
		{ HEAD "</manifest>", "without resources" },
		{ "<!DOCTYPE manifest>" HEAD "<resources>" TAIL, "DOCTYPE" },
		{ "<manifest xml:base='..'><resources>" TAIL, "leads out" },
		{ "<manifest xml:base='http://www.example.org'><resources>" TAIL, "external" },
		{ "<manifest><resources xml:base='/a/'>" TAIL, "absolute" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(manifest_finish) struct manifest m = { 0 };
		struct bv_err err;
		enum bv_status status = manifest_read(&m, bv_str_of(cases[i].xml), NULL, NULL, &err);
		CHECK_REFUSED(status, status == BV_EINVAL ? BV_EINVAL : BV_EPARSE, &err, cases[i].says, cases[i].xml);
	}
}

int
main(void)
{
	test_resolve();
	test_types();
	test_bases();
	test_dependencies();
	test_many();
	test_bad();
	return check_end();
}
