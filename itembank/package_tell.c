/* The reading of a package, from its bytes to records. Runs where it can do no harm (base/sandbox.h), and alone in the fuzzer. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "itembank/item.h"
#include "itembank/manifest.h"
#include "itembank/media_type.h"
#include "itembank/module.h"
#include "itembank/package_record.h"
#include "itembank/package_refs.h"
#include "itembank/photo.h"

/* What is known of a file of the package. */
enum fate { FATE_NEW, FATE_BAD, FATE_MEDIA, FATE_MODULE, FATE_STIMULUS, FATE_SECTION, FATE_TEST };

struct file_fate {
	enum fate fate;
	bool listed, read, done;   /* by the manifest; as a document or as media; as a resource */
	uint8_t hash[BV_HASH_LEN]; /* of a medium, or the key of a document, that has been sent */
	const struct bv_err *why;  /* BAD */
	const struct bv_bank_part *parts; /* STIMULUS: its media */
	size_t part_count;
};

struct telling {
	struct package *package;
	struct manifest manifest;
	struct file_fate *files; /* package_count */
	struct bv_item **items;  /* parsed for tests, by file; NULL until there is a test */
	struct bv_arena arena;   /* of the whole reading */
	struct bv_arena scratch; /* of one document */
	struct record record;
	struct bv_buf bytes, media;
	record_send send;
	void *ctx;
};

static void
telling_finish(struct telling *t)
{
	for (size_t i = 0; t->items && i < package_count(t->package); i++)
		bv_item_free(t->items[i]);
	free(t->items);
	free(t->files);
	manifest_finish(&t->manifest);
	package_free(t->package);
	bv_arena_finish(&t->arena);
	bv_arena_finish(&t->scratch);
	record_finish(&t->record);
	bv_buf_finish(&t->bytes);
	bv_buf_finish(&t->media);
}
BV_AUTO_DEFINE_FINISH(struct telling, telling_finish)

static void
tell(struct telling *t, enum record_kind kind, struct bv_str path, const struct bv_err *err)
{
	struct bv_err told = *err;

	bv_err_mark(&told, "bad-archive"); /* what has no rule of its own came of reading the archive */
	record_begin(&t->record, kind);
	record_add(&t->record, path);
	record_add_number(&t->record, err->status, &t->scratch);
	record_add_number(&t->record, err->line > 0 ? (uint64_t)err->line : 0, &t->scratch);
	record_add(&t->record, kind == RECORD_REFUSED ? bv_str_of(bv_diagnostic_rule_of(&told)) : BV_STR_NONE);
	record_add(&t->record, bv_str_of(err->msg));
	t->send(t->ctx, &t->record);
}

BV_PRINTF(4, 5) static void
note(struct telling *t, struct bv_str path, int line, const char *fmt, ...)
{
	struct bv_err err;
	char text[240];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	bv_err_at(&err, BV_OK, line, "%s", text);
	tell(t, RECORD_NOTE, path, &err);
}

static void
note_of_manifest(void *ctx, const struct bv_err *err)
{
	tell(ctx, RECORD_NOTE, BV_STR(MANIFEST_NAME), err);
}

static enum bv_status
not_there(struct bv_str path, int line, struct bv_err *err)
{
	return bv_err_at(err, BV_ENOTFOUND, line, "'%.*s' is not in the package", BV_STR_ARG(bv_str_sub(path, 0, 150)));
}

/* ---- Documents of several files ---- */

static enum bv_status
read_beside(void *ctx, struct bv_buf *bytes, struct bv_str name, struct bv_err *err)
{
	struct telling *t = ctx;
	size_t idx = package_find(t->package, name);

	if (idx == package_count(t->package))
		return bv_err_set(err, BV_ENOTFOUND, "is not in the package");
	t->files[idx].read = true;
	return package_read(t->package, idx, bytes, err);
}

/* A document with what it includes: what the bank keeps stands alone. */
static enum bv_status
include(struct telling *t, size_t idx, struct bv_buf *xml, struct bv_err *err)
{
	const struct bv_include_files beside = { read_beside, t };

	return bv_include(xml, package_name(t->package, idx), &beside, err);
}

