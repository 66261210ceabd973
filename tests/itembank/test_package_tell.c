/* The reading of packages gives the same in a sandbox and out of it, from a zip archive and from a folder; what documents name; limits. */
#define _GNU_SOURCE
#include <sys/stat.h>
#include <unistd.h>

#include "itembank/bank.h"
#include "itembank/package_record.h"
#include "itembank/package_refs.h"
#include "tests/itembank/package_cases.h"

static char folder[] = "/tmp/bv-tell-XXXXXX";
static bool unfiltered; /* on a system without seccomp */

static const char *
at(const char *name)
{
	static char paths[4][300];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, 300, "%s/%s", folder, name);
	return path;
}

/* ---- What is told, as text ---- */

static void
refuse(void *ctx, const char *path, const struct bv_err *err)
{
	bv_buf_printf(ctx, "refused %s:%d: %s [%s]\n", path ? path : "-", err->line, err->msg, bv_diagnostic_rule_of(err));
}

static void
note(void *ctx, const char *path, const struct bv_err *err)
{
	bv_buf_printf(ctx, "note %s:%d: %s\n", path ? path : "-", err->line, err->msg);
}

static void
add_parts(struct bv_buf *out, const struct bv_bank_part *parts, size_t count)
{
	for (size_t i = 0; i < count && i < 20; i++) {
		bv_buf_printf(out, " %d %.*s ", (int)parts[i].role, BV_STR_ARG(parts[i].path));
		bv_hex_write(out, parts[i].hash, 4);
	}
	bv_buf_printf(out, " (%zu)\n", count);
}

static enum bv_status
take_item(void *ctx, const struct bank_row *row, struct bv_err *err)
{
	(void)err;
	bv_buf_printf(ctx, "item %s %.*s %.*s:", row->file->path, BV_STR_ARG(row->identifier), BV_STR_ARG(row->language));
	add_parts(ctx, row->parts, row->part_count);
	bv_buf_add(ctx, row->xml);
	return bv_buf_check(ctx, err);
}

static enum bv_status
take_blob(void *ctx, const struct bank_blob *blob, struct bv_err *err)
{
	bv_buf_printf(ctx, "%s %.*s ", blob->document ? bv_document_kind_name(blob->about.kind) : blob->type, BV_STR_ARG(blob->about.identifier));
	bv_hex_write(ctx, blob->hash, 4);
	add_parts(ctx, blob->parts, blob->part_count);
	return bv_buf_check(ctx, err);
}

static enum bv_status
take_usage(void *ctx, const char *path, struct bv_str xml, struct bv_err *err)
{
	bv_buf_printf(ctx, "usage %s %.*s\n", path, BV_STR_ARG(xml));
	return bv_buf_check(ctx, err);
}

/* ---- The same without a sandbox ---- */

struct here {
	const char *folder;
	const struct package_list *list;
	const struct bank_package_sink *sink;
	struct bv_buf frame;
	struct bv_err err;
};

static void
send_here(void *ctx, const struct record *record)
{
	struct here *here = ctx;

	record_write(&here->frame, record);
	if (here->err.status == BV_OK && bank_package_take(here->folder, bv_buf_str(&here->frame), here->sink, &here->err) != BV_OK)
		CHECK(false, "%s", here->err.msg);
}

static enum bv_status
fetch_here(void *ctx, size_t idx, struct bv_buf *buf, struct bv_err *err)
{
	struct here *here = ctx;

	return package_listed_read(here->list, here->folder, idx, buf, err);
}

static void
unread(void *ctx, const struct bv_err *err)
{
	const struct bank_package_sink *sink = ctx;

	sink->refuse(sink->ctx, NULL, err);
}

