/* Packages into a bank: items with media, stimuli and tests; what is refused, what is told; a reading that dies; frames that lie. */
#define _GNU_SOURCE
#include <unistd.h>

#include "base/file.h"
#include "itembank/bank.h"
#include "itembank/package_record.h"
#include "tests/check.h"
#include "tests/itembank/package_cases.h"

static char folder[] = "/tmp/bv-package-XXXXXX";
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

/* ---- Importing ---- */

struct seen {
	char refused[8000], notes[8000];
	char rule[64]; /* of the first refusal */
	struct bv_package_report report;
	unsigned packages;
};

static void
add_line(char all[8000], const char *path, const struct bv_err *err)
{
	size_t len = strlen(all);
	const char *name = path ? strstr(path, folder) : NULL;

	snprintf(all + len, 8000 - len, "%s:%d: %s\n", name ? name + strlen(folder) + 1 : path ? path : "", err->line, err->msg);
}

static void
refused(void *ctx, const char *path, const struct bv_err *err)
{
	struct seen *seen = ctx;

	CHECK(bv_diagnostic_rule_find(bv_diagnostic_rule_of(err)), "the rule %s", bv_diagnostic_rule_of(err));
	if (!seen->rule[0])
		snprintf(seen->rule, sizeof seen->rule, "%s", bv_diagnostic_rule_of(err));
	add_line(seen->refused, path, err);
}

static void
noted(void *ctx, const char *path, const struct bv_err *err)
{
	add_line(((struct seen *)ctx)->notes, path, err);
}

static void
reported(void *ctx, const struct bv_package_report *report)
{
	struct seen *seen = ctx;

	seen->report = *report;
	seen->packages++;
}

/* ---- Published ---- */

static void
check_published(struct bv_bank *bank)
{
	static const uint8_t key[BV_HASH_LEN] = { 7 }, seed[BV_HASH_LEN] = { 8 };
	BV_AUTO(bv_published_free) struct bv_published *published = NULL, *none = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(1 << 16), want = BV_BUF(1 << 16);
	struct bv_delivery delivery = { .key = key, .view = BV_VIEW_CANDIDATE };
	struct bv_err err;

	CHECK_OK(bv_bank_publish(&published, bank, BV_STR("a"), BV_STR_NONE, 0, &err), &err, "an item is published");
	CHECK(bv_published_version(published) == 1 && bv_published_parts(published)->count == 4, "  with its files");
	CHECK(!bv_hash_eq(bv_published_hash(published), bv_item_hash(bv_published_item(published))), "  which its hash covers");
	CHECK_REFUSED(bv_bank_publish(&none, bank, BV_STR("a"), BV_STR("vi"), 2, &err), BV_ENOTFOUND, &err, "of that version", "another version");
	CHECK_REFUSED(bv_bank_publish(&none, bank, BV_STR("x"), BV_STR_NONE, 0, &err), BV_ENOTFOUND, &err, "'x'", "no item");
	CHECK_OK(bv_item_session_new(&session, bv_published_item(published), seed, &err), &err, "  a session");
	CHECK_REFUSED(bv_delivery_render(&page, session, &delivery, &err), BV_EINVAL, &err, "leads out of the package", "without its place");
	bv_published_delivery(&delivery, published);
	CHECK_OK(bv_delivery_render(&page, session, &delivery, &err), &err, "  a page");
	bv_buf_addz(&want, "[\"qti-item-body\",{\"lang\":\"vi\"},[\"qti-stimulus-body\",[\"p\",[\"img\",{\"src\":\"media:sha256-");
	uint8_t hash[BV_HASH_LEN];
	bv_sha256(hash, BV_STR(PNG_B));
	bv_hex_write(&want, hash, BV_HASH_LEN);
	bv_buf_addz(&want, "\",\"alt\":\"x\"}]]],[\"p\",[\"img\",{\"src\":\"media:sha256-");
	bv_sha256(hash, BV_STR(PNG_A));
	bv_hex_write(&want, hash, BV_HASH_LEN);
	CHECK(bv_str_starts(bv_buf_str(&page), bv_buf_str(&want)), "  with the images of both: %s", page.p);
}

