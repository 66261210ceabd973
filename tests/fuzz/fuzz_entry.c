/* Any bytes as a bundle of entries, and each entry and the whole as an entry: what is taken is written again to the same bytes. */
#include <assert.h>

#include "registry/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
try(struct bv_str text)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BV_ENTRY_MAX);
	struct bv_entry entry;
	struct bv_err err = { 0 };

	if (bv_entry_parse(&entry, &json, text, &err) != BV_OK) {
		assert(err.msg[0]);
		return;
	}
	enum bv_status status = bv_entry_write(&again, &entry, &err);
	assert(status == BV_OK && bv_str_eq(bv_buf_str(&again), text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const size_t counts[] = { 0, 1, 2, 3, 256 };
	const struct bv_str bytes = { (const char *)p, len };
	struct bv_str entries[256];
	struct bv_err err;

	try(bytes);
	for (size_t c = 0; c < BV_COUNT(counts); c++) {
		size_t total = 0;
		if (bv_log_bundle_parse(entries, counts[c], bytes, &err) != BV_OK)
			continue;
		for (size_t i = 0; i < counts[c]; i++) {
			total += 2 + entries[i].len;
			try(entries[i]);
		}
		assert(total == len);
	}
	return 0;
}
