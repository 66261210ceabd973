/* What a checker has found. */
#ifndef BV_TOOLS_LOAD_FAULTS_H
#define BV_TOOLS_LOAD_FAULTS_H

#include <stdbool.h>

#include "base/json.h"
#include "base/str.h"

struct faults {
	bool json;
	uint64_t count, shown, most; /* most: so many are told, and the others counted */
	struct bv_json *list, *counts; /* by name */
};

void faults_init(struct faults *faults, bool json, uint64_t most);
void faults_finish(struct faults *faults);
/* name: a word for programs. more: further lines, may be empty. Without --json it is printed at once. */
BV_PRINTF(5, 6) void faults_add(struct faults *faults, const char *name, int64_t attempt, struct bv_str more, const char *fmt, ...);
/* Ends with a document or a line; doc, which may have more members, is taken over. The exit status: 0 or 1. */
int faults_end(struct faults *faults, struct bv_json *doc, const char *good);

#endif
