/* The bank's own parts: statements, and the steps of an import. */
#ifndef BV_ITEMBANK_BANK_H
#define BV_ITEMBANK_BANK_H

#include "base/sandbox.h"
#include "base/sql.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "itembank/terms.h"

/* ---- Statements: bank_sql.c ---- */

#define BANK_SCHEMA 4        /* what is written: an older bank is brought up to it when it is opened to be changed, a newer one is refused */
#define BANK_SCHEMA_OLDEST 2 /* what can still be read: there has been no other */
#define BANK_SCHEMA_FTS 3    /* the first with an index of texts */
#define BANK_SCHEMA_PARTS 3  /* the first with files of packages */

enum bank_sql {
	BANK_SQL_SCHEMA_GET,
	BANK_SQL_ITEM_FIND,
	BANK_SQL_ITEM_ADD,
	BANK_SQL_ITEM_UPDATE,
	BANK_SQL_VERSION_ADD,
	BANK_SQL_METADATA_SET,
	BANK_SQL_PARAMETERS_SET,
	BANK_SQL_USED_SET,
	BANK_SQL_LINKS_CLEAR,
	BANK_SQL_LINK_ADD,
	BANK_SQL_LINKS,
	BANK_SQL_TAG_HAS,
	BANK_SQL_TAGS,
	BANK_SQL_AUTHOR_HAS,
	BANK_SQL_AUTHORS,
	BANK_SQL_TRANSLATIONS,
	BANK_SQL_CHANGED_LAST,
	BANK_SQL_STALE_SET,
	BANK_SQL_CONFIRMED_SET,
	BANK_SQL_DOCUMENT_NEXT,
	BANK_SQL_DOCUMENT_ADD,
	BANK_SQL_DOCUMENT_SET,
	BANK_SQL_DOCUMENT_MISSING,
	BANK_SQL_DOCUMENTS,
	BANK_SQL_DOCUMENT_HAS,
	BANK_SQL_ITEM_LANGUAGES,
	BANK_SQL_VERSION_GET,
	BANK_SQL_SHOW,
	BANK_SQL_VERSIONS,
	BANK_SQL_RULE_GET,
	BANK_SQL_RULE_ADD,
	BANK_SQL_RULE_SET,
	BANK_SQL_HEAD,
	BANK_SQL_EVENT_ADD,
	BANK_SQL_EVENT_PEOPLE,
	BANK_SQL_HISTORY,
	BANK_SQL_HISTORY_ITEM,
	BANK_SQL_HISTORY_SEARCH,
	BANK_SQL_SNAPSHOT,
	BANK_SQL_STATE_ADD,
	BANK_SQL_STATE_SET,
	BANK_SQL_STATE_SUPERSEDE,
	BANK_SQL_STATES,
	BANK_SQL_STATES_SHOW,
	BANK_SQL_ITEM_STATE_GET,
	BANK_SQL_ITEM_STATE_SET,
	BANK_SQL_ADOPT_EACH,
	BANK_SQL_ADOPT_ALL,
	BANK_SQL_AUDIT_EVENTS,
	BANK_SQL_AUDIT_ITEMS,
	BANK_SQL_AUDIT_VERSIONS,
	BANK_SQL_AUDIT_MEDIA,
	BANK_SQL_AUDIT_DOCUMENTS,
	BANK_SQL_AUDIT_LOOSE,
	BANK_SQL_PART_ADD,
	BANK_SQL_PARTS_OF_VERSION,
	BANK_SQL_DOCUMENT_OF_PARTS,
	BANK_SQL_MEDIA_ADD,
	BANK_SQL_MEDIA_GET,
	BANK_SQL_MEDIA_ALL,
	BANK_SQL_PACKAGE_DOCUMENT_ADD,
	BANK_SQL_PACKAGE_DOCUMENT_PART_ADD,
	BANK_SQL_PACKAGE_DOCUMENT_GET,
	BANK_SQL_PACKAGE_DOCUMENT_PARTS,
	BANK_SQL_PACKAGE_DOCUMENTS,
	BANK_SQL_STATEMENTS
};

