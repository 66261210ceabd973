/* Banks of older programs: read as they are, brought up when they are changed. */
#define _GNU_SOURCE
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sql.h"
#include "itembank/itembank.h"
#include "tests/check.h"

static char folder[] = "/tmp/bv-test-schema-XXXXXX";
static char vectors[400];

/* Schema 2 as it was released. */
#define SIGNATURE "sign0, sign1, sign2, sign3, sign4, sign5, sign6, sign7"
static const char schema2[] =
	"CREATE TABLE bank(schema_number INTEGER NOT NULL);"
	"CREATE TABLE item(id INTEGER PRIMARY KEY, identifier TEXT NOT NULL, language TEXT NOT NULL,"
	" version INTEGER NOT NULL CHECK (version > 0), hash BYTEA NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL,"
	" machine_scorable INTEGER NOT NULL, words TEXT NOT NULL, sign0 BIGINT NOT NULL, sign1 BIGINT NOT NULL, sign2 BIGINT NOT NULL,"
	" sign3 BIGINT NOT NULL, sign4 BIGINT NOT NULL, sign5 BIGINT NOT NULL, sign6 BIGINT NOT NULL, sign7 BIGINT NOT NULL,"
	" competence TEXT NOT NULL DEFAULT '', component TEXT NOT NULL DEFAULT '', level INTEGER NOT NULL DEFAULT 0,"
	" difficulty_step INTEGER NOT NULL DEFAULT 0, expected_s INTEGER NOT NULL DEFAULT 0, author TEXT NOT NULL DEFAULT '',"
	" enemies TEXT NOT NULL DEFAULT '', discrimination INTEGER, difficulty INTEGER, metadata_revision INTEGER NOT NULL DEFAULT 1,"
	" metadata_at BIGINT NOT NULL, UNIQUE (identifier, language));"
	"CREATE TABLE item_version(item INTEGER NOT NULL REFERENCES item(id), version INTEGER NOT NULL, hash BYTEA NOT NULL, xml BYTEA NOT NULL,"
	" imported_at BIGINT NOT NULL, PRIMARY KEY (item, version));"
	"CREATE INDEX item_place ON item(competence, identifier, language, level, kind, component, machine_scorable, " SIGNATURE ");"
	"INSERT INTO bank(schema_number) VALUES (2);";

#define ITEM(words) \
	"id, identifier, language, version, hash, title, kind, machine_scorable, " words ", competence, component, level," \
	" difficulty_step, expected_s, author, enemies, discrimination, difficulty, metadata_revision, metadata_at"
#define VERSION "item, version, hash, xml, imported_at"

static const char *
at(const char *name)
{
	static char path[4][300];
	static int next;

	char *p = path[next++ % 4];
	snprintf(p, sizeof path[0], "%s/%s", folder, name);
	return p;
}

/* A bank as the program of schema 2 left it, with the rows that this one imports. */
static void
make_old(const char *name)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	const struct bv_import_opts opts = { .now_s = 1000 };
	const char *path = vectors;
	struct bv_import_counts counts;
	char text[3000];
	struct bv_err err;

	CHECK_OK(bv_bank_open(&bank, at("new.db"), BV_BANK_CREATE, &err), &err, "a bank");
	CHECK_OK(bv_bank_import(bank, &path, 1, &opts, &counts, &err), &err, "with items");
	bv_bank_close(bv_steal(&bank));
	CHECK_OK(bv_sql_open(&sql, at(name), BV_SQL_CREATE, &err), &err, "an old bank");
	snprintf(text, sizeof text,
	         "%s ATTACH '%s' AS fresh; INSERT INTO item(" ITEM("words, " SIGNATURE) ") SELECT " ITEM("'', 0, 0, 0, 0, 0, 0, 0, 0") " FROM fresh.item;"
	         "INSERT INTO item_version(" VERSION ") SELECT " VERSION " FROM fresh.item_version; DETACH fresh",
	         schema2, at("new.db"));
	CHECK_OK(bv_sql_run(sql, text, &err), &err, "with their rows");
}

