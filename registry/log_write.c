/* The writer of a log. What is appended goes into new files first (tiles and bundles that are full now, and the last ones as far as they go), then all of
 * them are made durable at once, and then `committed` says how many entries there are, with the root: that is the moment at which they exist. What a crash
 * leaves beyond it was never shown to anybody, lies within the next BV_LOG_BATCH_MAX entries, and is removed when the log is opened. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "registry/log.h"

struct bv_log {
	char *folder;
	int lock;
	struct bv_buf vkey_text;
	struct bv_vkey vkey;
	struct log_edge edge, committed; /* committed: what the files are of */
	struct bv_buf bundle;            /* the last bundle, as far as it goes */
	uint64_t public_size;
	struct bv_file_group *files;
	bool broken;
};

static enum bv_status
path_of(struct bv_buf *out, const char *folder, const char *name, struct bv_err *err)
{
	bv_buf_clear(out);
	bv_buf_printf(out, "%s/%s", folder, name);
	return bv_buf_check(out, err);
}

static enum bv_status
write_named(const char *folder, const char *name, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(LOG_PATH_MAX);

	TRY(path_of(&path, folder, name, err));
	return bv_file_write(path.p, bytes, 0644, err);
}

enum bv_status
log_lock(int *fd, const char *folder, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(LOG_PATH_MAX);

	TRY(path_of(&path, folder, LOG_LOCK, err));
	*fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (*fd < 0)
		return bv_err_set(err, errno == ENOENT ? BV_ENOTFOUND : BV_EIO, "%s: %s", path.p, strerror(errno));
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return BV_OK;
	close(*fd);
	*fd = -1;
	return bv_err_set(err, BV_ECONFLICT, "%s: another program is writing here", folder);
}

/* ---- Commit ---- */

static enum bv_status
write_committed(const char *folder, struct bv_str origin, const struct log_edge *edge, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_CHECKPOINT_MAX);
	struct bv_merkle_hash root;

	log_edge_root(&root, edge);
	bv_buf_add(&text, origin);
	bv_buf_printf(&text, "\n%" PRIu64 "\n", edge->size);
	bv_base64_write(&text, root.p, BV_HASH_LEN);
	bv_buf_addc(&text, '\n');
	TRY(bv_buf_check(&text, err));
	return write_named(folder, LOG_COMMITTED, bv_buf_str(&text), err);
}

static enum bv_status
add_tile(struct bv_log *log, int level, uint64_t idx, unsigned width, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(200);

	log_tile_name(&name, level, idx, width);
	return bv_file_group_add(log->files, name.p, bytes, 0644, err);
}

static enum bv_status
add_full(void *ctx, int level, uint64_t idx, const struct bv_merkle_hash hashes[TILE_WIDTH], struct bv_err *err)
{
	struct bv_log *log = ctx;

	if (level == 0) {
		TRY(add_tile(log, ENTRIES, idx, TILE_WIDTH, bv_buf_str(&log->bundle), err));
		bv_buf_clear(&log->bundle);
	}
	return add_tile(log, level, idx, TILE_WIDTH, (struct bv_str){ (const char *)hashes, TILE_BYTES }, err);
}

static bool
same_tile(const struct log_edge *a, const struct log_edge *b, int level)
{
	return a->width[level] == b->width[level] && log_edge_idx(a->size, level) == log_edge_idx(b->size, level);
}

static enum bv_status
add_partial(struct bv_log *log, struct bv_err *err)
{
	const struct log_edge *edge = &log->edge;

	if (edge->width[0])
		TRY(add_tile(log, ENTRIES, log_edge_idx(edge->size, 0), edge->width[0], bv_buf_str(&log->bundle), err));
	for (int level = 0; level < TILE_LEVELS; level++)
		if (edge->width[level] && !same_tile(edge, &log->committed, level))
			TRY(add_tile(log, level, log_edge_idx(edge->size, level), edge->width[level],
			             (struct bv_str){ (const char *)edge->hashes[level], edge->width[level] * BV_HASH_LEN }, err));
	return BV_OK;
}

