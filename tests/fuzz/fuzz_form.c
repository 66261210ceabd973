#define _GNU_SOURCE
/* Forms with files: any type (the first line) and any body. What is found lies in the body, stands between delimiters and has none in it. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/httpd/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct bv_str all = { (const char *)p, len }, type = bv_str_sub(all, 0, bv_str_find(all, '\n')), body = bv_str_sub(all, type.len + 1, all.len), found;
	static const char *const names[] = { "document", "file", "" };

	for (size_t i = 0; i < BV_COUNT(names); i++) {
		bool good = form_find(&found, type, body, names[i]);
		assert(form_type(type) || !good);
		if (!good || !found.p)
			continue;
		assert(found.p >= body.p && found.p + found.len < body.p + body.len && memcmp(found.p - 4, "\r\n\r\n", 4) == 0);
		assert(memcmp(found.p + found.len, "\r\n--", 4) == 0 && bv_str_starts(body, BV_STR("--")));
	}
	return 0;
}
