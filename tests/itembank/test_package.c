/* Zip archives, good and hostile (PKWARE APPNOTE 6.3.10): each bad one is a good one with few bytes changed. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "itembank/package.h"
#include "tests/check.h"
#include "tests/itembank/zip.h"

enum { ZIP_MAX = 8 << 20 };
static const char manifest[] = "<manifest/>", first[] = "<first>\n</first>", second[] = "<second/>";

static enum bv_status
try_open(struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(package_free) struct package *package = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf buf = BV_BUF(PACKAGE_FILE_MAX);

	TRY(package_open(&package, bytes, err));
	for (size_t i = 0; i < package_count(package); i++)
		TRY(package_read(package, i, &buf, err));
	return BV_OK;
}

/* ---- Names ---- */

static void
test_names(void)
{
	static const struct {
		const char *name, *says; /* NULL: good */
	} cases[] = {
		{ "a", NULL },
		{ "items/câu hỏi 1.xml", NULL },
		{ "..a/b../c..d/...e", NULL },
		{ "100%.png", NULL },
		{ "a%20b.png", NULL },
		{ "a%2", NULL },
		{ "a%zz%2", NULL },
		{ "", "without a name" },
		{ "/etc/passwd", "absolute" },
		{ "//server/share", "absolute" },
		{ "../a", "dots only" },
		{ "a/../../b", "dots only" },
		{ "a/..", "dots only" },
		{ "./a", "dots only" },
		{ "a/./b", "dots only" },
		{ "a/...", "dots only" },
		{ "a/.. /b", "dots only" },
		{ "a/ /b", "dots only" },
		{ "a//b", "empty part" },
		{ "a/", "empty part" },
		{ "C:/Windows/a", "colon" },
		{ "c:a", "colon" },
		{ "a.xml:stream", "colon" },
		{ "..\\a", "backslash" },
		{ "a\\b", "backslash" },
		{ "%2e%2e/a", "percent-encoding" },
		{ "%2E./a", "percent-encoding" },
		{ "a/%2e%2e", "percent-encoding" },
		{ "%252e%252e/a", "percent-encoding" },
		{ "%2525252e./a", "percent-encoding" },
		{ "a%2fb", "percent-encoding" },
		{ "%2fetc", "percent-encoding" },
		{ "a%5cb", "percent-encoding" },
		{ "c%3a", "percent-encoding" },
		{ "a%00.xml", "percent-encoding" },
		{ "a\nb", "does not show" },
		{ "a\x7f", "does not show" },
		{ "a\xc2\x85", "does not show" },
		{ "a\xe2\x80\xaelmx.exe", "does not show" },
		{ "a\xff", "not UTF-8" },
		{ "\xc0\xae\xc0\xae/a", "not UTF-8" },
	};
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		enum bv_status status = package_name_check(bv_str_of(cases[i].name), &err);
		if (cases[i].says)
			CHECK_REFUSED(status, BV_EINVAL, &err, cases[i].says, cases[i].name);
		else
			CHECK_OK(status, &err, cases[i].name);
	}
	CHECK_REFUSED(package_name_check(BV_STR("a\0b"), &err), BV_EINVAL, &err, "does not show", "NUL");
}

static void
test_name_limits(void)
{
	char name[PACKAGE_NAME_MAX + 1];
	struct bv_err err;

	memset(name, 'a', sizeof name);
	CHECK_OK(package_name_check((struct bv_str){ name, PACKAGE_NAME_MAX }, &err), &err, "the longest name");
	CHECK_REFUSED(package_name_check((struct bv_str){ name, PACKAGE_NAME_MAX + 1 }, &err), BV_ELIMIT, &err, "512 bytes", "one byte longer");
	for (size_t i = 0; i < sizeof name; i++)
		name[i] = i % 2 ? '/' : 'a';
	CHECK_OK(package_name_check((struct bv_str){ name, 2 * PACKAGE_DEPTH_MAX + 1 }, &err), &err, "the deepest name");
	CHECK_REFUSED(package_name_check((struct bv_str){ name, 2 * PACKAGE_DEPTH_MAX + 3 }, &err), BV_ELIMIT, &err, "16 folders", "one folder deeper");
}

/* ---- Good archives ---- */

static void
fill(struct zip_file files[3], enum zip_form form)
{
	files[0] = (struct zip_file){ .name = "imsmanifest.xml", .bytes = bv_str_of(manifest), .form = form };
	files[1] = (struct zip_file){ .name = "items/a.xml", .bytes = bv_str_of(first), .form = form };
	files[2] = (struct zip_file){ .name = "items/b.xml", .bytes = bv_str_of(second), .form = form };
}

static void
check_read(struct bv_str zip, const char *name)
{
	BV_AUTO(package_free) struct package *package = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf buf = BV_BUF(1000);
	struct bv_err err;

	CHECK_OK(package_open(&package, zip, &err), &err, name);
	if (!package)
		return;
	CHECK(package_count(package) == 3 && package_find(package, BV_STR("items/c.xml")) == 3, "%s: three files, no fourth", name);
	size_t at = package_find(package, BV_STR("items/a.xml"));
	CHECK(at < 3 && package_size(package, at) == strlen(first) && bv_str_is(package_name(package, at), "items/a.xml"), "%s: found", name);
	CHECK_OK(at < 3 ? package_read(package, at, &buf, &err) : BV_ENOTFOUND, &err, "  and read");
	CHECK_STR(bv_buf_str(&buf), bv_str_of(first), "  its bytes");
}

