/* The log on disk: every size up to some beyond a tile, all proofs of it against base/merkle; larger ones at the edges of tiles; what is there after each step;
 * a folder that was changed in any file. */
#include <sys/stat.h>

#include "registry/log.h"
#include "tests/check.h"
#include "tests/registry/world.h"

static bool
exists(const struct world *w, const char *name)
{
	char path[300];

	snprintf(path, sizeof path, "%s/%s", w->log, name);
	return access(path, F_OK) == 0;
}

static void
open_new(struct world *w)
{
	world_init(w);
	CHECK_OK(bv_log_create(w->log, BV_STR(ORIGIN), w->key, &w->err), &w->err, "a log is made");
	CHECK_OK(bv_log_open(&w->open, w->log, &w->err), &w->err, "and opened");
}

static bool
reopen(struct world *w)
{
	bv_log_free(bv_steal(&w->open));
	return bv_log_open(&w->open, w->log, &w->err) == BV_OK;
}

/* ---- Names ---- */

static void
check_names(void)
{
	static const struct { int level; uint64_t idx; unsigned width; const char *name; } cases[] = {
		{ 0, 0, 256, "tile/0/000" }, { 0, 1234067, 256, "tile/0/x001/x234/067" }, { 1, 999, 17, "tile/1/999.p/17" }, { 2, 1000, 1, "tile/2/x001/000.p/1" },
		{ ENTRIES, 273, 112, "tile/entries/273.p/112" }, { ENTRIES, 1000000, 256, "tile/entries/x001/x000/000" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(200);
		log_tile_name(&name, cases[i].level, cases[i].idx, cases[i].width);
		CHECK_STR(bv_buf_str(&name), bv_str_of(cases[i].name), cases[i].name);
	}
	/* TILES: the example of 70,000 entries. */
	CHECK(log_edge_idx(70000, 0) == 273 && log_edge_width(70000, 0) == 112 && log_edge_idx(70000, 1) == 1 && log_edge_width(70000, 1) == 17 &&
	      log_edge_idx(70000, 2) == 0 && log_edge_width(70000, 2) == 1, "the tiles of 70,000 entries are those of the specification");
}

/* ---- Against base/merkle ---- */

static struct bv_merkle_hash *
all_leaves(uint64_t count)
{
	struct bv_merkle_hash *leaves = bv_alloc_array(count, sizeof *leaves);

	for (uint64_t i = 0; i < count; i++)
		entry_leaf(&leaves[i], i);
	return leaves;
}

static bool
same_proof(struct bv_log_view *view, uint64_t idx, const struct bv_merkle_hash *leaves, uint64_t size)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_LOG_PROOF_MAX);
	struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX];
	struct bv_log_proof proof;
	struct bv_err err;
	size_t count = bv_merkle_inclusion(path, idx, leaves, size);

	return bv_log_prove(&text, view, idx, &err) == BV_OK && bv_log_proof_parse(&proof, bv_buf_str(&text), &err) == BV_OK && proof.idx == idx &&
	       proof.path_count == count && memcmp(proof.path, path, count * sizeof *path) == 0 && bv_log_proof_check(&proof, &leaves[idx], &err) == BV_OK;
}

static bool
same_consistency(struct bv_log_view *view, uint64_t old_size, const struct bv_merkle_hash *leaves, uint64_t size)
{
	struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX], want[BV_MERKLE_PROOF_MAX];
	struct bv_err err;
	size_t count, want_count = bv_merkle_consistency(want, old_size, leaves, size);

	return bv_log_prove_consistency(path, &count, view, old_size, &err) == BV_OK && count == want_count && memcmp(path, want, count * sizeof *path) == 0;
}