struct visited {
	struct bv_bank *bank;
	uint64_t count, bytes;
	bool stop;
};

static enum bv_status
visit_medium(void *ctx, const struct bv_bank_medium *medium, struct bv_err *err)
{
	struct visited *v = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(1 << 16);
	const char *type = "";

	if (v->stop)
		return bv_err_set(err, BV_EDENIED, "enough");
	TRY(bv_bank_media_load(&bytes, &type, v->bank, medium->hash, err));
	CHECK(strcmp(type, medium->type) == 0 && strcmp(medium->extension, strchr(type, '/') + 1) == 0 && bytes.len == medium->len, "a %s", type);
	v->count++;
	v->bytes += medium->len;
	return BV_OK;
}

static void
check_media(struct bv_bank *bank)
{
	struct visited v = { .bank = bank };
	struct bv_err err;

	CHECK_OK(bv_bank_media_each(bank, visit_medium, &v, &err), &err, "all media");
	CHECK(v.count == 2 && v.bytes == strlen(PNG_A PNG_B), "  are two");
	v.stop = true;
	CHECK_REFUSED(bv_bank_media_each(bank, visit_medium, &v, &err), BV_EDENIED, &err, "enough", "until one is refused");
}

static struct bv_import_counts
import(struct bv_bank *bank, struct seen *seen, const char *const *paths, size_t count)
{
	const struct bv_import_opts opts = { .now_s = 1000, .refuse = refused, .ctx = seen, .note = noted, .package = reported, .unfiltered = unfiltered };
	struct bv_import_counts counts;
	struct bv_err err;

	*seen = (struct seen){ 0 };
	CHECK_OK(bv_bank_import(bank, paths, count, &opts, &counts, &err), &err, "import");
	return counts;
}

static void
check_files(struct bv_bank *bank)
{
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
	BV_AUTO(bv_bank_documents_finish) struct bv_bank_documents documents = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf buf = BV_BUF(1 << 20), small = BV_BUF(3);
	uint8_t hash[BV_HASH_LEN];
	const char *type = "";
	struct bv_err err;

	CHECK_OK(bv_bank_item_parts(&parts, bank, BV_STR("a"), BV_STR("vi"), 0, &err), &err, "the files of an item");
	CHECK(parts.count == 4, "itself, its image, its stimulus and that one's image");
	const struct bv_bank_part *image = bv_bank_part_find(&parts, BV_STR("img/a.png")), *stimulus = bv_bank_part_find(&parts, BV_STR("s/s.xml"));
	if (!CHECK(image && stimulus && bv_bank_part_find(&parts, BV_STR("img/b c.png")) && !bv_bank_part_find(&parts, BV_STR("t.xml")), "by path"))
		return;
	CHECK(image->role == BV_PART_MEDIA && bv_str_is(image->type, "image/png") && image->len == strlen(PNG_A), "an image says its type and size");
	CHECK(bv_bank_part_media(&parts, BV_STR("img/a.png"), hash) && bv_hash_eq(hash, image->hash) && !bv_bank_part_media(&parts, BV_STR("s/s.xml"), hash),
	      "delivery finds media only");
	CHECK_OK(bv_bank_media_load(&buf, &type, bank, image->hash, &err), &err, "its bytes");
	CHECK(bv_str_is(bv_buf_str(&buf), PNG_A) && strcmp(type, "image/png") == 0, "  are those");
	CHECK_REFUSED(bv_bank_media_load(&small, &type, bank, image->hash, &err), BV_ELIMIT, &err, "", "into too small a buffer");
	CHECK_REFUSED(bv_bank_media_load(&buf, &type, bank, stimulus->hash, &err), BV_ENOTFOUND, &err, "no such file", "a stimulus is no medium");
	CHECK_REFUSED(bv_bank_item_parts(&parts, bank, BV_STR("a"), BV_STR("vi"), 7, &err), BV_ENOTFOUND, &err, "of that version", "another version");
	CHECK_OK(bv_bank_documents_list(&documents, bank, &err), &err, "the documents");
	CHECK(documents.count == 2 && documents.all[0].kind == BV_DOCUMENT_STIMULUS && documents.all[1].kind == BV_DOCUMENT_TEST &&
	          bv_str_is(documents.all[1].identifier, "T") && bv_str_is(documents.all[0].title, "Bài đọc") && documents.all[0].imported_s == 1000,
	      "a stimulus and a test");
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts of_test = { 0 };
	CHECK_OK(bv_bank_document_load(&buf, &of_test, bank, documents.all[1].key, &err), &err, "the test");
	CHECK(of_test.count == 2 && of_test.all[0].role == BV_PART_ITEM && bv_str_is(of_test.all[0].path, "items/a.xml"), "names its item");
	CHECK_OK(bv_bank_document_load(&buf, NULL, bank, stimulus->hash, &err), &err, "the stimulus of the item");
	CHECK_STR(bv_buf_str(&buf), good[3].bytes, "is the file");
	CHECK_REFUSED(bv_bank_document_load(&buf, NULL, bank, image->hash, &err), BV_ENOTFOUND, &err, "no such stimulus", "an image is none");
}

