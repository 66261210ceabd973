#include "tools/httpd/document.h"

#define COLUMNS \
	"d.kind, d.name, d.title, d.note, d.version, d.hash, d.author, coalesce(a.name, ''), d.made_s, d.approver, coalesce(b.name, ''), d.approved_s"
#define TABLES "office_document d LEFT JOIN account a ON a.id = d.author LEFT JOIN account b ON b.id = d.approver"

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS office_document (kind TEXT NOT NULL, name TEXT NOT NULL, version BIGINT NOT NULL, hash BYTEA NOT NULL, title TEXT NOT NULL, "
    "note TEXT NOT NULL, author TEXT NOT NULL, made_s BIGINT NOT NULL, approver TEXT NOT NULL DEFAULT '', approved_s BIGINT NOT NULL DEFAULT 0, "
    "body BYTEA NOT NULL, PRIMARY KEY (kind, name, version));";

/* Nodes that start at once wait for each other: IF NOT EXISTS alone does not make them. */
enum bv_status
document_schema(struct bv_sql *sql, struct bv_err *err)
{
	TRY(bv_sql_begin(sql, true, err));
	return bv_sql_end(sql, bv_sql_run(sql, schema, err), err);
}

static struct document
read_row(struct bv_sql_stmt *stmt, bool has_text)
{
	struct document document = {
		.kind = bv_sql_str(stmt, 0),
		.name = bv_sql_str(stmt, 1),
		.title = bv_sql_str(stmt, 2),
		.note = bv_sql_str(stmt, 3),
		.version = bv_sql_int(stmt, 4),
		.author = bv_sql_str(stmt, 6),
		.author_name = bv_sql_str(stmt, 7),
		.made_s = bv_sql_int(stmt, 8),
		.approver = bv_sql_str(stmt, 9),
		.approver_name = bv_sql_str(stmt, 10),
		.approved_s = bv_sql_int(stmt, 11),
		.text = has_text ? bv_sql_blob(stmt, 12) : BV_STR_NONE,
	};
	struct bv_str hash = bv_sql_blob(stmt, 5);

	if (hash.len == BV_HASH_LEN)
		memcpy(document.hash, hash.p, BV_HASH_LEN);
	return document;
}

static enum bv_status
visit_all(struct bv_sql_stmt *stmt, document_visit visit, void *ctx, struct bv_err *err)
{
	bool row;

	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		const struct document document = read_row(stmt, false);
		visit(ctx, &document);
	}
}

enum bv_status
document_list(struct bv_sql *sql, struct bv_str kind, document_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql,
	                   "SELECT " COLUMNS " FROM " TABLES " WHERE d.kind = $1 AND d.version = (SELECT max(version) FROM office_document n "
	                   "WHERE n.kind = d.kind AND n.name = d.name) ORDER BY d.name",
	                   err));
	bv_sql_bind_str(stmt, 1, kind);
	return visit_all(stmt, visit, ctx, err);
}

enum bv_status
document_versions(struct bv_sql *sql, struct bv_str kind, struct bv_str name, document_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT " COLUMNS " FROM " TABLES " WHERE d.kind = $1 AND d.name = $2 ORDER BY d.version DESC", err));
	bv_sql_bind_str(stmt, 1, kind);
	bv_sql_bind_str(stmt, 2, name);
	return visit_all(stmt, visit, ctx, err);
}

enum bv_status
document_read(struct bv_sql *sql, struct bv_str kind, struct bv_str name, int64_t version, document_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT " COLUMNS ", d.body FROM " TABLES " WHERE d.kind = $1 AND d.name = $2 AND ($3 = 0 OR d.version = $3) "
	                               "ORDER BY d.version DESC LIMIT 1", err));
	bv_sql_bind_str(stmt, 1, kind);
	bv_sql_bind_str(stmt, 2, name);
	bv_sql_bind_int(stmt, 3, version);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no such document");
	const struct document document = read_row(stmt, true);
	visit(ctx, &document);
	return BV_OK;
}

/* ---- Changes ---- */

struct newest {
	int64_t version, made_s;
	uint8_t hash[BV_HASH_LEN];
	bool mine, approved, approved_by_me;
};

