/* The files of the verification page (tools/verify/page/), compiled in by page_files.py. */
#ifndef BV_TOOLS_CLI_PAGE_FILES_H
#define BV_TOOLS_CLI_PAGE_FILES_H

#include "base/str.h"

struct page_file {
	const char *name; /* "certs/verify.js"; NULL ends the list */
	struct bv_str bytes;
};
extern const struct page_file page_files[];

#endif