static void
read_folder_here(const char *path, const struct bank_package_sink *sink)
{
	BV_AUTO(package_list_finish) struct package_list list = { .count = 0 };
	struct bank_package_sink to = *sink;
	struct here here = { path, &list, sink, BV_BUF(RECORD_MAX), { .status = BV_OK } };
	struct bv_err err;

	CHECK_OK(package_list_folder(&list, path, unread, &to, &err), &err, path);
	package_tell(&(struct package_source){ .list = &list, .fetch = fetch_here, .ctx = &here }, send_here, &here);
	bv_buf_finish(&here.frame);
}

/* ---- Cases ---- */

#define CUSTOM(module) "<customInteraction responseIdentifier='P'>" module "</customInteraction>"
#define DRAFT(inside) \
	"<portableCustomInteraction xmlns='http://www.imsglobal.org/xsd/portableCustomInteraction' customInteractionTypeIdentifier='urn:x' hook='hook.js'>" inside \
	"</portableCustomInteraction>"
#define V1(inside) \
	"<portableCustomInteraction xmlns='http://www.imsglobal.org/xsd/portableCustomInteraction_v1' customInteractionTypeIdentifier='urn:x'>" inside \
	"</portableCustomInteraction>"
#define P "<qti-response-declaration identifier='P' cardinality='single' base-type='string'/>"
#define ITEM21(inside) \
	"<assessmentItem xmlns='http://www.imsglobal.org/xsd/imsqti_v2p1' identifier='a' title='a' adaptive='false' timeDependent='false' xml:lang='vi'>" \
	"<responseDeclaration identifier='P' cardinality='single' baseType='string'/><outcomeDeclaration identifier='SCORE' cardinality='single' baseType='float'/>" \
	"<itemBody>" inside "</itemBody></assessmentItem>"
#define ONE(item) { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml"))) }, { "a.xml", TEXT(item) }
#define USAGE(id) "<usageData><ordinaryStatistic name='irt-a'><targetObject identifier='" id "'/><value>1</value></ordinaryStatistic></usageData>"
/* A JPEG whose EXIF names its artist: APP1, a TIFF header, one directory with the tag 0x013b. */
#define ARTIST_JPEG "\xff\xd8\xff\xe1\0\x22" "Exif\0\0" "MM\0*\0\0\0\x8" "\0\1" "\x1\x3b\0\2\0\0\0\4" "Ann\0" "\0\0\0\0" "\xff\xd9"

