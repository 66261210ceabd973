#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/xml.h"
#include "itembank/bank_life.h"
#include "itembank/manifest.h"

/* A commit waits for the disk; what is committed together waits once. Files are read and parsed before the write lock is taken. */
enum { GROUP_ROWS = 256, GROUP_BYTES = 4 << 20 };

/* The items met so far in this import, by SHA-256 of identifier and language, so that nobody can choose names that collide. */
struct seen {
	uint8_t key[BV_HASH_LEN], document[BV_HASH_LEN], hash[BV_HASH_LEN];
	bool has_parts;
	const char *path; /* NULL: free */
	const struct bank_metadata *metadata;
};

struct seen_table {
	struct seen *slots;
	size_t count, cap; /* a power of two */
};

static struct seen *
seen_slot(struct seen *slots, size_t cap, const uint8_t key[BV_HASH_LEN])
{
	size_t at;

	memcpy(&at, key, sizeof at);
	for (at &= cap - 1; slots[at].path && !bv_hash_eq(slots[at].key, key);)
		at = (at + 1) & (cap - 1);
	return &slots[at];
}

static struct seen *
seen_find(struct seen_table *table, const struct bank_row *row)
{
	struct bv_sha256 sha;
	uint8_t key[BV_HASH_LEN];

	if (table->count * 2 >= table->cap) {
		size_t cap = table->cap ? table->cap * 2 : 1024;
		struct seen *slots = bv_alloc_array(cap, sizeof *slots);
		for (size_t i = 0; i < table->cap; i++)
			if (table->slots[i].path)
				*seen_slot(slots, cap, table->slots[i].key) = table->slots[i];
		free(table->slots);
		table->slots = slots;
		table->cap = cap;
	}
	bv_sha256_init(&sha);
	bv_sha256_add(&sha, row->identifier.p, row->identifier.len);
	bv_sha256_add(&sha, "", 1);
	bv_sha256_add(&sha, row->language.p, row->language.len);
	bv_sha256_end(&sha, key);
	struct seen *slot = seen_slot(table->slots, table->cap, key);
	if (!slot->path)
		memcpy(slot->key, key, sizeof key);
	return slot;
}

struct import {
	struct bv_bank *bank;
	const struct bv_import_opts *opts;
	struct bank_doing doing;
	struct bv_import_counts *counts;
	struct bank_files files;
	struct seen_table seen;
	const char *operand; /* being walked */
	struct bv_buf bytes; /* of the file being read */

	struct bank_row *rows; /* of the group, GROUP_ROWS */
	size_t row_count, row_bytes;
	struct bv_arena arena; /* of the group */
	struct bv_arena kept;  /* of the import */

	struct bank_usage usage;

	/* Of the package that is being read. */
	struct bv_package_report report;
	struct bank_blob *blobs; /* of the group, GROUP_ROWS */
	size_t blob_count;
	struct bank_stimuli_seen stimuli;
};

static void
import_finish(struct import *import)
{
	bank_files_finish(&import->files);
	bv_buf_finish(&import->bytes);
	bv_arena_finish(&import->arena);
	bv_arena_finish(&import->kept);
	free(import->rows);
	free(import->blobs);
	free(import->seen.slots);
	bank_stimuli_seen_finish(&import->stimuli);
	bank_usage_finish(&import->usage);
}
BV_AUTO_DEFINE_FINISH(struct import, import_finish)

static void
refuse(struct import *import, const char *path, const struct bv_err *err)
{
	import->counts->refused++;
	if (import->opts->refuse)
		import->opts->refuse(import->opts->ctx, path, err);
}

static bool
is_manifest(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strcmp(slash ? slash + 1 : path, MANIFEST_NAME) == 0;
}

static enum bv_status
found(void *ctx, const char *path, struct bv_err *err)
{
	struct import *import = ctx;

	if (!bv_str_ends(bv_str_of(path), BV_STR(".xml")) && strcmp(path, import->operand) != 0)
		return BV_OK;
	if (import->files.count == BV_IMPORT_FILES_MAX)
		return bv_err_set(err, BV_ELIMIT, "%s: more than %d files in one import", import->operand, BV_IMPORT_FILES_MAX);
	struct bank_file *file = bank_files_add(&import->files, bv_str_of(path));
	file->folder = strcmp(path, import->operand) == 0 ? NULL : import->operand;
	if (!file->folder && bank_is_package(path))
		file->role = BANK_FILE_PACKAGE;
	return BV_OK;
}

