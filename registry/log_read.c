/* Reading a log from its files, of a folder or of a web server: checkpoint, tiles, entries. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/http.h"
#include "base/mem.h"
#include "registry/log_view.h"

enum { HTTP_WAIT_MS = 30000 };

/* ---- Files ---- */

static bool
is_address(const char *where)
{
	return strncmp(where, "https://", 8) == 0 || strncmp(where, "http://", 7) == 0;
}

static enum bv_status
fetch_address(struct bv_buf *out, const char *where, const char *name, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf url = BV_BUF(LOG_PATH_MAX);
	size_t len = strlen(where);
	int http_status;

	while (len && where[len - 1] == '/')
		len--;
	bv_buf_add(&url, (struct bv_str){ where, len });
	bv_buf_printf(&url, "/%s", name);
	TRY(bv_buf_check(&url, err));
	TRY(bv_http_get(&http_status, out, url.p, HTTP_WAIT_MS, err));
	if (http_status == 404 || http_status == 410)
		return bv_err_set(err, BV_ENOTFOUND, "%s: not there (HTTP %d)", url.p, http_status);
	if (http_status != 200)
		return bv_err_set(err, BV_EIO, "%s: HTTP %d", url.p, http_status);
	return BV_OK;
}

enum bv_status
log_fetch(struct bv_buf *out, const char *where, const char *name, struct bv_err *err)
{
	return is_address(where) ? fetch_address(out, where, name, err) : bv_file_read_in(out, where, name, err);
}

/* Where the entries end, in a bundle that has more of them. */
static size_t
bundle_len(struct bv_str bundle, unsigned width)
{
	size_t at = 0;

	for (; width && at + 2 <= bundle.len; width--)
		at += 2 + (size_t)((uint8_t)bundle.p[at] << 8 | (uint8_t)bundle.p[at + 1]);
	return at;
}

enum bv_status
log_fetch_tile(struct bv_buf *out, const char *where, int level, uint64_t idx, unsigned width, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(200);

	log_tile_name(&name, level, idx, width);
	enum bv_status status = log_fetch(out, where, name.p, err);
	if (status == BV_ENOTFOUND && width < TILE_WIDTH) {
		bv_buf_clear(&name);
		log_tile_name(&name, level, idx, TILE_WIDTH);
		status = log_fetch(out, where, name.p, err);
		size_t len = level == ENTRIES ? bundle_len(bv_buf_str(out), width) : width * (size_t)BV_HASH_LEN;
		if (status == BV_OK && len < out->len)
			out->len = len;
	}
	TRY(status);
	if (level != ENTRIES && out->len != width * (size_t)BV_HASH_LEN)
		return bv_err_set(err, BV_EDENIED, "%s/%s: %zu bytes, not the %u of %u hashes", where, name.p, out->len, width * BV_HASH_LEN, width);
	return BV_OK;
}

enum bv_status
bv_log_bundle_parse(struct bv_str *entries, size_t count, struct bv_str bundle, struct bv_err *err)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		size_t len = bundle.len - at < 2 ? 0 : (size_t)((uint8_t)bundle.p[at] << 8 | (uint8_t)bundle.p[at + 1]);
		if (bundle.len - at < 2 + len)
			return bv_err_set(err, BV_EPARSE, "a bundle of %zu entries ends within entry %zu (C2SP tlog-tiles)", count, i);
		entries[i] = bv_str_sub(bundle, at + 2, len);
		at += 2 + len;
	}
	if (at != bundle.len)
		return bv_err_set(err, BV_EPARSE, "a bundle of %zu entries has %zu bytes too many (C2SP tlog-tiles)", count, bundle.len - at);
	return BV_OK;
}

/* ---- Views ---- */

struct bv_log_view *
log_view_of(const char *where, uint64_t size)
{
	struct bv_log_view *view = bv_alloc(sizeof *view);

	view->where = bv_str_dup(bv_str_of(where));
	view->note = BV_BUF(BV_CHECKPOINT_MAX);
	view->size = size;
	return view;
}

