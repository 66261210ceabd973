/* A public log when the power fails at any moment, with all that was not synced then, and when any call to the system fails. Of a name whose changes no sync has made
 * last any of them may be the last that is kept; contents that none has may be short, zeros or empty. What was acknowledged is there, what is public is whole, every
 * checkpoint that was signed is one of this log, and it goes on. test_log_loss WAYS: so many losses at each moment. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "registry/log.h"
#include "tests/check.h"
#include "tests/faults/disk.h"
#include "tests/registry/world.h"

/* ---- What base/file.c and registry/ ask of the system, by the linker (tests/faults/meson.build); one folder is recorded ---- */

enum { INODES = 400, EVENTS = 4000, NAME = 120, FDS = 1024, SIGNED = 100 };
enum kind { LINK, WRITE, SYNC, RENAME, UNLINK, SYNC_ALL, SYNC_FOLDER };

static struct {
	char folder[150];
	struct { enum kind kind; int inode; size_t len; char name[NAME]; } events[EVENTS];
	size_t count;
	struct bv_buf contents[INODES];
	int inodes, of_fd[FDS]; /* + 1 */
	unsigned calls, fail_at; /* the fail_at-th call fails */
	bool failed;
} seen;

#define WRAP(type, name, ...) \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

static const char *
within(const char *path)
{
	size_t len = strlen(seen.folder);

	return len && strncmp(path, seen.folder, len) == 0 && path[len] == '/' ? path + len + 1 : NULL;
}

/* The path of an open folder or file. */
static bool
path_of(char out[400], int fd)
{
	char link[40];

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, out, 399);
	out[len > 0 ? len : 0] = '\0';
	return len > 0;
}

static bool
fails(void)
{
	if (!seen.fail_at || ++seen.calls != seen.fail_at)
		return false;
	seen.failed = true;
	errno = EIO;
	return true;
}

static void
record(enum kind kind, int inode, const char *name, size_t len)
{
	if (!seen.folder[0])
		return;
	if (seen.count == EVENTS) {
		CHECK(false, "more calls than are recorded");
		return;
	}
	seen.events[seen.count].kind = kind;
	seen.events[seen.count].inode = inode;
	seen.events[seen.count].len = len;
	snprintf(seen.events[seen.count++].name, NAME, "%s", name);
}

static void
link_new(int fd, const char *name)
{
	if (fd < 0 || fd >= FDS || !name)
		return;
	if (seen.inodes == INODES) {
		CHECK(false, "more files than are recorded");
		return;
	}
	seen.contents[seen.inodes] = BV_BUF(64u << 20);
	record(LINK, seen.inodes, name, 0);
	seen.of_fd[fd] = ++seen.inodes;
}

WRAP(int, mkostemp64, char *path, int flags)
{
	if (fails())
		return -1;
	int fd = __real_mkostemp64(path, flags);

	if (fd >= 0 && fd < FDS)
		seen.of_fd[fd] = 0;
	link_new(fd, within(path));
	return fd;
}

WRAP(int, openat64, int at, const char *name, int flags, ...)
{
	va_list ap;
	char folder[400], path[600];

	va_start(ap, flags);
	mode_t mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	if (flags & O_CREAT && fails())
		return -1;
	int fd = __real_openat64(at, name, flags, mode);
	if (fd >= 0 && fd < FDS)
		seen.of_fd[fd] = 0;
	if (fd >= 0 && flags & O_CREAT && path_of(folder, at)) {
		snprintf(path, sizeof path, "%s/%s", folder, name);
		link_new(fd, within(path));
	}
	return fd;
}

WRAP(ssize_t, write, int fd, const void *bytes, size_t len)
{
	if (fd > 2 && fails())
		return -1;
	ssize_t written = __real_write(fd, bytes, len);
	if (written > 0 && fd >= 0 && fd < FDS && seen.of_fd[fd]) {
		int inode = seen.of_fd[fd] - 1;
		bv_buf_add(&seen.contents[inode], (struct bv_str){ bytes, (size_t)written });
		record(WRITE, inode, "", seen.contents[inode].len);
	}
	return written;
}

/* Nothing need wait for the disk of this machine. */
WRAP(int, fsync, int fd)
{
	char path[400];
	struct stat st;

	if (fails())
		return -1;
	if (fd >= 0 && fd < FDS && seen.of_fd[fd])
		record(SYNC, seen.of_fd[fd] - 1, "", seen.contents[seen.of_fd[fd] - 1].len);
	else if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) && path_of(path, fd) && (within(path) || strcmp(path, seen.folder) == 0))
		record(SYNC_FOLDER, -1, within(path) ? within(path) : "", 0);
	return 0;
}

WRAP(int, syncfs, int fd)
{
	(void)fd;
	if (fails())
		return -1;
	record(SYNC_ALL, -1, "", 0);
	return 0;
}

static int
inode_of(const char *name)
{
	for (size_t i = seen.count; i-- > 0;)
		if ((seen.events[i].kind == LINK || seen.events[i].kind == RENAME) && strcmp(seen.events[i].name, name) == 0)
			return seen.events[i].inode;
	return -1;
}

