/* Portable custom interactions: nothing of them is sent unless an administrator allows the modules by hash. */
#include "tests/itembank/delivery.h"

#define ITEM(pci) \
	"<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"i\" title=\"t\">" \
	"<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"identifier\"><qti-correct-response><qti-value>any</qti-value>" \
	"</qti-correct-response></qti-response-declaration><qti-item-body>" pci "</qti-item-body></qti-assessment-item>"
#define PCI(attributes, children) \
	"<qti-portable-custom-interaction response-identifier=\"RESPONSE\" custom-interaction-type-identifier=\"urn:x:graph\" module=\"graph\" " attributes ">" \
	"<qti-prompt>Draw</qti-prompt>" children "</qti-portable-custom-interaction>"
#define MODULES(list) "<qti-interaction-modules>" list "</qti-interaction-modules>"
#define MODULE(id, path) "<qti-interaction-module id=\"" id "\" primary-path=\"" path "\"/>"
#define VARIABLES \
	"<qti-template-declaration identifier=\"N\" cardinality=\"single\" base-type=\"integer\"><qti-default-value><qti-value>12</qti-value></qti-default-value>" \
	"</qti-template-declaration><qti-template-declaration identifier=\"L\" cardinality=\"ordered\" base-type=\"string\"/>" \
	"<qti-context-declaration identifier=\"C\" cardinality=\"single\" base-type=\"string\"><qti-default-value><qti-value>a&lt;\"b</qti-value></qti-default-value></qti-context-declaration>"
#define VARIED(pci) \
	"<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"i\" title=\"t\">" \
	"<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"identifier\"/>" VARIABLES "<qti-item-body>" pci \
	"</qti-item-body></qti-assessment-item>"
#define TEMPLATE(id) "<qti-template-variable template-identifier=\"" id "\"/>"
#define CONTEXT(id) "<qti-context-variable identifier=\"" id "\"/>"
#define SENT_VARIABLE(kind, id, value) ",[\"qti-" kind "-variable\",{\"variable\":\"" id "\",\"data-value\":\"" value "\"}]"
#define MARKUP "<qti-interaction-markup><div class=\"x\" id=\"c\">Here<script>alert(1)</script><b onclick=\"x\">b</b></div></qti-interaction-markup>"
#define GRAPH MODULES(MODULE("graph", "m/graph.js"))

static bool
media(void *ctx, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	(void)ctx;
	bv_sha256(hash, path);
	return bv_str_is(path, "m/graph.js") || bv_str_is(path, "m/draw.js");
}

static bool
image(void *ctx, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	(void)ctx;
	bv_sha256(hash, path);
	return bv_str_is(path, "x.png");
}

