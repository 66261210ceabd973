/* Receipts as documents. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "certs/receipt.h"

#define TYPE "bangvang-receipt-1"

enum { NAME_MAX_LEN = 64 };

/* Every answer that is stored is acknowledged with one: it is written without white space, pieces into room that is there. */
#define ADD(at, literal) add(at, literal, sizeof(literal) - 1)

static char *
add(char *at, const char *bytes, size_t len)
{
	memcpy(at, bytes, len);
	return at + len;
}

static char *
add_int(char *at, int64_t n)
{
	char digits[20];
	size_t i = sizeof digits;
	uint64_t size = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do
		digits[--i] = (char)('0' + size % 10);
	while (size /= 10);
	if (n < 0)
		*at++ = '-';
	return add(at, digits + i, sizeof digits - i);
}

static char *
add_hash(char *at, const uint8_t *hash, size_t len)
{
	bv_hex(at, hash, len);
	return at + 2 * len;
}

/* What follows the texts. */
static size_t
write_numbers(char *to, const struct bv_receipt *receipt, const char *multikey)
{
	char *at = ADD(to, ",\"bodyLength\":");

	at = ADD(add_int(at, receipt->body_len), ",\"bodyHash\":\"");
	at = ADD(add_hash(at, receipt->body_hash, BV_HASH_LEN), "\",\"prev\":\"");
	at = ADD(add_hash(at, receipt->prev, BV_HASH_LEN), "\",\"hash\":\"");
	at = ADD(add_hash(at, receipt->hash, BV_HASH_LEN), "\",\"batch\":{\"index\":");
	at = ADD(add_int(at, receipt->idx), ",\"count\":");
	at = ADD(add_int(at, receipt->count), ",\"path\":[");
	for (uint32_t i = 0; i < receipt->path_count; i++) {
		at = i ? ADD(at, ",\"") : ADD(at, "\"");
		at = ADD(add_hash(at, receipt->path[i].p, BV_HASH_LEN), "\"");
	}
	at = ADD(at, "]},\"key\":\"");
	at = ADD(add(at, multikey, strlen(multikey)), "\",\"signature\":\"");
	at = ADD(add_hash(at, receipt->signature, BV_SIGNATURE_LEN), "\"}");
	return (size_t)(at - to);
}

void
bv_receipt_write(struct bv_buf *out, const struct bv_receipt *receipt, struct bv_str sitting, struct bv_str body, const char *multikey)
{
	char text[1024 + BV_MULTIKEY_SIZE + BV_RECEIPT_PATH_MAX * (BV_HEX_SIZE(BV_HASH_LEN) + 3)], *at = text;

	assert(strlen(multikey) < BV_MULTIKEY_SIZE && receipt->path_count <= BV_RECEIPT_PATH_MAX);
	bv_buf_add(out, BV_STR("{\"type\":\"" TYPE "\",\"sitting\":"));
	bv_json_write_str(out, sitting);
	at = ADD(add_int(ADD(at, ",\"attempt\":\""), receipt->attempt), "\",\"seq\":\"");
	at = ADD(add_int(at, receipt->seq), "\",\"atMs\":");
	at = ADD(add_int(at, receipt->at_ms), ",\"kind\":");
	at = add_int(at, receipt->act);
	if (body.len) {
		at = ADD(at, ",\"body\":");
		bv_buf_add(out, (struct bv_str){ text, (size_t)(at - text) });
		bv_json_write_str(out, body);
		at = text;
	}
	at += write_numbers(at, receipt, multikey);
	bv_buf_add(out, (struct bv_str){ text, (size_t)(at - text) });
}

/* ---- Reading ---- */

static enum bv_status
need_range(int64_t *out, const struct bv_json *object, const char *name, int64_t least, int64_t most, struct bv_err *err)
{
	int64_t n;

	TRY(bv_json_need_int(&n, object, name, err));
	if (n < least || n > most)
		return bv_err_set(err, BV_EINVAL, "'%s' is %" PRId64 ", not %" PRId64 " to %" PRId64, name, n, least, most);
	*out = n;
	return BV_OK;
}

/* Numbers that JavaScript would round are texts. */
static enum bv_status
need_number(int64_t *out, const struct bv_json *object, const char *name, struct bv_err *err)
{
	struct bv_str text;
	char again[24];

	TRY(bv_json_need_str(&text, object, name, err));
	if (!bv_str_int(text, out) || *out < 1 || (snprintf(again, sizeof again, "%" PRId64, *out), !bv_str_is(text, again)))
		return bv_err_set(err, BV_EINVAL, "'%s' is not a number from 1 in decimal, as a text", name);
	return BV_OK;
}

