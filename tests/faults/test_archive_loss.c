/* The power fails at any moment of a backup, with all that was not synced then: contents that are short, empty or zeros, names that are the old, the new or
 * none. What is left is an archive up to some event, or none; never one that is taken for more than it is. A backup that has said that it is done is there whole.
 * And the next backup completes what is left. test_archive_loss WAYS: so many losses at each moment. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "tests/engine/ledger_fixture.h"
#include "tests/faults/disk.h"

/* ---- What base/file.c asks of the system, by the linker (tests/faults/meson.build); one folder is recorded ---- */

enum { INODES = 200, CALLS = 2000, NAME = 100, FDS = 1024 };
enum kind { WRITE, SYNC, LINK, RENAME, UNLINK, SYNC_FOLDER, MAKE_FOLDER, SYNC_ABOVE };

static struct {
	char folder[120];
	struct { enum kind kind; int inode; size_t len; char name[NAME]; } calls[CALLS];
	size_t count;
	struct bv_buf contents[INODES]; /* whole, as they are in the end: nothing is written twice */
	int inodes, of_fd[FDS];         /* + 1; 0: none of ours */
	char first_name[INODES][NAME];
} seen;

static const char *
within(const char *path)
{
	size_t len = strlen(seen.folder);

	return len && strncmp(path, seen.folder, len) == 0 && path[len] == '/' ? path + len + 1 : NULL;
}

static void
record(enum kind kind, int inode, const char *name, size_t len)
{
	if (seen.count == CALLS) {
		CHECK(false, "more calls than are recorded");
		return;
	}
	seen.calls[seen.count].kind = kind;
	seen.calls[seen.count].inode = inode;
	seen.calls[seen.count].len = len;
	snprintf(seen.calls[seen.count++].name, NAME, "%s", name);
}

#define WRAP(type, name, ...) \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

WRAP(int, mkostemp64, char *path, int flags)
{
	int fd = __real_mkostemp64(path, flags);
	const char *name = within(path);

	if (fd >= 0 && fd < FDS)
		seen.of_fd[fd] = 0;
	if (fd >= 0 && fd < FDS && name && seen.inodes < INODES) {
		snprintf(seen.first_name[seen.inodes], NAME, "%s", name);
		seen.contents[seen.inodes] = BV_BUF(64u << 20);
		record(LINK, seen.inodes, name, 0);
		seen.of_fd[fd] = ++seen.inodes;
	}
	return fd;
}

WRAP(ssize_t, write, int fd, const void *bytes, size_t len)
{
	ssize_t written = __real_write(fd, bytes, len);
	struct stat st;

	if (written > 0 && fd < FDS && seen.of_fd[fd] && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		int inode = seen.of_fd[fd] - 1;
		bv_buf_add(&seen.contents[inode], (struct bv_str){ bytes, (size_t)written });
		record(WRITE, inode, "", seen.contents[inode].len);
	}
	return written;
}

WRAP(int, fsync, int fd)
{
	char link[40], path[300];
	struct stat st;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, path, sizeof path - 1);
	path[len > 0 ? len : 0] = '\0';
	bool above = strlen(seen.folder) > strlen(path) && strncmp(path, seen.folder, strlen(path)) == 0 && !strchr(seen.folder + strlen(path) + 1, '/');
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) && seen.folder[0] && (above || strcmp(path, seen.folder) == 0))
		record(above ? SYNC_ABOVE : SYNC_FOLDER, -1, "", 0);
	else if (fd < FDS && seen.of_fd[fd] && S_ISREG(st.st_mode) && within(path))
		record(SYNC, seen.of_fd[fd] - 1, "", seen.contents[seen.of_fd[fd] - 1].len);
	return __real_fsync(fd);
}

WRAP(int, renameat2, int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
	int done = __real_renameat2(from_at, from, to_at, to, flags);

	for (int i = seen.inodes - 1; done == 0 && within(from) && i >= 0; i--)
		if (strcmp(seen.first_name[i], within(from)) == 0) {
			record(RENAME, i, within(to), 0);
			break;
		}
	return done;
}

