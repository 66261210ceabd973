/* A ledger, a sitting in it, its papers, a store of persons and an archive, in one folder: opened, closed, put back as they were. */
#ifndef BV_TESTS_WORLD_H
#define BV_TESTS_WORLD_H

#include <sys/stat.h>

#include "base/cipher.h"
#include "engine/people.h"
#include "engine/sitting.h"
#include "tests/base/sql_script.h"
#include "tests/engine/sitting_fixture.h"
#include "tests/faults/disk.h"

enum { WORLD_LEDGER = 1, WORLD_SITTINGS = 2, WORLD_SITTING = 4, WORLD_PEOPLE = 8 }; /* what is open; each with those before it but people */
enum { WORLD_SEATS = 4 };

struct world {
	struct sitting_test t; /* t.sittings and t.l.ledger while they are open */
	struct bv_sitting *sitting;
	struct bv_papers *papers;
	struct bv_people *people;
	struct bv_evidence_texts *texts;
	struct bv_master *master, *next_master;
	char people_url[120], archive[100], other_url[120];
	char person[BV_PERSON_ID_SIZE];
	struct bv_buf ledger_bytes, people_bytes; /* as they are put back */
	struct sql_script *script;                /* the connection of sittings and of people goes through it; NULL: not */
};

static const struct bv_people_access world_access = { { "01JD8Z", 6 }, { "thi", 3 }, INT64_C(1790000000000) };

static void
world_random(void *p, size_t len)
{
	static uint64_t calls;

	for (size_t i = 0; i < len; i++)
		((uint8_t *)p)[i] = (uint8_t)(++calls * UINT64_C(0x9e3779b97f4a7c15) >> 56);
}

static enum bv_status
world_open_sql(void *ctx, struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err)
{
	struct world *w = ctx;

	TRY(bv_sql_open(out, url, mode, err));
	if (w->script)
		*out = sql_script_over(*out, w->script);
	return BV_OK;
}

static enum bv_status
world_open_papers(struct world *w, struct bv_err *err)
{
	TRY(bv_sitting_load(&w->sitting, w->t.sittings, SITTING, bv_evidence_item_text, w->texts, err));
	return bv_papers_new(&w->papers, w->sitting, w->t.bank, NULL, 0, err);
}

static enum bv_status
world_open_sittings(struct world *w, struct bv_err *err)
{
	TRY(bv_sittings_open(&w->t.sittings, w->t.l.url, err));
	if (w->script)
		w->t.sittings->sql = sql_script_over(w->t.sittings->sql, w->script);
	return BV_OK;
}

static enum bv_status
world_open(struct world *w, unsigned parts, struct bv_err *err)
{
	if (parts & WORLD_LEDGER)
		TRY(bv_ledger_open(&w->t.l.ledger, &w->t.l.options, err));
	if (parts & WORLD_SITTINGS)
		TRY(world_open_sittings(w, err));
	if (parts & WORLD_SITTING)
		TRY(world_open_papers(w, err));
	return parts & WORLD_PEOPLE ? people_open_with(&w->people, w->people_url, w->master, world_random, world_open_sql, w, err) : BV_OK;
}

static void
world_close(struct world *w)
{
	bv_papers_free(w->papers);
	bv_sitting_free(w->sitting);
	bv_sittings_close(w->t.sittings);
	bv_people_close(w->people);
	ledger_test_close(&w->t.l);
	w->papers = NULL;
	w->sitting = NULL;
	w->t.sittings = NULL;
	w->people = NULL;
}

static void
world_remove_database(const char *url)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(1000);

	for (size_t i = 0; i < BV_COUNT(ends); i++) {
		bv_buf_clear(&path);
		bv_buf_printf(&path, "%s%s", url + strlen("sqlite:"), ends[i]);
		unlink(path.p);
	}
}

static void
world_remove_archive(struct world *w)
{
	struct bv_err err;
	struct stat st;

	if (stat(w->archive, &st) == 0 && (bv_dir_walk_all(w->archive, ledger_test_remove, NULL, &err) != BV_OK || rmdir(w->archive) != 0))
		CHECK(false, "the archive cannot be removed");
}

/* Everything is closed: the files are what there is. */
static void
world_keep(struct world *w)
{
	struct bv_err err;

	bv_buf_clear(&w->ledger_bytes);
	bv_buf_clear(&w->people_bytes);
	CHECK_OK(bv_file_read(&w->ledger_bytes, w->t.l.url + 7, &err), &err, "the ledger as it is");
	(void)!bv_file_read(&w->people_bytes, w->people_url + 7, &err); /* if there is one yet */
}

static bool
world_put_back(struct world *w)
{
	struct bv_err err;

	world_remove_database(w->t.l.url);
	world_remove_database(w->people_url);
	world_remove_database(w->other_url);
	bool good = bv_file_write(w->t.l.url + 7, bv_buf_str(&w->ledger_bytes), 0600, &err) == BV_OK;
	return good && (!w->people_bytes.len || bv_file_write(w->people_url + 7, bv_buf_str(&w->people_bytes), 0600, &err) == BV_OK);
}

static void
world_init(struct world *w)
{
	*w = (struct world){ .ledger_bytes = BV_BUF(64u << 20), .people_bytes = BV_BUF(16u << 20) };
	sitting_test_init(&w->t);
	w->t.l.options.checkpoint_ms = 1000000;
	snprintf(w->people_url, sizeof w->people_url, "sqlite:%s/people.db", w->t.l.folder);
	snprintf(w->other_url, sizeof w->other_url, "sqlite:%s/other.db", w->t.l.folder);
	snprintf(w->archive, sizeof w->archive, "%s/archive", w->t.l.folder);
	w->master = bv_master_new((const uint8_t *)"the master key that a test knows");
	w->next_master = bv_master_new((const uint8_t *)"another master key of 32 bytes..");
	w->texts = bv_evidence_texts_new(w->t.bank);
	world_close(w);
}

static void
world_finish(struct world *w)
{
	world_close(w);
	world_remove_archive(w);
	bv_evidence_texts_free(w->texts);
	bv_master_free(w->master);
	bv_master_free(w->next_master);
	bv_buf_finish(&w->ledger_bytes);
	bv_buf_finish(&w->people_bytes);
	sitting_test_finish(&w->t);
}

/* One word of the database, by a connection of its own; false when it cannot be read. */
static bool
world_says(const char *url, const char *query, const char *want)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_err err;
	bool row = false;

	if (bv_sql_open(&sql, url, BV_SQL_READ, &err) != BV_OK || bv_sql_prepare(&stmt, sql, query, &err) != BV_OK ||
	    bv_sql_step(stmt, &row, &err) != BV_OK || !row)
		return false;
	bool same = bv_str_is(bv_sql_str(stmt, 0), want);
	bv_sql_reset(stmt);
	return same;
}

#endif
