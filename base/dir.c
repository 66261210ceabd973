/* Folders written whole or not at all. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

struct bv_dir_draft {
	char *path, *folder;
	bool committed;
};

static enum bv_status
failed(struct bv_err *err, const char *what, const char *path)
{
	int e = errno;

	return bv_err_set(err, e == EEXIST || e == ENOTEMPTY ? BV_ECONFLICT : e == ENOENT || e == ENOTDIR ? BV_ENOTFOUND : BV_EIO, "%s: %s: %s", path,
	                  what, strerror(e));
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)at;
	return kind == FTW_DP ? rmdir(path) : unlink(path);
}

/* Never through symbolic links, never into another file system. */
static int
remove_tree(const char *path)
{
	enum { OPEN = 16 };

	return nftw(path, remove_one, OPEN, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

enum bv_status
bv_dir_draft_open(struct bv_dir_draft **out, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_dir_draft_free) struct bv_dir_draft *draft = bv_alloc(sizeof *draft);
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(PATH_MAX);
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	draft->path = bv_str_dup((struct bv_str){ path, len });
	bv_buf_printf(&name, "%s.XXXXXX", draft->path);
	TRY(bv_buf_check(&name, err));
	if (!mkdtemp(name.p))
		return failed(err, "make a folder", name.p);
	draft->folder = bv_str_dup(bv_buf_str(&name));
	if (chmod(draft->folder, 0755) < 0)
		return failed(err, "make a folder", draft->folder);
	*out = bv_steal(&draft);
	return BV_OK;
}

const char *
bv_dir_draft_folder(const struct bv_dir_draft *draft)
{
	return draft->folder;
}

static enum bv_status
sync_parent(const char *path, struct bv_err *err)
{
	const char *slash = strrchr(path, '/');
	char *parent = bv_str_dup(slash ? (struct bv_str){ path, slash == path ? 1 : (size_t)(slash - path) } : BV_STR("."));
	int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;
	enum bv_status status = good ? BV_OK : failed(err, "sync", parent);

	if (fd >= 0)
		close(fd);
	free(parent);
	return status;
}

enum bv_status
bv_dir_draft_commit(struct bv_dir_draft *draft, bool replace, struct bv_err *err)
{
	bool there = replace && access(draft->path, F_OK) == 0;

	if (renameat2(AT_FDCWD, draft->folder, AT_FDCWD, draft->path, there ? RENAME_EXCHANGE : RENAME_NOREPLACE) < 0)
		return failed(err, "write", draft->path);
	draft->committed = !there; /* what was there is under the other name now, and goes with the draft */
	return sync_parent(draft->path, err);
}

void
bv_dir_draft_free(struct bv_dir_draft *draft)
{
	if (!draft)
		return;
	/* Nobody can be told, and nothing is wrong but a folder too many. */
	if (draft->folder && !draft->committed && remove_tree(draft->folder) < 0)
		draft->committed = true;
	free(draft->path);
	free(draft->folder);
	free(draft);
}