/* The journal is folded in, so that the file is all there is. */
static void
hash_of(uint8_t out[BV_HASH_LEN], const char *name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(8u << 20);
	struct bv_err err;

	CHECK_OK(bv_file_read(&bytes, at(name), &err), &err, name);
	bv_sha256(out, bv_buf_str(&bytes));
}

static int64_t
number_of(const char *name)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct bv_err err;
	bool row = false;

	CHECK(bv_sql_open(&sql, at(name), BV_SQL_READ, &err) == BV_OK &&
	          bv_sql_prepare(&stmt, sql, "SELECT schema_number FROM bank", &err) == BV_OK && bv_sql_step(stmt, &row, &err) == BV_OK && row,
	      "the number of its schema");
	return row ? bv_sql_int(stmt, 0) : 0;
}

static void
read_only(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 }, page = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	const struct bv_bank_filter all = { 0 }, module = { .competence = BV_STR("IU01") };
	uint8_t before[BV_HASH_LEN], after[BV_HASH_LEN];
	uint64_t count = 0;
	struct bv_err err;

	make_old("read.db");
	hash_of(before, "read.db");
	CHECK_OK(bv_bank_open(&bank, at("read.db"), BV_BANK_READ, &err), &err, "an old bank to be read");
	CHECK_OK(bv_bank_pool(&pool, bank, &all, &err), &err, "pool");
	CHECK(pool.count == 5 && bv_str_is(pool.items[1].title, "Bộ nhớ RAM") && pool.items[1].difficulty == -500, "all of it");
	CHECK_REFUSED(bv_bank_count(&count, bank, &(struct bv_bank_filter){ .text = BV_STR("RAM") }, &err), BV_EINVAL, &err, "import into it first",
	              "its texts are not indexed");
	CHECK_OK(bv_bank_list(&page, bank, &module, &(struct bv_bank_page){ .limit = 50 }, &err), &err, "a page");
	CHECK(bv_bank_count(&count, bank, &module, &err) == BV_OK && count == 3 && page.count == 3, "of a module");
	CHECK_OK(bv_bank_show(&json, bank, BV_STR("iu01-001"), BV_STR("vi"), &err), &err, "shown");
	CHECK_OK(bv_bank_load(&item, bank, BV_STR("iu01-001"), BV_STR("vi"), 1, &err), &err, "loaded");
	bv_bank_close(bv_steal(&bank));
	hash_of(after, "read.db");
	CHECK(bv_hash_eq(before, after) && number_of("read.db") == 2, "a read never changes the file");
}

static void
brought_up(void)
{
	static const enum bv_bank_mode modes[] = { BV_BANK_CREATE, BV_BANK_WRITE };
	const struct bv_import_opts opts = { .now_s = 2000 };
	const struct bv_bank_filter all = { 0 };
	const char *path = vectors;
	struct bv_import_counts counts;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(modes); i++) {
		BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
		BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
		make_old("write.db");
		CHECK_OK(bv_bank_open(&bank, at("write.db"), modes[i], &err), &err, "an old bank to be changed");
		CHECK(number_of("write.db") == 4, "is brought up to this schema");
		uint64_t found = 0;
		CHECK(bv_bank_count(&found, bank, &(struct bv_bank_filter){ .text = BV_STR("bo nho") }, &err) == BV_OK && found == 2, "its texts are indexed");
		CHECK_OK(bv_bank_import(bank, &path, 1, &opts, &counts, &err), &err, "an import");
		CHECK(counts.unchanged == 5 && counts.added + counts.versions + counts.metadata == 0, "finds all items as they were");
		CHECK_OK(bv_bank_pool(&pool, bank, &all, &err), &err, "pool");
		CHECK(pool.count == 5 && pool.items[2].difficulty == 63, "with all of it");
		unlink(at("write.db"));
		unlink(at("write.db-wal"));
		unlink(at("write.db-shm"));
	}
}