extern const char bank_schema[];
extern const char *const bank_views[BANK_SCHEMA - BANK_SCHEMA_OLDEST];
extern const char *const bank_upgrades[BANK_SCHEMA - BANK_SCHEMA_OLDEST];
extern const char *const bank_statements[BANK_SQL_STATEMENTS];

/* The parts of a list: a select, where from, the clauses that a filter needs, and the order and limit of a page. */
enum bank_clause {
	BANK_CLAUSE_ALL,
	BANK_CLAUSE_FROM,
	BANK_CLAUSE_COMPETENCE,
	BANK_CLAUSE_COMPONENT,
	BANK_CLAUSE_LANGUAGE,
	BANK_CLAUSE_LEVEL,
	BANK_CLAUSE_KIND,
	BANK_CLAUSE_VERSION_KIND,
	BANK_CLAUSE_MACHINE,
	BANK_CLAUSE_VERSION_MACHINE,
	BANK_CLAUSE_STATE,    /* of the current version */
	BANK_CLAUSE_APPROVED, /* there is one approved, in pretest, operational; in the order of enum bv_state */
	BANK_CLAUSE_PRETEST,
	BANK_CLAUSE_OPERATIONAL,
	BANK_CLAUSE_APPROVED_VERSION, /* and it is the one */
	BANK_CLAUSE_PRETEST_VERSION,
	BANK_CLAUSE_OPERATIONAL_VERSION,
	BANK_CLAUSE_TAG,
	BANK_CLAUSE_AUTHOR,
	BANK_CLAUSE_STEP,
	BANK_CLAUSE_DIFFICULTY,
	BANK_CLAUSE_USED,
	BANK_CLAUSE_ENEMIES,
	BANK_CLAUSE_STIMULUS,
	BANK_CLAUSE_STALE,
	BANK_CLAUSE_FTS_MATCH, /* few items have the words: from them to the items */
	BANK_CLAUSE_FTS_BITS,  /* many: from the items to what was found */
	BANK_CLAUSES
};

/* What comes before the place in an order: keys, and how many. */
struct bank_order {
	const char *keys;
	int count;
};

/* What a row of a list is: an item's current version, also its state, or the version in one state. */
enum bank_select { BANK_SELECT_PLAIN, BANK_SELECT_CURRENT, BANK_SELECT_VERSION, BANK_SELECT_COUNT, BANK_SELECT_COUNT_VERSION, BANK_SELECTS };

extern const char *const bank_selects[BANK_SELECTS];
extern const char bank_from[], bank_from_version[], bank_place[];
extern const char *const bank_clauses[BANK_CLAUSES];
extern const struct bank_order bank_orders[], bank_order_common; /* of words that nearly all have, by relevance */

/* ---- The index of texts: bank_fts.c ---- */

extern const char bank_fts_schema[], bank_fts_add[], bank_fts_has[], bank_fts_find[], bank_fts_from[], bank_fts_match[], bank_fts_bits[], bank_fts_relevance[],
	bank_fts_common[];

/* The terms in the engine's language: letters, digits and its own syntax, whatever was typed. */
enum bank_fts_kind {
	BANK_FTS_ALL,
	BANK_FTS_EXACT,   /* only items that have all words with the marks that they were typed with */
	BANK_FTS_HEADING, /* only items that have all words in the title */
};
struct bv_str bank_fts_query(const struct bv_terms *terms, enum bank_fts_kind kind, struct bv_arena *arena);

/* What was found: bit n of bits (as get_bit counts) says that document n has the words; count of them, of all that there ever were. */
struct bank_documents {
	struct bv_str bits;
	uint64_t count, all;
};
/* bits live in arena. ELIMIT for more documents than one value of a statement can hold. */
BV_MUST_USE enum bv_status bank_documents_find(struct bank_documents *out, struct bv_bank *bank, struct bv_str match, struct bv_arena *arena,
                                               struct bv_err *err);