/* What is told of the zip archive, and of the folder where that differs. */
static const struct {
	const char *name;
	const char *says[3], *folder_says; /* NULL: the same */
	struct file files[6];
} told[] = {
	{ "a draft's module, its hook and libraries", { "text/javascript", "5 hook.js ", "5 l.js " }, NULL,
	  { ONE(ITEM21(CUSTOM(DRAFT("<resources><libraries><lib id='l.js'/><lib id='IMSGlobal/jquery'/><lib id='/x.js'/></libraries></resources>")))),
	    { "hook.js", TEXT("1") }, { "l.js", TEXT("2") } } },
	{ "PCI 1.0 in QTI 2", { "5 m.js ", "5 f.js ", "5 c.json " }, NULL,
	  { ONE(ITEM21(CUSTOM(V1("<modules primaryConfiguration='c.json'><module primaryPath='m.js' fallbackPath='f.js'/></modules>")))), { "m.js", TEXT("1") },
	    { "f.js", TEXT("2") }, { "c.json", TEXT("{}") } } },
	{ "a module of no interaction", { "(1)" }, NULL, { ONE(ITEM21("<div><m:module xmlns:m='urn:other' primaryPath='m.js'/></div>")), { "m.js", TEXT("1") } } },
	{ "both configurations named", { "5 c.json ", "5 d.json ", "(4)" }, NULL,
	  { ONE(PCI_OF("primary-configuration='c.json' secondary-configuration='d.json'", MODULE("m"))), { "m.js", TEXT("1") }, { "c.json", TEXT("{}") },
	    { "d.json", TEXT("{ }") } } },
	{ "a module that is a stimulus", { "s.xml' is used as two different things: not kept", "stimulus S" }, NULL,
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("b.xml") R_ITEM("a.xml"))) }, { "b.xml", TEXT(ITEM_OF("b", STIMULUS_REF("s.xml"), "")) },
	    { "a.xml", TEXT(PCI_OF("primary-configuration='s.xml'", "")) }, { "s.xml", TEXT(STIMULUS("")) } } },
	{ "pictures for every width", { "1 x.png ", "1 y.png ", "1 z.png " }, NULL,
	  { ONE(ITEM_OF("a", "", "<picture><source srcset='x.png 1x, y.png 2x,'/><img src='z.png' alt='z'/></picture>")), { "x.png", TEXT(PNG_A) }, { "y.png", TEXT(PNG_B) },
	    { "z.png", TEXT(PNG_A "Z") } } },
	{ "an object that is shown", { "refused", "a.xml:1: 'v.mp4' is no" }, NULL,
	  { ONE(ITEM_OF("a", "", "<object data='v.mp4' type='video/mp4'>v</object>")), { "v.mp4", TEXT("text") } } },
	{ "and one that is not", { "note", "'v.pdf' is no", "not kept" }, NULL,
	  { ONE(ITEM_OF("a", "", "<p><object data='v.pdf' type='application/pdf'>v</object></p>")), { "v.pdf", TEXT("%PDF-1") } } },
	{ "an image without a name", { "item", "(1)" }, NULL, { ONE(ITEM_OF("a", "", IMG(" "))) } },
	{ "a stimulus of QTI 2", { "stimulus S", "2 s.xml " }, NULL,
	  { { "imsmanifest.xml", TEXT(MANIFEST(R("imsqti_item_xmlv2p2", "a.xml"))) },
	    { "a.xml", TEXT("<assessmentItem xmlns='http://www.imsglobal.org/xsd/imsqti_v2p2' identifier='a' title='a' adaptive='false' timeDependent='false' xml:lang='vi'>"
	                    "<assessmentStimulusRef identifier='S' href='s.xml'/><itemBody><p>a</p></itemBody></assessmentItem>") },
	    { "s.xml", TEXT("<assessmentStimulus xmlns='http://www.imsglobal.org/xsd/imsqti_v2p2' identifier='S' title='s'><stimulusBody/></assessmentStimulus>") } } },
	{ "a document of two files", { "item", ">vào</p>" }, NULL,
	  { ONE(ITEM_OF("a", "", "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='part.xml'/>")),
	    { "part.xml", TEXT("<p xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0'>vào</p>") } } },
	{ "a document of two files of which one is missing", { "refused", "a.xml:1: ", "part.xml" }, NULL,
	  { ONE(ITEM_OF("a", "", "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='part.xml'/>")) } },
	{ "a picture that says who took it", { "x.jpg:0: its metadata tell" }, NULL, { ONE(ITEM_OF("a", "", IMG("x.jpg"))), { "x.jpg", TEXT(ARTIST_JPEG) } } },
	{ "a test of another version than listed", { "listed as QTI 2.1, but it is of 3.0", "test T" }, NULL,
	  { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml") R("imsqti_test_xmlv2p1", "t.xml"))) }, { "a.xml", TEXT(ITEM("a")) }, { "t.xml", TEXT(TEST_OF(ITEM_REF("a.xml"))) } } },
	{ "two tests of one section", { "test T", "section SR", "test T" }, NULL,
	  { { "imsmanifest.xml", TEXT(MANIFEST(R("imsqti_test_xmlv3p0", "t.xml") R("imsqti_test_xmlv3p0", "u.xml"))) }, { "a.xml", TEXT(ITEM("a")) },
	    { "t.xml", TEXT(TEST_OF("<qti-assessment-section-ref identifier='SR' href='s.xml'/>")) },
	    { "u.xml", TEXT(TEST_OF("<qti-assessment-section-ref identifier='SR' href='s.xml'/>" "")) },
	    { "s.xml", TEXT("<qti-assessment-section " NS " identifier='SR' title='s' visible='true'>" ITEM_REF("a.xml") "</qti-assessment-section>") } } },
	{ "a test whose section is a stimulus too", { "refused", "used as two different things" }, NULL,
	  { { "imsmanifest.xml", TEXT(MANIFEST(R("imsqti_stimulus_xmlv3p0", "s.xml") R("imsqti_test_xmlv3p0", "t.xml"))) }, { "a.xml", TEXT(ITEM("a")) },
	    { "t.xml", TEXT(TEST_OF("<qti-assessment-section-ref identifier='SR' href='s.xml'/>")) }, { "s.xml", TEXT(STIMULUS("")) } } },
	{ "a test whose section is missing", { "refused", "'s.xml' is not in the package" }, NULL,
	  { { "imsmanifest.xml", TEXT(MANIFEST(R("imsqti_test_xmlv3p0", "t.xml"))) },
	    { "t.xml", TEXT(TEST_OF("<qti-assessment-section-ref identifier='SR' href='s.xml'/>")) } } },
	{ "no manifest", { "not a content package" }, "item", { { "a.xml", TEXT(ITEM("a")) }, { "b.xml", TEXT("<other/>") } } },
	{ "items and usage data that are not listed", { "an item that the manifest does not list" }, "usage",
	  { ONE(ITEM("a")), { "b.xml", TEXT(ITEM("b")) }, { "u.xml", TEXT(USAGE("b")) }, { "x.xml", TEXT("PK\3\4") } } },
	{ "usage data that end too soon", { "refused", "u.xml:1" }, NULL,
	  { { "imsmanifest.xml", TEXT(MANIFEST(R("qtiusagedata/xml", "u.xml"))) }, { "u.xml", TEXT("<usageData>") } } },
};

static void
put(const char *path, const struct file *files, size_t count)
{
	char command[400], name[400];
	struct bv_err err;

	snprintf(command, sizeof command, "rm -rf %s", path);
	if (system(command) != 0)
		CHECK(false, "%s", command);
	for (size_t i = 0; i < count && files[i].name; i++) {
		snprintf(name, sizeof name, "%s/%s", path, files[i].name);
		char *end = strrchr(name, '/');
		*end = '\0';
		if (bv_dir_make(name, &err) != BV_OK)
			CHECK(false, "%s", err.msg);
		*end = '/';
		if (bv_file_write(name, files[i].bytes, 0600, &err) != BV_OK)
			CHECK(false, "%s", err.msg);
	}
}

/* Four readings; text of the archive's and the folder's. */
static void
read_all(struct bv_buf *zip, struct bv_buf *of_folder, const char *name, const struct file *files, size_t count)
{
	BV_AUTO(bv_buf_finish) struct bv_buf zip_here = BV_BUF(4 << 20), folder_here = BV_BUF(4 << 20), bytes = BV_BUF(1 << 20);
	struct bank_package_sink sink = { zip, refuse, note, take_item, take_blob, take_usage };
	const char *path = at("p.zip"), *unpacked = at("p");
	struct bv_err err;

	pack(path, files, count);
	put(unpacked, files, count);
	CHECK_OK(bank_package_read(path, NULL, unfiltered, &sink, &err), &err, name);
	CHECK_OK(bv_file_read(&bytes, path, &err), &err, "  its bytes");
	sink.ctx = &zip_here;
	CHECK_OK(bank_package_read_here(path, bv_buf_str(&bytes), &sink, &err), &err, "  without a sandbox");
	CHECK_STR(bv_buf_str(&zip_here), bv_buf_str(zip), "  gives the same");
	sink.ctx = of_folder;
	CHECK_OK(bank_package_read_folder(unpacked, unfiltered, &sink, &err), &err, "  the folder");
	sink.ctx = &folder_here;
	read_folder_here(unpacked, &sink);
	CHECK_STR(bv_buf_str(&folder_here), bv_buf_str(of_folder), "  without a sandbox gives the same");
}

static void
test_told(void)
{
	for (size_t i = 0; i < BV_COUNT(told); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(4 << 20), of_folder = BV_BUF(4 << 20);
		read_all(&zip, &of_folder, told[i].name, told[i].files, BV_COUNT(told[i].files));
		const char *z = zip.p ? zip.p : "", *f = of_folder.p ? of_folder.p : "";
		for (size_t k = 0; k < BV_COUNT(told[i].says) && told[i].says[k]; k++)
			if (!CHECK(strstr(z, told[i].says[k]) && (told[i].folder_says || strstr(f, told[i].says[k])), "  and says %s", told[i].says[k]))
				printf("# %.1500s\n# %.1500s\n", z, f);
		if (told[i].folder_says && !CHECK(strstr(f, told[i].folder_says), "  and of the folder %s", told[i].folder_says))
			printf("# %.1500s\n", f);
	}
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(4 << 20), of_folder = BV_BUF(4 << 20);
		read_all(&zip, &of_folder, cases[i].name, cases[i].files, BV_COUNT(cases[i].files));
	}
}

