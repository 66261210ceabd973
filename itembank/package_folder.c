/* A package that lies unpacked in a folder becomes an archive in memory, so that there is one way of reading packages, with one set of checks. */
#include <string.h>

#include "base/file.h"
#include "itembank/package.h"

struct packing {
	const char *folder;
	size_t name_at; /* where in a path the name below the folder begins */
	struct package_writer *writer;
	struct bv_buf bytes;
	uint64_t total;
	package_unread unread;
	void *ctx;
};

static void
packing_finish(struct packing *packing)
{
	package_writer_free(packing->writer);
	bv_buf_finish(&packing->bytes);
}
BV_AUTO_DEFINE_FINISH(struct packing, packing_finish)

static enum bv_status
pack_file(void *ctx, const char *path, struct bv_err *err)
{
	struct packing *packing = ctx;
	const char *name = path + packing->name_at;
	enum bv_status status = bv_file_read_in(&packing->bytes, packing->folder, name, err);

	if (status == BV_ELIMIT)
		return status;
	if (status != BV_OK) {
		packing->unread(packing->ctx, err);
		return BV_OK;
	}
	packing->total += packing->bytes.len;
	if (packing->total > PACKAGE_BYTES_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %u bytes in the folder: split the package", PACKAGE_BYTES_MAX);
	return package_writer_add(packing->writer, bv_str_of(name), bv_buf_str(&packing->bytes), false, err);
}

/* The caller has walked the folder before, and told what is no file. */
static void
pass_over(void *ctx, const char *path, const struct bv_err *err)
{
	(void)ctx, (void)path, (void)err;
}

enum bv_status
package_pack_folder(struct bv_buf *out, const char *folder, package_unread unread, void *ctx, struct bv_err *err)
{
	size_t len = strlen(folder);
	BV_AUTO(packing_finish) struct packing packing = { .folder = folder,
		                                           .name_at = len + (len && folder[len - 1] != '/'),
		                                           .writer = package_writer_new(),
		                                           .bytes = BV_BUF(PACKAGE_FILE_MAX),
		                                           .unread = unread,
		                                           .ctx = ctx };

	TRY(bv_dir_walk_on(folder, pack_file, pass_over, &packing, err));
	return package_writer_finish(packing.writer, out, err);
}
