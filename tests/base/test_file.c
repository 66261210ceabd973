#define _GNU_SOURCE
#include "base/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"

static enum bv_status
collect(void *ctx, const char *path, struct bv_err *err)
{
	(void)err;
	bv_buf_addz(ctx, strrchr(path, '/'));
	return BV_OK;
}

int
main(void)
{
	char folder[] = "/tmp/bv-test-file-XXXXXX", path[200];
	struct bv_buf buf = BV_BUF(8), names = BV_BUF(1000);
	struct bv_err err;
	struct stat st;

	CHECK(mkdtemp(folder) != NULL, "temporary folder");
	snprintf(path, sizeof path, "%s/a/b/c", folder);
	CHECK_OK(bv_dir_make(path, &err), &err, "folders with their parents");
	CHECK_OK(bv_dir_make(path, &err), &err, "an existing folder is fine");
	snprintf(path, sizeof path, "%s/a/key", folder);
	CHECK_OK(bv_file_create(path, BV_STR("12345678"), 0600, &err), &err, "create");
	CHECK_REFUSED(bv_file_create(path, BV_STR("other"), 0600, &err), BV_ECONFLICT, &err, path, "create never replaces");
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "mode");
	CHECK_OK(bv_file_read(&buf, path, &err), &err, "read as many bytes as allowed");
	CHECK_STR(bv_buf_str(&buf), BV_STR("12345678"), "contents");
	CHECK_OK(bv_file_write(path, BV_STR("123456789"), 0644, &err), &err, "write replaces");
	CHECK_REFUSED(bv_file_read(&buf, path, &err), BV_ELIMIT, &err, "8 bytes", "one byte more is refused");
	CHECK_REFUSED(bv_file_read(&buf, "/nonexistent/x", &err), BV_ENOTFOUND, &err, "/nonexistent/x", "absent");
	CHECK_REFUSED(bv_file_write("/nonexistent/x", BV_STR("x"), 0644, &err), BV_ENOTFOUND, &err, "/nonexistent/x", "no such folder");
	snprintf(path, sizeof path, "%s/a/b/empty", folder);
	CHECK_OK(bv_file_write(path, BV_STR_NONE, 0644, &err), &err, "write nothing");
	CHECK(bv_file_read(&buf, path, &err) == BV_OK && buf.len == 0 && buf.p != NULL, "read nothing");
	snprintf(path, sizeof path, "%s/a/link", folder);
	CHECK(symlink("/etc/passwd", path) == 0, "a link");
	CHECK_OK(bv_dir_walk(folder, collect, &names, &err), &err, "walk");
	CHECK_STR(bv_buf_str(&names), BV_STR("/empty/key"), "files in byte order, links left out, no temporary file left");
	CHECK(bv_dir_walk("/nonexistent", collect, &names, &err) == BV_ENOTFOUND, "walk of nothing");
	bv_buf_finish(&buf);
	bv_buf_finish(&names);
	snprintf(path, sizeof path, "rm -r %s", folder);
	CHECK(system(path) == 0, "clean up");
	return check_end();
}
