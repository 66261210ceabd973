/* What is on the disk after the power failed: what was synced, and of the rest whatever comes. */
#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/faults/disk_calls.h"

enum { SECTOR = 512 };

struct bytes {
	uint8_t *p;
	size_t len, cap;
};

struct disk_replay {
	size_t moment;
	struct bytes synced[FILES_MAX];
	bool entry[FILES_MAX]; /* of the folder, as far as it is synced */
	size_t *pending;       /* calls that no sync has made lasting, in their order */
	size_t count, cap;
};

struct disk_replay *
disk_replay_new(void)
{
	struct disk_replay *replay = bv_alloc(sizeof *replay);

	*replay = (struct disk_replay){ 0 };
	return replay;
}

void
disk_replay_free(struct disk_replay *replay)
{
	for (int i = 0; i < FILES_MAX; i++)
		free(replay->synced[i].p);
	free(replay->pending);
	free(replay);
}

size_t
disk_replay_pending(const struct disk_replay *replay)
{
	return replay->count;
}

static void
resize(struct bytes *b, size_t len)
{
	if (len > b->cap) {
		b->cap = len * 2;
		b->p = bv_resize_array(b->p, b->cap, 1);
	}
	if (len > b->len)
		memset(b->p + b->len, 0, len - b->len);
	b->len = len;
}

static void
put(struct bytes *b, int64_t at, const uint8_t *bytes, size_t len)
{
	if (!len)
		return;
	if ((size_t)at + len > b->len)
		resize(b, (size_t)at + len);
	memcpy(b->p + at, bytes, len);
}

static bool
is_entry(enum call_kind kind)
{
	return kind == CALL_CREATE || kind == CALL_DELETE;
}

/* What waited for this sync lasts now; or will never, if it failed. */
static void
settle(struct disk_replay *replay, const struct call *sync)
{
	size_t left = 0;

	for (size_t i = 0; sync->kind == CALL_SYNC_FAILED && i < replay->count; i++) {
		const struct call *call = &disk_calls()->calls[replay->pending[i]];
		if (call->kind != CALL_WRITE || call->file != sync->file)
			replay->pending[left++] = replay->pending[i];
	}
	if (sync->kind == CALL_SYNC_FAILED) {
		replay->count = left;
		return;
	}

	for (size_t i = 0; i < replay->count; i++) {
		const struct call *call = &disk_calls()->calls[replay->pending[i]];
		bool folder = sync->kind == CALL_SYNC_FOLDER;
		if (is_entry(call->kind) != folder || (!folder && call->file != sync->file)) {
			replay->pending[left++] = replay->pending[i];
			continue;
		}
		if (call->kind == CALL_WRITE)
			put(&replay->synced[call->file], call->at, call->bytes, call->len);
		else if (call->kind == CALL_TRUNCATE)
			resize(&replay->synced[call->file], (size_t)call->at);
		else
			replay->entry[call->file] = call->kind == CALL_CREATE;
	}
	replay->count = left;
}

void
disk_replay_to(struct disk_replay *replay, size_t moment)
{
	assert(moment >= replay->moment && moment <= disk_calls()->count);
	for (; replay->moment < moment; replay->moment++) {
		const struct call *call = &disk_calls()->calls[replay->moment];
		if (call->kind == CALL_SYNC || call->kind == CALL_SYNC_FOLDER || call->kind == CALL_SYNC_FAILED) {
			settle(replay, call);
			continue;
		}
		if (replay->count == replay->cap) {
			replay->cap = replay->cap ? replay->cap * 2 : 64;
			replay->pending = bv_resize_array(replay->pending, replay->cap, sizeof replay->pending[0]);
		}
		replay->pending[replay->count++] = replay->moment;
	}
}

struct disk_loss
disk_loss_any(uint64_t *random)
{
	static const unsigned keeps[] = { 0, 100, 50, 50, 90, 10, 97 }, few[] = { 0, 0, 20, 50 };

	return (struct disk_loss){ .keep_percent = keeps[disk_random(random, BV_COUNT(keeps))],
		                   .torn_percent = few[disk_random(random, BV_COUNT(few))],
		                   .garbage_percent = few[disk_random(random, BV_COUNT(few))],
		                   .shuffled = disk_random(random, 2),
		                   .entries = disk_random(random, 2) };
}