/* ---- Folders that change, or that may not be read ---- */

/* The item that is read first makes the next one longer. */
static enum bv_status
change_next(void *ctx, const struct bank_row *row, struct bv_err *err)
{
	if (bv_str_is(row->identifier, "a") && bv_file_write(at("p/b.xml"), BV_STR(ITEM("b") " "), 0600, err) != BV_OK)
		return err->status;
	return take_item(ctx, row, err);
}

static void
test_changing(void)
{
	static const struct file files[] = { ONE(ITEM("a")), { "b.xml", TEXT(ITEM("b")) } };
	BV_AUTO(bv_buf_finish) struct bv_buf said = BV_BUF(1 << 20);
	const struct bank_package_sink sink = { &said, refuse, note, change_next, take_blob, take_usage };
	struct bv_err err;

	put(at("p"), files, BV_COUNT(files));
	CHECK_OK(bank_package_read_folder(at("p"), unfiltered, &sink, &err), &err, "a folder in which somebody works");
	CHECK(strstr(said.p, "/a.xml a vi") && !strstr(said.p, "/b.xml b vi"), "  what was as it was listed is taken: %.300s", said.p);
	said.len = 0;
	put(at("p"), files, BV_COUNT(files));
	CHECK_OK(bv_file_write(at("p/imsmanifest.xml"), BV_STR(MANIFEST(R_ITEM("a.xml") R_ITEM("b.xml"))), 0600, &err), &err, "  and one with both listed");
	CHECK_OK(bank_package_read_folder(at("p"), unfiltered, &sink, &err), &err, "  is read");
	CHECK(strstr(said.p, "'b.xml': changed while the package was read [bad-archive]"), "  the other is refused: %.300s", said.p);
}

