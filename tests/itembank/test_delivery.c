/* Delivery: what arrives of a body, in which order, under which names; what the second pass stops. */
#include "tests/itembank/delivery.h"

/* ---- Bodies --------------------------------------------------------------------------------------------------------------- */

static void
item_write(struct bv_buf *out, const char *more, const char *body, const char *after)
{
	bv_buf_clear(out);
	bv_buf_printf(out,
	              "<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"i\" title=\"t\">"
	              "<qti-outcome-declaration identifier=\"F\" cardinality=\"single\" base-type=\"identifier\"/>"
	              "<qti-template-declaration identifier=\"N\" cardinality=\"single\" base-type=\"integer\" math-variable=\"true\">"
	              "<qti-default-value><qti-value>-255</qti-value></qti-default-value></qti-template-declaration>"
	              "<qti-template-declaration identifier=\"X\" cardinality=\"single\" base-type=\"float\">"
	              "<qti-default-value><qti-value>1234.5</qti-value></qti-default-value></qti-template-declaration>"
	              "<qti-template-declaration identifier=\"Z\" cardinality=\"single\" base-type=\"float\">"
	              "<qti-default-value><qti-value>0.000012</qti-value></qti-default-value></qti-template-declaration>"
	              "<qti-template-declaration identifier=\"L\" cardinality=\"ordered\" base-type=\"integer\">"
	              "<qti-default-value><qti-value>3</qti-value><qti-value>1</qti-value><qti-value>2</qti-value></qti-default-value>"
	              "</qti-template-declaration>"
	              "<qti-template-declaration identifier=\"I\" cardinality=\"ordered\" base-type=\"float\"><qti-default-value><qti-value>INF</qti-value>"
	              "<qti-value>-INF</qti-value><qti-value>NaN</qti-value><qti-value>-0.0</qti-value></qti-default-value></qti-template-declaration>"
	              "<qti-template-declaration identifier=\"S\" cardinality=\"single\" base-type=\"string\">"
	              "<qti-default-value><qti-value>ab</qti-value></qti-default-value></qti-template-declaration>"
	              "<qti-template-declaration identifier=\"MI\" cardinality=\"single\" base-type=\"string\" math-variable=\"true\">"
	              "<qti-default-value><qti-value>y</qti-value></qti-default-value></qti-template-declaration>"
	              "<qti-template-declaration identifier=\"N0\" cardinality=\"single\" base-type=\"integer\">"
	              "<qti-default-value><qti-value>0</qti-value></qti-default-value></qti-template-declaration>"
	              "<qti-template-declaration identifier=\"N2\" cardinality=\"single\" base-type=\"integer\">"
	              "<qti-default-value><qti-value>2</qti-value></qti-default-value></qti-template-declaration>"
	              "<qti-template-declaration identifier=\"ID\" cardinality=\"single\" base-type=\"identifier\">"
	              "<qti-default-value><qti-value>one</qti-value></qti-default-value></qti-template-declaration>"
	              "<qti-template-declaration identifier=\"R\" cardinality=\"record\"><qti-default-value>"
	              "<qti-value field-identifier=\"a\" base-type=\"integer\">7</qti-value>"
	              "<qti-value field-identifier=\"b\" base-type=\"string\">x y</qti-value></qti-default-value></qti-template-declaration>"
	              "%s<qti-item-body>%s</qti-item-body>%s</qti-assessment-item>",
	              more, body, after);
}

