/* The log of the store of persons: who did what with whom, when and why, each record bound to the one before. */
#include <inttypes.h>

#include "base/text.h"
#include "engine/people.h"

enum bv_status
people_access_check(const struct bv_people_access *access, struct bv_err *err)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	if (!access->author.len || access->author.len > BV_AUTHOR_MAX)
		return bv_err_set(err, BV_EINVAL, "the author is the id of a member of staff or a service: 1 to %d letters, digits, '_', '-'", BV_AUTHOR_MAX);
	for (size_t i = 0; i < access->author.len; i++)
		if (!access->author.p[i] || !strchr(set, access->author.p[i]))
			return bv_err_set(err, BV_EINVAL, "the author is an id of letters, digits, '_' and '-', not a name: the log is kept for good");
	if (!bv_str_trim(access->reason).len || access->reason.len > BV_ACT_REASON_MAX || !bv_text_valid(access->reason) || !bv_text_safe(access->reason))
		return bv_err_set(err, BV_EINVAL, "a reason is needed: text of 1 to %d bytes without control characters", BV_ACT_REASON_MAX);
	return BV_OK;
}

static void
add_be(struct bv_sha256 *ctx, uint64_t n, int bytes)
{
	uint8_t be[8];

	for (int i = 0; i < bytes; i++)
		be[i] = (uint8_t)(n >> 8 * (bytes - 1 - i));
	bv_sha256_add(ctx, be, (size_t)bytes);
}

/* record->hash of the rest. */
static void
hash_record(uint8_t hash[BV_HASH_LEN], const struct bv_people_record *record, const uint8_t before[BV_HASH_LEN])
{
	const struct bv_str texts[] = { record->act, record->author, record->person, record->reason };
	struct bv_sha256 ctx;

	bv_sha256_init(&ctx);
	bv_sha256_add(&ctx, "BV-ACCESS-1", sizeof "BV-ACCESS-1");
	bv_sha256_add(&ctx, before, BV_HASH_LEN);
	add_be(&ctx, (uint64_t)record->n, 8);
	add_be(&ctx, (uint64_t)record->at_ms, 8);
	add_be(&ctx, record->fields, 8);
	for (size_t i = 0; i < BV_COUNT(texts); i++) {
		add_be(&ctx, texts[i].len, 4);
		bv_sha256_add(&ctx, texts[i].p, texts[i].len);
	}
	bv_sha256_end(&ctx, hash);
}

/* The transaction has the lock: until its end nobody else adds a record. */
static enum bv_status
find_last(struct bv_people *people, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_LOG_LAST);
	bool row;

	if (people->log_known)
		return BV_OK;
	people->log_n = 0;
	memset(people->log_hash, 0, sizeof people->log_hash);
	TRY(bv_sql_step(stmt, &row, err));
	if (row) {
		people->log_n = bv_sql_int(stmt, 0);
		if (bv_sql_blob(stmt, 1).len != BV_HASH_LEN)
			return bv_err_set(err, BV_EINVAL, "%s: record %" PRId64 " of the log is damaged", people->url, people->log_n);
		memcpy(people->log_hash, bv_sql_blob(stmt, 1).p, BV_HASH_LEN);
		bv_sql_reset(stmt);
	}
	people->log_known = true;
	return BV_OK;
}

enum bv_status
people_log_add(struct bv_people *people, const char *act, const struct bv_people_access *access, const char *person, unsigned fields,
               struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_LOG_ADD);

	TRY(find_last(people, err));
	struct bv_people_record record = { .n = people->log_n + 1, .at_ms = access->at_ms, .act = bv_str_of(act), .author = access->author,
		                           .reason = access->reason, .person = bv_str_of(person), .fields = fields };
	hash_record(record.hash, &record, people->log_hash);
	bv_sql_bind_int(stmt, 1, record.n);
	bv_sql_bind_int(stmt, 2, record.at_ms);
	bv_sql_bind_str(stmt, 3, record.act);
	bv_sql_bind_str(stmt, 4, record.author);
	bv_sql_bind_str(stmt, 5, record.person);
	bv_sql_bind_int(stmt, 6, record.fields);
	bv_sql_bind_str(stmt, 7, record.reason);
	bv_sql_bind_blob(stmt, 8, record.hash, BV_HASH_LEN);
	TRY(bv_sql_exec(stmt, err));
	people->log_n = record.n;
	memcpy(people->log_hash, record.hash, BV_HASH_LEN);
	return BV_OK;
}

/* ---- Reading ---- */

#define COLUMNS "SELECT n, at, act, author, person, fields, reason, hash FROM person_access"

