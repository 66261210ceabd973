/* The folder of an archive: files of events, one of what is not events, and a manifest that is replaced when a file is safe. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "engine/copy.h"
#include "engine/event.h"

#define FORMAT "bv-archive-1"
#define MANIFEST "manifest.json"
enum { MANIFEST_MAX = 64 << 20, REST_MAX = 256 << 20, EVENT_HEAD = 7 * 8 + 4 };

static enum bv_status
path_of(struct bv_buf *path, const struct archive *archive, struct bv_str name, struct bv_err *err)
{
	bv_buf_clear(path);
	bv_buf_printf(path, "%s/%.*s", archive->folder, BV_STR_ARG(name));
	return bv_buf_check(path, err);
}

/* ---- The manifest ---- */

static enum bv_status
read_hex(uint8_t out[BV_HASH_LEN], const struct bv_json *json, const char *name, struct bv_err *err)
{
	struct bv_str hex;

	TRY(bv_json_need_str(&hex, json, name, err));
	return bv_hex_parse(out, BV_HASH_LEN, hex, err);
}

/* A name is one of ours: nothing outside the folder is read. */
static enum bv_status
read_name(struct bv_str *out, const struct bv_json *json, const char *name, struct bv_arena *arena, struct bv_err *err)
{
	TRY(bv_json_need_str(out, json, name, err));
	if (!out->len || out->len > 100 || out->p[0] == '.' || bv_str_find(*out, '/') < out->len)
		return bv_err_set(err, BV_EINVAL, "'%.*s' is no name of a file of an archive", BV_STR_ARG(bv_str_sub(*out, 0, 40)));
	*out = bv_arena_str(arena, *out);
	return BV_OK;
}

static enum bv_status
read_segment(struct archive_segment *segment, const struct bv_json *json, int64_t from, struct bv_arena *arena, struct bv_err *err)
{
	TRY(bv_json_only(json, "name from to lastMs bytes sha256 lastHash", err));
	TRY(read_name(&segment->name, json, "name", arena, err));
	TRY(bv_json_need_int(&segment->from, json, "from", err));
	TRY(bv_json_need_int(&segment->to, json, "to", err));
	TRY(bv_json_need_int(&segment->last_ms, json, "lastMs", err));
	TRY(bv_json_need_int(&segment->bytes, json, "bytes", err));
	TRY(read_hex(segment->sha256, json, "sha256", err));
	TRY(read_hex(segment->last_hash, json, "lastHash", err));
	if (segment->from != from || segment->to < from)
		return bv_err_set(err, BV_EINVAL, "'%.*s' is of events %" PRId64 " to %" PRId64 ", and %" PRId64 " is the next", BV_STR_ARG(segment->name),
		                  segment->from, segment->to, from);
	return BV_OK;
}

static struct archive_segment *
next_segment(struct archive *archive)
{
	if (archive->count == archive->cap) {
		archive->cap = archive->cap ? 2 * archive->cap : 16;
		archive->segments = bv_resize_array(archive->segments, archive->cap, sizeof archive->segments[0]);
	}
	archive->segments[archive->count] = (struct archive_segment){ 0 };
	return &archive->segments[archive->count];
}

static struct archive_document *
next_document(struct archive *archive)
{
	if (archive->document_count == archive->document_cap) {
		archive->document_cap = archive->document_cap ? 2 * archive->document_cap : 16;
		archive->documents = bv_resize_array(archive->documents, archive->document_cap, sizeof archive->documents[0]);
	}
	return &archive->documents[archive->document_count];
}

