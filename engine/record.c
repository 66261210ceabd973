#include "engine/record.h"

enum bv_status
bv_record_algorithm(const struct bv_json *object, struct bv_err *err)
{
	struct bv_str alg;

	TRY(bv_json_need_str(&alg, object, "alg", err));
	if (!bv_str_is(alg, BV_DRAW_ALGORITHM))
		return bv_err_set(err, BV_EINVAL, "'alg' is '%.*s': only " BV_DRAW_ALGORITHM " is known", BV_STR_ARG(bv_str_sub(alg, 0, 40)));
	return BV_OK;
}

enum bv_status
bv_record_array(const struct bv_json **out, const struct bv_json *object, const char *name, size_t max, struct bv_err *err)
{
	TRY(bv_json_need(out, object, name, BV_JSON_ARRAY, err));
	if (bv_json_count(*out) > max)
		return bv_err_set(err, BV_ELIMIT, "'%s' has more than %zu elements", name, max);
	return BV_OK;
}

enum bv_status
bv_record_name(struct bv_str *out, const struct bv_json *object, const char *name, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str s;

	TRY(bv_json_need_str(&s, object, name, err));
	if (!s.len || s.len > BV_ITEM_IDENTIFIER_MAX)
		return bv_err_set(err, BV_EINVAL, "'%s' is empty or longer than %d bytes", name, BV_ITEM_IDENTIFIER_MAX);
	*out = bv_arena_str(arena, s);
	return BV_OK;
}

void
bv_record_set_hash(struct bv_json *object, const char *name, const uint8_t hash[BV_HASH_LEN])
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_json_set_str(object, name, bv_str_of(bv_hex(hex, hash, BV_HASH_LEN)));
}

enum bv_status
bv_record_canonical(struct bv_str written, struct bv_str read, const char *what, struct bv_err *err)
{
	size_t same = 0;
	int line = 1;

	if (bv_str_ends(read, BV_STR("\n")))
		read.len--;
	if (bv_str_eq(written, read))
		return BV_OK;
	for (; same < written.len && same < read.len && written.p[same] == read.p[same]; same++)
		line += read.p[same] == '\n';
	return bv_err_at(err, BV_EPARSE, line, "the %s is not in its canonical form (RFC 8785): byte %zu differs", what, same + 1);
}
