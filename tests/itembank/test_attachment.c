/* Files that candidates hand in: JSON to data URL and back (RFC 2397, RFC 4648 §10, RFC 6838 §4.2), limits, and text that only looks like one. */
#include "itembank/attachment.h"

#include "itembank/itembank.h"
#include "tests/check.h"

static void
test_json(void)
{
	static const struct {
		const char *json, *url, *says; /* url NULL: refused */
	} cases[] = {
		{ "{\"data\":\"\",\"mime\":\"text/plain\"}", "data:text/plain;base64,", NULL },
		{ "{\"data\":\"Zg==\",\"mime\":\"image/svg+xml\"}", "data:image/svg+xml;base64,Zg==", NULL },
		{ "{\"data\":\"Zm8=\",\"mime\":\"a/b\",\"name\":null}", "data:a/b;base64,Zm8=", NULL },
		{ "{\"data\":\"Zm9v\",\"mime\":\"a/b\",\"name\":\"\"}", "data:a/b;base64,Zm9v", NULL },
		{ "{\"data\":\"+/+/\",\"mime\":\"a/b\",\"name\":\"bài 1;x=%41,.png\"}", "data:a/b;name=b%C3%A0i%201%3Bx%3D%2541%2C.png;base64,+/+/", NULL },
		{ "{\"data\":\"Zm9v\",\"mime\":\"a/b\",\"name\":\"ba\xcc\x80i\"}", "data:a/b;name=b%C3%A0i;base64,Zm9v", NULL },
		{ "{\"mime\":\"a/b\"}", NULL, "data" },
		{ "{\"data\":\"Zm9v\"}", NULL, "mime" },
		{ "{\"data\":1,\"mime\":\"a/b\"}", NULL, "data" },
		{ "{\"data\":\"Zm9v\",\"mime\":\"a/b\",\"name\":1}", NULL, "is a string" },
		{ "{\"data\":\"Zm9v\",\"mime\":\"a/b\",\"size\":1}", NULL, "these members only" },
		{ "{\"data\":\"Zm9v\",\"mime\":\"a/b\",\"name\":\"x\",\"size\":1}", NULL, "these members only" },
		{ "{\"data\":\"Zm9\",\"mime\":\"a/b\"}", NULL, "not base64" },
		{ "{\"data\":\"Z===\",\"mime\":\"a/b\"}", NULL, "not base64" },
		{ "{\"data\":\"Zm-_\",\"mime\":\"a/b\"}", NULL, "not base64" },
		{ "{\"data\":\"Zm9v\\n\",\"mime\":\"a/b\"}", NULL, "not base64" },
		{ "{\"data\":\"Zm9v\",\"mime\":\"text\"}", NULL, "not a MIME type" },
		{ "{\"data\":\"Zm9v\",\"mime\":\"/b\"}", NULL, "not a MIME type" },
		{ "{\"data\":\"Zm9v\",\"mime\":\"a/\"}", NULL, "not a MIME type" },
		{ "{\"data\":\"Zm9v\",\"mime\":\"a/+b\"}", NULL, "not a MIME type" },
		{ "{\"data\":\"Zm9v\",\"mime\":\"a/b;c\"}", NULL, "not a MIME type" },
		{ "{\"data\":\"Zm9v\",\"mime\":\"a b/c\"}", NULL, "not a MIME type" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
		BV_AUTO(bv_json_free) struct bv_json *json = NULL, *again = NULL;
		struct bv_value value = { 0 }, same = { 0 };
		struct bv_err err;
		if (!CHECK(bv_json_parse(&json, bv_str_of(cases[i].json), &err) == BV_OK, "%s", cases[i].json))
			continue;
		enum bv_status status = bv_file_parse(&value, json, &arena, &err);
		if (!cases[i].url) {
			CHECK_REFUSED(status, BV_EINVAL, &err, cases[i].says, cases[i].json);
			continue;
		}
		CHECK_OK(status, &err, cases[i].json);
		CHECK_STR(value.one.text, bv_str_of(cases[i].url), "  as a data URL");
		again = bv_file_new(value.one.text);
		CHECK_OK(bv_file_parse(&same, again, &arena, &err), &err, "  and back");
		CHECK_STR(same.one.text, value.one.text, "  the same");
	}
}

/* base64 of the most that a file may have, and of one group more; a name of the most bytes, and one more; a type of the longest words. */
static void
test_limits(void)
{
	for (int more = 0; more < 2; more++)
		for (int which = 0; which < 3; which++) {
			BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
			BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
			BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_RESPONSE_FILE_MAX + 100);
			struct bv_value value = { 0 };
			struct bv_err err;
			size_t lens[] = { BV_RESPONSE_FILE_MAX + (more ? 4 : 0), BV_ITEM_IDENTIFIER_MAX + (size_t)more, 127 + (size_t)more };
			while (text.len < lens[which])
				bv_buf_addc(&text, 'A');
			bv_json_set_str(json, "data", which == 0 ? bv_buf_str(&text) : BV_STR("Zm9v"));
			if (which == 1)
				bv_json_set_str(json, "name", bv_buf_str(&text));
			bv_buf_addz(&text, "/x");
			bv_json_set_str(json, "mime", which == 2 ? bv_buf_str(&text) : BV_STR("a/b"));
			enum bv_status status = bv_file_parse(&value, json, &arena, &err);
			CHECK(status == (!more ? BV_OK : which == 2 ? BV_EINVAL : BV_ELIMIT), "%s: %s", more ? "more than the most" : "the most",
			      (const char *[]){ "data", "name", "type" }[which]);
		}
}

