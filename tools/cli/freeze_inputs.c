#include "tools/cli/freeze_inputs.h"

#include <stdio.h>

#include "base/file.h"
#include "tools/cli/args.h"

struct bv_str
freeze_path(const char *folder, const char *name, struct bv_arena *arena)
{
	size_t size = strlen(folder) + strlen(name) + 2;
	char *path = bv_arena_alloc(arena, size);

	snprintf(path, size, "%s/%s", folder, name);
	return (struct bv_str){ path, size - 1 };
}

int
freeze_load_commitment(struct bv_commitment **out, const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_COMMITMENT_MAX + 1); /* and a line feed */
	struct bv_err err;

	if (bv_file_read(&text, path, &err) != BV_OK || bv_commitment_parse(out, bv_buf_str(&text), &err) != BV_OK)
		return fail(path, &err);
	return EXIT_YES;
}
