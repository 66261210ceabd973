/* Files: whole reads with a maximum, atomic durable writes. Messages name the path. */
#ifndef BV_BASE_FILE_H
#define BV_BASE_FILE_H

#include "base/err.h"
#include "base/str.h"

/* Reads the whole of path into buf (cleared first); ELIMIT past buf->max, ENOTFOUND, EIO. "-" is standard input. */
BV_API BV_MUST_USE enum bv_status bv_file_read(struct bv_buf *buf, const char *path, struct bv_err *err);

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

#endif
