/* Formatted texts of candidates: what stays, what goes, and that nothing active of any hostile item (tests/vectors/itembank/hostile) survives as a response. */
#include "base/xml.h"
#include "itembank/page.h"
#include "itembank/rich_text.h"
#include "tests/itembank/delivery.h"

#define PWN "PWNED"

static const struct {
	const char *what, *in, *out;
} cases[] = {
	{ "text", "Xin chào", "Xin chào" },
	{ "nothing", "", "" },
	{ "characters of markup", "1 < 2 & 3 > 2 \"x\"", "1 &lt; 2 &amp; 3 &gt; 2 &quot;x&quot;" },
	{ "entities", "&nbsp;&lt;b&gt;&amp;&#233;&#xe9;&bogus;", "\xc2\xa0&lt;b&gt;&amp;éé&amp;bogus;" },
	{ "formatting", "<p>a <b>b</b> <em>c</em><br>d<br/>e</p><ul><li>f</li></ul>", "<p>a <b>b</b> <em>c</em><br/>d<br/>e</p><ul><li>f</li></ul>" },
	{ "capitals", "<P><STRONG>a</Strong></P>", "<p><strong>a</strong></p>" },
	{ "a table", "<table><tr><th scope=col colspan='2'>a<td rowspan=3>b</table>",
	  "<table><tr><th scope=\"col\" colspan=\"2\">a</th><td rowspan=\"3\">b</td></tr></table>" },
	{ "a list that goes on", "<ol start=\"3\" type=a><li value=5>a<li>b</ol>", "<ol start=\"3\" type=\"a\"><li value=\"5\">a</li><li>b</li></ol>" },
	{ "paragraphs without ends", "<p>a<p>b<dl><dt>c<dd>d</dl>", "<p>a</p><p>b<dl><dt>c</dt><dd>d</dd></dl></p>" },
	{ "direction and language", "<p dir=rtl lang='ar'>a</p>", "<p dir=\"rtl\" lang=\"ar\">a</p>" },
	{ "a language that is none", "<p lang='a\"b' dir=up>a</p>", "<p>a</p>" },
	{ "an attribute twice", "<p lang=vi LANG=en>a</p>", "<p lang=\"vi\">a</p>" },
	{ "a number that is none", "<td colspan='2;x' rowspan=javascript:1>a</td>", "<td>a</td>" },
	{ "ends without a start", "</p></b>a</script>", "a" },
	{ "wrong nesting", "<b><i>a</b>b</i>", "<b><i>a</i></b>b" },
	{ "without ends", "<div><p><b>a", "<div><p><b>a</b></p></div>" },
	{ "unknown elements", "<x-y onclick=1>a</x-y><qti-printed-variable identifier='SCORE'/><font color=red>b</font><center>c</center>", "abc" },
	{ "a comment", "a<!-- <script>" PWN "</script> -->b<!x><?php " PWN " ?>c", "abc" },
	{ "a comment without its end", "a<!-- " PWN, "a" },
	{ "a declaration without its end", "a<!DOCTYPE " PWN, "a" },
	{ "a comment in a character", "e<!-- -->&#x301;", "é" },
	{ "handlers", "<p onclick=\"" PWN "\" OnError=" PWN ">a</p>", "<p>a</p>" },
	{ "styles, classes, ids and names", "<p style='x:url(" PWN ")' class='" PWN "' id=" PWN " name=" PWN " title=" PWN " aria-label=" PWN " data-x=" PWN ">a</p>", "<p>a</p>" },
	{ "scripts", "a<script>" PWN "</script><SCRIPT src=" PWN "></SCRIPT >b", "ab" },
	{ "a script in a script is text", "<scr<script>ipt>a</scr</script>ipt>b", "ipt&gt;aipt&gt;b" },
	{ "a script without its end", "a<script>" PWN "<b>", "a" },
	{ "a script that another ends", "a<script>" PWN "</scripted>" PWN "</script\n x=1>b", "ab" },
	{ "styles and frames", "<style>" PWN "</style><iframe srcdoc='<b>" PWN "'>" PWN "</iframe><object data=" PWN ">" PWN "</object>a", "a" },
	{ "images, sound, links", "<img src=x onerror=" PWN "><audio src=" PWN "></audio><a href='javascript:" PWN "'>a</a><label for=" PWN ">b</label>", "ab" },
	{ "SVG and mathematics", "<svg><script>" PWN "</script></svg><math><mtext>" PWN "</mtext></math>a", "a" },
	{ "templates", "<template><p>" PWN "</p></template><noscript><p title='</noscript><img src=x onerror=" PWN ">'></noscript>", "'&gt;" },
	{ "forms", "<form action=" PWN "><input value=" PWN "><button formaction=" PWN ">a</button><textarea><p>" PWN "</textarea></form>", "a" },
	{ "a base and a refresh", "<base href=" PWN "><meta http-equiv=refresh content=" PWN "><link rel=x href=" PWN ">a", "a" },
	{ "quotes of attributes", "<p title='>" PWN "' lang=\"vi\">a</p>", "<p lang=\"vi\">a</p>" },
	{ "slashes between attributes", "<p/onclick=" PWN "/lang=vi>a</p>", "<p>a</p>" },
	{ "a tag that never ends", "a<p onclick=" PWN, "a<p></p>" },
	{ "no tags", "<3 < b <\xe2\x82\xac> <>", "&lt;3 &lt; b &lt;€&gt; &lt;&gt;" },
	{ "a name that is too long", "<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa x>a", "a" },
	{ "an attribute without a name", "<p =\"" PWN "\" = lang=vi>a</p>", "<p>a</p>" },
	{ "controls", "a\x01\x08\rb\tc\nd", "a\nb\tc\nd" },
	{ "a solidus over a tag", "<b>&#x338;a</b>", "<b>&#824;a</b>" },
	{ "ends of lines", "a\r\nb\rc\n<b>\r</b>\r", "a\nb\nc\n<b>\n</b>\n" },
	{ "ends of lines as entities", "<b>&#x0d>a&#13;</b>&#10;&#13;&#10;", "<b>\n&gt;a\n</b>\n\n\n" },
	{ "what XML knows no character for", "a\xef\xbf\xbf<b>\xef\xbf\xbe</b>\xef\xbf\xbd\xef\xbf\xbc", "a\xef\xbf\xbd<b>\xef\xbf\xbd</b>\xef\xbf\xbd\xef\xbf\xbc" },
	{ "controls as entities", "a&#1;&#0;&#x7;b\x01\x0b\f", "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd""b" }, /* U+FFFD, as in HTML */
	{ "one over a letter", "=&#x338;", "≠" },
	{ "entities that make entities", "&amp;lt;b&amp;gt;", "&amp;lt;b&amp;gt;" },
	{ "CDATA", "<![CDATA[a]]>b", "b" },
	{ "namespaces", "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>a</x:script>", "a" },
};

