/* Preferences and catalogs: who gets which cards; that nobody else sees that there are any. And the states of an item session. */
#include "tests/itembank/delivery.h"

#define NS "xmlns=\"http://www.imsglobal.org/xsd/qti/qtiv3p0/imsafa3p0pnp_v1p0\""
#define PNP(x) "<access-for-all-pnp " NS ">" x "</access-for-all-pnp>"

static void
test_parse(void)
{
	static const struct {
		const char *text, *supports; /* name/language/reading, sorted as they are kept */
	} cases[] = {
		{ PNP(""), "" },
		{ PNP("<linguistic-guidance/><keyword-translation xml:lang=\"vi\"/>"), "linguistic-guidance// keyword-translation/vi/ " },
		{ PNP("<spoken><reading-type> computer-read-aloud </reading-type></spoken>"), "spoken//computer-read-aloud " },
		{ PNP("<spoken><speech-rate>180</speech-rate></spoken>"), "spoken//screen-reader " },
		{ PNP("<hazard-avoidance>sound</hazard-avoidance><hazard-avoidance>flashing</hazard-avoidance>"), "hazard-avoidance// " },
		{ PNP("<x:own xmlns:x=\"urn:x\"/><braille/>"), "braille// " },
		{ PNP("<braille/><prohibit-set><braille/><spoken/></prohibit-set>"), "" },
		{ PNP("<prohibit-set><braille/></prohibit-set><activate-as-option-set><braille/><tactile/></activate-as-option-set>"), "tactile// " },
		{ PNP("<sign-language xml:lang=\"ase\"/><activate-at-initialization-set><sign-language/><x:y xmlns:x=\"urn:x\"/></activate-at-initialization-set>"),
		  "sign-language/ase/ " },
		{ "{}", "" }, { " {\"braille\":{}}", "braille// " },
		{ "{\"keyword-translation\":{\"language\":\"vi-VN\"},\"spoken\":{\"readingType\":\"screen-reader\"},\"ext:rap.1\":{}}",
		  "keyword-translation/vi-VN/ spoken//screen-reader ext:rap.1// " },
	};
	static const struct {
		const char *text, *part;
	} bad[] = {
		{ "", "empty" }, { "<access-for-all-pnp/>", "no access-for-all-pnp" }, { "<pnp " NS "/>", "no access-for-all-pnp" },
		{ PNP("<telepathy/>"), "not a feature" }, { PNP("<braille/><braille/>"), "twice" },
		{ PNP("<prohibit-set><telepathy/></prohibit-set>"), "not a feature" },
		{ PNP("<braille>"), "" }, { "<!DOCTYPE x [<!ENTITY e \"x\">]>" PNP("<braille/>"), "DOCTYPE" },
		{ "[]", "an object" }, { "{\"braille\":1}", "is an object" }, { "{\"braille\":{\"grade\":2}}", "grade" }, { "{\"telepathy\":{}}", "not a feature" },
		{ "{\"spoken\":{\"language\":1}}", "language" }, { "{\"spoken\":{\"readingType\":1}}", "readingType" }, { "{\"ext:\":{}}", "not a feature" },
		{ "{\"ext:a b\":{}}", "not a feature" }, { "{\"braille\":{}", "" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf many = BV_BUF(1u << 20);
	struct bv_pnp pnp = { 0 };
	struct bv_err err = { 0 };

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf list = BV_BUF(1000);
		CHECK_OK(bv_pnp_parse(&pnp, bv_str_of(cases[i].text), &err), &err, cases[i].text);
		for (size_t k = 0; k < pnp.count; k++)
			bv_buf_printf(&list, "%.*s/%.*s/%.*s ", BV_STR_ARG(pnp.supports[k].name), BV_STR_ARG(pnp.supports[k].language), BV_STR_ARG(pnp.supports[k].reading));
		CHECK_STR(bv_buf_str(&list), bv_str_of(cases[i].supports), "  is read");
		bv_pnp_finish(&pnp);
	}
	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK_REFUSED(bv_pnp_parse(&pnp, bv_str_of(bad[i].text), &err), BV_EPARSE, &err, bad[i].part, bad[i].text);
	bv_buf_addc(&many, '{');
	for (int i = 0; i <= BV_PNP_SUPPORTS_MAX; i++)
		bv_buf_printf(&many, "%s\"ext:x%d\":{}", i ? "," : "", i);
	bv_buf_addc(&many, '}');
	CHECK_REFUSED(bv_pnp_parse(&pnp, bv_buf_str(&many), &err), BV_ELIMIT, &err, "more than 64", "too many features");
	while (many.len <= BV_PNP_MAX)
		bv_buf_addz(&many, "          ");
	CHECK_REFUSED(bv_pnp_parse(&pnp, bv_buf_str(&many), &err), BV_ELIMIT, &err, "longer", "too long a document");
}

/* ---- Cards ----------------------------------------------------------------------------------------------------------------- */

#define ITEM(body, catalogs) \
	"<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"i\" title=\"t\"><qti-item-body>" body \
	"</qti-item-body><qti-catalog-info>" catalogs "</qti-catalog-info></qti-assessment-item>"
#define CATALOG(id, cards) "<qti-catalog id=\"" id "\">" cards "</qti-catalog>"
#define CARD(support, more) "<qti-card support=\"" support "\">" more "</qti-card>"
#define TEXT(x) "<qti-html-content>" x "</qti-html-content>"
#define ENTRY(attributes, x) "<qti-card-entry " attributes ">" TEXT(x) "</qti-card-entry>"
#define WORD "<p><span data-catalog-idref=\"k\">accurate</span></p>"
#define TRANSLATED CARD("keyword-translation", ENTRY("xml:lang=\"es\"", "preciso") ENTRY("xml:lang=\"de\"", "genau") ENTRY("xml:lang=\"en\" default=\"true\"", "exact"))
#define READ CARD("spoken", ENTRY("data-reading-type=\"computer-read-aloud\"", "aloud") ENTRY("data-reading-type=\"screen-reader\"", "screen"))
#define GUIDED CARD("linguistic-guidance", TEXT("<b>Accurate</b> means correct."))
#define SENT(more) "[\"qti-item-body\",[\"p\",[\"span\",{\"data-catalog-idref\":\"i1\"},\"accurate\"]],[\"qti-catalog\",{\"id\":\"i1\"}," more "]]"
#define PLAIN "[\"qti-item-body\",[\"p\",[\"span\",\"accurate\"]]]"
#define TRANSLATION(lang, text) "[\"qti-card\",{\"support\":\"keyword-translation\",\"lang\":\"" lang "\"},\"" text "\"]"

static void
test_cards(void)
{
	static const struct {
		const char *item, *pnp, *page;
	} cases[] = {
		{ ITEM(WORD, CATALOG("k", TRANSLATED GUIDED READ)), NULL, PLAIN },
		{ ITEM(WORD, CATALOG("k", TRANSLATED GUIDED READ)), "{}", PLAIN },
		{ ITEM(WORD, CATALOG("k", TRANSLATED GUIDED READ)), "{\"braille\":{},\"magnification\":{}}", PLAIN },
		{ ITEM(WORD, CATALOG("k", TRANSLATED GUIDED READ)), "{\"keyword-translation\":{\"language\":\"de\"}}", SENT(TRANSLATION("de", "genau")) },
		{ ITEM(WORD, CATALOG("k", TRANSLATED GUIDED READ)), "{\"keyword-translation\":{\"language\":\"DE-at-1996\"}}", SENT(TRANSLATION("de", "genau")) },
		{ ITEM(WORD, CATALOG("k", TRANSLATED GUIDED READ)), "{\"keyword-translation\":{\"language\":\"vi\"}}", SENT(TRANSLATION("en", "exact")) },
		{ ITEM(WORD, CATALOG("k", TRANSLATED GUIDED READ)), "{\"keyword-translation\":{}}", SENT(TRANSLATION("en", "exact")) },
		{ ITEM(WORD, CATALOG("k", CARD("keyword-translation", ENTRY("xml:lang=\"es-MX\"", "a") ENTRY("xml:lang=\"de\"", "b")))),
		  "{\"keyword-translation\":{\"language\":\"es\"}}", SENT(TRANSLATION("es-MX", "a")) },
		{ ITEM(WORD, CATALOG("k", CARD("keyword-translation", ENTRY("xml:lang=\"es\"", "a") ENTRY("xml:lang=\"de\"", "b")))),
		  "{\"keyword-translation\":{\"language\":\"vi\"}}", PLAIN },
		{ ITEM(WORD, CATALOG("k", CARD("keyword-translation", ENTRY("xml:lang=\"es\"", "a") ENTRY("xml:lang=\"de\"", "b")))),
		  "{\"keyword-translation\":{}}", SENT(TRANSLATION("es", "a")) },
		{ ITEM(WORD, CATALOG("k", TRANSLATED GUIDED READ)), "{\"linguistic-guidance\":{},\"spoken\":{\"readingType\":\"screen-reader\"}}",
		  SENT("[\"qti-card\",{\"support\":\"linguistic-guidance\"},[\"b\",\"Accurate\"],\" means correct.\"],"
		       "[\"qti-card\",{\"support\":\"spoken\",\"data-reading-type\":\"screen-reader\"},\"screen\"]") },
		{ ITEM(WORD, CATALOG("k", READ)), "{\"spoken\":{\"readingType\":\"computer-read-aloud\"}}",
		  SENT("[\"qti-card\",{\"support\":\"spoken\",\"data-reading-type\":\"computer-read-aloud\"},\"aloud\"]") },
		{ ITEM(WORD, CATALOG("k", CARD("ext:own", TEXT("x")))), "{\"ext:own\":{}}", SENT("[\"qti-card\",{\"support\":\"ext:own\"},\"x\"]") },
		/* Two catalogs, of which one is asked for; attributes before the mention. */
		{ ITEM("<p class=\"qti-italic\" data-catalog-idref=\"b\" id=\"p\">x</p><p data-catalog-idref=\"a\">y</p><p data-catalog-idref=\"none\">z</p>",
		       CATALOG("a", CARD("braille", TEXT("B"))) CATALOG("b", CARD("glossary-on-screen", TEXT("G")))),
		  "{\"glossary-on-screen\":{}}",
		  "[\"qti-item-body\",[\"p\",{\"id\":\"i1\",\"class\":\"qti-italic\",\"data-catalog-idref\":\"i2\"},\"x\"],[\"p\",\"y\"],[\"p\",\"z\"],"
		  "[\"qti-catalog\",{\"id\":\"i2\"},[\"qti-card\",{\"support\":\"glossary-on-screen\"},\"G\"]]]" },
		{ ITEM(WORD, CATALOG("k", CARD("braille", TEXT("<script>x</script><b onclick=\"x\">y</b>")))), "{\"braille\":{}}",
		  SENT("[\"qti-card\",{\"support\":\"braille\"},[\"b\",\"y\"]]") },
		{ ITEM(WORD, CATALOG("k", CARD("telepathy", TEXT("x")))), "{\"braille\":{}}", PLAIN },
		{ ITEM(WORD, CATALOG("k", CARD("sign-language", ENTRY("default=\"maybe\"", "x")))), "{\"sign-language\":{}}",
		  SENT("[\"qti-card\",{\"support\":\"sign-language\"},\"x\"]") },
		{ ITEM(WORD, CATALOG("k", CARD("braille", TEXT("1"))) CATALOG("k", CARD("braille", TEXT("2"))) "<qti-catalog/>"), "{\"braille\":{}}",
		  SENT("[\"qti-card\",{\"support\":\"braille\"},\"1\"]") },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16);
		BV_AUTO(bv_pnp_finish) struct bv_pnp pnp = { 0 };
		struct bv_delivery delivery = test_delivery;
		struct bv_err err = { 0 };
		if (cases[i].pnp) {
			CHECK_OK(bv_pnp_parse(&pnp, bv_str_of(cases[i].pnp), &err), &err, cases[i].pnp);
			delivery.pnp = &pnp;
		}
		CHECK_OK(test_render(&out, bv_str_of(cases[i].item), &delivery, &err), &err, "  an item with catalogs");
		CHECK_STR(bv_buf_str(&out), bv_str_of(cases[i].page), "  has the cards asked for and no others");
	}
}

