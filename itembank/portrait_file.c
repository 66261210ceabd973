/* Photographs of many persons: the files of an archive or a folder, each called after whose it is. */
#include "itembank/package.h"
#include "itembank/portrait.h"

static bool
ends_as(struct bv_str s, const char *end)
{
	size_t len = strlen(end);

	for (size_t i = 0; i < len; i++)
		if (s.len <= len || (s.p[s.len - len + i] | 32) != end[i])
			return false;
	return true;
}

static struct bv_str
last_of(struct bv_str path)
{
	for (size_t at = bv_str_find(path, '/'); at < path.len; at = bv_str_find(path, '/'))
		path = bv_str_sub(path, at + 1, path.len);
	return path;
}

/* "room-1/TS-0001.jpg" → "TS-0001". */
static struct bv_str
whose(struct bv_str path)
{
	static const char *const ends[] = { ".jpg", ".jpeg", ".png" };
	struct bv_str name = last_of(path);

	for (size_t i = 0; i < BV_COUNT(ends); i++)
		if (ends_as(name, ends[i]))
			return bv_str_trim(bv_str_sub(name, 0, name.len - strlen(ends[i])));
	return bv_str_trim(name);
}

/* What Windows and macOS leave beside what somebody packs. */
static bool
is_left_over(struct bv_str path)
{
	struct bv_str name = last_of(path);

	return bv_str_starts(name, BV_STR(".")) || bv_str_is(name, "Thumbs.db") || bv_str_is(name, "desktop.ini") || bv_str_starts(path, BV_STR("__MACOSX/"));
}

static const char *
why_of(const struct bv_err *wrong, struct bv_str bytes)
{
	if (wrong->status == BV_ELIMIT)
		return "size";
	return !bv_portrait_type(bytes) ? "format" : wrong->status == BV_EDENIED ? "kind" : "damaged";
}

static enum bv_status
visit_bytes(struct bv_str bytes, struct bv_str path, const struct bv_err *unread, bv_portrait_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf kept = BV_BUF(BV_PORTRAIT_MAX);
	struct bv_portrait_file file = { .path = path, .name = whose(path) };
	struct bv_portrait portrait;
	struct bv_err wrong = unread ? *unread : (struct bv_err){ 0 };

	if (unread || bv_portrait_clean(&kept, &portrait, bytes, &wrong) != BV_OK)
		file.wrong = wrong.msg, file.why = why_of(&wrong, bytes);
	else
		file.bytes = bv_buf_str(&kept);
	return visit(ctx, &file, err);
}

static enum bv_status
visit_package(const struct package *package, bv_portrait_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_PORTRAIT_FILE_MAX);
	size_t count = 0;

	for (size_t i = 0; i < package_count(package); i++) {
		struct bv_err unread;
		if (is_left_over(package_name(package, i)))
			continue;
		if (++count > BV_PORTRAITS_MAX)
			return bv_err_set(err, BV_ELIMIT, "more than %d files: give them in parts", BV_PORTRAITS_MAX);
		bool good = package_read(package, i, &bytes, &unread) == BV_OK;
		TRY(visit_bytes(bv_buf_str(&bytes), package_name(package, i), good ? NULL : &unread, visit, ctx, err));
	}
	return count ? BV_OK : bv_err_set(err, BV_EINVAL, "there is no file in it");
}

enum bv_status
bv_portraits_read(struct bv_str bytes, struct bv_str path, bv_portrait_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(package_free) struct package *package = NULL;

	if (!bv_str_starts(bytes, BV_STR("PK\003\004")) && !bv_str_starts(bytes, BV_STR("PK\005\006")))
		return visit_bytes(bytes, path, NULL, visit, ctx, err);
	TRY(package_open(&package, bytes, err));
	return visit_package(package, visit, ctx, err);
}

/* ---- Folders ---- */

struct folder {
	struct package_list list;
	const char *path;
};

static void
folder_finish(struct folder *folder)
{
	package_list_finish(&folder->list);
}
BV_AUTO_DEFINE_FINISH(struct folder, folder_finish)

static enum bv_status
fetch(void *ctx, size_t idx, struct bv_buf *buf, struct bv_err *err)
{
	const struct folder *folder = ctx;

	return package_listed_read(&folder->list, folder->path, idx, buf, err);
}

static void
on_unread(void *ctx, const struct bv_err *err)
{
	*(struct bv_err *)ctx = *err;
}

enum bv_status
bv_portraits_read_folder(const char *path, bv_portrait_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(folder_finish) struct folder folder = { .path = path };
	BV_AUTO(package_free) struct package *package = NULL;
	struct bv_err unread = { 0 };

	TRY(package_list_folder(&folder.list, path, on_unread, &unread, err));
	if (unread.msg[0]) {
		*err = unread;
		return unread.status;
	}
	TRY(package_open_source(&package, &(struct package_source){ .list = &folder.list, .fetch = fetch, .ctx = &folder }, err));
	return visit_package(package, visit, ctx, err);
}