/* As of the last bank_life_load. rule.reviewers 0: the bank keeps no life cycle. */
struct bank_life {
	struct bv_life_rule rule;
	int64_t seq, at_s; /* of the last event, 0 before the first */
	uint8_t hash[BV_HASH_LEN];
	int64_t now_s, clock_s; /* of the present transaction: what is recorded, and what the clock said */
};

struct bv_bank {
	struct bv_sql *sql;
	int schema; /* an older one only when the bank is read */
	struct bank_life life;
	int64_t changed_s; /* when the versions of the present import or act count as changed; 0: it has none yet */
	struct bv_sql_stmt *stmts[BANK_SQL_STATEMENTS]; /* prepared when first used */
};

/* The statement, ready to be bound; borrowed. */
BV_MUST_USE enum bv_status bank_stmt(struct bv_sql_stmt **out, struct bv_bank *bank, enum bank_sql which, struct bv_err *err);

/* ---- What a manifest says of one file: bank_manifest.c ---- */

#define BANK_ENEMIES_MAX 64
#define BANK_TAGS_MAX 64
#define BANK_TAG_MAX 255 /* bytes */
#define BANK_PATH_MAX 32 /* bytes of a competence path */

struct bank_metadata {
	struct bv_str competence, component, author, language;
	struct bv_str enemies;  /* identifiers in byte order, separated by spaces */
	struct bv_str tags;     /* in byte order of their folded form, separated by line feeds */
	struct bv_str original; /* language of the item that it is a translation of */
	enum bv_cognitive level;
	uint32_t difficulty_step, expected_s;
};

/* A file that an import meets: named by the user, found in a folder, or listed by a manifest. */
enum bank_file_role { BANK_FILE_FOUND, BANK_FILE_ITEM, BANK_FILE_OTHER, BANK_FILE_PACKAGE, BANK_FILE_FOLDER };

struct bank_file {
	const char *path;
	enum bank_file_role role;             /* ITEM and OTHER: as a manifest says; FOLDER: an unpacked package */
	const struct bank_metadata *metadata; /* NULL: none given */
	const char *folder;                   /* that was named and walked: what the file includes lies below it; NULL: in its own */
	const char *manifest;                 /* that lists it, and where */
	int line;
	bool refused; /* the manifest has already been refused for it */
};

struct bank_files {
	struct bank_file *all;
	size_t count, cap;
	struct bv_arena arena; /* paths and metadata */
};

void bank_files_finish(struct bank_files *files);
BV_AUTO_DEFINE_FINISH(struct bank_files, bank_files_finish)
struct bank_file *bank_files_add(struct bank_files *files, struct bv_str path);

/* A language tag (BCP 47 = RFC 5646 §2.1, its form only) in the case of §2.1.1, because VI is the same language as vi; false when it is none, or does
 * not fit. */
bool bank_language_write(struct bv_buf *out, struct bv_str tag);

/* Reads the LOM metadata of a resource; strings live in its document or in arena. EINVAL or ELIMIT with the line. */
BV_MUST_USE enum bv_status bank_lom_read(struct bank_metadata *m, const struct bv_xml_node *lom, struct bv_arena *arena, struct bv_err *err);
/* A copy in arena. */
const struct bank_metadata *bank_metadata_keep(const struct bank_metadata *m, struct bv_arena *arena);

/* Adds the files that a manifest lists, which lies at path. Resources at fault go to refuse and are marked; EPARSE, ELIMIT or EINVAL when the
 * manifest as a whole cannot be read. path must live as long as files. */
BV_MUST_USE enum bv_status bank_manifest_parse(struct bank_files *files, const char *path, struct bv_str xml, const struct bv_import_opts *opts,
                                               struct bv_import_counts *counts, struct bv_err *err);