static void
test_card_files(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16);
	struct bv_pnp_support support = { BV_STR("sign-language"), BV_STR_NONE, BV_STR_NONE };
	struct bv_pnp pnp = { .supports = &support, .count = 1 };
	struct bv_delivery delivery = test_delivery;
	uint8_t hash[BV_HASH_LEN];
	char want[400], hex[BV_HEX_SIZE(BV_HASH_LEN)];
	struct bv_err err = { 0 };

	delivery.pnp = &pnp;
	bv_sha256(hash, BV_STR("sign.mp4"));
	snprintf(want, sizeof want, SENT("[\"qti-card\",{\"support\":\"sign-language\"},[\"qti-file-href\",{\"src\":\"media:sha256-%s\",\"type\":\"video/mp4\"}]]"),
	         bv_hex(hex, hash, sizeof hash));
	CHECK_OK(test_render(&out, BV_STR(ITEM(WORD, CATALOG("k", CARD("sign-language", "<qti-file-href mime-type=\"video/mp4\"> sign.mp4 </qti-file-href>")))),
	                     &delivery, &err), &err, "a card that is a file");
	CHECK_STR(bv_buf_str(&out), bv_str_of(want), "  has its hash");
	bv_buf_clear(&out);
	CHECK_REFUSED(test_render(&out, BV_STR(ITEM(WORD, CATALOG("k", CARD("sign-language", "<qti-file-href mime-type=\"video/mp4\">https://x/y</qti-file-href>")))),
	                          &delivery, &err), BV_EINVAL, &err, "own package", "a card of another place");
	CHECK_REFUSED(test_render(&out, BV_STR(ITEM(WORD, CATALOG("k", CARD("sign-language", "<qti-file-href mime-type=\"video/mp4\">../y</qti-file-href>")))),
	                          &delivery, &err), BV_EINVAL, &err, "leads out", "a card out of the package");
	delivery.pnp = NULL;
	CHECK_OK(test_render(&out, BV_STR(ITEM(WORD, CATALOG("k", CARD("sign-language", "<qti-file-href mime-type=\"video/mp4\">../y</qti-file-href>")))),
	                     &delivery, &err), &err, "nobody who does not ask meets it");
}