/* Grows by `step` up to `last`; every proof of each size where `all`, else of some. */
static void
check_growth(size_t step, uint64_t last, bool all)
{
	struct world w;
	struct bv_merkle_hash *leaves = all_leaves(last), root;
	unsigned bad_roots = 0, bad_proofs = 0, bad_paths = 0, unread = 0;
	uint64_t read, size = 0;

	open_new(&w);
	while (size < last && append(&w, step < last - size ? step : (size_t)(last - size)) == BV_OK && publish(&w) == BV_OK && reopen(&w)) {
		BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
		size = bv_log_size(w.open);
		if (bv_log_view(&view, w.log, &w.err) != BV_OK)
			break;
		bv_merkle_root_of(&root, leaves, size);
		bad_roots += bv_log_view_checkpoint(view)->size != size || !bv_hash_eq(root.p, bv_log_view_checkpoint(view)->root.p);
		for (uint64_t i = 0; i < size; i += all ? 1 : 1 + size / 12) {
			bad_proofs += !same_proof(view, i, leaves, size);
			bad_paths += !same_consistency(view, i + 1, leaves, size);
		}
		unread += read_whole(w.log, &read, &w.err) != BV_OK || read != size;
	}
	if (!CHECK(size == last && !bad_roots && !bad_proofs && !bad_paths && !unread, "by %zu to %llu entries: roots, proofs, consistency, contents", step,
	           (unsigned long long)last))
		printf("# %llu: %u %u %u %u %s\n", (unsigned long long)size, bad_roots, bad_proofs, bad_paths, unread, w.err.msg);
	free(leaves);
	world_finish(&w);
}

/* ---- Steps ---- */