WRAP(int, renameat2, int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
	if (fails())
		return -1;
	int done = __real_renameat2(from_at, from, to_at, to, flags);

	if (done == 0 && within(to)) {
		int inode = inode_of(within(from));
		record(UNLINK, -1, within(from), 0);
		record(RENAME, inode, within(to), 0);
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

WRAP(int, unlinkat, int at, const char *name, int flags)
{
	char folder[400], path[600];
	int done = __real_unlinkat(at, name, flags);

	if (done == 0 && path_of(folder, at)) {
		snprintf(path, sizeof path, "%s/%s", folder, name);
		if (within(path))
			record(UNLINK, -1, within(path), 0);
	}
	return done;
}

/* ---- A loss ---- */

static bool
in_folder(const char *name, const char *folder)
{
	size_t len = strlen(folder);

	return len ? strncmp(name, folder, len) == 0 && name[len] == '/' && !strchr(name + len + 1, '/') : !strchr(name, '/');
}

/* Does a sync after event e and before the moment make the name's change last? */
static bool
lasts(size_t e, size_t moment)
{
	for (size_t i = e + 1; i < moment; i++)
		if (seen.events[i].kind == SYNC_ALL || (seen.events[i].kind == SYNC_FOLDER && in_folder(seen.events[e].name, seen.events[i].name)))
			return true;
	return false;
}

static void
write_left(const char *left, const char *name, int inode, size_t moment, uint64_t *random)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(700), bytes = BV_BUF(64u << 20);
	size_t synced = 0, written = 0;

	for (size_t i = 0; i < moment; i++) {
		if (seen.events[i].kind == WRITE && seen.events[i].inode == inode)
			written = seen.events[i].len;
		if (seen.events[i].kind == SYNC_ALL || (seen.events[i].kind == SYNC && seen.events[i].inode == inode))
			synced = written;
	}
	size_t len = synced + disk_random(random, written - synced + 1);
	bv_buf_add(&bytes, bv_str_sub(bv_buf_str(&seen.contents[inode]), 0, len));
	if (len > synced && disk_random(random, 2))
		memset(bytes.p + synced, 0, len - synced);
	bv_buf_printf(&path, "%s/%s", left, name);
	for (char *slash = path.p + strlen(left) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		mkdir(path.p, 0755);
	}
	FILE *f = fopen(path.p, "wb");
	if (!f || (bytes.len && fwrite(bytes.p, 1, bytes.len, f) != bytes.len) || fclose(f) != 0)
		CHECK(false, "what is left: %s", path.p);
}

/* Makes in `left` what may be there when the power fails after `moment` events. */
static void
lose(size_t moment, const char *left, uint64_t *random)
{
	mkdir(left, 0755);
	for (size_t e = 0; e < moment; e++) {
		const char *name = seen.events[e].name;
		enum kind kind = seen.events[e].kind;
		bool first = kind == LINK || kind == RENAME || kind == UNLINK;
		for (size_t i = 0; first && i < e; i++)
			first = !((seen.events[i].kind == LINK || seen.events[i].kind == RENAME || seen.events[i].kind == UNLINK) && strcmp(seen.events[i].name, name) == 0);
		if (!first)
			continue;
		/* The changes of this name: up to any of those after the last that lasts. */
		int now = -1;
		for (size_t i = e; i < moment; i++) {
			if ((seen.events[i].kind != LINK && seen.events[i].kind != RENAME && seen.events[i].kind != UNLINK) || strcmp(seen.events[i].name, name) != 0)
				continue;
			if (!lasts(i, moment) && disk_random(random, 2))
				break;
			now = seen.events[i].kind == UNLINK ? -1 : seen.events[i].inode;
		}
		if (now >= 0)
			write_left(left, name, now, moment, random);
	}
}

/* ---- What must hold ---- */

static struct world w;
static struct { size_t moment; uint64_t size; struct bv_merkle_hash root; } notes[SIGNED];
static struct { size_t moment; uint64_t appended, published; } told[SIGNED];
static size_t note_count, told_count;

static void
remove_folder(const char *path)
{
	char command[300];

	snprintf(command, sizeof command, "rm -rf '%s'", path);
	if (system(command) != 0)
		CHECK(false, "%s", command);
}

static bool
holds(const char *left, size_t moment, bool go_on)
{
	uint64_t appended = 0, published = 0, size;
	struct world after = { .key = w.key };

	for (size_t i = 0; i < told_count && told[i].moment <= moment; i++) {
		appended = told[i].appended;
		published = told[i].published;
	}
	snprintf(after.log, sizeof after.log, "%s", left);
	if (read_whole(left, &size, &after.err) != BV_OK || size < published)
		return CHECK(false, "event %zu: what is public is not whole: %s", moment, after.err.msg);
	if (bv_log_open(&after.open, left, &after.err) != BV_OK || bv_log_size(after.open) < appended)
		return CHECK(false, "event %zu: %s", moment, after.open ? "something that was acknowledged is missing" : after.err.msg);
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = log_view_of(left, bv_log_size(after.open));
	bool good = true;
	for (size_t i = 0; good && i < note_count && notes[i].moment <= moment; i++) {
		struct bv_merkle_hash root;
		good = log_view_root(&root, view, notes[i].size, &after.err) == BV_OK && bv_hash_eq(root.p, notes[i].root.p);
	}
	good = good && (!go_on || (append(&after, 300) == BV_OK && publish(&after) == BV_OK && read_whole(left, &size, &after.err) == BV_OK && size == bv_log_size(after.open)));
	bv_log_free(after.open);
	return good || CHECK(false, "event %zu: a checkpoint that was signed is not of this log, or it does not go on: %s", moment, after.err.msg);
}

static void
tell(void)
{
	told[told_count].moment = seen.count;
	told[told_count].appended = bv_log_size(w.open);
	told[told_count++].published = bv_log_public_size(w.open);
}

static void
act(size_t count, bool publishes)
{
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
	struct bv_checkpoint checkpoint;

	if (append(&w, count) != BV_OK)
		CHECK(false, "%s", w.err.msg);
	tell();
	if (bv_log_sign(&note, w.open, w.key, &w.err) != BV_OK || bv_checkpoint_parse(&checkpoint, bv_buf_str(&note), &w.err) != BV_OK)
		CHECK(false, "%s", w.err.msg);
	notes[note_count].moment = seen.count;
	notes[note_count].size = checkpoint.size;
	notes[note_count++].root = checkpoint.root;
	if (publishes && bv_log_publish(w.open, bv_buf_str(&note), &w.err) != BV_OK)
		CHECK(false, "%s", w.err.msg);
	tell();
}

static void
check_losses(unsigned ways)
{
	static const struct { size_t count; bool publishes; } acts[] = { { 3, true }, { 2, false }, { 1, true }, { 249, false }, { 1, true }, { 600, true }, { 30, false }, { 9, true } };
	uint64_t random = UINT64_C(0x10550f9043e5);
	char left[150];
	unsigned losses = 0;
	bool good = true;

	world_init(&w);
	snprintf(left, sizeof left, "%s/left", w.folder);
	snprintf(seen.folder, sizeof seen.folder, "%s", w.log);
	CHECK(bv_log_create(w.log, BV_STR(ORIGIN), w.key, &w.err) == BV_OK && bv_log_open(&w.open, w.log, &w.err) == BV_OK, "a log");
	size_t from = seen.count;
	tell();
	for (size_t i = 0; i < BV_COUNT(acts); i++)
		act(acts[i].count, acts[i].publishes);
	seen.folder[0] = '\0'; /* what comes is not recorded */
	for (size_t moment = from; good && moment <= seen.count; moment++)
		for (unsigned way = 0; good && way < ways; way++, losses++) {
			remove_folder(left);
			lose(moment, left, &random);
			good = holds(left, moment, moment % 3 == 0);
		}
	CHECK(good && seen.count - from > 80, "%u losses of power at %zu moments", losses, seen.count - from + 1);
	bv_log_free(bv_steal(&w.open));
	for (int i = 0; i < seen.inodes; i++)
		bv_buf_finish(&seen.contents[i]);
	world_finish(&w);
}

/* Each call fails once: the log tells, does nothing more, and is whole when it is opened again. */
static void
check_failures(void)
{
	unsigned n = 0, told_of = 0;
	bool good = true;

	for (seen.failed = true; good && seen.failed; n++) {
		uint64_t size;
		seen.fail_at = 0;
		world_init(&w);
		good = bv_log_create(w.log, BV_STR(ORIGIN), w.key, &w.err) == BV_OK && bv_log_open(&w.open, w.log, &w.err) == BV_OK && append(&w, 250) == BV_OK &&
		       publish(&w) == BV_OK;
		seen.failed = false;
		seen.calls = 0;
		seen.fail_at = n + 1;
		enum bv_status status = append(&w, 300), published = status == BV_OK ? publish(&w) : status;
		seen.fail_at = 0;
		told_of += published != BV_OK;
		good = good && (!seen.failed || published == BV_EIO) && (status == BV_OK || append(&w, 1) == BV_EIO);
		bv_log_free(bv_steal(&w.open));
		good = good && read_whole(w.log, &size, &w.err) == BV_OK && size >= 250 && (published != BV_OK || size == 550) && bv_log_open(&w.open, w.log, &w.err) == BV_OK &&
		       bv_log_size(w.open) >= (status == BV_OK ? 550u : 250u) && append(&w, 20) == BV_OK && publish(&w) == BV_OK && read_whole(w.log, &size, &w.err) == BV_OK &&
		       size == bv_log_size(w.open);
		if (!good)
			CHECK(false, "call %u fails: %s", n + 1, w.err.msg);
		world_finish(&w);
	}
	CHECK(good && told_of == n - 1 && n > 15, "each of %u calls fails once", n - 1);
}

int
main(int argc, char **argv)
{
	check_losses(argc > 1 ? (unsigned)atoi(argv[1]) : 1);
	check_failures();
	return check_end();
}
