/* The files of the verification page (tools/verify/page/, and the QR reader qr.js), compiled in by page_files.py. Sorted by name. */
#ifndef BV_TOOLS_VERIFY_PAGE_FILES_H
#define BV_TOOLS_VERIFY_PAGE_FILES_H

#include "base/str.h"

struct page_file {
	const char *name; /* "certs/verify.js"; NULL ends the list */
	struct bv_str bytes;
};
extern const struct page_file page_files[];

#endif
