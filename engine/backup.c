/* A ledger is archived while it is written, and made anew of its archive. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/copy.h"

BV_AUTO_DEFINE_FINISH(struct archive, archive_finish)
BV_AUTO_DEFINE(struct copy_target, copy_close)

/* ---- Backup ---- */

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd); /* and the lock is gone */
}

static enum bv_status
lock_folder(int *fd, const char *folder, struct bv_err *err)
{
	TRY(bv_dir_make(folder, err));
	*fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return bv_err_set(err, BV_EIO, "%s: %s", folder, strerror(errno));
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return BV_OK;
	return bv_err_set(err, errno == EWOULDBLOCK ? BV_ECONFLICT : BV_EIO, "%s: another backup is at work there", folder);
}

/* The archive as it is, or a new one; what it has must be what the ledger has. */
static enum bv_status
open_archive(struct archive *archive, const char *folder, struct bv_str origin, struct bv_sql *sql, struct bv_err *err)
{
	uint8_t hash[BV_HASH_LEN];

	enum bv_status status = archive_load(archive, folder, err);
	if (status == BV_ENOTFOUND) {
		archive->origin = origin;
		return BV_OK;
	}
	TRY(status);
	if (!bv_str_eq(archive->origin, origin))
		return bv_err_set(err, BV_EDENIED, "%s: the archive of '%.*s', not of '%.*s'", folder, BV_STR_ARG(archive->origin), BV_STR_ARG(origin));
	if (!archive->count)
		return BV_OK;
	const struct archive_segment *last = &archive->segments[archive->count - 1];
	status = copy_hash_at(hash, sql, last->to, err);
	if (status == BV_ENOTFOUND)
		return bv_err_set(err, BV_EDENIED, "%s: the archive has event %" PRId64 ", and the ledger has not: events were lost there", folder, last->to);
	TRY(status);
	if (!bv_hash_eq(hash, last->last_hash))
		return bv_err_set(err, BV_EDENIED, "%s: event %" PRId64 " of the ledger is another than in the archive: another history", folder, last->to);
	return BV_OK;
}

/* The next events, as a file; no row: segment->to is 0. A statement sees one state of the database, and ends soon, so that the log of a file can be
 * begun again. */
static enum bv_status
collect(struct bv_buf *bytes, struct archive_segment *segment, struct bv_sql_stmt *stmt, int64_t after_n, int64_t last_n, struct bv_err *err)
{
	struct copy_event event;
	bool row;

	bv_buf_clear(bytes);
	*segment = (struct archive_segment){ .from = after_n + 1 };
	bv_sql_bind_int(stmt, 1, after_n);
	bv_sql_bind_int(stmt, 2, last_n - after_n < ARCHIVE_EVENTS ? last_n - after_n : ARCHIVE_EVENTS);
	while (bytes->len < ARCHIVE_BYTES) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		TRY(copy_row(&event, stmt, err));
		if (event.n != after_n + 1)
			return bv_err_set(err, BV_EDENIED, "event %" PRId64 " is missing in the ledger", after_n + 1);
		archive_event_write(bytes, &event);
		segment->to = after_n = event.n;
		segment->last_ms = event.at_ms;
		memcpy(segment->last_hash, event.hash, BV_HASH_LEN);
	}
	return BV_OK;
}

static enum bv_status
archive_events(struct bv_ledger_copied *out, struct archive *archive, struct bv_sql *sql, int64_t last_n, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(ARCHIVE_BYTES + 2 * BV_EXAM_BODY_MAX);
	struct archive_segment segment;

	TRY(bv_sql_prepare(&stmt, sql, COPY_EVENTS " WHERE n > $1 ORDER BY n LIMIT $2", err));
	for (;;) {
		int64_t after_n = archive->count ? archive->segments[archive->count - 1].to : 0;
		enum bv_status status = collect(&bytes, &segment, stmt, after_n, last_n, err);
		bv_sql_reset(stmt);
		TRY(status);
		if (!segment.to)
			break;
		TRY(archive_add(archive, &segment, bv_buf_str(&bytes), err));
		out->added += segment.to - after_n;
	}
	if (archive->count) {
		out->events = archive->segments[archive->count - 1].to;
		out->last_ms = archive->segments[archive->count - 1].last_ms;
	}
	return BV_OK;
}

/* Documents of sittings never change once they are open. Both lists have nearly one order: each search begins where the last one ended. */
static bool
has_document(const struct archive *archive, size_t *at, struct bv_str sitting, struct bv_str document)
{
	for (size_t i = 0; i < archive->document_count; i++) {
		const struct archive_document *there = &archive->documents[(*at + i) % archive->document_count];
		if (!bv_str_eq(there->sitting, sitting) || !bv_str_eq(there->document, document))
			continue;
		*at = (*at + i + 1) % archive->document_count;
		return true;
	}
	return false;
}

static enum bv_status
archive_document(struct archive *archive, struct bv_sql_stmt *stmt, struct bv_str sitting, struct bv_str document, struct bv_err *err)
{
	bool row;

	bv_sql_bind_str(stmt, 1, sitting);
	bv_sql_bind_str(stmt, 2, document);
	TRY(bv_sql_step(stmt, &row, err));
	enum bv_status status = row ? archive_add_document(archive, sitting, document, bv_sql_blob(stmt, 0), err) : BV_OK;
	bv_sql_reset(stmt);
	return status;
}