/* One write, sector by sector. Garbage only past the end of what was there: SQLite trusts that a write changes no bytes beside it. */
static void
write_some(struct bytes *b, const struct call *call, const struct disk_loss *loss, uint64_t *random)
{
	size_t end = b->len;

	for (size_t from = 0, len; from < call->len; from += len) {
		len = SECTOR - (size_t)(call->at + (int64_t)from) % SECTOR;
		len = len < call->len - from ? len : call->len - from;
		int64_t at = call->at + (int64_t)from;
		if (disk_random(random, 100) < loss->keep_percent) {
			bool torn = disk_random(random, 100) < loss->torn_percent;
			put(b, at, call->bytes + from, torn ? disk_random(random, len + 1) : len);
		} else if ((size_t)at >= end && disk_random(random, 100) < loss->garbage_percent) {
			uint8_t garbage[SECTOR];
			for (size_t i = 0; i < len; i++)
				garbage[i] = (uint8_t)disk_random(random, 256);
			put(b, at, garbage, len);
		}
	}
}

/* Of the changes of each name the first few. */
static void
lose_entries(bool entry[FILES_MAX], const struct disk_replay *replay, const struct disk_loss *loss, uint64_t *random)
{
	bool lost[FILES_MAX] = { false };

	for (size_t i = 0; i < replay->count; i++) {
		const struct call *call = &disk_calls()->calls[replay->pending[i]];
		if (!is_entry(call->kind) || lost[call->file])
			continue;
		if (loss->entries || disk_random(random, 2))
			entry[call->file] = call->kind == CALL_CREATE;
		else
			for (int j = 0; j < disk_calls()->file_count; j++)
				lost[j] = lost[j] || strcmp(disk_calls()->files[j].name, disk_calls()->files[call->file].name) == 0;
	}
}

static void
empty_folder(const char *folder)
{
	char path[400];
	DIR *dir = opendir(folder);

	assert(dir);
	for (struct dirent *e; (e = readdir(dir));) {
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (e->d_name[0] != '.')
			unlink(path);
	}
	closedir(dir);
}

static void
write_file(const char *folder, const char *name, const struct bytes *b)
{
	char path[400];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "wb");
	if (!f || (b->len && fwrite(b->p, 1, b->len, f) != b->len) || fclose(f) != 0) {
		perror(path);
		exit(2);
	}
}

void
disk_replay_lose(const struct disk_replay *replay, const char *folder, const struct disk_loss *loss, uint64_t *random)
{
	struct bytes files[FILES_MAX] = { { 0 } };
	bool entry[FILES_MAX];
	size_t *order = bv_alloc((replay->count + 1) * sizeof *order);

	memcpy(entry, replay->entry, sizeof entry);
	for (size_t i = 0; i < replay->count; i++)
		order[i] = replay->pending[i];
	lose_entries(entry, replay, loss, random);
	for (size_t i = replay->count; loss->shuffled && i > 1; i--) {
		size_t j = disk_random(random, i), moved = order[i - 1];
		order[i - 1] = order[j];
		order[j] = moved;
	}
	for (int i = 0; i < disk_calls()->file_count; i++)
		if (entry[i] && replay->synced[i].len)
			put(&files[i], 0, replay->synced[i].p, replay->synced[i].len);
	for (size_t i = 0; i < replay->count; i++) {
		const struct call *call = &disk_calls()->calls[order[i]];
		if (is_entry(call->kind) || !entry[call->file])
			continue;
		if (call->kind == CALL_WRITE)
			write_some(&files[call->file], call, loss, random);
		else if (disk_random(random, 100) < loss->keep_percent)
			resize(&files[call->file], (size_t)call->at);
	}
	empty_folder(folder);
	for (int i = 0; i < disk_calls()->file_count; i++) {
		if (entry[i])
			write_file(folder, disk_calls()->files[i].name, &files[i]);
		free(files[i].p);
	}
	free(order);
}