static enum bv_status
read_batch(struct bv_receipt *receipt, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *batch, *path;
	int64_t idx = 0, count = 0;

	TRY(bv_json_need(&batch, json, "batch", BV_JSON_OBJECT, err));
	TRY(bv_json_only(batch, "index count path", err));
	TRY(need_range(&count, batch, "count", 1, BV_RECEIPT_BATCH_MAX, err));
	TRY(need_range(&idx, batch, "index", 0, count - 1, err));
	TRY(bv_json_need(&path, batch, "path", BV_JSON_ARRAY, err));
	if (bv_json_count(path) > BV_RECEIPT_PATH_MAX)
		return bv_err_set(err, BV_ELIMIT, "'path' has %zu hashes, more than %d", bv_json_count(path), BV_RECEIPT_PATH_MAX);
	receipt->idx = (uint32_t)idx;
	receipt->count = (uint32_t)count;
	receipt->path_count = (uint32_t)bv_json_count(path);
	for (uint32_t i = 0; i < receipt->path_count; i++)
		if (bv_hex_parse(receipt->path[i].p, BV_HASH_LEN, bv_json_str(bv_json_at(path, i)), err) != BV_OK)
			return bv_err_set(err, BV_EINVAL, "'path' has an element that is no hash of 64 hexadecimal digits");
	return BV_OK;
}

static enum bv_status
read_members(struct bv_receipt_file *file, struct bv_err *err)
{
	const struct bv_json *json = file->json;
	struct bv_receipt *receipt = &file->receipt;
	int64_t kind = 0, body_len = 0;
	struct bv_str text;

	TRY(bv_json_only(json, "type sitting attempt seq atMs kind body bodyLength bodyHash prev hash batch key signature", err));
	TRY(bv_json_need_str(&text, json, "type", err));
	if (!bv_str_is(text, TYPE))
		return bv_err_set(err, BV_EINVAL, "its type is not '" TYPE "'");
	TRY(bv_json_need_str(&file->sitting, json, "sitting", err));
	if (!file->sitting.len || file->sitting.len > NAME_MAX_LEN)
		return bv_err_set(err, BV_EINVAL, "'sitting' is no name of 1 to %d bytes", NAME_MAX_LEN);
	TRY(need_number(&receipt->attempt, json, "attempt", err));
	TRY(need_number(&receipt->seq, json, "seq", err));
	TRY(bv_json_need_int(&receipt->at_ms, json, "atMs", err));
	TRY(need_range(&kind, json, "kind", 1, UINT16_MAX, err));
	TRY(need_range(&body_len, json, "bodyLength", 2, BV_RECEIPT_MAX, err));
	receipt->act = (uint16_t)kind;
	receipt->body_len = (uint32_t)body_len;
	TRY(bv_json_need_hex(receipt->body_hash, BV_HASH_LEN, json, "bodyHash", err));
	TRY(bv_json_need_hex(receipt->prev, BV_HASH_LEN, json, "prev", err));
	TRY(bv_json_need_hex(receipt->hash, BV_HASH_LEN, json, "hash", err));
	TRY(bv_json_need_hex(receipt->signature, BV_SIGNATURE_LEN, json, "signature", err));
	TRY(bv_json_need_str(&text, json, "key", err));
	TRY(bv_multikey_parse(file->public, text, err));
	if (bv_json_find(json, "body"))
		TRY(bv_json_need_str(&file->body, json, "body", err));
	return read_batch(receipt, json, err);
}

enum bv_status
bv_receipt_parse(struct bv_receipt_file **out, struct bv_str json, struct bv_err *err)
{
	if (json.len > BV_RECEIPT_MAX)
		return bv_err_set(err, BV_ELIMIT, "a receipt has at most %u bytes", BV_RECEIPT_MAX);
	BV_AUTO(bv_receipt_free) struct bv_receipt_file *file = bv_alloc(sizeof *file);
	TRY(bv_json_parse(&file->json, json, err));
	TRY(read_members(file, err));
	*out = bv_steal(&file);
	return BV_OK;
}

void
bv_receipt_free(struct bv_receipt_file *file)
{
	if (!file)
		return;
	bv_json_free(file->json);
	free(file);
}

enum bv_status
bv_receipt_verify(const struct bv_receipt_file *file, struct bv_err *err)
{
	struct bv_receipt again = file->receipt;
	struct bv_sha256 start;
	uint8_t body_hash[BV_HASH_LEN];

	if (file->body.len) {
		bv_sha256(body_hash, file->body);
		if (file->body.len != again.body_len || !bv_hash_eq(body_hash, again.body_hash))
			return bv_err_set(err, BV_EDENIED, "the body is not the one that was hashed");
	}
	bv_receipt_sitting(&start, file->sitting);
	bv_receipt_hash(&again, &start);
	if (!bv_hash_eq(again.hash, file->receipt.hash))
		return bv_err_set(err, BV_EDENIED, "the hash is not that of what the receipt says");
	return bv_receipt_check(&file->receipt, file->public, err);
}
