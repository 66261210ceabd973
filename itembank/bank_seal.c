/* Which files the hash of a version covers, and whether they are there: bv_version_hash over what a package brought, or over what the bank has. */
#include <stdlib.h>

#include "itembank/bank.h"
#include "itembank/manifest.h"
#include "itembank/package_record.h"

/* ---- Stimuli of an import ---- */

struct bank_stimulus_seen {
	uint8_t key[BV_HASH_LEN], hash[BV_HASH_LEN];
	bool taken;
};

void
bank_stimuli_seen_finish(struct bank_stimuli_seen *seen)
{
	free(seen->slots);
}

/* Keys are SHA-256 hashes: any of their bytes will do. */
static struct bank_stimulus_seen *
slot(struct bank_stimulus_seen *slots, size_t cap, const uint8_t key[BV_HASH_LEN])
{
	size_t at;

	memcpy(&at, key, sizeof at);
	for (at &= cap - 1; slots[at].taken && !bv_hash_eq(slots[at].key, key);)
		at = (at + 1) & (cap - 1);
	return &slots[at];
}

void
bank_stimulus_add(struct bank_stimuli_seen *seen, const uint8_t key[BV_HASH_LEN], struct bv_str xml)
{
	if (2 * (seen->count + 1) > seen->cap) {
		size_t cap = seen->cap ? 2 * seen->cap : 64;
		struct bank_stimulus_seen *slots = bv_alloc_array(cap, sizeof *slots);
		for (size_t i = 0; i < seen->cap; i++)
			if (seen->slots[i].taken)
				*slot(slots, cap, seen->slots[i].key) = seen->slots[i];
		free(seen->slots);
		seen->slots = slots;
		seen->cap = cap;
	}
	struct bank_stimulus_seen *at = slot(seen->slots, seen->cap, key);
	seen->count += !at->taken;
	at->taken = true;
	memcpy(at->key, key, BV_HASH_LEN);
	bv_sha256(at->hash, xml);
}

/* ---- Parts as files ---- */

static int
by_path(const void *a, const void *b)
{
	return bv_str_cmp(((const struct bv_version_file *)a)->path, ((const struct bv_version_file *)b)->path);
}

/* Where the SHA-256 of a stimulus is known: ENOTFOUND when it is not. */
typedef enum bv_status (*find_stimulus)(uint8_t hash[BV_HASH_LEN], void *ctx, const uint8_t key[BV_HASH_LEN], struct bv_err *err);

/* Two versions with the same files at the same places from their documents are the same, wherever in a package they lay. */
static enum bv_status
files_of(struct bv_version_files *out, const struct bv_bank_part *parts, size_t count, find_stimulus find, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_version_files_finish) struct bv_version_files files = { .all = bv_alloc_array(count, sizeof *files.all) };
	struct bv_str document = BV_STR_NONE;

	for (size_t i = 0; i < count; i++)
		if (parts[i].role == BV_PART_SELF)
			document = parts[i].path;
	for (size_t i = 0; i < count; i++) {
		struct bv_version_file *file = &files.all[files.count];
		if (parts[i].role == BV_PART_SELF)
			continue;
		file->path = package_relative(parts[i].path, document, &files.arena);
		memcpy(file->hash, parts[i].hash, BV_HASH_LEN);
		if (parts[i].role == BV_PART_STIMULUS)
			TRY(find(file->hash, ctx, parts[i].hash, err));
		files.count++;
	}
	if (files.count)
		qsort(files.all, files.count, sizeof *files.all, by_path);
	*out = files;
	files = (struct bv_version_files){ 0 };
	return BV_OK;
}

static enum bv_status
find_seen(uint8_t hash[BV_HASH_LEN], void *ctx, const uint8_t key[BV_HASH_LEN], struct bv_err *err)
{
	const struct bank_stimuli_seen *seen = ctx;
	const struct bank_stimulus_seen *at = seen->cap ? slot(seen->slots, seen->cap, key) : NULL;

	if (!at || !at->taken)
		return bv_err_set(err, BV_EPARSE, "it needs a stimulus that was not read");
	memcpy(hash, at->hash, BV_HASH_LEN);
	return BV_OK;
}

enum bv_status
bank_row_seal(struct bank_row *row, const struct bank_stimuli_seen *seen, struct bv_err *err)
{
	BV_AUTO(bv_version_files_finish) struct bv_version_files files = { 0 };
	struct bank_stimuli_seen lookup = *seen;

	TRY(files_of(&files, row->parts, row->part_count, find_seen, &lookup, err));
	bv_version_hash(row->hash, row->document, &files);
	return BV_OK;
}

static enum bv_status
find_stored(uint8_t hash[BV_HASH_LEN], void *ctx, const uint8_t key[BV_HASH_LEN], struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(bank_stmt(&stmt, ctx, BANK_SQL_PACKAGE_DOCUMENT_GET, err));
	bv_sql_bind_blob(stmt, 1, key, BV_HASH_LEN);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_EIO, "the bank is damaged: a stimulus is gone from it");
	bv_sha256(hash, bv_sql_blob(stmt, 1));
	bv_sql_reset(stmt);
	return BV_OK;
}