static enum bv_status
read_document(struct telling *t, size_t idx, struct bv_buf *xml, struct bv_err *err)
{
	TRY(package_read(t->package, idx, xml, err));
	return include(t, idx, xml, err);
}

/* ---- Media and modules ---- */

/* A file is one thing only: it has one hash. */
static enum bv_status
check_fate(const struct telling *t, size_t idx, enum fate want, struct bv_err *err)
{
	const struct file_fate *fate = &t->files[idx];

	if (fate->fate == FATE_BAD)
		*err = *fate->why;
	else if (fate->fate != want)
		bv_err_rule(err, "conflict", 0, "'%.*s' is used as two different things",
		            BV_STR_ARG(bv_str_sub(package_name(t->package, idx), 0, 120)));
	return fate->fate == want ? BV_OK : err->status;
}

static enum bv_status
remember(struct file_fate *fate, struct bv_arena *arena, const struct bv_err *err)
{
	struct bv_err *why = bv_arena_alloc(arena, sizeof *why);

	*why = *err;
	fate->fate = FATE_BAD;
	fate->why = why;
	return err->status;
}

static void
note_photo(struct telling *t, struct bv_str name, unsigned facts)
{
	BV_AUTO(bv_buf_finish) struct bv_buf told = BV_BUF(200);

	if (!facts)
		return;
	photo_facts_write(&told, facts);
	note(t, name, 0, "its metadata tell %s: write it again without them [private-metadata]", told.p);
}

static enum bv_status
read_media(struct telling *t, size_t idx, enum fate want, struct bv_err *err)
{
	struct bv_str name = package_name(t->package, idx);
	const char *type;
	bool odd = false;

	TRY(package_read(t->package, idx, &t->media, err));
	enum bv_status status = want == FATE_MODULE ? module_check(&type, name, bv_buf_str(&t->media), err)
	                                            : media_check(&type, &odd, name, bv_buf_str(&t->media), err);
	if (status != BV_OK)
		return bv_err_mark(err, "bad-media");
	if (odd)
		note(t, name, 0, "is %s by its bytes, which its name does not say: kept as that", type);
	if (want == FATE_MEDIA)
		note_photo(t, name, photo_facts(bv_buf_str(&t->media)));
	bv_sha256(t->files[idx].hash, bv_buf_str(&t->media));
	record_begin(&t->record, RECORD_MEDIA);
	record_add(&t->record, name);
	record_add(&t->record, bv_str_of(type));
	record_add(&t->record, bv_buf_str(&t->media));
	t->send(t->ctx, &t->record);
	t->files[idx].fate = want;
	return BV_OK;
}

/* Sends a medium, or a module, the first time that it is asked for. */
static enum bv_status
need_media(struct telling *t, size_t idx, enum fate want, struct bv_err *err)
{
	struct file_fate *fate = &t->files[idx];

	fate->read = true;
	if (fate->fate == FATE_NEW && read_media(t, idx, want, err) != BV_OK)
		return remember(fate, &t->arena, err);
	return check_fate(t, idx, want, err);
}

/* ---- What a document needs ---- */

struct parts {
	struct bv_bank_part *all;
	size_t count, cap;
};

static void
parts_finish(struct parts *parts)
{
	free(parts->all);
}
BV_AUTO_DEFINE_FINISH(struct parts, parts_finish)

static enum bv_status
parts_add(struct parts *parts, enum bv_part_role role, struct bv_str path, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	if (parts->count == BV_BANK_PARTS_MAX)
		return bv_err_set(err, BV_ELIMIT, "needs more than %d files", BV_BANK_PARTS_MAX);
	if (parts->count == parts->cap) {
		parts->cap = parts->cap ? parts->cap * 2 : 16;
		parts->all = bv_resize_array(parts->all, parts->cap, sizeof *parts->all);
	}
	struct bv_bank_part *part = &parts->all[parts->count++];
	*part = (struct bv_bank_part){ .role = role, .path = path };
	memcpy(part->hash, hash, sizeof part->hash);
	return BV_OK;
}

