#include "itembank/itembank.h"
#include "tests/check.h"

#define HEAD \
	"<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"a\" title=\"T\" adaptive=\"false\" time-dependent=\"false\">"
#define RESPONSE(cardinality, type) "<qti-response-declaration identifier=\"R\" cardinality=\"" cardinality "\" base-type=\"" type "\"/>"
#define BODY(x) "<qti-item-body>" x "</qti-item-body>"
#define TAIL "</qti-assessment-item>"
#define IMAGE "<img src=\"i.png\" alt=\"Bản đồ\" width=\"9\" height=\"9\"/>"
#define POINT(name, more) \
	RESPONSE("single", "point") BODY("<qti-" name "-interaction response-identifier=\"R\" " more "max-choices=\"1\">" IMAGE "</qti-" name "-interaction>")
#define HOTSPOT(label, alt) \
	RESPONSE("single", "identifier") BODY("<qti-hotspot-interaction response-identifier=\"R\" max-choices=\"1\"><img src=\"i.png\" " alt \
	                                      " width=\"9\" height=\"9\"/><qti-hotspot-choice identifier=\"A\" shape=\"circle\" coords=\"4,4,2\" " label \
	                                      "/></qti-hotspot-interaction>")
#define CHOICE(content) \
	RESPONSE("single", "identifier") BODY("<qti-choice-interaction response-identifier=\"R\" max-choices=\"1\"><qti-simple-choice identifier=\"A\">" \
	                                      content "</qti-simple-choice></qti-choice-interaction>")
#define CATALOG(support) \
	"<qti-catalog-info><qti-catalog id=\"c1\"><qti-card support=\"" support "\"><qti-html-content><p>x</p></qti-html-content></qti-card>" \
	"<qti-card support=\"braille\"><qti-html-content><p>x</p></qti-html-content></qti-card></qti-catalog>" \
	"<qti-catalog id=\"c2\"><qti-card support=\"braille\"><qti-html-content><p>x</p></qti-html-content></qti-card></qti-catalog></qti-catalog-info>"