static void
test_unreadable(void)
{
	static const struct file files[] = { ONE(ITEM("a")), { "b.xml", TEXT(ITEM("b")) } };
	BV_AUTO(bv_buf_finish) struct bv_buf said = BV_BUF(1 << 20);
	const struct bank_package_sink sink = { &said, refuse, note, take_item, take_blob, take_usage };
	enum { NOBODY = 65534 };
	bool root = geteuid() == 0;
	struct bv_err err;
	char *folders[2] = { bv_str_dup(bv_str_of(at("p"))), bv_str_dup(bv_str_of(at("p/"))) };

	put(at("p"), files, BV_COUNT(files));
	CHECK(chmod(folder, 0755) == 0 && chmod(at("p"), 0755) == 0 && chmod(at("p/a.xml"), 0644) == 0 && chmod(at("p/imsmanifest.xml"), 0644) == 0 &&
	          chmod(at("p/b.xml"), 0) == 0, "a folder with a file that may not be read");
	CHECK(!root || seteuid(NOBODY) == 0, "  by somebody else than root");
	for (int i = 0; i < 2; i++) {
		bv_buf_clear(&said);
		CHECK_OK(bank_package_read_folder(folders[i], unfiltered, &sink, &err), &err, "  is read");
		CHECK(strstr(said.p, "b.xml: Permission denied") && strstr(said.p, "/a.xml a vi"), "  but for that file: %.300s", said.p);
		free(folders[i]);
	}
	CHECK(!root || seteuid(0) == 0, "  and by root");
	chmod(folder, 0700);
}

