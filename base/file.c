#define _GNU_SOURCE
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static enum bv_status
io_error(struct bv_err *err, const char *what, const char *path)
{
	int e = errno;
	enum bv_status status = e == ENOENT || e == ENOTDIR ? BV_ENOTFOUND : e == EEXIST ? BV_ECONFLICT : BV_EIO;

	return bv_err_set(err, status, "%s: %s: %s", path, what, strerror(e));
}

static void
close_fd(int *fd)
{
	if (*fd > 2)
		close(*fd);
}

static enum bv_status
read_all(struct bv_buf *buf, int fd, const char *path, struct bv_err *err)
{
	char part[1 << 16];
	ssize_t n;

	bv_buf_clear(buf);
	while ((n = read(fd, part, sizeof part)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return io_error(err, "read", path);
		bv_buf_add(buf, (struct bv_str){ part, (size_t)n });
		if (buf->full)
			return bv_err_set(err, BV_ELIMIT, "%s: larger than %zu bytes", path, buf->max);
	}
	bv_buf_add(buf, BV_STR_NONE); /* an empty file gives an empty string, not NULL */
	return BV_OK;
}

enum bv_status
bv_file_read(struct bv_buf *buf, const char *path, struct bv_err *err)
{
	bool standard_input = strcmp(path, "-") == 0;
	__attribute__((cleanup(close_fd))) int fd = standard_input ? 0 : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return io_error(err, "open", path);
	return read_all(buf, fd, path, err);
}

/* ---- Below a folder ---- */

/* The next part of "a/b/c" into part; EINVAL for one that is empty, too long, "." or "..". */
static enum bv_status
next_part(char part[NAME_MAX + 1], const char **name, struct bv_err *err)
{
	size_t len = strcspn(*name, "/");

	if (!len || len > NAME_MAX || (len == 1 && **name == '.') || (len == 2 && strncmp(*name, "..", 2) == 0))
		return bv_err_set(err, BV_EINVAL, "'%.100s' is no name of a file below a folder", *name);
	memcpy(part, *name, len);
	part[len] = '\0';
	*name += len + ((*name)[len] == '/');
	return BV_OK;
}

static enum bv_status
step_error(struct bv_err *err, int at, const char *part, const char *folder, const char *name)
{
	int e = errno;
	struct stat st;

	if ((e == ELOOP || e == ENOTDIR) && fstatat(at, part, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return bv_err_set(err, BV_EDENIED, "%s/%s: '%s' is %s", folder, name, part, S_ISLNK(st.st_mode) ? "a symbolic link" : "not a folder");
	errno = e;
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(2 * PATH_MAX);
	bv_buf_printf(&path, "%s/%s", folder, name);
	return io_error(err, "open", path.p);
}

/* Goes down to the folder of name, which it leaves in part; *at becomes that folder's descriptor. make: missing folders are made. */
static enum bv_status
descend(int *at, char part[NAME_MAX + 1], const char *folder, const char *name, bool make, struct bv_err *err)
{
	const char *rest = name;

	TRY(next_part(part, &rest, err));
	while (*rest) {
		int next = openat(*at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0 && errno == ENOENT && make && (mkdirat(*at, part, 0777) == 0 || errno == EEXIST))
			next = openat(*at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return step_error(err, *at, part, folder, name);
		close(*at);
		*at = next;
		TRY(next_part(part, &rest, err));
	}
	return BV_OK;
}

enum bv_status
bv_file_read_in(struct bv_buf *buf, const char *folder, const char *name, struct bv_err *err)
{
	__attribute__((cleanup(close_fd))) int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(2 * PATH_MAX);
	char part[NAME_MAX + 1];
	struct stat st;

	if (at < 0)
		return io_error(err, "open", folder);
	TRY(descend(&at, part, folder, name, false, err));
	/* Without waiting for whoever might write into a pipe. */
	__attribute__((cleanup(close_fd))) int fd = openat(at, part, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 && errno == ENXIO)
		return bv_err_set(err, BV_EDENIED, "%s/%s: not a regular file", folder, name);
	if (fd < 0)
		return step_error(err, at, part, folder, name);
	bv_buf_printf(&path, "%s/%s", folder, name);
	if (fstat(fd, &st) < 0)
		return io_error(err, "stat", path.p);
	if (!S_ISREG(st.st_mode))
		return bv_err_set(err, BV_EDENIED, "%s: %s", path.p, S_ISDIR(st.st_mode) ? "a folder, not a file" : "not a regular file");
	if (st.st_size > 0 && (uint64_t)st.st_size > buf->max)
		return bv_err_set(err, BV_ELIMIT, "%s: larger than %zu bytes", path.p, buf->max);
	return read_all(buf, fd, path.p, err);
}

static enum bv_status
write_all(int fd, struct bv_str bytes, const char *path, struct bv_err *err)
{
	while (bytes.len) {
		ssize_t n = write(fd, bytes.p, bytes.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return io_error(err, "write", path);
		bytes = bv_str_sub(bytes, (size_t)n, bytes.len);
	}
	return BV_OK;
}

static enum bv_status
sync_folder(const char *path, struct bv_err *err)
{
	struct bv_str p = bv_str_of(path);
	while (p.len && p.p[p.len - 1] != '/')
		p.len--;
	char *folder = p.len ? bv_str_dup(p) : bv_str_dup(BV_STR("."));
	__attribute__((cleanup(close_fd))) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (fd < 0 || (fsync(fd) < 0 && errno != EINVAL))
		return io_error(err, "fsync of the folder", path);
	return BV_OK;
}

static enum bv_status
write_file(const char *path, struct bv_str bytes, unsigned mode, bool replace, struct bv_err *err)
{
	struct bv_buf temporary = BV_BUF(4096);
	bv_buf_printf(&temporary, "%s.XXXXXX", path);
	if (bv_buf_check(&temporary, err) != BV_OK) {
		bv_buf_finish(&temporary);
		return bv_err_set(err, BV_ELIMIT, "path is longer than 4096 bytes");
	}
	__attribute__((cleanup(close_fd))) int fd = mkostemp(temporary.p, O_CLOEXEC);
	enum bv_status status = BV_OK;
	if (fd < 0) {
		status = io_error(err, "create", path);
	} else {
		if (fchmod(fd, mode) < 0)
			status = io_error(err, "chmod", path);
		if (status == BV_OK)
			status = write_all(fd, bytes, path, err);
		if (status == BV_OK && fsync(fd) < 0)
			status = io_error(err, "fsync", path);
		if (status == BV_OK && renameat2(AT_FDCWD, temporary.p, AT_FDCWD, path, replace ? 0 : RENAME_NOREPLACE) < 0)
			status = io_error(err, "create", path);
		if (status != BV_OK)
			unlink(temporary.p);
	}
	bv_buf_finish(&temporary);
	return status == BV_OK ? sync_folder(path, err) : status;
}

enum bv_status
bv_file_write(const char *path, struct bv_str bytes, unsigned mode, struct bv_err *err)
{
	return write_file(path, bytes, mode, true, err);
}

enum bv_status
bv_file_create(const char *path, struct bv_str bytes, unsigned mode, struct bv_err *err)
{
	return write_file(path, bytes, mode, false, err);
}

enum bv_status
bv_dir_make(const char *path, struct bv_err *err)
{
	char *partial = bv_str_dup(bv_str_of(path));
	enum bv_status status = BV_OK;

	for (char *p = partial + 1; status == BV_OK && *partial; p++) {
		char c = *p;
		if (c && c != '/')
			continue;
		*p = '\0';
		struct stat st;
		if (mkdir(partial, 0777) == 0)
			status = sync_folder(partial, err);
		else if (errno != EEXIST || stat(partial, &st) < 0 || !S_ISDIR(st.st_mode))
			status = io_error(err, "make folder", partial);
		*p = c;
		if (!c)
			break;
	}
	free(partial);
	return status;
}

enum { DEEPEST = 16 };

static int
not_dot(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int
byte_order(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* A walk; without fault it ends at the first thing that is wrong. */
struct walk {
	bool all;
	bv_dir_visit visit;
	bv_dir_fault fault;
	void *ctx;
};

static enum bv_status
faulty(const struct walk *w, enum bv_status status, const char *path, int depth, const struct bv_err *err)
{
	if (!w->fault || !depth)
		return status;
	w->fault(w->ctx, path, err);
	return BV_OK;
}

/* What is neither a file nor a folder: named by the user it is read, so that a pipe may be given; found in a folder it is not. */
static enum bv_status
meet_special(const struct walk *w, const char *path, bool link, int depth, struct bv_err *err)
{
	struct stat st;

	if (w->all || (w->fault && !depth))
		return w->visit(w->ctx, path, err);
	if (!w->fault)
		return BV_OK;
	if (link && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return faulty(w, bv_err_set(err, BV_EINVAL, "%s: a symbolic link to a folder is not followed: name the folder itself", path), path, depth,
		              err);
	return faulty(w, bv_err_set(err, BV_EDENIED, "%s: %s: put the file itself here", path,
	                            link ? "a symbolic link is not followed" : "a pipe, socket or device is not read"),
	              path, depth, err);
}

static enum bv_status
walk(const struct walk *w, const char *path, int depth, struct bv_err *err)
{
	struct stat st;
	struct dirent **entries;
	enum bv_status status = BV_OK;

	if ((depth ? lstat(path, &st) : stat(path, &st)) < 0)
		return faulty(w, io_error(err, "read", path), path, depth, err);
	if (S_ISREG(st.st_mode))
		return w->visit(w->ctx, path, err);
	if (!S_ISDIR(st.st_mode))
		return meet_special(w, path, S_ISLNK(st.st_mode), depth, err);
	if (depth > DEEPEST)
		return faulty(w, bv_err_set(err, BV_ELIMIT, "%s: folders are nested more than %d deep", path, DEEPEST), path, depth, err);
	int count = scandir(path, &entries, not_dot, byte_order);
	if (count < 0)
		return faulty(w, io_error(err, "read folder", path), path, depth, err);
	for (int i = 0; i < count; i++) {
		char *child = NULL;
		if (status == BV_OK) {
			if (asprintf(&child, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", entries[i]->d_name) < 0)
				abort();
			status = walk(w, child, depth + 1, err);
		}
		free(child);
		free(entries[i]);
	}
	free(entries);
	return status;
}

enum bv_status
bv_dir_walk(const char *path, bv_dir_visit visit, void *ctx, struct bv_err *err)
{
	return walk(&(struct walk){ .visit = visit, .ctx = ctx }, path, 0, err);
}

enum bv_status
bv_dir_walk_all(const char *path, bv_dir_visit visit, void *ctx, struct bv_err *err)
{
	return walk(&(struct walk){ .all = true, .visit = visit, .ctx = ctx }, path, 0, err);
}

enum bv_status
bv_dir_walk_on(const char *path, bv_dir_visit visit, bv_dir_fault fault, void *ctx, struct bv_err *err)
{
	return walk(&(struct walk){ .visit = visit, .fault = fault, .ctx = ctx }, path, 0, err);
}

/* ---- Files that become durable together ---- */

struct bv_file_group {
	int fd; /* open before the first file is written: syncfs tells of failures since then */
	char *folder;
};

enum bv_status
bv_file_group_open(struct bv_file_group **out, const char *folder, struct bv_err *err)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return io_error(err, "open", folder);
	*out = bv_alloc(sizeof **out);
	**out = (struct bv_file_group){ fd, bv_str_dup(bv_str_of(folder)) };
	return BV_OK;
}

enum bv_status
bv_file_group_add(struct bv_file_group *group, const char *name, struct bv_str bytes, unsigned mode, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(2 * PATH_MAX);
	__attribute__((cleanup(close_fd))) int at = fcntl(group->fd, F_DUPFD_CLOEXEC, 3);
	char part[NAME_MAX + 1];

	bv_buf_printf(&path, "%s/%s", group->folder, name);
	TRY(bv_buf_check(&path, err));
	if (at < 0)
		return io_error(err, "open", group->folder);
	TRY(descend(&at, part, group->folder, name, true, err));
	int fd = openat(at, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return io_error(err, "create", path.p);
	enum bv_status status = write_all(fd, bytes, path.p, err);
	/* A file system over the network may tell only here that there is no room. */
	if (close(fd) < 0 && status == BV_OK)
		status = io_error(err, "write", path.p);
	return status;
}

enum bv_status
bv_file_group_sync(struct bv_file_group *group, struct bv_err *err)
{
	return syncfs(group->fd) < 0 ? io_error(err, "sync of the files of", group->folder) : BV_OK;
}

void
bv_file_group_free(struct bv_file_group *group)
{
	if (!group)
		return;
	close(group->fd);
	free(group->folder);
	free(group);
}
