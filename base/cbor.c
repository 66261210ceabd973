#include "base/cbor.h"

#include <cbor/callbacks.h>
#include <cbor/encoding.h>
#include <cbor/streaming.h>

#include "base/text.h"

/* ---- Reading ---- */

/* One head, with the contents of a string, as libcbor tells it. */
struct head {
	struct bv_cbor item;
	uint64_t count;  /* ARRAY, MAP */
	bool indefinite; /* ARRAY, MAP: until a break; BYTES, TEXT: in pieces */
	bool is_break;
	bool too_large; /* an integer beyond int64 */
};

static void
found_uint(void *ctx, uint64_t n)
{
	*(struct head *)ctx = (struct head){ .item = { .type = BV_CBOR_INT, .n = (int64_t)n }, .too_large = n > INT64_MAX };
}

static void
found_nint(void *ctx, uint64_t n)
{
	*(struct head *)ctx = (struct head){ .item = { .type = BV_CBOR_INT, .n = -1 - (int64_t)(n & INT64_MAX) }, .too_large = n > INT64_MAX };
}

#define FOUND_INT(width) \
	static void found_uint##width(void *ctx, uint##width##_t n) \
	{ \
		found_uint(ctx, n); \
	} \
	static void found_nint##width(void *ctx, uint##width##_t n) \
	{ \
		found_nint(ctx, n); \
	}
FOUND_INT(8)
FOUND_INT(16)
FOUND_INT(32)

static void
found_bytes(void *ctx, cbor_data p, size_t len)
{
	*(struct head *)ctx = (struct head){ .item = { .type = BV_CBOR_BYTES, .str = { (const char *)p, len } } };
}

static void
found_text(void *ctx, cbor_data p, size_t len)
{
	*(struct head *)ctx = (struct head){ .item = { .type = BV_CBOR_TEXT, .str = { (const char *)p, len } } };
}

static void
found_pieces(void *ctx)
{
	*(struct head *)ctx = (struct head){ .item = { .type = BV_CBOR_BYTES }, .indefinite = true };
}

static void
found_array(void *ctx, size_t count)
{
	*(struct head *)ctx = (struct head){ .item = { .type = BV_CBOR_ARRAY }, .count = count };
}

static void
found_map(void *ctx, size_t count)
{
	*(struct head *)ctx = (struct head){ .item = { .type = BV_CBOR_MAP }, .count = count };
}

static void
found_open_array(void *ctx)
{
	*(struct head *)ctx = (struct head){ .item = { .type = BV_CBOR_ARRAY }, .indefinite = true };
}

static void
found_open_map(void *ctx)
{
	*(struct head *)ctx = (struct head){ .item = { .type = BV_CBOR_MAP }, .indefinite = true };
}

static void
found_break(void *ctx)
{
	*(struct head *)ctx = (struct head){ .is_break = true };
}

static void
found_float(void *ctx, float x)
{
	*(struct head *)ctx = (struct head){ .item = { .type = BV_CBOR_REAL, .real = (double)x } };
}

static void
found_double(void *ctx, double x)
{
	*(struct head *)ctx = (struct head){ .item = { .type = BV_CBOR_REAL, .real = x } };
}

static void
found_bool(void *ctx, bool b)
{
	*(struct head *)ctx = (struct head){ .item = { .type = BV_CBOR_BOOL, .n = b } };
}

static void
found_null(void *ctx)
{
	*(struct head *)ctx = (struct head){ .item = { .type = BV_CBOR_NULL } };
}

static const struct cbor_callbacks callbacks = {
	.uint8 = found_uint8,
	.uint16 = found_uint16,
	.uint32 = found_uint32,
	.uint64 = found_uint,
	.negint8 = found_nint8,
	.negint16 = found_nint16,
	.negint32 = found_nint32,
	.negint64 = found_nint,
	.byte_string = found_bytes,
	.byte_string_start = found_pieces,
	.string = found_text,
	.string_start = found_pieces,
	.array_start = found_array,
	.indef_array_start = found_open_array,
	.map_start = found_map,
	.indef_map_start = found_open_map,
	.indef_break = found_break,
	.float2 = found_float,
	.float4 = found_float,
	.float8 = found_double,
	.boolean = found_bool,
	.null = found_null,
	.undefined = found_null,
};

struct reader {
	struct bv_arena *arena;
	struct bv_str rest;
	size_t items;
	int depth;
};