static void
test_good(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct file files[BV_COUNT(good)];
	const char *zip = at("good.zip");
	struct bv_err err;
	struct seen seen;

	CHECK_OK(bv_bank_open(&bank, at("good.db"), BV_BANK_CREATE, &err), &err, "a bank");
	pack(zip, good, BV_COUNT(good));
	struct bv_import_counts counts = import(bank, &seen, &zip, 1);
	CHECK(counts.added == 2 && counts.refused == 0 && seen.packages == 1, "two items: %s", seen.refused);
	CHECK(seen.report.items.added == 2 && seen.report.media == 2 && seen.report.stimuli == 1 && seen.report.tests == 1 && seen.report.notes == 1,
	      "two images, a stimulus, a test, a note: %s", seen.notes);
	CHECK(strstr(seen.notes, "good.zip:0: not kept") && strstr(seen.notes, "'style.css'"), "the style sheet is not kept");
	check_files(bank);
	check_published(bank);
	check_media(bank);
	counts = import(bank, &seen, &zip, 1);
	CHECK(counts.unchanged == 2 && counts.versions == 0, "again: nothing changes");
	/* The same item in another folder, with what it names at the same place from there. */
	const struct file moved[] = { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("x/y/items/b.xml"))) },
		                      { "x/y/items/b.xml", TEXT(ITEM_OF("b", STIMULUS_REF("../s/s.xml"), "")) },
		                      { "x/y/s/s.xml", TEXT(STIMULUS("")) } };
	const struct file alone_a[] = { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("items/c.xml"))) }, { "items/c.xml", TEXT(ITEM_OF("c", "", IMG("../i.png"))) },
		                        { "i.png", TEXT(PNG_A) } };
	const struct file alone_b[] = { { "imsmanifest.xml", TEXT(MANIFEST(R_ITEM("p/q/r/c.xml"))) }, { "p/q/r/c.xml", TEXT(ITEM_OF("c", "", IMG("../i.png"))) },
		                        { "p/q/i.png", TEXT(PNG_A) } };
	pack(zip, alone_a, 3);
	CHECK(import(bank, &seen, &zip, 1).added == 1, "an item with its image");
	pack(zip, alone_b, 3);
	CHECK(import(bank, &seen, &zip, 1).unchanged == 1, "in another folder with its image: unchanged");
	pack(zip, moved, 3);
	CHECK(import(bank, &seen, &zip, 1).versions == 1, "with another stimulus: a version");
	pack(zip, good, BV_COUNT(good));
	CHECK(import(bank, &seen, &zip, 1).versions == 1, "and with the first again: another");
	/* Another picture is another version, although the document is the same. */
	memcpy(files, good, sizeof good);
	files[5].bytes = BV_STR(PNG_A "2");
	pack(zip, files, BV_COUNT(files));
	counts = import(bank, &seen, &zip, 1);
	CHECK(counts.unchanged == 1 && counts.versions == 1, "another image: a version of the item that shows it");
	files[6].bytes = BV_STR(PNG_B "2");
	pack(zip, files, BV_COUNT(files));
	counts = import(bank, &seen, &zip, 1);
	CHECK(counts.versions == 2, "another image of the stimulus: versions of both");
	/* The document alone says nothing of its files. */
	const char *alone = at("a.xml");
	CHECK_OK(bv_file_create(alone, good[1].bytes, 0600, &err), &err, "the item alone");
	counts = import(bank, &seen, &alone, 1);
	CHECK(counts.unchanged == 1, "is unchanged");
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
	CHECK_OK(bv_bank_item_parts(&parts, bank, BV_STR("a"), BV_STR_NONE, 1, &err), &err, "the files of the first version");
	CHECK(parts.count == 4, "are there still");
}

