/* Documents against schemas of a folder: our own small ones, hostile ones, and the standard's where it is at hand. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "itembank/itembank.h"
#include "tests/check.h"

#define QTI "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
#define SCHEMA(ns, body) \
	"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns='" ns "' targetNamespace='" ns "' elementFormDefault='qualified'>" body "</xs:schema>"
#define NOT_NEGATIVE "<xs:simpleType><xs:restriction base='xs:double'><xs:minInclusive value='0.0'/></xs:restriction></xs:simpleType>"

/* With the same narrowness at the same places as QTI's. */
static const char small[] = SCHEMA(QTI,
        "<xs:element name='qti-assessment-item'><xs:complexType><xs:sequence>"
        "<xs:element name='qti-outcome-declaration' minOccurs='0'><xs:complexType><xs:sequence>"
        "<xs:element name='qti-match-table-entry' minOccurs='0' maxOccurs='9'><xs:complexType><xs:attribute name='target-value'><xs:simpleType>"
        "<xs:restriction base='xs:string'><xs:enumeration value='boolean'/><xs:enumeration value='float'/></xs:restriction></xs:simpleType></xs:attribute>"
        "<xs:attribute name='source-value' type='xs:integer'/></xs:complexType></xs:element></xs:sequence>"
        "<xs:attribute name='normal-maximum'>" NOT_NEGATIVE "</xs:attribute></xs:complexType></xs:element>"
        "<xs:element name='qti-slider-interaction' minOccurs='0'><xs:complexType><xs:attribute name='lower-bound'>" NOT_NEGATIVE "</xs:attribute>"
        "<xs:attribute name='upper-bound'>" NOT_NEGATIVE "</xs:attribute></xs:complexType></xs:element>"
        "<xs:element name='qti-hotspot-interaction' minOccurs='0'><xs:complexType><xs:sequence><xs:element name='object'/></xs:sequence></xs:complexType>"
        "</xs:element><xs:any namespace='##other' processContents='strict' minOccurs='0' maxOccurs='9'/></xs:sequence>"
        "<xs:attribute name='identifier' use='required'/></xs:complexType></xs:element>");

struct seen {
	char rules[400], last[500];
	int warnings;
};

static void
see(void *ctx, const struct bv_diagnostic *d)
{
	struct seen *seen = ctx;

	snprintf(seen->rules + strlen(seen->rules), sizeof seen->rules - strlen(seen->rules), "%s:%d ", d->rule, d->line);
	snprintf(seen->last, sizeof seen->last, "%s", d->message);
	seen->warnings += d->severity == BV_SEVERITY_WARNING;
}

static char folder[] = "/tmp/bv-schema-XXXXXX";

static void
put(const char *name, const char *text)
{
	char path[300];
	struct bv_err err;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	CHECK_OK(bv_file_write(path, bv_str_of(text), 0600, &err), &err, name);
}

static void
drop(const char *name)
{
	char path[300];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	unlink(path);
}

#define ITEM(attributes, body) "<qti-assessment-item xmlns='" QTI "' " attributes ">\n" body "</qti-assessment-item>"