static void
test_bodies(void)
{
	static const struct {
		const char *body, *page; /* the children of the page's element */
	} cases[] = {
		{ "<p>a &lt;b&gt; &amp; \"c\" \\</p>", ",[\"p\",\"a \\u003cb\\u003e \\u0026 \\\"c\\\" \\\\\"]" },
		{ "\n <p> a\n  b </p>\n <ul>\n <li>x</li> </ul>", ",[\"p\",\" a b \"],[\"ul\",[\"li\",\"x\"]]" },
		{ "<pre>a\n  b</pre>", ",[\"pre\",\"a\\n  b\"]" },
		{ "<p>a<!-- c --><?p i?>b</p>", ",[\"p\",\"ab\"]" },
		{ "<p xml:lang=\"fr\" dir=\"rtl\" class=\"qti-align-center foo qti-layout-col6 qti-layout-col13\">x</p>",
		  ",[\"p\",{\"lang\":\"fr\",\"dir\":\"rtl\",\"class\":\"qti-align-center qti-layout-col6\"},\"x\"]" },
		{ "<p style=\"text-align: center; color: red\">x</p>", ",[\"p\",{\"class\":\"qti-align-center\"},\"x\"]" },
		{ "<font color=\"red\">x</font><blink>y</blink>", ",\"x\"" },
		{ "<p id=\"key\">x</p><p id=\"key\" aria-describedby=\"key other\">y</p><p id=\"other\"/><a href=\"#key\">z</a>",
		  ",[\"p\",{\"id\":\"i1\"},\"x\"],[\"p\",{\"aria-describedby\":\"i1 i2\"},\"y\"],[\"p\",{\"id\":\"i2\"}],[\"a\",{\"href\":\"#i1\"},\"z\"]" },
		{ "<table><caption>c</caption><tr><th scope=\"col\" abbr=\"s\">h</th><td colspan=\"2\" headers=\"h1\" bgcolor=\"red\">d</td></tr></table>",
		  ",[\"table\",[\"caption\",\"c\"],[\"tr\",[\"th\",{\"scope\":\"col\",\"abbr\":\"s\"},\"h\"],"
		  "[\"td\",{\"colspan\":\"2\",\"headers\":\"i1\"},\"d\"]]]" },
		{ "<p data-catalog-idref=\"c\" data-qti-suppress-tts=\"all\" data-ssml-sub-alias=\"một\" data-x=\"y\" aria-label=\"n\">x</p>",
		  ",[\"p\",{\"data-qti-suppress-tts\":\"all\",\"data-ssml-sub-alias\":\"một\",\"aria-label\":\"n\"},\"x\"]" },
		{ "<p>a <s:emphasis xmlns:s=\"http://www.w3.org/2001/10/synthesis\" level=\"strong\">b</s:emphasis></p>",
		  ",[\"p\",\"a \",[\"span\",{\"data-ssml-emphasis-level\":\"strong\"},\"b\"]]" },
		{ "<p><sub alias=\"World Wide Web\" onclick=\"x\" xmlns=\"http://www.w3.org/2001/10/synthesis\">WWW</sub>"
		  "<say-as interpret-as=\"date\" format=\"dmy\" xmlns=\"http://www.w3.org/2001/10/synthesis\">2/9</say-as>"
		  "<break time=\"1s\" xmlns=\"http://www.w3.org/2001/10/synthesis\"/><audio src=\"x\" xmlns=\"http://www.w3.org/2001/10/synthesis\">a</audio></p>",
		  ",[\"p\",[\"span\",{\"data-ssml-sub-alias\":\"World Wide Web\"},\"WWW\"],"
		  "[\"span\",{\"data-ssml-say-as\":\"date\",\"data-ssml-say-as-format\":\"dmy\"},\"2/9\"],[\"span\",{\"data-ssml-break-time\":\"1s\"}],\"a\"]" },
		{ "<p>u\xcc\x9b\xcc\x80</p>", ",[\"p\",\"\xe1\xbb\xab\"]" },
		{ "<p>1\xe2\x80\xa8" "2</p>", ",[\"p\",\"1\\u20282\"]" },
		{ "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\" onclick=\"x\"><mrow><mi>N</mi><mo stretchy=\"false\">+</mo>"
		  "<mi>X</mi></mrow></math>",
		  ",[\"math\",{\"display\":\"block\"},[\"mrow\",[\"mrow\",[\"mo\",\"\u2212\"],[\"mn\",\"255\"]],[\"mo\",{\"stretchy\":\"false\"},\"+\"],"
		  "[\"mi\",\"X\"]]]" },
		{ "<p>n=<qti-printed-variable identifier=\"N\"/>.</p>", ",[\"p\",\"n=\",\"-255\",\".\"]" },
		{ "<p>\x7f</p>", ",[\"p\",\"\\u007f\"]" }, { "<p>1\xe2\x80\xa9\xe2\x80\xaa\xe2\x82\xac</p>", ",[\"p\",\"1\\u2029\xe2\x80\xaa\xe2\x82\xac\"]" },
		{ "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>MI</mi><mi>S</mi><mi>a<mn>1</mn></mi><mrow>\n</mrow></math>",
		  ",[\"math\",[\"mi\",\"y\"],[\"mi\",\"S\"],[\"mi\",\"a\",[\"mn\",\"1\"]],[\"mrow\"]]" },
		{ "<math><mi>x</mi></math><math xmlns=\"\"><mi>x</mi></math>", ",[\"math\",[\"mi\",\"x\"]]" },
		{ "<table><tr><td colspan=\"x\" rowspan=\"123456789\">a</td><td colspan=\"50%\" rowspan=\".5\">b</td></tr></table>",
		  ",[\"table\",[\"tr\",[\"td\",\"a\"],[\"td\",{\"colspan\":\"50%\"},\"b\"]]]" },
		{ "<p dir=\"up\" lang=\"x y\" role=\"\" aria-live=\"a-word-that-is-longer-than-any-in-the-lists\" aria-level=\"\">x</p>", ",[\"p\",\"x\"]" },
		{ "<p lang=\"en\" xml:lang=\"vi\">x</p><a href=\"#\">y</a><a href=\"x\">z</a><p class=\"qti-width-101 qti-width-x qti-width- qti-width-0100 qti-width-50\"/>",
		  ",[\"p\",{\"lang\":\"en\"},\"x\"],[\"a\",\"y\"],[\"a\",\"z\"],[\"p\",{\"class\":\"qti-width-50\"}]" },
		{ "<p style=\";;text-align;color:;text-align:left\">x</p>", ",[\"p\",{\"class\":\"qti-align-left\"},\"x\"]" },
		{ "<object type=\"image/png\">x</object><object data=\"\" type=\"image/png\"/><qti-hottext identifier=\"A\">x</qti-hottext>", "" },
		{ "<p><qti-printed-variable identifier=\"none\"/></p>", ",[\"p\"]" },
		{ "<p><qti-printed-variable identifier=\"X\" format=\"%.3e\" power-form=\"true\"/></p>", ",[\"p\",\"1.234\u00a0\u00d7\u00a010\",[\"sup\",\"3\"]]" },
		{ "<qti-template-inline template-identifier=\"ID\" identifier=\"one\" show-hide=\"show\">a</qti-template-inline>"
		  "<qti-template-inline template-identifier=\"ID\" identifier=\"two\" show-hide=\"show\">b</qti-template-inline>"
		  "<qti-template-block template-identifier=\"ID\" identifier=\"two\" show-hide=\"hide\"><p>c</p></qti-template-block>",
		  ",[\"span\",\"a\"],[\"div\",[\"p\",\"c\"]]" },
		{ "<qti-rubric-block use=\"instructions\" view=\"candidate scorer\"><qti-content-body><p>a</p></qti-content-body></qti-rubric-block>"
		  "<qti-rubric-block use=\"scoring\" view=\"scorer\"><qti-content-body><p>b</p></qti-content-body></qti-rubric-block>",
		  ",[\"qti-rubric-block\",[\"p\",\"a\"]]" },
		{ "<qti-feedback-block outcome-identifier=\"F\" identifier=\"no\" show-hide=\"hide\">x</qti-feedback-block>", "" },
		/* Where something is hidden nothing shows it: neither a text in two, nor an id that is missing. */
		{ "<p>a <qti-feedback-inline outcome-identifier=\"F\" identifier=\"no\" show-hide=\"hide\"><b id=\"x\">x</b></qti-feedback-inline> b</p><p id=\"y\"/>",
		  ",[\"p\",\"a b\"],[\"p\",{\"id\":\"i1\"}]" },
		{ "<p>a<qti-printed-variable identifier=\"F\"/>b<b>c</b><qti-printed-variable identifier=\"F\"/>d</p>", ",[\"p\",\"ab\",[\"b\",\"c\"],\"d\"]" },
		{ "<p><qti-printed-variable identifier=\"F\"/>\\&quot;<qti-printed-variable identifier=\"F\"/>d</p>", ",[\"p\",\"\\\\\\\"d\"]" },
		{ "<qti-template-inline template-identifier=\"ID\" identifier=\"two\" show-hide=\"show\"><b id=\"a\">b</b></qti-template-inline><p id=\"b\"/>",
		  ",[\"p\",{\"id\":\"i1\"}]" },
		{ "<qti-info-control title=\"Hint\"><p>x</p></qti-info-control>", ",[\"details\",[\"summary\",\"Hint\"],[\"p\",\"x\"]]" },
		{ "<p><qti-printed-variable identifier=\"L\" index=\"N0\"/></p>", ",[\"p\"]" },
		{ "<p><qti-printed-variable identifier=\"L\" index=\"N2\"/></p>", ",[\"p\",\"1\"]" },
		{ "<object data=\"a/b.png\" src=\"x.png\" alt=\"no\" type=\"image/png\" width=\"3\">An <b>image</b></object><object data=\"x\" type=\"text/html\"/>",
		  ",[\"img\",{\"src\":\"media:sha256-06bd8c98fd51be6fa9d68b99c12e3c45a1fd20e29f1a1a5b6b2b1b6dcf1c5b5e\",\"alt\":\"An image\",\"width\":\"3\"}]" },
	};
	char hex[BV_HEX_SIZE(BV_HASH_LEN)], page[4096];

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16);
		const char *media = strstr(cases[i].page, "sha256-");
		uint8_t hash[BV_HASH_LEN];
		struct bv_err err = { 0 };
		snprintf(page, sizeof page, "[\"qti-item-body\"%s]", cases[i].page);
		if (media) { /* the hash is that of the path */
			bv_sha256(hash, BV_STR("a/b.png"));
			memcpy(strstr(page, "sha256-") + 7, bv_hex(hex, hash, sizeof hash), 64);
		}
		item_write(&xml, "", cases[i].body, "");
		CHECK_OK(test_render(&out, bv_buf_str(&xml), &test_delivery, &err), &err, cases[i].body);
		CHECK_STR(bv_buf_str(&out), bv_str_of(page), "  arrives as it should");
	}
}

static void
test_printed(void)
{
	/* The formats are C's where C has them: the expected texts are those of printf(1). */
	static const struct {
		const char *attributes, *text;
	} cases[] = {
		{ "identifier=\"N\" format=\"%i\"", "-255" }, { "identifier=\"N\" format=\"%06d\"", "-00255" },
		{ "identifier=\"N\" format=\"%+d\"", "-255" }, { "identifier=\"N\" format=\"%-6d|\"", "-255  |" },
		{ "identifier=\"N\" format=\"%x\"", "-ff" }, { "identifier=\"N\" format=\"%#X\"", "-0XFF" },
		{ "identifier=\"N\" format=\"%o\"", "-377" }, { "identifier=\"N\" base=\"2\"", "-11111111" },
		{ "identifier=\"N\" format=\"%i\" base=\"16\"", "-ff" }, { "identifier=\"N\" format=\"%.2f\"", "-255.00" },
		{ "identifier=\"N\" format=\"%s\"", "-255" }, { "identifier=\"X\"", "1234.5" },
		{ "identifier=\"X\" format=\"%f\"", "1234.500000" }, { "identifier=\"X\" format=\"%.2f đ\"", "1234.50 đ" },
		{ "identifier=\"X\" format=\"%e\"", "1.234500e+03" }, { "identifier=\"X\" format=\"%.1E\"", "1.2E+03" },
		{ "identifier=\"X\" format=\"%g\"", "1234.5" }, { "identifier=\"X\" format=\"%.2g\"", "1.2e+03" },
		{ "identifier=\"X\" format=\"%10.1f\"", "    1234.5" }, { "identifier=\"X\" format=\"%i\"", "1234" },
		{ "identifier=\"X\" format=\"%.6r\"", "1234.50" }, { "identifier=\"X\" format=\"%.2r\"", "1.2e+03" },
		{ "identifier=\"Z\" format=\"%.3R\"", "1.20E-05" }, { "identifier=\"Z\" format=\"100%% %.6f\"", "100% 0.000012" },
		{ "identifier=\"L\"", "3;1;2" }, { "identifier=\"L\" delimiter=\", \"", "3, 1, 2" }, { "identifier=\"L\" index=\"2\"", "1" },
		{ "identifier=\"L\" format=\"%02d\"", "03;01;02" }, { "identifier=\"R\"", "a=7;b=x y" },
		{ "identifier=\"N\" format=\"% d\"", "-255" }, { "identifier=\"N2\" format=\"% d\"", " 2" }, { "identifier=\"N2\" format=\"%#x\"", "0x2" },
		{ "identifier=\"N2\" format=\"%.4d\"", "0002" }, { "identifier=\"N0\"", "0" }, { "identifier=\"N2\" format=\"%4d|\"", "   2|" },
		{ "identifier=\"N2\" format=\"\"", "2" }, { "identifier=\"N2\" format=\"%.0e\"", "2e+00" }, { "identifier=\"N2\" format=\"%d%%\"", "2%" },
		{ "identifier=\"I\" format=\"%06.1f\"", "   INF;  -INF;   NaN;0000.0" }, { "identifier=\"I\" format=\"%d\" index=\"1\"", "INF" },
		{ "identifier=\"I\" index=\"4\" format=\"%#.0f\"", "0." }, { "identifier=\"I\" index=\"9\"", "" }, { "identifier=\"Z\" format=\"%.0r\"", "1e-05" },
		{ "identifier=\"X\" format=\"%.3r\"", "1.23e+03" }, { "identifier=\"X\" power-form=\"true\"", "1234.5" }, { "identifier=\"S\" format=\"%4s|\"", "  ab|" },
		{ "identifier=\"S\" format=\"%-4s|\"", "ab  |" }, { "identifier=\"S\" format=\"%d\"", "ab" }, { "identifier=\"S\" power-form=\"true\"", "ab" },
		{ "identifier=\"L\" power-form=\"true\"", "3;1;2" }, { "identifier=\"R\" field=\"none\"", "" },
		{ "identifier=\"R\" delimiter=\" \" mapping-indicator=\": \"", "a: 7 b: x y" }, { "identifier=\"R\" field=\"a\"", "7" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16);
		char body[256], want[256];
		struct bv_err err = { 0 };
		snprintf(body, sizeof body, "<p><qti-printed-variable %s/></p>", cases[i].attributes);
		snprintf(want, sizeof want, cases[i].text[0] ? "[\"qti-item-body\",[\"p\",\"%s\"]]" : "[\"qti-item-body\",[\"p\"]]", cases[i].text);
		item_write(&xml, "", body, "");
		CHECK_OK(test_render(&out, bv_buf_str(&xml), &test_delivery, &err), &err, cases[i].attributes);
		CHECK_STR(bv_buf_str(&out), bv_str_of(want), "  as text");
	}
}