/* A tile that is not full and that no checkpoint needs: it may stay when it cannot be removed. */
static void
remove_partial(const struct bv_log *log, int level, uint64_t size)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(200), path = BV_BUF(LOG_PATH_MAX);
	int of = level == ENTRIES ? 0 : level;
	struct bv_err err;

	if (!log_edge_width(size, of))
		return;
	log_tile_name(&name, level, log_edge_idx(size, of), log_edge_width(size, of));
	if (path_of(&path, log->folder, name.p, &err) == BV_OK)
		unlink(path.p);
}

/* Those of a size that was never published, which the tiles of a later one have replaced. */
static void
remove_unpublished(const struct bv_log *log, uint64_t size)
{
	for (int level = ENTRIES; level < TILE_LEVELS; level++) {
		int of = level == ENTRIES ? 0 : level;
		bool kept = log_edge_width(size, of) == log_edge_width(log->edge.size, of) && log_edge_idx(size, of) == log_edge_idx(log->edge.size, of);
		bool shown = log_edge_width(size, of) == log_edge_width(log->public_size, of) && log_edge_idx(size, of) == log_edge_idx(log->public_size, of);
		if (!kept && !shown)
			remove_partial(log, level, size);
	}
}

static enum bv_status
check_entries(const struct bv_log *log, const struct bv_str *entries, size_t count, struct bv_err *err)
{
	if (log->broken)
		return bv_err_set(err, BV_EIO, "%s: writing to the log has failed before; open it again", log->folder);
	if (!count || count > BV_LOG_BATCH_MAX || log->edge.size + count > BV_LOG_SIZE_MAX)
		return bv_err_set(err, BV_ELIMIT, "1 to %d entries are appended at once", BV_LOG_BATCH_MAX);
	for (size_t i = 0; i < count; i++)
		if (entries[i].len > BV_LOG_ENTRY_MAX)
			return bv_err_set(err, BV_ELIMIT, "entry %zu has %zu bytes; at most %d fit (C2SP tlog-tiles)", i, entries[i].len, BV_LOG_ENTRY_MAX);
	return BV_OK;
}

static enum bv_status
add_entries(struct bv_log *log, const struct bv_str *entries, size_t count, struct bv_err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct bv_merkle_hash leaf;
		bv_merkle_leaf(&leaf, entries[i]);
		bv_buf_addc(&log->bundle, (char)(entries[i].len >> 8));
		bv_buf_addc(&log->bundle, (char)entries[i].len);
		bv_buf_add(&log->bundle, entries[i]);
		TRY(log_edge_add(&log->edge, &leaf, add_full, log, err));
	}
	TRY(add_partial(log, err));
	TRY(bv_file_group_sync(log->files, err));
	return write_committed(log->folder, log->vkey.name, &log->edge, err);
}

enum bv_status
bv_log_append(uint64_t *first, struct bv_log *log, const struct bv_str *entries, size_t count, struct bv_err *err)
{
	uint64_t before = log->edge.size;

	TRY(check_entries(log, entries, count, err));
	log->broken = true;
	TRY(add_entries(log, entries, count, err));
	log->broken = false;
	if (before > log->public_size)
		remove_unpublished(log, before);
	log->committed = log->edge;
	*first = before;
	return BV_OK;
}

/* ---- Open ---- */

