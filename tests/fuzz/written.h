/* What was read and written again is the same, byte for byte; one line feed may follow it in the file. */
#ifndef BV_FUZZ_WRITTEN_H
#define BV_FUZZ_WRITTEN_H

#include <assert.h>
#include <stdint.h>

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_written(const struct bv_buf *written, struct bv_str read)
{
	if (bv_str_ends(read, BV_STR("\n")))
		read.len--;
	assert(bv_str_eq(bv_buf_str(written), read));
}

#endif