static void
test_is_package(void)
{
	static const struct {
		const char *name;
		struct bv_str bytes;
		bool package;
	} files[] = {
		{ "a.zip", TEXT("text"), true },        { "a.ZIP", TEXT(""), true },    { "a.xml", TEXT("PK\3\4"), true },
		{ "b.xml", TEXT("PK\5\6"), false },     { "c.xml", TEXT("PK"), false }, { "zip", TEXT("text"), false },
	};
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(files); i++) {
		CHECK_OK(bv_file_write(at(files[i].name), files[i].bytes, 0600, &err), &err, files[i].name);
		CHECK(bank_is_package(at(files[i].name)) == files[i].package, "  is %sa package", files[i].package ? "" : "not ");
	}
	CHECK(!bank_is_package(at("none.zip")) && !bank_is_package(folder), "nothing is none, and a folder");
	CHECK(mkdir(at("folder.zip"), 0700) == 0 && !bank_is_package(at("folder.zip")), "whatever its name");
	CHECK(mkfifo(at("pipe.zip"), 0600) == 0 && !bank_is_package(at("pipe.zip")), "and a pipe, which nobody waits for");
}

/* ---- Frames that a reading taken over might send; tests of items are in test_bank_package.c ---- */

static void
test_lies(void)
{
	static const struct {
		enum record_kind kind;
		struct bv_str fields[6];
		bool good;
	} lies[] = {
		{ RECORD_USAGE, { TEXT("u.xml"), TEXT("<u/>") }, true },
		{ RECORD_USAGE, { TEXT("u.xml") }, false },
		{ RECORD_USAGE, { TEXT("../u.xml"), TEXT("<u/>") }, false },
		{ RECORD_USAGE, { TEXT("u.xml"), TEXT("\xff") }, false },
		{ RECORD_USAGE, { TEXT("u.xml"), TEXT("a\0b") }, false },
		{ RECORD_REFUSED, { TEXT("a.xml"), TEXT("2"), TEXT("1"), TEXT("bad-media"), TEXT("why") }, true },
		{ RECORD_REFUSED, { TEXT("a.xml"), TEXT("0"), TEXT("1"), TEXT("bad-media"), TEXT("why") }, false },
		{ RECORD_REFUSED, { TEXT("a.xml"), TEXT("99"), TEXT("1"), TEXT("bad-media"), TEXT("why") }, false },
		{ RECORD_REFUSED, { TEXT("a.xml"), TEXT("2"), TEXT("-1"), TEXT("bad-media"), TEXT("why") }, false },
		{ RECORD_REFUSED, { TEXT("/a.xml"), TEXT("2"), TEXT("1"), TEXT("bad-media"), TEXT("why") }, false },
		{ RECORD_REFUSED, { TEXT("a.xml"), TEXT("2"), TEXT("1"), TEXT("no-such-rule"), TEXT("why") }, false },
		{ RECORD_REFUSED, { TEXT("a.xml"), TEXT("2"), TEXT("1"), TEXT("bad-media\0"), TEXT("why") }, false },
		{ RECORD_REFUSED, { TEXT("a.xml"), TEXT("2"), TEXT("1"), TEXT("0123456789012345678901234567890123456789012345678901234567890123"), TEXT("why") }, false },
		{ RECORD_NOTE, { TEXT("a.xml"), TEXT("0"), TEXT("1"), TEXT("x"), TEXT("why") }, true },
		{ RECORD_NOTE, { TEXT("a.xml"), TEXT("0"), TEXT("1"), TEXT("why") }, false },
		{ RECORD_MEDIA, { TEXT("a.png"), TEXT("image/png"), TEXT(PNG_A) }, true },
		{ RECORD_MEDIA, { TEXT("a.png"), TEXT("text/html"), TEXT(PNG_A) }, false },
		{ RECORD_MEDIA, { TEXT("a.png"), TEXT("image/png") }, false },
		{ RECORD_DOCUMENT, { TEXT("0"), TEXT("s.xml"), TEXT("S"), TEXT(""), TEXT("<s/>") }, true },
		{ RECORD_DOCUMENT, { TEXT("3"), TEXT("s.xml"), TEXT("S"), TEXT(""), TEXT("<s/>") }, false },
		{ RECORD_DOCUMENT, { TEXT("0"), TEXT("s.xml"), TEXT("S"), TEXT(""), TEXT("<s/>"), TEXT("1") }, false },
		{ RECORD_WANTED, { TEXT("0") }, false },
	};

	for (size_t i = 0; i < BV_COUNT(lies); i++) {
		BV_AUTO(record_finish) struct record record = { .count = 0 };
		BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(4096), said = BV_BUF(4096);
		const struct bank_package_sink sink = { &said, refuse, note, take_item, take_blob, take_usage };
		struct bv_err err;
		record_begin(&record, lies[i].kind);
		for (size_t k = 0; k < BV_COUNT(lies[i].fields) && lies[i].fields[k].p; k++)
			record_add(&record, lies[i].fields[k]);
		record_write(&frame, &record);
		enum bv_status status = bank_package_take("p.zip", bv_buf_str(&frame), &sink, &err);
		CHECK(lies[i].good ? status == BV_OK && said.len : status == BV_EPARSE && !said.len, "frame %zu is %s", i, lies[i].good ? "taken" : "refused");
	}
}