static enum bv_status
archive_documents(struct archive *archive, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *list = NULL, *one = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	size_t at = 0;
	bool there, row;

	TRY(bv_sql_has_table(&there, sql, "exam_document", err));
	if (!there)
		return BV_OK;
	TRY(bv_sql_prepare(&list, sql, "SELECT d.sitting, d.document FROM exam_document d JOIN sitting s ON s.name = d.sitting ORDER BY d.sitting, d.document", err));
	TRY(bv_sql_prepare(&one, sql, "SELECT bytes FROM exam_document WHERE sitting = $1 AND document = $2", err));
	for (;;) {
		TRY(bv_sql_step(list, &row, err));
		if (!row)
			return BV_OK;
		if (has_document(archive, &at, bv_sql_str(list, 0), bv_sql_str(list, 1)))
			continue;
		struct bv_str sitting = bv_arena_str(&arena, bv_sql_str(list, 0)), document = bv_arena_str(&arena, bv_sql_str(list, 1));
		TRY(archive_document(archive, one, sitting, document, err));
	}
}

enum bv_status
bv_ledger_backup(struct bv_ledger_copied *out, const char *url, const char *folder, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(archive_finish) struct archive archive = { .folder = folder };
	__attribute__((cleanup(close_fd))) int fd = -1;
	struct bv_ledger_copied copied = { 0 };
	struct copy_rest rest = { 0 };
	int64_t last_n;

	TRY(copy_open(&sql, &rest.origin, url, &arena, err));
	TRY(lock_folder(&fd, folder, err));
	TRY(open_archive(&archive, folder, rest.origin, sql, err));
	/* What comes meanwhile is the next backup's: a ledger that is written as fast as this disk would never be done. */
	TRY(copy_last(&last_n, sql, err));
	TRY(archive_documents(&archive, sql, err)); /* so that every sitting that is opened in the archive has its own there */
	TRY(archive_events(&copied, &archive, sql, last_n, err));
	TRY(copy_rest_load(&rest, sql, 0, &arena, err));
	TRY(archive_set_rest(&archive, &rest, err));
	*out = copied;
	return BV_OK;
}

/* ---- Restore ---- */

struct restore {
	struct copy_target *target;
	int64_t until_n, until_ms;
	struct bv_ledger_copied *out;
	bool over; /* what comes is later than wanted */
};

/* Events that an interrupted call has stored are passed over. */
static enum bv_status
restore_event(struct restore *restore, const struct copy_event *event, struct bv_err *err)
{
	if (event->n > restore->until_n || event->at_ms > restore->until_ms) {
		restore->over = true;
		return BV_OK;
	}
	restore->out->events = event->n;
	restore->out->last_ms = event->at_ms;
	if (event->n == restore->target->last_n)
		return copy_same_last(restore->target, event, err);
	if (event->n < restore->target->last_n)
		return BV_OK;
	restore->out->added++;
	return copy_put(restore->target, event, err);
}

static enum bv_status
restore_segment(struct restore *restore, const struct archive *archive, const struct archive_segment *segment, struct bv_buf *bytes,
                struct bv_err *err)
{
	struct copy_event event;

	TRY(archive_read(bytes, archive, segment, err));
	struct bv_str rest = bv_buf_str(bytes);
	for (int64_t n = segment->from; n <= segment->to && !restore->over; n++) {
		TRY(archive_event_parse(&event, &rest, err));
		if (event.n != n)
			return bv_err_set(err, BV_EPARSE, "%.*s: event %" PRId64 " where %" PRId64 " is expected", BV_STR_ARG(segment->name), event.n, n);
		TRY(restore_event(restore, &event, err));
	}
	return BV_OK;
}

static enum bv_status
restore_documents(struct copy_target *target, const struct archive *archive, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_EXAM_DOCUMENT_MAX);

	for (size_t i = 0; i < archive->document_count; i++) {
		TRY(archive_read_document(&bytes, archive, &archive->documents[i], err));
		TRY(copy_put_document(target, archive->documents[i].sitting, archive->documents[i].document, bv_buf_str(&bytes), err));
	}
	return BV_OK;
}

enum bv_status
bv_ledger_restore(struct bv_ledger_copied *out, const char *folder, const char *url, int64_t until_n, int64_t until_ms, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(archive_finish) struct archive archive = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(ARCHIVE_BYTES + 2 * BV_EXAM_BODY_MAX), purpose = BV_BUF(1000);
	struct copy_target *target = bv_arena_alloc(&arena, sizeof *target);
	BV_AUTO(copy_close) struct copy_target *opened = target;
	struct bv_ledger_copied copied = { 0 };
	struct restore restore = { .target = target, .until_n = until_n, .until_ms = until_ms, .out = &copied };
	struct copy_rest rest;

	TRY(archive_load(&archive, folder, err));
	TRY(archive_rest(&rest, &archive, &arena, err));
	bv_buf_printf(&purpose, "restore %.*s to %" PRId64 " %" PRId64, BV_STR_ARG(archive.origin), until_n, until_ms);
	TRY(copy_begin(opened, url, bv_buf_str(&purpose), err));
	for (size_t i = 0; i < archive.count && !restore.over; i++)
		TRY(restore_segment(&restore, &archive, &archive.segments[i], &bytes, err));
	TRY(copy_flush(target, err));
	TRY(restore_documents(target, &archive, err));
	TRY(copy_finish(target, &rest, err));
	*out = copied;
	return BV_OK;
}