/* ---- Usage data: bank_usage.c ---- */

/* The statistics of all documents of an import. */
struct bank_usage {
	struct bank_statistic *all;
	size_t count, cap;
	struct bv_arena arena;
};

void bank_usage_finish(struct bank_usage *usage);

/* Adds the statistics of a document; those at fault go to refuse. path must live as long as usage. */
void bank_usage_read(struct bank_usage *usage, const char *path, struct bv_str xml, const struct bv_import_opts *opts,
                     struct bv_import_counts *counts);

/* Who changes the bank, and when. */
struct bank_doing {
	int64_t now_s;
	struct bv_str who; /* as person_name gives it; may be empty in a bank that keeps no life cycle */
};

/* Sets the parameters of the items that they name, in one transaction. What is given twice, or for no item, goes to refuse; the result is not
 * BV_OK only when the store failed. */
BV_MUST_USE enum bv_status bank_usage_store(struct bv_bank *bank, struct bank_usage *usage, const struct bank_doing *doing,
                                            const struct bv_import_opts *opts, struct bv_import_counts *counts, struct bv_err *err);

/* ---- The texts of an item: bank_texts.c ---- */

/* Most telling first. Choices do not hold hottext, which is in the stem; remarks are feedback and rubric blocks. */
enum bank_text_part { BANK_TEXT_TITLE, BANK_TEXT_STEM, BANK_TEXT_CHOICES, BANK_TEXT_REMARKS, BANK_TEXT_PARTS };
void bank_texts_of(struct bv_str texts[BANK_TEXT_PARTS], const struct bv_item *item, struct bv_arena *arena);

#define BANK_WORD_MARK '_' /* between a word and its marks in the index; never in either */
/* "hoa_2": the word as the index has it. */
void bank_word_write(struct bv_buf *out, const struct bv_word *word);
/* All words of a text, a space after each. */
struct bv_str bank_words(struct bv_str text, struct bv_arena *arena);
/* How many words the parts have, written as bank_words does: what the index keeps of a document, and bank_fts_has compares. */
struct bv_str bank_fts_sizes(const struct bv_str words[BANK_TEXT_PARTS], struct bv_arena *arena);

/* {"in":"stem","text":[{"text":"…"},{"text":"…","match":true}…]}: about a line of the text in which most of the terms are. Owned by the caller. */
struct bv_json *bank_snippet_new(const struct bv_item *item, const struct bv_terms *terms, struct bv_arena *arena);

/* ---- Items: bank_store.c ---- */

/* A parsed item ready to be written. Strings live in the arena of its group. */
struct bank_row {
	const struct bank_file *file;
	struct bv_str identifier, language, title, kind, xml;
	struct bv_str words[BANK_TEXT_PARTS], stimuli;
	uint8_t document[BV_HASH_LEN], hash[BV_HASH_LEN]; /* SHA-256 of xml; of the version: the same, until bank_row_seal has been at it */
	bool machine_scorable;
	bool has_parts; /* it came in a package: parts are its files. Else nothing is said of them */
	const struct bv_bank_part *parts;
	size_t part_count;
};

enum bank_stored { BANK_UNCHANGED, BANK_ADDED, BANK_VERSION, BANK_METADATA };

/* Parses the bytes of file into row. */
BV_MUST_USE enum bv_status bank_row_parse(struct bank_row *row, struct bv_arena *arena, const struct bank_file *file, struct bv_str xml,
                                          struct bv_err *err);

/* The same from an item that has been parsed from xml. */
BV_MUST_USE enum bv_status bank_row_fill(struct bank_row *row, struct bv_arena *arena, const struct bank_file *file, const struct bv_item *item,
                                         struct bv_str xml, struct bv_err *err);

/* A copy in arena, which says that it is of file. */
void bank_row_keep(struct bank_row *out, const struct bank_row *row, const struct bank_file *file, struct bv_arena *arena);