static int
by_path(const void *a, const void *b)
{
	const struct bv_bank_part *x = a, *y = b;
	int order = bv_str_cmp(x->path, y->path);

	return order ? order : (int)x->role - (int)y->role;
}

/* In the order of the paths, each once: a document that names itself stays itself. */
static void
parts_sort(struct parts *parts)
{
	size_t kept = 0;

	if (parts->count)
		qsort(parts->all, parts->count, sizeof *parts->all, by_path);
	for (size_t i = 0; i < parts->count; i++)
		if (!kept || !bv_str_eq(parts->all[i].path, parts->all[kept - 1].path))
			parts->all[kept++] = parts->all[i];
	parts->count = kept;
}

static enum bv_status need_stimulus(struct telling *t, size_t idx, struct parts *parts, struct bv_err *err);

/* A module may be named without its ending, as loaders of modules do. */
static size_t
find(const struct telling *t, struct bv_str path, enum bv_part_role role)
{
	BV_AUTO(bv_buf_finish) struct bv_buf longer = BV_BUF(2 * PACKAGE_NAME_MAX);
	size_t idx = package_find(t->package, path);

	if (idx < package_count(t->package) || role != BV_PART_MODULE)
		return idx;
	bv_buf_add(&longer, path);
	bv_buf_addz(&longer, ".js");
	return package_find(t->package, bv_buf_str(&longer));
}

/* What a reference leads to is sent and becomes a part. */
static enum bv_status
need(struct telling *t, struct parts *parts, struct bv_str document, const struct package_ref *ref, struct bv_err *err)
{
	enum bv_status status;
	struct bv_str path;

	if (package_resolve(&path, package_folder(document), ref->href, &t->scratch, err) != BV_OK) {
		bv_err_mark(err, "bad-file-reference");
		err->line = ref->line;
		if (ref->role == BV_PART_STIMULUS || err->status == BV_ELIMIT || bv_str_find(ref->href, ':') == ref->href.len)
			return err->status;
		note(t, document, ref->line, "%s: it will not be shown", err->msg);
		return BV_OK;
	}
	size_t idx = find(t, path, ref->role);
	if (idx == package_count(t->package))
		status = ref->implied ? BV_OK : not_there(path, ref->line, err);
	else if (ref->role == BV_PART_STIMULUS)
		status = need_stimulus(t, idx, parts, err);
	else
		status = need_media(t, idx, ref->role == BV_PART_MODULE ? FATE_MODULE : FATE_MEDIA, err);
	if (status != BV_OK && ref->optional) {
		note(t, document, ref->line, "%s: not kept", err->msg);
		return BV_OK;
	}
	if (status != BV_OK) {
		err->line = ref->line;
		return status;
	}
	if (idx == package_count(t->package))
		return BV_OK;
	return parts_add(parts, ref->role, package_name(t->package, idx), t->files[idx].hash, err);
}

static enum bv_status
need_all(struct telling *t, struct parts *parts, struct bv_str document, const struct bv_xml_node *root, bool item, struct bv_err *err)
{
	const struct package_ref *refs;
	size_t count;

	TRY(package_refs(&refs, &count, root, &t->scratch, err));
	for (size_t i = 0; i < count; i++)
		if (item || refs[i].role == BV_PART_MEDIA)
			TRY(need(t, parts, document, &refs[i], err));
	return BV_OK;
}

/* ---- Documents that are no items ---- */

static void
send_document(struct telling *t, size_t idx, enum bv_document_kind kind, struct bv_str identifier, struct bv_str title, struct bv_str xml,
              struct parts *parts)
{
	parts_sort(parts);
	record_begin(&t->record, RECORD_DOCUMENT);
	record_add_number(&t->record, kind, &t->scratch);
	record_add(&t->record, package_name(t->package, idx));
	record_add(&t->record, identifier);
	record_add(&t->record, title);
	record_add(&t->record, xml);
	for (size_t i = 0; i < parts->count; i++)
		record_add_part(&t->record, &parts->all[i], &t->scratch);
	t->send(t->ctx, &t->record);
	document_key(t->files[idx].hash, kind, xml, parts->all, parts->count);
	static const enum fate fates[BV_DOCUMENT_KINDS] = { [BV_DOCUMENT_STIMULUS] = FATE_STIMULUS,
		                                            [BV_DOCUMENT_TEST] = FATE_TEST,
		                                            [BV_DOCUMENT_SECTION] = FATE_SECTION };
	t->files[idx].fate = fates[kind];
}