/* A folder or file that cannot be read is refused and the rest imported; links and pipes matter only where an item would be looked for. */
static void
lost(void *ctx, const char *path, const struct bv_err *err)
{
	if (err->status != BV_EDENIED || bv_str_ends(bv_str_of(path), BV_STR(".xml")))
		refuse(ctx, NULL, err);
}

static int
by_path(const void *a, const void *b)
{
	const struct bank_file *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	if (order)
		return order;
	if (x->role != y->role)
		return x->role == BANK_FILE_FOUND ? 1 : y->role == BANK_FILE_FOUND ? -1 : (int)x->role - (int)y->role;
	return x->line - y->line;
}

/* One entry a path: what a manifest says comes first and stays. */
static void
merge(struct import *import)
{
	struct bank_files *files = &import->files;
	size_t kept = 0;

	if (files->count)
		qsort(files->all, files->count, sizeof *files->all, by_path);
	for (size_t i = 0; i < files->count; i++) {
		struct bank_file *file = &files->all[i], *before = kept ? &files->all[kept - 1] : NULL;
		if (!before || strcmp(before->path, file->path) != 0) {
			files->all[kept++] = *file;
			continue;
		}
		/* The same manifest may have been named twice. */
		bool again = before->manifest && file->manifest && strcmp(before->manifest, file->manifest) == 0 && before->line == file->line;
		if (file->role == BANK_FILE_ITEM && before->role == BANK_FILE_ITEM && !again && !before->refused) {
			struct bv_err err;
			bv_err_at(&err, BV_ECONFLICT, file->line, "%s is listed already at %s:%d", file->path, before->manifest, before->line);
			refuse(import, file->manifest, &err);
			before->refused = true;
		}
	}
	files->count = kept;
}

/* Is what was found below the operand, from first on, a package: one manifest, in the folder itself? Then it stands for all of them. */
static void
join_package(struct import *import, size_t first)
{
	struct bank_files *files = &import->files;
	size_t manifests = 0, len = strlen(import->operand), at = len + (len && import->operand[len - 1] != '/');
	bool here = false;

	for (size_t i = first; i < files->count; i++) {
		const char *path = files->all[i].path;
		manifests += is_manifest(path);
		here = here || (strlen(path) > at && strcmp(path + at, MANIFEST_NAME) == 0);
	}
	if (!here || manifests > 1)
		return;
	files->count = first;
	while (len > 1 && import->operand[len - 1] == '/')
		len--;
	bank_files_add(files, (struct bv_str){ import->operand, len })->role = BANK_FILE_FOLDER;
}

/* All files that this import is about, with what manifests say of them. */
static enum bv_status
gather(struct import *import, const char *const *paths, size_t count, struct bv_err *err)
{
	for (size_t i = 0; i < count; i++) {
		size_t first = import->files.count;
		import->operand = paths[i];
		TRY(bv_dir_walk_on(paths[i], found, lost, import, err));
		join_package(import, first);
	}
	for (size_t i = 0, named = import->files.count; i < named; i++) {
		const char *path = import->files.all[i].path;
		struct bv_err fault;
		if (!is_manifest(path) || import->files.all[i].role == BANK_FILE_FOLDER)
			continue;
		import->bytes.max = BV_XML_LARGE_MAX;
		if (bv_file_read(&import->bytes, path, &fault) != BV_OK)
			refuse(import, NULL, &fault);
		else if (bank_manifest_parse(&import->files, path, bv_buf_str(&import->bytes), import->opts, import->counts, &fault) !=
		         BV_OK) {
			bv_err_mark(&fault, "bad-manifest");
			refuse(import, path, &fault);
		}
	}
	import->bytes.max = BV_XML_DOCUMENT_MAX;
	merge(import);
	return BV_OK;
}

static enum bv_status
flush(struct import *import, struct bv_err *err)
{
	enum bv_status status = BV_OK;

	if (import->blob_count)
		status = bank_blobs_store(import->bank, import->blobs, import->blob_count, import->opts->now_s, err);
	if (status == BV_OK && import->row_count)
		status = bank_rows_store(import->bank, import->rows, import->row_count, &import->doing, import->counts, err);
	import->row_count = import->row_bytes = import->blob_count = 0;
	bv_arena_finish(&import->arena);
	return status;
}