/* Writes one row, if the current version of its item is base (0: there is no such item): ECONFLICT else. */
BV_MUST_USE enum bv_status bank_row_save(enum bank_stored *what, uint32_t *version, struct bv_bank *bank, const struct bank_row *row, uint32_t base,
                                         const struct bank_doing *doing, struct bv_err *err);

/* Writes rows in one transaction; when that fails and certainly left nothing, one by one until one fails.
 * counts grows by what is on disk. */
BV_MUST_USE enum bv_status bank_rows_store(struct bv_bank *bank, const struct bank_row *rows, size_t count,
                                           const struct bank_doing *doing, struct bv_import_counts *counts, struct bv_err *err);

/* Writes row as the next version of an item that is there, draft where the bank keeps a life cycle, in the present transaction. */
BV_MUST_USE enum bv_status bank_version_write(struct bv_bank *bank, int64_t id, int64_t version, const struct bank_row *row, struct bv_err *err);

/* Has that document of the index as many words in each part? (The index gives no document back.) */
BV_MUST_USE enum bv_status bank_document_indexed(bool *indexed, struct bv_bank *bank, int64_t document, const struct bv_str words[BANK_TEXT_PARTS],
                                                 struct bv_err *err);
/* Writes the texts of the items that are not in the index yet: after an upgrade, in its transaction. */
BV_MUST_USE enum bv_status bank_documents_fill(struct bv_bank *bank, struct bv_err *err);
/* ---- Files of packages: bank_part.c ---- */

/* A medium or a document, to be written before what refers to it. */
struct bank_blob {
	bool document;
	bool module;         /* of a portable custom interaction; else a medium */
	const char *type;    /* of a medium or module */
	struct bv_str bytes; /* of one, or the XML */
	uint8_t hash[BV_HASH_LEN]; /* or the key */
	struct bv_bank_document about; /* of a document: kind, identifier, title, path */
	const struct bv_bank_part *parts;
	size_t part_count;
};

/* A copy in arena. */
void bank_blob_keep(struct bank_blob *out, const struct bank_blob *blob, struct bv_arena *arena);

/* Writes what is not there yet, in one transaction. */
BV_MUST_USE enum bv_status bank_blobs_store(struct bv_bank *bank, const struct bank_blob *blobs, size_t count, int64_t now_s, struct bv_err *err);
/* The files of a version, in the present transaction. */
BV_MUST_USE enum bv_status bank_parts_store(struct bv_bank *bank, int64_t item, int64_t version, const struct bank_row *row, struct bv_err *err);
BV_MUST_USE enum bv_status bank_parts_load(struct bv_bank_parts *out, struct bv_bank *bank, int64_t item, int64_t version, struct bv_err *err);
BV_MUST_USE enum bv_status bank_document_parts_load(struct bv_bank_parts *out, struct bv_bank *bank, struct bv_str key, struct bv_err *err);
/* Was a version, which came with files, of the document of row, which came without a word of its files? */
BV_MUST_USE enum bv_status bank_document_same(bool *same, struct bv_bank *bank, int64_t item, int64_t version, const struct bank_row *row,
                                              struct bv_err *err);

/* ---- The hash of a version: bank_seal.c ---- */

/* The SHA-256 of stimuli by their keys. */
struct bank_stimuli_seen {
	struct bank_stimulus_seen *slots; /* a hash table, cap a power of two */
	size_t count, cap;
};
void bank_stimuli_seen_finish(struct bank_stimuli_seen *seen);
BV_AUTO_DEFINE_FINISH(struct bank_stimuli_seen, bank_stimuli_seen_finish)
void bank_stimulus_add(struct bank_stimuli_seen *seen, const uint8_t key[BV_HASH_LEN], struct bv_str xml);