static void
test_refused(void)
{
	static const struct {
		const char *body, *part;
	} cases[] = {
		{ "<p><qti-printed-variable identifier=\"N\" format=\"%q\"/></p>", "one conversion" },
		{ "<p><qti-printed-variable identifier=\"N\" format=\"%d %d\"/></p>", "one conversion" },
		{ "<p><qti-printed-variable identifier=\"N\" format=\"%999d\"/></p>", "one conversion" },
		{ "<p><qti-printed-variable identifier=\"N\" format=\"%n\"/></p>", "one conversion" },
		{ "<p><qti-printed-variable identifier=\"N\" format=\"%\"/></p>", "one conversion" },
		{ "<p><qti-printed-variable identifier=\"N\" format=\"%.99f\"/></p>", "one conversion" },
		{ "<p><qti-printed-variable identifier=\"N\" format=\"%.\"/></p>", "one conversion" },
		{ "<p><qti-printed-variable identifier=\"N\" base=\"37\"/></p>", "from 2 to 36" },
		{ "<p><qti-printed-variable identifier=\"N\" base=\"x\"/></p>", "from 2 to 36" },
		{ "<p><qti-printed-variable identifier=\"L\" index=\"none\"/></p>", "index" },
		{ "<p><qti-printed-variable identifier=\"N\" format=\"5\"/></p>", "one conversion" },
		{ "<p><qti-printed-variable identifier=\"N\" base=\"1\"/></p>", "from 2 to 36" },
		{ "<p><qti-printed-variable identifier=\"L\" index=\"0\"/></p>", "index" },
		{ "<p><img src=\"\" alt=\"x\"/></p>", "own package" },
		{ "<p><img src=\"/etc/passwd\" alt=\"x\"/></p>", "own package" },
		{ "<p><img src=\"a//b.png\" alt=\"x\"/></p>", "own package" },
		{ "<p><img src=\"a/../../b.png\" alt=\"x\"/></p>", "leads out" },
		{ "<p><img src=\"a%2fb.png\" alt=\"x\"/></p>", "leads out" },
		{ "<p><img src=\"a.png?x=1\" alt=\"x\"/></p>", "own package" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16);
		struct bv_err err = { 0 };
		item_write(&xml, "", cases[i].body, "");
		CHECK_REFUSED(test_render(&out, bv_buf_str(&xml), &test_delivery, &err), BV_EINVAL, &err, cases[i].part, cases[i].body);
		CHECK(out.len == 0, "  and nothing is written");
	}
}

/* Interactions that are not in the sample bank, with a response each. */
static void
test_interactions(void)
{
#define IMG "<img src=\"m.png\" alt=\"map\" width=\"9\"/>"
#define SENT ",[\"img\",{\"src\":\"media:sha256-X\",\"alt\":\"map\",\"width\":\"9\"}]"
#define OPEN(name, card, type) ",[\"qti-" name "-interaction\",{\"response-identifier\":\"r1\",\"cardinality\":\"" card "\",\"base-type\":\"" type "\""
	static const struct {
		const char *response, *body, *page;
	} cases[] = {
		{ "cardinality=\"single\" base-type=\"float\"",
		  "<qti-slider-interaction response-identifier=\"RESPONSE\" lower-bound=\"-2.5\" upper-bound=\"10\" step=\"0.5\" reverse=\"true\" "
		  "orientation=\"vertical\" step-label=\"true\"/>",
		  OPEN("slider", "single", "float") ",\"lower-bound\":\"-2.5\",\"upper-bound\":\"10\",\"step\":\"0.5\",\"reverse\":\"true\","
		  "\"orientation\":\"vertical\",\"step-label\":\"true\"}]" },
		{ "cardinality=\"single\" base-type=\"identifier\"",
		  "<qti-hotspot-interaction response-identifier=\"RESPONSE\" max-choices=\"1\">" IMG
		  "<qti-hotspot-choice identifier=\"KEY\" shape=\"rect\" coords=\"1,2,3,4\" hotspot-label=\"left\"/></qti-hotspot-interaction>",
		  OPEN("hotspot", "single", "identifier") ",\"min-choices\":0,\"max-choices\":1}" SENT
		  ",[\"qti-hotspot-choice\",{\"identifier\":\"Y\",\"aria-label\":\"left\",\"shape\":\"rect\",\"coords\":\"1,2,3,4\"}]]" },
		{ "cardinality=\"single\" base-type=\"point\"",
		  "<qti-select-point-interaction response-identifier=\"RESPONSE\">" IMG "</qti-select-point-interaction>",
		  OPEN("select-point", "single", "point") ",\"min-choices\":0,\"max-choices\":0}" SENT "]" },
		{ "cardinality=\"single\" base-type=\"file\"",
		  "<qti-upload-interaction response-identifier=\"RESPONSE\" type=\"image/*\"/>",
		  OPEN("upload", "single", "file") ",\"type\":\"image/*\"}]" },
		{ "cardinality=\"single\" base-type=\"boolean\"",
		  "<qti-end-attempt-interaction response-identifier=\"RESPONSE\" title=\"Hint\" count-attempt=\"false\"/>",
		  OPEN("end-attempt", "single", "boolean") ",\"title\":\"Hint\"}]" },
		{ "cardinality=\"single\" base-type=\"integer\"",
		  "<qti-media-interaction response-identifier=\"RESPONSE\" min-plays=\"1\" max-plays=\"2\" autostart=\"true\"><audio src=\"m.png\"/>"
		  "</qti-media-interaction>",
		  OPEN("media", "single", "integer") ",\"min-plays\":1,\"max-plays\":2},[\"audio\",{\"src\":\"media:sha256-X\"}]]" },
		{ "cardinality=\"multiple\" base-type=\"directedPair\"",
		  "<qti-graphic-gap-match-interaction response-identifier=\"RESPONSE\" max-associations=\"3\">" IMG
		  "<qti-gap-text identifier=\"T\" match-max=\"1\">t</qti-gap-text>"
		  "<qti-associable-hotspot identifier=\"KEY\" match-max=\"1\" shape=\"circle\" coords=\"5,5,2\"/></qti-graphic-gap-match-interaction>",
		  OPEN("graphic-gap-match", "multiple", "directedPair") ",\"min-associations\":0,\"max-associations\":3}" SENT
		  ",[\"qti-associable-hotspot\",{\"identifier\":\"Y\",\"match-max\":1,\"shape\":\"circle\",\"coords\":\"5,5,2\"}]"
		  ",[\"qti-gap-text\",{\"identifier\":\"Y\",\"match-max\":1},\"t\"]]" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16), seen = BV_BUF(1u << 16);
		char response[200], want[2000];
		struct bv_err err = { 0 };
		snprintf(response, sizeof response, "<qti-response-declaration identifier=\"RESPONSE\" %s/>", cases[i].response);
		snprintf(want, sizeof want, "[\"qti-item-body\"%s]", cases[i].page);
		item_write(&xml, response, cases[i].body, "");
		CHECK_OK(test_render(&out, bv_buf_str(&xml), &test_delivery, &err), &err, cases[i].body);
		for (size_t k = 0; k < out.len; k++) { /* hashes as X, opaque ids as Y */
			bool hash = k > 7 && memcmp(out.p + k - 7, "sha256-", 7) == 0, id = k > 14 && memcmp(out.p + k - 14, "\"identifier\":\"", 14) == 0 &&
			            out.p[k] == 'c';
			bv_buf_addc(&seen, hash ? 'X' : id ? 'Y' : out.p[k]);
			k += hash ? 63 : id ? BV_OPAQUE_LEN - 1 : 0;
		}
		CHECK_STR(bv_buf_str(&seen), bv_str_of(want), "  arrives as it should");
	}
}