struct bv_str
bank_root_name(struct bv_str xml)
{
	while (xml.len) {
		xml = bv_str_sub(xml, bv_str_find(xml, '<') + 1, xml.len);
		if (bv_str_starts(xml, BV_STR("!--"))) {
			while (xml.len && !bv_str_starts(xml, BV_STR("-->")))
				xml = bv_str_sub(xml, 1, xml.len);
		} else if (xml.len && xml.p[0] == '?') {
			while (xml.len && !bv_str_starts(xml, BV_STR("?>")))
				xml = bv_str_sub(xml, 1, xml.len);
		} else if (xml.len && xml.p[0] != '!') {
			size_t len = 0;
			while (len < xml.len && !strchr(" \t\r\n/>", xml.p[len]))
				len++;
			struct bv_str name = bv_str_sub(xml, 0, len);
			size_t colon = bv_str_find(name, ':');
			return colon < len ? bv_str_sub(name, colon + 1, len) : name;
		}
	}
	return BV_STR_NONE;
}

bool
bank_is_item(struct bv_str xml)
{
	struct bv_str name = bank_root_name(xml);

	return bv_str_is(name, "qti-assessment-item") || bv_str_is(name, "assessmentItem");
}

static bool
same_metadata(const struct bank_metadata *a, const struct bank_metadata *b)
{
	return bv_str_eq(a->competence, b->competence) && bv_str_eq(a->component, b->component) && bv_str_eq(a->author, b->author) &&
	       bv_str_eq(a->enemies, b->enemies) && bv_str_eq(a->tags, b->tags) && bv_str_eq(a->original, b->original) && a->level == b->level && a->difficulty_step == b->difficulty_step &&
	       a->expected_s == b->expected_s;
}

/* Is the item of row not what this import has already had under its identifier and language? */
static enum bv_status
check_seen(const struct seen *seen, const struct bank_row *row, struct bv_err *err)
{
	if (!seen->path)
		return BV_OK;
	/* Who brings the document alone says nothing of its files. */
	if (!(seen->has_parts && row->has_parts ? bv_hash_eq(seen->hash, row->hash) : bv_hash_eq(seen->document, row->document)))
		return bv_err_at(err, BV_ECONFLICT, 1, "item '%.*s' in language '%.*s' is another one in %s: give it an identifier of its own",
		                 BV_STR_ARG(bv_str_sub(row->identifier, 0, 60)), BV_STR_ARG(row->language), seen->path);
	if (seen->metadata && row->file->metadata && !same_metadata(seen->metadata, row->file->metadata))
		return bv_err_at(err, BV_ECONFLICT, 1, "item '%.*s' in language '%.*s' has other metadata in %s: list one of the two files",
		                 BV_STR_ARG(bv_str_sub(row->identifier, 0, 60)), BV_STR_ARG(row->language), seen->path);
	return BV_OK;
}

static void
keep_first(void *ctx, const struct bv_diagnostic *d)
{
	struct bv_err *err = ctx;

	if (d->severity == BV_SEVERITY_ERROR && err->status == BV_OK)
		bv_err_rule(err, "schema", d->line, "not valid by the schema: %s", d->message);
}

static enum bv_status
check_schema(struct import *import, const char *path, struct bv_str xml, struct bv_err *err)
{
	*err = (struct bv_err){ BV_OK };
	if (import->opts->schemas)
		bv_schemas_check(import->opts->schemas, path, xml, keep_first, err);
	return err->status;
}

/* The row at import->row_count becomes one of the group, or is refused. */
static void
take_row(struct import *import)
{
	const struct bank_row *row = &import->rows[import->row_count];
	const struct bank_file *file = row->file;
	struct bv_err err;

	import->row_bytes += row->xml.len; /* in the arena now, whatever becomes of it */
	struct seen *seen = seen_find(&import->seen, row);
	if (check_seen(seen, row, &err) != BV_OK) {
		refuse(import, file->path, &err);
		return;
	}
	if (!seen->path) {
		seen->path = file->path;
		seen->has_parts = row->has_parts;
		memcpy(seen->document, row->document, sizeof seen->document);
		memcpy(seen->hash, row->hash, sizeof seen->hash);
		import->seen.count++;
	}
	if (!seen->metadata)
		seen->metadata = file->metadata;
	import->row_count++;
}