static void
check_steps(void)
{
	struct world w;
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX), text = BV_BUF(BV_LOG_PROOF_MAX);
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL, *old = NULL;
	BV_AUTO(bv_key_free) struct bv_key *other = sample_key("another log");
	struct bv_log *second = NULL;
	struct bv_merkle_hash leaf;
	uint64_t size, idx, first;

	open_new(&w);
	CHECK_REFUSED(bv_log_create(w.log, BV_STR(ORIGIN), w.key, &w.err), BV_ECONFLICT, &w.err, "another program", "while it is open it is not made again");
	CHECK_REFUSED(bv_log_open(&second, w.log, &w.err), BV_ECONFLICT, &w.err, "another program", "nor opened twice");
	CHECK(read_whole(w.log, &size, &w.err) == BV_OK && size == 0, "an empty log can be read");
	CHECK(append(&w, 10) == BV_OK && bv_log_size(w.open) == 10 && bv_log_public_size(w.open) == 0, "ten entries");
	CHECK(read_whole(w.log, &size, &w.err) == BV_OK && size == 0, "are not public yet");
	CHECK(append(&w, 5) == BV_OK && !exists(&w, "tile/0/000.p/10") && exists(&w, "tile/0/000.p/15"), "the tile of a size that nobody saw is gone");
	CHECK(publish(&w) == BV_OK && read_whole(w.log, &size, &w.err) == BV_OK && size == 15, "fifteen are");
	CHECK(bv_log_view(&old, w.log, &w.err) == BV_OK, "somebody looks at it");
	CHECK(append(&w, 1) == BV_OK && publish(&w) == BV_OK && exists(&w, "tile/0/000.p/15") && exists(&w, "tile/entries/000.p/15"), "what a checkpoint shows stays");
	CHECK(append(&w, 240) == BV_OK && bv_log_size(w.open) == 256 && exists(&w, "tile/0/000.p/15"), "256, not public yet");
	CHECK(publish(&w) == BV_OK && !exists(&w, "tile/0/000.p") && !exists(&w, "tile/entries/000.p") && exists(&w, "tile/0/000") && exists(&w, "tile/1/000.p/1"),
	      "a full tile stands for those before");
	CHECK_OK(bv_log_prove(&text, old, 7, &w.err), &w.err, "who looked at it before can still prove what he saw");
	CHECK(append(&w, 300) == BV_OK && publish(&w) == BV_OK && reopen(&w) && bv_log_size(w.open) == 556 && bv_log_public_size(w.open) == 556, "opened again");

	entry_leaf(&leaf, 300);
	CHECK(bv_log_find(&idx, w.open, &leaf, 0, &w.err) == BV_OK && idx == 300 && bv_log_find(&idx, w.open, &leaf, 300, &w.err) == BV_OK && idx == 300, "an entry is found");
	CHECK(bv_log_find(&idx, w.open, &leaf, 301, &w.err) == BV_ENOTFOUND, "after it it is not");
	struct bv_merkle_hash many[5];
	uint64_t places[5];
	for (size_t i = 0; i < 5; i++)
		entry_leaf(&many[i], (const uint64_t[]){ 555, 0, 9999, 0, 256 }[i]);
	CHECK(bv_log_find_each(places, w.open, many, 5, &w.err) == BV_OK && places[0] == 555 && places[1] == 0 && places[2] == BV_LOG_NOWHERE && places[3] == 0 &&
	      places[4] == 256, "many are found in one reading");
	CHECK(append(&w, 1) == BV_OK, "one more");
	entry_leaf(&leaf, 556);
	CHECK(bv_log_find(&idx, w.open, &leaf, 500, &w.err) == BV_OK && idx == 556, "is found before it is public");
	CHECK(bv_log_view(&view, w.log, &w.err) == BV_OK && bv_log_view_find(&idx, view, &leaf, 0, &w.err) == BV_ENOTFOUND, "by the public only then");
	CHECK_REFUSED(bv_log_prove(&text, view, 556, &w.err), BV_ENOTFOUND, &w.err, "556", "nor proved");

	CHECK_REFUSED(bv_log_sign(&note, w.open, other, &w.err), BV_EDENIED, &w.err, "not the key", "by another key");
	CHECK_OK(bv_log_sign(&note, w.open, w.key, &w.err), &w.err, "signed");
	CHECK(append(&w, 1) == BV_OK, "and one more entry");
	CHECK_REFUSED(bv_log_publish(w.open, bv_buf_str(&note), &w.err), BV_EINVAL, &w.err, "sign another", "then that checkpoint comes too late");
	CHECK_REFUSED(bv_log_append(&first, w.open, NULL, 0, &w.err), BV_ELIMIT, &w.err, "1 to", "no entries");
	struct bv_str large = { bv_alloc(BV_LOG_ENTRY_MAX + 1), BV_LOG_ENTRY_MAX + 1 };
	CHECK_REFUSED(bv_log_append(&first, w.open, &large, 1, &w.err), BV_ELIMIT, &w.err, "65535", "an entry that is too large");
	large.len--;
	CHECK(bv_log_append(&first, w.open, &large, 1, &w.err) == BV_OK && first == 558, "the largest");
	char *zeros = bv_str_dup(BV_STR_NONE);
	CHECK(bv_log_append(&first, w.open, &(struct bv_str){ zeros, 0 }, 1, &w.err) == BV_OK && first == 559, "the smallest");
	CHECK(publish(&w) == BV_OK && reopen(&w) && bv_log_size(w.open) == 560, "and opened again");
	free(zeros);
	free((void *)(uintptr_t)large.p);
	world_finish(&w);
	CHECK(bv_log_open(&second, "/nonexistent/log", &w.err) == BV_ENOTFOUND && bv_log_view(&view, "/nonexistent/log", &w.err) == BV_ENOTFOUND, "no log");
}

/* ---- What a crash leaves, and what somebody changed ---- */

static void
write_at(const struct world *w, const char *name, const char *text)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(400), folder = BV_BUF(400);
	struct bv_err err;

	bv_buf_printf(&path, "%s/%s", w->log, name);
	bv_buf_add(&folder, bv_buf_str(&path));
	*strrchr(folder.p, '/') = '\0';
	if (bv_dir_make(folder.p, &err) != BV_OK || bv_file_write(path.p, bv_str_of(text), 0644, &err) != BV_OK)
		CHECK(false, "%s: %s", name, err.msg);
}