/* What an item must not have in or around its interactions. */
static void
test_interaction_faults(void)
{
#define CHOICES(more) "<qti-choice-interaction response-identifier=\"RESPONSE\"><qti-simple-choice identifier=\"A\">a</qti-simple-choice>" more "</qti-choice-interaction>"
	static const struct {
		const char *type, *body, *part; /* NULL: delivered */
	} cases[] = {
		{ "identifier", CHOICES("<div><qti-simple-choice identifier=\"B\">b</qti-simple-choice></div>"), "stand in something" },
		{ "identifier", CHOICES("<script><qti-simple-choice identifier=\"B\">b</qti-simple-choice></script>"), "there is an interaction in it" },
		{ "identifier", "<script>" CHOICES("") "</script>", "there is an interaction in it" },
		{ "identifier", "<qti-feedback-block outcome-identifier=\"F\" identifier=\"x\" show-hide=\"show\">x</qti-feedback-block>" CHOICES(""), NULL },
		{ "identifier", CHOICES("<p>x<qti-choice-interaction response-identifier=\"X\"/></p>"), "in another interaction" },
		{ "identifier", "<qti-simple-match-set/>" CHOICES(""), NULL },
		{ "identifier", "<p>x</p><qti-hotspot-choice identifier=\"H\" shape=\"default\" coords=\"\"/>" CHOICES(""), NULL },
		{ "identifier", "<qti-inline-choice-interaction response-identifier=\"RESPONSE\" min-choices=\"1\" required=\"true\"><qti-inline-choice identifier=\"A\">a"
		                "</qti-inline-choice></qti-inline-choice-interaction>", NULL },
		{ "identifier", "<qti-hottext-interaction response-identifier=\"RESPONSE\"><p><qti-hottext identifier=\"A\">a <qti-hottext identifier=\"B\">b</qti-hottext>"
		                "</qti-hottext></p></qti-hottext-interaction>", "does not stand where" },
		{ "identifier", "<qti-hotspot-interaction response-identifier=\"RESPONSE\"><img src=\"m.png\" alt=\"m\"/><qti-hotspot-choice identifier=\"A\" shape=\"rect\" "
		                "coords=\"1,1,2,2\" hotspot-label=\"x\" aria-label=\"y\"/><qti-hotspot-choice identifier=\"B\" shape=\"rect\" coords=\"1,1,2,2\"/>"
		                "</qti-hotspot-interaction>", NULL },
		{ "string", "<p><qti-text-entry-interaction response-identifier=\"RESPONSE\" expected-length=\"5000\" placeholder-text=\"x\"/></p>", NULL },
		{ "string", "<modalfeedback/><p><qti-text-entry-interaction response-identifier=\"RESPONSE\" expected-length=\"5\"/></p>", NULL },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16), out = BV_BUF(1u << 16);
		char response[200];
		struct bv_err err = { 0 };
		snprintf(response, sizeof response, "<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"%s\"/>", cases[i].type);
		item_write(&xml, response, cases[i].body, "");
		enum bv_status status = test_render(&out, bv_buf_str(&xml), &test_delivery, &err);
		if (cases[i].part)
			CHECK(status && test_has(bv_str_of(err.msg), cases[i].part) && !out.len, "%s: %s", cases[i].body, err.msg);
		else
			CHECK_OK(status, &err, cases[i].body);
	}
}

/* Limits, and the small parts of the interface. */
static void
test_limits(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20), body = BV_BUF(1u << 20), out = BV_BUF(8u << 20), small = BV_BUF(40);
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	enum bv_view view;
	struct bv_err err = { 0 };
	int line = 0;

	for (int i = 0; i < 257; i++)
		bv_buf_printf(&body, "<p id=\"p%d\" aria-describedby=\"p%d\"/>", i, i);
	bv_buf_addz(&body, "<a href=\"#new\">x</a>");
	item_write(&xml, "", body.p, "");
	CHECK_OK(test_render(&out, bv_buf_str(&xml), &test_delivery, &err), &err, "257 ids");
	CHECK(test_has(bv_buf_str(&out), "\"i256\"") && !test_has(bv_buf_str(&out), "\"i257\"") && test_has(bv_buf_str(&out), "[\"p\"],[\"a\",\"x\"]"), "  are 256");
	CHECK_REFUSED(test_render(&small, bv_buf_str(&xml), &test_delivery, &err), BV_ELIMIT, &err, "", "a buffer that is too small");
	for (int i = 0; i < 2; i++) {
		bv_buf_clear(&body);
		bv_buf_addz(&body, "<table><tr><td headers=\"");
		for (int k = 0; k < 49000 + 2000 * i; k++)
			bv_buf_addz(&body, "a ");
		bv_buf_addz(&body, "\"/></tr></table>");
		item_write(&xml, "", body.p, "");
		bv_buf_clear(&out);
		if (i)
			CHECK_REFUSED(test_render(&out, bv_buf_str(&xml), &test_delivery, &err), BV_EINVAL, &err, "100000 parts", "51,000 references");
		else
			CHECK_OK(test_render(&out, bv_buf_str(&xml), &test_delivery, &err), &err, "49,000 references");
	}
	CHECK_REFUSED(test_render(&out, BV_STR("<qti-assessment-item identifier=\"i\" title=\"t\"/>"), &test_delivery, &err), BV_EINVAL, &err, "no body", "an item without a body");
	CHECK_OK(bv_item_parse(&item, BV_STR("<qti-assessment-item identifier=\"i\" title=\"t\"><qti-item-body>\n<script/>\n<blink/></qti-item-body></qti-assessment-item>"), &err), &err, "an item");
	CHECK_STR(bv_str_of(bv_item_left_out(item, 1, &line)), BV_STR("<blink> is not delivered"), "  loses something");
	CHECK(line == 3 && !bv_item_left_out(item, 2, &line), "  in its third line");
	CHECK(bv_view_parse(&view, BV_STR("tutor")) && view == BV_VIEW_TUTOR && !bv_view_parse(&view, BV_STR("pupil")), "views");
}

/* A path from an item in a folder of its package. */
static void
test_media_path(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16), want = BV_BUF(1000);
	struct bv_delivery delivery = test_delivery;
	uint8_t hash[BV_HASH_LEN];
	struct bv_err err;

	delivery.path = BV_STR("items/iu01/q1.xml");
	bv_sha256(hash, BV_STR("items/media/a b.png"));
	bv_hex_write(&want, hash, sizeof hash);
	item_write(&xml, "", "<p><img src=\"../media/./a%20b.png\" alt=\"x\"/></p>", "");
	CHECK_OK(test_render(&out, bv_buf_str(&xml), &delivery, &err), &err, "a path beside the item's folder");
	CHECK(test_has(bv_buf_str(&out), want.p), "  is resolved within the package");
	delivery.media = NULL;
	bv_buf_clear(&out);
	CHECK_REFUSED(test_render(&out, bv_buf_str(&xml), &delivery, &err), BV_EINVAL, &err, "not in the package", "a package without it");
}

