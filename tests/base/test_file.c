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

/* What somebody with write access to a folder may put there in place of a file. */
static void
hostile_folder(const char *folder, struct bv_buf *buf)
{
	static const struct {
		const char *name;
		enum bv_status status;
		const char *says;
	} refused[] = {
		{ "a/link", BV_EDENIED, "symbolic link" },    { "a/pipe", BV_EDENIED, "not a regular file" },
		{ "a/b", BV_EDENIED, "a folder" },            { "a/key/x", BV_EDENIED, "not a folder" },
		{ "inside/key", BV_EDENIED, "symbolic link" }, { "a/../a/key", BV_EINVAL, "no name" },
		{ "../a", BV_EINVAL, "no name" },             { "/etc/passwd", BV_EINVAL, "no name" },
		{ "a/./key", BV_EINVAL, "no name" },          { "a//key", BV_EINVAL, "no name" },
		{ "", BV_EINVAL, "no name" },                 { "a/absent", BV_ENOTFOUND, "a/absent" },
		{ "absent/x", BV_ENOTFOUND, "absent/x" },     { "a/key", BV_ELIMIT, "8 bytes" },
	};
	char path[200];
	struct bv_err err;

	snprintf(path, sizeof path, "%s/inside", folder);
	CHECK(symlink("a", path) == 0, "a link to a folder inside");
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		CHECK_REFUSED(bv_file_read_in(buf, folder, refused[i].name, &err), refused[i].status, &err, refused[i].says,
		              refused[i].name[0] ? refused[i].name : "no name at all");
	CHECK_OK(bv_file_read_in(buf, folder, "a/b/empty", &err), &err, "a file below");
	CHECK_REFUSED(bv_file_read_in(buf, "/nonexistent", "x", &err), BV_ENOTFOUND, &err, "/nonexistent", "no such folder");
}

static void
group(const char *folder, struct bv_buf *buf)
{
	BV_AUTO(bv_file_group_free) struct bv_file_group *group = NULL;
	struct bv_err err;

	CHECK_REFUSED(bv_file_group_open(&group, "/nonexistent", &err), BV_ENOTFOUND, &err, "/nonexistent", "a group nowhere");
	CHECK_OK(bv_file_group_open(&group, folder, &err), &err, "a group");
	CHECK_OK(bv_file_group_add(group, "new/er/file", BV_STR("1234"), 0644, &err), &err, "a file and its folders");
	CHECK_REFUSED(bv_file_group_add(group, "new/er/file", BV_STR("5"), 0644, &err), BV_ECONFLICT, &err, "new/er/file", "never replaced");
	CHECK_REFUSED(bv_file_group_add(group, "inside/file", BV_STR("5"), 0644, &err), BV_EDENIED, &err, "symbolic link", "not through links");
	CHECK_REFUSED(bv_file_group_add(group, "a/link", BV_STR("5"), 0644, &err), BV_ECONFLICT, &err, "a/link", "not into what a link names");
	CHECK_REFUSED(bv_file_group_add(group, "../out", BV_STR("5"), 0644, &err), BV_EINVAL, &err, "no name", "not above");
	CHECK_OK(bv_file_group_sync(group, &err), &err, "sync");
	CHECK_OK(bv_file_read_in(buf, folder, "new/er/file", &err), &err, "read");
	CHECK_STR(bv_buf_str(buf), BV_STR("1234"), "contents");
}

/* A folder appears whole, or not at all. */
static void
draft(const char *folder, struct bv_buf *buf)
{
	BV_AUTO(bv_dir_draft_free) struct bv_dir_draft *first = NULL, *second = NULL, *third = NULL, *none = NULL;
	char path[200], inside[300];
	struct bv_err err;
	struct stat st;

	snprintf(path, sizeof path, "%s/draft/", folder);
	CHECK_REFUSED(bv_dir_draft_open(&none, "/nonexistent/x", &err), BV_ENOTFOUND, &err, "/nonexistent", "a draft nowhere");
	CHECK_OK(bv_dir_draft_open(&first, path, &err), &err, "a draft");
	CHECK(stat(path, &st) < 0, "  is not there yet");
	snprintf(inside, sizeof inside, "%s/a", bv_dir_draft_folder(first));
	CHECK_OK(bv_file_write(inside, BV_STR("1"), 0600, &err), &err, "  a file in it");
	CHECK_OK(bv_dir_draft_commit(first, false, &err), &err, "  is");
	CHECK_OK(bv_file_read_in(buf, path, "a", &err), &err, "  with its file");
	CHECK_OK(bv_dir_draft_open(&second, path, &err), &err, "another");
	snprintf(inside, sizeof inside, "%s/deep/er", bv_dir_draft_folder(second));
	CHECK_OK(bv_dir_make(inside, &err), &err, "  with folders");
	CHECK(symlink("/etc", strcat(inside, "/link")) == 0, "  and a link");
	CHECK_REFUSED(bv_dir_draft_commit(second, false, &err), BV_ECONFLICT, &err, "draft", "  does not replace it");
	CHECK_OK(bv_file_read_in(buf, path, "a", &err), &err, "  which is as it was");
	CHECK_OK(bv_dir_draft_commit(second, true, &err), &err, "  unless told to");
	CHECK(bv_file_read_in(buf, path, "a", &err) == BV_ENOTFOUND, "  and nothing of the old one stays");
	snprintf(inside, sizeof inside, "%s", bv_dir_draft_folder(second));
	bv_dir_draft_free(bv_steal(&second));
	CHECK(stat(inside, &st) < 0, "  under no name");
	CHECK_OK(bv_dir_draft_open(&third, path, &err), &err, "one that is left");
	snprintf(inside, sizeof inside, "%s", bv_dir_draft_folder(third));
	bv_dir_draft_free(bv_steal(&third));
	CHECK(stat(inside, &st) < 0, "  leaves nothing");
	CHECK(stat("/etc/passwd", &st) == 0, "  and links are not followed");
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
	bv_buf_clear(&names);
	snprintf(path, sizeof path, "%s/a/pipe", folder);
	CHECK(mkfifo(path, 0600) == 0, "a pipe");
	CHECK_OK(bv_dir_walk_all(folder, collect, &names, &err), &err, "walk of all");
	CHECK_STR(bv_buf_str(&names), BV_STR("/empty/key/link/pipe"), "links and pipes too");
	hostile_folder(folder, &buf);
	group(folder, &buf);
	draft(folder, &buf);
	bv_buf_finish(&buf);
	bv_buf_finish(&names);
	snprintf(path, sizeof path, "rm -r %s", folder);
	CHECK(system(path) == 0, "clean up");
	return check_end();
}