int
main(void)
{
	static const struct {
		const char *name, *content;
		enum bv_access_way way;
		uint32_t images, described, recordings, alternatives;
		const char *supports;
	} cases[] = {
		{ "no interaction", BODY("<p>x</p>"), BV_ACCESS_READER, 0, 0, 0, 0, "" },
		{ "no body", "", BV_ACCESS_READER, 0, 0, 0, 0, "" },
		{ "choice", CHOICE("A"), BV_ACCESS_READER, 0, 0, 0, 0, "" },
		{ "choice of a described image", CHOICE(IMAGE), BV_ACCESS_READER, 1, 1, 0, 0, "" },
		{ "choice of an image", CHOICE("<img src=\"i.png\" alt=\"\"/>"), BV_ACCESS_KEYBOARD, 1, 0, 0, 0, "" },
		{ "choice of an image that only decorates", CHOICE("<img src=\"i.png\" alt=\"\" role=\"presentation\"/>"), BV_ACCESS_KEYBOARD, 1, 1, 0, 0, "" },
		{ "an image without a word", BODY("<p><img src=\"i.png\"/></p>"), BV_ACCESS_KEYBOARD, 1, 0, 0, 0, "" },
		{ "hidden", BODY("<p><img src=\"i.png\" aria-hidden=\"true\"/></p>"), BV_ACCESS_READER, 1, 1, 0, 0, "" },
		{ "with a label", BODY("<p><img src=\"i.png\" aria-label=\"x\"/></p>"), BV_ACCESS_READER, 1, 1, 0, 0, "" },
		{ "an object with text", BODY("<p><object data=\"i.png\" type=\"image/png\">x</object></p>"), BV_ACCESS_READER, 1, 1, 0, 0, "" },
		{ "and without", BODY("<p><object data=\"i.png\" type=\"image/png\"/></p>"), BV_ACCESS_KEYBOARD, 1, 0, 0, 0, "" },
		{ "hotspots with labels", HOTSPOT("hotspot-label=\"x\"", "alt=\"x\""), BV_ACCESS_READER, 1, 1, 0, 0, "" },
		{ "hotspots without", HOTSPOT("", "alt=\"x\""), BV_ACCESS_KEYBOARD, 1, 1, 0, 0, "" },
		{ "on an image without", HOTSPOT("hotspot-label=\"x\"", ""), BV_ACCESS_KEYBOARD, 1, 0, 0, 0, "" },
		{ "a point", POINT("select-point", ""), BV_ACCESS_KEYBOARD, 1, 1, 0, 0, "" },
		{ "a drawing", RESPONSE("single", "file") BODY("<qti-drawing-interaction response-identifier=\"R\">" IMAGE "</qti-drawing-interaction>"),
		  BV_ACCESS_POINTER, 1, 1, 0, 0, "" },
		{ "somebody's code", RESPONSE("single", "identifier") BODY("<qti-custom-interaction response-identifier=\"R\"/>"), BV_ACCESS_UNKNOWN, 0, 0, 0, 0,
		  "" },
		{ "sound", BODY("<audio src=\"a.mp3\"/>"), BV_ACCESS_READER, 0, 0, 1, 0, "" },
		{ "video with captions", BODY("<video src=\"a.mp4\"><track src=\"a.vtt\" kind=\"captions\"/></video>"), BV_ACCESS_READER, 0, 0, 1, 1, "" },
		{ "an object that is sound", BODY("<object data=\"a.mp3\" type=\"audio/mpeg\"/>"), BV_ACCESS_READER, 0, 0, 1, 0, "" },
		{ "a transcript", BODY("<audio src=\"a.mp3\" data-catalog-idref=\"c1\"/>") CATALOG("transcript"), BV_ACCESS_READER, 0, 0, 1, 1,
		  "transcript braille" },
		{ "of what is around it", BODY("<div data-catalog-idref=\"c1\"><p><audio src=\"a.mp3\"/></p></div>") CATALOG("captions"), BV_ACCESS_READER, 0, 0, 1,
		  1, "captions braille" },
		{ "the nearest counts", BODY("<div data-catalog-idref=\"c1\"><audio src=\"a.mp3\" data-catalog-idref=\"c2\"/></div>") CATALOG("captions"),
		  BV_ACCESS_READER, 0, 0, 1, 0, "captions braille" },
		{ "a card that is no alternative", BODY("<audio src=\"a.mp3\" data-catalog-idref=\"c1\"/>") CATALOG("spoken"), BV_ACCESS_READER, 0, 0, 1, 0,
		  "spoken braille" },
		{ "a catalog that is not there", BODY("<audio src=\"a.mp3\" data-catalog-idref=\"c3\"/>") CATALOG("captions"), BV_ACCESS_READER, 0, 0, 1, 0,
		  "captions braille" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(10000), supports = BV_BUF(1000);
		struct bv_access access;
		struct bv_err err;
		bv_buf_printf(&xml, HEAD "%s" TAIL, cases[i].content);
		CHECK_OK(bv_item_parse_loosely(&item, bv_buf_str(&xml), &err), &err, cases[i].name);
		if (!item)
			continue;
		bv_item_access(&access, item);
		if (!CHECK(access.way == cases[i].way && access.images == cases[i].images && access.described == cases[i].described &&
		               access.recordings == cases[i].recordings && access.alternatives == cases[i].alternatives, "%s", cases[i].name))
			printf("# %s, %u of %u images, %u of %u recordings\n", bv_access_name(access.way), access.described, access.images, access.alternatives,
			       access.recordings);
		for (size_t k = 0; k < access.support_count; k++)
			bv_buf_printf(&supports, "%s%.*s", k ? " " : "", BV_STR_ARG(access.supports[k]));
		CHECK_STR(bv_buf_str(&supports), bv_str_of(cases[i].supports), "cards");
	}
	return check_end();
}