static void
test_allowed(void)
{
#define SENT(properties, modules, markup) \
	"[\"qti-item-body\",[\"qti-portable-custom-interaction\",{\"response-identifier\":\"r1\",\"cardinality\":\"single\",\"base-type\":\"identifier\"," \
	"\"custom-interaction-type-identifier\":\"urn:x:graph\",\"module\":\"graph\"" properties "},[\"qti-prompt\",\"Draw\"]" modules markup "]]"
#define SENT_MODULE(name, letter) ",[\"qti-interaction-module\",{\"module\":\"" name "\",\"src\":\"media:sha256-" letter "\"}]"
	static const struct {
		const char *xml, *properties, *page; /* G, D: the hashes; NULL: refused with the text after */
		const char *refused;
		int allowed;
	} cases[] = {
		{ ITEM(PCI("", GRAPH)), "", SENT("", SENT_MODULE("graph", "G"), ""), NULL, 2 },
		{ ITEM(PCI("", MODULES(MODULE("graph", "m/graph") MODULE("draw", "m/draw.js")))), "", SENT("", SENT_MODULE("graph", "G") SENT_MODULE("draw", "D"), ""), NULL, 2 },
		{ ITEM(PCI("data-colors=\"red, blue\" data-answer=\"42\" data-x_y=\"1\"", GRAPH)), "colors width", SENT(",\"data-property-colors\":\"red, blue\"", SENT_MODULE("graph", "G"), ""), NULL, 2 },
		{ ITEM(PCI("data-colors=\"red\"", GRAPH)), "", SENT("", SENT_MODULE("graph", "G"), ""), NULL, 2 },
		{ ITEM(PCI("", GRAPH MARKUP)), "", SENT("", SENT_MODULE("graph", "G"), ",[\"qti-interaction-markup\",[\"div\",{\"id\":\"i1\"},\"Here\",[\"b\",\"b\"]]]"), NULL, 2 },
		{ ITEM(PCI("", GRAPH)), "", NULL, "is not allowed: its SHA-256 is", 0 },
		{ ITEM(PCI("", MODULES(MODULE("graph", "m/graph.js") MODULE("draw", "m/draw.js")))), "", NULL, "'m/draw.js' of a portable custom interaction is not allowed", 1 },
		{ ITEM(PCI("", MODULES(MODULE("graph", "m/other.js")))), "", NULL, "is not in the package", 2 },
		{ ITEM(PCI("", MODULES(MODULE("graph", "../graph.js")))), "", NULL, "leads out", 2 },
		{ ITEM(PCI("", MODULES(MODULE("graph", "https://x/graph.js")))), "", NULL, "own package", 2 },
		{ ITEM(PCI("", MODULES("<qti-interaction-module id=\"graph\"/>"))), "", NULL, "own package", 2 },
		{ ITEM(PCI("", "")), "", NULL, "does not list its modules", 2 },
		{ ITEM(PCI("", MODULES(""))), "", NULL, "does not list its modules", 2 },
		{ ITEM(PCI("", MODULES(MODULE("gr aph", "m/graph.js")))), "", NULL, "other characters", 2 },
		{ ITEM(PCI("", MODULES("<qti-interaction-module primary-path=\"m/graph.js\"/>"))), "", NULL, "is missing", 2 },
		{ ITEM("<qti-portable-custom-interaction response-identifier=\"RESPONSE\" module=\"x\">" GRAPH "</qti-portable-custom-interaction>"), "", NULL, "custom-interaction-type-identifier is missing", 2 },
		{ ITEM(PCI("data-a__b=\"1\" data-_c=\"2\"", GRAPH)), "a__b _c", SENT(",\"data-property-a__b\":\"1\"", SENT_MODULE("graph", "G"), ""), NULL, 2 },
		/* Variables as getInstance gets them, by permission. */
		{ VARIED(PCI("", GRAPH TEMPLATE("N") TEMPLATE("L") CONTEXT("C"))), "", SENT("", SENT_MODULE("graph", "G"), ""), NULL, 2 },
		{ VARIED(PCI("", GRAPH TEMPLATE("N") TEMPLATE("L") CONTEXT("C"))), ":N L C", SENT("", SENT_MODULE("graph", "G"), SENT_VARIABLE("template", "N",
		  "{\\\"base\\\":{\\\"integer\\\":12}}") SENT_VARIABLE("template", "L", "{\\\"base\\\":null}") SENT_VARIABLE("context", "C",
		  "{\\\"base\\\":{\\\"string\\\":\\\"a\\u003c\\\\\\\"b\\\"}}")), NULL, 2 },
		{ VARIED(PCI("", GRAPH TEMPLATE("X"))), ":X", NULL, "'X' is not declared", 2 },
		{ VARIED(PCI("", GRAPH TEMPLATE("C"))), ":C", NULL, "'C' is not declared", 2 },
		{ VARIED(PCI("", GRAPH CONTEXT("N"))), ":N", NULL, "'N' is not declared", 2 },
		{ VARIED(PCI("", GRAPH TEMPLATE("RESPONSE"))), ":RESPONSE", NULL, "'RESPONSE' is not declared", 2 },
		/* A correct answer among the properties stops the page. */
		{ ITEM(PCI("data-answer=\"any\"", GRAPH)), "answer", NULL, "a correct answer is in an attribute", 2 },
	};
	struct bv_allowed_module modules[2] = { 0 };
	struct bv_delivery delivery = test_delivery;
	char graph[BV_HEX_SIZE(BV_HASH_LEN)], draw[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_sha256(modules[0].hash, BV_STR("m/graph.js"));
	bv_sha256(modules[1].hash, BV_STR("m/draw.js"));
	bv_hex(graph, modules[0].hash, BV_HASH_LEN);
	bv_hex(draw, modules[1].hash, BV_HASH_LEN);
	delivery.module = media;
	delivery.modules = modules;
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16), want = BV_BUF(1u << 16);
		struct bv_err err = { 0 };
		struct bv_str names = bv_str_of(cases[i].properties);
		modules[0].properties = bv_str_sub(names, 0, bv_str_find(names, ':'));
		modules[0].variables = bv_str_sub(names, modules[0].properties.len + 1, names.len);
		modules[1].properties = BV_STR_NONE;
		delivery.module_count = (size_t)cases[i].allowed;
		if (!cases[i].page) {
			enum bv_status status = test_render(&out, bv_str_of(cases[i].xml), &delivery, &err);
			CHECK((status == BV_EINVAL || status == BV_EDENIED) && test_has(bv_str_of(err.msg), cases[i].refused), "%s: %s", cases[i].xml, err.msg);
			CHECK(!out.len, "  nothing is sent");
			continue;
		}
		for (const char *p = cases[i].page; *p; p++)
			if (p[0] == '-' && (p[1] == 'G' || p[1] == 'D'))
				bv_buf_printf(&want, "-%s", *++p == 'G' ? graph : draw);
			else
				bv_buf_addc(&want, *p);
		CHECK_OK(test_render(&out, bv_str_of(cases[i].xml), &delivery, &err), &err, cases[i].xml);
		CHECK_STR(bv_buf_str(&out), bv_buf_str(&want), "  is sent with what is allowed");
	}
}