/* Well-formed, of listed elements and attributes only. */
static bool
is_clean(struct bv_str text)
{
	static const char *const attributes[] = { "dir", "lang", "colspan", "rowspan", "scope", "start", "type", "value", "span", "datetime" };
	BV_AUTO(bv_buf_finish) struct bv_buf whole = BV_BUF(2 * BV_RESPONSE_TEXT_MAX);
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	struct bv_err err;

	bv_buf_printf(&whole, "<root>%.*s</root>", BV_STR_ARG(text));
	if (bv_xml_read(&doc, bv_buf_str(&whole), whole.max, &err))
		return err.status == BV_ELIMIT;
	const struct bv_xml_node *root = bv_xml_root(doc), *n = root;
	while (n) {
		const struct bv_page_name *row = n == root || !n->name.len ? NULL : bv_page_html(n->name);
		if (n != root && n->name.len && (!row || n->ns.len || row->element == BV_ELEMENT_UNWRAPPED))
			return false;
		for (size_t i = 0; i < n->attr_count; i++) {
			bool known = false;
			for (size_t k = 0; k < BV_COUNT(attributes); k++)
				known = known || bv_str_is(n->attrs[i].name, attributes[k]);
			if (!known)
				return false;
		}
		if (n->first) {
			n = n->first;
			continue;
		}
		while (n != root && !n->next)
			n = n->parent;
		n = n == root ? NULL : n->next;
	}
	return true;
}

