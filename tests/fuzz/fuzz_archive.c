/* Any bytes as a file of an archive, the first saying which: events, which are written again as they were read; the manifest; what is not events. */
#include <assert.h>

#include "engine/copy.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

BV_AUTO_DEFINE_FINISH(struct archive, archive_finish)

static void
manifest(struct bv_str text)
{
	BV_AUTO(archive_finish) struct archive archive = { .folder = "." };
	struct bv_err err = { 0 };

	if (archive_parse(&archive, text, &err) != BV_OK) {
		assert(err.msg[0]);
		return;
	}
	for (size_t i = 0; i < archive.count; i++)
		assert(archive.segments[i].from == (i ? archive.segments[i - 1].to + 1 : 1) && !memchr(archive.segments[i].name.p, '/', archive.segments[i].name.len));
}

static void
rest(struct bv_str text)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct copy_rest parsed = { 0 };
	struct bv_err err = { 0 };

	if (archive_rest_parse(&parsed, text, &arena, &err) != BV_OK)
		assert(err.msg[0]);
}

static void
events(struct bv_str bytes)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1 << 24);
	struct bv_str left = bytes;
	struct copy_event event;
	struct bv_err err = { 0 };

	while (left.len && archive_event_parse(&event, &left, &err) == BV_OK)
		archive_event_write(&out, &event);
	assert(bv_str_eq(bv_buf_str(&out), bv_str_sub(bytes, 0, bytes.len - left.len)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	if (!len)
		return 0;
	struct bv_str bytes = { (const char *)p + 1, len - 1 };
	if (*p == 'm')
		manifest(bytes);
	else if (*p == 'r')
		rest(bytes);
	else
		events(bytes);
	return 0;
}