/* Of the tiles that lie beside a tile while it is not full those wider than `keep`. */
static void
remove_wider(const char *folder, unsigned keep)
{
	DIR *dir = opendir(folder);

	if (!dir)
		return;
	for (struct dirent *entry; (entry = readdir(dir));) {
		int64_t width;
		if (bv_str_int(bv_str_of(entry->d_name), &width) && width > keep)
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	closedir(dir);
	if (!keep)
		rmdir(folder);
}

/* What an append that was cut short may have left. */
static enum bv_status
remove_beyond(const struct bv_log *log, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(200), path = BV_BUF(LOG_PATH_MAX);
	uint64_t size = log->edge.size;

	for (int level = ENTRIES; level < TILE_LEVELS; level++) {
		int of = level == ENTRIES ? 0 : level;
		for (uint64_t idx = log_edge_idx(size, of); idx <= log_edge_idx(size + BV_LOG_BATCH_MAX, of); idx++) {
			bv_buf_clear(&name);
			log_tile_name(&name, level, idx, TILE_WIDTH);
			TRY(path_of(&path, log->folder, name.p, err));
			if (unlink(path.p) < 0 && errno != ENOENT && errno != ENOTDIR)
				return bv_err_set(err, BV_EIO, "%s: what an append that was cut short has left cannot be removed: %s", path.p, strerror(errno));
			bv_buf_addz(&path, ".p");
			TRY(bv_buf_check(&path, err));
			remove_wider(path.p, idx == log_edge_idx(size, of) ? log_edge_width(size, of) : 0);
		}
	}
	return BV_OK;
}

/* "ORIGIN\nSIZE\nROOT\n" is the text of a checkpoint that nobody has signed. */
static enum bv_status
load_committed(struct bv_log *log, struct bv_merkle_hash *root, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_CHECKPOINT_MAX);
	struct bv_checkpoint found;

	TRY(log_fetch(&text, log->folder, LOG_COMMITTED, err));
	bv_buf_addz(&text, "\n-\n");
	if (bv_checkpoint_parse(&found, bv_buf_str(&text), err) != BV_OK || !bv_str_eq(found.origin, log->vkey.name) || found.size > BV_LOG_SIZE_MAX)
		return bv_err_set(err, BV_EINVAL, "%s/" LOG_COMMITTED ": damaged, or of another log", log->folder);
	log->edge.size = found.size;
	*root = found.root;
	return BV_OK;
}

static enum bv_status
load_edge(struct bv_log *log, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf tile = BV_BUF(TILE_BYTES);

	for (int level = 0; level < TILE_LEVELS; level++) {
		unsigned width = log->edge.width[level] = log_edge_width(log->edge.size, level);
		if (!width)
			continue;
		TRY(log_fetch_tile(&tile, log->folder, level, log_edge_idx(log->edge.size, level), width, err));
		memcpy(log->edge.hashes[level], tile.p, width * BV_HASH_LEN);
	}
	if (!log->edge.width[0])
		return BV_OK;
	return log_fetch_tile(&log->bundle, log->folder, ENTRIES, log_edge_idx(log->edge.size, 0), log->edge.width[0], err);
}

static enum bv_status
check_bundle(const struct bv_log *log, struct bv_err *err)
{
	struct bv_str entries[TILE_WIDTH];
	unsigned width = log->edge.width[0];

	TRY(bv_log_bundle_parse(entries, width, bv_buf_str(&log->bundle), err));
	for (unsigned i = 0; i < width; i++) {
		struct bv_merkle_hash leaf;
		bv_merkle_leaf(&leaf, entries[i]);
		if (!bv_hash_eq(leaf.p, log->edge.hashes[0][i].p))
			return bv_err_set(err, BV_EINVAL, "%s: entry %" PRIu64 " is not the one in the tree", log->folder, log->edge.size - width + i);
	}
	return BV_OK;
}

