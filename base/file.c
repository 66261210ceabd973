#define _GNU_SOURCE
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

enum bv_status
bv_file_read(struct bv_buf *buf, const char *path, struct bv_err *err)
{
	bool standard_input = strcmp(path, "-") == 0;
	__attribute__((cleanup(close_fd))) int fd = standard_input ? 0 : open(path, O_RDONLY | O_CLOEXEC);
	char part[1 << 16];
	ssize_t n;

	if (fd < 0)
		return io_error(err, "open", path);
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
	if (fsync(fd) < 0)
		return io_error(err, "fsync", path);
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
		if (mkdir(partial, 0777) < 0 && (errno != EEXIST || stat(partial, &st) < 0 || !S_ISDIR(st.st_mode)))
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

static enum bv_status
walk(const char *path, bv_dir_visit visit, void *ctx, int depth, struct bv_err *err)
{
	struct stat st;
	struct dirent **entries;
	enum bv_status status = BV_OK;

	if ((depth ? lstat(path, &st) : stat(path, &st)) < 0)
		return io_error(err, "read", path);
	if (S_ISREG(st.st_mode))
		return visit(ctx, path, err);
	if (!S_ISDIR(st.st_mode))
		return BV_OK;
	if (depth > DEEPEST)
		return bv_err_set(err, BV_ELIMIT, "%s: folders are nested more than %d deep", path, DEEPEST);
	int count = scandir(path, &entries, not_dot, byte_order);
	if (count < 0)
		return io_error(err, "read folder", path);
	for (int i = 0; i < count; i++) {
		char *child = NULL;
		if (status == BV_OK) {
			if (asprintf(&child, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", entries[i]->d_name) < 0)
				abort();
			status = walk(child, visit, ctx, depth + 1, err);
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
	return walk(path, visit, ctx, 0, err);
}
