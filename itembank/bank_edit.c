/* An item as its author has written it, on its way into the bank: made a package of one item with the files that it may refer to, which is then read as any
 * package is, in a sandbox, so that what is typed here is held to what is held against everything else. */
#include <stdlib.h>

#include "base/xml.h"
#include "itembank/bank_life.h"
#include "itembank/manifest.h"
#include "itembank/package.h"

enum { CPU_S = 30, WAIT_S = 60 };
static const uint64_t memory_bytes = 1024ull << 20;

struct saving {
	struct bv_bank *bank;
	const struct bv_bank_edit *edit;
	struct bv_bank_parts parts;      /* of the version that it was made from */
	struct bv_pool_item metadata;    /* that the item has, or is to have */
	struct bv_str path;              /* of the item */
	struct package_writer *writer;
	struct bv_str *names;            /* of the files beside it */
	size_t name_count;
	struct bank_row row;             /* once read */
	bool read;
	struct bank_blob *blobs;
	size_t blob_count, blob_cap;
	struct bank_stimuli_seen stimuli;
	struct bv_err refused;           /* the first refusal */
	struct bv_arena arena;
};

static void
saving_finish(struct saving *s)
{
	bv_bank_parts_finish(&s->parts);
	package_writer_free(s->writer);
	free(s->blobs);
	bank_stimuli_seen_finish(&s->stimuli);
	bv_arena_finish(&s->arena);
}
BV_AUTO_DEFINE_FINISH(struct saving, saving_finish)

/* ---- The package ---- */

/* What the bank has of the item: its metadata, and that nobody has saved meanwhile, which is looked at again in the transaction. */
static enum bv_status
find_item(struct saving *s, struct bv_err *err)
{
	const struct bv_bank_edit *edit = s->edit;
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(bank_stmt(&stmt, s->bank, BANK_SQL_SHOW, err));
	bv_sql_bind_str(stmt, 1, edit->identifier);
	bv_sql_bind_str(stmt, 2, edit->language);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return edit->base ? bv_err_set(err, BV_ENOTFOUND, "there is no item '%.*s' in language '%.*s' in the bank",
		                               BV_STR_ARG(bv_str_sub(edit->identifier, 0, 100)), BV_STR_ARG(bv_str_sub(edit->language, 0, BANK_PATH_MAX)))
		                  : BV_OK;
	enum bv_status status = bank_item_load(&s->metadata, stmt, &s->arena, err);
	bv_sql_reset(stmt);
	TRY(status);
	return edit->base ? bv_bank_item_parts(&s->parts, s->bank, edit->identifier, edit->language, edit->base, err) : BV_OK;
}

static void
take_metadata(struct saving *s)
{
	if (s->edit->metadata)
		s->metadata = *s->edit->metadata;
	s->metadata.identifier = s->edit->identifier;
	s->metadata.language = s->edit->language;
}

/* Where the version had it; a new item lies beside its files under its own name, if that is one on every system. */
static void
find_path(struct saving *s)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(2 * PACKAGE_NAME_MAX);
	struct bv_err ignored;

	for (size_t i = 0; i < s->parts.count; i++)
		if (s->parts.all[i].role == BV_PART_SELF)
			s->path = s->parts.all[i].path;
	if (s->path.len)
		return;
	bv_buf_printf(&name, "%.*s.xml", BV_STR_ARG(s->edit->identifier));
	bool good = !name.full && package_name_check(bv_buf_str(&name), &ignored) == BV_OK && bv_str_find(s->edit->identifier, '/') == s->edit->identifier.len;
	s->path = good ? bv_arena_str(&s->arena, bv_buf_str(&name)) : BV_STR("item.xml");
}

static enum bv_status
add_file(struct saving *s, struct bv_str path, struct bv_str bytes, struct bv_err *err)
{
	s->names[s->name_count++] = path;
	return package_writer_add(s->writer, path, bytes, false, err);
}