static enum bv_status
read_documents(struct archive *archive, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *list;

	if (!bv_json_find(json, "documents"))
		return BV_OK;
	TRY(bv_json_need(&list, json, "documents", BV_JSON_ARRAY, err));
	for (size_t i = 0; i < bv_json_count(list); i++) {
		const struct bv_json *row = bv_json_at(list, i);
		struct archive_document *document = next_document(archive);
		TRY(bv_json_only(row, "sitting document sha256", err));
		TRY(bv_json_need_str(&document->sitting, row, "sitting", err));
		TRY(bv_json_need_str(&document->document, row, "document", err));
		TRY(read_hex(document->sha256, row, "sha256", err));
		document->sitting = bv_arena_str(&archive->arena, document->sitting);
		document->document = bv_arena_str(&archive->arena, document->document);
		archive->document_count++;
	}
	return BV_OK;
}

static enum bv_status
read_manifest(struct archive *archive, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *list;
	struct bv_str format;

	TRY(bv_json_only(json, "format origin segments documents rest restSha256", err));
	TRY(bv_json_need_str(&format, json, "format", err));
	if (!bv_str_is(format, FORMAT))
		return bv_err_set(err, BV_EINVAL, "not an archive of this program: format '%.*s'", BV_STR_ARG(bv_str_sub(format, 0, 40)));
	TRY(bv_json_need_str(&archive->origin, json, "origin", err));
	archive->origin = bv_arena_str(&archive->arena, archive->origin);
	if (bv_json_find(json, "rest")) {
		TRY(read_name(&archive->rest_name, json, "rest", &archive->arena, err));
		TRY(read_hex(archive->rest_sha256, json, "restSha256", err));
	}
	TRY(bv_json_need(&list, json, "segments", BV_JSON_ARRAY, err));
	for (size_t i = 0; i < bv_json_count(list); i++) {
		TRY(read_segment(next_segment(archive), bv_json_at(list, i), i ? archive->segments[i - 1].to + 1 : 1, &archive->arena, err));
		archive->count++;
	}
	return read_documents(archive, json, err);
}

enum bv_status
archive_parse(struct archive *archive, struct bv_str manifest, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	TRY(bv_json_parse_large(&json, manifest, MANIFEST_MAX, err));
	return read_manifest(archive, json, err);
}

enum bv_status
archive_load(struct archive *archive, const char *folder, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(MANIFEST_MAX);

	archive->folder = folder;
	TRY(bv_file_read_in(&text, folder, MANIFEST, err));
	if (archive_parse(archive, bv_buf_str(&text), err) != BV_OK)
		return bv_err_again(err, err->line, "%s/" MANIFEST ": %s", folder, err->msg);
	return BV_OK;
}

void
archive_finish(struct archive *archive)
{
	free(archive->segments);
	free(archive->documents);
	bv_arena_finish(&archive->arena);
}

static enum bv_status
write_manifest(const struct archive *archive, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(MANIFEST_MAX), path = BV_BUF(4096);
	struct bv_json_pen pen = { .out = &text, .pretty = true };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "format", BV_STR(FORMAT));
	bv_json_pen_str(&pen, "origin", archive->origin);
	bv_json_pen_open(&pen, "segments", '[');
	for (size_t i = 0; i < archive->count; i++) {
		const struct archive_segment *s = &archive->segments[i];
		bv_json_pen_open(&pen, NULL, '{');
		bv_json_pen_str(&pen, "name", s->name);
		bv_json_pen_int(&pen, "from", s->from);
		bv_json_pen_int(&pen, "to", s->to);
		bv_json_pen_int(&pen, "lastMs", s->last_ms);
		bv_json_pen_int(&pen, "bytes", s->bytes);
		bv_json_pen_hex(&pen, "sha256", s->sha256, BV_HASH_LEN);
		bv_json_pen_hex(&pen, "lastHash", s->last_hash, BV_HASH_LEN);
		bv_json_pen_close(&pen, '}');
	}
	bv_json_pen_close(&pen, ']');
	bv_json_pen_open(&pen, "documents", '[');
	for (size_t i = 0; i < archive->document_count; i++) {
		bv_json_pen_open(&pen, NULL, '{');
		bv_json_pen_str(&pen, "sitting", archive->documents[i].sitting);
		bv_json_pen_str(&pen, "document", archive->documents[i].document);
		bv_json_pen_hex(&pen, "sha256", archive->documents[i].sha256, BV_HASH_LEN);
		bv_json_pen_close(&pen, '}');
	}
	bv_json_pen_close(&pen, ']');
	if (archive->rest_name.len) {
		bv_json_pen_str(&pen, "rest", archive->rest_name);
		bv_json_pen_hex(&pen, "restSha256", archive->rest_sha256, BV_HASH_LEN);
	}
	bv_json_pen_close(&pen, '}');
	TRY(bv_buf_check(&text, err));
	TRY(path_of(&path, archive, BV_STR(MANIFEST), err));
	return bv_file_write(path.p, bv_buf_str(&text), 0600, err);
}