/* A schema that is wrong inside makes the upgrade fail in the middle: nothing of it stays. */
static void
fails_whole(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	const struct bv_bank_filter all = { 0 };
	uint64_t count = 0;
	struct bv_err err;

	make_old("half.db");
	CHECK_OK(bv_sql_open(&sql, at("half.db"), BV_SQL_WRITE, &err), &err, "an old bank");
	CHECK_OK(bv_sql_run(sql, "CREATE TABLE version_state(a BIGINT)", &err), &err, "in which somebody made a table of a name of ours");
	CHECK_REFUSED(bv_bank_open(&bank, at("half.db"), BV_BANK_CREATE, &err), BV_EIO, &err, "version_state", "is refused");
	CHECK(number_of("half.db") == 2, "and keeps its number");
	CHECK_OK(bv_bank_open(&bank, at("half.db"), BV_BANK_READ, &err), &err, "still read");
	CHECK(bv_bank_count(&count, bank, &all, &err) == BV_OK && count == 5, "with its five items");
	CHECK_OK(bv_sql_run(sql, "DROP TABLE version_state; SELECT 1 FROM item INDEXED BY item_place WHERE competence = ''", &err), &err,
	         "and its index");
	bv_bank_close(bv_steal(&bank));
	CHECK_OK(bv_bank_open(&bank, at("half.db"), BV_BANK_CREATE, &err), &err, "brought up when that is mended");
	CHECK(number_of("half.db") == 4, "wholly");
}

static void
two_at_once(void)
{
	enum { PROCESSES = 4 };
	int failed = 0;

	make_old("both.db");
	for (int i = 0; i < PROCESSES; i++)
		if (!fork()) {
			struct bv_bank *bank = NULL;
			struct bv_err err;
			bool good = bv_bank_open(&bank, at("both.db"), i % 2 ? BV_BANK_CREATE : BV_BANK_WRITE, &err) == BV_OK;
			if (!good)
				printf("# %s\n", err.msg);
			bv_bank_close(bank);
			_exit(!good);
		}
	for (int i = 0, status; i < PROCESSES; i++)
		failed += wait(&status) < 0 || status != 0;
	CHECK(!failed && number_of("both.db") == 4, "several that bring it up at once");
}

#define PIXEL_HASH "610f5ae4d76e332636a17bd357fd6ce99029316a99d320280d4d77a746bf29e8" /* SHA-256 of "GIF89a" */

static void
change(const char *name, const char *text)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct bv_err err;

	CHECK_OK(bv_sql_open(&sql, at(name), BV_SQL_WRITE, &err), &err, name);
	CHECK_OK(bv_sql_run(sql, text, &err), &err, text);
}

/* A bank of schema 3: the first version of the first item came with an image, which its hash does not cover. */
static void
make_third(const char *name)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	const struct bv_import_opts opts = { .now_s = 1000 };
	const char *path = vectors;
	struct bv_import_counts counts;
	struct bv_err err;

	CHECK_OK(bv_bank_open(&bank, at(name), BV_BANK_CREATE, &err), &err, "a bank");
	CHECK_OK(bv_bank_import(bank, &path, 1, &opts, &counts, &err), &err, "with items");
	bv_bank_close(bv_steal(&bank));
	change(name, "INSERT INTO media VALUES (x'" PIXEL_HASH "', 'image/gif', CAST('GIF89a' AS BLOB));"
	             "INSERT INTO version_part SELECT item, version, 'items/a.xml', 0, hash FROM item_version WHERE item = 1;"
	             "INSERT INTO version_part VALUES (1, 1, 'img/a.gif', 1, x'" PIXEL_HASH "');"
	             "INSERT INTO version_part SELECT item, version, 'items/b.xml', 0, hash FROM item_version WHERE item = 2;"
	             "ALTER TABLE item_version DROP COLUMN unsealed; UPDATE bank SET schema_number = 3");
}

static struct bv_audit_counts
audit(struct bv_bank *bank)
{
	const struct bv_audit_opts opts = { 0 };
	struct bv_audit_counts counts;
	struct bv_err err;

	CHECK_OK(bv_bank_audit(&counts, bank, &opts, &err), &err, "audited");
	return counts;
}