static void
test_card_limits(void)
{
	struct { int catalogs, cards; bool good; } cases[] = { { 128, 1, true }, { 129, 1, false }, { 1, 256, true }, { 1, 257, false } };

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20), out = BV_BUF(1u << 20);
		struct bv_err err = { 0 };
		bv_buf_addz(&xml, "<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"i\" title=\"t\"><qti-item-body><p>x</p>"
		                  "</qti-item-body><qti-catalog-info>");
		for (int k = 0; k < cases[i].catalogs; k++) {
			bv_buf_printf(&xml, "<qti-catalog id=\"c%d\">", k);
			for (int n = 0; n < cases[i].cards; n++)
				bv_buf_addz(&xml, CARD("braille", TEXT("x")));
			bv_buf_addz(&xml, "</qti-catalog>");
		}
		bv_buf_addz(&xml, "</qti-catalog-info></qti-assessment-item>");
		enum bv_status status = test_render(&out, bv_buf_str(&xml), &test_delivery, &err);
		CHECK(status == (cases[i].good ? BV_OK : BV_EINVAL), "%d catalogs of %d cards", cases[i].catalogs, cases[i].cards);
	}
}

/* ---- The second pass ---------------------------------------------------------------------------------------------------------- */

static void
test_scan(void)
{
	static const struct {
		const char *bytes;
		bool good;
	} cases[] = {
		{ "[\"qti-catalog\",{\"id\":\"i1\"},[\"qti-card\",{\"support\":\"braille\",\"lang\":\"vi\"},\"x\"]]", true },
		{ "[\"qti-card\",{\"support\":\"spoken\"},\"x\"]", false },
		{ "[\"qti-card\",{\"support\":\"ext:x\"},\"x\"]", false },
		{ "[\"qti-file-href\",{\"src\":\"x.mp4\"}]", false },
		{ "[\"qti-catalog-info\"]", false }, { "[\"qti-card-entry\"]", false },
	};
	struct bv_pnp_support support = { BV_STR("braille"), BV_STR_NONE, BV_STR_NONE };
	struct bv_pnp pnp = { .supports = &support, .count = 1 };
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	struct bv_delivery delivery = test_delivery;
	struct bv_err err = { 0 };

	delivery.pnp = &pnp;
	CHECK_OK(bv_item_parse(&item, BV_STR(ITEM("<p>x</p>", "")), &err), &err, "an item");
	CHECK_OK(bv_item_session_new(&session, item, test_seed, &err), &err, "  its session");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		enum bv_status status = bv_delivery_scan(bv_str_of(cases[i].bytes), session, &delivery, &err);
		CHECK(status == (cases[i].good ? BV_OK : BV_EDENIED), "%s: %s", cases[i].good ? "sent" : "stopped", cases[i].bytes);
	}
}