enum bv_status
bank_files_of(struct bv_version_files *out, struct bv_bank *bank, const struct bv_bank_parts *parts, struct bv_err *err)
{
	return files_of(out, parts->all, parts->count, find_stored, bank, err);
}

/* ---- One version ---- */

void
bank_version_finish(struct bank_version *version)
{
	bv_bank_parts_finish(&version->parts);
	bv_version_files_finish(&version->files);
}

/* Its row. document is the SHA-256 of its XML. */
static enum bv_status
load_row(struct bank_version *out, uint8_t document[BV_HASH_LEN], struct bv_buf *xml, struct bv_bank *bank, struct bv_str identifier,
         struct bv_str language, uint32_t version, struct bv_err *err)
{
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_VERSION_GET, err));
	bv_sql_bind_str(stmt, 1, identifier);
	bv_sql_bind_str(stmt, 2, language);
	bv_sql_bind_int(stmt, 3, version);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no item '%.*s' in language '%.*s'%s in the bank",
		                  BV_STR_ARG(bv_str_sub(identifier, 0, 100)), BV_STR_ARG(language), version ? " of that version" : "");
	struct bv_str bytes = bv_sql_blob(stmt, 2), recorded = bv_sql_blob(stmt, 3);
	out->item = bv_sql_int(stmt, 0);
	out->version = bv_sql_int(stmt, 1);
	out->unsealed = bv_sql_int(stmt, 4) != 0;
	bv_sha256(document, bytes);
	/* A hash of another length is none that an import wrote: no bytes have it. */
	memset(out->hash, 0, sizeof out->hash);
	if (recorded.len == sizeof out->hash)
		memcpy(out->hash, recorded.p, recorded.len);
	if (xml) {
		bv_buf_clear(xml);
		bv_buf_add(xml, bytes);
	}
	bv_sql_reset(stmt);
	return xml ? bv_buf_check(xml, err) : BV_OK;
}

enum bv_status
bank_version_verify(bool *same, struct bank_version *found, const uint8_t document[BV_HASH_LEN], bool parts, struct bv_bank *bank, struct bv_err *err)
{
	uint8_t now[BV_HASH_LEN];

	*same = bv_hash_eq(document, found->hash);
	if (bank->schema < BANK_SCHEMA_PARTS || (*same && !parts))
		return BV_OK;
	TRY(bank_parts_load(&found->parts, bank, found->item, found->version, err));
	if (found->unsealed)
		return BV_OK;
	TRY(bank_files_of(&found->files, bank, &found->parts, err));
	bv_version_hash(now, document, &found->files);
	*same = bv_hash_eq(now, found->hash);
	return BV_OK;
}

enum bv_status
bank_version_load(struct bank_version *out, struct bv_buf *xml, bool parts, struct bv_bank *bank, struct bv_str identifier, struct bv_str language,
                  uint32_t version, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bank_version_finish) struct bank_version found = { 0 };
	uint8_t document[BV_HASH_LEN];
	bool same;

	TRY(bank_language_find(&language, bank, identifier, &arena, err));
	TRY(load_row(&found, document, xml, bank, identifier, language, version, err));
	TRY(bank_version_verify(&same, &found, document, parts, bank, err));
	if (!same)
		return bv_err_set(err, BV_EIO, "item '%.*s': the bank is damaged: the stored document%s is not the one that was imported (its SHA-256 differs)",
		                  BV_STR_ARG(bv_str_sub(identifier, 0, 100)), found.files.count ? " or one of its files" : "");
	*out = found;
	found = (struct bank_version){ 0 };
	return BV_OK;
}

enum bv_status
bv_bank_load_version(struct bv_buf *xml, struct bv_version_files *files, uint8_t hash[BV_HASH_LEN], struct bv_bank *bank, struct bv_str identifier,
                     struct bv_str language, uint32_t version, struct bv_err *err)
{
	BV_AUTO(bank_version_finish) struct bank_version found = { 0 };

	TRY(bank_version_load(&found, xml, files != NULL, bank, identifier, language, version, err));
	memcpy(hash, found.hash, BV_HASH_LEN);
	if (files) {
		*files = found.files;
		found.files = (struct bv_version_files){ 0 };
	}
	return BV_OK;
}

enum bv_status
bv_bank_load_xml(struct bv_buf *xml, struct bv_bank *bank, struct bv_str identifier, struct bv_str language, uint32_t version, struct bv_err *err)
{
	uint8_t hash[BV_HASH_LEN];

	return bv_bank_load_version(xml, NULL, hash, bank, identifier, language, version, err);
}

enum bv_status
bv_bank_item_parts(struct bv_bank_parts *out, struct bv_bank *bank, struct bv_str identifier, struct bv_str language, uint32_t version,
                   struct bv_err *err)
{
	BV_AUTO(bank_version_finish) struct bank_version found = { 0 };

	TRY(bank_version_load(&found, NULL, true, bank, identifier, language, version, err));
	*out = found.parts;
	found.parts = (struct bv_bank_parts){ 0 };
	return BV_OK;
}