/* ---- Orders ------------------------------------------------------------------------------------------------------------------ */

#define SHUFFLED \
	"<qti-choice-interaction response-identifier=\"RESPONSE\" shuffle=\"%s\"><qti-prompt>?</qti-prompt>" \
	"<qti-simple-choice identifier=\"A\">a</qti-simple-choice><qti-simple-choice identifier=\"B\" fixed=\"true\">b</qti-simple-choice>" \
	"<qti-simple-choice identifier=\"C\">c</qti-simple-choice></qti-choice-interaction>"
#define RESPONSE(type) "<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"" type "\">"
#define CORRECT(x) "<qti-correct-response><qti-value>" x "</qti-value></qti-correct-response></qti-response-declaration>"

static void
test_orders(void)
{
	static const struct {
		const char *shuffle, *response, *order, *texts, *refused;
	} cases[] = {
		{ "true", "RESPONSE", "CBA", "cba", NULL },      { "true", "RESPONSE", "ABC", "abc", NULL },
		{ "false", "RESPONSE", "ABC", "abc", NULL },     { "true", "RESPONSE", "BAC", NULL, "fixed" },
		{ "true", "RESPONSE", "CB", NULL, "as many" },   { "true", "RESPONSE", "CBC", NULL, "twice" },
		{ "true", "RESPONSE", "CBX", NULL, "not a choice" }, { "false", "RESPONSE", "CBA", NULL, "not to be shuffled" },
		{ "true", "OTHER", "CBA", NULL, "no such response" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16);
		struct bv_str choices[8];
		struct bv_delivery_set set = { choices, strlen(cases[i].order) };
		struct bv_delivery_order order = { bv_str_of(cases[i].response), &set, 1 };
		struct bv_delivery delivery = test_delivery;
		char body[1000], texts[8] = "", name[80];
		struct bv_err err = { 0 };
		for (size_t k = 0; k < set.count; k++)
			choices[k] = (struct bv_str){ cases[i].order + k, 1 };
		delivery.orders = &order;
		delivery.order_count = 1;
		snprintf(name, sizeof name, "order %s of %s, shuffle=%s", cases[i].order, cases[i].response, cases[i].shuffle);
		snprintf(body, sizeof body, SHUFFLED, cases[i].shuffle);
		item_write(&xml, RESPONSE("identifier") CORRECT("A"), body, "");
		if (cases[i].refused) {
			CHECK_REFUSED(test_render(&out, bv_buf_str(&xml), &delivery, &err), BV_EINVAL, &err, cases[i].refused, name);
			continue;
		}
		CHECK_OK(test_render(&out, bv_buf_str(&xml), &delivery, &err), &err, name);
		for (size_t k = 0, n = 0; k + 3 < out.len && n < 7; k++)
			if (memcmp(out.p + k, "},\"", 3) == 0)
				texts[n++] = out.p[k + 3];
		CHECK_STR(bv_str_of(texts), bv_str_of(cases[i].texts), "  stands on the page");
	}
}

/* Without an order of the form what is to be shuffled is shuffled all the same, in the order of its opaque ids: over many attempts every order
 * comes, and a fixed choice never moves. */
static void
test_no_order(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	struct bv_delivery delivery = test_delivery;
	uint8_t key[BV_HASH_LEN] = { 0 };
	unsigned abc = 0, cba = 0, other = 0;
	struct bv_err err = { 0 };
	char body[1000];

	snprintf(body, sizeof body, SHUFFLED, "true");
	item_write(&xml, RESPONSE("identifier") CORRECT("A"), body, "");
	CHECK_OK(bv_item_parse(&item, bv_buf_str(&xml), &err), &err, "an item to be shuffled");
	CHECK_OK(bv_item_session_new(&session, item, test_seed, &err), &err, "  its session");
	delivery.key = key;
	for (int i = 0; i < 200; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16);
		char texts[8] = "";
		size_t n = 0;
		key[3] = (uint8_t)i;
		if (bv_delivery_render(&out, session, &delivery, &err))
			CHECK(false, "%s", err.msg);
		for (size_t k = 0; k + 3 < out.len && n < 7; k++)
			if (memcmp(out.p + k, "},\"", 3) == 0)
				texts[n++] = out.p[k + 3];
		abc += strcmp(texts, "abc") == 0;
		cba += strcmp(texts, "cba") == 0;
		other += strcmp(texts, "cba") != 0 && strcmp(texts, "abc") != 0;
	}
	CHECK(abc > 70 && cba > 70 && other == 0, "of 200 attempts %u have abc, %u cba", abc, cba);
}

/* Hotspots come in the order of the image, not in the author's. */
static void
test_hotspots(void)
{
	static const char body[] =
	        "<qti-graphic-order-interaction response-identifier=\"RESPONSE\"><img src=\"m.png\" alt=\"m\" width=\"100\" height=\"100\"/>"
	        "<qti-hotspot-choice identifier=\"A\" shape=\"circle\" coords=\"50,80,5\" hotspot-label=\"3\"/>"
	        "<qti-hotspot-choice identifier=\"B\" shape=\"rect\" coords=\"60,10,70,20\" hotspot-label=\"2\"/>"
	        "<qti-hotspot-choice identifier=\"C\" shape=\"poly\" coords=\"10,10,20,10,20,20\" hotspot-label=\"1\"/>"
	        "<qti-hotspot-choice identifier=\"D\" shape=\"default\" coords=\"\" hotspot-label=\"0\"/></qti-graphic-order-interaction>";
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16), out = BV_BUF(1u << 16);
	char labels[8] = "";
	struct bv_err err = { 0 };
	size_t n = 0;

	item_write(&xml, "<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"ordered\" base-type=\"identifier\"/>", body, "");
	CHECK_OK(test_render(&out, bv_buf_str(&xml), &test_delivery, &err), &err, "hotspots");
	for (size_t k = 0; k + 14 < out.len && n < 7; k++)
		if (memcmp(out.p + k, "aria-label\":\"", 13) == 0)
			labels[n++] = out.p[k + 13];
	CHECK_STR(bv_str_of(labels), BV_STR("0123"), "  from top to bottom, from left to right");
}

/* ---- The second pass --------------------------------------------------------------------------------------------------------- */