static void
test_forms(void)
{
	static const char *const names[] = { "plain",
		                             "with data descriptors",
		                             "descriptors without signature",
		                             "descriptors of 64 bits",
		                             "descriptors of 64 bits without signature",
		                             "ZIP64 fields" };

	for (int form = ZIP_PLAIN; form <= ZIP_WIDE; form++)
		for (int wide = 0; wide < 2; wide++) {
			BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(ZIP_MAX);
			struct zip_file files[3];
			struct zip_end end = { .wide = wide };
			fill(files, (enum zip_form)form);
			zip_make(&zip, files, 3, &end);
			check_read(bv_buf_str(&zip), names[form]);
		}
}

/* A comment at the end, a folder, a mode, an extra field unknown here, bytes of padding, a name in NFD. */
static void
test_allowed(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(ZIP_MAX);
	BV_AUTO(package_free) struct package *package = NULL;
	struct zip_file files[] = {
		{ .name = "items/", .attributes = 0040755u << 16 | 0x10 },
		{ .name = "items/ca\xcc\x82u.xml", .bytes = bv_str_of(first), .attributes = 0100644u << 16, .extra = BV_STR("UT\5\0\0\0\0\0\0") },
		{ .name = "empty", .extra = BV_STR("\xfe\xca\0\0\0\0") },
	};
	struct zip_end end = { 0 };
	struct bv_err err;

	zip_make(&zip, files, BV_COUNT(files), &end);
	zip_patch(&zip, end.end + 20, 2, 5);
	bv_buf_addz(&zip, "hello");
	CHECK_OK(package_open(&package, bv_buf_str(&zip), &err), &err, "folder, modes, extra fields, comment");
	if (!package)
		return;
	CHECK(package_count(package) == 2, "two files, the folder is none");
	size_t at = package_find(package, BV_STR("items/câu.xml"));
	CHECK(at == package_find(package, BV_STR("items/ca\xcc\x82u.xml")) && at < 2, "found in NFC and in NFD");
	CHECK_STR(at < 2 ? package_name(package, at) : BV_STR_NONE, BV_STR("items/câu.xml"), "the name is NFC");
	CHECK(package_find(package, BV_STR("items/CÂU.xml")) == 2 && package_find(package, BV_STR("\xff")) == 2, "names are compared exactly");
	BV_AUTO(bv_buf_finish) struct bv_buf buf = BV_BUF(3);
	CHECK_OK(package_read(package, package_find(package, BV_STR("empty")), &buf, &err), &err, "an empty file");
	CHECK(buf.p && !buf.len, "has no bytes");
	CHECK_REFUSED(package_read(package, at, &buf, &err), BV_ELIMIT, &err, "larger than 3 bytes", "a file larger than the reader wants");
}

/* The name of Info-ZIP in UTF-8 beside one in the code page of a PC. */
static void
test_code_page(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(ZIP_MAX);
	BV_AUTO(package_free) struct package *package = NULL;
	struct zip_file file = { .name = "\x83.xml", .bytes = bv_str_of(first), .extra = BV_STR("up\x0b\0\1abcdâ.xml") };
	struct zip_end end = { 0 };
	struct bv_err err;

	zip_make(&zip, &file, 1, &end);
	zip_patch(&zip, file.central + 8, 2, 0);
	zip_patch(&zip, file.local + 6, 2, 0);
	CHECK_OK(package_open(&package, bv_buf_str(&zip), &err), &err, "a name in another code page with its Unicode path");
	CHECK(package && package_find(package, BV_STR("â.xml")) == 0, "is found by its Unicode path");
	file.name = "b.xml";
	zip_make(&zip, &file, 1, &end);
	CHECK_REFUSED(try_open(bv_buf_str(&zip), &err), BV_EPARSE, &err, "another name", "a name and another Unicode path");
	file.name = "\x83.xml";
	file.extra = BV_STR_NONE;
	zip_make(&zip, &file, 1, &end);
	CHECK_REFUSED(try_open(bv_buf_str(&zip), &err), BV_EINVAL, &err, "not UTF-8", "a name in another code page alone");
}

/* ---- Hostile archives ---- */

enum where { NOWHERE, LOCAL, CENTRAL, END, END64, LOCATOR, NAME_LOCAL, NAME_CENTRAL, BYTES };

struct patch {
	enum where where;
	unsigned file; /* 0 to 2 */
	size_t offset;
	unsigned width;
	uint64_t value;
};

static size_t
place(enum where where, const struct zip_file *f, const struct zip_end *end)
{
	switch (where) {
	case LOCAL: return f->local;
	case CENTRAL: return f->central;
	case END: return end->end;
	case END64: return end->end64;
	case LOCATOR: return end->locator;
	case NAME_LOCAL: return f->local + 30;
	case NAME_CENTRAL: return f->central + 46;
	default: return f->local + 30 + strlen(f->name);
	}
}

