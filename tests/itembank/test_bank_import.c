/* Imports of folders: the same item in two places, usage data at the ends of their ranges, schemas of packages, what a document claims to be. */
#define _GNU_SOURCE
#include <unistd.h>

#include "base/file.h"
#include "itembank/bank.h"
#include "tests/check.h"
#include "tests/itembank/folder.h"

static void
put(const char *name, const char *text)
{
	char parent[300];
	struct bv_err err;

	snprintf(parent, sizeof parent, "%s", at(name));
	*strrchr(parent, '/') = '\0';
	if (bv_dir_make(parent, &err) != BV_OK || bv_file_write(at(name), bv_str_of(text), 0600, &err) != BV_OK)
		CHECK(false, "%s", err.msg);
}

#define ITEM(id, stem) \
	"<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='" id "' title='t' adaptive='false' time-dependent='false' xml:lang='vi'>" \
	"<qti-item-body><p>" stem "</p></qti-item-body></qti-assessment-item>"
#define MANIFEST(lom) \
	"<manifest><resources><resource identifier='R' type='imsqti_item_xmlv3p0' href='i.xml'><metadata><lom>" lom "</lom></metadata></resource></resources></manifest>"
#define TAG(word) "<general><keyword><string>" word "</string></keyword></general>"
#define AUTHOR(name) \
	"<lifeCycle><contribute><role><value>author</value></role><entity>BEGIN:VCARD&#10;VERSION:3.0&#10;FN:" name "&#10;END:VCARD</entity></contribute></lifeCycle>"
#define DIFFICULTY(word) "<educational><difficulty><value>" word "</value></difficulty></educational>"
#define TIME(duration) "<educational><typicalLearningTime><duration>" duration "</duration></typicalLearningTime></educational>"
#define TAXON(purpose, source, id) \
	"<classification><purpose><value>" purpose "</value></purpose><taxonPath><source><string>" source "</string></source><taxon><id>" id \
	"</id></taxon></taxonPath></classification>"
#define RELATION(kind, catalog, entry) \
	"<relation><kind><value>" kind "</value></kind><resource><identifier><catalog>" catalog "</catalog><entry>" entry "</entry></identifier></resource></relation>"

static struct bv_buf said;

static void
refuse(void *ctx, const char *path, const struct bv_err *err)
{
	(void)ctx;
	bv_buf_printf(&said, "%s:%d: %s\n", path ? path : "", err->line, err->msg);
}

static struct bv_import_counts
import(const char *name, struct bv_schemas *schemas, bool unfiltered)
{
	const struct bv_import_opts opts = { .now_s = 1000, .refuse = refuse, .schemas = schemas, .unfiltered = unfiltered };
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct bv_import_counts counts = { 0 };
	const char *path = at(name);
	struct bv_err err;

	unlink(at("bank.db"));
	bv_buf_clear(&said);
	bv_buf_addz(&said, "");
	CHECK_OK(bv_bank_open(&bank, at("bank.db"), BV_BANK_CREATE, &err), &err, "a bank");
	CHECK_OK(bv_bank_import(bank, &path, 1, &opts, &counts, &err), &err, name);
	return counts;
}

/* ---- One item in two folders, each with a manifest -------------------------------------------------------------------- */