static void
test_scan(void)
{
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	static const struct {
		const char *bytes;
		bool good;
	} cases[] = {
		{ "[\"p\",{\"id\":\"i1\"},\"x\"]", true },
		{ "[\"p\",{\"id\":\"i1\",\"id\":\"i2\"},\"x\"]", false },
		{ "[\"p\",{\"colspan\":12345678901}]", false }, { "[\"p\",{\"colspan\"}]", false }, { "[\"p\",{\"colspan\",1}]", false }, { "[\"p\",{colspan:1}]", false },
		{ "[\"p\",{\"colspan\":\"x}]", false }, { "[\"p\",{\"colspan\":1", false }, { "[\"p\",{\"id\":\"i\"}]", false }, { "[\"p\",{\"id\":\"i12345\"}]", false },
		{ "[\"p\",{\"id\":\"i1x\"}]", false }, { "[\"p\",{\"id\":\"x1\"}]", false }, { "[\"qti-gap\",{\"identifier\":\"cabcdefghij23456!\"}]", false },
		{ "[\"qti-gap\",{\"identifier\":\"Cabcdefghij234567\"}]", false }, { "[\"qti-gap\",{\"identifier\":\"\"}]", false },
		{ "[\"qti-gap\",{\"match-group\":\"cabcdefghij234567 cabcdefghij234567\"}]", true },
		{ "[\"img\",{\"src\":\"media:sha256-g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}]", false },
		{ "[\"video\",{\"poster\":\"x.png\"}]", false }, { "[\"a\",{\"href\":\"\"}]", false }, { "[\"a\",{\"href\":\"#i1\"}]", true },
		{ "[\"p\",{\"col_span\":1}]", false }, { "[\"p\",{\"1a\":1}]", false }, { "[\"p\",{\"\":1}]", false }, { "[\"\"]", false },
		{ "[\"p\",{\"a23456789012345678901234567890123456789012345678\":1}]", false }, { "[\"p\",{\"xlink-href\":\"x\"}]", false },
		{ "[\"p\",{\"response-identifier\":\"r1\"}]", true }, { "[\"blink\",\"x\"]", false }, { "[\"qti-choice\",\"x\"]", false }, { "[\"x-widget\",\"x\"]", false },
		{ "[\"img\",{\"src\":\"media:sha256-" HASH "\",\"alt\":\"any: text\"}]", true },
		{ "[\"p\",[\"b\",\"x\"],\"y\",[\"i\"]]", true },
		{ "[\"qti-gap\",{\"identifier\":\"cabcdefghij234567\",\"match-max\":12}]", true },
		{ "", false }, { "[]", false }, { "[\"p\"", false }, { "[\"p\"]]", false }, { "[\"p\",]", false }, { "[\"p\",null]", false },
		{ "[\"p\",\"x]", false }, { "{\"p\":1}", false }, { "[\"p\",{\"id\":\"i1\"}", false }, { "[\"p\",\"a\",{\"id\":\"i1\"}]", false },
		{ "[\"script\",\"x\"]", false }, { "[\"svg\"]", false }, { "[\"P\"]", false }, { "[\"p x\"]", false }, { "[\"\\u0073cript\"]", false },
		{ "[\"p\",[\"iframe\"]]", false }, { "[\"qti-correct-response\"]", false }, { "[\"qti-mapping\"]", false },
		{ "[\"qti-feedback-block\",\"x\"]", false }, { "[\"qti-modal-feedback\",\"x\"]", false }, { "[\"qti-printed-variable\"]", false },
		{ "[\"p\",\"<b>\"]", false }, { "[\"p\",\"a&b\"]", false }, { "[\"p\",\"a\nb\"]", false },
		{ "[\"p\",{\"onclick\":\"x\"}]", false }, { "[\"p\",{\"style\":\"x\"}]", false }, { "[\"p\",{\"srcdoc\":\"x\"}]", false },
		{ "[\"p\",{\"fixed\":\"true\"}]", false }, { "[\"p\",{\"template-identifier\":\"x\"}]", false }, { "[\"p\",{\"data-x\":\"x\"}]", false },
		{ "[\"p\",{\"id\":\"key\"}]", false }, { "[\"qti-gap\",{\"identifier\":\"A\"}]", false }, { "[\"p\",{\"for\":\"i1 key\"}]", false },
		{ "[\"qti-choice-interaction\",{\"response-identifier\":\"RESPONSE\"}]", false },
		{ "[\"img\",{\"src\":\"x.png\"}]", false }, { "[\"img\",{\"src\":\"media:sha256-12\"}]", false },
		{ "[\"img\",{\"src\":\"https://x/media:sha256-" HASH "\"}]", false }, { "[\"a\",{\"href\":\"javascript:x\"}]", false },
		{ "[\"a\",{\"href\":\"#key\"}]", false }, { "[\"p\",{\"role\":\"a:b\"}]", false }, { "[\"p\",{\"width\":-1}]", false },
	};
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
	struct bv_err err = { 0 };

	item_write(&xml, "", "<p>x</p>", "");
	CHECK_OK(bv_item_parse(&item, bv_buf_str(&xml), &err), &err, "an item for the second pass");
	CHECK_OK(bv_item_session_new(&session, item, test_seed, &err), &err, "and a session");
	for (int most = 64; most < 66; most++) {
		BV_AUTO(bv_buf_finish) struct bv_buf many = BV_BUF(1u << 16), deep = BV_BUF(1u << 16);
		bv_buf_addz(&many, "[\"p\",{");
		for (int i = 0; i < most; i++)
			bv_buf_printf(&many, "%s\"a%d\":1", i ? "," : "", i);
		bv_buf_addz(&many, "}]");
		for (int i = 0; i < most + 137; i++)
			bv_buf_addz(&deep, i ? ",[\"p\"" : "[\"p\"");
		for (int i = 0; i < most + 137; i++)
			bv_buf_addc(&deep, ']');
		enum bv_status good = most == 64 ? BV_OK : BV_EDENIED;
		CHECK(bv_delivery_scan(bv_buf_str(&many), session, &test_delivery, &err) == good, "%d attributes", most);
		CHECK(bv_delivery_scan(bv_buf_str(&deep), session, &test_delivery, &err) == good, "%d elements inside each other", most + 137);
	}
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		enum bv_status status = bv_delivery_scan(bv_str_of(cases[i].bytes), session, &test_delivery, &err);
		CHECK(status == (cases[i].good ? BV_OK : BV_EDENIED), "%s: %s", cases[i].good ? "sent" : "stopped", cases[i].bytes);
	}
}

/* The answer in an attribute that only some people meet. */
static void
test_key_seen(void)
{
#define ENTRY "<p><qti-text-entry-interaction response-identifier=\"RESPONSE\"/></p>"
#define SPOT(id, label) "<qti-hotspot-choice identifier=\"" id "\" shape=\"rect\" coords=\"1,2,3,4\" hotspot-label=\"" label "\"/>"
#define SPOTS(alt, more) \
	"<qti-hotspot-interaction response-identifier=\"RESPONSE\" max-choices=\"1\"><img src=\"m.png\" alt=\"" alt "\"/>" more "</qti-hotspot-interaction>"
	static const struct {
		const char *type, *key, *body;
		bool good;
	} cases[] = {
		{ "string", "router", "<p><img src=\"x.png\" alt=\"A picture of a Router\"/></p>" ENTRY, false },
		{ "string", "router", "<p aria-label=\"router\">What is it?</p>" ENTRY, false },
		{ "string", "router", "<p title=\"many routers\">What is it?</p>" ENTRY, false },
		{ "string", "router", "<p title=\"&#xab;router&#xbb;\">What is it?</p>" ENTRY, false },
		{ "string", "router", "<p title=\"&#x201c;router&#x201d;\">What is it?</p>" ENTRY, false },
		{ "string", "router", "<p><img src=\"x.png\" alt=\"A picture of a Router\"/>Is it a router or a switch?</p>" ENTRY, true },
		{ "string", "router", "<p><img src=\"x.png\" alt=\"A router\"/>Is it a <b>r</b>outer?</p>" ENTRY, true },
		{ "string", "router", "<p title=\"router\">ro</p><p>uter</p>" ENTRY, false },
		{ "string", "router", "<p><img src=\"x.png\" alt=\"A grey box\"/></p>" ENTRY, true },
		{ "string", "router", "<p>The router is old.</p>" ENTRY, true },
		{ "string", "net", "<p title=\"the internet\">x</p>" ENTRY, true },
		{ "string", "net", "<p title=\"ấnet\">x</p>" ENTRY, true },
		{ "string", "A&amp;B", "<p title=\"it is a&amp;b\">x</p>" ENTRY, false },
		{ "string", "say \"no\"", "<p title=\"say &quot;no&quot;\">x</p>" ENTRY, false },
		{ "string", "a b", "<p title=\"a&#x9;b\">x</p>" ENTRY, false },
		{ "string", "a b", "<p title=\"a&#x2028;b\">x</p>" ENTRY, false },
		{ "string", "BỘ ĐỊNH TUYẾN", "<p title=\"bộ định tuyến\">x</p>" ENTRY, false },
		{ "string", "ab", "<p title=\"ab\">x</p>" ENTRY, true },
		{ "integer", "42", "<p title=\"it is 42\">x</p>" ENTRY, false },
		{ "integer", "42", "<p title=\"it is 42.\">x</p>" ENTRY, false },
		{ "integer", "42", "<p title=\"it is 42 %\">42</p>" ENTRY, true },
		{ "integer", "42", "<p title=\"142 423 42.5 1.42 -42 42a\">x</p>" ENTRY, true },
		{ "integer", "4", "<p title=\"4\">x</p>" ENTRY, true },
		{ "float", "2.5", "<p title=\"about 2.5 m\">x</p>" ENTRY, false },
		{ "identifier", "Hanoi", SPOTS("Hanoi is red", SPOT("Hanoi", "1") SPOT("Hue", "2")), false },
		{ "identifier", "Hanoi", SPOTS("Map", SPOT("Hanoi", "Hanoi") SPOT("Hue", "Hue")), true },
		{ "identifier", "Hanoi", SPOTS("Map", SPOT("Hanoi", "1") SPOT("Hue", "Hue")), true },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16);
		struct bv_delivery delivery = test_delivery;
		char more[1000], name[80];
		struct bv_err err = { 0 };
		enum bv_status status;
		snprintf(more, sizeof more, "<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"%s\">" CORRECT("%s"),
		         cases[i].type, cases[i].key);
		snprintf(name, sizeof name, "%s in %.60s", cases[i].key, cases[i].body);
		item_write(&xml, more, cases[i].body, "");
		status = test_render(&out, bv_buf_str(&xml), &delivery, &err);
		CHECK(status == (cases[i].good ? BV_OK : BV_EDENIED), "%s: %s", cases[i].good ? "sent" : "stopped", name);
		CHECK(cases[i].good == (out.len > 0), "  whole or not at all");
		bv_buf_clear(&out);
		delivery.view = BV_VIEW_AUTHOR;
		CHECK_OK(test_render(&out, bv_buf_str(&xml), &delivery, &err), &err, "  its author sees it");
	}
}

