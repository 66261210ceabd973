/* Schema and statements of the bank, all in one place; for SQLite, whose full-text search it uses. */
#include "itembank/bank.h"
#include "itembank/module.h"

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

/* item_link: what items name, by enum bank_link: tags folded. item.tags: as they were written, a line feed between two. item.used: how often it was on a
 * form. item.original, changed_at, confirmed_at, stale: bank_translation.c. */
#define LINKS \
	"ALTER TABLE item ADD COLUMN tags TEXT NOT NULL DEFAULT '';" \
	"ALTER TABLE item ADD COLUMN used BIGINT NOT NULL DEFAULT 0;" \
	"ALTER TABLE item ADD COLUMN stale INTEGER NOT NULL DEFAULT 0;" \
	"ALTER TABLE item ADD COLUMN original TEXT NOT NULL DEFAULT '';" \
	"ALTER TABLE item ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;" \
	"ALTER TABLE item ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0;" \
	"UPDATE item SET changed_at = (SELECT v.imported_at FROM item_version v WHERE v.item = item.id AND v.version = item.version);" \
	"CREATE TABLE item_link(" \
	" kind INTEGER NOT NULL," \
	" name TEXT NOT NULL," \
	" item INTEGER NOT NULL REFERENCES item(id)," \
	" PRIMARY KEY (kind, name, item));" \
	"CREATE INDEX item_link_item ON item_link(item, kind);"

#define PLACE \
	"CREATE INDEX item_place ON item(competence, identifier, language, level, kind, component, machine_scorable, state, approved, pretest," \
	" operational, document, author, difficulty_step, difficulty, used, stale);"

/* media: files that candidates see or hear, and modules of portable custom interactions, by the SHA-256 of their bytes; which of them, the type says. package_document: stimuli, tests and their sections, by a key over bytes and parts.
 * version_part and package_document_part: the files of a package that an item version or a document needs, by their paths there (enum bv_part_role). */
#define PACKAGES \
	"CREATE TABLE media(" \
	" hash BYTEA PRIMARY KEY," \
	" type TEXT NOT NULL," \
	" bytes BYTEA NOT NULL);" \
	"CREATE TABLE package_document(" \
	" document_key BYTEA PRIMARY KEY," \
	" kind INTEGER NOT NULL," \
	" identifier TEXT NOT NULL," \
	" title TEXT NOT NULL," \
	" path TEXT NOT NULL," \
	" xml BYTEA NOT NULL," \
	" imported_at BIGINT NOT NULL);" \
	"CREATE TABLE version_part(" \
	" item INTEGER NOT NULL," \
	" version INTEGER NOT NULL," \
	" path TEXT NOT NULL," \
	" role INTEGER NOT NULL," \
	" hash BYTEA NOT NULL," \
	" PRIMARY KEY (item, version, path)," \
	" FOREIGN KEY (item, version) REFERENCES item_version(item, version));" \
	"CREATE TABLE package_document_part(" \
	" document_key BYTEA NOT NULL REFERENCES package_document(document_key)," \
	" path TEXT NOT NULL," \
	" role INTEGER NOT NULL," \
	" hash BYTEA NOT NULL," \
	" PRIMARY KEY (document_key, path));"

/* item_version.unsealed: it has files, and its hash, which an older program made, does not cover them. */
#define SEAL \
	"ALTER TABLE item_version ADD COLUMN unsealed INTEGER NOT NULL DEFAULT 0;" \
	"UPDATE item_version SET unsealed = 1 WHERE EXISTS (SELECT 1 FROM version_part p WHERE p.item = item_version.item" \
	" AND p.version = item_version.version AND p.role <> 0);"

/* From the schema before; one for each since 2. The parts of schema 3 are tables beside each other. */
const char *const bank_upgrades[BANK_SCHEMA - BANK_SCHEMA_OLDEST] = {
	LIFECYCLE SEARCH LINKS PLACE PACKAGES "UPDATE bank SET schema_number = 3",
	SEAL "UPDATE bank SET schema_number = 4",
};

#define UNSEALED_VIEW "CREATE TEMP VIEW item_version AS SELECT *, 1 AS unsealed FROM main.item_version;"

