/* A fuzzer without its engine: runs LLVMFuzzerTestOneInput on each file of the folders given. What was found once is tried by every test run. */
#include <dirent.h>
#include <inttypes.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum { INPUT_MAX = 1 << 20 };

static void
replay(const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(INPUT_MAX);
	struct bv_err err;

	printf("# %s\n", path); /* a failed assertion ends the program: this is then the last line */
	fflush(stdout);
	if (bv_file_read(&bytes, path, &err)) {
		CHECK(false, "%s: %s", path, err.msg);
		return;
	}
	/* Exactly as long as it is, so that reading past its end is seen. */
	uint8_t *copy = bv_alloc(bytes.len);
	if (bytes.len)
		memcpy(copy, bytes.p, bytes.len);
	LLVMFuzzerTestOneInput(copy, bytes.len);
	free(copy);
}

static size_t
replay_folder(const char *folder)
{
	char path[4096];
	size_t count = 0;
	DIR *dir = opendir(folder);

	for (struct dirent *e; dir && (e = readdir(dir));) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		replay(path);
		count++;
	}
	if (dir)
		closedir(dir);
	return count;
}

int
main(int argc, char **argv)
{
	LLVMFuzzerTestOneInput(NULL, 0);
	for (int i = 1; i < argc; i++) {
		size_t count = replay_folder(argv[i]);
		CHECK(count > 0, "%zu inputs of %s", count, argv[i]);
	}
	return check_end();
}
