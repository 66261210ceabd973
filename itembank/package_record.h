/* What the reading of a package tells: records of byte strings, each one frame of a sandbox. What comes back from there is not believed: package_take
 * checks it. Private to itembank. */
#ifndef BV_ITEMBANK_PACKAGE_RECORD_H
#define BV_ITEMBANK_PACKAGE_RECORD_H

#include "itembank/bank.h"
#include "itembank/package.h"

enum record_kind {
	RECORD_REFUSED,  /* path (empty: the package), status, line, rule (of notes empty), message */
	RECORD_NOTE,     /* the same */
	RECORD_MEDIA,    /* path, type, bytes */
	RECORD_DOCUMENT, /* kind, path, identifier, title, xml, parts … */
	RECORD_ITEM,     /* RECORD_ITEM_FIELDS, parts … */
	RECORD_USAGE,    /* path, xml */
	RECORD_WANTED,   /* the number of a listed file: the child waits for its bytes */
	RECORD_KINDS
};

enum {
	ITEM_PATH, ITEM_LINE, ITEM_IDENTIFIER, ITEM_LANGUAGE, ITEM_TITLE, ITEM_KIND, ITEM_XML, ITEM_MACHINE, ITEM_HAS_METADATA,
	ITEM_COMPETENCE, ITEM_COMPONENT, ITEM_AUTHOR, ITEM_ENEMIES, ITEM_TAGS, ITEM_ORIGINAL, ITEM_LEVEL, ITEM_STEP, ITEM_EXPECTED, ITEM_STIMULI, ITEM_WORDS,
	RECORD_ITEM_FIELDS = ITEM_WORDS + BANK_TEXT_PARTS
};

#define RECORD_FIELDS_MAX (RECORD_ITEM_FIELDS + 3 * BV_BANK_PARTS_MAX)
#define RECORD_MAX (PACKAGE_FILE_MAX + (1u << 20)) /* bytes of one */

struct record {
	enum record_kind kind;
	struct bv_str *fields;
	size_t count, cap;
};

void record_finish(struct record *record);
BV_AUTO_DEFINE_FINISH(struct record, record_finish)

void record_begin(struct record *record, enum record_kind kind);
/* Adds a field, borrowed. */
void record_add(struct record *record, struct bv_str field);
void record_add_number(struct record *record, uint64_t n, struct bv_arena *arena);
void record_add_part(struct record *record, const struct bv_bank_part *part, struct bv_arena *arena);

void record_write(struct bv_buf *out, const struct record *record);
/* Fields are borrowed from frame; out is a record that may have been used before. EPARSE when it is no record. */
BV_MUST_USE enum bv_status record_read(struct record *out, struct bv_str frame, struct bv_err *err);
bool record_number(const struct record *record, size_t field, uint64_t most, uint64_t *out);

/* SHA-256 over kind, document and parts (sorted by path): the same stimulus with another picture is another one. */
void document_key(uint8_t key[BV_HASH_LEN], enum bv_document_kind kind, struct bv_str xml, const struct bv_bank_part *parts, size_t count);

/* Identifier and title that the root element of a document gives; empty when it has none. */
void package_document_names(struct bv_str *identifier, struct bv_str *title, const struct bv_xml_node *root, struct bv_arena *arena);

/* Where records go: a pipe, or straight to what takes them. */
typedef void (*record_send)(void *ctx, const struct record *record);

/* Reads the package and sends what is in it; faults are records too. Computes only: no file, no clock, no database. In a folder items and usage data
 * that the manifest does not list count too, and there need not be one. */
void package_tell(const struct package_source *source, record_send send, void *ctx);

#endif