static struct bv_str
attr_text(const struct bv_xml_node *node, const char *name, struct bv_arena *arena)
{
	const struct bv_str *attr = bv_xml_attr(node, name);
	struct bv_str text = BV_STR_NONE;
	struct bv_err never; /* what libxml2 has read is UTF-8 */

	if (attr && bv_text_nfc(&text, bv_str_trim(*attr), arena, &never) != BV_OK)
		return BV_STR_NONE;
	return text;
}

void
package_document_names(struct bv_str *identifier, struct bv_str *title, const struct bv_xml_node *root, struct bv_arena *arena)
{
	*identifier = attr_text(root, "identifier", arena);
	*title = attr_text(root, "title", arena);
}

static enum bv_status
root_check(const struct bv_xml_node *root, const char *name, const char *old_name, struct bv_str *identifier, struct bv_arena *arena, struct bv_err *err)
{
	if (!bv_str_is(root->name, name) && !bv_str_is(root->name, old_name))
		return bv_err_rule(err, "wrong-root", root->line, "listed as %s, but it is a <%.*s>", name,
		                   BV_STR_ARG(bv_str_sub(root->name, 0, 60)));
	*identifier = attr_text(root, "identifier", arena);
	if (!identifier->len || identifier->len > BV_ITEM_IDENTIFIER_MAX)
		return bv_err_rule(err, "missing-attribute", root->line, "<%.*s> needs an identifier of 1 to %d bytes",
		                   BV_STR_ARG(root->name), BV_ITEM_IDENTIFIER_MAX);
	return BV_OK;
}

/* A buffer of its own: the item that needs it is in t->bytes. */
static enum bv_status
read_stimulus(struct telling *t, size_t idx, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(parts_finish) struct parts parts = { 0 };
	struct bv_str name = package_name(t->package, idx), identifier;

	TRY(read_document(t, idx, &xml, err));
	TRY(bv_xml_read(&doc, bv_buf_str(&xml), BV_XML_ITEM_MAX, err));
	const struct bv_xml_node *root = bv_xml_root(doc);
	TRY(root_check(root, "qti-assessment-stimulus", "assessmentStimulus", &identifier, &t->scratch, err));
	TRY(need_all(t, &parts, name, root, false, err));
	send_document(t, idx, BV_DOCUMENT_STIMULUS, identifier, attr_text(root, "title", &t->scratch), bv_buf_str(&xml), &parts);
	struct bv_bank_part *kept = bv_arena_array(&t->arena, parts.count, struct bv_bank_part);
	if (parts.count)
		memcpy(kept, parts.all, parts.count * sizeof *kept);
	t->files[idx].parts = kept;
	t->files[idx].part_count = parts.count;
	return BV_OK;
}

static enum bv_status
need_stimulus(struct telling *t, size_t idx, struct parts *parts, struct bv_err *err)
{
	struct file_fate *fate = &t->files[idx];
	struct bv_err why;

	fate->read = true;
	if (fate->fate == FATE_NEW && read_stimulus(t, idx, &why) != BV_OK) {
		*err = why;
		bv_err_again(err, why.line, "stimulus '%.*s'%s%.0d: %s", BV_STR_ARG(bv_str_sub(package_name(t->package, idx), 0, 60)),
		             why.line ? ":" : "", why.line, why.msg);
		return remember(fate, &t->arena, err);
	}
	TRY(check_fate(t, idx, FATE_STIMULUS, err));
	for (size_t i = 0; parts && i < fate->part_count; i++)
		TRY(parts_add(parts, fate->parts[i].role, fate->parts[i].path, fate->parts[i].hash, err));
	return BV_OK;
}