static enum bv_status
check_published(struct bv_log *log, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = log_view_of(log->folder, log->edge.size);
	struct bv_checkpoint shown;
	struct bv_merkle_hash root;
	enum bv_status status = log_fetch(&note, log->folder, LOG_CHECKPOINT, err);

	if (status == BV_ENOTFOUND)
		return BV_OK;
	TRY(status);
	if (bv_checkpoint_parse(&shown, bv_buf_str(&note), err) != BV_OK || !bv_str_eq(shown.origin, log->vkey.name) ||
	    bv_checkpoint_check(&shown, log->vkey.public, err) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "%s/" LOG_CHECKPOINT " is not signed by the log's key", log->folder);
	if (shown.size > log->edge.size)
		return bv_err_set(err, BV_EINVAL, "%s: the checkpoint has %" PRIu64 " entries, but only %" PRIu64 " are there: a copy that is too old was put back. Writing to it "
		                  "would make two logs of one name", log->folder, shown.size, log->edge.size);
	TRY(log_view_root(&root, view, shown.size, err));
	if (!bv_hash_eq(root.p, shown.root.p))
		return bv_err_set(err, BV_EINVAL, "%s: the entries that are there are not those of its checkpoint", log->folder);
	log->public_size = shown.size;
	return BV_OK;
}

static enum bv_status
load(struct bv_log *log, struct bv_err *err)
{
	struct bv_merkle_hash wanted, root;

	TRY(log_fetch(&log->vkey_text, log->folder, LOG_VKEY, err));
	TRY(bv_vkey_parse(&log->vkey, bv_str_trim(bv_buf_str(&log->vkey_text)), err));
	TRY(load_committed(log, &wanted, err));
	TRY(load_edge(log, err));
	log_edge_root(&root, &log->edge);
	if (!bv_hash_eq(root.p, wanted.p))
		return bv_err_set(err, BV_EINVAL, "%s: the last tiles are not those of '" LOG_COMMITTED "'", log->folder);
	TRY(check_bundle(log, err));
	log->committed = log->edge;
	TRY(check_published(log, err));
	return remove_beyond(log, err);
}

enum bv_status
bv_log_open(struct bv_log **out, const char *folder, struct bv_err *err)
{
	BV_AUTO(bv_log_free) struct bv_log *log = bv_alloc(sizeof *log);

	log->folder = bv_str_dup(bv_str_of(folder));
	log->lock = -1;
	log->vkey_text = BV_BUF(4096);
	log->bundle = BV_BUF(BUNDLE_MAX);
	if (access(folder, F_OK) < 0)
		return bv_err_set(err, errno == ENOENT ? BV_ENOTFOUND : BV_EIO, "%s: %s", folder, strerror(errno));
	TRY(log_lock(&log->lock, folder, err));
	TRY(load(log, err));
	TRY(bv_file_group_open(&log->files, folder, err));
	*out = bv_steal(&log);
	return BV_OK;
}

void
bv_log_free(struct bv_log *log)
{
	if (!log)
		return;
	bv_file_group_free(log->files);
	bv_buf_finish(&log->vkey_text);
	bv_buf_finish(&log->bundle);
	if (log->lock >= 0)
		close(log->lock);
	free(log->folder);
	free(log);
}

/* ---- Create, sign, publish ---- */

static enum bv_status
create(const char *folder, const struct bv_vkey *vkey, const struct bv_key *key, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(LOG_PATH_MAX), text = BV_BUF(4096), note = BV_BUF(BV_CHECKPOINT_MAX);
	struct log_edge *edge = bv_alloc(sizeof *edge);
	struct bv_merkle_hash root;

	log_edge_root(&root, edge);
	bv_vkey_write(&text, vkey);
	bv_buf_addc(&text, '\n');
	enum bv_status status = bv_checkpoint_write(&note, vkey->name, 0, &root, key, err);
	if (status == BV_OK)
		status = path_of(&path, folder, LOG_COMMITTED, err);
	if (status == BV_OK && access(path.p, F_OK) == 0)
		status = bv_err_set(err, BV_ECONFLICT, "%s: there is a log already", folder);
	if (status == BV_OK)
		status = write_named(folder, LOG_VKEY, bv_buf_str(&text), err);
	/* With this there is a log. */
	if (status == BV_OK)
		status = write_committed(folder, vkey->name, edge, err);
	free(edge);
	return status == BV_OK ? write_named(folder, LOG_CHECKPOINT, bv_buf_str(&note), err) : status;
}