/* ---- Events ---- */

void
archive_event_write(struct bv_buf *out, const struct copy_event *event)
{
	const int64_t numbers[] = { event->n, event->sitting, event->attempt, event->seq, event->at_ms, event->kind, event->prev };
	uint8_t head[EVENT_HEAD];

	for (size_t i = 0; i < BV_COUNT(numbers); i++)
		put_be64(head + 8 * i, (uint64_t)numbers[i]);
	for (int i = 0; i < 4; i++)
		head[56 + i] = (uint8_t)(event->body.len >> (24 - 8 * i));
	bv_buf_add(out, (struct bv_str){ (const char *)head, sizeof head });
	bv_buf_add(out, event->body);
	bv_buf_add(out, (struct bv_str){ (const char *)event->hash, BV_HASH_LEN });
}

enum bv_status
archive_event_parse(struct copy_event *event, struct bv_str *rest, struct bv_err *err)
{
	int64_t *const numbers[] = { &event->n, &event->sitting, &event->attempt, &event->seq, &event->at_ms, &event->kind, &event->prev };
	const uint8_t *p = (const uint8_t *)rest->p;

	if (rest->len < EVENT_HEAD + BV_HASH_LEN)
		return bv_err_set(err, BV_EPARSE, "a file of events ends in the middle of one");
	for (size_t i = 0; i < BV_COUNT(numbers); i++)
		*numbers[i] = (int64_t)get_be64(p + 8 * i);
	size_t len = (size_t)p[56] << 24 | (size_t)p[57] << 16 | (size_t)p[58] << 8 | p[59];
	if (len > BV_EXAM_BODY_MAX || len > rest->len - EVENT_HEAD - BV_HASH_LEN)
		return bv_err_set(err, BV_EPARSE, "event %" PRId64 " of a file of events is longer than is possible", event->n);
	event->body = bv_str_sub(*rest, EVENT_HEAD, len);
	memcpy(event->hash, rest->p + EVENT_HEAD + len, BV_HASH_LEN);
	*rest = bv_str_sub(*rest, EVENT_HEAD + len + BV_HASH_LEN, rest->len);
	return BV_OK;
}

enum bv_status
archive_add(struct archive *archive, struct archive_segment *segment, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);
	char name[100];

	snprintf(name, sizeof name, "events-%012" PRId64 "-%012" PRId64, segment->from, segment->to);
	segment->name = bv_arena_str(&archive->arena, bv_str_of(name));
	segment->bytes = (int64_t)bytes.len;
	bv_sha256(segment->sha256, bytes);
	TRY(path_of(&path, archive, segment->name, err));
	TRY(bv_file_write(path.p, bytes, 0600, err)); /* one that is there was left by a backup that was interrupted */
	*next_segment(archive) = *segment;
	archive->count++;
	return write_manifest(archive, err);
}

static enum bv_status
read_checked(struct bv_buf *bytes, const struct archive *archive, struct bv_str name, const uint8_t sha256[BV_HASH_LEN], struct bv_err *err)
{
	char *z = bv_str_dup(name);
	uint8_t hash[BV_HASH_LEN];

	enum bv_status status = bv_file_read_in(bytes, archive->folder, z, err);
	free(z);
	if (status == BV_ENOTFOUND)
		return bv_err_set(err, BV_EDENIED, "%s/%.*s is missing", archive->folder, BV_STR_ARG(name));
	TRY(status);
	bv_sha256(hash, bv_buf_str(bytes));
	return bv_hash_eq(hash, sha256) ? BV_OK : bv_err_set(err, BV_EDENIED, "%s/%.*s is not as it was written", archive->folder, BV_STR_ARG(name));
}

