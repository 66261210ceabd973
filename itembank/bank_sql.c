/* Schema and statements of the bank, all in one place; written for SQLite and PostgreSQL (base/sql.h). */
#include "itembank/bank.h"

#define SIGNATURE "sign0, sign1, sign2, sign3, sign4, sign5, sign6, sign7"

/* item: one row an item, its current version and its metadata. item_version: every version there ever was, with the bytes.
 * item_place holds everything that a list selects by, in the order of the list, so that a page that finds little reads nothing else. words and
 * signatures were what schema 2 searched in.
 * This is schema 2, which is never changed again: a new bank is one of schema 2 and its upgrades, as an old one is. */
const char bank_schema[] = "CREATE TABLE bank(schema_number INTEGER NOT NULL);"
			   "CREATE TABLE item("
			   " id INTEGER PRIMARY KEY,"
			   " identifier TEXT NOT NULL,"
			   " language TEXT NOT NULL,"
			   " version INTEGER NOT NULL CHECK (version > 0),"
			   " hash BYTEA NOT NULL,"
			   " title TEXT NOT NULL,"
			   " kind TEXT NOT NULL,"
			   " machine_scorable INTEGER NOT NULL,"
			   " words TEXT NOT NULL,"
			   " sign0 BIGINT NOT NULL, sign1 BIGINT NOT NULL, sign2 BIGINT NOT NULL, sign3 BIGINT NOT NULL,"
			   " sign4 BIGINT NOT NULL, sign5 BIGINT NOT NULL, sign6 BIGINT NOT NULL, sign7 BIGINT NOT NULL,"
			   " competence TEXT NOT NULL DEFAULT '',"
			   " component TEXT NOT NULL DEFAULT '',"
			   " level INTEGER NOT NULL DEFAULT 0,"
			   " difficulty_step INTEGER NOT NULL DEFAULT 0,"
			   " expected_s INTEGER NOT NULL DEFAULT 0,"
			   " author TEXT NOT NULL DEFAULT '',"
			   " enemies TEXT NOT NULL DEFAULT '',"
			   " discrimination INTEGER,"
			   " difficulty INTEGER,"
			   " metadata_revision INTEGER NOT NULL DEFAULT 1,"
			   " metadata_at BIGINT NOT NULL,"
			   " UNIQUE (identifier, language));"
			   "CREATE TABLE item_version("
			   " item INTEGER NOT NULL REFERENCES item(id),"
			   " version INTEGER NOT NULL,"
			   " hash BYTEA NOT NULL,"
			   " xml BYTEA NOT NULL,"
			   " imported_at BIGINT NOT NULL,"
			   " PRIMARY KEY (item, version));"
			   "CREATE INDEX item_place ON item(competence, identifier, language, level, kind, component, machine_scorable, "
			   SIGNATURE ");"
			   "INSERT INTO bank(schema_number) VALUES (2)";

/* version_state: where a version is in its life, since which event, and what a list says of it when it is not the current one. item.state is the
 * state of the current version; approved, pretest and operational are the numbers of the versions in these states, 0 for none: an item has at most
 * one of each (lifecycle.c). lifecycle: the rule, one row from the first event on. event: the hash chain of everything that was done; item and
 * version are 0 where the event is about the bank. */
#define LIFECYCLE \
	"ALTER TABLE item ADD COLUMN state INTEGER NOT NULL DEFAULT 0;" \
	"ALTER TABLE item ADD COLUMN approved INTEGER NOT NULL DEFAULT 0;" \
	"ALTER TABLE item ADD COLUMN pretest INTEGER NOT NULL DEFAULT 0;" \
	"ALTER TABLE item ADD COLUMN operational INTEGER NOT NULL DEFAULT 0;" \
	"CREATE TABLE lifecycle(" \
	" reviewers INTEGER NOT NULL," \
	" pretest INTEGER NOT NULL);" \
	"CREATE TABLE event(" \
	" seq INTEGER PRIMARY KEY," \
	" at BIGINT NOT NULL," \
	" act INTEGER NOT NULL," \
	" who TEXT NOT NULL," \
	" item INTEGER NOT NULL," \
	" version INTEGER NOT NULL," \
	" body BYTEA NOT NULL," \
	" hash BYTEA NOT NULL);" \
	"CREATE INDEX event_item ON event(item, seq);" \
	"CREATE TABLE version_state(" \
	" item INTEGER NOT NULL," \
	" version INTEGER NOT NULL," \
	" state INTEGER NOT NULL," \
	" since INTEGER NOT NULL REFERENCES event(seq)," \
	" version_hash BYTEA NOT NULL," \
	" version_title TEXT NOT NULL," \
	" version_kind TEXT NOT NULL," \
	" version_machine INTEGER NOT NULL," \
	" PRIMARY KEY (item, version)," \
	" FOREIGN KEY (item, version) REFERENCES item_version(item, version));"

/* item.document: the current version's in the index of texts (bank_fts.c), 0 when it is not in it yet. */
#define SEARCH \
	"DROP INDEX item_place;" \
	"ALTER TABLE item DROP COLUMN words;" \
	"ALTER TABLE item DROP COLUMN sign0; ALTER TABLE item DROP COLUMN sign1; ALTER TABLE item DROP COLUMN sign2;" \
	"ALTER TABLE item DROP COLUMN sign3; ALTER TABLE item DROP COLUMN sign4; ALTER TABLE item DROP COLUMN sign5;" \
	"ALTER TABLE item DROP COLUMN sign6; ALTER TABLE item DROP COLUMN sign7;" \
	"ALTER TABLE item ADD COLUMN document BIGINT NOT NULL DEFAULT 0;" \
	"CREATE INDEX item_document ON item(document);"

