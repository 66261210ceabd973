#include "tools/cli/marks_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "tools/cli/commands.h"

static enum bv_status
lines_read(struct bv_irt_sheet **out, FILE *file, struct bv_err *err)
{
	BV_AUTO(bv_irt_sheet_free) struct bv_irt_sheet *sheet = NULL;
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	int number = 0;
	enum bv_status status = BV_OK;

	while (status == BV_OK && (len = getline(&line, &cap, file)) >= 0) {
		struct bv_str text = { line, (size_t)len };
		while (text.len > 0 && (text.p[text.len - 1] == '\n' || text.p[text.len - 1] == '\r'))
			text.len--;
		number++;
		status = sheet ? bv_irt_sheet_add(sheet, text, number, err) : bv_irt_sheet_open(&sheet, text, err);
	}
	free(line);
	TRY(status);
	if (ferror(file))
		return bv_err_set(err, BV_EIO, "cannot be read: %s", strerror(errno));
	if (!sheet)
		return bv_err_set(err, BV_EPARSE, "the file is empty: its first line names the items");
	*out = bv_steal(&sheet);
	return BV_OK;
}

int
marks_file_load(struct bv_irt_sheet **out, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "r");
	struct bv_err err;

	if (!file) {
		bv_err_set(&err, errno == ENOENT ? BV_ENOTFOUND : BV_EIO, "cannot be opened: %s", strerror(errno));
		return fail(path, &err);
	}
	enum bv_status status = lines_read(out, file, &err);
	if (!standard)
		fclose(file);
	return status == BV_OK ? 0 : fail(path, &err);
}

static int
set_load(struct bv_irt_set **out, const char *path, enum bv_status (*parse)(struct bv_irt_set **out, struct bv_str json, struct bv_err *err))
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF((size_t)64 << 20);
	struct bv_err err;

	if (bv_file_read(&text, path, &err) != BV_OK || parse(out, bv_buf_str(&text), &err) != BV_OK)
		return fail(path, &err);
	return 0;
}

int
parameter_set_load(struct bv_irt_set **out, const char *path)
{
	return set_load(out, path, bv_irt_set_parse);
}

int
parameter_set_load_areas(struct bv_irt_set **out, const char *path)
{
	return set_load(out, path, bv_irt_set_parse_areas);
}
