/* What zlib wrote, it reads; what was cut, changed or added to is refused; the limit holds from both sides. */
#include "base/deflate.h"
#include "base/mem.h"
#include "tests/check.h"

static void
round_trip(struct bv_str text, enum bv_deflate_form form, const char *name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf packed = BV_BUF(1 << 20), again = BV_BUF(1 << 20), out = BV_BUF(1 << 20);
	struct bv_err err;
	size_t taken = 0;

	bv_deflate(&packed, text, form);
	bv_deflate(&again, text, form);
	CHECK_STR(bv_buf_str(&again), bv_buf_str(&packed), name);
	bv_buf_addz(&out, "before ");
	CHECK_OK(bv_inflate(&out, bv_buf_str(&packed), form, &err), &err, name);
	CHECK(out.len == text.len + 7 && memcmp(out.p + 7, bv_str_chars(text), text.len) == 0, "%s: is as it was", name);

	BV_AUTO(bv_buf_finish) struct bv_buf quick = BV_BUF(1 << 20), back = BV_BUF(1 << 20);
	bv_deflate_quick(&quick, text, form);
	CHECK_OK(bv_inflate(&back, bv_buf_str(&quick), form, &err), &err, name);
	CHECK_STR(bv_buf_str(&back), text, name);
	CHECK(quick.len >= packed.len, "%s: the best level is no larger", name);

	for (size_t len = 0; len < packed.len; len += 1 + len / 16) {
		taken += bv_inflate(&out, (struct bv_str){ packed.p, len }, form, &err) == BV_OK;
		taken += err.status != BV_EPARSE || out.len != text.len + 7;
	}
	for (size_t i = 0; i < packed.len; i += 1 + i / 16) {
		BV_AUTO(bv_buf_finish) struct bv_buf other = BV_BUF(1 << 20), bad = BV_BUF(1 << 20);
		bv_buf_add(&bad, bv_buf_str(&packed));
		bad.p[i] ^= 4;
		/* Some bits say nothing of the text: the time in gzip's header, what fills the last byte. */
		taken += bv_inflate(&other, bv_buf_str(&bad), form, &err) == BV_OK && !bv_str_eq(bv_buf_str(&other), text);
	}
	CHECK(taken == 0, "%s: nothing that is cut or changed is taken", name);
	bv_buf_addc(&packed, 'x');
	CHECK_REFUSED(bv_inflate(&out, bv_buf_str(&packed), form, &err), BV_EPARSE, &err, "follow", name);
	packed.len--;
	CHECK_REFUSED(bv_inflate(&out, bv_buf_str(&packed), form == BV_DEFLATE_GZIP ? BV_DEFLATE_ZLIB : BV_DEFLATE_GZIP, &err), BV_EPARSE, &err, "damaged", name);

	BV_AUTO(bv_buf_finish) struct bv_buf exact = BV_BUF(text.len + 1), small = BV_BUF(text.len ? text.len - 1 : 0);
	CHECK_OK(bv_inflate(&exact, bv_buf_str(&packed), form, &err), &err, name);
	if (text.len)
		CHECK_REFUSED(bv_inflate(&small, bv_buf_str(&packed), form, &err), BV_ELIMIT, &err, "", name);
	CHECK(small.len == 0 && !small.full, "%s: of what is too large nothing is kept", name);
}

int
main(void)
{
	char *zeros = bv_alloc(300000);

	round_trip(BV_STR_NONE, BV_DEFLATE_ZLIB, "nothing, zlib");
	round_trip(BV_STR("Ễ Ỡ Ữ Ẵ Ặ Ợ"), BV_DEFLATE_ZLIB, "a word, zlib");
	round_trip(BV_STR("Ễ Ỡ Ữ Ẵ Ặ Ợ"), BV_DEFLATE_GZIP, "a word, gzip");
	round_trip((struct bv_str){ zeros, 300000 }, BV_DEFLATE_GZIP, "zeros, gzip");
	for (size_t i = 0; i < 300000; i++)
		zeros[i] = (char)(i * i >> 7);
	round_trip((struct bv_str){ zeros, 300000 }, BV_DEFLATE_ZLIB, "many bytes, zlib");
	free(zeros);
	return check_end();
}