/* What an item declares may be any text. */
static void
test_text(void)
{
	static const struct {
		const char *text, *mime, *name; /* mime NULL: no data URL */
	} cases[] = {
		{ "data:a/b;base64,Zm9v", "a/b", NULL },
		{ "data:a/b;name=x%2ey;base64,Zm9v", "a/b", "x.y" },
		{ "data:a/b;name=%c3%A0;base64,Zm9v", "a/b", "à" },
		{ "data:a/b;name=%4;base64,Zm9v", "a/b", "%4" },
		{ "data:a/b;name=%g1%1g%;base64,Zm9v", "a/b", "%g1%1g%" },
		{ "data:a/b;name=%ff;base64,Zm9v", "a/b", NULL }, /* no text: no name */
		{ "data:a/b;charset=x;base64,Zm9v", NULL, NULL },
		{ "data:a/b,Zm9v", NULL, NULL },
		{ "data:a/b;base64", NULL, NULL },
		{ "data:,", NULL, NULL },
		{ "data:a;base64,Zm9v", NULL, NULL },
		{ "data:a/b;base64,Zm9", NULL, NULL },
		{ "file:a/b;base64,Zm9v", NULL, NULL },
		{ "hình.png", NULL, NULL },
		{ "", NULL, NULL },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_str text = bv_str_of(cases[i].text);
		BV_AUTO(bv_json_free) struct bv_json *json = bv_file_new(text);
		CHECK_STR(bv_file_mime(text), bv_str_of(cases[i].mime ? cases[i].mime : ""), cases[i].text);
		if (!cases[i].mime) {
			CHECK_STR(bv_json_str(json), text, "  stays text");
			continue;
		}
		const struct bv_json *name = bv_json_find(json, "name");
		CHECK(bv_str_is(bv_json_str(bv_json_find(json, "mime")), cases[i].mime) && (cases[i].name ? bv_str_is(bv_json_str(name), cases[i].name) : !name),
		      "  type and name");
	}
}

static void
test_types(void)
{
	static const struct {
		const char *mime, *type;
		bool fits;
	} cases[] = {
		{ "image/png", "image/png", true },  { "IMAGE/Png", "image/pNG", true },  { "image/png", "image/*", true },  { "Image/PNG", "iMAGE/*", true },
		{ "image/png", "image/jpg", false }, { "image/png", "image/pngx", false }, { "image/", "image/*", false },   { "imagex/png", "image/*", false },
		{ "video/mp4", "image/*", false },   { "image/[", "image/{", false }, /* 32 apart, and no letters */
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		CHECK(bv_mime_fits(bv_str_of(cases[i].mime), bv_str_of(cases[i].type)) == cases[i].fits, "%s as %s", cases[i].mime, cases[i].type);
}

int
main(void)
{
	test_json();
	test_limits();
	test_text();
	test_types();
	return check_end();
}