/* ---- Items ---- */

static void
send_item(struct telling *t, const struct manifest_resource *r, struct bv_str name, const struct bank_row *row, const struct parts *parts)
{
	static const struct bank_metadata none;
	const struct bank_metadata *m = row->file->metadata ? row->file->metadata : &none;
	struct record *record = &t->record;

	record_begin(record, RECORD_ITEM);
	record_add(record, name);
	record_add_number(record, (uint64_t)r->line, &t->scratch);
	record_add(record, row->identifier);
	record_add(record, row->language);
	record_add(record, row->title);
	record_add(record, row->kind);
	record_add(record, row->xml);
	record_add_number(record, row->machine_scorable, &t->scratch);
	record_add_number(record, row->file->metadata != NULL, &t->scratch);
	record_add(record, m->competence);
	record_add(record, m->component);
	record_add(record, m->author);
	record_add(record, m->enemies);
	record_add(record, m->tags);
	record_add(record, m->original);
	record_add_number(record, m->level, &t->scratch);
	record_add_number(record, m->difficulty_step, &t->scratch);
	record_add_number(record, m->expected_s, &t->scratch);
	record_add(record, row->stimuli);
	for (size_t i = 0; i < BANK_TEXT_PARTS; i++)
		record_add(record, row->words[i]);
	for (size_t i = 0; i < parts->count; i++)
		record_add_part(record, &parts->all[i], &t->scratch);
	t->send(t->ctx, record);
}

/* The file of a resource, read into t->bytes; the fault's line is the manifest's. */
static enum bv_status
open_resource(struct telling *t, const struct manifest_resource *r, size_t *idx, size_t max, struct bv_err *err)
{
	*idx = package_find(t->package, r->path);
	if (*idx == package_count(t->package))
		return not_there(r->path, r->line, err);
	t->bytes.max = max;
	TRY(package_read(t->package, *idx, &t->bytes, err));
	return BV_OK;
}

static enum bv_status
tell_item(struct telling *t, const struct manifest_resource *r, size_t idx, struct bv_err *err)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(parts_finish) struct parts parts = { 0 };
	struct bv_str name = package_name(t->package, idx);
	struct bank_metadata metadata = { 0 };
	struct bank_file file = { .path = name.p };
	struct bank_row row;

	if (r->lom) {
		file.metadata = &metadata;
		struct bv_err why;
		if (bank_lom_read(&metadata, r->lom, &t->scratch, &why) != BV_OK) {
			bv_err_set(err, why.status, MANIFEST_NAME ":%d: %s", why.line, why.msg);
			return bv_err_mark(err, "bad-metadata");
		}
	}
	TRY(include(t, idx, &t->bytes, err));
	TRY(bv_item_parse(&item, bv_buf_str(&t->bytes), err));
	TRY(bank_row_fill(&row, &t->scratch, &file, item, bv_buf_str(&t->bytes), err));
	if (r->line && bv_item_version(item) != r->version)
		note(t, name, 1, "listed as QTI %s, but it is of %s", bv_qti_version_name(r->version), bv_qti_version_name(bv_item_version(item)));
	TRY(parts_add(&parts, BV_PART_SELF, name, row.hash, err));
	TRY(need_all(t, &parts, name, item->root, true, err));
	parts_sort(&parts);
	send_item(t, r, name, &row, &parts);
	return BV_OK;
}

/* ---- Tests ---- */

struct test_reading {
	struct telling *telling;
	struct parts *parts;
};

static enum bv_status
item_of_test(void *ctx, const struct bv_item **out, struct bv_str name, struct bv_err *err)
{
	struct test_reading *reading = ctx;
	struct telling *t = reading->telling;
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);
	size_t idx = package_find(t->package, name);

	if (idx == package_count(t->package))
		return not_there(name, 0, err);
	if (!t->items[idx]) {
		TRY(read_document(t, idx, &xml, err));
		TRY(bv_item_parse(&t->items[idx], bv_buf_str(&xml), err));
	}
	*out = t->items[idx];
	return parts_add(reading->parts, BV_PART_ITEM, package_name(t->package, idx), bv_item_hash(*out), err);
}

