#include "certs/pdf/pdf_update.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"

void
pdf_update_begin(struct pdf_update *update, struct bv_buf *out, const struct pdf_file *file)
{
	*update = (struct pdf_update){ .out = out, .file = file, .from = out->len, .next = file->object_count };
	bv_buf_add(out, file->bytes);
	if (file->bytes.p[file->bytes.len - 1] != '\n')
		bv_buf_addc(out, '\n');
}

uint32_t
pdf_update_number(struct pdf_update *update)
{
	return update->next++;
}

void
pdf_update_open(struct pdf_update *update, uint32_t number)
{
	assert(update->count < PDF_UPDATE_OBJECTS_MAX);
	update->objects[update->count].number = number;
	update->objects[update->count++].at = update->out->len - update->from;
	bv_buf_printf(update->out, "%u 0 obj\n", (unsigned)number);
}

void
pdf_update_close(struct pdf_update *update)
{
	bv_buf_addz(update->out, "\nendobj\n");
}

void
pdf_update_stream(struct pdf_update *update, uint32_t number, const char *members, struct bv_str bytes)
{
	pdf_update_open(update, number);
	bv_buf_printf(update->out, "<< %s/Length %zu >>\nstream\n", members, bytes.len);
	bv_buf_add(update->out, bytes);
	bv_buf_addz(update->out, "\nendstream");
	pdf_update_close(update);
}

void
pdf_update_extend(struct pdf_update *update, uint32_t number, struct pdf_value dict, struct bv_str more)
{
	pdf_update_open(update, number);
	bv_buf_add(update->out, bv_str_sub(dict.raw, 0, dict.raw.len - 2));
	bv_buf_addc(update->out, ' ');
	bv_buf_add(update->out, more);
	bv_buf_addz(update->out, " >>");
	pdf_update_close(update);
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
add_table(struct pdf_update *update)
{
	struct bv_buf *out = update->out;

	qsort(update->objects, update->count, sizeof *update->objects, by_number);
	bv_buf_addz(out, "xref\n");
	for (size_t i = 0; i < update->count;) {
		size_t end = i + 1;
		while (end < update->count && update->objects[end].number == update->objects[end - 1].number + 1)
			end++;
		bv_buf_printf(out, "%u %zu\n", (unsigned)update->objects[i].number, end - i);
		for (; i < end; i++)
			bv_buf_printf(out, "%010zu 00000 n \n", update->objects[i].at);
	}
}

enum bv_status
pdf_update_end(struct pdf_update *update, const uint8_t id[16], struct bv_err *err)
{
	const struct pdf_revision *before = &update->file->revisions[0];
	struct bv_buf *out = update->out;
	size_t xref = out->len - update->from;
	char hex[BV_HEX_SIZE(16)];

	add_table(update);
	bv_buf_printf(out, "trailer\n<< /Size %u /Root %u 0 R", (unsigned)update->next, (unsigned)update->file->root);
	struct pdf_value about = pdf_find(before->trailer, "Info"), old = pdf_find(before->trailer, "ID");
	if (about.kind)
		bv_buf_printf(out, " /Info %.*s", BV_STR_ARG(about.raw));
	if (id) {
		bv_hex(hex, id, 16);
		bv_buf_printf(out, " /ID [<%s> <%s>]", hex, hex);
	} else if (old.kind) {
		bv_buf_printf(out, " /ID %.*s", BV_STR_ARG(old.raw));
	}
	bv_buf_printf(out, " /Prev %zu >>\nstartxref\n%zu\n%%%%EOF\n", before->xref, xref);
	return bv_buf_check(out, err);
}

void
pdf_write_text(struct bv_buf *out, struct bv_str text)
{
	bool plain = true;

	for (size_t i = 0; i < text.len; i++)
		plain = plain && text.p[i] >= ' ' && text.p[i] < 0x7f && !strchr("()\\", text.p[i]);
	if (plain) {
		bv_buf_printf(out, "(%.*s)", BV_STR_ARG(text));
		return;
	}
	bv_buf_addz(out, "<FEFF");
	while (text.len) {
		uint32_t c = bv_text_next(&text);
		if (c > 0xffff)
			bv_buf_printf(out, "%04X%04X", (unsigned)(0xd800 + ((c - 0x10000) >> 10)), (unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)));
		else
			bv_buf_printf(out, "%04X", (unsigned)c);
	}
	bv_buf_addc(out, '>');
}

void
pdf_write_time(struct bv_buf *out, int64_t time_s)
{
	char text[BV_TIME_SIZE];

	bv_buf_addz(out, "(D:");
	for (const char *p = bv_time_write(text, time_s); *p; p++)
		if (*p != '-' && *p != ':' && *p != 'T')
			bv_buf_addc(out, *p);
	bv_buf_addc(out, ')');
}
