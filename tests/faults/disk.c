#include "tests/faults/disk.h"

#include <assert.h>
#include <dirent.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { SECTOR = 512, NAME_MAX_LEN = 100, FILES_MAX = 64 };

enum call_kind { CALL_WRITE, CALL_TRUNCATE, CALL_SYNC, CALL_CREATE, CALL_DELETE, CALL_SYNC_FOLDER, CALL_SYNC_FAILED };
enum call_class { CLASS_OTHER, CLASS_WRITE, CLASS_SYNC };

struct call {
	enum call_kind kind;
	int file; /* of files */
	int64_t at;
	size_t len;
	uint8_t *bytes;
};

/* A file in the sense of an inode: one that is deleted and made again is another. */
struct recorded {
	char name[NAME_MAX_LEN];
	bool sync_folder; /* its first sync is one of the folder too, as the VFS for Unix does it */
	bool gone;
};

static struct {
	pthread_mutex_t lock;
	char folder[200];
	bool recording;
	struct call *calls;
	size_t count, cap;
	struct recorded files[FILES_MAX];
	int file_count;
	int fail_at, called;
	enum disk_fault fault;
	bool forever, failed;
} disk = { .lock = PTHREAD_MUTEX_INITIALIZER };

uint64_t
disk_random(uint64_t *state, uint64_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (*state >> 11) % below;
}

/* ---- Recording; the lock is held ---- */

static void
record(enum call_kind kind, int file, int64_t at, size_t len, const void *bytes)
{
	if (!disk.recording)
		return;
	if (disk.count == disk.cap) {
		disk.cap = disk.cap ? disk.cap * 2 : 1024;
		disk.calls = bv_resize_array(disk.calls, disk.cap, sizeof disk.calls[0]);
	}
	struct call *call = &disk.calls[disk.count++];
	*call = (struct call){ kind, file, at, len, NULL };
	if (bytes) {
		call->bytes = bv_alloc(len);
		memcpy(call->bytes, bytes, len);
	}
}

/* The file that has the name now; -1: none, or not in the folder. */
static int
find_file(const char *path)
{
	size_t len = strlen(disk.folder);

	if (!disk.recording || !path || strncmp(path, disk.folder, len) != 0 || path[len] != '/')
		return -1;
	for (int i = 0; i < disk.file_count; i++)
		if (!disk.files[i].gone && strcmp(disk.files[i].name, path + len + 1) == 0)
			return i;
	return -1;
}

static int
create_file(const char *path, bool sync_folder)
{
	size_t len = strlen(disk.folder);

	if (!disk.recording || !path || strncmp(path, disk.folder, len) != 0 || path[len] != '/')
		return -1;
	assert(disk.file_count < FILES_MAX && strlen(path + len + 1) < NAME_MAX_LEN);
	struct recorded *file = &disk.files[disk.file_count];
	*file = (struct recorded){ .sync_folder = sync_folder };
	strcpy(file->name, path + len + 1);
	record(CALL_CREATE, disk.file_count, 0, 0, NULL);
	return disk.file_count++;
}

/* A file that was there before, whole and lasting. */
static void
record_there(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;

	if (!f || fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode)) {
		if (f)
			fclose(f);
		return;
	}
	uint8_t *bytes = bv_alloc((size_t)st.st_size + 1);
	size_t len = fread(bytes, 1, (size_t)st.st_size, f);
	fclose(f);
	int file = create_file(path, false);
	if (len)
		record(CALL_WRITE, file, 0, len, bytes);
	record(CALL_SYNC, file, 0, 0, NULL);
	record(CALL_SYNC_FOLDER, file, 0, 0, NULL);
	free(bytes);
}

void
disk_record(const char *folder)
{
	char path[400];
	DIR *dir = opendir(folder);

	pthread_mutex_lock(&disk.lock);
	for (size_t i = 0; i < disk.count; i++)
		free(disk.calls[i].bytes);
	disk.count = 0;
	disk.file_count = 0;
	disk.recording = true;
	snprintf(disk.folder, sizeof disk.folder, "%s", folder);
	for (struct dirent *e; dir && (e = readdir(dir));) {
		size_t len = strlen(e->d_name);
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (e->d_name[0] != '.' && !(len > 4 && strcmp(e->d_name + len - 4, "-shm") == 0))
			record_there(path);
	}
	if (dir)
		closedir(dir);
	pthread_mutex_unlock(&disk.lock);
}

void
disk_stop(void)
{
	pthread_mutex_lock(&disk.lock);
	disk.recording = false;
	pthread_mutex_unlock(&disk.lock);
}

size_t
disk_moment(void)
{
	pthread_mutex_lock(&disk.lock);
	size_t count = disk.count;
	pthread_mutex_unlock(&disk.lock);
	return count;
}

/* ---- Faults ---- */