static enum bv_status
section_of_test(void *ctx, struct bv_buf *xml, struct bv_str name, struct bv_err *err)
{
	struct test_reading *reading = ctx;
	struct telling *t = reading->telling;
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(parts_finish) struct parts parts = { 0 };
	size_t idx = package_find(t->package, name);
	struct bv_str identifier;

	if (idx == package_count(t->package))
		return not_there(name, 0, err);
	TRY(read_document(t, idx, xml, err));
	struct file_fate *fate = &t->files[idx];
	if (fate->fate == FATE_NEW) {
		TRY(bv_xml_read(&doc, bv_buf_str(xml), BV_XML_DOCUMENT_MAX, err));
		const struct bv_xml_node *root = bv_xml_root(doc);
		TRY(root_check(root, "qti-assessment-section", "assessmentSection", &identifier, &t->scratch, err));
		TRY(need_all(t, &parts, package_name(t->package, idx), root, false, err));
		send_document(t, idx, BV_DOCUMENT_SECTION, identifier, attr_text(root, "title", &t->scratch), bv_buf_str(xml), &parts);
	}
	fate->read = true;
	TRY(check_fate(t, idx, FATE_SECTION, err));
	return parts_add(reading->parts, BV_PART_SECTION, package_name(t->package, idx), fate->hash, err);
}

static enum bv_status
tell_test(struct telling *t, const struct manifest_resource *r, size_t idx, struct bv_err *err)
{
	BV_AUTO(bv_test_free) struct bv_test *test = NULL;
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(parts_finish) struct parts parts = { 0 };
	struct test_reading reading = { t, &parts };
	const struct bv_test_files files = { item_of_test, section_of_test, &reading };
	struct bv_str name = package_name(t->package, idx);

	if (!t->items)
		t->items = bv_alloc_array(package_count(t->package), sizeof(struct bv_item *));
	TRY(include(t, idx, &t->bytes, err));
	struct bv_str xml = bv_buf_str(&t->bytes);
	TRY(bv_test_parse(&test, xml, name, &files, err));
	if (bv_test_version(test) != r->version)
		note(t, name, 1, "listed as QTI %s, but it is of %s", bv_qti_version_name(r->version), bv_qti_version_name(bv_test_version(test)));
	TRY(bv_xml_read(&doc, xml, BV_XML_DOCUMENT_MAX, err));
	TRY(parts_add(&parts, BV_PART_SELF, name, (const uint8_t[BV_HASH_LEN]){ 0 }, err));
	TRY(need_all(t, &parts, name, bv_xml_root(doc), false, err));
	send_document(t, idx, BV_DOCUMENT_TEST, bv_test_identifier(test), bv_test_title(test), xml, &parts);
	return BV_OK;
}

/* ---- The package ---- */

static void
refuse_resource(struct telling *t, const struct manifest_resource *r, bool opened, const struct bv_err *err)
{
	/* A fault of the file is told with its own name and line, one of the list with the list's. */
	struct bv_err at = *err;
	if (!opened)
		at.line = at.line ? at.line : r->line;
	tell(t, RECORD_REFUSED, opened ? r->path : BV_STR(MANIFEST_NAME), &at);
}

/* What is sent can be read: whoever takes it reads it again. */
static enum bv_status
tell_usage(struct telling *t, size_t idx, struct bv_err *err)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;

	TRY(bv_xml_read(&doc, bv_buf_str(&t->bytes), BV_XML_DOCUMENT_MAX, err));
	record_begin(&t->record, RECORD_USAGE);
	record_add(&t->record, package_name(t->package, idx));
	record_add(&t->record, bv_buf_str(&t->bytes));
	t->send(t->ctx, &t->record);
	return BV_OK;
}