static const struct {
	const char *name;
	enum bv_status want;
	const char *says;
	enum zip_form form;
	bool wide;
	struct patch patches[4];
} bad[] = {
	{ "encrypted", BV_EDENIED, "encrypted", 0, 0, { { CENTRAL, 1, 8, 2, 0x801 }, { LOCAL, 1, 6, 2, 0x801 } } },
	{ "encrypted in the local header only", BV_EPARSE, "another way", 0, 0, { { LOCAL, 1, 6, 2, 0x801 } } },
	{ "strong encryption", BV_EDENIED, "encrypted", 0, 0, { { CENTRAL, 1, 8, 2, 0x840 } } },
	{ "masked headers", BV_EDENIED, "encrypted", 0, 0, { { CENTRAL, 1, 8, 2, 0x2800 } } },
	{ "AES", BV_EDENIED, "encrypted", 0, 0, { { CENTRAL, 1, 10, 2, 99 } } },
	{ "patched", BV_EPARSE, "method 0", 0, 0, { { CENTRAL, 1, 8, 2, 0x820 } } },
	{ "bzip2", BV_EPARSE, "method 12", 0, 0, { { CENTRAL, 1, 10, 2, 12 }, { LOCAL, 1, 8, 2, 12 } } },
	{ "two methods", BV_EPARSE, "another way", 0, 0, { { LOCAL, 1, 8, 2, 8 } } },
	{ "symbolic link", BV_EDENIED, "symbolic link", 0, 0, { { CENTRAL, 1, 38, 4, 0120777u << 16 } } },
	{ "pipe", BV_EDENIED, "neither a file nor a folder", 0, 0, { { CENTRAL, 1, 38, 4, 0010644u << 16 } } },
	{ "device", BV_EDENIED, "neither a file nor a folder", 0, 0, { { CENTRAL, 1, 38, 4, 0060644u << 16 } } },
	{ "file that is a folder", BV_EPARSE, "both", 0, 0, { { CENTRAL, 1, 38, 4, 0040755u << 16 } } },
	{ "folder with bytes", BV_EPARSE, "bytes of its own", 0, 0, { { NAME_CENTRAL, 1, 10, 1, '/' }, { NAME_LOCAL, 1, 10, 1, '/' } } },
	{ "same name", BV_ECONFLICT, "the same name", 0, 0, { { NAME_CENTRAL, 2, 6, 1, 'a' }, { NAME_LOCAL, 2, 6, 1, 'a' } } },
	{ "same name but for case", BV_ECONFLICT, "differ in case", 0, 0, { { NAME_CENTRAL, 2, 6, 1, 'A' }, { NAME_LOCAL, 2, 6, 1, 'A' } } },
	{ "another name in the local header", BV_EPARSE, "another name", 0, 0, { { NAME_LOCAL, 1, 6, 1, 'b' } } },
	{ "name with NUL", BV_EINVAL, "does not show", 0, 0, { { NAME_CENTRAL, 1, 7, 1, 0 } } },
	{ "way out", BV_EINVAL, "dots only", 0, 0, { { NAME_CENTRAL, 1, 0, 3, 0x2f2e2e } } },
	{ "backslash", BV_EINVAL, "backslash", 0, 0, { { NAME_CENTRAL, 1, 5, 1, '\\' } } },
	{ "drive", BV_EINVAL, "colon", 0, 0, { { NAME_CENTRAL, 1, 1, 1, ':' } } },
	{ "absolute", BV_EINVAL, "absolute", 0, 0, { { NAME_CENTRAL, 1, 0, 1, '/' } } },
	{ "larger in the local header", BV_EPARSE, "other sizes", 0, 0, { { LOCAL, 1, 22, 4, 17 } } },
	{ "packed larger in the local header", BV_EPARSE, "other sizes", 0, 0, { { LOCAL, 1, 18, 4, 17 } } },
	{ "sizes left out without a descriptor", BV_EPARSE, "other sizes", 0, 0, { { LOCAL, 1, 18, 4, 0 }, { LOCAL, 1, 22, 4, 0 } } },
	{ "another CRC in the local header", BV_EPARSE, "another CRC", 0, 0, { { LOCAL, 1, 14, 4, 1 } } },
	{ "another CRC in both", BV_EPARSE, "cannot be unpacked", 0, 0, { { LOCAL, 1, 14, 4, 1 }, { CENTRAL, 1, 16, 4, 1 } } },
	{ "changed bytes", BV_EPARSE, "cannot be unpacked", 0, 0, { { BYTES, 1, 3, 1, 'X' } } },
	{ "of two sizes", BV_EPARSE, "two sizes", 0, 0, { { CENTRAL, 1, 24, 4, 15 } } },
	{ "smaller than it is", BV_EPARSE, "belong to no file", 0, 0,
	  { { CENTRAL, 1, 24, 4, 15 }, { CENTRAL, 1, 20, 4, 15 }, { LOCAL, 1, 22, 4, 15 }, { LOCAL, 1, 18, 4, 15 } } },
	{ "over the next file", BV_EPARSE, "overlap", 0, 0,
	  { { CENTRAL, 1, 24, 4, 40 }, { CENTRAL, 1, 20, 4, 40 }, { LOCAL, 1, 22, 4, 40 }, { LOCAL, 1, 18, 4, 40 } } },
	{ "the bytes of another file", BV_EPARSE, "lies in another file", 0, 0, { { CENTRAL, 2, 42, 4, 56 } } },
	{ "local header past the end", BV_EPARSE, "belong to no file", 0, 0, { { CENTRAL, 2, 42, 4, 1 << 30 } } },
	{ "local header is none", BV_EPARSE, "local header", 0, 0, { { LOCAL, 2, 0, 4, 0 } } },
	{ "local name past the end", BV_EPARSE, "overlap", 0, 0, { { LOCAL, 2, 26, 2, 0xffff } } },
	{ "deflated, but it is not", BV_EPARSE, "cannot be unpacked", 0, 0, { { CENTRAL, 1, 10, 2, 8 }, { LOCAL, 1, 8, 2, 8 } } },
	{ "extra fields past the end", BV_EPARSE, "entry 2", 0, 0, { { CENTRAL, 1, 30, 2, 60000 } } },
	{ "on another disk", BV_EPARSE, "another part", 0, 0, { { CENTRAL, 1, 34, 2, 1 } } },
	{ "no header", BV_EPARSE, "entry 2", 0, 0, { { CENTRAL, 1, 0, 4, 0 } } },
	{ "too many entries", BV_EPARSE, "too short", 0, 0, { { END, 0, 8, 2, 99 }, { END, 0, 10, 2, 99 } } },
	{ "an entry more", BV_EPARSE, "too short for 4", 0, 0, { { END, 0, 8, 2, 4 }, { END, 0, 10, 2, 4 } } },
	{ "an entry less", BV_EPARSE, "longer than its 2 entries", 0, 0, { { END, 0, 8, 2, 2 }, { END, 0, 10, 2, 2 } } },
	{ "the first local header past the end", BV_EDENIED, "begins with", 0, 0,
	  { { CENTRAL, 0, 42, 4, 1 << 30 }, { CENTRAL, 1, 42, 4, 1 << 29 }, { CENTRAL, 2, 42, 4, 1 << 30 } } },
	{ "several parts", BV_EPARSE, "several parts", 0, 0, { { END, 0, 4, 2, 1 } } },
	{ "other counts", BV_EPARSE, "several parts", 0, 0, { { END, 0, 8, 2, 2 } } },
	{ "directory elsewhere", BV_EPARSE, "not where the end", 0, 0, { { END, 0, 16, 4, 1 } } },
	{ "directory too long", BV_EPARSE, "not where the end", 0, 0, { { END, 0, 12, 4, 1 << 30 } } },
	{ "a comment that is not there", BV_EPARSE, "two ends", 0, 0, { { END, 0, 20, 2, 1 } } },
	{ "no end", BV_EPARSE, "cut off", 0, 0, { { END, 0, 0, 4, 0 } } },
	{ "neither end nor start", BV_EPARSE, "not a zip archive", 0, 0, { { END, 0, 0, 4, 0 }, { LOCAL, 0, 0, 4, 0 } } },
	/* data descriptors */
	{ "descriptor with another CRC", BV_EPARSE, "descriptor", ZIP_DESCRIPTOR, 0, { { BYTES, 1, 20, 4, 1 } } },
	{ "descriptor with another size", BV_EPARSE, "descriptor", ZIP_DESCRIPTOR, 0, { { BYTES, 1, 28, 4, 17 } } },
	{ "descriptor with another packed size", BV_EPARSE, "descriptor", ZIP_DESCRIPTOR_WIDE, 0, { { BYTES, 1, 24, 8, 17 } } },
	{ "descriptor without its flag", BV_EPARSE, "another way", ZIP_DESCRIPTOR, 0, { { LOCAL, 1, 6, 2, 0x800 } } },
	{ "descriptor in the local header only", BV_EPARSE, "another way", ZIP_DESCRIPTOR, 0, { { CENTRAL, 1, 8, 2, 0x800 } } },
	{ "descriptor and a wrong local CRC", BV_EPARSE, "another CRC", ZIP_DESCRIPTOR, 0, { { LOCAL, 1, 14, 4, 5 } } },
	{ "descriptor and a wrong local size", BV_EPARSE, "other sizes", ZIP_DESCRIPTOR, 0, { { LOCAL, 1, 22, 4, 5 } } },
	/* ZIP64 */
	{ "a ZIP64 size that lies", BV_EPARSE, "two sizes", ZIP_WIDE, 0, { { NAME_CENTRAL, 1, 15, 8, 17 } } },
	{ "a ZIP64 size of exabytes", BV_ELIMIT, "a file may have", ZIP_WIDE, 0, { { NAME_CENTRAL, 1, 15, 8, UINT64_MAX } } },
	{ "a ZIP64 packed size that lies", BV_EPARSE, "two sizes", ZIP_WIDE, 0, { { NAME_CENTRAL, 1, 23, 8, UINT64_MAX } } },
	{ "a ZIP64 offset that lies", BV_EPARSE, "belong to no file", ZIP_WIDE, 0, { { NAME_CENTRAL, 1, 31, 8, UINT64_MAX } } },
	{ "a local ZIP64 size that lies", BV_EPARSE, "other sizes", ZIP_WIDE, 0, { { NAME_LOCAL, 1, 15, 8, 17 } } },
	{ "a ZIP64 field that is too short", BV_EPARSE, "lacks a size", ZIP_WIDE, 0, { { NAME_CENTRAL, 1, 11, 2, 2 } } },
	{ "a size of ZIP64 without its field", BV_EPARSE, "lacks a size", 0, 0, { { CENTRAL, 1, 24, 4, 0xffffffff } } },
	{ "the ZIP64 end elsewhere", BV_EPARSE, "locator", 0, 1, { { LOCATOR, 0, 8, 8, UINT64_MAX } } },
	{ "the ZIP64 end on another disk", BV_EPARSE, "locator", 0, 1, { { LOCATOR, 0, 16, 4, 2 } } },
	{ "the ZIP64 end is none", BV_EPARSE, "makes no sense", 0, 1, { { END64, 0, 0, 4, 1 } } },
	{ "the ZIP64 end too long", BV_EPARSE, "makes no sense", 0, 1, { { END64, 0, 4, 8, 45 } } },
	{ "the ZIP64 count contradicts itself", BV_EPARSE, "makes no sense", 0, 1, { { END64, 0, 24, 8, 4 } } },
	{ "the ZIP64 count contradicts the other", BV_EPARSE, "contradicts", 0, 1, { { END, 0, 8, 2, 2 }, { END, 0, 10, 2, 2 } } },
	{ "the ZIP64 place contradicts the other", BV_EPARSE, "contradicts", 0, 1, { { END, 0, 16, 4, 2 } } },
	{ "the ZIP64 length contradicts the other", BV_EPARSE, "contradicts", 0, 1, { { END, 0, 12, 4, 2 } } },
	{ "the ZIP64 place is wrong", BV_EPARSE, "not where the end", 0, 1, { { END64, 0, 48, 8, 1 } } },
	{ "the ZIP64 length is wrong", BV_EPARSE, "not where the end", 0, 1, { { END64, 0, 40, 8, UINT64_MAX } } },
	{ "ZIP64 with more files than there may be", BV_ELIMIT, "65535 files", 0, 1,
	  { { END64, 0, 24, 8, PACKAGE_ENTRIES_MAX + 1 }, { END64, 0, 32, 8, PACKAGE_ENTRIES_MAX + 1 } } },
	{ "ZIP64 with as many as there may be", BV_EPARSE, "too short", 0, 1,
	  { { END64, 0, 24, 8, PACKAGE_ENTRIES_MAX }, { END64, 0, 32, 8, PACKAGE_ENTRIES_MAX } } },
	/* Sizes are looked at before bytes, so that these say what came first: the limit, or with one less what is wrong otherwise. */
	{ "a file of one byte too many", BV_ELIMIT, "a file may have", 0, 0, { { CENTRAL, 1, 24, 4, PACKAGE_FILE_MAX + 1 } } },
	{ "a file of as many as it may have", BV_ELIMIT, "a bomb", 0, 0, { { CENTRAL, 1, 24, 4, PACKAGE_FILE_MAX } } },
	{ "a ratio of 100 and a bit", BV_ELIMIT, "a bomb", 0, 0, { { CENTRAL, 1, 20, 4, 1000 }, { CENTRAL, 1, 24, 4, 100001 } } },
	{ "a ratio of 100", BV_EPARSE, "two sizes", 0, 0, { { CENTRAL, 1, 20, 4, 1000 }, { CENTRAL, 1, 24, 4, 100000 } } },
	{ "any ratio of a small file", BV_EPARSE, "two sizes", 0, 0, { { CENTRAL, 1, 20, 4, 1 }, { CENTRAL, 1, 24, 4, PACKAGE_RATIO_FREE } } },
	{ "the ratio of one that is not small", BV_ELIMIT, "a bomb", 0, 0, { { CENTRAL, 1, 20, 4, 1 }, { CENTRAL, 1, 24, 4, PACKAGE_RATIO_FREE + 1 } } },
};

