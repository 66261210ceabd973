#include "tests/faults/disk_calls.h"

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

enum call_class { CLASS_OTHER, CLASS_WRITE, CLASS_SYNC };

static struct {
	pthread_mutex_t lock;
	char folder[200];
	bool recording;
	struct disk_calls log;
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
	if (disk.log.count == disk.log.cap) {
		disk.log.cap = disk.log.cap ? disk.log.cap * 2 : 1024;
		disk.log.calls = bv_resize_array(disk.log.calls, disk.log.cap, sizeof disk.log.calls[0]);
	}
	struct call *call = &disk.log.calls[disk.log.count++];
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
	for (int i = 0; i < disk.log.file_count; i++)
		if (!disk.log.files[i].gone && strcmp(disk.log.files[i].name, path + len + 1) == 0)
			return i;
	return -1;
}

static int
create_file(const char *path, bool sync_folder)
{
	size_t len = strlen(disk.folder);

	if (!disk.recording || !path || strncmp(path, disk.folder, len) != 0 || path[len] != '/')
		return -1;
	assert(disk.log.file_count < FILES_MAX && strlen(path + len + 1) < NAME_MAX_LEN);
	struct recorded *file = &disk.log.files[disk.log.file_count];
	*file = (struct recorded){ .sync_folder = sync_folder };
	strcpy(file->name, path + len + 1);
	record(CALL_CREATE, disk.log.file_count, 0, 0, NULL);
	return disk.log.file_count++;
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
	for (size_t i = 0; i < disk.log.count; i++)
		free(disk.log.calls[i].bytes);
	disk.log.count = 0;
	disk.log.file_count = 0;
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
	size_t count = disk.log.count;
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
		if (disk.log.files[idx].sync_folder)
			record(CALL_SYNC_FOLDER, idx, 0, 0, NULL);
		disk.log.files[idx].sync_folder = false;
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
		disk.log.files[file].gone = true;
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

const struct disk_calls *
disk_calls(void)
{
	return &disk.log;
}
