#include "itembank/package_record.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

void
record_begin(struct record *record, enum record_kind kind)
{
	record->kind = kind;
	record->count = 0;
}

void
record_finish(struct record *record)
{
	free(record->fields);
}

void
record_add(struct record *record, struct bv_str field)
{
	assert(record->count < RECORD_FIELDS_MAX);
	if (record->count == record->cap) {
		record->cap = record->cap ? record->cap * 2 : 64;
		record->fields = bv_resize_array(record->fields, record->cap, sizeof *record->fields);
	}
	record->fields[record->count++] = field;
}

void
record_add_number(struct record *record, uint64_t n, struct bv_arena *arena)
{
	char text[24];

	snprintf(text, sizeof text, "%llu", (unsigned long long)n);
	record_add(record, bv_arena_str(arena, bv_str_of(text)));
}

void
record_add_part(struct record *record, const struct bv_bank_part *part, struct bv_arena *arena)
{
	record_add_number(record, part->role, arena);
	record_add(record, part->path);
	record_add(record, (struct bv_str){ (const char *)part->hash, sizeof part->hash });
}

static void
write_count(struct bv_buf *out, size_t n)
{
	uint32_t count = (uint32_t)n;

	bv_buf_add(out, (struct bv_str){ (const char *)&count, sizeof count });
}

void
record_write(struct bv_buf *out, const struct record *record)
{
	bv_buf_clear(out);
	bv_buf_addc(out, (char)record->kind);
	for (size_t i = 0; i < record->count; i++) {
		write_count(out, record->fields[i].len);
		bv_buf_add(out, record->fields[i]);
	}
}

enum bv_status
record_read(struct record *out, struct bv_str frame, struct bv_err *err)
{
	uint32_t len;

	if (!frame.len || (unsigned char)frame.p[0] >= RECORD_KINDS)
		return bv_err_set(err, BV_EPARSE, "reading it gave a record of no known kind");
	record_begin(out, (enum record_kind)frame.p[0]);
	for (frame = bv_str_sub(frame, 1, frame.len); frame.len; frame = bv_str_sub(frame, sizeof len + len, frame.len)) {
		if (frame.len < sizeof len || out->count == RECORD_FIELDS_MAX)
			return bv_err_set(err, BV_EPARSE, "reading it gave a record of too many fields");
		memcpy(&len, frame.p, sizeof len);
		if (len > frame.len - sizeof len)
			return bv_err_set(err, BV_EPARSE, "reading it gave a record that is cut off");
		record_add(out, (struct bv_str){ frame.p + sizeof len, len });
	}
	return BV_OK;
}

bool
record_number(const struct record *record, size_t field, uint64_t most, uint64_t *out)
{
	int64_t n;

	if (!bv_str_int(record->fields[field], &n) || n < 0 || (uint64_t)n > most)
		return false;
	*out = (uint64_t)n;
	return true;
}

void
document_key(uint8_t key[BV_HASH_LEN], enum bv_document_kind kind, struct bv_str xml, const struct bv_bank_part *parts, size_t count)
{
	struct bv_sha256 sha;
	uint8_t hash[BV_HASH_LEN], head[2] = { (uint8_t)kind, 0 };

	bv_sha256(hash, xml);
	bv_sha256_init(&sha);
	bv_sha256_add(&sha, head, 1);
	bv_sha256_add(&sha, hash, sizeof hash);
	for (size_t i = 0; i < count; i++) {
		head[0] = (uint8_t)parts[i].role;
		bv_sha256_add(&sha, head, 1);
		bv_sha256_add(&sha, parts[i].hash, BV_HASH_LEN);
		bv_sha256_add(&sha, parts[i].path.p, parts[i].path.len);
		bv_sha256_add(&sha, head + 1, 1);
	}
	bv_sha256_end(&sha, key);
}