static const struct {
	const char *name, *xml, *rules, *message;
	size_t errors;
} cases[] = {
	{ "valid", ITEM("identifier='i'", "<qti-slider-interaction lower-bound='0'/>"), "", "", 0 },
	{ "an attribute is missing", ITEM("", ""), "schema:1 ", "Element 'qti-assessment-item': The attribute 'identifier' is required but missing.", 1 },
	{ "an element of nobody", ITEM("identifier='i'", "<x/>"), "schema:2 ", "Element 'x': This element is not expected.", 1 },
	{ "bounds below 0", ITEM("identifier='i'", "<qti-slider-interaction lower-bound='-5' upper-bound='-1'/>"), "schema-slider-bound:2 schema-slider-bound:2 ",
	  "", 0 },
	{ "a bound that is no number", ITEM("identifier='i'", "<qti-slider-interaction lower-bound='low'/>"), "schema:2 ", "'low'", 1 },
	{ "a maximum below 0", ITEM("identifier='i'", "<qti-outcome-declaration normal-maximum='-1'/>"), "schema-normal-maximum:2 ", "", 0 },
	{ "a target that is a value", ITEM("identifier='i'", "<qti-outcome-declaration><qti-match-table-entry source-value='1' target-value='3'/></qti-outcome-declaration>"),
	  "schema-target-value:2 ", "", 0 },
	{ "a source that is no integer", ITEM("identifier='i'", "<qti-outcome-declaration><qti-match-table-entry source-value='1.5' target-value='float'/></qti-outcome-declaration>"),
	  "schema:2 ", "source-value", 1 },
	{ "img for object", ITEM("identifier='i'", "<qti-hotspot-interaction><img/></qti-hotspot-interaction>"), "schema-img:2 ", "", 0 },
	{ "picture for object", ITEM("identifier='i'", "<qti-hotspot-interaction><picture/></qti-hotspot-interaction>"), "schema-img:2 ", "", 0 },
	{ "video for object", ITEM("identifier='i'", "<qti-hotspot-interaction><video/></qti-hotspot-interaction>"), "schema:2 ", "video", 1 },
	{ "an extension without a schema", ITEM("identifier='i'", "<x:dep xmlns:x='urn:dep'><x:inner/></x:dep>"), "schema-extension:2 ", "dep'", 0 },
	{ "an extension that its schema does not declare", ITEM("identifier='i'", "<x:dep xmlns:x='urn:known'/>"), "schema:2 ", "dep'", 1 },
	{ "another root", "<qti-assessment-test xmlns='" QTI "'/>", "schema:1 ", "validation root", 1 },
	{ "no XML", "<a", "", "", 0 },
	{ "a DOCTYPE", "<!DOCTYPE a SYSTEM '/etc/passwd'><a/>", "", "", 0 },
};

static void
documents(void)
{
	BV_AUTO(bv_schemas_free) struct bv_schemas *schemas = NULL;
	struct bv_err err;

	put("qti.xsd", small);
	put("known.xsd", SCHEMA("urn:known", "<xs:element name='a'/>"));
	put("part.xsd", "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='b'/></xs:schema>");
	CHECK_OK(bv_schemas_open(&schemas, folder, &err), &err, "a folder");
	drop("known.xsd");
	drop("part.xsd");
	CHECK(!bv_schemas_know(schemas, BV_STR_NONE), "a schema to be included is none for documents");
	CHECK(bv_schemas_know(schemas, BV_STR(QTI)) && !bv_schemas_know(schemas, BV_STR("urn:other")), "which namespaces it has");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct seen seen = { "" };
		size_t errors = bv_schemas_check(schemas, "d.xml", bv_str_of(cases[i].xml), see, &seen);
		if (!CHECK(errors == cases[i].errors && strcmp(seen.rules, cases[i].rules) == 0 && strstr(seen.last, cases[i].message), "%s", cases[i].name))
			printf("# %zu %s%s\n", errors, seen.rules, seen.last);
	}
	for (int i = 0; i < 2; i++) {
		struct seen seen = { "" };
		bv_schemas_check(schemas, "d.xml", BV_STR("<a xmlns='urn:other'/>"), see, &seen);
		CHECK(strcmp(seen.rules, i ? "" : "no-schema:0 ") == 0 && seen.warnings == !i, "a namespace without schema is told %s", i ? "once" : "of");
	}
	BV_AUTO(bv_buf_finish) struct bv_buf many = BV_BUF(1 << 16);
	struct seen seen = { "" };
	bv_buf_addz(&many, "<qti-assessment-item xmlns='" QTI "' identifier='i'><qti-outcome-declaration>");
	for (int i = 0; i < 9; i++)
		bv_buf_addz(&many, "<qti-match-table-entry source-value='x' a='1' b='1' c='1' d='1' e='1' f='1' g='1' h='1'/>");
	bv_buf_addz(&many, "</qti-outcome-declaration></qti-assessment-item>");
	CHECK(bv_schemas_check(schemas, "d.xml", bv_buf_str(&many), see, &seen) == 50, "no more than 50 of one document");
}