static void
test_bad(void)
{
	for (size_t i = 0; i < BV_COUNT(bad); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(ZIP_MAX);
		struct zip_file files[3];
		struct zip_end end = { .wide = bad[i].wide };
		struct bv_err err;
		fill(files, bad[i].form);
		zip_make(&zip, files, 3, &end);
		for (const struct patch *p = bad[i].patches; p < bad[i].patches + 4 && p->where; p++)
			zip_patch(&zip, place(p->where, &files[p->file], &end) + p->offset, p->width, p->value);
		CHECK_REFUSED(try_open(bv_buf_str(&zip), &err), bad[i].want, &err, bad[i].says, bad[i].name);
	}
}

/* All files together: 16 of 64 MiB may be claimed, not one byte more. What is claimed next is refused for something else. */
static void
test_total(void)
{
	for (int more = 0; more < 2; more++) {
		BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(ZIP_MAX);
		struct zip_file files[17];
		struct zip_end end = { 0 };
		char names[17][8];
		struct bv_err err;
		for (int i = 0; i < 17; i++) {
			snprintf(names[i], sizeof names[i], "f%d", i);
			files[i] = (struct zip_file){ .name = names[i], .bytes = i == 16 && more ? BV_STR("x") : BV_STR_NONE };
		}
		zip_make(&zip, files, 17, &end);
		for (int i = 0; i < 16; i++) {
			zip_patch(&zip, files[i].central + 20, 4, PACKAGE_FILE_MAX);
			zip_patch(&zip, files[i].central + 24, 4, PACKAGE_FILE_MAX);
		}
		if (more)
			CHECK_REFUSED(try_open(bv_buf_str(&zip), &err), BV_ELIMIT, &err, "split the package", "one byte more than all may have together");
		else
			CHECK_REFUSED(try_open(bv_buf_str(&zip), &err), BV_EPARSE, &err, "overlap", "as many bytes as all may have together");
	}
}