static enum bv_status
add_new(struct saving *s, const struct bv_edit_file *file, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(2 * PACKAGE_NAME_MAX);

	bv_buf_add(&path, package_folder(s->path));
	bv_buf_add(&path, file->href);
	TRY(bv_buf_check(&path, err));
	return add_file(s, bv_arena_str(&s->arena, bv_buf_str(&path)), file->bytes, err);
}

static enum bv_status
add_part(struct saving *s, const struct bv_bank_part *part, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(PACKAGE_FILE_MAX);
	const char *type;

	for (size_t i = 0; i < s->name_count; i++)
		if (bv_str_eq(s->names[i], part->path))
			return BV_OK;
	if (part->role == BV_PART_STIMULUS)
		TRY(bv_bank_document_load(&bytes, NULL, s->bank, part->hash, err));
	else if (part->role == BV_PART_MODULE)
		TRY(bv_bank_module_load(&bytes, &type, s->bank, part->hash, err));
	else
		TRY(bv_bank_media_load(&bytes, &type, s->bank, part->hash, err));
	return add_file(s, part->path, bv_buf_str(&bytes), err);
}

static enum bv_status
add_files(struct saving *s, struct bv_err *err)
{
	const struct bv_bank_edit *edit = s->edit;
	uint64_t total = 0;

	s->names = bv_arena_array(&s->arena, edit->file_count + s->parts.count, struct bv_str);
	for (size_t i = 0; i < edit->file_count; i++)
		total += edit->files[i].bytes.len;
	if (total > BV_EDIT_FILES_MAX || edit->file_count > BV_BANK_PARTS_MAX)
		return bv_err_set(err, BV_ELIMIT, "new files of one item have at most %u bytes together", BV_EDIT_FILES_MAX);
	for (size_t i = 0; i < edit->file_count; i++)
		TRY(add_new(s, &edit->files[i], err));
	for (size_t i = 0; i < s->parts.count; i++)
		if (s->parts.all[i].role == BV_PART_MEDIA || s->parts.all[i].role == BV_PART_MODULE || s->parts.all[i].role == BV_PART_STIMULUS)
			TRY(add_part(s, &s->parts.all[i], err));
	return package_writer_add(s->writer, s->path, edit->xml, true, err);
}

static enum bv_status
add_manifest(struct saving *s, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_DOCUMENT_MAX);

	bv_manifest_begin(&xml, BV_QTI_3_0);
	bv_manifest_item(&xml, 1, BV_QTI_3_0, &(struct bv_manifest_item){ .item = &s->metadata, .path = s->path, .files = s->names, .file_count = s->name_count,
	                                                                   .keywords = s->metadata.tags, .keyword_count = s->metadata.tag_count });
	bv_manifest_end(&xml);
	TRY(bv_buf_check(&xml, err));
	return package_writer_add(s->writer, BV_STR(MANIFEST_NAME), bv_buf_str(&xml), true, err);
}

/* ---- What is read of it ---- */

static void
on_refused(void *ctx, const char *path, const struct bv_err *err)
{
	struct saving *s = ctx;

	(void)path;
	if (s->refused.status == BV_OK)
		s->refused = *err;
}

static void
on_note(void *ctx, const char *path, const struct bv_err *err)
{
	const struct saving *s = ctx;

	(void)path;
	if (s->edit->note)
		s->edit->note(s->edit->ctx, err);
}

static enum bv_status
on_item(void *ctx, const struct bank_row *row, struct bv_err *err)
{
	struct saving *s = ctx;
	struct bank_file *file = bv_arena_alloc(&s->arena, sizeof *file);

	*file = *row->file;
	file->path = bv_arena_str(&s->arena, bv_str_of(row->file->path)).p;
	file->metadata = file->metadata ? bank_metadata_keep(file->metadata, &s->arena) : NULL;
	bank_row_keep(&s->row, row, file, &s->arena);
	s->read = true;
	return bank_row_seal(&s->row, &s->stimuli, err);
}

