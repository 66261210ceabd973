/* Any JSON as the responses to each of a few items: refused with a reason, or bound, written back and taken again as the same. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "itembank/itembank.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

#define ITEM(declaration, body) \
	"<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"i\" title=\"t\" time-dependent=\"false\" xml:lang=\"vi\">" \
	"<qti-response-declaration identifier=\"R\" " declaration "/><qti-response-declaration identifier=\"S\" cardinality=\"single\" base-type=\"string\"/>" \
	"<qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\"/><qti-item-body>" body "</qti-item-body>" \
	"<qti-response-processing><qti-response-condition><qti-response-if><qti-not><qti-is-null><qti-variable identifier=\"R\"/></qti-is-null></qti-not>" \
	"<qti-set-outcome-value identifier=\"SCORE\"><qti-base-value base-type=\"float\">1</qti-base-value></qti-set-outcome-value></qti-response-if>" \
	"</qti-response-condition></qti-response-processing></qti-assessment-item>"
#define CHOICES "<qti-simple-choice identifier=\"A\">a</qti-simple-choice><qti-simple-choice identifier=\"B\">b</qti-simple-choice>"
#define PAIRS \
	"<qti-simple-associable-choice identifier=\"A\" match-max=\"1\">a</qti-simple-associable-choice>" \
	"<qti-simple-associable-choice identifier=\"B\" match-max=\"2\" match-min=\"1\">b</qti-simple-associable-choice>"

static const char *const items[] = {
	ITEM("cardinality=\"single\" base-type=\"identifier\"", "<qti-choice-interaction response-identifier=\"R\">" CHOICES "</qti-choice-interaction>"),
	ITEM("cardinality=\"multiple\" base-type=\"identifier\"",
	     "<qti-choice-interaction response-identifier=\"R\" max-choices=\"0\">" CHOICES "</qti-choice-interaction>"),
	ITEM("cardinality=\"ordered\" base-type=\"identifier\"", "<qti-order-interaction response-identifier=\"R\">" CHOICES "</qti-order-interaction>"),
	ITEM("cardinality=\"multiple\" base-type=\"pair\"",
	     "<qti-associate-interaction response-identifier=\"R\" max-associations=\"0\">" PAIRS "</qti-associate-interaction>"),
	ITEM("cardinality=\"single\" base-type=\"integer\"",
	     "<p><qti-text-entry-interaction response-identifier=\"R\" string-identifier=\"S\" pattern-mask=\"[0-9]+\"/></p>"),
	ITEM("cardinality=\"record\"", "<p><qti-text-entry-interaction response-identifier=\"R\"/></p>"),
	ITEM("cardinality=\"ordered\" base-type=\"string\"", "<qti-extended-text-interaction response-identifier=\"R\" max-strings=\"2\"/>"),
	ITEM("cardinality=\"multiple\" base-type=\"point\"", "<p>-</p>"),
	ITEM("cardinality=\"multiple\" base-type=\"point\"",
	     "<qti-select-point-interaction response-identifier=\"R\"><img src=\"a.png\" alt=\"a\" width=\"9\" height=\"9\"/></qti-select-point-interaction>"),
	ITEM("cardinality=\"single\" base-type=\"float\"",
	     "<qti-slider-interaction response-identifier=\"R\" lower-bound=\"-1\" upper-bound=\"1\" step=\"0.1\"/>"),
	ITEM("cardinality=\"single\" base-type=\"integer\"", "<qti-media-interaction response-identifier=\"R\" autostart=\"false\" max-plays=\"2\"/>"),
	ITEM("cardinality=\"single\" base-type=\"file\"", "<qti-upload-interaction response-identifier=\"R\" type=\"image/* text/plain\"/>"),
	ITEM("cardinality=\"single\" base-type=\"boolean\"",
	     "<p><qti-end-attempt-interaction response-identifier=\"R\" title=\"t\" count-attempt=\"false\"/></p>"),
	ITEM("cardinality=\"record\"",
	     "<qti-portable-custom-interaction response-identifier=\"R\" custom-interaction-type-identifier=\"urn:a\"/>"),
	ITEM("cardinality=\"multiple\" base-type=\"directedPair\"",
	     "<qti-graphic-gap-match-interaction response-identifier=\"R\"><qti-gap-text identifier=\"A\" match-max=\"1\">a</qti-gap-text>"
	     "<qti-associable-hotspot identifier=\"B\" shape=\"circle\" coords=\"1,1,1\" match-max=\"1\"/></qti-graphic-gap-match-interaction>"),
	ITEM("cardinality=\"single\" base-type=\"duration\"", "<p>-</p>"),
};

static void
answered(struct bv_item_session *session, const struct bv_json *responses)
{
	BV_AUTO(bv_json_free) struct bv_json *bound = NULL, *again = NULL, *outcomes = NULL;
	struct bv_err err = { 0 };
	enum bv_status status = bv_item_session_respond(session, responses, &err);

	if (status) {
		assert(err.msg[0]);
		return;
	}
	bound = bv_item_session_responses(session);
	status = bv_item_session_respond(session, bound, &err);
	assert(status == BV_OK);
	again = bv_item_session_responses(session);
	assert(bv_json_equal(bound, again));
	if (bv_item_session_validate(session, &err))
		assert(err.msg[0]);
	status = bv_item_score(session, &err);
	assert(status == BV_OK);
	outcomes = bv_item_session_outcomes(session);
	assert(outcomes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const uint8_t seed[BV_HASH_LEN];
	BV_AUTO(bv_json_free) struct bv_json *responses = NULL;
	struct bv_err err = { 0 };

	if (bv_json_parse(&responses, (struct bv_str){ (const char *)p, len }, &err))
		return 0;
	for (size_t i = 0; i < BV_COUNT(items); i++) {
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
		if (bv_item_parse(&item, bv_str_of(items[i]), &err) || bv_item_session_new(&session, item, seed, &err))
			abort();
		answered(session, responses);
	}
	return 0;
}