static void
tell_resource(struct telling *t, const struct manifest_resource *r)
{
	static const size_t most[MANIFEST_KINDS] = { [MANIFEST_ITEM] = BV_XML_ITEM_MAX,
		                                     [MANIFEST_TEST] = BV_XML_DOCUMENT_MAX,
		                                     [MANIFEST_STIMULUS] = BV_XML_ITEM_MAX,
		                                     [MANIFEST_USAGE] = BV_XML_DOCUMENT_MAX };
	enum bv_status status = BV_OK;
	struct bv_err err;
	size_t idx;

	bv_arena_reset(&t->scratch);
	if (open_resource(t, r, &idx, most[r->kind], &err) != BV_OK) {
		refuse_resource(t, r, false, &err);
		return;
	}
	struct file_fate *fate = &t->files[idx];
	if (fate->done) {
		bv_err_at(&err, BV_ECONFLICT, r->line, "'%.*s' is listed twice", BV_STR_ARG(bv_str_sub(r->path, 0, 150)));
		bv_err_mark(&err, "conflict");
		refuse_resource(t, r, false, &err);
		return;
	}
	fate->read = fate->done = true;
	if (r->kind == MANIFEST_ITEM)
		status = tell_item(t, r, idx, &err);
	else if (r->kind == MANIFEST_TEST)
		status = tell_test(t, r, idx, &err);
	else if (r->kind == MANIFEST_USAGE)
		status = tell_usage(t, idx, &err);
	else
		status = need_stimulus(t, idx, NULL, &err);
	if (status != BV_OK)
		refuse_resource(t, r, true, &err);
}

/* In a folder people leave items and usage data that they have not listed yet: those are read like listed ones, without metadata. */
static void
tell_loose(struct telling *t)
{
	for (size_t i = 0; i < package_count(t->package); i++) {
		struct manifest_resource r = { .path = package_name(t->package, i) };
		struct bv_err err;
		t->bytes.max = BV_XML_DOCUMENT_MAX;
		if (t->files[i].read || t->files[i].listed || !bv_str_ends(r.path, BV_STR(".xml")) || bv_str_is(r.path, MANIFEST_NAME) ||
		    package_read(t->package, i, &t->bytes, &err) != BV_OK)
			continue;
		bool usage = bv_str_is(bank_root_name(bv_buf_str(&t->bytes)), "usageData");
		r.kind = usage ? MANIFEST_USAGE : MANIFEST_ITEM;
		if (usage || bank_is_item(bv_buf_str(&t->bytes)))
			tell_resource(t, &r);
	}
}

/* Items that the manifest hides: in a resource of another type, or in none. Files that are not kept are counted. */
static void
tell_rest(struct telling *t)
{
	size_t left = 0, first = 0;

	for (size_t i = package_count(t->package); i-- > 0;) {
		struct bv_str name = package_name(t->package, i);
		struct bv_err err;
		if (t->files[i].read || bv_str_is(name, MANIFEST_NAME))
			continue;
		t->bytes.max = BV_XML_ITEM_MAX;
		if (bv_str_ends(name, BV_STR(".xml")) && package_read(t->package, i, &t->bytes, &err) == BV_OK &&
		    bank_is_item(bv_buf_str(&t->bytes))) {
			note(t, name, 0, t->files[i].listed ? "an item, but listed as something else: not imported" : "an item that the manifest does not list: not imported");
			continue;
		}
		left++;
		first = i;
	}
	if (left)
		note(t, BV_STR_NONE, 0, "not kept (style sheets, documents, scripts …): %zu of the files, the first is '%.*s'", left,
		     BV_STR_ARG(bv_str_sub(package_name(t->package, first), 0, 120)));
}

static void
mark_listed(struct telling *t, struct bv_str path)
{
	size_t idx = path.len ? package_find(t->package, path) : package_count(t->package);

	if (idx < package_count(t->package))
		t->files[idx].listed = true;
}

static void
look_at_lists(struct telling *t, const struct manifest_resource *r)
{
	mark_listed(t, r->path);
	for (uint32_t i = 0; i < r->file_count; i++) {
		if (package_find(t->package, r->files[i]) == package_count(t->package))
			note(t, BV_STR(MANIFEST_NAME), r->line, "file '%.*s' is listed but not in the package", BV_STR_ARG(bv_str_sub(r->files[i], 0, 150)));
		mark_listed(t, r->files[i]);
	}
}

