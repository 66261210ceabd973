/* Hostile items (tests/vectors/itembank/hostile/README.md): none of their active parts arrives. */
#include "tests/itembank/delivery.h"

static size_t delivered, refused;

static bool
media(void *ctx, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	return (bv_str_is(path, "x.png") || bv_str_is(path, "x.mp3") || bv_str_is(path, "x.mp4")) && test_media(ctx, path, hash);
}

/* Every script is there, and one of them is allowed. */
static bool
module(void *ctx, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	return bv_str_ends(path, BV_STR(".js")) && test_media(ctx, path, hash);
}

static void
one(const char *path, struct bv_str bytes)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_DELIVERY_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_delivery delivery = test_delivery;
	const char *name = strrchr(path, '/') + 1;
	struct bv_err err = { 0 };

	struct bv_allowed_module allowed = { .properties = BV_STR("size") };
	bv_sha256(allowed.hash, BV_STR("m/x.js"));
	delivery.media = media;
	delivery.module = module;
	delivery.modules = &allowed;
	delivery.module_count = 1;
	CHECK(test_has(bytes, "PWNED"), "%s has an active part", name);
	if (test_render(&out, bytes, &delivery, &err)) {
		CHECK(err.msg[0] && !out.len, "%s is refused: %s", name, err.msg);
		refused++;
		return;
	}
	delivered++;
	CHECK(!test_has(bv_buf_str(&out), "PWNED"), "%s arrives without it", name);
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&out), &err), &err, "  as JSON");
	CHECK(test_has(bv_buf_str(&out), "\"Visible"), "  with what is to be seen");
}

int
main(void)
{
	size_t count = test_each_file(test_folder("tests/vectors/itembank/hostile"), one);

	CHECK(count >= 173, "%zu hostile items", count);
	CHECK(delivered >= 126 && refused >= 42, "%zu delivered, %zu refused", delivered, refused);
	return check_end();
}