static enum bv_status
on_blob(void *ctx, const struct bank_blob *blob, struct bv_err *err)
{
	struct saving *s = ctx;

	(void)err;
	if (s->blob_count == s->blob_cap) {
		s->blob_cap = s->blob_cap ? 2 * s->blob_cap : 16;
		s->blobs = bv_resize_array(s->blobs, s->blob_cap, sizeof *s->blobs);
	}
	bank_blob_keep(&s->blobs[s->blob_count++], blob, &s->arena);
	if (blob->document && blob->about.kind == BV_DOCUMENT_STIMULUS)
		bank_stimulus_add(&s->stimuli, blob->hash, blob->bytes);
	return BV_OK;
}

static enum bv_status
on_usage(void *ctx, const char *path, struct bv_str xml, struct bv_err *err)
{
	(void)ctx;
	(void)path;
	(void)xml;
	(void)err;
	return BV_OK; /* there is none in it */
}

static enum bv_status
read_package(struct saving *s, struct bv_err *err)
{
	const struct bank_package_sink sink = { .ctx = s, .refuse = on_refused, .note = on_note, .item = on_item, .blob = on_blob, .usage = on_usage };
	const struct bv_sandbox_limits limits = { .memory = memory_bytes, .cpu_s = CPU_S, .wait_s = WAIT_S };
	BV_AUTO(bv_buf_finish) struct bv_buf archive = BV_BUF(PACKAGE_BYTES_MAX);

	TRY(package_writer_finish(s->writer, &archive, err));
	TRY(bank_package_read_bytes("item", bv_buf_str(&archive), &limits, &sink, err));
	if (s->refused.status != BV_OK) {
		*err = s->refused;
		/* A file that is not there, or is no picture, is a fault of the item. */
		if (err->status == BV_ENOTFOUND || err->status == BV_EDENIED || err->status == BV_ECONFLICT)
			err->status = BV_EINVAL;
		return err->status;
	}
	return s->read ? BV_OK : bv_err_set(err, BV_EPARSE, "this is no QTI item");
}

/* An item does not change its name by being edited: the old one would stay behind as if nobody had touched it. */
static enum bv_status
check_name(const struct saving *s, struct bv_err *err)
{
	const struct bv_bank_edit *edit = s->edit;

	if (!bv_str_eq(s->row.identifier, edit->identifier))
		return bv_err_at(err, BV_EINVAL, 1, "the document says identifier '%.*s': it must stay '%.*s'", BV_STR_ARG(bv_str_sub(s->row.identifier, 0, 60)),
		                 BV_STR_ARG(bv_str_sub(edit->identifier, 0, 60)));
	if (!bv_str_eq(s->row.language, edit->language))
		return bv_err_at(err, BV_EINVAL, 1, "the document says xml:lang '%.*s': it must stay '%.*s'", BV_STR_ARG(s->row.language),
		                 BV_STR_ARG(bv_str_sub(edit->language, 0, BANK_PATH_MAX)));
	return BV_OK;
}

enum bv_status
bv_bank_save(struct bv_bank_saved *out, struct bv_bank *bank, const struct bv_bank_edit *edit, struct bv_err *err)
{
	BV_AUTO(saving_finish) struct saving s = { .bank = bank, .edit = edit, .writer = package_writer_new(), .refused = { BV_OK } };
	struct bv_doing doing = edit->doing;
	enum bank_stored what;

	TRY(bank_life_load(bank, err));
	if (bank_keeps_life(bank))
		TRY(bank_doing_check(&doing, &edit->doing, &s.arena, err));
	TRY(find_item(&s, err));
	take_metadata(&s);
	find_path(&s);
	TRY(add_files(&s, err));
	TRY(add_manifest(&s, err));
	TRY(read_package(&s, err));
	TRY(check_name(&s, err));
	const struct bank_doing now = { .now_s = doing.now_s, .who = doing.who };
	if (s.blob_count)
		TRY(bank_blobs_store(bank, s.blobs, s.blob_count, now.now_s, err));
	TRY(bank_row_save(&what, &out->version, bank, &s.row, edit->base, &now, err));
	memcpy(out->hash, s.row.hash, sizeof out->hash);
	out->added = what == BANK_ADDED;
	out->changed = what == BANK_ADDED || what == BANK_VERSION;
	return BV_OK;
}