/* Nothing more is given after what was not taken. */
static enum bv_status
take_none(void *ctx, const struct bank_row *row, struct bv_err *err)
{
	bv_buf_printf(ctx, "item %.*s;", BV_STR_ARG(row->identifier));
	return bv_err_set(err, BV_EIO, "the disk is full");
}

static void
test_not_taken(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf said = BV_BUF(1 << 16), bytes = BV_BUF(1 << 16);
	const struct bank_package_sink sink = { &said, refuse, note, take_none, take_blob, take_usage };
	struct bv_err err;

	pack(at("p.zip"), (const struct file[]){ { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("a.xml") R_ITEM("b.xml"))) }, { "a.xml", TEXT(ITEM("a")) }, { "b.xml", TEXT(ITEM("b")) } }, 3);
	CHECK_OK(bv_file_read(&bytes, at("p.zip"), &err), &err, "a package");
	CHECK_REFUSED(bank_package_read_here(at("p.zip"), bv_buf_str(&bytes), &sink, &err), BV_EIO, &err, "the disk is full", "  that is not taken");
	CHECK_STR(bv_buf_str(&said), BV_STR("item a;"), "  ends at its first item");
	bv_buf_clear(&said);
	CHECK_REFUSED(bank_package_read(at("p.zip"), NULL, unfiltered, &sink, &err), BV_EIO, &err, "the disk is full", "  also in a sandbox");
	CHECK_STR(bv_buf_str(&said), BV_STR("item a;"), "  at the same place");
}

/* ---- Limits ---- */

/* A package of which only names are there: every file has the bytes that its ending asks for. */
struct many {
	struct package_list list;
	struct bv_buf item, stimulus;
	struct bv_buf said;
};

static enum bv_status
fetch_many(void *ctx, size_t idx, struct bv_buf *buf, struct bv_err *err)
{
	struct many *many = ctx;
	struct bv_str name = many->list.files[idx].name;

	bv_buf_clear(buf);
	bv_buf_add(buf, bv_str_is(name, "imsmanifest.xml") ? BV_STR(MANIFEST(R_ITEM("a.xml")))
	                : bv_str_is(name, "a.xml")         ? bv_buf_str(&many->item)
	                : bv_str_is(name, "s.xml")         ? bv_buf_str(&many->stimulus)
	                                                   : BV_STR(PNG_A));
	return bv_buf_check(buf, err);
}

