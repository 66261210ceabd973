/* What archive, restore and move of a ledger share. */
#ifndef BV_ENGINE_COPY_H
#define BV_ENGINE_COPY_H

#include "base/sql.h"
#include "engine/ledger.h"

/* A row of the log, as it is: nothing of it is believed or mended here. */
struct copy_event {
	int64_t n, sitting, attempt, seq, at_ms, kind, prev;
	struct bv_str body;
	uint8_t hash[BV_HASH_LEN];
};

struct copy_checkpoint {
	int64_t sitting, size, n;
	struct bv_str root, peaks, note;
};

struct copy_boot {
	int64_t n, boot_ms, utc_ms, exam_ms;
	struct bv_str boot_id, signature;
};

/* What is not events. */
struct copy_rest {
	struct bv_str origin;
	const struct copy_checkpoint *checkpoints;
	size_t checkpoint_count;
	const struct copy_boot *boots;
	size_t boot_count;
};

#define COPY_ROWS 4096
#define COPY_BYTES (8u << 20)

/* ---- copy_source.c: a ledger that is read ---- */

/* Opens a ledger to read it; *origin is in arena. */
BV_MUST_USE enum bv_status copy_open(struct bv_sql **out, struct bv_str *origin, const char *url, struct bv_arena *arena, struct bv_err *err);
#define COPY_EVENTS "SELECT " EVENT_COLUMNS " FROM event"
BV_MUST_USE enum bv_status copy_row(struct copy_event *event, struct bv_sql_stmt *stmt, struct bv_err *err);
/* Checkpoints (of one sitting, or 0: all) and clocks, in arena. */
BV_MUST_USE enum bv_status copy_rest_load(struct copy_rest *rest, struct bv_sql *sql, int64_t sitting, struct bv_arena *arena, struct bv_err *err);
/* The number of the last event, 0 for none. */
BV_MUST_USE enum bv_status copy_last(int64_t *n, struct bv_sql *sql, struct bv_err *err);
/* The event at n: only its hash. ENOTFOUND. */
BV_MUST_USE enum bv_status copy_hash_at(uint8_t hash[BV_HASH_LEN], struct bv_sql *sql, int64_t n, struct bv_err *err);
/* The tree of the first `limit` events of a sitting. */
BV_MUST_USE enum bv_status copy_tree(struct bv_merkle *tree, struct bv_sql *sql, int64_t sitting, int64_t limit, struct bv_err *err);
/* ENOTFOUND. */
BV_MUST_USE enum bv_status copy_find_sitting(int64_t *id, int64_t *closed_n, struct bv_sql *sql, struct bv_str name, struct bv_err *err);

/* ---- copy_target.c: a ledger that is made ---- */

#define COPY_OFFICE_STATEMENTS 6

struct copy_target {
	struct bv_sql *sql;
	struct bv_sql_bulk *events, *attempts;
	struct bv_sql_stmt *sitting, *closed;
	struct bv_sql_stmt *office[COPY_OFFICE_STATEMENTS]; /* copy_office.c */
	const char *url;
	int64_t last_n; /* in it, committed */
	/* collected */
	size_t count, attempt_count, sitting_count;
	int64_t n[COPY_ROWS], sittings[COPY_ROWS], attempt[COPY_ROWS], seq[COPY_ROWS], at[COPY_ROWS], kind[COPY_ROWS], prev[COPY_ROWS];
	struct bv_str bodies[COPY_ROWS], hashes[COPY_ROWS];
	int64_t attempt_id[COPY_ROWS], attempt_sitting[COPY_ROWS];
	struct bv_str tickets[COPY_ROWS];
	struct bv_arena arena;
};
/* An empty database, or one that was begun for the same purpose and not finished. */
BV_MUST_USE enum bv_status copy_begin(struct copy_target *target, const char *url, struct bv_str purpose, struct bv_err *err);
/* n is one more than that of the event before. Stored when enough are there. */
BV_MUST_USE enum bv_status copy_put(struct copy_target *target, const struct copy_event *event, struct bv_err *err);
/* Is that the last event that is in it, as an interrupted call left it? EDENIED. */
BV_MUST_USE enum bv_status copy_same_last(struct copy_target *target, const struct copy_event *event, struct bv_err *err);
/* What was collected. */
BV_MUST_USE enum bv_status copy_flush(struct copy_target *target, struct bv_err *err);
/* The rest, and that makes it a ledger. */
BV_MUST_USE enum bv_status copy_finish(struct copy_target *target, const struct copy_rest *rest, struct bv_err *err);
void copy_close(struct copy_target *target);