enum bv_status
archive_read(struct bv_buf *bytes, const struct archive *archive, const struct archive_segment *segment, struct bv_err *err)
{
	return read_checked(bytes, archive, segment->name, segment->sha256, err);
}

/* ---- Documents ---- */

static struct bv_str
document_name(char out[100], const struct archive_document *document)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	snprintf(out, 100, "document-%s", bv_hex(hex, document->sha256, BV_HASH_LEN));
	return bv_str_of(out);
}

enum bv_status
archive_add_document(struct archive *archive, struct bv_str sitting, struct bv_str document, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);
	struct archive_document *added = next_document(archive);
	char name[100];

	*added = (struct archive_document){ bv_arena_str(&archive->arena, sitting), bv_arena_str(&archive->arena, document), { 0 } };
	bv_sha256(added->sha256, bytes);
	TRY(path_of(&path, archive, document_name(name, added), err));
	TRY(bv_file_write(path.p, bytes, 0600, err));
	archive->document_count++;
	return BV_OK;
}

enum bv_status
archive_read_document(struct bv_buf *bytes, const struct archive *archive, const struct archive_document *document, struct bv_err *err)
{
	char name[100];

	return read_checked(bytes, archive, document_name(name, document), document->sha256, err);
}

/* ---- What is not events ---- */

static void
write_rest(struct bv_buf *out, const struct copy_rest *rest)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_open(&pen, "boots", '[');
	for (size_t i = 0; i < rest->boot_count; i++) {
		const struct copy_boot *boot = &rest->boots[i];
		bv_json_pen_open(&pen, NULL, '{');
		bv_json_pen_int(&pen, "n", boot->n);
		bv_json_pen_str(&pen, "bootId", boot->boot_id);
		bv_json_pen_int(&pen, "bootMs", boot->boot_ms);
		bv_json_pen_int(&pen, "utcMs", boot->utc_ms);
		bv_json_pen_int(&pen, "examMs", boot->exam_ms);
		bv_json_pen_hex(&pen, "signature", boot->signature.p, boot->signature.len);
		bv_json_pen_close(&pen, '}');
	}
	bv_json_pen_close(&pen, ']');
	bv_json_pen_open(&pen, "checkpoints", '[');
	for (size_t i = 0; i < rest->checkpoint_count; i++) {
		const struct copy_checkpoint *c = &rest->checkpoints[i];
		bv_json_pen_open(&pen, NULL, '{');
		bv_json_pen_int(&pen, "sitting", c->sitting);
		bv_json_pen_int(&pen, "size", c->size);
		bv_json_pen_int(&pen, "n", c->n);
		bv_json_pen_hex(&pen, "root", c->root.p, c->root.len);
		bv_json_pen_hex(&pen, "peaks", c->peaks.p, c->peaks.len);
		bv_json_pen_str(&pen, "note", c->note);
		bv_json_pen_close(&pen, '}');
	}
	bv_json_pen_close(&pen, ']');
	bv_json_pen_close(&pen, '}');
}

enum bv_status
archive_set_rest(struct archive *archive, const struct copy_rest *rest, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(REST_MAX), path = BV_BUF(4096), old = BV_BUF(4096);
	char name[100], hex[BV_HEX_SIZE(8)];

	write_rest(&text, rest);
	TRY(bv_buf_check(&text, err));
	bv_sha256(archive->rest_sha256, bv_buf_str(&text));
	snprintf(name, sizeof name, "rest-%s.json", bv_hex(hex, archive->rest_sha256, 8));
	bool same = bv_str_is(archive->rest_name, name);
	if (archive->rest_name.len && !same)
		TRY(path_of(&old, archive, archive->rest_name, err));
	archive->rest_name = bv_arena_str(&archive->arena, bv_str_of(name));
	TRY(path_of(&path, archive, archive->rest_name, err));
	TRY(bv_file_write(path.p, bv_buf_str(&text), 0600, err));
	TRY(write_manifest(archive, err));
	if (old.len)
		unlink(old.p);
	return BV_OK;
}