/* A version whose hash is that of its document, with its files. */
static void
check_unsealed(struct bv_bank *bank)
{
	BV_AUTO(bv_version_files_finish) struct bv_version_files files = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1 << 20);
	uint8_t hash[BV_HASH_LEN], document[BV_HASH_LEN];
	struct bv_err err;

	CHECK_OK(bv_bank_load_version(&xml, &files, hash, bank, BV_STR("iu01-001"), BV_STR("vi"), 1, &err), &err, "is read");
	bv_sha256(document, bv_buf_str(&xml));
	CHECK(bv_hash_eq(hash, document) && files.count == 0, "with the hash that it always had, over its document");
}

static void
third(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
	const struct bv_life_rule rule = { 1, false };
	const struct bv_doing doing = { .now_s = 3000, .who = BV_STR("C") };
	uint8_t before[BV_HASH_LEN], after[BV_HASH_LEN];
	uint64_t count = 0;
	struct bv_err err;

	make_third("third.db");
	hash_of(before, "third.db");
	CHECK_OK(bv_bank_open(&bank, at("third.db"), BV_BANK_READ, &err), &err, "a bank of schema 3 to be read");
	check_unsealed(bank);
	struct bv_audit_counts counts = audit(bank);
	CHECK(counts.faults == 0 && counts.warnings == 1, "its audit warns of the version");
	bv_bank_close(bv_steal(&bank));
	hash_of(after, "third.db");
	CHECK(bv_hash_eq(before, after) && number_of("third.db") == 3, "a read never changes the file");
	CHECK_OK(bv_bank_open(&bank, at("third.db"), BV_BANK_WRITE, &err), &err, "to be changed");
	check_unsealed(bank);
	counts = audit(bank);
	CHECK(number_of("third.db") == 4 && counts.faults == 0 && counts.warnings == 1, "brought up: the same");
	CHECK_OK(bv_bank_life_begin(&count, bank, &rule, BV_STATE_OPERATIONAL, &doing, &err), &err, "a life cycle begins");
	const struct bv_act_target target = { BV_STR("iu01-001"), BV_STR("vi"), 1 };
	struct bv_act_request request = { .act = BV_ACT_RETIRE, .doing = doing, .targets = &target, .target_count = 1 };
	request.doing.reason = BV_STR("r");
	CHECK_OK(bv_bank_act(&count, bank, &request, &err), &err, "retired");
	request.act = BV_ACT_REVISE;
	CHECK_REFUSED(bv_bank_act(&count, bank, &request, &err), BV_EDENIED, &err, "", "and never revised");
	bv_bank_close(bv_steal(&bank));
	/* The mark is not for anybody to take away or to give. */
	change("third.db", "UPDATE item_version SET unsealed = 0");
	CHECK_OK(bv_bank_open(&bank, at("third.db"), BV_BANK_READ, &err), &err, "without its mark");
	CHECK_REFUSED(bv_bank_item_parts(&parts, bank, BV_STR("iu01-001"), BV_STR("vi"), 1, &err), BV_EIO, &err, "one of its files", "the version has no files that anybody vouches for");
	CHECK(audit(bank).faults > 0, "which the audit tells");
	bv_bank_close(bv_steal(&bank));
	change("third.db", "UPDATE item_version SET unsealed = item IN (1, 2)");
	CHECK_OK(bv_bank_open(&bank, at("third.db"), BV_BANK_READ, &err), &err, "with a mark too many");
	CHECK(audit(bank).faults == 1, "which the audit tells");
}

int
main(void)
{
	const char *source = getenv("BV_SOURCE");
	char command[100];

	snprintf(vectors, sizeof vectors, "%s/tests/vectors/itembank/bank", source ? source : ".");
	if (!mkdtemp(folder))
		return 1;
	read_only();
	brought_up();
	fails_whole();
	third();
	fflush(stdout);
	two_at_once();
	snprintf(command, sizeof command, "rm -r %s", folder);
	return check_end() || system(command) != 0;
}