static void
test_twice(void)
{
	static const struct {
		const char *first, *second; /* metadata; NULL: no manifest at all */
		bool same;
	} cases[] = {
		{ MANIFEST(TAG("a")), MANIFEST(TAG("a")), true },
		{ MANIFEST(TAG("a")), NULL, true },
		{ NULL, MANIFEST(TAG("a")), true },
		{ NULL, NULL, true },
		{ MANIFEST(TAG("a")), MANIFEST(TAG("b")), false },
		{ MANIFEST(TAG("a")), MANIFEST(""), false },
		{ MANIFEST(AUTHOR("A")), MANIFEST(AUTHOR("B")), false },
		{ MANIFEST(AUTHOR("A")), MANIFEST(AUTHOR("A")), true },
		{ MANIFEST(DIFFICULTY("easy")), MANIFEST(DIFFICULTY("difficult")), false },
		{ MANIFEST(TIME("PT1M")), MANIFEST(TIME("PT2M")), false },
		{ MANIFEST(TIME("PT1M")), MANIFEST(TIME("PT60S")), true },
		{ MANIFEST(TAXON("competency", "TT 03/2014", "IU01")), MANIFEST(TAXON("competency", "TT 03/2014", "IU02")), false },
		{ MANIFEST(TAXON("competency", "TT 02/2025", "1.1")), MANIFEST(TAXON("competency", "TT 02/2025", "1.2")), false },
		{ MANIFEST(TAXON("educational level", "Bloom-VN", "nhan-biet")), MANIFEST(TAXON("educational level", "Bloom-VN", "van-dung")), false },
		{ MANIFEST(RELATION("enemy", "bangvang", "x")), MANIFEST(RELATION("enemy", "bangvang", "y")), false },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		unlink(at("two/1/imsmanifest.xml"));
		unlink(at("two/2/imsmanifest.xml"));
		put("two/1/i.xml", ITEM("i", "một"));
		put("two/2/i.xml", ITEM("i", "một"));
		if (cases[i].first)
			put("two/1/imsmanifest.xml", cases[i].first);
		if (cases[i].second)
			put("two/2/imsmanifest.xml", cases[i].second);
		struct bv_import_counts c = import("two", NULL, false);
		/* A manifest beside files that are not below it is no package: both are folders of files. */
		if (!CHECK(c.added == 1 && c.refused == !cases[i].same && (cases[i].same || strstr(said.p, "has other metadata in")), "pair %zu", i))
			printf("# %d added, %d unchanged, %d refused: %s\n", (int)c.added, (int)c.unchanged, (int)c.refused, said.p);
	}
	put("two/2/imsmanifest.xml", "<manifest>");
	struct bv_import_counts c = import("two", NULL, false);
	CHECK(c.refused == 1 && strstr(said.p, "/two/2/imsmanifest.xml:1: "), "a manifest that ends too soon: %s", said.p);
	put("two/2/imsmanifest.xml", "<html/>");
	c = import("two", NULL, false);
	CHECK(c.refused == 1 && strstr(said.p, "not the manifest"), "one that is none: %s", said.p);
}

/* ---- Usage data ----------------------------------------------------------------------------------------------------- */

#define STATISTIC(name, of, value) "<ordinaryStatistic name='" name "'><targetObject identifier='" of "'/><value>" value "</value></ordinaryStatistic>"
#define PAIR(a, b) STATISTIC("irt-a", "i", a) STATISTIC("irt-b", "i", b)

static void
test_usage(void)
{
	static const struct {
		const char *xml, *says; /* NULL: taken, or passed over */
		bool set;
	} cases[] = {
		{ PAIR("1", "0"), NULL, true },
		{ PAIR(" 0.001 ", "-10"), NULL, true },
		{ PAIR("10", "10"), NULL, true },
		{ PAIR("10.0004999999999", "10.0004"), NULL, true }, /* rounded to 10 */
		{ PAIR("0.0005", "9.9999999999999"), NULL, true },
		{ PAIR("0.0004", "0"), "irt-a of 'i' is '0.0004'", false },
		{ PAIR("10.0005", "0"), "a decimal above 0 and at most 10", false },
		{ PAIR("1", "-10.0005"), "a decimal from -10 to 10", false },
		{ PAIR("1", "0.0000000000x"), "a decimal from -10 to 10", false },
		{ PAIR("1", "0.000000000-1"), "a decimal from -10 to 10", false },
		{ PAIR("1", ""), "irt-b of 'i' is ''", false },
		{ STATISTIC("times-used", "i", "1000000000000"), NULL, true },
		{ STATISTIC("times-used", "i", "1000000000001"), "a whole number up to 10^12", false },
		{ STATISTIC("times-used", "i", "-1"), "a whole number", false },
		{ STATISTIC("times-used", "i", "1.5"), "a whole number", false },
		{ STATISTIC("irt-a", "i", "1"), "'i' has irt-a but no irt-b", false },
		{ STATISTIC("irt-a", "i", "1") STATISTIC("times-used", "i", "1"), "'i' has irt-a but no irt-b", false },
		{ PAIR("1", "0") PAIR("1", "0"), "irt-a of 'i' is given twice", false },
		{ STATISTIC("times-used", "i", "1") STATISTIC("times-used", "i", "1"), "times-used of 'i' is given twice", false },
		{ STATISTIC("times-used", "none", "1"), "item 'none' is not in the bank", false },
		{ STATISTIC("p-value", "i", "?"), NULL, false },
		{ "<ordinaryStatistic><targetObject identifier='i'/><value>1</value></ordinaryStatistic>", NULL, false },
		{ "<categorizedStatistic name='irt-a'><targetObject identifier='i'/></categorizedStatistic>", NULL, false },
		{ "<ordinaryStatistic name='irt-a'><targetObject identifier='i' partIdentifier='R'/><value>1</value></ordinaryStatistic>", NULL, false },
		{ "<ordinaryStatistic name='irt-a'><value>1</value></ordinaryStatistic>", "needs one targetObject", false },
		{ "<ordinaryStatistic name='irt-a'><targetObject/><value>1</value></ordinaryStatistic>", "needs one targetObject", false },
		{ "<ordinaryStatistic name='irt-a'><targetObject identifier=''/><value>1</value></ordinaryStatistic>", "needs one targetObject", false },
		{ "<ordinaryStatistic name='irt-a'><value>1</value><targetObject identifier='i'/></ordinaryStatistic>", "needs one targetObject", false },
		{ "<ordinaryStatistic name='irt-a'><targetObject identifier='i'/></ordinaryStatistic>", "irt-a of 'i' is ''", false },
		{ "<ordinaryStatistic name='irt-a'><targetObject identifier='i'/><targetObject identifier='j'/><value>1</value></ordinaryStatistic>", "needs one targetObject", false },
		{ "<ordinaryStatistic", "usagedata.xml:1: ", false },
	};

	put("usage/i.xml", ITEM("i", "một"));
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		char text[2000];
		snprintf(text, sizeof text, "<usageData>%s</usageData>", cases[i].xml);
		put("usage/usagedata.xml", text);
		struct bv_import_counts c = import("usage", NULL, false);
		BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
		BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
		struct bv_err err;
		CHECK_OK(bv_bank_open(&bank, at("bank.db"), BV_BANK_READ, &err), &err, "the bank");
		CHECK_OK(bv_bank_pool(&pool, bank, &(struct bv_bank_filter){ 0 }, &err), &err, "its item");
		bool set = pool.count == 1 && (pool.items[0].has_parameters || pool.items[0].used);
		if (!CHECK(c.added == 1 && (c.refused > 0) == (cases[i].says != NULL) && (!cases[i].says || strstr(said.p, cases[i].says)) && set == cases[i].set, "%s",
		           cases[i].xml))
			printf("# %s %d\n", said.p, set);
	}
}