/* Of the case "modules and their settings". */
static void
test_modules(const struct file *files, size_t count)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf buf = BV_BUF(1 << 16);
	const char *zip = at("m.zip"), *type = "";
	uint8_t hash[BV_HASH_LEN];
	struct visited v = { 0 };
	struct bv_err err;
	struct seen seen;

	pack(zip, files, count);
	CHECK_OK(bv_bank_open(&bank, at("modules.db"), BV_BANK_CREATE, &err), &err, "a bank for modules");
	import(bank, &seen, &zip, 1);
	CHECK(seen.report.modules == 4 && seen.report.media == 0, "four modules, no media");
	CHECK_OK(bv_bank_item_parts(&parts, bank, BV_STR("a"), BV_STR("vi"), 0, &err), &err, "the files of an item");
	CHECK(parts.count == 5, "itself and four, the settings that the schema means too");
	CHECK(bv_bank_part_module(&parts, BV_STR("m/one.js"), hash) && !bv_bank_part_media(&parts, BV_STR("m/one.js"), hash), "a module is found as one");
	const struct bv_bank_part *settings = bv_bank_part_find(&parts, BV_STR("m/two.json"));
	CHECK(settings && settings->role == BV_PART_MODULE && bv_str_is(settings->type, "application/json") && settings->len == 12, "settings are told apart");
	bv_sha256(hash, BV_STR("define(1)"));
	CHECK_OK(bv_bank_module_load(&buf, &type, bank, hash, &err), &err, "a script");
	CHECK(bv_str_is(bv_buf_str(&buf), "define(1)") && strcmp(type, "text/javascript") == 0, "  is that");
	CHECK_REFUSED(bv_bank_media_load(&buf, &type, bank, hash, &err), BV_ENOTFOUND, &err, "but a module", "it is no medium");
	CHECK_OK(bv_bank_media_each(bank, visit_medium, &v, &err), &err, "all media");
	CHECK(v.count == 0, "  are none");
	pack(at("zz.zip"), good, BV_COUNT(good));
	const char *other = at("zz.zip");
	import(bank, &seen, &other, 1);
	bv_sha256(hash, BV_STR(PNG_A));
	CHECK_REFUSED(bv_bank_module_load(&buf, &type, bank, hash, &err), BV_ENOTFOUND, &err, "but a medium", "an image is no module");
	hash[0] ^= 1;
	CHECK_REFUSED(bv_bank_module_load(&buf, &type, bank, hash, &err), BV_ENOTFOUND, &err, "no such file", "nothing is nothing");
}

/* No rule of packages is without a case. */
static void
test_rules(void)
{
	size_t count;
	const struct bv_diagnostic_rule *rules = bv_diagnostic_rules(&count);

	for (size_t i = 0; i < count; i++) {
		size_t k = 0;
		if (strcmp(rules[i].group, "package") != 0 && strcmp(rules[i].id, "conflict") != 0)
			continue;
		while (k < BV_COUNT(cases) && (!cases[k].rule || strcmp(cases[k].rule, rules[i].id) != 0))
			k++;
		CHECK(k < BV_COUNT(cases), "%s is found in some package", rules[i].id);
	}
}

static void
test_cases(void)
{
	for (size_t i = 0; i < BV_COUNT(cases); i++)
		if (strcmp(cases[i].name, "modules and their settings") == 0)
			test_modules(cases[i].files, BV_COUNT(cases[i].files));
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
		const char *zip = at("p.zip");
		struct bv_err err;
		struct seen seen;
		unlink(at("case.db"));
		pack(zip, cases[i].files, BV_COUNT(cases[i].files));
		CHECK_OK(bv_bank_open(&bank, at("case.db"), BV_BANK_CREATE, &err), &err, cases[i].name);
		struct bv_import_counts counts = import(bank, &seen, &zip, 1);
		if (!CHECK(counts.added == cases[i].added && counts.refused == cases[i].refused && strstr(seen.refused, cases[i].says) &&
		               strstr(seen.notes, cases[i].notes), "%s", cases[i].name))
			printf("# %d new, %d refused\n# refused: %s\n# notes: %s\n", (int)counts.added, (int)counts.refused, seen.refused, seen.notes);
		CHECK_STR(bv_str_of(seen.rule), bv_str_of(cases[i].rule ? cases[i].rule : ""), "  and its rule");
	}
}

