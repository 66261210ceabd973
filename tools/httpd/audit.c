#include "tools/httpd/audit.h"

#include "base/hash.h"
#include "base/clock.h"

static const char schema[] = "CREATE TABLE IF NOT EXISTS audit_look (id TEXT PRIMARY KEY, at_s BIGINT NOT NULL, author TEXT NOT NULL, what TEXT NOT NULL);";

enum bv_status
audit_schema(struct bv_sql *sql, struct bv_err *err)
{
	TRY(bv_sql_begin(sql, true, err));
	return bv_sql_end(sql, bv_sql_run(sql, schema, err), err);
}

enum bv_status
audit_add(struct bv_sql *sql, struct bv_str account, struct bv_str what, int64_t now_s, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	uint8_t random[16];
	char id[BV_HEX_SIZE(sizeof random)];

	bv_random_fill(random, sizeof random);
	bv_hex(id, random, sizeof random);
	TRY(bv_sql_prepare(&stmt, sql, "INSERT INTO audit_look (id, at_s, author, what) VALUES ($1, $2, $3, $4)", err));
	bv_sql_bind_str(stmt, 1, bv_str_of(id));
	bv_sql_bind_int(stmt, 2, now_s);
	bv_sql_bind_str(stmt, 3, account);
	bv_sql_bind_str(stmt, 4, what);
	return bv_sql_exec(stmt, err);
}

#define WHERE \
	" LEFT JOIN account w ON w.id = e.author LEFT JOIN account o ON o.id = e.account WHERE e.at_s >= $1 AND e.at_s <= $2 AND (e.at_s < $3 OR (e.at_s = $3 AND e.id < $4)) " \
	"AND ($5 = '' OR e.act = $5) AND ($6 = '' OR e.author = $6 OR w.name = $6) ORDER BY e.at_s DESC, e.id DESC LIMIT $7"
#define COLUMNS "SELECT e.id, e.at_s, e.author, coalesce(w.name, ''), e.act, e.account, coalesce(o.name, ''), e.detail FROM "

static const char *const texts[] = {
	[AUDIT_ACCOUNTS] = COLUMNS "account_event e" WHERE,
	[AUDIT_LOOKS] = COLUMNS "(SELECT id, at_s, author, 'look' AS act, '' AS account, what AS detail FROM audit_look) e" WHERE,
	[AUDIT_CERTIFICATES] = COLUMNS "(SELECT v.id, v.at_s, v.author, v.act, p.number || ' ' || p.deed || ' ' || p.serial AS account, v.why AS detail "
	                       "FROM office_proposal_event v JOIN office_proposal p ON p.number = v.proposal) e" WHERE,
};

enum bv_status
audit_list(struct bv_sql *sql, enum audit_source source, const struct audit_search *search, audit_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, texts[source], err));
	bv_sql_bind_int(stmt, 1, search->since_s);
	bv_sql_bind_int(stmt, 2, search->until_s ? search->until_s : INT64_MAX);
	bv_sql_bind_int(stmt, 3, search->before_s ? search->before_s : INT64_MAX);
	bv_sql_bind_str(stmt, 4, search->before_id);
	bv_sql_bind_str(stmt, 5, search->act);
	bv_sql_bind_str(stmt, 6, search->author);
	bv_sql_bind_int(stmt, 7, search->limit);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		visit(ctx, &(struct audit_record){
			.id = bv_sql_str(stmt, 0), .at_s = bv_sql_int(stmt, 1), .author = bv_sql_str(stmt, 2), .author_name = bv_sql_str(stmt, 3), .act = bv_sql_str(stmt, 4),
			.object = bv_sql_str(stmt, 5), .object_name = bv_sql_str(stmt, 6), .detail = bv_sql_str(stmt, 7) });
	}
}