/* What a module answers is not renamed. */
static void
test_responses(void)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *sent = NULL, *back = NULL;
	struct bv_err err = { 0 };

	CHECK_OK(bv_item_parse(&item, BV_STR(ITEM(PCI("", GRAPH))), &err), &err, "an item");
	CHECK_OK(bv_item_session_new(&session, item, test_seed, &err), &err, "  its session");
	CHECK_OK(bv_json_parse(&sent, BV_STR("{\"r1\":{\"base\":{\"identifier\":\"any\"}}}"), &err), &err, "  an answer");
	CHECK_OK(bv_delivery_map_responses(&back, session, &test_delivery, sent, &err), &err, "  taken");
	CHECK_STR(bv_json_str(bv_json_find(bv_json_find(bv_json_find(back, "RESPONSE"), "base"), "identifier")), BV_STR("any"), "  as it is");
}

static void
test_scan(void)
{
	static const struct {
		const char *bytes;
		bool good, without;
	} cases[] = {
		{ "[\"qti-portable-custom-interaction\",{\"module\":\"a.b/c:d_e-1\",\"data-property-colors\":\"all \\u003c\"},\"x\"]", true, false },
		{ "[\"qti-portable-custom-interaction\",{\"data-property-other\":\"x\"}]", false, false },
		{ "[\"qti-portable-custom-interaction\",{\"data-colors\":\"x\"}]", false, false },
		{ "[\"qti-portable-custom-interaction\",{\"module\":\"javascript(1)\"}]", false, false },
		{ "[\"qti-portable-custom-interaction\",{\"module\":\"\"}]", false, false },
		{ "[\"qti-interaction-module\",{\"src\":\"m/graph.js\"}]", false, false },
		{ "[\"qti-interaction-modules\"]", false, false }, { "[\"qti-custom-interaction\"]", false, false },
		{ "[\"qti-template-variable\",{\"variable\":\"N\",\"data-value\":\"no\"}]", true, false },
		{ "[\"qti-context-variable\",{\"variable\":\"N\",\"data-value\":\"no\"}]", true, false },
		{ "[\"qti-template-variable\",{\"variable\":\"M\",\"data-value\":\"any\"}]", false, false },
		{ "[\"qti-template-variables\"]", false, false }, { "[\"p\",{\"data-values\":\"any\"}]", false, false },
		{ "[\"qti-interaction-markup\",[\"script\"]]", false, false }, { "[\"qti-interaction-markup\",[\"p\"]]", true, false },
	};
	struct bv_allowed_module module = { .properties = BV_STR("width colors"), .variables = BV_STR("K N") };
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	struct bv_delivery delivery = test_delivery;
	struct bv_err err = { 0 };

	delivery.modules = &module;
	CHECK_OK(bv_item_parse(&item, BV_STR(ITEM(PCI("", GRAPH))), &err), &err, "an item");
	CHECK_OK(bv_item_session_new(&session, item, test_seed, &err), &err, "  its session");
	for (size_t i = 0; i < BV_COUNT(cases); i++)
		for (size_t allowed = 0; allowed < 2; allowed++) {
			bool good = allowed && cases[i].good;
			delivery.module_count = allowed;
			CHECK(bv_delivery_scan(bv_str_of(cases[i].bytes), session, &delivery, &err) == (good ? BV_OK : BV_EDENIED), "%s with %zu modules: %s",
			      good ? "sent" : "stopped", allowed, cases[i].bytes);
		}
}