static enum bv_status
find_newest(struct newest *out, struct bv_sql *sql, struct bv_str kind, struct bv_str name, struct bv_str account, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	*out = (struct newest){ 0 };
	TRY(bv_sql_prepare(&stmt, sql, "SELECT version, hash, author, approver, made_s FROM office_document WHERE kind = $1 AND name = $2 ORDER BY version DESC LIMIT 1", err));
	bv_sql_bind_str(stmt, 1, kind);
	bv_sql_bind_str(stmt, 2, name);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return BV_OK;
	struct bv_str hash = bv_sql_blob(stmt, 1);
	out->version = bv_sql_int(stmt, 0);
	if (hash.len == BV_HASH_LEN)
		memcpy(out->hash, hash.p, BV_HASH_LEN);
	out->mine = bv_str_eq(bv_sql_str(stmt, 2), account);
	out->approved = bv_sql_str(stmt, 3).len;
	out->approved_by_me = bv_str_eq(bv_sql_str(stmt, 3), account);
	out->made_s = bv_sql_int(stmt, 4);
	return BV_OK;
}

static enum bv_status
insert(struct document *document, struct bv_sql *sql, int64_t base, int64_t now_s, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct newest newest;

	TRY(find_newest(&newest, sql, document->kind, document->name, document->author, err));
	document->version = base + 1;
	document->made_s = now_s;
	if (newest.version == base + 1 && newest.mine && bv_hash_eq(newest.hash, document->hash)) {
		document->made_s = newest.made_s;
		return BV_OK;
	}
	if (newest.version != base)
		return bv_err_set(err, BV_ECONFLICT, "version %lld was saved meanwhile, and this is made of version %lld", (long long)newest.version, (long long)base);
	TRY(bv_sql_prepare(&stmt, sql,
	                   "INSERT INTO office_document (kind, name, version, hash, title, note, author, made_s, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", err));
	bv_sql_bind_str(stmt, 1, document->kind);
	bv_sql_bind_str(stmt, 2, document->name);
	bv_sql_bind_int(stmt, 3, document->version);
	bv_sql_bind_blob(stmt, 4, document->hash, BV_HASH_LEN);
	bv_sql_bind_str(stmt, 5, document->title);
	bv_sql_bind_str(stmt, 6, document->note);
	bv_sql_bind_str(stmt, 7, document->author);
	bv_sql_bind_int(stmt, 8, now_s);
	bv_sql_bind_blob(stmt, 9, document->text.p, document->text.len);
	return bv_sql_exec(stmt, err);
}

enum bv_status
document_save(struct document *document, struct bv_sql *sql, int64_t base, int64_t now_s, struct bv_err *err)
{
	bv_sha256(document->hash, document->text);
	TRY(bv_sql_begin(sql, true, err));
	return bv_sql_end(sql, insert(document, sql, base, now_s, err), err);
}

static enum bv_status
approve(struct bv_sql *sql, struct bv_str kind, struct bv_str name, int64_t version, struct bv_str account, int64_t now_s, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct newest newest;

	TRY(find_newest(&newest, sql, kind, name, account, err));
	if (!newest.version || version > newest.version)
		return bv_err_set(err, BV_ENOTFOUND, "there is no such version");
	if (version < newest.version)
		return bv_err_set(err, BV_ECONFLICT, "version %lld was saved meanwhile: look at that one", (long long)newest.version);
	if (newest.approved_by_me)
		return BV_OK;
	if (newest.approved)
		return bv_err_set(err, BV_ECONFLICT, "somebody else has approved it already");
	if (newest.mine)
		return bv_err_set(err, BV_EDENIED, "whoever saved a version does not approve it: another account does");
	TRY(bv_sql_prepare(&stmt, sql, "UPDATE office_document SET approver = $4, approved_s = $5 WHERE kind = $1 AND name = $2 AND version = $3", err));
	bv_sql_bind_str(stmt, 1, kind);
	bv_sql_bind_str(stmt, 2, name);
	bv_sql_bind_int(stmt, 3, version);
	bv_sql_bind_str(stmt, 4, account);
	bv_sql_bind_int(stmt, 5, now_s);
	return bv_sql_exec(stmt, err);
}

enum bv_status
document_approve(struct bv_sql *sql, struct bv_str kind, struct bv_str name, int64_t version, struct bv_str account, int64_t now_s, struct bv_err *err)
{
	TRY(bv_sql_begin(sql, true, err));
	return bv_sql_end(sql, approve(sql, kind, name, version, account, now_s, err), err);
}