WRAP(int, unlink, const char *path)
{
	int done = __real_unlink(path);

	if (done == 0 && within(path))
		record(UNLINK, -1, within(path), 0);
	return done;
}

WRAP(int, mkdir, const char *path, mode_t mode)
{
	int done = __real_mkdir(path, mode);

	if (done == 0 && strcmp(path, seen.folder) == 0)
		record(MAKE_FOLDER, -1, "", 0);
	return done;
}

/* ---- A loss ---- */

struct names {
	struct { char name[NAME]; int inode; } all[INODES];
	int count;
	bool folder;
};

static void
drop(struct names *names, const char *name)
{
	for (int i = 0; i < names->count; i++)
		if (strcmp(names->all[i].name, name) == 0)
			names->all[i--] = names->all[--names->count];
}

static void
put(struct names *names, const char *name, int inode)
{
	drop(names, name);
	snprintf(names->all[names->count].name, NAME, "%s", name);
	names->all[names->count++].inode = inode;
}

static void
apply(struct names *names, size_t call)
{
	int inode = seen.calls[call].inode;
	const char *name = seen.calls[call].name;

	switch (seen.calls[call].kind) {
	case LINK: put(names, name, inode); break;
	case RENAME: drop(names, seen.first_name[inode]); put(names, name, inode); break;
	case UNLINK: drop(names, name); break;
	case MAKE_FOLDER: names->folder = true; break;
	default: break;
	}
}

/* Makes in `left` what may be there when the power fails after `moment` calls. Changes of names are kept in the order in which they were made, up to any of
 * them, but for those that a sync has made last; contents that no sync has are kept, cut short, zeros or not there. */
static void
lose(size_t moment, const char *left, uint64_t *random)
{
	static struct names names;
	size_t synced[INODES] = { 0 }, written[INODES] = { 0 }, last = 0, above = 0;
	struct bv_err err;

	names = (struct names){ 0 };
	for (size_t c = 0; c < moment; c++) {
		if (seen.calls[c].kind == SYNC)
			synced[seen.calls[c].inode] = seen.calls[c].len;
		else if (seen.calls[c].kind == WRITE)
			written[seen.calls[c].inode] = seen.calls[c].len;
		last = seen.calls[c].kind == SYNC_FOLDER ? c + 1 : last;
		above = seen.calls[c].kind == SYNC_ABOVE ? c + 1 : above;
	}
	size_t kept = last + disk_random(random, moment - last + 1);
	for (size_t c = 0; c < moment; c++)
		if (c < kept || (seen.calls[c].kind == MAKE_FOLDER && (c < above || disk_random(random, 2))))
			apply(&names, c);
	/* A folder that nobody has synced above it is gone with what is in it. */
	bool made = false;
	for (size_t c = 0; c < moment; c++)
		made = made || (seen.calls[c].kind == MAKE_FOLDER && c < above);
	if (!names.folder || (!made && disk_random(random, 2)))
		return;
	if (__real_mkdir(left, 0700) != 0)
		CHECK(false, "a folder of what is left");
	for (int i = 0; i < names.count; i++) {
		int inode = names.all[i].inode;
		BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(300), bytes = BV_BUF(64u << 20);
		size_t len = synced[inode] + disk_random(random, written[inode] - synced[inode] + 1);
		bv_buf_printf(&path, "%s/%s", left, names.all[i].name);
		bv_buf_add(&bytes, bv_str_sub(bv_buf_str(&seen.contents[inode]), 0, len));
		if (len > synced[inode] && disk_random(random, 2))
			memset(bytes.p + synced[inode], 0, len - synced[inode]);
		if (bv_file_write(path.p, bv_buf_str(&bytes), 0600, &err) != BV_OK)
			CHECK(false, "what is left: %s", err.msg);
	}
}

/* ---- What must hold ---- */

static struct ledger_test t;
static char left[150], other[150];