/* ---- States ------------------------------------------------------------------------------------------------------------------ */

#define FEEDBACK(adaptive) \
	"<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"i\" title=\"t\" adaptive=\"" adaptive "\">" \
	"<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"identifier\"><qti-correct-response><qti-value>A</qti-value>" \
	"</qti-correct-response></qti-response-declaration>" \
	"<qti-outcome-declaration identifier=\"F\" cardinality=\"single\" base-type=\"identifier\"/><qti-item-body>" \
	"<qti-choice-interaction response-identifier=\"RESPONSE\" max-choices=\"1\"><qti-simple-choice identifier=\"A\">a</qti-simple-choice>" \
	"<qti-simple-choice identifier=\"B\">b</qti-simple-choice></qti-choice-interaction><p><qti-printed-variable identifier=\"F\"/></p>" \
	"<qti-feedback-block outcome-identifier=\"F\" identifier=\"good\" show-hide=\"show\">body</qti-feedback-block></qti-item-body>" \
	"<qti-response-processing><qti-set-outcome-value identifier=\"F\"><qti-base-value base-type=\"identifier\">good</qti-base-value>" \
	"</qti-set-outcome-value></qti-response-processing>" \
	"<qti-modal-feedback outcome-identifier=\"F\" identifier=\"good\" show-hide=\"show\">modal</qti-modal-feedback></qti-assessment-item>"

