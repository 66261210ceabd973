/* A store of persons on each database, with randomness that the test knows afterwards. */
#ifndef BV_TESTS_PEOPLE_FIXTURE_H
#define BV_TESTS_PEOPLE_FIXTURE_H

#include "base/file.h"
#include "base/sql.h"
#include "engine/engine.h"
#include "tests/base/pgsql.h"

#define NOW INT64_C(1790000000000)
#define DAY INT64_C(86400000)

static char people_folder[] = "/tmp/bv-test-people-XXXXXX";
static struct pgsql_cluster people_cluster;
static uint8_t people_secret[BV_MASTER_LEN] = "the master key that a test knows";

/* Every 32 bytes that were asked for: the keys of persons are among them. */
static uint8_t people_keys[4096][32];
static size_t people_key_count;

static void
people_random(void *p, size_t len)
{
	static uint64_t calls;
	char text[40];
	uint8_t hash[BV_HASH_LEN];

	for (size_t from = 0; from < len; from += sizeof hash) {
		snprintf(text, sizeof text, "random %llu", (unsigned long long)calls++);
		bv_sha256(hash, bv_str_of(text));
		memcpy((uint8_t *)p + from, hash, len - from < sizeof hash ? len - from : sizeof hash);
	}
	if (len == 32 && people_key_count < BV_COUNT(people_keys))
		memcpy(people_keys[people_key_count++], p, 32);
}

static const char *
people_sqlite_url(const char *name)
{
	static char urls[4][200];
	static int next;
	char *url = urls[next++ % 4];

	snprintf(url, sizeof urls[0], "sqlite:%s/%s.db", people_folder, name);
	return url;
}

static const char *
people_pgsql_url(const char *name)
{
	return pgsql_database(&people_cluster, name);
}

struct people_database {
	const char *name;
	const char *(*url)(const char *name);
};

static const struct people_database people_databases[] = { { "SQLite", people_sqlite_url }, { "PostgreSQL", people_pgsql_url } };

/* The databases that there are here. */
__attribute__((unused)) static size_t
people_start(int port)
{
	if (!mkdtemp(people_folder))
		exit(1);
	return pgsql_start(&people_cluster, "/tmp", port, "fsync=on") ? 2 : 1;
}

__attribute__((unused)) static enum bv_status
people_remove(void *ctx, const char *path, struct bv_err *err)
{
	(void)ctx, (void)err;
	unlink(path);
	return BV_OK;
}

__attribute__((unused)) static void
people_end(void)
{
	struct bv_err err;

	pgsql_finish(&people_cluster);
	CHECK_OK(bv_dir_walk(people_folder, people_remove, NULL, &err), &err, "clean up");
	rmdir(people_folder);
}

/* A new store, open; the caller closes it. */
__attribute__((unused)) static struct bv_people *
people_new(const char *url)
{
	BV_AUTO(bv_master_free) struct bv_master *master = bv_master_new(people_secret);
	struct bv_people *people = NULL;
	struct bv_err err;

	CHECK_OK(bv_people_create(url, master, people_random, &err), &err, "a store is made");
	CHECK_OK(bv_people_open(&people, url, master, people_random, &err), &err, "and opened");
	return people;
}

static struct bv_people_access
people_by(const char *author, int64_t at_ms)
{
	return (struct bv_people_access){ bv_str_of(author), BV_STR("kỳ thi tháng 11"), at_ms };
}

#define PEOPLE_NAME "Nguyễn Thị Minh Khai"
#define PEOPLE_ID "001190012345"
#define PEOPLE_CONTACT "minhkhai@example.vn"
#define PEOPLE_NOTE "ngồi xe lăn, phòng tầng 1\nđổi phòng ngày 12"

static struct bv_person_entry
people_sample(void)
{
	return (struct bv_person_entry){
		.fields = { [BV_PERSON_NAME] = BV_STR(PEOPLE_NAME), [BV_PERSON_PERSONAL_ID] = BV_STR(PEOPLE_ID), [BV_PERSON_BIRTH] = BV_STR("1990-12-31"),
		            [BV_PERSON_UNIT] = BV_STR("UBND xã Đông Anh"), [BV_PERSON_CONTACT] = BV_STR(PEOPLE_CONTACT),
		            [BV_PERSON_PHOTO] = BV_STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
		            [BV_PERSON_NOTE] = BV_STR(PEOPLE_NOTE) },
		.sitting = BV_STR("HN-2026-11"),
	};
}

/* What a query answers, or -1. */
__attribute__((unused)) static int64_t
number(const char *url, const char *query)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_err err;
	bool row = false;

	if (bv_sql_open(&sql, url, BV_SQL_READ, &err) != BV_OK || bv_sql_prepare(&stmt, sql, query, &err) != BV_OK ||
	    bv_sql_step(stmt, &row, &err) != BV_OK || !row)
		return -1;
	int64_t n = bv_sql_int(stmt, 0);
	bv_sql_reset(stmt);
	return n;
}

__attribute__((unused)) static void
change(const char *url, const char *text)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct bv_err err;

	CHECK(bv_sql_open(&sql, url, BV_SQL_WRITE, &err) == BV_OK && bv_sql_run(sql, text, &err) == BV_OK, "somebody runs %s", text);
}

#endif