static void
remove_all(void)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	struct bv_err err;
	char path[200];

	if (bv_dir_walk(left, ledger_test_remove, NULL, &err) == BV_OK)
		rmdir(left);
	for (size_t i = 0; i < BV_COUNT(ends); i++) {
		snprintf(path, sizeof path, "%s%s", other + strlen("sqlite:"), ends[i]);
		__real_unlink(path);
	}
}

/* What is left is of `least` events at least, all of them ours, and the next backup completes it. */
static bool
holds(size_t moment, int64_t least, int64_t events)
{
	struct bv_ledger_copied restored = { 0 }, copied;
	struct bv_ledger_check counts;
	struct bv_err err = { 0 };
	int64_t more;

	enum bv_status status = bv_ledger_restore(&restored, left, other, INT64_MAX, INT64_MAX, &err);
	if (status == BV_OK && (bv_ledger_check(&counts, other, bv_key_public(t.key), NULL, NULL, &err) != BV_OK ||
	                        bv_ledger_holds_archive(&more, t.url, left, &err) != BV_OK || more != events - restored.events))
		return CHECK(false, "call %zu: taken for an archive of %lld: %s", moment, (long long)restored.events, err.msg);
	if (restored.events < least)
		return CHECK(false, "call %zu: %lld events of %lld that were said to be backed up: %s", moment, (long long)restored.events, (long long)least, err.msg);
	if (status != BV_OK && status != BV_ENOTFOUND && status != BV_EINVAL && status != BV_EDENIED)
		return CHECK(false, "call %zu: what is left is no archive in an odd way: %s", moment, err.msg);
	if (bv_ledger_backup(&copied, t.url, left, &err) != BV_OK || copied.events != events || bv_ledger_holds_archive(&more, t.url, left, &err) != BV_OK || more)
		return CHECK(false, "call %zu: the next backup does not complete it: %s", moment, err.msg);
	return true;
}

static void
sit(int from, int count)
{
	struct bv_ledger_act act;

	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger");
	if (!from)
		ledger_sitting(&t);
	for (int i = from; i < from + count; i++)
		if (ledger_save(&t, &act, ledger_started(&t, i), 1, 0, 1, BV_STR("{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}")) != BV_OK)
			CHECK(false, "a save: %s", t.err.msg);
	ledger_test_close(&t);
}

int
main(int argc, char **argv)
{
	uint64_t random = UINT64_C(0x5eed5eed5eed);
	unsigned ways = argc > 1 ? (unsigned)atoi(argv[1]) : 2, losses = 0;
	struct { size_t call; int64_t events; } done[3] = { { 0, 0 } };
	struct bv_ledger_copied copied;
	bool good = true;

	ledger_test_init(&t);
	snprintf(left, sizeof left, "%s/left", t.folder);
	snprintf(other, sizeof other, "sqlite:%s/other.db", t.folder);
	snprintf(seen.folder, sizeof seen.folder, "%s/archive", t.folder);
	for (int b = 1; b < 3; b++) {
		sit(20 * (b - 1), 20);
		CHECK_OK(bv_ledger_backup(&copied, t.url, seen.folder, &t.err), &t.err, "a backup");
		done[b].call = seen.count;
		done[b].events = copied.events;
	}
	char archive[sizeof seen.folder];
	memcpy(archive, seen.folder, sizeof archive);
	seen.folder[0] = '\0'; /* what comes is not recorded */
	for (size_t moment = 0; good && moment <= seen.count; moment++)
		for (unsigned way = 0; good && way < ways; way++, losses++) {
			remove_all();
			lose(moment, left, &random);
			good = holds(moment, moment >= done[2].call ? done[2].events : moment >= done[1].call ? done[1].events : 0, done[2].events);
		}
	CHECK(good && seen.count > 30 && done[2].events > done[1].events, "%u losses of power at %zu moments of two backups", losses, seen.count + 1);
	remove_all();
	CHECK(bv_dir_walk(archive, ledger_test_remove, NULL, &t.err) == BV_OK && rmdir(archive) == 0, "clean up");
	for (int i = 0; i < seen.inodes; i++)
		bv_buf_finish(&seen.contents[i]);
	ledger_test_finish(&t);
	return check_end();
}
