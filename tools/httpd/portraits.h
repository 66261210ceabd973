/* Photographs that somebody brings: an archive or one picture, read in a child that can do nothing else. */
#ifndef BV_TOOLS_HTTPD_PORTRAITS_H
#define BV_TOOLS_HTTPD_PORTRAITS_H

#include "engine/engine.h"

/* A file of it: a picture as it is kept, or what is wrong with it. */
struct portraits_file {
	struct bv_str path, name; /* "room-1/TS-0001.jpg", "TS-0001" */
	struct bv_str bytes;      /* empty: wrong */
	struct bv_str wrong;
	const char *why; /* a word for it, of portraits_whys; NULL: nothing is wrong */
};

/* "format", "damaged", "kind", "size" of bv_portrait_file; ends with NULL. */
extern const char *const portraits_whys[];

struct portraits {
	struct portraits_file *files;
	size_t count, cap;
	uint64_t total; /* bytes of all pictures */
	struct bv_arena arena;
};

#define PORTRAITS_TOTAL_MAX (64u << 20) /* bytes of the pictures of one request, unpacked */

/* path is how its owner calls it. EPARSE, ELIMIT, EDENIED: what is wrong with all of it. */
BV_MUST_USE enum bv_status portraits_read(struct portraits *out, struct bv_str bytes, struct bv_str path, struct bv_err *err);
void portraits_finish(struct portraits *portraits);
BV_AUTO_DEFINE_FINISH(struct portraits, portraits_finish)

#endif