void
disk_fail(int n, enum disk_fault fault, bool forever)
{
	pthread_mutex_lock(&disk.lock);
	disk.fail_at = n;
	disk.called = 0;
	disk.fault = fault;
	disk.forever = forever;
	disk.failed = false;
	pthread_mutex_unlock(&disk.lock);
}

bool
disk_failed(void)
{
	pthread_mutex_lock(&disk.lock);
	bool failed = disk.failed;
	pthread_mutex_unlock(&disk.lock);
	return failed;
}

/* Is this the call that fails? The lock is held. */
static bool
fails(enum call_class class)
{
	if (!disk.fail_at)
		return false;
	if (disk.fault == DISK_SYNC && disk.failed && disk.forever)
		return true;
	if (disk.fault != DISK_IO && class != (disk.fault == DISK_SYNC ? CLASS_SYNC : CLASS_WRITE))
		return false;
	disk.called++;
	bool now = disk.forever ? disk.called >= disk.fail_at : disk.called == disk.fail_at;
	disk.failed = disk.failed || now;
	return now;
}

static bool
call_fails(void)
{
	pthread_mutex_lock(&disk.lock);
	bool now = fails(CLASS_OTHER);
	pthread_mutex_unlock(&disk.lock);
	return now;
}

/* ---- Files ---- */

struct disk_file {
	sqlite3_file head;
	int file; /* of the recorded ones; -1: not recorded */
	sqlite3_file *real;
};

static sqlite3_file *
real_of(sqlite3_file *file)
{
	return ((struct disk_file *)file)->real;
}

static int
disk_close(sqlite3_file *file)
{
	sqlite3_file *real = real_of(file);

	return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int
disk_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
	return call_fails() ? SQLITE_IOERR_READ : real_of(file)->pMethods->xRead(real_of(file), out, len, at);
}

static int
disk_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
	sqlite3_file *real = real_of(file);
	int code = SQLITE_OK;

	pthread_mutex_lock(&disk.lock);
	if (fails(CLASS_WRITE)) {
		code = disk.fault == DISK_IO || disk.fault == DISK_SYNC ? SQLITE_IOERR_WRITE : SQLITE_FULL;
		len = disk.fault == DISK_SHORT ? len / 2 : 0;
	}
	if (len) {
		int written = real->pMethods->xWrite(real, bytes, len, at);
		code = code == SQLITE_OK ? written : code;
		if (((struct disk_file *)file)->file >= 0)
			record(CALL_WRITE, ((struct disk_file *)file)->file, at, (size_t)len, bytes);
	}
	pthread_mutex_unlock(&disk.lock);
	return code;
}

static int
disk_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	sqlite3_file *real = real_of(file);

	pthread_mutex_lock(&disk.lock);
	int code = fails(CLASS_OTHER) ? SQLITE_IOERR_TRUNCATE : real->pMethods->xTruncate(real, size);
	if (code == SQLITE_OK && ((struct disk_file *)file)->file >= 0)
		record(CALL_TRUNCATE, ((struct disk_file *)file)->file, size, 0, NULL);
	pthread_mutex_unlock(&disk.lock);
	return code;
}

/* The real disk is not asked: when the power of this machine fails, the test is over. */
static int
disk_sync(sqlite3_file *file, int flags)
{
	int idx = ((struct disk_file *)file)->file;

	(void)flags;
	pthread_mutex_lock(&disk.lock);
	int code = fails(CLASS_SYNC) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
	if (code != SQLITE_OK && idx >= 0)
		record(CALL_SYNC_FAILED, idx, 0, 0, NULL);
	if (code == SQLITE_OK && disk.recording && idx >= 0) {
		record(CALL_SYNC, idx, 0, 0, NULL);
		if (disk.files[idx].sync_folder)
			record(CALL_SYNC_FOLDER, idx, 0, 0, NULL);
		disk.files[idx].sync_folder = false;
	}
	pthread_mutex_unlock(&disk.lock);
	return code;
}

static int
disk_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return call_fails() ? SQLITE_IOERR_FSTAT : real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int
disk_lock(sqlite3_file *file, int lock)
{
	return call_fails() ? SQLITE_IOERR_LOCK : real_of(file)->pMethods->xLock(real_of(file), lock);
}

static int
disk_unlock(sqlite3_file *file, int lock)
{
	return real_of(file)->pMethods->xUnlock(real_of(file), lock);
}

static int
disk_reserved(sqlite3_file *file, int *out)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int
disk_control(sqlite3_file *file, int what, void *arg)
{
	return real_of(file)->pMethods->xFileControl(real_of(file), what, arg);
}

static int
disk_sector(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int
disk_traits(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int
disk_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
	return call_fails() ? SQLITE_IOERR_SHMMAP : real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend, out);
}

static int
disk_shm_lock(sqlite3_file *file, int from, int count, int flags)
{
	return real_of(file)->pMethods->xShmLock(real_of(file), from, count, flags);
}