/* An author may not make the server search for seconds. */
static void
test_key_work(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);
	BV_AUTO(bv_buf_finish) struct bv_buf body = BV_BUF(1u << 20), key = BV_BUF(1u << 20);
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(4u << 20);
	struct bv_err err = { 0 };

	bv_buf_addz(&key, RESPONSE("string") "<qti-mapping>");
	for (int i = 0; i < 2000; i++)
		bv_buf_printf(&key, "<qti-map-entry map-key=\"answer%d\" mapped-value=\"1\"/>", i);
	bv_buf_addz(&key, "</qti-mapping></qti-response-declaration>");
	bv_buf_addz(&body, "<p title=\"");
	for (int i = 0; i < 100000; i++)
		bv_buf_addz(&body, "abc ");
	bv_buf_addz(&body, "\">x</p>" ENTRY);
	item_write(&xml, key.p, body.p, "");
	CHECK_REFUSED(test_render(&out, bv_buf_str(&xml), &test_delivery, &err), BV_EDENIED, &err, "too many answers", "2000 answers and 400 kB of attributes");
}

/* ---- Feedback and views --------------------------------------------------------------------------------------------------------- */

static void
test_states(void)
{
	static const char rules[] =
	        "<qti-response-processing><qti-set-outcome-value identifier=\"F\"><qti-base-value base-type=\"identifier\">good</qti-base-value>"
	        "</qti-set-outcome-value></qti-response-processing>"
	        "<qti-modal-feedback outcome-identifier=\"F\" identifier=\"good\" show-hide=\"show\">modal</qti-modal-feedback>"
	        "<qti-modal-feedback outcome-identifier=\"F\" identifier=\"bad\" show-hide=\"show\">other</qti-modal-feedback>";
	static const char body[] =
	        "<qti-feedback-block outcome-identifier=\"F\" identifier=\"good\" show-hide=\"show\">shown</qti-feedback-block>"
	        "<qti-feedback-block outcome-identifier=\"F\" identifier=\"good\" show-hide=\"hide\">hidden</qti-feedback-block>"
	        "<qti-rubric-block view=\"scorer\" use=\"scoring\">guide</qti-rubric-block>";
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16);
	struct bv_delivery delivery = test_delivery;
	struct bv_err err = { 0 };

	item_write(&xml, "", body, rules);
	CHECK_OK(bv_item_parse(&item, bv_buf_str(&xml), &err), &err, "an item with feedback");
	CHECK_OK(bv_item_session_new(&session, item, test_seed, &err), &err, "  its session");
	CHECK_OK(bv_item_score(session, &err), &err, "  scored");
	CHECK_OK(bv_delivery_render(&out, session, &delivery, &err), &err, "while the candidate works");
	CHECK_STR(bv_buf_str(&out), BV_STR("[\"qti-item-body\"]"), "  no feedback");
	delivery.state = BV_DELIVERY_FEEDBACK;
	delivery.show_feedback = true;
	delivery.view = BV_VIEW_SCORER;
	bv_buf_clear(&out);
	CHECK_OK(bv_delivery_render(&out, session, &delivery, &err), &err, "afterwards, for a scorer");
	CHECK_STR(bv_buf_str(&out),
	          BV_STR("[\"qti-item-body\",[\"qti-feedback-block\",\"shown\"],[\"qti-rubric-block\",\"guide\"],[\"qti-modal-feedback\",\"modal\"]]"),
	          "  what the outcomes show");
}

/* ---- Responses ------------------------------------------------------------------------------------------------------------------ */

static void
test_map(void)
{
	static const struct {
		const char *sent, *part;
	} cases[] = {
		{ "{\"r2\":{\"base\":null}}", "no response 'r2'" },
		{ "{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}", "no response 'RESPONSE'" },
		{ "{\"r1\":{\"base\":{\"identifier\":\"A\"}}}", "'A' is not a choice" },
		{ "{\"r1\":{\"base\":{\"identifier\":\"caaaaaaaaaaaaaaaa\"}}}", "not a choice" },
		{ "[]", "an object" }, { "{\"r1\":{\"base\":{\"identifier\":\"caaaaaaaaaaaaaaaa caaaaaaaaaaaaaaaa\"}}}", "not a choice" },
		{ "{\"r1\":[[\"A\"]]}", "'A' is not a choice" },
	};
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
	struct bv_delivery other = test_delivery;
	uint8_t other_key[BV_HASH_LEN] = { 9 };
	struct bv_json *responses = NULL, *hidden = NULL, *back = NULL;
	char body[1000];
	struct bv_err err = { 0 };

	snprintf(body, sizeof body, SHUFFLED, "true");
	item_write(&xml, RESPONSE("identifier") CORRECT("A"), body, "");
	CHECK_OK(bv_item_parse(&item, bv_buf_str(&xml), &err), &err, "an item");
	CHECK_OK(bv_item_session_new(&session, item, test_seed, &err), &err, "  its session");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_json_free) struct bv_json *sent = NULL;
		CHECK_OK(bv_json_parse(&sent, bv_str_of(cases[i].sent), &err), &err, cases[i].sent);
		CHECK_REFUSED(bv_delivery_map_responses(&back, session, &test_delivery, sent, &err), BV_EINVAL, &err, cases[i].part, "  is refused");
	}
	responses = bv_item_session_correct(session);
	CHECK_OK(bv_delivery_hide_responses(&hidden, session, &test_delivery, responses, &err), &err, "a response under opaque ids");
	CHECK_OK(bv_delivery_map_responses(&back, session, &test_delivery, hidden, &err), &err, "and back");
	CHECK(bv_json_equal(responses, back), "  is the same");
	bv_json_free(back);
	other.key = other_key;
	CHECK_REFUSED(bv_delivery_map_responses(&back, session, &other, hidden, &err), BV_EINVAL, &err, "not a choice", "another attempt's ids are refused");
	bv_json_free(responses);
	bv_json_free(hidden);
}

/* An attempt is resumed: also with responses that no interaction of the page shows. */
static void
test_resume(void)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
	BV_AUTO(bv_json_free) struct bv_json *sent = NULL, *responses = NULL, *hidden = NULL;
	struct bv_err err = { 0 };

	item_write(&xml,
	           "<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"integer\"/>"
	           "<qti-response-declaration identifier=\"TYPED\" cardinality=\"single\" base-type=\"string\"/>"
	           "<qti-response-declaration identifier=\"MORE\" cardinality=\"single\" base-type=\"identifier\"/>",
	           "<p><qti-text-entry-interaction response-identifier=\"RESPONSE\" string-identifier=\"TYPED\"/></p>", "");
	CHECK_OK(bv_item_parse(&item, bv_buf_str(&xml), &err), &err, "an item with responses that are not on its page");
	CHECK_OK(bv_item_session_new(&session, item, test_seed, &err), &err, "  its session");
	CHECK_OK(bv_json_parse(&sent, BV_STR("{\"RESPONSE\":{\"base\":{\"string\":\"12\"}}}"), &err), &err, "  a response");
	CHECK_OK(bv_item_session_respond(session, sent, &err), &err, "  taken");
	responses = bv_item_session_responses(session);
	CHECK(bv_json_find(responses, "TYPED") != NULL, "  there is more than the page has");
	CHECK_OK(bv_delivery_hide_responses(&hidden, session, &test_delivery, responses, &err), &err, "  as the page sends it");
	CHECK(bv_json_count(hidden) == 1 && bv_json_int(bv_json_find(bv_json_find(bv_json_find(hidden, "r1"), "base"), "integer")) == 12, "  only that");
}

