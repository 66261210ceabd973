/* Archives for tests: well-formed ones in every form that is allowed, to be patched afterwards. Stored only. */
#ifndef BV_TESTS_ITEMBANK_ZIP_H
#define BV_TESTS_ITEMBANK_ZIP_H

#include <stdint.h>

#include "base/str.h"

enum zip_form {
	ZIP_PLAIN,
	ZIP_DESCRIPTOR,          /* CRC and sizes behind the bytes: signature, 32 bits */
	ZIP_DESCRIPTOR_BARE,     /* the same without a signature */
	ZIP_DESCRIPTOR_WIDE,     /* sizes of 64 bits */
	ZIP_DESCRIPTOR_BARE_WIDE,
	ZIP_WIDE,                /* ZIP64 fields in both headers */
};

struct zip_file {
	const char *name;
	struct bv_str bytes;
	enum zip_form form;
	struct bv_str extra; /* of both headers */
	uint32_t attributes; /* external, the mode in the upper half */
	size_t local, central; /* out: where its headers are */
};

struct zip_end {
	bool wide; /* with the records of ZIP64 */
	size_t central, end, end64, locator; /* out */
};

__attribute__((unused)) static void
zip_put(struct bv_buf *out, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width; i++)
		bv_buf_addc(out, (char)(value >> 8 * i));
}

__attribute__((unused)) static void
zip_patch(struct bv_buf *zip, size_t at, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width; i++)
		zip->p[at + i] = (char)(value >> 8 * i);
}

/* CRC-32 bit by bit (ISO 3309): another way than the tables of the library that is tested. */
__attribute__((unused)) static uint32_t
zip_crc(struct bv_str bytes)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < bytes.len; i++) {
		crc ^= (unsigned char)bytes.p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

__attribute__((unused)) static void
zip_put_local(struct bv_buf *out, struct zip_file *f)
{
	bool descriptor = f->form != ZIP_PLAIN && f->form != ZIP_WIDE, wide = f->form == ZIP_WIDE;
	struct bv_str name = bv_str_of(f->name);

	f->local = out->len;
	zip_put(out, 4, 0x04034b50);
	zip_put(out, 2, wide ? 45 : 20);
	zip_put(out, 2, 0x800 | (descriptor ? 8 : 0));
	zip_put(out, 2, 0);
	zip_put(out, 4, 0x00210000);
	zip_put(out, 4, descriptor ? 0 : zip_crc(f->bytes));
	zip_put(out, 4, wide ? 0xffffffff : descriptor ? 0 : f->bytes.len);
	zip_put(out, 4, wide ? 0xffffffff : descriptor ? 0 : f->bytes.len);
	zip_put(out, 2, name.len);
	zip_put(out, 2, f->extra.len + (wide ? 20 : 0));
	bv_buf_add(out, name);
	if (wide) {
		zip_put(out, 2, 1);
		zip_put(out, 2, 16);
		zip_put(out, 8, f->bytes.len);
		zip_put(out, 8, f->bytes.len);
	}
	bv_buf_add(out, f->extra);
	bv_buf_add(out, f->bytes);
	if (f->form == ZIP_DESCRIPTOR || f->form == ZIP_DESCRIPTOR_WIDE)
		zip_put(out, 4, 0x08074b50);
	if (descriptor) {
		unsigned width = f->form == ZIP_DESCRIPTOR_WIDE || f->form == ZIP_DESCRIPTOR_BARE_WIDE ? 8 : 4;
		zip_put(out, 4, zip_crc(f->bytes));
		zip_put(out, width, f->bytes.len);
		zip_put(out, width, f->bytes.len);
	}
}

__attribute__((unused)) static void
zip_put_central(struct bv_buf *out, struct zip_file *f)
{
	bool descriptor = f->form != ZIP_PLAIN && f->form != ZIP_WIDE, wide = f->form == ZIP_WIDE;
	struct bv_str name = bv_str_of(f->name);

	f->central = out->len;
	zip_put(out, 4, 0x02014b50);
	zip_put(out, 2, 3 << 8 | 45);
	zip_put(out, 2, wide ? 45 : 20);
	zip_put(out, 2, 0x800 | (descriptor ? 8 : 0));
	zip_put(out, 2, 0);
	zip_put(out, 4, 0x00210000);
	zip_put(out, 4, zip_crc(f->bytes));
	zip_put(out, 4, wide ? 0xffffffff : f->bytes.len);
	zip_put(out, 4, wide ? 0xffffffff : f->bytes.len);
	zip_put(out, 2, name.len);
	zip_put(out, 2, f->extra.len + (wide ? 28 : 0));
	zip_put(out, 2, 0);
	zip_put(out, 2, 0);
	zip_put(out, 2, 0);
	zip_put(out, 4, f->attributes);
	zip_put(out, 4, wide ? 0xffffffff : f->local);
	bv_buf_add(out, name);
	if (wide) {
		zip_put(out, 2, 1);
		zip_put(out, 2, 24);
		zip_put(out, 8, f->bytes.len);
		zip_put(out, 8, f->bytes.len);
		zip_put(out, 8, f->local);
	}
	bv_buf_add(out, f->extra);
}

__attribute__((unused)) static void
zip_put_end(struct bv_buf *out, size_t count, struct zip_end *end)
{
	size_t len = out->len - end->central;

	if (end->wide) {
		end->end64 = out->len;
		zip_put(out, 4, 0x06064b50);
		zip_put(out, 8, 44);
		zip_put(out, 2, 45);
		zip_put(out, 2, 45);
		zip_put(out, 4, 0);
		zip_put(out, 4, 0);
		zip_put(out, 8, count);
		zip_put(out, 8, count);
		zip_put(out, 8, len);
		zip_put(out, 8, end->central);
		end->locator = out->len;
		zip_put(out, 4, 0x07064b50);
		zip_put(out, 4, 0);
		zip_put(out, 8, end->end64);
		zip_put(out, 4, 1);
	}
	end->end = out->len;
	zip_put(out, 4, 0x06054b50);
	zip_put(out, 4, 0);
	zip_put(out, 2, end->wide ? 0xffff : count);
	zip_put(out, 2, end->wide ? 0xffff : count);
	zip_put(out, 4, end->wide ? 0xffffffff : len);
	zip_put(out, 4, end->wide ? 0xffffffff : end->central);
	zip_put(out, 2, 0);
}

__attribute__((unused)) static void
zip_make(struct bv_buf *out, struct zip_file *files, size_t count, struct zip_end *end)
{
	bv_buf_clear(out);
	for (size_t i = 0; i < count; i++)
		zip_put_local(out, &files[i]);
	end->central = out->len;
	for (size_t i = 0; i < count; i++)
		zip_put_central(out, &files[i]);
	zip_put_end(out, count, end);
}

#endif