/* Nothing is read but the folder's own files: a secret beside it is neither shown nor used. */
static void
closed(void)
{
	static const char *const hostile[] = {
		SCHEMA(QTI, "<xs:import namespace='urn:x' schemaLocation='file:///etc/passwd'/><xs:element name='qti-assessment-item'/>"),
		SCHEMA(QTI, "<xs:include schemaLocation='../secret.xsd'/><xs:element name='qti-assessment-item' type='secret'/>"),
		SCHEMA(QTI, "<xs:include schemaLocation='http://127.0.0.1:1/a.xsd'/><xs:element name='qti-assessment-item' type='secret'/>"),
		SCHEMA(QTI, "<xs:include schemaLocation='link.xsd'/><xs:element name='qti-assessment-item' type='secret'/>"),
		"<!DOCTYPE xs:schema [<!ENTITY e SYSTEM '/etc/passwd'>]>" SCHEMA(QTI, "<xs:element name='qti-assessment-item' type='&e;'/>"),
		"<xs:schema", "", SCHEMA("urn:two", ""),
	};
	char secret[300], link[300];
	struct bv_err err;

	snprintf(secret, sizeof secret, "%s.secret.xsd", folder);
	snprintf(link, sizeof link, "%s/link.xsd", folder);
	CHECK_OK(bv_file_write(secret, BV_STR(SCHEMA(QTI, "<xs:complexType name='secret'/>")), 0600, &err), &err, "a file beside the folder");
	CHECK(symlink(secret, link) == 0, "a link to it in the folder");
	for (size_t i = 0; i < BV_COUNT(hostile); i++) {
		BV_AUTO(bv_schemas_free) struct bv_schemas *schemas = NULL;
		struct seen seen = { "" };
		put("qti.xsd", hostile[i]);
		CHECK_OK(bv_schemas_open(&schemas, folder, &err), &err, "a hostile schema is looked at");
		size_t errors = bv_schemas_check(schemas, "d.xml", BV_STR(ITEM("identifier='i'", "")), see, &seen);
		/* The first one does not need what it asks for. */
		if (!CHECK(errors == 0 && (i == 0 || strcmp(seen.rules, "no-schema:0 ") == 0) && !strstr(seen.last, "root:"), "… %zu, and reads nothing", i))
			printf("# %zu %s%s\n", errors, seen.rules, seen.last);
	}
	put("qti.xsd", small);
	BV_AUTO(bv_schemas_free) struct bv_schemas *schemas = NULL;
	struct seen seen = { "" };
	CHECK_OK(bv_schemas_open(&schemas, folder, &err), &err, "a good schema again");
	bv_schemas_check(schemas, "d.xml", BV_STR(ITEM("identifier='i' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='urn:x link.xsd "
	                                                "urn:y file:///etc/passwd'", "")), see, &seen);
	CHECK(strcmp(seen.rules, "") == 0, "schemas that a document names are not read");
	drop("link.xsd");
	unlink(secret);
}