static void
test_archive_size(void)
{
	size_t len = (size_t)PACKAGE_BYTES_MAX + 1;
	char *bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct bv_err err;

	if (!CHECK(bytes != MAP_FAILED, "room for a large archive"))
		return;
	CHECK_REFUSED(try_open((struct bv_str){ bytes, len }, &err), BV_ELIMIT, &err, "split the package", "an archive of one byte too many");
	CHECK_REFUSED(try_open((struct bv_str){ bytes, len - 1 }, &err), BV_EPARSE, &err, "not a zip", "an archive of as many as it may have");
	munmap(bytes, len);
}

static void
test_layout(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(ZIP_MAX), shifted = BV_BUF(ZIP_MAX);
	struct zip_file files[3];
	struct zip_end end = { 0 };
	struct bv_err err;

	/* Bytes before the first file, with all places mended: what a self-extracting archive has. */
	fill(files, ZIP_PLAIN);
	bv_buf_addz(&shifted, "MZ");
	for (int i = 0; i < 3; i++)
		zip_put_local(&shifted, &files[i]);
	end.central = shifted.len;
	for (int i = 0; i < 3; i++)
		zip_put_central(&shifted, &files[i]);
	zip_put_end(&shifted, 3, &end);
	CHECK_REFUSED(try_open(bv_buf_str(&shifted), &err), BV_EDENIED, &err, "begins with 2 bytes", "bytes before the first file");
	zip_make(&zip, files, 3, &end);
	bv_buf_addz(&zip, "x");
	CHECK_REFUSED(try_open(bv_buf_str(&zip), &err), BV_EPARSE, &err, "after the end", "bytes after the end");
	zip_make(&zip, files, 3, &end);
	size_t len = zip.len;
	for (size_t cut = 0; cut < len; cut++)
		if (try_open((struct bv_str){ zip.p, cut }, &err) == BV_OK)
			CHECK(false, "cut after %zu bytes", cut);
	CHECK(true, "cut after each of %zu bytes", len);
	files[0] = (struct zip_file){ .name = "items", .bytes = BV_STR("x") };
	zip_make(&zip, files, 3, &end);
	CHECK_REFUSED(try_open(bv_buf_str(&zip), &err), BV_ECONFLICT, &err, "the folder of", "a file where others have a folder");
	files[0] = (struct zip_file){ .name = "items/\xe1\xba\xa5.xml", .bytes = BV_STR("x") };
	files[1] = (struct zip_file){ .name = "items/\xc3\xa2\xcc\x81.xml", .bytes = BV_STR("y") };
	zip_make(&zip, files, 3, &end);
	CHECK_REFUSED(try_open(bv_buf_str(&zip), &err), BV_ECONFLICT, &err, "Unicode form", "the same name in NFC and NFD");
	files[1] = (struct zip_file){ .name = "b.zip", .bytes = BV_STR("PK\3\4 and so on") };
	zip_make(&zip, files, 3, &end);
	CHECK_REFUSED(try_open(bv_buf_str(&zip), &err), BV_EDENIED, &err, "inside the package", "an archive in the archive");
	zip_make(&zip, files, 0, &end);
	CHECK_OK(try_open(bv_buf_str(&zip), &err), &err, "an archive of nothing");
	CHECK_REFUSED(try_open(BV_STR_NONE, &err), BV_EPARSE, &err, "not a zip", "nothing");
}