/* ---- Every item there is ------------------------------------------------------------------------------------------------------------ */

/* An item deep in its package, so that references may go up. */
static const struct bv_delivery deep = { .key = test_key, .view = BV_VIEW_CANDIDATE, .media = test_media, .path = { "a/b/c/q.xml", 11 },
	                                 .stimulus = test_stimulus };
static size_t rendered, undeliverable, keyed, keyless;

static struct bv_item_session *
session_of(const struct bv_item *item)
{
	struct bv_item_session *session = NULL;
	struct bv_err err;

	return bv_item_session_new(&session, item, test_seed, &err) ? NULL : session;
}

static void
every_item(const char *path, struct bv_str bytes)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_DELIVERY_MAX), again = BV_BUF(BV_DELIVERY_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_delivery other = deep;
	uint8_t other_key[BV_HASH_LEN] = { 200 };
	struct bv_err err = { 0 };

	if (bv_item_parse(&item, bytes, &err) || !(session = session_of(item)))
		return;
	if (bv_delivery_render(&out, session, &deep, &err)) {
		CHECK(err.msg[0] && !out.len, "%s is not delivered: %s", path, err.msg);
		undeliverable++;
		return;
	}
	rendered++;
	if (bv_json_parse(&json, bv_buf_str(&out), &err))
		CHECK(false, "%s: %s", path, err.msg);
	other.key = other_key;
	if (bv_delivery_render(&again, session, &other, &err) || again.len != out.len)
		CHECK(false, "%s: another key gives a page of another length", path);
}

/* What is taken without a tree is what is mapped with one, and the item takes it; true when it was taken. */
static bool
taken_alike(const struct bv_item *item, struct bv_item_session *session, struct bv_str text)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 20);
	BV_AUTO(bv_json_free) struct bv_json *quick = NULL, *sent = NULL, *slow = NULL;
	struct bv_err err = { 0 };

	bv_buf_addz(&out, "before");
	if (!bv_delivery_take(&out, item, deep.key, text)) {
		if (out.len != 6)
			CHECK(false, "what is not taken leaves nothing behind");
		return false;
	}
	if (bv_json_parse(&quick, bv_str_sub(bv_buf_str(&out), 6, out.len), &err) || bv_json_parse(&sent, text, &err) ||
	    bv_delivery_map_responses(&slow, session, &deep, sent, &err) || !bv_json_equal(quick, slow) || bv_item_session_respond(session, slow, &err))
		CHECK(false, "%.*s is taken as %s: %s", BV_STR_ARG(text), out.p, err.msg);
	return true;
}

static size_t taken, taken_cut, taken_changed;

static void
take_hidden(const struct bv_item *item, struct bv_item_session *session, const struct bv_json *hidden)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);

	bv_json_write(&text, hidden);
	taken += taken_alike(item, session, bv_buf_str(&text));
	for (size_t i = 0; i < text.len; i++) {
		taken_cut += taken_alike(item, session, bv_str_sub(bv_buf_str(&text), 0, i));
		text.p[i] = (char)(text.p[i] ^ 1 << i % 8);
		taken_changed += taken_alike(item, session, bv_buf_str(&text));
		text.p[i] = (char)(text.p[i] ^ 1 << i % 8);
	}
}

/* Rendered, answered with the opaque ids of the key, mapped back, scored: the maximum. */
static void
sample_item(const char *path, struct bv_str bytes)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *correct = NULL;
	BV_AUTO(bv_json_free) struct bv_json *hidden = NULL;
	BV_AUTO(bv_json_free) struct bv_json *back = NULL;
	double score = -1, max = -2;
	struct bv_err err = { 0 };

	every_item(path, bytes);
	if (bv_item_parse(&item, bytes, &err) || !(session = session_of(item))) {
		CHECK(false, "%s: %s", path, err.msg);
		return;
	}
	if (!bv_item_deliverable(item) || !bv_item_machine_scorable(item)) {
		keyless++;
		return;
	}
	correct = bv_item_session_correct(session);
	if (bv_delivery_hide_responses(&hidden, session, &deep, correct, &err) ||
	    bv_delivery_map_responses(&back, session, &deep, hidden, &err) || !bv_json_equal(correct, back) ||
	    bv_item_session_respond(session, back, &err) || bv_item_score(session, &err) || !bv_item_session_number(session, "SCORE", &score) ||
	    !bv_item_max_score(item, &max) || score != max)
		CHECK(false, "%s: the key under opaque ids scores %g of %g %s", path, score, max, err.msg);
	else
		keyed++;
	take_hidden(item, session, hidden);
}

static void
test_all(void)
{
	const char *reference;
	size_t count = test_each_file(test_folder("itembank/sample"), sample_item);

	CHECK(count >= 404 && keyed + keyless == count, "%zu sample items: rendered, answered with opaque ids, mapped back, full marks for %zu", count, keyed);
	CHECK(taken > 250 && taken_cut == 0, "  %zu keys are taken without a tree, none that is cut, %zu that are changed", taken, taken_changed);
	CHECK(rendered == count - 4 && undeliverable == 4 && keyless == 10, "  all are delivered but the four of somebody's code; six are marked by people");
	test_each_file(test_folder("tests/vectors/itembank/items"), every_item);
	if ((reference = check_reference("qti/items"))) {
		char folder[4096];
		snprintf(folder, sizeof folder, "%s", reference);
		rendered = undeliverable = 0;
		test_each_file(folder, every_item);
		CHECK(rendered > 500 && undeliverable < 10, "of the reference items %zu are delivered, %zu not", rendered, undeliverable);
	}
}

/* By the item of all kinds of answers: what is ordinary, and what is left to the tree. */
static void
test_take(void)
{
	static const struct {
		const char *item, *text, *out; /* NULL: not taken */
	} cases[] = {
		{ "choice-single", "{}", "{}" },
		{ "choice-single", "{\"r1\":{\"base\":null}}", "{\"RESPONSE\":{\"base\":null}}" },
		{ "choice-single", "", NULL },
		{ "choice-single", "{}x", NULL },
		{ "choice-single", " {}", NULL },
		{ "choice-single", "{\"r0\":{\"base\":null}}", NULL },
		{ "choice-single", "{\"r2\":{\"base\":null}}", NULL },
		{ "choice-single", "{\"r01\":{\"base\":null}}", NULL },
		{ "choice-single", "{\"r99999999999999999999\":{\"base\":null}}", NULL },
		{ "choice-single", "{\"r1\":{\"base\":null},\"r1\":{\"base\":null}}", NULL },
		{ "choice-single", "{\"r1\":{\"list\":{\"identifier\":[]}}}", NULL },
		{ "choice-single", "{\"r1\":{\"base\":{\"identifier\":\"A\"}}}", NULL },
		{ "choice-single", "{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}", NULL },
		{ "text-entry-string", "{\"r1\":{\"base\":{\"string\":\"Ha Noi\"}}}", "{\"RESPONSE\":{\"base\":{\"string\":\"Ha Noi\"}}}" },
		{ "text-entry-string", "{\"r1\":{\"base\":{\"string\":\"a\\u0062\"}}}", NULL },
		{ "text-entry-string", "{\"r1\":{\"base\":{\"string\":\"a}}}", NULL },
		{ "text-entry-string", "{\"r1\":{\"base\":{\"integer\":12}}}", NULL },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(2u << 20), out = BV_BUF(1000);
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		char path[5000];
		struct bv_err err = { 0 };
		snprintf(path, sizeof path, "%s/%s.xml", test_folder("tests/vectors/itembank/items"), cases[i].item);
		if (!CHECK(bv_file_read(&xml, path, &err) == BV_OK && bv_item_parse(&item, bv_buf_str(&xml), &err) == BV_OK, "%s", cases[i].item))
			continue;
		bool good = bv_delivery_take(&out, item, deep.key, bv_str_of(cases[i].text));
		CHECK(cases[i].out ? good && bv_str_is(bv_buf_str(&out), cases[i].out) : !good, "%s is %staken", cases[i].text, cases[i].out ? "" : "not ");
	}
}

int
main(void)
{
	test_take();
	test_bodies();
	test_printed();
	test_refused();
	test_interactions();
	test_interaction_faults();
	test_limits();
	test_media_path();
	test_orders();
	test_no_order();
	test_hotspots();
	test_scan();
	test_key_seen();
	test_key_work();
	test_states();
	test_map();
	test_resume();
	test_all();
	return check_end();
}
