/* A log in a folder of its own, with entries that follow from their number. */
#ifndef BV_TESTS_REGISTRY_WORLD_H
#define BV_TESTS_REGISTRY_WORLD_H

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "registry/registry.h"
#include "tests/certs/sample.h"

#define ORIGIN "log.example.vn/chung-chi"

struct world {
	char folder[100]; /* of the test */
	char log[120];
	struct bv_key *key;
	struct bv_log *open;
	struct bv_err err;
};

static inline void
world_init(struct world *w)
{
	*w = (struct world){ .key = sample_key("log") };
	snprintf(w->folder, sizeof w->folder, "%s/bv-log-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(w->folder))
		abort();
	snprintf(w->log, sizeof w->log, "%s/log", w->folder);
}

static inline void
world_finish(struct world *w)
{
	char command[200];

	bv_log_free(w->open);
	bv_key_free(w->key);
	snprintf(command, sizeof command, "rm -rf '%s'", w->folder);
	if (system(command) != 0)
		abort();
}

/* Of 1 to 400 bytes, another for each number. */
static inline struct bv_str
entry_text(char out[500], uint64_t idx)
{
	int len = snprintf(out, 500, "entry %" PRIu64 " ", idx);

	for (uint64_t i = 0; i < idx * 7919 % 380; i++)
		out[len++] = (char)('a' + (i + idx) % 26);
	return (struct bv_str){ out, (size_t)len };
}

static inline enum bv_status
append(struct world *w, size_t count)
{
	uint64_t size = bv_log_size(w->open), first;
	struct bv_str *entries = bv_alloc_array(count, sizeof *entries);
	char *texts = bv_alloc_array(count, 500);

	for (size_t i = 0; i < count; i++)
		entries[i] = entry_text(texts + 500 * i, size + i);
	enum bv_status status = bv_log_append(&first, w->open, entries, count, &w->err);
	if (status == BV_OK && first != size)
		abort();
	free(entries);
	free(texts);
	return status;
}

static inline enum bv_status
publish(struct world *w)
{
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);

	TRY(bv_log_sign(&note, w->open, w->key, &w->err));
	return bv_log_publish(w->open, bv_buf_str(&note), &w->err);
}

static inline void
entry_leaf(struct bv_merkle_hash *out, uint64_t idx)
{
	char text[500];

	bv_merkle_leaf(out, entry_text(text, idx));
}

/* Does the view show just these entries? */
static inline enum bv_status
world_visit(void *ctx, uint64_t idx, struct bv_str entry, struct bv_err *err)
{
	char text[500];

	(void)ctx;
	return bv_str_eq(entry, entry_text(text, idx)) ? BV_OK : bv_err_set(err, BV_EDENIED, "entry %" PRIu64 " is another", idx);
}

static inline enum bv_status
read_whole(const char *where, uint64_t *size, struct bv_err *err)
{
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	struct bv_merkle tree = { 0 };

	TRY(bv_log_view(&view, where, err));
	*size = bv_log_view_checkpoint(view)->size;
	return bv_log_read(view, &tree, true, world_visit, NULL, err);
}

#endif
