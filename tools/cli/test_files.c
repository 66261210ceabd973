#include "tools/cli/test_files.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/xml.h"

/* Each item is read once; they live as long as the test. */
struct known {
	struct bv_str name;
	struct bv_item *item;
};

struct test_files {
	struct bv_test_files resolver;
	struct bv_arena arena;
	const char *folder, *name;
	struct known *items;
	size_t count, cap;
	struct bv_buf bytes;
};

static enum bv_status
read_one(void *ctx, struct bv_buf *bytes, struct bv_str name, struct bv_err *err)
{
	return bv_file_read_in(bytes, ((struct test_files *)ctx)->folder, name.p, err);
}

/* With what it includes. */
static enum bv_status
read_whole(struct test_files *files, struct bv_buf *bytes, const char *name, struct bv_err *err)
{
	const struct bv_include_files beside = { read_one, files };

	TRY(bv_file_read_in(bytes, files->folder, name, err));
	return bv_include(bytes, bv_str_of(name), &beside, err);
}

static enum bv_status
find_item(void *ctx, const struct bv_item **out, struct bv_str name, struct bv_err *err)
{
	struct test_files *files = ctx;

	for (size_t i = 0; i < files->count; i++) {
		if (bv_str_eq(files->items[i].name, name)) {
			*out = files->items[i].item;
			return BV_OK;
		}
	}
	struct bv_str kept = bv_arena_str(&files->arena, name);
	struct bv_item *item;
	TRY(read_whole(files, &files->bytes, kept.p, err));
	TRY(bv_item_parse_loosely(&item, bv_buf_str(&files->bytes), err));
	if (files->count == files->cap) {
		files->cap = files->cap ? 2 * files->cap : 64;
		files->items = bv_resize_array(files->items, files->cap, sizeof *files->items);
	}
	files->items[files->count++] = (struct known){ kept, item };
	*out = item;
	return BV_OK;
}

static enum bv_status
find_section(void *ctx, struct bv_buf *xml, struct bv_str name, struct bv_err *err)
{
	struct test_files *files = ctx;

	return read_whole(files, xml, bv_arena_str(&files->arena, name).p, err);
}

struct test_files *
test_files_new(const char *folder, const char *test)
{
	struct test_files *files = bv_alloc(sizeof *files);
	struct bv_str path = bv_str_of(test);
	size_t name = path.len;

	while (name && test[name - 1] != '/')
		name--;
	files->resolver = (struct bv_test_files){ find_item, find_section, files };
	files->bytes = BV_BUF(BV_XML_ITEM_MAX);
	files->folder = folder;
	files->name = test;
	if (!folder) {
		files->folder = name ? bv_arena_str(&files->arena, bv_str_sub(path, 0, name > 1 ? name - 1 : 1)).p : ".";
		files->name = test + name;
	}
	return files;
}

void
test_files_free(struct test_files *files)
{
	if (!files)
		return;
	for (size_t i = 0; i < files->count; i++)
		bv_item_free(files->items[i].item);
	free(files->items);
	bv_buf_finish(&files->bytes);
	bv_arena_finish(&files->arena);
	free(files);
}

enum bv_status
test_files_read(struct bv_buf *out, struct test_files *files, struct bv_err *err)
{
	return read_whole(files, out, files->name, err);
}

struct bv_str
test_files_name(const struct test_files *files)
{
	return bv_str_of(files->name);
}

const struct bv_test_files *
test_files_resolver(const struct test_files *files)
{
	return &files->resolver;
}