/* Any bit of a small archive: it opens to the same three files or is refused. */
static void
test_flips(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(ZIP_MAX), buf = BV_BUF(1000);
	struct zip_file files[3];
	struct zip_end end = { .wide = true };
	struct bv_err err;
	size_t opened = 0;

	fill(files, ZIP_WIDE);
	zip_make(&zip, files, 3, &end);
	for (size_t bit = 0; bit < zip.len * 8; bit++) {
		BV_AUTO(package_free) struct package *package = NULL;
		zip.p[bit / 8] = (char)(zip.p[bit / 8] ^ 1 << bit % 8);
		if (package_open(&package, bv_buf_str(&zip), &err) == BV_OK) {
			opened++;
			size_t at = package_find(package, BV_STR("items/a.xml"));
			if (at < package_count(package) && package_read(package, at, &buf, &err) == BV_OK && !bv_str_is(bv_buf_str(&buf), first))
				CHECK(false, "bit %zu changes what is read", bit);
		}
		zip.p[bit / 8] = (char)(zip.p[bit / 8] ^ 1 << bit % 8);
	}
	CHECK(opened > 0 && opened < zip.len * 4, "%zu of %zu archives with one bit changed open, all to the same bytes", opened, zip.len * 8);
}

/* ---- Writing ---- */

