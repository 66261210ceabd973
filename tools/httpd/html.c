#include "tools/httpd/html.h"

#include "base/xml.h"
#include "tools/httpd/asset.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/page.h"
#include "tools/httpd/query.h"
#include "tools/httpd/web/hashes.h"

#define LANGUAGE_COOKIE "lang"

enum { YEAR_S = 31536000 };

const char html_csp[] =
    "default-src 'none'; script-src 'self'" WEB_SCRIPT_HASHES "; style-src 'self'" WEB_STYLE_HASHES "; img-src 'self' data: blob:; media-src 'self'; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types sw";

static const char *const codes[] = { [LANGUAGE_VI] = "vi", [LANGUAGE_EN] = "en" };

static bool
language_of(enum language *out, struct bv_str code)
{
	for (size_t i = 0; i < BV_COUNT(codes); i++)
		if (bv_str_is(code, codes[i])) {
			*out = (enum language)i;
			return true;
		}
	return false;
}

void
html_language(struct exchange *x)
{
	BV_AUTO(bv_buf_finish) struct bv_buf lang = BV_BUF(8);
	struct bv_str cookie;
	struct bv_err err;

	if (query_find(&lang, x->query, "lang", &err) == BV_OK && language_of(&x->language, bv_buf_str(&lang)))
		exchange_field(x, "Set-Cookie", LANGUAGE_COOKIE "=%s; Path=/; SameSite=Lax; Max-Age=%d", codes[x->language], YEAR_S);
	else if (edge_cookie(&cookie, exchange_header(x, "Cookie"), LANGUAGE_COOKIE, &err) != BV_OK || !language_of(&x->language, cookie))
		x->language = edge_language(exchange_header(x, "Accept-Language"));
}

bool
html_wanted(const struct exchange *x)
{
	for (struct bv_str rest = exchange_header(x, "Accept"); rest.len;) {
		struct bv_str one = bv_str_sub(rest, 0, bv_str_find(rest, ',')), media = bv_str_trim(bv_str_sub(one, 0, bv_str_find(one, ';')));
		if (media.len == 9 && strncasecmp(media.p, "text/html", media.len) == 0)
			return true;
		rest = bv_str_sub(rest, one.len + 1, rest.len);
	}
	return false;
}

void
html_text(struct bv_buf *out, struct bv_str text)
{
	bv_xml_escape(out, text);
}

void
html_words(struct bv_buf *out, enum language language, const char *key, const struct words_value *values)
{
	words_write_html(out, language, key, values);
}

void
html_element(struct bv_buf *out, enum language language, const char *name, const char *class, const char *key)
{
	bv_buf_printf(out, class ? "<%s class=\"%s\">" : "<%s>", name, class);
	html_words(out, language, key, NULL);
	bv_buf_printf(out, "</%s>\n", name);
}

static const struct asset_frame *
frame_of(const struct html_page *page, enum language language)
{
	return &asset_page(page->name)->frame[language];
}

void
html_begin(struct bv_buf *out, enum language language, const struct html_page *page)
{
	const struct asset_frame *frame = frame_of(page, language);

	bv_buf_add(out, frame->before);
	html_words(out, language, page->title, NULL);
	bv_buf_add(out, frame->titled);
	if (page->unlisted)
		bv_buf_addz(out, "<meta name=\"robots\" content=\"noindex\">\n");
	bv_buf_add(out, frame->to_address);
	bv_buf_addz(out, page->path);
	bv_buf_add(out, frame->to_main);
}

void
html_end(struct bv_buf *out, enum language language, const struct html_page *page)
{
	bv_buf_add(out, frame_of(page, language)->after);
}

void
html_content_language(struct exchange *x)
{
	exchange_field(x, "Content-Language", "%s", codes[x->language]);
}

void
html_answer(struct exchange *x, const char *cache)
{
	x->answer.status = 200;
	x->answer.type = "text/html; charset=utf-8";
	exchange_field(x, "Cache-Control", "%s", cache);
	html_content_language(x);
	if (strcmp(cache, "no-store") != 0)
		page_tag(x, bv_buf_str(&x->answer.body));
}
