/* JSON text without a tree: what is said once need not be built first. */
#include <assert.h>

#include "base/clock.h"
#include "base/json.h"

static void
new_line(struct bv_json_pen *pen)
{
	static const char spaces[] = "\n                                                                ";
	size_t len = 1 + 2 * (size_t)pen->depth;

	assert(len < sizeof spaces);
	bv_buf_add(pen->out, (struct bv_str){ spaces, len });
}

static void
separate(struct bv_json_pen *pen)
{
	if (pen->more)
		bv_buf_addc(pen->out, ',');
	pen->more = true;
	if (pen->pretty && pen->depth)
		new_line(pen);
}

static void
begin(struct bv_json_pen *pen, const char *name)
{
	if (pen->named) {
		assert(!name);
		pen->named = false;
		return;
	}
	if (!name || pen->pretty) {
		separate(pen);
		if (!name)
			return;
		bv_buf_addc(pen->out, '"');
		bv_buf_addz(pen->out, name);
		bv_buf_addz(pen->out, "\": ");
		return;
	}
	/* On one line: all of it at once. */
	size_t len = strlen(name);
	char *at = bv_buf_extend(pen->out, len + 3 + pen->more);
	if (!at)
		return;
	if (pen->more)
		*at++ = ',';
	pen->more = true;
	*at++ = '"';
	memcpy(at, name, len);
	memcpy(at + len, "\":", 2);
}

void
bv_json_pen_name(struct bv_json_pen *pen, struct bv_str name)
{
	separate(pen);
	bv_json_write_str(pen->out, name);
	bv_buf_addz(pen->out, pen->pretty ? ": " : ":");
	pen->named = true;
}

void
bv_json_pen_open(struct bv_json_pen *pen, const char *name, char bracket)
{
	begin(pen, name);
	bv_buf_addc(pen->out, bracket);
	pen->depth++;
	pen->more = false;
}

void
bv_json_pen_close(struct bv_json_pen *pen, char bracket)
{
	assert(pen->depth > 0 && !pen->named);
	pen->depth--;
	if (pen->more && pen->pretty)
		new_line(pen);
	bv_buf_addc(pen->out, bracket);
	pen->more = true;
	if (pen->pretty && !pen->depth)
		bv_buf_addc(pen->out, '\n');
}

void
bv_json_pen_str(struct bv_json_pen *pen, const char *name, struct bv_str s)
{
	begin(pen, name);
	bv_json_write_str(pen->out, s);
}

void
bv_json_pen_hex(struct bv_json_pen *pen, const char *name, const void *bytes, size_t len)
{
	begin(pen, name);
	bv_buf_addc(pen->out, '"');
	bv_hex_write(pen->out, bytes, len);
	bv_buf_addc(pen->out, '"');
}

/* Past 2^53 the canonical form has the double that everybody else reads. */
void
bv_json_pen_int(struct bv_json_pen *pen, const char *name, int64_t n)
{
	const int64_t exact = INT64_C(1) << 53;
	char digits[24];
	size_t at = sizeof digits;
	uint64_t size = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	begin(pen, name);
	if (!pen->pretty && (n > exact || n < -exact)) {
		bv_double_write(pen->out, (double)n);
		return;
	}
	do {
		digits[--at] = (char)('0' + size % 10);
		size /= 10;
	} while (size);
	if (n < 0)
		digits[--at] = '-';
	bv_buf_add(pen->out, (struct bv_str){ digits + at, sizeof digits - at });
}

void
bv_json_pen_bool(struct bv_json_pen *pen, const char *name, bool b)
{
	begin(pen, name);
	bv_buf_addz(pen->out, b ? "true" : "false");
}

void
bv_json_pen_time(struct bv_json_pen *pen, const char *name, int64_t time_s)
{
	char text[BV_TIME_SIZE];

	if (time_s)
		bv_json_pen_str(pen, name, bv_str_of(bv_time_write(text, time_s)));
}

void
bv_json_pen_null(struct bv_json_pen *pen, const char *name)
{
	begin(pen, name);
	bv_buf_addz(pen->out, "null");
}