/* One that is cut off, one that is none, one larger than allowed: refused, and the others are imported. */
static void
test_several(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(1 << 20);
	struct bv_err err;
	struct seen seen;

	CHECK_OK(bv_bank_open(&bank, at("several.db"), BV_BANK_CREATE, &err), &err, "a bank");
	pack(at("one.zip"), cases[0].files, BV_COUNT(cases[0].files));
	pack(at("zz.zip"), good, BV_COUNT(good));
	CHECK_OK(bv_file_read(&zip, at("zz.zip"), &err), &err, "a package");
	CHECK_OK(bv_file_create(at("cut.zip"), bv_str_sub(bv_buf_str(&zip), 0, zip.len - 1), 0600, &err), &err, "cut");
	CHECK_OK(bv_file_create(at("text.zip"), BV_STR("text"), 0600, &err), &err, "none");
	CHECK_OK(bv_file_create(at("empty.zip"), BV_STR(""), 0600, &err), &err, "empty");
	CHECK_OK(bv_file_create(at("large.zip"), BV_STR("x"), 0600, &err), &err, "large");
	CHECK(truncate(at("large.zip"), (off_t)PACKAGE_BYTES_MAX + 1) == 0, "with a hole");
	char *paths[6];
	const char *const names[6] = { "cut.zip", "one.zip", "text.zip", "zz.zip", "empty.zip", "large.zip" };
	for (int i = 0; i < 6; i++)
		paths[i] = bv_str_dup(bv_str_of(at(names[i])));
	struct bv_import_counts counts = import(bank, &seen, (const char *const *)paths, 6);
	for (int i = 0; i < 6; i++)
		free(paths[i]);
	/* Both have an item "b", and it is another one. */
	CHECK(counts.added == 2 && counts.refused == 6 && seen.packages == 6, "%d new, %d refused: %s", (int)counts.added, (int)counts.refused, seen.refused);
	CHECK(strstr(seen.refused, "cut.zip:0: ") && strstr(seen.refused, "text.zip:0: not a zip") && strstr(seen.refused, "empty.zip:0: not a zip") &&
	          strstr(seen.refused, "large.zip:0: more than"), "each says why: %s", seen.refused);
	CHECK(strstr(seen.refused, "is another one in"), "an item of the same name in two packages: %s", seen.refused);
}

/* ---- A reading that dies ---- */

static void
count_refused(void *ctx, const char *path, const struct bv_err *err)
{
	struct seen *seen = ctx;

	add_line(seen->refused, path, err);
	seen->packages++;
}

static enum bv_status
take_item(void *ctx, const struct bank_row *row, struct bv_err *err)
{
	(void)row, (void)err;
	((struct seen *)ctx)->report.items.added++;
	return BV_OK;
}

static enum bv_status
fail_item(void *ctx, const struct bank_row *row, struct bv_err *err)
{
	(void)ctx, (void)row;
	return bv_err_set(err, BV_EIO, "the disk is full");
}

static enum bv_status
take_blob(void *ctx, const struct bank_blob *blob, struct bv_err *err)
{
	(void)ctx, (void)blob, (void)err;
	return BV_OK;
}

static enum bv_status
take_usage(void *ctx, const char *path, struct bv_str xml, struct bv_err *err)
{
	(void)ctx, (void)path, (void)xml, (void)err;
	return BV_OK;
}

