/* Receipts as documents. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "certs/certs.h"

#define TYPE "bangvang-receipt-1"

enum { NAME_MAX_LEN = 64 };

static void
number(struct bv_json_pen *pen, const char *name, int64_t n)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, n);
	bv_json_pen_str(pen, name, bv_str_of(text));
}

void
bv_receipt_write(struct bv_buf *out, const struct bv_receipt *receipt, struct bv_str sitting, struct bv_str body, const uint8_t public[BV_KEY_LEN])
{
	struct bv_json_pen pen = { .out = out, .pretty = true };
	char multikey[BV_MULTIKEY_SIZE];

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "type", BV_STR(TYPE));
	bv_json_pen_str(&pen, "sitting", sitting);
	number(&pen, "attempt", receipt->attempt);
	number(&pen, "seq", receipt->seq);
	bv_json_pen_int(&pen, "atMs", receipt->at_ms);
	bv_json_pen_int(&pen, "kind", receipt->act);
	if (body.len)
		bv_json_pen_str(&pen, "body", body);
	bv_json_pen_int(&pen, "bodyLength", receipt->body_len);
	bv_json_pen_hex(&pen, "bodyHash", receipt->body_hash, BV_HASH_LEN);
	bv_json_pen_hex(&pen, "prev", receipt->prev, BV_HASH_LEN);
	bv_json_pen_hex(&pen, "hash", receipt->hash, BV_HASH_LEN);
	bv_json_pen_open(&pen, "batch", '{');
	bv_json_pen_int(&pen, "index", receipt->idx);
	bv_json_pen_int(&pen, "count", receipt->count);
	bv_json_pen_open(&pen, "path", '[');
	for (uint32_t i = 0; i < receipt->path_count; i++)
		bv_json_pen_hex(&pen, NULL, receipt->path[i].p, BV_HASH_LEN);
	bv_json_pen_close(&pen, ']');
	bv_json_pen_close(&pen, '}');
	bv_json_pen_str(&pen, "key", bv_str_of(bv_multikey_write(multikey, public)));
	bv_json_pen_hex(&pen, "signature", receipt->signature, BV_SIGNATURE_LEN);
	bv_json_pen_close(&pen, '}');
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