static void
add_listed(struct package_list *list, const char *name)
{
	if (list->count == list->cap)
		list->files = bv_resize_array(list->files, list->cap = list->cap ? list->cap * 2 : 64, sizeof *list->files);
	list->files[list->count++] = (struct package_listed){ bv_arena_str(&list->arena, bv_str_of(name)), 1 };
}

static void
send_many(void *ctx, const struct record *record)
{
	struct many *many = ctx;

	if (record->kind == RECORD_REFUSED)
		bv_buf_printf(&many->said, "%.*s\n", BV_STR_ARG(record->fields[4]));
	else if (record->kind == RECORD_ITEM)
		bv_buf_printf(&many->said, "%zu files\n", (record->count - RECORD_ITEM_FIELDS) / 3);
}

/* An item that names `images` images and one stimulus, and that `more` others. */
static void
check_many(int images, int more, const char *says)
{
	struct many many = { .item = BV_BUF(8 << 20), .stimulus = BV_BUF(8 << 20), .said = BV_BUF(10000) };
	char name[40];

	add_listed(&many.list, "imsmanifest.xml");
	add_listed(&many.list, "a.xml");
	add_listed(&many.list, "s.xml");
	bv_buf_addz(&many.item, "<qti-assessment-item " NS " identifier='a' title='a' adaptive='false' time-dependent='false' xml:lang='vi'>" STIMULUS_REF("s.xml") "<qti-item-body>");
	bv_buf_addz(&many.stimulus, "<qti-assessment-stimulus " NS " identifier='S' title='s'><qti-stimulus-body>");
	for (int i = 0; i < images + more; i++) {
		snprintf(name, sizeof name, "%d.png", i);
		add_listed(&many.list, name);
		bv_buf_printf(i < images ? &many.item : &many.stimulus, "<img src='%s' alt=''/>", name);
	}
	bv_buf_addz(&many.item, "</qti-item-body></qti-assessment-item>");
	bv_buf_addz(&many.stimulus, "</qti-stimulus-body></qti-assessment-stimulus>");
	package_tell(&(struct package_source){ .list = &many.list, .fetch = fetch_many, .ctx = &many }, send_many, &many);
	CHECK(many.said.p && strstr(many.said.p, says), "%d images and %d of the stimulus: %s", images, more, many.said.p ? many.said.p : "nothing");
	package_list_finish(&many.list);
	bv_buf_finish(&many.item);
	bv_buf_finish(&many.stimulus);
	bv_buf_finish(&many.said);
}

static void
test_limits(void)
{
	_Static_assert(BV_BANK_PARTS_MAX == 12000, "the numbers below");
	check_many(5999, 5999, "12000 files");
	check_many(5999, 6000, "needs more than 12000 files");
	check_many(6000, 0, "names more than 6000 files"); /* with the stimulus */
	check_many(10, 6001, "names more than 6000 files");
}

int
main(void)
{
	const struct bv_sandbox_limits limits = { .memory = 64 << 20, .cpu_s = 1 };
	BV_AUTO(bv_buf_finish) struct bv_buf said = BV_BUF(1 << 20);
	const struct bank_package_sink sink = { &said, refuse, note, take_item, take_blob, take_usage };
	char command[300];
	struct bv_err err;

	if (!mkdtemp(folder))
		return 1;
	pack(at("zz.zip"), good, BV_COUNT(good));
	unfiltered = bank_package_read(at("zz.zip"), &limits, false, &sink, &err) == BV_EDENIED;
	test_told();
	test_changing();
	test_unreadable();
	test_is_package();
	test_lies();
	test_not_taken();
	test_limits();
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) != 0 || check_end();
}