/* ---- Schemas -------------------------------------------------------------------------------------------------------- */

static const char schema[] =
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' elementFormDefault='qualified'>"
        "<xs:element name='qti-assessment-item'><xs:complexType><xs:sequence><xs:any processContents='skip' maxOccurs='9'/></xs:sequence>"
        "<xs:attribute name='identifier' fixed='a'/><xs:anyAttribute processContents='skip'/></xs:complexType></xs:element></xs:schema>";

/* Items of a package are validated as those of a folder of files are. */
static void
test_schema(void)
{
	BV_AUTO(bv_schemas_free) struct bv_schemas *schemas = NULL;
	struct bv_err err;

	put("xsd/q.xsd", schema);
	CHECK_OK(bv_schemas_open(&schemas, at("xsd"), &err), &err, "a schema");
	put("pack/imsmanifest.xml", "<manifest><resources><resource identifier='A' type='imsqti_item_xmlv3p0' href='a.xml'/>"
	                            "<resource identifier='B' type='imsqti_item_xmlv3p0' href='b.xml'/></resources></manifest>");
	put("pack/a.xml", ITEM("a", "một"));
	put("pack/b.xml", ITEM("b", "hai"));
	put("files/a.xml", ITEM("a", "một"));
	put("files/b.xml", ITEM("b", "hai"));
	for (int i = 0; i < 2; i++) {
		struct bv_import_counts c = import(i ? "files" : "pack", schemas, true);
		if (!CHECK(c.added == 1 && c.refused == 1 && strstr(said.p, "b.xml:1: not valid by the schema: "), "%s", i ? "files" : "a package"))
			printf("# %s\n", said.p);
	}
}

/* ---- What a document claims to be ----------------------------------------------------------------------------------- */

static void
test_roots(void)
{
	static const struct {
		const char *xml, *name;
		bool item;
	} cases[] = {
		{ "<qti-assessment-item/>", "qti-assessment-item", true },
		{ "<assessmentItem>", "assessmentItem", true },
		{ "\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <usageData> --><q:qti-assessment-item\n a='b'>", "qti-assessment-item", true },
		{ "<!DOCTYPE html><html>", "html", false },
		{ "<?a ?><?b", "", false },
		{ "<!-- <assessmentItem/>", "", false },
		{ "<!--", "", false },
		{ "<?", "", false },
		{ "<!", "", false },
		{ "<", "", false },
		{ "text", "", false },
		{ "", "", false },
		{ "<a:", "", false },
		{ "<usageData\t", "usageData", false },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		CHECK_STR(bank_root_name(bv_str_of(cases[i].xml)), bv_str_of(cases[i].name), cases[i].xml);
		CHECK(bank_is_item(bv_str_of(cases[i].xml)) == cases[i].item, "  is %san item", cases[i].item ? "" : "not ");
	}
}

int
main(void)
{
	char command[300];

	if (!mkdtemp(folder))
		return 1;
	said = BV_BUF(1 << 16);
	test_twice();
	test_usage();
	test_schema();
	test_roots();
	bv_buf_finish(&said);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) != 0 || check_end();
}