/* Makes row->hash cover the parts. EPARSE for a stimulus that has not been seen. */
BV_MUST_USE enum bv_status bank_row_seal(struct bank_row *row, const struct bank_stimuli_seen *seen, struct bv_err *err);
/* The files that the parts of a stored version are; EIO when one of them is gone. */
BV_MUST_USE enum bv_status bank_files_of(struct bv_version_files *out, struct bv_bank *bank, const struct bv_bank_parts *parts, struct bv_err *err);

/* One version as it is stored. unsealed: its hash is that of its document alone, so that its parts, taken by an older program, are not covered, and no
 * files. */
struct bank_version {
	int64_t item, version;
	uint8_t hash[BV_HASH_LEN];
	bool unsealed;
	struct bv_bank_parts parts;
	struct bv_version_files files;
};
void bank_version_finish(struct bank_version *version);
BV_AUTO_DEFINE_FINISH(struct bank_version, bank_version_finish)
/* Is the recorded hash of a version, whose item, version, hash and unsealed are given, that of document, the SHA-256 of its XML, and its parts? Loads
 * parts and files; parts false: only if it has to. */
BV_MUST_USE enum bv_status bank_version_verify(bool *same, struct bank_version *version, const uint8_t document[BV_HASH_LEN], bool parts,
                                               struct bv_bank *bank, struct bv_err *err);
/* Verified: EIO when the hash is not that of document and files. xml may be NULL; parts false: parts and files need not be loaded. Else as
 * bv_bank_load_xml. */
BV_MUST_USE enum bv_status bank_version_load(struct bank_version *out, struct bv_buf *xml, bool parts, struct bv_bank *bank, struct bv_str identifier,
                                             struct bv_str language, uint32_t version, struct bv_err *err);

/* ---- Packages: bank_package.c ---- */

/* What a package gives, checked. Strings are borrowed until the function returns; paths are "folder/quiz.zip/items/a.xml". */
struct bank_package_sink {
	void *ctx;
	void (*refuse)(void *ctx, const char *path, const struct bv_err *err); /* path NULL: the message has it */
	void (*note)(void *ctx, const char *path, const struct bv_err *err);
	enum bv_status (*item)(void *ctx, const struct bank_row *row, struct bv_err *err); /* row->file is borrowed too */
	enum bv_status (*blob)(void *ctx, const struct bank_blob *blob, struct bv_err *err);
	enum bv_status (*usage)(void *ctx, const char *path, struct bv_str xml, struct bv_err *err);
};

/* Reads the package at path in a sandbox; limits NULL: those of this program (doc/packages.md). What the sink returns ends it; a package that cannot be
 * read is refused. The result is not BV_OK when the sink's was not, or no sandbox could be had (EDENIED, EIO). */
BV_MUST_USE enum bv_status bank_package_read(const char *path, const struct bv_sandbox_limits *limits, bool unfiltered,
                                             const struct bank_package_sink *sink, struct bv_err *err);
/* The same for an archive in memory. */
BV_MUST_USE enum bv_status bank_package_read_bytes(const char *path, struct bv_str bytes, const struct bv_sandbox_limits *limits,
                                                   const struct bank_package_sink *sink, struct bv_err *err);
/* The same for a package that lies unpacked in the folder at path; also for a folder without a manifest. */
BV_MUST_USE enum bv_status bank_package_read_folder(const char *path, bool unfiltered, const struct bank_package_sink *sink, struct bv_err *err);
/* One frame of the sandbox; EPARSE when it is not what a reading gives. */
BV_MUST_USE enum bv_status bank_package_take(const char *path, struct bv_str frame, const struct bank_package_sink *sink, struct bv_err *err);
/* The same from bytes, in this process: for the fuzzer. */
BV_MUST_USE enum bv_status bank_package_read_here(const char *path, struct bv_str bytes, const struct bank_package_sink *sink, struct bv_err *err);

/* Is it the path of a package: a file that begins as a zip archive does, or whose name says so? */
bool bank_is_package(const char *path);

/* Local name of the first start tag, without parsing: which kind of document this claims to be. */
struct bv_str bank_root_name(struct bv_str xml);
bool bank_is_item(struct bv_str xml);