static void
test_dying(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf manifest = BV_BUF(32 << 20);
	struct seen seen = { 0 };
	struct bank_package_sink sink = { &seen, count_refused, noted, take_item, take_blob, take_usage };
	struct bv_sandbox_limits limits = { .memory = 8 << 20, .cpu_s = 20, .unfiltered = unfiltered };
	struct bv_err err;

	/* A manifest whose tree takes more than eight megabytes. */
	bv_buf_addz(&manifest, "<manifest><resources>");
	for (int i = 0; i < 60000; i++)
		bv_buf_printf(&manifest, "<resource identifier='R%d' type='imsqti_item_xmlv3p0' href='%d.xml'><metadata><lom><general><title>%d %d %d"
		              "</title></general></lom></metadata></resource>", i, i, i * 7, i * 11, i * 13);
	bv_buf_addz(&manifest, "</resources></manifest>");
	const struct file files[6] = { { "imsmanifest.xml", bv_buf_str(&manifest) } };
	pack(at("slow.zip"), files, 1);
	enum bv_status status = bank_package_read(at("slow.zip"), &limits, unfiltered, &sink, &err);
	CHECK_OK(status, &err, "a reading that needs more than it may");
	/* The shadow of the sanitizer takes more address space than any limit: memory is not limited under it. */
	CHECK(CHECK_SANITIZED || (seen.packages == 1 && strstr(seen.refused, "slow.zip:0: reading it needs more memory")), "is refused: %.300s", seen.refused);
	sink.item = fail_item;
	limits.memory = 2048ull << 20;
	CHECK_REFUSED(bank_package_read(at("zz.zip"), &limits, unfiltered, &sink, &err), BV_EIO, &err, "disk is full", "a bank that fails ends the reading");
	CHECK_REFUSED(bank_package_read(at("none.zip"), &limits, unfiltered, &sink, &err), BV_ENOTFOUND, &err, "none.zip", "a file that is not there");
}

/* ---- Frames that lie: what a reading that was taken over might send ---- */

struct frames {
	struct bv_buf all[40];
	size_t count;
};

static void
collect(void *ctx, const struct record *record)
{
	struct frames *frames = ctx;

	if (frames->count == BV_COUNT(frames->all))
		return;
	struct bv_buf *frame = &frames->all[frames->count++];
	*frame = BV_BUF(1 << 20);
	record_write(frame, record);
}

/* Field by field: none, another, a long one, a number that is none. The sink sees only what is well-formed. */
static enum bv_status
strict_item(void *ctx, const struct bank_row *row, struct bv_err *err)
{
	bool good_item = row->identifier.len && row->identifier.len <= BV_ITEM_IDENTIFIER_MAX && row->part_count <= BV_BANK_PARTS_MAX && row->language.len;

	(void)err;
	for (size_t i = 0; i < row->part_count; i++)
		good_item = good_item && package_name_check(row->parts[i].path, err) == BV_OK;
	if (!good_item)
		CHECK(false, "an item that cannot be");
	((struct seen *)ctx)->report.items.added++;
	return BV_OK;
}

static void
test_lies(void)
{
	static const struct bv_str lies[] = { { "", 0 }, { "../x", 4 }, { "99999999999999999999", 20 }, { "-1", 2 }, { "\xff", 1 }, { "a\0b", 3 }, { "zz", 2 } };
	BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(1 << 20), frame = BV_BUF(1 << 20);
	BV_AUTO(record_finish) struct record record = { 0 };
	struct frames frames = { .count = 0 };
	struct seen seen = { 0 };
	const struct bank_package_sink sink = { &seen, count_refused, noted, strict_item, take_blob, take_usage };
	unsigned tried = 0, refused_count = 0;
	struct bv_err err;

	CHECK_OK(bv_file_read(&zip, at("zz.zip"), &err), &err, "a package");
	package_tell(&(struct package_source){ .bytes = bv_buf_str(&zip) }, collect, &frames);
	CHECK(frames.count >= 6, "%zu frames", frames.count);
	for (size_t f = 0; f < frames.count; f++) {
		struct bv_str whole = bv_buf_str(&frames.all[f]);
		CHECK_OK(bank_package_take("p.zip", whole, &sink, &err), &err, "as it is");
		for (size_t cut = 0; cut < whole.len && cut < 400; cut++)
			if (bank_package_take("p.zip", bv_str_sub(whole, 0, cut), &sink, &err) == BV_OK && cut < 2)
				CHECK(false, "frame %zu cut at %zu", f, cut);
		CHECK_OK(record_read(&record, whole, &err), &err, "a record");
		for (size_t field = 0; field < record.count; field++)
			for (size_t lie = 0; lie < BV_COUNT(lies); lie++) {
				struct bv_str was = record.fields[field];
				record.fields[field] = lies[lie];
				record_write(&frame, &record);
				tried++;
				refused_count += bank_package_take("p.zip", bv_buf_str(&frame), &sink, &err) != BV_OK;
				record.fields[field] = was;
			}
	}
	CHECK(tried > 200 && refused_count > tried / 3, "%u of %u lies are refused, the others are harmless", refused_count, tried);
	CHECK_REFUSED(bank_package_take("p.zip", BV_STR("\x7f"), &sink, &err), BV_EPARSE, &err, "no known kind", "a record of no kind");
	record_begin(&record, RECORD_WANTED);
	record_add(&record, BV_STR("0"));
	record_write(&frame, &record);
	CHECK_REFUSED(bank_package_take("p.zip", bv_buf_str(&frame), &sink, &err), BV_EPARSE, &err, "cannot be (a file)", "a wish for a file of an archive");
	for (size_t f = 0; f < frames.count; f++)
		bv_buf_finish(&frames.all[f]);
}