static void
test_write(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf a = BV_BUF(ZIP_MAX), b = BV_BUF(ZIP_MAX), small = BV_BUF(100), long_text = BV_BUF(ZIP_MAX);
	struct bv_err err;

	for (int i = 0; i < 5000; i++)
		bv_buf_printf(&long_text, "<qti-simple-choice identifier=\"A%d\"/>\n", i * i);
	for (int order = 0; order < 2; order++) {
		BV_AUTO(package_writer_free) struct package_writer *writer = package_writer_new();
		const char *names[] = { "items/câu.xml", "a.png", "imsmanifest.xml" };
		struct bv_str bytes[] = { bv_buf_str(&long_text), BV_STR("\x89PNG\0"), bv_str_of(manifest) };
		for (int i = 0; i < 3; i++) {
			int at = order ? 2 - i : i;
			CHECK_OK(package_writer_add(writer, bv_str_of(names[at]), bytes[at], at != 1, &err), &err, names[at]);
		}
		setenv("TZ", order ? "Asia/Ho_Chi_Minh" : "America/Lima", 1);
		tzset();
		CHECK_OK(package_writer_finish(writer, order ? &b : &a, &err), &err, "written");
		CHECK_REFUSED(package_writer_finish(writer, &small, &err), BV_ELIMIT, &err, "", "into too small a buffer");
	}
	CHECK(a.len < long_text.len / 2 && bv_str_eq(bv_buf_str(&a), bv_buf_str(&b)), "the same files in another order and time zone give the same bytes");
	CHECK(bv_str_is((struct bv_str){ a.p + 30, 15 }, "imsmanifest.xml"), "the manifest comes first");
	BV_AUTO(package_free) struct package *package = NULL;
	CHECK_OK(package_open(&package, bv_buf_str(&a), &err), &err, "and is read again");
	size_t at = package ? package_find(package, BV_STR("items/câu.xml")) : 0;
	CHECK_OK(package ? package_read(package, at, &b, &err) : BV_ENOTFOUND, &err, "a file that was packed");
	CHECK_STR(bv_buf_str(&b), bv_buf_str(&long_text), "is the same");
}