/* The form of what manifests say. */
bool bank_metadata_good(const struct bank_metadata *m);

/* ---- What items name: bank_links.c ---- */

enum bank_link { BANK_LINK_TAG, BANK_LINK_ENEMY, BANK_LINK_STIMULUS };

/* Names of one kind, in place of those that the item has; end stands between two. */
BV_MUST_USE enum bv_status bank_links_set(struct bv_bank *bank, int64_t id, enum bank_link kind, struct bv_str names, char end, struct bv_err *err);
/* Has the item exactly these? */
BV_MUST_USE enum bv_status bank_links_same(bool *same, struct bv_bank *bank, int64_t id, enum bank_link kind, struct bv_str names, char end,
                                           struct bv_err *err);
/* Adds the array `name` of them to json. */
BV_MUST_USE enum bv_status bank_links_show(struct bv_json *json, const char *name, struct bv_bank *bank, int64_t id, enum bank_link kind,
                                           struct bv_err *err);

/* ENOTFOUND, with the names near to it, when no item has the name: `has` is asked for it, `all` gives those that there are. */
BV_MUST_USE enum bv_status bank_name_check(struct bv_bank *bank, enum bank_sql has, enum bank_sql all, const char *what, struct bv_str name,
                                           struct bv_err *err);

/* ---- Translations: bank_translation.c ---- */

/* When what is done now counts as done: bank->changed_s, which is found first if need be: this second, or the next that is later than all changes and
 * confirmations in the bank. In the present transaction. */
BV_MUST_USE enum bv_status bank_changed_now(int64_t *changed_s, struct bv_bank *bank, struct bv_err *err);

/* Marks those of an item that are stale, and unmarks the others, in the present transaction. */
BV_MUST_USE enum bv_status bank_translations_update(struct bv_bank *bank, struct bv_str identifier, struct bv_err *err);
/* Is that one stale, whatever its row says? */
BV_MUST_USE enum bv_status bank_translation_stale(bool *stale, struct bv_bank *bank, struct bv_str identifier, struct bv_str language, struct bv_err *err);
/* Adds translationOf and stale, or translations, to json. */
BV_MUST_USE enum bv_status bank_translations_show(struct bv_json *json, struct bv_bank *bank, struct bv_str identifier, struct bv_str language,
                                                  struct bv_err *err);

/* ---- Queries: bank_filter.c ---- */

#define BANK_KEYS_MAX 2

/* A statement made for one filter; all that it is bound to lives here. */
struct bank_query {
	struct bv_sql_stmt *stmt;
	struct bv_buf text;
	struct bv_arena arena;
};

/* Items that match the filter, or how many; page NULL: no order and no limit. ELIMIT, EPARSE or EINVAL for a filter at fault, ENOTFOUND for a page
 * after an item that is not in the list. bank->life must have been loaded. query is zeroed by the caller, and finished also after a failure. */
BV_MUST_USE enum bv_status bank_query_make(struct bank_query *query, struct bv_bank *bank, bool count, const struct bv_bank_filter *filter,
                                           const struct bv_bank_page *page, struct bv_err *err);
void bank_query_finish(struct bank_query *query);
BV_AUTO_DEFINE_FINISH(struct bank_query, bank_query_finish)

/* ---- Shared by list, pool and show ---- */

/* Fills item from a row of a select or BANK_SQL_SHOW, copying into arena; EIO when it holds what no import writes. */
BV_MUST_USE enum bv_status bank_item_load(struct bv_pool_item *item, struct bv_sql_stmt *row, struct bv_arena *arena, struct bv_err *err);

/* Replaces an empty language by the only one that the item has. */
BV_MUST_USE enum bv_status bank_language_find(struct bv_str *language, struct bv_bank *bank, struct bv_str identifier,
                                              struct bv_arena *arena, struct bv_err *err);

#endif
