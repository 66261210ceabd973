/* Are the files of packages in the bank those that their keys say, and does every row lead to another that is there? */
#include "base/xml.h"
#include "itembank/bank_audit.h"
#include "itembank/media_type.h"
#include "itembank/module.h"
#include "itembank/package_record.h"

/* The first bytes of a key: enough to find the row. */
struct shown_key {
	char hex[BV_HEX_SIZE(8)];
};

static struct shown_key
show(struct bv_str key)
{
	struct shown_key shown;

	bv_hex(shown.hex, key.p, key.len < 8 ? key.len : 8);
	return shown;
}

static void
take_media(struct bank_auditor *a, struct bv_sql_stmt *row)
{
	struct bv_str recorded = bv_sql_blob(row, 0), bytes = bv_sql_blob(row, 2);
	const char *media = media_type_of(bytes), *type = media ? media : module_type_of(bytes);
	struct shown_key shown = show(recorded);
	uint8_t hash[BV_HASH_LEN];

	a->counts->media++;
	bv_sha256(hash, bytes);
	if (recorded.len != BV_HASH_LEN || !bv_hash_eq(hash, (const uint8_t *)recorded.p))
		bank_audit_tell(a, BV_SEVERITY_ERROR, "media %s…: its bytes are not those of its SHA-256", shown.hex);
	else if (!type || !bv_str_is(bv_sql_str(row, 1), type))
		bank_audit_tell(a, BV_SEVERITY_ERROR, "media %s…: its type is not what its bytes are, %s", shown.hex, type ? type : "neither media nor a module");
}

/* What a list says of a document is in the document, and a test lies where its parts say. */
static void
check_document(struct bank_auditor *a, struct bv_sql_stmt *row, const struct bv_bank_parts *parts, const char *shown)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str path = bv_sql_str(row, 4), identifier, title;
	struct bv_err err;
	bool same = package_name_check(path, &err) == BV_OK;

	if (bv_xml_read(&doc, bv_sql_blob(row, 5), BV_XML_DOCUMENT_MAX, &err) != BV_OK) {
		bank_audit_tell(a, BV_SEVERITY_WARNING, "document %s…: this program does not read it any more: %s", shown, err.msg);
		return;
	}
	package_document_names(&identifier, &title, bv_xml_root(doc), &arena);
	for (size_t i = 0; i < parts->count; i++)
		same = same && (parts->all[i].role != BV_PART_SELF || bv_str_eq(parts->all[i].path, path));
	if (!same || !bv_str_eq(bv_sql_str(row, 2), identifier) || !bv_str_eq(bv_sql_str(row, 3), title))
		bank_audit_tell(a, BV_SEVERITY_ERROR, "document %s… (%.*s): identifier, title or path in its row are not those of the document", shown,
		                BV_STR_ARG(bv_str_sub(identifier, 0, 100)));
}

static void
take_document(struct bank_auditor *a, struct bv_sql_stmt *row)
{
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
	struct bv_str recorded = bv_sql_blob(row, 0);
	int64_t kind = bv_sql_int(row, 1);
	struct shown_key shown = show(recorded);
	uint8_t key[BV_HASH_LEN] = { 0 };
	struct bv_err err;

	a->counts->documents++;
	if (bank_document_parts_load(&parts, a->bank, recorded, &err) != BV_OK) {
		bank_audit_tell(a, BV_SEVERITY_ERROR, "document %s…: the list of its files: %s", shown.hex, err.msg);
		return;
	}
	if (kind >= 0 && kind < BV_DOCUMENT_KINDS)
		document_key(key, (enum bv_document_kind)kind, bv_sql_blob(row, 5), parts.all, parts.count);
	if (recorded.len != BV_HASH_LEN || !bv_hash_eq(key, (const uint8_t *)recorded.p))
		bank_audit_tell(a, BV_SEVERITY_ERROR, "document %s…: its kind, its XML or the list of its files is not that of its key", shown.hex);
	check_document(a, row, &parts, shown.hex);
}

/* What leads nowhere, by the number that BANK_SQL_AUDIT_LOOSE gives it. */
static void
take_loose(struct bank_auditor *a, struct bv_sql_stmt *row)
{
	static const char *const errors[] = {
		"the table 'version_state' has a row of a version that is not in the bank:",
		"the current version of an item is not in the bank, or has another hash:",
		"the table 'version_part' has a file of a version that is not in the bank:",
		"a version needs a file that is not in the bank:",
		"the table 'package_document_part' has a file of a document that is not in the bank:",
		"a document needs a file that is not in the bank:",
		"the table 'item_link' has a name of no item, or of no kind:",
		"several items are one document of the index of texts:",
		"the table 'bank' has not one row:",
	};
	enum { MEDIA = BV_COUNT(errors), DOCUMENTS };
	int64_t what = bv_sql_int(row, 0), first = bv_sql_int(row, 1), second = bv_sql_int(row, 2);
	struct bv_str name = bv_str_sub(bv_sql_str(row, 3), 0, 300);

	if (what < MEDIA)
		bank_audit_tell(a, BV_SEVERITY_ERROR, "%s %.*s (%lld, %lld)", errors[what], BV_STR_ARG(name), (long long)first, (long long)second);
	else
		bank_audit_tell(a, BV_SEVERITY_WARNING, "%lld %s of packages are needed by no version: what they came with was refused, or is gone",
		                (long long)first, what == MEDIA ? "media" : "stimuli and sections");
}

static enum bv_status
take_rows(struct bank_auditor *a, enum bank_sql which, void (*take)(struct bank_auditor *a, struct bv_sql_stmt *row), struct bv_err *err)
{
	struct bv_sql_stmt *row;
	bool there;

	TRY(bank_stmt(&row, a->bank, which, err));
	for (;;) {
		TRY(bv_sql_step(row, &there, err));
		if (!there)
			return BV_OK;
		take(a, row);
	}
}

enum bv_status
bank_audit_files(struct bank_auditor *a, struct bv_err *err)
{
	TRY(take_rows(a, BANK_SQL_AUDIT_MEDIA, take_media, err));
	TRY(take_rows(a, BANK_SQL_AUDIT_DOCUMENTS, take_document, err));
	return take_rows(a, BANK_SQL_AUDIT_LOOSE, take_loose, err);
}