/* libcbor refuses the tags that had no meaning when it was written, 18 among them: a tag's head is read as that of the number that it is. */
static struct cbor_decoder_result
decode(struct head *head, struct bv_str rest)
{
	enum { MAJOR = 0xe0, TAG = 0xc0, HEAD_MAX = 9 };
	unsigned char bytes[HEAD_MAX] = { 0 };
	size_t len = rest.len < sizeof bytes ? rest.len : sizeof bytes;

	if (((unsigned char)rest.p[0] & MAJOR) != TAG)
		return cbor_stream_decode((const unsigned char *)rest.p, rest.len, &callbacks, head);
	memcpy(bytes, rest.p, len);
	bytes[0] = (unsigned char)(bytes[0] & ~MAJOR);
	struct cbor_decoder_result result = cbor_stream_decode(bytes, len, &callbacks, head);
	head->item.type = BV_CBOR_TAG;
	return result;
}

static enum bv_status
read_head(struct head *head, struct reader *r, struct bv_err *err)
{
	struct cbor_decoder_result result;

	if (++r->items > BV_CBOR_ITEMS_MAX)
		return bv_err_set(err, BV_ELIMIT, "CBOR: more than %d items", BV_CBOR_ITEMS_MAX);
	if (!r->rest.len)
		return bv_err_set(err, BV_EPARSE, "CBOR: it ends too early");
	result = decode(head, r->rest);
	if (result.status == CBOR_DECODER_NEDATA)
		return bv_err_set(err, BV_EPARSE, "CBOR: it ends too early");
	if (result.status != CBOR_DECODER_FINISHED)
		return bv_err_set(err, BV_EPARSE, "CBOR: no item begins with the byte %02x", (unsigned char)r->rest.p[0]);
	r->rest = bv_str_sub(r->rest, result.read, r->rest.len);
	if (head->too_large)
		return bv_err_set(err, BV_ELIMIT, "CBOR: a number beyond 64 bits with sign");
	if (head->item.type == BV_CBOR_BYTES && head->indefinite)
		return bv_err_set(err, BV_EPARSE, "CBOR: a string in pieces");
	if (head->item.type == BV_CBOR_TEXT && !bv_text_valid(head->item.str))
		return bv_err_set(err, BV_EPARSE, "CBOR: a text that is not UTF-8");
	return BV_OK;
}

static enum bv_status read_contents(struct bv_cbor *out, const struct head *head, struct reader *r, struct bv_err *err);

static enum bv_status
read_item(struct bv_cbor *out, struct reader *r, struct bv_err *err)
{
	struct head head;

	TRY(read_head(&head, r, err));
	if (head.is_break)
		return bv_err_set(err, BV_EPARSE, "CBOR: a break where nothing is open");
	return read_contents(out, &head, r, err);
}

static bool
same_key(const struct bv_cbor *a, const struct bv_cbor *b)
{
	return a->type == b->type && a->n == b->n && bv_str_eq(a->str, b->str);
}

/* COSE and CWT have no other keys than integers and texts. */
static enum bv_status
check_keys(const struct bv_cbor *map, struct bv_err *err)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct bv_cbor *key = &map->items[2 * i];
		if (key->type != BV_CBOR_INT && key->type != BV_CBOR_TEXT)
			return bv_err_set(err, BV_EPARSE, "CBOR: a key that is neither integer nor text");
		for (size_t j = 0; j < i; j++)
			if (same_key(key, &map->items[2 * j]))
				return bv_err_set(err, BV_EPARSE, "CBOR: a map has a key twice");
	}
	return BV_OK;
}

/* Items up to a break. */
static enum bv_status
read_open(struct bv_cbor *out, struct reader *r, struct bv_err *err)
{
	struct bv_cbor *items = NULL;
	size_t count = 0, cap = 0;
	struct head head;

	for (;;) {
		TRY(read_head(&head, r, err));
		if (head.is_break)
			break;
		if (count == cap) {
			struct bv_cbor *more = bv_arena_array(r->arena, cap ? 2 * cap : 8, struct bv_cbor);
			if (count)
				memcpy(more, items, count * sizeof *items);
			items = more;
			cap = cap ? 2 * cap : 8;
		}
		TRY(read_contents(&items[count++], &head, r, err));
	}
	if (out->type == BV_CBOR_MAP && count % 2)
		return bv_err_set(err, BV_EPARSE, "CBOR: a key without a value");
	out->items = items;
	out->count = out->type == BV_CBOR_MAP ? count / 2 : count;
	return BV_OK;
}