#define PLACE \
	"CREATE INDEX item_place ON item(competence, identifier, language, level, kind, component, machine_scorable, state, approved, pretest," \
	" operational, document);"

/* From the schema before; one for each since 2. The parts of schema 3 are tables beside each other. */
const char *const bank_upgrades[BANK_SCHEMA - BANK_SCHEMA_OLDEST] = {
	LIFECYCLE SEARCH PLACE "UPDATE bank SET schema_number = 3",
};

#define COLUMNS \
	"identifier, language, version, hash, title, kind, competence, component, level, difficulty_step, expected_s," \
	" machine_scorable, discrimination, difficulty, author, enemies"

const char bank_select[] = "SELECT " COLUMNS;
const char bank_select_count[] = "SELECT count(*)";
const char bank_from[] = " FROM item";

const struct bank_order bank_orders[] = {
	[BV_SORT_PLACE] = { "", 0 },
	[BV_SORT_RELEVANCE] = { bank_fts_relevance, 2 },
};
const char bank_place[] = "competence, identifier, language";

/* A query has the clauses of what is asked for and no others, because every one costs its time on each row of the index.
 * $6 and $9 are the path with a dot after it, $4 and $8 the first string past all that begin so. */
const char *const bank_clauses[BANK_CLAUSES] = {
	[BANK_CLAUSE_ALL] = "competence >= ''",
	[BANK_CLAUSE_FROM] = "(competence, identifier, language) > ($1, $2, $3)",
	[BANK_CLAUSE_COMPETENCE] = "competence < $4 AND (competence = $5 OR competence >= $6)",
	[BANK_CLAUSE_COMPONENT] = "component < $8 AND (component = $7 OR component >= $9)",
	[BANK_CLAUSE_LANGUAGE] = "language = $10",
	[BANK_CLAUSE_LEVEL] = "level = $11",
	[BANK_CLAUSE_KIND] = "kind = $12",
	[BANK_CLAUSE_MACHINE] = "machine_scorable = 1",
	[BANK_CLAUSE_FTS_MATCH] = bank_fts_match,
	[BANK_CLAUSE_FTS_IN] = bank_fts_in,
};

const char *const bank_statements[BANK_SQL_STATEMENTS] = {
	[BANK_SQL_SCHEMA_GET] = "SELECT schema_number FROM bank",

	[BANK_SQL_ITEM_FIND] = "SELECT id, version, hash FROM item WHERE identifier = $1 AND language = $2",

	[BANK_SQL_ITEM_ADD] = "INSERT INTO item(id, identifier, language, version, hash, title, kind, machine_scorable, document, competence,"
			      " component, level, difficulty_step, expected_s, author, enemies, metadata_at)"
			      " SELECT coalesce(max(id), 0) + 1, $1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15"
			      " FROM item RETURNING id",

	[BANK_SQL_ITEM_UPDATE] = "UPDATE item SET version = $2, hash = $3, title = $4, kind = $5, machine_scorable = $6, document = $7"
				 " WHERE id = $1",

	[BANK_SQL_VERSION_ADD] = "INSERT INTO item_version(item, version, hash, xml, imported_at) VALUES ($1, $2, $3, $4, $5)",

	[BANK_SQL_METADATA_SET] = "UPDATE item SET competence = $2, component = $3, level = $4, difficulty_step = $5, expected_s = $6,"
				  " author = $7, enemies = $8, metadata_at = $9, metadata_revision = metadata_revision + 1"
				  " WHERE id = $1 AND (competence <> $2 OR component <> $3 OR level <> $4 OR difficulty_step <> $5"
				  " OR expected_s <> $6 OR author <> $7 OR enemies <> $8)",

	[BANK_SQL_PARAMETERS_SET] = "UPDATE item SET discrimination = $2, difficulty = $3, metadata_at = $4,"
				    " metadata_revision = metadata_revision + 1"
				    " WHERE identifier = $1 AND (discrimination IS NULL OR discrimination <> $2 OR difficulty IS NULL"
				    " OR difficulty <> $3)",

	[BANK_SQL_DOCUMENT_NEXT] = "SELECT coalesce(max(document), 0) + 1 FROM item",
	[BANK_SQL_DOCUMENT_ADD] = bank_fts_add,
	[BANK_SQL_DOCUMENT_SET] = "UPDATE item SET document = $2 WHERE id = $1",
	[BANK_SQL_DOCUMENT_MISSING] = "SELECT i.id, v.xml FROM item i JOIN item_version v ON v.item = i.id AND v.version = i.version"
				      " WHERE i.document = 0 LIMIT 1",
	[BANK_SQL_FEW] = bank_fts_few,

	[BANK_SQL_ITEM_LANGUAGES] = "SELECT language FROM item WHERE identifier = $1 ORDER BY language",

	[BANK_SQL_XML_GET] = "SELECT v.xml, v.hash FROM item i JOIN item_version v ON v.item = i.id"
			     " WHERE i.identifier = $1 AND i.language = $2"
			     " AND v.version = CASE WHEN $3 = 0 THEN i.version ELSE $3 END",

	[BANK_SQL_SHOW] = "SELECT " COLUMNS ", id, metadata_revision, metadata_at FROM item WHERE identifier = $1 AND language = $2",

	[BANK_SQL_VERSIONS] = "SELECT version, hash, imported_at, length(xml) FROM item_version WHERE item = $1 ORDER BY version",
};