static enum bv_status
read_note(struct bv_log_view *view, struct bv_err *err)
{
	TRY(bv_checkpoint_parse(&view->checkpoint, bv_buf_str(&view->note), err));
	if (view->checkpoint.size > BV_LOG_SIZE_MAX)
		return bv_err_set(err, BV_ELIMIT, "a log of %" PRIu64 " entries is larger than can be read here", view->checkpoint.size);
	view->size = view->checkpoint.size;
	return BV_OK;
}

enum bv_status
bv_log_view(struct bv_log_view **out, const char *where, struct bv_err *err)
{
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = log_view_of(where, 0);

	TRY(log_fetch(&view->note, where, LOG_CHECKPOINT, err));
	TRY(read_note(view, err));
	*out = bv_steal(&view);
	return BV_OK;
}

enum bv_status
bv_log_view_at(struct bv_log_view **out, const char *where, struct bv_str note, struct bv_err *err)
{
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = log_view_of(where, 0);

	bv_buf_add(&view->note, note);
	TRY(bv_buf_check(&view->note, err));
	TRY(read_note(view, err));
	*out = bv_steal(&view);
	return BV_OK;
}

void
bv_log_view_free(struct bv_log_view *view)
{
	if (!view)
		return;
	for (size_t i = 0; i < BV_COUNT(view->tiles); i++)
		free(view->tiles[i].nodes);
	bv_buf_finish(&view->note);
	free(view->where);
	free(view);
}

const struct bv_checkpoint *
bv_log_view_checkpoint(const struct bv_log_view *view)
{
	return &view->checkpoint;
}

struct bv_str
bv_log_view_note(const struct bv_log_view *view)
{
	return bv_buf_str(&view->note);
}

enum bv_status
bv_log_view_find(uint64_t *idx, struct bv_log_view *view, const struct bv_merkle_hash *leaf, uint64_t from, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf tile = BV_BUF(TILE_BYTES);

	for (uint64_t at = from; at < view->size;) {
		uint64_t n = at / TILE_WIDTH;
		unsigned width = n == log_edge_idx(view->size, 0) ? log_edge_width(view->size, 0) : TILE_WIDTH;
		TRY(log_fetch_tile(&tile, view->where, 0, n, width, err));
		for (unsigned i = (unsigned)(at % TILE_WIDTH); i < width; i++, at++)
			if (memcmp(tile.p + i * BV_HASH_LEN, leaf->p, BV_HASH_LEN) == 0) {
				*idx = at;
				return BV_OK;
			}
	}
	return bv_err_set(err, BV_ENOTFOUND, "the log has no such entry among its %" PRIu64 " from %" PRIu64 " on", view->size, from);
}

/* Which of many is sought. */
struct sought {
	struct bv_merkle_hash leaf; /* first, for compare */
	size_t idx;
};

static int
by_leaf(const void *a, const void *b)
{
	return memcmp(a, b, BV_HASH_LEN);
}

static enum bv_status
find_in_tiles(uint64_t *places, struct bv_log_view *view, const struct sought *rows, size_t count, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf tile = BV_BUF(TILE_BYTES);

	for (uint64_t at = 0; at < view->size; at += TILE_WIDTH) {
		uint64_t n = at / TILE_WIDTH;
		unsigned width = n == log_edge_idx(view->size, 0) ? log_edge_width(view->size, 0) : TILE_WIDTH;
		TRY(log_fetch_tile(&tile, view->where, 0, n, width, err));
		for (unsigned i = 0; i < width; i++) {
			const struct sought *row = bsearch(tile.p + i * BV_HASH_LEN, rows, count, sizeof *rows, by_leaf);
			/* The same leaf may be sought more than once: all of them stand together. */
			while (row && row > rows && by_leaf(row - 1, row) == 0)
				row--;
			for (const struct sought *same = row; same && same < rows + count && by_leaf(same, row) == 0; same++)
				if (places[same->idx] == BV_LOG_NOWHERE)
					places[same->idx] = at + i;
		}
	}
	return BV_OK;
}