/* An older bank that is only read: what it lacks, for this connection; by schemas from 2 on. */
const char *const bank_views[BANK_SCHEMA - BANK_SCHEMA_OLDEST] = {
	UNSEALED_VIEW "CREATE TEMP VIEW item AS SELECT *, '' AS tags, 0 AS used, 0 AS stale, '' AS original, 0 AS changed_at,"
		      " 0 AS confirmed_at FROM main.item;"
		      "CREATE TEMP TABLE item_link(kind INTEGER, name TEXT, item INTEGER)",
	UNSEALED_VIEW,
};

#define MODULE_TYPES "('" MODULE_SCRIPT "', '" MODULE_SETTINGS "')"

#define COLUMNS \
	"identifier, language, version, hash, title, kind, competence, component, level, difficulty_step, expected_s," \
	" machine_scorable, discrimination, difficulty, author, enemies, tags, used, stale, original"

#define VERSION_COLUMNS \
	"identifier, language, v.version, v.version_hash, v.version_title, v.version_kind, competence, component, level, difficulty_step, expected_s," \
	" v.version_machine, discrimination, difficulty, author, enemies, tags, used, stale, original, v.state"

const char *const bank_selects[BANK_SELECTS] = {
	[BANK_SELECT_PLAIN] = "SELECT " COLUMNS ", 0",
	[BANK_SELECT_CURRENT] = "SELECT " COLUMNS ", state",
	[BANK_SELECT_VERSION] = "SELECT " VERSION_COLUMNS,
	[BANK_SELECT_COUNT] = "SELECT count(*)",
	[BANK_SELECT_COUNT_VERSION] = "SELECT count(*)",
};
const char bank_from[] = " FROM item";
/* Written so that both databases look at the items first and at their versions then. */
const char bank_from_version[] = " CROSS JOIN version_state v";

const struct bank_order bank_orders[] = {
	[BV_SORT_PLACE] = { "", 0 },
	[BV_SORT_RELEVANCE] = { bank_fts_relevance, 2 },
	[BV_SORT_DIFFICULTY] = { "coalesce(difficulty, 100000)", 1 }, /* without parameters: last */
	[BV_SORT_USED] = { "-used", 1 },
	[BV_SORT_CHANGED] = { "-changed_at", 1 },
};
const struct bank_order bank_order_common = { bank_fts_common, 2 };
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
	[BANK_CLAUSE_VERSION_KIND] = "version_kind = $12",
	[BANK_CLAUSE_MACHINE] = "machine_scorable = 1",
	[BANK_CLAUSE_VERSION_MACHINE] = "version_machine = 1",
	[BANK_CLAUSE_STATE] = "state = $13",
	[BANK_CLAUSE_APPROVED] = "approved > 0",
	[BANK_CLAUSE_PRETEST] = "pretest > 0",
	[BANK_CLAUSE_OPERATIONAL] = "operational > 0",
	[BANK_CLAUSE_APPROVED_VERSION] = "v.item = item.id AND v.version = approved",
	[BANK_CLAUSE_PRETEST_VERSION] = "v.item = item.id AND v.version = pretest",
	[BANK_CLAUSE_OPERATIONAL_VERSION] = "v.item = item.id AND v.version = operational",
	[BANK_CLAUSE_TAG] = "id IN (SELECT item FROM item_link WHERE kind = 0 AND name = $16)",
	[BANK_CLAUSE_AUTHOR] = "author = $17",
	[BANK_CLAUSE_STEP] = "difficulty_step BETWEEN $18 AND $19",
	[BANK_CLAUSE_DIFFICULTY] = "difficulty BETWEEN $20 AND $21",
	[BANK_CLAUSE_USED] = "used BETWEEN $22 AND $23",
	[BANK_CLAUSE_ENEMIES] = "(id IN (SELECT item FROM item_link WHERE kind = 1 AND name = $24) OR identifier IN (SELECT l.name FROM item_link l"
				" JOIN item i ON i.id = l.item WHERE l.kind = 1 AND i.identifier = $24))",
	[BANK_CLAUSE_STIMULUS] = "id IN (SELECT item FROM item_link WHERE kind = 2 AND name = $25)",
	[BANK_CLAUSE_STALE] = "stale = 1",
	[BANK_CLAUSE_FTS_MATCH] = bank_fts_match,
	[BANK_CLAUSE_FTS_BITS] = bank_fts_bits,
};