static void
check_case(const char *what, struct bv_str in, const char *want)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str out, again;
	struct bv_err err;

	CHECK_OK(rich_text_clean(&out, in, &arena, &err), &err, what);
	if (want)
		CHECK_STR(out, bv_str_of(want), what);
	CHECK(is_clean(out), "%s: well-formed, of what is listed", what);
	CHECK_OK(rich_text_clean(&again, out, &arena, &err), &err, what);
	CHECK_STR(again, out, "a second time changes nothing");
}

static void
hostile(const char *path, struct bv_str bytes)
{
	check_case(strrchr(path, '/') + 1, bytes, NULL);
}

static void
check_limits(void)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_RESPONSE_TEXT_MAX);
	struct bv_str out;
	struct bv_err err;

	while (text.len < BV_RESPONSE_TEXT_MAX / 6)
		bv_buf_addc(&text, '"');
	CHECK_OK(rich_text_clean(&out, bv_buf_str(&text), &arena, &err), &err, "as long as it may become");
	bv_buf_addc(&text, '"');
	CHECK_REFUSED(rich_text_clean(&out, bv_buf_str(&text), &arena, &err), BV_ELIMIT, &err, "longer than", "longer");
	bv_buf_clear(&text);
	for (int i = 0; i < 40; i++)
		bv_buf_addz(&text, "<b>");
	bv_buf_addc(&text, 'x');
	CHECK_OK(rich_text_clean(&out, bv_buf_str(&text), &arena, &err), &err, "deep");
	CHECK(out.len == 32 * 7 + 1, "32 elements inside each other, %zu bytes", out.len);
	bv_buf_clear(&text);
	while (text.len < BV_RESPONSE_TEXT_MAX - 20)
		bv_buf_addz(&text, "<p a=b ");
	CHECK_OK(rich_text_clean(&out, bv_buf_str(&text), &arena, &err), &err, "very many attributes");
	bv_buf_clear(&text);
	while (text.len < BV_RESPONSE_TEXT_MAX - 20)
		bv_buf_addz(&text, "<script>");
	CHECK_OK(rich_text_clean(&out, bv_buf_str(&text), &arena, &err), &err, "very many scripts");
	CHECK(!out.len, "nothing of them");
}

/* ---- In a session ------------------------------------------------------------------------------------------------------ */

#define EVIL "<p onclick=PWNED>a<script>PWNED</script><b>b</b></p>"
#define EVIL_XML "&lt;p onclick=PWNED&gt;a&lt;script&gt;PWNED&lt;/script&gt;&lt;b&gt;b&lt;/b&gt;&lt;/p&gt;"
#define CLEAN "<p>a<b>b</b></p>"
#define ITEM(format, more) \
	"<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='i' title='t' adaptive='false' time-dependent='false'>" \
	"<qti-response-declaration identifier='ONE' cardinality='single' base-type='string'><qti-correct-response><qti-value>" EVIL_XML "</qti-value></qti-correct-response>" \
	"<qti-default-value><qti-value>" EVIL_XML "</qti-value></qti-default-value></qti-response-declaration>" \
	"<qti-response-declaration identifier='MANY' cardinality='ordered' base-type='string'/>" \
	"<qti-response-declaration identifier='PARTS' cardinality='record'/>" \
	"<qti-response-declaration identifier='TYPED' cardinality='single' base-type='string'/>" \
	"<qti-item-body><qti-extended-text-interaction response-identifier='ONE' string-identifier='TYPED' " format "/>" \
	"<qti-extended-text-interaction response-identifier='MANY' " format "/><qti-extended-text-interaction response-identifier='PARTS' " format "/>" more "</qti-item-body>" \
	"</qti-assessment-item>"