static void
close_lock(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

enum bv_status
bv_log_create(const char *folder, struct bv_str origin, const struct bv_key *key, struct bv_err *err)
{
	__attribute__((cleanup(close_lock))) int lock = -1;
	struct bv_vkey vkey = { origin, BV_NOTE_ED25519, { 0 } };

	TRY(bv_note_name_check(origin, err));
	memcpy(vkey.public, bv_key_public(key), BV_KEY_LEN);
	TRY(bv_dir_make(folder, err));
	TRY(log_lock(&lock, folder, err));
	return create(folder, &vkey, key, err);
}

const struct bv_vkey *
bv_log_vkey(const struct bv_log *log)
{
	return &log->vkey;
}

uint64_t
bv_log_size(const struct bv_log *log)
{
	return log->committed.size;
}

uint64_t
bv_log_public_size(const struct bv_log *log)
{
	return log->public_size;
}

const char *
log_folder(const struct bv_log *log)
{
	return log->folder;
}

enum bv_status
bv_log_sign(struct bv_buf *note, const struct bv_log *log, const struct bv_key *key, struct bv_err *err)
{
	struct bv_merkle_hash root;

	if (memcmp(bv_key_public(key), log->vkey.public, BV_KEY_LEN) != 0)
		return bv_err_set(err, BV_EDENIED, "this is not the key of the log '%.*s'", BV_STR_ARG(log->vkey.name));
	log_edge_root(&root, &log->committed);
	return bv_checkpoint_write(note, log->vkey.name, log->committed.size, &root, key, err);
}

/* Of tiles that were not full when a checkpoint was published, and are in the one that is published now: the full ones stand for them (TILES). */
static void
remove_replaced(const struct bv_log *log, uint64_t before)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(200), path = BV_BUF(LOG_PATH_MAX);
	struct bv_err err;

	for (int level = ENTRIES; level < TILE_LEVELS; level++) {
		int of = level == ENTRIES ? 0 : level;
		uint64_t idx = log_edge_idx(before, of);
		if (idx == log_edge_idx(log->public_size, of))
			continue;
		bv_buf_clear(&name);
		log_tile_name(&name, level, idx, TILE_WIDTH);
		bv_buf_addz(&name, ".p");
		if (path_of(&path, log->folder, name.p, &err) == BV_OK)
			remove_wider(path.p, 0);
	}
}

enum bv_status
bv_log_publish(struct bv_log *log, struct bv_str note, struct bv_err *err)
{
	struct bv_checkpoint checkpoint;
	struct bv_merkle_hash root;
	uint64_t before = log->public_size;

	TRY(bv_checkpoint_parse(&checkpoint, note, err));
	log_edge_root(&root, &log->committed);
	if (!bv_str_eq(checkpoint.origin, log->vkey.name) || checkpoint.size != log->committed.size || !bv_hash_eq(checkpoint.root.p, root.p))
		return bv_err_set(err, BV_EINVAL, "this checkpoint is not of all that is in the log now: sign another");
	TRY(bv_checkpoint_check(&checkpoint, log->vkey.public, err));
	TRY(write_named(log->folder, LOG_CHECKPOINT, note, err));
	log->public_size = checkpoint.size;
	remove_replaced(log, before);
	return BV_OK;
}

enum bv_status
bv_log_find(uint64_t *idx, struct bv_log *log, const struct bv_merkle_hash *leaf, uint64_t from, struct bv_err *err)
{
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = log_view_of(log->folder, log->committed.size);

	return bv_log_view_find(idx, view, leaf, from, err);
}

enum bv_status
bv_log_find_each(uint64_t *places, struct bv_log *log, const struct bv_merkle_hash *leaves, size_t count, struct bv_err *err)
{
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = log_view_of(log->folder, log->committed.size);

	return log_view_find_each(places, view, leaves, count, err);
}
