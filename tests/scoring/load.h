/* Files of the tree, and documents with one thing changed, for the tests of scoring. */
#ifndef BV_TESTS_SCORING_LOAD_H
#define BV_TESTS_SCORING_LOAD_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

/* The whole of a file of the source tree; ends the program when it cannot be read. */
__attribute__((unused)) static struct bv_buf
load(const char *name)
{
	const char *root = getenv("BV_SOURCE");
	struct bv_buf buf = BV_BUF(8u << 20);
	struct bv_err err;
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", root ? root : ".", name);
	if (bv_file_read(&buf, path, &err) != BV_OK) {
		printf("Bail out! %s\n", err.msg);
		exit(2);
	}
	return buf;
}

/* text with the first `from` replaced by `to`; ends the program when it is not there. */
__attribute__((unused)) static struct bv_buf
changed(struct bv_str text, const char *from, const char *to)
{
	struct bv_buf out = BV_BUF(8u << 20);
	const char *at = memmem(text.p, text.len, from, strlen(from));

	if (!at) {
		printf("Bail out! the document has no: %s\n", from);
		exit(2);
	}
	size_t before = (size_t)(at - text.p), after = before + strlen(from);
	bv_buf_add(&out, bv_str_sub(text, 0, before));
	bv_buf_addz(&out, to);
	bv_buf_add(&out, bv_str_sub(text, after, text.len));
	return out;
}

/* Is it that within an absolute tolerance? Says what it is if not. */
__attribute__((unused)) static bool
near(double got, double want, double tolerance)
{
	if (fabs(got - want) <= tolerance)
		return true;
	printf("# got %.15g, want %.15g\n", got, want);
	return false;
}

#endif