static void
check_value(const struct bv_json *json, const char *name, const char *want, const char *what)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);
	BV_AUTO(bv_buf_finish) struct bv_buf quoted = BV_BUF(4096);

	bv_json_write(&text, bv_json_find(json, name));
	bv_json_write_str(&quoted, bv_str_of(want));
	CHECK(test_has(bv_buf_str(&text), quoted.p), "%s: %s is %s", what, name, text.p);
}

static void
check_session(const char *xml, const char *want, const char *format)
{
	static const char responses[] = "{\"ONE\":{\"base\":{\"string\":\"" EVIL "\"}},\"MANY\":{\"list\":{\"string\":[\"" EVIL "\",\"<script>x</script>\",\"c\"]}},"
	                                "\"PARTS\":{\"record\":[{\"name\":\"n\",\"base\":{\"string\":\"" EVIL "\"}},{\"name\":\"k\",\"base\":{\"integer\":1}}]}}";
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *given = NULL;
	BV_AUTO(bv_json_free) struct bv_json *taken = NULL;
	BV_AUTO(bv_json_free) struct bv_json *shown = NULL;
	BV_AUTO(bv_json_free) struct bv_json *solution = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(BV_DELIVERY_MAX);
	struct bv_delivery delivery = test_delivery;
	struct bv_err err;

	if (bv_item_parse(&item, bv_str_of(xml), &err) || bv_item_session_new(&session, item, test_seed, &err) || bv_json_parse(&given, bv_str_of(responses), &err)) {
		CHECK(false, "%s", err.msg);
		return;
	}
	CHECK_OK(bv_item_session_respond(session, given, &err), &err, "responses");
	taken = bv_item_session_responses(session);
	check_value(taken, "ONE", want, "kept");
	check_value(taken, "TYPED", want, "kept");
	check_value(taken, "MANY", want, "kept");
	check_value(taken, "PARTS", want, "kept");
	size_t texts = bv_json_count(bv_json_find(bv_json_find(bv_json_find(taken, "MANY"), "list"), "string"));
	CHECK(texts == (strcmp(want, CLEAN) == 0 ? 2 : 3), "a text that nothing is left of is none: %zu", texts);
	CHECK_OK(bv_delivery_hide_responses(&shown, session, &delivery, given, &err), &err, "what is shown");
	check_value(shown, "r1", want, "shown");
	delivery.state = BV_DELIVERY_SOLUTION;
	delivery.show_solution = true;
	CHECK_OK(bv_delivery_solution(&solution, session, &delivery, &err), &err, "the solution");
	check_value(solution, "r1", want, "the author's");
	const struct bv_answer answer = { BV_STR("ONE"), &(struct bv_str){ EVIL, sizeof EVIL - 1 }, 1 };
	bv_json_free(taken);
	CHECK_OK(bv_item_session_answer(session, &answer, 1, &err), &err, "without JSON");
	taken = bv_item_session_responses(session);
	check_value(taken, "ONE", want, "kept");
	CHECK_OK(bv_delivery_render(&page, session, &test_delivery, &err), &err, "the page");
	CHECK(test_has(bv_buf_str(&page), "\"format\":") == (format != NULL) && (!format || test_has(bv_buf_str(&page), format)), "says the format");
}

int
main(void)
{
	for (size_t i = 0; i < BV_COUNT(cases); i++)
		check_case(cases[i].what, bv_str_of(cases[i].in), cases[i].out);
	CHECK(test_each_file(test_folder("tests/vectors/itembank/hostile"), hostile) >= 155, "hostile items");
	check_limits();
	check_session(ITEM("format='xhtml'", ""), CLEAN, "\"format\":\"xhtml\"");
	check_session(ITEM("", ""), EVIL, NULL);
	check_session(ITEM("format='preformatted'", ""), EVIL, "\"format\":\"preformatted\"");
	return check_end();
}
