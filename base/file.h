/* Files: whole reads with a maximum, atomic durable writes. Messages name the path. */
#ifndef BV_BASE_FILE_H
#define BV_BASE_FILE_H

#include "base/err.h"
#include "base/str.h"

/* Reads the whole of path into buf (cleared first); ELIMIT past buf->max, ENOTFOUND, EIO. "-" is standard input. */
BV_API BV_MUST_USE enum bv_status bv_file_read(struct bv_buf *buf, const char *path, struct bv_err *err);

/* The same for a file of a folder that may have come from anybody: name is "a/b/c" below folder, no part of it may be a symbolic link, ".",
 * ".." or empty, and only a regular file is read, so that nothing outside is read and nothing waits. EDENIED says what is there instead. */
BV_API BV_MUST_USE enum bv_status bv_file_read_in(struct bv_buf *buf, const char *folder, const char *name, struct bv_err *err);

/* Replaces path by bytes: temporary file in the same folder, fsync, rename, fsync of the folder. mode is octal permission bits. */
BV_API BV_MUST_USE enum bv_status bv_file_write(const char *path, struct bv_str bytes, unsigned mode, struct bv_err *err);

/* The same, but refuses with ECONFLICT if path exists: for keys. */
BV_API BV_MUST_USE enum bv_status bv_file_create(const char *path, struct bv_str bytes, unsigned mode, struct bv_err *err);

/* Makes a folder and its parents; an existing folder is fine. */
BV_API BV_MUST_USE enum bv_status bv_dir_make(const char *path, struct bv_err *err);

/* Calls each regular file under path (or path itself if it is a file) in byte order of its path, into sub-folders up to 16 deep,
 * never through symbolic links. Stops at the first result that is not BV_OK and returns it. */
typedef enum bv_status (*bv_dir_visit)(void *ctx, const char *path, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_dir_walk(const char *path, bv_dir_visit visit, void *ctx, struct bv_err *err);
/* The same for everything that is not a folder, so for links (not what they point to), pipes, sockets and devices too. */
BV_API BV_MUST_USE enum bv_status bv_dir_walk_all(const char *path, bv_dir_visit visit, void *ctx, struct bv_err *err);
/* As bv_dir_walk, but what is at fault below path is told to fault and the walk goes on: folders and files that cannot be read, too deep or gone
 * in the meantime; links to folders (EINVAL); other links, pipes, sockets and devices (EDENIED), which path itself may be, and is visited then. */
typedef void (*bv_dir_fault)(void *ctx, const char *path, const struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_dir_walk_on(const char *path, bv_dir_visit visit, bv_dir_fault fault, void *ctx, struct bv_err *err);

/* New files below a folder that become durable together: one wait for the disk, not two a file. Nothing that refers to them may be written
 * before bv_file_group_sync has returned BV_OK. */
struct bv_file_group;
/* folder exists. */
BV_API BV_MUST_USE enum bv_status bv_file_group_open(struct bv_file_group **out, const char *folder, struct bv_err *err);
/* Creates folder/name ("a/b/c", as for bv_file_read_in) and the folders on the way; ECONFLICT if it exists. */
BV_API BV_MUST_USE enum bv_status bv_file_group_add(struct bv_file_group *group, const char *name, struct bv_str bytes, unsigned mode,
                                                    struct bv_err *err);
/* All files added until now, and their names, are on the disk. syncfs(2): Linux 5.8 or later, which tells when writing back failed. */
BV_API BV_MUST_USE enum bv_status bv_file_group_sync(struct bv_file_group *group, struct bv_err *err);
BV_API void bv_file_group_free(struct bv_file_group *group);
BV_AUTO_DEFINE(struct bv_file_group, bv_file_group_free)

/* A folder that is written whole or not at all: filled under another name beside path, which it takes at the end. */
struct bv_dir_draft;
BV_API BV_MUST_USE enum bv_status bv_dir_draft_open(struct bv_dir_draft **out, const char *path, struct bv_err *err);
/* Where its files go meanwhile: for bv_file_group_open. */
BV_API const char *bv_dir_draft_folder(const struct bv_dir_draft *draft);
/* The folder is at path, and its name durable; what is in it must be already. ECONFLICT if path exists, unless replace: then what was there, a folder
 * or a file, is removed. */
BV_API BV_MUST_USE enum bv_status bv_dir_draft_commit(struct bv_dir_draft *draft, bool replace, struct bv_err *err);
/* What was not committed is removed. */
BV_API void bv_dir_draft_free(struct bv_dir_draft *draft);
BV_AUTO_DEFINE(struct bv_dir_draft, bv_dir_draft_free)

#endif