enum bv_status
log_view_find_each(uint64_t *places, struct bv_log_view *view, const struct bv_merkle_hash *leaves, size_t count, struct bv_err *err)
{
	struct sought *rows = bv_alloc_array(count + 1, sizeof *rows);

	for (size_t i = 0; i < count; i++) {
		rows[i].leaf = leaves[i];
		rows[i].idx = i;
		places[i] = BV_LOG_NOWHERE;
	}
	qsort(rows, count, sizeof *rows, by_leaf);
	enum bv_status status = find_in_tiles(places, view, rows, count, err);
	free(rows);
	return status;
}

/* ---- All entries ---- */

struct reading {
	struct bv_log_view *view;
	struct bv_buf bundle, tile;
	struct log_edge *edge; /* NULL: tiles are not looked at */
};

static enum bv_status
check_tile(void *ctx, int level, uint64_t idx, const struct bv_merkle_hash hashes[TILE_WIDTH], struct bv_err *err)
{
	struct reading *r = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(200);
	unsigned width = idx == log_edge_idx(r->view->size, level) ? log_edge_width(r->view->size, level) : TILE_WIDTH;

	TRY(log_fetch_tile(&r->tile, r->view->where, level, idx, width, err));
	if (memcmp(r->tile.p, hashes, width * (size_t)BV_HASH_LEN) == 0)
		return BV_OK;
	log_tile_name(&name, level, idx, width);
	return bv_err_set(err, BV_EDENIED, "%s/%s is not the tile of the entries that are there", r->view->where, name.p);
}

static enum bv_status
read_bundle(struct reading *r, struct bv_merkle *tree, bv_log_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_str entries[TILE_WIDTH];
	uint64_t n = tree->count / TILE_WIDTH;
	unsigned width = n == log_edge_idx(r->view->size, 0) ? log_edge_width(r->view->size, 0) : TILE_WIDTH;

	TRY(log_fetch_tile(&r->bundle, r->view->where, ENTRIES, n, width, err));
	if (bv_log_bundle_parse(entries, width, bv_buf_str(&r->bundle), err) != BV_OK)
		return bv_err_again(err, 0, "%s, bundle %" PRIu64 ": %s", r->view->where, n, err->msg);
	for (unsigned i = (unsigned)(tree->count % TILE_WIDTH); i < width; i++) {
		struct bv_merkle_hash leaf;
		bv_merkle_leaf(&leaf, entries[i]);
		if (r->edge)
			TRY(log_edge_add(r->edge, &leaf, check_tile, r, err));
		uint64_t idx = tree->count;
		bv_merkle_add(tree, &leaf);
		TRY(visit(ctx, idx, entries[i], err));
	}
	return BV_OK;
}

static enum bv_status
read_all(struct reading *r, struct bv_merkle *tree, bv_log_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_merkle_hash root;

	while (tree->count < r->view->size)
		TRY(read_bundle(r, tree, visit, ctx, err));
	for (int level = 0; r->edge && level < TILE_LEVELS; level++)
		if (r->edge->width[level])
			TRY(check_tile(r, level, log_edge_idx(r->edge->size, level), r->edge->hashes[level], err));
	bv_merkle_root(&root, tree);
	if (!bv_hash_eq(root.p, r->view->checkpoint.root.p))
		return bv_err_set(err, BV_EDENIED, "%s: the %" PRIu64 " entries do not lead to the root of the checkpoint: an entry was changed, or the log was rewritten",
		                  r->view->where, r->view->size);
	return BV_OK;
}

enum bv_status
bv_log_read(struct bv_log_view *view, struct bv_merkle *tree, bool tiles, bv_log_visit visit, void *ctx, struct bv_err *err)
{
	struct reading r = { .view = view, .bundle = BV_BUF(BUNDLE_MAX), .tile = BV_BUF(TILE_BYTES) };

	assert(!tiles || !tree->count);
	if (tree->count > view->size)
		return bv_err_set(err, BV_EDENIED, "%s: the log has %" PRIu64 " entries; it had %" PRIu64 " before: some were taken away", view->where, view->size,
		                  tree->count);
	r.edge = tiles ? bv_alloc(sizeof *r.edge) : NULL;
	enum bv_status status = read_all(&r, tree, visit, ctx, err);
	free(r.edge);
	bv_buf_finish(&r.bundle);
	bv_buf_finish(&r.tile);
	return status;
}