static enum bv_status
read_bytes(struct bv_str *out, const struct bv_json *json, const char *name, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str hex;

	TRY(bv_json_need_str(&hex, json, name, err));
	char *bytes = bv_arena_alloc(arena, hex.len / 2 + 1);
	TRY(bv_hex_parse((uint8_t *)bytes, hex.len / 2, hex, err));
	*out = (struct bv_str){ bytes, hex.len / 2 };
	return BV_OK;
}

static enum bv_status
read_boot(struct copy_boot *boot, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	TRY(bv_json_need_int(&boot->n, json, "n", err));
	TRY(bv_json_need_str(&boot->boot_id, json, "bootId", err));
	boot->boot_id = bv_arena_str(arena, boot->boot_id);
	TRY(bv_json_need_int(&boot->boot_ms, json, "bootMs", err));
	TRY(bv_json_need_int(&boot->utc_ms, json, "utcMs", err));
	TRY(bv_json_need_int(&boot->exam_ms, json, "examMs", err));
	return read_bytes(&boot->signature, json, "signature", arena, err);
}

static enum bv_status
read_checkpoint(struct copy_checkpoint *c, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	TRY(bv_json_need_int(&c->sitting, json, "sitting", err));
	TRY(bv_json_need_int(&c->size, json, "size", err));
	TRY(bv_json_need_int(&c->n, json, "n", err));
	TRY(read_bytes(&c->root, json, "root", arena, err));
	TRY(read_bytes(&c->peaks, json, "peaks", arena, err));
	TRY(bv_json_need_str(&c->note, json, "note", err));
	c->note = bv_arena_str(arena, c->note);
	return BV_OK;
}

static enum bv_status
read_rest(struct copy_rest *rest, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *boots, *checkpoints;

	TRY(bv_json_need(&boots, json, "boots", BV_JSON_ARRAY, err));
	TRY(bv_json_need(&checkpoints, json, "checkpoints", BV_JSON_ARRAY, err));
	struct copy_boot *boot = bv_arena_array(arena, bv_json_count(boots), struct copy_boot);
	struct copy_checkpoint *checkpoint = bv_arena_array(arena, bv_json_count(checkpoints), struct copy_checkpoint);
	for (size_t i = 0; i < bv_json_count(boots); i++)
		TRY(read_boot(&boot[i], bv_json_at(boots, i), arena, err));
	for (size_t i = 0; i < bv_json_count(checkpoints); i++)
		TRY(read_checkpoint(&checkpoint[i], bv_json_at(checkpoints, i), arena, err));
	rest->boots = boot;
	rest->boot_count = bv_json_count(boots);
	rest->checkpoints = checkpoint;
	rest->checkpoint_count = bv_json_count(checkpoints);
	return BV_OK;
}

enum bv_status
archive_rest_parse(struct copy_rest *rest, struct bv_str text, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	TRY(bv_json_parse_large(&json, text, REST_MAX, err));
	return read_rest(rest, json, arena, err);
}

enum bv_status
archive_rest(struct copy_rest *rest, const struct archive *archive, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(REST_MAX);

	*rest = (struct copy_rest){ .origin = archive->origin };
	if (!archive->rest_name.len)
		return bv_err_set(err, BV_EDENIED, "%s: the first backup was interrupted: there are no clocks and checkpoints in it", archive->folder);
	TRY(read_checked(&text, archive, archive->rest_name, archive->rest_sha256, err));
	return archive_rest_parse(rest, bv_buf_str(&text), arena, err);
}