/* Before a session: can it be delivered with these files? */
static void
test_check(void)
{
	static const struct {
		const char *xml;
		size_t allowed;
		const char *refused; /* NULL: it can */
	} cases[] = {
		{ ITEM("<p>x</p>"), 0, NULL },
		{ ITEM("<img src=\"m/graph.js\" alt=\"x\"/>"), 0, "'m/graph.js' is not in the package" }, /* a script is no image */
		{ ITEM("<img src=\"x.png\" alt=\"x\"/>"), 0, NULL },
		{ ITEM(PCI("", GRAPH)), 0, "the module 'm/graph.js' of a portable custom interaction is not allowed" },
		{ ITEM(PCI("", GRAPH)), 1, NULL },
		{ ITEM(PCI("", MODULES(MODULE("graph", "x.png")))), 1, "'x.png.js' is not in the package" },
		{ ITEM(PCI("", MODULES(MODULE("graph", "m/graph") MODULE("draw", "m/draw")))), 1, "the module 'm/draw.js' of a portable custom" },
		{ ITEM(PCI("", MODULES(MODULE("graph", "data:text/javascript,1")))), 1, "own package" },
		{ ITEM("<qti-custom-interaction response-identifier=\"RESPONSE\"/>"), 1, "does not deliver custom interactions" },
	};
	struct bv_allowed_module module = { .properties = BV_STR_NONE };
	struct bv_delivery delivery = test_delivery;

	bv_sha256(module.hash, BV_STR("m/graph.js"));
	delivery.media = image;
	delivery.module = media;
	delivery.modules = &module;
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		struct bv_err err = { 0 };
		CHECK_OK(bv_item_parse(&item, bv_str_of(cases[i].xml), &err), &err, "an item");
		delivery.module_count = cases[i].allowed;
		enum bv_status status = bv_delivery_check(item, &delivery, &err);
		if (cases[i].refused)
			CHECK(status == BV_EINVAL && test_has(bv_str_of(err.msg), cases[i].refused), "%s: %s", cases[i].xml, err.msg);
		else
			CHECK_OK(status, &err, cases[i].xml);
	}
}

int
main(void)
{
	test_check();
	test_allowed();
	test_responses();
	test_scan();
	return check_end();
}