static void
folders(void)
{
	BV_AUTO(bv_schemas_free) struct bv_schemas *schemas = NULL;
	BV_AUTO(bv_schemas_free) struct bv_schemas *two = NULL;
	BV_AUTO(bv_schemas_free) struct bv_schemas *all = NULL;
	struct seen seen = { "" };
	struct bv_err err;
	char sub[300], name[40];

	CHECK_REFUSED(bv_schemas_open(&schemas, "/nonexistent/folder", &err), BV_ENOTFOUND, &err, "/nonexistent/folder", "no folder");
	snprintf(sub, sizeof sub, "%s/sub", folder);
	CHECK(mkdir(sub, 0700) == 0, "a folder in the folder");
	put("sub/deep.xsd", SCHEMA("urn:deep", ""));
	put("notes.txt", SCHEMA("urn:notes", ""));
	/* The later name of one namespace. */
	put("qti_1.xsd", SCHEMA(QTI, "<xs:element name='qti-assessment-item' type='xs:integer'/>"));
	CHECK_OK(bv_schemas_open(&two, folder, &err), &err, "two of one namespace");
	CHECK(!bv_schemas_know(two, BV_STR("urn:deep")) && !bv_schemas_know(two, BV_STR("urn:notes")), "only schemas that lie directly in it");
	CHECK(bv_schemas_check(two, "d.xml", BV_STR("<qti-assessment-item xmlns='" QTI "'>7</qti-assessment-item>"), see, &seen) == 0, "the later one is taken");
	drop("qti_1.xsd");
	drop("sub/deep.xsd");
	rmdir(sub);
	drop("notes.txt");
	for (int i = 0; i < 200; i++) {
		char text[300];
		snprintf(name, sizeof name, "many-%03d.xsd", i);
		snprintf(text, sizeof text, "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:%d'/>", i);
		char path[300];
		snprintf(path, sizeof path, "%s/%s", folder, name);
		if (bv_file_write(path, bv_str_of(text), 0600, &err))
			CHECK(false, "%s", err.msg);
	}
	CHECK_REFUSED(bv_schemas_open(&all, folder, &err), BV_ELIMIT, &err, "more than 200", "201 schemas");
	drop("qti.xsd");
	CHECK_OK(bv_schemas_open(&all, folder, &err), &err, "200 schemas");
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "many-%03d.xsd", i);
		drop(name);
	}
}

/* The schema of QTI 3.0.1 has the oddities that are named. */
static void
reference(void)
{
	static const char odd[] = "<qti-assessment-item xmlns='" QTI "' identifier='f' title='t' adaptive='false' time-dependent='false'>\n"
	                          "<qti-response-declaration identifier='RESPONSE' cardinality='single' base-type='integer'/>\n"
	                          "<qti-outcome-declaration identifier='SCORE' cardinality='single' base-type='float' normal-maximum='-1'>\n"
	                          "<qti-match-table><qti-match-table-entry source-value='1' target-value='3'/></qti-match-table></qti-outcome-declaration>\n"
	                          "<qti-item-body><qti-slider-interaction response-identifier='RESPONSE' lower-bound='-5' upper-bound='5'/></qti-item-body>"
	                          "</qti-assessment-item>";
	const char *path = check_reference("qti/xsd");
	BV_AUTO(bv_schemas_free) struct bv_schemas *schemas = NULL;
	struct bv_err err;
	struct seen seen = { "" };

	if (!path)
		return;
	CHECK_OK(bv_schemas_open(&schemas, path, &err), &err, "the schemas of QTI 3.0.1");
	size_t errors = bv_schemas_check(schemas, "odd.xml", bv_str_of(odd), see, &seen);
	if (!CHECK(errors == 0 && strcmp(seen.rules, "schema-normal-maximum:3 schema-target-value:4 schema-slider-bound:5 ") == 0, "its oddities are warnings"))
		printf("# %s%s\n", seen.rules, seen.last);
	seen = (struct seen){ "" };
	CHECK(bv_schemas_check(schemas, "bad.xml", BV_STR("<qti-assessment-item xmlns='" QTI "' identifier='f' title='t' adaptive='maybe' time-dependent='false'/>"),
	                       see, &seen) > 0, "its errors are errors");
}

int
main(void)
{
	if (!mkdtemp(folder))
		return 1;
	documents();
	closed();
	folders();
	reference();
	rmdir(folder);
	return check_end();
}
