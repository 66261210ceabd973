#include "tools/httpd/page.h"

#include "base/hash.h"

/* Is the tag among those of the field? The weak comparison: W/"x" and "x" are one. */
static bool
has_tag(struct bv_str field, struct bv_str tag)
{
	if (bv_str_is(field, "*"))
		return true;
	for (struct bv_str rest = field; rest.len;) {
		struct bv_str one = bv_str_trim(bv_str_sub(rest, 0, bv_str_find(rest, ',')));
		if (bv_str_starts(one, BV_STR("W/")))
			one = bv_str_sub(one, 2, one.len);
		if (bv_str_eq(one, tag))
			return true;
		rest = bv_str_sub(rest, bv_str_find(rest, ',') + 1, rest.len);
	}
	return false;
}

void
page_tag(struct exchange *x, struct bv_str bytes)
{
	enum { TAG_BYTES = 16 };
	uint8_t hash[BV_HASH_LEN];
	char tag[BV_HEX_SIZE(BV_HASH_LEN) + 2] = "\"";

	bv_sha256(hash, bytes);
	bv_hex(tag + 1, hash, TAG_BYTES);
	memcpy(tag + 1 + 2 * TAG_BYTES, "\"", 2);
	exchange_field(x, "ETag", "%s", tag);
	if (!has_tag(exchange_header(x, "If-None-Match"), bv_str_of(tag)))
		return;
	x->answer.status = 304;
	x->answer.type = NULL;
	x->answer.fixed = BV_STR_NONE;
	bv_buf_clear(&x->answer.body);
}