static enum bv_status
no_manifest(const struct telling *t, struct bv_err *err)
{
	for (size_t i = 0; i < package_count(t->package); i++) {
		struct bv_str name = package_name(t->package, i);
		if (bv_str_ends(name, BV_STR("/" MANIFEST_NAME)))
			return bv_err_rule(
			        err, "missing-manifest", 0,
			        "%s is not at the root of the package but at '%.*s': pack the contents of that folder (IMS CP §4.1)",
			        MANIFEST_NAME, BV_STR_ARG(bv_str_sub(name, 0, 120)));
		if (package_count(t->package) == 1 && bv_str_ends(name, BV_STR(".zip")))
			return bv_err_rule(err, "missing-manifest", 0,
			                   "not a content package, but a zip archive with another one in it: unpack '%.*s'",
			                   BV_STR_ARG(name));
	}
	return bv_err_rule(err, "missing-manifest", 0, "not a content package: there is no %s in it", MANIFEST_NAME);
}

static enum bv_status
open_package(struct telling *t, const struct package_source *source, struct bv_err *err)
{
	if (package_open_source(&t->package, source, err) != BV_OK)
		return bv_err_mark(err, "bad-archive");
	t->files = bv_alloc_array(package_count(t->package), sizeof *t->files);
	size_t idx = package_find(t->package, BV_STR(MANIFEST_NAME));
	if (idx == package_count(t->package))
		return source->list ? BV_OK : no_manifest(t, err);
	t->bytes.max = BV_XML_LARGE_MAX;
	TRY(package_read(t->package, idx, &t->bytes, err));
	if (manifest_read(&t->manifest, bv_buf_str(&t->bytes), note_of_manifest, t, err) != BV_OK) {
		bv_err_mark(err, "bad-manifest");
		tell(t, RECORD_REFUSED, BV_STR(MANIFEST_NAME), err);
		t->manifest.count = 0;
	}
	return BV_OK;
}

void
package_tell(const struct package_source *source, record_send send, void *ctx)
{
	BV_AUTO(telling_finish) struct telling t = { .bytes = BV_BUF(BV_XML_LARGE_MAX), .media = BV_BUF(PACKAGE_FILE_MAX), .send = send, .ctx = ctx };
	static const enum manifest_kind order[] = { MANIFEST_ITEM, MANIFEST_STIMULUS, MANIFEST_USAGE, MANIFEST_TEST };
	struct bv_err err;

	if (open_package(&t, source, &err) != BV_OK) {
		tell(&t, RECORD_REFUSED, BV_STR_NONE, &err);
		return;
	}
	for (size_t i = 0; i < t.manifest.count; i++) {
		const struct manifest_resource *r = &t.manifest.resources[i];
		bv_arena_reset(&t.scratch);
		look_at_lists(&t, r);
		struct bv_err fault = r->fault ? *r->fault : (struct bv_err){ BV_OK };
		bv_err_mark(&fault, "bad-manifest");
		if (r->fault)
			tell(&t, RECORD_REFUSED, BV_STR(MANIFEST_NAME), &fault);
		else if (r->kind == MANIFEST_UNREAD)
			refuse_resource(
			        &t, r, false,
			        &(struct bv_err){ .status = BV_EPARSE,
			                          .rule = "qti-1",
			                          .msg = "a resource of a version of QTI that is not read: 2.0, 2.1, 2.2 and 3.0 are" });
	}
	for (size_t k = 0; k < BV_COUNT(order); k++)
		for (size_t i = 0; i < t.manifest.count; i++)
			if (t.manifest.resources[i].kind == order[k] && !t.manifest.resources[i].fault)
				tell_resource(&t, &t.manifest.resources[i]);
	if (source->list)
		tell_loose(&t);
	bv_arena_reset(&t.scratch);
	if (t.manifest.count)
		tell_rest(&t);
}