/* A bank that somebody changed. */
static void
test_damaged(void)
{
	static const char *const damages[] = { "UPDATE media SET bytes = x'00'", "UPDATE media SET type = 'text/html'", "UPDATE package_document SET xml = x'00'",
		                               "UPDATE package_document SET kind = 77", "UPDATE version_part SET path = '../x' WHERE path = 'img/a.png'",
		                               "UPDATE version_part SET hash = x'00' WHERE role = 1", "UPDATE version_part SET role = 9 WHERE role = 0" };

	for (size_t i = 0; i < BV_COUNT(damages); i++) {
		BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
		BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
		BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
		BV_AUTO(bv_bank_documents_finish) struct bv_bank_documents documents = { 0 };
		BV_AUTO(bv_buf_finish) struct bv_buf buf = BV_BUF(1 << 20);
		const char *zip = at("zz.zip"), *type;
		struct bv_err err;
		struct seen seen;
		unlink(at("damaged.db"));
		CHECK_OK(bv_bank_open(&bank, at("damaged.db"), BV_BANK_CREATE, &err), &err, damages[i]);
		CHECK(import(bank, &seen, &zip, 1).added == 2, "imported");
		CHECK_OK(bv_sql_open(&sql, at("damaged.db"), BV_SQL_WRITE, &err), &err, "somebody");
		CHECK_OK(bv_sql_run(sql, damages[i], &err), &err, "changes it");
		enum bv_status status = bv_bank_item_parts(&parts, bank, BV_STR("a"), BV_STR("vi"), 0, &err);
		for (size_t k = 0; status == BV_OK && k < parts.count; k++)
			if (parts.all[k].role == BV_PART_MEDIA)
				status = bv_bank_media_load(&buf, &type, bank, parts.all[k].hash, &err);
			else if (parts.all[k].role == BV_PART_STIMULUS)
				status = bv_bank_document_load(&buf, NULL, bank, parts.all[k].hash, &err);
		if (status == BV_OK)
			status = bv_bank_documents_list(&documents, bank, &err);
		CHECK_REFUSED(status, BV_EIO, &err, "damaged", damages[i]);
	}
}

int
main(void)
{
	const struct bv_sandbox_limits limits = { .memory = 64 << 20, .cpu_s = 1 };
	struct seen seen = { 0 };
	const struct bank_package_sink sink = { &seen, count_refused, noted, take_item, take_blob, take_usage };
	struct bv_err err;

	if (!mkdtemp(folder))
		return 1;
	pack(at("zz.zip"), good, BV_COUNT(good));
	unfiltered = bank_package_read(at("zz.zip"), &limits, false, &sink, &err) == BV_EDENIED;
	if (unfiltered)
		printf("# %s\n", err.msg);
	test_good();
	test_cases();
	test_rules();
	test_several();
	test_dying();
	test_lies();
	test_damaged();
	char command[300];
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) != 0 || check_end();
}