/* ---- copy_office.c: the tables beside it ---- */

/* The row of a seat, as event i of those that were collected leaves it. Inside a transaction, when the event is in it. */
BV_MUST_USE enum bv_status copy_put_seat(struct copy_target *target, size_t i, struct bv_err *err);
/* Nothing, when the sitting is not among what was copied until now; what is there already stays. */
BV_MUST_USE enum bv_status copy_put_document(struct copy_target *target, struct bv_str sitting, struct bv_str document, struct bv_str bytes,
                                             struct bv_err *err);
/* All of a sitting. */
BV_MUST_USE enum bv_status copy_documents(struct copy_target *target, struct bv_sql *from, struct bv_str sitting, struct bv_err *err);
BV_MUST_USE enum bv_status copy_results(struct copy_target *target, struct bv_sql *from, int64_t sitting, struct bv_err *err);

/* ---- archive.c: the folder ---- */

#define ARCHIVE_EVENTS 50000
#define ARCHIVE_BYTES (16u << 20)

struct archive_segment {
	struct bv_str name;
	int64_t from, to, last_ms, bytes;
	uint8_t sha256[BV_HASH_LEN], last_hash[BV_HASH_LEN];
};

/* A document of a sitting: a file that is named by its hash. */
struct archive_document {
	struct bv_str sitting, document;
	uint8_t sha256[BV_HASH_LEN];
};

struct archive {
	const char *folder;
	struct bv_str origin, rest_name;
	uint8_t rest_sha256[BV_HASH_LEN];
	struct archive_segment *segments;
	size_t count, cap;
	struct archive_document *documents;
	size_t document_count, document_cap;
	struct bv_arena arena;
};
/* ENOTFOUND when there is no manifest. */
BV_MUST_USE enum bv_status archive_load(struct archive *archive, const char *folder, struct bv_err *err);
void archive_finish(struct archive *archive);
/* The manifest, and the file of what is not events, as texts. */
BV_MUST_USE enum bv_status archive_parse(struct archive *archive, struct bv_str manifest, struct bv_err *err);
BV_MUST_USE enum bv_status archive_rest_parse(struct copy_rest *rest, struct bv_str text, struct bv_arena *arena, struct bv_err *err);
/* A file of events, and then a manifest that has it. */
BV_MUST_USE enum bv_status archive_add(struct archive *archive, struct archive_segment *segment, struct bv_str bytes, struct bv_err *err);
/* A file; the next manifest has it. */
BV_MUST_USE enum bv_status archive_add_document(struct archive *archive, struct bv_str sitting, struct bv_str document, struct bv_str bytes,
                                                struct bv_err *err);
BV_MUST_USE enum bv_status archive_read_document(struct bv_buf *bytes, const struct archive *archive, const struct archive_document *document,
                                                 struct bv_err *err);
BV_MUST_USE enum bv_status archive_set_rest(struct archive *archive, const struct copy_rest *rest, struct bv_err *err);
BV_MUST_USE enum bv_status archive_rest(struct copy_rest *rest, const struct archive *archive, struct bv_arena *arena, struct bv_err *err);
/* Checked against the manifest. */
BV_MUST_USE enum bv_status archive_read(struct bv_buf *bytes, const struct archive *archive, const struct archive_segment *segment, struct bv_err *err);
void archive_event_write(struct bv_buf *out, const struct copy_event *event);
/* Takes one event off rest; its body is borrowed. EPARSE. */
BV_MUST_USE enum bv_status archive_event_parse(struct copy_event *event, struct bv_str *rest, struct bv_err *err);

#endif