const char *const bank_statements[BANK_SQL_STATEMENTS] = {
	[BANK_SQL_SCHEMA_GET] = "SELECT schema_number FROM bank",

	[BANK_SQL_ITEM_FIND] = "SELECT id, version, hash FROM item WHERE identifier = $1 AND language = $2",

	[BANK_SQL_ITEM_ADD] = "INSERT INTO item(id, identifier, language, version, hash, title, kind, machine_scorable, document, competence,"
			      " component, level, difficulty_step, expected_s, author, enemies, metadata_at, tags, original, state,"
			      " changed_at)"
			      " SELECT coalesce(max(id), 0) + 1, $1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
			      " $18, $19"
			      " FROM item RETURNING id",

	[BANK_SQL_ITEM_UPDATE] = "UPDATE item SET version = $2, hash = $3, title = $4, kind = $5, machine_scorable = $6, document = $7,"
				 " state = $8, changed_at = $9 WHERE id = $1",

	[BANK_SQL_VERSION_ADD] = "INSERT INTO item_version(item, version, hash, xml, imported_at) VALUES ($1, $2, $3, $4, $5)",

	[BANK_SQL_METADATA_SET] = "UPDATE item SET competence = $2, component = $3, level = $4, difficulty_step = $5, expected_s = $6,"
				  " author = $7, enemies = $8, metadata_at = $9, tags = $10, original = $11,"
				  " metadata_revision = metadata_revision + 1"
				  " WHERE id = $1 AND (competence <> $2 OR component <> $3 OR level <> $4 OR difficulty_step <> $5"
				  " OR expected_s <> $6 OR author <> $7 OR enemies <> $8 OR tags <> $10 OR original <> $11)",

	[BANK_SQL_PARAMETERS_SET] = "UPDATE item SET discrimination = $2, difficulty = $3, metadata_at = $4,"
				    " metadata_revision = metadata_revision + 1"
				    " WHERE identifier = $1 AND (discrimination IS NULL OR discrimination <> $2 OR difficulty IS NULL"
				    " OR difficulty <> $3) RETURNING id",
	[BANK_SQL_USED_SET] = "UPDATE item SET used = $2, metadata_at = $3, metadata_revision = metadata_revision + 1"
			      " WHERE identifier = $1 AND used <> $2 RETURNING id",

	[BANK_SQL_LINKS_CLEAR] = "DELETE FROM item_link WHERE item = $1 AND kind = $2",
	[BANK_SQL_LINK_ADD] = "INSERT INTO item_link(kind, name, item) VALUES ($1, $2, $3)",
	[BANK_SQL_LINKS] = "SELECT name FROM item_link WHERE item = $1 AND kind = $2 ORDER BY name",
	[BANK_SQL_TAG_HAS] = "SELECT 1 FROM item_link WHERE kind = 0 AND name = $1 LIMIT 1",
	[BANK_SQL_TAGS] = "SELECT DISTINCT name FROM item_link WHERE kind = 0",
	[BANK_SQL_AUTHOR_HAS] = "SELECT 1 FROM item WHERE competence >= '' AND author = $1 LIMIT 1",
	[BANK_SQL_AUTHORS] = "SELECT DISTINCT author FROM item WHERE competence >= ''",

	[BANK_SQL_TRANSLATIONS] = "SELECT id, language, original, changed_at, confirmed_at, stale FROM item WHERE identifier = $1 ORDER BY id",
	[BANK_SQL_CHANGED_LAST] = "SELECT coalesce(max(changed_at), 0), coalesce(max(confirmed_at), 0) FROM item",
	[BANK_SQL_STALE_SET] = "UPDATE item SET stale = $2 WHERE id = $1",
	[BANK_SQL_CONFIRMED_SET] = "UPDATE item SET confirmed_at = $2, metadata_at = $3, metadata_revision = metadata_revision + 1 WHERE id = $1",

	[BANK_SQL_DOCUMENT_NEXT] = "SELECT coalesce(max(document), 0) + 1 FROM item",
	[BANK_SQL_DOCUMENT_ADD] = bank_fts_add,
	[BANK_SQL_DOCUMENT_SET] = "UPDATE item SET document = $2 WHERE id = $1",
	[BANK_SQL_DOCUMENT_MISSING] = "SELECT i.id, v.xml, i.enemies FROM item i JOIN item_version v ON v.item = i.id AND v.version = i.version"
				      " WHERE i.document = 0 LIMIT 1",
	[BANK_SQL_DOCUMENTS] = bank_fts_find,
	[BANK_SQL_DOCUMENT_HAS] = bank_fts_has,

	[BANK_SQL_ITEM_LANGUAGES] = "SELECT language FROM item WHERE identifier = $1 ORDER BY language",

	[BANK_SQL_VERSION_GET] = "SELECT i.id, v.version, v.xml, v.hash, v.unsealed FROM item i JOIN item_version v ON v.item = i.id"
			     " WHERE i.identifier = $1 AND i.language = $2"
			     " AND v.version = CASE WHEN $3 = 0 THEN i.version ELSE $3 END",

	[BANK_SQL_SHOW] = "SELECT " COLUMNS ", 0, id, metadata_revision, metadata_at FROM item WHERE identifier = $1 AND language = $2",

	[BANK_SQL_RULE_GET] = "SELECT reviewers, pretest FROM lifecycle",
	[BANK_SQL_RULE_ADD] = "INSERT INTO lifecycle(reviewers, pretest) VALUES ($1, $2)",
	[BANK_SQL_RULE_SET] = "UPDATE lifecycle SET reviewers = $1, pretest = $2",

	[BANK_SQL_HEAD] = "SELECT seq, at, hash FROM event ORDER BY seq DESC LIMIT 1",
	[BANK_SQL_EVENT_ADD] = "INSERT INTO event(seq, at, act, who, item, version, body, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	[BANK_SQL_EVENT_PEOPLE] = "SELECT act, who FROM event WHERE item = $1 ORDER BY seq",

	[BANK_SQL_HISTORY] = "SELECT seq, body, hash FROM event WHERE seq > $1 ORDER BY seq LIMIT $2",
	[BANK_SQL_HISTORY_ITEM] = "SELECT e.seq, e.body, e.hash FROM item i JOIN event e ON e.item = i.id WHERE i.identifier = $3"
				  " AND ($4 = '' OR i.language = $4) AND e.seq > $1 ORDER BY e.seq LIMIT $2",

	[BANK_SQL_HISTORY_SEARCH] = "SELECT e.seq, e.body, e.hash FROM event e LEFT JOIN item i ON i.id = e.item WHERE e.seq < $1 AND e.seq >= $2 AND ($3 = '' OR i.identifier = $3)"
				    " AND ($4 = '' OR e.who = $4) AND ($5 < 0 OR e.act = $5) AND e.at >= $6 AND e.at <= $7 ORDER BY e.seq DESC LIMIT $8",

	[BANK_SQL_SNAPSHOT] = "SELECT identifier, language, version, hash, competence, component, level, difficulty_step, expected_s, author,"
			      " enemies, discrimination, difficulty, metadata_revision, metadata_at, state, tags, original, used,"
			      " confirmed_at, changed_at FROM item WHERE id = $1",

	[BANK_SQL_STATE_ADD] = "INSERT INTO version_state(item, version, state, since, version_hash, version_title, version_kind, version_machine)"
			       " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	[BANK_SQL_STATE_SET] = "UPDATE version_state SET state = $3, since = $4 WHERE item = $1 AND version = $2",
	/* What a new draft takes the place of: a version in state $3 or $4. */
	[BANK_SQL_STATE_SUPERSEDE] = "UPDATE version_state SET state = $5, since = $2 WHERE item = $1 AND state IN ($3, $4)",
	[BANK_SQL_STATES] = "SELECT version, state, since, version_hash FROM version_state WHERE item = $1 ORDER BY version",
	[BANK_SQL_STATES_SHOW] = "SELECT v.version, v.state, e.body FROM version_state v JOIN event e ON e.seq = v.since WHERE v.item = $1"
				 " ORDER BY v.version",
	[BANK_SQL_ITEM_STATE_GET] = "SELECT state, approved, pretest, operational FROM item WHERE id = $1",
	[BANK_SQL_ITEM_STATE_SET] = "UPDATE item SET state = $2, approved = $3, pretest = $4, operational = $5 WHERE id = $1",

	[BANK_SQL_ADOPT_EACH] = "SELECT i.id, v.version, v.hash, v.xml, v.imported_at, i.version, i.title, i.kind, i.machine_scorable,"
				" v.unsealed FROM item i JOIN item_version v ON v.item = i.id ORDER BY i.id, v.version",
	[BANK_SQL_ADOPT_ALL] = "UPDATE item SET state = $1, approved = CASE WHEN $1 = $2 THEN version ELSE 0 END,"
			       " operational = CASE WHEN $1 = $3 THEN version ELSE 0 END",

	[BANK_SQL_AUDIT_EVENTS] = "SELECT seq, at, act, who, item, version, body, hash FROM event ORDER BY seq",
	[BANK_SQL_AUDIT_ITEMS] = "SELECT identifier, language, version, hash, competence, component, level, difficulty_step, expected_s, author, enemies,"
				 " discrimination, difficulty, metadata_revision, metadata_at, state, approved, pretest, operational, id,"
				 " tags, original, used, confirmed_at, changed_at, stale FROM item ORDER BY id",
	[BANK_SQL_AUDIT_VERSIONS] = "SELECT v.item, v.version, v.hash, v.xml, v.imported_at, s.state, s.since, s.version_hash, s.version_title,"
				    " s.version_kind, s.version_machine, i.version, i.title, i.kind, i.machine_scorable, i.identifier, i.language, v.unsealed,"
				    " i.document"
				    " FROM item_version v LEFT JOIN version_state s ON s.item = v.item AND s.version = v.version"
				    " LEFT JOIN item i ON i.id = v.item ORDER BY v.item, v.version",
	[BANK_SQL_AUDIT_MEDIA] = "SELECT hash, type, bytes FROM media ORDER BY hash",
	[BANK_SQL_AUDIT_DOCUMENTS] = "SELECT document_key, kind, identifier, title, path, xml FROM package_document ORDER BY document_key",
	/* The numbers are those of take_loose (bank_audit_files.c). */
	[BANK_SQL_AUDIT_LOOSE] =
		"SELECT 0, s.item, s.version, '' FROM version_state s"
		" WHERE NOT EXISTS (SELECT 1 FROM item_version v WHERE v.item = s.item AND v.version = s.version)"
		" UNION ALL SELECT 1, i.id, i.version, i.identifier || '/' || i.language FROM item i"
		" WHERE NOT EXISTS (SELECT 1 FROM item_version v WHERE v.item = i.id AND v.version = i.version AND v.hash = i.hash)"
		" UNION ALL SELECT 2, p.item, p.version, p.path FROM version_part p"
		" WHERE NOT EXISTS (SELECT 1 FROM item_version v WHERE v.item = p.item AND v.version = p.version)"
		" UNION ALL SELECT 3, p.item, p.version, p.path FROM version_part p"
		" WHERE NOT (p.role = 0 OR (p.role IN (1, 5) AND EXISTS (SELECT 1 FROM media m WHERE m.hash = p.hash))"
		" OR (p.role = 2 AND EXISTS (SELECT 1 FROM package_document d WHERE d.document_key = p.hash AND d.kind = 0)))"
		" UNION ALL SELECT 4, 0, p.role, p.path FROM package_document_part p"
		" WHERE NOT EXISTS (SELECT 1 FROM package_document d WHERE d.document_key = p.document_key)"
		" UNION ALL SELECT 5, 0, p.role, p.path FROM package_document_part p"
		" WHERE NOT (p.role IN (0, 4) OR (p.role IN (1, 5) AND EXISTS (SELECT 1 FROM media m WHERE m.hash = p.hash))"
		" OR (p.role = 3 AND EXISTS (SELECT 1 FROM package_document d WHERE d.document_key = p.hash AND d.kind = 2)))"
		" UNION ALL SELECT 6, l.item, l.kind, l.name FROM item_link l"
		" WHERE l.kind NOT IN (0, 1, 2) OR NOT EXISTS (SELECT 1 FROM item i WHERE i.id = l.item)"
		" UNION ALL SELECT 7, i.document, count(*), min(i.identifier) FROM item i WHERE i.document <> 0 GROUP BY i.document HAVING count(*) > 1"
		" UNION ALL SELECT 8, count(*), 0, '' FROM bank HAVING count(*) <> 1"
		" UNION ALL SELECT 9, count(*), 0, '' FROM media WHERE hash NOT IN (SELECT hash FROM version_part WHERE role IN (1, 5)"
		" UNION SELECT hash FROM package_document_part WHERE role IN (1, 5)) HAVING count(*) > 0"
		" UNION ALL SELECT 10, count(*), 0, '' FROM package_document WHERE kind <> 1 AND document_key NOT IN"
		" (SELECT hash FROM version_part WHERE role = 2 UNION SELECT hash FROM package_document_part WHERE role = 3) HAVING count(*) > 0",

	[BANK_SQL_VERSIONS] = "SELECT version, hash, imported_at, length(xml) FROM item_version WHERE item = $1 ORDER BY version",

	/* What it refers to must be there: media and documents are written first. */
	[BANK_SQL_PART_ADD] = "INSERT INTO version_part(item, version, path, role, hash) SELECT $1, $2, $3, $4, $5"
			      " WHERE CASE $4 WHEN 1 THEN EXISTS (SELECT 1 FROM media WHERE hash = $5 AND type NOT IN " MODULE_TYPES ")"
			      " WHEN 5 THEN EXISTS (SELECT 1 FROM media WHERE hash = $5 AND type IN " MODULE_TYPES ")"
			      " WHEN 2 THEN EXISTS (SELECT 1 FROM package_document WHERE document_key = $5) ELSE $4 = 0 END",

	[BANK_SQL_PARTS_OF_VERSION] = "SELECT p.role, p.path, p.hash, m.type, length(m.bytes) FROM version_part p"
				      " LEFT JOIN media m ON p.role IN (1, 5) AND m.hash = p.hash WHERE p.item = $1 AND p.version = $2 ORDER BY p.path",

	[BANK_SQL_DOCUMENT_OF_PARTS] = "SELECT xml FROM item_version v WHERE item = $1 AND version = $2 AND EXISTS"
				       " (SELECT 1 FROM version_part p WHERE p.item = v.item AND p.version = v.version AND p.role <> 0)",

	[BANK_SQL_MEDIA_ADD] = "INSERT INTO media(hash, type, bytes) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING",

	[BANK_SQL_MEDIA_GET] = "SELECT type, bytes FROM media WHERE hash = $1",

	[BANK_SQL_MEDIA_ALL] = "SELECT hash, type, length(bytes) FROM media WHERE type NOT IN " MODULE_TYPES " ORDER BY hash",

	[BANK_SQL_PACKAGE_DOCUMENT_ADD] = "INSERT INTO package_document(document_key, kind, identifier, title, path, xml, imported_at)"
				  " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (document_key) DO NOTHING",

	[BANK_SQL_PACKAGE_DOCUMENT_PART_ADD] = "INSERT INTO package_document_part(document_key, path, role, hash) VALUES ($1, $2, $3, $4)",

	[BANK_SQL_PACKAGE_DOCUMENT_GET] = "SELECT kind, xml FROM package_document WHERE document_key = $1",

	[BANK_SQL_PACKAGE_DOCUMENT_PARTS] = "SELECT p.role, p.path, p.hash, m.type, length(m.bytes) FROM package_document_part p"
				    " LEFT JOIN media m ON p.role IN (1, 5) AND m.hash = p.hash WHERE p.document_key = $1 ORDER BY p.path",

	[BANK_SQL_PACKAGE_DOCUMENTS] = "SELECT kind, identifier, title, path, document_key, imported_at, length(xml) FROM package_document"
			       " ORDER BY kind, identifier, imported_at, document_key LIMIT 100001",
};