static enum bv_status
read_counted(struct bv_cbor *out, uint64_t count, struct reader *r, struct bv_err *err)
{
	/* Every item has a byte at least: what claims more is not given memory for it. */
	if (count > r->rest.len)
		return bv_err_set(err, BV_EPARSE, "CBOR: it ends too early");
	size_t all = out->type == BV_CBOR_MAP ? 2 * (size_t)count : (size_t)count;
	struct bv_cbor *items = bv_arena_array(r->arena, all, struct bv_cbor);
	for (size_t i = 0; i < all; i++)
		TRY(read_item(&items[i], r, err));
	out->items = items;
	out->count = (size_t)count;
	return BV_OK;
}

static enum bv_status
read_contents(struct bv_cbor *out, const struct head *head, struct reader *r, struct bv_err *err)
{
	*out = head->item;
	if (out->type != BV_CBOR_ARRAY && out->type != BV_CBOR_MAP && out->type != BV_CBOR_TAG)
		return BV_OK;
	if (++r->depth > BV_CBOR_DEPTH)
		return bv_err_set(err, BV_ELIMIT, "CBOR: deeper than %d", BV_CBOR_DEPTH);
	if (head->indefinite)
		TRY(read_open(out, r, err));
	else
		TRY(read_counted(out, out->type == BV_CBOR_TAG ? 1 : head->count, r, err));
	r->depth--;
	return out->type == BV_CBOR_MAP ? check_keys(out, err) : BV_OK;
}

enum bv_status
bv_cbor_parse(const struct bv_cbor **out, struct bv_arena *arena, struct bv_str bytes, struct bv_err *err)
{
	struct reader r = { .arena = arena, .rest = bytes };
	struct bv_cbor *item = bv_arena_alloc(arena, sizeof *item);

	if (bytes.len > BV_CBOR_MAX)
		return bv_err_set(err, BV_ELIMIT, "CBOR: more than %u bytes", BV_CBOR_MAX);
	TRY(read_item(item, &r, err));
	if (r.rest.len)
		return bv_err_set(err, BV_EPARSE, "CBOR: %zu bytes after its end", r.rest.len);
	*out = item;
	return BV_OK;
}

const struct bv_cbor *
bv_cbor_find(const struct bv_cbor *map, int64_t key)
{
	for (size_t i = 0; map && map->type == BV_CBOR_MAP && i < map->count; i++)
		if (map->items[2 * i].type == BV_CBOR_INT && map->items[2 * i].n == key)
			return &map->items[2 * i + 1];
	return NULL;
}

const struct bv_cbor *
bv_cbor_find_text(const struct bv_cbor *map, const char *key)
{
	for (size_t i = 0; map && map->type == BV_CBOR_MAP && i < map->count; i++)
		if (map->items[2 * i].type == BV_CBOR_TEXT && bv_str_is(map->items[2 * i].str, key))
			return &map->items[2 * i + 1];
	return NULL;
}

/* ---- Writing ---- */

typedef size_t encode(uint64_t n, unsigned char *buffer, size_t size);

static void
add_head(struct bv_buf *out, encode *write, uint64_t n)
{
	unsigned char head[9];

	bv_buf_add(out, (struct bv_str){ (const char *)head, write(n, head, sizeof head) });
}

void
bv_cbor_add_int(struct bv_buf *out, int64_t n)
{
	if (n >= 0)
		add_head(out, cbor_encode_uint, (uint64_t)n);
	else
		add_head(out, cbor_encode_negint, (uint64_t)(-1 - n));
}

void
bv_cbor_add_bytes(struct bv_buf *out, const void *bytes, size_t len)
{
	add_head(out, cbor_encode_bytestring_start, len);
	bv_buf_add(out, (struct bv_str){ bytes, len });
}

void
bv_cbor_add_text(struct bv_buf *out, struct bv_str text)
{
	add_head(out, cbor_encode_string_start, text.len);
	bv_buf_add(out, text);
}

void
bv_cbor_add_array(struct bv_buf *out, size_t count)
{
	add_head(out, cbor_encode_array_start, count);
}

void
bv_cbor_add_map(struct bv_buf *out, size_t pairs)
{
	add_head(out, cbor_encode_map_start, pairs);
}

void
bv_cbor_add_tag(struct bv_buf *out, uint64_t tag)
{
	add_head(out, cbor_encode_tag, tag);
}