static void
test_write_refused(void)
{
	BV_AUTO(package_writer_free) struct package_writer *writer = package_writer_new();
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(ZIP_MAX), zeros = BV_BUF(ZIP_MAX);
	struct bv_err err;
	char *large = mmap(NULL, PACKAGE_FILE_MAX + 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	CHECK_REFUSED(package_writer_finish(writer, &out, &err), BV_EINVAL, &err, "without files", "nothing to write");
	CHECK_REFUSED(package_writer_add(writer, BV_STR("../a"), BV_STR("x"), true, &err), BV_EINVAL, &err, "dots", "a way out");
	CHECK_REFUSED(package_writer_add(writer, BV_STR("a"), (struct bv_str){ large, PACKAGE_FILE_MAX + 1 }, false, &err), BV_ELIMIT, &err,
	              "in a file", "a file of one byte too many");
	munmap(large, PACKAGE_FILE_MAX + 1);
	CHECK_OK(package_writer_add(writer, BV_STR("a"), BV_STR("x"), true, &err), &err, "a file");
	CHECK_OK(package_writer_add(writer, BV_STR("A"), BV_STR("x"), true, &err), &err, "the same name in another case");
	CHECK_REFUSED(package_writer_finish(writer, &out, &err), BV_ECONFLICT, &err, "in case", "are not written together");
	BV_AUTO(package_writer_free) struct package_writer *twice = package_writer_new();
	CHECK_OK(package_writer_add(twice, BV_STR("a"), BV_STR("x"), true, &err), &err, "a file");
	CHECK_OK(package_writer_add(twice, BV_STR("a"), BV_STR("x"), true, &err), &err, "and again");
	CHECK_REFUSED(package_writer_finish(twice, &out, &err), BV_ECONFLICT, &err, "cannot be written", "is not written");
	/* What nobody could read again is not written. */
	BV_AUTO(package_writer_free) struct package_writer *bomb = package_writer_new();
	for (int i = 0; i < 1 << 20; i++)
		bv_buf_addc(&zeros, 0);
	CHECK_OK(package_writer_add(bomb, BV_STR("zeros"), bv_buf_str(&zeros), true, &err), &err, "a megabyte of zeros");
	CHECK_REFUSED(package_writer_finish(bomb, &out, &err), BV_ELIMIT, &err, "a bomb", "is not written packed");
}

/* As many files as there may be, and one more. */
static void
test_count(void)
{
	BV_AUTO(package_writer_free) struct package_writer *writer = package_writer_new();
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(64 << 20);
	struct bv_err err;
	bool good = true;

	for (int i = 0; good && i < PACKAGE_ENTRIES_MAX; i++) {
		char name[20];
		snprintf(name, sizeof name, "f/%d", i);
		good = package_writer_add(writer, bv_str_of(name), BV_STR("x"), false, &err) == BV_OK;
	}
	CHECK(good, "as many files as there may be");
	CHECK_REFUSED(package_writer_add(writer, BV_STR("g"), BV_STR("x"), false, &err), BV_ELIMIT, &err, "65535 files", "one more");
	CHECK_OK(package_writer_finish(writer, &out, &err), &err, "are written, and opened");
}

/* ---- A folder ---- */

static char folder[] = "/tmp/bv-test-package-XXXXXX";

static const char *
at(const char *name)
{
	static char path[4][200];
	static int next;

	char *p = path[next++ % 4];
	snprintf(p, sizeof path[0], "%s/%s", folder, name);
	return p;
}

static void
put(const char *name, const char *text)
{
	struct bv_err err;

	CHECK_OK(bv_file_write(at(name), bv_str_of(text), 0644, &err), &err, name);
}

/* A file of that size that takes no room. */
static void
put_sparse(const char *name, off_t size)
{
	put(name, "");
	CHECK(truncate(at(name), size) == 0, "%s of %lld bytes", name, (long long)size);
}

static void
count_unread(void *ctx, const struct bv_err *err)
{
	CHECK(strstr(err->msg, folder) != NULL, "%s", err->msg);
	++*(int *)ctx;
}

static enum bv_status
fetch(void *ctx, size_t idx, struct bv_buf *buf, struct bv_err *err)
{
	return package_listed_read(ctx, folder, idx, buf, err);
}

/* Lists the folder and opens it; all is read when buf is given. */
static enum bv_status
try_folder(struct bv_buf *text, struct bv_err *err)
{
	BV_AUTO(package_list_finish) struct package_list list = { .count = 0 };
	BV_AUTO(package_free) struct package *package = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf buf = BV_BUF(1 << 20);
	const struct package_source source = { .list = &list, .fetch = fetch, .ctx = &list };
	int unread = 0;

	TRY(package_list_folder(&list, folder, count_unread, &unread, err));
	TRY(package_open_source(&package, &source, err));
	for (size_t i = 0; text && i < package_count(package); i++) {
		TRY(package_read(package, i, &buf, err));
		bv_buf_printf(text, "%.*s=%.*s;", BV_STR_ARG(package_name(package, i)), BV_STR_ARG(bv_buf_str(&buf)));
	}
	return BV_OK;
}

/* What becomes of a file between listing and reading. */
static void
test_changed_file(void)
{
	BV_AUTO(package_list_finish) struct package_list list = { .count = 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf buf = BV_BUF(100);
	int unread = 0;
	struct bv_err err;
	size_t a = 0;

	CHECK_OK(package_list_folder(&list, folder, count_unread, &unread, &err), &err, "listed");
	while (a < list.count && !bv_str_is(list.files[a].name, "a.xml"))
		a++;
	CHECK_OK(package_listed_read(&list, folder, a, &buf, &err), &err, "a file as it was listed");
	put("a.xml", "longer than before");
	CHECK_REFUSED(package_listed_read(&list, folder, a, &buf, &err), BV_EPARSE, &err, "'a.xml': changed while", "a file that has grown");
	unlink(at("a.xml"));
	CHECK_REFUSED(package_listed_read(&list, folder, a, &buf, &err), BV_ENOTFOUND, &err, "a.xml", "one that is gone");
	CHECK(symlink("/etc/passwd", at("a.xml")) == 0 && package_listed_read(&list, folder, a, &buf, &err) == BV_EDENIED, "one that became a link");
	unlink(at("a.xml"));
	CHECK_REFUSED(package_list_folder(&list, at("none"), count_unread, &unread, &err), BV_ENOTFOUND, &err, "none", "no folder");
}

static void
test_folder(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1000);
	char name[100], command[200];
	struct bv_err err;

	if (!mkdtemp(folder))
		return;
	put("a.xml", "<a/>");
	put("empty", "");
	CHECK_OK(bv_dir_make(at("hình"), &err), &err, "a folder");
	put("hình/u\u0309.png", "x"); /* decomposed */
	CHECK(symlink("/etc/passwd", at("link")) == 0, "a link");
	CHECK_OK(try_folder(&text, &err), &err, "a folder as a package");
	CHECK_STR(bv_buf_str(&text), BV_STR("a.xml=<a/>;empty=;hình/ủ.png=x;"), "its files, without links, names in NFC");
	put("inner", "PK\003\004");
	CHECK_REFUSED(try_folder(&text, &err), BV_EDENIED, &err, "archive inside", "an archive in it");
	unlink(at("inner"));
	put("A.XML", "<b/>");
	CHECK_REFUSED(try_folder(NULL, &err), BV_ECONFLICT, &err, "differ in case", "two names that are one elsewhere");
	unlink(at("A.XML"));
	put("a\\b", "");
	CHECK_REFUSED(try_folder(NULL, &err), BV_EINVAL, &err, "backslash", "a name that leads elsewhere elsewhere");
	unlink(at("a\\b"));
	test_changed_file();
	put_sparse("large", PACKAGE_FILE_MAX + 1l);
	CHECK_REFUSED(try_folder(NULL, &err), BV_ELIMIT, &err, "'large': larger than 67108864 bytes", "a file that is too large");
	put_sparse("large", PACKAGE_FILE_MAX);
	for (int i = 1; i < 8; i++) {
		snprintf(name, sizeof name, "large%d", i);
		put_sparse(name, PACKAGE_FILE_MAX - (i == 7)); /* with the byte of the image */
	}
	CHECK_OK(try_folder(NULL, &err), &err, "512 MiB in a folder");
	put("one", "1");
	CHECK_REFUSED(try_folder(NULL, &err), BV_ELIMIT, &err, "in the folder: split", "and one byte more");
	CHECK_REFUSED(try_folder(&text, &err), BV_ELIMIT, &err, "in the folder: split", "before anything is read");
	snprintf(command, sizeof command, "rm -r %s", folder);
	CHECK(system(command) == 0, "clean up");
}

int
main(void)
{
	test_folder();
	test_names();
	test_name_limits();
	test_forms();
	test_allowed();
	test_code_page();
	test_bad();
	test_total();
	test_archive_size();
	test_layout();
	test_flips();
	test_write();
	test_write_refused();
	test_count();
	return check_end();
}