/* The folder of a manifest, or NULL. */
static const char *
manifest_folder(struct import *import, const struct bank_file *file)
{
	struct bv_str folder = file->manifest ? package_folder(bv_str_of(file->manifest)) : BV_STR_NONE;

	return folder.len ? bv_arena_str(&import->arena, folder).p : NULL;
}

/* Parses what is in import->bytes and puts it in the group, or refuses it. */
static void
take_item(struct import *import, const struct bank_file *file)
{
	const char *folder = file->manifest ? manifest_folder(import, file) : file->folder;
	struct bv_err err;

	if (bv_include_below(&import->bytes, folder, file->path, &err) == BV_OK &&
	    check_schema(import, file->path, bv_buf_str(&import->bytes), &err) == BV_OK &&
	    bank_row_parse(&import->rows[import->row_count], &import->arena, file, bv_buf_str(&import->bytes), &err) == BV_OK)
		take_row(import);
	else
		refuse(import, file->path, &err);
}

static enum bv_status
flush_if_full(struct import *import, struct bv_err *err)
{
	bool full = import->row_count == GROUP_ROWS || import->blob_count == GROUP_ROWS || import->row_bytes >= GROUP_BYTES;

	return full ? flush(import, err) : BV_OK;
}

/* ---- Packages ---- */

static void
package_refuse(void *ctx, const char *path, const struct bv_err *err)
{
	refuse(ctx, path, err);
}

static void
package_note(void *ctx, const char *path, const struct bv_err *err)
{
	struct import *import = ctx;

	import->report.notes++;
	if (import->opts->note)
		import->opts->note(import->opts->ctx, path, err);
}

/* Copies what the sandbox lent: for the group, and of the file what the whole import remembers. */
static enum bv_status
package_item(void *ctx, const struct bank_row *row, struct bv_err *err)
{
	struct import *import = ctx;
	struct bank_row *kept = &import->rows[import->row_count];
	struct bank_file *file = bv_arena_alloc(&import->files.arena, sizeof *file);
	struct bv_err fault;

	if (check_schema(import, row->file->path, row->xml, &fault) != BV_OK) {
		refuse(import, row->file->path, &fault);
		return BV_OK;
	}
	*file = *row->file;
	file->path = bv_arena_str(&import->files.arena, bv_str_of(row->file->path)).p;
	if (file->metadata)
		file->metadata = bank_metadata_keep(file->metadata, &import->files.arena);
	bank_row_keep(kept, row, file, &import->arena);
	TRY(bank_row_seal(kept, &import->stimuli, err));
	take_row(import);
	return flush_if_full(import, err);
}

static enum bv_status
package_blob(void *ctx, const struct bank_blob *blob, struct bv_err *err)
{
	struct import *import = ctx;
	struct bank_blob *kept = &import->blobs[import->blob_count++];
	struct bv_package_report *report = &import->report;
	uint64_t *const counts[BV_DOCUMENT_KINDS] = { &report->stimuli, &report->tests, &report->sections };

	bank_blob_keep(kept, blob, &import->arena);
	if (blob->document && blob->about.kind == BV_DOCUMENT_STIMULUS)
		bank_stimulus_add(&import->stimuli, blob->hash, blob->bytes);
	import->row_bytes += blob->bytes.len;
	++*(blob->document ? counts[blob->about.kind] : blob->module ? &report->modules : &report->media);
	return flush_if_full(import, err);
}

static enum bv_status
package_usage(void *ctx, const char *path, struct bv_str xml, struct bv_err *err)
{
	struct import *import = ctx;

	(void)err;
	bank_usage_read(&import->usage, bv_arena_str(&import->files.arena, bv_str_of(path)).p, xml, import->opts, import->counts);
	return BV_OK;
}

/* Its rows are written by themselves, so that they can be counted. */
static enum bv_status
take_package(struct import *import, const struct bank_file *file, struct bv_err *err)
{
	const struct bank_package_sink sink = { import, package_refuse, package_note, package_item, package_blob, package_usage };
	struct bv_import_counts *now = import->counts;

	TRY(flush(import, err));
	const struct bv_import_counts before = *now;
	import->report = (struct bv_package_report){ .path = file->path };
	if (!import->blobs)
		import->blobs = bv_alloc_array(GROUP_ROWS, sizeof *import->blobs);
	if (file->role == BANK_FILE_FOLDER)
		TRY(bank_package_read_folder(file->path, import->opts->unfiltered, &sink, err));
	else
		TRY(bank_package_read(file->path, NULL, import->opts->unfiltered, &sink, err));
	TRY(flush(import, err));
	import->report.items = (struct bv_import_counts){ now->added - before.added, now->versions - before.versions, now->unchanged - before.unchanged,
		                                          now->refused - before.refused, now->metadata - before.metadata };
	if (import->opts->package)
		import->opts->package(import->opts->ctx, &import->report);
	return BV_OK;
}

