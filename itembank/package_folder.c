/* A package that lies unpacked in a folder: its files are listed first, and read one by one when the reading of the package asks for them, so that
 * no more than one is in memory. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "itembank/package.h"

struct listing {
	struct package_list *list;
	size_t name_at; /* where in a path the name below the folder begins */
	package_unread unread;
	void *ctx;
};

void
package_list_finish(struct package_list *list)
{
	free(list->files);
	bv_arena_finish(&list->arena);
}

static enum bv_status
add(struct package_list *list, struct bv_str name, uint64_t size, struct bv_err *err)
{
	TRY(package_name_check(name, err));
	if (list->count == PACKAGE_ENTRIES_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d files: split the package", PACKAGE_ENTRIES_MAX);
	if (size > PACKAGE_FILE_MAX)
		return bv_err_set(err, BV_ELIMIT, "'%.*s': larger than %u bytes", BV_STR_ARG(bv_str_sub(name, 0, 120)), PACKAGE_FILE_MAX);
	list->total += size;
	if (list->total > PACKAGE_BYTES_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %u bytes in the folder: split the package", PACKAGE_BYTES_MAX);
	if (list->count == list->cap) {
		list->cap = list->cap ? list->cap * 2 : 256;
		list->files = bv_resize_array(list->files, list->cap, sizeof *list->files);
	}
	list->files[list->count++] = (struct package_listed){ bv_arena_str(&list->arena, name), size };
	return BV_OK;
}

static enum bv_status
list_file(void *ctx, const char *path, struct bv_err *err)
{
	struct listing *listing = ctx;
	struct stat st;

	if (lstat(path, &st) < 0 || faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) < 0) {
		bv_err_set(err, BV_EIO, "%s: %s", path, strerror(errno));
		listing->unread(listing->ctx, err);
		return BV_OK;
	}
	return add(listing->list, bv_str_of(path + listing->name_at), (uint64_t)st.st_size, err);
}

/* The caller has walked the folder before, and told what is no file. */
static void
pass_over(void *ctx, const char *path, const struct bv_err *err)
{
	(void)ctx, (void)path, (void)err;
}

enum bv_status
package_list_folder(struct package_list *out, const char *folder, package_unread unread, void *ctx, struct bv_err *err)
{
	size_t len = strlen(folder);
	struct listing listing = { out, len + (len && folder[len - 1] != '/'), unread, ctx };

	return bv_dir_walk_on(folder, list_file, pass_over, &listing, err);
}

enum bv_status
package_listed_read(const struct package_list *list, const char *folder, size_t idx, struct bv_buf *buf, struct bv_err *err)
{
	const struct package_listed *file = &list->files[idx];

	TRY(bv_file_read_in(buf, folder, file->name.p, err));
	return buf->len == file->size ? BV_OK
	                              : bv_err_set(err, BV_EPARSE, "'%.*s': changed while the package was read", BV_STR_ARG(bv_str_sub(file->name, 0, 120)));
}
