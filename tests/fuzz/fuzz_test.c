/* Any test over a few items: refused with a line and a reason, or sat from beginning to end; the same seed gives the same reports. */
#include <assert.h>
#include <stdint.h>

#include "base/xml.h"
#include "itembank/itembank.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static const char item_xml[] =
	"<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"i\" title=\"t\" time-dependent=\"false\">"
	"<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"identifier\"><qti-correct-response><qti-value>A</qti-value>"
	"</qti-correct-response></qti-response-declaration>"
	"<qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\" normal-maximum=\"1\"/>"
	"<qti-template-declaration identifier=\"N\" cardinality=\"single\" base-type=\"integer\"/>"
	"<qti-response-processing template=\"match_correct\"/></qti-assessment-item>";

static enum bv_status
find_item(void *ctx, const struct bv_item **out, struct bv_str name, struct bv_err *err)
{
	*out = ctx;
	return name.len > 100 ? bv_err_set(err, BV_ENOTFOUND, "not here") : BV_OK;
}

static enum bv_status
find_section(void *ctx, struct bv_buf *xml, struct bv_str name, struct bv_err *err)
{
	(void)ctx, (void)name, (void)err;
	bv_buf_addz(xml, "<qti-assessment-section identifier=\"X\" title=\"x\" visible=\"true\"><qti-assessment-item-ref identifier=\"XQ\" href=\"q\"/>"
	                 "<qti-assessment-section-ref identifier=\"Y\" href=\"y/../y\"/></qti-assessment-section>");
	return BV_OK;
}

/* All acts in turn; what is refused is refused with a reason. */
static void
sit(struct bv_buf *out, const struct bv_test *test)
{
	static const uint8_t seed[BV_HASH_LEN] = { 7 };
	BV_AUTO(bv_test_session_free) struct bv_test_session *s = NULL;
	BV_AUTO(bv_json_free) struct bv_json *answer = NULL, *report = NULL;
	struct bv_err err = { 0 };
	int64_t now = 0;

	if (bv_json_parse(&answer, BV_STR("{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}"), &err) || bv_test_session_new(&s, test, seed, 0, &err)) {
		assert(err.msg[0]);
		return;
	}
	for (int i = 0; i < 60 && bv_test_session_state(s) != BV_TEST_ENDED; i++) {
		enum bv_status status = i % 7 == 0   ? bv_test_session_go(s, (size_t)i % 3, now, &err)
		                        : i % 7 == 3 ? bv_test_session_suspend(s, now, &err)
		                        : i % 7 == 4 ? bv_test_session_resume(s, now, &err)
		                        : i % 7 == 6 ? bv_test_session_end_part(s, now, &err)
		                        : i % 2      ? bv_test_session_submit(s, answer, now, &err)
		                                     : bv_test_session_next(s, now, &err);
		assert(status == BV_OK || err.msg[0]);
		size_t current = bv_test_session_current(s);
		assert((bv_test_session_state(s) == BV_TEST_ENDED) == (current == SIZE_MAX));
		assert(current == SIZE_MAX || bv_test_session_item(s, current).presented);
		now += i * 700;
	}
	report = bv_test_session_report(s);
	bv_json_write(out, report);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static struct bv_item *item;
	struct bv_str xml = { (const char *)p, len };
	BV_AUTO(bv_test_free) struct bv_test *test = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf first = BV_BUF(SIZE_MAX), again = BV_BUF(SIZE_MAX);
	struct bv_err err = { 0 };

	if (!item && bv_item_parse_loosely(&item, bv_str_of(item_xml), &err))
		assert(!"the item is good");
	struct bv_test_files files = { find_item, find_section, item };
	size_t errors = bv_test_check("t", xml, BV_STR("t.xml"), &files, NULL, NULL);
	enum bv_status status = bv_test_parse(&test, xml, BV_STR("t.xml"), &files, &err);
	assert((status != BV_OK) == (errors != 0));
	if (status) {
		assert(err.msg[0]);
		return 0;
	}
	sit(&first, test);
	sit(&again, test);
	assert(bv_str_eq(bv_buf_str(&first), bv_buf_str(&again)));
	return 0;
}