/* What a manifest lists may have come from anybody: only regular files below its folder, and not through links. */
static enum bv_status
read_bytes(struct import *import, const struct bank_file *file, struct bv_err *err)
{
	const char *slash = file->manifest ? strrchr(file->manifest, '/') : NULL;
	size_t len = slash ? (size_t)(slash - file->manifest) + 1 : 0;

	if (!file->manifest)
		return bv_file_read(&import->bytes, file->path, err);
	char *folder = len ? bv_str_dup((struct bv_str){ file->manifest, len > 1 ? len - 1 : 1 }) : bv_str_dup(BV_STR("."));
	enum bv_status status = bv_file_read_in(&import->bytes, folder, file->path + len, err);
	free(folder);
	return status;
}

/* Rules that items of the folder include, or name as their template. */
static bool
is_fragment(struct bv_str xml)
{
	static const char *const names[] = { "qti-response-processing-fragment", "responseProcessingFragment", "qti-response-processing", "responseProcessing",
		                             "qti-outcome-processing-fragment", "outcomeProcessingFragment" };
	struct bv_str name = bank_root_name(xml);

	for (size_t i = 0; i < BV_COUNT(names); i++)
		if (bv_str_is(name, names[i]))
			return true;
	return false;
}

static enum bv_status
take_file(struct import *import, size_t idx, struct bv_err *err)
{
	const struct bank_file *file = &import->files.all[idx];
	struct bv_err fault;

	if (file->role == BANK_FILE_PACKAGE || file->role == BANK_FILE_FOLDER)
		return take_package(import, file, err);
	if (file->role == BANK_FILE_OTHER || file->refused || is_manifest(file->path))
		return BV_OK;
	if (read_bytes(import, file, &fault) != BV_OK) {
		fault.line = file->line; /* where the manifest lists it */
		refuse(import, file->manifest ? file->manifest : NULL, &fault);
		return BV_OK;
	}
	if (bv_str_is(bank_root_name(bv_buf_str(&import->bytes)), "usageData") && file->role != BANK_FILE_ITEM) {
		bank_usage_read(&import->usage, file->path, bv_buf_str(&import->bytes), import->opts, import->counts);
		return BV_OK;
	}
	if (file->folder && !file->manifest && is_fragment(bv_buf_str(&import->bytes)))
		return BV_OK;
	take_item(import, file);
	return flush_if_full(import, err);
}

/* Before anything is read: whoever must be named is asked for now. The bank may begin a life cycle while files are read, so that each transaction looks
 * again. */
static enum bv_status
find_who(struct import *import, struct bv_err *err)
{
	import->doing.now_s = import->opts->now_s;
	if (import->opts->who.len)
		TRY(person_name(&import->doing.who, import->opts->who, &import->kept, err));
	TRY(bank_life_load(import->bank, err));
	return bank_who_check(import->bank, import->doing.who, err);
}

enum bv_status
bv_bank_import(struct bv_bank *bank, const char *const *paths, size_t count, const struct bv_import_opts *opts,
               struct bv_import_counts *counts, struct bv_err *err)
{
	BV_AUTO(import_finish) struct import import = {
		.bank = bank,
		.opts = opts,
		.counts = counts,
		.bytes = BV_BUF(BV_XML_DOCUMENT_MAX),
		.rows = bv_alloc_array(GROUP_ROWS, sizeof(struct bank_row)),
	};

	*counts = (struct bv_import_counts){ 0 };
	bank->changed_s = 0;
	TRY(find_who(&import, err));
	TRY(gather(&import, paths, count, err));
	for (size_t i = 0; i < import.files.count; i++) {
		TRY(take_file(&import, i, err));
		if (opts->progress)
			opts->progress(opts->ctx, i + 1, import.files.count);
	}
	TRY(flush(&import, err));
	return bank_usage_store(bank, &import.usage, &import.doing, opts, counts, err);
}