static void
test_states(void)
{
	static const struct {
		const char *what, *item;
		enum bv_delivery_state state;
		bool feedback, review, solution;
		enum bv_view view;
		bool refused, body, modal;
	} cases[] = {
		{ "working", FEEDBACK("false"), BV_DELIVERY_INTERACTING, true, true, true, BV_VIEW_CANDIDATE, false, false, false },
		{ "working, adaptive", FEEDBACK("true"), BV_DELIVERY_INTERACTING, false, false, false, BV_VIEW_CANDIDATE, false, true, false },
		{ "feedback", FEEDBACK("false"), BV_DELIVERY_FEEDBACK, true, false, false, BV_VIEW_CANDIDATE, false, true, true },
		{ "feedback not to be shown", FEEDBACK("false"), BV_DELIVERY_FEEDBACK, false, true, true, BV_VIEW_CANDIDATE, false, false, false },
		{ "the same, adaptive", FEEDBACK("true"), BV_DELIVERY_FEEDBACK, false, true, true, BV_VIEW_CANDIDATE, false, true, false },
		{ "review", FEEDBACK("false"), BV_DELIVERY_REVIEW, true, true, false, BV_VIEW_CANDIDATE, false, true, false },
		{ "review without feedback", FEEDBACK("true"), BV_DELIVERY_REVIEW, false, true, true, BV_VIEW_CANDIDATE, false, false, false },
		{ "review forbidden", FEEDBACK("false"), BV_DELIVERY_REVIEW, true, false, true, BV_VIEW_CANDIDATE, true, false, false },
		{ "review by a scorer", FEEDBACK("false"), BV_DELIVERY_REVIEW, false, false, false, BV_VIEW_SCORER, false, true, false },
		{ "solution", FEEDBACK("false"), BV_DELIVERY_SOLUTION, true, false, true, BV_VIEW_CANDIDATE, false, false, false },
		{ "solution forbidden", FEEDBACK("false"), BV_DELIVERY_SOLUTION, true, true, false, BV_VIEW_CANDIDATE, true, false, false },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 16);
		BV_AUTO(bv_json_free) struct bv_json *solution = NULL, *back = NULL, *correct = NULL;
		struct bv_delivery delivery = test_delivery;
		struct bv_err err = { 0 };
		delivery.state = cases[i].state;
		delivery.show_feedback = cases[i].feedback;
		delivery.allow_review = cases[i].review;
		delivery.show_solution = cases[i].solution;
		delivery.view = cases[i].view;
		CHECK_OK(bv_item_parse(&item, bv_str_of(cases[i].item), &err), &err, cases[i].what);
		CHECK_OK(bv_item_session_new(&session, item, test_seed, &err), &err, "  its session");
		CHECK_OK(bv_item_score(session, &err), &err, "  scored");
		enum bv_status status = bv_delivery_render(&out, session, &delivery, &err);
		CHECK(status == (cases[i].refused ? BV_EDENIED : BV_OK), "  %s", cases[i].refused ? "is refused" : "is shown");
		CHECK(test_has(bv_buf_str(&out), "\"body\"") == cases[i].body && test_has(bv_buf_str(&out), "\"modal\"") == cases[i].modal &&
		      test_has(bv_buf_str(&out), "\"good\"") == cases[i].body, "  with the feedback of that state");
		status = bv_delivery_solution(&solution, session, &delivery, &err);
		if (cases[i].state != BV_DELIVERY_SOLUTION || cases[i].refused) {
			CHECK(status == BV_EDENIED && !solution, "  without the solution");
			continue;
		}
		correct = bv_item_session_correct(session);
		CHECK(status == BV_OK && !bv_delivery_map_responses(&back, session, &delivery, solution, &err) && bv_json_equal(back, correct),
		      "  with the solution under opaque ids");
	}
}

int
main(void)
{
	test_parse();
	test_cards();
	test_card_files();
	test_card_limits();
	test_scan();
	test_states();
	return check_end();
}