static void
check_leftovers(void)
{
	static const char *const left[] = { "tile/0/000", "tile/0/000.p/250", "tile/0/001", "tile/0/255", "tile/0/256", "tile/1/000", "tile/1/000.p/1", "tile/1/001.p/1",
		"tile/2/000.p/1", "tile/entries/000", "tile/entries/007", "tile/entries/000.p/99", "tile/entries/256.p/5" };
	struct world w;
	uint64_t size;
	int there = 0;

	open_new(&w);
	CHECK(append(&w, 40) == BV_OK && publish(&w) == BV_OK, "forty entries");
	for (size_t i = 0; i < BV_COUNT(left); i++)
		write_at(&w, left[i], "cut short");
	CHECK(reopen(&w), "opened after an append that was cut short");
	for (size_t i = 0; i < BV_COUNT(left); i++)
		there += exists(&w, left[i]);
	CHECK(there == 0 && exists(&w, "tile/0/000.p/40"), "what it had left is gone, what was published is there");
	CHECK(append(&w, 600) == BV_OK && publish(&w) == BV_OK && read_whole(w.log, &size, &w.err) == BV_OK && size == 640, "and it goes on");
	world_finish(&w);
}

/* Without waiting for the disk. */
static void
put(const char *path, const struct bv_buf *bytes)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(bytes->p, 1, bytes->len, f) != bytes->len || fclose(f) != 0)
		abort();
}

static enum bv_status
flip_each(void *ctx, const char *path, struct bv_err *err)
{
	struct world *w = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(1 << 20);
	uint64_t size;

	if (strstr(path, "/lock") || strstr(path, "/vkey") || strstr(path, "/committed"))
		return BV_OK;
	TRY(bv_file_read(&bytes, path, err));
	for (size_t i = 0; i < bytes.len; i += 1 + bytes.len / 9) {
		bytes.p[i] ^= 1;
		put(path, &bytes);
		BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
		struct bv_checkpoint none = { 0 };
		bool good = bv_log_view(&view, w->log, err) == BV_OK &&
			    bv_checkpoint_check(view ? bv_log_view_checkpoint(view) : &none, bv_key_public(w->key), err) == BV_OK && read_whole(w->log, &size, err) == BV_OK;
		bytes.p[i] ^= 1;
		put(path, &bytes);
		if (good)
			return bv_err_set(err, BV_EINVAL, "%s: byte %zu can be changed", path, i);
	}
	return BV_OK;
}

static void
check_changed(void)
{
	static const char *const needed[] = { "committed", "vkey", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/002.p/88" };
	struct world w;
	char path[200], aside[250];

	open_new(&w);
	CHECK(append(&w, 600) == BV_OK && publish(&w) == BV_OK, "600 entries");
	CHECK_OK(bv_dir_walk(w.log, flip_each, &w, &w.err), &w.err, "no byte of what is published can be changed");
	for (size_t i = 0; i < BV_COUNT(needed); i++) {
		snprintf(path, sizeof path, "%s/%s", w.log, needed[i]);
		snprintf(aside, sizeof aside, "%s.aside", path);
		CHECK(rename(path, aside) == 0 && !reopen(&w), "without %s it is not opened: %s", needed[i], w.err.msg);
		CHECK(rename(aside, path) == 0 && reopen(&w), "with it it is");
	}
	/* An older copy of the folder but for the checkpoint: going on would make two logs. */
	CHECK(bv_log_size(w.open) == 600, "600 are there");
	char command[1000];
	snprintf(command, sizeof command, "cp -r %s %s-old", w.log, w.log);
	CHECK(system(command) == 0 && append(&w, 50) == BV_OK && publish(&w) == BV_OK, "a copy, and 50 more");
	snprintf(command, sizeof command, "cp %s/checkpoint %s-old/checkpoint && mv %s %s-new && mv %s-old %s", w.log, w.log, w.log, w.log, w.log, w.log);
	CHECK(system(command) == 0 && !reopen(&w) && strstr(w.err.msg, "two logs of one name"), "an old copy with a newer checkpoint is not written to: %s", w.err.msg);
	world_finish(&w);
}

int
main(void)
{
	check_names();
	check_steps();
	check_leftovers();
	check_changed();
	check_growth(1, 20, true);
	check_growth(37, CHECK_SANITIZED ? 300 : 600, true);
	check_growth(256, 1024, false);
	check_growth(BV_LOG_BATCH_MAX, CHECK_SANITIZED ? 66000 : 70000, false);
	return check_end();
}