static enum bv_status
row_record(struct bv_people_record *record, struct bv_sql_stmt *stmt, const char *url, struct bv_err *err)
{
	*record = (struct bv_people_record){ .n = bv_sql_int(stmt, 0), .at_ms = bv_sql_int(stmt, 1), .act = bv_sql_str(stmt, 2),
		                             .author = bv_sql_str(stmt, 3), .person = bv_sql_str(stmt, 4), .fields = (unsigned)bv_sql_int(stmt, 5),
		                             .reason = bv_sql_str(stmt, 6) };
	struct bv_str hash = bv_sql_blob(stmt, 7);
	if (hash.len != BV_HASH_LEN || (int64_t)record->fields != bv_sql_int(stmt, 5))
		return bv_err_set(err, BV_EDENIED, "%s: record %" PRId64 " of the log is not as it was written", url, record->n);
	memcpy(record->hash, hash.p, BV_HASH_LEN);
	return BV_OK;
}

static enum bv_status
visit_log(struct bv_people *people, struct bv_str person, bv_people_record_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_people_record record;
	bool row;

	TRY(bv_sql_prepare(&stmt, people->sql, person.len ? COLUMNS " WHERE person = $1 ORDER BY n" : COLUMNS " ORDER BY n", err));
	if (person.len)
		bv_sql_bind_str(stmt, 1, person);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		TRY(row_record(&record, stmt, people->url, err));
		TRY(visit(ctx, &record, err));
	}
}

enum bv_status
bv_people_log(struct bv_people *people, struct bv_str person, bv_people_record_visit visit, void *ctx, struct bv_err *err)
{
	return visit_log(people, person, visit, ctx, err);
}

enum bv_status
bv_people_search(int64_t *next, struct bv_people *people, const struct bv_people_search *search, bv_people_record_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_people_record record = { 0 };
	int64_t newest, count = 0;
	bool row;

	TRY(bv_sql_ask(&newest, people->sql, "SELECT coalesce(max(n), 0) FROM person_access", err));
	int64_t below = search->before && search->before <= newest ? search->before : newest + 1, from = below > BV_PEOPLE_SPAN ? below - BV_PEOPLE_SPAN : 1;
	TRY(bv_sql_prepare(&stmt, people->sql,
	                   COLUMNS " WHERE n < $1 AND n >= $2 AND ($3 = '' OR act = $3) AND ($4 = '' OR author = $4) AND ($5 = '' OR person = $5) AND at >= $6 AND at <= $7 "
	                           "ORDER BY n DESC LIMIT $8",
	                   err));
	bv_sql_bind_int(stmt, 1, below);
	bv_sql_bind_int(stmt, 2, from);
	bv_sql_bind_str(stmt, 3, search->act);
	bv_sql_bind_str(stmt, 4, search->author);
	bv_sql_bind_str(stmt, 5, search->person);
	bv_sql_bind_int(stmt, 6, search->since_ms);
	bv_sql_bind_int(stmt, 7, search->until_ms ? search->until_ms : INT64_MAX);
	bv_sql_bind_int(stmt, 8, search->limit);
	for (;; count++) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		TRY(row_record(&record, stmt, people->url, err));
		TRY(visit(ctx, &record, err));
	}
	*next = count == search->limit ? record.n : from;
	if (*next <= 1)
		*next = 0;
	return BV_OK;
}

struct chain {
	const char *url;
	int64_t n, was_n;
	uint8_t hash[BV_HASH_LEN];
	const uint8_t *was;
};

static enum bv_status
check_record(void *ctx, const struct bv_people_record *record, struct bv_err *err)
{
	struct chain *chain = ctx;
	uint8_t hash[BV_HASH_LEN];

	if (record->n != chain->n + 1)
		return bv_err_set(err, BV_EDENIED, "%s: record %" PRId64 " of the log is missing", chain->url, chain->n + 1);
	hash_record(hash, record, chain->hash);
	if (!bv_hash_eq(hash, record->hash))
		return bv_err_set(err, BV_EDENIED, "%s: record %" PRId64 " of the log is not as it was written", chain->url, record->n);
	chain->n = record->n;
	memcpy(chain->hash, hash, BV_HASH_LEN);
	if (record->n == chain->was_n && !bv_hash_eq(hash, chain->was))
		return bv_err_set(err, BV_EDENIED, "%s: the log up to record %" PRId64 " is another than the one that was noted", chain->url, record->n);
	return BV_OK;
}

enum bv_status
bv_people_log_check(int64_t *n, uint8_t hash[BV_HASH_LEN], struct bv_people *people, int64_t was_n, const uint8_t was[BV_HASH_LEN],
                    struct bv_err *err)
{
	struct chain chain = { .url = people->url, .was_n = was_n, .was = was };

	TRY(visit_log(people, BV_STR_NONE, check_record, &chain, err));
	if (chain.n < was_n)
		return bv_err_set(err, BV_EDENIED, "%s: the log ends with record %" PRId64 ", and there was one %" PRId64 ": its end was cut off", people->url,
		                  chain.n, was_n);
	*n = chain.n;
	memcpy(hash, chain.hash, BV_HASH_LEN);
	return BV_OK;
}