static void
disk_shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int
disk_shm_unmap(sqlite3_file *file, int remove)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

/* Version 2: without memory-mapped reading. */
static const sqlite3_io_methods methods = {
	2,          disk_close,    disk_read,    disk_write,  disk_truncate, disk_sync,    disk_size,     disk_lock,        disk_unlock,
	disk_reserved, disk_control, disk_sector, disk_traits, disk_shm_map,  disk_shm_lock, disk_shm_barrier, disk_shm_unmap, NULL, NULL,
};

/* ---- The VFS ---- */

static sqlite3_vfs *unix_vfs;

static int
disk_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *out, int flags, int *out_flags)
{
	struct disk_file *file = (struct disk_file *)out;
	const int whole = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
	int there = 0;

	(void)vfs;
	*file = (struct disk_file){ .file = -1, .real = (sqlite3_file *)(file + 1) };
	memset(file->real, 0, (size_t)unix_vfs->szOsFile);
	pthread_mutex_lock(&disk.lock);
	int code = fails(CLASS_OTHER) ? SQLITE_CANTOPEN : SQLITE_OK;
	if (path)
		unix_vfs->xAccess(unix_vfs, path, SQLITE_ACCESS_EXISTS, &there);
	if (code == SQLITE_OK)
		code = unix_vfs->xOpen(unix_vfs, path, file->real, flags, out_flags);
	/* What is open has its methods, even if opening failed: then SQLite closes it. */
	file->head.pMethods = file->real->pMethods ? &methods : NULL;
	if (code == SQLITE_OK && !(flags & SQLITE_OPEN_DELETEONCLOSE)) {
		file->file = find_file(path);
		if (file->file < 0 && !there)
			file->file = create_file(path, flags & whole);
	}
	pthread_mutex_unlock(&disk.lock);
	return code;
}

static int
disk_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
	(void)vfs;
	pthread_mutex_lock(&disk.lock);
	int code = fails(CLASS_OTHER) ? SQLITE_IOERR_DELETE : unix_vfs->xDelete(unix_vfs, path, 0);
	int file = find_file(path);
	if (code == SQLITE_OK && file >= 0) {
		disk.files[file].gone = true;
		record(CALL_DELETE, file, 0, 0, NULL);
		if (sync_folder)
			record(CALL_SYNC_FOLDER, file, 0, 0, NULL);
	}
	pthread_mutex_unlock(&disk.lock);
	return code;
}

void
disk_install(void)
{
	static sqlite3_vfs vfs;

	if (unix_vfs)
		return;
	unix_vfs = sqlite3_vfs_find(NULL);
	vfs = *unix_vfs;
	vfs.zName = "disk";
	vfs.szOsFile = (int)sizeof(struct disk_file) + unix_vfs->szOsFile;
	vfs.xOpen = disk_open;
	vfs.xDelete = disk_delete;
	vfs.pNext = NULL;
	sqlite3_vfs_register(&vfs, 1);
}

/* ---- Replaying ---- */

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
		const struct call *call = &disk.calls[replay->pending[i]];
		if (call->kind != CALL_WRITE || call->file != sync->file)
			replay->pending[left++] = replay->pending[i];
	}
	if (sync->kind == CALL_SYNC_FAILED) {
		replay->count = left;
		return;
	}

	for (size_t i = 0; i < replay->count; i++) {
		const struct call *call = &disk.calls[replay->pending[i]];
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
	assert(moment >= replay->moment && moment <= disk.count);
	for (; replay->moment < moment; replay->moment++) {
		const struct call *call = &disk.calls[replay->moment];
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
		const struct call *call = &disk.calls[replay->pending[i]];
		if (!is_entry(call->kind) || lost[call->file])
			continue;
		if (loss->entries || disk_random(random, 2))
			entry[call->file] = call->kind == CALL_CREATE;
		else
			for (int j = 0; j < disk.file_count; j++)
				lost[j] = lost[j] || strcmp(disk.files[j].name, disk.files[call->file].name) == 0;
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
	for (int i = 0; i < disk.file_count; i++)
		if (entry[i] && replay->synced[i].len)
			put(&files[i], 0, replay->synced[i].p, replay->synced[i].len);
	for (size_t i = 0; i < replay->count; i++) {
		const struct call *call = &disk.calls[order[i]];
		if (is_entry(call->kind) || !entry[call->file])
			continue;
		if (call->kind == CALL_WRITE)
			write_some(&files[call->file], call, loss, random);
		else if (disk_random(random, 100) < loss->keep_percent)
			resize(&files[call->file], (size_t)call->at);
	}
	empty_folder(folder);
	for (int i = 0; i < disk.file_count; i++) {
		if (entry[i])
			write_file(folder, disk.files[i].name, &files[i]);
		free(files[i].p);
	}
	free(order);
}
