#include "tools/httpd/page.h"

#include "base/hash.h"

#define PAGE(lang, title, text, link) \
	"<!doctype html>\n<html lang=\"" lang "\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n" \
	"<title>" title "</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n<main>\n<h1>Bảng Vàng</h1>\n<p>" text "</p>\n" \
	"<p><a href=\"/api/openapi.json\">" link "</a></p>\n</main>\n</html>\n"

static const char start_vi[] =
    PAGE("vi", "Bảng Vàng – đánh giá kỹ năng số", "Máy chủ thi và chứng nhận kỹ năng số đang chạy.", "Mô tả giao diện lập trình (OpenAPI)");
static const char start_en[] = PAGE("en", "Bảng Vàng – digital skills assessment", "The server for exams and certificates is running.",
                                    "Description of the programming interface (OpenAPI)");
static const char style[] = "body{margin:0;font:1.125rem/1.5 \"Segoe UI\",Roboto,\"Noto Sans\",sans-serif;color:#1a1a1a;background:#fff}\n"
                            "main{max-width:40rem;margin:0 auto;padding:2rem 1rem}\nh1{color:#8a1020;overflow-wrap:anywhere}\na{color:#0b4a8f}\n"
                            ".lang{text-align:right;margin:0}\nlabel{display:block;font-weight:600;margin:.25rem 0}\n"
                            "textarea{box-sizing:border-box;width:100%;font:1rem/1.4 monospace;padding:.5rem;border:1px solid #555;border-radius:.25rem}\n"
                            "input[type=file]{max-width:100%;font:inherit}\n"
                            "button{font:inherit;padding:.6rem 1.5rem;min-height:2.75rem;color:#fff;background:#8a1020;border:0;border-radius:.25rem;cursor:pointer}\n"
                            "a:focus-visible,button:focus-visible,textarea:focus-visible,input:focus-visible,pre:focus-visible{outline:3px solid #0b4a8f;outline-offset:2px}\n"
                            ".verdict{padding:.75rem 1rem;border-left:.5rem solid #5b5b5b;background:#f3f3f3;font-weight:600;overflow-wrap:anywhere}\n"
                            ".verdict.good{border-color:#176b2c;background:#e9f5ec}\n.verdict.bad{border-color:#a11212;background:#fbeaea}\n"
                            "pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.95rem;line-height:1.4;padding:.75rem;background:#f7f7f7}\n";

struct bv_str
page_start(enum language language)
{
	return bv_str_of(language == LANGUAGE_VI ? start_vi : start_en);
}

struct bv_str
page_style(void)
{
	return bv_str_of(style);
}

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
